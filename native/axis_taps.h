#pragma once
#include <cstddef>

namespace menshen {

/// The triangle filter of src/pixels/taps.ts along one axis: from `start` over `length` source pixels to `outputs`
/// pixels, where `inputs` source pixels exist. Beyond the border the last pixel counts again: its weight collects those
/// of the taps that have no pixel, in closed form, so that a box of any size costs no more than the picture.
///
/// `start` and `length` are at most 2^24 in magnitude, `length` is not negative, the counts are at least 1.
class AxisTaps {
 public:
  AxisTaps(double start, double length, std::size_t outputs, std::size_t inputs) noexcept;

  /// At most this many weights per output; never more than `inputs`.
  std::size_t perOutput() const noexcept { return perOutput_; }

  struct Span {
    std::size_t start;
    /// Weights that are not zero at the end; `start + taps <= inputs`.
    std::size_t taps;
  };

  /// Writes `perOutput()` weights that sum to 1.
  Span fill(std::size_t output, float* weights) const noexcept;

 private:
  /// Where all taps have pixels, as nearly everywhere.
  Span fillInside(double first, double last, double centre, float* weights) const noexcept;

  double start_;
  double ratio_;
  double support_;
  std::size_t inputs_;
  std::size_t perOutput_;
};

}  // namespace menshen
