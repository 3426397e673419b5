"""Tables with a header row (.csv, .tsv, .tab): each row a document; or a row that says why it is none.

Fields are parted by commas, semicolons, tabs or bars, as the header tells. A field that begins with a quote
ends with one, may have line ends within, and has its own quotes doubled (RFC 4180). After a record
with a fault in its quotes reading goes on

- at the line below the one where it began, if most of the lines it swallowed are records by themselves:
  a quote that is never closed costs one record;
- else at the line below its end: it is one long field with a stray quote. A record over the limit ends
  where its quotes are even.

Lines are read again eight times on average at most, whatever the quotes. In tables with tabs, where
many writers know no quotes, a line whose quotes do not match is taken as it stands.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reuse.documents.file import File, printable
from reuse.documents.records import Fields, Record, documents, wanted
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

if TYPE_CHECKING:
    from typing import TypeAlias

    from typing_extensions import Buffer

    _Decoder: TypeAlias = codecs.IncrementalDecoder | io.IncrementalNewlineDecoder

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Without a mark these are a guess too far, and their decoders raise for want of it.
_MARKED = ("utf-16", "utf-32")
_SAMPLE = 1 << 20  # bytes that the encoding is told by
_STEP = 1 << 16
_BEYOND_ASCII = bytes(range(128, 256))
_DELIMITERS = (b",", b";", b"\t", b"|")
_TABS = (".tsv", ".tab")
_QUOTED = re.compile(rb'"[^"]*"')
#: Within a quoted field: what stands before the quote that closes it.
_INSIDE = re.compile(rb'[^"]*+(?:""[^"]*+)*+')
#: Within one again: what stands before a quote that leaves them even, if no line ended where they were.
_PAIRS = re.compile(rb'(?:[^"]*+"[^"\n]*+")*+[^"]*+')
_BARE = re.compile(rb'[^"\n]*+')
_LINE = re.compile(rb"[^\n]*+")
#: What Excel may put above the header.
_SEPARATOR = re.compile(rb'sep=([^"\r\n])\r?\n?')
_LONGEST_END = 2  # of a line, which is no part of the limit
_MOST_COLUMNS = 10_000
_AGAIN = 8
_PROBED = 64  # lines that show whether a quote was left open
_UNCLOSED = "has a quote that is not closed"
_STRAY = "has a single quotation mark within a quoted field"
_CORRECT = "double those within quoted fields, or correct the record"


def read(
    file: File, stream: io.BufferedReader, fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    r"""Read the documents of a table; memory is bounded by its longest record and ``max_bytes``.

    Examples
    --------
    >>> table = b'id;text\r\na;"Some ""text"",\nand more."\r\nb;"One";"too many"\r\n'
    >>> stream = io.BufferedReader(io.BytesIO(table))
    >>> for found in read(File("a.csv"), stream, Fields(id="id", text="text"), Options()):
    ...     print(found if isinstance(found, Unreadable) else found[:4])
    ('a', 'Some "text",\nand more.', 'a.csv', 2)
    a.csv:4: has more fields, the header has 2; quote fields with a ';' or line end, or correct the record
    """
    return documents(file, _records(file, stream, fields, options.max_bytes), fields)


def _records(
    file: File, stream: io.BufferedReader, fields: Fields, limit: int
) -> Iterator[tuple[int, Record] | Unreadable | Notice]:
    patient: io.BufferedReader = io.BufferedReader(stream, _SAMPLE)
    try:
        encoding, guessed = _encoding(patient)
        if guessed:
            why = f"is not UTF-8, and read as {encoding} by the looks of it"
            yield Notice(file.name, f"{why}; if that is wrong, convert it to UTF-8")
        lines = _Lines(_utf8(patient, encoding))
        yield from _table(file, lines, fields, limit)
    finally:
        patient.detach()


def _table(
    file: File, lines: _Lines, fields: Fields, limit: int
) -> Iterator[tuple[int, Record] | Unreadable | Notice]:
    """Yield the records below the header, only the fields that can be of use."""
    rows = _Rows(file.name, lines, limit, _delimiter(lines, limit, file.suffix))
    header = next((row for row in rows if isinstance(row, Unreadable) or any(row[1])), None)
    if header is None:
        return
    if isinstance(header, Unreadable):
        yield header
        return
    line, cells = header
    names = [cell.decode(errors="replace").strip() for cell in cells]
    while names and not names[-1]:  # a delimiter at the end of each line
        names.pop()
    rows.width = len(names)
    some = wanted(list(dict.fromkeys(names)), fields)
    if not some:  # their names are all there is to say
        yield line, dict.fromkeys(names)
        return
    for name in some:
        if (count := names.count(name)) > 1:
            yield Notice(
                file.name, f"line {line}: {count} columns are named '{printable(name)}'; the first is read"
            )
    columns = [(name, names.index(name)) for name in some]
    for row in rows:
        if isinstance(row, Unreadable):
            yield row
        else:
            line, cells = row
            yield line, {name: _decoded(cells[column]) for name, column in columns}


def _decoded(cell: bytes) -> str | bytes:
    """Return a field as text; as bytes if it is not UTF-8, for the texts stage knows more of encodings."""
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return cell


def _delimiter(lines: _Lines, limit: int, suffix: str) -> bytes:
    """Return what parts the fields of the header, which stays to be read."""
    while (line := lines.take(limit)) and not line.strip():
        pass
    if found := _SEPARATOR.fullmatch(line):
        return found[1]
    lines.back(line)
    bare = _QUOTED.sub(b"", line)
    return b"\t" if suffix in _TABS else max(_DELIMITERS, key=bare.count)


class _Lines:
    """The lines of a stream, taken in pieces that may be given back."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._text = b""
        self._at = 0
        #: 1-based, where the next piece begins.
        self.line = 1
        #: Bytes that may be given back.
        self.spare = 0

    def take(self, most: int, *, within: bool = False) -> bytes:
        """Return the next line, or what of it is not too much; empty at the end.

        Within a quoted field these are the lines up to the next quote that is not doubled.
        """
        taken = bytearray()
        while len(taken) < most and self._filled():
            at = self._at
            if within:
                at = _INSIDE.match(self._text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
                within = at == len(self._text)
            end = self._text.find(b"\n", at) + 1
            taken += self._passed(min(end or len(self._text), self._at + most - len(taken)))
            if end and taken.endswith(b"\n"):
                break
        if len(taken) == most and taken.endswith(b"\r"):  # of a line end that must not be torn
            self._at -= 1
            del taken[-1]
        return bytes(taken)

    def skip(self, *, odd: bool, quotes: bool) -> int:
        """Pass over the rest of a record and return its size: to the end of a line where quotes are even.

        Whether they are odd is known from what was taken; if that has none, others do not count.
        """
        size, ended = 0, False
        while not ended and self._filled():
            at = self._at
            if odd:
                at = _PAIRS.match(self._text, at).end()  # type: ignore[union-attr]
                odd = at == len(self._text)
                at += not odd
            if not odd:
                at = (_BARE if quotes else _LINE).match(self._text, at).end()  # type: ignore[union-attr]
                last = self._text[at : at + 1]
                odd, ended = last == b'"', last == b"\n"
                at += len(last)
            passed = self._passed(at)
            size += len(passed) - (_line_end(passed) if ended else 0)
        return size

    def back(self, text: bytes) -> None:
        """Give back what was taken last."""
        if self._at >= len(text):
            self._at -= len(text)
        else:
            self._text = text + self._text[self._at :]
            self._at = 0
        self.line -= text.count(b"\n")

    def _filled(self) -> bool:
        """Have some bytes at hand, unless the stream is at its end."""
        if self._at == len(self._text):
            self._text = self._stream.read1(_STEP)
            self._at = 0
            self.spare += _AGAIN * len(self._text)
        return bool(self._text)

    def _passed(self, end: int) -> bytes:
        passed = self._text[self._at : end]
        self._at = end
        self.line += passed.count(b"\n")
        return passed


class _Record:
    """A record whose lines are added one after another; no more fields are kept than are called for."""

    def __init__(self, delimiter: bytes, most: int) -> None:
        self._delimiter = delimiter
        self._most = most
        #: So many as are called for; behind them something of what there is besides.
        self.fields: list[bytes] = []
        self._inside: bytearray | None = None  # the quoted field that is open
        #: A closing quote stood before something else than a delimiter.
        self.stray = False
        self._odd = False  # quotes, once there was a stray one

    @property
    def open(self) -> bool:
        """Whether it goes on in the next line."""
        return self._odd if self.stray else self._inside is not None

    def add(self, text: bytes) -> None:
        """Add a line with its end, or several within a quoted field."""
        if self.stray:
            self._odd ^= text.count(b'"') % 2 == 1
            return
        begun_open = self._inside is not None
        end = len(text) - _line_end(text)
        at = 0
        while True:
            if self._inside is None:
                at = self._bare(text, at, end)
                if at < 0:
                    return
                self._inside = bytearray()
            until = _INSIDE.match(text, at).end()  # type: ignore[union-attr]
            self._inside += text[at:until]
            if until == len(text):
                return
            self._put([bytes(self._inside).replace(b'""', b'"')])
            self._inside = None
            at = until + 1
            if at == end:
                return
            if text[at : at + 1] != self._delimiter:
                self.stray = True
                self._odd = (text.count(b'"') + begun_open) % 2 == 1
                return
            at += 1

    def _bare(self, text: bytes, at: int, end: int) -> int:
        """Take the fields without quotes; return where a quoted one begins, -1 if there is none."""
        if text[at : at + 1] == b'"':
            return at + 1
        until = text.find(self._delimiter + b'"', at)
        bare = text[at : end if until < 0 else until]
        self._put(bare.split(self._delimiter, max(self._most - len(self.fields), 0)))
        return -1 if until < 0 else until + 2

    def _put(self, fields: list[bytes]) -> None:
        if len(self.fields) <= self._most:
            self.fields += fields
        else:
            self.fields[-1] = self.fields[-1].strip(self._delimiter) or fields[0]


class _Rows:
    """The records of a table with the lines where they begin, or what is wrong with them."""

    def __init__(self, path: str, lines: _Lines, limit: int, delimiter: bytes) -> None:
        self._path = path
        self._lines = lines
        self._limit = limit
        self._delimiter = delimiter
        #: Fields of the header, once it is known; 0 before.
        self.width = 0

    def __iter__(self) -> Iterator[tuple[int, list[bytes]] | Unreadable]:
        while True:
            number = self._lines.line
            line = self._lines.take(self._limit + _LONGEST_END)
            if not line:
                return
            found = self._record(line)
            if isinstance(found, str):
                yield Unreadable(self._path, number, found)
            elif any(found):  # spreadsheets leave rows of delimiters
                yield number, found

    def _record(self, line: bytes) -> list[bytes] | str:
        """Return the fields of the record that begins with a line, or what is wrong with it."""
        record = _Record(self._delimiter, self.width or _MOST_COLUMNS)
        record.add(line)
        taken = bytearray(line)
        while record.open and (room := self._limit + _LONGEST_END - len(taken)) > 0:
            if not (more := self._lines.take(room, within=True)):
                break
            record.add(more)
            taken += more
        size = len(taken) - (0 if record.open else _line_end(taken))
        if size <= self._limit and not record.open and not record.stray:
            return self._fitted(record.fields)
        below = bytes(taken[len(line) :])
        again = (record.open or record.stray) and self._again(below)
        if size > self._limit and not again:
            if record.open or not taken.endswith(b"\n"):
                size = len(taken) + self._lines.skip(odd=record.open, quotes=b'"' in taken)
            return f"the record is {size:,} bytes, the limit is {self._limit:,}; split it, or raise --max-bytes"
        if self._delimiter == b"\t" and (again or not below):
            bare = line.rstrip(b"\r\n").split(b"\t", self.width)
            if len(bare) == self.width:
                return bare
        lost = 0 if again else below.count(b"\n")
        part = f", and the {lost} lines below are taken for a part of it" if lost > 1 else ""
        return f"{_STRAY if record.stray and not again else _UNCLOSED}{part}; {_CORRECT}"

    def _fitted(self, fields: list[bytes]) -> list[bytes] | str:
        """Return as many fields as the header has, none for a blank row, or what is wrong with their number."""
        if not self.width:
            if len(fields) <= _MOST_COLUMNS:
                return fields
            return f"has more than {_MOST_COLUMNS:,} columns; leave out those of no use"
        if not fields[-1].strip(self._delimiter):
            del fields[self.width :]
        if len(fields) == self.width:
            return fields
        if not any(map(bytes.strip, fields)):
            return []
        count = f"{len(fields)} field{'s' * (len(fields) != 1)}" if len(fields) <= self.width else "more fields"
        shown = (
            "tab" if self._delimiter == b"\t" else f"'{printable(self._delimiter.decode(errors='replace'))}'"
        )
        remedy = f"quote fields with a {shown} or line end, or correct the record"
        return f"has {count}, the header has {self.width}; {remedy}"

    def _again(self, text: bytes) -> bool:
        """Give lines back if they are records by themselves, most of them, and have not been read too often."""
        probed = [line for line in text.split(b"\n", _PROBED)[:_PROBED] if line.strip()]
        if not self.width or not probed or len(text) > self._lines.spare:
            return False
        if sum(map(self._is_record, probed)) * 4 < len(probed) * 3:
            return False
        self._lines.spare -= len(text)
        self._lines.back(text)
        return True

    def _is_record(self, line: bytes) -> bool:
        record = _Record(self._delimiter, self.width)
        record.add(line.removesuffix(b"\r"))
        return not record.open and not record.stray and len(record.fields) == self.width


def _line_end(line: bytes | bytearray) -> int:
    return line.endswith(b"\n") + line.endswith(b"\r\n")


def _encoding(stream: io.BufferedReader) -> tuple[str, bool]:
    """Return the codec of a table, and whether it was guessed; a mark goes."""
    sample = stream.peek(_SAMPLE)[:_SAMPLE]
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            stream.read(len(mark))
            return encoding, False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8", False
    except UnicodeDecodeError as fault:
        start = fault.start
    text = sample.decode(errors="replace")
    broken = text.count("\ufffd")
    if len(text) - len(sample.translate(None, _BEYOND_ASCII)) - broken >= broken:  # damaged UTF-8
        return "utf-8", False
    guess = _guessed(sample, start)
    return guess, guess != "utf-8"


def _guessed(sample: bytes, start: int) -> str:
    """Return the codec that uchardet finds, UTF-8 if none; the first telling byte is at `start`."""
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

    found = detect_encoding(sample[sample.rfind(b"\n", 0, start) + 1 :], max_len=0, html5_compatible=False)
    # The web's superset where there is one: what calls itself ISO-8859-1 has quotation marks of cp1252.
    name = found and (map_encoding_to_html5(found, fallback_utf8=False) or found)
    try:
        codec = codecs.lookup(name or "utf-8").name
    except LookupError:  # uchardet knows more than Python does
        return "utf-8"
    return "utf-8" if codec in _MARKED else codec


def _utf8(stream: io.BufferedReader, encoding: str) -> io.BufferedReader:
    """Return a stream as UTF-8 with line feeds; carriage returns alone end lines where no line feed is."""
    sample = stream.peek(_SAMPLE)
    returns = b"\r" in sample and b"\n" not in sample
    if encoding == "utf-8" and not returns:
        return stream
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    ended = io.IncrementalNewlineDecoder(decoder, translate=True) if returns else decoder
    return io.BufferedReader(_Recoded(stream, ended), _SAMPLE)


class _Recoded(io.RawIOBase):
    """What a decoder makes of a stream, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, decoder: _Decoder) -> None:
        self._stream = stream
        self._decoder = decoder
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        part = b" "
        while not self._ready and part:
            part = self._stream.read(_STEP)
            self._ready = self._decoder.decode(part, final=not part).encode(errors="surrogateescape")
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size
