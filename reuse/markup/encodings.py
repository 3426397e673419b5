"""The bytes of a web page to text: browsers' rules, save that UTF-8 without fault needs no declaration."""

from __future__ import annotations

import codecs
import re

_REPLACEMENT = "\ufffd"
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where browsers look for a declaration too, though they stop after 1 KB and some pages have more before it.
_HEAD = 4096
_DECLARED = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
# What begins every page of UTF-16, mark or none.
_WIDE = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# The names stand for more than Python's codecs of these names know.
_WIDER = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-11": "cp874",
}
# Damaged UTF-8 has many whole characters to a broken one; other encodings have next to no whole ones.
_WHOLE = 4
_BEYOND_ASCII = bytes(range(128, 256))


def decode(content: bytes | str, declared: str | None) -> tuple[str, int]:
    r"""Return a page's text, and how many U+FFFD had to be put in.

    The first that can be had says the encoding: a byte order mark; UTF-8 without fault, a page cut off within
    a character included; damaged UTF-8; what the server declared; what the page declares in its first 4 KB;
    what uchardet finds. A declaration that leaves characters malformed yields to one that leaves fewer. NULs
    are dropped, as browsers drop them.

    Parameters
    ----------
    content : bytes or str
        Text that came decoded loses its NULs and lone surrogates alone.
    declared : str or None
        The label that a header gave, such as ``latin1``; the web means cp1252 by that.

    Examples
    --------
    >>> decode(b'<meta charset="iso-8859-1"><p>\x93caf\xe9\x94', None)
    ('<meta charset="iso-8859-1"><p>“café”', 0)
    >>> decode("<p>café".encode(), "latin1")
    ('<p>café', 0)
    """
    if isinstance(content, str):
        sound, replaced = _SURROGATES.subn(_REPLACEMENT, content)
        return sound.replace("\0", ""), replaced
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text, replaced = _replacing(content[len(mark) :], encoding)
            return text.replace("\0", ""), replaced
    text, replaced = _unmarked(content, declared)
    return text.replace("\0", ""), replaced


def _unmarked(content: bytes, declared: str | None) -> tuple[str, int]:
    """Decode what has no byte order mark."""
    for begin, encoding in _WIDE:
        if content.lstrip(b"\t\n\r ").startswith(begin):
            return _replacing(content, encoding)
    # ISO-2022-JP is the one encoding of the web that says other things in ASCII: after escapes.
    if content.isascii() and b"\x1b" not in content:
        return content.decode("ascii"), 0
    if not content.isascii() and (sound := _utf8(content)):
        return sound
    best: tuple[str, int] | None = None
    for encoding in _named(content, declared):
        found = _replacing(content, encoding)
        if found[1] == 0:
            return found
        if best is None or found[1] < best[1]:
            best = found
    found = _replacing(content, _guessed(content))
    return found if best is None or found[1] < best[1] else best


def _utf8(content: bytes) -> tuple[str, int] | None:
    """Decode what is UTF-8, if with some damage; None if it is not."""
    try:
        return content.decode(), 0
    except UnicodeDecodeError as fault:
        cut_off = fault.reason == "unexpected end of data"
    text, broken = _replacing(content, "utf-8")
    whole = len(text) - len(content.translate(None, _BEYOND_ASCII)) - broken
    return (text, broken) if cut_off or whole >= _WHOLE * broken else None


def _named(content: bytes, declared: str | None) -> list[str]:
    """Return the codecs that the server and the page declare, those that exist."""
    named = []
    if declared and (codec := _codec(declared)):
        # A page that is UTF-16 has NULs; one that has none is said to be so in error.
        named.append(codec if not codec.startswith("utf-16") or b"\0" in content else "utf-8")
    if (match := _DECLARED.search(content[:_HEAD])) and (codec := _codec((match[1] or match[2]).decode())):
        # It could not be read, were it true.
        named.append("utf-8" if codec.startswith("utf-16") else codec)
    return named


def _codec(label: str) -> str | None:
    """Return the name of Python's codec for a label of the web, None if there is no such label."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    label = label.strip(" \t\r\n\"'").lower()
    codec = map_encoding_to_html5(label, fallback_utf8=False)
    if codec is None:  # "latin-1" is no label of the web, but what is meant is plain
        try:
            found = codecs.lookup(label)
        except (LookupError, ValueError):  # ValueError: a NUL in the name
            return None
        codec = map_encoding_to_html5(found.name.replace("iso8859", "iso-8859"), fallback_utf8=False)
    return _WIDER.get(codec, codec) if codec else None


def _guessed(content: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    found = detect_encoding(content)
    return (_codec(found) if found else None) or "cp1252"


def _replacing(content: bytes, encoding: str) -> tuple[str, int]:
    text = content.decode(encoding, "replace")
    replaced = text.count(_REPLACEMENT)
    if replaced:  # some may have been there
        replaced -= content.decode(encoding, "ignore").count(_REPLACEMENT)
    return text, replaced
