"""Text and Markdown (.txt, .text, .md, .markdown): one file, one document."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

from reuse.documents.file import File
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Unreadable


def read(
    file: File, stream: io.BufferedReader, _fields: Fields, options: Options
) -> Iterator[Document | Unreadable]:
    """Read one file as one document, its bytes as they are; nothing of one over ``max_bytes``.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b"Some text."))
    >>> [document[:3] for document in read(File("-", stream=True), stream, Fields(), Options())]
    [('-', b'Some text.', '-')]
    """
    limit = options.max_bytes
    if file.stream:  # it does not tell its size
        size, content = 0, stream.read(limit + 1)
    else:
        size = os.fstat(stream.fileno()).st_size
        content = stream.read() if size <= limit else b""
    if max(size, len(content)) > limit:
        shown = f"{size:,}" if size > limit else f"over {limit:,}"
        why = f"is {shown} bytes, the limit is {limit:,}; split it, or raise --max-bytes"
        yield Unreadable(file.name, None, why)
    else:
        yield Document(file.name, content, file.name)
