"""How time grows: with the documents, with their length, with the reusers of one story, and with threads.

    python benchmarks/growth.py                            10^3 to 10^5 documents
    python benchmarks/growth.py --most 1e6 --plot benchmarks/records/growth.svg

*Documents*: `dedupe` of made texts of 700 words, and an audit of as many pages against 2,000 articles, as
commands. *Length*: one pair of texts of 10 to 10^6 tokens, of which the page has half of the source, edited, in
its own text: sketched, judged, and its passages found. *Reusers*: an audit of 1 to 10^4 pages that all copy one
story, each edited otherwise, against it and 2,000 other articles. *Threads*: the first two, with one and two.

Exponents are those of *seconds = a * size ** b*, fitted over what takes 20 milliseconds more than the smallest
size: 1 is linear.
Fails where one is over 1.15, those of passages aside, or a run finds otherwise than it should: to find where a
passage may begin, and how much of it is in order, takes the product of both lengths, divided by a thousand.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import archive
import corpus
import numpy as np
from tabulate import tabulate

LENGTHS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
REUSERS = (1, 10, 100, 1_000, 10_000)
ARTICLES, WORDS = 2_000, 700
LEAST = 0.02  # seconds that what is fitted takes more than the smallest size
MOST_EXPONENT = 1.15
OF_A_PAIR = ("passages", "judged")
#: What `dedupe` takes longer for where memory is little, `bounded.py` tells.
ALL_IN_MEMORY = ("-f", "dropped", "--memory", "1T")


class Point(NamedTuple):
    """What something of some size took."""

    series: str
    size: int
    seconds: float


def command(*arguments: str) -> tuple[float, str]:
    """Run ``reuse``; return its seconds, and what it printed."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "reuse", *arguments, "-q"]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"reuse {' '.join(arguments)} ended with {ended.returncode}")
    return time.perf_counter() - begin, ended.stdout


def write(path: Path, texts: Iterable[str]) -> str:
    """Write texts as JSON Lines, each with its number.

    Of made texts some are empty: these are left out, for `reuse` ends with another code where there are any.
    """
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(
            json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts) if text
        )
    return str(path)


def originals(documents: int) -> list[str]:
    """Return made texts of which none is a copy of another."""
    texts = corpus.make(documents, 3)
    copies = set(corpus.truth(texts, 0.1)["right"].tolist())
    return [text for number, text in enumerate(texts) if number not in copies]


def edited(text: str, rng: random.Random, others: Sequence[str]) -> str:
    """Return a text with one word in twelve replaced."""
    return " ".join(archive.replaced(text.split(), 12, list(others), rng))


# --- what is measured -------------------------------------------------------------------------


def by_documents(sizes: Sequence[int], folder: Path) -> Iterator[Point]:
    """Yield what `dedupe` of documents takes, and an audit of as many pages, with one thread and two."""
    articles = write(folder / "articles.jsonl", corpus.make(ARTICLES, 7))
    for size in sizes:
        documents = write(folder / "documents.jsonl", corpus.make(size, 1))
        for threads in (1, 2):
            seconds, printed = command("dedupe", documents, *ALL_IN_MEMORY, "-j", str(threads))
            known = corpus.EXPECTED.get((size, 1))
            dropped = printed.count("\n")
            if known is not None and not 0.5 * known.pairs < dropped <= known.pairs:
                raise SystemExit(f"{dropped} of {size:,} documents dropped, {known.pairs} pairs are known")
            yield Point(f"dedupe, {threads} thread{'s' * (threads > 1)}", size, seconds)
            seconds, _ = command("audit", articles, documents, "-f", "jsonl", "-j", str(threads))
            yield Point(f"audit, {threads} thread{'s' * (threads > 1)}", size, seconds)


