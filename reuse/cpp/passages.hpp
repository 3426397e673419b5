// SPDX-License-Identifier: Apache-2.0
// Runs and regions to passages: disjoint on the page, ends where sentences end, told apart by how much of the
// wording is left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "abridgement.hpp"
#include "pair_words.hpp"
#include "parallel.hpp"
#include "quotes.hpp"
#include "ragged.hpp"
#include "rarity.hpp"
#include "regions.hpp"
#include "runs.hpp"
#include "sentences.hpp"
#include "subsequence.hpp"

namespace reuse {

/// Passages of pairs, as columns.
struct Passages {
    std::vector<std::int64_t> offsets;  // [pairs + 1]
    std::vector<std::int32_t> source_token, source_words, page_token, words, equal_words, quoted_words;
    std::vector<std::uint8_t> kind, moved;
};

enum class PassageKind : std::uint8_t { verbatim, edited, spun };

/// How passages are made of runs and regions; reuse/passages.py says with which numbers and why.
struct PassageRule {
    std::int32_t min_run;  // tokens of the shortest run that is a passage by itself
    std::int32_t bridge;   // tokens between two runs that are one passage if most of it stays the same
    double edited;         // share of the page's words in the source's order from which rewording is editing
    RegionRule region;
};

/// One text of a pair.
struct PassageSide {
    std::span<const std::uint64_t> tokens;
    std::span<const std::uint8_t> flags;

    bool begins_sentence(std::int32_t t) const {
        return t == 0 || t >= static_cast<std::int32_t>(tokens.size()) ||
               (flags[static_cast<std::size_t>(t)] & flag_first);
    }
};

/// Makes the passages of pairs. It keeps its room.
class PassageMaker {
public:
    PassageMaker(const KnownRarity& known, const PassageRule& rule)
        : rule_(rule), words_(known), regions_(words_, rule.region), abridgement_(words_, rule.region) {}
    PassageMaker(const PassageMaker&) = delete;
    PassageMaker& operator=(const PassageMaker&) = delete;

    /// One passage before it is counted.
    struct Passage {
        Extent source, page;
    };

    /// The passages of a pair in page order; with regions only where rewritten ones are asked for. The questions that
    /// follow are of this pair.
    std::vector<Passage> make(PassageSide source, PassageSide page, std::span<const Run> runs, bool rewritten) {
        source_ = source;
        page_ = page;
        runs_ = runs;
        std::vector<Passage> passages;
        if (rewritten) passages = from_regions();
        const std::vector<Passage> others = from_runs(passages);
        passages.insert(passages.end(), others.begin(), others.end());
        std::sort(passages.begin(), passages.end(), by_page);
        return passages;
    }

    /// Tokens that both sides have in the same order.
    std::int32_t equal_words(const Passage& passage) const {
        auto source = part(source_.tokens, passage.source), page = part(page_.tokens, passage.page);
        const bool is_long = std::min(source.size(), page.size()) > most_aligned;
        const std::int32_t ends = cut_equal_ends(source, page);
        const bool is_verbatim = source.empty() && page.empty();
        if (is_long && !is_verbatim) return words_in_runs(passage);
        if (source.empty() || page.empty()) return ends;
        const bool source_is_shorter = source.size() < page.size();
        CommonSubsequence shorter(source_is_shorter ? source : page);
        return ends + static_cast<std::int32_t>(shorter.length(source_is_shorter ? page : source));
    }

    PassageKind kind(const Passage& passage, std::int32_t equal) const {
        const auto source = part(source_.tokens, passage.source), page = part(page_.tokens, passage.page);
        if (std::equal(source.begin(), source.end(), page.begin(), page.end())) return PassageKind::verbatim;
        return equal >= rule_.edited * passage.page.length() ? PassageKind::edited : PassageKind::spun;
    }

    /// For each token of the page whether it is quoted there, or in the source where it stands in a shared run.
    const std::vector<std::uint8_t>& quoted() {
        quoted_.resize(page_.tokens.size());
        const auto is_quoted = [](std::uint8_t flags) { return static_cast<std::uint8_t>((flags & flag_quoted) != 0); };
        std::transform(page_.flags.begin(), page_.flags.end(), quoted_.begin(), is_quoted);
        for (const Run& run : runs_) {
            const auto there = source_.flags.begin() + run.source_begin;
            const auto here = quoted_.begin() + run.page_begin;
            std::transform(there, there + run.length, here, here, [&](std::uint8_t flags, std::uint8_t marked) {
                return static_cast<std::uint8_t>(marked | is_quoted(flags));
            });
        }
        return quoted_;
    }

