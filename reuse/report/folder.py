"""A report folder: findings, their texts, the run they come from, pages to read; whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import zstandard

from reuse.errors import OutputError
from reuse.report.markdown import markdown
from reuse.report.pages.report_page import write_html
from reuse.report.records import csv_header, csv_row, json_line, record
from reuse.report.selection import ORDERS, ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reuse.findings import Finding
    from reuse.pipeline import Comparison

#: In this order they take their places; ``findings.jsonl`` comes last, so that where it is new everything is.
#: Clusters are of `reuse dedupe` alone.
FILES = (
    "texts.jsonl.zst",
    "run.json",
    "boilerplate.jsonl",
    "clusters.jsonl",
    "report.html",
    "summary.md",
    "findings.csv",
    "findings.jsonl",
)


class Result(Protocol):
    """What found the findings: an audit, or a deduplication."""

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""

    def compare(self, findings: Iterable[Finding]) -> Iterator[Comparison]:
        """Set findings side by side, in their order."""


def write_folder(
    folder: str,
    findings: Iterable[Finding],
    result: Result,
    run: Mapping[str, Any],
    more: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    is_shown: Callable[[Finding], bool] = lambda _finding: True,
) -> None:
    """Write the report folder, replacing the files of an earlier report in it.

    Everything is written beside its place first and renamed when all of it is on disk: a full disk or a
    signal leaves an earlier report as it was.

    Parameters
    ----------
    folder : str
        Made if it is not there.
    findings : iterable of Finding
        Gone through once.
    result : Result
        Where the findings are from.
    run : mapping
        What goes into ``run.json``: version, options, inputs, counts.
    more : mapping of str to iterable of mapping
        By the name of the file, one of `FILES`, its records, a line each.
    is_shown : callable, optional
        Tells which findings ``report.html`` and ``summary.md`` show, all if not given; these are held in
        memory.

    Raises
    ------
    OutputError
        If the folder cannot be made or written.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise OutputError(f"cannot write the report to {folder}: it is a file; name a folder with -o")
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=path) as unfinished:
            draft = Path(unfinished)
            shown: list[Finding] = []
            noted = _noting(findings, shown, is_shown)
            _write_findings(draft, noted, result.texts_of, run["options_digest"])
            with _create(draft / "run.json") as stream:
                stream.write((json.dumps(run, ensure_ascii=True, indent=2) + "\n").encode())
            for name, records in more.items():
                with _create(draft / name) as stream:
                    stream.writelines(json_line(record).encode() for record in records)
            with _create(draft / "report.html") as stream:
                write_html(stream.write, ordered(shown, ORDERS[0]), run, result.compare)
            with _create(draft / "summary.md") as stream:
                stream.write(markdown(shown, run).encode())
            stale = [name for name in FILES if not (draft / name).exists()] if _is_report(path) else []
            for name in FILES:
                if (draft / name).exists():
                    os.replace(draft / name, path / name)
            for name in stale:
                (path / name).unlink(missing_ok=True)
    except OSError as fault:
        raise OutputError(
            f"cannot write the report to {folder}: {fault.strerror or fault}; nothing half-written is left "
            "there; mend that, or name another folder with -o"
        ) from fault


def write_file(name: str, write: Callable[[Callable[[bytes], object]], None]) -> None:
    """Write one file, whole or not at all.

    Parameters
    ----------
    name : str
    write : callable
        Is given what takes the contents, piece by piece.

    Raises
    ------
    OutputError
        If it cannot be written; a file that was there is as it was.
    """
    target = Path(name)
    if target.is_dir():
        raise OutputError(f"cannot write {name}: it is a folder; name a file with -o")
    try:
        if target.exists() and not target.is_file():  # a pipe, or a device
            with target.open("wb") as stream:
                write(stream.write)
            return
        path = target.resolve()
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as unfinished:
            draft = Path(unfinished) / path.name
            with _create(draft) as stream:
                write(stream.write)
            os.replace(draft, path)
    except FileNotFoundError as fault:
        raise OutputError(f"cannot write {name}: its folder is not there; make it, or name another") from fault
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise OutputError(f"cannot write {name}: {why}; mend that, or name another file") from fault


def _is_report(path: Path) -> bool:
    """Tell whether a folder holds a report, and not files that happen to have such names."""
    try:
        return b'"schema": "reuse.run/' in (path / "run.json").read_bytes()[:200]
    except OSError:
        return False


@contextlib.contextmanager
def _create(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file whose bytes are on disk when the block ends."""
    with path.open("xb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _noting(
    findings: Iterable[Finding], shown: list[Finding], is_shown: Callable[[Finding], bool]
) -> Iterator[Finding]:
    """Yield findings, and note those that are shown."""
    for finding in findings:
        if is_shown(finding):
            shown.append(finding)
        yield finding


def _write_findings(
    draft: Path, findings: Iterable[Finding], texts_of: Callable[[Finding], tuple[str, str]], digest: str
) -> None:
    """Write each finding as JSON and CSV, and its texts, ``{"sha256", "text"}``, at first mention."""
    written: set[str] = set()
    with (
        _create(draft / "findings.jsonl") as records,
        _create(draft / "findings.csv") as table,
        _create(draft / "texts.jsonl.zst") as stream,
        zstandard.ZstdCompressor(level=9).stream_writer(stream, closefd=False) as packed,
    ):
        table.write(csv_header(bom=True).encode())
        for finding in findings:
            records.write(json_line(record(finding, digest)).encode())
            table.write(csv_row(finding).encode())
            hashes = finding.page_sha256, finding.source_sha256
            if written.issuperset(hashes):
                continue
            for sha256, text in zip(hashes, reversed(texts_of(finding)), strict=True):
                if sha256 not in written:
                    written.add(sha256)
                    packed.write(json_line({"sha256": sha256, "text": text}).encode())
