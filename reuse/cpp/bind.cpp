// SPDX-License-Identifier: Apache-2.0
// The only file that sees Python: checks arguments once, releases the GIL, hands arrays over.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "agreement.hpp"
#include "boilerplate.hpp"
#include "candidates.hpp"
#include "differences.hpp"
#include "frequent.hpp"
#include "members.hpp"
#include "ordered.hpp"
#include "passages.hpp"
#include "retrieval.hpp"
#include "runs.hpp"
#include "scores.hpp"
#include "shingles.hpp"
#include "sketches.hpp"
#include "tables.hpp"
#include "terms.hpp"
#include "texts.hpp"
#include "tokens.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

template <class T>
using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>, nb::c_contig>;

template <class T>
std::span<const T> view(const In<T>& array) {
    return {array.data(), array.shape(0)};
}

/// Hands a vector over to NumPy without copying it.
template <class T>
Out<T> give(std::vector<T>&& values) {
    auto* kept = new std::vector<T>(std::move(values));
    const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return Out<T>(kept->data(), {kept->size()}, owner);
}

template <class T>
Out<T> give(reuse::Column<T>&& values) {
    auto* kept = new reuse::Column<T>(std::move(values));
    const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<reuse::Column<T>*>(p); });
    return Out<T>(kept->data(), {kept->size()}, owner);
}

/// Python's threads whose kernels are to end; read and written with the GIL.
std::set<unsigned long> ended_threads;

/// Has the kernels that a thread of Python's calls end with a KeyboardInterrupt, or go on again.
void end_kernels_of(unsigned long thread, bool end) {
    if (end) {
        ended_threads.insert(thread);
    } else {
        ended_threads.erase(thread);
    }
}

/// Whether a signal, such as Ctrl-C, is waiting whose handler raised, or somebody ended the kernels of this thread:
/// Python's handlers run in its main thread alone. Asked some times a second.
bool interrupted() {
    using Clock = std::chrono::steady_clock;
    static thread_local Clock::time_point asked;
    const Clock::time_point now = Clock::now();
    if (now - asked < std::chrono::milliseconds(50)) return false;
    asked = now;
    const nb::gil_scoped_acquire locked;
    if (ended_threads.contains(PyThread_get_thread_ident())) PyErr_SetNone(PyExc_KeyboardInterrupt);
    return PyErr_Occurred() || PyErr_CheckSignals() != 0;
}

/// Calls a kernel without the GIL; signals are heard all the same.
template <class Kernel>
auto unlocked(Kernel&& kernel) {
    try {
        const nb::gil_scoped_release released;
        reuse::stop_requested = interrupted;
        return kernel();
    } catch (const reuse::Stopped&) {
        throw nb::python_error();  // what the handler raised
    }
}

void require(bool holds, const char* message) {
    if (!holds) throw nb::value_error(message);
}

/// The same where the message must be put together, once it is wanted.
template <class Message>
void require(bool holds, Message&& message)
    requires std::is_invocable_v<Message>
{
    if (!holds) throw nb::value_error(std::string(message()).c_str());
}

/// Offsets must begin at 0, never fall, and end at the number of values.
void check_rows(const In<std::int64_t>& offsets, std::size_t values, const char* name) {
    const auto o = view(offsets);
    require(!o.empty() && o[0] == 0, [&] { return std::string(name) + " must begin with 0"; });
    require(o.size() - 1 <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
            [&] { return std::string(name) + " has more rows than int32 can number"; });
    for (std::size_t d = 1; d < o.size(); ++d) {
        require(o[d] >= o[d - 1], [&] { return std::string(name) + " falls at row " + std::to_string(d - 1); });
        require(o[d] - o[d - 1] < std::numeric_limits<std::int32_t>::max(), [&] {
            return std::string(name) + ": row " + std::to_string(d - 1) + " is too long for int32 positions";
        });
    }
    require(static_cast<std::size_t>(o.back()) == values, [&] {
        return std::string(name) + " must end with " + std::to_string(values) + ", the number of values, not " +
               std::to_string(o.back());
    });
}

void check_pairs(const In<std::int32_t>& left, std::size_t left_rows, const In<std::int32_t>& right,
                 std::size_t right_rows) {
    require(left.shape(0) == right.shape(0), "the two sides of the pairs must have the same length");
    const auto within = [](std::span<const std::int32_t> rows, std::size_t count) {
        for (const std::int32_t r : rows) {
            if (r < 0 || static_cast<std::size_t>(r) >= count) return false;
        }
        return true;
    };
    require(within(view(left), left_rows) && within(view(right), right_rows), "a pair names a row that is not there");
}

void check_threads(int threads) {
    require(threads >= 1, [&] { return "threads must be at least 1, not " + std::to_string(threads); });
}

