"""One finding as a page of HTML without a script: for the archive, for mail, for paper, for who is to judge it.

The verdict and its reasons; what is known of both documents; the numbers; every passage, the source left and
the page right; both texts whole.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from reuse import __version__
from reuse.pairs import KINDS
from reuse.report.command import command
from reuse.report.decided import ORDERS_SAY, common_sources, credit_lines, within
from reuse.report.escape import markup
from reuse.report.facts import page_facts, place_of, source_facts
from reuse.report.meanings import CAVEAT, sentence
from reuse.report.pages.pieces import CHANGED, COMMON, KIND, LEFT_OUT, QUOTED, STOCK, TRICK, cut
from reuse.report.pages.static import language, link, static_page
from reuse.report.summary import plural, share
from reuse.rights.values import PAGE_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding, Passage
    from reuse.metadata import Fact
    from reuse.pairs import Difference
    from reuse.pipeline import Comparison
    from reuse.report.pages.pieces import Pieces
    from reuse.rights import Dated, Term
    from reuse.values import Document

_KINDS = {
    "verbatim": "the words of the source, all of them",
    "edited": "four in five of the page’s words are the source’s, in its order",
    "spun": "fewer of them are: the source’s content in other words",
}
_APART = {
    QUOTED: ("quoted", "quoted speech"),
    STOCK: ("stock", "stock text that many sources have"),
    LEFT_OUT: ("left-out", "left out of the comparison: boilerplate, or words put in to hide a copy"),
    TRICK: ("trick", "words disguised to hide a copy"),
    COMMON: ("common", "words that both texts owe to a common source"),
}
_TRICKS = {
    "invisible": "invisible characters within words",
    "soft-hyphen": "soft hyphens within words; good typography has them, too",
    "look-alike": "letters of another script within words",
    "full-width": "letters in full width",
    "split": "words split by markup",
    "entity": "words whose letters are written as numbers",
    "hidden": "words that are not shown, between words that are",
    "reversed": "words stored backwards, and shown as they should be by an override of direction",
    "inserted": "words of no use, put in between words of the source",
}
_NOT_KNOWN = '<span class="none">not known</span>'
#: Stands where a question is not asked of a source.
_NO_SIDE = '<span class="none">–</span>'


def pair_page(comparison: Comparison, run: Mapping[str, Any]) -> str:
    """Return a finding as a page of HTML.

    Parameters
    ----------
    comparison : Comparison
    run : mapping
        What ``run.json`` tells of the run: of it the version, the digest of the options, options and inputs.

    Returns
    -------
    str
        Self-contained: its style is in it, and its policy lets nothing run, load or be sent. The same
        comparison and run give the same page.
    """
    finding = comparison.finding
    sides = _sides(comparison)
    title = f"{finding.verdict}: {_name(finding.page)} / {_name(finding.source)}"
    parts = (_header(finding), _contents(finding), ["<main>"], _decided(finding), _documents(finding))
    shown = (
        _numbers(finding),
        _disguises(finding),
        _legend(),
        _passages(comparison, sides),
        _texts(finding, sides),
    )
    return static_page(title, chain(*parts, *shown, ["</main>"], _footer(finding, run)))


def _name(document: Document) -> str:
    return document.title or document.url or document.id


# --- above the texts --------------------------------------------------------------------------


def _header(finding: Finding) -> Iterator[str]:
    yield "<header>"
    yield f'<p class="kicker">Text reuse · finding <code>{finding.id}</code></p>'
    yield f"<h1>{markup(finding.verdict)}</h1>"
    yield f'<p class="lead">{sentence(finding.verdict)} Probability of copying {finding.probability:.3f}.</p>'
    yield '<ul class="reasons">'
    yield from (f"<li>{markup(reason)}</li>" for reason in finding.reasons)
    yield "</ul>"
    if finding.precedence and finding.precedence.order == PAGE_FIRST:
        yield f'<p class="loud">{markup(finding.precedence.reason)}</p>'
    yield f'<p class="caveat">{CAVEAT}</p>'
    yield "</header>"


def _contents(finding: Finding) -> Iterator[str]:
    count = len(finding.passages)
    decided = (("decided", "Decided"),) if _is_decided(finding) else ()
    places = (*decided, ("documents", "Documents"), ("numbers", "Numbers"), ("key", "Key"))
    more = ((("passages", f"Passages ({count:,})"),) if count else ()) + (("texts", "Both texts"),)
    links = (f'<a href="#{place}">{name}</a>' for place, name in (*places, *more))
    yield f'<nav aria-label="Contents">{" ".join(links)}</nav>'


def _section(place: str, heading: str) -> str:
    return f'<section aria-labelledby="{place}"><h2 id="{place}">{heading}</h2>'


def _is_decided(finding: Finding) -> bool:
    return bool(finding.standing or finding.precedence or finding.attribution or finding.owed)


def _decided(finding: Finding) -> Iterator[str]:
    """Yield what the policy says, who was first, how the source is credited, and what is owed to others."""
    if not _is_decided(finding):
        return
    yield _section("decided", "Licence, dates, credits")
    yield '<table class="facts"><tbody>'
    if finding.standing:
        status = f'<b class="standing {finding.standing.status}">{finding.standing.status}</b>'
        yield _line("Licence", f"{status} {markup(finding.standing.reason)}")
        yield from (_term(term) for term in finding.standing.terms)
    if finding.precedence:
        order = f'<b class="order {finding.precedence.order}">{ORDERS_SAY[finding.precedence.order]}</b>'
        yield _line("Who was first", f"{order} <span>{markup(finding.precedence.reason)}</span>")
        yield _line("The article was published", _dated(finding.precedence.source))
        yield _line("The page was published", _dated(finding.precedence.page))
    if finding.attribution:
        yield from (_line(name, markup(told)) for name, told in credit_lines(finding.attribution))
    if finding.owed:
        yield _line("Common sources", f"{markup(common_sources(finding))}{_owed(finding)}")
    yield "</tbody></table></section>"


def _line(name: str, told: str) -> str:
    return f'<tr><th scope="row">{name}</th><td>{told}</td></tr>'


def _term(term: Term) -> str:
    status = f'<b class="term {term.status}">{term.status}</b>'
    return _line(f"<code>{markup(term.name)}</code>", f"{status} {markup(term.reason)}")


def _dated(dated: Dated) -> str:
    said = f"{dated.certainty}, {dated.where}" if dated.certainty and dated.where else ""
    stated = f" <span>stated as <bdi>{markup(dated.stated)}</bdi></span>" if dated.stated else ""
    return f'{markup(within(dated))}{stated} <span class="where">{markup(said)}</span>'


def _owed(finding: Finding) -> str:
    """Return the list of common sources."""
    rows = ""
    for owed in finding.owed:
        address = f" {link(owed.url)}" if owed.url else ""
        rows += f"<li>{owed.words:,}: <bdi>{markup(owed.title or owed.id)}</bdi>{address}</li>"
    return f"<ul>{rows}</ul>"


def _documents(finding: Finding) -> Iterator[str]:
    source, page = finding.source, finding.page
    facts = source_facts(finding), page_facts(finding)
    languages = finding.source_language or source.language, finding.page_language or page.language
    yield _section("documents", "The two documents")
    yield '<table class="facts">'
    yield '<thead><tr><td></td><th scope="col">Source</th><th scope="col">Page</th></tr></thead><tbody>'
    yield _row("Title", *(_fact(side["title"]) for side in facts))
    yield _row("Address", *(link(one.url) if one.url else "" for one in (source, page)))
    yield _row("Site", *(markup(one.site or "") for one in (source, page)))
    yield _row("Author", *(_fact(side["author"]) for side in facts))
    yield _row("Published", *(_fact(side["published"]) for side in facts))
    yield _row("Modified", *(_fact(side["modified"]) for side in facts))
    yield _row("Crawled", *(markup(one.fetched or "") for one in (source, page)))
    yield from _own_words(finding)
    yield _row("Language", *(markup(one or "") for one in languages))
    yield _row("Words", f"{finding.source_words:,}", f"{finding.page_words:,}")
    yield _row("Read from", *(_place(one) for one in (source, page)))
    yield _row("SHA-256 of the text", *(_hash(one) for one in (finding.source_sha256, finding.page_sha256)))
    yield _row("SHA-256 as it came", *(_hash(one.original_sha256) for one in (source, page)))
    yield "</tbody></table></section>"


def _own_words(finding: Finding) -> Iterator[str]:
    """Yield what the page says of itself beyond its name and dates."""
    told = finding.metadata
    if told is None:
        return
    if told.canonical_url:
        where = f'<span class="where">{markup(place_of(told.canonical_url))}</span>'
        yield _row("Canonical address", _NO_SIDE, f"{link(told.canonical_url.value)} {where}")
    if told.noindex:
        yield _row("Search engines", _NO_SIDE, _fact(told.noindex))
    if told.links_total:
        addresses = "".join(f"<li>{link(one.url)}</li>" for one in told.links)
        count = (
            f"{told.links_total:,}"
            if told.links_total == len(told.links)
            else f"{told.links_total:,}, the first"
        )
        yield _row("Links to the sites of sources", _NO_SIDE, f"{count}<ul>{addresses}</ul>")
    if told.also:
        facts = "".join(f"<li>{markup(field)}: {_fact(fact)}</li>" for field, fact in told.also)
        yield _row("It says elsewhere", _NO_SIDE, f"<ul>{facts}</ul>")


def _row(name: str, source: str, page: str) -> str:
    """Return a row of the table of facts, nothing where neither side has one."""
    if not source and not page:
        return ""
    cells = "".join(f"<td>{cell or _NOT_KNOWN}</td>" for cell in (source, page))
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _fact(fact: Fact | None) -> str:
    if fact is None:
        return ""
    return f'<bdi>{markup(fact.value)}</bdi> <span class="where">{markup(place_of(fact))}</span>'


def _place(document: Document) -> str:
    """Return where a document was read from, and its id where that is something else."""
    place = document.path if document.line is None else f"{document.path}:{document.line}"
    extent = {"given": "", "page": "all the page shows", "article": "the article of the page"}.get(
        document.extent, ""
    )
    name = "" if document.id == place else f'<span class="where">id <bdi>{markup(document.id)}</bdi></span>'
    return f"<bdi>{markup(place)}</bdi> " + name + (f' <span class="where">{extent}</span>' if extent else "")


def _hash(sha256: str | None) -> str:
    return f"<code>{markup(sha256)}</code>" if sha256 else ""


def _numbers(finding: Finding) -> Iterator[str]:
    words = finding.words_by_kind | {"all": finding.page_words}
    heads = "".join(f'<th scope="col">{kind}</th>' for kind in words)
    counts = "".join(f"<td>{count:,}</td>" for count in words.values())
    shares = "".join(f"<td>{share(count, finding.page_words)}</td>" for count in words.values())
    yield _section("numbers", "The numbers")
    yield '<div class="tables"><table class="numbers"><caption>Words of the page, by what they are</caption>'
    yield f"<thead><tr><td></td>{heads}</tr></thead><tbody>"
    yield f'<tr><th scope="row">words</th>{counts}</tr><tr><th scope="row">share</th>{shares}</tr>'
    yield "</tbody></table>"
    yield '<table class="numbers"><caption>What the two texts have in common</caption>'
    yield '<thead><tr><td></td><th scope="col">source</th><th scope="col">page</th></tr></thead><tbody>'
    parts = finding.source_in_page, finding.page_in_source
    rows = (
        ("words", f"{finding.source_words:,}", f"{finding.page_words:,}"),
        ("of them in passages", f"{finding.matched_source_words:,}", f"{finding.matched_words:,}"),
        (
            "share",
            share(finding.matched_source_words, finding.source_words),
            share(finding.matched_words, finding.page_words),
        ),
        ("contained in the other", *(share(round(part, 6)) for part in parts)),  # as records keep them
    )
    for name, one, two in rows:
        yield f'<tr><th scope="row">{name}</th><td>{one}</td><td>{two}</td></tr>'
    yield "</tbody></table></div>"
    yield (
        f"<p>Longest run of equal words: <b>{finding.longest_run:,}</b>. Resemblance of the two texts: "
        f"<b>{_down(finding.resemblance):.3f}</b>. Of the page’s words in passages "
        f"<b>{finding.moved_words:,}</b> stand elsewhere in its order than in the source’s, and "
        f"<b>{finding.quoted_words:,}</b> are quoted; both are counted apart. Shares are rounded down.</p>"
    )
    yield "</section>"


def _down(number: float) -> float:
    """Return a number with three places, rounded down; records keep six, and the last may be rounded up."""
    return math.floor(1000 * number + 1e-6) / 1000


def _disguises(finding: Finding) -> Iterator[str]:
    if not finding.tricks:
        return
    yield _section("disguises", "What was done to the words")
    yield '<table class="numbers"><thead><tr><th scope="col">what</th><th scope="col">places</th></tr></thead>'
    yield "<tbody>"
    for trick in finding.tricks:
        what = _TRICKS.get(trick.kind, "")
        yield f'<tr><th scope="row">{markup(trick.kind)}: {what}</th><td>{len(trick.places):,}</td></tr>'
    yield "</tbody></table></section>"


def _legend() -> Iterator[str]:
    yield _section("key", "Key")
    yield '<dl class="key">'
    for kind, meaning in _KINDS.items():
        yield f'<div><dt><mark class="{kind}">{kind}</mark></dt><dd>{meaning}</dd></div>'
    changed = "in a passage, words that one side alone has: the source’s struck out, the page’s bold"
    sample = '<del class="edited">source</del> <ins class="edited">page</ins>'
    yield f"<div><dt>{sample}</dt><dd>{changed}</dd></div>"
    for name, meaning in _APART.values():
        yield f'<div><dt><span class="{name}">{name.replace("-", " ")}</span></dt><dd>{meaning}</dd></div>'
    odd = "a character that steers or hides text, by its number in Unicode"
    yield f'<div><dt><span class="odd">U+202E</span></dt><dd>{odd}</dd></div>'
    yield "</dl>"
    yield (
        "<p>Places are counted in characters (Unicode code points) from the beginning of the text with the "
        "SHA-256 above; the second number is the place behind the last.</p></section>"
    )


# --- passages, and both texts -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of the pair, cut into pieces: piece i is ``text[cuts[i]:cuts[i + 1]]``."""

    name: str
    text: str
    language: str | None
    cuts: Sequence[int]
    styles: Sequence[int]
    changed: str

    @property
    def opening(self) -> str:
        """The tag of a block of its text."""
        return f'<div class="text" dir="auto"{language(self.language)}>'

    def part(self, begin: int, end: int, changes: Sequence[tuple[int, int]]) -> Iterator[str]:
        """Yield what stands between two places, at which pieces begin, as they do at `changes`.

        Those are ascending spans of words that the other side lacks in this passage; where passages overlap,
        the styles of the pieces tell of another one.
        """
        row = 0
        for piece in range(bisect_left(self.cuts, begin), bisect_left(self.cuts, end)):
            left = self.cuts[piece]
            while row < len(changes) and changes[row][1] <= left:
                row += 1
            changed = CHANGED if row < len(changes) and changes[row][0] <= left else 0
            yield self.shown(left, self.cuts[piece + 1], self.styles[piece] & ~(KIND | CHANGED) | changed)

    def shown(self, begin: int, end: int, style: int) -> str:
        """Return a piece of the text in its style."""
        opening, closing = _tags(style, self.changed)
        return f"{opening}{markup(self.text[begin:end])}{closing}"


