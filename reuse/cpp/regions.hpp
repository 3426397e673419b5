// SPDX-License-Identifier: Apache-2.0
// Pairs to regions: stretches of a page whose words are those of a stretch of the source, in whatever order and with
// whatever between them, by the likelihood that one was made from the other. See README.md, "Passages".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "pair_words.hpp"
#include "ragged.hpp"
#include "rarity.hpp"

namespace reuse {

/// Tokens [begin, end) of one side.
struct Extent {
    std::int32_t begin = 0, end = 0;

    std::int32_t length() const { return end - begin; }
    friend bool operator==(const Extent&, const Extent&) = default;
};

inline std::int32_t overlap_of(Extent a, Extent b) {
    return std::max(0, std::min(a.end, b.end) - std::max(a.begin, b.begin));
}

/// A stretch of the page made from one of the source; of each, the share of words that survived.
struct Region {
    Extent source, page;
    double source_survival, page_survival;
    std::int32_t found = 0;  // tokens of the page's stretch that the source's has, each once
};

/// How regions are found; reuse/passages.py says with which numbers and why.
struct RegionRule {
    std::int32_t block;        // tokens of a block, where regions are looked for
    std::int32_t most_places;  // a word that stands in more places of the source starts no region
    double start;              // rarity, in nats, that four neighbouring blocks share where a region may be
    double accept;             // log-likelihood ratio, in nats, of either side that makes a region
    double accept_alone;       // the same of the best one, where there is no other
    double drop;               // nats by which an extension may fall below its best before it ends
    double survival;           // share of words expected to survive, and the bounds of its estimate
    double least_survival;
    double most_survival;
    std::int32_t least_words;  // of a region
};

/// Finds the regions of pairs. Each begins where blocks of both texts share rare words, and is fitted in turns: the
/// page's best stretch given the source's, then the source's given the page's, until both stay.
///
/// A stretch is scored by its words. Let L be the length of the other side's stretch, f the frequency of a word and s
/// the share of words that survive. A word that the other stretch has too scores log(1 + s / (L f)), which is how
/// much likelier it is there if it survived than by chance (L f against L f + s, for rare words); one that it has not
/// scores log(1 - s). A word that stands there n times is found n times.
class RegionFinder {
public:
    RegionFinder(const PairWords& words, const RegionRule& rule) : words_(words), rule_(rule) {
        const double blocks = 6 * rule.block;
        for (std::size_t r = 0; r < rarities; ++r) surprise_[r] = -natural_log(std::min(1.0, frequencies[r] * blocks));
    }

    /// Regions of the pair that was read last, disjoint on the page, the surest beginnings first.
    std::vector<Region> find() {
        make_room();
        std::vector<Region> found;
        std::vector<Region> refused;
        std::optional<Region> best;  // of those that are too weak
        double best_score = 0;
        visits_left_ = most_visits * static_cast<std::int64_t>(longer());
        for (const Start& start : starts()) {
            if (visits_left_ < 0) break;
            if (is_known(start, refused)) continue;
            const std::optional<Region> region = fit(start);
            if (!region) continue;
            const bool long_enough = region->page.length() >= rule_.least_words;
            if (long_enough && score_ >= rule_.accept) {
                std::fill_n(taken_.begin() + region->page.begin, region->page.length(), std::uint8_t{1});
                any_taken_ = true;
                found.push_back(*region);
                continue;
            }
            if (long_enough && score_ > best_score) {
                best_score = score_;
                best = region;
            }
            if (refused.size() < most_refused) refused.push_back(*region);
        }
        if (found.empty() && best_score >= rule_.accept_alone) found.push_back(*best);
        return found;
    }

private:
    /// Two neighbouring blocks of each side, by the first ones.
    struct Start {
        float shared;
        std::int32_t source, page;
    };
    /// One side of the pair, as words.
    using Ids = std::span<const std::int32_t>;

    /// Turns of fitting, the last two of them strict; by how many tokens, or a quarter, the other stretch is widened
    /// before those, so that both can grow; and the survival believed so long.
    static constexpr int turns = 8, strict_turns = 2;
    static constexpr std::int32_t widening = 30;
    static constexpr double growing_survival = 0.6;
    /// Words of doubt in the estimate of survival.
    static constexpr double prior = 10;
    /// Tokens looked at, for each of the longer text, before a hostile pair is left alone.
    static constexpr std::int64_t most_visits = 256;
    static constexpr std::size_t most_refused = 64;

