"""Twin of laying out texts: those that can be taken as they are."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: What files may hold that file(1) calls text.
ALLOWED = set("\a\b\t\n\v\f\r\x1b")


def most_bytes(contents: Sequence[bytes | str]) -> int:
    """Return how many bytes contents take in UTF-8 at most, by the widest character of each.

    >>> most_bytes([b"ab", "ab", "a\xe9", "a\u65e5", "a\U0001f600"])
    22
    """
    return sum(len(content) * _width(content) for content in contents)


def _width(content: bytes | str) -> int:
    if isinstance(content, bytes) or content.isascii():
        return 1
    return 2 if max(content) < "\u0100" else 3 if max(content) < "\U00010000" else 4


def lay(
    contents: Sequence[bytes | str], first: int, memory: NDArray[np.uint8], begin: int
) -> NDArray[np.int64]:
    """Copy texts, from the first on, into memory, up to one that is not plain; return their lengths."""
    lengths = []
    for content in contents[first:]:
        text = plain(content)
        if text is None:
            break
        memory[begin : begin + len(text)] = np.frombuffer(text, np.uint8)
        begin += len(text)
        lengths.append(len(text))
    return np.array(lengths, np.int64)


def plain(content: bytes | str) -> bytes | None:
    r"""Return UTF-8 without a mark, controls or overrides that is not blank; None for anything else.

    >>> plain("é!"), plain("\u3000"), plain(b"a\xff"), plain("a\0")
    (b'\xc3\xa9!', None, None, None)
    """
    try:
        text = content.encode() if isinstance(content, str) else content
        decoded = text.decode()
    except UnicodeError:
        return None
    if isinstance(content, bytes) and content.startswith(codecs.BOM_UTF8):
        return None
    if "\u202e" in decoded:
        return None
    ascii_only = [character for character in decoded if character < "\x80"]
    graphic = any(unicodedata.category(character)[0] in "LNPS" for character in ascii_only)
    controls = [character for character in ascii_only if unicodedata.category(character) == "Cc"]
    return text if graphic and set(controls) <= ALLOWED else None
