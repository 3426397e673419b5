"""Two findings of one pair, an old and a new, to what has changed: in words, with the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reuse.pairs import VERDICTS
from reuse.report.timeline import published
from reuse.rights.values import BROKEN, OPEN, SUPPRESSED, UNCLEAR
from reuse.sites import page_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.findings import Finding
    from reuse.rights import Attribution, Standing, Term

#: What `direction` can be.
WORSE, BETTER, NEITHER = "worse", "better", ""
#: What `Change.what` can be.
ASPECTS = (
    "standing",
    "terms",
    "verdict",
    "words",
    "passages",
    "address",
    "precedence",
    "published",
    "link",
    "canonical",
    "credit",
    "byline",
)
#: More or fewer words make a finding worse or better from so many on, and from such a share of them on: fewer
#: come and go with the edges of passages.
_MANY_WORDS, _MANY_OF = 20, 0.1
#: Parts of an attribution, and what an attribution tells where it cannot tell.
_ATTRIBUTION = {"link": "link", "canonical": "canonical address", "credit": "credit", "byline": "byline"}
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a finding differs from what it was.

    Attributes
    ----------
    what : str
        One of `ASPECTS`.
    before, after : str, int or None
        None where there was, or is, nothing.
    told : str
        In words, with the figures.
    """

    what: str
    before: str | int | None
    after: str | int | None
    told: str


def direction(old: Finding, new: Finding) -> str:
    """Return whether a finding has become ``worse``, ``better``, or neither, which is nothing.

    Parameters
    ----------
    old, new : Finding
        Of one pair.

    Returns
    -------
    str
        By its standing: open is worse than not open, and where nobody can tell stands between. Else by the
        terms of one licence that it breaks: all that it broke and more are worse. Else by its verdict; else by
        its words, if there are 20 more or fewer, and a tenth of them.
    """
    grown = new.matched_words - old.matched_words
    many = max(_MANY_WORDS, _MANY_OF * max(old.matched_words, new.matched_words))
    for heavier in (
        _gravity(new.standing) - _gravity(old.standing),
        _more_broken(old.standing, new.standing),
        VERDICTS.index(old.verdict) - VERDICTS.index(new.verdict),
        grown if abs(grown) >= many else 0,
    ):
        if heavier:
            return WORSE if heavier > 0 else BETTER
    return NEITHER


def _gravity(standing: Standing | None) -> int:
    """Return how much a standing asks for a decision; without a policy every finding does."""
    if standing is None:
        return 2
    return 0 if standing.status not in OPEN else 1 if standing.status == UNCLEAR else 2


def _more_broken(old: Standing | None, new: Standing | None) -> int:
    """Return 1 if all terms that were broken are, and others too; -1 the other way round; else 0."""
    if old is None or new is None or not _is_same_licence(old, new):
        return 0
    before, after = ({term.name for term in one.terms if term.status == BROKEN} for one in (old, new))
    return (before < after) - (after < before)


def _is_same_licence(old: Standing, new: Standing) -> bool:
    return (old.status, old.partner) == (new.status, new.partner)


def changes(old: Finding, new: Finding) -> Iterator[Change]:
    """Yield in what two findings of one pair differ, in the order of `ASPECTS`.

    A text that was edited is no change by itself: of most pages something differs every night. What was edited
    in the words that are reused shows in these.
    """
    yield from _standing(old.standing, new.standing)
    yield from verdict_changes(old, new)
    yield from _words(old, new)
    yield from _address(old.page.url, new.page.url)
    yield from _precedence(old, new)
    yield from _attribution(old, new)


