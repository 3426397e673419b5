"""Findings as reports: safe text, records, tables, and a folder that is written whole or not at all.

Covers: ``reuse/report/``. Compares against: Python's own csv and json readers, the tables of fields in
reuse/report/README.md, and what stood in a folder before a write failed. Run: ``pytest tests/test_report.py``
"""

from __future__ import annotations

import csv
import dataclasses
import errno
import hashlib
import io
import json
import math
import os
import re
import time
import unicodedata
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reuse
from reuse.documents import inputs
from reuse.metadata import Fact, Metadata
from reuse.pairs import Trick
from reuse.report import folder as report_folder
from reuse.report.clusters import SCHEMA as CLUSTER_SCHEMA
from reuse.report.clusters import cluster_records, cluster_table, dedupe_summary
from reuse.report.comparison import View, comparison
from reuse.report.escape import cell, json_safe, markup, one_line, running
from reuse.report.folder import FILES
from reuse.report.plan import _percent, plan_text
from reuse.report.reading import read_report
from reuse.report.records import CSV_COLUMNS, SCHEMA, csv_header, csv_row, json_line, record
from reuse.report.spreadsheet import csv_line
from reuse.report.summary import counted, plural, share, summary
from reuse.report.table import shorten, table
from tests.report_folders import write_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.pipeline import Audit, Deduplication

laws = settings(derandomize=True, deadline=None, max_examples=100)

README = Path(__file__).parents[1] / "reuse" / "report" / "README.md"

# What moves a cursor, turns a line round, hides in it, ends it or cannot be encoded.
HOSTILE = (
    "\x00\x07\x08\t\n\r\x0b\x0c\x1b\x7f\x85\x9b\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"
)
HOSTILE += "\ufeff\ud800\udc80\udfff\U000e0041\u034f\u3164\u180e\ufe0f\u200d\U000e0101❤👩漢ن᠊"
hostile_text = st.text(HOSTILE + "ab;\"',=+-@[]0123mJ \\u{é漢", max_size=20) | st.text(max_size=20)

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."
)
OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by."
)


def is_safe(text: str) -> bool:
    """Tell whether a terminal shows `text` on one line, as it is."""
    odd = {"Cc", "Cs", "Zl", "Zp"}
    turning = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    return not any(unicodedata.category(c) in odd or unicodedata.bidirectional(c) in turning for c in text)


def document(name: str, text: str, **more: Any) -> reuse.Document:
    return reuse.Document(name, text, f"{name}.txt", **more)


def an_audit() -> Audit:
    """Return an audit with findings of several verdicts, hostile names among them."""
    sources = [document("article", ARTICLE, title="=1+1", date="2026-11-21"), document("own", OWN)]
    pages = [
        document("copy", ARTICLE, url='https://www.example.org/a,"b"', title="A “title”, with a comma"),
        document("edited\x1b[2J\u202e", ARTICLE.replace("lorries", "trucks"), title="@SUM(A1)\nnext"),
        document("both", f"{OWN}\n\n{ARTICLE}"),
        document(
            "unrelated", "Rain is expected tonight along the whole of the coast, and more of it on Friday. " * 2
        ),
    ]
    return reuse.audit(sources, pages)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return an_audit()


def a_deduplication(options: reuse.Options | None = None) -> Deduplication:
    """Return three clusters, hostile names among them: of two documents, of three, and a chain of versions."""
    chain = [f"w{number}" for number in range(130)]
    corpus = [
        document("own", OWN),
        document("article", ARTICLE, title="=1+1", date="2026-11-21"),
        # Each has two thirds of its shingles in common with the next, and the first has little of the last.
        *(
            document(f"version/{name}", " ".join(chain[20 * at : 20 * at + 90]))
            for at, name in enumerate("abc")
        ),
        document("copy", ARTICLE.upper(), url='https://www.example.org/a,"b"', title="A “title”, with a comma"),
        document("edited\x1b[2J\u202e", ARTICLE.replace("lorries", "trucks"), title="@SUM(A1)\nnext"),
        document(
            "alone", "Rain is expected tonight along the whole of the coast, and more of it on Friday. " * 2
        ),
        document("own again", f"Once more. {OWN}"),
    ]
    return reuse.dedupe(corpus, options or reuse.Options(recall=0.9999, permutations=256))


@pytest.fixture(scope="module")
def deduplication() -> Deduplication:
    return a_deduplication()


# --- hostile text -----------------------------------------------------------------------------


@laws
@given(hostile_text)
@example("\x1b]0;title\x07\x1b[2J")
@example("\u202etxt.exe")
@example("\x9b31m\x85")
@example("\ud83d\ude00")
def test_one_line_is_safe_to_show(text: str) -> None:
    shown = one_line(text)
    assert is_safe(shown)
    shown.encode()
    assert one_line(shown) == shown


#: Letters that are blank.
BLANK = "\u115f\u1160\u3164\uffa0"


@laws
@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=BLANK), max_size=20))
def test_one_line_leaves_text_as_it_is(text: str) -> None:
    assert one_line(text) == text


