"""One pair for a person at a terminal: the verdict, the numbers behind it, the passages side by side."""

from __future__ import annotations

import textwrap
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from tabulate import tabulate

from reuse.pairs import KINDS
from reuse.report.columns import Piece, is_right_to_left, paint, side_by_side, wrap
from reuse.report.escape import running
from reuse.report.records import record
from reuse.report.summary import plural, share
from reuse.report.table import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reuse.findings import Finding, Passage
    from reuse.pairs import Difference
    from reuse.pipeline import Comparison
    from reuse.values import Tokens

#: Narrower terminals have the source above the page: two columns of less than 39 characters are a strain.
_NARROWEST = 80
_BETWEEN = " | "
#: Of a passage with more words than the first number so many are shown from its beginning and from its end.
_LONGEST, _SHOWN = 150, 60
#: Both sides begin a new line at an equal step of so many words after so many more, lest they drift apart.
_LEVEL_WORDS, _LEVEL_AFTER = 3, 40
#: SGR: magenta, yellow, cyan; what only the page has is green, what only the source has red, both bold.
_CLASS_LOOK = {"verbatim": "35", "edited": "33", "spun": "36"}
_BOLD, _UNDERLINED, _NEW, _GONE = "1", "4", "1;32", "1;31"


@dataclass(frozen=True, slots=True)
class View:
    """How a comparison is shown.

    Attributes
    ----------
    top : int
        Passages, the longest.
    width : int
        Columns of the terminal.
    color : bool
        Whether changes are told by colours; if not, by the marks of wdiff.
    full : bool
        Whether passages are shown from end to end, however long.
    """

    top: int = 10
    width: int = 100
    color: bool = False
    full: bool = False


def comparison(result: Comparison, view: View) -> str:
    """Return the finding as text, with its longest passages in page order."""
    passages = result.finding.passages
    longest = sorted(range(len(passages)), key=lambda n: -passages[n].words)[: view.top]
    parts = [_verdict(result.finding, view), _numbers(result.finding, view), _classes(result.finding)]
    if longest:
        parts.append(_heading(len(passages), len(longest), view))
        parts += ["\n".join(_passage(result, n, view)) for n in sorted(longest)]
    return "\n\n".join(parts) + "\n"


def comparison_record(result: Comparison, options_digest: str) -> dict[str, Any]:
    """Return the finding as JSON values, and with each passage how its two sides differ."""
    told = record(result.finding, options_digest)
    for number, passage in enumerate(told["passages"]):
        passage["differences"] = [
            {
                "kind": step.kind,
                "source": [step.source_begin, step.source_end],
                "page": [step.page_begin, step.page_end],
            }
            for step in result.differences[number]
        ]
    return told


# --- above the passages -----------------------------------------------------------------------


def _verdict(finding: Finding, view: View) -> str:
    reasons = (
        textwrap.fill(reason, view.width, initial_indent="  ", subsequent_indent="    ")
        for reason in finding.reasons
    )
    return "\n".join((f"{finding.verdict} (probability of copying {finding.probability:.3f})", *reasons))


