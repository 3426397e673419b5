// SPDX-License-Identifier: Apache-2.0
// Longest common subsequences: how much two sequences have in the same order.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"
#include "isa.hpp"
#include "numbering.hpp"
#include "ragged.hpp"
#include "room.hpp"

#ifdef REUSE_AVX512
#include <immintrin.h>
#endif

namespace reuse {

/// Tokens of one of two sequences that the other has too, by number, and where they stand. All others change no
/// common subsequence.
struct CommonTokens {
    std::span<std::int32_t> numbers;
    std::span<std::uint32_t> places;

    /// Keeps the places of which chosen(place) holds: without a branch for each, which nobody could foresee.
    template <class Choose>
    void choose(std::size_t tokens, Choose&& chosen) {
        const auto room = place_room_.of(tokens + 1);
        std::size_t kept = 0;
        for (std::size_t t = 0; t < tokens; ++t) {
            room[kept] = static_cast<std::uint32_t>(t);
            kept += chosen(t);
        }
        places = room.first(kept);
        numbers = number_room_.of(kept);
    }

private:
    Room<std::int32_t> number_room_;
    Room<std::uint32_t> place_room_;
};

/// A bit for each of so many tokens.
struct alignas(64) Strip {
    static constexpr std::size_t bits = 512;
    std::array<uint128, bits / 128> words;
};

/// What several sequences of one length are compared with: in step i the strip `matches`, which has the bits of the
/// places of a token of each. What a strip carries out of a step it carries into the same step of the next strip.
template <std::size_t count>
struct StripSteps {
    std::array<std::span<const std::int32_t>, count> sequences;
    std::span<const std::uint16_t> row;  // of each token
    std::span<const Strip> rows;
    std::span<std::array<std::uint8_t, count>> carries;
    std::size_t words;  // of the strips, as far as they are in use

    const Strip& matches(std::size_t i, std::size_t k) const {
        return rows[row[static_cast<std::size_t>(sequences[k][i])]];
    }
};

/// Takes all steps V' = (V + (V & M)) | (V & ~M), word after word. Bits above the sequence stay ones, as far as anybody
/// looks. All sequences go together, for within each every step waits for the one before.
template <std::size_t count>
void advance_by_words(std::array<Strip, count>& unmatched, const StripSteps<count>& steps) {
    for (std::size_t w = 0; w < steps.words; ++w) {
        std::array<uint128, count> v;
        for (std::size_t k = 0; k < count; ++k) v[k] = unmatched[k].words[w];
        for (std::size_t i = 0; i < steps.carries.size(); ++i) {
            for (std::size_t k = 0; k < count; ++k) {
                std::uint8_t& carry = steps.carries[i][k];
                const uint128 m = steps.matches(i, k).words[w], sum = v[k] + (v[k] & m), total = sum + carry;
                carry = (sum < v[k]) | (total < sum);
                v[k] = total | (v[k] & ~m);
            }
        }
        for (std::size_t k = 0; k < count; ++k) unmatched[k].words[w] = v[k];
    }
}

#ifdef REUSE_AVX512
/// The same for a whole strip at once. Which of its words are carried into comes of one sum: of a bit for each word
/// that carries, added one place up, and one for each that is all ones and so passes on what it gets.
template <std::size_t count>
REUSE_AVX512 void advance_at_once(std::array<Strip, count>& unmatched, const StripSteps<count>& steps) {
    const __m512i ones = _mm512_set1_epi64(-1);
    __m512i v[count];
    for (std::size_t k = 0; k < count; ++k) v[k] = _mm512_load_si512(&unmatched[k]);
    for (std::size_t i = 0; i < steps.carries.size(); ++i) {
        for (std::size_t k = 0; k < count; ++k) {
            std::uint8_t& carry = steps.carries[i][k];
            const __m512i m = _mm512_load_si512(&steps.matches(i, k));
            const __m512i sum = _mm512_add_epi64(v[k], v[k] & m);
            const unsigned carried = _mm512_cmplt_epu64_mask(sum, v[k]), full = _mm512_cmpeq_epi64_mask(sum, ones);
            const unsigned added = 2 * carried + carry + full;
            const __m512i total = _mm512_mask_sub_epi64(sum, static_cast<__mmask8>(added ^ full), sum, ones);
            carry = static_cast<std::uint8_t>(added >> 8);
            v[k] = total | (v[k] & ~m);
        }
    }
    for (std::size_t k = 0; k < count; ++k) _mm512_store_si512(&unmatched[k], v[k]);
}
#endif

template <std::size_t count>
void advance(std::array<Strip, count>& unmatched, const StripSteps<count>& steps) {
#ifdef REUSE_AVX512
    if (has_avx512()) return advance_at_once(unmatched, steps);
#endif
    advance_by_words(unmatched, steps);
}

/// Longest common subsequences of the prefixes of one sequence with all of another.
class CommonLengths {
public:
    explicit CommonLengths(std::size_t size = 0) : unmatched_((size + Strip::bits - 1) / Strip::bits) {}

