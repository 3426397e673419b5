// SPDX-License-Identifier: Apache-2.0
// Regions by maps of blocks and counters of words: a port of the parts of tests/reference/passages.py that find them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "pair_words.hpp"

namespace naive {

/// Tokens [begin, end) of one side.
struct Extent {
    int begin = 0, end = 0;

    int length() const { return end - begin; }
    int overlap(const Extent& other) const {
        return std::max(0, std::min(end, other.end) - std::max(begin, other.begin));
    }
    friend bool operator==(const Extent&, const Extent&) = default;
};

/// Stretches of both texts, the share of words of each that survived, and the page's tokens found in the source's.
struct Region {
    Extent source, page;
    double source_survival, page_survival;
    int found;
    friend bool operator==(const Region&, const Region&) = default;
};

/// How passages are found, in the order of the kernel's arguments.
struct Rule {
    int min_run, bridge;
    double edited;
    int block, most_places;
    double start, accept, accept_alone, drop, survival, least_survival, most_survival;
    int least_words;
};

/// The texts of a pair, what is marked in them, and how rare the words are that both have.
struct Pair {
    Tokens source;
    Flags source_flags;
    Tokens page;
    Flags page_flags;
    std::map<std::uint64_t, int> rarity;
};

inline int size_of(const Tokens& tokens) { return static_cast<int>(tokens.size()); }

inline std::uint64_t at(const Tokens& tokens, int t) { return tokens[static_cast<std::size_t>(t)]; }

/// A block and the next one.
inline Extent blocks(int block, const Tokens& tokens, const Rule& rule) {
    return {std::min(size_of(tokens), block * rule.block), std::min(size_of(tokens), (block + 2) * rule.block)};
}

/// The blocks of page and source that share enough rare words with the next ones, the most first.
inline std::vector<std::pair<int, int>> starts(const Pair& pair, const Rule& rule) {
    std::map<std::uint64_t, std::vector<int>> places;
    for (int t = 0; t < size_of(pair.source); ++t) places[at(pair.source, t)].push_back(t / rule.block);
    // The kernel's sums are of 32 bits, and in this order.
    std::map<std::pair<int, int>, float> shared;
    for (int t = 0; t < size_of(pair.page); ++t) {
        const std::uint64_t word = at(pair.page, t);
        if (!places.contains(word) || static_cast<int>(places[word].size()) > rule.most_places) continue;
        const double surprise = -natural_log(std::min(1.0, frequency(pair.rarity.at(word)) * (6 * rule.block)));
        const double weight = surprise / (1 + 0.3 * (static_cast<int>(places[word].size()) - 1));
        for (const int place : places[word]) shared[{t / rule.block, place}] += static_cast<float>(weight);
    }
    const auto of = [&](int p, int s) {
        const auto found = shared.find({p, s});
        return found == shared.end() ? 0.0F : found->second;
    };
    std::map<std::tuple<float, int, int>, std::pair<int, int>> found;  // in order
    for (const auto& [block, weight] : shared) {
        for (const int p : {block.first - 1, block.first}) {
            for (const int s : {block.second - 1, block.second}) {
                const float together = (of(p, s) + of(p, s + 1)) + (of(p + 1, s) + of(p + 1, s + 1));
                if (std::min(p, s) < 0 || together <= static_cast<float>(rule.start)) continue;
                found[{-together, p, s}] = {p, s};
            }
        }
    }
    std::vector<std::pair<int, int>> ordered;
    for (const auto& [key, block] : found) ordered.push_back(block);
    return ordered;
}

/// Scores the tokens of one side by the words of the other side's stretch, each found once.
class Reader {
public:
    /// `taken`: tokens of this side that are another region's.
    Reader(const Pair& pair, const Tokens& own, const Tokens& other, Extent given, double survival,
           const std::vector<bool>& taken)
        : pair_(pair), own_(own), taken_(taken), gains_(own.size()) {
        for (int t = given.begin; t < given.end; ++t) ++left_[at(other, t)];
        loss_ = natural_log(1 - survival);
        const double per_word = survival / given.length();
        for (int r = 0; r < classes; ++r) gain_.push_back(natural_log(1 + per_word / frequency(r)));
    }

