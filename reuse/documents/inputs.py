"""Which files: paths, folders, globs, lists and standard input become `File`, in one fixed order.

What cannot be meant (a path that is not there, a glob or folder without a file) raises before anything
is read. What is merely broken on the way (a dangling link, a pipe in a folder) becomes an `Unreadable`,
what is left aside on purpose is counted in a `Notice`.
"""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from itertools import chain
from typing import NamedTuple, Protocol

from reuse.documents.file import STDIN, File, passed_over, printable, reason
from reuse.documents.globs import EXCLUDED, Choice, matches
from reuse.errors import UsageError
from reuse.values import Notice, Unreadable

HIDDEN = "hidden"
_REPORTED = "of an earlier report"
#: What a report folder holds: a report written among the pages is not tomorrow's input.
_REPORT = frozenset({"findings.csv", "findings.jsonl", "run.json", "texts.jsonl.zst"})
#: And may hold besides.
_MORE = frozenset({"boilerplate.jsonl", "clusters.jsonl", "pages.keys.zst", "report.html", "summary.md"})
#: What the evidence on a site holds, in whose folder nothing is input; and what lies beside these folders.
_EVIDENCE = frozenset({"SHA256SUMS", "evidence.json", "findings.jsonl", "notice.md", "pairs.csv"})
_BESIDE_EVIDENCE = frozenset({"SHA256SUMS", "index.html", "sites.csv"})
_REMEDY = "make it readable, or leave it out"


class Search(NamedTuple):
    """What is looked for in folders and archives.

    Attributes
    ----------
    suffixes : collection of str
        What is read; other files are counted and passed over.
    choice : Choice
        What is read of these.
    archives : collection of str
        Suffixes of archives, which are like folders: what is included is looked for in them.

    Examples
    --------
    >>> search = Search({".txt"}, Choice(exclude=("drafts",)))
    >>> search.passed_over(File("a/drafts/x.txt", below="drafts/x.txt")), search.passed_over(File("a/x.jpg"))
    ('excluded', '.jpg')
    """

    suffixes: Collection[str]
    choice: Choice = Choice()
    archives: Collection[str] = frozenset()

    def passed_over(self, file: File) -> str | None:
        """Return the kind of a file that is passed over, None if it is to be read."""
        if file.suffix not in self.suffixes:
            return file.suffix
        if file.suffix in self.archives:
            return EXCLUDED if self.choice.excludes(file.below) else None
        return self.choice.passed_over(file.below) or None


class Entry(Protocol):
    """What is in a folder, as `os.DirEntry` tells it."""

    @property
    def name(self) -> str:
        """Its name in the folder."""

    @property
    def path(self) -> str:
        """The path of the folder, and its name."""

    def is_dir(self) -> bool:
        """Tell whether it is a folder."""

    def is_file(self) -> bool:
        """Tell whether it is a file that can be read from its end, too."""

    def is_symlink(self) -> bool:
        """Tell whether it is a link."""

    def stat(self) -> object:
        """Raise what is wrong with it, if anything is."""


class Tree:
    """Where files are looked for: the folders of this machine, unless another says otherwise."""

    def mode(self, path: str) -> int:
        """Return of what kind a path is, as `os.stat` does; `OSError` if it is not there."""
        return os.stat(path).st_mode

    def inside(self, folder: str) -> Sequence[Entry]:
        """Return what is in a folder."""
        with os.scandir(folder) as entries:
            return list(entries)

    def real(self, path: str) -> str:
        """Return the one name of all that lead to the same file."""
        return os.path.realpath(path)

    def matches(self, pattern: str) -> list[str]:
        """Return the paths that match a pattern, as `reuse.documents.globs.matches` does."""
        return matches(pattern)


_HERE = Tree()


