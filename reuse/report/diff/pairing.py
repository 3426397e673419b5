"""Findings of two reports to pairs: the same finding in both, whatever its files are called by now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from reuse.sites import page_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from reuse.findings import Finding
    from reuse.values import Document


def paired(
    old: list[Finding], new: list[Finding]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Pair the findings that are the same.

    Parameters
    ----------
    old, new : list of Finding
        Each pair of documents once, as reports have them.

    Returns
    -------
    pairs : list of (Finding, Finding)
        By ids first; an id that is nothing but a line of a file holds for what stood there. What is left over
        is known again by its source (id, address or text) and its page (id, address, or text if it has no
        address), if both are those of one finding alone on either side; and in the end by such a line after
        all, unless what stands there has another address than what stood there.
    old, new : list of Finding
        What is left over in the end, in the order given.
    """
    pairs: list[tuple[Finding, Finding]] = []
    for by_source, by_page in _NAMES:

        def key(finding: Finding, source: _Name = by_source, page: _Name = by_page) -> Hashable:
            names = source(finding.source, finding.source_sha256), page(finding.page, finding.page_sha256)
            return None if None in names else names

        there, here = _told_once(old, key), _told_once(new, key)
        same = there.keys() & here.keys()
        pairs += [(there[name], here[name]) for name in there if name in same]
        old, new = ([one for one in side if key(one) not in same] for side in (old, new))
        if not old or not new:
            return pairs, old, new
    there = {one.id: one for one in old}
    last = [(there[one.id], one) for one in new if one.id in there and not _is_elsewhere(there[one.id], one)]
    taken = {one.id for one, _ in last}
    old, new = ([one for one in side if one.id not in taken] for side in (old, new))
    return pairs + last, old, new


def _is_elsewhere(old: Finding, new: Finding) -> bool:
    """Tell whether the page or the source of one finding has another address than that of the other."""
    both = ((old.source.url, new.source.url), (old.page.url, new.page.url))
    keys = [(page_key(was), page_key(now)) for was, now in both]
    return any(was and now and was != now for was, now in keys)


def _told_once(findings: Iterable[Finding], key: Callable[[Finding], Hashable]) -> dict[Hashable, Finding]:
    """Return findings by a key that no other of them has."""
    named = [(key(finding), finding) for finding in findings]
    often = Counter(name for name, _ in named)
    return {name: finding for name, finding in named if name is not None and often[name] == 1}


def _id(document: Document, sha256: str) -> Hashable:
    """Return the id; where that is a place in a file, whose lines may have moved, with what stands there."""
    if document.line is not None and document.id == f"{document.path}:{document.line}":
        return document.id, page_key(document.url) or sha256
    return document.id


def _spelled(document: Document, _sha256: str) -> Hashable:
    """Return the address as it is spelled: a crawl may hold a page twice, once as a campaign names it."""
    return document.url


def _address(document: Document, _sha256: str) -> Hashable:
    return page_key(document.url)


def _text(_document: Document, sha256: str) -> Hashable:
    return sha256


def _page_text(document: Document, sha256: str) -> Hashable:
    """Return the text of a page without an address: at another address it would be another page."""
    return sha256 if page_key(document.url) is None else None


_Name: TypeAlias = "Callable[[Document, str], Hashable]"
#: By what a source and a page are known again, the surest first.
_NAMES: tuple[tuple[_Name, _Name], ...] = (
    (_id, _id),
    (_id, _spelled),
    (_id, _address),
    (_address, _id),
    (_address, _spelled),
    (_address, _address),
    (_id, _page_text),
    (_address, _page_text),
    (_text, _id),
    (_text, _spelled),
    (_text, _address),
    (_text, _page_text),
)
