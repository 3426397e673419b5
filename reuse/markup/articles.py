"""The HTML of a page to the text of its article: the careful pass, for the few pages that matter.

trafilatura finds the article. What it would lose on the way is first written down in marks, letters of dead
scripts that it takes for part of the words::

    page  -> letters written as numbers are marked    they are plain letters once the page is a tree
    tree  -> hidden junk becomes a mark               what is hidden and long is shown; overrides are there
    HTML  -> tags within words are marked             invisible characters become marks, each its own
    trafilatura
    text  -> marks are taken out, and become `Mark`s  invisible characters come back
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections import Counter
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reuse.markup.directions import write_overrides
from reuse.markup.hidden import MANY_WORDS, count_words, hidden, is_amid_text, junk
from reuse.markup.trees import depth, document, parse, select
from reuse.values import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement
    from resiliparse.parse.html import ElementNode, HTMLTree

#: Pages longer or deeper than this, or with more tags, are not read carefully: trafilatura may take seconds for
#: them. What somebody writes for readers comes nowhere near; browsers themselves nest no deeper.
MOST_CHARACTERS, MOST_TAGS, DEEPEST = 4_000_000, 20_000, 512
#: What is done to fewer words of an article than this may be chance, or typography.
FEWEST = 3
#: Tags with an effect within words are evidence in such numbers only: teaching of languages, syllables set
#: bold, and words that a search has highlighted have them.
FEWEST_WITH_EFFECT, LEAST_SHARE = 20, 0.02
# A hidden block of fewer words is a label: "Copied to the clipboard".
_FEWEST_HIDDEN = 5
# Blocks that hold running text, and can hold the mark of a hidden block behind them.
_RUNNING = ("p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")

# Words of a headline; fewer are the name of the site, more an article set in the wrong element. And characters
# at the beginning of an article where its headline stands, if it does.
_FEWEST_IN_HEADLINE, _MOST_IN_HEADLINE, _OPENING = 4, 60, 400

_SPOKEN = re.compile(
    r"\bsr\b|sr[-_]?only|reader|(?:visually|visibility)[-_]?hidden|a11y|assist|access", re.IGNORECASE
)

# Cuneiform, hieroglyphs of Egypt and Anatolia, Bamum: letters that trafilatura keeps and pages do not have.
_SIGNS = (
    *range(0x12000, 0x1239A),
    *range(0x13000, 0x1342F),
    *range(0x14400, 0x14647),
    *range(0x16800, 0x16A39),
)

# ASCII letters, which every encoding has. Of others, whole alphabets were written so before UTF-8.
_ENTITY = re.compile(
    r"&#(?:x0*([46][1-9a-f]|[57][0-9a])|0*(6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2]))(?![0-9a-f]);?",
    re.IGNORECASE,
)
# E-mail addresses are written in numbers to keep them from machines that send advertisements.
_ADDRESS = 40

# Not <sup> and <sub>: "1st", "H2O".
_PHRASE = (
    "a|abbr|acronym|b|bdi|bdo|big|code|del|em|font|i|ins|kbd|mark|nobr|q|s|small|span|strike|strong|time|tt|u|"
    "var|wbr"
)
_TAG = rf"/?(?:{_PHRASE})(?:\s[^<>]*)?>|!--(?:(?!-->).){{0,200}}-->"
# It begins with "<" because searching for that is quick.
_SPLIT = re.compile(rf"<(?<=[^\W\d_]<)(?:{_TAG})(?:<(?:{_TAG}))*(?=[^\W\d_])", re.DOTALL)
_EMPTY = re.compile(r"<([a-z]+)[^<>]*></\1>|<!--.*?-->", re.DOTALL)
_BARE = re.compile(r"<(?:span|font|bdi|bdo|nobr|time|acronym|abbr)>")
_ENDS = re.compile(r"(?:</(?:a|abbr|b|em|i|mark|strong|u|code|q|s|del|ins)>)+")


class Article(NamedTuple):
    """The article of a page.

    Attributes
    ----------
    text : str
        Paragraphs on lines of their own; empty if there is none.
    marks : tuple of Mark
        What the markup did to it, in order: ``hidden``, where words stood that readers do not see; ``split``, a
        word with tags inside; ``entity``, words with letters written as numbers.
    """

    text: str
    marks: tuple[Mark, ...] = ()


class _Signs(NamedTuple):
    """Characters that a page does not have, and what they stand for."""

    entity: str
    hidden: str
    split: str
    styled: str  # a split by tags that may have an effect
    others: Iterator[str]


def article(html: str, url: str | None) -> Article:
    """Return the article of a page, and what its markup did to the words.

    Comments, menus, teasers and the like are left out; tables stay, and the headline is put back where it was
    taken for clutter. Characters that nobody sees are kept, for
    they are evidence. White space is collapsed and letters are composed (NFC). Where a kind of mark is on fewer
    than `FEWEST` words, it is typography: a drop cap, "A<b>pple</b>", a link that ends within a word.

    Parameters
    ----------
    html : str
        As `decode` returns it.
    url : str or None
        Of the page.

    Returns
    -------
    Article
        With an empty text if trafilatura finds none or fails, or if the page is longer or deeper than
        `MOST_CHARACTERS`, `MOST_TAGS` and `DEEPEST` allow.

    Examples
    --------
    >>> words = "the ri<i></i>ver ro<i></i>se by three me<i></i>tres in the night of Monday. " * 9
    >>> found = article(f"<article><p>In the va<b hidden>junk</b>lley {words}</p></article>", None)
    >>> found.text[:45], found.marks[0]
    ('In the valley the river rose by three metres ', Mark(kind='split', begin=18, end=23))
    """
    if len(html) > MOST_CHARACTERS or html.count("<") > MOST_TAGS or depth(html, DEEPEST) > DEEPEST:
        return Article("")
    signs = _signs(html)
    if signs is None:
        return Article("")
    plain = _ENTITY.sub(lambda match: signs.entity + chr(_number(match)), html)
    tree = parse(plain)
    if plain != html:
        _clean_styles(tree, signs.entity)
    _mark_hidden(tree, signs.hidden)
    shown = _show(tree)
    write_overrides(tree)
    marked = _SPLIT.sub(lambda match: _split(match[0], signs), document(tree).html)
    invisible = dict(zip(sorted(filter(_is_dropped, set(marked))), signs.others, strict=False))
    if invisible:
        marked = marked.translate({ord(character): sign for character, sign in invisible.items()})
    text = _extracted(marked, url, shown=shown)
    return _unmarked(text, signs, {sign: character for character, sign in invisible.items()})


def _signs(html: str) -> _Signs | None:
    """Return signs for a page, None if it has nearly all of them itself."""
    here = set(unescape(html) if "&#" in html else html)
    signs = (character for character in map(chr, _SIGNS) if character not in here and character.isprintable())
    first = list(islice(signs, 4))
    if len(first) < 4:
        return None
    entity, concealed, split, styled = first
    return _Signs(entity, concealed, split, styled, signs)


def _number(match: re.Match[str]) -> int:
    return int(match[1], 16) if match[1] else int(match[2])


def _is_dropped(character: str) -> bool:
    """Tell whether trafilatura would drop a character."""
    return not (character.isprintable() or character.isspace())


def _clean_styles(tree: HTMLTree, sign: str) -> None:
    """Take signs out of styles, which could not be read with them."""
    for element in select(tree, f'[style*="{sign}"]'):
        element.set_attribute("style", (element.get_attribute("style") or "").replace(sign, ""))


def _mark_hidden(tree: HTMLTree, sign: str) -> None:
    """Put signs where junk stands that is evidence, and remove all of it."""
    found = [(element, " ".join((element.text_content or "").split())) for element in junk(tree)]
    times = Counter(text for _, text in found)
    for element, text in found:
        before = element.previous_element_sibling
        if any(map(str.isalpha, text)) and _is_evidence(element, text, once=times[text] == 1):
            note = document(tree).create_text_node(sign)
            if is_amid_text(element):
                element.before(note)
            elif before is not None:
                before.append(note)
        element.remove()


def _is_evidence(element: ElementNode, text: str, *, once: bool) -> bool:
    """Tell whether junk is there to mislead: what a site hides, it hides again and again."""
    if is_amid_text(element):
        return _is_in_word(element) or (once and not _is_spoken(element))
    before = element.previous_element_sibling
    behind = before is not None and before.tag in _RUNNING
    return behind and once and len(text.split()) >= _FEWEST_HIDDEN


def _is_in_word(element: ElementNode) -> bool:
    before, after = element.previous_sibling, element.next_sibling
    left, right = (before and before.text_content) or "", (after and after.text_content) or ""
    return left[-1:].isalpha() and right[:1].isalpha()


def _is_spoken(element: ElementNode) -> bool:
    """Tell whether an element is for those who listen: "opens in a new window"."""
    parent = element.parent_element
    return bool(_SPOKEN.search(element.class_name or "")) or (parent is not None and parent.tag == "a")


def _show(tree: HTMLTree) -> bool:
    """Show what is hidden and long, which trafilatura passes over; return whether there was anything.

    Menus stay hidden: their words are links.
    """
    shown = False
    for element in hidden(tree):
        links = element.get_elements_by_tag_name("a").values()
        linked = sum(count_words(link.text_content or "") for link in links)
        if count_words(element.text_content or "") - linked >= MANY_WORDS:
            element.remove_attribute("hidden")
            element.remove_attribute("style")
            shown = True
    return shown


def _split(tags: str, signs: _Signs) -> str:
    """Return the sign for what stands within a word, and the tags; the end of a link or of emphasis has none.

    Tags with nothing inside go: to trafilatura a paragraph of empty links is a menu.
    """
    rest = _EMPTY.sub("", tags)
    if rest != tags or _BARE.search(tags):
        return signs.split + rest
    return rest if _ENDS.fullmatch(tags) else signs.styled + rest


def _extracted(html: str, url: str | None, *, shown: bool) -> str:
    """Return the article that trafilatura finds, empty if there is none."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura import extract

    # It writes a line for each page that has no article.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        page = document_fromstring(html.encode(), parser=parser)
        headline = _headline(page)
        text = extract(page, url=url, include_comments=False, favor_recall=shown) or ""
    except LxmlError:  # nothing in it, or what its own rules cannot be applied to
        return ""
    # It takes headlines for clutter where they stand above the article, and leaves them where they stand in it.
    missing = text and headline and _bare(headline) not in _bare(text[: 2 * len(headline) + _OPENING])
    return f"{headline}\n{text}" if missing else text


