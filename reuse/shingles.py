"""Texts to sets of shingles, which resemblance and containment are defined on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import kernels
from reuse.values import ShingleSets, Texts

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids


def shingle_sets(texts: Texts, options: Options, rows: Ids | None = None) -> ShingleSets:
    """Return the distinct shingles of documents.

    A shingle is `Options.shingle` tokens in a row, `Options.character_shingle` where it begins with a character
    of a script without spaces; a shorter document has none.

    Parameters
    ----------
    texts : Texts
    options : Options
    rows : int32, optional
        Documents to make sets of, in any order; the others' come out empty. All, if not given.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import extract
    >>> from reuse.values import Document
    >>> texts = extract([Document("a", "one two three four five six", "a"), Document("b", "too short", "b")])
    >>> shingle_sets(texts, Options()).offsets.tolist()
    [0, 2, 2]
    """
    wanted = texts.mask(rows)
    lengths = (options.shingle, options.character_shingle)
    return ShingleSets(
        *kernels.shingle_sets(texts.values, texts.offsets, wanted, *lengths, options.thread_count)
    )