def files(
    paths: Sequence[str], lists: Sequence[str], search: Search, tree: Tree = _HERE
) -> Iterator[File | Unreadable | Notice]:
    """Find the files to read.

    Parameters
    ----------
    paths : sequence of str
        Files, folders, globs (``**`` crosses folders) or ``-``, in this order. A folder's files come
        before its subfolders, both in the order of their names; entries with a leading dot are passed
        over, links are followed, and no folder is entered twice.
    lists : sequence of str
        Files, or ``-``, with the name of a file or folder in each line, taken literally; blank lines and
        those that begin with ``#`` are skipped.
    search : Search
        What is read in folders. A file that is named is found whatever its name.
    tree : Tree, optional
        Where paths lead; lists are files of this machine.

    Returns
    -------
    iterator of File, Unreadable or Notice
        Each file once, under the name it was first reached by.

    Raises
    ------
    UsageError
        At the call: nothing is named, a path or list is not there, a glob or folder holds nothing to
        read, or standard input is named twice.

    Examples
    --------
    >>> [file.path for file in files(["-"], [], Search({".txt"}))]
    ['-']
    >>> files(["no/such.txt"], [], Search({".txt"}))
    Traceback (most recent call last):
        ...
    reuse.errors.UsageError: 'no/such.txt' is not there; check the path
    """
    if not paths and not lists:
        raise UsageError("no input is named; name files, folders or globs, '-', or a list of files")
    if [*paths, *lists].count(STDIN) > 1:
        raise UsageError("standard input ('-') is named more than once; it can be read only once")
    for name in lists:
        if name != STDIN and not os.path.exists(name):
            raise UsageError(f"the list '{printable(name)}' is not there; check the path")
        if os.path.isdir(name):
            raise UsageError(f"the list '{printable(name)}' is a folder; name it as an input instead")
    starts = [start for path in paths for start in _starts(path, search, tree)]
    walk = _Walk(search, tree)
    return chain(
        (found for start in starts for found in walk.reach(start)),
        (found for name in lists for found in walk.listed(name)),
    )


def _starts(path: str, search: Search, tree: Tree) -> list[str]:
    """Return the path itself if it is there, else what it matches as a glob."""
    shown = printable(path)
    try:
        if path != STDIN and stat.S_ISDIR(tree.mode(path)) and (why := _nothing(path, search, tree)):
            raise UsageError(f"the folder '{shown}' holds nothing to read: {why}")
    except PermissionError:
        pass  # it is there, but closed: a row of the report
    except (OSError, ValueError) as fault:
        if glob.has_magic(path):
            found = tree.matches(path)
            if all(_is_folder(match, tree) and _nothing(match, search, tree) for match in found):
                raise UsageError(f"'{shown}' matches nothing to read; check the pattern") from None
            return found
        if os.path.islink(path):
            raise UsageError(f"'{shown}' is a link that leads nowhere; name the file itself") from None
        if isinstance(fault, FileNotFoundError):
            raise UsageError(f"'{shown}' is not there; check the path") from None
        raise UsageError(f"'{shown}' cannot be found ({reason(fault)}); check the path") from None
    return [path]


def _is_folder(path: str, tree: Tree) -> bool:
    try:
        return stat.S_ISDIR(tree.mode(path))
    except OSError:
        return False


def _nothing(folder: str, search: Search, tree: Tree) -> str:
    """Return why a folder has nothing to read or to report; empty if it has."""
    aside = []
    for found in _Walk(search, tree).reach(folder):
        if not isinstance(found, Notice):
            return ""
        aside.append(found.message)
    return "; ".join(aside) or "it is empty; check the path"


