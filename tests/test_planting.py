"""What is planted: words of an article, changed as the kind says and in no other way.

Covers: ``reuse/evaluation/planting.py``. Compares against: the articles themselves, and counts by
Python's difflib. Run: ``pytest tests/test_planting.py``
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.evaluation.planting import KINDS, Article, Kind, articles_of, content_words, plant, take, written
from reuse.options import Options
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import QUOTED

BY_NAME = {kind.name: kind for kind in KINDS}
POOL = ["harbour", "lantern", "orchard", "thunder"]
SEEDS = range(8)


def articles(*texts: str) -> list[Article]:
    laid = lay_out(texts)
    return articles_of(laid, tokenize(laid, Options(threads=1)))


def tokens(text: str) -> list[str]:
    (article,) = articles(text)
    return [word.text for word in article.words(0, len(article))]


def prose(name: str, sentences: int = 60) -> str:
    """Return a text whose words all differ, three sentences a paragraph."""
    parts = []
    for number in range(sentences):
        words = [f"{name}{number}w{word}" for word in range(7 + number % 9)]
        parts.append(" ".join([words[0].capitalize(), *words[1:]]) + (".\n\n" if number % 3 == 2 else ". "))
    return "".join(parts).rstrip()


(PROSE,) = articles(prose("story"))
(HOST,) = articles(prose("host", 12))
HIDDEN = [(kind, size) for kind in KINDS for size in kind.sizes if kind.is_reuse]


def taken(kind: str, size: int, seed: int, article: Article = PROSE) -> str:
    found = take(BY_NAME[kind], size, article, POOL, Random(seed))
    assert found is not None
    text, words = found
    assert not size or words == size
    return text


# --- texts and words --------------------------------------------------------------------------

TEXTS = st.text(
    st.sampled_from([*"abAB .,!?\n\t“”\"'()-–…", "河", "川", "。", "「", "」", "é", "\u0301", "\u200b"])
)


@given(TEXTS)
@settings(derandomize=True, deadline=None)
def test_words_written_are_the_text(text: str) -> None:
    (article,) = articles(text)
    whole = "".join(written(article.words(0, len(article))).split())
    assert "".join(text.split()).startswith(whole)
    assert tokens(text) == tokens(whole) or len(article) > 1  # blanks may part words


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
@settings(derandomize=True, deadline=None)
def test_some_words_are_those_of_all(text: str, begin: int, size: int) -> None:
    (article,) = articles(text)
    end = min(begin + size, len(article))
    begin = min(begin, end)
    assert article.words(begin, end) == article.words(0, len(article))[begin:end]


@given(TEXTS)
@settings(derandomize=True, deadline=None)
def test_sentences_are_parts_of_the_text(text: str) -> None:
    (article,) = articles(text)
    assert [word for part in article.parts(0, len(article)) for word in part] == article.words(0, len(article))


def test_a_broken_line_ends_no_sentence() -> None:
    (article,) = articles(
        "The giant automaker said on\nMonday that it will close.\n    Nobody knew.\n\nA headline"
    )
    assert [written(part) for part in article.parts(0, len(article))] == [
        "The giant automaker said on\nMonday that it will close.",
        "Nobody knew.",
        "A headline",
    ]


def test_marks_stay_with_their_words() -> None:
    (article,) = articles("He left. “We stay,” (she) said.")
    assert [written(part) for part in article.parts(0, len(article))] == ["He left.", "“We stay,” (she) said."]


# --- what each kind does ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", BY_NAME["verbatim"].sizes)
def test_an_excerpt_is_a_stretch_of_the_article(size: int, seed: int) -> None:
    text = taken("verbatim", size, seed)
    assert text in PROSE.text
    assert len(tokens(text)) == size
    before = PROSE.text[: PROSE.text.index(text)].rstrip()
    assert not before or before.endswith(".")


def test_a_whole_article_is_all_of_it() -> None:
    assert taken("whole article", 0, 0) == PROSE.text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [60, 100, 200])
def test_light_edits_change_one_word_in_twenty(size: int, seed: int) -> None:
    words = tokens(taken("light edits", size, seed))
    assert abs(len(words) - size) <= size // 20
    assert size - size // 20 <= equal(words) < size


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [60, 100, 200])
def test_swaps_change_one_content_word_in_five(size: int, seed: int) -> None:
    words = tokens(taken("word swaps", size, seed))
    assert len(words) == size
    assert equal(words) == size - size // 5  # all words of this article are long
    assert sum(word.lower() in POOL for word in words) == size // 5


@pytest.mark.parametrize("seed", SEEDS)
def test_random_changes_leave_few_words_in_their_order(seed: int) -> None:
    words = tokens(taken("random", 200, seed))
    assert 0.2 * 200 < equal(words) < 0.8 * 200
    assert len({*words} & {*tokens(PROSE.text)}) > 0.6 * 200


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [100, 200])
def test_shuffled_sentences_are_those_of_a_stretch(size: int, seed: int) -> None:
    words = tokens(taken("shuffled sentences", size, seed))
    every = tokens(PROSE.text)
    places = [every.index(word) for word in words]
    assert places != sorted(places)
    assert sorted(places) == [*range(min(places), min(places) + size)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [100, 200])
def test_an_abridged_text_leaves_sentences_out(size: int, seed: int) -> None:
    words = tokens(taken("abridged", size, seed))
    every = tokens(PROSE.text)
    places = [every.index(word) for word in words]
    assert len(places) == size
    assert places == sorted(places)
    assert size < places[-1] + 1 - places[0] <= 2 * size


def equal(words: list[str]) -> int:
    """Return how many of some words stand in the article, in its order."""
    matcher = SequenceMatcher(None, tokens(PROSE.text), words, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


SPEECH = (
    "The mayor spoke first. “We shall not close the bridge before the winter is over,” she said on Monday. "
    "Nobody in the hall had asked for that, and few of those who came wanted to hear it. "
    "“Then the winter will close it for us, as it did the last time,” said the engineer. The hall fell silent. "
) * 3


@pytest.mark.parametrize("seed", SEEDS)
def test_quoted_speech_is_quoted_where_it_is_planted(seed: int) -> None:
    (article,) = articles(SPEECH)
    found = take(BY_NAME["quoted speech"], 60, article, POOL, Random(seed))
    assert found is not None
    made = plant(found, HOST, Random(seed))
    assert 6 <= made.words <= 60
    laid = lay_out([made.page])
    cut = tokenize(laid, Options(threads=1))
    inside = (cut.begin >= made.begin) & (cut.end <= made.end)
    assert int(inside.sum()) == made.words
    assert ((cut.flags[inside] & QUOTED) != 0).all()
    assert ((cut.flags[~inside] & QUOTED) == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sentence_is_one_of_the_narration(seed: int) -> None:
    (article,) = articles(SPEECH)
    found = take(BY_NAME["one sentence"], 0, article, POOL, Random(seed))
    assert found is not None
    assert found[0] == "Nobody in the hall had asked for that, and few of those who came wanted to hear it."
    assert found[1] < 20


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.name != "whole article"], ids=lambda kind: kind.name
)
def test_of_too_short_an_article_nothing_is_taken(kind: Kind) -> None:
    for article in articles("", "Rain.", "It rained in the north on Monday morning, and snow fell."):
        assert take(kind, kind.sizes[0], article, POOL, Random(0)) is None


def test_nothing_is_taken_of_what_is_no_evidence() -> None:
    speech = " ".join(f"word{number}" for number in range(80))
    (quoted,) = articles(f"{prose('it', 4)} “{speech}”")
    assert take(BY_NAME["verbatim"], 60, quoted, POOL, Random(0)) is None
    assert not re.search("word", taken("verbatim", 20, 0, quoted))
    stock = Article(PROSE.id, PROSE.text, PROSE.begin, PROSE.end, PROSE.flags, ((0, len(PROSE.text)),))
    assert take(BY_NAME["verbatim"], 20, stock, POOL, Random(0)) is None
    half = len(PROSE.text) // 2
    stock = Article(PROSE.id, PROSE.text, PROSE.begin, PROSE.end, PROSE.flags, ((0, half),))
    for seed in SEEDS:
        assert PROSE.text.index(taken("verbatim", 40, seed, stock)) >= half


def test_scripts_without_spaces_are_planted_too() -> None:
    draw = Random(1)
    text = "".join("".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(20)) + "。" for _ in range(40))
    (article,) = articles(text)
    for kind, size in HIDDEN:
        found = take(kind, size, article, ["河"], Random(2))
        assert found is not None, kind.name
        assert not re.search(r"\s", found[0])
    verbatim = take(BY_NAME["verbatim"], 100, article, ["河"], Random(2))
    assert verbatim is not None
    assert verbatim[0].rstrip("。") in text


# --- hiding it --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "size"), HIDDEN, ids=lambda value: getattr(value, "name", value))
def test_a_host_is_whole_around_what_is_planted(kind: Kind, size: int, seed: int) -> None:
    found = take(kind, size, PROSE, POOL, Random(seed))
    assert found is not None
    made = plant(found, HOST, Random(seed))
    assert made.page[made.begin : made.end] in found[0]
    assert tokens(made.page[made.begin : made.end]) == tokens(found[0])
    rest = made.page.replace(found[0], "", 1)
    assert rest.split() == HOST.text.split()
    assert not made.begin or HOST.text[: made.begin - 2].rstrip().endswith(".")


def test_what_is_planted_stands_in_many_places() -> None:
    places = {plant(("Some words.", 2), HOST, Random(seed)).begin for seed in range(40)}
    assert len(places) > 6


def test_nothing_is_put_into_quoted_speech() -> None:
    (host,) = articles(SPEECH)
    for seed in range(40):
        made = plant(("Some words.", 2), host, Random(seed))
        laid = lay_out([made.page])
        cut = tokenize(laid, Options(threads=1))
        inside = (cut.begin >= made.begin) & (cut.end <= made.end)
        assert ((cut.flags[inside] & QUOTED) == 0).all()


@pytest.mark.parametrize(("kind", "size"), HIDDEN, ids=lambda value: getattr(value, "name", value))
def test_the_same_seed_gives_the_same(kind: Kind, size: int) -> None:
    made = Counter(take(kind, size, PROSE, POOL, Random(seed)) for seed in (1, 1, 2, 3, 4))
    assert max(made.values()) >= 2
    assert len(made) > 1 or kind.name == "whole article"


def test_content_words_are_each_there_once() -> None:
    found = content_words(articles("The mayor spoke to the mayor.", "Engineers and mayors."))
    assert found == ["mayor", "spoke", "Engineers", "mayors"]
    assert content_words(articles("It is so.")) == ["It", "is", "so"]
    assert content_words([]) == []
