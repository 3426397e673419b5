"""Which of many hashes, and of the shingles of tokens, are among some that ascend.

Covers: `members`, `shingles_among`. Compares against: a set, `shingle_sets`, and the native kernel against its
twin. Run: ``pytest tests/kernels/test_members.py``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, Offsets, all_texts, assert_same, differential, row_lists
from tests.reference.shingles import mix

if TYPE_CHECKING:
    import random

pytestmark = pytest.mark.kernels
laws = settings(derandomize=True, deadline=None, max_examples=200)

LARGEST = 2**64 - 1
#: Few values, close together and at the ends of what there is, so that many are met.
hashes = st.one_of(
    st.integers(0, 20), st.integers(LARGEST - 20, LARGEST), st.integers(0, LARGEST), st.just(2**63)
)


@laws
@given(asked=st.lists(hashes, max_size=60), known=st.sets(hashes, max_size=60), threads=st.integers(1, 3))
def test_members_are_those_of_a_set(kernels: Kernels, asked: list[int], known: set[int], threads: int) -> None:
    found = kernels.members(np.array(asked, np.uint64), np.array(sorted(known), np.uint64), threads)
    assert found.dtype == np.uint8
    assert found.tolist() == [one in known for one in asked]


@pytest.mark.parametrize("spread", [1, 1 << 20, 1 << 44])
def test_many_are_found_however_they_are_spread(native: Kernels, spread: int) -> None:
    known = np.arange(200_000, dtype=np.uint64) * np.uint64(2 * spread)
    asked = np.arange(400_000, dtype=np.uint64) * np.uint64(spread)
    expected = np.arange(400_000) % 2 == 0
    for threads in (1, 2):
        assert np.array_equal(native.members(asked, known, threads), expected)


@pytest.mark.parametrize("known", [[2, 1], [1, 1]])
def test_those_known_must_ascend(native: Kernels, known: list[int]) -> None:
    with pytest.raises(ValueError, match="known must ascend, each value once"):
        native.members(np.zeros(1, np.uint64), np.array(known, np.uint64), 1)


# --- shingles of tokens -----------------------------------------------------------------------

CHARACTERS = "漢字か"
words = st.lists(st.sampled_from(["a", "b", "c", *CHARACTERS]), max_size=30).map(" ".join)
documents = st.lists(words, max_size=5)
lengths = st.integers(1, 6)


def found(kernels: Kernels, some: list[str], wanted: list[int], known: list[int], k: int, ck: int) -> Offsets:
    """Return the tokens of documents from which on there is a shingle among those known."""
    hash_, _, _, flags, offsets, _ = kernels.tokenize(*all_texts(*some), 1)
    tokens = kernels.shingles_among(
        hash_, flags, offsets, np.array(wanted, np.uint8), np.array(known, np.uint64), k, ck, 1
    )
    assert tokens.dtype == np.int64
    return tokens


@laws
@given(documents, lengths, lengths, st.randoms(use_true_random=False))
def test_all_shingles_are_found_in_the_documents_wanted_and_none_elsewhere(
    kernels: Kernels, some: list[str], k: int, character_k: int, draw: random.Random
) -> None:
    sets = row_lists(*kernels.shingle_sets(*all_texts(*some), k, character_k, 1))
    wanted = [draw.randrange(2) for _ in some]
    every = sorted({one for own in sets for one in own})
    lengths_of = [[character_k if word in CHARACTERS else k for word in text.split()] for text in some]
    expected, begin = [], 0
    for is_wanted, own in zip(wanted, lengths_of, strict=True):
        whole = [place for place, length in enumerate(own) if place + length <= len(own)]
        expected += [begin + place for place in whole if is_wanted]
        begin += len(own)
    assert found(kernels, some, wanted, every, k, character_k).tolist() == expected
    assert found(kernels, some, wanted, [], k, character_k).tolist() == []


@differential
@given(documents, lengths, lengths, st.randoms(use_true_random=False))
def test_shingles_found_equal_those_of_the_twin(
    native: Kernels, reference: Kernels, some: list[str], k: int, character_k: int, draw: random.Random
) -> None:
    hash_, _, _, flags, offsets, _ = native.tokenize(*all_texts(*some), 1)
    every, _ = native.shingle_sets(*all_texts(*some), k, character_k, 1)
    known = np.unique(np.array(draw.sample(every.tolist(), len(every) // 2), np.uint64))
    wanted = np.array([draw.random() < 0.8 for _ in some], np.uint8)
    assert_same(
        native.shingles_among, reference.shingles_among, hash_, flags, offsets, wanted, known, k, character_k
    )


def test_shingles_of_many_documents_are_found_in_their_order(native: Kernels) -> None:
    # Units are of 2^14 tokens.
    draw = np.random.default_rng(0)
    hash_ = draw.integers(0, 2**64, 100_000, np.uint64)
    offsets = np.sort(np.append(draw.integers(0, len(hash_), 199), [0, len(hash_)]))
    flags, wanted = np.zeros(len(hash_), np.uint8), np.ones(200, np.uint8)
    shingles = np.array([mix(one) for one in hash_.tolist()], np.uint64)
    known = np.sort(shingles[::3])
    places = np.flatnonzero(np.isin(shingles, known))
    for threads in (1, 2, 8):
        tokens = native.shingles_among(hash_, flags, offsets, wanted, known, 1, 1, threads)
        assert np.array_equal(tokens, places)
        assert len(native.shingles_among(hash_, flags, offsets, 0 * wanted, known, 1, 1, threads)) == 0


@pytest.mark.parametrize(
    ("fault", "flags", "wanted", "known", "k"),
    [
        ("flags", 1, 1, [1], 1),
        ("wanted", 2, 2, [1], 1),
        ("known must ascend", 2, 1, [2, 1], 1),
        ("k and character_k", 2, 1, [1], 0),
    ],
)
def test_what_cannot_be_searched_is_refused(
    native: Kernels, fault: str, flags: int, wanted: int, known: list[int], k: int
) -> None:
    tokens, offsets = np.zeros(2, np.uint64), np.array([0, 2])
    with pytest.raises(ValueError, match=fault):
        native.shingles_among(
            *(tokens, np.zeros(flags, np.uint8), offsets, np.ones(wanted, np.uint8)),
            *(np.array(known, np.uint64), k, 1, 1),
        )