@cache
def _tags(style: int, changed: str) -> tuple[str, str]:
    """Return the tags around a piece in some style; none around words that are nothing but the text's own."""
    names = [KINDS[(style & KIND) - 1]] if style & KIND else []
    names += [name for bit, (name, _) in _APART.items() if style & bit]
    tag = changed if style & CHANGED else "mark" if style & KIND else "span"
    if not names and tag == "span":
        return "", ""
    classes = f' class="{" ".join(names)}"' if names else ""
    return f"<{tag}{classes}>", f"</{tag}>"


def _sides(comparison: Comparison) -> tuple[_Side, _Side]:
    finding = comparison.finding
    source, page = cut(comparison)
    languages = (
        finding.source_language or finding.source.language,
        finding.page_language or finding.page.language,
    )
    return (
        _side("source", comparison.source_text, languages[0], source, "del"),
        _side("page", comparison.page_text, languages[1], page, "ins"),
    )


def _side(name: str, text: str, language: str | None, pieces: Pieces, changed: str) -> _Side:
    return _Side(name, text, language, [*pieces.begin.tolist(), len(text)], pieces.style.tolist(), changed)


def _passages(comparison: Comparison, sides: tuple[_Side, _Side]) -> Iterator[str]:
    passages = comparison.finding.passages
    if not passages:
        return
    yield _section("passages", f"{plural(len(passages), 'passage')}, in the order of the page")
    for number, passage in enumerate(passages):
        yield from _passage(number, passage, comparison.differences[number], sides)
    yield "</section>"


