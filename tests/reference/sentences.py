"""Twin of the sentence finder: which tokens begin a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Line ends, and full stops of scripts that do not use them within words, end a sentence wherever they stand;
# '.', '!' and '?' only where no word follows at once.
SENTENCE_END = re.compile(
    "[\n\u2028\u2029\u2026\u3002\uff01\uff0e\uff1f\uff61\u061f\u06d4\u0964\u0965]|[.!?].", re.DOTALL
)


def sentences(
    text: NDArray[np.uint8],
    text_offsets: NDArray[np.int64],
    begin: NDArray[np.int32],
    end: NDArray[np.int32],
    token_offsets: NDArray[np.int64],
    threads: int,
) -> NDArray[np.uint8]:
    """Return for each token whether it is the first of a sentence."""
    del threads
    first: list[bool] = []
    columns = (rows(text, text_offsets), rows(begin, token_offsets), rows(end, token_offsets))
    for content, begins, ends in zip(*columns, strict=True):
        document = bytes(content).decode(errors="replace")
        between = [document[gap_begin:gap_end] for gap_begin, gap_end in zip(ends, begins[1:], strict=False)]
        first += [True, *(bool(SENTENCE_END.search(gap)) for gap in between)] if begins else []
    return np.array(first, dtype=np.uint8)
