#pragma once
#include <cstddef>

#include "dot.h"

namespace menshen {

/// Sum of the squared products of a vector with each row of a matrix; any number of columns, no alignment.
inline double projectedEnergyOf(DotKernel dot, const float* matrix, std::size_t rows, std::size_t columns,
                                const float* vector) {
  const std::size_t whole = columns - columns % kBlockFloats;
  double energy = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const float* const from = matrix + row * columns;
    double along = dot(from, vector, whole);
    for (std::size_t at = whole; at < columns; ++at) along += static_cast<double>(from[at]) * vector[at];
    energy += along * along;
  }
  return energy;
}

}  // namespace menshen
