"""A report folder read back: the same findings, the same texts, and whatever is damaged told by its place.

Covers: ``reading.py``, ``parsing.py`` and ``pages/pieces.py`` of ``reuse/report/``, and
`reuse.pipeline.comparisons`. Compares against: what was written, the comparison of each pair by itself, marks
put on one character at a time. Run: ``pytest tests/test_reading.py``
"""

from __future__ import annotations

import io
import json
import os
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.errors import InputError
from reuse.pairs import KINDS
from reuse.report import reading
from reuse.report.moving import MOVING, UNFINISHED
from reuse.report.pages.pieces import CHANGED, KIND, LEFT_OUT, QUOTED, STOCK, TRICK, cut
from reuse.report.parsing import finding_of
from reuse.report.reading import read_report
from reuse.report.records import json_line, record
from tests.report_folders import write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reuse.pipeline import Audit, Comparison

laws = settings(derandomize=True, deadline=None, max_examples=60)

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "“Nobody will be left on the wrong bank,” she promised, “and nobody will pay for the boat.” "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November. 𝔸𝔹"
)
OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by."
)
ELSEWHERE = (
    "Rain fell on the fair all day long, the band went home early, and the cakes were given away at noon. "
    "Prices for apples have halved since the harvest; growers blame imports, shops blame growers."
)
MENU = "Sign up for our morning letter and never miss a word of what we write for you."


def page(name: str, text: str, **more: Any) -> reuse.Document:
    html = f'<html lang="en"><title>{name}</title><meta name="author" content="N. N."><article>'
    html += "".join(f"<p>{line}</p>" for line in text.split("\n")) + "</article>"
    return reuse.Document(name, html.encode(), f"{name}.html", media="html", **more)


@pytest.fixture(scope="module")
def audit() -> Audit:
    """Return an audit whose findings have all that a finding can have."""
    sources = [
        reuse.Document("article", ARTICLE, "a.jsonl", 1, url="https://paper.example/1", date="2026-11-01"),
        reuse.Document("own", OWN, "a.jsonl", 2),
    ]
    hidden = ARTICLE.replace("council", "coun\u200bcil").replace("bridge", "bri\u200bdge")
    pages = [
        reuse.Document("copy", f"{ARTICLE}\n{MENU}", "p.txt", fetched="2026-11-20T10:00:00Z"),
        reuse.Document("edited", ARTICLE.replace("lorries", "heavy trucks").replace(", Ida Holm", ""), "e.txt"),
        reuse.Document(
            "both", f"{OWN}\n\n𝔸 {ARTICLE}", "b.txt", url="https://other.example/2", date="2026-11-03"
        ),
        page("web", hidden.replace("ferry", "fer\u200bry"), url="https://third.example/3"),
    ]
    quote = ARTICLE.split(". ")[1].split(", said")[0]
    report = f"{ELSEWHERE} {quote}. {ELSEWHERE[::-1]}"
    pages.append(reuse.Document("report", report, "r.txt"))
    own = [reuse.Document("menu", MENU, "menu.txt")]
    return reuse.audit(sources, pages, boilerplate=own)


