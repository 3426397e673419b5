// SPDX-License-Identifier: Apache-2.0
// Which tokens begin a sentence: the first, and those after a line's end or a mark that ends sentences.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "folding.hpp"
#include "signs.hpp"

namespace reuse {

constexpr std::uint8_t flag_first = 16;  // of Tokens::flags

/// Line ends, and full stops and their like in scripts that do not use them within words and numbers.
constexpr std::array<std::uint32_t, 12> sentence_ends{
    0x2028,                  // line separator
    0x2029,                  // paragraph separator
    0x2026,                  // ellipsis
    0x3002, 0xFF61,          // ideographic full stop, in full width and half
    0xFF01, 0xFF0E, 0xFF1F,  // full width ! . ?
    0x061F,                  // Arabic question mark
    0x06D4,                  // Urdu full stop
    0x0964, 0x0965,          // danda and double danda
};
static_assert(std::ranges::all_of(sentence_ends, [](auto c) { return Entry(c).kind() == Class::separator; }));

/// '.', '!' and '?' end a sentence where no token follows at once, as it does in 3.5 and example.org.
inline bool ends_sentence(std::uint32_t c, bool token_follows) {
    const bool stop = (c == '.') | (c == '!') | (c == '?');
    if (c < 0x80) return (c == '\n') | (stop & !token_follows);
    return std::ranges::find(sentence_ends, c) != sentence_ends.end();
}

/// Flags the tokens of one document that begin a sentence.
inline void mark_sentences(std::span<const Sign> signs, std::span<const std::int32_t> begin,
                           std::span<std::uint8_t> flags) {
    if (!begin.empty()) flags[0] |= flag_first;
    for (const Sign& sign : signs) {
        if (sign.tokens == begin.size()) return;  // no token follows, nor will one
        const bool follows = begin[sign.tokens] == static_cast<std::int32_t>(sign.position) + 1;
        flags[sign.tokens] |= ends_sentence(sign.code_point, follows) ? flag_first : std::uint8_t{0};
    }
}

}  // namespace reuse
