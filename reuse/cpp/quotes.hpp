// SPDX-License-Identifier: Apache-2.0
// Which tokens stand inside quotation marks. See README.md, "Quotations".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "folding.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "utf8.hpp"

namespace reuse {

constexpr std::uint8_t flag_quoted = 8;  // of Tokens::flags, set by reuse/tokens.py

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
/// Code points of the longest quotation believed in a paragraph: beyond, a mark has lost its partner.
constexpr std::size_t longest_quotation = 1000, longest_single_quotation = 500;
/// The same for a post set into an article, and for the account and date below it.
constexpr std::size_t longest_post = 600, longest_signature = 80;

/// Marks the quotations of one document, paragraph by paragraph. Its code points are bytes where all are ASCII.
template <class Character>
class Quotations {
public:
    explicit Quotations(std::span<const Character> code_points)
        : code_points_(code_points), quoted_(code_points.size()) {
        for (std::size_t begin = 0, end = 0; begin < code_points_.size(); begin = end + 1) {
            end = paragraph_end(begin);
            if (is_block_quote(begin, end)) {
                quote(begin, end);
                continue;
            }
            scan(begin, end);
            if (is_post(begin, end)) quote(end - std::min(end - begin, longest_post), end);
        }
    }

    bool operator[](std::size_t code_point) const { return code_point < quoted_.size() && quoted_[code_point]; }

private:
    static bool ends_paragraph(Character c) { return c == '\n' || c == 0x2028 || c == 0x2029; }

