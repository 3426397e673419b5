"""The detector on labelled corpora: what is measured, and what is said of broken ones.

Covers: ``reuse/evaluation/``, ``reuse/report/evaluation.py``, ``reuse/cli/evaluate.py``, `judge_pairs` and
`align_pairs`. Compares against: measures worked out by hand, sets of characters, counts of small samples.
Run: ``pytest tests/test_evaluation.py``
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import math
import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.cli.endings import exit_code
from reuse.documents.unpacked import unpacked
from reuse.errors import ReuseError, UsageError
from reuse.evaluation.detections import detection_xml, require_new, write_detections
from reuse.evaluation.figures import RESAMPLES, Cell, figures
from reuse.evaluation.pairs import Judged, evaluate_pairs, write_scores
from reuse.evaluation.pan import PanCorpus, evaluate_pan, read_pan
from reuse.evaluation.plagdet import Measures, Spans
from reuse.options import Options
from reuse.pipeline import judge_pairs
from reuse.texts import lay_out

COMMAND = [sys.executable, "-m", "reuse"]


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs ``reuse evaluate`` in this process."""

    def call(*arguments: object) -> Done:
        code = exit_code(["evaluate", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert "a fault of reuse itself" not in err
        return Done(code, out, err)

    return call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prose(seed: int, words: int) -> str:
    """Return a text that shares no words in order with one of another seed."""
    rng = random.Random(seed)
    made = ["".join(rng.choices("aeioubdfgklmnprstv", k=rng.randint(3, 9))) for _ in range(words)]
    return " ".join(f"{word}." if place % 12 == 11 else word for place, word in enumerate(made))


# --- measures ---------------------------------------------------------------------------------

CASE = Spans(0, 100, 1000, 1100)


def moved(spans: Spans, source: int, page: int) -> Spans:
    return Spans(spans[0] + source, spans[1] + source, spans[2] + page, spans[3] + page)


def numbers(measures: Measures) -> tuple[float, float, float, float]:
    shares = measures.recall, measures.precision, measures.granularity, measures.plagdet
    return tuple(round(share, 6) for share in shares)  # type: ignore[return-value]


WORKED_OUT: dict[str, tuple[list[Spans], list[Spans], tuple[float, float, float, float]]] = {
    "the case itself": ([CASE], [CASE], (1, 1, 1, 1)),
    "nothing": ([CASE], [], (0, 0, 1, 0)),
    "half of it": ([CASE], [Spans(0, 50, 1000, 1050)], (0.5, 1, 1, 0.666667)),
    "twice as much": ([CASE], [Spans(0, 200, 1000, 1200)], (1, 0.5, 1, 0.666667)),
    # All of the source, half of the page: 150 of 200 characters.
    "half of one side": ([CASE], [Spans(0, 100, 1000, 1050)], (0.75, 1, 1, 0.857143)),
    # Two detections: 1 / log2(3).
    "in two parts": ([CASE], [Spans(0, 50, 1000, 1050), Spans(50, 100, 1050, 1100)], (1, 1, 2, 0.63093)),
    "twice": ([CASE], [CASE, Spans(0, 100, 1000, 1099)], (1, 1, 2, 0.63093)),
    "the very same twice counts once": ([CASE], [CASE, CASE], (1, 1, 1, 1)),
    "on one side alone": ([CASE], [moved(CASE, 0, 500)], (0, 0, 1, 0)),
    "on the other side alone": ([CASE], [moved(CASE, 500, 0)], (0, 0, 1, 0)),
    "next to it": ([CASE], [moved(CASE, 100, 100)], (0, 0, 1, 0)),
    "one of two cases": ([CASE, moved(CASE, 500, 500)], [CASE], (0.5, 1, 1, 0.666667)),
    # A detection that spans both and the gap of 100: 200 of 300 characters on each side.
    "two cases in one": (
        [CASE, moved(CASE, 200, 200)],
        [Spans(0, 300, 1000, 1300)],
        (1, 0.666667, 1, 0.8),
    ),
    # Of the cases one is detected thrice, one once, one never.
    "some of three": (
        [CASE, moved(CASE, 200, 200), moved(CASE, 400, 400)],
        [*(Spans(n, n + 10, 1000 + n, 1010 + n) for n in (0, 20, 40)), moved(CASE, 200, 200)],
        (0.433333, 1, 2, round(2 * 1.3 / 3 / (1.3 / 3 + 1) / math.log2(3), 6)),
    ),
    # In the source two cases have the same words: a detection of one is none of the other.
    "crossed": (
        [Spans(0, 100, 0, 100), Spans(200, 300, 200, 300)],
        [Spans(0, 100, 200, 300)],
        (0, 0, 1, 0),
    ),
    "no case and nothing found": ([], [], (1, 1, 1, 1)),
    "no case and something found": ([], [CASE], (0, 0, 1, 0)),
}


@pytest.mark.parametrize("name", WORKED_OUT)
def test_measures_are_those_worked_out_by_hand(name: str) -> None:
    cases, detections, expected = WORKED_OUT[name]
    assert numbers(Measures.of_pair(cases, detections)) == expected


def test_every_case_weighs_the_same_however_long_it_is() -> None:
    short, long = Spans(0, 10, 0, 10), Spans(100, 1090, 100, 1090)
    measures = Measures.of_pair([short, long], [short])
    assert measures.recall == 0.5  # and not 1 in 100, as the share of all characters
    parts = [Measures.of_pair([short], [short]), Measures.of_pair([long], [])]
    assert numbers(Measures.pooled(parts)) == numbers(measures)


def test_pairs_are_pooled_and_not_averaged() -> None:
    many = Measures.of_pair([moved(CASE, 200 * n, 200 * n) for n in range(3)], [])
    pooled = Measures.pooled([many, Measures.of_pair([CASE], [CASE]), Measures.of_pair([], [CASE])])
    assert (pooled.pairs, pooled.cases, pooled.detections) == (3, 4, 2)
    assert (pooled.recall, pooled.precision) == (0.25, 0.5)
    assert (pooled.clean, pooled.alarmed) == (1, 1)
    assert Measures.pooled([]) == Measures()


SPAN = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda span: (span[0], sum(span)))
PASSAGES = st.lists(st.tuples(SPAN, SPAN).map(lambda sides: Spans(*sides[0], *sides[1])), max_size=5)


def characters(spans: Spans) -> tuple[set[int], set[int]]:
    return set(range(spans[0], spans[1])), set(range(spans[2], spans[3]))


def by_characters(cases: Sequence[Spans], detections: Sequence[Spans]) -> tuple[float, float, float, float]:
    """Measure as the definition says, on sets of characters."""
    true, found = set(cases), set(detections)

    def meet(one: Spans, other: Spans) -> bool:
        return all(a & b for a, b in zip(characters(one), characters(other), strict=True))

    def mean(ones: set[Spans], others: set[Spans]) -> float:
        if not ones and not others:
            return 1.0
        total = 0.0
        for one in ones:
            covered: set[tuple[int, int]] = set()
            for other in others:
                if meet(one, other):
                    for side, (a, b) in enumerate(zip(characters(one), characters(other), strict=True)):
                        covered |= {(side, place) for place in a & b}
            total += len(covered) / sum(map(len, characters(one)))
        return total / len(ones) if ones else 0.0

    recall, precision = mean(true, found), mean(found, true)
    counts = [count for case in true if (count := sum(meet(case, one) for one in found))]
    granularity = sum(counts) / len(counts) if counts else 1.0
    harmonic = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    return recall, precision, granularity, harmonic / math.log2(1 + granularity)


@given(PASSAGES, PASSAGES)
@settings(derandomize=True, deadline=None, max_examples=400)
def test_measures_are_those_of_sets_of_characters(cases: list[Spans], detections: list[Spans]) -> None:
    measures = Measures.of_pair(cases, detections)
    expected = by_characters(cases, detections)
    assert numbers(measures) == pytest.approx(expected, abs=1e-6)
    assert 0 <= measures.plagdet <= 1
    assert 0 <= measures.recall <= 1
    assert 0 <= measures.precision <= 1
    assert measures.granularity >= 1


@given(PASSAGES, PASSAGES)
@settings(derandomize=True, deadline=None)
def test_cases_and_detections_swapped_swap_recall_and_precision(one: list[Spans], other: list[Spans]) -> None:
    measures, swapped = Measures.of_pair(one, other), Measures.of_pair(other, one)
    assert (measures.recall, measures.precision) == (swapped.precision, swapped.recall)
    assert measures.meetings == swapped.meetings


@given(PASSAGES)
@settings(derandomize=True, deadline=None)
def test_cases_found_as_they_are_have_recall_and_precision_one(cases: list[Spans]) -> None:
    measures = Measures.of_pair(cases, cases)
    assert (measures.recall, measures.precision) == (1, 1)


@given(PASSAGES, PASSAGES)
@settings(derandomize=True, deadline=None)
def test_sides_swapped_change_no_measure(cases: list[Spans], detections: list[Spans]) -> None:
    turned = [[Spans(*spans[2:], *spans[:2]) for spans in some] for some in (cases, detections)]
    assert numbers(Measures.of_pair(*turned)) == numbers(Measures.of_pair(cases, detections))


# --- named pairs ------------------------------------------------------------------------------


def test_named_pairs_are_judged_in_their_order_and_as_often_as_they_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Ids of rows sort otherwise than their numbers from ten on.
    sources = lay_out([prose(n, 60) for n in range(12)])
    pages = lay_out([prose(n, 60) for n in range(12)])
    rng = random.Random(1)
    named = [(rng.randrange(12), rng.randrange(12)) for _ in range(200)]
    source, page = (np.array(side, np.int32) for side in zip(*named, strict=True))
    whole = list(judge_pairs((sources, pages), source, page, Options()))
    assert [(int(one.source.id), int(one.page.id)) for one in whole] == named
    assert all((one.verdict == "identical") == (s == g) for one, (s, g) in zip(whole, named, strict=True))
    monkeypatch.setattr("reuse.pipeline.judged.PAIRS_AT_A_TIME", 7)
    assert list(judge_pairs((sources, pages), source, page, Options(threads=1))) == whole
    nothing = np.empty(0, np.int32)
    assert list(judge_pairs((sources, pages), nothing, nothing, Options())) == []


# --- a PAN corpus -----------------------------------------------------------------------------

LIFTED = prose(1, 150)
SOURCE = f"{prose(2, 100)}\r\n\r\n{LIFTED}\r\n{prose(3, 100)}"
PAGE = f"\ufeff{prose(4, 80)}\r\n{LIFTED}\r\n{prose(5, 60)}"
OTHER = prose(6, 200)


def truth(page: str, source: str, *cases: Spans, more: str = "") -> str:
    features = "".join(
        f'<feature name="plagiarism" obfuscation="none" source_length="{case[1] - case[0]}" '
        f'source_offset="{case[0]}" source_reference="{source}" this_length="{case[3] - case[2]}" '
        f'this_offset="{case[2]}" type="artificial" />\n'
        for case in cases
    )
    return f'<document reference="{page}">\n{features}{more}</document>\n'


def place(text: str) -> tuple[int, int]:
    return text.index(LIFTED), text.index(LIFTED) + len(LIFTED)


LIFTED_CASE = Spans(*place(SOURCE), *place(PAGE))
PAIR = ("suspicious-document00001.txt", "source-document00001.txt")
TRUTH = "suspicious-document00001-source-document00001.xml"


@pytest.fixture
def pan(here: Path) -> Path:
    """Return a PAN corpus: a lifted passage, and two pairs that share nothing."""
    root = here / "pan"
    for folder in ("src", "susp", "01-none", "02-lifted"):
        (root / folder).mkdir(parents=True)
    texts = {
        "src/source-document00001.txt": SOURCE,
        "src/source-document00002.txt": OTHER,
        "susp/suspicious-document00001.txt": PAGE,
        "susp/suspicious-document00002.txt": prose(7, 200),
        "susp/suspicious-document00003.txt": prose(8, 200),
    }
    for name, text in texts.items():
        (root / name).write_bytes(text.encode())
    for folder, pair, cases in (
        ("02-lifted", (1, 1), [LIFTED_CASE]),
        ("01-none", (2, 2), []),
        ("01-none", (3, 2), []),
    ):
        page, source = f"suspicious-document{pair[0]:05}.txt", f"source-document{pair[1]:05}.txt"
        with (root / folder / "pairs").open("a") as lines:
            lines.write(f"{page} {source}\n")
        (root / folder / f"{page[:-4]}-{source[:-4]}.xml").write_text(truth(page, source, *cases))
    return root


def read(pan: Path, *subcorpora: str) -> PanCorpus:
    return read_pan(str(pan), subcorpora, Options())


def test_texts_of_a_corpus_are_code_points_of_the_files(pan: Path) -> None:
    corpus = read(pan)
    assert [pair.truth for pair in corpus.pairs][-1] == TRUTH
    row = corpus.source[-1], corpus.page[-1]
    assert corpus.texts[0][row[0]] == SOURCE
    assert corpus.texts[1][row[1]] == PAGE  # its byte order mark and line ends with it
    assert corpus.pairs[-1].cases == (LIFTED_CASE,)
    assert PAGE[LIFTED_CASE.page_begin : LIFTED_CASE.page_end] == LIFTED


def test_a_lifted_passage_is_found_where_it_stands(pan: Path) -> None:
    evaluation = evaluate_pan(read(pan), Options())
    lifted = evaluation.measures["02-lifted"]
    assert lifted.recall > 0.9
    assert lifted.precision > 0.9
    assert numbers(evaluation.measures["01-none"]) == (1, 1, 1, 1)
    assert evaluation.entire.pairs == 3
    assert (evaluation.entire.clean, evaluation.entire.alarmed, evaluation.too_short) == (2, 0, 0)
    words = {word.strip(".") for word in [*SOURCE.split(), *PAGE.removeprefix("\ufeff").split()]}
    for spans in evaluation.detections[-1]:
        for part in (SOURCE[spans[0] : spans[1]], PAGE[spans[2] : spans[3]]):
            assert {word.strip(".") for word in part.split()} <= words  # whole words: nothing is off by one


def test_texts_too_short_for_a_verdict_have_no_detections(pan: Path) -> None:
    evaluation = evaluate_pan(read(pan), Options(min_words=100_000))
    assert evaluation.too_short == 3
    assert not any(evaluation.detections)
    assert numbers(evaluation.entire) == (0, 0, 1, 0)


def test_the_table_has_every_subcorpus_and_all_of_them(pan: Path, command: Command) -> None:
    done = command("pan", pan)
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines()[2:5]]
    assert [row[0] for row in rows] == ["01-none", "02-lifted", "entire"]
    assert rows[0] == ["01-none", *["1.0000"] * 4, "2", "0", "0"]
    assert "something was found in 0 of 2 pairs without a case (0.0%)\n" in done.out
    assert "3 pairs aligned in " in done.out
    one = command("pan", pan, "--subcorpus", "02-lifted")
    assert "01-none" not in one.out
    assert "without a case" not in one.out
    both = command("pan", pan, "--subcorpus=02-lifted", "--subcorpus", "01-none", "-j1")
    assert both.out.splitlines()[:5] == done.out.splitlines()[:5]
    assert both.out.rstrip().endswith("a second, 1 thread")
    assert (
        "3 pairs with a text too short for a verdict (--min-words)\n"
        in command("pan", pan, "--min-words=999").out
    )


