// SPDX-License-Identifier: Apache-2.0
// Hashes to candidate pairs: a sort-and-merge join of two sides of (hash, row) postings.
//
// Postings are partitioned by hash prefix, sorted and merged; what comes out are groups, the source rows of a hash
// that both sides have, and matches, a page row and a group. Pairs are then counted page by page. So memory follows
// the postings, and not the pairs that they bring: a thousand copies of a story have a million.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "column.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "sort.hpp"

namespace reuse {

struct Posting {
    std::uint64_t hash;
    std::int32_t row;

    friend bool operator==(const Posting&, const Posting&) = default;
};

/// The postings of one side in 256 parts by hash prefix, rows ascending in each.
class Postings {
public:
    Postings(std::span<const std::uint64_t> hash, Offsets offsets, int threads) : items_(hash.size()) {
        items_.finish(hash.size());
        const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 18);
        std::vector<std::array<std::size_t, 256>> places(units.size());
        const auto values = [&](std::size_t u) {
            return hash.subspan(static_cast<std::size_t>(offsets[units[u].begin]),
                                static_cast<std::size_t>(offsets[units[u].end] - offsets[units[u].begin]));
        };
        for_each_unit(units.size(), threads, [&](std::size_t u) {
            for (const std::uint64_t h : values(u)) ++places[u][h >> 56];
        });
        std::size_t place = 0;
        for (std::size_t part = 0; part < 256; ++part) {
            for (auto& unit : places) place += std::exchange(unit[part], place);
            ends_[part + 1] = place;
        }
        for_each_unit(units.size(), threads, [&](std::size_t u) {
            auto& next = places[u];
            for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
                for (const std::uint64_t h : row(hash, offsets, d)) {
                    items_.data()[next[h >> 56]++] = {h, static_cast<std::int32_t>(d)};
                }
            }
        });
    }

    /// Sorts a part by hash, then row, each posting once; returns it.
    std::span<const Posting> sort(std::size_t part, std::vector<Posting>& scratch) {
        const std::span<Posting> items =
            std::span(items_.data(), items_.size()).subspan(ends_[part], ends_[part + 1] - ends_[part]);
        scratch.resize(std::max(scratch.size(), items.size()));
        radix_sort(items, std::span(scratch).first(items.size()), [](const Posting& p) { return p.hash; }, 56);
        return {items.begin(), std::unique(items.begin(), items.end())};
    }

private:
    Column<Posting> items_;
    std::array<std::size_t, 257> ends_{};
};

/// Source rows that have one hash, and how rare it is: sources times sites.
struct Group {
    std::span<const Posting> sources;
    std::int64_t rarity;
};

/// A page row that has the hash of a group.
struct Match {
    std::int32_t page;
    std::uint32_t group;
};

/// The shared hashes of one part.
struct Shared {
    std::vector<Group> groups;
    std::vector<Match> matches;
    std::int64_t capped_articles = 0, capped_sites = 0;

    void add(Group group, std::span<const Posting> pages) {
        for (const Posting& page : pages) matches.push_back({page.row, static_cast<std::uint32_t>(groups.size())});
        groups.push_back(group);
    }
};

/// The postings at the front of `rest` that have its first hash; `rest` goes on behind them.
inline std::span<const Posting> take_hash(std::span<const Posting>& rest) {
    std::size_t count = 1;
    while (count < rest.size() && rest[count].hash == rest[0].hash) ++count;
    const auto taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
}

/// Calls visit(sources, pages) with the postings of each hash that both sides have.
template <class Visit>
void merge(std::span<const Posting> sources, std::span<const Posting> pages, Visit&& visit) {
    while (!sources.empty() && !pages.empty()) {
        if (sources[0].hash < pages[0].hash) {
            sources = sources.subspan(1);
        } else if (pages[0].hash < sources[0].hash) {
            pages = pages.subspan(1);
        } else {
            const auto left = take_hash(sources), right = take_hash(pages);
            visit(left, right);
        }
    }
}

struct Pairs {
    std::vector<std::int32_t> source, page, shared;
    std::vector<std::int64_t> rarity;
    std::int64_t count = 0;
};

/// Which of the pairs that share a hash are kept: those that share `least` hashes, and of the others for each page
/// the `rarest` with the rarest hash; of equally rare ones those of lowest rank.
struct Selection {
    std::int32_t least, rarest;
    std::span<const std::int32_t> rank;
};

/// Counts the hashes that one page after another shares with each source, and keeps a selection of the pairs.
class PairCounter {
public:
    PairCounter(std::size_t sources, Selection selection)
        : selection_(selection), shared_(sources), rarity_(sources, std::numeric_limits<std::int64_t>::max()) {}

