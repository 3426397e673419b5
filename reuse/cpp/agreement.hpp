// SPDX-License-Identifier: Apache-2.0
// Pairs to agreement: how far two texts tell the same things in the same order outside quotations, which is
// what copies do and independent reports of one event do not.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hash.hpp"
#include "parallel.hpp"
#include "quotes.hpp"
#include "ragged.hpp"
#include "subsequence.hpp"
#include "vocabulary.hpp"

namespace reuse {

/// A set of 64-bit hashes by open addressing, for a known number of members at most.
class HashSet {
public:
    explicit HashSet(std::size_t members)
        : hashes_(std::bit_ceil(2 * members + 2)),
          used_(hashes_.size()),
          shift_(64 - std::countr_zero(hashes_.size())) {}

    std::size_t slots() const { return hashes_.size(); }
    bool used(std::size_t slot) const { return used_[slot]; }
    bool contains(std::uint64_t hash) const { return used_[slot(hash)]; }

    /// Where a hash is, or would be.
    std::size_t slot(std::uint64_t hash) const {
        std::size_t s = static_cast<std::size_t>((hash * shingle_base) >> shift_);
        while (used_[s] && hashes_[s] != hash) s = (s + 1) & (hashes_.size() - 1);
        return s;
    }

    /// Adds a hash and returns whether it is new.
    bool add(std::uint64_t hash) { return put(hash, slot(hash)); }

    /// The same where its slot is known.
    bool put(std::uint64_t hash, std::size_t slot) {
        hashes_[slot] = hash;
        return !std::exchange(used_[slot], std::uint8_t{1});
    }

private:
    std::vector<std::uint64_t> hashes_;
    std::vector<std::uint8_t> used_;
    int shift_;
};

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

/// What agreement wants to know of words: parts they play, and the word that stands for all their inflections.
struct Lexicon {
    static constexpr std::uint8_t function = 1, common = 2;

    const Vocabulary& vocabulary;
    std::span<const std::uint64_t> root;
    std::span<const std::uint8_t> parts;
};

/// One text of a pair: its tokens, and what of it is quoted, by its own marks and then also by the other text's.
struct Narration {
    std::span<const std::uint64_t> tokens;
    std::vector<std::uint8_t> quoted;

    Narration(std::span<const std::uint64_t> text, std::span<const std::uint8_t> flags)
        : tokens(text), quoted(text.size()) {
        for (std::size_t i = 0; i < flags.size(); ++i) quoted[i] = (flags[i] & flag_quoted) != 0;
    }
};

/// The grams of one text that the other has, by their first tokens.
class Grams {
public:
    /// Calls visit(first token, hash) for each gram of a text.
    template <class Visit>
    static void for_each(std::span<const std::uint64_t> tokens, std::size_t run, Visit&& visit) {
        // Rolling: the exclusive or of the tokens, each turned by its place in the gram.
        const auto turned = [&](std::size_t t, std::size_t places) {
            return std::rotl(tokens[t] * shingle_base, static_cast<int>(23 * places % 64));
        };
        std::uint64_t hash = 0;
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            hash = std::rotl(hash, 23) ^ turned(t, 0);
            if (t >= run) hash ^= turned(t - run, run);
            if (t + 1 >= run) visit(t + 1 - run, hash);
        }
    }

    Grams(const Narration& text, std::size_t run) : text_(&text), run_(run) {}

    void add(std::size_t first, std::int32_t number) {
        grams_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(number)});
    }

    /// Leaves the grams whose number is marked.
    void keep(const std::vector<std::uint8_t>& marked) {
        std::erase_if(grams_, [&](const Gram& gram) { return !marked[gram.number]; });
    }

    /// Calls visit(first token, gram's number, how many of its tokens are quoted) for each gram.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const Gram& gram : grams_) {
            std::size_t quoted = 0;
            for (std::size_t t = gram.first; t < gram.first + run_; ++t) quoted += text_->quoted[t];
            visit(gram.first, gram.number, quoted);
        }
    }

    /// Marks the tokens of every gram of which chosen(gram's number, quoted tokens) holds.
    template <class Choose>
    std::vector<std::uint8_t> mask(Choose&& chosen) const {
        std::vector<std::uint8_t> marked(text_->tokens.size());
        std::size_t done = 0;
        for_each([&](std::size_t first, std::size_t number, std::size_t quoted) {
            if (!chosen(number, quoted)) return;
            for (std::size_t t = std::max(done, first); t < first + run_; ++t) marked[t] = 1;
            done = first + run_;
        });
        return marked;
    }

private:
    struct Gram {
        std::uint32_t first, number;
    };

    const Narration* text_;
    std::size_t run_;
    std::vector<Gram> grams_;
};

