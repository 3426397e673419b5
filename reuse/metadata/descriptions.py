"""The two entrances: what the first pass keeps of every page, and everything of the pages in findings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from reuse.metadata import guesses
from reuse.metadata.dates import normalised, same_time
from reuse.metadata.facts import (
    BOUND,
    DERIVED,
    RECORD,
    Fact,
    Head,
    Metadata,
    choose,
    line,
    one_line,
    page_of,
    same_words,
)
from reuse.metadata.links import links_to
from reuse.metadata.statements import Statements
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from resiliparse.parse.html import HTMLTree

    from reuse.values import Document


def head(tree: HTMLTree, url: str | None, as_of: date | None = None) -> Head:
    """Return what the first pass keeps of a page: of each field the best place's value.

    Parameters
    ----------
    tree : HTMLTree
        As resiliparse parsed it.
    url : str or None
        Where the page was found, if the input says so.
    as_of : datetime.date, optional
        Dates after it are not taken.

    Returns
    -------
    Head

    Examples
    --------
    >>> from resiliparse.parse.html import HTMLTree
    >>> page = HTMLTree.parse('<html lang=en><title>Storm</title><meta name=author content="A. Doe">')
    >>> print(*head(page, "https://example.org/2026/11/22/storm"))
    https://example.org/2026/11/22/storm Storm 2026-11-22 A. Doe None en
    """
    page = Statements(tree, url, as_of)
    return Head(
        url=page.address,
        title=_first(page.titles()),
        published=_first(page.published()),
        author=_first(page.authors()),
        modified=_first(page.modified()),
        language=_first(page.languages()),
    )


def _first(facts: Iterable[Fact]) -> str | None:
    return next((fact.value for fact in facts), None)


def describe(
    tree: HTMLTree, html: str, document: Document, sites: Collection[str], as_of: date | None = None
) -> Metadata:
    """Return what is known of a page, where it is said, and how sure that is.

    Of several places the input comes first, then what the page states for machines (JSON-LD, meta elements,
    microdata), then what it shows, then guesses. Of dates that agree the most precise is taken. What
    disagrees is kept in `Metadata.also`.

    Parameters
    ----------
    tree : HTMLTree
        As resiliparse parsed it.
    html : str
        The same page as it was read.
    document : Document
        What the input says of it. When it was fetched bounds its dates.
    sites : collection of str
        Registrable domains whose links are listed: those of the sources.
    as_of : datetime.date, optional
        Dates after it are not taken.

    Returns
    -------
    Metadata

    Examples
    --------
    >>> from resiliparse.parse.html import HTMLTree
    >>> from reuse.values import Document
    >>> text = '<title>Storm</title><p>As <a href="https://www.example.org/1" rel=nofollow>reported</a>'
    >>> found = describe(HTMLTree.parse(text), text, Document("a", "", "a", title="Flood"), {"example.org"})
    >>> found.title
    Fact(value='Flood', where='record', certainty='stated')
    >>> found.also
    (('title', Fact(value='Storm', where='title element', certainty='stated')),)
    >>> found.links[0]
    Link(url='https://www.example.org/1', site='example.org', rel=('nofollow',), text='reported')
    """
    fetched = normalised(document.fetched)
    until = min(filter(None, (as_of, _day(fetched))), default=None)
    page = Statements(tree, document.url, until)
    published = [*_record(normalised(document.date, until)), *page.published()]
    modified = [*_record(normalised(document.modified, until)), *page.modified()]
    if not published and not modified:
        published, modified = guesses.guess(html, page.address, until)
    bound = [Fact(fetched, "warc-date", BOUND)] if fetched else []
    language = [*_record(document.language), *page.languages()]
    chosen = {
        "title": choose([*_record(document.title), *page.titles()], same_words),
        "author": choose([*_record(document.author), *page.authors()], same_words),
        "published": choose(published or bound, same_time, finest=True),
        "modified": choose(modified, same_time, finest=True),
        "language": choose(language, lambda one, other: one.split("-")[0] == other.split("-")[0]),
        "canonical_url": choose(page.canonicals(), lambda one, other: page_of(one) == page_of(other)),
    }
    also = [(field, fact) for field, (_, others) in chosen.items() for fact in others]
    also += [("published", fact) for fact in bound if published]
    given = one_line(document.url)
    url = Fact(given, RECORD) if given else next(page.canonicals(), None)
    links, total = links_to(page, sites)
    return Metadata(
        url=url,
        site=_site(url),
        canonical_site=_elsewhere(page, url),
        noindex=page.noindex(),
        paywalled=page.paywalled(),
        links=links,
        links_total=total,
        also=tuple(also),
        **{field: fact for field, (fact, _) in chosen.items()},
    )


def _record(value: str | None) -> list[Fact]:
    """Return what the input says, if it does."""
    text = line(value)
    return [Fact(text, RECORD)] if text else []


def _day(moment: str | None) -> date | None:
    return date.fromisoformat(moment[:10]) if moment and len(moment) >= len("2026-11-22") else None


def _site(url: Fact | None) -> Fact | None:
    site = site_of(url.value) if url else None
    return Fact(site, url.where, DERIVED) if url and site else None


def _elsewhere(page: Statements, url: Fact | None) -> Fact | None:
    """Return the site of the first canonical address that is not on the page's own site."""
    own = _site(url)
    for fact in page.canonicals():
        site = site_of(fact.value)
        if own and site and site != own.value:
            return Fact(site, fact.where, fact.certainty)
    return None
