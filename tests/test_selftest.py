"""The self-test: what is planted is found and counted, and an archive that repeats itself misleads nobody.

Covers: ``reuse/evaluation/{drawing,selftest}.py``, ``reuse/report/selftest.py``, ``reuse/cli/selftest.py``.
Compares against: archives made so that the answer is known, and Wilson's interval solved by halving.
Run: ``pytest tests/test_selftest.py``
"""

from __future__ import annotations

import csv
import io
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse import index
from reuse.cli.endings import exit_code
from reuse.documents import read
from reuse.errors import UsageError
from reuse.evaluation.planting import KINDS
from reuse.evaluation.selftest import BARE, NOT_COMPARED, Row, Selftest, selftest, wilson
from reuse.options import Options
from reuse.pairs import VERDICTS
from reuse.report.records import json_line
from reuse.report.selftest import selftest_csv, selftest_record, selftest_text
from reuse.values import HTML, Document, Notice, Unreadable

ONE = Options(threads=1)
SEEDS = Path(__file__).parents[1] / "seeds"


def prose(name: str, sentences: int = 50) -> str:
    """Return a text of made words of which another name has none, with a quotation now and then."""
    draw = random.Random(name)
    words = ["".join(draw.choices("aeioubdfgklmnprstv", k=draw.randint(2, 9))) for _ in range(2000)]
    parts = []
    for number in range(sentences):
        some = [draw.choice(words) for _ in range(draw.randint(7, 18))]
        sentence = " ".join([some[0].capitalize(), *some[1:]])
        parts.append(f"“{sentence},” {some[0]} said." if number % 12 == 4 else f"{sentence}.")
        if number % 3 == 2:
            parts[-1] += "\n\n"
    return " ".join(parts)


def archive(count: int, sentences: int = 50) -> list[Document]:
    names = [f"story-{number}" for number in range(count)]
    return [Document(name, prose(name, sentences), "news.jsonl") for name in names]


@cache
def done() -> Selftest:
    """Return the self-test of an archive of 60 articles that have nothing in common."""
    return selftest(archive(60), ONE, articles=40)


def rows(result: Selftest, kind: str) -> dict[int, Row]:
    return {row.words: row for row in result.rows if row.kind == kind}


# --- intervals --------------------------------------------------------------------------------


@given(st.integers(1, 3000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))))
@settings(derandomize=True, deadline=None)
def test_the_interval_is_that_of_the_score_test(given: tuple[int, int]) -> None:
    hits, cases = given
    share, squared = hits / cases, 1.959963984540054**2

    def fits(truth: float) -> bool:
        return (share - truth) ** 2 <= squared * truth * (1 - truth) / cases

    def edge(inside: float, outside: float) -> float:
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if fits(middle) else (inside, middle)
        return inside

    low, high = wilson(hits, cases)
    assert low <= share <= high
    assert low == pytest.approx(edge(share, 0), abs=1e-6)
    assert high == pytest.approx(edge(share, 1), abs=1e-6)


# --- what is promised -------------------------------------------------------------------------


def having(*found: tuple[int, int, int]) -> Selftest:
    """Return a self-test with rows of verbatim excerpts: words, those found, and cases."""
    made = tuple(Row("verbatim", words, True, cases, hits, 0, 0, 0, {}) for words, hits, cases in found)
    return replace(done(), rows=made)


PROMISES: dict[str, tuple[list[tuple[int, int, int]], int | None]] = {
    "all found": ([(20, 100, 100), (40, 100, 100)], 20),
    "small ones missed": ([(20, 10, 100), (40, 100, 100), (60, 100, 100)], 40),
    "nothing found": ([(20, 0, 100), (40, 0, 100)], None),
    "too few cases": ([(20, 34, 34), (40, 34, 34)], None),
    "just enough": ([(20, 34, 34), (40, 35, 35)], 40),
    "few of the largest, all found": ([(20, 50, 50), (200, 3, 3)], 20),
    "few of the largest, all missed": ([(20, 50, 50), (200, 0, 3)], None),
    "none of the largest": ([(20, 50, 50), (200, 0, 0)], 20),
    "a larger one that fails": ([(20, 50, 50), (40, 30, 50), (60, 50, 50)], 60),
}


