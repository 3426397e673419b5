"""What the tokenizer knows about a code point, read from the table the kernels are built with.

`entry` gives class, scripts and fold; `lookalike` the letter of another script that looks the same.
The layout is described at the head of ``reuse/cpp/tables.hpp``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEPARATOR, WORD, CHARACTER, MARK, DROPPED_MARK, IGNORABLE = range(6)
LATIN, CYRILLIC, GREEK = SCRIPTS = 1, 2, 4

HEADER = Path(__file__).parents[2] / "reuse" / "cpp" / "tables.hpp"
FIRST_HANGUL = 0xAC00
FIRST_EXPANSION = 0x110000


@dataclass(frozen=True)
class Entry:
    """One code point.

    Attributes
    ----------
    kind : int
        Its class, SEPARATOR to IGNORABLE.
    scripts : int
        Bits of LATIN, CYRILLIC and GREEK: the scripts of the folded code points.
    droppable : bool
        The mark adds nothing to a letter of these scripts.
    fold : tuple of int
        The code points that stand for it in the hash.
    """

    kind: int
    scripts: int
    droppable: bool
    fold: tuple[int, ...]


@cache
def array(name: str) -> list[int]:
    """Return all numbers of an array of the table, rows flattened."""
    match = re.search(rf"\b{name}\[[^\]]*\] = \{{(.*?)\}};", HEADER.read_text(encoding="utf-8"), re.DOTALL)
    assert match, name
    return [int(number, 0) for number in re.findall(r"\w+", match[1])]


@cache
def constant(name: str) -> int:
    """Return a constant of the table."""
    match = re.search(rf"\b{name} = (\w+);", HEADER.read_text(encoding="utf-8"))
    assert match, name
    return int(match[1], 0)


@cache
def entry(code_point: int) -> Entry:
    """Return the entry of a code point.

    >>> entry(ord("A")) == Entry(WORD, LATIN, False, (ord("a"),))
    True
    """
    bits = array("entries")[array("block_of")[code_point >> 7] * 128 + (code_point & 127)]
    kind = bits & 7
    folded = fold(code_point, bits >> 8) if kind in {WORD, CHARACTER, MARK} else ()
    return Entry(kind, bits >> 3 & 7, bool(bits >> 6 & 1), folded)


def fold(code_point: int, field: int) -> tuple[int, ...]:
    """Return the code points that the field `fold` of an entry means."""
    if field == constant("fold_itself"):
        return (code_point,)
    if field == constant("fold_hangul"):
        return jamo(code_point - FIRST_HANGUL)
    if field < FIRST_EXPANSION:
        return (field,)
    place = field - FIRST_EXPANSION
    count = array("expansions")[place]
    return tuple(array("expansions")[place + 1 : place + 1 + count])


def jamo(syllable: int) -> tuple[int, ...]:
    """Return the conjoining jamo of the n-th Hangul syllable."""
    initial, rest = divmod(syllable, 588)
    vowel, final = divmod(rest, 28)
    return (0x1100 + initial, 0x1161 + vowel, *([0x11A7 + final] if final else []))


@cache
def lookalikes() -> dict[int, dict[int, int]]:
    """Return for each code point the folded letters that look like it, by script."""
    numbers = array("lookalikes")
    columns = dict(zip(SCRIPTS, (numbers[1::4], numbers[2::4], numbers[3::4]), strict=True))
    return {
        code_point: {script: letters[row] for script, letters in columns.items() if letters[row]}
        for row, code_point in enumerate(numbers[::4])
    }


def lookalike(code_point: int, script: int) -> int | None:
    r"""Return the folded letter of a script that looks like a code point, or None.

    >>> chr(lookalike(ord("\N{CYRILLIC SMALL LETTER ES}"), LATIN))
    'c'
    """
    return lookalikes().get(code_point, {}).get(script)
