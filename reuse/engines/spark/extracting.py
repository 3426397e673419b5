"""Items to rows: what readers yield is skimmed, extracted and laid into Arrow, a chunk at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np
import pyarrow as pa

from reuse.engines.spark.columns import ITEMS, decoded, encoded, items_of, signed, told_items, told_of
from reuse.pipeline.plain import plain, unplain
from reuse.texts import extract
from reuse.values import Document, Notice, Unreadable, key_of_id
from reuse.web import HeldOriginal, HeldOriginals, skim

Item: TypeAlias = Document | Unreadable | Notice
#: A position in the input, and what is there.
Placed: TypeAlias = tuple[int, Item]
#: The same of what was skimmed, and the id of the document that it is or is told of; None if of none.
_Skimmed: TypeAlias = tuple[int, Item, str | None]
_Each = TypeVar("_Each", Placed, _Skimmed)

#: Of a position: bits of the running number within a file, and the last of these numbers, at which it is told
#: what is known at the end of the file.
RUNNING = 32
END = (1 << RUNNING) - 1

#: Documents as they are read, before anything is made of them: one that reads much passes them on so.
READ = pa.schema(
    [
        ("position", pa.int64()),
        ("told", pa.binary()),
        ("document", pa.binary()),
        ("content", pa.binary()),
        ("is_text", pa.bool_()),
    ]
)

#: Items, and bytes of text and originals, that are together in later stages, at most.
_CHUNK, _BYTES = 20_000, 32 << 20
#: Of what is passed on.
_PASSED, _PASSED_BYTES = 1000, 4 << 20


def rows_of(placed: Iterable[Placed]) -> Iterator[pa.RecordBatch]:
    """Skim and extract what was read.

    Parameters
    ----------
    placed : iterable of (int, Document, Unreadable or Notice)

    Yields
    ------
    pyarrow.RecordBatch
        Of `reuse.engines.spark.columns.ITEMS`, in the order of positions. What is told of a document has its
        position and its key, which what readers told has not. A document without text is told, and is there
        nevertheless: its id is taken.

    Examples
    --------
    >>> batches = list(rows_of([(0, Document("a", "Some text.", "a")), (1, Document("b", " ", "b"))]))
    >>> [batch["text"].to_pylist() for batch in batches]
    [[b'Some text.'], [None]]
    """
    for chunk in _chunks(_skimmed(placed), _CHUNK, _BYTES):
        yield from _rows(chunk)


def read_of(placed: Iterable[Placed]) -> Iterator[pa.RecordBatch]:
    """Return what was read as rows of `READ`."""
    for chunk in _chunks(placed, _PASSED, _PASSED_BYTES):
        yield _passed(chunk)


def items_of_read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Skim and extract what `read_of` passed on.

    Examples
    --------
    >>> passed = read_of([(7, Document("a", "Some text.", "a")), (8, Notice("a", "is short"))])
    >>> [batch["position"].to_pylist() for batch in items_of_read(passed)]
    [[7], [8]]
    """
    return rows_of(placed for batch in batches for placed in _taken(batch))


def mark(position: int, count: int) -> pa.RecordBatch:
    """Return a row that says, as its chunk, how many lines there were; of no document, and telling nothing."""
    columns: dict[str, pa.Array] = {field.name: pa.nulls(1, field.type) for field in ITEMS}
    columns["position"] = pa.array([position], pa.int64())
    columns["chunk"] = pa.array([count], pa.int64())
    return pa.RecordBatch.from_arrays([columns[field.name] for field in ITEMS], schema=ITEMS)


def _skimmed(placed: Iterable[Placed]) -> Iterator[_Skimmed]:
    originals = HeldOriginals()
    for position, item in placed:
        name = item.id if isinstance(item, Document) else None
        for found in skim([item], originals):
            yield position, found, name


def _chunks(placed: Iterable[_Each], most: int, most_bytes: int) -> Iterator[list[_Each]]:
    chunk: list[_Each] = []
    held = 0
    for each in placed:
        chunk.append(each)
        held += _size(each[1])
        if held >= most_bytes or len(chunk) >= most:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _size(item: Item) -> int:
    if not isinstance(item, Document):
        return 0
    return len(item.content) + (len(item.original.packed) if isinstance(item.original, HeldOriginal) else 0)


def _rows(chunk: list[_Skimmed]) -> Iterator[pa.RecordBatch]:
    chunk.sort(key=lambda skimmed: skimmed[0])
    documents = [(position, item) for position, item, _ in chunk if isinstance(item, Document)]
    told = [(position, item, name) for position, item, name in chunk if not isinstance(item, Document)]
    texts = extract(item._replace(id=str(row)) for row, (_, item) in enumerate(documents))
    kept = [int(document.id) for document in texts.documents]
    if kept:
        named = zip(kept, texts.documents, strict=True)
        texts = replace(texts, documents=tuple(one._replace(id=documents[row][1].id) for row, one in named))
        positions = np.array([documents[row][0] for row in kept], np.int64)
        yield items_of(texts, positions, int(positions[0]))
    left = sorted(set(range(len(documents))).difference(kept))
    if left:
        faults = zip(left, texts.unreadable, strict=True)
        without = [documents[row][1] for row in left]
        yield _told([(documents[row][0], fault, documents[row][1].id) for row, fault in faults], without)
    if told:
        yield _told(told)


def _told(
    told: Sequence[tuple[int, Unreadable | Notice, str | None]], documents: Sequence[Document] = ()
) -> pa.RecordBatch:
    """Return the rows of faults and notices, each with the key of its document; and documents, if given."""
    batch = told_items([each for _, each, _ in told], 0, told[0][0])
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns["position"] = pa.array([position for position, _, _ in told], pa.int64())
    keys = [None if name is None else signed(key_of_id(name)) for _, _, name in told]
    columns["key"] = pa.array(keys, pa.int64())
    if documents:
        columns["document"] = pa.array([json.dumps(plain(each)).encode() for each in documents], pa.binary())
    return pa.RecordBatch.from_arrays([columns[field.name] for field in ITEMS], schema=ITEMS)


def _passed(chunk: list[Placed]) -> pa.RecordBatch:
    told = [None if isinstance(item, Document) else told_items([item], 0, 0)["told"][0] for _, item in chunk]
    documents = [item if isinstance(item, Document) else None for _, item in chunk]
    contents = [None if one is None else one.content for one in documents]
    return pa.RecordBatch.from_arrays(
        [
            pa.array([position for position, _ in chunk], pa.int64()),
            pa.array([None if row is None else row.as_py() for row in told], pa.binary()),
            pa.array(
                [None if one is None else json.dumps(plain(one)).encode() for one in documents], pa.binary()
            ),
            pa.array([encoded(each) if isinstance(each, str) else each for each in contents], pa.binary()),
            pa.array([isinstance(each, str) for each in contents]),
        ],
        schema=READ,
    )


def _taken(batch: pa.RecordBatch) -> Iterator[Placed]:
    for position, told, document, content, is_text in zip(
        *(each.to_pylist() for each in batch.columns), strict=True
    ):
        if told is not None:
            yield position, told_of(told)
        else:
            held: str | bytes = (decoded(content) or "") if is_text else content
            yield position, unplain(json.loads(document))._replace(content=held)
