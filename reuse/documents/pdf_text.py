"""The text of the pages of a PDF: a program of its own, as a PDF can crash, fill or stop whatever reads it.

Bytes of a PDF on standard input, the limits as arguments: processor seconds, bytes of memory, characters of
text. One JSON object on standard output: ``{pages, info}``, or ``{fault}``. Run by `reuse.documents.pdf`; it
imports nothing of this package, and takes a tenth of a second to start.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any


def extracted(content: bytes, most: int) -> dict[str, Any]:
    """Return the text of each page and the information dictionary, or what is wrong.

    Parameters
    ----------
    content : bytes
        A PDF.
    most : int
        Characters that its text may have.

    Examples
    --------
    >>> extracted(b"%PDF-1.7", 99)
    {'fault': 'damaged'}
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
        pages, left = [], most
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage().get_text_range()
            left -= len(text)
            if left < 0:
                return {"fault": "large"}
            pages.append(text)
            page.close()
        return {"pages": pages, "info": _information(document)}
    except pypdfium2.PdfiumError as fault:
        locked = fault.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        return {"fault": "locked" if locked else "damaged"}


def _information(document: Any) -> dict[str, str]:
    """Return what the document says of itself, but for values that are no text: half a character, say."""
    found = {}
    for name in ("Title", "Author", "CreationDate", "ModDate"):
        try:
            value = document.get_metadata_value(name)
        except UnicodeDecodeError:
            continue
        if value:
            found[name] = value
    return found


def _limit(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    seconds, memory, characters = map(int, sys.argv[1:])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, memory)
    answer = json.dumps(extracted(sys.stdin.buffer.read(), characters))
    sys.stdout.buffer.write(answer.encode())
