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
    bool add(std::uint64_t hash) {
        const std::size_t s = slot(hash);
        hashes_[s] = hash;
        return !std::exchange(used_[s], std::uint8_t{1});
    }

private:
    std::vector<std::uint64_t> hashes_;
    std::vector<std::uint8_t> used_;
    int shift_;
};

/// Longest common subsequences of one sequence with the prefixes of another, bit-parallel (Hyyrö 2004). Words of
/// the bit vector are visited only where a match or a carry changes them.
class CommonSubsequence {
public:
    explicit CommonSubsequence(std::span<const std::uint64_t> sequence) : size_(sequence.size()) {
        std::vector<std::pair<std::uint64_t, std::size_t>> places;
        places.reserve(size_);
        for (std::size_t i = 0; i < size_; ++i) places.emplace_back(sequence[i], i);
        std::sort(places.begin(), places.end());
        for (const auto& [token, i] : places) {
            if (matches_.empty() || matches_.back().token != token || matches_.back().word != i / 64) {
                matches_.push_back({token, i / 64, 0});
            }
            matches_.back().bits |= std::uint64_t{1} << (i % 64);
        }
    }

    /// Calls length_after(j, LCS of the sequence with other[0, j]) for each j; `other` may be any range.
    template <class Iterator, class Visit>
    void run(Iterator begin, Iterator end, Visit&& length_after) const {
        std::vector<std::uint64_t> unmatched((size_ + 63) / 64, ~std::uint64_t{0});
        std::int64_t length = 0;
        for (std::size_t j = 0; begin != end; ++begin, ++j) {
            length += advance(unmatched, *begin);
            length_after(j, length);
        }
    }

private:
    /// Where a token stands in one word of the bit vector.
    struct Match {
        std::uint64_t token;
        std::size_t word;
        std::uint64_t bits;
    };

    /// One step V' = (V + (V & M)) | (V & ~M), where M has the bits of the places of `token`. Bits above the
    /// sequence stay ones, so that a carry out of its last bit leaves the last word too: it is 1 where the
    /// subsequence gets longer by one.
    std::int64_t advance(std::vector<std::uint64_t>& v, std::uint64_t token) const {
        auto match = std::lower_bound(matches_.begin(), matches_.end(), token,
                                      [](const Match& m, std::uint64_t t) { return m.token < t; });
        const auto more = [&] { return match != matches_.end() && match->token == token; };
        std::uint64_t carry = 0;
        for (std::size_t w = 0; w < v.size() && (carry || more()); ++w) {
            if (!carry) w = match->word;
            const std::uint64_t matches = more() && match->word == w ? (match++)->bits : 0;
            const std::uint64_t sum = v[w] + (v[w] & matches);
            const std::uint64_t total = sum + carry;
            carry = (sum < v[w]) | (total < sum);
            v[w] = total | (v[w] & ~matches);
        }
        return static_cast<std::int64_t>(carry);
    }

    std::size_t size_;
    std::vector<Match> matches_;  // by token, then by word
};

struct Agreement {
    std::vector<double> order, spread, shared, facts;
};

/// How agreement is measured; reuse/agreement.py says with which numbers.
struct AgreementRule {
    std::size_t run;         // tokens of a gram: of the runs that count as shared, and that carry quotation over
    std::size_t block;       // content words of a stretch
    double block_cap;        // share of a stretch that may count for `spread`
    double content_prior;    // content words, narration words and rare words of doubt: what short texts agree in
    double narration_prior;  // says little
    double fact_prior;
};

/// One text of a pair as agreement sees it.
struct Narration {
    std::span<const std::uint64_t> tokens;
    std::vector<std::uint8_t> quoted;  // by its own quotation marks, then also by the other text's

    Narration(std::span<const std::uint64_t> text, std::span<const std::uint8_t> flags)
        : tokens(text), quoted(text.size()) {
        for (std::size_t i = 0; i < flags.size(); ++i) quoted[i] = (flags[i] & flag_quoted) != 0;
    }

    /// Calls visit(first token, hash, how many of its tokens are quoted) for each gram of `run` tokens.
    template <class Visit>
    void for_each_gram(std::size_t run, Visit&& visit) const {
        std::size_t quoted_tokens = 0;
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            quoted_tokens += quoted[t];
            if (t + 1 < run) continue;
            const std::size_t first = t + 1 - run;
            std::uint64_t polynomial = 0;
            for (std::size_t i = first; i <= t; ++i) polynomial = polynomial * shingle_base + tokens[i];
            visit(first, polynomial, quoted_tokens);
            quoted_tokens -= quoted[first];
        }
    }
};

