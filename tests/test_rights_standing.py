"""What a policy says of a finding: every term kept, broken and unclear, and which rule comes first.

Covers: ``reuse/rights/standing.py``, ``decisions.py``, ``reuse/report/rights.py``. Compares against: findings
of which one thing is changed at a time. Run: ``pytest tests/test_rights_standing.py``
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.findings import Finding, Owed
from reuse.metadata import Fact
from reuse.report.rights import rights_of, rights_record
from reuse.rights import Policy, Standing, decide
from reuse.rights.addresses import Sites
from reuse.rights.policy import Partner, Suppression, Terms
from reuse.rights.standing import stand
from reuse.rights.values import (
    BREACH,
    BROKEN,
    IGNORED,
    KEPT,
    LICENSED,
    OPEN,
    OWN,
    STANDINGS,
    SUPPRESSED,
    UNCLEAR,
    UNLICENSED,
)
from tests.made_findings import ARTICLE_URL, PAGE_URL, finding, page, passage, said, source

TODAY = date(2026, 11, 22)
ORIGIN = "The mayor told Example News on Tuesday that the bridge would stay closed."
LINKED = said(links=[(ARTICLE_URL, "")])


def licence(**terms: Any) -> Policy:
    return Policy(("Example News",), partners=(partner(**terms),))


def partner(name: str = "The Courier", **terms: Any) -> Partner:
    fields = {field: terms.pop(field) for field in ("reference", "first", "last", "sources") if field in terms}
    return Partner(name, Sites(("courier.org",)), Terms(tuple(terms), **terms), **fields)


def standing(policy: Policy, shown: str = "", **fields: Any) -> Standing:
    found = decide(finding(**fields), policy, TODAY, origin=ORIGIN, shown=shown, sites={"example.com"}).standing
    assert found is not None
    return found


# --- every term -------------------------------------------------------------------------------

CREDIT = {"must_credit": ("Example News",)}
HOME = said(links=[("https://example.com/", "")])
NOFOLLOW = said(links=[(ARTICLE_URL, "nofollow")])
BY_STAFF = said(author=Fact("Staff", "json-ld"))
TO_US, TO_ITSELF = (said(canonical_url=Fact(url, "link rel=canonical")) for url in (ARTICLE_URL, PAGE_URL))
LATE = {"metadata": said(published=Fact("2026-11-20", "json-ld"))}
TERMS: list[tuple[dict[str, Any], dict[str, Any], str, str, str]] = [
    ({"full": True}, {}, "", KEPT, "all may be printed, 10% of the article's 600 words are"),
    ({"max_words": 60}, {}, "", KEPT, "60 words of the page are the article's, 60 may be"),
    ({"max_words": 59}, {}, "", BROKEN, "60 words of the page are the article's, 59 may be"),
    ({"max_share": 0.1}, {}, "", KEPT, "60 of the article's 600 words stand in the page, 60 may, 10%"),
    ({"max_share": 0.099}, {}, "", BROKEN, "600 words stand in the page, 59 may, 9.9%"),
    ({"after_days": 7}, LATE, "", KEPT, "17.1 days had passed at least, 7 days had to pass"),
    ({"after_days": 20}, LATE, "", BROKEN, "19.2 days had passed at most, 20 days had to pass"),
    ({"after_days": 18}, LATE, "", UNCLEAR, "by the dates 17.1 to 19.2 had"),
    ({"after_days": 1}, {}, "", UNCLEAR, "a date is missing: cannot order: the page has no date"),
    ({"after_days": 0}, {"page": page(fetched="2026-11-01T00:00Z")}, "", UNCLEAR, "THE PAGE IS OLDER"),
    ({"must_link": "any"}, {"metadata": LINKED}, "", KEPT, f"links to {ARTICLE_URL}"),
    ({"must_link": "any"}, {}, "", BROKEN, "has no link to the article"),
    ({"must_link": "any"}, {"metadata": HOME}, "", BROKEN, "not to the article"),
    ({"must_link": "any"}, {"metadata": None}, "", UNCLEAR, "the input has no markup"),
    ({"must_link": "any"}, {"metadata": said(links_total=9)}, "", UNCLEAR, "9 more were not kept"),
    ({"must_link": "follow"}, {"metadata": LINKED}, "", KEPT, f"links to {ARTICLE_URL}"),
    ({"must_link": "follow"}, {"metadata": NOFOLLOW}, "", BROKEN, "not to follow it"),
    ({"must_link": "any"}, {"metadata": NOFOLLOW}, "", KEPT, "links to"),
    (CREDIT, {}, "From Example News", KEPT, "says “From Example News”"),
    (CREDIT, {}, "All rights reserved", BROKEN, "does not say “Example News”"),
    (CREDIT, {}, ORIGIN, UNCLEAR, "closed”, which is in the article's own words alone"),
    ({"must_credit": ("Metro",)}, {}, "The metro was closed.", BROKEN, "does not say “Metro”"),
    ({"must_credit": ("Metro",)}, {}, "Take the Metro.", UNCLEAR, "nobody can tell whether that is “Metro”"),
    ({"must_credit": ("Metro",)}, {}, "Source: Metro", KEPT, "says “Source: Metro”"),
    (CREDIT, {"metadata": None}, "", UNCLEAR, "nothing but the text is known of the page"),
    ({"must_credit": ("By leave of Example News",)}, {}, "By leave of Example News.", KEPT, "says “By"),
    ({"must_credit": ("By leave of us",)}, {}, "From Example News", BROKEN, "says “From Example News”, not"),
    ({"keep_byline": True}, {}, "By Ida Holm", KEPT, "names Ida Holm"),
    ({"keep_byline": True}, {"metadata": BY_STAFF}, "", BROKEN, "names Staff, not Ida Holm"),
    ({"keep_byline": True}, {}, "", BROKEN, "does not name Ida Holm"),
    ({"keep_byline": True}, {"source": source(author=None)}, "", UNCLEAR, "the archive names no author"),
    ({"keep_byline": True}, {"metadata": None}, "", UNCLEAR, "whether Ida Holm is named"),
    ({"canonical": True}, {"metadata": TO_US}, "", KEPT, "names the"),
    ({"canonical": True}, {"metadata": TO_ITSELF}, "", BROKEN, "names itself"),
    ({"canonical": True}, {}, "", BROKEN, "names no canonical address"),
    ({"canonical": True}, {"metadata": None}, "", UNCLEAR, "the input has no markup"),
    ({"verbatim": True}, {}, "", KEPT, "all 60 words stand as in the article"),
    ({"verbatim": True}, {"passages": (passage(40), passage(20, "edited"))}, "", BROKEN, "60 words 20 edited"),
    ({"verbatim": True}, {"passages": (passage(9, "spun"),)}, "", BROKEN, "of 9 words 9 rewritten"),
    ({"verbatim": True}, {"passages": (passage(9, moved=True),)}, "", BROKEN, "of 9 words 9 put elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "fields", "shown", "status", "words"), TERMS)
def test_every_term(terms: dict[str, Any], fields: dict[str, Any], shown: str, status: str, words: str) -> None:
    found = standing(licence(**terms), shown, **fields)
    (term,) = found.terms
    assert (term.name, term.status) == (next(iter(terms)), status)
    assert words in term.reason
    assert words in found.reason
    assert found.status == {KEPT: LICENSED, BROKEN: BREACH, UNCLEAR: UNCLEAR}[status]
    assert found.is_open == (status != KEPT)


def test_every_term_there_is_has_its_three_answers() -> None:
    answers: dict[str, set[str]] = {}
    for terms, _, _, status, _ in TERMS:
        answers.setdefault(next(iter(terms)), set()).add(status)
    assert set(answers) == set(Terms.__dataclass_fields__) - {"asked"}
    assert all({KEPT, BROKEN} <= some for name, some in answers.items() if name != "full")


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=5, unique_by=lambda case: next(iter(case[0]))))
def test_one_broken_term_breaks_a_licence_and_none_is_kept_that_is_unclear(cases: list[Any]) -> None:
    bare = finding(metadata=None)
    terms = {name: value for case in cases for name, value in case[0].items()}
    found = stand(bare, licence(**terms), TODAY)  # neither attribution nor precedence: most is unclear
    statuses = {term.status for term in found.terms}
    assert [term.name for term in found.terms] == list(terms)
    expected = BREACH if BROKEN in statuses else UNCLEAR if UNCLEAR in statuses else LICENSED
    assert found.status == expected


# --- days by the calendar ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "status", "words"),
    [
        ("2026-01-06", BROKEN, "days had passed at most"),
        ("2026-01-07", BROKEN, "by the calendar 5 days had passed, 7 days had to pass"),
        ("2026-01-08", UNCLEAR, "by the dates 3.9 to 8.1 had"),
        ("2026-01-09", UNCLEAR, "had"),
        ("2026-01-10", KEPT, "by the calendar 8 days had passed, 7 days had to pass"),
        ("2026-01-11", KEPT, "by the calendar 9 days"),
        ("2026-01-12", KEPT, "7.9 days had passed at least"),
        ("2026-01-10T10:00", UNCLEAR, "by the dates"),
        ("2026-01", UNCLEAR, "by the dates"),
    ],
)
def test_days_that_are_stated_as_days_are_counted_by_the_calendar(
    published: str, status: str, words: str
) -> None:
    """The article is of 2 January."""
    fact = Fact(published, "json-ld")
    article = source(date="2026-01-02")
    (term,) = standing(licence(after_days=7), source=article, metadata=said(published=fact)).terms
    assert term.status == status
    assert words in term.reason


def test_days_that_disagree_are_not_counted_by_the_calendar() -> None:
    both = said(published=Fact("2026-01-10", "json-ld"), also=(("published", Fact("2026-01-08", "meta date")),))
    (term,) = standing(licence(after_days=7), source=source(date="2026-01-02"), metadata=both).terms
    assert term.status == UNCLEAR


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 14), st.integers(0, 12), st.floats(0, 1), st.data())
def test_the_calendar_of_the_article_agrees(apart: int, asked: int, late: float, data: st.DataObject) -> None:
    """Wherever the two are, if not more than a day apart: by the article's calendar a kept term is kept."""
    ours, theirs = (data.draw(st.integers(-11, 13), label="hours from Greenwich") for _ in range(2))
    day = date(2026, 1, 2)
    fact = Fact((day + timedelta(apart)).isoformat(), "json-ld")
    article = source(date=day.isoformat())
    (term,) = standing(licence(after_days=asked), source=article, metadata=said(published=fact)).terms
    there = datetime(2026, 1, 2) + timedelta(days=apart) + timedelta(hours=23.99 * late)
    passed = ((there + timedelta(hours=ours - theirs)).date() - day).days
    assert term.status in (UNCLEAR, KEPT if passed >= asked else BROKEN)


