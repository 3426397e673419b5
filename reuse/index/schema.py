"""The tables of an index, and the lines of its `meta`: which version wrote it, and with which options.

Everything is plain SQL, so that any DuckDB of the same major version can read it; README.md, "The index file",
describes it with queries. Texts are kept in short pieces: DuckDB packs 2,048 values of a column together, and
to read one text it would otherwise unpack eight megabytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reuse import __version__
from reuse.errors import IndexFileError
from reuse.options import Options
from reuse.values import SCHEME, SIGNATURE_VERSION

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from reuse.plan import Plan

#: Raised whenever the tables change.
FORMAT = 1
#: What says that a database is an index.
KIND = "reuse index"
#: Code points of a piece of a text.
PIECE = 80
#: Of the permutations that signatures are made with.
SEED = 1

#: Columns of `documents` that are fields of `Document`, as the reader and the page itself said.
FIELDS = (
    "id",
    "path",
    "line",
    "url",
    "title",
    "date",
    "author",
    "modified",
    "language",
    "media",
    "encoding",
    "fetched",
    "original_sha256",
    "extent",
)
_TEXTS = ", ".join(f"{name} VARCHAR" for name in FIELDS if name != "line")

#: Tables of a hash and the row of a document that has it.
LANES = ("postings", "buckets", "terms")
#: What every document has a row in, or some.
OF_DOCUMENTS = ("documents", "pieces", "originals", "signatures", *LANES)
#: What follows from these.
DERIVED = ("common", "few", "stock", "boilerplate")

TABLES = (
    "CREATE TABLE meta (key VARCHAR, value VARCHAR)",
    f"""CREATE TABLE documents ("row" INTEGER, key UBIGINT, {_TEXTS}, line BIGINT, exact VARCHAR, site VARCHAR,
        words INTEGER, fingerprints INTEGER, bytes INTEGER, replaced INTEGER,
        sha256 BLOB, content BLOB, address BLOB, origin VARCHAR)""",
    'CREATE TABLE pieces ("row" INTEGER, piece VARCHAR USING COMPRESSION ZSTD)',
    'CREATE TABLE originals ("row" INTEGER, page BLOB, given VARCHAR)',
    'CREATE TABLE signatures ("row" INTEGER, signature BLOB, empty BOOLEAN)',
    *(f'CREATE TABLE {lane} (hash UBIGINT, "row" INTEGER)' for lane in LANES),
    "CREATE TABLE common (lane VARCHAR, hash UBIGINT)",
    'CREATE TABLE few (hash UBIGINT, "row" INTEGER)',
    "CREATE TABLE stock (hash UBIGINT, anywhere BOOLEAN)",
    "CREATE TABLE boilerplate (site VARCHAR, hash UBIGINT, pages INTEGER)",
    "CREATE TABLE named (hash UBIGINT)",
    """CREATE VIEW texts AS
        SELECT "row", string_agg(piece, '' ORDER BY rowid) AS text FROM pieces GROUP BY "row" """,
)


def create(base: DuckDBPyConnection, options: Options, plan: Plan, more: dict[str, str]) -> None:
    """Make the tables of an index, empty but for `meta`."""
    for table in TABLES:
        base.execute(table)
    lines = {
        "kind": KIND,
        "format": str(FORMAT),
        "version": __version__,
        "options": json.dumps(options.indexed()),
        "bands": str(plan.bands),
        "rows": str(plan.rows),
        "scheme": f"{SCHEME}, version {SIGNATURE_VERSION}, seed {SEED}",
        "loose": "0",
        **more,
    }
    base.executemany("INSERT INTO meta VALUES (?, ?)", list(lines.items()))


def read_meta(base: DuckDBPyConnection, path: str) -> dict[str, str]:
    """Return the lines of `meta`.

    Raises
    ------
    IndexFileError
        If the database is no index, or one of another format.
    """
    found = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta' AND column_count = 2"
    lines: dict[str, str] = {}
    if base.execute(found).fetchall() == [(1,)]:
        lines = dict(base.execute("SELECT key, value FROM meta").fetchall())
    if lines.get("kind") != KIND:
        raise IndexFileError(
            f"{path}: is a DuckDB database, but no index; name a file that `reuse index build` made"
        )
    if lines.get("format") != str(FORMAT):
        raise IndexFileError(
            f"{path}: is an index of format {lines.get('format')}, this version reads {FORMAT}; build it anew "
            f"(it was written by reuse {lines.get('version')})"
        )
    return lines


def stored_options(meta: dict[str, str], path: str) -> dict[str, Any]:
    """Return the options that an index was made with, as `Options.indexed` gives them."""
    try:
        found = json.loads(meta["options"])
    except (KeyError, ValueError) as fault:
        raise IndexFileError(f"{path}: its options cannot be read ({fault}); build it anew") from fault
    if not isinstance(found, dict):
        raise IndexFileError(f"{path}: its options are no record; build it anew")
    return found


def require_same_options(meta: dict[str, str], path: str, options: Options) -> None:
    """Refuse an index that was made with other options, or by another version of the algorithm.

    Raises
    ------
    IndexFileError
        Naming each option with both values.
    """
    kept, asked = stored_options(meta, path), options.indexed()
    if kept.get("algorithm") != asked["algorithm"]:
        raise IndexFileError(
            f"{path}: was made by version {kept.get('algorithm')} of the algorithm, this is version "
            f"{asked['algorithm']}; build it anew"
        )
    others = [
        f"{name} {kept.get(name)} and not {asked.get(name)}"
        for name in sorted(kept.keys() | asked.keys())
        if kept.get(name) != asked.get(name)
    ]
    if others:
        raise IndexFileError(
            f"{path}: was made with {', '.join(others)}; give the options it was made with, or build it anew"
        )
