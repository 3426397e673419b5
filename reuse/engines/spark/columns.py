"""Documents to the rows that Spark keeps of them, and back: the one place where Arrow and `Texts` meet."""

from __future__ import annotations

import json
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse.pipeline.plain import plain, unplain
from reuse.sites import page_key
from reuse.values import Document, Notice, Texts, Unreadable, key_of_id
from reuse.web import HeldOriginal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeVar

    from numpy.typing import NDArray

    from reuse.values import Hashes, Offsets

    _Number = TypeVar("_Number", np.uint8, np.int32, np.uint32, np.int64, np.uint64)

_NOBODY = Document("", b"", "")
_SHA256 = Document._fields.index("original_sha256")
#: What is kept of everything that was read. `position` is a place in the order of the input, which no other
#: document has; `chunk` names documents that stay together; `key` is `reuse.values.key_of_id`, `address` that
#: of `reuse.sites.page_key`. Of what was only told (a fault, a notice) there is nothing but `told`. Hashes are
#: unsigned: Spark shows them as signed numbers of the same 64 bits.
ITEMS = pa.schema(
    [
        ("position", pa.int64()),
        ("chunk", pa.int64()),
        ("key", pa.int64()),
        ("site", pa.binary()),
        ("address", pa.int64()),
        ("told", pa.binary()),
        ("document", pa.binary()),
        ("text", pa.binary()),
        ("replaced", pa.int64()),
        ("original", pa.binary()),
    ]
)


def items_of(texts: Texts, position: Offsets, chunk: int) -> pa.RecordBatch:
    """Return the rows of documents.

    Parameters
    ----------
    texts : Texts
        With nothing left out; what is told among them is not looked at.
    position : int64 [D]
    chunk : int
    """
    size = len(texts)
    told = [json.dumps(plain(document)).encode() for document in texts.documents]
    addresses = [page_key(document.url) for document in texts.documents]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(position, pa.int64()),
            pa.array(np.full(size, chunk), pa.int64()),
            pa.array(keys_of(texts.documents).view(np.int64)),
            pa.array([encoded(document.site) for document in texts.documents], pa.binary()),
            pa.array([None if key is None else signed(key_of_id(key)) for key in addresses], pa.int64()),
            pa.nulls(size, pa.binary()),
            pa.array(told, pa.binary()),
            blobs(texts.values, texts.offsets),
            pa.array(texts.replaced, pa.int64()),
            pa.array([_packed(document) for document in texts.documents], pa.binary()),
        ],
        schema=ITEMS,
    )


def told_items(told: Sequence[Unreadable | Notice], position: int, chunk: int) -> pa.RecordBatch:
    """Return the rows of faults and notices, all of one position."""
    columns: dict[str, pa.Array] = {field.name: pa.nulls(len(told), field.type) for field in ITEMS}
    columns["position"] = pa.array([position] * len(told), pa.int64())
    columns["chunk"] = pa.array([chunk] * len(told), pa.int64())
    columns["told"] = pa.array([_told(row) for row in told], pa.binary())
    return pa.RecordBatch.from_arrays([columns[field.name] for field in ITEMS], schema=ITEMS)


def _told(row: Unreadable | Notice) -> bytes:
    if isinstance(row, Unreadable):
        return json.dumps([row.path, row.line, row.reason]).encode()
    return json.dumps([row.path, row.message]).encode()


def told_of(row: bytes) -> Unreadable | Notice:
    """Return the fault or notice of a row.

    Examples
    --------
    >>> rows = told_items([Notice("a", "is odd"), Unreadable("b", None, "is no text")], 0, 0)
    >>> [str(told_of(row)) for row in rows["told"].to_pylist()]
    ['a: is odd', 'b: is no text']
    """
    fields = json.loads(row)
    return Notice(*fields) if len(fields) == 2 else Unreadable(*fields)


