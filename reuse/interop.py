"""Signatures to and from datasketch: its MinHash and LeanMinHash objects, and with them its LSH and its stores.

>>> import reuse
>>> from reuse import interop
>>> text = "the quick brown fox jumps over the lazy dog and runs into the dark wood"
>>> left, right = interop.minhashes(interop.signatures_of([text, text.upper()]))
>>> left.jaccard(right)
1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.errors import UsageError
from reuse.options import Options
from reuse.sketches import sketch
from reuse.texts import lay_out
from reuse.values import SCHEME, Signatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datasketch import LeanMinHash, MinHash, MinHashLSH


def signatures_of(
    texts: Sequence[str], options: Options | None = None, *, values: int | None = None, seed: int = 1
) -> Signatures:
    """Sign texts as an audit would see them: folded, cut into words, in shingles.

    Of the `Options.permutations` the first so many as `values` are taken, all if it is not given. Texts with
    too few words for a shingle have an empty signature.
    """
    return sketch(lay_out(texts), options or Options(), winnowed=False, values=values, seed=seed).signatures


def minhashes(signatures: Signatures) -> list[MinHash]:
    """Return a datasketch MinHash of every signature; more shingles can be added to it.

    Its values are those that datasketch itself computes for the same 32-bit shingle hashes.
    """
    from datasketch import MinHash

    shared: dict[str, Any] = {
        "num_perm": signatures.minimum.shape[1],
        "seed": signatures.seed,
        "scheme": SCHEME,
    }
    permutations = MinHash(**shared).permutations
    return [MinHash(**shared, hashvalues=row, permutations=permutations) for row in signatures.minimum]


def lean_minhashes(signatures: Signatures) -> list[LeanMinHash]:
    """Return a datasketch LeanMinHash of every signature: frozen, its values and seed alone."""
    from datasketch import LeanMinHash

    return [LeanMinHash(minhash) for minhash in minhashes(signatures)]


def from_minhashes(given: Sequence[MinHash | LeanMinHash]) -> Signatures:
    """Return the signatures of datasketch objects.

    Raises
    ------
    UsageError
        If there are none, or one has another scheme, seed or number of values than `affine32` and the first:
        such signatures cannot be compared. That they were made of the same shingles nobody can tell.
    """
    if not given:
        raise UsageError("no MinHash given; a signature has no length without one")
    expected = SCHEME, given[0].seed, len(given[0])
    for number, minhash in enumerate(given):
        found = minhash.scheme, minhash.seed, len(minhash)
        if found != expected:
            raise UsageError(
                f"MinHash {number} has scheme, seed and size {found}, not {expected}: sign it anew with these"
            )
    minimum = np.array([minhash.hashvalues for minhash in given], np.uint32)
    return Signatures(minimum, np.array([minhash.is_empty() for minhash in given]), given[0].seed)


def fill(lsh: MinHashLSH, ids: Sequence[str], signatures: Signatures) -> None:
    """Insert signatures into a datasketch MinHashLSH, in memory or in Redis, Cassandra or MongoDB.

    Empty ones are left out: they would be duplicates of each other.

    Raises
    ------
    UsageError
        If the index was made for another number of values, or there is not one id for each signature.
    """
    size = signatures.minimum.shape[1]
    if lsh.h != size:
        raise UsageError(
            f"the index takes {lsh.h} values, the signatures have {size}: make it with num_perm={size}"
        )
    if len(ids) != len(signatures):
        raise UsageError(f"{len(ids)} ids for {len(signatures)} signatures: give each its own")
    with lsh.insertion_session() as session:
        for name, minhash, empty in zip(ids, lean_minhashes(signatures), signatures.empty, strict=True):
            if not empty:
                session.insert(name, minhash)
