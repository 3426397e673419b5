"""What stands on many pages of a site: found, marked and blanked.

Covers: `standing`, `among`, `mark`, `blank`. Compares against: Python sets and strings, `shingle_sets`,
`tokenize`, and the native kernels against their twins. Run: ``pytest tests/kernels/test_boilerplate.py``
"""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Hashes,
    Ids,
    Kernels,
    Offsets,
    all_texts,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
    row_lists,
    texts,
)
from tests.reference.ragged import flat, offsets_of
from tests.reference.shingles import shingles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.kernels

# Few words, so that they repeat, and characters among them: each a token, of shingles of another length.
token = st.sampled_from(["a", "b", "c", "Wörd", "漢", "字", "don't", "\n", "a\r\nb", "e\u0301"])
document = st.lists(token, max_size=25).map(" ".join)
broken = st.binary(max_size=30)
lengths = st.integers(1, 4)
counts = st.integers(1, 4)


def rows_of(lists: Sequence[Sequence[int]]) -> tuple[Ids, Offsets]:
    """Return lists of row numbers as a ragged array."""
    return flat(lists, np.int32), offsets_of(lists)


def sets_of(kernels: Kernels, documents: Sequence[str | bytes], k: int, character_k: int) -> list[set[int]]:
    """Return the shingles of each document."""
    found = kernels.shingle_sets(*all_texts(*documents), k, character_k, 1)
    return [set(row) for row in row_lists(*found)]


def standing_on(kernels: Kernels, pages: Sequence[str], *standards: int, k: int = 2) -> dict[int, int]:
    """Return what stands on pages of one site, with their number."""
    least_pages, one_in, least_own, most_times = standards
    found, pages_with, offsets = kernels.standing(
        *texts(*pages), *rows_of([range(len(pages))]), k, 12, least_pages, one_in, least_own, most_times, 1
    )
    (row,) = row_lists(found, offsets)
    assert row == sorted(set(row))
    return dict(zip(row, pages_with.tolist(), strict=True))


def stretches_of(
    kernels: Kernels, text: str, site: Sequence[str], own: Sequence[str] = (), least: int = 100
) -> list[str]:
    """Return what is marked in a text, given the texts whose shingles, of two words, mark it."""
    of_site = sorted(set().union(*sets_of(kernels, site, 2, 12)))
    named = np.array(sorted(set().union(*sets_of(kernels, own, 2, 12))), np.uint64)
    begin, end, words, offsets = kernels.mark(
        *texts(text), ids([0]), *hashes([of_site]), named, 2, 12, least, least, 1
    )
    assert offsets.tolist() == [0, len(begin)]
    assert len(words) == len(begin)
    return [text[b:e] for b, e in zip(begin.tolist(), end.tolist(), strict=True)]


# --- standing ---------------------------------------------------------------------------------


