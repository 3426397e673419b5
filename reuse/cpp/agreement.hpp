// SPDX-License-Identifier: Apache-2.0
// Pairs to agreement: how far two texts tell the same things in the same order outside quotations, which is
// what copies do and independent reports of one event do not.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "hash.hpp"
#include "isa.hpp"
#include "numbering.hpp"
#include "parallel.hpp"
#include "quotes.hpp"
#include "ragged.hpp"
#include "room.hpp"
#include "subsequence.hpp"

namespace reuse {

struct Agreement {
    std::vector<double> order, reach, spread, shared, facts, unquoted;
};

/// How agreement is measured; reuse/agreement.py says with which numbers.
struct AgreementRule {
    std::size_t run;         // tokens of a gram: of the runs that count as shared, and that carry quotation over
    std::size_t block;       // content words of a stretch
    double block_cap;        // share of a stretch that may count for `spread`
    std::size_t chunk;       // content words within which any order is local; of fewer than two there is no `reach`
    double content_prior;    // content words, narration words and rare words of doubt: what short texts agree in
    double narration_prior;  // says little
    double fact_prior;
    double shared_prior;  // words in shared runs of doubt
};

/// What agreement wants to know of words: parts they play, and the word that stands for all their inflections. What is
/// known of one lies in one place, for a text's words are all over the table.
class Lexicon {
public:
    static constexpr std::uint8_t function = 1, common = 2;

    struct Entry {
        std::uint64_t root;
        std::uint8_t parts;
    };

    Lexicon(std::span<const std::uint64_t> words, std::span<const std::uint64_t> root,
            std::span<const std::uint8_t> parts)
        : slots_(std::bit_ceil(2 * words.size() + 2) + words.size() + 2),
          turns_{0},
          shift_(64 - std::countr_zero(std::bit_ceil(2 * words.size() + 2))) {
        for (std::size_t w = 0; w < words.size(); ++w) {
            Slot* const belongs = &slots_[home(words[w])];
            Slot* const slot = find(belongs, words[w]);
            belongs->is_crowded |= slot > belongs + 1;
            *slot = {words[w], static_cast<std::uint32_t>(turns_.size()), parts[w], true, slot->is_crowded};
            turns_.push_back(root[w] ^ words[w]);
        }
    }

    /// Words that are not known play no part and stand for themselves.
    Entry operator[](std::uint64_t word) const {
        // Most words are where they belong or next to it: no branch for which of both, which nobody could foresee.
        const Slot* slot = &slots_[home(word)];
        slot = slot->is_crowded ? find(slot, word) : slot + (slot->word != word);
        const std::uint32_t known = -static_cast<std::uint32_t>(slot->word == word);
        return {word ^ turns_[slot->turn & known], static_cast<std::uint8_t>(slot->parts & known)};
    }

private:
    struct Slot {
        std::uint64_t word = 0;
        std::uint32_t turn = 0;  // number of what turns the word into its root; 0 turns none
        std::uint8_t parts = 0;
        bool is_used = false;
        bool is_crowded = false;  // a word that belongs here is further on than the next place
    };

    /// The slot of a word, or a free one, from where it belongs on.
    template <class AnySlot>
    static AnySlot* find(AnySlot* slot, std::uint64_t word) {
        while (slot->is_used && slot->word != word) ++slot;
        return slot;
    }

    std::size_t home(std::uint64_t word) const { return static_cast<std::size_t>((word * shingle_base) >> shift_); }

    std::vector<Slot> slots_;  // as many more as there are words, so that none is looked for beyond the end
    std::vector<std::uint64_t> turns_;
    int shift_;
};

/// One text of a pair: its tokens, and what of it is quoted, by its own marks and then also by the other text's.
struct Narration {
    std::span<const std::uint64_t> tokens;
    std::span<std::uint8_t> quoted;

    void read(std::span<const std::uint64_t> text, std::span<const std::uint8_t> flags) {
        tokens = text;
        const std::span<std::uint8_t> marks = quoted = room_.of(text.size());
        for (std::size_t t = 0; t < marks.size(); ++t) marks[t] = (flags[t] & flag_quoted) / flag_quoted;
    }