# --- which licence ----------------------------------------------------------------------------


def test_nobody_has_a_licence_who_is_not_named() -> None:
    found = standing(licence(full=True), page=page(url="https://third.org/1"), metadata=None)
    assert (found.status, found.partner) == (UNLICENSED, None)
    assert found.reason == "no licence of the policy covers third.org"
    nowhere = standing(licence(full=True), page=page(url=None), metadata=None)
    assert nowhere.status == UNLICENSED
    assert "gives no address" in nowhere.reason


def test_an_address_that_the_page_alone_tells_makes_it_nobodys() -> None:
    policy = replace(licence(full=True), own=Sites(("example.com",)), ignored=Sites(("archive.org",)))
    for url, status in (
        (PAGE_URL, UNCLEAR),
        (ARTICLE_URL, UNCLEAR),
        ("https://archive.org/1", UNCLEAR),
        ("https://third.org/1", UNLICENSED),
    ):
        fact = Fact(url, "link rel=canonical")
        found = standing(policy, page=page(url=url), metadata=said(url=fact, canonical_url=fact))
        assert found.status == status
        assert f"link rel=canonical of the page alone says that it is at {url}" in found.reason
        given_ = standing(policy, page=page(url=url), metadata=said(url=Fact(url, "record")))
        assert given_.status in (LICENSED, OWN, IGNORED, UNLICENSED)
        assert (given_.status == UNLICENSED) == (status == UNLICENSED)


