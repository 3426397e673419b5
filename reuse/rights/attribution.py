"""A page to how it credits its source: a link, a canonical address, credits, a byline."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reuse.metadata.links import NOFOLLOW
from reuse.rights.addresses import address_of, is_same_page, whereabouts
from reuse.rights.names import came_along, folded, may_have, places_in_any_order, places_of, words_in, words_of
from reuse.rights.values import CREDIT_STATUSES, Attribution, Credit
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.metadata import Link, Metadata
    from reuse.rights.names import Word

#: Where such links come from: the head of a page, which no reader sees.
_OF_HEAD = {"canonical", "original-source", "syndication-source"}
_CANONICAL = "link rel=canonical"
#: Words that are shown on either side of a credit, and their characters.
_AROUND, _MOST_CHARACTERS = 8, 200
#: What stands before a name in a credit line: what says that there was a source, with a few words up to the
#: name ("first published last week in the"); what names one ("Source:"); or, where a line or a bracket begins,
#: "by".
_CUE = re.compile(
    r"(?:©|\(c\)|\b(?:copyright|courtesy|permission|(?:re)?published|reprinted|syndicated|first appeared))"
    r"(?:[^\w.!?]+\w+){0,4}[^\w.!?]*\Z"
    r"|\b(?:sources?|credits?|quellen?|fuentes?|fontes?|fonti|bron|källa|kilde|источник|来源|來源|出典)\W*"
    r"(?:\b(?:the|to|der|die|das|la|le|el|il|het)\W+)?\Z"
    r"|(?:\A|[^\w\s])\s*(?:by|from|via|von|aus|par|por|de|da|van|av|af|fra|från)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
#: Characters before a name in which that is looked for.
_BEFORE = 120
#: Between names of authors; and what stands before them and is no name.
_BETWEEN = re.compile(r"[,;/|&]|\s(?:and|und|et|y|e|en|og|och)\s", re.IGNORECASE)
_NO_NAMES = {"by", "von", "par", "por", "door", "af", "av", "words", "text"}
#: What stands before the name of somebody who signs: other names, and before these a word for it.
_SIGNED = re.compile(
    rf"(?:\A|[^\w\s])\s*(?i:{'|'.join(sorted(_NO_NAMES))})\b:?"
    r"(?:[\s,;/|&]+(?:and|und|et|y|e|en|og|och|[^\W\d_a-z][^\s,;/|&]*))*[\s,;/|&]*\Z"
)
#: Words of a byline, and names in it, beyond which none is looked at; and places of a name.
_MOST_NAMES, _MOST_PLACES = 50, 100


def attribute(
    finding: Finding, origin: str, shown: str, names: Sequence[str], sites: Collection[str]
) -> Attribution:
    """Return how the page of a finding credits its source.

    Parameters
    ----------
    finding : Finding
        Links, canonical address and author are those of its metadata: without markup nothing is known of them.
    origin : str
        The text of the source. A name that stands there in the same words came along: it is a credit if it was
        one there.
    shown : str
        All that the page shows, not its article alone.
    names : sequence of str
        What the publisher goes by, or has asked for: each is looked for.
    sites : collection of str
        The publisher's registrable domains.

    Returns
    -------
    Attribution
    """
    metadata = finding.metadata
    ours = {*sites, *filter(None, [finding.source.site])}
    link, found = _best_link(metadata, finding.source.url, ours)
    linked = [folded(one.text) for one in metadata.links if one.site in ours] if metadata else []
    looked_for = tuple(_credit(name, origin, shown, linked, metadata) for name in dict.fromkeys(names))
    best = min(looked_for, key=lambda one: CREDIT_STATUSES.index(one.status), default=None)
    byline, author, unnamed = _byline(finding, shown, names)
    return Attribution(
        link=link,
        link_url=found.url if found else None,
        follow=None if found is None else not NOFOLLOW.intersection(found.rel),
        canonical=_canonical(finding, ours),
        credit=best.status if best and best.status in ("found", "missing") else "unknown",
        credit_line=best.line if best else None,
        byline=byline,
        byline_found=author,
        credits=looked_for,
        byline_missing=unnamed,
    )


# --- links ------------------------------------------------------------------------------------


def _best_link(metadata: Metadata | None, article: str | None, ours: set[str]) -> tuple[str, Link | None]:
    """Return the kind of the best link and the link; of several as good one that may be followed."""
    if metadata is None or not ours:  # without markup, or with nothing to look for
        return "unknown", None
    links = [link for link in metadata.links if link.site in ours and (link.text or not _is_of_head(link))]
    to_it = [link for link in links if is_same_page(link.url, article)]
    for kind, some in (("article", to_it), ("site", links)):
        if some:
            return kind, min(some, key=lambda link: not NOFOLLOW.isdisjoint(link.rel))
    return "none", None


def _is_of_head(link: Link) -> bool:
    return not _OF_HEAD.isdisjoint(link.rel)


def _canonical(finding: Finding, ours: set[str]) -> str:
    """Return what the page says its text belongs to; ``unknown`` where it says several things."""
    metadata = finding.metadata
    if metadata is None:
        return "unknown"
    said = metadata.canonical_url
    if said is None:
        return "none"
    also = [fact for field, fact in metadata.also if field == "canonical_url" and fact.where == said.where]
    given = whereabouts(finding).given
    kinds = {_kind(fact.value, finding.source.url, given, ours) for fact in (said, *also)}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _kind(url: str, article: str | None, page: str | None, ours: set[str]) -> str:
    if is_same_page(url, article):
        return "article"
    site = site_of(url)
    if site in ours:
        return "site"
    here, there = address_of(page), address_of(url)
    return "own" if page and here and there and site == site_of(page) else "other"


# --- words ------------------------------------------------------------------------------------


def _credit(
    text: str, origin: str, shown: str, linked: Sequence[tuple[str, ...]], metadata: Metadata | None
) -> Credit:
    """Return whether a page says a text for its source, by the best of all places where it does.

    `linked` has the words of links to the publisher.
    """
    # Without markup the text may be all that was kept of the page.
    name, best = folded(text), Credit(text, "missing" if metadata else "unknown")
    if not may_have(shown, name):
        return best
    words, source = words_of(shown), words_of(origin)
    for at in places_of(name, words):
        place = words[at : at + len(name)]
        is_name = text == text.lower() or any(map(str.isupper, shown[place[0].begin : place[-1].end]))
        has_cue = _has_cue(shown, place) or (len(name) == 1 and any(name[0] in one for one in linked))
        if has_cue and (is_name or len(name) > 1):
            status = "found"
        elif is_name and came_along(at, words, name, source):
            status = "copied"
        elif len(name) > 1:
            status = "found" if is_name else "doubtful"
        elif is_name or has_cue:  # "Metro" can be a name, and "metro" where a source is named
            status = "doubtful"
        else:
            continue
        if CREDIT_STATUSES.index(status) < CREDIT_STATUSES.index(best.status):
            best = Credit(text, status, _around(shown, words, at, at + len(name)))
        if status == "found":
            break
    return best


def _has_cue(text: str, place: Sequence[Word]) -> bool:
    """Tell whether what stands before the last word of a name, or around it, makes a credit of it."""
    begin, end = place[0].begin, place[-1].end
    before = text[max(begin - _BEFORE, 0) : begin].rpartition("\n")[2]
    is_dateline = before.endswith("(") and text[end : end + 1] == ")"
    within = text[begin : place[-1].begin]  # of "reprinted by leave of Example News"
    return is_dateline or any(_CUE.search(words) for words in (before, before + within))


def _around(text: str, words: Sequence[Word], begin: int, end: int) -> str:
    """Return some words and those beside them in the same paragraph, on one line."""
    first, last = max(begin - _AROUND, 0), min(end + _AROUND, len(words)) - 1
    left = text[words[first].begin : words[begin].begin].rpartition("\n")[2]
    right, _, _ = text[words[end - 1].end : words[last].end].partition("\n")
    name = text[words[begin].begin : words[end - 1].end]
    return " ".join(f"{left[-_MOST_CHARACTERS:]}{name}{right[:_MOST_CHARACTERS]}".split())


# --- bylines ----------------------------------------------------------------------------------


class _Name(NamedTuple):
    """A name as it is compared, and as it is written."""

    words: tuple[str, ...]
    written: str


def _byline(finding: Finding, shown: str, names: Sequence[str]) -> tuple[str, str | None, str | None]:
    """Return whether the authors of the source are named, who is named in their place, and who is not."""
    wanted = _authors(finding.source.author or "", names)
    if not wanted:
        return "unknown", None, None
    said = list(_said(finding))
    named = [name for byline in said for name in _names(byline)]
    missing = [name for name in wanted if not any(_is_same_name(name.words, other.words) for other in named)]
    missing = [name for name in missing if not _has_signed(name.words, shown, anywhere=not said)]
    if not missing:
        return "kept", None, None
    unnamed = ", ".join(name.written for name in missing)
    if all(next(places_in_any_order(name.words, shown), None) is not None for name in missing):
        return "unknown", said[0] if said else None, unnamed  # it may be an author, or the subject
    if said:
        return "changed", said[0], unnamed
    return ("missing" if finding.metadata else "unknown"), None, unnamed


def _authors(byline: str, names: Sequence[str]) -> list[_Name]:
    """Return the names of a byline without the publisher's own, unless that is all there is."""
    found, ours = list(_names(byline)), set(map(folded, names))
    return [name for name in found if name.words not in ours] or found