@pytest.fixture(scope="module")
def folder(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("report")
    write_folder(where, audit.scored, audit)
    return where


# --- the way back -----------------------------------------------------------------------------


def test_the_findings_have_all_that_is_to_come_back(audit: Audit) -> None:
    findings = audit.findings
    assert any(finding.tricks for finding in findings)
    assert any(finding.metadata and finding.metadata.author for finding in findings)
    assert any(finding.page_apart.left_out for finding in findings)
    assert any(finding.page_apart.quoted for finding in findings)
    assert any(finding.also_matches for finding in findings)
    assert any(finding.page.original_sha256 for finding in findings)


def test_a_record_and_its_finding_are_one(audit: Audit) -> None:
    for finding in audit.scored:
        told = json.loads(json_line(record(finding, "digest")))
        again = finding_of(told)
        assert record(again, "digest") == told
        assert (again.id, again.passages, again.tricks, again.metadata) == (
            finding.id,
            finding.passages,
            finding.tricks,
            finding.metadata,
        )
        assert (again.source_apart, again.page_apart) == (finding.source_apart, finding.page_apart)


def test_a_folder_comes_back_whole(audit: Audit, folder: Path) -> None:
    told = read_report(str(folder))
    digest = audit.options.digest()
    assert [record(finding, digest) for finding in told.findings] == [
        record(finding, digest) for finding in audit.scored
    ]
    assert told.options_digest == digest
    assert told.run == audit.run()
    texts = told.texts_of(told.findings)
    for finding in audit.scored:
        assert (texts[finding.source_sha256], texts[finding.page_sha256]) == audit.texts_of(finding)
    assert read_report(str(folder / "findings.jsonl")).findings == told.findings


def test_findings_come_back_from_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO((folder / "findings.jsonl").read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)
    told = read_report("-")
    assert told.findings == read_report(str(folder)).findings
    assert (told.run, told.folder) == ({}, None)


def test_of_a_deduplication_comes_back_what_can_go_and_why(tmp_path: Path) -> None:
    corpus = [reuse.Document(f"{number}", ARTICLE, f"{number}.txt") for number in range(6)]
    result = reuse.dedupe([*corpus, reuse.Document("own", OWN, "own.txt")])
    from reuse.report.clusters import cluster_records

    more = {"clusters.jsonl": cluster_records(result)}
    write_folder(tmp_path, result.findings(), result, more=more)
    assert len((tmp_path / "findings.jsonl").read_text("utf-8").splitlines()) == 15
    told = read_report(str(tmp_path))
    assert [(finding.source.id, finding.page.id) for finding in told.findings] == [
        ("0", f"{number}") for number in range(1, 6)
    ]


# --- damage -----------------------------------------------------------------------------------


def changed(folder: Path, where: Path, name: str, old: bytes, new: bytes) -> str:
    """Copy a report with one of its files changed."""
    where.mkdir()
    for file in folder.iterdir():
        content = file.read_bytes()
        if file.name == name:
            plain = (
                zstandard.ZstdDecompressor().stream_reader(content).read() if name.endswith("zst") else content
            )
            assert old in plain
            plain = plain.replace(old, new, 1)
            content = zstandard.ZstdCompressor().compress(plain) if name.endswith("zst") else plain
        (where / file.name).write_bytes(content)
    return str(where)


DAMAGE = [
    ("findings.jsonl", b'"schema": "reuse.finding/', b'"schema": "reuse.finding/0', "reads 'reuse.finding/"),
    ("findings.jsonl", b'"verdict": "', b'"verdict": "un', "is no whole finding"),
    ("findings.jsonl", b'"passages": [{', b'"passages": [{]', ":1: is no JSON"),
    ("findings.jsonl", b'"kind": "verbatim"', b'"kind": "forged"', "is no whole finding"),
    ("findings.jsonl", b'"equal_words": ', b'"equal_words": -', "is no whole finding"),
    ("findings.jsonl", b'"sha256": "', b'"sha256": "../../', "is no whole finding"),
    ("findings.jsonl", b'{"schema"', b"[" * 100_000, ":1: is no JSON"),
    ("findings.jsonl", b"{", b"\xff{", ":1: is no JSON"),
    ("findings.jsonl", b'"page_token": ', b'"page_token": 9', "is no whole finding"),
    ("findings.jsonl", b'"title": ', b'"title": 7, "": ', "is no whole finding"),
    ("findings.jsonl", b'"features": {"', b'"features": {"x": NaN, "', ":1: is no JSON .NaN is no number"),
    ("run.json", b'"unreadable": [', b'"unreadable": [1', "unreadable is not what a run tells"),
    ("run.json", b'"options": {', b'"inputs": [], "options": {', "inputs is not what a run tells"),
    ("findings.jsonl", b'"credited_words": ', b'"credited_words": 1e999, "": ', "is no whole finding"),
    ("findings.jsonl", b'"matched_words": ', b'"matched_words": 9', "is no whole finding"),
    ("run.json", b'"notices": [', b'"notices": [5], "": [', "notices is not what a run tells"),
    ("run.json", b'"version": "', b'"version": 5, "": "', "version is not what a run tells"),
    ("run.json", b'"schema": "reuse.run/', b'"schema": "other/', "is not of a report"),
    ("run.json", b"{", b"", "cannot be read"),
]


@pytest.mark.parametrize(("name", "old", "new", "fault"), DAMAGE)
def test_damage_is_told_by_its_place(
    folder: Path, tmp_path: Path, name: str, old: bytes, new: bytes, fault: str
) -> None:
    where = changed(folder, tmp_path / "damaged", name, old, new)
    with pytest.raises(InputError, match=f"{name}.*{fault}"):
        read_report(where)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"council", b"COUNCIL", "is not the one it was"),
        (b'{"sha256": "', b'{"sha256": "0', "is not there"),
        (b"\n", b"\n[]\n", ":2: is no object"),
        (b'"text": "', b'"text": "\\ud800', "is not the one it was"),
    ],
)
def test_texts_are_those_that_were_audited(
    folder: Path, tmp_path: Path, old: bytes, new: bytes, fault: str
) -> None:
    told = read_report(changed(folder, tmp_path / "damaged", "texts.jsonl.zst", old, new))
    with pytest.raises(InputError, match=f"texts.jsonl.zst.*{fault}"):
        told.texts_of(told.findings)


