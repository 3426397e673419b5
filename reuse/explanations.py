"""Everything known of one pair to its explanation: what each stage saw of it, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import LEAST_TERMS, Candidates, Scores
from reuse.values import CHARACTER, INVISIBLE, MIXED_SCRIPT, QUOTED, Sketches, Terms, Tokens

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.verdicts import Decision


@dataclass(frozen=True, slots=True)
class Side:
    """What was made of one of the two texts.

    Attributes
    ----------
    words : int
    characters : int
        Those that are one character of a script without spaces.
    quoted_words : int
        Those inside quotation marks.
    invisible_words : int
        Those with invisible characters in them, which are dropped.
    mixed_words : int
        Those with letters borrowed from another script, which are put back.
    shingles, fingerprints, terms : int
        Distinct ones; key terms are those that a source is kept by, or a page asked for.
    """

    words: int
    characters: int
    quoted_words: int
    invisible_words: int
    mixed_words: int
    shingles: int
    fingerprints: int
    terms: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one pair came through every stage.

    Attributes
    ----------
    finding : Finding
        As `reuse.compare` has it; where a text is too short, its verdict is what would be said of longer ones.
    source, page : Side
    shared_shingles, shared_fingerprints : int
        Distinct ones that both have.
    shared_terms : int
        Key terms that both have.
    shared_bands : int
        Bands in which the signatures of both agree.
    plan : Plan
        Of the bands.
    decision : Decision
    options : Options
    """

    finding: Finding
    source: Side
    page: Side
    shared_shingles: int
    shared_fingerprints: int
    shared_terms: int
    shared_bands: int
    plan: Plan
    decision: Decision
    options: Options

    @property
    def too_short(self) -> bool:
        """Whether one of the two has fewer words than `Options.min_words`: the pair has no verdict then."""
        return min(self.source.words, self.page.words) < self.options.min_words

    @property
    def promised_run(self) -> int:
        """Words, or characters, of a shared run that is sure to share a fingerprint, by winnowing."""
        in_characters = 2 * self.page.characters > self.page.words
        shingle = self.options.character_shingle if in_characters else self.options.shingle
        return shingle + self.options.window - 1

    @property
    def found_by_postings(self) -> str:
        """``yes``, ``no``, or ``perhaps``: if fewer than `Options.single_hits` sources share rarer ones."""
        if self.shared_fingerprints >= self.options.min_shared:
            return "yes"
        return "perhaps" if self.shared_fingerprints and self.options.single_hits else "no"

    @property
    def found_by_bands(self) -> bool:
        """Whether the signatures agree in a band, which is chance; see `band_probability`."""
        return self.shared_bands > 0

    @property
    def may_be_found_by_terms(self) -> bool:
        """Whether key terms bring the pair if no others share rarer ones with the page."""
        return self.shared_terms >= LEAST_TERMS and self.options.term_candidates > 0

    @property
    def band_probability(self) -> float:
        """Probability that bands find a pair of just this resemblance."""
        return self.plan.probability(self.finding.resemblance)


def put_together(
    finding: Finding,
    tokens: tuple[Tokens, Tokens],
    sketches: tuple[Sketches, Sketches],
    terms: tuple[Terms, Terms],
    candidates: Candidates,
    scores: Scores,
    plan: Plan,
    decision: Decision,
    options: Options,
) -> Explanation:
    """Return the explanation of the one pair of two sides of one document each.

    Parameters
    ----------
    finding : Finding
    tokens, sketches, terms : pairs of Tokens, of Sketches and of Terms
        The source's first.
    candidates : Candidates
        The pair as the lanes found it, with a `min_shared` of 1; none if they did not.
    scores : Scores
    plan : Plan
    decision : Decision
    options : Options
    """
    shingles = int(scores.source_shingles[0]), int(scores.page_shingles[0])
    source, page = map(_side, tokens, sketches, terms, shingles)
    return Explanation(
        finding=finding,
        source=source,
        page=page,
        shared_shingles=int(scores.shared[0]),
        shared_fingerprints=int(candidates.shared.sum()),
        shared_terms=len(np.intersect1d(terms[0].hash, terms[1].hash, assume_unique=True)),
        shared_bands=int(candidates.buckets.sum()),
        plan=plan,
        decision=decision,
        options=options,
    )


def _side(tokens: Tokens, sketches: Sketches, terms: Terms, shingles: int) -> Side:
    def flagged(bit: int) -> int:
        return int(np.count_nonzero(tokens.flags & bit))

    return Side(
        words=len(tokens.hash),
        characters=flagged(CHARACTER),
        quoted_words=flagged(QUOTED),
        invisible_words=flagged(INVISIBLE),
        mixed_words=flagged(MIXED_SCRIPT),
        shingles=shingles,
        fingerprints=len(np.unique(sketches.fingerprints.hash)),
        terms=len(terms.hash),
    )
