// SPDX-License-Identifier: Apache-2.0
// Hashes of words and of shingles, number by number.
#pragma once

#include <cstdint>
#include <string_view>

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

constexpr std::uint64_t word_seed = 0xFF51AFD7ED558CCD, word_factor = 0x9FB21C651E98DF25;
constexpr std::uint64_t shingle_base = 0x9E3779B97F4A7C15, mix_factor = 0xD6E8FEB86659FD93;

/// Both halves of a product of 128 bits, in exclusive or.
inline std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
    // By halves of 32 bits, as at school.
    const std::uint64_t low = 0xFFFFFFFF;
    const std::uint64_t ones = (a & low) * (b & low), first = (a >> 32) * (b & low), second = (a & low) * (b >> 32);
    const std::uint64_t middle = (ones >> 32) + (first & low) + (second & low);
    const std::uint64_t upper = (a >> 32) * (b >> 32) + (first >> 32) + (second >> 32) + (middle >> 32);
    return upper ^ (middle << 32 | (ones & low));
}

/// Hash of a folded word: eight bytes at a time, the last ones padded with zeros.
inline std::uint64_t word_hash(std::string_view word) {
    std::uint64_t state = word_seed + word.size();
    for (std::size_t begin = 0; begin < word.size(); begin += 8) {
        std::uint64_t chunk = 0;
        for (std::size_t i = begin; i < word.size() && i < begin + 8; ++i)
            chunk |= std::uint64_t{static_cast<std::uint8_t>(word[i])} << (8 * (i - begin));
        state = folded_product(state ^ chunk, word_factor);
    }
    return state;
}

/// Spreads the bits of a number over all 64.
inline std::uint64_t mixed(std::uint64_t number) {
    for (int i = 0; i < 2; ++i) {
        number ^= number >> 32;
        number *= mix_factor;
    }
    return number ^ number >> 32;
}

}  // namespace naive
#pragma clang attribute pop
