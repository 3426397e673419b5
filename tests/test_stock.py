"""Stock: what many sources say is no evidence, and what is a story told often still is.

Covers: ``reuse/stock.py`` and what an audit makes of it. Compares against: verdicts on articles
of words that nobody shares, and the twin of shingles. Run: ``pytest tests/test_stock.py``
"""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.sketches import sketch
from reuse.stock import MANY, Stock, _lists, find_stock, set_apart
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import QUOTED, STOCK, Document
from tests.reference.shingles import shingle_hash

OPTIONS = Options(threads=1)
laws = settings(derandomize=True, deadline=None, max_examples=40)
NOTICE = (
    "Your address is kept by us to send the letters that you asked for, and by nobody else. You may ask for it "
    "to be corrected or deleted whenever you like, by writing to the office at the address below. We are not "
    "answerable for what stands on pages of others, and the opinions of our guests are their own. Nothing on "
    "these pages may be printed elsewhere without our leave in writing, which is given on weekdays until noon."
)


def story(number: int, words: int = 300) -> str:
    """Return an article of words that no other article has."""
    draw = random.Random(number)
    return " ".join(f"w{number}x{draw.randrange(10**6)}" for _ in range(words))


def audit(sources: list[str], pages: list[str]) -> reuse.Audit:
    return reuse.audit(
        [Document(f"s{row}", text, "s") for row, text in enumerate(sources)],
        [Document(f"p{row}", text, "p") for row, text in enumerate(pages)],
        OPTIONS,
    )


def accused(sources: list[str], pages: list[str]) -> list[tuple[str, str]]:
    return [(found.source.id, found.page.id) for found in audit(sources, pages).findings]


@pytest.mark.parametrize("sources", [1, MANY - 1, MANY, 3 * MANY])
def test_what_many_sources_say_is_no_evidence(sources: int) -> None:
    archive = [f"{story(number)} {NOTICE}" for number in range(sources)]
    found = accused(archive, [f"{NOTICE} {story(1000)}"])
    assert bool(found) == (sources < MANY)


def test_the_verdict_says_so() -> None:
    archive = [f"{story(number)} {NOTICE}" for number in range(MANY)]
    findings = audit(archive, [f"{NOTICE} {story(1000)}"]).scored
    assert findings
    assert {found.verdict for found in findings} == {"quotation"}
    assert all("quoted or stock text" in found.reasons[0] for found in findings)
    assert all(not found.quoted_words for found in findings)  # nobody is said to have spoken


@pytest.mark.parametrize("editions", [2, MANY, 3 * MANY])
def test_a_story_in_many_editions_is_none(editions: int) -> None:
    archive = [f"{story(7)} {story(100 + number, 60)}" for number in range(editions)]
    assert len(accused(archive, [story(7)])) == editions


def test_a_copy_with_stock_text_around_it_is_found() -> None:
    archive = [f"{story(number)} {NOTICE}" for number in range(2 * MANY)]
    assert accused(archive, [f"{NOTICE} {story(3)}"]) == [("s3", "p0")]


def test_a_source_that_says_one_thing_many_times_is_one_source() -> None:
    archive = [story(1), " ".join([NOTICE, story(2)] * (2 * MANY))]
    sketches = sketch(lay_out(archive), OPTIONS)
    assert len(find_stock(sketches).anywhere) == 0


HEADLINES = [f"{word} of the old town {word} again in the north" for word in ("Mayors", "Bridges", "Trams")]


def test_headlines_of_other_stories_are_no_evidence_if_two_sources_have_them() -> None:
    teasers = "\n".join(HEADLINES * 3)
    page = f"{story(1000)}.\n{teasers}\n"
    archive = [f"{story(1)}.\n{teasers}\n", f"{story(2)}.\n{teasers}\n"]
    assert not accused(archive, [page])
    assert accused(archive[:1], [page]) == [("s0", "p0")]


LONG = f"{'It rained all day in the north of the country. ' * 5}."
MENU = ["Home", "Sport", "Weather"]


