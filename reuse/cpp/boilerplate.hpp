// SPDX-License-Identifier: Apache-2.0
// Texts of sites to the shingles that stand on many of their pages, and texts without the words these cover.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "column.hpp"
#include "distinct.hpp"
#include "members.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "sentences.hpp"
#include "shingles.hpp"
#include "sort.hpp"
#include "tokens.hpp"
#include "utf8.hpp"

namespace reuse {

/// Rows of hashes, ascending, each with a count.
struct Counted {
    std::vector<std::uint64_t> hash;
    std::vector<std::int32_t> count;
    std::vector<std::int64_t> offsets;
};

/// On how many pages a shingle must stand, and which pages say so.
struct Standards {
    std::size_t least_pages, one_in;  // at least so many pages, and one in so many of them
    std::size_t least_own,
        most_times;  // a page's other shingles: so many, and those that stand at most so often as many

    std::size_t enough(std::size_t pages) const { return std::max(least_pages, (pages + one_in - 1) / one_in); }
    bool counts(std::size_t own, std::size_t shared) const { return own >= least_own && shared <= most_times * own; }
};

/// The pages of one site, one after another, and what stands on many of them.
class Site {
public:
    Site(ShingleLengths lengths, Standards standards) : shingler_(lengths), standards_(standards) {}

    void clear() {
        postings_.clear();
        sizes_.clear();
    }

    void add(std::span<const std::uint8_t> text) {
        const auto shingles = distinct_.of(shingler_.run(text));
        const auto page = static_cast<std::uint32_t>(sizes_.size());
        for (const std::uint64_t shingle : shingles) postings_.push_back({shingle, page});
        sizes_.push_back(shingles.size());
    }

    /// Calls take(hash, pages) for each shingle that stands on enough pages, counting those pages alone that have text
    /// of their own beside what stands on enough pages.
    template <class Take>
    void standing(Take&& take) {
        scratch_.resize(std::max(scratch_.size(), postings_.size()));
        radix_sort(std::span(postings_), std::span(scratch_).first(postings_.size()),
                   [](const Posting& posting) { return posting.hash; });
        shared_.assign(sizes_.size(), 0);
        const std::size_t enough_of_all = standards_.enough(sizes_.size());
        for_each_hash([&](std::span<const Posting> group) {
            if (group.size() < enough_of_all) return;
            for (const Posting& posting : group) ++shared_[posting.page];
        });
        counting_.resize(sizes_.size());
        std::size_t counting = 0;
        for (std::size_t p = 0; p < sizes_.size(); ++p) {
            counting_[p] = standards_.counts(sizes_[p] - shared_[p], shared_[p]);
            counting += counting_[p];
        }
        const std::size_t enough = standards_.enough(counting);
        for_each_hash([&](std::span<const Posting> group) {
            if (group.size() < enough_of_all) return;
            std::size_t pages = 0;
            for (const Posting& posting : group) pages += counting_[posting.page];
            if (pages >= enough) take(group.front().hash, static_cast<std::int32_t>(pages));
        });
    }

private:
    struct Posting {
        std::uint64_t hash;
        std::uint32_t page;
    };

    template <class Visit>
    void for_each_hash(Visit&& visit) const {
        for (std::size_t begin = 0, end = 0; begin < postings_.size(); begin = end) {
            while (end < postings_.size() && postings_[end].hash == postings_[begin].hash) ++end;
            visit(std::span(postings_).subspan(begin, end - begin));
        }
    }

    Shingler shingler_;
    Standards standards_;
    Distinct distinct_;
    std::vector<Posting> postings_, scratch_;
    std::vector<std::size_t> sizes_, shared_;
    std::vector<std::uint8_t> counting_;
};

/// The shingles that stand on many pages of each site; site s has the texts rows[site_offsets[s]...].
inline Counted standing(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::int32_t> rows,
                        Offsets site_offsets, ShingleLengths lengths, Standards standards, int threads) {
    struct Found {
        std::vector<std::uint64_t> hash;
        std::vector<std::int32_t> count;
    };
    const std::size_t sites = site_offsets.size() - 1;
    std::vector<std::int64_t> work(sites + 1);
    for (std::size_t s = 0; s < sites; ++s) {
        for (const std::int32_t r : row(rows, site_offsets, s)) {
            work[s + 1] += static_cast<std::int64_t>(row(text, offsets, static_cast<std::size_t>(r)).size());
        }
    }
    accumulate(work);
    const std::vector<Rows> units = units_of(work, std::int64_t{1} << 16);
    std::vector<Found> found(units.size());
    Counted result{{}, {}, std::vector<std::int64_t>(sites + 1)};

    const auto make = [&] { return Site(lengths, standards); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, Site& site) {
        for (std::size_t s = units[u].begin; s < units[u].end; ++s) {
            site.clear();
            for (const std::int32_t r : row(rows, site_offsets, s)) {
                site.add(row(text, offsets, static_cast<std::size_t>(r)));
            }
            const std::size_t before = found[u].hash.size();
            site.standing([&](std::uint64_t hash, std::int32_t pages) {
                found[u].hash.push_back(hash);
                found[u].count.push_back(pages);
            });
            result.offsets[s + 1] = static_cast<std::int64_t>(found[u].hash.size() - before);
        }
    });

