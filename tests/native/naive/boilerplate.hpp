// SPDX-License-Identifier: Apache-2.0
// What stands on many pages of a site, and leaving it out, by maps and sets: tests/reference/boilerplate.py in C++.
// Tokens and what begins a sentence are those of the core, which have targets of their own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

// Those of the core, which make the texts; the naive ones are beside this.
#include <tokens.hpp>
#include <utf8.hpp>

#include "shingle.hpp"

namespace naive {

using Bytes = std::vector<std::uint8_t>;
using HashSet = std::set<std::uint64_t>;

/// A text with its tokens and code points.
struct Text {
    std::vector<Bytes> points;
    std::vector<std::uint64_t> hash;
    std::vector<std::uint8_t> flags;
    std::vector<std::size_t> begin, end;

    explicit Text(const Bytes& bytes) {
        for (const std::uint8_t *p = bytes.data(), *stop = p + bytes.size(); p != stop;) {
            const std::uint8_t* const next = p + reuse::decode(p, stop).bytes;
            points.emplace_back(p, next);
            p = next;
        }
        const std::vector<std::int64_t> offsets{0, static_cast<std::int64_t>(bytes.size())};
        const std::vector<std::uint8_t> wanted{1};
        const reuse::Tokens tokens = reuse::tokenize(bytes, offsets, wanted, 1);
        for (std::size_t t = 0; t < tokens.hash.size(); ++t) {
            hash.push_back(tokens.hash.data()[t]);
            flags.push_back(tokens.flags.data()[t]);
            begin.push_back(static_cast<std::size_t>(tokens.begin.data()[t]));
            end.push_back(static_cast<std::size_t>(tokens.end.data()[t]));
        }
    }

    std::vector<std::uint64_t> shingles(Lengths lengths) const {
        std::vector<std::uint64_t> found;
        for (std::size_t t = 0; t < hash.size(); ++t) {
            if (const auto shingle = shingle_at(t, hash, flags, lengths)) found.push_back(*shingle);
        }
        return found;
    }

    /// Whether a line ends between two tokens, of which the second is the one named; so do the ends of the text.
    bool breaks_before(std::size_t token) const {
        if (token == 0 || token == hash.size()) return true;
        for (std::size_t i = end[token - 1]; i < begin[token]; ++i) {
            if (points[i][0] == '\n' || points[i][0] == '\r') return true;
        }
        return false;
    }

    bool sentence_before(std::size_t token) const { return breaks_before(token) || (flags[token] & 16); }
};

struct Standards {
    std::size_t least_pages, one_in, least_own, most_times;
};

/// The shingles that stand on so many pages, and on one in so many of all, with their pages.
inline std::map<std::uint64_t, std::size_t> on_enough(const std::vector<HashSet>& pages, const Standards& standards) {
    std::map<std::uint64_t, std::size_t> counts;
    for (const HashSet& page : pages) {
        for (const std::uint64_t shingle : page) ++counts[shingle];
    }
    std::erase_if(counts, [&](const auto& entry) {
        return entry.second < standards.least_pages || entry.second * standards.one_in < pages.size();
    });
    return counts;
}

inline std::map<std::uint64_t, std::size_t> standing(const std::vector<HashSet>& pages, const Standards& standards) {
    const auto often = on_enough(pages, standards);
    std::vector<HashSet> counting;
    for (const HashSet& page : pages) {
        std::size_t shared = 0;
        for (const std::uint64_t shingle : page) shared += often.contains(shingle);
        const std::size_t own = page.size() - shared;
        if (own >= standards.least_own && shared <= standards.most_times * own) counting.push_back(page);
    }
    auto found = on_enough(counting, standards);
    std::erase_if(found, [&](const auto& entry) { return !often.contains(entry.first); });
    return found;
}

/// Of each token whether a shingle that is among some covers it.
inline std::vector<bool> covered(const Text& text, Lengths lengths, const HashSet& some) {
    std::vector<bool> cover(text.hash.size());
    for (std::size_t t = 0; t < text.hash.size(); ++t) {
        const auto shingle = shingle_at(t, text.hash, text.flags, lengths);
        if (!shingle || !some.contains(*shingle)) continue;
        for (std::size_t i = t; i < t + lengths.of(text.flags[t]); ++i) cover[i] = true;
    }
    return cover;
}

using Run = std::pair<std::size_t, std::size_t>;

inline std::vector<Run> runs(const std::vector<bool>& cover) {
    std::vector<Run> found;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        if (!cover[i]) continue;
        if (i == 0 || !cover[i - 1]) found.emplace_back(i, i);
        found.back().second = i + 1;
    }
    return found;
}

/// Whether a run of tokens is whole sentences and begins or ends a line.
inline bool is_whole(const Text& text, Run run) {
    const auto [begin, end] = run;
    return (text.breaks_before(begin) || text.breaks_before(end)) && text.sentence_before(begin) &&
           text.sentence_before(end);
}

/// The runs of tokens that shingles of the site, or a text's own, cover: of the site's what is long or whole.
inline std::vector<Run> mark(const Text& text, Lengths lengths, Lengths least, const HashSet& site,
                             const HashSet& own) {
    std::vector<bool> kept = covered(text, lengths, own);
    for (const Run& run : runs(covered(text, lengths, site))) {
        const auto [begin, end] = run;
        if (end - begin < least.of(text.flags[begin]) && !is_whole(text, run)) continue;
        for (std::size_t i = begin; i < end; ++i) kept[i] = true;
    }
    return runs(kept);
}

/// Puts a space in the place of each code point of a stretch, line ends aside; returns what stood there.
inline Bytes blank(std::vector<Bytes>& points, Run stretch) {
    Bytes kept;
    for (std::size_t i = stretch.first; i < std::min(stretch.second, points.size()); ++i) {
        kept.insert(kept.end(), points[i].begin(), points[i].end());
        if (points[i][0] != '\n' && points[i][0] != '\r') points[i] = {' '};
    }
    return kept;
}

}  // namespace naive
