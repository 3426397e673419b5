"""Which pages were read: kept as keys, and asked for by address or id.

Covers: ``reuse/report/visits.py``, the keys of a spool, ``page_read`` of ``reuse diff``.
Compares against: sets. Run: ``pytest tests/test_visits.py``
"""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reuse.errors import InputError
from reuse.pipeline.spool import Spool
from reuse.report.visits import VISITS, read_visits, was_read, write_visits
from reuse.sites import page_key
from reuse.values import Document, key_of_id

if TYPE_CHECKING:
    from tests.conftest import Command

names = st.text("abc", min_size=1, max_size=2)
pages = st.lists(st.tuples(names, st.none() | names), max_size=12, unique_by=lambda page: page[0])


def document(name: str, url: str | None) -> Document:
    return Document(name, "Some words of a page.", "p", url=None if url is None else f"https://{url}.example/")


@given(pages, pages, st.integers(1, 4))
def test_a_page_was_read_if_its_address_or_else_its_id_was(
    read: list[tuple[str, str | None]], asked: list[tuple[str, str | None]], at_once: int
) -> None:
    documents = [document(*page) for page in read]
    spool = Spool()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.pipeline.spool._BLOCK", at_once)
        spool.read(documents)
    stream = io.BytesIO()
    write_visits(stream, spool.keys())
    kept = np.frombuffer(zstandard.ZstdDecompressor().stream_reader(stream.getvalue()).read(), "<u8")
    assert (kept == spool.keys()).all()
    known = {one.id for one in documents} | {page_key(one.url) for one in documents}
    assert spool.keys().tolist() == sorted({key_of_id(name) for name in known if name is not None})
    for page in asked:
        one = document(*page)
        assert was_read(spool.keys(), one) == ((page_key(one.url) or one.id) in known)


def test_a_page_was_read_however_its_address_is_spelled() -> None:
    spool = Spool()
    spool.read([Document("x1", "Some words of a page.", "p", url="http://www.a.example/1/?utm_source=x#top")])
    places = ("a.example/1", "a.example/2", "b.example/1")
    others = [Document("x9", "", "p", url=f"https://{place}") for place in places]
    assert [was_read(spool.keys(), one) for one in others] == [True, False, False]


KEYS = np.random.default_rng(8).integers(1, 2**32, 4000).cumsum().astype("<u8")
PACKED = zstandard.compress(KEYS.tobytes())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no archive", id="not packed"),
        pytest.param(zstandard.compress(b"123"), id="no whole number"),
        pytest.param(zstandard.compress(np.array([7, 5], "<u8").tobytes()), id="not ascending"),
        pytest.param(zstandard.compress(np.array([5, 5], "<u8").tobytes()), id="twice"),
        pytest.param(zstandard.compress(bytes(8000))[:20], id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(PACKED[:3], id="nothing but a beginning"),
        pytest.param(PACKED[: len(PACKED) // 2], id="half"),
        pytest.param(PACKED[:-3], id="three bytes short"),
        pytest.param(PACKED + b"more", id="something behind it"),
        pytest.param(PACKED + PACKED, id="twice over"),
    ],
)
def test_damaged_keys_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / VISITS).write_bytes(content)
    with pytest.raises(InputError, match=f"{VISITS}: .*audit again, or remove it"):
        read_visits(tmp_path / VISITS)


def test_keys_are_read_as_they_were_written(tmp_path: Path) -> None:
    for count in (0, 1, 1000, len(KEYS)):
        with (tmp_path / VISITS).open("wb") as stream:
            write_visits(stream, KEYS[:count].astype(np.uint64))
        assert (read_visits(tmp_path / VISITS) == KEYS[:count]).all()
        assert (read_visits(tmp_path / VISITS, count) == KEYS[:count]).all()


def test_more_keys_than_the_pages_have_are_refused(tmp_path: Path) -> None:
    (tmp_path / VISITS).write_bytes(PACKED)
    assert len(read_visits(tmp_path / VISITS, 2000)) == 4000
    with pytest.raises(InputError, match=r"it has more than the 3,998 keys of its pages\); audit again"):
        read_visits(tmp_path / VISITS, 1999)


def test_a_bomb_of_keys_is_refused_at_once(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(bomb, closefd=False) as packed:
        for _ in range(64):
            packed.write(bytes(2**24))  # a gigabyte in all
    (tmp_path / VISITS).write_bytes(bomb.getvalue())
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="its keys are not in order"):
            read_visits(tmp_path / VISITS)
        assert tracemalloc.get_traced_memory()[1] < 2**28
    finally:
        tracemalloc.stop()


ARTICLE = " ".join(f"word{number}" for number in range(100))


def test_what_is_gone_says_whether_its_page_was_read_again(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("articles").mkdir()
    Path("articles/a.txt").write_text(ARTICLE, "utf-8")

    def audited(night: str, **texts: str) -> None:
        lines = ({"url": f"https://{name}.example/", "text": text} for name, text in texts.items())
        Path(f"{night}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        assert command("audit", "articles", f"{night}.jsonl", "-o", night, "-q").code == 0

    audited("monday", changed=ARTICLE, unread=ARTICLE, still=ARTICLE)
    audited("tuesday", other="Nothing of that.", changed="All gone. " * 20, still=ARTICLE)
    told = command("diff", "monday", "tuesday", "-f", "jsonl", "-q")
    read = {line["page"]["site"]: line["page_read"] for line in map(json.loads, told.out.splitlines())}
    assert read == {"changed.example": True, "unread.example": False, "still.example": None}
    table = command("diff", "monday", "tuesday", "-q").out
    assert "2 gone (2 identical), 1 of them on pages that were not read again" in table
    (tmp_path / "tuesday" / VISITS).unlink()
    told = command("diff", "monday", "tuesday", "-f", "jsonl", "-q")
    assert {line["page_read"] for line in map(json.loads, told.out.splitlines())} == {None}


def test_keys_that_the_run_has_not_read_are_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, "utf-8")
    report = tmp_path / "report"
    assert command("audit", tmp_path / "a.txt", tmp_path / "a.txt", "-o", report, "-q").code == 0
    (report / VISITS).write_bytes(PACKED)
    done = command("diff", report, report, "-q")
    assert done.code == 3
    assert "it has more than the 2 keys of its pages" in done.err