def _numbers(finding: Finding, view: View) -> str:
    names = max(10, (view.width - len("contained in the other") - 4) // 2)
    rows = (
        ("document", shorten(finding.source.id, names), shorten(finding.page.id, names)),
        ("words", f"{finding.source_words:,}", f"{finding.page_words:,}"),
        ("of them shared", f"{finding.matched_source_words:,}", f"{finding.matched_words:,}"),
        (
            "share",
            share(finding.matched_source_words, finding.source_words),
            share(finding.matched_words, finding.page_words),
        ),
        ("contained in the other", share(finding.source_in_page), share(finding.page_in_source)),
    )
    headers, align = ("", "source", "page"), ("left", "right", "right")
    grid = tabulate(rows, headers, "simple", colalign=align, disable_numparse=True)
    return f"{grid}\nlongest run {finding.longest_run:,} words; resemblance {finding.resemblance:.3f}"


def _classes(finding: Finding) -> str:
    """Tell what the page's words are; apart from that, how many have moved, and how many are quoted."""
    words = finding.words_by_kind | {"all": finding.page_words}
    rows = (
        ("words", *(f"{count:,}" for count in words.values())),
        ("share", *(share(count, finding.page_words) for count in words.values())),
    )
    align = ("left", *("right" for _ in words))
    grid = tabulate(rows, ("of the page", *words), "simple", colalign=align, disable_numparse=True)
    return f"{grid}\nof the shared words {finding.moved_words:,} moved, {finding.quoted_words:,} quoted"


def _heading(total: int, shown: int, view: View) -> str:
    which = (
        f"the {shown:,} longest of {plural(total, 'passage')}" if shown < total else plural(total, "passage")
    )
    if view.color:
        gone, new, quoted = Piece("red", _GONE), Piece("green", _NEW), Piece("underlined", _UNDERLINED)
        told = (
            Piece(f"{which}; "),
            gone,
            Piece(": the source's alone, "),
            new,
            Piece(": the page's, "),
            quoted,
        )
        return paint((*told, Piece(": quoted")))
    return f"{which}; [-the source's alone-], {{+the page's alone+}}"


# --- a passage --------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A place in a passage: a token of the source, and one of the page."""

    source: int
    page: int


class _Block(NamedTuple):
    """A part of a passage that is shown with both sides level, or is left out."""

    begin: _Place
    end: _Place
    shown: bool = True


class _Side:
    """One side of a passage, to be shown block by block."""

    def __init__(
        self,
        name: str,
        text: str,
        tokens: Tokens,
        span: tuple[int, int],
        changes: Sequence[tuple[int, int]],
        quoted: Sequence[tuple[int, int]],
        look: str,
        view: View,
    ) -> None:
        self.heading = f"{name} {span[0]:,}-{span[1]:,}"
        self._text, self._tokens, self._span, self._changes = text, tokens, span, changes
        self._look, self._color = look, view.color
        self._marks, self._changed = (("[-", "-]"), _GONE) if name == "source" else (("{+", "+}"), _NEW)
        self._quotes = quoted if view.color else ()

    def text(self) -> str:
        return self._text[slice(*self._span)]

    def pieces(self, first: int, last: int) -> Iterator[Piece]:
        """Yield the text from one token to before another, with what stands between words."""
        begin, end = self._place(first), self._place(last)
        changed = _within(self._changes, begin, end)
        quoted = _within(self._quotes, begin, end)
        cuts = sorted({begin, end, *(place for span in (*changed, *quoted) for place in span)})
        for left, right in pairwise(cuts):
            shown = running(self._text[left:right])
            is_changed = _covers(changed, left)
            if self._color:
                look = self._changed if is_changed else self._look
                yield Piece(shown, f"{look};{_UNDERLINED}" if _covers(quoted, left) else look)
            else:
                yield Piece(shown.join(self._marks) if is_changed else shown)

    def left_out(self, first: int, last: int) -> Piece:
        """Say how many words are not shown."""
        return Piece(f"[… {plural(last - first, 'word')} left out (--full) …]", _BOLD if self._color else "")

    def _place(self, token: int) -> int:
        """Return where a token begins, with the marks that open it, such as quotation marks."""
        begin, end = self._span
        if token >= len(self._tokens.begin):
            return end
        place = int(self._tokens.begin[token])
        behind = max(int(self._tokens.end[token - 1]) if token else 0, begin)
        gap = self._text[behind:place]
        marks = "" if gap[-1:].isspace() or not gap.strip() else gap.split()[-1]
        if len(marks) < len(gap):
            place -= len(marks)
        return min(max(place, begin), end)


def _passage(result: Comparison, number: int, view: View) -> Iterator[str]:
    """Yield the lines of one passage."""
    passage, steps = result.finding.passages[number], result.differences[number]
    look = _CLASS_LOOK[passage.kind]
    source = _Side(
        "source",
        result.source_text,
        result.source_tokens,
        (passage.source_begin, passage.source_end),
        [(s.source_begin, s.source_end) for s in steps if s.kind in ("replaced", "deleted")],
        result.finding.source_apart.quoted,
        look,
        view,
    )
    page = _Side(
        "page",
        result.page_text,
        result.page_tokens,
        (passage.page_begin, passage.page_end),
        [(s.page_begin, s.page_end) for s in steps if s.kind in ("replaced", "inserted")],
        result.finding.page_apart.quoted,
        look,
        view,
    )
    heading = Piece(_what(passage), f"{_BOLD};{look}" if view.color else "")
    yield from map(paint, wrap([heading], view.width))
    blocks = _blocks(passage, steps, result.source_tokens, result.page_tokens, full=view.full)
    # A terminal that shows Hebrew or Arabic from right to left would exchange the columns of a line.
    if view.width < _NARROWEST or is_right_to_left(source.text()) or is_right_to_left(page.text()):
        yield from _above(source, [(b.begin.source, b.end.source, b.shown) for b in blocks], view)
        yield from _above(page, [(b.begin.page, b.end.page, b.shown) for b in blocks], view)
    else:
        yield from _beside(source, page, blocks, view)


def _what(passage: Passage) -> str:
    """Say what a passage is, in a line."""
    parts = [f"{passage.kind}, {plural(passage.words, 'word')}"]
    if passage.kind != KINDS[0]:
        same = share(passage.identity, places=0)
        parts.append(f"from {passage.source_words:,} of the source, {same} of them the same")
    if passage.moved:
        parts.append("moved")
    if passage.quoted_words:
        some = "" if passage.quoted_words >= passage.words else f"{plural(passage.quoted_words, 'word')} "
        parts.append(f"[{some}quoted]")
    return ", ".join(parts)


def _beside(source: _Side, page: _Side, blocks: Sequence[_Block], view: View) -> Iterator[str]:
    """Yield the source in the left column and the page in the right one."""
    width = (view.width - len(_BETWEEN)) // 2
    yield from side_by_side([[Piece(source.heading)]], [[Piece(page.heading)]], width, _BETWEEN)
    for begin, end, shown in blocks:
        left = _lines(source, begin.source, end.source, width, shown=shown)
        right = _lines(page, begin.page, end.page, width, shown=shown)
        yield from side_by_side(left, right, width, _BETWEEN)


def _above(side: _Side, parts: Sequence[tuple[int, int, bool]], view: View) -> Iterator[str]:
    """Yield one side, indented below where it stands."""
    yield side.heading
    for begin, end, shown in parts:
        lines = _lines(side, begin, end, max(view.width - 2, 2), shown=shown)
        yield from (f"  {paint(line)}" for line in lines)


def _lines(side: _Side, begin: int, end: int, width: int, *, shown: bool) -> list[list[Piece]]:
    """Return some tokens of a side as lines, or how many they are."""
    if begin == end:
        return []
    return wrap(side.pieces(begin, end) if shown else [side.left_out(begin, end)], width)


def _blocks(
    passage: Passage, steps: Sequence[Difference], sources: Tokens, pages: Tokens, *, full: bool
) -> list[_Block]:
    """Cut a passage into what is shown with both sides level, and leave the middle of a long one out.

    Places are counted on an axis along which each step is as long as its longer side.
    """
    source_words = _words([(s.source_begin, s.source_end) for s in steps], sources)
    page_words = _words([(s.page_begin, s.page_end) for s in steps], pages)
    axis = [0, *accumulate(map(max, source_words, page_words))]
    source_at = [*accumulate(source_words, initial=passage.source_token)]
    page_at = [*accumulate(page_words, initial=passage.page_token)]

    def place(x: int) -> _Place:
        if x >= axis[-1]:
            return _Place(source_at[-1], page_at[-1])
        step = bisect_right(axis, x) - 1
        into = x - axis[step]
        return _Place(
            source_at[step] + min(into, source_words[step]), page_at[step] + min(into, page_words[step])
        )

    cuts = [0]
    for step, x in zip(steps, axis, strict=False):
        long = step.kind == "equal" and axis[bisect_right(axis, x)] - x >= _LEVEL_WORDS
        if long and x - cuts[-1] >= _LEVEL_AFTER:
            cuts.append(x)
    cuts.append(axis[-1])
    head = tail = axis[-1]
    if not full and axis[-1] > _LONGEST:
        head, tail = _SHOWN, axis[-1] - _SHOWN
        cuts = sorted({head, tail, *(x for x in cuts if x <= head or x >= tail)})
    return [_Block(place(x), place(y), shown=x != head) for x, y in pairwise(cuts)]


def _words(spans: Sequence[tuple[int, int]], tokens: Tokens) -> list[int]:
    """Count the tokens of each span."""
    begins, ends = (np.array([span[side] for span in spans], np.int64) for side in (0, 1))
    counts = np.searchsorted(tokens.begin, ends) - np.searchsorted(tokens.begin, begins)
    return [int(count) for count in np.where(ends > begins, counts, 0)]


def _within(spans: Sequence[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """Return what of ascending spans lies in a range."""
    first = bisect_left(spans, begin, key=lambda span: span[1])
    last = bisect_left(spans, end, key=lambda span: span[0])
    return [(max(b, begin), min(e, end)) for b, e in spans[first:last] if max(b, begin) < min(e, end)]


def _covers(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Tell whether a place lies in one of ascending spans."""
    number = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return number >= 0 and place < spans[number][1]
