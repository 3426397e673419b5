"""Twin of agreement: how far two texts tell the same things in the same order outside quotations.

Common subsequences come from the textbook table, n * m cells; a gram is the tuple of its tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows
from tests.reference.subsequence import common_subsequences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Gram = tuple[int, ...]

QUOTED = 8
FUNCTION, COMMON = 1, 2
#: The texts' beginnings stand for what is longer.
MOST_CONTENT = 2**16


def agreement(
    source: NDArray[np.uint64],
    source_root: NDArray[np.uint64],
    source_flags: NDArray[np.uint8],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_root: NDArray[np.uint64],
    page_flags: NDArray[np.uint8],
    page_offsets: NDArray[np.int64],
    source_row: NDArray[np.int32],
    page_row: NDArray[np.int32],
    words: NDArray[np.uint64],
    root: NDArray[np.uint64],
    parts: NDArray[np.uint8],
    run: int,
    block: int,
    block_cap: float,
    chunk: int,
    content_prior: float,
    narration_prior: float,
    fact_prior: float,
    shared_prior: float,
    threads: int,
) -> tuple[NDArray[np.float64], ...]:
    """Return order, reach, spread, shared, facts and unquoted of each pair of rows."""
    del threads
    sources, source_marks = rows(source, source_offsets), marks(source_flags, source_offsets)
    pages, page_marks = rows(page, page_offsets), marks(page_flags, page_offsets)
    source_roots, page_roots = rows(source_root, source_offsets), rows(page_root, page_offsets)
    known = words.tolist()
    roots = dict(zip(known, root.tolist(), strict=True))
    grammar = {word for word, part in zip(known, parts.tolist(), strict=True) if part & FUNCTION}
    common = {word for word, part in zip(known, parts.tolist(), strict=True) if part & COMMON}
    measures: list[tuple[float, ...]] = []
    for i, j in zip(source_row.tolist(), page_row.tolist(), strict=True):
        left, right = sources[i], pages[j]
        quoted = carried_both_ways(left, source_marks[i], right, page_marks[j], run)
        left_quoted, right_quoted = quoted
        shared = max(
            shared_narration(left, left_quoted, right, right_quoted, run, narration_prior),
            shared_narration(right, right_quoted, left, left_quoted, run, narration_prior),
        )
        rare = narrated_without(common, left, left_quoted), narrated_without(common, right, right_quoted)
        facts = shared_facts(*rare, fact_prior)
        told = unquoted(left, right, right_quoted, run, shared_prior)
        texts = source_roots[i], page_roots[j]
        quoted = carried_both_ways(texts[0], source_marks[i], texts[1], page_marks[j], run)
        content = [
            [roots.get(word, word) for word in narrated_without(grammar, text, of_text)]
            for text, of_text in zip(texts, quoted, strict=True)
        ]
        order, reach, spread = in_order(content[0], content[1], block, block_cap, chunk, content_prior)
        measures.append((order, reach, spread, shared, facts, told))
    return tuple(np.array([row[column] for row in measures], np.float64) for column in range(6))


def marks(flags: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[list[bool]]:
    """Return for each token whether it stands inside quotation marks of its own text."""
    return [[bool(flag & QUOTED) for flag in row] for row in rows(flags, offsets)]


def grams(
    text: Sequence[int], quoted: Sequence[bool], run: int, takes: Callable[[Sequence[bool]], bool]
) -> dict[int, Gram]:
    """Return by first token the grams of which `takes` approves, seeing what of each is quoted.

    >>> grams([7, 8, 9], [True, False, False], 2, any)
    {0: (7, 8)}
    """
    begins = range(len(text) - run + 1)
    return {at: tuple(text[at : at + run]) for at in begins if takes(quoted[at : at + run])}


def inside(length: int, begins: Sequence[int], run: int) -> list[bool]:
    """Return for each token of a text whether it lies in a gram that begins at one of `begins`."""
    covered = {token for begin in begins for token in range(begin, begin + run)}
    return [token in covered for token in range(length)]


def carried_over(
    text: Sequence[int], quoted: Sequence[bool], other: Sequence[int], other_quoted: Sequence[bool], run: int
) -> list[bool]:
    """Return what of a text is quoted, when whatever the other text quotes is so here too.

    >>> carried_over([1, 2, 3], [False] * 3, [2, 3, 4], [True] * 3, 2)
    [False, True, True]
    """
    theirs = set(grams(other, other_quoted, run, all).values())
    begins = [at for at, gram in grams(text, quoted, run, lambda _: True).items() if gram in theirs]
    return [mine or taken for mine, taken in zip(quoted, inside(len(text), begins, run), strict=True)]


def carried_both_ways(
    left: Sequence[int],
    left_quoted: Sequence[bool],
    right: Sequence[int],
    right_quoted: Sequence[bool],
    run: int,
) -> tuple[list[bool], list[bool]]:
    """Return what of either text is quoted, when whatever one quotes is so in the other too.

    >>> carried_both_ways([1, 2], [True, True], [2, 1, 2], [False] * 3, 2)
    ([True, True], [False, True, True])
    """
    return (
        carried_over(left, left_quoted, right, right_quoted, run),
        carried_over(right, right_quoted, left, left_quoted, run),
    )


def shared_narration(
    text: Sequence[int],
    quoted: Sequence[bool],
    other: Sequence[int],
    other_quoted: Sequence[bool],
    run: int,
    prior: float,
) -> float:
    """Return the share of a text's narration that stands in grams of the other's narration.

    >>> shared_narration([1, 2, 3, 4], [False] * 4, [2, 3], [False] * 2, 2, 1.0)
    0.4
    """

    def narrated(marked: Sequence[bool]) -> bool:
        return not any(marked)

    theirs = set(grams(other, other_quoted, run, narrated).values())
    begins = [at for at, gram in grams(text, quoted, run, narrated).items() if gram in theirs]
    return float(sum(inside(len(text), begins, run))) / (float(list(quoted).count(False)) + prior)


def narrated_without(words: set[int], text: Sequence[int], quoted: Sequence[bool]) -> list[int]:
    """Return the narrated tokens that are not among `words`."""
    pairs = zip(text, quoted, strict=True)
    return [token for token, is_quoted in pairs if not is_quoted and token not in words]


def shared_facts(source: Sequence[int], page: Sequence[int], prior: float) -> float:
    """Return the share of the rare words of the text with fewer of them that the other has too.

    >>> shared_facts([1, 2, 2], [2, 3, 4, 5], 2.0)
    0.25
    """
    left, right = set(source), set(page)
    return float(len(left & right)) / (float(min(len(left), len(right))) + prior)


def unquoted(
    source: Sequence[int], page: Sequence[int], page_quoted: Sequence[bool], run: int, prior: float
) -> float:
    """Return the share of a page's tokens in grams of the source that is not quoted.

    >>> unquoted([1, 2, 3], [1, 2, 9], [True, False, False], 2, 1.0)
    0.5
    """
    theirs = set(grams(source, [False] * len(source), run, lambda _: True).values())
    begins = [at for at, gram in grams(page, page_quoted, run, lambda _: True).items() if gram in theirs]
    quotes = [
        quoted for quoted, shared in zip(page_quoted, inside(len(page), begins, run), strict=True) if shared
    ]
    return (float(quotes.count(False)) + prior) / (float(len(quotes)) + 2 * prior)


def in_order(
    source: Sequence[int], page: Sequence[int], block: int, block_cap: float, chunk: int, content_prior: float
) -> tuple[float, float, float]:
    """Return order, reach and spread of the content words of two texts.

    >>> in_order([1, 2, 3, 4], [1, 2, 3, 4], 2, 1.0, 2, 1.0)
    (0.6, 0.4, 0.6)
    """
    source, page = source[:MOST_CONTENT], page[:MOST_CONTENT]
    longer, shorter = (source, page) if len(source) > len(page) else (page, source)
    n = len(shorter)
    forward = common_subsequences(longer, shorter)
    backward = common_subsequences(longer, shorter[::-1])[n]
    total = 0.0
    for begin in range(0, n, block):
        end = min(begin + block, n)
        size = float(end - begin)
        chance = float(backward) * size / float(n)
        total += min(float(forward[end] - forward[begin]) - chance, block_cap * size)
    doubt = float(n) + content_prior
    order = float(forward[n] - backward) / doubt
    if n < 2 * chunk:
        return order, order, total / doubt
    chunks = [longer[begin : begin + chunk] for begin in range(0, len(longer), chunk)]
    local = common_subsequences([word for part in chunks[::-1] for word in part], shorter)[n]
    return order, float(forward[n] - local) / doubt, total / doubt