    static bool is_space(std::uint32_t c) {
        return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
               (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
    }

    static bool is_wordlike(std::uint32_t c) {
        const Class kind = Entry(c).kind();
        return kind == Class::word || kind == Class::character || kind == Class::mark;
    }

    static const QuotationMark* mark_of(std::uint32_t c) {
        const auto* const found = std::find_if(quotation_marks.begin(), quotation_marks.end(),
                                               [c](const QuotationMark& mark) { return mark.opener == c; });
        return found == quotation_marks.end() ? nullptr : found;
    }

    /// The first quotation mark in [i, end), or `end`. Of bytes there are two, far apart: each is searched for once.
    std::size_t next_mark(std::size_t i, std::size_t end) {
        if constexpr (sizeof(Character) == 1) {
            if (!searched_ || double_ < i) double_ = find('"', i);
            if (!searched_ || single_ < i) single_ = find('\'', i);
            searched_ = true;
            return std::min({double_, single_, end});
        } else {
            const auto is_mark = [](Character c) {
                return c < 0x80 ? c == '"' || c == '\'' : c != 0xA0 && mark_of(c) != nullptr;
            };
            while (i < end && !is_mark(code_points_[i])) ++i;
            return i;
        }
    }

    /// The first place of a byte from i on, or the end of the text.
    std::size_t find(char byte, std::size_t i) const {
        const void* const found = std::memchr(code_points_.data() + i, byte, code_points_.size() - i);
        return found ? static_cast<std::size_t>(static_cast<const Character*>(found) - code_points_.data())
                     : code_points_.size();
    }

    std::size_t paragraph_end(std::size_t begin) const {
        if constexpr (sizeof(Character) == 1) return find('\n', begin);
        const auto from = code_points_.begin() + static_cast<std::ptrdiff_t>(begin);
        return static_cast<std::size_t>(std::find_if(from, code_points_.end(), ends_paragraph) - code_points_.begin());
    }

    void scan(std::size_t begin, std::size_t end) {
        // For each mark the closer found last: it serves every opener before it, which keeps the search linear.
        std::array<std::size_t, quotation_marks.size()> closers{};
        std::optional<std::uint32_t> next;  // what the next paragraph begins with, once it is asked for
        for (std::size_t i = next_mark(begin, end); i < end; i = next_mark(i, end)) {
            const QuotationMark* const mark = mark_of(code_points_[i]);
            if (!opens(*mark, i, begin, end)) {
                ++i;
                continue;
            }
            std::size_t& closer = closers[static_cast<std::size_t>(mark - quotation_marks.data())];
            if (closer <= i) closer = find_closer(*mark, i, end);
            const std::size_t longest = mark->single ? longest_single_quotation : longest_quotation;
            if (std::min(closer + 1, end) - i > longest) {
                ++i;
            } else if (closer != end) {
                i = quote(i, closer + 1);
            } else {
                if (mark->continues && !next) next = begins_after(end);
                i = mark->continues && next == mark->opener ? quote(i, end) : i + 1;
            }
        }
    }

    bool opens(const QuotationMark& mark, std::size_t i, std::size_t begin, std::size_t end) const {
        if (!mark.straight && !mark.single && !mark.reversed) return true;
        if (i > begin && is_wordlike(code_points_[i - 1])) return false;
        if (mark.straight) return i + 1 < end && !is_space(code_points_[i + 1]);
        if (mark.reversed) return i + 1 < end && is_wordlike(code_points_[i + 1]);
        return true;
    }

    /// The first closer after i, or `end`.
    std::size_t find_closer(const QuotationMark& mark, std::size_t i, std::size_t end) const {
        for (std::size_t j = i + 1; j < end; ++j) {
            const std::uint32_t c = code_points_[j];
            if ((c == mark.closers[0] || c == mark.closers[1]) && closes(mark, j, end)) return j;
        }
        return end;
    }

    bool closes(const QuotationMark& mark, std::size_t j, std::size_t end) const {
        if (!mark.straight && !mark.single) return true;
        if (j + 1 < end && is_wordlike(code_points_[j + 1])) return false;
        return !mark.single || !is_space(code_points_[j - 1]);
    }

    /// What the next paragraph that is not blank begins with, after white space; 0 at the end of the text.
    std::uint32_t begins_after(std::size_t end) const {
        const auto from = code_points_.begin() + static_cast<std::ptrdiff_t>(end);
        const auto found = std::find_if_not(from, code_points_.end(), is_space);
        return found == code_points_.end() ? 0 : *found;
    }

    /// A line that begins with '>' and a blank, as in Markdown and mail.
    bool is_block_quote(std::size_t begin, std::size_t end) const {
        while (begin < end && is_space(code_points_[begin])) ++begin;
        return begin + 1 < end && code_points_[begin] == '>' &&
               (is_space(code_points_[begin + 1]) || code_points_[begin + 1] == '>');
    }

    /// A post of a social network set into the article: its last line names the account and ends in a date,
    /// "(@handle) December 27, 2017".
    bool is_post(std::size_t begin, std::size_t end) const {
        if (begin == end || code_points_[end - 1] < '0' || code_points_[end - 1] > '9') return false;
        const std::size_t furthest = end - std::min(end - begin, longest_signature);
        for (std::size_t i = end - 1; i > furthest; --i) {
            if (code_points_[i] == '@' && code_points_[i - 1] == '(') return closes_handle(i + 1, end);
        }
        return false;
    }

    bool closes_handle(std::size_t i, std::size_t end) const {
        const std::size_t first = i;
        while (i < end && (is_wordlike(code_points_[i]) || code_points_[i] == '_')) ++i;
        return i > first && i < end && code_points_[i] == ')';
    }

    std::size_t quote(std::size_t begin, std::size_t end) {
        std::fill(quoted_.begin() + static_cast<std::ptrdiff_t>(begin),
                  quoted_.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{1});
        return end;
    }

    std::span<const Character> code_points_;
    std::vector<std::uint8_t> quoted_;
    std::size_t double_ = 0, single_ = 0;  // the next marks, once these are searched for
    bool searched_ = false;
};

/// Where more than four in five tokens of an article stand in quotation marks the marks say nothing: it is a speech,
/// or was wrapped in them on its way. A text of few words may well be a quotation.
inline void unwrap(std::span<std::uint8_t> quoted) {
    constexpr std::size_t least = 40;
    const auto inside = static_cast<std::size_t>(std::count(quoted.begin(), quoted.end(), 1));
    if (quoted.size() >= least && 5 * inside > 4 * quoted.size()) {
        std::fill(quoted.begin(), quoted.end(), std::uint8_t{0});
    }
}

/// For each token 1 if it begins inside a quotation of its document.
inline std::vector<std::uint8_t> quoted(std::span<const std::uint8_t> text, Offsets text_offsets,
                                        std::span<const std::int32_t> begin, Offsets token_offsets, int threads) {
    std::vector<std::uint8_t> result(begin.size());
    const std::vector<Rows> units = units_of(text_offsets, std::int64_t{1} << 16);
    for_each_unit(units.size(), threads, [&](std::size_t u) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            if (token_offsets[d] == token_offsets[d + 1]) continue;
            const auto first = static_cast<std::size_t>(token_offsets[d]);
            const auto last = static_cast<std::size_t>(token_offsets[d + 1]);
            const auto mark = [&](const auto& quotations) {
                for (std::size_t t = first; t < last; ++t) result[t] = quotations[static_cast<std::size_t>(begin[t])];
            };
            const std::span<const std::uint8_t> document = row(text, text_offsets, d);
            if (is_ascii(document)) {
                mark(Quotations<std::uint8_t>(document));
            } else {
                mark(Quotations<std::uint32_t>(decoded(document)));
            }
            unwrap(std::span(result).subspan(first, last - first));
        }
    });
    return result;
}

}  // namespace reuse
