// SPDX-License-Identifier: Apache-2.0
// Words of which something is known, found by their hash; hashes numbered as they come.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"
#include "room.hpp"

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

/// Numbers the distinct ones of a known number of hashes at most, from 0 on.
class Numbering {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// Forgets all, for so many hashes at most.
    void clear(std::size_t most) {
        slots_.assign(std::bit_ceil(2 * most + 8), none);
        filter_.assign(slots_.size() * bits / 64, 0);
        shift_ = 64 - std::countr_zero(slots_.size() * bits);
        hashes_ = room_.of(most);
        size_ = 0;
    }

    std::size_t size() const { return size_; }

    /// The number of a hash, which may be new.
    std::uint32_t add(std::uint64_t hash) {
        std::uint32_t& number = slots_[slot(hash)];
        if (number == none) {
            number = static_cast<std::uint32_t>(size_);
            hashes_[size_++] = hash;
            filter_[bit(hash) / 64] |= std::uint64_t{1} << (bit(hash) % 64);
        }
        return number;
    }

    /// Whether a hash may have a number: without the branches of `find`, which nobody could foresee.
    bool may_have(std::uint64_t hash) const { return filter_[bit(hash) / 64] >> (bit(hash) % 64) & 1; }

    /// The number of a hash, or `none`.
    std::uint32_t find(std::uint64_t hash) const { return slots_[slot(hash)]; }

private:
    static constexpr std::size_t bits = 8;  // of the filter for each slot

    std::size_t bit(std::uint64_t hash) const { return static_cast<std::size_t>((hash * shingle_base) >> shift_); }

    std::size_t slot(std::uint64_t hash) const {
        std::size_t s = bit(hash) / bits;
        while (slots_[s] != none && hashes_[slots_[s]] != hash) s = (s + 1) & (slots_.size() - 1);
        return s;
    }

    std::vector<std::uint32_t> slots_;
    std::vector<std::uint64_t> filter_;
    std::span<std::uint64_t> hashes_;  // by number
    std::size_t size_ = 0;
    int shift_ = 0;
    Room<std::uint64_t> room_;
};

}  // namespace reuse
