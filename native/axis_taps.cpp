#include "axis_taps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace menshen {
namespace {

/// std::floor, which the baseline of x86-64 has no instruction for; coordinates fit an integer by far.
double floorOf(double value) {
  const double towardsZero = static_cast<double>(static_cast<std::int64_t>(value));
  return towardsZero > value ? towardsZero - 1 : towardsZero;
}

/// Sum of 1 - |index - centre| / support over the whole numbers from `from` to `to`; 0 when there are none.
double triangleSum(double from, double to, double centre, double support) {
  const double middle = floorOf(centre);
  const auto ramp = [&](double first, double last, double sign) {
    if (first > last) return 0.0;
    const double count = last - first + 1;
    return count - sign * ((first + last) / 2 - centre) * count / support;
  };
  return ramp(from, std::min(to, middle), -1) + ramp(std::max(from, middle + 1), to, 1);
}

}  // namespace

AxisTaps::AxisTaps(double start, double length, std::size_t outputs, std::size_t inputs) noexcept
    : start_(start),
      ratio_(length / static_cast<double>(outputs)),
      support_(std::max(1.0, ratio_)),
      inputs_(inputs),
      perOutput_(std::min(inputs, static_cast<std::size_t>(2 * support_) + 1)) {}

AxisTaps::Span AxisTaps::fill(std::size_t output, float* weights) const noexcept {
  const double centre = start_ + (static_cast<double>(output) + 0.5) * ratio_ - 0.5;
  const double first = floorOf(centre - support_) + 1;
  const double last = -floorOf(-centre - support_) - 1;
  const double lastInput = static_cast<double>(inputs_) - 1;
  const double kept = std::max(0.0, std::min(static_cast<double>(inputs_ - perOutput_), first));
  if (first >= 0 && last <= lastInput && kept == first) return fillInside(first, last, centre, weights);
  const double before = first >= 0 ? 0 : triangleSum(first, std::min(last, -1.0), centre, support_);
  const double after = last <= lastInput ? 0 : triangleSum(std::max(first, lastInput + 1), last, centre, support_);
  const double sum = triangleSum(first, last, centre, support_);
  std::fill(weights, weights + perOutput_, 0.0f);
  std::size_t taps = 0;
  for (std::size_t slot = 0; slot < perOutput_; ++slot) {
    const double index = kept + static_cast<double>(slot);
    double weight = index >= first && index <= last ? 1 - std::abs(index - centre) / support_ : 0;
    if (index == 0) weight += before;
    if (index == lastInput) weight += after;
    weights[slot] = static_cast<float>(weight / sum);
    if (weight != 0) taps = slot + 1;
  }
  return {static_cast<std::size_t>(kept), taps};
}

AxisTaps::Span AxisTaps::fillInside(double first, double last, double centre, float* weights) const noexcept {
  const double share = 1 / triangleSum(first, last, centre, support_), slope = share / support_;
  const std::size_t taps = std::min(perOutput_, static_cast<std::size_t>(last - first) + 1);
  for (std::size_t slot = 0; slot < taps; ++slot) {
    const double distance = std::abs(first + static_cast<double>(static_cast<std::int32_t>(slot)) - centre);
    weights[slot] = static_cast<float>(share - distance * slope);
  }
  std::fill(weights + taps, weights + perOutput_, 0.0f);
  return {static_cast<std::size_t>(first), taps};
}

}  // namespace menshen
