"""Twin of the passages: which stretches of a page were made from which of a source, and how.

Words are looked up in counters, blocks are compared each with each, common subsequences come from the textbook
table, and what is out of order from trying all predecessors.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.rarity import FREQUENCIES, RAREST, natural_log, rarity_of
from tests.reference.subsequence import common_subsequences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from numpy.typing import NDArray

    Run = tuple[int, int, int]  # source_begin, page_begin, length

CHARACTER, QUOTED, FIRST = 1, 8, 16
VERBATIM, EDITED, SPUN = range(3)
#: Of two sides longer than this only the words in runs are counted as equal.
LONGEST = 2**15
#: Share of a region's words found that stand in runs from which it is left to them.
WORD_FOR_WORD = 0.8


class Rule(NamedTuple):
    """How passages are found, in the order of the kernel's arguments."""

    min_run: int
    bridge: int
    edited: float
    block: int
    most_places: int
    start: float
    accept: float
    accept_alone: float
    drop: float
    survival: float
    least_survival: float
    most_survival: float
    least_words: int


class Extent(NamedTuple):
    """Tokens [begin, end) of one side."""

    begin: int
    end: int

    @property
    def length(self) -> int:
        """Tokens in it."""
        return self.end - self.begin

    def overlap(self, other: Extent) -> int:
        """Return the tokens that are in both."""
        return max(0, min(self.end, other.end) - max(self.begin, other.begin))

    def joined(self, other: Extent) -> Extent:
        """Return the least extent with both in it."""
        return Extent(min(self.begin, other.begin), max(self.end, other.end))


class Region(NamedTuple):
    """A stretch of the page made from one of the source; of each, the share of words that survived."""

    source: Extent
    page: Extent
    source_survival: float
    page_survival: float
    found: int  # tokens of the page's stretch that the source's has, each once


class Passage(NamedTuple):
    """Both sides of a passage."""

    source: Extent
    page: Extent


class Pair(NamedTuple):
    """The texts of a pair, what is marked in them, and their shared runs as extents of both."""

    source: list[int]
    source_flags: list[int]
    page: list[int]
    page_flags: list[int]
    runs: list[Passage]
    rarity: dict[int, int]  # of the words that both have


def passages(
    source: NDArray[np.uint64],
    source_flags: NDArray[np.uint8],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_flags: NDArray[np.uint8],
    page_offsets: NDArray[np.int64],
    source_row: NDArray[np.int32],
    page_row: NDArray[np.int32],
    run_offsets: NDArray[np.int64],
    run_source: NDArray[np.int32],
    run_page: NDArray[np.int32],
    run_length: NDArray[np.int32],
    rewritten: NDArray[np.uint8],
    words: NDArray[np.uint64],
    rarity: NDArray[np.uint8],
    min_run: int,
    bridge: int,
    edited: float,
    block: int,
    most_places: int,
    start: float,
    accept: float,
    accept_alone: float,
    drop: float,
    survival: float,
    least_survival: float,
    most_survival: float,
    least_words: int,
    threads: int,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.uint8],
    NDArray[np.uint8],
]:
    """Return offsets, source_token, source_words, page_token, words, equal_words, quoted_words, kind, moved."""
    del threads
    rule = Rule(
        min_run,
        bridge,
        edited,
        block,
        most_places,
        start,
        accept,
        accept_alone,
        drop,
        survival,
        least_survival,
        most_survival,
        least_words,
    )
    known = dict(zip(words.tolist(), rarity.tolist(), strict=True))
    sources, source_marks = rows(source, source_offsets), rows(source_flags, source_offsets)
    pages, page_marks = rows(page, page_offsets), rows(page_flags, page_offsets)
    runs = (rows(column, run_offsets) for column in (run_source, run_page, run_length))
    columns: list[list[Sequence[int]]] = [[] for _ in range(8)]
    named = zip(source_row.tolist(), page_row.tolist(), rewritten.tolist(), strict=True)
    for (s, g, is_rewritten), *of_pair in zip(named, *runs, strict=True):
        extents = [
            Passage(Extent(i, i + length), Extent(j, j + length)) for i, j, length in zip(*of_pair, strict=True)
        ]
        shared = rarities(sources[s], source_marks[s], pages[g], known)
        pair = Pair(sources[s], source_marks[s], pages[g], page_marks[g], extents, shared)
        found = passages_of(pair, rule, rewritten=bool(is_rewritten))
        quoted = quoted_places(pair)
        equal = [equal_words(pair, passage) for passage in found]
        for column, values in zip(
            columns,
            (
                [passage.source.begin for passage in found],
                [passage.source.length for passage in found],
                [passage.page.begin for passage in found],
                [passage.page.length for passage in found],
                equal,
                [len(quoted.intersection(range(*passage.page))) for passage in found],
                [kind(pair, *both, rule.edited) for both in zip(found, equal, strict=True)],
                moved(found),
            ),
            strict=True,
        ):
            column.append(values)
    ids = [flat(column, np.int32) for column in columns[:6]]
    return (
        offsets_of(columns[0]),
        ids[0],
        ids[1],
        ids[2],
        ids[3],
        ids[4],
        ids[5],
        flat(columns[6], np.uint8),
        flat(columns[7], np.uint8),
    )


