#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "secure_memory.h"

namespace menshen {

struct ScratchMemory {
  std::unique_ptr<float[]> memory;
  std::size_t size = 0;
};

/// Memory of a thread for one call at a time: no allocation per frame, and nothing of a face left behind.
class Scratch {
 public:
  explicit Scratch(std::size_t floats) : used_(floats) {
    if (held_.size < floats) {
      held_.memory.reset(new float[floats]);
      held_.size = floats;
    }
  }
  ~Scratch() { wipe(held_.memory.get(), used_ * sizeof(float)); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Floats that hold as many values of another type.
  template <typename Value>
  static constexpr std::size_t floatsFor(std::size_t count) noexcept {
    static_assert(sizeof(Value) <= sizeof(float) && alignof(Value) <= alignof(float), "scratch is shared");
    return (count * sizeof(Value) + sizeof(float) - 1) / sizeof(float);
  }

  /// The next `count` values; the floats taken together are what the constructor was told.
  template <typename Value = float>
  Value* take(std::size_t count) noexcept {
    float* const taken = held_.memory.get() + taken_;
    taken_ += floatsFor<Value>(count);
    return new (taken) Value[count];
  }

 private:
  static inline thread_local ScratchMemory held_;
  std::size_t used_;
  std::size_t taken_ = 0;
};

}  // namespace menshen
