"""Documents to the columns of a table, and back.

SQL has no lone surrogates, which names and JSON strings can hold: where a document has any, U+FFFD stands in
for them, and `exact` has its fields as JSON.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.index.base import given
from reuse.index.schema import FIELDS
from reuse.samples import address_key
from reuse.values import HTML, TEXT, Document, key_of_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from reuse.values import Texts

_fields = itemgetter(*map(Document._fields.index, FIELDS))
#: What is said of most documents, for `content_digest`.
_SAID = {decoded: sha256(json.dumps([decoded, TEXT]).encode()) for decoded in (False, True)}


def column(kind: type[str] | type[bytes], values: Iterable[str | bytes | None]) -> NDArray[np.object_]:
    """Return texts or bytes as DuckDB takes them: behind one that is never NULL, which shows it their type."""
    listed = [kind(), *values]
    made = np.empty(len(listed), object)
    made[:] = listed
    return made


def table(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return columns of which some are made by `column`, and beside them which rows are real.

    Examples
    --------
    >>> made = table({"row": np.array([7]), "name": column(str, ["a"])})
    >>> {name: values.tolist() for name, values in made.items()}
    {'row': [0, 7], 'name': ['', 'a'], 'is_real': [False, True]}
    """
    made = {
        name: values if values.dtype == object else np.concatenate((np.zeros(1, values.dtype), values))
        for name, values in columns.items()
    }
    (size,) = {len(values) for values in made.values()}
    return {**made, "is_real": np.arange(size) > 0}


def insert(base: DuckDBPyConnection, name: str, columns: Mapping[str, NDArray[Any]]) -> None:
    """Put rows into a table of an index."""
    names = ", ".join(f'"{each}"' for each in columns)
    with given(base, "new", table(columns)):
        base.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM new WHERE is_real")


class Window:
    """Arrays that SQL sees as one table, with other rows each time.

    What is registered within a transaction is held until that ends: of millions of rows, put in some at a time,
    all would be held.

    Parameters
    ----------
    base : DuckDBPyConnection
    name : str
        Of the table.
    size : int
        Rows at a time.
    """

    def __init__(self, base: DuckDBPyConnection, name: str, size: int) -> None:
        self._base = base
        self._name = name
        self._size = size
        self._seen: dict[str, NDArray[Any]] = {}

    @contextmanager
    def showing(self, columns: Mapping[str, NDArray[Any]]) -> Iterator[None]:
        """Let SQL see some rows: those for which `is_real` is true."""
        made = table(columns)
        count = len(made["is_real"])
        assert count <= self._size + 1, "rows are shown some at a time"
        is_first = not self._seen
        for name, values in made.items():
            if is_first:
                nothing = None if values.dtype == object else values.dtype.type()
                self._seen[name] = np.full(self._size + 1, nothing, values.dtype)
            self._seen[name][:count] = values
        if is_first:  # with rows in it, of which DuckDB sees what the columns hold
            self._base.register(self._name, self._seen)
        try:
            yield
        finally:
            self._seen["is_real"][:] = False
            for values in self._seen.values():
                if values.dtype == object:
                    values[1:] = None

    def insert(self, into: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Put rows into a table of an index."""
        names = ", ".join(f'"{each}"' for each in columns)
        with self.showing(columns):
            self._base.execute(f"INSERT INTO {into} ({names}) SELECT {names} FROM {self._name} WHERE is_real")


def field_columns(documents: Sequence[Document]) -> dict[str, NDArray[Any]]:
    """Return the columns of what was said of documents, and of what follows from it."""
    fields = list(zip(*map(_fields, documents), strict=True)) or [()] * len(FIELDS)
    columns: dict[str, NDArray[Any]] = {
        name: column(str, values) for name, values in zip(FIELDS, fields, strict=True) if name != "line"
    }
    lines = fields[FIELDS.index("line")]
    columns["line"] = np.array([-1 if line is None else line for line in lines], np.int64)
    columns["exact"] = column(str, [None] * len(documents))
    if not all(_is_plain(columns[name].tolist()) for name in FIELDS if name != "line"):
        for place, document in enumerate(documents, 1):
            own = _fields(document)
            if not _is_plain(value for value in own if isinstance(value, str)):
                columns["exact"][place] = json.dumps(own)
                for name in FIELDS:
                    if name != "line":
                        columns[name][place] = _storable(columns[name][place])
    columns["key"] = np.array([key_of_id(document.id) for document in documents], np.uint64)
    columns["site"] = column(str, [_storable(document.site) for document in documents])
    columns["address"] = column(bytes, map(address_key, documents))
    return columns


def _is_plain(values: Iterable[str | None]) -> bool:
    try:
        "".join(filter(None, values)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _storable(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def document_of(row: Sequence[Any]) -> Document:
    """Return the document of a row: its `FIELDS`, and `exact`."""
    *fields, exact = row
    if exact is not None:
        fields = json.loads(exact)
    named = dict(zip(FIELDS, fields, strict=True))
    if exact is None and named["line"] == -1:
        named["line"] = None
    return Document(content=b"", **named)


def given_json(document: Document) -> str:
    """Return what a reader knew of a web page, as JSON."""
    return json.dumps(_fields(document))


def given_of(line: str) -> Document:
    """Return what a reader knew of a web page."""
    return Document(content=b"", **dict(zip(FIELDS, json.loads(line), strict=True)))


def content_digest(document: Document) -> bytes:
    """Return what tells of a document as it was read whether its text, or its page, is still the same.

    Of a web page all that was said of it counts, for what it says itself is taken only where nothing was.
    """
    content = document.content
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if document.media == HTML:
        digest = sha256(json.dumps([isinstance(content, str), HTML, *_fields(document)]).encode())
    else:
        digest = _SAID[isinstance(content, str)].copy()
    digest.update(raw)
    return digest.digest()[:16]


def text_digests(texts: Texts) -> list[bytes]:
    """Return the SHA-256 of each text."""
    return [sha256(texts.values[begin:end].data).digest() for begin, end in pairwise(texts.offsets.tolist())]
