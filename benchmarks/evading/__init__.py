"""Ways to copy an article so that nobody finds it: `ATTACKS`, each a maker of pages and the strengths it has.

A maker takes a text, a strength and the material at hand, and returns pages. At strength 0 it changes nothing;
at others it alters the share that it promises, of what can be altered so. All is drawn by the generator that
comes with the material, and by nothing else.
"""

from __future__ import annotations

from evading import characters, mixtures, orders, quoting, words
from evading.attack import Attack, Copy, Material
from evading.text import Text

#: Every attack, in the order of the tables.
ATTACKS: tuple[Attack, ...] = (
    *characters.ATTACKS,
    *orders.ATTACKS,
    *words.ATTACKS,
    *mixtures.ATTACKS,
    *quoting.ATTACKS,
    *mixtures.COMBINED,
)

__all__ = ["ATTACKS", "Attack", "Copy", "Material", "Text"]
