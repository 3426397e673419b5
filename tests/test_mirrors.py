"""Sites that have the same words of the same articles.

Covers: ``reuse/report/mirrors.py``. Compares against: sets of words of every two sites. Run:
``pytest tests/test_mirrors.py``
"""

from __future__ import annotations

import dataclasses
import random
import time
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.pairs import ACCUSED
from reuse.report import mirrors as module
from reuse.report.mirrors import LEAST_SOURCES, Mirror, Mirrors, mirrors

laws = settings(derandomize=True, deadline=None, max_examples=150)

TEXT = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm."
)
FOUND = reuse.audit([reuse.Document("s", TEXT, "s")], [reuse.Document("p", TEXT, "p")]).findings[0]
#: Of a site, words of an article: from here, so many.
Taken = list[tuple[int, int, int, int]]


def on(site: int, source: int, begin: int, words: int, verdict: str = "spun") -> reuse.Finding:
    """Return a finding on a site that has some words of an article."""
    passage = dataclasses.replace(FOUND.passages[0], source_token=begin, source_words=words, words=words)
    url = f"https://www.site{site}.example/{source}/{begin}" if site else None
    return dataclasses.replace(
        FOUND,
        verdict=verdict,
        source=FOUND.source._replace(id=f"s{source}"),
        page=FOUND.page._replace(id=f"{site} {source} {begin} {words}", url=url),
        passages=(passage,),
    )


def named(findings: list[reuse.Finding]) -> dict[str, list[Mirror]]:
    """Return all mirrors of each site."""
    told = mirrors(findings, len(findings))
    assert all(some.total == len(some.first) for some in told.values())
    return {site: list(some.first) for site, some in told.items()}


def every_two(findings: list[reuse.Finding]) -> dict[str, list[Mirror]]:
    """Compare the words of every two sites, one by one."""
    words: dict[str, set[tuple[str, int]]] = {}
    for one in findings:
        if one.page.site and one.verdict in ACCUSED:
            of_site = words.setdefault(one.page.site, set())
            for part in one.passages:
                of_site |= {(one.source.id, part.source_token + step) for step in range(part.source_words)}
    sources = {site: {source for source, _ in some} for site, some in words.items()}
    found: dict[str, list[Mirror]] = {}
    for site, other in permutations(words, 2):
        both, either = sources[site] & sources[other], sources[site] | sources[other]
        alike = len(words[site] & words[other]) / len(words[site] | words[other])
        enough = min(len(sources[site]), len(sources[other])) >= LEAST_SOURCES
        if enough and 5 * len(both) >= 4 * len(either) and round(5 * alike, 9) >= 4:
            found.setdefault(site, []).append(Mirror(other, len(both), alike))
    return {site: sorted(some, key=lambda m: (-m.alike, -m.sources, m.site)) for site, some in found.items()}


@st.composite
def some_sites(draw: st.DrawFn) -> list[reuse.Finding]:
    """Draw sites that have much in common: each has most of one of two sets, a little moved."""
    findings = []
    for site in range(draw(st.integers(0, 6))):
        first = draw(st.sampled_from([0, 0, 4]))
        for source in range(first, first + draw(st.integers(1, 6))):
            begin, words = draw(st.integers(0, 3)), draw(st.integers(8, 12))
            findings.append(on(site, source, begin, words, draw(st.sampled_from(["spun"] * 9 + ["quotation"]))))
            if draw(st.integers(0, 5)) == 0:
                findings.append(on(site, source, begin + 4, words))
    return findings


@laws
@given(some_sites(), st.randoms(use_true_random=False))
def test_mirrors_are_what_sets_of_words_say(findings: list[reuse.Finding], order: random.Random) -> None:
    expected = every_two(findings)
    assert named(findings) == expected
    order.shuffle(findings)
    assert named(findings) == expected
    few = {site: Mirrors(len(some), tuple(some[:2])) for site, some in expected.items()}
    assert mirrors(findings, 2) == few
    for site, some in expected.items():
        for mirror in some:
            assert (site, mirror.sources, mirror.alike) in expected[mirror.site]


def test_of_two_articles_nobody_is_a_mirror() -> None:
    assert named([on(site, source, 0, 30) for site in (1, 2) for source in range(2)]) == {}


def test_other_words_of_the_same_articles_make_no_mirror() -> None:
    beginnings = [on(1, source, 0, 30) for source in range(5)]
    endings = [on(2, source, 30, 30) for source in range(5)]
    assert named([*beginnings, *endings]) == {}
    moved = [on(2, source, 2, 30) for source in range(5)]
    assert named([*beginnings, *moved])["site1.example"][0].sources == 5


def test_sites_without_an_address_mirror_nothing() -> None:
    assert named([on(0, source, 0, 30) for source in range(4)]) == {}


def test_likeness_does_not_run_along_a_chain() -> None:
    # Each has four fifths and more of the words of the next, the first and the last have not.
    moved = [on(site, source, 5 * site, 60) for site in (1, 2, 3) for source in range(3)]
    told = named(moved)
    assert {site: [mirror.site for mirror in some] for site, some in told.items()} == {
        "site1.example": ["site2.example"],
        "site2.example": ["site1.example", "site3.example"],
        "site3.example": ["site2.example"],
    }
    assert told["site1.example"][0].alike == pytest.approx(55 / 65)


def test_a_crowd_with_the_same_words_is_counted_in_full() -> None:
    crowd = [on(site, source, 0, 30) for site in range(1, 301) for source in range(4)]
    told = mirrors(crowd, 20)
    assert {some.total for some in told.values()} == {299}
    assert [mirror.site for mirror in told["site300.example"].first] == sorted(told)[:20]
    lonely = [on(site, source, 0, 30) for site in (1001, 1002) for source in (0, 500, 501, 502)]
    assert [m.site for m in mirrors([*crowd, *lonely], 20)["site1001.example"].first] == ["site1002.example"]


def test_of_a_crowd_that_is_a_little_apart_as_many_are_counted_as_were_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = [on(site, source, 0, 300 + site) for site in range(1, 41) for source in range(4)]
    assert {some.total for some in mirrors(crowd, 3).values()} == {39}
    monkeypatch.setattr(module, "_NEIGHBOURS", 5)
    told = mirrors(crowd, 3)
    assert {some.total for some in told.values()} == set(range(5, 11))
    twins = [on(site, source, 0, 301) for site in range(41, 61) for source in range(4)]
    assert mirrors([*crowd, *twins], 3)["site60.example"].total >= 20


@pytest.mark.slow
def test_crowds_take_seconds() -> None:
    draw = random.Random(8)
    alike = [on(site, source, 0, 30) for site in range(1, 2501) for source in range(4)]
    mixed = [on(site, source, 0, 30) for site in range(1, 2001) for source in draw.sample(range(12), 5)]
    apart = [on(site, source, 0, 3000 + site) for site in range(1, 1001) for source in range(4)]
    for crowd in (alike, mixed, apart):
        begin = time.process_time()
        mirrors(crowd, 20)
        assert time.process_time() - begin < 10
