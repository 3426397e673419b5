// SPDX-License-Identifier: Apache-2.0
// Which tokens begin a sentence: the first, and those after a line's end or a mark that ends sentences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"
#include "utf8.hpp"

namespace reuse {

constexpr std::uint8_t flag_first = 16;  // of Tokens::flags, set by reuse/tokens.py

/// Full stops and their like in scripts that do not use them within words and numbers.
inline bool ends_sentence_anywhere(std::uint32_t c) {
    switch (c) {
        case '\n':
        case 0x2028:  // line separator
        case 0x2029:  // paragraph separator
        case 0x2026:  // ellipsis
        case 0x3002:  // ideographic full stop
        case 0xFF01:  // full width ! . ?
        case 0xFF0E:
        case 0xFF1F:
        case 0xFF61:  // half width ideographic full stop
        case 0x061F:  // Arabic question mark
        case 0x06D4:  // Urdu full stop
        case 0x0964:  // danda
        case 0x0965:
            return true;
        default:
            return false;
    }
}

/// Goes over so many code points; broken sequences count as `decode` counts them.
inline const std::uint8_t* skip(const std::uint8_t* p, const std::uint8_t* end, std::int32_t code_points) {
    for (; code_points > 0 && p != end; --code_points) p += decode(p, end).bytes;
    return p;
}

/// For each token 1 if it is the first of a sentence. '.', '!' and '?' end one where no word follows at once, as it
/// does in 3.5 and example.org. Only what stands between tokens is looked at.
inline void mark_sentences(std::span<const std::uint8_t> text, std::span<const std::int32_t> begin,
                           std::span<const std::int32_t> end, std::span<std::uint8_t> first) {
    const bool ascii = is_ascii(text);
    const std::uint8_t* p = text.data();
    const std::uint8_t* const stop = p + text.size();
    std::int32_t position = 0;
    for (std::size_t t = 0; t < begin.size(); ++t) {
        const std::int32_t before = t ? end[t - 1] : 0;
        if (ascii) {
            p = text.data() + before;
            if (t && begin[t] == before + 1 && *p == ' ') {  // as between most words
                first[t] = 0;
                continue;
            }
        } else {
            p = skip(p, stop, before - position);
        }
        bool ended = t == 0, dotted = false;
        for (position = before; position < begin[t] && p != stop; ++position) {
            const CodePoint c = decode(p, stop);
            p += c.bytes;
            ended = ended || dotted || ends_sentence_anywhere(c.value);
            dotted = c.value == '.' || c.value == '!' || c.value == '?';
        }
        first[t] = ended;
    }
}

inline std::vector<std::uint8_t> sentences(std::span<const std::uint8_t> text, Offsets text_offsets,
                                           std::span<const std::int32_t> begin, std::span<const std::int32_t> end,
                                           Offsets token_offsets, int threads) {
    std::vector<std::uint8_t> first(begin.size());
    const std::vector<Rows> units = units_of(text_offsets, std::int64_t{1} << 16);
    for_each_unit(units.size(), threads, [&](std::size_t u) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const auto from = static_cast<std::size_t>(token_offsets[d]);
            const auto count = static_cast<std::size_t>(token_offsets[d + 1]) - from;
            if (count == 0) continue;
            mark_sentences(row(text, text_offsets, d), begin.subspan(from, count), end.subspan(from, count),
                           std::span(first).subspan(from, count));
        }
    });
    return first;
}

}  // namespace reuse
