"""Shared runs: the stretches of a page that stand in a source, token for token.

Covers: `shared_runs`. Compares against: trying all stretches, laws of runs, the native kernel against its
twin, and its two ways against each other. Run: ``pytest tests/kernels/test_runs.py``
"""

from __future__ import annotations

import time
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Hashes,
    Ids,
    Kernels,
    Offsets,
    all_pairs,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
    row_lists,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.kernels

row = (
    st.lists(st.integers(0, 1), max_size=25)
    | st.lists(st.integers(0, 3), max_size=25)
    | st.lists(st.sampled_from([0, 2**32, 2**64 - 1]) | st.integers(0, 2**64 - 1), max_size=25)
)
minimums = st.integers(1, 5)
#: Looks at the source for each token before the automaton answers: none, and more than any text can want.
NONE, ANY = 0, 2**31 - 1


class TwoWays(Protocol):
    """The native kernel, told how long it may look before it asks the automaton."""

    def shared_runs(
        self,
        source: Hashes,
        source_offsets: Offsets,
        page: Hashes,
        page_offsets: Offsets,
        source_row: Ids,
        page_row: Ids,
        minimum: int,
        threads: int,
        looks: int = ...,
        /,
    ) -> tuple[Offsets, Ids, Ids, Ids, Ids]:
        """Return offsets, source_begin, page_begin, length, longest."""


class Run(NamedTuple):
    """Where a run begins on both sides, and its tokens."""

    source_begin: int
    page_begin: int
    length: int


def runs(kernels: Kernels, source: list[int], page: list[int], minimum: int) -> tuple[list[Run], int]:
    """Return the runs of one pair and its longest common stretch."""
    offsets, *columns, longest = kernels.shared_runs(
        *hashes([source]), *hashes([page]), ids([0]), ids([0]), minimum, 1
    )
    assert {column.dtype for column in (*columns, longest)} == {np.dtype(np.int32)}
    source_begin, page_begin, length = (row_lists(column, offsets)[0] for column in columns)
    return list(map(Run, source_begin, page_begin, length)), int(longest[0])


def occurs(stretch: list[int], source: list[int]) -> bool:
    """Tell whether a stretch stands somewhere in the source."""
    return any(source[begin : begin + len(stretch)] == stretch for begin in range(len(source)))


def longest_by_brute_force(source: list[int], page: list[int]) -> int:
    stretches = [(begin, end) for end in range(len(page) + 1) for begin in range(end)]
    return max((end - begin for begin, end in stretches if occurs(page[begin:end], source)), default=0)


@laws
@given(row, row, minimums)
def test_runs_are_equal_on_both_sides_and_disjoint_on_the_page(
    kernels: Kernels, source: list[int], page: list[int], minimum: int
) -> None:
    found, _ = runs(kernels, source, page, minimum)
    for run in found:
        assert run.length >= minimum
        assert run.source_begin >= 0
        there = source[run.source_begin : run.source_begin + run.length]
        assert there == page[run.page_begin : run.page_begin + run.length]
        assert len(there) == run.length
    assert all(left.page_begin + left.length <= right.page_begin for left, right in pairwise(found))


@laws
@given(row, row, minimums)
def test_longest_equals_brute_force(kernels: Kernels, source: list[int], page: list[int], minimum: int) -> None:
    found, longest = runs(kernels, source, page, minimum)
    assert longest == longest_by_brute_force(source, page)
    assert max((run.length for run in found), default=0) == (longest if longest >= minimum else 0)


@laws
@given(row, row, minimums)
def test_nothing_long_enough_is_left_over(
    kernels: Kernels, source: list[int], page: list[int], minimum: int
) -> None:
    found, _ = runs(kernels, source, page, minimum)
    taken = {position for run in found for position in range(run.page_begin, run.page_begin + run.length)}
    for is_taken, group in groupby(range(len(page)), key=lambda position: position in taken):
        positions = list(group)
        if not is_taken:
            left = page[positions[0] : positions[-1] + 1]
            assert longest_by_brute_force(source, left) < minimum


