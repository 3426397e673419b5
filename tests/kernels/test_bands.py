"""Bands: hashes of parts of a signature, which are equal where the parts are.

Covers: `bands`. Compares against: laws of equality over lists of values, and the native kernel against its
twin. Run: ``pytest tests/kernels/test_bands.py``
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Bytes, Kernels, Minima, assert_same, differential, laws, row_lists

pytestmark = pytest.mark.kernels

value = st.sampled_from([0, 1, 2**31, 2**32 - 1])


class Shape(NamedTuple):
    """Length of the signatures, number of bands, values of a band."""

    permutations: int
    bands: int
    rows: int


class Signed(NamedTuple):
    """Signatures, and for each whether its document is empty."""

    signatures: list[list[int]]
    empty: list[int]
    shape: Shape

    def arrays(self) -> tuple[Minima, Bytes, int, int, int]:
        """Return the arguments of `bands` up to the threads."""
        minima = np.array(self.signatures, np.uint32).reshape(-1)
        return minima, np.array(self.empty, np.uint8), *self.shape


@st.composite
def signed(draw: st.DrawFn) -> Signed:
    """Draw signatures of few values, some of which no band takes in."""
    bands, rows = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    shape = Shape(bands * rows + draw(st.integers(0, 3)), bands, rows)
    signature = st.lists(value, min_size=shape.permutations, max_size=shape.permutations)
    signatures = draw(st.lists(signature, max_size=6))
    empty = draw(st.lists(st.integers(0, 1), min_size=len(signatures), max_size=len(signatures)))
    return Signed(signatures, empty, shape)


def banded(kernels: Kernels, given_: Signed) -> list[list[int]]:
    """Return the bands of each document, after checking the dtype."""
    hash_, offsets = kernels.bands(*given_.arrays(), 1)
    assert hash_.dtype == np.uint64
    return row_lists(hash_, offsets)


def parts(given_: Signed) -> list[list[tuple[int, ...]]]:
    """Return for each document that is not empty number and values of its bands."""
    _, bands, rows = given_.shape
    return [
        [] if empty else [(band, *row[band * rows : (band + 1) * rows]) for band in range(bands)]
        for row, empty in zip(given_.signatures, given_.empty, strict=True)
    ]


@laws
@given(signed())
def test_bands_are_equal_where_number_and_values_are(kernels: Kernels, drawn: Signed) -> None:
    got = [hash_ for row in banded(kernels, drawn) for hash_ in row]
    meant = [part for row in parts(drawn) for part in row]
    assert len(set(zip(got, meant, strict=True))) == len(set(got)) == len(set(meant))


@laws
@given(signed())
def test_documents_have_all_bands_or_are_empty(kernels: Kernels, drawn: Signed) -> None:
    assert list(map(len, banded(kernels, drawn))) == [
        0 if empty else drawn.shape.bands for empty in drawn.empty
    ]


@laws
@given(signed())
def test_an_empty_document_leaves_the_others_as_they_are(kernels: Kernels, drawn: Signed) -> None:
    every = banded(kernels, drawn._replace(empty=[0] * len(drawn.empty)))
    some = banded(kernels, drawn)
    assert some == [[] if empty else row for row, empty in zip(every, drawn.empty, strict=True)]


@laws
@given(signed(), st.data())
def test_fewer_bands_are_the_first_of_more(kernels: Kernels, drawn: Signed, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(1, drawn.shape.bands))
    some = banded(kernels, drawn._replace(shape=drawn.shape._replace(bands=fewer)))
    assert some == [row[:fewer] for row in banded(kernels, drawn)]


def test_order_within_a_band_counts(kernels: Kernels) -> None:
    (left,), (right,) = banded(kernels, Signed([[1, 2], [2, 1]], [0, 0], Shape(2, 1, 2)))
    assert left != right


def test_no_documents(kernels: Kernels) -> None:
    assert banded(kernels, Signed([], [], Shape(128, 32, 4))) == []


@differential
@given(signed())
def test_native_equals_twin(native: Kernels, reference: Kernels, drawn: Signed) -> None:
    assert_same(native.bands, reference.bands, *drawn.arrays())


def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Units of work are of 1,024 documents.
    rng = np.random.default_rng(0)
    minima = rng.integers(0, 2**32, (2_500, 20), np.uint32).reshape(-1)
    empty = (rng.random(2_500) < 0.1).astype(np.uint8)
    assert_same(native.bands, reference.bands, minima, empty, 20, 6, 3)


@pytest.mark.parametrize(
    "shape", [Shape(6, 4, 2), Shape(6, 1, 7), Shape(6, 0, 2), Shape(6, 2, 0), Shape(6, 2**63, 2)]
)
def test_bands_that_the_signature_has_not_are_refused(native: Kernels, shape: Shape) -> None:
    with pytest.raises(ValueError, match="bands"):
        native.bands(*Signed([[0] * 6], [0], shape).arrays(), 1)


@pytest.mark.parametrize("size", [0, 11, 13])
def test_signatures_that_do_not_fit_are_refused(native: Kernels, size: int) -> None:
    with pytest.raises(ValueError, match="minima"):
        native.bands(np.zeros(size, np.uint32), np.zeros(2, np.uint8), 6, 3, 2, 1)


def test_sizes_whose_product_is_beyond_64_bits_are_refused(native: Kernels) -> None:
    with pytest.raises(ValueError, match="minima"):
        native.bands(np.zeros(0, np.uint32), np.zeros(2, np.uint8), 2**63, 1, 1, 1)
