// SPDX-License-Identifier: Apache-2.0
// Hashes numbered as they come, and a filter that tells of most hashes that they are not among some.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"

namespace reuse {

/// Numbers values from 1 on as they come; open addressing.
class Numbering {
public:
    static constexpr std::int32_t absent = 0;

    /// Forgets all, and numbers these.
    void read(std::span<const std::uint64_t> values, std::vector<std::int32_t>& numbers) {
        slots_.assign(std::bit_ceil(2 * values.size() + 2), absent);
        shift_ = 64 - std::countr_zero(slots_.size());
        values_.resize(std::max(values_.size(), values.size() + 1));
        numbers.resize(values.size());
        std::int32_t last = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t slot = find(values[i]);
            // Whether it is new cannot be foretold, so there is no branch.
            const bool is_new = slots_[slot] == absent;
            last += is_new;
            const std::int32_t number = is_new ? last : slots_[slot];
            slots_[slot] = numbers[i] = number;
            values_[static_cast<std::size_t>(number)] = values[i];
        }
        end_ = static_cast<std::size_t>(last) + 1;
    }

    /// The number of a value, or `absent`.
    std::int32_t operator[](std::uint64_t value) { return slots_[find(value)]; }

    /// The value of a number.
    std::uint64_t value(std::int32_t number) const { return values_[static_cast<std::size_t>(number)]; }

    /// All numbers are below.
    std::size_t end() const { return end_; }

private:
    std::size_t find(std::uint64_t value) {
        values_[absent] = value;  // so that a free slot ends the search like the one that is sought
        auto s = static_cast<std::size_t>((value * shingle_base) >> shift_);
        while (values_[static_cast<std::size_t>(slots_[s])] != value) s = (s + 1) & (slots_.size() - 1);
        return s;
    }

    std::vector<std::int32_t> slots_;    // number of the value that is there
    std::vector<std::uint64_t> values_;  // by number
    int shift_ = 0;
    std::size_t end_ = 1;
};

/// Tells of most hashes that they are not among some: 32 to 64 bits for each of these, of which it sets one.
class HashFilter {
public:
    /// Forgets all, for so many hashes.
    void clear(std::size_t hashes) {
        bits_.assign(std::bit_ceil(hashes / 2 + 1), 0);
        shift_ = 64 - std::countr_zero(64 * bits_.size());
    }

    void add(std::span<const std::uint64_t> hashes) {
        for (const std::uint64_t hash : hashes) bits_[bit(hash) / 64] |= std::uint64_t{1} << (bit(hash) % 64);
    }

    bool may_have(std::uint64_t hash) const { return bits_[bit(hash) / 64] >> (bit(hash) % 64) & 1; }

private:
    std::size_t bit(std::uint64_t hash) const { return static_cast<std::size_t>((hash * shingle_base) >> shift_); }

    std::vector<std::uint64_t> bits_;
    int shift_ = 0;
};

}  // namespace reuse
