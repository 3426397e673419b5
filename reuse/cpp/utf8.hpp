// SPDX-License-Identifier: Apache-2.0
// Decoding of UTF-8 that may be broken, and encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reuse {

struct CodePoint {
    std::uint32_t value;
    std::uint32_t bytes;  // that it takes; for a broken sequence the maximal subpart it replaces
    bool valid;
};

/// What `decode` does with bytes beyond ASCII.
inline CodePoint decode_multibyte(const std::uint8_t* p, const std::uint8_t* end);

/// Decodes the code point at p < end. A broken sequence is U+FFFD for each maximal subpart (Unicode 15,
/// section 3.9, the practice of CPython's errors="replace").
// In line wherever it is called: returned through memory, the parts of the record cost more than the decoding.
[[gnu::always_inline]] inline CodePoint decode(const std::uint8_t* p, const std::uint8_t* end) {
    if (*p < 0x80) return {*p, 1, true};
    return decode_multibyte(p, end);
}

inline CodePoint decode_multibyte(const std::uint8_t* p, const std::uint8_t* end) {
    constexpr std::uint32_t replacement = 0xFFFD;
    const std::uint32_t lead = *p;
    if (lead < 0xC2 || lead > 0xF4) return {replacement, 1, false};
    const std::uint32_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // The second byte's range excludes overlong forms, surrogates, and what lies beyond U+10FFFF.
    const std::uint32_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const std::uint32_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (p + 1 == end || p[1] < low || p[1] > high) return {replacement, 1, false};
    std::uint32_t value = ((lead & (0x7FU >> length)) << 6) | (p[1] & 0x3FU);
    for (std::uint32_t i = 2; i < length; ++i) {
        if (p + i == end || (p[i] & 0xC0U) != 0x80) return {replacement, i, false};
        value = (value << 6) | (p[i] & 0x3FU);
    }
    return {value, length, true};
}

/// Whether all bytes are ASCII, so that places in bytes are places in code points.
inline bool is_ascii(std::span<const std::uint8_t> text) {
    std::uint8_t all = 0;
    for (const std::uint8_t byte : text) all |= byte;
    return all < 0x80;
}

/// The code points of a text.
inline std::vector<std::uint32_t> decoded(std::span<const std::uint8_t> text) {
    std::vector<std::uint32_t> code_points(text.size());  // at most
    std::uint32_t* out = code_points.data();
    for (const std::uint8_t *p = text.data(), *end = p + text.size(); p != end;) {
        const CodePoint c = decode(p, end);
        *out++ = c.value;
        p += c.bytes;
    }
    code_points.resize(static_cast<std::size_t>(out - code_points.data()));
    return code_points;
}

/// Writes a code point at `out` (room for 4 bytes) and returns the end.
inline std::uint8_t* encode(std::uint32_t c, std::uint8_t* out) {
    const auto byte = [](std::uint32_t b) { return static_cast<std::uint8_t>(b); };
    const auto more = [&](std::uint32_t bits) { return byte(0x80 | (bits & 0x3F)); };
    if (c < 0x80) {
        *out++ = byte(c);
    } else if (c < 0x800) {
        *out++ = byte(0xC0 | (c >> 6));
        *out++ = more(c);
    } else if (c < 0x10000) {
        *out++ = byte(0xE0 | (c >> 12));
        *out++ = more(c >> 6);
        *out++ = more(c);
    } else {
        *out++ = byte(0xF0 | (c >> 18));
        *out++ = more(c >> 12);
        *out++ = more(c >> 6);
        *out++ = more(c);
    }
    return out;
}

}  // namespace reuse
