// SPDX-License-Identifier: Apache-2.0
// Shared runs by the table of common suffixes, n * m cells: a port of tests/reference/runs.py.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace naive {

using Tokens = std::vector<std::uint64_t>;

struct Run {
    int source_begin, page_begin, length;
    friend bool operator==(const Run&, const Run&) = default;
};

/// The longest stretch that ends at a token of the page and stands in the source, and its first end there.
struct Suffix {
    int length, end;
};

inline std::vector<Suffix> longest_suffixes(const Tokens& source, const Tokens& page) {
    std::vector<Suffix> suffixes;
    std::vector<int> common(source.size() + 1), next(source.size() + 1);  // with the source's first i tokens
    for (const std::uint64_t token : page) {
        Suffix longest{0, 0};
        for (std::size_t i = 1; i <= source.size(); ++i) {
            next[i] = source[i - 1] == token ? common[i - 1] + 1 : 0;
            if (next[i] > longest.length) longest = {next[i], static_cast<int>(i)};
        }
        suffixes.push_back(longest);
        std::swap(common, next);
    }
    return suffixes;
}

/// The runs of at least `minimum` tokens that do not go on.
inline std::vector<Run> maximal(const std::vector<Suffix>& suffixes, int minimum) {
    std::vector<Run> runs;
    for (std::size_t t = 0; t < suffixes.size(); ++t) {
        const auto [length, end] = suffixes[t];
        const bool goes_on = t + 1 < suffixes.size() && suffixes[t + 1].length == length + 1;
        if (length >= minimum && !goes_on) runs.push_back({end - length, static_cast<int>(t) + 1 - length, length});
    }
    return runs;
}

/// Whether a run stands at a place of the source too.
inline bool stands_at(int begin, const Run& run, const Tokens& source, const Tokens& page) {
    if (begin < 0 || begin + run.length > static_cast<int>(source.size())) return false;
    return std::equal(source.begin() + begin, source.begin() + begin + run.length, page.begin() + run.page_begin);
}

/// Takes each short run from where the one before goes on, if it stands there too, or nearby.
inline std::vector<Run> going_on(std::vector<Run> runs, const Tokens& source, const Tokens& page) {
    constexpr int longest_placed = 64, most_moved = 8;
    for (std::size_t r = 1; r < runs.size(); ++r) {
        if (runs[r].length > longest_placed) continue;
        const int expected = runs[r - 1].source_begin + runs[r].page_begin - runs[r - 1].page_begin;
        std::vector<int> shifts{0};  // the nearest first, of two as near the one before
        for (int far = 1; far <= most_moved; ++far) {
            shifts.push_back(-far);
            shifts.push_back(far);
        }
        for (const int shift : shifts) {
            if (!stands_at(expected + shift, runs[r], source, page)) continue;
            runs[r].source_begin = expected + shift;
            break;
        }
    }
    return runs;
}

/// Runs that share no token of the page: the longest first, of the others what is left.
inline std::vector<Run> disjoint(std::vector<Run> runs, std::size_t page_tokens, int minimum) {
    std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
        return a.length > b.length || (a.length == b.length && a.page_begin < b.page_begin);
    });
    std::vector<bool> taken(page_tokens);
    std::vector<Run> chosen;
    for (const Run& run : runs) {
        const int end = run.page_begin + run.length;
        for (int begin = run.page_begin, stop; begin < end; begin = stop) {
            stop = begin + 1;
            if (taken[static_cast<std::size_t>(begin)]) continue;
            while (stop < end && !taken[static_cast<std::size_t>(stop)]) ++stop;
            if (stop - begin < minimum) continue;
            chosen.push_back({run.source_begin + begin - run.page_begin, begin, stop - begin});
            std::fill(taken.begin() + begin, taken.begin() + stop, true);
        }
    }
    std::sort(chosen.begin(), chosen.end(), [](const Run& a, const Run& b) { return a.page_begin < b.page_begin; });
    return chosen;
}

/// The shared runs of a pair, and the tokens of the longest one, however short.
struct Runs {
    std::vector<Run> runs;
    int longest = 0;
};

inline Runs shared_runs(const Tokens& source, const Tokens& page, int minimum) {
    const std::vector<Suffix> suffixes = longest_suffixes(source, page);
    Runs found;
    for (const Suffix& suffix : suffixes) found.longest = std::max(found.longest, suffix.length);
    found.runs = disjoint(going_on(maximal(suffixes, minimum), source, page), page.size(), minimum);
    return found;
}

}  // namespace naive
