"""Differences: which tokens of a passage's two sides are equal, replaced, inserted or deleted.

Covers: `differences`. Compares against: laws of an edit script, all alignments of short rows, the longest
common subsequence, and the native kernel against its twin. Run: ``pytest tests/kernels/test_differences.py``
"""

from __future__ import annotations

import random
import time
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Bytes,
    Ids,
    Kernels,
    Offsets,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
    row_lists,
)

pytestmark = pytest.mark.kernels

EQUAL, REPLACED, INSERTED, DELETED = range(4)
#: What the stage asks for.
CELLS, CHANCE, BESIDE = 2**22, 2, 2

row = (
    st.lists(st.integers(0, 1), max_size=14)
    | st.lists(st.integers(0, 4), max_size=20)
    | st.lists(st.integers(0, 40), max_size=30)
    | st.lists(st.sampled_from([0, 2**32, 2**64 - 1]) | st.integers(0, 2**64 - 1), max_size=20)
)
cell_counts = st.sampled_from([1, 2, 5, 30, 10_000])
chances = st.integers(0, 3)


class Step(NamedTuple):
    """Tokens of both sides, and what became of them."""

    kind: int
    source_begin: int
    source_end: int
    page_begin: int
    page_end: int

    @property
    def length(self) -> int:
        """Tokens of the side that has more."""
        return max(self.source_end - self.source_begin, self.page_end - self.page_begin)


def steps(
    kernels: Kernels,
    source: list[int],
    page: list[int],
    cells: int = CELLS,
    chance: int = CHANCE,
    beside: int = BESIDE,
) -> list[Step]:
    """Return the differences of two whole rows."""
    spans = ids([0]), ids([0]), ids([0]), ids([len(source)]), ids([0]), ids([len(page)])
    return told(kernels.differences(*hashes([source]), *hashes([page]), *spans, cells, chance, beside, 1))[0]


def told(result: tuple[Offsets, Bytes, Ids, Ids, Ids, Ids]) -> list[list[Step]]:
    """Return the steps of every passage."""
    offsets, kind, *columns = result
    assert kind.dtype == np.uint8
    assert {column.dtype for column in columns} == {np.dtype(np.int32)}
    rows = (row_lists(kind, offsets), *(row_lists(column, offsets) for column in columns))
    return [list(map(Step, *of_passage)) for of_passage in zip(*rows, strict=True)]


def equal_tokens(found: list[Step]) -> int:
    """Return how many tokens are equal."""
    return sum(step.length for step in found if step.kind == EQUAL)


def worth(found: list[Step]) -> int:
    """Return twice the equal tokens less the equal steps: what an exact alignment makes the most of."""
    return sum(2 * step.length - 1 for step in found if step.kind == EQUAL)


def most_worth(source: list[int], page: list[int]) -> int:
    """Return the worth of the best of all alignments."""

    @cache
    def best(i: int, j: int, running: bool) -> int:  # noqa: FBT001
        if i == len(source) or j == len(page):
            return 0
        options = [best(i + 1, j, False), best(i, j + 1, False)]
        if source[i] == page[j]:
            options.append((2 if running else 1) + best(i + 1, j + 1, True))
        return max(options)

    return best(0, 0, False)


def longest_common_subsequence(source: list[int], page: list[int]) -> int:
    lengths = [0] * (len(page) + 1)
    for token in source:
        diagonal = 0
        for j, other in enumerate(page, 1):
            above = lengths[j]
            lengths[j] = diagonal + 1 if token == other else max(above, lengths[j - 1])
            diagonal = above
    return lengths[-1]


# --- laws -------------------------------------------------------------------------------------


@laws
@given(row, row, cell_counts, chances)
def test_steps_cover_both_sides_in_order(
    kernels: Kernels, source: list[int], page: list[int], cells: int, chance: int
) -> None:
    found = steps(kernels, source, page, cells, chance)
    ends = [(0, 0), *((step.source_end, step.page_end) for step in found)]
    begins = [*((step.source_begin, step.page_begin) for step in found), (len(source), len(page))]
    assert ends == begins
    assert all(step.length for step in found)


