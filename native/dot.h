#pragma once
#include <cstddef>
#include <vector>

namespace menshen {

/// Rows are padded with zeros to whole blocks of this many floats (64 bytes), so that no kernel needs a tail loop.
constexpr std::size_t kBlockFloats = 16;

/// Sum of products of two float32 rows; `count` is a multiple of kBlockFloats, no alignment is asked for.
using DotKernel = float (*)(const float* left, const float* right, std::size_t count);

struct Kernel {
  const char* name;
  DotKernel dot;
};

/// The kernels this processor and operating system can run, fastest first; the last one is always "plain".
const std::vector<Kernel>& availableKernels();

/// The kernel of that name, or nullptr when it does not exist or this processor cannot run it.
const Kernel* findKernel(const char* name);

}  // namespace menshen