@laws
@given(row, row, minimums)
def test_longest_is_the_same_from_either_side(
    kernels: Kernels, source: list[int], page: list[int], minimum: int
) -> None:
    assert runs(kernels, source, page, minimum)[1] == runs(kernels, page, source, minimum)[1]


@laws
@given(row, minimums)
def test_a_whole_copy_is_one_run(kernels: Kernels, source: list[int], minimum: int) -> None:
    expected = [Run(0, 0, len(source))] if len(source) >= minimum else []
    assert runs(kernels, source, source, minimum) == (expected, len(source))


@pytest.mark.parametrize(
    ("source", "page", "minimum", "expected", "longest"),
    [
        ("aaa", "aaaaaaa", 2, [Run(0, 0, 3), Run(1, 3, 2), Run(1, 5, 2)], 3),
        ("aaaaaaa", "aaa", 2, [Run(0, 0, 3)], 3),
        ("aaaa", "aaaa", 1, [Run(0, 0, 4)], 4),
        ("abcdef", "defabc", 3, [Run(3, 0, 3), Run(0, 3, 3)], 3),
        ("abcdef", "xabcxdefx", 3, [Run(0, 1, 3), Run(3, 5, 3)], 3),
        ("abcxbcd", "abcd", 2, [Run(0, 0, 3)], 3),
        ("abcxbcd", "abcd", 1, [Run(0, 0, 3), Run(6, 3, 1)], 3),
        ("abab", "abxab", 2, [Run(0, 0, 2), Run(2, 3, 2)], 2),
        ("abc", "xyz", 1, [], 0),
        ("abc", "abx", 3, [], 2),
        ("", "abc", 1, [], 0),
        ("abc", "", 1, [], 0),
        ("", "", 1, [], 0),
    ],
)
def test_examples(
    kernels: Kernels, source: str, page: str, minimum: int, expected: list[Run], longest: int
) -> None:
    assert runs(kernels, [*map(ord, source)], [*map(ord, page)], minimum) == (expected, longest)


def test_no_pairs(kernels: Kernels) -> None:
    offsets, *columns = kernels.shared_runs(*hashes([[1]]), *hashes([[1]]), ids([]), ids([]), 1, 1)
    assert offsets.tolist() == [0]
    assert [len(column) for column in columns] == [0, 0, 0, 0]


@laws
@given(st.lists(row, min_size=1, max_size=3), st.lists(row, min_size=1, max_size=3), minimums)
def test_pairs_do_not_depend_on_each_other(
    kernels: Kernels, sources: list[list[int]], pages: list[list[int]], minimum: int
) -> None:
    pairs = all_pairs(len(sources), len(pages))
    offsets, *columns, longest = kernels.shared_runs(*hashes(sources), *hashes(pages), *pairs, minimum, 1)
    together = zip(*(row_lists(column, offsets) for column in columns), longest.tolist(), strict=True)
    for (*run_columns, longest_of_pair), (i, j) in zip(together, zip(*pairs, strict=True), strict=True):
        alone = runs(kernels, sources[i], pages[j], minimum)
        assert (list(map(Run, *run_columns)), longest_of_pair) == alone


# --- native against its twin ------------------------------------------------------------------


@differential
@given(st.lists(row, max_size=4), st.lists(row, max_size=4), minimums)
def test_native_equals_twin(
    native: Kernels, reference: Kernels, sources: list[list[int]], pages: list[list[int]], minimum: int
) -> None:
    pairs = all_pairs(len(sources), len(pages))
    assert_same(native.shared_runs, reference.shared_runs, *hashes(sources), *hashes(pages), *pairs, minimum)


@pytest.mark.parametrize("alphabet", [1, 2, 50, 100_000])
def test_native_equals_twin_on_planted_runs(native: Kernels, reference: Kernels, alphabet: int) -> None:
    rng = np.random.default_rng(alphabet)
    sources = [rng.integers(0, alphabet, 300).tolist() for _ in range(3)]
    pages = []
    for source in sources:
        page: list[int] = rng.integers(0, alphabet, 40).tolist()
        for begin in rng.integers(0, 290, 8).tolist():
            page += source[begin : begin + int(rng.integers(1, 60))] + rng.integers(0, alphabet, 5).tolist()
        pages.append(page)
    pairs = all_pairs(len(sources), len(pages))
    assert_same(native.shared_runs, reference.shared_runs, *hashes(sources), *hashes(pages), *pairs, 4)


