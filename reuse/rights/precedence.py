"""Dates as they are stated to an order: which of two texts was published first, if their dates can tell.

A date is an interval: as long as it is precise, and longer by all zones of the earth where it names none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from reuse.metadata.dates import normalised, same_time
from reuse.metadata.facts import BOUND, GUESSED, RECORD, STATED, Fact
from reuse.rights.values import CANNOT_ORDER, PAGE_FIRST, SOURCE_FIRST, Dated, Precedence
from reuse.values import GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.metadata import Metadata
    from reuse.values import Document

#: A day begins on earth so long before it does in Greenwich, and ends so long after.
FIRST_ZONE, LAST_ZONE = timedelta(hours=14), timedelta(hours=12)
_DAY = timedelta(days=1)
#: Of a document whose page was read the input may say so, or the page.
_INPUT_OR_PAGE = "input or page"
#: Characters that are shown of a date that cannot be read.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of when a text was published: its interval, the fact that is taken, and the others."""

    begin: datetime | None
    end: datetime | None
    fact: Fact | None = None
    others: tuple[Fact, ...] = ()
    guess: Fact | None = None
    refused: Fact | None = None
    seen: str | None = None
    modified: str | None = None
    changed_before: str | None = None

    @property
    def dated(self) -> Dated:
        fact = self.fact or self.guess
        said = (fact.value, fact.where, fact.certainty) if fact else (None, None, None)
        return Dated(_written(self.begin), _written(self.end), *said)


def interval(stated: str) -> tuple[datetime, datetime]:
    """Return the moments between which a date lies: from the first, before the second.

    Parameters
    ----------
    stated : str
        As `reuse.metadata.dates.normalised` returns it.

    Returns
    -------
    tuple of (datetime, datetime)
        In UTC. A date without a zone may be of any: it begins 14 hours sooner, and ends 12 hours later.

    Examples
    --------
    >>> [moment.isoformat() for moment in interval("2026-11")]
    ['2026-10-31T10:00:00+00:00', '2026-12-01T12:00:00+00:00']
    >>> [moment.isoformat() for moment in interval("2026-11-22T10:00+01:00")]
    ['2026-11-22T09:00:00+00:00', '2026-11-22T09:01:00+00:00']
    """
    begin, end = _bounds(stated)
    if begin.tzinfo:
        return begin.astimezone(UTC), end.astimezone(UTC)
    return begin.replace(tzinfo=UTC) - FIRST_ZONE, end.replace(tzinfo=UTC) + LAST_ZONE


def _bounds(stated: str) -> tuple[datetime, datetime]:
    day, _, time = stated.partition("T")
    if time:
        moment = datetime.fromisoformat(stated)
        return moment, moment + timedelta(seconds=1 if time[5:6] == ":" else 60)
    year, month, of_month = (*map(int, day.split("-")), 0, 0)[:3]
    begin = datetime(year, month or 1, of_month or 1)
    if of_month:
        return begin, begin + _DAY
    if month:
        return begin, (begin + 31 * _DAY).replace(day=1)
    return begin, begin.replace(year=year + 1)


def precede(
    source: Document, page: Document, metadata: Metadata | None = None, as_of: date | None = None
) -> Precedence:
    """Tell which of two texts was published first.

    Parameters
    ----------
    source, page : Document
        What the input says. When a crawler saw them bounds their dates from above.
    metadata : Metadata, optional
        What the page says of itself; its dates that disagree make its interval so wide that it holds them all.
        What is guessed is told and orders nothing.
    as_of : datetime.date, optional
        Dates after it are not taken.

    Returns
    -------
    Precedence
        ``cannot-order`` where the intervals overlap, or one of them is not known.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = Document("a", "", "a", date="2026-11-02T08:00Z")
    >>> print(precede(article, Document("p", "", "p", date="2026-11-05")).reason)
    your article is of 2026-11-02T08:00+00:00 (given with the input), the page of 2026-11-05 (given with the \
input): 2.1 to 4.2 days later
    >>> precede(article, Document("p", "", "p", date="2026-11")).order
    'cannot-order'
    >>> precede(article, Document("p", "", "p", fetched="2026-10-01T10:00:00Z")).order
    'page-first'
    """
    ours, theirs = _of_document(source, as_of), _of_page(page, metadata, as_of)
    order = _order(ours, theirs)
    lag = _lag(ours, theirs)
    told = {SOURCE_FIRST: _source_first, PAGE_FIRST: _page_first, CANNOT_ORDER: _cannot_order}
    return Precedence(order, ours.dated, theirs.dated, lag, told[order](ours, theirs, lag))


def _order(ours: _Known, theirs: _Known) -> str:
    if ours.end and theirs.begin and ours.end <= theirs.begin:
        return SOURCE_FIRST
    if theirs.end and ours.begin and theirs.end <= ours.begin:
        return PAGE_FIRST
    return CANNOT_ORDER


def _lag(ours: _Known, theirs: _Known) -> tuple[float, float] | None:
    if not (ours.begin and ours.end and theirs.begin and theirs.end):
        return None
    return _days(theirs.begin - ours.end), _days(theirs.end - ours.begin)


def _days(lag: timedelta) -> float:
    return round(lag / _DAY, 4)


# --- what is known ----------------------------------------------------------------------------