    std::size_t quoted_tokens() const { return std::accumulate(quoted.begin(), quoted.end(), std::size_t{0}); }

private:
    Room<std::uint8_t> room_;
};

/// Tokens of a text that are looked at in one go: room is needed for no more than these, and for what is kept of all.
constexpr std::size_t at_a_time = 1024;

/// Tokens of the longest gram. Of a word that stands at several of its places the hash keeps as few as 64 bits less one
/// for each place but the first: of one that stands there 64 times a single bit.
constexpr std::size_t most_run = 32;

/// Sets hashes[t] to the hash of the gram that begins at token t: the exclusive or of its tokens, each turned by its
/// place.
REUSE_FOR_EACH_ISA inline void hash_grams(const std::uint64_t* tokens, std::size_t run, std::uint64_t* hashes,
                                          std::size_t grams) {
    for (std::size_t t = 0; t < grams; ++t) hashes[t] = tokens[t] * shingle_base;
    for (std::size_t i = 1; i < run; ++i) {
        for (std::size_t t = 0; t < grams; ++t) hashes[t] = std::rotl(hashes[t], 23) ^ (tokens[t + i] * shingle_base);
    }
}

/// The grams of one text that the other has, or may have, by their first tokens.
class Grams {
public:
    struct Gram {
        std::uint32_t first;
        std::int32_t number;
    };

    void read(const Narration& text, std::size_t run) {
        text_ = &text;
        run_ = run;
    }

    std::span<const Gram> kept() const { return kept_; }
    std::span<const std::uint64_t> kept_hashes() const { return kept_hashes_; }

    /// Calls visit(first, hashes) for some grams at a time, which follow each other, with the first one's first token.
    template <class Visit>
    void for_all(Visit&& visit) const {
        std::array<std::uint64_t, at_a_time> hashes;
        const std::span<const std::uint64_t> tokens = text_->tokens;
        for (std::size_t first = 0; first + run_ <= tokens.size(); first += at_a_time) {
            const std::size_t grams = std::min(at_a_time, tokens.size() + 1 - run_ - first);
            hash_grams(&tokens[first], run_, hashes.data(), grams);
            visit(first, std::span<const std::uint64_t>(hashes.data(), grams));
        }
    }

    /// Keeps the grams that a filter lets through: without a branch for each, which nobody could foresee.
    void keep_common(const HashFilter& filter) {
        std::size_t kept = 0;
        for_all([&](std::size_t first, std::span<const std::uint64_t> hashes) {
            const std::span<Gram> grams = gram_room_.of(kept + at_a_time);
            const std::span<std::uint64_t> kept_hashes = hash_room_.of(kept + at_a_time);
            for (std::size_t i = 0; i < hashes.size(); ++i) {
                grams[kept].first = static_cast<std::uint32_t>(first + i);
                kept_hashes[kept] = hashes[i];
                kept += filter.may_have(hashes[i]);
            }
        });
        kept_ = gram_room_.of(kept);
        kept_hashes_ = hash_room_.of(kept);
    }

    /// Keeps, of those kept, the grams to which number(its place among them) gives a number.
    template <class Number>
    void keep_numbered(Number&& number) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            kept_[kept] = {kept_[i].first, number(i)};
            kept += kept_[kept].number != Numbering::absent;
        }
        kept_ = kept_.first(kept);
    }

    /// How many tokens of a gram are quoted.
    std::size_t quoted(const Gram& gram) const {
        std::size_t tokens = 0;
        for (std::size_t t = gram.first; t < gram.first + run_; ++t) tokens += text_->quoted[t];
        return tokens;
    }

    /// Calls visit(begin, end) for the stretches of tokens, each token once, in the grams of which chosen(gram) holds.
    template <class Choose, class Visit>
    void for_each_stretch(Choose&& chosen, Visit&& visit) const {
        std::size_t done = 0;
        for (const Gram& gram : kept_) {
            if (!chosen(gram)) continue;
            visit(std::max<std::size_t>(done, gram.first), gram.first + run_);
            done = gram.first + run_;
        }
    }

private:
    const Narration* text_ = nullptr;
    std::size_t run_ = 0;
    std::span<Gram> kept_;
    std::span<std::uint64_t> kept_hashes_;
    Room<Gram> gram_room_;
    Room<std::uint64_t> hash_room_;
};

/// A text of a pair as it comes.
struct PairText {
    std::span<const std::uint64_t> tokens;
    std::span<const std::uint8_t> flags;
};

