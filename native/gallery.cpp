#include "gallery.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <numeric>

namespace menshen {
namespace {

std::size_t wholeBlocks(std::size_t count, std::size_t block) { return (count + block - 1) / block * block; }

/// Bounds are looked at in groups of this many slots, sums are made for blocks of so many groups.
constexpr std::size_t kGroupSlots = 16;
constexpr std::size_t kBlockSlots = 256;

/// The padded copy of a probe that the kernels read; it is biometric data, so it goes when the comparison ends.
class LoadedProbe {
 public:
  LoadedProbe(const SecureMemory& memory, const float* probe, std::size_t dimensions) : memory_(memory) {
    std::memcpy(memory_.data(), probe, dimensions * sizeof(float));
  }
  ~LoadedProbe() { wipe(memory_.data(), memory_.size()); }
  LoadedProbe(const LoadedProbe&) = delete;
  LoadedProbe& operator=(const LoadedProbe&) = delete;

  const float* floats() const noexcept { return static_cast<const float*>(memory_.data()); }

 private:
  const SecureMemory& memory_;
};

/// What the search writes about templates on its way; gone with it.
template <std::size_t count>
struct ScanResults {
  ~ScanResults() { wipe(this, sizeof *this); }
  std::int32_t sums[count];
  float upper[count];
};

/// Has floats fetched while something else is worked on.
void askFor(const float* floats, std::size_t count) {
  for (std::size_t at = 0; at < count; at += kBlockFloats) __builtin_prefetch(floats + at);
}

/// Whether none of a group of bounds is above, or not a number; without a branch for each of them.
bool noneAbove(const float* bounds, float worst) {
  int below = 0;
  for (std::size_t index = 0; index < kGroupSlots; ++index) below += bounds[index] <= worst ? 1 : 0;
  return below == kGroupSlots;
}

/// The next whose bound is not below: who cannot be better than the last of the list would not get on it. `slots`, a
/// multiple of kGroupSlots, when there is none.
std::size_t nextAbove(const float* bounds, std::size_t index, std::size_t slots, float worst) {
  while (index < slots) {
    if (index % kGroupSlots == 0 && noneAbove(bounds + index, worst)) {
      index += kGroupSlots;
    } else if (bounds[index] <= worst) {
      ++index;
    } else {
      break;
    }
  }
  return index;
}

/// Keeps `best` sorted and at most `count` long. Slots come in rising order, so an equal one goes behind: lowest first.
void offer(std::vector<Match>& best, std::size_t count, Match candidate) {
  if (std::isnan(candidate.similarity)) return;
  if (best.size() == count) {
    if (candidate.similarity <= best.back().similarity) return;
    best.pop_back();
  }
  const auto moreSimilar = [](const Match& a, const Match& b) { return a.similarity > b.similarity; };
  best.insert(std::upper_bound(best.begin(), best.end(), candidate, moreSimilar), candidate);
}

}  // namespace

Gallery::Gallery(std::size_t dimensions, const Kernel& kernel)
    : dimensions_(dimensions),
      strideFloats_(wholeBlocks(dimensions, kBlockFloats)),
      strideBytes_(wholeBlocks(dimensions, kBlockBytes)),
      dot_(kernel.dot),
      scan_(kernel.scan),
      probe_(strideFloats_ * sizeof(float) + strideBytes_) {
  const std::size_t slotBytes = strideBytes_ + (strideFloats_ + kBoundsPerSlot) * sizeof(float);
  chunkSlots_ = std::max(kGroupSlots, kHugePageBytes / slotBytes / kGroupSlots * kGroupSlots);
  chunkBytes_ = wholeBlocks(chunkSlots_ * slotBytes, kHugePageBytes);
}

void Gallery::put(std::uint32_t slot, const float* unitTemplate) {
  const std::size_t chunkIndex = slot / chunkSlots_, index = slot % chunkSlots_;
  while (chunks_.size() <= chunkIndex) chunks_.emplace_back(chunkBytes_, chunkSlots_);
  Chunk& chunk = chunks_[chunkIndex];
  std::memcpy(rowOf(chunk, index), unitTemplate, dimensions_ * sizeof(float));
  const Quantised quantised = quantise(unitTemplate, dimensions_, kRowBias, bytesOf(chunk, index));
  const ChunkScales scales = scalesOf(chunk, index);
  *scales.scale = quantised.scale;
  *scales.errorLength = quantised.errorLength;
  *scales.length = quantised.length;
  chunk.occupied[index] = true;
}

bool Gallery::clear(std::uint32_t slot) noexcept {
  Chunk* const chunk = chunkHolding(slot);
  if (chunk == nullptr) return false;
  const std::size_t index = slot % chunkSlots_;
  const ChunkScales scales = scalesOf(*chunk, index);
  wipe(bytesOf(*chunk, index), strideBytes_);
  wipe(rowOf(*chunk, index), strideFloats_ * sizeof(float));
  for (float* const bound : {scales.scale, scales.errorLength, scales.length}) wipe(bound, sizeof *bound);
  chunk->occupied[index] = false;
  return true;
}

std::vector<Match> Gallery::top(const float* probe, std::size_t count) {
  std::vector<Match> best;
  if (count == 0) return best;
  best.reserve(std::min<std::size_t>(count, chunks_.size() * chunkSlots_));
  const LoadedProbe loaded(probe_, probe, dimensions_);
  std::uint8_t* const probeBytes = static_cast<std::uint8_t*>(probe_.data()) + strideFloats_ * sizeof(float);
  const ProbeBound bound = probeBound(quantise(probe, dimensions_, 0, probeBytes), strideFloats_);
  const std::int8_t* const signedProbe = reinterpret_cast<const std::int8_t*>(probeBytes);
  const std::int32_t biasSum = kRowBias * std::accumulate(signedProbe, signedProbe + dimensions_, 0);
  ScanResults<kBlockSlots> results;
  float worst = -std::numeric_limits<float>::infinity();
  std::uint32_t chunkStart = 0;
  for (const Chunk& chunk : chunks_) {
    for (std::size_t start = 0; start < chunkSlots_; start += kBlockSlots) {
      const std::size_t slots = std::min(kBlockSlots, chunkSlots_ - start);
      const ChunkScales scales = scalesOf(chunk, start);
      for (const float* const bounds : {scales.scale, scales.errorLength, scales.length}) askFor(bounds, slots);
      scan_(bytesOf(chunk, start), strideBytes_, slots, signedProbe, biasSum, results.sums);
      upperBounds(bound, scales, results.sums, slots, results.upper);
      for (std::size_t index = nextAbove(results.upper, 0, slots, worst); index < slots;
           index = nextAbove(results.upper, index + 1, slots, worst)) {
        if (!chunk.occupied[start + index]) continue;
        const std::uint32_t slot = chunkStart + static_cast<std::uint32_t>(start + index);
        offer(best, count, {slot, dot_(loaded.floats(), rowOf(chunk, start + index), strideFloats_)});
        if (best.size() == count) worst = best.back().similarity;
      }
    }
    chunkStart += static_cast<std::uint32_t>(chunkSlots_);
  }
  return best;
}

std::optional<float> Gallery::similarityAt(std::uint32_t slot, const float* probe) {
  if (chunkHolding(slot) == nullptr) return std::nullopt;
  const LoadedProbe loaded(probe_, probe, dimensions_);
  return dot_(loaded.floats(), row(slot), strideFloats_);
}

std::uint64_t Gallery::readThrough() const noexcept {
  std::uint64_t sum = 0;
  for (const Chunk& chunk : chunks_) sum += streamBytes(bytesOf(chunk, 0), chunkSlots_ * strideBytes_);
  return sum;
}

MemoryReport Gallery::memory() const noexcept {
  MemoryReport report{0, 0, true};
  const auto count = [&report](const SecureMemory& memory) {
    report.totalBytes += memory.size();
    report.lockedBytes += memory.locked() ? memory.size() : 0;
    report.excludedFromDumps = report.excludedFromDumps && memory.excludedFromDumps();
  };
  count(probe_);
  for (const Chunk& chunk : chunks_) count(chunk.memory);
  return report;
}

const float* Gallery::row(std::uint32_t slot) const noexcept {
  const std::size_t chunkIndex = slot / chunkSlots_;
  return chunkIndex < chunks_.size() ? rowOf(chunks_[chunkIndex], slot % chunkSlots_) : nullptr;
}

const std::uint8_t* Gallery::bytes(std::uint32_t slot) const noexcept {
  const std::size_t chunkIndex = slot / chunkSlots_;
  return chunkIndex < chunks_.size() ? bytesOf(chunks_[chunkIndex], slot % chunkSlots_) : nullptr;
}

std::uint8_t* Gallery::bytesOf(const Chunk& chunk, std::size_t index) const noexcept {
  return static_cast<std::uint8_t*>(chunk.memory.data()) + index * strideBytes_;
}

float* Gallery::rowOf(const Chunk& chunk, std::size_t index) const noexcept {
  return reinterpret_cast<float*>(bytesOf(chunk, chunkSlots_)) + index * strideFloats_;
}

ChunkScales Gallery::scalesOf(const Chunk& chunk, std::size_t index) const noexcept {
  float* const first = rowOf(chunk, chunkSlots_) + index;
  return {first, first + chunkSlots_, first + 2 * chunkSlots_};
}

Gallery::Chunk* Gallery::chunkHolding(std::uint32_t slot) noexcept {
  const std::size_t chunkIndex = slot / chunkSlots_;
  if (chunkIndex >= chunks_.size() || !chunks_[chunkIndex].occupied[slot % chunkSlots_]) return nullptr;
  return &chunks_[chunkIndex];
}

}  // namespace menshen