def test_texts_that_break_off_are_told(folder: Path, tmp_path: Path) -> None:
    where = Path(changed(folder, tmp_path / "damaged", "run.json", b"{", b"{"))
    texts = where / "texts.jsonl.zst"
    texts.write_bytes(texts.read_bytes()[:-20])
    told = read_report(str(where))
    with pytest.raises(InputError, match=r"texts\.jsonl\.zst:\d+: cannot be read .it breaks off"):
        told.texts_of(told.findings)


def test_a_pair_that_is_told_twice_is_refused(folder: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes((folder / "findings.jsonl").read_bytes() * 2)
    count = len((folder / "findings.jsonl").read_bytes().splitlines())
    with pytest.raises(InputError, match=f"{count + 1}: tells of the pair that line 1 tells of"):
        read_report(str(twice))


def test_a_report_that_takes_its_place_while_it_is_read_is_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    times = iter(range(9))

    def run(path: Path) -> Mapping[str, Any]:
        if next(times) == 0:  # another takes its place, just now
            os.utime(copy / "findings.jsonl", (1, 1))
            raise InputError("half of it is gone")
        return original(path)

    original = reading._run
    monkeypatch.setattr(reading, "_run", run)
    assert len(read_report(str(copy)).findings) == len(read_report(str(folder)).findings)

    def always(path: Path) -> Mapping[str, Any]:
        os.utime(copy / "run.json", (next(times),) * 2)
        return original(path)

    monkeypatch.setattr(reading, "_run", always)
    with pytest.raises(InputError, match="is being written"):
        read_report(str(copy))


@pytest.mark.parametrize(
    "note", [b"[" * 200_000, b"[" * 20_000, b"{}", b"[]", b"\xff", b'{"files": 1, "stale": []}']
)
def test_a_note_that_means_ill_is_none(folder: Path, tmp_path: Path, note: bytes) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / UNFINISHED).mkdir()
    (copy / UNFINISHED / MOVING).write_bytes(note)
    assert len(read_report(str(copy)).findings) == len(read_report(str(folder)).findings)
    (copy / UNFINISHED / MOVING).unlink()
    (copy / UNFINISHED / MOVING).mkdir()
    assert len(read_report(str(copy)).findings) == len(read_report(str(folder)).findings)


def test_a_folder_without_a_report_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there; name a report folder"):
        read_report(str(tmp_path))


# --- comparisons and pieces -------------------------------------------------------------------


def compared(audit: Audit) -> list[Comparison]:
    return list(audit.compare(audit.scored))


def test_a_comparison_of_many_is_that_of_each(audit: Audit) -> None:
    together = compared(audit)
    assert [one.finding for one in together] == list(audit.scored)
    for one in together:
        (alone,) = audit.compare([one.finding])
        assert [*alone.differences] == [*one.differences]
        assert alone.source_tokens.begin.tolist() == one.source_tokens.begin.tolist()
        assert alone.page_tokens.hash.tolist() == one.page_tokens.hash.tolist()
        assert (one.source_text, one.page_text) == audit.texts_of(one.finding)