@laws
@given(st.lists(document, max_size=6), lengths, counts, st.integers(1, 10))
def test_where_every_page_says_so_they_are_counted(
    kernels: Kernels, pages: list[str], k: int, least_pages: int, one_in: int
) -> None:
    sets = sets_of(kernels, pages, k, 12)
    enough = max(least_pages, -(-len(pages) // one_in))
    often = {shingle: sum(shingle in page for page in sets) for shingle in set().union(*sets)}
    found = standing_on(kernels, pages, least_pages, one_in, 0, 10**6, k=k)
    # A page that has nothing of its own says so only where nothing stands often on it.
    silent = [page for page in sets if page and all(often[shingle] >= enough for shingle in page)]
    if not silent:
        assert found == {shingle: count for shingle, count in often.items() if count >= enough}
    assert all(often[shingle] >= max(enough, count) for shingle, count in found.items())


@laws
@given(st.lists(document, max_size=6), st.randoms(use_true_random=False), counts, st.integers(0, 5))
def test_the_order_of_pages_does_not_matter(
    kernels: Kernels, pages: list[str], random: Random, least_pages: int, least_own: int
) -> None:
    turned = list(pages)
    random.shuffle(turned)
    standards = (least_pages, 20, least_own, 2)
    assert standing_on(kernels, pages, *standards) == standing_on(kernels, turned, *standards)


@laws
@given(st.lists(document, max_size=6), st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=4), counts)
def test_sites_do_not_depend_on_each_other(
    kernels: Kernels, pages: list[str], drawn: list[list[int]], least_pages: int
) -> None:
    sites = [[row for row in site if row < len(pages)] for site in drawn]
    found, _, offsets = kernels.standing(*texts(*pages), *rows_of(sites), 2, 12, least_pages, 20, 1, 2, 1)
    alone = [standing_on(kernels, [pages[row] for row in site], least_pages, 20, 1, 2) for site in sites]
    assert row_lists(found, offsets) == [list(site) for site in alone]


def test_copies_of_a_page_say_nothing(kernels: Kernels) -> None:
    article = " ".join(f"w{number}" for number in range(50))
    others = [" ".join(f"{name}{number}" for number in range(50)) for name in "abcde"]
    box = "sign up for our newsletter"
    assert standing_on(kernels, [article] * 50, 5, 20, 10, 2) == {}
    assert standing_on(kernels, [f"{article} {name} print" for name in "abcdefgh"], 5, 20, 10, 2) == {}
    (of_box,) = sets_of(kernels, [box], 2, 12)
    pages = [article] * 50 + [f"{box}\n{other}" for other in others]
    assert standing_on(kernels, pages, 5, 20, 10, 2) == dict.fromkeys(of_box, 5)
    # Of those that say so, four are too few.
    assert standing_on(kernels, pages[:-1], 5, 20, 10, 2) == {}


def test_a_page_says_so_if_enough_of_it_is_its_own(kernels: Kernels) -> None:
    pages = [" ".join(["a b c d e", *(f"{name}{n}" for n in range(10))]) for name in "pqrst"]
    assert [len(page) for page in sets_of(kernels, pages, 2, 12)] == [14] * 5  # four of the box, ten own
    assert len(standing_on(kernels, pages, 5, 20, 10, 1)) == 4
    assert len(standing_on(kernels, pages, 5, 20, 11, 1)) == 0
    pages = [" ".join(["a b c d e", *(f"{name}{n}" for n in range(2))]) for name in "pqrst"]
    assert len(standing_on(kernels, pages, 5, 20, 1, 2)) == 4
    assert len(standing_on(kernels, pages, 5, 20, 1, 1)) == 0


# --- among ------------------------------------------------------------------------------------


@laws
@given(st.lists(st.tuples(document, st.integers(0, 1)), max_size=5), st.lists(document, max_size=3), lengths)
def test_among_is_the_intersection(
    kernels: Kernels, drawn: list[tuple[str, int]], others: list[str], k: int
) -> None:
    documents = [text for text, _ in drawn]
    wanted = np.array([mark for _, mark in drawn], np.uint8)
    some = set().union(*sets_of(kernels, others, k, 3))
    distinct, found, place, offsets = kernels.among(
        *texts(*documents), wanted, np.array(sorted(some), np.uint64), k, 3, 1
    )
    sets = [row if mark else set() for row, mark in zip(sets_of(kernels, documents, k, 3), wanted, strict=True)]
    assert distinct.tolist() == [len(row) for row in sets]
    assert row_lists(found, offsets) == [sorted(row & some) for row in sets]
    for text, shingles, places in zip(
        documents, row_lists(found, offsets), row_lists(place, offsets), strict=True
    ):
        in_order = shingles_of(text.encode(), k, 3)
        assert places == [in_order.index(shingle) for shingle in shingles]


# --- mark -------------------------------------------------------------------------------------


def test_runs_that_shingles_cover_are_marked(kernels: Kernels) -> None:
    site = ["read more about it", "more news here"]
    assert stretches_of(kernels, "x y Read MORE about it! z", site, least=4) == ["Read MORE about it"]
    assert stretches_of(kernels, "x y Read MORE about it! z", site, least=5) == []
    assert stretches_of(kernels, "x read more read more news here y", site, least=6) == [
        "read more read more news here"
    ]
    assert stretches_of(kernels, "nothing of it", site, least=1) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "read more",
            "x\nread more\ny",
            "x\r“read more!”\r\ny",
            "read more\ny",
            "x y\nread\n more",
            "ж\nread more",
        ),
        # A line's end or beginning on one side, a sentence's on the other.
        *("x. Read more", "x! Read more\ny", "Read more. X", "x\n• Read more… x"),
    ],
)
def test_short_runs_are_marked_where_they_are_whole_and_at_a_line(kernels: Kernels, text: str) -> None:
    (found,) = stretches_of(kernels, text, ["read more about it"])
    assert found.lower().split() == ["read", "more"]


