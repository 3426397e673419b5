"""Report folders as the commands write them, of what Python has found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from reuse import pipeline
from reuse.report.folder import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from reuse.findings import Finding
    from reuse.pipeline import Audit, Deduplication

    More = Mapping[str, Iterable[Mapping[str, Any]]]


def write_folder(
    folder: Path,
    findings: Iterable[Finding],
    result: Audit | Deduplication,
    run: Mapping[str, Any] | None = None,
    more: More | None = None,
) -> None:
    """Write some findings of an audit, or a deduplication; of the run what it tells, if not told otherwise."""
    told = result.run() if run is None else run
    with Draft(str(folder)) as draft:
        draft.add(findings, result.texts_of, told["options_digest"])
        draft.finish(told, more or {}, partial(pipeline.comparisons, options=result.options))
