"""A word for another, learnt: there is no thesaurus here whose licence and source are at hand.

Two ways, and no claim that a reader would not stumble. Labelled copies that are aligned word by word with their
sources tell what rewriters put in a word's place: what two of them put is believed. For all other words of news
another that stands among the same words: the nearest by the words before and behind it (positive pointwise
mutual information, cosine), as distributional semantics has it since Harris (1954).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evading.text import LETTERS
from evading.words import CONTENT

Ids: TypeAlias = npt.NDArray[np.int32]
Vectors: TypeAlias = npt.NDArray[np.float32]

#: How many rewriters must put a word, and of how few letters one is looked at.
_TWICE, _LETTERS = 2, 4
#: Longer texts are left out: aligning them takes long.
_LONGEST = 1200
#: Content words that get another, and words that are looked for beside them: the most frequent.
_WORDS, _BESIDE = 5_000, 1_000


def learnt(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what rewriters put in the place of words, from pairs of a text and its copy."""
    put: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, copy in pairs:
        old, new = ([word.lower() for word in LETTERS.findall(text)] for text in (source, copy))
        if max(len(old), len(new)) > _LONGEST:
            continue
        for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if step == "replace" and b - a == d - c == 1 and min(len(old[a]), len(new[c])) >= _LETTERS:
                put[old[a]][new[c]] += 1
    best = {word: counts.most_common(1)[0] for word, counts in put.items()}
    return {word: other for word, (other, count) in best.items() if count >= _TWICE}


def nearest(texts: Sequence[str]) -> dict[str, str]:
    """Return for each frequent content word the one that stands among the most alike words."""
    words = [word.lower() for text in texts for word in (*LETTERS.findall(text), "")]
    counts = Counter(words)
    frequent = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if word]
    content = [word for word in frequent if len(word) >= CONTENT][:_WORDS]
    vectors = _beside(_numbers(words, content), _numbers(words, frequent[:_BESIDE]), len(content))
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    return {word: content[other] for word, other in zip(content, alike.argmax(1).tolist(), strict=True)}


def _numbers(words: Sequence[str], known: Sequence[str]) -> Ids:
    """Return the number of each word among those that are known, -1 of others."""
    number = {word: row for row, word in enumerate(known)}
    return np.array([number.get(word, -1) for word in words], np.int32)


def _beside(content: Ids, others: Ids, count: int) -> Vectors:
    """Return for each content word how surprisingly often others stand before and behind it, of length 1."""
    cells = []
    for here, there in ((content[1:], others[:-1]), (content[:-1], others[1:])):
        known = (here >= 0) & (there >= 0)
        places = here[known].astype(np.int64) * _BESIDE + there[known]
        cells.append(np.bincount(places, minlength=count * _BESIDE).reshape(count, _BESIDE))
    table = np.hstack(cells).astype(np.float32)
    by_chance = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
    mutual = np.log(np.maximum(table, 1e-9) / np.maximum(by_chance, 1e-9))
    vectors: Vectors = np.maximum(mutual, 0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors
