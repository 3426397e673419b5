// SPDX-License-Identifier: Apache-2.0
// Which tokens stand inside quotation marks. See README.md, "Quotations".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "folding.hpp"
#include "signs.hpp"
#include "utf8.hpp"

namespace reuse {

constexpr std::uint8_t flag_quoted = 8;  // of Tokens::flags

/// Quotation marks: an opener, its two possible closers, and how it may stand.
struct QuotationMark {
    std::uint32_t opener;
    std::array<std::uint32_t, 2> closers;
    bool straight;   // opener and closer look alike: what stands beside them decides
    bool single;     // an apostrophe looks like it: never over paragraphs
    bool reversed;   // » opens in German and Danish, ” in Swedish and Finnish: they close elsewhere
    bool continues;  // an unclosed one goes on if the next paragraph begins with the opener again
};

constexpr std::array<QuotationMark, 13> quotation_marks{{
    {0x201C, {0x201D, 0x201D}, false, false, false, true},   // “ ”
    {0x201E, {0x201C, 0x201D}, false, false, false, true},   // „ “ or „ ”
    {0x00AB, {0x00BB, 0x00BB}, false, false, false, true},   // « »
    {0x00BB, {0x00AB, 0x00AB}, false, false, true, false},   // » «
    {0x201D, {0x201D, 0x201D}, false, false, true, false},   // ” ”
    {0x2039, {0x203A, 0x203A}, false, false, false, false},  // ‹ ›
    {0x300C, {0x300D, 0x300D}, false, false, false, true},   // 「 」
    {0x300E, {0x300F, 0x300F}, false, false, false, true},   // 『 』
    {0x0022, {0x0022, 0x0022}, true, false, false, true},    // " "
    {0xFF02, {0xFF02, 0xFF02}, true, false, false, true},    // ＂ ＂
    {0x2018, {0x2019, 0x2019}, false, true, false, false},   // ‘ ’
    {0x201A, {0x2018, 0x2019}, false, true, false, false},   // ‚ ‘ or ‚ ’
    {0x0027, {0x0027, 0x0027}, true, true, false, false},    // ' '
}};
static_assert(std::ranges::all_of(quotation_marks, [](const QuotationMark& mark) {
    return Entry(mark.opener).kind() == Class::separator && Entry(mark.closers[0]).kind() == Class::separator &&
           Entry(mark.closers[1]).kind() == Class::separator;
}));
/// Code points of the longest quotation believed in a paragraph: beyond, a mark has lost its partner.
constexpr std::size_t longest_quotation = 1000, longest_single_quotation = 500;
/// The same for a post set into an article, and for the account and date below it.
constexpr std::size_t longest_post = 600, longest_signature = 80;

/// Flags the quoted tokens of one document, paragraph by paragraph.
class Quotations {
public:
    /// `signs` are all there are, and a line's end at the text's; `begin` says where the tokens begin.
    Quotations(std::span<const std::uint8_t> text, std::span<const Sign> signs, std::span<const std::int32_t> begin,
               std::span<std::uint8_t> flags)
        : text_(text), signs_(signs), begin_(begin), flags_(flags) {}

    void mark() {
        Place begin{0, 0, 0};
        for (std::size_t i = 0, first = 0; i < signs_.size(); ++i) {
            if (!ends_paragraph(signs_[i].code_point)) continue;
            if (signs_[i].tokens > begin.tokens) mark({begin, first, i});
            begin = behind(signs_[i]);
            first = i + 1;
        }
    }

private:
    /// Where it begins, and which signs it has; the one behind them ends it.
    struct Paragraph {
        Place begin;
        std::size_t first_sign, end_sign;
    };

    static bool ends_paragraph(std::uint32_t c) { return c == '\n' || c == 0x2028 || c == 0x2029; }

    static bool is_space(std::uint32_t c) {
        if (c < 0x80) return (c >= 9 && c <= 13) || c == 32;
        return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
               c == 0x202F || c == 0x205F || c == 0x3000;
    }

