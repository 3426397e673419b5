"""What Spark raises to errors of ours: the fault, the value, and what to do; no stack of Java."""

from __future__ import annotations

import json
import pickle
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from reuse import errors
from reuse.errors import EngineError, OutputError, ReuseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How an error of ours that was raised on an executor begins, in the text of what Spark makes of it.
_CARRIED = "reuse-error:"
_LONGEST = 300
_MORE = "--spark-conf spark.log.level=WARN shows what Spark says of it"
_MEMORY = (
    "give executors more (--spark-conf spark.executor.memory=8g and spark.executor.memoryOverhead=4g; of a "
    "local master spark.driver.memory), fewer cores each, or take more spark.sql.shuffle.partitions"
)


class CarriedError(Exception):
    """An error of ours on its way from an executor: Spark passes on nothing of it but its text."""


class _Fault(NamedTuple):
    pattern: str
    error: type[ReuseError]
    message: str


#: What is looked for in all that Spark tells of a fault, the surer signs first; groups fill the message.
_FAULTS = (
    _Fault(
        r"No module named '(reuse[\w.]*|numpy|pyarrow|pandas|click|resiliparse|zstandard)'",
        EngineError,
        "executors lack the module {0}; have there what is installed here: the wheel of textreuse with [spark]",
    ),
    _Fault(
        r"Can't get attribute '([\w.]+)' on <module '(reuse[\w.]*)'",
        EngineError,
        "executors have another version of {1}, which lacks {0}; install this machine's on all hosts",
    ),
    _Fault(
        r"PYTHON_VERSION_MISMATCH\W.*?(\d+\.\d+).*?(\d+\.\d+)",
        EngineError,
        "Python is {0} on executors and {1} here, and Spark wants one; have PYSPARK_PYTHON name the same one",
    ),
    _Fault(
        r"Cannot run program \"([^\"]+)\"",
        EngineError,
        "executors cannot start {0}; have PYSPARK_PYTHON name a Python that is on all hosts",
    ),
    _Fault(
        r"No space left on device|Disk quota exceeded",
        EngineError,
        "no space left on a disk of an executor or of this machine; free some, or have spark.local.dir "
        "(shuffles) and --checkpoint (rows between stages) name larger ones",
    ),
    _Fault(
        r"Total size of serialized results of \d+ tasks \(([^)]+)\) is bigger than spark\.driver\.maxResult",
        EngineError,
        "{0} of rows are too much for spark.driver.maxResultSize; raise it, and spark.driver.memory with it",
    ),
    _Fault(
        r"(OutOfMemoryError|\bMemoryError\b|exceeding (?:physical )?memory limits|OOMKilled"
        r"|[Ee]xit(?:ed with)?(?: code| status)?:? (?:137|143)\b)",
        EngineError,
        "an executor was killed or ran out of memory ({0}); " + _MEMORY,
    ),
    _Fault(
        r"Python worker exited unexpectedly|Python worker .*crashed",
        EngineError,
        "a Python process of an executor was killed, for want of memory as a rule; " + _MEMORY,
    ),
    _Fault(
        r"Could not reserve enough space|Invalid maximum heap size[^\n]*|Too small maximum heap",
        UsageError,
        "Java cannot have the memory it was told to take ({all}); lower spark.driver.memory",
    ),
    _Fault(
        r"System memory \d+ must be at least \d+",
        UsageError,
        "Spark does not start with so little memory ({all}); raise spark.driver.memory",
    ),
    _Fault(
        r"No FileSystem for scheme \"?([\w.+-]+)\"?",
        UsageError,
        "Spark knows no file system for {0}://; write it as it is, or add its library with "
        "--spark-conf spark.jars.packages=GROUP:NAME:VERSION",
    ),
    _Fault(
        r"ClassNotFoundException: (?:Class )?((?:org\.apache\.hadoop\.fs|com\.google|com\.azure)[\w.$]+)",
        UsageError,
        "Spark lacks {0}, which reads and writes such addresses; add its library (for s3a: --spark-conf "
        "spark.jars.packages=org.apache.hadoop:hadoop-aws:VERSION, that of Spark's own hadoop-client)",
    ),
    _Fault(
        r"Could not parse Master URL: '([^']*)'",
        UsageError,
        "{0!r} is no master; write local[4], spark://HOST:7077, yarn or k8s://https://HOST:PORT",
    ),
    _Fault(
        r"Invalid master URL: (\S+)",
        UsageError,
        "{0!r} is no master; write spark://HOST:7077, with a port",
    ),
    _Fault(
        r"All masters are unresponsive|Failed to connect to master ([\w.:-]+)",
        EngineError,
        "the master does not answer; see that it runs, that --master names its host and port, and that no "
        "firewall is between",
    ),
    _Fault(
        r"HADOOP_CONF_DIR or YARN_CONF_DIR must be set",
        UsageError,
        "nothing tells where YARN is; have HADOOP_CONF_DIR name the folder of the cluster's settings",
    ),
    _Fault(
        r"UnknownHostException:? \"?([\w.-]+)",
        EngineError,
        "the host {0} is not known; see how it is spelt, in --master, in addresses and in Spark's settings",
    ),
    _Fault(
        r"Call From \S+ to (\S+) failed on connection exception|ConnectException: Connection refused",
        EngineError,
        "nothing answers at {0}; see that the service runs there, and that addresses name its host and port",
    ),
    _Fault(
        r"(?:AccessControlException|AccessDeniedException|Permission denied)[^\n]*",
        OutputError,
        "Spark may not read or write a place ({all}); give the account that Spark runs as the right to",
    ),
    _Fault(
        r"Mkdirs failed to create \S+|Unable to clear output directory \S+|Failed to (?:rename|commit) [^\n]*",
        OutputError,
        "Spark cannot write ({all}); name a folder that all executors may write to",
    ),
    _Fault(
        r"(?:Path does not exist: |FileNotFoundException: (?:File )?)(\S+?)\.?(?=\s|$)",
        EngineError,
        "{0} is not there, or not from where executors run; name a place that all of them reach",
    ),
    _Fault(
        r"ExecutorLostFailure[^\n]*|Slave lost|Worker lost|Executor \S+ (?:heartbeat timed out|is lost)",
        EngineError,
        "executors were lost too often ({all}); see their logs: killed for memory as a rule; " + _MEMORY,
    ),
    _Fault(
        r"on a stopped SparkContext|SparkContext was shut down",
        EngineError,
        "Spark was stopped in the middle of the work; start again. " + _MORE,
    ),
    _Fault(
        r"Answer from Java side is empty|Error while sending or receiving|does not exist in the JVM"
        r"|JAVA_GATEWAY_EXITED"
        r"|An error occurred while trying to connect to the Java server",
        EngineError,
        "the Java process of Spark on this machine has ended, for want of memory as a rule: raise its own "
        "(--spark-conf spark.driver.memory=8g), or free some if the machine has none left. " + _MORE,
    ),
)


