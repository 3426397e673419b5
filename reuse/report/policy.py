"""A policy to what is in force on a day, and whose a web address is: as tables, and as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tabulate import tabulate

from reuse.errors import UsageError
from reuse.report.escape import one_line
from reuse.report.summary import plural
from reuse.rights.addresses import Sites, address_of, fits
from reuse.rights.policy import ANY, FOLLOW
from reuse.rights.values import IGNORED, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from reuse.rights.policy import Partner, Policy, Suppression, Terms

#: Raised with every change a reader of the record could notice.
SCHEMA = "reuse.policy/1"
#: What `Whose.status` can be beside `OWN` and `IGNORED`.
PARTNER, NOBODY = "partner", "nobody"
#: Whether a licence covers pages published on a day.
IN_FORCE, ENDED, TO_COME = "in force", "ended", "to come"
#: Rows of a table, and names in a cell; the rest is counted.
_ROWS, _NAMES = 100, 5
#: What is left of a line for its last column, at least.
_NARROWEST = 24
_GAP = 2
#: As wide as "until 2026-11-10".
_WHEN = 16


class Whose(NamedTuple):
    """Whose an address is under a policy.

    Attributes
    ----------
    url : str
    status : str
        `OWN`, `IGNORED`, `PARTNER` or `NOBODY`.
    entry : str or None
        What of the publisher's or the ignored sites it lies in.
    partners : tuple of Partner
        The licences of whoever publishes there, in the order of the file, whether in force or not.
    suppressions : tuple of Suppression
        Those that hold and name the page or its site; they may be for some findings on it alone.
    """

    url: str
    status: str
    entry: str | None = None
    partners: tuple[Partner, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


def whose(policy: Policy, url: str, as_of: date) -> Whose:
    """Return whose an address is, as an audit takes it that the input gives.

    Parameters
    ----------
    policy : Policy
    url : str
    as_of : datetime.date
        The day on which suppressions are asked for.

    Raises
    ------
    UsageError
        If it is no web address.

    Examples
    --------
    >>> from datetime import date
    >>> from reuse.rights.policy import Policy
    >>> policy = Policy(own=Sites(("example.com",)))
    >>> whose(policy, "https://www.example.com/1", date(2026, 11, 22)).status
    'own'
    >>> whose(policy, "https://example.org/1", date(2026, 11, 22)).status
    'nobody'
    """
    if address_of(url) is None:
        raise UsageError(f"{url!r} is no web address; write one such as https://example.org/news/1")
    for status, sites in ((OWN, policy.own), (IGNORED, policy.ignored)):
        if entry := sites.cover(url):
            return Whose(url, status, entry)
    partners = policy.partners_at(url)
    held = tuple(one for one in policy.suppressions if one.until >= as_of and _is_of(one, url))
    return Whose(url, PARTNER if partners else NOBODY, None, partners, held)


def _is_of(one: Suppression, url: str) -> bool:
    """Tell whether a suppression names a page by its address, or by its site."""
    return (
        (one.page is not None or one.site is not None)
        and (one.page is None or fits(one.page, url))
        and (one.site is None or Sites((one.site,)).cover(url) is not None)
    )


def state(partner: Partner, as_of: date) -> str:
    """Return whether a licence covers pages published on a day: `IN_FORCE`, `ENDED` or `TO_COME`."""
    if partner.last is not None and partner.last < as_of:
        return ENDED
    return TO_COME if partner.first is not None and partner.first > as_of else IN_FORCE


def _of_day(policy: Policy, as_of: date) -> tuple[list[Suppression], list[Suppression]]:
    """Return the suppressions that hold, the next to expire first, and those that do not, the last first."""
    held = sorted((one for one in policy.suppressions if one.until >= as_of), key=lambda one: one.until)
    expired = [one for one in policy.suppressions if one.until < as_of]
    return held, sorted(expired, key=lambda one: one.until, reverse=True)


# --- terms in words ---------------------------------------------------------------------------


def terms_in_words(terms: Terms) -> list[str]:
    """Return what a licence asks for, in the order of the file.

    Examples
    --------
    >>> from reuse.rights.policy import Terms
    >>> asked = ("max_words", "must_link", "must_credit")
    >>> terms = Terms(asked, max_words=80, must_link="follow", must_credit=("Example News",))
    >>> for line in terms_in_words(terms):
    ...     print(line)
    80 words of an article at most
    a link to the article that search engines may follow
    says “Example News”
    """
    return [_IN_WORDS[name](terms) for name in terms.asked]


def _credit(terms: Terms) -> str:
    return "says " + " or ".join(f"“{text}”" for text in terms.must_credit)


_IN_WORDS: dict[str, Callable[[Terms], str]] = {
    "full": lambda _: "articles in full",
    "max_words": lambda terms: f"{plural(terms.max_words or 0, 'word')} of an article at most",
    "max_share": lambda terms: f"{100 * (terms.max_share or 0):.4g}% of an article at most",
    "after_days": lambda terms: f"{plural(terms.after_days or 0, 'day')} after the article or later",
    "must_link": lambda terms: (
        "a link to the article" + (" that search engines may follow" if terms.must_link == FOLLOW else "")
    ),
    "must_credit": _credit,
    "keep_byline": lambda _: "names the author",
    "canonical": lambda _: "the article as canonical address",
    "verbatim": lambda _: "word for word: nothing edited or put elsewhere",
}


# --- for a person -----------------------------------------------------------------------------


def policy_text(policy: Policy, as_of: date, width: int, pages: Sequence[Whose] = ()) -> str:
    """Return what is in force on a day as tables; of some pages, if there are any, whose they are alone.

    Parameters
    ----------
    policy : Policy
    as_of : datetime.date
    width : int
        Columns of the terminal, into which cells are folded.
    pages : sequence of Whose
    """
    parts = [_head(policy, as_of), _pages(pages, as_of, width)] if pages else _all(policy, as_of, width)
    return "\n\n".join(filter(None, parts)) + "\n"


def _all(policy: Policy, as_of: date, width: int) -> list[str]:
    held, expired = _of_day(policy, as_of)
    notices = (f"note: {one_line(str(notice))}" for notice in policy.notices(as_of))
    return [
        f"{_head(policy, as_of)}\n{_publisher(policy)}",
        _partners(policy.partners, as_of, width),
        _suppressions("suppressed", held, width),
        _suppressions("no longer suppressed", expired, width),
        "\n".join(notices),
    ]


def _head(policy: Policy, as_of: date) -> str:
    held, expired = _of_day(policy, as_of)
    in_force = sum(state(one, as_of) == IN_FORCE for one in policy.partners)
    licences = f"{plural(len(policy.partners), 'licence')}, {in_force:,} in force"
    return (
        f"{one_line(policy.file)} on {as_of}: {licences}; {plural(len(held), 'suppression')} in force, "
        f"{len(expired):,} expired"
    )


def _publisher(policy: Policy) -> str:
    rows = [
        ("SHA-256", policy.sha256),
        ("names", _some(policy.names)),
        ("own sites", _some(policy.own.entries)),
        ("ignored", _some(policy.ignored.entries)),
    ]
    return tabulate([(name, value or "none") for name, value in rows], tablefmt="plain", disable_numparse=True)


def _partners(partners: Sequence[Partner], as_of: date, width: int) -> str:
    rows = [
        (
            one_line(one.label),
            _some(one.sites.entries),
            "\n".join([state(one, as_of), *_when(one)]),
            _lines(_what(one)),
        )
        for one in partners[:_ROWS]
    ]
    name = width // 5
    return _grid(("partner", "sites", "pages of that day", "terms"), rows, (name, name, _WHEN), width) + _more(
        len(partners), "licence"
    )


def _when(partner: Partner) -> Iterator[str]:
    """Yield the days between which pages are covered, as far as something bounds them."""
    days = (("from", partner.first), ("until", partner.last))
    yield from (f"{name} {day}" for name, day in days if day is not None)


def _what(partner: Partner) -> Iterator[str]:
    """Yield which articles a licence is for, and its terms."""
    if partner.sources:
        yield f"only the articles {_some(partner.sources)}"
    yield from terms_in_words(partner.terms)


def _suppressions(what: str, some: Sequence[Suppression], width: int) -> str:
    rows = [(one_line(one.label), f"{one.until}", one_line(one.reason)) for one in some[:_ROWS]]
    return _grid((what, "until", "reason"), rows, (2 * width // 5, _WHEN), width) + _more(
        len(some), "suppression"
    )


def _pages(pages: Sequence[Whose], as_of: date, width: int) -> str:
    rows = [(one_line(one.url), one.status, _lines(_why(one, as_of))) for one in pages]
    return _grid(("page", "whose", "why"), rows, (2 * width // 5, len(PARTNER)), width)


def _why(one: Whose, as_of: date) -> Iterator[str]:
    """Yield by what an address is somebody's, and what that means."""
    if one.status == OWN:
        yield f"lies in {one.entry}, your own site"
    elif one.status == IGNORED:
        yield f"lies in {one.entry}, which the policy ignores"
    elif one.status == NOBODY:
        yield "no licence covers it"
    for partner in one.partners:
        yield ", ".join([f"{partner.label}: {state(partner, as_of)}", *_when(partner)])
        yield from (f"- {line}" for line in _what(partner))
    for held in one.suppressions[:_NAMES]:
        yield f"suppressed until {held.until} ({held.label}): {held.reason}"
    if len(one.suppressions) > _NAMES:
        yield f"and {plural(len(one.suppressions) - _NAMES, 'suppression')} more"


