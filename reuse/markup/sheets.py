"""The style sheets of a page to the classes that hide what has them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from reuse.markup.styles import hidden_by
from reuse.markup.trees import select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from resiliparse.parse.html import HTMLTree

#: Of each class, the tag it must be on (any if empty) and the declarations for it.
Sheet: TypeAlias = "Mapping[str, tuple[str, str]]"

# More than any page says itself; what a server adds is not at hand.
_LONGEST = 500_000
# Each is looked for in every element.
_MOST_CLASSES = 100
_MEDIA = ("", "all", "screen")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_PIECE = re.compile(r"([^{}]*)([{}])")
# One class, perhaps of one tag: what is within others, or in a state, is seen sooner or later.
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?\.(-?[_a-z][\w-]*)", re.IGNORECASE)
# What hides is a small part of every sheet.
_SUSPECT = re.compile(
    r"none|hidden|collapse|opacity|transparent|rgb|hsl|clip|-\d{3}|[:/ ]\s*0|\\", re.IGNORECASE
)


def hiding_classes(tree: HTMLTree) -> Sheet:
    """Return the classes of a page whose elements nobody sees, by its own style sheets.

    Rules for paper or for narrow windows do not count.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> dict(hiding_classes(parse("<style>.a, p.b {display: none} .c {color: red}</style>")))
    {'a': ('', 'display: none'), 'b': ('p', 'display: none')}
    """
    sheets = [
        element.text_content or ""
        for element in select(tree, "style")
        if (element.get_attribute("media") or "").strip().lower() in _MEDIA
    ]
    css = "\n".join(sheets)
    return _hiding(css) if sheets and len(css) <= _LONGEST else {}


@lru_cache(maxsize=64)  # the pages of a site have the same
def _hiding(css: str) -> Sheet:
    rules: dict[tuple[str, str], str] = {}
    depth, selectors = 0, ""
    for text, brace in _PIECE.findall(_COMMENT.sub("", css)):
        if brace == "{":
            depth += 1
            selectors = text.rpartition(";")[2] if depth == 1 else ""
            continue
        depth = max(0, depth - 1)
        if depth or not selectors or selectors.lstrip().startswith("@"):
            continue
        for selector in selectors.split(","):
            if match := _SELECTOR.fullmatch(selector.strip()):
                key = (match[2], (match[1] or "").lower())
                rules[key] = f"{rules[key]};{text}" if key in rules else text
    found = (
        (name, (tag, text.strip()))
        for (name, tag), text in rules.items()
        if _SUSPECT.search(text) and hidden_by(text)
    )
    return dict(islice(found, _MOST_CLASSES))
