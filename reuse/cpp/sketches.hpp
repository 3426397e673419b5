// SPDX-License-Identifier: Apache-2.0
// Texts to sketches: winnowed fingerprints, MinHash signatures, and the bands of these.
#pragma once

#include <algorithm>
#include <array>
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
#include "isa.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "shingles.hpp"

namespace reuse {

/// Of each number and the one `apart` places behind it the lesser; returns how many these are.
REUSE_FOR_EACH_ISA inline std::size_t lesser_of_two(std::span<const std::uint64_t> numbers, std::size_t apart,
                                                    std::uint64_t* __restrict lesser) {
    const std::size_t count = numbers.size() - apart;
    for (std::size_t i = 0; i < count; ++i) lesser[i] = std::min(numbers[i], numbers[i + apart]);
    return count;
}

/// Winnowing (Schleimer, Wilkerson and Aiken 2003): the smallest hash of every window of `window` shingles, the
/// rightmost on ties, each once and in order. A document with fewer keeps its smallest. It keeps its room from one to
/// the next.
class Winnower {
public:
    explicit Winnower(std::size_t window) : window_(window) {}

    /// Appends what is kept of a document to `kept`.
    void run(std::span<const std::uint64_t> hashes, std::vector<std::uint64_t>& kept) {
        if (hashes.empty()) return;
        const std::size_t window = std::min(window_, hashes.size()), windows = hashes.size() - window + 1;
        const std::size_t block = std::max<std::size_t>(window, 1024);
        for (auto& room : rooms_) room.resize(std::max(room.size(), std::min(block + window, hashes.size())));
        std::uint64_t before = hashes[window - 1];  // smallest of the window before; of the first any is another one
        for (std::size_t begin = 0; begin < windows; begin += block) {
            const auto some = hashes.subspan(begin, std::min(block, windows - begin) + window - 1);
            const auto smallest = smallest_of(some, window);
            std::uint64_t* end = rooms_[2].data();
            for (std::size_t w = 0; w < smallest.size(); ++w) {  // without branches, which nobody could foresee
                *end = smallest[w];
                // It is another one if it came in with this window, or if the one before is no longer there.
                const std::size_t came_in = smallest[w] == some[w + window - 1], is_other = smallest[w] != before;
                end += came_in | is_other;
                before = smallest[w];
            }
            kept.insert(kept.end(), rooms_[2].data(), end);
        }
    }

private:
    /// The smallest hash of each window: of two, of four and so on; a window of any length is two of these.
    std::span<const std::uint64_t> smallest_of(std::span<const std::uint64_t> hashes, std::size_t window) {
        std::span<const std::uint64_t> smallest = hashes;
        for (std::size_t length = 1; length < window;) {
            const std::size_t apart = std::min(length, window - length);
            length += apart;
            std::uint64_t* const next = rooms_[smallest.data() == rooms_[0].data()].data();
            smallest = {next, lesser_of_two(smallest, apart, next)};
        }
        return smallest;
    }

    std::size_t window_;
    std::array<std::vector<std::uint64_t>, 3> rooms_;
};

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

REUSE_FOR_EACH_ISA inline void sign_one(const std::uint32_t* hashes, std::size_t count, const std::uint32_t* factors,
                                        const std::uint32_t* summands, std::size_t permutations,
                                        std::uint32_t* minima) {
    std::size_t k = 0;
    for (; k + 64 <= permutations; k += 64) least<64>(hashes, count, factors + k, summands + k, minima + k);
    for (; k + 16 <= permutations; k += 16) least<16>(hashes, count, factors + k, summands + k, minima + k);
    for (; k < permutations; ++k) {  // one at a time, of many hashes at once
        std::uint32_t kept = std::numeric_limits<std::uint32_t>::max();
        for (std::size_t i = 0; i < count; ++i) kept = std::min(kept, factors[k] * hashes[i] + summands[k]);
        minima[k] = kept;
    }
}

/// Signs documents with the permutations factors[k] * h + summands[k] (Broder 1997); bit for bit datasketch's scheme
/// "affine32".
class Signer {
public:
    Signer(std::span<const std::uint32_t> factors, std::span<const std::uint32_t> summands)
        : factors_(factors), summands_(summands), minima_(factors.size()) {}

    /// The minimum of each permutation over the hashes, as long as nothing else is signed; all ones if there are none.
    std::span<const std::uint32_t> sign(std::span<const std::uint64_t> hashes) {
        if (bits_.size() < hashes.size()) bits_.resize(hashes.size() + hashes.size() / 2);
        signed_bits(hashes.data(), hashes.size(), bits_.data());
        sign_one(bits_.data(), hashes.size(), factors_.data(), summands_.data(), factors_.size(), minima_.data());
        return minima_;
    }

private:
    std::span<const std::uint32_t> factors_, summands_;
    std::vector<std::uint32_t> minima_, bits_;
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
        Winnower winnower;
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
    const auto make = [&] { return Scratch{Shingler(lengths), Signer(factors, summands), Winnower(window), {}}; };

    for_each_unit(units.size(), threads, make, [&](std::size_t u, Scratch& scratch) {
        scratch.kept.clear();
        std::optional<InOrder::Turn> turn;
        if (window) turn.emplace(order, u);
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            const std::span<const std::uint64_t> shingles = scratch.shingler.run(row(text, offsets, d));
            sketches.tokens[d] = static_cast<std::int64_t>(scratch.shingler.tokens());
            sketches.empty[d] = shingles.empty();
            if (window) {
                const std::size_t before = scratch.kept.size();
                scratch.winnower.run(shingles, scratch.kept);
                sketches.offsets[d + 1] = static_cast<std::int64_t>(scratch.kept.size() - before);
            }
            if (signature) sketches.minima.write(d * signature, scratch.signer.sign(shingles).data(), signature);
        }
        if (turn) {
            std::size_t at = 0;
            turn->pass([&] { at = std::exchange(total, total + scratch.kept.size()); });
            sketches.fingerprint.write(at, scratch.kept.data(), scratch.kept.size());
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
