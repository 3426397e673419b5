"""Findings on one site to ``evidence.json``: what they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse import __version__
from reuse.report.command import command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reuse.findings import Finding
    from reuse.report.evidence.inputs import InputFiles

#: Raised with every change a reader of ``evidence.json`` could notice.
SCHEMA = "reuse.evidence/1"


def account(
    site: str | None,
    findings: Sequence[Finding],
    run: Mapping[str, Any],
    sizes: Mapping[str, int | None],
    files: InputFiles,
    *,
    texts: bool,
) -> dict[str, Any]:
    """Return the contents of ``evidence.json``.

    Parameters
    ----------
    site : str or None
    findings : sequence of Finding
        On its pages.
    run : mapping
        What ``run.json`` holds.
    sizes : mapping of str to int or None
        By the SHA-256 of each text its bytes; None of texts that are not at hand.
    files : InputFiles
        Those of the run.
    texts : bool
        Whether the texts lie beside it.
    """
    documents = [document for one in findings for document in (one.source, one.page)]
    originals = {(one.original_sha256, one.id, one.url) for one in documents if one.original_sha256}
    return {
        "schema": SCHEMA,
        "tool": "textreuse",
        "version": run.get("version"),
        "written_by_version": __version__,
        "options_digest": run.get("options_digest"),
        "options": run.get("options"),
        "command": command(run),
        "site": site,
        "findings": len(findings),
        "with_texts": texts,
        "texts": [
            {"sha256": sha256, "bytes": size, "file": f"texts/{sha256}.txt" if texts else None}
            for sha256, size in sorted(sizes.items())
        ],
        "originals": [
            {"sha256": sha256, "document": name, "url": url}
            for sha256, name, url in sorted(originals, key=lambda row: (row[1], row[0], row[2] or ""))
        ],
        "inputs": {
            "note": "files as they were when this folder was written; whether they are those of the run, the "
            "sums of the texts tell",
            "files": [files.told(name) for name in sorted({document.path for document in documents})],
        },
    }
