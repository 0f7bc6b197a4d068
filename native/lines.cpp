#include <algorithm>
#include <cmath>
#include <cstdint>

#include "pixels.h"
#include "scratch.h"

namespace menshen {
namespace {

/// Where the gradient across is a ridge. One value more at either end, so that a pixel's neighbours can be read.
void findRidges(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
                const LineSearch& search, float* gradients, std::uint8_t* ways) {
  std::fill(gradients, gradients + width * height, 0.0f);
  std::fill(ways, ways + width * height + 2, std::uint8_t{0});
  if (width < 3 || height < 3) return;
  for (std::size_t y = 1; y < height - 1; ++y) {
    const std::size_t first = y * width + 1;
    kernels.uprightGradients(gradients + first, grey + first, width, width - 2, search.leastGradient,
                             search.uprightRatio);
  }
  kernels.ridges(ways + 2, gradients + 1, width * height - 2);
}

/// How many columns a line has moved in this row since the middle one. The clamp is for the conversion only.
std::ptrdiff_t shiftAt(double tilt, double rows) {
  constexpr double kFar = 1 << 30;
  return static_cast<std::ptrdiff_t>(std::max(-kFar, std::min(kFar, std::floor(tilt * rows + 0.5))));
}

}  // namespace

void countUprightLines(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
                       const LineSearch& search, float* counts) {
  const std::size_t pixels = width * height;
  Scratch scratch(pixels + Scratch::floatsFor<std::uint8_t>(pixels + 2) +
                  2 * Scratch::floatsFor<std::uint16_t>(width));
  float* const gradients = scratch.take(pixels);
  std::uint8_t* const ways = scratch.take<std::uint8_t>(pixels + 2);
  std::uint16_t* const brighter = scratch.take<std::uint16_t>(width);
  std::uint16_t* const darker = scratch.take<std::uint16_t>(width);
  findRidges(kernels, grey, width, height, search, gradients, ways);
  const std::ptrdiff_t columns = static_cast<std::ptrdiff_t>(width);
  for (std::size_t index = 0; index < search.tilts(); ++index, counts += width) {
    const double tilt = (static_cast<double>(index) - static_cast<double>(search.tiltsEachWay)) * search.tiltStep;
    std::fill(brighter, brighter + width, std::uint16_t{0});
    std::fill(darker, darker + width, std::uint16_t{0});
    for (std::size_t y = search.top; y <= search.bottom; ++y) {
      const std::ptrdiff_t shift = shiftAt(tilt, static_cast<double>(y) - search.middle);
      const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -shift), end = std::min(columns, columns - shift);
      if (first >= end) continue;
      const std::uint8_t* const row = ways + 1 + y * width + static_cast<std::size_t>(first + shift);
      kernels.countEdges(brighter + first, darker + first, row, static_cast<std::size_t>(end - first));
    }
    for (std::size_t x = 0; x < width; ++x) counts[x] = static_cast<float>(std::max(brighter[x], darker[x]));
  }
}

}  // namespace menshen