@pytest.mark.parametrize(
    ("lines", "listed"),
    [
        (["Home", "Sport", "Weather", "", LONG], [1, 1, 1, 0, 0]),
        (["Home", "Sport", "Weather", "What now?", "“Never!”", "Culture", LONG], [1, 1, 1, 1, 1, 1, 0]),
        (["Home", "Sport", "Weather", "Why?", "How?", "When?", "Who?", LONG], [0] * 8),
        (["Home", "Sport", "It rained all day."], [0, 0, 0]),
        (["It rained", "all day in", "the north of", "the country"], [0, 0, 0, 0]),
        (["The mayor of Harwick", "said on Tuesday that", "Ms Carter would not", "go"], [0, 0, 0, 0]),
        (["One.", "Two!", "“Three”", "Four:"], [0, 0, 0, 0]),
        (["A" * 300, "B" * 300, "C" * 300], [1, 1, 1]),
        (["A" * 301, "B" * 301, "C" * 301], [0, 0, 0]),
        (["A" * 400 + "...", "B" * 400 + "…", "C" * 400 + " more »"], [1, 1, 1]),
        (["« " + "A" * 400 + " »", "«" + "B" * 400 + "»", "»" + "C" * 400 + "»"], [0, 0, 0]),
        (["by one of us", "by another", "and a third", LONG], [0, 0, 0, 0]),
        (["A" * 130, "by one of us", "B" * 130, LONG], [1, 1, 1, 0]),
        ([*MENU, LONG, *MENU], [1, 1, 1, 0, 1, 1, 1]),  # the one stretch outside of lists is the article
        ([LONG + LONG, *MENU, LONG, *MENU, LONG], [0, 1, 1, 1, 1, 1, 1, 1, 1]),
        ([4 * LONG, *MENU, 3 * LONG, *MENU], [0, 1, 1, 1, 0, 1, 1, 1]),
        (["الرئيسية", "رياضة", "طقس"], [1, 1, 1]),
        ([], []),
        ([""], [0]),
    ],
)
def test_lines_in_a_row_that_are_no_sentences_are_a_list(lines: list[str], listed: list[int]) -> None:
    assert _lists(lines).tolist() == [bool(one) for one in listed]


def test_stock_text_is_marked_as_what_is_not_narrated() -> None:
    texts = lay_out([f"{story(number)} {NOTICE}" for number in range(MANY)])
    tokens = tokenize(texts, OPTIONS)
    marked, _ = set_apart((tokens, tokens), (texts, texts), find_stock(sketch(texts, OPTIONS)), OPTIONS)
    own = tokens.flags & QUOTED == 0
    assert ((marked.flags & STOCK != 0) == (marked.flags & QUOTED != 0))[own].all()
    words = len(tokenize(lay_out([NOTICE]), OPTIONS).hash)
    assert (np.abs(marked.counts_with(STOCK) - words) <= 8).all()
    assert not (tokens.flags & (STOCK | QUOTED)).any()  # a copy is marked


@laws
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c", "d", "e", "一", "二", "三"]), max_size=14),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([(2, 2), (2, 3), (3, 2)]),
    st.randoms(use_true_random=False),
)
def test_shingles_of_either_kind_are_looked_for_in_their_own_text(
    documents: list[list[str]], lengths: tuple[int, int], random: random.Random
) -> None:
    options = Options(shingle=lengths[0], character_shingle=lengths[1], threads=1)
    texts = lay_out([" ".join(words) for words in documents])
    tokens = tokenize(texts, OPTIONS)
    words_of_all = tokens.hash.tolist()
    every = [  # of no text, or kind, too
        shingle_hash(words_of_all[first : first + length])
        for length in lengths
        for first in range(len(words_of_all) - length + 1)
    ]
    anywhere = np.unique(np.array([one for one in every if random.random() < 0.3], np.uint64))
    marked, _ = set_apart((tokens, tokens), (texts, texts), Stock(anywhere, anywhere), options)
    for row, words in enumerate(documents):
        flags, stock = marked.row(row).flags, set()
        for first, word in enumerate(words):
            some = range(first, first + lengths[not word.isascii()])
            if some[-1] < len(words):
                found = shingle_hash(tokens.row(row).hash[some[0] : some[-1] + 1].tolist())
                stock |= set(some) if np.uint64(found) in anywhere else set()
        assert [at for at, flag in enumerate(flags.tolist()) if flag & STOCK] == sorted(stock)


def test_odd_texts_take_no_time() -> None:
    lines = "\n".join("Home" for _ in range(100_000))
    texts = lay_out([lines, "x\n" * 100_000, "a " * 300_000, ""])
    begin = time.process_time()
    tokens = tokenize(texts, OPTIONS)
    set_apart((tokens, tokens), (texts, texts), find_stock(sketch(texts, OPTIONS)), OPTIONS)
    assert time.process_time() - begin < 3


def test_a_page_that_is_a_sidebar_for_the_most_part_is_no_copy() -> None:
    teasers = "\n".join(f"{' '.join(story(50 + number, 25).split())}... more »" for number in range(40))
    archive = [f"{story(number)}.\n{teasers}\n" for number in range(2)]
    assert not accused(archive, [f"{story(1000)}.\n{teasers}\n"])
    assert accused(archive, [f"{story(1)}.\n{teasers}\n"]) == [("s1", "p0")]


def test_what_two_sources_have_from_beginning_to_end_was_printed_twice() -> None:
    post = "\n".join(f"{' '.join(story(50 + number, 20).split())} (@somebody)" for number in range(20))
    assert len(accused([post, post], ["\n".join(post.splitlines()[:15]) + f"\n{story(1000)}"])) == 2


def test_a_short_page_of_nothing_but_a_formula_is_no_excerpt() -> None:
    archive = [f"{NOTICE} {story(number)}" for number in range(MANY)]
    assert not accused(archive, [f"{NOTICE} Farewell"])


def test_one_source_has_none() -> None:
    assert audit([f"{story(1)} {NOTICE}"], [f"{story(2)} {NOTICE}"]).findings[0].verdict in ACCUSED