def _grid(headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], width: int) -> str:
    """Return a table whose last column has what the others leave; nothing without rows."""
    if not rows:
        return ""
    taken = [
        max(len(header) + _GAP, min(most, max(len(line) for cell in column for line in cell.split("\n"))))
        for header, most, column in zip(headers, widths, zip(*rows, strict=True), strict=False)
    ]
    last = max(width - sum(taken) - _GAP * len(taken), _NARROWEST)
    grid = tabulate(rows, headers, "simple", maxcolwidths=[*widths, last], disable_numparse=True)
    return "\n".join(line.rstrip() for line in grid.split("\n"))


def _more(count: int, what: str) -> str:
    return f"\n… and {plural(count - _ROWS, what)} more (-f json)" if count > _ROWS else ""


def _some(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _NAMES:,} more"] if len(names) > _NAMES else []
    return ", ".join([*map(one_line, names[:_NAMES]), *more])


def _lines(some: Iterable[str]) -> str:
    return "\n".join(map(one_line, some))


# --- as a record ------------------------------------------------------------------------------


def policy_record(policy: Policy, as_of: date, pages: Sequence[Whose] = ()) -> dict[str, Any]:
    """Return all of it as JSON values; `pages` is there in any case.

    Parameters
    ----------
    policy : Policy
    as_of : datetime.date
    pages : sequence of Whose
    """
    from reuse import __version__

    return {
        "schema": SCHEMA,
        "version": __version__,
        "file": policy.file,
        "sha256": policy.sha256,
        "as_of": as_of.isoformat(),
        "names": list(policy.names),
        "sites": list(policy.own.entries),
        "ignore": list(policy.ignored.entries),
        "partners": [_partner_record(one, as_of) for one in policy.partners],
        "suppressions": [_suppression_record(one, as_of) for one in policy.suppressions],
        "notices": [str(notice) for notice in policy.notices(as_of)],
        "pages": [_page_record(one, as_of) for one in pages],
    }


def _partner_record(one: Partner, as_of: date) -> dict[str, Any]:
    return {
        "name": one.name,
        "reference": one.reference,
        "sites": list(one.sites.entries),
        "from": one.first.isoformat() if one.first else None,
        "until": one.last.isoformat() if one.last else None,
        "state": state(one, as_of),
        "sources": list(one.sources),
        "terms": {name: _as_written(getattr(one.terms, name)) for name in one.terms.asked},
        "terms_in_words": terms_in_words(one.terms),
    }


def _as_written(value: object) -> object:
    """Return what a term asks for as the file has it."""
    return True if value == ANY else list(value) if isinstance(value, tuple) else value


def _suppression_record(one: Suppression, as_of: date) -> dict[str, Any]:
    named = {name: getattr(one, name) for name in ("finding", "page", "source", "site")}
    return {**named, "reason": one.reason, "until": one.until.isoformat(), "holds": one.until >= as_of}


def _page_record(one: Whose, as_of: date) -> dict[str, Any]:
    return {
        "url": one.url,
        "whose": one.status,
        "entry": one.entry,
        "partners": [_partner_record(partner, as_of) for partner in one.partners],
        "suppressions": [_suppression_record(held, as_of) for held in one.suppressions],
    }
