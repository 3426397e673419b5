// SPDX-License-Identifier: Apache-2.0
// Pairs to shared runs: the maximal stretches of equal tokens, looked for where three tokens of the page stand in the
// source; in texts that repeat themselves, by matching statistics over a suffix automaton.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "hash.hpp"
#include "numbering.hpp"
#include "parallel.hpp"
#include "ragged.hpp"

namespace reuse {

/// Suffix automaton (Blumer et al. 1985) of one token sequence: linear in time and space whatever the text
/// repeats. Transitions lie in one open-addressing table keyed by (state, token).
class SuffixAutomaton {
public:
    explicit SuffixAutomaton(std::span<const std::uint64_t> tokens) {
        // At most 2n states and 3n transitions (ibid.), in a table at most half full.
        const std::size_t n = tokens.size();
        states_.reserve(2 * n + 1);
        edges_.reserve(3 * n + 1);
        slots_.assign(std::bit_ceil(6 * n + 2), none);
        shift_ = 64 - std::countr_zero(slots_.size());
        filter_.clear(n);
        filter_.add(tokens);
        states_.push_back({});
        for (std::size_t i = 0; i < n; ++i) extend(tokens[i], static_cast<std::int32_t>(i + 1));
    }

    /// The longest suffix of what was read that occurs in the sequence, after one more token.
    class Match {
    public:
        std::int32_t length = 0;

        void read(const SuffixAutomaton& automaton, std::uint64_t token) {
            if (!automaton.filter_.may_have(token)) {  // as for most tokens of most pages
                state_ = length = 0;
                return;
            }
            std::int32_t edge;
            while ((edge = automaton.find(state_, token)) == none && state_ != 0) {
                state_ = automaton.states_[index(state_)].link;
                length = automaton.states_[index(state_)].length;
            }
            if (edge == none) return;
            state_ = automaton.edges_[index(edge)].to;
            ++length;
        }

        /// The smallest end at which that suffix occurs.
        std::int32_t end(const SuffixAutomaton& automaton) const { return automaton.states_[index(state_)].first_end; }

    private:
        std::int32_t state_ = 0;
    };

private:
    static constexpr std::int32_t none = -1;

    struct State {
        std::int32_t length = 0, link = none, first_end = 0, last_edge = none;
    };
    struct Edge {
        std::uint64_t token;
        std::int32_t from, to, previous;  // previous edge of the same state
    };

    std::size_t slot(std::int32_t state, std::uint64_t token) const {
        return static_cast<std::size_t>(((token ^ static_cast<std::uint64_t>(state)) * shingle_base) >> shift_);
    }

    std::int32_t find(std::int32_t state, std::uint64_t token) const {
        for (std::size_t s = slot(state, token);; s = (s + 1) & (slots_.size() - 1)) {
            const std::int32_t e = slots_[s];
            if (e == none || (edges_[index(e)].from == state && edges_[index(e)].token == token)) return e;
        }
    }

    void add_edge(std::int32_t from, std::uint64_t token, std::int32_t to) {
        std::size_t s = slot(from, token);
        while (slots_[s] != none) s = (s + 1) & (slots_.size() - 1);
        slots_[s] = static_cast<std::int32_t>(edges_.size());
        edges_.push_back({token, from, to, states_[index(from)].last_edge});
        states_[index(from)].last_edge = slots_[s];
    }

    std::int32_t add_state(State state) {
        states_.push_back(state);
        return static_cast<std::int32_t>(states_.size() - 1);
    }

    void extend(std::uint64_t token, std::int32_t end) {
        const std::int32_t added = add_state({end, 0, end, none});
        std::int32_t p = last_;
        std::int32_t edge = none;
        while (p != none && (edge = find(p, token)) == none) {
            add_edge(p, token, added);
            p = states_[index(p)].link;
        }
        last_ = added;
        if (p == none) return;
        const std::int32_t q = edges_[index(edge)].to;
        const std::int32_t length = states_[index(p)].length + 1;
        states_[index(added)].link = length == states_[index(q)].length ? q : split(p, q, token, length);
    }

    /// Gives the suffixes of state q up to `length` a state of their own.
    std::int32_t split(std::int32_t p, std::int32_t q, std::uint64_t token, std::int32_t length) {
        const State whole = states_[index(q)];
        const std::int32_t clone = add_state({length, whole.link, whole.first_end, none});
        for (std::int32_t e = whole.last_edge; e != none; e = edges_[index(e)].previous) {
            add_edge(clone, edges_[index(e)].token, edges_[index(e)].to);
        }
        states_[index(q)].link = clone;
        // What follows a suffix follows the shorter ones, too: from p on all links have the edge.
        for (std::int32_t e; p != none && edges_[index(e = find(p, token))].to == q; p = states_[index(p)].link) {
            edges_[index(e)].to = clone;
        }
        return clone;
    }

