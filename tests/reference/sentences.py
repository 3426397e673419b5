"""Twin of the sentence finder: which tokens begin a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Line ends, and full stops of scripts that do not use them within words, end a sentence wherever they stand;
# '.', '!' and '?' only where no word follows at once.
SENTENCE_END = re.compile(
    "[\n\u2028\u2029\u2026\u3002\uff01\uff0e\uff1f\uff61\u061f\u06d4\u0964\u0965]|[.!?].", re.DOTALL
)


def sentences(document: str, begins: Sequence[int], ends: Sequence[int]) -> list[bool]:
    """Return for each token whether it is the first of a sentence.

    >>> sentences("At 3.5? No.", [0, 3, 5, 8], [2, 4, 6, 10])
    [True, False, False, True]
    """
    between = [document[end:begin] for end, begin in zip(ends, begins[1:], strict=False)]
    return [True, *(bool(SENTENCE_END.search(gap)) for gap in between)] if begins else []
