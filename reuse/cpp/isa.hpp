// SPDX-License-Identifier: Apache-2.0
// Hot loops for each instruction set. Whole numbers, or sums and products that are not fused: the same bits from all.
#pragma once

#include <cstdlib>

// Compiled once for each, and chosen when the library is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define REUSE_FOR_EACH_ISA __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define REUSE_FOR_EACH_ISA
#endif

// Written by hand for AVX-512 with VBMI2, beside a twin for all other processors.
#if defined(__x86_64__) && defined(__GNUC__)
#define REUSE_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))

namespace reuse {

/// Whether the processor has it. REUSE_PORTABLE in the environment denies it, so that the twin can be tested.
inline bool has_avx512() {
    static const bool has = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                            __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
                            __builtin_cpu_supports("bmi2") && !std::getenv("REUSE_PORTABLE");
    return has;
}

}  // namespace reuse
#endif
