"""What runs on the hosts of a cluster, and whether it is what runs here: asked before any work is done."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse import __version__
from reuse.errors import EngineError
from reuse.options import ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyspark.sql import SparkSession

#: What a stage imports beside the package; `pandas` is wanted by PySpark itself.
_MODULES = ("numpy", "pyarrow", "pandas")
_MOST_TASKS = 1000
_REMEDY = "have the wheel that is installed here on all hosts, in the Python that PYSPARK_PYTHON names"


class Host(NamedTuple):
    """What an executor tells of itself.

    Attributes
    ----------
    name : str
    python : str
        Its version.
    version : str
        Of the package; empty where it cannot be imported.
    algorithm : int
        `reuse.options.ALGORITHM`.
    fault : str
        Why something cannot be imported; empty where all can.
    reaches : bool
        Whether the folder for what is kept between stages is there.
    """

    name: str
    python: str
    version: str
    algorithm: int
    fault: str
    reaches: bool


def require_executors(spark: SparkSession, work: str) -> None:
    """Make sure that the executors which are there now run what runs here, and reach a folder.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    work : str
        URI of a folder that is there.

    Raises
    ------
    EngineError
        Naming the host, what it has and what is here.
    """
    context = spark.sparkContext
    tasks = min(max(context.defaultParallelism, 2), _MOST_TASKS)
    folder = re.sub("^file:(//)?", "", work) if work.startswith("file:") else None
    for told in context.parallelize(range(tasks), tasks).mapPartitions(_looking(_MODULES, folder)).collect():
        require_host(Host(*told), work)


def require_host(host: Host, work: str) -> None:
    """Make sure that what an executor tells of itself fits.

    Raises
    ------
    EngineError
        Naming the host, what it has and what is here.

    Examples
    --------
    >>> host = Host("node7", platform.python_version(), "0.0.9", ALGORITHM, "", True)
    >>> require_host(host, "hdfs://rows")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    reuse.errors.EngineError: executors on node7 run textreuse 0.0.9, this machine 0...; have the wheel ...
    """
    if host.fault:
        raise EngineError(
            f"executors on {host.name} (Python {host.python}) lack a module: {host.fault}; {_REMEDY}"
        )
    if (host.version, host.algorithm) != (__version__, ALGORITHM):
        raise EngineError(
            f"executors on {host.name} run textreuse {_named(host.version, host.algorithm)}, this machine "
            f"{_named(__version__, ALGORITHM)}; {_REMEDY}"
        )
    if not host.reaches:
        raise EngineError(
            f"{work} is not there for executors on {host.name}; name a folder that all of them reach with "
            "--checkpoint"
        )


def require_version(version: str, algorithm: int) -> None:
    """Make sure that this executor runs the version of the package that made a stage.

    Raises
    ------
    EngineError
        Naming both.
    """
    if (version, algorithm) != (__version__, ALGORITHM):
        here = Host(platform.node(), platform.python_version(), __version__, ALGORITHM, "", reaches=True)
        raise EngineError(
            f"executors on {here.name} run textreuse {_named(__version__, ALGORITHM)}, the machine that asks "
            f"them {_named(version, algorithm)}; {_REMEDY}"
        )


def _named(version: str, algorithm: int) -> str:
    """Return a version; of one that is still worked on, the algorithm says more."""
    return version if algorithm == ALGORITHM else f"{version} (algorithm {algorithm})"


def _looking(modules: tuple[str, ...], folder: str | None) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Return what looks around on an executor.

    It travels as it is written, because it is defined here: where another version of the package is, or none,
    a function of that package would not be found. So it uses nothing but Python's own library.
    """

    def look(_rows: Iterable[Any]) -> Iterator[Any]:
        import importlib
        import os
        import platform

        name, python = platform.node(), platform.python_version()
        reaches = folder is None or os.path.isdir(folder)
        try:
            for module in modules:
                importlib.import_module(module)
            package = importlib.import_module("reuse")
            algorithm = importlib.import_module("reuse.options").ALGORITHM
            importlib.import_module("reuse.kernels")
        except ImportError as fault:
            yield name, python, "", 0, str(fault), reaches
            return
        yield name, python, package.__version__, algorithm, "", reaches

    return look
