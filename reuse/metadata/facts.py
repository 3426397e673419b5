"""The records of a page's metadata, and which of several facts is taken."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What `Fact.certainty` can be.
STATED, DERIVED, BOUND, GUESSED = "stated", "derived", "bound", "guessed"
#: `Fact.where` of what the input says: a crawl's header, or a column.
RECORD = "record"

#: Characters of a string that are kept; an address cut short would be another address.
MAX_CHARACTERS, MAX_ADDRESS = 500, 2_000
#: Other opinions that are kept of one field.
_MOST_OTHERS = 5

# Controls but white space, lone surrogates, and what turns the direction of a line around.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


# What was escaped twice, or in a script where nothing had to be.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_MOST_ESCAPES = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a page.

    Attributes
    ----------
    value : str
        One line of at most 500 characters (2,000 of an address), without control characters.
    where : str
        The place that says so: ``record`` (the input), ``json-ld``, ``meta og:title``, ``microdata headline``,
        ``link rel=canonical``, ``html lang``, ``title element``, ``h1 element``, ``time element``,
        ``a rel=author``, ``url``, ``warc-date`` or ``htmldate``.
    certainty : str
        ``stated`` for machines, by the page or the input; ``derived`` from the address or from visible text;
        ``bound``, no later than that; ``guessed`` by heuristics.
    """

    value: str
    where: str
    certainty: str = STATED


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page to one of the sites asked for.

    Attributes
    ----------
    url : str
        Absolute, without a fragment.
    site : str
        Which of the sites.
    rel : tuple of str
        What the link says of itself, in lower case: ``nofollow`` (of all links, where the page says so),
        ``canonical``, ``original-source``.
    text : str
        Its words, empty where it has none (an image, or an element of the head).
    """

    url: str
    site: str
    rel: tuple[str, ...]
    text: str


class Head(NamedTuple):
    """What the first pass keeps of a page: one line each, None where nothing is told.

    Attributes
    ----------
    url : str or None
        The address given; else what the page calls its own.
    title, author : str or None
    published, modified : str or None
        ISO 8601, as precise as stated.
    language : str or None
        A tag such as ``en`` or ``pt-BR``.
    """

    url: str | None
    title: str | None
    published: str | None
    author: str | None
    modified: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a page, fact by fact; None where nothing is.

    Attributes
    ----------
    url : Fact or None
        The address in the input; else what the page calls its own.
    site : Fact or None
        The registrable domain of that.
    canonical_url : Fact or None
        The address that the page says its text belongs to.
    canonical_site : Fact or None
        The site of a canonical address, where it is another than the page's: the page says that its text
        belongs elsewhere.
    title, author, published, modified, language : Fact or None
    noindex : Fact or None
        What the page tells search engines, if that is to leave it out.
    paywalled : Fact or None
        ``true`` or ``false``, if the page says whether its text is free to read.
    links : tuple of Link
        To the sites asked for, at most 20, in the order of the page; those of the head first.
    links_total : int
        How many there are.
    also : tuple of (str, Fact)
        Field, and what another place says of it: those that disagree, and bounds.
    """

    url: Fact | None
    site: Fact | None
    canonical_url: Fact | None
    canonical_site: Fact | None
    title: Fact | None
    author: Fact | None
    published: Fact | None
    modified: Fact | None
    language: Fact | None
    noindex: Fact | None
    paywalled: Fact | None
    links: tuple[Link, ...]
    links_total: int
    also: tuple[tuple[str, Fact], ...]


def line(text: str | None, most: int = MAX_CHARACTERS) -> str:
    r"""Return a text as one line: character references resolved, controls gone, cut at the end.

    Examples
    --------
    >>> line(" Storm &amp;\n\tflood\x00 ")
    'Storm & flood'
    """
    text = _CONTROLS.sub("", (text or "")[: 8 * most])
    for _ in range(_MOST_ESCAPES if "&" in text else 0):
        plain = _CONTROLS.sub("", _REFERENCE.sub(lambda match: html.unescape(match[0]), text))
        if plain == text:
            break
        text = plain
    return " ".join(text.split())[:most].rstrip()


def one_line(url: str | None) -> str | None:
    """Return an address without control characters; None if it is empty, or too long to be kept whole."""
    text = " ".join(_CONTROLS.sub("", (url or "")[: 2 * MAX_ADDRESS]).split())
    return text if 0 < len(text) <= MAX_ADDRESS else None


def address(text: str | None, base: str | None = None) -> str | None:
    """Return a web address as it is asked for, without its fragment; None for anything else.

    Examples
    --------
    >>> address("/news/1#top", "https://example.org/")
    'https://example.org/news/1'
    >>> address("javascript:alert(1)")
    """
    given = one_line(text)
    if given is None:
        return None
    try:
        absolute = urljoin(base or "https:", given)
        parts = urlsplit(absolute)
    except ValueError:  # "https://[": no address
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(absolute) > MAX_ADDRESS:
        return None
    return absolute.partition("#")[0]


def page_of(url: str | None) -> tuple[str, str, str] | None:
    """Return host, path and query of an address, so that spellings of one page are equal; None if unreadable.

    Examples
    --------
    >>> page_of("http://www.example.org/news/") == page_of("https://example.org/news#top")
    True
    """
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return (host, parts.path.rstrip("/"), parts.query) if host else None


def same_words(one: str, other: str) -> bool:
    """Tell whether the words of one text stand in the other, in whatever case and punctuation.

    Examples
    --------
    >>> same_words("Storm hits coast", "Storm hits coast | The Example"), same_words("Al", "Alice")
    (True, False)
    """
    words = [f" {' '.join(_WORD.findall(text.casefold()))} " for text in (one, other)]
    return one == other or (min(map(len, words)) > 2 and (words[0] in words[1] or words[1] in words[0]))


def choose(
    facts: Iterable[Fact], agree: Callable[[str, str], bool], *, finest: bool = False
) -> tuple[Fact | None, list[Fact]]:
    """Return the fact to take and those that disagree with it.

    Parameters
    ----------
    facts : iterable of Fact
        The best place first.
    agree : callable
        Tells whether two values can both be true.
    finest : bool
        Whether the longest of those that agree with the best is taken: the most precise date.

    Returns
    -------
    tuple of (Fact or None, list of Fact)
        Of others that agree with each other the first, at most five.
    """
    found = list(facts)
    if not found:
        return None, []
    best = found[0]
    if best.where == RECORD:
        # What the page has in the same words may have been read from the page, and can be shown there.
        best = next((fact for fact in found[1:] if fact.value == best.value), best)
    if finest:
        sure = [fact for fact in found if fact.certainty == best.certainty and agree(fact.value, best.value)]
        best = max([best, *sure], key=lambda fact: len(fact.value))
    others: list[Fact] = []
    for fact in found:
        if not any(agree(fact.value, known.value) for known in (best, *others)) and len(others) < _MOST_OTHERS:
            others.append(fact)
    return best, others
