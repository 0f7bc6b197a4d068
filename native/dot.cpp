#include "dot.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace menshen {
namespace {

float sumOf(const float (&lanes)[kBlockFloats]) {
  float total = 0;
  for (const float lane : lanes) total += lane;
  return total;
}

}  // namespace

float dotPlain(const float* left, const float* right, std::size_t count) {
  // Independent sums per lane let the compiler use whatever vectors the baseline has, without -ffast-math.
  float sums[kBlockFloats] = {};
  for (std::size_t at = 0; at < count; at += kBlockFloats) {
    for (std::size_t lane = 0; lane < kBlockFloats; ++lane) sums[lane] += left[at + lane] * right[at + lane];
  }
  return sumOf(sums);
}

#if defined(__x86_64__)

// Several accumulators hide the latency of fused multiply-add; with one, the sum would wait for itself.
__attribute__((target("avx512f"))) float dotAvx512(const float* left, const float* right, std::size_t count) {
  __m512 a = _mm512_setzero_ps(), b = a, c = a, d = a;
  std::size_t at = 0;
  for (; at + 64 <= count; at += 64) {
    a = _mm512_fmadd_ps(_mm512_loadu_ps(left + at), _mm512_loadu_ps(right + at), a);
    b = _mm512_fmadd_ps(_mm512_loadu_ps(left + at + 16), _mm512_loadu_ps(right + at + 16), b);
    c = _mm512_fmadd_ps(_mm512_loadu_ps(left + at + 32), _mm512_loadu_ps(right + at + 32), c);
    d = _mm512_fmadd_ps(_mm512_loadu_ps(left + at + 48), _mm512_loadu_ps(right + at + 48), d);
  }
  for (; at < count; at += 16) {
    a = _mm512_fmadd_ps(_mm512_loadu_ps(left + at), _mm512_loadu_ps(right + at), a);
  }
  float lanes[kBlockFloats];
  _mm512_storeu_ps(lanes, _mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
  return sumOf(lanes);
}

__attribute__((target("avx2,fma"))) float dotAvx2(const float* left, const float* right, std::size_t count) {
  __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;
  std::size_t at = 0;
  for (; at + 32 <= count; at += 32) {
    a = _mm256_fmadd_ps(_mm256_loadu_ps(left + at), _mm256_loadu_ps(right + at), a);
    b = _mm256_fmadd_ps(_mm256_loadu_ps(left + at + 8), _mm256_loadu_ps(right + at + 8), b);
    c = _mm256_fmadd_ps(_mm256_loadu_ps(left + at + 16), _mm256_loadu_ps(right + at + 16), c);
    d = _mm256_fmadd_ps(_mm256_loadu_ps(left + at + 24), _mm256_loadu_ps(right + at + 24), d);
  }
  for (; at < count; at += 8) {
    a = _mm256_fmadd_ps(_mm256_loadu_ps(left + at), _mm256_loadu_ps(right + at), a);
  }
  const __m256 eight = _mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

#elif defined(__aarch64__)

float dotNeon(const float* left, const float* right, std::size_t count) {
  float32x4_t a = vdupq_n_f32(0), b = a, c = a, d = a;
  for (std::size_t at = 0; at < count; at += 16) {
    a = vfmaq_f32(a, vld1q_f32(left + at), vld1q_f32(right + at));
    b = vfmaq_f32(b, vld1q_f32(left + at + 4), vld1q_f32(right + at + 4));
    c = vfmaq_f32(c, vld1q_f32(left + at + 8), vld1q_f32(right + at + 8));
    d = vfmaq_f32(d, vld1q_f32(left + at + 12), vld1q_f32(right + at + 12));
  }
  return vaddvq_f32(vaddq_f32(vaddq_f32(a, b), vaddq_f32(c, d)));
}

#endif

}  // namespace menshen
