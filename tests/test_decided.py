"""What is decided of a finding, as every report shows it: in words, with nothing in them that does anything.

Covers: ``reuse/report/decided.py``, and what ``table.py``, ``pages/pair_page.py``, ``evidence/notice.py`` and
``evidence/pairs.py`` have of it. Compares against: Python's own HTML parser, csv, and a renderer of CommonMark.
Run: ``pytest tests/test_decided.py``
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

import reuse
from reuse.findings import Finding, Owed, SetApart
from reuse.pipeline import Comparison
from reuse.report.decided import common_sources, credit_lines, remarks
from reuse.report.evidence.notice import notice
from reuse.report.evidence.pairs import pairs
from reuse.report.pages.pair_page import pair_page
from reuse.report.table import table
from reuse.rights.values import (
    BYLINES,
    CANONICALS,
    CREDITS,
    LINKS,
    ORDERS,
    STANDINGS,
    TERM_STATUSES,
    Attribution,
    Dated,
    Precedence,
    Standing,
    Term,
)
from tests.made_findings import finding
from tests.static_pages import Page

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm."
)
HOSTILE = "</style><script>alert(1)</script>=1+1 [x](javascript:1) | \x1b[2J \u202e *a* `b`\n# c"


def decided(text: str, n: int = 0) -> dict[str, Any]:
    """Return what can be decided, with a text in every place that holds one."""
    dated = Dated("2026-11-02T00:00:00Z", None, text, text, text)
    return {
        "owed": (Owed(text, text, text, 7), Owed(text, None, None, 5)),
        "attribution": Attribution(
            LINKS[n % 4],
            text,
            (None, True, False)[n % 3],
            CANONICALS[n % 6],
            CREDITS[n % 3],
            text,
            BYLINES[n % 4],
            text,
        ),
        "precedence": Precedence(ORDERS[n % 3], dated, dated, (1.5, 2.5) if n % 2 else None, text),
        "standing": Standing(
            STANDINGS[n % 7], text, text, text, (Term(text, TERM_STATUSES[n % 3], text),), text
        ),
    }


def compared(**fields: Any) -> Comparison:
    both = reuse.Document("article", ARTICLE, "a.txt"), reuse.Document("page", f"Today. {ARTICLE}", "p.txt")
    found = reuse.compare(*both)
    return replace(found, finding=replace(found.finding, **fields))


# --- in words ---------------------------------------------------------------------------------


def test_what_matters_in_a_list() -> None:
    assert list(remarks(finding())) == []
    told = dict(remarks(finding(**decided("because", 1))))
    assert told == {
        "licence": "breach: because",
        "dates": "because",
        "common": "12 of 60 words are owed to common sources: 7 to because, 5 to because",
    }
    assert list(dict(remarks(finding(**decided("because", 2))))) == ["licence", "common"]


def test_many_common_sources_are_counted() -> None:
    owed = tuple(Owed(f"wire-{n}", None, None, 9 - n) for n in range(6))
    assert common_sources(finding(owed=owed)) == (
        "39 of 60 words are owed to common sources: 9 to wire-0, 8 to wire-1, 7 to wire-2, and to 3 more"
    )


def test_every_credit_has_words() -> None:
    for n in range(12):
        told = list(credit_lines(decided("so", n)["attribution"]))
        assert [name for name, _ in told] == ["Link", "Canonical address", "Credit line", "Byline"]
        assert all(answer for _, answer in told)


# --- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 100, 160, 240])
def test_the_table_has_a_line_for_each(width: int) -> None:
    shown = table([finding(**decided("because", 1)), finding()], width, 10)
    assert max(map(len, shown.split("\n"))) <= max(width, 80)
    flat = " ".join(re.sub(r"[^\S\n]+", " ", shown).split())
    for words in ("breach: because", "dates", "12 of 60 words"):
        assert words in flat
    assert shown.count("licence") == 1


def test_nothing_in_the_table_steers_a_terminal() -> None:
    for width in (60, 200):
        shown = table([finding(**decided(HOSTILE, n)) for n in range(7)], width, 10)
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", shown)


# --- a finding as a page ----------------------------------------------------------------------


def test_the_page_of_a_finding_tells_all_of_it() -> None:
    page = Page(pair_page(compared(**decided("because", 1)), {}))
    rows = {row[0]: row[1:] for row in page.rows if row}
    assert rows["Licence"] == ["breach because"]
    assert rows["because"] == ["broken because"]
    assert rows["Who was first"] == ["the page is older because"]
    assert rows["The page was published"][0].startswith("from 2026-11-02T00:00:00Z stated as because")
    assert rows["Link"] == ["to the publisher’s site, not to the article: because"]
    assert rows["Common sources"][0].startswith("12 of ")
    assert page.classes["loud"] == 1
    assert "Licence, dates, credits" in page.shown


def test_nothing_decided_is_nothing_shown() -> None:
    page = Page(pair_page(compared(), {}))
    assert "Licence, dates, credits" not in page.shown
    assert page.classes["loud"] == 0


@pytest.mark.parametrize("n", range(12))
def test_the_page_of_a_finding_does_nothing(n: int) -> None:
    Page(pair_page(compared(**decided(HOSTILE, n)), {}))  # asserts it


def test_words_owed_to_common_sources_are_marked() -> None:
    comparison = compared()
    spans = ((0, 20), (40, 60))
    apart = SetApart(common=spans)
    found = replace(comparison.finding, source_apart=apart)
    page = Page(pair_page(replace(comparison, finding=found), {}))
    assert page.classes["common"] > 1
    plain = Page(pair_page(comparison, {}))
    assert plain.classes["common"] == 1  # the key


# --- evidence ---------------------------------------------------------------------------------


def test_a_notice_tells_what_is_decided_of_each_page() -> None:
    told = notice("courier.org", [finding(**decided("because", 1))], {}, texts=False)
    for line in (
        "- Dates: the page is older; work 1 was published from 2026-11-02T00:00:00Z, the page from 2026-11-02T",
        "- Credit of work 1: link: to the publisher’s site, not to the article: because; canonical address: ",
        "- Licence for work 1: breach: because",
        "- Term `because`: broken: because",
        "- Of these words 12 of 60 words are owed to common sources: 7 to because, 5 to because",
    ):
        assert line in told
    assert "your article" not in told
    assert "**By their dates page 1 is OLDER than the work: " in told
    assert "OLDER" not in notice("courier.org", [finding(**decided("because", 2))], {}, texts=False)


def test_a_hostile_text_does_nothing_in_a_notice() -> None:
    renderer = MarkdownIt("commonmark").enable("table")
    for n in range(12):
        told = notice("courier.org", [finding(**decided(HOSTILE, n))], {}, texts=False)
        plain = notice("courier.org", [finding(**decided("x", n))], {}, texts=False)
        kinds, expected = ([token.type for token in renderer.parse(text)] for text in (told, plain))
        assert kinds == expected
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", told)


def test_pairs_have_it_in_columns_that_no_spreadsheet_obeys() -> None:
    findings: list[Finding] = [finding(**decided("because", 1)), finding(), finding(**decided("=1+1", 2))]
    text = b"".join(pairs(findings)).decode("utf-8-sig")
    first, second, third = csv.DictReader(io.StringIO(text))
    assert {name: first[name] for name in ("order", "licence", "licence_partner", "terms_broken", "link")} == {
        "order": "page-first",
        "licence": "breach",
        "licence_partner": "because",
        "terms_broken": "because",
        "link": "site",
    }
    assert (first["days_later_least"], first["days_later_most"]) == ("1.5000", "2.5000")
    assert (first["common_words"], first["common_sources"]) == ("12", "because; because")
    assert {second[name] for name in ("order", "licence", "terms_broken", "link", "byline")} == {""}
    assert second["common_words"] == "0"
    assert not any(cell.startswith("=") for cell in third.values())
