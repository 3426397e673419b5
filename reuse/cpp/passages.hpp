// SPDX-License-Identifier: Apache-2.0
// Runs and regions to passages: disjoint on the page, ends where sentences end, told apart by how much of the
// wording is left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

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
    static constexpr std::int32_t least_source = 100, least_page = 60;
    static constexpr double accept = 30, most_explained = 0.9, survival = 0.5;
    /// Share of its pairs of neighbours that are neighbours in the source, and the most of them that may stand in
    /// half as many more tokens of the source as it has itself.
    static constexpr double least_neighbours = 0.25, most_in_one_place = 0.7;

    static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

    /// Stretches of the page whose words the source has, wherever.
    std::vector<Extent> stretches() const {
        std::array<double, rarities> gain;
        const auto source = static_cast<double>(words_.source_ids.size());
        for (std::size_t r = 0; r < rarities; ++r) gain[r] = natural_log(1 + survival / (source * frequencies[r]));
        const double loss = natural_log(1 - survival);
        std::vector<Extent> found;
        const auto tokens = static_cast<std::int32_t>(words_.page_ids.size());
        double sum = 0, best = 0;
        Extent stretch;
        for (std::int32_t t = 0; t <= tokens; ++t) {
            if (t == tokens || sum < std::max(0.0, best - rule_.drop)) {
                if (best >= accept && stretch.length() >= least_page) found.push_back(stretch);
                if (t == tokens) break;
                sum = best = 0;
                stretch = {t, t};
            }
            const std::int32_t id = words_.page_ids[index(t)];
            sum += id == PairWords::absent ? loss : gain[words_.rarity[index(id)]];
            if (sum > best) {
                best = sum;
                stretch.end = t + 1;
            }
        }
        return found;
    }

    /// Two words that stand side by side, as one number; negative where one is not in the source.
    static std::int64_t neighbours(std::span<const std::int32_t> ids, std::int32_t t) {
        const std::int64_t left = ids[index(t)], right = ids[index(t + 1)];
        return left < 0 || right < 0 ? -1 : (left << 32 | right);
    }

    /// Two neighbours of the source, and where they stand.
    struct Place {
        std::int64_t pair;
        std::int32_t token;
    };

    /// The neighbours of the source in order, made when first asked for.
    const std::vector<Place>& places() {
        if (!places_.empty()) return places_;
        for (std::int32_t t = 0; t + 1 < static_cast<std::int32_t>(words_.source_ids.size()); ++t) {
            places_.push_back({neighbours(words_.source_ids, t), t});
        }
        std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
            return a.pair != b.pair ? a.pair < b.pair : a.token < b.token;
        });
        return places_;
    }

    bool tells_all(Extent page) {
        std::vector<std::int64_t> told;
        for (std::int32_t t = page.begin; t + 1 < page.end; ++t) {
            if (const std::int64_t pair = neighbours(words_.page_ids, t); pair >= 0) told.push_back(pair);
        }
        std::sort(told.begin(), told.end());
        std::size_t shared = 0;
        constexpr std::int64_t unit = 2520 * 2520;                   // which the squares of 1 to 10 divide
        std::vector<std::pair<std::int32_t, std::int64_t>> weights;  // of places in the source
        const std::vector<Place>& in_source = places();
        const auto by_pair = [](const Place& place, std::int64_t pair) { return place.pair < pair; };
        for (std::size_t i = 0, next; i < told.size(); i = next) {
            for (next = i; next < told.size() && told[next] == told[i];) ++next;
            const auto first = std::lower_bound(in_source.begin(), in_source.end(), told[i], by_pair);
            const auto last = std::lower_bound(first, in_source.end(), told[i] + 1, by_pair);
            const std::int64_t times = last - first;
            if (times > 0) shared += next - i;
            // The more often they stand in the source, the less they say of the place.
            if (times > rule_.most_places) continue;
            for (auto place = first; place != last; ++place) weights.emplace_back(place->token, unit / (times * times));
        }
        if (static_cast<double>(shared) < least_neighbours * page.length()) return false;

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

    std::vector<Place> places_;
    const PairWords& words_;
    RegionRule rule_;
};

/// Makes the passages of one pair.
class PassageMaker {
public:
    PassageMaker(PassageSide source, PassageSide page, std::span<const Run> runs, const PassageRule& rule)
        : source_(source), page_(page), runs_(runs), rule_(rule) {}

    /// One passage before it is counted.
    struct Passage {
        Extent source, page;
    };

    /// The passages in page order; with regions only where rewritten ones are asked for.
    std::vector<Passage> make(const KnownRarity& known, bool rewritten) const {
        std::vector<Passage> passages;
        if (rewritten) passages = from_regions(known);
        const std::vector<Passage> others = from_runs(passages);
        passages.insert(passages.end(), others.begin(), others.end());
        std::sort(passages.begin(), passages.end(), by_page);
        return passages;
    }

    /// Tokens that both sides have in the same order.
    std::int32_t equal_words(const Passage& passage) const {
        const auto source = part(source_.tokens, passage.source), page = part(page_.tokens, passage.page);
        if (source.size() == page.size() && std::equal(source.begin(), source.end(), page.begin())) {
            return static_cast<std::int32_t>(page.size());
        }
        // Time grows with the product of the lengths: of two very long sides only what stands in runs is counted.
        constexpr std::size_t most = std::size_t{1} << 15;
        if (std::min(source.size(), page.size()) > most) return words_in_runs(passage);
        const bool source_is_shorter = source.size() < page.size();
        const CommonSubsequence shorter(source_is_shorter ? source : page);
        return static_cast<std::int32_t>(shorter.length(source_is_shorter ? page : source));
    }

