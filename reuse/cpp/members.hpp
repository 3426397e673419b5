// SPDX-License-Identifier: Apache-2.0
// Which of many hashes, or shingles of tokens, are among some that ascend.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include "parallel.hpp"
#include "ragged.hpp"
#include "shingles.hpp"

namespace reuse {

/// Ascending hashes by their first bits: hashes are spread evenly, so that few have the same ones. Of hashes that are
/// not there most are told by a bit for each of 8 to 16 places a hash.
class Ascending {
public:
    explicit Ascending(std::span<const std::uint64_t> known)
        : known_(known),
          bits_(bits_for(known.size())),
          begins_((std::size_t{1} << bits_) + 1),
          filter_(std::size_t{1} << (bits_ - 2)) {
        std::size_t begun = 0;
        for (std::size_t at = 0; at < known.size(); ++at) {
            while (begun <= part(known[at])) begins_[begun++] = static_cast<std::uint32_t>(at);
            filter_[word(known[at])] |= bit(known[at]);
        }
        std::fill(begins_.begin() + static_cast<std::ptrdiff_t>(begun), begins_.end(),
                  static_cast<std::uint32_t>(known.size()));
    }

    bool empty() const { return known_.empty(); }

    bool contains(std::uint64_t hash) const { return find(hash) < known_.size(); }

    /// The place of a hash among those known, of which there are so many if it is none.
    std::size_t find(std::uint64_t hash) const {
        if (!(filter_[word(hash)] & bit(hash))) return known_.size();
        const std::size_t p = part(hash);
        const auto end = known_.begin() + begins_[p + 1];
        const auto found = std::lower_bound(known_.begin() + begins_[p], end, hash);
        return found != end && *found == hash ? static_cast<std::size_t>(found - known_.begin()) : known_.size();
    }

private:
    static int bits_for(std::size_t hashes) {
        if (hashes > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too many hashes");
        return std::clamp(static_cast<int>(std::bit_width(hashes)) - 1, 3, 28);
    }

    std::size_t part(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> (64 - bits_)); }
    std::size_t word(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> (66 - bits_)); }
    std::uint64_t bit(std::uint64_t hash) const { return std::uint64_t{1} << (hash >> (60 - bits_) & 63); }

    std::span<const std::uint64_t> known_;
    int bits_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint64_t> filter_;
};

/// A 1 for each hash that is among those known, which ascend.
inline std::vector<std::uint8_t> members(std::span<const std::uint64_t> hash, std::span<const std::uint64_t> known,
                                         int threads) {
    constexpr std::size_t unit = std::size_t{1} << 16;
    const Ascending ascending(known);
    std::vector<std::uint8_t> found(hash.size());
    for_each_unit((hash.size() + unit - 1) / unit, threads, [&](std::size_t u) {
        const std::size_t end = std::min(hash.size(), (u + 1) * unit);
        for (std::size_t i = u * unit; i < end; ++i) found[i] = ascending.contains(hash[i]);
    });
    return found;
}

/// The tokens from which on there is a shingle that is among those known, which ascend, in the documents for which
/// `wanted` is not 0.
inline std::vector<std::int64_t> shingles_among(std::span<const std::uint64_t> hash,
                                                std::span<const std::uint8_t> flags, Offsets offsets,
                                                std::span<const std::uint8_t> wanted,
                                                std::span<const std::uint64_t> known, ShingleLengths lengths,
                                                int threads) {
    struct Found {
        std::vector<std::int64_t> token;
    };
    const std::vector<std::int64_t> work = only(offsets, wanted);
    std::vector<std::int64_t> result;
    if (work.back() == 0) return result;
    const Ascending ascending(known);
    const std::vector<Rows> units = units_of(work, std::int64_t{1} << 14);
    std::vector<Found> found(units.size());
    for_each_unit(
        units.size(), threads, [&] { return ShingleFinder(lengths); },
        [&](std::size_t u, ShingleFinder& finder) {
            for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
                if (!wanted[d]) continue;
                finder.of(row(hash, offsets, d), row(flags, offsets, d), [&](std::size_t token, std::uint64_t shingle) {
                    if (ascending.contains(shingle)) {
                        found[u].token.push_back(offsets[d] + static_cast<std::int64_t>(token));
                    }
                });
            }
        });
    gather(found, &Found::token, result);
    return result;
}

}  // namespace reuse
