// SPDX-License-Identifier: Apache-2.0
// What stands between words and says where sentences, lines and quotations begin and end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace reuse {

/// A place in a document: in bytes, in code points, and how many tokens begin before it.
struct Place {
    std::uint32_t byte, position, tokens;
};

/// A separator that may be of interest, and its place.
struct Sign : Place {
    std::uint32_t code_point;
};

/// The ASCII separators that are; beyond ASCII all are taken.
constexpr std::array<bool, 128> ascii_sign = [] {
    std::array<bool, 128> table{};
    for (const char c : {'\n', '.', '!', '?', '"', '\'', '@'}) table[static_cast<std::size_t>(c)] = true;
    return table;
}();

}  // namespace reuse
