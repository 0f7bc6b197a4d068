#include "pixel_kernels.h"

#include <algorithm>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// A file that is included, because a vector expression in a function without the target is taken to pieces for the
// baseline before it can be inlined into one that has it.
#if defined(__clang__)
#define MENSHEN_TARGET_AVX2 _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define MENSHEN_TARGET_AVX512 \
  _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512bw,avx512vl,fma\"))), apply_to = function)")
#define MENSHEN_TARGET_END _Pragma("clang attribute pop")
#else
#define MENSHEN_TARGET_AVX2 _Pragma("GCC push_options") _Pragma("GCC target(\"avx2,fma\")")
#define MENSHEN_TARGET_AVX512 _Pragma("GCC push_options") _Pragma("GCC target(\"avx512f,avx512bw,avx512vl,fma\")")
#define MENSHEN_TARGET_END _Pragma("GCC pop_options")
#endif

// GCC has it from version 12 on, and before that a builtin of its own.
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define MENSHEN_SHUFFLE_VECTOR
#endif
#endif

// Wide vectors pass between functions of this file only, where there is no ABI to break.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace menshen {
namespace {

typedef float Pixel __attribute__((vector_size(16)));
typedef float Pair __attribute__((vector_size(32)));  // of pixels side by side
typedef float Row16 __attribute__((vector_size(64)));

namespace plain {

constexpr std::size_t kRowLanes = 4;
using Row = Pixel;
typedef std::int32_t RowLanes __attribute__((vector_size(16)));
typedef std::uint8_t Bytes __attribute__((vector_size(16)));

inline Pixel widenedPixel(const std::uint8_t* from) {
#if defined(__x86_64__)
  std::int32_t bytes = 0;
  std::memcpy(&bytes, from, sizeof bytes);
  const __m128i zero = _mm_setzero_si128();
  return _mm_cvtepi32_ps(_mm_unpacklo_epi16(_mm_unpacklo_epi8(_mm_cvtsi32_si128(bytes), zero), zero));
#elif defined(__aarch64__)
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, from, sizeof bytes);
  const uint16x8_t words = vmovl_u8(vcreate_u8(bytes));
  return (Pixel)vcvtq_f32_u32(vmovl_u16(vget_low_u16(words)));
#else
  return Pixel{static_cast<float>(from[0]), static_cast<float>(from[1]), static_cast<float>(from[2]),
               static_cast<float>(from[3])};
#endif
}

inline Row widenedRow(const std::uint8_t* from) { return widenedPixel(from); }

inline Pair widenedPair(const std::uint8_t* from) {
  const Pixel halves[2] = {widenedPixel(from), widenedPixel(from + 4)};
  Pair pair;
  std::memcpy(&pair, halves, sizeof pair);
  return pair;
}

#include "pixel_loops.inc"

}  // namespace plain

#if defined(__x86_64__)

MENSHEN_TARGET_AVX2
namespace avx2 {

constexpr std::size_t kRowLanes = 8;
using Row = Pair;
typedef std::int32_t RowLanes __attribute__((vector_size(32)));
typedef std::uint8_t Bytes __attribute__((vector_size(32)));

inline Pair widenedPair(const std::uint8_t* from) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}

inline Row widenedRow(const std::uint8_t* from) { return widenedPair(from); }

#include "pixel_loops.inc"

}  // namespace avx2
MENSHEN_TARGET_END

MENSHEN_TARGET_AVX512
namespace avx512 {

constexpr std::size_t kRowLanes = 16;
using Row = Row16;
typedef std::int32_t RowLanes __attribute__((vector_size(64)));
typedef std::uint8_t Bytes __attribute__((vector_size(64)));

inline Pair widenedPair(const std::uint8_t* from) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}

inline Row widenedRow(const std::uint8_t* from) {
  // The zero-masked forms: the plain ones make GCC 12 warn of an uninitialised value in its own header.
  constexpr __mmask16 all = 0xffff;
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm512_maskz_cvtepi32_ps(all, _mm512_maskz_cvtepu8_epi32(all, bytes));
}

#include "pixel_loops.inc"

}  // namespace avx512
MENSHEN_TARGET_END

#endif

}  // namespace

const PixelKernels kPlainPixels = plain::kKernels;
#if defined(__x86_64__)
const PixelKernels kAvx2Pixels = avx2::kKernels;
const PixelKernels kAvx512Pixels = avx512::kKernels;
#endif

}  // namespace menshen
