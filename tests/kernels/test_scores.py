"""Overlap: how many distinct fingerprints the two documents of a pair share.

Covers: `overlap`. Compares against: Python's set intersection, and the native kernel against its twin.
Run: ``pytest tests/kernels/test_scores.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Hashes,
    Kernels,
    Offsets,
    all_pairs,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
)

pytestmark = pytest.mark.kernels

elements = st.integers(0, 12) | st.sampled_from([2**32, 2**63, 2**64 - 1]) | st.integers(0, 2**64 - 1)
sides = st.lists(st.sets(elements, max_size=30), max_size=4)
Sets = list[set[int]]


def sorted_rows(sets: Sets) -> tuple[Hashes, Offsets]:
    """Return sets as `shingle_sets` makes them."""
    return hashes([sorted(row) for row in sets])


@laws
@given(sides, sides)
def test_overlap_is_the_size_of_the_intersection(kernels: Kernels, left: Sets, right: Sets) -> None:
    pairs = all_pairs(len(left), len(right))
    shared = kernels.overlap(*sorted_rows(left), *sorted_rows(right), *pairs, 1)
    assert shared.dtype == np.int32
    assert shared.tolist() == [len(a & b) for a in left for b in right]


@laws
@given(sides)
def test_overlap_with_itself_is_the_size(kernels: Kernels, sets: Sets) -> None:
    own = ids(range(len(sets)))
    assert kernels.overlap(*sorted_rows(sets), *sorted_rows(sets), own, own, 1).tolist() == list(map(len, sets))


def test_no_pairs(kernels: Kernels) -> None:
    none = ids([])
    assert len(kernels.overlap(*sorted_rows([]), *sorted_rows([]), none, none, 1)) == 0
    assert len(kernels.overlap(*sorted_rows([{1}]), *sorted_rows([set()]), none, none, 1)) == 0


@differential
@given(sides, sides, st.data())
def test_native_equals_twin(
    native: Kernels, reference: Kernels, left: Sets, right: Sets, data: st.DataObject
) -> None:
    pairs = all_pairs(len(left), len(right))
    order = data.draw(st.permutations(range(len(pairs[0]))))
    chosen = [side[order] for side in pairs] if order else pairs
    assert_same(native.overlap, reference.overlap, *sorted_rows(left), *sorted_rows(right), *chosen)


@pytest.mark.parametrize("universe", [45, 90, 2**64 - 1])
def test_native_equals_twin_across_its_blocks(native: Kernels, reference: Kernels, universe: int) -> None:
    # Eight are compared with eight; what is left of either set, one by one.
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, universe, (42, 42), np.uint64, endpoint=True).tolist()
    sets = [{0, universe, *row[:size]} for size, row in enumerate(drawn)]
    pairs = all_pairs(len(sets), len(sets))
    assert_same(native.overlap, reference.overlap, *sorted_rows(sets), *sorted_rows(sets), *pairs)


def test_native_equals_twin_on_rows_of_very_different_sizes(native: Kernels, reference: Kernels) -> None:
    rng = np.random.default_rng(0)
    sets = [set(rng.integers(0, 20_000, size).tolist()) for size in (0, 1, 2, 15, 16, 17, 100, 1_000, 10_000)]
    pairs = all_pairs(len(sets), len(sets))
    assert_same(native.overlap, reference.overlap, *sorted_rows(sets), *sorted_rows(sets), *pairs)
