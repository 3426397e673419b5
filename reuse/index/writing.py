"""Documents to rows of an index: what is kept of each is made, and put behind what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import zstandard

from reuse.candidates import find_buckets
from reuse.index.rows import Window, column, content_digest, field_columns, given_json, text_digests
from reuse.index.schema import LANES, PIECE, SEED
from reuse.index.spill import Spill
from reuse.sketches import sketch
from reuse.terms import key_terms
from reuse.texts import extract
from reuse.values import Document, Notice, Unreadable
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO
    from typing import TypeAlias

    from duckdb import DuckDBPyConnection

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Fingerprints, Ids, Terms, Texts

    Item: TypeAlias = Document | Unreadable | Notice

#: Of the content of documents, bytes or characters, held at a time; and documents.
_BATCH, _DOCUMENTS = 1 << 26, 20_000
#: Pairs of a hash and a row written at a time.
_PAIRS = 1 << 20
_NEVER = "\0"  # stands in no text, so it parts pieces


class Read(NamedTuple):
    """Some documents as they were read, with their texts.

    Attributes
    ----------
    texts : Texts
    contents : dict of str to bytes
        Digest of what was read for each id.
    """

    texts: Texts
    contents: dict[str, bytes]


def in_batches(documents: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield what readers yield, so much at a time as can be held."""
    batch: list[Item] = []
    size = 0
    for item in documents:
        batch.append(item)
        size += len(item.content) if isinstance(item, Document) else 0
        if size >= _BATCH or len(batch) >= _DOCUMENTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def read(batch: list[Item]) -> Read:
    """Return the texts of documents."""
    contents = {item.id: content_digest(item) for item in batch if isinstance(item, Document)}
    return Read(extract(skim(batch, Originals())), contents)


class Writer:
    """Puts documents behind those of an index, and at the end their hashes into its lanes.

    Parameters
    ----------
    base : DuckDBPyConnection
        Within a transaction, but for a new index.
    options : Options
    plan : Plan
    spill : binary file
        Where hashes are kept until they are all known.
    first : int
        Row of the next document.
    origin : str or None
        The working folder, for an index that keeps no texts.
    """

    def __init__(
        self,
        base: DuckDBPyConnection,
        options: Options,
        plan: Plan,
        spill: FileIO,
        first: int,
        origin: str | None,
    ) -> None:
        self.next_row = first
        self._base = base
        self._options = options
        self._plan = plan
        self._origin = origin
        self._lanes = {lane: Spill(spill) for lane in LANES}
        sizes = dict.fromkeys(("documents", "signatures", "texts", "originals"), _DOCUMENTS) | {"pairs": _PAIRS}
        self._new = {name: Window(base, f"new_{name}", size) for name, size in sizes.items()}
        self._packer = zstandard.ZstdCompressor()

    def add(self, some: Read) -> None:
        """Sketch documents, and write what is kept of each but for the lanes."""
        texts = some.texts
        if not len(texts):
            return
        rows = np.arange(self.next_row, self.next_row + len(texts), dtype=np.int32)
        self.next_row += len(texts)
        options, plan = self._options, self._plan
        sketches = sketch(texts, options, values=plan.values, seed=SEED)
        signatures = sketches.signatures
        buckets = find_buckets(signatures, signatures.empty, plan, options)
        every: tuple[Fingerprints | Terms, ...] = (sketches.fingerprints, buckets, key_terms(texts, options))
        for lane, kept in zip(LANES, every, strict=True):
            self._lanes[lane].add(kept.hash, np.repeat(rows, np.diff(kept.offsets)))
        columns = {
            "row": rows,
            **field_columns(texts.documents),
            "words": sketches.words.astype(np.int32),
            "fingerprints": np.diff(sketches.fingerprints.offsets).astype(np.int32),
            "bytes": np.diff(texts.offsets).astype(np.int32),
            "replaced": texts.replaced.astype(np.int32),
            "sha256": column(bytes, text_digests(texts)),
            "content": column(bytes, [some.contents[one.id] for one in texts.documents]),
            "origin": column(str, [self._origin] * len(texts)),
        }
        self._new["documents"].insert("documents", columns)
        self._new["signatures"].insert(
            "signatures",
            {
                "row": rows,
                "signature": column(bytes, map(bytes, signatures.minimum.astype("<u4"))),
                "empty": signatures.empty,
            },
        )
        if self._origin is None:
            self._add_texts(texts, rows)

    def _add_texts(self, texts: Texts, rows: Ids) -> None:
        pieces = [_NEVER.join(_pieces(texts[row])) for row in range(len(texts))]
        with self._new["texts"].showing({"row": rows, "text": column(str, pieces)}):
            parted = 'SELECT "row", unnest(string_split(text, chr(0))) FROM new_texts WHERE is_real'
            self._base.execute(f"INSERT INTO pieces {parted}")
        pages = [
            (row, self._packer.compress(one.original.read()), given_json(one.original.given))
            for row, one in zip(rows.tolist(), texts.documents, strict=True)
            if one.original is not None
        ]
        if pages:
            numbers_of, packed, said = zip(*pages, strict=True)
            columns = {
                "row": np.array(numbers_of, np.int32),
                "page": column(bytes, packed),
                "given": column(str, said),
            }
            self._new["originals"].insert("originals", columns)

    def finish(self) -> None:
        """Write the lanes."""
        for lane, spill in self._lanes.items():
            for hashes, rows in spill.parts(self._options.thread_count):
                for begin in range(0, len(hashes), _PAIRS):
                    some = slice(begin, begin + _PAIRS)
                    self._new["pairs"].insert(lane, {"hash": hashes[some], "row": rows[some]})


def _pieces(text: str) -> list[str]:
    return [text[begin : begin + PIECE] for begin in range(0, len(text), PIECE)]
