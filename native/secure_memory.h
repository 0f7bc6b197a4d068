#pragma once
#include <cstddef>

namespace menshen {

/// Overwrites with zeros in a way the compiler may not leave out as a dead store.
void wipe(void* data, std::size_t bytes) noexcept;

/// RLIMIT_MEMLOCK of this process in bytes; infinity when there is none. A privileged process may exceed it.
double lockLimitBytes() noexcept;

struct CoreDumpState {
  /// RLIMIT_CORE is 0, soft and hard: no core file, and no way back.
  bool coreFilesOff;
  /// Linux only: no core handler either, and no other process of this user may attach or read the memory.
  bool processUndumpable;
};

/// Turns off every kind of core dump this system lets us turn off; says what took effect.
CoreDumpState disableCoreDumps() noexcept;

/// What x86-64 and AArch64 (with pages of 4 KiB) have; elsewhere it is a size like any other.
constexpr std::size_t kHugePageBytes = std::size_t{1} << 21;

/// Zeroed pages between two inaccessible guard pages: locked where the limit allows, left out of core dumps and of
/// forked children (a child between fork and exec must not carry templates), wiped before they go back to the system.
class SecureMemory {
 public:
  /// Throws std::bad_alloc when the system refuses the pages; a refused lock is no error but `locked() == false`.
  ///
  /// A whole number of kHugePageBytes is aligned so, and asked for in huge pages: reading through it is a quarter faster.
  explicit SecureMemory(std::size_t bytes);
  ~SecureMemory();
  SecureMemory(SecureMemory&& other) noexcept;
  SecureMemory& operator=(SecureMemory&&) = delete;
  SecureMemory(const SecureMemory&) = delete;
  SecureMemory& operator=(const SecureMemory&) = delete;

  void* data() const noexcept { return data_; }
  /// Usable bytes: the request rounded up to whole pages.
  std::size_t size() const noexcept { return size_; }
  bool locked() const noexcept { return locked_; }
  bool excludedFromDumps() const noexcept { return excludedFromDumps_; }

 private:
  /// Everything reserved: what lies around the data stays inaccessible.
  void* reserved_ = nullptr;
  std::size_t reservedBytes_ = 0;
  void* data_ = nullptr;
  std::size_t size_ = 0;
  bool locked_ = false;
  bool excludedFromDumps_ = false;
};

}  // namespace menshen