    std::vector<State> states_;
    std::vector<Edge> edges_;
    std::vector<std::int32_t> slots_;
    HashFilter filter_;
    int shift_ = 0;
    std::int32_t last_ = 0;
};

/// Equal tokens [source_begin, source_begin + length) and [page_begin, page_begin + length).
struct Run {
    std::int32_t source_begin, page_begin, length;
};

struct Runs {
    std::vector<std::int64_t> offsets;  // [pairs + 1]
    std::vector<std::int32_t> source_begin, page_begin, length;
    std::vector<std::int32_t> longest;  // [pairs] of any length, also below the minimum
};

/// The maximal stretches that a page shares with a source, in page order: of each the place where it is first.
struct Maximal {
    std::vector<Run> runs;  // of at least `minimum` tokens
    std::int32_t longest = 0;

    void add(const Run& run, std::int32_t minimum) {
        longest = std::max(longest, run.length);
        if (run.length >= minimum) runs.push_back(run);
    }
};

/// Where the grams of a source stand. Grams of one hash are in one chain, the first places first.
template <std::size_t gram>
class GramPlaces {
public:
    void read(std::span<const std::uint64_t> source) {
        source_ = source;
        is_indexed_ = false;
    }

    /// The maximal stretches of at least a gram; none if that would take more than so many looks at the source.
    std::optional<Maximal> maximal(std::span<const std::uint64_t> page, std::int32_t minimum, std::int64_t looks) {
        if (!std::exchange(is_indexed_, true)) index_source();
        Maximal found;
        std::size_t reached = 0;  // on the page, by any stretch so far: one that ends there or before lies within it
        for (std::size_t block = 0; block + gram <= page.size() && reached < page.size(); block += 64) {
            for (std::uint64_t rest = known(page.subspan(block)); rest; rest &= rest - 1) {
                const std::size_t begin = block + static_cast<std::size_t>(std::countr_zero(rest));
                const std::size_t least = std::max(begin + gram, reached + 1) - begin;
                const Run run = longest(page, begin, least, looks);
                if (looks < 0) return {};
                if (run.length == 0) continue;
                found.add(run, minimum);
                reached = begin + index(run.length);
                if (reached == page.size()) break;
            }
        }
        return found;
    }

private:
    static constexpr std::int32_t none = -1;
    static constexpr std::size_t bits = 8;  // of the filter for each slot

    void index_source() {
        const std::size_t slots = std::bit_ceil(2 * source_.size() + 8);
        shift_ = 64 - std::countr_zero(slots * bits);
        first_.assign(slots, none);
        next_.resize(source_.size());
        filter_.assign(slots * bits / 64, 0);
        for (std::size_t place = source_.size() - std::min(source_.size(), gram - 1); place-- > 0;) {
            const std::size_t bit = bit_of(&source_[place]);
            filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
            next_[place] = std::exchange(first_[bit / bits], static_cast<std::int32_t>(place));
        }
    }

    static std::size_t common(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
        const std::size_t most = std::min(a.size(), b.size());
        std::size_t length = 0;
        while (length < most && a[length] == b[length]) ++length;
        return length;
    }

    /// Which of the first 64 grams the source may have: without a branch for each, which nobody could foresee.
    std::uint64_t known(std::span<const std::uint64_t> page) const {
        const std::size_t grams = std::min<std::size_t>(64, page.size() + 1 - gram);
        std::uint64_t found = 0;
        for (std::size_t t = 0; t < grams; ++t) {
            const std::size_t bit = bit_of(&page[t]);
            found |= (filter_[bit / 64] >> (bit % 64) & 1) << t;
        }
        return found;
    }

    /// The longest stretch of the source that the page has from `begin` on, where it is first; of no length if none
    /// has at least so many tokens.
    Run longest(std::span<const std::uint64_t> page, std::size_t begin, std::size_t least, std::int64_t& looks) const {
        Run run{0, static_cast<std::int32_t>(begin), 0};
        const auto here = page.subspan(begin);
        for (std::int32_t place = first_[bit_of(here.data()) / bits]; place != none; place = next_[index(place)]) {
            if (--looks < 0) break;
            const auto there = source_.subspan(index(place));
            if (there.size() < least || there[least - 1] != here[least - 1]) continue;
            const std::size_t length = common(there, here);
            looks -= static_cast<std::int64_t>(length);
            if (length < least) continue;
            run.source_begin = place;
            run.length = static_cast<std::int32_t>(length);
            least = length + 1;
            if (length == here.size()) break;
        }
        return run;
    }

