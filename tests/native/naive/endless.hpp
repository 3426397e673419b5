// SPDX-License-Identifier: Apache-2.0
// Arrays that are too large for any memory: what is refused for its size alone.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>

#include "../input.hpp"

namespace naive {

/// So many values, none of which may be touched.
template <class T>
std::span<T> endless(std::size_t count) {
    static void* const memory =
        mmap(nullptr, count * sizeof(T), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    must(memory != MAP_FAILED, "there are addresses");
    return {static_cast<T*>(memory), count};
}

}  // namespace naive