def _has_signed(name: tuple[str, ...], shown: str, *, anywhere: bool) -> bool:
    """Tell whether a page shows a name as a byline has it; or, if it is of several words, `anywhere`."""
    for at in islice(places_in_any_order(name, shown), _MOST_PLACES):
        begin = words_of(shown)[at].begin
        before = shown[max(begin - _BEFORE, 0) : begin].rpartition("\n")[2]
        if (anywhere and len(name) > 1) or _SIGNED.search(before):
            return True
    return False


def _said(finding: Finding) -> Iterator[str]:
    """Yield the bylines of a page, the best first."""
    metadata = finding.metadata
    if metadata:
        facts = (metadata.author, *(fact for field, fact in metadata.also if field == "author"))
        yield from (fact.value for fact in facts if fact)
    elif finding.page.author:
        yield finding.page.author


def _names(byline: str) -> Iterator[_Name]:
    """Yield the names of a byline; ``Holm, Ida`` is one."""
    parts: list[_Name] = []
    for part in _BETWEEN.split(byline):
        words = [word for word in words_in(part) if word.folded not in _NO_NAMES]
        if words and len(parts) < _MOST_NAMES:
            written = part[words[0].begin : words[-1].end]
            parts.append(_Name(tuple(word.folded for word in words), written))
    if len(parts) > 1 and len(parts) % 2 == 0 and all(len(part.words) == 1 for part in parts):
        for last, first in zip(parts[::2], parts[1::2], strict=True):
            yield _Name(first.words + last.words, f"{first.written} {last.written}")
    else:
        yield from parts


def _is_same_name(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two names can be of one person: in any order, with initials, a middle name left out."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1:
        return tuple(one) == tuple(other)
    left = list(longer)
    whole = 0
    for word in sorted(shorter, key=len, reverse=True):
        match = next((each for each in left if each == word or _is_initial(word, each)), None)
        if match is None:
            return False
        whole += match == word and len(word) > 1
        left.remove(match)
    return whole > 0


def _is_initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0]