    accumulate(result.offsets);
    gather(found, &Found::hash, result.hash);
    gather(found, &Found::count, result.count);
    return result;
}

struct Among {
    std::vector<std::int32_t> distinct;  // [documents] shingles of each
    std::vector<std::uint64_t> hash;     // those of them that are in the set, ascending
    std::vector<std::int32_t> place;     // how many shingles of the text stand before each, where it is first
    std::vector<std::int64_t> offsets;
};

/// The distinct shingles of the texts for which `wanted` is not 0 that are among some, and how many there are in all.
inline Among among(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::uint8_t> wanted,
                   std::span<const std::uint64_t> some, ShingleLengths lengths, int threads) {
    struct Hit {
        std::uint64_t hash;
        std::int32_t place;
    };
    struct Scratch {
        Shingler shingler;
        Distinct distinct;
        std::vector<Hit> hits, sorting_hits;
    };
    struct Found {
        std::vector<std::uint64_t> hash;
        std::vector<std::int32_t> place;
    };
    const Ascending set(some);
    const std::vector<Rows> units = units_of(only(offsets, wanted), std::int64_t{1} << 16);
    std::vector<Found> found(units.size());
    Among result{std::vector<std::int32_t>(wanted.size()), {}, {}, std::vector<std::int64_t>(offsets.size())};

    const auto make = [&] { return Scratch{Shingler(lengths), {}, {}, {}}; };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, Scratch& scratch) {
        auto& [hashes, places] = found[u];
        auto& hits = scratch.hits;
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            if (!wanted[d]) continue;
            const auto shingles = scratch.shingler.run(row(text, offsets, d));
            hits.clear();
            for (std::size_t i = 0; i < shingles.size(); ++i) {
                if (set.contains(shingles[i])) hits.push_back({shingles[i], static_cast<std::int32_t>(i)});
            }
            scratch.sorting_hits.resize(std::max(scratch.sorting_hits.size(), hits.size()));
            radix_sort(std::span(hits), std::span(scratch.sorting_hits).first(hits.size()),
                       [](const Hit& hit) { return hit.hash; });
            const std::size_t before = hashes.size();
            for (const Hit& hit : hits) {
                if (hashes.size() > before && hashes.back() == hit.hash) continue;
                hashes.push_back(hit.hash);
                places.push_back(hit.place);
            }
            result.distinct[d] = static_cast<std::int32_t>(scratch.distinct.of(shingles).size());
            result.offsets[d + 1] = static_cast<std::int64_t>(hashes.size() - before);
        }
    });

    accumulate(result.offsets);
    gather(found, &Found::hash, result.hash);
    gather(found, &Found::place, result.place);
    return result;
}

/// Stretches of texts, in code points.
struct Stretches {
    std::vector<std::int32_t> begin, end, words;
    std::vector<std::int64_t> offsets;
};

/// How many tokens in a row make a stretch that counts wherever it stands.
using LeastRun = ShingleLengths;

/// Finds the stretches of one text after another that shingles of two sets cover.
class Marker {
public:
    Marker(ShingleLengths lengths, LeastRun least) : lengths_(lengths), least_(least), shingles_(lengths) {}

    /// Calls take(begin, end, words) for each run of tokens that shingles of `own` cover, or shingles of `site`: of
    /// these runs, such as are long, or whole sentences at a line's end or beginning.
    template <class Take>
    void run(std::span<const std::uint8_t> text, const Ascending& site, const Ascending& own, Take&& take) {
        tokens_.clear(most_tokens(text.size(), 1));
        Tokenizer(text, tokens_).run();
        if (!cover(site, own)) return;
        keep_runs(text);
        for (std::size_t begin = 0, end = 0; begin < tokens_.count; begin = end + 1) {
            for (end = begin; end < tokens_.count && covered_[end];) ++end;
            if (end > begin) take(tokens_.begin[begin], tokens_.end[end - 1], static_cast<std::int32_t>(end - begin));
        }
    }

private:
    static constexpr std::uint8_t by_site = 1, by_own = 2;

