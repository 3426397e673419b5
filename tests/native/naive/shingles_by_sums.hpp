// SPDX-License-Identifier: Apache-2.0
// The shingles of tokens, each by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace naive {

/// The hash of a run of tokens: a polynomial, each of whose bits is spread.
inline std::uint64_t run_hash(std::span<const std::uint64_t> tokens) {
    std::uint64_t hash = 0;
    for (const std::uint64_t token : tokens) hash = hash * 0x9E3779B97F4A7C15 + token;
    for (int turn = 0; turn < 2; ++turn) hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93;
    return hash ^ hash >> 32;
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
    return run_hash(hashes.subspan(token, length));
}

}  // namespace naive
