// SPDX-License-Identifier: Apache-2.0
// Four 64-bit numbers at once, in a vector of GCC's and Clang's: `+`, `<` and so on work lane by lane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace reuse {

constexpr std::size_t lanes = 4;
typedef std::uint64_t Lanes __attribute__((vector_size(lanes * sizeof(std::uint64_t))));
/// What AVX2 can bring in order; of unsigned numbers it cannot tell which is less.
typedef std::int64_t SignedLanes __attribute__((vector_size(lanes * sizeof(std::int64_t))));

// By reference: how vectors are passed by value depends on the instruction set.
template <class Number, class Vector>
inline __attribute__((always_inline)) void load(const Number* from, Vector& vector) {
    std::memcpy(&vector, from, sizeof vector);
}

template <class Number, class Vector>
inline __attribute__((always_inline)) void store(const Vector& vector, Number* to) {
    std::memcpy(to, &vector, sizeof vector);
}

/// Whether functions that are compiled for each instruction set get one that has so wide vectors. Where they do not,
/// the same code gives the same result, but plain loops are faster.
inline bool has_lanes() {
#if defined(__AVX2__) || defined(__SANITIZE_ADDRESS__)  // the sanitizers are to see it
    return true;
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

}  // namespace reuse
