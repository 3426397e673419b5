"""Passages to differences: which words of a passage were kept, replaced, inserted and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import Differences, Passages, Scores
from reuse.values import Tokens

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids, Offsets

#: Words of one side times words of the other up to which a passage is aligned exactly: 2,000 on each side take
#: ten milliseconds and four megabytes. Longer ones are cut at words that both sides have once.
_CELLS = 2**22
#: Words that stand alone between long changes, such as "of the", are there by chance more often than not, and
#: make a text of little pieces that nobody can read. Equal words of at most the one number are dropped where
#: the changes before and after have more than the other times as many, on the side that has more.
_CHANCE, _BESIDE = 2, 2


def differ(passages: Passages, scores: Scores, sources: Tokens, pages: Tokens, options: Options) -> Differences:
    """Align the words of both sides of every passage.

    Of all alignments the one is taken for which twice the equal words less the number of their runs is largest:
    the longest common subsequence but for words that would stand alone.

    Parameters
    ----------
    passages : Passages
    scores : Scores
        Names the pairs they are of.
    sources, pages : Tokens
    options : Options
        Only `threads` is used.

    Returns
    -------
    Differences
        Steps in order; equal ones and others take turns. Two equal words or fewer between changes of more than
        twice as many are no step of their own.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> texts = lay_out(["an old iron bridge"]), lay_out(["an iron bridge, closed"])
    >>> tokens = [tokenize(side, Options()) for side in texts]
    >>> row, four = np.zeros(1, np.int32), np.full(1, 4, np.int32)
    >>> scores = Scores(row, row, row.astype(np.uint8), row, row, row)
    >>> spans = row, tokens[0].end[3:], row, tokens[1].end[3:], row, four, row, four, row, row
    >>> passages = Passages(np.array([0, 1]), *spans, row.astype(np.uint8), row.astype(np.bool_))
    >>> for step in differ(passages, scores, *tokens, Options())[0]:
    ...     print(step.kind, [texts[1][0][step.page_begin : step.page_end]])
    equal ['an']
    deleted ['']
    equal ['iron bridge']
    inserted ['closed']
    """
    source_row, page_row = scores.source[passages.pair], scores.page[passages.pair]
    offsets, kind, source_first, source_last, page_first, page_last = kernels.differences(
        sources.hash,
        sources.offsets,
        pages.hash,
        pages.offsets,
        source_row,
        page_row,
        passages.source_token,
        passages.source_words,
        passages.page_token,
        passages.words,
        _CELLS,
        _CHANCE,
        _BESIDE,
        options.thread_count,
    )
    passage = np.repeat(np.arange(len(passages.words)), np.diff(offsets))
    source_begin, source_end = _spans(
        sources, source_row[passage], source_first, source_last, passages.source_token[passage]
    )
    page_begin, page_end = _spans(pages, page_row[passage], page_first, page_last, passages.page_token[passage])
    return Differences(
        offsets=offsets,
        kind=kind,
        source_token=source_first,
        source_words=source_last - source_first,
        page_token=page_first,
        words=page_last - page_first,
        source_begin=source_begin,
        source_end=source_end,
        page_begin=page_begin,
        page_end=page_end,
    )


def _spans(tokens: Tokens, row: Ids, first: Ids, last: Ids, passage: Ids) -> tuple[Ids, Ids]:
    """Return where steps of tokens [first, last) begin and end in their text; `passage` is its first token."""
    if not len(tokens.hash):  # nothing there, and no step has a token
        return np.zeros(len(first), np.int32), np.zeros(len(first), np.int32)
    at: Offsets = tokens.offsets[row]
    empty = first == last
    # An empty step stands behind the token before it; the last token of all serves where it is not looked at.
    before = np.maximum(at + first - 1, 0)
    here = np.minimum(at + first, len(tokens.hash) - 1)
    behind = np.where(first > passage, tokens.end[before], tokens.begin[here])
    begin = np.where(empty, behind, tokens.begin[here])
    end = np.where(empty, behind, tokens.end[np.maximum(at + last - 1, 0)])
    return begin.astype(np.int32), end.astype(np.int32)