/// The most bytes that texts, str or bytes, take in UTF-8: all that their heads tell, which lie far apart.
auto most_bytes(const nb::list& contents) {
    constexpr std::size_t ahead = 16;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        if (i + ahead < contents.size()) __builtin_prefetch(PyList_GET_ITEM(contents.ptr(), i + ahead));
        PyObject* const content = PyList_GET_ITEM(contents.ptr(), i);
        if (PyUnicode_Check(content)) {
            // A character of 1, 2 or 4 bytes in memory takes at most 2, 3 or 4.
            const std::size_t most = PyUnicode_IS_ASCII(content)                       ? 1
                                     : PyUnicode_KIND(content) == PyUnicode_4BYTE_KIND ? 4
                                                                                       : PyUnicode_KIND(content) + 1;
            sum += most * static_cast<std::size_t>(PyUnicode_GET_LENGTH(content));
        } else {
            if (!PyBytes_Check(content)) throw nb::type_error("contents must be str or bytes");
            sum += static_cast<std::size_t>(PyBytes_GET_SIZE(content));
        }
    }
    return sum;
}

/// Copies texts, str or bytes, from the `first` on, one behind the other into `memory` from `begin` on; stops at one
/// that is not plain. Returns the length of each that was copied, in bytes.
auto lay(const nb::list& contents, std::size_t first,
         const nb::ndarray<std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>& memory, std::size_t begin) {
    std::vector<std::int64_t> lengths;
    require(begin <= memory.shape(0), "begin lies behind the memory");
    for (std::size_t i = first; i < contents.size(); ++i) {
        nb::object content = contents[i];
        const bool encoded = PyUnicode_Check(content.ptr());
        if (encoded && !PyUnicode_IS_ASCII(content.ptr())) {
            // Not PyUnicode_AsUTF8AndSize, which would keep a copy for as long as the string lives.
            content = nb::steal(PyUnicode_AsUTF8String(content.ptr()));
            if (!content.is_valid()) {  // lone surrogates
                PyErr_Clear();
                break;
            }
        }
        const char* data = nullptr;
        Py_ssize_t size = 0;
        if (PyUnicode_Check(content.ptr())) {
            data = PyUnicode_AsUTF8AndSize(content.ptr(), &size);
        } else {
            if (!PyBytes_Check(content.ptr())) throw nb::type_error("contents must be str or bytes");
            data = PyBytes_AS_STRING(content.ptr());
            size = PyBytes_GET_SIZE(content.ptr());
        }
        const std::span text(reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size));
        if (!reuse::is_plain(text, encoded)) break;
        require(text.size() <= memory.shape(0) - begin, "memory is too small for the texts");
        std::copy(text.begin(), text.end(), memory.data() + begin);
        begin += text.size();
        lengths.push_back(size);
    }
    return give(std::move(lengths));
}

void check_wanted(const In<std::uint8_t>& wanted, const In<std::int64_t>& offsets) {
    require(wanted.shape(0) + 1 == offsets.shape(0), "wanted must have one value for each text");
}

auto tokenize(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::uint8_t>& wanted,
              int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_wanted(wanted, offsets);
    check_threads(threads);
    auto tokens = unlocked([&] { return reuse::tokenize(view(text), view(offsets), view(wanted), threads); });
    return std::tuple(give(std::move(tokens.hash)), give(std::move(tokens.begin)), give(std::move(tokens.end)),
                      give(std::move(tokens.flags)), give(std::move(tokens.offsets)), give(std::move(tokens.replaced)));
}

void check_lengths(std::size_t k, std::size_t character_k) {
    constexpr std::size_t most = 1 << 20;
    require(k >= 1 && character_k >= 1 && k <= most && character_k <= most, "k and character_k must be 1 to 2^20");
}

void check_permutations(const In<std::uint32_t>& factors, const In<std::uint32_t>& summands) {
    require(factors.shape(0) == summands.shape(0), "factors and summands must have the same length");
}

auto sketch(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, std::size_t k, std::size_t character_k,
            std::size_t window, const In<std::uint32_t>& factors, const In<std::uint32_t>& summands, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_lengths(k, character_k);
    check_permutations(factors, summands);
    check_threads(threads);
    auto sketches = unlocked([&] {
        return reuse::sketch(view(text), view(offsets), {k, character_k}, window, view(factors), view(summands),
                             threads);
    });
    return std::tuple(give(std::move(sketches.tokens)), give(std::move(sketches.fingerprint)),
                      give(std::move(sketches.offsets)), give(std::move(sketches.empty)),
                      give(std::move(sketches.minima)));
}

auto shingle_sets(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::uint8_t>& wanted,
                  std::size_t k, std::size_t character_k, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_wanted(wanted, offsets);
    check_lengths(k, character_k);
    check_threads(threads);
    auto sets = unlocked(
        [&] { return reuse::shingle_sets(view(text), view(offsets), view(wanted), {k, character_k}, threads); });
    return std::tuple(give(std::move(sets.hash)), give(std::move(sets.offsets)));
}

