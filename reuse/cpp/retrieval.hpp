// SPDX-License-Identifier: Apache-2.0
// Key terms to candidate pairs: the sources with which a page shares terms that few others have.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "candidates.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "rarity.hpp"

namespace reuse {

/// Which pairs are kept: of those that share `least` terms, and terms so rare that by chance not one of all sources
/// would, for each page the `most` with the highest score; of equal ones those of lowest rank.
struct Retrieval {
    std::uint32_t least;
    std::size_t most;
    std::span<const std::int32_t> rank;
};

struct Retrieved {
    std::vector<std::int32_t> source, page, shared;
    std::vector<double> score;  // in nats
    std::int64_t count = 0, capped = 0;
};

/// Parts of a nat: weights are whole numbers, so that sums are the same in whatever order.
constexpr double weight_unit = 1024;

/// Postings that are looked at for a page, at most: those of its rarest terms. So time grows with the pages, however
/// long they are and however many sources there are.
constexpr std::size_t most_postings = std::size_t{1} << 15;

/// How much it says that a term of so many of all sources is shared, in parts of a nat.
inline std::uint64_t weight_of(std::int64_t sources, std::int64_t documents) {
    if (sources >= documents) return 0;
    const double nats = natural_log(static_cast<double>(documents) / static_cast<double>(sources));
    return static_cast<std::uint64_t>(std::floor(nats * weight_unit + 0.5));
}

/// Sums the weights of the terms that one page after another shares with each source, and keeps the best pairs.
class TermScorer {
public:
    /// Of `sources` rows, out of `documents` sources.
    TermScorer(std::size_t sources, std::int64_t documents, Retrieval retrieval)
        : documents_(documents), floor_(weight_of(1, documents)), retrieval_(retrieval), sums_(sources) {}

    void add(const Group& group) { groups_.push_back(&group); }

    /// Moves the pairs of a page, sources ascending, to `pairs`.
    void finish(std::int32_t page, Retrieved& pairs) {
        sum();
        choose();
        pairs.count += static_cast<std::int64_t>(touched_.size());
        for (const std::int32_t source : chosen_) {
            pairs.source.push_back(source);
            pairs.page.push_back(page);
            pairs.shared.push_back(static_cast<std::int32_t>(shared(source)));
            pairs.score.push_back(static_cast<double>(score(source)) / weight_unit);
        }
        for (const std::int32_t source : touched_) sums_[static_cast<std::size_t>(source)] = 0;
        touched_.clear();
        groups_.clear();
    }

private:
    // A sum has the score above 32 bits and the terms below, so that adding takes one look at memory. Neither
    // overflows: there are `most_postings` terms at most, each of at most ln 2^40 = 28 nats.
    std::uint64_t score(std::int32_t source) const { return sums_[static_cast<std::size_t>(source)] >> 32; }
    std::uint32_t shared(std::int32_t source) const {
        return static_cast<std::uint32_t>(sums_[static_cast<std::size_t>(source)]);
    }

    void sum() {
        const auto key = [](const Group* group) { return std::pair(group->sources.size(), group->sources[0].hash); };
        std::sort(groups_.begin(), groups_.end(), [&](const Group* a, const Group* b) { return key(a) < key(b); });
        std::size_t postings = 0;
        for (const Group* group : groups_) {
            postings += group->sources.size();
            if (postings > most_postings) break;
            const std::uint64_t weight = weight_of(group->rarity(), documents_) << 32 | 1;
            for (const Posting& posting : group->sources) {
                std::uint64_t& sum = sums_[static_cast<std::size_t>(posting.row)];
                if (sum == 0) touched_.push_back(posting.row);
                sum += weight;
            }
        }
    }

    void choose() {
        chosen_.clear();
        for (const std::int32_t source : touched_) {
            if (shared(source) >= retrieval_.least && score(source) >= floor_) chosen_.push_back(source);
        }
        if (chosen_.size() > retrieval_.most) {
            const auto before = [this](std::int32_t a, std::int32_t b) {
                if (score(a) != score(b)) return score(a) > score(b);
                const auto rank = [this](std::int32_t s) { return retrieval_.rank[static_cast<std::size_t>(s)]; };
                return rank(a) != rank(b) ? rank(a) < rank(b) : a < b;
            };
            std::nth_element(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(retrieval_.most),
                             chosen_.end(), before);
            chosen_.resize(retrieval_.most);
        }
        std::sort(chosen_.begin(), chosen_.end());
    }

    std::int64_t documents_;
    std::uint64_t floor_;
    Retrieval retrieval_;
    std::vector<const Group*> groups_;
    std::vector<std::uint64_t> sums_;
    std::vector<std::int32_t> touched_, chosen_;
};

/// The sources with which each page shares the rarest terms, pairs in page order, then source order. A term of more
/// than `max_articles` sources says nothing; there are `documents` sources in all, of which those given have terms.
inline Retrieved retrieve(std::span<const std::uint64_t> source, Offsets source_offsets,
                          std::span<const std::uint64_t> page, Offsets page_offsets, std::int64_t documents,
                          std::int64_t max_articles, Retrieval retrieval, int threads) {
    Postings sources(source, source_offsets, threads), pages(page, page_offsets, threads);
    std::vector<Shared> parts = share(
        sources, pages, threads, [&](Shared& part, std::span<const Posting> articles, std::span<const Posting> found) {
            if (static_cast<std::int64_t>(articles.size()) > max_articles) {
                part.capped += static_cast<std::int64_t>(found.size());
            } else {
                part.add({articles}, found);
            }
        });
    Retrieved result;
    for (const Shared& part : parts) result.capped += part.capped;
    const MatchesByPage matches(parts, page_offsets.size() - 1, threads);
    const std::vector<Rows> units = units_of(matches.offsets(), std::int64_t{1} << 10);
    std::vector<Retrieved> done(units.size());
    const auto make = [&] { return TermScorer(source_offsets.size() - 1, documents, retrieval); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, TermScorer& scorer) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            matches.of_page(d, [&](const Group& group) { scorer.add(group); });
            scorer.finish(static_cast<std::int32_t>(d), done[u]);
        }
    });
    for (const Retrieved& unit : done) result.count += unit.count;
    gather(done, &Retrieved::source, result.source);
    gather(done, &Retrieved::page, result.page);
    gather(done, &Retrieved::shared, result.shared);
    gather(done, &Retrieved::score, result.score);
    return result;
}

}  // namespace reuse
