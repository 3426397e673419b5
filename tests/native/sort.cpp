// SPDX-License-Identifier: Apache-2.0
// Length: 200
// Share: 5
// `radix_sort` against std::stable_sort; too many items are refused.
#include "sort.hpp"

#include "naive/endless.hpp"
#include "naive/made.hpp"

namespace {

struct Item {
    std::uint64_t hash;
    std::size_t place;

    friend bool operator==(const Item&, const Item&) = default;
};

bool too_many_are_refused() {
    try {
        const auto items = naive::endless<std::uint8_t>((std::size_t{1} << 32) + 1);
        reuse::radix_sort(items, items, [](std::uint8_t item) { return std::uint64_t{item}; });
    } catch (const std::length_error&) {
        return true;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    if (size == 1) must(too_many_are_refused(), "more items than 32 bits can number");
    // More than are in the cache are sorted in another way, and take their time.
    const std::size_t most = input.byte() == 255 ? 20'000 : 500;
    const int bits = input.byte() % 4 ? 64 : 1 + input.byte() % 64;
    std::vector<Item> items;
    for (const std::uint64_t hash : naive::hashes(input, most)) items.push_back({hash >> (64 - bits), items.size()});
    std::vector<Item> expected = items, scratch(items.size());
    std::stable_sort(expected.begin(), expected.end(), [](const Item& a, const Item& b) { return a.hash < b.hash; });
    reuse::radix_sort(std::span(items), std::span(scratch), [](const Item& item) { return item.hash; }, bits);
    must(items == expected, "in order, equal ones as they came");
    return 0;
}
