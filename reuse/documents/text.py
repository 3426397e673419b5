"""Text and Markdown (.txt, .text, .md, .markdown): one file, one document."""

from __future__ import annotations

import io
from collections.abc import Iterator

from reuse.documents.file import File, whole
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
    content = whole(stream, options.max_bytes)
    if isinstance(content, str):
        yield Unreadable(file.name, None, content)
    else:
        yield Document(file.name, content, file.name)
