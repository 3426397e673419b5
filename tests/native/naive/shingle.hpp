// SPDX-License-Identifier: Apache-2.0
// A shingle: a run of tokens, hashed by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "hash.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

/// The mixed polynomial of a run of token hashes.
inline std::uint64_t shingle_hash(std::span<const std::uint64_t> tokens) {
    std::uint64_t polynomial = 0;
    for (const std::uint64_t token : tokens) polynomial = polynomial * shingle_base + token;
    return mixed(polynomial);
}

/// Tokens in a shingle that begins with a word, and with a character.
struct Lengths {
    std::size_t word, character;

    std::size_t of(std::uint8_t flags) const { return flags & 1 ? character : word; }
};

/// The shingle that begins at a token, if the document is long enough.
inline std::optional<std::uint64_t> shingle_at(std::size_t token, std::span<const std::uint64_t> hashes,
                                               std::span<const std::uint8_t> flags, Lengths lengths) {
    const std::size_t length = lengths.of(flags[token]);
    if (token + length > hashes.size()) return std::nullopt;
    return shingle_hash(hashes.subspan(token, length));
}

}  // namespace naive
#pragma clang attribute pop
