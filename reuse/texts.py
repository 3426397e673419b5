"""Documents to texts: bytes of whatever encoding become UTF-8, what is no text becomes a row.

Code points are kept as they are, line ends and all, so that spans refer to the document as it was
written. Three things alone change: a byte order mark goes; malformed bytes, lone surrogates and NULs become
U+FFFD, one for one where the input has code points, and counted; and of a paragraph with an override of
direction (U+202E) spans refer to what readers see (`reuse.overrides`).
"""

from __future__ import annotations

import codecs
import mmap
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, overload

import numpy as np

from reuse import kernels
from reuse.errors import InputError
from reuse.overrides import as_shown
from reuse.values import Document, Notice, Texts, Unreadable

if TYPE_CHECKING:
    from reuse.values import Bytes, Offsets

# Longest first: the mark of UTF-32 LE begins with that of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
# What text files hold: of the controls only BEL, BS, TAB, LF, VT, FF, CR and ESC, as file(1) has it.
_CONTROLS = "\a\b\t\n\v\f\r\x1b"
_TEXT_BYTES = _CONTROLS.encode() + bytes((*range(32, 127), *range(128, 256)))
_BEYOND_ASCII = bytes(range(128, 256))
_NO_TEXT = ("Cc", "Cn", "Co")  # controls, unassigned, private use
# One in so many may be otherwise. Compressed data has one in 10 (25 of 256 values), programs more.
_RARE = 50
_BINARY = "is binary, not text; remove it, or save its text in a file of its own"
_RUN = 1 << 22  # characters laid out together
_ROWS = 1000  # and texts
_SAMPLE = 1 << 20  # bytes shown to the detector, which reads some 8 MB a second
_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def extract(documents: Iterable[Document | Unreadable | Notice]) -> Texts:
    r"""Decode documents and lay their texts one after another.

    Parameters
    ----------
    documents : iterable of Document, Unreadable or Notice
        As readers yield them. Taken some megabytes at a time; each document's content is released.

    Returns
    -------
    Texts
        The documents that have a text, in order; the others are among its `unreadable`.

    Examples
    --------
    >>> texts = extract([Document("a", b"caf\xc3\xa9", "a"), Document("b", " ", "b")])
    >>> texts[0], [str(row) for row in texts.unreadable]
    ('café', ['b: holds no text; remove it, or see why it was left empty'])
    """
    kept: list[Document] = []
    unreadable: list[Unreadable] = []
    notices: list[Notice] = []
    layout = _Layout()
    counts = array("q")
    for some in _runs(documents):
        if isinstance(some, Unreadable):
            unreadable.append(some)
        elif isinstance(some, Notice):
            notices.append(some)
        else:
            contents = [document.content for document in some]
            at = 0
            while at < len(some):
                plain = layout.add_plain(contents, at)
                kept += map(_released, some[at : at + plain])
                counts.extend(bytes(plain))
                at += plain
                for document in some[at : at + 1]:  # the one that is not plain, if any
                    at += 1
                    try:
                        text, replaced = utf8(document.content)
                    except InputError as fault:
                        unreadable.append(Unreadable(document.path, document.line, str(fault)))
                        continue
                    text, marks = as_shown(text, document.marks)
                    layout.add(text)
                    counts.append(replaced)
                    kept.append(_released(document._replace(marks=marks)))
    values, offsets = layout.finish()
    return Texts(
        documents=tuple(kept),
        values=values,
        offsets=offsets,
        replaced=np.array(counts, np.int64),
        unreadable=tuple(unreadable),
        notices=tuple(notices),
    )


def lay_out(texts: Sequence[str]) -> Texts:
    r"""Lay texts that are in memory already one after another, each in the row of its number.

    Nothing is left out, as `extract` does: what is empty or binary stays what it is. Lone surrogates and NULs
    become U+FFFD, and what an override shows backwards is turned about.

    Parameters
    ----------
    texts : sequence of str
        The document of row d has the id ``str(d)``.

    Examples
    --------
    >>> texts = lay_out(["café", "", "a\0"])
    >>> [texts[row] for row in range(3)], texts.replaced.tolist(), texts.documents[2].id
    (['café', '', 'a\ufffd'], [0, 0, 1], '2')
    """
    layout = _Layout()
    layout.reserve(kernels.most_bytes(list(texts)))
    replaced = np.zeros(len(texts), np.int64)
    at = 0
    while at < len(texts):
        run: list[bytes | str] = [*texts[at : at + _ROWS]]
        begin = 0
        while begin < len(run):
            begin += layout.add_plain(run, begin)
            if begin < len(run):
                text, replaced[at + begin] = _cleaned(*_encoded(texts[at + begin]))
                layout.add(as_shown(text)[0])
                begin += 1
        at += len(run)
    values, offsets = layout.finish()
    return Texts(Numbered(len(texts)), values, offsets, replaced, (), ())


