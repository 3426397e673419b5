// SPDX-License-Identifier: Apache-2.0
// Sorting by a hash: a radix sort from the highest byte down.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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

/// Parts items by byte after byte of key(item), from the one at `shift` down, until few are left together.
template <class Item, class Key>
void part_by_bytes(std::span<Item> items, std::span<Item> scratch, Key&& key, int shift) {
    constexpr std::size_t few = 24;
    if (items.size() <= few) return;
    const auto digit = [&](const Item& item) { return static_cast<std::size_t>(key(item) >> shift) & 0xFF; };
    std::array<std::size_t, 256> ends{};
    for (const Item& item : items) ++ends[digit(item)];
    for (std::size_t d = 0, end = 0; d < ends.size(); ++d) end += std::exchange(ends[d], end);
    for (const Item& item : items) scratch[ends[digit(item)]++] = item;
    std::copy_n(scratch.begin(), items.size(), items.begin());
    if (shift == 0) return;
    for (std::size_t d = 0, begin = 0; d < ends.size(); begin = ends[d++]) {
        const std::size_t count = ends[d] - begin;
        if (count > few) part_by_bytes(items.subspan(begin, count), scratch.subspan(begin, count), key, shift - 8);
    }
}

/// Sorts items by the 64 bits of key(item), of which those above `shift` + 7 are equal in all; equal keys keep their
/// order. Hashes are spread evenly, so that after a byte or two few items are left together, which insertion puts in
/// order; where they are not, the work is bounded by eight passes. `scratch` has room for as many items.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> scratch, Key&& key, int shift = 56) {
    part_by_bytes(items, scratch, key, shift);
    insertion_sort(items, key);
}

}  // namespace reuse
