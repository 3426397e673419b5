"""What texts owe: a greedy cover, against one made of sets.

Covers: ``reuse/debts.py``. Compares against: a cover that counts everything anew at each step.
Run: ``pytest tests/test_debts.py``
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reuse.debts import LEAST_OWED, NOBODY, Debts, find_debts, set_aside
from reuse.pairs import Passages, Runs, Scores
from reuse.values import COMMON, QUOTED, Tokens

#: Passages of one text with common sources: by source begins and lengths.
Held = dict[int, list[tuple[int, int]]]

TEXT = 150
spans = st.lists(
    st.tuples(st.integers(0, TEXT - 1), st.integers(1, 60)).map(lambda span: (span[0], min(sum(span), TEXT))),
    max_size=4,
)
texts = st.lists(st.dictionaries(st.integers(0, 7), spans, max_size=6), min_size=1, max_size=3)
ranks = st.permutations(range(8)).map(lambda order: np.array(order, np.uint64))


def tokens(count: int) -> Tokens:
    """Return the tokens of some texts of `TEXT` words."""
    size = count * TEXT
    none = np.zeros(size, np.int32)
    return Tokens(none.astype(np.uint64), none, none.copy(), none.astype(np.uint8), np.arange(count + 1) * TEXT)


def arranged(held: list[Held], *, turn: bool) -> tuple[Scores, Runs, Passages]:
    """Return the pairs of texts and common sources, forwards or backwards, with their runs and passages.

    Of each passage the first half is a run.
    """
    pairs = [(source, page, some) for page, of_page in enumerate(held) for source, some in of_page.items()]
    pairs = pairs[::-1] if turn else pairs
    source, page = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    rows = [span for *_, some in pairs for span in some]
    begin = np.array([first for first, _ in rows], np.int32)
    words = np.array([last - first for first, last in rows], np.int32)
    none = np.zeros(len(rows), np.int32)
    columns: dict[str, Any] = {name: none.copy() for name in Passages.__dataclass_fields__}
    columns |= {
        "page_token": begin,
        "words": words,
        "offsets": np.cumsum([0, *(len(some) for *_, some in pairs)]),
    }
    columns |= {"kind": none.astype(np.uint8), "moved": none.astype(np.bool_)}
    runs = Runs(columns["offsets"].copy(), none.copy(), begin.copy(), words // 2, none.copy(), none[:0])
    return Scores.named(source, page), runs, Passages(**columns)


def covered(held: Held, keys: list[int]) -> list[int]:
    """Share out the words of one text, and count everything anew at each step."""
    words = {source: {word for span in some for word in range(*span)} for source, some in held.items()}
    owner = [NOBODY] * TEXT
    while words:
        best = min(words, key=lambda source: (-len(words[source]), keys[source]))
        taken = words.pop(best)
        if len(taken) < LEAST_OWED:
            break
        for word in taken:
            owner[word] = best
        words = {source: rest - taken for source, rest in words.items()}
    return owner


@given(texts, ranks)
def test_the_cover_is_the_greedy_one(held: list[Held], keys: NDArray[np.uint64]) -> None:
    debts = find_debts(*arranged(held, turn=False), tokens(len(held)), keys)
    expected = [word for of_text in held for word in covered(of_text, keys.tolist())]
    assert debts.owner.tolist() == expected


@given(texts, ranks)
def test_the_order_of_pairs_makes_no_difference(held: list[Held], keys: NDArray[np.uint64]) -> None:
    one, other = (find_debts(*arranged(held, turn=turn), tokens(len(held)), keys) for turn in (False, True))
    assert one.owner.tolist() == other.owner.tolist()


@given(texts, ranks)
def test_what_is_owed_stands_in_passages_and_is_worth_it(held: list[Held], keys: NDArray[np.uint64]) -> None:
    debts = find_debts(*arranged(held, turn=False), tokens(len(held)), keys)
    for row, of_text in enumerate(held):
        owner, literal = debts.owner[debts.row(row)], debts.literal[debts.row(row)]
        assert not literal[owner == NOBODY].any()
        for source in set(owner.tolist()) - {NOBODY}:
            words = np.flatnonzero(owner == source).tolist()
            assert len(words) >= LEAST_OWED
            assert all(any(begin <= word < end for begin, end in of_text[source]) for word in words)
            runs = {word for begin, end in of_text[source] for word in range(begin, begin + (end - begin) // 2)}
            said = np.flatnonzero((owner == source) & literal).tolist()
            assert said == [word for word in words if word in runs]
        for source, some in of_text.items():
            left = {word for span in some for word in range(*span) if owner[word] == NOBODY}
            assert len(left) < LEAST_OWED, source


debt = st.lists(st.tuples(st.sampled_from([NOBODY, 0, 3]), st.booleans()), max_size=6)


def debts_of(rows: list[list[tuple[int, bool]]]) -> Debts:
    owner = np.array([owner for row in rows for owner, _ in row], np.int32)
    literal = np.array([literal and owner != NOBODY for row in rows for owner, literal in row], np.bool_)
    return Debts(owner, literal, np.cumsum([0, *map(len, rows)]))


@given(st.lists(debt, min_size=1, max_size=4), st.data())
def test_texts_are_taken_with_their_debts(rows: list[list[tuple[int, bool]]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=5))
    taken, expected = debts_of(rows).take(np.array(chosen, np.int32)), debts_of([rows[row] for row in chosen])
    for name in ("owner", "literal", "offsets"):
        assert getattr(taken, name).tolist() == getattr(expected, name).tolist()
    assert Debts.none(taken.offsets).owner.tolist() == [NOBODY] * len(taken.owner)


@given(st.lists(debt, min_size=1, max_size=4), st.data())
def test_within_stretches_only_words_as_they_stand_are_owed(
    rows: list[list[tuple[int, bool]]], data: st.DataObject
) -> None:
    debts = debts_of(rows)
    size = len(debts.owner)
    edges = st.tuples(st.integers(0, size), st.integers(0, size)).map(sorted)
    stretches = data.draw(st.lists(edges, max_size=3))
    begin = np.array([first for first, _ in stretches], np.int64)
    words = np.array([last - first for first, last in stretches], np.int32)
    within = {word for first, last in stretches for word in range(first, last)}
    expected = [
        NOBODY if word in within and not literal else owner
        for word, (owner, literal) in enumerate(zip(debts.owner.tolist(), debts.literal.tolist(), strict=True))
    ]
    assert debts.besides(begin, words).owner.tolist() == expected


@given(st.lists(debt, min_size=1, max_size=4), st.data())
def test_what_is_owed_is_marked_in_the_rows_that_are_there(
    rows: list[list[tuple[int, bool]]], data: st.DataObject
) -> None:
    debts = debts_of(rows)
    there = [data.draw(st.booleans()) for _ in rows]
    kept = [row if is_there else [] for row, is_there in zip(rows, there, strict=True)]
    size = sum(map(len, kept))
    none = np.zeros(size, np.int32)
    before = Tokens(
        none.astype(np.uint64), none, none.copy(), np.full(size, 1, np.uint8), np.cumsum([0, *map(len, kept)])
    )
    after = set_aside(before, debts)
    for row, (begin, end) in zip(kept, pairwise(after.offsets.tolist()), strict=True):
        marked = [1 | (QUOTED | COMMON if owner != NOBODY else 0) for owner, _ in row]
        assert after.flags[begin:end].tolist() == marked
    assert before.flags.tolist() == [1] * size