class Numbered(Sequence[Document]):
    """Documents that have nothing but a number, made when they are asked for: most never are.

    Examples
    --------
    >>> [document.id for document in Numbered(3)], Numbered(3)[-1].id
    (['0', '1', '2'], '2')
    """

    __slots__ = ("_rows",)

    def __init__(self, count: int) -> None:
        self._rows = range(count)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Document]:
        # Without a line of Python for each.
        rest = map(repeat, Document("", b"", "")[1:])
        return map(tuple.__new__, repeat(Document), zip(map(str, self._rows), *rest, strict=False))

    @overload
    def __getitem__(self, row: int) -> Document: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, row: int | slice) -> Document | tuple[Document, ...]:
        if isinstance(row, slice):
            return tuple(map(self.__getitem__, self._rows[row]))
        return Document(str(self._rows[row]), b"", "")


def _runs(
    documents: Iterable[Document | Unreadable | Notice],
) -> Iterator[list[Document] | Unreadable | Notice]:
    """Yield documents some hundreds at a time, and what stands between them."""
    run: list[Document] = []
    size = 0
    for document in documents:
        if not isinstance(document, Document):
            if run:
                yield run
                run, size = [], 0
            yield document
            continue
        run.append(document)
        size += len(document.content)
        if size > _RUN or len(run) == _ROWS:
            yield run
            run, size = [], 0
    if run:
        yield run


def _released(document: Document) -> Document:
    """Return a document without its content, in half the time that its own constructor takes."""
    return tuple.__new__(Document, (document[0], b"", *document[2:]))


