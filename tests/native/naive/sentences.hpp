// SPDX-License-Identifier: Apache-2.0
// Which tokens begin a sentence: by what stands between each and the one before.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

/// Line ends, and full stops of scripts that do not use them within words, end a sentence wherever they stand.
constexpr std::u32string_view sentence_ends = U"\n\u2028\u2029…。！．？｡؟۔।॥";
/// These only where no word follows at once.
constexpr std::u32string_view stops = U".!?";

inline bool has_sentence_end(std::u32string_view gap) {
    for (std::size_t i = 0; i < gap.size(); ++i) {
        if (sentence_ends.find(gap[i]) != gap.npos) return true;
        if (stops.find(gap[i]) != gap.npos && i + 1 < gap.size()) return true;
    }
    return false;
}

/// For each token whether it is the first of a sentence.
inline std::vector<bool> first_tokens(std::u32string_view text, const std::vector<std::size_t>& begins,
                                      const std::vector<std::size_t>& ends) {
    std::vector<bool> first;
    for (std::size_t i = 0; i < begins.size(); ++i)
        first.push_back(i == 0 || has_sentence_end(text.substr(ends[i - 1], begins[i] - ends[i - 1])));
    return first;
}

}  // namespace naive
#pragma clang attribute pop
