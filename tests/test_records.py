"""Covers `reuse.documents.records`: which field of a record becomes what, whatever the format.

Run: ``pytest tests/test_records.py``
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse.documents.file import File
from reuse.documents.records import WELL_KNOWN, Fields, TooLong, documents, wanted
from reuse.values import HTML, TEXT, Document, Notice, Unreadable

FILE = File("a.jsonl")


def read(*records: Mapping[str, Any], **fields: str) -> list[Document]:
    found = documents(FILE, enumerate(records, 1), Fields(**fields))
    return [each for each in found if isinstance(each, Document)]


def faults(*records: Mapping[str, Any], **fields: str) -> list[str]:
    found = documents(FILE, enumerate(records, 1), Fields(**fields))
    return [each.reason for each in found if isinstance(each, Unreadable)]


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(
            {
                "maintext": "t",
                "date_publish": "2020-01-02 03:04:05",
                "date_modify": "2020-01-03",
                "authors": ["A", "B"],
                "language": "en",
                "title": "h",
                "url": "u",
                "filename": "f",
                "source_domain": "e.org",
            },
            Document(
                "a.jsonl:1", "t", "a.jsonl", 1, "u", "h", "2020-01-02 03:04:05", "A, B", "2020-01-03", "en"
            ),
            id="news-please",
        ),
        pytest.param(
            {"title": "h", "author": "A; B", "date": "d", "id": None, "raw_text": "r", "text": "t"}
            | {"language": "de", "source": "https://e.org/1", "source-hostname": "e", "excerpt": "x"},
            Document("a.jsonl:1", "t", "a.jsonl", 1, "https://e.org/1", "h", "d", "A; B", None, "de"),
            id="trafilatura",
        ),
        pytest.param(
            {"uuid": "7", "thread": {"title": "no"}, "url": "u", "author": "A", "published": "d", "title": "h"}
            | {"text": "t", "language": "english", "crawled": "c"},
            Document("7", "t", "a.jsonl", 1, "u", "h", "d", "A", None, "english"),
            id="webhose",
        ),
        pytest.param(
            {"pageUrl": "u", "title": "h", "text": "t", "html": "<p>t", "humanLanguage": "en", "date": "d"}
            | {"siteName": "S", "author": "A", "authors": [{"name": "B"}]},
            Document("a.jsonl:1", "t", "a.jsonl", 1, "u", "h", "d", "A", None, "en"),
            id="diffbot",
        ),
        pytest.param(
            {"id": 7, "date": "d", "modified": "m", "link": "u", "author": 3}
            | {"title": {"rendered": "h"}, "content": {"rendered": "<p>t", "protected": False}},
            Document("7", "<p>t", "a.jsonl", 1, "u", "h", "d", None, "m", None, HTML),
            id="wordpress",
        ),
        pytest.param(
            {"articleBody": "t", "headline": "h", "datePublished": "d", "dateModified": "m", "inLanguage": "en"}
            | {"author": [{"@type": "Person", "name": "A"}, {"name": " B \n C "}, {}], "url": "u"},
            Document("a.jsonl:1", "t", "a.jsonl", 1, "u", "h", "d", "A, B C", "m", "en"),
            id="schema.org",
        ),
        pytest.param(
            {"Article Text": "t", "Published At": "d", "Last-Modified": "m", "LINK": "u", "Doc ID": "7"},
            Document("7", "t", "a.jsonl", 1, "u", None, "d", None, "m"),
            id="a sheet",
        ),
    ],
)
def test_exports_as_they_occur(record: Mapping[str, Any], expected: Document) -> None:
    assert read(record) == [expected]


def test_a_name_as_it_stands_goes_before_one_that_is_alike() -> None:
    assert read({"Text": "no", "text": "yes"})[0].content == "yes"
    assert read({"TEXT": "first", "Text": "second"})[0].content == "first"
    assert read({"my body": "yes"}, text="My_Body")[0].content == "yes"
    assert read({"Meta": {"Full Text": "yes"}}, text="meta.full_text")[0].content == "yes"


def test_the_names_of_a_field_go_before_each_other_in_their_order() -> None:
    record = {name: name for name in reversed(WELL_KNOWN["text"])}
    assert read(record)[0].content == "text"
    assert read(record, text="none,body,text")[0].content == "body"


def test_a_source_is_an_address_only_with_a_scheme() -> None:
    found = read({"text": "t", "source": "The Paper"}, {"text": "t", "source": "https://e.org"})
    assert [document.url for document in found] == [None, "https://e.org"]


def test_all_guesses_are_told() -> None:
    record = {"text": "t", "author": "A", "lastmod": "m", "lang": "en"}
    (notice,) = (str(each) for each in documents(FILE, [(1, record)], Fields()) if isinstance(each, Notice))
    assert notice == (
        "a.jsonl: line 1: text is read from 'text' (--text-field), author is read from 'author' "
        "(--author-field), modified is read from 'lastmod' (--modified-field), language is read from 'lang' "
        "(--language-field)"
    )


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["text", "Text", "html", "a.b", "content", "id"]),
            st.none()
            | st.text(max_size=3)
            | st.lists(st.text(max_size=2), max_size=2)
            | st.integers()
            | st.booleans(),
        )
    )
)
def test_every_record_is_one_document_or_fault(records: list[dict[str, Any]]) -> None:
    found = [each for each in documents(FILE, enumerate(records, 1), Fields()) if not isinstance(each, Notice)]
    lines = [each.line for each in found]
    assert lines in ([None], [line + 1 for line in range(len(records))])


# --- pages ------------------------------------------------------------------------------------


def test_a_page_stands_in_for_a_text() -> None:
    records: list[dict[str, Any]] = [
        {"text": None, "raw_html": "<p>one"},
        {"text": "two", "raw_html": "<p>no"},
        {"text": " \n", "raw_html": b"<p>three"},
        {"raw_html": " ", "text": "four"},
    ]
    found = [(each.content, each.media) for each in read(*records)]
    assert found == [("<p>one", HTML), ("two", TEXT), (b"<p>three", HTML), ("four", TEXT)]


def test_a_page_that_is_named_goes_before_a_text() -> None:
    records = [{"text": "no", "page": "<p>one"}, {"text": "two", "page": ""}]
    found = [(each.content, each.media) for each in read(*records, html="page")]
    assert found == [("<p>one", HTML), ("two", TEXT)]


def test_no_page_is_guessed_where_a_text_is_named() -> None:
    record = {"html": "<p>no"}
    assert "no record has a text in its field 'body'; its fields are html;" in faults(record, text="body")[0]
    assert read(record, text="body", html="html")[0].media == HTML


def test_records_without_either() -> None:
    rows = faults({"id": 1}, {"html": "<p>"}, {"text": "t"}, {"text": None}, {"text": 7}, {"html": ["x"]})
    assert rows == [
        "has no text in its field 'html'; correct or remove the record",
        "has no text in its field 'text' or 'html'; correct or remove the record",
        "its text field 'text' is a number, not a string; correct or remove the record",
        "its html field 'html' is a list, not a string; correct or remove the record",
    ]


def test_a_text_that_was_too_long_to_fetch() -> None:
    long = TooLong(1_000_001, 1_000_000)
    why = "its text field 'text' is 1,000,001 bytes, the limit is 1,000,000; split it, or raise --max-bytes"
    assert faults({"text": long}, {"text": "t"}) == [why]


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("A", "A"),
        ({"name": "A"}, "A"),
        ([], None),
        (["A", None, 7, {"name": ["no"]}, {"name": "B"}], "A, B"),
        (7, None),
        (b"caf\xc3\xa9", "café"),
    ],
)
def test_authors(value: object, author: str | None) -> None:
    assert read({"text": "t", "author": value})[0].author == author


def test_bytes_are_passed_on_in_the_text_and_decoded_elsewhere() -> None:
    (document,) = read({"text": b"\xff\xfe", "id": b"caf\xc3\xa9", "title": b"x\xff"})
    assert (document.content, document.id, document.title) == (b"\xff\xfe", "café", "x\ufffd")


def test_columns_that_are_wanted() -> None:
    assert wanted(["a", "Raw HTML", "Lang", "b"], Fields()) == {"Raw HTML": "html", "Lang": "language"}
    assert wanted(["a", "Lang"], Fields()) == {}
    assert wanted(["a", "text", "html"], Fields(text="a")) == {"a": "text"}


# --- hostile ----------------------------------------------------------------------------------


def test_records_with_ever_new_names_do_not_fill_the_memory() -> None:
    def records() -> Any:
        for line in range(1, 6001):
            yield line, {f"{line} {'x' * 5000}": 1, f"b{line}": {"c": {"d": 2}}}

    tracemalloc.start()
    begin = time.process_time()
    found = list(documents(FILE, records(), Fields()))
    used = time.process_time() - begin
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (row,) = found
    assert isinstance(row, Unreadable)
    assert len(row.reason) < 2000
    assert peak < 12 * 2**20
    assert used < 8


def test_the_first_text_comes_before_the_last_record_is_read() -> None:
    endless = ((line, {"text": "t"}) for line in iter(int, 1))
    assert len(list(islice(documents(FILE, endless, Fields()), 10))) == 10
