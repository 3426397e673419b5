// SPDX-License-Identifier: Apache-2.0
// Passages to differences: which tokens of the two sides are equal, replaced, inserted or deleted, step by step.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

enum class Change : std::uint8_t { equal, replaced, inserted, deleted };

/// Steps of every passage, one after another; half-open token ranges, counted in the documents.
struct Differences {
    std::vector<std::int64_t> offsets;  // [passages + 1]
    std::vector<std::uint8_t> kind;
    std::vector<std::int32_t> source_begin, source_end, page_begin, page_end;
};

/// How differences are told; reuse/differences.py says with which numbers.
struct DifferenceRule {
    std::size_t cells;   // largest table of an exact alignment: tokens of one side times tokens of the other
    std::size_t chance;  // tokens of the longest equal step that can be chance
    std::size_t beside;  // such a step is dropped between changes of more than so many times its tokens
};

/// The passages, one value each: which rows they are of, and which of their tokens they take.
struct PassageSpans {
    std::span<const std::int32_t> source_row, page_row, source_token, source_words, page_token, words;
};

/// Aligns the tokens of one passage.
///
/// Equal beginnings and ends are matched first. What is left is aligned exactly if its table has at most
/// `DifferenceRule::cells` cells: so that the sum over all equal runs of twice their tokens less one is largest. One
/// run of two counts for as much as three tokens here and there, so words stay in the phrases they were copied with.
/// A larger rest is cut at tokens that each side has once, as many as stand in the same order on both (the patience
/// diff of Bram Cohen), and where there are none, in the middle of both sides.
class Alignment {
public:
    using Tokens = std::span<const std::uint64_t>;

    /// Tokens [source_begin, source_end) against [page_begin, page_end).
    struct Step {
        bool equal;
        std::size_t source_begin, source_end, page_begin, page_end;

        std::size_t length() const { return std::max(source_end - source_begin, page_end - page_begin); }

        Change kind() const {
            if (equal) return Change::equal;
            if (source_begin == source_end) return Change::inserted;
            return page_begin == page_end ? Change::deleted : Change::replaced;
        }
    };

    explicit Alignment(const DifferenceRule& rule) : rule_(rule) {}

    /// The steps from which one side becomes the other.
    const std::vector<Step>& steps(Tokens source, Tokens page) {
        source_ = source;
        page_ = page;
        steps_.clear();
        align(0, source.size(), 0, page.size(), 0);
        drop_chance();
        extend();
        return steps_;
    }

private:
    /// Cuts at common tokens read both sides through each time: hostile texts have one of them at a time.
    static constexpr int most_cuts = 8;

    /// A token that both sides have once.
    struct Anchor {
        std::size_t source, page;
    };

    /// Adds a step, as part of the one before where that is of the same kind.
    void add(bool equal, std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe) {
        if (sb == se && pb == pe) return;
        if (!steps_.empty() && steps_.back().equal == equal) {
            assert(steps_.back().source_end == sb && steps_.back().page_end == pb);
            steps_.back().source_end = se;
            steps_.back().page_end = pe;
        } else {
            steps_.push_back({equal, sb, se, pb, pe});
        }
    }

    /// How many tokens both ranges begin with, and how many of the rest they end with.
    std::pair<std::size_t, std::size_t> ends(std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe) const {
        std::size_t first = 0, last = 0;
        while (sb + first < se && pb + first < pe && source_[sb + first] == page_[pb + first]) ++first;
        while (sb + first < se - last && pb + first < pe - last && source_[se - last - 1] == page_[pe - last - 1]) {
            ++last;
        }
        return {first, last};
    }

    void align(std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe, int cuts) {
        const auto [first, last] = ends(sb, se, pb, pe);
        add(true, sb, sb + first, pb, pb + first);
        align_middle(sb + first, se - last, pb + first, pe - last, cuts);
        add(true, se - last, se, pe - last, pe);
    }