auto standing(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::int32_t>& rows,
              const In<std::int64_t>& site_offsets, std::size_t k, std::size_t character_k, std::size_t least_pages,
              std::size_t one_in, std::size_t least_own, std::size_t most_times, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_rows(site_offsets, rows.shape(0), "site_offsets");
    const auto documents = static_cast<std::int64_t>(offsets.shape(0)) - 1;
    for (const std::int32_t r : view(rows)) require(r >= 0 && r < documents, "a site names a row that is not there");
    check_lengths(k, character_k);
    require(least_pages >= 1 && one_in >= 1, "least_pages and one_in must be at least 1");
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    require(one_in <= most && most_times <= most, "one_in and most_times must fit into int32");
    check_threads(threads);
    auto result = unlocked([&] {
        return reuse::standing(view(text), view(offsets), view(rows), view(site_offsets), {k, character_k},
                               {least_pages, one_in, least_own, most_times}, threads);
    });
    return std::tuple(give(std::move(result.hash)), give(std::move(result.count)), give(std::move(result.offsets)));
}

/// Hashes of a set ascend, each once.
void check_ascending(std::span<const std::uint64_t> hashes, const char* name) {
    for (std::size_t i = 1; i < hashes.size(); ++i) {
        require(hashes[i] > hashes[i - 1], [&] { return std::string(name) + " must ascend, each value once"; });
    }
}

auto among(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::uint8_t>& wanted,
           const In<std::uint64_t>& hash, std::size_t k, std::size_t character_k, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_wanted(wanted, offsets);
    check_ascending(view(hash), "hash");
    check_lengths(k, character_k);
    check_threads(threads);
    auto result = unlocked(
        [&] { return reuse::among(view(text), view(offsets), view(wanted), view(hash), {k, character_k}, threads); });
    return std::tuple(give(std::move(result.distinct)), give(std::move(result.hash)), give(std::move(result.place)),
                      give(std::move(result.offsets)));
}

auto mark(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::int32_t>& sets,
          const In<std::uint64_t>& hash, const In<std::int64_t>& hash_offsets, const In<std::uint64_t>& own,
          std::size_t k, std::size_t character_k, std::size_t least, std::size_t character_least, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_rows(hash_offsets, hash.shape(0), "hash_offsets");
    require(sets.shape(0) + 1 == offsets.shape(0), "sets must have one value for each text");
    const auto count = static_cast<std::int64_t>(hash_offsets.shape(0)) - 1;
    for (const std::int32_t s : view(sets)) require(s < count, "a text names a set that is not there");
    for (std::size_t s = 0; s + 1 < hash_offsets.shape(0); ++s) {
        check_ascending(reuse::row(view(hash), view(hash_offsets), s), "hash");
    }
    check_ascending(view(own), "own");
    check_lengths(k, character_k);
    check_threads(threads);
    auto result = unlocked([&] {
        return reuse::mark(view(text), view(offsets), view(sets), view(hash), view(hash_offsets), view(own),
                           {k, character_k}, {least, character_least}, threads);
    });
    return std::tuple(give(std::move(result.begin)), give(std::move(result.end)), give(std::move(result.words)),
                      give(std::move(result.offsets)));
}

auto blank(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::int32_t>& begin,
           const In<std::int32_t>& end, const In<std::int64_t>& stretch_offsets, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_rows(stretch_offsets, begin.shape(0), "stretch_offsets");
    require(offsets.shape(0) == stretch_offsets.shape(0), "offsets and stretch_offsets must have as many rows");
    require(begin.shape(0) == end.shape(0), "begin and end must have the same length");
    const auto rows = view(offsets), stretches = view(stretch_offsets);
    for (std::size_t d = 0; d + 1 < rows.size(); ++d) {
        std::int64_t reached = 0;  // code points are at most as many as bytes
        for (auto s = static_cast<std::size_t>(stretches[d]); s < static_cast<std::size_t>(stretches[d + 1]); ++s) {
            const std::int64_t from = view(begin)[s], to = view(end)[s];
            require(from >= reached && to > from && to <= rows[d + 1] - rows[d],
                    "stretches must lie within their texts, in order and disjoint");
            reached = to;
        }
    }
    check_threads(threads);
    auto result = unlocked([&] { return reuse::blank(view(text), rows, view(begin), view(end), stretches, threads); });
    return std::tuple(give(std::move(result.text)), give(std::move(result.offsets)), give(std::move(result.kept)),
                      give(std::move(result.kept_offsets)));
}

auto sign(const In<std::uint64_t>& hash, const In<std::int64_t>& offsets, const In<std::uint32_t>& factors,
          const In<std::uint32_t>& summands, int threads) {
    check_rows(offsets, hash.shape(0), "offsets");
    check_permutations(factors, summands);
    check_threads(threads);
    auto minima =
        unlocked([&] { return reuse::sign(view(hash), view(offsets), view(factors), view(summands), threads); });
    return give(std::move(minima));
}

auto bands(const In<std::uint32_t>& minima, const In<std::uint8_t>& empty, std::size_t permutations, std::size_t bands,
           std::size_t rows, int threads) {
    // By division: the product of two sizes may be more than 64 bits hold.
    const std::size_t documents = empty.shape(0), values = minima.shape(0);
    require(documents ? values % documents == 0 && values / documents == permutations : values == 0,
            "minima must have `permutations` values for each document");
    require(bands >= 1 && rows >= 1 && bands <= permutations / rows, "bands times rows must be at most `permutations`");
    check_threads(threads);
    auto result = unlocked([&] { return reuse::bands(view(minima), view(empty), permutations, bands, rows, threads); });
    return std::tuple(give(std::move(result.hash)), give(std::move(result.offsets)));
}

