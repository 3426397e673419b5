// SPDX-License-Identifier: Apache-2.0
// Decoding of UTF-8 that may be broken, and encoding.
#pragma once

#include <cstdint>

namespace reuse {

struct CodePoint {
    std::uint32_t value;
    std::uint32_t bytes;  // that it takes; for a broken sequence the maximal subpart it replaces
    bool valid;
};

/// What `decode` does with bytes beyond ASCII.
[[gnu::always_inline]] inline CodePoint decode_multibyte(const std::uint8_t* p, const std::uint8_t* end);

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

/// The code point that ends before p > begin; bytes that end none are U+FFFD.
inline std::uint32_t decode_before(const std::uint8_t* begin, const std::uint8_t* p) {
    if (p[-1] < 0x80) return p[-1];
    const std::uint8_t* lead = p - 1;
    while (lead != begin && p - lead < 4 && (*lead & 0xC0U) == 0x80) --lead;
    const CodePoint c = decode(lead, p);
    return lead + c.bytes == p ? c.value : 0xFFFD;
}

/// Goes over so many code points; broken sequences count as `decode` counts them.
inline const std::uint8_t* skip(const std::uint8_t* p, const std::uint8_t* end, std::int32_t code_points) {
    for (; code_points > 0 && p != end; --code_points) p += decode(p, end).bytes;
    return p;
}

/// The UTF-8 of a code point, the first byte lowest.
struct Encoded {
    std::uint32_t bytes, size;
};

constexpr Encoded encoded(std::uint32_t c) {
    const auto more = [](std::uint32_t bits, int place) { return (0x80 | (bits & 0x3F)) << (8 * place); };
    if (c < 0x80) return {c, 1};
    if (c < 0x800) return {(0xC0 | c >> 6) | more(c, 1), 2};
    if (c < 0x10000) return {(0xE0 | c >> 12) | more(c >> 6, 1) | more(c, 2), 3};
    return {(0xF0 | c >> 18) | more(c >> 12, 1) | more(c >> 6, 2) | more(c, 3), 4};
}

}  // namespace reuse
