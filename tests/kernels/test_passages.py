"""Passages: which spans of a page were made from which spans of a source, and how.

Covers: `passages`. Compares against: laws of passages, common subsequences and sequences in order found by
tables, texts of which it is known what was copied, the native kernel against its twin, hostile texts.
Run: ``pytest tests/kernels/test_passages.py``
"""

from __future__ import annotations

import random
import time
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.contract import (
    Ids,
    Kernels,
    all_pairs,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
    row_lists,
)
from tests.reference.passages import Rule
from tests.reference.ragged import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.kernels

CHARACTER, QUOTED, FIRST = 1, 8, 16
VERBATIM, EDITED, SPUN = range(3)

#: What the stage asks for.
SHIPPED = Rule(
    min_run=5,
    bridge=20,
    edited=0.8,
    block=32,
    most_places=10,
    start=28.0,
    accept=52.0,
    accept_alone=30.0,
    drop=14.0,
    survival=0.4,
    least_survival=0.3,
    most_survival=0.97,
    least_words=22,
)
#: Small enough that short texts show everything.
FINE = SHIPPED._replace(
    min_run=2,
    bridge=1,
    block=3,
    most_places=3,
    start=4.0,
    accept=3.0,
    accept_alone=3.0,
    drop=4.0,
    least_words=3,
)
#: Regions alone, however long the runs.
NO_RUNS = SHIPPED._replace(min_run=10**6)

#: Regions where hardly anything is shared, whose ends are cut back much.
LOOSE = NO_RUNS._replace(start=4.0, accept=3.0, accept_alone=3.0, least_words=3)

#: Words that are all different, as unlike each other as hashes are.
LONG = [number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1, 1_000_001)]

Text = tuple[list[int], list[int]]  # tokens and their flags
Known = dict[int, int]  # words and their classes of rarity


class Passage(NamedTuple):
    """One passage, in the order of the kernel's results."""

    source_token: int
    source_words: int
    page_token: int
    words: int
    equal_words: int
    quoted_words: int
    kind: int
    moved: int

    @property
    def source(self) -> range:
        """Tokens of the source."""
        return range(self.source_token, self.source_token + self.source_words)

    @property
    def page(self) -> range:
        """Tokens of the page."""
        return range(self.page_token, self.page_token + self.words)


class Run(NamedTuple):
    """Where a run begins on both sides, and its tokens."""

    source_begin: int
    page_begin: int
    length: int


def plain(tokens: Sequence[int]) -> Text:
    """Return a text of which nothing is marked."""
    return list(tokens), [0] * len(tokens)


def side(texts: Sequence[Text]) -> tuple[Any, Any, Any]:
    """Return hashes, flags and offsets of texts."""
    tokens, offsets = hashes([text[0] for text in texts])
    return tokens, flat([text[1] for text in texts], np.uint8), offsets


def arguments(
    kernels: Kernels,
    sources: Sequence[Text],
    pages: Sequence[Text],
    pairs: tuple[Ids, Ids],
    rule: Rule,
    known: Known,
) -> tuple[Any, ...]:
    """Return what the kernel takes, but for the threads."""
    source, page = side(sources), side(pages)
    runs = kernels.shared_runs(source[0], source[2], page[0], page[2], *pairs, rule.min_run, 1)[:4]
    words = np.array(list(known), np.uint64), np.array(list(known.values()), np.uint8)
    rewritten = np.ones(len(pairs[0]), np.uint8)
    return (*source, *page, *pairs, *runs, rewritten, *words, *rule)


def columns_of(kernels: Kernels, arrays: Sequence[Any], threads: int = 1) -> tuple[Any, ...]:
    """Return what the kernel gives."""
    kernel: Callable[..., tuple[Any, ...]] = kernels.passages
    return kernel(*arrays, threads)


def passages(
    kernels: Kernels, source: Text, page: Text, rule: Rule = SHIPPED, known: Known | None = None
) -> list[Passage]:
    """Return the passages of one pair."""
    pair = ids([0]), ids([0])
    offsets, *columns = columns_of(kernels, arguments(kernels, [source], [page], pair, rule, known or {}))
    assert [column.dtype for column in columns] == [np.int32] * 6 + [np.uint8] * 2
    return list(map(Passage, *(row_lists(column, offsets)[0] for column in columns)))


