"""PDF (.pdf), for those who have pypdfium2: one file, one document, the text of its pages in their order.

Words that lines break are put together, and so are the lines of a paragraph. The dates, the author and the
title are those of the information dictionary, which many programs leave empty.
"""

from __future__ import annotations

import importlib.util
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reuse.documents.file import File, printable, whole
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Unreadable

_PROGRAM = Path(__file__).with_name("pdf_text.py")
_SECONDS = 60  # of a processor, and five times as many on the clock
_MEMORY = 1 << 30  # bytes, beside those of the file

_NO_LIBRARY = "is PDF, which takes a library that is not there; install it: pip install 'textreuse[pdf]'"
_NO_TEXT = "holds no text; it may be scanned: recognise its text first"
_SAVE = "save its text as .txt, or leave it out"
_FAULTS = {
    "damaged": "is a damaged PDF; repair it, or leave it out",
    "locked": "is encrypted; save it without its password first",
}
_DATE = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(?:(\d\d)'?)?)?",
)
_HYPHEN = "\ufffe"  # PDFium's sign of one that ends a line
_BROKEN = re.compile(rf"(?<=[^\W\d_])(?:{_HYPHEN}\s*|[-\u00ad\u2010]\n)(?=[^\W\d_])")
_ENDS = re.compile(r"""[.!?…:。！？]["'”’»)\]]*$""")


def read(
    file: File, stream: io.BufferedReader, _fields: Fields, options: Options
) -> Iterator[Document | Unreadable]:
    """Read the text of one PDF; nothing of one over ``max_bytes``.

    It is read in a process of its own, which has a minute and a gigabyte.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b"%PDF-1.7 and no more"))
    >>> [str(found) for found in read(File("a.pdf"), stream, Fields(), Options())]
    ['a.pdf: is a damaged PDF; repair it, or leave it out']
    """
    content = whole(stream, options.max_bytes)
    if isinstance(content, str):
        yield Unreadable(file.name, None, content)
    elif importlib.util.find_spec("pypdfium2") is None:
        yield Unreadable(file.name, None, _NO_LIBRARY)
    else:
        answer = _ask(content, options.max_bytes)
        if isinstance(answer, str):
            yield Unreadable(file.name, None, answer)
        else:
            yield _document(file, answer)


def _ask(content: bytes, most: int) -> dict[str, Any] | str:
    """Return the pages and the information of a PDF, or what is wrong with it."""
    limits = map(str, (_SECONDS, _MEMORY + len(content), most))
    try:
        done = subprocess.run(  # noqa: S603  (the program is ours)
            [
                sys.executable,
                "-P",
                _PROGRAM,
                *limits,
            ],  # -P: the program's neighbours are no modules of Python's
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=5 * _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"is not read within {5 * _SECONDS} seconds; {_SAVE}"
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"is not read within {_SECONDS} seconds of a processor; {_SAVE}"
    if done.returncode:
        return f"stops the library that reads PDF, or takes over {_MEMORY >> 30} GiB of memory; {_SAVE}"
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer.get("fault") == "large":
        return f"has over {most:,} characters, the limit is {most:,}; split it, or raise --max-bytes"
    if "fault" in answer:
        return _FAULTS[answer["fault"]]
    if not any(page and not page.isspace() for page in answer["pages"]):
        return _NO_TEXT
    return answer


def _document(file: File, answer: dict[str, Any]) -> Document:
    info = answer["info"]
    return Document(
        id=file.name,
        content=_text(answer["pages"]),
        path=file.name,
        title=_one_line(info.get("Title")),
        date=_date(info.get("CreationDate")),
        author=_one_line(info.get("Author")),
        modified=_date(info.get("ModDate")),
    )


def _text(pages: Sequence[str]) -> str:
    r"""Return the text of pages with a paragraph a line.

    A line that ends a sentence well before others end ends a paragraph, and so does one of two fifths of their
    length.

    Examples
    --------
    >>> _text(["Prisons of the coun\ufffetry\r\nare full, as he\r\nsaid.", "An Anglo\ufffeSaxon coun-\r\ncil"])
    'Prisons of the country are full, as he said.\nAn Anglo-Saxon council\n'
    """
    broken = "\n".join(pages).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip() for line in _BROKEN.sub(_joined, broken).replace(_HYPHEN, "-").split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 3 // 4]
    parts = []
    for line in lines:
        if not line:
            parts.append("\n")
            continue
        ends = len(line) < usual * 2 / 5 or (len(line) < usual * 3 / 4 and _ENDS.search(line))
        parts.append(f"{line}\n" if ends else f"{line} ")
    return re.sub(r" ?\n+", "\n", "".join(parts) + "\n")


def _joined(found: re.Match[str]) -> str:
    """Return what stands for a hyphen at the end of a line: nothing where the word goes on."""
    if found.string[found.end()].islower():
        return ""
    return "-" if found.group().startswith(_HYPHEN) else found.group()


def _date(value: str | None) -> str | None:
    """Return a date as ISO 8601 has it, as far as it goes; what is no date as it stands.

    Examples
    --------
    >>> _date("D:20240131120000+01'00'"), _date("D:202401"), _date("in May")
    ('2024-01-31T12:00:00+01:00', '2024-01-01', 'in May')
    """
    found = _DATE.match(value or "")
    if not found:
        return _one_line(value)
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    if hour is None:
        return date
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00" if "Z" in found.group() else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{zone}"


def _one_line(value: str | None) -> str | None:
    return printable(" ".join((value or "").split())) or None
