"""Candidate pairs to scores: exact resemblance and containment, against what else people score pairs with.

    python benchmarks/scoring.py                     pairs out of 20,000 documents

Two tasks on documents of 700 words: *pairs*, each of its own two documents, as they come from the lanes, half
of them near-duplicates; and *all to all*, 300 by 300. What a scorer works on (sets of hashes, lists of words,
vectors) is made before the clock starts, and told beside: texts a second. One core. Accuracy is the largest
difference from the exact resemblance, which frozensets count, and how often a pair of resemblance 0.5 and more
scores above one below (1 is always, 0.5 is by chance). Fails if ours is not exact, or its floor is missed.
"""

from __future__ import annotations

import argparse
import difflib
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import corpus
import numpy as np
import peers
from numpy.typing import NDArray
from tabulate import tabulate

from reuse.options import Options
from reuse.pairs import Candidates
from reuse.scores import score
from reuse.shingles import shingle_sets
from reuse.texts import lay_out
from reuse.values import ShingleSets

DOCUMENTS, SEED, WORDS = 20_000, 1, 700
ROUNDS, SECONDS = 9, 2.0  # of a round, at most, about: slow scorers take fewer pairs
SIDE = 300
FLOOR = 500_000

Rows = NDArray[np.int32]
Ratios = NDArray[np.float64]
Score = Callable[[Any, Rows, Rows], Ratios]


@dataclass(frozen=True, slots=True)
class Scorer:
    """One way to score pairs.

    Attributes
    ----------
    name : str
    prepare : callable
        From texts to what it works on.
    pairs : callable
        From that, and the rows of both sides, to a score of each pair.
    matrix : callable or None
        The same for each row with each; None where it would be the loop.
    """

    name: str
    prepare: Callable[[list[str]], Any]
    pairs: Score
    matrix: Score | None = None


# --- ours -------------------------------------------------------------------------------------


def _ours(texts: list[str]) -> ShingleSets:
    laid = lay_out(texts)
    return shingle_sets(laid, Options(threads=1), np.arange(len(texts), dtype=np.int32))


def _our_pairs(sets: ShingleSets, left: Rows, right: Rows) -> Ratios:
    named = Candidates.named(left, right, np.zeros(len(left), np.uint8))
    scores = score(named, sets, sets, Options(threads=1))
    assert len(scores.source_in_page) == len(scores.page_in_source) == len(left)
    return scores.resemblance


def _our_matrix(sets: ShingleSets, left: Rows, right: Rows) -> Ratios:
    grid = _our_pairs(sets, np.tile(left, len(right)), np.repeat(right, len(left)))
    return grid.reshape(len(right), len(left)).T


# --- others -----------------------------------------------------------------------------------


def _frozensets(texts: list[str]) -> list[frozenset[int]]:
    shingles = peers.hashed(texts)
    return [frozenset(shingles[row].tolist()) for row in range(len(texts))]


