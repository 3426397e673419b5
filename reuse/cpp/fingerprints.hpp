// SPDX-License-Identifier: Apache-2.0
// Tokens to fingerprints: shingles hashed by a polynomial and thinned by winnowing; rows as sets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "column.hpp"
#include "hash.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "tokens.hpp"

namespace reuse {

struct Fingerprints {
    Column<std::uint64_t> hash;
    Column<std::int32_t> position;
    std::vector<std::int64_t> offsets;
};

/// Lengths of shingles: a shingle is as long as its first token says.
struct ShingleLengths {
    std::size_t word, character;

    std::size_t of(std::uint8_t flags) const { return flags & flag_character ? character : word; }
};

/// All shingles of a document, in order. The polynomial of tokens i to i + K comes from two prefixes, so that
/// shingles of two lengths cost what one would.
class Shingler {
public:
    explicit Shingler(ShingleLengths lengths)
        : lengths_(lengths), word_power_(power(lengths.word)), character_power_(power(lengths.character)) {}

    void run(std::span<const std::uint64_t> tokens, std::span<const std::uint8_t> flags) {
        const std::size_t n = tokens.size();
        prefix_.resize(n + 1);
        prefix_[0] = 0;
        for (std::size_t i = 0; i < n; ++i) prefix_[i + 1] = prefix_[i] * shingle_base + tokens[i];
        hash.resize(n);
        position.resize(n);
        std::size_t count = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t length = lengths_.of(flags[i]);
            if (length > n - i) continue;
            const std::uint64_t factor = flags[i] & flag_character ? character_power_ : word_power_;
            hash[count] = mix(prefix_[i + length] - prefix_[i] * factor);
            position[count++] = static_cast<std::int32_t>(i);
        }
        hash.resize(count);
        position.resize(count);
    }

    std::vector<std::uint64_t> hash;
    std::vector<std::int32_t> position;

private:
    static std::uint64_t power(std::size_t exponent) {
        std::uint64_t product = 1;
        while (exponent--) product *= shingle_base;
        return product;
    }

    ShingleLengths lengths_;
    std::uint64_t word_power_, character_power_;
    std::vector<std::uint64_t> prefix_;
};

/// Winnowing (Schleimer, Wilkerson and Aiken 2003): calls keep(i) for the smallest hash of every window of
/// `window` shingles, the rightmost on ties, each once and in order. A document with fewer keeps its smallest.
template <class Keep>
void winnow(std::span<const std::uint64_t> hash, std::size_t window, Keep&& keep) {
    if (hash.empty()) return;
    const auto smallest = [&](std::size_t begin, std::size_t end) {
        std::size_t best = begin;
        for (std::size_t i = begin + 1; i < end; ++i) {
            if (hash[i] <= hash[best]) best = i;
        }
        return best;
    };
    std::size_t best = smallest(0, std::min(window, hash.size()));
    keep(best);
    for (std::size_t i = window; i < hash.size(); ++i) {
        if (hash[i] <= hash[best]) {
            best = i;
        } else if (best + window <= i) {
            best = smallest(i - window + 1, i + 1);
        } else {
            continue;
        }
        keep(best);
    }
}

/// The winnowed fingerprints of every row of tokens; a window of 1 keeps every shingle.
inline Fingerprints fingerprint(std::span<const std::uint64_t> tokens, std::span<const std::uint8_t> flags,
                                Offsets offsets, ShingleLengths lengths, std::size_t window, int threads) {
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 14);
    // A token begins at most one shingle, and winnowing keeps at most all of them.
    Fingerprints fingerprints{Column<std::uint64_t>(tokens.size()), Column<std::int32_t>(tokens.size()),
                              std::vector<std::int64_t>(offsets.size())};
    InOrder order;
    std::size_t total = 0;

    for_each_unit(units.size(), threads, [&](std::size_t u) {
        InOrder::Turn turn(order, u);
        Shingler shingler(lengths);
        std::vector<std::uint64_t> hash;
        std::vector<std::int32_t> position;
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const std::size_t before = hash.size();
            shingler.run(row(tokens, offsets, d), row(flags, offsets, d));
            winnow(shingler.hash, window, [&](std::size_t i) {
                hash.push_back(shingler.hash[i]);
                position.push_back(shingler.position[i]);
            });
            fingerprints.offsets[d + 1] = static_cast<std::int64_t>(hash.size() - before);
        }
        std::size_t at = 0;
        turn.pass([&] { at = std::exchange(total, total + hash.size()); });
        fingerprints.hash.write(at, hash.data(), hash.size());
        fingerprints.position.write(at, position.data(), position.size());
    });

    accumulate(fingerprints.offsets);
    fingerprints.hash.finish(total);
    fingerprints.position.finish(total);
    return fingerprints;
}

/// Rows of distinct hashes, ascending.
struct Sets {
    std::vector<std::uint64_t> hash;
    std::vector<std::int64_t> offsets;
};

inline Sets distinct(std::span<const std::uint64_t> hash, Offsets offsets, int threads) {
    struct Unit {
        std::vector<std::uint64_t> hash;
    };
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 16);
    std::vector<Unit> done(units.size());
    Sets sets;
    sets.offsets.resize(offsets.size());

    for_each_unit(units.size(), threads, [&](std::size_t u) {
        std::vector<std::uint64_t>& out = done[u].hash;
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const auto values = row(hash, offsets, d);
            const auto begin = static_cast<std::ptrdiff_t>(out.size());
            out.insert(out.end(), values.begin(), values.end());
            std::sort(out.begin() + begin, out.end());
            out.erase(std::unique(out.begin() + begin, out.end()), out.end());
            sets.offsets[d + 1] = static_cast<std::ptrdiff_t>(out.size()) - begin;
        }
    });

    accumulate(sets.offsets);
    gather(done, &Unit::hash, sets.hash);
    return sets;
}

}  // namespace reuse