    /// What token t adds to the score; the word that it finds is used up.
    double read(int t) {
        const std::uint64_t word = at(own_, t);
        double& gain = gains_[static_cast<std::size_t>(t)];
        if (taken_[static_cast<std::size_t>(t)]) return gain = -1000;
        const auto left = left_.find(word);
        if (left == left_.end() || left->second == 0) return gain = loss_;
        --left->second;
        return gain = gain_[static_cast<std::size_t>(pair_.rarity.at(word))];
    }

    /// Reads on from a token, backwards or forwards, until the score falls too far; returns how many tokens raise it
    /// most, and how many were read in vain.
    std::pair<int, int> extend(int from, int step, double drop) {
        double score = 0, best = 0;
        int kept = 0, tokens = 0;
        for (int t = from; t >= 0 && t < size_of(own_) && score >= best - drop; t += step) {
            score += read(t);
            ++tokens;
            if (score <= best) continue;
            best = score;
            kept = tokens;
        }
        for (int k = kept; k < tokens; ++k) {
            const int t = from + k * step;
            if (gain(t) > 0) ++left_[at(own_, t)];
        }
        return {kept, tokens - kept};
    }

    /// As last read.
    double gain(int t) const { return gains_[static_cast<std::size_t>(t)]; }

private:
    const Pair& pair_;
    const Tokens& own_;
    const std::vector<bool>& taken_;
    std::vector<double> gains_;
    std::map<std::uint64_t, int> left_;
    std::vector<double> gain_;
    double loss_;
};

/// How many of the first gains are better left out: those that together come to least, as many as may be.
inline int cut(const std::vector<double>& gains) {
    double sum = 0, least = 0;
    std::size_t number = 0;
    for (std::size_t i = 0; i < gains.size(); ++i) {
        sum += gains[i];
        if (sum > least) continue;
        least = sum;
        number = i + 1;
    }
    return static_cast<int>(number);
}

/// Finds the regions of a pair, disjoint on the page.
class Finder {
public:
    Finder(const Pair& pair, const Rule& rule)
        : pair_(pair),
          rule_(rule),
          taken_(pair.page.size()),
          none_taken_(pair.source.size()),
          visits_left_(256 * static_cast<long>(std::max(pair.source.size(), pair.page.size()))) {}

    /// The regions, the surest beginnings first.
    std::vector<Region> find() {
        std::vector<Region> found, refused;
        std::optional<Region> best;
        double best_score = 0;
        for (const auto& [p, s] : starts(pair_, rule_)) {
            const Extent page = blocks(p, pair_.page, rule_), source = blocks(s, pair_.source, rule_);
            if (visits_left_ < 0) break;
            if (is_known(source, page, refused)) continue;
            const auto [region, score] = fit(source, page);
            if (region.page.length() == 0 || region.source.length() == 0) continue;
            const bool is_long_enough = region.page.length() >= rule_.least_words;
            if (is_long_enough && score >= rule_.accept) {
                found.push_back(region);
                std::fill(taken_.begin() + region.page.begin, taken_.begin() + region.page.end, true);
                continue;
            }
            if (is_long_enough && score > best_score) {
                best = region;
                best_score = score;
            }
            if (refused.size() < 64) refused.push_back(region);
        }
        if (found.empty() && best && best_score >= rule_.accept_alone) return {*best};
        return found;
    }

private:
    static constexpr int turns = 8, strict_turns = 2;

    bool is_known(Extent source, Extent page, const std::vector<Region>& refused) const {
        const auto taken = std::count(taken_.begin() + page.begin, taken_.begin() + page.end, true);
        if (2 * taken >= rule_.block) return true;
        return std::any_of(refused.begin(), refused.end(), [&](const Region& region) {
            return 2 * region.page.overlap(page) >= page.length() &&
                   2 * region.source.overlap(source) >= source.length();
        });
    }

