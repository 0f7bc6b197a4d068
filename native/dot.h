#pragma once
#include <cstddef>

namespace menshen {

/// Rows are padded with zeros to whole blocks of this many floats (64 bytes), so that no kernel needs a tail loop.
constexpr std::size_t kBlockFloats = 16;

/// Sum of products of two float32 rows; `count` is a multiple of kBlockFloats, no alignment is asked for.
using DotKernel = float (*)(const float* left, const float* right, std::size_t count);

float dotPlain(const float* left, const float* right, std::size_t count);
#if defined(__x86_64__)
float dotAvx2(const float* left, const float* right, std::size_t count);
float dotAvx512(const float* left, const float* right, std::size_t count);
#elif defined(__aarch64__)
float dotNeon(const float* left, const float* right, std::size_t count);
#endif

}  // namespace menshen
