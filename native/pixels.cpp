#include "pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "axis_taps.h"
#include "scratch.h"

namespace menshen {
namespace {

/// As in src/pixels/statistics.ts.
constexpr double kNoiseKernelNorm = 6;
constexpr double kMedianOfAbsolute = 0.6745;

std::uint32_t bitsOf(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits & 0x7fffffff;
}

/// Values whose bits above these are the same share a bin: sixteen to an octave.
constexpr unsigned kBinShift = 19;
constexpr std::size_t kBins = 0x80000000u >> kBinShift;

/// The value at place `place` (from 0) of the sorted values, which end in another order.
///
/// Of numbers that are not negative the bits have the same order, and NaN a place in it, as when sorted in TypeScript.
/// Counted into bins first: no processor foresees the comparisons of sorting, and there are few of them in one bin (33 to
/// 10 us for a face's crop, between model runs).
float nthOf(float* values, std::size_t count, std::size_t place) {
  std::uint32_t bins[kBins] = {};
  for (std::size_t index = 0; index < count; ++index) ++bins[bitsOf(values[index]) >> kBinShift];
  std::size_t bin = 0, before = 0;
  while (before + bins[bin] <= place) before += bins[bin++];
  const auto end = std::partition(values, values + count, [&](float value) { return bitsOf(value) >> kBinShift == bin; });
  const auto below = [](float one, float other) { return bitsOf(one) < bitsOf(other); };
  std::nth_element(values, values + (place - before), end, below);
  return values[place - before];
}

/// Beyond this, more samples per output pixel cost more than they change.
constexpr double kMaxSamplesPerSide = 4;

TensorRow rowOf(const Tensor& tensor, std::size_t y) {
  TensorRow row{};
  for (std::size_t channel = 0; channel < tensor.channels(); ++channel) {
    const std::size_t lane = tensor.colour == Colour::bgr ? 2 - channel : channel;
    row.plane[lane] = tensor.values + (channel * tensor.height + y) * tensor.width;
    row.scale[lane] = tensor.scale[channel];
    row.shift[lane] = -tensor.mean[channel] * tensor.scale[channel];
  }
  return row;
}

/// The taps of a whole row, relative to the first source pixel that any of them uses.
struct Columns {
  ColumnTaps taps;
  std::size_t first;
  std::size_t count;
};

/// The outputs around the middle that have its weights: nearly all of them where the ratio is a whole number.
std::pair<std::size_t, std::size_t> evenPart(const float* weights, std::size_t stride, std::size_t outputs) {
  const std::size_t middle = outputs / 2;
  const auto isAlike = [&](std::size_t x) {
    return std::memcmp(weights + x * stride, weights + middle * stride, stride * sizeof(float)) == 0;
  };
  std::size_t first = middle, end = middle + 1;
  while (first > 0 && isAlike(first - 1)) --first;
  while (end < outputs && isAlike(end)) ++end;
  return {first, end};
}

/// How far apart they start, where that is the same for all of them; otherwise 0.
std::size_t evenStepOf(const std::uint32_t* starts, std::size_t first, std::size_t end) {
  if (end - first < 2) return 0;
  const std::uint32_t step = starts[first + 1] - starts[first];
  for (std::size_t x = first + 1; x < end; ++x) {
    if (starts[x] - starts[x - 1] != step) return 0;
  }
  return step;
}

Columns columnsOf(const AxisTaps& axis, std::size_t outputs, std::size_t stride, std::uint32_t* starts, float* weights) {
  std::fill(weights, weights + outputs * stride, 0.0f);
  std::size_t first = std::numeric_limits<std::size_t>::max(), end = 0, most = 1, evenTaps = 0;
  for (std::size_t x = 0; x < outputs; ++x) {
    const AxisTaps::Span span = axis.fill(x, weights + x * stride);
    starts[x] = static_cast<std::uint32_t>(span.start);
    first = std::min(first, span.start);
    end = std::max(end, span.start + axis.perOutput());
    most = std::max(most, span.taps);
    if (x == outputs / 2) evenTaps = span.taps;
  }
  for (std::size_t x = 0; x < outputs; ++x) starts[x] -= static_cast<std::uint32_t>(first);
  const auto [evenFirst, evenEnd] = evenPart(weights, stride, outputs);
  const std::size_t evenStep = evenStepOf(starts, evenFirst, evenEnd);
  return {{starts, weights, stride, most, outputs, evenFirst, evenEnd, evenStep, evenTaps}, first, end - first};
}

/// Asks the processor for rows that will be needed, from `first` to before `end`: a model that ran since the picture was
/// last read has pushed it out of the nearer caches, and rows lie too far apart for the processor to foresee.
void fetchRows(const Picture& picture, const Columns& columns, std::size_t first, std::size_t end) {
  constexpr std::size_t kCacheLineBytes = 64;
  for (std::size_t y = first; y < std::min(picture.height, end); ++y) {
    const std::uint8_t* const row = picture.rgb + (y * picture.width + columns.first) * 3;
    for (std::size_t at = 0; at < columns.count * 3; at += kCacheLineBytes) __builtin_prefetch(row + at);
  }
}

void writeWarpedRow(const TensorRow& row, const float* sums, const Tensor& tensor, float share, bool mirrored) {
  for (std::size_t x = 0; x < tensor.width; ++x, sums += 4) {
    const std::size_t target = mirrored ? tensor.width - 1 - x : x;
    if (tensor.colour == Colour::grey) {
      const float luma = kLumaRed * sums[0] + kLumaGreen * sums[1] + kLumaBlue * sums[2];
      row.plane[0][target] = share * luma * row.scale[0] + row.shift[0];
      continue;
    }
    for (int lane = 0; lane < 3; ++lane) {
      row.plane[lane][target] = share * sums[lane] * row.scale[lane] + row.shift[lane];
    }
  }
}

}  // namespace

void resampleToTensor(const PixelKernels& kernels, const Picture& picture, const Box& box, float gain,
                      const Tensor& tensor) {
  const AxisTaps across(box.x, box.width, tensor.width, picture.width);
  const AxisTaps down(box.y, box.height, tensor.height, picture.height);
  const std::size_t lineFloats = picture.width * 3 + kLinePadding;
  const std::size_t greyFloats = tensor.colour == Colour::grey ? picture.width + kLinePadding : 0;
  const std::size_t stride = (across.perOutput() + 3) / 4 * 4;
  const std::size_t weightFloats = tensor.width * stride;
  Scratch scratch(Scratch::floatsFor<std::uint32_t>(tensor.width) + weightFloats + down.perOutput() + lineFloats + greyFloats);
  std::uint32_t* const starts = scratch.take<std::uint32_t>(tensor.width);
  const Columns columns = columnsOf(across, tensor.width, stride, starts, scratch.take(weightFloats));
  float* const rowWeights = scratch.take(down.perOutput());
  float* const line = scratch.take(lineFloats);
  float* const grey = scratch.take(greyFloats);
  if (greyFloats > 0) std::fill(grey + columns.count, grey + columns.count + kLinePadding, 0.0f);
  std::fill(line + columns.count * 3, line + columns.count * 3 + kLinePadding, 0.0f);
  const std::size_t rowsPerOutput = static_cast<std::size_t>(std::ceil(box.height / static_cast<double>(tensor.height)));
  std::size_t fetched = 0;
  for (std::size_t y = 0; y < tensor.height; ++y) {
    const AxisTaps::Span rows = down.fill(y, rowWeights);
    for (std::size_t tap = 0; tap < rows.taps; ++tap) rowWeights[tap] *= gain;
    const std::uint8_t* const first = picture.rgb + (rows.start * picture.width + columns.first) * 3;
    const std::size_t rowsEnd = rows.start + rows.taps;
    fetchRows(picture, columns, std::max(fetched, rowsEnd), rowsEnd + rowsPerOutput);
    fetched = rowsEnd + rowsPerOutput;
    kernels.blendRows(line, first, picture.width * 3, rowWeights, rows.taps, columns.count * 3);
    const TensorRow row = rowOf(tensor, y);
    if (tensor.colour == Colour::grey) {
      kernels.lumaOfLine(grey, line, columns.count);
      kernels.narrowGrey(row, grey, columns.taps);
    } else {
      kernels.narrowColour(row, line, columns.taps);
    }
  }
}

void warpToTensor(const PixelKernels& kernels, const Picture& picture, const Similarity& toPicture, bool mirrored,
                  const Tensor& tensor) {
  const auto& [a, b, tx, ty] = toPicture;
  const double side = std::min(kMaxSamplesPerSide, std::max(1.0, std::round(std::hypot(a, b))));
  const std::size_t samples = static_cast<std::size_t>(side);
  Scratch scratch(4 * tensor.width);
  float* const sums = scratch.take(4 * tensor.width);
  const double u = 0.5 / side - 0.5;
  for (std::size_t y = 0; y < tensor.height; ++y) {
    std::fill(sums, sums + 4 * tensor.width, 0.0f);
    for (std::size_t down = 0; down < samples; ++down) {
      const double v = static_cast<double>(y) + (static_cast<double>(down) + 0.5) / side - 0.5;
      const SampleLine line{a * u - b * v + tx, b * u + a * v + ty, a / side, b / side};
      kernels.addSamples(sums, picture, line, samples, tensor.width);
    }
    writeWarpedRow(rowOf(tensor, y), sums, tensor, static_cast<float>(1 / (side * side)), mirrored);
  }
}

void mirrorRows(const PixelKernels& kernels, float* values, std::size_t width, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) kernels.mirrorRow(values + row * width, width);
}

