"""Near-duplicates on Spark: the pairs, clusters, findings and reports of the local engine.

Covers: ``reuse/engines/spark/deduplications.py``, ``reuse/engines/spark/pairing.py``, ``reuse/cli/dedupe.py``.
Compares against: ``reuse.dedupe`` on the same documents, in memory. Run: ``pytest -m spark tests/spark``
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from reuse import Document, Options, Unreadable, UsageError
from reuse.candidates import find_near_duplicates
from reuse.clusters import preference
from reuse.engines.spark import pairing
from reuse.engines.spark.columns import ITEMS, blob, items_of
from reuse.pipeline import dedupe as dedupe_here
from reuse.plan import plan_bands
from reuse.report.clusters import cluster_records, cluster_table, dedupe_summary
from reuse.report.records import json_line, record
from reuse.sketches import sketch
from reuse.texts import extract
from reuse.values import NO_BOILERPLATE
from reuse.web import HeldOriginals, skim
from tests.newsroom import BOX, article, documents, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from reuse.engines.spark.deduplications import SparkDeduplication
    from reuse.engines.spark.reading import Read
    from reuse.engines.spark.session import Session
    from reuse.pipeline import Deduplication
    from reuse.values import Boilerplate, Notice, Texts
    from tests.conftest import Command

pytestmark = [pytest.mark.slow, pytest.mark.spark]

OPTIONS = Options(boilerplate_pages=4, threads=1)


def held(session: Session, given: Iterable[Document | Unreadable | Notice], files: int = 3) -> Read:
    """Have documents where executors read them, as if they came from some files, with gaps between them."""
    from reuse.engines.spark.reading import Read

    texts = extract(skim(given, HeldOriginals()))
    row = np.arange(len(texts))
    position = (row * files // max(len(texts), 1) << 32) + 3 * row
    rows = items_of(texts, position, 0)
    shuffled = pa.Table.from_batches(
        [rows.slice(at, 1) for at in np.argsort(row * 7919 % 1009).tolist()], ITEMS
    )
    frame = session.spark.createDataFrame(shuffled).repartition(files)
    return Read(session.keep("corpus", frame), texts.unreadable, texts.notices, len(texts))


def told(result: SparkDeduplication | Deduplication) -> dict[str, Any]:
    """Return all that becomes of a deduplication."""
    digest = result.options.digest()
    return {
        "run": result.run(),
        "clusters": list(cluster_records(result)),
        "table": cluster_table(result, 100, 7),
        "summary": dedupe_summary(result),
        "boilerplate": list(result.left_out()),
        "words": result.words.tolist(),
        "findings": [json_line(record(finding, digest)) for finding in result.findings()],
    }


def both(
    session: Session,
    given: list[Document | Unreadable | Notice],
    options: Options,
    own: list[Document] | None = None,
) -> tuple[SparkDeduplication, Deduplication]:
    """Return what Spark makes of documents, and what this process does."""
    from reuse.engines.spark.deduplications import dedupe

    on_spark = dedupe(session, held(session, given), options, boilerplate=own)
    return on_spark, dedupe_here(given, options, boilerplate=own)


def newsroom() -> list[Document | Unreadable | Notice]:
    """Return copies, editions, web pages, other scripts, texts that are too short, and a fault."""
    some: list[Document | Unreadable | Notice] = [*documents(range(60))]
    some += [each._replace(id=f"{each.id}-2") for each in documents(range(20, 40), edition=2)]
    some.insert(7, Unreadable("gone.txt", None, "is gone"))
    some.insert(40, Document("short\udcff", "Too short, and malformed: \ud800.", "short"))
    some += [
        Document(name, f"{article(3)} {name}", name, date="last spring") for name in ("\uffee", "\ud7ff", "z")
    ]
    return some


# --- the whole --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keep", ["first", *(pytest.param(keep, marks=pytest.mark.long) for keep in ("longest", "oldest"))]
)
def test_all_is_as_without_spark(session: Session, keep: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.engines.spark import deduplications

    monkeypatch.setattr(deduplications, "_IN_A_PART", 5)  # findings come in order, from more parts than cores
    own = None if keep == "first" else [Document("own", f"{BOX}\nMore.", "own.txt")]
    options = replace(OPTIONS, keep=keep, max_bucket=2 if keep == "longest" else 100)
    on_spark, here = both(session, newsroom(), options, own)
    assert len(here.pairs) > 20
    assert here.compared > len(here.pairs) or keep != "first"
    assert bool(here.overfull) is (keep == "longest")
    expected = told(here)
    assert expected["boilerplate"]
    assert told(on_spark) == expected
    for name in ("source", "page", "lanes", "shared", "source_shingles", "page_shingles"):
        assert np.array_equal(getattr(on_spark.pairs, name), getattr(here.pairs, name))
    assert on_spark.notices == here.notices
    assert on_spark.unreadable == here.unreadable


@pytest.mark.long
def test_findings_bring_their_texts(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.engines.spark import deduplications

    monkeypatch.setattr(deduplications, "_IN_A_PART", 5)
    on_spark, here = both(session, newsroom(), OPTIONS)
    assert list(on_spark.findings()) == [
        replace(
            finding,
            source=finding.source._replace(original=None),
            page=finding.page._replace(original=None),
        )
        for finding in here.findings()
    ]
    some = list(on_spark.findings())[::-3]
    texts = [on_spark.texts_of(finding) for finding in some]  # in any order, looked for
    assert texts == [here.texts_of(finding) for finding in some]
    # As a report asks for them: when a text is first mentioned it is at hand.
    monkeypatch.setattr(deduplications._Corpus, "texts", None)
    known: set[str] = set()
    for finding in on_spark.findings():
        if not known.issuperset({finding.source_sha256, finding.page_sha256}):
            assert on_spark.texts_of(finding) == here.texts_of(finding)
        known |= {finding.source_sha256, finding.page_sha256}
    assert len(known) > 20


@pytest.mark.long
def test_of_nothing_there_is_nothing(session: Session) -> None:
    for given in ([], [Document("a", "Alone.", "a")]):
        on_spark, here = both(session, [*given], OPTIONS)
        assert told(on_spark) == told(here)


def test_the_oldest_are_not_kept_where_nothing_has_a_date(session: Session) -> None:
    with pytest.raises(UsageError, match="no document has a date"):
        both(session, [Document("a", article(1), "a")], replace(OPTIONS, keep="oldest"))


# --- the command ------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.usefixtures("session")
def test_the_command_prints_and_writes_the_same(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "news", [each for each in newsroom() if isinstance(each, Document) and each.id[0] == "a"])
    (tmp_path / "news" / "broken.jsonl").write_text("{\n")
    (tmp_path / "own.txt").write_text(BOX)
    arguments = ("dedupe", "news", "-b", "own.txt", "--fail-on", "near-duplicate", "--boilerplate-pages", 4)
    written = []
    for engine in ("local", "spark"):
        done = command(*arguments, "--engine", engine, "-o", "report")
        files = {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir()}
        written.append((done, files))
        (tmp_path / "report").rename(tmp_path / engine)
    (here, files_here), (on_spark, files) = written
    assert on_spark.err == here.err
    assert on_spark == here
    assert here.code == 1
    assert files.keys() == files_here.keys() > {"clusters.jsonl", "boilerplate.jsonl", "texts.jsonl.zst"}
    assert [name for name in files if files[name] != files_here[name]] == []


@pytest.mark.long
@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("form", ["kept", "dropped"])
def test_kept_and_dropped_are_listed_the_same(command: Command, tmp_path: Path, form: str) -> None:
    folder = write(tmp_path / "news", documents(range(50)))
    here, on_spark = (
        command("dedupe", folder, "--engine", engine, "-f", form) for engine in ("local", "spark")
    )
    assert on_spark == here
    assert len(here.out.splitlines()) > 5


@pytest.mark.long
@pytest.mark.usefixtures("session")
def test_an_address_gets_findings_clusters_and_the_run(command: Command, tmp_path: Path) -> None:
    folder = write(tmp_path / "news", documents(range(50)))
    here, there = tmp_path / "here", tmp_path / "there"
    for engine, place in (("local", str(here)), ("spark", there.as_uri())):
        assert command("dedupe", folder, "--engine", engine, "-o", place, "-q").code == 0
    for name in ("findings.jsonl", "clusters.jsonl"):
        lines = "".join(path.read_text() for path in sorted((there / name).glob("part-*")))
        assert lines == (here / name).read_text()
        assert lines.count("\n") > 5
    assert (there / "run.json").read_text() == (here / "run.json").read_text()


# --- stages, without Spark --------------------------------------------------------------------


class Sent(NamedTuple):
    """A value that is where stages run."""

    value: Boilerplate


SENT: Any = Sent(NO_BOILERPLATE)


def paired(texts: Texts, options: Options, parts: int, seed: int) -> tuple[set[tuple[int, int]], int, int]:
    """Run the stages that pair documents, on rows cut and shuffled by `seed`; return pairs, overfull, bytes."""
    draw = random.Random(seed)
    plan = plan_bands(options)
    items = items_of(texts, np.arange(len(texts)) * 5, 0)
    cuts = sorted({0, len(texts), *(draw.randrange(len(texts)) for _ in range(3))})
    batches = [items.slice(begin, end - begin) for begin, end in pairwise(cuts)]
    rows = pa.Table.from_batches(pairing.Bucketing(options, plan, SENT, parts)(iter(batches)))
    rows = rows.take(draw.sample(range(len(rows)), len(rows)))
    found = [pairing.Meeting(options)(rows.filter(pc.equal(rows["part"], part))) for part in range(parts)]
    pairs = pa.concat_tables(found)
    overfull = pc.sum(pairs["overfull"]).as_py() or 0
    seen: list[tuple[int, int]] = []
    for block in set(pairs["block"].drop_null().to_pylist()):
        groups = pairing.grouped(pairs.filter(pc.equal(pairs["block"], block)))
        for source, page in zip(groups["source"].to_pylist(), groups["page"].to_pylist(), strict=True):
            rows_of = (np.frombuffer(side, np.int64) // 5 for side in (source, page))
            seen += zip(*(side.tolist() for side in rows_of), strict=True)
    assert len(set(seen)) == len(seen)
    posted = rows.filter(pc.is_valid(rows["part"]))
    return set(seen), overfull, posted.nbytes


@pytest.mark.parametrize("seed", range(12))
def test_ranges_of_buckets_bring_the_pairs_of_all(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    monkeypatch.setattr(pairing, "_BLOCK", draw.choice([1, 7, 4000]))
    keep, parts = ("first", "longest", "oldest")[seed % 3], draw.choice([1, 2, 5, 40])
    options = replace(OPTIONS, keep=keep, max_bucket=draw.choice([2, 3, 100]), min_words=draw.choice([5, 90]))
    given = documents([draw.randrange(90) for _ in range(60)], edition=draw.randrange(3))
    texts = extract(skim(given, HeldOriginals()))
    plan = plan_bands(options)
    sketches = sketch(texts, options, winnowed=False, values=plan.values)
    expected = find_near_duplicates(sketches, preference(texts, sketches.words, options), plan, options)
    pairs, overfull, _ = paired(texts, options, parts, seed)
    assert pairs == set(zip(expected.source.tolist(), expected.page.tolist(), strict=True))
    assert len(pairs) > 20
    assert overfull == expected.overfull


def test_what_is_shuffled_of_a_document_is_little() -> None:
    texts = extract(documents(range(3000)))
    *_, posted = paired(texts, OPTIONS, parts=64, seed=0)
    assert posted / len(texts) < 2000


def test_a_bucket_of_a_hundred_thousand_makes_a_bounded_number_of_pairs() -> None:
    size, most = 100_000, 10
    position = np.arange(size)
    row = {
        "part": 0,
        "block": 0,
        "position": blob(position),
        "claim": blob(np.zeros(size)),
        "size": blob(np.full(size, 1000, np.int32)),
        "count": blob(np.ones(size, np.int32)),
        "hash": blob(np.full(size, 77, np.uint64)),
    }
    rows = pa.Table.from_pylist([row], pairing.BUCKETS)
    begin = time.process_time()
    pairs = pairing.Meeting(replace(OPTIONS, max_bucket=most))(rows)
    assert time.process_time() - begin < 10
    assert pairs["overfull"].to_pylist() == [None, 1]
    source, page = (np.frombuffer(pairs[name][0].as_py(), np.int64) for name in ("source", "page"))
    assert len(page) == most * (size - most) + most * (most - 1) // 2
    assert source.max() == most - 1
    assert pairs.nbytes < 40 * most * size


def test_groups_are_cut_between_pages_by_the_size_of_texts() -> None:
    draw = np.random.default_rng(1)
    page, source = draw.integers(1000, 1300, 5000), draw.integers(0, 1000, 5000)
    size = draw.integers(2**15, 2**18, 1300).astype(np.int32)
    rows = [
        {
            "block": 1000,
            "source": blob(source[some]),
            "page": blob(page[some]),
            "source_size": blob(size[source[some]]),
            "page_size": blob(size[page[some]]),
        }
        for some in (slice(3000), slice(2500, 5000))  # some pairs are in both
    ]
    groups = pairing.grouped(pa.Table.from_pylist(rows, pairing.MET)).to_pylist()
    cut = [[np.frombuffer(group[name], np.int64) for name in ("source", "page")] for group in groups]
    pages = [set(of.tolist()) for _, of in cut]
    assert sum(map(len, pages)) == len(set(page.tolist()))  # none in two
    assert [group["group"] for group in groups] == [min(some) for some in pages]
    assert {pair for sides in cut for pair in zip(*map(np.ndarray.tolist, sides), strict=True)} == set(
        zip(source.tolist(), page.tolist(), strict=True)
    )
    assert sum(group["pairs"] for group in groups) == len(set(zip(source.tolist(), page.tolist(), strict=True)))
    weights = [size[np.unique(of)].sum() for of, _ in cut]
    of_a_page = max(size[source[page == one]].sum() for one in set(page.tolist()))
    assert 10 < len(groups) < 200
    assert max(weights) <= 2**25 + of_a_page
