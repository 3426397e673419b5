// SPDX-License-Identifier: Apache-2.0
// Pairs to scores: exact intersections of sets of shingles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

/// Size of the intersection of two ascending sets.
inline std::int32_t intersection(std::span<const std::uint64_t> small, std::span<const std::uint64_t> large) {
    if (small.size() > large.size()) std::swap(small, large);
    std::int32_t shared = 0;
    if (small.size() * 32 < large.size()) {  // a sentence against a book: search, do not walk
        const std::uint64_t* from = large.data();
        const std::uint64_t* const end = from + large.size();
        for (const std::uint64_t value : small) {
            from = std::lower_bound(from, end, value);
            if (from == end) break;
            shared += *from == value;
        }
        return shared;
    }
    // Without branches: which side goes on is a coin toss that no predictor can guess.
    for (std::size_t i = 0, j = 0; i < small.size() && j < large.size();) {
        const std::uint64_t a = small[i], b = large[j];
        shared += a == b;
        i += a <= b;
        j += b <= a;
    }
    return shared;
}

/// Shared members of rows left_row[p] and right_row[p], for each pair p.
inline std::vector<std::int32_t> overlap(std::span<const std::uint64_t> left, Offsets left_offsets,
                                         std::span<const std::uint64_t> right, Offsets right_offsets,
                                         std::span<const std::int32_t> left_row,
                                         std::span<const std::int32_t> right_row, int threads) {
    constexpr std::size_t unit = 64;
    std::vector<std::int32_t> shared(left_row.size());
    for_each_unit((shared.size() + unit - 1) / unit, threads, [&](std::size_t u) {
        for (std::size_t p = u * unit; p < std::min(shared.size(), (u + 1) * unit); ++p) {
            shared[p] = intersection(row(left, left_offsets, static_cast<std::size_t>(left_row[p])),
                                     row(right, right_offsets, static_cast<std::size_t>(right_row[p])));
        }
    });
    return shared;
}

}  // namespace reuse
