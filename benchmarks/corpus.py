r"""Made corpora with planted near-duplicates, and the exact truth about them.

    python benchmarks/corpus.py 100000 > corpus.jsonl     as JSON Lines, for `reuse dedupe`

    texts = make(20_000)            88 MB of seeded ASCII text
    pairs = truth(texts, 0.4)       every pair of resemblance .4 and more, by exact counting

Words follow Zipf's law and each has successors of its own, so that phrases recur as in real news: one unrelated
pair in 45 shares a 5-word shingle (12.5 million pairs counted), mostly one alone. Lengths are log-normal with a
mean of 700 words. Of the documents 18 % stand in groups of two to five, an original and edited copies of it,
each at its own resemblance between .4 and .95; two copies of one original resemble each other less. One text in
a thousand has 0 to 5 words.

Resemblance is Jaccard's index of the sets of 5-word shingles, over lower-cased runs of `\w`. The truth shares
no code with the package.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SHINGLE = 5  # words

VOCABULARY = 50_000
SUCCESSORS = 64  # of each word
FOLLOWS = 0.88  # how often the next word is one of them
MEAN_LENGTH, SPREAD = 702, 0.6  # of the log-normal law of lengths
SHORTEST, LONGEST = 30, 6_000
STUBS = 0.001  # of the documents have 0 to 5 words
IN_GROUPS = 0.18
GROUP_SIZES = {2: 0.55, 3: 0.25, 4: 0.12, 5: 0.08}
EASIEST, HARDEST = 0.95, 0.4
BLOCK = 10_000  # documents made together; copies stand in the block of their original until the shuffle
#: What follows a word; from STOP on the next word is capitalised.
MARKS = (" ", ", ", ". ", ".\n")
STOP = 2

PAIR = np.dtype([("left", np.int32), ("right", np.int32), ("resemblance", np.float64)])


@dataclass(frozen=True, slots=True)
class Answer:
    """What `make` and `truth` are known to give: a digest of the texts and the pairs of resemblance >= .5."""

    digest: str
    pairs: int


#: By number of documents and seed.
EXPECTED = {
    (2_000, 1): Answer("21f0b5b672de16b9", 230),
    (20_000, 1): Answer("8bbe5438393af5ac", 2_487),
    (100_000, 1): Answer("3c9ae68871f516d1", 12_437),
}


def digest(texts: list[str]) -> str:
    """Return a digest of the texts in their order."""
    state = hashlib.sha256()
    for text in texts:
        state.update(text.encode() + b"\0")
    return state.hexdigest()[:16]


# --- making -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Language:
    """A vocabulary, its word frequencies and its bigrams, as tables to draw from.

    `forms` holds each word eight times: plain, then capitalised, each with the four marks.
    """

    forms: list[str]
    common: NDArray[np.int32]  # 2**20 words, each as often as Zipf's law has it
    successors: NDArray[np.int32]
    ranks: NDArray[np.int32]  # 2**12 columns of `successors`, each as often as it is taken


def make(documents: int, seed: int = 1) -> list[str]:
    """Make so many documents, in shuffled order."""
    rng = np.random.default_rng([seed, documents])
    language = _language(rng)
    texts: list[str] = []
    while len(texts) < documents:
        texts += _block(min(BLOCK, documents - len(texts)), language, rng)
    return [texts[position] for position in rng.permutation(documents).tolist()]


def _language(rng: np.random.Generator) -> Language:
    """Draw a vocabulary, common words short, and its tables."""
    sizes = np.clip(np.rint(rng.normal(1.2 + 0.67 * np.log(np.arange(VOCABULARY) + 2), 1.1)), 1, 14).astype(int)
    vowels, consonants = list("eeeeaaaiioou"), list("tttnnnsssrrrhhlllddccmmffppggwwybbvkjx")
    letters = rng.choice(consonants, (VOCABULARY, 24))
    letters[:, ::2] = rng.choice(vowels, (VOCABULARY, 12))
    drawn: dict[str, None] = {}
    for size, row in zip(sizes.tolist(), letters.tolist(), strict=True):
        begin = size % 2  # a one-letter word is a consonant, so that a longer one is free to begin with either
        word = "".join(row[begin : begin + size])
        while word in drawn:
            size += 1
            word = "".join(row[begin : begin + size])
        drawn[word] = None
    forms = [form + mark for word in drawn for form in (word, word.capitalize()) for mark in MARKS]
    common = _slots(1 / (np.arange(VOCABULARY) + 2.7), 20)
    successors = common[rng.integers(0, len(common), (VOCABULARY, SUCCESSORS))]
    return Language(forms, common, successors, _slots(1 / (np.arange(SUCCESSORS) + 1.0), 12))


def _slots(weights: NDArray[np.float64], bits: int) -> NDArray[np.int32]:
    """Return 2**bits indices, each as often as its weight has it, to draw from by one look-up."""
    ends = np.cumsum(weights)
    return np.searchsorted(ends / ends[-1], (np.arange(1 << bits) + 0.5) / (1 << bits)).astype(np.int32)


def _block(documents: int, language: Language, rng: np.random.Generator) -> list[str]:
    """Make originals, then copies of the first of them."""
    sizes = rng.choice(list(GROUP_SIZES), documents, p=list(GROUP_SIZES.values()))
    groups = int(np.searchsorted(np.cumsum(sizes), documents * IN_GROUPS)) if documents > 1 else 0
    copies = np.repeat(np.arange(groups), sizes[:groups] - 1)
    copies = copies[: documents - groups]
    originals = documents - len(copies)
    mean = np.log(MEAN_LENGTH) - SPREAD**2 / 2
    lengths = np.clip(np.exp(rng.normal(mean, SPREAD, originals)), SHORTEST, LONGEST).astype(np.int64)
    stub = rng.random(originals) < STUBS
    stub[:groups] = False
    lengths[stub] = rng.integers(0, 6, np.count_nonzero(stub))
    # Beside each copy half as much new text, for passages to be replaced by.
    words = _write(np.concatenate([lengths, lengths[copies] // 2]), language, rng)
    texts = list(itertools.islice(words, originals))
    texts += [
        _copy(texts[original], fresh, language, rng) for original, fresh in zip(copies, words, strict=True)
    ]
    return [_render(text, language) for text in texts]


def _write(
    lengths: NDArray[np.int64], language: Language, rng: np.random.Generator
) -> Iterator[NDArray[np.int32]]:
    """Write all documents a word at a time; a word and the mark after it are one number, `word * 4 + mark`."""
    starts = np.cumsum([0, *lengths])
    tokens = np.empty(starts[-1], np.int32)
    longest_first = np.argsort(-lengths, kind="stable")
    reaches = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(lengths.max(initial=0)), "right")
    places = starts[:-1][longest_first]
    word = language.common[rng.integers(0, len(language.common), len(lengths))]
    since = np.zeros(len(lengths), np.int32)  # words since the last full stop
    for at, reach in enumerate(reaches.tolist()):
        bits = rng.integers(0, 1 << 63, reach)
        followed = language.successors[word[:reach], language.ranks[bits & 0xFFF]]
        unigram = language.common[(bits >> 12) & 0xFFFFF]
        word = np.where((bits >> 32) & 0x3FF < FOLLOWS * 1024, followed, unigram)
        since = since[:reach] + 1
        chance = bits >> 43  # 20 bits
        stops = (since > 5) & (chance < (1 << 20) // 16)
        ends = stops & (chance < (1 << 20) // 72)
        comma = (chance >> 4) % 18 == 0
        since[stops] = 0
        tokens[places[:reach] + at] = word * 4 + np.where(stops, STOP + ends, comma)
    for start, end in itertools.pairwise(starts.tolist()):
        yield tokens[start:end]


def _render(tokens: NDArray[np.int32], language: Language) -> str:
    """Spell the words out: a capital begins a sentence, a full stop ends the document."""
    if not len(tokens):
        return ""
    mark = tokens & 3
    begins = np.concatenate([[True], mark[:-1] >= STOP])
    forms = (tokens >> 2) * 8 + begins * 4 + mark
    forms[-1] += STOP - mark[-1]
    return "".join(map(language.forms.__getitem__, forms.tolist())).rstrip()


def _copy(
    tokens: NDArray[np.int32], fresh: NDArray[np.int32], language: Language, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Edit a document in one of four ways, to a resemblance near one drawn."""
    target = rng.uniform(HARDEST, EASIEST)
    length = len(tokens)
    #: Shingles that original and copy must each lose, of as many, to resemble each other so.
    lost = (length - SHINGLE + 1) * (1 - target) / (1 + target)
    pieces = int(rng.integers(1, 4))
    way = rng.random()
    if way < 0.5:
        return _edited(tokens, lost, language, rng)
    if way < 0.65:  # passages left out
        kept = _outside(length, round((1 - target) * length), pieces, rng)
        return tokens[kept]
    if way < 0.85:  # passages replaced
        kept = _outside(length, min(round(lost), len(fresh)), pieces, rng)
        replaced = tokens.copy()
        replaced[~kept] = fresh[: np.count_nonzero(~kept)]
        return replaced
    edited = _edited(tokens, max(lost - (SHINGLE - 1) * pieces, 0), language, rng)
    cuts = np.sort(rng.integers(1, len(edited), pieces))
    parts = np.split(edited, cuts)
    return np.concatenate([parts[part] for part in rng.permutation(len(parts))])


