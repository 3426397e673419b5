"""Where the files of a report stand: in their places, or beside them while these are being taken.

Files are renamed one after another. Before the first of them the run notes which; so whoever reads the folder
meanwhile, or after a power cut, sees all of the new report and nothing of an earlier one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

#: Where a report is written until it is whole, and what tells in there that it is.
UNFINISHED, MOVING = ".unfinished", "moving.json"
#: Bytes of that note: it names files, and may come by mail.
_LONGEST = 2**16


class Moving(NamedTuple):
    """A report on its way to its place.

    Attributes
    ----------
    files : list of str
        Of which it consists.
    stale : list of str
        Files of an earlier report that it has none of.
    """

    files: list[str]
    stale: list[str]


def moving(unfinished: Path) -> Moving | None:
    """Return what is taking its place from a folder, if something is."""
    note = unfinished / MOVING
    try:
        if not note.is_file() or note.stat().st_size > _LONGEST:
            return None
        told: Any = json.loads(note.read_bytes())
        return Moving(list(map(str, told["files"])), list(map(str, told["stale"])))
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return None


def standing(folder: Path, name: str) -> Path:
    """Return where a file of the report in a folder stands, or would stand."""
    unfinished = folder / UNFINISHED
    told = moving(unfinished)
    if told and (name in told.stale or (name in told.files and (unfinished / name).exists())):
        return unfinished / name
    return folder / name
