// SPDX-License-Identifier: Apache-2.0
// Words of which something is known, found by their hash.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"

namespace reuse {

/// Where each word stands in a table of words; open addressing.
class Vocabulary {
public:
    static constexpr std::uint32_t unknown = ~std::uint32_t{0};

    explicit Vocabulary(std::span<const std::uint64_t> words)
        : words_(words),
          rows_(std::bit_ceil(2 * words.size() + 2), unknown),
          shift_(64 - std::countr_zero(rows_.size())) {
        for (std::size_t w = 0; w < words.size(); ++w) rows_[slot(words[w])] = static_cast<std::uint32_t>(w);
    }

    /// Its row in the table, or `unknown`.
    std::uint32_t row(std::uint64_t word) const { return rows_[slot(word)]; }

private:
    std::size_t slot(std::uint64_t word) const {
        auto s = static_cast<std::size_t>((word * shingle_base) >> shift_);
        while (rows_[s] != unknown && words_[rows_[s]] != word) s = (s + 1) & (rows_.size() - 1);
        return s;
    }

    std::span<const std::uint64_t> words_;
    std::vector<std::uint32_t> rows_;
    int shift_;
};

}  // namespace reuse
