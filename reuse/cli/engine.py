"""The flags of what a command runs on: this machine, or Apache Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from reuse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from reuse.engines.spark.session import Session
    from reuse.options import Options

    Command = TypeVar("Command", bound=Callable[..., Any])

#: The default first.
ENGINES = ("local", "spark")
_FLAGS = {"master": "--master", "spark_conf": "--spark-conf", "checkpoint": "--checkpoint"}
#: Bytes of a row that Arrow counts with 32 bits.
_LARGEST = 1 << 31
_ENGINE = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What it runs on: this machine, or Apache Spark. Never changes a result.",
)
_MASTER = click.option(
    "--master",
    metavar="URL",
    help="Master of Spark: local[4], spark://HOST:7077, yarn; this machine if not given.",
)
_SETTINGS = click.option(
    "--spark-conf", multiple=True, metavar="KEY=VALUE", help="Setting of Spark; may be given again."
)
_CHECKPOINT = click.option(
    "--checkpoint",
    metavar="URI",
    help="Folder that all executors reach, where stages keep rows while it runs; needed on a cluster.",
)


def engine_options(command: Command) -> Command:
    """Add the flags of the engine to a command."""
    for option in (_CHECKPOINT, _SETTINGS, _MASTER, _ENGINE):
        command = option(command)
    return command


def require_engine(flags: dict[str, Any], inputs: Iterable[str]) -> None:
    """Refuse what the engine cannot do, whichever it is.

    Parameters
    ----------
    flags : dict
        Of which those of the engine count, ``resume`` and ``output``.
    inputs : iterable of str
        What documents are to be read from, as the user named it.

    Raises
    ------
    UsageError
    """
    from reuse.engines.spark.places import is_uri

    if flags["engine"] == "local":
        for name in (name for name in _FLAGS if flags[name]):
            raise UsageError(f"{_FLAGS[name]} does nothing without --engine spark; leave it out, or name that")
        if is_uri(flags["output"] or ""):
            raise UsageError(
                f"{flags['output']} is an address, where --engine spark writes alone; name a folder"
            )
        return
    if flags.get("resume"):
        raise UsageError("--resume goes on with a report of this machine; the engine spark begins anew")
    context = click.get_current_context(silent=True)
    if context and context.get_parameter_source("memory") is ParameterSource.COMMANDLINE:
        raise UsageError(
            "--memory does nothing with --engine spark; leave it out, or write --spark-conf "
            "spark.executor.memory=8g"
        )
    _require_files(inputs)


def _require_files(inputs: Iterable[str]) -> None:
    from reuse.index import is_index

    for name in inputs:
        if name == "-":
            raise UsageError("the engine spark cannot read standard input, which has one reader; name files")
        if is_index(name):
            raise UsageError(
                f"{name} is an index, which one machine reads; name the documents it was made of, or leave out "
                "--engine spark"
            )


def open_engine(flags: dict[str, Any], options: Options) -> AbstractContextManager[Session]:
    """Open the session of Spark that the flags name.

    Parameters
    ----------
    flags : dict
        Of which ``master``, ``spark_conf`` and ``checkpoint`` count.
    options : Options
        Of which the threads count, where no master is named, and the largest document.

    Raises
    ------
    UsageError
        If Spark is not installed, or a setting cannot be meant.
    EngineError
        If the cluster cannot be used.
    """
    from reuse.engines.spark.installed import require_spark

    if options.max_bytes >= _LARGEST:
        raise UsageError(
            f"--max-bytes is {options.max_bytes:,}; the engine spark takes texts of less than {_LARGEST:,}"
        )
    settings = _settings(flags["spark_conf"])
    require_spark()
    from reuse.engines.spark.session import open_session

    return open_session(flags["master"], settings, flags["checkpoint"], options.threads)


def _settings(given: Iterable[str]) -> dict[str, str]:
    """Return settings of Spark; of those with the same name the last counts.

    Examples
    --------
    >>> _settings(["spark.executor.memory=8g"])
    {'spark.executor.memory': '8g'}
    """
    settings = {}
    for setting in given:
        key, equals, value = setting.partition("=")
        if not (equals and key.startswith("spark.") and value):
            raise UsageError(f"{setting!r} is no setting of Spark; write spark.executor.memory=8g")
        if key == "spark.master":
            raise UsageError(f"--spark-conf {setting} does nothing; write --master {value}")
        settings[key] = value
    return settings
