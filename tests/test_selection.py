"""Which findings are asked for, and in which order findings and groups of them stand.

Covers: ``reuse/report/selection.py``. Compares against: what must hold of any choice, the command line's own
reader, sorted keys. Run: ``pytest tests/test_selection.py``
"""

from __future__ import annotations

import dataclasses
import shlex
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.pairs import ACCUSED
from reuse.report.escape import one_line
from reuse.report.overview import BY, NO_ADDRESS, Group
from reuse.report.selection import OPEN, ORDERS, Choice, ordered, ordered_groups
from reuse.rights import Standing
from reuse.rights.values import STANDINGS

if TYPE_CHECKING:
    from collections.abc import Callable

laws = settings(derandomize=True, deadline=None, max_examples=100)

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."
)
#: Addresses of pages; of the last no site can be told.
ADDRESSES = ["https://www.one.example.com/1", "https://two.example.org/2", None, "https://["]


@cache
def findings() -> tuple[reuse.Finding, ...]:
    """Return a finding for each address."""
    source = reuse.Document("town", ARTICLE, "a.jsonl", url="https://paper.example.net/town")
    pages = [reuse.Document(f"p{number}", ARTICLE, "p.jsonl", url=url) for number, url in enumerate(ADDRESSES)]
    return reuse.audit([source], pages).findings


def ids(choice: Choice) -> list[str]:
    return [finding.page.id for finding in choice.of(findings())]


# --- what is chosen -----------------------------------------------------------------------------


@laws
@given(
    st.lists(st.none() | st.sampled_from(STANDINGS), max_size=6), st.sets(st.sampled_from([OPEN, *STANDINGS]))
)
def test_findings_are_chosen_by_what_the_policy_says(given: list[str | None], asked: set[str]) -> None:
    (one, *_) = findings()
    told = [
        dataclasses.replace(one, standing=None if status is None else Standing(status, "so"))
        for status in given
    ]
    chosen = Choice(standings=sorted(asked)).of(told)
    opened = {None, "unlicensed", "breach", "unclear"} if OPEN in asked else set()
    expected = [status for status in given if not asked or status in asked or status in opened]
    assert [finding.standing and finding.standing.status for finding in chosen] == expected


def test_pages_without_an_address_are_a_site() -> None:
    assert ids(Choice(sites=[NO_ADDRESS])) == ["p2", "p3"]
    assert ids(Choice(sites=[NO_ADDRESS, "example.com"])) == ["p0", "p2", "p3"]
    assert ids(Choice(sites=["example.org"])) == ["p1"]
    assert Choice(sites=[NO_ADDRESS]).unknown(findings()) == []
    assert Choice(sites=[NO_ADDRESS]).unknown(findings()[:2]) == [NO_ADDRESS]


@pytest.mark.parametrize("sites", [[""], ["example.org", " \t"]])
def test_a_site_has_a_name(sites: list[str]) -> None:
    with pytest.raises(
        reuse.UsageError, match=r"a site is empty; name one such as example\.org, or '\(no address\)'"
    ):
        Choice(sites=sites)


def test_what_no_finding_has_is_unknown() -> None:
    assert Choice().unknown([]) == []
    known = Choice(
        sites=["example.com", "https://news.example.org/any/page"],
        sources=["town", "https://paper.example.net/town"],
        pages=["p3", "https://www.one.example.com/1"],
    )
    assert known.unknown(findings()) == []
    apart = Choice(sites=["example.com"], pages=["p3"])
    assert (apart.of(findings()), apart.unknown(findings())) == ([], [])
    wrong = Choice(sites=["example.com", "exmaple.com"], sources=["p0"], pages=["town", "p0", "example.com"])
    assert wrong.unknown(findings()) == ["exmaple.com", "p0", "town", "example.com"]
    assert Choice(verdict="identical").unknown([]) == []


