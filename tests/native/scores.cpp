// SPDX-License-Identifier: Apache-2.0
// Covers: scores.hpp, lanes.hpp
// `overlap` against std::set_intersection, on one thread and on two.
#include "scores.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "input.hpp"

namespace {

struct Sets {
    std::vector<std::uint64_t> values;
    std::vector<std::int64_t> offsets{0};

    explicit Sets(Input& input) {
        for (std::size_t rows = 1 + input.below(4); rows > 0; --rows) {
            const std::vector<std::uint64_t> hashes = input.hashes(300);
            const std::set<std::uint64_t> row(hashes.begin(), hashes.end());
            values.insert(values.end(), row.begin(), row.end());
            offsets.push_back(static_cast<std::int64_t>(values.size()));
        }
    }

    std::size_t rows() const { return offsets.size() - 1; }
    auto begin(std::size_t row) const { return values.begin() + offsets[row]; }
    auto end(std::size_t row) const { return values.begin() + offsets[row + 1]; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const Sets left(input), right(input);
    std::vector<std::int32_t> left_row, right_row, expected;
    for (std::size_t pairs = input.below(200); pairs > 0; --pairs) {
        const std::size_t l = input.below(left.rows()), r = input.below(right.rows());
        std::vector<std::uint64_t> shared;
        std::set_intersection(left.begin(l), left.end(l), right.begin(r), right.end(r), std::back_inserter(shared));
        left_row.push_back(static_cast<std::int32_t>(l));
        right_row.push_back(static_cast<std::int32_t>(r));
        expected.push_back(static_cast<std::int32_t>(shared.size()));
    }
    for (const int threads : {1, 2}) {
        must(reuse::overlap(left.values, left.offsets, right.values, right.offsets, left_row, right_row, threads) ==
                 expected,
             "the sizes of intersections");
    }
    return 0;
}