/// The two texts of a pair, and the grams that both have.
class PairNarration {
public:
    PairNarration() = default;
    PairNarration(const PairNarration&) = delete;  // its grams point into it
    PairNarration& operator=(const PairNarration&) = delete;

    void read(const PairText& source, const PairText& page, std::size_t run) {
        run_ = run;
        source_.read(source.tokens, source.flags);
        page_.read(page.tokens, page.flags);
        in_source_.read(source_, run);
        in_page_.read(page_, run);
        const bool source_is_small = source.tokens.size() <= page.tokens.size();
        find_common(source_is_small ? in_source_ : in_page_, source_is_small ? in_page_ : in_source_,
                    std::min(source.tokens.size(), page.tokens.size()));
    }

    /// What one text quotes is quotation in the other too, with or without marks.
    void share_quotations() {
        const auto by_source = numbers(in_source_, run_), by_page = numbers(in_page_, run_);
        const auto share = [](const Grams& grams, const std::vector<std::uint8_t>& quotes, Narration& text) {
            grams.for_each_stretch([&](const Grams::Gram& gram) { return quotes[index(gram.number)]; },
                                   [&](std::size_t begin, std::size_t end) {
                                       for (std::size_t t = begin; t < end; ++t) text.quoted[t] = 1;
                                   });
        };
        share(in_page_, by_source, page_);
        share(in_source_, by_page, source_);
    }

    /// The larger of the two shares of a text's narration that stand in grams which the other narrates too.
    double shared(double prior) const {
        const auto by_source = numbers(in_source_, 0), by_page = numbers(in_page_, 0);
        const auto share = [&](const Narration& text, const Grams& grams) {
            std::size_t covered = 0;
            grams.for_each_stretch(
                [&](const Grams::Gram& gram) {
                    return by_source[index(gram.number)] && by_page[index(gram.number)] && grams.quoted(gram) == 0;
                },
                [&](std::size_t begin, std::size_t end) { covered += end - begin; });
            return static_cast<double>(covered) /
                   (static_cast<double>(text.tokens.size() - text.quoted_tokens()) + prior);
        };
        return std::max(share(source_, in_source_), share(page_, in_page_));
    }

    /// Share of the page's tokens in grams of both that is not quoted.
    double unquoted(double prior) const {
        std::size_t all = 0, quoted = 0;
        in_page_.for_each_stretch([](const Grams::Gram&) { return true; },
                                  [&](std::size_t begin, std::size_t end) {
                                      all += end - begin;
                                      for (std::size_t t = begin; t < end; ++t) quoted += page_.quoted[t];
                                  });
        return (static_cast<double>(all - quoted) + prior) / (static_cast<double>(all) + 2 * prior);
    }

    const Narration& source() const { return source_; }
    const Narration& page() const { return page_; }

private:
    /// Most grams stand in one text alone. The larger one, which may be a thousand times the smaller's size, is only
    /// read through; grams are numbered by what of it the smaller one may have.
    void find_common(Grams& small, Grams& large, std::size_t small_size) {
        filter_.clear(small_size);
        small.for_all([&](std::size_t, std::span<const std::uint64_t> hashes) { filter_.add(hashes); });
        large.keep_common(filter_);
        numbering_.read(large.kept_hashes(), numbers_);
        filter_.clear(large.kept().size());
        filter_.add(large.kept_hashes());
        small.keep_common(filter_);
        std::vector<std::uint8_t> in_both(numbering_.end());
        small.keep_numbered([&](std::size_t i) {
            const std::int32_t number = numbering_[small.kept_hashes()[i]];
            in_both[index(number)] = 1;
            return number;
        });
        large.keep_numbered(
            [&](std::size_t i) { return in_both[index(numbers_[i])] ? numbers_[i] : Numbering::absent; });
    }

    /// Marks the numbers of the grams of a text of which so many tokens are quoted, there or elsewhere in it.
    std::vector<std::uint8_t> numbers(const Grams& grams, std::size_t quoted) const {
        std::vector<std::uint8_t> marked(numbering_.end());
        for (const Grams::Gram& gram : grams.kept()) marked[index(gram.number)] |= grams.quoted(gram) == quoted;
        return marked;
    }

    Narration source_, page_;
    std::size_t run_ = 0;
    Grams in_source_, in_page_;
    HashFilter filter_;
    Numbering numbering_;
    std::vector<std::int32_t> numbers_;
};

