"""Findings to a folder of any file system that Spark writes: Parquet, JSON Lines, and the run they come from.

::

    findings.parquet/   a row each, with the columns of `FINDINGS`
    findings.jsonl/     a line each, those of a report folder's findings.jsonl; in order of the files' names
    clusters.jsonl/     of a deduplication, likewise
    run.json            the version, options, inputs and counts
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reuse.engines.spark.columns import encoded
from reuse.engines.spark.faults import told
from reuse.engines.spark.places import Place, apart, uri_of
from reuse.errors import EngineError, OutputError, ReuseError
from reuse.report.records import json_line, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.findings import Finding
    from reuse.values import Offsets

#: What a row of a finding holds. `position` and `source_key` give the order: that of the pages, then of the
#: ids of sources. `record` is the line of findings.jsonl, which has everything; the other columns are what one
#: counts and filters by, named and meant as those of findings.csv. An id may be the name of a file that is no
#: text: there are escapes in it.
FINDINGS = pa.schema(
    [
        ("position", pa.int64()),
        ("source_key", pa.binary()),
        ("finding", pa.string()),
        ("verdict", pa.string()),
        ("probability", pa.float64()),
        ("page", pa.string()),
        ("page_url", pa.string()),
        ("page_site", pa.string()),
        ("page_title", pa.string()),
        ("page_words", pa.int32()),
        ("source", pa.string()),
        ("source_url", pa.string()),
        ("source_title", pa.string()),
        ("source_words", pa.int32()),
        ("matched_words", pa.int32()),
        ("credited_words", pa.int32()),
        ("longest_run", pa.int32()),
        ("share_of_page", pa.float64()),
        ("share_of_source", pa.float64()),
        ("resemblance", pa.float64()),
        ("reason", pa.string()),
        ("page_sha256", pa.string()),
        ("source_sha256", pa.string()),
        ("record", pa.string()),
    ]
)
_UNFINISHED, _EARLIER = ".unfinished", "earlier"
_PARQUET, _RUN, _LINES = "findings.parquet", "run.json", "findings.jsonl"
#: In this order they take their places, after earlier ones have left them in the opposite one: so there are
#: lines only where all is of one run. Clusters are of a deduplication.
_FILES = (_PARQUET, _RUN, "clusters.jsonl", _LINES)


def finding_rows(findings: Sequence[Finding], position: Offsets, digest: str) -> pa.RecordBatch:
    """Return the rows of findings, which have the columns of `FINDINGS`.

    Parameters
    ----------
    findings : sequence of Finding
    position : int64 [F]
        Of their pages.
    digest : str
        Of the options.
    """
    rows = [
        {"position": place, "source_key": encoded(finding.source.id), **_row(finding, digest)}
        for finding, place in zip(findings, position.tolist(), strict=True)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=FINDINGS)


def _row(finding: Finding, digest: str) -> dict[str, Any]:
    page, source = finding.page, finding.source
    values: dict[str, Any] = {
        "finding": finding.id,
        "verdict": finding.verdict,
        "probability": round(finding.probability, 6),
        "page": page.id,
        "page_url": page.url,
        "page_site": page.site,
        "page_title": page.title,
        "page_words": finding.page_words,
        "source": source.id,
        "source_url": source.url,
        "source_title": source.title,
        "source_words": finding.source_words,
        "matched_words": finding.matched_words,
        "credited_words": finding.credited_words,
        "longest_run": finding.longest_run,
        "share_of_page": round(finding.share_of_page, 6),
        "share_of_source": round(finding.share_of_source, 6),
        "resemblance": round(finding.resemblance, 6),
        "reason": "; ".join(finding.reasons),
        "page_sha256": finding.page_sha256,
        "source_sha256": finding.source_sha256,
        "record": json_line(record(finding, digest)).removesuffix("\n"),
    }
    return {name: _text(value) if isinstance(value, str) else value for name, value in values.items()}


def _text(value: str) -> str:
    """Return a text that is one: what is no letter is escaped."""
    return value.encode("utf-8", "backslashreplace").decode()


class Output:
    """A folder while findings are written to it: whole or not at all, an earlier one as it was until then.

    Used as a context manager, around all that finds the findings: where nothing can be written nothing is read.
    What a run that was killed has left in the middle is put right by the next. Two runs must not write to one
    folder at once.

    Parameters
    ----------
    session : Session
    folder : str
        URI, or a path of this machine; made if it is not there.

    Raises
    ------
    OutputError
        If it cannot be made or written.
    UsageError
        If Spark knows no file system for it.
    """

    def __init__(self, session: Session, folder: str) -> None:
        self._session = session
        self._folder = Place(session.spark, uri_of(folder))
        self._new = self._folder / _UNFINISHED
        self._earlier = self._new / _EARLIER
        self._is_new = False

    def __enter__(self) -> Output:
        with _writing(self._folder), ExitStack() as undo:
            self._is_new = not self._folder.exists()
            self._put_back()
            self._new.delete()
            undo.callback(self._leave)
            self._new.make()
            (self._new / _RUN).write(b"")
            undo.pop_all()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._leave()

    def _leave(self) -> None:
        """Delete what did not take its place, and put back what was there."""

        def leave() -> None:
            self._put_back()
            (self._folder if self._is_new else self._new).delete()

        # Where Spark itself is gone all stays as it is: the next run puts it right.
        with suppress(ReuseError), told():
            apart(leave)

    def finish(
        self, frame: DataFrame, run: Mapping[str, Any], more: Mapping[str, DataFrame] | None = None
    ) -> None:
        """Write findings and the run they come from, and have them take their places.

        Parameters
        ----------
        frame : pyspark.sql.DataFrame
            Of `FINDINGS`, in any order; kept, see `Session.keep`, as it is gone through more than once.
        run : mapping
            What goes into ``run.json``.
        more : mapping of str to pyspark.sql.DataFrame, optional
            By the name of the folder, ``clusters.jsonl``, its lines: a column of text, in their order.

        Raises
        ------
        OutputError
            If they cannot be written; what was there is there still, or again at the end.
        """
        with _writing(self._folder):
            ordered = frame.sort("position", "source_key")
            ordered.drop("position", "source_key").write.parquet((self._new / _PARQUET).uri)
            for name, lines in {_LINES: ordered.select("record"), **(more or {})}.items():
                lines.write.text((self._new / name).uri)
            (self._new / _RUN).write((json.dumps(run, ensure_ascii=True, indent=2) + "\n").encode())
            self._take_places()
        self._is_new = False

    def _take_places(self) -> None:
        """Have what was there leave its places, and what is new take them."""
        self._earlier.make()
        for name in reversed(_FILES):
            _move(name, self._folder, self._earlier)
        for name in _FILES:
            _move(name, self._new, self._folder)

    def _put_back(self) -> None:
        """Undo, from the last step to the first, what `_take_places` has done but not finished.

        How far it came is told by what is where; so this, too, can be cut off and begun again.
        """
        if not self._earlier.exists() or (self._folder / _LINES).exists():
            return
        if not (self._new / _PARQUET).exists():  # the first to take its place is the last to leave it again
            for name in reversed(_FILES):
                _move(name, self._folder, self._new)
        for name in _FILES:
            _move(name, self._earlier, self._folder)
        self._earlier.delete()


def _move(name: str, here: Place, there: Place) -> None:
    if (here / name).exists():
        (here / name).rename(there / name)


@contextmanager
def _writing(folder: Place) -> Iterator[None]:
    """Have what goes wrong told as a fault of the output."""
    try:
        with told():
            yield
    except EngineError as fault:
        raise OutputError(f"cannot write to {folder.uri}: {fault}") from fault
