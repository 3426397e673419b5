"""A report folder to the findings and texts it was written from: `reuse.report.folder` the other way round."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import zstandard

from reuse.errors import InputError
from reuse.report.parsing import finding_of
from reuse.report.records import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reuse.findings import Finding

_RUN = "reuse.run/"
#: What is told of a run in more than a word, where it is told.
_RUN_HAS = {"inputs": dict, "options": dict, "too_short": list, "notices": list, "unreadable": list}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report folder holds.

    Attributes
    ----------
    findings : tuple of Finding
        As they were written: in page order, then by source id. Of a deduplication those alone that tell of a
        document that can go, and of what it duplicates: of a thousand copies that are a thousand, not half a
        million.
    options_digest : str
        Of the options they were found with; empty where there are none.
    run : mapping
        ``run.json``; empty where there is none.
    folder : Path or None
        Where the texts are; None where there are none.
    """

    findings: tuple[Finding, ...]
    options_digest: str
    run: Mapping[str, Any]
    folder: Path | None

    def texts_of(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Return the texts of some findings by their SHA-256.

        Raises
        ------
        InputError
            If one is not there, or not what it was.
        """
        wanted = {sha256 for finding in findings for sha256 in (finding.source_sha256, finding.page_sha256)}
        assert self.folder is not None
        path = self.folder / "texts.jsonl.zst"
        found: dict[str, str] = {}
        for number, told in _records(path):
            sha256, text = told.get("sha256"), told.get("text")
            if sha256 not in wanted:
                continue
            if not isinstance(text, str) or hashlib.sha256(text.encode()).hexdigest() != sha256:
                raise InputError(f"{path}:{number}: the text is not the one it was; audit again")
            found[sha256] = text
        for sha256 in sorted(wanted - found.keys()):
            raise InputError(
                f"{path}: the text {sha256} of a finding is not there; audit again, or take --no-text"
            )
        return found


def read_report(name: str) -> Report:
    """Read a report.

    Parameters
    ----------
    name : str
        A report folder, a ``findings.jsonl`` (its texts are those beside it), or ``-``: findings from standard
        input, which have no texts.

    Raises
    ------
    InputError
        If it is none, is damaged, or was written by another version.
    """
    if name == "-":
        return _report(_records(name), name, {}, None, None)
    path = Path(name)
    folder = path if path.is_dir() else path.parent
    findings = path / "findings.jsonl" if path.is_dir() else path
    if not findings.is_file():
        raise InputError(f"{findings}: is not there; name a report folder that `reuse audit -o` wrote")
    run = _run(folder / "run.json")
    texts = folder if (folder / "texts.jsonl.zst").is_file() else None
    clusters = folder / "clusters.jsonl"
    duplicates = _duplicates(clusters) if clusters.is_file() else None
    return _report(_records(findings), str(findings), run, texts, duplicates)


def _report(
    records: Iterable[tuple[int, dict[str, Any]]],
    name: str,
    run: Mapping[str, Any],
    folder: Path | None,
    duplicates: set[tuple[str, str]] | None,
) -> Report:
    findings, digest = [], str(run.get("options_digest", ""))
    for number, told in records:
        if told.get("schema") != SCHEMA:
            schema = str(told.get("schema"))[:40]
            raise InputError(
                f"{name}:{number}: is of {schema!r}, and this version reads {SCHEMA!r}; audit again"
            )
        try:
            finding, digest = finding_of(told), digest or str(told["options"])
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise InputError(f"{name}:{number}: is no whole finding ({fault!r}); audit again") from fault
        if duplicates is None or (finding.source.id, finding.page.id) in duplicates:
            findings.append(finding)
    return Report(tuple(findings), digest, run, folder)


def _duplicates(path: Path) -> set[tuple[str, str]]:
    """Return the ids of every document that can go, behind that of the one it duplicates."""
    try:
        return {
            (document["duplicate_of"], document["id"])
            for _, cluster in _records(path)
            for document in cluster["documents"]
            if document["duplicate_of"] is not None
        }
    except (KeyError, TypeError) as fault:
        raise InputError(f"{path}: is damaged ({fault!r}); dedupe again") from fault


def _run(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        run = json.loads(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read ({fault}); audit again") from fault
    if not isinstance(run, dict) or not str(run.get("schema")).startswith(_RUN):
        raise InputError(f"{path}: is not of a report; name a folder that `reuse audit -o` wrote")
    for name, kind in _RUN_HAS.items():
        if not isinstance(run.get(name, kind()), kind):
            raise InputError(f"{path}: {name} is not what it was; audit again")
    if not all(isinstance(row, dict) for row in run.get("unreadable", ())):
        raise InputError(f"{path}: unreadable is not what it was; audit again")
    return run


def _records(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the value of every line."""
    number = 0
    try:
        with _lines(path) as lines:
            for number, line in enumerate(lines, 1):
                value = json.loads(line, parse_constant=_refuse)
                if not isinstance(value, dict):
                    raise ValueError("it is no object")
                yield number, value
    except (OSError, ValueError, RecursionError, zstandard.ZstdError) as fault:
        what = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise InputError(f"{path}:{number + 1}: cannot be read ({what}); audit again") from fault


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


@contextmanager
def _lines(path: Path | str) -> Iterator[Iterable[str]]:
    if isinstance(path, str):
        yield io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="\n")
        return
    with path.open("rb") as stream:
        packed = path.suffix == ".zst"
        plain: IO[bytes] = zstandard.ZstdDecompressor().stream_reader(stream) if packed else stream
        yield io.TextIOWrapper(plain, "utf-8", newline="\n")
