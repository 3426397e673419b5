// SPDX-License-Identifier: Apache-2.0
// Headers that take another way on another processor, taken both ways by one process. Included before them.
#pragma once

#include "isa.hpp"
#include "lanes.hpp"

/// Whether the ways for wide vectors are taken, where this processor has any.
inline bool wide = true;

#define has_avx512() (has_avx512() && ::wide)
// What has_lanes() is asked for works on any processor; it is not faster on each.
#define has_lanes() (::wide)
