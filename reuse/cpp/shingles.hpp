// SPDX-License-Identifier: Apache-2.0
// Texts to shingles: runs of tokens hashed by a polynomial, a document at a time, and their sets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "column.hpp"
#include "distinct.hpp"
#include "hash.hpp"
#include "isa.hpp"
#include "lanes.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "tokens.hpp"

namespace reuse {

/// Lengths of shingles: a shingle is as long as its first token says.
struct ShingleLengths {
    std::size_t word, character;

    std::size_t of(std::uint8_t flags) const { return flags & flag_character ? character : word; }
};

/// The hashes and flags of one document's tokens: all that shingles are made of.
class HashedTokens {
public:
    /// Makes room for the tokens of a document of so many bytes, and forgets those of the one before.
    void clear(std::size_t bytes) {
        const std::size_t most = most_tokens(bytes, 1);
        if (most > room_) {
            room_ = most + most / 2;
            hashes_ = std::make_unique_for_overwrite<std::uint64_t[]>(room_);
            flags_ = std::make_unique_for_overwrite<std::uint8_t[]>(room_);
        }
        count_ = 0;
        any_flags_ = 0;
    }

    void add(std::uint64_t hash, std::size_t, std::size_t, std::uint8_t flags) {
        hashes_[count_] = hash;
        flags_[count_++] = flags;
        any_flags_ |= flags;
    }

    void add(const Stretch& stretch) {
        stretch.hash(hashes_.get() + count_);
        std::fill_n(flags_.get() + count_, stretch.words(), std::uint8_t{0});
        count_ += stretch.words();
    }

    std::span<const std::uint64_t> hashes() const { return {hashes_.get(), count_}; }
    std::span<const std::uint8_t> flags() const { return {flags_.get(), count_}; }
    bool has_characters() const { return any_flags_ & flag_character; }

private:
    std::unique_ptr<std::uint64_t[]> hashes_;
    std::unique_ptr<std::uint8_t[]> flags_;
    std::size_t room_ = 0, count_ = 0;
    std::uint8_t any_flags_ = 0;
};

/// The polynomials of runs of `length` tokens, by Horner's rule, and mixed: one from each of the `count` first tokens.
REUSE_FOR_EACH_ISA inline void hash_runs(const std::uint64_t* tokens, std::size_t count, std::size_t length,
                                         std::uint64_t* runs) {
    constexpr std::size_t vectors = 4;  // that are under way at a time: a product takes a while
    std::size_t i = 0;
    for (; i + vectors * lanes <= count; i += vectors * lanes) {
        Lanes sums[vectors], next;
        for (std::size_t v = 0; v < vectors; ++v) load(tokens + i + v * lanes, sums[v]);
        for (std::size_t j = 1; j < length; ++j) {
            for (std::size_t v = 0; v < vectors; ++v) {
                load(tokens + i + v * lanes + j, next);
                sums[v] = sums[v] * shingle_base + next;
            }
        }
        for (std::size_t v = 0; v < vectors; ++v) {
            mix_in_place(sums[v]);
            store(sums[v], runs + i + v * lanes);
        }
    }
    for (; i < count; ++i) {
        std::uint64_t sum = tokens[i];
        for (std::size_t j = 1; j < length; ++j) sum = sum * shingle_base + tokens[i + j];
        runs[i] = mix(sum);
    }
}

/// The shingles of tokens. The polynomial of a run comes from two prefixes, so that shingles of two lengths cost what
/// those of one would.
class ShingleFinder {
public:
    explicit ShingleFinder(ShingleLengths lengths)
        : lengths_(lengths), word_power_(power(lengths.word)), character_power_(power(lengths.character)) {}