/// A mask of tokens that grows by grams from left to right.
class Cover {
public:
    explicit Cover(std::size_t tokens) : mask(tokens) {}

    void add(std::size_t first, std::size_t run) {
        for (std::size_t t = std::max(done_, first); t < first + run; ++t) mask[t] = 1;
        done_ = first + run;
    }

    std::vector<std::uint8_t> mask;

private:
    std::size_t done_ = 0;
};

/// The two texts of a pair. Tables are made of the smaller one's grams alone; the larger one, which may be a
/// thousand times its size, is only read through.
class PairNarration {
public:
    PairNarration(Narration left, Narration right, std::size_t run)
        : left_is_large_(left.tokens.size() > right.tokens.size()),
          small_(std::move(left_is_large_ ? right : left)),
          large_(std::move(left_is_large_ ? left : right)),
          run_(run),
          seen_(small_.tokens.size()) {
        small_.for_each_gram(run_, [&](std::size_t, std::uint64_t gram, std::size_t quoted) {
            seen_[gram] |= quoted == run_ ? quoted_in_small : 0;
        });
    }

    /// What one text quotes is quotation in the other too, with or without marks.
    void share_quotations() {
        Cover in_small(small_.tokens.size()), in_large(large_.tokens.size());
        large_.for_each_gram(run_, [&](std::size_t first, std::uint64_t gram, std::size_t quoted) {
            std::uint8_t* const of = seen_.find(gram);
            if (!of) return;
            if (*of & quoted_in_small) in_large.add(first, run_);
            if (quoted == run_) *of |= quoted_in_large;
        });
        small_.for_each_gram(run_, [&](std::size_t first, std::uint64_t gram, std::size_t) {
            if (*seen_.find(gram) & quoted_in_large) in_small.add(first, run_);
        });
        for (std::size_t t = 0; t < in_small.mask.size(); ++t) small_.quoted[t] |= in_small.mask[t];
        for (std::size_t t = 0; t < in_large.mask.size(); ++t) large_.quoted[t] |= in_large.mask[t];
    }

    /// The larger of the two shares of a text's narration that stand in grams which the other narrates too.
    double shared(double prior) {
        Cover in_small(small_.tokens.size()), in_large(large_.tokens.size());
        small_.for_each_gram(run_, [&](std::size_t, std::uint64_t gram, std::size_t quoted) {
            if (quoted == 0) *seen_.find(gram) |= narrated_in_small;
        });
        large_.for_each_gram(run_, [&](std::size_t first, std::uint64_t gram, std::size_t quoted) {
            std::uint8_t* const of = quoted == 0 ? seen_.find(gram) : nullptr;
            if (!of) return;
            *of |= narrated_in_large;
            if (*of & narrated_in_small) in_large.add(first, run_);
        });
        small_.for_each_gram(run_, [&](std::size_t first, std::uint64_t gram, std::size_t quoted) {
            if (quoted == 0 && (*seen_.find(gram) & narrated_in_large)) in_small.add(first, run_);
        });
        return std::max(share(small_, in_small, prior), share(large_, in_large, prior));
    }

    const Narration& left() const { return left_is_large_ ? large_ : small_; }
    const Narration& right() const { return left_is_large_ ? small_ : large_; }
    const Narration& small() const { return small_; }
    const Narration& large() const { return large_; }

private:
    static constexpr std::uint8_t quoted_in_small = 1, quoted_in_large = 2, narrated_in_small = 4,
                                  narrated_in_large = 8;

    /// Bits for each gram of the smaller text.
    class Seen {
    public:
        explicit Seen(std::size_t grams) : set_(grams), bits_(set_.slots()) {}
        std::uint8_t& operator[](std::uint64_t gram) {
            set_.add(gram);
            return bits_[set_.slot(gram)];
        }
        std::uint8_t* find(std::uint64_t gram) {
            const std::size_t slot = set_.slot(gram);
            return set_.used(slot) ? &bits_[slot] : nullptr;
        }

    private:
        HashSet set_;
        std::vector<std::uint8_t> bits_;
    };

    static double share(const Narration& text, const Cover& cover, double prior) {
        const auto covered = std::count(cover.mask.begin(), cover.mask.end(), 1);
        const auto narrated = std::count(text.quoted.begin(), text.quoted.end(), 0);
        return static_cast<double>(covered) / (static_cast<double>(narrated) + prior);
    }

    bool left_is_large_;
    Narration small_, large_;
    std::size_t run_;
    Seen seen_;
};

