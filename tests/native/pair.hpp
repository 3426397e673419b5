// SPDX-License-Identifier: Apache-2.0
// Texts that a fuzzer's bytes write: each byte a sentence of its own, a copy, a repetition, so that few bytes make two
// texts that have much in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "input.hpp"

/// Tokens, and what is marked in them.
struct Text {
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint8_t> flags;
};

/// Numbers in no order, the same ones from the same seed.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// Splitmix64 (Steele et al. 2014).
    std::uint64_t next() {
        std::uint64_t x = state_ += 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }

private:
    std::uint64_t state_;
};

/// The hash of word number k; the first two are at the ends of what there is.
inline std::uint64_t word(std::uint64_t k) {
    if (k < 2) return k - 1;
    return Dice(k).next();
}

/// Hashes that all belong into the first or the last places of any table, and so stand in each other's way: those
/// begin with sixteen equal bits once the tables have multiplied them.
inline std::uint64_t crowded_word(std::uint64_t k) {
    constexpr std::uint64_t base = 0x9E3779B97F4A7C15;
    constexpr std::uint64_t inverse = [] {
        std::uint64_t x = base;
        for (int i = 0; i < 6; ++i) x *= 2 - base * x;
        return x;
    }();
    const std::uint64_t first = k % 2 ? std::uint64_t{0xFFFF} << 48 : 0;
    return inverse * (first | Dice(k).next() >> 16);
}

/// Writes texts as bytes say.
class Author {
public:
    explicit Author(Input& input) : input_(input) {}

    /// A text of at most so many tokens, that may copy from others and from itself. What is said beyond them is read
    /// all the same, so that where one text ends another one begins.
    Text write(std::size_t most, const std::vector<Text>& others) {
        Text text;
        marks_ = {};
        most_ = most;
        while (!input_.empty()) {
            const std::uint8_t what = input_.byte() % 16;
            if (what == 0) break;
            append(text, sentence(what, text, others));
        }
        return text;
    }

    /// So many texts, of which each may copy from those before.
    std::vector<Text> write_all(std::size_t texts, std::size_t most, const std::vector<Text>& others = {}) {
        std::vector<Text> all = others, own;
        for (; texts > 0; --texts) {
            own.push_back(write(most, all));
            all.push_back(own.back());
        }
        return own;
    }

private:
    using Tokens = std::vector<std::uint64_t>;

    /// What is said of the tokens that follow: their flags, and that one in so many begins a sentence.
    struct Marks {
        std::uint8_t flags = 0;
        std::size_t sentence = 0;
    };

    void append(Text& text, const Tokens& more) {
        for (const std::uint64_t token : more) {
            if (text.tokens.size() == most_) return;
            const bool is_first = marks_.sentence && text.tokens.size() % marks_.sentence == 0;
            text.tokens.push_back(token);
            text.flags.push_back(static_cast<std::uint8_t>(marks_.flags | (is_first ? 16 : 0)));
        }
    }

    /// Up to 63 one by one, then up to 831 by fours.
    std::size_t number() {
        const std::size_t value = input_.byte();
        return value < 64 ? value : 4 * value - 192;
    }

    std::uint64_t new_word() { return word(std::uint64_t{1} << 32 | fresh_++); }

    Tokens sentence(std::uint8_t what, const Text& text, const std::vector<Text>& others) {
        switch (what) {
            case 1:
            case 2:
                return new_words(number());
            case 3:
            case 4:
                return words_of_few(number(), 1 + input_.byte() % 40U);
            case 5:
                return {word(input_.byte())};
            case 6:
                return crowded_words(input_.byte() % 64U);
            case 7:
                return again(text.tokens, number(), 1 + input_.byte() % 32U);
            case 8:
                marks_ = {static_cast<std::uint8_t>(input_.byte() & 9U), input_.byte() % 32U};
                return {};
            default:
                return copied(pick(text, others));
        }
    }

    Tokens new_words(std::size_t words) {
        Tokens tokens(words);
        for (auto& token : tokens) token = new_word();
        return tokens;
    }

    Tokens words_of_few(std::size_t words, std::size_t few) {
        Tokens tokens(words);
        Dice dice(input_.byte());
        for (auto& token : tokens) token = word(dice.below(few));
        return tokens;
    }

    Tokens crowded_words(std::size_t words) {
        Tokens tokens(words);
        Dice dice(input_.byte());
        for (auto& token : tokens) token = crowded_word(dice.below(32));
        return tokens;
    }