def _of_document(document: Document, as_of: date | None) -> _Known:
    where = RECORD if document.extent == GIVEN else _INPUT_OR_PAGE
    facts = [Fact(document.date, where, STATED)] if document.date else []
    return _known(facts, document.fetched, document.modified, as_of)


def _of_page(page: Document, metadata: Metadata | None, as_of: date | None) -> _Known:
    if metadata is None:
        return _of_document(page, as_of)
    also = [fact for field, fact in metadata.also if field == "published"]
    facts = [fact for fact in (metadata.published, *also) if fact]
    modified = metadata.modified.value if metadata.modified else page.modified
    return _known(facts, page.fetched, modified, as_of)


def _known(facts: Iterable[Fact], fetched: str | None, modified: str | None, as_of: date | None) -> _Known:
    """Return what some facts say together, within what a crawler has seen."""
    told = list(facts)
    read = [Fact(value, one.where, one.certainty) for one in told if (value := normalised(one.value, as_of))]
    seen = [value for value in (normalised(fetched),) if value]
    seen += [fact.value for fact in read if fact.certainty == BOUND]
    first_seen = min(seen, key=lambda moment: interval(moment)[1], default=None)
    last = interval(first_seen)[1] if first_seen else None
    changed = normalised(modified, as_of)
    said = [fact for fact in read if fact.certainty not in (BOUND, GUESSED) and _is_before(fact.value, last)]
    if not said:
        guess = next((fact for fact in read if fact.certainty == GUESSED), None)
        refused = next((fact for fact in told if fact.certainty not in (BOUND, GUESSED)), None)
        return _Known(None, last, None, (), guess, refused, first_seen, changed)
    first, *rest = said
    others = [fact for fact in rest if fact.certainty in (STATED, first.certainty)]
    begins, ends = zip(*(interval(fact.value) for fact in (first, *others)), strict=True)
    end = max(ends) if last is None else min(max(ends), last)
    disagree = tuple(fact for fact in others if not same_time(fact.value, first.value))
    begin, early = min(begins), None
    if changed and interval(changed)[1] <= begin:
        # Nothing is changed before it is there: one of the two is wrong, and nobody can tell which.
        begin, early = interval(changed)[0], changed
    return _Known(begin, end, first, disagree, modified=changed, changed_before=early)


def _is_before(stated: str, last: datetime | None) -> bool:
    """Tell whether a text can be so old as it says, given when it was there at the latest."""
    return last is None or interval(stated)[0] < last


def _written(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


# --- in words ---------------------------------------------------------------------------------


def _source_first(ours: _Known, theirs: _Known, lag: tuple[float, float] | None) -> str:
    told = f"your article {_is_of(ours)}, the page {_is_of(theirs).removeprefix('is ')}{_apart(lag, 'later')}"
    changed = _changed_after(ours, theirs)
    return f"{told}; but your article was changed on {changed}, after the page" if changed else told


def _page_first(ours: _Known, theirs: _Known, lag: tuple[float, float] | None) -> str:
    back = (-lag[1], -lag[0]) if lag else None
    told = f"it {_is_of(theirs)}, your article {_is_of(ours).removeprefix('is ')}{_apart(back, 'earlier')}"
    changed = _changed_after(theirs, ours)
    and_yet = f"; but the page was changed on {changed}, after your article" if changed else ""
    return f"THE PAGE IS OLDER THAN YOUR ARTICLE: {told}{and_yet}"


def _cannot_order(ours: _Known, theirs: _Known, lag: tuple[float, float] | None) -> str:  # noqa: ARG001
    for whose, known in (("your article", ours), ("the page", theirs)):
        if known.fact is None:
            return f"cannot order: {_undated(whose, known)}"
    disagree: list[str] = []
    for whose, known in (("your article", ours), ("the page", theirs)):
        disagree += [f"{whose} is also of {_listed(known.others)}"] if known.others else []
        if known.changed_before:
            disagree.append(f"{whose} was changed on {known.changed_before}, before that")
    told = f"your article {_is_of(ours)}, the page {_is_of(theirs).removeprefix('is ')}"
    why = "; ".join(disagree) or "as precise as that is, either can be first"
    return f"cannot order: {told}; {why}"


def _undated(whose: str, known: _Known) -> str:
    if known.guess:
        return f"{whose} is of {known.guess.value} by a guess alone ({known.guess.where})"
    if known.refused:
        value = known.refused.value[:_LONGEST]
        return f"the date of {whose}, {value!r}, cannot be read, or is later than it can be"
    if known.seen:
        return f"{whose} has no date, and was there on {known.seen} at the latest"
    return f"{whose} has no date"


def _is_of(known: _Known) -> str:
    if known.fact is None:
        return f"was there on {known.seen}"
    return f"is of {known.fact.value} ({_place(known.fact)})"


def _listed(facts: Sequence[Fact]) -> str:
    return ", ".join(f"{fact.value} ({_place(fact)})" for fact in facts)


def _place(fact: Fact) -> str:
    return "given with the input" if fact.where == RECORD else f"{fact.certainty}, {fact.where}"


def _apart(days: tuple[float, float] | None, word: str) -> str:
    if days is None:
        return ""
    least, most = (f"{one:,.1f}" for one in days)
    return f": {least if least == most else f'{least} to {most}'} days {word}"


def _changed_after(one: _Known, other: _Known) -> str | None:
    """Return when a text was changed, if that can be after the other was published."""
    if one.modified is None or other.begin is None:
        return None
    return one.modified if interval(one.modified)[1] > other.begin else None
