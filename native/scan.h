#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace menshen {

/// Rows of bytes are padded to whole blocks of this many, so that no kernel needs a tail loop.
constexpr std::size_t kBlockBytes = 64;

/// How far ahead of its reading a scan asks for memory: the processor's own prefetching stops at each page.
constexpr std::size_t kPrefetchBytes = 4096;

/// A signed byte v is stored in a row as v + kRowBias: the fastest instruction multiplies unsigned with signed bytes.
constexpr int kRowBias = 128;

/// sums[i] = sum over j of (rows[i * stride + j] - kRowBias) * probe[j], for i < count; `stride` is a multiple of
/// kBlockBytes and at most 2^16, so that no sum leaves 32 bits. `biasSum` is kRowBias times the sum of the probe's bytes.
using ScanKernel = void (*)(const std::uint8_t* rows, std::size_t stride, std::size_t count, const std::int8_t* probe,
                            std::int32_t biasSum, std::int32_t* sums);

struct NamedScan {
  const char* name;
  ScanKernel scan;
};

/// What this processor and operating system can run of each kind of vectors, fastest first; "plain" comes last.
const std::vector<NamedScan>& availableScans();

/// The fastest of those whose name begins with `family`; "plain" when there is none.
ScanKernel fastestScan(const char* family);

/// Reads `count` bytes (a multiple of kBlockBytes) as fast as one thread can and gives their sum modulo 2^64 by words:
/// the memory's speed, for the benchmark.
std::uint64_t streamBytes(const std::uint8_t* bytes, std::size_t count);

}  // namespace menshen
