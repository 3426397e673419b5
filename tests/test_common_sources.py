"""Common sources: what two texts owe to a third is no evidence that one was made from the other.

Covers: ``reuse/pipeline/commons.py``, ``reuse audit --common-source``. Compares against: the same audit without
common sources, an index of them, and pairs that people have read (``../shared/corpora``).
Run: ``pytest tests/test_common_sources.py``
"""

from __future__ import annotations

import json
import lzma
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import reuse
from reuse import index
from reuse.errors import UsageError
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.pipeline import audits, judging
from reuse.values import HTML, Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from reuse.findings import Finding
    from tests.conftest import Command

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
OPTIONS = Options(threads=1)


def words(name: str, count: int) -> str:
    """Return narration that nothing else has."""
    draw = random.Random(name)
    said = [
        f"{draw.choice('bdfgklmnprst')}{draw.choice('aeiou')}{name}{draw.randrange(10**5)}"
        for _ in range(count)
    ]
    return " ".join(" ".join(said[at : at + 12]) + "." for at in range(0, count, 12))


RELEASE = words("release", 300)
OTHER = words("other", 200)
OURS = words("ours", 150)
THEIRS = words("theirs", 150)


def document(name: str, text: str) -> Document:
    return Document(name, text, f"{name}.txt", url=f"https://{name}.example/{name}", title=name.title())


def audited(source: str, page: str, *commons: str, options: Options = OPTIONS) -> Finding:
    """Return the only pair."""
    some = [document(f"wire{row}", text) for row, text in enumerate(commons)]
    (found,) = reuse.audit([document("s", source)], [document("p", page)], options, commons=some).scored
    return found


@pytest.mark.parametrize(
    ("source", "page"),
    [
        pytest.param(RELEASE, RELEASE, id="both print it"),
        pytest.param(f"{OURS}\n{RELEASE}", f"{RELEASE}\n{THEIRS}", id="both print it and add their own"),
        pytest.param(f"{OURS}\n{RELEASE}", RELEASE, id="the page prints it"),
        pytest.param(RELEASE, f"{THEIRS}\n{RELEASE}\n{THEIRS}", id="ours is in the page, whole"),
        pytest.param(f"{RELEASE}\n{OTHER}", f"{OTHER}\n{RELEASE}", id="two of them, in another order"),
    ],
)
def test_what_both_owe_is_explained(source: str, page: str) -> None:
    before, after = audited(source, page), audited(source, page, RELEASE, OTHER)
    assert before.verdict in ACCUSED
    assert after.verdict == "quotation"
    assert sum(owed.words for owed in after.owed) == after.matched_words
    assert f"; without that {before.verdict}" in after.reasons[0]
    assert after.credited_words == 0
    assert after.passages == before.passages
    assert [owed.id for owed in after.owed] == (["wire0", "wire1"] if OTHER in source else ["wire0"])


def test_a_copy_of_our_own_words_beside_it_is_none_the_less_one() -> None:
    source = f"{OURS}\n{RELEASE}"
    found = audited(source, source, RELEASE)
    assert found.verdict == "identical"
    assert [(owed.id, owed.words) for owed in found.owed] == [("wire0", 300)]
    assert found.reasons[0] == "300 of 450 reused words are owed to a common source"
    assert found.credited_words == 450


def test_all_that_an_article_has_besides_is_enough() -> None:
    """Our lead and our ending around a release, taken with it; and a page that has the release alone."""
    ours = f"{words('lead', 24)}\n{RELEASE}\n{words('end', 25)}"
    assert audited(ours, ours, RELEASE).verdict == "identical"
    assert audited(ours, f"{THEIRS}\n{ours}", RELEASE).verdict == "near-duplicate"
    assert audited(ours, f"{words('lead', 24)}\n{RELEASE}", RELEASE).verdict == "quotation"
    assert audited(ours, RELEASE, RELEASE).verdict == "quotation"


def test_common_sources_that_are_the_sources_are_refused() -> None:
    some = [document("s", OURS)]
    with pytest.raises(UsageError, match="they would explain every copy"):
        reuse.audit(some, [document("p", OURS)], OPTIONS, commons=some)


def test_a_line_of_ours_that_came_along_is_too_little() -> None:
    line = words("line", 30)
    found = audited(f"{RELEASE}\n{line}", f"{RELEASE}\n{line}", RELEASE)
    assert found.verdict == "quotation"