def passages_of(pair: Pair, rule: Rule, *, rewritten: bool) -> list[Passage]:
    """Return the passages of a pair in page order, from regions only where rewritten ones are asked for."""
    of_regions = from_regions(pair, rule) if rewritten else []
    return sorted([*of_regions, *from_runs(pair, of_regions, rule)], key=lambda passage: passage.page)


# --- how rare words are -----------------------------------------------------------------------


def rarities(
    source: Sequence[int], source_flags: Sequence[int], page: Sequence[int], known: dict[int, int]
) -> dict[int, int]:
    """Return the class of rarity of every word that both texts have.

    >>> rarities([7, 8, 8, 9], [0] * 4, [8, 7], {7: 20})
    {7: 20, 8: 6}
    """
    in_source, in_page = Counter(source), Counter(page)
    classes = {}
    for word in in_source:
        if word not in in_page:
            continue
        is_character = source_flags[source.index(word)] & CHARACTER
        told = known.get(word, 30 if is_character else RAREST)
        again = max((in_source[word] - 1) * (1 / len(source)), (in_page[word] - 1) * (1 / len(page)))
        in_the_language = told != RAREST and not is_character
        by_itself = rarity_of(again * (0.1 if in_the_language else 1)) if again > 0 else told
        classes[word] = min(told, by_itself)
    return classes


# --- regions ----------------------------------------------------------------------------------


def blocks(first: int, tokens: int, rule: Rule) -> Extent:
    """Return a block and the next one."""
    return Extent(min(tokens, first * rule.block), min(tokens, (first + 2) * rule.block))