/// Time grows with the product of the lengths: beyond so many content words a text's beginning stands for it.
constexpr std::size_t most_content = std::size_t{1} << 16;

/// What a text narrates: its first content words, each by its root, and its rare words.
struct Matter {
    std::span<std::uint64_t> content, rare;

    void read(const Narration& text, const Lexicon& lexicon) {
        const std::span<const std::uint64_t> tokens = text.tokens;
        const std::span<const std::uint8_t> quoted = text.quoted;
        std::size_t content_words = 0, rare_words = 0;
        for (std::size_t t = 0; t < tokens.size();) {
            const auto contents = content_room_.of(content_words + at_a_time),
                       rares = rare_room_.of(rare_words + at_a_time);
            // Without a branch for what a word is, which nobody could foresee.
            for (const std::size_t end = std::min(tokens.size(), t + at_a_time); t < end; ++t) {
                const Lexicon::Entry word = lexicon[tokens[t]];
                contents[content_words] = word.root;
                rares[rare_words] = tokens[t];
                content_words += !quoted[t] & !(word.parts & Lexicon::function);
                rare_words += !quoted[t] & !(word.parts & Lexicon::common);
            }
            content_words = std::min(content_words, most_content);
        }
        content = content_room_.of(content_words);
        rare = rare_room_.of(rare_words);
    }

private:
    Room<std::uint64_t> content_room_, rare_room_;
};

/// Share of the distinct rare words of the text that has fewer which the other text has too.
class SharedFacts {
public:
    double operator()(const Matter& source, const Matter& page, double prior) {
        const bool source_is_small = source.rare.size() <= page.rare.size();
        const std::span<const std::uint64_t> small = source_is_small ? source.rare : page.rare;
        const std::span<const std::uint64_t> large = source_is_small ? page.rare : source.rare;
        rare_.read(small, numbers_);
        std::vector<std::uint8_t> found(rare_.end());
        const auto others = room_.of(large.size() + 1);
        std::size_t kept = 0;
        for (const std::uint64_t word : large) {
            const std::int32_t number = rare_[word];
            found[static_cast<std::size_t>(number)] = 1;
            others[kept] = word;
            kept += number == Numbering::absent;
        }
        found[Numbering::absent] = 0;
        others_.read(others.first(kept), numbers_);
        const std::size_t shared = std::accumulate(found.begin(), found.end(), std::size_t{0});
        const std::size_t fewer = std::min(rare_.end() - 1, others_.end() - 1 + shared);
        return static_cast<double>(shared) / (static_cast<double>(fewer) + prior);
    }

private:
    Numbering rare_, others_;
    std::vector<std::int32_t> numbers_;
    Room<std::uint64_t> room_;
};

struct Order {
    double order, reach, spread;
};

/// How far the content words of two texts are in one order.
class ContentOrder {
public:
    Order operator()(const Matter& source, const Matter& page, const AgreementRule& rule) {
        const bool source_is_longer = source.content.size() > page.content.size();
        const std::size_t n = std::min(source.content.size(), page.content.size());
        subsequence_.read(source_is_longer ? page.content : source.content);
        subsequence_.find_common(source_is_longer ? source.content : page.content, own_, others_);
        const std::size_t common = own_.numbers.size();
        const double doubt = static_cast<double>(n) + rule.content_prior;
        const auto agreed = [&](const CommonLengths& forward, std::int64_t backward) -> Order {
            const double order = static_cast<double>(forward[common] - backward) / doubt;
            return {order, order, spread(forward, n, backward, rule) / doubt};
        };
        // What chance alone puts in order: the same words, one text read backwards; or its chunks in reverse.
        const auto backwards = in_reverse(backwards_, 1);
        if (n / 2 < rule.chunk) {  // fewer than two chunks
            const auto [forward, backward] = subsequence_.lengths<2>(own_.numbers, {others_.numbers, backwards});
            return agreed(forward, backward[common]);
        }
        const auto by_chunks = in_reverse(by_chunks_, rule.chunk);
        const auto [forward, backward, in_chunks] =
            subsequence_.lengths<3>(own_.numbers, {others_.numbers, backwards, by_chunks});
        Order order = agreed(forward, backward[common]);
        order.reach = static_cast<double>(forward[common] - in_chunks[common]) / doubt;
        return order;
    }

private:
    /// The longer text's words that both have, its chunks of so many words in reverse, each as it was.
    std::span<const std::int32_t> in_reverse(Room<std::int32_t>& room, std::size_t chunk) const {
        const auto places = others_.places;
        const auto reversed = room.of(places.size());
        auto out = reversed.begin();
        for (std::size_t begin = places.size(), end = begin; begin > 0; end = begin) {
            while (begin > 0 && places[begin - 1] / chunk == places[end - 1] / chunk) --begin;
            out = std::copy(others_.numbers.begin() + begin, others_.numbers.begin() + end, out);
        }
        return reversed;
    }

