"""Pages in a spool: read once, taken out some at a time, gone on with after an interruption.

Covers: ``reuse/pipeline/spool.py``, ``reuse/web/originals.py``. Compares against: the same pages in memory.
Run: ``pytest tests/test_spool.py``
"""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse import Document, Notice, OutputError, Unreadable, UsageError
from reuse.pipeline import spool as module
from reuse.pipeline.account import notices_of, replaced_in
from reuse.pipeline.spool import BESIDE_TEXT, Spool
from reuse.samples import HeldSamples
from reuse.texts import extract
from reuse.values import HTML, Mark, Texts
from reuse.web import Original, Originals, skim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

laws = settings(derandomize=True, deadline=None, max_examples=60)

Item = Document | Unreadable | Notice

#: A lone surrogate is what a name on disk that is no UTF-8 has.
names = st.text(st.characters(codec="utf-8") | st.just("\udc80"), max_size=5)
contents = st.text(max_size=12) | st.binary(max_size=12) | st.just("Some text.") | st.just("tail \0 of text")
records = st.tuples(contents, st.none() | st.integers(0, 5), names, st.booleans())
other_items = st.builds(Unreadable, names, st.none() | st.integers(1, 9), names) | st.builds(
    Notice, names, names
)
inputs: st.SearchStrategy[list[Any]] = st.lists(records | other_items, max_size=12)
sizes = st.sampled_from([1, 2, 3, 256]), st.sampled_from([0, 10, 2**20]), st.sampled_from([0, 20, 2**26])


