// SPDX-License-Identifier: Apache-2.0
// Covers: column.hpp, room.hpp
// Length: 100
// Share: 200
// `Column` and `Room` against vectors; more than there can be is refused.
#include "column.hpp"

#include <algorithm>

#include "input.hpp"
#include "room.hpp"

namespace {

bool too_much_is_refused() {
    try {
        const reuse::Column<std::uint64_t> column(std::size_t{1} << 58);
    } catch (const std::bad_alloc&) {
        return true;
    }
    return false;
}

void check_column(Input& input) {
    // From four megabytes on pages are large.
    const std::size_t room = input.byte() % 16 ? input.below(3'000) : (std::size_t{1} << 20) + input.below(1'000);
    reuse::Column<std::uint64_t> first(room);
    std::vector<std::uint64_t> expected;
    while (!input.empty()) {
        const std::vector<std::uint64_t> some(input.below(400), input.hash());
        if (expected.size() + some.size() > room) break;
        first.write(expected.size(), some.data(), some.size());
        expected.insert(expected.end(), some.begin(), some.end());
    }
    reuse::Column<std::uint64_t> column(std::move(first));
    must(first.data() == nullptr, "nothing is given back twice");
    column.finish(expected.size());
    must(column.size() == expected.size(), "as many as there are");
    must(std::equal(expected.begin(), expected.end(), column.data()), "what was written");
}

void check_room(Input& input) {
    reuse::Room<std::uint32_t> room;
    for (int turn = 0; turn < 4; ++turn) {
        const std::size_t count = input.below(500);
        const std::span<std::uint32_t> values = room.of(count);
        must(values.size() == count, "as much room as was asked for");
        std::fill(values.begin(), values.end(), 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    if (size == 1) must(too_much_is_refused(), "more than there is");
    check_room(input);
    check_column(input);
    return 0;
}
