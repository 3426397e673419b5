"""An index: made, grown, looked into, checked and exported, from Python and by ``reuse index``.

Covers: ``reuse/index/``, ``reuse/cli/index.py``. Compares against: the documents that went in, SQL on the file,
and audits of the same documents without an index. What breaks is in ``test_index_faults.py``.
Run: ``pytest tests/test_index.py``
"""

from __future__ import annotations

import json
import pickle
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from reuse import index, interop
from reuse.documents import Fields
from reuse.errors import IndexFileError, OutputError, UsageError
from reuse.options import Options
from reuse.texts import extract
from reuse.values import Document, Notice, Unreadable
from tests.conftest import Command
from tests.newsroom import OPTIONS, article, document, documents, write


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "news.index")


def sql(path: str, query: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(path, read_only=True)) as base:
        return base.execute(query).fetchall()


def changed(path: str, query: str) -> None:
    with closing(duckdb.connect(path)) as base:
        base.execute(query)


# --- what goes in comes out -------------------------------------------------------------------


def test_nothing_makes_an_empty_index(path: str) -> None:
    assert index.build(path, [], OPTIONS).documents == 0
    with index.open_index(path, OPTIONS) as found:
        assert len(found) == len(found.words) == len(found.stock.in_lists) == len(found.boilerplate) == 0
        assert len(found.fingerprints(np.array([7], np.uint64)).row) == 0
        assert len(found.texts(np.zeros(0, np.int32))) == 0
    assert index.verify(path).faults == ()
    assert index.info(path)["file_to_text"] is None


