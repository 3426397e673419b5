"""Signatures: the minimum of each permutation over a document's hashes.

Covers: `sign`. Compares against: datasketch 2, laws of minima, and the native kernel against its twin.
Run: ``pytest tests/kernels/test_signatures.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, assert_same, differential, hashes, laws, permutations

pytestmark = pytest.mark.kernels

values = st.integers(0, 2**64 - 1) | st.sampled_from([0, 2**32 - 1, 2**32, 2**64 - 1])
documents = st.lists(st.lists(values, max_size=40), max_size=5)
# Below, at and above the 64 and 16 permutations that are kept in registers at a time.
sizes = st.sampled_from([1, 7, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 79, 81, 112, 128, 130])
seeds = st.integers(0, 2**32 - 1)
Rows = list[list[int]]


@laws
@given(documents, sizes, seeds)
def test_the_values_are_those_of_datasketch(kernels: Kernels, rows: Rows, size: int, seed: int) -> None:
    minima = kernels.sign(*hashes(rows), *permutations(size, seed), 1).reshape(len(rows), size)
    for row, signature in zip(rows, minima, strict=True):
        theirs = MinHash(num_perm=size, seed=seed, hashfunc=lambda value: value)
        theirs.update_batch([value >> 32 for value in row])
        assert signature.dtype == theirs.hashvalues.dtype
        assert signature.tolist() == theirs.hashvalues.tolist()


@laws
@given(st.lists(values), st.lists(values), sizes)
def test_the_signature_of_a_union_is_the_lesser_of_both(
    kernels: Kernels, left: list[int], right: list[int], size: int
) -> None:
    one, other, both = kernels.sign(*hashes([left, right, left + right]), *permutations(size, 1), 1).reshape(
        3, size
    )
    assert np.minimum(one, other).tolist() == both.tolist()


def test_no_hashes_no_documents_no_permutations(kernels: Kernels) -> None:
    assert kernels.sign(*hashes([[]]), *permutations(3, 1), 1).tolist() == [2**32 - 1] * 3
    assert len(kernels.sign(*hashes([]), *permutations(3, 1), 1)) == 0
    none = np.empty(0, np.uint32)
    assert len(kernels.sign(*hashes([[1]]), none, none, 1)) == 0


@differential
@given(documents, sizes, seeds)
def test_native_is_its_twin(native: Kernels, reference: Kernels, rows: Rows, size: int, seed: int) -> None:
    assert_same(native.sign, reference.sign, *hashes(rows), *permutations(size, seed))
