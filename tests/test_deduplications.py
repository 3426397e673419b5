"""Near-duplicates within little memory: what is found, told and written is the same, whatever there is of it.

Covers: ``reuse/pipeline/deduplications.py``, ``reuse/pipeline/corpus.py``, ``reuse/pipeline/buckets.py``,
``benchmarks/bounded.py``. Compares against: the same in one go; the pairs of texts that lie in memory.
Run: ``pytest tests/test_deduplications.py``
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse import Document, Notice, Options, OutputError, Unreadable
from reuse.boilerplate import leave_out, of_samples
from reuse.candidates import pair_within
from reuse.pairs import Scores
from reuse.pipeline import corpus as rounds
from reuse.pipeline import deduplications, near_duplicates
from reuse.pipeline.buckets import Buckets
from reuse.pipeline.corpus import parts_that_fit
from reuse.report.clusters import cluster_records, cluster_table, dedupe_summary
from reuse.report.records import json_line, record
from reuse.samples import HeldSamples
from reuse.texts import extract
from reuse.values import Fingerprints
from reuse.web import Originals, skim
from tests.newsroom import BOX, article, documents, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reuse.pipeline import Deduplication
    from tests.conftest import Command

laws = settings(derandomize=True, deadline=None, max_examples=100)

OPTIONS = Options(boilerplate_pages=4, threads=1)
OWN = (Document("own", f"{BOX}\nMore.", "own.txt"),)
PLENTY = 2**40

Item = Document | Unreadable | Notice


def newsroom() -> list[Item]:
    """Return copies, editions, web pages, other scripts, texts that are too short, and a fault."""
    some: list[Item] = [*documents(range(60))]
    some += [each._replace(id=f"{each.id}-2") for each in documents(range(20, 40), edition=2)]
    some.insert(7, Unreadable("gone.txt", None, "is gone"))
    some.insert(40, Document("short\udcff", "Too short, and malformed: \ud800.", "short"))
    some += [
        Document(name, f"{article(3)} {name}", name, date="last spring") for name in ("\uffee", "\ud7ff", "z")
    ]
    some.append(Notice("pages", "passed over 3 .jpg"))
    return some


def told(result: Deduplication) -> dict[str, Any]:
    """Return all that is told of a deduplication."""
    findings = list(result.findings())
    some = findings[::-3]
    texts = [result.texts_of(finding) for finding in some]
    return {
        "run": result.run(),
        "notices": result.notices,
        "unreadable": result.unreadable,
        "clusters": list(cluster_records(result)),
        "table": cluster_table(result, 100, 7),
        "summary": dedupe_summary(result),
        "boilerplate": list(result.left_out()),
        "words": result.words.tolist(),
        "findings": [json_line(record(finding, "")) for finding in findings],
        "texts": texts,
    }


@cache
def expected(keep: str, max_bucket: int, own: tuple[Document, ...] | None) -> dict[str, Any]:
    """Return all that is told where there is memory for everything."""
    options = replace(OPTIONS, keep=keep, max_bucket=max_bucket)
    return told(reuse.dedupe(newsroom(), options, boilerplate=own, memory=PLENTY))


# --- the whole --------------------------------------------------------------------------------


@settings(laws, max_examples=6)
@given(
    st.sampled_from([0, 2**27 + 2**16, 2**27 + 2**19, 2**31]),
    st.sampled_from([2**12, 2**14, 2**16]),
    st.sampled_from([1, 5, 1024]),
    st.sampled_from(["first", "longest", "oldest"]),
    st.sampled_from([2, 100]),
    st.sampled_from([None, OWN]),
)
def test_memory_changes_nothing_that_is_told(
    memory: int, least: int, block: int, keep: str, max_bucket: int, own: tuple[Document, ...] | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.pipeline.spool._BLOCK", block)
        patch.setattr(deduplications, "_LEAST", least)
        patch.setattr(rounds, "_ROUND", least)
        patch.setattr(rounds, "_AHEAD", 2)
        options = replace(OPTIONS, keep=keep, max_bucket=max_bucket)
        found = told(reuse.dedupe(newsroom(), options, boilerplate=own, memory=memory))
    assert found == expected(keep, max_bucket, own)


def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the memory of `LITTLE` be next to none."""
    monkeypatch.setattr("reuse.pipeline.spool._BLOCK", 8)
    monkeypatch.setattr(deduplications, "_FIXED", 2**28)
    monkeypatch.setattr(deduplications, "_LEAST", 2**14)
    monkeypatch.setattr(deduplications, "_DOCUMENTS_AT_A_TIME", 3)
    monkeypatch.setattr(rounds, "_ROUND", 2**12)


