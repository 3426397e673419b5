"""Detections as files of the PAN text alignment task, written whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from reuse.documents.file import printable
from reuse.drafts import beside, make_folder, take_place
from reuse.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.evaluation.pan import PanEvaluation
    from reuse.evaluation.plagdet import Spans

# What no document of XML 1.0 may hold, not even as a reference.
_UNSPEAKABLE = re.compile("[\ufffe\uffff]")


def require_new(folder: str) -> None:
    """Refuse a folder that holds something, so that detections of two runs never stand in one.

    Raises
    ------
    UsageError
    """
    if not folder:
        raise UsageError("cannot write detections to '': name a new folder")
    try:
        with os.scandir(folder) as entries:
            if not any(entries):
                return
        why = "holds something; name a new folder, or empty it"
    except FileNotFoundError:
        return
    except NotADirectoryError:
        why = "is no folder; name a new one"
    except (OSError, ValueError) as fault:
        why = f"cannot be read ({fault}); name a new folder"
    raise UsageError(f"cannot write detections to {printable(folder)}: it {why}")


def write_detections(folder: str, evaluation: PanEvaluation) -> None:
    """Write what was found in each pair, under the name of its truth.

    All files are written beside `folder` first, which takes its place when they are on disk: a full disk or a
    signal leaves no folder.

    Parameters
    ----------
    folder : str
        Made if it is not there, with the folders above.
    evaluation : PanEvaluation

    Raises
    ------
    UsageError
        If it holds something.
    OutputError
        If it cannot be made or written.
    """
    require_new(folder)
    path = Path(os.path.realpath(folder))
    try:
        make_folder(path.parent)
        with beside(path) as unfinished:
            draft = unfinished / "detections"
            draft.mkdir()
            for pair, found in zip(evaluation.corpus.pairs, evaluation.detections, strict=True):
                with (draft / pair.truth).open("xb") as stream:
                    stream.write(detection_xml(pair.source, pair.page, found))
            take_place(draft, path)
    except OSError as fault:
        raise OutputError(
            f"cannot write detections to {folder}: {fault.strerror or fault}; nothing half-written is left "
            "there; mend that, or name another folder"
        ) from fault


def detection_xml(source: str, page: str, found: Sequence[Spans]) -> bytes:
    """Return the detections of a pair as PAN has them, in UTF-8.

    Examples
    --------
    >>> from reuse.evaluation.plagdet import Spans
    >>> print(detection_xml("source-1.txt", "suspicious-1.txt", [Spans(5, 9, 0, 3)]).decode(), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <document reference="suspicious-1.txt">
    <feature name="detected-plagiarism" this_offset="0" this_length="3" source_reference="source-1.txt" \
source_offset="5" source_length="4" />
    </document>
    """
    reference = _attribute(source)
    features = (
        f'<feature name="detected-plagiarism" this_offset="{one.page_begin}" '
        f'this_length="{one.page_end - one.page_begin}" source_reference={reference} '
        f'source_offset="{one.source_begin}" source_length="{one.source_end - one.source_begin}" />\n'
        for one in found
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<document reference={_attribute(page)}>\n{''.join(features)}</document>\n".encode()


def _attribute(name: str) -> str:
    """Return a name in quotation marks; what XML cannot say is written as an escape."""
    speakable = _UNSPEAKABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", printable(name))
    return quoteattr(speakable)
