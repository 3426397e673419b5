// SPDX-License-Identifier: Apache-2.0
// Pairs of a hash and a row in order, each once.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "candidates.hpp"
#include "sort.hpp"

namespace reuse {

struct Ordered {
    std::vector<std::uint64_t> hash;
    std::vector<std::int32_t> row;
};

/// The distinct pairs, by hash, then by row. Rows mostly ascend as they come, and then equal hashes are in order when
/// they are brought together.
inline Ordered ordered(std::span<const std::uint64_t> hash, std::span<const std::int32_t> row) {
    assert(hash.size() == row.size());
    std::vector<Posting> items(hash.size()), scratch(hash.size());
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = {hash[i], row[i]};
    radix_sort(std::span(items), std::span(scratch), [](const Posting& item) { return item.hash; });
    constexpr auto by_row = [](const Posting& a, const Posting& b) { return a.row < b.row; };
    for (auto begin = items.begin(); begin != items.end();) {
        const auto end =
            std::find_if(begin, items.end(), [&](const Posting& item) { return item.hash != begin->hash; });
        if (!std::is_sorted(begin, end, by_row)) std::sort(begin, end, by_row);
        begin = end;
    }
    items.erase(std::unique(items.begin(), items.end()), items.end());
    Ordered result;
    result.hash.reserve(items.size());
    result.row.reserve(items.size());
    for (const Posting& item : items) {
        result.hash.push_back(item.hash);
        result.row.push_back(item.row);
    }
    return result;
}

}  // namespace reuse
