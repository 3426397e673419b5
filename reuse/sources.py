"""The publisher's articles as an audit asks for them: in memory, or in an index on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from reuse.values import Arrays, key_of_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from reuse.options import Options
    from reuse.stock import Stock
    from reuse.values import (
        Boilerplate,
        Document,
        Fingerprints,
        Hashes,
        Ids,
        Notice,
        Offsets,
        Sketches,
        Texts,
        Unreadable,
    )

    _Result = TypeVar("_Result")


#: Of a hash that too many sources have, so many of these are told.
FEW = 20

#: Sources whose texts are looked through together.
_AT_A_TIME = 5_000

NO_HASHES = np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Postings(Arrays):
    """Which sources have which of some hashes.

    Attributes
    ----------
    row : int32 [R]
        The sources that have any, ascending.
    hash : uint64 [N]
        What each of them has.
    offsets : int64 [R + 1]
    common : uint64
        Hashes asked for that more sources have than are allowed, ascending: of these sources only the `FEW`
        with the lowest keys are told.
    """

    row: Ids
    hash: Hashes
    offsets: Offsets
    common: Hashes = field(default_factory=lambda: NO_HASHES)

    @classmethod
    def of_pairs(cls, hashes: Hashes, rows: Ids, common: Hashes = NO_HASHES) -> Postings:
        """Return the postings of pairs of a hash and a row, in any order, each once."""
        order = np.lexsort((hashes, rows))
        distinct, counts = np.unique(rows[order], return_counts=True)
        return cls(distinct, hashes[order], np.concatenate(([0], np.cumsum(counts))), common)

    def only(self, hashes: Hashes, most: int) -> Postings:
        """Return the postings of some hashes alone, less those that more than `most` sources have.

        Parameters
        ----------
        hashes : uint64
            Ascending, each once.
        most : int

        Examples
        --------
        >>> some = Postings.of_pairs(np.array([5, 7, 5], np.uint64), np.array([0, 1, 3], np.int32))
        >>> some.only(np.array([5, 6], np.uint64), 2).row.tolist()
        [0, 3]
        >>> some.only(np.array([5, 7], np.uint64), 1).row.tolist()
        [1]
        """
        if not len(hashes):
            return NO_POSTINGS
        number = np.minimum(np.searchsorted(hashes, self.hash), len(hashes) - 1)
        asked = (hashes[number] == self.hash) & ~np.isin(self.hash, self.common)
        row = np.repeat(self.row, np.diff(self.offsets))[asked]
        each = np.unique(number[asked] * (int(self.row.max(initial=0)) + 1) + row)
        number, row = np.divmod(each, int(self.row.max(initial=0)) + 1)
        few = (np.bincount(number, minlength=len(hashes)) <= most)[number]
        return Postings.of_pairs(hashes[number[few]], row[few].astype(np.int32), self.common)


NO_POSTINGS = Postings(np.zeros(0, np.int32), NO_HASHES, np.zeros(1, np.int64))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Holders(Arrays):
    """Which sources have which of some hashes, by hash.

    Attributes
    ----------
    hash : uint64 [H]
        Ascending.
    row : int32 [N]
        The sources that have each, in any order.
    offsets : int64 [H + 1]
    common : uint64
        Hashes asked for that more sources have than are allowed, ascending: their sources are not told.
    """

    hash: Hashes
    row: Ids
    offsets: Offsets
    common: Hashes = field(default_factory=lambda: NO_HASHES)

    @classmethod
    def of_pairs(cls, hashes: Hashes, rows: Ids, common: Hashes = NO_HASHES) -> Holders:
        """Return the holders of pairs of a hash and a row, each once, ascending by hash.

        Examples
        --------
        >>> some = Holders.of_pairs(np.array([5, 7, 7], np.uint64), np.array([0, 3, 1], np.int32))
        >>> some.hash.tolist(), some.offsets.tolist()
        ([5, 7], [0, 1, 3])
        """
        begins = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)])
        return cls(hashes[begins], rows, np.append(begins, len(hashes)), common)


class Fingerprinted(Protocol):
    """What is asked of the sources before pages are judged; rows number them from 0, in any order."""

    @property
    def boilerplate(self) -> Boilerplate:
        """What is left out of them: what their own sites repeat, and what the user named."""

    def __len__(self) -> int:
        """Return how many there are."""

    def fingerprints(self, hashes: Hashes) -> Postings:
        """Return the sources that have some fingerprints; `Options.max_articles` says which are common.

        In memory there may be more: hashes not asked for, and all sources of common ones; see `Postings.only`.
        `hashes` are in any order, and may repeat, here and below.
        """

    def each_text(self, rows: Ids, stage: Callable[[Texts], _Result]) -> Iterator[_Result]:
        """Yield what a stage makes of the texts of some sources, whole, some at a time.

        Parameters
        ----------
        rows : int32
            Ascending.
        stage : callable
            A function of a module, or a partial one: it may be called elsewhere. What is made of its results
            must depend neither on which texts come together nor on their order.
        """


class Posted(Protocol):
    """What is asked of the sources to find candidates: of each lane the postings."""

    @property
    def keys(self) -> Hashes:
        """What decides between equals, `reuse.values.key_of_id` of each, uint64 [D]."""

    def __len__(self) -> int:
        """Return how many there are."""

    def fingerprints(self, hashes: Hashes) -> Postings:
        """Return the sources that have some fingerprints; see `Fingerprinted.fingerprints`."""

    def buckets(self, hashes: Hashes) -> Postings:
        """Return the sources that have some buckets, hashes of the bands of `plan_bands(options)`."""

    def terms(self, hashes: Hashes) -> Holders:
        """Return the sources that have some key terms; none of those in over `Options.max_term_articles`."""


class Sources(Fingerprinted, Posted, Protocol):
    """What an audit asks of the sources."""

    @property
    def options(self) -> Options:
        """What they were sketched with."""

    @property
    def words(self) -> Ids:
        """Tokens of each source, boilerplate included, int32 [D]."""

    @property
    def stock(self) -> Stock:
        """What many of them say in a small part of them."""

    @property
    def sites(self) -> frozenset[str]:
        """Where they stand."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be said of reading them."""

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Those that could not be read."""

    def digest(self) -> str:
        """Return what names these sources; it changes whenever one of them does."""

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return some sources without their texts."""

    def texts(self, rows: Ids) -> Texts:
        """Return some sources, whole, in the order of `rows`, which ascend.

        Those whose text is no longer at hand are missing, and told in `unreadable` from then on.
        """


