"""The audit on Apache Spark: the stages of `reuse.pipeline`, and between them shuffles.

`fingerprint`, `candidates` and `score` are stages on DataFrames, for a user's own job or notebook. `audit` and
`dedupe` do all of it, with what `read` has read, in a session that `open_session` opens or `Session.of` takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reuse.engines.spark.audits import SparkAudit, audit
    from reuse.engines.spark.deduplications import SparkDeduplication, dedupe
    from reuse.engines.spark.frames import candidates, fingerprint, score
    from reuse.engines.spark.reading import Found, Read, find, read
    from reuse.engines.spark.session import Session, open_session

#: Imported when asked for: Spark, and the packages that it needs, may not be installed.
_HOME = {
    "Found": "reading",
    "Read": "reading",
    "Session": "session",
    "SparkAudit": "audits",
    "SparkDeduplication": "deduplications",
    "audit": "audits",
    "candidates": "frames",
    "dedupe": "deduplications",
    "find": "reading",
    "fingerprint": "frames",
    "open_session": "session",
    "read": "reading",
    "score": "frames",
}

__all__ = [
    "Found",
    "Read",
    "Session",
    "SparkAudit",
    "SparkDeduplication",
    "audit",
    "candidates",
    "dedupe",
    "find",
    "fingerprint",
    "open_session",
    "read",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'reuse.engines.spark' has no attribute {name!r}")
    from reuse.engines.spark.installed import require_packages

    require_packages()
    return getattr(import_module(f"reuse.engines.spark.{_HOME[name]}"), name)
