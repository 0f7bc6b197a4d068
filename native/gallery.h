#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel.h"
#include "quantise.h"
#include "secure_memory.h"

namespace menshen {

struct Match {
  std::uint32_t slot;
  float similarity;
};

struct MemoryReport {
  std::size_t totalBytes;
  std::size_t lockedBytes;
  bool excludedFromDumps;
};

/// Unit-length float32 templates of one dimension in secure memory, addressed by slot.
///
/// It grows chunk by chunk, so that no template is ever copied to a new place. Cosine similarity is the dot product.
///
/// A search reads a copy of the templates in bytes, a quarter of the memory, and compares in float32 only those that
/// could, by a proven bound (quantise.h), be among the best: the answer is the one of float32, to the bit.
class Gallery {
 public:
  static constexpr std::uint32_t kMaxDimensions = 1u << 16;
  static constexpr std::uint32_t kMaxSlots = 1u << 24;

  Gallery(std::size_t dimensions, const Kernel& kernel);

  std::size_t dimensions() const noexcept { return dimensions_; }

  /// Writes a template of `dimensions()` floats over whatever the slot held. `slot < kMaxSlots`; slots are meant to be
  /// dense, every chunk up to the slot is mapped. Throws std::bad_alloc.
  void put(std::uint32_t slot, const float* unitTemplate);

  /// Wipes the slot; false when it held nothing.
  bool clear(std::uint32_t slot) noexcept;

  /// The `count` most similar templates, most similar first, ties by the lowest slot. A similarity that is not a
  /// number is never a match.
  std::vector<Match> top(const float* probe, std::size_t count);

  /// Nothing when the slot is empty.
  std::optional<float> similarityAt(std::uint32_t slot, const float* probe);

  MemoryReport memory() const noexcept;

  /// Reads once what `top` reads of every chunk, and nothing else: the memory's speed, for the benchmark.
  std::uint64_t readThrough() const noexcept;

  /// The row of a mapped slot, padding included, or nullptr; for tests of the wiping.
  const float* row(std::uint32_t slot) const noexcept;
  /// Its bytes; likewise.
  const std::uint8_t* bytes(std::uint32_t slot) const noexcept;

 private:
  static constexpr std::size_t kBoundsPerSlot = 3;

  /// One mapping of whole huge pages: all bytes, which a search reads in one go, then all float32 rows, then the bounds.
  /// 800 templates of 512 dimensions fill one of 2 MiB.
  struct Chunk {
    Chunk(std::size_t size, std::size_t slots) : memory(size), occupied(slots, false) {}
    SecureMemory memory;
    std::vector<bool> occupied;
  };

  Chunk* chunkHolding(std::uint32_t slot) noexcept;
  std::uint8_t* bytesOf(const Chunk& chunk, std::size_t index) const noexcept;
  float* rowOf(const Chunk& chunk, std::size_t index) const noexcept;
  ChunkScales scalesOf(const Chunk& chunk, std::size_t index) const noexcept;

  std::size_t dimensions_;
  std::size_t strideFloats_;
  std::size_t strideBytes_;
  std::size_t chunkSlots_;
  std::size_t chunkBytes_;
  DotKernel dot_;
  ScanKernel scan_;
  SecureMemory probe_;
  std::vector<Chunk> chunks_;
};

}  // namespace menshen
