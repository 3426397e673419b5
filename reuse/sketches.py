"""Texts to sketches: what is kept of every document so that pairs can be found.

Winnowed fingerprints find what shares a passage, MinHash signatures what resembles as a whole. Both are made in
one pass over the text. Signatures are bit for bit those of datasketch 2's scheme ``affine32``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import RandomState

from reuse import kernels
from reuse.errors import UsageError
from reuse.values import Fingerprints, ShingleSets, Signatures, Sketches, Texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reuse.options import Options

#: What datasketch allows.
_MOST_PERMUTATIONS = 2**16


def sketch(
    texts: Texts, options: Options, *, winnowed: bool = True, values: int | None = None, seed: int = 1
) -> Sketches:
    """Fingerprint and sign every document.

    Of every `Options.window` consecutive shingles the one with the smallest hash is kept as a fingerprint
    (Schleimer, Wilkerson and Aiken 2003), about ``2 / (window + 1)`` of all. Two documents that share a run of
    ``shingle + window - 1`` tokens share a fingerprint.

    Parameters
    ----------
    texts : Texts
    options : Options
        `shingle`, `character_shingle`, `window`, `permutations`, `threads`.
    winnowed : bool
        Whether fingerprints are wanted.
    values : int, optional
        Length of the signatures: of the `Options.permutations` the first so many. All, if not given.
    seed : int
        Of the permutations, as datasketch's `seed`.

    Raises
    ------
    UsageError
        If `seed` is out of range.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import extract
    >>> from reuse.values import Document
    >>> words = "one two three four five six seven eight"
    >>> texts = extract([Document("a", f"zero {words}", "a"), Document("b", f"{words} nine", "b")])
    >>> sketches = sketch(texts, Options())
    >>> kept = sketches.fingerprints
    >>> first, second = (set(kept.hash[kept.offsets[d] : kept.offsets[d + 1]].tolist()) for d in (0, 1))
    >>> bool(first & second), sketches.signatures.minimum.shape, sketches.words.tolist()
    (True, (2, 128), [9, 9])
    """
    factors, summands = permutations(options.permutations, seed)
    values = options.permutations if values is None else values
    words, hashes, offsets, empty, minima = kernels.sketch(
        texts.values,
        texts.offsets,
        options.shingle,
        options.character_shingle,
        options.window if winnowed else 0,
        factors[:values],
        summands[:values],
        options.thread_count,
    )
    signatures = Signatures(minima.reshape(len(texts), values), empty.astype(np.bool_), seed)
    return Sketches(words, Fingerprints(hashes, offsets), signatures)


def sign(sets: ShingleSets, options: Options, *, seed: int = 1) -> Signatures:
    """Sign sets of shingles: the minimum of each permutation over them (Broder 1997).

    Parameters
    ----------
    sets : ShingleSets
        Of each shingle's 64-bit hash the upper 32 bits are signed.
    options : Options
        `permutations` and `threads`. The standard error of an estimated resemblance J is
        ``sqrt(J * (1 - J) / permutations)``: .044 at a half with 128.
    seed : int
        Of the permutations, as datasketch's `seed`.

    Raises
    ------
    UsageError
        If `seed` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from reuse.options import Options
    >>> hashes = np.arange(1, 7, dtype=np.uint64) << np.uint64(40)
    >>> sets = ShingleSets(hashes, np.array([0, 6, 6]))
    >>> signatures = sign(sets, Options(permutations=4))
    >>> signatures.minimum.shape, signatures.empty.tolist()
    ((2, 4), [False, True])
    """
    factors, summands = permutations(options.permutations, seed)
    minima = kernels.sign(sets.hash, sets.offsets, factors, summands, options.thread_count)
    return Signatures(minima.reshape(-1, options.permutations), np.diff(sets.offsets) == 0, seed)


@lru_cache(maxsize=16)
def permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return datasketch's permutations, factor * h + summand modulo 2^32; odd factors make them one to one.

    Raises
    ------
    UsageError
        If `count` or `seed` is out of range.
    """
    if not 1 <= count <= _MOST_PERMUTATIONS:
        raise UsageError(f"permutations is {count}, must be 1 to {_MOST_PERMUTATIONS}")
    if not 0 <= seed < 2**32:
        raise UsageError(f"seed is {seed}, must be 0 to {2**32 - 1}")
    # The legacy generator on purpose: its stream is frozen, and it is the one that datasketch draws from.
    generator = RandomState(seed)
    halves = generator.randint(0, 1 << 31, count, dtype=np.uint32)
    summands = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    factors = halves * np.uint32(2) + np.uint32(1)
    for drawn in (factors, summands):
        drawn.flags.writeable = False  # they are kept
    return factors, summands