auto overlap(const In<std::uint64_t>& left, const In<std::int64_t>& left_offsets, const In<std::uint64_t>& right,
             const In<std::int64_t>& right_offsets, const In<std::int32_t>& left_row, const In<std::int32_t>& right_row,
             int threads) {
    check_rows(left_offsets, left.shape(0), "left_offsets");
    check_rows(right_offsets, right.shape(0), "right_offsets");
    check_pairs(left_row, left_offsets.shape(0) - 1, right_row, right_offsets.shape(0) - 1);
    check_threads(threads);
    auto shared = unlocked([&] {
        return reuse::overlap(view(left), view(left_offsets), view(right), view(right_offsets), view(left_row),
                              view(right_row), threads);
    });
    return give(std::move(shared));
}

auto join(const In<std::uint64_t>& source, const In<std::int64_t>& source_offsets, const In<std::uint64_t>& page,
          const In<std::int64_t>& page_offsets, const In<std::int32_t>& source_rank, const In<std::uint64_t>& common,
          std::int64_t max_articles, std::size_t few, std::int32_t min_shared, std::size_t single_hits,
          std::int32_t long_run, int threads) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    require(source_rank.shape(0) + 1 == source_offsets.shape(0), "source_rank must have one value for each source");
    check_ascending(view(common), "common");
    require(min_shared >= 1 && long_run >= 1, "min_shared and long_run must be at least 1");
    check_threads(threads);
    auto joined = unlocked([&] {
        return reuse::join(view(source), view(source_offsets), view(page), view(page_offsets),
                           {view(common), max_articles, few}, {min_shared, single_hits, long_run, view(source_rank)},
                           threads);
    });
    auto& pairs = joined.pairs;
    return std::tuple(give(std::move(pairs.source)), give(std::move(pairs.page)), give(std::move(pairs.shared)),
                      give(std::move(pairs.rarity)), pairs.count, joined.capped);
}

auto members(const In<std::uint64_t>& hash, const In<std::uint64_t>& known, int threads) {
    check_threads(threads);
    check_ascending(view(known), "known");
    return give(unlocked([&] { return reuse::members(view(hash), view(known), threads); }));
}

auto frequent(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::uint8_t>& wanted,
              const In<std::uint8_t>& words, const In<std::int64_t>& word_offsets, std::size_t middle,
              std::size_t characters, std::size_t least, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_wanted(wanted, offsets);
    check_rows(word_offsets, words.shape(0), "word_offsets");
    const auto bounds = view(word_offsets);
    require(std::ranges::adjacent_find(bounds) == bounds.end(), "no word may be empty");
    check_threads(threads);
    const reuse::FrequencyRule rule{view(words), view(word_offsets), middle, characters, least};
    return give(unlocked([&] { return reuse::frequent(view(text), view(offsets), view(wanted), rule, threads); }));
}

auto shingles_among(const In<std::uint64_t>& hash, const In<std::uint8_t>& flags, const In<std::int64_t>& offsets,
                    const In<std::uint8_t>& wanted, const In<std::uint64_t>& known, std::size_t k,
                    std::size_t character_k, int threads) {
    check_rows(offsets, hash.shape(0), "offsets");
    require(flags.shape(0) == hash.shape(0), "hash and flags must have the same length");
    check_wanted(wanted, offsets);
    check_ascending(view(known), "known");
    check_lengths(k, character_k);
    check_threads(threads);
    return give(unlocked([&] {
        return reuse::shingles_among(view(hash), view(flags), view(offsets), view(wanted), view(known),
                                     {k, character_k}, threads);
    }));
}

auto ordered(const In<std::uint64_t>& hash, const In<std::int32_t>& row) {
    require(hash.shape(0) == row.shape(0), "hash and row must have the same length");
    auto result = unlocked([&] { return reuse::ordered(view(hash), view(row)); });
    return std::tuple(give(std::move(result.hash)), give(std::move(result.row)));
}

void check_words(const In<std::uint64_t>& words) {
    require(words.shape(0) < std::numeric_limits<std::int32_t>::max(), "there are more words than int32 can number");
}

void check_rarity(const In<std::uint64_t>& words, const In<std::uint8_t>& rarity) {
    require(words.shape(0) == rarity.shape(0), "words and rarity must have the same length");
    for (const std::uint8_t r : view(rarity)) require(r < reuse::rarities, "rarity must be below 64");
}

