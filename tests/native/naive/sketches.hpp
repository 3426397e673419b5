// SPDX-License-Identifier: Apache-2.0
// Winnowing, MinHash and bands, by their definitions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "hash.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

using Hashes = std::span<const std::uint64_t>;
using Numbers = std::span<const std::uint32_t>;

/// Where the smallest of some hashes stands, the rightmost of equals.
inline std::size_t smallest(Hashes hashes, std::size_t begin, std::size_t end) {
    std::size_t best = begin;
    for (std::size_t i = begin; i < end; ++i)
        if (hashes[i] <= hashes[best]) best = i;
    return best;
}

/// The smallest hash of each window, each place once, in order; of a row that has no window the smallest.
inline std::vector<std::uint64_t> winnowed(Hashes hashes, std::size_t window) {
    if (hashes.empty()) return {};
    window = std::min(window, hashes.size());
    std::set<std::size_t> places;
    for (std::size_t begin = 0; begin + window <= hashes.size(); ++begin)
        places.insert(smallest(hashes, begin, begin + window));
    std::vector<std::uint64_t> kept;
    for (const std::size_t place : places) kept.push_back(hashes[place]);
    return kept;
}

/// The finalizer of MurmurHash3 of 32 bits.
inline std::uint32_t finalized(std::uint32_t h) {
    h = (h ^ h >> 16) * 0x85EBCA6B;
    h = (h ^ h >> 13) * 0xC2B2AE35;
    return h ^ h >> 16;
}

/// The least value of each permutation over the upper halves of hashes; all ones if there are none.
inline std::vector<std::uint32_t> signature(Hashes hashes, Numbers factors, Numbers summands) {
    std::vector<std::uint32_t> minima;
    for (std::size_t k = 0; k < factors.size(); ++k) {
        std::uint32_t least = 0xFFFFFFFF;
        for (const std::uint64_t hash : hashes)
            least = std::min(least, factors[k] * finalized(static_cast<std::uint32_t>(hash >> 32)) + summands[k]);
        minima.push_back(least);
    }
    return minima;
}

/// The hash of each band of a signature; the bands are numbered from 1.
inline std::vector<std::uint64_t> bands(Numbers signature, std::size_t bands, std::size_t rows) {
    std::vector<std::uint64_t> hashes;
    for (std::size_t band = 0; band < bands; ++band) {
        std::uint64_t hash = band + 1;
        for (std::size_t r = 0; r < rows; ++r) hash = hash * shingle_base + signature[band * rows + r];
        hashes.push_back(mixed(hash));
    }
    return hashes;
}

}  // namespace naive
#pragma clang attribute pop