def starts(pair: Pair, rule: Rule) -> list[tuple[int, int]]:
    """Return the blocks of page and source that share enough rare words with the next ones, the most first."""
    places = defaultdict(list)
    for t, word in enumerate(pair.source):
        places[word].append(t // rule.block)
    # The kernel's sums are of 32 bits, and in this order.
    shared: defaultdict[tuple[int, int], np.float32] = defaultdict(lambda: np.float32(0))
    for t, word in enumerate(pair.page):
        if len(places[word]) > rule.most_places:
            continue
        for place in places[word]:
            surprise = -natural_log(min(1.0, FREQUENCIES[pair.rarity[word]] * (6 * rule.block)))
            shared[t // rule.block, place] += np.float32(surprise / (1 + 0.3 * (len(places[word]) - 1)))
    found = []
    for p, s in {(p - i, s - j) for p, s in shared for i, j in product((0, 1), repeat=2)}:
        four = (shared.get((p + i, s + j), np.float32(0)) for i, j in product((0, 1), repeat=2))
        a, b, c, d = four
        together = (a + b) + (c + d)
        if min(p, s) >= 0 and together > np.float32(rule.start):
            found.append((-together, p, s))
    return [(p, s) for _, p, s in sorted(found)]


class Reader:
    """Scores the tokens of one side by the words of the other side's stretch, each found once."""

    def __init__(
        self, pair: Pair, own: Sequence[int], given: Sequence[int], survival: float, taken: Set[int]
    ) -> None:
        per_word = survival / len(given)
        self.own = own
        self.rarity = pair.rarity
        self.left = Counter(given)
        self.gain = [natural_log(1 + per_word / frequency) for frequency in FREQUENCIES]
        self.loss = natural_log(1 - survival)
        self.taken = taken
        self.gains: dict[int, float] = {}

    def read(self, t: int) -> float:
        """Return what token t adds to the score, and use up the word that it finds."""
        word = self.own[t]
        if t in self.taken:
            self.gains[t] = -1000.0
        elif self.left[word] > 0:
            self.left[word] -= 1
            self.gains[t] = self.gain[self.rarity[word]]
        else:
            self.gains[t] = self.loss
        return self.gains[t]

    def extend(self, places: Sequence[int], drop: float) -> tuple[int, int]:
        """Read on until the score falls too far; return how many tokens raise it most, and those in vain."""
        score = best = 0.0
        kept = read = 0
        while read < len(places) and score >= best - drop:
            score += self.read(places[read])
            read += 1
            if score > best:
                best, kept = score, read
        for t in places[kept:read]:
            self.left[self.own[t]] += self.gains.pop(t) > 0
        return kept, read - kept


def cut(gains: Iterable[float]) -> int:
    """Return how many of the first gains are better left out: those that together come to least.

    >>> cut([1, -3, 2]), cut([1, 2]), cut([-1, 1, -1]), cut([])
    (2, 0, 3, 0)
    """
    sums = list(accumulate(gains, initial=0.0))
    least = min(sums)
    return max(number for number, value in enumerate(sums) if value == least)


def add_up(values: Iterable[float]) -> float:
    """Return the sum, rounded at each step."""
    return list(accumulate(values, initial=0.0))[-1]


class Finder:
    """Finds the regions of a pair, disjoint on the page."""

    TURNS, STRICT_TURNS = 8, 2
    WIDENING = 30
    GROWING_SURVIVAL = 0.6
    PRIOR = 10.0
    MOST_VISITS, MOST_REFUSED = 256, 64

    def __init__(self, pair: Pair, rule: Rule) -> None:
        self.pair = pair
        self.rule = rule
        self.taken: set[int] = set()  # tokens of the page in regions found
        self.visits_left = self.MOST_VISITS * max(len(pair.source), len(pair.page))

    def find(self) -> list[Region]:
        """Return the regions, the surest beginnings first."""
        found: list[Region] = []
        refused: list[Region] = []
        weak: list[tuple[float, Region]] = []
        for block in starts(self.pair, self.rule):
            page = blocks(block[0], len(self.pair.page), self.rule)
            source = blocks(block[1], len(self.pair.source), self.rule)
            if self.visits_left < 0:
                break
            if 2 * len(self.taken.intersection(range(*page))) >= self.rule.block or any(
                2 * region.page.overlap(page) >= page.length
                and 2 * region.source.overlap(source) >= source.length
                for region in refused
            ):
                continue
            region, score = self.fit(source, page)
            if not region.page.length or not region.source.length:
                continue
            long_enough = region.page.length >= self.rule.least_words
            if long_enough and score >= self.rule.accept:
                found.append(region)
                self.taken.update(range(*region.page))
                continue
            if long_enough:
                weak.append((score, region))
            if len(refused) < self.MOST_REFUSED:
                refused.append(region)
        best = max(weak, key=lambda scored: scored[0], default=None)
        if not found and best and best[0] >= self.rule.accept_alone:
            return [best[1]]
        return found

    def fit(self, source: Extent, page: Extent) -> tuple[Region, float]:
        """Return the region that a start grows to, and the lower of both sides' scores."""
        survival = {"source": self.rule.survival, "page": self.rule.survival}
        scores = {"source": 0.0, "page": 0.0}
        found = turn = 0
        while turn < self.TURNS:
            before = source, page
            strict = turn >= self.TURNS - self.STRICT_TURNS
            page, survival["page"], scores["page"], found = self.fit_side(
                "page", page, source, survival["page"], turn
            )
            if page.length:
                source, survival["source"], scores["source"], _ = self.fit_side(
                    "source", source, page, survival["source"], turn
                )
            if not page.length or not source.length:
                break
            if turn > 0 and (source, page) == before:
                if strict:
                    break
                turn = self.TURNS - self.STRICT_TURNS
            elif strict or turn == 0 or 4 * page.length <= 5 * before[1].length:
                turn += 1
            # Else it grows much: as long as it does it may grow on.
        return Region(source, page, survival["source"], survival["page"], found), min(scores.values())

    def fit_side(
        self, side: str, stretch: Extent, given: Extent, survival: float, turn: int
    ) -> tuple[Extent, float, float, int]:
        """Return the best stretch that meets the one there is, its survival, its score, and tokens found."""
        own, other = self.pair.page, self.pair.source
        if side == "source":
            own, other = other, own
        strict = turn >= self.TURNS - self.STRICT_TURNS
        if not strict:
            more = max(self.WIDENING, given.length // 4)
            given = Extent(max(0, given.begin - more), min(len(other), given.end + more))
        taken = self.taken if side == "page" else set()
        reader = Reader(self.pair, own, other[given.begin : given.end], survival, taken)

        begin, end = stretch
        for t in range(begin, end):
            reader.read(t)
        ways = ["right", "left"] if turn % 2 == 0 else ["left", "right"]
        for way in ways:
            places = range(end, len(own)) if way == "right" else range(begin - 1, -1, -1)
            kept, in_vain = reader.extend(places, self.rule.drop)
            begin, end = (begin, end + kept) if way == "right" else (begin - kept, end)
            self.visits_left -= in_vain
        begin += cut(reader.gains[t] for t in range(begin, end))
        end -= cut(reader.gains[t] for t in reversed(range(begin, end)))
        self.visits_left -= given.length + end - begin

        gains = [reader.gains[t] for t in range(begin, end)]
        expected = [given.length * frequency for frequency in FREQUENCIES]
        chance = [times / (1 + times) for times in expected]
        by_chance = add_up(chance[self.pair.rarity.get(word, RAREST)] for word in own[begin:end])
        found = sum(gain > 0 for gain in gains)
        survived = found - by_chance + self.PRIOR * self.rule.survival
        most = self.rule.most_survival if strict else self.GROWING_SURVIVAL
        share = survived / (end - begin - by_chance + self.PRIOR)
        return Extent(begin, end), min(max(share, self.rule.least_survival), most), add_up(gains), found


# --- abridgements -----------------------------------------------------------------------------


class Abridgement:
    """A stretch of the page made of words from all over the source, two by two as they stand there."""

    LEAST_SOURCE, LEAST_PAGE = 100, 60
    ACCEPT, MOST_EXPLAINED, SURVIVAL = 30.0, 0.9, 0.5
    LEAST_NEIGHBOURS, MOST_IN_ONE_PLACE = 0.25, 0.7

    def __init__(self, pair: Pair, rule: Rule) -> None:
        self.pair = pair
        self.rule = rule

    def in_place_of(self, regions: Sequence[Region]) -> list[Region]:
        """Return the regions with those of parts of an abridgement replaced by it."""
        source = Extent(0, len(self.pair.source))
        if source.length < self.LEAST_SOURCE:
            return list(regions)
        kept, added = list(regions), []
        for page in self.stretches():
            explained = sum(region.page.overlap(page) for region in kept)
            shorter = 2 * page.length <= source.length
            if shorter and explained < self.MOST_EXPLAINED * page.length and self.tells_all(page):
                kept = [region for region in kept if 2 * region.page.overlap(page) < region.page.length]
                added.append(Region(source, page, self.SURVIVAL, self.SURVIVAL, page.length))
        return kept + added

    def stretches(self) -> list[Extent]:
        """Return the stretches of the page that are long enough and made of words of the source."""
        tokens = len(self.pair.source)
        gain = [natural_log(1 + self.SURVIVAL / (tokens * frequency)) for frequency in FREQUENCIES]
        loss = natural_log(1 - self.SURVIVAL)
        found = []
        stretch, score, best = Extent(0, 0), 0.0, 0.0
        for t in range(len(self.pair.page) + 1):
            ended = t == len(self.pair.page)
            if ended or score < max(0.0, best - self.rule.drop):
                if best >= self.ACCEPT and stretch.length >= self.LEAST_PAGE:
                    found.append(stretch)
                stretch, score, best = Extent(t, t), 0.0, 0.0
            if not ended:
                word = self.pair.page[t]
                score += gain[self.pair.rarity[word]] if word in self.pair.rarity else loss
                if score > best:
                    stretch, best = Extent(stretch.begin, t + 1), score
        return found

    def tells_all(self, page: Extent) -> bool:
        """Tell whether many neighbours are neighbours in the source too, and not mostly in one place there."""
        told = list(pairwise(self.pair.page[page.begin : page.end]))
        in_source = list(pairwise(self.pair.source))
        times = Counter(in_source)
        if sum(both in times for both in told) < self.LEAST_NEIGHBOURS * page.length:
            return False
        # The more often they stand in the source, the less they say of the place.
        unit = 2520 * 2520
        told_once = {both for both in told if 0 < times[both] <= self.rule.most_places}
        weights = [unit // times[both] ** 2 if both in told_once else 0 for both in in_source]
        window = page.length + page.length // 2
        sums = [0, *accumulate(weights)]
        most = max((sums[t] - sums[max(0, t - window)] for t in range(1, len(sums))), default=0)
        return most < self.MOST_IN_ONE_PLACE * sums[-1]


# --- passages ---------------------------------------------------------------------------------


def from_regions(pair: Pair, rule: Rule) -> list[Passage]:
    """Return the passages that regions make: whole runs and sentences, disjoint on the page."""
    regions = Abridgement(pair, rule).in_place_of(Finder(pair, rule).find())
    regions.sort(key=lambda region: region.page.begin)
    found: list[Passage] = []
    ends = [*(region.page.begin for region in regions), len(pair.page)][1:]
    for region, next_begin in zip(regions, ends, strict=True):
        # What was taken word for word is left to the runs.
        if words_in_runs(pair, Passage(region.source, region.page)) >= WORD_FOR_WORD * region.found:
            continue
        source = to_sentences(pair.source_flags, region.source, region.source_survival)
        page = to_sentences(pair.page_flags, region.page, region.page_survival)
        page = Extent(max(page.begin, found[-1].page.end if found else 0), min(page.end, next_begin))
        if page.length > 0:
            found.append(Passage(source, page))
    return found


def to_sentences(flags: Sequence[int], stretch: Extent, survival: float) -> Extent:
    """Return a stretch with its ends moved to ends of sentences nearby, the further the less survived.

    >>> flags = [16, 0, 0, 0, 16, 0, 0, 0]
    >>> to_sentences(flags, Extent(1, 5), 0.5), to_sentences(flags, Extent(1, 5), 1.0)
    (Extent(begin=0, end=4), Extent(begin=1, end=5))
    """
    doubt = min(1.0, 2 * (1 - survival))
    furthest_out, furthest_in = int(8 * doubt), int(3 * doubt)

    def ends_sentence(t: int) -> bool:
        return t in {0, len(flags)} or bool(flags[t] & FIRST)

    def nearest(end: int, outwards: int) -> int:
        out = ((k, end + k * outwards) for k in range(furthest_out + 1))
        into = ((1.5 * k, end - k * outwards) for k in range(1, min(furthest_in, stretch.length - 1) + 1))
        at_ends = [(far, t) for far, t in (*out, *into) if 0 <= t <= len(flags) and ends_sentence(t)]
        return min(at_ends, key=lambda place: place[0])[1] if at_ends else end

    moved_to = Extent(nearest(stretch.begin, -1), nearest(stretch.end, 1))
    return moved_to if moved_to.length > 0 else stretch


def from_runs(pair: Pair, others: Sequence[Passage], rule: Rule) -> list[Passage]:
    """Return what runs leave beside other passages; neighbours in both texts become one."""
    taken = {t for passage in others for t in range(*passage.page)}
    found: list[Passage] = []
    equal = 0  # tokens of the last one that stand in runs
    for run in pair.runs:
        for begin, end in free_stretches(run.page, taken):
            if end - begin < rule.min_run:
                continue
            shift = run.source.begin - run.page.begin
            piece = Passage(Extent(begin + shift, end + shift), Extent(begin, end))
            last = found[-1] if found else piece
            if (
                found
                and piece.page.begin - last.page.end <= rule.bridge
                and 0 <= piece.source.begin - last.source.end <= rule.bridge
                and not taken.intersection(range(last.page.end, piece.page.begin))
                and equal + piece.page.length >= rule.edited * (piece.page.end - last.page.begin)
            ):
                found[-1] = Passage(last.source.joined(piece.source), last.page.joined(piece.page))
                equal += piece.page.length
            else:
                found.append(piece)
                equal = piece.page.length
    return found


def free_stretches(extent: Extent, taken: Set[int]) -> list[Extent]:
    """Return the stretches of an extent that are not taken.

    >>> free_stretches(Extent(0, 6), {2, 3})
    [Extent(begin=0, end=2), Extent(begin=4, end=6)]
    """
    cuts = [extent.begin - 1, *(t for t in range(*extent) if t in taken), extent.end]
    return [Extent(left + 1, right) for left, right in pairwise(cuts) if left + 1 < right]


def equal_words(pair: Pair, passage: Passage) -> int:
    """Return how many tokens both sides have in the same order."""
    source, page = pair.source[slice(*passage.source)], pair.page[slice(*passage.page)]
    if source == page:
        return len(page)
    if min(len(source), len(page)) > LONGEST:
        return words_in_runs(pair, passage)
    return common_subsequences(source, page)[-1]


def words_in_runs(pair: Pair, passage: Passage) -> int:
    """Return how many words of the page's side stand in runs with the source's, in any order."""
    return sum(run.page.overlap(passage.page) for run in pair.runs if run.source.overlap(passage.source))


def kind(pair: Pair, passage: Passage, equal: int, edited: float) -> int:
    """Return what was done to the source's words."""
    if pair.source[slice(*passage.source)] == pair.page[slice(*passage.page)]:
        return VERBATIM
    return EDITED if equal >= edited * passage.page.length else SPUN


def quoted_places(pair: Pair) -> set[int]:
    """Return the tokens of the page that are quoted there, or in the source where they stand in a run."""
    places = {t for t, flags in enumerate(pair.page_flags) if flags & QUOTED}
    for run in pair.runs:
        both = zip(range(*run.source), range(*run.page), strict=True)
        places.update(there for here, there in both if pair.source_flags[here] & QUOTED)
    return places


def moved(found: Sequence[Passage]) -> list[int]:
    """Return for each passage whether it stands outside the weightiest sequence in the source's order.

    >>> places = ((5, 0), (0, 9), (5, 20))
    >>> moved([Passage(Extent(source, source + 1), Extent(page, page + 9)) for source, page in places])
    [0, 1, 0]
    """
    chains: list[tuple[int, list[int]]] = []  # the weightiest that ends with each passage
    for number, passage in enumerate(found):
        before = [chain for chain in chains if found[chain[1][-1]].source.begin <= passage.source.begin]
        words, members = max(before, key=lambda chain: chain[0], default=(0, []))
        chains.append((words + passage.page.length, [*members, number]))
    in_order = max(chains, key=lambda chain: chain[0], default=(0, []))[1]
    return [int(number not in in_order) for number in range(len(found))]