LITTLE = ("--memory", "256M")


def counting(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """Return a list that has an entry for each call of a stage from now on."""
    original: Callable[..., Any] = getattr(deduplications, name)
    calls: list[int] = []

    def counted(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        return original(*arguments, **more)

    monkeypatch.setattr(deduplications, name, counted)
    return calls


def test_memory_changes_no_byte(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "news", (one for one in newsroom() if isinstance(one, Document) and one.id.isascii()))
    arguments = ("dedupe", "news", "--boilerplate-pages", 4, "-o", "report")
    forms = ("table", "jsonl", "dropped")

    def reports(*more: str) -> list[Any]:
        found: list[Any] = []
        for form in forms:
            done = command(*arguments, "-f", form, *more)
            found.append((done, {file.name: file.read_bytes() for file in sorted(Path("report").iterdir())}))
        return found

    whole = reports("--memory", "64G")
    assert len(whole[0][1]["findings.jsonl"].splitlines()) >= 20
    assert reports("-j", "2") == whole
    in_small_steps(monkeypatch)
    steps = [counting(monkeypatch, name) for name in ("sketch", "pair_within", "verified", "aligned")]
    assert reports(*LITTLE) == whole
    # Of each stage more than one step in each of the three runs.
    assert all(len(calls) > 2 * len(forms) for calls in steps), [len(calls) for calls in steps]


@pytest.mark.parametrize("memory", [0, PLENTY])
def test_pairs_are_those_of_texts_in_memory(memory: int) -> None:
    texts = extract(skim(newsroom(), Originals()))
    left_out = of_samples(HeldSamples(texts, OPTIONS.boilerplate_pages), OPTIONS)
    expected = near_duplicates(leave_out(texts, left_out, OPTIONS), OPTIONS)
    pairs = reuse.dedupe(newsroom(), OPTIONS, memory=memory).pairs
    assert len(pairs) > 20
    for name in ("source", "page", "lanes", "shared", "source_shingles", "page_shingles"):
        np.testing.assert_array_equal(getattr(pairs, name), getattr(expected, name), strict=True)


@pytest.mark.parametrize("memory", [0, PLENTY])
def test_boilerplate_that_cannot_be_read_is_told(memory: int) -> None:
    note, gone = Notice("own", "passed over 3 .jpg"), Unreadable("own.txt", None, "is not there")
    result = reuse.dedupe([], boilerplate=[note, gone], memory=memory)
    assert (result.notices, result.unreadable) == ((note,), (gone,))


def test_a_text_nobody_has_read_is_not_found() -> None:
    result = reuse.dedupe(newsroom(), OPTIONS, memory=0)
    (finding, *_) = result.findings()
    with pytest.raises(KeyError, match="someone"):
        result.texts_of(replace(finding, source=finding.source._replace(id="someone")))
    nothing = reuse.dedupe([])
    with pytest.raises(KeyError):
        nothing.texts_of(finding)


def test_texts_go_with_the_findings_they_are_of() -> None:
    result = reuse.dedupe(newsroom(), OPTIONS)
    findings = result.findings()
    finding = next(findings)
    texts = result.texts_of(finding)
    assert result._at_hand
    del findings  # not asked for to the end
    assert not result._at_hand
    assert result.texts_of(finding) == texts


@pytest.mark.parametrize("full_at", ["seek", "write"])
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, full_at: str) -> None:
    class Full:
        """A file of small writes, which reach the disk when its place is changed, or it is closed."""

        def seek(self, *_place: int) -> int:
            if full_at == "seek":
                raise OSError(28, "No space left on device")
            return 0

        def write(self, _content: bytes) -> int:
            if full_at == "write":
                raise OSError(28, "No space left on device")
            return 0

        def close(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("reuse.pipeline.buckets.SpooledTemporaryFile", lambda *_size, **_more: Full())
    with pytest.raises(OutputError, match=r"cannot keep buckets in .*: No space left on device; make room"):
        reuse.dedupe(newsroom(), OPTIONS)


# --- in parts ---------------------------------------------------------------------------------


@st.composite
def hashes_of_documents(draw: st.DrawFn) -> list[list[int]]:
    """Draw the buckets of some documents: few different ones, so that they meet."""
    rows = draw(st.lists(st.lists(st.integers(0, 12), max_size=6), max_size=12))
    return [[(hash_ * 0x9E3779B97F4A7C15) % 2**64 for hash_ in row] for row in rows]


def fingerprints(rows: Sequence[Sequence[int]]) -> Fingerprints:
    values = [value for row in rows for value in row]
    return Fingerprints(np.array(values, np.uint64), np.cumsum([0, *map(len, rows)], dtype=np.int64))


@settings(laws, max_examples=50)
@given(hashes_of_documents(), st.integers(1, 9), st.sampled_from([1, 40, 2**20]), st.data())
def test_parts_of_buckets_have_all_of_them(
    rows: list[list[int]], parts: int, held: int, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    with Buckets(parts, held) as buckets:
        for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            buckets.add(fingerprints(rows[begin:end]))
        found = list(buckets)
    assert len(found) == parts
    of_part = [
        [part.hash[part.offsets[row] : part.offsets[row + 1]].tolist() for row in range(len(rows))]
        for part in found
    ]
    # Each bucket in one part, each document with all that it has.
    sets = [{value for row in part for value in row} for part in of_part]
    assert sum(map(len, sets)) == len(set().union(*sets))
    for number, row in enumerate(rows):
        assert sorted(row) == sorted(value for part in of_part for value in part[number])
    # And so the pairs of all parts are those of the whole.
    options = Options(max_bucket=data.draw(st.integers(1, 5)), threads=1)
    rank = np.array(data.draw(st.permutations(range(len(rows)))), np.int32)
    whole = pair_within(fingerprints(rows), rank, options)
    with Buckets(parts, held) as again:
        again.add(fingerprints(rows))
        joined = deduplications._met(again, rank, options)
    assert joined.source.tolist() == whole.source.tolist()
    assert joined.page.tolist() == whole.page.tolist()
    assert joined.overfull == whole.overfull


pairs_of = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique=True, max_size=40)


@laws
@given(
    pairs_of,
    st.lists(st.integers(1, 50), min_size=10, max_size=10),
    st.integers(0, 200),
    st.booleans(),
    st.sampled_from([(1, 1), (1, 4), (2, 2**18)]),
)
def test_as_many_pairs_are_taken_together_as_fit(
    drawn: list[tuple[int, int]],
    sizes: list[int],
    most: int,
    each: bool,  # noqa: FBT001
    ahead: tuple[int, int],
) -> None:
    drawn.sort()
    page, source = (np.array([pair[side] for pair in drawn], np.int32) for side in (0, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "_AHEAD", ahead[0])
        patch.setattr(rounds, "_MOST", ahead[1])
        parts = list(parts_that_fit(Scores.named(source, page), np.array(sizes, np.int32), most, each=each))
    rows = [list(zip(part.page.tolist(), part.source.tolist(), strict=True)) for part in parts]
    assert list(chain.from_iterable(rows)) == drawn
    assert all(rows)

    def size(pairs: Sequence[tuple[int, int]]) -> int:
        every = [row for pair in pairs for row in pair]
        return sum(sizes[row] for row in (every if each else set(every)))

    for number, part in enumerate(rows):
        # The pairs of a page stay together, and those of several pages fit.
        pages = {row for row, _ in part}
        assert all(row not in pages for row, _ in drawn if (row, _) not in part)
        assert len(pages) == 1 or size(part) <= most
        # No part ends before it is full: the next page does not fit.
        if ahead[1] == 2**18 and number + 1 < len(rows):
            behind = rows[number + 1]
            assert size([*part, *(pair for pair in behind if pair[0] == behind[0][0])]) > most


# --- the bound --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.long
def test_memory_stays_below_the_bound() -> None:
    script = Path(__file__).resolve().parents[1] / "benchmarks" / "bounded.py"
    command = [sys.executable, str(script), "--documents", "30000", "--memory", "512M", "256M"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bytes" in done.stdout
    assert re.findall(r"^\d+[MGT]", done.stdout, re.M) == ["1T", "512M", "256M"]
