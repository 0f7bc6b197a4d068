#include <algorithm>
#include <cstdint>

#include "pixels.h"
#include "scratch.h"

namespace menshen {
namespace {

/// So many rows fit a sum of bytes.
constexpr std::size_t kRowsOfBytes = 255;

/// Per pixel 1 where an upright edge of that way is at most a pixel away.
struct Edges {
  std::uint8_t* brighter;
  std::uint8_t* darker;
};

/// `ways` has one value more at either end, so that a pixel's neighbours can be read.
void findEdges(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
               const LineSearch& search, float* gradients, std::uint8_t* ways, const Edges& edges) {
  std::fill(gradients, gradients + width * height, 0.0f);
  std::fill(ways, ways + width * height + 2, std::uint8_t{0});
  if (width >= 3 && height >= 3) {
    for (std::size_t y = 1; y < height - 1; ++y) {
      const std::size_t first = y * width + 1;
      kernels.uprightGradients(gradients + first, grey + first, width, width - 2, search.leastGradient,
                               search.uprightRatio);
    }
    kernels.ridges(ways + 2, gradients + 1, width * height - 2);
  }
  kernels.splitEdges(edges.brighter, edges.darker, ways + 1, width * height);
}

/// How many columns a line has moved in this row since the middle one. The clamp is for the conversion only.
std::ptrdiff_t shiftAt(double tilt, double rows) {
  constexpr double kFar = 1 << 30;
  const double columns = std::max(-kFar, std::min(kFar, tilt * rows + 0.5));
  const std::ptrdiff_t towardsZero = static_cast<std::ptrdiff_t>(columns);
  return columns < static_cast<double>(towardsZero) ? towardsZero - 1 : towardsZero;
}

/// Adds to `counts` of each column in how many of the rows from `top` to before `end` its line lies on an edge.
void countRows(const PixelKernels& kernels, const std::uint8_t* edges, std::size_t width, double tilt, double middle,
               std::size_t top, std::size_t end, std::uint8_t* sums, float* counts) {
  const std::ptrdiff_t columns = static_cast<std::ptrdiff_t>(width);
  std::fill(sums, sums + width, std::uint8_t{0});
  for (std::size_t y = top; y < end; ++y) {
    const std::ptrdiff_t shift = shiftAt(tilt, static_cast<double>(y) - middle);
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -shift), last = std::min(columns, columns - shift);
    if (first >= last) continue;
    kernels.addBytes(sums + first, edges + y * width + static_cast<std::size_t>(first + shift),
                     static_cast<std::size_t>(last - first));
  }
  for (std::size_t x = 0; x < width; ++x) counts[x] += static_cast<float>(sums[x]);
}

}  // namespace

void countUprightLines(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
                       const LineSearch& search, float* counts) {
  const std::size_t pixels = width * height;
  const std::size_t byteFloats = Scratch::floatsFor<std::uint8_t>(pixels);
  Scratch scratch(pixels + Scratch::floatsFor<std::uint8_t>(pixels + 2) + 2 * byteFloats + width +
                  Scratch::floatsFor<std::uint8_t>(width));
  float* const gradients = scratch.take(pixels);
  std::uint8_t* const ways = scratch.take<std::uint8_t>(pixels + 2);
  const Edges edges{scratch.take<std::uint8_t>(pixels), scratch.take<std::uint8_t>(pixels)};
  float* const darker = scratch.take(width);
  std::uint8_t* const sums = scratch.take<std::uint8_t>(width);
  findEdges(kernels, grey, width, height, search, gradients, ways, edges);
  for (std::size_t index = 0; index < search.tilts(); ++index, counts += width) {
    const double tilt = (static_cast<double>(index) - static_cast<double>(search.tiltsEachWay)) * search.tiltStep;
    std::fill(counts, counts + width, 0.0f);
    std::fill(darker, darker + width, 0.0f);
    for (std::size_t top = search.top; top <= search.bottom; top += kRowsOfBytes) {
      const std::size_t end = std::min(search.bottom + 1, top + kRowsOfBytes);
      countRows(kernels, edges.brighter, width, tilt, search.middle, top, end, sums, counts);
      countRows(kernels, edges.darker, width, tilt, search.middle, top, end, sums, darker);
    }
    for (std::size_t x = 0; x < width; ++x) counts[x] = std::max(counts[x], darker[x]);
  }
}

}  // namespace menshen