/// The two texts of a pair. Grams are numbered by the smaller one's alone; the larger one, which may be a thousand
/// times its size, is only read through.
class PairNarration {
public:
    PairNarration(Narration source, Narration page, std::size_t run)
        : source_(std::move(source)),
          page_(std::move(page)),
          run_(run),
          in_source_(source_, run),
          in_page_(page_, run) {
        const bool source_is_small = source_.tokens.size() <= page_.tokens.size();
        number(source_is_small ? source_ : page_, source_is_small ? in_source_ : in_page_,
               source_is_small ? page_ : source_, source_is_small ? in_page_ : in_source_);
    }
    PairNarration(const PairNarration&) = delete;  // its grams point into it
    PairNarration& operator=(const PairNarration&) = delete;

    /// What one text quotes is quotation in the other too, with or without marks.
    void share_quotations() {
        std::vector<std::uint8_t> by_source(grams_), by_page(grams_);
        const auto note = [&](const Grams& grams, std::vector<std::uint8_t>& quotes) {
            grams.for_each([&](std::size_t, std::size_t n, std::size_t quoted) { quotes[n] |= quoted == run_; });
        };
        note(in_source_, by_source);
        note(in_page_, by_page);
        const auto in_page = in_page_.mask([&](std::size_t n, std::size_t) { return by_source[n]; });
        const auto in_source = in_source_.mask([&](std::size_t n, std::size_t) { return by_page[n]; });
        for (std::size_t t = 0; t < in_source.size(); ++t) source_.quoted[t] |= in_source[t];
        for (std::size_t t = 0; t < in_page.size(); ++t) page_.quoted[t] |= in_page[t];
    }

    /// The larger of the two shares of a text's narration that stand in grams which the other narrates too.
    double shared(double prior) const {
        std::vector<std::uint8_t> by_source(grams_), by_page(grams_);
        const auto note = [&](const Grams& grams, std::vector<std::uint8_t>& narrates) {
            grams.for_each([&](std::size_t, std::size_t n, std::size_t quoted) { narrates[n] |= quoted == 0; });
        };
        note(in_source_, by_source);
        note(in_page_, by_page);
        const auto both = [&](std::size_t n, std::size_t quoted) { return quoted == 0 && by_source[n] && by_page[n]; };
        const auto share = [&](const Narration& text, const std::vector<std::uint8_t>& covered) {
            const auto narrated = std::count(text.quoted.begin(), text.quoted.end(), 0);
            return static_cast<double>(std::count(covered.begin(), covered.end(), 1)) /
                   (static_cast<double>(narrated) + prior);
        };
        return std::max(share(source_, in_source_.mask(both)), share(page_, in_page_.mask(both)));
    }

    /// Share of the page's tokens in grams of both that is not quoted.
    double unquoted(double prior) const {
        std::vector<std::uint8_t> of_source(grams_);
        in_source_.for_each([&](std::size_t, std::size_t n, std::size_t) { of_source[n] = 1; });
        const auto shared = in_page_.mask([&](std::size_t n, std::size_t) { return of_source[n]; });
        double all = 0, narrated = 0;
        for (std::size_t t = 0; t < shared.size(); ++t) {
            all += shared[t];
            narrated += shared[t] && !page_.quoted[t];
        }
        return (narrated + prior) / (all + 2 * prior);
    }

    const Narration& source() const { return source_; }
    const Narration& page() const { return page_; }

private:
    void number(const Narration& small, Grams& of_small, const Narration& large, Grams& of_large) {
        HashSet set(small.tokens.size());
        std::vector<std::int32_t> numbers(set.slots());
        Grams::for_each(small.tokens, run_, [&](std::size_t first, std::uint64_t gram) {
            const std::size_t slot = set.slot(gram);
            if (set.put(gram, slot)) numbers[slot] = grams_++;
            of_small.add(first, numbers[slot]);
        });
        std::vector<std::uint8_t> in_both(static_cast<std::size_t>(grams_));
        Grams::for_each(large.tokens, run_, [&](std::size_t first, std::uint64_t gram) {
            const std::size_t slot = set.slot(gram);
            if (!set.used(slot)) return;
            of_large.add(first, numbers[slot]);
            in_both[static_cast<std::size_t>(numbers[slot])] = 1;
        });
        of_small.keep(in_both);
    }

    Narration source_, page_;
    std::size_t run_;
    std::int32_t grams_ = 0;
    Grams in_source_, in_page_;
};

/// Time grows with the product of the lengths: beyond so many content words a text's beginning stands for it.
constexpr std::size_t most_content = std::size_t{1} << 16;

/// What a text narrates: its first content words, each by its root, and its rare words.
struct Matter {
    std::vector<std::uint64_t> content, rare;

    Matter(const Narration& text, const Lexicon& lexicon) {
        for (std::size_t t = 0; t < text.tokens.size(); ++t) {
            if (text.quoted[t]) continue;
            const std::uint32_t row = lexicon.vocabulary.row(text.tokens[t]);
            const bool known = row != Vocabulary::unknown;
            const std::uint8_t parts = known ? lexicon.parts[row] : std::uint8_t{0};
            if (!(parts & Lexicon::common)) rare.push_back(text.tokens[t]);
            if (!(parts & Lexicon::function) && content.size() < most_content) {
                content.push_back(known ? lexicon.root[row] : text.tokens[t]);
            }
        }
    }
};

