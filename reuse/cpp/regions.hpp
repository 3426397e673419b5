// SPDX-License-Identifier: Apache-2.0
// Pairs to regions: stretches of a page whose words are those of a stretch of the source, in whatever order and with
// whatever between them, by the likelihood that one was made from the other. See README.md, "Passages".
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hash.hpp"
#include "rarity.hpp"
#include "tokens.hpp"
#include "vocabulary.hpp"

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

/// How rare words are, as far as it is known.
struct KnownRarity {
    const Vocabulary& vocabulary;
    std::span<const std::uint8_t> of_row;

    /// The class of a word; `otherwise` where it is not known.
    std::uint8_t operator()(std::uint64_t word, std::uint8_t otherwise) const {
        const std::uint32_t row = vocabulary.row(word);
        return row == Vocabulary::unknown ? otherwise : of_row[row];
    }
};

/// The words of a pair that the source has, numbered, with their rarity.
class PairWords {
public:
    static constexpr std::int32_t absent = -1;

    PairWords(std::span<const std::uint64_t> source, std::span<const std::uint8_t> source_flags,
              std::span<const std::uint64_t> page, const KnownRarity& known)
        : source_ids(source.size()), page_ids(page.size()) {
        slots_.assign(std::bit_ceil(2 * source.size() + 2), {0, absent});
        shift_ = 64 - std::countr_zero(slots_.size());
        std::vector<std::size_t> first;  // token of each word
        for (std::size_t t = 0; t < source.size(); ++t) {
            Slot& slot = slots_[find(source[t])];
            if (slot.id == absent) {
                slot = {source[t], static_cast<std::int32_t>(first.size())};
                first.push_back(t);
            }
            source_ids[t] = slot.id;
        }
        in_source.resize(first.size());
        in_page.resize(first.size());
        for (const std::int32_t id : source_ids) ++in_source[index(id)];
        for (std::size_t t = 0; t < page.size(); ++t) {
            page_ids[t] = slots_[find(page[t])].id;
            if (page_ids[t] != absent) ++in_page[index(page_ids[t])];
        }
        weigh(source, source_flags, first, page.size(), known);
    }

    std::size_t size() const { return rarity.size(); }

    std::vector<std::int32_t> source_ids, page_ids;  // of each token
    std::vector<std::int32_t> in_source, in_page;    // how often each word stands there
    std::vector<std::uint8_t> rarity;

private:
    struct Slot {
        std::uint64_t word;
        std::int32_t id;
    };

    static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

    std::size_t find(std::uint64_t word) const {
        auto s = static_cast<std::size_t>((word * shingle_base) >> shift_);
        while (slots_[s].id != absent && slots_[s].word != word) s = (s + 1) & (slots_.size() - 1);
        return s;
    }

    /// A word is as frequent as in the language, or as the texts themselves make it: of its subject they may speak
    /// throughout. What they say of words that the table knows weighs little, of others all there is to know.
    void weigh(std::span<const std::uint64_t> source, std::span<const std::uint8_t> source_flags,
               const std::vector<std::size_t>& first, std::size_t page_tokens, const KnownRarity& known) {
        constexpr double of_known = 0.1;
        constexpr std::uint8_t character = 30;  // one in 1,024: few characters are rarer in running text
        const double per_source = 1 / static_cast<double>(std::max<std::size_t>(source.size(), 1));
        const double per_page = 1 / static_cast<double>(std::max<std::size_t>(page_tokens, 1));
        rarity.assign(first.size(), rarest);
        for (std::size_t w = 0; w < first.size(); ++w) {
            if (in_page[w] == 0) continue;
            const bool is_character = source_flags[first[w]] & flag_character;
            const std::uint8_t told = known(source[first[w]], is_character ? character : rarest);
            const double again = std::max((in_source[w] - 1) * per_source, (in_page[w] - 1) * per_page);
            const bool is_known = told != rarest && !is_character;
            rarity[w] = again > 0 ? std::min(told, rarity_of(again * (is_known ? of_known : 1))) : told;
        }
    }

    std::vector<Slot> slots_;
    int shift_;
};

