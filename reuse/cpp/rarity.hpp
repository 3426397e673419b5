// SPDX-License-Identifier: Apache-2.0
// How rare words are: what an agreement in one of them is worth.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "isa.hpp"

namespace reuse {

/// Classes of rarity: a word of class r is one word in 2^(r / 3).
constexpr int rarities = 64;
constexpr std::uint8_t rarest = rarities - 1;

/// Natural logarithm of a normal x > 0 by operations that IEEE 754 defines to the last bit, so that every machine makes
/// the same decisions: a series for the inverse hyperbolic tangent, good to 1e-9.
inline double natural_log(double x) {
    // x = m 2^exponent with m in [sqrt(1/2), sqrt(2)). No branches: of many at a time several become one instruction.
    constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1, half = std::uint64_t{1022} << 52;
    constexpr std::uint64_t root = std::bit_cast<std::uint64_t>(0.70710678118654752) & mantissa;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t low = (bits & mantissa) < root;
    const int exponent = static_cast<int>(static_cast<std::int64_t>((bits >> 52) - low)) - 1022;
    const auto m = std::bit_cast<double>((bits & mantissa) | (half + (low << 52)));
    const double y = (m - 1) / (m + 1), z = y * y;
    const double series = 1 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11)))));
    return exponent * 0.69314718055994531 + 2 * y * series;
}

/// Puts its natural logarithm in the place of each value. No instruction set fuses products and sums (CMakeLists.txt),
/// so all give the same bits.
REUSE_FOR_EACH_ISA inline void take_logs(std::span<double> values) {
    for (double& value : values) value = natural_log(value);
}

/// 2^(-1/3) and 2^(-2/3), after 1.
constexpr std::array<double, 3> thirds{1, 0.79370052598409974, 0.62996052494743658};

/// Frequencies of the classes.
inline const std::array<double, rarities> frequencies = [] {
    std::array<double, rarities> of{};
    for (int r = 0; r < rarities; ++r) of[static_cast<std::size_t>(r)] = std::ldexp(thirds[r % 3], -(r / 3));
    return of;
}();

/// The commonest class of those no commoner than a frequency.
inline std::uint8_t rarity_of(double frequency) {
    // With m in [1, 2) a frequency of m 2^-k is at least that of class 3k, and perhaps that of the two before it.
    constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1, one = std::uint64_t{1023} << 52;
    const auto bits = std::bit_cast<std::uint64_t>(std::max(0.0, frequency));
    const int k = 1023 - static_cast<int>(bits >> 52);
    const auto m = std::bit_cast<double>((bits & mantissa) | one);
    return static_cast<std::uint8_t>(std::clamp(3 * k - (m >= 2 * thirds[2]) - (m >= 2 * thirds[1]), 0, rarities - 1));
}

}  // namespace reuse
