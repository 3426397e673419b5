"""Samples of sites, boilerplate and what is left out, on Spark.

Covers: ``samples.py``, ``known.py`` and ``stretches.py`` of ``reuse/engines/spark``. Compares against: the same
documents in memory. Run: ``pytest -m slow tests/spark/test_samples.py``
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reuse import samples
from reuse.boilerplate import find_boilerplate, leave_out, of_samples
from reuse.options import Options
from reuse.pipeline.holding import held
from reuse.samples import HeldSamples
from reuse.stretches import Stretches
from reuse.texts import extract, lay_out
from reuse.values import Boilerplate, Document, Texts
from tests.spark import made_frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from reuse.engines.spark.known import SparkSources
    from reuse.engines.spark.session import Session

pytestmark = [pytest.mark.slow, pytest.mark.spark]

OPTIONS = Options(threads=1)
LEAST = OPTIONS.boilerplate_pages
BOX = "Sign up for our newsletter and never miss a story from the valley."
NOTICE = (
    "All rights reserved. This material may not be published, broadcast, rewritten or redistributed, in whole "
    "or in part, without the express written permission of the publisher."
)


def prose(name: str, words: int = 100) -> str:
    """Return an article that shares nothing with one of another name, in sentences."""
    sentences = [" ".join(f"{name}{n}" for n in range(begin, begin + 10)) for begin in range(0, words, 10)]
    return ". ".join(sentences) + "."


ARTICLES = [prose(f"article{number}x", 300) for number in range(8)]


def drawn_pages(draw: Random) -> Texts:
    """Return pages of some sites: with boxes, teasers, parts of articles, one address twice, without a site."""
    pages: list[tuple[str, str | None]] = []
    for site in range(draw.randint(8, 14)):
        name = draw.choice([f"s{site}.example", f"ﾊ{site}.example", "mine.example"])
        parts = draw.sample([BOX, NOTICE, ARTICLES[site % 8], ARTICLES[site % 8][:100], ARTICLES[1][:400]], 3)
        for number in range(draw.choice([2, 7, 9, 12])):
            own = f"{prose(f'own{site}n{number}x', draw.choice([20, 300, 300, 300]))}\n"
            url = f"https://www.{name}/{draw.choice([number, number, number, 0])}{draw.choice(['', '#top'])}"
            pages.append((own + "\n".join(parts[: draw.randint(1, 3)]), url))
    pages += [(prose(f"nowhere{number}x") + BOX, None) for number in range(3)]
    pages.append(("Large. " * 50_000, "https://s1.example/large"))
    draw.shuffle(pages)
    return extract(Document(f"p{row}", text, "pages", url=url) for row, (text, url) in enumerate(pages))


def drawn_sources(draw: Random) -> Texts:
    return extract(
        Document(f"s{draw.random()}", f"{article}\n{BOX}", "s", url=f"https://mine.example/{number}")
        for number, article in enumerate(ARTICLES + ARTICLES[:3])
    )


def told(texts: Texts) -> list[tuple[str, str | None, str, int]]:
    return [(one.id, one.url, texts[row], int(texts.replaced[row])) for row, one in enumerate(texts.documents)]


def assert_same(one: Boilerplate, other: Boilerplate) -> None:
    assert one.sites == other.sites
    for field in ("hash", "pages", "offsets", "named"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field), strict=True)


def told_of(groups: Iterable[Texts]) -> list[tuple[str, str | None, str, int]]:
    return list(chain.from_iterable(map(told, groups)))


def sampled(session: Session, name: str, texts: Texts, draw: Random, least: int = LEAST) -> samples.Samples:
    from reuse.engines.spark.samples import SparkSamples

    return SparkSamples(session, name, made_frames.items(session, texts, draw), least)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_samples_are_those_in_memory(session: Session, seed: int) -> None:
    draw = Random(seed)
    texts = drawn_pages(draw)
    expected, found = HeldSamples(texts, LEAST), sampled(session, f"samples-{seed}", texts, draw)
    asked = {"s1.example", "mine.example", "ﾊ2.example", "none.example"}
    for sites in (None, asked):
        assert told_of(found.groups(sites)) == told_of(expected.groups(sites)) != []
    each = list(found.each(copy))
    assert sorted(told_of(each)) == sorted(told_of(expected.groups()))
    seen = [site for group in each for site in {one.site for one in group.documents}]
    assert len(seen) == len(set(seen))  # all of a site together


@pytest.mark.long
def test_a_task_gives_away_what_it_chose_before_that_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa

    from reuse.engines.spark import samples as on_spark
    from reuse.engines.spark.columns import items_of

    monkeypatch.setattr(on_spark, "_HELD", 10)
    monkeypatch.setattr(on_spark, "_ROWS", 7)
    texts = drawn_pages(Random(7))
    batches = [items_of(texts.take([row]), np.array([row]), 0) for row in range(len(texts))]
    chosen = pa.Table.from_batches(on_spark._choose(iter(batches)))
    assert max(map(len, chosen.to_batches())) <= 7
    ordered = chosen.sort_by("site").to_batches(max_chunksize=4)
    settled = pa.Table.from_batches(on_spark._Settling(LEAST)(iter(ordered))).to_pydict()
    expected = [one.id for group in HeldSamples(texts, LEAST).groups() for one in group.documents]
    assert [texts.documents[row].id for row in settled["position"]] == expected
    assert len(chosen) > len(expected)


def known(session: Session, texts: Texts, mine: Boilerplate, draw: Random) -> SparkSources:
    from reuse.engines.spark.known import SparkSources

    return SparkSources(session, made_frames.sources(session, texts, OPTIONS, draw), OPTIONS, mine)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_boilerplate_is_that_in_memory(session: Session, seed: int) -> None:
    draw = Random(seed)
    sources, pages = drawn_sources(draw), drawn_pages(draw)
    own = lay_out(["Never miss a story again, said the own list.", prose("own0n0x", 20)])
    expected_mine = of_samples(HeldSamples(sources, LEAST), OPTIONS, own)
    mine = of_samples(sampled(session, f"sources-{seed}", sources, draw), OPTIONS, own)
    assert_same(mine, expected_mine)
    in_memory = held(sources, OPTIONS, mine)
    expected = find_boilerplate(in_memory, HeldSamples(pages, LEAST), OPTIONS)
    on_spark = known(session, sources, mine, draw)
    found = find_boilerplate(on_spark, sampled(session, f"pages-{seed}", pages, draw), OPTIONS)
    assert_same(found, expected)
    assert len(found.sites) > 1
    order = np.argsort(in_memory.keys)
    assert on_spark.keys.tolist() == in_memory.keys[order].tolist()
    assert on_spark.words.tolist() == in_memory.words[order].tolist()
    assert on_spark.sites == in_memory.sites
    assert len(on_spark) == len(in_memory)


@pytest.mark.long
def test_articles_are_spared_as_in_memory(session: Session) -> None:
    """Sites that retell an article, that have much of one, and that have a teaser of each."""
    draw = Random(5)
    sources = drawn_sources(draw)
    pages = extract(
        Document(f"{site}-{number}", f"{part}\n{prose(f'own{site}n{number}x', 400)}\n{NOTICE}", "p", url=url)
        for site, part in enumerate([ARTICLES[0], ARTICLES[1][:100], ARTICLES[2][:900], BOX, *ARTICLES[3:6]])
        for number in range(6)
        for url in [f"https://s{site}.example/{number}"]
    )
    mine = of_samples(HeldSamples(sources, LEAST), OPTIONS)
    whole = find_boilerplate(held(extract([]), OPTIONS), HeldSamples(pages, LEAST), OPTIONS)
    expected = find_boilerplate(held(sources, OPTIONS, mine), HeldSamples(pages, LEAST), OPTIONS)
    assert len(expected) < len(whole)
    found = find_boilerplate(
        known(session, sources, mine, draw), sampled(session, "spared", pages, draw), OPTIONS
    )
    assert_same(found, expected)


def pairs_of(hashes: NDArray[Any], rows: NDArray[Any]) -> list[tuple[int, int]]:
    return sorted(zip(hashes.tolist(), rows.tolist(), strict=True))


@pytest.mark.long
@pytest.mark.parametrize("most", [1, 2, 100])
def test_sources_tell_which_have_some_fingerprints(session: Session, most: int) -> None:
    from reuse.engines.spark.known import SparkSources

    draw = Random(most)
    texts, options = drawn_sources(draw), Options(threads=1, max_articles=most)
    in_memory = held(texts, options)
    found = SparkSources(session, made_frames.sources(session, texts, options, draw), options)
    every = in_memory.fingerprints(np.zeros(0, np.uint64)).hash
    asked = np.unique(np.array([*draw.sample(every.tolist(), len(every) // 2), 1, 2**64 - 1], np.uint64))
    place = np.argsort(np.argsort(in_memory.keys))
    expected = in_memory.fingerprints(asked).only(asked, most)
    pairs = pairs_of(expected.hash, place[np.repeat(expected.row, np.diff(expected.offsets))])
    some = found.fingerprints(np.array(draw.sample(asked.tolist(), len(asked)), np.uint64))
    assert pairs_of(some.hash, np.repeat(some.row, np.diff(some.offsets))) == pairs
    each = np.split(every, in_memory.fingerprints(asked).offsets[1:-1])
    counts = Counter(hash_ for one in each for hash_ in set(one.tolist()))
    assert some.common.tolist() == [one for one in asked.tolist() if counts[one] > most]
    assert pairs


@pytest.mark.long
def test_texts_of_sources_are_looked_through_where_they_are(session: Session) -> None:
    draw = Random(1)
    texts = drawn_sources(draw)
    sources = known(session, texts, of_samples(HeldSamples(texts, 0), OPTIONS), draw)
    order = np.argsort(held(texts, OPTIONS).keys)
    rows = np.array([1, 4, 5], np.int32)
    found = told_of(sources.each_text(rows, copy))
    assert sorted(found) == sorted(told(texts.take(order[rows].tolist())))
    assert list(sources.each_text(rows[:0], copy)) == []


@pytest.mark.parametrize("seed", range(2))
def test_what_is_left_out_is_listed_as_in_memory(session: Session, seed: int) -> None:
    from reuse.engines.spark.stretches import left_out

    draw = Random(seed)
    pages = drawn_pages(draw)
    own = lay_out([NOTICE])
    boilerplate = of_samples(HeldSamples(pages, LEAST), OPTIONS, own)
    expected = Stretches()
    expected.add(leave_out(pages, boilerplate, OPTIONS))
    found = left_out(session, f"left-out-{seed}", made_frames.items(session, pages, draw), boilerplate, OPTIONS)
    assert list(found) == list(expected)
    assert list(found) == list(expected)  # as often as it is asked for
    assert found.words == expected.words > 0


@pytest.mark.long
def test_of_nothing_there_is_nothing(session: Session) -> None:
    from reuse.engines.spark.stretches import left_out

    draw = Random(0)
    nothing = extract([])
    of_none = sampled(session, "of-none", nothing, draw)
    assert list(of_none.groups()) == list(of_none.each(copy)) == []
    pages = drawn_pages(draw)
    assert list(sampled(session, "not-asked", pages, draw, least=0).groups()) == []
    boilerplate = find_boilerplate(
        known(session, nothing, of_samples(of_none, OPTIONS), draw), of_none, OPTIONS
    )
    assert len(boilerplate) == 0
    found = left_out(session, "of-nothing", made_frames.items(session, pages, draw), boilerplate, OPTIONS)
    assert (found.words, list(found)) == (0, [])
    named = of_samples(HeldSamples(nothing, LEAST), OPTIONS, lay_out([BOX]))
    found = left_out(session, "left-out-none", made_frames.items(session, nothing, draw), named, OPTIONS)
    assert (found.words, list(found)) == (0, [])