    /// For each passage whether it stands out of order: all are in order but those outside the weightiest ascending
    /// sequence of sources.
    static std::vector<std::uint8_t> moved(const std::vector<Passage>& passages);

private:
    static bool by_page(const Passage& a, const Passage& b) { return a.page.begin < b.page.begin; }

    static std::span<const std::uint64_t> part(std::span<const std::uint64_t> tokens, Extent stretch) {
        return tokens.subspan(index(stretch.begin), index(stretch.length()));
    }

    /// Share of a region's words found that stand in runs from which it is left to them.
    static constexpr double word_for_word = 0.8;
    /// Time to align two sides grows with the product of their lengths: of two longer ones, what stands in runs counts.
    static constexpr std::size_t most_aligned = std::size_t{1} << 15;

    /// Takes the equal tokens off with which two sides begin and end, and returns how many there are.
    static std::int32_t cut_equal_ends(std::span<const std::uint64_t>& a, std::span<const std::uint64_t>& b) {
        const auto first =
            static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
        a = a.subspan(first);
        b = b.subspan(first);
        const auto last =
            static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
        a = a.first(a.size() - last);
        b = b.first(b.size() - last);
        return static_cast<std::int32_t>(first + last);
    }

    std::vector<Passage> from_regions() {
        words_.read(source_.tokens, source_.flags, page_.tokens);
        std::vector<Region> regions = regions_.find();
        abridgement_.add_to(regions);
        std::sort(regions.begin(), regions.end(),
                  [](const Region& a, const Region& b) { return a.page.begin < b.page.begin; });
        std::vector<Passage> passages;
        for (std::size_t r = 0; r < regions.size(); ++r) {
            const std::int32_t from = passages.empty() ? 0 : passages.back().page.end;
            const auto tokens = static_cast<std::int32_t>(page_.tokens.size());
            const std::int32_t to = r + 1 < regions.size() ? regions[r + 1].page.begin : tokens;
            Region region = regions[r];
            // What was taken word for word is told by the runs: where they end, where they stand, and what lies
            // between.
            if (words_in_runs({region.source, region.page}) >= word_for_word * region.found) continue;
            region.source = to_sentences(source_, region.source, region.source_survival);
            region.page = to_sentences(page_, region.page, region.page_survival);
            region.page = {std::max(region.page.begin, from), std::min(region.page.end, to)};
            if (region.page.length() > 0) passages.push_back({region.source, region.page});
        }
        return passages;
    }

    /// Moves the ends of a stretch to the nearest ends of sentences, outwards rather than inwards. The more words
    /// were replaced, the less is the last one found the last one taken.
    static Extent to_sentences(const PassageSide& side, Extent stretch, double survival) {
        constexpr double furthest_out = 8, furthest_in = 3, outwards_for_inwards = 1.5;
        const double doubt = std::min(1.0, 2 * (1 - survival));
        const auto out = static_cast<std::int32_t>(furthest_out * doubt);
        const auto in = static_cast<std::int32_t>(furthest_in * doubt);
        const auto nearest = [&](std::int32_t end, std::int32_t outwards) {
            std::int32_t moved_out = out + 1;
            // No further than the ends of the text, which end sentences.
            for (std::int32_t k = 0; k <= out && moved_out > out; ++k) {
                if (side.begins_sentence(end + k * outwards)) moved_out = k;
            }
            for (std::int32_t k = 1; k <= in && k < stretch.length(); ++k) {
                if (moved_out <= out && k * outwards_for_inwards >= moved_out) break;
                if (side.begins_sentence(end - k * outwards)) return end - k * outwards;
            }
            return moved_out <= out ? end + moved_out * outwards : end;
        };
        const Extent snapped{nearest(stretch.begin, -1), nearest(stretch.end, 1)};
        return snapped.length() > 0 ? snapped : stretch;
    }

