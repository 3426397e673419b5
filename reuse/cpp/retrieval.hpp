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

#include "isa.hpp"
#include "members.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "rarity.hpp"

namespace reuse {

/// The sources that have each of some terms, which ascend.
struct Holders {
    std::span<const std::uint64_t> term;
    Offsets offsets;
    std::span<const std::int32_t> source;  // of each term each once
    std::span<const std::uint64_t> key;    // of every source

    std::span<const std::int32_t> of(std::size_t number) const { return row(source, offsets, number); }
};

/// Which pairs are kept: of those that share `least` terms, and terms so rare that by chance not one of all `documents`
/// would, for each page the `most` with the highest score; of equal ones those of lowest key. A term that more than
/// `max_articles` have says nothing.
struct Retrieval {
    std::int64_t documents;
    std::size_t max_articles;
    std::uint32_t least;
    std::size_t most;
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

/// Two bits for each of 32 sources: met, and met again.
using Met = std::vector<std::uint64_t>;

/// Notes that sources were met; returns how many of them were for the first time.
REUSE_FOR_EACH_ISA inline std::size_t meet(std::span<const std::int32_t> sources, std::uint64_t* met) {
    std::size_t first = 0;
    for (const std::int32_t source : sources) {
        const auto number = static_cast<std::uint32_t>(source);
        std::uint64_t& word = met[number / 32];
        const std::uint64_t bit = std::uint64_t{1} << (2 * number % 64), before = word & bit;
        word |= bit | before << 1;
        first += before == 0;
    }
    return first;
}

/// Copies those of some sources that were met, or were met again; returns how many they are.
REUSE_FOR_EACH_ISA inline std::size_t copy_met(std::span<const std::int32_t> sources, const std::uint64_t* met,
                                               bool again, std::int32_t* copy) {
    std::size_t count = 0;
    for (const std::int32_t source : sources) {
        const auto number = static_cast<std::uint32_t>(source);
        copy[count] = source;
        count += met[number / 32] >> (2 * number % 64) >> again & 1;
    }
    return count;
}

/// Sums the weights of the terms that one page after another shares with each source, and keeps the best pairs.
///
/// Nearly all sources share one term with a page, and are out of the question: who shares another is found first, among
/// bits that are in the cache, and sums are made of these alone.
class TermScorer {
public:
    TermScorer(const Holders& holders, const Ascending& terms, Retrieval retrieval)
        : holders_(holders),
          terms_(terms),
          retrieval_(retrieval),
          floor_(weight_of(1, retrieval.documents)),
          sums_(holders.key.size()),
          met_((holders.key.size() + 31) / 32) {}

    /// Adds the pairs of a page, sources ascending, to `pairs`.
    void run(std::int32_t page, std::span<const std::uint64_t> terms, Retrieved& pairs) {
        pairs.capped += static_cast<std::int64_t>(find(terms));
        std::fill(met_.begin(), met_.end(), 0);
        for (const std::size_t term : found_) {
            pairs.count += static_cast<std::int64_t>(meet(holders_.of(term), met_.data()));
        }
        sum();
        choose();
        for (const std::int32_t source : chosen_) {
            pairs.source.push_back(source);
            pairs.page.push_back(page);
            pairs.shared.push_back(static_cast<std::int32_t>(shared(source)));
            pairs.score.push_back(static_cast<double>(score(source)) / weight_unit);
        }
        for (const std::int32_t source : touched_) sums_[static_cast<std::size_t>(source)] = 0;
    }

private:
    // A sum has the score above 32 bits and the terms below, so that adding takes one look at memory. Neither
    // overflows: there are `most_postings` terms at most, each of at most ln 2^40 = 28 nats.
    std::uint64_t score(std::int32_t source) const { return sums_[static_cast<std::size_t>(source)] >> 32; }
    std::uint32_t shared(std::int32_t source) const {
        return static_cast<std::uint32_t>(sums_[static_cast<std::size_t>(source)]);
    }

    /// Finds the terms of a page that are looked at, the rarest first; returns how many too many sources have.
    std::size_t find(std::span<const std::uint64_t> terms) {
        found_.clear();
        for (const std::uint64_t term : terms) {
            const std::size_t place = terms_.find(term);
            if (place < holders_.term.size()) found_.push_back(place);
        }
        const auto size = [this](std::size_t term) { return holders_.of(term).size(); };
        const auto before = [&](std::size_t a, std::size_t b) { return std::pair(size(a), a) < std::pair(size(b), b); };
        std::sort(found_.begin(), found_.end(), before);
        found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
        const auto end = std::partition_point(found_.begin(), found_.end(),
                                              [&](std::size_t term) { return size(term) <= retrieval_.max_articles; });
        const auto capped = static_cast<std::size_t>(found_.end() - end);
        std::size_t postings = 0;
        const auto over = std::find_if(found_.begin(), end,
                                       [&](std::size_t term) { return (postings += size(term)) > most_postings; });
        found_.erase(over, found_.end());
        return capped;
    }

    void sum() {
        touched_.clear();
        for (const std::size_t term : found_) {
            const auto sources = holders_.of(term);
            const std::uint64_t weight =
                weight_of(static_cast<std::int64_t>(sources.size()), retrieval_.documents) << 32 | 1;
            copy_.resize(std::max(copy_.size(), sources.size()));
            const std::size_t count = copy_met(sources, met_.data(), retrieval_.least > 1, copy_.data());
            for (std::size_t i = 0; i < count; ++i) {
                std::uint64_t& sum = sums_[static_cast<std::size_t>(copy_[i])];
                if (sum == 0) touched_.push_back(copy_[i]);
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
                const auto key = [this](std::int32_t s) { return holders_.key[static_cast<std::size_t>(s)]; };
                return key(a) != key(b) ? key(a) < key(b) : a < b;
            };
            std::nth_element(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(retrieval_.most),
                             chosen_.end(), before);
            chosen_.resize(retrieval_.most);
        }
        std::sort(chosen_.begin(), chosen_.end());
    }

    const Holders& holders_;
    const Ascending& terms_;
    Retrieval retrieval_;
    std::uint64_t floor_;
    std::vector<std::uint64_t> sums_;
    Met met_;
    std::vector<std::size_t> found_;
    std::vector<std::int32_t> copy_, touched_, chosen_;
};

/// The sources with which each page shares the rarest terms, pairs in page order, then source order.
inline Retrieved retrieve(const Holders& holders, std::span<const std::uint64_t> page, Offsets page_offsets,
                          Retrieval retrieval, int threads) {
    const Ascending terms(holders.term);
    const std::vector<Rows> units = units_of(page_offsets, std::int64_t{1} << 10);
    std::vector<Retrieved> done(units.size());
    const auto make = [&] { return TermScorer(holders, terms, retrieval); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, TermScorer& scorer) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            scorer.run(static_cast<std::int32_t>(d), row(page, page_offsets, d), done[u]);
        }
    });
    Retrieved result;
    for (const Retrieved& unit : done) {
        result.count += unit.count;
        result.capped += unit.capped;
    }
    gather(done, &Retrieved::source, result.source);
    gather(done, &Retrieved::page, result.page);
    gather(done, &Retrieved::shared, result.shared);
    gather(done, &Retrieved::score, result.score);
    return result;
}

}  // namespace reuse
