#include <algorithm>
#include <cmath>
#include <cstdint>

#include "pixels.h"
#include "scratch.h"

namespace menshen {
namespace {

/// So many rows fit a sum of bytes.
constexpr std::size_t kRowsOfBytes = 255;

/// Per pixel 1 where an upright edge of that way is at most a pixel away. Rows are `pitch` bytes apart and begin after
/// `margin` bytes, so that a line may leave them on either side; after the last one comes an empty one.
struct Edges {
  std::uint8_t* brighter;
  std::uint8_t* darker;
  std::size_t margin;
  std::size_t pitch;

  std::size_t at(std::size_t row) const noexcept { return row * pitch + margin; }
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
  for (std::size_t y = 0; y < height; ++y) {
    kernels.splitEdges(edges.brighter + edges.at(y), edges.darker + edges.at(y), ways + 1 + y * width, width);
  }
}

/// How many columns a line has moved in this row since the middle one. The clamp is for the conversion only.
std::ptrdiff_t shiftAt(double tilt, double rows) {
  constexpr double kFar = 1 << 30;
  const double columns = std::max(-kFar, std::min(kFar, tilt * rows + 0.5));
  const std::ptrdiff_t towardsZero = static_cast<std::ptrdiff_t>(columns);
  return columns < static_cast<double>(towardsZero) ? towardsZero - 1 : towardsZero;
}

/// The farthest that a line of the search moves, at most the whole width: then none of it is left.
std::size_t farthestShift(const LineSearch& search, std::size_t width) {
  const double steepest = static_cast<double>(search.tiltsEachWay) * search.tiltStep;
  const double up = search.middle - static_cast<double>(search.top);
  const double down = static_cast<double>(search.bottom) - search.middle;
  const double columns = std::abs(steepest) * std::max(std::abs(up), std::abs(down)) + 2;
  return columns < static_cast<double>(width) ? static_cast<std::size_t>(columns) : width;
}

/// Where the line of column 0 meets each of the rows from `top` to before `end`.
void locateLine(std::uint32_t* offsets, const Edges& edges, std::size_t width, std::size_t height, double tilt,
                double middle, std::size_t top, std::size_t end) {
  const std::ptrdiff_t columns = static_cast<std::ptrdiff_t>(width);
  for (std::size_t y = top; y < end; ++y) {
    const std::ptrdiff_t shift = shiftAt(tilt, static_cast<double>(y) - middle);
    const bool meets = -columns < shift && shift < columns;
    const std::size_t offset = meets ? edges.at(y) + static_cast<std::size_t>(shift) : edges.at(height);
    offsets[y - top] = static_cast<std::uint32_t>(offset);
  }
}

}  // namespace

void countUprightLines(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
                       const LineSearch& search, float* counts) {
  const std::size_t pixels = width * height, margin = farthestShift(search, width), pitch = width + 2 * margin;
  const std::size_t plane = (height + 1) * pitch + kBytePadding, padded = width + kBytePadding;
  Scratch scratch(pixels + Scratch::floatsFor<std::uint8_t>(pixels + 2) + 2 * Scratch::floatsFor<std::uint8_t>(plane) +
                  2 * Scratch::floatsFor<std::uint8_t>(padded) + 2 * width + kRowsOfBytes);
  float* const gradients = scratch.take(pixels);
  std::uint8_t* const ways = scratch.take<std::uint8_t>(pixels + 2);
  const Edges edges{scratch.take<std::uint8_t>(plane), scratch.take<std::uint8_t>(plane), margin, pitch};
  std::uint8_t* const brighter = scratch.take<std::uint8_t>(padded);
  std::uint8_t* const darker = scratch.take<std::uint8_t>(padded);
  float* const sums = scratch.take(2 * width);
  std::uint32_t* const offsets = scratch.take<std::uint32_t>(kRowsOfBytes);
  std::fill(edges.brighter, edges.brighter + plane, std::uint8_t{0});
  std::fill(edges.darker, edges.darker + plane, std::uint8_t{0});
  findEdges(kernels, grey, width, height, search, gradients, ways, edges);
  for (std::size_t index = 0; index < search.tilts(); ++index, counts += width) {
    const double tilt = (static_cast<double>(index) - static_cast<double>(search.tiltsEachWay)) * search.tiltStep;
    std::fill(sums, sums + 2 * width, 0.0f);
    for (std::size_t top = search.top; top <= search.bottom; top += kRowsOfBytes) {
      const std::size_t end = std::min(search.bottom + 1, top + kRowsOfBytes);
      locateLine(offsets, edges, width, height, tilt, search.middle, top, end);
      kernels.sumLines(brighter, edges.brighter, offsets, end - top, width);
      kernels.sumLines(darker, edges.darker, offsets, end - top, width);
      for (std::size_t x = 0; x < width; ++x) {
        sums[x] += static_cast<float>(brighter[x]);
        sums[width + x] += static_cast<float>(darker[x]);
      }
    }
    for (std::size_t x = 0; x < width; ++x) counts[x] = std::max(sums[x], sums[width + x]);
  }
}

}  // namespace menshen
