"""A report folder: findings, their texts, the run they come from, pages to read; whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import zstandard

from reuse.drafts import beside, clear, locked, make_folder, sync, take_place
from reuse.errors import OutputError, UsageError
from reuse.report.markdown import markdown
from reuse.report.moving import MOVING, UNFINISHED, Moving, moving
from reuse.report.pages.report_page import MOST, write_html
from reuse.report.reading import read_findings, read_report
from reuse.report.records import csv_header, csv_row, json_line, record
from reuse.report.selection import ORDERS, ordered
from reuse.report.visits import VISITS, write_visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reuse.findings import Finding
    from reuse.pipeline import Comparison
    from reuse.values import Hashes

    TextsOf: TypeAlias = Callable[[Finding], tuple[str, str]]

#: In this order they take their places; ``findings.jsonl`` comes last, so that where it is new everything is.
#: Clusters are of `reuse dedupe` alone, the keys of pages of `reuse audit`.
FILES = (
    "texts.jsonl.zst",
    "run.json",
    "boilerplate.jsonl",
    "clusters.jsonl",
    VISITS,
    "report.html",
    "summary.md",
    "findings.csv",
    "findings.jsonl",
)


_PROGRESS, _OF, _TEXTS = "progress.jsonl", "of.json", "texts.jsonl"


class Draft:
    """A report while it is written: findings as they come, and in the end what is made of all of them.

    Everything is written beside its place first and renamed when all of it is on disk: a full disk or a signal
    leaves an earlier report as it was. Whoever is killed while files are renamed has noted which: readers find
    them (`reuse.report.moving`), and the next run puts them there. Used as a context manager; what is not
    finished goes at its end, unless it was committed.

    Parameters
    ----------
    folder : str
        Made if it is not there.
    resume : bool
        Whether to go on with what an interrupted run has committed, if there is any.

    Attributes
    ----------
    place : Path
        A folder for what the run needs meanwhile.
    noted : dict
        What an interrupted run was of; see `require`.
    progress : tuple of dict
        What was told at each `commit` of an interrupted run.

    Raises
    ------
    OutputError
        If the folder cannot be made or written, or another run is writing to it.
    """

    def __init__(self, folder: str, *, resume: bool = False) -> None:
        self._name = folder
        self._path = Path(folder)
        self.place = self._path / UNFINISHED
        self.noted: dict[str, Any] = {}
        self.progress: tuple[dict[str, Any], ...] = ()
        self._written: set[str] = set()
        self._files: dict[str, IO[bytes]] = {}
        self._is_kept = False
        if self._path.exists() and not self._path.is_dir():
            raise OutputError(f"cannot write the report to {folder}: it is a file; name a folder with -o")
        self._is_new = not self._path.exists()
        with self._told(), contextlib.ExitStack() as stack:
            make_folder(self._path)
            stack.enter_context(locked(self.place, folder))
            self._is_kept = any((self.place / name).exists() for name in (_OF, MOVING))
            stack.callback(self._leave)
            sync(self._path)  # what is put into the place rests on its name
            if told := moving(self.place):
                self._take_places(told)
                clear(self.place)
            elif resume:
                self._go_on()
            else:
                clear(self.place)
            self._is_kept = (self.place / _OF).exists()
            self._lock = stack.pop_all()

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._lock.close()

    def _leave(self) -> None:
        """Close what is open, and take away what nobody can go on with."""
        for stream in self._files.values():
            with contextlib.suppress(OSError):  # what a full disk did not take was not committed
                stream.close()
        if not self._is_kept:
            shutil.rmtree(self.place, ignore_errors=True)
            if self._is_new:
                with contextlib.suppress(OSError):  # the report is in it
                    self._path.rmdir()

    def require(self, of: Mapping[str, Any]) -> None:
        """Note what the run is of; refuse to go on with one of something else.

        Parameters
        ----------
        of : mapping
            JSON values: what a committed part depends on. More may be noted when it is known.

        Raises
        ------
        UsageError
            Naming what differs.
        """
        path = self.place / _OF
        with self._told():
            before = json.loads(path.read_bytes()) if path.exists() else {}
        now = json.loads(json.dumps(of))
        differs = sorted(name for name in now.keys() & before.keys() if now[name] != before[name])
        if differs:
            raise UsageError(
                f"{self._name} holds an interrupted audit of other {' and '.join(differs)}; begin anew "
                "without --resume"
            )
        with self._told():
            self._note(_OF, before | now)
        self._is_kept = True

    def _note(self, name: str, told: Mapping[str, Any]) -> None:
        """Have something to go on with on disk, or nothing of it."""
        noted = self.place / f"{name}.new"
        noted.write_bytes(json.dumps(told).encode())
        take_place(noted, self.place / name)

    def add(
        self, findings: Iterable[Finding], texts_of: Callable[[Finding], tuple[str, str]], digest: str
    ) -> None:
        """Write findings behind the others, each as JSON and CSV, and its texts at first mention.

        Parameters
        ----------
        findings : iterable of Finding
        texts_of : callable
            Returns the texts of a finding, the source's and the page's.
        digest : str
            Of the options.
        """
        with self._told():
            records, table, texts = (self._file(name) for name in ("findings.jsonl", "findings.csv", _TEXTS))
            if not table.tell():
                table.write(csv_header(bom=True).encode())
            for finding in findings:
                records.write(json_line(record(finding, digest)).encode())
                table.write(csv_row(finding).encode())
                hashes = finding.page_sha256, finding.source_sha256
                if self._written.issuperset(hashes):
                    continue
                for sha256, text in zip(hashes, reversed(texts_of(finding)), strict=True):
                    if sha256 not in self._written:
                        self._written.add(sha256)
                        texts.write(json_line({"sha256": sha256, "text": text}).encode())

    def commit(self, told: Mapping[str, Any]) -> None:
        """Have on disk what was added, to be gone on with from here, and what is told of it."""
        with self._told():
            for stream in self._files.values():
                _sync(stream)
            sync(self.place)  # the names of new files: the spool's, too, on which it all rests
            sizes = {name: stream.tell() for name, stream in self._files.items() if name != _PROGRESS}
            progress = self._file(_PROGRESS)
            progress.write(json_line({"sizes": sizes, "told": told}).encode())
            _sync(progress)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings that were added so far, as they are read back."""
        for stream in self._files.values():
            stream.flush()
        path = self.place / "findings.jsonl"
        if path.exists():
            yield from read_findings(path)

    def finish(
        self,
        run: Mapping[str, Any],
        more: Mapping[str, Iterable[Mapping[str, Any]]],
        compare: Callable[[Iterable[Finding], TextsOf], Iterator[Comparison]],
        pages: Hashes | None = None,
    ) -> None:
        """Write what is made of all findings, and have the report take its place.

        Parameters
        ----------
        run : mapping
            What goes into ``run.json``: version, options, inputs, counts.
        more : mapping of str to iterable of mapping
            By the name of the file, one of `FILES`, its records, a line each.
        compare : callable
            Sets findings side by side, in their order, given what returns their texts.
        pages : uint64, optional
            Keys of the pages that were read; see `reuse.report.visits`.
        """
        with self._told():
            self.add((), lambda _finding: ("", ""), "")
            for name, stream in self._files.items():
                if name != _TEXTS:
                    _sync(stream)
            self._pack_texts()
            with _create(self.place / "run.json") as stream:
                stream.write((json.dumps(run, ensure_ascii=True, indent=2) + "\n").encode())
            for name, records in more.items():
                with _create(self.place / name) as stream:
                    stream.writelines(json_line(record).encode() for record in records)
            if pages is not None:
                with _create(self.place / VISITS) as stream:
                    write_visits(stream, pages)
            self._render(compare)
            names = [name for name in FILES if (self.place / name).exists()]
            stale = [name for name in FILES if name not in names] if _is_report(self._path) else []
            told = Moving(names, stale)
            sync(self.place)
            self._note(MOVING, told._asdict())
            self._is_kept = True  # until all is in its place
            self._take_places(told)
        self._is_kept = False

    def _render(self, compare: Callable[[Iterable[Finding], TextsOf], Iterator[Comparison]]) -> None:
        """Write the pages to read, from the report as it would be read back."""
        report = read_report(str(self.place))
        findings = ordered(report.findings, ORDERS[0])
        texts = report.texts_of(findings[:MOST])

        def texts_of(finding: Finding) -> tuple[str, str]:
            return texts[finding.source_sha256], texts[finding.page_sha256]

        with _create(self.place / "report.html") as stream:
            write_html(stream.write, findings, report.run, lambda some: compare(some, texts_of))
        with _create(self.place / "summary.md") as stream:
            stream.write(markdown(report.findings, report.run).encode())

    def _pack_texts(self) -> None:
        texts = self._files[_TEXTS]
        texts.seek(0)
        with (
            _create(self.place / f"{_TEXTS}.zst") as stream,
            zstandard.ZstdCompressor(level=9).stream_writer(stream, closefd=False) as packed,
        ):
            shutil.copyfileobj(texts, packed)

    def _take_places(self, told: Moving) -> None:
        for name in FILES:
            if name in told.files and (self.place / name).exists():
                os.replace(self.place / name, self._path / name)
            elif name in told.stale:
                (self._path / name).unlink(missing_ok=True)
        sync(self._path)

    # --- what an interrupted run has left ---------------------------------------------------------

    def _go_on(self) -> None:
        """Take up what was committed; what was written after that goes."""
        try:
            self.noted = json.loads((self.place / _OF).read_bytes())
            lines, size = self._committed()
        except (FileNotFoundError, ValueError):  # nothing was begun, or the power failed
            self.noted = {}
            clear(self.place)
            return
        sizes = lines[-1]["sizes"] if lines else {}
        if any(self._size(name) < size for name, size in sizes.items()):
            clear(self.place)  # the report was taking its place already
            return
        for name in {*FILES, _TEXTS} - sizes.keys():
            (self.place / name).unlink(missing_ok=True)
        self.progress = tuple(line["told"] for line in lines)
        for name, end in {**sizes, _PROGRESS: size}.items():
            stream = self._file(name)
            stream.truncate(end)
            stream.seek(end)
        if _TEXTS in sizes:
            texts = self._file(_TEXTS)
            texts.seek(0)
            self._written = {json.loads(line)["sha256"] for line in texts}

    def _committed(self) -> tuple[list[dict[str, Any]], int]:
        """Return what was told at each commit, and how many bytes that takes; a line cut off is none."""
        path = self.place / _PROGRESS
        whole = path.read_bytes().rpartition(b"\n")[0].splitlines() if path.exists() else []
        return [json.loads(line) for line in whole], sum(len(line) + 1 for line in whole)

    def _size(self, name: str) -> int:
        path = self.place / name
        return path.stat().st_size if path.exists() else -1

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._files:
            path = self.place / name
            self._files[name] = path.open("r+b" if path.exists() else "w+b")
            self._files[name].seek(0, os.SEEK_END)
        return self._files[name]

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the system says into an error that says what to do."""
        try:
            yield
        except OSError as fault:
            left = (
                "--resume goes on from where it stands"
                if self._is_kept
                else "nothing half-written is left there"
            )
            raise OutputError(
                f"cannot write the report to {self._name}: {_said(fault)}; {left}; mend that, or "
                "name another folder with -o"
            ) from fault


def _said(fault: OSError) -> str:
    """Say what the system says, and of which file if it is a folder where a file was to be."""
    said = fault.strerror or str(fault)
    return (
        f"{fault.filename2} is a folder" if isinstance(fault, IsADirectoryError) and fault.filename2 else said
    )


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
        with beside(path) as unfinished:
            draft = unfinished / path.name
            with draft.open("xb") as stream:
                write(stream.write)
            take_place(draft, path)
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


def _sync(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())