@pytest.mark.parametrize("common", [OTHER, words("unread", 500), "Too short."])
def test_what_only_one_text_or_neither_has_explains_nothing(common: str) -> None:
    source, page = f"{OURS}\n{RELEASE}", f"{OURS}\n{THEIRS}\n{OTHER}"
    before, after = audited(source, page), audited(source, page, common)
    assert after == before
    assert not after.owed


def test_of_editions_one_is_named() -> None:
    edition = f"{RELEASE} {words('late', 40)}"
    found = audited(f"{OURS}\n{edition}", f"{THEIRS}\n{edition}", RELEASE, edition, RELEASE.upper())
    assert [(owed.id, owed.words) for owed in found.owed] == [("wire1", 340)]


def test_of_equals_the_first_id_is_named_first_wherever_they_are_kept() -> None:
    one, other = words("one", 200), words("two", 200)
    commons = [document("b", one), document("a", other)]
    page = [document("p", f"{one}\n{other}")]
    (found,) = reuse.audit([document("s", f"{one}\n{other}")], page, OPTIONS, commons=commons).scored
    assert [(owed.id, owed.words) for owed in found.owed] == [("a", 200), ("b", 200)]


def test_a_disguise_is_told_of_what_is_left() -> None:
    source = f"{OURS}\n{RELEASE}"
    page = re.sub(r"((?:\S+ ){4}\S+) ", r"\1 zq ", source)  # a word put in again and again
    before, after = audited(source, page), audited(source, page, RELEASE)
    assert after.verdict in ACCUSED
    assert sum(owed.words for owed in after.owed) == 300
    assert before.reasons[-1] == after.reasons[-1]
    assert after.reasons[-1].startswith("disguised: words of no use in ")


def test_spans_are_those_of_the_words() -> None:
    found = audited(f"{OURS}\n{RELEASE}", f"{RELEASE}\n{THEIRS}", RELEASE)
    assert found.page_apart.common == ((0, len(RELEASE) - 1),)
    assert found.source_apart.common == ((len(OURS) + 1, len(OURS) + len(RELEASE)),)
    assert not found.page_apart.quoted


def test_what_the_page_has_rewritten_is_explained_by_our_side() -> None:
    original = (Path(__file__).parents[1] / "seeds/sources/prisons-original.txt").read_text("utf-8")
    spun = (Path(__file__).parents[1] / "seeds/pages/prisons-spun-copy.txt").read_text("utf-8")
    before, after = audited(original, spun), audited(original, spun, original)
    assert (before.verdict, after.verdict) == ("spun", "quotation")
    assert sum(owed.words for owed in after.owed) > 0.9 * after.matched_words