@laws
@given(row, row, cell_counts, chances)
def test_a_step_is_what_it_says(
    kernels: Kernels, source: list[int], page: list[int], cells: int, chance: int
) -> None:
    for kind, source_begin, source_end, page_begin, page_end in steps(kernels, source, page, cells, chance):
        there, here = source[source_begin:source_end], page[page_begin:page_end]
        if kind == EQUAL:
            assert there == here
        else:
            assert kind == (INSERTED if not there else DELETED if not here else REPLACED)


@laws
@given(row, row, cell_counts, chances)
def test_equal_steps_are_maximal_and_changes_are_one_step(
    kernels: Kernels, source: list[int], page: list[int], cells: int, chance: int
) -> None:
    found = steps(kernels, source, page, cells, chance)
    # Equal steps and changes take turns.
    assert all((left.kind == EQUAL) != (right.kind == EQUAL) for left, right in pairwise(found))
    for step in found:
        if step.kind == REPLACED:
            assert source[step.source_begin] != page[step.page_begin]
            assert source[step.source_end - 1] != page[step.page_end - 1]


@laws
@given(row, row, cell_counts, chances, st.integers(0, 3))
def test_no_short_equal_step_stands_between_long_changes(
    kernels: Kernels, source: list[int], page: list[int], cells: int, chance: int, beside: int
) -> None:
    found = steps(kernels, source, page, cells, chance, beside)
    for before, step, after in zip(found, found[1:], found[2:], strict=False):
        if step.kind == EQUAL and step.length <= chance:
            assert min(before.length, after.length) <= beside * step.length


def test_between_no_changes_that_are_long_enough_nothing_is_chance(kernels: Kernels) -> None:
    found = steps(kernels, [1, 1, 1, 7, 8, 2, 2, 2], [3, 3, 3, 7, 8, 4, 4, 4], chance=2, beside=2**63)
    assert [step.kind for step in found] == [REPLACED, EQUAL, REPLACED]


@laws
@given(row, row)
def test_an_exact_alignment_is_worth_as_much_as_any(
    kernels: Kernels, source: list[int], page: list[int]
) -> None:
    found = steps(kernels, source, page, chance=0)
    # To match equal beginnings, and ends, whatever follows can break a run in two, each.
    assert most_worth(source, page) - 2 <= worth(found) <= most_worth(source, page)
    # With r runs more, 2 E - r is 2 L - L at least: see `worth`.
    assert 2 * equal_tokens(found) + 2 >= longest_common_subsequence(source, page)


@laws
@given(row, cell_counts, chances)
def test_equal_sides_are_one_step(kernels: Kernels, source: list[int], cells: int, chance: int) -> None:
    expected = [Step(EQUAL, 0, len(source), 0, len(source))] if source else []
    assert steps(kernels, source, source, cells, chance) == expected


@laws
@given(row, st.integers(0, 30), st.lists(st.integers(50, 60), min_size=1, max_size=5), cell_counts)
def test_what_is_new_in_one_side_is_found_where_it_stands(
    kernels: Kernels, source: list[int], place: int, added: list[int], cells: int
) -> None:
    place = min(place, len(source))
    page = source[:place] + added + source[place:]
    around = [Step(EQUAL, 0, place, 0, place)] if place else []
    end = place + len(added)
    after = [Step(EQUAL, place, len(source), end, len(page))] if place < len(source) else []
    assert steps(kernels, source, page, cells) == [*around, Step(INSERTED, place, place, place, end), *after]
    back = [*around, Step(DELETED, place, end, place, place)]
    back += [Step(EQUAL, end, len(page), place, len(source))] if after else []
    assert steps(kernels, page, source, cells) == back


@pytest.mark.parametrize(
    ("share", "cells"), [(0.05, 2_000), (0.2, 2_000), (0.05, CELLS), (0.2, CELLS), (0.4, CELLS)]
)
def test_of_an_edited_text_next_to_all_of_the_common_subsequence_is_equal(
    kernels: Kernels, share: float, cells: int
) -> None:
    draw = random.Random(share)
    # Word frequencies as in any language: Zipf's law.
    source = [int(1 / max(draw.random(), 1e-4)) for _ in range(400)]
    page = [token for token in source if draw.random() > share / 3]
    page = [int(1 / max(draw.random(), 1e-4)) if draw.random() < share else token for token in page]
    most = longest_common_subsequence(source, page)
    kept = equal_tokens(steps(kernels, source, page, cells, 0))
    assert kept >= (0.93 if cells == CELLS else 0.85) * most
    assert equal_tokens(steps(kernels, source, page, cells)) >= (0.85 if share < 0.4 else 0.7) * most


