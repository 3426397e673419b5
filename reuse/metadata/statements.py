"""A parsed page to the facts it states or shows, field by field, each field's best place first.

Facts are made when they are asked for: the first pass takes the first of each field and pays for no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reuse.metadata import dates, jsonld
from reuse.metadata.facts import DERIVED, STATED, Fact, address, line, one_line, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from resiliparse.parse.html import DocumentNode, ElementNode, HTMLTree

# One walk of the page for all that is read of every page. Of meta elements, those that come in dozens and say
# nothing here, or nothing new, are left out: to look at one costs as much as to pass by a hundred.
_ELEMENTS = (
    'meta[content]:not([property^="og:image"],[name^="twitter:"],[property^="twitter:"],[property^="fb:"],'
    '[property^="al:"],[name^="msapplication"],[name^="apple-"],[name="viewport"]),'
    'link[rel~="canonical" i],script[type*="ld+json" i]'
)
_TWITTER = 'meta[name="twitter:title"],meta[property="twitter:title"]'
_BYLINE = 'a[rel~="author" i]'
_UNCHANGED = 'time[datetime]:not([class*="updated" i],[class*="modified" i]),time.published[datetime]'
_CHANGED = ",".join(f'time[datetime][class*="{word}" i]:not(.published)' for word in ("updated", "modified"))
#: A page with more of them is a trap: it is read as if it had none.
_MOST_ELEMENTS = 2_000

# Names of meta elements by field, the best first. All are compared in lower case, "dc:" as "dc.".
_TITLES = (
    "og:title", "citation_title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline",
    "title",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author", "og:article:author", "citation_author", "parsely-author",
    "sailthru.author", "dc.creator", "dcterms.creator", "byl", "cxenseparse:author",
)  # fmt: skip
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "citation_publication_date", "citation_online_date", "citation_date", "parsely-pub-date",
    "sailthru.date", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created",
    "dc.created", "cxenseparse:recs:publishtime", "article.published", "published_time", "publish-date",
    "publish_date", "publishdate", "pubdate", "publication_date", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "dc.modified", "article.updated", "updated_time", "lastmod",
    "last-modified", "revised",
)  # fmt: skip
_LANGUAGES = ("content-language", "og:locale", "dc.language", "dcterms.language", "language")
_ROBOTS = ("robots", "googlebot", "googlebot-news", "bingbot")
#: Meta elements that name the address of which the text is a copy.
ORIGINALS = ("original-source", "syndication-source")

#: Members of JSON-LD that make an object of whatever type worth reading.
_TELLING = {"headline", "datePublished"}
_MOST_ADDRESSES = 10

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.IGNORECASE)
# Not "max-image-preview: none".
_NOINDEX, _NOFOLLOW = (
    re.compile(rf"(?<![:\w-])(?<!: )(?:{word}|none)(?![\w-])", re.IGNORECASE)
    for word in ("noindex", "nofollow")
)
_ROLE = re.compile(r"\Aby\s+", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Statements:
    """What a page says of itself.

    Attributes
    ----------
    tree : HTMLTree
    given : str or None
        Its address in the input.
    until : datetime.date or None
        The last day its dates can have.
    """

    tree: HTMLTree
    given: str | None = None
    until: date | None = None

    # --- reading the page ---------------------------------------------------------------------

    @cached_property
    def _elements(self) -> tuple[dict[str, list[str]], list[str], list[str]]:
        """Contents of meta elements by name, canonical addresses, scripts of JSON-LD."""
        metas: dict[str, list[str]] = {}
        canonical: list[str] = []
        scripts: list[str] = []
        for element in select(self.document, _ELEMENTS, _MOST_ELEMENTS):
            tag = element.tag
            if tag == "meta":
                content = element.getattr("content") or ""
                for key in _keys(element):
                    metas.setdefault(key, []).append(content)
            elif tag == "link":
                canonical.append(element.getattr("href") or "")
            else:
                scripts.append(element.text or "")
        return metas, canonical, scripts

    @cached_property
    def document(self) -> DocumentNode | None:
        """The root of the page."""
        return self.tree.document

    @property
    def metas(self) -> dict[str, list[str]]:
        """Contents of meta elements by name in lower case, those of the same name in order."""
        return self._elements[0]

    @property
    def canonical(self) -> list[str]:
        """Canonical addresses as they stand in the page."""
        return self._elements[1]

    @cached_property
    def base(self) -> str | None:
        """The address that others are relative to."""
        element = self._find("base[href]")
        return address(element.getattr("href"), self.given) if element else self.given

    @cached_property
    def _objects(self) -> list[dict[str, Any]]:
        return jsonld.objects(self._elements[2])

    @cached_property
    def _described(self) -> list[dict[str, Any]]:
        """The objects of JSON-LD that mean this page: its article, then others that are no article.

        Of several articles it is the one with the page's address. If none has that, they are a list of other
        pages, unless all have the same headline.
        """
        articles = [each for each in self._objects if jsonld.kind(each) == 0]
        pages = [each for each in self._objects if jsonld.kind(each) == 1]
        others = [each for each in self._objects if jsonld.kind(each) == 2 and each.keys() & _TELLING]
        if len(articles) > 1:
            own_urls = (self.given, *(address(url, self.base) for url in self.canonical[:_MOST_ADDRESSES]))
            here = set(map(page_of, own_urls)) - {None}
            own = [each for each in articles if here & {page_of(url) for url in jsonld.addresses(each)}]
            headlines = {line(jsonld.text_of(each, "headline")) for each in articles} - {""}
            articles = own or (articles if len(headlines) == 1 else [])
        return articles + pages + others

    @cached_property
    def _shows_more(self) -> bool:
        """Whether there is microdata, a time or an author's link: one walk that saves most pages several."""
        return self._find(f"[itemprop],time[datetime],{_BYLINE}") is not None

    def _shown(self, selector: str) -> ElementNode | None:
        return self._find(selector) if self._shows_more else None

    def _item(self, name: str) -> ElementNode | None:
        """Return the first element of microdata with a property."""
        return self._shown(f'[itemprop~="{name}"]')

    def _find(self, selector: str) -> ElementNode | None:
        return self.document.query_selector(selector) if self.document else None

    # --- fields -------------------------------------------------------------------------------

    def titles(self) -> Iterator[Fact]:
        """Yield headlines."""
        for found in self._described:
            names = ("headline", "name") if jsonld.kind(found) == 0 else ("headline",)
            yield from _facts((jsonld.text_of(found, name) for name in names), "json-ld")
        head = self.tree.head
        for name in _TITLES:
            yield from _facts(self.metas.get(name, ())[:1], f"meta {name}")
        yield from _facts([_value(head.query_selector(_TWITTER) if head else None)], "meta twitter:title")
        yield from _facts([_value(self._item("headline"))], "microdata headline")
        yield from _facts([self.tree.title], "title element")
        yield from _facts([_value(self._find("h1"))], "h1 element", DERIVED)

    def authors(self) -> Iterator[Fact]:
        """Yield names; several of one place in one fact, with commas between."""
        by_id = {jsonld.text_of(each, "@id"): each for each in self._objects if "name" in each}
        for found in self._described:
            yield from _people(jsonld.names(found, by_id), "json-ld")
        for name in _AUTHORS:
            yield from _people(self.metas.get(name, ()), f"meta {name}")
        yield from _people([_named(self._item("author"))], "microdata author")
        yield from _people([_value(self._shown(_BYLINE))], "a rel=author", DERIVED)

    def published(self) -> Iterator[Fact]:
        """Yield dates of publication."""
        yield from self._dates("datePublished", _PUBLISHED)
        yield from self._seen([_value(self._shown(_UNCHANGED))], "time element")
        yield from self._seen([dates.in_address(self.address, self.until)], "url")

    def modified(self) -> Iterator[Fact]:
        """Yield dates of the last change."""
        yield from self._dates("dateModified", _MODIFIED)
        yield from self._seen([_value(self._shown(_CHANGED))], "time element")

    def languages(self) -> Iterator[Fact]:
        """Yield tags of languages."""
        root = self.document.document_element if self.document else None
        if root:
            yield from _tags([root.getattr("lang") or root.getattr("xml:lang")], "html lang")
        for name in _LANGUAGES:
            yield from _tags(self.metas.get(name, ()), f"meta {name}")
        yield from _tags((jsonld.text_of(found, "inLanguage") for found in self._described), "json-ld")

    def canonicals(self) -> Iterator[Fact]:
        """Yield the addresses that the page calls its own."""
        yield from self._addresses(self.canonical, "link rel=canonical")
        yield from self._addresses(self.metas.get("og:url", []), "meta og:url")
        for found in self._described:
            if jsonld.kind(found) == 0:
                yield from self._addresses(jsonld.addresses(found), "json-ld")

    @cached_property
    def address(self) -> str | None:
        """The address of the page: as given, else the first that it calls its own."""
        return one_line(self.given) or next((fact.value for fact in self.canonicals()), None)

    def noindex(self) -> Fact | None:
        """Return what keeps the page out of search engines, if anything does."""
        return next((fact for fact in self._directives() if _NOINDEX.search(fact.value)), None)

    def follows_nothing(self) -> bool:
        """Tell whether search engines are told to follow none of its links."""
        return any(_NOFOLLOW.search(fact.value) for fact in self._directives())

    def _directives(self) -> Iterator[Fact]:
        for name in _ROBOTS:
            yield from _facts(self.metas.get(name, ()), f"meta {name}")

    def paywalled(self) -> Fact | None:
        """Return whether the page says that its text has to be paid for."""
        for found in self._described:
            free = jsonld.truth(found, "isAccessibleForFree")
            if free is not None:
                return Fact("false" if free else "true", "json-ld")
        for content in self.metas.get("article:content_tier", ()):
            if content.lower() in ("free", "metered", "locked"):
                return Fact("false" if content.lower() == "free" else "true", "meta article:content_tier")
        return None

    # --- places -------------------------------------------------------------------------------

    def _addresses(self, texts: Sequence[str], where: str) -> Iterator[Fact]:
        for text in texts[:_MOST_ADDRESSES]:
            found = address(text, self.base)
            if found:
                yield Fact(found, where)

    def _dates(self, member: str, names: Sequence[str]) -> Iterator[Fact]:
        for found in self._described:
            yield from self._seen([jsonld.text_of(found, member)], "json-ld", STATED)
        for name in names:
            yield from self._seen(self.metas.get(name, ())[:3], f"meta {name}", STATED)
        yield from self._seen([_value(self._item(member))], f"microdata {member}", STATED)

    def _seen(self, texts: Iterable[str | None], where: str, certainty: str = DERIVED) -> Iterator[Fact]:
        for text in texts:
            found = dates.normalised(text, self.until)
            if found:
                yield Fact(found, where, certainty)