def runs_of(kernels: Kernels, source: Text, page: Text, minimum: int) -> list[Run]:
    """Return the shared runs of a pair."""
    _, *columns, _ = kernels.shared_runs(
        *hashes([source[0]]), *hashes([page[0]]), ids([0]), ids([0]), minimum, 1
    )
    return list(map(Run, *(column.tolist() for column in columns)))


# --- texts of which it is known what was copied -----------------------------------------------


def words_of(draw: random.Random, vocabulary: int, length: int) -> list[int]:
    """Return words as frequent as in a language: one in r has about the rank r."""
    return [int(vocabulary ** draw.random()) for _ in range(length)]


def frequencies_of(words: Sequence[int]) -> Known:
    """Return the rarity of words of the largest vocabulary: one word in r ln 100,000 is of the rank r."""
    return {word: min(int(3 * np.log2(11.5 * word)), 62) for word in set(words)}


def own_words(draw: random.Random, length: int) -> list[int]:
    """Return words that stand nowhere else."""
    return [draw.randrange(10**9, 10**15) for _ in range(length)]


def reworded(draw: random.Random, words: Sequence[int], share: float) -> list[int]:
    """Return words with a share of them replaced."""
    replaced = set(draw.sample(range(len(words)), round(share * len(words))))
    return [own_words(draw, 1)[0] if place in replaced else word for place, word in enumerate(words)]


def reused(draw: random.Random, words: list[int]) -> list[int]:
    """Return words copied in one of the ways there are."""
    way = draw.randrange(6)
    sentences = [words[begin : begin + 12] for begin in range(0, len(words), 12)]
    if way == 0:
        return reworded(draw, words, 0.4)
    if way == 1:
        return [word for word in words if draw.random() < 0.7]
    if way == 2:
        draw.shuffle(sentences)
    if way == 3:
        sentences = [sentence[:4] for sentence in sentences]
    if way == 4:
        draw.shuffle(words)
        return words
    return [word for sentence in sentences for word in sentence]


def marked(draw: random.Random, tokens: list[int]) -> Text:
    """Return a text with sentences, quotations and characters."""
    flags = [FIRST * (draw.random() < 0.07) | CHARACTER * (draw.random() < 0.02) for _ in tokens]
    for begin in range(0, len(tokens), 40):
        if draw.random() < 0.3:
            for t in range(begin, min(begin + draw.randrange(20), len(tokens))):
                flags[t] |= QUOTED
    return tokens, flags


class News(NamedTuple):
    """A source, a page that may reuse it, and what is known of their words."""

    source: Text
    page: Text
    known: Known