/// The first `most` narrated tokens of a text that are not among `words`.
inline std::vector<std::uint64_t> narrated_without(const Narration& text, const HashSet& words, std::size_t most) {
    std::vector<std::uint64_t> kept;
    for (std::size_t t = 0; t < text.tokens.size() && kept.size() < most; ++t) {
        if (!text.quoted[t] && !words.contains(text.tokens[t])) kept.push_back(text.tokens[t]);
    }
    return kept;
}

/// Share of the distinct rare words of the text that has fewer which the other text has too.
inline double shared_facts(const PairNarration& texts, const HashSet& common, double prior) {
    constexpr std::size_t all = ~std::size_t{0};
    const std::vector<std::uint64_t> of_small = narrated_without(texts.small(), common, all);
    HashSet rare(of_small.size()), found(of_small.size()), others(of_small.size());
    std::size_t in_small = 0, in_large = 0, shared = 0;
    for (const std::uint64_t word : of_small) in_small += rare.add(word);
    // Of the larger text's other words only so many need counting as there are in the smaller one.
    const Narration& large = texts.large();
    for (std::size_t t = 0; t < large.tokens.size(); ++t) {
        const std::uint64_t word = large.tokens[t];
        if (large.quoted[t] || common.contains(word)) continue;
        if (rare.contains(word)) {
            shared += found.add(word);
        } else if (in_large < in_small) {
            in_large += others.add(word);
        }
    }
    return static_cast<double>(shared) / (static_cast<double>(std::min(in_small, in_large + shared)) + prior);
}

/// Time grows with the product of the lengths: beyond so many content words a text's beginning stands for it.
constexpr std::size_t most_content = std::size_t{1} << 16;

/// Fills order and spread of pair p from the content words of both texts.
inline void agree_in_order(const PairNarration& texts, const HashSet& function_words, const AgreementRule& rule,
                           double& order, double& spread) {
    std::vector<std::uint64_t> longer = narrated_without(texts.left(), function_words, most_content);
    std::vector<std::uint64_t> shorter = narrated_without(texts.right(), function_words, most_content);
    if (longer.size() < shorter.size()) std::swap(longer, shorter);
    const std::size_t n = shorter.size();
    const CommonSubsequence subsequence(longer);
    std::int64_t backward = 0;  // what chance alone puts in order: the same words, one text read backwards
    subsequence.run(shorter.rbegin(), shorter.rend(), [&](std::size_t, std::int64_t length) { backward = length; });
    std::int64_t forward = 0, at_block = 0;
    double sum = 0;
    subsequence.run(shorter.begin(), shorter.end(), [&](std::size_t j, std::int64_t length) {
        forward = length;
        if ((j + 1) % rule.block && j + 1 != n) return;
        const auto size = static_cast<double>(j % rule.block + 1);
        const double chance = static_cast<double>(backward) * size / static_cast<double>(n);
        sum += std::min(static_cast<double>(length - at_block) - chance, rule.block_cap * size);
        at_block = length;
    });
    const double doubt = static_cast<double>(n) + rule.content_prior;
    order = static_cast<double>(forward - backward) / doubt;
    spread = sum / doubt;
}

inline HashSet set_of(std::span<const std::uint64_t> hashes) {
    HashSet set(hashes.size());
    for (const std::uint64_t hash : hashes) set.add(hash);
    return set;
}

/// Agreement of every pair (source_row[p], page_row[p]).
inline Agreement agreement(std::span<const std::uint64_t> source, std::span<const std::uint8_t> source_flags,
                           Offsets source_offsets, std::span<const std::uint64_t> page,
                           std::span<const std::uint8_t> page_flags, Offsets page_offsets,
                           std::span<const std::int32_t> source_row, std::span<const std::int32_t> page_row,
                           std::span<const std::uint64_t> function_words, std::span<const std::uint64_t> common_words,
                           const AgreementRule& rule, int threads) {
    const HashSet function_set = set_of(function_words), common_set = set_of(common_words);
    const std::size_t pairs = source_row.size();
    Agreement result{std::vector<double>(pairs), std::vector<double>(pairs), std::vector<double>(pairs),
                     std::vector<double>(pairs)};
    for_each_unit(pairs, threads, [&](std::size_t p) {
        const auto s = static_cast<std::size_t>(source_row[p]), g = static_cast<std::size_t>(page_row[p]);
        PairNarration texts({row(source, source_offsets, s), row(source_flags, source_offsets, s)},
                            {row(page, page_offsets, g), row(page_flags, page_offsets, g)}, rule.run);
        texts.share_quotations();
        result.shared[p] = texts.shared(rule.narration_prior);
        result.facts[p] = shared_facts(texts, common_set, rule.fact_prior);
        agree_in_order(texts, function_set, rule, result.order[p], result.spread[p]);
    });
    return result;
}

}  // namespace reuse
