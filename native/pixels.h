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

/// Mean and standard deviation of the luma, 0 to 1.
LuminanceSums luminanceOf(const PixelKernels& kernels, const Picture& picture, const Box& box);

/// Variance of the Laplacian over the variance of `width` x `height` grey values.
double sharpnessOf(const PixelKernels& kernels, const float* grey, std::size_t width, std::size_t height);

}  // namespace menshen
