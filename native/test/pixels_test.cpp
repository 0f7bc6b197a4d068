// Every buffer here is exactly as long as it must be, so that the address sanitizer sees a read or write past it.
#include "../pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../kernel.h"
#include "expect.h"

namespace menshen::test {
namespace {

std::size_t sideUpTo(std::size_t most) { return 1 + randomness() % most; }

double numberWithin(double least, double most) {
  return std::uniform_real_distribution<double>(least, most)(randomness);
}

struct OwnedPicture {
  std::vector<std::uint8_t> bytes;
  Picture view;

  OwnedPicture(std::size_t width, std::size_t height) : bytes(width * height * 3), view{nullptr, width, height} {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(randomness());
    view.rgb = bytes.data();
  }
};

struct OwnedTensor {
  std::vector<float> values;
  Tensor view;

  OwnedTensor(std::size_t width, std::size_t height, Colour colour)
      : view{nullptr, width, height, colour, {127, 100, 90}, {0.01f, 0.02f, 0.03f}} {
    values.resize(view.channels() * width * height, std::nanf(""));
    view.values = values.data();
  }
};

Box hostileBox() {
  switch (randomness() % 6) {
    case 0: return {numberWithin(-1e7, 1e7), numberWithin(-1e7, 1e7), numberWithin(0, 1e7), numberWithin(0, 1e7)};
    case 1: return {numberWithin(-50, 50), numberWithin(-50, 50), 0, 0};
    case 2: return {-0.5, -0.5, 1e-9, 1e7};
    default: return {numberWithin(-60, 60), numberWithin(-60, 60), numberWithin(0, 90), numberWithin(0, 90)};
  }
}

Similarity hostileSimilarity() {
  const double size = randomness() % 5 == 0 ? 1e7 : 4;
  const double shift = randomness() % 5 == 0 ? 1e7 : 40;
  return {numberWithin(-size, size), numberWithin(-size, size), numberWithin(-shift, shift),
          numberWithin(-shift, shift)};
}

bool alike(const std::vector<float>& left, const std::vector<float>& right) {
  // A thousandth of an 8-bit level at the largest scale and gain used here.
  constexpr float tolerance = 1e-3f * 0.03f * 3;
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](float a, float b) { return std::abs(a - b) <= tolerance; });
}

void resamplesLikePlain(const Kernel& kernel) {
  for (int round = 0; round < 400; ++round) {
    const OwnedPicture picture(sideUpTo(70), sideUpTo(50));
    const Colour colour = static_cast<Colour>(randomness() % 3);
    const std::size_t width = sideUpTo(40), height = sideUpTo(30);
    OwnedTensor tensor(width, height, colour), expected(width, height, colour);
    const Box box = hostileBox();
    const float gain = static_cast<float>(numberWithin(0, 3));
    resampleToTensor(*kernel.pixels, picture.view, box, gain, tensor.view);
    resampleToTensor(kPlainPixels, picture.view, box, gain, expected.view);
    expect(alike(tensor.values, expected.values), "resampling equals the plain kernel's", kernel.name);
  }
}

void warpsLikePlain(const Kernel& kernel) {
  for (int round = 0; round < 400; ++round) {
    const OwnedPicture picture(sideUpTo(70), sideUpTo(50));
    const Colour colour = static_cast<Colour>(randomness() % 3);
    const std::size_t width = sideUpTo(40), height = sideUpTo(30);
    OwnedTensor tensor(width, height, colour), expected(width, height, colour);
    const Similarity toPicture = hostileSimilarity();
    warpToTensor(*kernel.pixels, picture.view, toPicture, round % 2 == 0, tensor.view);
    warpToTensor(kPlainPixels, picture.view, toPicture, round % 2 == 0, expected.view);
    expect(alike(tensor.values, expected.values), "warping equals the plain kernel's", kernel.name);
  }
}

void keepsAPlainPicturePlain(const Kernel& kernel) {
  OwnedPicture picture(33, 21);
  std::fill(picture.bytes.begin(), picture.bytes.end(), std::uint8_t{90});
  for (int round = 0; round < 200; ++round) {
    OwnedTensor tensor(sideUpTo(20), sideUpTo(20), Colour::grey);
    resampleToTensor(*kernel.pixels, picture.view, hostileBox(), 1, tensor.view);
    for (const float value : tensor.values) {
      expect(std::abs(value - (90.0f - 127) * 0.01f) < 1e-5f, "weights sum to one, wherever the box lies", kernel.name);
    }
  }
}