    static bool is_wordlike(std::uint32_t c) {
        if (c < 0x80) return ascii_word[c];
        const Class kind = Entry(c).kind();
        return kind == Class::word || kind == Class::character || kind == Class::mark;
    }

    static const QuotationMark* mark_of(std::uint32_t c) {
        if (c < 0x80 && c != '"' && c != '\'') return nullptr;
        const auto* const found = std::find_if(quotation_marks.begin(), quotation_marks.end(),
                                               [c](const QuotationMark& mark) { return mark.opener == c; });
        return found == quotation_marks.end() ? nullptr : found;
    }

    static Place behind(const Sign& sign) {
        return {sign.byte + size_of(sign.code_point), sign.position + 1, sign.tokens};
    }

    static std::uint32_t size_of(std::uint32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

    void mark(const Paragraph& paragraph) {
        const Sign& end = signs_[paragraph.end_sign];
        if (is_block_quote(paragraph.begin.byte, end.byte)) {
            quote(paragraph.begin.tokens, end.tokens);
            return;
        }
        scan(paragraph);
        if (is_post(paragraph)) quote(first_of_post(paragraph), end.tokens);
    }

    void scan(const Paragraph& paragraph) {
        const std::size_t end = paragraph.end_sign;
        // For each mark the closer found last: it serves every opener before it, which keeps the search linear.
        std::array<std::size_t, quotation_marks.size()> closers{};
        std::optional<std::uint32_t> next;  // what the next paragraph begins with, once it is asked for
        for (std::size_t i = paragraph.first_sign; i < end; ++i) {
            const QuotationMark* const mark = mark_of(signs_[i].code_point);
            if (!mark || !opens(*mark, i, paragraph)) continue;
            std::size_t& closer = closers[static_cast<std::size_t>(mark - quotation_marks.data())];
            if (closer <= i) closer = find_closer(*mark, i, paragraph);
            const std::size_t longest = mark->single ? longest_single_quotation : longest_quotation;
            const std::size_t size = signs_[closer].position + (closer != end) - signs_[i].position;
            if (size > longest) continue;
            if (closer != end) {
                quote(signs_[i].tokens, signs_[closer].tokens);
                i = closer;
            } else if (mark->continues) {
                if (!next) next = begins_after(signs_[end].byte);
                if (next != mark->opener) continue;
                quote(signs_[i].tokens, signs_[end].tokens);
                return;
            }
        }
    }

    bool opens(const QuotationMark& mark, std::size_t i, const Paragraph& paragraph) const {
        if (!mark.straight && !mark.single && !mark.reversed) return true;
        if (is_wordlike(before(i, paragraph))) return false;
        if (mark.straight) return !is_space(after(i, paragraph));
        if (mark.reversed) return is_wordlike(after(i, paragraph));
        return true;
    }

    /// The first closer after sign i, or the end of the paragraph.
    std::size_t find_closer(const QuotationMark& mark, std::size_t i, const Paragraph& paragraph) const {
        for (std::size_t j = i + 1; j < paragraph.end_sign; ++j) {
            const std::uint32_t c = signs_[j].code_point;
            if ((c == mark.closers[0] || c == mark.closers[1]) && closes(mark, j, paragraph)) return j;
        }
        return paragraph.end_sign;
    }

    bool closes(const QuotationMark& mark, std::size_t j, const Paragraph& paragraph) const {
        if (!mark.straight && !mark.single) return true;
        if (is_wordlike(after(j, paragraph))) return false;
        return !mark.single || !is_space(before(j, paragraph));
    }

    /// The code point before sign i; a line's end at the beginning of the paragraph.
    std::uint32_t before(std::size_t i, const Paragraph& paragraph) const {
        const std::size_t byte = signs_[i].byte;
        return byte == paragraph.begin.byte ? '\n'
                                            : decode_before(text_.data() + paragraph.begin.byte, text_.data() + byte);
    }

    /// The code point after sign i; a line's end at the end of the paragraph.
    std::uint32_t after(std::size_t i, const Paragraph& paragraph) const {
        const std::size_t byte = behind(signs_[i]).byte, end = signs_[paragraph.end_sign].byte;
        return byte == end ? '\n' : decode(text_.data() + byte, text_.data() + end).value;
    }

    /// What the text goes on with from a byte on, after white space; 0 at its end.
    std::uint32_t begins_after(std::size_t byte) const {
        for (const std::uint8_t *p = text_.data() + byte, *end = text_.data() + text_.size(); p != end;) {
            const CodePoint c = decode(p, end);
            if (!is_space(c.value)) return c.value;
            p += c.bytes;
        }
        return 0;
    }

    /// A line that begins with '>' and a blank, as in Markdown and mail.
    bool is_block_quote(std::size_t begin, std::size_t end) const {
        const std::uint8_t *p = text_.data() + begin, *stop = text_.data() + end;
        for (; p != stop; ++p) {
            const CodePoint c = decode(p, stop);
            if (c.value == '>') return ++p != stop && (*p == '>' || is_space(decode(p, stop).value));
            if (!is_space(c.value)) return false;
            p += c.bytes - 1;
        }
        return false;
    }

    /// A post of a social network set into the article: its last line names the account and ends in a date,
    /// "(@handle) December 27, 2017".
    bool is_post(const Paragraph& paragraph) const {
        const Sign& end = signs_[paragraph.end_sign];
        if (end.byte == paragraph.begin.byte || text_[end.byte - 1] < '0' || text_[end.byte - 1] > '9') return false;
        for (std::size_t i = paragraph.end_sign; i-- > paragraph.first_sign;) {
            const Sign& sign = signs_[i];
            if (end.position - sign.position >= longest_signature) return false;
            if (sign.code_point == '@' && sign.byte > paragraph.begin.byte && text_[sign.byte - 1] == '(')
                return closes_handle(sign.byte + 1, end.byte);
        }
        return false;
    }

    bool closes_handle(std::size_t begin, std::size_t end) const {
        for (const std::uint8_t *first = text_.data() + begin, *p = first, *stop = text_.data() + end; p != stop;) {
            const CodePoint c = decode(p, stop);
            if (!is_wordlike(c.value) && c.value != '_') return p != first && c.value == ')';
            p += c.bytes;
        }
        return false;
    }

    std::size_t first_of_post(const Paragraph& paragraph) const {
        const Sign& end = signs_[paragraph.end_sign];
        std::size_t token = end.tokens;
        while (token > paragraph.begin.tokens &&
               static_cast<std::size_t>(begin_[token - 1]) + longest_post >= end.position)
            --token;
        return token;
    }

    /// Flags the tokens [begin, end).
    void quote(std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) flags_[t] |= flag_quoted;
    }

    std::span<const std::uint8_t> text_;
    std::span<const Sign> signs_;
    std::span<const std::int32_t> begin_;
    std::span<std::uint8_t> flags_;
};

/// Where more than four in five tokens of an article stand in quotation marks the marks say nothing: it is a speech,
/// or was wrapped in them on its way. A text of few words may well be a quotation.
inline void unwrap(std::span<std::uint8_t> flags) {
    constexpr std::size_t least = 40;
    const auto is_quoted = [](std::uint8_t flags) { return (flags & flag_quoted) != 0; };
    const auto inside = static_cast<std::size_t>(std::count_if(flags.begin(), flags.end(), is_quoted));
    if (flags.size() >= least && 5 * inside > 4 * flags.size()) {
        for (std::uint8_t& token : flags) token &= static_cast<std::uint8_t>(~flag_quoted);
    }
}

/// Flags the tokens of a document that begin inside a quotation.
inline void mark_quotations(std::span<const std::uint8_t> text, std::span<const Sign> signs,
                            std::span<const std::int32_t> begin, std::span<std::uint8_t> flags) {
    Quotations(text, signs, begin, flags).mark();
    unwrap(flags);
}

}  // namespace reuse
