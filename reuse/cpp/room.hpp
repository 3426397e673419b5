// SPDX-License-Identifier: Apache-2.0
// Arrays that serve one unit of work after another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reuse {

/// Room for values that are written before they are read: not cleared, and given back only at the end.
template <class T>
class Room {
public:
    std::span<T> of(std::size_t values) {
        if (values_.size() < values) values_.resize(values);
        return {values_.data(), values};
    }

private:
    std::vector<T> values_;
};

}  // namespace reuse