def test_the_record_has_what_the_table_has(pan: Path, command: Command) -> None:
    record = json.loads(command("pan", pan, "-f", "json").out)
    assert record["schema"] == "reuse.evaluation.pan/1"
    assert list(record["subcorpora"]) == ["01-none", "02-lifted"]
    assert record["subcorpora"]["01-none"]["pairs_without_a_case"] == 2
    measured = evaluate_pan(read(pan), Options()).entire
    assert record["entire"]["plagdet"] == round(measured.plagdet, 6)
    assert (record["entire"]["pairs"], record["entire"]["cases"]) == (3, 1)
    assert record["pairs_per_second"] > 0
    assert record["threads"] >= 1


# --- detections -------------------------------------------------------------------------------


def detected(folder: Path) -> dict[str, tuple[str | None, list[Spans]]]:
    """Read detections as PAN's script does."""
    found = {}
    for file in sorted(folder.iterdir()):
        root = ET.parse(file).getroot()
        spans = []
        for feature in root:
            assert feature.get("name") == "detected-plagiarism"
            page, size, source, length = (
                int(feature.get(name, "x"))
                for name in ("this_offset", "this_length", "source_offset", "source_length")
            )
            spans.append(Spans(source, source + length, page, page + size))
        found[file.name] = root.get("reference"), spans
    return found