void measuresLikePlain(const Kernel& kernel) {
  for (int round = 0; round < 200; ++round) {
    const OwnedPicture picture(sideUpTo(150), sideUpTo(20));
    const Box box = hostileBox();
    const LuminanceSums found = luminanceOf(*kernel.pixels, picture.view, box);
    const LuminanceSums expected = luminanceOf(kPlainPixels, picture.view, box);
    expect(std::abs(found.mean - expected.mean) < 1e-6 && std::abs(found.deviation - expected.deviation) < 1e-5,
           "luminance equals the plain kernel's", kernel.name);
    const std::size_t width = sideUpTo(40), height = sideUpTo(20);
    std::vector<float> grey(width * height);
    for (float& value : grey) value = static_cast<float>(numberWithin(0, 1));
    const double sharp = sharpnessOf(*kernel.pixels, grey.data(), width, height);
    const double expectedSharp = sharpnessOf(kPlainPixels, grey.data(), width, height);
    expect(std::abs(sharp - expectedSharp) <= 1e-6 * std::abs(expectedSharp), "sharpness equals the plain kernel's",
           kernel.name);
  }
}

void countsLinesLikePlain(const Kernel& kernel) {
  for (int round = 0; round < 300; ++round) {
    const std::size_t width = sideUpTo(80), height = sideUpTo(50);
    std::vector<float> grey(width * height);
    for (float& value : grey) value = static_cast<float>(numberWithin(0, 255));
    if (round % 9 == 0) grey[randomness() % grey.size()] = std::nanf("");
    LineSearch search{};
    search.leastGradient = numberWithin(-1, 20);
    search.uprightRatio = numberWithin(0, 2);
    search.bottom = sideUpTo(height) - 1;
    search.top = sideUpTo(search.bottom + 1) - 1;
    search.middle = round % 5 == 0 ? numberWithin(-1e7, 1e7) : numberWithin(-10, 60);
    search.tiltStep = round % 5 == 0 ? numberWithin(-16, 16) : numberWithin(-0.1, 0.1);
    search.tiltsEachWay = randomness() % 10;
    std::vector<float> found(search.tilts() * width, std::nanf("")), expected(found);
    countUprightLines(*kernel.pixels, grey.data(), width, height, search, found.data());
    countUprightLines(kPlainPixels, grey.data(), width, height, search, expected.data());
    expect(found == expected, "the same lines as the plain kernel's", kernel.name);
    const double noise = noiseOf(*kernel.pixels, grey.data(), width, height);
    const double expectedNoise = noiseOf(kPlainPixels, grey.data(), width, height);
    expect(noise == expectedNoise || (std::isnan(noise) && std::isnan(expectedNoise)), "noise equals the plain kernel's", kernel.name);
  }
}

void resamplesEvenRatiosLikePlain(const Kernel& kernel) {
  for (int round = 0; round < 100; ++round) {
    const std::size_t ratio = 1 + randomness() % 5, width = sideUpTo(30), height = sideUpTo(20);
    const OwnedPicture picture(width * ratio, height * ratio);
    OwnedTensor tensor(width, height, Colour::rgb), expected(width, height, Colour::rgb);
    const Box whole{0, 0, static_cast<double>(width * ratio), static_cast<double>(height * ratio)};
    resampleToTensor(*kernel.pixels, picture.view, whole, 1, tensor.view);
    resampleToTensor(kPlainPixels, picture.view, whole, 1, expected.view);
    expect(alike(tensor.values, expected.values), "whole ratios equal the plain kernel's", kernel.name);
  }
}

}  // namespace

void testPixels() {
  for (const Kernel& kernel : availableKernels()) {
    resamplesLikePlain(kernel);
    warpsLikePlain(kernel);
    keepsAPlainPicturePlain(kernel);
    measuresLikePlain(kernel);
    countsLinesLikePlain(kernel);
    resamplesEvenRatiosLikePlain(kernel);
  }
}

}  // namespace menshen::test
