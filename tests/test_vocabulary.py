"""What is known of words: the file that ships, and what is read out of it.

Covers: ``reuse/vocabulary.py``, ``vocabulary.bin``, ``function_words.txt``. Compares against: words everybody
knows. Run: ``pytest tests/test_vocabulary.py``
"""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from reuse.options import Options
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.vocabulary import COMMON, FUNCTION, FUNCTION_WORDS, RARITIES, lexicon, vocabulary

WORDS = vocabulary()


def row_of(word: str) -> int:
    (hashed,) = tokenize(lay_out([word]), Options()).hash
    row = int(np.searchsorted(WORDS.word, hashed))
    return row if row < len(WORDS.word) and WORDS.word[row] == hashed else -1


def test_the_file_is_small_and_in_order() -> None:
    content = resources.files("reuse").joinpath("vocabulary.bin").read_bytes()
    assert len(content) < 2 * 10**6
    assert len(content) == 13 * len(WORDS.word)
    assert (np.diff(WORDS.word.astype(object)) > 0).all()
    assert WORDS.rarity.max() < RARITIES - 1  # the last class is of words that are not known
    assert np.isin(WORDS.root, WORDS.word).all()


@pytest.mark.parametrize("words", [("the", "said", "minister", "bridge", "walrus")])
def test_words_are_as_rare_as_one_thinks(words: tuple[str, ...]) -> None:
    rows = [row_of(word) for word in words]
    known = [int(WORDS.rarity[row]) if row >= 0 else RARITIES - 1 for row in rows]
    assert known == sorted(known)
    assert known[0] < 15 < known[-1]


@pytest.mark.parametrize("word", ["der", "los", "dans", "della", "nao", "في"])
def test_other_languages_are_known_too(word: str) -> None:
    assert WORDS.rarity[row_of(word)] < 35


@pytest.mark.parametrize(("inflected", "root"), [("votes", "voted"), ("took", "taking"), ("prisons", "prison")])
def test_inflections_have_one_root(inflected: str, root: str) -> None:
    assert WORDS.root[row_of(inflected)] == WORDS.root[row_of(root)]


def test_function_words_are_those_of_the_list() -> None:
    assert (WORDS.parts[[row_of(word) for word in FUNCTION_WORDS if row_of(word) >= 0]] & FUNCTION).all()
    assert np.count_nonzero(WORDS.parts & FUNCTION) <= len(set(FUNCTION_WORDS))
    assert not WORDS.parts[row_of("minister")] & FUNCTION


def test_names_are_not_common() -> None:
    assert WORDS.parts[row_of("week")] & COMMON
    assert not WORDS.parts[row_of("walrus")] & COMMON


def test_the_lexicon_leaves_out_what_says_nothing() -> None:
    words = lexicon()
    assert len(words.word) < len(WORDS.word) / 5
    assert ((words.parts != 0) | (words.root != words.word)).all()
