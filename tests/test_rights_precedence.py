"""Which of two texts was first: what dates can tell, and what they cannot.

Covers: ``reuse/rights/precedence.py``. Compares against: moments drawn within what the dates state, in any zone
of the earth: an order that is told holds for all of them. Run: ``pytest tests/test_rights_precedence.py``
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.metadata import Fact
from reuse.rights.precedence import interval, precede
from reuse.rights.values import CANNOT_ORDER, PAGE_FIRST, SOURCE_FIRST, Precedence
from reuse.values import Document
from tests.made_findings import page, said, source

ZONES = [None, "Z", "+01:00", "-08:00", "+14:00", "-12:00", "+05:45"]
FORMS = ["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
MOMENTS = st.datetimes(datetime(2025, 11, 1), datetime(2027, 2, 1)).map(lambda one: one.replace(microsecond=0))
#: What the sides are called, the other way round.
TURNED = {SOURCE_FIRST: PAGE_FIRST, PAGE_FIRST: SOURCE_FIRST, CANNOT_ORDER: CANNOT_ORDER}


@st.composite
def stated(draw: st.DrawFn) -> str:
    """Return a date as somebody states it."""
    form = draw(st.sampled_from(FORMS))
    zone = draw(st.sampled_from(ZONES)) if "%H" in form else None
    return draw(MOMENTS).strftime(form) + (zone or "")


def dated(ours: str | None, theirs: str | None, **fields: Any) -> Precedence:
    return precede(source(date=ours), page(date=theirs, extent="given"), **fields)


# --- laws -------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(stated(), stated())
def test_turning_the_sides_turns_the_order(one: str, other: str) -> None:
    first, second = dated(one, other), dated(other, one)
    assert second.order == TURNED[first.order]
    assert first.lag is not None
    assert second.lag == (-first.lag[1], -first.lag[0])
    assert (first.source.begin, first.source.end) == (second.page.begin, second.page.end)


@settings(max_examples=150, deadline=None)
@given(
    stated(), stated(), st.floats(0, 1), st.floats(0, 1), st.sampled_from(ZONES[1:]), st.sampled_from(ZONES[1:])
)
def test_an_order_holds_for_all_moments_that_the_dates_can_mean(
    one: str, other: str, far: float, further: float, zone: str, another: str
) -> None:
    found = dated(one, other)
    ours, theirs = meant(one, far, zone), meant(other, further, another)
    assert found.lag is not None
    days = (theirs - ours) / timedelta(days=1)
    assert found.lag[0] - 1e-4 <= days <= found.lag[1] + 1e-4
    if found.order == SOURCE_FIRST:
        assert ours < theirs
    if found.order == PAGE_FIRST:
        assert theirs < ours


def meant(text: str, far: float, zone: str) -> datetime:
    """Return one of the moments that a date can mean: an oracle that knows nothing of intervals."""
    has_zone = text.endswith("Z") or ("T" in text and text[-6:-5] in ("+", "-"))
    bare = text.removesuffix("Z") if text.endswith("Z") else text[:-6] if has_zone else text
    form = next(form for form in FORMS if len(datetime(2026, 1, 1).strftime(form)) == len(bare))
    begin = datetime.strptime(bare, form)
    later = {0: begin.replace(year=begin.year + 1), 1: (begin + timedelta(31)).replace(day=1)}
    steps = [timedelta(1), timedelta(minutes=1), timedelta(seconds=1)]
    at = FORMS.index(form)
    size = later[at] - begin if at < 2 else steps[at - 2]
    offset = text[-6:] if has_zone and not text.endswith("Z") else "+00:00" if has_zone else zone
    offset = "+00:00" if offset == "Z" else offset
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:])) * (-1 if offset[0] == "-" else 1)
    moment = begin + min(size * far, size - timedelta(microseconds=1))
    return moment.replace(tzinfo=timezone(ahead)).astimezone(UTC)


@settings(max_examples=100, deadline=None)
@given(stated(), stated(), stated(), st.data())
def test_a_wider_date_never_makes_an_order(one: str, other: str, third: str, data: st.DataObject) -> None:
    exact = dated(one, other)
    coarse = one[: data.draw(st.sampled_from([size for size in (4, 7, 10) if size <= len(one)]))]
    facts = said(published=Fact(other, "json-ld"), also=(("published", Fact(third, "meta date")),))
    for wider in (dated(coarse, other), precede(source(date=one), page(date=other), facts)):
        assert wider.order in (exact.order, CANNOT_ORDER)
        assert wider.lag is not None
        assert exact.lag is not None
        assert wider.lag[0] <= exact.lag[0]
        assert wider.lag[1] >= exact.lag[1]


@settings(max_examples=100, deadline=None)
@given(stated(), stated(), stated())
def test_a_change_makes_no_order(one: str, other: str, changed: str) -> None:
    unchanged = dated(one, other).order
    for found in (
        precede(source(date=one, modified=changed), page(date=other)),
        precede(source(date=one), page(date=other, modified=changed)),
    ):
        assert found.order in (unchanged, CANNOT_ORDER)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=30) | stated() | st.none(),
    st.text(max_size=30) | stated(),
    st.text(max_size=30) | stated(),
)
def test_no_date_ends_in_a_fault(one: str | None, other: str, seen: str) -> None:
    found = precede(
        source(date=one, fetched=seen, modified=other),
        page(date=other, fetched=seen, modified=one),
        said(published=Fact(other, "json-ld"), modified=Fact(seen, "json-ld")),
        date(2026, 11, 22),
    )
    assert found.order in TURNED
    for side in (found.source, found.page):
        assert side.begin is None or side.end is None or side.begin <= side.end


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026", "2025-12-31T10:00", "2027-01-01T12:00"),
        ("2026-12", "2026-11-30T10:00", "2027-01-01T12:00"),
        ("2024-02-29", "2024-02-28T10:00", "2024-03-01T12:00"),
        ("2026-11-22T10:00", "2026-11-21T20:00", "2026-11-22T22:01"),
        ("2026-11-22T10:00:30+05:45", "2026-11-22T04:15:30", "2026-11-22T04:15:31"),
    ],
)
def test_intervals(text: str, begin: str, end: str) -> None:
    assert interval(text) == (
        datetime.fromisoformat(begin).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )


# --- every case -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "order", "words"),
    [
        ("2026-11-02T08:00Z", "2026-11-02T08:01Z", SOURCE_FIRST, ": 0.0 days later"),
        ("2026-11-02T08:00Z", "2026-11-02T08:00:30Z", CANNOT_ORDER, "either can be first"),
        ("2026-11-02T08:00Z", "2026-11-02", CANNOT_ORDER, "either can be first"),
        ("2026-11-02T08:00Z", "2026-11-03", SOURCE_FIRST, "0.1 to 2.2 days later"),
        ("2026-11-02", "2026-11-03", CANNOT_ORDER, "either can be first"),
        ("2026-11-02", "2026-11-05", SOURCE_FIRST, "later"),
        ("Mon, 02 Nov 2026 08:00:00 +0100", "2026-11-02T07:00:01Z", SOURCE_FIRST, "2026-11-02T08:00:00+01:00"),
        ("2026-11", "2026-12-01T13:00Z", SOURCE_FIRST, "later"),
        ("2026-11-02T08:00Z", "2026-10-30", PAGE_FIRST, "THE PAGE IS OLDER THAN YOUR ARTICLE"),
        (None, "2026-10-30", CANNOT_ORDER, "your article has no date"),
        ("2026-11-02", None, CANNOT_ORDER, "the page has no date"),
        ("yesterday", "2026-10-30", CANNOT_ORDER, "'yesterday', cannot be read"),
        ("2027-01-01", "2026-10-30", CANNOT_ORDER, "later than it can be"),
    ],
)
def test_dates_of_the_input(ours: str | None, theirs: str | None, order: str, words: str) -> None:
    found = dated(ours, theirs, as_of=date(2026, 12, 24))
    assert found.order == order
    assert words in found.reason


def test_a_crawl_bounds_a_date_from_above() -> None:
    seen = precede(source(), page(fetched="2026-11-01T10:00:00Z"))
    assert seen.order == PAGE_FIRST
    assert "it was there on 2026-11-01T10:00:00+00:00" in seen.reason
    assert seen.lag is None
    assert seen.page.begin is None
    later = precede(source(), page(fetched="2026-11-09T10:00:00Z"))
    assert later.order == CANNOT_ORDER
    assert "was there on 2026-11-09T10:00:00+00:00 at the latest" in later.reason


def test_a_crawl_narrows_what_is_stated_and_refutes_it() -> None:
    narrowed = precede(source(date="2026-11-20T08:00Z"), page(date="2026-11", fetched="2026-11-15T10:00:00Z"))
    assert (narrowed.order, narrowed.page.end) == (PAGE_FIRST, "2026-11-15T10:00:01Z")
    refuted = precede(source(), page(date="2026-11-30", fetched="2026-11-15T10:00:00Z"))
    assert refuted.order == CANNOT_ORDER
    assert refuted.page.begin is None


def test_the_bound_of_a_page_is_no_date_of_it() -> None:
    bound = said(published=Fact("2026-11-09", "warc-date", "bound"))
    assert precede(source(), page(), bound).order == CANNOT_ORDER


def test_dates_that_disagree_cannot_order_unless_all_of_them_do() -> None:
    early, late = Fact("2026-10-30", "meta date"), Fact("2026-11-09", "json-ld")
    alone = precede(source(), page(), said(published=late))
    assert alone.order == SOURCE_FIRST
    torn = precede(source(), page(), said(published=late, also=(("published", early),)))
    assert torn.order == CANNOT_ORDER
    assert "the page is also of 2026-10-30 (stated, meta date)" in torn.reason
    both = precede(source(date="2026-12-02"), page(), said(published=late, also=(("published", early),)))
    assert both.order == PAGE_FIRST


def test_what_is_shown_of_other_pages_does_not_disagree_with_what_is_stated() -> None:
    shown = Fact("2026-10-30", "time element", "derived")
    found = precede(
        source(), page(), said(published=Fact("2026-11-09", "json-ld"), also=(("published", shown),))
    )
    assert found.order == SOURCE_FIRST


def test_a_guess_orders_nothing_and_is_told() -> None:
    found = precede(source(), page(), said(published=Fact("2026-10-30", "htmldate", "guessed")))
    assert found.order == CANNOT_ORDER
    assert "2026-10-30 by a guess alone (htmldate)" in found.reason
    assert (found.page.stated, found.page.certainty, found.page.begin) == ("2026-10-30", "guessed", None)


def test_dates_after_the_day_of_the_audit_are_not_taken() -> None:
    late = said(published=Fact("2026-12-24", "json-ld"))
    assert precede(source(), page(), late, date(2026, 12, 31)).order == SOURCE_FIRST
    assert precede(source(), page(), late, date(2026, 11, 22)).order == CANNOT_ORDER


def test_changes_after_the_other_text_are_told() -> None:
    older = said(published=Fact("2026-10-30", "json-ld"), modified=Fact("2026-11-05", "json-ld"))
    found = precede(source(), page(), older)
    assert found.order == PAGE_FIRST
    assert found.reason.endswith("but the page was changed on 2026-11-05, after your article")
    ours = precede(source(modified="2026-11-20"), page(), said(published=Fact("2026-11-09", "json-ld")))
    assert ours.reason.endswith("but your article was changed on 2026-11-20, after the page")


@pytest.mark.parametrize(
    ("published", "modified", "order"),
    [
        ("2026-01-10", "2026-01-02", CANNOT_ORDER),
        ("2026-01-10", "2026-01-20", PAGE_FIRST),
        ("2026-01-10", "2026-01-09", PAGE_FIRST),  # where the one is told in another zone, they are one day
        ("2026-01-02", "2026-01-10", SOURCE_FIRST),
        ("2026-02-10", "2026-02-02", PAGE_FIRST),
    ],
)
def test_what_was_changed_before_its_date_was_there_before_it(
    published: str, modified: str, order: str
) -> None:
    """The other text is of 6 January."""
    found = precede(source(date=published, modified=modified), page(date="2026-01-06"))
    assert found.order == order
    told = said(published=Fact(published, "json-ld"), modified=Fact(modified, "json-ld"))
    assert precede(source(date="2026-01-06"), page(), told).order == TURNED[order]
    if order == CANNOT_ORDER:
        assert found.reason.endswith("; your article was changed on 2026-01-02, before that")
        assert found.source.begin == "2026-01-01T10:00:00Z"


def test_origins_are_told() -> None:
    given_, read = Document("a", "", "a", date="2026-11-02"), page(date="2026-11-09", extent="page")
    found = precede(given_, read)
    assert "(given with the input)" in found.reason
    assert (found.source.where, found.page.where) == ("record", "input or page")
