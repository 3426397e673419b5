"""Which of many hashes are among some that ascend.

Covers: `members`. Compares against: a set. Run: ``pytest tests/kernels/test_members.py``
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
#: Few values, close together and at the ends of what there is, so that many are met.
hashes = st.one_of(
    st.integers(0, 20), st.integers(LARGEST - 20, LARGEST), st.integers(0, LARGEST), st.just(2**63)
)


@laws
@given(asked=st.lists(hashes, max_size=60), known=st.sets(hashes, max_size=60), threads=st.integers(1, 3))
def test_members_are_those_of_a_set(kernels: Kernels, asked: list[int], known: set[int], threads: int) -> None:
    found = kernels.members(np.array(asked, np.uint64), np.array(sorted(known), np.uint64), threads)
    assert found.dtype == np.uint8
    assert found.tolist() == [one in known for one in asked]


@pytest.mark.parametrize("spread", [1, 1 << 20, 1 << 44])
def test_many_are_found_however_they_are_spread(native: Kernels, spread: int) -> None:
    known = np.arange(200_000, dtype=np.uint64) * np.uint64(2 * spread)
    asked = np.arange(400_000, dtype=np.uint64) * np.uint64(spread)
    expected = np.arange(400_000) % 2 == 0
    for threads in (1, 2):
        assert np.array_equal(native.members(asked, known, threads), expected)


@pytest.mark.parametrize("known", [[2, 1], [1, 1]])
def test_those_known_must_ascend(native: Kernels, known: list[int]) -> None:
    with pytest.raises(ValueError, match="known must ascend, each value once"):
        native.members(np.zeros(1, np.uint64), np.array(known, np.uint64), 1)