@laws
@given(
    st.lists(st.sampled_from(["town", "p0", "p1", "example.com", "https://two.example.org/2", "x"]), max_size=3)
)
def test_a_name_is_unknown_where_it_alone_chooses_nothing(names: list[str]) -> None:
    of_some: list[Callable[[list[str]], Choice]] = [
        lambda some: Choice(sites=some),
        lambda some: Choice(sources=some),
        lambda some: Choice(pages=some),
    ]
    for choice in of_some:
        empty = [name for name in names if not choice([name]).of(findings())]
        assert choice(names).unknown(findings()) == empty


# --- in words -----------------------------------------------------------------------------------


def test_of_everything_there_are_no_words() -> None:
    assert Choice().words() is None
    assert Choice("spun", ["third.org"]).words() == "--site third.org --verdict spun"


some_names = st.lists(st.text("ab '\"\\\n\x1b\u202e-=$`|", min_size=1, max_size=8), max_size=2)


@laws
@given(st.none() | st.sampled_from(ACCUSED), some_names, some_names, some_names)
def test_words_are_flags_as_a_shell_reads_them(
    verdict: str | None, sites: list[str], sources: list[str], pages: list[str]
) -> None:
    sites = [site for site in sites if site.strip()]
    words = Choice(verdict, sites, sources, pages).words()
    told = [("--site", site) for site in sites]
    told += [("--source", source) for source in sources] + [("--page", page) for page in pages]
    told += [("--verdict", verdict)] if verdict else []
    if words is None:
        assert not told
        return
    assert one_line(words) == words
    read = iter(shlex.split(words))
    found = [tuple(word.split("=", 1)) if "=-" in word else (word, next(read)) for word in read]
    assert found == [(flag, one_line(value)) for flag, value in told]


# --- orders -------------------------------------------------------------------------------------


def test_the_newest_page_comes_first_by_any_of_its_findings() -> None:
    one = dataclasses.replace(findings()[0], precedence=None)
    stated = [("p0", None), ("p1", "2026-11"), ("p2", "2026-11-02"), ("p0", "2026-11-03"), ("p3", "1970-01-01")]
    told = [dataclasses.replace(one, page=one.page._replace(id=name, date=date)) for name, date in stated]
    assert [finding.page.id for finding in ordered(told, "date")] == ["p0", "p0", "p2", "p1", "p3"]


def group(name: str, counts: tuple[int, int, int, int], words: int, of_words: int, last: str | None) -> Group:
    told = {
        "by": "site",
        "key": name,
        "name": name,
        "url": None,
        "title": None,
        "counts": counts,
        "first": None,
    }
    sizes = {"pages": 1, "sources": 1, "sites": 1, "words": words, "of_words": of_words, "credited": words}
    return Group(**told, **sizes, last=last)  # type: ignore[arg-type]


GROUPS = [
    group("b", (0, 9, 0, 0), 500, 1000, "2026-10"),
    group("d", (1, 0, 0, 0), 400, 400, None),
    group("a", (0, 2, 0, 9), 300, 900, "2026-10-31"),
    group("c", (0, 0, 0, 50), 200, 250, "2026-11-01"),
]


#: The names of these in each order.
NAMES = {
    "verdict": "dabc",  # the worst; of as bad ones, that with most findings
    "words": "bdac",
    "share": "dcba",
    "date": "cabd",  # the newest page; what has no date stands last
    "site": "abcd",
    "source": "abcd",
    "page": "abcd",
}


@pytest.mark.parametrize("by", ORDERS)
def test_an_order_of_groups_is_what_it_says(by: str) -> None:
    assert "".join(one.name for one in ordered_groups(GROUPS, by)) == NAMES[by]


@pytest.mark.parametrize("by", ORDERS)
@pytest.mark.parametrize("kind", BY)
def test_an_order_loses_no_group_and_keeps_equals(by: str, kind: str) -> None:
    twins = [
        dataclasses.replace(one, by=kind, key=f"{one.key}{number}") for number in range(3) for one in GROUPS
    ]
    told = ordered_groups(iter(twins), by)
    assert sorted(one.key for one in told) == sorted(one.key for one in twins)
    for name in "abcd":
        assert [one.key for one in told if one.name == name] == [f"{name}{number}" for number in range(3)]
    assert ordered_groups(told, by) == told
