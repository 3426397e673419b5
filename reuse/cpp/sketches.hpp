// SPDX-License-Identifier: Apache-2.0
// Texts to sketches: winnowed fingerprints, MinHash signatures, and the bands of these.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "column.hpp"
#include "hash.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "shingles.hpp"

namespace reuse {

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

/// The 32 bits of each shingle's hash that are signed: its upper half, through the finalizer of MurmurHash3.
REUSE_FOR_EACH_ISA inline void signed_bits(const std::uint64_t* hashes, std::size_t count, std::uint32_t* bits) {
    for (std::size_t i = 0; i < count; ++i) {
        auto h = static_cast<std::uint32_t>(hashes[i] >> 32);
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        bits[i] = h ^ (h >> 16);
    }
}

/// Sets each of `width` minima to the least of factor * h + summand modulo 2^32 over all h.
template <std::size_t width>
inline __attribute__((always_inline)) void least(const std::uint32_t* hashes, std::size_t count,
                                                 const std::uint32_t* factors, const std::uint32_t* summands,
                                                 std::uint32_t* minima) {
    std::uint32_t kept[width];  // in registers, while the hashes stream by
    std::fill_n(kept, width, std::numeric_limits<std::uint32_t>::max());
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k) kept[k] = std::min(kept[k], factors[k] * hashes[i] + summands[k]);
    }
    std::copy_n(kept, width, minima);
}

/// `permutations` is a multiple of 16.
REUSE_FOR_EACH_ISA inline void sign_one(const std::uint32_t* hashes, std::size_t count, const std::uint32_t* factors,
                                        const std::uint32_t* summands, std::size_t permutations,
                                        std::uint32_t* minima) {
    std::size_t k = 0;
    for (; k + 64 <= permutations && permutations - k != 80; k += 64) {
        least<64>(hashes, count, factors + k, summands + k, minima + k);
    }
    for (; k + 80 <= permutations; k += 80) {  // those of the default plan, in one go
        least<80>(hashes, count, factors + k, summands + k, minima + k);
    }
    for (; k + 32 <= permutations; k += 32) least<32>(hashes, count, factors + k, summands + k, minima + k);
    for (; k < permutations; k += 16) least<16>(hashes, count, factors + k, summands + k, minima + k);
}

/// Signs documents with the permutations factors[k] * h + summands[k] (Broder 1997); bit for bit datasketch's scheme
/// "affine32".
class Signer {
public:
    Signer(std::span<const std::uint32_t> factors, std::span<const std::uint32_t> summands)
        : permutations_(factors.size()),
          factors_(factors.begin(), factors.end()),
          summands_(summands.begin(), summands.end()) {
        const std::size_t padded = (permutations_ + 15) / 16 * 16;
        factors_.resize(padded);
        summands_.resize(padded);
        minima_.resize(padded);
    }

    /// The minimum of each permutation over the hashes, as long as nothing else is signed; all ones if there are none.
    std::span<const std::uint32_t> sign(std::span<const std::uint64_t> hashes) {
        if (bits_.size() < hashes.size()) bits_.resize(hashes.size() + hashes.size() / 2);
        signed_bits(hashes.data(), hashes.size(), bits_.data());
        sign_one(bits_.data(), hashes.size(), factors_.data(), summands_.data(), factors_.size(), minima_.data());
        return std::span(minima_).first(permutations_);
    }

private:
    std::size_t permutations_;
    std::vector<std::uint32_t> factors_, summands_, minima_, bits_;
};

/// The signature of every row of hashes, one after another.
inline Column<std::uint32_t> sign(std::span<const std::uint64_t> hash, Offsets offsets,
                                  std::span<const std::uint32_t> factors, std::span<const std::uint32_t> summands,
                                  int threads) {
    const std::size_t size = (offsets.size() - 1) * factors.size();
    Column<std::uint32_t> minima(size);
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 14);
    const auto make = [&] { return Signer(factors, summands); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, Signer& signer) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            minima.write(d * factors.size(), signer.sign(row(hash, offsets, d)).data(), factors.size());
        }
    });
    minima.finish(size);
    return minima;
}

