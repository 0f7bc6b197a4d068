#include "secure_memory.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace menshen {
namespace {

std::size_t pageBytes() noexcept {
  static const std::size_t bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

std::size_t wholePages(std::size_t bytes) {
  const std::size_t page = pageBytes();
  if (bytes == 0 || bytes > SIZE_MAX / 2) throw std::bad_alloc();
  return (bytes + page - 1) / page * page;
}

bool excludeFromDumps([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(MADV_DONTDUMP)
  return madvise(data, bytes, MADV_DONTDUMP) == 0;
#else
  return false;
#endif
}

/// A wish: where there are none, small pages do.
void askForHugePages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(MADV_HUGEPAGE)
  madvise(data, bytes, MADV_HUGEPAGE);
#endif
}

void excludeFromChildren([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(MADV_DONTFORK)
  madvise(data, bytes, MADV_DONTFORK);
#endif
}

}  // namespace

void wipe(void* data, std::size_t bytes) noexcept {
  if (bytes == 0) return;
  std::memset(data, 0, bytes);
  // The compiler must assume that this reads the memory, so the zeros have to be there.
  __asm__ __volatile__("" : : "r"(data) : "memory");
}

double lockLimitBytes() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
  if (limit.rlim_cur == RLIM_INFINITY) return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

CoreDumpState disableCoreDumps() noexcept {
  const rlimit none{0, 0};
  CoreDumpState state{setrlimit(RLIMIT_CORE, &none) == 0, false};
#if defined(__linux__)
  state.processUndumpable = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
  return state;
}

SecureMemory::SecureMemory(std::size_t bytes) : size_(wholePages(bytes)) {
  const std::size_t guard = pageBytes();
  const std::size_t alignment = size_ % kHugePageBytes == 0 ? kHugePageBytes : guard;
  reservedBytes_ = size_ + 2 * guard + alignment - guard;
  reserved_ = mmap(nullptr, reservedBytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved_ == MAP_FAILED) throw std::bad_alloc();
  const std::uintptr_t first = reinterpret_cast<std::uintptr_t>(reserved_) + guard;
  data_ = reinterpret_cast<void*>((first + alignment - 1) / alignment * alignment);
  if (mprotect(data_, size_, PROT_READ | PROT_WRITE) != 0) {
    munmap(reserved_, reservedBytes_);
    throw std::bad_alloc();
  }
  if (alignment == kHugePageBytes) askForHugePages(data_, size_);
  excludedFromDumps_ = excludeFromDumps(data_, size_);
  excludeFromChildren(data_, size_);
  locked_ = mlock(data_, size_) == 0;
}

SecureMemory::SecureMemory(SecureMemory&& other) noexcept
    : reserved_(std::exchange(other.reserved_, nullptr)),
      reservedBytes_(std::exchange(other.reservedBytes_, 0)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      locked_(std::exchange(other.locked_, false)),
      excludedFromDumps_(std::exchange(other.excludedFromDumps_, false)) {}

SecureMemory::~SecureMemory() {
  if (data_ == nullptr) return;
  wipe(data_, size_);
  munmap(reserved_, reservedBytes_);
}

}  // namespace menshen
