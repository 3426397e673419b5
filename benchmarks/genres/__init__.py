"""Texts of genres that resemble each other and are no copies: templates, as several desks would write them.

A file for each language (``en.toml`` and so on) has the families of each genre, at least three, and lists of
what their slots are filled with. Two texts of one family with other facts share the wording of their template
by construction; two of different families with the same facts share these alone. Neither is a copy.
``shared.toml`` has what two honest texts may both print: releases, statements, verse, licences.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

LANGUAGES = ("en", "de", "fr", "es")
_SLOT = re.compile(r"\{([a-z_]+?)(\d*)\}")
_TURN = re.compile(r"\[([^\[\]]+\|[^\[\]]+)\]")
_RANGE = re.compile(r"(-?\d+)-(-?\d+)")

Facts = Mapping[str, str]


class Listed(NamedTuple):
    """A list within a text.

    Attributes
    ----------
    each : tuple of str
        What an entry is made of, as each family writes it.
    sort : tuple of bool
        Whether a family puts entries in alphabetical order.
    least, most : int
        How many there are.
    join : str
        What stands between them.
    """

    each: tuple[str, ...]
    sort: tuple[bool, ...]
    least: int
    most: int
    join: str


class Genre(NamedTuple):
    """A genre in a language.

    Attributes
    ----------
    name, language : str
    families : tuple of str
        Templates.
    slots : mapping of str to str or list of str
        What a slot can be: one of a list, or a number of a range.
    lists : mapping of str to Listed
    """

    name: str
    language: str
    families: tuple[str, ...]
    slots: Mapping[str, str | Sequence[str]]
    lists: Mapping[str, Listed]

    def facts(self, draw: Random) -> dict[str, str]:
        """Draw the facts of a text; values of one list differ, as far as it goes."""
        found = self._values("".join(self.families), draw)
        for name, listed in self.lists.items():
            count = draw.randint(listed.least, listed.most)
            entries = [self._values("".join(listed.each), draw) for _ in range(count)]
            for family, (each, is_sorted) in enumerate(zip(listed.each, listed.sort, strict=True)):
                lines = [filled(each, entry) for entry in entries]
                found[f"{name}.{family}"] = listed.join.join(sorted(lines) if is_sorted else lines)
        return found

    def _values(self, template: str, draw: Random) -> dict[str, str]:
        """Draw what the slots of a template are filled with, but for lists."""
        taken: defaultdict[str, list[str]] = defaultdict(list)
        names = dict.fromkeys(_SLOT.findall(template))
        return {name + n: self._value(name, taken, draw) for name, n in names if name not in self.lists}

    def _value(self, name: str, taken: defaultdict[str, list[str]], draw: Random) -> str:
        slot = self.slots[name]
        if isinstance(slot, str):
            return _number(slot, draw)
        left = [value for value in slot if value not in taken[name]] or slot
        taken[name].append(draw.choice(left))
        return taken[name][-1]

    def text(self, family: int, facts: Facts, draw: Random) -> str:
        """Write a text of a family with some facts."""
        lists = {name: facts[f"{name}.{family}"] for name in self.lists}
        turned = _TURN.sub(lambda turn: draw.choice(turn[1].split("|")), self.families[family])
        return filled(turned, {**facts, **lists})


def filled(template: str, facts: Facts) -> str:
    """Put facts into the slots of a template."""
    return _SLOT.sub(lambda slot: facts[slot[1] + slot[2]], template)


def _number(slot: str, draw: Random) -> str:
    found = _RANGE.fullmatch(slot)
    assert found is not None, slot
    return str(draw.randint(int(found[1]), int(found[2])))


def genres(language: str) -> list[Genre]:
    """Return the genres that a language has."""
    table = _read(language)
    slots = table.pop("slots")
    return [
        Genre(
            name,
            language,
            tuple(one["families"]),
            slots,
            {key: _listed(value) for key, value in one.get("lists", {}).items()},
        )
        for name, one in table.items()
    ]


def _listed(told: Mapping[str, Any]) -> Listed:
    least, most = told["count"]
    return Listed(tuple(told["each"]), tuple(told["sort"]), least, most, told["join"])


def shared() -> dict[str, Any]:
    """Return what two honest texts may both print, by kind."""
    return _read("shared")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