    void add(const Group& group, std::int32_t before) {
        for (const Posting& posting : group.sources) {
            if (posting.row >= before) break;
            const auto source = static_cast<std::size_t>(posting.row);
            if (shared_[source]++ == 0) touched_.push_back(posting.row);
            rarity_[source] = std::min(rarity_[source], group.rarity);
        }
    }

    /// Moves the pairs of a page, sources ascending, to `pairs`.
    void finish(std::int32_t page, Pairs& pairs) {
        std::sort(touched_.begin(), touched_.end());
        pairs.count += static_cast<std::int64_t>(touched_.size());
        choose_rarest();
        for (const std::int32_t source : touched_) {
            const auto s = static_cast<std::size_t>(source);
            if (shared_[s] >= selection_.least || std::binary_search(chosen_.begin(), chosen_.end(), source)) {
                pairs.source.push_back(source);
                pairs.page.push_back(page);
                pairs.shared.push_back(shared_[s]);
                pairs.rarity.push_back(rarity_[s]);
            }
        }
        for (const std::int32_t source : touched_) {
            shared_[static_cast<std::size_t>(source)] = 0;
            rarity_[static_cast<std::size_t>(source)] = std::numeric_limits<std::int64_t>::max();
        }
        touched_.clear();
    }

private:
    void choose_rarest() {
        chosen_.clear();
        if (selection_.rarest == 0) return;
        for (const std::int32_t source : touched_) {
            if (shared_[static_cast<std::size_t>(source)] < selection_.least) chosen_.push_back(source);
        }
        const auto count = std::min(chosen_.size(), static_cast<std::size_t>(selection_.rarest));
        const auto key = [this](std::int32_t source) {
            const auto s = static_cast<std::size_t>(source);
            return std::tuple(rarity_[s], selection_.rank[s], source);
        };
        std::partial_sort(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(count), chosen_.end(),
                          [&](std::int32_t a, std::int32_t b) { return key(a) < key(b); });
        chosen_.resize(count);
        std::sort(chosen_.begin(), chosen_.end());
    }

    Selection selection_;
    std::vector<std::int32_t> shared_;
    std::vector<std::int64_t> rarity_;
    std::vector<std::int32_t> touched_, chosen_;
};

/// The groups and matches of all parts, matches by page.
class MatchesByPage {
public:
    MatchesByPage(std::vector<Shared>& parts, std::size_t pages, int threads) : begins_(pages + 1) {
        std::vector<std::uint32_t> first(parts.size());
        std::size_t groups = 0;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            first[p] = static_cast<std::uint32_t>(std::exchange(groups, groups + parts[p].groups.size()));
            for (const Match& match : parts[p].matches) ++begins_[static_cast<std::size_t>(match.page) + 1];
        }
        if (groups > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too many shared hashes");
        accumulate(begins_);
        groups_of_matches_.resize(static_cast<std::size_t>(begins_.back()));
        std::vector<std::int64_t> next(begins_.begin(), begins_.end() - 1);
        // Matches of a page come in any order: they are counted.
        for_each_unit(parts.size(), threads, [&](std::size_t p) {
            for (const Match& match : parts[p].matches) {
                std::atomic_ref<std::int64_t> place(next[static_cast<std::size_t>(match.page)]);
                const std::int64_t at = place.fetch_add(1, std::memory_order_relaxed);
                groups_of_matches_[static_cast<std::size_t>(at)] = first[p] + match.group;
            }
            std::vector<Match>().swap(parts[p].matches);
        });
        gather(parts, &Shared::groups, groups_);
    }

    Offsets offsets() const { return begins_; }

    /// Calls visit(group) for each of a page's.
    template <class Visit>
    void of_page(std::size_t page, Visit&& visit) const {
        for (const std::uint32_t group : row(std::span(groups_of_matches_), Offsets(begins_), page)) {
            visit(groups_[group]);
        }
    }

private:
    std::vector<std::int64_t> begins_;
    std::vector<std::uint32_t> groups_of_matches_;
    std::vector<Group> groups_;
};