    std::size_t bit_of(const std::uint64_t* tokens) const {
        std::uint64_t hash = tokens[0];
        for (std::size_t i = 1; i < gram; ++i) hash ^= std::rotl(tokens[i], static_cast<int>(21 * i));
        return static_cast<std::size_t>((hash * shingle_base) >> shift_);
    }

    std::span<const std::uint64_t> source_;
    bool is_indexed_ = false;
    std::vector<std::int32_t> first_, next_;
    std::vector<std::uint64_t> filter_;
    int shift_ = 0;
};

/// The tokens of a page that no run has taken yet. Taken stretches are skipped by union-find, so that runs that
/// overlap a thousandfold, as in repeated text, cost no more than the page is long.
class FreeTokens {
public:
    explicit FreeTokens(std::size_t tokens) : next_(tokens + 1) { std::iota(next_.begin(), next_.end(), 0); }

    bool operator[](std::int32_t t) const { return at(t) == t; }

    /// The first free token from t on; the number of tokens if there is none.
    std::int32_t from(std::int32_t t) {
        while (at(t) != t) t = at(t) = at(at(t));
        return t;
    }

    void take(std::int32_t begin, std::int32_t end) {
        for (std::int32_t t = begin; t < end; ++t) at(t) = t + 1;
    }

private:
    std::int32_t& at(std::int32_t t) { return next_[static_cast<std::size_t>(t)]; }
    std::int32_t at(std::int32_t t) const { return next_[static_cast<std::size_t>(t)]; }

    std::vector<std::int32_t> next_;
};

/// Makes runs disjoint on the page: longest first, each keeps the stretches of at least `minimum` tokens that
/// no longer run has taken.
inline std::vector<Run> disjoint(std::vector<Run> runs, std::size_t page_tokens, std::int32_t minimum) {
    std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
        return a.length != b.length ? a.length > b.length : a.page_begin < b.page_begin;
    });
    std::vector<Run> kept;
    FreeTokens free(page_tokens);
    for (const Run& run : runs) {
        const std::int32_t end = run.page_begin + run.length;
        for (std::int32_t begin = free.from(run.page_begin), stop; begin < end; begin = free.from(stop)) {
            stop = begin;
            while (stop < end && free[stop]) ++stop;
            if (stop - begin >= minimum) {
                kept.push_back({run.source_begin + begin - run.page_begin, begin, stop - begin});
                free.take(begin, stop);
            } else if (stop < end && (begin == 0 || !free[begin - 1])) {
                free.take(begin, stop);  // too short, and taken on both sides: of no use to any run
            }
        }
    }
    std::sort(kept.begin(), kept.end(), [](const Run& a, const Run& b) { return a.page_begin < b.page_begin; });
    return kept;
}

/// Where a run that stands in several places of the source is best read: where the run before goes on, as nearly as
/// may be. A phrase repeated in both texts is so taken from its own place, and not from the first one every time.
inline std::int32_t going_on(std::span<const std::uint64_t> source, std::span<const std::uint64_t> page, const Run& run,
                             const Run& before) {
    // Longer runs hardly stand in two places; tokens that were put in or left out between the two.
    constexpr std::int32_t longest = 64, most_moved = 8;
    if (run.length > longest) return run.source_begin;
    const auto tokens = page.subspan(static_cast<std::size_t>(run.page_begin), static_cast<std::size_t>(run.length));
    const std::int32_t expected = before.source_begin + run.page_begin - before.page_begin;
    for (std::int32_t k = 0; k <= 2 * most_moved; ++k) {
        const std::int32_t begin = expected + (k % 2 ? -(k + 1) / 2 : k / 2);
        if (begin < 0 || begin + run.length > static_cast<std::int32_t>(source.size())) continue;
        const auto there = source.subspan(static_cast<std::size_t>(begin), tokens.size());
        if (std::equal(tokens.begin(), tokens.end(), there.begin())) return begin;
    }
    return run.source_begin;
}

/// The same as by grams, in time that grows with the lengths alone.
inline Maximal maximal_by_automaton(const SuffixAutomaton& source, std::span<const std::uint64_t> page,
                                    std::int32_t minimum) {
    Maximal found;
    SuffixAutomaton::Match match;
    const auto note = [&](const SuffixAutomaton::Match& ended, std::size_t end) {
        found.add({ended.end(source) - ended.length, static_cast<std::int32_t>(end) - ended.length, ended.length},
                  minimum);
    };
    for (std::size_t j = 0; j < page.size(); ++j) {
        const SuffixAutomaton::Match before = match;
        match.read(source, page[j]);
        if (match.length != before.length + 1) note(before, j);
    }
    note(match, page.size());
    return found;
}

