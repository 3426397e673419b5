"""The HTML of a page to a tree, or, where the tree would be a monster, to one of its bare text."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resiliparse.parse.html import DocumentNode, ElementNode, HTMLTree

# What so few tags can do at worst costs less than looking at each of them would.
_HARMLESS = 3000
# A node takes some 200 bytes, a tag is two nodes.
_MOST_TAGS = 500_000
# Browsers themselves nest no deeper than 512; beyond that lies a mistake, or malice.
_DEEPEST = 4096
# Elements that are open again in every block after them, and lists, whose items are indented by what they
# are in: both make more of a page than it says.
_MOST_REPEATED = 2_000_000
_FORMATTING = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
_LISTS = ("ul", "ol", "menu", "dir")
_REPEATED = frozenset((*_FORMATTING, *_LISTS))
_VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
# What the next of its kind closes.
_SHORT = ("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup", "rt", "rp")
# Those of drawings, which close themselves.
_DRAWN = ("path", "rect", "circle", "line", "polygon", "polyline", "ellipse", "stop", "use", "image")
_NEVER_OPEN = frozenset((*_VOID, *_SHORT, *_DRAWN))
# Attributes are compared with all others of their tag.
_MOST_ATTRIBUTES = 1000
# Where a tag begins and ends depends on all that comes before it, on scripts and stray quotes too. So one may
# begin at any "<" with a letter, save that the first behind a ">" goes before others: all are followed to
# their ends as browsers follow them. What makes that more work than this many times the page is malice.
_MOST_WORK = 16
_SPACE = r"\t\n\f\r "
_ATTRIBUTE = re.compile(
    rf"""[{_SPACE}/]*+[^{_SPACE}/>][^{_SPACE}/>=]*+"""
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"?|'[^']*+'?|[^{_SPACE}>]*+))?+"""
)
_ATTRIBUTES = re.compile(rf"[^{_SPACE}/>]*+(?:{_ATTRIBUTE.pattern}){{0,{_MOST_ATTRIBUTES}}}+")
# A tag as most are, told in passing: few attributes, short ones, nothing odd.
_USUAL_ATTRIBUTE = (
    rf"""[{_SPACE}/]{{0,32}}+[^{_SPACE}/>=][^{_SPACE}/>=]{{0,32}}+"""
    rf"""(?:=(?:"[^"]{{0,256}}+"|'[^']{{0,256}}+'|[^{_SPACE}>"'][^{_SPACE}>]{{0,256}}+(?=[{_SPACE}>])))?+"""
)
_USUAL = rf"[^{_SPACE}/>]{{0,32}}+(?=[{_SPACE}/>])(?:{_USUAL_ATTRIBUTE}){{0,16}}+[{_SPACE}/]{{0,32}}+>"
_UNUSUAL = re.compile(rf"<[a-zA-Z](?!{_USUAL})[^>]*+")
# An end tag may end nothing: in a comment, in a value, in a cell of a table. So that no page has more open than
# it seems to have, formatting counts as never closed: three alike are open at most, and all with attributes.
# <a> ends the one before.
_FORMATS = re.compile(rf"(</?)(?i:{'|'.join(_FORMATTING[1:])})(?=[{_SPACE}/>])")
_FORMATTED = re.compile(rf"<([bcefinstuBCEFINSTU][a-zA-Z]{{0,5}}+)[{_SPACE}/]")
_MOST_ALIKE = 3 * (len(_FORMATTING) - 1)
# Lists within so many lists are no menu; and to see what they are in takes so many steps, or is malice.
_MOST_LISTS, _MOST_STEPS = 32, 500_000
# What leaves nothing open, wherever it stands: an element without others, a comment without tags, a drawing of
# elements that close themselves. It is taken out until little is left, or next to nothing goes.
_BEGIN = rf"(?=[{_SPACE}/>])(?:{_USUAL_ATTRIBUTE}){{0,16}}+[{_SPACE}/]{{0,32}}+>"
_SHAPE = rf"<(?:{'|'.join(_DRAWN)})(?=[{_SPACE}/])(?:{_ATTRIBUTE.pattern})*+[{_SPACE}]*+/>"
_CLOSED = re.compile(
    rf"<([a-z][^{_SPACE}/>]{{0,32}}+){_BEGIN}[^<>]*+</\1[{_SPACE}]{{0,32}}+>"
    rf"|<!--[^<>]*+(?<=--)>"
    rf"|<svg{_BEGIN}(?:[^<>]*+{_SHAPE})++[^<>]*+</svg>"
    rf"|<(script|style)\b{_BEGIN}(?:[^<]|<(?![a-z!/?]))*+</\2[{_SPACE}]{{0,32}}+>"
)
_MOST_ROUNDS, _LEAST_GONE = 64, 0.1
# Those of them that drawings and formulas end at, too.
_NEVER_WITHIN = frozenset(("br", "embed", "hr", "img", "meta", "p", "li", "dd", "dt"))
_NAME = re.compile(r"</?[a-z][^\s/>]*")

