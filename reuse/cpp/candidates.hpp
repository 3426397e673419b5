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
    std::span<Posting> sort(std::size_t part, std::vector<Posting>& scratch) {
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

/// Source rows that have one hash; the fewer they are, the rarer it is. Of a common hash these are not all.
struct Group {
    std::span<const Posting> sources;
    bool common = false;

    std::int64_t rarity() const { return static_cast<std::int64_t>(sources.size()); }
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
    std::int64_t capped = 0;  // times that a page has a hash that too many sources have

    void add(Group group, std::span<const Posting> pages) {
        for (const Posting& page : pages) matches.push_back({page.row, static_cast<std::uint32_t>(groups.size())});
        groups.push_back(group);
    }
};

/// The postings at the front of `rest` that have its first hash; `rest` goes on behind them.
inline std::span<Posting> take_hash(std::span<Posting>& rest) {
    std::size_t count = 1;
    while (count < rest.size() && rest[count].hash == rest[0].hash) ++count;
    const auto taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
}

/// Calls visit(sources, pages) with the postings of each hash that both sides have.
template <class Visit>
void merge(std::span<Posting> sources, std::span<Posting> pages, Visit&& visit) {
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

/// Calls bring(part, sources, pages) with the postings of each hash that both sides have, and the part it belongs to.
template <class Bring>
std::vector<Shared> share(Postings& sources, Postings& pages, int threads, Bring&& bring) {
    std::vector<Shared> parts(256);
    for_each_unit(
        256, threads, [] { return std::vector<Posting>(); },
        [&](std::size_t p, auto& sorting) {
            const auto left = sources.sort(p, sorting), right = pages.sort(p, sorting);
            merge(left, right,
                  [&](std::span<Posting> some, std::span<const Posting> found) { bring(parts[p], some, found); });
        });
    return parts;
}

struct Pairs {
    std::vector<std::int32_t> source, page, shared;
    std::vector<std::int64_t> rarity;
    std::int64_t count = 0;
};

/// Which of the pairs that share a hash are kept: those that share `least` hashes that are not common; of the others
/// for each page as many as `others` with the rarest such hash; and as many with the most hashes, common ones among
/// them, but no fewer than `long_run`: a passage, though of a text that is there many times. Ranks decide between
/// equals.
struct Selection {
    std::int32_t least;
    std::size_t others;
    std::int32_t long_run;
    std::span<const std::int32_t> rank;
};

/// Counts the hashes that one page after another shares with each source, and keeps a selection of the pairs.
class PairCounter {
public:
    PairCounter(std::size_t sources, Selection selection) : selection_(selection), counts_(sources) {}

    void add(const Group& group, std::int32_t before) {
        for (const Posting& posting : group.sources) {
            if (posting.row >= before) break;
            Count& count = of(posting.row);
            if (count.shared == 0 && count.common == 0) touched_.push_back(posting.row);
            if (group.common) {
                ++count.common;
            } else {
                ++count.shared;
                count.rarity = count.rarity ? std::min(count.rarity, group.rarity()) : group.rarity();
            }
        }
    }

    /// Moves the pairs of a page, sources ascending, to `pairs`.
    void finish(std::int32_t page, Pairs& pairs) {
        choose();
        for (const std::int32_t source : chosen_) {
            pairs.source.push_back(source);
            pairs.page.push_back(page);
            pairs.shared.push_back(of(source).shared);
            pairs.rarity.push_back(of(source).rarity);
        }
        for (const std::int32_t source : touched_) {
            pairs.count += of(source).shared > 0;
            of(source) = {};
        }
        touched_.clear();
    }

private:
    struct Count {
        std::int32_t shared = 0, common = 0;
        std::int64_t rarity = 0;  // of the rarest that are not common; 0 where there is none
    };

    Count& of(std::int32_t source) { return counts_[static_cast<std::size_t>(source)]; }

    void choose() {
        chosen_.clear();
        rest_.clear();
        for (const std::int32_t source : touched_) {
            (of(source).shared >= selection_.least ? chosen_ : rest_).push_back(source);
        }
        const auto rank = [this](std::int32_t source) {
            return std::pair(selection_.rank[static_cast<std::size_t>(source)], source);
        };
        take_first([this](std::int32_t source) { return of(source).shared > 0; },
                   [&](std::int32_t source) { return std::pair(of(source).rarity, rank(source)); });
        const auto run = [this](std::int32_t source) { return of(source).shared + of(source).common; };
        take_first([&](std::int32_t source) { return run(source) >= selection_.long_run; },
                   [&](std::int32_t source) { return std::pair(-run(source), rank(source)); });
        std::sort(chosen_.begin(), chosen_.end());
    }

    /// Moves as many as `others` of the rest, of which `fits` holds, to the chosen: those with the least key.
    template <class Fits, class Key>
    void take_first(Fits&& fits, Key&& key) {
        if (selection_.others == 0) return;
        const auto end = std::partition(rest_.begin(), rest_.end(), fits);
        const auto fit = static_cast<std::size_t>(end - rest_.begin());
        const auto middle = rest_.begin() + static_cast<std::ptrdiff_t>(std::min(fit, selection_.others));
        std::partial_sort(rest_.begin(), middle, end, [&](std::int32_t a, std::int32_t b) { return key(a) < key(b); });
        chosen_.insert(chosen_.end(), rest_.begin(), middle);
        rest_.erase(rest_.begin(), middle);
    }

    Selection selection_;
    std::vector<Count> counts_;
    std::vector<std::int32_t> touched_, chosen_, rest_;
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

/// What is common: hashes that more than `max_articles` of the sources have, and those that are known to be. Of these
/// the `few` sources of lowest rank count.
struct Common {
    std::span<const std::uint64_t> known;  // ascending
    std::int64_t max_articles;
    std::size_t few;
};

struct Join {
    Pairs pairs;
    std::int64_t capped = 0;
};

/// The selected pairs of rows that share a fingerprint.
inline Join join(std::span<const std::uint64_t> source, Offsets source_offsets, std::span<const std::uint64_t> page,
                 Offsets page_offsets, Common common, Selection selection, int threads) {
    Postings sources(source, source_offsets, threads), pages(page, page_offsets, threads);
    const auto before = [&](const Posting& a, const Posting& b) {
        const auto rank = [&](const Posting& p) { return selection.rank[static_cast<std::size_t>(p.row)]; };
        return std::pair(rank(a), a.row) < std::pair(rank(b), b.row);
    };
    std::vector<Shared> parts =
        share(sources, pages, threads, [&](Shared& part, std::span<Posting> articles, std::span<const Posting> found) {
            if (static_cast<std::int64_t>(articles.size()) <= common.max_articles &&
                !std::binary_search(common.known.begin(), common.known.end(), articles[0].hash)) {
                return part.add({articles}, found);
            }
            part.capped += static_cast<std::int64_t>(found.size());
            if (articles.size() > common.few) {
                std::nth_element(articles.begin(), articles.begin() + static_cast<std::ptrdiff_t>(common.few),
                                 articles.end(), before);
                articles = articles.first(common.few);
            }
            part.add({articles, true}, found);
        });
    Join result;
    for (const Shared& part : parts) result.capped += part.capped;
    const MatchesByPage matches(parts, page_offsets.size() - 1, threads);
    result.pairs = count_pairs(matches, source_offsets.size() - 1, selection, false, threads);
    return result;
}

struct Collisions {
    Pairs pairs;
    std::int64_t overfull = 0;
};

/// Every pair of rows that share a bucket: the hash of a band. A bucket with more than `most` sources is overfull:
/// pages are paired with its first ones alone; `overfull` counts the pages that meet one, each time. Without pages the
/// sources are paired among themselves; then it counts buckets.
inline Collisions collide(std::span<const std::uint64_t> source, Offsets source_offsets,
                          std::span<const std::uint64_t> page, Offsets page_offsets, bool within, std::size_t most,
                          int threads) {
    Postings sources(source, source_offsets, threads);
    const auto bring = [&](Shared& part, std::span<Posting> bucket, std::span<const Posting> found) {
        if (bucket.size() > most) part.capped += within ? 1 : static_cast<std::int64_t>(found.size());
        part.add({bucket.first(std::min(bucket.size(), most))}, found);
    };
    std::vector<Shared> parts;
    if (within) {
        parts.resize(256);
        for_each_unit(
            256, threads, [] { return std::vector<Posting>(); },
            [&](std::size_t p, auto& sorting) {
                for (auto left = sources.sort(p, sorting); !left.empty();) {
                    const auto bucket = take_hash(left);
                    if (bucket.size() > 1) bring(parts[p], bucket, bucket.subspan(1));
                }
            });
    } else {
        Postings pages(page, page_offsets, threads);
        parts = share(sources, pages, threads, bring);
    }
    Collisions result;
    for (const Shared& part : parts) result.overfull += part.capped;
    const std::size_t rows = (within ? source_offsets : page_offsets).size() - 1;
    const MatchesByPage matches(parts, rows, threads);
    result.pairs = count_pairs(matches, source_offsets.size() - 1, {1, 0, 0, {}}, within, threads);
    return result;
}

}  // namespace reuse
