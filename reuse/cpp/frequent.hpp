// SPDX-License-Identifier: Apache-2.0
// How often a text says a few words, by its middle: what tells a language at a glance.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "isa.hpp"
#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

/// How many of the first `places` bytes begin a word; behind the last of them the word is still to be read.
REUSE_FOR_EACH_ISA inline std::size_t occurrences(const std::uint8_t* p, std::size_t places, const std::uint8_t* word,
                                                  std::size_t length) {
    constexpr std::size_t block = 64;
    std::array<std::uint8_t, block> hits;
    std::size_t found = 0, at = 0;
    for (; at + block <= places; at += block) {
        hits.fill(1);
        for (std::size_t j = 0; j < length; ++j) {
            for (std::size_t i = 0; i < block; ++i) hits[i] &= p[at + i + j] == word[j];
        }
        std::uint8_t sum = 0;
        for (std::size_t i = 0; i < block; ++i) sum = static_cast<std::uint8_t>(sum + hits[i]);
        found += sum;
    }
    for (; at < places; ++at) found += std::equal(word, word + length, p + at);
    return found;
}

/// The whole code points of at most so many bytes in the middle of a text.
inline std::span<const std::uint8_t> middle_of(std::span<const std::uint8_t> text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    const auto continues = [&](std::size_t at) { return (text[at] & 0xC0U) == 0x80; };
    std::size_t begin = (text.size() - bytes) / 2, end = begin + bytes;
    while (begin < end && continues(begin)) ++begin;
    while (end > begin && continues(end)) --end;
    return text.subspan(begin, end - begin);
}

/// What `frequent` looks for.
struct FrequencyRule {
    std::span<const std::uint8_t> words;
    Offsets word_offsets;
    std::size_t middle;      // bytes of a text that are looked at
    std::size_t characters;  // the words stand more than once in so many of them
    std::size_t least;       // and there are more than so many
};

inline bool is_frequent(std::span<const std::uint8_t> text, const FrequencyRule& rule) {
    const auto some = middle_of(text, rule.middle);
    const auto characters = static_cast<std::size_t>(
        std::count_if(some.begin(), some.end(), [](std::uint8_t byte) { return (byte & 0xC0U) != 0x80; }));
    if (characters <= rule.least) return false;
    std::size_t found = 0;
    for (std::size_t w = 0; w + 1 < rule.word_offsets.size(); ++w) {
        const auto word = row(rule.words, rule.word_offsets, w);
        if (word.size() > some.size()) continue;
        found += occurrences(some.data(), some.size() - word.size() + 1, word.data(), word.size());
        if (found * rule.characters > characters) return true;
    }
    return false;
}

/// A 1 for each wanted text in whose middle the words stand often.
inline std::vector<std::uint8_t> frequent(std::span<const std::uint8_t> text, Offsets offsets,
                                          std::span<const std::uint8_t> wanted, const FrequencyRule& rule,
                                          int threads) {
    constexpr std::size_t unit = 64;
    std::vector<std::uint8_t> result(wanted.size());
    for_each_unit((wanted.size() + unit - 1) / unit, threads, [&](std::size_t u) {
        for (std::size_t d = u * unit; d < std::min(wanted.size(), (u + 1) * unit); ++d) {
            result[d] = wanted[d] && is_frequent(row(text, offsets, d), rule);
        }
    });
    return result;
}

}  // namespace reuse
