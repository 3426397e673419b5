"""Fingerprints: hashed shingles, and the ones that winnowing keeps.

Covers: `fingerprint`, `distinct`. Compares against: winnowing's guarantee and density (Schleimer, Wilkerson and
Aiken 2003), Python sets, and the native kernels against their twins.
Run: ``pytest tests/kernels/test_fingerprints.py``
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, assert_same, differential, hashes, laws, row_lists
from tests.reference.ragged import flat

pytestmark = pytest.mark.kernels

TOKENS = st.integers(0, 2**64 - 1)
FEW_TOKENS = st.sampled_from([0, 1, 2**63, 2**64 - 1])
# As tokenizing makes them. Numbers chosen for it collide: what differs in the top bit alone may change places.
WORD_HASHES = st.sampled_from(np.random.default_rng(0).integers(0, 2**64, 4, dtype=np.uint64).tolist())
tokens = st.lists(TOKENS, max_size=40) | st.lists(FEW_TOKENS, max_size=40)
lengths = st.integers(1, 6)
windows = st.integers(1, 7)

Row = list[tuple[int, int]]  # hash, position


class Sizes(NamedTuple):
    """Shingle lengths and window."""

    k: int
    character_k: int
    window: int


sizes = st.builds(Sizes, lengths, lengths, windows)


def fingerprints(kernels: Kernels, lists: list[list[int]], flags: list[list[int]], size: Sizes) -> list[Row]:
    """Return the fingerprints of each row as pairs of hash and position."""
    values, offsets = hashes(lists)
    hash_, position, kept = kernels.fingerprint(values, flat(flags, np.uint8), offsets, *size, 1)
    rows = zip(row_lists(hash_, kept), row_lists(position, kept), strict=True)
    return [list(zip(row, positions, strict=True)) for row, positions in rows]


def of_words(kernels: Kernels, row: list[int], size: Sizes) -> Row:
    """Return the fingerprints of one row of words."""
    return fingerprints(kernels, [row], [[0] * len(row)], size)[0]


@st.composite
def flagged(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]]]:
    """Draw rows of tokens, and for each token its flags."""
    lists = draw(st.lists(tokens, max_size=5))
    flags = [draw(st.lists(st.integers(0, 15), min_size=len(row), max_size=len(row))) for row in lists]
    return lists, flags


# --- shingles ---------------------------------------------------------------------------------


@laws
@given(st.lists(WORD_HASHES, max_size=40), lengths)
def test_window_of_one_keeps_every_shingle(kernels: Kernels, row: list[int], k: int) -> None:
    kept = of_words(kernels, row, Sizes(k, 1, 1))
    assert [position for _, position in kept] == list(range(len(row) - k + 1))
    shingles = {(hash_, *row[position : position + k]) for hash_, position in kept}
    # Equal hashes for equal shingles, and other hashes for others.
    assert len(shingles) == len({hash_ for hash_, *_ in shingles})
    assert len(shingles) == len({tuple(shingle) for _, *shingle in shingles})


def kept_hashes(kept: Row) -> list[int]:
    return [hash_ for hash_, _ in kept]


@laws
@given(flagged(), sizes)
def test_characters_have_shingles_of_their_own_length(
    kernels: Kernels, rows: tuple[list[list[int]], list[list[int]]], size: Sizes
) -> None:
    every = fingerprints(kernels, *rows, size._replace(window=1))
    for row, flags, kept in zip(*rows, every, strict=True):
        length = [size.character_k if flag & 1 else size.k for flag in flags]
        assert [position for _, position in kept] == [i for i in range(len(row)) if i + length[i] <= len(row)]
        for hash_, position in kept:
            shingle = row[position : position + length[position]]
            assert of_words(kernels, shingle, Sizes(len(shingle), 1, 1)) == [(hash_, 0)]


def test_order_within_a_shingle_counts(kernels: Kernels) -> None:
    size = Sizes(2, 1, 1)
    assert of_words(kernels, [1, 2], size) != of_words(kernels, [2, 1], size)


def test_hashes_are_those_of_stored_indexes(kernels: Kernels) -> None:
    """Hashes are written to disk: a change here needs a new version of the index format."""
    assert of_words(kernels, [1, 2, 3, 2**64 - 1], Sizes(3, 1, 1)) == GOLDEN


GOLDEN = [(0x23CA49628F582465, 0), (0xAB721B9D82814356, 1)]


# --- winnowing --------------------------------------------------------------------------------


@laws
@given(flagged(), sizes)
def test_fingerprints_are_shingles_in_order(
    kernels: Kernels, rows: tuple[list[list[int]], list[list[int]]], size: Sizes
) -> None:
    every = fingerprints(kernels, *rows, size._replace(window=1))
    kept = fingerprints(kernels, *rows, size)
    for some, shingles in zip(kept, every, strict=True):
        assert set(some) <= set(shingles)
        assert all(left[1] < right[1] for left, right in pairwise(some))
        assert bool(some) == bool(shingles)
        assert len(shingles) >= size.window or len(some) <= 1


@laws
@given(tokens, sizes)
def test_every_window_keeps_its_smallest_only(kernels: Kernels, row: list[int], size: Sizes) -> None:
    shingles = of_words(kernels, row, size._replace(window=1))
    kept = of_words(kernels, row, size)
    smallest = set()
    for begin in range(len(shingles) - size.window + 1):
        window = shingles[begin : begin + size.window]
        lowest = min(hash_ for hash_, _ in window)
        smallest.add([shingle for shingle in window if shingle[0] == lowest][-1])
    if len(shingles) >= size.window:
        assert set(kept) == smallest


@laws
@given(
    st.lists(FEW_TOKENS | TOKENS, min_size=20, max_size=30),
    st.tuples(tokens, tokens),
    st.tuples(tokens, tokens),
    lengths,
    windows,
)
def test_a_shared_run_shares_a_fingerprint(
    kernels: Kernels,
    material: list[int],
    left: tuple[list[int], list[int]],
    right: tuple[list[int], list[int]],
    k: int,
    window: int,
) -> None:
    run = material[: k + window - 1]
    rows = [[*before, *run, *after] for before, after in (left, right)]
    kept = fingerprints(kernels, rows, [[0] * len(row) for row in rows], Sizes(k, 1, window))
    inside = [
        {(hash_, position - len(before)) for hash_, position in row if 0 <= position - len(before) < window}
        for row, (before, _) in zip(kept, (left, right), strict=True)
    ]
    assert inside[0] & inside[1]


@pytest.mark.parametrize("window", [1, 2, 4, 10, 50])
def test_density(kernels: Kernels, window: int) -> None:
    count = 20_000
    row = np.random.default_rng(window).integers(0, 2**64, count + 4, dtype=np.uint64)
    offsets = np.array([0, len(row)])
    kept = kernels.fingerprint(row, np.zeros(len(row), dtype=np.uint8), offsets, 5, 12, window, 1)[0]
    assert len(kept) / count == pytest.approx(2 / (window + 1), rel=0.05)


def test_a_repeated_word_keeps_the_rightmost_of_each_window(kernels: Kernels) -> None:
    kept = of_words(kernels, [7] * 10, Sizes(3, 1, 4))
    assert [position for _, position in kept] == [3, 4, 5, 6, 7]
    assert len(set(kept_hashes(kept))) == 1


@pytest.mark.parametrize("count", range(8))
def test_short_rows(kernels: Kernels, count: int) -> None:
    kept = of_words(kernels, list(range(count)), Sizes(5, 1, 4))
    assert len(kept) == (1 if count >= 5 else 0)


def test_no_rows_and_empty_rows(kernels: Kernels) -> None:
    assert fingerprints(kernels, [], [], Sizes(5, 12, 4)) == []
    assert fingerprints(kernels, [[], [], []], [[], [], []], Sizes(5, 12, 4)) == [[], [], []]


# --- distinct ---------------------------------------------------------------------------------


@laws
@given(st.lists(tokens, max_size=5))
def test_distinct_is_a_sorted_set(kernels: Kernels, lists: list[list[int]]) -> None:
    assert row_lists(*kernels.distinct(*hashes(lists), 1)) == [sorted(set(row)) for row in lists]


# --- native against its twin ------------------------------------------------------------------


@differential
@given(flagged(), sizes)
def test_native_equals_twin(
    native: Kernels, reference: Kernels, rows: tuple[list[list[int]], list[list[int]]], size: Sizes
) -> None:
    lists, flags = rows
    values, offsets = hashes(lists)
    assert_same(native.fingerprint, reference.fingerprint, values, flat(flags, np.uint8), offsets, *size)
    assert_same(native.distinct, reference.distinct, values, offsets)


@pytest.mark.parametrize("size", [Sizes(5, 12, 4), Sizes(1, 1, 1), Sizes(3, 7, 64), Sizes(12, 5, 300)])
def test_native_equals_twin_on_many_rows(native: Kernels, reference: Kernels, size: Sizes) -> None:
    rng = np.random.default_rng(0)
    shapes = [(alphabet, count) for alphabet in (1, 2, 2**64 - 1) for count in range(150)]
    lists = [rng.integers(0, alphabet, count, dtype=np.uint64).tolist() for alphabet, count in shapes]
    values, offsets = hashes(lists)
    flags = rng.choice(np.array([0, 0, 1, 3, 8], dtype=np.uint8), len(values))
    assert_same(native.fingerprint, reference.fingerprint, values, flags, offsets, *size)
    assert_same(native.distinct, reference.distinct, values, offsets)
