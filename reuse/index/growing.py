"""Documents that come to an index, and that go: all of a change at once, or nothing.

What is derived is made anew in the same transaction, so that an index that has grown answers as one that was
built. What is added stands behind the sorted lanes; when it has become a quarter of them they are sorted again.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.errors import IndexFileError, UsageError
from reuse.index.base import Limits, connection, given, is_index, transaction
from reuse.index.building import MEMORY, Input, Watch, unwatched
from reuse.index.changes import Change
from reuse.index.derived import refresh
from reuse.index.reading import Reader
from reuse.index.rows import content_digest, document_of, field_columns, table
from reuse.index.schema import FIELDS, LANES, OF_DOCUMENTS, read_meta, require_same_options
from reuse.index.turns import turn
from reuse.index.writing import Writer, in_batches, read
from reuse.options import Options
from reuse.plan import plan_bands
from reuse.values import HTML, Document, Notice, Unreadable, key_of_id

if TYPE_CHECKING:
    from io import FileIO

    from duckdb import DuckDBPyConnection

    from reuse.index.writing import Item

#: As many documents came or went since the lanes were sorted, in parts of all, as let these stay as they are.
_LOOSE = 0.25
_NOT_THERE = "is not in the index; see its ids with `SELECT id FROM documents`"


def add(
    path: str,
    documents: Input,
    options: Options | None = None,
    *,
    memory: int = MEMORY,
    threads: int = 0,
    watch: Watch = unwatched,
) -> Change:
    """Add documents to an index: new ones, and changed ones in place of what has the same id.

    A document whose content is that of the one with its id costs next to nothing, so the same command can be
    given again and again.

    Parameters
    ----------
    path : str
    documents : iterable of Document, Unreadable and Notice
    options : Options, optional
        The index must have been made with the same `Options.indexed`. Its own are taken if there are none.
    memory : int
        Bytes to do with, about.
    threads : int
        0 takes all processors.
    watch : callable, optional
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        If two of the documents have the same id.
    IndexFileError
        If there is no room, the index is in use, damaged, or made otherwise.

    Examples
    --------
    >>> import tempfile
    >>> from reuse.index import build
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> old, new = Document("a", "Some text.", "a"), Document("b", "More text.", "b")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = build(f"{folder}/news.index", [old], Options())
    ...     change = add(f"{folder}/news.index", [old, new])
    >>> change.documents, change.added, change.unchanged
    (2, 1, 1)
    """
    limits = Limits(memory, Options(threads=threads).thread_count)
    with _changing(path, options, limits) as (reader, spill):
        growth = _Growth(reader, spill)
        watch("reading sources")
        for batch in in_batches(documents):
            growth.take(batch)
        watch("stock text and boilerplate")
        return growth.finish()


def remove(
    path: str, ids: Iterable[str], *, memory: int = MEMORY, threads: int = 0, watch: Watch = unwatched
) -> Change:
    """Remove documents from an index by their ids; those that are not there are told.

    Raises
    ------
    IndexFileError
        If there is no room, the index is in use, damaged, or made by another version.

    Examples
    --------
    >>> import tempfile
    >>> from reuse.index import build
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = build(f"{folder}/news.index", [Document("a", "Some text.", "a")], Options())
    ...     change = remove(f"{folder}/news.index", ["a", "b"])
    >>> change.documents, change.removed, [str(row) for row in change.unreadable]
    (0, 1, ['b: is not in the index; see its ids with `SELECT id FROM documents`'])
    """
    limits = Limits(memory, Options(threads=threads).thread_count)
    with _changing(path, None, limits) as (reader, _):
        watch("removing")
        wanted = dict.fromkeys(ids)
        known = _known(reader.base, wanted)
        gone = [known[name].row for name in wanted if name in known]
        sites = _take_away(reader.base, gone)
        if gone:
            watch("stock text and boilerplate")
            _settle(reader, sites, len(gone))
        missing = tuple(Unreadable(name, None, _NOT_THERE) for name in wanted if name not in known)
        return Change(_count(reader.base), 0, 0, 0, len(gone), (*missing, *reader.unreadable))


@contextmanager
def _changing(path: str, options: Options | None, limits: Limits) -> Iterator[tuple[Reader, FileIO]]:
    """Open an index to change it, all at once or not at all; and a file for what does not fit in memory."""
    if not is_index(path):
        raise IndexFileError(f"{path}: is no index; name a file that `reuse index build` made")
    with turn(path) as spill, connection(path, limits, write=True) as base:
        meta = read_meta(base, path)
        reader = Reader(base, path, meta, limits.threads)
        require_same_options(meta, path, options or reader.options)
        with transaction(base):
            yield reader, spill


class _Row(NamedTuple):
    """What is known of a document that is in the index."""

    row: int
    content: bytes
    document: Document


def _known(base: DuckDBPyConnection, ids: Collection[str]) -> dict[str, _Row]:
    """Return what is known of the documents with some ids."""
    keys = np.fromiter(map(key_of_id, ids), np.uint64, len(ids))
    fields = ", ".join(f'"{name}"' for name in FIELDS)
    with given(base, "asked", {"key": keys}):
        found = base.execute(
            f'SELECT "row", content, {fields}, exact FROM documents WHERE key IN (SELECT key FROM asked)'
        ).fetchall()
    rows = (_Row(row, content, document_of(said)) for row, content, *said in found)
    return {one.document.id: one for one in rows}


class _Growth:
    """Documents on their way into an index, within a transaction."""

    def __init__(self, reader: Reader, spill: FileIO) -> None:
        self._reader = reader
        self._base = base = reader.base
        ((last,),) = base.execute('SELECT coalesce(max("row"), -1) FROM documents').fetchall()
        plan = plan_bands(reader.options)
        origin = None if reader.keeps_texts else os.getcwd()
        self._writer = Writer(base, reader.options, plan, spill, last + 1, origin)
        self._seen: set[int] = set()
        self._sites: set[str] = set()
        self._gone: list[int] = []
        self._told: tuple[list[Unreadable], list[Notice]] = ([], [])
        self._added = self._replaced = self._unchanged = 0

    def take(self, batch: list[Item]) -> None:
        """Look at some documents, and write those that are new or have changed."""
        self._require_new(batch)
        ids = [item.id for item in batch if isinstance(item, Document)]
        known = _known(self._base, ids)
        new: list[Item] = []
        moved: list[tuple[int, Document]] = []
        for item in batch:
            there = known.get(item.id) if isinstance(item, Document) else None
            if not isinstance(item, Document) or there is None or there.content != content_digest(item):
                new.append(item)
            elif item.media != HTML and there.document != item._replace(content=b""):
                moved.append((there.row, item))
                self._sites.update(filter(None, (there.document.site, item.site)))
            else:
                self._unchanged += 1
        self._move(moved)
        some = read(new)
        self._told[0].extend(some.texts.unreadable)
        self._told[1].extend(some.texts.notices)
        self._writer.add(some)
        written = [document.id for document in some.texts.documents]
        self._gone += [known[name].row for name in written if name in known]
        self._replaced += sum(name in known for name in written)
        self._added += sum(name not in known for name in written)
        self._sites.update(document.site for document in some.texts.documents if document.site is not None)

    def _require_new(self, batch: list[Item]) -> None:
        for item in batch:
            if isinstance(item, Document):
                key = key_of_id(item.id)
                if key in self._seen:
                    raise UsageError(f"the id {item.id!r} names two documents; give each an id of its own")
                self._seen.add(key)

    def _move(self, moved: list[tuple[int, Document]]) -> None:
        """Write what is said of documents whose texts are what they were."""
        if not moved:
            return
        rows, documents = zip(*moved, strict=True)
        columns = field_columns(documents)
        setting = ", ".join(f'"{name}" = new."{name}"' for name in columns)
        with given(self._base, "new", table({"row": np.array(rows, np.int32), **columns})):
            self._base.execute(
                f'UPDATE documents SET {setting} FROM new WHERE is_real AND documents."row" = new."row"'
            )
        self._replaced += len(moved)

    def finish(self) -> Change:
        """Take away what was replaced, and make anew what is derived."""
        written = self._added + self._replaced
        if written:
            self._sites |= _take_away(self._base, self._gone)
            self._writer.finish()
            _settle(self._reader, self._sites, written + len(self._gone))
        unreadable, notices = self._told
        unreadable += self._reader.unreadable
        return Change(
            _count(self._base),
            self._added,
            self._replaced,
            self._unchanged,
            0,
            tuple(unreadable),
            tuple(notices),
        )


def _take_away(base: DuckDBPyConnection, rows: list[int]) -> set[str]:
    """Delete rows everywhere; return the sites they were of."""
    if not rows:
        return set()
    with given(base, "gone", {"row": np.array(rows, np.int32)}):
        some = 'WHERE "row" IN (SELECT "row" FROM gone)'
        found = base.execute(f"SELECT DISTINCT site FROM documents {some} AND site IS NOT NULL").fetchall()
        for table in OF_DOCUMENTS:
            base.execute(f"DELETE FROM {table} {some}")
    return {site for (site,) in found}


def _settle(reader: Reader, sites: set[str], changed: int) -> None:
    """Sort the lanes if too much of them is loose, and make anew what is derived; so many documents changed."""
    base = reader.base
    loose = int(reader.meta["loose"]) + changed
    if loose > _LOOSE * _count(base):
        for lane in LANES:
            base.execute(f'CREATE TABLE "sorted" AS SELECT hash, "row" FROM {lane} ORDER BY hash')
            base.execute(f"DROP TABLE {lane}")
            base.execute(f'ALTER TABLE "sorted" RENAME TO {lane}')
        loose = 0
    base.execute("UPDATE meta SET value = ? WHERE key = 'loose'", [str(loose)])
    refresh(reader, sites)


def _count(base: DuckDBPyConnection) -> int:
    ((count,),) = base.execute("SELECT count(*) FROM documents").fetchall()
    return int(count)
