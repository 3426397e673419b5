"""Evidence: a folder for each site, written whole or not at all, in which every word can be checked.

Covers: ``reuse/report/evidence/``. Compares against: what ``sha256sum``, Python's own csv,
json and HTML read back, the texts themselves, and what stood on disk before a write failed.
Run: ``pytest tests/test_evidence.py``
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reuse
from reuse import Document, pipeline
from reuse.errors import InputError, OutputError, UsageError
from reuse.metadata import Fact, Metadata
from reuse.report import evidence
from reuse.report.escape import one_line
from reuse.report.evidence import WITHOUT_ADDRESS, folder_name, write_evidence
from reuse.report.evidence.inputs import InputFiles
from reuse.report.evidence.notice import notice
from reuse.report.overview import groups
from reuse.report.records import json_line, record
from tests.static_pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.findings import Finding
    from reuse.pipeline import Audit, Comparison

laws = settings(derandomize=True, deadline=None, max_examples=200)

SHA256SUM = shutil.which("sha256sum")

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "“We cannot wait for the next flood,” she told reporters, “and we cannot pay for a new bridge.” "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November. "
    "The county, which owns the bridge, has put nothing aside for it, and the ministry does not answer letters."
)
OTHER = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by. "
    "In June a fox came, and for nine nights he saw none; then seven returned within an hour, thinner now."
)
OWN = (
    "Rain is expected over the weekend, and the market moves into the hall; dogs stay outside, says a warden. "
)
#: Titles that do something in HTML, in Markdown, in a spreadsheet or on a terminal.
HOSTILE = (
    '=HYPERLINK("https://evil.example","x")',
    "</style><script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "a\u202eb\x1b[2J\r\n# Statement\n\n- I agree",
    "`x` *y* _z_ <b> | ~~ & https://evil.example",
)


def pages() -> list[Document]:
    return [
        Document("1", ARTICLE, "crawl.jsonl", 1, url="https://copies.example.net/a?b=1&c=2", title=HOSTILE[0]),
        Document(
            "2", ARTICLE.upper(), "crawl.jsonl", 2, url="https://www.copies.example.net/b", title=HOSTILE[1]
        ),
        Document("3", OWN + ARTICLE, "crawl.jsonl", 3, url="https://con.com/", title=HOSTILE[2], author="=1"),
        Document("4", OTHER, "crawl.jsonl", 4, url="https://index.html/../../etc/passwd", title=HOSTILE[3]),
        Document("5", ARTICLE + OTHER, "-", title=HOSTILE[4], fetched="2026-11-22T10:00:00Z"),
        Document("6", OWN * 3, "crawl.jsonl", 6, url="https://innocent.example/"),
    ]


SOURCES = (
    Document(
        "bridge", ARTICLE, "bridge.txt", url="https://example.org/bridge", title="The bridge", date="2026-01-02"
    ),
    Document("hedgehogs", OTHER, "archive.zip/2026/hedgehogs.txt", title="Hedgehogs"),
)


@pytest.fixture(scope="module")
def audit() -> Audit:
    result = reuse.audit(SOURCES, pages())
    assert [finding.page.id for finding in result.findings] == ["1", "2", "3", "4", "5", "5"]
    return result


@pytest.fixture
def compare(audit: Audit) -> Callable[[Iterable[Finding]], Iterator[Comparison]]:
    return lambda findings: pipeline.comparisons(findings, audit.texts_of, audit.options)


def run_of(audit: Audit) -> dict[str, Any]:
    return audit.run() | {"inputs": {"sources": "a b", "pages": ["c"]}}


@pytest.fixture
def written(audit: Audit, compare: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    write_evidence(str(folder), audit.scored, run_of(audit), compare)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


SITES = {
    "example.net": ["1", "2"],
    folder_name("con.com"): ["3"],
    folder_name("index.html"): ["4"],
    WITHOUT_ADDRESS: ["5", "5"],
}


def of_site(audit: Audit, name: str) -> list[Finding]:
    return [finding for finding in audit.findings if folder_name(finding.page.site) == name]


# --- names of folders -------------------------------------------------------------------------

sites = st.one_of(
    st.text(max_size=30),
    st.text("ab.-/\\:CNUL ", max_size=12),
    st.sampled_from(
        ["con", "nul.txt", "com1.example", "a" * 300 + ".example", "straße.example", "strasse.example"]
    ),
    st.sampled_from(
        ["..", ".", "/etc", "a/b.example", "2001:db8::1", "xn--.example", "sites.csv", "index.html"]
    ),
    st.sampled_from(
        [WITHOUT_ADDRESS, "", "\ud800", "a.example.", ".example", "xn--bcher-kva.example", "bücher.example"]
    ),
)


@laws
@given(st.lists(sites, unique=True, max_size=30))
@example(["straße.example", "strasse.example", WITHOUT_ADDRESS, "site", "Site", ""])
@example(["bücher.example", "xn--bcher-kva.example", "example.org", "EXAMPLE.org"])
def test_names_of_folders_are_good_everywhere_and_no_two_are_one(some: list[str]) -> None:
    names = [folder_name(site) for site in [None, *some]]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch("[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name)
        assert ".." not in name
        assert len(name) <= 80
        assert not re.fullmatch("(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?", name)
        assert name not in ("index.html", "sites.csv", "SHA256SUMS")


@pytest.mark.parametrize(
    ("code", "is_told"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)]
)
def test_where_folders_cannot_be_synced_files_are(
    audit: Audit, compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, *, is_told: bool
) -> None:
    original = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        original(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError) if is_told else contextlib.nullcontext():
        write_evidence(str(tmp_path / "case"), audit.findings, run_of(audit), compare)


def test_a_domain_keeps_its_name() -> None:
    for site in ("example.org", "news-1.example.co.uk", "xn--bcher-kva.example"):
        assert folder_name(site) == site or site.startswith("xn--")
    assert folder_name("bücher.example") == "xn--bcher-kva.example"


# --- what is written --------------------------------------------------------------------------


def test_there_is_a_folder_for_each_site_and_nothing_else(audit: Audit, written: Path) -> None:
    expected = {"index.html", "sites.csv", "SHA256SUMS"}
    for name, ids in SITES.items():
        findings = of_site(audit, name)
        assert [finding.page.id for finding in findings] == ids
        expected |= {f"{name}/{file}" for file in ("notice.md", "pairs.csv", "findings.jsonl", "evidence.json")}
        expected |= {f"{name}/SHA256SUMS"}
        expected |= {f"{name}/findings/{finding.id}.html" for finding in findings}
        hashes = {sha256 for one in findings for sha256 in (one.source_sha256, one.page_sha256)}
        expected |= {f"{name}/texts/{sha256}.txt" for sha256 in hashes}
    assert set(contents(written)) == expected
    assert [entry.name for entry in written.parent.iterdir()] == ["evidence"]


def test_every_file_is_what_its_checksum_says(written: Path) -> None:
    for folder in (written, *(written / name for name in SITES)):
        lines = (line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines())
        assert {name: sha256 for sha256, name in lines} == {
            name: hashlib.sha256(content).hexdigest()
            for name, content in contents(folder).items()
            if name != "SHA256SUMS" and (folder != written or name.count("/") == name.endswith("/SHA256SUMS"))
        }
        if SHA256SUM:
            command = [SHA256SUM, "-c", "--strict", "--quiet", "SHA256SUMS"]
            assert subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout == b""


def test_a_changed_word_is_found_out(written: Path) -> None:
    if not SHA256SUM:
        pytest.skip("needs sha256sum")
    text = next((written / "example.net" / "texts").iterdir())
    text.write_bytes(text.read_bytes().replace(b"bridge", b"fridge").replace(b"BRIDGE", b"FRIDGE"))
    done = subprocess.run(
        [SHA256SUM, "-c", "SHA256SUMS"], cwd=written / "example.net", capture_output=True, check=False
    )
    assert done.returncode == 1
    assert f"{text.name}: FAILED".encode() in done.stdout


def test_texts_are_those_that_were_seen(audit: Audit, written: Path) -> None:
    for name in SITES:
        for finding in of_site(audit, name):
            hashes = finding.source_sha256, finding.page_sha256
            for sha256, text in zip(hashes, audit.texts_of(finding), strict=True):
                assert (written / name / "texts" / f"{sha256}.txt").read_bytes() == text.encode()
    for file in written.glob("*/texts/*"):
        assert file.name == f"{hashlib.sha256(file.read_bytes()).hexdigest()}.txt"


def test_findings_are_set_side_by_side(audit: Audit, written: Path) -> None:
    for name in SITES:
        for finding in of_site(audit, name):
            page = Page((written / name / "findings" / f"{finding.id}.html").read_text("utf-8"))
            assert tuple(block.text for block in page.blocks[-2:]) == audit.texts_of(finding)
            assert "reuse audit 'a b' c" in page.shown


def test_records_are_those_of_the_report(audit: Audit, written: Path) -> None:
    for name in SITES:
        lines = (written / name / "findings.jsonl").read_text("utf-8").splitlines(keepends=True)
        assert lines == [json_line(record(one, audit.options.digest())) for one in of_site(audit, name)]


def rows(file: Path) -> list[dict[str, str]]:
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(), strict=True))


def test_pairs_are_a_table_that_no_spreadsheet_obeys(audit: Audit, written: Path) -> None:
    for name in SITES:
        table = rows(written / name / "pairs.csv")
        for row, finding in zip(table, of_site(audit, name), strict=True):
            assert row["page_url"] == (finding.page.url or "")
            assert row["source_url"] == (finding.source.url or "")
            assert (row["page_sha256"], row["source_sha256"]) == (finding.page_sha256, finding.source_sha256)
            assert int(row["matched_words"]) == finding.matched_words
            kinds = [int(row[f"{kind}_words"]) for kind in ("verbatim", "edited", "spun", "own")]
            assert sum(kinds) == finding.page_words == int(row["page_words"])
            assert row["finding"] == finding.id
            assert row["page_crawled"] == (finding.page.fetched or "")
            assert None not in row
            assert not any(re.match(r"\s*[=+\-@\t\r]", value) for value in row.values())
            assert not any(one_line(value) != value for value in row.values())
        published = {(row["source_published"], row["source_published_certainty"]) for row in table}
        assert published <= {("2026-01-02", "stated"), ("", "")}


def test_sites_are_counted(audit: Audit, written: Path) -> None:
    table = rows(written / "sites.csv")
    assert [row["site"] for row in table] == ["con.com", "example.net", "index.html", ""]
    assert {row["folder"]: int(row["findings"]) for row in table} == {
        name: len(ids) for name, ids in SITES.items()
    }
    assert [int(row["pages"]) for row in table] == [1, 2, 1, 1]
    words = sum(finding.credited_words for finding in audit.findings)
    assert sum(int(row["words"]) for row in table) == words


def test_the_index_leads_to_all_of_it(audit: Audit, written: Path) -> None:
    page = Page((written / "index.html").read_text("utf-8"))
    inside = {link for link in page.links if not link.startswith(("#", "http"))}
    assert all((written / link).is_file() for link in inside)
    assert inside == {
        f"{name}/{file}"
        for name in SITES
        for file in ("notice.md", "pairs.csv", *(f"findings/{one.id}.html" for one in of_site(audit, name)))
    }
    assert "6 findings on 4 sites." in page.shown
    for document in pages()[:5]:
        assert (document.title or "") in page.shown


def test_it_is_told_what_it_was_made_with(audit: Audit, written: Path) -> None:
    told = json.loads((written / "example.net" / "evidence.json").read_bytes())
    assert told["schema"] == evidence.SCHEMA
    assert (told["tool"], told["version"]) == ("textreuse", reuse.__version__)
    assert (told["options_digest"], told["options"]) == (audit.options.digest(), audit.options.digested())
    assert told["command"] == "reuse audit 'a b' c"
    assert (told["site"], told["findings"], told["with_texts"]) == ("example.net", 2, True)
    for text in told["texts"]:
        assert (written / "example.net" / text["file"]).stat().st_size == text["bytes"]


def test_input_files_that_are_still_there_are_hashed(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bridge.txt").write_text(ARTICLE, "utf-8")
    with zipfile.ZipFile("archive.zip", "w") as archive:
        archive.writestr("2026/hedgehogs.txt", OTHER)
    os.mkfifo("crawl.jsonl")  # reading it would never end
    write_evidence("out", audit.findings, {"inputs": {"sources": ".", "pages": ["-"]}})
    inputs = {
        file["path"]: file
        for name in SITES
        for file in json.loads(Path("out", name, "evidence.json").read_bytes())["inputs"]["files"]
    }
    assert inputs["bridge.txt"] == {
        "path": "bridge.txt",
        "sha256": hashlib.sha256(ARTICLE.encode()).hexdigest(),
        "bytes": len(ARTICLE.encode()),
    }
    packed = Path("archive.zip").read_bytes()
    assert inputs["archive.zip/2026/hedgehogs.txt"] == {
        "path": "archive.zip/2026/hedgehogs.txt",
        "archive": "archive.zip",
        "sha256": hashlib.sha256(packed).hexdigest(),
        "bytes": len(packed),
    }
    assert inputs["crawl.jsonl"]["missing"] == "no file"
    assert inputs["-"]["missing"] == "standard input"


@pytest.mark.parametrize("name", ["no/such", "a\0b", "\ud800", "", "/", "x" * 5000])
@pytest.mark.parametrize("root", [".", "/", "x", "\0", "-"])
def test_an_input_that_is_not_there_is_told(name: str, root: str) -> None:
    assert set(InputFiles({"inputs": {"sources": root}}).told(name)) == {"path", "missing"}


def test_no_file_is_opened_that_is_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever path the findings name: a folder made to be handed on tells nothing of other files."""
    monkeypatch.chdir(tmp_path)
    for name in ("key", "in/a.txt", "in/b.tar", "inner"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name)
    os.symlink(tmp_path / "key", "in/link")
    os.symlink(tmp_path, "in/up")
    os.symlink(tmp_path / "in", "same")
    os.symlink("loop", "in/loop")
    files = InputFiles({"inputs": {"sources": "in", "pages": ["-", "gone"], "lists": [], "include": ["key"]}})
    refused = {"missing": "not among the inputs of the run"}
    for name in (
        *("key", "./in/../key", str(tmp_path / "key"), "in/link", "in/up/key", "inner"),
        *("no/such", "in/link/member"),
    ):
        assert files.told(name) == {"path": name, **refused}, name
    for name in ("in/a.txt", "./in/a.txt", str(tmp_path / "in" / "a.txt"), "same/a.txt"):
        assert files.told(name)["sha256"] == hashlib.sha256(b"in/a.txt").hexdigest(), name
    for name in ("in/b.tar/x/../y", "in/b.tar/../../key"):
        assert files.told(name)["archive"] == "in/b.tar"
    assert files.told("gone")["missing"] == "No such file or directory"
    assert "missing" in files.told("in/loop")
    assert InputFiles({}).told("in/a.txt")["missing"] == refused["missing"]
    for side in ("sources", "pages", "lists", "corpus", "boilerplate"):
        assert "sha256" in InputFiles({"inputs": {side: ["in/a.txt"]}}).told("in/a.txt")