# What is not text, each to its end; then a tag by its name; then a "<" that is none.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|template|textarea|select|iframe|svg)\b.*?(?:</\1\s*>|\Z)"
    r"|<(/?[a-z][^\s/>]*)[^>]*>?"
    r"|<[!?/][^>]*>?"
    r"|<",
    re.IGNORECASE | re.DOTALL,
)
_PHRASE = (
    "abbr",
    "acronym",
    "bdi",
    "bdo",
    "cite",
    "data",
    "del",
    "dfn",
    "ins",
    "kbd",
    "mark",
    "q",
    "ruby",
    "samp",
)
_INLINE = frozenset((*_FORMATTING, *_PHRASE, "span", "sub", "sup", "time", "var", "wbr"))


def parse(html: str) -> HTMLTree:
    """Return the tree that a browser would make of a page.

    Time and memory grow with the length of the page. Where markup would make more of it than that (tags nested
    thousands deep, half a million tags, open tags repeated in every block), the tree is that of the text with
    its tags dropped: it has no title, links or metadata. A tag ends after its first thousand attributes.

    Parameters
    ----------
    html : str
        As `decode` returns it: without lone surrogates.

    Examples
    --------
    >>> tree = parse("<title>News</title><p>Some <b>news.")
    >>> tree.title, tree.body.text
    ('News', 'Some news.')
    """
    from resiliparse.parse.html import HTMLTree

    short = None if is_monstrous(html) else with_short_tags(html)
    if short is not None:
        tree = HTMLTree.parse(_without_repetition(short))
        if not _has_deep_lists(tree, html.count("<")):
            return tree
    return HTMLTree.parse(f"<pre>{_without_tags(html)}")


def select(tree: HTMLTree, selectors: str) -> list[ElementNode]:
    """Return the elements that match one of some selectors of CSS, in order."""
    return document(tree).query_selector_all(selectors).values()


def document(tree: HTMLTree) -> DocumentNode:
    """Return the root of a tree."""
    root = tree.document
    assert root is not None, "what was parsed has a root"
    return root


def is_monstrous(html: str) -> bool:
    """Tell whether a tree would be out of all proportion to its page.

    Examples
    --------
    >>> is_monstrous("<p>" * 5000), is_monstrous("<div>" * 5000)
    (False, True)
    """
    tags = html.count("<")
    if tags <= _HARMLESS or tags > _MOST_TAGS:
        return tags > _MOST_TAGS
    return depth(html, _DEEPEST) > _DEEPEST or _left_open(html, _DEEPEST) > _DEEPEST