def test_words_that_a_common_source_only_retells_are_ours() -> None:
    """Our rewriting of an agency's story, taken word for word."""
    story = (Path(__file__).parents[1] / "seeds/sources/prisons-original.txt").read_text("utf-8")
    ours = (Path(__file__).parents[1] / "seeds/pages/prisons-spun-copy.txt").read_text("utf-8")
    found = audited(ours, ours, story)
    assert found.verdict == "identical"
    # More than half of it stands in the story, in runs of five words and more.
    assert 0.5 < sum(owed.words for owed in found.owed) / found.matched_words < 0.6
    half = ours[: len(ours) // 2]
    assert audited(ours, f"{THEIRS}\n{half}", story).verdict in ACCUSED


def corpus() -> tuple[list[Document], list[Document], list[Document]]:
    """Return sources, pages and common sources: some pages owe, some copy, some are Web pages, or disguised."""
    releases = [words(f"r{row}", 200) for row in range(4)]
    own = [words(f"o{row}", 120) for row in range(6)]
    sources = [document(f"s{row}", f"{own[row]}\n{releases[row % 4]}") for row in range(6)]
    pages = []
    for row in range(12):
        text = f"{words(f'p{row}', 60)}\n{releases[row % 4]}"
        text += f"\n{own[row % 6]}" if row % 3 == 0 else ""
        if row % 4 == 1:  # a word put in again and again
            text = re.sub(r"((?:\S+ ){4}\S+) ", r"\1 zq ", text)
        one = document(f"p{row}", text)
        if row % 4 == 2:
            body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
            one = one._replace(
                content=f"<article>{body}</article><p>{words('box', 30)}</p>".encode(), media=HTML
            )
        pages.append(one)
    return sources, pages, [document(f"wire{row}", text) for row, text in enumerate(releases)]


def outcomes(found: Iterable[Finding]) -> list[Finding]:
    """Return findings without what is of one run."""
    return [
        replace(one, source=one.source._replace(original=None), page=one.page._replace(original=None))
        for one in found
    ]


def test_findings_do_not_hang_on_where_common_sources_are_nor_on_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, pages, commons = corpus()
    expected = reuse.audit(sources, pages, OPTIONS, commons=commons)
    assert {one.verdict for one in expected.scored if one.owed} > {"quotation"}
    index.build(str(tmp_path / "wire.index"), commons, OPTIONS)
    with reuse.open_index(str(tmp_path / "wire.index")) as kept:
        indexed = reuse.audit(sources, pages, OPTIONS, commons=kept)
        assert outcomes(indexed.scored) == outcomes(expected.scored)
    monkeypatch.setattr(judging, "PAIRS_AT_A_TIME", 1)
    monkeypatch.setattr(audits, "_LEAST_ROUND", 1)
    apart = reuse.audit(sources, pages, OPTIONS, commons=commons, memory=0)
    assert outcomes(apart.scored) == outcomes(expected.scored)
    assert apart.run() | {"options_digest": ""} == expected.run() | {"options_digest": ""}


def test_pairs_that_owe_nothing_are_what_they_were() -> None:
    sources, pages, commons = corpus()
    before = reuse.audit(sources, pages, OPTIONS)
    after = reuse.audit(sources, pages, OPTIONS, commons=commons)
    assert before.options.digest() != after.options.digest()
    changed = 0
    for one, other in zip(outcomes(before.scored), outcomes(after.scored), strict=True):
        assert (one.source, one.page, one.passages, one.tricks) == (
            other.source, other.page, other.passages, other.tricks,
        )  # fmt: skip
        if other.owed:
            changed += 1
            assert 0 < sum(owed.words for owed in other.owed) <= other.matched_words
        else:
            assert replace(one, credited_words=0, also_matches=()) == replace(
                other, credited_words=0, also_matches=()
            )
    assert changed > 10
    assert after.tally.explained == sum(bool(one.owed) and one.verdict not in ACCUSED for one in after.scored)
    assert after.run()["explained"] == after.tally.explained


def test_words_go_to_what_is_left_of_rivals() -> None:
    """Of a page made of a release and of our words a source that only has the release gets nothing."""
    sources = [document("release", RELEASE), document("ours", f"{OURS}\n{RELEASE}")]
    result = reuse.audit(
        sources, [document("p", f"{RELEASE}\n{OURS}")], OPTIONS, commons=[document("w", RELEASE)]
    )
    found = {one.source.id: one for one in result.scored}
    assert found["release"].verdict == "quotation"
    assert found["ours"].verdict in ACCUSED
    assert found["ours"].also_matches == ()
    assert found["ours"].credited_words == 450


def test_common_sources_of_other_options_are_refused() -> None:
    from reuse.pipeline import hold

    commons = hold([document("w", RELEASE)], Options(shingle=4))
    with pytest.raises(UsageError, match="common sources were sketched with shingle 4 and not 5"):
        reuse.audit([document("s", OURS)], [document("p", OURS)], OPTIONS, commons=commons)


# --- the command ------------------------------------------------------------------------------


def write(folder: Path, some: dict[str, str]) -> str:
    folder.mkdir()
    for name, text in some.items():
        (folder / name).write_text(text, "utf-8")
    return str(folder)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """Return three articles, each with a release, pages, and the release."""
    three = {f"{row}.txt": f"{words(f'a{row}', 130)}\n{RELEASE}" for row in range(3)}
    pages = {
        "release.txt": f"{THEIRS}\n{RELEASE}",
        "copy.txt": f"{words('a1', 130)}\n{RELEASE}",
    }
    return {
        "sources": write(tmp_path / "sources", three),
        "pages": write(tmp_path / "pages", pages),
        "wire": write(tmp_path / "wire", {"release.txt": RELEASE}),
        "more": write(tmp_path / "more", {"other.txt": OTHER}),
        "report": str(tmp_path / "report"),
        "index": str(tmp_path / "wire.index"),
    }


def lines_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_release_behind_three_articles(command: Command, folders: dict[str, str]) -> None:
    base = ["audit", folders["sources"], folders["pages"], "-q", "-f", "jsonl"]
    assert len(lines_of(command(*base).out)) == 6
    result = command(*base, "--common-source", folders["wire"], "--common-source", folders["more"])
    (left,) = lines_of(result.out)
    assert result.code == 0
    assert (Path(left["page"]["id"]).name, Path(left["source"]["id"]).name) == ("copy.txt", "1.txt")
    assert left["common_sources"] == [
        {"id": f"{folders['wire']}/release.txt", "url": None, "title": None, "words": 300}
    ]
    assert left["page"]["apart"]["common"]


def test_it_is_told_in_the_summary_and_the_report(command: Command, folders: dict[str, str]) -> None:
    base = ["audit", folders["sources"], folders["pages"], "--common-source", folders["wire"]]
    result = command(*base, "-o", folders["report"], "--all", "--as-of", "2026-11-22")
    assert result.code == 0
    assert "5 pairs of these explained by 1 common source" in result.out
    run = json.loads(Path(folders["report"], "run.json").read_text("utf-8"))
    assert (run["common_sources"], run["explained"], run["as_of"]) == (1, 5, "2026-11-22")
    assert run["options"]["common_sources"]
    written = Path(folders["report"], "findings.jsonl").read_text("utf-8")
    assert sum(bool(one["common_sources"]) and one["verdict"] == "quotation" for one in lines_of(written)) == 5
    assert command("report", folders["report"], "-f", "jsonl").out == written


def test_an_index_of_common_sources(command: Command, folders: dict[str, str]) -> None:
    assert command("index", "build", folders["index"], folders["wire"], "-q").code == 0
    base = ["audit", folders["sources"], folders["pages"], "-q", "-f", "jsonl", "--all", "--common-source"]
    files, kept = (lines_of(command(*base, folders[name]).out) for name in ("wire", "index"))
    assert [one | {"options": ""} for one in files] == [one | {"options": ""} for one in kept]
    assert len(files) == 6
    both = command(*base, folders["index"], "--common-source", folders["wire"])
    assert both.code == 2
    assert "common sources are files, or one index" in both.err
    other = command(*base, folders["index"], "--shingle", "4")
    assert other.code == 4
    assert "shingle" in other.err


def test_common_sources_that_are_not_there_are_told(command: Command, folders: dict[str, str]) -> None:
    result = command("audit", folders["sources"], folders["pages"], "-q", "--common-source", "none.txt")
    assert result.code == 2
    assert "'none.txt' is not there" in result.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "empty.txt", id="empty"),
        pytest.param(b"Too short to explain anything.", "fewer than 20 words explains nothing", id="short"),
    ],
)
def test_common_sources_that_explain_nothing_are_told(
    command: Command, folders: dict[str, str], tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "empty.txt").write_bytes(content)
    result = command("audit", folders["sources"], folders["pages"], "--common-source", tmp_path / "empty.txt")
    assert result.code == (0 if content else 3)
    assert told in result.err
    assert "nothing is explained" in result.err


