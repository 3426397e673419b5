"""An address to what Hadoop knows there: any file system that Spark reads, behind one name."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reuse.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):/", re.IGNORECASE)


def is_uri(name: str) -> bool:
    """Tell whether a name is an address with a scheme, and no path of this machine.

    Examples
    --------
    >>> is_uri("hdfs://host/reports"), is_uri("file:///reports"), is_uri("reports/a:b")
    (True, True, False)
    """
    return _SCHEME.match(name) is not None


def uri_of(name: str) -> str:
    """Return the address of a name: what is none is a path of this machine.

    Addresses are as Hadoop reads them: nothing in a name is written with a per cent sign.

    Examples
    --------
    >>> uri_of("s3a://bucket/rows/"), uri_of("/rows folder")
    ('s3a://bucket/rows', 'file:///rows folder')
    """
    return name.rstrip("/") if is_uri(name) else f"file://{Path(name).absolute()}"


def as_glob(uri: str) -> str:
    r"""Return an address as the pattern that fits it alone: Spark takes what it is to read for one.

    Examples
    --------
    >>> print(as_glob("file:///a/[b]"))
    file:///a/\[b\]
    """
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", uri)


def apart(call: Callable[[], None]) -> None:
    """Call something of Java in a thread of its own, which has a connection of its own.

    That of this thread may be in the middle of an answer, if a signal ended what was asked.

    Examples
    --------
    >>> apart(lambda: 1 // 0)
    Traceback (most recent call last):
    ZeroDivisionError: integer division or modulo by zero
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(call).result()


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A file or folder of a file system that Spark reaches.

    Attributes
    ----------
    spark : pyspark.sql.SparkSession
    uri : str
    """

    spark: SparkSession
    uri: str

    def __truediv__(self, name: str) -> Place:
        """Return the place of that name in this one."""
        return Place(self.spark, f"{self.uri}/{name}")

    def exists(self) -> bool:
        """Tell whether something is there."""
        files, path = self._found()
        return bool(files.exists(path))

    def make(self) -> None:
        """Make a folder, and those that it is in."""
        files, path = self._found()
        if not files.mkdirs(path):
            raise OutputError(f"{self.uri} cannot be made; name a folder that Spark may write to")

    def write(self, content: bytes) -> None:
        """Write a file, over one that is there."""
        files, path = self._found()
        stream = files.create(path, True)
        try:
            stream.write(content)
        finally:
            stream.close()

    def rename(self, to: Place) -> None:
        """Give a file or folder another place, where there is nothing yet."""
        files, path = self._found()
        if not files.rename(path, to._found()[1]):
            raise OutputError(f"{self.uri} cannot be renamed to {to.uri}; see that Spark may write there")

    def delete(self) -> None:
        """Delete a file, or a folder with all in it; nothing if there is none."""
        files, path = self._found()
        files.delete(path, True)

    def _found(self) -> tuple[Any, Any]:
        java: Any = self.spark._jvm
        path = java.org.apache.hadoop.fs.Path(self.uri)
        context: Any = self.spark.sparkContext._jsc
        return path.getFileSystem(context.hadoopConfiguration()), path