LuminanceSums luminanceOf(const PixelKernels& kernels, const Picture& picture, const Box& box) {
  const double left = std::max(0.0, std::floor(box.x)), top = std::max(0.0, std::floor(box.y));
  const double right = std::min(static_cast<double>(picture.width), std::ceil(box.x + box.width));
  const double bottom = std::min(static_cast<double>(picture.height), std::ceil(box.y + box.height));
  if (!(right > left && bottom > top)) return {0, 0};
  const std::size_t columns = static_cast<std::size_t>(right - left);
  std::uint64_t sum = 0, squares = 0;
  for (std::size_t y = static_cast<std::size_t>(top); y < static_cast<std::size_t>(bottom); ++y) {
    const std::size_t first = y * picture.width + static_cast<std::size_t>(left);
    kernels.addLuma(picture.rgb + first * 3, columns, sum, squares);
  }
  const double count = (right - left) * (bottom - top);
  constexpr double kWhite = 255'000;
  const double mean = static_cast<double>(sum) / count;
  const double variance = static_cast<double>(squares) / count - mean * mean;
  return {mean / kWhite, std::sqrt(std::max(0.0, variance)) / kWhite};
}

double sharpnessOf(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height) {
  if (width < 3 || height < 3) return 0;
  double sums[4] = {};
  for (std::size_t y = 1; y < height - 1; ++y) kernels.addLaplacian(grey + y * width + 1, width, width - 2, sums);
  const double count = static_cast<double>((width - 2) * (height - 2));
  const double variance = sums[1] / count - (sums[0] / count) * (sums[0] / count);
  // A flat crop, or one with values that are not numbers.
  if (!(variance > 1e-12)) return 0;
  return (sums[3] / count - (sums[2] / count) * (sums[2] / count)) / variance;
}

double noiseOf(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height) {
  if (width < 3 || height < 3) return 0;
  const std::size_t count = (width - 2) * (height - 2);
  Scratch scratch(count);
  float* const responses = scratch.take(count);
  for (std::size_t y = 1; y < height - 1; ++y) {
    kernels.noiseResponses(responses + (y - 1) * (width - 2), grey + y * width + 1, width, width - 2);
  }
  return static_cast<double>(nthOf(responses, count, count / 2)) / (kNoiseKernelNorm * kMedianOfAbsolute);
}

}  // namespace menshen