auto key_terms(const In<std::uint8_t>& text, const In<std::int64_t>& offsets, const In<std::uint64_t>& words,
               const In<std::uint64_t>& root, const In<std::uint8_t>& rarity, std::size_t most, std::size_t characters,
               std::size_t unknown, std::size_t letter, std::int64_t repeats, std::int64_t place, int threads) {
    check_rows(offsets, text.shape(0), "offsets");
    check_words(words);
    check_rarity(words, rarity);
    require(words.shape(0) == root.shape(0), "words and root must have the same length");
    require(characters >= 1 && characters <= 1 << 20, "characters must be 1 to 2^20");
    require(unknown < reuse::rarities && letter < reuse::rarities, "unknown and letter must be below 64");
    constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
    require(repeats >= 1 && repeats <= largest && place >= 1 && place <= largest,
            "repeats and place must be 1 to 2^31 - 1");
    check_threads(threads);
    auto terms = unlocked([&] {
        const reuse::Vocabulary vocabulary(view(words));
        return reuse::key_terms(view(text), view(offsets), {vocabulary, view(root), view(rarity)},
                                {most, characters, unknown, letter, repeats, place}, threads);
    });
    return std::tuple(give(std::move(terms.hash)), give(std::move(terms.offsets)));
}

auto retrieve(const In<std::uint64_t>& term, const In<std::int64_t>& term_offsets, const In<std::int32_t>& source,
              const In<std::uint64_t>& source_key, const In<std::uint64_t>& page, const In<std::int64_t>& page_offsets,
              std::int64_t documents, std::size_t max_articles, std::uint32_t min_shared, std::size_t most,
              int threads) {
    check_rows(term_offsets, source.shape(0), "term_offsets");
    check_ascending(view(term), "term");
    require(term.shape(0) + 1 == term_offsets.shape(0), "term must have one value for each of term_offsets");
    const std::size_t sources = source_key.shape(0);
    for (const std::int32_t s : view(source)) {
        require(s >= 0 && static_cast<std::size_t>(s) < sources, "source names a row that is not there");
    }
    check_rows(page_offsets, page.shape(0), "page_offsets");
    require(documents >= static_cast<std::int64_t>(sources) && documents <= std::int64_t{1} << 40,
            "documents must be at least the sources given, and at most 2^40");
    require(min_shared >= 1, "min_shared must be at least 1");
    check_threads(threads);
    auto pairs = unlocked([&] {
        return reuse::retrieve({view(term), view(term_offsets), view(source), view(source_key)}, view(page),
                               view(page_offsets), {documents, max_articles, min_shared, most}, threads);
    });
    return std::tuple(give(std::move(pairs.source)), give(std::move(pairs.page)), give(std::move(pairs.shared)),
                      give(std::move(pairs.score)), pairs.count, pairs.capped);
}

auto collide(const In<std::uint64_t>& source, const In<std::int64_t>& source_offsets, const In<std::uint64_t>& page,
             const In<std::int64_t>& page_offsets, bool within, std::size_t max_bucket, int threads) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    require(max_bucket >= 1, "max_bucket must be at least 1");
    check_threads(threads);
    auto collisions = unlocked([&] {
        return reuse::collide(view(source), view(source_offsets), view(page), view(page_offsets), within, max_bucket,
                              threads);
    });
    auto& pairs = collisions.pairs;
    return std::tuple(give(std::move(pairs.source)), give(std::move(pairs.page)), give(std::move(pairs.shared)),
                      collisions.overfull);
}

auto shared_runs(const In<std::uint64_t>& source, const In<std::int64_t>& source_offsets, const In<std::uint64_t>& page,
                 const In<std::int64_t>& page_offsets, const In<std::int32_t>& source_row,
                 const In<std::int32_t>& page_row, std::int32_t minimum, int threads, std::int32_t looks) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    check_pairs(source_row, source_offsets.shape(0) - 1, page_row, page_offsets.shape(0) - 1);
    require(minimum >= 1, "minimum must be at least 1");
    require(looks >= 0, "looks must be at least 0");
    check_threads(threads);
    auto runs = unlocked([&] {
        return reuse::shared_runs(view(source), view(source_offsets), view(page), view(page_offsets), view(source_row),
                                  view(page_row), minimum, looks, threads);
    });
    return std::tuple(give(std::move(runs.offsets)), give(std::move(runs.source_begin)),
                      give(std::move(runs.page_begin)), give(std::move(runs.length)), give(std::move(runs.longest)));
}

