#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "../gallery.h"
#include "../kernel.h"
#include "expect.h"

namespace menshen::test {
namespace {

using Vector = std::vector<float>;

Vector unitVector(std::size_t dimensions) {
  std::normal_distribution<float> normal;
  Vector vector(dimensions);
  double squares = 0;
  for (float& value : vector) value = normal(randomness);
  for (const float value : vector) squares += static_cast<double>(value) * value;
  for (float& value : vector) value = static_cast<float>(value / std::sqrt(squares));
  return vector;
}

double exactDot(const Vector& left, const Vector& right) {
  double sum = 0;
  for (std::size_t at = 0; at < left.size(); ++at) sum += static_cast<double>(left[at]) * right[at];
  return sum;
}

bool near(double left, double right) { return std::abs(left - right) < 1e-5; }

bool allZero(const float* row, std::size_t floats) {
  return std::all_of(row, row + floats, [](float value) { return value == 0; });
}

void comparesLikeTheDefinition(const Kernel& kernel) {
  for (const std::size_t dimensions : {1, 3, 15, 16, 17, 127, 128, 512, 513}) {
    Gallery gallery(dimensions, kernel.dot);
    const Vector reference = unitVector(dimensions), probe = unitVector(dimensions);
    gallery.put(0, reference.data());
    const auto similarity = gallery.similarityAt(0, probe.data());
    expect(similarity && near(*similarity, exactDot(reference, probe)), "similarity equals the definition", kernel.name);
  }
}

void survivesChurn(const Kernel& kernel) {
  constexpr std::size_t dimensions = 37;
  Gallery gallery(dimensions, kernel.dot);
  std::map<std::uint32_t, Vector> model;
  for (int step = 0; step < 4000; ++step) {
    const std::uint32_t slot = static_cast<std::uint32_t>(randomness() % 700);
    if (randomness() % 3 == 0) {
      expect(gallery.clear(slot) == (model.erase(slot) == 1), "clear says whether the slot held something", kernel.name);
      const float* const row = gallery.row(slot);
      expect(row == nullptr || allZero(row, dimensions), "a cleared slot is all zero", kernel.name);
    } else {
      gallery.put(slot, (model[slot] = unitVector(dimensions)).data());
    }
  }
  const Vector probe = unitVector(dimensions);
  std::vector<std::pair<double, std::uint32_t>> expected;
  for (const auto& [slot, reference] : model) expected.emplace_back(-exactDot(reference, probe), slot);
  std::sort(expected.begin(), expected.end());
  const std::vector<Match> best = gallery.top(probe.data(), 5);
  expect(best.size() == 5, "top gives as many as asked for", kernel.name);
  for (std::size_t rank = 0; rank < best.size(); ++rank) {
    expect(near(best[rank].similarity, -expected[rank].first), "top is sorted by similarity", kernel.name);
  }
}

void breaksTiesByTheLowestSlot(const Kernel& kernel) {
  Gallery gallery(64, kernel.dot);
  const Vector same = unitVector(64);
  for (const std::uint32_t slot : {300u, 7u, 9u}) gallery.put(slot, same.data());
  const std::vector<Match> best = gallery.top(same.data(), 2);
  expect(best.size() == 2 && best[0].slot == 7 && best[1].slot == 9, "a tie goes to the lowest slot", kernel.name);
}

void neverMatchesWhatIsNotANumber(const Kernel& kernel) {
  Gallery gallery(20, kernel.dot);
  gallery.put(0, unitVector(20).data());
  Vector hostile(20, 0.1f);
  hostile[19] = std::numeric_limits<float>::quiet_NaN();
  expect(gallery.top(hostile.data(), 1).empty(), "a probe with NaN matches nobody", kernel.name);
  expect(gallery.top(hostile.data(), 0).empty(), "nobody asked for is nobody found", kernel.name);
}

void guardsItsPages() {
  const pid_t child = fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);  // the sanitizer's report of this intended fault
    const SecureMemory memory(100);
    static_cast<volatile char*>(memory.data())[memory.size()] = 1;
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  expect(!(WIFEXITED(status) && WEXITSTATUS(status) == 0), "a write past the pages faults");
}

void movesWithoutLosingOrFreeingTwice() {
  SecureMemory first(5000);
  static_cast<char*>(first.data())[0] = 42;
  const SecureMemory second(std::move(first));
  expect(static_cast<const char*>(second.data())[0] == 42 && second.size() >= 5000, "moved memory keeps its bytes");
}

}  // namespace

void testGallery() {
  for (const Kernel& kernel : availableKernels()) {
    comparesLikeTheDefinition(kernel);
    survivesChurn(kernel);
    breaksTiesByTheLowestSlot(kernel);
    neverMatchesWhatIsNotANumber(kernel);
  }
  guardsItsPages();
  movesWithoutLosingOrFreeingTwice();
}

}  // namespace menshen::test