@pytest.mark.parametrize("out", ["found", "found/", "new/below/found", "empty"])
def test_detections_are_written_under_the_names_of_the_truth(pan: Path, command: Command, out: str) -> None:
    Path("empty").mkdir()
    done = command("pan", pan, "--detections", out)
    assert (done.code, done.err) == (0, f"detections written to {out}\n")
    found = detected(Path(out))
    evaluation = evaluate_pan(read(pan), Options())
    assert len(found) == 3
    for pair, spans in zip(evaluation.corpus.pairs, evaluation.detections, strict=True):
        assert found[pair.truth] == (pair.page, list(spans))
    assert found[TRUTH][1]
    assert [name for name in os.listdir(Path(out).parent) if name.startswith(".unfinished")] == []
    assert os.stat(out).st_mode == os.stat("pan").st_mode  # for others to read


@pytest.mark.parametrize("out", ["held", "file", "file/below", "x\0"])
def test_detections_go_to_a_new_folder_alone(pan: Path, command: Command, out: str) -> None:
    Path("held").mkdir()
    Path("held/mine.txt").write_text("mine")
    Path("file").write_text("mine")
    done = command("pan", pan, "--detections", out)
    assert (done.code, done.out) == (2, "")  # before anything is judged
    assert "cannot write detections to" in done.err
    assert os.listdir("held") == ["mine.txt"]
    assert Path("file").read_text() == "mine"


