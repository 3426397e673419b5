"""Archives: a folder that is packed reads like the folder, and a hostile one costs no more than its rows.

Covers: `reuse.documents.archive`. Compares against: the same files in a folder, and zipfile and tarfile, which
write the archives. Run: ``pytest tests/test_archives.py``
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
import zstandard

from reuse.options import Options
from reuse.values import HTML, TEXT
from tests.test_documents import Read, pipe_in

FILES: Mapping[str, bytes] = {
    "b/news.jsonl": b'{"text": "One."}\n{"text": "Two."}\n',
    "a.txt": b"A text.",
    "b/page.html": b"<p>A page.",
    "b/c/packed.txt.gz": gzip.compress(b"A packed text."),
    "b/c/bare": b"<!doctype html><p>Without suffix.",
    "b/c/image.jpg": b"\xff\xd8\xff",
    ".hidden/x.txt": b"Hidden.",
}
CONTENTS = {
    "a.txt": (b"A text.", TEXT),
    "b/page.html": (b"<p>A page.", HTML),
    "b/news.jsonl:1": ("One.", TEXT),
    "b/news.jsonl:2": ("Two.", TEXT),
    "b/c/bare": (b"<!doctype html><p>Without suffix.", HTML),
    "b/c/packed.txt.gz": (b"A packed text.", TEXT),
}
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
Members = Mapping[str, bytes]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return held.getvalue()


FORMS: dict[str, Callable[[Members], bytes]] = {
    **{f"zip {method}": partial(zipped, method=method) for method in METHODS},
    **{f"tar {form}": partial(tarred, form=form) for form in (0, 1, 2)},
}


def read_bytes(content: bytes, name: str = "a.zip", options: Options | None = None) -> Read:
    Path(name).write_bytes(content)
    return Read(name, options=options)


def contents(found: Read, above: str) -> dict[str, tuple[object, str]]:
    return {each.id.removeprefix(above): (each.content, each.media) for each in found.documents}


# --- sound archives ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_reads_like_the_folder(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in FILES.items():
        Path("folder", name).parent.mkdir(parents=True, exist_ok=True)
        Path("folder", name).write_bytes(content)
    assert contents(Read("folder"), "folder/") == CONTENTS
    make = FORMS[form]
    content = make(FILES)
    name = f"a.{form[:3]}"
    found = read_bytes(content, name)
    assert contents(found, f"{name}/") == CONTENTS
    assert found.rows == []
    assert found.notices[-1].startswith("passed over 1 .jpg, 1 hidden;")
    assert found.documents[0].id == f"{name}/b/news.jsonl:1", "the order is that of the archive"
    assert contents(read_bytes(gzip.compress(content), f"{name}.gz"), f"{name}.gz/") == CONTENTS
    assert contents(read_bytes(content, "whatever"), "whatever/") == CONTENTS
    pipe_in(monkeypatch, content)
    assert contents(Read("-"), "-/") == CONTENTS


@pytest.mark.parametrize("suffix", [".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".TXZ"])
def test_packed_tars(suffix: str) -> None:
    packers: dict[str, Callable[[bytes], bytes]]
    packers = {"gz": gzip.compress, "z2": bz2.compress, "xz": lzma.compress, "st": zstandard.compress}
    found = read_bytes(packers[suffix[-2:].lower()](tarred(FILES)), f"a{suffix}")
    assert contents(found, f"a{suffix}/") == CONTENTS


def test_archives_in_folders_are_like_folders() -> None:
    Path("pages").mkdir()
    Path("pages/a.zip").write_bytes(zipped(FILES))
    Path("pages/b.tgz").write_bytes(gzip.compress(tarred(FILES)))
    everything = {f"{archive}/{name}" for archive in ("a.zip", "b.tgz") for name in CONTENTS}
    assert set(contents(Read("pages"), "pages/")) == everything
    assert set(contents(Read("pages", include=["*.txt"]), "pages/")) == {"a.zip/a.txt", "b.tgz/a.txt"}
    some = Read("pages", include=["b.tgz/b/*"], exclude=["*.jsonl"])
    assert set(contents(some, "pages/")) == {
        f"b.tgz/b/{name}" for name in ("page.html", "c/bare", "c/packed.txt.gz")
    }
    assert "1 excluded" in some.notices[0]
    assert set(contents(Read("pages", exclude=["a.zip"]), "pages/")) == {n for n in everything if n[0] == "b"}
    assert set(contents(Read("pages/a.zip", include=["b/*.html"]), "pages/a.zip/")) == {"b/page.html"}
    assert Read("pages/a.zip", include=["*.md"]).notices == [
        "passed over 5 not included, 1 .jpg, 1 hidden; unpack it to read others"
    ]
    assert read_bytes(zipped({})).rows == ["a.zip: holds no file; remove it, or see why it was left empty"]


def test_names_are_shown_and_never_opened() -> None:
    Path("secret.txt").write_text("Secret.")
    names = [
        "../secret.txt",
        "/etc/secret.txt",
        "a/../../secret.txt",
        "x\x1b[31m\n.txt",
        "\u202e.txt",
        "./y.txt",
    ]
    for content in (zipped(dict.fromkeys(names, b"Taken.")), tarred(dict.fromkeys(names, b"Taken."))):
        found = read_bytes(content, "a")
        assert found.ids == [
            "a/../secret.txt",
            "a/etc/secret.txt",
            "a/a/../../secret.txt",
            "a/x\\x1b[31m\\n.txt",
            "a/\u202e.txt",
            "a/y.txt",
        ]
        assert {each.content for each in found.documents} == {b"Taken."}
        assert os.listdir(".").count("secret.txt") == 1
        assert Path("secret.txt").read_text() == "Secret."


def test_utf_8_names_that_do_not_say_so() -> None:
    content = zipped({"é.txt": b"A."})
    name = "é.txt".encode()
    unsaid = content.replace(b"\x00\x08\x00", b"\x00\x00\x00")
    assert name in unsaid
    for each in (content, unsaid):
        assert read_bytes(each).ids == ["a.zip/é.txt"]


def test_links_and_devices_are_passed_over() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            header = tarfile.TarInfo(f"x{kind!r}.txt")
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
        header = tarfile.TarInfo("y.txt")
        header.size = 4
        archive.addfile(header, io.BytesIO(b"Text"))
    found = read_bytes(held.getvalue(), "a.tar")
    assert found.ids == ["a.tar/y.txt"]
    assert found.notices == ["passed over 4 that are no files; unpack it to read others"]


# --- damaged ones -----------------------------------------------------------------------------


def test_each_bad_member_is_a_row_and_the_rest_is_read() -> None:
    held = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(held, "w") as archive:  # noqa: PT031
        for name in (
            "1.txt",
            "crc.txt",
            "2.txt",
            "locked.txt",
            "method.txt",
            "1.txt",
            "in.zip",
            "n" * 5000,
            "3.txt",
        ):
            archive.writestr(name, zipped({"x.txt": b"x"}) if name == "in.zip" else f"Text of {name}.".encode())
    content = bytearray(held.getvalue())
    at = content.index(b"Text of crc")
    content[at] ^= 1
    for name, offset, value in (("locked.txt", -38, 1), ("method.txt", -36, 99)):
        central = content.rindex(name.encode())
        content[central + offset] = value
    found = read_bytes(bytes(content))
    assert found.ids == ["a.zip/1.txt", "a.zip/2.txt", "a.zip/3.txt"]
    rows = dict(row.split(": ", 1) for row in found.rows)
    assert "Bad CRC-32" in rows["a.zip/crc.txt"]
    assert rows["a.zip/locked.txt"] == "is encrypted; unpack it with its password first"
    assert rows["a.zip/method.txt"].startswith("is damaged in the zip (")
    assert rows["a.zip/1.txt"].startswith("is there more than once; the first is read; ")
    assert rows["a.zip/in.zip"] == "is zip within an archive; unpack the outer one first"
    assert rows["a.zip"].startswith("a member has a name of 5,000 characters")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"noise" * 99])
def test_what_is_no_zip(content: bytes) -> None:
    (row,) = read_bytes(content).rows
    assert row.startswith("a.zip: ")
    assert "is a damaged zip" in row or "holds no file" in row


def test_office_documents_under_another_name() -> None:
    for name in ("[Content_Types].xml", "mimetype"):
        assert (
            "is an office document or e-book; save its text"
            in read_bytes(zipped({name: b"", "a.txt": b"x"})).rows[0]
        )


def test_cut_off_tars_keep_what_comes_before() -> None:
    members = {f"{n}.txt": random.Random(n).randbytes(700).hex().encode() for n in range(6)}
    content = tarred(members)
    for cut in range(331, 12_000, 331):
        found = read_bytes(content[:cut], "a.tar")
        assert all(each.content == members[each.id.removeprefix("a.tar/")] for each in found.documents)
        assert len(found.ids) == (cut + 136) // 2048, "all but the padding of a member"
        assert bool(found.rows) == (cut % 2048 != 0), cut
    assert "empty file" in read_bytes(b"", "a.tar").rows[0]


def test_a_damaged_header_of_a_tar_is_not_its_end() -> None:
    content = bytearray(tarred({f"{n}.txt": b"Text." for n in range(3)}))
    content[1024:1030] = b"\xff" * 6
    found = read_bytes(bytes(content), "a.tar")
    assert found.ids == ["a.tar/0.txt"]
    assert found.rows[0].startswith("a.tar: is a damaged tar after '0.txt' (")


def test_a_damaged_packing_keeps_what_comes_before() -> None:
    content = gzip.compress(tarred({f"{n}.txt": random.Random(n).randbytes(9000) for n in range(60)}))
    found = read_bytes(content[: len(content) // 2], "a.tgz")
    assert 20 < len(found.ids) < 31
    assert "it is packed and damaged" in found.rows[-1]


# --- hostile ones -----------------------------------------------------------------------------


def bounded(content: bytes, name: str, options: Options, seconds: float, memory: int) -> Read:
    """Read, within bounds of processor time and memory."""
    Path(name).write_bytes(content)
    del content
    tracemalloc.start()
    begin = time.process_time()
    try:
        found = Read(name, options=options)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - begin < seconds
    assert peak < memory
    return found


SMALL = Options(max_bytes=1 << 20)


def test_a_bomb_among_members_costs_itself_alone() -> None:
    content = zipped({"1.txt": b"One.", "bomb.txt": bytes(1 << 27), "2.txt": b"Two."})
    found = bounded(content, "a.zip", SMALL, 1, 4 << 20)
    assert found.ids == ["a.zip/1.txt", "a.zip/2.txt"]
    (row,) = found.rows
    assert row.startswith("a.zip/bomb.txt: unpacks to 134,217,728 bytes, over 200 times its size; ")
    assert row.endswith("raise --max-ratio")
    # Of small ones as many as come to 64 MiB are looked into.
    many = zipped({f"{n}.jsonl": bytes(1 << 23) for n in range(20)})
    rows = bounded(many, "a.zip", SMALL, 3, 4 << 20).rows
    assert sum("unpacks to 8,388,608 bytes" in row for row in rows) == 12


@pytest.mark.parametrize("method", METHODS)
def test_a_member_that_lies_about_its_size(method: int) -> None:
    content = zipped({"1.txt": b"x" * (1 << 24), "2.txt": b"Two."}, method)
    lying = content.replace(struct.pack("<I", 1 << 24), struct.pack("<I", 100))
    assert lying != content
    found = bounded(lying, "a.zip", SMALL, 2, 80 << 20)
    assert found.ids == ["a.zip/2.txt"]
    assert len(found.rows) == 1


def test_members_that_lie_over_each_other() -> None:
    """One kernel of zeros, and many entries that all point at it, as in Fifield's better zip bomb."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    kernel = packer.compress(bytes(1 << 21)) + packer.flush()
    check = zlib.crc32(bytes(1 << 21))
    sizes = (check, len(kernel), 1 << 21)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, *sizes, 5, 0) + b"0.txt"
    count = 3000
    central = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes, 5, 0, 0, 0, 0, 0, 0) + b"0.txt"
        for _ in range(count)
    )
    begin = len(local) + len(kernel)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(central), begin, 0)
    found = bounded(local + kernel + central + end, "a.zip", Options(max_ratio=2000), 2, 16 << 20)
    assert found.ids == []
    assert found.rows == ["a.zip: its members lie over each other, as in bombs; pack it anew, or leave it out"]


