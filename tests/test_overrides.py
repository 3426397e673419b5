"""Overrides of direction: laws, an oracle that goes character by character, and pages.

Covers: ``reuse/overrides.py``. Compares against: the rules of UAX #9 one by one, for texts without isolates; a
browser is asked about others by ``tests/browser/test_directions.py``.
"""

from __future__ import annotations

import time
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import reuse
from reuse.index import build, open_index
from reuse.options import Options
from reuse.overrides import as_shown
from reuse.texts import extract, lay_out
from reuse.values import Document, Mark

ARTICLE = Path(__file__).parents[1].joinpath("seeds/sources/prisons-original.txt").read_text("utf-8")

RLO, LRO, LRE, RLE, POP = "\u202e\u202d\u202a\u202b\u202c"
LRI, RLI, FSI, POP_ISOLATE, LRM, RLM, ALM = "\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
MARKS = RLO + LRO + LRE + RLE + POP + LRI + RLI + FSI + POP_ISOLATE + LRM + RLM + ALM
ACCENT = "\u0301"
MIRRORED = {"(": ")", ")": "(", "«": "»", "»": "«"}
DEEPEST = 125
MARKED = st.text(st.sampled_from(f"abcdef {ACCENT}()«.\nאב\u00ad" + 2 * MARKS + 4 * (RLO + POP)), max_size=60)


as_shown(RLO.encode())  # the first makes a table of all characters, for which Hypothesis has no patience


def shown(text: str) -> str:
    return as_shown(text.encode())[0].decode()


def unmarked(text: str) -> str:
    return "".join(character for character in text if character not in MARKS)


def levels_of(paragraph: str) -> list[tuple[str, int, str]]:
    """Return each character that is displayed, its level, and its own direction if it has one (X1 to X9)."""
    stack, ignored = [(0, "")], 0
    seen: list[tuple[str, int, str]] = []
    for character in paragraph:
        level, forced = stack[-1]
        if character in (RLO, LRO, LRE, RLE):
            level += 1 if (level % 2 == 0) == (character in (RLO, RLE)) else 2
            if level > DEEPEST or ignored:
                ignored += 1
            else:
                stack.append((level, {RLO: "R", LRO: "L"}.get(character, "")))
        elif character == POP:
            if ignored:
                ignored -= 1
            elif len(stack) > 1:
                stack.pop()
        else:
            own = "L" if character.isalpha() or character == LRM else "R" if character in (RLM, ALM) else ""
            seen.append((character, level, forced or own))
    return seen


def resolved(seen: list[tuple[str, int, str]], at: int) -> str:
    """Return the direction of a character: its own, that of both sides, or that of its level (N1, N2)."""
    _, level, own = seen[at]
    begin, end = at, at + 1
    while begin and seen[begin - 1][1] == level:
        begin -= 1
    while end < len(seen) and seen[end][1] == level:
        end += 1
    before = "LR"[max(level, seen[begin - 1][1] if begin else 0) % 2]
    after = "LR"[max(level, seen[end][1] if end < len(seen) else 0) % 2]
    left = [direction for _, _, direction in seen[begin : at + 1] if direction] or [before]
    right = [direction for _, _, direction in seen[at:end] if direction] or [after]
    return own or (left[-1] if left[-1] == right[0] else "LR"[level % 2])


def by_character(paragraph: str) -> str:
    """Return a paragraph without isolates and accents as UAX #9 has it displayed."""
    seen = levels_of(paragraph)
    levels = [level + (resolved(seen, n) != "LR"[level % 2]) for n, (_, level, _) in enumerate(seen)]
    pieces = [
        (MIRRORED.get(c, c) if level % 2 else c, level) for (c, _, _), level in zip(seen, levels, strict=True)
    ]
    lowest = min((level for level in levels if level % 2), default=1)
    for least in range(max(levels, default=0), lowest - 1, -1):
        pieces = reversed_from(least, pieces)
    return unmarked("".join(piece for piece, _ in pieces))