EVERY = [chr(code) for code in range(0x110000)]
#: Format characters that are seen: signs over or beside numbers, and joints of hieroglyphs.
SEEN = {*"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}
SEEN |= {chr(code) for code in range(0x13430, 0x13440)}


def test_no_format_character_is_left_where_it_stands_alone() -> None:
    odd = {character for character in EVERY if one_line(character) != character}
    formats = {character for character in EVERY if unicodedata.category(character) in ("Cc", "Cf", "Cs")}
    assert formats - odd <= SEEN  # some are new in Unicode
    assert not odd & SEEN
    others = {character for character in odd - formats if unicodedata.category(character) != "Cn"}
    form = {
        chr(code) for code in (0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
    }
    assert others == {*BLANK, *form, *"\u034f\u17b4\u17b5\u2028\u2029"}


def test_the_page_and_the_terminal_name_the_same_characters() -> None:
    script = resources.files("reuse.report.pages").joinpath("assets", "dom.js").read_text("utf-8")
    found = re.search(r"const ODD =\s*/(\[.*\])/u;", script)
    assert found is not None
    long = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: f"\\U{code[1]:0>8}", found[1])
    named = {*re.findall(long, "".join(EVERY))}
    odd = {character for character in EVERY if one_line(character) != character}
    assert odd - named == {*"\t\n\x0b\x0c\r\x85\u2028\u2029"}  # HTML shows these as white space
    assert named <= odd


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "ക്\u200dഷ",
        "👩\u200d🚀",
        "👩🏽\u200d🚀",
        "❤\ufe0f",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "☂\ufe0e",
        "葛\U000e0100",
        "葛\ufe00",
        "ᠠ\u180b",
        "ᠨ\u180eᠠ",
    ],
)
def test_what_belongs_where_it_stands_stays_and_nowhere_else(text: str) -> None:
    assert one_line(text) == running(text) == markup(text) == text
    assert json.loads(json_safe(json.dumps(text, ensure_ascii=False))) == text
    assert json_safe(text).isprintable() or "\u200d" not in json_safe(text)
    odd = [character for character in text if one_line(character) != character]
    for character in odd:
        for around in (f"a{character}b", f"a{character}", character, f"1{character}2", f"{character}{text}"):
            assert one_line(around) != around, around
            assert character not in one_line(around)[:2]
            assert "U+" in markup(around)
        doubled = text.replace(character, 2 * character)
        assert one_line(doubled) != doubled


def test_safe_text_is_made_in_time_in_proportion() -> None:
    for text in ("\u200d" * 200_000, "❤\ufe0f" * 100_000, "; " * 100_000, ';"' * 100_000, " " * 200_000):
        begun = time.process_time()
        cell(text), markup(text), json_safe(text)
        assert time.process_time() - begun < 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | hostile_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile_text, inner, max_size=3),
    max_leaves=6,
)


@laws
@given(st.dictionaries(hostile_text, json_values, max_size=4))
@example({"a": "\ud800\U000e0041\x7f\u2028"})
def test_a_line_of_json_is_safe_and_keeps_its_value(value: dict[str, Any]) -> None:
    line = json_line(value)
    assert line.endswith("\n")
    assert is_safe(line[:-1])
    line.encode()
    # Two lone surrogates in a row are one character in JSON, however it is written.
    assert json.loads(line) == json.loads(json.dumps(value))
    assert json_safe(line[:-1]) == line[:-1]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u00a0=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "\n=1",
    "\u200b=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text)[0] in "'\\"
    assert is_safe(cell(text))


@laws
@given(hostile_text)
def test_a_cell_begins_no_formula_whatever_is_in_it(text: str) -> None:
    shown = cell(text)
    assert is_safe(shown)
    assert not unicodedata.normalize("NFKC", shown).lstrip().startswith(("=", "+", "-", "@"))


#: Beginnings of formulas, with what can stand before them, and what splits a line.
split_text = st.text(HOSTILE[:12] + '=+-@＝＠;;,,""\'|  \u00a0ab1', max_size=12) | hostile_text
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def split(line: str, separators: str) -> list[str]:
    """Split a line as spreadsheets do that take several separators: quotes count where a field begins."""
    fields, at = [""], 0
    quoted = False
    while at < len(line):
        character = line[at]
        if quoted and line.startswith('""', at):
            fields[-1] += '"'
            at += 1
        elif character == '"' and (quoted or not fields[-1]):
            quoted = not quoted
        elif character in separators and not quoted:
            fields.append("")
        else:
            fields[-1] += character
        at += 1
    return fields


@settings(laws, max_examples=400)
@given(st.lists(split_text | st.integers(0, 9) | st.none(), min_size=1, max_size=4))
@example(["a", "x;=1+1"])
@example(["a", 'x;"=1+1'])
@example(["x\t=1", "a, =1", "a;", "=1", '"=1'])
@example(["a", ';"', "-1"])
def test_no_part_of_a_line_is_a_formula_however_it_is_split(values: list[str | int | None]) -> None:
    line = csv_line(values)[:-1]
    for separator in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            (row,) = csv.reader([line], delimiter=separator, quoting=quoting)
            assert not any(map(FORMULA.match, row)), (separator, quoting, row)
    for separators in (",", ",;", ";\t", ",;\t", ",;\t|"):
        assert not any(map(FORMULA.match, split(line, separators)))
    whole = [cell(value) if isinstance(value, str) else "" if value is None else str(value) for value in values]
    assert split(line, ",;\t|") == whole
    assert whole in ([""], next(csv.reader([line], strict=True)))


@laws
@given(st.text("ab, ;.'\"-+=1", max_size=12))
def test_a_cell_is_the_text_but_for_what_guards_it(text: str) -> None:
    shown = cell(text)
    assert len(shown) - len(text) == shown.count("'") - text.count("'")
    assert shown.replace("'", "") == text.replace("'", "")
    if not re.search(r"(^|[,;|])[\s\"]*[=+\-@]", text):
        assert shown == text


def test_numbers_are_bare_and_texts_are_quoted() -> None:
    assert (
        csv_line(["a", 12, "0.2500", None, "", "2026-01-02", "1e5"]) == '"a",12,0.2500,,,"2026-01-02","1e5"\n'
    )


