"""Tokens to fingerprints: shingles, hashed; all of them as a set, or the share that winnowing keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import kernels
from reuse.values import Fingerprints, ShingleSets, Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids


def winnow(tokens: Tokens, options: Options) -> Fingerprints:
    """Return the winnowed fingerprints of every document.

    Of every `options.window` consecutive shingles the one with the smallest hash is kept (Schleimer, Wilkerson
    and Aiken 2003), about ``2 / (window + 1)`` of all. Two documents that share a run of
    ``shingle + window - 1`` tokens share a fingerprint.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import extract
    >>> from reuse.tokens import tokenize
    >>> from reuse.values import Document
    >>> words = "one two three four five six seven eight"
    >>> texts = extract([Document("a", f"zero {words}", "a"), Document("b", f"{words} nine", "b")])
    >>> kept = winnow(tokenize(texts, Options()), Options())
    >>> first, second = (set(kept.hash[kept.offsets[d] : kept.offsets[d + 1]].tolist()) for d in (0, 1))
    >>> bool(first & second)
    True
    """
    return _fingerprint(tokens, options, options.window)


def shingle_sets(tokens: Tokens, options: Options, wanted: Ids | None = None) -> ShingleSets:
    """Return the distinct shingles of documents, which resemblance and containment are defined on.

    Parameters
    ----------
    tokens : Tokens
    options : Options
    wanted : int32, optional
        Rows to make sets of, in any order; the others come out empty. All, if not given.
    """
    everything = _fingerprint(tokens if wanted is None else tokens.only(wanted), options, 1)
    return ShingleSets(*kernels.distinct(everything.hash, everything.offsets, options.thread_count))


def _fingerprint(tokens: Tokens, options: Options, window: int) -> Fingerprints:
    lengths = (options.shingle, options.character_shingle)
    return Fingerprints(
        *kernels.fingerprint(tokens.hash, tokens.flags, tokens.offsets, *lengths, window, options.thread_count)
    )
