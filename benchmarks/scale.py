"""Build an index of an archive and audit pages against it, at growing sizes: seconds, bytes, memory, recall.

    python benchmarks/scale.py                                          made texts, 10^4 and 10^5 articles
    python benchmarks/scale.py --corpora FOLDER --sizes 1e4 1e5 1e6     real news, repeated and perturbed
    python benchmarks/scale.py ... --plot scale.svg                     the same, and a picture of it

Archives and pages are those of ``benchmarks/archive.py``, which says how articles are repeated. Each command
runs as a process of its own; memory is its peak. An audit of 100 pages and one of 10,000 give a fixed and a
marginal cost. Recall is the share of copies whose source is a candidate (``--all`` lists every scored pair
and the lanes that brought it), before any verdict. Exponents are fitted: seconds = a * articles ** b.

Fails if a floor of README.md is missed: those of time, memory and candidates are asked of an archive of a
million.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import archive
from tabulate import tabulate

SIZES = (10_000, 100_000)
FEW, MANY = 100, 10_000  # pages
LIGHT = ("dipper", "back_translation", "polish")
#: Paragraphs of which the source is to be found always.
ALWAYS = ("lifted", "lifted-repeated")
#: What README.md promises at a million: articles a second, index by text, memory, seconds, gigabytes,
#: candidates a page; at any size recall of light kinds, of the others, of lifted paragraphs.
BUILD, INDEX, BARE_INDEX, BUILD_MEMORY = 4000, 1.3, 0.9, 3.0
AUDIT_FEW, AUDIT_MANY, AUDIT_MEMORY = 10, 15, 4.0
RECALL_LIGHT, RECALL_OTHERS, CANDIDATES = 0.98, 0.90, 50
MILLION = 1_000_000


class Run(NamedTuple):
    """What a command took: seconds, gigabytes of memory at most."""

    seconds: float
    memory: float


def run(*arguments: str, output: Path | None = None) -> Run:
    """Run ``reuse``."""
    begin = time.perf_counter()
    with Path(os.devnull if output is None else output).open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "reuse", *arguments], stdout=stream)
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise SystemExit(f"reuse {' '.join(arguments)} exited with {code}")
    return Run(time.perf_counter() - begin, usage.ru_maxrss / 1e6)


class Recall(NamedTuple):
    """Of pages of a kind: how many, how many are candidates with their source, by each lane, and by any.

    `told` counts the pages of which the words taken stand in a passage, whichever source it names: a story that
    is in the archive two hundred times is found through some of these.
    """

    kind: str
    pages: int
    lanes: dict[str, int]
    found: int
    told: int
    candidates: int


def recalled(pages: Path, scored: Path) -> list[Recall]:
    """Compare scored pairs with what pages take from which source."""
    told = {page["id"]: page for page in map(json.loads, pages.open("rb"))}
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    told_of: set[str] = set()
    for page in told.values():
        kinds[page["kind"]]["pages"] += 1
    for pair in map(json.loads, scored.open("rb")):
        page = told[pair["page"]["id"]]
        of_kind = kinds[page["kind"]]
        of_kind["candidates"] += 1
        if pair["source"]["id"] == page["source"]:
            of_kind["found"] += 1
            of_kind.update(pair["lanes"])
        if page["id"] not in told_of and _is_told(page, pair):
            told_of.add(page["id"])
            of_kind["told"] += 1
    return [
        Recall(kind, count["pages"], dict(count), count["found"], count["told"], count["candidates"])
        for kind, count in sorted(kinds.items())
    ]


def _is_told(page: dict[str, Any], pair: dict[str, Any]) -> bool:
    """Tell whether most of what a page took stands in a passage of a pair, or the pair names its source."""
    if page["span"] is None:
        return bool(pair["source"]["id"] == page["source"])
    begin, end = page["span"]
    within: list[int] = [min(end, one["page"][1]) - max(begin, one["page"][0]) for one in pair["passages"]]
    return bool(sum(length for length in within if length > 0) > (end - begin) / 2)


def measured(base: archive.Base, size: int, folder: Path, pages_asked: int = MANY) -> dict[str, Any]:
    """Measure an archive of some size."""
    text = archive.write(base, size, folder)
    articles, pages = folder / "archive.jsonl", folder / "pages.jsonl"
    few, many = folder / "few.jsonl", folder / "many.jsonl"
    _repeat(pages, few, FEW)
    _repeat(pages, many, pages_asked)
    index, bare = folder / "archive.reuse", folder / "bare.reuse"
    built = run("index", "build", str(index), str(articles), "-q")
    bare_built = run("index", "build", str(bare), str(articles), "--no-text", "-q")
    sizes = index.stat().st_size, bare.stat().st_size
    bare.unlink()
    articles.unlink()
    audits = [run("audit", str(index), str(some), "-q", "-f", "jsonl") for some in (few, many)]
    scored = folder / "scored.jsonl"
    run("audit", str(index), str(pages), "--all", "-f", "jsonl", "-q", output=scored)
    found = recalled(pages, scored)
    each = (audits[1].seconds - audits[0].seconds) / (pages_asked - FEW)
    return {
        "articles": size,
        "text_mb": text / 1e6,
        "build_s": built.seconds,
        "build_gb": built.memory,
        "bare_build_s": bare_built.seconds,
        "index_by_text": sizes[0] / text,
        "bare_index_by_text": sizes[1] / text,
        "few_s": audits[0].seconds,
        "many_s": audits[1].seconds,
        "audit_gb": max(audit.memory for audit in audits),
        "fixed_s": audits[0].seconds - FEW * each,
        "page_ms": each * 1e3,
        "candidates_a_page": sum(one.candidates for one in found) / sum(one.pages for one in found),
        "recall": [one._asdict() for one in found],
    }


def _repeat(pages: Path, target: Path, count: int) -> None:
    """Write so many pages of the length of an article, each with an id of its own; all again and again."""
    rows = [row for row in map(json.loads, pages.open("rb")) if row["kind"] not in ALWAYS]
    with target.open("w", encoding="utf-8") as stream:
        for number in range(count):
            row = rows[number * len(rows) // count if count < len(rows) else number % len(rows)]
            stream.write(json.dumps({"id": f"{number}", "text": row["text"]}) + "\n")


# --- telling ----------------------------------------------------------------------------------


def exponent(rows: Sequence[dict[str, Any]], name: str) -> float:
    """Fit the exponent by which something grows with the archive."""
    points = [(math.log(row["articles"]), math.log(max(row[name], 1e-9))) for row in rows]
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points, strict=True))
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return float(above / sum((x - mean_x) ** 2 for x, _ in points))


FIGURES = {
    "build_s": "build, s",
    "build_gb": "memory of build, GB",
    "index_by_text": "index : text",
    "bare_index_by_text": "without text",
    "few_s": "100 pages, s",
    "many_s": "10,000 pages, s",
    "audit_gb": "memory of audit, GB",
    "fixed_s": "fixed, s",
    "page_ms": "a page, ms",
    "candidates_a_page": "candidates a page",
}


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return what was measured, a column for each size, and how it grows."""
    head = ["", *(f"{row['articles']:,}" for row in rows), "exponent"]
    lines = [["articles a second", *(f"{row['articles'] / row['build_s']:,.0f}" for row in rows), ""]]
    for name, title in FIGURES.items():
        grows = f"{exponent(rows, name):.2f}" if len(rows) > 1 else ""
        lines.append([title, *(f"{row[name]:.3g}" for row in rows), grows])
    return tabulate(lines, head, disable_numparse=True, stralign="right")


