"""Key terms: the words of a text that are there more often than by chance, and early.

Covers: `key_terms`. Compares against: laws of order and of choice, words made for the purpose, and the native
kernel against its twin. Run: ``pytest tests/kernels/test_terms.py``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Bytes,
    Hashes,
    Kernels,
    assert_same,
    differential,
    laws,
    row_lists,
    texts,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.kernels


class Lexicon(NamedTuple):
    """Words, their roots, and their classes of rarity."""

    words: Hashes
    root: Hashes
    rarity: Bytes


class Rule(NamedTuple):
    """Which terms are kept; as it stands, all, and every word weighs the same wherever it is."""

    most: int = 1000
    characters: int = 3
    unknown: int = 40
    letter: int = 3
    repeats: int = 4
    place: int = 2**31 - 1


def lexicon(kernels: Kernels, known: dict[str, tuple[str, int]]) -> Lexicon:
    """Return words with the root and the class of rarity of each."""
    rows = sorted((words(kernels, word)[0], words(kernels, root)[0], r) for word, (root, r) in known.items())
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return Lexicon(
        np.array(columns[0], np.uint64), np.array(columns[1], np.uint64), np.array(columns[2], np.uint8)
    )


NOTHING: dict[str, tuple[str, int]] = {}
#: Words of grammar, words with inflections, words of several classes.
KNOWN = {
    "the": ("the", 0),
    "of": ("of", 0),
    "bridge": ("bridge", 41),
    "bridges": ("bridge", 44),
    "ferry": ("ferry", 47),
    "ferries": ("ferry", 47),
    "gantry": ("gantry", 61),
}

token = st.sampled_from([*KNOWN, "Kraków", "zeppelin", "ox", "1987", *"漢字仮名"]) | st.text(
    "abcd", min_size=1, max_size=4
)
documents = st.lists(token, max_size=30).map(" ".join) | st.text(max_size=20)
corpora = st.lists(documents, max_size=5)
rules = st.builds(
    Rule,
    most=st.integers(0, 8),
    characters=st.integers(1, 4),
    unknown=st.integers(0, 63),
    letter=st.integers(0, 5),
    repeats=st.integers(1, 4),
    place=st.integers(1, 200),
)


def found(
    kernels: Kernels,
    corpus: Sequence[str | bytes],
    rule: Rule = Rule(),  # noqa: B008
    known: dict[str, tuple[str, int]] = KNOWN,
) -> list[list[int]]:
    """Find key terms, check the dtype, return lists."""
    known_words, root, rarity = lexicon(kernels, known)
    terms, offsets = kernels.key_terms(*texts(*corpus), known_words, root, rarity, *rule, 1)
    assert terms.dtype == np.uint64
    assert len(offsets) == len(corpus) + 1
    return row_lists(terms, offsets)


def kept(kernels: Kernels, text: str, rule: Rule, *candidates: str) -> list[str]:
    """Return which of some words are among the terms of a text."""
    (terms,) = found(kernels, [text], rule)
    return [word for word in candidates if words(kernels, word)[0] in terms]


# --- laws -------------------------------------------------------------------------------------


@laws
@given(corpora, rules)
def test_terms_ascend_each_once_and_are_at_most_so_many(
    kernels: Kernels, corpus: list[str], rule: Rule
) -> None:
    for row in found(kernels, corpus, rule):
        assert row == sorted(set(row))
        assert len(row) <= rule.most


@laws
@given(corpora, rules)
def test_a_text_has_the_terms_it_has_alone(kernels: Kernels, corpus: list[str], rule: Rule) -> None:
    assert found(kernels, corpus, rule) == [found(kernels, [text], rule)[0] for text in corpus]


@laws
@given(documents, rules)
def test_who_keeps_more_keeps_what_fewer_were(kernels: Kernels, text: str, rule: Rule) -> None:
    few, more = (set(found(kernels, [text], chosen)[0]) for chosen in (rule, rule._replace(most=rule.most + 1)))
    assert few <= more
    assert len(few) == min(rule.most, len(more))


@laws
@given(st.lists(st.sampled_from([*KNOWN, "unheard", "ox"]), max_size=30))
def test_without_a_limit_all_words_that_may_be_terms_are(kernels: Kernels, row: list[str]) -> None:
    roots = {KNOWN.get(word, (word, 1))[0] for word in row if KNOWN.get(word, (word, 1))[1]}
    (terms,) = found(kernels, [" ".join(row)])
    assert terms == sorted(words(kernels, root)[0] for root in roots)


# --- which words weigh most -------------------------------------------------------------------


def test_inflections_are_one_term_which_is_as_common_as_the_commonest(kernels: Kernels) -> None:
    assert found(kernels, ["bridges"]) == found(kernels, ["bridge"]) == found(kernels, ["bridge bridges"])
    # "bridge" is of class 41, "zz" of 43, "bridges" of 44; twice as often is three classes.
    rule = Rule(1, unknown=37, repeats=1)
    assert kept(kernels, "bridges zz", rule, "bridge", "zz") == ["bridge"]
    assert kept(kernels, "bridges zz bridge", rule, "bridge", "zz") == ["zz"]


def test_rarer_words_go_first(kernels: Kernels) -> None:
    text = "the bridge of the ferry of the gantry"
    for most, expected in ((1, ["gantry"]), (2, ["ferry", "gantry"]), (3, ["bridge", "ferry", "gantry"])):
        assert kept(kernels, text, Rule(most), "the", "of", "bridge", "ferry", "gantry") == expected


def test_words_that_are_there_more_often_go_first_up_to_a_limit(kernels: Kernels) -> None:
    # Classes are thirds of a bit: "ferry" is four times as rare as "bridge".
    assert kept(kernels, "ferry " + "bridge " * 3, Rule(1), "ferry", "bridge") == ["ferry"]
    assert kept(kernels, "ferry " + "bridge " * 5, Rule(1, repeats=5), "ferry", "bridge") == ["bridge"]
    assert kept(kernels, "ferry " + "bridge " * 5, Rule(1, repeats=3), "ferry", "bridge") == ["ferry"]


def test_words_that_come_first_go_first(kernels: Kernels) -> None:
    # "zeppelin" and "submarine" are as rare as can be.
    text = "submarine " + "the " * 99 + "zeppelin"
    assert kept(kernels, text, Rule(1, place=100), "submarine", "zeppelin") == ["submarine"]
    assert kept(kernels, text + " zeppelin", Rule(1, place=101), "submarine", "zeppelin") == ["zeppelin"]
    assert kept(kernels, text + " zeppelin", Rule(1, place=99), "submarine", "zeppelin") == ["submarine"]


def test_unknown_words_are_the_rarer_the_longer_they_are(kernels: Kernels) -> None:
    text = "oxen of yaks ox"
    order = ["oxen", "yaks", "ox"]
    assert kept(kernels, text, Rule(2), *order) == ["oxen", "yaks"]
    # With no more for a letter all are alike, and the smaller hashes are kept.
    alike = sorted(order, key=lambda word: words(kernels, word)[0])
    assert set(kept(kernels, text, Rule(2, letter=0), *order)) == set(alike[:2])
    # "gantry" is of class 61: as an unknown word of seven letters.
    assert kept(kernels, "gantry zeppelin", Rule(1), "gantry", "zeppelin") == ["zeppelin"]
    assert kept(kernels, "gantry zeppel", Rule(1), "gantry", "zeppel") == ["gantry"]


def test_letters_are_code_points(kernels: Kernels) -> None:
    assert kept(kernels, "éé aaa", Rule(1), "éé", "aaa") == ["aaa"]


def test_characters_in_a_row_are_one_term(kernels: Kernels) -> None:
    counts = {"漢字仮名": 2, "漢字": 0, "漢字 仮": 1, "漢字x仮名": 1, "漢、字、仮": 1, "漢字仮名漢字仮": 4}
    for text, count in counts.items():
        (terms,) = found(kernels, [text])
        assert len(terms) == count, text
    first, second = (set(row) for row in found(kernels, ["漢字仮名", "天地字仮名人"]))
    assert len(first & second) == 1
    # Wherever they are, and how often: hashes decide, so that two texts choose alike.
    rule = Rule(2, place=1)
    assert found(kernels, ["漢字仮名天地" * 3], rule) == found(kernels, ["仮名天地" + "漢字仮名天地" * 9], rule)


def test_texts_without_terms(kernels: Kernels) -> None:
    assert found(kernels, []) == []
    assert found(kernels, ["", "!?", "the of the", "漢字", b"\xff\xfe"]) == [[], [], [], [], []]
    assert found(kernels, ["zeppelin"], Rule(most=0)) == [[]]


def test_of_a_text_the_first_mebibyte_is_looked_at(native: Kernels) -> None:
    rule = Rule(10**6)
    text = b" ".join(b"word%d" % number for number in range(120_000))
    assert len(text) > 2**20
    cut = text.rindex(b" ", 0, 2**20)
    whole, first, less = (found(native, [part], rule)[0] for part in (text, text[: 2**20], text[:cut]))
    assert whole == first
    assert set(less) <= set(whole)
    assert len(less) == text.count(b" ", 0, cut) + 1


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("characters", Rule(characters=0)),
        ("unknown", Rule(unknown=64)),
        ("letter", Rule(letter=64)),
        ("repeats", Rule(repeats=0)),
        ("place", Rule(place=0)),
        ("place", Rule(place=2**31)),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(native: Kernels, fault: str, rule: Rule) -> None:
    with pytest.raises(ValueError, match=fault):
        found(native, ["a"], rule)


@pytest.mark.parametrize(
    ("fault", "columns"),
    [
        ("words and root", {"root": np.zeros(1, np.uint64)}),
        ("words and rarity", {"rarity": np.zeros(1, np.uint8)}),
        ("below 64", {"rarity": np.full(len(KNOWN), 64, np.uint8)}),
    ],
)
def test_columns_that_do_not_fit_are_refused(native: Kernels, fault: str, columns: dict[str, Any]) -> None:
    known_words, root, rarity = lexicon(native, KNOWN)._replace(**columns)
    with pytest.raises(ValueError, match=fault):
        native.key_terms(*texts("a"), known_words, root, rarity, *Rule(), 1)


# --- native against its twin ------------------------------------------------------------------


@differential
@given(st.lists(documents | st.binary(max_size=20), max_size=5), rules)
def test_native_equals_twin(native: Kernels, reference: Kernels, corpus: list[str | bytes], rule: Rule) -> None:
    arrays = (*texts(*corpus), *lexicon(native, KNOWN))
    assert_same(native.key_terms, reference.key_terms, *arrays, *rule)


@pytest.mark.slow
def test_native_equals_twin_on_long_texts(native: Kernels, reference: Kernels) -> None:
    # Texts are done in units of 2^16 bytes; occurrences are sorted by parts from 25 on.
    rng = np.random.default_rng(0)
    names = [*KNOWN, *(f"{letters}{number}" for letters in ("w", "wort", "漢") for number in range(400))]
    corpus = [
        " ".join(names[i] for i in (rng.zipf(1.3, size) - 1) % len(names)) for size in (9000, 0, 700, 30) * 4
    ]
    arrays = (*texts(*corpus), *lexicon(native, KNOWN))
    for rule in (Rule(24, unknown=42, place=100), Rule(1024), Rule(3, letter=0, characters=1)):
        assert_same(native.key_terms, reference.key_terms, *arrays, *rule)
