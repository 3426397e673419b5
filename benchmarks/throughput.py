"""Text to winnowed fingerprints: megabytes a second on one core, by script.

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
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reuse import kernels
from reuse.options import Options

ROUNDS = 9
DOCUMENT = 700  # words
#: UTF-8 megabytes a second that README.md promises.
FLOORS = {"ascii": 150, "ru": 60, "ar": 60, "zh": 60}


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


def measure(sample: Sample) -> tuple[float, float, float]:
    """Return MB/s of tokenising, of fingerprinting, and of both: medians over the rounds."""
    options = Options()
    text = np.frombuffer(b"".join(sample.documents), np.uint8)
    offsets = np.cumsum([0, *map(len, sample.documents)], dtype=np.int64)
    lengths = (options.shingle, options.character_shingle, options.window)
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        hashes, _, _, flags, rows, _ = kernels.tokenize(text, offsets, 1)
        between = time.perf_counter()
        kept, _, _ = kernels.fingerprint(hashes, flags, rows, *lengths, 1)
        end = time.perf_counter()
        times.append((between - begin, end - between, end - begin))
    if sample.words is not None and len(hashes) != sample.words:
        sys.exit(f"{sample.name}: {len(hashes):,} tokens where {sample.words:,} words were written")
    if not 0.36 < len(kept) / len(hashes) < 0.42:
        sys.exit(
            f"{sample.name}: winnowing kept {len(kept) / len(hashes):.3f} of the tokens, about 0.39 expected"
        )
    medians = (statistics.median(column) for column in zip(*times, strict=True))
    tokens, fingerprints, both = (len(text) / 1e6 / seconds for seconds in medians)
    return tokens, fingerprints, both


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder with news-background-*.jsonl.xz")
    folder = parser.parse_args().corpora
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    samples = [
        made("ascii", "etaoinshrdlucmfwygpbvk", 4.8, spaced=True),
        made("ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф", 6, spaced=True),
        made("ar", "اليمونرتبةعدسفهكقأحجشطصخإزىضغءثئظؤآ", 5, spaced=True),
        made("zh", "".join(map(chr, range(0x4E00, 0x5A00))), 2, spaced=False),
    ]
    print(f"{'text':<16}{'MB':>6}{'tokens':>10}{'fingerprints':>14}{'both':>8}  MB/s, medians, one core")
    missed = []
    for sample in samples + (news(folder) if folder else []):
        tokens, fingerprints, both = measure(sample)
        size = sum(map(len, sample.documents)) / 1e6
        floor = FLOORS.get(sample.name.split()[0])
        note = f"  floor {floor}" if floor else ""
        print(f"{sample.name:<16}{size:>6.1f}{tokens:>10.0f}{fingerprints:>14.0f}{both:>8.0f}{note}")
        if floor and both < floor:
            missed.append(sample.name)
    if missed:
        sys.exit(f"below the floor: {', '.join(missed)}")


if __name__ == "__main__":
    main()