@pytest.mark.parametrize("name", PROMISES)
def test_promised_is_what_holds_from_there_on(name: str) -> None:
    found, promised = PROMISES[name]
    assert having(*found).promised == promised
    last = selftest_text(having(*found)).splitlines()[-1]
    assert (f"below {promised} words nothing is promised" in last) == (promised is not None)
    assert "nothing is promised" in last


# --- an archive of which the answer is known --------------------------------------------------


def test_what_is_planted_is_found() -> None:
    assert {row.kind for row in done().rows} == {*(kind.name for kind in KINDS), BARE}
    for row in done().rows:
        assert row.cases == (20 if row.kind == BARE else 40), row
        assert sum(row.verdicts.values()) == row.cases
        assert row.alarms == (0 if row.is_reuse else row.accused) == 0, row
    for words in (100, 200):
        for kind in ("verbatim", "light edits", "abridged"):
            row = rows(done(), kind)[words]
            assert row.accused == row.cases or (row.share > 0.9 and kind == "abridged")
            assert row.coverage is not None
            assert row.coverage > 0.9
    assert rows(done(), "verbatim")[20].accused == 0  # fewer words than make an excerpt
    assert rows(done(), "whole article")[0].verdicts["identical"] == 40
    assert rows(done(), "quoted speech")[60].verdicts["quotation"] > 30
    assert done().promised == 80
    assert (done().archive, done().sources, done().hosts) == (60, 40, 20)
    assert (done().repeating, done().editions, done().alarms) == (0, 0, ())


def test_a_detector_that_finds_nothing_is_found_out() -> None:
    options = replace(ONE, min_shared=10_000, single_hits=0, term_candidates=0, resemblance=0.99)
    blind = selftest(archive(60), options, articles=40)
    assert [row.kind for row in blind.rows if row.accused] == ["whole article"]
    assert rows(blind, "verbatim")[200].verdicts[NOT_COMPARED] == 40
    assert blind.promised is None
    assert "of no size" in selftest_text(blind).splitlines()[-1]


def test_a_decoy_that_is_accused_is_a_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.evaluation import selftest as module

    ((bait, _),) = [one for one in module._SORTS if one == (KINDS[0], 100)]
    monkeypatch.setattr(module, "_SORTS", [(bait._replace(name="one sentence", is_reuse=False), 100)])
    told = selftest(archive(6), ONE)
    assert rows(told, "one sentence")[100].alarms == rows(told, "one sentence")[100].accused == 4
    assert len({alarm.article for alarm in told.alarms}) == 4
    assert all(alarm.article == alarm.source != alarm.host for alarm in told.alarms)
    assert "4 pages are accused and should not be" in selftest_text(told)


def seeds(glob: str) -> list[Document | Unreadable | Notice]:
    return list(read([str(SEEDS / glob)], options=ONE))


def test_a_copy_among_the_hosts_is_told() -> None:
    told = selftest(seeds("sources/*"), ONE, hosts=seeds("pages/*"))
    assert (told.hosts, told.repeating) == (3, 1)  # the spun copy has more than half of the original's words
    assert not told.own_hosts
    assert told.sources == told.archive == 1


# --- the same whatever the order, the threads, the input ----------------------------------------


def test_neither_order_nor_threads_change_anything() -> None:
    some = archive(20)
    first = selftest_record(selftest(some, ONE, articles=8))
    assert selftest_record(selftest(some[::-1], Options(threads=3), articles=8)) == first
    assert selftest_record(selftest(some, ONE, articles=8, seed=1)) != first


