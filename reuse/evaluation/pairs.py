"""Labelled pairs, judged."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse.documents.file import STDIN, printable
from reuse.drafts import beside, make_folder, take_place
from reuse.errors import OutputError, UsageError
from reuse.evaluation.rows import Row, read_rows, require_rows
from reuse.pipeline import judge_pairs
from reuse.texts import lay_out
from reuse.values import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.options import Options

#: The status of a pair with a text that gets no verdict.
TOO_SHORT = "too-short"
#: Pairs held in memory with their texts: so many, or fewer where these have more characters than that.
_PAIRS_AT_A_TIME, _CHARACTERS_AT_A_TIME = 2000, 2**26


class Judged(NamedTuple):
    """A labelled pair without its texts, and what the detector says of it.

    Attributes
    ----------
    id : str
    label, set, kind, group : str or None
        As in `Row`.
    verdict : str
        One of `reuse.pairs.VERDICTS`, or ``too-short``.
    probability : float or None
        Of copying; None for pairs too short.
    features : dict of str to float
        None of pairs too short.
    """

    id: str
    label: str | None
    set: str | None
    kind: str | None
    group: str | None
    verdict: str
    probability: float | None
    features: dict[str, float]

    def record(self) -> dict[str, Any]:
        """Return it as JSON values, numbers rounded: a line of the scores."""
        named = {"label": self.label, "set": self.set, "kind": self.kind, "group": self.group}
        return {
            "id": self.id,
            "probability": None if self.probability is None else round(self.probability, 6),
            "verdict": self.verdict,
            **{name: round(value, 6) for name, value in self.features.items()},
            **{name: value for name, value in named.items() if value is not None},
        }


@dataclass(frozen=True, slots=True, repr=False)
class PairsEvaluation:
    """What the detector says of labelled pairs.

    Attributes
    ----------
    options : Options
    judged : tuple of Judged
        In the order of the rows.
    unreadable : tuple of Unreadable
        Rows that are no pair of texts.
    seconds : float
        From texts in memory to findings, on the clock of the wall.
    """

    options: Options
    judged: tuple[Judged, ...]
    unreadable: tuple[Unreadable, ...]
    seconds: float

    @property
    def pairs_per_second(self) -> float:
        """How many pairs were judged in a second."""
        return len(self.judged) / max(self.seconds, 1e-9)


def evaluate_pairs(path: str, options: Options) -> PairsEvaluation:
    """Read labelled pairs and judge each, some thousand at a time.

    Raises
    ------
    UsageError
        If the file is not there.
    """
    require_rows(path)
    unreadable: list[Unreadable] = []
    judged: list[Judged] = []
    seconds = 0.0
    rows = _readable(read_rows(path, options), unreadable)
    for some in _portions(rows):
        texts = lay_out([row.source for row in some]), lay_out([row.page for row in some])
        each = np.arange(len(some), dtype=np.int32)
        begin = time.perf_counter()
        findings = list(judge_pairs(texts, each, each, options))
        seconds += time.perf_counter() - begin
        judged += (_judged(row, finding, options) for row, finding in zip(some, findings, strict=True))
    return PairsEvaluation(options, tuple(judged), tuple(unreadable), seconds)


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    size = 0
    for row in rows:
        some.append(row)
        size += len(row.source) + len(row.page)
        if len(some) == _PAIRS_AT_A_TIME or size >= _CHARACTERS_AT_A_TIME:
            yield some
            some, size = [], 0
    if some:
        yield some


def _readable(rows: Iterator[Row | Unreadable], unreadable: list[Unreadable]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            unreadable.append(row)


def _judged(row: Row, finding: Finding, options: Options) -> Judged:
    if min(finding.source_words, finding.page_words) < options.min_words:
        said: tuple[str, float | None, dict[str, float]] = (TOO_SHORT, None, {})
    else:
        said = (finding.verdict, finding.probability, dict(finding.features))
    return Judged(row.id, row.label, row.set, row.kind, row.group, *said)


def require_writable(path: str, rows: str) -> None:
    """Refuse a place for scores that cannot be meant: standard output, the rows themselves, no file.

    Raises
    ------
    UsageError
    """
    shown = printable(path)
    if path == STDIN:
        raise UsageError("scores cannot go to standard output, where the figures stand; name a file")
    if not path or "\0" in path or os.path.isdir(path) or (os.path.exists(path) and not os.path.isfile(path)):
        raise UsageError(f"cannot write scores to '{shown}': it is no file; name one")
    if os.path.exists(path) and rows != STDIN and os.path.exists(rows) and os.path.samefile(path, rows):
        raise UsageError(f"cannot write scores to '{shown}': the pairs are read from it; name another file")


def write_scores(path: str, judged: Sequence[Judged]) -> None:
    """Write a line of JSON for each pair, in the order of the rows; the file is replaced when all is on disk.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    place = Path(os.path.realpath(path))
    try:
        make_folder(place.parent)
        with beside(place) as unfinished:
            draft = unfinished / place.name
            with draft.open("x", encoding="utf-8", newline="\n") as stream:
                stream.writelines(json.dumps(one.record(), ensure_ascii=True) + "\n" for one in judged)
            take_place(draft, place)
    except OSError as fault:
        raise OutputError(
            f"cannot write scores to {path}: {fault.strerror or fault}; nothing half-written is left there; "
            "mend that, or name another file"
        ) from fault