@laws
@given(hostile_text, st.integers(3, 40))
def test_a_shortened_name_is_safe_and_fits(name: str, width: int) -> None:
    shown = shorten(name, width)
    assert len(shown) <= width
    assert is_safe(shown)
    assert one_line(shown) == shown
    if len(one_line(name)) <= width:
        assert shown == one_line(name)


# --- records ----------------------------------------------------------------------------------


def keys_of(value: Any, before: str = "") -> set[str]:
    """Return the keys of nested objects, with dots between them."""
    if isinstance(value, dict):
        below = {f"{before}{key}" for key in value}
        return below.union(*(keys_of(inner, f"{before}{key}.") for key, inner in value.items()))
    if isinstance(value, list):
        return set().union(*(keys_of(inner, before) for inner in value))
    return set()


def documented(file: str) -> set[str]:
    """Return what the README names in its section on a file."""
    found = re.search(
        rf"^(#+) [^\n]*{re.escape(file)}[^\n]*\n(.*?)(?=^#{{1,6}} |\Z)", README.read_text("utf-8"), re.M | re.S
    )
    assert found, f"reuse/report/README.md has no section headed {file}"
    names = set(re.findall(r"`([^`\s]+)`", found[2]))
    return names | {name.partition(".")[0] for name in names}


def undocumented(keys: set[str], file: str) -> set[str]:
    return {key for key in keys if not {key, key.rpartition(".")[2]} & documented(file)}


def test_every_key_of_a_record_is_documented(audit: Audit) -> None:
    keys = set().union(*(keys_of(record(finding, "digest")) for finding in audit.scored))
    assert len(keys) > 30
    assert undocumented(keys, "findings.jsonl") == set()


def test_every_key_of_a_cluster_is_documented(deduplication: Deduplication) -> None:
    keys = set().union(*map(keys_of, cluster_records(deduplication)))
    assert len(keys) > 12
    assert undocumented(keys, "clusters.jsonl") == set()


def test_a_record_holds_the_finding(audit: Audit) -> None:
    for finding in audit.scored:
        held = json.loads(json_line(record(finding, "digest")))
        assert held["schema"] == SCHEMA
        assert (held["finding"], held["options"], held["verdict"]) == (finding.id, "digest", finding.verdict)
        assert held["reasons"] == list(finding.reasons)
        assert held["lanes"] == list(finding.lanes) != []
        for side, given_document in (("page", finding.page), ("source", finding.source)):
            for field in ("id", "path", "line", "url", "site", "title", "date"):
                assert held[side][field] == getattr(given_document, field)
            assert held[side]["sha256"] == getattr(finding, f"{side}_sha256")
            assert held[side]["words"] == getattr(finding, f"{side}_words")
        for name, score in held["scores"].items():
            assert score == pytest.approx(getattr(finding, name), abs=1e-6)
        assert held["features"] == pytest.approx(finding.features, abs=1e-6)
        for passage, told in zip(finding.passages, held["passages"], strict=True):
            assert told == {
                "kind": passage.kind,
                "moved": passage.moved,
                "source": [passage.source_begin, passage.source_end],
                "page": [passage.page_begin, passage.page_end],
                "source_token": passage.source_token,
                "page_token": passage.page_token,
                "source_words": passage.source_words,
                "words": passage.words,
                "equal_words": passage.equal_words,
                "quoted_words": passage.quoted_words,
                "identity": pytest.approx(passage.identity, abs=1e-6),
            }
        assert held["also_matches"] == list(finding.also_matches)


def test_a_row_of_csv_has_the_columns_of_its_head(audit: Audit) -> None:
    written = csv_header() + "".join(map(csv_row, audit.scored))
    rows = list(csv.DictReader(io.StringIO(written, newline=""), strict=True))
    assert len(rows) == len(audit.scored) == written.count("\n") - 1
    for row, finding in zip(rows, audit.scored, strict=True):
        assert tuple(row) == CSV_COLUMNS
        assert (row["verdict"], row["finding"]) == (finding.verdict, finding.id)
        assert row["page"] == cell(finding.page.id)
        assert row["source"] == cell(finding.source.id)
        assert row["page_url"] == (finding.page.url or "")
        assert row["page_site"] == (finding.page.site or "")
        assert row["page_title"] == cell(finding.page.title or "")
        assert row["source_title"] == cell(finding.source.title or "")
        assert row["reason"] == "; ".join(finding.reasons)
        counts = ("matched_words", "moved_words", "quoted_words", "credited_words", "longest_run")
        for name in (*counts, "page_words", "source_words"):
            assert row[name] == str(getattr(finding, name))
        for kind, words in finding.words_by_kind.items():
            assert row[f"{kind}_words"] == str(words)
        for name in ("share_of_page", "share_of_source", "resemblance", "source_in_page", "page_in_source"):
            assert float(row[name]) == pytest.approx(getattr(finding, name), abs=1e-4)
        assert float(row["probability"]) == pytest.approx(finding.probability, abs=1e-4)
        assert row["page_date"] == (finding.page.date or "")
        assert row["source_date"] == (finding.source.date or "")
        assert row["page_language"] == (finding.page_language or "")
        assert (row["page_text"], row["page_fetched"], row["original_sha256"]) == ("given", "", "")
        assert (row["page_sha256"], row["source_sha256"]) == (finding.page_sha256, finding.source_sha256)
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