/// Finds the regions of one pair. Each begins where blocks of both texts share rare words, and is fitted in turns: the
/// page's best stretch given the source's, then the source's given the page's, until both stay.
///
/// A stretch is scored by its words. Let L be the length of the other side's stretch, f the frequency of a word and s
/// the share of words that survive. A word that the other stretch has too scores log(1 + s / (L f)), which is how
/// much likelier it is there if it survived than by chance (L f against L f + s, for rare words); one that it has not
/// scores log(1 - s). A word that stands there n times is found n times.
class RegionFinder {
public:
    RegionFinder(const PairWords& words, const RegionRule& rule)
        : words_(words),
          rule_(rule),
          available_(words.size()),
          gains_(std::max(words.source_ids.size(), words.page_ids.size())),
          taken_(words.page_ids.size()) {}

    /// Regions disjoint on the page, the surest beginnings first.
    std::vector<Region> find() {
        std::vector<Region> found;
        std::vector<Region> refused;
        std::optional<Region> best;  // of those that are too weak
        double best_score = 0;
        visits_left_ = most_visits * static_cast<std::int64_t>(gains_.size());
        for (const Start& start : starts()) {
            if (visits_left_ < 0) break;
            if (is_known(start, refused)) continue;
            const std::optional<Region> region = fit(start);
            if (!region) continue;
            const bool long_enough = region->page.length() >= rule_.least_words;
            if (long_enough && score_ >= rule_.accept) {
                for (std::int32_t t = region->page.begin; t < region->page.end; ++t) taken_[index(t)] = 1;
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

    static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

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
    std::vector<Start> starts() const {
        const std::vector<float> weights = start_weights();
        const Places places = source_places(weights);
        const std::size_t source_blocks = words_.source_ids.size() / index(rule_.block) + 2;
        std::vector<float> before(source_blocks), row(source_blocks);
        std::vector<Start> found;
        const auto tokens = static_cast<std::int32_t>(words_.page_ids.size());
        for (std::int32_t block = 0; block * rule_.block < tokens + rule_.block; ++block) {
            std::fill(row.begin(), row.end(), 0.0F);
            const Extent page{block * rule_.block, std::min(tokens, (block + 1) * rule_.block)};
            for (std::int32_t t = page.begin; t < page.end; ++t) {
                const std::int32_t id = words_.page_ids[index(t)];
                if (id == PairWords::absent || weights[index(id)] <= 0) continue;
                for (const std::int32_t place : places.of(index(id))) row[index(place)] += weights[index(id)];
            }
            for (std::size_t s = 0; block > 0 && s + 1 < source_blocks; ++s) {
                const float shared = (before[s] + before[s + 1]) + (row[s] + row[s + 1]);
                if (shared > static_cast<float>(rule_.start)) {
                    found.push_back({shared, static_cast<std::int32_t>(s), block - 1});
                }
            }
            std::swap(before, row);
        }
        std::sort(found.begin(), found.end(), [](const Start& a, const Start& b) {
            if (a.shared != b.shared) return a.shared > b.shared;
            return a.page != b.page ? a.page < b.page : a.source < b.source;
        });
        return found;
    }

    /// What a word in common adds to a start: the surprise at finding it in six blocks, less where the source has
    /// it in several places.
    std::vector<float> start_weights() const {
        std::vector<float> weights(words_.size());
        const double blocks = 6 * rule_.block;
        for (std::size_t w = 0; w < weights.size(); ++w) {
            if (words_.in_page[w] == 0 || words_.in_source[w] > rule_.most_places) continue;
            const double surprise = -natural_log(std::min(1.0, frequencies[words_.rarity[w]] * blocks));
            weights[w] = static_cast<float>(surprise / (1 + 0.3 * (words_.in_source[w] - 1)));
        }
        return weights;
    }

    /// Blocks of the source in which each word stands that can start a region, as often as it stands there.
    struct Places {
        std::vector<std::int32_t> block;
        std::vector<std::int32_t> end;  // of each word's blocks, which begin where the word before ends

        std::span<const std::int32_t> of(std::size_t word) const {
            const std::int32_t begin = word ? end[word - 1] : 0;
            return std::span(block).subspan(index(begin), index(end[word] - begin));
        }
    };

    Places source_places(const std::vector<float>& weights) const {
        Places places;
        places.end.resize(words_.size());
        std::int32_t total = 0;
        for (std::size_t w = 0; w < weights.size(); ++w) {
            places.end[w] = total;
            total += weights[w] > 0 ? words_.in_source[w] : 0;
        }
        places.block.resize(index(total));
        for (std::size_t t = 0; t < words_.source_ids.size(); ++t) {
            const std::size_t id = index(words_.source_ids[t]);
            if (weights[id] > 0) places.block[index(places.end[id]++)] = static_cast<std::int32_t>(t) / rule_.block;
        }
        return places;
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
        for (std::int32_t t = given.begin; t < given.end; ++t) {
            if (other[index(t)] != PairWords::absent) ++available_[index(other[index(t)])];
        }
        const double per_word = survival / given.length();
        for (std::size_t r = 0; r < rarities; ++r) gain_of_[r] = natural_log(1 + per_word / frequencies[r]);
        loss_ = natural_log(1 - survival);
        blocked_ = of_page;

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
        for (std::int32_t t = given.begin; t < given.end; ++t) {
            if (other[index(t)] != PairWords::absent) available_[index(other[index(t)])] = 0;
        }
        survival = estimate(own, stretch, given, strict ? rule_.most_survival : growing_survival);
        double score = 0;
        for (std::int32_t t = stretch.begin; t < stretch.end; ++t) score += gains_[index(t)];
        return score;
    }

    /// What token t adds; a word found is one less to be found again.
    double read(Ids own, std::int32_t t) {
        constexpr double taken = -1000;  // by another region
        const std::int32_t id = own[index(t)];
        double gain = loss_;
        if (blocked_ && taken_[index(t)]) {
            gain = taken;
        } else if (id != PairWords::absent && available_[index(id)] > 0) {
            --available_[index(id)];
            gain = gain_of_[words_.rarity[index(id)]];
        }
        return gains_[index(t)] = gain;
    }

    void give_back(Ids own, std::int32_t t) {
        if (gains_[index(t)] > 0) ++available_[index(own[index(t)])];
    }

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
        std::int32_t begin = stretch.begin, end = stretch.end;
        double sum = 0, least = 0;
        for (std::int32_t t = stretch.begin; t < stretch.end; ++t) {
            sum += gains_[index(t)];
            if (sum <= least) {
                least = sum;
                begin = t + 1;
            }
        }
        sum = least = 0;
        for (std::int32_t t = stretch.end; t > begin; --t) {
            sum += gains_[index(t - 1)];
            if (sum <= least) {
                least = sum;
                end = t - 1;
            }
        }
        stretch = {begin, std::max(begin, end)};
    }

    /// Share of the words that survived: those found beyond chance of those that chance alone leaves out.
    double estimate(Ids own, Extent stretch, Extent given, double most) {
        std::array<double, rarities> chance;
        for (std::size_t r = 0; r < rarities; ++r) {
            const double expected = given.length() * frequencies[r];
            chance[r] = expected / (1 + expected);
        }
        found_ = 0;
        double by_chance = 0;
        for (std::int32_t t = stretch.begin; t < stretch.end; ++t) {
            const std::int32_t id = own[index(t)];
            found_ += gains_[index(t)] > 0;
            by_chance += chance[id == PairWords::absent ? rarest : words_.rarity[index(id)]];
        }
        const double survived = found_ - by_chance + prior * rule_.survival;
        return std::clamp(survived / (stretch.length() - by_chance + prior), rule_.least_survival, most);
    }

    const PairWords& words_;
    RegionRule rule_;
    std::vector<std::int32_t> available_;  // of each word, in the other side's stretch
    std::vector<double> gains_;            // of each token, as last read
    std::vector<std::uint8_t> taken_;      // tokens of the page in regions found
    std::array<double, rarities> gain_of_{};
    double loss_ = 0;
    bool blocked_ = false;
    double score_ = 0;        // of the region fitted last, the lower of its two sides'
    std::int32_t found_ = 0;  // tokens of the stretch fitted last that the other side's has
    std::int64_t visits_left_ = 0;
};

}  // namespace reuse
