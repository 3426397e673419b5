"""Findings to evidence: a folder for each site, with all that its owner, or a lawyer, must see and can check.

::

    index.html, sites.csv, SHA256SUMS
    example.org/
        notice.md           what a notice asks for, filled in where it is known
        findings/ID.html    each finding, both texts side by side
        texts/SHA256.txt    the texts, as they were seen
        pairs.csv           addresses of pages and sources, and the figures
        findings.jsonl      the findings, whole
        evidence.json       what they were made with
        SHA256SUMS          of all these files
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from reuse import __version__
from reuse.errors import InputError, OutputError, UsageError
from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.command import command
from reuse.report.escape import markup
from reuse.report.facts import page_facts, source_facts
from reuse.report.meanings import CAVEAT
from reuse.report.notice import notice
from reuse.report.overview import groups
from reuse.report.pair_page import pair_page
from reuse.report.records import json_line, record
from reuse.report.spreadsheet import csv_head, csv_line
from reuse.report.static import link, static_page
from reuse.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.metadata import Fact
    from reuse.pipeline import Comparison
    from reuse.values import Document

    Compare = Callable[[Iterable[Finding]], Iterator[Comparison]]

#: Raised with every change a reader of ``evidence.json`` could notice.
SCHEMA = "reuse.evidence/1"
#: The folder of pages without an address.
WITHOUT_ADDRESS = "without-address"
_SUMS = "SHA256SUMS"
#: Names that stand beside the folders, and those that some file systems keep for themselves, whatever follows
#: the first dot.
_TAKEN = {"index.html", "sites.csv"}
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
#: Longer names leave too little of the 260 characters that some systems allow a path.
_LONGEST, _KEPT = 80, 40

_COLUMNS = (
    "verdict",
    "probability",
    "page_url",
    "source_url",
    "page_title",
    "source_title",
    "page_author",
    "source_author",
    "page_published",
    "page_published_certainty",
    "page_published_where",
    "page_modified",
    "page_modified_certainty",
    "page_crawled",
    "source_published",
    "source_published_certainty",
    "matched_words",
    "verbatim_words",
    "edited_words",
    "spun_words",
    "own_words",
    "moved_words",
    "quoted_words",
    "matched_source_words",
    "page_words",
    "source_words",
    "share_of_page",
    "share_of_source",
    "longest_run",
    "page_sha256",
    "source_sha256",
    "page_original_sha256",
    "source_original_sha256",
    "page",
    "source",
    "finding",
)


def write_evidence(
    folder: str, findings: Iterable[Finding], run: Mapping[str, Any], compare: Compare | None = None
) -> None:
    """Write the evidence for what was found, a folder for each site.

    It is written beside its place and renamed when all of it is there: a full disk or a signal leaves nothing.
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
        If a text is not the one that a finding is of.
    OutputError
        If the folder cannot be written.
    """
    path = Path(folder).resolve()
    _require_free(path, folder)
    sites: dict[str | None, list[Finding]] = {}
    for finding in findings:
        if finding.verdict in ACCUSED:
            sites.setdefault(finding.page.site, []).append(finding)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as unfinished:
            draft = Path(unfinished, "evidence")  # its own mode is that of any new folder
            draft.mkdir()
            _write(draft, [(site, sites[site]) for site in sorted(sites, key=_order)], run, compare)
            os.rename(draft, path)
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


def _order(site: str | None) -> tuple[bool, str]:
    return site is None, site or ""


def folder_name(site: str | None) -> str:
    """Return the name of a site's folder, good for every file system; no two sites have the same.

    Parameters
    ----------
    site : str or None

    Returns
    -------
    str
        The domain, in Punycode where it has other letters than ASCII's. What is no domain, is very long, or has
        a name that some systems keep for themselves becomes what is left of it and 32 digits of its SHA-256,
        without a dot.

    Examples
    --------
    >>> folder_name("example.co.uk"), folder_name("bücher.example"), folder_name(None)
    ('example.co.uk', 'xn--bcher-kva.example', 'without-address')
    >>> folder_name("../con"), folder_name("nul.example")
    ('con-a2436930f2eb3e1e301f749a65022912', 'nul-example-79049f399786d8c1832e91cca82c3cd1')
    """
    if site is None:
        return WITHOUT_ADDRESS
    plain = _in_ascii(site)
    if plain and len(plain) <= _LONGEST and plain not in _TAKEN and plain.partition(".")[0] not in _RESERVED:
        return plain
    rest = re.sub("[^a-z0-9]+", "-", (plain or site).lower())[:_KEPT].strip("-")
    return f"{rest or 'site'}-{hashlib.sha256(site.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _in_ascii(site: str) -> str | None:
    """Return a domain in ASCII, None if it is none or comes back as another one."""
    try:
        plain = site.encode("idna").decode()
        same = plain.encode().decode("idna") == site
    except UnicodeError:
        return None
    return plain if same and _DOMAIN.fullmatch(plain) else None


# --- what is written --------------------------------------------------------------------------


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


def _write(
    draft: Path,
    sites: Sequence[tuple[str | None, list[Finding]]],
    run: Mapping[str, Any],
    compare: Compare | None,
) -> None:
    top, files = _Folder(draft), _InputFiles()
    for site, findings in sites:
        name = folder_name(site)
        folder = _Folder(draft / name)
        _write_site(folder, site, findings, run, compare, files)
        top.note(name, folder)
    counts = (_counted(site, findings) for site, findings in sites)
    top.write("sites.csv", _table(_Counts._fields, counts))
    top.write("index.html", [_index(sites, run, texts=compare is not None).encode()])
    top.close()


def _write_site(
    folder: _Folder,
    site: str | None,
    findings: Sequence[Finding],
    run: Mapping[str, Any],
    compare: Compare | None,
    files: _InputFiles,
) -> None:
    sizes: dict[str, int | None] = {}
    if compare is None:
        sizes = dict.fromkeys(sorted({sha256 for one in findings for sha256 in _hashes(one)}))
    else:
        for compared in compare(findings):
            folder.write(f"findings/{compared.finding.id}.html", [pair_page(compared, run).encode()])
            texts = compared.source_text, compared.page_text
            for sha256, text in zip(_hashes(compared.finding), texts, strict=True):
                if sha256 not in sizes:
                    sizes[sha256] = _write_text(folder, sha256, text)
    told = _account(site, findings, run, sizes, files, texts=compare is not None)
    folder.write("notice.md", [notice(site, findings, run, texts=compare is not None).encode()])
    folder.write("pairs.csv", _table(_COLUMNS, map(_pair, findings)))
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


def _pair(finding: Finding) -> tuple[str | int | None, ...]:
    """Return the row of a finding in ``pairs.csv``."""
    source, page = finding.source, finding.page
    of_source, of_page = source_facts(finding), page_facts(finding)
    published, modified, first = of_page["published"], of_page["modified"], of_source["published"]
    return (
        finding.verdict,
        f"{finding.probability:.4f}",
        page.url or "",
        source.url or "",
        *(_value(side[name]) for name in ("title", "author") for side in (of_page, of_source)),
        *(_value(published), published.certainty if published else "", published.where if published else ""),
        *(_value(modified), modified.certainty if modified else ""),
        page.fetched or "",
        *(_value(first), first.certainty if first else ""),
        finding.matched_words,
        *finding.words_by_kind.values(),
        finding.moved_words,
        finding.quoted_words,
        finding.matched_source_words,
        finding.page_words,
        finding.source_words,
        f"{finding.share_of_page:.4f}",
        f"{finding.share_of_source:.4f}",
        finding.longest_run,
        finding.page_sha256,
        finding.source_sha256,
        page.original_sha256 or "",
        source.original_sha256 or "",
        page.id,
        source.id,
        finding.id,
    )


def _value(fact: Fact | None) -> str:
    return fact.value if fact else ""


# --- what it was made with --------------------------------------------------------------------


def _account(
    site: str | None,
    findings: Sequence[Finding],
    run: Mapping[str, Any],
    sizes: Mapping[str, int | None],
    files: _InputFiles,
    *,
    texts: bool,
) -> dict[str, Any]:
    """Return the contents of ``evidence.json``."""
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


class _InputFiles:
    """The checksums of files, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def told(self, name: str) -> dict[str, Any]:
        """Return the checksum and the size of a file, or why there is none."""
        if name not in self._known:
            self._known[name] = {"path": name, **_hashed(name)}
        return self._known[name]


