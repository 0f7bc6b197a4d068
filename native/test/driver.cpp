// Runs the native code without JavaScript, so that the address and undefined-behaviour sanitizers can watch.
#include <cstdio>
#include <cstdlib>

#include "../kernel.h"
#include "expect.h"

namespace menshen::test {

namespace {
int failures = 0;
}

std::mt19937 randomness(20382);

void expect(bool truth, const char* sentence, const char* kernel) {
  if (truth) return;
  ++failures;
  std::fprintf(stderr, "FAILED: %s %s\n", sentence, kernel);
}

}  // namespace menshen::test

int main() {
  menshen::test::testGallery();
  menshen::test::testPixels();
  menshen::test::testProjection();
  for (const menshen::Kernel& kernel : menshen::availableKernels()) std::printf("kernel %s: done\n", kernel.name);
  if (menshen::test::failures > 0) std::fprintf(stderr, "%d expectations failed\n", menshen::test::failures);
  return menshen::test::failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
