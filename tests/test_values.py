"""The values that travel between stages, and the options they are made with.

Covers: ``reuse/values.py``, ``reuse/options.py``. Compares against: sets of word positions counted one by
one, Python's own dates, and laws of ratios, sites and digests. Run: ``pytest tests/test_values.py``
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import math
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reuse
from reuse.options import INDEXED
from reuse.pairs import (
    ACCUSED,
    BANDS,
    POSTINGS,
    TERMS,
    VERDICTS,
    Agreement,
    Candidates,
    Clusters,
    Credits,
    Passages,
    Runs,
    Scores,
    Verdicts,
    lane_counts,
    lane_names,
)
from reuse.values import (
    Boilerplate,
    Document,
    Fingerprints,
    LeftOut,
    Notice,
    ShingleSets,
    Signatures,
    Sketches,
    Terms,
    Texts,
    Tokens,
    Unreadable,
    gathered,
    key_of_id,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

laws = settings(derandomize=True, deadline=None, max_examples=100)


def i32(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def i64(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def u8(values: Sequence[int]) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


# --- records ----------------------------------------------------------------------------------


def signatures_of_nothing(documents: int = 1, values: int = 4, **more: Any) -> Signatures:
    minimum = np.full((documents, values), 2**32 - 1, np.uint32)
    return Signatures(minimum, np.ones(documents, bool), **{"seed": 1, **more})


def passages_of_nothing() -> Passages:
    columns: list[Any] = [*(i32([0]) for _ in range(10)), u8([0]), np.zeros(1, bool)]
    return Passages(i64([0, 1]), *columns)


ARRAYS: list[Any] = [
    Texts((), np.zeros(0, np.uint8), i64([0]), i64([]), (), ()),
    LeftOut(i32([0]), i32([1]), i32([1]), i64([0, 1]), u8([65]), i64([0, 1])),
    Boilerplate(("a",), np.zeros(1, np.uint64), i32([1]), i64([0, 1]), np.zeros(0, np.uint64)),
    Tokens(np.zeros(1, np.uint64), i32([0]), i32([1]), np.zeros(1, np.uint8), i64([0, 1])),
    Fingerprints(np.zeros(1, np.uint64), i64([0, 1])),
    ShingleSets(np.zeros(1, np.uint64), i64([0, 1])),
    Terms(np.zeros(1, np.uint64), i64([0, 1])),
    signatures_of_nothing(),
    Sketches(i64([0]), Fingerprints(np.zeros(0, np.uint64), i64([0, 0])), signatures_of_nothing()),
    Candidates.pair(),
    Scores(i32([0]), i32([0]), u8([1]), i32([1]), i32([1]), i32([1])),
    Clusters(i32([-1]), i32([0]), np.ones(1)),
    Runs(i64([0, 1]), *(i32([0]) for _ in range(5))),
    passages_of_nothing(),
    Agreement(*(np.zeros(1) for _ in range(6))),
    Verdicts(np.zeros(1, np.uint8), np.zeros(1), {}, ((),)),
    Credits(i64([0]), ((),)),
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
    texts = texts_of(documents)
    assert len(texts) == len(contents)
    assert [texts[row] for row in range(len(texts))] == [document.content for document in documents]
    turned = range(len(texts))[::-1]
    encoded = [str(documents[row].content).encode() for row in turned]
    assert [*map(bytes, texts.matched(turned))] == [*map(bytes, texts.whole(turned))] == encoded


def texts_of(documents: Sequence[Document]) -> Texts:
    """Return texts of documents, each with its number as the count of what was replaced."""
    packed = [str(document.content).encode() for document in documents]
    return Texts(
        tuple(documents),
        np.frombuffer(b"".join(packed), np.uint8),
        i64(np.cumsum([0, *map(len, packed)]).tolist()),
        i64([int(document.id) for document in documents]),
        tuple(Unreadable(document.id, None, "is no text") for document in documents),
        tuple(Notice(document.id, "passed over") for document in documents),
    )


short_texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=6)


@laws
@given(short_texts, st.lists(st.integers(0, 5), max_size=8))
def test_texts_can_be_taken_in_any_order_and_more_than_once(contents: list[str], rows: list[int]) -> None:
    documents = [Document(str(row), content, "p") for row, content in enumerate(contents)]
    rows = [row for row in rows if row < len(contents)]
    taken = texts_of(documents).take(rows)
    assert taken.documents == tuple(documents[row] for row in rows)
    assert [taken[row] for row in range(len(taken))] == [contents[row] for row in rows]
    assert taken.replaced.tolist() == rows
    assert taken.offsets[-1] == len(taken.values)


@laws
@given(short_texts, st.lists(st.integers(0, 6), max_size=3))
def test_texts_in_parts_are_the_texts(contents: list[str], cuts: list[int]) -> None:
    documents = [Document(str(row), content, "p") for row, content in enumerate(contents)]
    bounds = [0, *sorted(min(cut, len(contents)) for cut in cuts), len(contents)]
    parts = [texts_of(documents[begin:end]) for begin, end in itertools.pairwise(bounds)]
    whole, joined = texts_of(documents), Texts.concatenate(parts)
    for field in dataclasses.fields(Texts):
        one, other = getattr(whole, field.name), getattr(joined, field.name)
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other, strict=True)
        else:
            assert one == other


@laws
@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=6), st.lists(st.integers(0, 5), max_size=8))
def test_values_of_some_rows_are_gathered_in_their_order(lists: list[list[int]], rows: list[int]) -> None:
    rows = [row for row in rows if row < len(lists)]
    values = i64([value for some in lists for value in some])
    places, offsets = gathered(i64(np.cumsum([0, *map(len, lists)]).tolist()), rows)
    bounds = itertools.pairwise(offsets.tolist())
    assert [values[places[begin:end]].tolist() for begin, end in bounds] == [lists[row] for row in rows]


@given(st.text())
def test_a_key_is_the_beginning_of_a_hash(name: str) -> None:
    digits = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    assert f"{key_of_id(name):016x}" == digits[:16]


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
        ("http://news.www.example.org/", "example.org"),
        ("http://sport.bbc.example.co.uk./", "example.co.uk"),
        ("https://en.foo.blogspot.com/2026/11/a.html", "foo.blogspot.com"),
        ("https://blogspot.com/", "blogspot.com"),
        ("http://192.0.2.7:8080/a", "192.0.2.7"),
        ("http://localhost/a", "localhost"),
        ("http://www.wiki.intranet/", "wiki.intranet"),
        ("http://www./", "www"),
        ("http://example.org:no-port/", "example.org"),
        ("http://пример.рф/страница", "пример.рф"),
        ("http://НОВОСТИ.Пример.РФ/", "пример.рф"),
        ("http://news.xn--e1afmkfd.xn--p1ai/", "пример.рф"),
        ("http://ｅｘａｍｐｌｅ。org/", "example.org"),
        ("http://xn--\u00fc.example.org/", "example.org"),
        ("http://xn--99999999999/", "xn--99999999999"),
        ("http://a..com/", "a..com"),
        # Without a scheme the suffix tells a host from a path.
        ("example.org/a", "example.org"),
        ("www.example.org:8080/a", "example.org"),
        ("news/2026/11/a.html", None),
        ("article 17", None),
        # No host can be told.
        ("http://", None),
        ("http:///path", None),
        ("http://[", None),
        ("http://[::1", None),
        ("mailto:someone@example.org", None),
        ("javascript:alert(1)", None),
        ("http://a\u2100b.org/", None),
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
@given(st.from_regex(r"([a-z]{1,5}\.){0,2}", fullmatch=True), st.integers(1, 65535))
def test_a_site_is_one_however_it_is_written(below: str, port: int) -> None:
    host = f"{below}example.org"
    ways = (host, f"http://{host}", f"https://{host}/a", f"//{host.upper()}", f"http://me@{host}:{port}/?q=//x")
    assert {site(way) for way in ways} == {"example.org"}


@laws
@given(st.text("abcxn-.:@/?#%\t\n 1。ü\\", max_size=20).map("https://".__add__))
def test_the_quick_way_to_a_host_is_the_long_one(url: str) -> None:
    # A user's name before the host is beyond the quick way, and changes no site.
    assert site(url) == site(url.replace("://", "://me@", 1))


def test_the_site_of_a_known_host_costs_next_to_nothing() -> None:
    urls = [f"https://www.example.org/news/{number}" for number in range(20_000)]
    site(urls[0])
    begin = time.process_time()
    assert {site(url) for url in urls} == {"example.org"}
    assert time.process_time() - begin < 20_000 * 25e-6  # a fifth of that where nobody else is at work


# --- candidates and scores --------------------------------------------------------------------


candidate = st.tuples(*[st.integers(0, 9)] * 2, st.integers(1, 7), *[st.integers(0, 9)] * 3)
candidate_lists = st.lists(candidate, max_size=8)


def candidates_of(rows: list[tuple[int, ...]], *counts: int) -> Candidates:
    source, page, lanes, shared, buckets, terms = ([row[column] for row in rows] for column in range(6))
    return Candidates(i32(source), i32(page), u8(lanes), i32(shared), i32(buckets), i32(terms), *counts)


def columns_of(candidates: Candidates) -> list[NDArray[Any]]:
    shared = candidates.shared, candidates.buckets, candidates.terms
    return [candidates.source, candidates.page, candidates.lanes, *shared]


def rows_of(candidates: Candidates) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns_of(candidates)), strict=True))


@laws
@given(candidate_lists, st.data())
def test_take_keeps_the_pairs_that_are_meant(rows: list[tuple[int, ...]], data: st.DataObject) -> None:
    everything = candidates_of(rows, 40, 5, 6, 7, 8, 9)
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    numbers = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=5)) if rows else []
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(rows))] * 2)))
    for chosen, expected in (
        (everything.take(np.array(mask, bool)), [row for row, kept in zip(rows, mask, strict=True) if kept]),
        (everything.take(i64(numbers)), [rows[number] for number in numbers]),
        (everything.take(slice(begin, end)), rows[begin:end]),
    ):
        assert rows_of(chosen) == expected
        assert len(chosen) == len(expected)
        capped = chosen.capped_articles, chosen.capped_sites, chosen.capped_terms
        assert (chosen.pairs, *capped, chosen.overfull, chosen.crowded) == (40, 5, 6, 7, 8, 9)
        types = [column.dtype for column in columns_of(chosen)]
        assert types == [np.int32, np.int32, np.uint8, *[np.int32] * 3]


@laws
@given(candidate_lists)
def test_lanes_are_counted_each_for_itself(rows: list[tuple[int, ...]]) -> None:
    counts = lane_counts(candidates_of(rows).lanes)
    names = [name for row in rows for name in lane_names(row[2])]
    assert list(counts) == ["postings", "bands", "terms"]
    assert counts == {name: names.count(name) for name in counts}


def test_lanes_have_names() -> None:
    named = [lane_names(lanes) for lanes in (0, POSTINGS, BANDS, TERMS, POSTINGS | BANDS, BANDS | TERMS)]
    assert named == [(), ("postings",), ("bands",), ("terms",), ("postings", "bands"), ("bands", "terms")]


def test_the_pair_of_a_comparison_is_the_first_of_both_sides() -> None:
    pair = Candidates.pair()
    assert len(pair) == 1
    assert pair.source.tolist() == pair.page.tolist() == [0]
    # The user named it: no lane brought it.
    assert lane_counts(pair.lanes) == {"postings": 0, "bands": 0, "terms": 0}


sets = st.sets(st.integers(0, 12), max_size=10)


@laws
@given(st.lists(st.tuples(sets, sets), min_size=1, max_size=6))
def test_ratios_are_those_of_sets(pairs: list[tuple[set[int], set[int]]]) -> None:
    rows = i32(range(len(pairs)))
    counts = [[len(s & p) for s, p in pairs], [len(s) for s, _ in pairs], [len(p) for _, p in pairs]]
    scores = Scores(rows, rows.copy(), u8([0] * len(pairs)), *(i32(column) for column in counts))
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


def runs_of(pairs: list[list[tuple[int, int]]]) -> Runs:
    rows = [row for pair in pairs for row in pair]
    begin, words = (i32([row[column] for row in rows]) for column in (0, 1))
    offsets = i64(np.cumsum([0, *map(len, pairs)]).tolist())
    unused = i32([0] * len(rows))
    return Runs(
        offsets=offsets,
        source_token=begin,
        page_token=unused,
        words=words,
        quoted_words=words // 2,
        longest=i32([0] * len(pairs)),
    )


@laws
@given(pair_passages)
def test_words_of_the_source_are_counted_once_each(pairs: list[list[tuple[int, int]]]) -> None:
    expected = [len({word for begin, words in pair for word in range(begin, begin + words)}) for pair in pairs]
    covered = runs_of(pairs).source_words_covered()
    assert covered.tolist() == expected
    assert covered.dtype == np.int64


@laws
@given(pair_passages)
def test_amounts_are_added_up_by_pair(pairs: list[list[tuple[int, int]]]) -> None:
    runs = runs_of(pairs)
    assert runs.pair.tolist() == [number for number, pair in enumerate(pairs) for _ in pair]
    assert runs.per_pair(runs.words).tolist() == [sum(words for _, words in pair) for pair in pairs]
    assert runs.per_pair(np.ones_like(runs.words)).tolist() == [len(pair) for pair in pairs]


def test_amounts_may_add_up_beyond_int32() -> None:
    runs = runs_of([[(0, 0)] * 3])
    assert runs.per_pair(i32([2**31 - 1] * 3)).tolist() == [3 * (2**31 - 1)]


@laws
@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_flags_are_counted_by_document_and_by_stretch(flags: list[int], cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(flags)) for cut in cuts), len(flags)]
    begin = i32(range(len(flags)))
    tokens = Tokens(np.zeros(len(flags), np.uint64), begin, begin + 1, u8(flags), i64(bounds))
    expected = [sum(flag & 2 != 0 for flag in flags[b:e]) for b, e in itertools.pairwise(bounds)]
    assert tokens.counts_with(2).tolist() == expected
    stretches = [(b, e) for b in range(len(flags) + 1) for e in range(b, len(flags) + 1)]
    words = i32([e - b for b, e in stretches])
    within = tokens.counts_within(2, i64([b for b, _ in stretches]), words).tolist()
    assert within == [sum(flag & 2 != 0 for flag in flags[b:e]) for b, e in stretches]


# --- options ----------------------------------------------------------------------------------

FIELDS = [field.name for field in dataclasses.fields(reuse.Options)]
WORDS = {"keep": "oldest", "boilerplate": "0a1b", "common_sources": "0a1b"}
NUMBERS = [name for name in FIELDS if name not in WORDS]
SHARES = {"resemblance": 0.05, "recall": 0.01, "careful_from": 0}
LOWEST = {
    "shingle": 2,
    "character_shingle": 2,
    "min_run": 2,
    "single_hits": 0,
    "term_candidates": 0,
    "boilerplate_pages": 0,
    "threads": 0,
    **SHARES,
}


def with_one(name: str, value: Any) -> reuse.Options:
    return dataclasses.replace(reuse.Options(), **{name: value})


def another(name: str) -> Any:
    """Return a value of a field that is not its default."""
    if name in WORDS:
        return WORDS[name]
    return 0.75 if name in SHARES else getattr(reuse.Options(), name) + 1


@laws
@given(st.dictionaries(st.sampled_from([name for name in NUMBERS if name not in SHARES]), st.integers(-3, 3)))
def test_all_faults_of_options_are_reported_at_once(values: dict[str, Any]) -> None:
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


@pytest.mark.parametrize("name", NUMBERS)
def test_more_than_the_native_core_can_count_is_refused(name: str) -> None:
    with pytest.raises(reuse.UsageError, match=f"{name} is {2**31}, must be at most"):
        with_one(name, 2**31)


@pytest.mark.parametrize(("name", "highest"), [("resemblance", 1), ("recall", 0.9999), ("careful_from", 1)])
def test_shares_out_of_range_are_refused(name: str, highest: float) -> None:
    for value in (SHARES[name], highest):
        assert getattr(with_one(name, value), name) == value
    for value in (-1, SHARES[name] - 0.001, float("-inf"), float("nan")):
        with pytest.raises(reuse.UsageError, match=rf"{name} is \S+, must be at least {SHARES[name]}"):
            with_one(name, value)
    for value in (highest + 0.001, 2, float("inf")):
        with pytest.raises(reuse.UsageError, match=rf"{name} is \S+, must be at most {highest}"):
            with_one(name, value)


@pytest.mark.parametrize("keep", ["", "last", "First"])
def test_what_to_keep_is_one_of_three(keep: str) -> None:
    with pytest.raises(reuse.UsageError, match=f"keep is {keep}, must be one of first, longest, oldest"):
        reuse.Options(keep=keep)


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_but_threads_changes_the_digest(name: str) -> None:
    default = reuse.Options()
    other = with_one(name, another(name))
    assert (other.digest() == default.digest()) == (name == "threads")
    assert (name in default.digested()) == (name != "threads")


@pytest.mark.parametrize("name", [*NUMBERS, *WORDS])
def test_of_an_index_some_fields_are_told_and_no_other(name: str) -> None:
    changed = with_one(name, another(name)).indexed() != reuse.Options().indexed()
    assert changed == (name in INDEXED)
    assert set(reuse.Options().indexed()) == {"algorithm", *INDEXED}


def test_a_digest_names_the_values_and_not_the_object() -> None:
    digest = reuse.Options(window=6).digest()
    assert digest == reuse.Options(window=6, threads=3).digest()
    assert len(digest) == 16
    int(digest, 16)


def test_no_two_fields_can_be_taken_for_one_another() -> None:
    seventy: dict[str, Any] = {name: 0.77 if name in SHARES else 77 for name in FIELDS} | WORDS
    changed = [with_one(name, seventy[name]).digest() for name in FIELDS]
    assert len(set(changed)) == len(FIELDS)


def test_threads_are_those_asked_for_or_all() -> None:
    assert reuse.Options(threads=3).thread_count == 3
    assert reuse.Options().thread_count >= 1


@laws
@given(st.lists(st.integers(0, 5), max_size=30).map(sorted), st.integers(1, 10))
def test_slices_of_scores_cut_between_pages(pages: list[int], size: int) -> None:
    page = np.array(pages, np.int32)
    row = np.arange(len(pages), dtype=np.int32)
    scores = Scores(row, page, row.astype(np.uint8), row.copy(), row.copy(), row.copy())
    parts = list(scores.slices(size))
    assert [int(r) for part in parts for r in part.source] == list(range(len(pages)))
    seen = [set(part.page.tolist()) for part in parts]
    assert sum(map(len, seen)) == len(set(pages))
    assert all(len(part) >= size for part in parts[:-1])
    # What was cut is put together again.
    whole = Scores.concatenate(parts)
    assert score_rows(whole) == score_rows(scores)
    assert [getattr(whole, name).dtype for name in SCORES] == [getattr(scores, name).dtype for name in SCORES]


@laws
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=30, unique=True).map(sorted),
    st.lists(st.integers(0, 9), min_size=7, max_size=7),
    st.integers(1, 10),
    st.integers(0, 40),
)
def test_slices_end_sooner_where_sources_weigh_much(
    pairs: list[tuple[int, int]], weight: list[int], size: int, most: int
) -> None:
    page, source = np.array(pairs, np.int32).reshape(-1, 2).T.copy()
    nothing = np.zeros(len(pairs), np.int32)
    scores = Scores(source, page, nothing.astype(np.uint8), nothing, nothing.copy(), nothing.copy())
    parts = [
        list(zip(part.page.tolist(), part.source.tolist(), strict=True))
        for part in scores.slices(size, np.array(weight), most)
    ]
    assert list(itertools.chain.from_iterable(parts)) == pairs
    for part in parts:
        before = [pair for pair in part if pair[0] != part[-1][0]]  # the last page is whole
        assert sum(weight[row] for row in {row for _, row in before}) <= most
        assert len(before) < size
    for part, after in itertools.pairwise(parts):  # and no part is smaller than it must be
        assert part[-1][0] != after[0][0]
        assert len(part) >= size or sum(weight[row] for row in {row for _, row in [*part, after[0]]}) > most


def test_a_corpus_is_shown_in_a_line() -> None:
    column = np.arange(9, dtype=np.int32)
    shown = repr(Scores(column, column, column.astype(np.uint8), column, column, column))
    assert shown.startswith("Scores(source=int32[9], ")
    assert len(shown) < 200
    assert len(repr(signatures_of_nothing(1000, 128))) < 200


SCORES = [field.name for field in dataclasses.fields(Scores)]


def score_rows(scores: Scores) -> list[tuple[int, ...]]:
    return list(zip(*(getattr(scores, name).tolist() for name in SCORES), strict=True))


def test_scores_of_no_parts_are_none() -> None:
    nothing = Scores.concatenate([])
    assert len(nothing) == 0
    assert nothing.resemblance.tolist() == []
    assert [getattr(nothing, name).dtype for name in SCORES] == [*[np.int32] * 2, np.uint8, *[np.int32] * 3]


# --- signatures and clusters ------------------------------------------------------------------


def test_the_number_of_documents_makes_no_other_kind_of_signatures() -> None:
    assert signatures_of_nothing(1).kind == signatures_of_nothing(3).kind


@pytest.mark.parametrize("other", [{"values": 5}, {"seed": 2}, {"scheme": "legacy"}, {"version": 0}])
def test_signatures_made_otherwise_are_of_another_kind(other: dict[str, Any]) -> None:
    assert signatures_of_nothing().kind != signatures_of_nothing(**other).kind


@laws
@given(st.lists(st.tuples(st.integers(-1, 3), st.booleans()), max_size=9))
def test_members_are_the_documents_of_each_cluster(documents: list[tuple[int, bool]]) -> None:
    number = [cluster for cluster, _ in documents]
    own = [row if kept else 0 for row, (_, kept) in enumerate(documents)]
    clusters = Clusters(i32(number), i32(own), np.ones(len(own)))
    grouped = [[row for row, held in enumerate(number) if held == each] for each in sorted({*number} - {-1})]
    assert [members.tolist() for members in clusters.members()] == grouped
    assert clusters.kept.tolist() == [row == of for row, of in enumerate(own)]


@laws
@given(st.lists(st.integers(0, 5), max_size=6))
def test_a_mask_marks_the_rows_that_are_named(rows: list[int]) -> None:
    documents = tuple(Document(str(row), "", "p") for row in range(6))
    texts = Texts(documents, u8([]), i64([0] * 7), i64([0] * 6), (), ())
    assert texts.mask(i32(rows)).tolist() == [int(row in rows) for row in range(6)]
    assert texts.mask(None).tolist() == [1] * 6


# --- dates ------------------------------------------------------------------------------------


def published(date: str | None) -> float | None:
    return Document("a", "", "a", date=date).published


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-02T00:00", 86400),
        ("1970-01-01 01:00:00+01:00", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("19700101", 0),
        ("1970-01-01T00:00:00.5Z", 0.5),
        ("1969-12-31T23:00:00-01:00", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 -0000", 0),
        ("1 Jan 1970 02:00:00 +0200", 0),
        ("1961-04-12T06:07:00+00:00", -275248380),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("12/24/2026", None),
        ("2026-02-30", None),
        ("Sat, 31 Feb 2026 00:00:00 GMT", None),
        ("99999-01-01", None),
        ("\ud800", None),
    ],
)
def test_published_of(date: str | None, expected: float | None) -> None:
    assert published(date) == expected


moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@laws
@given(moments, zones)
def test_a_moment_is_the_same_in_every_zone_and_dress(moment: datetime, zone: timezone) -> None:
    here = moment.replace(tzinfo=UTC).astimezone(zone)
    seconds = moment.replace(tzinfo=UTC).timestamp()
    for date in (moment.isoformat(), here.isoformat(), here.isoformat(" "), format_datetime(here)):
        assert published(date) == seconds


@laws
@given(st.text(max_size=30) | st.text("0123456789-+:., TZGMTanFeb", max_size=30))
@example("0001-01-01T00:00:00+23:59")
@example("9999-12-31T23:59:59-23:59")
@example("Thu, 01 Jan 0000 00:00:00 +9999")
@example("1 Jan 99999999999999999999 00:00:00 +0000")
@example("1 Jan 2026 00:00:00 +99999999999999999999")
@example(" , ")
@example("0 0 0 0 0")
def test_any_date_is_a_moment_or_none(date: str) -> None:
    seconds = published(date)
    assert seconds is None or math.isfinite(seconds)


def test_equal_options_have_equal_digests() -> None:
    whole, parts = reuse.Options(resemblance=1), reuse.Options(resemblance=1.0)
    assert whole == parts
    assert whole.digest() == parts.digest()