@pytest.mark.parametrize(
    "text", ["x read more\ny", "x\nread more y", "x read more y", "x\n y read more", "x. Read more. Y"]
)
def test_turns_of_phrase_are_not_marked(kernels: Kernels, text: str) -> None:
    assert stretches_of(kernels, text, ["read more about it"]) == []


def test_what_the_user_names_is_marked_wherever_it_stands(kernels: Kernels) -> None:
    assert stretches_of(kernels, "x read more y about it z", [], ["read more", "about it"]) == [
        "read more",
        "about it",
    ]
    # Where the site's run is too short, what is named of it goes alone.
    assert stretches_of(kernels, "x read more about it z", ["read more about it"], ["more about"]) == [
        "more about"
    ]
    assert stretches_of(kernels, "x read more about it z", ["read more about"], ["about it"], least=3) == [
        "read more about it"
    ]


def test_characters_have_lengths_of_their_own(kernels: Kernels) -> None:
    box = "漢字漢字かな"
    (shingles,) = sets_of(kernels, [box], 5, 3)
    text = f"x {box} y"
    for least, found in ((6, [(2, 8, 6)]), (7, [])):
        begin, end, words, _ = kernels.mark(
            *texts(text), ids([0]), *hashes([sorted(shingles)]), hashes([])[0], 5, 3, 1, least, 1
        )
        assert list(zip(begin.tolist(), end.tolist(), words.tolist(), strict=True)) == found


@laws
@given(document, document, document, lengths, st.integers(1, 8))
def test_marks_lie_on_tokens_and_hold_a_shingle(
    kernels: Kernels, text: str, site: str, own: str, k: int, least: int
) -> None:
    of_site, named = (sorted(row) for row in sets_of(kernels, [site, own], k, 3))
    begin, end, words, _ = kernels.mark(
        *texts(text), ids([0]), *hashes([of_site]), np.array(named, np.uint64), k, 3, least, least, 1
    )
    _, token_begin, token_end, _, _, _ = kernels.tokenize(*all_texts(text), 1)
    assert set(begin.tolist()) <= set(token_begin.tolist())
    assert set(end.tolist()) <= set(token_end.tolist())
    assert (begin[1:] > end[:-1]).all()
    for b, e, count in zip(begin.tolist(), end.tolist(), words.tolist(), strict=True):
        assert ((token_begin >= b) & (token_end <= e)).sum() == count
        (inside,) = sets_of(kernels, [text[b:e]], k, 3)
        assert inside & {*of_site, *named}


# --- blank ------------------------------------------------------------------------------------


@laws
@given(st.lists(st.tuples(st.text(max_size=20), st.lists(st.integers(0, 20), max_size=6)), max_size=5))
def test_blanked_text_and_what_stood_there_are_the_text(
    kernels: Kernels, drawn: list[tuple[str, list[int]]]
) -> None:
    documents = [text.encode("utf-8", "replace").decode() for text, _ in drawn]
    spans = [spans_within(len(text), places) for text, (_, places) in zip(documents, drawn, strict=True)]
    begin, end, offsets = columns_of(spans)
    blanked, text_offsets, kept, kept_offsets = kernels.blank(*texts(*documents), begin, end, offsets, 1)
    pieces = [bytes(row).decode() for row in row_lists(kept, kept_offsets)]
    for row, text, stretches in zip(row_lists(blanked, text_offsets), documents, spans, strict=True):
        left = list(bytes(row).decode())
        assert len(left) == len(text)
        for b, e in stretches:
            assert {*left[b:e]} <= {" ", "\n", "\r"}
            assert [c for c in left[b:e] if c != " "] == [c for c in text[b:e] if c in "\n\r"]
            left[b:e] = pieces.pop(0)
        assert "".join(left) == text
    assert not pieces