auto passages(const In<std::uint64_t>& source, const In<std::uint8_t>& source_flags,
              const In<std::int64_t>& source_offsets, const In<std::uint64_t>& page, const In<std::uint8_t>& page_flags,
              const In<std::int64_t>& page_offsets, const In<std::int32_t>& source_row,
              const In<std::int32_t>& page_row, const In<std::int64_t>& run_offsets, const In<std::int32_t>& run_source,
              const In<std::int32_t>& run_page, const In<std::int32_t>& run_length, const In<std::uint8_t>& rewritten,
              const In<std::uint64_t>& words, const In<std::uint8_t>& rarity, std::int32_t min_run, std::int32_t bridge,
              double edited, std::int32_t block, std::int32_t most_places, double start, double accept,
              double accept_alone, double drop, double survival, double least_survival, double most_survival,
              std::int32_t least_words, int threads) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    require(source.shape(0) == source_flags.shape(0) && page.shape(0) == page_flags.shape(0),
            "hashes and flags must have the same length");
    check_pairs(source_row, source_offsets.shape(0) - 1, page_row, page_offsets.shape(0) - 1);
    check_rows(run_offsets, run_source.shape(0), "run_offsets");
    require(run_offsets.shape(0) == source_row.shape(0) + 1, "run_offsets must have a row for each pair");
    require(rewritten.shape(0) == source_row.shape(0), "rewritten must have one value for each pair");
    require(run_source.shape(0) == run_page.shape(0) && run_source.shape(0) == run_length.shape(0),
            "runs must have as many places as lengths");
    const auto pairs = view(run_offsets), of_source = view(source_offsets), of_page = view(page_offsets);
    for (std::size_t p = 0; p + 1 < pairs.size(); ++p) {
        const auto s = static_cast<std::size_t>(view(source_row)[p]), g = static_cast<std::size_t>(view(page_row)[p]);
        std::int64_t reached = 0;
        for (auto r = static_cast<std::size_t>(pairs[p]); r < static_cast<std::size_t>(pairs[p + 1]); ++r) {
            const std::int64_t in_source = view(run_source)[r], on_page = view(run_page)[r],
                               length = view(run_length)[r];
            require(length >= 1 && in_source >= 0 && in_source + length <= of_source[s + 1] - of_source[s] &&
                        on_page >= reached && on_page + length <= of_page[g + 1] - of_page[g],
                    "runs must lie within their texts, in page order and disjoint");
            reached = on_page + length;
        }
    }
    check_words(words);
    check_rarity(words, rarity);
    require(min_run >= 1 && bridge >= 0, "min_run must be at least 1, bridge at least 0");
    require(block >= 1 && block <= 1 << 16 && least_words >= 1, "block must be 1 to 2^16, least_words at least 1");
    require(start > 0 && accept > 0 && accept_alone > 0 && drop > 0 && edited > 0,
            "start, accept, accept_alone, drop and edited must be above 0");
    require(least_survival <= 0.6, "least_survival must be at most 0.6, which is believed while a region grows");
    require(0 < least_survival && least_survival <= survival && survival <= most_survival && most_survival < 1,
            "survival must lie between its bounds, and these between 0 and 1");
    check_threads(threads);
    auto result = unlocked([&] {
        const reuse::Vocabulary vocabulary(view(words));
        return reuse::passages({view(source), view(source_flags), view(source_offsets), view(source_row)},
                               {view(page), view(page_flags), view(page_offsets), view(page_row)}, view(run_offsets),
                               view(run_source), view(run_page), view(run_length), view(rewritten),
                               {vocabulary, view(rarity)},
                               {min_run,
                                bridge,
                                edited,
                                {block, most_places, start, accept, accept_alone, drop, survival, least_survival,
                                 most_survival, least_words}},
                               threads);
    });
    return std::tuple(
        give(std::move(result.offsets)), give(std::move(result.source_token)), give(std::move(result.source_words)),
        give(std::move(result.page_token)), give(std::move(result.words)), give(std::move(result.equal_words)),
        give(std::move(result.quoted_words)), give(std::move(result.kind)), give(std::move(result.moved)));
}

auto agreement(const In<std::uint64_t>& source, const In<std::uint64_t>& source_root,
               const In<std::uint8_t>& source_flags, const In<std::int64_t>& source_offsets,
               const In<std::uint64_t>& page, const In<std::uint64_t>& page_root, const In<std::uint8_t>& page_flags,
               const In<std::int64_t>& page_offsets, const In<std::int32_t>& source_row,
               const In<std::int32_t>& page_row, const In<std::uint64_t>& words, const In<std::uint64_t>& root,
               const In<std::uint8_t>& parts, std::size_t run, std::size_t block, double block_cap, std::size_t chunk,
               double content_prior, double narration_prior, double fact_prior, double shared_prior, int threads) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    require(source.shape(0) == source_flags.shape(0) && page.shape(0) == page_flags.shape(0),
            "hashes and flags must have the same length");
    require(source.shape(0) == source_root.shape(0) && page.shape(0) == page_root.shape(0),
            "hashes and roots must have the same length");
    check_pairs(source_row, source_offsets.shape(0) - 1, page_row, page_offsets.shape(0) - 1);
    check_words(words);
    require(words.shape(0) == root.shape(0) && words.shape(0) == parts.shape(0),
            "words, root and parts must have the same length");
    require(run >= 1 && block >= 1 && chunk >= 1, "run, block and chunk must be at least 1");
    require(run <= reuse::most_run,
            "run must be at most 32: the hash of a longer gram may hardly tell which word it repeats");
    require(content_prior > 0 && narration_prior > 0 && fact_prior > 0 && shared_prior > 0,
            "the priors must be above 0");
    check_threads(threads);
    auto result = unlocked([&] {
        const reuse::Lexicon lexicon(view(words), view(root), view(parts));
        return reuse::agreement(
            {view(source), view(source_root), view(source_flags), view(source_offsets)},
            {view(page), view(page_root), view(page_flags), view(page_offsets)}, view(source_row), view(page_row),
            lexicon, {run, block, block_cap, chunk, content_prior, narration_prior, fact_prior, shared_prior}, threads);
    });
    return std::tuple(give(std::move(result.order)), give(std::move(result.reach)), give(std::move(result.spread)),
                      give(std::move(result.shared)), give(std::move(result.facts)), give(std::move(result.unquoted)));
}