# --- examples ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "page", "expected"),
    [
        ("", "", ""),
        ("", "ab", "+ab"),
        ("ab", "", "-ab"),
        ("abc", "xyz", "abc>xyz"),
        ("abcd", "abxd", "=ab c>x =d"),
        ("abcd", "abd", "=ab -c =d"),
        ("abd", "abcd", "=ab +c =d"),
        ("aaaa", "aa", "=aa -aa"),
        # A phrase stays together, though as many tokens could be matched here and there.
        ("abcd", "xaybzcabcdw", "+xaybzc =abcd +w"),
        ("tuvabwxy", "pqrabstu", "tuvabwxy>pqrabstu"),
        # One token between two changes of one token is no chance; between two of three it is.
        ("abc", "xby", "a>x =b c>y"),
        ("aaabccc", "xxxbyyy", "aaabccc>xxxbyyy"),
        ("aabccc", "xxbyyy", "aa>xx =b ccc>yyy"),
        ("aaabdfccc", "xxxbdfyyy", "aaa>xxx =bdf ccc>yyy"),
        # At an end there is nothing on the other side of it.
        ("baaa", "bxxx", "=b aaa>xxx"),
        # What is dropped makes the changes longer, and so drops more.
        ("aaabcccbdggggg", "xxxbyyybdzzzzz", "aaabcccbdggggg>xxxbyyybdzzzzz"),
        ("cccbdggggg", "yyybdzzzzz", "ccc>yyy =bd ggggg>zzzzz"),
    ],
)
def test_examples(kernels: Kernels, source: str, page: str, expected: str) -> None:
    found = steps(kernels, [*map(ord, source)], [*map(ord, page)])

    def shown(step: Step) -> str:
        there, here = source[step.source_begin : step.source_end], page[step.page_begin : step.page_end]
        return {EQUAL: f"={here}", REPLACED: f"{there}>{here}", INSERTED: f"+{here}", DELETED: f"-{there}"}[
            step.kind
        ]

    assert " ".join(map(shown, found)) == expected


def test_a_large_rest_is_cut_at_tokens_that_both_have_once(kernels: Kernels) -> None:
    source, page = [*"aaXbbYcc"], [*"daXbeYfc"]
    found = steps(kernels, [*map(ord, source)], [*map(ord, page)], 4, 0)
    assert [source[step.source_begin] for step in found if step.kind == EQUAL] == ["a", "Y", "c"]


def test_no_passages(kernels: Kernels) -> None:
    none = ids([])
    spans = none, none, none, none, none, none
    result = kernels.differences(*hashes([[1]]), *hashes([[1]]), *spans, CELLS, CHANCE, BESIDE, 1)
    assert [column.tolist() for column in result] == [[0], [], [], [], [], []]


def test_a_passage_is_a_part_of_its_rows(kernels: Kernels) -> None:
    sources, pages = hashes([[9], [8, 1, 2, 3, 8]]), hashes([[1, 1, 1, 2, 4, 3, 1], []])
    spans = ids([1, 1, 0]), ids([0, 1, 0]), ids([1, 4, 1]), ids([3, 1, 0]), ids([2, 0, 0]), ids([4, 0, 0])
    result = kernels.differences(*sources, *pages, *spans, CELLS, CHANCE, BESIDE, 1)
    first = [Step(EQUAL, 1, 3, 2, 4), Step(INSERTED, 3, 3, 4, 5), Step(EQUAL, 3, 4, 5, 6)]
    assert told(result) == [first, [Step(DELETED, 4, 5, 0, 0)], []]


# --- native against its twin ------------------------------------------------------------------


@differential
@given(st.lists(st.tuples(row, row), max_size=4), cell_counts, chances, st.integers(0, 3), st.data())
def test_native_equals_twin(
    native: Kernels,
    reference: Kernels,
    pairs: list[tuple[list[int], list[int]]],
    cells: int,
    chance: int,
    beside: int,
    data: st.DataObject,
) -> None:
    spans = []
    for number, (source, page) in enumerate(pairs):
        begins = [data.draw(st.integers(0, len(side))) for side in (source, page)]
        words = [
            data.draw(st.integers(0, len(side) - begin))
            for side, begin in zip((source, page), begins, strict=True)
        ]
        spans.append((number, number, begins[0], words[0], begins[1], words[1]))
    columns = [ids([span[column] for span in spans]) for column in range(6)]
    sides = *hashes([source for source, _ in pairs]), *hashes([page for _, page in pairs])
    assert_same(native.differences, reference.differences, *sides, *columns, cells, chance, beside)


