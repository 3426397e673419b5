"""Covers `reuse.texts`: encodings against Python's own codecs, what is binary, what is kept and counted."""

from __future__ import annotations

import gc
import gzip
import io
import marshal
import random
import sqlite3
import struct
import sys
import tarfile
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse.errors import InputError
from reuse.texts import extract, lay_out, utf8
from reuse.values import Document, Notice, Unreadable

PARAGRAPHS = {
    "de": "Der Präsident erklärte am Mittwoch, dass die Arbeiten im nächsten Sommer abgeschlossen "
    "würden. „Wir haben nichts zu verbergen“, fügte er hinzu. Die Opposition kritisiert hingegen "
    "die höheren Kosten.",
    "fr": "Le président de la République a déclaré mercredi que l'été prochain verrait l'achèvement "
    "des travaux engagés à l'Élysée. « Nous n'avons rien à cacher », a-t-il ajouté. L'opposition "
    "dénonce un coût élevé.",
    "ru": "Президент заявил в среду, что работы будут завершены следующим летом. «Нам нечего "
    "скрывать», добавил он, уточнив, что депутаты будут опрошены осенью. Оппозиция критикует "
    "высокую стоимость строительства.",
    "el": "Ο πρόεδρος δήλωσε την Τετάρτη ότι τα έργα θα ολοκληρωθούν το επόμενο καλοκαίρι. Δεν έχουμε "
    "τίποτα να κρύψουμε, πρόσθεσε, διευκρινίζοντας ότι οι βουλευτές θα ερωτηθούν το φθινόπωρο.",
    "ar": "أعلن الرئيس يوم الأربعاء أن الأعمال ستنتهي في الصيف المقبل. وأضاف أنه ليس لدينا ما نخفيه، "
    "موضحا أن النواب سيستشارون في الخريف. وتنتقد المعارضة ارتفاع التكلفة وتجاوز المواعيد المحددة.",
    "ja": "大統領は水曜日、工事は来年の夏に完了すると発表した。「隠すことは何もない」と述べ、秋に議員の"
    "意見を聞くと説明した。野党は高い費用と遅れた期限を批判している。新しい建物は首都の中心に建て"
    "られる予定である。",
    "zh": "总统周三表示，工程将于明年夏天完成。“我们没有什么可隐瞒的”，他补充说，并说明议员们将在秋天接"
    "受咨询。反对派批评费用过高以及工期延误。新大楼将建在首都的中心地区，预计耗资两千万元。",
    "tw": "總統週三表示，工程將於明年夏天完成。「我們沒有什麼可隱瞞的」，他補充說，並說明議員們將在秋天"
    "接受諮詢。反對派批評費用過高以及工期延誤。新大樓將建在首都的中心地區，預計耗資兩千萬元。",
    "ko": "대통령은 수요일 내년 여름에 공사가 완료될 것이라고 밝혔다. 그는 숨길 것이 없다고 덧붙이며 "
    "가을에 의원들의 의견을 들을 것이라고 설명했다. 야당은 높은 비용과 지연된 일정을 비판하고 "
    "있다.",
}
LEGACY = [
    ("de", "cp1252"),
    ("fr", "cp1252"),
    ("fr", "latin-1"),
    ("ru", "cp1251"),
    ("ru", "koi8-r"),
    ("el", "iso8859-7"),
    ("ar", "cp1256"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("zh", "gb18030"),
    ("tw", "big5"),
    ("ko", "euc_kr"),
]
BINARY = "is binary, not text"


def text_of(content: bytes | str) -> tuple[str, int]:
    values, replaced = utf8(content)
    return values.decode(), replaced


# --- values -----------------------------------------------------------------------------------


def test_texts_are_laid_one_after_another() -> None:
    row, notice = Unreadable("u", 3, "is broken"), Notice("n", "a guess")
    contents: list[bytes | str] = [
        "Größe",
        b"",
        b"\xc3\xa9t\xc3\xa9 \xff\xfe",
        "日本\ud800",
        " \n\t\u3000",
        "last",
    ]
    documents = [Document(str(n), c, f"{n}.txt", n, "https://e.org", "T") for n, c in enumerate(contents)]
    texts = extract([row, documents[0], notice, *documents[1:]])
    assert [texts[n] for n in range(len(texts))] == ["Größe", "été \ufffd\ufffd", "日本\ufffd", "last"]
    assert [d.id for d in texts.documents] == ["0", "2", "3", "5"]
    assert {d.content for d in texts.documents} == {b""}
    assert texts.documents[0].url == "https://e.org"
    assert texts.replaced.tolist() == [0, 2, 1, 0]
    assert [(r.path, r.line) for r in texts.unreadable] == [("u", 3), ("1.txt", 1), ("4.txt", 4)]
    assert texts.unreadable[1].reason.startswith("holds no text; ")
    assert texts.notices == (notice,)
    assert [str(a.dtype) for a in (texts.values, texts.offsets, texts.replaced)] == [
        "uint8",
        "int64",
        "int64",
    ]
    assert not texts.values.flags.writeable


def test_nothing_to_extract() -> None:
    texts = extract([])
    assert (len(texts), len(texts.values), texts.offsets.tolist()) == (0, 0, [0])


@given(st.text())
def test_sound_text_is_kept_code_point_for_code_point(text: str) -> None:
    try:
        expected = text_of(text)
    except InputError:
        return
    assert expected == (text.replace("\0", "\ufffd"), text.count("\0"))


@given(st.text(alphabet="aé日😀\r\n \ufffd", min_size=1).filter(lambda text: not text.isspace()))
def test_bytes_and_text_agree(text: str) -> None:
    assert text_of(text.encode()) == text_of(text) == (text, 0)


@given(st.binary(max_size=300))
def test_any_bytes_give_valid_utf8_or_a_reason(content: bytes) -> None:
    try:
        values, replaced = utf8(content)
    except InputError:
        return
    assert values.decode()
    assert 0 <= replaced <= len(content)


# --- encodings --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_believed_and_removed(encoding: str) -> None:
    for text in PARAGRAPHS.values():
        assert text_of(text.encode(encoding)) == (text, 0)
        big_endian = ("\ufeff" + text).encode(
            encoding.removesuffix("-sig") + ("-be" if "8" not in encoding else "")
        )
        assert text_of(big_endian) == (text, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("end", ["", "\r\n"])
def test_wide_encodings_without_a_mark(encoding: str, end: str) -> None:
    for text in PARAGRAPHS.values():
        assert text_of((text + end).encode(encoding)) == (text + end, 0)


def test_damaged_wide_encodings_are_counted() -> None:
    content = "\ufeffSome text".encode("utf-16-le") + b"\x00\xd8" + " and \ufffd".encode("utf-16-le")
    assert text_of(content) == ("Some text\ufffd and \ufffd", 1)
    assert text_of(b"\xff\xfea\0b") == ("a\ufffd", 1)


@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_legacy_encodings(language: str, encoding: str) -> None:
    content = PARAGRAPHS[language].encode(encoding, "ignore")
    assert text_of(content) == (content.decode(encoding), 0)


def test_the_telling_byte_may_come_late() -> None:
    text = "Nothing but ASCII here.\n" * 100_000 + PARAGRAPHS["ru"]
    assert text_of(text.encode("cp1251")) == (text, 0)


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_damaged_utf8_is_not_taken_for_another_encoding(language: str) -> None:
    rng = random.Random(7)
    whole = (PARAGRAPHS[language] * 5).encode()
    for _ in range(20):
        broken = bytearray(whole)
        for place in rng.sample(range(len(whole)), len(whole) // 200):
            broken[place] = rng.randrange(128, 256)
        text, replaced = text_of(bytes(broken))
        assert text == broken.decode(errors="replace")
        assert replaced == text.count("\ufffd")


def test_own_replacement_characters_are_not_counted() -> None:
    assert text_of("été \ufffd ".encode() + b"\xff")[1] == 1


# --- binary -----------------------------------------------------------------------------------


def a_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = random.Random(1).randbytes(64 * 65)
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


def a_tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 3000
        archive.addfile(member, io.BytesIO(b"Some text. " * 300))
    return buffer.getvalue()


def a_database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE texts AS SELECT 'Some text.' AS text")
        content = connection.serialize()
    connection.close()
    return content


BINARIES = {
    "png": a_png(),
    "gzip": gzip.compress(PARAGRAPHS["fr"].encode() * 3),
    "deflate": zlib.compress(random.Random(2).randbytes(5000)),
    "program": Path(sys.executable).read_bytes()[:200_000],
    "bytecode": marshal.dumps(compile("def f(x):\n    return x + 1\n", "f", "exec")),
    "tar": a_tar(),
    "sqlite": a_database(),
    "floats": np.linspace(0, 1, 1000).tobytes(),
    "zeros": bytes(1000),
}


@pytest.mark.parametrize("name", BINARIES)
def test_binaries(name: str) -> None:
    (row,) = extract([Document(name, BINARIES[name], name)]).unreadable
    assert row.reason.startswith(BINARY)
    with pytest.raises(InputError, match=BINARY):  # cut so that no signature and no parity helps
        utf8(BINARIES[name][13:])


def test_binary_in_a_string() -> None:
    with pytest.raises(InputError, match=BINARY):
        utf8("\0\1\2\3 text")


def test_a_few_controls_do_not_make_a_text_binary() -> None:
    text = "page one\f\r\n\x1b[1mpage two\x1b[0m\b\a\v " + "and so on " * 20
    assert text_of(text) == (text, 0)
    assert text_of(text.encode() + b"\0\x1a") == (text + "\ufffd\x1a", 1)


@pytest.mark.parametrize("content", ["", b"", b" \r\n", "\u3000\u2003\n" * 100, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_no_text(content: bytes | str) -> None:
    with pytest.raises(InputError, match="holds no text"):
        utf8(content)


def test_white_space_before_a_text() -> None:
    text = "\u3000" * 100 + "text"
    assert text_of(text.encode()) == (text, 0)


# --- texts in memory --------------------------------------------------------------------------


@given(
    st.lists(st.text() | st.sampled_from(["", " ", "a" * 3000, "é\0", "\ud800", "binary\1\2\3"]), max_size=6)
)
def test_every_text_in_memory_has_its_row(given_texts: list[str]) -> None:
    texts = lay_out(given_texts)
    odd = [sum(c == "\0" or "\ud800" <= c <= "\udfff" for c in text) for text in given_texts]
    assert texts.replaced.tolist() == odd
    for row, text in enumerate(given_texts):
        assert texts[row] == "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
        assert texts.documents[row] == Document(str(row), b"", "")


def test_many_texts_in_memory_are_laid_out_as_they_are_read() -> None:
    given_texts = [f"text {number} é" * (number % 50 + 1) for number in range(3_500)]
    given_texts[::700] = ["one character in fifty and more may be none: \0 and the others are text"] * 5
    laid = lay_out(given_texts)
    read = extract(Document(str(number), text, "") for number, text in enumerate(given_texts))
    assert laid.values.tobytes() == read.values.tobytes()
    assert laid.offsets.tolist() == read.offsets.tolist()
    assert laid.replaced.tolist() == read.replaced.tolist()
    assert tuple(laid.documents) == read.documents


def test_texts_that_grow_leave_room_for_those_behind_them() -> None:
    # A Cyrillic letter takes a byte in its own encoding and two here, a NUL one and its replacement three.
    # Before that, all of it fits into the memory there is at first.
    russian, plain = "Он сказал, что дом стоит на берегу реки. " * 51_000, "a" * 2_000_000
    rows = [Document("0", russian.encode("cp1251"), ""), Document("1", plain.encode(), "")]
    assert [extract(rows)[row] for row in range(2)] == [russian, plain]
    laid = lay_out(["\0" * 1_390_000, "a" * 1_390_000, "\0" * 1_390_000])
    assert np.diff(laid.offsets).tolist() == [3 * 1_390_000, 1_390_000, 3 * 1_390_000]
    assert laid[1] == "a" * 1_390_000


def test_documents_are_read_alike_whatever_stands_between_them() -> None:
    rows = [Document(str(n), f"text number {n}", "p") for n in range(5)]
    odd = Document("odd", b"caf\xe9 au lait", "p")
    broken, notice = Unreadable("u", 1, "is broken"), Notice("n", "a guess")
    mixed = extract([rows[0], broken, rows[1], odd, rows[2], notice, rows[3], Document("e", "", "e"), rows[4]])
    assert [document.id for document in mixed.documents] == ["0", "1", "odd", "2", "3", "4"]
    assert [mixed[row] for row in range(6)] == [
        *(f"text number {n}" for n in range(2)),
        "café au lait",
        *(f"text number {n}" for n in range(2, 5)),
    ]
    assert [row.path for row in mixed.unreadable] == ["u", "e"]
    assert mixed.notices == (notice,)


@pytest.mark.slow
@pytest.mark.parametrize("odd", ["", "日本語", b"caf\xe9 au lait"])
def test_texts_that_need_care_cost_no_more_among_many(odd: bytes | str) -> None:
    def seconds(count: int) -> float:
        documents = [Document(str(n), odd, "p") for n in range(count)]
        gc.collect()
        gc.disable()  # it would go through all that other tests have left
        try:
            begin = time.process_time()
            extract(documents)
            return time.process_time() - begin
        finally:
            gc.enable()

    few, many = (min(seconds(count) for _ in range(3)) for count in (500, 5_000))
    # Ten times as many: ten times the work, and not a hundred times.
    assert many < 40 * max(few, 0.001)


def test_strings_are_not_kept_as_utf8() -> None:
    text = "é" * 1_000_000
    before = sys.getsizeof(text)
    lay_out([text])
    extract([Document("a", text + ".", "p")])
    assert sys.getsizeof(text) == before
