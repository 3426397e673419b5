"""Text to sketches, winnowed fingerprints and signatures: megabytes a second on one core, by script.

    python benchmarks/throughput.py                     texts made here, seeded
    python benchmarks/throughput.py --corpora FOLDER    news from FOLDER/news-background-*.jsonl.xz beside them

Each text is made of a known number of words, and winnowing keeps a known share of them: the run fails if the
kernels count otherwise, or if a floor of README.md is missed.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from reuse.options import Options
from reuse.sketches import sketch
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import Sketches, Tokens

ROUNDS = 9
DOCUMENT = 700  # words
#: UTF-8 megabytes a second that README.md promises, of fingerprints and of signatures.
FLOORS = {"ascii": (150, 250), "ru": (60, 60), "ar": (60, 60), "zh": (60, 60)}

#: Name, letters, letters of a word on average, and whether words are spaced.
SCRIPTS = (
    ("ascii", "etaoinshrdlucmfwygpbvk", 4.8, True),
    ("ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф", 6.0, True),
    ("ar", "اليمونرتبةعدسفهكقأحجشطصخإزىضغءثئظؤآ", 5.0, True),
    ("zh", "".join(map(chr, range(0x4E00, 0x5A00))), 2.0, False),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Documents of one script; `words` is None where nobody counted them."""

    name: str
    documents: list[bytes]
    words: int | None


def made(name: str, alphabet: str, mean_length: float, *, spaced: bool, megabytes: float = 12) -> Sample:
    """Make documents of words drawn by Zipf's law, with a comma or full stop now and then."""
    rng = random.Random(f"throughput {name}")
    vocabulary = [
        "".join(rng.choices(alphabet, k=max(1, round(rng.gammavariate(4, mean_length / 4)))))
        for _ in range(20_000)
    ]
    weights = [1 / (rank + 5) for rank in range(len(vocabulary))]
    documents, words, size = [], 0, 0
    while size < megabytes * 1e6:
        drawn = rng.choices(vocabulary, weights, k=DOCUMENT)
        stops = (rng.choices([" ", ", ", ". "], [10, 1, 1]) if spaced else ["，"] for _ in drawn)
        documents.append("".join(word + stop[0] for word, stop in zip(drawn, stops, strict=True)).encode())
        words += DOCUMENT if spaced else sum(map(len, drawn))
        size += len(documents[-1])
    return Sample(name, documents, words)


def news(folder: Path) -> list[Sample]:
    """Read real news: English, its few non-ASCII characters taken out, and the other languages as they are."""
    by_language: dict[str, list[bytes]] = {}
    for file in sorted(folder.glob("news-background-*.jsonl.xz")):
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                by_language.setdefault(row.get("lang") or "en", []).append(row["text"].encode())
    if "en" in by_language:
        by_language["ascii"] = [text.decode().encode("ascii", "ignore") for text in by_language.pop("en")]
    return [Sample(f"{name} (news)", texts, None) for name, texts in sorted(by_language.items())]


def measure(sample: Sample) -> list[float]:
    """Return MB/s of tokens with spans, of fingerprints, of signatures, of both: medians over the rounds."""
    options = Options(threads=1)
    texts = lay_out([text.decode() for text in sample.documents])
    stages: list[Callable[[], Sketches | Tokens]] = [
        lambda: tokenize(texts, options),
        lambda: sketch(texts, options, values=0),
        lambda: sketch(texts, options, winnowed=False),
        lambda: sketch(texts, options),
    ]
    times: list[list[float]] = [[] for _ in stages]
    for _ in range(ROUNDS):
        for stage, seconds in zip(stages, times, strict=True):
            begin = time.perf_counter()
            stage()
            seconds.append(time.perf_counter() - begin)
    check(sample, sketch(texts, options))
    return [len(texts.values) / 1e6 / statistics.median(seconds) for seconds in times]


def check(sample: Sample, sketches: Sketches) -> None:
    """Fail if words were counted otherwise than they were written, or the wrong share of shingles was kept."""
    words, kept = int(sketches.words.sum()), len(sketches.fingerprints.hash)
    if sample.words is not None and words != sample.words:
        sys.exit(f"{sample.name}: {words:,} tokens where {sample.words:,} words were written")
    if not 0.36 < kept / words < 0.42:
        sys.exit(f"{sample.name}: winnowing kept {kept / words:.3f} of the tokens, about 0.39 expected")
    if sketches.signatures.empty.all():
        sys.exit(f"{sample.name}: no text was signed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder with news-background-*.jsonl.xz")
    folder = parser.parse_args().corpora
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    samples = [made(*script[:3], spaced=script[3]) for script in SCRIPTS]
    rows, missed = [], []
    for sample in samples + (news(folder) if folder else []):
        figures = measure(sample)
        floors = FLOORS.get(sample.name.split()[0], (0, 0))
        size = sum(map(len, sample.documents)) / 1e6
        rows.append((sample.name, f"{size:.1f}", *(f"{figure:.0f}" for figure in figures), *floors))
        if figures[1] < floors[0] or figures[2] < floors[1]:
            missed.append(sample.name)
    headers = (
        "MB/s, medians, one core",
        "MB",
        "tokens",
        "fingerprints",
        "signatures",
        "both",
        "floor",
        "floor",
    )
    print(tabulate(rows, headers, disable_numparse=True, colalign=("left", *("right",) * 7)))
    if missed:
        sys.exit(f"below the floor: {', '.join(missed)}")


if __name__ == "__main__":
    main()