/// Share of the distinct rare words of the text that has fewer which the other text has too.
inline double shared_facts(const Matter& source, const Matter& page, double prior) {
    const bool source_is_small = source.rare.size() <= page.rare.size();
    const auto& of_small = source_is_small ? source.rare : page.rare;
    const auto& of_large = source_is_small ? page.rare : source.rare;
    HashSet rare(of_small.size()), found(of_small.size()), others(of_small.size());
    std::size_t in_small = 0, in_large = 0, shared = 0;
    for (const std::uint64_t word : of_small) in_small += rare.add(word);
    // Of the larger text's other words only so many need counting as there are in the smaller one.
    for (const std::uint64_t word : of_large) {
        if (rare.contains(word)) {
            shared += found.add(word);
        } else if (in_large < in_small) {
            in_large += others.add(word);
        }
    }
    return static_cast<double>(shared) / (static_cast<double>(std::min(in_small, in_large + shared)) + prior);
}

struct Order {
    double order, reach, spread;
};

/// Order, reach and spread of the content words of two texts.
inline Order agree_in_order(const Matter& source, const Matter& page, const AgreementRule& rule) {
    const bool source_is_longer = source.content.size() > page.content.size();
    const auto& longer = source_is_longer ? source.content : page.content;
    const auto& shorter = source_is_longer ? page.content : source.content;
    const std::size_t n = shorter.size();
    const CommonSubsequence subsequence(shorter);
    const auto [common, places] = subsequence.common(longer);
    const CommonSubsequence::Lengths forward = subsequence.run(common.begin(), common.end());
    // What chance alone puts in order: the same words, one text read backwards.
    const std::int64_t backward = subsequence.run(common.rbegin(), common.rend())[n];
    double sum = 0;
    for (std::size_t begin = 0, end; begin < n; begin = end) {
        end = std::min(begin + rule.block, n);
        const auto size = static_cast<double>(end - begin);
        const double chance = static_cast<double>(backward) * size / static_cast<double>(n);
        sum += std::min(static_cast<double>(forward[end] - forward[begin]) - chance, rule.block_cap * size);
    }
    const double doubt = static_cast<double>(n) + rule.content_prior;
    Order agreed{static_cast<double>(forward[n] - backward) / doubt, 0, sum / doubt};
    agreed.reach = agreed.order;
    if (n >= 2 * rule.chunk) {
        // One text's chunks in reverse, each as it was: what is left is in order within a chunk only.
        std::vector<std::size_t> chunks;
        chunks.reserve(common.size());
        std::size_t end = common.size();
        for (std::size_t begin = end; end > 0; end = begin) {
            const std::size_t chunk = places[end - 1] / rule.chunk;
            while (begin > 0 && places[begin - 1] / rule.chunk == chunk) --begin;
            chunks.insert(chunks.end(), common.begin() + static_cast<std::ptrdiff_t>(begin),
                          common.begin() + static_cast<std::ptrdiff_t>(end));
        }
        agreed.reach = static_cast<double>(forward[n] - subsequence.run(chunks.begin(), chunks.end())[n]) / doubt;
    }
    return agreed;
}

/// Agreement of every pair (source_row[p], page_row[p]).
inline Agreement agreement(std::span<const std::uint64_t> source, std::span<const std::uint8_t> source_flags,
                           Offsets source_offsets, std::span<const std::uint64_t> page,
                           std::span<const std::uint8_t> page_flags, Offsets page_offsets,
                           std::span<const std::int32_t> source_row, std::span<const std::int32_t> page_row,
                           const Lexicon& lexicon, const AgreementRule& rule, int threads) {
    const std::size_t pairs = source_row.size();
    Agreement result;
    for (auto* column :
         {&result.order, &result.reach, &result.spread, &result.shared, &result.facts, &result.unquoted}) {
        column->resize(pairs);
    }
    for_each_unit(pairs, threads, [&](std::size_t p) {
        const auto s = static_cast<std::size_t>(source_row[p]), g = static_cast<std::size_t>(page_row[p]);
        PairNarration texts({row(source, source_offsets, s), row(source_flags, source_offsets, s)},
                            {row(page, page_offsets, g), row(page_flags, page_offsets, g)}, rule.run);
        texts.share_quotations();
        result.shared[p] = texts.shared(rule.narration_prior);
        result.unquoted[p] = texts.unquoted(rule.shared_prior);
        const Matter told(texts.source(), lexicon), retold(texts.page(), lexicon);
        result.facts[p] = shared_facts(told, retold, rule.fact_prior);
        const Order agreed = agree_in_order(told, retold, rule);
        result.order[p] = agreed.order;
        result.reach[p] = agreed.reach;
        result.spread[p] = agreed.spread;
    });
    return result;
}

}  // namespace reuse
