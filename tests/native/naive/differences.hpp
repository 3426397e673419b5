// SPDX-License-Identifier: Apache-2.0
// Differences by whole tables and copies of what is left: a port of tests/reference/differences.py.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace naive {

using Tokens = std::vector<std::uint64_t>;

/// Places of a token in the source and on the page.
using Match = std::pair<std::size_t, std::size_t>;

/// Tokens of both sides that are equal, or are not.
struct Step {
    bool equal;
    std::size_t source_begin, source_end, page_begin, page_end;

    std::size_t length() const { return std::max(source_end - source_begin, page_end - page_begin); }
};

struct DifferenceRule {
    std::size_t cells, chance, beside;
};

inline Tokens part(const Tokens& tokens, std::size_t begin, std::size_t end) {
    return {tokens.begin() + static_cast<std::ptrdiff_t>(begin), tokens.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// How many tokens both begin with, and how many of the rest both end with.
inline std::pair<std::size_t, std::size_t> ends(const Tokens& source, const Tokens& page) {
    const std::size_t shorter = std::min(source.size(), page.size());
    std::size_t first = 0, last = 0;
    while (first < shorter && source[first] == page[first]) ++first;
    while (last < shorter - first && source[source.size() - 1 - last] == page[page.size() - 1 - last]) ++last;
    return {first, last};
}

/// Appends matches counted from other beginnings.
inline void append(std::vector<Match>& all, const std::vector<Match>& more, std::size_t source, std::size_t page) {
    for (const auto& [s, p] : more) all.emplace_back(s + source, p + page);
}

/// The matches for which twice the tokens less the number of runs is largest; of those that are worth as much, the ones
/// that match latest, and leave a token of the source before one of the page.
inline std::vector<Match> align_exactly(const Tokens& source, const Tokens& page) {
    constexpr int never = -(1 << 30);
    const std::size_t n = source.size(), m = page.size();
    // The most that the first i and j tokens are worth, and the same where the last of both are matched.
    std::vector<std::vector<int>> best(n + 1, std::vector<int>(m + 1)), open(n + 1, std::vector<int>(m + 1, never));
    for (std::size_t i = 1; i <= n; ++i) {
        for (std::size_t j = 1; j <= m; ++j) {
            if (source[i - 1] == page[j - 1]) open[i][j] = std::max(open[i - 1][j - 1] + 2, best[i - 1][j - 1] + 1);
            best[i][j] = std::max({open[i][j], best[i - 1][j], best[i][j - 1]});
        }
    }
    std::vector<Match> matches;
    bool running = false;
    for (std::size_t i = n, j = m; i && j;) {
        if (running || best[i][j] == open[i][j]) {
            running = open[i - 1][j - 1] + 2 == open[i][j];
            matches.emplace_back(--i, --j);
        } else if (best[i][j] == best[i - 1][j]) {
            --i;
        } else {
            --j;
        }
    }
    std::reverse(matches.begin(), matches.end());
    return matches;
}

/// Tokens that stand in a text once, and where.
inline std::map<std::uint64_t, std::size_t> once(const Tokens& tokens) {
    std::map<std::uint64_t, std::size_t> places;
    std::set<std::uint64_t> several;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        if (!places.emplace(tokens[t], t).second) several.insert(tokens[t]);
    }
    for (const std::uint64_t token : several) places.erase(token);
    return places;
}

/// The longest series of tokens, once on each side, that stand in the same order on both; of several the one that ends
/// first in the source, and so each of its beginnings.
inline std::vector<Match> anchors_of(const Tokens& source, const Tokens& page) {
    const auto in_source = once(source), on_page = once(page);
    std::vector<std::vector<Match>> series;  // [k]: of k + 1 matches, the one with the first end
    for (std::size_t p = 0; p < page.size(); ++p) {
        if (!on_page.contains(page[p]) || !in_source.contains(page[p])) continue;
        const std::size_t s = in_source.at(page[p]);
        std::size_t k = 0;
        while (k < series.size() && series[k].back().first < s) ++k;
        std::vector<Match> longer = k == 0 ? std::vector<Match>{} : series[k - 1];
        longer.emplace_back(s, p);
        if (k == series.size()) series.emplace_back();
        series[k] = std::move(longer);
    }
    return series.empty() ? std::vector<Match>{} : series.back();
}

std::vector<Match> align_middle(const Tokens& source, const Tokens& page, std::size_t cells, int cuts);

/// Which tokens are matched with each other, in order: equal beginnings and ends first.
inline std::vector<Match> align(const Tokens& source, const Tokens& page, std::size_t cells, int cuts = 0) {
    const auto [first, last] = ends(source, page);
    const std::size_t source_rest = source.size() - last, page_rest = page.size() - last;
    std::vector<Match> matches;
    for (std::size_t i = 0; i < first; ++i) matches.emplace_back(i, i);
    append(matches, align_middle(part(source, first, source_rest), part(page, first, page_rest), cells, cuts), first,
           first);
    for (std::size_t i = 0; i < last; ++i) matches.emplace_back(source_rest + i, page_rest + i);
    return matches;
}

/// The same of sides that neither begin nor end with the same token: exactly if the table has few enough cells, else
/// cut at tokens that both have once, or where there are none, in the middle.
inline std::vector<Match> align_middle(const Tokens& source, const Tokens& page, std::size_t cells, int cuts) {
    constexpr int most_cuts = 8;
    const std::size_t n = source.size(), m = page.size();
    if (n == 0 || m == 0) return {};
    if (n * m <= cells) return align_exactly(source, page);
    const std::vector<Match> anchors = cuts < most_cuts ? anchors_of(source, page) : std::vector<Match>{};
    std::vector<Match> matches;
    if (anchors.empty()) {
        append(matches, align(part(source, 0, n / 2), part(page, 0, m / 2), cells, most_cuts), 0, 0);
        append(matches, align(part(source, n / 2, n), part(page, m / 2, m), cells, most_cuts), n / 2, m / 2);
        return matches;
    }
    std::size_t i = 0, j = 0;
    for (const auto& [s, p] : anchors) {
        append(matches, align(part(source, i, s), part(page, j, p), cells, cuts + 1), i, j);
        matches.emplace_back(s, p);
        i = s + 1;
        j = p + 1;
    }
    append(matches, align(part(source, i, n), part(page, j, m), cells, cuts + 1), i, j);
    return matches;
}

/// Steps of which neighbours of one kind are one, and empty ones none.
inline std::vector<Step> joined(const std::vector<Step>& steps) {
    std::vector<Step> found;
    for (const Step& step : steps) {
        if (step.length() == 0) continue;
        if (found.empty() || found.back().equal != step.equal) {
            found.push_back(step);
            continue;
        }
        found.back().source_end = step.source_end;
        found.back().page_end = step.page_end;
    }
    return found;
}

/// Matches, and what lies between them, as steps.
inline std::vector<Step> steps_of(const std::vector<Match>& matches, std::size_t source, std::size_t page) {
    std::vector<Step> steps;
    std::size_t i = 0, j = 0;
    for (const auto& [s, p] : matches) {
        steps.push_back({false, i, s, j, p});
        steps.push_back({true, s, s + 1, p, p + 1});
        i = s + 1;
        j = p + 1;
    }
    steps.push_back({false, i, source, j, page});
    return joined(steps);
}

/// Steps without the equal ones that are short and between long changes, the first of them first, until there is none.
inline std::vector<Step> without_chance(std::vector<Step> steps, const DifferenceRule& rule) {
    for (std::size_t k = 1; k + 1 < steps.size(); ++k) {
        const std::size_t shorter = std::min(steps[k - 1].length(), steps[k + 1].length()), length = steps[k].length();
        const auto least = static_cast<long double>(rule.beside) * static_cast<long double>(length);
        if (!steps[k].equal || length > rule.chance || static_cast<long double>(shorter) <= least) continue;
        steps[k].equal = false;
        steps = joined(steps);
        k = 0;
    }
    return steps;
}

/// Steps of which changes begin and end with different tokens.
inline std::vector<Step> extended(const std::vector<Step>& steps, const Tokens& source, const Tokens& page) {
    std::vector<Step> found;
    for (const auto& [equal, sb, se, pb, pe] : steps) {
        const auto [first, last] =
            equal ? std::pair{se - sb, std::size_t{0}} : ends(part(source, sb, se), part(page, pb, pe));
        found.push_back({true, sb, sb + first, pb, pb + first});
        found.push_back({false, sb + first, se - last, pb + first, pe - last});
        found.push_back({true, se - last, se, pe - last, pe});
    }
    return joined(found);
}

inline std::vector<Step> differences(const Tokens& source, const Tokens& page, const DifferenceRule& rule) {
    const std::vector<Step> steps = steps_of(align(source, page, rule.cells), source.size(), page.size());
    return extended(without_chance(steps, rule), source, page);
}

}  // namespace naive