def spans_within(size: int, places: list[int]) -> list[tuple[int, int]]:
    """Return disjoint spans of a text, of which some touch."""
    bounds = sorted({place for place in places if place <= size})
    return [(begin, end) for begin, end in pairwise(bounds) if begin % 3]


def columns_of(spans: Sequence[Sequence[tuple[int, int]]]) -> tuple[Ids, Ids, Offsets]:
    """Return begin, end and offsets of the spans of each text."""
    begin = ids([b for row in spans for b, _ in row])
    end = ids([e for row in spans for _, e in row])
    return begin, end, offsets_of(spans)


def test_a_code_point_becomes_a_space_and_a_line_end_stays(kernels: Kernels) -> None:
    begin, end, stretches = columns_of([[(0, 3), (3, 6)], [], []])
    documents = texts("à漢\n😀\r\nb", "", "c")
    blanked, offsets, kept, kept_offsets = kernels.blank(*documents, begin, end, stretches, 1)
    assert bytes(blanked).decode() == "  \n \r\nbc"
    assert offsets.tolist() == [0, 7, 7, 8]
    assert bytes(kept).decode() == "à漢\n😀\r\n"
    assert kept_offsets.tolist() == [0, 6, 12]


# --- native against the twins -----------------------------------------------------------------


@differential
@given(
    st.lists(document | broken, max_size=6),
    st.lists(st.lists(st.integers(0, 5), max_size=7), max_size=4),
    lengths,
    lengths,
    st.tuples(counts, st.integers(1, 5), st.integers(0, 4), st.integers(0, 3)),
)
def test_standing_equals_twin(
    native: Kernels,
    reference: Kernels,
    documents: list[str | bytes],
    drawn: list[list[int]],
    k: int,
    character_k: int,
    standards: tuple[int, int, int, int],
) -> None:
    sites = [[row for row in site if row < len(documents)] for site in drawn]
    arguments = (*texts(*documents), *rows_of(sites), k, character_k, *standards)
    assert_same(native.standing, reference.standing, *arguments)


@differential
@given(
    st.lists(st.tuples(document | broken, st.integers(-1, 1), st.integers(0, 1)), max_size=6),
    st.lists(document, min_size=3, max_size=3),
    lengths,
    lengths,
    st.tuples(st.integers(0, 6), st.integers(0, 6)),
)
def test_among_and_mark_equal_twins(
    native: Kernels,
    reference: Kernels,
    drawn: list[tuple[str | bytes, int, int]],
    sites: list[str],
    k: int,
    character_k: int,
    least: tuple[int, int],
) -> None:
    documents = texts(*(text for text, _, _ in drawn))
    *of_sites, own = (sorted(row) for row in sets_of(reference, sites, k, character_k))
    named: Hashes = np.array(own, np.uint64)
    wanted = np.array([mark for _, _, mark in drawn], np.uint8)
    assert_same(native.among, reference.among, *documents, wanted, named, k, character_k)
    chosen = ids([number for _, number, _ in drawn])
    assert_same(
        native.mark, reference.mark, *documents, chosen, *hashes(of_sites), named, k, character_k, *least
    )


@differential
@given(st.lists(st.tuples(st.text(max_size=20) | broken, st.lists(st.integers(0, 30), max_size=8)), max_size=6))
def test_blank_equals_twin(
    native: Kernels, reference: Kernels, drawn: list[tuple[str | bytes, list[int]]]
) -> None:
    contents = [text.encode("utf-8", "replace") if isinstance(text, str) else text for text, _ in drawn]
    spans = [spans_within(len(text), places) for text, (_, places) in zip(contents, drawn, strict=True)]
    assert_same(native.blank, reference.blank, *texts(*contents), *columns_of(spans))


