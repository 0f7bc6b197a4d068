#include "scan.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace menshen {
namespace {

void scanPlain(const std::uint8_t* rows, std::size_t stride, std::size_t count, const std::int8_t* probe,
               std::int32_t biasSum, std::int32_t* sums) {
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    std::int32_t sum = 0;
    for (std::size_t at = 0; at < stride; ++at) sum += rows[at] * probe[at];
    sums[row] = sum - biasSum;
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) inline std::int32_t sumAvx2(__m256i eight) {
  const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
  const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

// Halves by way of memory and zero-masked forms: the plain ones make GCC 12 warn of an uninitialised value in its own
// header.

__attribute__((target("avx512f,avx2"))) inline std::int32_t sumAvx512(__m512i sixteen) {
  __m256i halves[2];
  _mm512_storeu_si512(halves, sixteen);
  return sumAvx2(_mm256_add_epi32(halves[0], halves[1]));
}

/// The sums of four vectors, in order.
__attribute__((target("avx512f,avx2"))) inline __m128i fourSumsAvx512(__m512i a, __m512i b, __m512i c, __m512i d) {
  constexpr __mmask16 all = 0xffff;
  const __m512i ab = _mm512_add_epi32(_mm512_maskz_unpacklo_epi32(all, a, b), _mm512_maskz_unpackhi_epi32(all, a, b));
  const __m512i cd = _mm512_add_epi32(_mm512_maskz_unpacklo_epi32(all, c, d), _mm512_maskz_unpackhi_epi32(all, c, d));
  const __m512i low = _mm512_maskz_unpacklo_epi64(0xff, ab, cd), high = _mm512_maskz_unpackhi_epi64(0xff, ab, cd);
  __m256i halves[2];
  _mm512_storeu_si512(halves, _mm512_add_epi32(low, high));
  const __m256i eight = _mm256_add_epi32(halves[0], halves[1]);
  return _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
}

/// Unsummed products of one row, read from its beginning to its end: in that order memory is fastest.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) inline __m512i productsVnni(const std::uint8_t* row,
                                                                                           std::size_t stride,
                                                                                           const std::int8_t* probe) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  std::size_t at = 0;
  for (; at + 2 * kBlockBytes <= stride; at += 2 * kBlockBytes) {
    __builtin_prefetch(row + at + kPrefetchBytes);
    __builtin_prefetch(row + at + kPrefetchBytes + kBlockBytes);
    const std::size_t next = at + kBlockBytes;
    even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(row + at), _mm512_loadu_si512(probe + at));
    odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512(row + next), _mm512_loadu_si512(probe + next));
  }
  if (at < stride) even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(row + at), _mm512_loadu_si512(probe + at));
  return _mm512_add_epi32(even, odd);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) void scanAvx512Vnni(
    const std::uint8_t* rows, std::size_t stride, std::size_t count, const std::int8_t* probe, std::int32_t biasSum,
    std::int32_t* sums) {
  std::size_t row = 0;
  for (; row + 4 <= count; row += 4, rows += 4 * stride) {
    const __m512i a = productsVnni(rows, stride, probe), b = productsVnni(rows + stride, stride, probe);
    const __m512i c = productsVnni(rows + 2 * stride, stride, probe), d = productsVnni(rows + 3 * stride, stride, probe);
    const __m128i four = _mm_sub_epi32(fourSumsAvx512(a, b, c, d), _mm_set1_epi32(biasSum));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(sums + row), four);
  }
  for (; row < count; ++row, rows += stride) sums[row] = sumAvx512(productsVnni(rows, stride, probe)) - biasSum;
}

// Without that instruction, bytes are widened to 16 bits: the older one that multiplies bytes saturates.

__attribute__((target("avx512f,avx512bw,avx512vl"))) inline __m512i productsAvx512(const std::uint8_t* row,
                                                                                  const std::int8_t* probe) {
  const __m512i left = _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(row)));
  const __m512i right = _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(probe)));
  return _mm512_madd_epi16(left, right);
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) void scanAvx512Bw(const std::uint8_t* rows, std::size_t stride,
                                                                      std::size_t count, const std::int8_t* probe,
                                                                      std::int32_t biasSum, std::int32_t* sums) {
  constexpr std::size_t half = 32;
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    __m512i even = _mm512_setzero_si512(), odd = even;
    for (std::size_t at = 0; at < stride; at += 2 * half) {
      __builtin_prefetch(rows + at + kPrefetchBytes);
      even = _mm512_add_epi32(even, productsAvx512(rows + at, probe + at));
      odd = _mm512_add_epi32(odd, productsAvx512(rows + at + half, probe + at + half));
    }
    sums[row] = sumAvx512(_mm512_add_epi32(even, odd)) - biasSum;
  }
}

