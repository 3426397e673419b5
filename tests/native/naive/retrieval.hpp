// SPDX-License-Identifier: Apache-2.0
// The sources with which a page shares rare terms, by maps and sets: tests/reference/retrieval.py in C++.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "made.hpp"

namespace naive {

struct Holdings {
    std::map<std::uint64_t, std::set<std::int32_t>> sources;  // that have each term
    std::vector<std::uint64_t> key;                           // of each source
};

struct RetrievalRules {
    std::int64_t documents;
    std::size_t max_articles, least, most;
};

struct Retrieval {
    std::vector<std::int32_t> source, page, shared;
    std::vector<double> score;
    std::int64_t count = 0, capped = 0;
};

constexpr std::size_t most_postings = 32'768;

/// How much a shared term says, in 1,024ths of a nat. The libraries' logarithm may end in another digit, which is too
/// little to be seen unless it lies in the middle of two of these.
inline std::int64_t weight_of(std::size_t sources, std::int64_t documents) {
    const double share = static_cast<double>(documents) / static_cast<double>(sources);
    return share > 1 ? static_cast<std::int64_t>(std::floor(std::log(share) * 1024 + 0.5)) : 0;
}

/// The terms of a page that are looked at: those too common are counted, and of the others the rarest go first.
inline std::vector<std::uint64_t> looked_at(const std::set<std::uint64_t>& terms, const Holdings& holdings,
                                            const RetrievalRules& rules, std::int64_t& capped) {
    std::set<std::pair<std::size_t, std::uint64_t>> by_rarity;
    for (const std::uint64_t term : terms) {
        const auto found = holdings.sources.find(term);
        if (found == holdings.sources.end()) continue;
        if (found->second.size() > rules.max_articles)
            ++capped;
        else
            by_rarity.emplace(found->second.size(), term);
    }
    std::vector<std::uint64_t> first;
    std::size_t postings = 0;
    for (const auto& [size, term] : by_rarity) {
        postings += size;
        if (postings > most_postings) break;
        first.push_back(term);
    }
    return first;
}

inline void retrieve_page(std::int32_t page, const std::vector<std::uint64_t>& terms, const Holdings& holdings,
                          const RetrievalRules& rules, Retrieval& result) {
    struct Sum {
        std::size_t terms = 0;
        std::int64_t weight = 0;
    };
    std::map<std::int32_t, Sum> sums;
    for (const std::uint64_t term : looked_at({terms.begin(), terms.end()}, holdings, rules, result.capped)) {
        const std::set<std::int32_t>& sources = holdings.sources.at(term);
        for (const std::int32_t source : sources) {
            Sum& sum = sums[source];
            ++sum.terms;
            sum.weight += weight_of(sources.size(), rules.documents);
        }
    }
    result.count += static_cast<std::int64_t>(sums.size());
    std::vector<std::tuple<std::int64_t, std::uint64_t, std::int32_t>> good;
    for (const auto& [source, sum] : sums) {
        if (sum.terms < rules.least || sum.weight < weight_of(1, rules.documents)) continue;
        good.emplace_back(-sum.weight, holdings.key[static_cast<std::size_t>(source)], source);
    }
    std::sort(good.begin(), good.end());
    good.resize(std::min(good.size(), rules.most));
    std::sort(good.begin(), good.end(), [](const auto& a, const auto& b) { return std::get<2>(a) < std::get<2>(b); });
    for (const auto& [weight, key, source] : good) {
        result.source.push_back(source);
        result.page.push_back(page);
        result.shared.push_back(static_cast<std::int32_t>(sums.at(source).terms));
        result.score.push_back(static_cast<double>(-weight) / 1024);
    }
}

inline Retrieval retrieve(const Holdings& holdings, const Rows<std::uint64_t>& pages, const RetrievalRules& rules) {
    Retrieval result;
    for (std::size_t page = 0; page < pages.count(); ++page) {
        retrieve_page(static_cast<std::int32_t>(page), pages.at(page), holdings, rules, result);
    }
    return result;
}

}  // namespace naive
