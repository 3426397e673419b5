// SPDX-License-Identifier: Apache-2.0
// What a fuzzer's bytes mean, and how a difference is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

/// Reads numbers off the bytes of a fuzzer; behind their end all is 0.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

    bool empty() const { return rest_.empty(); }

    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const std::uint8_t value = rest_.front();
        rest_ = rest_.subspan(1);
        return value;
    }

    /// A number below `end`, which is at most 65,536.
    std::size_t below(std::size_t end) {
        const std::size_t high = byte();
        return end == 0 ? 0 : (high << 8 | byte()) % end;
    }

    /// A hash: one of few, one of many, or one at the ends of what there is, so
    /// that equal ones are met.
    std::uint64_t hash() {
        const std::uint8_t kind = byte();
        const std::uint64_t value = byte();
        if (kind < 128) return (value % 32) * 0x9E3779B97F4A7C15;
        if (kind < 192) return (value << 8 | byte()) * 0x9E3779B97F4A7C15;
        return kind % 2 ? ~value : value;
    }

    std::vector<std::uint64_t> hashes(std::size_t most) {
        std::vector<std::uint64_t> values(below(most + 1));
        for (auto& value : values) value = hash();
        return values;
    }

    std::span<const std::uint8_t> rest() const { return rest_; }

    /// So many bytes, or those that are left.
    std::span<const std::uint8_t> take(std::size_t most) {
        const auto some = rest_.first(most < rest_.size() ? most : rest_.size());
        rest_ = rest_.subspan(some.size());
        return some;
    }

private:
    std::span<const std::uint8_t> rest_;
};

/// Ends the process where something does not hold; the fuzzer keeps the input.
inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}
