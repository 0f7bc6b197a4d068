#pragma once
// What the native tests share: a test that fails says so and the run goes on.
#include <random>

namespace menshen::test {

/// Counts and prints what does not hold.
void expect(bool truth, const char* sentence, const char* kernel = "");

/// Fixed seed: a failure must come back on the next run.
extern std::mt19937 randomness;

void testGallery();
void testPixels();
void testProjection();

}  // namespace menshen::test
