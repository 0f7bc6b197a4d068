#pragma once
#include <cstddef>
#include <cstdint>

namespace menshen {

/// BT.601 weights, as in src/pixels/tensor.ts.
constexpr float kLumaRed = 0.299f;
constexpr float kLumaGreen = 0.587f;
constexpr float kLumaBlue = 0.114f;

/// 8-bit RGB, row by row without gaps: `rgb` has 3 x width x height bytes.
struct Picture {
  const std::uint8_t* rgb;
  std::size_t width;
  std::size_t height;

  std::size_t bytes() const noexcept { return width * height * 3; }
};

/// Where the values of one tensor row go, and how an 8-bit value becomes one: `min(255, v) * scale + shift`.
/// The arrays follow red, green, blue, whatever the order of the planes; a grey tensor uses the first entry only.
struct TensorRow {
  float* plane[3];
  float scale[3];
  float shift[3];
};

/// Which source pixels make each output pixel of a row: `taps` pixels from `starts[x]` on, with the weights from
/// `weights + x * stride` on. From `evenFirst` to before `evenEnd` all have the same weights, and each starts `evenStep`
/// pixels after the one before it (0: not all alike).
struct ColumnTaps {
  const std::uint32_t* starts;
  const float* weights;
  std::size_t stride;
  std::size_t taps;
  std::size_t outputs;
  std::size_t evenFirst;
  std::size_t evenEnd;
  std::size_t evenStep;
  std::size_t evenTaps;
};

/// Sampling points along an output row: sample `i` of the row is at (x + i * stepX, y + i * stepY) in the picture.
struct SampleLine {
  double x;
  double y;
  double stepX;
  double stepY;
};

/// How far from the border a sample must lie to be taken without looking: rounding moves it by much less.
constexpr double kEdgePx = 1.0 / 64;

/// Floats that may be read (not used) past the end of a line: kernels load pixels of three floats four at a time, or as
/// many as make two vectors of each colour.
constexpr std::size_t kLinePadding = 96;

/// The longest vector of bytes, less one.
constexpr std::size_t kBytePadding = 63;

/// Which way an upright edge goes, from left to right.
constexpr std::uint8_t kBrightening = 1;
constexpr std::uint8_t kDarkening = 2;

/// The inner loops of src/pixels, once for each kind of vector.
struct PixelKernels {
  /// line[i] = sum over t of weights[t] * first[t * strideBytes + i], for i < count.
  void (*blendRows)(float* line, const std::uint8_t* first, std::size_t strideBytes, const float* weights,
                    std::size_t taps, std::size_t count);
  /// grey[i] = luma of the i-th RGB triple of `line`.
  void (*lumaOfLine)(float* grey, const float* line, std::size_t count);
  /// One tensor row from a line of RGB triples; reads up to kLinePadding floats past the last triple.
  void (*narrowColour)(const TensorRow& row, const float* line, const ColumnTaps& columns);
  /// One tensor row from a line of grey values.
  void (*narrowGrey)(const TensorRow& row, const float* line, const ColumnTaps& columns);
  /// Adds to sums[4 * i .. 4 * i + 2] the red, green and blue at `samples` points of `line` for each i < count,
  /// bilinear and black beyond the border; sums[4 * i + 3] is for nothing.
  void (*addSamples)(float* sums, const Picture& picture, const SampleLine& line, std::size_t samples,
                     std::size_t count);
  /// Adds the luma of `count` RGB triples, in thousandths of a level, and its square: exact for 2^28 pixels.
  void (*addLuma)(const std::uint8_t* rgb, std::size_t count, std::uint64_t& sum, std::uint64_t& squares);
  /// Adds value, square, Laplacian and its square for `count` values of a grey image of this width, from `centre` on.
  void (*addLaplacian)(const float* centre, std::size_t width, std::size_t count, double (&sums)[4]);
  /// out[i] = how far the i-th value is from a plane or a straight edge, for i < count.
  void (*noiseResponses)(float* out, const float* centre, std::size_t width, std::size_t count);
  /// out[i] = gradient across where it is above `least` and that along is below `ratio` times as much, else 0.
  void (*uprightGradients)(float* out, const float* centre, std::size_t width, std::size_t count, double least,
                           double ratio);
  /// ways[i] = kBrightening or kDarkening where the gradient is steeper than beside it, else 0. Reads one value beside
  /// either end.
  void (*ridges)(std::uint8_t* ways, const float* gradients, std::size_t count);
  /// 1 where a ridge of that way is at most one pixel away, else 0. Reads one value beside either end.
  void (*splitEdges)(std::uint8_t* brighter, std::uint8_t* darker, const std::uint8_t* ways, std::size_t count);
  /// sums[i] = sum over r < `rows` of edges[offsets[r] + i], without carry, for i < `count`; reads and writes up to
  /// kBytePadding bytes past each end.
  void (*sumLines)(std::uint8_t* sums, const std::uint8_t* edges, const std::uint32_t* offsets, std::size_t rows,
                   std::size_t count);
  /// Turns `count` values round.
  void (*mirrorRow)(float* row, std::size_t count);
};

extern const PixelKernels kPlainPixels;
#if defined(__x86_64__)
extern const PixelKernels kAvx2Pixels;
extern const PixelKernels kAvx512Pixels;
#endif

}  // namespace menshen