def test_a_row_of_csv_tells_what_the_page_says_of_itself(audit: Audit) -> None:
    known = {
        "author": Fact("Ida Holm", "meta author"),
        "published": Fact("2026-11-05T10:00:00+00:00", "json-ld"),
        "canonical_url": Fact("https://example.org/a", "link rel=canonical"),
        "noindex": Fact("=noindex", "meta robots"),
    }
    nothing: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Metadata))
    facts = nothing | known | {"links": (), "links_total": 3, "also": ()}
    tricks = Trick("invisible", ((0, 1), (2, 3))), Trick("look-alike", ((4, 5),))
    changed: dict[str, Any] = {"metadata": Metadata(**facts), "tricks": tricks, "precedence": None}
    finding = dataclasses.replace(audit.findings[0], **changed)
    (row,) = csv.DictReader(io.StringIO(csv_header() + csv_row(finding), newline=""), strict=True)
    assert (row["page_date"], row["page_author"]) == ("2026-11-05", "Ida Holm")
    assert (row["canonical_url"], row["noindex"]) == ("https://example.org/a", "'=noindex")
    assert (row["tricks"], row["links_to_us"]) == ("invisible 2; look-alike 1", "3")
    own = finding.page._replace(date="Mon, 02 Nov 2026 23:30:00 -0800", author="Per Lund")
    for page, date in ((own, "2026-11-02"), (own._replace(date="=yesterday"), "2026-11-05")):
        line = csv_row(dataclasses.replace(finding, page=page))
        (row,) = csv.DictReader(io.StringIO(csv_header() + line, newline=""), strict=True)
        assert (row["page_date"], row["page_author"]) == (date, "Per Lund")


def test_a_row_of_csv_is_the_same_of_numbers_with_six_places(audit: Audit) -> None:
    names = ("probability", "resemblance", "source_in_page", "page_in_source")
    for value in (0.12344999, 0.00005, 0.99994999999, 1 / 3):
        whole: dict[str, Any] = dict.fromkeys(names, value)
        rounded: dict[str, Any] = dict.fromkeys(names, round(value, 6))
        finding = audit.findings[0]
        assert csv_row(dataclasses.replace(finding, **whole)) == csv_row(
            dataclasses.replace(finding, **rounded)
        )


def test_a_file_of_csv_begins_with_a_byte_order_mark() -> None:
    assert csv_header(bom=True).encode() == b"\xef\xbb\xbf" + csv_header().encode()


@laws
@given(hostile_text.map(lambda name: re.sub("[\ud800-\udfff]", "", name)), hostile_text)
def test_a_row_of_csv_is_one_line_whatever_the_names(name: str, title: str) -> None:
    page = document(name, ARTICLE, title=title, url=title, date=title, author=title, fetched=title)
    line = csv_row(reuse.compare(document("a", ARTICLE), page).finding)
    assert is_safe(line[:-1])
    (row,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert len(row) == len(CSV_COLUMNS)


def test_a_finding_has_a_name_whatever_its_documents_are_called() -> None:
    finding = reuse.compare(document("a", ARTICLE), document("b\udce9", ARTICLE)).finding
    assert len(finding.id) == 16
    json_line(record(finding, "digest")).encode()


# --- tables -----------------------------------------------------------------------------------


def test_a_table_of_nothing_is_nothing() -> None:
    assert table([], 100, 10) == ""


@laws
@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 2))
@example(996, 1000, 0)
@example(4, 1000, 0)
@example(10**7 - 1, 10**7, 1)
@example(1, 10**7, 1)
def test_shares_are_rounded_down(words: int, of: int, places: int) -> None:
    """All is 100 % and nothing else, none is 0 % and nothing else."""
    words = min(words, of)
    shown, least = share(words, of, places), Fraction(1, 10**places)
    assert (shown.startswith("100")) == (words == of)
    assert (shown.strip("0.%") == "") == (words == 0)
    exact = Fraction(100 * words, of)
    told = Fraction(0) if shown.startswith("<") else Fraction(shown[:-1])
    assert told <= exact < told + least
    assert share(words / of, places=places) == shown
    assert shown.startswith("<") == (0 < exact < least)


def test_a_share_of_nothing_is_none() -> None:
    assert (share(0, 0), share(0), share(1), share(0.29, places=0)) == ("0.0%", "0.0%", "100.0%", "29%")
    assert share(1 - 1e-12) == "99.9%"


@pytest.mark.parametrize("width", [60, 100, 160])
def test_a_table_says_everything_at_any_width(audit: Audit, width: int) -> None:
    shown = table(audit.scored, width, 100)
    assert all(is_safe(line) for line in shown.split("\n"))
    assert shown.endswith("\n\n")
    flat = re.sub(r"[\s…]+", "", shown)
    for finding in audit.scored:
        assert finding.verdict in shown
        assert one_line(finding.page.id)[-10:] in shown  # however much of its middle is left out
        assert f" {share(finding.matched_words, finding.page_words, 0)} " in shown
        if width < 100:
            assert "; ".join(finding.reasons) in " ".join(shown.split())
    assert "verdict" in flat
    assert "ofpage" in flat


