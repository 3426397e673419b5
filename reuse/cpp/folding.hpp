// SPDX-License-Identifier: Apache-2.0
// What the committed Unicode tables say of a code point: its part in a word, its scripts, what it folds to.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "tables.hpp"
#include "utf8.hpp"

namespace reuse {

enum class Class : std::uint32_t {
    separator = 0,     // ends a token
    word = 1,          // letter or digit of a script that puts spaces between words
    character = 2,     // of a script without spaces: a token of its own
    mark = 3,          // combining mark, part of the token it follows
    dropped_mark = 4,  // Hebrew point, Arabic haraka, tatweel: covered by the token, left out of its hash
    ignorable = 5,     // invisible
};

constexpr std::uint32_t latin = 1, cyrillic = 2, greek = 4;

/// One row of the tables, unpacked on demand; tables.hpp says which bits are what.
class Entry {
public:
    constexpr explicit Entry(std::uint32_t code_point)
        : code_point_(code_point),
          bits_(tables::entries[tables::block_of[code_point >> 7] * 128U + (code_point & 127U)]) {}

    constexpr Class kind() const { return static_cast<Class>(bits_ & 7U); }
    /// Latin, Cyrillic or Greek letters among what it folds to.
    constexpr std::uint32_t scripts() const { return (bits_ >> 3) & 7U; }
    /// A mark that is left out after a Latin, Cyrillic or Greek letter.
    constexpr bool droppable() const { return (bits_ >> 6) & 1U; }

    /// Calls write(code point) for each code point it folds to.
    template <class Write>
    constexpr void fold(Write&& write) const {
        const std::uint32_t fold = bits_ >> 8;
        if (fold == tables::fold_itself) return write(code_point_);
        if (fold == tables::fold_hangul) return fold_hangul(write);
        if (fold < 0x110000) return write(fold);
        const std::uint32_t* expansion = tables::expansions + (fold - 0x110000);
        for (std::uint32_t i = 1; i <= expansion[0]; ++i) write(expansion[i]);
    }

private:
    /// A Hangul syllable as its letters (Unicode 15, section 3.12).
    template <class Write>
    constexpr void fold_hangul(Write&& write) const {
        const std::uint32_t s = code_point_ - 0xAC00;
        write(0x1100 + s / 588);
        write(0x1161 + s % 588 / 28);
        if (s % 28) write(0x11A7 + s % 28);
    }

    std::uint32_t code_point_, bits_;
};

/// The letter of `script` that looks like `code_point`, folded; 0 where there is none.
inline std::uint32_t lookalike(std::uint32_t code_point, std::uint32_t script) {
    const auto* const found =
        std::lower_bound(std::begin(tables::lookalikes), std::end(tables::lookalikes), code_point,
                         [](const tables::Lookalike& row, std::uint32_t c) { return row.code_point < c; });
    if (found == std::end(tables::lookalikes) || found->code_point != code_point) return 0;
    return script == latin ? found->latin : script == cyrillic ? found->cyrillic : found->greek;
}

/// Letters and digits among the bytes of ASCII; all other ASCII separates words.
constexpr std::array<bool, 256> ascii_word = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < 128; ++c)
        table[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return table;
}();
static_assert([] {
    for (std::uint32_t c = 0; c < 128; ++c)
        if (Entry(c).kind() != (ascii_word[c] ? Class::word : Class::separator)) return false;
    return true;
}());

/// What a letter of one or two bytes of UTF-8 folds to, in UTF-8; of size 0 what is none or folds to more than four
/// bytes.
struct Letter {
    std::uint32_t folded = 0;  // the first byte lowest
    std::uint8_t size = 0, scripts = 0;
};

constexpr std::array<Letter, 0x800> short_letters = [] {
    std::array<Letter, 0x800> letters{};
    for (std::uint32_t c = 0; c < letters.size(); ++c) {
        const Entry entry(c);
        if (entry.kind() != Class::word) continue;
        std::uint64_t folded = 0;
        std::uint32_t size = 0;
        entry.fold([&](std::uint32_t code_point) {
            if (size <= 4) folded |= std::uint64_t{encoded(code_point).bytes} << (8 * size);
            size += encoded(code_point).size;
        });
        if (size > 4) continue;
        letters[c] = {static_cast<std::uint32_t>(folded), static_cast<std::uint8_t>(size),
                      static_cast<std::uint8_t>(entry.scripts())};
    }
    return letters;
}();

/// The letter at p, if it is one of those; where the first byte is not ASCII the second can be read.
inline const Letter& letter_at(const std::uint8_t* p) {
    const std::uint32_t lead = p[0];
    if (lead < 0x80) return short_letters[lead];
    const bool two = lead >= 0xC2 && lead < 0xE0 && (p[1] & 0xC0) == 0x80;
    return short_letters[two ? (lead & 0x1F) << 6 | (p[1] & 0x3FU) : 0];
}

}  // namespace reuse
