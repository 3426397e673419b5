// SPDX-License-Identifier: Apache-2.0
// Ragged rows (values + offsets), and how kernels cut them into units of work.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reuse {

using Offsets = std::span<const std::int64_t>;

/// A place or number as an index: arrays have int32, which takes half the room.
inline std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Row d of `values`.
template <class T>
std::span<const T> row(std::span<const T> values, Offsets offsets, std::size_t d) {
    assert(d + 1 < offsets.size());
    return values.subspan(static_cast<std::size_t>(offsets[d]), static_cast<std::size_t>(offsets[d + 1] - offsets[d]));
}

/// A run of rows, [begin, end), that one thread does at a time.
struct Rows {
    std::size_t begin, end;
};

/// Cuts rows into units of at least `weight` values, so that short rows share the cost of a unit.
inline std::vector<Rows> units_of(Offsets offsets, std::int64_t weight) {
    std::vector<Rows> units;
    const std::size_t rows = offsets.size() - 1;
    for (std::size_t begin = 0, end = 0; begin < rows; begin = end) {
        while (end < rows && (end == begin || offsets[end] - offsets[begin] < weight)) ++end;
        units.push_back({begin, end});
    }
    return units;
}

/// The offsets there would be if the rows for which `wanted` is 0 were empty.
inline std::vector<std::int64_t> only(Offsets offsets, std::span<const std::uint8_t> wanted) {
    std::vector<std::int64_t> kept(offsets.size());
    for (std::size_t d = 0; d < wanted.size(); ++d) {
        kept[d + 1] = kept[d] + (wanted[d] ? offsets[d + 1] - offsets[d] : 0);
    }
    return kept;
}

/// Turns row counts in offsets[1...] into offsets: offsets[d + 1] += offsets[d].
inline void accumulate(std::vector<std::int64_t>& offsets) {
    for (std::size_t d = 1; d < offsets.size(); ++d) offsets[d] += offsets[d - 1];
}

/// Appends one field of all units, in order, to `out`, and frees each as soon as it is copied.
template <class Unit, class T>
void gather(std::vector<Unit>& units, std::vector<T> Unit::* field, std::vector<T>& out) {
    std::size_t total = 0;
    for (const Unit& unit : units) total += (unit.*field).size();
    out.reserve(total);
    for (Unit& unit : units) {
        out.insert(out.end(), (unit.*field).begin(), (unit.*field).end());
        std::vector<T>().swap(unit.*field);
    }
}

}  // namespace reuse