@pytest.mark.slow
def test_native_equals_twins_across_units(native: Kernels, reference: Kernels) -> None:
    # Units of work are of 64 KB of text, of 256 KB where it is blanked.
    rng = np.random.default_rng(0)
    box = "sign up here for all our letters that come to you in the early morning hours"
    pages = [
        "\n".join([box, " ".join(f"w{n}" for n in rng.integers(0, 3_000, size)), "é " + box])
        for size in (13_000, *[40] * 400, 12_000, 0)
    ]
    sites = [list(range(200)), [], [200], list(range(201, len(pages)))]
    documents = texts(*pages)
    standards = (5, 20, 10, 2)
    assert_same(native.standing, reference.standing, *documents, *rows_of(sites), 5, 12, *standards)
    found, _, offsets = native.standing(*documents, *rows_of(sites), 5, 12, *standards, 1)
    assert np.diff(offsets).tolist() == [13, 0, 0, 13]
    numbers = np.repeat(np.arange(4, dtype=np.int32), [len(site) for site in sites])
    nothing = np.zeros(0, np.uint64)
    assert_same(native.mark, reference.mark, *documents, numbers, found, offsets, nothing, 5, 12, 10, 24)
    begin, end, words, of_texts = native.mark(*documents, numbers, found, offsets, nothing, 5, 12, 10, 24, 1)
    # Page 200 is a site of its own, and the last one has nothing between its boxes.
    assert len(words) == 2 * (len(pages) - 1) - 1
    assert_same(native.blank, reference.blank, *documents, begin, end, of_texts)
    ones = np.ones(len(pages), np.uint8)
    assert_same(native.among, reference.among, *documents, ones, found[:13], 5, 12)


# --- what is refused --------------------------------------------------------------------------


def test_arguments_that_make_no_sense_are_refused(native: Kernels) -> None:
    one, nothing = texts("a b"), np.zeros(0, np.uint64)
    with pytest.raises(ValueError, match="row that is not there"):
        native.standing(*one, *rows_of([[1]]), 2, 2, 1, 1, 0, 1, 1)
    with pytest.raises(ValueError, match="row that is not there"):
        native.standing(*one, *rows_of([[-1]]), 2, 2, 1, 1, 0, 1, 1)
    with pytest.raises(ValueError, match="at least 1"):
        native.standing(*one, *rows_of([[0]]), 2, 2, 0, 1, 0, 1, 1)
    with pytest.raises(ValueError, match="at least 1"):
        native.standing(*one, *rows_of([[0]]), 2, 2, 1, 0, 0, 1, 1)
    with pytest.raises(ValueError, match="int32"):
        native.standing(*one, *rows_of([[0]]), 2, 2, 1, 1, 0, 2**40, 1)
    with pytest.raises(ValueError, match="must ascend"):
        native.among(*all_texts("a b"), hashes([[2, 2]])[0], 2, 2, 1)
    with pytest.raises(ValueError, match="set that is not there"):
        native.mark(*one, ids([1]), *hashes([[1]]), nothing, 2, 2, 1, 1, 1)
    with pytest.raises(ValueError, match="one value for each text"):
        native.mark(*one, ids([]), *hashes([[1]]), nothing, 2, 2, 1, 1, 1)
    with pytest.raises(ValueError, match="must ascend"):
        native.mark(*one, ids([0]), *hashes([[1], [3, 2]]), nothing, 2, 2, 1, 1, 1)
    with pytest.raises(ValueError, match="must ascend"):
        native.mark(*one, ids([0]), *hashes([[1]]), hashes([[3, 2]])[0], 2, 2, 1, 1, 1)
    for spans in ([(0, 4)], [(1, 1)], [(-1, 1)], [(0, 2), (1, 3)]):
        begin, end, offsets = columns_of([spans])
        with pytest.raises(ValueError, match="stretches must lie"):
            native.blank(*one, begin, end, offsets, 1)
