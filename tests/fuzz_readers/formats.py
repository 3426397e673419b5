"""The formats: how each is made, read and looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.fuzz_readers import forgeries, makers, oracles, written
from tests.fuzz_readers.libraries import parquet, pdf
from tests.fuzz_readers.oracles import Oracle

HERE = Path(__file__).parent


class Format(NamedTuple):
    """A format that is fuzzed.

    Attributes
    ----------
    oracle : callable
        Reads bytes and raises if something does not hold.
    make : callable
        Bytes that are nearly right.
    words : tuple of bytes
        What stands in such files.
    share : int
        Of the executions: more of what is quick.
    """

    oracle: Oracle
    make: Callable[[Random], bytes]
    words: tuple[bytes, ...]
    share: int = 100


def _words(text: str) -> tuple[bytes, ...]:
    return tuple(word.encode("latin-1").decode("unicode_escape").encode("latin-1") for word in text.split())


_ODD = _words(
    r"\x00 \xff \xef\xbb\xbf \xff\xfe \xed\xa0\x80 \r\n \n \xe2\x80\xa8 \x1b[2J \xc3 \xf4\x90\x80\x80"
)
_JSON = _ODD + _words(
    r'{ } [ ] , : " \\ \\ud800 \\udc00 \\u0000 null true NaN -Infinity 1e999 {"text":" ,"id": .'
)
_HTML = _ODD + _words(
    r"""< > </ <!-- --> <p> <script> </script> <style> & &#x41; &#xd800; " ' = / <svg> <template> hidden
    <table> display:none charset= utf-16 iso-2022-jp x-user-defined
    <plaintext> <![CDATA[ ]]> <base\x20href= <h1> <time>"""
)
_TABLE = _ODD + _words(r'" "" , ; | \t \r sep=; "," "\n text, id')
_WARC = _ODD + _words(
    r"""WARC/1.0\r\n WARC/1. \r\n\r\n Content-Length:\x20 WARC-Type:\x20response Content-Type:\x20text/html
    chunked Transfer-Encoding:\x20 Content-Encoding:\x20gzip HTTP/1.1\x20200\x20OK 0\r\n\r\n \x1f\x8b\x08"""
)
_MHTML = _HTML + _words(
    r"boundary= boundary*0*=utf-8''a --a --a-- Content-Type:\x20 base64 quoted-printable =\n charset="
)
_PACKED = _ODD + _words(r"\x1f\x8b\x08 BZh9 \xfd7zXZ\x00 \x28\xb5\x2f\xfd \x5d\x2a\x4d\x18 \x00\x00\x00\x00")
_ZIP = _PACKED + _words(
    r"PK\x03\x04 PK\x01\x02 PK\x05\x06 PK\x06\x06 PK\x06\x07 \x01\x00\x08\x00 \xff\xff\xff\xff"
)
_TAR = _PACKED + _words(
    r"ustar ustar\x2000 path= size= hdrcharset=BINARY GNU.sparse.map= 00000000000 \x80\x00\x00"
)
_TOML = tuple(
    word.encode() for word in (*written.HEADERS, *written.FIELDS, *written.VALUES, "=", "\n", '"', "[", "]")
)
_PAN = _ODD + _words(
    r'<document> <feature name="plagiarism" source_offset=" this_length=" </document> <!DOCTYPE <!ENTITY &a;'
)
_PDF = _ODD + _words(
    r"obj endobj stream endstream << >> /Length /Filter 0\x20R /Kids /Count trailer startxref %%EOF D:2026"
)
_WAYS = tuple(
    word.encode()
    for word in (*forgeries.WAYS, "=", "\n", "{}", "[]", "null", "-1", '"x"', "1e999", "2147483648")
)

_read = oracles.documents
FORMATS: dict[str, Format] = {
    "text": Format(partial(_read, "a.txt"), makers.text, _ODD),
    "markdown": Format(partial(_read, "a.md"), makers.text, _ODD + _words("# * ` ![ ]( ---"), 40),
    "unnamed": Format(partial(_read, "a"), makers.html, _HTML + _WARC + _PACKED, 60),
    "html": Format(partial(_read, "a.html"), makers.html, _HTML),
    "page": Format(oracles.page, makers.html, _HTML, 30),
    "mhtml": Format(partial(_read, "a.mhtml"), makers.mhtml, _MHTML),
    "json": Format(partial(_read, "a.json"), makers.json_file, _JSON),
    "jsonl": Format(partial(oracles.packed_alike, "a.jsonl"), makers.jsonl, _JSON),
    "csv": Format(partial(oracles.packed_alike, "a.csv"), makers.table, _TABLE, 140),
    "tsv": Format(partial(_read, "a.tsv"), makers.table, _TABLE),
    "warc": Format(partial(_read, "a.warc"), makers.warc, _WARC, 140),
    "parquet": Format(parquet, makers.jsonl, (*_ODD, b"PAR1"), 3),
    "pdf": Format(pdf, makers.pdf, _PDF, 40),
    "zip": Format(partial(_read, "a.zip"), makers.zipped, _ZIP, 120),
    "tar": Format(partial(_read, "a.tar"), makers.tarred, _TAR, 140),
    "packed": Format(partial(_read, "a.jsonl.gz"), makers.any_packed, _PACKED),
    "policy": Format(oracles.policy, written.toml, _TOML, 80),
    "boilerplate": Format(oracles.boilerplate, makers.text, _ODD, 40),
    "report": Format(forgeries.report, forgeries.changes, _WAYS, 10),
    "pairs": Format(oracles.pairs, makers.pairs, _JSON + _words('"source": "page":')),
    "pan": Format(oracles.pan, written.pan, _PAN, 60),
}


def check(name: str, content: bytes) -> None:
    """Read bytes as this format; raise if anything does not hold."""
    with oracles.strict():
        FORMATS[name].oracle(content)


def kept(name: str, kind: str) -> list[Path]:
    """Return the seeds or the regressions of a format."""
    return sorted(path for path in (HERE / kind / name).glob("*") if path.is_file())
