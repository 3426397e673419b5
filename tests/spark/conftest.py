"""One Spark session for all tests of the engine: to start one takes seconds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reuse.engines.spark.session import Session


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Return a session on two cores of this machine."""
    pytest.importorskip("pyspark", reason="needs pyspark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("needs Java")
    from reuse.engines.spark.session import open_session

    with open_session("local[2]") as opened:
        yield opened
