// SPDX-License-Identifier: Apache-2.0
// Pairs to agreement: how far two texts tell the same things in the same order outside quotations, which is
// what copies do and independent reports of one event do not.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"
#include "parallel.hpp"
#include "quotes.hpp"
#include "ragged.hpp"
#include "scores.hpp"

namespace reuse {

/// A set of 64-bit hashes by open addressing, for a known number of members.
class HashSet {
public:
    explicit HashSet(std::size_t members)
        : slots_(std::bit_ceil(2 * members + 2)), used_(slots_.size()), shift_(64 - std::countr_zero(slots_.size())) {}

    void insert(std::uint64_t hash) {
        const std::size_t s = find(hash);
        slots_[s] = hash;
        used_[s] = 1;
    }
    bool contains(std::uint64_t hash) const { return used_[find(hash)]; }

private:
    std::size_t find(std::uint64_t hash) const {
        std::size_t s = static_cast<std::size_t>((hash * shingle_base) >> shift_);
        while (used_[s] && slots_[s] != hash) s = (s + 1) & (slots_.size() - 1);
        return s;
    }

    std::vector<std::uint64_t> slots_;
    std::vector<std::uint8_t> used_;
    int shift_;
};

/// Longest common subsequences of one sequence with the prefixes of another, bit-parallel (Hyyrö 2004). Words of
/// the bit vector are visited only where a match or a carry changes them.
class CommonSubsequence {
public:
    explicit CommonSubsequence(std::span<const std::uint64_t> sequence) : size_(sequence.size()) {
        places_.reserve(size_);
        for (std::size_t i = 0; i < size_; ++i) places_.push_back({sequence[i], i});
        std::sort(places_.begin(), places_.end());
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
    struct Place {
        std::uint64_t token;
        std::size_t index;
        friend auto operator<=>(const Place&, const Place&) = default;
    };

    /// One step V' = (V + (V & M)) | (V & ~M), where M has the bits of the places of `token`. Bits above the
    /// sequence stay ones, so that a carry out of its last bit leaves the last word too: it is 1 where the
    /// subsequence gets longer by one.
    std::int64_t advance(std::vector<std::uint64_t>& v, std::uint64_t token) const {
        auto place = std::lower_bound(places_.begin(), places_.end(), Place{token, 0});
        const auto more = [&] { return place != places_.end() && place->token == token; };
        std::uint64_t carry = 0;
        for (std::size_t w = 0; w < v.size() && (carry || more()); ++w) {
            if (!carry) w = place->index / 64;
            std::uint64_t matches = 0;
            for (; more() && place->index / 64 == w; ++place) matches |= std::uint64_t{1} << (place->index % 64);
            const std::uint64_t sum = v[w] + (v[w] & matches);
            const std::uint64_t total = sum + carry;
            carry = (sum < v[w]) | (total < sum);
            v[w] = total | (v[w] & ~matches);
        }
        return static_cast<std::int64_t>(carry);
    }

    std::size_t size_;
    std::vector<Place> places_;
};

struct Agreement {
    std::vector<double> order, spread, shared, facts;
};

/// How agreement is measured; reuse/verdicts.py derives the numbers.
struct AgreementRule {
    std::size_t run;       // tokens of the runs that count as shared, and that carry quotation over
    std::size_t block;     // content words of a stretch
    double block_cap;      // share of a stretch that may count for `spread`
    double content_prior;  // content words, and narration words, of doubt: what short texts agree in says little
    double narration_prior;
    double fact_prior;  // the same in rare words
};

/// One text of a pair as agreement sees it.
struct Narration {
    std::span<const std::uint64_t> tokens;
    std::vector<std::uint64_t> grams;  // of `run` tokens each
    std::vector<std::uint8_t> quoted;  // by its own quotation marks, then also by the other text's

    Narration(std::span<const std::uint64_t> text, std::span<const std::uint8_t> flags, std::size_t run)
        : tokens(text), quoted(text.size()) {
        for (std::size_t i = 0; i < flags.size(); ++i) quoted[i] = (flags[i] & flag_quoted) != 0;
        for (std::size_t i = 0; i + run <= tokens.size(); ++i) {
            std::uint64_t polynomial = 0;
            for (std::size_t j = 0; j < run; ++j) polynomial = polynomial * shingle_base + tokens[i + j];
            grams.push_back(polynomial);
        }
    }

    /// The grams whose tokens are all quoted (or all not).
    HashSet grams_all(bool wanted, std::size_t run) const {
        HashSet set(grams.size());
        for_each_uniform(wanted, run, [&](std::size_t i) { set.insert(grams[i]); });
        return set;
    }

