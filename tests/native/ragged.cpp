// SPDX-License-Identifier: Apache-2.0
// Rows, their offsets and the units they are cut into, against vectors of vectors.
// Covers: ragged.hpp
// Length: 1500
// Share: 160
#include "ragged.hpp"

#include "input.hpp"

namespace {

using Rows = std::vector<std::vector<std::uint64_t>>;

void check_units(reuse::Offsets offsets, std::int64_t weight) {
    std::size_t next = 0;
    for (const reuse::Rows unit : reuse::units_of(offsets, weight)) {
        must(unit.begin == next && unit.end > unit.begin, "units follow each other");
        const std::int64_t size = offsets[unit.end] - offsets[unit.begin];
        must(unit.end + 1 == offsets.size() || size >= weight, "a unit is large enough");
        must(unit.end == unit.begin + 1 || offsets[unit.end - 1] - offsets[unit.begin] < weight, "and no larger");
        next = unit.end;
    }
    must(next + 1 == offsets.size(), "all rows are in a unit");
}

struct Unit {
    std::vector<std::uint64_t> values;
};

void check_rows(Input& input) {
    Rows rows;
    std::vector<std::uint64_t> values;
    std::vector<std::int64_t> offsets{0}, sizes{0}, kept{0};
    std::vector<std::uint8_t> wanted;
    std::vector<Unit> units;
    for (std::size_t count = input.below(20); count > 0; --count) {
        rows.push_back(input.hashes(40));
        wanted.push_back(input.byte() % 2);
        const auto size = static_cast<std::int64_t>(rows.back().size());
        values.insert(values.end(), rows.back().begin(), rows.back().end());
        offsets.push_back(static_cast<std::int64_t>(values.size()));
        sizes.push_back(size);
        kept.push_back(kept.back() + (wanted.back() ? size : 0));
        units.push_back({rows.back()});
    }
    check_units(offsets, static_cast<std::int64_t>(1 + input.below(100)));
    must(reuse::only(offsets, wanted) == kept, "offsets of what is wanted");
    reuse::accumulate(sizes);
    must(sizes == offsets, "offsets of rows so long");
    for (std::size_t d = 0; d < rows.size(); ++d) {
        const auto found = reuse::row(std::span<const std::uint64_t>(values), offsets, d);
        must(std::vector(found.begin(), found.end()) == rows[d], "a row");
    }
    std::vector<std::uint64_t> gathered;
    reuse::gather(units, &Unit::values, gathered);
    must(gathered == values, "what units found, one after another");
    for (const Unit& unit : units) must(unit.values.capacity() == 0, "a unit that was copied is freed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    check_rows(input);
    return 0;
}
