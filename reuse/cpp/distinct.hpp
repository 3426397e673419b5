// SPDX-License-Identifier: Apache-2.0
// Hashes to sets: in order, each once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "isa.hpp"
#include "lanes.hpp"
#include "sort.hpp"

namespace reuse {

/// Hashes in columns by their first bits: they are spread evenly, so that in a column there are about `mean`. One
/// column in 50,000 has no room for all of its own.
struct Columns {
    static constexpr std::size_t height = 16, mean = 5, mostly = 8;

    std::size_t count;      // a multiple of the lanes
    std::int64_t* cells;    // `height` rows of `count`
    std::uint32_t* filled;  // cells of each column
};

/// Two cells of a column, of which the upper is to have the lesser number.
struct Comparison {
    std::size_t upper, lower;
};

/// Comparisons that bring any column in order, one after another: Batcher's merges of runs of 1, 2, 4 and 8.
constexpr auto sorting_network = [] {
    std::array<Comparison, 63> network{};
    auto next = network.begin();
    for (std::size_t run = 1; run < Columns::height; run *= 2) {
        for (std::size_t apart = run; apart >= 1; apart /= 2) {
            for (std::size_t i = apart % run; i + apart < Columns::height; ++i) {
                const bool is_upper = (i - apart % run) / apart % 2 == 0;
                if (is_upper && i / (2 * run) == (i + apart) / (2 * run)) *next++ = {i, i + apart};
            }
        }
    }
    return network;
}();

inline __attribute__((always_inline)) void sort_each(Columns columns) {
    for (std::size_t c = 0; c < columns.count; c += lanes) {
        SignedLanes rows[Columns::height];  // in registers
        for (std::size_t r = 0; r < Columns::height; ++r) load(columns.cells + r * columns.count + c, rows[r]);
#pragma GCC unroll 63
        for (std::size_t i = 0; i < sorting_network.size(); ++i) {
            SignedLanes &upper = rows[sorting_network[i].upper], &lower = rows[sorting_network[i].lower];
            const SignedLanes less = upper < lower ? upper : lower;
            lower = upper < lower ? lower : upper;
            upper = less;
        }
        for (std::size_t r = 0; r < Columns::height; ++r) store(rows[r], columns.cells + r * columns.count + c);
    }
}

/// Puts hashes in order into `sorted`, which has room for `Columns::mostly` more: each goes to its column, then columns
/// are sorted several at a time, all without branches that nobody could foresee. False if a column has not the room, as
/// where a text repeats itself.
REUSE_FOR_EACH_ISA inline bool sort_by_columns(std::span<const std::uint64_t> hashes, Columns columns,
                                               std::uint64_t* sorted) {
    // What is empty comes last. Numbers with a sign are in the order of the hashes if all begin with the same bit, and
    // in a column they do, for there is an even number of columns.
    std::fill_n(columns.cells, columns.count * Columns::height, std::numeric_limits<std::int64_t>::max());
    std::fill_n(columns.filled, columns.count, 0);
    for (const std::uint64_t hash : hashes) {
        const std::size_t column = (hash >> 32) * columns.count >> 32;
        const std::size_t row = columns.filled[column]++;
        if (row == Columns::height) return false;
        columns.cells[row * columns.count + column] = static_cast<std::int64_t>(hash);
    }
    sort_each(columns);
    for (std::size_t column = 0; column < columns.count; ++column) {
        const auto copy = [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r) {
                sorted[r] = static_cast<std::uint64_t>(columns.cells[r * columns.count + column]);
            }
        };
        copy(0, Columns::mostly);  // the next column's take the place of those that are too many
        if (columns.filled[column] > Columns::mostly) copy(Columns::mostly, columns.filled[column]);
        sorted += columns.filled[column];
    }
    return true;
}

/// Whether any of some numbers in order is there twice.
REUSE_FOR_EACH_ISA inline bool repeats(std::span<const std::uint64_t> sorted) {
    std::size_t same = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) same += sorted[i] == sorted[i - 1];
    return same > 0;
}

/// Makes sets of hashes; it keeps its room from one to the next.
class Distinct {
public:
    /// The distinct ones of some hashes, ascending, as long as no others are taken. The hashes themselves are moved
    /// about.
    std::span<const std::uint64_t> of(std::span<std::uint64_t> hashes) {
        sorted_.resize(std::max(sorted_.size(), hashes.size() + Columns::mostly));
        std::span<std::uint64_t> sorted = std::span(sorted_).first(hashes.size());
        if (!has_lanes() || hashes.size() < least_in_columns || hashes.size() > most_in_columns ||
            !sort_by_columns(hashes, columns_for(hashes.size()), sorted.data())) {
            radix_sort(hashes, sorted, [](std::uint64_t hash) { return hash; });
            sorted = hashes;
        }
        return repeats(sorted) ? std::span(sorted.begin(), std::unique(sorted.begin(), sorted.end())) : sorted;
    }

private:
    // Fewer are faster in order by insertion, and the cells of more would not stay in the cache.
    static constexpr std::size_t least_in_columns = 20, most_in_columns = 1 << 16;

    Columns columns_for(std::size_t hashes) {
        const std::size_t count = (hashes / Columns::mean / lanes + 1) * lanes;
        filled_.resize(std::max(filled_.size(), count));
        cells_.resize(filled_.size() * Columns::height);
        return {count, cells_.data(), filled_.data()};
    }

    std::vector<std::uint64_t> sorted_;
    std::vector<std::int64_t> cells_;
    std::vector<std::uint32_t> filled_;
};

}  // namespace reuse
