// SPDX-License-Identifier: Apache-2.0
// Sorting by a hash: a radix sort from the highest byte down.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

namespace reuse {

/// Puts items in order that are nearly so already; equal keys keep theirs.
template <class Item, class Key>
void insertion_sort(std::span<Item> items, Key&& key) {
    for (std::size_t i = 1; i < items.size(); ++i) {
        const Item item = items[i];
        std::size_t j = i;
        for (; j > 0 && key(items[j - 1]) > key(item); --j) items[j] = items[j - 1];
        items[j] = item;
    }
}

/// Parts items by the highest of the `bits` lowest bits of key(item), and by those that follow until few are left
/// together.
template <class Item, class Key>
void part_by_bits(std::span<Item> items, std::span<Item> scratch, Key&& key, int bits) {
    constexpr std::size_t few = 24, most_parts = 2048, cached = 1 << 14;
    if (items.size() <= few || bits == 0) return;
    // As many parts as items while these are in the cache; more parts than its lines would be slow where they are not.
    const int digits =
        std::min(items.size() > cached ? 8 : std::min(static_cast<int>(std::bit_width(items.size())), 11), bits);
    const int shift = bits - digits;
    const std::size_t parts = std::size_t{1} << digits;
    const auto part = [&](const Item& item) { return static_cast<std::size_t>(key(item) >> shift) & (parts - 1); };
    std::array<std::uint32_t, most_parts> ends;
    std::fill_n(ends.begin(), parts, 0);
    for (const Item& item : items) ++ends[part(item)];
    std::uint32_t end = 0;
    for (std::size_t p = 0; p < parts; ++p) end += std::exchange(ends[p], end);
    for (const Item& item : items) scratch[ends[part(item)]++] = item;
    std::copy_n(scratch.begin(), items.size(), items.begin());
    for (std::size_t p = 0, begin = 0; p < parts; begin = ends[p++]) {
        const std::size_t count = ends[p] - begin;
        if (count > few) part_by_bits(items.subspan(begin, count), scratch.subspan(begin, count), key, shift);
    }
}

/// Sorts items by the `bits` lowest bits of key(item), the others being equal in all; equal keys keep their order.
/// Hashes are spread evenly, so that few items are soon left together, which insertion puts in order; where they are
/// not, the work is bounded by eight passes. `scratch` has room for as many items; there are fewer than 2^32.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> scratch, Key&& key, int bits = 64) {
    assert(items.size() <= scratch.size());
    if (items.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too many items to sort");
    part_by_bits(items, scratch, key, bits);
    insertion_sort(items, key);
}

}  // namespace reuse