def test_standard_input_is_read_once(command: Command, folders: dict[str, str]) -> None:
    result = command("audit", "-", folders["pages"], "--common-source", "-", stdin=RELEASE.encode())
    assert result.code == 2
    assert "standard input cannot be SOURCES, PAGES and common sources at once" in result.err


# --- what people have read --------------------------------------------------------------------

_AGENCY = re.compile(r"\((?:AP|Reuters)\)|Associated Press|Xinhua")


def wire_pairs() -> list[tuple[str, str, list[str]]]:
    """Return the pairs of one agency's story that are copies, each with the agency's text.

    That is what of the same story carries the agency's mark at its head; where nothing does, the earlier print.
    """
    with lzma.open(CORPORA / "news-real-dev.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    pairs = []
    for row in rows:
        if (row["shared_origin"], row["label"]) != ("wire", "copy"):
            continue
        story = {text for one in rows if one["group"] == row["group"] for text in (one["source"], one["page"])}
        marked = sorted(text for text in story if _AGENCY.search(text[:200]))
        pairs.append((row["source"], row["page"], marked or [row["source"]]))
    return pairs


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs ../shared/corpora")
def test_wire_copy_is_explained_given_the_wire_and_accused_without() -> None:
    pairs = wire_pairs()
    assert len(pairs) == 22
    for source, page, wire in pairs:
        assert audited(source, page).verdict in ACCUSED
        found = audited(source, page, *wire)
        assert found.verdict == "quotation"
        assert found.owed