@contextmanager
def told() -> Iterator[None]:
    """Have what Spark raises inside raised as an error of ours.

    Raises
    ------
    ReuseError
        That of a stage as it was raised on the executor; else `EngineError`, or `OutputError` or `UsageError`
        where the fault is one.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except pickle.PicklingError as fault:  # some are of PySpark, too
        raise EngineError(
            f"a value cannot be sent to executors ({_one_line(str(fault))}), which is a fault of reuse; please "
            "report it with what you asked for"
        ) from fault
    except (PySparkException, Py4JError, ConnectionError) as fault:
        if isinstance(fault, BrokenPipeError):  # the reader of our output went away
            raise
        raise error_of(f"{type(fault).__name__}: {fault}") from fault


def error_of(told: str) -> ReuseError:
    r"""Return the error that stands for what Spark told.

    Examples
    --------
    >>> error_of('java.io.IOException: No FileSystem for scheme "foo"')  # doctest: +ELLIPSIS
    UsageError('Spark knows no file system for foo://; write it as it is, ...
    >>> error_of("org.apache.spark.SparkException: Job aborted.\n\tat org.apache")  # doctest: +ELLIPSIS
    EngineError('Spark fails: Job aborted.; ...
    """
    carried = _carried(told)
    if carried is not None:
        return carried
    for fault in _FAULTS:
        found = re.search(fault.pattern, told, re.DOTALL)
        if found is not None:
            groups = [group or "" for group in found.groups()] or [""]
            return fault.error(fault.message.format(*groups, all=_one_line(found[0])))
    raised = _raised(told)
    if raised is not None:
        return EngineError(
            f"a stage fails on an executor ({raised}), which is a fault of reuse; please report it with what "
            "--spark-conf spark.log.level=ERROR prints"
        )
    return EngineError(f"Spark fails: {_cause(told)}; {_MORE}")


def carry(fault: ReuseError) -> CarriedError:
    """Return an error of ours as one that comes through Spark."""
    return CarriedError(_CARRIED + json.dumps([type(fault).__name__, str(fault)]))


def _carried(told: str) -> ReuseError | None:
    """Return the error of ours that a stage has raised, if that is what happened."""
    found = re.search(re.escape(_CARRIED) + r'(\["\w+", ".*"\])$', told, re.MULTILINE)
    if found is None:
        return None
    name, message = json.loads(found[1])
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, ReuseError)):
        return EngineError(message)
    fault = kind.__new__(kind)  # some make their message of other things
    fault.args = (message,)
    return fault


def _raised(told: str) -> str | None:
    """Return what a traceback of Python ends with, and where that was raised, if there is one."""
    _, found, traceback = told.partition("Traceback (most recent call last):")
    where = ""
    for line in traceback.splitlines() if found else ():
        place = re.match(r' +File "(?:.*/)?([^"/]+)", line (\d+)', line)
        if place:
            where = f", in line {place[2]} of {place[1]}"
        elif line and line[0] not in " \t":
            return _one_line(line) + where
    return None


def _cause(told: str) -> str:
    """Return the last cause that a stack of Java names, or what there is."""
    lines = [line.strip() for line in told.splitlines()]
    causes = [line.removeprefix("Caused by:").strip() for line in lines if line.startswith("Caused by:")]
    said = [line for line in lines if line and not line.startswith(("at ", "...", "An error occurred"))]
    return _one_line((causes or said or ["nothing is told of it"])[-1 if causes else 0])


def _one_line(text: str) -> str:
    line = re.sub(r"^(?:: )?(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ", "", " ".join(text.split()))
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