@st.composite
def related(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Draw a source, and a page made of its stretches: over one block of 64 tokens and more."""
    alphabet = draw(st.sampled_from([1, 2, 3, 9, 1000]))
    choose = draw(st.randoms(use_true_random=False))
    source = [choose.randrange(alphabet) for _ in range(draw(st.integers(0, 200)))]
    page: list[int] = []
    for _ in range(draw(st.integers(0, 12))):
        begin = choose.randint(0, len(source))
        page += source[begin : begin + choose.randint(0, 30)]
        page += [choose.randrange(alphabet) for _ in range(choose.randint(0, 9))]
    return source, page


def both_ways(
    native: TwoWays, sources: Sequence[Sequence[int]], pages: Sequence[Sequence[int]], minimum: int
) -> None:
    """Assert that comparing on from grams and the automaton find the same, and so do all shares of both."""
    arrays = (*hashes(sources), *hashes(pages), *all_pairs(len(sources), len(pages)), minimum, 1)
    expected = native.shared_runs(*arrays, NONE)
    for looks in (ANY, 1, 4):
        for column, known in zip(native.shared_runs(*arrays, looks), expected, strict=True):
            np.testing.assert_array_equal(column, known)


@laws
@given(related(), minimums)
def test_native_equals_twin_where_stretches_recur(
    native: Kernels, reference: Kernels, texts: tuple[list[int], list[int]], minimum: int
) -> None:
    source, page = texts
    assert_same(
        native.shared_runs,
        reference.shared_runs,
        *hashes([source]),
        *hashes([page]),
        ids([0]),
        ids([0]),
        minimum,
    )


@differential
@given(related(), related(), minimums)
def test_both_ways_find_the_same(
    native: TwoWays, one: tuple[list[int], list[int]], other: tuple[list[int], list[int]], minimum: int
) -> None:
    both_ways(native, [one[0], other[0]], [one[1], other[1]], minimum)


@pytest.mark.parametrize("alphabet", [2, 5, 10_000])
@pytest.mark.parametrize("minimum", [1, 2, 3, 5, 12])
def test_both_ways_find_the_same_in_long_texts(native: TwoWays, alphabet: int, minimum: int) -> None:
    rng = np.random.default_rng(alphabet)
    source: list[int] = rng.integers(0, alphabet, 3000).tolist()
    page = [*source[1500:], *rng.integers(0, alphabet, 300).tolist(), *source[:700]]
    both_ways(native, [source], [page, source, page[::-1]], minimum)


def test_looks_below_none_are_refused(native: TwoWays) -> None:
    with pytest.raises(ValueError, match="looks"):
        native.shared_runs(*hashes([[1]]), *hashes([[1]]), ids([0]), ids([0]), 5, 1, -1)


def test_texts_that_have_every_gram_in_common_take_no_longer_than_they_are_long(native: Kernels) -> None:
    rng = np.random.default_rng(1)
    source, page = (hashes([rng.integers(0, 2, 150_000).tolist()]) for _ in range(2))
    begin = time.process_time()
    native.shared_runs(*source, *page, ids([0]), ids([0]), 5, 1)
    # Each gram has places by the thousand: to look at them all took half a minute.
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("phrase", [[7], [1, 2, 3]])
def test_a_page_that_repeats_a_source_for_ever_takes_no_longer_than_it_is_long(
    native: Kernels, phrase: list[int]
) -> None:
    source = hashes([phrase * (20_000 // len(phrase))])
    page = hashes([phrase * (400_000 // len(phrase))])
    begin = time.process_time()
    *_, longest = native.shared_runs(*source, *page, ids([0]), ids([0]), 5, 1)
    assert longest.tolist() == [len(source[0])]
    # A run per position, each walked from end to end, took a minute.
    assert time.process_time() - begin < 5