@pytest.mark.parametrize("width", [60, 100, 160, 240])
def test_no_string_of_a_finding_steers_a_terminal(audit: Audit, width: int) -> None:
    """A report may come by mail, with any words in it."""
    odd = "\x1b[2J\u202e\r"

    def spoilt(value: Any) -> Any:
        if isinstance(value, str):
            return odd + value
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            held = {field.name: spoilt(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return dataclasses.replace(value, **held)
        if isinstance(value, tuple):
            made = [spoilt(inner) for inner in value]
            return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
        return value

    shown = table([spoilt(replaced(finding)) for finding in audit.scored], width, 100)
    assert all(is_safe(line) for line in shown.split("\n"))
    assert shown.count(one_line(odd)[:4]) >= 3 * len(audit.scored)


def replaced(finding: Finding) -> Finding:
    """Return the same with passages, whose kinds are no words of strangers, left out."""
    return dataclasses.replace(finding, passages=())


@pytest.mark.parametrize("width", [100, 120, 140, 160, 240])
def test_a_table_fits_its_width(audit: Audit, width: int) -> None:
    far = reuse.audit([document("s/" * 90 + "article", ARTICLE)], [document("p/" * 90 + "copy", ARTICLE + OWN)])
    for findings in (audit.scored, far.findings):
        # Below a row, its reason may be longer: a terminal folds it.
        rows = [line for line in table(findings, width, 100).split("\n") if not line.startswith("  ")]
        assert len(rows) > 3
        assert max(map(len, rows)) <= width


def test_the_worst_come_first_and_the_rest_is_counted(audit: Audit) -> None:
    assert len(audit.scored) > 3
    worst = sorted(audit.scored, key=lambda f: (reuse.VERDICTS.index(f.verdict), -f.matched_words))
    for top in (1, 2, len(worst), len(worst) + 1):
        shown = table(audit.scored, 160, top)
        verdicts = re.findall(rf"^({'|'.join(reuse.VERDICTS)}) ", shown, re.M)
        assert verdicts == [finding.verdict for finding in worst[:top]]
        more = len(worst) - top
        assert (f"{more:,} more" in shown) == (more > 0)


# --- clusters ---------------------------------------------------------------------------------

NAMES = ["article", "copy", r"edited\x1b[2J\u202e", "own", "own again", *(f"version/{name}" for name in "abc")]
ROW = re.compile(
    r" *(?P<number>[\d,]*) +(?P<what>keep|drop) +(?P<alike>[\d.]*) +(?P<words>[\d,]+)  (?P<name>.+)"
)


def rows_of(shown: str) -> list[dict[str, str]]:
    """Return the rows of a table of clusters."""
    found = map(ROW.fullmatch, shown.splitlines())
    return [row.groupdict() for row in found if row]


@pytest.mark.parametrize("width", [40, 72, 80, 100, 160])
def test_a_table_of_clusters_says_what_is_kept_and_what_can_go(
    deduplication: Deduplication, width: int
) -> None:
    shown = cluster_table(deduplication, width, 100)
    assert all(is_safe(line) for line in shown.split("\n"))
    assert shown.endswith("\n\n")
    rows = rows_of(shown)
    # The largest first, then in the order of the input; each kept one above those that duplicate it.
    assert [(row["number"], row["what"], row["name"]) for row in rows] == [
        ("1", "keep", "article"),
        ("", "drop", "copy"),
        ("", "drop", r"edited\x1b[2J\u202e"),
        ("2", "keep", "version/a"),
        ("", "drop", "version/b"),
        ("", "keep", "version/c"),
        ("0", "keep", "own"),  # numbers are those of clusters.jsonl, in the order of the input
        ("", "drop", "own again"),
    ]
    assert [row["alike"] for row in rows[:3]] == [
        "",
        "1.000",
        f"{math.floor(1000 * alike(deduplication, 'edited')) / 1000:.3f}",
    ]
    assert [row["words"] for row in rows[3:6]] == ["90"] * 3
    if width >= 72:
        assert max(map(len, shown.splitlines())) <= width


def documents_of(result: Deduplication) -> Iterator[reuse.Document]:
    return result.documents(np.arange(len(result.words), dtype=np.int32))


def alike(result: Deduplication, name: str) -> float:
    (row,) = (row for row, held in enumerate(documents_of(result)) if held.id.startswith(name))
    return float(result.clusters.resemblance[row])


@pytest.mark.parametrize("width", [40, 72, 100, 160])
def test_long_names_of_clusters_are_cut_to_the_width(width: int) -> None:
    corpus = [document(f"{'far/' * 90}{name}", ARTICLE) for name in ("one", "other")]
    shown = cluster_table(reuse.dedupe(corpus), width, 100)
    names = [row["name"] for row in rows_of(shown)]
    assert [name.endswith(end) for name, end in zip(names, ("/one", "/other"), strict=True)] == [True, True]
    assert len(set(map(len, names))) == 1
    assert len(names[0]) >= 24
    assert max(map(len, shown.splitlines())) <= max(width, 72)


@pytest.mark.parametrize("top", [1, 2, 7, 8, 9])
def test_rows_of_clusters_that_are_left_out_are_counted(deduplication: Deduplication, top: int) -> None:
    shown = cluster_table(deduplication, 160, top)
    assert rows_of(shown) == rows_of(cluster_table(deduplication, 160, 100))[:top]
    assert (f"… and {8 - top} more" in shown) == (top < 8)
    assert shown.endswith("\n\n")


def test_without_clusters_there_is_no_table() -> None:
    for corpus in ([], [document("a", ARTICLE)], [document("a", ARTICLE), document("b", OWN)]):
        result = reuse.dedupe(corpus)
        assert cluster_table(result, 100, 10) == ""
        assert list(cluster_records(result)) == []


def test_records_of_clusters_hold_them(deduplication: Deduplication) -> None:
    records = [json.loads(json_line(held)) for held in cluster_records(deduplication)]
    assert [held["schema"] for held in records] == [CLUSTER_SCHEMA] * 3
    assert [held["cluster"] for held in records] == [0, 1, 2]
    ids = [[held["id"] for held in each["documents"]] for each in records]
    # In the order of the input.
    assert ids == [
        ["own", "own again"],
        ["article", "copy", "edited\x1b[2J\u202e"],
        ["version/a", "version/b", "version/c"],
    ]
    documents = {held.id: held for held in documents_of(deduplication)}
    rows = {name: row for row, name in enumerate(documents)}
    for held in (held for each in records for held in each["documents"]):
        row = rows[held["id"]]
        for field in ("path", "line", "url", "site", "title", "date"):
            assert held[field] == getattr(documents[held["id"]], field)
        assert held["words"] == deduplication.words[row]
        assert held["kept"] == deduplication.clusters.kept[row]
        if held["kept"]:
            assert held["duplicate_of"] is held["resemblance"] is None
        else:
            of = rows[held["duplicate_of"]]
            assert of == deduplication.clusters.duplicate_of[row]
            assert deduplication.clusters.kept[of]
            assert held["resemblance"] == pytest.approx(deduplication.clusters.resemblance[row], abs=1e-6)
            assert held["resemblance"] >= deduplication.options.resemblance
    assert [held["kept"] for held in records[2]["documents"]] == [True, False, True]


def test_a_summary_of_clusters_is_one_line_with_every_count(deduplication: Deduplication) -> None:
    assert dedupe_summary(deduplication) == (
        "9 documents: 6 near-duplicate pairs in 3 clusters; 4 documents can go (--keep first)."
    )
    longest = a_deduplication(reuse.Options(keep="longest"))
    assert dedupe_summary(longest).endswith(" can go (--keep longest).")


SHORT = "Too short for this."
UNREAD = reuse.Unreadable("gone.txt", None, "is not there")
COUNTED = reuse.Notice("p", "passed over 3 .jpg")


@pytest.mark.parametrize(
    ("corpus", "options", "expected"),
    [
        ([], {}, "0 documents: 0 near-duplicate pairs; none could be read."),
        ([COUNTED], {}, "0 documents: 0 near-duplicate pairs; none could be read."),
        ([UNREAD], {}, "0 documents: 0 near-duplicate pairs; none could be read; 1 input unreadable."),
        (
            [document("a", ARTICLE), document("b", OWN)],
            {},
            "2 documents: 0 near-duplicate pairs; no two resemble each other enough to be compared.",
        ),
        (
            [document("a", SHORT), document("b", SHORT)],
            {},
            "2 documents: 0 near-duplicate pairs; no two resemble each other enough to be compared; "
            "2 documents too short to compare.",
        ),
        (
            [document("a", ARTICLE), document("b", ARTICLE.replace("lorries", "trucks"))],
            {"resemblance": 0.95, "permutations": 5},
            "2 documents: 0 near-duplicate pairs; 1 pair compared, none reaches resemblance 0.95 "
            "(--resemblance).",
        ),
        (
            [document(name, ARTICLE) for name in "abc"] + [document("d", SHORT), UNREAD],
            {"max_bucket": 2, "permutations": 5},
            "4 documents: 3 near-duplicate pairs in 1 cluster; 2 documents can go (--keep first); 1 document "
            "too short to compare; 5 buckets overfull, where only the first 2 of the documents are paired "
            "with the others (--max-bucket); 1 input unreadable.",
        ),
        (
            [document("a", ARTICLE), document("b", ARTICLE)],
            {},
            "2 documents: 1 near-duplicate pair in 1 cluster; 1 document can go (--keep first).",
        ),
    ],
)
def test_a_summary_of_clusters_names_the_stage_that_left_nothing(
    corpus: list[Any], options: dict[str, Any], expected: str
) -> None:
    assert dedupe_summary(reuse.dedupe(corpus, reuse.Options(**options))) == expected


def test_an_audit_tells_of_overfull_buckets() -> None:
    sources = [document(name, ARTICLE) for name in "abc"]
    full = reuse.audit(sources, [document("p", ARTICLE)], reuse.Options(max_bucket=2))
    line = summary_of(full)
    assert full.tally.overfull == full.run()["overfull_buckets"] == full.plan.bands
    assert f"{full.plan.bands} overfull buckets met, of which the first 2 were compared" in line
    assert "overfull" not in summary_of(reuse.audit(sources, [document("p", ARTICLE)]))


# --- plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        reuse.Options(),
        reuse.Options(resemblance=0.8, recall=0.99),
        reuse.Options(resemblance=1, recall=0.01),
        reuse.Options(resemblance=0.05, permutations=128),
        reuse.Options(resemblance=0.33, permutations=4096),
        reuse.Options(recall=0.5, permutations=1),
    ],
    ids=lambda options: f"{options.resemblance} {options.recall} {options.permutations}",
)
def test_a_plan_is_shown_with_its_promise_and_its_curve(options: reuse.Options) -> None:
    plan = reuse.plan_bands(options)
    shown = plan_text(plan)
    assert shown.endswith("\n")
    first, promise, wasted, empty, *curve = shown.removesuffix("\n").split("\n")
    numbers = [int(number) for number in re.findall(r"\d+", first)]
    assert numbers == [plan.bands, plan.rows, plan.values, plan.permutations]
    assert f"resemblance {options.resemblance:g} is found with probability {plan.recall:.3f}" in promise
    chance = max(plan.probability(0.01), 1e-15)
    assert f"once in {1 / chance:,.0f} times" in wasted
    assert ("less than" in wasted) == (plan.probability(0.01) < 1e-15)
    assert empty == ""
    assert all(line == line.rstrip() and len(line) <= 80 for line in curve)
    rows = [line.split() for line in curve[2:]]
    steps = [float(row[0]) for row in rows]
    assert steps == sorted({*steps, options.resemblance, 0.01, 0.5, 1})
    assert len(steps) >= 12
    found = [float(row[1].strip("<>%")) / 100 for row in rows]
    for step, chance in zip(steps, found, strict=True):
        assert chance == pytest.approx(plan.probability(step), rel=0.05, abs=1e-6)
    bars = [len(row[2]) if len(row) > 2 else 0 for row in rows]
    assert bars == sorted(bars)
    assert bars[-1] == 40


