// SPDX-License-Identifier: Apache-2.0
// Bytes to code points, forwards and backwards, and which texts can be taken as they are: against the table of
// well-formed sequences.
// Covers: utf8.hpp, texts.hpp
// Length: 1000
// Share: 50
#include "utf8.hpp"

#include <set>
#include <string_view>

#include "input.hpp"
#include "naive/utf8.hpp"
#include "texts.hpp"

namespace {

using naive::Bytes;

void check_forwards(Bytes text, const std::vector<naive::CodePoint>& expected) {
    const std::uint8_t *p = text.data(), *const end = p + text.size();
    for (const naive::CodePoint& c : expected) {
        const reuse::CodePoint found = reuse::decode(p, end);
        must(found.value == c.value && found.bytes == c.bytes && found.valid == c.valid, "a code point");
        p += found.bytes;
    }
    must(p == end, "all bytes are taken");
    must(reuse::is_utf8(text) == std::ranges::all_of(expected, &naive::CodePoint::valid), "whether it is UTF-8");
}

/// What ends before each byte: the sequence that begins last of those that end there as a whole, or none.
void check_backwards(Bytes text) {
    for (std::size_t end = 1; end <= text.size(); ++end) {
        std::uint32_t expected = 0xFFFD;
        for (std::size_t bytes = 1; bytes <= std::min<std::size_t>(end, 4); ++bytes) {
            const naive::CodePoint c = naive::code_point_at(text.first(end), end - bytes);
            if (c.valid && c.bytes == bytes) expected = c.value;
        }
        const std::uint32_t found = reuse::decode_before(text.data(), text.data() + end);
        must(found == expected, "the code point before a byte");
    }
}

void check_skipped(Bytes text, const std::vector<naive::CodePoint>& expected, std::size_t count) {
    const std::uint8_t* const behind =
        reuse::skip(text.data(), text.data() + text.size(), static_cast<std::int32_t>(count));
    const std::size_t byte = count < expected.size() ? expected[count].byte : text.size();
    must(behind == text.data() + byte, "what lies behind so many code points");
}

void check_encoded(std::uint32_t c) {
    const reuse::Encoded found = reuse::encoded(c);
    const std::string expected = naive::encoded(c);
    must(found.size == expected.size(), "how many bytes a code point takes");
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint8_t byte = i < expected.size() ? static_cast<std::uint8_t>(expected[i]) : 0;
        must((found.bytes >> (8 * i) & 0xFF) == byte, "the bytes of a code point");
    }
}

/// What files hold that file(1) calls text, and what it does not.
bool is_control(std::uint8_t byte) {
    static const std::set<std::uint8_t> allowed{'\a', '\b', '\t', '\n', '\v', '\f', '\r', 0x1B};
    return (byte < 0x20 || byte == 0x7F) && !allowed.contains(byte);
}

void check_plain(Bytes text, bool valid) {
    const bool marked = text.size() >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF;
    const bool graphic = std::ranges::any_of(text, [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; });
    const std::string_view characters(reinterpret_cast<const char*>(text.data()), text.size());
    const bool overridden = characters.find("\xE2\x80\xAE") != characters.npos;  // U+202E
    const bool expected = graphic && !overridden && std::ranges::none_of(text, is_control);
    must(reuse::is_plain(text, false) == (expected && valid && !marked), "whether bytes are plain");
    // Who says that it is UTF-8 has decoded it, a mark at its beginning too.
    if (valid) must(reuse::is_plain(text, true) == expected, "whether a text is plain");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t count = input.below(3000);
    const Bytes text = input.rest();
    const std::vector<naive::CodePoint> expected = naive::decoded(text);
    check_forwards(text, expected);
    check_backwards(text);
    check_skipped(text, expected, count);
    for (const naive::CodePoint& c : expected) check_encoded(c.value);
    check_plain(text, std::ranges::all_of(expected, &naive::CodePoint::valid));
    return 0;
}
