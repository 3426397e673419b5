// SPDX-License-Identifier: Apache-2.0
// Which pairs of rows share hashes that are not too common, by maps and sets: tests/reference/candidates.py in C++.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "made.hpp"

namespace naive {

using Hashes = Rows<std::uint64_t>;
using Row = std::int32_t;

/// The rows that have each hash.
inline std::map<std::uint64_t, std::set<Row>> holders(const Hashes& rows) {
    std::map<std::uint64_t, std::set<Row>> found;
    for (std::size_t row = 0; row < rows.count(); ++row) {
        for (const std::uint64_t hash : rows.at(row)) found[hash].insert(static_cast<Row>(row));
    }
    return found;
}

/// What a page and a source share: the rarities of hashes that are not common, and how many are.
struct Sharing {
    std::vector<std::int64_t> rarities;
    std::int64_t common = 0;

    std::int64_t rarity() const { return rarities.empty() ? 0 : *std::min_element(rarities.begin(), rarities.end()); }
    std::int64_t shared() const { return static_cast<std::int64_t>(rarities.size()); }
    std::int64_t run() const { return shared() + common; }
};

struct Pair {
    Row page, source;
    std::int64_t shared, rarity;

    friend bool operator==(const Pair&, const Pair&) = default;
};

struct Pairs {
    std::vector<Pair> kept;
    std::int64_t count = 0, capped = 0;
};

struct Rules {
    std::vector<std::int32_t> rank;
    std::set<std::uint64_t> known;
    std::int64_t max_articles;
    std::size_t few;
    std::int32_t least;
    std::size_t others;
    std::int32_t long_run;
};

/// Adds the first of some rows, by a key, to those chosen.
template <class Key>
void choose(std::vector<Row> some, std::size_t most, Key&& key, std::set<Row>& chosen) {
    std::sort(some.begin(), some.end(), [&](Row a, Row b) { return key(a) < key(b); });
    chosen.insert(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(std::min(most, some.size())));
}

inline std::set<Row> chosen_of(const std::map<Row, Sharing>& sharing, const Rules& rules) {
    std::set<Row> chosen;
    std::vector<Row> weak, lengthy;
    const auto rank = [&](Row row) { return std::pair(rules.rank[static_cast<std::size_t>(row)], row); };
    for (const auto& [row, of_pair] : sharing) {
        if (of_pair.shared() >= rules.least)
            chosen.insert(row);
        else if (of_pair.shared() > 0)
            weak.push_back(row);
    }
    choose(weak, rules.others, [&](Row row) { return std::pair(sharing.at(row).rarity(), rank(row)); }, chosen);
    for (const auto& [row, of_pair] : sharing) {
        if (!chosen.contains(row) && of_pair.run() >= rules.long_run) lengthy.push_back(row);
    }
    choose(lengthy, rules.others, [&](Row row) { return std::pair(-sharing.at(row).run(), rank(row)); }, chosen);
    return chosen;
}

inline Pairs join(const Hashes& source, const Hashes& page, const Rules& rules) {
    Pairs pairs;
    const auto sources = holders(source), pages = holders(page);
    std::map<Row, std::map<Row, Sharing>> found;
    for (const auto& [hash, with_hash] : pages) {
        if (!sources.contains(hash)) continue;
        std::vector<Row> articles(sources.at(hash).begin(), sources.at(hash).end());
        const auto rarity = static_cast<std::int64_t>(articles.size());
        const bool common = rarity > rules.max_articles || rules.known.contains(hash);
        std::stable_sort(articles.begin(), articles.end(), [&](Row a, Row b) {
            return rules.rank[static_cast<std::size_t>(a)] < rules.rank[static_cast<std::size_t>(b)];
        });
        if (common) articles.resize(std::min(articles.size(), rules.few));
        if (common) pairs.capped += static_cast<std::int64_t>(with_hash.size());
        for (const Row page_row : with_hash) {
            for (const Row source_row : articles) {
                Sharing& sharing = found[page_row][source_row];
                if (common)
                    ++sharing.common;
                else
                    sharing.rarities.push_back(rarity);
            }
        }
    }
    for (const auto& [page_row, sharing] : found) {
        for (const Row row : chosen_of(sharing, rules)) {
            pairs.kept.push_back({page_row, row, sharing.at(row).shared(), sharing.at(row).rarity()});
        }
        for (const auto& [row, of_pair] : sharing) pairs.count += of_pair.shared() > 0;
    }
    return pairs;
}

/// Every pair that shares a bucket, of which the first `most` sources count; capped are those with more.
inline Pairs collide(const Hashes& source, const Hashes& page, bool within, std::size_t most) {
    Pairs pairs;
    const auto sources = holders(source), pages = within ? sources : holders(page);
    std::map<std::pair<Row, Row>, std::int64_t> shared;
    for (const auto& [bucket, with_bucket] : pages) {
        if (!sources.contains(bucket)) continue;
        std::vector<Row> firsts(sources.at(bucket).begin(), sources.at(bucket).end());
        if (firsts.size() > most) pairs.capped += within ? 1 : static_cast<std::int64_t>(with_bucket.size());
        firsts.resize(std::min(firsts.size(), most));
        for (const Row page_row : with_bucket) {
            for (const Row source_row : firsts) {
                if (!within || source_row < page_row) ++shared[{page_row, source_row}];
            }
        }
    }
    for (const auto& [pair, times] : shared) pairs.kept.push_back({pair.first, pair.second, times, 0});
    pairs.count = static_cast<std::int64_t>(shared.size());
    return pairs;
}

}  // namespace naive
