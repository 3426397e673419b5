// SPDX-License-Identifier: Apache-2.0
// Sorting by a hash: a radix sort from the highest byte down.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace reuse {

/// Sorts items by the 64 bits of key(item), of which those above `shift` + 7 are equal in all; equal keys keep their
/// order. Hashes are spread evenly, so that after a byte or two few items are left together; where they are not, the
/// work is bounded by eight passes. `scratch` has room for as many items.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> scratch, Key&& key, int shift = 56) {
    if (items.size() <= 24) {  // few: insertion
        for (std::size_t i = 1; i < items.size(); ++i) {
            const Item item = items[i];
            std::size_t j = i;
            for (; j > 0 && key(items[j - 1]) > key(item); --j) items[j] = items[j - 1];
            items[j] = item;
        }
        return;
    }
    const auto digit = [&](const Item& item) { return static_cast<std::size_t>(key(item) >> shift) & 0xFF; };
    std::array<std::size_t, 257> begins{};
    for (const Item& item : items) ++begins[digit(item) + 1];
    for (std::size_t d = 1; d < begins.size(); ++d) begins[d] += begins[d - 1];
    auto next = begins;
    for (const Item& item : items) scratch[next[digit(item)]++] = item;
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = scratch[i];
    if (shift == 0) return;
    for (std::size_t d = 0; d < 256; ++d) {
        const std::size_t count = begins[d + 1] - begins[d];
        if (count > 1) radix_sort(items.subspan(begins[d], count), scratch.subspan(begins[d], count), key, shift - 8);
    }
}

}  // namespace reuse
