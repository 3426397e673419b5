"""Sketches to stock text: what many of the sources say in a small part of them, and nobody took from one.

Formulas of address, the paragraph about the author, the background of a long story: a fingerprint that stands
in `MANY` sources or more, most of whose words stand in fewer, is stock. A story that is in an archive many
times over is not: its fingerprints are most of the documents that they stand in. Of lists (navigation,
headlines of other stories: short lines in a row, none of which is a sentence) what stands in two sources is
enough.

Such words are seen as those of quotations are: they are found and shown, but no evidence of copying. One
article cannot tell: where two texts are compared by themselves, nothing is stock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reuse import kernels
from reuse.values import CHARACTER, QUOTED, STOCK, Arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.options import Options
    from reuse.values import Bytes, Hashes, Ids, Offsets, Sketches, Texts, Tokens, Truths

    Part: TypeAlias = tuple[Hashes, Ids]
    Counted: TypeAlias = tuple[Hashes, Offsets, Ids]

#: Sources that a fingerprint of stock text stands in, at least; and one of a list.
MANY, MANY_OF_A_LIST = 3, 2
#: Share of such fingerprints among all of a source, up to which they are stock, in the mean of the
#: sources that have one: above, these are editions of one story. Pages can be lists for the most part, but what
#: two have in common from beginning to end was printed twice.
_SMALL_PART, _LARGE_PART = 0.65, 0.9
#: Stock anywhere, and in lists.
_KINDS = ((MANY, _SMALL_PART), (MANY_OF_A_LIST, _LARGE_PART))
#: All of a source, of which a share is a whole number.
_WHOLE = 1 << 24
#: Fingerprints held together, about.
_AT_A_TIME = 1 << 20
#: Lines of a list, at least; and characters of one, at most.
_LINES, _LONGEST_LINE = 3, 300
#: And of one that ends as a sentence does, as headlines can: questions, sayings.
_SHORT_SENTENCE = 100
#: Characters between two lists, or behind the last, at most, that belong to them: a notice, a teaser.
_BETWEEN = 600
#: What a sentence, or a line that goes on, ends with.
_ENDS = tuple(".!?:;,。！？؟۔।\"”»’'")
#: What a line ends with that was cut off; and one that leads to the rest: that is no quotation mark, for where
#: these have spaces inside, one opens.
_CUT_OFF, _ARROW, _OPENED = ("...", "…"), re.compile(r"\s[»›]$"), re.compile(r"[«‹]\s")
_LEADING = (*_CUT_OFF, "»", "›")
#: Characters of a line, at most, that was wrapped.
_WIDEST = 120
#: A line that ends any list.
_NO_ITEM = "-" * _LONGEST_LINE + "."


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stock(Arrays):
    """The shingles that are stock text.

    Attributes
    ----------
    anywhere : uint64 [B]
        Wherever they stand; ascending.
    in_lists : uint64 [L]
        In lists at least; ascending.
    """

    anywhere: Hashes
    in_lists: Hashes


def find_stock(sources: Sketches) -> Stock:
    """Find the fingerprints that are stock text.

    Parameters
    ----------
    sources : Sketches
        With fingerprints, of all sources.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.sketches import sketch
    >>> from reuse.texts import lay_out
    >>> line = "sign up for our newsletter and never miss the news of the day again "
    >>> own = (" ".join(f"{word}{row}" for word in "abcdefghijklmnopqrst") for row in range(12))
    >>> len(find_stock(sketch(lay_out([line + text for text in own]), Options())).anywhere) > 2
    True
    """
    fingerprints = sources.fingerprints
    sizes = np.diff(fingerprints.offsets)
    row = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    parts = -(-len(row) // _AT_A_TIME)
    first, again = (_cut(fingerprints.hash, row, parts) for _ in range(2))
    return stock_of(first, again, sizes)


def stock_of(first: Iterable[Part], again: Iterable[Part], sizes: Offsets) -> Stock:
    """Find the fingerprints that are stock text, of which some are held at a time.

    Parameters
    ----------
    first, again : iterables of (uint64, int32)
        Twice the same: fingerprints, ascending, and the row of a source for each, each pair once; parts in
        order, and all of one fingerprint in one part. `first` is used up before `again` is begun.
    sizes : int64 [D]
        Fingerprints of each source, repeated ones too.

    Returns
    -------
    Stock
        The same for rows in any order: shares are whole numbers, whose sums are exact.

    Examples
    --------
    >>> hashes, rows = np.repeat(np.array([5, 7], np.uint64), 3), np.array([0, 1, 2, 0, 1, 2], np.int32)
    >>> stock_of([(hashes, rows)], [(hashes, rows)], np.array([9, 9, 9])).anywhere.tolist()
    [5, 7]
    >>> stock_of([(hashes, rows)], [(hashes, rows)], np.array([2, 2, 2])).anywhere.tolist()
    []
    """
    shared = np.zeros((len(_KINDS), len(sizes)), np.int64)
    for part in first:
        _, many, row = _frequent(*part)
        shared += shared_with(np.repeat(many, many), row, len(sizes))
    of_stock = shares(shared, sizes)
    nothing = np.zeros(0, np.uint64)
    found = [(nothing, nothing)]
    for part in again:
        hashes, many, row = _frequent(*part)
        if len(hashes):
            found.append(are_stock(hashes, many, sums_of(of_stock, row, np.cumsum(many) - many)))
    anywhere, in_lists = zip(*found, strict=True)
    return Stock(np.concatenate(anywhere), np.concatenate(in_lists))


def shared_with(many: Offsets, row: Ids, rows: int) -> Offsets:
    """Count for each source the fingerprints that stand in enough sources to be stock.

    Parameters
    ----------
    many : int64 [N]
        Of each pair of a fingerprint and a source: in how many sources the fingerprint stands.
    row : int32 [N]
        The source.
    rows : int
        How many sources there are, R.

    Returns
    -------
    int64 [2, R]
        Of stock anywhere, and of that in lists.
    """
    return np.stack([np.bincount(row[many >= least], minlength=rows) for least, _ in _KINDS])


def shares(shared: Offsets, sizes: Offsets) -> Offsets:
    """Return which share of each source is made of what `shared_with` counts: whole numbers, int64 [2, R].

    Parameters
    ----------
    shared : int64 [2, R]
    sizes : int64 [R]
        Fingerprints of each source, repeated ones too.
    """
    of_stock: Offsets = shared * _WHOLE // np.maximum(sizes, 1)
    return of_stock


def sums_of(of_stock: Offsets, row: Ids, begins: Offsets) -> Offsets:
    """Return the sums of the shares of the sources that each fingerprint stands in, int64 [2, H].

    Parameters
    ----------
    of_stock : int64 [2, R]
        The `shares`.
    row : int32 [N]
        These sources, fingerprint by fingerprint.
    begins : int64 [H]
        Where those of each begin.
    """
    return np.stack([np.add.reduceat(each[row], begins) for each in of_stock])


def are_stock(hashes: Hashes, many: Offsets, sums: Offsets) -> tuple[Hashes, Hashes]:
    """Return those of some fingerprints that are stock text: anywhere, and in lists at least.

    Parameters
    ----------
    hashes : uint64 [H]
    many : int64 [H]
        In how many sources each stands.
    sums : int64 [2, H]
        Of the `shares` of these.

    Examples
    --------
    >>> sums = shares(np.array([[1], [1]]), np.array([9])) * 3
    >>> [one.tolist() for one in are_stock(np.array([5], np.uint64), np.array([3]), sums)]
    [[5], [5]]
    """
    small, large = (
        (many >= least) & (of_stock <= int(largest * _WHOLE) * many)
        for (least, largest), of_stock in zip(_KINDS, sums, strict=True)
    )
    return hashes[small], hashes[small | large]


def _cut(hashes: Hashes, row: Ids, parts: int) -> Iterator[Part]:
    """Yield the distinct pairs of a fingerprint and a row, by ranges of fingerprints."""
    bounds = [(number << 64) // max(parts, 1) for number in range(parts)] + [(1 << 64) - 1]
    for low, high in pairwise(bounds):
        some = np.flatnonzero((hashes >= np.uint64(low)) & (hashes <= np.uint64(high - (high < bounds[-1]))))
        yield in_order(hashes[some], row[some])


def in_order(hashes: Hashes, row: Ids) -> Part:
    """Return the distinct pairs of a hash and a row, ascending.

    Examples
    --------
    >>> some = in_order(np.array([7, 5, 7, 7], np.uint64), np.array([1, 0, 0, 1], np.int32))
    >>> [column.tolist() for column in some]
    [[5, 7, 7], [0, 0, 1]]
    """
    return kernels.ordered(hashes, row)


def _frequent(hashes: Hashes, row: Ids) -> Counted:
    """Return the fingerprints that more than one source has, in how many each is, and these."""
    same = hashes[1:] == hashes[:-1]
    is_in_many = np.append(same, False)
    is_in_many[1:] |= same
    hashes, row = hashes[is_in_many], row[is_in_many]
    bounds = np.append(np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]), len(hashes))
    return hashes[bounds[:-1]], bounds[1:] - bounds[:-1], row


def set_apart(
    tokens: tuple[Tokens, Tokens], texts: tuple[Texts, Texts], stock: Stock, options: Options
) -> tuple[Tokens, Tokens]:
    """Return the tokens with those of stock text marked as those of quotations are.

    Parameters
    ----------
    tokens, texts : pairs of Tokens and of Texts
        The sources' first.
    stock : Stock
    options : Options
        `shingle` and `character_shingle`, as the sketches were made with.
    """
    sources, pages = tokens
    return (
        _marked(sources, texts[0], stock, options),
        _marked(pages, texts[1], stock, options),
    )


def _marked(tokens: Tokens, texts: Texts, stock: Stock, options: Options) -> Tokens:
    if not len(stock.in_lists):  # what is stock anywhere is stock in lists
        return tokens
    flags = tokens.flags.copy()
    anywhere = _found(tokens, np.ones(len(texts), np.uint8), stock.anywhere, options)
    in_lists = _found(tokens, _may_have_lists(texts), stock.in_lists, options)
    listed = _in_lists(tokens, texts, in_lists)
    in_a_list = in_lists[listed[in_lists]]
    is_character = flags & CHARACTER != 0
    for kind, length in ((False, options.shingle), (True, options.character_shingle)):
        of_any, of_list = (some[is_character[some] == kind] for some in (anywhere, in_a_list))
        for step in range(length):
            flags[of_any + step] |= QUOTED | STOCK
            flags[of_list[listed[of_list + step]] + step] |= QUOTED | STOCK
    return replace(tokens, flags=flags)


def _found(tokens: Tokens, wanted: Bytes, known: Hashes, options: Options) -> Offsets:
    """Return the tokens of some documents from which on there is a shingle that is among some."""
    lengths = options.shingle, options.character_shingle
    return kernels.shingles_among(
        tokens.hash, tokens.flags, tokens.offsets, wanted, known, *lengths, options.thread_count
    )


def _may_have_lists(texts: Texts) -> Bytes:
    """Tell of each document whether it has lines enough for a list."""
    line_ends = np.searchsorted(np.flatnonzero(texts.values == ord("\n")), texts.offsets)
    return (np.diff(line_ends) >= _LINES - 1).astype(np.uint8)


def _in_lists(tokens: Tokens, texts: Texts, some: Offsets) -> Truths:
    """Tell of each token whether it stands in a list, in the documents that have some tokens, which ascend."""
    listed = np.zeros(len(tokens.flags), np.bool_)
    for row in np.flatnonzero(np.diff(np.searchsorted(some, tokens.offsets))).tolist():
        lines = texts[row].split("\n")
        begins = np.cumsum([0] + [len(line) + 1 for line in lines[:-1]])
        own = slice(tokens.offsets[row], tokens.offsets[row + 1])
        listed[own] = _lists(lines)[np.searchsorted(begins, tokens.begin[own], "right") - 1]
    return listed


def _lists(lines: list[str]) -> Truths:
    """Tell of each line whether it is one of a list: of some in a row that are no sentences, nor go on.

    Short sentences among them are items, too, if they are half of the lines or fewer. What little stands
    between two lists, or behind the last, belongs to them, but for the longest stretch outside of lists, which
    is the article.
    """
    listed = np.zeros(len(lines), np.bool_)
    for block in _blocks(lines):
        listed[block] = True
    bounds = [-1, *np.flatnonzero(listed).tolist(), len(lines)]
    lengths = [sum(map(len, lines[last + 1 : first])) for last, first in pairwise(bounds)]
    most = min(_BETWEEN, max(lengths) - 1)
    for last, first, length in zip(bounds[1:], bounds[2:], lengths[1:], strict=False):
        if length <= most:
            listed[last:first] = True
    return listed


def _blocks(lines: list[str]) -> Iterator[list[int]]:
    """Yield the numbers of lines in a row that are items, where these are enough for a list."""
    block: list[int] = []
    sentences = 0
    goes_on = False
    for number, line in enumerate([*lines, _NO_ITEM]):
        words = line.strip()
        if not words:
            continue
        cut_off = _is_cut_off(words)
        sentence = words.endswith(_ENDS) and not cut_off
        wrapped = goes_on and words[0].islower()
        goes_on = len(words) <= _WIDEST and not cut_off  # perhaps, if what follows looks like it
        if block and wrapped:  # the line before is no item, but the begin of this one
            block.pop()
        if not wrapped and (cut_off or len(words) <= (_SHORT_SENTENCE if sentence else _LONGEST_LINE)):
            block.append(number)
            sentences += sentence
            continue
        if len(block) - sentences >= max(_LINES, sentences):
            yield block
        block, sentences = [], 0


def _is_cut_off(line: str) -> bool:
    """Tell of a line whether it was cut off, or leads on to the rest."""
    if not line.endswith(_LEADING):
        return False
    leads_on = _ARROW.search(line) and not _OPENED.search(line)
    return bool(leads_on) or line.endswith(_CUT_OFF)
