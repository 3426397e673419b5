"""Candidates to scores: exact resemblance and containment of every pair, on its sets of shingles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Candidates, Scores
from reuse.values import ShingleSets

if TYPE_CHECKING:
    from reuse.options import Options


def score(candidates: Candidates, sources: ShingleSets, pages: ShingleSets, options: Options) -> Scores:
    """Count the distinct shingles that the two sides of each candidate share.

    Parameters
    ----------
    candidates : Candidates
    sources, pages : ShingleSets
        All shingles, not the winnowed ones: a fingerprint over a cap counts here.
    options : Options
        Only `threads` is used.

    Returns
    -------
    Scores
        In the order of the candidates.
    """
    shared = kernels.overlap(
        sources.hash,
        sources.offsets,
        pages.hash,
        pages.offsets,
        candidates.source,
        candidates.page,
        options.thread_count,
    )
    return Scores(
        candidates.source,
        candidates.page,
        candidates.lanes,
        shared,
        np.diff(sources.offsets)[candidates.source].astype(np.int32),
        np.diff(pages.offsets)[candidates.page].astype(np.int32),
    )
