"""What is decided of findings as JSON values, and back: attribution, precedence, standing, common sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse.findings import Owed
from reuse.report import checked
from reuse.rights.values import (
    BYLINES,
    CANONICALS,
    CREDIT_STATUSES,
    CREDITS,
    LINKS,
    ORDERS,
    STANDINGS,
    TERM_STATUSES,
    Attribution,
    Credit,
    Dated,
    Precedence,
    Standing,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reuse.findings import Finding


def rights_record(finding: Finding) -> dict[str, Any]:
    """Return what is decided of a finding as JSON values; reuse/report/README.md documents them."""
    attribution, precedence, standing = finding.attribution, finding.precedence, finding.standing
    return {
        "common_sources": [owed._asdict() for owed in finding.owed],
        "attribution": None
        if attribution is None
        else fields_of(attribution) | {"credits": list(map(fields_of, attribution.credits))},
        "precedence": None
        if precedence is None
        else fields_of(precedence)
        | {
            "source": fields_of(precedence.source),
            "page": fields_of(precedence.page),
            "lag": None if precedence.lag is None else list(precedence.lag),
        },
        "standing": None
        if standing is None
        else fields_of(standing) | {"terms": list(map(fields_of, standing.terms))},
    }


def fields_of(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with slots as they are; `dataclasses.asdict` copies all that is in them.

    Examples
    --------
    >>> fields_of(Credit("Photo: A. Doe", "kept"))
    {'text': 'Photo: A. Doe', 'status': 'kept', 'line': None}
    """
    return {name: getattr(value, name) for name in value.__slots__}


def rights_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a finding that `rights_record` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError, OverflowError
        If something is not there, or is of another kind.
    """
    attribution, precedence, standing = (told[name] for name in ("attribution", "precedence", "standing"))
    return {
        "owed": tuple(map(_owed, told["common_sources"])),
        "attribution": None if attribution is None else _attribution(attribution),
        "precedence": None if precedence is None else _precedence(precedence),
        "standing": None if standing is None else _standing(standing),
    }


def _owed(told: Mapping[str, Any]) -> Owed:
    url, title = (checked.if_any(checked.text, told[name]) for name in ("url", "title"))
    return Owed(checked.text(told["id"]), url, title, checked.count(told["words"]))


def _attribution(told: Mapping[str, Any]) -> Attribution:
    return Attribution(
        link=checked.one_of(LINKS, told["link"]),
        link_url=checked.if_any(checked.text, told["link_url"]),
        follow=checked.if_any(checked.truth, told["follow"]),
        canonical=checked.one_of(CANONICALS, told["canonical"]),
        credit=checked.one_of(CREDITS, told["credit"]),
        credit_line=checked.if_any(checked.text, told["credit_line"]),
        byline=checked.one_of(BYLINES, told["byline"]),
        byline_found=checked.if_any(checked.text, told["byline_found"]),
        credits=tuple(map(_credit, checked.listed(told["credits"]))),
        byline_missing=checked.if_any(checked.text, told["byline_missing"]),
    )


def _credit(told: Mapping[str, Any]) -> Credit:
    status = checked.one_of(CREDIT_STATUSES, told["status"])
    return Credit(checked.text(told["text"]), status, checked.if_any(checked.text, told["line"]))


def _precedence(told: Mapping[str, Any]) -> Precedence:
    lag = checked.if_any(checked.listed, told["lag"])
    return Precedence(
        order=checked.one_of(ORDERS, told["order"]),
        source=_dated(told["source"]),
        page=_dated(told["page"]),
        lag=None if lag is None else _lag(*lag),
        reason=checked.text(told["reason"]),
    )


def _lag(least: object, most: object) -> tuple[float, float]:
    return checked.number(least), checked.number(most)


def _dated(told: Mapping[str, Any]) -> Dated:
    begin, end = (checked.if_any(checked.moment, told[name]) for name in ("begin", "end"))
    if begin is not None and end is not None and begin >= end:
        raise ValueError(f"what is dated ends at {end} before it begins, at {begin}")
    stated, where, certainty = (
        checked.if_any(checked.text, told[name]) for name in ("stated", "where", "certainty")
    )
    return Dated(begin, end, stated, where, certainty)


def _standing(told: Mapping[str, Any]) -> Standing:
    return Standing(
        status=checked.one_of(STANDINGS, told["status"]),
        reason=checked.text(told["reason"]),
        partner=checked.if_any(checked.text, told["partner"]),
        reference=checked.if_any(checked.text, told["reference"]),
        terms=tuple(
            Term(
                checked.text(term["name"]),
                checked.one_of(TERM_STATUSES, term["status"]),
                checked.text(term["reason"]),
            )
            for term in told["terms"]
        ),
        until=checked.if_any(checked.text, told["until"]),
    )
