// SPDX-License-Identifier: Apache-2.0
// Pairs to abridgements: stretches of a page that tell the whole of a source in fewer words. See README.md, "Passages".
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "numbering.hpp"
#include "pair_words.hpp"
#include "ragged.hpp"
#include "rarity.hpp"
#include "regions.hpp"

namespace reuse {

/// Finds whether a page tells the whole of a source in half its words or fewer: a stretch of the page made of words
/// from all over the source, two by two as they stand there.
class Abridgement {
public:
    Abridgement(const PairWords& words, const RegionRule& rule) : words_(words), rule_(rule) {}

    /// Adds regions of the whole source, in place of those that explain parts of them.
    void add_to(std::vector<Region>& regions) {
        const auto source = static_cast<std::int32_t>(words_.source_ids.size());
        if (source < least_source) return;
        std::vector<Region> added;
        are_placed_ = false;
        for (const Extent page : stretches()) {
            if (2 * page.length() > source) continue;  // no abridgement
            std::int32_t explained = 0;
            for (const Region& region : regions) explained += overlap_of(region.page, page);
            if (explained >= most_explained * page.length() || !tells_all(page)) continue;
            std::erase_if(regions, [&](const Region& region) {
                return 2 * overlap_of(region.page, page) >= region.page.length();
            });
            added.push_back({{0, source}, page, survival, survival, page.length()});
        }
        regions.insert(regions.end(), added.begin(), added.end());
    }

private:
    /// Tokens of the shortest source that is abridged and of the shortest abridgement; nats by which such a stretch
    /// is likelier to be one than not; the share of it that other regions may explain.
    static constexpr std::int32_t least_source = 100, least_page = 60, accept = 30;
    static constexpr double most_explained = 0.9, survival = 0.5;
    /// Share of its pairs of neighbours that are neighbours in the source, and the most of them that may stand in
    /// half as many more tokens of the source as it has itself.
    static constexpr double least_neighbours = 0.25, most_in_one_place = 0.7;
    /// Parts of a nat in which bounds are counted.
    static constexpr std::int32_t parts = 1 << 16;

    /// Stretches of the page whose words the source has, wherever.
    std::vector<Extent> stretches() {
        value_words();
        std::vector<Extent> found;
        const auto tokens = static_cast<std::int32_t>(words_.page_ids.size());
        // Most pages have none. A sum in whole numbers that is never below the true one tells where one may be, and
        // soon; where it falls below zero the true one does too, and another stretch begins.
        std::int32_t begin = 0, bound = 0;
        for (std::int32_t t = 0; t < tokens;) {
            bound = std::max(bound, 0) + bounds_[words_.rarity[index(words_.page_ids[index(t++)])]];
            begin = std::max(begin, t & (bound >> 31));  // t if it is negative: without a branch
            if (bound < accept * parts) continue;
            t = begin = add_stretches({begin, t}, found);
            bound = 0;
        }
        return found;
    }

    /// Sets what words of each class add.
    void value_words() {
        const auto source = static_cast<double>(words_.source_ids.size());
        for (std::size_t r = 0; r < rarities; ++r) gains_[r] = 1 + survival / (source * frequencies[r]);
        gains_[PairWords::unshared] = 1 - survival;
        take_logs(gains_);
        // More by at least one part, which no rounding of sums comes near.
        for (std::size_t r = 0; r < gains_.size(); ++r) {
            bounds_[r] = static_cast<std::int32_t>(std::floor(gains_[r] * parts)) + 2;
        }
    }

    /// Adds the stretches that begin within a part of the page; one begins where the part does. Returns where the next
    /// one begins.
    std::int32_t add_stretches(Extent part, std::vector<Extent>& found) const {
        const auto tokens = static_cast<std::int32_t>(words_.page_ids.size());
        double sum = 0, best = 0;
        Extent stretch{part.begin, part.begin};
        for (std::int32_t t = part.begin;; ++t) {
            if (t == tokens || sum < std::max(0.0, best - rule_.drop)) {
                if (best >= accept && stretch.length() >= least_page) found.push_back(stretch);
                if (t >= part.end) return t;
                sum = best = 0;
                stretch = {t, t};
            }
            sum += gains_[words_.rarity[index(words_.page_ids[index(t)])]];
            if (sum > best) {
                best = sum;
                stretch.end = t + 1;
            }
        }
    }

