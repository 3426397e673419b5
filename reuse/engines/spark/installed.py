"""What Spark takes on this machine: its Python package, with those that it moves rows by, and Java."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from reuse.errors import UsageError

_PACKAGES = ("pyspark", "pyarrow", "pandas")
_INSTALL = "install it: pip install 'textreuse[spark]'"
#: The least that Spark 4 runs on.
_SPARK, _JAVA = 4, 17
_GET_JAVA = (
    f"install Java {_JAVA} or later (Debian: apt-get install openjdk-{_JAVA}-jre-headless), and have JAVA_HOME "
    "name its folder if it is not the first in PATH"
)


def require_spark() -> None:
    """Make sure that Spark can be started from here.

    Raises
    ------
    UsageError
        If a package is missing or too old, or Java is; it says what to install.
    """
    require_packages()
    require_java()


def require_packages() -> None:
    """Make sure that the packages are there: on an executor there is no need to start Java.

    Raises
    ------
    UsageError
        If one is missing or too old.
    """
    for package in _PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise UsageError(f"the engine spark takes {package}, which is not there; {_INSTALL}")
    version = importlib.metadata.version("pyspark")
    if int(version.partition(".")[0]) < _SPARK:
        raise UsageError(f"pyspark is {version}, the engine spark takes {_SPARK}.0 or later; {_INSTALL}")


def require_java() -> None:
    """Make sure that the Java that Spark would start is there, and not too old.

    Raises
    ------
    UsageError
        Naming the package to install.
    """
    program = _java()
    try:
        asked = subprocess.run([program, "-version"], capture_output=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise UsageError(f"Java does not start ({program}: {fault}); {_GET_JAVA}") from None
    told = asked.stderr.decode("utf-8", "replace")
    version = java_version(told)
    if version is None:
        first = told.strip().partition("\n")[0] or f"exit status {asked.returncode}"
        raise UsageError(f"{program} does not tell which Java it is ({first}); {_GET_JAVA}")
    if version < _JAVA:
        raise UsageError(f"{program} is Java {version}, which is too old for Spark; {_GET_JAVA}")


def _java() -> str:
    """Return the program that Spark's own scripts would start."""
    home = os.environ.get("JAVA_HOME")
    if home:
        program = Path(home, "bin", "java")
        if not os.access(program, os.X_OK):
            raise UsageError(f"JAVA_HOME is {home}, where there is no bin/java; {_GET_JAVA}")
        return str(program)
    found = shutil.which("java")
    if found is None:
        raise UsageError(f"Spark runs on Java, and there is no java in PATH; {_GET_JAVA}")
    return found


def java_version(told: str) -> int | None:
    """Return the major version in what ``java -version`` tells, None if there is none.

    Examples
    --------
    >>> java_version('openjdk version "17.0.15" 2025-04-15'), java_version('java version "1.8.0_402"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d{1,4})', told)
    return int(found[1]) if found else None