def _standing(old: Standing | None, new: Standing | None) -> Iterator[Change]:
    if old is None or new is None:
        if new is not None and _gravity(new) != _gravity(None):
            yield Change("standing", None, new.status, f"{new.status}: {new.reason}")
        elif old is not None and _gravity(old) != _gravity(None):
            yield Change("standing", old.status, None, f"was {old.status}, and there is no policy now")
        return
    if not _is_same_licence(old, new):
        expired = f" (the suppression ran until {old.until})" if old.status == SUPPRESSED and old.until else ""
        told = f"was {old.status}{expired}, is {new.status}: {new.reason}"
        yield Change("standing", old.status, new.status, told)
        return
    yield from _terms(old.terms, new.terms)


def _terms(old: tuple[Term, ...], new: tuple[Term, ...]) -> Iterator[Change]:
    """Yield how the terms of one licence differ; of those that only one policy asks for, the broken ones."""
    before, after = ({term.name: term for term in some} for some in (old, new))
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None and now.status == BROKEN:
            told = f"{name} asked for now, and broken: {now.reason}"
            yield Change("terms", None, f"{name} {now.status}", told)
        elif now is None and was is not None and was.status == BROKEN:
            yield Change("terms", f"{name} {was.status}", None, f"{name} was broken, and is not asked for now")
        elif was is not None and now is not None and was.status != now.status:
            how = "now broken" if now.status == BROKEN else f"{was.status}, now {now.status}"
            yield Change("terms", f"{name} {was.status}", f"{name} {now.status}", f"{name} {how}: {now.reason}")


def verdict_changes(old: Finding, new: Finding) -> Iterator[Change]:
    """Yield how the verdict differs: all that counts where one of them accuses nobody."""
    if old.verdict != new.verdict:
        yield Change("verdict", old.verdict, new.verdict, f"was {old.verdict}, is {new.verdict}")


def _words(old: Finding, new: Finding) -> Iterator[Change]:
    before, after = old.matched_words, new.matched_words
    if before != after:
        more = f"{after - before:,} words more" if after > before else f"{before - after:,} words fewer"
        yield Change("words", before, after, f"{more} ({before:,}, now {after:,})")
    elif (was := _by_kind(old)) != (now := _by_kind(new)):
        yield Change("passages", was, now, f"its words were {was}, and are {now}")
    elif old.source_sha256 == new.source_sha256 and _taken(old) != _taken(new):
        told = "as many words from other places of the source"
        yield Change("passages", None, None, told)


def _by_kind(finding: Finding) -> str:
    """Return the words of passages by their kind."""
    kinds = ((kind, words) for kind, words in finding.words_by_kind.items() if words and kind != "own")
    return ", ".join(f"{words:,} {kind}" for kind, words in kinds)


def _taken(finding: Finding) -> list[tuple[int, int]]:
    return sorted((one.source_token, one.source_words) for one in finding.passages)


def _address(old: str | None, new: str | None) -> Iterator[Change]:
    before, after = page_key(old), page_key(new)
    if before and after and before != after:
        yield Change("address", old, new, f"its address was {old}, is {new}")


def _precedence(old: Finding, new: Finding) -> Iterator[Change]:
    if old.precedence and new.precedence and old.precedence.order != new.precedence.order:
        was, now = old.precedence.order, new.precedence.order
        told = f"order of dates was {was}, is {now}: {new.precedence.reason}"
        yield Change("precedence", was, now, told)
    before, after = published(old), published(new)
    if before != after:
        told = f"page says it is of {after or 'no day'}, and said {before or 'none'}"
        yield Change("published", before, after, told)


def _attribution(old: Finding, new: Finding) -> Iterator[Change]:
    if old.attribution is None or new.attribution is None:
        return
    for what, name in _ATTRIBUTION.items():
        before, after = _credit(old.attribution, what), _credit(new.attribution, what)
        if before != after and _UNKNOWN not in (before, after):
            yield Change(what, before, after, f"{name} was {before}, is {after}")


def _credit(attribution: Attribution, what: str) -> str:
    """Return one answer of an attribution; of a link also whether search engines may not follow it."""
    answer: str = getattr(attribution, what)
    return f"{answer} (nofollow)" if what == "link" and attribution.follow is False else answer