class _Walk:
    """Remembers what was reached, so that each file and folder is read once."""

    def __init__(self, search: Search, tree: Tree) -> None:
        self._search = search
        self._tree = tree
        self._reached: set[str] = set()

    def _first(self, real: str) -> bool:
        """Return whether this real path is reached for the first time."""
        count = len(self._reached)
        self._reached.add(real)
        return len(self._reached) > count

    def reach(self, path: str) -> Iterator[File | Unreadable | Notice]:
        """Find the file, or the files of the folder, at `path`."""
        if path == STDIN:
            yield File(path, stream=True)
            return
        try:
            mode = self._tree.mode(path)
        except (OSError, ValueError) as fault:
            yield Unreadable(printable(path), None, f"cannot be read: {reason(fault)}; {_REMEDY}")
            return
        if stat.S_ISDIR(mode):
            yield from self._folder(path)
        elif self._first(self._tree.real(path)):
            yield File(path, stream=not stat.S_ISREG(mode))

    def listed(self, name: str) -> Iterator[File | Unreadable | Notice]:
        """Find what the lines of a list name."""
        try:
            with File(name).open() as lines:
                for number, line in enumerate(lines, 1):
                    entry = line.rstrip(b"\r\n")
                    if number == 1:
                        entry = entry.removeprefix(b"\xef\xbb\xbf")
                    if entry.strip() and not entry.startswith(b"#"):
                        yield from self._entry(os.fsdecode(entry), printable(name), number)
        except OSError as fault:
            yield Unreadable(printable(name), None, f"the list cannot be read: {reason(fault)}; {_REMEDY}")

    def _entry(self, path: str, name: str, number: int) -> Iterator[File | Unreadable | Notice]:
        shown = printable(path)
        if path == STDIN:  # in a list, which is literal, the name of a file
            path = os.path.join(os.curdir, path)
        try:
            folder = stat.S_ISDIR(self._tree.mode(path))
        except (OSError, ValueError) as fault:
            yield Unreadable(name, number, f"'{shown}' cannot be read: {reason(fault)}; correct the line")
            return
        if folder and (why := _nothing(path, self._search, self._tree)):
            yield Unreadable(name, number, f"the folder '{shown}' holds nothing to read: {why}")
        else:
            yield from self.reach(path)

    def _folder(self, top: str) -> Iterator[File | Unreadable | Notice]:
        aside: Counter[str] = Counter()
        todo = [(top, self._tree.real(top))]
        while todo:
            folder, real = todo.pop()
            if not self._first(real):
                continue
            try:
                inside = sorted(self._tree.inside(folder), key=lambda entry: entry.name)
            except OSError as fault:
                yield Unreadable(
                    printable(folder), None, f"the folder cannot be read: {reason(fault)}; {_REMEDY}"
                )
                continue
            below = []
            reported = _reported({entry.name for entry in inside})
            for entry in inside:
                found = _REPORTED if entry.name in reported else self._look(entry, top)
                if isinstance(found, str):
                    aside[found] += 1
                elif found is None:
                    below.append((entry.path, self._real(entry, real)))
                elif isinstance(found, Unreadable) or self._first(self._real(entry, real)):
                    yield found
            todo += reversed(below)
        if aside:
            named = "a file is read whatever its suffix when it is named itself"
            yield Notice(printable(top), f"{passed_over(aside)}; {named}")

    def _real(self, entry: Entry, folder: str) -> str:
        """Return the real path of an entry of a folder whose own is known; only links need be followed."""
        return self._tree.real(entry.path) if entry.is_symlink() else os.path.join(folder, entry.name)

    def _look(self, entry: Entry, top: str) -> File | Unreadable | str | None:
        """Return what an entry is: a file, a fault, the kind that is passed over, or None for a folder."""
        if entry.name.startswith("."):
            return HIDDEN
        file = File(entry.path, below=entry.path[len(os.path.join(top, "")) :])
        try:
            if entry.is_dir():
                return EXCLUDED if self._search.choice.excludes(file.below) else None
            if entry.is_file():
                kind = self._search.passed_over(file)
                return file if kind is None else kind
            entry.stat()
        except OSError as fault:
            why = "is a link that leads nowhere" if entry.is_symlink() else "cannot be read"
            return Unreadable(file.name, None, f"{why}: {reason(fault)}; repair or remove it")
        return Unreadable(file.name, None, "is no file but a pipe, socket or device; name it to read it")


def _reported(names: Set[str]) -> Set[str]:
    """Return the names in a folder that an earlier run has written."""
    if names >= _EVIDENCE:
        return names
    report = _REPORT | _MORE if names >= _REPORT else frozenset()
    return report | _BESIDE_EVIDENCE if names >= _BESIDE_EVIDENCE else report