def _edited(
    tokens: NDArray[np.int32], lost: float, language: Language, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Change, delete and insert single words, spread evenly, each at the cost of about five shingles."""
    edits = max(1, round(lost / SHINGLE))
    stride = len(tokens) / edits
    free = max(stride - SHINGLE, 0) * rng.random(edits)
    places = np.minimum((np.arange(edits) * stride + free).astype(np.int64), len(tokens) - 1)
    new = language.common[rng.integers(0, len(language.common), edits)] * 4
    choice = rng.random(edits)
    changed, deleted, inserted = choice < 0.6, (choice >= 0.6) & (choice < 0.8), choice >= 0.8
    edited = tokens.copy()
    edited[places[changed]] = new[changed] + (tokens[places[changed]] & 3)
    times = np.ones(len(tokens), np.int64)
    times[places[deleted]] = 0
    times[places[inserted]] = 2
    ends = np.cumsum(times)
    edited = np.repeat(edited, times)
    edited[ends[places[inserted]] - 2] = new[inserted]
    return edited


def _outside(length: int, count: int, pieces: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return a mask without `count` places, in so many runs of about one size."""
    kept = np.ones(length, np.bool_)
    stretch, run = length // pieces, min(count // pieces, length // pieces)
    for piece in range(pieces):
        start = piece * stretch + int(rng.integers(0, stretch - run + 1))
        kept[start : start + run] = False
    return kept


# --- truth ------------------------------------------------------------------------------------


def truth(texts: list[str], least: float) -> NDArray[np.void]:
    """Return every pair of documents of resemblance `least` and more, exactly, by left then right.

    Two sets that resemble each other by `least` share one of the rarest few of each: of n shingles in any one
    order the first n - ceil(least * n) + 1. Pairs that share none of those are left out, the rest is counted.
    """
    shingles = _shingles(texts)
    flat = np.concatenate([np.empty(0, np.uint64), *shingles])
    bits = int(min(max(len(flat), 1).bit_length() + 2, 26))
    # Hashes that fall together count as one: the order is no less an order for it.
    counts = np.bincount((flat >> np.uint64(64 - bits)).view(np.int64), minlength=1 << bits).astype(np.int32)
    rare, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
    for document, own in enumerate(shingles):
        frequency = counts[own >> np.uint64(64 - bits)]
        first = np.argsort(frequency, kind="stable")[: len(own) - int(np.ceil(least * len(own) - 1e-9)) + 1]
        rare.append(own[first[frequency[first] > 1]])
        owners.append(np.full(len(rare[-1]), document, np.int32))
    del flat, counts
    hashes, owner = np.concatenate(rare), np.concatenate(owners)
    del rare, owners
    order = np.argsort(hashes)
    hashes, owner = hashes[order], owner[order]
    found = [np.empty(0, np.int64)]
    place = np.arange(len(hashes))
    for lag in itertools.count(1):
        place = place[place + lag < len(hashes)]
        place = place[hashes[place] == hashes[place + lag]]
        if not len(place):
            break
        one, other = owner[place].astype(np.int64), owner[place + lag]
        found.append(np.unique(np.minimum(one, other) * len(texts) + np.maximum(one, other)))
    candidates = np.unique(np.concatenate(found))
    pairs = np.empty(len(candidates), PAIR)
    pairs["left"], pairs["right"] = np.divmod(candidates, max(len(texts), 1))
    pairs["resemblance"] = [
        _resemblance(shingles[left], shingles[right])
        for left, right in zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True)
    ]
    return pairs[pairs["resemblance"] >= least]


def _shingles(texts: list[str]) -> list[NDArray[np.uint64]]:
    """Return each document's set of shingles: sorted 64-bit hashes of five words' numbers."""
    numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    sets = []
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        if len(words) < SHINGLE:
            sets.append(np.empty(0, np.uint64))
            continue
        number = np.fromiter(map(numbers.__getitem__, words), np.uint64, len(words))
        hashed = np.zeros(len(words) - SHINGLE + 1, np.uint64)
        for at in range(SHINGLE):
            hashed = _mixed(hashed ^ number[at : at + len(hashed)])
        sets.append(np.unique(hashed))
    return sets


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix 64 bits: a step of splitmix64, a bijection."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _resemblance(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> float:
    """Return Jaccard's index of two sorted sets."""
    if not len(left) or not len(right):
        return 0.0
    shared = len(left) + len(right) - len(np.union1d(left, right))
    return shared / (len(left) + len(right) - shared)


if __name__ == "__main__":
    for row, text in enumerate(make(int(sys.argv[1]))):
        print(json.dumps({"id": str(row), "text": text}))
