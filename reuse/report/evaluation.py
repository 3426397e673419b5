"""Evaluations for a person at a terminal, and as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from reuse.pairs import VERDICTS
from reuse.report.escape import one_line
from reuse.report.summary import counted, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reuse.evaluation.figures import Cell, Figures, Recall
    from reuse.evaluation.pairs import PairsEvaluation
    from reuse.evaluation.pan import PanEvaluation
    from reuse.evaluation.plagdet import Measures
    from reuse.options import Options

#: Raised with every change a reader could notice.
PAN_SCHEMA, PAIRS_SCHEMA = "reuse.evaluation.pan/1", "reuse.evaluation.pairs/1"
_PLACES = 4


def pan_text(evaluation: PanEvaluation) -> str:
    """Return the measures of each sub-corpus and of all as a table, and what it took in lines below."""
    entire = evaluation.entire
    rows = [_measures(one_line(name), held) for name, held in evaluation.measures.items()]
    headers = ("", "plagdet", "recall", "precision", "granularity", "pairs", "cases", "detections")
    grid = _grid([*rows, _measures("entire", entire)], headers, 1)
    lines = []
    if entire.clean:
        some = f"{entire.alarmed:,} of {plural(entire.clean, 'pair')} without a case"
        lines.append(f"something was found in {some} ({_percent(entire.alarmed, entire.clean)})")
    if evaluation.too_short:
        lines.append(
            f"{plural(evaluation.too_short, 'pair')} with a text too short for a verdict (--min-words)"
        )
    rate = evaluation.pairs_per_second
    lines.append(_speed(entire.pairs, "aligned", evaluation.seconds, rate, evaluation.options))
    return f"{grid}\n\n" + "".join(f"{line}\n" for line in lines)


def _measures(name: str, held: Measures) -> tuple[str, ...]:
    shares = (held.plagdet, held.recall, held.precision, held.granularity)
    counts = (held.pairs, held.cases, held.detections)
    return name, *(f"{share:.{_PLACES}f}" for share in shares), *(f"{count:,}" for count in counts)


def pan_record(evaluation: PanEvaluation) -> dict[str, Any]:
    """Return the same as JSON values."""
    entire = evaluation.entire
    return {
        **_head(PAN_SCHEMA, evaluation.options),
        "entire": _measures_record(entire),
        "subcorpora": {name: _measures_record(held) for name, held in evaluation.measures.items()},
        "too_short": evaluation.too_short,
        **_speed_record(evaluation.seconds, evaluation.pairs_per_second, evaluation.options),
    }


def _measures_record(held: Measures) -> dict[str, Any]:
    return {
        "plagdet": _rounded(held.plagdet),
        "recall": _rounded(held.recall),
        "precision": _rounded(held.precision),
        "granularity": _rounded(held.granularity),
        "pairs": held.pairs,
        "cases": held.cases,
        "detections": held.detections,
        "cases_detected": held.detected,
        "pairs_without_a_case": held.clean,
        "of_them_found_in": held.alarmed,
    }


def pairs_text(evaluation: PairsEvaluation, figures: Figures) -> str:
    """Return the figures of labelled pairs as tables and lines; of unlabelled ones their verdicts."""
    parts = []
    if figures.cells:
        parts.append(_cells(figures.cells, ("label", "set", "kind")))
        if len(figures.independent) < sum(cell.label == "independent" for cell in figures.cells):
            parts.append(_cells(figures.independent, ("label", "set")))
        parts.append("\n".join(_said(figures)))
    total = len(evaluation.judged)
    lines = [f"{plural(total, 'pair')}: {_verdicts(figures.verdicts) or 'no verdict'}"]
    if figures.unlabelled and figures.cells:
        lines.append(f"{plural(figures.unlabelled, 'pair')} labelled neither copy nor independent: not counted")
    if evaluation.unreadable:
        lines.append(f"{plural(len(evaluation.unreadable), 'row')} unreadable")
    rate = evaluation.pairs_per_second
    lines.append(_speed(total, "judged", evaluation.seconds, rate, evaluation.options))
    return "\n\n".join([*parts, "\n".join(lines)]) + "\n"


def _cells(cells: Iterable[Cell], by: tuple[str, ...]) -> str:
    held = list(cells)
    short = any(cell.too_short for cell in held)
    cut = any(cell.passing is not None for cell in held)
    headers = [*by, "pairs", *["too short"] * short, "accused", "share", *["at cut", "share"] * cut, "mean"]
    rows = []
    for cell in held:
        row = [one_line(getattr(cell, name)) for name in by]
        row += [f"{cell.pairs:,}", *[f"{cell.too_short:,}"] * short]
        row += [f"{cell.accused:,}", _percent(cell.accused, cell.pairs)]
        if cut:
            row += [f"{cell.passing or 0:,}", _percent(cell.passing or 0, cell.pairs)]
        rows.append((*row, "" if cell.probability is None else f"{cell.probability:.3f}"))
    return _grid(rows, headers, len(by))


def _said(figures: Figures) -> Iterable[str]:
    cells = plural(len({(cell.set, cell.kind) for cell in figures.cells if cell.label == "copy"}), "cell")
    if figures.recall:
        yield f"recall, averaged over {cells} of set and kind: {_recall(figures.recall)}"
    if figures.allowed:
        shares = ", ".join(f"{share:.4g} of {one_line(name)}" for name, share in figures.allowed.items())
        cut = f"probability {figures.cut:.6g}" if figures.cut is not None else "no probability, none is enough"
        yield f"cut that lets pass at most {shares}: {cut}"
        if figures.recall_at_cut:
            yield f"recall at the cut: {_recall(figures.recall_at_cut)}"
    if figures.recall:
        yield f"intervals: 95 % of resamples of {plural(figures.groups, 'group')}"
    if figures.auc is not None:
        yield f"area under the ROC curve: {figures.auc:.4f}"


def _recall(recall: Recall) -> str:
    return f"{recall.share:.1%} ({recall.low:.1%} to {recall.high:.1%})"


def pairs_record(evaluation: PairsEvaluation, figures: Figures) -> dict[str, Any]:
    """Return the same as JSON values."""
    return {
        **_head(PAIRS_SCHEMA, evaluation.options),
        "pairs": len(evaluation.judged),
        "unlabelled": figures.unlabelled,
        "unreadable": len(evaluation.unreadable),
        "verdicts": {name: figures.verdicts[name] for name in _ordered(figures.verdicts)},
        "cells": [_cell_record(cell) for cell in figures.cells],
        "independent": [_cell_record(cell, "kind") for cell in figures.independent],
        "groups": figures.groups,
        "recall": _recall_record(figures.recall),
        "allowed": figures.allowed,
        "cut": figures.cut,
        "recall_at_cut": _recall_record(figures.recall_at_cut),
        "auc": None if figures.auc is None else _rounded(figures.auc),
        **_speed_record(evaluation.seconds, evaluation.pairs_per_second, evaluation.options),
    }


def _cell_record(cell: Cell, *without: str) -> dict[str, Any]:
    values = {
        **cell._asdict(),
        "share": _rounded(cell.accused / cell.pairs),
        "share_at_cut": None if cell.passing is None else _rounded(cell.passing / cell.pairs),
        "probability": None if cell.probability is None else _rounded(cell.probability),
    }
    return {name: value for name, value in values.items() if name not in without}


def _recall_record(recall: Recall | None) -> dict[str, float] | None:
    return None if recall is None else {name: _rounded(value) for name, value in recall._asdict().items()}


def _verdicts(verdicts: Mapping[str, int]) -> str:
    said = counted(name for name, count in verdicts.items() for _ in range(count))
    short = sum(count for name, count in verdicts.items() if name not in VERDICTS)
    return ", ".join([*[said] * bool(said), *[f"{short:,} too short"] * bool(short)])


def _ordered(verdicts: Mapping[str, int]) -> list[str]:
    return sorted(verdicts, key=lambda name: [*VERDICTS, name].index(name))


def _head(schema: str, options: Options) -> dict[str, Any]:
    from reuse import __version__

    return {"schema": schema, "version": __version__, "options_digest": options.digest()}


def _speed(pairs: int, what: str, seconds: float, rate: float, options: Options) -> str:
    threads = plural(options.thread_count, "thread")
    return f"{plural(pairs, 'pair')} {what} in {seconds:.2f} s: {rate:,.0f} a second, {threads}"


def _speed_record(seconds: float, rate: float, options: Options) -> dict[str, Any]:
    return {
        "seconds": round(seconds, 3),
        "pairs_per_second": round(rate, 1),
        "threads": options.thread_count,
    }


def _rounded(value: float) -> float:
    return round(value, 6)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"


def _grid(rows: Iterable[Iterable[str]], headers: Iterable[str], names: int) -> str:
    """Return a table whose first columns are names and whose others are numbers."""
    named, columns = list(headers), [tuple(row) for row in rows]
    align = ["left"] * names + ["right"] * (len(named) - names)
    grid = tabulate(columns, named, "simple", colalign=align, disable_numparse=True)
    return "\n".join(line.rstrip() for line in grid.split("\n"))