@pytest.mark.parametrize(("name", "most"), [("_MOST", 20), ("_MOST_WORDS", 13_000)])
def test_of_a_large_archive_a_part_takes_part(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.evaluation import drawing

    monkeypatch.setattr(drawing, name, most)
    told = selftest(archive(30), ONE, articles=2)
    assert told.archive == 30
    assert 12 <= told.sources + told.hosts <= 20
    assert f"30 articles, of which {told.sources} are compared" in selftest_text(told)


# --- archives that repeat themselves ------------------------------------------------------------


def test_editions_are_neither_misses_nor_false_alarms() -> None:
    some = archive(24)
    again = [one._replace(id=f"{one.id}-b", content=f"Updated. {prose(one.id)}") for one in some[:12]]
    told = selftest([*some, *again], ONE, articles=12)
    assert told.alarms == ()
    assert told.repeating > 0
    assert told.editions > 0
    for words in (100, 200):
        assert rows(told, "verbatim")[words].accused == rows(told, "verbatim")[words].cases > 0
    assert "have other editions" in selftest_text(told)
    assert "more repeat an article" in selftest_text(told)


def test_an_archive_of_copies_is_refused() -> None:
    copies = [Document(f"copy-{number}", prose("the same"), "news.jsonl") for number in range(9)]
    with pytest.raises(UsageError, match=r"each of the 3 hosts repeats an article.*--hosts"):
        selftest(copies, ONE)


@pytest.mark.parametrize("count", [2, 3, 5, 9])
def test_small_archives_work(count: int) -> None:
    told = selftest(archive(count), ONE)
    assert told.promised is None
    assert told.hosts >= 1
    assert told.sources >= 1
    assert rows(told, "verbatim")[100].accused == told.sources
    assert "35 cases of a size" in selftest_text(told)


@pytest.mark.parametrize(
    ("some", "hosts", "message"),
    [
        ([], None, "0 articles are there of 20 to 10,000 words"),
        (archive(1), None, "1 article is there of 20 to 10,000 words .*, 2 are needed.*--hosts"),
        ([*archive(1), Document("short", "Too short.", "x")], None, "1 article is there"),
        ([Document("short", "Too short.", "x")], archive(2), "0 articles .*, 1 is needed to take words of"),
        (archive(2), [Document("short", "Too short.", "x")], "0 articles .* among the hosts.*name others"),
    ],
)
def test_too_few_articles_are_refused(some: list[Document], hosts: list[Document] | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        selftest(some, ONE, hosts=hosts)


def test_books_and_hostile_texts_cost_little() -> None:
    book = " ".join(f"“{word}” {word}." for word in prose("book").split()) * 40
    some = [
        *archive(12),
        *(Document(f"book-{number}\ud800", book, "x") for number in range(3)),
        Document("one word", "a" * 1_000_000, "x"),
        Document("no word", "“”\0\u200b- " * 30_000 + "word " * 300, "x"),
        Document("quotes", "“" * 5_000 + prose("quotes"), "x"),
        Document("lines", prose("lines").replace(" ", "\n"), "x"),
    ]
    started = time.process_time()
    told = selftest(some, ONE, articles=4)
    assert time.process_time() - started < 20
    assert told.archive + len(told.unreadable) == len(some)
    assert selftest_text(told)
    with pytest.raises(UsageError, match="0 articles are there of 20 to 10,000 words"):
        selftest(some[12:15], ONE)


def test_of_short_articles_less_is_taken() -> None:
    told = selftest(archive(30, sentences=6), ONE)
    assert rows(told, "verbatim")[200].cases == 0
    assert rows(told, "verbatim")[20].cases > 0
    text = selftest_text(told)
    (line,) = (line for line in text.splitlines() if line.startswith("verbatim") and " 200 " in line)
    assert line.split() == ["verbatim", "200", "0", "0", "0"]


def test_of_web_pages_the_article_is_taken() -> None:
    menu = "".join(f"<li><a href=/{number}>Section {number} of our very long menu</a>" for number in range(80))
    pages = [
        Document(
            one.id,
            "<title>News</title>"
            f"<nav><ul>{menu}</ul></nav><article>"
            f"{''.join(f'<p>{part}</p>' for part in prose(one.id).split(chr(10) * 2))}</article>".encode(),
            one.path,
            media=HTML,
        )
        for one in archive(6)
    ]
    told = selftest(pages, ONE)
    assert rows(told, "verbatim")[100].accused == 4
    assert rows(told, "whole article")[0].accused == 4
    assert told.repeating == 0  # the menu, which all of them have, is in no host
    assert told.alarms == ()


def test_what_a_site_repeats_is_not_planted() -> None:
    box = "Sign up for our newsletter, written every morning by the editors of the valley and the coast. " * 6
    some = [
        one._replace(content=f"{box}{prose(one.id, 20)}\n\n{box}", url=f"https://news.example/{one.id}")
        for one in archive(18)
    ]
    told = selftest(some, replace(ONE, boilerplate_pages=3))
    assert told.repeating == 0
    assert rows(told, "verbatim")[80].accused == rows(told, "verbatim")[80].cases == 12
    assert told.alarms == ()


# --- the command --------------------------------------------------------------------------------


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Return a function that runs ``reuse selftest`` in this process."""

    def call(*arguments: object) -> Done:
        code = exit_code(["selftest", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert "a fault of reuse itself" not in err
        return Done(code, out, err)

    return call


def written(path: Path, some: Sequence[Document]) -> Path:
    path.write_text("".join(json.dumps({"id": one.id, "text": one.content}) + "\n" for one in some))
    return path


def test_the_command_says_what_the_library_says(tmp_path: Path, command: Callable[..., Done]) -> None:
    some = archive(12)
    file = written(tmp_path / "news.jsonl", some)
    told = selftest(some, ONE, articles=5, seed=3)
    flags = (file, "--articles", 5, "--seed", 3, "-j", 1, "-q")
    table, record, lines = (command(*flags, "-f", form) for form in ("table", "json", "csv"))
    assert table == Done(0, selftest_text(told), "")
    assert record == Done(0, json_line(selftest_record(told)), "")
    assert lines == Done(0, "".join(selftest_csv(told)), "")
    held: list[dict[str, Any]] = json.loads(record.out)["rows"]
    table_of = list(csv.DictReader(io.StringIO(lines.out)))
    assert [int(row["accused"]) for row in table_of] == [row["accused"] for row in held]
    for row, values in zip(held, table_of, strict=True):
        assert sum(row["verdicts"].values()) == row["cases"] == int(values["cases"])
        assert {name: int(values[name.replace("-", "_").replace(" ", "_")]) for name in row["verdicts"]} == row[
            "verdicts"
        ]


def test_an_index_says_what_its_articles_say(tmp_path: Path, command: Callable[..., Done]) -> None:
    file = written(tmp_path / "news.jsonl", archive(12))
    path = tmp_path / "news.index"
    index.build(str(path), read([str(file)], options=ONE), ONE)
    for flags in (["-q"], ["-q", "--hosts", SEEDS / "pages"]):
        from_file = command(file, "--articles", 5, "-f", "json", *flags)
        assert from_file.code == 0
        assert command(path, "--articles", 5, "-f", "json", *flags) == from_file


def test_what_cannot_be_read_is_told(tmp_path: Path, command: Callable[..., Done]) -> None:
    file = written(tmp_path / "news.jsonl", archive(5))
    with file.open("a") as stream:
        stream.write('{"id": "broken"\n')
    hosts = written(tmp_path / "hosts.jsonl", archive(9)[6:])
    with hosts.open("a") as stream:
        stream.write("[]\n")
    told = command(file, "--hosts", hosts)
    assert told.code == 3
    assert "news.jsonl:6" in told.err
    assert "hosts.jsonl:4" in told.err
    assert "nothing is promised" in told.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "--hosts", "-"], "standard input cannot be SOURCES and --hosts at once"),
        (["seeds", "--articles", "0"], "1<=x<=10000"),
        (["nowhere.jsonl"], "nowhere.jsonl"),
        (["seeds", "--hosts", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_wrong_usage_is_told(
    arguments: list[str], message: str, command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SEEDS.parent)
    told = command(*arguments)
    assert told.code in (2, 3)
    assert message in told.err
    assert told.out == ""


def test_names_of_strangers_steer_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.evaluation import selftest as module

    monkeypatch.setattr(module, "ACCUSED", VERDICTS)
    some = [one._replace(id=f"{one.id}\x1b[2J\u202e") for one in archive(6)]
    text = selftest_text(selftest(some, ONE))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J\\u202e" in text
    assert "-f json has all" in text
