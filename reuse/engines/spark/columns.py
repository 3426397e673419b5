"""Documents to the rows that Spark keeps of them, and back: the one place where Arrow and `Texts` meet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse.pipeline.plain import plain, unplain
from reuse.sites import page_key
from reuse.values import Document, Notice, Texts, Unreadable, key_of_id
from reuse.web import HeldOriginal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.values import Hashes, Offsets

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
            _binary(texts.values, texts.offsets),
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
    """Return the documents of rows, which have the columns ``document``, ``text``, ``replaced``, ``original``.

    Examples
    --------
    >>> from reuse.texts import lay_out
    >>> texts = lay_out(["Some text.", "More."])
    >>> again = texts_of(items_of(texts, np.arange(2), 0))
    >>> again.documents[1].id, again[1]
    ('1', 'More.')
    """
    documents = [
        _document(document, original)
        for document, original in zip(rows["document"].to_pylist(), rows["original"].to_pylist(), strict=True)
    ]
    texts: Iterable[bytes] = rows["text"].to_pylist()
    sizes = np.fromiter(map(len, texts), np.int64, len(documents))
    return Texts(
        documents=tuple(documents),
        values=np.frombuffer(b"".join(texts), np.uint8),
        offsets=np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))),
        replaced=np.asarray(rows["replaced"], np.int64),
        unreadable=(),
        notices=(),
    )


def document_of(row: bytes) -> Document:
    """Return the document of a row without the bytes of its original."""
    return _document(row, None)


def _document(row: bytes, packed: bytes | None) -> Document:
    fields = json.loads(row)
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


def blob(values: Any) -> bytes:
    """Return an array as bytes, for a row that holds many numbers: no list has to be made of them."""
    return np.ascontiguousarray(values).tobytes()


def _binary(values: Any, offsets: Offsets) -> pa.Array:
    """Return texts one after another as a column, whose offsets have 32 bits: 2 GiB in one batch."""
    assert int(offsets[-1]) < 2**31, "too much text for one batch"
    begins = pa.py_buffer(offsets.astype(np.int32).tobytes())
    return pa.BinaryArray.from_buffers(
        pa.binary(), len(offsets) - 1, [None, begins, pa.py_buffer(values.tobytes())]
    )
