"""Bytes to other bytes, by pieces that a format knows: words, lines, numbers; bits alone seldom get far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tests.fuzz_readers.makers import NUMBERS

_NUMBER = re.compile(rb"[0-9]+")


def mutated(content: bytes, words: Sequence[bytes], random: Random) -> bytes:
    """Return bytes with a few changes, of which `words` are what the format says."""
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        content = random.choice(_CHANGES)(content, words, random)
    return content


def _span(content: bytes, random: Random) -> tuple[int, int]:
    begin = random.randint(0, len(content))
    return begin, min(len(content), begin + random.choice((1, 2, 4, 8, 16, 64, 256)))


def _put(content: bytes, words: Sequence[bytes], random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.choice(words) + content[at:]


def _exchange(content: bytes, words: Sequence[bytes], random: Random) -> bytes:
    """Put a word in the place of another that is there, or of anything."""
    here = [word for word in words if word in content]
    if not here:
        begin, end = _span(content, random)
        return content[:begin] + random.choice(words) + content[end:]
    old = random.choice(here)
    places = [found.start() for found in re.finditer(re.escape(old), content)]
    at = random.choice(places)
    return content[:at] + random.choice(words) + content[at + len(old) :]


def _renumber(content: bytes, _words: Sequence[bytes], random: Random) -> bytes:
    found = list(_NUMBER.finditer(content))
    if not found:
        return content
    chosen = random.choice(found)
    near = int(chosen[0][:18]) + random.choice((-1, 1, 10, -10))
    told = str(random.choice((near, random.choice(NUMBERS)))).encode()
    return content[: chosen.start()] + told + content[chosen.end() :]


def _repeat(content: bytes, _words: Sequence[bytes], random: Random) -> bytes:
    begin, end = _span(content, random)
    return content[:end] + content[begin:end] * random.choice((1, 2, 20)) + content[end:]


def _remove(content: bytes, _words: Sequence[bytes], random: Random) -> bytes:
    begin, end = _span(content, random)
    return content[:begin] + content[end:]


def _reorder(content: bytes, _words: Sequence[bytes], random: Random) -> bytes:
    """Exchange two lines."""
    lines = content.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _flip(content: bytes, _words: Sequence[bytes], random: Random) -> bytes:
    if not content:
        return content
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]


_CHANGES = (_put, _put, _exchange, _exchange, _renumber, _repeat, _remove, _reorder, _flip)
