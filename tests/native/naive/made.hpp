// SPDX-License-Identifier: Apache-2.0
// Rows of hashes, many of them made from few bytes of a fuzzer.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "../input.hpp"

namespace naive {

template <class T>
struct Rows {
    std::vector<T> values;
    std::vector<std::int64_t> offsets{0};

    std::size_t count() const { return offsets.size() - 1; }
    auto begin(std::size_t row) const { return values.begin() + offsets[row]; }
    auto end(std::size_t row) const { return values.begin() + offsets[row + 1]; }
    std::vector<T> at(std::size_t row) const { return {begin(row), end(row)}; }

    template <class Some>
    void add(const Some& row) {
        values.insert(values.end(), row.begin(), row.end());
        offsets.push_back(static_cast<std::int64_t>(values.size()));
    }
};

/// Hashes by the block: single ones, one many times, and such as ascend by steps, small or large, so that few bytes
/// make many, and two rows come to have the same.
inline std::vector<std::uint64_t> hashes(Input& input, std::size_t most) {
    std::vector<std::uint64_t> values;
    for (std::size_t blocks = input.below(5); blocks > 0; --blocks) {
        const std::uint8_t kind = input.byte();
        const std::size_t count = kind % 4 ? input.below(most + 1) : 1;
        const std::uint64_t step = kind % 4 == 1   ? 0
                                   : kind % 4 == 2 ? std::uint64_t{1} << kind / 4
                                                   : 0x9E3779B97F4A7C15;
        std::uint64_t value = input.hash();
        for (std::size_t i = 0; i < count && values.size() < most; ++i, value += step) values.push_back(value);
    }
    return values;
}

/// The same, ascending, each once.
inline std::vector<std::uint64_t> set_of_hashes(Input& input, std::size_t most) {
    const std::vector<std::uint64_t> values = hashes(input, most);
    const std::set<std::uint64_t> set(values.begin(), values.end());
    return {set.begin(), set.end()};
}

/// One of two numbers of threads.
inline int threads(Input& input) { return 1 + input.byte() % 2; }

}  // namespace naive
