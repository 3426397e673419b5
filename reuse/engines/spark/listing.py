"""Paths and URIs to the files that executors read, in the order of `reuse.documents.inputs`.

A plain path is one that executors open themselves, on this machine or on a disk that all share. A URI leads to
any file system that Spark knows, and is read by Spark.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from glob import has_magic
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse.documents import unreadable
from reuse.documents.file import STDIN, File, printable
from reuse.documents.inputs import Entry, Tree, files
from reuse.engines.spark.places import Place, is_uri
from reuse.errors import UsageError
from reuse.values import Notice, Unreadable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.documents.inputs import Search
    from reuse.engines.spark.session import Session

#: Bytes of one value in a row of Spark's: what is larger is not read from a URI.
_LARGEST = 2**31 - 2**20
_COPYING = "._COPYING_"
_METADATA = ("_metadata", "_common_metadata")
#: What Spark takes for a pattern.
_MAGIC = re.compile(r"([\\*?{}\[\]])")
#: What is told of a file that was listed, and is not given as it was.
LOST = "was listed, and Spark could not read all of it; see whether it is still there, or leave it out"
_SAVE = "save it as a file, and name that"


class Listed(NamedTuple):
    """A file that executors read.

    Attributes
    ----------
    file : File
    size : int
        In bytes.
    uri : str
        What Hadoop calls it; empty where executors open it themselves.
    """

    file: File
    size: int
    uri: str = ""

    @property
    def path(self) -> str:
        """What executors open, whose folder is another than that of the driver."""
        return os.path.abspath(self.file.path)


def listed(
    session: Session, paths: Sequence[str], lists: Sequence[str], search: Search
) -> Iterator[Listed | Unreadable | Notice]:
    """List the files to read.

    Parameters
    ----------
    session : Session
    paths : sequence of str
        Files, folders and globs, each a path or a URI.
    lists : sequence of str
        Files of this machine with the name of a file or folder in each line.
    search : Search
        What is read in folders.

    Yields
    ------
    Listed, Unreadable or Notice
        As `reuse.documents.inputs.files` has them.

    Raises
    ------
    UsageError
        At the first: as there; and if standard input is named, or a pipe.
    """
    if STDIN in (*paths, *lists):
        raise UsageError(f"standard input ('-') is not read by executors of Spark; {_SAVE}")
    tree = _Trees(session)
    for found in files(paths, lists, search, tree):
        if not isinstance(found, File):
            yield found
        elif found.stream:
            why = "is a pipe or device, which executors of Spark cannot read"
            raise UsageError(f"'{printable(found.path)}' {why}; {_SAVE}")
        else:
            yield tree.listed(found)


def head_of(session: Session, file: Listed, size: int) -> bytes:
    """Return the first bytes of a file; none if they cannot be read, for reading tells why."""
    try:
        if not file.uri:
            with file.file.open() as stream:
                return stream.read(size)
        return _Trees(session).head(file.uri, size)
    except OSError:
        return b""


def spark_name(session: Session, uri: str) -> str:
    """Return what Spark calls a file, in the rows that it gives of it."""
    jvm: Any = session.spark._jvm
    name: str = jvm.org.apache.spark.paths.SparkPath.fromPath(jvm.org.apache.hadoop.fs.Path(uri)).urlEncoded()
    return name


def loaded(session: Session, kind: str, uris: Sequence[str], settings: Mapping[str, str]) -> DataFrame | None:
    """Have Spark read files; what vanishes meanwhile, or is damaged, it leaves out.

    Parameters
    ----------
    session : Session
    kind : str
        What Spark calls the format.
    uris : sequence of str
        Of files, taken literally.
    settings : mapping of str to str
        Of the reader.

    Returns
    -------
    pyspark.sql.DataFrame or None
        None if none of the files is there any more.
    """
    from pyspark.errors import AnalysisException

    read = session.spark.read.format(kind).options(**settings)
    read = read.option("ignoreMissingFiles", "true").option("ignoreCorruptFiles", "true")
    try:
        return read.load([escaped(uri) for uri in uris]) if uris else None
    except AnalysisException as fault:
        there = [uri for uri in uris if Place(session.spark, uri).exists()]
        if fault.getCondition() != "PATH_NOT_FOUND" or len(there) == len(uris):
            raise
        return loaded(session, kind, there, settings)


def escaped(uri: str) -> str:
    r"""Return a URI as one that Spark takes for no pattern.

    Examples
    --------
    >>> print(escaped("file:/a[1].txt"))
    file:/a\[1\].txt
    """
    return _MAGIC.sub(r"\\\1", uri)


class _Trees(Tree):
    """Plain paths as they are here, URIs as Hadoop has them; remembers the size of each file."""

    def __init__(self, session: Session) -> None:
        java: Any = session.spark._jvm
        self._path = java.org.apache.hadoop.fs.Path
        self._latest: tuple[str, Sequence[Entry]] = "", []
        self._conf = session.spark._jsparkSession.sessionState().newHadoopConf()
        self._known: dict[str, tuple[int, str]] = {}

    def listed(self, file: File) -> Listed | Unreadable:
        """Return a file with its size, or what is wrong with it."""
        if not is_uri(file.path):
            try:
                return Listed(file, os.stat(file.path).st_size)
            except OSError as fault:
                return unreadable(file, fault)
        size, uri = self._known.pop(file.path)
        if why := _unfit(uri.rpartition("/")[2], size):
            return Unreadable(file.name, None, why)
        return Listed(file, size, uri)

    def head(self, uri: str, size: int) -> bytes:
        """Return the first bytes of what Hadoop calls so."""
        stream = self._ask(uri, "open")
        try:
            return bytes(stream.readNBytes(size))
        finally:
            stream.close()

    def mode(self, path: str) -> int:
        """Return whether a URI is that of a folder or of a file."""
        if not is_uri(path):
            return super().mode(path)
        status = self._ask(path, "getFileStatus")
        return stat.S_IFDIR if self._is_folder(path, status, status.getPath().toString()) else stat.S_IFREG

    def inside(self, folder: str) -> Sequence[Entry]:
        """Return what is in a folder."""
        if not is_uri(folder):
            return super().inside(folder)
        if folder != self._latest[0]:  # the first is looked into twice: whether there is something, and what
            self._latest = folder, list(self._entries(folder))
        return self._latest[1]

    def _entries(self, folder: str) -> Iterator[_Entry]:
        # Each call of Java takes a tenth of a millisecond, so nothing is asked twice.
        found = self._ask(folder, "listStatus")
        above: Any = found[0].getPath().getParent() if len(found) else None
        uri: str = above.toString() if above else ""
        local = above.toUri().getPath() if uri.startswith("file:") else None
        for status in found:
            name = status.getPath().getName()
            path = os.path.join(folder, name)
            is_folder = self._is_folder(path, status, os.path.join(uri, name))
            yield _Entry(name, path, is_folder, local is not None and os.path.islink(os.path.join(local, name)))

    def real(self, path: str) -> str:
        """Return what Hadoop calls a URI; a file of this machine has one name whether by path or by URI."""
        if not is_uri(path):
            return super().real(path)
        found, uri = self._place(path)
        return super().real(found.toUri().getPath()) if uri.startswith("file:") else uri

    def matches(self, pattern: str) -> list[str]:
        """Return what matches a pattern; ``**`` stands for any number of folders."""
        if not is_uri(pattern):
            return super().matches(pattern)
        above, *parts = _cut(pattern)
        found = [above]
        for at, part in enumerate(parts, 1):
            if part == "**":
                found = [folder for folder in found if self._is_there(folder, stat.S_IFDIR)]
                if at < len(parts):
                    found = [below for folder in found for below in self._folders(folder)]
            elif has_magic(part):
                found = [path for folder in found for path in self._fitting(folder, part)]
            else:
                found = [os.path.join(folder, part) for folder in found]
        return sorted({path for path in found if self._is_there(path)})

    def _fitting(self, folder: str, part: str) -> Iterator[str]:
        """Yield what is in a folder and fits a part of a pattern; what cannot be listed matches nothing."""
        try:
            inside = self.inside(folder)
        except OSError:
            return
        for entry in inside:
            if fnmatchcase(entry.name, part) and (part[0] == "." or entry.name[0] != "."):
                yield entry.path

    def _folders(self, folder: str) -> Iterator[str]:
        """Yield a folder and those in it, each once however many links lead to it."""
        seen: set[str] = set()
        todo = [folder]
        while todo:
            here = todo.pop()
            if (real := self.real(here)) in seen:
                continue
            seen.add(real)
            yield here
            todo += [path for path in self._fitting(here, "*") if self._is_there(path, stat.S_IFDIR)]

    def _is_there(self, path: str, kind: int | None = None) -> bool:
        try:
            return self.mode(path) == kind if kind else bool(self.mode(path))
        except OSError:
            return False

    def _is_folder(self, path: str, status: Any, uri: str) -> bool:
        """Tell whether a status is that of a folder; that of a file is remembered."""
        if status.isDirectory():
            return True
        self._known[path] = status.getLen(), uri
        return False

    def _place(self, path: str) -> tuple[Any, str]:
        path.encode()  # or Java would be given what is no text
        found = self._path(path)
        return found, found.toString()

    def _ask(self, path: str, method: str) -> Any:
        """Return what Hadoop says of a path; an `OSError` where it says that there is none, or no way to it."""
        from py4j.protocol import Py4JJavaError

        try:
            found, _ = self._place(path)
            return getattr(found.getFileSystem(self._conf), method)(found)
        except Py4JJavaError as fault:
            raise _refused(fault) from fault


class _Entry(NamedTuple):
    """What is in a folder of Hadoop's."""

    name: str
    path: str
    is_folder: bool
    is_link: bool

    def is_dir(self) -> bool:
        return self.is_folder

    def is_file(self) -> bool:
        return not self.is_folder

    def is_symlink(self) -> bool:
        return self.is_link

    def stat(self) -> None:
        return None


