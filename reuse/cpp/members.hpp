// SPDX-License-Identifier: Apache-2.0
// Which of many hashes are among some that ascend.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include "parallel.hpp"

namespace reuse {

/// Ascending hashes by their first bits: hashes are spread evenly, so that few have the same ones.
class Ascending {
public:
    explicit Ascending(std::span<const std::uint64_t> known)
        : known_(known), bits_(std::clamp(static_cast<int>(std::bit_width(known.size())) - 1, 1, 28)) {
        if (known.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too many hashes");
        begins_.resize((std::size_t{1} << bits_) + 1);
        std::size_t at = 0;
        for (std::size_t part = 0; part + 1 < begins_.size(); ++part) {
            begins_[part] = static_cast<std::uint32_t>(at);
            while (at < known.size() && this->part(known[at]) == part) ++at;
        }
        begins_.back() = static_cast<std::uint32_t>(at);
        assert(at == known.size());
    }

    bool contains(std::uint64_t hash) const {
        const std::size_t p = part(hash);
        return std::binary_search(known_.begin() + begins_[p], known_.begin() + begins_[p + 1], hash);
    }

private:
    std::size_t part(std::uint64_t hash) const { return static_cast<std::size_t>(hash >> (64 - bits_)); }

    std::span<const std::uint64_t> known_;
    int bits_;
    std::vector<std::uint32_t> begins_;
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

}  // namespace reuse