def _hashed(name: str) -> dict[str, Any]:
    """Return the checksum of a file, or of the archive that holds it."""
    if name == "-":
        return {"missing": "standard input"}
    place = PurePosixPath(name)
    for candidate in (place, *place.parents):
        try:
            kind = os.stat(candidate).st_mode
            if stat.S_ISREG(kind):
                with open(candidate, "rb") as stream:
                    return _sum(stream) | ({} if candidate == place else {"archive": str(candidate)})
        except NotADirectoryError:
            continue
        except (OSError, ValueError) as fault:  # ValueError: a name that no file can have
            return {"missing": getattr(fault, "strerror", None) or str(fault)}
        break
    return {"missing": "no file"}


def _sum(stream: IO[bytes]) -> dict[str, Any]:
    digest = hashlib.file_digest(stream, "sha256")  # type: ignore[arg-type]
    return {"sha256": digest.hexdigest(), "bytes": stream.tell()}


# --- the index --------------------------------------------------------------------------------


class _Counts(NamedTuple):
    """How much was found on a site; `words` are counted once, also where several sources explain a page."""

    site: str
    folder: str
    findings: int
    pages: int
    words: int


def _counted(site: str | None, findings: Sequence[Finding]) -> _Counts:
    (group,) = groups(findings, "site")
    return _Counts(site or "", folder_name(site), group.findings, group.pages, group.words)