ODD = [
    Document(
        "lone \ud800 surrogate",
        "a b c d e f g",
        "odd.jsonl",
        line=3,
        title="\udfff",
        url="https://a.example/\ud801",
    ),
    Document(
        "nul \0 in it", "nul \0 in a text of some words", "x\0y", author="", title="'; DROP TABLE documents; --"
    ),
    Document("astral", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 is 🎉🎉 odd " * 60, "p", language="und", modified="yesterday", fetched="today"),
    Document("long", "word " * 90_000, "p", date="2026-11-21", encoding="utf-8"),
    Document("", "the id of this is empty", "p"),
    Document("short", "x", "p"),
    Document("bytes", "caf\xe9 \xff\xfe".encode("latin-1"), "p"),
    Document("quote \" ' %s {x}", "what SQL, JSON or a format could trip over", "p"),
]


def test_odd_documents_come_back_as_they_went_in(path: str) -> None:
    index.build(path, ODD, OPTIONS)
    texts = extract(ODD)
    with index.open_index(path) as found:
        back = found.texts(np.arange(len(found), dtype=np.int32))
    assert back.documents == texts.documents
    assert [back[row] for row in range(len(back))] == [texts[row] for row in range(len(texts))]
    assert back.replaced.tolist() == texts.replaced.tolist()
    assert index.verify(path, sample=None).faults == ()
    assert len(texts) == len(ODD) - 1  # of one all bytes are no text
    assert index.add(path, ODD).unchanged == len(texts)
    assert index.remove(path, [one.id for one in ODD]).removed == len(texts)


def test_what_is_no_text_is_told(path: str) -> None:
    given: list[Document | Unreadable | Notice] = [
        Notice("n", "a note"),
        Document("a", "  ", "a.txt"),
        Unreadable("b", None, "gone"),
        document(1),
    ]
    change = index.build(path, given, OPTIONS)
    assert change.documents == change.added == 1
    assert {row.path for row in change.unreadable} == {"a.txt", "b"}
    assert change.notices == (given[0],)


def test_the_order_of_documents_does_not_matter(tmp_path: Path) -> None:
    digests = []
    for number, some in enumerate((documents(range(30)), documents(reversed(range(30))))):
        place = str(tmp_path / f"{number}.index")
        index.build(place, some, OPTIONS)
        with index.open_index(place) as found:
            digests.append((found.digest(), found.boilerplate.digest(), found.stock.in_lists.tolist()))
    assert digests[0] == digests[1]


def test_many_small_batches_make_the_same_index(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse.index import writing

    index.build(path, documents(range(40)), OPTIONS)
    lanes = 'SELECT hash, id FROM postings JOIN documents USING ("row") ORDER BY ALL'
    expected = sql(path, lanes), sql(path, "SELECT * FROM stock ORDER BY ALL")
    monkeypatch.setattr(writing, "_DOCUMENTS", 3)
    index.build(path, documents(range(40)), OPTIONS)
    assert (sql(path, lanes), sql(path, "SELECT * FROM stock ORDER BY ALL")) == expected


def test_two_documents_with_one_id_are_refused(path: str) -> None:
    with pytest.raises(UsageError, match="'article-1' names 2 documents"):
        index.build(path, [document(1), document(2), document(1, 1)], OPTIONS)
    assert not Path(path).exists()
    index.build(path, [document(2)], OPTIONS)
    with pytest.raises(UsageError, match="'article-1' names two documents"):
        index.add(path, [document(1), document(1, 1)])
    assert sql(path, "SELECT id FROM documents") == [("article-2",)]


def test_a_new_index_takes_the_place_of_an_old_one(path: str, tmp_path: Path) -> None:
    index.build(path, documents(range(5)), OPTIONS)
    index.build(path, documents(range(5, 7)), OPTIONS)
    assert sql(path, "SELECT count(*) FROM documents") == [(2,)]
    assert [file.name for file in tmp_path.iterdir()] == ["news.index"]


# --- coming and going -------------------------------------------------------------------------


def test_to_add_what_is_there_changes_nothing(path: str) -> None:
    index.build(path, documents(range(20)), OPTIONS)
    before = Path(path).read_bytes()
    change = index.add(path, documents(range(20)))
    assert (change.added, change.replaced, change.unchanged) == (0, 0, 20)
    assert Path(path).read_bytes() == before


def test_a_changed_document_takes_the_place_of_the_old(path: str) -> None:
    index.build(path, documents(range(10)), OPTIONS)
    change = index.add(path, documents(range(8, 12), edition=1))
    assert (change.documents, change.added, change.replaced, change.unchanged) == (12, 2, 2, 0)
    assert (
        "changed1x8"
        in sql(path, "SELECT text FROM documents JOIN texts USING (row) WHERE id = 'article-8'")[0][0]
    )
    assert index.verify(path, sample=None).faults == ()


def test_other_words_about_a_document_need_no_new_fingerprints(path: str) -> None:
    some = [one for one in documents(range(12)) if one.media == "text"]
    index.build(path, some, OPTIONS)
    rows = sql(path, 'SELECT id, "row" FROM documents ORDER BY id')
    moved = [
        one._replace(line=(one.line or 0) + 5, title="Another", url=f"https://new.example/{one.id}")
        for one in some
    ]
    change = index.add(path, moved)
    assert (change.replaced, change.documents) == (len(some), len(some))
    assert sql(path, 'SELECT id, "row" FROM documents ORDER BY id') == rows
    assert sql(path, "SELECT DISTINCT title, site FROM documents") == [("Another", "new.example")]
    with index.open_index(path) as found:
        back = {one.id: one for one in found.documents(np.arange(len(some), dtype=np.int32))}
    index.build(path + "-fresh", moved, OPTIONS)
    with index.open_index(path) as one, index.open_index(path + "-fresh") as other:
        assert one.digest() == other.digest()
        assert one.boilerplate.digest() == other.boilerplate.digest()
    assert back == {one.id: one._replace(content=b"") for one in moved}
    assert index.verify(path, sample=None).faults == ()


def test_a_document_that_cannot_be_read_again_stays(path: str) -> None:
    index.build(path, [document(1)], OPTIONS)
    change = index.add(path, [document(1)._replace(content="")])
    assert (change.documents, change.replaced, len(change.unreadable)) == (1, 0, 1)


def test_what_is_removed_leaves_no_trace(path: str) -> None:
    index.build(path, documents(range(15)), OPTIONS)
    change = index.remove(path, ["article-3", "article-4", "article-3", "no such"])
    assert (change.documents, change.removed) == (13, 2)
    assert [str(row) for row in change.unreadable] == [
        "no such: is not in the index; see its ids with `SELECT id FROM documents`"
    ]
    for table in ("documents", "pieces", "originals", "signatures", "postings", "buckets", "terms", "few"):
        strays = f'SELECT count(*) FROM {table} WHERE "row" NOT IN (SELECT "row" FROM documents)'
        assert sql(path, strays) == [(0,)]
    assert index.remove(path, [one.id for one in documents(range(15))]).documents == 0
    assert index.verify(path).faults == ()


# --- without texts ----------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write(tmp_path / "articles", documents(range(30)))


def read_in(folder: Path) -> Any:
    from reuse.documents import read

    return read([str(folder)])


def test_without_texts_they_are_read_from_their_files(path: str, files: Path) -> None:
    (files / "page.html").write_text(f"<title>A page</title><p>{article(50)}</p>")
    kept, light = path, path + "-light"
    index.build(kept, read_in(files), OPTIONS)
    index.build(light, read_in(files), OPTIONS, keep_texts=False)
    assert sql(light, "SELECT count(*) FROM pieces") == sql(light, "SELECT count(*) FROM originals") == [(0,)]
    with index.open_index(kept) as one, index.open_index(light) as other:
        rows = np.arange(len(one), dtype=np.int32)
        texts, back = one.texts(rows), other.texts(rows)
        assert texts.values.tobytes() == back.values.tobytes()
        for first, second in zip(texts.documents, back.documents, strict=True):
            assert first._replace(original=None) == second._replace(original=None)
            if first.original is not None and second.original is not None:
                assert first.original.read() == second.original.read()
                assert first.original.given == second.original.given
        assert other.boilerplate.digest() == one.boilerplate.digest() != ""
        assert other.unreadable == ()
    assert index.verify(light, sample=None).faults == ()
    assert Path(light).stat().st_size < Path(kept).stat().st_size


def test_what_is_no_longer_there_is_told_once(path: str, files: Path) -> None:
    (files / "other.txt").write_text(article(60))
    index.build(path, read_in(files), OPTIONS, keep_texts=False)
    lines = (files / "news.jsonl").read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace("said", "never said")
    (files / "news.jsonl").write_text("".join(lines))
    (files / "other.txt").unlink()
    with index.open_index(path) as found:
        for _ in range(2):
            assert len(found.texts(np.arange(len(found), dtype=np.int32))) == len(found) - 2
        told = sorted(str(row) for row in found.unreadable)
    assert len(told) == 2
    assert "news.jsonl:5: has changed since it was indexed, and the index keeps no texts" in told[0]
    assert (
        "other.txt: is no longer there, and the index keeps no texts; bring it back, or index it again"
        in told[1]
    )


def test_other_fields_and_archives_are_read_back(path: str, tmp_path: Path) -> None:
    import zipfile

    from reuse.documents import read

    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("2026/a.txt", article(1))
        archive.writestr("2026/b.jsonl", json.dumps({"key": "b", "Body": article(2)}))
    fields = Fields(id="key", text="Body")
    index.build(
        path, read([str(tmp_path / "old.zip")], fields=fields), OPTIONS, keep_texts=False, fields=fields
    )
    with index.open_index(path) as found:
        texts = found.texts(np.arange(2, dtype=np.int32))
        assert [texts[row] for row in range(2)] == [article(1), article(2)]


# --- faults that verify finds -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("UPDATE documents SET key = key + 1 WHERE id = 'article-2'", "1 documents have the key of another id"),
        (
            "INSERT INTO documents SELECT * FROM documents WHERE id = 'article-2'",
            "1 documents have the id of another",
        ),
        ("INSERT INTO postings VALUES (5, 999)", "1 rows of postings belong to no document"),
        ("DELETE FROM signatures WHERE row = 3", "1 documents have no row of signatures"),
        ("DELETE FROM stock", "rows of stock are not what follows"),
        ("DELETE FROM few WHERE hash = (SELECT min(hash) FROM few)", "rows of few are not what follows"),
        ("INSERT INTO common VALUES ('postings', 77)", "1 rows of common are not what follows"),
        ("UPDATE boilerplate SET pages = pages + 1", "rows of boilerplate are not what follows"),
        (
            "UPDATE documents SET title = 'forged' WHERE id = 'article-2'",
            "the digest is not that of the documents",
        ),
        ("UPDATE buckets SET hash = hash + 1 WHERE row = 4", "have other buckets than their texts give"),
        (
            "DELETE FROM terms WHERE hash = (SELECT min(hash) FROM terms)",
            "have other terms than their texts give",
        ),
        ("UPDATE documents SET words = words + 1 WHERE row = 4", "1 documents have another number of words"),
        ("UPDATE signatures SET signature = signature || 'x'::BLOB WHERE row = 4", "have another signature"),
    ],
)
def test_what_was_tampered_with_is_found(path: str, query: str, found: str) -> None:
    index.build(path, documents(range(30)), OPTIONS)
    changed(path, query)
    assert any(found in fault for fault in index.verify(path, sample=None).faults)


