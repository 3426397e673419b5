"""Overrides of direction: laws, an oracle that goes by levels as the standard does, and pages."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import reuse
from reuse.overrides import as_shown
from reuse.texts import extract, lay_out
from reuse.values import Document, Mark

ARTICLE = Path(__file__).parents[1].joinpath("seeds/sources/prisons-original.txt").read_text("utf-8")

RLO, LRO, LRE, RLE, POP, RLI, FSI, POP_ISOLATE = "\u202e\u202d\u202a\u202b\u202c\u2067\u2068\u2069"
MARKS = RLO + LRO + LRE + RLE + POP + RLI + FSI + POP_ISOLATE
ACCENT = "\u0301"
MIRRORED = {"(": ")", ")": "(", "«": "»", "»": "«"}
MARKED = st.text(st.sampled_from(f"abcdef {ACCENT}()«\n" + 3 * MARKS), max_size=60)


def shown(text: str) -> str:
    return as_shown(text.encode())[0].decode()


def unmarked(text: str) -> str:
    return "".join(character for character in text if character not in MARKS)


def by_levels(paragraph: str) -> str:
    """Return a paragraph as UAX #9 displays it: a level for each character, then runs of levels reversed (L2).

    Marks have the level of what is around their stretch, and so part it from others.
    """
    clusters: list[str] = []
    levels: list[int] = []
    stack: list[tuple[int, str]] = [(0, "")]
    for character in paragraph:
        level, opened = stack[-1]
        isolates = [n for n, (_, mark) in enumerate(stack) if mark and mark in RLI + FSI]
        if character in (RLO, LRO, LRE, RLE, RLI, FSI):
            stack.append((level + 1 + (level + (character != RLO)) % 2, character))
        elif character == POP and opened and opened in RLO + LRO + LRE + RLE:
            stack.pop()
            level = stack[-1][0]
        elif character == POP_ISOLATE and isolates:
            del stack[isolates[-1] :]
            level = stack[-1][0]
        elif character == ACCENT and clusters and clusters[-1][0] not in MARKS and opened == RLO:
            clusters[-1] += character
            continue
        clusters.append(MIRRORED.get(character, character) if level % 2 else character)
        levels.append(level)
    for least in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(levels):
            end = at
            while end < len(levels) and levels[end] >= least:
                end += 1
            clusters[at:end] = clusters[at:end][::-1]
            levels[at:end] = levels[at:end][::-1]
            at = end + 1
    return unmarked("".join(clusters))


@given(MARKED)
@example(f"{RLO}ab{LRO}cd{RLO}ef{POP}{POP}({POP}")
@example(f"{RLO}a{RLI}bc{RLO}de{POP_ISOLATE}fg")
def test_a_text_is_read_as_it_is_displayed(text: str) -> None:
    assert unmarked(shown(text)) == "\n".join(map(by_levels, text.split("\n")))


@given(MARKED)
def test_a_text_stays_as_long_and_as_it_is_once_it_has_been_turned(text: str) -> None:
    turned, stretches = as_shown(text.encode())
    assert len(turned) == len(text.encode())
    assert len(turned.decode()) == len(text)
    assert RLO not in turned.decode()
    assert as_shown(turned) == (turned, [])
    outside = 0
    for begin, end in stretches:  # in order, disjoint, each behind its mark
        assert outside < begin <= end <= len(text)
        assert text[begin - 1] == RLO
        assert turned.decode()[outside : begin - 1] == text[outside : begin - 1]
        outside = end


@given(st.text(st.characters(exclude_characters=RLO, codec="utf-8")))
def test_without_an_override_nothing_changes(text: str) -> None:
    assert as_shown(text.encode()) == (text.encode(), [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"the {RLO}dlo{POP} bridge", "the old bridge"),
        (f"the {RLO}egdirb dlo{POP} fell", "the old bridge fell"),
        (
            f"{RLO}eht{POP} {RLO}dlo{POP} {RLO}egdirb{POP}",
            "the old bridge",
        ),  # as nobody sees it, and all mean it
        (f"{RLO}eno\rowt {RLO}eerht", "one\rowt three"),
        (f"{RLO}{ACCENT}e a{ACCENT}tab", f"bata{ACCENT} e{ACCENT}"),
        (f"{RLO}(non) «iuo»", "«oui» (non)"),
        (f"{RLO}שלום", "שלום"),
        (f"{RLO}سلام {LRE}1{POP} {RLO}ba", "سلام 1 ab"),
        (f"{RLO}", ""),
    ],
)
def test_what_overrides_do(text: str, expected: str) -> None:
    assert unmarked(shown(text)) == expected


def test_stretches_nest_as_deeply_as_browsers_follow() -> None:
    assert unmarked(shown(RLO * 125 + "abc")) == "cba"
    # What nests more deeply is as if it were not there, and so are as many ends.
    assert unmarked(shown(RLO * 200 + "abc" + POP * 200 + "def")) == "cbadef"


@pytest.mark.parametrize(
    "hostile",
    [
        RLO,
        RLO + POP,
        f"a{RLO}",
        f"{RLO}a{LRE}b",
        f"{RLO}{RLI}a",
        RLI + POP_ISOLATE,
        f"{RLO}a\n",
        RLO * 200 + "ab" * 900,
    ],
    ids=["open", "empty", "deep", "mixed", "isolates", "closed", "lines", "long"],
)
def test_hostile_texts_take_seconds_at_most(hostile: str) -> None:
    text = (hostile * (3_000_000 // len(hostile))).encode()
    begin = time.process_time()
    as_shown(text)
    assert time.process_time() - begin < 10


def test_texts_are_laid_out_as_they_are_shown() -> None:
    text = f"one {RLO}owt{POP} three"
    for content in (text, text.encode(), text.encode("utf-16")):
        texts = extract([Document("a", content, "a")])
        assert texts[0] == f"one {LRO}two{POP} three"
        assert texts.documents[0].marks == (Mark("reversed", 5, 8),)
    assert lay_out([text, "four"])[0] == f"one {LRO}two{POP} three"


@pytest.mark.parametrize("by", ["words", "lines"])
def test_a_copy_stored_backwards_is_found_and_told(by: str) -> None:
    def turn(words: str) -> str:
        return f"{RLO}{unicodedata.normalize('NFC', words)[::-1]}{POP}\u200e"

    lines = ARTICLE.splitlines()
    page = "\n".join(turn(line) if by == "lines" else " ".join(map(turn, line.split())) for line in lines)
    audit = reuse.audit([Document("own", ARTICLE, "own")], [Document("page", page, "page")])
    (finding,) = audit.findings
    assert finding.verdict == "identical"
    assert any("words stored backwards in" in reason for reason in finding.reasons)
    (trick,) = (trick for trick in finding.tricks if trick.kind == "reversed")
    assert len(trick.places) == len(lines if by == "lines" else ARTICLE.split())
