// SPDX-License-Identifier: Apache-2.0
// UTF-8 by the table of its well-formed sequences (Unicode 15, table 3-7), naively.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

using Bytes = std::span<const std::uint8_t>;

/// The bytes that may stand in one place.
struct ByteRange {
    std::uint8_t first, last;
};

/// A line of the table.
const std::vector<std::vector<ByteRange>> well_formed{
    {{0x00, 0x7F}},
    {{0xC2, 0xDF}, {0x80, 0xBF}},
    {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}},
    {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}},
    {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}},
    {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}},
};

struct CodePoint {
    std::uint32_t value;
    std::size_t byte, bytes;  // where it begins, and how many it takes
    bool valid;
};

/// How many bytes from `at` on a line of the table allows.
inline std::size_t allowed(const std::vector<ByteRange>& line, Bytes text, std::size_t at) {
    std::size_t n = 0;
    while (n < line.size() && at + n < text.size() && text[at + n] >= line[n].first && text[at + n] <= line[n].last)
        ++n;
    return n;
}

/// What a whole sequence says: the bits that are no part of the pattern.
inline std::uint32_t value_of(Bytes sequence) {
    constexpr std::uint32_t of_first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t value = sequence[0] & of_first[sequence.size()];
    for (std::size_t i = 1; i < sequence.size(); ++i) value = value * 64 + sequence[i] % 64;
    return value;
}

/// The code point at a byte. What begins no sequence is U+FFFD, and so is the longest beginning of one that is cut off.
inline CodePoint code_point_at(Bytes text, std::size_t at) {
    std::size_t longest = 1;
    for (const auto& line : well_formed) {
        const std::size_t n = allowed(line, text, at);
        if (n == line.size()) return {value_of(text.subspan(at, n)), at, n, true};
        longest = std::max(longest, n);
    }
    return {0xFFFD, at, longest, false};
}

inline std::vector<CodePoint> decoded(Bytes text) {
    std::vector<CodePoint> result;
    for (std::size_t at = 0; at < text.size(); at += result.back().bytes) result.push_back(code_point_at(text, at));
    return result;
}

/// UTF-8 of a code point: the line of the table whose length it needs.
inline std::string encoded(std::uint32_t c) {
    const auto six_bits = [c](int from) { return static_cast<char>(0x80 + (c >> from) % 64); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 + (c >> 6)), six_bits(0)};
    if (c < 0x10000) return {static_cast<char>(0xE0 + (c >> 12)), six_bits(6), six_bits(0)};
    return {static_cast<char>(0xF0 + (c >> 18)), six_bits(12), six_bits(6), six_bits(0)};
}

}  // namespace naive
#pragma clang attribute pop
