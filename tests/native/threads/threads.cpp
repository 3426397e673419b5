// SPDX-License-Identifier: Apache-2.0
// Every kernel that has threads, with one to eight of them: the same bits, and ends wherever somebody asks for one.
// Built with -fsanitize=thread, so that it tells of races, too. Prints what does not hold, and ends with 1.
#include <atomic>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <type_traits>

#include "agreement.hpp"
#include "boilerplate.hpp"
#include "candidates.hpp"
#include "differences.hpp"
#include "frequent.hpp"
#include "members.hpp"
#include "passages.hpp"
#include "retrieval.hpp"
#include "runs.hpp"
#include "scores.hpp"
#include "shingles.hpp"
#include "sketches.hpp"
#include "terms.hpp"
#include "tokens.hpp"

namespace {

using Hashes = std::vector<std::uint64_t>;
using Places = std::vector<std::int64_t>;
using RowNumbers = std::vector<std::int32_t>;
using Bytes = std::vector<std::uint8_t>;

/// Numbers that are the same in every run.
class Chance {
public:
    std::size_t below(std::size_t end) { return reuse::mix(++drawn_) % end; }

private:
    std::uint64_t drawn_ = 0;
};

/// The bytes of results, one after another.
class Bits {
public:
    template <class Array>
    Bits& add(const Array& values) {
        using Value = std::remove_cvref_t<decltype(values.data()[0])>;
        const std::size_t count = values.size();
        all_.append(reinterpret_cast<const char*>(&count), sizeof count);
        if (count) all_.append(reinterpret_cast<const char*>(values.data()), count * sizeof(Value));
        return *this;
    }

    Bits& add(std::int64_t number) { return add(std::array{number}); }

    const std::string& all() const { return all_; }

private:
    std::string all_;
};

template <class... Parts>
std::string bits(const Parts&... parts) {
    Bits all;
    (all.add(parts), ...);
    return all.all();
}

/// Texts of which each takes over stretches of those before: some long, so that there are many units of work.
struct Texts {
    Bytes text;
    Places offsets{0};
    Bytes wanted;

    explicit Texts(std::size_t count) {
        Chance chance;
        for (std::size_t d = 0; d < count; ++d) {
            std::string written = "The site of all our news.\n";
            while (written.size() < 3'000) {
                if (d > 0 && chance.below(12) == 0) {
                    const std::size_t from = chance.below(text.size() - 500);
                    written.append(text.begin() + static_cast<std::ptrdiff_t>(from),
                                   text.begin() + static_cast<std::ptrdiff_t>(from + 400));
                }
                written += sentence(chance);
            }
            text.insert(text.end(), written.begin(), written.end());
            offsets.push_back(static_cast<std::int64_t>(text.size()));
            wanted.push_back(d % 7 != 3);
        }
    }

