"""Twin of controls: how many characters a text holds that text files do not."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What files may hold that file(1) calls text.
ALLOWED = set(b"\a\b\t\n\v\f\r\x1b")


def controls(text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each text its ASCII control characters that are not allowed."""
    counts = [sum(is_control(byte) and byte not in ALLOWED for byte in row) for row in rows(text, offsets)]
    return np.array(counts, dtype=np.int64)


def is_control(byte: int) -> bool:
    r"""Tell whether a byte is a control character of ASCII.

    >>> is_control(ord("\0")), is_control(0x7F), is_control(0x85), is_control(ord(" "))
    (True, True, False, False)
    """
    return byte < 0x80 and unicodedata.category(chr(byte)) == "Cc"
