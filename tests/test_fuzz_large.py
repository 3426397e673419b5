"""Texts of megabytes that are made to keep kernels busy: all take time by their length.

Covers: the kernels of texts (`lay`, `tokenize`, `sketch`, `shingle_sets`, `key_terms`), of pairs
(`shared_runs`, `agreement`, `passages`, `differences`) and of candidates (`join`, `collide`) on 10 MB that
repeat themselves, or have no end of anything. Compares against: a bound in seconds of processor time that any
step for each pair of tokens would exceed by far; what is known of such texts.
Run: ``pytest -m slow tests/test_fuzz_large.py``
"""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reuse import kernels
from reuse.agreement import agree
from reuse.candidates import buckets_within
from reuse.differences import differ
from reuse.options import Options
from reuse.pairs import Scores
from reuse.passages import locate
from reuse.plan import plan_bands
from reuse.runs import find_runs
from reuse.shingles import shingle_sets
from reuse.sketches import sketch
from reuse.sources import FEW
from reuse.terms import key_terms
from reuse.texts import lay_out
from reuse.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

OPTIONS = Options(threads=1)
SIZE = 10_000_000
#: Of processor time. An idle machine takes a tenth to a third; one step for each pair of tokens, hours.
SECONDS = 10


@contextmanager
def bounded() -> Iterator[None]:
    """Assert that what is done within takes no longer than it may."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


def repeated(pattern: str, size: int = SIZE) -> str:
    """Return so many bytes of a pattern over and over."""
    return pattern * (size // len(pattern.encode()))


PATTERNS = {
    "one word": "a ",
    "one long word": "a",
    "words of every length": " ".join("x" * n for n in range(1, 200)) + " ",
    "marks that nobody closes": "“a «b 「c \"d ‘e 'f „g ",
    "paragraphs that go on": "“a\n\n",
    "posts": "a (@b) 7\n",
    "sentences of one word": "A. ",
    "no words": ".…\n",
    "accents for ever": "e" + "\u0301" * 999 + " ",
    "unseen": "a\u200b",
    "two scripts in a word": "pас ",
    "three scripts in a long word": "aжβ" * 500 + " ",
    "characters": "漢字",
    "letters that fold to many": "ﷺﬃ½ ",
    "one block by masks, one without": "a" * 63 + " " + "漢" * 22,
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_text_takes_time_by_its_length(pattern: str) -> None:
    text = repeated(pattern)
    with bounded():
        texts = lay_out([text])
        tokens = tokenize(texts, OPTIONS)
        sketches = sketch(texts, OPTIONS)
        sets = shingle_sets(texts, OPTIONS)
        key_terms(texts, OPTIONS)
    assert sketches.words.tolist() == tokens.counts.tolist()
    # What repeats itself has no more shingles than one period and the beginning of the next.
    period = tokenize(lay_out([f"a {pattern}"]), OPTIONS)
    assert len(sets.hash) <= len(period.hash) + OPTIONS.character_shingle


def test_broken_bytes_take_time_by_their_length() -> None:
    for broken in (b"\xff", b"\xe2\x80", b"\xf0\x9f\x98", b"a\xc3 "):
        text = np.frombuffer(broken * (SIZE // len(broken)), np.uint8)
        offsets, wanted = np.array([0, len(text)]), np.ones(1, np.uint8)
        with bounded():
            *_, replaced = kernels.tokenize(text, offsets, wanted, 1)
        assert replaced.tolist() == [SIZE // len(broken)]


# --- pairs ------------------------------------------------------------------------------------

HALF = SIZE // 2


def fibonacci() -> str:
    """Return the word that repeats itself as much as can be without a period."""
    before, word = "a ", "a b "
    while len(word) < HALF:
        before, word = word, word + before
    return word[:HALF]


def drawn(vocabulary: int, seed: int) -> list[str]:
    """Return words of a vocabulary, at random."""
    draw = np.random.default_rng(seed)
    return [f"{word:x}" for word in draw.integers(0x100000, 0x100000 + vocabulary, HALF // 7).tolist()]


def in_other_order(words: list[str], together: int) -> str:
    """Return words with as many left together, and these in any order."""
    parts = [words[begin : begin + together] for begin in range(0, len(words), together)]
    random.Random(together).shuffle(parts)
    return " ".join(word for part in parts for word in part)


PARAGRAPH = " ".join(f"{3**number:x}"[-7:] for number in range(1, 121)) + " "
PAIRS: dict[str, Callable[[], tuple[str, str]]] = {
    "one word": lambda: (repeated("a ", HALF), repeated("a ", HALF)),
    "one paragraph": lambda: (repeated(PARAGRAPH, HALF), repeated(PARAGRAPH[8:] + "x ", HALF)),
    "fibonacci": lambda: (fibonacci(), fibonacci()[HALF // 3 :] + fibonacci()[: HALF // 3]),
    "two words": lambda: (" ".join(drawn(2, 1)), " ".join(drawn(2, 2))),
    "thirty words": lambda: (" ".join(drawn(30, 1)), " ".join(drawn(30, 2))),
    "phrases in another order": lambda: (" ".join(drawn(10**6, 3)), in_other_order(drawn(10**6, 3), 4)),
    "all words the other way round": lambda: (" ".join(drawn(10**6, 3)), " ".join(drawn(10**6, 3)[::-1])),
    "characters": lambda: (repeated("漢", HALF), repeated("漢字", HALF)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_takes_time_by_its_length(name: str) -> None:
    source, page = PAIRS[name]()
    sides = tokenize(lay_out([source]), OPTIONS), tokenize(lay_out([page]), OPTIONS)
    scores = Scores.named(np.zeros(1, np.int32), np.zeros(1, np.int32))
    with bounded():
        runs = find_runs(scores, *sides, OPTIONS)
        agree(scores, *sides, OPTIONS)
        passages = locate(scores, runs, *sides, OPTIONS)
        steps = differ(passages, scores, *sides, OPTIONS)
    assert len(steps) == len(passages.words)
    assert runs.words.sum() <= len(sides[1].hash)
    if name == "one word":
        assert runs.words.tolist() == [len(sides[1].hash)]


def test_pages_that_are_all_alike_take_time_by_their_length() -> None:
    texts = lay_out([repeated(PARAGRAPH, 1_000) + f" {number}" for number in range(HALF // 1_000)])
    none, rank = np.zeros(0, np.uint64), np.arange(len(texts), dtype=np.int32)
    with bounded():
        sketches = sketch(texts, OPTIONS)
        kept = sketches.fingerprints
        both = kept.hash, kept.offsets, kept.hash, kept.offsets
        caps = OPTIONS.max_articles, FEW, OPTIONS.min_shared, OPTIONS.single_hits, 8
        source, page, *_ = kernels.join(*both, rank, none, *caps, 1)
        buckets = buckets_within(sketches, plan_bands(OPTIONS), OPTIONS)
        of_buckets = buckets.hash, buckets.offsets, buckets.hash, buckets.offsets
        first, *_ = kernels.collide(*of_buckets, True, OPTIONS.max_bucket, 1)
    most = len(texts) * (OPTIONS.max_articles + FEW)
    assert 0 < len(source) == len(page) <= most
    assert len(first) > 0
