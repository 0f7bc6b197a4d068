#include "heap.h"

// Any header of the C library says which one it is.
#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace menshen {

#if defined(__GLIBC__)

namespace {
constexpr int kOwnPagesFromBytes = 128 * 1024;
constexpr int kArenas = 2;
}  // namespace

bool keepHeapSmall() noexcept {
  return mallopt(M_MMAP_THRESHOLD, kOwnPagesFromBytes) == 1 && mallopt(M_ARENA_MAX, kArenas) == 1;
}

bool returnFreeHeap() noexcept {
  malloc_trim(0);
  return true;
}

#else

bool keepHeapSmall() noexcept { return false; }
bool returnFreeHeap() noexcept { return false; }

#endif

}  // namespace menshen