    /// Whether a start lies in a region found, or in one refused before.
    bool is_known(const Start& start, const std::vector<Region>& refused) const {
        const Extent page = blocks(start.page, words_.page_ids.size());
        const Extent source = blocks(start.source, words_.source_ids.size());
        std::int32_t taken = 0;
        for (std::int32_t t = page.begin; t < page.end; ++t) taken += taken_[index(t)];
        if (2 * taken >= rule_.block) return true;
        return std::any_of(refused.begin(), refused.end(), [&](const Region& region) {
            return 2 * overlap_of(region.page, page) >= page.length() &&
                   2 * overlap_of(region.source, source) >= source.length();
        });
    }

    Extent blocks(std::int32_t first, std::size_t tokens) const {
        const auto last = static_cast<std::int32_t>(tokens);
        return {std::min(last, first * rule_.block), std::min(last, (first + 2) * rule_.block)};
    }

    /// Neighbouring blocks that share enough, the most first.
    std::vector<Start> starts() {
        const std::size_t source_blocks = words_.source_ids.size() / index(rule_.block) + 2;
        find_seeds(static_cast<std::int32_t>(source_blocks));
        const auto least = static_cast<float>(rule_.start);
        row_.resize(source_blocks + together);
        two_.resize(source_blocks - 1);
        two_before_.assign(source_blocks - 1, 0.0F);
        std::vector<Start> found;
        const auto tokens = static_cast<std::int32_t>(words_.page_ids.size());
        auto token = tokens_of_seeds(words_.page_ids).begin();
        for (std::int32_t block = 0; block * rule_.block < tokens + rule_.block; ++block) {
            std::fill(row_.begin(), row_.end(), 0.0F);
            for (; token != seed_tokens_.end() && *token < (block + 1) * rule_.block; ++token) {
                const Seed& seed = seeds_[index(words_.page_ids[index(*token)])];
                for (std::int32_t place = seed.begin; place < seed.end; place += together) {
                    for (std::int32_t i = 0; i < together; ++i) row_[index(places_[index(place + i)])] += seed.weight;
                }
            }
            for (std::size_t s = 0; s < two_.size(); ++s) two_[s] = row_[s] + row_[s + 1];
            std::int32_t any = 0;
            for (std::size_t s = 0; s < two_.size(); ++s) any |= two_before_[s] + two_[s] > least;
            for (std::size_t s = 0; any && block > 0 && s < two_.size(); ++s) {
                const float shared = two_before_[s] + two_[s];
                if (shared > least) found.push_back({shared, static_cast<std::int32_t>(s), block - 1});
            }
            std::swap(two_before_, two_);
        }
        std::sort(found.begin(), found.end(), [](const Start& a, const Start& b) {
            if (a.shared != b.shared) return a.shared > b.shared;
            return a.page != b.page ? a.page < b.page : a.source < b.source;
        });
        return found;
    }

    /// A word that can start a region: what it adds to a start, and where among `places_` its blocks of the source are.
    struct Seed {
        float weight = 0;
        std::int32_t begin = 0, end = 0;
    };

    /// How many places of a word there are cannot be foretold, and a loop that ends by surprise costs more than sums in
    /// vain. So they are added so many at a time, and what is missing to that goes where nobody looks, from block
    /// `nowhere` on.
    static constexpr std::int32_t together = 4;

    /// Weighs the words in common by the surprise at finding them in six blocks, less where the source has them in
    /// several places, and notes the blocks of the source in which they stand, as often as they stand there.
    void find_seeds(std::int32_t nowhere) {
        seeds_.assign(words_.size(), {});
        places_.clear();
        for (const std::int32_t id : words_.shared) {
            const std::int32_t places = words_.in_source[index(id)];
            const double surprise = surprise_[words_.rarity[index(id)]];
            if (places > rule_.most_places || surprise <= 0) continue;
            const double weight = surprise / (1 + 0.3 * (places - 1));
            const auto begin = static_cast<std::int32_t>(places_.size());
            seeds_[index(id)] = {static_cast<float>(weight), begin, begin};
            for (std::int32_t i = 0; i < places; i += together) {
                for (std::int32_t k = 0; k < together; ++k) places_.push_back(nowhere + k);
            }
        }
        for (const std::int32_t t : tokens_of_seeds(words_.source_ids)) {
            places_[index(seeds_[index(words_.source_ids[index(t)])].end++)] = t / rule_.block;
        }
    }

