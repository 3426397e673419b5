"""Sketches: what is kept of a text in one pass, winnowed fingerprints and a signature.

Covers: `sketch`. Compares against: winnowing's guarantee and density (Schleimer, Wilkerson and Aiken 2003), the
kernels `tokenize`, `shingle_sets` and `sign`, stored hashes, the theory of MinHash (Broder 1997), and the
native kernel against its twin. Run: ``pytest tests/kernels/test_sketches.py``
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Kernels,
    Minima,
    all_texts,
    assert_same,
    differential,
    ids,
    laws,
    permutations,
    row_lists,
    texts,
)

pytestmark = pytest.mark.kernels

token = st.sampled_from(["a", "b", "Wörd", *"漢字"]) | st.text("abcdefgh", min_size=1, max_size=4)
documents = st.lists(token, max_size=40).map(" ".join) | st.text(max_size=20)
# Shingles that repeat within a window.
repetitive = st.lists(st.sampled_from(["a", "b", "漢"]), min_size=5, max_size=40).map(" ".join)
short_lengths = st.integers(1, 2)
corpora = st.lists(documents | repetitive, max_size=5)
plain_tokens = st.lists(st.sampled_from("ab") | st.text("abcdefgh", min_size=1, max_size=2), max_size=40)
lengths = st.integers(1, 6)
windows = st.integers(1, 7)
NONE = permutations(1)[0][:0], permutations(1)[1][:0]


class Sizes(NamedTuple):
    """Shingle lengths and window."""

    k: int
    character_k: int
    window: int


class Sketches(NamedTuple):
    """What `sketch` returns, as lists of rows."""

    tokens: list[int]
    fingerprints: list[list[int]]
    empty: list[int]
    signatures: list[list[int]]


sizes = st.builds(Sizes, lengths, lengths, windows)


def sketched(
    kernels: Kernels, corpus: list[str], size: Sizes, signing: tuple[Minima, Minima] = NONE
) -> Sketches:
    """Sketch, check dtypes and shapes, return lists."""
    tokens, hash_, offsets, empty, minima = kernels.sketch(*texts(*corpus), *size, *signing, 1)
    dtypes = [array.dtype for array in (tokens, hash_, empty, minima)]
    assert dtypes == [np.int64, np.uint64, np.uint8, np.uint32]
    assert len(tokens) == len(empty) == len(offsets) - 1 == len(corpus)
    signatures = minima.reshape(len(corpus), len(signing[0])).tolist()
    return Sketches(tokens.tolist(), row_lists(hash_, offsets), empty.tolist(), signatures)


def fingerprints(kernels: Kernels, row: list[str], size: Sizes) -> list[int]:
    """Return the fingerprints of one text, given as its tokens."""
    return sketched(kernels, [" ".join(row)], size).fingerprints[0]


def distinct_words(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


# --- what a sketch says of a text -------------------------------------------------------------


@laws
@given(corpora, sizes)
def test_tokens_are_counted_and_texts_without_shingles_are_empty(
    kernels: Kernels, corpus: list[str], size: Sizes
) -> None:
    sketches = sketched(kernels, corpus, size, permutations(3))
    *_, offsets, _ = kernels.tokenize(*all_texts(*corpus), 1)
    _, set_offsets = kernels.shingle_sets(*all_texts(*corpus), size.k, size.character_k, 1)
    assert sketches.tokens == np.diff(offsets).tolist()
    assert sketches.empty == (np.diff(set_offsets) == 0).tolist()
    assert sketches.empty == [not row for row in sketches.fingerprints]
    for empty, signature in zip(sketches.empty, sketches.signatures, strict=True):
        assert not empty or signature == [2**32 - 1] * 3


@laws
@given(corpora, sizes, st.sampled_from([1, 15, 16, 64, 130]))
def test_signatures_are_those_of_the_sets(
    kernels: Kernels, corpus: list[str], size: Sizes, values: int
) -> None:
    sets = kernels.shingle_sets(*all_texts(*corpus), size.k, size.character_k, 1)
    *_, minima = kernels.sketch(*texts(*corpus), *size, *permutations(values), 1)
    assert minima.tolist() == kernels.sign(*sets, *permutations(values), 1).tolist()


@laws
@given(corpora, sizes)
def test_what_is_not_asked_for_changes_nothing_else(kernels: Kernels, corpus: list[str], size: Sizes) -> None:
    both = sketched(kernels, corpus, size, permutations(3))
    unsigned = sketched(kernels, corpus, size)
    assert unsigned == both._replace(signatures=[[]] * len(corpus))
    unwinnowed = sketched(kernels, corpus, size._replace(window=0), permutations(3))
    assert unwinnowed == both._replace(fingerprints=[[]] * len(corpus))


@laws
@given(corpora, sizes)
def test_rows_do_not_depend_on_each_other(kernels: Kernels, corpus: list[str], size: Sizes) -> None:
    alone = [sketched(kernels, [document], size, permutations(3)) for document in corpus]
    together = sketched(kernels, corpus, size, permutations(3))
    for column in range(4):
        assert together[column] == [one[column][0] for one in alone]


def test_no_rows_and_empty_rows(kernels: Kernels) -> None:
    size = Sizes(5, 12, 4)
    assert sketched(kernels, [], size, permutations(3)) == Sketches([], [], [], [])
    nothing = Sketches([0, 0, 2, 0], [[]] * 4, [1] * 4, [[2**32 - 1] * 3] * 4)
    assert sketched(kernels, ["", " ", "one two", "\u200b"], size, permutations(3)) == nothing


# --- winnowing --------------------------------------------------------------------------------


@laws
@given(corpora, sizes)
def test_a_window_of_one_keeps_every_shingle(kernels: Kernels, corpus: list[str], size: Sizes) -> None:
    every = sketched(kernels, corpus, size._replace(window=1)).fingerprints
    sets = row_lists(*kernels.shingle_sets(*all_texts(*corpus), size.k, size.character_k, 1))
    assert [sorted(set(row)) for row in every] == sets


@laws
@given(plain_tokens, lengths)
def test_shingles_come_in_the_order_of_the_text(kernels: Kernels, row: list[str], k: int) -> None:
    every = fingerprints(kernels, row, Sizes(k, 1, 1))
    alone = [fingerprints(kernels, row[begin : begin + k], Sizes(k, 1, 1)) for begin in range(len(every))]
    assert len(every) == max(len(row) - k + 1, 0)
    assert [[shingle] for shingle in every] == alone


@laws
@given(documents | repetitive, sizes | st.builds(Sizes, short_lengths, short_lengths, windows))
def test_every_window_keeps_its_smallest_only(kernels: Kernels, document: str, size: Sizes) -> None:
    (shingles,) = sketched(kernels, [document], size._replace(window=1)).fingerprints
    (kept,) = sketched(kernels, [document], size).fingerprints
    if len(shingles) < size.window:
        assert kept == sorted(shingles)[:1]
        return
    smallest = set()
    for begin in range(len(shingles) - size.window + 1):
        window = shingles[begin : begin + size.window]
        # The rightmost of equals: which one shows in how many are kept.
        smallest.add(begin + max(place for place, value in enumerate(window) if value == min(window)))
    assert kept == [shingles[place] for place in sorted(smallest)]


@laws
@given(
    st.lists(token, min_size=12, max_size=12),
    st.tuples(plain_tokens, plain_tokens),
    st.tuples(plain_tokens, plain_tokens),
    lengths,
    windows,
)
def test_a_shared_run_shares_a_fingerprint(
    kernels: Kernels,
    material: list[str],
    left: tuple[list[str], list[str]],
    right: tuple[list[str], list[str]],
    k: int,
    window: int,
) -> None:
    run = material[: k + window - 1]
    corpus = [" ".join([*before, *run, *after]) for before, after in (left, right)]
    kept = sketched(kernels, [*corpus, " ".join(run)], Sizes(k, k, window)).fingerprints
    # The run is a window of its own, and its smallest is kept wherever it stands.
    (shared,) = kept[2]
    assert shared in kept[0]
    assert shared in kept[1]


@pytest.mark.parametrize("window", [1, 2, 4, 10, 50])
def test_density(kernels: Kernels, window: int) -> None:
    count = 10_000
    drawn = np.random.default_rng(window).integers(0, 2**40, count + 4).tolist()
    kept = fingerprints(kernels, [f"w{number}" for number in drawn], Sizes(5, 12, window))
    assert len(kept) / count == pytest.approx(2 / (window + 1), rel=0.05)


def test_of_equals_the_rightmost_is_kept(kernels: Kernels) -> None:
    each = Sizes(1, 1, 1)
    low, middle, high = sorted("abc", key=lambda word: fingerprints(kernels, [word], each))
    smallest = fingerprints(kernels, [low], each)
    # Two windows of three, and the second low word in both.
    assert fingerprints(kernels, [low, middle, low, high], each._replace(window=3)) == smallest
    # Shingles that are all equal: each window keeps another.
    assert fingerprints(kernels, [low] * 10, each._replace(window=4)) == smallest * 7


@pytest.mark.parametrize("count", range(8))
def test_short_rows(kernels: Kernels, count: int) -> None:
    kept = fingerprints(kernels, distinct_words(count), Sizes(5, 1, 4))
    assert len(kept) == (1 if count >= 5 else 0)


def test_a_window_longer_than_any_text(kernels: Kernels) -> None:
    every = fingerprints(kernels, distinct_words(100), Sizes(5, 1, 1))
    assert fingerprints(kernels, distinct_words(100), Sizes(5, 1, 2**40)) == [min(every)]


def test_fingerprints_are_those_of_stored_indexes(kernels: Kernels) -> None:
    """Hashes are written to disk: a change here needs a new version of the index format."""
    text = "A longer-than-eight wörd, Москва 漢字 internationalisation"
    assert sketched(kernels, [text], Sizes(3, 2, 3)).fingerprints == [GOLDEN]


GOLDEN = [0x5EA14D96EF049E4C, 0x66929B8A51960788, 0xC8ACBA49CC99180D]


# --- the estimate -----------------------------------------------------------------------------


@pytest.mark.parametrize("shingles", [60, 300, 3_000])
@pytest.mark.parametrize("resemblance", [0.3, 0.5, 0.8])
def test_the_estimate_from_texts_is_unbiased_and_varies_as_theory_says(
    native: Kernels, shingles: int, resemblance: float
) -> None:
    # Shingles of texts overlap by all but a word, and are no random numbers: the hash must make them so.
    rng = np.random.default_rng(shingles)
    trials, values = 200, 128
    shared = round(2 * shingles * resemblance / (1 + resemblance))
    corpus = []
    for _ in range(trials):
        common, *ends = (
            rng.integers(0, 20_000, count).tolist()
            for count in (shared + 4, shingles - shared, shingles - shared)
        )
        corpus += [" ".join(map(str, common + end)) for end in ends]
    *_, minima = native.sketch(*texts(*corpus), 5, 12, 0, *permutations(values), 2)
    sets = native.shingle_sets(*all_texts(*corpus), 5, 12, 2)
    both = native.overlap(*sets, *sets, ids(range(0, 2 * trials, 2)), ids(range(1, 2 * trials, 2)), 2)
    size = np.diff(sets[1])
    exact = both / (size[0::2] + size[1::2] - both)
    signatures = minima.reshape(-1, values)
    errors = (signatures[0::2] == signatures[1::2]).mean(1) - exact
    deviation = math.sqrt(np.mean(exact * (1 - exact)) / values)
    assert np.abs(exact - resemblance).max() < 0.02
    assert abs(errors.mean()) < 3 * deviation / math.sqrt(trials)
    # Three standard errors of a standard deviation.
    assert abs(errors.std() / deviation - 1) < 3 / math.sqrt(2 * trials)


# --- native against its twin ------------------------------------------------------------------


@differential
@given(corpora, sizes | sizes.map(lambda size: size._replace(window=0)), st.sampled_from([0, 1, 16, 130]))
def test_native_equals_twin(
    native: Kernels, reference: Kernels, corpus: list[str], size: Sizes, values: int
) -> None:
    signing = permutations(values) if values else NONE
    assert_same(native.sketch, reference.sketch, *texts(*corpus), *size, *signing)


@pytest.mark.slow
@pytest.mark.parametrize("size", [Sizes(5, 12, 4), Sizes(1, 1, 1), Sizes(3, 7, 64), Sizes(12, 5, 300)])
def test_native_equals_twin_on_many_rows(native: Kernels, reference: Kernels, size: Sizes) -> None:
    rng = np.random.default_rng(0)
    shapes = [(alphabet, count) for alphabet in (1, 2, 2**40) for count in range(150)]
    drawn = [rng.integers(0, alphabet, count).tolist() for alphabet, count in shapes]
    # Every third text has characters here and there.
    corpus = [
        " ".join("漢" if place % 3 == number % 97 else f"w{value}" for place, value in enumerate(row))
        for number, row in enumerate(drawn)
    ]
    assert_same(native.sketch, reference.sketch, *texts(*corpus), *size, *permutations(5))


@pytest.mark.slow
def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Units of work are of 64 KB: texts that are longer, with many tiny or empty ones before and between.
    rng = np.random.default_rng(0)
    long, longer = (
        " ".join(f"w{n}" for n in rng.integers(0, 3_000, count).tolist()) for count in (13_000, 14_000)
    )
    tiny = [" ".join("abcdefgh"[: number % 9]) for number in range(3_000)]
    corpus = texts(*tiny[:100], long, *tiny, longer, long[:70_000], *tiny[:3])
    assert corpus[1][101] > 2**16
    assert_same(native.sketch, reference.sketch, *corpus, 5, 12, 4, *permutations(4))
    assert_same(native.sketch, reference.sketch, *corpus, 5, 12, 0, *NONE)


@pytest.mark.parametrize(
    ("fault", "size", "signing"),
    [
        ("must be 1 to", Sizes(0, 12, 4), NONE),
        ("must be 1 to", Sizes(5, 0, 4), NONE),
        ("same length", Sizes(5, 12, 4), (permutations(3)[0], permutations(2)[1])),
    ],
)
def test_what_cannot_be_meant_is_refused(
    native: Kernels, fault: str, size: Sizes, signing: tuple[Minima, Minima]
) -> None:
    with pytest.raises(ValueError, match=fault):
        native.sketch(*texts("one two"), *size, *signing, 1)
