// SPDX-License-Identifier: Apache-2.0
// Which code points stand between quotation marks: reuse/cpp/README.md, "Quotations", word for word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "folding.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

using Text = std::u32string;

/// What closes a quotation, by what opens it.
const std::map<char32_t, Text> closers{
    {U'“', U"”"},   {U'„', U"“”"}, {U'«', U"»"},   {U'»', U"«"}, {U'”', U"”"},  {U'‹', U"›"},  {U'「', U"」"},
    {U'『', U"』"}, {U'"', U"\""}, {U'＂', U"＂"}, {U'‘', U"’"}, {U'‚', U"‘’"}, {U'\'', U"'"},
};
const Text single_marks = U"‘‚'";
/// One mark at both ends: only its neighbours tell an opening one from a closing one.
const Text straight_marks = U"\"＂'";
/// These close elsewhere.
const Text reversed_marks = U"»”";
/// These go on in the next paragraph if it begins with the same mark.
const Text over_paragraphs = U"“„«「『\"＂";

inline bool has(const Text& some, char32_t c) { return some.find(c) != Text::npos; }

inline bool is_space(char32_t c) {
    if ((c >= 9 && c <= 13) || (c >= 0x2000 && c <= 0x200A)) return true;
    static const std::set<char32_t> others{0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
    return others.contains(c);
}

inline bool ends_paragraph(char32_t c) { return c == U'\n' || c == 0x2028 || c == 0x2029; }

/// Begin and end, in code points.
struct Span {
    std::size_t begin, end;
};

class Paragraph {
public:
    /// `next_mark` is what the next one begins with, 0 where there is none.
    Paragraph(const Text& text, char32_t next_mark) : text_(text), next_mark_(next_mark) {}

    std::vector<Span> quotations() const {
        if (is_block_quote()) return {{0, text_.size()}};
        std::vector<Span> spans;
        for (std::size_t begin = 0; begin < text_.size();) {
            const std::optional<std::size_t> end = opens(begin) ? end_of_quotation(begin) : std::nullopt;
            const std::size_t longest = has(single_marks, text_[begin]) ? 500 : 1000;
            if (end && *end - begin <= longest) {
                spans.push_back({begin, *end});
                begin = *end;
            } else {
                ++begin;
            }
        }
        if (const auto post = this->post()) spans.push_back(*post);
        return spans;
    }

private:
    bool is_block_quote() const {
        std::size_t first = 0;
        while (first < text_.size() && is_space(text_[first])) ++first;
        if (first + 1 >= text_.size() || text_[first] != U'>') return false;
        return text_[first + 1] == U'>' || is_space(text_[first + 1]);
    }

    bool wordlike(std::size_t position) const { return position < text_.size() && is_wordlike(text_[position]); }
    bool wordlike_before(std::size_t position) const { return position > 0 && wordlike(position - 1); }

    bool opens(std::size_t position) const {
        const char32_t mark = text_[position];
        if (!closers.contains(mark)) return false;
        if (has(straight_marks, mark)) {
            const bool space_follows = position + 1 == text_.size() || is_space(text_[position + 1]);
            return !wordlike_before(position) && !space_follows;
        }
        if (has(single_marks, mark)) return !wordlike_before(position);
        if (has(reversed_marks, mark)) return !wordlike_before(position) && wordlike(position + 1);
        return true;
    }

    /// Whether a closing mark is no apostrophe and no opening one.
    bool closes(std::size_t position, char32_t opener) const {
        const bool single = has(single_marks, opener);
        if (single && is_space(text_[position - 1])) return false;
        return !(wordlike(position + 1) && (single || has(straight_marks, opener)));
    }

    std::optional<std::size_t> end_of_quotation(std::size_t begin) const {
        const char32_t mark = text_[begin];
        const Text& its_closers = closers.at(mark);
        for (std::size_t position = begin + 1; position < text_.size(); ++position)
            if (has(its_closers, text_[position]) && closes(position, mark)) return position + 1;
        if (has(over_paragraphs, mark) && mark == next_mark_) return text_.size();
        return std::nullopt;
    }

    /// A paragraph that ends in an account and a date is a post of a social network: "(@a_name) May 1, 2017".
    std::optional<Span> post() const {
        const std::size_t end = text_.size();
        const std::size_t account = text_.rfind(U"(@");
        if (account == Text::npos || end - account > 80 || !has(U"0123456789", text_.back())) return std::nullopt;
        std::size_t behind = account + 2;
        while (wordlike(behind) || (behind < end && text_[behind] == U'_')) ++behind;
        if (behind == account + 2 || text_[behind] != U')') return std::nullopt;
        return Span{end > 600 ? end - 600 : 0, end};
    }

    const Text& text_;
    char32_t next_mark_;
};

/// A paragraph that ends the text ends without a mark.
inline std::vector<Text> paragraphs_of(const Text& text) {
    std::vector<Text> paragraphs(1);
    for (const char32_t c : text) {
        if (ends_paragraph(c)) {
            paragraphs.emplace_back();
        } else {
            paragraphs.back() += c;
        }
    }
    return paragraphs;
}

/// For each code point of a text whether it stands in a quotation, marks included.
inline std::vector<bool> quoted(const Text& text) {
    const std::vector<Text> paragraphs = paragraphs_of(text);
    std::vector<char32_t> next_marks(paragraphs.size());  // what the text goes on with behind each paragraph
    for (std::size_t i = paragraphs.size() - 1; i > 0; --i) {
        const auto mark = std::ranges::find_if_not(paragraphs[i], is_space);
        next_marks[i - 1] = mark == paragraphs[i].end() ? next_marks[i] : *mark;
    }
    std::vector<bool> inside(text.size());
    for (std::size_t i = 0, begin = 0; i < paragraphs.size(); begin += paragraphs[i++].size() + 1) {
        for (const Span& span : Paragraph(paragraphs[i], next_marks[i]).quotations())
            std::fill_n(inside.begin() + static_cast<std::ptrdiff_t>(begin + span.begin), span.end - span.begin, true);
    }
    return inside;
}

/// For each token, by where it begins, whether it is quoted; of most tokens of an article the marks say nothing.
inline std::vector<bool> quoted_tokens(const Text& text, const std::vector<std::size_t>& begins) {
    const std::vector<bool> inside = quoted(text);
    std::vector<bool> tokens;
    for (const std::size_t begin : begins) tokens.push_back(inside[begin]);
    const auto marked = static_cast<std::size_t>(std::ranges::count(tokens, true));
    const bool wrapped = tokens.size() >= 40 && 5 * marked > 4 * tokens.size();
    return wrapped ? std::vector<bool>(tokens.size()) : tokens;
}

}  // namespace naive
#pragma clang attribute pop