    /// The tokens of one side that are seeds; they stay until asked for again.
    const std::vector<std::int32_t>& tokens_of_seeds(Ids ids) {
        seed_tokens_.resize(ids.size() + 1);
        std::size_t found = 0;
        for (std::size_t t = 0; t < ids.size(); ++t) {
            seed_tokens_[found] = static_cast<std::int32_t>(t);
            found += seeds_[index(ids[t])].weight > 0;
        }
        seed_tokens_.resize(found);
        return seed_tokens_;
    }

    /// Fits a region; `score_` says how sure it is.
    std::optional<Region> fit(const Start& start) {
        Region region{blocks(start.source, words_.source_ids.size()), blocks(start.page, words_.page_ids.size()),
                      rule_.survival, rule_.survival};
        double page_score = 0, source_score = 0;
        for (int turn = 0; turn < turns; ++turn) {
            const Region before = region;
            const bool strict = turn >= turns - strict_turns;
            page_score = fit_side(words_.page_ids, words_.source_ids, region.page, region.source, region.page_survival,
                                  turn, true);
            if (region.page.length() == 0) return std::nullopt;
            region.found = found_;
            source_score = fit_side(words_.source_ids, words_.page_ids, region.source, region.page,
                                    region.source_survival, turn, false);
            if (region.source.length() == 0) return std::nullopt;
            // As long as it grows much it may grow on: a copy of any length is one region.
            if (!strict && turn > 0 && 4 * region.page.length() > 5 * before.page.length()) --turn;
            if (turn == 0 || region.page != before.page || region.source != before.source) continue;
            if (strict) break;
            turn = turns - strict_turns - 1;
        }
        score_ = std::min(page_score, source_score);
        return region;
    }

    /// Moves `stretch` to the best one that meets it given the other side's, estimates survival anew, and returns
    /// the score.
    double fit_side(Ids own, Ids other, Extent& stretch, Extent given, double& survival, int turn, bool of_page) {
        const bool strict = turn >= turns - strict_turns;
        if (!strict) {
            const std::int32_t more = std::max(widening, given.length() / 4);
            given = {std::max(0, given.begin - more),
                     std::min(static_cast<std::int32_t>(other.size()), given.end + more)};
        }
        for (std::int32_t t = given.begin; t < given.end; ++t) ++available_[index(other[index(t)])];
        value_words(survival, given.length());
        is_blocked_ = of_page && any_taken_;

        for (std::int32_t t = stretch.begin; t < stretch.end; ++t) read(own, t);
        if (turn % 2) {
            extend_left(own, stretch);
            extend_right(own, stretch);
        } else {
            extend_right(own, stretch);
            extend_left(own, stretch);
        }
        trim(stretch);
        visits_left_ -= given.length() + stretch.length();
        for (std::int32_t t = given.begin; t < given.end; ++t) available_[index(other[index(t)])] = 0;
        return estimate(own, stretch, given, strict ? rule_.most_survival : growing_survival, survival);
    }

    /// Sets what words of each class add where the other side's stretch, so long, has them.
    void value_words(double survival, std::int32_t length) {
        const double per_word = survival / length;
        gain_of_[0] = 1 - survival;
        for (std::size_t r = 0; r < rarities; ++r) gain_of_[r + 1] = 1 + per_word / frequencies[r];
        take_logs(gain_of_);
    }

    /// What token t adds; a word found is one less to be found again.
    double read(Ids own, std::int32_t t) {
        constexpr double taken = -1000;  // by another region
        if (is_blocked_ && taken_[index(t)]) return gains_[index(t)] = taken;
        const std::size_t id = index(own[index(t)]);
        const bool is_found = available_[id] > 0;
        available_[id] -= is_found;
        return gains_[index(t)] = gain_of_[is_found * (words_.rarity[id] + 1U)];
    }

    void give_back(Ids own, std::int32_t t) { available_[index(own[index(t)])] += gains_[index(t)] > 0; }

