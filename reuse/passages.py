"""Scores to passages: which words of the page stand in the source, run by run.

This version finds verbatim reuse: runs of equal tokens, edited words between them left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Passages, Scores
from reuse.values import QUOTED, Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids, Offsets


def locate(scores: Scores, sources: Tokens, pages: Tokens, options: Options) -> Passages:
    """Find the shared runs of every scored pair, with their spans on both sides.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    sources, pages : Tokens
    options : Options
        `min_run`, the shortest run that becomes a passage, in tokens.

    Returns
    -------
    Passages
        Disjoint on the page within a pair. A word of the source may be in several: a page can repeat it.
    """
    offsets, source_first, page_first, words, longest = kernels.shared_runs(
        sources.hash,
        sources.offsets,
        pages.hash,
        pages.offsets,
        scores.source,
        scores.page,
        options.min_run,
        options.thread_count,
    )
    pair = np.repeat(np.arange(len(scores)), np.diff(offsets))
    source_token = sources.offsets[scores.source][pair] + source_first
    page_token = pages.offsets[scores.page][pair] + page_first
    return Passages(
        offsets=offsets,
        source_begin=sources.begin[source_token],
        source_end=sources.end[source_token + words - 1],
        page_begin=pages.begin[page_token],
        page_end=pages.end[page_token + words - 1],
        source_token=source_first,
        page_token=page_first,
        words=words,
        quoted_words=_quoted_words(sources, source_token, pages, page_token, words),
        longest_run=longest,
    )


def _quoted_words(
    sources: Tokens, source_token: Offsets, pages: Tokens, page_token: Offsets, words: Ids
) -> Ids:
    """Count the words of each passage that stand inside quotation marks on either side.

    Either, because a page that drops the marks around what somebody said still repeats that somebody's words.
    """
    ends = np.cumsum(words)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - words, words)
    quoted = (
        sources.flags[np.repeat(source_token, words) + within]
        | pages.flags[np.repeat(page_token, words) + within]
    ) & QUOTED
    passage = np.repeat(np.arange(len(words)), words)
    return np.bincount(passage[quoted != 0], minlength=len(words)).astype(np.int32)