    /// Says of each token by which sets it is covered; whether any is.
    bool cover(const Ascending& site, const Ascending& own) {
        const std::span<const std::uint8_t> flags(tokens_.flags.get(), tokens_.count);
        covered_.assign(tokens_.count, 0);
        std::size_t site_end = 0, own_end = 0;
        shingles_.of({tokens_.hash.get(), tokens_.count}, flags, [&](std::size_t begin, std::uint64_t shingle) {
            const std::size_t end = begin + lengths_.of(flags[begin]);
            if (site.contains(shingle)) cover(by_site, begin, end, site_end);
            if (own.contains(shingle)) cover(by_own, begin, end, own_end);
        });
        return site_end || own_end;
    }

    /// Covers tokens; those before `covered_end` are as far as they ever will be.
    void cover(std::uint8_t by, std::size_t begin, std::size_t end, std::size_t& covered_end) {
        for (covered_end = std::max(covered_end, begin); covered_end < end; ++covered_end) covered_[covered_end] |= by;
    }

    /// Uncovers what only shingles of the site cover where it is neither long nor whole: a turn of phrase that the site
    /// is fond of.
    void keep_runs(std::span<const std::uint8_t> text) {
        bounds_known_ = false;
        for (std::size_t begin = 0, end = 0; begin < tokens_.count; begin = end + 1) {
            for (end = begin; end < tokens_.count && (covered_[end] & by_site);) ++end;
            if (end == begin || end - begin >= least_.of(tokens_.flags[begin])) continue;
            if (is_whole(text, begin, end)) continue;
            for (std::size_t i = begin; i < end; ++i) covered_[i] &= by_own;
        }
    }

    /// Whether a run of tokens is whole sentences and begins or ends a line.
    bool is_whole(std::span<const std::uint8_t> text, std::size_t begin, std::size_t end) {
        if (!bounds_known_) find_bounds(text);
        const bool line_before = breaks_before(begin), line_behind = breaks_before(end);
        return (line_before || line_behind) && (line_before || is_first(begin)) && (line_behind || is_first(end));
    }

    /// Whether a line ends between token i and the one before it; so do the ends of the text.
    bool breaks_before(std::size_t i) const {
        if (i == 0 || i == tokens_.count) return true;
        const auto found = std::lower_bound(breaks_.begin(), breaks_.end(), tokens_.end[i - 1]);
        return found != breaks_.end() && *found < tokens_.begin[i];
    }

    bool is_first(std::size_t i) const { return tokens_.flags[i] & flag_first; }

    void find_bounds(std::span<const std::uint8_t> text) {
        breaks_.clear();
        std::int32_t position = 0;
        for (const std::uint8_t *p = text.data(), *end = p + text.size(); p != end; ++position) {
            if (*p == '\n' || *p == '\r') breaks_.push_back(position);
            p += decode(p, end).bytes;
        }
        mark_sentences(tokens_.signs, {tokens_.begin.get(), tokens_.count}, {tokens_.flags.get(), tokens_.count});
        bounds_known_ = true;
    }

    ShingleLengths lengths_;
    LeastRun least_;
    ShingleFinder shingles_;
    PlacedTokens tokens_;
    std::vector<std::uint8_t> covered_;
    std::vector<std::int32_t> breaks_;  // line ends
    bool bounds_known_ = false;
};