def _passage(
    number: int, passage: Passage, steps: Sequence[Difference], sides: tuple[_Side, _Side]
) -> Iterator[str]:
    source, page = sides
    gone = [(s.source_begin, s.source_end) for s in steps if s.kind in ("replaced", "deleted")]
    new = [(s.page_begin, s.page_end) for s in steps if s.kind in ("replaced", "inserted")]
    shown = number + 1
    yield f'<article class="passage {passage.kind}" aria-labelledby="n{shown}">'
    heading = f'<span class="number">{shown}</span> <mark class="{passage.kind}">{passage.kind}</mark>'
    yield f'<h3 id="n{shown}">{heading} <span class="what">{_what(passage)}</span></h3>'
    yield '<div class="pair">'
    yield from _half(source, "s", shown, (passage.source_begin, passage.source_end), gone)
    yield from _half(page, "p", shown, (passage.page_begin, passage.page_end), new)
    yield "</div></article>"


def _half(
    side: _Side, letter: str, number: int, span: tuple[int, int], changes: Sequence[tuple[int, int]]
) -> Iterator[str]:
    place = f'<a href="#{letter}{number}" title="in the whole text">{span[0]:,}–{span[1]:,}</a>'
    yield f'<div><p class="place">{side.name} {place}</p>'
    yield f"{side.opening}{''.join(side.part(*span, changes))}</div></div>"