def items_of(rows: Sequence[Any]) -> list[Item]:
    """Return what a reader would yield: ids differ, every third document is a web page."""
    return [
        row
        if isinstance(row, Unreadable | Notice)
        else Document(
            f"{number}{row[2]}",
            f"<title>{number}</title><p>{row[0]!r}" if row[3] else row[0],
            f"{row[2]}.jsonl",
            row[1],
            url=None if row[1] is None else f"https://s{row[1]}.example/{number}",
            title=row[2] or None,
            date="2026-11-22",
            media=HTML if row[3] else "text",
            marks=(Mark("hidden", 1, 2),) if row[1] == 5 else (),
        )
        for number, row in enumerate(rows)
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks of two documents, and hold none of them."""
    set_sizes(monkeypatch, 2, 2**20, 0)


def set_sizes(patch: pytest.MonkeyPatch, block: int, characters: int, held: int) -> None:
    patch.setattr(module, "_BLOCK", block)
    patch.setattr(module, "_CHARACTERS", characters)
    patch.setattr(module, "_HELD", held)


def plain(document: Document) -> tuple[Any, ...]:
    """Return a document with its original read, which is what can be compared."""
    if document.original is None:
        return tuple(document)
    original = document.original
    assert isinstance(original, Original)
    return (
        *document._replace(original=None),
        original.read(),
        original.size,
        original.sha256,
        original.given,
    )


def assert_same(found: Texts, expected: Texts) -> None:
    assert list(map(plain, found.documents)) == list(map(plain, expected.documents))
    for name in ("values", "offsets", "replaced"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), strict=True)
    assert (found.unreadable, found.notices, found.left_out) == (expected.unreadable, expected.notices, None)


def in_memory(items: Sequence[Item]) -> Texts:
    return extract(skim(items, Originals()))


def all_of(spool: Spool) -> Texts:
    return Texts.concatenate([texts for _, texts in spool.rounds(1)])


def contents_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


# --- what was put in ----------------------------------------------------------------------------


@laws
@given(inputs, *sizes, st.sampled_from([1, 5, 30, 2**30]), st.sampled_from(["memory", "folder"]))
def test_a_spool_gives_back_what_was_put_in(
    rows: list[Any], block: int, characters: int, held: int, size: int, where: str
) -> None:
    items = items_of(rows)
    expected = in_memory(items)
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as place:
        set_sizes(patch, block, characters, held)
        spool = Spool(Path(place) if where == "folder" else None)
        spool.read(iter(items))
        assert len(spool) == len(expected)
        assert spool.sites == Counter(document.site for document in expected.documents)
        assert tuple(spool.unreadable) == expected.unreadable
        assert (*spool.notices, *replaced_in(spool.replaced)) == notices_of(expected)
        rounds = list(spool.rounds(size))
        begins = np.cumsum([0, *(len(texts) for _, texts in rounds)]).tolist()
        assert [begin for begin, _ in rounds] == begins[:-1]
        # As few as can be: all but the last are of the size that was asked for.
        assert all(len(texts.values) + BESIDE_TEXT * len(texts) >= size for _, texts in rounds[:-1])
        if len(expected):
            whole = Texts.concatenate([texts for _, texts in rounds])
            bare = [dataclasses.replace(texts, unreadable=(), notices=()) for texts in (whole, expected)]
            assert_same(*bare)


@laws
@given(inputs, *sizes, st.data())
def test_pages_can_be_had_from_any_one_on_and_in_any_order(
    rows: list[Any], block: int, characters: int, held: int, data: st.DataObject
) -> None:
    items = items_of(rows)
    expected = dataclasses.replace(in_memory(items), unreadable=(), notices=())
    with pytest.MonkeyPatch.context() as patch:
        set_sizes(patch, block, characters, held)
        spool = Spool()
        spool.read(items)
        first = data.draw(st.integers(0, len(expected)))
        begin = first
        for number, texts in spool.rounds(data.draw(st.integers(1, 40)), first):
            assert number == begin
            assert [texts[row] for row in range(len(texts))] == [
                expected[row] for row in range(begin, begin + len(texts))
            ]
            begin += len(texts)
        assert begin == len(expected)
        if len(expected):
            wanted = data.draw(st.lists(st.integers(0, len(expected) - 1), max_size=9))
            assert_same(spool.take(wanted), expected.take(wanted))
            documents = spool.documents(wanted)
            assert list(map(plain, documents)) == [plain(expected.documents[row]) for row in wanted]
            assert spool.rows([document.id for document in documents]).tolist() == wanted
        with pytest.raises(KeyError, match="nobody"):
            spool.rows(["nobody"])


@laws
@given(inputs, *sizes, st.integers(0, 3))
def test_samples_of_a_spool_are_those_of_texts_in_memory(
    rows: list[Any], block: int, characters: int, held: int, least: int
) -> None:
    items = items_of(rows)
    expected = HeldSamples(in_memory(items), least)
    with pytest.MonkeyPatch.context() as patch:
        set_sizes(patch, block, characters, held)
        spool = Spool()
        spool.read(items)
        sites = [f"s{number}.example" for number in range(3)]
        for asked in (None, sites):
            found = [[*map(plain, texts.documents)] for texts in spool.samples(least).groups(asked)]
            assert found == [[*map(plain, texts.documents)] for texts in expected.groups(asked)]


@pytest.mark.parametrize("twice", [0, 3, 9])
@pytest.mark.usefixtures("small")
def test_two_pages_with_one_id_are_refused(tmp_path: Path, twice: int) -> None:
    pages = [Document(str(number), "Some text.", "p") for number in range(10)]
    spool = Spool()
    with pytest.raises(UsageError, match=f"the id '{twice}' names 2 documents"):
        spool.read([*pages, pages[twice]])
    interrupted(tmp_path, pages)
    again = Spool(tmp_path)
    with pytest.raises(UsageError, match=f"the id '{twice}' names 2 documents"):
        again.read([*pages, pages[twice]])


# --- after an interruption ----------------------------------------------------------------------


def article(number: int) -> str:
    return " ".join(f"word{number}x{place}" for place in range(20))


PAGES: list[Item] = [
    Document("0", article(0), "p.jsonl", 1, url="https://a.example/0"),
    Document("1", f"<title>One</title><p>{article(1)}", "1.html", media=HTML),
    Unreadable("gone.txt", None, "is not there"),
    Document("2", article(2).encode() + b"\xff", "2.txt"),
    Notice("pages", "passed over 3 .jpg"),
    Document("3", "", "3.txt"),
    Document("4\udc80", f"<p>{article(4)}", "4.html", media=HTML, url="https://a.example/4"),
    Document("5", article(5), "5.txt"),
]


def interrupted(folder: Path, items: Sequence[Item]) -> None:
    """Leave what a run leaves that ended when it had read these."""

    def some() -> Iterator[Item]:
        yield from items
        raise KeyboardInterrupt

    spool = Spool(folder)
    with pytest.raises(KeyboardInterrupt):
        spool.read(some())


@pytest.mark.parametrize("block", [1, 2, 3])
def test_a_spool_cut_at_any_byte_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    set_sizes(monkeypatch, block, 2**20, 0)
    whole = tmp_path / "whole"
    whole.mkdir()
    Spool(whole).read(PAGES)
    expected, texts = contents_of(whole), in_memory(PAGES)
    ends = []
    for cut in [*range(0, len(expected["pages.spool"]), 7), len(expected["pages.spool"])]:
        place = tmp_path / f"cut{cut}"
        shutil.copytree(whole, place)
        os.truncate(place / "pages.spool", cut)
        spool = Spool(place)
        spool.read(PAGES)
        assert_same(all_of(spool), texts)
        assert contents_of(place) == expected
        ends.append(spool.resumed)
        shutil.rmtree(place)
    assert ends == sorted(ends)
    assert set(ends) == {*range(0, len(PAGES), block), len(PAGES)}


TAILS = {
    "nothing": b"",
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "small": b"\x01\0\0\0\x01\0\0\0" + bytes(90),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", range(len(PAGES) + 1))
@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_was_half_written_is_no_fault(tmp_path: Path, after: int, tail: bytes) -> None:
    interrupted(tmp_path, PAGES[:after])
    for name in ("pages.spool", "originals.spool"):
        if (tmp_path / name).exists():
            with (tmp_path / name).open("ab") as file:
                file.write(tail)
    spool = Spool(tmp_path)
    spool.read(PAGES)
    assert spool.resumed == after - after % 2
    assert_same(all_of(spool), in_memory(PAGES))
    assert tuple(spool.unreadable) == in_memory(PAGES).unreadable


@pytest.mark.usefixtures("small")
def test_a_flipped_bit_loses_what_follows_and_changes_nothing(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    Spool(whole).read(PAGES)
    expected = contents_of(whole)
    for place in range(0, len(expected["pages.spool"]), 11):
        damaged = bytearray(expected["pages.spool"])
        damaged[place] ^= 1 << place % 8
        (whole / "pages.spool").write_bytes(damaged)
        spool = Spool(whole)
        spool.read(PAGES)
        assert contents_of(whole) == expected


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("lost", ["cut off", "zeros", "nothing there"])
def test_web_pages_that_a_power_cut_took_are_read_again(tmp_path: Path, lost: str, is_whole: bool) -> None:  # noqa: FBT001
    """What was written first need not be on disk first."""
    web = [
        Document(str(number), f"<title>{number}</title><p>{article(number)}", "w", media=HTML)
        for number in range(7)
    ]
    if is_whole:
        Spool(tmp_path).read(web)
    else:
        interrupted(tmp_path, web[:6])
    place = tmp_path / "originals.spool"
    kept = place.read_bytes()
    half = kept[: len(kept) // 2]
    place.write_bytes(half + bytes(len(kept) - len(half)) if lost == "zeros" else half)
    if lost == "nothing there":
        place.unlink()
    spool = Spool(tmp_path)
    spool.read(web)
    assert spool.resumed == (0 if lost == "nothing there" else 2)
    assert_same(all_of(spool), in_memory(web))


CHANGES: dict[str, list[Item]] = {
    "another text": [PAGES[0]._replace(content="Other."), *PAGES[1:]],  # type: ignore[union-attr]
    "another id": [PAGES[0]._replace(id="x"), *PAGES[1:]],  # type: ignore[union-attr]
    "another address": [PAGES[0]._replace(url=None), *PAGES[1:]],  # type: ignore[union-attr]
    "another date": [PAGES[0]._replace(date="2026"), *PAGES[1:]],  # type: ignore[union-attr]
    "another order": [PAGES[1], PAGES[0], *PAGES[2:]],
    "one less": PAGES[1:],
    "one more": [Document("x", article(9), "x"), *PAGES],
    "another reason": [*PAGES[:2], Unreadable("gone.txt", None, "is empty"), *PAGES[3:]],
    "nothing": [],
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("change", CHANGES)
def test_other_pages_than_before_are_refused(tmp_path: Path, change: str) -> None:
    interrupted(tmp_path, PAGES[:5])
    before = contents_of(tmp_path)
    with pytest.raises(UsageError, match="not those of the interrupted audit; begin anew without --resume"):
        Spool(tmp_path).read(CHANGES[change])
    assert contents_of(tmp_path)["pages.spool"] == before["pages.spool"]
    # What had not been read is as good as any other.
    spool = Spool(tmp_path)
    spool.read([*PAGES[:4], Document("y", article(8), "y")])
    assert [document.id for document in all_of(spool).documents] == ["0", "1", "2", "y"]


@pytest.mark.usefixtures("small")
def test_what_was_read_to_its_end_has_no_more(tmp_path: Path) -> None:
    Spool(tmp_path).read(PAGES)
    before = contents_of(tmp_path)
    for more in (PAGES[0], Unreadable("x", None, "is empty"), Notice("x", "y")):
        with pytest.raises(UsageError, match="not those of the interrupted audit"):
            Spool(tmp_path).read([*PAGES, more])
        assert contents_of(tmp_path) == before
    spool = Spool(tmp_path)
    spool.read(PAGES)
    assert (spool.resumed, contents_of(tmp_path)) == (len(PAGES), before)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    Spool(nothing).read([])
    with pytest.raises(UsageError, match="not those of the interrupted audit"):
        Spool(nothing).read(PAGES)


def test_texts_that_run_into_one_another_are_others(tmp_path: Path) -> None:
    def pages(*texts: str) -> list[Item]:
        return [Document(str(number), text, "p") for number, text in enumerate(texts)]

    Spool(tmp_path).read(pages("ab", "c"))
    with pytest.raises(UsageError, match="not those of the interrupted audit"):
        Spool(tmp_path).read(pages("a", "bc"))


# --- no room ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("where", [None, "-o"])
@pytest.mark.parametrize("full", ["pages", "web pages"])
def test_a_full_disk_is_told_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str | None, full: str
) -> None:
    def no_space(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    some = [page for page in PAGES if isinstance(page, Document) and (page.media == HTML) == (full != "pages")]
    monkeypatch.setattr("tempfile.TemporaryFile", no_space)
    monkeypatch.setattr(Path, "open", no_space)
    spool = Spool(tmp_path if where else None)
    with pytest.raises(OutputError, match=f"cannot keep {full} in .*: No space left on device") as raised:
        spool.read(some)
    assert ("-o" if where else "TMPDIR") in str(raised.value)


def test_a_few_pages_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    spool = Spool()
    spool.read([Document(str(number), article(number), "p") for number in range(1000)])
    assert len(all_of(spool)) == len(spool) == 1000
    assert repr(spool) == "Spool(1000)"