def texts_of(rows: pa.Table | pa.RecordBatch) -> Texts:
    """Return the documents of rows, which have the columns ``text`` and ``replaced``.

    And ``document`` and ``original``: without the one they are nobody's, which spares half of the work, without
    the other their originals are empty.

    Examples
    --------
    >>> from reuse.texts import lay_out
    >>> rows = items_of(lay_out(["Some text.", "More."]), np.arange(2), 0)
    >>> texts = texts_of(rows)
    >>> texts.documents[1].id, texts[1]
    ('1', 'More.')
    >>> texts_of(rows.select(["text", "replaced"])).documents[1].id
    ''
    """
    names, count = rows.schema.names, len(rows)
    documents: Iterable[Document] = repeat(_NOBODY, count)
    if "document" in names:
        originals = rows["original"].to_pylist() if "original" in names else repeat(None, count)
        documents = map(_document, rows["document"].to_pylist(), originals)
    values, offsets = ragged(rows["text"], np.uint8)
    return Texts(
        documents=tuple(documents),
        values=values,
        offsets=offsets,
        replaced=np.asarray(rows["replaced"], np.int64),
        unreadable=(),
        notices=(),
    )


def document_of(row: bytes) -> Document:
    """Return the document of a row without the bytes of its original."""
    return _document(row, None)


def _document(row: bytes, packed: bytes | None) -> Document:
    fields = json.loads(row.decode())  # of bytes it would look for their encoding first
    digest = fields[_SHA256]
    return unplain(fields, lambda given: HeldOriginal(packed or b"", given, digest))


def _packed(document: Document) -> bytes | None:
    original = document.original
    return original.packed if isinstance(original, HeldOriginal) else None


def keys_of(documents: Sequence[Document]) -> Hashes:
    """Return what names documents, uint64 [D]."""
    return np.fromiter((key_of_id(document.id) for document in documents), np.uint64, len(documents))


def encoded(text: str | None) -> bytes | None:
    """Return a text as bytes, lone surrogates and all; in the order of bytes they are as in that of letters."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def decoded(row: bytes | None) -> str | None:
    """Return the text that `encoded` took."""
    return None if row is None else row.decode("utf-8", "surrogatepass")


def signed(value: int) -> int:
    """Return the signed number of the same 64 bits.

    Examples
    --------
    >>> signed(2**64 - 1)
    -1
    """
    return value - (1 << 64) if value >> 63 else value


def hashes_of(column: Any) -> Hashes:
    """Return a column of signed numbers as hashes, uint64."""
    return np.asarray(column, np.int64).view(np.uint64)


def part_of(hashes: Hashes, parts: int) -> NDArray[np.uint16] | Offsets:
    """Return which of so many parts each hash is in: by its last bits, for winnowing keeps small hashes."""
    part = hashes % np.uint64(parts)
    # Of numbers of 16 bits NumPy's stable sort takes a tenth of the time.
    return part.astype(np.uint16) if parts <= 1 << 16 else part.astype(np.int64)


def blob(values: Any) -> bytes:
    """Return an array as bytes, for a row that holds many numbers: no list has to be made of them."""
    return np.ascontiguousarray(values).tobytes()


def blobs(values: NDArray[Any], offsets: Offsets) -> pa.Array:
    """Return some rows of numbers, or texts, as a column of bytes.

    Parameters
    ----------
    values : array
    offsets : int64 [D + 1]

    Examples
    --------
    >>> column = blobs(np.array([5, 6, 7], np.uint64), np.array([0, 1, 3]))
    >>> [array.tolist() for array in ragged(column, np.uint64)]
    [[5, 6, 7], [0, 1, 3]]
    """
    places = offsets * values.itemsize
    assert int(places[-1]) < 2**31, "too much for one batch"
    begins = pa.py_buffer(places.astype(np.int32).tobytes())
    content = pa.py_buffer(np.ascontiguousarray(values).tobytes())
    return pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, [None, begins, content])


def ragged(column: pa.Array | pa.ChunkedArray, dtype: type[_Number]) -> tuple[NDArray[_Number], Offsets]:
    """Return the numbers of all rows one after another, and the offsets of the rows; a null is an empty row."""
    rows: list[bytes | None] = column.to_pylist()
    sizes = np.fromiter((len(row or b"") for row in rows), np.int64, len(rows))
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))) // np.dtype(dtype).itemsize
    return np.frombuffer(b"".join(row for row in rows if row), dtype), offsets