    void extend_right(Ids own, Extent& stretch) {
        double sum = 0, best = 0;
        std::int32_t t = stretch.end;
        for (; t < static_cast<std::int32_t>(own.size()) && sum >= best - rule_.drop; ++t) {
            sum += read(own, t);
            if (sum > best) {
                best = sum;
                stretch.end = t + 1;
            }
        }
        visits_left_ -= t - stretch.end;
        for (std::int32_t u = stretch.end; u < t; ++u) give_back(own, u);
    }

    void extend_left(Ids own, Extent& stretch) {
        double sum = 0, best = 0;
        std::int32_t t = stretch.begin;
        for (; t > 0 && sum >= best - rule_.drop; --t) {
            sum += read(own, t - 1);
            if (sum > best) {
                best = sum;
                stretch.begin = t - 1;
            }
        }
        visits_left_ -= stretch.begin - t;
        for (std::int32_t u = t; u < stretch.begin; ++u) give_back(own, u);
    }

    /// Cuts off the beginning and the end that lower the score; leaves nothing where all of it does.
    void trim(Extent& stretch) const {
        // Both at once, since each sum waits for the one before it.
        Extent kept = stretch;
        double first = 0, least_first = 0, last = 0, least_last = 0;
        for (std::int32_t begin = stretch.begin, end = stretch.end; begin < stretch.end;) {
            first += gains_[index(begin++)];
            last += gains_[index(--end)];
            if (first <= least_first) {
                least_first = first;
                kept.begin = begin;
            }
            if (last <= least_last) {
                least_last = last;
                kept.end = end;
            }
        }
        // An end before the beginning is none: then of what the beginning leaves.
        if (kept.end < kept.begin) kept.end = best_end({kept.begin, stretch.end});
        stretch = kept;
    }

    /// Where a stretch ends best if it may only become shorter.
    std::int32_t best_end(Extent stretch) const {
        std::int32_t best = stretch.end;
        double sum = 0, least = 0;
        for (std::int32_t end = stretch.end; end > stretch.begin;) {
            sum += gains_[index(--end)];
            if (sum <= least) {
                least = sum;
                best = end;
            }
        }
        return best;
    }

    /// Estimates the share of the words that survived: those found beyond chance of those that chance alone leaves
    /// out. Returns the score.
    double estimate(Ids own, Extent stretch, Extent given, double most, double& survival) {
        std::array<double, rarities + 1> chance;
        for (std::size_t r = 0; r < rarities; ++r) {
            const double expected = given.length() * frequencies[r];
            chance[r] = expected / (1 + expected);
        }
        chance[PairWords::unshared] = chance[rarest];
        found_ = 0;
        double by_chance = 0, score = 0;
        for (std::int32_t t = stretch.begin; t < stretch.end; ++t) {
            const double gain = gains_[index(t)];
            found_ += gain > 0;
            score += gain;
            by_chance += chance[words_.rarity[index(own[index(t)])]];
        }
        const double survived = found_ - by_chance + prior * rule_.survival;
        survival = std::clamp(survived / (stretch.length() - by_chance + prior), rule_.least_survival, most);
        return score;
    }

    std::size_t longer() const { return std::max(words_.source_ids.size(), words_.page_ids.size()); }

    void make_room() {
        available_.resize(std::max(available_.size(), words_.size()));
        gains_.resize(std::max(gains_.size(), longer()));
        taken_.assign(words_.page_ids.size(), 0);
        any_taken_ = false;
    }

    const PairWords& words_;
    RegionRule rule_;
    std::array<double, rarities> surprise_;  // at a word of each class in six blocks
    std::vector<Seed> seeds_;                // by word
    std::vector<std::int32_t> places_;       // blocks of the source where they stand, word by word
    std::vector<std::int32_t> seed_tokens_;  // of one side
    std::vector<float> row_;                 // what a block of the page shares with each of the source,
    std::vector<float> two_, two_before_;    // with each two, and the same of the block before
    std::vector<std::int32_t> available_;    // of each word, in the other side's stretch
    std::vector<double> gains_;              // of each token, as last read
    std::vector<std::uint8_t> taken_;        // tokens of the page in regions found
    bool any_taken_ = false;
    std::array<double, rarities + 1> gain_of_{};  // of words that are not found, and of those of each class that are
    bool is_blocked_ = false;                     // whether tokens are left out that are taken
    double score_ = 0;                            // of the region fitted last, the lower of its two sides'
    std::int32_t found_ = 0;                      // tokens of the stretch fitted last that the other side's has
    std::int64_t visits_left_ = 0;
};

}  // namespace reuse