/// Spans of passages must lie within the documents of their rows.
void check_spans(const In<std::int64_t>& offsets, const In<std::int32_t>& rows, const In<std::int32_t>& tokens,
                 const In<std::int32_t>& words, const char* side) {
    require(rows.shape(0) == tokens.shape(0) && rows.shape(0) == words.shape(0),
            "passages must have as many rows, tokens and words");
    const auto o = view(offsets);
    for (std::size_t p = 0; p < rows.shape(0); ++p) {
        const auto d = static_cast<std::size_t>(view(rows)[p]);
        const std::int64_t begin = view(tokens)[p], count = view(words)[p];
        require(begin >= 0 && count >= 0 && begin + count <= o[d + 1] - o[d],
                [&] { return "passage " + std::to_string(p) + " takes tokens that its " + side + " does not have"; });
    }
}

auto differences(const In<std::uint64_t>& source, const In<std::int64_t>& source_offsets, const In<std::uint64_t>& page,
                 const In<std::int64_t>& page_offsets, const In<std::int32_t>& source_row,
                 const In<std::int32_t>& page_row, const In<std::int32_t>& source_token,
                 const In<std::int32_t>& source_words, const In<std::int32_t>& page_token,
                 const In<std::int32_t>& words, std::size_t cells, std::size_t chance, std::size_t beside,
                 int threads) {
    check_rows(source_offsets, source.shape(0), "source_offsets");
    check_rows(page_offsets, page.shape(0), "page_offsets");
    check_pairs(source_row, source_offsets.shape(0) - 1, page_row, page_offsets.shape(0) - 1);
    check_spans(source_offsets, source_row, source_token, source_words, "source");
    check_spans(page_offsets, page_row, page_token, words, "page");
    require(cells >= 1 && cells <= std::size_t{1} << 28, "cells must be 1 to 2^28");
    check_threads(threads);
    auto result = unlocked([&] {
        return reuse::differences(
            view(source), view(source_offsets), view(page), view(page_offsets),
            {view(source_row), view(page_row), view(source_token), view(source_words), view(page_token), view(words)},
            {cells, chance, beside}, threads);
    });
    return std::tuple(give(std::move(result.offsets)), give(std::move(result.kind)),
                      give(std::move(result.source_begin)), give(std::move(result.source_end)),
                      give(std::move(result.page_begin)), give(std::move(result.page_end)));
}

}  // namespace

