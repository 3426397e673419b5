"""Scores to agreement: how far the two texts of a pair tell the same things in the same order.

Six measures, of what stands outside quotation marks unless said otherwise:

order
    Longest common subsequence of the content words, inflections taken for one word, less the one with a text
    read backwards, over the content words of the shorter text. What two texts on one subject share by chance
    is shared in either direction; what was copied, or rewritten sentence by sentence, stands in order.
reach
    The same, less the subsequence with the longer text if its stretches of 48 content words are put in
    reverse, each as it was: order beyond a paragraph. A statement or a caption in common is in order, but
    reaches nowhere.
spread
    Order summed over stretches of 32 content words of which each may count for a quarter at most.
shared
    Share of the narration that stands in shared runs of 4 words.
facts
    Share of the rare words (names, figures, whatever is not among the commonest of news) of the text with fewer
    that the other has too. Two earnings reports are one template about two companies.
unquoted
    Share of the words in shared runs of 4, quoted or not, that are narration.

Speech that one text quotes counts as quoted in the other too. Shares are of a few words more than there are,
so that short texts, which agree in much by chance, reach no high values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import kernels
from reuse.pairs import Agreement, Scores
from reuse.values import Tokens
from reuse.vocabulary import lexicon

if TYPE_CHECKING:
    from reuse.options import Options

#: A run of so many tokens is shared narration, and quoted on both sides if it is on one.
RUN = 4
#: Content words of a stretch, and the share of it that may count for `spread`.
_BLOCK, _BLOCK_CAP = 32, 0.25
#: Content words within which any order is local.
_CHUNK = 48
#: The few words more: content words, words of narration, rare words, words in shared runs.
_CONTENT_PRIOR, _NARRATION_PRIOR, _FACT_PRIOR, _SHARED_PRIOR = 20.0, 30.0, 10.0, 20.0


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
    words = lexicon()
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
            words.word,
            words.root,
            words.parts,
            RUN,
            _BLOCK,
            _BLOCK_CAP,
            _CHUNK,
            _CONTENT_PRIOR,
            _NARRATION_PRIOR,
            _FACT_PRIOR,
            _SHARED_PRIOR,
            options.thread_count,
        )
    )
