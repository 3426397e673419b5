// SPDX-License-Identifier: Apache-2.0
// `Distinct` against std::set, for sets of any size one after another.
#include "distinct.hpp"

#include <algorithm>
#include <set>

#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    reuse::Distinct distinct;
    do {
        std::vector<std::uint64_t> hashes = input.hashes(600);
        const std::set<std::uint64_t> expected(hashes.begin(), hashes.end());
        const auto found = distinct.of(hashes);
        must(std::equal(found.begin(), found.end(), expected.begin(), expected.end()), "the set, ascending");
    } while (!input.empty());
    return 0;
}
