"""Scripts of JSON-LD to the objects that describe the page itself, however badly they are written.

Work is bounded by the size of what is read, and that by `MOST_CHARACTERS`.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Characters that are read of all scripts of a page; a script that exceeds it is passed over.
MOST_CHARACTERS = 1_000_000
_MOST_OBJECTS = 2_000
_MOST_LISTED = 20
#: Members under which a page describes itself; under others it describes its neighbours.
_OWN = ("@graph", "mainEntity")
_ARTICLES = ("article", "posting", "report")

_STRING = r'"(?:[^"\\]++|\\.)*+"?'
_COMMENT = re.compile(
    rf"({_STRING})|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|//[^\n]*+|<!(?:--|\[CDATA\[)|--!?>|\]\]>", re.DOTALL
)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*+[}}\]])", re.DOTALL)
_MEMBER = re.compile(r'"(headline|datePublished|dateModified)"\s*+:\s*+("(?:[^"\\\n]++|\\.)*+")')

# Numbers stay as they are written: "1e999999" is no date, and a million digits are no work.
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


def objects(scripts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects with which the scripts of a page describe it, in their order.

    Examples
    --------
    >>> objects(['<!-- {"@graph": [{"@type": "NewsArticle", "headline": "Storm",},]} -->'])[1]
    {'@type': 'NewsArticle', 'headline': 'Storm'}
    """
    found: list[dict[str, Any]] = []
    left = MOST_CHARACTERS
    for script in scripts:
        if len(script) <= left:
            left -= len(script)
            found.extend(_described(_values(script)))
    return found[:_MOST_OBJECTS]


def _values(script: str) -> list[Any]:
    """Return the values of one script: as JSON, else mended, else the members that can be told apart."""
    try:
        return [_DECODER.decode(script)]
    except (ValueError, RecursionError):
        mended = _COMMA.sub(r"\1", _COMMENT.sub(r"\1", _quoted(script)))
    try:
        return _sequence(mended)
    except (ValueError, RecursionError):
        return _members(_quoted(script))


def _quoted(script: str) -> str:
    """Return a script whose quotation marks are character references with the marks themselves."""
    return html.unescape(script) if script.count('"') < script.count("&quot;") else script


def _sequence(text: str) -> list[Any]:
    """Return the values that stand one after another, as in ``{} {};``."""
    values: list[Any] = []
    text = text.strip(" \t\r\n;,")
    while text and len(values) < _MOST_LISTED:
        value, end = _DECODER.raw_decode(text)
        values.append(value)
        text = text[end:].lstrip(" \t\r\n;,")
    return values


def _members(text: str) -> list[Any]:
    """Return an article of the first of each member that is worth having on its own, if there is one."""
    found: dict[str, Any] = {}
    for match in _MEMBER.finditer(text):
        found.setdefault(match[1], _string(match[2]))
    return [{"@type": "Article"} | found] if found else []


def _string(quoted: str) -> str:
    try:
        return str(_DECODER.decode(quoted))
    except ValueError:  # "\x": no escape of JSON
        return quoted.strip('"')


def _described(values: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the objects in values, lists and graphs, in order; no more than `_MOST_OBJECTS` are looked at."""
    waiting = values[::-1]
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value[:_MOST_OBJECTS][::-1])
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[name] for name in reversed(_OWN) if name in value)


def kind(found: dict[str, Any]) -> int:
    """Return 0 for an article of any sort, 1 for a page, 2 for anything else.

    Examples
    --------
    >>> kind({"@type": ["schema:LiveBlogPosting"]}), kind({"@type": "WebPage"}), kind({"@type": "Person"})
    (0, 1, 2)
    """
    types = [each.lower() for each in listed(found.get("@type"))[:_MOST_LISTED] if isinstance(each, str)]
    if any(each.endswith(_ARTICLES) for each in types):
        return 0
    return 1 if any(each.endswith("page") for each in types) else 2


def listed(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(found: dict[str, Any], name: str) -> str:
    """Return a member that is text, or the first text of its list; else nothing."""
    return next((each for each in listed(found.get(name))[:_MOST_LISTED] if isinstance(each, str)), "")


def truth(found: dict[str, Any], name: str) -> bool | None:
    """Return a member that says true or false, in whatever way; else None.

    Examples
    --------
    >>> truth({"isAccessibleForFree": "http://schema.org/False"}, "isAccessibleForFree")
    False
    """
    value = found.get(name)
    said = value.lower().rpartition("/")[2] if isinstance(value, str) else value
    return True if said in ("true", True) else False if said in ("false", False) else None


def addresses(found: dict[str, Any]) -> list[str]:
    """Return what an object gives as its own address."""
    main = [
        each.get("@id") or each.get("url") if isinstance(each, dict) else each
        for each in listed(found.get("mainEntityOfPage"))[:_MOST_LISTED]
    ]
    return [each for each in (*main, found.get("url"), found.get("@id")) if isinstance(each, str)]


def names(found: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> list[str]:
    """Return the names of the authors of an object, those given by reference as well.

    Examples
    --------
    >>> names({"author": [{"@id": "#1"}, {"name": "B. Roe"}, "C. Poe"]}, {"#1": {"name": "A. Doe"}})
    ['A. Doe', 'B. Roe', 'C. Poe']
    """
    authors = listed(found.get("author")) or listed(found.get("creator"))
    result: list[str] = []
    for author in authors[:_MOST_LISTED]:
        named = author
        if isinstance(author, dict):
            named = author.get("name") or by_id.get(text_of(author, "@id"), {}).get("name")
        result.extend(each for each in listed(named)[:_MOST_LISTED] if isinstance(each, str))
    return result