/// Looks at the source, for each token of a pair, after which texts repeat themselves so much that the automaton is
/// faster. News needs a tenth of one.
constexpr std::int32_t most_looks = 4;

/// One source after another, with what is known of it for the pages that are compared with it.
class RunFinder {
public:
    RunFinder(std::int32_t minimum, std::int32_t looks) : minimum_(minimum), looks_(looks) {}

    void read(std::span<const std::uint64_t> source) {
        source_ = source;
        automaton_.reset();
        singles_.read(source);
        pairs_.read(source);
        triples_.read(source);
    }

    /// The shared runs of a page with the source, and the longest of any length.
    std::vector<Run> runs(std::span<const std::uint64_t> page, std::int32_t& longest) {
        Maximal found = maximal(page);
        longest = found.longest;
        for (std::size_t r = 1; r < found.runs.size(); ++r) {
            found.runs[r].source_begin = going_on(source_, page, found.runs[r], found.runs[r - 1]);
        }
        return found.runs.empty() ? found.runs : disjoint(std::move(found.runs), page.size(), minimum_);
    }

private:
    Maximal maximal(std::span<const std::uint64_t> page) {
        std::optional<Maximal> found = by_grams(page, looks_ * static_cast<std::int64_t>(source_.size() + page.size()));
        return found ? *std::move(found) : maximal_by_automaton(automaton(), page, minimum_);
    }

    /// By three tokens, of which two texts seldom have many in common; by fewer only where no stretch has three.
    std::optional<Maximal> by_grams(std::span<const std::uint64_t> page, std::int64_t looks) {
        std::optional<Maximal> found = Maximal{};
        if (minimum_ >= 3) found = triples_.maximal(page, minimum_, looks);
        if (minimum_ >= 2 && found && found->longest == 0) found = pairs_.maximal(page, minimum_, looks);
        if (found && found->longest == 0) found = singles_.maximal(page, minimum_, looks);
        return found;
    }

    const SuffixAutomaton& automaton() {
        if (!automaton_) automaton_.emplace(source_);
        return *automaton_;
    }

    std::int32_t minimum_;
    std::int64_t looks_;
    std::span<const std::uint64_t> source_;
    GramPlaces<1> singles_;
    GramPlaces<2> pairs_;
    GramPlaces<3> triples_;
    std::optional<SuffixAutomaton> automaton_;
};

/// Shared runs of every pair (source_row[p], page_row[p]) of at least `minimum` tokens, disjoint on the page.
inline Runs shared_runs(std::span<const std::uint64_t> source, Offsets source_offsets,
                        std::span<const std::uint64_t> page, Offsets page_offsets,
                        std::span<const std::int32_t> source_row, std::span<const std::int32_t> page_row,
                        std::int32_t minimum, std::int32_t looks, int threads) {
    const std::size_t pairs = source_row.size();
    // Pairs of one source follow each other, so that what is known of it serves up to `unit` of them.
    std::vector<std::size_t> order(pairs);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return source_row[a] < source_row[b]; });

    constexpr std::size_t unit = 16;
    std::vector<std::vector<Run>> found(pairs);
    Runs runs;
    runs.offsets.resize(pairs + 1);
    runs.longest.resize(pairs);
    const auto finder = [&] { return RunFinder(minimum, looks); };
    for_each_unit((pairs + unit - 1) / unit, threads, finder, [&](std::size_t u, RunFinder& runs_with) {
        for (std::size_t i = u * unit, stop = std::min(pairs, (u + 1) * unit); i < stop;) {
            const std::int32_t s = source_row[order[i]];
            runs_with.read(row(source, source_offsets, static_cast<std::size_t>(s)));
            for (; i < stop && source_row[order[i]] == s; ++i) {
                const std::size_t p = order[i];
                const auto tokens = row(page, page_offsets, static_cast<std::size_t>(page_row[p]));
                found[p] = runs_with.runs(tokens, runs.longest[p]);
                runs.offsets[p + 1] = static_cast<std::int64_t>(found[p].size());
            }
        }
    });

    accumulate(runs.offsets);
    for (const std::vector<Run>& of_pair : found) {
        for (const Run& run : of_pair) {
            runs.source_begin.push_back(run.source_begin);
            runs.page_begin.push_back(run.page_begin);
            runs.length.push_back(run.length);
        }
    }
    return runs;
}

}  // namespace reuse