def test_where_detection_fails_nothing_is_written(
    pan: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("reuse.evaluation.pan.align_pairs", broken)
    assert command("pan", pan, "--detections", "found").code == 3
    assert os.listdir(".") == ["pan"]


def test_a_write_that_fails_leaves_no_detections(pan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = evaluate_pan(read(pan), Options())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReuseError, match="cannot write detections to found: No space left on device"):
        write_detections("found", evaluation)
    assert os.listdir(".") == ["pan"]


def test_a_kill_while_detections_are_written_leaves_none(pan: Path) -> None:
    code = (
        "import os, signal; from reuse.__main__ import run; import sys; calls = []\n"
        "def fsync(_): calls.append(1); len(calls) == 2 and os.kill(os.getpid(), signal.SIGTERM)\n"
        "os.fsync = fsync\n"
        f"sys.argv = ['reuse', 'evaluate', 'pan', {str(pan)!r}, '--detections', 'found']; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + signal.SIGTERM
    assert os.listdir(".") == ["pan"]


HOSTILE = ["a\"<&>'.txt", "new\nline\x01.txt", "caf\udce9.txt", "\ufffe\uffff\U0010ffff.txt", "]]>&#0;.txt"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_files_make_sound_xml(name: str) -> None:
    content = detection_xml(name, name, [Spans(5, 9, 0, 3)])
    root = ET.fromstring(content)
    assert root.get("reference") == root[0].get("source_reference")
    if name.isprintable():
        assert root.get("reference") == name


def test_hostile_names_go_the_whole_way(pan: Path, command: Command) -> None:
    page, source = os.fsdecode(b"<&\"'\xe9.txt"), "]]>\x1b[2J.txt"
    Path(os.fsdecode(os.fsencode(pan / "susp" / page))).write_text(f"{LIFTED} {OTHER}")
    (pan / "src" / source).write_text(LIFTED)
    (pan / "02-lifted" / "pairs").write_bytes(os.fsencode(f"{page} {source}\n"))
    (pan / "02-lifted" / f"{page[:-4]}-{source[:-4]}.xml").write_text("<document/>")
    done = command("pan", pan, "--detections", "found")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert len(detected(Path("found"))) == 3


# --- a corpus that is broken ------------------------------------------------------------------


def wrote(name: str, text: str | bytes) -> Callable[[], object]:
    content = text.encode() if isinstance(text, str) else text
    return lambda: Path("pan", name).write_bytes(content)


def gone(name: str) -> Callable[[], object]:
    return lambda: os.rename(Path("pan", name), "elsewhere")


def instead(name: str, make: Callable[[str], object]) -> Callable[[], object]:
    """Return what puts something else in the place of a file."""
    return lambda: (gone(name)(), make(f"pan/{name}"))


def each(act: Callable[[str], object], *paths: str) -> None:
    for path in paths:
        act(path)


def with_case(**changes: object) -> Callable[[], object]:
    """Return a truth one of whose attributes is another."""
    values = {
        "source_offset": LIFTED_CASE.source_begin,
        "source_length": 50,
        "this_offset": LIFTED_CASE.page_begin,
        "this_length": 50,
        "source_reference": PAIR[1],
        **changes,
    }
    shown = " ".join(f'{name}="{value}"' for name, value in values.items() if value is not None)
    xml = f'<document reference="{PAIR[0]}"><feature name="plagiarism" {shown}/></document>'
    return wrote(f"02-lifted/{TRUTH}", xml)


LINES = f"{PAIR[0]} {PAIR[1]}\n"
XML = f"pan/02-lifted/{TRUTH}: "
BOMB = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><document>&b;</document>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><document>&a;</document>'
BROKEN: dict[str, tuple[Callable[[], object], int, str]] = {
    "no corpus": (gone("."), 2, "pan: no such folder"),
    "no sources": (gone("src"), 2, "pan: no folder 'src'"),
    "no pages": (gone("susp"), 2, "pan: no folder 'susp'"),
    "no pair named": (
        lambda: each(lambda path: Path(path).write_text("\n"), "pan/01-none/pairs", "pan/02-lifted/pairs"),
        3,
        "pairs: names no pair; add some",
    ),
    "no sub-corpus": (
        lambda: each(os.remove, "pan/01-none/pairs", "pan/02-lifted/pairs"),
        2,
        "pan: no sub-folder has a file 'pairs'",
    ),
    "one name": (
        wrote("02-lifted/pairs", f"\n{PAIR[0]}\n"),
        3,
        "pan/02-lifted/pairs:2: '" + PAIR[0] + "' does not",
    ),
    "three names": (
        wrote("02-lifted/pairs", "a b c\n"),
        3,
        "pan/02-lifted/pairs:1: 'a b c' does not name a pair",
    ),
    "a way out": (wrote("02-lifted/pairs", "../../x y\n"), 3, "pan/02-lifted/pairs:1: '../../x y' does not"),
    "a NUL": (wrote("02-lifted/pairs", "x\0 y\n"), 3, "pan/02-lifted/pairs:1: 'x\\x00 y' does not"),
    "a pair twice": (
        wrote("02-lifted/pairs", LINES * 2),
        3,
        "pairs:2: the pair is that of pan/02-lifted/pairs:1",
    ),
    "pairs is a folder": (
        instead("02-lifted/pairs", os.mkdir),
        3,
        "pan/02-lifted/pairs: is no file",
    ),
    "no source text": (gone(f"src/{PAIR[1]}"), 3, f"pan/02-lifted/pairs:1: pan/src/{PAIR[1]} is not there"),
    "no page text": (gone(f"susp/{PAIR[0]}"), 3, f"pan/02-lifted/pairs:1: pan/susp/{PAIR[0]} is not there"),
    "text is a pipe": (
        instead(f"src/{PAIR[1]}", os.mkfifo),
        3,
        f"pan/src/{PAIR[1]}: is no file",
    ),
    "text is a dangling link": (
        instead(f"src/{PAIR[1]}", lambda path: os.symlink("none", path)),
        3,
        f"pan/src/{PAIR[1]}: cannot be read: No such file",
    ),
    "text not UTF-8": (
        wrote(f"susp/{PAIR[0]}", PAGE.encode()[:103] + b"\xe9" + PAGE.encode()),
        3,
        f"pan/susp/{PAIR[0]}: byte 104 is not UTF-8",
    ),
    "text in UTF-16": (wrote(f"susp/{PAIR[0]}", PAGE.encode("utf-16")), 3, "byte 1 is not UTF-8"),
    "no truth": (
        gone(f"02-lifted/{TRUTH}"),
        3,
        f"pan/02-lifted/pairs:1: its truth pan/02-lifted/{TRUTH} is not",
    ),
    "empty truth": (wrote(f"02-lifted/{TRUTH}", ""), 3, f"{XML}is no XML: no element found"),
    "truth cut off": (wrote(f"02-lifted/{TRUTH}", "<document><feature"), 3, f"{XML}is no XML: "),
    "truth not UTF-8": (wrote(f"02-lifted/{TRUTH}", b"<document a='\xe9'/>"), 3, f"{XML}is no XML: "),
    "unknown encoding": (
        wrote(f"02-lifted/{TRUTH}", '<?xml version="1.0" encoding="x-no"?><document/>'),
        3,
        f"{XML}is no XML: ",
    ),
    "encoding of many bytes": (
        wrote(f"02-lifted/{TRUTH}", '<?xml version="1.0" encoding="gb18030"?><document/>'),
        3,
        f"{XML}is no XML: ",
    ),
    "another element": (wrote(f"02-lifted/{TRUTH}", "<corpus/>"), 3, f"{XML}begins with <corpus>"),
    "entities": (wrote(f"02-lifted/{TRUTH}", BOMB), 3, f"{XML}has a document type"),
    "entities from outside": (wrote(f"02-lifted/{TRUTH}", OUTSIDE), 3, f"{XML}has a document type"),
    "undefined entity": (
        wrote(f"02-lifted/{TRUTH}", "<document>&x;</document>"),
        3,
        f"{XML}is no XML: undefined",
    ),
    "no offset": (with_case(this_offset=None), 3, f"{XML}this_offset is '', must be a number"),
    "negative offset": (with_case(this_offset=-1), 3, f"{XML}this_offset is '-1', must be a number"),
    "offset of words": (with_case(source_offset="ten"), 3, f"{XML}source_offset is 'ten'"),
    "offset of other digits": (with_case(source_offset="١٢"), 3, f"{XML}source_offset is "),
    "huge offset": (with_case(source_length="9" * 5000), 3, f"{XML}source_length is '999"),
    "past the end": (
        with_case(source_offset=len(SOURCE) - 49),
        3,
        f"the passage source {len(SOURCE) - 49}-{len(SOURCE) + 1} is outside the text, which has {len(SOURCE)}",
    ),
    "past the end of the page": (with_case(this_offset=len(PAGE)), 3, f"{XML}the passage page {len(PAGE)}-"),
    "empty case": (with_case(this_length=0), 3, "is empty"),
    "another source": (
        with_case(source_reference="x.txt"),
        3,
        f"{XML}a passage is of 'x.txt', not of 'source-",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.usefixtures("pan")
def test_a_broken_corpus_is_told_by_its_place(command: Command, fault: str) -> None:
    make, code, message = BROKEN[fault]
    make()
    done = command("pan", "pan", "--detections", "found")
    assert message in done.err
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("reuse: ")
    assert done.err.count("\n") == 1
    assert not Path("found").exists()


@pytest.mark.usefixtures("pan")
def test_what_the_truth_says_besides_is_passed_over(command: Command) -> None:
    more = '<feature name="about" title="x" /><feature name="md5Hash" /><x><feature name="plagiarism"/></x>'
    Path("pan/02-lifted", TRUTH).write_text(f'<?xml version="1.0"?>\n{truth(*PAIR, LIFTED_CASE, more=more)}')
    assert command("pan", "pan").code == 0
    assert read(Path("pan")).pairs[-1].cases == (LIFTED_CASE,)


@pytest.mark.usefixtures("pan")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pan", "pan", "--subcorpus", "03"], "pan: no sub-corpus '03'; there are 01-none, 02-lifted"),
        (["pan", "pan", "--subcorpus", "src"], "no sub-corpus 'src'"),
        (["pan", "pan/src/source-document00001.txt"], "no such folder"),
        (["pan"], "Missing argument 'DIR'"),
        (["pan", "pan", "-f", "csv"], "'csv' is not one of"),
        (["pan", "pan", "--min-run=1"], "min_run is 1"),
        (["pan", "pan", "--text-field=x"], "--text-field"),
        (["plan"], "No such command 'plan'"),
    ],
)
def test_what_cannot_be_meant_of_a_corpus_is_said(command: Command, arguments: list[str], message: str) -> None:
    done = command(*arguments)
    assert message in done.err
    assert (done.code, done.out) == (2, "")


@pytest.mark.usefixtures("pan")
def test_texts_over_the_limit_are_told(command: Command) -> None:
    done = command("pan", "pan", "--max-bytes=500")
    assert done.code == 3
    assert "the limit is 500; raise --max-bytes" in done.err


def test_a_folder_is_new_if_it_is_not_there_or_empty(here: Path) -> None:
    (here / "empty").mkdir()
    for name in ("empty", "none", "none/below"):
        require_new(name)
    (here / "empty" / ".hidden").touch()
    with pytest.raises(UsageError, match="holds something; name a new folder"):
        require_new("empty")


# --- labelled pairs ---------------------------------------------------------------------------


def row(number: int, **more: Any) -> dict[str, Any]:
    """Return a row: a copy if it says so, otherwise two texts that share nothing."""
    source = prose(number, 80)
    page = source if more.get("label") == "copy" else prose(number + 1000, 80)
    return {"id": f"r{number}", "source": source, "page": page, **more}


def jsonl(path: str, *rows: object) -> None:
    Path(path).write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in rows))


ROWS = [
    row(0, label="copy", set="one", kind="whole", group="g"),
    row(1, label="independent", set="basil", kind="same-event"),
    row(2, label="independent", set="other", kind="crossed"),
    row(3, label="copy", set="two", kind="whole", group="g"),
    row(4),
    row(5, label="unsure", set="one"),
    row(6, label="copy", set="two", kind="whole") | {"page": "Too short."},
    row(7, label="copy", set="two", kind="whole") | {"page": prose(99, 80)},
]


def scores(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


@pytest.mark.usefixtures("here")
def test_each_row_is_scored_in_its_place(command: Command) -> None:
    jsonl("rows.jsonl", *ROWS)
    done = command("pairs", "rows.jsonl", "-o", "scores.jsonl")
    assert (done.code, done.err) == (0, "scores written to scores.jsonl\n")
    lines = scores("scores.jsonl")
    assert [line["id"] for line in lines] == [f"r{n}" for n in range(8)]
    assert [line["verdict"] for line in lines] == [
        *("identical", "independent", "independent", "identical"),
        *("independent", "independent", "too-short", "independent"),
    ]
    first = {"set": "one", "kind": "whole", "label": "copy", "group": "g"}
    assert first.items() <= lines[0].items()
    assert set(lines[4]) & {"set", "kind", "label", "group"} == set()
    assert lines[6]["probability"] is None
    assert {"order", "facts"} <= set(lines[0])
    assert not {"order", "facts"} & set(lines[6])
    assert lines[0]["probability"] == 0.999
    assert all(value == round(value, 6) for value in lines[1].values() if isinstance(value, float))
    assert [name for name in os.listdir(".") if name.startswith(".")] == []


@pytest.mark.usefixtures("here")
def test_the_figures_are_counts_of_the_rows(command: Command) -> None:
    jsonl("rows.jsonl", *ROWS)
    found = json.loads(command("pairs", "rows.jsonl", "-f", "json").out)
    assert found["schema"] == "reuse.evaluation.pairs/1"
    assert (found["pairs"], found["unlabelled"], found["unreadable"], found["groups"]) == (8, 2, 0, 3)
    assert found["verdicts"] == {"identical": 2, "independent": 5, "too-short": 1}
    cells = {(cell["label"], cell["set"], cell["kind"]): cell for cell in found["cells"]}
    two = cells["copy", "two", "whole"]
    assert (two["pairs"], two["too_short"], two["accused"], two["share"]) == (3, 1, 1, 0.333333)
    # One of one, and one of three.
    assert found["recall"]["share"] == pytest.approx((1 + 1 / 3) / 2, abs=1e-6)
    assert found["recall"]["low"] <= found["recall"]["share"] <= found["recall"]["high"]
    assert found["allowed"] == {"basil": 0.02, "crossed": 0.01}
    assert found["recall_at_cut"]["share"] == found["recall"]["share"]
    assert [cell["set"] for cell in found["independent"]] == ["basil", "other"]
    assert 0.5 < found["auc"] <= 1
    assert found["pairs_per_second"] > 0


@pytest.mark.usefixtures("here")
def test_the_table_of_pairs_has_cells_recall_cut_and_speed(command: Command) -> None:
    jsonl("rows.jsonl", *ROWS)
    done = command("pairs", "rows.jsonl", "-j", "1")
    lines = [line.split() for line in done.out.splitlines()]
    heads = [" ".join(line) for line in lines if line[:3] == ["label", "set", "kind"]]
    assert heads == ["label set kind pairs too short accused share at cut share mean"]
    assert ["copy", "two", "whole", "3", "1", "1", "33.3%", "1", "33.3%"] in [line[:9] for line in lines]
    for told in (
        "recall, averaged over 2 cells of set and kind: 66.7% (",
        "cut that lets pass at most 0.02 of basil, 0.01 of crossed: probability 0.",
        "recall at the cut: 66.7%",
        "95 % of resamples of 3 groups",
        "area under the ROC curve: ",
        "8 pairs: 2 identical, 5 independent, 1 too short\n",
        "2 pairs labelled neither copy nor independent: not counted\n",
        "8 pairs judged in ",
        " a second, 1 thread\n",
    ):
        assert told in done.out
    jsonl("more.jsonl", *ROWS, row(8, label="independent", set="basil", kind="crossed"))
    tables = command("pairs", "more.jsonl").out
    assert ["independent", "basil", "2"] in [line.split()[:3] for line in tables.splitlines()]


@pytest.mark.usefixtures("here")
def test_without_labels_verdicts_are_counted_and_nothing_else(command: Command) -> None:
    jsonl("rows.jsonl", row(1), row(2) | {"page": prose(2, 80)})
    done = command("pairs", "rows.jsonl")
    assert done.code == 0
    first, second = done.out.splitlines()
    assert first == "2 pairs: 1 identical, 1 independent"
    assert second.startswith("2 pairs judged in ")
    found = json.loads(command("pairs", "rows.jsonl", "-f", "json").out)
    assert (found["cells"], found["recall"], found["cut"], found["auc"]) == ([], None, None, None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("label", ["copy", "independent"])
def test_one_label_alone_has_no_figures_that_need_both(command: Command, label: str) -> None:
    jsonl("rows.jsonl", row(1, label=label))
    found = json.loads(command("pairs", "rows.jsonl", "-f", "json").out)
    assert (found["recall"] is None) == (label == "independent")
    assert found["recall_at_cut"] is None
    assert found["auc"] is None
    assert command("pairs", "rows.jsonl").code == 0


FAULTY: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "is not JSON"),
    "a list": ("[]", "is a list, not an object"),
    "no page": ('{"source": "x"}', "its field 'page' is not there"),
    "page is null": ('{"source": "x", "page": null}', "its field 'page' is null, not a string"),
    "source is a number": ('{"source": 1, "page": "x"}', "its field 'source' is a number"),
    "empty text": ('{"source": "", "page": "x"}', "its field 'source' is empty"),
    "blank text": ('{"source": "x", "page": " \\n"}', "its field 'page' is empty"),
    "set is a list": ('{"source": "x", "page": "y", "set": []}', "its field 'set' is a list"),
    "id is an object": ('{"source": "x", "page": "y", "id": {}}', "its field 'id' is an object"),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("fault", FAULTY)
def test_a_bad_row_is_told_and_the_rest_scored(command: Command, fault: str) -> None:
    line, message = FAULTY[fault]
    jsonl("rows.jsonl", ROWS[0], "", line, ROWS[1])
    done = command("pairs", "rows.jsonl", "-o", "scores.jsonl", "-q")
    assert done.code == 3
    assert done.err.startswith("unreadable: rows.jsonl:3: ")
    assert message in done.err
    assert "1 row unreadable\n" in done.out
    assert [line["id"] for line in scores("scores.jsonl")] == ["r0", "r1"]


@pytest.mark.usefixtures("here")
def test_many_bad_rows_are_counted_and_listed_when_asked(command: Command) -> None:
    jsonl("rows.jsonl", *["{"] * 30, ROWS[0])
    done = command("pairs", "rows.jsonl")
    assert done.err.endswith("unreadable: 10 more; -v lists all of them\n")
    assert command("pairs", "rows.jsonl", "-v").err.count("unreadable: ") == 30
    jsonl("rows.jsonl", "{")
    nothing = command("pairs", "rows.jsonl")
    assert nothing.code == 3
    assert nothing.out.startswith("0 pairs: no verdict\n1 row unreadable\n")


@pytest.mark.usefixtures("here")
def test_odd_rows_are_no_fault(command: Command) -> None:
    hostile = {"id": "\x1b[2J", "set": "\u202e\x07", "kind": 7, "label": "copy", "group": True}
    jsonl(
        "rows.jsonl",
        row(1) | {"source": "\ud800\0 " + prose(1, 80)},
        {**row(2), **hostile},
        {**row(3), "id": None},
    )
    done = command("pairs", "rows.jsonl", "-o", "scores.jsonl")
    assert done.code == 0
    assert not set(done.out + done.err) & {"\x1b", "\u202e", "\x07"}
    lines = scores("scores.jsonl")
    assert lines[1]["id"] == "\x1b[2J"
    assert (lines[1]["kind"], lines[1]["group"]) == ("7", "True")
    assert lines[2]["id"] == "rows.jsonl:3"


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("suffix", PACKED)
def test_packed_rows_are_unpacked(command: Command, suffix: str) -> None:
    jsonl("rows.jsonl", *ROWS)
    plain = Path("rows.jsonl").read_bytes()
    pack = PACKED[suffix]
    # Frame after frame, as pieces packed one by one and put together are.
    Path(f"rows.jsonl.{suffix}").write_bytes(pack(plain[:5000]) + pack(plain[5000:]))
    for name in ("rows.jsonl", f"rows.jsonl.{suffix}"):
        assert command("pairs", name, "-o", f"{name}.scores").code == 0
    assert scores(f"rows.jsonl.{suffix}.scores") == scores("rows.jsonl.scores")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("harm", ["cut off", "changed"])
def test_packed_rows_that_are_damaged_are_told(command: Command, suffix: str, harm: str) -> None:
    # Whole lines come before the damage: that they do must not hide it.
    packed = PACKED[suffix](b"".join(json.dumps(row(n)).encode() + b"\n" for n in range(400)))
    half = len(packed) // 2
    damaged = packed[:-20] if harm == "cut off" else packed[:half] + bytes(99) + packed[half + 99 :]
    Path("rows").write_bytes(damaged)
    done = command("pairs", "rows", "-v")
    assert done.code == 3
    assert "unreadable: rows: cannot be read: it is packed and damaged (" in done.err


@pytest.mark.parametrize("suffix", PACKED)
def test_what_unpacks_to_very_much_takes_little_memory(suffix: str) -> None:
    much = 2**27
    packed = io.BytesIO(PACKED[suffix](bytes(much)))
    tracemalloc.start()
    try:
        stream, size = unpacked(io.BufferedReader(packed)), 0
        while part := stream.read(2**16):
            size += len(part)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == much
    assert most < much // 2


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.jsonl"], 2, "'none.jsonl' is not there"),
        (["x\0"], 2, "'x\\x00' cannot be found"),
        (["."], 2, "'.' is a folder"),
        ([], 2, "Missing argument 'FILE'"),
        (["empty.jsonl"], 3, "empty.jsonl: holds no pair"),
        (["rows.jsonl", "-o", "-"], 2, "scores cannot go to standard output"),
        (["rows.jsonl", "-o", "."], 2, "cannot write scores to '.'"),
        (["rows.jsonl", "-o", ""], 2, "cannot write scores to ''"),
        (["rows.jsonl", "-o", "x\0"], 2, "cannot write scores to 'x\\x00'"),
        (["rows.jsonl", "-o", "/dev/null"], 2, "cannot write scores to '/dev/null'"),
        (["rows.jsonl", "-o", "./rows.jsonl"], 2, "the pairs are read from it"),
        (["rows.jsonl", "-o", "rows.jsonl/x"], 3, "cannot write scores to rows.jsonl/x: "),
        (["rows.jsonl", "--allow", "basil"], 2, "'basil' is no name and a share"),
        (["rows.jsonl", "--allow", "basil=2"], 2, "'basil=2' is no name and a share"),
        (["rows.jsonl", "--allow", "basil=nan"], 2, "'basil=nan' is no name and a share"),
        (["rows.jsonl", "--allow-rest", "nan"], 2, "'nan' is no share"),
        (["rows.jsonl", "--allow", "a=0.1", "--allow", "a=0.2"], 2, "'a' has two shares"),
        (["rows.jsonl", "--allow", "=0.1"], 2, "'=0.1' is no name and a share"),
        (
            ["rows.jsonl", "--allow", "none=0.1"],
            2,
            "no independent pair has the set or kind 'none'; there are: basil",
        ),
        (["rows.jsonl", "--allow-rest", "2"], 2, "--allow-rest"),
        (["rows.jsonl", "-f", "csv"], 2, "'csv' is not one of"),
    ],
)
def test_what_cannot_be_meant_of_pairs_is_said(
    command: Command, arguments: list[str], code: int, message: str
) -> None:
    jsonl("rows.jsonl", *ROWS)
    jsonl("empty.jsonl")
    before = Path("rows.jsonl").read_bytes()
    done = command("pairs", *arguments)
    assert message in done.err
    assert done.code == code
    assert Path("rows.jsonl").read_bytes() == before
    assert sorted(os.listdir(".")) == ["empty.jsonl", "rows.jsonl"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_under_stdout_is_told(pan: Path) -> None:
    jsonl("rows.jsonl", *ROWS)
    for arguments in (
        ["pan", str(pan), "--detections", "found"],
        ["pairs", "rows.jsonl", "-o", "scores.jsonl"],
    ):
        with open("/dev/full", "w") as full:
            command = [*COMMAND, "evaluate", *arguments]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 3
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("here")
def test_rows_come_from_standard_input_too() -> None:
    lines = "".join(json.dumps(one) + "\n" for one in ROWS)
    packed = gzip.compress(lines.encode())
    done = subprocess.run([*COMMAND, "evaluate", "pairs", "-"], input=packed, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"8 pairs: 2 identical" in done.stdout


@pytest.mark.usefixtures("here")
def test_a_write_that_fails_leaves_earlier_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    jsonl("rows.jsonl", *ROWS)
    Path("scores.jsonl").write_text("earlier")
    judged = evaluate_pairs("rows.jsonl", Options()).judged

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReuseError, match=r"cannot write scores to scores\.jsonl: No space left on device"):
        write_scores("scores.jsonl", judged)
    assert Path("scores.jsonl").read_text() == "earlier"
    assert sorted(os.listdir(".")) == ["rows.jsonl", "scores.jsonl"]


@pytest.mark.usefixtures("here")
def test_scores_are_the_same_however_rows_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    jsonl("rows.jsonl", *ROWS)
    whole = evaluate_pairs("rows.jsonl", Options()).judged
    for name, most in (("_CHARACTERS_AT_A_TIME", 2000), ("_PAIRS_AT_A_TIME", 3)):
        monkeypatch.setattr(f"reuse.evaluation.pairs.{name}", most)
        assert evaluate_pairs("rows.jsonl", Options(threads=1)).judged == whole


# --- figures ----------------------------------------------------------------------------------


def judged(label: str | None, probability: float | None, verdict: str = "independent", **names: str) -> Judged:
    held = {"id": "x", "set": "s", "kind": "k", "group": None, **names}
    return Judged(label=label, verdict=verdict, probability=probability, features={}, **held)  # type: ignore[arg-type]


def test_the_cut_is_the_least_that_lets_no_more_pass_than_allowed() -> None:
    basil = [judged("independent", n / 100, set="basil") for n in range(100)]
    rest = [judged("independent", n / 1000) for n in range(100)]
    copies = [judged("copy", p) for p in (0.5, 0.975, 0.98, 0.99)]
    found = figures([*basil, *rest, *copies], {"basil": 0.02}, 0.01)
    # 0.98 and 0.99 of basil may pass, 0.97 may not; of the rest only 0.099 may.
    assert found.cut == 0.975
    assert found.recall_at_cut is not None
    assert found.recall_at_cut.share == 0.75
    assert [cell.passing for cell in found.independent] == [2, 0]
    none = figures([*basil, *rest, *copies], {"basil": 0.0}, 0.01)
    assert none.cut is None  # a copy has no more than the highest of basil
    assert none.recall_at_cut is not None
    assert none.recall_at_cut.share == 0
    free = figures([*basil, *rest, *copies], {"basil": 1.0}, 1.0)
    assert free.cut == 0.0
    # What no allowance names belongs to the rest.
    assert figures([*basil, *rest, *copies], {}, 0.01).cut == 0.975
    # A kind is named as a set is.
    kinds = [judged("independent", 0.9, kind="crossed"), judged("independent", 0.1), judged("copy", 0.5)]
    assert figures(kinds, {"crossed": 1.0}, 0.0).cut == 0.5
    assert figures(kinds, {"crossed": 0.0}, 0.0).cut is None


@pytest.mark.long
@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from(["copy", "independent"]), st.integers(0, 9)), min_size=1, max_size=40),
    st.integers(0, 10),
)
@settings(derandomize=True, deadline=None)
def test_no_lower_probability_would_do_for_a_cut(rows: list[tuple[str, int]], tenths: int) -> None:
    found = figures([judged(label, p / 10) for label, p in rows], {}, tenths / 10)
    others = [p / 10 for label, p in rows if label == "independent"]
    fits = [
        p
        for p in sorted({p / 10 for _, p in rows})
        if sum(other >= p for other in others) <= tenths * len(others) // 10
    ]
    assert found.cut == (min(fits, default=None) if others else None)