struct Sketches {
    std::vector<std::int64_t> tokens;   // [documents]
    Column<std::uint64_t> fingerprint;  // winnowed, in the text's order
    std::vector<std::int64_t> offsets;  // [documents + 1] of the fingerprints
    std::vector<std::uint8_t> empty;    // [documents] 1 where a text has no shingle
    Column<std::uint32_t> minima;       // [documents * permutations]
};

/// What is kept of every text so that pairs can be found: fingerprints if `window` is not 0, a signature of as many
/// values as there are factors. One pass; tokens and shingles are never held but of the document at hand.
inline Sketches sketch(std::span<const std::uint8_t> text, Offsets offsets, ShingleLengths lengths, std::size_t window,
                       std::span<const std::uint32_t> factors, std::span<const std::uint32_t> summands, int threads) {
    struct Scratch {
        Shingler shingler;
        Signer signer;
        std::vector<std::uint64_t> kept;
    };
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 16);
    const std::size_t documents = offsets.size() - 1, signature = factors.size();
    Sketches sketches{std::vector<std::int64_t>(documents),
                      Column<std::uint64_t>(window ? most_tokens(text.size(), documents) : 0),
                      std::vector<std::int64_t>(documents + 1), std::vector<std::uint8_t>(documents),
                      Column<std::uint32_t>(documents * signature)};
    InOrder order;
    std::size_t total = 0;
    const auto make = [&] { return Scratch{Shingler(lengths), Signer(factors, summands), {}}; };

    for_each_unit(units.size(), threads, make, [&](std::size_t u, Scratch& scratch) {
        std::vector<std::uint64_t>& kept = scratch.kept;
        kept.clear();
        std::optional<InOrder::Turn> turn;
        if (window) turn.emplace(order, u);
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const std::span<const std::uint64_t> shingles = scratch.shingler.run(row(text, offsets, d));
            sketches.tokens[d] = static_cast<std::int64_t>(scratch.shingler.tokens());
            sketches.empty[d] = shingles.empty();
            if (window) {
                const std::size_t before = kept.size();
                winnow(shingles, window, [&](std::size_t i) { kept.push_back(shingles[i]); });
                sketches.offsets[d + 1] = static_cast<std::int64_t>(kept.size() - before);
            }
            if (signature) sketches.minima.write(d * signature, scratch.signer.sign(shingles).data(), signature);
        }
        if (turn) {
            std::size_t at = 0;
            turn->pass([&] { at = std::exchange(total, total + kept.size()); });
            sketches.fingerprint.write(at, kept.data(), kept.size());
        }
    });

    accumulate(sketches.offsets);
    sketches.fingerprint.finish(total);
    sketches.minima.finish(documents * signature);
    return sketches;
}

/// Rows of hashes.
struct Bands {
    Column<std::uint64_t> hash;
    std::vector<std::int64_t> offsets;
};

/// The bands of signatures of `permutations` values: `bands` hashes of `rows` values each, another for each band.
/// Empty documents have none.
inline Bands bands(std::span<const std::uint32_t> minima, std::span<const std::uint8_t> empty, std::size_t permutations,
                   std::size_t bands, std::size_t rows, int threads) {
    assert(bands * rows <= permutations && minima.size() == empty.size() * permutations);
    Bands result{Column<std::uint64_t>(empty.size() * bands), std::vector<std::int64_t>(empty.size() + 1)};
    for (std::size_t d = 0; d < empty.size(); ++d) {
        result.offsets[d + 1] = result.offsets[d] + (empty[d] ? 0 : static_cast<std::int64_t>(bands));
    }
    result.hash.finish(static_cast<std::size_t>(result.offsets.back()));
    constexpr std::size_t unit = 1024;
    for_each_unit((empty.size() + unit - 1) / unit, threads, [&](std::size_t u) {
        for (std::size_t d = u * unit; d < std::min(empty.size(), (u + 1) * unit); ++d) {
            if (empty[d]) continue;
            const std::uint32_t* value = minima.data() + d * permutations;
            std::uint64_t* out = result.hash.data() + result.offsets[d];
            for (std::size_t band = 0; band < bands; ++band) {
                std::uint64_t hash = band + 1;
                for (std::size_t r = 0; r < rows; ++r) hash = hash * shingle_base + *value++;
                out[band] = mix(hash);
            }
        }
    });
    return result;
}

}  // namespace reuse
