"""Bytes that are nearly right: what programs write, with lies, seams and letters that nobody expects.

Each maker takes a `random.Random` and nothing else, so that what it has made can be made again.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import zstandard

ARTICLE = "The old bridge at the mill was closed on Monday after its keeper heard the stones speak. "
TEXTS = (
    *("", " ", "x", ARTICLE, ARTICLE * 4, "é", "“Größe”", "漢字かな交じり文。", "\u202e=1+1", "İıſﬁ", "👩‍👩‍👧"),
    *("\0", "a\0b", "\ud800", "\udfff\ud800", "\udc80", "\ufeff", "\ufffe", "\ufffd", "\x1b[2J", "\x85\u2028"),
    *("\r", "\n", "\r\n", "\t", '"', "'", "\\", "=1", "-1", "1e999", "9" * 30, "a.b", "text", "id", "null"),
    *("https://example.org/2026/11/22/a?b#c", "http://[", "//courier.example", "javascript:1", "2026-11-22"),
    *("Sun, 22 Nov 2026 10:00:00 +0100", "2026-02-30", "-0001-01-01", "1 Jan 99999 99:99 +9999", "11/12/2026"),
)
NAMES = (
    *("text", "body", "content", "html", "id", "ID", "url", "source", "title", "date", "author", "authors"),
    *(
        "modified",
        "language",
        "lang",
        "meta",
        "meta.url",
        "a.b.c",
        "Published At",
        "",
        ".",
        "..",
        "é",
        "\ud800",
    ),
)
CODECS: tuple[str, ...] = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "cp1251",
    "gb18030",
)
CODECS += ("shift_jis", "euc_jp", "iso2022_jp", "big5", "euc_kr", "iso8859-7", "koi8-r", "utf-7", "cp437")
NUMBERS: tuple[int, ...] = (
    0,
    1,
    2,
    3,
    7,
    20,
    255,
    256,
    511,
    512,
    513,
    4095,
    49_999,
    50_000,
    50_001,
    65_535,
    65_536,
)
NUMBERS += (2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 10**18, 10**40, -1)


def number(random: Random) -> int:
    """Return a number at which something may break."""
    return random.choice(NUMBERS) if random.random() < 0.5 else random.randrange(100)


def some(random: Random, most: int = 5) -> range:
    """Return how often to do something."""
    return range(random.randint(0, most))


def text(random: Random) -> bytes:
    """Return a text in some encoding, often damaged."""
    words = "".join(random.choice(TEXTS) + random.choice(("", " ", "\n")) for _ in range(random.randint(1, 9)))
    content = words.encode(random.choice(CODECS), random.choice(("replace", "ignore")))
    return damaged(content, random)


def damaged(content: bytes, random: Random) -> bytes:
    """Return something cut off, with a bit flipped or a few bytes more; as it is, half the time."""
    way = random.randrange(8)
    at = random.randint(0, len(content))
    if way == 0:
        return content[:at]
    if way == 1:
        return content[:at] + random.choice((b"\0", b"\xff", b"\xed\xa0\x80", b"\n", b'"')) + content[at:]
    if way == 2 and content:
        at = random.randrange(len(content))
        return content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]
    return random.choice((b"", b" ", b"\n", b"\xef\xbb\xbf")) + content if way == 3 else content


# --- records -----------------------------------------------------------------------------------


def value(random: Random, depth: int = 3) -> str:
    """Return a value of JSON as it is written, or what is nearly one."""
    way = random.randrange(14)
    if way < 6:
        return json.dumps(random.choice(TEXTS))
    if way < 8 and depth:
        return record(random, depth - 1)
    if way < 9 and depth:
        return "[" + ",".join(value(random, depth - 1) for _ in some(random)) + "]"
    odd = ("NaN", "-Infinity", "1e999", "-0.0", "true", "null", '"\\ud800"', '"\\uDC00\\ud800x"', "01", "tru")
    longer = ("9" * 4301, "[" * 300 + "]" * 300, "0." + "1" * 400, '"\t"', "'a'", '{"a":1', "1E-400", '"\\x"')
    return str(number(random)) if way < 11 else random.choice(odd if way < 13 else longer)


def record(random: Random, depth: int = 3) -> str:
    """Return an object of JSON; names may stand in it twice."""
    names = [random.choice(NAMES) for _ in some(random, 6)]
    members = (f"{json.dumps(name)}{random.choice((':', ' : '))}{value(random, depth)}" for name in names)
    body = "{" + ",".join(members) + "}"
    good = json.dumps({"text": ARTICLE, random.choice(NAMES): random.choice(TEXTS)})
    return good if random.random() < 0.4 else body


def jsonl(random: Random) -> bytes:
    """Return objects, a line each."""
    ends = random.choice(("\n", "\r\n", "\n\n", " \n", "\r"))
    lines = ends.join(record(random) for _ in range(random.randint(1, 6)))
    return damaged(lines.encode(random.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace"), random)


def json_file(random: Random) -> bytes:
    """Return a list of objects, or an object."""
    parts = [record(random) for _ in range(random.randint(0, 5))]
    content = random.choice(("[{}]", "[{},]", " [ {} ] ", "{}", "[{}", "[{}] x", "[[{}]]")).replace(
        "{}", ",".join(parts)
    )
    return damaged(content.encode(random.choice(CODECS[:6]), "replace"), random)


def pairs(random: Random) -> bytes:
    """Return labelled pairs, or what is nearly that."""
    lines = []
    for _ in range(random.randint(1, 5)):
        told: dict[str, Any] = {
            name: random.choice(TEXTS) for name in ("source", "page", "label", "set", "kind", "group", "id")
        }
        told |= {random.choice(tuple(told)): random.choice((None, 1, 1.5, True, [], {}, ARTICLE))}
        lines.append(json.dumps(told) if random.random() < 0.7 else record(random))
    return damaged("\n".join(lines).encode(), random)


def cell(random: Random, delimiter: str) -> str:
    """Return a field of a table, with quotes that match or do not."""
    inner = random.choice(TEXTS).encode("utf-8", "replace").decode()
    way = random.randrange(6)
    if way < 3:
        return '"' + inner.replace('"', '""') + delimiter * (way == 1) + '"'
    return random.choice((inner, f'"{inner}', f'{inner}"', f'"{inner}"x', f'"{inner}" ', '"""', '""""', ""))


def table(random: Random) -> bytes:
    """Return a table with a header, most of the time."""
    delimiter = random.choice((",", ";", "\t", "|", ",", ",", "é"))
    end = random.choice(("\n", "\r\n", "\r", "\n\r"))
    head = delimiter.join(random.choice(NAMES[:19]) for _ in range(random.randint(1, 4)))
    first = random.choice(("", "", "", "sep=;" + end, 'sep="' + end, "sep=\r\n", "sep=\0\n", end * 2))
    width = head.count(delimiter) + 1
    rows = [
        delimiter.join(cell(random, delimiter) for _ in range(max(0, width + random.choice((0, 0, 0, 1, -1)))))
        for _ in some(random, 8)
    ]
    content = first + end.join((head, *rows)) + end * random.randrange(2)
    return damaged(content.encode(random.choice(CODECS), "replace"), random)


# --- web pages ---------------------------------------------------------------------------------

TAGS = (
    *("p", "div", "b", "i", "a", "span", "table", "tr", "td", "ul", "li", "article", "section", "h1", "title"),
    *("svg", "math", "template", "noscript", "dialog", "frameset", "select", "option", "textarea", "iframe"),
    *("plaintext", "xmp", "time", "pre", "br", "hr", "img", "head", "body", "html", "foreignObject", "mi"),
    *("script", "style", "noembed", "summary", "details", "figure", "figcaption", "blockquote", "main"),
)
ATTRIBUTES = (
    *("hidden", 'style="display:none"', "style='font-size:0'", 'class="a b"', 'id="x"', 'style="color:\\"'),
    *('itemprop="datePublished" content="2026-11-22"', "datetime=2026-11-22T10:00Z", "rel=author", "open"),
    *('href="https://courier.example/1#x"', "href=//[", 'href="http://bücher.example/\ud83d"', "lang=pt_br"),
    *('itemprop=author content="A. Doe"', 'x="', "=", "/", "a=b=c", 'style="left:-9999px;/*"', "CLASS=''"),
)
HEADS = (
    '<meta name=author content="A. Doe">',
    '<meta property="article:published_time" content="2026-11-22T10:00:00+01:00">',
    '<meta property="og:title" content="Bridge &amp;amp; mill">',
    '<meta name=robots content="noindex, nofollow">',
    '<link rel=canonical href="https://courier.example/a">',
    '<base href="//example.org/b/">',
    '<meta charset="{}">',
    '<script type="application/ld+json">{}</script>',
    "<style>.a {{display: none}} p.b, .c:hover {{opacity: 0}} @media print {{.x {{left:-999px}} }}{}</style>",
    '<?xml version="1.0" encoding="{}"?>',
    "<!doctype html>",
)


def json_ld(random: Random) -> str:
    """Return what a page may say of itself in JSON-LD, well or badly."""
    names: tuple[str, ...] = (
        "@type",
        "headline",
        "datePublished",
        "dateModified",
        "author",
        "mainEntityOfPage",
        "@graph",
    )
    names += ("isAccessibleForFree", "inLanguage", "name", "@id", "url")
    kinds = ('"NewsArticle"', '["Article", "X"]', '"WebPage"', "7", "{}")
    values = (lambda: random.choice(kinds), lambda: value(random, 2), lambda: json.dumps(random.choice(TEXTS)))
    members = ",".join(f'"{random.choice(names)}": {random.choice(values)()}' for _ in some(random, 6))
    form = random.choice(
        ("{{{}}}", "[{{{}}},]", "<!-- {{{}}} -->", '{{"@graph": [{{{}}}]}};', "// x\n{{{}", "{}")
    )
    return form.format(members)


def html(random: Random) -> bytes:
    """Return a page: tags that match or do not, styles, scripts, letters as numbers."""
    parts = []
    for _ in range(random.randint(1, 25)):
        way = random.randrange(10)
        if way < 3:
            tag, attributes = random.choice(TAGS), " ".join(random.choice(ATTRIBUTES) for _ in some(random, 2))
            parts.append(
                f"<{random.choice(('', '', '/'))}{tag} {attributes}{random.choice(('>', '>', '/>', ''))}"
            )
        elif way < 6:
            parts.append(random.choice((ARTICLE, f"<p>{ARTICLE * 3}</p>", "vil<i></i>lage ", *TEXTS)))
        elif way < 7:
            filling = random.choice((json_ld(random), random.choice(CODECS), "a"))
            parts.append(random.choice(HEADS).replace("{}", filling))
        else:
            odd = (
                "<!--",
                "-->",
                "&#x41;",
                "&#0;",
                "&#xd800;",
                "&#x110000;",
                "&amp",
                "&notit;",
                "<![CDATA[",
                "]]>",
            )
            parts.append(
                random.choice((*odd, "<", ">", '"', "'", "\f", "</", "<!", "<?", "\u200b", "&#1114112;"))
            )
    content = random.choice(("<html>", "<!DOCTYPE html>", "")) + "".join(parts)
    return damaged(content.encode(random.choice(CODECS), "replace"), random)


def mhtml(random: Random) -> bytes:
    """Return a page as browsers save it, with headers that browsers do not write."""
    end = random.choice(("\r\n", "\n"))
    odd = (
        "9" * 4301 + "*=x",
        "*=\0'en'a",
        "*=idna'en'a%ff",
        "*0*=undefined''x",
        "*=unicode_escape''%5cd",
        "=a",
    )
    boundary = random.choice(("a", "----x", '"b c"', "é", '"', ""))
    parts = [f"From: <Saved by X>{end}Content-Type: multipart/related; boundary={boundary}"]
    parts[0] += (
        f"; start{random.choice(odd)}; boundary{random.choice(odd)}{end}Date: {random.choice(TEXTS)}{end}{end}"
    )
    for _ in range(random.randint(1, 4)):
        encoding = random.choice(("base64", "quoted-printable", "8bit", "x"))
        content = html(random)
        body = base64.b64encode(content) if encoding == "base64" else content.replace(b"=", b"=3D")
        media = random.choice(
            ("text/html", "application/xhtml+xml", "image/png", "multipart/mixed; boundary=a")
        )
        head = f"Content-Type: {media}; charset{random.choice(('=utf-8', *odd))}{end}"
        head += f"Content-Location: {random.choice(TEXTS)}{end}Content-ID: <{random.choice('ab')}>{end}"
        head += f"Content-Transfer-Encoding: {encoding}{end}{end}"
        inner = body.decode("latin-1")
        parts.append(f"--{boundary.strip(chr(34))}{random.choice(('', '', '--'))}{end}{head}{inner}{end}")
    return damaged("".join(parts).encode("latin-1", "replace"), random)


# --- archives ----------------------------------------------------------------------------------


def packed(content: bytes, random: Random) -> bytes:
    """Return something packed, in one member or several, or as it is."""
    ways = (gzip.compress, bz2.compress, lzma.compress, zstandard.compress, bytes)
    pack = random.choice(ways)
    at = random.randint(0, len(content))
    return pack(content[:at]) + pack(content[at:]) if random.random() < 0.3 else pack(content)


def any_packed(random: Random) -> bytes:
    """Return records, packed once or twice, and damaged behind that."""
    content = packed(jsonl(random), random)
    if random.random() < 0.3:
        content = packed(content, random)
    return damaged(content + random.choice((b"", b"", b"\0" * 9, b"x", gzip.compress(b""))), random)


def warc(random: Random) -> bytes:
    """Return records of a web archive, whose lengths and encodings lie at times."""
    parts = []
    for _ in range(random.randint(1, 5)):
        kind = random.choice(("response", "response", "resource", "conversion", "request", "warcinfo", "é"))
        media = random.choice(
            ("text/html", "text/plain; charset=cp1252", "application/xhtml+xml", "image/png", "")
        )
        block = _http(random, media) if kind == "response" else html(random)
        head = [f"WARC/1.{random.randrange(2)}", f"WARC-Type: {kind}"]
        head.append("Content-Type: " + ("application/http; msgtype=response" if kind == "response" else media))
        head.append(f"WARC-Target-URI: {random.choice(TEXTS)}")
        head.append(f"WARC-Date: {random.choice(TEXTS)}")
        lie = random.random() < 0.2
        length = (
            random.choice((number(random), len(block) + random.choice((-9, -1, 1, 9)))) if lie else len(block)
        )
        head.insert(random.randint(1, len(head)), f"Content-Length: {length}")
        end = random.choice(("\r\n", "\r\n", "\n"))
        told = end.join((*head, "", "")).encode("utf-8", "replace")
        one = damaged(told, random) if random.random() < 0.2 else told
        one += block + random.choice((b"\r\n\r\n", b"\r\n\r\n", b"\n\n", b"", b"\r\n"))
        parts.append(packed(one, random) if random.random() < 0.1 else one)
    content = b"".join(parts)
    return damaged(b"".join(map(gzip.compress, parts)) if random.random() < 0.3 else content, random)


def _http(random: Random, media: str) -> bytes:
    """Return what a server answers, packed and in chunks, or only saying so."""
    content = html(random)
    head = [f"HTTP/1.{random.randrange(3)} {random.choice((200, 200, 200, 404, 301, '', 'x'))} OK"]
    head.append(f"Content-Type: {media}")
    if random.random() < 0.4:
        ways: dict[str, Callable[[bytes], bytes]] = {
            "gzip": gzip.compress,
            "deflate": zlib.compress,
            "br": bytes,
            "identity": bytes,
            "zstd": bytes,
        }
        name = random.choice(tuple(ways))
        head.append(f"Content-Encoding: {name}")
        content = damaged(ways[name](content), random)
    if random.random() < 0.3:
        head.append("Transfer-Encoding: chunked")
        size = random.choice(
            (f"{len(content):x}", f"{len(content):X};a=b", f"{number(random):x}", "-1", "", "g")
        )
        content = f"{size}\r\n".encode() + content + b"\r\n0\r\n\r\n"
    return "\r\n".join((*head, "", "")).encode("utf-8", "replace") + content


MEMBERS: tuple[str, ...] = (
    "a.txt",
    "b/c.html",
    "d.jsonl",
    "e.csv",
    "../f.txt",
    "/g.txt",
    "h.zip",
    ".i.txt",
    "a.txt",
    "é\n.txt",
)
MEMBERS += (
    "x" * 300 + ".txt",
    "j.txt.gz",
    "k.warc",
    "",
    "/",
    "[Content_Types].xml",
    "l.json",
    "m.tar",
    "\x1b.md",
)


def _member(random: Random) -> tuple[str, bytes]:
    name = random.choice(MEMBERS)
    return name, random.choice((text, html, jsonl, table, any_packed))(random)


def zipped(random: Random) -> bytes:
    """Return a zip, some of whose numbers may be others."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        known = set()
        for _ in some(random):
            name, content = _member(random)
            if name and name not in known:
                known.add(name)
                method = random.choice(
                    (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
                )
                archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    whole = bytearray(held.getvalue())
    for _ in some(random, 2):
        marks = [at for at in range(len(whole) - 4) if whole[at : at + 2] == b"PK"]
        at = random.choice(marks) + random.randrange(4, 46)
        width = random.choice((2, 4))
        low = number(random) & (1 << 8 * width) - 1
        whole[at : at + width] = struct.pack("<H" if width == 2 else "<I", low)
    return damaged(bytes(whole), random)


KINDS = (*[tarfile.REGTYPE] * 8, *(bytes([kind]) for kind in b"\x00123456757LKxgXSVMA"))


def tarred(random: Random) -> bytes:
    """Return a tar, with headers of all kinds, and records in them that may lie."""
    parts = []
    for _ in range(random.randint(0, 6)):
        header = tarfile.TarInfo()
        header.type = random.choice(KINDS)
        header.name, content = _member(random)
        header.name = header.name[:90]
        if header.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, b"X"):
            content = b"".join(_pax(random) for _ in some(random))
        header.size = len(content)
        block = bytearray(
            header.tobuf(random.choice((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT)), errors="replace")
        )
        if random.random() < 0.1:
            size = random.choice(
                (b"%011o\0" % (abs(number(random)) % 8**11), b"\x80" + bytes(10) + b"\xff", b"\xff" * 12)
            )
            block[124:136] = size
            block[148:156] = b"%06o\0 " % (sum(block[:148]) + sum(block[156:512]) + 256)
        parts.append(bytes(block) + content + bytes(-len(content) % 512))
    return damaged(b"".join(parts) + bytes(random.choice((0, 512, 1024))), random)


