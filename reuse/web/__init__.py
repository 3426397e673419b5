"""Web pages to texts, in two passes: quickly and whole for every page, carefully for the few that matter.

`reuse.markup` takes the text from a page, `reuse.metadata` what the page says of itself; here is when which of
that is done, and `originals` keeps pages in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reuse.overrides import as_shown
from reuse.values import ARTICLE, HTML, PAGE, Document, Notice, Unreadable
from reuse.web.originals import HeldOriginal, HeldOriginals, Original, Originals, let_go, no_room

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from reuse.metadata import Metadata

__all__ = [
    "Described",
    "HeldOriginal",
    "HeldOriginals",
    "Original",
    "Originals",
    "describe",
    "let_go",
    "no_room",
    "read_article",
    "skim",
]


def skim(
    documents: Iterable[Document | Unreadable | Notice], originals: Originals | HeldOriginals
) -> Iterator[Document | Unreadable | Notice]:
    """Give every web page the text of all that it shows, and what its head says; others pass as they are.

    Parameters
    ----------
    documents : iterable of Document, Unreadable or Notice
        As readers yield them.
    originals : Originals or HeldOriginals
        Where pages are kept for `read_article`.

    Examples
    --------
    >>> page = Document("a", b"<title>News</title><p>Some <b>text</b>.", "a.html", media=HTML)
    >>> (found,) = skim([page], Originals())
    >>> found.content, found.title, found.extent
    ('Some text.', 'News', 'page')
    """
    for document in documents:
        if isinstance(document, Document) and document.media == HTML:
            yield from _skimmed(document, originals)
        else:
            yield document


def _skimmed(document: Document, originals: Originals | HeldOriginals) -> Iterator[Document | Notice]:
    from reuse.markup import decode, page_text, parse
    from reuse.metadata import head

    html, replaced = decode(document.content, document.encoding)
    tree = parse(html)
    said = head(tree, document.url)
    if replaced:
        many = f"{replaced:,} malformed character{'' if replaced == 1 else 's'}"
        yield Notice(document.id, f"{many} read as U+FFFD; see whether it was saved in another encoding")
    original = originals.keep(document)
    yield document._replace(
        content=page_text(tree),
        original=original,
        original_sha256=original.sha256,
        extent=PAGE,
        url=document.url or said.url,
        title=document.title or said.title,
        date=document.date or said.published,
        author=document.author or said.author,
        modified=document.modified or said.modified,
        language=document.language or said.language,
    )


def read_article(document: Document) -> Document | None:
    """Return a web page with the text of its article alone; None if it is none, or no article is found.

    Examples
    --------
    >>> read_article(Document("a", "Some text.", "a.txt")) is None
    True
    """
    if document.original is None:
        return None
    from reuse.markup import article, decode

    html, _ = decode(document.original.read(), document.encoding)
    found = article(html, document.url)
    if not found.text:
        return None
    return document._replace(content=found.text, extent=ARTICLE, marks=found.marks)


class Described(NamedTuple):
    """A web page, looked at closely.

    Attributes
    ----------
    metadata : Metadata
        What it says of itself, and where.
    shown : str
        All that it shows: its article, and what stands around it.
    """

    metadata: Metadata
    shown: str


def describe(document: Document, sites: Collection[str], as_of: date | None = None) -> Described | None:
    """Return what a web page says of itself, and all that it shows; None if it is none.

    Parameters
    ----------
    document : Document
        With its original.
    sites : collection of str
        The publisher's: links to them are told.
    as_of : datetime.date, optional
        Dates after it are not taken.
    """
    if document.original is None:
        return None
    from reuse import metadata
    from reuse.markup import decode, page_text, parse, unlink_hidden, with_short_tags

    html, _ = decode(document.original.read(), document.encoding)
    tree = parse(html)
    unlink_hidden(tree)
    said = metadata.describe(tree, with_short_tags(html) or "", document.original.given, sites, as_of)
    shown, _ = as_shown(page_text(tree).encode())  # in this order: the text is taken out of the tree
    return Described(said, shown.decode())