def by_length(lengths: Sequence[int]) -> Iterator[Point]:
    """Yield what one pair of texts of some length takes, by stage."""
    from reuse.options import Options
    from reuse.pipeline import align_pairs, judge_pairs
    from reuse.sketches import sketch
    from reuse.texts import lay_out

    options, row = Options(threads=1), np.zeros(1, np.int32)
    words = " ".join(originals(4_000)).split()
    if len(words) < 2 * lengths[-1]:
        raise SystemExit(f"{len(words):,} words made, twice {lengths[-1]:,} are needed")
    for length in lengths:
        rng = random.Random(length)
        source = words[:length]
        copied = archive.replaced(source[: length // 2], 12, words[-5_000:], rng)
        page = words[-length : -(length // 2) or None] + copied
        texts = lay_out([" ".join(source)]), lay_out([" ".join(page)])
        yield Point("sketched", length, fastest(lambda texts=texts: sketch(texts[0], options)))
        yield Point(
            "passages", length, fastest(lambda texts=texts: list(align_pairs(texts, row, row, options)))
        )
        (found,) = judge_pairs(texts, row, row, options)
        if length >= 1_000 and found.matched_words < 0.4 * length:
            raise SystemExit(f"{found.matched_words:,} of {length:,} words matched, half are copied")
        yield Point("judged", length, fastest(lambda texts=texts: list(judge_pairs(texts, row, row, options))))


def fastest(work: Any) -> float:
    """Return the seconds of the fastest of some calls, one if it takes long."""
    taken: list[float] = []
    while len(taken) < 5 and sum(taken) < 2:
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def by_reusers(counts: Sequence[int], folder: Path) -> Iterator[Point]:
    """Yield what an audit of so many pages takes that all copy one story."""
    texts = corpus.make(ARTICLES, 7)
    story = " ".join(" ".join(texts).split()[:WORDS])
    articles = write(folder / "articles.jsonl", [*texts, story])
    others = texts[0].split()
    for count in counts:
        rng = random.Random(count)
        pages = write(folder / "pages.jsonl", (edited(story, rng, others) for _ in range(count)))
        seconds, printed = command("audit", articles, pages, "-f", "jsonl", "-j", "1")
        found = {
            row["page"]["id"]
            for row in map(json.loads, printed.splitlines())
            if row["source"]["id"] == str(ARTICLES)
        }
        if len(found) != count:
            raise SystemExit(f"{len(found):,} of {count:,} reusers of one story found")
        yield Point("audit of reusers", count, seconds)


# --- telling ----------------------------------------------------------------------------------


def series_of(points: Sequence[Point]) -> dict[str, list[Point]]:
    """Return points by series, in the order in which these came."""
    return {
        name: [one for one in points if one.series == name]
        for name in dict.fromkeys(one.series for one in points)
    }


def exponent(points: Sequence[Point]) -> float | None:
    """Fit the exponent of seconds by size, where two points beside the smallest, or more, take long enough.

    What does not grow, starting the command, is taken off: the seconds of the smallest size.
    """
    smallest, *others = points
    grown = [(one.size, one.seconds - smallest.seconds) for one in others]
    fit = [(math.log(size), math.log(seconds)) for size, seconds in grown if seconds > LEAST]
    if len(fit) < 2:
        return None
    sizes, seconds = np.array(fit).T
    return float(np.polyfit(sizes, seconds, 1)[0])


def steep(points: Sequence[Point]) -> list[str]:
    """Return the series that may not grow as they do, each with its exponent."""
    return [
        f"{name} {grows:.2f}"
        for name, some in series_of(points).items()
        if name not in OF_A_PAIR and (grows := exponent(some)) is not None and grows > MOST_EXPONENT
    ]


def table(points: Sequence[Point]) -> str:
    """Return a row for each series: seconds by size, the exponent."""
    rows = []
    for name, some in series_of(points).items():
        grows = exponent(some)
        seconds = "  ".join(f"{one.size:,}: {one.seconds:.3g}" for one in some)
        rows.append((name, seconds, "" if grows is None else f"{grows:.2f}"))
    return tabulate(rows, ("", "seconds by size", "exponent"), disable_numparse=True)


def plot(panels: dict[str, Sequence[Point]], target: Path) -> None:
    """Draw seconds by size, a panel for each way to grow."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})  # letters, and no outlines of them
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(panels), figsize=(13, 3.8), layout="constrained")
    for axis, (title, points) in zip(axes, panels.items(), strict=True):
        for name, some in series_of(points).items():
            grows = exponent(some)
            label = name if grows is None else f"{name}: {grows:.2f}"
            axis.plot([one.size for one in some], [one.seconds for one in some], marker="o", label=label)
        axis.set(xscale="log", yscale="log", title=f"seconds by {title}", xlabel=title)
        axis.minorticks_off()
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(target, metadata={"Date": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, default=1e5, metavar="N", help="documents, at most")
    parser.add_argument("--longest", type=float, default=1e6, metavar="N", help="tokens, at most")
    parser.add_argument("--reusers", type=float, default=1e4, metavar="N", help="at most")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture, SVG; needs matplotlib")
    asked = parser.parse_args()
    sizes = [10**power for power in range(3, 7) if 10**power <= asked.most]
    with tempfile.TemporaryDirectory(prefix="reuse-") as scratch:
        folder = Path(scratch)
        panels: dict[str, Sequence[Point]] = {}
        for title, points in (
            ("tokens", by_length([one for one in LENGTHS if one <= asked.longest])),
            ("reusers of one story", by_reusers([one for one in REUSERS if one <= asked.reusers], folder)),
            ("documents", by_documents(sizes, folder)),
        ):
            panels[title] = list(points)
            print(f"by {title}\n\n{table(panels[title])}\n", flush=True)
    if asked.plot:
        plot(panels, asked.plot)
    over = [told for points in panels.values() for told in steep(points)]
    print(f"exponents over {MOST_EXPONENT}: {', '.join(over) or 'none'}")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