__attribute__((target("avx2"))) inline __m256i productsAvx2(const std::uint8_t* row, const std::int8_t* probe) {
  const __m256i left = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row)));
  const __m256i right = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(probe)));
  return _mm256_madd_epi16(left, right);
}

__attribute__((target("avx2"))) void scanAvx2(const std::uint8_t* rows, std::size_t stride, std::size_t count,
                                              const std::int8_t* probe, std::int32_t biasSum, std::int32_t* sums) {
  constexpr std::size_t half = 16;
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    __m256i even = _mm256_setzero_si256(), odd = even;
    for (std::size_t at = 0; at < stride; at += 2 * half) {
      __builtin_prefetch(rows + at + kPrefetchBytes);
      even = _mm256_add_epi32(even, productsAvx2(rows + at, probe + at));
      odd = _mm256_add_epi32(odd, productsAvx2(rows + at + half, probe + at + half));
    }
    sums[row] = sumAvx2(_mm256_add_epi32(even, odd)) - biasSum;
  }
}

__attribute__((target("avx2"))) std::uint64_t streamAvx2(const std::uint8_t* bytes, std::size_t count) {
  constexpr std::size_t half = 32;
  __m256i even = _mm256_setzero_si256(), odd = even;
  for (std::size_t at = 0; at < count; at += 2 * half) {
    __builtin_prefetch(bytes + at + kPrefetchBytes);
    even = _mm256_add_epi64(even, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at)));
    odd = _mm256_add_epi64(odd, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at + half)));
  }
  std::uint64_t lanes[4];
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), _mm256_add_epi64(even, odd));
  return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

#elif defined(__aarch64__)

void scanNeon(const std::uint8_t* rows, std::size_t stride, std::size_t count, const std::int8_t* probe, std::int32_t,
              std::int32_t* sums) {
  const uint8x16_t bias = vdupq_n_u8(kRowBias);
  for (std::size_t row = 0; row < count; ++row, rows += stride) {
    int32x4_t even = vdupq_n_s32(0), odd = even;
    for (std::size_t at = 0; at < stride; at += 16) {
      if (at % kBlockBytes == 0) __builtin_prefetch(rows + at + kPrefetchBytes);
      const int8x16_t left = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(rows + at), bias));
      const int8x16_t right = vld1q_s8(probe + at);
      // 128 * 127 fits in 16 bits; the products are added in pairs straight into 32.
      even = vpadalq_s16(even, vmull_s8(vget_low_s8(left), vget_low_s8(right)));
      odd = vpadalq_s16(odd, vmull_high_s8(left, right));
    }
    sums[row] = vaddvq_s32(vaddq_s32(even, odd));
  }
}

#endif

std::uint64_t streamPlain(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t even = 0, odd = 0;
  for (std::size_t at = 0; at < count; at += 2 * sizeof even) {
    std::uint64_t words[2];
    std::memcpy(words, bytes + at, sizeof words);
    even += words[0];
    odd += words[1];
  }
  return even + odd;
}

std::vector<NamedScan> detectScans() {
  std::vector<NamedScan> scans;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl");
  if (wide && __builtin_cpu_supports("avx512vnni")) scans.push_back({"avx512-vnni", scanAvx512Vnni});
  if (wide) scans.push_back({"avx512-bw", scanAvx512Bw});
  if (__builtin_cpu_supports("avx2")) scans.push_back({"avx2", scanAvx2});
#elif defined(__aarch64__)
  scans.push_back({"neon", scanNeon});
#endif
  scans.push_back({"plain", scanPlain});
  return scans;
}

}  // namespace

const std::vector<NamedScan>& availableScans() {
  static const std::vector<NamedScan> scans = detectScans();
  return scans;
}

ScanKernel fastestScan(const char* family) {
  for (const NamedScan& candidate : availableScans()) {
    if (std::strncmp(candidate.name, family, std::strlen(family)) == 0) return candidate.scan;
  }
  return scanPlain;
}

std::uint64_t streamBytes(const std::uint8_t* bytes, std::size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return streamAvx2(bytes, count);
#endif
  return streamPlain(bytes, count);
}

}  // namespace menshen
