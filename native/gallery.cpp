#include "gallery.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace menshen {
namespace {

std::size_t wholeBlocks(std::size_t floats) { return (floats + kBlockFloats - 1) / kBlockFloats * kBlockFloats; }

/// The padded copy of a probe that the kernels read; it is biometric data, so it goes when the comparison ends.
class LoadedProbe {
 public:
  LoadedProbe(const SecureMemory& memory, const float* probe, std::size_t dimensions)
      : memory_(memory), bytes_(dimensions * sizeof(float)) {
    std::memcpy(memory_.data(), probe, bytes_);
  }
  ~LoadedProbe() { wipe(memory_.data(), bytes_); }
  LoadedProbe(const LoadedProbe&) = delete;
  LoadedProbe& operator=(const LoadedProbe&) = delete;

  const float* data() const noexcept { return static_cast<const float*>(memory_.data()); }

 private:
  const SecureMemory& memory_;
  std::size_t bytes_;
};

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

Gallery::Gallery(std::size_t dimensions, DotKernel dot)
    : dimensions_(dimensions),
      strideFloats_(wholeBlocks(dimensions)),
      dot_(dot),
      probe_(strideFloats_ * sizeof(float)) {}

void Gallery::put(std::uint32_t slot, const float* unitTemplate) {
  const std::size_t chunkIndex = slot / kChunkSlots;
  while (chunks_.size() <= chunkIndex) chunks_.emplace_back(kChunkSlots * strideFloats_ * sizeof(float));
  Chunk& chunk = chunks_[chunkIndex];
  std::memcpy(rowOf(chunk, slot % kChunkSlots), unitTemplate, dimensions_ * sizeof(float));
  chunk.occupied.set(slot % kChunkSlots);
}

bool Gallery::clear(std::uint32_t slot) noexcept {
  if (!holds(slot)) return false;
  Chunk& chunk = chunks_[slot / kChunkSlots];
  wipe(rowOf(chunk, slot % kChunkSlots), strideFloats_ * sizeof(float));
  chunk.occupied.reset(slot % kChunkSlots);
  return true;
}

std::vector<Match> Gallery::top(const float* probe, std::size_t count) {
  std::vector<Match> best;
  if (count == 0) return best;
  best.reserve(std::min<std::size_t>(count, chunks_.size() * kChunkSlots));
  const LoadedProbe loaded(probe_, probe, dimensions_);
  std::uint32_t slot = 0;
  for (const Chunk& chunk : chunks_) {
    for (std::size_t index = 0; index < kChunkSlots; ++index, ++slot) {
      if (!chunk.occupied[index]) continue;
      offer(best, count, {slot, dot_(loaded.data(), rowOf(chunk, index), strideFloats_)});
    }
  }
  return best;
}

std::optional<float> Gallery::similarityAt(std::uint32_t slot, const float* probe) {
  if (!holds(slot)) return std::nullopt;
  const LoadedProbe loaded(probe_, probe, dimensions_);
  return dot_(loaded.data(), row(slot), strideFloats_);
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
  const std::size_t chunkIndex = slot / kChunkSlots;
  return chunkIndex < chunks_.size() ? rowOf(chunks_[chunkIndex], slot % kChunkSlots) : nullptr;
}

float* Gallery::rowOf(const Chunk& chunk, std::size_t index) const noexcept {
  return static_cast<float*>(chunk.memory.data()) + index * strideFloats_;
}

bool Gallery::holds(std::uint32_t slot) const noexcept {
  const std::size_t chunkIndex = slot / kChunkSlots;
  return chunkIndex < chunks_.size() && chunks_[chunkIndex].occupied[slot % kChunkSlots];
}

}  // namespace menshen
