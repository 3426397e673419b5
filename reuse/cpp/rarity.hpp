// SPDX-License-Identifier: Apache-2.0
// How rare words are: what an agreement in one of them is worth.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace reuse {

/// Classes of rarity: a word of class r is one word in 2^(r / 3).
constexpr int rarities = 64;
constexpr std::uint8_t rarest = rarities - 1;

/// Natural logarithm of a normal x > 0 by operations that IEEE 754 defines to the last bit, so that every machine makes
/// the same decisions: a series for the inverse hyperbolic tangent, good to 1e-9.
inline double natural_log(double x) {
    // As std::frexp has it for numbers of full precision, in line: x = m 2^exponent, with m in [1/2, 1).
    constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1, half = std::uint64_t{1022} << 52;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    int exponent = static_cast<int>(bits >> 52) - 1022;
    double m = std::bit_cast<double>((bits & mantissa) | half);
    if (m < 0.70710678118654752) {
        m *= 2;
        --exponent;
    }
    const double y = (m - 1) / (m + 1), z = y * y;
    const double series = 1 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11)))));
    return exponent * 0.69314718055994531 + 2 * y * series;
}

/// Frequencies of the classes.
inline const std::array<double, rarities> frequencies = [] {
    constexpr std::array<double, 3> thirds{1, 0.79370052598409974, 0.62996052494743658};  // 2^(-1/3), 2^(-2/3)
    std::array<double, rarities> of{};
    for (int r = 0; r < rarities; ++r) of[static_cast<std::size_t>(r)] = std::ldexp(thirds[r % 3], -(r / 3));
    return of;
}();

/// The class of words that are at least as frequent as this.
inline std::uint8_t rarity_of(double frequency) {
    const auto found =
        std::find_if(frequencies.begin(), frequencies.end() - 1, [&](double f) { return f <= frequency; });
    return static_cast<std::uint8_t>(found - frequencies.begin());
}

}  // namespace reuse
