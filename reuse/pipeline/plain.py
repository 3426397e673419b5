"""Documents to JSON values and back, for where they are kept meanwhile; their contents are kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse.values import Document, Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reuse.values import Original

_CONTENT, _ORIGINAL, _MARKS = map(Document._fields.index, ("content", "original", "marks"))


def plain(document: Document) -> list[Any]:
    """Return the fields of a document as JSON values, without its content; of its original what was known.

    Examples
    --------
    >>> plain(Document("a", "Some text.", "a.txt"))[:4]
    ['a', '', 'a.txt', None]
    """
    fields: list[Any] = list(document)
    fields[_CONTENT] = ""
    fields[_MARKS] = [list(mark) for mark in document.marks]
    if document.original is not None:
        fields[_ORIGINAL] = plain(document.original.given)
    return fields


def unplain(fields: Sequence[Any], original: Callable[[Document], Original] | None = None) -> Document:
    """Return the document that `plain` told.

    Parameters
    ----------
    fields : sequence
    original : callable, optional
        Returns the original, given what was known of it; needed where there is one.

    Examples
    --------
    >>> unplain(plain(Document("a", "Some text.", "a.txt", line=7)))[:4]
    ('a', b'', 'a.txt', 7)
    """
    told = list(fields)
    told[_CONTENT] = b""
    told[_MARKS] = tuple(Mark(*mark) for mark in told[_MARKS])
    if told[_ORIGINAL] is not None:
        assert original is not None
        told[_ORIGINAL] = original(unplain(told[_ORIGINAL]))
    return Document._make(told)
