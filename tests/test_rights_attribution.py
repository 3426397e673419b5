"""How a page credits its source: links, canonical address, credit line, byline.

Covers: ``reuse/rights/attribution.py``, ``names.py``, ``addresses.py``. Compares against: pages of which one
thing is known at a time, and plain searches. Run: ``pytest tests/test_rights_attribution.py``
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.metadata import Fact, Link
from reuse.rights.addresses import is_same_page
from reuse.rights.attribution import attribute
from reuse.rights.names import came_along, folded, places_in_any_order, places_of, words_of
from reuse.rights.values import BYLINES, CANONICALS, CREDITS, LINKS, Attribution, Credit
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
        ([(ARTICLE_URL, "canonical"), (ARTICLE_URL, "")], "article", ARTICLE_URL, True),
        ([("https://example.com/n%65ws/storm", "")], "article", None, True),
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
        ("https://a.org/x?b=1&a=2", "https://a.org/x?a=2&b=1", True),
        ("https://a.org/x?a=1&a=2", "https://a.org/x?a=2&a=1", False),
        ("https://a.org/café", "https://a.org/caf%C3%A9", True),
        ("https://a.org/caf%c3%a9?q=%C3%A9", "https://a.org/café?q=é", True),
        ("https://a.org/%7Eb/a-b", "https://a.org/~b/%61-b", True),
        ("https://a.org/a%2Fb", "https://a.org/a/b", False),
        ("https://a.org/a%253Fb", "https://a.org/a%3Fb", False),
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
        ("Badexample Newsroom and Example of News", None),
        ("The mayor told Example News on Tuesday that. Thanks to Example News!", "Thanks to Example News"),
        ("", None),
    ],
)
def test_credits(shown: str, line: str | None) -> None:
    found = attributed(shown)
    assert found.credit == ("found" if line else "missing")
    assert [(one.text, one.status, one.line) for one in found.credits] == [
        ("Example News", found.credit, found.credit_line)
    ]
    if line:
        assert found.credit_line is not None
        assert line in found.credit_line
    else:
        assert found.credit_line is None


@pytest.mark.parametrize(
    ("name", "shown", "status"),
    [
        # In the article's own words, and nothing there says that it is a source.
        ("Example News", "The mayor told Example News on Tuesday that", "copied"),
        ("Example News", "Nobody was hurt, Example News has learned", "copied"),
        # A credit line of the article that was printed with it.
        ("Harbour Post", "Everybody went home. First published by Harbour Post on Friday", "found"),
        # Capitals make a name of two words.
        ("Example News", "It is a good example. News from abroad was an example news of that kind", "found"),
        ("Example News", "it was one more example news of that kind", "doubtful"),
        ("Example News", "source: example.news", "found"),
        ("Reprinted by leave of Example News", "reprinted by leave of Example News", "found"),
        # A word like any other is none, unless something says that there was a source.
        ("Metro", "The metro station was closed", "missing"),
        ("Metro", "The Metro station was closed", "doubtful"),
        ("Metro", "Travel by Metro is cheap", "doubtful"),
        ("Metro", "The source of all that trouble is near the Metro", "doubtful"),
        ("Metro", "The source of Metro trouble, which appeared before Metro", "doubtful"),
        ("Metro", "Source: Metro", "found"),
        ("Metro", "Credit to the Metro", "doubtful"),
        ("Metro", "Credit to Metro; it first appeared there", "found"),
        ("Metro", "SOURCE: METRO", "found"),
        ("Metro", "source: metro", "doubtful"),
        ("Metro", "By Metro staff", "found"),
        ("Metro", "A storm hit the coast (via Metro)", "found"),
        ("Metro", "LONDON (Metro) - A storm", "found"),
        ("Metro", "© 2026 Metro", "found"),
        ("Metro", "This was first published last week in Metro.", "found"),
        ("Metro", "Reprinted with the kind permission of the Metro", "found"),
        ("Metro", "Courtesy of Metro", "found"),
        ("Metro", "This was first published elsewhere. Metro lines are closed", "doubtful"),
        ("Metro", "Source:\nMetro lines are closed", "doubtful"),
        ("Metro", "Mit freundlicher Genehmigung. Quelle: Metro", "found"),
        ("新华社", "来源：新华社报道", "found"),
    ],
)
def test_what_makes_a_credit_of_a_name(name: str, shown: str, status: str) -> None:
    origin = f"{ORIGIN} Everybody went home. First published by Harbour Post on Friday"
    found = attribute(finding(), origin, shown, (name,), SITES)
    ((text, told),) = ((one.text, one.status) for one in found.credits)
    assert (text, told) == (name, status)
    assert found.credit == (status if status in ("found", "missing") else "unknown")
    assert (found.credit_line is None) == (status == "missing")


def test_a_name_that_links_to_us_is_a_credit() -> None:
    there = Link(ARTICLE_URL, "example.com", (), "the Metro")
    linked = replace(said(), links=(there,))
    assert attributed("Read the Metro here", ("Metro",), metadata=linked).credit == "found"
    elsewhere = replace(linked, links=(replace(there, site="third.org"),))
    assert attributed("Read the Metro here", ("Metro",), metadata=elsewhere).credit == "unknown"


def test_every_text_is_looked_for() -> None:
    names = ("Wire Desk", "Example News", "Nobody", "Wire Desk")
    found = attributed("By the Wire Desk of A\nSome text.\nSource: Example News", names)
    assert found.credits == (
        Credit("Wire Desk", "found", "By the Wire Desk of A"),
        Credit("Example News", "found", "Source: Example News"),
        Credit("Nobody", "missing"),
    )
    assert (found.credit, found.credit_line) == ("found", "By the Wire Desk of A")
    assert [one.status for one in attributed("", names, metadata=None).credits] == ["unknown"] * 3


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
    assert (attributed(shown, ("a b",)).credit == "found") == (f" {dotted} ".find(" a b ") >= 0)
    capital = attributed(shown.replace("b", "B"), ("A b",)).credit
    assert (capital == "found") == (f" {dotted} ".find(" a b ") >= 0)


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
        ("Reuters", "Staff", "By Reuters", "kept"),
        ("Ida Holm", "John Thief", "Read more: Ida Holm wins a prize", "unknown"),
        ("Ida Holm", "John Thief", "A storm. By Per Lund and Ida Holm\nIt rained", "kept"),
        ("Ida Holm", "John Thief", "By John Thief\nRead more: Ida Holm wins a prize", "unknown"),
        ("Ida Holm", "John Thief", "Surprised by Ida Holm, he left", "unknown"),
        ("Ida Holm, Example News", "Ida Holm", "", "kept"),
        ("Ida Holm | EXAMPLE NEWS", "Example News", "", "changed"),
        ("Example News", "Example News", "", "kept"),
        ("Example News", "Staff", "", "changed"),
        ("Reuters", "Staff", "", "changed"),
        (None, "Staff", "", "unknown"),
        ("By", "Staff", "", "unknown"),
    ],
)
def test_bylines(author: str | None, byline: str | None, shown: str, expected: str) -> None:
    fact = Fact(byline, "json-ld") if byline else None
    found = attributed(shown, source=source(author=author), metadata=said(author=fact))
    assert found.byline == expected
    assert found.byline_found == (byline if found.byline_missing and expected != "missing" else None)


@pytest.mark.parametrize(
    ("author", "byline", "missing"),
    [
        ("Ida Holm; Per Lund", "Ida Holm", "Per Lund"),
        ("By Ida Holm and Per Lund, Example News", "Staff", "Ida Holm, Per Lund"),
        ("Holm, Ida", "Staff", "Ida Holm"),
        ("Ida Holm", "I. Holm", None),
    ],
)
def test_the_authors_that_are_not_named_are_told(author: str, byline: str, missing: str | None) -> None:
    found = attributed(source=source(author=author), metadata=said(author=Fact(byline, "json-ld")))
    assert found.byline_missing == missing


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple),
    st.lists(st.sampled_from("abcd"), max_size=20),
)
def test_names_in_any_order_against_all_windows(name: tuple[str, ...], shown: list[str]) -> None:
    windows = (at for at in range(len(shown)) if sorted(shown[at : at + len(name)]) == sorted(name))
    assert list(places_in_any_order(name, " ".join(shown))) == list(windows)


def test_fifty_authors_on_a_long_page_take_no_minute() -> None:
    authors = [f"Ida Holm{number}" for number in range(50)]
    shown = "some words of a page " * 50_000 + " ".join(author.replace(" ", " x ") for author in authors)
    begun = time.process_time()
    found = attributed(shown, source=source(author=", ".join(authors)), metadata=said())
    again = attributed(shown, source=source(author=", ".join(authors)), metadata=said())
    assert time.process_time() - begun < 8
    assert found == again
    assert found.byline == "missing"


def test_a_byline_that_another_place_of_the_page_has_is_kept() -> None:
    also = (("author", Fact("Ida Holm", "meta author")),)
    assert attributed(metadata=said(author=Fact("Staff", "json-ld"), also=also)).byline == "kept"


def test_a_text_without_markup_may_have_lost_its_byline() -> None:
    assert attributed("By Ida Holm", metadata=None).byline == "kept"
    assert attributed("", metadata=None).byline == "unknown"
    assert attributed("", metadata=None, page=page(author="Staff")).byline == "changed"


@pytest.mark.parametrize(
    "before", ["By A,B,", "By A B ", "By and and ", "© a b ", "source : ", "(by (from ", "published, "]
)
def test_what_stands_before_a_name_takes_no_time(before: str) -> None:
    begun = time.process_time()
    for name in ("Metro", "metro", "Ida Holm"):
        shown = f"{before * 1000} said {name}. " * 20
        attributed(shown, ("Metro",), metadata=said(author=Fact("Staff", "json-ld")))
    assert time.process_time() - begun < 2


@pytest.mark.slow
def test_a_page_of_a_million_words_takes_no_minute() -> None:
    begun = time.process_time()
    hostile = ["Example News told " * 100_000, "Example " * 300_000, "Ida " * 300_000, "и́" * 200_000]
    for shown in hostile:
        attributed(shown)
    attributed("", metadata=said(author=Fact(", and ".join(["I. H."] * 100), "json-ld")))
    assert time.process_time() - begun < 12