def test_names_of_gigabytes() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 31
    block = header.tobuf(tarfile.GNU_FORMAT)
    content = zstandard.compress(block + b"x" * (1 << 26))
    found = bounded(content, "a.tar.zst", Options(max_ratio=100_000), 2, 48 << 20)
    assert "a header is over 1,048,576 bytes" in found.rows[0]


def test_sparse_members_are_not_unrolled() -> None:
    header = tarfile.TarInfo("x.jsonl")
    header.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 50)}
    header.size = 512
    block = header.tobuf(tarfile.PAX_FORMAT) + b"0\n".ljust(512, b"\0")
    found = bounded(tarred({"1.txt": b"One."})[:1024] + block, "a.tar", SMALL, 1, 4 << 20)
    assert found.ids == ["a.tar/1.txt"]
    assert len(found.rows) == 1


def test_noise_in_archives_raises_nothing() -> None:
    members = {f"{n}.jsonl": json.dumps({"text": "word " * n}).encode() for n in range(9)}
    for name, sound in (
        ("a.zip", zipped(members)),
        ("a.tar", tarred(members)),
        ("a.tgz", gzip.compress(tarred(members))),
    ):
        for seed in range(80):
            noise = random.Random(seed)
            harmed = bytearray(sound)
            for _ in range(noise.randint(1, 20)):
                harmed[noise.randrange(len(harmed))] = noise.randrange(256)
            found = read_bytes(bytes(harmed), name)
            assert found.rows or found.documents or found.notices
            assert all(row.isprintable() for row in found.rows)


def test_many_members_take_little_memory() -> None:
    content = tarred({f"{n}.txt": b"x" * 3000 for n in range(2000)})
    Path("a.tar").write_bytes(content)
    tracemalloc.start()
    try:
        from reuse.documents import read

        assert sum(1 for _ in read("a.tar")) == 2000
        assert tracemalloc.get_traced_memory()[1] < 5 << 20
    finally:
        tracemalloc.stop()
