"""Candidates and the texts of both sides to findings, everything that can change one taken in turn.

::

    candidates -> findings -> articles -> without words put in -> common sources -> metadata, policy -> findings

Every page is a question of its own: whatever pages are judged with it, the findings are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.boilerplate import leave_out
from reuse.pipeline.account import Articles, Side
from reuse.pipeline.careful import describe_pages, judge_articles
from reuse.pipeline.commons import explain_away
from reuse.pipeline.insertions import see_through
from reuse.pipeline.judged import PAIRS_AT_A_TIME, aligned, at_a_time, built, scored
from reuse.pipeline.tally import Tally
from reuse.tokens import tokenize
from reuse.values import ARTICLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.pairs import Candidates, Scores
    from reuse.pipeline.judged import Work
    from reuse.rights import Policy
    from reuse.sources import Sources
    from reuse.stock import Stock
    from reuse.values import Boilerplate, Texts

    Judged = tuple[tuple[Finding, ...], tuple[Side, Side]]

#: Bytes of sources whose pairs are judged together, at most; of as many more the pairs are compared meanwhile.
_BYTES_AT_A_TIME = 2**26


class Compared(NamedTuple):
    """Candidates that were scored and aligned, some at a time, and their texts, sources first."""

    texts: tuple[Texts, Texts]
    pairs: list[tuple[Scores, Work]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Judge:
    """What pairs are judged by.

    Attributes
    ----------
    options : Options
    boilerplate : Boilerplate
        What is left out of texts.
    stock : Stock
        What many of the sources say.
    sites : frozenset of str
        The publisher's.
    commons : Sources or None
        What explains away what texts have in common; see `reuse.pipeline.commons`.
    policy : Policy or None
        What the publisher allows whom.
    as_of : datetime.date or None
        The day on which all this is: later dates are not taken.
    """

    options: Options
    boilerplate: Boilerplate
    stock: Stock
    sites: frozenset[str]
    commons: Sources | None = None
    policy: Policy | None = None
    as_of: date | None = None
    _articles: Articles = field(default_factory=Articles, init=False)

    def clean(self, texts: Texts) -> Texts:
        """Return texts without boilerplate."""
        return leave_out(texts, self.boilerplate, self.options)

    def parts(self, found: Candidates, sources: Texts) -> Iterator[Candidates]:
        """Cut candidates between pages into parts that are judged together."""
        return found.slices(PAIRS_AT_A_TIME, np.diff(sources.offsets), _BYTES_AT_A_TIME)

    def compare(self, some: Candidates, sources: Texts, pages: Texts) -> Compared:
        """Compare the texts of candidates: all of judging them that looks at nothing else.

        Parameters
        ----------
        some : Candidates
            All of their pages.
        sources : Texts
            Whole, in the order of ids.
        pages : Texts
            Without boilerplate.
        """
        rows, source = np.unique(some.source, return_inverse=True)
        of_pages, page = np.unique(some.page, return_inverse=True)
        both = self.clean(sources.take(rows.tolist())), pages.take(of_pages.tolist())
        order = np.lexsort((source, page))
        local = replace(some, source=source.astype(np.int32), page=page.astype(np.int32)).take(order)
        if both[0].left_out is not None:
            enough = tokenize(both[0], self.options).counts >= self.options.min_words
            local = local.take(enough[local.source])
        scores = [scored(part, both, self.options) for part in local.slices(at_a_time(*both))]
        return Compared(both, [(part, aligned(part, both, self.options, self.stock)) for part in scores])

    def judge(self, compared: Compared) -> Judged:
        """Judge what was compared, and whatever must be judged anew.

        Returns
        -------
        tuple of Finding
            Every scored pair, in page order, then by source id.
        pair of Side
            The texts that these refer to, of sources and of pages.
        """
        texts, pairs = compared
        sides = Side(texts[0], self._articles), Side(texts[1])
        found = tuple(finding for scores, work in pairs for finding in built(scores, texts, work))
        for judge_anew in (judge_articles, see_through):
            found = judge_anew(found, sides, self.options, self.clean, self.stock)
        if self.commons is not None:
            found = explain_away(found, sides, self.options, self.commons, self.stock)
        return describe_pages(found, sides, self.sites, self.policy, self.as_of), sides


def tally_of(scored: tuple[Finding, ...], sides: tuple[Side, Side]) -> Tally:
    """Return the counts of what was judged together."""
    tally = Tally.of_findings(scored)
    tally.careful_sources |= {one.id for one in sides[0].read if one.extent == ARTICLE}
    tally.careful_pages += sum(one.extent == ARTICLE for one in sides[1].read)
    return tally
