"""One pair: how the sides of its passages differ, how that is shown, and how the pair came through every stage.

Covers: `reuse.compare` and `reuse.pipeline.explain`, ``reuse/differences.py``, ``reuse/explanations.py``,
``reuse/report/columns.py``, ``comparison.py`` and ``explanation.py``, ``reuse/cli/compare.py``, ``explain.py``.
Compares against: the texts themselves, laws of laid out text, what an audit finds, the model's own probability.
Run: ``pytest tests/test_compare.py``
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import os
import pty
import random
import re
import subprocess
import sys
import termios
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse import Document, Options, Passage, pipeline
from reuse.__main__ import run
from reuse.candidates import find_candidates
from reuse.differences import differ
from reuse.pairs import KINDS, STEPS, Passages, Scores
from reuse.plan import plan_bands
from reuse.report.columns import Piece, clusters, columns, is_right_to_left, paint, side_by_side, wrap
from reuse.report.comparison import View, comparison, comparison_record
from reuse.report.escape import running
from reuse.report.explanation import explanation_record, explanation_text
from reuse.report.records import record
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE, key_terms
from reuse.verdicts import model

if TYPE_CHECKING:
    from collections.abc import Callable

    from reuse.pipeline import Comparison
    from reuse.values import Tokens

laws = settings(derandomize=True, deadline=None, max_examples=100)

SEEDS = Path(__file__).parents[1] / "seeds"
COMMAND = [sys.executable, "-m", "reuse"]

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "“We cannot wait for the next flood,” she told reporters, “and we cannot pay for a new bridge.” "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."
)
SPUN = (
    "On Tuesday night the council of the town resolved to shut the old iron bridge for trucks until spring. "
    "Experts who examined it following the flood discovered cracks in two of the piers, mayor Ida Holm said. "
    "“We cannot wait for the next flood,” she told journalists, “and we cannot afford a new bridge.” "
    "Merchants on the other bank are afraid for their business; a ferry will run every thirty minutes."
)
OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by."
)
#: What moves a cursor, turns a line round, hides in it or ends it.
HOSTILE = (
    "\x07\x08\t\n\r\x0b\x0c\x1b\x7f\x85\x9b\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202e\u2066\u2069\ufeff"
)

SGR = re.compile(r"\x1b\[[\d;]*m")


def document(name: str, text: str) -> Document:
    return Document(name, text, f"{name}.txt")


def seed(name: str) -> Document:
    return Document(name, (SEEDS / name).read_bytes(), name)


def whole(
    source: str, page: str, kind: str = "spun", *, moved: bool = False, quoted: int = 0, min_words: int = 1
) -> Comparison:
    """Return a comparison whose one passage is both texts from end to end."""
    result = reuse.compare(document("s", source), document("p", page), Options(min_words=min_words))
    passages, scores = one_passage(result.source_tokens, result.page_tokens, kind)
    steps = differ(passages, scores, result.source_tokens, result.page_tokens, Options())
    equal = sum(
        words_in(step.page_begin, step.page_end, result.page_tokens)
        for step in steps[0]
        if step.kind == "equal"
    )
    names = [field.name for field in dataclasses.fields(Passage)]
    values: dict[str, Any] = {
        name: int(getattr(passages, name)[0]) for name in names if name not in ("kind", "moved")
    }
    values |= {"kind": kind, "moved": moved, "equal_words": equal, "quoted_words": quoted}
    finding = dataclasses.replace(
        result.finding,
        passages=(Passage(**values),),
        matched_words=result.finding.page_words,
        quoted_words=quoted,
    )
    return dataclasses.replace(result, finding=finding, differences=steps)


def one_passage(source: Tokens, page: Tokens, kind: str) -> tuple[Passages, Scores]:
    def of(value: int) -> Any:
        return np.array([value], np.int32)

    passages = Passages(
        offsets=np.array([0, 1]),
        source_begin=source.begin[:1].copy(),
        source_end=source.end[-1:].copy(),
        page_begin=page.begin[:1].copy(),
        page_end=page.end[-1:].copy(),
        source_token=of(0),
        source_words=of(len(source.hash)),
        page_token=of(0),
        words=of(len(page.hash)),
        equal_words=of(0),
        quoted_words=of(0),
        kind=np.array([KINDS.index(kind)], np.uint8),
        moved=np.zeros(1, np.bool_),
    )
    return passages, Scores(of(0), of(0), np.zeros(1, np.uint8), of(0), of(0), of(0))


def words_in(begin: int, end: int, tokens: Tokens) -> int:
    """Return how many tokens begin in a span of code points."""
    return int(np.count_nonzero((tokens.begin >= begin) & (tokens.begin < end)))


def hashes_in(begin: int, end: int, tokens: Tokens) -> list[int]:
    """Return the tokens that begin in a span of code points."""
    hashes: list[int] = tokens.hash[(tokens.begin >= begin) & (tokens.begin < end)].tolist()
    return hashes


def is_safe(line: str) -> bool:
    """Tell whether a terminal shows a line as it is, but for our own colours."""
    odd = {"Cc", "Cs", "Zl", "Zp"}
    turning = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    shown = SGR.sub("", line)
    return not any(unicodedata.category(c) in odd or unicodedata.bidirectional(c) in turning for c in shown)


def made_words(count: int, seed: int) -> list[str]:
    """Return words as frequent as those of a language are."""
    draw = random.Random(seed)
    return [f"w{int(1 / max(draw.random(), 1e-5))}" for _ in range(count)]


# --- differences ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("sources/prisons-original.txt", "pages/prisons-spun-copy.txt"),
        ("sources/prisons-original.txt", "pages/report-rubio-praises-offer.txt"),
        ("sources/prisons-original.txt", "sources/prisons-original.txt"),
    ],
)
def test_steps_cover_each_passage_and_equal_ones_are_the_same_words(source: str, page: str) -> None:
    result = reuse.compare(seed(source), seed(page))
    assert len(result.differences) == len(result.finding.passages) > 0
    there, here = result.source_tokens, result.page_tokens
    for passage, steps in zip(result.finding.passages, result.differences, strict=True):
        words = [
            (words_in(s.source_begin, s.source_end, there), words_in(s.page_begin, s.page_end, here))
            for s in steps
        ]
        assert [sum(side) for side in zip(*words, strict=True)] == [passage.source_words, passage.words]
        source_end, page_end = passage.source_begin, passage.page_begin
        for step, (of_source, of_page) in zip(steps, words, strict=True):
            assert (of_source > 0, of_page > 0) == (step.kind != "inserted", step.kind != "deleted")
            if step.kind == "equal":
                assert hashes_in(step.source_begin, step.source_end, there) == hashes_in(
                    step.page_begin, step.page_end, here
                )
            assert source_end <= step.source_begin <= step.source_end <= passage.source_end
            assert page_end <= step.page_begin <= step.page_end <= passage.page_end
            source_end, page_end = step.source_end, step.page_end


def test_a_verbatim_passage_has_no_difference() -> None:
    result = reuse.compare(document("s", ARTICLE), document("p", ARTICLE.upper()))
    (passage,), (steps,) = result.finding.passages, result.differences
    assert steps == (("equal", *dataclasses.astuple(passage)[2:6]),)


def test_edits_are_told_where_they_stand() -> None:
    page = (
        ARTICLE.replace("lorries", "heavy trucks").replace("said the mayor, ", "").replace("a ferry", "ferry")
    )
    result = whole(ARTICLE, page, "edited")
    told = [
        (step.kind, ARTICLE[step.source_begin : step.source_end], page[step.page_begin : step.page_end])
        for step in result.differences[0]
        if step.kind != "equal"
    ]
    assert told == [
        ("replaced", "lorries", "heavy trucks"),
        ("deleted", "said the mayor", ""),
        ("deleted", "a", ""),
    ]


def test_the_record_of_a_comparison_has_the_differences_of_each_passage() -> None:
    result = whole(ARTICLE, SPUN)
    told = comparison_record(result, "digest")
    (passage,) = told["passages"]
    steps = passage.pop("differences")
    assert told == record(result.finding, "digest")
    assert {step["kind"] for step in steps} <= set(STEPS)
    assert [(step["kind"], *step["source"], *step["page"]) for step in steps] == [*result.differences[0]]


# --- columns ----------------------------------------------------------------------------------


pieces = st.lists(
    st.builds(
        Piece,
        st.text("ab c漢字é\u0301ก็ ", max_size=12) | st.text(max_size=8).map(running),
        st.sampled_from(["", "1", "35"]),
    ),
    max_size=8,
)


@laws
@given(pieces, st.integers(2, 30))
def test_lines_are_no_wider_than_the_column_and_lose_nothing(text: list[Piece], width: int) -> None:
    lines = wrap(text, width)
    for line in lines:
        assert sum(columns(piece.text) for piece in line) <= width
        assert all(left.look != right.look for left, right in pairwise(line))
    there = [(c, piece.look) for piece in text for c in piece.text if c != " "]
    assert [(c, piece.look) for line in lines for piece in line for c in piece.text if c != " "] == there


@laws
@given(pieces, pieces, st.integers(2, 30))
def test_the_second_column_begins_at_one_place(left: list[Piece], right: list[Piece], width: int) -> None:
    for line in side_by_side(wrap(left, width), wrap(right, width), width, "‖"):
        first, between, _ = SGR.sub("", line).partition("‖")
        assert between
        assert columns(first) == width


@laws
@given(st.text("ae\u0301\u0308漢ก็\u200d👩", max_size=12))
def test_clusters_are_the_text(text: str) -> None:
    found = [*clusters(text)]
    assert "".join(found) == text
    assert columns(text) == sum(map(columns, found))


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("漢字", 4),
        ("ｗｉｄｅ", 8),
        ("e\u0301", 1),
        ("한글", 4),
        ("ᄒ\u1161\u11ab", 2),
        ("ก็", 1),
        ("שָׁ", 1),
    ],
)
def test_columns_of_a_text(text: str, width: int) -> None:
    assert columns(text) == width


def test_a_line_is_broken_between_wide_characters_and_within_endless_words() -> None:
    def shown(text: str, width: int) -> list[str]:
        return [paint(line) for line in wrap([Piece(text)], width)]

    assert shown("漢字漢字", 5) == ["漢字", "漢字"]
    assert shown("one 漢字 two", 7) == ["one 漢", "字 two"]
    assert shown("endless word", 4) == ["endl", "ess", "word"]
    assert shown("a   b", 9) == ["a b"]


def test_what_is_read_from_right_to_left_is_known() -> None:
    assert is_right_to_left("abc שלום")
    assert is_right_to_left("سلام")
    assert not is_right_to_left("naïve 漢字")


# --- the view ---------------------------------------------------------------------------------


def passage_part(shown: str) -> str:
    """Return what stands below the heading of the passages."""
    return shown.split("\n\n", 4)[-1]


@pytest.mark.parametrize("width", [40, 79, 80, 120, 200])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize(
    "texts", [(ARTICLE, SPUN), ("漢字" * 90 + "仮名", "漢字" * 60 + "平仮名" * 30)], ids=["words", "CJK"]
)
def test_no_line_is_wider_than_the_terminal(width: int, color: bool, texts: tuple[str, str]) -> None:  # noqa: FBT001
    shown = passage_part(comparison(whole(*texts), View(width=width, color=color)))
    lines = SGR.sub("", shown).split("\n")
    assert max(map(columns, lines)) <= width
    beside = any(" | " in line for line in lines)
    assert beside == (width >= 80)
    if beside:
        places = {columns(line[: line.index(" |")]) for line in lines if " |" in line}
        assert places == {(width - 3) // 2}


def test_without_colour_changes_are_marked_as_wdiff_does() -> None:
    shown = " ".join(
        passage_part(
            comparison(whole("we saw an old iron bridge", "we saw an iron bridge, closed"), View(width=70))
        ).split()
    )
    assert "we saw an [-old-] iron bridge" in shown
    assert "we saw an iron bridge, {+closed+}" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("full", [False, True])
def test_marks_taken_away_each_side_is_as_it_was(full: bool) -> None:  # noqa: FBT001
    for text, marks, name in ((ARTICLE, r"\[-|-\]", "source"), (SPUN, r"\{\+|\+\}", "page")):
        shown = passage_part(comparison(whole(ARTICLE, SPUN), View(width=60, full=full)))
        sides = dict(re.findall(r"^(source|page) [\d,-]+\n((?:  .*\n)+)", shown, re.M))
        plain = " ".join(re.sub(marks, "", sides[name]).split())
        assert plain == text[: text.rindex(re.findall(r"\w+", text)[-1])] + re.findall(r"\w+", text)[-1]


def test_in_colour_there_are_no_marks_and_every_colour_ends() -> None:
    result = whole(ARTICLE, SPUN, quoted=8)
    shown = comparison(result, View(color=True))
    assert not re.search(r"\[-|-\]|\{\+|\+\}", shown)
    assert shown.count("\x1b[0m") * 2 == len(SGR.findall(shown))
    for look in ("1;31m", "1;32m", "36m", "36;4m"):
        assert f"\x1b[{look}" in shown
    # Quoted words are underlined, and nothing else.
    underlined = re.findall(r"\x1b\[[\d;]*\b4m([^\x1b]*)", passage_part(shown))
    quoted = {word for part in re.findall("“([^”]*)”", ARTICLE + SPUN) for word in re.findall(r"\w+", part)}
    assert {word for part in underlined for word in re.findall(r"\w+", part)} == quoted


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [60, 100])
def test_hostile_text_is_made_visible(color: bool, width: int) -> None:  # noqa: FBT001
    page = SPUN.replace("Tuesday", f"Tues\u200bday {HOSTILE} \x1b[2J\x1b]0;title\x07").replace(
        "flood", "flo\u202eod"
    )
    result = whole(ARTICLE + "\x1b[31m red", page)
    shown = comparison(
        dataclasses.replace(result, finding=dataclasses.replace(result.finding, page=document("\x1b[2J", ""))),
        View(color=color, width=width),
    )
    assert all(is_safe(line) for line in shown.split("\n"))
    assert all(columns(SGR.sub("", line)) <= width for line in passage_part(shown).split("\n"))
    flat = re.sub(r"[ |\n]", "", SGR.sub("", shown))
    for escape in (r"\x1b[2J", r"\u202e", r"Tues\u200bday", r"\x1b]0;title\x07"):
        assert escape in flat


def test_joiners_stay_where_a_script_needs_them() -> None:
    persian, family = "می\u200cشود", "👩\u200d👧"
    assert running(persian) == persian
    assert running(family) == family
    assert running("a\u200db \u200cc") == r"a\u200db \u200cc"


@pytest.mark.parametrize("text", ["שלום לכולם היום יש כאן גשר", "السلام عليكم هذا جسر قديم"])
def test_text_from_right_to_left_stands_above_and_not_beside(text: str) -> None:
    shown = passage_part(comparison(whole(text, f"{text} {text.split()[0]}"), View(width=120)))
    assert " | " not in shown
    assert re.search(r"^source 0-\d+\n  .*\npage 0-\d+\n  ", shown, re.M)
    assert text.split()[1] in shown


def test_of_a_long_passage_the_middle_is_left_out_and_counted() -> None:
    source = made_words(3_000, 1)
    page = [word if n % 7 else f"new{n}" for n, word in enumerate(source) if n % 50]
    result = whole(" ".join(source), " ".join(page))
    for width in (60, 120):
        cut, full = (passage_part(comparison(result, View(width=width, full=full))) for full in (False, True))
        left_out = [int(count.replace(",", "")) for count in re.findall(r"… ([\d,]+) words left out", cut)]
        assert len(left_out) == 2
        shown = [len(re.findall(rf"\b{side}\d+", cut)) for side in ("w", "new")]
        assert sum(shown) == len(source) + len(page) - sum(left_out)
        assert "left out" not in full
        assert len(re.findall(r"\b(?:w|new)\d+", full)) == len(source) + len(page)
    assert "left out" not in comparison(whole(" ".join(source[:100]), " ".join(page[:100])), View())


def test_both_sides_stay_level_in_a_long_passage() -> None:
    source = [f"s{n}" for n in range(1_000)]
    page = [f"{word}x" if 100 <= n < 300 else word for n, word in enumerate(source)]
    page[300:300] = [f"more{n}" for n in range(300)]
    lines = passage_part(comparison(whole(" ".join(source), " ".join(page)), View(full=True))).split("\n")
    # What is equal on both sides stands in one line on both sides.
    (line,) = (line for line in lines if re.search(r"\bs300\b.*\|", line))
    assert re.search(r"\|.*\bs300\b", line)


def test_only_the_longest_passages_are_shown_in_the_order_of_the_page() -> None:
    words = [made_words(200, n) for n in range(3)]
    runs = [words[0][:40], words[1][:60], words[2][:80]]
    source = " ".join(word for run, rest in zip(runs, words, strict=True) for word in [*run, *rest[100:]])
    page = " ".join(f"{' '.join(run)} {' '.join(made_words(90, n + 9))}" for n, run in enumerate(runs))
    result = reuse.compare(document("s", source), document("p", page))
    lengths = [passage.words for passage in result.finding.passages]
    assert len(lengths) >= 3
    for top in (1, 2):
        shown = comparison(result, View(top=top))
        assert f"the {top} longest of {len(lengths)} passages" in shown
        told = [int(count) for count in re.findall(r"^(?:verbatim|edited|spun), (\d+) words", shown, re.M)]
        assert sorted(told) == sorted(lengths)[-top:]
        assert told == [length for length in lengths if length in told]
    assert "passages;" not in comparison(result, View(top=0))


def test_words_of_the_page_by_class_are_all_its_words() -> None:
    for page in ("prisons-spun-copy", "report-mega-prison", "report-agreement-criticised"):
        finding = reuse.compare(seed("sources/prisons-original.txt"), seed(f"pages/{page}.txt")).finding
        words = finding.words_by_kind
        assert [*words] == [*KINDS, "own"]
        assert sum(words.values()) == finding.page_words
        assert min(words.values()) >= 0
    result = whole(ARTICLE, SPUN, "edited", moved=True, quoted=7)
    shown = comparison(result, View())
    (row,) = re.findall(r"^words +0 +(\d+) +0 +0 +(\d+)$", shown, re.M)
    assert row == (str(result.finding.page_words),) * 2
    assert f"of the shared words {result.finding.page_words} moved, 7 quoted" in shown
    counts = r"\d+ words, from \d+ of the source, \d+% of them the same"
    assert re.search(rf"^edited, {counts}, moved, \[7 words quoted\]$", shown, re.M)


def test_a_passage_that_is_all_quoted_is_marked_so() -> None:
    words = len(re.findall(r"\w+", ARTICLE))
    shown = comparison(whole(ARTICLE, ARTICLE, "verbatim", quoted=words), View())
    assert f"\nverbatim, {words} words, [quoted]\n" in shown


def test_a_comparison_that_shares_nothing_has_no_passages() -> None:
    result = reuse.compare(document("s", ARTICLE), document("p", OWN))
    shown = comparison(result, View())
    assert (len(result.finding.passages), len(result.differences)) == (0, 0)
    assert re.search(r"^words +0 +0 +0 +(\d+) +\1$", shown, re.M)
    assert shown.endswith("quoted\n")


@pytest.mark.slow
def test_a_hundred_thousand_words_are_shown_in_seconds() -> None:
    source = made_words(100_000, 1)
    page = [word if n % 5 else f"new{n}" for n, word in enumerate(source)]
    result = whole(" ".join(source), " ".join(page))
    for full in (False, True):
        begin = time.process_time()
        shown = comparison(result, View(full=full, color=True))
        assert time.process_time() - begin < (10 if full else 2)
        assert (len(shown) > 1_000_000) == full


# --- explain ----------------------------------------------------------------------------------


def pairs() -> list[tuple[Document, Document]]:
    """Return pairs of many verdicts."""
    names = sorted(path.relative_to(SEEDS).as_posix() for path in SEEDS.glob("*/*.txt"))
    found = [(seed(left), seed(right)) for left in names for right in names]
    words = ARTICLE.split()
    quoted = f"“{' '.join(words[5:30])}” {OWN}"
    texts = (
        ARTICLE,
        SPUN,
        OWN,
        " ".join(words[:30]),
        f"{OWN} {OWN} {' '.join(words[20:])}",
        quoted,
        "漢字仮名" * 30,
    )
    return found + [(document("a", left), document("b", right)) for left in texts for right in texts]


def test_a_long_rule_between_words_is_shown_in_no_time() -> None:
    rule = "-" * 100_000 + " "
    words = ARTICLE.split()
    page = " ".join(word if number % 12 else f"{rule}{word}" for number, word in enumerate(words[:80]))
    started = time.process_time()
    comparison(whole(" ".join(words[:80]), page), View(width=100))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("source", "page"), pairs(), ids=lambda one: one.id)
def test_the_rules_told_are_those_that_decide(source: Document, page: Document) -> None:
    told = pipeline.explain(source, page)
    assert told.finding == reuse.compare(source, page).finding
    assert told.decision.verdict == told.finding.verdict
    # What the features add up to is the model's probability; the verdict keeps it on its side of the cut.
    chance = 1 / (1 + math.exp(-told.decision.logit))
    assert told.decision.probability == pytest.approx(min(max(chance, 0.001), 0.999), abs=1e-5)
    is_finding = told.finding.verdict in reuse.ACCUSED
    assert (told.finding.probability >= told.decision.cut) == is_finding
    agreed = is_finding == (told.decision.probability >= told.decision.cut)
    if agreed and told.finding.verdict != "identical" and min(told.source.words, told.page.words) >= 40:
        assert told.finding.probability == told.decision.probability
    assert [part.feature for part in told.decision.contributions] == [*model().coefficients]


def test_what_is_told_of_candidates_is_what_an_audit_finds() -> None:
    pages = [seed(f"pages/{path.name}") for path in sorted((SEEDS / "pages").glob("*.txt"))]
    source = seed("sources/prisons-original.txt")
    audit = reuse.audit([source], pages)
    ((_, texts),) = audit.pages.rounds(1)
    plan = plan_bands(audit.options)
    sketches = sketch(texts, audit.options, values=plan.values)
    terms = key_terms(texts, audit.options, most=OF_A_PAGE)
    candidates = find_candidates(audit.sources, sketches, terms, plan, audit.options, NO_HASHES)
    rows = {int(page): row for row, page in enumerate(candidates.page)}
    assert {pages[row].id for row in rows} == {finding.page.id for finding in audit.scored}
    for number, page in enumerate(pages):
        told = pipeline.explain(source, page)
        if number not in rows:
            assert (told.found_by_postings, told.found_by_bands) == ("no", False)
            assert not told.may_be_found_by_terms
            continue
        row = rows[number]
        assert told.shared_fingerprints == candidates.shared[row]
        assert told.shared_bands == candidates.buckets[row]
        assert (told.shared_terms if told.may_be_found_by_terms else 0) == candidates.terms[row]
        assert (told.found_by_postings == "yes") == (candidates.shared[row] >= 2)


def test_a_single_key_term_is_told_and_brings_nothing() -> None:
    texts = [" ".join(f"{name}{number}" for number in range(30)) for name in ("quorvex", "zintrall")]
    source, page = (document(name, f"Wrzbrowski {text}") for name, text in zip("ap", texts, strict=True))
    told = pipeline.explain(source, page)
    assert (told.shared_terms, told.may_be_found_by_terms) == (1, False)
    assert "not found: 1 term shared; it would have to be 2 at least" in " ".join(
        explanation_text(told, 1000).split()
    )
    assert reuse.audit([source], [page]).scored == ()
    same = pipeline.explain(source, source, reuse.Options(term_candidates=0))
    assert (same.shared_terms, same.may_be_found_by_terms) == (24, False)


def test_a_single_fingerprint_is_found_perhaps() -> None:
    shared = " ".join(ARTICLE.split()[:8])
    one = pipeline.explain(document("a", ARTICLE), document("p", f"{OWN} {shared}"))
    assert one.shared_fingerprints >= 1
    assert one.finding.longest_run >= one.promised_run == 8
    more = dataclasses.replace(one.options, min_shared=99)
    perhaps = dataclasses.replace(one, options=more)
    assert perhaps.found_by_postings == "perhaps"
    assert "among the 3 rarest" in " ".join(explanation_text(perhaps, 100).split())
    none = dataclasses.replace(perhaps, options=dataclasses.replace(more, single_hits=0))
    assert none.found_by_postings == "no"
    told = pipeline.explain(document("a", ARTICLE), document("p", f"{OWN} {shared}"), more)
    assert (told.shared_fingerprints, told.found_by_postings) == (one.shared_fingerprints, "perhaps")


def test_tricks_are_counted() -> None:
    page = (
        ARTICLE.replace("council", "coun\u200bcil").replace("bridge", "brіdge").replace("flood", "fl\u00adood")
    )
    told = pipeline.explain(document("a", ARTICLE), document("p", page))
    assert (told.source.invisible_words, told.source.mixed_words) == (0, 0)
    assert (told.page.invisible_words, told.page.mixed_words) == (
        1 + page.count("fl\u00adood"),
        page.count("brіdge"),
    )
    assert told.page.quoted_words == told.source.quoted_words > 10
    assert told.finding.verdict == "identical"


@pytest.mark.parametrize("text", ["The old bridge.", "word", "?!", "漢"])
def test_a_text_too_short_for_a_verdict_is_told_all_the_same(text: str) -> None:
    for pair in ((document("a", text), document("p", ARTICLE)), (document("a", ARTICLE), document("p", text))):
        told = pipeline.explain(*pair)
        assert told.too_short
        assert explanation_text(told, 100).startswith("too short for a verdict: ")
        assert explanation_record(told)["verdict"] is None
    assert pipeline.explain(document("a", text), document("p", text)).too_short


def test_an_empty_text_is_refused_as_by_compare() -> None:
    for empty in ("", " \n"):
        for call in (reuse.compare, pipeline.explain):
            with pytest.raises(reuse.InputError, match="holds no text"):
                call(document("a", ARTICLE), document("p", empty))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_an_explanation_fits_the_terminal_and_names_every_stage(width: int) -> None:
    told = pipeline.explain(seed("sources/prisons-original.txt"), seed("pages/prisons-spun-copy.txt"))
    shown = explanation_text(told, width)
    assert max(map(len, shown.split("\n"))) <= width
    numbers = ("words", "in quotation marks", "shingles", "resemblance", "fingerprints", "intercept", "logit")
    stages = ("postings", "bands", "key terms", "longest run", "caps", "probability", "own")
    for word in (*numbers, *stages, *KINDS, *model().coefficients, *reuse.VERDICTS):
        assert word in shown
    assert shown.count("decides:") == 2  # the heading, and the rule
    assert re.search(rf"^  {told.finding.verdict} +decides: ", shown, re.M)


def test_a_record_of_an_explanation_is_json_and_says_what_the_text_says() -> None:
    told = pipeline.explain(document("a", ARTICLE), document("\x1b[2J", SPUN))
    shown = json.loads(json.dumps(explanation_record(told)))
    assert shown["schema"] == "reuse.explanation/3"
    assert shown["verdict"] == told.finding.verdict
    assert sum(shown["passages"]["words"].values()) == shown["page"]["words"]
    assert [*shown["passages"]["number"]] == [*KINDS]
    products = sum(part["product"] for part in shown["model"]["features"])
    assert products + shown["model"]["intercept"] == pytest.approx(shown["model"]["logit"], abs=1e-4)
    assert next(rule["name"] for rule in shown["rules"] if rule["holds"]) == shown["verdict"]
    assert all(is_safe(line) for line in explanation_text(told, 100).split("\n"))


# --- the commands -----------------------------------------------------------------------------


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command on two files in this process."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(ARTICLE, "utf-8")
    Path("p.txt").write_text(SPUN, "utf-8")

    def run_it(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["reuse", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run_it


def on_a_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """Return what a command shows on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM", "COLUMNS")}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=theirs, cwd=cwd, env={**kept, "TERM": "xterm", **environment}
    ) as running_command:
        os.close(theirs)
        seen = b""
        try:
            while more := os.read(ours, 65536):
                seen += more
        except OSError:  # the other end is closed
            pass
        os.close(ours)
    assert running_command.returncode == 0
    return seen.decode()


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
        (["--color", "never"], {}, False),
        (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colours_on_a_terminal(
    tmp_path: Path,
    arguments: list[str],
    environment: dict[str, str],
    colored: bool,  # noqa: FBT001
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, "utf-8")
    (tmp_path / "p.txt").write_text(ARTICLE + " " + OWN, "utf-8")
    shown = on_a_terminal("compare", "a.txt", "p.txt", *arguments, cwd=tmp_path, **environment)
    assert bool(SGR.search(shown)) == colored
    assert "|" in shown


def test_colours_in_a_pipe_only_if_asked_for(call: Callable[..., tuple[int, str, str]]) -> None:
    assert "\x1b" not in call("compare", "a.txt", "a.txt")[1]
    assert "\x1b[35m" in call("compare", "a.txt", "a.txt", "--color", "always")[1]


def test_the_width_can_be_told(
    call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    wide = call("compare", "a.txt", "a.txt")[1].split("\n")
    narrow = call("compare", "a.txt", "a.txt", "--width", "60")[1].split("\n")
    assert 110 < max(map(len, wide)) <= 120
    assert max(map(len, narrow)) <= 60
    assert any(" | " in line for line in wide)
    assert not any(" | " in line for line in narrow)
    assert call("compare", "a.txt", "a.txt", "--width", "3")[0] == 2


def test_a_comparison_as_json_has_differences(call: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = call("compare", "a.txt", "a.txt", "-f", "json")
    assert (code, err) == (0, "")
    (passage,) = json.loads(out)["passages"]
    assert passage["differences"] == [{"kind": "equal", "source": passage["source"], "page": passage["page"]}]


def test_explain_prints_text_or_json(call: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = call("explain", "a.txt", "-", "--min-shared", "50", stdin=SPUN.encode())
    assert (code, err) == (0, "")
    assert "50 would be enough (--min-shared)" in " ".join(out.split())
    told = json.loads(call("explain", "a.txt", "p.txt", "-f", "json")[1])
    assert told["postings"]["found"] in ("yes", "perhaps")


@pytest.mark.parametrize("command", ["compare", "explain"])
def test_both_commands_refuse_the_same(call: Callable[..., tuple[int, str, str]], command: str) -> None:
    Path("empty.txt").touch()
    Path("short.txt").write_text("Too short.")
    Path("two.jsonl").write_text(f'{{"text": {json.dumps(ARTICLE)}}}\n' * 2)
    for arguments, code, message in (
        (("-", "-"), 2, "standard input"),
        (("a.txt", "nowhere.txt"), 2, "'nowhere.txt' is not there"),
        (("a.txt", "two.jsonl"), 2, "two.jsonl holds 2 documents"),
        (("a.txt", "empty.txt"), 3, "empty.txt: holds no text"),
        (("a.txt", "short.txt"), 3 if command == "compare" else 0, "short.txt"),
    ):
        got, out, err = call(command, *arguments)
        assert got == code
        assert message in (err if code else out)
        assert bool(out) == (code == 0)