/// Pairs in page order, then source order. `within` says that sources and pages are the same rows: each pair once,
/// the earlier row as the source.
inline Pairs count_pairs(const MatchesByPage& matches, std::size_t sources, Selection selection, bool within,
                         int threads) {
    const std::vector<Rows> units = units_of(matches.offsets(), std::int64_t{1} << 14);
    std::vector<Pairs> done(units.size());
    const auto make = [&] { return PairCounter(sources, selection); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, PairCounter& counter) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const auto page = static_cast<std::int32_t>(d);
            const std::int32_t before = within ? page : std::numeric_limits<std::int32_t>::max();
            matches.of_page(d, [&](const Group& group) { counter.add(group, before); });
            counter.finish(page, done[u]);
        }
    });
    Pairs pairs;
    for (const Pairs& unit : done) pairs.count += unit.count;
    gather(done, &Pairs::source, pairs.source);
    gather(done, &Pairs::page, pairs.page);
    gather(done, &Pairs::shared, pairs.shared);
    gather(done, &Pairs::rarity, pairs.rarity);
    return pairs;
}

/// Fingerprints in more articles, or on more sites, than this bring no pairs.
struct Caps {
    std::int64_t articles, sites;
};

struct Join {
    Pairs pairs;
    std::int64_t capped_articles = 0, capped_sites = 0;
};

/// The selected pairs of rows that share a fingerprint under the caps.
inline Join join(std::span<const std::uint64_t> source, Offsets source_offsets, std::span<const std::uint64_t> page,
                 Offsets page_offsets, std::span<const std::int32_t> page_site, Caps caps, Selection selection,
                 int threads) {
    Postings sources(source, source_offsets, threads), pages(page, page_offsets, threads);
    std::vector<Shared> parts(256);
    struct Scratch {
        std::vector<Posting> sorting;
        std::vector<std::int32_t> sites;
    };
    for_each_unit(
        256, threads, [] { return Scratch{}; },
        [&](std::size_t p, Scratch& scratch) {
            const auto left = sources.sort(p, scratch.sorting), right = pages.sort(p, scratch.sorting);
            merge(left, right, [&](std::span<const Posting> articles, std::span<const Posting> found) {
                const auto article_count = static_cast<std::int64_t>(articles.size());
                if (article_count > caps.articles) {
                    ++parts[p].capped_articles;
                    return;
                }
                scratch.sites.clear();
                for (const Posting& posting : found) {
                    scratch.sites.push_back(page_site[static_cast<std::size_t>(posting.row)]);
                }
                std::sort(scratch.sites.begin(), scratch.sites.end());
                const auto end = std::unique(scratch.sites.begin(), scratch.sites.end());
                const std::int64_t site_count = end - scratch.sites.begin();
                if (site_count > caps.sites) {
                    ++parts[p].capped_sites;
                    return;
                }
                parts[p].add({articles, article_count * site_count}, found);
            });
        });
    Join result;
    for (const Shared& part : parts) {
        result.capped_articles += part.capped_articles;
        result.capped_sites += part.capped_sites;
    }
    const MatchesByPage matches(parts, page_offsets.size() - 1, threads);
    result.pairs = count_pairs(matches, source_offsets.size() - 1, selection, false, threads);
    return result;
}

struct Collisions {
    Pairs pairs;
    std::int64_t overfull = 0;
};

/// Every pair of rows that share a bucket: the hash of a band. A bucket with more than `most` sources is overfull:
/// pages are paired with its first ones alone. Without pages the sources are paired among themselves.
inline Collisions collide(std::span<const std::uint64_t> source, Offsets source_offsets,
                          std::span<const std::uint64_t> page, Offsets page_offsets, bool within, std::size_t most,
                          int threads) {
    Postings sources(source, source_offsets, threads);
    Postings pages = within ? Postings({}, page_offsets.first(1), 1) : Postings(page, page_offsets, threads);
    std::vector<Shared> parts(256);
    std::vector<std::int64_t> overfull(256);
    for_each_unit(
        256, threads, [] { return std::vector<Posting>(); },
        [&](std::size_t p, auto& sorting) {
            const auto bring = [&](std::span<const Posting> bucket, std::span<const Posting> found) {
                overfull[p] += bucket.size() > most;
                const auto size = static_cast<std::int64_t>(bucket.size());
                parts[p].add({bucket.first(std::min(bucket.size(), most)), size}, found);
            };
            auto left = sources.sort(p, sorting);
            if (!within) return merge(left, pages.sort(p, sorting), bring);
            while (!left.empty()) {
                const auto bucket = take_hash(left);
                if (bucket.size() > 1) bring(bucket, bucket.subspan(1));
            }
        });
    Collisions result;
    for (const std::int64_t count : overfull) result.overfull += count;
    const std::size_t rows = (within ? source_offsets : page_offsets).size() - 1;
    const MatchesByPage matches(parts, rows, threads);
    result.pairs = count_pairs(matches, source_offsets.size() - 1, {1, 0, {}}, within, threads);
    return result;
}

}  // namespace reuse
