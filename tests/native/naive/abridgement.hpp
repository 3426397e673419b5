// SPDX-License-Identifier: Apache-2.0
// Abridgements by counters of neighbours and plain sums: a port of a part of tests/reference/passages.py.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "regions.hpp"

namespace naive {

/// The stretches of the page that are long enough and made of words of the source.
inline std::vector<Extent> made_of_source(const Pair& pair, const Rule& rule) {
    constexpr double survival = 0.5, accept = 30;
    constexpr int least_page = 60;
    const double tokens = size_of(pair.source), loss = natural_log(1 - survival);
    std::vector<Extent> found;
    Extent stretch;
    double score = 0, best = 0;
    for (int t = 0; t <= size_of(pair.page); ++t) {
        const bool has_ended = t == size_of(pair.page);
        if (has_ended || score < std::max(0.0, best - rule.drop)) {
            if (best >= accept && stretch.length() >= least_page) found.push_back(stretch);
            stretch = {t, t};
            score = best = 0;
        }
        if (has_ended) break;
        const auto known = pair.rarity.find(at(pair.page, t));
        score += known == pair.rarity.end() ? loss : natural_log(1 + survival / (tokens * frequency(known->second)));
        if (score <= best) continue;
        best = score;
        stretch.end = t + 1;
    }
    return found;
}

using Neighbours = std::pair<std::uint64_t, std::uint64_t>;

inline std::vector<Neighbours> neighbours(const Tokens& tokens, Extent stretch) {
    std::vector<Neighbours> found;
    for (int t = stretch.begin; t + 1 < stretch.end; ++t) found.emplace_back(at(tokens, t), at(tokens, t + 1));
    return found;
}

/// Whether many neighbours are neighbours in the source too, and not mostly in one place there.
inline bool tells_all(const Pair& pair, Extent page, const Rule& rule) {
    const auto told = neighbours(pair.page, page), in_source = neighbours(pair.source, {0, size_of(pair.source)});
    std::map<Neighbours, int> times;
    for (const Neighbours& both : in_source) ++times[both];
    const auto in_both =
        std::count_if(told.begin(), told.end(), [&](const auto& both) { return times.contains(both); });
    if (static_cast<double>(in_both) < 0.25 * page.length()) return false;

    // The more often they stand in the source, the less they say of the place.
    const std::set<Neighbours> distinct(told.begin(), told.end());
    const int window = page.length() + page.length() / 2;
    std::vector<std::int64_t> sums{0};  // of weights of the source's first neighbours
    for (const Neighbours& both : in_source) {
        const std::int64_t often = times[both];
        const bool is_told = distinct.contains(both) && often <= rule.most_places;
        sums.push_back(sums.back() + (is_told ? 2520 * 2520 / (often * often) : 0));
    }
    std::int64_t most = 0;
    for (int t = 1; t < static_cast<int>(sums.size()); ++t) {
        const auto last = static_cast<std::size_t>(t), before = static_cast<std::size_t>(std::max(0, t - window));
        most = std::max(most, sums[last] - sums[before]);
    }
    return static_cast<double>(most) < 0.7 * static_cast<double>(sums.back());
}

/// The regions, with those that are parts of an abridgement replaced by it.
inline std::vector<Region> with_abridgements(const Pair& pair, const std::vector<Region>& regions, const Rule& rule) {
    const Extent source{0, size_of(pair.source)};
    if (source.length() < 100) return regions;
    std::vector<Region> kept = regions, added;
    for (const Extent page : made_of_source(pair, rule)) {
        int explained = 0;
        for (const Region& region : kept) explained += region.page.overlap(page);
        if (2 * page.length() > source.length() || explained >= 0.9 * page.length()) continue;
        if (!tells_all(pair, page, rule)) continue;
        std::erase_if(kept,
                      [&](const Region& region) { return 2 * region.page.overlap(page) >= region.page.length(); });
        added.push_back({source, page, 0.5, 0.5, page.length()});
    }
    kept.insert(kept.end(), added.begin(), added.end());
    return kept;
}

}  // namespace naive
