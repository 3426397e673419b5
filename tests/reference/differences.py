"""Twin of the differences: which tokens of a passage's two sides are equal, and which were changed.

The exact alignment is a table over all pairs of prefixes, larger rests are cut first; see `align`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

EQUAL, REPLACED, INSERTED, DELETED = range(4)
#: So often a rest may be cut at common tokens within what such a cut has left.
MOST_CUTS = 8

Match = tuple[int, int]  # places of a token in the source and in the page


class Step(NamedTuple):
    """Tokens of both sides that are equal, or are not."""

    equal: bool
    source_begin: int
    source_end: int
    page_begin: int
    page_end: int

    @property
    def length(self) -> int:
        """Tokens of the side that has more."""
        return max(self.source_end - self.source_begin, self.page_end - self.page_begin)

    @property
    def kind(self) -> int:
        """Its number in the kernel's result."""
        if self.equal:
            return EQUAL
        if self.source_begin == self.source_end:
            return INSERTED
        return DELETED if self.page_begin == self.page_end else REPLACED


def differences(
    source: NDArray[np.uint64],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    source_row: NDArray[np.int32],
    page_row: NDArray[np.int32],
    source_token: NDArray[np.int32],
    source_words: NDArray[np.int32],
    page_token: NDArray[np.int32],
    words: NDArray[np.int32],
    cells: int,
    chance: int,
    beside: int,
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return offsets, kind, source_begin, source_end, page_begin, page_end of the steps."""
    del threads
    sources, pages = rows(source, source_offsets), rows(page, page_offsets)
    columns = (source_row, page_row, source_token, source_words, page_token, words)
    found: list[list[Step]] = []
    for s, g, first, count, page_first, page_count in zip(*(c.tolist() for c in columns), strict=True):
        left, right = sources[s][first : first + count], pages[g][page_first : page_first + page_count]
        steps = without_chance(steps_of(align(left, right, cells), len(left), len(right)), chance, beside)
        found.append(
            [
                Step(
                    step.equal,
                    step.source_begin + first,
                    step.source_end + first,
                    step.page_begin + page_first,
                    step.page_end + page_first,
                )
                for step in extended(steps, left, right)
            ]
        )
    return (
        offsets_of(found),
        flat([[step.kind for step in steps] for steps in found], np.uint8),
        flat([[step.source_begin for step in steps] for steps in found], np.int32),
        flat([[step.source_end for step in steps] for steps in found], np.int32),
        flat([[step.page_begin for step in steps] for steps in found], np.int32),
        flat([[step.page_end for step in steps] for steps in found], np.int32),
    )


def align(source: Sequence[int], page: Sequence[int], cells: int, cuts: int = 0) -> list[Match]:
    """Return which tokens are matched with each other, in order.

    Equal beginnings and ends are matched first. The rest is aligned exactly if its table has at most `cells`
    cells, else cut at tokens that both sides have once; where there are none, in the middle of both.

    >>> align("abcxd", "abcyd", 100)
    [(0, 0), (1, 1), (2, 2), (4, 4)]
    """
    first, last = ends(source, page)
    begin = [(i, i) for i in range(first)]
    end = [(len(source) - i, len(page) - i) for i in range(last, 0, -1)]
    source, page = source[first : len(source) - last], page[first : len(page) - last]
    return begin + shifted(align_middle(source, page, cells, cuts), first, first) + end


def align_middle(source: Sequence[int], page: Sequence[int], cells: int, cuts: int) -> list[Match]:
    """Return the matches of sides that neither begin nor end with the same token."""
    n, m = len(source), len(page)
    if n == 0 or m == 0:
        return []
    if n * m <= cells:
        return align_exactly(source, page)
    anchors = anchors_of(source, page) if cuts < MOST_CUTS else []
    if not anchors:
        i, j = n // 2, m // 2
        left = align(source[:i], page[:j], cells, MOST_CUTS)
        return left + shifted(align(source[i:], page[j:], cells, MOST_CUTS), i, j)
    matches = []
    i = j = 0
    for s, p in [*anchors, (n, m)]:
        matches += shifted(align(source[i:s], page[j:p], cells, cuts + 1), i, j)
        if s < n:
            matches.append((s, p))
        i, j = s + 1, p + 1
    return matches


def anchors_of(source: Sequence[int], page: Sequence[int]) -> list[Match]:
    """Return the longest series of tokens, once on each side, that stand in the same order on both.

    >>> anchors_of("axbyc", "cazbz")
    [(0, 1), (2, 3)]
    """
    in_source, in_page = Counter(source), Counter(page)
    place = {token: i for i, token in enumerate(source) if in_source[token] == 1}
    common = [(place[token], j) for j, token in enumerate(page) if in_page[token] == 1 and token in place]
    # last[k]: the smallest place in the source that k + 1 matches in order end with, series[k]: those matches.
    last: list[int] = []
    series: list[list[Match]] = []
    for match in common:
        k = bisect_left(last, match[0])
        longer = [*(series[k - 1] if k else []), match]
        last[k : k + 1] = [match[0]]
        series[k : k + 1] = [longer]
    return series[-1] if series else []


def align_exactly(source: Sequence[int], page: Sequence[int]) -> list[Match]:
    """Return the matches for which twice the tokens less the number of runs is largest.

    ``best[i][j]`` is the most that the first i and j tokens are worth, ``open[i][j]`` the same where the last
    of both are matched with each other. Of alignments that are worth as much, the one that matches latest is
    taken, and leaves a token of the source before one of the page.

    >>> align_exactly("abcd", "axbcdxabc")
    [(0, 0), (1, 2), (2, 3), (3, 4)]
    """
    n, m = len(source), len(page)
    never = -(2**30)
    best = [[0] * (m + 1) for _ in range(n + 1)]
    open_ = [[never] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if source[i - 1] == page[j - 1]:
                open_[i][j] = max(open_[i - 1][j - 1] + 2, best[i - 1][j - 1] + 1)
            best[i][j] = max(open_[i][j], best[i - 1][j], best[i][j - 1])
    matches = []
    i, j, running = n, m, False
    while i and j:
        if running or best[i][j] == open_[i][j]:
            running = open_[i - 1][j - 1] + 2 == open_[i][j]
            i, j = i - 1, j - 1
            matches.append((i, j))
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return matches[::-1]


def steps_of(matches: Sequence[Match], source_words: int, page_words: int) -> list[Step]:
    """Return matches, and what lies between them, as steps.

    >>> [tuple(step) for step in steps_of([(0, 0), (1, 1), (3, 2)], 4, 3)]
    [(True, 0, 2, 0, 2), (False, 2, 3, 2, 2), (True, 3, 4, 2, 3)]
    """
    steps = []
    i = j = 0
    for s, p in [*matches, (source_words, page_words)]:
        if (i, j) != (s, p):
            steps.append(Step(False, i, s, j, p))
        if s < source_words and p < page_words:
            steps.append(Step(True, s, s + 1, p, p + 1))
        i, j = s + 1, p + 1
    return joined(steps)


def joined(steps: Sequence[Step]) -> list[Step]:
    """Return steps of which neighbours of one kind are one."""
    groups = (list(group) for _, group in groupby(steps, key=lambda step: step.equal))
    return [
        Step(
            group[0].equal,
            group[0].source_begin,
            group[-1].source_end,
            group[0].page_begin,
            group[-1].page_end,
        )
        for group in groups
    ]


def without_chance(steps: list[Step], chance: int, beside: int) -> list[Step]:
    """Return steps without the equal ones that are short and between long changes, until there is none."""
    for number in range(1, len(steps) - 1):
        before, step, after = steps[number - 1 : number + 2]
        if step.equal and step.length <= chance and min(before.length, after.length) > beside * step.length:
            merged = step._replace(equal=False)
            return without_chance(joined([*steps[:number], merged, *steps[number + 1 :]]), chance, beside)
    return steps


def extended(steps: Sequence[Step], source: Sequence[int], page: Sequence[int]) -> list[Step]:
    """Return steps of which changes begin and end with different tokens."""

    def parts(step: Step) -> Iterator[Step]:
        _, sb, se, pb, pe = step
        first, last = ends(source[sb:se], page[pb:pe])
        yield Step(True, sb, sb + first, pb, pb + first)
        yield Step(False, sb + first, se - last, pb + first, pe - last)
        yield Step(True, se - last, se, pe - last, pe)

    split = [part for step in steps for part in ([step] if step.equal else parts(step))]
    return joined([step for step in split if step.length])


def ends(source: Sequence[int], page: Sequence[int]) -> tuple[int, int]:
    """Return how many tokens both begin with, and how many of the rest both end with.

    >>> ends("aab", "aaab")
    (2, 1)
    """
    shorter = min(len(source), len(page))
    first = next((i for i in range(shorter) if source[i] != page[i]), shorter)
    rest = shorter - first
    last = next((i for i in range(rest) if source[-1 - i] != page[-1 - i]), rest)
    return first, last


def shifted(matches: Sequence[Match], source: int, page: int) -> list[Match]:
    """Return matches counted from other beginnings."""
    return [(s + source, p + page) for s, p in matches]