def test_other_articles_are_not_covered() -> None:
    policy = licence(full=True, sources=("sport-*", "https://www.example.com/sport/*"))
    found = standing(policy)
    assert found.status == UNLICENSED
    assert found.partner == "The Courier"
    assert "does not cover this article, article-1" in found.reason
    assert standing(licence(full=True, sources=("article-*",))).status == LICENSED
    assert standing(licence(full=True, sources=("https://www.example.com/*",))).status == LICENSED


@pytest.mark.parametrize(
    ("published", "first", "last", "status"),
    [
        ("2026-06-30", None, date(2026, 6, 30), LICENSED),
        ("2026-07-01", None, date(2026, 6, 30), UNLICENSED),
        ("2026-07-01T00:30Z", None, date(2026, 6, 30), LICENSED),  # it is 30 June in New York
        ("2026-07-01T12:30Z", None, date(2026, 6, 30), UNLICENSED),
        ("2026-07", None, date(2026, 6, 30), UNLICENSED),
        ("2026", None, date(2026, 6, 30), UNCLEAR),
        (None, None, date(2026, 6, 30), UNCLEAR),
        ("2026-06-30", date(2026, 6, 30), None, LICENSED),
        ("2026-06-29", date(2026, 6, 30), None, UNLICENSED),
        ("2026-06", date(2026, 6, 30), None, UNCLEAR),
        ("2026-06-30", date(2026, 6, 30), date(2026, 6, 30), LICENSED),
        ("2026-06", date(2026, 6, 1), date(2026, 6, 30), LICENSED),
        (None, date(2026, 1, 1), None, UNCLEAR),
        (None, None, None, LICENSED),
        ("2026-06-30", date.min, date.max, LICENSED),
        ("2026-06-30", date.max, None, UNLICENSED),
        ("2026-06-30", None, date.min, UNLICENSED),
        (None, date.min, date.max, UNCLEAR),
    ],
)
def test_a_licence_holds_for_pages_of_its_days(
    published: str | None, first: date | None, last: date | None, status: str
) -> None:
    fact = Fact(published, "json-ld") if published else None
    found = standing(licence(full=True, first=first, last=last), metadata=said(published=fact))
    assert found.status == status
    assert status != UNLICENSED or published is None or published.removesuffix("Z") in found.reason


