// SPDX-License-Identifier: Apache-2.0
// Texts that a fuzzer's bytes say: as they are, or a piece of text for each byte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "input.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)

/// What is cut, folded, quoted or told apart in another way than the others: bytes say these more often than they spell
/// them.
constexpr std::string_view pieces[] = {
    // clang-format off
    // What separates, and what ends a sentence or a paragraph.
    " ", "\n", "\r\n", ".", ". ", ", ", "!", "?", "-", "  ", "\t", "\u2028", "\u2029", "\u00a0", "\u3000", "\u2003",
    "\u1680", "\u205f", "\u0085", "…", "。", "！", "؟", "।", "—", "😀", "\u202f", "@", "(", ")", "_", ">",
    // Quotation marks.
    "\"", "'", "“", "”", "„", "«", "»", "‹", "›", "‘", "’", "‚", "「", "」", "『", "』", "＂", "(@", ") ", "\n>", "\n> ",
    "(@ab) May 1, 2017", "\n\n“", "\" \"", "(@", "(@a_b)", " > ", ">>", "7\n",
    // Words and what goes on with one.
    "a", "Z", "0", "9", "word", "Of", "it's", "3.5", "U.S.", "x x x x x x x x ", "one two three four five six seven ",
    "abcdefgh", "abcdefghi", "ABCDEFGHIJKLMNOP", "abcdefghijklmnopq", "eighteenletterword", "\x01", "\x1b", "\x7f",
    "é", "ß", "Ñ", "ŉ", "ﬁ", "ǆ", "ı", "İ", "ª", "½", "ſ", "Å", "A\u030a", "e\u0301", "ĳ", "ȣ",
    // Scripts that look alike, and those that do not.
    "а", "е", "о", "р", "с", "ж", "Я", "й", "і", "α", "ο", "Ω", "ς", "λ", "ΐ", "μ", "сaре", "pасе", "ѕ", "ᴀ", "ʙ",
    "мир ", "λόγος ", "١", "२", "Ａ", "１", "ж1", "𝐚", "𝟘", "ά",
    // Marks, and what is not seen.
    "\u0301", "\u0308", "\u0323", "\u20dd", "\u0345", "\u05b8", "\u064e", "\u0640", "\u093c", "\u3099",
    "\u200b", "\u00ad", "\ufeff", "\u200d", "\ufe0f", "\u034f",
    // Scripts of other kinds.
    "漢", "字", "か", "カ", "ﾞ", "ไ", "ທ", "ខ", "က", "한", "각", "가", "कि", "ש", "שׁ", "ع", "ﷺ", "ﷻ", "〇", "ㄅ", "豈",
    // What is broken.
    "\xff", "\xc3", "\xe2\x80", "\xe2", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf0\x9f\x98", "\xf4\x90", "\xe2\x80\x80\x80",
    "\ufffd", "\U0010ffff", "\u0378", "\ue000",
    // clang-format on
};
static_assert(std::size(pieces) < 224);

/// A piece for each byte below 224; each byte from there on has the last piece follow up to 32 times more.
inline std::vector<std::uint8_t> text_of_pieces(std::span<const std::uint8_t> bytes, std::size_t most) {
    std::vector<std::uint8_t> text;
    std::string_view last;
    for (const std::uint8_t byte : bytes) {
        if (byte < 224) last = pieces[byte % std::size(pieces)];
        const std::size_t times = byte < 224 ? 1 : byte - 223U;
        if (text.size() + times * last.size() > most) break;
        for (std::size_t i = 0; i < times; ++i) text.insert(text.end(), last.begin(), last.end());
    }
    return text;
}

/// On how many threads, and whether with wide vectors.
struct Way {
    int threads;
    bool vectors;
};

/// Some texts, and which of them are wanted.
struct Documents {
    std::vector<std::uint8_t> text;
    std::vector<std::int64_t> offsets{0};
    std::vector<std::uint8_t> wanted;
    std::size_t distinct;  // the others are copies of these, one after another

    /// The first byte says how: '0' and '2' are one text and two of bytes as they are, '1' and '3' of pieces.
    Documents(Input& input, std::size_t most) {
        const std::uint8_t how = input.byte();
        const std::size_t rows = 1 + how / 2 % 4;
        const std::uint8_t unwanted = rows > 1 ? input.byte() : 0;
        std::vector<std::size_t> cuts{0};
        for (std::size_t row = 1; row < rows; ++row) cuts.push_back(input.below(most + 1));
        const std::span rest = input.rest();
        const auto bytes = how % 2 ? text_of_pieces(rest, most) : std::vector(rest.begin(), rest.end());
        for (std::size_t& cut : cuts) cut = std::min(cut, bytes.size());
        std::ranges::sort(cuts);
        cuts.push_back(bytes.size());
        distinct = rows;
        // So many that there are several units of work, but seldom, for it takes long.
        const std::size_t copies = how == 255 && bytes.size() >= 1000 ? 100'000 / bytes.size() : 1;
        text.reserve(copies * bytes.size());  // no more, so that what reads behind the end is seen
        for (std::size_t copy = 0; copy < copies; ++copy) {
            text.insert(text.end(), bytes.begin(), bytes.end());
            for (std::size_t row = 0; row < rows; ++row) {
                offsets.push_back(offsets.back() + static_cast<std::int64_t>(cuts[row + 1] - cuts[row]));
                wanted.push_back(!(unwanted >> row & 1));
            }
        }
    }

    std::size_t rows() const { return wanted.size(); }

    /// How a kernel is asked: both ways what is one unit of work, for which there is one thread; or on two threads.
    std::vector<Way> ways() const {
        return rows() == distinct ? std::vector<Way>{{1, false}, {1, true}} : std::vector<Way>{{1, true}, {2, true}};
    }

    std::span<const std::uint8_t> row(std::size_t row) const {
        const auto begin = static_cast<std::size_t>(offsets[row]), end = static_cast<std::size_t>(offsets[row + 1]);
        return std::span(text).subspan(begin, end - begin);
    }
};

#pragma clang attribute pop
