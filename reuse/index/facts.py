"""An index to what can be said of it: how much is in it, what it was made with, what it takes on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reuse.errors import IndexFileError
from reuse.index.base import Limits, connection, is_index
from reuse.index.building import MEMORY
from reuse.index.schema import DERIVED, OF_DOCUMENTS, read_meta, stored_options
from reuse.options import Options

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Sites that are listed.
_SITES = 10
_BLOCK = 262_144  # bytes; of DuckDB


def info(path: str, *, memory: int = MEMORY, threads: int = 0) -> dict[str, Any]:
    """Return what is in an index, as JSON values.

    Raises
    ------
    IndexFileError
        If it is none, is damaged, or is being written to. One made by another version of the algorithm is told.

    Examples
    --------
    >>> import tempfile
    >>> from reuse.index import build
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = build(f"{folder}/news.index", [Document("a", "Some text.", "a")], Options())
    ...     found = info(f"{folder}/news.index")
    >>> found["documents"], found["words"], found["plan"]
    (1, 2, {'bands': 23, 'rows': 3})
    """
    if not is_index(path):
        raise IndexFileError(f"{path}: is no index; name a file that `reuse index build` made")
    with connection(path, Limits(memory, Options(threads=threads).thread_count)) as base:
        meta = read_meta(base, path)
        options = stored_options(meta, path)
        ((documents, words, size, sites, without),) = base.execute(
            "SELECT count(*), coalesce(sum(words), 0), coalesce(sum(bytes), 0), count(DISTINCT site), "
            "count(*) FILTER (site IS NULL) FROM documents"
        ).fetchall()
        largest = base.execute(
            "SELECT site, count(*) FROM documents WHERE site IS NOT NULL "
            f"GROUP BY site ORDER BY 2 DESC, 1 LIMIT {_SITES}"
        ).fetchall()
        file = os.path.getsize(path)
        return {
            "path": path,
            "format": int(meta["format"]),
            "written_by": meta["version"],
            "digest": meta["digest"],
            "algorithm": options.pop("algorithm", None),
            "options": options,
            "plan": {"bands": int(meta["bands"]), "rows": int(meta["rows"])},
            "signatures": meta["scheme"],
            "texts": meta["texts"],
            "documents": documents,
            "words": int(words),
            "text_bytes": int(size),
            "file_bytes": file,
            "file_to_text": round(file / size, 3) if size else None,
            "tables": {name: _table(base, name) for name in (*OF_DOCUMENTS, *DERIVED, "named")},
            "sites": sites,
            "without_site": without,
            "largest_sites": dict(largest),
        }


def _table(base: DuckDBPyConnection, name: str) -> dict[str, int]:
    """Return how many rows a table has, and in how many bytes of blocks they lie."""
    ((rows,),) = base.execute(f"SELECT count(*) FROM {name}").fetchall()
    ((blocks,),) = base.execute(
        "SELECT count(DISTINCT block) FROM (SELECT block_id AS block FROM pragma_storage_info(?) "
        "UNION ALL SELECT unnest(additional_block_ids) FROM pragma_storage_info(?)) WHERE block >= 0",
        [name, name],
    ).fetchall()
    return {"rows": rows, "bytes": blocks * _BLOCK}
