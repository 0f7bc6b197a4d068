#include "projection_binding.h"

#include "kernel.h"
#include "napi_call.h"
#include "projection.h"

namespace menshen {
namespace {

constexpr std::uint32_t kMostRows = 1u << 12;
constexpr std::uint32_t kMostColumns = 1u << 14;

/// Kernel name, rows (row by row), how many, how long each is, vector.
napi_value projectedEnergy(napi_env env, napi_callback_info info) {
  const Arguments call(env, info);
  const Kernel* const kernel = findKernel(call.text(0).c_str());
  if (kernel == nullptr) throw Misuse{"this processor has no such kernel"};
  const std::uint32_t rows = call.integer(2, 1, kMostRows), columns = call.integer(3, 1, kMostColumns);
  const float* const matrix = call.floats(1, std::size_t{rows} * columns);
  return numberOf(env, projectedEnergyOf(kernel->dot, matrix, rows, columns, call.floats(4, columns)));
}

}  // namespace

void defineProjectionFunction(napi_env env, napi_value exports) {
  setFunction(env, exports, "projectedEnergy", guarded<projectedEnergy>);
}

}  // namespace menshen
