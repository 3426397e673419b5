"""Rows of an index to documents and their texts: from the file, or from where they came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import zstandard

from reuse.errors import IndexFileError
from reuse.index.base import given, told
from reuse.index.origins import Origin, read_back
from reuse.index.rows import document_of, given_of
from reuse.index.schema import FIELDS, stored_options
from reuse.options import Options
from reuse.values import Document, Texts, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from reuse.values import Ids

_FIELDS = ", ".join(f'd."{name}"' for name in FIELDS)


class Reader:
    """Reads documents and texts of an open index.

    Parameters
    ----------
    base : DuckDBPyConnection
    path : str
        Of the index, to name it in messages.
    meta : dict of str to str
    threads : int

    Attributes
    ----------
    options : Options
        Those of the index.
    unreadable : list of Unreadable
        Documents of an index without texts that are no longer where they came from, or have changed.
    """

    def __init__(self, base: DuckDBPyConnection, path: str, meta: dict[str, str], threads: int) -> None:
        self.base = base
        self.path = path
        self.meta = meta
        kept = stored_options(meta, path)
        kept.pop("algorithm", None)
        try:
            self.options = Options(**kept, threads=threads)
        except TypeError as fault:
            raise IndexFileError(f"{path}: has options of another version ({fault}); build it anew") from fault
        self.unreadable: list[Unreadable] = []
        self._told: set[int] = set()

    @property
    def keeps_texts(self) -> bool:
        """Whether texts and web pages are in the index."""
        return self.meta.get("texts") == "kept"

    @cached_property
    def _has_pages(self) -> bool:
        return bool(self.base.execute("SELECT 1 FROM originals LIMIT 1").fetchall())

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return the documents of some rows, without texts, in the order of these.

        Raises
        ------
        IndexFileError
            If one is missing.
        """
        return tuple(document for document, *_ in self._documents(rows))

    def _documents(self, rows: Ids) -> list[tuple[Document, int, int, bytes, str]]:
        """Return of each row the document, U+FFFD put in, bytes and digest of its text, and its origin."""
        with told(self.path), given(self.base, "asked", {"row": rows}):
            found = self.base.execute(
                f'SELECT d."row", replaced, bytes, sha256, origin, {_FIELDS}, exact '
                'FROM documents d WHERE d."row" IN (SELECT "row" FROM asked)'
            ).fetchall()
            pages: dict[int, Document] = {}
            if self.keeps_texts and self._has_pages:
                pages = {
                    row: given_of(line)
                    for row, line in self.base.execute(
                        'SELECT "row", given FROM originals WHERE "row" IN (SELECT "row" FROM asked)'
                    ).fetchall()
                }
        by_row: dict[int, tuple[Document, int, int, bytes, str]] = {}
        for row, replaced, size, sha256, origin, *fields in found:
            document = document_of(fields)
            if row in pages:
                document = document._replace(original=KeptPage(self, row, pages[row]))
            by_row[row] = document, replaced, size, sha256, origin
        if len(by_row) < len(rows):
            raise IndexFileError(f"{self.path}: is damaged (documents are missing); build it anew")
        return [by_row[row] for row in rows.tolist()]

    def texts(self, rows: Ids) -> Texts:
        """Return some documents with their texts, in the order of `rows`, which ascend.

        Those whose text is no longer at hand are left out, and told in `unreadable`.

        Raises
        ------
        IndexFileError
            If one is missing, or is not what was put there.
        """
        told_of = self._documents(rows)
        if not self.keeps_texts:
            return self._read_back(rows, told_of)
        with told(self.path), given(self.base, "asked", {"row": rows}):
            found = self.base.execute(
                "SELECT \"row\", string_agg(piece, '' ORDER BY rowid) AS text FROM pieces "
                'WHERE "row" IN (SELECT "row" FROM asked) GROUP BY "row"'
            ).fetchnumpy()
        order = np.argsort(found["row"])
        contents = [text.encode() for text in found["text"][order]]
        sizes = np.fromiter(map(len, contents), np.int64, len(contents))
        if not np.array_equal(found["row"][order], rows) or sizes.tolist() != [one[2] for one in told_of]:
            raise IndexFileError(f"{self.path}: is damaged (texts are missing or cut short); build it anew")
        return _laid_out(told_of, contents)

    def _read_back(self, rows: Ids, told_of: Sequence[tuple[Document, int, int, bytes, str]]) -> Texts:
        reading = json.loads(self.meta["reading"])
        origins = [Origin(document, folder, sha256) for document, _, _, sha256, folder in told_of]
        found = read_back(origins, reading)
        kept, contents = [], []
        for row, one, back in zip(rows.tolist(), told_of, found, strict=True):
            if isinstance(back, Unreadable):
                if row not in self._told:
                    self._told.add(row)
                    self.unreadable.append(back)
                continue
            document, content = back
            kept.append((document, *one[1:]))
            contents.append(content)
        return _laid_out(kept, contents)

    def page(self, row: int) -> bytes:
        """Return the web page that a document was taken from."""
        with told(self.path):
            found = self.base.execute('SELECT page FROM originals WHERE "row" = ?', [row]).fetchall()
        try:
            return zstandard.ZstdDecompressor().decompress(found[0][0])
        except (IndexError, zstandard.ZstdError) as fault:
            raise IndexFileError(
                f"{self.path}: is damaged (a page is missing or broken); build it anew"
            ) from fault

    def in_batches(self, rows: Ids, size: int) -> Iterator[Texts]:
        """Yield the texts of many rows, some at a time."""
        for begin in range(0, len(rows), size):
            yield self.texts(rows[begin : begin + size])


def _laid_out(told_of: Sequence[tuple[Document, Any, Any, Any, Any]], contents: list[bytes]) -> Texts:
    return Texts(
        documents=tuple(one[0] for one in told_of),
        values=np.frombuffer(b"".join(contents), np.uint8),
        offsets=np.concatenate(([0], np.cumsum([len(one) for one in contents], dtype=np.int64))),
        replaced=np.array([one[1] for one in told_of], np.int64),
        unreadable=(),
        notices=(),
    )


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A web page in an index.

    Attributes
    ----------
    given : Document
        What the reader knew of it.
    """

    _reader: Reader
    _row: int
    given: Document

    def read(self) -> bytes:
        """Return its bytes."""
        return self._reader.page(self._row)
