"""Parquet and PDF, which libraries in C++ read.

DuckDB is started for each file, so a file is read once and not several times. PDFium lives in a process of its
own, as it does in `reuse.documents.pdf`; here one process reads many, and where it dies the reader is asked.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from reuse.documents import asked_for, items
from reuse.documents import pdf as reader
from reuse.documents.file import File
from tests.fuzz_readers.oracles import OPTIONS, check, folder

_PROGRAM = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from pdf_text import extracted
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
while size := sys.stdin.buffer.read(8):
    content = sys.stdin.buffer.read(int.from_bytes(size, "big"))
    print(json.dumps(extracted(content, 50_000)), flush=True)
"""


def parquet(content: bytes) -> None:
    """Read bytes as Parquet; what is no Parquet is told at once, so all is taken for one that is damaged."""
    path = folder() / "a.parquet"
    path.write_bytes(content if content.startswith(b"PAR1") else _written(content))
    found = list(items(File(str(path)), asked_for(None, OPTIONS, [], [])))
    assert found
    for one in found:
        check(one)


def _written(content: bytes) -> bytes:
    """Return a file of what bytes say: as text, as bytes, and as a number."""
    import duckdb

    place = folder() / "made.parquet"
    rows = content.decode("utf-8", "replace").replace("\0", "").split("\n")[:20]
    query = "SELECT unnest(?::VARCHAR[]) AS text, unnest(?::BLOB[]) AS html, ? AS id, ?::DOUBLE AS date"
    with duckdb.connect(":memory:") as base:
        values = [rows, [row.encode() for row in rows], len(content), float(len(content))]
        base.sql(query, params=values).write_parquet(str(place))
    return place.read_bytes()


@cache
def _held() -> list[subprocess.Popen[bytes]]:
    return []


def _reader() -> subprocess.Popen[bytes]:
    if not _held():
        command = [sys.executable, "-P", "-c", _PROGRAM, str(Path(reader.__file__).parent)]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        _held().append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere))
    return _held()[0]


def _asked(content: bytes) -> dict[str, Any] | None:
    """Return what the library makes of a PDF; None if it died of it."""
    process = _reader()
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(len(content).to_bytes(8, "big") + content)
        process.stdin.flush()
        line = process.stdout.readline()
    except BrokenPipeError:
        line = b""
    if line:
        answer: dict[str, Any] = json.loads(line)
        return answer
    _held().pop()
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.wait()
    return None


def pdf(content: bytes) -> None:
    """Read bytes as a PDF."""
    answer = _asked(content)
    file = File(str(folder() / "a.pdf"))
    if answer is None:
        Path(file.path).write_bytes(content)
        (row,) = items(file, asked_for(None, OPTIONS, [], []))
        check(row)
        return
    if "fault" in answer:
        assert answer["fault"] in {"damaged", "locked", "large"}
    elif any(page and not page.isspace() for page in answer["pages"]):
        check(reader._document(file, answer))