    /// The words of two tokens that stand side by side, as one value; 0 where one of them is not in both texts.
    std::uint64_t neighbours(std::span<const std::int32_t> ids, std::int32_t t) const {
        const std::size_t left = index(ids[index(t)]), right = index(ids[index(t + 1)]);
        const bool both = std::max(words_.rarity[left], words_.rarity[right]) != PairWords::unshared;
        return both * (std::uint64_t{left} << 32 | right);
    }

    /// Where two neighbours stand in the source, and where among all places the one before is; -1 if it is the first.
    struct Place {
        std::int32_t token, before;
    };
    /// Two neighbours of the source: how often they stand there, the last of their places, and the stretch that they
    /// were seen in last.
    struct Pair {
        std::int32_t times = 0, last = -1, seen = 0;
    };

    /// Numbers the neighbours of the source and notes where they stand, when first asked for.
    void place_neighbours() {
        if (std::exchange(are_placed_, true)) return;
        const std::size_t tokens = words_.source_ids.size();
        std::vector<std::uint64_t> values(tokens);
        places_.resize(tokens);
        std::size_t found = 0;
        for (std::int32_t t = 0; t + 1 < static_cast<std::int32_t>(tokens); ++t) {
            values[found] = neighbours(words_.source_ids, t);
            places_[found].token = t;
            found += values[found] != 0;
        }
        values.resize(found);
        places_.resize(found);
        std::vector<std::int32_t> numbers;
        numbers_.read(values, numbers);
        pairs_.assign(numbers_.end(), {});
        for (std::size_t place = 0; place < places_.size(); ++place) {
            Pair& pair = pairs_[index(numbers[place])];
            ++pair.times;
            places_[place].before = std::exchange(pair.last, static_cast<std::int32_t>(place));
        }
        stretches_ = 0;
    }

    bool tells_all(Extent page) {
        place_neighbours();
        ++stretches_;
        std::int32_t told = 0;
        constexpr std::int64_t unit = 2520 * 2520;                   // which the squares of 1 to 10 divide
        std::vector<std::pair<std::int32_t, std::int64_t>> weights;  // of places in the source
        for (std::int32_t t = page.begin; t + 1 < page.end; ++t) {
            const std::int32_t number = numbers_[neighbours(words_.page_ids, t)];
            if (number == Numbering::absent) continue;
            ++told;
            Pair& pair = pairs_[index(number)];
            // The more often they stand in the source, the less they say of the place.
            if (std::exchange(pair.seen, stretches_) == stretches_ || pair.times > rule_.most_places) continue;
            const std::int64_t times = pair.times;
            for (std::int32_t place = pair.last; place >= 0; place = places_[index(place)].before) {
                weights.emplace_back(places_[index(place)].token, unit / (times * times));
            }
        }
        if (told < least_neighbours * page.length()) return false;

        std::sort(weights.begin(), weights.end());
        const std::int32_t window = page.length() + page.length() / 2;
        std::int64_t all = 0, here = 0, most = 0;
        for (std::size_t first = 0, last = 0; last < weights.size(); ++last) {
            all += weights[last].second;
            here += weights[last].second;
            for (; weights[first].first <= weights[last].first - window; ++first) here -= weights[first].second;
            most = std::max(most, here);
        }
        return static_cast<double>(most) < most_in_one_place * static_cast<double>(all);
    }

    const PairWords& words_;
    RegionRule rule_;
    std::array<double, rarities + 1> gains_{};         // what words of each class add, and those not in both texts
    std::array<std::int32_t, rarities + 1> bounds_{};  // more than that, in parts
    Numbering numbers_;                                // of neighbours in the source
    std::vector<Pair> pairs_;                          // by number
    std::vector<Place> places_;                        // of all of them
    bool are_placed_ = false;
    std::int32_t stretches_ = 0;  // looked at since
};

}  // namespace reuse
