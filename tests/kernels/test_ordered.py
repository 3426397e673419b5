"""Pairs of a hash and a row in order, each once.

Covers: `ordered`. Compares against: the sorted set of the pairs. Run: ``pytest tests/kernels/test_ordered.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.contract import Kernels

pytestmark = pytest.mark.kernels
laws = settings(derandomize=True, deadline=None, max_examples=200)

LARGEST = 2**64 - 1
hashes = st.one_of(
    st.integers(0, 5), st.integers(LARGEST - 5, LARGEST), st.integers(0, LARGEST), st.just(2**63)
)
rows = st.one_of(st.integers(0, 5), st.integers(-(2**31), 2**31 - 1))


@laws
@given(pairs=st.lists(st.tuples(hashes, rows), max_size=90))
def test_pairs_are_those_of_a_set_in_order(kernels: Kernels, pairs: list[tuple[int, int]]) -> None:
    hashed = np.array([one for one, _ in pairs], np.uint64)
    row = np.array([at for _, at in pairs], np.int32)
    found = kernels.ordered(hashed, row)
    assert [str(column.dtype) for column in found] == ["uint64", "int32"]
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(set(pairs))


@pytest.mark.parametrize("distinct", [1, 7, 1 << 20])
def test_many_are_in_order_however_often_a_hash_stands_there(native: Kernels, distinct: int) -> None:
    draw = np.random.default_rng(distinct)
    hashed = draw.integers(0, distinct, 300_000).astype(np.uint64) * np.uint64(LARGEST // distinct)
    row = draw.integers(-50_000, 50_000, 300_000).astype(np.int32)
    order = np.lexsort((row, hashed))
    pairs = np.stack([hashed[order], row[order].astype(np.int64).view(np.uint64)])
    kept = np.append(True, np.any(pairs[:, 1:] != pairs[:, :-1], axis=0))
    found = native.ordered(hashed, row)
    assert np.array_equal(found[0], hashed[order][kept])
    assert np.array_equal(found[1], row[order][kept])


def test_as_many_rows_as_hashes(native: Kernels) -> None:
    with pytest.raises(ValueError, match="hash and row must have the same length"):
        native.ordered(np.zeros(2, np.uint64), np.zeros(1, np.int32))
