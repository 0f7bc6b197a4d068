#include "pixels_binding.h"

#include <string>

#include "kernel.h"
#include "napi_call.h"
#include "pixels.h"

namespace menshen {
namespace {

// Larger than any picture or model input there is, and small enough that no product of them overflows.
constexpr std::uint32_t kMaxSidePx = 1u << 14;
constexpr double kMaxCoordinate = 1u << 24;
constexpr double kMaxFactor = 1e15;
constexpr double kMaxTiltStep = 16;
constexpr std::uint32_t kMaxTilts = 128;

const PixelKernels& kernelsNamed(const Arguments& call, std::size_t index) {
  const Kernel* const kernel = findKernel(call.text(index).c_str());
  if (kernel == nullptr) throw Misuse{"this processor has no such kernel"};
  return *kernel->pixels;
}

/// Three arguments: bytes, width, height.
Picture pictureAt(const Arguments& call, std::size_t index) {
  Picture picture{nullptr, call.integer(index + 1, 1, kMaxSidePx), call.integer(index + 2, 1, kMaxSidePx)};
  picture.rgb = call.bytes(index, picture.bytes());
  return picture;
}

/// Four arguments: x, y, width, height.
Box boxAt(const Arguments& call, std::size_t index) {
  const Box box{call.number(index, kMaxCoordinate), call.number(index + 1, kMaxCoordinate),
                call.number(index + 2, kMaxCoordinate), call.number(index + 3, kMaxCoordinate)};
  if (box.width < 0 || box.height < 0) throw Misuse{"a box has a negative size"};
  return box;
}

Colour colourAt(const Arguments& call, std::size_t index) {
  const std::string name = call.text(index);
  if (name == "rgb") return Colour::rgb;
  if (name == "bgr") return Colour::bgr;
  if (name == "grey") return Colour::grey;
  throw Misuse{"a colour must be rgb, bgr or grey"};
}

/// Ten arguments: values, width, height, colour, three means, three scales.
Tensor tensorAt(const Arguments& call, std::size_t index) {
  Tensor tensor{};
  tensor.width = call.integer(index + 1, 1, kMaxSidePx);
  tensor.height = call.integer(index + 2, 1, kMaxSidePx);
  tensor.colour = colourAt(call, index + 3);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    tensor.mean[channel] = static_cast<float>(call.number(index + 4 + channel, kMaxFactor));
    tensor.scale[channel] = static_cast<float>(call.number(index + 7 + channel, kMaxFactor));
  }
  tensor.values = call.floats(index, tensor.channels() * tensor.width * tensor.height);
  return tensor;
}

napi_value resample(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const Box box = boxAt(call, 4);
  const float gain = static_cast<float>(call.number(8, kMaxFactor));
  resampleToTensor(kernels, pictureAt(call, 1), box, gain, tensorAt(call, 9));
  return undefinedOf(env);
}

napi_value warp(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const Similarity toPicture{call.number(4, kMaxCoordinate), call.number(5, kMaxCoordinate),
                             call.number(6, kMaxCoordinate), call.number(7, kMaxCoordinate)};
  const bool mirrored = call.boolean(8);
  warpToTensor(kernels, pictureAt(call, 1), toPicture, mirrored, tensorAt(call, 9));
  return undefinedOf(env);
}

napi_value mirror(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  // Three planes of rows at most.
  const std::size_t width = call.integer(2, 1, kMaxSidePx), rows = call.integer(3, 1, 3 * kMaxSidePx);
  mirrorRows(kernels, call.floats(1, width * rows), width, rows);
  return undefinedOf(env);
}

napi_value luminance(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const LuminanceSums sums = luminanceOf(kernels, pictureAt(call, 1), boxAt(call, 4));
  const napi_value result = newObject(env);
  setNamed(env, result, "mean", numberOf(env, sums.mean));
  setNamed(env, result, "deviation", numberOf(env, sums.deviation));
  return result;
}

napi_value sharpness(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const std::size_t width = call.integer(2, 1, kMaxSidePx), height = call.integer(3, 1, kMaxSidePx);
  return numberOf(env, sharpnessOf(kernels, call.floats(1, width * height), width, height));
}

napi_value noise(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const std::size_t width = call.integer(2, 1, kMaxSidePx), height = call.integer(3, 1, kMaxSidePx);
  return numberOf(env, noiseOf(kernels, call.floats(1, width * height), width, height));
}

napi_value uprightLines(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const PixelKernels& kernels = kernelsNamed(call, 0);
  const std::uint32_t width = call.integer(2, 1, kMaxSidePx), height = call.integer(3, 1, kMaxSidePx);
  LineSearch search{};
  search.leastGradient = call.number(4, kMaxFactor);
  search.uprightRatio = call.number(5, kMaxFactor);
  search.bottom = call.integer(7, 0, height - 1);
  search.top = call.integer(6, 0, static_cast<std::uint32_t>(search.bottom));
  search.middle = call.number(8, kMaxCoordinate);
  search.tiltStep = call.number(9, kMaxTiltStep);
  search.tiltsEachWay = call.integer(10, 0, kMaxTilts);
  countUprightLines(kernels, call.floats(1, std::size_t{width} * height), width, height, search,
                    call.floats(11, search.tilts() * width));
  return undefinedOf(env);
}

}  // namespace

void definePixelFunctions(napi_env env, napi_value exports) {
  setFunction(env, exports, "resample", guarded<resample>);
  setFunction(env, exports, "warp", guarded<warp>);
  setFunction(env, exports, "mirror", guarded<mirror>);
  setFunction(env, exports, "luminance", guarded<luminance>);
  setFunction(env, exports, "sharpness", guarded<sharpness>);
  setFunction(env, exports, "noise", guarded<noise>);
  setFunction(env, exports, "uprightLines", guarded<uprightLines>);
}

}  // namespace menshen
