"""Documents to texts: bytes of whatever encoding become UTF-8, what is no text becomes a row.

Code points are kept as they are, line ends and all, so that spans refer to the document as it was
written. Three things alone change: a byte order mark goes, and malformed bytes, lone surrogates and NULs
become U+FFFD, one for one where the input has code points, and counted.
"""

from __future__ import annotations

import codecs
import mmap
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.errors import InputError
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
_CHUNK = 1 << 20  # characters looked at together; they stay in the cache
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
    for some in _chunks(documents):
        found = [document for document in some if isinstance(document, Document)]
        plain = _plain([document.content for document in found])
        if plain and len(found) == len(some):
            layout.add(*plain)
            counts.extend(bytes(len(found)))
            kept += map(_released, found)
            continue
        for document in some:
            if isinstance(document, Unreadable):
                unreadable.append(document)
            elif isinstance(document, Notice):
                notices.append(document)
            else:
                try:
                    text, replaced = utf8(document.content)
                except InputError as fault:
                    unreadable.append(Unreadable(document.path, document.line, str(fault)))
                    continue
                layout.add(text, [len(text)])
                counts.append(replaced)
                kept.append(_released(document))
    values, offsets = layout.finish()
    return Texts(
        documents=tuple(kept),
        values=values,
        offsets=offsets,
        replaced=np.array(counts, np.int64),
        unreadable=tuple(unreadable),
        notices=tuple(notices),
    )


def _chunks(
    documents: Iterable[Document | Unreadable | Notice],
) -> Iterator[list[Document | Unreadable | Notice]]:
    """Yield documents some megabytes at a time: what is done to many at once is done to these."""
    chunk: list[Document | Unreadable | Notice] = []
    size = 0
    for document in documents:
        chunk.append(document)
        if isinstance(document, Document):
            size += len(document.content)
        if size > _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _released(document: Document) -> Document:
    # Thrice as fast as _replace.
    name, _, path, line, url, title, date = document
    return Document(name, b"", path, line, url, title, date)


def _plain(contents: Sequence[bytes | str]) -> tuple[bytes, list[int]] | None:
    """Return texts one after another and their lengths, if none of them needs care, as hardly any does.

    That is what has a text, came decoded or as UTF-8 without a fault, and has no controls; `utf8` gives the
    same.
    """
    encoded = [_sound(content) for content in contents]
    if None in encoded:
        return None
    texts = [text for text in encoded if text is not None]
    lengths = [*map(len, texts)]
    joined = b"".join(texts)
    offsets = np.cumsum([0, *lengths], dtype=np.int64)
    controls = kernels.controls(np.frombuffer(joined, np.uint8), offsets)
    return None if controls.any() else (joined, lengths)


def _sound(content: bytes | str) -> bytes | None:
    """Return content as UTF-8, or None if that takes more than a glance."""
    try:
        if isinstance(content, str):
            return None if not content or content.isspace() else content.encode()
        if content.startswith(codecs.BOM_UTF8):
            return None
        blank = content.isspace() if content.isascii() else content.decode().isspace()
        return None if not content or blank else content
    except UnicodeError:
        return None


class _Layout:
    """Texts one after another, in memory that grows in place: the corpus is never held twice.

    It comes in large pages where the system has them; first use of small ones costs more than what is put
    there.
    """

    def __init__(self) -> None:
        # Private: what is shared cannot grow.
        self._memory = mmap.mmap(-1, 2 * _CHUNK, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._ends = array("q", [0])

    def add(self, texts: bytes, lengths: Sequence[int]) -> None:
        """Put texts, one after another, behind the others."""
        begin = self._ends[-1]
        end = begin + len(texts)
        if end > len(self._memory):
            self._memory.resize(2 * end)  # addresses alone: memory is taken where it is written
            if hasattr(mmap, "MADV_HUGEPAGE"):
                self._memory.madvise(mmap.MADV_HUGEPAGE)
        self._memory[begin:end] = texts
        self._ends.extend(accumulate(lengths[1:], initial=begin + lengths[0]))

    def finish(self) -> tuple[Bytes, Offsets]:
        """Return the texts and where each begins."""
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
    if nuls := text.count(0):
        text = text.replace(b"\0", _REPLACEMENT.encode())
    return text, replaced + nuls


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