def test_an_archive_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "pages.tar"
    archive.write_bytes(b"x" * 1_000_000)
    opened = []
    digest = hashlib.file_digest

    def counted(stream: Any, name: Any) -> Any:
        opened.append(stream.name)
        return digest(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    files = InputFiles({"inputs": {"pages": [str(archive)]}})
    begun = time.process_time()
    told = [files.told(f"{archive}/crawl/{number}.html") for number in range(4_000)]
    assert opened == [str(archive)]
    assert time.process_time() - begun < 5
    assert {one["sha256"] for one in told} == {hashlib.sha256(b"x" * 1_000_000).hexdigest()}
    assert len({one["path"] for one in told}) == 4_000


def test_without_texts_there_is_no_text(audit: Audit, tmp_path: Path) -> None:
    write_evidence(str(tmp_path / "out"), audit.findings, run_of(audit))
    held = contents(tmp_path / "out")
    assert not [name for name in held if "/texts/" in name or "/findings/" in name]
    words = "inspected it after the flood", "sits on his balcony"
    assert not [name for name, content in held.items() for some in words if some.encode() in content]
    assert "Made without texts" in held["example.net/notice.md"].decode()
    told = json.loads(held["example.net/evidence.json"])
    assert told["with_texts"] is False
    assert all(
        text["file"] is None and text["bytes"] is None and len(text["sha256"]) == 64 for text in told["texts"]
    )
    assert all(not link.endswith(".html") for link in Page(held["index.html"].decode()).links)


def test_the_same_findings_give_the_same_bytes(
    audit: Audit, compare: Any, written: Path, tmp_path: Path
) -> None:
    write_evidence(str(tmp_path / "again"), iter(audit.scored), run_of(audit), compare)
    assert contents(tmp_path / "again") == contents(written)


def test_nothing_found_is_told(tmp_path: Path) -> None:
    write_evidence(str(tmp_path / "out"), [], {})
    assert sorted(contents(tmp_path / "out")) == ["SHA256SUMS", "index.html", "sites.csv"]
    assert "0 findings on 0 sites." in Page((tmp_path / "out" / "index.html").read_text("utf-8")).shown


# --- the notice -------------------------------------------------------------------------------


def test_a_notice_has_what_is_known_and_marks_what_is_not(audit: Audit, written: Path) -> None:
    told = (written / "example.net" / "notice.md").read_text("utf-8")
    for finding in of_site(audit, "example.net"):
        assert f"- Address: <{finding.page.url}>" in told
        assert f": {finding.matched_words:,} of the {finding.page_words:,} words of text " in told
        assert f"Longest run of equal words: {finding.longest_run:,}." in told
        assert (written / "example.net" / f"findings/{finding.id}.html").is_file()
    assert "- Address: <https://example.org/bridge>" in told
    assert "- Published: 2026-01-02 (given with the input)" in told
    assert "`reuse audit 'a b' c`" in told
    open_fields = re.findall(r"\*\*\[to be filled in by the publisher: ([^\]]+)\]\*\*", told)
    for what in (
        "e-mail",
        "telephone",
        "the holder of the rights",
        "statements",
        "signature",
        "when, and whether",
    ):
        assert any(what in field for field in open_fields), what
    for word in ("infring", "illegal", "stole", "theft", "plagiar", "violat"):
        assert word not in told.lower()
    crawled = (written / WITHOUT_ADDRESS / "notice.md").read_text("utf-8")
    assert "- Seen by the crawler: 2026-11-22T10:00:00Z" in crawled
    assert "- Address: not known: **[to be filled in" in crawled
    assert "### Work 2" in crawled
    assert "Words of work 2: " in crawled


def test_where_the_page_says_that_its_text_belongs_is_told(audit: Audit) -> None:
    names = [field.name for field in dataclasses.fields(Metadata)]
    told: dict[str, Any] = dict.fromkeys(names) | {"links": (), "links_total": 0, "also": ()}
    told["canonical_url"] = Fact("https://example.org/1", "link rel=canonical")
    told["canonical_site"] = Fact("example.org", "link rel=canonical")
    finding = dataclasses.replace(audit.findings[0], metadata=Metadata(**told))
    assert "- Says that its text belongs to: <https://example.org/1> (stated, link rel=canonical)" in notice(
        "example.net", [finding], {}, texts=True
    )


def test_each_measurement_names_the_text_it_is_of(audit: Audit) -> None:
    """A page is measured whole and its article by itself; so may a source be."""
    first, second = audit.findings[4:]
    assert first.page.id == second.page.id
    assert first.source.id != second.source.id
    article = first.page._replace(extent="article")
    whole = first.page._replace(extent="page", original_sha256="e" * 64)
    found = [
        dataclasses.replace(first, page=article, page_sha256="a" * 64, page_words=90),
        dataclasses.replace(second, page=whole, page_sha256="b" * 64, page_words=364),
        dataclasses.replace(first, page=whole._replace(id="else"), page_sha256="a" * 64, page_words=90),
        dataclasses.replace(
            first,
            page=whole._replace(id="more"),
            page_sha256="c" * 64,
            source=first.source._replace(extent="page"),
            source_sha256="d" * 64,
            source_words=1000,
        ),
    ]
    told = notice(None, found, {}, texts=False)
    texts = re.findall(r"^- Text (\d+): ([a-z ]+), ([\d,]+) words, SHA-256 ([0-9a-f]{64})$", told, re.M)
    assert len(texts) == 7
    held = {sha256: (number, words) for number, _, words, sha256 in texts}
    assert len({number for number, _ in held.values()}) == len(held) == 6
    assert ("the article of the page", "90", "a" * 64) in {text[1:] for text in texts}
    assert ("all that the page shows", "364", "b" * 64) in {text[1:] for text in texts}
    assert told.count("SHA-256 of the page as it came: " + "e" * 64) == 3
    measured = re.findall(
        r"^- Words of work \d: [\d,]+ of the (\d+) words of text (\d+) .* of the ([\d,]+) words of text (\d+) ",
        told,
        re.M,
    )
    assert len(measured) == len(found)
    by_page = {name: [one for one in found if one.page.id == name] for name in ("5", "else", "more")}
    for row, finding in zip(measured, (one for some in by_page.values() for one in some), strict=True):
        page, source = held[finding.page_sha256], held[finding.source_sha256]
        assert row == (f"{finding.page_words:,}", page[0], f"{finding.source_words:,}", source[0])
        assert (page[1], source[1]) == (row[0], row[2])


def test_hostile_titles_do_nothing_in_a_notice(written: Path) -> None:
    lines = [line for name in SITES for line in (written / name / "notice.md").read_text("utf-8").splitlines()]
    assert not [line for line in lines if one_line(line) != line]
    assert not [line for line in lines if re.search(r"(?<!\\)<(?!https?://[^<>]*>)", line)]
    links = [link for line in lines for link in re.findall(r"(?<!\\)\]\(([^)]*)\)", line)]
    assert {link.split("/")[0] for link in links} == {"texts", "findings"}
    assert [line for line in lines if line.startswith("# ")] == [
        line for line in lines if line.startswith("# Notice")
    ]
    assert [line for line in lines if line.startswith("## Statement")] == ["## Statements"] * len(SITES)


# --- whole or not at all ----------------------------------------------------------------------


def test_a_folder_that_holds_something_is_left_alone(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"is not empty.*--evidence"):
        write_evidence(str(tmp_path), audit.findings, {})
    with pytest.raises(UsageError, match=r"notes.txt is a file.*--evidence"):
        write_evidence(str(tmp_path / "notes.txt"), audit.findings, {})
    assert contents(tmp_path) == {"notes.txt": b"mine"}


def test_an_empty_folder_is_taken_but_not_the_one_we_are_in(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(UsageError, match="is the folder you are in"):
        write_evidence(".", audit.findings, {})
    monkeypatch.chdir(tmp_path)
    write_evidence("empty", audit.findings, {})
    write_evidence("new/below/it", audit.findings, {})
    assert contents(tmp_path / "empty") == contents(tmp_path / "new" / "below" / "it")


def test_the_folder_can_be_read_like_any_other(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    write_evidence(str(tmp_path / "out"), audit.findings, {})
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("calls", range(0, 37, 3))
def test_a_full_disk_leaves_nothing(
    audit: Audit, compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    opened, left = Path.open, iter(range(calls))

    def until_full(path: Path, *arguments: Any, **more: Any) -> Any:
        if tmp_path in path.parents and next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", until_full)
    where = tmp_path / "parent" / "evidence"
    with pytest.raises(OutputError, match=r"No space left.*--evidence") as raised:
        write_evidence(str(where), audit.findings, run_of(audit), compare)
    assert str(where) in str(raised.value)
    assert not any((tmp_path / "parent").iterdir())


def test_a_folder_that_cannot_be_renamed_leaves_nothing(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_names: Any) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(OutputError, match=r"busy.*--evidence"):
        write_evidence(str(tmp_path / "out"), audit.findings, {})
    assert not any(tmp_path.iterdir())


def test_an_interruption_leaves_nothing(audit: Audit, compare: Any, tmp_path: Path) -> None:
    def interrupted(findings: Iterable[Finding]) -> Iterator[Comparison]:
        for number, compared in enumerate(compare(findings)):
            if number == 1:
                raise KeyboardInterrupt
            yield compared

    with pytest.raises(KeyboardInterrupt):
        write_evidence(str(tmp_path / "out"), audit.findings, {}, interrupted)
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((OutputError, UsageError), match="--evidence"):
        write_evidence(str(tmp_path / "file" / "below"), audit.findings, {})


def test_a_finding_that_is_there_twice_is_refused(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{audit.findings[1].id}.*is there twice.*of one run"):
        write_evidence(str(tmp_path / "out"), [*audit.findings, audit.findings[1]], {})
    assert not any(tmp_path.iterdir())


def test_sites_are_counted_once_each(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []

    def counting(findings: Any, by: str) -> Any:
        counted.append(by)
        return groups(findings, by)

    monkeypatch.setattr("reuse.report.evidence.index.groups", counting)
    write_evidence(str(tmp_path / "out"), audit.findings, {})
    assert counted == ["site"] * len(SITES)


def test_a_text_that_is_another_is_refused(audit: Audit, compare: Any, tmp_path: Path) -> None:
    def exchanged(findings: Iterable[Finding]) -> Iterator[Comparison]:
        for compared in compare(findings):
            yield dataclasses.replace(compared, page_text=compared.page_text.replace("bridge", "fridge"))

    with pytest.raises(InputError, match="not the one it was"):
        write_evidence(str(tmp_path / "out"), audit.findings, {}, exchanged)
    assert not any(tmp_path.iterdir())


def test_memory_does_not_grow_with_findings(tmp_path: Path) -> None:
    """Texts of 40 findings, of half a megabyte each, are not held together."""
    long = "\n".join(f"{n} {ARTICLE}" for n in range(200))
    finding = reuse.audit([SOURCES[0]], [Document("p", ARTICLE, "p", url="https://a.example/")]).findings[0]
    findings = [
        dataclasses.replace(finding, page=finding.page._replace(id=str(n)), passages=()) for n in range(40)
    ]
    (first,) = pipeline.comparisons([findings[0]], lambda _: (ARTICLE, ARTICLE))

    def compare(some: Iterable[Finding]) -> Iterator[Comparison]:
        for one in some:
            text = f"{one.page.id} {long * 5}"
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            yield dataclasses.replace(
                first, finding=dataclasses.replace(one, page_sha256=sha256), page_text=text
            )

    tracemalloc.start()
    try:
        write_evidence(str(tmp_path / "out"), findings, {}, compare)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(list((tmp_path / "out").rglob("*.html"))) == 41
    assert peak < 16 * len(long) * 5
