// SPDX-License-Identifier: Apache-2.0
// Longest common subsequences by the textbook table, n * m cells.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace naive {

/// The length of the longest common subsequence of `text` with each beginning of `other`.
template <class Tokens>
std::vector<int> common_subsequences(const Tokens& text, const Tokens& other) {
    std::vector<int> row(text.size() + 1), found{0};
    for (const auto& token : other) {
        int diagonal = 0;  // the cell above, one place to the left
        for (std::size_t i = 0; i < text.size(); ++i) {
            const int above = row[i + 1];
            row[i + 1] = text[i] == token ? diagonal + 1 : std::max(above, row[i]);
            diagonal = above;
        }
        found.push_back(row.back());
    }
    return found;
}

}  // namespace naive