def _what(passage: Passage) -> str:
    """Say what a passage is beyond its kind."""
    parts = [plural(passage.words, "word")]
    if passage.kind != KINDS[0]:
        same = share(passage.identity, places=0)
        parts.append(f"from {passage.source_words:,} of the source, {same} of them the same")
    if passage.moved:
        parts.append("moved")
    if passage.quoted_words:
        parts.append(f"{passage.quoted_words:,} quoted")
    return ", ".join(parts)


def _texts(finding: Finding, sides: tuple[_Side, _Side]) -> Iterator[str]:
    source, page = sides
    yield _section("texts", "Both texts, whole")
    yield '<div class="pair">'
    yield from _whole(source, finding.source, "s", [p.source_begin for p in finding.passages], finding.passages)
    yield from _whole(page, finding.page, "p", [p.page_begin for p in finding.passages], finding.passages)
    yield "</div></section>"


def _whole(
    side: _Side, document: Document, letter: str, begins: Sequence[int], passages: Sequence[Passage]
) -> Iterator[str]:
    """Yield one text from end to end, with the number of each passage where it begins."""
    numbers: dict[int, list[int]] = {}
    for number, begin in enumerate(begins):
        numbers.setdefault(begin, []).append(number)
    yield f'<article aria-label="The text of the {side.name}">'
    yield f'<p class="place">{side.name}: <bdi>{markup(_name(document))}</bdi></p>'
    pieces = (
        (_marks(numbers[begin], letter, passages) if begin in numbers else "") + side.shown(begin, end, style)
        for (begin, end), style in zip(pairwise(side.cuts), side.styles, strict=True)
    )
    yield f"{side.opening}{''.join(pieces)}</div></article>"


def _marks(numbers: Iterable[int], letter: str, passages: Sequence[Passage]) -> str:
    """Return the numbers of passages; they are shown by the style, and are no part of the text."""
    return "".join(
        f'<a class="number" id="{letter}{n + 1}" href="#n{n + 1}" data-n="{n + 1}" '
        f'aria-label="passage {n + 1}, {passages[n].kind}"></a>'
        for n in numbers
    )


# --- below ------------------------------------------------------------------------------------


def _footer(finding: Finding, run: Mapping[str, Any]) -> Iterator[str]:
    yield "<footer><dl>"
    rows = (
        ("Made by", f"textreuse {markup(str(run.get('version', __version__)))}"),
        ("Finding", f"<code>{finding.id}</code>"),
        ("Digest of the options", _hash(run.get("options_digest"))),
        ("Command", _hash(command(run))),
    )
    for name, value in rows:
        if value:
            yield f"<div><dt>{name}</dt><dd>{value}</dd></div>"
    yield "</dl></footer>"
