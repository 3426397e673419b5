"""Texts to tokens: words, and characters of scripts without spaces, folded and hashed, with their spans.

Folding makes "The", "the" and "ｔｈｅ" one token, and undoes tricks: accents, invisible characters and letters
borrowed from another script. The rules and their tables are described in ``reuse/cpp/README.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import kernels
from reuse.values import Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids, Texts


def tokenize(texts: Texts, options: Options, rows: Ids | None = None) -> Tokens:
    """Cut texts into tokens; mark those inside quotation marks and those that begin a sentence.

    Parameters
    ----------
    texts : Texts
    options : Options
        Only `threads` is used.
    rows : int32, optional
        Documents to cut, in any order; the others' rows come out empty. All, if not given.

    Returns
    -------
    Tokens
        One row a document; spans in code points of its text.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import extract
    >>> from reuse.values import FIRST, QUOTED, Document
    >>> texts = extract([Document("a", "“Ｃafé”, she said.", "a.txt")])
    >>> tokens = tokenize(texts, Options())
    >>> [texts[0][b:e] for b, e in zip(tokens.begin, tokens.end)]
    ['Ｃafé', 'she', 'said']
    >>> (tokens.flags & QUOTED).tolist(), (tokens.flags & FIRST).tolist()
    ([8, 0, 0], [16, 0, 0])
    """
    threads = options.thread_count
    wanted = texts.mask(rows)
    hashes, begin, end, flags, offsets, _ = kernels.tokenize(texts.values, texts.offsets, wanted, threads)
    return Tokens(hashes, begin, end, flags, offsets)