def _of_frozensets(sets: Sequence[frozenset[int]], left: Rows, right: Rows) -> Ratios:
    shared = (len(sets[a] & sets[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True))
    sizes = np.array([len(one) for one in sets])
    both = np.fromiter(shared, np.int64, len(left))
    exact: Ratios = both / np.maximum(sizes[left] + sizes[right] - both, 1)
    return exact


def _arrays(texts: list[str]) -> list[NDArray[np.uint64]]:
    shingles = peers.hashed(texts)
    return [np.unique(shingles[row]) for row in range(len(texts))]


def _of_arrays(sets: Sequence[NDArray[np.uint64]], left: Rows, right: Rows) -> Ratios:
    found = np.empty(len(left))
    for pair, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        shared = len(np.intersect1d(sets[a], sets[b], assume_unique=True))
        found[pair] = shared / max(len(sets[a]) + len(sets[b]) - shared, 1)
    return found


def _word_ids(texts: list[str]) -> list[list[int]]:
    numbers: dict[bytes, int] = {}
    return [[numbers.setdefault(word, len(numbers)) for word in peers.words(text)] for text in texts]


def _indel(words: Sequence[list[int]], left: Rows, right: Rows) -> Ratios:
    from rapidfuzz.distance import Indel

    ratio = Indel.normalized_similarity
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.fromiter((ratio(words[a], words[b]) for a, b in pairs), np.float64, len(left))


def _indel_matrix(words: Sequence[list[int]], left: Rows, right: Rows) -> Ratios:
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    sides = ([words[row] for row in rows.tolist()] for rows in (left, right))
    grid: Ratios = cdist(*sides, scorer=Indel.normalized_similarity, workers=1, dtype=np.float64)
    return grid


def _token_sets(texts: list[str], left: Rows, right: Rows) -> Ratios:
    from rapidfuzz.fuzz import token_set_ratio

    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.fromiter((token_set_ratio(texts[a], texts[b]) / 100 for a, b in pairs), np.float64, len(left))


def _token_set_matrix(texts: list[str], left: Rows, right: Rows) -> Ratios:
    from rapidfuzz.fuzz import token_set_ratio
    from rapidfuzz.process import cdist

    sides = ([texts[row] for row in rows.tolist()] for rows in (left, right))
    grid: Ratios = cdist(*sides, scorer=token_set_ratio, workers=1, dtype=np.float64) / 100
    return grid


def _vectors(texts: list[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(token_pattern=r"\w+").fit_transform(texts)


def _cosines(vectors: Any, left: Rows, right: Rows) -> Ratios:
    return np.asarray(vectors[left].multiply(vectors[right]).sum(axis=1)).ravel()


def _cosine_matrix(vectors: Any, left: Rows, right: Rows) -> Ratios:
    return np.asarray((vectors[left] @ vectors[right].T).todense())


def _matcher(words: Sequence[list[int]], left: Rows, right: Rows) -> Ratios:
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    ratios = (difflib.SequenceMatcher(None, words[a], words[b], autojunk=False).ratio() for a, b in pairs)
    return np.fromiter(ratios, np.float64, len(left))


def scorers() -> list[Scorer]:
    """Return all that are installed, ours first."""
    found = [
        Scorer("reuse", _ours, _our_pairs, _our_matrix),
        Scorer("frozenset of hashes", _frozensets, _of_frozensets),
        Scorer("numpy intersect1d", _arrays, _of_arrays),
        Scorer("difflib, words", _word_ids, _matcher),
    ]
    if is_installed("sklearn"):
        found.append(Scorer("scikit-learn TF-IDF", _vectors, _cosines, _cosine_matrix))
    if is_installed("rapidfuzz"):
        found.append(Scorer("rapidfuzz Indel, words", _word_ids, _indel, _indel_matrix))
        found.append(Scorer("rapidfuzz token_set_ratio", list, _token_sets, _token_set_matrix))
    return found


def is_installed(module: str) -> bool:
    """Tell whether a module is there; say so if it is not."""
    if find_spec(module) is not None:
        return True
    print(f"{module} is not installed: left out")
    return False


def versions() -> str:
    """Return what stands beside the table."""
    names = ("numpy", "rapidfuzz", "scikit-learn")
    there = {one.metadata["Name"].lower(): one.version for one in metadata.distributions()}
    return ", ".join(f"{name} {there[name]}" for name in names if name in there)


# --- measuring --------------------------------------------------------------------------------


def material(documents: int) -> tuple[list[str], Rows, Rows]:
    """Return documents of 700 words, and pairs of them: near-duplicates, and as many that are none."""
    texts = corpus.make(documents, SEED)
    true = corpus.truth(texts, peers.LEAST)
    words = [text.split() for text in texts]
    both = [(row["left"].item(), row["right"].item()) for row in true]
    both = [pair for pair in both if all(len(words[row]) >= WORDS for row in pair)]
    rows = {row: place for place, row in enumerate(dict.fromkeys(row for pair in both for row in pair))}
    left, right = (np.array([rows[pair[side]] for pair in both], np.int32) for side in (0, 1))
    cut = [" ".join(words[row][:WORDS]) for row in rows]
    others = np.random.default_rng(SEED).permutation(right)
    return cut, np.concatenate([left, left]), np.concatenate([right, others])


def rate(work: Callable[[int], Any], units: int) -> float:
    """Return how many units a second are worked off, the median of the rounds."""
    few = min(units, 20)
    work(few)  # imports what it needs
    begin = time.perf_counter()
    work(few)
    some = int(min(units, max(few, few * SECONDS / (time.perf_counter() - begin))))
    rates = []
    for _ in range(ROUNDS if some == units else 3):
        begin = time.perf_counter()
        work(some)
        rates.append(some / (time.perf_counter() - begin))
    return statistics.median(rates)


def some_texts(prepare: Callable[[list[str]], Any], texts: list[str], some: int) -> Any:
    """Make of the first few texts what a scorer works on."""
    return prepare(texts[:some])


def some_pairs(measure: Score, made: Any, left: Rows, right: Rows, some: int) -> Ratios:
    """Score the first few pairs."""
    return measure(made, left[:some], right[:some])


def some_columns(measure: Score, made: Any, side: Rows, some: int) -> Ratios:
    """Score the first half of the documents with the first few of the second half."""
    return measure(made, side, len(side) + side[:some])


def in_order(scores: Ratios, true: NDArray[np.bool_]) -> float:
    """Return how often a true pair scores above another: the area under the ROC curve."""
    above, below = scores[true], np.sort(scores[~true])
    lower, upper = (np.searchsorted(below, above, side).mean() for side in ("left", "right"))
    return float((lower + upper) / 2 / len(below))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--documents", type=int, default=DOCUMENTS, metavar="N", help="of which pairs are taken"
    )
    documents = parser.parse_args().documents
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts, left, right = material(documents)
    exact = _of_frozensets(_frozensets(texts), left, right)
    side = np.arange(min(SIDE, len(texts) // 2), dtype=np.int32)
    rows, missed = [], []
    for scorer in scorers():
        made = scorer.prepare(texts)
        prepared = 0.0  # texts that are taken as they are
        if scorer.prepare is not list:
            prepared = rate(partial(some_texts, scorer.prepare, texts), len(texts))
        speed = rate(partial(some_pairs, scorer.pairs, made, left, right), len(left))
        grid = 0.0
        if scorer.matrix is not None:
            grid = len(side) * rate(partial(some_columns, scorer.matrix, made, side), len(side))
        sample = slice(None, None, max(1, int(len(left) / max(speed * SECONDS, 100))))
        scores = scorer.pairs(made, left[sample], right[sample])
        off = float(np.abs(scores - exact[sample]).max())
        ordered = in_order(scores, exact[sample] >= peers.LEAST)
        rows.append((scorer.name, speed, grid, prepared, off, ordered))
        if scorer.name == "reuse":
            missed += [] if off < 1e-12 else [f"resemblance is off by {off}"]
            missed += (
                []
                if speed >= FLOOR or documents < DOCUMENTS
                else [f"{speed:,.0f} pairs a second, floor {FLOOR:,}"]
            )
    ours = rows[0][1]
    told = [
        (
            name,
            f"{speed:,.0f}",
            f"{ours / speed:,.1f}",
            f"{grid:,.0f}" if grid else "",
            f"{prepared:,.0f}" if prepared else "",
            f"{off:.3f}",
            f"{ordered:.3f}",
        )
        for name, speed, grid, prepared, off, ordered in rows
    ]
    share = np.mean(exact >= peers.LEAST)
    print(f"{len(left):,} pairs of {len(texts):,} documents, {share:.0%} of them near-duplicates\n")
    head = ("scorer", "pairs/s", "to ours", "all to all, pairs/s", "made, texts/s", "off by", "in order")
    print(tabulate(told, head, disable_numparse=True, colalign=("left", *("right",) * 6)))
    print(f"\n{versions()}; missed: {'; '.join(missed) or 'nothing'}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
