"""An index, open for reading: the sources of an audit, as `reuse.sources.Sources` has it."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.errors import IndexFileError
from reuse.index.base import Limits, connection, given, is_index, told
from reuse.index.building import MEMORY
from reuse.index.derived import places
from reuse.index.reading import Reader
from reuse.index.schema import LANES, SEED, read_meta, require_same_options
from reuse.options import Options
from reuse.sources import Holders, Postings, at_a_time
from reuse.stock import Stock
from reuse.values import NO_BOILERPLATE, Boilerplate, Signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import TypeVar

    from numpy.typing import NDArray

    from reuse.index.changes import Change
    from reuse.values import Document, Hashes, Ids, Notice, Texts, Truths, Unreadable

    _Result = TypeVar("_Result")


def open_index(
    path: str,
    options: Options | None = None,
    memory: int = MEMORY,
    threads: int = 0,
    change: Change | None = None,
) -> Index:
    """Open an index for reading; use it as a context manager, or close it.

    Parameters
    ----------
    path : str
    options : Options, optional
        It must have been made with the same `Options.indexed`.
    memory : int
        Bytes to do with, about.
    threads : int
        0 takes all processors.
    change : Change, optional
        What it was made by just now: its notices and faults are told as those of the sources.

    Raises
    ------
    IndexFileError
        If it is none, is damaged, is being written to, or was made with other options or by another version.

    Examples
    --------
    >>> import os, tempfile
    >>> from reuse import Document, Options, audit
    >>> from reuse.index import build
    >>> text = " ".join(f"word{number}" for number in range(60))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     name = os.path.join(folder, "archive.index")
    ...     _ = build(name, [Document("article", text, "a")], Options())
    ...     with open_index(name) as archive:
    ...         found = list(audit(archive, [Document("page", text, "p")]).findings)
    >>> [finding.source.id for finding in found]
    ['article']
    """
    if not is_index(path):
        raise IndexFileError(f"{path}: is no index; name a file that `reuse index build` made")
    found = Index(path, Limits(memory, Options(threads=threads).thread_count))
    if change is not None:
        found.notices, found.faults = change.notices, change.unreadable
    if options is not None:
        try:
            found.require(options)
        except IndexFileError:
            found.close()
            raise
    return found


#: Where a document is looked for that is not there.
NO_ROWS = np.full(1, -1, np.int32)


class Index:
    """The sources of an audit on disk: see `reuse.sources.Sources`. Made by `open_index`.

    Attributes
    ----------
    options : Options
        What it was made with.
    words : int32 [D]
    keys : uint64 [D]
    notices : tuple of Notice
    faults : tuple of Unreadable
        What was to be said when it was made, if that was just now.
    """

    notices: tuple[Notice, ...] = ()
    faults: tuple[Unreadable, ...] = ()

    def __init__(self, path: str, limits: Limits) -> None:
        self.path = path
        with ExitStack() as stack, told(path):
            self._base = stack.enter_context(connection(path, limits))
            self.meta = read_meta(self._base, path)
            self._reader = Reader(self._base, path, self.meta, limits.threads)
            self.options = self._reader.options
            found = self._base.execute('SELECT "row", words, key FROM documents').fetchnumpy()
            order = np.argsort(found["row"], kind="stable")
            self._rows: Ids = found["row"][order]
            self.words: Ids = found["words"][order]
            self.keys: Hashes = found["key"][order]
            self._places = places(self._rows)
            self._stack = stack.pop_all()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def require(self, options: Options) -> None:
        """Refuse options that the index was not made with.

        Raises
        ------
        IndexFileError
            Naming each option with both values.
        """
        require_same_options(self.meta, self.path, options)

    def digest(self) -> str:
        """Return what names the documents and the options; it changes whenever one of them does."""
        return self.meta["digest"]

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()

    def __len__(self) -> int:
        """Return how many documents there are."""
        return len(self._rows)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Documents whose texts were asked for and are no longer at hand."""
        return (*self.faults, *self._reader.unreadable)

    @cached_property
    def sites(self) -> frozenset[str]:
        """Where the documents stand."""
        with told(self.path):
            query = "SELECT DISTINCT site FROM documents WHERE site IS NOT NULL"
            return frozenset(site for (site,) in self._base.execute(query).fetchall())

    @cached_property
    def boilerplate(self) -> Boilerplate:
        """What is left out of the documents."""
        with told(self.path):
            query = "SELECT site, hash, pages FROM boilerplate ORDER BY site, hash"
            found = self._base.execute(query).fetchnumpy()
            named = self._base.execute("SELECT hash FROM named ORDER BY hash").fetchnumpy()["hash"]
        if not len(found["hash"]) and not len(named):
            return NO_BOILERPLATE
        sites, counts = np.unique(found["site"].astype(str), return_counts=True)
        return Boilerplate(
            sites=tuple(sites.tolist()),
            hash=found["hash"],
            pages=found["pages"],
            offsets=np.concatenate(([0], np.cumsum(counts))),
            named=named,
        )

    @cached_property
    def stock(self) -> Stock:
        """What many of them say in a small part of them."""
        with told(self.path):
            found = self._base.execute("SELECT hash, anywhere FROM stock").fetchnumpy()
        hashes, is_anywhere = _in_order(found["hash"], found["anywhere"])
        return Stock(hashes[is_anywhere], hashes)

    @cached_property
    def _common(self) -> dict[str, Hashes]:
        """What is common in each lane that has a cap, ascending."""
        query = "SELECT hash FROM common WHERE lane = ?"
        with told(self.path):
            found = {lane: self._base.execute(query, [lane]).fetchnumpy()["hash"] for lane in LANES}
        return {lane: np.sort(hashes) for lane, hashes in found.items()}

    def fingerprints(self, hashes: Hashes) -> Postings:
        """Return the documents that have some fingerprints, of common ones a few."""
        return self._known("postings", hashes, few="few")

    def buckets(self, hashes: Hashes) -> Postings:
        """Return the documents that have some buckets."""
        return self._known("buckets", hashes)

    def terms(self, hashes: Hashes) -> Holders:
        """Return the documents that have some key terms, but for common ones."""
        asked = _distinct(hashes)
        is_common = _among(asked, self._common["terms"])
        query = 'SELECT hash, "row" FROM terms SEMI JOIN asked USING (hash)'
        with told(self.path), given(self._base, "asked", {"hash": asked[~is_common]}):
            found = self._base.execute(query).fetchnumpy()
        hashes, rows = _in_order(found["hash"], found["row"])
        return Holders.of_pairs(hashes, self._numbers("terms", rows), asked[is_common])

    def _known(self, lane: str, hashes: Hashes, few: str | None = None) -> Postings:
        asked = _distinct(hashes)
        is_common = _among(asked, self._common[lane])
        number = np.arange(len(asked), dtype=np.uint32)
        pairs = self._pairs(lane, asked[~is_common], number[~is_common])
        if few is not None:
            pairs = np.concatenate((pairs, self._pairs(few, asked[is_common], number[is_common])))
        pairs.sort()
        rows = self._numbers(lane, (pairs >> np.uint64(32)).astype(np.int32))
        begins = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
        found = asked[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]
        return Postings(rows[begins], found, np.append(begins, len(rows)), asked[is_common])

    def _numbers(self, lane: str, rows: Ids) -> Ids:
        """Return the numbers of documents, given rows of the file that a lane has."""
        least, last = rows.min(initial=0), rows.max(initial=-1)
        is_known = least >= 0 and last < len(self._places)
        if is_known and len(self._places) == len(self):  # none is missing
            return rows
        numbers = self._places[rows] if is_known else NO_ROWS
        if np.any(numbers < 0):
            raise IndexFileError(f"{self.path}: is damaged ({lane} of no document); build it anew")
        return numbers

    def _pairs(self, table: str, hashes: Hashes, number: NDArray[np.uint32]) -> Hashes:
        """Return rows and numbers of the hashes that a table has, as one number each."""
        if not len(hashes):
            return np.zeros(0, np.uint64)
        query = f'SELECT (t."row"::UBIGINT << 32) | number AS pair FROM {table} t JOIN asked USING (hash)'
        with told(self.path), given(self._base, "asked", {"hash": hashes, "number": number}):
            pairs: Hashes = self._base.execute(query).fetchnumpy()["pair"]
        return pairs

    def signatures(self, rows: Ids) -> Signatures:
        """Return the signatures of some documents: the values that the bands use.

        Raises
        ------
        IndexFileError
            If one is missing.
        """
        query = (
            'SELECT "row", signature, empty FROM signatures '
            'WHERE "row" IN (SELECT "row" FROM asked) ORDER BY "row"'
        )
        with told(self.path), given(self._base, "asked", {"row": self._rows[rows]}):
            found = self._base.execute(query).fetchall()
        size = int(self.meta["bands"]) * int(self.meta["rows"])
        if any(len(values) != 4 * size for _, values, _ in found) or len(found) != len(rows):
            raise IndexFileError(f"{self.path}: is damaged (signatures are missing); build it anew")
        minimum = np.frombuffer(b"".join(values for _, values, _ in found), "<u4").astype(np.uint32)
        empty = np.array([empty for *_, empty in found], np.bool_)
        return Signatures(minimum.reshape(-1, size), empty, SEED)

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return some documents without their texts."""
        return self._reader.documents(self._rows[rows])

    def texts(self, rows: Ids) -> Texts:
        """Return some documents, whole, in the order of `rows`, which ascend."""
        return self._reader.texts(self._rows[rows])

    def each_text(self, rows: Ids, stage: Callable[[Texts], _Result]) -> Iterator[_Result]:
        """Yield what a stage makes of the texts of some documents, whole, some at a time."""
        return map(stage, map(self.texts, at_a_time(rows)))


def _in_order(hashes: Hashes, values: NDArray[Any]) -> tuple[Hashes, NDArray[Any]]:
    """Return hashes in order, each with its value.

    What lies in order in a table comes in a few long runs that are, by which threads have taken turns: a sort
    by merging takes them as they are.
    """
    if np.all(hashes[1:] >= hashes[:-1]):
        return hashes, values
    order = np.argsort(hashes, kind="stable")
    return hashes[order], values[order]


def _distinct(hashes: Hashes) -> Hashes:
    """Return hashes in order, each once; for millions `np.unique` takes twenty times as long."""
    ascending = np.sort(hashes)
    distinct: Hashes = ascending[np.append(True, ascending[1:] != ascending[:-1])[: len(hashes)]]
    return distinct


def _among(hashes: Hashes, known: Hashes) -> Truths:
    """Tell of each hash whether it is one of some, which ascend."""
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    found: Truths = known[np.searchsorted(known[:-1], hashes)] == hashes
    return found
