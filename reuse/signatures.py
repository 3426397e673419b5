"""Sets of shingles to MinHash signatures, bit for bit those of datasketch 2's scheme ``affine32``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.errors import UsageError
from reuse.values import ShingleSets, Signatures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reuse.options import Options

#: What datasketch allows.
_MOST_PERMUTATIONS = 2**16


def sign(sets: ShingleSets, options: Options, *, permutations: int = 128, seed: int = 1) -> Signatures:
    """Sign every document: the minimum of each permutation over its shingles (Broder 1997).

    Parameters
    ----------
    sets : ShingleSets
        Of each shingle's 64-bit hash the upper 32 bits are signed.
    options : Options
        Only `threads` is used.
    permutations : int
        Values of a signature. The standard error of an estimated resemblance J is
        ``sqrt(J * (1 - J) / permutations)``: .044 at a half with 128.
    seed : int
        Of the permutations, as datasketch's `seed`.

    Raises
    ------
    UsageError
        If `permutations` or `seed` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from reuse.options import Options
    >>> hashes = np.arange(1, 7, dtype=np.uint64) << np.uint64(40)
    >>> sets = ShingleSets(hashes, np.array([0, 6, 6]))
    >>> signatures = sign(sets, Options(), permutations=4)
    >>> signatures.minimum.shape, signatures.empty.tolist()
    ((2, 4), [False, True])
    """
    factors, summands = _permutations(permutations, seed)
    minima = kernels.sign(sets.hash, sets.offsets, factors, summands, options.thread_count)
    return Signatures(minima.reshape(-1, permutations), np.diff(sets.offsets) == 0, seed)


@cache
def _permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return datasketch's permutations, factor * h + summand modulo 2^32; odd factors make them one to one."""
    if not 1 <= count <= _MOST_PERMUTATIONS:
        raise UsageError(f"permutations is {count}, must be 1 to {_MOST_PERMUTATIONS}")
    if not 0 <= seed < 2**32:
        raise UsageError(f"seed is {seed}, must be 0 to {2**32 - 1}")
    # The legacy generator on purpose: its stream is frozen, and it is the one that datasketch draws from.
    generator = np.random.RandomState(seed)
    halves = generator.randint(0, 1 << 31, count, dtype=np.uint32)
    summands = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    return halves * np.uint32(2) + np.uint32(1), summands
