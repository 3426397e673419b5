"""Scores to agreement: how far the two texts of a pair tell the same things in the same order.

Four measures, all outside quotation marks:

order
    Longest common subsequence of the content words, less the one with a text read backwards, over the content
    words of the shorter text. What two texts on one subject share by chance is shared in either direction;
    what was copied, or rewritten sentence by sentence, stands in order.
spread
    The same, summed over stretches of 32 content words of which each may count for a quarter at most: one
    official statement in common is no copy of the article.
shared
    Share of the narration that stands in shared runs of 4 words.
facts
    Share of the rare words (names, figures, whatever is not among the 5,000 commonest words of news) of the
    text with fewer that the other has too. Two earnings reports are one template about two companies.

Speech that one text quotes counts as quoted in the other too. Shares are of a few words more than there are,
so that short texts, which agree in much by chance, reach no high values.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Agreement, Scores
from reuse.values import Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Hashes

#: A run of so many tokens is shared narration, and quoted on both sides if it is on one.
RUN = 4
#: Content words of a stretch, and the share of it that may count for `spread`.
_BLOCK, _BLOCK_CAP = 32, 0.25
#: The few words more: content words, words of narration, rare words.
_CONTENT_PRIOR, _NARRATION_PRIOR, _FACT_PRIOR = 20.0, 30.0, 10.0


def agree(scores: Scores, sources: Tokens, pages: Tokens, options: Options) -> Agreement:
    """Measure the agreement of every scored pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    sources, pages : Tokens
        With their quotations marked.
    options : Options
        Only `threads` is used.

    Returns
    -------
    Agreement
        In the order of the pairs.
    """
    return Agreement(
        *kernels.agreement(
            sources.hash,
            sources.flags,
            sources.offsets,
            pages.hash,
            pages.flags,
            pages.offsets,
            scores.source,
            scores.page,
            function_words(),
            common_words(),
            RUN,
            _BLOCK,
            _BLOCK_CAP,
            _CONTENT_PRIOR,
            _NARRATION_PRIOR,
            _FACT_PRIOR,
            options.thread_count,
        )
    )


@cache
def function_words() -> Hashes:
    """Return the hashes of the words that carry grammar and not matter, from ``function_words.txt``."""
    lines = resources.files("reuse").joinpath("function_words.txt").read_text("utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).encode()
    text = np.frombuffer(words, np.uint8)
    hashes: Hashes = kernels.tokenize(text, np.array([0, len(text)]), np.ones(1, np.uint8), 1)[0]
    return hashes


@cache
def common_words() -> Hashes:
    """Return the hashes of the commonest words of English news.

    ``common_words.bin`` holds 5,000 token hashes, ascending, little-endian, and no text; it is made with the
    model (``benchmarks/README.md``).
    """
    content = resources.files("reuse").joinpath("common_words.bin").read_bytes()
    return np.frombuffer(content, np.dtype("<u8")).astype(np.uint64)