@laws
@given(st.floats(1e-6, 1 - 1e-6) | st.sampled_from([number / 100 for number in range(1, 100)]))
@example(0.5)
@example(0.1)
@example(0.001)
def test_a_percentage_is_told_from_none_and_from_all(share: float) -> None:
    number = float(_percent(share).removesuffix("%"))
    assert 0 < number < 100
    # Two digits that say something, of what is nearer.
    assert min(number, 100 - number) == pytest.approx(100 * min(share, 1 - share), rel=0.06)


@given(st.floats(1e-300, 0.99e-6))
def test_what_is_next_to_none_or_all_is_told_so(share: float) -> None:
    assert _percent(share) == "<0.0001%"
    assert _percent(1 - share) in (">99.9999%", "100%")


def test_percent_of_nothing_and_of_all() -> None:
    assert (_percent(0), _percent(1)) == ("0%", "100%")


# --- one line below, one pair in full ---------------------------------------------------------


def summary_of(audit: Audit) -> str:
    """Return what is said below the findings, when these have been told."""
    assert len(audit.scored) == audit.tally.scored
    return summary(audit)


def test_a_summary_is_one_line_with_every_count(audit: Audit) -> None:
    line = summary_of(audit)
    assert "\n" not in line
    assert line.startswith(f"2 sources against 4 pages: {len(audit.findings)} findings")
    assert line.endswith(".")


