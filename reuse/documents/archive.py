"""Archives (.zip, .tar): files within a file, in the order of the archive, each read as if it lay in a folder.

Names in archives are shown, matched and told apart, and nothing is ever opened or written by them.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, TypeAlias

from reuse.documents.file import File, passed_over
from reuse.documents.inputs import HIDDEN, Search
from reuse.documents.spool import on_disk
from reuse.documents.unpacked import FREE, Raw
from reuse.options import Options
from reuse.values import Notice, Unreadable

Members: TypeAlias = Iterator[tuple[File, io.BufferedReader] | Unreadable | Notice]

_LONGEST_NAME = 4096  # characters
_STEP = 1 << 16
#: Largest zip that comes packed or from a pipe, in bytes.
_SPOOLED = 1 << 36
_LOCAL_HEADER = 30
_ENCRYPTED, _UTF_8 = 0x1, 0x800
#: What these two unpack a piece to comes at once.
_GREEDY = frozenset({zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_PIECE = 1 << 12
_ZIP_FAULTS = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error)
#: Most bytes of headers before a member of a tar, and most headers.
_HEADERS, _MOST_HEADERS = 1 << 20, 50
#: Kinds of headers in which more follows: names and links of GNU's, records of POSIX.
_LONG, _RECORDS = b"LK", b"xgX"
_RECORD = re.compile(rb"([0-9]{1,7}) [^=]++=")
#: Digits that follow one another in a record, at most: what looks for sizes takes the square of their number.
_MOST_DIGITS = 1000
_KIND = slice(156, 157)  # in a header
_REMEDY = "pack it anew, or leave it out"


def zipped(file: File, stream: io.BufferedReader, search: Search, options: Options) -> Members:
    """Give the files in a zip, and a row for each that cannot be read: encrypted, damaged, a bomb.

    Parameters
    ----------
    file : File
    stream : io.BufferedReader
        One that cannot go back is kept on disk meanwhile.
    search : Search
        Which members are read, by suffix and pattern.
    options : Options
        A member that unpacks to more than ``max_ratio`` times its size is refused where members of that kind
        come to over 64 MiB.

    Yields
    ------
    (File, io.BufferedReader), Unreadable or Notice
        Each member to be read before the next is asked for.
    """
    with ExitStack() as stack:
        try:
            away = file.stream or not stream.seekable()
            source = stack.enter_context(on_disk(stream, _SPOOLED)) if away else stream
            archive = stack.enter_context(zipfile.ZipFile(source))
        except _ZIP_FAULTS as fault:
            yield Unreadable(file.name, None, f"is a damaged zip ({fault}); {_REMEDY}")
            return
        entries = archive.infolist()
        if why := _no_folder(entries):
            yield Unreadable(file.name, None, why)
            return
        members = _Members(file, search)
        free = FREE
        for entry in entries:
            member = None if entry.filename.endswith("/") else members.named(_name(entry))
            if not isinstance(member, File):
                if member:
                    yield member
                continue
            lavish = entry.file_size > options.max_ratio * entry.compress_size
            if why := _locked(entry, free if lavish else None, options.max_ratio):
                yield Unreadable(member.name, None, why)
                continue
            free -= entry.file_size if lavish else 0
            try:
                content = archive.open(entry)
            except _ZIP_FAULTS as fault:
                yield Unreadable(member.name, None, f"is damaged in the zip ({fault}); {_REMEDY}")
                continue
            with content:
                most = _PIECE if entry.compress_type in _GREEDY else _STEP
                yield member, _reader(content.read, most)
        yield from members.notices()


def tarred(file: File, stream: io.BufferedReader, search: Search, _options: Options) -> Members:
    """Give the files in a tar, which is read from beginning to end; one that is damaged ends with a row.

    Parameters and what it yields are those of `zipped`.
    """
    members = _Members(file, search)
    source = _Rationed(stream)
    last = "its beginning"
    try:
        with tarfile.TarFile(fileobj=source, tarinfo=_Header) as archive:
            while (entry := _next(archive, source)) is not None:
                last = f"'{members.shown(entry.name)}'"
                if entry.issparse():
                    why = f"{last} is sparse, which is not read, nor what follows; {_REMEDY}"
                    members.is_empty = False
                    yield Unreadable(file.name, None, why)
                    break
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is None:
                    if not entry.isdir():
                        members.skip("that are no files")
                    continue
                member = members.named(entry.name)
                if isinstance(member, File):
                    yield member, _reader(content.read, _STEP)
                elif member:
                    yield member
                _go_past(content)
    except (tarfile.TarError, EOFError, ValueError) as fault:
        why = f"is a damaged tar after {last} ({fault}); what comes before is read; {_REMEDY}"
        members.is_empty = False
        yield Unreadable(file.name, None, why)
    yield from members.notices()


class _Members:
    """The files of one archive as they are come by."""

    def __init__(self, file: File, search: Search) -> None:
        self._file = file
        self._search = search
        self._seen: set[str] = set()
        self._aside: Counter[str] = Counter()
        self.is_empty = True

    def named(self, name: str) -> File | Unreadable | None:
        """Return the member of this name, what is wrong with it, or None if it is passed over."""
        self.is_empty = False
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if len(name) > _LONGEST_NAME or not parts:
            why = f"a member has a name of {len(name):,} characters, the limit is {_LONGEST_NAME:,}; {_REMEDY}"
            return Unreadable(self._file.name, None, why)
        if any(part == "__MACOSX" or (part[0] == "." and part != "..") for part in parts):
            self.skip(HIDDEN)
            return None
        place = "/".join(parts)
        below = f"{self._file.below}/{place}" if self._file.below else place
        member = replace(self._file, member=place, below=below)
        if (kind := self._search.passed_over(member)) is not None:
            self.skip(kind)
            return None
        if member.name in self._seen:
            why = f"is there more than once; the first is read; {_REMEDY}"
            return Unreadable(member.name, None, why)
        self._seen.add(member.name)
        return member

    def shown(self, name: str) -> str:
        """Return a name as it can be printed."""
        return replace(self._file, path="", member=name[:_LONGEST_NAME]).name.removeprefix("/")

    def skip(self, kind: str) -> None:
        """Count a member that is passed over."""
        self._aside[kind] += 1

    def notices(self) -> Iterator[Notice | Unreadable]:
        """Say what was passed over, or that there was nothing at all."""
        if self._aside:
            yield Notice(self._file.name, f"{passed_over(self._aside)}; unpack it to read others")
        elif self.is_empty:
            yield Unreadable(self._file.name, None, "holds no file; remove it, or see why it was left empty")


def _reader(read: Callable[[int], bytes], most: int) -> io.BufferedReader:
    """Return a stream of a member, every fault of which is an `OSError`."""

    def some(size: int) -> bytes:
        try:
            return read(min(size, most))
        except (zipfile.BadZipFile, tarfile.TarError, MemoryError) as fault:
            raise OSError(str(fault) or "it asks for too much memory") from fault

    return io.BufferedReader(Raw(some, "damaged"), _STEP)


# --- zip --------------------------------------------------------------------------------------


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; many programs write UTF-8 and do not say so."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode()
    except UnicodeError:
        return entry.filename


def _no_folder(entries: list[zipfile.ZipInfo]) -> str:
    """Return why a zip as a whole is no folder of files; empty if it is one."""
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names or (entries and entries[0].filename == "mimetype"):
        return "is an office document or e-book; save its text as .txt, or as a field in .jsonl"
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            return f"its members lie over each other, as in bombs; {_REMEDY}"
        name = len(entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF_8 else "cp437", "replace"))
        end = entry.header_offset + _LOCAL_HEADER + name + entry.compress_size
    return ""


def _locked(entry: zipfile.ZipInfo, free: int | None, ratio: int) -> str:
    """Return why an entry is not opened; empty if it is."""
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted; unpack it with its password first"
    if free is not None and entry.file_size > free:
        size = f"{entry.file_size:,} bytes, over {ratio:,} times its size"
        return f"unpacks to {size}; unpack it to see what it holds, or raise --max-ratio"
    return ""


# --- tar --------------------------------------------------------------------------------------


class _Header(tarfile.TarInfo):
    """A header that is damaged, or cut off, is not taken for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Return the header in a block."""
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as fault:
            if bytes(buf).strip(b"\0"):
                raise ValueError(f"no header where there should be one: {fault}") from fault
            raise


class _Rationed(io.BufferedIOBase):
    """A stream that goes forward, of which a header takes no more than it needs: one may claim gigabytes.

    While a header is read, what tarfile would take too long for is refused: headers of headers, and records
    that are not what they say.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._at = 0
        self._left: int | None = _HEADERS
        self._headers = 0
        self._kind = b""  # of the header before, if more of it follows

    def expect_header(self) -> None:
        """Take what is read next for a header."""
        self._left, self._headers, self._kind = _HEADERS, 0, b""

    def expect_content(self) -> None:
        """Take what is read next for the content of a member."""
        self._left = None

    def tell(self) -> int:
        """Return how many bytes were read, or passed."""
        return self._at

    def seek(self, place: int, _whence: int = 0, /) -> int:
        """Go forward to a place, or to the end."""
        if place < self._at:
            raise ValueError("a size is less than nothing")
        while self._at < place and (part := self._stream.read(min(place - self._at, _STEP))):
            self._at += len(part)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Return some bytes, or raise ValueError where there should be no more."""
        if self._left is not None:
            self._left -= size or 0
            if self._left < 0:
                raise ValueError(f"a header is over {_HEADERS:,} bytes")
        part = self._stream.read(size)
        self._at += len(part)
        if self._left is not None:
            self._check(part)
        return part

    def _check(self, part: bytes) -> None:
        """Raise ValueError if this is no part of a header."""
        if self._kind:
            if self._kind in _RECORDS and not _are_records(part):
                raise ValueError("a header has records that are none")
            self._kind = b""
        elif len(part) == tarfile.BLOCKSIZE:
            self._headers += 1
            if self._headers > _MOST_HEADERS:
                raise ValueError(f"a member has over {_MOST_HEADERS} headers")
            kind = part[_KIND]
            self._kind = kind if kind in _LONG + _RECORDS else b""


def _are_records(content: bytes) -> bool:
    """Tell whether records of a header, up to the zeros behind them, are as long as they say."""
    at, end = 0, len(content.rstrip(b"\0"))
    while at < end:
        found = _RECORD.match(content, at)
        if not found:
            return False
        at += int(found[1])
        if at <= found.end() or content[at - 1 : at] != b"\n":
            return False
    return max(map(len, re.findall(rb"[0-9]+", content)), default=0) <= _MOST_DIGITS


def _go_past(content: IO[bytes]) -> None:
    """Read what nobody wanted of a member."""
    while content.read(_STEP):
        pass


def _next(archive: tarfile.TarFile, source: _Rationed) -> tarfile.TarInfo | None:
    source.expect_header()
    entry = archive.next()
    source.expect_content()
    archive.members = []  # type: ignore[attr-defined]  # or it keeps them all
    archive.pax_headers = {}  # what is said of all members: to say it again for each takes too long
    return entry