def test_a_text_that_was_tampered_with_is_found(path: str) -> None:
    index.build(path, documents(range(30)), OPTIONS)
    changed(path, "UPDATE pieces SET piece = upper(piece) WHERE row = 7")
    assert any("have another text" in fault for fault in index.verify(path, sample=None).faults)
    changed(path, "DELETE FROM pieces WHERE row = 7")
    with index.open_index(path) as found, pytest.raises(IndexFileError, match="texts are missing or cut short"):
        found.texts(np.array([7], np.int32))


# --- export -----------------------------------------------------------------------------------


def test_an_export_finds_what_the_bands_find(path: str, tmp_path: Path) -> None:
    index.build(path, [*documents(range(30)), Document("short", "too short", "p")], OPTIONS)
    target = tmp_path / "news.pickle"
    assert index.export_datasketch(path, str(target)) == 30
    lsh = pickle.loads(target.read_bytes())
    asked = interop.signatures_of([article(4), "nothing of the kind " * 20], OPTIONS, values=lsh.h)
    first, second = interop.lean_minhashes(asked)
    assert "article-4" in lsh.query(first)
    assert lsh.query(second) == []


def test_an_export_says_why_it_cannot(path: str, tmp_path: Path) -> None:
    index.build(path, documents(range(3)), OPTIONS)
    with pytest.raises(OutputError, match="datasketch cannot open its storage"):
        index.export_datasketch(path, str(tmp_path / "x"), storage={"type": "no such storage"})
    with pytest.raises(OutputError, match="name another file"):
        index.export_datasketch(path, str(tmp_path / "no" / "x"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["news.index"]


# --- SQL --------------------------------------------------------------------------------------


def test_what_the_readme_asks_in_sql_has_answers(path: str) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", readme, re.DOTALL)
    index.build(path, documents(range(60)), OPTIONS)
    queries = [query for query in block.replace("4711", "article-4").split(";") if query.strip()]
    answers = [sql(path, query) for query in queries]
    assert len(answers) == 5
    assert answers[1] == [(document(4).content,)]
    assert all(answers[number] for number in (0, 3, 4))


# --- the command ------------------------------------------------------------------------------


def test_every_command_in_turn(command: Command, path: str, files: Path) -> None:
    built = command("index", "build", path, files)
    assert (built.code, built.out) == (0, "")
    assert f"{path}: 30 added; 30 documents" in built.err
    assert "30 unchanged; 30 documents" in command("index", "add", path, files).err
    assert command("index", "add", "-q", path, files).err == ""
    removed = command("index", "remove", path, "article-1", "-", stdin=b"article-2\nnobody\n")
    assert removed.code == 3
    assert "unreadable: nobody: is not in the index" in removed.err
    assert "2 removed; 28 documents" in removed.err
    table = command("index", "info", path)
    assert table.code == 0
    assert "28 documents" in table.out
    assert "23 bands of 3 rows" in table.out
    assert "site1.example" in table.out
    facts = json.loads(command("index", "info", "-f", "json", path).out)
    assert (facts["documents"], facts["tables"]["documents"]["rows"], facts["texts"]) == (28, 28, "kept")
    assert facts["options"]["shingle"] == 5
    sound = command("index", "verify", path, "--sample", "5")
    assert (sound.code, sound.out) == (0, f"{path} is sound: 28 documents, 5 of them sketched again\n")
    assert "28 of them" in command("index", "verify", path, "--all").out
    target = f"{path}.pickle"
    exported = command("index", "export", path, "--datasketch", target)
    assert (exported.code, exported.err) == (0, f"28 signatures written to {target}\n")


def test_a_broken_index_ends_verify_with_4(command: Command, path: str) -> None:
    index.build(path, documents(range(5)), OPTIONS)
    changed(path, "DELETE FROM stock")
    changed(path, "INSERT INTO postings VALUES (5, 999)")
    done = command("index", "verify", path)
    assert (done.code, done.out) == (4, "")
    assert done.err.endswith("build it anew\n")


def test_what_the_user_names_is_kept_in_the_index(
    command: Command, path: str, files: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_text(
        "Prices are quoted without tax and may be changed by the office of weights\ntoo short"
    )
    built = command("index", "build", path, files, "-b", tmp_path / "own.txt")
    assert built.code == 0
    assert "lines of boilerplate shorter than a shingle" in built.err
    with index.open_index(path) as found:
        assert len(found.boilerplate.named) > 5


@pytest.mark.parametrize("kind", ["kept", "light", "grown"])
def test_an_audit_gives_the_same_bytes(
    command: Command, files: Path, tmp_path: Path, path: str, kind: str
) -> None:
    pages = write(tmp_path / "pages", documents(range(20, 33), edition=1))
    if kind == "grown":
        some = write(tmp_path / "some", documents(range(12), edition=2))
        command("index", "build", path, some, "--boilerplate-pages", 4)
        command("index", "add", path, files)
        command("index", "add", path, write(tmp_path / "more", documents(range(40, 50))))
        names = "".join(f"article-{number}\n" for number in range(40, 50))
        command("index", "remove", path, "-", stdin=names.encode())
    else:
        command(
            "index", "build", path, files, "--boilerplate-pages", 4, *(["--no-text"] if kind == "light" else [])
        )
    asked = ["audit", "-f", "jsonl", "--all", "-q", "--boilerplate-pages", 4]
    without = command(*asked, files, pages)
    within = command(*asked, path, pages)
    assert without.out.count("\n") > 5
    assert within.out == without.out
    assert within.code == without.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "x.index"], "no SOURCES given"),
        (["add", "x.index"], "no SOURCES given"),
        (["remove", "x.index"], "no IDS given"),
        (["build", "x.index", "-", "--no-text"], "standard input cannot give"),
        (["remove", "x.index", "--from-file", "nowhere"], "the list 'nowhere' cannot be read"),
        (
            ["export", "x.index", "--datasketch", "y", "--storage", "nowhere"],
            "the settings 'nowhere' cannot be read",
        ),
        (["build", "x.index", "nowhere"], "is not there"),
        (["build", "x.index", "nowhere", "--shingle", "1"], "shingle is 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    command: Command, arguments: list[str], said: str, tmp_path: Path
) -> None:
    done = command("index", *[tmp_path / one if one == "x.index" else one for one in arguments])
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_options_of_the_index_are_those_it_was_built_with(path: str) -> None:
    index.build(path, documents(range(3)), Options(shingle=6, threads=1))
    with index.open_index(path) as found:
        assert found.options.shingle == 6
    assert index.add(path, documents(range(3, 5))).added == 2
    assert index.verify(path, sample=None).faults == ()
