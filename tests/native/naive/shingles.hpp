// SPDX-License-Identifier: Apache-2.0
// The shingles of texts, in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shingle.hpp"
#include "tokens.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

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
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (const auto hash = shingle_at(i, tokens, flags, {word_length, character_length}))
            result.push_back({i, *hash});
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
