"""A report folder to the findings and texts it was written from: `reuse.report.folder` the other way round."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zstandard

from reuse.errors import InputError
from reuse.report.moving import standing
from reuse.report.parsing import finding_of, run_of
from reuse.report.records import SCHEMA
from reuse.report.unpacking import chunks_of, unpacked
from reuse.report.visits import VISITS, read_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reuse.findings import Finding
    from reuse.values import Hashes

_RUN = "reuse.run/"
#: Bytes of the longest line.
_LONGEST = 2**30
#: How often a report is read anew if another one takes its place meanwhile.
_TURNS = 3


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
    visits : uint64 or None
        Keys of the pages that were read, see `reuse.report.visits`; None where they are not known.
    """

    findings: tuple[Finding, ...]
    options_digest: str
    run: Mapping[str, Any]
    folder: Path | None
    visits: Hashes | None = None

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
            if not isinstance(sha256, str) or sha256 not in wanted:
                continue
            if not isinstance(text, str) or _hash(text) != sha256:
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
    for _ in range(_TURNS):
        before = _places(folder)
        try:
            report = _read(path, folder)
        except InputError:
            if before == _places(folder):
                raise
        else:
            if before == _places(folder):
                return report
    raise InputError(f"{folder}: is being written; try again")


def _places(folder: Path) -> list[tuple[str, int, int]]:
    """Tell which files are the report just now: another may take its place while it is read."""
    found = []
    for name in ("findings.jsonl", "run.json", "texts.jsonl.zst", "clusters.jsonl", VISITS):
        place = standing(folder, name)
        with contextlib.suppress(OSError):
            said = place.stat()
            found.append((str(place), said.st_ino, said.st_mtime_ns))
    return found


def _read(path: Path, folder: Path) -> Report:
    """Read a report from the files that there are just now."""
    findings = standing(folder, "findings.jsonl") if path.is_dir() or path.name == "findings.jsonl" else path
    if not findings.exists() or findings.is_dir():
        raise InputError(f"{findings}: is not there; name a report folder that `reuse audit -o` wrote")
    run = _run(standing(folder, "run.json"))
    texts, clusters, visited = (standing(folder, one) for one in ("texts.jsonl.zst", "clusters.jsonl", VISITS))
    duplicates = _duplicates(clusters) if clusters.is_file() else None
    visits = read_visits(visited, run.get("pages")) if visited.is_file() else None
    beside = texts.parent if texts.is_file() else None
    return replace(_report(_records(findings), str(findings), run, beside, duplicates), visits=visits)


def read_findings(path: Path) -> Iterator[Finding]:
    """Yield the findings of a ``findings.jsonl``, one after another.

    Raises
    ------
    InputError
        As `read_report` does.
    """
    yield from (finding for finding, _ in _findings(_records(path), str(path)))


def _findings(records: Iterable[tuple[int, dict[str, Any]]], name: str) -> Iterator[tuple[Finding, str]]:
    """Yield findings, each with the digest of its options."""
    places: dict[str, int] = {}
    for number, told in records:
        if told.get("schema") != SCHEMA:
            schema = str(told.get("schema"))[:40]
            raise InputError(
                f"{name}:{number}: is of {schema!r}, and this version reads {SCHEMA!r}; audit again"
            )
        try:
            finding, digest = finding_of(told), str(told["options"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise InputError(f"{name}:{number}: is no whole finding ({fault!r}); audit again") from fault
        if (first := places.setdefault(finding.id, number)) != number:
            raise InputError(f"{name}:{number}: tells of the pair that line {first} tells of; keep one of them")
        yield finding, digest


def _report(
    records: Iterable[tuple[int, dict[str, Any]]],
    name: str,
    run: Mapping[str, Any],
    folder: Path | None,
    duplicates: set[tuple[str, str]] | None,
) -> Report:
    findings, digest = [], str(run.get("options_digest", ""))
    for finding, told in _findings(records, name):
        digest = digest or told
        if duplicates is None or (finding.source.id, finding.page.id) in duplicates:
            findings.append(finding)
    return Report(tuple(findings), digest, run, folder)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
    except (OSError, ValueError, RecursionError) as fault:
        raise InputError(f"{path}: cannot be read ({fault}); audit again") from fault
    if not isinstance(run, dict) or not str(run.get("schema")).startswith(_RUN):
        raise InputError(f"{path}: is not of a report; name a folder that `reuse audit -o` wrote")
    try:
        return run_of(run)
    except ValueError as fault:
        raise InputError(f"{path}: {fault}; audit again") from fault


def _records(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the value of every line."""
    number = 0
    try:
        for line in _lines(path):
            number += 1
            yield number, _object(line, f"{path}:{number}")
    except (OSError, ValueError, zstandard.ZstdError) as fault:
        what = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise InputError(f"{path}:{number + 1}: cannot be read ({what}); audit again") from fault


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        why = f"is no JSON ({fault}); audit again, or name the report folder"
        raise InputError(f"{place}: {why}") from fault
    if not isinstance(value, dict):
        raise InputError(f"{place}: is no object of JSON; audit again, or name the report folder")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _lines(path: Path | str) -> Iterator[bytes]:
    """Yield the lines of a file, packed or not."""
    if isinstance(path, str):
        if sys.stdin is None:
            raise OSError("standard input is closed")
        yield from _split(chunks_of(sys.stdin.buffer))
        return
    with path.open("rb") as stream:
        yield from _split(unpacked(chunks_of(stream)) if path.suffix == ".zst" else chunks_of(stream))


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            yield b"".join((*held, line))
            held, size = [], 0
        held.append(rest)
        size += len(rest)
        if size > _LONGEST:
            raise ValueError(f"a line has more than {_LONGEST:,} bytes")
    if any(held):
        yield b"".join(held)
