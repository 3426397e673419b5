"""``report.html`` without a browser: what is in its data and what is not, and what the page may do.

Covers: ``reuse/report/pages/report_page.py``. Compares against: findings, their comparisons, and their
pieces, read out of the file by a parser of its own. What a browser makes of it: ``tests/browser/``. Run:
``pytest tests/test_html.py``
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import reuse
from reuse.pairs import ACCUSED, KINDS, VERDICTS
from reuse.report.overview import depths, overview
from reuse.report.pages.pieces import cut
from reuse.report.pages.report_page import write_html
from reuse.report.reading import read_report
from reuse.report.selection import ordered
from tests.report_folders import write_folder
from tests.test_reading import ARTICLE, OWN, audit, folder  # fixtures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.findings import Finding
    from reuse.pipeline import Audit

__all__ = ["audit", "folder"]

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[2J{{data}}{{script}}"


class Parser(HTMLParser):
    """Collects elements, and what stands in scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self._open: tuple[str, dict[str, str | None]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._open = tag, dict(attrs)
            self.inside.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, attrs, before = self.inside[-1]
            self.inside[-1] = tag, attrs, before + data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open = None


def parsed(page: bytes) -> Parser:
    parser = Parser()
    parser.feed(page.decode())
    parser.close()
    return parser


def unpacked(page: bytes) -> dict[str, Any]:
    """Return the data of a page by their names."""
    return {
        str(attrs["id"]): json.loads(zlib.decompress(base64.b64decode(content), -15))
        for tag, attrs, content in parsed(page).inside
        if tag == "script" and "id" in attrs
    }


def rendered(audit: Audit, findings: Sequence[Finding] | None = None, **more: Any) -> bytes:
    parts: list[bytes] = []
    compare = more.pop("compare", audit.compare)
    listed = ordered(audit.findings if findings is None else findings, more.get("order", "verdict"))
    write_html(parts.append, listed, audit.run(), compare, **more)
    return b"".join(parts)


@pytest.fixture(scope="module")
def data(audit: Audit) -> dict[str, Any]:
    return unpacked(rendered(audit))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# --- what is in it ----------------------------------------------------------------------------


def test_the_index_tells_of_every_finding(audit: Audit, data: dict[str, Any]) -> None:
    index = data["index"]
    columns, total = index["findings"], len(audit.findings)
    assert {len(column) for column in columns.values()} == {total} == {index["total"]} == {index["shown"]}
    assert sorted(columns["id"]) == sorted(finding.id for finding in audit.findings)
    by_id = {finding.id: finding for finding in audit.findings}
    assert columns["verdict"] == sorted(columns["verdict"])
    for row, name in enumerate(columns["id"]):
        finding = by_id[name]
        assert VERDICTS[columns["verdict"][row]] == finding.verdict
        assert index["sources"]["id"][columns["source"][row]] == finding.source.id
        assert index["pages"]["id"][columns["page"][row]] == finding.page.id
        assert columns["words"][row] == finding.matched_words
        assert sum(columns[kind][row] for kind in KINDS) == finding.matched_words
        assert columns["ofSource"][row] == pytest.approx(finding.share_of_source, abs=1e-4)


def test_the_index_tells_what_the_overview_tells(audit: Audit, data: dict[str, Any]) -> None:
    index, told = data["index"], overview(audit.findings)
    assert tuple(index["verdictCounts"]) == told.verdicts
    assert index["words"] == told.words == sum(index["sites"]["words"])
    assert index["sites"]["name"] == [group.name for group in told.by_site]
    assert index["sources"]["taken"] == [group.words for group in told.by_source]
    assert sum(index["pages"]["credited"]) == told.words
    bars, undated = index["timeline"]["bars"], index["timeline"]["undated"]
    assert sum(sum(bar["counts"]) for bar in bars) + undated == told.pages
    for row, site in enumerate(index["pages"]["site"]):
        address = index["pages"]["url"][row]
        assert index["sites"]["name"][site] in (address or "(no address)")
    assert index["counted"] == {"sources": 2, "pages": 5, "unreadable": 0}
    assert index["options"] == audit.options.digest()


def shown(pieces: list[int], text: str) -> list[tuple[str, int]]:
    """Return the pieces of a text and their styles."""
    coded, at, parts = text.encode("utf-16-le"), 0, []
    for length, style in zip(pieces[::2], pieces[1::2], strict=True):
        parts.append((coded[2 * at : 2 * (at + length)].decode("utf-16-le"), style))
        at += length
    assert at == units(text)
    return parts


def test_a_detail_has_both_texts_with_their_marks(audit: Audit, data: dict[str, Any]) -> None:
    columns = data["index"]["findings"]
    for compared in audit.compare(audit.findings):
        finding = compared.finding
        row = columns["id"].index(finding.id)
        detail = data[f"block-{columns['block'][row]}"]["findings"][str(row)]
        for side, text, pieces in zip(
            ("source", "page"), (compared.source_text, compared.page_text), cut(compared), strict=True
        ):
            there = detail[side]
            assert data[f"block-{there['textBlock']}"]["texts"][str(there["text"])] == text
            ends = [*pieces.begin[1:].tolist(), len(text)]
            assert shown(there["pieces"], text) == [
                (text[begin:end], style)
                for begin, end, style in zip(pieces.begin.tolist(), ends, pieces.style.tolist(), strict=True)
            ]
        assert len(detail["passages"]) == len(finding.passages)
        for told, passage in zip(detail["passages"], finding.passages, strict=True):
            text = compared.page_text
            begin, end = (units(text[:place]) for place in (passage.page_begin, passage.page_end))
            assert told[4:6] == [begin, end]
            assert KINDS[told[0]] == passage.kind
        assert detail["record"]["reasons"] == list(finding.reasons)
        assert [trick["count"] for trick in detail["record"]["tricks"]] == [
            len(trick.places) for trick in finding.tricks
        ]


def test_an_article_has_the_depth_of_every_word(audit: Audit, data: dict[str, Any]) -> None:
    sources = data["index"]["sources"]
    for compared in audit.compare(audit.findings):
        name, tokens, text = compared.finding.source.id, compared.source_tokens, compared.source_text
        row = sources["id"].index(name)
        article = data[f"block-{sources['block'][row]}"]["sources"][str(row)]
        depth = depths([finding for finding in audit.findings if finding.source.id == name])
        level = [style for part, style in shown(article["pieces"], text) for _ in range(len(part))]
        assert [level[begin] for begin in tokens.begin.tolist()] == depth.tolist()
        assert [level[end - 1] for end in tokens.end.tolist()] == depth.tolist()
        assert max(level) == depth.max()
        paragraphs = article["paragraphs"]
        assert sum(words for _, _, words, _, _ in paragraphs) == len(depth)
        assert sum(taken for _, _, _, taken, _ in paragraphs) == sources["taken"][row]
        assert max(pages for *_, pages in paragraphs) == depth.max() <= sources["pages"][row]


def test_a_long_line_is_several_paragraphs() -> None:
    line = " ".join(f"word{number}" for number in range(500))
    pair = [reuse.Document(name, f"{line}\nA short line of its own.", name) for name in ("s", "p")]
    audit = reuse.audit([pair[0]], [pair[1]])
    data = unpacked(rendered(audit))
    (article,) = (
        block["sources"]["0"] for name, block in data.items() if name != "index" and "sources" in block
    )
    words = [count for _, _, count, _, _ in article["paragraphs"]]
    assert words == [100, 100, 100, 100, 100, 6]


# --- which of them, in which order ------------------------------------------------------------


def test_of_many_the_worst_are_shown_and_all_are_counted(audit: Audit) -> None:
    index = unpacked(rendered(audit, most=2))["index"]
    assert (index["total"], index["shown"]) == (len(audit.findings), 2)
    assert sum(index["verdictCounts"]) == len(audit.findings)
    assert len(index["sources"]["id"]) == len({finding.source.id for finding in audit.findings})


def test_findings_stand_in_the_order_asked_for(audit: Audit) -> None:
    index = unpacked(rendered(audit, order="page", view="sites"))["index"]
    assert index["findings"]["id"] == [finding.id for finding in audit.findings]
    assert index["group"] == "sites"


def test_pairs_that_are_not_accused_count_nowhere(audit: Audit) -> None:
    assert len(audit.scored) > len(audit.findings)
    index = unpacked(rendered(audit, audit.scored))["index"]
    assert index["total"] == len(audit.scored)
    assert index["words"] == overview(audit.findings).words
    assert sum(index["verdictCounts"][: len(ACCUSED)]) == len(audit.findings)
    assert sum(index["sources"]["findings"]) == len(audit.findings)


def test_a_report_of_nothing_is_a_page() -> None:
    audit = reuse.audit([reuse.Document("own", OWN, "own")], [])
    index = unpacked(rendered(audit))["index"]
    assert (index["total"], index["words"], index["timeline"]["bars"]) == (0, 0, [])


# --- safety -----------------------------------------------------------------------------------


def hostile_audit() -> Audit:
    names: dict[str, Any] = {"title": HOSTILE, "author": HOSTILE, "url": f"javascript:{HOSTILE}"}
    source = reuse.Document(f"s{HOSTILE}", f"{HOSTILE} {ARTICLE}", HOSTILE, **names)
    return reuse.audit([source], [reuse.Document(f"p{HOSTILE}", f"{ARTICLE} {HOSTILE}", HOSTILE, **names)])


def test_no_text_becomes_markup() -> None:
    page = rendered(hostile_audit())
    plain = rendered(reuse.audit([reuse.Document("s", ARTICLE, "s")], [reuse.Document("p", ARTICLE, "p")]))
    assert b"alert(1)" not in page
    assert [tag for tag, _ in parsed(page).elements] == [tag for tag, _ in parsed(plain).elements]
    assert not re.search(rb"\{\{\w+\}\}", page)


def test_names_in_lists_stand_on_one_line() -> None:
    index = unpacked(rendered(hostile_audit()))["index"]
    assert "\\u202e\\x1b" in index["sources"]["title"][0]
    for columns in (index["sources"], index["pages"]):
        assert all(
            text.isprintable() for column in columns.values() for text in column if isinstance(text, str)
        )


def test_the_page_may_run_its_own_script_alone(audit: Audit) -> None:
    page = parsed(rendered(audit))
    (policy,) = (
        attrs["content"] for _, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    told = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert told["default-src"] == "'none'"
    assert (told["base-uri"], told["form-action"]) == ("'none'", "'none'")
    assert told["require-trusted-types-for"] == "'script'"
    (script,) = (content for tag, attrs, content in page.inside if tag == "script" and "id" not in attrs)
    (style,) = (content for tag, _, content in page.inside if tag == "style")
    for name, content in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert told[name] == f"'sha256-{digest}'"
    for tag, attrs in page.elements:
        assert not any(name.startswith("on") or name in ("style", "src") for name in attrs), (tag, attrs)
        assert tag not in ("iframe", "object", "embed", "link", "base", "form", "img")


# --- rights, bytes ----------------------------------------------------------------------------


def test_without_texts_there_are_numbers_and_offsets_alone(audit: Audit) -> None:
    data = unpacked(rendered(audit, compare=None))
    assert data["index"]["text"] is False
    assert "hedgehogs" not in json.dumps(data)
    assert "council decided" not in json.dumps(data)
    by_id = {finding.id: finding for finding in audit.findings}
    details = {
        data["index"]["findings"]["id"][int(row)]: detail
        for name, block in data.items()
        if name != "index"
        for row, detail in block["findings"].items()
    }
    assert set(details) == set(by_id)
    for name, detail in details.items():
        assert (detail["source"], detail["page"]) == (None, None)
        assert [row[2:6] for row in detail["passages"]] == [
            [p.source_begin, p.source_end, p.page_begin, p.page_end] for p in by_id[name].passages
        ]


def test_a_report_read_back_is_the_same_bytes(audit: Audit, tmp_path: Path) -> None:
    write_folder(tmp_path, audit.scored, audit)
    told = read_report(str(tmp_path))
    texts = told.texts_of(told.findings)
    parts: list[bytes] = []
    from reuse import pipeline

    def compare(some: Any) -> Any:
        return pipeline.comparisons(some, lambda one: (texts[one.source_sha256], texts[one.page_sha256]))

    write_html(parts.append, ordered(told.findings, "verdict"), told.run, compare)
    assert b"".join(parts) == (tmp_path / "report.html").read_bytes()