/// The stretches of texts that shingles cover: those of the site that sets[d] names in `hash`, unless it is negative,
/// and those of `own`.
inline Stretches mark(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::int32_t> sets,
                      std::span<const std::uint64_t> hash, Offsets hash_offsets, std::span<const std::uint64_t> own,
                      ShingleLengths lengths, LeastRun least, int threads) {
    struct Found {
        std::vector<std::int32_t> begin, end, words;
    };
    const Ascending everywhere(own), nothing({});
    std::vector<Ascending> sites;
    for (std::size_t s = 0; s + 1 < hash_offsets.size(); ++s) sites.emplace_back(row(hash, hash_offsets, s));
    const auto site_of = [&](std::size_t d) -> const Ascending& {
        return sets[d] < 0 ? nothing : sites[static_cast<std::size_t>(sets[d])];
    };
    std::vector<std::uint8_t> wanted(sets.size());
    for (std::size_t d = 0; d < sets.size(); ++d) wanted[d] = !everywhere.empty() || !site_of(d).empty();
    const std::vector<Rows> units = units_of(only(offsets, wanted), std::int64_t{1} << 16);
    std::vector<Found> found(units.size());
    Stretches result{{}, {}, {}, std::vector<std::int64_t>(offsets.size())};

    const auto make = [&] { return Marker(lengths, least); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, Marker& marker) {
        Found& here = found[u];
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            if (!wanted[d]) continue;
            const std::size_t before = here.begin.size();
            marker.run(row(text, offsets, d), site_of(d), everywhere,
                       [&](std::int32_t begin, std::int32_t end, std::int32_t words) {
                           here.begin.push_back(begin);
                           here.end.push_back(end);
                           here.words.push_back(words);
                       });
            result.offsets[d + 1] = static_cast<std::int64_t>(here.begin.size() - before);
        }
    });

    accumulate(result.offsets);
    gather(found, &Found::begin, result.begin);
    gather(found, &Found::end, result.end);
    gather(found, &Found::words, result.words);
    return result;
}

struct Blanked {
    Column<std::uint8_t> text;
    std::vector<std::int64_t> offsets;       // [documents + 1]
    Column<std::uint8_t> kept;               // what stood in the stretches
    std::vector<std::int64_t> kept_offsets;  // [stretches + 1]
};

/// Texts with a space for each code point of some stretches, line ends aside, and what stood there. Stretches of a
/// text ascend and do not overlap; places in code points stay what they are.
inline Blanked blank(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::int32_t> begin,
                     std::span<const std::int32_t> end, Offsets stretches, int threads) {
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 18);
    std::vector<std::size_t> place(begin.size());  // of each stretch in bytes of its text
    std::vector<std::int64_t> sizes(offsets.size()), kept(begin.size() + 1);
    for_each_unit(units.size(), threads, [&](std::size_t u) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const auto whole = row(text, offsets, d);
            const std::uint8_t *p = whole.data(), *const stop = p + whole.size();
            std::int32_t position = 0;
            std::int64_t size = offsets[d + 1] - offsets[d];
            for (auto s = static_cast<std::size_t>(stretches[d]); s < static_cast<std::size_t>(stretches[d + 1]); ++s) {
                p = skip(p, stop, begin[s] - position);
                const std::uint8_t* const first = p;
                for (position = begin[s]; position < end[s] && p != stop; ++position) {
                    const std::uint32_t bytes = decode(p, stop).bytes;
                    size -= bytes - 1;
                    p += bytes;
                }
                place[s] = static_cast<std::size_t>(first - whole.data());
                kept[s + 1] = p - first;
            }
            sizes[d + 1] = size;
        }
    });
    accumulate(sizes);
    accumulate(kept);

    const auto total = static_cast<std::size_t>(sizes.back()), total_kept = static_cast<std::size_t>(kept.back());
    Blanked result{Column<std::uint8_t>(total), {}, Column<std::uint8_t>(total_kept), {}};
    for_each_unit(units.size(), threads, [&](std::size_t u) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const auto whole = row(text, offsets, d);
            std::uint8_t* out = result.text.data() + sizes[d];
            std::size_t done = 0;
            for (auto s = static_cast<std::size_t>(stretches[d]); s < static_cast<std::size_t>(stretches[d + 1]); ++s) {
                const auto length = static_cast<std::size_t>(kept[s + 1] - kept[s]);
                out = std::copy(whole.begin() + static_cast<std::ptrdiff_t>(done),
                                whole.begin() + static_cast<std::ptrdiff_t>(place[s]), out);
                const auto left_out = whole.subspan(place[s], length);
                result.kept.write(static_cast<std::size_t>(kept[s]), left_out.data(), length);
                for (const std::uint8_t *p = left_out.data(), *const stop = p + length; p != stop;) {
                    *out++ = *p == '\n' || *p == '\r' ? *p : std::uint8_t{' '};
                    p += decode(p, stop).bytes;
                }
                done = place[s] + length;
            }
            out = std::copy(whole.begin() + static_cast<std::ptrdiff_t>(done), whole.end(), out);
            assert(out == result.text.data() + sizes[d + 1]);
        }
    });

    result.text.finish(total);
    result.kept.finish(total_kept);
    result.offsets = std::move(sizes);
    result.kept_offsets = std::move(kept);
    return result;
}

}  // namespace reuse
