"""Findings to a folder of folders, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reuse.drafts import beside, make_folder, take_place
from reuse.errors import InputError, OutputError, UsageError
from reuse.pairs import ACCUSED
from reuse.report.evidence.account import account
from reuse.report.evidence.index import index, site_of, sites_table
from reuse.report.evidence.inputs import InputFiles
from reuse.report.evidence.notice import notice
from reuse.report.evidence.pairs import pairs
from reuse.report.pages.pair_page import pair_page
from reuse.report.records import json_line, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reuse.findings import Finding
    from reuse.pipeline import Comparison
    from reuse.report.evidence.index import Site

    Compare = Callable[[Iterable[Finding]], Iterator[Comparison]]

_SUMS = "SHA256SUMS"


def write_evidence(
    folder: str, findings: Iterable[Finding], run: Mapping[str, Any], compare: Compare | None = None
) -> None:
    """Write the evidence for what was found, a folder for each site.

    It is written beside its place and renamed when all of it is on disk: a full disk or a signal leaves nothing
    in its place.
    The same findings and run give the same bytes, but for the sums of input files, which are those of now.

    Parameters
    ----------
    folder : str
        New, or empty.
    findings : iterable of Finding
        Of which those whose verdict is in `reuse.pairs.ACCUSED` are written, sites in their order, the findings
        of each in the order given.
    run : mapping
        What ``run.json`` holds; may be empty.
    compare : callable, optional
        Sets findings side by side, in their order. Without it neither texts nor findings side by side are
        written, for reasons of rights.

    Raises
    ------
    UsageError
        If the folder is not empty, or no folder.
    InputError
        If a text is not the one that a finding is of, or a finding is there twice.
    OutputError
        If the folder cannot be written.
    """
    path = Path(folder).resolve()
    _require_free(path, folder)
    sites = _by_site(findings)
    try:
        make_folder(path.parent)
        with beside(path) as unfinished:
            draft = unfinished / "evidence"  # its own mode is that of any new folder
            draft.mkdir()
            _write(draft, [site_of(name, found) for name, found in sites.items()], run, compare)
            take_place(draft, path)
    except OSError as fault:
        raise OutputError(
            f"cannot write the evidence to {folder}: {fault.strerror or fault}; nothing half-written is left "
            "there; mend that, or name another folder with --evidence"
        ) from fault


def _require_free(path: Path, folder: str) -> None:
    if path.exists() and not path.is_dir():
        raise UsageError(f"{folder} is a file; name a new folder with --evidence")
    if path == Path.cwd() or (path.is_dir() and any(path.iterdir())):
        where = "is the folder you are in" if path == Path.cwd() else "is not empty"
        raise UsageError(f"{folder} {where}; evidence is written to a new folder: name one with --evidence")


def _by_site(findings: Iterable[Finding]) -> dict[str | None, list[Finding]]:
    """Return those that accuse somebody by their sites; pages without an address come last."""
    seen: set[str] = set()
    sites: dict[str | None, list[Finding]] = {}
    for finding in findings:
        if finding.verdict not in ACCUSED:
            continue
        if finding.id in seen:
            raise InputError(
                f"the finding {finding.id}, of {finding.page.id} and {finding.source.id}, is there twice, as "
                "where the findings of several runs are joined; write the evidence of one run"
            )
        seen.add(finding.id)
        sites.setdefault(finding.page.site, []).append(finding)
    return {site: sites[site] for site in sorted(sites, key=lambda site: (site is None, site or ""))}


class _Folder:
    """A folder of files, and their checksums."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, str] = {}
        path.mkdir(exist_ok=True)

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a new file part by part."""
        digest = hashlib.sha256()
        place = self._path / name
        place.parent.mkdir(exist_ok=True)
        with place.open("xb") as stream:
            for part in parts:
                digest.update(part)
                stream.write(part)
        self._sums[name] = digest.hexdigest()

    def holds(self, name: str) -> bool:
        """Tell whether a file was written."""
        return name in self._sums

    def note(self, name: str, folder: _Folder) -> None:
        """Take in the checksums of a folder within this one."""
        self._sums[f"{name}/{_SUMS}"] = folder._sums[_SUMS]

    def close(self) -> None:
        """Write the checksums, as `sha256sum -c` reads them."""
        self.write(_SUMS, [f"{self._sums[name]}  {name}\n".encode() for name in sorted(self._sums)])


def _write(draft: Path, sites: list[Site], run: Mapping[str, Any], compare: Compare | None) -> None:
    top, files = _Folder(draft), InputFiles(run)
    for site in sites:
        folder = _Folder(draft / site.folder)
        _write_site(folder, site, run, compare, files)
        top.note(site.folder, folder)
    top.write("sites.csv", sites_table(sites))
    top.write("index.html", [index(sites, run, texts=compare is not None).encode()])
    top.close()


def _write_site(
    folder: _Folder, site: Site, run: Mapping[str, Any], compare: Compare | None, files: InputFiles
) -> None:
    findings, texts = site.found, compare is not None
    sizes: dict[str, int | None] = {}
    if compare is None:
        sizes = dict.fromkeys(sha256 for one in findings for sha256 in _hashes(one))
    else:
        for compared in compare(findings):
            folder.write(f"findings/{compared.finding.id}.html", [pair_page(compared, run).encode()])
            sides = compared.source_text, compared.page_text
            for sha256, text in zip(_hashes(compared.finding), sides, strict=True):
                if sha256 not in sizes:
                    sizes[sha256] = _write_text(folder, sha256, text)
    told = account(site.name, findings, run, sizes, files, texts=texts)
    folder.write("notice.md", [notice(site.name, findings, run, texts=texts).encode()])
    folder.write("pairs.csv", pairs(findings))
    digest = run.get("options_digest") or ""
    folder.write("findings.jsonl", (json_line(record(one, digest)).encode() for one in findings))
    folder.write("evidence.json", [(json.dumps(told, indent=2) + "\n").encode()])
    folder.close()


def _hashes(finding: Finding) -> tuple[str, str]:
    return finding.source_sha256, finding.page_sha256


def _write_text(folder: _Folder, sha256: str, text: str) -> int:
    content = text.encode()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"the text {sha256} of a finding is not the one it was; audit again")
    folder.write(f"texts/{sha256}.txt", [content])
    return len(content)
