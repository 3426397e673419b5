"""How often texts say a few words, by their middle.

Covers: `frequent`. Compares against: what is known of small texts, and the native kernel against its twin.
Run: ``pytest tests/kernels/test_frequent.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, all_texts, assert_same, differential
from tests.reference.ragged import offsets_of

pytestmark = pytest.mark.kernels

WORDS = (b" the ", b" of ")
NO_MIDDLE = 10_000  # longer than any text here


def frequent(
    kernels: Kernels,
    *documents: str,
    words: tuple[bytes, ...] = WORDS,
    middle: int = NO_MIDDLE,
    characters: int = 10,
    least: int = 0,
    threads: int = 1,
) -> list[int]:
    """Return a 1 for each text that says the words often."""
    asked = np.frombuffer(b"".join(words), np.uint8), offsets_of(words)
    found = kernels.frequent(*all_texts(*documents), *asked, middle, characters, least, threads)
    assert found.dtype == np.uint8
    flags: list[int] = found.tolist()
    return flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a the b", 1),
        ("a of b the c", 1),  # words count together
        ("the b of", 0),  # with their spaces
        (" the 45678", 0),  # once in ten is not more
        (" the 4567", 1),
        (" the ééé", 1),  # characters, not bytes
        (" the the 1234567890", 1),  # also where one ends with what the next begins with
        ("x" * 63 + " the " + "x" * 60, 0),
    ],
)
def test_how_often_is_often(kernels: Kernels, text: str, expected: int) -> None:
    assert frequent(kernels, text) == [expected]


@pytest.mark.parametrize("at", range(140))
def test_words_are_found_wherever_they_stand(kernels: Kernels, at: int) -> None:
    assert frequent(kernels, "x" * at + " the " + "y" * (140 - at), characters=1_000) == [1]


def test_a_text_of_few_characters_says_nothing(kernels: Kernels) -> None:
    assert frequent(kernels, " the ", " the é", least=5) == [0, 1]


@pytest.mark.parametrize(("middle", "expected"), [(5, 1), (4, 0), (9, 1)])
def test_the_middle_alone_is_looked_at(kernels: Kernels, middle: int, expected: int) -> None:
    assert frequent(kernels, "éééé the éééé", middle=middle) == [expected]


def test_what_is_not_wanted_says_nothing(kernels: Kernels) -> None:
    text, offsets, wanted = all_texts(" the ", " the ", " the ")
    wanted[1] = 0
    words = np.frombuffer(b" the ", np.uint8), np.array([0, 5])
    assert kernels.frequent(text, offsets, wanted, *words, 100, 10, 0, 1).tolist() == [1, 0, 1]


def test_nothing_is_said_of_nothing(kernels: Kernels) -> None:
    assert frequent(kernels) == []
    assert frequent(kernels, " the ", words=()) == [0]


def test_bad_arguments_are_refused(native: Kernels) -> None:
    words = np.frombuffer(b"ab", np.uint8)
    with pytest.raises(ValueError, match="word_offsets"):
        native.frequent(*all_texts("a"), words, np.array([0, 3]), 1, 1, 1, 1)
    with pytest.raises(ValueError, match="no word may be empty"):
        native.frequent(*all_texts("a"), words, np.array([0, 0, 2]), 1, 1, 1, 1)
    with pytest.raises(ValueError, match="threads"):
        native.frequent(*all_texts("a"), words, np.array([0, 2]), 1, 1, 1, 0)


said = st.lists(st.sampled_from([" the ", " of ", "of ", "the", "é", "日", "x" * 30, " "]), max_size=12).map(
    "".join
)


@differential
@given(
    documents=st.lists(said, max_size=5),
    words=st.lists(st.sampled_from([b" the ", b" of ", b"x" * 9, b" "]), max_size=3),
    middle=st.integers(0, 80),
    characters=st.integers(0, 30),
    least=st.integers(0, 9),
)
def test_native_equals_the_reference(
    native: Kernels,
    reference: Kernels,
    documents: list[str],
    words: list[bytes],
    middle: int,
    characters: int,
    least: int,
) -> None:
    asked = np.frombuffer(b"".join(words), np.uint8), offsets_of(words)
    assert_same(native.frequent, reference.frequent, *all_texts(*documents), *asked, middle, characters, least)