    Tokens again(const Tokens& text, std::size_t last, std::size_t times) const {
        const auto words = static_cast<std::ptrdiff_t>(std::min(last, text.size()));
        Tokens tokens;
        for (; times > 0 && tokens.size() < most_; --times) tokens.insert(tokens.end(), text.end() - words, text.end());
        return tokens;
    }

    const Tokens& pick(const Text& text, const std::vector<Text>& others) {
        const std::size_t which = input_.byte() % (others.size() + 1);
        return which == others.size() ? text.tokens : others[which].tokens;
    }

    /// A part of another text, by 256ths of it, as it is or changed.
    Tokens copied(const Tokens& from) {
        const std::size_t begin = from.size() * input_.byte() / 256, most = from.size() * (input_.byte() + 1U) / 256;
        const auto part = std::span(from).subspan(begin, std::min(most, from.size() - begin));
        const std::uint8_t way = input_.byte() % 8;
        const std::size_t every = 1 + input_.byte() % 64U;
        return way < 4 ? changed(part, way, every) : rearranged(part, way, every);
    }

    /// Of so many words the last one replaced, left out, or followed by others.
    Tokens changed(std::span<const std::uint64_t> part, std::uint8_t way, std::size_t every) {
        Tokens tokens;
        for (std::size_t t = 0; t < part.size(); ++t) {
            const bool is_last = way && t % every == every - 1;
            if (!is_last || way == 3) tokens.push_back(part[t]);
            if (is_last && way != 2) tokens.push_back(new_word());
        }
        return tokens;
    }

    /// Chunks of so many words: backwards, every third one, each backwards, or in no order.
    Tokens rearranged(std::span<const std::uint64_t> part, std::uint8_t way, std::size_t every) {
        std::vector<Tokens> chunks;
        for (std::size_t begin = 0; begin < part.size(); begin += every) {
            const auto chunk = part.subspan(begin, std::min(every, part.size() - begin));
            chunks.emplace_back(chunk.begin(), chunk.end());
        }
        if (way == 4) std::reverse(chunks.begin(), chunks.end());
        if (way == 6) {
            for (Tokens& chunk : chunks) std::reverse(chunk.begin(), chunk.end());
        }
        if (way == 7) {
            Dice dice(every);
            for (std::size_t c = chunks.size(); c > 1; --c) std::swap(chunks[c - 1], chunks[dice.below(c)]);
        }
        Tokens tokens;
        for (std::size_t c = 0; c < chunks.size(); c += way == 5 ? 3 : 1) {
            tokens.insert(tokens.end(), chunks[c].begin(), chunks[c].end());
        }
        return tokens;
    }

    Input& input_;
    Marks marks_;
    std::size_t most_ = 0;  // tokens of the text
    std::uint64_t fresh_ = 0;
};

/// Texts one behind the other, as kernels take them.
struct Side {
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint8_t> flags;
    std::vector<std::int64_t> offsets{0};

    explicit Side(const std::vector<Text>& texts) {
        for (const Text& text : texts) {
            tokens.insert(tokens.end(), text.tokens.begin(), text.tokens.end());
            flags.insert(flags.end(), text.flags.begin(), text.flags.end());
            offsets.push_back(static_cast<std::int64_t>(tokens.size()));
        }
    }
};

/// Sources, pages, and which are compared.
struct Pairs {
    std::vector<Text> sources, pages;
    std::vector<std::int32_t> source_row, page_row;

    /// Sources and pages of at most so many tokens; tables of the products of their lengths have about so many cells
    /// together.
    Pairs(Input& input, std::size_t most, std::size_t most_of_page, std::size_t cells, std::size_t most_pairs) {
        const std::uint8_t shape = input.byte();
        const std::size_t texts = 1 + shape % 3U, pairs = shape / 3U % (most_pairs + 1);
        Dice dice(shape);
        Author author(input);
        sources = author.write_all(texts, most);
        pages = author.write_all(1 + shape / 9U % 3U, most_of_page, sources);
        for (std::size_t p = 0; p < std::max<std::size_t>(pairs, 1); ++p) {
            const std::size_t s = dice.below(sources.size()), g = p == 0 ? 0 : dice.below(pages.size());
            const std::size_t product = (sources[s].tokens.size() + 1) * (pages[g].tokens.size() + 1);
            if (p > 0 && product > cells) break;
            cells -= std::min(cells, product);
            source_row.push_back(static_cast<std::int32_t>(s));
            page_row.push_back(static_cast<std::int32_t>(g));
        }
    }

    std::size_t size() const { return source_row.size(); }
    const Text& source(std::size_t p) const { return sources[static_cast<std::size_t>(source_row[p])]; }
    const Text& page(std::size_t p) const { return pages[static_cast<std::size_t>(page_row[p])]; }
};
