// SPDX-License-Identifier: Apache-2.0
// Length: 400
// Share: 20
// `ordered` against a std::set of pairs.
#include "ordered.hpp"

#include <utility>

#include "naive/made.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::vector<std::uint64_t> hashes = naive::hashes(input, 500);
    std::vector<std::int32_t> rows;
    std::set<std::pair<std::uint64_t, std::int32_t>> expected;
    for (const std::uint64_t hash : hashes) {
        rows.push_back(static_cast<std::int32_t>(input.empty() ? rows.size() : input.below(20)));
        expected.emplace(hash, rows.back());
    }
    const reuse::Ordered found = reuse::ordered(hashes, rows);
    must(found.hash.size() == expected.size() && found.row.size() == expected.size(), "each pair once");
    std::size_t at = 0;
    for (const auto& [hash, row] : expected) {
        must(found.hash[at] == hash && found.row[at] == row, "in order");
        ++at;
    }
    return 0;
}