def with_short_tags(html: str) -> str | None:
    """Return a page with every tag ended after so many attributes; None if there is no telling where tags end.

    What looks like a tag in a script is ended too: nobody can say for sure what is one.

    Parameters
    ----------
    html : str
        As `decode` returns it.

    Examples
    --------
    >>> page = with_short_tags("<p" + "".join(f" a{n}" for n in range(1002)) + ">x") or ""
    >>> page[-24:]
    'a998 a999> a1000 a1001>x'
    """
    ends = set()
    left = _MOST_WORK * len(html)
    for tag in _UNUSUAL.finditer(html):
        begin = tag.start()
        attributes = _ATTRIBUTES.match(html, begin + 1)
        assert attributes, "it matches nothing at least"
        end = attributes.end()
        left -= end - begin
        if left < 0:
            return None
        if end - begin > _MOST_ATTRIBUTES and _ATTRIBUTE.match(html, end):
            ends.add(end)
    if not ends:
        return html
    places = [0, *sorted(ends), len(html)]
    return ">".join(html[begin:end] for begin, end in pairwise(places))


def _without_repetition(html: str) -> str:
    """Return a page with <span> for formatting that might be open again in too many blocks."""
    tags = html.count("<")
    if tags <= _HARMLESS:
        return html
    formats = sum(name.lower() in _FORMATTING for name in _FORMATTED.findall(html)) + _MOST_ALIKE
    return _FORMATS.sub(r"\1span", html) if formats * tags > _MOST_REPEATED else html


def _has_deep_lists(tree: HTMLTree, tags: int) -> bool:
    """Tell whether lists lie within lists so that text would be indented out of all proportion."""
    if tags <= _HARMLESS:
        return False
    steps = 0
    found = select(tree, ",".join(_LISTS))
    for element in found if len(found) * tags > _MOST_REPEATED else ():
        lists = 0
        above = element.parent_element
        while above is not None:
            lists += above.tag in _LISTS
            steps += 1
            if lists > _MOST_LISTS or steps > _MOST_STEPS:
                return True
            above = above.parent_element
    return False


def _left_open(html: str, enough: int) -> int:
    """Return how many elements may be open at once at most, once that is no more than enough; else more.

    `depth` believes every end tag, and this none but those that must be true.
    """
    size = html.count("<")
    if size <= enough:  # as most are
        return size
    rest = html.lower()
    never = _NEVER_WITHIN if "<svg" in rest or "<math" in rest else _NEVER_OPEN
    for _ in range(_MOST_ROUNDS):
        opened = sum(name[1:] not in never for name in _NAME.findall(rest) if name[1] != "/")
        if opened <= enough:
            return opened
        rest = _CLOSED.sub("", rest)
        before, size = size, rest.count("<")
        if before - size < _LEAST_GONE * before:
            break
    return enough + 1


def depth(html: str, enough: int) -> int:
    """Return how deep the tags of a page are nested at most, or more than `enough` as soon as that is sure.

    Open tags that are repeated too often in what follows count as too deep.

    Examples
    --------
    >>> depth("<div><p>a<p>b<div>c</div></div><i>", 10)
    2
    """
    open_tags: Counter[str] = Counter()
    now = deepest = repeated = total = 0
    for tag in _NAME.findall(html.lower()):
        if tag[1] == "/":
            name = tag[2:]
            if open_tags[name]:
                open_tags[name] -= 1
                now -= 1
                repeated -= name in _REPEATED
            continue
        name = tag[1:]
        total += repeated
        if name in _NEVER_OPEN:
            continue
        open_tags[name] += 1
        now += 1
        repeated += name in _REPEATED
        if now > deepest:
            deepest = now
            if now > enough:
                break
        if total > _MOST_REPEATED:
            return enough + 1
    return deepest


def _without_tags(html: str) -> str:
    """Return the text of a page, entities as they are; blocks have lines of their own."""
    return "\n".join(filter(None, map(str.strip, _MARKUP.sub(_dropped, html).split("\n"))))


def _dropped(match: re.Match[str]) -> str:
    if match[0] == "<":
        return "&lt;"
    name = (match[2] or "div").lower().lstrip("/")
    return "" if match[1] or match[0].startswith("<!") or name in _INLINE else "\n"
