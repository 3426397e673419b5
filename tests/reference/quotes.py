"""Twin of the quotation finder: which tokens stand between quotation marks."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from string import digits
from typing import TYPE_CHECKING

from tests.reference.tables import CHARACTER, MARK, WORD, entry

if TYPE_CHECKING:
    from collections.abc import Sequence

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

# Code points of the longest quotation believed, in double marks and in single ones.
LONGEST, LONGEST_SINGLE = 1000, 500
# Code points of the longest post, and of the account and date that end it.
LONGEST_POST, LONGEST_SIGNATURE = 600, 80

# Of so many tokens and more, four in five of them in quotation marks, the marks say nothing.
ARTICLE = 40

WHITESPACE = {
    *map(chr, [*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)]),
    *map(chr, [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]),
}
PARAGRAPH_END = re.compile("[\n\u2028\u2029]")

Span = tuple[int, int]  # begin, end in code points of the text or of its paragraph


def quoted(document: str, begins: Sequence[int]) -> list[bool]:
    """Return for each token, by where it begins, whether that is inside a quotation.

    >>> quoted('He said "no" and left.', [0, 3, 9, 13, 17])
    [False, False, True, False, False]
    """
    inside = {place for begin, end in quotations(document) for place in range(begin, end)}
    marked = [begin in inside for begin in begins]
    wrapped = len(marked) >= ARTICLE and 5 * sum(marked) > 4 * len(marked)
    return [False] * len(marked) if wrapped else marked


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
        if end is not None and end - begin > (LONGEST_SINGLE if paragraph[begin] in SINGLE else LONGEST):
            end = None  # the mark has lost its partner
        if end is not None:
            spans.append((begin, end))
        begin = begin + 1 if end is None else end
    return [*spans, *post(paragraph)]


def post(paragraph: str) -> list[Span]:
    """Return the end of a paragraph that is a post of a social network: an account and a date end it.

    >>> post("So it is. A. Name (@a_name) May 1, 2017")
    [(0, 39)]
    """
    end = len(paragraph)
    account = paragraph.rfind("(@", max(0, end - LONGEST_SIGNATURE))
    if account < 0 or paragraph[-1] not in digits:
        return []
    handle = list(takewhile(lambda char: is_wordlike(char) or char == "_", paragraph[account + 2 :]))
    closed = paragraph[account + 2 + len(handle) :].startswith(")")
    return [(max(0, end - LONGEST_POST), end)] if handle and closed else []


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