    /// Runs, or parts of them, outside the passages there are; neighbours in both texts become one.
    std::vector<Passage> from_runs(const std::vector<Passage>& passages) const {
        std::vector<Passage> made;
        std::int32_t equal = 0;  // tokens of the last one that stand in runs
        std::size_t next = 0;    // first passage that does not end before the run
        std::size_t before = 0;  // and before the last piece
        for (const Run& run : runs_) {
            const std::int32_t end = run.page_begin + run.length;
            while (next < passages.size() && passages[next].page.end <= run.page_begin) ++next;
            std::int32_t begin = run.page_begin;
            for (std::size_t p = next; begin < end; ++p) {
                const bool covered = p < passages.size() && passages[p].page.begin < end;
                const std::int32_t stop = covered ? passages[p].page.begin : end;
                if (stop - begin >= rule_.min_run) {
                    add(made, equal, p == before,
                        {{run.source_begin + begin - run.page_begin, run.source_begin + stop - run.page_begin},
                         {begin, stop}});
                    before = p;
                }
                begin = covered ? passages[p].page.end : end;
            }
        }
        return made;
    }

    /// Appends a piece of a run, or joins it to the one before if no passage and little else lies between, and most
    /// of the whole stays the same.
    void add(std::vector<Passage>& made, std::int32_t& equal, bool adjacent, Passage piece) const {
        const std::int32_t words = piece.page.length();
        if (adjacent && !made.empty()) {
            Passage& last = made.back();
            const std::int32_t on_page = piece.page.begin - last.page.end;
            const std::int32_t in_source = piece.source.begin - last.source.end;
            const bool near = on_page <= rule_.bridge && in_source >= 0 && in_source <= rule_.bridge;
            if (near && equal + words >= rule_.edited * (piece.page.end - last.page.begin)) {
                last.page.end = piece.page.end;
                last.source.end = piece.source.end;
                equal += words;
                return;
            }
        }
        made.push_back(piece);
        equal = words;
    }

    /// Words of the passage's page side that stand in shared runs, in any order.
    std::int32_t words_in_runs(const Passage& passage) const {
        std::int32_t words = 0;
        auto run = std::partition_point(runs_.begin(), runs_.end(),
                                        [&](const Run& r) { return r.page_begin + r.length <= passage.page.begin; });
        for (; run != runs_.end() && run->page_begin < passage.page.end; ++run) {
            const Extent source{run->source_begin, run->source_begin + run->length};
            if (!overlap_of(source, passage.source)) continue;
            words += overlap_of({run->page_begin, run->page_begin + run->length}, passage.page);
        }
        return words;
    }

    PassageRule rule_;
    PairWords words_;
    RegionFinder regions_;
    Abridgement abridgement_;
    PassageSide source_, page_;
    std::span<const Run> runs_;
    std::vector<std::uint8_t> quoted_;
};

inline std::vector<std::uint8_t> PassageMaker::moved(const std::vector<Passage>& passages) {
    const std::size_t n = passages.size();
    std::vector<std::size_t> order(n);  // by source
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return passages[a].source.begin < passages[b].source.begin; });
    std::vector<std::size_t> rank(n);
    for (std::size_t i = 0; i < n; ++i) {
        const bool same = i > 0 && passages[order[i]].source.begin == passages[order[i - 1]].source.begin;
        rank[order[i]] = same ? rank[order[i - 1]] : i + 1;
    }
    // Weightiest sequence that ends with a source of at most a rank: maxima over prefixes, by Fenwick's tree.
    struct Best {
        std::int64_t words = 0;
        std::size_t last = 0;  // passage, counted from 1
    };
    std::vector<Best> tree(n + 1), ending(n + 1);
    std::size_t last = 0;
    for (std::size_t i = 0; i < n; ++i) {
        Best before;
        for (std::size_t r = rank[i]; r > 0; r -= r & (~r + 1)) {
            if (tree[r].words > before.words) before = tree[r];
        }
        ending[i + 1] = {before.words + passages[i].page.length(), before.last};
        for (std::size_t r = rank[i]; r <= n; r += r & (~r + 1)) {
            if (ending[i + 1].words > tree[r].words) tree[r] = {ending[i + 1].words, i + 1};
        }
        if (ending[i + 1].words > ending[last].words) last = i + 1;
    }
    std::vector<std::uint8_t> out_of_order(n, 1);
    for (std::size_t i = last; i > 0; i = ending[i].last) out_of_order[i - 1] = 0;
    return out_of_order;
}