def test_a_crawl_can_tell_that_a_page_is_older_than_a_licence() -> None:
    old = page(fetched="2026-06-01T10:00:00Z")
    assert standing(licence(full=True, first=date(2026, 7, 1)), page=old).status == UNLICENSED
    assert standing(licence(full=True, last=date(2026, 7, 1)), page=old).status == LICENSED


def test_of_several_licences_each_credit_is_looked_for() -> None:
    wire = partner("wire", full=True, must_credit=("Wire Desk",), sources=("wire-*",))
    news = partner("news", full=True, must_credit=("By leave of Example News",))
    desk = partner("desk", full=True, must_credit=("The Night Desk",))
    shown = "By the Wire Desk of A\nSource: Example News\nBy leave of Example News."
    found = standing(Policy(("Example News",), partners=(wire, desk, news)), shown)
    assert (found.status, found.partner) == (LICENSED, "news")
    asked = decided(Policy(("Example News",), partners=(wire, desk, news)), shown).attribution
    assert asked is not None
    assert [one.text for one in asked.credits] == ["The Night Desk", "By leave of Example News", "Example News"]


def test_a_credit_that_was_not_looked_for_is_unclear_unless_it_stands_in_one_that_was_found() -> None:
    known = decided(Policy(("Example News",)), "By leave of Example News.\nSource: Metro")
    for text, status in (
        ("By leave of Example News", KEPT),
        ("Leave of example", KEPT),
        ("Metro", UNCLEAR),
        ("Example News", KEPT),
    ):
        (term,) = stand(known, licence(must_credit=(text,)), TODAY).terms
        assert term.status == status
    assert "the audit has not looked for it" in stand(known, licence(must_credit=("Metro",)), TODAY).reason


def test_the_author_that_is_missing_is_named() -> None:
    both = source(author="Ida Holm, Per Lund, Example News")
    policy = replace(licence(keep_byline=True), names=("Example News",))
    found = standing(policy, source=both, metadata=said(author=Fact("Ida Holm", "json-ld")))
    assert found.terms[0].reason == "names Ida Holm, not Per Lund"
    kept = standing(policy, "By Per Lund", source=both, metadata=said(author=Fact("Ida Holm", "json-ld")))
    assert kept.status == LICENSED


def test_of_several_licences_the_kindest_is_told() -> None:
    strict, wide = partner("strict", max_words=5), partner("wide", full=True)
    unsure = partner("unsure", full=True, must_link="any")
    for partners, name in (
        ((strict, wide), "wide"),
        ((strict, unsure), "unsure"),
        ((strict, strict), "strict"),
    ):
        policy = Policy(partners=partners)
        assert standing(policy, metadata=None).partner == name