    /// Tokens inside a gram of `set`, of those that each_gram visits.
    template <class Each>
    std::vector<std::uint8_t> covered(const HashSet& set, std::size_t run, Each&& each_gram) const {
        std::vector<std::uint8_t> mask(tokens.size());
        std::size_t done = 0;
        each_gram([&](std::size_t i) {
            if (!set.contains(grams[i])) return;
            for (std::size_t t = std::max(done, i); t < i + run; ++t) mask[t] = 1;
            done = i + run;
        });
        return mask;
    }

    template <class Visit>
    void for_each_gram(Visit&& visit) const {
        for (std::size_t i = 0; i < grams.size(); ++i) visit(i);
    }

    /// Visits the grams whose tokens all have quoted == wanted.
    template <class Visit>
    void for_each_uniform(bool wanted, std::size_t run, Visit&& visit) const {
        std::size_t uniform = 0;  // such tokens up to and including t
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            uniform = (quoted[t] != 0) == wanted ? uniform + 1 : 0;
            if (uniform >= run) visit(t + 1 - run);
        }
    }

    /// The narrated tokens that are not among `words`.
    std::vector<std::uint64_t> narrated_without(const HashSet& words) const {
        std::vector<std::uint64_t> kept;
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            if (!quoted[t] && !words.contains(tokens[t])) kept.push_back(tokens[t]);
        }
        return kept;
    }
};

/// What one text quotes is quotation in the other too, with or without marks.
inline void share_quotations(Narration& left, Narration& right, std::size_t run) {
    const auto take_over = [run](Narration& to, const HashSet& quoted) {
        return to.covered(quoted, run, [&](auto&& visit) { to.for_each_gram(visit); });
    };
    const HashSet in_left = left.grams_all(true, run), in_right = right.grams_all(true, run);
    const std::vector<std::uint8_t> more_left = take_over(left, in_right), more_right = take_over(right, in_left);
    for (std::size_t t = 0; t < more_left.size(); ++t) left.quoted[t] |= more_left[t];
    for (std::size_t t = 0; t < more_right.size(); ++t) right.quoted[t] |= more_right[t];
}

/// Share of the narration of `of` that stands in runs of narration of `in`.
inline double shared_narration(const Narration& of, const Narration& in, const AgreementRule& rule) {
    const HashSet theirs = in.grams_all(false, rule.run);
    const std::vector<std::uint8_t> mask =
        of.covered(theirs, rule.run, [&](auto&& visit) { of.for_each_uniform(false, rule.run, visit); });
    const auto narrated = static_cast<double>(std::count(of.quoted.begin(), of.quoted.end(), 0));
    return static_cast<double>(std::count(mask.begin(), mask.end(), 1)) / (narrated + rule.narration_prior);
}

/// Share of the rare words of the text that has fewer which the other text has too.
inline double shared_facts(std::vector<std::uint64_t> left, std::vector<std::uint64_t> right, double prior) {
    for (std::vector<std::uint64_t>* words : {&left, &right}) {
        std::sort(words->begin(), words->end());
        words->erase(std::unique(words->begin(), words->end()), words->end());
    }
    return intersection(left, right) / (static_cast<double>(std::min(left.size(), right.size())) + prior);
}

/// Fills order and spread of pair p from the content words of both texts.
inline void agree_in_order(std::vector<std::uint64_t> longer, std::vector<std::uint64_t> shorter,
                           const AgreementRule& rule, double& order, double& spread) {
    if (longer.size() < shorter.size()) std::swap(longer, shorter);
    // Time grows with the product of the lengths; beyond this many words the texts' beginnings stand for them.
    constexpr std::size_t most = std::size_t{1} << 17;
    longer.resize(std::min(longer.size(), most));
    shorter.resize(std::min(shorter.size(), most));
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
    for (const std::uint64_t hash : hashes) set.insert(hash);
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
        Narration left(row(source, source_offsets, s), row(source_flags, source_offsets, s), rule.run);
        Narration right(row(page, page_offsets, g), row(page_flags, page_offsets, g), rule.run);
        share_quotations(left, right, rule.run);
        result.shared[p] = std::max(shared_narration(left, right, rule), shared_narration(right, left, rule));
        agree_in_order(left.narrated_without(function_set), right.narrated_without(function_set), rule, result.order[p],
                       result.spread[p]);
        result.facts[p] =
            shared_facts(left.narrated_without(common_set), right.narrated_without(common_set), rule.fact_prior);
    });
    return result;
}

}  // namespace reuse
