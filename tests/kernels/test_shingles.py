"""Shingles: runs of tokens, hashed, and the set of them that a text has.

Covers: `shingle_sets`. Compares against: the polynomial over the hashes of `tokenize`, term by term, Python
sets, stored hashes, and the native kernel against its twin. Run: ``pytest tests/kernels/test_shingles.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Kernels,
    all_texts,
    assert_same,
    differential,
    laws,
    row_lists,
    texts,
    words,
)
from tests.reference.shingles import BASE, MASK, mix

pytestmark = pytest.mark.kernels

CHARACTERS = "漢字か"
# Few words, so that they repeat, and characters among them: each a token, of shingles of another length.
token = st.sampled_from(["a", "b", "Wörd", *CHARACTERS]) | st.text("abcdefgh", min_size=1, max_size=4)
tokens = st.lists(token, max_size=40)
plain_tokens = st.lists(st.text("abcdefgh", min_size=1, max_size=2), max_size=40)
lengths = st.integers(1, 6)


def sets_of(kernels: Kernels, documents: list[str], k: int, character_k: int = 12) -> list[list[int]]:
    """Return the shingles of each document."""
    hash_, offsets = kernels.shingle_sets(*all_texts(*documents), k, character_k, 1)
    assert hash_.dtype == np.uint64
    return row_lists(hash_, offsets)


def set_of(kernels: Kernels, row: list[str], k: int, character_k: int = 12) -> list[int]:
    """Return the shingles of one document, given as its tokens."""
    return sets_of(kernels, [" ".join(row)], k, character_k)[0]


def polynomial(hashes: list[int]) -> int:
    """Return the hash of a run of tokens, term by term."""
    terms = (value * pow(BASE, len(hashes) - 1 - place, 2**64) for place, value in enumerate(hashes))
    return mix(sum(terms) & MASK)


# --- laws -------------------------------------------------------------------------------------


@laws
@given(tokens, lengths, lengths)
def test_they_are_the_polynomials_of_all_runs(
    kernels: Kernels, row: list[str], k: int, character_k: int
) -> None:
    hashes = words(kernels, " ".join(row))
    assert len(hashes) == len(row)
    runs = set()
    for begin, first in enumerate(row):
        length = character_k if first in CHARACTERS else k
        if begin + length <= len(row):
            runs.add(polynomial(hashes[begin : begin + length]))
    assert set_of(kernels, row, k, character_k) == sorted(runs)


@laws
@given(plain_tokens, lengths)
def test_equal_runs_have_equal_hashes_and_others_have_others(kernels: Kernels, row: list[str], k: int) -> None:
    runs = {tuple(row[begin : begin + k]) for begin in range(len(row) - k + 1)}
    assert len(set_of(kernels, row, k)) == len(runs)


@laws
@given(st.lists(tokens.map(" ".join), max_size=5), lengths, lengths)
def test_rows_do_not_depend_on_each_other(
    kernels: Kernels, documents: list[str], k: int, character_k: int
) -> None:
    alone = [sets_of(kernels, [document], k, character_k)[0] for document in documents]
    assert sets_of(kernels, documents, k, character_k) == alone


@laws
@given(st.lists(st.tuples(tokens.map(" ".join), st.sampled_from([0, 1, 255])), max_size=5), lengths)
def test_texts_that_are_not_wanted_have_none(kernels: Kernels, drawn: list[tuple[str, int]], k: int) -> None:
    documents = [document for document, _ in drawn]
    wanted = np.array([mark for _, mark in drawn], np.uint8)
    every = sets_of(kernels, documents, k)
    some = row_lists(*kernels.shingle_sets(*texts(*documents), wanted, k, 12, 1))
    assert some == [row if mark else [] for row, mark in zip(every, wanted.tolist(), strict=True)]


@laws
@given(tokens, tokens, lengths, lengths)
def test_a_longer_text_has_the_shingles_of_its_parts(
    kernels: Kernels, left: list[str], right: list[str], k: int, character_k: int
) -> None:
    parts = set_of(kernels, left, k, character_k) + set_of(kernels, right, k, character_k)
    whole = set(set_of(kernels, left + right, k, character_k))
    assert whole >= set(parts)
    assert len(whole) <= len(parts) + max(k, character_k) - 1


def test_order_within_a_shingle_counts(kernels: Kernels) -> None:
    assert set_of(kernels, ["a", "b"], 2) != set_of(kernels, ["b", "a"], 2)


def test_characters_have_shingles_of_their_own_length(kernels: Kernels) -> None:
    sizes = [len(set_of(kernels, list("漢字かな漢漢"), 1, character_k)) for character_k in (2, 4, 6, 7)]
    assert sizes == [5, 3, 1, 0]
    # A word behind characters counts towards theirs, and begins one of its own length.
    assert len(set_of(kernels, ["漢", "a", "b", "c"], 2, 4)) == 3
    assert len(set_of(kernels, ["漢", "a", "b", "c"], 2, 5)) == 2


@pytest.mark.parametrize("count", range(8))
def test_short_rows(kernels: Kernels, count: int) -> None:
    assert len(set_of(kernels, [f"w{number}" for number in range(count)], 5)) == max(count - 4, 0)


def test_no_rows_and_empty_rows(kernels: Kernels) -> None:
    assert sets_of(kernels, [], 5) == []
    assert sets_of(kernels, ["", " ", "\u200b", "one two", ""], 5) == [[]] * 5
    assert sets_of(kernels, ["one two three", ""], 2**20, 2**20) == [[], []]


def test_hashes_are_those_of_stored_indexes(kernels: Kernels) -> None:
    """Hashes are written to disk: a change here needs a new version of the index format."""
    assert sets_of(kernels, [GOLDEN_TEXT], 3, 2) == [sorted(GOLDEN)]
    assert sets_of(kernels, [GOLDEN_TEXT], 5, 12) == [sorted(GOLDEN_OF_FIVE)]


GOLDEN_TEXT = "A longer-than-eight wörd, Москва 漢字 internationalisation"
GOLDEN = [
    0xD9CF1CE9D2808B30,
    0x5EA14D96EF049E4C,
    0xD8875C6BF4C34CED,
    0x9A6432307FCF6F97,
    0x66929B8A51960788,
    0xE7863C284B418E67,
    0xC8ACBA49CC99180D,
    0xC8D56938DE8EC083,
]
GOLDEN_OF_FIVE = [
    0xE5CDAFE302098317,
    0x619D2CDD918F0D99,
    0x97C0463DCB07203E,
    0xE5E7362ACACC46D0,
    0xD067110487781E5C,
]


# --- native against its twin ------------------------------------------------------------------


@differential
@given(
    st.lists(st.tuples(tokens.map(" ".join) | st.text(max_size=20), st.integers(0, 2)), max_size=6),
    lengths,
    lengths,
)
def test_native_equals_twin(
    native: Kernels, reference: Kernels, drawn: list[tuple[str, int]], k: int, character_k: int
) -> None:
    wanted = np.array([mark for _, mark in drawn], np.uint8)
    documents = texts(*(document for document, _ in drawn))
    assert_same(native.shingle_sets, reference.shingle_sets, *documents, wanted, k, character_k)


@pytest.mark.parametrize("k", [1, 2, 5, 12, 70])
@pytest.mark.parametrize("character", ["", "漢"])
def test_native_equals_twin_across_its_blocks(
    native: Kernels, reference: Kernels, k: int, character: str
) -> None:
    # Polynomials are summed 16 at a time; there is a column for every five shingles from 20 on,
    # in fours, eight at least.
    counts = [*range(18, 28), *range(38, 43), *range(62, 67), *range(126, 131), 200]
    documents = [" ".join([*(f"w{n}" for n in range(k - 1 + count)), character]) for count in counts]
    assert_same(native.shingle_sets, reference.shingle_sets, *all_texts(*documents), k, 12)


@pytest.mark.parametrize("others", [10, 30, 300])
def test_native_equals_twin_where_a_column_is_full(native: Kernels, reference: Kernels, others: int) -> None:
    # A column has room for 16, mostly 8 are enough; where it has none, hashes are sorted by radix.
    times = [*range(6, 10), *range(14, 19)]
    documents = [" ".join(["one"] * count + [f"w{n}" for n in range(others)]) for count in times]
    assert_same(native.shingle_sets, reference.shingle_sets, *all_texts(*documents), 1, 12)


def test_a_book_has_each_of_its_shingles_once_and_in_order(native: Kernels) -> None:
    # Columns are for 2^16 hashes at most. A window of one shingle keeps all.
    book = " ".join(map(str, np.random.default_rng(0).integers(0, 2**20, 2**16 + 100).tolist()))
    text, offsets, wanted = all_texts(book)
    none = np.zeros(0, np.uint32)
    _, every, *_ = native.sketch(text, offsets, 1, 12, 1, none, none, 1)
    found, _ = native.shingle_sets(text, offsets, wanted, 1, 12, 1)
    assert len(every) > 2**16
    assert np.array_equal(found, np.unique(every))


def test_native_equals_twin_where_shingles_repeat(native: Kernels, reference: Kernels) -> None:
    # Many equal hashes are together to the last byte of the radix sort.
    documents = [
        "one " * 1_000,
        "one two three " * 300,
        "漢" * 500,
        "one " * 27 + "漢字" * 100,
        "",
        "one " * 29,
    ]
    assert_same(native.shingle_sets, reference.shingle_sets, *all_texts(*documents), 5, 12)


def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Units of work are of 64 KB: one text that is longer, then many that are tiny or empty, then one again.
    rng = np.random.default_rng(0)
    drawn = [" ".join(f"w{n}" for n in rng.integers(0, 3_000, count).tolist()) for count in (15_000, 14_000)]
    tiny = [" ".join("abcdefgh"[: number % 9]) for number in range(4_000)]
    documents = all_texts(drawn[0], *tiny, drawn[1])
    assert documents[1][1] > 2**16
    assert_same(native.shingle_sets, reference.shingle_sets, *documents, 5, 12)
    documents[2][::2] = 0
    assert_same(native.shingle_sets, reference.shingle_sets, *documents, 5, 12)


@pytest.mark.parametrize(("k", "character_k"), [(0, 1), (1, 0), (2**40, 1), (1, 2**62)])
def test_lengths_of_nothing_are_refused(native: Kernels, k: int, character_k: int) -> None:
    with pytest.raises(ValueError, match="must be 1 to"):
        native.shingle_sets(*all_texts("a"), k, character_k, 1)


def test_every_text_is_wanted_or_not(native: Kernels) -> None:
    with pytest.raises(ValueError, match="wanted"):
        native.shingle_sets(*texts("a", "b"), np.ones(1, np.uint8), 5, 12, 1)
