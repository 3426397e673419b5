"""Runs to passages: which spans of the page reuse which spans of the source, and how.

Two ways lead to a passage. Where the words of a stretch of the page are those of a stretch of the source, in
whatever order and with whatever between them, and far more of them than chance would have it, the two are one
region: edited, rewritten, translated there and back or abridged. What stands in both word for word, be it an
article or a short quotation, is told by the runs. ``reuse/cpp/README.md``, "Passages", tells how
regions are found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Passages, Runs, Scores, Verdicts
from reuse.values import Tokens
from reuse.vocabulary import vocabulary

if TYPE_CHECKING:
    from reuse.options import Options

#: Tokens that may lie between two runs, in both texts, for them to be one passage if most of it stays the same.
_BRIDGE = 20
#: Share of the page's words in the source's order from which a passage is edited; below it is spun.
_EDITED = 0.8
#: Tokens of a block: a region is looked for where two neighbouring blocks of each text share `_START` nats of
#: rare words. Words in more places of the source than `_MOST_PLACES` start none.
_BLOCK, _START, _MOST_PLACES = 32, 28.0, 10
#: Nats by which each side of a region must be likelier copied than not; those that are enough for the best one
#: of a finding that has no other, for that it was copied is known by then; and those by which a stretch may
#: fall below its best while it grows: some 20 new words in a row where half were replaced, 4 in a verbatim one.
_ACCEPT, _ACCEPT_ALONE, _DROP = 52.0, 30.0, 14.0
#: Share of the words that survive, before it is estimated, and the bounds of the estimate.
_SURVIVAL, _LEAST_SURVIVAL, _MOST_SURVIVAL = 0.4, 0.3, 0.97
#: Words of the shortest region.
_LEAST_WORDS = 22


def locate(
    scores: Scores,
    runs: Runs,
    sources: Tokens,
    pages: Tokens,
    options: Options,
    verdicts: Verdicts | None = None,
) -> Passages:
    """Find the passages of every scored pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    runs : Runs
        Of the same pairs.
    sources, pages : Tokens
        With their quotations and sentences marked.
    options : Options
        `min_run`, the shortest run that is a passage by itself.
    verdicts : Verdicts, optional
        Of the same pairs. Rewritten reuse is then looked for in findings alone, and believed sooner there: two
        reports of one event have stretches of the same words as well. Without verdicts every pair is looked at.

    Returns
    -------
    Passages
        Disjoint on the page within a pair. A word of the source may be in several: a page can repeat it.
    """
    words = vocabulary()
    rewritten = np.ones(len(scores), np.uint8) if verdicts is None else verdicts.accused.astype(np.uint8)
    offsets, source_token, source_words, page_token, page_words, equal, quoted, kind, moved = kernels.passages(
        sources.hash,
        sources.flags,
        sources.offsets,
        pages.hash,
        pages.flags,
        pages.offsets,
        scores.source,
        scores.page,
        runs.offsets,
        runs.source_token,
        runs.page_token,
        runs.words,
        rewritten,
        words.word,
        words.rarity,
        options.min_run,
        _BRIDGE,
        _EDITED,
        _BLOCK,
        _MOST_PLACES,
        _START,
        _ACCEPT,
        _ACCEPT if verdicts is None else _ACCEPT_ALONE,
        _DROP,
        _SURVIVAL,
        _LEAST_SURVIVAL,
        _MOST_SURVIVAL,
        _LEAST_WORDS,
        options.thread_count,
    )
    pair = np.repeat(np.arange(len(scores)), np.diff(offsets))
    in_sources = sources.offsets[scores.source][pair] + source_token
    in_pages = pages.offsets[scores.page][pair] + page_token
    return Passages(
        offsets=offsets,
        source_begin=sources.begin[in_sources],
        source_end=sources.end[in_sources + source_words - 1],
        page_begin=pages.begin[in_pages],
        page_end=pages.end[in_pages + page_words - 1],
        source_token=source_token,
        source_words=source_words,
        page_token=page_token,
        words=page_words,
        equal_words=equal,
        quoted_words=quoted,
        kind=kind,
        moved=moved.astype(bool),
    )
