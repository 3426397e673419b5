"""Patterns to paths, as a shell with globstar expands them: no hidden entries, in the order of the names.

And the other way round, for what is found in folders and archives: which paths fit patterns.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reuse.errors import UsageError


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


NOT_INCLUDED = "not included"
EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read of the files in folders and archives.

    A pattern without a slash fits any name on the way to a file, one with slashes the way from the folder or
    archive that was named, ``**`` any number of folders. What fits a folder, or an archive in it, holds for
    everything below. Upper and lower case are not the same.

    Attributes
    ----------
    include : tuple of str
        If there are any, only what fits one of them is read.
    exclude : tuple of str
        What fits one of these is not, whatever `include` says.

    Examples
    --------
    >>> choice = Choice(include=("news/**", "*.md"), exclude=("drafts",))
    >>> choice.passed_over("news/2024/a.html"), choice.passed_over("b.md")
    ('', '')
    >>> choice.passed_over("sport/a.html"), choice.passed_over("news/drafts/a.html")
    ('not included', 'excluded')
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("include", "exclude"):
            if "" in (pattern.strip("/") for pattern in getattr(self, name)):
                raise UsageError(f"--{name} has an empty pattern; write one such as '*.html', or leave it out")

    def passed_over(self, below: str) -> str:
        """Return why a file is passed over; empty if it is read."""
        names = below.split("/")
        if self.excludes(below):
            return EXCLUDED
        included = not self.include or any(_fits(pattern, names) for pattern in self.include)
        return "" if included else NOT_INCLUDED

    def excludes(self, below: str) -> bool:
        """Tell whether nothing at or below a path is to be read."""
        names = below.split("/")
        return any(_fits(pattern, names) for pattern in self.exclude)


def _fits(pattern: str, names: Sequence[str]) -> bool:
    """Tell whether a pattern fits a path, or a folder that it lies in."""
    parts = pattern.strip("/").split("/")
    if "/" not in pattern.rstrip("/"):
        parts = ["**", *parts]
    reached = {0}  # names that some reading of the parts so far takes up
    for part in parts:
        if part == "**":
            reached = set(range(min(reached), len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], part)}
        if not reached:
            return False
    return True
