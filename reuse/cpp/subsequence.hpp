// SPDX-License-Identifier: Apache-2.0
// Longest common subsequences: how much two sequences have in the same order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"

namespace reuse {

/// Longest common subsequences of one sequence, bit-parallel (Hyyrö 2004), best the shorter of two. Words of the bit
/// vector are visited only where a match or a carry changes them.
class CommonSubsequence {
public:
    explicit CommonSubsequence(std::span<const std::uint64_t> sequence)
        : size_(sequence.size()),
          slots_(std::bit_ceil(2 * size_ + 2), Slot{0, absent}),
          shift_(64 - std::countr_zero(slots_.size())) {
        // Tokens are numbered as they come; the places of each are gathered in words of 64 bits.
        std::vector<std::size_t> ids(size_), last;
        for (std::size_t i = 0; i < size_; ++i) {
            Slot& slot = slots_[find(sequence[i])];
            if (slot.id == absent) {
                slot = {sequence[i], last.size()};
                last.push_back(absent);
                first_.push_back(0);
            }
            ids[i] = slot.id;
            first_[ids[i]] += last[ids[i]] != i / 64;
            last[ids[i]] = i / 64;
        }
        std::size_t words = 0;
        for (std::size_t& count : first_) {
            const std::size_t begin = words;
            words += count;
            count = begin;
        }
        first_.push_back(words);
        matches_.resize(words, Match{absent, 0});
        std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
        for (std::size_t i = 0; i < size_; ++i) {
            std::size_t& at = next[ids[i]];
            if (matches_[at].word != absent && matches_[at].word != i / 64) ++at;
            matches_[at].word = i / 64;
            matches_[at].bits |= std::uint64_t{1} << (i % 64);
        }
    }

    /// Tokens of another sequence, by the numbers `run` takes, and their places there.
    struct Common {
        std::vector<std::size_t> ids, places;
    };

    /// The tokens of another sequence that this one has: all others change nothing.
    Common common(std::span<const std::uint64_t> other) const {
        Common found;
        for (std::size_t i = 0; i < other.size(); ++i) {
            const std::size_t id = slots_[find(other[i])].id;
            if (id == absent) continue;
            found.ids.push_back(id);
            found.places.push_back(i);
        }
        return found;
    }

    /// Longest common subsequences of the prefixes of this sequence with all of another.
    class Lengths {
    public:
        /// Of the first i tokens.
        std::int64_t operator[](std::size_t i) const {
            std::int64_t length = static_cast<std::int64_t>(i);
            for (std::size_t w = 0; w < i / 64; ++w) length -= std::popcount(unmatched_[w]);
            if (i % 64) length -= std::popcount(unmatched_[i / 64] << (64 - i % 64));
            return length;
        }

    private:
        friend class CommonSubsequence;
        explicit Lengths(std::size_t words) : unmatched_(words, ~std::uint64_t{0}) {}
        std::vector<std::uint64_t> unmatched_;  // a bit is 0 where the subsequence gets longer by one
    };

    /// Reads what is `common` with another sequence, in any order that an iterator gives.
    template <class Iterator>
    Lengths run(Iterator begin, Iterator end) const {
        Lengths lengths((size_ + 63) / 64);
        for (; begin != end; ++begin) advance(lengths.unmatched_, *begin);
        return lengths;
    }

    /// The length of the longest common subsequence with all of `other`.
    std::int64_t length(std::span<const std::uint64_t> other) const {
        const std::vector<std::size_t> ids = common(other).ids;
        return run(ids.begin(), ids.end())[size_];
    }

private:
    static constexpr std::size_t absent = ~std::size_t{0};

    struct Slot {
        std::uint64_t token;
        std::size_t id;
    };
    /// Where a token stands in one word of the bit vector.
    struct Match {
        std::size_t word;
        std::uint64_t bits;
    };

    std::size_t find(std::uint64_t token) const {
        auto s = static_cast<std::size_t>((token * shingle_base) >> shift_);
        while (slots_[s].id != absent && slots_[s].token != token) s = (s + 1) & (slots_.size() - 1);
        return s;
    }

    /// One step V' = (V + (V & M)) | (V & ~M), where M has the bits of the places of a token. Bits above the
    /// sequence stay ones, as far as anybody looks at them.
    void advance(std::vector<std::uint64_t>& v, std::size_t id) const {
        std::size_t match = first_[id];
        const std::size_t end = first_[id + 1];
        std::uint64_t carry = 0;
        for (std::size_t w = 0; w < v.size() && (carry || match != end); ++w) {
            if (!carry) w = matches_[match].word;
            const std::uint64_t matches = match != end && matches_[match].word == w ? matches_[match++].bits : 0;
            const std::uint64_t sum = v[w] + (v[w] & matches);
            const std::uint64_t total = sum + carry;
            carry = (sum < v[w]) | (total < sum);
            v[w] = total | (v[w] & ~matches);
        }
    }

    std::size_t size_;
    std::vector<Slot> slots_;
    int shift_;
    std::vector<std::size_t> first_;  // match of each token, by id
    std::vector<Match> matches_;      // by token, then by word
};

}  // namespace reuse