NB_MODULE(_core, m) {
    m.doc() = "Kernels of the toolkit: stateless functions of arrays. Use them through reuse.kernels.";
    m.attr("VERSION") = REUSE_VERSION;
    m.attr("UNICODE_VERSION") = reuse::tables::unicode_version;

    m.def("end_kernels_of", &end_kernels_of, "thread"_a, "end"_a);
    m.def("most_bytes", &most_bytes, "contents"_a, nb::sig("def most_bytes(contents: list[bytes | str]) -> int"));
    m.def("lay", &lay, "contents"_a, "first"_a, "memory"_a.noconvert(), "begin"_a,
          nb::sig("def lay(contents: list[bytes | str], first: int, memory: NDArray[numpy.uint8], begin: int) -> "
                  "NDArray[numpy.int64]"));
    m.def("tokenize", &tokenize, "text"_a.noconvert(), "offsets"_a.noconvert(), "wanted"_a.noconvert(), "threads"_a);
    m.def("sketch", &sketch, "text"_a.noconvert(), "offsets"_a.noconvert(), "k"_a, "character_k"_a, "window"_a,
          "factors"_a.noconvert(), "summands"_a.noconvert(), "threads"_a);
    m.def("shingle_sets", &shingle_sets, "text"_a.noconvert(), "offsets"_a.noconvert(), "wanted"_a.noconvert(), "k"_a,
          "character_k"_a, "threads"_a);
    m.def("standing", &standing, "text"_a.noconvert(), "offsets"_a.noconvert(), "rows"_a.noconvert(),
          "site_offsets"_a.noconvert(), "k"_a, "character_k"_a, "least_pages"_a, "one_in"_a, "least_own"_a,
          "most_times"_a, "threads"_a);
    m.def("among", &among, "text"_a.noconvert(), "offsets"_a.noconvert(), "wanted"_a.noconvert(), "hash"_a.noconvert(),
          "k"_a, "character_k"_a, "threads"_a);
    m.def("mark", &mark, "text"_a.noconvert(), "offsets"_a.noconvert(), "sets"_a.noconvert(), "hash"_a.noconvert(),
          "hash_offsets"_a.noconvert(), "own"_a.noconvert(), "k"_a, "character_k"_a, "least"_a, "character_least"_a,
          "threads"_a);
    m.def("blank", &blank, "text"_a.noconvert(), "offsets"_a.noconvert(), "begin"_a.noconvert(), "end"_a.noconvert(),
          "stretch_offsets"_a.noconvert(), "threads"_a);
    m.def("bands", &bands, "minima"_a.noconvert(), "empty"_a.noconvert(), "permutations"_a, "bands"_a, "rows"_a,
          "threads"_a);
    m.def("members", &members, "hash"_a.noconvert(), "known"_a.noconvert(), "threads"_a);
    m.def("frequent", &frequent, "text"_a.noconvert(), "offsets"_a.noconvert(), "wanted"_a.noconvert(),
          "words"_a.noconvert(), "word_offsets"_a.noconvert(), "middle"_a, "characters"_a, "least"_a, "threads"_a);
    m.def("shingles_among", &shingles_among, "hash"_a.noconvert(), "flags"_a.noconvert(), "offsets"_a.noconvert(),
          "wanted"_a.noconvert(), "known"_a.noconvert(), "k"_a, "character_k"_a, "threads"_a);
    m.def("ordered", &ordered, "hash"_a.noconvert(), "row"_a.noconvert());
    m.def("overlap", &overlap, "left"_a.noconvert(), "left_offsets"_a.noconvert(), "right"_a.noconvert(),
          "right_offsets"_a.noconvert(), "left_row"_a.noconvert(), "right_row"_a.noconvert(), "threads"_a);
    m.def("sign", &sign, "hash"_a.noconvert(), "offsets"_a.noconvert(), "factors"_a.noconvert(),
          "summands"_a.noconvert(), "threads"_a);
    m.def("join", &join, "source"_a.noconvert(), "source_offsets"_a.noconvert(), "page"_a.noconvert(),
          "page_offsets"_a.noconvert(), "source_rank"_a.noconvert(), "common"_a.noconvert(), "max_articles"_a, "few"_a,
          "min_shared"_a, "single_hits"_a, "long_run"_a, "threads"_a);
    m.def("key_terms", &key_terms, "text"_a.noconvert(), "offsets"_a.noconvert(), "words"_a.noconvert(),
          "root"_a.noconvert(), "rarity"_a.noconvert(), "most"_a, "characters"_a, "unknown"_a, "letter"_a, "repeats"_a,
          "place"_a, "threads"_a);
    m.def("retrieve", &retrieve, "term"_a.noconvert(), "term_offsets"_a.noconvert(), "source"_a.noconvert(),
          "source_key"_a.noconvert(), "page"_a.noconvert(), "page_offsets"_a.noconvert(), "documents"_a,
          "max_articles"_a, "min_shared"_a, "most"_a, "threads"_a);
    m.def("collide", &collide, "source"_a.noconvert(), "source_offsets"_a.noconvert(), "page"_a.noconvert(),
          "page_offsets"_a.noconvert(), "within"_a, "max_bucket"_a, "threads"_a);
    m.def("shared_runs", &shared_runs, "source"_a.noconvert(), "source_offsets"_a.noconvert(), "page"_a.noconvert(),
          "page_offsets"_a.noconvert(), "source_row"_a.noconvert(), "page_row"_a.noconvert(), "minimum"_a, "threads"_a,
          "looks"_a = reuse::most_looks);
    m.def("passages", &passages, "source"_a.noconvert(), "source_flags"_a.noconvert(), "source_offsets"_a.noconvert(),
          "page"_a.noconvert(), "page_flags"_a.noconvert(), "page_offsets"_a.noconvert(), "source_row"_a.noconvert(),
          "page_row"_a.noconvert(), "run_offsets"_a.noconvert(), "run_source"_a.noconvert(), "run_page"_a.noconvert(),
          "run_length"_a.noconvert(), "rewritten"_a.noconvert(), "words"_a.noconvert(), "rarity"_a.noconvert(),
          "min_run"_a, "bridge"_a, "edited"_a, "block"_a, "most_places"_a, "start"_a, "accept"_a, "accept_alone"_a,
          "drop"_a, "survival"_a, "least_survival"_a, "most_survival"_a, "least_words"_a, "threads"_a);
    m.def("agreement", &agreement, "source"_a.noconvert(), "source_root"_a.noconvert(), "source_flags"_a.noconvert(),
          "source_offsets"_a.noconvert(), "page"_a.noconvert(), "page_root"_a.noconvert(), "page_flags"_a.noconvert(),
          "page_offsets"_a.noconvert(), "source_row"_a.noconvert(), "page_row"_a.noconvert(), "words"_a.noconvert(),
          "root"_a.noconvert(), "parts"_a.noconvert(), "run"_a, "block"_a, "block_cap"_a, "chunk"_a, "content_prior"_a,
          "narration_prior"_a, "fact_prior"_a, "shared_prior"_a, "threads"_a);
    m.def("differences", &differences, "source"_a.noconvert(), "source_offsets"_a.noconvert(), "page"_a.noconvert(),
          "page_offsets"_a.noconvert(), "source_row"_a.noconvert(), "page_row"_a.noconvert(),
          "source_token"_a.noconvert(), "source_words"_a.noconvert(), "page_token"_a.noconvert(), "words"_a.noconvert(),
          "cells"_a, "chance"_a, "beside"_a, "threads"_a);
}
