// SPDX-License-Identifier: Apache-2.0
// Passages by textbook tables and trying all: a port of the rest of tests/reference/passages.py.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "abridgement.hpp"
#include "regions.hpp"
#include "subsequence.hpp"

namespace naive {

/// Both sides of a passage, or of a run.
struct Passage {
    Extent source, page;
};

/// What is told of a passage.
struct ToldPassage {
    Passage passage;
    int equal_words, quoted_words, kind, moved;
};

enum : int { verbatim, edited, spun };

/// Words of the page's side that stand in runs with the source's, in any order.
inline int words_in_runs(const std::vector<Passage>& runs, const Passage& passage) {
    int words = 0;
    for (const Passage& run : runs) {
        if (run.source.overlap(passage.source)) words += run.page.overlap(passage.page);
    }
    return words;
}

/// A place to which an end of a stretch may move, and how far that is.
struct Move {
    double far;
    int to;
};

/// A stretch with its ends moved to ends of sentences nearby, the further the less survived.
inline Extent to_sentences(const Flags& flags, Extent stretch, double survival) {
    const double doubt = std::min(1.0, 2 * (1 - survival));
    const int tokens = static_cast<int>(flags.size()), out = static_cast<int>(8 * doubt),
              in = std::min(static_cast<int>(3 * doubt), stretch.length() - 1);
    const auto nearest = [&](int end, int outwards) {
        std::vector<Move> moves;
        for (int k = 0; k <= out; ++k) moves.push_back({static_cast<double>(k), end + k * outwards});
        for (int k = 1; k <= in; ++k) moves.push_back({1.5 * k, end - k * outwards});
        std::optional<Move> best;
        for (const Move& move : moves) {
            if (move.to < 0 || move.to > tokens) continue;
            const bool ends = move.to == 0 || move.to == tokens || (flags[static_cast<std::size_t>(move.to)] & first);
            if (ends && (!best || move.far < best->far)) best = move;
        }
        return best ? best->to : end;
    };
    const Extent moved{nearest(stretch.begin, -1), nearest(stretch.end, 1)};
    return moved.length() > 0 ? moved : stretch;
}

/// The passages that regions make: whole runs and sentences, disjoint on the page.
inline std::vector<Passage> from_regions(const Pair& pair, const std::vector<Passage>& runs,
                                         std::vector<Region> regions) {
    std::stable_sort(regions.begin(), regions.end(),
                     [](const Region& a, const Region& b) { return a.page.begin < b.page.begin; });
    std::vector<Passage> found;
    for (std::size_t r = 0; r < regions.size(); ++r) {
        const Region& region = regions[r];
        // What was taken word for word is left to the runs.
        if (words_in_runs(runs, {region.source, region.page}) >= 0.8 * region.found) continue;
        Passage passage{to_sentences(pair.source_flags, region.source, region.source_survival),
                        to_sentences(pair.page_flags, region.page, region.page_survival)};
        const int next = r + 1 < regions.size() ? regions[r + 1].page.begin : size_of(pair.page);
        passage.page.begin = std::max(passage.page.begin, found.empty() ? 0 : found.back().page.end);
        passage.page.end = std::min(passage.page.end, next);
        if (passage.page.length() > 0) found.push_back(passage);
    }
    return found;
}

/// The stretches of an extent that are not taken.
inline std::vector<Extent> free_stretches(Extent extent, const std::vector<bool>& taken) {
    std::vector<Extent> found;
    for (int t = extent.begin; t < extent.end; ++t) {
        if (taken[static_cast<std::size_t>(t)]) continue;
        if (!found.empty() && found.back().end == t)
            ++found.back().end;
        else
            found.push_back({t, t + 1});
    }
    return found;
}

/// What runs leave beside other passages; neighbours in both texts become one.
inline std::vector<Passage> from_runs(const Pair& pair, const std::vector<Passage>& runs,
                                      const std::vector<Passage>& others, const Rule& rule) {
    std::vector<bool> taken(pair.page.size());
    for (const Passage& other : others) {
        std::fill(taken.begin() + other.page.begin, taken.begin() + other.page.end, true);
    }
    std::vector<Passage> found;
    int equal = 0;  // tokens of the last one that stand in runs
    for (const Passage& run : runs) {
        for (const Extent free : free_stretches(run.page, taken)) {
            if (free.length() < rule.min_run) continue;
            const int shift = run.source.begin - run.page.begin;
            const Passage piece{{free.begin + shift, free.end + shift}, free};
            if (!found.empty()) {
                Passage& last = found.back();
                const Extent between{last.page.end, piece.page.begin};
                const int in_source = piece.source.begin - last.source.end;
                const bool is_near = between.length() <= rule.bridge && in_source >= 0 && in_source <= rule.bridge &&
                                     std::count(taken.begin() + between.begin, taken.begin() + between.end, true) == 0;
                if (is_near && equal + free.length() >= rule.edited * (piece.page.end - last.page.begin)) {
                    last = {{last.source.begin, piece.source.end}, {last.page.begin, piece.page.end}};
                    equal += free.length();
                    continue;
                }
            }
            found.push_back(piece);
            equal = free.length();
        }
    }
    return found;
}

inline Tokens part(const Tokens& tokens, Extent stretch) {
    return {tokens.begin() + stretch.begin, tokens.begin() + stretch.end};
}

/// How many tokens both sides have in the same order.
inline int equal_words(const Pair& pair, const std::vector<Passage>& runs, const Passage& passage) {
    constexpr std::size_t longest = 1 << 15;
    const Tokens source = part(pair.source, passage.source), page = part(pair.page, passage.page);
    if (source == page) return size_of(page);
    if (std::min(source.size(), page.size()) > longest) return words_in_runs(runs, passage);
    return common_subsequences(source, page).back();
}

/// What was done to the source's words.
inline int kind_of(const Pair& pair, const Passage& passage, int equal, const Rule& rule) {
    if (part(pair.source, passage.source) == part(pair.page, passage.page)) return verbatim;
    return equal >= rule.edited * passage.page.length() ? edited : spun;
}

/// For each token of the page whether it is quoted there, or in the source where it stands in a run.
inline std::vector<bool> quoted_places(const Pair& pair, const std::vector<Passage>& runs) {
    std::vector<bool> found;
    for (const std::uint8_t flags : pair.page_flags) found.push_back(flags & quoted);
    for (const Passage& run : runs) {
        for (int k = 0; k < run.page.length(); ++k) {
            const bool there = pair.source_flags[static_cast<std::size_t>(run.source.begin + k)] & quoted;
            if (there) found[static_cast<std::size_t>(run.page.begin + k)] = true;
        }
    }
    return found;
}

/// For each passage whether it stands outside the weightiest sequence in the source's order.
inline std::vector<bool> moved(const std::vector<Passage>& passages) {
    struct Chain {
        int words = 0;
        std::vector<std::size_t> members;
    };
    std::vector<Chain> chains;  // the weightiest that ends with each passage
    Chain best;
    for (std::size_t i = 0; i < passages.size(); ++i) {
        Chain before;
        for (std::size_t k = 0; k < i; ++k) {
            const bool ascends = passages[k].source.begin <= passages[i].source.begin;
            if (ascends && chains[k].words > before.words) before = chains[k];
        }
        before.words += passages[i].page.length();
        before.members.push_back(i);
        chains.push_back(before);
        if (before.words > best.words) best = before;
    }
    std::vector<bool> out_of_order(passages.size(), true);
    for (const std::size_t i : best.members) out_of_order[i] = false;
    return out_of_order;
}

/// The passages of a pair in page order, and what is told of each, given its runs and regions.
inline std::vector<ToldPassage> passages(const Pair& pair, const std::vector<Passage>& runs,
                                         const std::vector<Region>& regions, const Rule& rule) {
    std::vector<Passage> found = from_regions(pair, runs, regions);
    const std::vector<Passage> others = from_runs(pair, runs, found, rule);
    found.insert(found.end(), others.begin(), others.end());
    std::stable_sort(found.begin(), found.end(),
                     [](const Passage& a, const Passage& b) { return a.page.begin < b.page.begin; });
    const std::vector<bool> out_of_order = moved(found), marked = quoted_places(pair, runs);
    std::vector<ToldPassage> told;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Extent page = found[i].page;
        const int equal = equal_words(pair, runs, found[i]);
        const auto marks = std::count(marked.begin() + page.begin, marked.begin() + page.end, true);
        told.push_back(
            {found[i], equal, static_cast<int>(marks), kind_of(pair, found[i], equal, rule), out_of_order[i]});
    }
    return told;
}

}  // namespace naive