    /// What came of fitting one side.
    struct Fitted {
        Extent stretch;
        double survival, score;
        int found;
    };

    /// The region that a start grows to, and the lower of both sides' scores.
    std::pair<Region, double> fit(Extent source, Extent page) {
        Fitted of_source{source, rule_.survival, 0, 0}, of_page{page, rule_.survival, 0, 0};
        for (int turn = 0; turn < turns;) {
            const Extent source_before = of_source.stretch, page_before = of_page.stretch;
            const bool is_strict = turn >= turns - strict_turns;
            of_page = fit_side(pair_.page, pair_.source, of_page, of_source.stretch, turn, taken_);
            if (of_page.stretch.length() == 0) break;
            of_source = fit_side(pair_.source, pair_.page, of_source, of_page.stretch, turn, none_taken_);
            if (of_source.stretch.length() == 0) break;
            if (turn > 0 && of_source.stretch == source_before && of_page.stretch == page_before) {
                if (is_strict) break;
                turn = turns - strict_turns;
            } else if (is_strict || turn == 0 || 4 * of_page.stretch.length() <= 5 * page_before.length()) {
                ++turn;
            }
            // Else it grows much: as long as it does it may grow on.
        }
        return {{of_source.stretch, of_page.stretch, of_source.survival, of_page.survival, of_page.found},
                std::min(of_source.score, of_page.score)};
    }

    /// The best stretch that meets the one there is.
    Fitted fit_side(const Tokens& own, const Tokens& other, const Fitted& before, Extent given, int turn,
                    const std::vector<bool>& taken) {
        const bool is_strict = turn >= turns - strict_turns;
        if (!is_strict) {
            const int more = std::max(30, given.length() / 4);
            given = {std::max(0, given.begin - more), std::min(size_of(other), given.end + more)};
        }
        Reader reader(pair_, own, other, given, before.survival, taken);
        auto [begin, end] = before.stretch;
        for (int t = begin; t < end; ++t) reader.read(t);
        for (const bool forwards : {turn % 2 == 0, turn % 2 != 0}) {
            const auto [kept, in_vain] = reader.extend(forwards ? end : begin - 1, forwards ? 1 : -1, rule_.drop);
            (forwards ? end : begin) += forwards ? kept : -kept;
            visits_left_ -= in_vain;
        }
        std::vector<double> gains;
        for (int t = begin; t < end; ++t) gains.push_back(reader.gain(t));
        begin += cut(gains);
        gains.clear();
        for (int t = end; t-- > begin;) gains.push_back(reader.gain(t));
        end -= cut(gains);
        visits_left_ -= given.length() + end - begin;
        return estimate(reader, own, {begin, end}, given, is_strict ? rule_.most_survival : 0.6);
    }

    /// The share of the words that survived: those found beyond chance of those that chance alone leaves out.
    Fitted estimate(const Reader& reader, const Tokens& own, Extent stretch, Extent given, double most) const {
        std::vector<double> chance;  // of a word of each class
        for (int r = 0; r < classes; ++r) {
            const double expected = given.length() * frequency(r);
            chance.push_back(expected / (1 + expected));
        }
        Fitted fitted{stretch, 0, 0, 0};
        double by_chance = 0;
        for (int t = stretch.begin; t < stretch.end; ++t) {
            const auto known = pair_.rarity.find(at(own, t));
            by_chance += chance[static_cast<std::size_t>(known == pair_.rarity.end() ? rarest : known->second)];
            fitted.found += reader.gain(t) > 0;
            fitted.score += reader.gain(t);
        }
        const double survived = fitted.found - by_chance + 10 * rule_.survival;
        const double share = survived / (stretch.length() - by_chance + 10);
        fitted.survival = std::min(std::max(share, rule_.least_survival), most);
        return fitted;
    }

    const Pair& pair_;
    const Rule& rule_;
    std::vector<bool> taken_, none_taken_;  // tokens of the page in regions found; those of the source never are
    long visits_left_;
};

}  // namespace naive
