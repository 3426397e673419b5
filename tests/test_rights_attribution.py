"""How a page credits its source: links, canonical address, credit line, byline.

Covers: ``reuse/rights/attribution.py``, ``names.py``, ``addresses.py``. Compares against: pages of which one
thing is known at a time, and plain searches. Run: ``pytest tests/test_rights_attribution.py``
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.metadata import Fact
from reuse.rights.addresses import is_same_page
from reuse.rights.attribution import attribute
from reuse.rights.names import came_along, folded, places_of, words_of
from reuse.rights.values import BYLINES, CANONICALS, CREDITS, LINKS, Attribution
from tests.made_findings import ARTICLE_URL, PAGE_URL, finding, page, said, source

ORIGIN = (
    "Storm hits the coast. By Ida Holm. The mayor told Example News on Tuesday that the bridge would stay "
    "closed.\n"
    "Nobody was hurt, Example News has learned from the harbour office."
)
NAMES = ("Example News",)
SITES = {"example.com"}


def attributed(shown: str = "", names: tuple[str, ...] = NAMES, **fields: Any) -> Attribution:
    return attribute(finding(**fields), ORIGIN, shown, names, SITES)


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "link", "url", "follow"),
    [
        ([], "none", None, None),
        ([(ARTICLE_URL, "")], "article", ARTICLE_URL, True),
        ([(ARTICLE_URL, "nofollow noopener")], "article", ARTICLE_URL, False),
        ([(ARTICLE_URL, "ugc")], "article", ARTICLE_URL, False),
        ([("http://example.com/news/storm/?utm_source=x&fbclid=1", "")], "article", None, True),
        ([("https://www.example.com/news/storm?page=2", "")], "site", None, True),
        ([("https://www.example.com/", "nofollow"), ("https://www.example.com/about", "")], "site", None, True),
        ([("https://www.example.com/", ""), (ARTICLE_URL, "nofollow")], "article", ARTICLE_URL, False),
        ([(ARTICLE_URL, "nofollow"), (ARTICLE_URL + "#top", "")], "article", ARTICLE_URL + "#top", True),
        ([(ARTICLE_URL, "canonical")], "none", None, None),
        ([(ARTICLE_URL, "original-source")], "none", None, None),
    ],
)
def test_links(links: list[tuple[str, str]], link: str, url: str | None, follow: bool | None) -> None:  # noqa: FBT001
    found = attributed(metadata=said(links=links))
    assert (found.link, found.follow) == (link, follow)
    assert found.link_url == url or url is None


def test_without_markup_nothing_is_known_of_links() -> None:
    found = attributed("Nothing of that.", metadata=None)
    assert (found.link, found.follow, found.canonical, found.credit, found.byline) == (
        "unknown", None, "unknown", "unknown", "unknown",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (ARTICLE_URL, "article"),
        ("http://example.com/news/storm#x", "article"),
        ("https://www.example.com/", "site"),
        (PAGE_URL, "own"),
        ("https://m.courier.org/other", "own"),
        ("https://third.org/storm", "other"),
        ("https://example.com@third.org/news/storm", "other"),
        (None, "none"),
    ],
)
def test_canonical_addresses(url: str | None, canonical: str) -> None:
    fact = Fact(url, "link rel=canonical") if url else None
    assert attributed(metadata=said(canonical_url=fact)).canonical == canonical


def test_two_canonical_addresses_are_none_that_anybody_can_tell() -> None:
    first, second = Fact(ARTICLE_URL, "link rel=canonical"), Fact(PAGE_URL, "link rel=canonical")
    torn = said(canonical_url=first, also=(("canonical_url", second),))
    assert attributed(metadata=torn).canonical == "unknown"
    shared = said(canonical_url=first, also=(("canonical_url", Fact(PAGE_URL, "meta og:url")),))
    assert attributed(metadata=shared).canonical == "article"


def test_a_page_that_alone_says_where_it_is_has_no_canonical_address_of_its_own() -> None:
    fact = Fact("https://third.org/1", "link rel=canonical")
    assert attributed(metadata=said(url=fact, canonical_url=fact)).canonical == "other"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://a.org/x", "http://www.a.org/x/#y", True),
        ("https://a.org/x?b=1&utm_campaign=z", "https://a.org/x?b=1", True),
        ("https://a.org/x?b=1", "https://a.org/x?b=2", False),
        ("https://a.org/x", "https://a.org/X", False),
        ("https://a.org/x", "https://b.a.org/x", False),
        ("https://xn--mnchen-3ya.de/", "https://münchen.de", True),
        ("https://[", "https://[", False),
        (None, None, False),
    ],
)
def test_addresses_of_one_page(one: str | None, other: str | None, is_same: bool) -> None:  # noqa: FBT001
    assert is_same_page(one, other) == is_same_page(other, one) == is_same


# --- credits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ("Storm!\nFirst published by EXAMPLE\u00a0NEWS.\nThe mayor", "First published by EXAMPLE NEWS"),
        ("Source: Example\u00ad News", "Source: Example\u00ad News"),
        ("Exámple News reports", "Exámple News reports"),
        ("The mayor told Example News on Tuesday that", None),
        ("Nobody was hurt, Example News has learned", None),
        ("Badexample Newsroom and Example of News", None),
        ("The mayor told Example News on Tuesday that. Thanks to Example News!", "Thanks to Example News"),
        ("", None),
    ],
)
def test_credits(shown: str, line: str | None) -> None:
    found = attributed(shown)
    assert found.credit == ("found" if line else "missing")
    if line:
        assert found.credit_line is not None
        assert line in found.credit_line
    else:
        assert found.credit_line is None


def test_a_name_put_into_copied_words_is_a_credit() -> None:
    shown = "The mayor said, as Example News reported first, on Tuesday that the bridge would stay closed."
    assert attributed(shown).credit == "found"


def test_the_first_name_that_is_there_makes_the_line() -> None:
    shown = "Example News is dear to us.\n" + "filler " * 20 + "\nBy permission of Example News"
    assert attributed(shown, ("By permission of Example News", *NAMES)).credit_line == (
        "By permission of Example News"
    )
    assert attributed(shown, NAMES).credit_line == "Example News is dear to us."


def test_without_a_name_no_credit_is_known_to_be_missing() -> None:
    assert attributed("Some text", ()).credit == "unknown"
    assert attributed("Some text", ("!",)).credit == "missing"


@given(st.text("ab .\n", max_size=60))
def test_credits_against_a_plain_search(shown: str) -> None:
    dotted = " ".join(shown.replace(".", " ").split())
    assert (attributed(shown, ("A b",)).credit == "found") == (f" {dotted} ".find(" a b ") >= 0)


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.lists(st.sampled_from("abcde"), max_size=30))
def test_what_came_along_against_all_windows(page_words: list[str], origin_words: list[str]) -> None:
    shown, origin = words_of(" ".join(page_words)), words_of(" ".join(origin_words))
    windows = {tuple(origin_words[at : at + 5]) for at in range(len(origin_words) - 4)}
    for at in places_of(("a", "b"), shown):
        mine = (tuple(page_words[first : first + 5]) for first in range(max(at - 3, 0), at + 1))
        assert came_along(at, shown, ("a", "b"), origin) == any(window in windows for window in mine)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_folding_any_text_ends_in_no_fault(text: str, name: str) -> None:
    assert folded(text) == folded(text.casefold()) or not text.isascii()
    found = attributed(text, (name,), source=source(author=name), page=page(author=text), metadata=None)
    assert found.link in LINKS
    assert found.canonical in CANONICALS
    assert found.credit in CREDITS
    assert found.byline in BYLINES


def test_scripts_without_spaces_have_names_too() -> None:
    assert attributed("来源：新华社报道", ("新华社",)).credit == "found"


# --- bylines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "byline", "shown", "expected"),
    [
        ("Ida Holm", "Ida Holm", "", "kept"),
        ("Ida Holm", "By IDA HOLM", "", "kept"),
        ("Ida Holm", "Holm, Ida", "", "kept"),
        ("Holm, Ida", "Ida Holm", "", "kept"),
        ("Ida Holm", "I. Holm", "", "kept"),
        ("Ida Holm", "Ida Marie Holm", "", "kept"),
        ("José Peña", "Jose Pena", "", "kept"),
        ("Ida Holm and Per Lund", "Per Lund, Ida Holm", "", "kept"),
        ("Ida Holm; Per Lund", "von Ida Holm", "", "changed"),
        ("Ida Holm", "Staff", "", "changed"),
        ("Ida Holm", "Per Holm", "", "changed"),
        ("Ida Holm", "Holm", "", "changed"),
        ("Ida Holm", "Staff", "By Ida Holm, staff", "kept"),
        ("Ida Holm", None, "By Ida Holm", "kept"),
        ("Ida Holm", None, "HOLM, Ida", "kept"),
        ("Ida Holm", None, "Ida met Mr Holm", "missing"),
        ("Ida Holm", None, "", "missing"),
        ("Reuters", "Reuters", "", "kept"),
        ("Reuters", None, "LONDON (Reuters) - A storm", "unknown"),
        ("Reuters", "Staff", "", "changed"),
        (None, "Staff", "", "unknown"),
        ("By", "Staff", "", "unknown"),
    ],
)
def test_bylines(author: str | None, byline: str | None, shown: str, expected: str) -> None:
    fact = Fact(byline, "json-ld") if byline else None
    found = attributed(shown, source=source(author=author), metadata=said(author=fact))
    assert found.byline == expected
    assert found.byline_found == (byline if expected == "changed" else None)


def test_a_byline_that_another_place_of_the_page_has_is_kept() -> None:
    also = (("author", Fact("Ida Holm", "meta author")),)
    assert attributed(metadata=said(author=Fact("Staff", "json-ld"), also=also)).byline == "kept"


def test_a_text_without_markup_may_have_lost_its_byline() -> None:
    assert attributed("By Ida Holm", metadata=None).byline == "kept"
    assert attributed("", metadata=None).byline == "unknown"
    assert attributed("", metadata=None, page=page(author="Staff")).byline == "changed"


def test_a_page_of_a_million_words_takes_no_minute() -> None:
    begun = time.process_time()
    hostile = ["Example News told " * 100_000, "Example " * 300_000, "Ida " * 300_000, "и́" * 200_000]
    for shown in hostile:
        attributed(shown)
    attributed("", metadata=said(author=Fact(", and ".join(["I. H."] * 100), "json-ld")))
    assert time.process_time() - begun < 12