def select(document: DocumentNode | None, selector: str, most: int) -> list[ElementNode]:
    """Return the elements a selector finds; none if there are too many."""
    if document is None:
        return []
    found = document.query_selector_all(selector)
    return found.values() if len(found) <= most else []


def _keys(element: ElementNode) -> set[str]:
    """Return the names of a meta element, in lower case, ``dc:title`` as ``dc.title``."""
    names = element.getattr("property"), element.getattr("name") or element.getattr("http-equiv")
    keys = " ".join(filter(None, names)).lower().split()
    return {key.replace(":", ".", 1) if key.startswith("dc") else key for key in keys}


def _value(element: ElementNode | None) -> str:
    """Return what an element holds: an attribute made for it, else its text; nothing where there is none."""
    if element is None:
        return ""
    for name in ("content", "datetime", "title") if element.tag == "abbr" else ("content", "datetime"):
        if element.hasattr(name):
            return element.getattr(name) or ""
    return element.text or ""


def _named(element: ElementNode | None) -> str:
    """Return the name of a person in microdata."""
    name = element.query_selector('[itemprop~="name"]') if element else None
    return _value(name) if name else _value(element)


def _facts(texts: Iterable[str | None], where: str, certainty: str = STATED) -> Iterator[Fact]:
    for text in texts:
        value = line(text)
        if value:
            yield Fact(value, where, certainty)


def _people(texts: Iterable[str], where: str, certainty: str = STATED) -> Iterator[Fact]:
    """Yield the names of one place as one fact; addresses and handles are no names."""
    lines = (_ROLE.sub("", line(text), count=1) for text in texts)
    names = dict.fromkeys(name for name in lines if name and "://" not in name and name[0] != "@")
    yield from _facts([", ".join(names)], where, certainty)


def _tags(texts: Iterable[str | None], where: str) -> Iterator[Fact]:
    """Yield tags as BCP 47 writes them: ``pt_br`` is ``pt-BR``."""
    for text in texts:
        tag = line(text).replace("_", "-")
        if _TAG.fullmatch(tag) and not tag.lower().startswith("und"):
            first, *rest = tag.split("-")
            yield Fact("-".join([first.lower(), *map(_subtag, rest)]), where)


def _subtag(text: str) -> str:
    return text.upper() if len(text) == 2 else text.title() if len(text) == 4 else text.lower()
