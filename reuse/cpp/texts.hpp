// SPDX-License-Identifier: Apache-2.0
// Texts as read: which hold what no text has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ragged.hpp"

namespace reuse {

/// Of each row of `text` the control characters that text files do not hold: all but BEL, BS, TAB, LF, VT, FF, CR and
/// ESC, as file(1) has it.
inline std::vector<std::int64_t> controls(std::span<const std::uint8_t> text, Offsets offsets) {
    std::vector<std::int64_t> counts(offsets.size() - 1);
    for (std::size_t d = 0; d < counts.size(); ++d) {
        std::size_t count = 0;
        for (const std::uint8_t byte : row(text, offsets, d)) {  // the compiler turns the loop into vectors
            const bool allowed = (byte >= '\a' && byte <= '\r') | (byte == 0x1B);
            count += ((byte < ' ') & !allowed) | (byte == 0x7F);
        }
        counts[d] = static_cast<std::int64_t>(count);
    }
    return counts;
}

}  // namespace reuse
