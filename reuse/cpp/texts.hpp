// SPDX-License-Identifier: Apache-2.0
// Texts as read: which can be taken as they are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "isa.hpp"
#include "utf8.hpp"

namespace reuse {

/// What kinds of byte there are among some, each as any bit.
struct Kinds {
    std::uint8_t graphic = 0, control = 0, beyond_ascii = 0, ends_override = 0;
};

/// Control characters are those that text files do not hold: all but BEL, BS, TAB, LF, VT, FF, CR and ESC, as file(1)
/// has it. Without branches, so that the compiler looks at many bytes at once.
REUSE_FOR_EACH_ISA inline Kinds kinds_of(std::span<const std::uint8_t> text) {
    Kinds kinds;
    for (const std::uint8_t byte : text) {
        const bool allowed = (byte >= '\a' && byte <= '\r') | (byte == 0x1B);
        kinds.control |= static_cast<std::uint8_t>(((byte < ' ') & !allowed) | (byte == 0x7F));
        kinds.graphic |= static_cast<std::uint8_t>((byte > ' ') & (byte < 0x7F));
        kinds.beyond_ascii |= byte;
        kinds.ends_override |= static_cast<std::uint8_t>(byte == 0xAE);
    }
    kinds.beyond_ascii &= 0x80;
    return kinds;
}

/// Whether there is a U+202E, of three bytes.
REUSE_FOR_EACH_ISA inline bool has_override(std::span<const std::uint8_t> text) {
    std::uint8_t found = 0;
    for (std::size_t i = 2; i < text.size(); ++i)
        found |= static_cast<std::uint8_t>((text[i - 2] == 0xE2) & (text[i - 1] == 0x80) & (text[i] == 0xAE));
    return found != 0;
}

inline bool is_utf8(std::span<const std::uint8_t> text) {
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    while (p != end) {
        if (*p < 0x80) {
            ++p;
            continue;
        }
        const CodePoint c = decode(p, end);
        if (!c.valid) return false;
        p += c.bytes;
    }
    return true;
}

/// Whether a text is UTF-8 without byte order mark, control characters or overrides of direction, and surely not blank:
/// so says an ASCII letter, digit or sign in it. Nearly every text is; the others must be looked at. `encoded` says that
/// UTF-8 it is.
inline bool is_plain(std::span<const std::uint8_t> text, bool encoded) {
    const Kinds kinds = kinds_of(text);
    if (kinds.control || !kinds.graphic) return false;
    if (kinds.ends_override && has_override(text)) return false;
    if (encoded || !kinds.beyond_ascii) return true;
    constexpr std::uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    return !std::ranges::equal(text.first(std::min<std::size_t>(text.size(), 3)), mark) && is_utf8(text);
}

}  // namespace reuse