/// One side of all pairs: the tokens of its documents, and the document of each pair.
struct PassageInput {
    std::span<const std::uint64_t> tokens;
    std::span<const std::uint8_t> flags;
    Offsets offsets;
    std::span<const std::int32_t> row;

    PassageSide of(std::size_t pair) const {
        const auto d = static_cast<std::size_t>(row[pair]);
        return {reuse::row(tokens, offsets, d), reuse::row(flags, offsets, d)};
    }
};

/// Pairs of one page that follow each other are a unit, so that its words are numbered once, as long as their texts are
/// not many tokens together.
inline std::vector<Rows> units_of_pages(const PassageInput& source, const PassageInput& page) {
    constexpr std::size_t tokens_of_unit = std::size_t{1} << 16;
    std::vector<Rows> units;
    std::size_t tokens = 0;
    for (std::size_t p = 0; p < page.row.size(); ++p) {
        if (p == 0 || page.row[p] != page.row[p - 1] || tokens > tokens_of_unit) {
            units.push_back({p, p});
            tokens = 0;
        }
        units.back().end = p + 1;
        tokens += source.of(p).tokens.size() + page.of(p).tokens.size();
    }
    return units;
}

/// Passages of every pair, given its shared runs and whether rewritten ones are looked for.
inline Passages passages(const PassageInput& source, const PassageInput& page, Offsets run_offsets,
                         std::span<const std::int32_t> run_source, std::span<const std::int32_t> run_page,
                         std::span<const std::int32_t> run_length, std::span<const std::uint8_t> rewritten,
                         const KnownRarity& known, const PassageRule& rule, int threads) {
    std::vector<Run> runs(run_length.size());
    for (std::size_t r = 0; r < runs.size(); ++r) runs[r] = {run_source[r], run_page[r], run_length[r]};

    struct Told {
        PassageMaker::Passage passage;
        std::int32_t equal_words, quoted_words;
        PassageKind kind;
        std::uint8_t moved;
    };
    const std::vector<Rows> units = units_of_pages(source, page);
    std::vector<std::vector<Told>> found(units.size());
    Passages result;
    result.offsets.resize(source.row.size() + 1);
    for_each_unit(
        units.size(), threads, [&] { return PassageMaker(known, rule); },
        [&](std::size_t unit, PassageMaker& maker) {
            for (std::size_t p = units[unit].begin; p < units[unit].end; ++p) {
                const auto made =
                    maker.make(source.of(p), page.of(p), row(std::span<const Run>(runs), run_offsets, p), rewritten[p]);
                result.offsets[p + 1] = static_cast<std::int64_t>(made.size());
                if (made.empty()) continue;
                const std::vector<std::uint8_t> moved = PassageMaker::moved(made);
                const std::vector<std::uint8_t>& quoted = maker.quoted();
                for (std::size_t i = 0; i < made.size(); ++i) {
                    const auto first = quoted.begin() + made[i].page.begin;
                    const std::int32_t equal = maker.equal_words(made[i]);
                    found[unit].push_back(
                        {made[i], equal, static_cast<std::int32_t>(std::count(first, first + made[i].page.length(), 1)),
                         maker.kind(made[i], equal), moved[i]});
                }
            }
        });

    accumulate(result.offsets);
    const auto total = static_cast<std::size_t>(result.offsets.back());
    const auto make_room = [&](auto... columns) { ((result.*columns).reserve(total), ...); };
    make_room(&Passages::source_token, &Passages::source_words, &Passages::page_token, &Passages::words,
              &Passages::equal_words, &Passages::quoted_words);
    make_room(&Passages::kind, &Passages::moved);
    for (const std::vector<Told>& of_unit : found) {
        for (const Told& told : of_unit) {
            result.source_token.push_back(told.passage.source.begin);
            result.source_words.push_back(told.passage.source.length());
            result.page_token.push_back(told.passage.page.begin);
            result.words.push_back(told.passage.page.length());
            result.equal_words.push_back(told.equal_words);
            result.quoted_words.push_back(told.quoted_words);
            result.kind.push_back(static_cast<std::uint8_t>(told.kind));
            result.moved.push_back(told.moved);
        }
    }
    return result;
}

}  // namespace reuse