def _pax(random: Random) -> bytes:
    keys = (
        b"path",
        b"size",
        b"hdrcharset",
        b"GNU.sparse.map",
        b"GNU.sparse.major",
        b"linkpath",
        b"mtime",
        b"a b",
    )
    values = (
        b"a.txt",
        b"9" * 30,
        b"-1",
        b"BINARY",
        b"1",
        b"\xff",
        b"",
        b"1.5",
        b"0,1,2",
        b"b\0c.txt",
        b"1" * 2000,
    )
    rest = b" %b=%b\n" % (random.choice(keys), random.choice(values))
    size = len(rest) + 1
    while len(str(size)) + len(rest) != size:
        size += 1
    return b"%d%b" % (size + random.choice((0, 0, 0, 0, 1, -1, 5000)), rest)


def pdf(random: Random) -> bytes:
    """Return objects that are nearly a PDF; its readers mend what is missing."""
    shown = random.choice(TEXTS).encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")
    page = b"BT /F1 12 Tf 50 700 Td (%b) Tj 0 -14 Td (bro-) Tj 0 -14 Td (ken words) Tj ET" % shown
    if random.random() < 0.3:
        page = damaged(zlib.compress(page), random)
    flate = random.choice((b"", b"/Filter /FlateDecode", b"/Filter /LZWDecode", b"/Filter [/ASCIIHexDecode]"))
    parts = [
        b"<< /Type /Catalog /Pages %d 0 R >>" % random.choice((2, 2, 2, 1, 9)),
        b"<< /Type /Pages /Kids [3 0 R%b] /Count %d >>"
        % (random.choice((b"", b" 2 0 R", b" 3 0 R")), number(random) if random.random() < 0.2 else 1),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 %d 800]"
        b" /Resources << /Font << /F1 5 0 R >> >> >>" % (number(random) if random.random() < 0.2 else 600),
        b"<< /Length %d %b >>\nstream\n%b\nendstream"
        % (len(page) if random.random() < 0.8 else number(random), flate, page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (%b) /CreationDate (D:%b) /Author <feff%b> >>"
        % (
            shown,
            random.choice((b"20261122", b"9" * 30, b"2026112210'")),
            random.choice((b"0041", b"d800", b"zz")),
        ),
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (at, part) for at, part in enumerate(parts, 1))
    return damaged(b"%%PDF-1.7\n%btrailer << /Root 1 0 R /Info 6 0 R /Size 7 >>\n%%%%EOF" % body, random)
