"""Groups of findings as a table, as CSV and as records.

Covers: ``reuse/report/groups.py``. Compares against: Python's own csv and json readers, and what is safe to
show. Run: ``pytest tests/test_groups.py``
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.pairs import ACCUSED
from reuse.report.escape import cell, one_line
from reuse.report.groups import (
    GROUP_COLUMNS,
    SCHEMA,
    group_csv_header,
    group_csv_row,
    group_record,
    group_table,
)
from reuse.report.mirrors import Mirror
from reuse.report.overview import BY, Group
from reuse.report.records import json_line

laws = settings(derandomize=True, deadline=None, max_examples=100)

HOSTILE = [
    "\x1b[2J\x1b]0;title\x07",
    "\u202etxt.exe\u2066",
    "=HYPERLINK(1)",
    "\t+1",
    'a,"b"\r\nc',
    "\ud800\u200b\ufeff",
    "x" * 300,
    "",
]
hostile_text = st.text("\x1b\n\r\t\u202e\u2028\ud800=+-@,;\"'ab漢", max_size=12) | st.sampled_from(HOSTILE)


def a_group(by: str, number: int = 0, **more: Any) -> Group:
    told: dict[str, Any] = {
        "by": by,
        "key": str(number),
        "name": f"name {number}",
        "url": "https://example.org/a",
        "title": "A title",
        "counts": (0, 1, 0, 2000),
        "pages": 1001,
        "sources": 3,
        "sites": 2,
        "words": 12_345 - number,
        "of_words": 30_000,
        "credited": 20_000,
        "first": "2026-10-30",
        "last": "2026-11-02",
        "open": 2001,
        "lag": -2.5,
        "lag_of": 7,
        "pages_read": 3000 if by == "site" else None,
        "mirrors": (Mirror("=mirror.example\x1b", 4, 0.9),) if by == "site" else (),
        "mirrored": 1 if by == "site" else 0,
    }
    return Group(**(told | more))


def is_safe(text: str) -> bool:
    """Tell whether a terminal shows `text` on one line, as it is."""
    odd = {"Cc", "Cs", "Zl", "Zp"}
    turning = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    return not any(unicodedata.category(c) in odd or unicodedata.bidirectional(c) in turning for c in text)


# --- tables -------------------------------------------------------------------------------------


def test_a_table_of_nothing_is_nothing() -> None:
    assert group_table([], 100, 10) == ""
    assert group_table([a_group("site")], 100, 0) == ""


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("width", [80, 110, 140, 200])
def test_a_table_fits_and_says_how_much(by: str, width: int) -> None:
    some = [a_group(by, number, name=f"{'long/' * 60}end{number}") for number in range(3)]
    shown = group_table(some, width, 10)
    lines = shown.rstrip("\n").split("\n")
    assert max(map(len, lines)) <= max(width, 107)  # with the narrowest names
    assert len(lines) == 5
    assert shown.endswith("\n\n")
    for number, line in enumerate(lines[2:]):
        assert f"end{number}" in line
        assert "…" in line
        assert f"{12_345 - number:,}" in line
        assert "41%" in line
        assert "near-duplicate" in line
    assert ("2026-10-30" in shown) == (width >= {"page": 110, "site": 200}.get(by, 140))
    assert ("-2.5 d" in shown) == (by == "page" or width >= (140 if by == "site" else 110))
    assert ("33%" in shown) == (by == "site" and width >= 140)
    assert ("first" in lines[0] or "published" in lines[0]) == ("2026-10-30" in shown)


def test_a_table_without_dates_has_no_columns_for_them() -> None:
    assert "first" not in group_table([a_group("site", first=None, last=None)], 200, 10)


def test_rows_stand_as_given_and_the_rest_is_counted() -> None:
    some = [a_group("cluster", number) for number in (2, 0, 1)]
    for top in (1, 2, 3, 4):
        shown = group_table(some, 120, top)
        assert re.findall(r"name (\d)", shown) == ["2", "0", "1"][:top]
        assert (f"{3 - top:,} more" in shown) == (top < 3)


def test_what_asks_for_no_decision_is_counted_apart() -> None:
    assert "open" not in group_table([a_group("site")], 200, 10).split("\n")[0]
    assert "open" in group_table([a_group("site"), a_group("site", open=12)], 200, 10).split("\n")[0]


@laws
@given(hostile_text, st.sampled_from(BY))
def test_no_name_steers_a_terminal(name: str, by: str) -> None:
    shown = group_table([a_group(by, name=name)], 120, 10)
    assert all(is_safe(line) for line in shown.split("\n"))
    assert len(shown.split("\n")) == 5


# --- CSV and records ----------------------------------------------------------------------------


@pytest.mark.parametrize("by", BY)
def test_a_row_of_csv_has_the_columns_of_its_head(by: str) -> None:
    group = a_group(by, name="=1+1")
    written = group_csv_header() + group_csv_row(group)
    (row,) = csv.DictReader(io.StringIO(written, newline=""), strict=True)
    assert tuple(row) == GROUP_COLUMNS
    assert (row["by"], row["name"], row["title"]) == (by, "'=1+1", "A title")
    assert (row["near_duplicate"], row["excerpt"], row["findings"]) == ("1", "2000", "2001")
    assert (row["words"], row["of_words"], row["share"]) == ("12345", "30000", "0.4115")
    assert (row["credited_words"], row["first"], row["last"]) == ("20000", "2026-10-30", "2026-11-02")
    assert (row["open"], row["lag_of"], row["mirrored"]) == ("2001", "7", "1" if by == "site" else "0")
    assert row["median_lag"] == "-2.5000"
    assert row["share_of_site"] == ("0.3337" if by == "site" else "")
    assert row["mirrors"] == ("'=mirror.example\\x1b" if by == "site" else "")


def test_a_file_of_csv_begins_with_a_byte_order_mark() -> None:
    assert group_csv_header(bom=True).encode() == b"\xef\xbb\xbf" + group_csv_header().encode()


@laws
@given(*[hostile_text] * 3, st.none() | hostile_text)
def test_a_row_of_csv_is_one_safe_line(key: str, name: str, title: str, url: str | None) -> None:
    line = group_csv_row(a_group("source", key=key, name=name, title=title, url=url, lag=2.5))
    assert is_safe(line[:-1])
    (row,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert len(row) == len(GROUP_COLUMNS)
    assert row[1:5] == [cell(text) for text in (key, name, url or "", title)]
    assert not any(unicodedata.normalize("NFKC", value).lstrip().startswith(tuple("=+-@")) for value in row)


@laws
@given(hostile_text, st.sampled_from(BY))
def test_a_record_holds_the_group(name: str, by: str) -> None:
    group = a_group(by, name=name)
    line = json_line(group_record(group))
    assert is_safe(line[:-1])
    held = json.loads(line)
    assert held.pop("schema") == SCHEMA
    assert held.pop("verdicts") == dict(zip(ACCUSED, group.counts, strict=True))
    assert held.pop("share") == pytest.approx(group.share, abs=1e-6)
    assert held.pop("credited_words") == group.credited
    assert (held.pop("worst"), held.pop("findings")) == ("near-duplicate", 2001)
    assert held.pop("median_lag") == group.lag
    assert held.pop("share_of_site") == (pytest.approx(1001 / 3000, abs=1e-6) if by == "site" else None)
    assert held.pop("mirrors") == [mirror._asdict() for mirror in group.mirrors]
    told = dataclasses.asdict(group)
    assert {field: one_line(str(value)) for field, value in held.items()} == {
        field: one_line(str(told[field]))
        for field in told
        if field not in ("counts", "credited", "lag", "mirrors")
    }