def reversed_from(least: int, pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Reverse all runs that have a level or a higher one (L2)."""
    found: list[tuple[str, int]] = []
    for is_high, run in groupby(pieces, lambda piece: piece[1] >= least):
        whole = list(run)
        found += whole[::-1] if is_high else whole
    return found


@given(st.text(st.sampled_from("ᎠᎡᎢᎣᎤᎥ ()«.\n" + 2 * (RLO + LRO + LRE + RLE + POP + LRM + RLM)), max_size=50))
@example(f"{RLO}ᎠᎡ{LRO}ᎢᎣ{RLO}ᎤᎥ{POP}{POP}({POP}")
@example(f"{RLO}ᎠᎡ{POP} {RLO}ᎢᎣ{POP}{LRM} {RLO}ᎤᎥ")
@example(f"{RLO * 62}ᎠᎡ{LRO}ᎢᎣ{RLO}ᎤᎥ{POP}ᎡᎢ{POP}{POP}ᎢᎤ")
def test_a_text_is_read_as_it_is_displayed(text: str) -> None:
    expected = (by_character(part) if RLO in part else unmarked(part) for part in text.split("\n"))
    assert unmarked(shown(text)) == "\n".join(expected)


@given(MARKED, st.integers(0, 130))
@example("a", 126)
def test_a_text_stays_as_long_and_as_it_is_once_it_has_been_turned(text: str, depth: int) -> None:
    text = RLO * depth + text
    turned, marks = as_shown(text.encode())
    assert len(turned) == len(text.encode())
    assert len(turned.decode()) == len(text)
    assert as_shown(turned) == (turned, ())
    for before, after in zip(text, turned.decode(), strict=True):
        assert (before in MARKS) == (after in MARKS)
        assert before == after or {before, after} == {RLO, LRO} or before not in MARKS + "\n\u00ad"
    outside = 0
    for mark in marks:  # words, in order
        assert mark.kind == "reversed"
        assert outside <= mark.begin < mark.end
        assert text[mark.begin : mark.end] != turned.decode()[mark.begin : mark.end]
        outside = mark.end


@given(st.text(st.characters(exclude_characters=RLO, codec="utf-8")))
def test_without_an_override_nothing_changes(text: str) -> None:
    mark = Mark("split", 0, len(text))
    assert as_shown(text.encode(), [mark]) == (text.encode(), (mark,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"the {RLO}dlo{POP} bridge", "the old bridge"),
        (f"the {RLO}egdirb dlo{POP} fell", "the old bridge fell"),
        (f"{RLO}eht{POP}{LRM} {RLO}dlo{POP}{LRM} {RLO}egdirb{POP}", "the old bridge"),
        (f"{RLO}egdirb{POP} {RLO}dlo{POP} {RLO}eht{POP}", "the old bridge"),  # they are one stretch
        ("".join(f"{RLO}{letter}{POP}" for letter in "egdirb"), "bridge"),
        (f"{FSI}{RLO}eht{POP}{POP_ISOLATE} {FSI}{RLO}dlo{POP}{POP_ISOLATE}", "the old"),
        (f"{RLO}eno\rowt {RLO}eerht", "one\rowt three"),
        (f"{RLO}{ACCENT}e a{ACCENT}tab", f"bata{ACCENT} e{ACCENT}"),
        (f"{RLO}(non) «iuo»", "«oui» (non)"),
        (f"{RLO}बताकि", "किताब"),
        (f"{RLO}cba\tfed", "abc\tdef"),
        (f"{RLO}שלום", "שלום"),
        (f"{RLO}שלום (עולם", "שלום (עולם"),
        (f"{RLO}egdirb א dlo {RLM}eht", "the old א bridge"),
        (f"{RLO}cba{RLI}fed", "fedabc"),
        (f"{RLO}", ""),
    ],
)
def test_what_overrides_do(text: str, expected: str) -> None:
    assert unmarked(shown(text)) == expected


def test_stretches_nest_as_deeply_as_browsers_follow() -> None:
    assert unmarked(shown(RLO * 63 + "abc")) == "cba"
    # What nests more deeply is as if it were not there, and so are as many ends.
    assert unmarked(shown(RLO * 63 + LRO + "abc" + POP * 64 + "def")) == "cbadef"


HOSTILE = {
    "open": RLO,
    "empty": RLO + POP,
    "deep": f"a{RLO}",
    "mixed": f"{RLO}a{LRE}b",
    "isolates": f"{RLO}{RLI}a",
    "closed": RLO + RLI + POP_ISOLATE,
    "lines": f"{RLO}a\n",
    "words": f"{RLO}dlo{POP} ",
    "long": RLO * 200 + "ab" * 900,
    "accents": RLO + ACCENT * 1000,
    "first": f"{FSI}{RLI}{RLO}a{POP_ISOLATE}",
    "levels": f"a{RLO}b{LRE}" * 62 + POP * 124,
}


def seconds_for(hostile: str, size: int) -> float:
    """Return how long so many bytes take that repeat themselves."""
    text = (hostile * (size // len(hostile.encode()))).encode()
    begin = time.process_time()
    as_shown(text)
    return time.process_time() - begin


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text(name: str) -> None:
    assert seconds_for(HOSTILE[name], 500_000) < 2


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE)
def test_ten_megabytes_take_seconds_at_most(name: str) -> None:
    assert seconds_for(HOSTILE[name], 10_000_000) < 10


def test_marks_go_where_their_words_go() -> None:
    marks = (Mark("split", 1, 4), Mark("hidden", 4, 4), Mark("entity", 9, 12))
    turned, found = as_shown(f"{RLO}owt eno{POP} abc".encode(), marks)
    assert turned.decode() == f"{LRO}one two{POP} abc"
    words = Mark("reversed", 1, 4), Mark("reversed", 5, 8)
    assert set(found) == {Mark("split", 5, 8), *marks[1:], *words}
    assert [mark[1:] for mark in found] == sorted(mark[1:] for mark in found)


def test_what_looks_the_same_is_no_trick() -> None:
    for text in (f"{RLO}.{POP} one {RLO}{POP}", f"{RLO}שלום{POP} one", f"{RLO}level{POP}"):
        assert as_shown(text.encode())[1] == ()


@pytest.mark.parametrize("filler", ["", "\u200b" * (1 << 18), "Ꭰ" * (1 << 18)])
def test_an_override_holds_beyond_any_cut(filler: str) -> None:
    words = " ".join(f"{RLO}{n}{POP}{LRM}" for n in range(50_000))
    assert unmarked(shown(words)).split() == [str(n)[::-1] for n in range(50_000)]
    assert "old" in shown(f"{RLO}{filler} dlo")


def test_each_paragraph_is_decided_by_itself() -> None:
    plain = "it is the end of what they have and had"
    text = f"{RLO}{plain}\n{RLO}{plain[::-1]}\n{RLE}one! {plain}"
    assert unmarked(shown(text)) == f"{plain}\n{plain}\none! {plain}"
    turned, marks = as_shown(text.encode())
    assert as_shown(turned) == (turned, ())
    assert [turned.decode()[mark.begin : mark.end] for mark in marks] == plain.split()


def test_texts_are_laid_out_as_they_are_shown() -> None:
    text = f"one {RLO}owt{POP} three"
    for content in (text, text.encode(), text.encode("utf-16")):
        texts = extract([Document("a", content, "a")])
        assert texts[0] == f"one {LRO}two{POP} three"
        assert texts.documents[0].marks == (Mark("reversed", 5, 8),)
    assert lay_out([text, "four"])[0] == f"one {LRO}two{POP} three"


def test_what_is_a_language_as_it_is_stored_stays_so() -> None:
    # As a page does in which the override stands in a frame of its own.
    (finding,) = reuse.audit(
        [Document("own", ARTICLE, "own")], [Document("page", RLO + ARTICLE, "page")]
    ).findings
    assert finding.verdict in ("identical", "near-duplicate")


def backwards(by: str) -> str:
    """Return the article stored backwards, word by word or line by line."""
    lines = ARTICLE.splitlines()
    if by == "lines":
        return "\n".join(f"{RLO}{line[::-1]}" for line in lines)
    return "\n".join(" ".join(f"{RLO}{word[::-1]}{POP}{LRM}" for word in line.split()) for line in lines)


@pytest.mark.parametrize("by", ["words", "lines"])
def test_a_copy_stored_backwards_is_found_and_told(by: str) -> None:
    audit = reuse.audit([Document("own", ARTICLE, "own")], [Document("page", backwards(by), "page")])
    (finding,) = audit.findings
    assert finding.verdict == "identical"
    (trick,) = (trick for trick in finding.tricks if trick.kind == "reversed")
    assert f"{len(trick.places):,} words stored backwards" in finding.reasons[-1]
    assert len(trick.places) > 0.9 * finding.matched_words  # the others are palindromes: "a", "I"


def test_a_source_stored_backwards_is_in_an_index_as_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(backwards("words"), "utf-8")
    source = Document("own.txt", backwards("words"), str(tmp_path / "own.txt"))
    for keep in (True, False):
        path = str(tmp_path / f"{keep}.index")
        build(path, [source], Options(), keep_texts=keep)
        with open_index(path, Options()) as index:
            (finding,) = reuse.audit(index, [Document("page", ARTICLE, "page")]).findings
        assert finding.verdict == "identical"
