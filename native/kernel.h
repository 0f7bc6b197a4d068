#pragma once
#include <vector>

#include "dot.h"
#include "pixel_kernels.h"
#include "scan.h"

namespace menshen {

/// Everything that is written for one kind of vectors.
struct Kernel {
  const char* name;
  DotKernel dot;
  ScanKernel scan;
  const PixelKernels* pixels;
};

/// The kernels this processor and operating system can run, fastest first; the last one is always "plain".
const std::vector<Kernel>& availableKernels();

/// The kernel of that name, or nullptr when it does not exist or this processor cannot run it.
const Kernel* findKernel(const char* name);

}  // namespace menshen