class HeldSources:
    """Sources in memory.

    Parameters
    ----------
    texts : Texts
        Whole.
    sketches : Sketches
    buckets : Fingerprints
    terms : Holders
        Of the key terms of these texts.
    boilerplate : Boilerplate
    stock : Stock
    options : Options
        What all this was made with.
    notices : tuple of Notice
    unreadable : tuple of Unreadable
        Of reading them.
    """

    def __init__(
        self,
        texts: Texts,
        sketches: Sketches,
        buckets: Fingerprints,
        terms: Holders,
        boilerplate: Boilerplate,
        stock: Stock,
        options: Options,
        notices: tuple[Notice, ...] = (),
        unreadable: tuple[Unreadable, ...] = (),
    ) -> None:
        self._texts = texts
        self._fingerprints = sketches.fingerprints
        self._buckets = buckets
        self._terms = terms
        self.words: Ids = sketches.words.astype(np.int32)
        self.keys = np.fromiter((key_of_id(one.id) for one in texts.documents), np.uint64, len(texts))
        self.boilerplate = boilerplate
        self.stock = stock
        self.options = options
        self.notices = notices
        self.unreadable = unreadable
        self._every = np.arange(len(texts), dtype=np.int32)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._texts)

    def digest(self) -> str:
        """Return what names these sources: other ones, or another order, have another."""
        state = hashlib.sha256(self._texts.values.data)
        state.update(self._texts.offsets.data)
        for document in self._texts.documents:
            state.update(repr(document).encode("utf-8", "surrogatepass"))
        return state.hexdigest()[:16]

    @cached_property
    def sites(self) -> frozenset[str]:
        """Where they stand."""
        return frozenset(one.site for one in self._texts.documents if one.site is not None)

    def fingerprints(self, hashes: Hashes) -> Postings:  # noqa: ARG002 (all that there are)
        """Return the fingerprints of all sources."""
        return Postings(self._every, self._fingerprints.hash, self._fingerprints.offsets)

    def buckets(self, hashes: Hashes) -> Postings:  # noqa: ARG002 (all that there are)
        """Return the buckets of all sources."""
        return Postings(self._every, self._buckets.hash, self._buckets.offsets)

    def terms(self, hashes: Hashes) -> Holders:  # noqa: ARG002 (all that there are)
        """Return the sources of all key terms."""
        return self._terms

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return some sources without their texts."""
        return tuple(self._texts.documents[row] for row in rows.tolist())

    def texts(self, rows: Ids) -> Texts:
        """Return some sources, whole, in the order of `rows`."""
        return self._texts.take(rows.tolist())

    def each_text(self, rows: Ids, stage: Callable[[Texts], _Result]) -> Iterator[_Result]:
        """Yield what a stage makes of the texts of some sources, whole, some at a time."""
        return map(stage, map(self.texts, at_a_time(rows)))


def at_a_time(rows: Ids) -> Iterator[Ids]:
    """Yield rows, so many at a time that texts of these fit into memory.

    Examples
    --------
    >>> [len(some) for some in at_a_time(np.arange(12_000, dtype=np.int32))]
    [5000, 5000, 2000]
    """
    return (rows[begin : begin + _AT_A_TIME] for begin in range(0, len(rows), _AT_A_TIME))
