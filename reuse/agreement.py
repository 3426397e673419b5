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

import numpy as np

from reuse import kernels
from reuse.pairs import Agreement, Scores
from reuse.values import Tokens
from reuse.vocabulary import FUNCTION_WORDS_OF, Vocabulary, lexicon, lexicon_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reuse.languages import Roots
    from reuse.options import Options
    from reuse.values import Hashes, Ids

#: A run of so many tokens is shared narration, and quoted on both sides if it is on one.
RUN = 4
#: Content words of a stretch, and the share of it that may count for `spread`.
_BLOCK, _BLOCK_CAP = 32, 0.25
#: Content words within which any order is local.
_CHUNK = 48
#: The few words more: content words, words of narration, rare words, words in shared runs.
_CONTENT_PRIOR, _NARRATION_PRIOR, _FACT_PRIOR, _SHARED_PRIOR = 20.0, 30.0, 10.0, 20.0
#: As the kernel returns them.
_MEASURES = ("order", "reach", "spread", "shared", "facts", "unquoted")


def agree(
    scores: Scores, sources: Tokens, pages: Tokens, options: Options, roots: tuple[Roots, Roots] | None = None
) -> Agreement:
    """Measure the agreement of every scored pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    sources, pages : Tokens
        With their quotations marked.
    options : Options
        Only `threads` is used.
    roots : pair of Roots, optional
        Of the sources and of the pages. Without them, and where the two texts of a pair have no language in
        common that has function words, words count as English ones.

    Returns
    -------
    Agreement
        In the order of the pairs.
    """
    found = np.empty((len(_MEASURES), len(scores)))
    for language, some in _by_language(scores, roots):
        rows = scores.source[some], scores.page[some]
        if roots is None or language is None:
            stems, words = (sources.hash, pages.hash), lexicon()
        else:
            stems, words = (roots[0].root, roots[1].root), lexicon_of(language)
        found[:, some] = _measured(sources, pages, stems, rows, words, options)
    return Agreement(**dict(zip(_MEASURES, found, strict=True)))


def _by_language(scores: Scores, roots: tuple[Roots, Roots] | None) -> Iterator[tuple[str | None, Ids | slice]]:
    """Yield the pairs of each language that both texts are in, and with None those that count as English."""
    if roots is None:
        yield None, slice(None)
        return
    spoken = [
        source if (source := roots[0].language[s]) == roots[1].language[p] else None
        for s, p in zip(scores.source.tolist(), scores.page.tolist(), strict=True)
    ]
    languages = [one if one in FUNCTION_WORDS_OF and one != "en" else None for one in spoken]
    if not any(languages):
        yield None, slice(None)
        return
    pairs: dict[str | None, list[int]] = {}
    for pair, language in enumerate(languages):
        pairs.setdefault(language, []).append(pair)
    for language, some in pairs.items():
        yield language, np.array(some, np.int32)


def _measured(
    sources: Tokens,
    pages: Tokens,
    stems: tuple[Hashes, Hashes],
    rows: tuple[Ids, Ids],
    known: Vocabulary,
    options: Options,
) -> NDArray[np.float64]:
    """Measure pairs of rows, the order of content words by these stems; float64 [measures, pairs]."""
    return np.stack(
        kernels.agreement(
            sources.hash,
            stems[0],
            sources.flags,
            sources.offsets,
            pages.hash,
            stems[1],
            pages.flags,
            pages.offsets,
            *rows,
            known.word,
            known.root,
            known.parts,
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