def test_a_summary_names_the_stage_that_left_nothing() -> None:
    article, own = document("a", ARTICLE), document("b", OWN)
    phrase = " ".join(ARTICLE.split()[:9])
    weak = document("c", f"{OWN} {phrase} and so on")
    assert "no source could be read" in summary_of(reuse.audit([], [own]))
    assert "no page could be read" in summary_of(reuse.audit([article], []))
    assert "no page shares a run of words" in summary_of(reuse.audit([article], [own]))
    options = reuse.Options(min_shared=50, single_hits=0, term_candidates=0)
    missed = summary_of(reuse.audit([article], [weak], options))
    assert "1 pair share" in missed or "1 pair shares" in missed
    assert "--min-shared" in missed


def test_a_summary_of_short_documents_blames_their_length() -> None:
    short = reuse.audit([document("a", ARTICLE)], [document("p", ARTICLE)], reuse.Options(min_words=500))
    line = summary_of(short)
    assert "2 documents too short" in line
    # Raising the caps or lowering --min-shared would not help: the pair was left out for its length.
    assert "--min-shared" not in line


@laws
@given(st.lists(st.sampled_from(reuse.VERDICTS)))
def test_counted_counts_all(verdicts: list[str]) -> None:
    numbers = [int(part.split()[0]) for part in counted(verdicts).split(", ") if part]
    assert sum(numbers) == len(verdicts)


def test_plural_of_one_is_none() -> None:
    assert (plural(0, "pair"), plural(1, "pair"), plural(1234, "pair")) == ("0 pairs", "1 pair", "1,234 pairs")


def test_a_comparison_says_where_the_passages_stand() -> None:
    page = f"{OWN}\n\n{ARTICLE.replace('lorries', 'trucks')}\x1b[2J"
    result = reuse.compare(document("a\u202eb", ARTICLE), document("p", page))
    passages = result.finding.passages
    shown = comparison(result, View(width=70))
    assert all(is_safe(line) for line in shown.split("\n"))
    assert result.finding.verdict in shown.splitlines()[0]
    assert all(f"page {passage.page_begin:,}-{passage.page_end:,}" in shown for passage in passages)


# --- the folder -------------------------------------------------------------------------------


#: What `write_folder` writes of an audit; clusters are of `dedupe` alone, what it has read tells the command.
AUDIT_FILES = [name for name in FILES if name not in ("boilerplate.jsonl", "clusters.jsonl", "pages.keys.zst")]


def write(audit: Audit, where: Path, findings: Sequence[reuse.Finding] | None = None) -> None:
    write_folder(where, audit.scored if findings is None else findings, audit)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_a_folder_holds_findings_and_run(audit: Audit, tmp_path: Path) -> None:
    where = tmp_path / "new" / "report"
    write(audit, where)
    assert sorted(contents(where)) == sorted(AUDIT_FILES)
    lines = (where / "findings.jsonl").read_text("utf-8").splitlines()
    digest = audit.options.digest()
    assert [json.loads(line) for line in lines] == [record(finding, digest) for finding in audit.scored]
    assert (where / "findings.csv").read_text("utf-8") == csv_header(bom=True) + "".join(
        map(csv_row, audit.scored)
    )
    assert json.loads((where / "run.json").read_bytes()) == audit.run()


def test_a_folder_holds_exactly_the_texts_of_its_findings(audit: Audit, tmp_path: Path) -> None:
    for findings in (audit.scored, audit.findings, audit.findings[:1], ()):
        write_folder(tmp_path, findings, audit)
        with (tmp_path / "texts.jsonl.zst").open("rb") as packed:
            lines = zstandard.ZstdDecompressor().stream_reader(packed).read().decode().splitlines()
        texts = {row["sha256"]: row["text"] for row in map(json.loads, lines)}
        assert len(texts) == len(lines)
        expected = {sha256 for finding in findings for sha256 in (finding.page_sha256, finding.source_sha256)}
        assert set(texts) == expected
        for sha256, text in texts.items():
            assert hashlib.sha256(text.encode()).hexdigest() == sha256
        for finding in findings:
            for passage in finding.passages:
                page = texts[finding.page_sha256][passage.page_begin : passage.page_end]
                source = texts[finding.source_sha256][passage.source_begin : passage.source_end]
                same = re.findall(r"\w+", page.casefold()) == re.findall(r"\w+", source.casefold())
                assert same == (passage.kind == "verbatim")