def _headline(page: HtmlElement) -> str:
    """Return the page's first heading that is long enough for a headline, empty if there is none."""
    headings = (" ".join(heading.text_content().split()) for heading in page.iterfind(".//h1"))
    return next(
        (heading for heading in headings if _FEWEST_IN_HEADLINE <= len(heading.split()) <= _MOST_IN_HEADLINE),
        "",
    )


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _unmarked(marked: str, signs: _Signs, invisible: Mapping[str, str]) -> Article:
    """Take signs out of a text, and tell what they say."""
    kinds = {signs.entity: "entity", signs.hidden: "hidden", signs.split: "split", signs.styled: "styled"}
    pieces: list[str] = []
    places: dict[str, list[int]] = {kind: [] for kind in kinds.values()}
    at = 0
    for piece in re.split(f"([{''.join((*kinds, *invisible))}])", marked):
        if piece in kinds:
            places[kinds[piece]].append(at)
            continue
        # Of the two spaces around what was hidden one is left.
        last = places["hidden"][-1:] == [at] and (not pieces or pieces[-1][-1].isspace())
        part = invisible.get(piece, piece.removeprefix(" ") if last else piece)
        if part:
            pieces.append(part)
            at += len(part)
    text = "".join(pieces)
    words = _Words(text, "".join(invisible.values()))
    split = words.at(places["split"])
    styled = words.at(places["styled"])
    if len(styled) >= max(FEWEST_WITH_EFFECT, LEAST_SHARE * len(words.begins)):
        split = sorted({*split, *styled})
    entity = [span for span in words.at(places["entity"]) if "@" not in _around(text, span)]
    hidden = [(at, at) for at in dict.fromkeys(places["hidden"])]
    told = {"hidden": hidden, "split": split, "entity": entity}
    marks = [Mark(kind, *span) for kind, spans in told.items() if len(spans) >= FEWEST for span in spans]
    return Article(text, tuple(sorted(marks, key=lambda mark: mark[1:])))


def _around(text: str, span: tuple[int, int]) -> str:
    return text[max(0, span[0] - _ADDRESS) : span[1] + _ADDRESS]


class _Words:
    """The words of a text: where they begin and end."""

    def __init__(self, text: str, invisible: str) -> None:
        found = [match.span() for match in re.finditer(rf"[\w{re.escape(invisible)}]+", text)]
        self.begins = [begin for begin, _ in found]
        self._ends = [end for _, end in found]

    def at(self, places: list[int]) -> list[tuple[int, int]]:
        """Return the words at some places, each once."""
        rows = dict.fromkeys(bisect_right(self.begins, place) - 1 for place in places)
        return [(self.begins[row], self._ends[row]) for row in rows if row >= 0]