def _table(columns: Sequence[str], rows: Iterable[tuple[str | int | None, ...]]) -> Iterator[bytes]:
    yield csv_head(columns, bom=True).encode()
    yield from (csv_line(row).encode() for row in rows)


def _index(sites: Sequence[tuple[str | None, list[Finding]]], run: Mapping[str, Any], *, texts: bool) -> str:
    total = sum(len(findings) for _, findings in sites)
    return static_page("Evidence of text reuse", _index_lines(sites, run, total, texts=texts))


def _index_lines(
    sites: Sequence[tuple[str | None, list[Finding]]], run: Mapping[str, Any], total: int, *, texts: bool
) -> Iterator[str]:
    yield f'<header><p class="kicker">textreuse {markup(str(run.get("version", __version__)))}</p>'
    yield "<h1>Evidence of text reuse</h1>"
    yield f'<p class="lead">{plural(total, "finding")} on {plural(len(sites), "site")}.</p>'
    yield f'<p class="caveat">{CAVEAT} Each site has a folder of its own, made to be handed on.</p></header>'
    yield '<main><section aria-labelledby="sites"><h2 id="sites">Sites</h2>'
    yield '<table class="numbers"><thead><tr><th scope="col">site</th><th scope="col">findings</th>'
    yield '<th scope="col">pages</th><th scope="col">words</th><th scope="col">files</th></tr></thead><tbody>'
    for number, (site, findings) in enumerate(sites):
        counts = _counted(site, findings)
        files = " ".join(f'<a href="{counts.folder}/{name}">{name}</a>' for name in ("notice.md", "pairs.csv"))
        yield f'<tr><th scope="row"><a href="#site-{number}">{_shown(site)}</a></th>'
        yield "".join(f"<td>{cell}</td>" for cell in (*(f"{count:,}" for count in counts[2:]), files)) + "</tr>"
    yield "</tbody></table></section>"
    for number, (site, findings) in enumerate(sites):
        yield f'<section aria-labelledby="site-{number}"><h2 id="site-{number}">{_shown(site)}</h2>'
        yield '<table class="findings"><thead><tr><th scope="col">verdict</th><th scope="col">page</th>'
        yield '<th scope="col">source</th><th scope="col">words</th></tr></thead><tbody>'
        yield from (_index_row(finding, folder_name(site), texts=texts) for finding in _by_weight(findings))
        yield "</tbody></table></section>"
    yield "</main>"


def _by_weight(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (VERDICTS.index(one.verdict), -one.matched_words))


def _index_row(finding: Finding, folder: str, *, texts: bool) -> str:
    verdict = markup(finding.verdict)
    place = f'<a href="{folder}/findings/{finding.id}.html">{verdict}</a>' if texts else verdict
    page, source = (_document(one) for one in (finding.page, finding.source))
    cells = f"<td>{page}</td><td>{source}</td><td>{finding.matched_words:,}</td>"
    return f'<tr><th scope="row">{place}</th>{cells}</tr>'


def _document(document: Document) -> str:
    address = link(document.url) if document.url else f"<bdi>{markup(document.id)}</bdi>"
    return f"<bdi>{markup(document.title)}</bdi><br>{address}" if document.title else address


def _shown(site: str | None) -> str:
    return f"<bdi>{markup(site)}</bdi>" if site else "pages without an address"
