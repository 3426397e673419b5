"""Findings to bytes and back: how they come from executors to the machine that asked for them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reuse.findings import Finding


def finding_row(finding: Finding) -> bytes:
    """Return a finding as bytes, but without the bytes of web pages as they came."""
    source, page = finding.source._replace(original=None), finding.page._replace(original=None)
    return pickle.dumps(replace(finding, source=source, page=page))


def finding_of_row(row: bytes) -> Finding:
    """Return the finding that `finding_row` took.

    The bytes must be ours, as those of a session's folder are: Spark sends whole functions in this way.

    Examples
    --------
    >>> import reuse
    >>> words = " ".join(map(str, range(40)))
    >>> result = reuse.dedupe([reuse.Document(name, f"{words} {name}", name) for name in "ab"])
    >>> (finding,) = result.findings()
    >>> finding_of_row(finding_row(finding)) == finding
    True
    """
    finding: Finding = pickle.loads(row)  # noqa: S301
    return finding
