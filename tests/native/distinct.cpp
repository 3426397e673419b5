// SPDX-License-Identifier: Apache-2.0
// `Distinct` against std::sort, for sets of any size one after another, with wide vectors and without.
// Covers: distinct.hpp, lanes.hpp
// Length: 1200
// Share: 6
#include "both_ways.hpp"
// The headers that are tested
#include <algorithm>

#include "distinct.hpp"
#include "input.hpp"

namespace {

#ifdef __AVX2__
constexpr bool has_lanes_for_sure = true;
#else
constexpr bool has_lanes_for_sure = false;
#endif

using Hashes = std::vector<std::uint64_t>;

/// So many numbers that are spread evenly, as hashes are, each some times.
Hashes spread(std::size_t count, std::uint64_t step, std::size_t times) {
    Hashes hashes;
    for (std::size_t i = 0; i < count; ++i) hashes.push_back(i / times * step);
    return hashes;
}

void check(const Hashes& hashes, reuse::Distinct& with_vectors, reuse::Distinct& without) {
    Hashes expected = hashes, moved = hashes;
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    wide = true;
    const auto found = with_vectors.of(moved);
    must(std::equal(found.begin(), found.end(), expected.begin(), expected.end()), "the set, ascending");
    moved = hashes;
    wide = false;
    const auto sorted = without.of(moved);
    must(std::equal(sorted.begin(), sorted.end(), expected.begin(), expected.end()), "the set, by radix");
}

/// More than are put in columns: once, for it takes long.
bool check_many() {
    must((reuse::has_lanes)() || !has_lanes_for_sure, "wide vectors where they are compiled for");
    reuse::Distinct with_vectors, without;
    check(spread(70'000, 0x9E3779B97F4A7C15, 2), with_vectors, without);
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    [[maybe_unused]] static const bool many_are_sorted = check_many();
    Input input(data, size);
    reuse::Distinct with_vectors, without;
    for (int sets = 0; sets < 4 && !input.empty(); ++sets) {
        if (input.byte() % 4) {
            check(input.hashes(600), with_vectors, without);
        } else {
            const std::size_t count = input.below(1000), times = 1 + input.byte();
            check(spread(count, input.hash() | 1, times), with_vectors, without);
        }
    }
    return 0;
}
