"""Patterns to paths, as a shell with globstar expands them: no hidden entries, in the order of the names."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator


def matches(pattern: str) -> list[str]:
    """Return the paths that match a pattern, sorted; ``**`` stands for any number of folders.

    Examples
    --------
    >>> matches("no/such/**/*.txt")
    []
    """
    return sorted(set(_expand(pattern)))


def _expand(pattern: str) -> Iterator[str]:
    # `glob` alone follows links in circles under "**": two of them, and it does not come back.
    parts = pattern.split("/")
    if "**" not in parts:
        yield from glob.iglob(pattern)
        return
    at = parts.index("**")
    above, below = parts[:at], parts[at + 1 :]
    if below == [""]:  # "pages/**/"
        below = []
    if above in ([], [""]):
        roots = ["/"[: len(above)]]
    else:
        roots = [root for root in _expand("/".join(above)) if os.path.isdir(root)]
    for root in roots:
        if below:
            for folder in _folders(root):
                yield from _expand(os.path.join(glob.escape(folder), *below))
        else:
            yield root or os.curdir


def _folders(root: str) -> Iterator[str]:
    """Walk the folders at and below `root`, each once however many links lead to it."""
    seen: set[str] = set()
    todo = [root]
    while todo:
        folder = todo.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        yield folder
        try:
            with os.scandir(folder or os.curdir) as entries:
                inside = [entry.name for entry in entries if entry.name[0] != "." and _is_folder(entry)]
        except OSError:  # as in a shell, what cannot be listed matches nothing
            continue
        todo += [os.path.join(folder, name) for name in sorted(inside, reverse=True)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle
        return False
