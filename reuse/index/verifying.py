"""An index to what is wrong with it: all is read, and what follows from other things is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reuse.candidates import find_buckets
from reuse.errors import IndexFileError
from reuse.index.base import Limits, connection, given, is_index
from reuse.index.building import MEMORY, Watch, unwatched
from reuse.index.derived import derived, digest
from reuse.index.reading import Reader
from reuse.index.rows import table, text_digests
from reuse.index.schema import DERIVED, LANES, OF_DOCUMENTS, SEED, read_meta, require_same_options
from reuse.options import Options
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.stock import in_order
from reuse.terms import key_terms
from reuse.values import key_of_id

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from reuse.values import Fingerprints, Ids, Terms, Texts, Unreadable

#: Documents sketched together.
_AT_A_TIME = 5_000
_COMPARED = ("number of words", "number of fingerprints", "text", "signature", "kind of signature")


@dataclass(frozen=True, slots=True)
class Verification:
    """What an index was found to be.

    Attributes
    ----------
    documents : int
        In it.
    sketched : int
        Of these, whose texts were sketched again.
    faults : tuple of str
        What is wrong; none if it is sound.
    unreadable : tuple of Unreadable
        Documents whose texts are no longer at hand, of an index that keeps none.
    """

    documents: int
    sketched: int
    faults: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]


def verify(
    path: str,
    *,
    sample: int | None = 1000,
    memory: int = MEMORY,
    threads: int = 0,
    watch: Watch = unwatched,
) -> Verification:
    """Look for faults in an index.

    All that is in the file is read, by which DuckDB compares checksums. Rows must belong together, and what is
    derived must be what follows from the rest. Of some documents all that is kept must be what their texts
    give.

    Parameters
    ----------
    path : str
    sample : int, optional
        Documents whose texts are sketched again, spread over all; None for every one.
    memory : int
        Bytes to do with, about.
    threads : int
        0 takes all processors.
    watch : callable, optional
        Called with the name of each stage as it begins.

    Raises
    ------
    IndexFileError
        If it cannot be read to its end, or was made by another version.

    Examples
    --------
    >>> import tempfile
    >>> from reuse.index import build
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = build(f"{folder}/news.index", [Document("a", "Some text.", "a")], Options())
    ...     verify(f"{folder}/news.index").faults
    ()
    """
    if not is_index(path):
        raise IndexFileError(f"{path}: is no index; name a file that `reuse index build` made")
    limits = Limits(memory, Options(threads=threads).thread_count)
    with connection(path, limits) as base:
        meta = read_meta(base, path)
        reader = Reader(base, path, meta, limits.threads)
        require_same_options(meta, path, reader.options)
        rows = base.execute('SELECT "row" FROM documents ORDER BY "row"').fetchnumpy()["row"]
        chosen = rows
        if sample is not None and sample < len(rows):
            chosen = rows[np.linspace(0, len(rows) - 1, max(sample, 1)).astype(np.int64)]
        watch("checksums and rows")
        _read_all(base)
        if faults := list(_rows(base, reader)):  # what follows takes these to belong together
            return Verification(len(rows), 0, tuple(faults), ())
        watch("stock text and boilerplate")
        faults = list(_derived(reader))
        watch("sketches")
        for begin in range(0, len(chosen), _AT_A_TIME):
            faults += _sketches(reader, chosen[begin : begin + _AT_A_TIME])
        return Verification(len(rows), len(chosen), tuple(faults), tuple(reader.unreadable))


def _read_all(base: DuckDBPyConnection) -> None:
    """Read every value of every table; a damaged one raises its own error."""
    for name in ("meta", *OF_DOCUMENTS, *DERIVED, "named"):
        columns = base.execute(f"SELECT column_name FROM (DESCRIBE {name})").fetchall()
        every = ", ".join(f'bit_xor(hash("{column}"))' for (column,) in columns)
        base.execute(f"SELECT {every} FROM {name}").fetchall()


def _rows(base: DuckDBPyConnection, reader: Reader) -> Iterator[str]:
    """Yield what is wrong with the rows of tables."""

    def count(query: str) -> int:
        ((found,),) = base.execute(query).fetchall()
        return int(found)

    documents = count("SELECT count(*) FROM documents")
    for what, column in (("row", '"row"'), ("id", "key")):
        if twice := documents - count(f"SELECT count(DISTINCT {column}) FROM documents"):
            yield f"{twice:,} documents have the {what} of another"
    for name in OF_DOCUMENTS[1:]:
        alone = f'SELECT count(*) FROM {name} WHERE "row" NOT IN (SELECT "row" FROM documents)'
        if stray := count(alone):
            yield f"{stray:,} rows of {name} belong to no document"
    for name in ("signatures", "pieces") if reader.keeps_texts else ("signatures",):
        without = f'SELECT count(*) FROM documents WHERE "row" NOT IN (SELECT "row" FROM {name})'
        if missing := count(without):
            yield f"{missing:,} documents have no row of {name}"
    found = base.execute("SELECT id, key FROM documents WHERE exact IS NULL").fetchall()
    if wrong := sum(key_of_id(one) != key for one, key in found):
        yield f"{wrong:,} documents have the key of another id"


def _derived(reader: Reader) -> Iterator[str]:
    """Yield which derived tables do not follow from the others."""
    base = reader.base
    for name, columns in derived(reader, None).items():
        if name == "boilerplate" and reader.unreadable:
            continue  # what it was found in is gone
        names = ", ".join(f'"{each}"' for each in columns)
        with given(base, "new", table(columns)):
            asked, kept = f"SELECT {names} FROM new WHERE is_real", f"SELECT {names} FROM {name}"
            differing = (
                f"SELECT count(*) FROM (({asked} EXCEPT ALL {kept}) UNION ALL ({kept} EXCEPT ALL {asked}))"
            )
            ((count,),) = base.execute(differing).fetchall()
        if count:
            yield f"{count:,} rows of {name} are not what follows from the documents"
    if reader.meta.get("digest") != digest(reader):
        yield "the digest is not that of the documents"


def _sketches(reader: Reader, rows: Ids) -> Iterator[str]:
    """Yield what of some documents is not what their texts give."""
    texts = reader.texts(rows)
    kept = {document.id for document in texts.documents}
    names = [document.id for document in reader.documents(rows)]
    rows = rows[[name in kept for name in names]]
    with given(reader.base, "asked", {"row": rows}):
        yield from _differing(reader, rows, texts)


def _differing(reader: Reader, rows: Ids, texts: Texts) -> Iterator[str]:
    base, options = reader.base, reader.options
    plan = plan_bands(options)
    sketches = sketch(texts, options, values=plan.values, seed=SEED)
    signatures = sketches.signatures
    found = base.execute(
        'SELECT words, fingerprints, sha256, signature, empty FROM documents JOIN signatures USING ("row") '
        'WHERE "row" IN (SELECT "row" FROM asked) ORDER BY "row"'
    ).fetchall()
    given_by_texts = zip(
        sketches.words.tolist(),
        np.diff(sketches.fingerprints.offsets).tolist(),
        text_digests(texts),
        map(bytes, signatures.minimum.astype("<u4")),
        signatures.empty.tolist(),
        strict=True,
    )
    expected = list(given_by_texts)
    for number, what in enumerate(_COMPARED):
        if wrong := sum(mine[number] != theirs[number] for mine, theirs in zip(found, expected, strict=False)):
            yield f"{wrong:,} documents have another {what} than their text gives"
    buckets = find_buckets(signatures, signatures.empty, plan, options)
    every: tuple[Fingerprints | Terms, ...] = (sketches.fingerprints, buckets, key_terms(texts, options))
    for lane, kept in zip(LANES, every, strict=True):
        pairs = in_order(kept.hash, np.repeat(rows, np.diff(kept.offsets)))
        there = base.execute(
            f'SELECT hash, "row" FROM {lane} WHERE "row" IN (SELECT "row" FROM asked) ORDER BY hash, "row"'
        ).fetchnumpy()
        if not (np.array_equal(pairs[0], there["hash"]) and np.array_equal(pairs[1], there["row"])):
            yield f"some of {len(rows):,} documents have other {lane} than their texts give"
