"""One body of assertions over all that an audit takes for sources: in memory, an index, one that grew.

Covers: ``reuse/sources.py``, ``reuse/pipeline/holding.py``, ``reuse/index/``. Compares against: what each text
gives by itself, put together by dictionaries; and an index made afresh. Run: ``pytest tests/test_sources.py``
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from reuse import index
from reuse.candidates import find_buckets
from reuse.pipeline import hold
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import FEW, Holders, Postings, Sources
from reuse.terms import key_terms
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import Document, Fingerprints, Terms, Texts, key_of_id
from reuse.web import Originals, skim
from tests.newsroom import OPTIONS, article, document, documents

NUMBERS = range(90)
LANES = ("fingerprints", "buckets", "terms")
SLOW = [pytest.mark.slow]
LONG = [pytest.mark.slow, pytest.mark.long]


def read(some: list[Document]) -> Texts:
    return extract(skim(some, Originals()))


def grown(path: Path) -> None:
    """Make an index by detours: with other editions at first, and documents that do not stay."""
    draw = random.Random(5)
    every = list(NUMBERS)
    draw.shuffle(every)
    index.build(str(path), documents(every[:40]) + documents(range(200, 210)), OPTIONS)
    index.add(str(path), documents(every[30:60], edition=1), OPTIONS)
    index.remove(str(path), [one.id for one in documents([*range(200, 210), *every[5:15]])])
    index.add(str(path), documents(every[50:] + every[:20]), OPTIONS)
    index.add(str(path), documents(every[20:50]), OPTIONS)


def made(kind: str, folder: Path) -> Sources:
    if kind == "held":
        return hold(documents(NUMBERS), OPTIONS)
    path = folder / "news.index"
    if kind == "grown":
        grown(path)
    else:
        index.build(str(path), documents(NUMBERS), OPTIONS)
    return index.open_index(str(path), OPTIONS)


@pytest.fixture(scope="module", params=["held", "built", "grown"])
def sources(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    found = made(request.param, tmp_path_factory.mktemp("sources"))
    yield found
    if isinstance(found, index.Index):
        found.close()


class Oracle(NamedTuple):
    """What each document gives by itself."""

    texts: Texts
    lanes: dict[str, dict[int, set[int]]]  # of each hash the keys of documents that have it


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    texts = read(documents(NUMBERS))
    plan = plan_bands(OPTIONS)
    lanes: dict[str, dict[int, set[int]]] = {lane: defaultdict(set) for lane in LANES}
    for row, one in enumerate(texts.documents):
        alone = texts.take([row])
        sketches = sketch(alone, OPTIONS, values=plan.values)
        buckets = find_buckets(sketches.signatures, sketches.signatures.empty, plan, OPTIONS)
        kept: tuple[Fingerprints | Terms, ...] = (sketches.fingerprints, buckets, key_terms(alone, OPTIONS))
        for lane, hashes in zip(LANES, kept, strict=True):
            for each in hashes.hash.tolist():
                lanes[lane][each].add(key_of_id(one.id))
    return Oracle(texts, lanes)


CAPS = {"fingerprints": OPTIONS.max_articles, "terms": OPTIONS.max_term_articles, "buckets": 10**9}


def by_hash(sources: Sources, found: Postings | Holders) -> dict[int, list[int]]:
    """Return of each hash the keys of its sources, as they are told."""
    told = defaultdict(list)
    counts = np.diff(found.offsets)
    by_row = isinstance(found, Postings)
    rows, hashes = (
        (np.repeat(found.row, counts), found.hash) if by_row else (found.row, np.repeat(found.hash, counts))
    )
    for key, each in zip(sources.keys[rows].tolist(), hashes.tolist(), strict=True):
        told[each].append(key)
    return told


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("step", [1, 7])
def test_a_lane_tells_who_has_what(sources: Sources, oracle: Oracle, lane: str, step: int) -> None:
    known = sorted(oracle.lanes[lane])
    absent = [each + 1 for each in known[::3] if each + 1 not in oracle.lanes[lane]]
    asked = known[::step] + absent[::step]
    random.Random(1).shuffle(asked)
    asked += asked[:5]  # in any order, and again
    found = getattr(sources, lane)(np.array(asked, np.uint64))
    told = by_hash(sources, found)
    for each in asked:
        keys = oracle.lanes[lane].get(each, set())
        if len(keys) <= CAPS[lane]:
            assert sorted(told.get(each, [])) == sorted(keys)
        elif isinstance(sources, index.Index):
            assert each in found.common
            few = sorted(keys)[:FEW] if lane == "fingerprints" else []
            assert sorted(told.get(each, [])) == few
        else:
            assert sorted(set(told[each])) == sorted(keys)


@pytest.mark.parametrize("lane", LANES)
def test_what_is_told_is_in_order(sources: Sources, oracle: Oracle, lane: str) -> None:
    asked = np.array(sorted(oracle.lanes[lane]), np.uint64)
    found = getattr(sources, lane)(asked)
    assert found.row.dtype == np.int32
    assert found.hash.dtype == np.uint64
    heads, each = (found.hash, found.row) if isinstance(found, Holders) else (found.row, found.hash)
    assert (heads[1:] > heads[:-1]).all()
    assert found.offsets[0] == 0
    assert found.offsets[-1] == len(each)
    if isinstance(sources, index.Index):
        assert (np.diff(found.offsets) > 0).all()
        for begin, end in zip(found.offsets[:-1], found.offsets[1:], strict=True):
            assert lane == "terms" or (each[begin + 1 : end] >= each[begin : end - 1]).all()
        assert (found.common[1:] > found.common[:-1]).all()


@pytest.mark.parametrize("lane", LANES)
def test_nothing_asked_is_nothing_told(sources: Sources, lane: str) -> None:
    found = getattr(sources, lane)(np.zeros(0, np.uint64))
    if isinstance(sources, index.Index):
        assert len(found.row) == len(found.hash) == len(found.common) == 0
    assert found.offsets[-1] == len(found.row if lane == "terms" else found.hash)


def places(sources: Sources, texts: Texts) -> np.ndarray:
    """Return the rows of documents by the order of other texts."""
    row = {key: number for number, key in enumerate(sources.keys.tolist())}
    return np.array([row[key_of_id(one.id)] for one in texts.documents], np.int32)


def test_keys_and_words_are_those_of_the_documents(sources: Sources, oracle: Oracle) -> None:
    assert len(sources) == len(oracle.texts) == len(NUMBERS)
    assert sources.keys.dtype == np.uint64
    assert sources.words.dtype == np.int32
    words = tokenize(oracle.texts, OPTIONS).counts
    assert sources.words[places(sources, oracle.texts)].tolist() == words.tolist()


def test_texts_are_whole_and_in_order(sources: Sources, oracle: Oracle) -> None:
    rows = np.sort(places(sources, oracle.texts)[::4])
    texts = sources.texts(rows)
    documents_of = sources.documents(rows)
    mine = {one.id: row for row, one in enumerate(oracle.texts.documents)}
    assert [key_of_id(one.id) for one in texts.documents] == sources.keys[rows].tolist()
    for row, (one, other) in enumerate(zip(texts.documents, documents_of, strict=True)):
        expected = oracle.texts.documents[mine[one.id]]
        assert texts[row] == oracle.texts[mine[one.id]]
        assert texts.replaced[row] == oracle.texts.replaced[mine[one.id]]
        for each in (one, other):
            assert each._replace(original=None) == expected._replace(original=None)
            assert (each.original is None) == (expected.original is None)
            if each.original is not None and expected.original is not None:
                assert each.original.read() == expected.original.read()
                assert each.original.given == expected.original.given
    assert len(sources.texts(np.zeros(0, np.int32))) == 0


def test_what_follows_from_all_is_the_same(sources: Sources) -> None:
    held = hold(documents(reversed(NUMBERS)), OPTIONS)
    assert sources.sites == held.sites == {f"site{number}.example" for number in range(3)}
    assert sources.boilerplate.digest() == held.boilerplate.digest() != ""
    assert sources.boilerplate.pages.tolist() == held.boilerplate.pages.tolist()
    assert len(held.stock.anywhere)
    assert sources.stock.anywhere.tolist() == held.stock.anywhere.tolist()
    assert sources.stock.in_lists.tolist() == held.stock.in_lists.tolist()
    assert sources.unreadable == ()
    assert sources.options.indexed() == OPTIONS.indexed()


def test_a_digest_names_the_sources(sources: Sources) -> None:
    assert sources.digest() == sources.digest() != hold(documents(range(3)), OPTIONS).digest()


# --- an index that grows ----------------------------------------------------------------------


def contents(path: Path) -> dict[str, object]:
    """Return all that is in an index, but for the numbers of rows."""
    queries = {
        "documents": 'SELECT * EXCLUDE ("row") FROM documents ORDER BY id',
        "texts": 'SELECT id, text FROM documents JOIN texts USING ("row") ORDER BY id',
        "originals": 'SELECT id, page, given FROM documents JOIN originals USING ("row") ORDER BY id',
        "signatures": 'SELECT id, signature, empty FROM documents JOIN signatures USING ("row") ORDER BY id',
        **{
            lane: f'SELECT hash, id FROM documents JOIN {lane} USING ("row") ORDER BY ALL'
            for lane in ("postings", "buckets", "terms", "few")
        },
        **{
            table: f"SELECT * FROM {table} ORDER BY ALL"
            for table in ("common", "stock", "boilerplate", "named")
        },
        "rows": "SELECT count(*) FROM documents",
        **{
            f"{lane} rows": f"SELECT count(*) FROM {lane}"
            for lane in ("postings", "buckets", "terms", "pieces")
        },
        "meta": "SELECT * FROM meta WHERE key <> 'loose' ORDER BY ALL",
    }
    import duckdb

    with closing(duckdb.connect(str(path), read_only=True)) as base:
        return {name: base.execute(query).fetchall() for name, query in queries.items()}


def steps(seed: int) -> Iterator[tuple[Callable[[str], object], dict[int, int]]]:
    """Yield changes in a random order, each with the edition of every document that is there after it."""
    draw = random.Random(seed)
    there: dict[int, int] = {}
    for _ in range(5):
        if there and draw.random() < 0.4:
            gone = draw.sample(sorted(there), draw.randrange(1, len(there) + 1))
            for number in gone:
                del there[number]
            names = [document(number).id for number in gone]
            yield (lambda path, names=names: index.remove(path, names)), dict(there)  # type: ignore[misc]
        else:
            new = {draw.randrange(60): draw.randrange(3) for _ in range(draw.randrange(1, 40))}
            there |= new
            some = [document(*one) for one in new.items()]
            yield (lambda path, some=some: index.add(path, some)), dict(there)  # type: ignore[misc]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=SLOW if seed < 4 else LONG) for seed in range(1, 12))]
)
def test_an_index_that_has_grown_is_one_that_was_built(tmp_path: Path, seed: int) -> None:
    path, fresh = tmp_path / "grown.index", tmp_path / "fresh.index"
    index.build(str(path), [], OPTIONS)
    for change, there in steps(seed):
        change(str(path))
        index.build(str(fresh), [document(*one) for one in there.items()], OPTIONS)
        assert contents(path) == contents(fresh)


def test_an_index_that_often_grows_is_sorted_again(tmp_path: Path) -> None:
    path = str(tmp_path / "news.index")
    index.build(path, documents(range(4)), OPTIONS)
    for number in range(4, 10):
        index.add(path, [document(number)])
    import duckdb

    with closing(duckdb.connect(path, read_only=True)) as base:
        ((loose,),) = base.execute("SELECT value FROM meta WHERE key = 'loose'").fetchall()
    assert int(loose) <= 2


# --- findings ---------------------------------------------------------------------------------


def test_findings_are_the_same_from_any_of_them(sources: Sources) -> None:
    pages = [
        Document("copy", document(4).content, "p", url="https://thief.example/1"),
        Document("mixture", f"{article(1, 1)} {article(8)}", "p"),
        Document("copy of a web page", document(3).content, "p.html", media="html"),
    ]
    import reuse
    from reuse.report.records import json_line, record

    def lines(of: Sources) -> list[str]:
        audit = reuse.audit(of, pages, OPTIONS)
        return [json_line(record(finding, "")) for finding in audit.scored]

    expected = lines(hold(documents(NUMBERS), OPTIONS))
    assert len(expected) > 3
    assert lines(sources) == expected
