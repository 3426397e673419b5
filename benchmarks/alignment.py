"""Pairs of documents to passages and to verdicts: how good, and how fast, against what else aligns texts.

    python benchmarks/alignment.py pan13-train/                        PAN 2013 text alignment
    python benchmarks/alignment.py pan13-train/ --news news-pairs.jsonl.xz     labelled news pairs beside it

The task's own baseline and difflib align a part of the same pairs, drawn evenly from each sub-corpus, for they
take hours for all; ours aligns this part, too, and then all. The clock runs from texts in memory to passages;
for news pairs, to findings. One core, medians. Fails if a floor is missed: of speed, and of plagdet and recall,
so that neither is bought with the other.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import statistics
import string
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tabulate import tabulate

from reuse.evaluation.figures import figures
from reuse.evaluation.pairs import evaluate_pairs
from reuse.evaluation.pan import PanCorpus, evaluate_pan, read_pan
from reuse.evaluation.plagdet import Measures, Spans
from reuse.options import Options

ROUNDS = 9
PART = 200  # pairs for those that are slow
PAN_SPEED, PAN_PLAGDET = 5_000, 0.935
NEWS_SPEED, NEWS_RECALL = 10_000, 0.87
#: As `reuse evaluate pan` has them.
PAN = Options(threads=1, min_run=25)

Aligner = Callable[[str, str], list[Spans]]

# --- the task's baseline ----------------------------------------------------------------------

_LETTERS = 50
_LEFT_OUT = str.maketrans("", "", string.punctuation + string.whitespace)


def _letters(text: str) -> tuple[str, list[int]]:
    """Return a text without punctuation and blanks, in small letters, and where each letter stands."""
    places = [place for place, one in enumerate(text) if one.translate(_LEFT_OUT)]
    return "".join(text[place].lower()[0] for place in places), places


def baseline(source: str, page: str) -> list[Spans]:
    """Return what has 50 letters in a row in common, as far as these go: the baseline of PAN 2013."""
    (written, of_source), (found, of_page) = _letters(source), _letters(page)
    windows = defaultdict(list)
    for begin in range(len(found) - _LETTERS + 1):
        windows[found[begin : begin + _LETTERS]].append(begin)
    spans, at = [], 0
    while at <= len(written) - _LETTERS:
        places = windows.get(written[at : at + _LETTERS])
        if not places:
            at += 1
            continue
        length, there = max((_in_common(written, at, found, place), -place) for place in places)
        last, last_there = at + length - 1, length - there - 1
        spans.append(Spans(of_source[at], of_source[last] + 1, of_page[-there], of_page[last_there] + 1))
        at += length
    return spans


def _in_common(left: str, at: int, right: str, place: int) -> int:
    most = min(len(left) - at, len(right) - place)
    differing = (n for n in range(_LETTERS, most) if left[at + n] != right[place + n])
    return next(differing, most)


# --- difflib ----------------------------------------------------------------------------------

_BLOCK, _GAP = 5, 20  # words of a matching block, at least; words between two of one passage, at most


def by_difflib(source: str, page: str) -> list[Spans]:
    """Return the matching blocks of words, joined over a few others."""
    of_source, of_page = (
        [(found.group().lower(), *found.span()) for found in re.finditer(r"\w+", text)]
        for text in (source, page)
    )
    left, right = ([word for word, *_ in side] for side in (of_source, of_page))
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    joined: list[list[int]] = []
    for a, b, size in matcher.get_matching_blocks():
        if size < _BLOCK:
            continue
        if joined and a - joined[-1][1] <= _GAP and b - joined[-1][3] <= _GAP:
            joined[-1][1], joined[-1][3] = a + size, b + size
        else:
            joined.append([a, a + size, b, b + size])
    return [
        Spans(of_source[a][1], of_source[b - 1][2], of_page[c][1], of_page[d - 1][2]) for a, b, c, d in joined
    ]


OTHERS: dict[str, Aligner] = {"PAN 2013 baseline": baseline, "difflib": by_difflib}

# --- measuring --------------------------------------------------------------------------------


def part_of(corpus: PanCorpus, size: int) -> PanCorpus:
    """Return some pairs of each sub-corpus, evenly, with all texts."""
    rows: list[int] = []
    for name in corpus.subcorpora:
        own = [row for row, pair in enumerate(corpus.pairs) if pair.subcorpus == name]
        some = max(1, size // len(corpus.subcorpora))
        rows += own[:: max(1, len(own) // some)][:some]
    pairs = tuple(corpus.pairs[row] for row in rows)
    return replace(corpus, pairs=pairs, source=corpus.source[rows], page=corpus.page[rows])


def aligned(corpus: PanCorpus, align: Aligner) -> tuple[float, dict[str, Measures]]:
    """Align pairs one by one; return the seconds, and how good it is by sub-corpus and in all."""
    sides = [[texts[row] for row in range(len(texts))] for texts in corpus.texts]
    begin = time.perf_counter()
    found = [
        align(sides[0][source], sides[1][page])
        for source, page in zip(corpus.source.tolist(), corpus.page.tolist(), strict=True)
    ]
    return time.perf_counter() - begin, measured(corpus, found)


def measured(corpus: PanCorpus, found: Sequence[Sequence[Spans]]) -> dict[str, Measures]:
    """Return how good detections are, by sub-corpus and in all."""
    parts = defaultdict(list)
    for pair, spans in zip(corpus.pairs, found, strict=True):
        parts[pair.subcorpus].append(Measures.of_pair(pair.cases, spans))
    pooled = {name: Measures.pooled(some) for name, some in parts.items()}
    return pooled | {"entire": Measures.pooled(pooled.values())}


def ours(corpus: PanCorpus, rounds: int) -> tuple[float, dict[str, Measures]]:
    """Align all pairs so many times; return the median of the seconds, and how good it is."""
    found = [evaluate_pan(corpus, PAN) for _ in range(rounds)]
    return statistics.median(one.seconds for one in found), measured(corpus, found[0].detections)


def row(name: str, corpus: PanCorpus, seconds: float, good: dict[str, Measures]) -> list[str]:
    """Return a line of the table."""
    plagdets = (f"{measures.plagdet:.4f}" for measures in good.values())
    return [name, f"{len(corpus.pairs):,}", f"{len(corpus.pairs) / seconds:,.1f}", *plagdets]


def pan(folder: str, part: int) -> Iterator[str]:
    """Print how passages are found; yield the floors that are missed."""
    corpus = read_pan(folder, (), PAN)
    some = part_of(corpus, part)
    rows = [row("reuse", some, *ours(some, ROUNDS))]
    rows += [row(name, some, *aligned(some, align)) for name, align in OTHERS.items()]
    ours(corpus, 1)
    seconds, good = ours(corpus, ROUNDS)
    rows.append(row("reuse", corpus, seconds, good))
    short = [name.removesuffix("-obfuscation").split("-", 1)[1] for name in corpus.subcorpora]
    head = ("aligner", "pairs", "pairs/s", *short, "entire")
    print("plagdet by sub-corpus\n")
    print(tabulate(rows, head, disable_numparse=True, colalign=("left", *("right",) * (len(head) - 1))))
    speed, plagdet = len(corpus.pairs) / seconds, good["entire"].plagdet
    if speed < PAN_SPEED:
        yield f"{speed:,.0f} pairs of PAN a second, floor {PAN_SPEED:,}"
    if plagdet < PAN_PLAGDET:
        yield f"plagdet {plagdet:.4f}, floor {PAN_PLAGDET}"


def news(path: str) -> Iterator[str]:
    """Print how news pairs are judged; yield the floors that are missed."""
    evaluate_pairs(path, Options(threads=1))
    found = [evaluate_pairs(path, Options(threads=1)) for _ in range(ROUNDS)]
    speeds = [one.pairs_per_second for one in found]
    speed, judged = statistics.median(speeds), found[0].judged
    told = figures(judged, {}, rest=0.0)
    recall = told.recall.share if told.recall else 0.0
    print(
        f"\n{len(judged):,} news pairs judged, {speed:,.0f} a second ({min(speeds):,.0f} to {max(speeds):,.0f})"
    )
    print(f"copies accused, each kind of the same weight: {recall:.3f}")
    for cell in told.independent:
        print(f"accused of {cell.pairs:,} independent pairs of {cell.set}: {cell.accused}")
    if speed < NEWS_SPEED:
        yield f"{speed:,.0f} news pairs a second, floor {NEWS_SPEED:,}"
    if recall < NEWS_RECALL:
        yield f"macro recall {recall:.3f}, floor {NEWS_RECALL}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pan", metavar="DIR", help="a corpus of PAN's text alignment task")
    parser.add_argument("--news", metavar="FILE", help="labelled news pairs, as of `reuse evaluate pairs`")
    parser.add_argument("--part", type=int, default=PART, metavar="N", help="pairs for those that are slow")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    missed = [*pan(asked.pan, asked.part), *(news(asked.news) if asked.news else ())]
    print(f"\nmissed: {'; '.join(missed) or 'nothing'}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
