"""Scores to runs: which words of the page stand in the source word for word, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Runs, Scores
from reuse.values import QUOTED, Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids, Offsets


def find_runs(scores: Scores, sources: Tokens, pages: Tokens, options: Options) -> Runs:
    """Find the shared runs of every scored pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    sources, pages : Tokens
    options : Options
        `min_run`, the shortest run that counts, in tokens.

    Returns
    -------
    Runs
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
    return Runs(
        offsets=offsets,
        source_token=source_first,
        page_token=page_first,
        words=words,
        quoted_words=_quoted_words(sources, source_token, pages, page_token, words),
        longest=longest,
    )


def _quoted_words(
    sources: Tokens, source_token: Offsets, pages: Tokens, page_token: Offsets, words: Ids
) -> Ids:
    """Count the words of each run that stand inside quotation marks on either side.

    Either, because a page that drops the marks around what somebody said still repeats that somebody's words.
    """
    ends = np.cumsum(words)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - words, words)
    quoted = (
        sources.flags[np.repeat(source_token, words) + within]
        | pages.flags[np.repeat(page_token, words) + within]
    ) & QUOTED
    run = np.repeat(np.arange(len(words)), words)
    return np.bincount(run[quoted != 0], minlength=len(words)).astype(np.int32)