    std::size_t count() const { return wanted.size(); }

private:
    static std::string sentence(Chance& chance) {
        if (chance.below(30) == 0) return "「日本語の文章です。」";
        std::string words;
        for (std::size_t length = 5 + chance.below(15); length > 0; --length) {
            words += "w" + std::to_string(chance.below(1 + chance.below(3'000))) + (length > 1 ? " " : ". ");
        }
        return words;
    }
};

/// All that kernels want to have, made by kernels with one thread.
struct Given {
    Texts texts{100};
    reuse::Tokens tokens = reuse::tokenize(texts.text, texts.offsets, texts.wanted, 1);
    reuse::ShingleLengths lengths{5, 12};
    Bytes all = Bytes(texts.count(), 1);
    reuse::Sets sets = reuse::shingle_sets(texts.text, texts.offsets, all, lengths, 1);
    std::span<const std::uint64_t> shingles{sets.hash.data(), sets.hash.size()};
    Hashes known, words;
    RowNumbers rows, source_row, page_row, rank;
    Bytes rarity, parts, rewritten;
    Hashes root;
    std::vector<std::uint32_t> factors, summands;

    Given() {
        for (std::size_t i = 0; i < shingles.size(); i += 5) known.push_back(shingles[i]);
        known = sorted(known);
        for (std::size_t i = 0; i < tokens.hash.size(); i += 2) words.push_back(tokens.hash.data()[i]);
        words = sorted(words);
        root = words;
        for (std::size_t w = 0; w < words.size(); ++w) rarity.push_back(static_cast<std::uint8_t>(w % 64));
        for (std::size_t w = 0; w < words.size(); ++w) parts.push_back(static_cast<std::uint8_t>(w % 3));
        rows.resize(texts.count());
        std::iota(rows.begin(), rows.end(), 0);
        rank.assign(rows.rbegin(), rows.rend());
        for (std::int32_t page = 1; page < static_cast<std::int32_t>(texts.count()); ++page) {
            for (const std::int32_t source : {page / 2, page - 1}) {
                source_row.push_back(source);
                page_row.push_back(page);
                rewritten.push_back(page % 2);
            }
        }
        for (std::uint32_t p = 0; p < 64; ++p) {
            factors.push_back(2 * p * 40'503 + 1);
            summands.push_back(p * 77'777);
        }
    }

    std::span<const std::uint64_t> hashes() const { return {tokens.hash.data(), tokens.hash.size()}; }
    std::span<const std::uint8_t> flags() const { return {tokens.flags.data(), tokens.flags.size()}; }

private:
    static Hashes sorted(Hashes values) {
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        return values;
    }
};

struct Kernel {
    const char* name;
    std::function<std::string(int)> run;  // with so many threads; its results as bytes
};

std::vector<Kernel> of_texts(const Given& given) {
    const Texts& texts = given.texts;
    return {
        {"tokenize",
         [&](int threads) {
             const auto t = reuse::tokenize(texts.text, texts.offsets, texts.wanted, threads);
             return bits(t.hash, t.begin, t.end, t.flags, t.offsets, t.replaced);
         }},
        {"sketch",
         [&](int threads) {
             const auto s =
                 reuse::sketch(texts.text, texts.offsets, given.lengths, 6, given.factors, given.summands, threads);
             return bits(s.tokens, s.fingerprint, s.offsets, s.empty, s.minima);
         }},
        {"shingle_sets",
         [&](int threads) {
             const auto s = reuse::shingle_sets(texts.text, texts.offsets, texts.wanted, given.lengths, threads);
             return bits(s.hash, s.offsets);
         }},
        {"standing",
         [&](int threads) {
             Places sites;
             for (std::size_t d = 0; d <= texts.count(); d += 20) sites.push_back(static_cast<std::int64_t>(d));
             const auto s =
                 reuse::standing(texts.text, texts.offsets, given.rows, sites, given.lengths, {2, 6, 1, 50}, threads);
             return bits(s.hash, s.count, s.offsets);
         }},
        {"among",
         [&](int threads) {
             const auto a = reuse::among(texts.text, texts.offsets, texts.wanted, given.known, given.lengths, threads);
             return bits(a.distinct, a.hash, a.place, a.offsets);
         }},
        {"mark",
         [&](int threads) {
             const Places one_site{0, static_cast<std::int64_t>(given.known.size())};
             const RowNumbers sets(texts.count(), 0);
             const auto m = reuse::mark(texts.text, texts.offsets, sets, given.known, one_site, {}, given.lengths,
                                        {10, 20}, threads);
             return bits(m.begin, m.end, m.words, m.offsets);
         }},
        {"blank",
         [&](int threads) {
             RowNumbers begin, end;
             Places stretches{0};
             for (std::size_t d = 0; d < texts.count(); ++d) {
                 for (std::int32_t at = 100; at < 2'000; at += 300) {
                     begin.push_back(at);
                     end.push_back(at + 120);
                 }
                 stretches.push_back(static_cast<std::int64_t>(begin.size()));
             }
             const auto b = reuse::blank(texts.text, texts.offsets, begin, end, stretches, threads);
             return bits(b.text, b.offsets, b.kept, b.kept_offsets);
         }},
        {"frequent",
         [&](int threads) {
             const Bytes words{' ', 'w', '1'};
             const Places word_offsets{0, 3};
             return bits(reuse::frequent(texts.text, texts.offsets, texts.wanted, {words, word_offsets, 1'000, 30, 10},
                                         threads));
         }},
        {"key_terms",
         [&](int threads) {
             const reuse::Vocabulary vocabulary(given.words);
             const auto t = reuse::key_terms(texts.text, texts.offsets, {vocabulary, given.root, given.rarity},
                                             {50, 3, 30, 3, 4, 100}, threads);
             return bits(t.hash, t.offsets);
         }},
    };
}

std::vector<Kernel> of_hashes(const Given& given) {
    const Places& rows = given.sets.offsets;
    return {
        {"sign",
         [&](int threads) { return bits(reuse::sign(given.shingles, rows, given.factors, given.summands, threads)); }},
        {"bands",
         [&](int threads) {
             std::vector<std::uint32_t> minima(4'000 * 16);
             std::iota(minima.begin(), minima.end(), 7);
             Bytes empty(4'000);
             for (std::size_t d = 0; d < empty.size(); d += 9) empty[d] = 1;
             const auto b = reuse::bands(minima, empty, 16, 4, 4, threads);
             return bits(b.hash, b.offsets);
         }},
        {"members",
         [&](int threads) {
             Hashes asked;
             for (int copies = 0; copies < 3; ++copies) {
                 asked.insert(asked.end(), given.shingles.begin(), given.shingles.end());
             }
             return bits(reuse::members(asked, given.known, threads));
         }},
        {"shingles_among",
         [&](int threads) {
             return bits(reuse::shingles_among(given.hashes(), given.flags(), given.tokens.offsets, given.texts.wanted,
                                               given.known, given.lengths, threads));
         }},
        {"overlap",
         [&](int threads) {
             return bits(
                 reuse::overlap(given.shingles, rows, given.shingles, rows, given.source_row, given.page_row, threads));
         }},
        {"join",
         [&](int threads) {
             const auto j = reuse::join(given.shingles, rows, given.shingles, rows, {given.known, 30, 5},
                                        {8, 5, 8, given.rank}, threads);
             return bits(j.pairs.source, j.pairs.page, j.pairs.shared, j.pairs.rarity, j.pairs.count, j.capped);
         }},
        {"collide",
         [&](int threads) {
             const auto c = reuse::collide(given.shingles, rows, {}, {}, true, 20, threads);
             return bits(c.pairs.source, c.pairs.page, c.pairs.shared, c.overfull);
         }},
        {"retrieve",
         [&](int threads) {
             Places held{0};
             RowNumbers sources;
             for (std::size_t term = 0; term < given.known.size(); ++term) {
                 for (std::size_t source = term % 7; source < 150; source += 11 + term % 90) {
                     sources.push_back(static_cast<std::int32_t>(source));
                 }
                 held.push_back(static_cast<std::int64_t>(sources.size()));
             }
             const Hashes keys(150, 1);
             const auto r = reuse::retrieve({given.known, held, sources, keys}, given.shingles, rows,
                                            {1'000, 100, 2, 20}, threads);
             return bits(r.source, r.page, r.shared, r.score, r.count, r.capped);
         }},
    };
}

std::vector<Kernel> of_pairs(const Given& given) {
    const Places& rows = given.tokens.offsets;
    const auto runs_of = [&given, &rows](int threads) {
        return reuse::shared_runs(given.hashes(), rows, given.hashes(), rows, given.source_row, given.page_row, 8, 4,
                                  threads);
    };
    return {
        {"shared_runs",
         [=](int threads) {
             const auto r = runs_of(threads);
             return bits(r.offsets, r.source_begin, r.page_begin, r.length, r.longest);
         }},
        {"agreement",
         [&](int threads) {
             const reuse::Lexicon lexicon(given.words, given.root, given.parts);
             const reuse::AgreementSide side{given.hashes(), given.hashes(), given.flags(), rows};
             const auto a = reuse::agreement(side, side, given.source_row, given.page_row, lexicon,
                                             {4, 32, 0.1, 8, 10, 10, 10, 10}, threads);
             return bits(a.order, a.reach, a.spread, a.shared, a.facts, a.unquoted);
         }},
        {"passages",
         [=, &given, &rows](int threads) {
             const reuse::Vocabulary vocabulary(given.words);
             const auto r = runs_of(1);
             const auto p =
                 reuse::passages({given.hashes(), given.flags(), rows, given.source_row},
                                 {given.hashes(), given.flags(), rows, given.page_row}, r.offsets, r.source_begin,
                                 r.page_begin, r.length, given.rewritten, {vocabulary, given.rarity},
                                 {8, 20, 0.8, {32, 10, 28, 52, 30, 14, 0.5, 0.05, 0.97, 22}}, threads);
             return bits(p.offsets, p.source_token, p.source_words, p.page_token, p.words, p.equal_words,
                         p.quoted_words, p.kind, p.moved);
         }},
        {"differences",
         [&](int threads) {
             const std::size_t pairs = given.source_row.size();
             const RowNumbers from(pairs, 0);
             const auto some = [&](const RowNumbers& of) {
                 RowNumbers words;
                 for (const std::int32_t d : of) {
                     const auto row = static_cast<std::size_t>(d);
                     words.push_back(static_cast<std::int32_t>(std::min<std::int64_t>(rows[row + 1] - rows[row], 80)));
                 }
                 return words;
             };
             const RowNumbers source_words = some(given.source_row), words = some(given.page_row);
             const auto d = reuse::differences(given.hashes(), rows, given.hashes(), rows,
                                               {given.source_row, given.page_row, from, source_words, from, words},
                                               {1 << 22, 2, 2}, threads);
             return bits(d.offsets, d.kind, d.source_begin, d.source_end, d.page_begin, d.page_end);
         }},
    };
}

std::atomic<int> faults{0};

void must(bool holds, const char* kernel, const char* what, int threads) {
    if (holds) return;
    ++faults;
    std::printf("%s with %d threads: %s\n", kernel, threads, what);
}

thread_local int asked = 0, stop_at = 0;

/// Whether a kernel ends where the thread that called it is told to stop after so many units.
bool is_stopped(const Kernel& kernel, int threads, int units, const std::string& expected) {
    asked = 0;
    stop_at = units;
    reuse::stop_requested = [] { return ++asked >= stop_at; };
    bool stopped = false;
    try {
        must(kernel.run(threads) == expected, kernel.name, "other bits, though nobody stopped it", threads);
    } catch (const reuse::Stopped&) {
        stopped = true;
    }
    reuse::stop_requested = nullptr;
    return stopped;
}

void check(const Kernel& kernel) {
    const std::string expected = kernel.run(1);
    for (int threads = 2; threads <= 8; ++threads) {
        must(kernel.run(threads) == expected, kernel.name, "other bits than with one", threads);
    }
    // The thread that called may find that others have done all units; one thread alone does at least one of two.
    must(is_stopped(kernel, 1, 1, expected), kernel.name, "goes on, though it was to stop", 1);
    must(is_stopped(kernel, 1, 2, expected), kernel.name, "has no more than one unit of work", 1);
    for (int threads : {2, 8}) {
        for (int units : {1, 2}) is_stopped(kernel, threads, units, expected);
    }
    // Two callers at a time, of which one is stopped.
    std::thread other([&] { is_stopped(kernel, 2, 1, expected); });
    must(kernel.run(2) == expected, kernel.name, "other bits beside another call", 2);
    other.join();
}

}  // namespace

int main() {
    const Given given;
    for (const auto& kernels : {of_texts(given), of_hashes(given), of_pairs(given)}) {
        for (const Kernel& kernel : kernels) {
            check(kernel);
            std::printf("%s\n", kernel.name);
        }
    }
    return faults > 0;
}