    /// Of the first i tokens.
    std::int64_t operator[](std::size_t i) const {
        auto length = static_cast<std::int64_t>(i);
        for (std::size_t w = 0; w < i / 128; ++w) length -= ones(word(w));
        if (i % 128) length -= ones(word(i / 128) << (128 - i % 128));
        return length;
    }

    /// A bit is 0 where the subsequence gets longer by one.
    Strip& strip(std::size_t s) { return unmatched_[s]; }

private:
    static int ones(uint128 bits) {
        return std::popcount(static_cast<std::uint64_t>(bits)) + std::popcount(static_cast<std::uint64_t>(bits >> 64));
    }

    uint128 word(std::size_t w) const {
        constexpr std::size_t words = Strip::bits / 128;
        return unmatched_[w / words].words[w % words];
    }

    std::vector<Strip> unmatched_;
};

/// Longest common subsequences of one sequence with others, bit-parallel (Hyyrö 2004), best the shorter of two.
class CommonSubsequence {
public:
    CommonSubsequence() = default;
    explicit CommonSubsequence(std::span<const std::uint64_t> sequence) { read(sequence); }

    void read(std::span<const std::uint64_t> sequence) {
        numbering_.read(sequence, numbers_);
        filter_.clear(sequence.size());
        filter_.add(sequence);
    }

    /// Finds the tokens that this sequence and another both have: those of this one, and those of the other.
    void find_common(std::span<const std::uint64_t> other, CommonTokens& own, CommonTokens& others) {
        std::vector<std::uint8_t> in_both(numbering_.end());
        others.choose(other.size(), [&](std::size_t t) { return filter_.may_have(other[t]); });
        std::size_t kept = 0;
        for (const std::uint32_t place : others.places) {
            const std::int32_t number = numbering_[other[place]];
            if (number == Numbering::absent) continue;
            in_both[index(number)] = 1;
            others.places[kept] = place;
            others.numbers[kept++] = number;
        }
        others.places = others.places.first(kept);
        others.numbers = others.numbers.first(kept);
        own.choose(numbers_.size(), [&](std::size_t t) { return in_both[index(numbers_[t])]; });
        for (std::size_t i = 0; i < own.places.size(); ++i) own.numbers[i] = numbers_[own.places[i]];
    }

    /// Compares `own` with several sequences of one length, all by numbers.
    template <std::size_t count>
    std::array<CommonLengths, count> lengths(std::span<const std::int32_t> own,
                                             const std::array<std::span<const std::int32_t>, count>& sequences) const {
        std::array<CommonLengths, count> found;
        found.fill(CommonLengths(own.size()));
        std::vector<std::array<std::uint8_t, count>> carries(sequences[0].size());
        std::vector<std::uint16_t> row(numbering_.end());  // 0 of tokens that are not in the strip
        std::array<Strip, Strip::bits + 1> rows;
        rows[0] = {};
        for (std::size_t begin = 0; begin < own.size(); begin += Strip::bits) {
            const auto tokens = own.subspan(begin, std::min(Strip::bits, own.size() - begin));
            std::uint16_t used = 0;
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                std::uint16_t& r = row[index(tokens[i])];
                if (r == 0) rows[r = ++used] = {};
                rows[r].words[i / 128] |= uint128{1} << (i % 128);
            }
            std::array<Strip, count> unmatched;
            for (Strip& bits : unmatched) bits.words.fill(~uint128{0});
            advance(unmatched, StripSteps<count>{sequences, row, rows, carries, (tokens.size() + 127) / 128});
            for (std::size_t k = 0; k < count; ++k) found[k].strip(begin / Strip::bits) = unmatched[k];
            for (const std::int32_t token : tokens) row[index(token)] = 0;
        }
        return found;
    }

    /// The length of the longest common subsequence with all of `other`.
    std::int64_t length(std::span<const std::uint64_t> other) {
        CommonTokens own, others;
        find_common(other, own, others);
        return lengths<1>(own.numbers, {others.numbers})[0][own.numbers.size()];
    }

private:
    Numbering numbering_;
    HashFilter filter_;
    std::vector<std::int32_t> numbers_;  // of the tokens
};

}  // namespace reuse
