"""The files that documents were read from to their checksums, as they are when evidence is written.

Which file a document is from is told by findings, and these may come from a stranger: only files that the run
names as its inputs, or that lie below a folder it names, are opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What of the inputs in ``run.json`` is a path, or several.
_PATHS = (
    "sources", "pages", "lists", "corpus", "boilerplate", "common_sources", "policy", "source", "page",
)  # fmt: skip


class InputFiles:
    """The checksums of input files; each is read once, however many documents an archive holds.

    Parameters
    ----------
    run : mapping
        What ``run.json`` holds; its `inputs` are looked for from the folder we are in.

    Examples
    --------
    >>> InputFiles({}).told("crawl.warc.gz")
    {'path': 'crawl.warc.gz', 'missing': 'not among the inputs of the run'}
    """

    def __init__(self, run: Mapping[str, Any]) -> None:
        self._inputs = frozenset(_inputs(run))
        self._sums: dict[str, dict[str, Any]] = {}

    def told(self, name: str) -> dict[str, Any]:
        """Return the checksum and the size of a file, or of the archive that holds it, or why there is none."""
        return {"path": name, **self._hashed(name)}

    def _hashed(self, name: str) -> dict[str, Any]:
        if name == "-":
            return {"missing": "standard input"}
        place = PurePosixPath(name)
        try:
            for candidate in (place, *place.parents):
                real = os.path.realpath(candidate)
                if self._holds(real) and _is_file(candidate):
                    return self._sum(real) | ({} if candidate == place else {"archive": str(candidate)})
            is_input = self._holds(os.path.realpath(place))
        except (OSError, ValueError) as fault:  # ValueError: a name that no file can have
            return {"missing": getattr(fault, "strerror", None) or str(fault)}
        return {"missing": "no file" if is_input else "not among the inputs of the run"}

    def _holds(self, real: str) -> bool:
        """Tell whether a path is an input, or lies below one."""
        return any(str(place) in self._inputs for place in (real, *Path(real).parents))

    def _sum(self, real: str) -> dict[str, Any]:
        if real not in self._sums:
            with open(real, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256")
                self._sums[real] = {"sha256": digest.hexdigest(), "bytes": stream.tell()}
        return self._sums[real]


def _is_file(place: PurePosixPath) -> bool:
    """Tell whether there is a file, and not a folder, a device or a pipe, which may never end."""
    try:
        return stat.S_ISREG(os.stat(place).st_mode)
    except NotADirectoryError:  # it is in an archive
        return False


def _inputs(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a run names as its inputs, without links."""
    told = run.get("inputs") or {}
    for side in _PATHS:
        value = told.get(side)
        for name in [value] if isinstance(value, str) else value or ():
            if name != "-" and "\0" not in name:
                yield os.path.realpath(name)