    /// Order summed over stretches of the shorter text, which has n words.
    double spread(const CommonLengths& lengths, std::size_t n, std::int64_t backward, const AgreementRule& rule) const {
        double sum = 0;
        std::int64_t before = 0;
        for (std::size_t begin = 0, end, own = 0; begin < n; begin = end) {
            end = std::min(begin + rule.block, n);
            while (own < own_.places.size() && own_.places[own] < end) ++own;
            const std::int64_t length = lengths[own];
            const auto size = static_cast<double>(end - begin);
            const double chance = static_cast<double>(backward) * size / static_cast<double>(n);
            sum += std::min(static_cast<double>(length - before) - chance, rule.block_cap * size);
            before = length;
        }
        return sum;
    }

    CommonSubsequence subsequence_;
    CommonTokens own_, others_;
    Room<std::int32_t> backwards_, by_chunks_;
};

/// What both texts of a pair tell.
class PairMatter {
public:
    void read(const PairText& source, const PairText& page, const Lexicon& lexicon, const AgreementRule& rule) {
        texts_.read(source, page, rule.run);
        texts_.share_quotations();
        told_.read(texts_.source(), lexicon);
        retold_.read(texts_.page(), lexicon);
    }

    double shared(const AgreementRule& rule) const { return texts_.shared(rule.narration_prior); }
    double unquoted(const AgreementRule& rule) const { return texts_.unquoted(rule.shared_prior); }
    double facts(const AgreementRule& rule) { return facts_(told_, retold_, rule.fact_prior); }
    Order order(const AgreementRule& rule) { return order_(told_, retold_, rule); }

private:
    PairNarration texts_;
    Matter told_, retold_;
    SharedFacts facts_;
    ContentOrder order_;
};

/// One side of the pairs: documents by their tokens, the roots of these, which may be the same, and their flags.
struct AgreementSide {
    std::span<const std::uint64_t> tokens, roots;
    std::span<const std::uint8_t> flags;
    Offsets offsets;

    PairText words_of(std::size_t d) const { return {row(tokens, offsets, d), row(flags, offsets, d)}; }
    PairText roots_of(std::size_t d) const { return {row(roots, offsets, d), row(flags, offsets, d)}; }
    bool has_roots() const { return roots.data() != tokens.data(); }
};

/// Agreement of every pair (source_row[p], page_row[p]): the order of content words by their roots, all else by words.
inline Agreement agreement(const AgreementSide& source, const AgreementSide& page,
                           std::span<const std::int32_t> source_row, std::span<const std::int32_t> page_row,
                           const Lexicon& lexicon, const AgreementRule& rule, int threads) {
    const std::size_t pairs = source_row.size();
    const bool by_roots = source.has_roots() || page.has_roots();
    Agreement result;
    for (auto* column :
         {&result.order, &result.reach, &result.spread, &result.shared, &result.facts, &result.unquoted}) {
        column->resize(pairs);
    }
    for_each_unit(
        pairs, threads, [] { return PairMatter(); },
        [&](std::size_t p, PairMatter& matter) {
            const auto s = static_cast<std::size_t>(source_row[p]), g = static_cast<std::size_t>(page_row[p]);
            matter.read(source.words_of(s), page.words_of(g), lexicon, rule);
            result.shared[p] = matter.shared(rule);
            result.unquoted[p] = matter.unquoted(rule);
            result.facts[p] = matter.facts(rule);
            if (by_roots) matter.read(source.roots_of(s), page.roots_of(g), lexicon, rule);
            const Order order = matter.order(rule);
            result.order[p] = order.order;
            result.reach[p] = order.reach;
            result.spread[p] = order.spread;
        });
    return result;
}

}  // namespace reuse
