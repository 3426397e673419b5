// SPDX-License-Identifier: Apache-2.0
// Sets of shingles to MinHash signatures, bit for bit those of datasketch's scheme "affine32".
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"

// One function for each instruction set, chosen when the library is loaded. Whole numbers: the same bits from all.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define REUSE_FOR_EACH_ISA __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define REUSE_FOR_EACH_ISA
#endif

namespace reuse {

/// The 32 bits of a shingle's hash that are signed: its upper half, through the finalizer of MurmurHash3.
inline std::uint32_t signed_bits(std::uint64_t hash) {
    auto h = static_cast<std::uint32_t>(hash >> 32);
    h = (h ^ (h >> 16)) * 0x85EBCA6B;
    h = (h ^ (h >> 13)) * 0xC2B2AE35;
    return h ^ (h >> 16);
}

/// Lowers each of the `width` minima to that of factor * h + summand modulo 2^32 over all h.
template <std::size_t width>
inline __attribute__((always_inline)) void lower(const std::uint32_t* hashes, std::size_t count,
                                                 const std::uint32_t* factors, const std::uint32_t* summands,
                                                 std::uint32_t* minima) {
    std::uint32_t kept[width];  // in registers, while the hashes stream by
    std::copy_n(minima, width, kept);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k) kept[k] = std::min(kept[k], factors[k] * hashes[i] + summands[k]);
    }
    std::copy_n(kept, width, minima);
}

REUSE_FOR_EACH_ISA inline void sign_one(const std::uint32_t* hashes, std::size_t count, const std::uint32_t* factors,
                                        const std::uint32_t* summands, std::size_t permutations,
                                        std::uint32_t* minima) {
    std::size_t k = 0;
    for (; k + 64 <= permutations; k += 64) lower<64>(hashes, count, factors + k, summands + k, minima + k);
    for (; k < permutations; ++k) lower<1>(hashes, count, factors + k, summands + k, minima + k);
}

/// The signature of every row: the minimum of each permutation factors[k] * h + summands[k] over its hashes (Broder
/// 1997); all ones where a row has none.
inline std::vector<std::uint32_t> sign(std::span<const std::uint64_t> hash, Offsets offsets,
                                       std::span<const std::uint32_t> factors, std::span<const std::uint32_t> summands,
                                       int threads) {
    const std::size_t permutations = factors.size();
    std::vector<std::uint32_t> minima((offsets.size() - 1) * permutations, std::numeric_limits<std::uint32_t>::max());
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 14);
    for_each_unit(units.size(), threads, [&](std::size_t u) {
        std::vector<std::uint32_t> bits;
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            bits.clear();
            for (const std::uint64_t h : row(hash, offsets, d)) bits.push_back(signed_bits(h));
            sign_one(bits.data(), bits.size(), factors.data(), summands.data(), permutations,
                     minima.data() + d * permutations);
        }
    });
    return minima;
}

}  // namespace reuse
