// Every buffer here is exactly as long as it must be, so that the address sanitizer sees a read past it.
#include "../projection.h"

#include <cmath>
#include <vector>

#include "../kernel.h"
#include "expect.h"

namespace menshen::test {
namespace {

std::vector<float> someFloats(std::size_t count) {
  std::vector<float> values(count);
  for (float& value : values) value = std::uniform_real_distribution<float>(-1, 1)(randomness);
  return values;
}

}  // namespace

void testProjection() {
  for (const Kernel& kernel : availableKernels()) {
    for (std::size_t columns = 1; columns <= 67; ++columns) {
      const std::size_t rows = 1 + randomness() % 9;
      const std::vector<float> matrix = someFloats(rows * columns), vector = someFloats(columns);
      double expected = 0;
      for (std::size_t row = 0; row < rows; ++row) {
        double along = 0;
        for (std::size_t at = 0; at < columns; ++at) along += double{matrix[row * columns + at]} * vector[at];
        expected += along * along;
      }
      const double found = projectedEnergyOf(kernel.dot, matrix.data(), rows, columns, vector.data());
      expect(std::abs(found - expected) <= 1e-5 * (1 + expected), "projected energy equals plain sums", kernel.name);
    }
  }
}

}  // namespace menshen::test
