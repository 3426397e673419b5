// SPDX-License-Identifier: Apache-2.0
// The words of a pair, looked up in maps, and how rare they are: a port of tests/reference/rarity.py and of the first
// part of tests/reference/passages.py.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace naive {

using Tokens = std::vector<std::uint64_t>;
using Flags = std::vector<std::uint8_t>;

constexpr int classes = 64, rarest = 63;
constexpr std::uint8_t character = 1, quoted = 8, first = 16;

/// The frequency of words of a class: one in 2^(r / 3).
inline double frequency(int r) {
    static const std::array<double, classes> frequencies = [] {
        constexpr double thirds[] = {1.0, 0.79370052598409974, 0.62996052494743658};
        std::array<double, classes> of{};
        for (int c = 0; c < classes; ++c) of[static_cast<std::size_t>(c)] = std::ldexp(thirds[c % 3], -(c / 3));
        return of;
    }();
    return frequencies[static_cast<std::size_t>(r)];
}

/// The commonest class that is not commoner than a frequency.
inline int rarity_of(double of) {
    int r = 0;
    while (r < rarest && frequency(r) > of) ++r;
    return r;
}

/// The natural logarithm by the series 2 artanh y = 2 (y + y^3 / 3 + y^5 / 5 + ...). Its operations and their order are
/// the kernel's, so that both round alike.
inline double natural_log(double x) {
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);
    if (mantissa < 0.70710678118654752) {
        mantissa *= 2;
        exponent -= 1;
    }
    const double y = (mantissa - 1) / (mantissa + 1);
    double series = 0;
    for (const double divisor : {11, 9, 7, 5, 3, 1}) series = 1.0 / divisor + y * y * series;
    return exponent * 0.69314718055994531 + 2 * y * series;
}

inline std::map<std::uint64_t, int> count(const Tokens& tokens) {
    std::map<std::uint64_t, int> times;
    for (const std::uint64_t token : tokens) ++times[token];
    return times;
}

/// The class of rarity of every word that both texts have: that of the language, as far as it is known, or commoner if
/// a text repeats the word.
inline std::map<std::uint64_t, int> rarities(const Tokens& source, const Flags& flags, const Tokens& page,
                                             const std::map<std::uint64_t, int>& known) {
    const auto in_source = count(source), on_page = count(page);
    std::map<std::uint64_t, int> found;
    for (std::size_t t = 0; t < source.size(); ++t) {
        const std::uint64_t word = source[t];
        if (!on_page.contains(word) || found.contains(word)) continue;
        const bool is_character = flags[t] & character;
        const int told = known.contains(word) ? known.at(word) : is_character ? 30 : rarest;
        const double again = std::max((in_source.at(word) - 1) * (1 / static_cast<double>(source.size())),
                                      (on_page.at(word) - 1) * (1 / static_cast<double>(page.size())));
        const bool is_known = told != rarest && !is_character;
        found[word] = std::min(told, rarity_of(again * (is_known ? 0.1 : 1)));
    }
    return found;
}

}  // namespace naive
