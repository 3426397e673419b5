"""A page to how it credits its source: a link, a canonical address, a credit line, a byline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reuse.rights.addresses import address_of, is_same_page, whereabouts
from reuse.rights.names import came_along, folded, may_have, places_of, words_of
from reuse.rights.values import Attribution
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.metadata import Link, Metadata
    from reuse.rights.names import Word

#: Where such links come from: the head of a page, which no reader sees.
_OF_HEAD = {"canonical", "original-source", "syndication-source"}
#: What tells search engines not to follow a link.
_NOFOLLOW = {"nofollow", "ugc", "sponsored"}
_CANONICAL = "link rel=canonical"
#: Words that are shown on either side of a credit, and their characters.
_AROUND, _MOST_CHARACTERS = 8, 200
#: Between names of authors; and what stands before them and is no name.
_BETWEEN = re.compile(r"[,;/|&]|\s(?:and|und|et|y|e|en|og|och)\s", re.IGNORECASE)
_NO_NAMES = {"by", "von", "par", "por", "door", "af", "av", "words", "text"}
#: Words of a byline, and names in it, beyond which none is looked at.
_MOST_NAMES = 50


def attribute(
    finding: Finding, origin: str, shown: str, names: Sequence[str], sites: Collection[str]
) -> Attribution:
    """Return how the page of a finding credits its source.

    Parameters
    ----------
    finding : Finding
        Links, canonical address and author are those of its metadata: without markup nothing is known of them.
    origin : str
        The text of the source. A name that stands there in the same words is no credit: it came along.
    shown : str
        All that the page shows, not its article alone.
    names : sequence of str
        What the publisher goes by, or has asked for; the first that is found makes the credit line.
    sites : collection of str
        The publisher's registrable domains.

    Returns
    -------
    Attribution
    """
    metadata = finding.metadata
    ours = {*sites, *filter(None, [finding.source.site])}
    link, found = _best_link(metadata, finding.source.url, ours)
    line = _credit_line(origin, shown, names)
    byline, author = _byline(finding, shown)
    return Attribution(
        link=link,
        link_url=found.url if found else None,
        follow=None if found is None else not _NOFOLLOW.intersection(found.rel),
        canonical=_canonical(finding, ours),
        credit="found" if line else "missing" if metadata and names else "unknown",
        credit_line=line,
        byline=byline,
        byline_found=author,
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
            return kind, min(some, key=lambda link: not _NOFOLLOW.isdisjoint(link.rel))
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


def _credit_line(origin: str, shown: str, names: Sequence[str]) -> str | None:
    """Return the words around the first name that did not come with copied ones."""
    words: list[Word] = []
    source: list[Word] = []
    for name in map(folded, names):
        if not may_have(shown, name):
            continue
        words = words or words_of(shown)
        source = source or words_of(origin)
        for at in places_of(name, words):
            if not came_along(at, words, name, source):
                return _around(shown, words, at, at + len(name))
    return None


def _around(text: str, words: Sequence[Word], begin: int, end: int) -> str:
    """Return some words and those beside them in the same paragraph, on one line."""
    first, last = max(begin - _AROUND, 0), min(end + _AROUND, len(words)) - 1
    left = text[words[first].begin : words[begin].begin].rpartition("\n")[2]
    right, _, _ = text[words[end - 1].end : words[last].end].partition("\n")
    name = text[words[begin].begin : words[end - 1].end]
    return " ".join(f"{left[-_MOST_CHARACTERS:]}{name}{right[:_MOST_CHARACTERS]}".split())


# --- bylines ----------------------------------------------------------------------------------


def _byline(finding: Finding, shown: str) -> tuple[str, str | None]:
    """Return whether the authors of the source are named, and who is named in their place."""
    wanted = list(_names(finding.source.author or ""))
    if not wanted:
        return "unknown", None
    said = list(_said(finding))
    named = [name for byline in said for name in _names(byline)]
    missing = [name for name in wanted if not any(_is_same_name(name, other) for other in named)]
    unsure = [name for name in missing if _is_shown(name, shown)]
    if not missing or (len(unsure) == len(missing) and all(len(name) > 1 for name in missing)):
        return "kept", None
    if len(unsure) == len(missing):  # "Reuters" in a text may be its author, or not
        return "unknown", said[0] if said else None
    if said:
        return "changed", said[0]
    return ("missing" if finding.metadata else "unknown"), None


def _said(finding: Finding) -> Iterator[str]:
    """Yield the bylines of a page, the best first."""
    metadata = finding.metadata
    if metadata:
        facts = (metadata.author, *(fact for field, fact in metadata.also if field == "author"))
        yield from (fact.value for fact in facts if fact)
    elif finding.page.author:
        yield finding.page.author


def _names(byline: str) -> Iterator[tuple[str, ...]]:
    """Yield the names of a byline; ``Holm, Ida`` is one."""
    parts = [tuple(word for word in folded(part) if word not in _NO_NAMES) for part in _BETWEEN.split(byline)]
    parts = [part for part in parts if part][:_MOST_NAMES]
    if len(parts) > 1 and len(parts) % 2 == 0 and all(len(part) == 1 for part in parts):
        yield from (first + second for second, first in zip(parts[::2], parts[1::2], strict=True))
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


def _is_shown(name: Sequence[str], shown: str) -> bool:
    """Tell whether the words of a name stand in a row in what a page shows, in any order."""
    if not may_have(shown, name):
        return False
    words, size, wanted = words_of(shown), len(name), sorted(name)
    return any(
        sorted(word.folded for word in words[at : at + size]) == wanted for at in range(len(words) - size + 1)
    )
