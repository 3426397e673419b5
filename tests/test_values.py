"""The values that travel between stages, and the options they are made with.

Covers: ``reuse/values.py``, ``reuse/options.py``. Compares against: sets of word positions counted one by
one, and laws of ratios, sites and digests. Run: ``pytest tests/test_values.py``
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reuse
from reuse.values import (
    ACCUSED,
    VERDICTS,
    Agreement,
    Candidates,
    Document,
    Fingerprints,
    Notice,
    Passages,
    Scores,
    ShingleSets,
    Texts,
    Tokens,
    Unreadable,
    Verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

laws = settings(derandomize=True, deadline=None, max_examples=100)


def i32(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def i64(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)


# --- records ----------------------------------------------------------------------------------

ARRAYS: list[Any] = [
    Texts((), np.zeros(0, np.uint8), i64([0]), i64([]), (), ()),
    Tokens(np.zeros(1, np.uint64), i32([0]), i32([1]), np.zeros(1, np.uint8), i64([0, 1])),
    Fingerprints(np.zeros(1, np.uint64), i32([0]), i64([0, 1])),
    ShingleSets(np.zeros(1, np.uint64), i64([0, 1])),
    Candidates.pair(),
    Scores(i32([0]), i32([0]), i32([1]), i32([1]), i32([1])),
    Passages(i64([0, 1]), *(i32([0]) for _ in range(9))),
    Agreement(*(np.zeros(1) for _ in range(4))),
    Verdicts(np.zeros(1, np.uint8), np.zeros(1), {}, ((),)),
]


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: type(value).__name__)
def test_nothing_that_travels_can_be_changed(value: object) -> None:
    assert dataclasses.is_dataclass(value)
    arrays = 0
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, held)
        if isinstance(held, np.ndarray):
            arrays += 1
            with pytest.raises(ValueError, match="read-only"):
                held[...] = 0
    assert arrays


def test_places_and_messages_stand_in_the_words_of_a_row() -> None:
    assert str(Unreadable("a.jsonl", 7, "is no text")) == "a.jsonl:7: is no text"
    assert str(Unreadable("a.txt", None, "is no text")) == "a.txt: is no text"
    assert str(Notice("a", "b")) == "a: b"


def test_findings_are_the_worst_verdicts() -> None:
    assert list(ACCUSED) == ["identical", "near-duplicate", "spun", "excerpt"]
    assert list(VERDICTS) == [*ACCUSED, "quotation", "independent"]


@laws
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=5))
def test_texts_give_back_each_document(contents: list[str]) -> None:
    documents = [Document(str(row), f"{content}.", "p") for row, content in enumerate(contents)]
    packed = [f"{content}.".encode() for content in contents]
    texts = Texts(
        tuple(documents),
        np.frombuffer(b"".join(packed), np.uint8),
        i64(np.cumsum([0, *map(len, packed)]).tolist()),
        i64([0] * len(packed)),
        (),
        (),
    )
    assert len(texts) == len(contents)
    assert [texts[row] for row in range(len(texts))] == [document.content for document in documents]


# --- sites ------------------------------------------------------------------------------------


def site(url: str | None) -> str | None:
    return Document("a", "", "a", url=url).site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, None),
        ("", None),
        ("https://example.org", "example.org"),
        ("HTTPS://WWW.Example.ORG:443/News?u=http://other.net#www.", "example.org"),
        ("http://user:secret@example.org/", "example.org"),
        ("//example.org/a", "example.org"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://wwwexample.org/", "wwwexample.org"),
        ("http://news.www.example.org/", "news.www.example.org"),
        ("http://example.org:no-port/", "example.org"),
        ("http://пример.рф/страница", "пример.рф"),
        # No host can be told.
        ("http://", None),
        ("http:///path", None),
        ("http://[", None),
        ("http://[::1", None),
        ("mailto:someone@example.org", None),
        ("example.org/a", None),
        ("javascript:alert(1)", None),
        ("http://a\u2100b.org/", None),
        ("http://www./", None),
    ],
)
def test_site_of(url: str | None, expected: str | None) -> None:
    assert site(url) == expected


@laws
@given(st.text(max_size=30) | st.text("htps:/[]@.w?#%\x00\n\u2100\u3002 ", max_size=20).map("http://".__add__))
@example("http://www.")
@example("http://[::1]:99999999999999999999/")
@example("\ud800://\ud800")
def test_any_url_has_a_site_or_none(url: str) -> None:
    found = site(url)
    if found is not None:
        assert found, "an empty name would make one site of all such pages"
        assert found == found.lower()
        assert not set(found) & set("/?#@\t\r\n")


@laws
@given(st.from_regex(r"[a-z]{1,5}(\.[a-z]{2,5}){1,2}", fullmatch=True), st.integers(1, 65535))
def test_site_is_the_host_however_it_is_written(host: str, port: int) -> None:
    bare = host.removeprefix("www.")
    ways = (f"http://{host}", f"https://{host}/a", f"//{host.upper()}", f"http://me@{host}:{port}/?q=//x")
    assert {site(way) for way in ways} == {bare}


# --- candidates and scores --------------------------------------------------------------------


@laws
@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4, st.booleans()), max_size=8))
def test_select_keeps_the_pairs_that_are_meant(rows: list[tuple[int, int, int, int, bool]]) -> None:
    columns: list[list[int]] = [[int(row[column]) for row in rows] for column in range(4)]
    kept = np.array([row[4] for row in rows], bool)
    source, page, shared = (i32(column) for column in columns[:3])
    everything = Candidates(source, page, shared, i64(columns[3]), 40, 5, 6)
    chosen = everything.select(kept)
    lists = zip(chosen.source, chosen.page, chosen.shared, chosen.rarity, strict=True)
    assert [tuple(map(int, pair)) for pair in lists] == [row[:4] for row in rows if row[4]]
    assert (chosen.pairs, chosen.capped_articles, chosen.capped_sites) == (40, 5, 6)
    assert len(chosen) == kept.sum()
    assert [column.dtype for column in (chosen.source, chosen.page, chosen.shared, chosen.rarity)] == [
        np.int32,
        np.int32,
        np.int32,
        np.int64,
    ]


def test_the_pair_of_a_comparison_is_the_first_of_both_sides() -> None:
    pair = Candidates.pair()
    assert len(pair) == 1
    assert pair.source.tolist() == pair.page.tolist() == [0]


sets = st.sets(st.integers(0, 12), max_size=10)


@laws
@given(st.lists(st.tuples(sets, sets), min_size=1, max_size=6))
def test_ratios_are_those_of_sets(pairs: list[tuple[set[int], set[int]]]) -> None:
    rows = i32(range(len(pairs)))
    counts = [[len(s & p) for s, p in pairs], [len(s) for s, _ in pairs], [len(p) for _, p in pairs]]
    scores = Scores(rows, rows.copy(), *(i32(column) for column in counts))
    assert len(scores) == len(pairs)
    assert scores.resemblance.tolist() == [len(s & p) / len(s | p) if s | p else 0 for s, p in pairs]
    assert scores.source_in_page.tolist() == [len(s & p) / len(s) if s else 0 for s, p in pairs]
    assert scores.page_in_source.tolist() == [len(s & p) / len(p) if p else 0 for s, p in pairs]
    for ratio in (scores.resemblance, scores.source_in_page, scores.page_in_source):
        assert ratio.dtype == np.float64
        assert ((ratio >= 0) & (ratio <= 1)).all()
    assert (scores.resemblance <= np.minimum(scores.source_in_page, scores.page_in_source)).all()


# --- passages ---------------------------------------------------------------------------------

# source_token and words of each passage, pair by pair, some near the end of what int32 holds.
pair_passages = st.lists(
    st.lists(st.tuples(st.integers(0, 30) | st.integers(2**30, 2**30 + 9), st.integers(0, 12)), max_size=5),
    max_size=6,
)


def passages_of(pairs: list[list[tuple[int, int]]]) -> Passages:
    rows = [row for pair in pairs for row in pair]
    begin, words = (i32([row[column] for row in rows]) for column in (0, 1))
    offsets = i64(np.cumsum([0, *map(len, pairs)]).tolist())
    unused = i32([0] * len(rows))
    return Passages(
        offsets=offsets,
        source_begin=unused,
        source_end=unused,
        page_begin=unused,
        page_end=unused,
        source_token=begin,
        page_token=unused,
        words=words,
        quoted_words=words // 2,
        longest_run=i32([0] * len(pairs)),
    )


@laws
@given(pair_passages)
def test_words_of_the_source_are_counted_once_each(pairs: list[list[tuple[int, int]]]) -> None:
    expected = [len({word for begin, words in pair for word in range(begin, begin + words)}) for pair in pairs]
    covered = passages_of(pairs).source_words_covered()
    assert covered.tolist() == expected
    assert covered.dtype == np.int64


@laws
@given(pair_passages)
def test_amounts_are_added_up_by_pair(pairs: list[list[tuple[int, int]]]) -> None:
    passages = passages_of(pairs)
    assert passages.pair.tolist() == [number for number, pair in enumerate(pairs) for _ in pair]
    assert passages.per_pair(passages.words).tolist() == [sum(words for _, words in pair) for pair in pairs]
    assert passages.per_pair(np.ones_like(passages.words)).tolist() == [len(pair) for pair in pairs]


def test_amounts_may_add_up_beyond_int32() -> None:
    passages = passages_of([[(0, 0)] * 3])
    assert passages.per_pair(i32([2**31 - 1] * 3)).tolist() == [3 * (2**31 - 1)]


# --- options ----------------------------------------------------------------------------------

FIELDS = [field.name for field in dataclasses.fields(reuse.Options)]
LOWEST = {"shingle": 2, "character_shingle": 2, "min_run": 2, "single_hits": 0, "threads": 0}


@laws
@given(st.dictionaries(st.sampled_from(FIELDS), st.integers(-3, 3)))
def test_all_faults_of_options_are_reported_at_once(values: dict[str, int]) -> None:
    wrong = {name for name, value in values.items() if value < LOWEST.get(name, 1)}
    if not wrong:
        reuse.Options(**values)
        return
    with pytest.raises(reuse.UsageError) as raised:
        reuse.Options(**values)
    faults = str(raised.value).split("; ")
    assert {fault.split(" is ")[0] for fault in faults} == wrong
    for fault in faults:
        name = fault.split(" is ")[0]
        assert fault == f"{name} is {values[name]}, must be at least {LOWEST.get(name, 1)}"


@pytest.mark.parametrize("name", FIELDS)
def test_more_than_the_native_core_can_count_is_refused(name: str) -> None:
    with pytest.raises(reuse.UsageError, match=f"{name} is {2**31}, must be at most"):
        reuse.Options(**{name: 2**31})


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_but_threads_changes_the_digest(name: str) -> None:
    default = reuse.Options()
    other = dataclasses.replace(default, **{name: getattr(default, name) + 1})
    assert (other.digest() == default.digest()) == (name == "threads")
    assert (name in default.digested()) == (name != "threads")


def test_a_digest_names_the_values_and_not_the_object() -> None:
    digest = reuse.Options(window=6).digest()
    assert digest == reuse.Options(window=6, threads=3).digest()
    assert len(digest) == 16
    int(digest, 16)


def test_no_two_fields_can_be_taken_for_one_another() -> None:
    changed = [dataclasses.replace(reuse.Options(), **{name: 77}).digest() for name in FIELDS]
    assert len(set(changed)) == len(FIELDS)


def test_threads_are_those_asked_for_or_all() -> None:
    assert reuse.Options(threads=3).thread_count == 3
    assert reuse.Options().thread_count >= 1


@laws
@given(st.lists(st.integers(0, 5), max_size=30).map(sorted), st.integers(1, 10))
def test_slices_of_scores_cut_between_pages(pages: list[int], size: int) -> None:
    page = np.array(pages, np.int32)
    row = np.arange(len(pages), dtype=np.int32)
    parts = list(Scores(row, page, row.copy(), row.copy(), row.copy()).slices(size))
    assert [int(r) for part in parts for r in part.source] == list(range(len(pages)))
    seen = [set(part.page.tolist()) for part in parts]
    assert sum(map(len, seen)) == len(set(pages))
    assert all(len(part) >= size for part in parts[:-1])


def test_a_corpus_is_shown_in_a_line() -> None:
    shown = repr(Scores(*(np.arange(9, dtype=np.int32) for _ in range(5))))
    assert shown.startswith("Scores(source=int32[9], ")
    assert len(shown) < 200


@laws
@given(st.lists(st.integers(0, 4), max_size=8), st.data())
def test_only_some_documents_keep_their_tokens(counts: list[int], data: st.DataObject) -> None:
    offsets = np.cumsum([0, *counts], dtype=np.int64)
    total = int(offsets[-1])
    hashes, spans = np.arange(total, dtype=np.uint64), np.arange(total, dtype=np.int32)
    tokens = Tokens(hashes, spans, spans + 1, np.zeros(total, np.uint8), offsets)
    rows = data.draw(st.lists(st.sampled_from(range(len(counts))), max_size=9)) if counts else []
    some = tokens.only(np.array(rows, np.int32))
    kept = [hashes[offsets[d] : offsets[d + 1]].tolist() if d in rows else [] for d in range(len(counts))]
    assert [some.hash[b:e].tolist() for b, e in pairwise(some.offsets)] == kept
