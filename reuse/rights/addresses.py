"""Web addresses to hosts and paths, and the lists of sites that cover them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from reuse.metadata.facts import RECORD
from reuse.sites import page_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.findings import Finding
    from reuse.metadata import Fact


class Address(NamedTuple):
    """Where a page is.

    Attributes
    ----------
    host : str
        In lower case and in letters, not in Punycode, without ``www.`` and port.
    path : str
        Without the slash at its end, escaped in one way.
    """

    host: str
    path: str

    @property
    def is_winding(self) -> bool:
        """Whether the path goes up, so that it leads elsewhere than it seems."""
        return any(part in (".", "..") for part in unquote(self.path).replace("\\", "/").split("/"))


def address_of(url: str | None) -> Address | None:
    """Return host and path of a web address; None where no host can be told.

    Parameters
    ----------
    url : str or None
        A scheme may be missing: ``example.org/a``.

    Examples
    --------
    >>> address_of("https://www.Example.org:8080/news/?x=1")
    Address(host='example.org', path='/news')
    >>> address_of("https://partner.example@evil.example/").host
    'evil.example'
    """
    key = page_key(url)
    if key is None:
        return None
    host, slash, path = key[len("//") :].partition("?")[0].partition("/")
    return Address(host, slash + path)


def is_same_page(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses name one page, however it is spelled, and whatever campaigns add.

    Examples
    --------
    >>> is_same_page("http://www.example.org/a/", "https://example.org/a?utm_source=mail#top")
    True
    >>> is_same_page("https://example.org/?p=1", "https://example.org/?p=2")
    False
    """
    key = page_key(one)
    return key is not None and key == page_key(other)


class Whereabouts(NamedTuple):
    """The address of a finding's page, and who gives it.

    Attributes
    ----------
    url : str or None
    claimed_by : Fact or None
        What of the page says so, where the input does not: a copy has its original's there as often as its own.
    """

    url: str | None
    claimed_by: Fact | None

    @property
    def given(self) -> str | None:
        """The address if the input gives it: no page can choose that."""
        return None if self.claimed_by else self.url


def whereabouts(finding: Finding) -> Whereabouts:
    """Return where the page of a finding is."""
    said = finding.metadata.url if finding.metadata else None
    if said is None:
        return Whereabouts(finding.page.url, None)
    return Whereabouts(said.value, None if said.where == RECORD else said)


@dataclass(frozen=True)
class Sites:
    """A list of domains and of beginnings of addresses.

    Attributes
    ----------
    entries : tuple of str
        ``example.org`` covers all hosts below it; ``example.org/news`` of them what is in that folder.

    Examples
    --------
    >>> sites = Sites(("example.org", "third.example/news"))
    >>> [sites.cover(url) for url in ("https://m.example.org/1", "https://third.example/news/1")]
    ['example.org', 'third.example/news']
    >>> [sites.cover(url) for url in ("https://badexample.org/1", "https://third.example/newsroom", None)]
    [None, None, None]
    """

    entries: tuple[str, ...] = ()

    def cover(self, url: str | None) -> str | None:
        """Return the first entry that an address lies in, the nearest host's; None if there is none."""
        return next(self.covering(url), None)

    def covering(self, url: str | None) -> Iterator[str]:
        """Yield the entries that an address lies in, those of the nearest host first."""
        place = address_of(url)
        labels = place.host.split(".") if place else []
        for first in range(len(labels)):
            for path, entry in self._by_host.get(".".join(labels[first:]), ()):
                if not path or (place and not place.is_winding and f"{place.path}/".startswith(f"{path}/")):
                    yield entry

    @cached_property
    def _by_host(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for entry in self.entries:
            place = address_of(entry)
            if place:
                found.setdefault(place.host, []).append((place.path, entry))
        return found


NOWHERE = Sites()


def fits(pattern: str, text: str | None) -> bool:
    """Tell whether a text is as a pattern says, in which ``*`` stands for anything; upper case is another.

    Examples
    --------
    >>> fits("https://example.org/*?page=*", "https://example.org/news?page=2")
    True
    >>> fits("wire-*", "Wire-1"), fits("*", None)
    (False, False)
    """
    if text is None:
        return False
    first, *middle = pattern.split("*")
    if not middle:
        return text == pattern
    last = middle.pop()
    at, end = len(first), len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < at:
        return False
    for part in middle:
        at = text.find(part, at, end) + len(part)
        if at < len(part):
            return False
    return True