@pytest.mark.parametrize("alphabet", [2, 20, 1_000])
@pytest.mark.parametrize("cells", [40, 1_000, CELLS])
def test_native_equals_twin_on_edited_texts(
    native: Kernels, reference: Kernels, alphabet: int, cells: int
) -> None:
    draw = random.Random(alphabet)
    source = draw.choices(range(alphabet), k=250)
    page: list[int] = []
    for token in source:
        page += draw.choice([[token]] * 6 + [[], [draw.randrange(alphabet)], [token, draw.randrange(alphabet)]])
    spans = ids([0]), ids([0]), ids([0]), ids([len(source)]), ids([0]), ids([len(page)])
    assert_same(
        native.differences, reference.differences, *hashes([source]), *hashes([page]), *spans, cells, 2, 2
    )


# --- hostile and large ------------------------------------------------------------------------


def seconds(native: Kernels, source: list[int], page: list[int]) -> float:
    """Return the processor time it takes, after checking that all is covered."""
    sides = *hashes([source]), *hashes([page])
    spans = ids([0]), ids([0]), ids([0]), ids([len(source)]), ids([0]), ids([len(page)])
    begin = time.process_time()
    offsets, kind, _, source_end, _, page_end = native.differences(*sides, *spans, CELLS, CHANCE, BESIDE, 1)
    took = time.process_time() - begin
    assert offsets[-1] == len(kind)
    assert (source_end[-1], page_end[-1]) == (len(source), len(page))
    return took


@pytest.mark.parametrize(
    ("source", "page", "most"),
    [
        ([7] * 100_000, [7] * 99_000, 0.2),
        ([7] * 50_000 + [1] + [7] * 50_000, [7] * 60_000 + [2] + [7] * 40_000, 1.0),
        ([1, 2, 3] * 33_000, [2, 3, 1] * 33_000, 2.0),
        ([1] * 100_000, [2] * 100_000, 2.0),
        (random.Random(1).choices([1, 2], k=100_000), random.Random(2).choices([1, 2], k=100_000), 3.0),
        ([*range(100_000)], [*range(100_000)][::-1], 1.0),
        # Cut at one token that both have once, as often as it may be.
        ([*range(50_000)] + [1] * 50_000, [1] * 50_000 + [*range(50_000)], 1.0),
    ],
    ids=["one token", "one token, shifted", "a phrase", "nothing", "two tokens", "reversed", "crossed"],
)
def test_hostile_texts_take_time_by_their_length(
    native: Kernels, source: list[int], page: list[int], most: float
) -> None:
    assert seconds(native, source, page) < most


@pytest.mark.parametrize("vocabulary", [1, 100, 10_000_000])
def test_a_million_words_against_five_hundred(native: Kernels, vocabulary: int) -> None:
    draw = random.Random(vocabulary)
    source = draw.choices(range(vocabulary), k=1_000_000)
    page = source[500_000:500_500] if vocabulary > 100 else draw.choices(range(vocabulary), k=500)
    assert seconds(native, source, page) < 2
    assert seconds(native, page, source) < 2


def test_a_passage_that_is_not_there_is_refused(native: Kernels) -> None:
    sides = *hashes([[1, 2, 3]]), *hashes([[1]])
    for first, words in ((-1, 1), (0, 4), (3, 1), (0, -1), (4, 0)):
        spans = ids([0]), ids([0]), ids([first]), ids([words]), ids([0]), ids([1])
        with pytest.raises(ValueError, match="passage 0 takes tokens that its source does not have"):
            native.differences(*sides, *spans, CELLS, CHANCE, BESIDE, 1)
    spans = ids([0]), ids([0]), ids([0]), ids([1]), ids([0]), ids([2])
    with pytest.raises(ValueError, match="its page does not have"):
        native.differences(*sides, *spans, CELLS, CHANCE, BESIDE, 1)
    with pytest.raises(ValueError, match="cells must be"):
        native.differences(*sides, *spans[:5], ids([1]), 0, CHANCE, BESIDE, 1)
