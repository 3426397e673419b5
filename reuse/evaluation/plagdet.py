"""Detected passages to measures: recall, precision, granularity and plagdet of the PAN text alignment task.

As the task's own script ``perfmeasures`` (version 1.3, macro-averaged) counts them: M. Potthast, B. Stein,
A. Barrón-Cedeño and P. Rosso, An Evaluation Framework for Plagiarism Detection, COLING 2010.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Spans(NamedTuple):
    """A passage: a span of the source and one of the page, half-open, in code points.

    Attributes
    ----------
    source_begin, source_end, page_begin, page_end : int
    """

    source_begin: int
    source_end: int
    page_begin: int
    page_end: int

    @property
    def size(self) -> int:
        """Characters of both spans."""
        return self.source_end - self.source_begin + self.page_end - self.page_begin

    def meets(self, other: Spans) -> bool:
        """Tell whether the two overlap in the source and in the page: whether one detects the other."""
        return (
            self.source_begin < other.source_end
            and other.source_begin < self.source_end
            and self.page_begin < other.page_end
            and other.page_begin < self.page_end
        )


@dataclass(frozen=True, slots=True)
class Measures:
    """What was found of the cases of some pairs, as counts and sums; those of several parts add up.

    A case is a passage that the truth has, a detection one that was found. A detection detects a case if the
    two overlap in both documents. The recall of a case is the share of its characters, those in the source and
    those in the page, that the detections which detect it cover; the precision of a detection is the share that
    the cases it detects cover.

    Attributes
    ----------
    pairs, cases, detections : int
    recalls, precisions : float
        Sums of the recall of every case, and of the precision of every detection.
    detected : int
        Cases that at least one detection detects.
    meetings : int
        Detections of each case, added up.
    clean, alarmed : int
        Pairs without a case, and those of them with a detection.

    Examples
    --------
    >>> half = Measures.of_pair([Spans(0, 100, 0, 100)], [Spans(0, 50, 0, 50)])
    >>> half.recall, half.precision, half.granularity, round(half.plagdet, 3)
    (0.5, 1.0, 1.0, 0.667)
    """

    pairs: int = 0
    cases: int = 0
    detections: int = 0
    recalls: float = 0.0
    precisions: float = 0.0
    detected: int = 0
    meetings: int = 0
    clean: int = 0
    alarmed: int = 0

    @classmethod
    def of_pair(cls, cases: Iterable[Spans], detections: Iterable[Spans]) -> Measures:
        """Measure one pair of documents; what is given twice counts once, as in ``perfmeasures``."""
        true, found = sorted(set(cases)), sorted(set(detections))
        meetings = [sum(map(case.meets, found)) for case in true]
        return cls(
            pairs=1,
            cases=len(true),
            detections=len(found),
            recalls=math.fsum(_covered(case, found) for case in true),
            precisions=math.fsum(_covered(detection, true) for detection in found),
            detected=sum(count > 0 for count in meetings),
            meetings=sum(meetings),
            clean=int(not true),
            alarmed=int(bool(found) and not true),
        )

    @classmethod
    def pooled(cls, parts: Iterable[Measures]) -> Measures:
        """Measure the pairs of several parts together."""
        held = list(parts)
        totals = {field.name: sum(getattr(part, field.name) for part in held) for field in fields(cls)}
        return cls(**totals)

    @property
    def recall(self) -> float:
        """Mean recall of the cases; where there are none 1 if nothing was found, else 0."""
        return self._mean(self.recalls, self.cases)

    @property
    def precision(self) -> float:
        """Mean precision of the detections; where there are none 1 if there is no case, else 0."""
        return self._mean(self.precisions, self.detections)

    def _mean(self, total: float, count: int) -> float:
        if not self.cases and not self.detections:
            return 1.0
        return total / count if count else 0.0

    @property
    def granularity(self) -> float:
        """Mean number of detections of the cases that were detected; 1 where none was."""
        return self.meetings / self.detected if self.detected else 1.0

    @property
    def plagdet(self) -> float:
        """Harmonic mean of recall and precision, over the binary logarithm of 1 + granularity."""
        if not self.recall + self.precision:
            return 0.0
        harmonic = 2 * self.recall * self.precision / (self.recall + self.precision)
        return harmonic / math.log2(1 + self.granularity)


def _covered(one: Spans, others: Collection[Spans]) -> float:
    """Return the share of a passage that those which meet it cover."""
    met = [other for other in others if one.meets(other)]
    source = _union((max(one[0], other[0]), min(one[1], other[1])) for other in met)
    page = _union((max(one[2], other[2]), min(one[3], other[3])) for other in met)
    return (source + page) / one.size


def _union(spans: Iterable[tuple[int, int]]) -> int:
    """Return how many characters stand in some span."""
    total = reached = 0
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total
