// SPDX-License-Identifier: Apache-2.0
// Fingerprints to candidate pairs: a sort-and-merge join of two sets of postings, with caps.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

struct Join {
    std::vector<std::int32_t> source, page, shared;
    std::vector<std::int64_t> rarity;
    std::int64_t capped_articles = 0, capped_sites = 0;
};

/// Fingerprints in more articles, or on more sites, than this bring no pairs.
struct Caps {
    std::int64_t articles, sites;
};

struct Posting {
    std::uint64_t hash;
    std::int32_t row;

    friend auto operator<=>(const Posting&, const Posting&) = default;
};

/// A pair that one fingerprint brings, as (page, source) in one word so that sorting puts pages first.
struct Hit {
    std::uint64_t pair;
    std::int64_t rarity;

    Hit(std::int32_t source, std::int32_t page, std::int64_t hit_rarity)
        : pair(static_cast<std::uint64_t>(page) << 32 | static_cast<std::uint32_t>(source)), rarity(hit_rarity) {}
    std::int32_t source() const { return static_cast<std::int32_t>(pair & 0xFFFFFFFF); }
    std::int32_t page() const { return static_cast<std::int32_t>(pair >> 32); }
};

/// Items in 256 parts by `part(item)`, their order kept; part i is [begins[i], begins[i + 1]).
template <class Item>
struct Parts {
    std::vector<Item> items;
    std::array<std::size_t, 257> begins{};

    std::span<Item> operator[](std::size_t i) { return std::span(items).subspan(begins[i], begins[i + 1] - begins[i]); }
};

inline Parts<Posting> by_hash_prefix(std::span<const std::uint64_t> hash, Offsets offsets) {
    Parts<Posting> parts;
    for (const std::uint64_t h : hash) ++parts.begins[(h >> 56) + 1];
    for (std::size_t i = 1; i < parts.begins.size(); ++i) parts.begins[i] += parts.begins[i - 1];
    auto next = parts.begins;
    parts.items.resize(hash.size());
    for (std::size_t d = 0; d + 1 < offsets.size(); ++d) {
        for (const std::uint64_t h : row(hash, offsets, d)) {
            parts.items[next[h >> 56]++] = {h, static_cast<std::int32_t>(d)};
        }
    }
    return parts;
}

/// Hits of all units in 256 parts by ranges of pages.
inline Parts<Hit> by_page(std::vector<std::vector<Hit>>& units, std::size_t pages) {
    const auto part = [pages](const Hit& hit) { return static_cast<std::size_t>(hit.page()) * 256 / pages; };
    Parts<Hit> parts;
    for (const auto& unit : units) {
        for (const Hit& hit : unit) ++parts.begins[part(hit) + 1];
    }
    for (std::size_t i = 1; i < parts.begins.size(); ++i) parts.begins[i] += parts.begins[i - 1];
    auto next = parts.begins;
    parts.items.resize(parts.begins[256], Hit(0, 0, 0));
    for (auto& unit : units) {
        for (const Hit& hit : unit) parts.items[next[part(hit)]++] = hit;
        std::vector<Hit>().swap(unit);
    }
    return parts;
}

/// Joins the postings of one range of hashes.
class PartJoin {
public:
    PartJoin(std::span<const std::int32_t> page_site, Caps caps) : page_site_(page_site), caps_(caps) {}

    void run(std::span<Posting> sources, std::span<Posting> pages) {
        std::sort(sources.begin(), sources.end());
        std::sort(pages.begin(), pages.end());
        for (std::size_t i = 0, j = 0; i < sources.size() && j < pages.size();) {
            if (sources[i].hash < pages[j].hash) {
                ++i;
            } else if (pages[j].hash < sources[i].hash) {
                ++j;
            } else {
                const std::uint64_t hash = sources[i].hash;
                i = take_rows(sources, i, hash, source_rows_);
                j = take_rows(pages, j, hash, page_rows_);
                cross();
            }
        }
    }

    std::vector<Hit> hits;
    std::int64_t capped_articles = 0, capped_sites = 0;

private:
    /// The distinct rows that have `hash`; returns where the next hash begins.
    static std::size_t take_rows(std::span<const Posting> postings, std::size_t i, std::uint64_t hash,
                                 std::vector<std::int32_t>& rows) {
        rows.clear();
        for (; i < postings.size() && postings[i].hash == hash; ++i) {
            if (rows.empty() || rows.back() != postings[i].row) rows.push_back(postings[i].row);
        }
        return i;
    }

    void cross() {
        const auto articles = static_cast<std::int64_t>(source_rows_.size());
        if (articles > caps_.articles) {
            ++capped_articles;
            return;
        }
        const std::int64_t sites = count_sites();
        if (sites > caps_.sites) {
            ++capped_sites;
            return;
        }
        for (const std::int32_t page : page_rows_) {
            for (const std::int32_t source : source_rows_) hits.emplace_back(source, page, articles * sites);
        }
    }

    std::int64_t count_sites() {
        sites_.clear();
        for (const std::int32_t page : page_rows_) sites_.push_back(page_site_[static_cast<std::size_t>(page)]);
        std::sort(sites_.begin(), sites_.end());
        return std::unique(sites_.begin(), sites_.end()) - sites_.begin();
    }

    std::span<const std::int32_t> page_site_;
    Caps caps_;
    std::vector<std::int32_t> source_rows_, page_rows_, sites_;
};

/// All pairs of rows that share a fingerprint under the caps, in page order, then source order.
inline Join join(std::span<const std::uint64_t> source, Offsets source_offsets, std::span<const std::uint64_t> page,
                 Offsets page_offsets, std::span<const std::int32_t> page_site, Caps caps, int threads) {
    Join result;
    Parts<Posting> sources = by_hash_prefix(source, source_offsets);
    Parts<Posting> pages = by_hash_prefix(page, page_offsets);
    std::vector<std::vector<Hit>> hits(256);
    std::array<std::int64_t, 256> capped_articles{}, capped_sites{};
    for_each_unit(256, threads, [&](std::size_t part) {
        PartJoin merge(page_site, caps);
        merge.run(sources[part], pages[part]);
        hits[part] = std::move(merge.hits);
        capped_articles[part] = merge.capped_articles;
        capped_sites[part] = merge.capped_sites;
    });
    for (std::size_t part = 0; part < 256; ++part) {
        result.capped_articles += capped_articles[part];
        result.capped_sites += capped_sites[part];
    }

    Parts<Hit> by_pair = by_page(hits, page_offsets.size() - 1);
    std::vector<Join> joined(256);
    for_each_unit(256, threads, [&](std::size_t part) {
        const std::span<Hit> brought = by_pair[part];
        std::sort(brought.begin(), brought.end(), [](const Hit& a, const Hit& b) { return a.pair < b.pair; });
        Join& out = joined[part];
        for (std::size_t i = 0; i < brought.size(); ++i) {
            if (i == 0 || brought[i].pair != brought[i - 1].pair) {
                out.source.push_back(brought[i].source());
                out.page.push_back(brought[i].page());
                out.shared.push_back(0);
                out.rarity.push_back(brought[i].rarity);
            }
            ++out.shared.back();
            out.rarity.back() = std::min(out.rarity.back(), brought[i].rarity);
        }
    });
    gather(joined, &Join::source, result.source);
    gather(joined, &Join::page, result.page);
    gather(joined, &Join::shared, result.shared);
    gather(joined, &Join::rarity, result.rarity);
    return result;
}

}  // namespace reuse
