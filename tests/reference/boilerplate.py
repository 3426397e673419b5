"""Twin of what stands on many pages of a site, and of leaving it out."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.sentences import SENTENCE_END
from tests.reference.shingles import shingle_hash, shingles_of
from tests.reference.tokens import CHARACTER_FLAG, tokens_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from numpy.typing import NDArray

LINE_END = re.compile("[\n\r]")


def standing(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    row: NDArray[np.int32],
    site_offsets: NDArray[np.int64],
    k: int,
    character_k: int,
    least_pages: int,
    one_in: int,
    least_own: int,
    most_times: int,
    threads: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]:
    """Return hash, pages, offsets: of each site the shingles that stand on many of its pages, ascending."""
    del threads
    texts = rows(text, offsets)
    found = []
    for site in rows(row, site_offsets):
        pages = [set(shingles_of(bytes(texts[page]), k, character_k)) for page in site]
        often = on_enough(pages, least_pages, one_in)
        counting = [page for page in pages if says_so(page, set(often), least_own, most_times)]
        found.append(
            sorted(
                (shingle, pages)
                for shingle, pages in on_enough(counting, least_pages, one_in).items()
                if shingle in often
            )
        )
    return (
        flat([[shingle for shingle, _ in site] for site in found], np.uint64),
        flat([[pages for _, pages in site] for site in found], np.int32),
        offsets_of(found),
    )


def on_enough(pages: list[set[int]], least_pages: int, one_in: int) -> dict[int, int]:
    """Return the shingles that stand on so many pages, and on one in so many of all, with their pages.

    >>> on_enough([{1, 2}, {1}, {1, 3}, {3}], 2, 2)
    {1: 3, 3: 2}
    """
    counts = Counter(shingle for page in pages for shingle in page)
    enough = max(least_pages, -(-len(pages) // one_in))
    return {shingle: count for shingle, count in counts.items() if count >= enough}


def says_so(page: set[int], often: set[int], least_own: int, most_times: int) -> bool:
    """Tell whether a page has text of its own beside what stands often."""
    own = len(page - often)
    return own >= least_own and len(page & often) <= most_times * own


def among(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint8],
    hash_: NDArray[np.uint64],
    k: int,
    character_k: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]:
    """Return distinct, hash, place, offsets: how many shingles a text has, and those that are among some."""
    del threads
    shingled = [
        shingles_of(bytes(row), k, character_k) if is_wanted else []
        for row, is_wanted in zip(rows(text, offsets), wanted.tolist(), strict=True)
    ]
    some = set(hash_.tolist())
    found = [sorted(set(row) & some) for row in shingled]
    places = [[row.index(shingle) for shingle in of_row] for row, of_row in zip(shingled, found, strict=True)]
    distinct = np.array([len(set(row)) for row in shingled], np.int32)
    return distinct, flat(found, np.uint64), flat(places, np.int32), offsets_of(found)


def mark(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    sets: NDArray[np.int32],
    hash_: NDArray[np.uint64],
    hash_offsets: NDArray[np.int64],
    own: NDArray[np.uint64],
    k: int,
    character_k: int,
    least: int,
    character_least: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return begin, end, words, offsets of the stretches that shingles of a text's set, or of own, cover."""
    del threads
    of_sites = [set(row) for row in rows(hash_, hash_offsets)]
    everywhere = set(own.tolist())
    found = []
    for row, number in zip(rows(text, offsets), sets.tolist(), strict=True):
        content = bytes(row)
        tokens = tokens_of(content)
        lengths = [character_k if token[3] & CHARACTER_FLAG else k for token in tokens]
        kept = covered(tokens, lengths, everywhere)
        for begin, end in runs(covered(tokens, lengths, of_sites[number] if number >= 0 else set())):
            enough = character_least if tokens[begin][3] & CHARACTER_FLAG else least
            if end - begin >= enough or is_whole(content.decode("utf-8", "replace"), tokens, begin, end):
                kept[begin:end] = [True] * (end - begin)
        found.append([(tokens[begin][1], tokens[end - 1][2], end - begin) for begin, end in runs(kept)])
    begins, ends, words = (flat([[row[part] for row in text] for text in found], np.int32) for part in range(3))
    return begins, ends, words, offsets_of(found)


def covered(
    tokens: list[tuple[int, int, int, int]], lengths: list[int], shingles: Container[int]
) -> list[bool]:
    """Say of each token whether a shingle that is among some covers it."""
    cover = [False] * len(tokens)
    for begin, length in enumerate(lengths):
        run = tokens[begin : begin + length]
        if len(run) == length and shingle_hash([token[0] for token in run]) in shingles:
            cover[begin : begin + length] = [True] * length
    return cover


def runs(cover: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each run that is covered.

    >>> list(runs([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    for is_covered, run in groupby(range(len(cover)), key=cover.__getitem__):
        places = list(run)
        if is_covered:
            yield places[0], places[-1] + 1


def is_whole(text: str, tokens: list[tuple[int, int, int, int]], begin: int, end: int) -> bool:
    """Tell whether a run of tokens is whole sentences and begins or ends a line."""
    before = text[tokens[begin - 1][2] : tokens[begin][1]] if begin else "\n"
    behind = text[tokens[end - 1][2] : tokens[end][1]] if end < len(tokens) else "\n"
    lines = [LINE_END.search(between) for between in (before, behind)]
    sentences = [SENTENCE_END.search(between) for between in (before, behind)]
    return any(lines) and all(line or sentence for line, sentence in zip(lines, sentences, strict=True))


def blank(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    begin: NDArray[np.int32],
    end: NDArray[np.int32],
    stretch_offsets: NDArray[np.int64],
    threads: int,
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return text, offsets, kept, kept_offsets: texts with their stretches blanked, and what stood there."""
    del threads
    blanked, kept = [], []
    spans = zip(rows(begin, stretch_offsets), rows(end, stretch_offsets), strict=True)
    for row, (begins, ends) in zip(rows(text, offsets), spans, strict=True):
        parts = code_points(bytes(row))
        for first, last in zip(begins, ends, strict=True):
            kept.append(b"".join(parts[first:last]))
            parts[first:last] = [part if part in (b"\n", b"\r") else b" " for part in parts[first:last]]
        blanked.append(b"".join(parts))
    return flat(blanked, np.uint8), offsets_of(blanked), flat(kept, np.uint8), offsets_of(kept)


def code_points(content: bytes) -> list[bytes]:
    r"""Return the bytes of each code point; those of a broken one as decoding takes them together.

    >>> code_points(b"a\xc3\xa9\xff")
    [b'a', b'\xc3\xa9', b'\xff']
    """
    parts: list[bytes] = []
    while content:
        size = next((size for size in range(1, 5) if is_one(content[:size])), 0)
        size = size or broken(content)
        parts.append(content[:size])
        content = content[size:]
    return parts


def is_one(content: bytes) -> bool:
    """Tell whether bytes are one whole code point."""
    return len(content.decode("utf-8", "ignore")) == 1 and len(content.decode("utf-8", "replace")) == 1


def broken(content: bytes) -> int:
    """Return how many bytes of a broken sequence count as one code point."""
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        return fault.end - fault.start
    raise AssertionError("the sequence is whole")