    void align_middle(std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe, int cuts) {
        if (sb == se || pb == pe) return add(false, sb, se, pb, pe);
        // By division: the product of two lengths may be more than 64 bits hold where sizes have 32.
        if (se - sb <= rule_.cells / (pe - pb)) return align_exactly(sb, se, pb, pe);
        const std::vector<Anchor> anchors = cuts < most_cuts ? anchors_of(sb, se, pb, pe) : std::vector<Anchor>{};
        for (const Anchor& anchor : anchors) {
            align(sb, anchor.source, pb, anchor.page, cuts + 1);
            add(true, anchor.source, anchor.source + 1, anchor.page, anchor.page + 1);
            sb = anchor.source + 1;
            pb = anchor.page + 1;
        }
        if (!anchors.empty()) return align(sb, se, pb, pe, cuts + 1);
        const std::size_t source_middle = sb + (se - sb) / 2, page_middle = pb + (pe - pb) / 2;
        align(sb, source_middle, pb, page_middle, most_cuts);
        align(source_middle, se, page_middle, pe, most_cuts);
    }

    /// The longest series of tokens, once in each range, that stand in the same order in both.
    std::vector<Anchor> anchors_of(std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe) const {
        const auto once = [](Tokens tokens, std::size_t begin, std::size_t end) {
            std::vector<std::pair<std::uint64_t, std::size_t>> places, unique;
            places.reserve(end - begin);
            for (std::size_t i = begin; i < end; ++i) places.emplace_back(tokens[i], i);
            std::sort(places.begin(), places.end());
            for (std::size_t i = 0, next; i < places.size(); i = next) {
                for (next = i + 1; next < places.size() && places[next].first == places[i].first;) ++next;
                if (next == i + 1) unique.push_back(places[i]);
            }
            return unique;
        };
        const auto in_source = once(source_, sb, se), in_page = once(page_, pb, pe);
        std::vector<Anchor> common;
        for (auto s = in_source.begin(), p = in_page.begin(); s != in_source.end() && p != in_page.end();) {
            if (s->first == p->first)
                common.push_back({(s++)->second, (p++)->second});
            else if (s->first < p->first)
                ++s;
            else
                ++p;
        }
        std::sort(common.begin(), common.end(), [](const Anchor& a, const Anchor& b) { return a.page < b.page; });

        // Longest increasing subsequence: of all series so long the one that ends first in the source.
        std::vector<std::size_t> last, before(common.size());
        for (std::size_t i = 0; i < common.size(); ++i) {
            const auto place = std::lower_bound(last.begin(), last.end(), common[i].source,
                                                [&](std::size_t l, std::size_t s) { return common[l].source < s; });
            before[i] = place == last.begin() ? i : *(place - 1);
            if (place == last.end())
                last.push_back(i);
            else
                *place = i;
        }
        std::vector<Anchor> series(last.size());
        for (std::size_t n = last.size(), i = n ? last.back() : 0; n-- > 0; i = before[i]) series[n] = common[i];
        return series;
    }

    static constexpr std::uint8_t matched = 1, continued = 2, upward = 4;

    /// best: the most that prefixes of both sides, that end here, are worth; open: the same where the last tokens
    /// are matched with each other.
    void align_exactly(std::size_t sb, std::size_t se, std::size_t pb, std::size_t pe) {
        constexpr std::int32_t never = std::numeric_limits<std::int32_t>::min() / 2;
        const std::size_t n = se - sb, m = pe - pb;
        moves_.resize(n * m);
        best_.assign(m + 1, 0);
        open_.assign(m + 1, never);
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint64_t token = source_[sb + i];
            std::int32_t best_before = 0, open_before = never, best_left = 0;  // of (i - 1, j - 1), and of (i, j - 1)
            std::uint8_t* const moves = moves_.data() + i * m;
            for (std::size_t j = 0; j < m; ++j) {
                std::int32_t open = never, best = best_[j + 1];
                std::uint8_t move = upward;
                if (best_left > best) {
                    best = best_left;
                    move = 0;
                }
                if (token == page_[pb + j]) {
                    const bool goes_on = open_before + 2 >= best_before + 1;
                    open = goes_on ? open_before + 2 : best_before + 1;
                    if (goes_on) move |= continued;
                    if (open >= best) {
                        best = open;
                        move |= matched;
                    }
                }
                moves[j] = move;
                best_before = std::exchange(best_[j + 1], best);
                open_before = std::exchange(open_[j + 1], open);
                best_left = best;
            }
        }

