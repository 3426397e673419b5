"""Documents that come to an index, and that go: all of a change at once, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reuse.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from reuse.values import Notice, Unreadable


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an index.

    Attributes
    ----------
    documents : int
        In it now.
    added, replaced, unchanged, removed : int
        Documents that are new, came with another text or other metadata, were there, and went.
    unreadable : tuple of Unreadable
        What could not be read, or was to be removed and is not there.
    notices : tuple of Notice
        What the readers had to say.
    """

    documents: int
    added: int
    replaced: int
    unchanged: int
    removed: int
    unreadable: tuple[Unreadable, ...] = ()
    notices: tuple[Notice, ...] = ()


def require_unique_ids(base: DuckDBPyConnection) -> None:
    """Raise an error if two documents have the same id."""
    found = base.execute(
        "SELECT any_value(id), count(*) FROM documents GROUP BY key HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    if found:
        raise UsageError(f"the id {found[0][0]!r} names {found[0][1]:,} documents; give each an id of its own")