@pytest.mark.long
@pytest.mark.slow
@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
@settings(derandomize=True, deadline=None)
def test_the_area_is_the_share_of_pairings_in_order(copies: list[int], others: list[int]) -> None:
    rows = [judged("copy", p / 5) for p in copies] + [judged("independent", p / 5) for p in others]
    found = figures([*rows, judged("copy", None, "too-short")], {}, 0.01)
    pairings = [(p > q) + (p == q) / 2 for p in copies for q in others]
    assert found.auc == (pytest.approx(sum(pairings) / len(pairings)) if pairings else None)


def test_recall_weighs_every_cell_the_same() -> None:
    rows = [judged("copy", 0.9, "spun", set="large", id=str(n)) for n in range(99)]
    rows += [judged("copy", 0.1, kind="small"), judged("copy", None, "too-short", kind="smaller")]
    found = figures(rows, {}, 0.01)
    assert found.recall is not None
    assert found.recall.share == pytest.approx(1 / 3)
    assert Counter(cell.pairs for cell in found.cells) == {99: 1, 1: 2}


def test_an_interval_is_that_of_the_binomial_and_of_groups() -> None:
    alone = [judged("copy", 0.5, "spun" if n % 2 else "independent", id=str(n)) for n in range(400)]
    grouped = [one._replace(group=str(n // 40 * 2 + n % 2)) for n, one in enumerate(alone)]
    widths = []
    for rows, groups in ((alone, 400), (grouped, 20)):
        found = figures(rows, {}, 0.01)
        assert found.recall is not None
        assert found.recall.share == 0.5
        assert found.groups == groups
        assert found == figures(rows, {}, 0.01)  # seeded
        widths.append(found.recall.high - found.recall.low)
    # 2 * 1.96 * sqrt(p * (1 - p) / n) of 400 pairs, and of 20 groups that are right or wrong as one.
    assert widths[0] == pytest.approx(3.92 * 0.5 / 20, rel=0.1)
    assert widths[1] == pytest.approx(3.92 * 0.5 / math.sqrt(20), rel=0.2)
    assert RESAMPLES >= 1000


def test_as_many_kinds_as_pairs_take_seconds_and_no_more_memory() -> None:
    rows = [
        judged("copy", 0.5, "spun" if n % 3 else "independent", id=str(n), kind=str(n)) for n in range(5_000)
    ]
    started = time.process_time()
    found = figures(rows, {}, 0.01)
    assert time.process_time() - started < 10
    assert found.recall is not None
    assert found.recall.share == pytest.approx(2 / 3, abs=0.01)


def test_a_cell_of_pairs_too_short_alone_has_no_mean() -> None:
    (cell,) = figures([judged("independent", None, "too-short")], {}, 0.01).cells
    assert cell == Cell("independent", "s", "k", 1, 1, 0, 0, None)


@pytest.mark.slow
@given(
    st.lists(st.sampled_from([("copy", "a"), ("copy", "b"), ("independent", "a"), (None, "b")]), max_size=30)
)
@settings(derandomize=True, deadline=None)
def test_pairs_are_counted_once_each(rows: list[tuple[str | None, str]]) -> None:
    found = figures([judged(label, 0.5, "spun", set=name) for label, name in rows], {}, 0.01)
    counts = Counter(rows)
    assert {(cell.label, cell.set): cell.pairs for cell in found.cells} == {
        key: count for key, count in counts.items() if key[0]
    }
    assert sum(cell.pairs for cell in found.cells) + found.unlabelled == len(rows)
    assert sum(found.verdicts.values()) == len(rows)