        matches_.clear();
        bool running = false;  // whether the match after this one goes on from it
        for (std::size_t i = n, j = m; i > 0 && j > 0;) {
            const std::uint8_t move = moves_[(i - 1) * m + j - 1];
            if (running || (move & matched)) {
                matches_.push_back({sb + --i, pb + --j});
                running = move & continued;
            } else if (move & upward) {
                --i;
            } else {
                --j;
            }
        }
        for (auto match = matches_.rbegin(); match != matches_.rend(); ++match) {
            add(false, sb, match->source, pb, match->page);
            add(true, match->source, match->source + 1, match->page, match->page + 1);
            sb = match->source + 1;
            pb = match->page + 1;
        }
        add(false, sb, se, pb, pe);
    }

    /// Makes short equal steps between long changes part of them. That makes the changes longer, and so may drop more
    /// of those before; what is left in the end is the same in any order.
    void drop_chance() {
        std::vector<Step> kept;
        for (Step step : steps_) {
            if (!step.equal) {
                for (std::size_t k; (k = kept.size()) >= 2 && is_chance(kept[k - 2], kept[k - 1], step);) {
                    step.source_begin = kept[k - 2].source_begin;
                    step.page_begin = kept[k - 2].page_begin;
                    kept.resize(k - 2);
                }
            }
            kept.push_back(step);
        }
        steps_ = std::move(kept);
    }

    bool is_chance(const Step& before, const Step& equal, const Step& after) const {
        // By division: the product may be more than a size holds.
        const std::size_t shorter = std::min(before.length(), after.length());
        return equal.length() <= rule_.chance && (shorter - 1) / equal.length() >= rule_.beside;
    }

    /// Makes what changes begin and end with on both sides part of the equal steps beside them.
    void extend() {
        std::vector<Step> found;
        std::swap(found, steps_);
        for (const auto& [equal, sb, se, pb, pe] : found) {
            if (equal) {
                add(true, sb, se, pb, pe);
                continue;
            }
            const auto [first, last] = ends(sb, se, pb, pe);
            add(true, sb, sb + first, pb, pb + first);
            add(false, sb + first, se - last, pb + first, pe - last);
            add(true, se - last, se, pe - last, pe);
        }
    }

    DifferenceRule rule_;
    Tokens source_, page_;
    std::vector<Step> steps_;
    std::vector<std::uint8_t> moves_;
    std::vector<std::int32_t> best_, open_;
    std::vector<Anchor> matches_;
};

/// The differences of every passage.
inline Differences differences(std::span<const std::uint64_t> source, Offsets source_offsets,
                               std::span<const std::uint64_t> page, Offsets page_offsets, const PassageSpans& passages,
                               const DifferenceRule& rule, int threads) {
    const std::size_t count = passages.words.size();
    std::vector<std::vector<Alignment::Step>> found(count);
    const auto part = [](std::span<const std::uint64_t> tokens, std::int32_t begin, std::int32_t words) {
        return tokens.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(words));
    };
    for_each_unit(
        count, threads, [&] { return Alignment(rule); },
        [&](std::size_t p, Alignment& alignment) {
            const auto source_tokens = row(source, source_offsets, static_cast<std::size_t>(passages.source_row[p]));
            const auto page_tokens = row(page, page_offsets, static_cast<std::size_t>(passages.page_row[p]));
            found[p] = alignment.steps(part(source_tokens, passages.source_token[p], passages.source_words[p]),
                                       part(page_tokens, passages.page_token[p], passages.words[p]));
        });

    Differences result;
    result.offsets.resize(count + 1);
    for (std::size_t p = 0; p < count; ++p) {
        result.offsets[p + 1] = result.offsets[p] + static_cast<std::int64_t>(found[p].size());
        const std::int32_t s = passages.source_token[p], g = passages.page_token[p];
        for (const Alignment::Step& step : found[p]) {
            result.kind.push_back(static_cast<std::uint8_t>(step.kind()));
            result.source_begin.push_back(s + static_cast<std::int32_t>(step.source_begin));
            result.source_end.push_back(s + static_cast<std::int32_t>(step.source_end));
            result.page_begin.push_back(g + static_cast<std::int32_t>(step.page_begin));
            result.page_end.push_back(g + static_cast<std::int32_t>(step.page_end));
        }
    }
    return result;
}

}  // namespace reuse
