#include "kernel.h"

#include <cstring>

namespace menshen {
namespace {

std::vector<Kernel> detectKernels() {
  std::vector<Kernel> kernels;
#if defined(__x86_64__)
  // These ask the operating system too (XGETBV): a processor's vectors are of no use when the kernel does not save them.
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx512) kernels.push_back({"avx512", dotAvx512, fastestScan("avx512"), &kAvx512Pixels});
  if (avx2) kernels.push_back({"avx2", dotAvx2, fastestScan("avx2"), &kAvx2Pixels});
#elif defined(__aarch64__)
  kernels.push_back({"neon", dotNeon, fastestScan("neon"), &kPlainPixels});
#endif
  kernels.push_back({"plain", dotPlain, fastestScan("plain"), &kPlainPixels});
  return kernels;
}

}  // namespace

const std::vector<Kernel>& availableKernels() {
  static const std::vector<Kernel> kernels = detectKernels();
  return kernels;
}

const Kernel* findKernel(const char* name) {
  for (const Kernel& kernel : availableKernels()) {
    if (std::strcmp(kernel.name, name) == 0) return &kernel;
  }
  return nullptr;
}

}  // namespace menshen
