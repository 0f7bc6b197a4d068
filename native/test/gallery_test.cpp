#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "../gallery.h"
#include "../kernel.h"
#include "../quantise.h"
#include "../scan.h"
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
    Gallery gallery(dimensions, kernel);
    const Vector reference = unitVector(dimensions), probe = unitVector(dimensions);
    gallery.put(0, reference.data());
    const auto similarity = gallery.similarityAt(0, probe.data());
    expect(similarity && near(*similarity, exactDot(reference, probe)), "similarity equals the definition", kernel.name);
  }
}

void survivesChurn(const Kernel& kernel) {
  constexpr std::size_t dimensions = 37;
  Gallery gallery(dimensions, kernel);
  std::map<std::uint32_t, Vector> model;
  for (int step = 0; step < 4000; ++step) {
    const std::uint32_t slot = static_cast<std::uint32_t>(randomness() % 700);
    if (randomness() % 3 == 0) {
      expect(gallery.clear(slot) == (model.erase(slot) == 1), "clear says whether the slot held something", kernel.name);
      const float* const row = gallery.row(slot);
      expect(row == nullptr || allZero(row, dimensions), "a cleared slot is all zero", kernel.name);
      const std::uint8_t* const bytes = gallery.bytes(slot);
      expect(bytes == nullptr || std::all_of(bytes, bytes + dimensions, [](std::uint8_t byte) { return byte == 0; }),
             "the bytes of a cleared slot are all zero", kernel.name);
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
  Gallery gallery(64, kernel);
  const Vector same = unitVector(64);
  for (const std::uint32_t slot : {300u, 7u, 9u}) gallery.put(slot, same.data());
  const std::vector<Match> best = gallery.top(same.data(), 2);
  expect(best.size() == 2 && best[0].slot == 7 && best[1].slot == 9, "a tie goes to the lowest slot", kernel.name);
}

void neverMatchesWhatIsNotANumber(const Kernel& kernel) {
  Gallery gallery(20, kernel);
  gallery.put(0, unitVector(20).data());
  Vector hostile(20, 0.1f);
  hostile[19] = std::numeric_limits<float>::quiet_NaN();
  expect(gallery.top(hostile.data(), 1).empty(), "a probe with NaN matches nobody", kernel.name);
  expect(gallery.top(hostile.data(), 0).empty(), "nobody asked for is nobody found", kernel.name);
}

/// What `top` would answer if it compared everything in float32.
std::vector<Match> exhaustiveTop(Gallery& gallery, const Vector& probe, std::uint32_t slots, std::size_t count) {
  std::vector<Match> all;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::optional<float> similarity = gallery.similarityAt(slot, probe.data());
    if (similarity && !std::isnan(*similarity)) all.push_back({slot, *similarity});
  }
  std::stable_sort(all.begin(), all.end(), [](Match a, Match b) { return a.similarity > b.similarity; });
  all.resize(std::min(count, all.size()));
  return all;
}

void expectExact(Gallery& gallery, const Vector& probe, std::uint32_t slots, const char* what, const Kernel& kernel) {
  for (const std::size_t count : {1u, 5u, 64u}) {
    const std::vector<Match> found = gallery.top(probe.data(), count);
    const std::vector<Match> expected = exhaustiveTop(gallery, probe, slots, count);
    const bool same = std::equal(found.begin(), found.end(), expected.begin(), expected.end(), [](Match a, Match b) {
      return a.slot == b.slot && a.similarity == b.similarity;  // to the bit
    });
    expect(same, what, kernel.name);
  }
}

Vector turnedTowards(const Vector& goal, float share) {
  Vector vector = unitVector(goal.size());
  double squares = 0;
  for (std::size_t at = 0; at < goal.size(); ++at) {
    vector[at] = share * goal[at] + (1 - share) * vector[at];
    squares += static_cast<double>(vector[at]) * static_cast<double>(vector[at]);
  }
  for (float& value : vector) value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
  return vector;
}

void answersLikeFloat32(const Kernel& kernel) {
  for (const std::size_t dimensions : {1u, 2u, 63u, 64u, 65u, 128u, 200u, 512u, 1000u, 1024u}) {
    Gallery gallery(dimensions, kernel);
    const Vector probe = unitVector(dimensions);
    constexpr std::uint32_t slots = 900;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (slot % 13 == 5) continue;
      gallery.put(slot, turnedTowards(probe, slot % 3 == 0 ? 0.6f : 0.1f).data());
    }
    expectExact(gallery, probe, slots, "the answer is float32's", kernel);
    expectExact(gallery, unitVector(dimensions), slots, "the answer to a stranger is float32's", kernel);
  }
}

void tellsNearTiesApart(const Kernel& kernel) {
  for (const std::size_t dimensions : {64u, 512u, 513u}) {
    Gallery gallery(dimensions, kernel);
    const Vector probe = unitVector(dimensions), close = turnedTowards(probe, 0.7f);
    constexpr std::uint32_t slots = 600;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      Vector other = close;  // a last bit here and there: far below what bytes can tell
      for (int change = 0; change < 3; ++change) {
        float& value = other[randomness() % dimensions];
        value = std::nextafter(value, randomness() % 2 == 0 ? 2.0f : -2.0f);
      }
      gallery.put(slot, other.data());
    }
    expectExact(gallery, probe, slots, "near ties are settled by float32", kernel);
  }
}