def test_a_new_report_replaces_an_old_one_and_leaves_other_files(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write(audit, tmp_path)
    before = contents(tmp_path)
    write(audit, tmp_path, audit.scored[:1])
    after = contents(tmp_path)
    assert sorted(after) == sorted([*AUDIT_FILES, "notes.txt"])
    assert after["notes.txt"] == b"mine"
    assert after["findings.jsonl"] != before["findings.jsonl"]
    write(audit, tmp_path)
    assert contents(tmp_path) == before


def write_clusters(result: Deduplication, where: Path) -> None:
    more = {"clusters.jsonl": cluster_records(result)}
    write_folder(where, result.findings(), result, more=more)


def test_a_folder_of_clusters_holds_these_too(deduplication: Deduplication, tmp_path: Path) -> None:
    write_clusters(deduplication, tmp_path)
    assert sorted(contents(tmp_path)) == sorted([*AUDIT_FILES, "clusters.jsonl"])
    held = {
        name: (tmp_path / name).read_text("utf-8").splitlines()
        for name in contents(tmp_path)
        if name.endswith("jsonl")
    }
    digest = deduplication.options.digest()
    assert list(map(json.loads, held["clusters.jsonl"])) == list(cluster_records(deduplication))
    assert list(map(json.loads, held["findings.jsonl"])) == [
        record(finding, digest) for finding in deduplication.findings()
    ]
    assert json.loads((tmp_path / "run.json").read_bytes()) == deduplication.run()
    with (tmp_path / "texts.jsonl.zst").open("rb") as packed:
        lines = zstandard.ZstdDecompressor().stream_reader(packed).read().decode().splitlines()
    texts = {row["sha256"]: row["text"] for row in map(json.loads, lines)}
    assert len(texts) == len(lines) == 8  # all but the one that is alone
    assert ARTICLE.upper() in texts.values()
    assert all(is_safe(line) for lines in held.values() for line in lines)


def test_clusters_of_an_earlier_report_do_not_stay(
    audit: Audit, deduplication: Deduplication, tmp_path: Path
) -> None:
    write(audit, tmp_path)
    before = contents(tmp_path)
    write_clusters(deduplication, tmp_path)
    assert sorted(contents(tmp_path)) == sorted([*AUDIT_FILES, "clusters.jsonl"])
    write(audit, tmp_path)
    assert contents(tmp_path) == before


def failing(original: Callable[..., Any], calls: int) -> Callable[..., Any]:
    """Return a function that does what `original` does, until a disk is full at the given call."""
    left = iter(range(calls))

    def call(*arguments: Any, **more: Any) -> Any:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(*arguments, **more)

    return call


# Every place at which the disk can be full before the first file is replaced.
FULL: list[tuple[str, int]] = [
    *(("fsync", calls) for calls in range(6)),
    *(("json_line", calls) for calls in range(3)),
    ("csv_row", 1),
    ("replace", 0),
]


@pytest.mark.parametrize(("function", "calls"), FULL)
@pytest.mark.parametrize("earlier", [True, False], ids=["replacing", "first"])
def test_a_full_disk_leaves_what_was_there(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, calls: int, *, earlier: bool
) -> None:
    if earlier:
        write(audit, tmp_path, audit.scored[:1])
    before = contents(tmp_path)
    place: Any = os if function in ("fsync", "replace") else report_folder
    monkeypatch.setattr(place, function, failing(getattr(place, function), calls))
    with pytest.raises(reuse.OutputError, match="No space left") as raised:
        write(audit, tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert "-o" in str(raised.value)
    assert contents(tmp_path) == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


@pytest.mark.parametrize(("function", "calls"), [*FULL, ("fsync", 6), ("replace", 0)])
@pytest.mark.parametrize("earlier", ["nothing", "an audit", "clusters"])
def test_a_full_disk_leaves_clusters_as_they_were(
    audit: Audit,
    deduplication: Deduplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    calls: int,
    earlier: str,
) -> None:
    if earlier == "an audit":
        write(audit, tmp_path)
    elif earlier == "clusters":
        write_clusters(a_deduplication(reuse.Options(keep="longest")), tmp_path)
    before = contents(tmp_path)
    place: Any = os if function in ("fsync", "replace") else report_folder
    monkeypatch.setattr(place, function, failing(getattr(place, function), calls))
    with pytest.raises(reuse.OutputError, match="No space left"):
        write_clusters(deduplication, tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("calls", range(1, 6))
def test_findings_are_new_only_where_everything_is(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    write(audit, tmp_path, audit.scored[:1])
    before = contents(tmp_path)
    monkeypatch.setattr(os, "replace", failing(os.replace, calls))
    with pytest.raises(reuse.OutputError):
        write(audit, tmp_path)
    after = contents(tmp_path)
    assert after["findings.jsonl"] == before["findings.jsonl"]
    assert sorted(name for name in after if not name.startswith(".unfinished/")) == sorted(before)
    # Readers find all of the new one, and the next run clears up.
    assert len(read_report(str(tmp_path)).findings) == len(audit.scored)
    monkeypatch.undo()
    write(audit, tmp_path)
    assert sorted(contents(tmp_path)) == sorted(before)


def test_a_signal_leaves_what_was_there(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(audit, tmp_path, audit.scored[:1])
    before = contents(tmp_path)

    def interrupted(_finding: reuse.Finding) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(report_folder, "csv_row", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(audit, tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nowhere/report"])
def test_a_folder_that_cannot_be_made_is_said_so(audit: Audit, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(reuse.OutputError, match="cannot write the report to") as raised:
        write(audit, tmp_path / where)
    assert where in str(raised.value)
    assert contents(tmp_path) == {"file": b"a file"}


def test_readers_pass_over_just_the_files_that_a_report_has() -> None:
    assert set(AUDIT_FILES) > inputs._REPORT
    assert set(FILES) == inputs._REPORT | inputs._MORE