def test_the_reference_of_the_contract_is_told() -> None:
    found = standing(licence(max_words=5, reference="2024-113"))
    assert (found.partner, found.reference) == ("The Courier", "2024-113")
    assert found.reason.startswith("breaks the licence of The Courier (2024-113): max_words: 60 words")


# --- which rule -------------------------------------------------------------------------------


def test_own_sites_come_first_then_those_ignored_then_suppressions() -> None:
    suppression = Suppression("settled", TODAY, page="page-1")
    here = Sites(("courier.org",))
    policy = replace(licence(full=True), own=here, ignored=here, suppressions=(suppression,))
    assert standing(policy).status == OWN
    assert standing(replace(policy, own=Sites())).status == IGNORED
    settled = standing(replace(policy, own=Sites(), ignored=Sites()))
    assert settled == Standing(SUPPRESSED, "suppressed until 2026-11-22: settled", until="2026-11-22")
    assert not settled.is_open


def test_a_suppression_holds_until_the_end_of_its_day() -> None:
    policy = Policy(suppressions=(Suppression("settled", TODAY, page="page-1"),))
    known = finding()
    assert stand(known, policy, TODAY).status == SUPPRESSED
    assert stand(known, policy, TODAY + timedelta(1)).status == UNLICENSED


@settings(max_examples=60)
@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_day_changes_nothing_but_suppressions(one: date, other: date) -> None:
    policy = licence(full=True, first=date(2026, 6, 1), last=date(2026, 12, 31))
    known = decide(finding(**LATE), None, date(2027, 12, 31), origin=ORIGIN, shown="", sites={"example.com"})
    assert stand(known, policy, one) == stand(known, policy, other)


def test_without_a_policy_there_is_no_standing() -> None:
    found = decide(finding(), None, TODAY, origin=ORIGIN, shown="", sites=())
    assert found.standing is None
    assert found.attribution is not None
    assert found.precedence is not None


def test_statuses_that_ask_for_a_decision() -> None:
    assert [status for status in STANDINGS if status in OPEN] == [UNLICENSED, BREACH, UNCLEAR]


# --- as JSON ----------------------------------------------------------------------------------


def decided(policy: Policy | None, shown: str, **fields: Any) -> Finding:
    return decide(finding(**fields), policy, TODAY, origin=ORIGIN, shown=shown, sites={"example.com"})


@pytest.mark.parametrize("case", TERMS)
def test_what_is_decided_is_read_as_it_was_written(case: Any) -> None:
    terms, fields, shown, *_ = case
    found = decided(licence(**terms), shown, **fields, owed=(Owed("wire-1", None, "Storm", 40),))
    told = json.loads(json.dumps(rights_record(found)))
    assert replace(finding(**fields), **rights_of(told)) == found
    assert rights_of(json.loads(json.dumps(rights_record(finding())))) == {
        "owed": (), "attribution": None, "precedence": None, "standing": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("standing", "status"), "excellent"),
        (("standing", "reason"), None),
        (("standing", "terms", 0, "status"), "bent"),
        (("standing", "terms", 0, "reason"), 5),
        (("standing", "terms"), 5),
        (("precedence", "order"), "first"),
        (("precedence", "lag"), [1]),
        (("precedence", "lag"), [1, float("inf")]),
        (("precedence", "lag"), ["1", "2"]),
        (("precedence", "source", "begin"), 5),
        (("attribution", "link"), "best"),
        (("attribution", "follow"), 1),
        (("attribution", "credit_line"), ["a"]),
        (("attribution", "credits"), {"a": 1}),
        (("attribution", "credits", 0, "status"), "kept"),
        (("attribution", "credits", 0, "text"), None),
        (("attribution", "byline_missing"), 5),
        (("common_sources", 0, "words"), -1),
        (("common_sources", 0, "id"), None),
        (("common_sources",), {"a": 1}),
    ],
)
def test_forged_values_are_refused(place: tuple[str | int, ...], value: Any) -> None:
    found = decided(
        licence(must_credit=("a",), max_words=5), "", **LATE, owed=(Owed("wire-1", None, "Storm", 40),)
    )
    told = json.loads(json.dumps(rights_record(found)))
    within = told
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = value
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        rights_of(told)
