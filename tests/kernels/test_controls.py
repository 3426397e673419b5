"""Controls: how many characters a text holds that text files do not.

Covers: `controls`. Compares against: the list of all such bytes, and the native kernel against its twin.
Run: ``pytest tests/kernels/test_controls.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, differential, laws, texts

pytestmark = pytest.mark.kernels

CONTROLS = bytes([*range(7), *range(14, 27), *range(28, 32), 127])
some_bytes = st.lists(st.binary(max_size=80) | st.sampled_from([b"\0", b"\x1b", b"\x7f"]), max_size=4).map(
    b"".join
)


@laws
@given(st.lists(some_bytes, max_size=5))
def test_each_row_is_counted_by_itself(kernels: Kernels, documents: list[bytes]) -> None:
    counts = kernels.controls(*texts(*documents))
    assert counts.dtype == np.int64
    assert counts.tolist() == [
        len(document) - len(document.translate(None, CONTROLS)) for document in documents
    ]


def test_every_byte(kernels: Kernels) -> None:
    counts = kernels.controls(*texts(*(bytes([byte]) for byte in range(256))))
    assert [byte for byte, count in enumerate(counts.tolist()) if count] == list(CONTROLS)
    assert set(counts.tolist()) == {0, 1}


def test_no_rows_and_empty_rows(kernels: Kernels) -> None:
    assert kernels.controls(*texts()).tolist() == []
    assert kernels.controls(*texts("", "\0" * 1_000, "")).tolist() == [0, 1_000, 0]


@differential
@given(st.lists(some_bytes, max_size=5))
def test_native_equals_twin(native: Kernels, reference: Kernels, documents: list[bytes]) -> None:
    np.testing.assert_array_equal(
        native.controls(*texts(*documents)), reference.controls(*texts(*documents)), strict=True
    )
