// SPDX-License-Identifier: Apache-2.0
// Hashes of folded words and of shingles. All arithmetic is modulo 2^64.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reuse {

static_assert(std::endian::native == std::endian::little, "words are hashed in little-endian chunks");

__extension__ typedef unsigned __int128 uint128;

/// Both halves of the 128-bit product, folded by exclusive or (wyhash's mixing step).
inline std::uint64_t multiply_fold(std::uint64_t a, std::uint64_t b) {
    const uint128 product = static_cast<uint128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// The first chunk is combined with a constant whose top byte, 0xFF, no UTF-8 text contains: their exclusive
// or is never 0, the one value that multiply_fold would swallow.
constexpr std::uint64_t word_basis = 0xFF51AFD7ED558CCD;
constexpr std::uint64_t word_multiplier = 0x9FB21C651E98DF25;
/// Bit 5 of every byte.
constexpr std::uint64_t ascii_lower = 0x2020202020202020;

inline std::uint64_t load8(const std::uint8_t* p) {
    std::uint64_t chunk;
    std::memcpy(&chunk, p, 8);
    return chunk;
}

/// The first n <= 8 bytes at p, zero padded; never reads past p + n.
inline std::uint64_t load_tail(const std::uint8_t* p, std::size_t n) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, p, n);
    return chunk;
}

/// Hash of a folded word of n >= 1 bytes of UTF-8: one multiplication for each 8 bytes.
inline std::uint64_t word_hash(const std::uint8_t* p, std::size_t n) {
    std::uint64_t h = word_basis + n;
    for (; n > 8; p += 8, n -= 8) h = multiply_fold(h ^ load8(p), word_multiplier);
    return multiply_fold(h ^ load_tail(p, n), word_multiplier);
}

/// word_hash of n ASCII letters and digits in lower case, folding while loading: setting bit 5 turns A-Z into
/// a-z and leaves a-z and 0-9 as they are. 8 bytes can be read from any byte of the word.
inline std::uint64_t ascii_word_hash(const std::uint8_t* p, std::size_t n) {
    std::uint64_t h = word_basis + n;
    for (; n > 8; p += 8, n -= 8) h = multiply_fold(h ^ (load8(p) | ascii_lower), word_multiplier);
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * n);
    return multiply_fold(h ^ ((load8(p) | ascii_lower) & mask), word_multiplier);
}

/// Base of the polynomial over the token hashes of a shingle.
constexpr std::uint64_t shingle_base = 0x9E3779B97F4A7C15;

/// Spreads every bit of a polynomial over the whole word, so that the smallest hash of a window is a fair draw. The
/// number may be a vector of them.
template <class Number>
inline __attribute__((always_inline)) void mix_in_place(Number& x) {
    constexpr std::uint64_t multiplier = 0xD6E8FEB86659FD93;
    x ^= x >> 32;
    x *= multiplier;
    x ^= x >> 32;
    x *= multiplier;
    x ^= x >> 32;
}

inline std::uint64_t mix(std::uint64_t x) {
    mix_in_place(x);
    return x;
}

}  // namespace reuse
