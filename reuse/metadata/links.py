"""A page to its links to given sites: whether it credits its source, and lets search engines follow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reuse.metadata.facts import Link, address, line
from reuse.metadata.statements import ORIGINALS, select
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from resiliparse.parse.html import ElementNode

    from reuse.metadata.statements import Statements

#: Links that are kept of a page; more are counted.
MOST_LINKS = 20
#: A page with more anchors than that to the sites is a trap: none is looked at.
MOST_ANCHORS = 20_000
#: What tells search engines not to follow a link.
NOFOLLOW = frozenset({"nofollow", "ugc", "sponsored"})
_SITES_AT_ONCE = 50
_DOMAIN = re.compile(r"[\w.:-]+")


def links_to(page: Statements, sites: Collection[str]) -> tuple[tuple[Link, ...], int]:
    """Return the first links of a page to any of some sites, and how many there are.

    Anchors are one link if their addresses are: the first that has words gives its words, and one that may be
    followed says so for all. What the head names is a link of its own, which readers do not see. A link without
    a host leads to the page's own site and is not looked at, unless the page has another base.

    Parameters
    ----------
    page : Statements
    sites : collection of str
        Registrable domains, as `reuse.sites.site_of` tells them.

    Returns
    -------
    tuple of (tuple of Link, int)
    """
    found: dict[tuple[str, bool], Link] = {}
    for href, rel, element in (*_of_head(page), *_anchors(page, sites)):
        url = address(href, page.base)
        site = site_of(url) if url else None
        if url is None or site is None or site not in sites or (element and _is_empty(element)):
            continue
        key = url, element is None
        known = found.get(key)
        if known is None and len(found) >= MOST_LINKS:  # counted, and not kept
            found[key] = Link(url, site, rel, "")
        elif known is None or not known.text or (not _may_follow(known.rel) and _may_follow(rel)):
            words = line(element.text) if element else ""
            found[key] = _together(known, Link(url, site, rel, words))
    return tuple(found.values())[:MOST_LINKS], len(found)


def _together(known: Link | None, other: Link) -> Link:
    """Return one link for two to the same address."""
    if known is None:
        return other
    better = other if not _may_follow(known.rel) and _may_follow(other.rel) else known
    return Link(known.url, known.site, better.rel, known.text or other.text)


def _may_follow(rel: Collection[str]) -> bool:
    return NOFOLLOW.isdisjoint(rel)


def _is_empty(element: ElementNode) -> bool:
    """Tell whether an anchor holds neither words nor an image: nobody can see it."""
    return element.first_element_child is None and not (element.text or "").strip()


def _of_head(page: Statements) -> Iterator[tuple[str, tuple[str, ...], None]]:
    """Yield the addresses in the head that name an original."""
    for href in page.canonical:
        yield href, ("canonical",), None
    for name in ORIGINALS:
        for href in page.metas.get(name, ()):
            yield href, (name,), None


def _anchors(page: Statements, sites: Collection[str]) -> Iterator[tuple[str, tuple[str, ...], ElementNode]]:
    """Yield the anchors that may lead to the sites, in order."""
    of_all = ("nofollow",) if page.follows_nothing() else ()
    for element in select(page.document, _selector(page, sites), MOST_ANCHORS) if sites else ():
        rel = dict.fromkeys((*line(element.getattr("rel")).lower().split(), *of_all))
        yield element.getattr("href") or "", tuple(rel), element


def _selector(page: Statements, sites: Collection[str]) -> str:
    """Return a selector of the anchors that name a site in their address; of many sites, of all anchors."""
    base = site_of(page.base) if page.base and page.base != page.given else None
    if base in sites and base != site_of(page.given or ""):
        return "a[href]"
    names = {name for site in sites for name in (site, _in_ascii(site)) if _DOMAIN.fullmatch(name)}
    if not 0 < len(names) <= _SITES_AT_ONCE:
        return 'a[href*="//"]'
    return ",".join(f'a[href*="{name}" i]' for name in sorted(names))


def _in_ascii(site: str) -> str:
    try:
        return site.encode("idna").decode()
    except UnicodeError:  # a label that is empty or too long: written in one way only
        return site