def _refused(fault: Any) -> Exception:
    """Return what the system would raise; the error as it is where it is not about the path."""
    kind = fault.java_exception.getClass().getSimpleName()
    if kind == "FileNotFoundException":
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if kind == "AccessControlException":
        return PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    error: Exception = fault
    return error


def _unfit(name: str, size: int) -> str:
    """Return why Spark does not read a file of this name and size; empty if it does."""
    if size > _LARGEST:
        return f"is {size:,} bytes, and Spark reads at most {_LARGEST:,} in one piece; split it"
    hidden = name.startswith("_") and "=" not in name and not name.startswith(_METADATA)
    if hidden or name.startswith(".") or name.endswith(_COPYING):
        return "has a name that Spark passes over, as those that begin with '_' or '.'; give it another"
    return ""


def _cut(pattern: str) -> list[str]:
    """Return the parts of a URI, of which the first has its scheme and host.

    Examples
    --------
    >>> _cut("hdfs://host/pages/**/*.txt"), _cut("file:/*")
    (['hdfs://host/', 'pages', '**', '*.txt'], ['file:/', '*'])
    """
    scheme, _, rest = pattern.partition(":/")
    host = ""
    if rest.startswith("/"):
        host, _, rest = rest[1:].partition("/")
        host = f"/{host}/"
    return [f"{scheme}:/{host}", *filter(None, rest.split("/"))]
