// SPDX-License-Identifier: Apache-2.0
// Hot loops, compiled once for each instruction set.
#pragma once

// One function for each, chosen when the library is loaded. Whole numbers: the same bits from all.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define REUSE_FOR_EACH_ISA __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define REUSE_FOR_EACH_ISA
#endif
