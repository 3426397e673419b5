// SPDX-License-Identifier: Apache-2.0
// Covers: scores.hpp, lanes.hpp
// Length: 400
// Share: 30
// `overlap` against std::set_intersection.
#include "scores.hpp"

#include <algorithm>
#include <iterator>

#include "naive/made.hpp"

namespace {

naive::Rows<std::uint64_t> sets(Input& input) {
    naive::Rows<std::uint64_t> rows;
    for (std::size_t count = 1 + input.below(4); count > 0; --count) rows.add(naive::set_of_hashes(input, 300));
    return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const int threads = naive::threads(input);
    const auto left = sets(input), right = sets(input);
    std::vector<std::int32_t> left_row, right_row, expected;
    const std::size_t copies = 1 + input.below(8);  // a unit of work is 64 pairs
    for (std::size_t l = 0; l < left.count(); ++l) {
        for (std::size_t r = 0; r < right.count(); ++r) {
            std::vector<std::uint64_t> shared;
            std::set_intersection(left.begin(l), left.end(l), right.begin(r), right.end(r), std::back_inserter(shared));
            left_row.insert(left_row.end(), copies, static_cast<std::int32_t>(l));
            right_row.insert(right_row.end(), copies, static_cast<std::int32_t>(r));
            expected.insert(expected.end(), copies, static_cast<std::int32_t>(shared.size()));
        }
    }
    must(reuse::overlap(left.values, left.offsets, right.values, right.offsets, left_row, right_row, threads) ==
             expected,
         "the sizes of intersections");
    return 0;
}
