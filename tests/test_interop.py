"""Signatures as values, and their way to datasketch and back.

Covers: ``reuse/sketches.py``, ``reuse/interop.py``. Compares against: datasketch 2, and theory: an
unbiased estimate with variance J (1 - J) / K. Run: ``pytest tests/test_interop.py``
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

from reuse import interop
from reuse.errors import UsageError
from reuse.options import Options
from reuse.shingles import shingle_sets
from reuse.sketches import permutations, sign, sketch
from reuse.texts import extract
from reuse.values import Document, ShingleSets, Signatures

TEXT = "The council voted on Tuesday to close the old bridge and to build a new one down the river."
OTHER = "Rain is expected in the north by noon, with winds from the west and snow above a thousand metres."


def sets_of(*rows: np.ndarray) -> ShingleSets:
    offsets = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return ShingleSets(np.concatenate([np.sort(row) for row in rows]).astype(np.uint64), offsets)


@pytest.mark.parametrize("shingles", [60, 300, 3000])
@pytest.mark.parametrize("resemblance", [0.3, 0.5, 0.8])
def test_the_estimate_is_unbiased_and_varies_as_theory_says(shingles: int, resemblance: float) -> None:
    rng = np.random.default_rng(shingles)
    trials, size = 120, 128
    shared = round(2 * shingles * resemblance / (1 + resemblance))
    exact = shared / (2 * shingles - shared)
    rows = []
    for _ in range(trials):
        drawn = rng.integers(0, 2**64, 2 * shingles - shared, dtype=np.uint64)
        rows += [drawn[:shingles], drawn[shingles - shared :]]
    minimum = sign(sets_of(*rows), Options(permutations=size)).minimum
    estimates = (minimum[0::2] == minimum[1::2]).mean(1)
    deviation = math.sqrt(exact * (1 - exact) / size)
    # Four standard errors of a mean, and of a standard deviation, of so many trials.
    assert abs(estimates.mean() - exact) < 4 * deviation / math.sqrt(trials)
    assert abs(estimates.std(ddof=1) / deviation - 1) < 4 / math.sqrt(2 * trials)


def test_there_and_back() -> None:
    signatures = interop.signatures_of([TEXT, OTHER], Options(permutations=64), seed=7)
    for objects in (interop.minhashes(signatures), interop.lean_minhashes(signatures)):
        back = interop.from_minhashes(objects)
        assert back.minimum.tolist() == signatures.minimum.tolist()
        assert back.empty.tolist() == [False, False]
        assert back.seed == 7


def test_a_minhash_goes_on_as_one_of_datasketch() -> None:
    mine = interop.minhashes(interop.signatures_of([TEXT]))[0]
    theirs = MinHash(num_perm=128)
    mine.update(b"one more shingle")
    theirs.update(b"one more shingle")
    assert (mine.hashvalues <= theirs.hashvalues).all()
    assert mine.jaccard(theirs) > 0


def test_an_index_of_datasketch_finds_copies_and_leaves_out_what_is_empty() -> None:
    texts = [TEXT, TEXT.upper(), OTHER, "Too short."]
    signatures = interop.signatures_of(texts)
    assert signatures.empty.tolist() == [False, False, False, True]
    index = MinHashLSH(threshold=0.5, num_perm=128)
    interop.fill(index, ["a", "b", "c", "d"], signatures)
    asked = interop.lean_minhashes(signatures)
    assert sorted(index.query(asked[0])) == ["a", "b"]
    assert index.query(asked[2]) == ["c"]
    assert "d" not in index


def test_what_cannot_be_compared_is_refused() -> None:
    lean = LeanMinHash(MinHash(num_perm=16, seed=1))
    for other in (
        MinHash(num_perm=16, seed=2),
        MinHash(num_perm=32, seed=1),
        MinHash(num_perm=16, seed=1, scheme="legacy"),
    ):
        with pytest.raises(UsageError, match="MinHash 1 has scheme"):
            interop.from_minhashes([lean, other])
    with pytest.raises(UsageError, match="MinHash 0 has scheme"):
        interop.from_minhashes([MinHash(num_perm=16, scheme="affine64")])
    with pytest.raises(UsageError, match="no MinHash"):
        interop.from_minhashes([])


def test_an_index_of_another_size_is_refused_and_so_are_too_few_ids() -> None:
    signatures = interop.signatures_of([TEXT])
    with pytest.raises(UsageError, match="num_perm=128"):
        interop.fill(MinHashLSH(num_perm=64), ["a"], signatures)
    with pytest.raises(UsageError, match="0 ids"):
        interop.fill(MinHashLSH(num_perm=128), [], signatures)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seeds_out_of_range_are_refused(seed: int) -> None:
    with pytest.raises(UsageError, match=f"seed is {seed}, must be 0 to"):
        interop.signatures_of([TEXT], seed=seed)


@pytest.mark.parametrize("count", [0, 2**16 + 1])
def test_sizes_out_of_range_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match=f"permutations is {count}, must be 1 to"):
        permutations(count, 1)


def test_a_text_without_text_has_an_empty_signature() -> None:
    assert interop.signatures_of(["", TEXT, " ", "\0"]).empty.tolist() == [True, False, True, True]


def test_signatures_know_their_number() -> None:
    signatures = interop.signatures_of([TEXT, OTHER], Options(permutations=32))
    assert isinstance(signatures, Signatures)
    assert len(signatures) == 2
    assert signatures.minimum.shape == (2, 32)
    assert not signatures.minimum.flags.writeable


@pytest.mark.parametrize("values", [0, 1, 17, 69, 128])
def test_a_shorter_signature_is_the_beginning_of_a_longer_one(values: int) -> None:
    texts = extract([Document("a", TEXT, "a"), Document("b", OTHER, "b"), Document("c", "Too short.", "c")])
    whole, part = (sketch(texts, Options(), values=count) for count in (None, values))
    assert part.signatures.minimum.tolist() == whole.signatures.minimum[:, :values].tolist()
    assert part.signatures.empty.tolist() == whole.signatures.empty.tolist() == [False, False, True]
    assert part.words.tolist() == whole.words.tolist()
    assert part.fingerprints.hash.tolist() == whole.fingerprints.hash.tolist()


def test_a_text_is_signed_as_the_set_of_its_shingles() -> None:
    texts = extract([Document("a", f"{TEXT} {TEXT}", "a"), Document("b", OTHER, "b")])
    signatures = sketch(texts, Options(), winnowed=False, seed=5).signatures
    of_sets = sign(shingle_sets(texts, Options()), Options(), seed=5)
    assert signatures.minimum.tolist() == of_sets.minimum.tolist()
    assert signatures.kind == of_sets.kind
    assert len(sketch(texts, Options(), winnowed=False).fingerprints.hash) == 0