def news(seed: int, longest: int = 200) -> News:
    """Make a source and a page."""
    draw = random.Random(seed)
    vocabulary = draw.choice([8, 100, 3000, 100_000])
    source = words_of(draw, vocabulary, draw.randrange(longest))
    page: list[int] = []
    for _ in range(draw.randrange(5)):
        page += words_of(draw, vocabulary, draw.randrange(40))
        begin = draw.randrange(len(source) + 1)
        page += reused(draw, source[begin : begin + draw.randrange(1, longest // 2)])
        page += own_words(draw, draw.randrange(20))
    known = {word: draw.randrange(64) for word in set(source + page) if draw.random() < 0.5}
    return News(marked(draw, source), marked(draw, page), known)


seeds = st.integers(0, 2**32 - 1)
made = seeds.map(news)
small_rows = st.lists(st.integers(0, 1), max_size=30) | st.lists(st.integers(0, 12), max_size=40)


@st.composite
def small_texts(draw: st.DrawFn) -> Text:
    """Draw a short text with any flags."""
    tokens = draw(small_rows)
    flag = st.sampled_from([0, CHARACTER, QUOTED, FIRST, 31])
    return tokens, draw(st.lists(flag, min_size=len(tokens), max_size=len(tokens)))


small = st.builds(News, small_texts(), small_texts(), st.dictionaries(st.integers(0, 12), st.integers(0, 63)))


def one_of_the_rules(pair: News) -> Rule:
    """Return the rule that suits the size of the texts."""
    return FINE if len(pair.source[0]) <= 40 else SHIPPED


# --- laws -------------------------------------------------------------------------------------


@laws
@given(small | made)
def test_passages_are_disjoint_on_the_page_and_within_their_texts(kernels: Kernels, pair: News) -> None:
    found = passages(kernels, pair.source, pair.page, one_of_the_rules(pair), pair.known)
    for passage in found:
        assert passage.words > 0
        assert passage.source_words > 0
        assert 0 <= passage.page.start < passage.page.stop <= len(pair.page[0])
        assert 0 <= passage.source.start < passage.source.stop <= len(pair.source[0])
        assert passage.equal_words <= min(passage.words, passage.source_words)
        assert passage.kind in {VERBATIM, EDITED, SPUN}
    assert all(left.page.stop <= right.page.start for left, right in pairwise(found))


def longest_common_subsequence(left: Sequence[int], right: Sequence[int]) -> int:
    lengths = [0] * (len(right) + 1)
    for token in left:
        diagonal = 0
        for j, other in enumerate(right, 1):
            above = lengths[j]
            lengths[j] = diagonal + 1 if token == other else max(above, lengths[j - 1])
            diagonal = above
    return lengths[-1]


@laws
@given(small | made)
def test_what_is_equal_decides_the_kind(kernels: Kernels, pair: News) -> None:
    rule = one_of_the_rules(pair)
    for passage in passages(kernels, pair.source, pair.page, rule, pair.known):
        there = [pair.source[0][t] for t in passage.source]
        here = [pair.page[0][t] for t in passage.page]
        assert passage.equal_words == longest_common_subsequence(there, here)
        assert (passage.kind == VERBATIM) == (there == here)
        if there != here:
            assert (passage.kind == SPUN) == (passage.equal_words < rule.edited * len(here))


@laws
@given(small | made)
def test_quoted_words_are_those_in_marks_on_either_side(kernels: Kernels, pair: News) -> None:
    rule = one_of_the_rules(pair)
    quoted = {t for t, flags in enumerate(pair.page[1]) if flags & QUOTED}
    for run in runs_of(kernels, pair.source, pair.page, rule.min_run):
        for i in range(run.length):
            if pair.source[1][run.source_begin + i] & QUOTED:
                quoted.add(run.page_begin + i)
    for passage in passages(kernels, pair.source, pair.page, rule, pair.known):
        assert passage.quoted_words == len(quoted.intersection(passage.page)) <= passage.words


def heaviest_in_order(found: Sequence[Passage]) -> int:
    """Return the words of the heaviest passages that stand in the source's order."""
    heaviest: list[int] = []
    for number, passage in enumerate(found):
        before = [
            heaviest[other] for other in range(number) if found[other].source_token <= passage.source_token
        ]
        heaviest.append(passage.words + max(before, default=0))
    return max(heaviest, default=0)


@laws
@given(small | made)
def test_moved_are_those_outside_the_heaviest_sequence(kernels: Kernels, pair: News) -> None:
    found = passages(kernels, pair.source, pair.page, one_of_the_rules(pair), pair.known)
    in_order = [passage for passage in found if not passage.moved]
    assert all(left.source_token <= right.source_token for left, right in pairwise(in_order))
    assert sum(passage.words for passage in in_order) == heaviest_in_order(found)


@laws
@given(st.permutations(range(7)), st.integers(5, 9))
def test_runs_in_another_order_are_moved(kernels: Kernels, order: list[int], length: int) -> None:
    parts = [[100 * number + i for i in range(length + number % 3)] for number in range(7)]
    page = [
        token for number in order for token in [*parts[number], *range(1000 + number * 10, 1005 + number * 10)]
    ]
    found = passages(kernels, plain([token for part in parts for token in part]), plain(page))
    assert [passage.page_token for passage in found if page[passage.page_token] < 1000]
    in_order = [passage for passage in found if not passage.moved]
    assert sum(passage.words for passage in in_order) == heaviest_in_order(found)


@laws
@given(small | made)
def test_every_run_lies_in_passages_but_for_short_ends_beside_them(kernels: Kernels, pair: News) -> None:
    rule = one_of_the_rules(pair)
    found = passages(kernels, pair.source, pair.page, rule, pair.known)
    covered = {t for passage in found for t in passage.page}
    for run in runs_of(kernels, pair.source, pair.page, rule.min_run):
        places = range(run.page_begin, run.page_begin + run.length)
        for is_covered, group in groupby(places, key=covered.__contains__):
            left = list(group)
            if not is_covered:
                assert len(left) < rule.min_run
                assert {left[0] - 1, left[-1] + 1} & covered


@laws
@given(seeds)
def test_only_equality_of_words_counts(kernels: Kernels, seed: int) -> None:
    pair = news(seed)
    names = {word: (word * 0x9E3779B97F4A7C15 + seed) % 2**64 for word in {*pair.source[0], *pair.page[0]}}
    source, page = ([names[word] for word in text[0]] for text in (pair.source, pair.page))
    known = {names[word]: rarity for word, rarity in pair.known.items()}
    renamed = passages(kernels, (source, pair.source[1]), (page, pair.page[1]), SHIPPED, known)
    assert renamed == passages(kernels, pair.source, pair.page, SHIPPED, pair.known)


@settings(laws, max_examples=20)
@given(st.lists(seeds, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_pairs_do_not_depend_on_each_other_nor_on_their_order(
    kernels: Kernels, some: list[int], draw: random.Random
) -> None:
    pairs = [news(seed, 150) for seed in some]
    known = pairs[0].known
    left, right = all_pairs(len(pairs), len(pairs))
    order = draw.sample(range(len(left)), len(left))
    texts = [pair.source for pair in pairs], [pair.page for pair in pairs]
    both = ids([int(left[p]) for p in order]), ids([int(right[p]) for p in order])
    offsets, *columns = columns_of(kernels, arguments(kernels, *texts, both, SHIPPED, known))
    together = zip(*(row_lists(column, offsets) for column in columns), strict=True)
    for p, of_pair in zip(order, together, strict=True):
        alone = passages(kernels, texts[0][left[p]], texts[1][right[p]], SHIPPED, known)
        assert list(map(Passage, *of_pair)) == alone


# --- what must be found, and what must not ----------------------------------------------------


@settings(laws, max_examples=25)
@given(seeds, st.integers(40, 400))
def test_a_copied_block_of_rare_words_is_found_whole(kernels: Kernels, seed: int, length: int) -> None:
    draw = random.Random(seed)
    # Not near the ends of the texts, where sentences end too.
    source = own_words(draw, 20 + length + draw.randrange(200))
    begin = draw.randrange(10, len(source) - length - 10)
    before, after = own_words(draw, draw.randrange(10, 100)), own_words(draw, draw.randrange(10, 100))
    page = before + source[begin : begin + length] + after
    expected = Passage(begin, length, len(before), length, length, 0, VERBATIM, 0)
    assert passages(kernels, plain(source), plain(page)) == [expected]
    assert passages(kernels, plain(source), plain(page), NO_RUNS) == [expected]


@pytest.mark.parametrize("length", [500, 800, 3000])
def test_a_long_copy_is_one_passage(native: Kernels, length: int) -> None:
    draw = random.Random(length)
    source = own_words(draw, length)
    page = own_words(draw, 50) + source + own_words(draw, 50)
    expected = Passage(0, length, 50, length, length, 0, VERBATIM, 0)
    assert passages(native, plain(source), plain(page)) == [expected]


def test_edited_copies_are_found_nearly_whole(kernels: Kernels) -> None:
    draw = random.Random(1)
    wanted, on_page, in_source, besides = 0, 0, 0, 0
    for length in range(80, 300, 4):
        source = words_of(draw, 100_000, length + 100)
        begin, own = draw.randrange(101), draw.randrange(101)
        edited = reworded(draw, source[begin : begin + length], 0.3)
        page = own_words(draw, own) + edited + own_words(draw, own)
        found = passages(kernels, plain(source), plain(page), SHIPPED, frequencies_of(source))
        here = {t for passage in found for t in passage.page}
        there = {t for passage in found for t in passage.source}
        copied = len(here.intersection(range(own, own + length)))
        reached = len(there.intersection(range(begin, begin + length)))
        assert min(copied, reached) >= 0.75 * length
        wanted, on_page, in_source = wanted + length, on_page + copied, in_source + reached
        besides += len(here) - copied
    assert min(on_page, in_source) >= 0.95 * wanted
    assert besides <= 0.02 * wanted


@laws
@given(seeds)
def test_sentences_in_another_order_are_one_region(kernels: Kernels, seed: int) -> None:
    draw = random.Random(seed)
    source = own_words(draw, 120)
    # In threes, which are no runs.
    parts = [source[begin : begin + 3] for begin in range(0, 120, 3)]
    draw.shuffle(parts)
    page = [word for part in parts for word in part]
    (found,) = passages(kernels, plain(source), plain(own_words(draw, 30) + page))
    assert found.kind == SPUN
    assert len(set(found.page).intersection(range(30, 150))) >= 110


@settings(laws, max_examples=8)
@given(seeds)
def test_an_abridgement_tells_the_whole_source(kernels: Kernels, seed: int) -> None:
    draw = random.Random(seed)
    source = own_words(draw, 2400)
    page = [word for begin in range(0, 2400, 60) for word in source[begin : begin + 2]]
    text = plain(own_words(draw, 40) + page + own_words(draw, 40))
    assert passages(kernels, plain(source), text) == [Passage(0, 2400, 40, 80, 80, 0, EDITED, 0)]
    # The same words in any order tell nothing.
    draw.shuffle(page)
    assert passages(kernels, plain(source), plain(page)) == []


@laws
@given(seeds, st.integers(1, 300), st.integers(1, 300))
def test_unrelated_texts_of_one_language_have_no_region(
    kernels: Kernels, seed: int, source_length: int, page_length: int
) -> None:
    draw = random.Random(seed)
    source, page = (words_of(draw, 100_000, length) for length in (source_length, page_length))
    assert passages(kernels, plain(source), plain(page), NO_RUNS, frequencies_of(source)) == []


@laws
@given(seeds)
def test_common_words_alone_make_no_region(kernels: Kernels, seed: int) -> None:
    draw = random.Random(seed)
    source, page = ([draw.randrange(50) for _ in range(200)] for _ in range(2))
    assert passages(kernels, plain(source), plain(page), NO_RUNS) == []


def test_a_region_ends_where_a_sentence_does(kernels: Kernels) -> None:
    draw = random.Random(1)
    source = own_words(draw, 200)
    # Every second word is kept, but none of the first two and the last two of the copy.
    page = [word if i % 2 and 2 <= i < 98 else own_words(draw, 1)[0] for i, word in enumerate(source[50:150])]
    text = own_words(draw, 50) + page + own_words(draw, 50)
    flags = [FIRST if t in {50, 150} else 0 for t in range(200)]
    (bare,) = passages(kernels, plain(source), plain(text))
    assert (bare.source, bare.page) == (range(53, 148), range(53, 148))
    (ended,) = passages(kernels, (source, flags), (text, flags))
    assert (ended.source, ended.page) == (range(50, 150), range(50, 150))


def test_characters_are_not_as_rare_as_unknown_words(kernels: Kernels) -> None:
    tokens = list(range(1, 13))
    source = tokens, [CHARACTER] * 12
    rule = FINE._replace(min_run=100, accept=0.1, start=30.0)
    assert passages(kernels, plain(tokens), plain(tokens), rule)
    assert passages(kernels, source, plain(tokens), rule) == []
    # What the page's flags say of them does not count: the tokens are the same.
    assert passages(kernels, plain(tokens), source, rule) == passages(
        kernels, plain(tokens), plain(tokens), rule
    )


def test_a_quotation_is_a_passage_quoted_throughout(kernels: Kernels) -> None:
    said = list(range(10, 20))
    page = [1, 2, 3, *said, 4, 5, 6]
    alone = Passage(0, 10, 3, 10, 10, 10, VERBATIM, 0)
    assert passages(kernels, (said, [QUOTED] * 10), plain(page)) == [alone]
    assert passages(kernels, plain(said), (page, [QUOTED] * 16)) == [alone]
    assert passages(kernels, plain(said), plain(page)) == [alone._replace(quoted_words=0)]


@pytest.mark.parametrize(
    ("source", "page", "expected"),
    [
        ("", "", []),
        ("", "abc", []),
        ("abc", "", []),
        ("a", "a", []),
        ("abcdef", "abcdef", [Passage(0, 6, 0, 6, 6, 0, VERBATIM, 0)]),
        ("abcdef", "xabcdefy", [Passage(0, 6, 1, 6, 6, 0, VERBATIM, 0)]),
        # Runs with a few words between them in both texts
        ("abcdefghijkl", "abcdexhijkl", [Passage(0, 12, 0, 11, 10, 0, EDITED, 0)]),
        ("abcdehijkl", "abcdevwhijkl", [Passage(0, 10, 0, 12, 10, 0, EDITED, 0)]),
        # With too many for most of them to be the same
        (
            "abcdehijkl",
            "abcdevwxhijkl",
            [Passage(0, 5, 0, 5, 5, 0, VERBATIM, 0), Passage(5, 5, 8, 5, 5, 0, VERBATIM, 0)],
        ),
        # The other way round
        (
            "abcdehijkl",
            "hijklabcde",
            [Passage(5, 5, 0, 5, 5, 0, VERBATIM, 0), Passage(0, 5, 5, 5, 5, 0, VERBATIM, 1)],
        ),
        # Twice on the page
        (
            "abcdef",
            "abcdefabcdef",
            [Passage(0, 6, 0, 6, 6, 0, VERBATIM, 0), Passage(0, 6, 6, 6, 6, 0, VERBATIM, 0)],
        ),
    ],
)
def test_examples(kernels: Kernels, source: str, page: str, expected: list[Passage]) -> None:
    assert passages(kernels, plain([*map(ord, source)]), plain([*map(ord, page)])) == expected


def test_one_word_can_be_a_passage(kernels: Kernels) -> None:
    rule = SHIPPED._replace(min_run=1)
    assert passages(kernels, plain([7]), plain([7]), rule) == [Passage(0, 1, 0, 1, 1, 0, VERBATIM, 0)]
    assert passages(kernels, plain([7]), plain([8]), rule) == []


def test_no_pairs(kernels: Kernels) -> None:
    nothing = arguments(kernels, [plain([1])], [plain([1])], (ids([]), ids([])), SHIPPED, {})
    offsets, *columns = columns_of(kernels, nothing)
    assert offsets.tolist() == [0]
    assert [len(column) for column in columns] == [0] * 8


def test_of_very_long_sides_an_order_turned_round_is_not_verbatim(native: Kernels) -> None:
    half = 40_000
    source = LONG[: 2 * half]
    page = source[half:] + source[:half]
    found = passages(native, plain(source), plain(page))
    assert sum(passage.words for passage in found) == len(page)
    assert all(passage.equal_words <= min(passage.words, passage.source_words) for passage in found)
    for passage in found:
        same = [source[t] for t in passage.source] == [page[t] for t in passage.page]
        assert (passage.kind == VERBATIM) == same


# --- time -------------------------------------------------------------------------------------


def seconds(native: Kernels, source: Sequence[int], page: Sequence[int]) -> float:
    """Return what the passages of a pair take, without its runs."""
    pair = ids([0]), ids([0])
    arrays = arguments(native, [plain(source)], [plain(page)], pair, SHIPPED, {})
    started = time.process_time()
    columns_of(native, arrays)
    return time.process_time() - started


PARAGRAPH = LONG[:60]


@pytest.mark.parametrize(
    ("source", "page"),
    [
        pytest.param([7] * 100_000, [7] * 100_000, id="one word for ever"),
        pytest.param(PARAGRAPH * 1000, PARAGRAPH * 1000, id="one paragraph for ever"),
        pytest.param(PARAGRAPH, PARAGRAPH * 1000, id="one paragraph for ever on the page"),
        pytest.param(PARAGRAPH * 1000, PARAGRAPH, id="one paragraph for ever in the source"),
        pytest.param(LONG[:500], LONG, id="long page"),
        pytest.param(LONG[:500], LONG[:500] * 2000, id="long page that repeats the source"),
        pytest.param(LONG, LONG[:500], id="long source"),
        pytest.param(LONG[:200_000], LONG[:200_000], id="long copy"),
    ],
)
def test_hostile_texts_take_no_longer_than_they_are_long(
    native: Kernels, source: list[int], page: list[int]
) -> None:
    # At most some tenths of a second; the margin is for sanitizers on a busy machine.
    assert seconds(native, source, page) < 5


@pytest.mark.parametrize("window", [64, 1000, 5000])
@pytest.mark.parametrize("kept", [1.0, 0.3])
def test_texts_full_of_beginnings_are_left_in_time(native: Kernels, window: int, kept: float) -> None:
    draw = random.Random(window)
    source = LONG[:100_000]
    page = []
    for begin in range(0, len(source), window):
        page += draw.sample(source[begin : begin + window], min(window, len(source) - begin))
    assert seconds(native, source, reworded(draw, page, 1 - kept)) < 5


# --- without regions --------------------------------------------------------------------------


@laws
@given(seeds)
def test_where_nothing_rewritten_is_asked_for_passages_are_runs_and_bridges(
    kernels: Kernels, seed: int
) -> None:
    pair = news(seed)
    arrays = [*arguments(kernels, [pair.source], [pair.page], (ids([0]), ids([0])), SHIPPED, pair.known)]
    arrays[ARGUMENTS.index("rewritten")] = np.zeros(1, np.uint8)
    offsets, *columns = columns_of(kernels, arrays)
    found = list(map(Passage, *(row_lists(column, offsets)[0] for column in columns)))
    in_passages = {
        t for passage in found for t in range(passage.page_token, passage.page_token + passage.words)
    }
    for run in runs_of(kernels, pair.source, pair.page, SHIPPED.min_run):
        assert in_passages.issuperset(range(run.page_begin, run.page_begin + run.length))
    assert all(passage.kind != SPUN for passage in found)


# --- native against its twin ------------------------------------------------------------------

rules = st.builds(
    Rule,
    min_run=st.integers(1, 5),
    bridge=st.integers(0, 20),
    edited=st.sampled_from([0.1, 0.7, 1.0]),
    block=st.sampled_from([1, 3, 8, 32]),
    most_places=st.sampled_from([0, 1, 3, 10]),
    start=st.sampled_from([0.1, 4.0, 28.0]),
    accept=st.sampled_from([0.1, 3.0, 52.0]),
    accept_alone=st.sampled_from([0.1, 30.0, 52.0]),
    drop=st.sampled_from([0.1, 4.0, 14.0]),
    survival=st.sampled_from([0.3, 0.4, 0.6]),
    least_survival=st.sampled_from([0.01, 0.3]),
    most_survival=st.sampled_from([0.6, 0.97]),
    least_words=st.integers(1, 22),
)


@differential
@given(st.lists(small, min_size=1, max_size=2), rules)
def test_native_equals_twin(native: Kernels, reference: Kernels, pairs: list[News], rule: Rule) -> None:
    sources, pages = [pair.source for pair in pairs], [pair.page for pair in pairs]
    both = all_pairs(len(pairs), len(pairs))
    assert_same(
        native.passages,
        reference.passages,
        *arguments(native, sources, pages, both, rule, pairs[0].known),
    )


@pytest.mark.slow
@settings(differential, max_examples=100)
@given(seeds, st.just(SHIPPED) | rules)
def test_native_equals_twin_on_made_news(native: Kernels, reference: Kernels, seed: int, rule: Rule) -> None:
    pair = news(seed)
    both = ids([0]), ids([0])
    assert_same(
        native.passages,
        reference.passages,
        *arguments(native, [pair.source], [pair.page], both, rule, pair.known),
    )


@pytest.mark.parametrize("seed", range(12))
def test_native_equals_twin_on_long_news(native: Kernels, reference: Kernels, seed: int) -> None:
    pair = news(seed, 900)
    draw = random.Random(seed)
    own = plain(own_words(draw, 50))
    # A copy with a word replaced here and there: regions as long as the text.
    copy = plain(reworded(draw, pair.source[0], 0.1 * draw.random()))
    pages = [pair.page, copy, (own[0] + copy[0], own[1] + copy[1])]
    both = ids([0, 0, 0]), ids([0, 1, 2])
    assert_same(
        native.passages,
        reference.passages,
        *arguments(native, [pair.source], pages, both, SHIPPED, pair.known),
    )


def mosaic(draw: random.Random, source: list[int]) -> list[int]:
    """Return words of a source, a few at a time from all over, and its own: a score that rises and falls."""
    page: list[int] = []
    for _ in range(draw.randrange(1, 6)):
        most_own = draw.randrange(1, 4)
        for _ in range(draw.randrange(10, 40)):
            begin = draw.randrange(len(source))
            page += source[begin : begin + draw.randrange(1, 4)] + own_words(draw, draw.randrange(most_own))
        page += own_words(draw, draw.choice([0, 5, 10, 20, 30]))
    return page


@pytest.mark.parametrize("seed", range(60))
def test_native_equals_twin_on_abridgements(native: Kernels, reference: Kernels, seed: int) -> None:
    draw = random.Random(seed)
    source = words_of(draw, draw.choice([100, 300, 1000, 3000]), draw.randrange(150, 600))
    pages = [mosaic(draw, source) for _ in range(4)]
    rule = SHIPPED._replace(drop=draw.choice([4.0, 14.0, 40.0]), most_places=draw.choice([1, 10]))
    assert_same(
        native.passages,
        reference.passages,
        *arguments(
            native, [plain(source)], [*map(plain, pages)], all_pairs(1, 4), rule, frequencies_of(source)
        ),
    )


@pytest.mark.parametrize("seed", range(40))
def test_native_equals_twin_on_pairs_of_few_pages(native: Kernels, reference: Kernels, seed: int) -> None:
    pairs = [news(seed + 100 * i) for i in range(3)]
    # Two pages as long as each other, each with several sources, and one that comes again.
    length = min(len(pair.page[0]) for pair in pairs[:2])
    pages = [(pair.page[0][:length], pair.page[1][:length]) for pair in pairs[:2]]
    both = ids([0, 1, 2, 2, 1, 0]), ids([0, 0, 0, 1, 1, 0])
    known = {word: rarity for pair in pairs for word, rarity in pair.known.items()}
    assert_same(
        native.passages,
        reference.passages,
        *arguments(native, [pair.source for pair in pairs], pages, both, LOOSE, known),
    )


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("min_run", SHIPPED._replace(min_run=0)),
        ("bridge", SHIPPED._replace(bridge=-1)),
        ("block", SHIPPED._replace(block=0)),
        ("block", SHIPPED._replace(block=2**16 + 1)),
        ("least_words", SHIPPED._replace(least_words=0)),
        ("survival", SHIPPED._replace(least_survival=0.0)),
        ("survival", SHIPPED._replace(least_survival=0.5)),
        ("survival", SHIPPED._replace(survival=0.98)),
        ("survival", SHIPPED._replace(survival=float("nan"))),
        ("survival", SHIPPED._replace(most_survival=1.0)),
        ("least_survival", SHIPPED._replace(least_survival=0.7, survival=0.8)),
        ("above 0", SHIPPED._replace(start=0.0)),
        ("above 0", SHIPPED._replace(accept=float("nan"))),
        ("above 0", SHIPPED._replace(drop=-1.0)),
        ("above 0", SHIPPED._replace(edited=0.0)),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(native: Kernels, fault: str, rule: Rule) -> None:
    text, pair = plain([1, 2, 3]), (ids([0]), ids([0]))
    arrays = arguments(native, [text], [text], pair, SHIPPED._replace(min_run=1), {})
    with pytest.raises(ValueError, match=fault):
        columns_of(native, (*arrays[: -len(rule)], *rule))


TEXTS = ["source", "source_flags", "source_offsets", "page", "page_flags", "page_offsets"]
ARGUMENTS = [
    *TEXTS,
    *[
        "source_row",
        "page_row",
        "run_offsets",
        "run_source",
        "run_page",
        "run_length",
        "rewritten",
        "words",
        "rarity",
    ],
]


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("source_offsets", {"source_offsets": np.array([0, 5])}),
        ("page_offsets", {"page_offsets": np.array([1, 6])}),
        ("hashes and flags", {"source_flags": np.zeros(5, np.uint8)}),
        ("hashes and flags", {"page_flags": np.zeros(7, np.uint8)}),
        ("not there", {"source_row": ids([1])}),
        ("not there", {"page_row": ids([-1])}),
        ("same length", {"page_row": ids([0, 0])}),
        ("run_offsets", {"run_offsets": np.array([0, 2])}),
        ("row for each pair", {"run_offsets": np.array([0, 0, 1])}),
        ("as many places", {"run_length": ids([6, 1])}),
        ("rewritten", {"rewritten": np.ones(2, np.uint8)}),
        ("within their texts", {"run_source": ids([1])}),
        ("within their texts", {"run_source": ids([-1])}),
        ("within their texts", {"run_page": ids([1])}),
        ("within their texts", {"run_page": ids([-1])}),
        ("within their texts", {"run_length": ids([0])}),
        ("within their texts", {"run_length": ids([2**31 - 1])}),
        (
            "disjoint",
            {
                "run_offsets": np.array([0, 2]),
                "run_source": ids([0, 0]),
                "run_page": ids([0, 2]),
                "run_length": ids([3, 3]),
            },
        ),
        ("same length", {"words": np.zeros(1, np.uint64)}),
        ("below 64", {"words": np.zeros(1, np.uint64), "rarity": np.full(1, 64, np.uint8)}),
    ],
)
def test_arrays_that_do_not_fit_are_refused(native: Kernels, fault: str, changes: dict[str, Any]) -> None:
    text = plain([1, 2, 3, 4, 5, 6])
    arrays = [*arguments(native, [text], [text], (ids([0]), ids([0])), SHIPPED, {})]
    for name, array in changes.items():
        arrays[ARGUMENTS.index(name)] = array
    with pytest.raises(ValueError, match=fault):
        columns_of(native, arrays)


def test_there_must_be_threads(native: Kernels) -> None:
    text = plain([1])
    arrays = arguments(native, [text], [text], (ids([0]), ids([0])), SHIPPED, {})
    with pytest.raises(ValueError, match="threads"):
        columns_of(native, arrays, 0)
