// SPDX-License-Identifier: Apache-2.0
// Pairs to scores: exact intersections of sets of shingles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "isa.hpp"
#include "lanes.hpp"
#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

/// A pair of ascending sets.
struct PairOfSets {
    std::span<const std::uint64_t> left, right;
};

/// How many members of two ascending sets, from left[i] and right[j] on, are the same.
inline std::size_t shared_by_steps(PairOfSets sets, std::size_t i, std::size_t j) {
    std::size_t shared = 0;
    // Without branches: which side goes on is a coin toss that no predictor can guess.
    while (i < sets.left.size() && j < sets.right.size()) {
        const std::uint64_t a = sets.left[i], b = sets.right[j];
        const bool left_goes_on = a <= b, right_goes_on = b <= a;
        shared += a == b;
        i += left_goes_on;
        j += right_goes_on;
    }
    return shared;
}

/// The same for whole sets: eight of one are compared with eight of the other, all with all; then the side whose eight
/// end first goes on by eight. Meanwhile the pair that is `next` comes into the cache, for sets of other documents lie
/// anywhere in memory.
REUSE_FOR_EACH_ISA inline std::size_t shared_by_blocks(PairOfSets sets, PairOfSets next) {
    constexpr std::size_t block = 2 * lanes;
    const std::uint64_t *const left = sets.left.data(), *const right = sets.right.data();
    Lanes found = {};
    std::size_t i = 0, j = 0;
    for (std::size_t ahead = 0; i + block <= sets.left.size() && j + block <= sets.right.size(); ahead += block) {
        const std::uint64_t *const some = left + i, *const others = right + j;
        // First of all where to go on: everything else waits for it.
        const bool left_goes_on = some[block - 1] <= others[block - 1];
        const bool right_goes_on = others[block - 1] <= some[block - 1];
        i += left_goes_on * block;
        j += right_goes_on * block;
        __builtin_prefetch(next.left.data() + std::min(ahead, next.left.size()), 0, 2);
        __builtin_prefetch(next.right.data() + std::min(ahead, next.right.size()), 0, 2);
        Lanes first, second, equal = {};
        load(some, first);
        load(some + lanes, second);
        for (std::size_t k = 0; k < block; ++k) {
            const Lanes other = {others[k], others[k], others[k], others[k]};
            equal += (Lanes)(first == other) + (Lanes)(second == other);  // less 1 where they are
        }
        found -= equal;
    }
    std::size_t shared = shared_by_steps(sets, i, j);
    for (std::size_t lane = 0; lane < lanes; ++lane) shared += found[lane];
    return shared;
}

/// The same where the right set is many times larger: a sentence against a book.
inline std::size_t shared_by_search(PairOfSets sets) {
    std::size_t shared = 0;
    const std::uint64_t* from = sets.right.data();
    const std::uint64_t* const end = from + sets.right.size();
    for (const std::uint64_t value : sets.left) {
        from = std::lower_bound(from, end, value);
        if (from == end) break;
        shared += *from == value;
    }
    return shared;
}

/// The same, in the way that is fastest for sets of their sizes.
inline std::size_t shared_members(PairOfSets sets, PairOfSets next) {
    if (sets.left.size() > sets.right.size()) std::swap(sets.left, sets.right);
    if (sets.left.size() * 32 < sets.right.size()) return shared_by_search(sets);
    return has_lanes() ? shared_by_blocks(sets, next) : shared_by_steps(sets, 0, 0);
}

/// Shared members of rows left_row[p] and right_row[p], for each pair p.
inline std::vector<std::int32_t> overlap(std::span<const std::uint64_t> left, Offsets left_offsets,
                                         std::span<const std::uint64_t> right, Offsets right_offsets,
                                         std::span<const std::int32_t> left_row,
                                         std::span<const std::int32_t> right_row, int threads) {
    constexpr std::size_t unit = 64;
    const std::size_t pairs = left_row.size();
    std::vector<std::int32_t> shared(pairs);
    const auto pair = [&](std::size_t p) -> PairOfSets {
        return {row(left, left_offsets, static_cast<std::size_t>(left_row[p])),
                row(right, right_offsets, static_cast<std::size_t>(right_row[p]))};
    };
    for_each_unit((pairs + unit - 1) / unit, threads, [&](std::size_t u) {
        for (std::size_t p = u * unit; p < std::min(pairs, (u + 1) * unit); ++p) {
            shared[p] = static_cast<std::int32_t>(shared_members(pair(p), pair(std::min(p + 1, pairs - 1))));
        }
    });
    return shared;
}

}  // namespace reuse
