"""Twin of the quotation finder: which tokens stand between quotation marks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows
from tests.reference.tables import CHARACTER, MARK, WORD, entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CLOSERS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "”": "”",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"',
    "＂": "＂",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
SINGLE = "‘‚'"
# One mark at both ends: only its neighbours tell an opening one from a closing one.
STRAIGHT = "\"＂'"
# These go on in the next paragraph if it begins with the same mark.
OVER_PARAGRAPHS = '“„«「『"＂'

# Of so many tokens and more, four in five of them in quotation marks, the marks say nothing.
ARTICLE = 40

WHITESPACE = {
    *map(chr, [*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)]),
    *map(chr, [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]),
}
PARAGRAPH_END = re.compile("[\n\u2028\u2029]")

Span = tuple[int, int]  # begin, end in code points of the text or of its paragraph


def quoted(
    text: NDArray[np.uint8],
    text_offsets: NDArray[np.int64],
    begin: NDArray[np.int32],
    token_offsets: NDArray[np.int64],
    threads: int,
) -> NDArray[np.uint8]:
    """Return for each token whether it begins inside a quotation."""
    del threads
    flags: list[bool] = []
    for content, begins in zip(rows(text, text_offsets), rows(begin, token_offsets), strict=True):
        document = bytes(content).decode()
        inside = [False] * len(document)
        for quotation_begin, quotation_end in quotations(document):
            inside[quotation_begin:quotation_end] = [True] * (quotation_end - quotation_begin)
        marked = [inside[position] for position in begins]
        wrapped = len(marked) >= ARTICLE and 5 * sum(marked) > 4 * len(marked)
        flags += [False] * len(marked) if wrapped else marked
    return np.array(flags, dtype=np.uint8)


def quotations(document: str) -> list[Span]:
    """Return the quotations of a document, marks included.

    >>> quotations('He said "no" and left.')
    [(8, 12)]
    """
    cuts = [-1, *(match.start() for match in PARAGRAPH_END.finditer(document)), len(document)]
    paragraphs = [document[before + 1 : end] for before, end in pairwise(cuts)]
    return [
        (cuts[number] + 1 + begin, cuts[number] + 1 + end)
        for number, paragraph in enumerate(paragraphs)
        for begin, end in in_paragraph(paragraph, first_mark(paragraphs[number + 1 :]))
    ]


def first_mark(paragraphs: Sequence[str]) -> str:
    """Return the first code point that is no whitespace, or nothing."""
    return next((mark for paragraph in paragraphs for mark in paragraph if mark not in WHITESPACE), "")


def in_paragraph(paragraph: str, next_mark: str) -> list[Span]:
    """Return the quotations of a paragraph; `next_mark` is what the next one begins with."""
    stripped = paragraph.lstrip("".join(WHITESPACE))
    if stripped[:1] == ">" and stripped[1:2] in {">", *WHITESPACE}:
        return [(0, len(paragraph))]  # a block quote
    spans = []
    begin = 0
    while begin < len(paragraph):
        end = end_of_quotation(paragraph, begin, next_mark) if opens(paragraph, begin) else None
        if end is not None:
            spans.append((begin, end))
        begin = begin + 1 if end is None else end
    return spans


def end_of_quotation(paragraph: str, begin: int, next_mark: str) -> int | None:
    """Return where the quotation that a mark opens ends, or None if it opens none."""
    mark = paragraph[begin]
    for position in range(begin + 1, len(paragraph)):
        if paragraph[position] in CLOSERS[mark] and closes(paragraph, position, mark):
            return position + 1
    return len(paragraph) if mark in OVER_PARAGRAPHS and mark == next_mark else None


def opens(paragraph: str, position: int) -> bool:
    """Tell whether the code point at a position may open a quotation."""
    mark = paragraph[position]
    follower = paragraph[position + 1 : position + 2]
    if mark not in CLOSERS:
        return False
    if mark in STRAIGHT:
        return not wordlike_before(paragraph, position) and follower != "" and follower not in WHITESPACE
    if mark in SINGLE:
        return not wordlike_before(paragraph, position)
    if mark in "»”":
        return not wordlike_before(paragraph, position) and is_wordlike(follower)
    return True


def closes(paragraph: str, position: int, opener: str) -> bool:
    """Tell whether a closing mark is no apostrophe and no opening one."""
    if opener in SINGLE and paragraph[position - 1] in WHITESPACE:
        return False
    inside_word = is_wordlike(paragraph[position + 1 : position + 2])
    return not (inside_word and (opener in SINGLE or opener in STRAIGHT))


def wordlike_before(paragraph: str, position: int) -> bool:
    """Tell whether a part of a word stands before a position."""
    return position > 0 and is_wordlike(paragraph[position - 1])


def is_wordlike(code_point: str) -> bool:
    """Tell whether a code point (or none) is part of a word."""
    return code_point != "" and entry(ord(code_point)).kind in {WORD, CHARACTER, MARK}
