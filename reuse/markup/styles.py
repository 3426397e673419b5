"""What an inline style, or a rule of a style sheet, does to what is seen."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})[ \t\r\n\f]?|([^\r\n]))", re.IGNORECASE)
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([a-z%]*)")
# In pixels, roughly; of percentages and of what is measured by the window, the whole.
_UNITS = {"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "pt": 1.33, "%": 10.0, "vw": 10.0, "vh": 10.0}
_HIDING = {
    "display": ("none",),
    "visibility": ("hidden", "collapse"),
    "content-visibility": ("hidden",),
}
# So much and less cannot be seen.
_LEAST = {
    "opacity": 0.05,
    "font-size": 1.5,
    "font": 1.5,
    **dict.fromkeys(("left", "top", "right", "bottom", "text-indent"), -900.0),
    **dict.fromkeys(("margin-left", "margin-top", "margin-right"), -900.0),
}
_SIZES = ("width", "height", "max-width", "max-height")
_MOVED = re.compile(r"scale[xy]?\(0[,)]|translate(?:[xy]|3d)?\(-\d{4}")
_CLIPPED = re.compile(r"inset\((?:50|100)%|circle\(0|polygon\(0(?:px)?0(?:px)?,0(?:px)?0")
_ZERO = r"(?:0|0?\.0+|0%)"
_NO_COLOUR = re.compile(
    rf"transparent|(?:rgb|hsl)a?\((?:(?:[^,()]*,){{3}}|[^,()]*/){_ZERO}\)|#(?:[0-9a-f]{{3}}0|[0-9a-f]{{6}}00)"
)
_NO_CHOICE = ("", "inherit", "initial", "unset", "revert", "none")


@lru_cache(maxsize=4096)
def hidden_by(style: str) -> str:
    r"""Return the property by which a style keeps its element from the eyes of readers, empty if none does.

    What hides: not to be displayed, not to be visible, transparent, letters of no size or of the colour they
    stand on, clipped to nothing, off the screen. ``aria-hidden`` keeps from the ears, not from the eyes, and is
    no style.

    Examples
    --------
    >>> hidden_by("DISPLAY: n\\6fne"), hidden_by("position: absolute; left: -9999px"), hidden_by("left: -9px")
    ('display', 'left', '')
    """
    rules = _rules(style)
    return next((name for name, value in rules.items() if value and _hides(name, value, rules)), "")


def direction_by(style: str) -> tuple[str, str]:
    """Return what a style says of ``unicode-bidi`` and of ``direction``, empty where it says nothing.

    Examples
    --------
    >>> direction_by("unicode-bidi: bidi-override; direction: rtl"), direction_by("color: red")
    (('bidi-override', 'rtl'), ('', ''))
    """
    rules = _rules(style)
    return rules.get("unicode-bidi", ""), rules.get("direction", "")


def _hides(name: str, value: str, rules: Mapping[str, str]) -> bool:
    if name in _HIDING:
        return value in _HIDING[name]
    if name == "color":
        ground = (rules.get("background-color"), rules.get("background"))
        return bool(_NO_COLOUR.fullmatch(value)) or (value in ground and value not in _NO_CHOICE)
    if name == "clip":
        return value.replace("px", "").replace(",", "") in ("rect(0000)", "rect(1111)")
    if name == "clip-path":
        return bool(_CLIPPED.match(value))
    if name == "transform":
        return bool(_MOVED.match(value))
    number = _pixels(value.partition("/")[0] if name == "font" else value)
    if number is None:
        return False
    if name in _SIZES:
        return number in (0.0, 1.0) and rules.get("overflow") in ("hidden", "clip")
    return number <= _LEAST[name] if name in _LEAST else False


def _rules(style: str) -> dict[str, str]:
    """Return the declarations of a style without white space, in lower case; the last of a name holds."""
    plain = _ESCAPE.sub(_unescaped, _COMMENT.sub("", style))
    rules = {}
    for rule in plain.lower().split(";"):
        name, _, value = rule.partition(":")
        rules[name.strip()] = "".join(value.replace("!important", "").split())
    return rules


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else ord(match[2])
    return chr(number) if number <= 0x10FFFF else "\ufffd"


def _pixels(value: str) -> float | None:
    match = _LENGTH.fullmatch(value)
    return float(match[1]) * _UNITS.get(match[2], 1.0) if match else None