def test_tokens_of_a_comparison_are_those_that_passages_count(audit: Audit) -> None:
    for one in compared(audit):
        for passage in one.finding.passages:
            assert one.page_tokens.begin[passage.page_token] == passage.page_begin
            assert one.page_tokens.end[passage.page_token + passage.words - 1] == passage.page_end
            assert one.source_tokens.begin[passage.source_token] == passage.source_begin
        assert one.finding.page_words == len(one.page_tokens.hash)


def painted(length: int, spans: list[tuple[tuple[int, int], int]]) -> list[int]:
    """Return the style of every character, put on one by one: the oracle of pieces."""
    style = [0] * length
    for (begin, end), bit in spans:
        for place in range(begin, min(end, length)):
            style[place] |= bit
    return style


def test_pieces_are_the_text_painted_character_by_character(audit: Audit) -> None:
    for one in compared(audit):
        finding = one.finding
        for side, pieces, text in zip(
            ("source", "page"), cut(one), (one.source_text, one.page_text), strict=True
        ):
            apart = getattr(finding, f"{side}_apart")
            alone = "deleted" if side == "source" else "inserted"
            spans = [(span, QUOTED) for span in apart.quoted] + [(span, STOCK) for span in apart.stock]
            spans += [(span, LEFT_OUT) for span in apart.left_out]
            for number, passage in enumerate(finding.passages):
                place = getattr(passage, f"{side}_begin"), getattr(passage, f"{side}_end")
                spans.append((place, 1 + KINDS.index(passage.kind)))
                spans += [
                    ((getattr(step, f"{side}_begin"), getattr(step, f"{side}_end")), CHANGED)
                    for step in one.differences[number]
                    if step.kind in ("replaced", alone)
                ]
            if side == "page":
                spans += [(place, TRICK) for trick in finding.tricks for place in trick.places]
            expected = painted(len(text), spans)
            ends = [*pieces.begin[1:].tolist(), len(text)]
            assert pieces.begin[0] == 0
            assert all(begin < end for begin, end in zip(pieces.begin.tolist(), ends, strict=True))
            shown = [
                style
                for begin, end, style in zip(pieces.begin.tolist(), ends, pieces.style.tolist(), strict=True)
                for _ in range(begin, end)
            ]
            assert shown == expected
            assert ((pieces.style & KIND > 0) == (pieces.passage >= 0)).all()
            edges = {edge for span in finding.passages for edge in (getattr(span, f"{side}_begin"),)}
            assert edges <= set(pieces.begin.tolist())


def test_passages_that_overlap_in_the_source_are_cut_where_each_begins(audit: Audit) -> None:
    copy = next(one for one in compared(audit) if one.finding.verdict == "identical" or one.finding.passages)
    passage = copy.finding.passages[0]
    middle = (passage.source_begin + passage.source_end) // 2
    second = replace(
        passage, source_begin=middle, kind="spun", page_begin=passage.page_end, page_end=passage.page_end
    )
    doubled = replace(copy, finding=replace(copy.finding, passages=(passage, second)))
    source, _ = cut(doubled)
    assert middle in source.begin.tolist()
    there = source.begin.tolist().index(middle)
    assert source.passage[there] == 0
    assert source.style[there] & KIND == 1 + KINDS.index(passage.kind)


@laws
@given(st.lists(st.sampled_from(["\n", "a ", "𝔸 ", "é. ", "“x” "]), max_size=30).map("".join))
def test_any_text_has_its_pieces(text: str) -> None:
    source, other = reuse.Document("s", f"{ARTICLE} {text}", "s"), reuse.Document("p", f"{text}{ARTICLE}", "p")
    one = reuse.compare(source, other)
    for pieces, words in zip(cut(one), (one.source_text, one.page_text), strict=True):
        parts = [words[begin:end] for begin, end in pairwise([*pieces.begin.tolist(), len(words)])]
        assert "".join(parts) == words
