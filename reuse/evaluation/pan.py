"""A corpus of the PAN text alignment task, and what the detector finds in it.

::

    DIR/src/source-document00001.txt          sources
    DIR/susp/suspicious-document00001.txt     pages
    DIR/02-no-obfuscation/pairs               "suspicious-document00001.txt source-document00001.txt" and so on
    DIR/02-no-obfuscation/suspicious-document00001-source-document00001.xml     the truth of that pair

Offsets count code points of a file as it is: a byte order mark and both characters of a line end count.
"""

from __future__ import annotations

import os
import re
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np

from reuse.documents.file import printable, reason
from reuse.errors import InputError, UsageError
from reuse.evaluation.plagdet import Measures, Spans
from reuse.pipeline import align_pairs
from reuse.texts import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reuse.options import Options
    from reuse.values import Ids, Texts

_SOURCES, _PAGES, _PAIRS = "src", "susp", "pairs"
#: Files of native positions are shorter, so is every offset.
_NUMBER = re.compile("[0-9]{1,10}")
_SPANS = (("source", "source_offset", "source_length"), ("page", "this_offset", "this_length"))


@dataclass(frozen=True, slots=True)
class PanPair:
    """A pair of documents of the corpus, and the passages that the one has from the other.

    Attributes
    ----------
    subcorpus : str
    source, page : str
        Names of the files.
    truth : str
        Name of the XML file beside ``pairs``; detections are written under the same.
    cases : tuple of Spans
    """

    subcorpus: str
    source: str
    page: str
    truth: str
    cases: tuple[Spans, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PanCorpus:
    """Pairs of documents with their texts.

    Attributes
    ----------
    subcorpora : tuple of str
        In the order of their names.
    pairs : tuple of PanPair
        One sub-corpus after another, in the order of ``pairs``.
    texts : pair of Texts
        Sources and pages, code points as the files have them.
    source, page : int32 [P]
        Rows of each pair.
    """

    subcorpora: tuple[str, ...]
    pairs: tuple[PanPair, ...]
    texts: tuple[Texts, Texts]
    source: Ids
    page: Ids


@dataclass(frozen=True, slots=True, repr=False)
class PanEvaluation:
    """What was found in a corpus, and how good that is.

    Attributes
    ----------
    options : Options
    corpus : PanCorpus
    detections : tuple of tuple of Spans
        Of each pair, in page order; none where a text is too short for a verdict.
    measures : dict of str to Measures
        Of each sub-corpus.
    too_short : int
        Pairs with a text of fewer words than `Options.min_words`.
    seconds : float
        From texts in memory to passages, on the clock of the wall.
    """

    options: Options
    corpus: PanCorpus
    detections: tuple[tuple[Spans, ...], ...]
    measures: dict[str, Measures]
    too_short: int
    seconds: float

    @property
    def entire(self) -> Measures:
        """Of all pairs together."""
        return Measures.pooled(self.measures.values())

    @property
    def pairs_per_second(self) -> float:
        """How many pairs were aligned in a second."""
        return len(self.corpus.pairs) / max(self.seconds, 1e-9)


def evaluate_pan(corpus: PanCorpus, options: Options) -> PanEvaluation:
    """Align every pair of a corpus and measure the passages against the truth.

    Every passage is a detection, whatever the verdict on the pair would be: the task is to align texts.
    """
    too_short = 0
    detections = []
    begin = time.perf_counter()
    for aligned in align_pairs(corpus.texts, corpus.source, corpus.page, options):
        enough = min(aligned.source_words, aligned.page_words) >= options.min_words
        too_short += not enough
        spans = (
            Spans(passage.source_begin, passage.source_end, passage.page_begin, passage.page_end)
            for passage in aligned.passages
        )
        detections.append(tuple(dict.fromkeys(spans)) if enough else ())
    seconds = time.perf_counter() - begin
    measured: dict[str, list[Measures]] = {name: [] for name in corpus.subcorpora}
    for pair, found in zip(corpus.pairs, detections, strict=True):
        measured[pair.subcorpus].append(Measures.of_pair(pair.cases, found))
    return PanEvaluation(
        options=options,
        corpus=corpus,
        detections=tuple(detections),
        measures={name: Measures.pooled(parts) for name, parts in measured.items()},
        too_short=too_short,
        seconds=seconds,
    )


def read_pan(folder: str, subcorpora: Sequence[str], options: Options) -> PanCorpus:
    """Read a corpus: its pairs, their truth, and the texts they name.

    Parameters
    ----------
    folder : str
    subcorpora : sequence of str
        Names of sub-folders to read; all that have a file ``pairs`` if none is given.
    options : Options
        Only `max_bytes` is used.

    Raises
    ------
    UsageError
        If `folder` is no such corpus, or has no such sub-corpus.
    InputError
        At the first file that is missing or cannot be what it should be.
    """
    for name in (_SOURCES, _PAGES):
        if not os.path.isdir(os.path.join(folder, name)):
            what = f"no folder '{name}'" if os.path.isdir(folder) else "no such folder"
            raise UsageError(
                f"{printable(folder)}: {what}; name a PAN corpus, which has the folders src and susp"
            )
    chosen = _subcorpora(folder, subcorpora)
    shelves = _Shelf(folder, _SOURCES, options), _Shelf(folder, _PAGES, options)
    seen: dict[str, str] = {}
    pairs = [
        _pair(folder, subcorpus, place, names, shelves, options)
        for subcorpus in chosen
        for place, names in _named(folder, subcorpus, seen, options)
    ]
    for name in chosen:
        if not any(pair.subcorpus == name for pair in pairs):
            where = printable(os.path.join(folder, name, _PAIRS))
            raise InputError(f"{where}: names no pair; add some, or move the folder away")
    return PanCorpus(
        subcorpora=chosen,
        pairs=tuple(pairs),
        texts=(lay_out(shelves[0].texts), lay_out(shelves[1].texts)),
        source=np.array([shelves[0].rows[pair.source] for pair in pairs], np.int32),
        page=np.array([shelves[1].rows[pair.page] for pair in pairs], np.int32),
    )


def _subcorpora(folder: str, names: Sequence[str]) -> tuple[str, ...]:
    there = sorted(name for name in _entries(folder) if os.path.lexists(os.path.join(folder, name, _PAIRS)))
    if not there:
        raise UsageError(f"{printable(folder)}: no sub-folder has a file 'pairs'; name a PAN corpus")
    for name in set(_entries(folder)) - {*there, _SOURCES, _PAGES}:
        if any(file.endswith(".xml") for file in _files(os.path.join(folder, name))):
            where = printable(os.path.join(folder, name))
            raise InputError(f"{where}: has XML and no file '{_PAIRS}'; add it, or move the folder away")
    for name in names:
        if name not in there:
            shown = ", ".join(map(printable, there))
            raise UsageError(f"{printable(folder)}: no sub-corpus '{printable(name)}'; there are {shown}")
    return tuple(name for name in there if not names or name in names)


def _files(folder: str) -> list[str]:
    return _entries(folder) if os.path.isdir(folder) else []


def _entries(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    except OSError as fault:
        raise InputError(f"{printable(folder)}: cannot be read: {reason(fault)}; make it readable") from fault


class _Shelf:
    """The texts of one side, each read when a pair first names it."""

    def __init__(self, folder: str, side: str, options: Options) -> None:
        self._folder = os.path.join(folder, side)
        self._options = options
        self.rows: dict[str, int] = {}
        self.texts: list[str] = []

    def length(self, name: str, place: str) -> int:
        """Return the length of a text in code points; `place` names it."""
        if name not in self.rows:
            path = os.path.join(self._folder, name)
            if not os.path.lexists(path):
                raise InputError(f"{place}: {printable(path)} is not there; add the text, or remove the line")
            self.texts.append(_decoded(_content(path, self._options), path))
            self.rows[name] = len(self.texts) - 1
        return len(self.texts[self.rows[name]])


def _content(path: str, options: Options) -> bytes:
    """Return the bytes of a file."""
    shown = printable(path)
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{shown}: is no file; remove it, or put the file in its place")
        if found.st_size > options.max_bytes:
            limit = f"is {found.st_size:,} bytes, the limit is {options.max_bytes:,}; raise --max-bytes"
            raise InputError(f"{shown}: {limit}")
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as fault:
        raise InputError(f"{shown}: cannot be read: {reason(fault)}; make it readable") from fault


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as fault:
        why = f"byte {fault.start + 1} is not UTF-8; convert the file, its offsets count UTF-8's characters"
        raise InputError(f"{printable(path)}: {why}") from fault


def _named(
    folder: str, subcorpus: str, seen: dict[str, str], options: Options
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the place of every line of ``pairs``, and its names: of the page, and of the source."""
    path = os.path.join(folder, subcorpus, _PAIRS)
    lines = _content(path, options).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate(lines, 1):
        place = f"{printable(path)}:{number}"
        names = os.fsdecode(line).split()
        if not names:
            continue
        if len(names) != 2 or not all(map(_is_name, names)):
            shown = printable(os.fsdecode(line.strip()))[:100]
            raise InputError(
                f"{place}: '{shown}' does not name a pair; write a file of susp, a space and one of src"
            )
        page, source = names
        if (first := seen.setdefault(_truth(page, source), place)) != place:
            raise InputError(f"{place}: the pair is that of {first}; remove one of the two lines")
        yield place, (page, source)


def _is_name(name: str) -> bool:
    """Tell whether a name is that of a file in a folder, not of one elsewhere."""
    return name not in (".", "..") and "/" not in name and "\0" not in name


def _truth(page: str, source: str) -> str:
    return f"{page.removesuffix('.txt')}-{source.removesuffix('.txt')}.xml"


def _pair(
    folder: str,
    subcorpus: str,
    place: str,
    names: tuple[str, str],
    shelves: tuple[_Shelf, _Shelf],
    options: Options,
) -> PanPair:
    page, source = names
    lengths = shelves[0].length(source, place), shelves[1].length(page, place)
    truth = _truth(page, source)
    path = os.path.join(folder, subcorpus, truth)
    if not os.path.lexists(path):
        raise InputError(f"{place}: its truth {printable(path)} is not there; add it, or remove the line")
    features = _features(_content(path, options), path)
    cases = tuple(_case(feature, source, lengths, path) for feature in features)
    return PanPair(subcorpus, source, page, truth, cases)


def _features(content: bytes, path: str) -> list[Mapping[str, str]]:
    """Return the attributes of each passage in a truth; nothing in the file makes this read another one."""
    elements: list[tuple[int, str, dict[str, str]]] = []
    depth = 0

    def begun(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        elements.append((depth, name, attributes))
        depth += 1

    def ended(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_declaration: object) -> None:
        raise InputError(f"{printable(path)}: has a document type; remove it, entities are not resolved")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:  # the last two of unknown encodings
        raise InputError(f"{printable(path)}: is no XML: {printable(str(fault))}; correct it") from fault
    if elements[0][1] != "document":
        raise InputError(
            f"{printable(path)}: begins with <{printable(elements[0][1])}>, not with <document>; correct it"
        )
    return [
        attributes
        for level, name, attributes in elements
        if level == 1 and name == "feature" and attributes.get("name", "").endswith("plagiarism")
    ]


def _case(feature: Mapping[str, str], source: str, lengths: tuple[int, int], path: str) -> Spans:
    """Return the passage that attributes tell of; `lengths` are those of the source and of the page."""
    shown = printable(path)
    if feature.get("source_reference", source) != source:
        of = printable(feature["source_reference"])
        raise InputError(f"{shown}: a passage is of '{of}', not of '{printable(source)}'; correct it")
    spans = []
    for (side, *names), length in zip(_SPANS, lengths, strict=True):
        numbers = []
        for name in names:
            value = feature.get(name, "")
            if not _NUMBER.fullmatch(value):
                raise InputError(f"{shown}: {name} is '{printable(value)}', must be a number; correct it")
            numbers.append(int(value))
        offset, size = numbers
        if not size or offset + size > length:
            place = f"{side} {offset}-{offset + size}"
            raise InputError(
                f"{shown}: the passage {place} is {'outside the text' if size else 'empty'}, which has "
                f"{length} characters; correct it"
            )
        spans += [offset, offset + size]
    return Spans(*spans)
