// SPDX-License-Identifier: Apache-2.0
// Shingles: runs of tokens, each hashed by itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"
#include "tokens.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

/// The mixed polynomial of a run of token hashes.
inline std::uint64_t shingle_hash(std::span<const std::uint64_t> tokens) {
    std::uint64_t polynomial = 0;
    for (const std::uint64_t token : tokens) polynomial = polynomial * shingle_base + token;
    return mixed(polynomial);
}

/// A shingle, and the token it begins with.
struct Shingle {
    std::size_t token;
    std::uint64_t hash;

    bool operator==(const Shingle&) const = default;
};

/// The shingles of a row of tokens, each as long as its first token says.
inline std::vector<Shingle> shingles(std::span<const std::uint64_t> tokens, std::span<const std::uint8_t> flags,
                                     std::size_t word_length, std::size_t character_length) {
    std::vector<Shingle> result;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::size_t length = flags[i] & flag_character ? character_length : word_length;
        if (i + length <= tokens.size()) result.push_back({i, shingle_hash(tokens.subspan(i, length))});
    }
    return result;
}

/// The shingles of a text, in order.
inline std::vector<std::uint64_t> shingles_of(const std::vector<Token>& tokens, std::size_t word_length,
                                              std::size_t character_length) {
    std::vector<std::uint64_t> hashes, result;
    std::vector<std::uint8_t> flags;
    for (const Token& token : tokens) {
        hashes.push_back(token.hash);
        flags.push_back(token.flags);
    }
    for (const Shingle& shingle : shingles(hashes, flags, word_length, character_length))
        result.push_back(shingle.hash);
    return result;
}

}  // namespace naive
#pragma clang attribute pop
