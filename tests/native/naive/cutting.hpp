// SPDX-License-Identifier: Apache-2.0
// A stretch of text cut into words, code point by code point.
#pragma once

#include <cstdint>
#include <vector>

#include "folding.hpp"
#include "utf8.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

/// Where something stands in a stretch, and how many words end before it.
struct Place {
    std::size_t byte, code_point, words;

    bool operator==(const Place&) const = default;
};

struct SignPlace : Place {
    std::uint32_t code_point_value;

    bool operator==(const SignPlace&) const = default;
};

struct Cut {
    std::vector<Place> bounds;  // where words begin and end, by turns
    std::vector<bool> wide;     // of each word: whether it has letters beyond ASCII
    std::vector<SignPlace> signs;
    std::size_t bytes = 0, code_points = 0;
    bool stopped = false;

    std::size_t words() const { return bounds.size() / 2; }
};

/// A letter that is cut by masks: of one byte or two, which folds to four bytes at most.
inline bool is_short_letter(const CodePoint& c) {
    return c.valid && c.bytes <= 2 && class_of(c.value) == word && utf8(entry(c.value).fold).size() <= 4;
}

inline bool is_separator(const CodePoint& c) { return c.valid && class_of(c.value) == separator; }

/// More than half of the bytes of a block of 64, from where a code point begins in it, are beyond ASCII.
inline bool is_mostly_beyond(Bytes text, std::size_t at) {
    std::size_t beyond = 0;
    for (std::size_t i = at; i < (at / 64 + 1) * 64; ++i) beyond += text[i] >= 0x80;
    return beyond > 32;
}

/// The words of so many blocks of 64 bytes, up to what is neither a short letter nor a separator.
inline Cut cut(Bytes text, std::size_t blocks) {
    Cut result;
    std::size_t block = 64 * blocks;  // of the code point before; at first none
    bool in_word = false;
    while (result.bytes < 64 * blocks) {
        const CodePoint c = code_point_at(text, result.bytes);
        const bool letter = is_short_letter(c), begins_block = c.byte / 64 != block;
        block = c.byte / 64;
        if ((begins_block && is_mostly_beyond(text, c.byte)) || (!letter && !is_separator(c))) {
            result.stopped = true;
            return result;
        }
        if (letter && !in_word) result.wide.push_back(false);
        if (letter != in_word) result.bounds.push_back({c.byte, result.code_points, 0});
        in_word = letter;
        if (letter && c.bytes == 2) result.wide.back() = true;
        const bool is_sign = c.value >= 0x80 || std::u32string_view(U"\n.!?\"'@").find(c.value) != std::u32string::npos;
        if (!letter && is_sign) result.signs.push_back({{c.byte, result.code_points, result.words()}, c.value});
        result.bytes += c.bytes;
        ++result.code_points;
    }
    return result;
}

}  // namespace naive
#pragma clang attribute pop
