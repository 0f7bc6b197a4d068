#include "quantise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace menshen {
namespace {

constexpr int kMostByte = 127;
/// Below this, a scale would be no normal float32; nothing of unit length is that flat.
constexpr float kLeastPeak = 1e-30f;
/// Unit vectors, with room; beyond it, the constants below would not hold.
constexpr double kMostLength = 2;
/// For what double precision rounds on the way to a bound.
constexpr double kRounding = 1 + 1e-9;
/// For what float32 rounds in a bound (four operations on numbers below 16) and for products that underflow.
constexpr float kSlack = 1e-5f;

float roundedUp(double value) {
  return std::nextafter(static_cast<float>(value * kRounding), std::numeric_limits<float>::infinity());
}

}  // namespace

Quantised quantise(const float* vector, std::size_t count, int bias, std::uint8_t* bytes) {
  float peak = 0;
  double squares = 0;
  for (std::size_t at = 0; at < count; ++at) {
    peak = std::max(peak, std::abs(vector[at]));
    squares += static_cast<double>(vector[at]) * static_cast<double>(vector[at]);
  }
  // Written so that NaN is caught too: `squares` is one when any value is.
  const bool usable = squares <= kMostLength * kMostLength && peak >= kLeastPeak;
  const float scale = usable ? peak / kMostByte : 0;
  double errors = 0, lengths = 0;
  for (std::size_t at = 0; at < count; ++at) {
    const double value = static_cast<double>(vector[at]);
    const double byte = usable ? std::round(value / static_cast<double>(scale)) : 0;
    // The scale is rounded, so that the peak may come out a little above.
    const double kept = std::max(-double{kMostByte}, std::min(double{kMostByte}, byte));
    const double restored = kept * static_cast<double>(scale);
    errors += (value - restored) * (value - restored);
    lengths += restored * restored;
    bytes[at] = static_cast<std::uint8_t>(static_cast<int>(kept) + bias);
  }
  if (!(squares <= kMostLength * kMostLength)) return {0, std::numeric_limits<float>::infinity(), 0};
  return {scale, roundedUp(std::sqrt(errors)), roundedUp(std::sqrt(lengths))};
}

ProbeBound probeBound(const Quantised& probe, std::size_t strideFloats) {
  const double unit = std::ldexp(static_cast<double>(strideFloats), -24);
  const double rounding = unit / (1 - unit);
  const double length = static_cast<double>(probe.length) + static_cast<double>(probe.errorLength);
  return {probe.scale, roundedUp(length * (1 + rounding)),
          roundedUp(static_cast<double>(probe.errorLength) + length * rounding)};
}

void upperBounds(const ProbeBound& probe, const ChunkScales& templates, const std::int32_t* sums, std::size_t count,
                 float* upper) {
  const float* const scale = templates.scale;
  const float* const errorLength = templates.errorLength;
  const float* const length = templates.length;
  for (std::size_t at = 0; at < count; ++at) {
    const float product = static_cast<float>(sums[at]) * (scale[at] * probe.scale);
    upper[at] = product + (errorLength[at] * probe.perError + length[at] * probe.perLength + kSlack);
  }
}

}  // namespace menshen