/// Half a step of the bytes off in the worst direction, behind a template that bytes flatter.
void isNotFooledByQuantisation(const Kernel& kernel) {
  constexpr std::size_t dimensions = 256;
  for (int round = 0; round < 40; ++round) {
    Gallery gallery(dimensions, kernel);
    Vector probe(dimensions), flattered(dimensions), wronged(dimensions);
    const float step = 1.0f / 127;
    for (std::size_t at = 0; at < dimensions; ++at) {
      const float sign = randomness() % 2 == 0 ? 1.0f : -1.0f;
      const float whole = static_cast<float>(1 + randomness() % 10);
      probe[at] = sign;
      flattered[at] = sign * (whole + 0.5001f) * step;
      wronged[at] = sign * (whole + 0.4999f) * step;
    }
    for (Vector* const vector : {&flattered, &wronged}) (*vector)[0] = probe[0];
    // The wronged one is truly nearer by a little, and in bytes it looks farther by a lot.
    wronged[1] += probe[1] * 0.2f * step;
    for (Vector* const vector : {&probe, &flattered, &wronged}) {
      double squares = 0;
      for (const float value : *vector) squares += static_cast<double>(value) * static_cast<double>(value);
      for (float& value : *vector) value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
    }
    gallery.put(0, flattered.data());
    gallery.put(1, wronged.data());
    gallery.put(2, flattered.data());
    expect(gallery.top(probe.data(), 1)[0].slot == 1, "the truly nearer one is found", kernel.name);
    expectExact(gallery, probe, 3, "quantisation errors never decide", kernel);
  }
}

void takesWhatIsNoUnitVector(const Kernel& kernel) {
  constexpr std::size_t dimensions = 100;
  const float denormal = std::numeric_limits<float>::denorm_min();
  Gallery gallery(dimensions, kernel);
  std::uint32_t slot = 0;
  for (const float value : {0.0f, denormal, 1e-38f, 1e-30f, 1e-20f, 0.1f, 1.0f, 1e10f, 1e30f, 3e38f,
                            std::numeric_limits<float>::infinity(), std::nanf("")}) {
    Vector uniform(dimensions, value), single(dimensions, 0), mixed = unitVector(dimensions);
    single[7] = value;
    mixed[99] = value;
    for (const Vector& vector : {uniform, single, mixed}) gallery.put(slot++, vector.data());
  }
  for (std::uint32_t one = 0; one < slot; ++one) {
    const float* const row = gallery.row(one);
    expectExact(gallery, Vector(row, row + dimensions), slot, "whatever it holds, the answer is float32's", kernel);
  }
}

void boundsAreTrue(const Kernel& kernel) {
  for (int round = 0; round < 2000; ++round) {
    const std::size_t dimensions = 1 + randomness() % 300, padded = (dimensions + kBlockFloats - 1) / kBlockFloats * kBlockFloats;
    Vector probe = unitVector(dimensions);
    Vector reference = round % 2 == 0 ? unitVector(dimensions) : turnedTowards(probe, 0.9f);
    std::vector<std::uint8_t> probeBytes(dimensions), bytes(dimensions);
    const ProbeBound bound = probeBound(quantise(probe.data(), dimensions, 0, probeBytes.data()), padded);
    Quantised quantised = quantise(reference.data(), dimensions, kRowBias, bytes.data());
    std::int32_t sum = 0;
    for (std::size_t at = 0; at < dimensions; ++at) {
      sum += (bytes[at] - kRowBias) * static_cast<std::int8_t>(probeBytes[at]);
    }
    float upper = 0;
    upperBounds(bound, {&quantised.scale, &quantised.errorLength, &quantised.length}, &sum, 1, &upper);
    probe.resize(padded, 0);
    reference.resize(padded, 0);
    const float similarity = kernel.dot(probe.data(), reference.data(), padded);
    expect(similarity <= upper, "no similarity exceeds its bound", kernel.name);
    // 1 dimension in 127 steps is exact, 300 are about a hundredth off: a bound that never held anything off is useless.
    expect(upper - similarity < 0.05f, "a bound is near", kernel.name);
  }
}

void scansLikeTheDefinition() {
  for (const NamedScan& candidate : availableScans()) {
    for (const std::size_t stride : {64u, 128u, 192u, 512u, 1024u, 65536u}) {
      const std::size_t count = stride > 60000 ? 2 : 7;
      const bool extreme = stride > 60000;
      std::vector<std::uint8_t> rows(stride * count);
      std::vector<std::int8_t> probe(stride);
      for (std::uint8_t& byte : rows) byte = extreme ? 255 : static_cast<std::uint8_t>(randomness());
      for (std::int8_t& byte : probe) byte = extreme ? 127 : static_cast<std::int8_t>(randomness() % 255 - 127);
      std::int32_t biasSum = 0;
      for (const std::int8_t byte : probe) biasSum += kRowBias * byte;
      std::vector<std::int32_t> sums(count);
      candidate.scan(rows.data(), stride, count, probe.data(), biasSum, sums.data());
      for (std::size_t row = 0; row < count; ++row) {
        std::int64_t expected = 0;
        for (std::size_t at = 0; at < stride; ++at) expected += (rows[row * stride + at] - kRowBias) * probe[at];
        expect(sums[row] == expected, "a scan sums exactly", candidate.name);
      }
    }
  }
}

void costsWhatItSays(const Kernel& kernel) {
  Gallery gallery(512, kernel);
  constexpr std::uint32_t slots = 3200;  // four chunks
  for (std::uint32_t slot = 0; slot < slots; ++slot) gallery.put(slot, unitVector(512).data());
  expect(gallery.memory().totalBytes <= slots * 2700, "a template costs at most 2.7 kB", kernel.name);
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
    answersLikeFloat32(kernel);
    tellsNearTiesApart(kernel);
    isNotFooledByQuantisation(kernel);
    takesWhatIsNoUnitVector(kernel);
    boundsAreTrue(kernel);
    costsWhatItSays(kernel);
  }
  scansLikeTheDefinition();
  guardsItsPages();
  movesWithoutLosingOrFreeingTwice();
}

}  // namespace menshen::test