class _Layout:
    """Texts one after another, in memory that grows in place: the corpus is never held twice.

    It comes in large pages where the system has them; first use of small ones costs more than what is put
    there.
    """

    def __init__(self) -> None:
        # Private: what is shared cannot grow.
        self._memory = mmap.mmap(-1, _RUN, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._ends = array("q", [0])
        self._awaited = 0  # bytes of the contents that are being added, at most

    def add_plain(self, contents: list[bytes | str], first: int) -> int:
        """Put texts, from the `first` on, behind the others up to one that needs care; return how many.

        Plain ones came decoded, or are UTF-8 without a fault; they have no controls, and are not blank. `utf8`
        gives the same for them.
        """
        if first == 0:
            self._awaited = kernels.most_bytes(contents)
            self.reserve(self._awaited)
        # The view must be gone before the memory can grow.
        lengths = kernels.lay(contents, first, np.frombuffer(self._memory, np.uint8), self._ends[-1])
        self._ends.frombytes((np.cumsum(lengths) + self._ends[-1]).tobytes())
        return len(lengths)

    def add(self, text: bytes) -> None:
        """Put a text behind the others; it may be longer than its content was, and the rest needs room, too."""
        self.reserve(len(text) + self._awaited)
        begin = self._ends[-1]
        self._memory[begin : begin + len(text)] = text
        self._ends.append(begin + len(text))

    def reserve(self, room: int) -> None:
        """Make room for so many bytes more. At once is best: memory that moves leaves its large pages."""
        end = self._ends[-1] + room
        if end <= len(self._memory):
            return
        try:
            self._memory.resize(2 * end)  # addresses alone: memory is taken where it is written
        except OSError:  # where even these are counted
            self._resize(end)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            self._memory.madvise(mmap.MADV_HUGEPAGE)

    def _resize(self, size: int) -> None:
        try:
            self._memory.resize(size)
        except OSError as fault:
            raise MemoryError(f"no memory for {size:,} bytes of text; take fewer documents at once") from fault

    def finish(self) -> tuple[Bytes, Offsets]:
        """Return the texts and where each begins."""
        self._resize(max(self._ends[-1], 1))
        values = np.frombuffer(self._memory, np.uint8, self._ends[-1])
        return values, np.array(self._ends, np.int64)


def utf8(content: bytes | str) -> tuple[bytes, int]:
    r"""Return a document's text as UTF-8, and how many U+FFFD had to be put in.

    Bytes are tried in this order, and the first that fits is taken:

    1. what a byte order mark says;
    2. UTF-8 without fault;
    3. UTF-16 or UTF-32 without a mark, if controls or NULs are frequent and the outcome makes sense;
    4. UTF-8 with faults, if at least as many characters beyond ASCII are whole as are broken: a damaged
       text must not be taken for another encoding. Texts in other encodings have no whole ones, or two
       for every five broken (EUC-JP);
    5. the encoding that uchardet finds, or UTF-8 with faults if that leaves fewer of them.

    More than one control character in 50 makes it binary.

    Parameters
    ----------
    content : bytes or str

    Raises
    ------
    InputError
        It is binary, or has nothing but white space.

    Examples
    --------
    >>> utf8("„Straße“".encode("utf-16"))[0].decode()
    '„Straße“'
    >>> utf8(b"\xc3\xa9t\xc3\xa9 \xff")
    (b'\xc3\xa9t\xc3\xa9 \xef\xbf\xbd', 1)
    """
    text, replaced = _encoded(content) if isinstance(content, str) else _decoded(content)
    if _blank(text):
        raise InputError("holds no text; remove it, or see why it was left empty")
    if _is_binary(text):
        raise InputError(_BINARY)
    return _cleaned(text, replaced)


def _cleaned(text: bytes, replaced: int) -> tuple[bytes, int]:
    """Put U+FFFD in for NULs, and count them."""
    nuls = text.count(b"\0")
    return text.replace(b"\0", _REPLACEMENT.encode()) if nuls else text, replaced + nuls


def _blank(text: bytes) -> bool:
    # Most texts are told by their first bytes, without decoding the rest.
    return not text or (text[:64].decode(errors="ignore").isspace() and text.decode().isspace())


def _is_binary(content: bytes) -> bool:
    return len(content.translate(None, _TEXT_BYTES)) * _RARE > len(content)


def _encoded(text: str) -> tuple[bytes, int]:
    try:
        return text.encode(), 0
    except UnicodeEncodeError:
        sound, replaced = _SURROGATES.subn(_REPLACEMENT, text)
        return sound.encode(), replaced


def _decoded(content: bytes) -> tuple[bytes, int]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            content = content[len(mark) :]
            if encoding != "utf-8":
                return _marked(content, encoding)
            break
    fault = None
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as found:
            fault = found
    binary = _is_binary(content)
    if fault is None and not binary:
        return content, 0
    # An ideograph has a NUL for its lower byte one time in 256, a space or line end for its upper.
    if (binary or content.count(0) * 256 > len(content)) and (text := _unmarked(content)):
        return text, 0
    if fault is None or binary:
        raise InputError(_BINARY)
    return _repaired(content, fault.start)


def _marked(content: bytes, encoding: str) -> tuple[bytes, int]:
    """Decode what a byte order mark announced."""
    try:
        return content.decode(encoding).encode(), 0
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
        own = content.decode(encoding, "ignore").count(_REPLACEMENT)
        return text.encode(), text.count(_REPLACEMENT) - own


def _unmarked(content: bytes) -> bytes | None:
    """Decode UTF-16 or UTF-32 that has no byte order mark; None if it is neither."""
    upper_first = content[::2].count(0) > content[1::2].count(0)
    for encoding in ("utf-32-le", "utf-32-be", *sorted(("utf-16-le", "utf-16-be"), reverse=not upper_first)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes that are no text still decode, but one in six of such code points is not assigned.
        seen = Counter(text[:_SAMPLE])
        odd = sum(n for c, n in seen.items() if unicodedata.category(c) in _NO_TEXT and c not in _CONTROLS)
        if odd * _RARE <= seen.total():
            return text.encode()
    return None


def _repaired(content: bytes, start: int) -> tuple[bytes, int]:
    """Decode what is neither binary nor UTF-8 without fault; the first fault is at `start`."""
    text = content.decode(errors="replace")
    broken = text.count(_REPLACEMENT) - content.count(_REPLACEMENT.encode())
    whole = len(text) - len(content.translate(None, _BEYOND_ASCII)) - broken
    if whole < broken:
        guess = content.decode(_guessed(content, start), "replace")
        if (left := guess.count(_REPLACEMENT)) < broken:
            return guess.encode(), left
    return text.encode(), broken


def _guessed(content: bytes, start: int) -> str:
    """Return the codec that uchardet finds, UTF-8 if none."""
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

    # From the line with the first telling byte on, or not long before it: much ASCII says nothing.
    line = max(content.rfind(b"\n", 0, start) + 1, start - _SAMPLE // 2)
    found = detect_encoding(content[line : line + _SAMPLE], max_len=0, html5_compatible=False)
    if found is None:
        return "utf-8"
    # The web's superset where there is one: what calls itself ISO-8859-1 has quotation marks of cp1252.
    name = map_encoding_to_html5(found, fallback_utf8=False) or found
    try:
        return codecs.lookup(name).name
    except LookupError:  # uchardet knows more than Python does
        return "utf-8"
