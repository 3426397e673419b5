"""Documents to the samples of their sites, by which boilerplate is known.

Of a site of a million pages some hundreds say enough. Which these are must depend neither on the order of the
documents nor on how many are held at a time: those whose address has the smallest hash, each address once.
"""

from __future__ import annotations

import hashlib
from heapq import heappop, heappush
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from typing import TypeVar

    from reuse.values import Document, Offsets, Texts

    _Result = TypeVar("_Result")

#: Pages of a site that are looked at, and the largest of them, in bytes.
SAMPLE = 200
LARGEST = 2**18
#: Text of samples held together, unless one site's is more.
_BYTES_AT_A_TIME = 2**26


class Samples(Protocol):
    """The sampled documents of sites."""

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled documents of all sites, or of some, in the order of these, some sites at a time."""

    def each(
        self, stage: Callable[[Texts], _Result], sites: Collection[str] | None = None
    ) -> Iterator[_Result]:
        """Yield what a stage makes of the sampled documents, some sites at a time, each site's all together.

        Parameters
        ----------
        stage : callable
            A function of a module, or a partial one: it may be called elsewhere. It must not depend on which
            sites come together, nor what is made of its results on their order.
        sites : collection of str, optional
            All, if not given.
        """
        for texts in self.groups(sites):
            yield stage(texts)


class Sampled(NamedTuple):
    """A document of a sample.

    Attributes
    ----------
    sha256 : bytes
        Of its text; of documents with one address that with the lowest is taken.
    row : int
    size : int
        Bytes of its text.
    """

    sha256: bytes
    row: int
    size: int


class Sampler:
    """Chooses the sample of every site, documents coming some at a time.

    What several have chosen, of some documents each, makes the sample of them all; see `take_in`.

    Attributes
    ----------
    sites : dict of str to dict of bytes to Sampled
        Of each site the documents by the hash of their address.

    Examples
    --------
    >>> from reuse.texts import extract
    >>> from reuse.values import Document
    >>> sampler = Sampler()
    >>> pages = (Document(name, name, "p", url=f"https://example.org/{name}") for name in "ab")
    >>> sampler.add(extract(pages))
    >>> sampler.rows(least=2)
    {'example.org': [1, 0]}
    """

    def __init__(self) -> None:
        self.sites: dict[str, dict[bytes, Sampled]] = {}
        self._largest: dict[str, list[bytes]] = {}
        self._seen = 0

    def add(self, texts: Texts, rows: Offsets | None = None) -> None:
        """Look at the next documents.

        Parameters
        ----------
        texts : Texts
        rows : int64 [D], optional
            What names them in the sample; if not given, they are numbered in the order they come.
        """
        sizes = np.diff(texts.offsets).tolist()
        names = range(self._seen, self._seen + len(texts)) if rows is None else rows.tolist()
        for row, document in enumerate(texts.documents):
            if document.url is None or sizes[row] > LARGEST or (site := document.site) is None:
                continue
            key = address_key(document)
            if self._is_wanted(site, key):
                sha256 = hashlib.sha256(texts[row].encode()).digest()
                self.take_in(site, key, Sampled(sha256, names[row], sizes[row]))
        self._seen += len(texts)

    def take_in(self, site: str, key: bytes, sampled: Sampled) -> None:
        """Look at a document of a site, of which `key` is the hash of the address.

        Examples
        --------
        >>> one, other = Sampler(), Sampler()
        >>> one.take_in("example.org", b"a", Sampled(b"", 7, 100))
        >>> for key, sampled in one.sites["example.org"].items():
        ...     other.take_in("example.org", key, sampled)
        >>> other.rows(least=1)
        {'example.org': [7]}
        """
        if not self._is_wanted(site, key):
            return
        of_site = self.sites.setdefault(site, {})
        if key in of_site:
            of_site[key] = min(of_site[key], sampled)
            return
        of_site[key] = sampled
        largest = self._largest.setdefault(site, [])
        heappush(largest, _inverted(key))
        if len(of_site) > SAMPLE:
            del of_site[_inverted(heappop(largest))]

    def _is_wanted(self, site: str, key: bytes) -> bool:
        """Tell of an address whether it is, or would be, in the sample so far."""
        of_site = self.sites.get(site, {})
        return len(of_site) < SAMPLE or key in of_site or key < _inverted(self._largest[site][0])

    def rows(self, least: int) -> dict[str, list[int]]:
        """Return the rows of each site's sample, sites in order; of those that have so many at least.

        Rows count all documents that were looked at. A sample is in the order of the hashes of addresses.
        """
        return {
            site: [self.sites[site][key].row for key in sorted(self.sites[site])]
            for site in sorted(self.sites)
            if len(self.sites[site]) >= max(least, 1)
        }

    def sizes(self) -> dict[str, int]:
        """Return how many bytes of text each site's sample has."""
        return {site: sum(one.size for one in of_site.values()) for site, of_site in self.sites.items()}


def _inverted(key: bytes) -> bytes:
    """Turn the order of keys around: a heap has its smallest on top, and the largest is wanted."""
    return bytes(255 - byte for byte in key)


def address_key(document: Document) -> bytes:
    """Return the hash of a document's address, 16 bytes; none where it has no address.

    Examples
    --------
    >>> from reuse.values import Document
    >>> one = Document("a", "", "a", url="https://example.org/#top")
    >>> address_key(one) == address_key(one._replace(url="https://example.org/")), len(address_key(one))
    (True, 16)
    """
    if document.url is None:
        return b""
    address = document.url.partition("#")[0]
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).digest()[:16]


class HeldSamples(Samples):
    """Samples of documents in memory.

    Parameters
    ----------
    texts : Texts
    least : int
        Documents of a site that make a sample; none if 0.
    """

    def __init__(self, texts: Texts, least: int) -> None:
        sampler = Sampler()
        if least:
            sampler.add(texts)
        self._texts = texts
        self._rows = sampler.rows(least)
        self._sizes = sampler.sizes()

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled documents of all sites, or of some, in the order of these, some sites at a time."""
        wanted = (site for site in self._rows if sites is None or site in sites)
        for some in together(wanted, self._sizes):
            yield self._texts.take(list(chain.from_iterable(self._rows[site] for site in some)))


def together(sites: Iterable[str], sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield some sites at a time, so many that their samples are of a good size together.

    Examples
    --------
    >>> list(together("abc", {"a": 2**26, "b": 2**25, "c": 1}))
    [['a'], ['b', 'c']]
    """
    group: list[str] = []
    size = 0
    for site in sites:
        if group and size + sizes[site] > _BYTES_AT_A_TIME:
            yield group
            group, size = [], 0
        group.append(site)
        size += sizes[site]
    if group:
        yield group