def recall_table(found: Iterable[dict[str, Any]]) -> str:
    """Return recall by kind and lane."""
    lanes = ("postings", "bands", "terms")
    rows = [
        [
            one["kind"],
            one["pages"],
            *(f"{one['lanes'].get(lane, 0) / one['pages']:.3f}" for lane in lanes),
            f"{one['found'] / one['pages']:.3f}",
            f"{one['told'] / one['pages']:.3f}" if one["kind"] in ALWAYS else "",
            f"{one['candidates'] / one['pages']:.1f}",
        ]
        for one in found
    ]
    head = ["kind", "pages", *lanes, "any lane", "by any copy", "candidates a page"]
    return tabulate(rows, head, disable_numparse=True)


def plot(rows: Sequence[dict[str, Any]], target: Path) -> None:
    """Draw how times, memory and candidates grow."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "scale"
    import matplotlib.pyplot as plt

    panels = (
        ("seconds", ("build_s", "many_s", "few_s")),
        ("gigabytes", ("build_gb", "audit_gb")),
        ("candidates a page", ("candidates_a_page",)),
    )
    figure, axes = plt.subplots(1, len(panels), figsize=(12, 3.6), layout="constrained")
    for axis, (title, names) in zip(axes, panels, strict=True):
        for name in names:
            points = [row["articles"] for row in rows], [row[name] for row in rows]
            axis.plot(*points, marker="o", label=FIGURES[name].rpartition(", ")[0] or FIGURES[name])
        axis.set(xscale="log", yscale="log", title=title, xlabel="articles")
        axis.legend()
    figure.savefig(target, metadata={"Date": None})


def missed(row: dict[str, Any]) -> Iterator[str]:
    """Yield the floors that are missed."""
    copies = [one for one in row["recall"] if one["kind"] != "unrelated"]
    made_here = (*ALWAYS, "edited")
    floors = (
        ("light kinds", RECALL_LIGHT, [one for one in copies if one["kind"] in LIGHT]),
        ("other kinds", RECALL_OTHERS, [one for one in copies if one["kind"] not in (*LIGHT, *made_here)]),
        ("lifted paragraphs", 1.0, [one for one in copies if one["kind"] in ALWAYS]),
    )
    for name, floor, kinds in floors:
        pages = sum(one["pages"] for one in kinds)
        if pages and (share := sum(one["told"] for one in kinds) / pages) < floor:
            yield f"recall of {name} {share:.3f}, floor {floor}"
    limits: list[tuple[str, float]] = []
    if row["articles"] >= MILLION:
        limits += [("candidates_a_page", CANDIDATES)]
        limits += [("few_s", AUDIT_FEW), ("many_s", AUDIT_MANY), ("audit_gb", AUDIT_MEMORY)]
        limits += [("build_gb", BUILD_MEMORY), ("build_s", row["articles"] / BUILD)]
        limits += [("index_by_text", INDEX), ("bare_index_by_text", BARE_INDEX)]
    for name, limit in limits:
        if row[name] > limit:
            yield f"{FIGURES[name]}: {row[name]:.3g}, limit {limit:g}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="real news")
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, metavar="N", help="articles")
    parser.add_argument(
        "--scratch", type=Path, metavar="DIR", help="where archives are made; 20 GB at a million"
    )
    parser.add_argument("--pages", type=int, default=MANY, help="of the larger audit")
    parser.add_argument("--base", type=int, default=archive.MADE, help="made articles that are repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what was measured, as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture, SVG; needs matplotlib")
    asked = parser.parse_args()
    base = archive.real(asked.corpora) if asked.corpora else archive.made(asked.base)
    rows = []
    for size in map(int, asked.sizes):
        folder = Path(tempfile.mkdtemp(dir=asked.scratch))
        try:
            rows.append(measured(base, size, folder, asked.pages))
        finally:
            shutil.rmtree(folder)
        print(f"{size:,} articles:\n\n{recall_table(rows[-1]['recall'])}\n", flush=True)
    print(table(rows))
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1) + "\n")
    if asked.plot:
        plot(rows, asked.plot)
    faults = [fault for row in rows for fault in missed(row)]
    for fault in faults:
        print(f"missed: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