    /// Calls take(token, shingle) for each token from which on there is a shingle.
    template <class Take>
    void of(std::span<const std::uint64_t> tokens, std::span<const std::uint8_t> flags, Take&& take) {
        prefix_.resize(std::max(prefix_.size(), tokens.size() + 1));
        for (std::size_t i = 0; i < tokens.size(); ++i) prefix_[i + 1] = prefix_[i] * shingle_base + tokens[i];
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const std::size_t length = lengths_.of(flags[i]);
            if (length > tokens.size() - i) continue;
            const std::uint64_t factor = flags[i] & flag_character ? character_power_ : word_power_;
            take(i, mix(prefix_[i + length] - prefix_[i] * factor));
        }
    }

private:
    /// The base multiplied `length` times.
    static std::uint64_t power(std::size_t length) {
        std::uint64_t power = 1;
        for (std::size_t j = 0; j < length; ++j) power *= shingle_base;
        return power;
    }

    ShingleLengths lengths_;
    std::uint64_t word_power_, character_power_;
    std::vector<std::uint64_t> prefix_{0};  // polynomials
};

/// The shingles of documents, one after another; it keeps its room from one to the next.
class Shingler {
public:
    explicit Shingler(ShingleLengths lengths) : lengths_(lengths), of_two_lengths_(lengths) {}

    /// Takes the next document; returns its shingles, in order, as long as no other is taken.
    std::span<std::uint64_t> run(std::span<const std::uint8_t> text) {
        tokens_.clear(text.size());
        Tokenizer<HashedTokens>(text, tokens_).run();
        const auto tokens = tokens_.hashes();
        if (shingles_.size() < tokens.size()) shingles_.resize(tokens.size() + tokens.size() / 2);
        if (tokens_.has_characters()) return {shingles_.data(), find_of_two_lengths()};
        if (tokens.size() < lengths_.word) return {};
        const std::size_t count = tokens.size() - lengths_.word + 1;
        hash_runs(tokens.data(), count, lengths_.word, shingles_.data());
        return {shingles_.data(), count};
    }

    /// Tokens of the document taken last.
    std::size_t tokens() const { return tokens_.hashes().size(); }

private:
    std::size_t find_of_two_lengths() {
        std::size_t count = 0;
        of_two_lengths_.of(tokens_.hashes(), tokens_.flags(),
                           [&](std::size_t, std::uint64_t shingle) { shingles_[count++] = shingle; });
        return count;
    }

    ShingleLengths lengths_;
    ShingleFinder of_two_lengths_;
    HashedTokens tokens_;
    std::vector<std::uint64_t> shingles_;
};

/// Rows of distinct hashes, ascending.
struct Sets {
    Column<std::uint64_t> hash;
    std::vector<std::int64_t> offsets;
};

/// The distinct shingles of the texts for which `wanted` is not 0; the others' rows are empty.
inline Sets shingle_sets(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::uint8_t> wanted,
                         ShingleLengths lengths, int threads) {
    struct Scratch {
        Shingler shingler;
        Distinct distinct;
        std::vector<std::uint64_t> sets;
    };
    const std::vector<std::int64_t> work = only(offsets, wanted);
    const std::vector<Rows> units = units_of(work, std::int64_t{1} << 16);
    Sets sets{Column<std::uint64_t>(most_tokens(static_cast<std::size_t>(work.back()), wanted.size())),
              std::vector<std::int64_t>(offsets.size())};
    InOrder order;
    std::size_t total = 0;
    const auto make = [&] { return Scratch{Shingler(lengths), {}, {}}; };

    for_each_unit(units.size(), threads, make, [&](std::size_t u, Scratch& scratch) {
        InOrder::Turn turn(order, u);
        scratch.sets.clear();
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            if (!wanted[d]) continue;
            const auto set = scratch.distinct.of(scratch.shingler.run(row(text, offsets, d)));
            scratch.sets.insert(scratch.sets.end(), set.begin(), set.end());
            sets.offsets[d + 1] = static_cast<std::int64_t>(set.size());
        }
        std::size_t at = 0;
        turn.pass([&] { at = std::exchange(total, total + scratch.sets.size()); });
        sets.hash.write(at, scratch.sets.data(), scratch.sets.size());
    });

    accumulate(sets.offsets);
    sets.hash.finish(total);
    return sets;
}

}  // namespace reuse
