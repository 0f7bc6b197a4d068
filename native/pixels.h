#pragma once
#include <cstddef>

#include "pixel_kernels.h"

namespace menshen {

/// In pixels of the picture; at most 2^24 in magnitude, width and height not negative.
struct Box {
  double x;
  double y;
  double width;
  double height;
};

enum class Colour { rgb, bgr, grey };

/// A model's input: channels x height x width floats, planar. `mean` and `scale` follow the planes.
struct Tensor {
  float* values;
  std::size_t width;
  std::size_t height;
  Colour colour;
  float mean[3];
  float scale[3];

  std::size_t channels() const noexcept { return colour == Colour::grey ? 1 : 3; }
};

/// Output pixel (x, y) shows the picture at (a * x - b * y + tx, b * x + a * y + ty).
struct Similarity {
  double a;
  double b;
  double tx;
  double ty;
};

struct LuminanceSums {
  double mean;
  double deviation;
};

// Each is the twin of the function of the same name in src/pixels and says no more than differs. Scratch memory is the
// thread's own, grown when needed, wiped before they return. They throw std::bad_alloc and nothing else.

/// Multiplies every 8-bit value by `gain` and cuts the result at 255 before normalisation.
void resampleToTensor(const PixelKernels& kernels, const Picture& picture, const Box& box, float gain,
                      const Tensor& tensor);

void warpToTensor(const PixelKernels& kernels, const Picture& picture, const Similarity& toPicture, bool mirrored,
                  const Tensor& tensor);

/// Flips rows of `width` values left to right.
void mirrorRows(const PixelKernels& kernels, float* values, std::size_t width, std::size_t rows);

/// Mean and standard deviation of the luma, 0 to 1.
LuminanceSums luminanceOf(const PixelKernels& kernels, const Picture& picture, const Box& box);

/// Variance of the Laplacian over the variance of `width` x `height` grey values.
double sharpnessOf(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height);

/// Standard deviation of the noise of `width` x `height` grey values.
double noiseOf(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height);

/// Straight lines that are looked for in a grey image: from row `top` to row `bottom`, at columns that count in row
/// `middle`, of 2 * `tiltsEachWay` + 1 tilts that are `tiltStep` columns a row apart.
struct LineSearch {
  double leastGradient;
  double uprightRatio;
  std::size_t top;
  std::size_t bottom;
  double middle;
  double tiltStep;
  std::size_t tiltsEachWay;

  std::size_t tilts() const noexcept { return 2 * tiltsEachWay + 1; }
};

/// Writes for each tilt and each column in how many rows the line lies on an upright edge, of the way that most go.
/// `top` <= `bottom` < `height`.
void countUprightLines(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height,
                       const LineSearch& search, float* counts);

}  // namespace menshen
