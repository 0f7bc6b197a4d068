#pragma once
#include <cstddef>
#include <cstdint>

namespace menshen {

/// A float32 vector v as bytes q: v = scale * q + error, where only the error's length is kept.
struct Quantised {
  float scale;
  /// At least the Euclidean length of v - scale * q; infinity for a vector that has none or is far from unit length.
  float errorLength;
  /// At least the Euclidean length of scale * q.
  float length;
};

/// Writes `count` whole numbers of -127 to 127, plus `bias`, as bytes. Whatever `vector` holds, the bounds are true.
Quantised quantise(const float* vector, std::size_t count, int bias, std::uint8_t* bytes);

/// What a probe contributes to the bound of `upperBounds`.
struct ProbeBound {
  float scale;
  float perError;
  float perLength;
};

/// For the quantised probe and rows of `strideFloats` floats.
ProbeBound probeBound(const Quantised& probe, std::size_t strideFloats);

/// What is kept beside the bytes of each template of a chunk.
struct ChunkScales {
  float* scale;
  float* errorLength;
  float* length;
};

/// upper[i] becomes at least the similarity that any float32 kernel computes for template i from its whole rows; or it
/// is not a number, and says nothing. `sums` are the products of the bytes.
///
/// Why: with t = s q + e and p = s' q' + e', the exact product is t.p = s s' (q.q') + (s q).e' + e.p, and by
/// Cauchy-Schwarz the last two are at most |s q| |e'| + |e| |p|. A float32 sum of n products, in any order, is off by at
/// most n u / (1 - n u) |t| |p| with u = 2^-24 (Higham 2002, section 3.1), and |t| <= |s q| + |e|.
void upperBounds(const ProbeBound& probe, const ChunkScales& templates, const std::int32_t* sums, std::size_t count,
                 float* upper);

}  // namespace menshen