    PassageKind kind(const Passage& passage, std::int32_t equal) const {
        const auto source = part(source_.tokens, passage.source), page = part(page_.tokens, passage.page);
        if (std::equal(source.begin(), source.end(), page.begin(), page.end())) return PassageKind::verbatim;
        return equal >= rule_.edited * passage.page.length() ? PassageKind::edited : PassageKind::spun;
    }

    /// For each token of the page whether it is quoted there, or in the source where it stands in a shared run.
    std::vector<std::uint8_t> quoted() const {
        std::vector<std::uint8_t> marked(page_.tokens.size());
        for (std::size_t t = 0; t < marked.size(); ++t) marked[t] = (page_.flags[t] & flag_quoted) != 0;
        for (const Run& run : runs_) {
            for (std::int32_t i = 0; i < run.length; ++i) {
                marked[index(run.page_begin + i)] |= (source_.flags[index(run.source_begin + i)] & flag_quoted) != 0;
            }
        }
        return marked;
    }

    /// For each passage whether it stands out of order: all are in order but those outside the weightiest ascending
    /// sequence of sources.
    static std::vector<std::uint8_t> moved(const std::vector<Passage>& passages);

private:
    static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

    static bool by_page(const Passage& a, const Passage& b) { return a.page.begin < b.page.begin; }

    static std::span<const std::uint64_t> part(std::span<const std::uint64_t> tokens, Extent stretch) {
        return tokens.subspan(index(stretch.begin), index(stretch.length()));
    }

    /// Share of a region's words found that stand in runs from which it is left to them.
    static constexpr double word_for_word = 0.8;

    std::vector<Passage> from_regions(const KnownRarity& known) const {
        const PairWords words(source_.tokens, source_.flags, page_.tokens, known);
        std::vector<Region> regions = RegionFinder(words, rule_.region).find();
        Abridgement(words, rule_.region).add_to(regions);
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
        const auto tokens = static_cast<std::int32_t>(side.tokens.size());
        const auto nearest = [&](std::int32_t end, std::int32_t outwards) {
            std::int32_t moved_out = out + 1;
            for (std::int32_t k = 0; k <= out && moved_out > out; ++k) {
                const std::int32_t t = end + k * outwards;
                if (t < 0 || t > tokens) break;
                if (side.begins_sentence(t)) moved_out = k;
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

    PassageSide source_, page_;
    std::span<const Run> runs_;
    PassageRule rule_;
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

/// Passages of every pair, given its shared runs and whether rewritten ones are looked for.
inline Passages passages(const PassageInput& source, const PassageInput& page, Offsets run_offsets,
                         std::span<const std::int32_t> run_source, std::span<const std::int32_t> run_page,
                         std::span<const std::int32_t> run_length, std::span<const std::uint8_t> rewritten,
                         const KnownRarity& known, const PassageRule& rule, int threads) {
    const std::size_t pairs = source.row.size();
    std::vector<Passages> found(pairs);
    for_each_unit(pairs, threads, [&](std::size_t p) {
        std::vector<Run> runs;
        for (auto r = static_cast<std::size_t>(run_offsets[p]); r < static_cast<std::size_t>(run_offsets[p + 1]); ++r) {
            runs.push_back({run_source[r], run_page[r], run_length[r]});
        }
        const PassageMaker maker(source.of(p), page.of(p), runs, rule);
        const std::vector<PassageMaker::Passage> made = maker.make(known, rewritten[p]);
        if (made.empty()) return;
        const std::vector<std::uint8_t> quoted = maker.quoted();
        Passages& of_pair = found[p];
        of_pair.moved = PassageMaker::moved(made);
        for (const PassageMaker::Passage& passage : made) {
            const std::int32_t equal = maker.equal_words(passage);
            of_pair.source_token.push_back(passage.source.begin);
            of_pair.source_words.push_back(passage.source.length());
            of_pair.page_token.push_back(passage.page.begin);
            of_pair.words.push_back(passage.page.length());
            of_pair.equal_words.push_back(equal);
            of_pair.quoted_words.push_back(static_cast<std::int32_t>(
                std::count(quoted.begin() + passage.page.begin, quoted.begin() + passage.page.end, 1)));
            of_pair.kind.push_back(static_cast<std::uint8_t>(maker.kind(passage, equal)));
        }
    });

    Passages result;
    result.offsets.resize(pairs + 1);
    for (std::size_t p = 0; p < pairs; ++p) result.offsets[p + 1] = static_cast<std::int64_t>(found[p].words.size());
    accumulate(result.offsets);
    const auto gather_columns = [&](auto... columns) { (gather(found, columns, result.*columns), ...); };
    gather_columns(&Passages::source_token, &Passages::source_words, &Passages::page_token, &Passages::words,
                   &Passages::equal_words, &Passages::quoted_words);
    gather_columns(&Passages::kind, &Passages::moved);
    return result;
}

}  // namespace reuse
