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
from reuse.pairs import Passages, Scores
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


def arranged(held: list[Held], *, turn: bool) -> tuple[Scores, Passages]:
    """Return the pairs of texts and common sources, and their passages, forwards or backwards."""
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
    return Scores.named(source, page), Passages(**columns)


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
def test_what_is_owed_stands_in_a_passage_and_is_worth_the_telling(
    held: list[Held], keys: NDArray[np.uint64]
) -> None:
    debts = find_debts(*arranged(held, turn=False), tokens(len(held)), keys)
    for row, of_text in enumerate(held):
        owner = debts.row(row)
        assert debts.any(row) == bool((owner != NOBODY).any())
        for source in set(owner.tolist()) - {NOBODY}:
            words = np.flatnonzero(owner == source).tolist()
            assert len(words) >= LEAST_OWED
            assert all(any(begin <= word < end for begin, end in of_text[source]) for word in words)
        for source, some in of_text.items():
            left = {word for span in some for word in range(*span) if owner[word] == NOBODY}
            assert len(left) < LEAST_OWED, source


@given(st.lists(st.lists(st.sampled_from([NOBODY, 0, 3]), max_size=6), min_size=1, max_size=4), st.data())
def test_what_is_owed_is_marked_in_the_rows_that_are_there(rows: list[list[int]], data: st.DataObject) -> None:
    offsets = np.cumsum([0, *map(len, rows)])
    debts = Debts(np.array([owner for row in rows for owner in row], np.int32), offsets)
    there = [data.draw(st.booleans()) for _ in rows]
    kept = [row if is_there else [] for row, is_there in zip(rows, there, strict=True)]
    size = sum(map(len, kept))
    none = np.zeros(size, np.int32)
    before = Tokens(
        none.astype(np.uint64), none, none.copy(), np.full(size, 1, np.uint8), np.cumsum([0, *map(len, kept)])
    )
    after = set_aside(before, debts)
    for row, (begin, end) in zip(kept, pairwise(after.offsets.tolist()), strict=True):
        marked = [1 | (QUOTED | COMMON if owner != NOBODY else 0) for owner in row]
        assert after.flags[begin:end].tolist() == marked
    assert before.flags.tolist() == [1] * size
