#pragma once

namespace menshen {

/// glibc only: blocks of 128 KiB and more get pages of their own for good, which go back when they are freed, and no
/// more than two arenas are opened. By default the first large block that is freed raises that limit (up to 32 MiB), and
/// each thread gets an arena of its own. False where the allocator is another one.
bool keepHeapSmall() noexcept;

/// Gives what is free in the C heap back to the system, which zeroes it before anybody has it again. False where the
/// allocator is another one.
bool returnFreeHeap() noexcept;

}  // namespace menshen
