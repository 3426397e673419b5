// SPDX-License-Identifier: Apache-2.0
// What the committed tables say of a code point, read as their head describes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tables.hpp"
#include "utf8.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

enum Class { separator, word, character, mark, dropped_mark, ignorable };
enum Script { latin = 1, cyrillic = 2, greek = 4 };
constexpr Script all_scripts[] = {latin, cyrillic, greek};

struct Entry {
    Class kind;
    std::uint32_t scripts;
    bool droppable;
    std::vector<std::uint32_t> fold;
};

/// The letters of a Hangul syllable.
inline std::vector<std::uint32_t> jamo(std::uint32_t syllable) {
    const std::uint32_t s = syllable - 0xAC00, last = s % 28;
    std::vector<std::uint32_t> letters{0x1100 + s / 588, 0x1161 + s % 588 / 28};
    if (last != 0) letters.push_back(0x11A7 + last);
    return letters;
}

inline std::vector<std::uint32_t> fold_of(std::uint32_t code_point, std::uint32_t field) {
    namespace tables = reuse::tables;
    if (field == tables::fold_itself) return {code_point};
    if (field == tables::fold_hangul) return jamo(code_point);
    if (field < 0x110000) return {field};
    const std::uint32_t place = field - 0x110000, count = tables::expansions[place];
    return {tables::expansions + place + 1, tables::expansions + place + 1 + count};
}

inline std::uint32_t bits_of(std::uint32_t code_point) {
    return reuse::tables::entries[reuse::tables::block_of[code_point / 128] * 128 + code_point % 128];
}

inline Class class_of(std::uint32_t code_point) { return static_cast<Class>(bits_of(code_point) % 8); }

inline Entry entry(std::uint32_t code_point) {
    const std::uint32_t bits = bits_of(code_point);
    const Class kind = class_of(code_point);
    const bool folds = kind == word || kind == character || kind == mark;
    return {kind, bits / 8 % 8, bits / 64 % 2 == 1,
            folds ? fold_of(code_point, bits / 256) : std::vector<std::uint32_t>()};
}

/// The folded letter of a script that looks like a code point; 0 where there is none.
inline std::uint32_t lookalike(std::uint32_t code_point, std::uint32_t script) {
    static const auto rows = [] {
        std::map<std::uint32_t, std::map<std::uint32_t, std::uint32_t>> letters;
        for (const reuse::tables::Lookalike& row : reuse::tables::lookalikes)
            letters[row.code_point] = {{latin, row.latin}, {cyrillic, row.cyrillic}, {greek, row.greek}};
        return letters;
    }();
    const auto row = rows.find(code_point);
    return row == rows.end() ? 0 : row->second.at(script);
}

inline std::string utf8(const std::vector<std::uint32_t>& code_points) {
    std::string bytes;
    for (const std::uint32_t c : code_points) bytes += encoded(c);
    return bytes;
}

/// Part of a word: what makes of a mark beside it an apostrophe.
inline bool is_wordlike(std::uint32_t code_point) {
    const Class kind = class_of(code_point);
    return kind == word || kind == character || kind == mark;
}

}  // namespace naive
#pragma clang attribute pop
