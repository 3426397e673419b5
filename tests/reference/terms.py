"""Twin of key terms: the words of a text that are there more often than by chance, and early."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.rarity import FREQUENCIES, RAREST
from tests.reference.shingles import BASE, MASK, mix
from tests.reference.tokens import CHARACTER_FLAG, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


#: Bytes of a text that are looked at.
MOST_BYTES = 2**20


class Occurrence(NamedTuple):
    """A term at the token where it begins to be complete, and its class of rarity."""

    term: int
    place: int
    rarity: int
    is_word: bool


def key_terms(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    words: NDArray[np.uint64],
    root: NDArray[np.uint64],
    rarity: NDArray[np.uint8],
    most: int,
    characters: int,
    unknown: int,
    letter: int,
    repeats: int,
    place: int,
    threads: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hash, offsets: of each text its heaviest terms, ascending."""
    del threads
    known = dict(zip(words.tolist(), zip(root.tolist(), rarity.tolist(), strict=True), strict=True))
    kept = []
    for row in rows(text, offsets):
        occurrences: dict[int, list[Occurrence]] = {}
        for one in occurrences_in(tokens_of(bytes(row[:MOST_BYTES])), known, characters, unknown, letter):
            occurrences.setdefault(one.term, []).append(one)
        weights = {term: weight(found, repeats, place) for term, found in occurrences.items()}
        kept.append(sorted(sorted(weights, key=lambda term: (-weights[term], term))[:most]))
    return flat(kept, np.uint64), offsets_of(kept)


def occurrences_in(
    tokens: Sequence[tuple[int, int, int, int]],
    known: dict[int, tuple[int, int]],
    characters: int,
    unknown: int,
    letter: int,
) -> list[Occurrence]:
    """Return the words that may be terms, by their roots, and the runs of characters."""
    found = []
    for place, (word, begin, end, flags) in enumerate(tokens):
        if flags & CHARACTER_FLAG:
            run = tokens[max(0, place - characters + 1) : place + 1]
            if len(run) == characters and all(token[3] & CHARACTER_FLAG for token in run):
                found.append(Occurrence(hash_of([token[0] for token in run]), place, RAREST, False))
        elif word not in known:
            found.append(Occurrence(word, place, min(RAREST, unknown + letter * (end - begin)), True))
        elif known[word][1]:
            found.append(Occurrence(known[word][0], place, known[word][1], True))
    return found


def hash_of(run: Sequence[int]) -> int:
    """Return the hash of characters in a row: the polynomial of their hashes, mixed."""
    h = 0
    for one in run:
        h = h * BASE + one & MASK
    return mix(h)


def weight(found: Sequence[Occurrence], repeats: int, place: int) -> float:
    """Return what a term weighs; its class is that of its commonest form."""
    rarity = 1 / FREQUENCIES[min(one.rarity for one in found)]
    if not found[0].is_word:
        return rarity / place
    return rarity * (min(len(found), repeats) / (place + found[0].place))
