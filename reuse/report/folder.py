"""A report folder: findings, their texts and the run they come from, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import zstandard

from reuse.errors import OutputError
from reuse.report.records import csv_header, csv_row, json_line, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.values import Texts

#: Written in this order; ``findings.jsonl`` comes last, so that where it is new everything is.
FILES = ("texts.jsonl.zst", "run.json", "findings.csv", "findings.jsonl")


def write_folder(
    folder: str, findings: Sequence[Finding], sources: Texts, pages: Texts, run: Mapping[str, Any]
) -> None:
    """Write the report folder, replacing the files of an earlier report in it.

    Everything is written beside its place first and renamed when all of it is on disk: a full disk or a
    signal leaves an earlier report as it was.

    Parameters
    ----------
    folder : str
        Made if it is not there.
    findings : sequence of Finding
    sources, pages : Texts
        Of which those in a finding are kept with the report.
    run : mapping
        What goes into ``run.json``: version, options, inputs, counts.

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
            _write_texts(draft / FILES[0], findings, sources, pages)
            with _create(draft / FILES[1]) as stream:
                stream.write((json.dumps(run, ensure_ascii=True, indent=2) + "\n").encode())
            with _create(draft / FILES[2]) as stream:
                stream.write(csv_header().encode())
                stream.writelines(csv_row(finding).encode() for finding in findings)
            with _create(draft / FILES[3]) as stream:
                digest = run["options_digest"]
                stream.writelines(json_line(record(finding, digest)).encode() for finding in findings)
            for name in FILES:
                os.replace(draft / name, path / name)
    except OSError as fault:
        raise OutputError(
            f"cannot write the report to {folder}: {fault.strerror or fault}; an earlier report there would be "
            "left as it was; mend that, or name another folder with -o"
        ) from fault


@contextlib.contextmanager
def _create(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file whose bytes are on disk when the block ends."""
    with path.open("xb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _write_texts(path: Path, findings: Sequence[Finding], sources: Texts, pages: Texts) -> None:
    """Write ``{"sha256", "text"}`` for each text in a finding, in the order of first mention."""
    written: set[str] = set()
    source_rows = {document.id: row for row, document in enumerate(sources.documents)}
    page_rows = {document.id: row for row, document in enumerate(pages.documents)}
    with (
        _create(path) as stream,
        zstandard.ZstdCompressor(level=9).stream_writer(stream, closefd=False) as packed,
    ):
        for finding in findings:
            for sha256, texts, row in (
                (finding.page_sha256, pages, page_rows[finding.page.id]),
                (finding.source_sha256, sources, source_rows[finding.source.id]),
            ):
                if sha256 not in written:
                    written.add(sha256)
                    packed.write(json_line({"sha256": sha256, "text": texts[row]}).encode())
