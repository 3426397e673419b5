"""Records to what they were written from: lines of ``findings.jsonl`` to findings, ``run.json`` to a run.

Nothing in a record is taken for granted: a report may come by mail.
"""

from __future__ import annotations

import math
import re
from dataclasses import fields
from itertools import pairwise
from operator import gt
from typing import TYPE_CHECKING, Any

from reuse.findings import Finding, Passage, SetApart
from reuse.metadata import Fact, Link, Metadata
from reuse.pairs import KINDS, VERDICTS, Trick
from reuse.values import ARTICLE, GIVEN, PAGE, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    Value = TypeVar("Value")

#: No text that fits into memory has more words.
_MOST_WORDS = 2**28
_MOST = 2**31
_SHA256 = re.compile("[0-9a-f]{64}")


def finding_of(told: Mapping[str, Any]) -> Finding:
    """Return the finding that a record is of: `reuse.report.records.record` the other way round.

    Parameters
    ----------
    told : mapping
        JSON values.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If something is not there, is of another kind, or is beyond what it is counted in.
    """
    source, page, scores = told["source"], told["page"], told["scores"]
    source_words, page_words = _words(source["words"]), _words(page["words"])
    passages = tuple(map(_passage, told["passages"]))
    for passage in passages:
        within = passage.source_token + passage.source_words <= source_words
        if not within or passage.page_token + passage.words > page_words:
            raise ValueError("a passage has more words than its text")
    matched, matched_source = _count(scores["matched_words"]), _count(scores["matched_source_words"])
    if matched != sum(passage.words for passage in passages) or matched > page_words:
        raise ValueError("the words matched are not those of the passages")
    if matched_source > source_words:
        raise ValueError("more words of the source are matched than it has")
    return Finding(
        verdict=_one_of(VERDICTS, told["verdict"]),
        probability=_share(told["probability"]),
        reasons=tuple(map(_text, _listed(told["reasons"]))),
        source=_document(source),
        page=_document(page),
        source_sha256=_sha256(source["sha256"]),
        page_sha256=_sha256(page["sha256"]),
        source_language=_if_any(_text, source["language"]),
        page_language=_if_any(_text, page["language"]),
        source_words=source_words,
        page_words=page_words,
        matched_words=matched,
        matched_source_words=matched_source,
        quoted_words=_count(scores["quoted_words"]),
        credited_words=_count(scores["credited_words"]),
        also_matches=tuple(map(_text, _listed(told["also_matches"]))),
        longest_run=_count(scores["longest_run"]),
        resemblance=_share(scores["resemblance"]),
        source_in_page=_share(scores["source_in_page"]),
        page_in_source=_share(scores["page_in_source"]),
        features={_text(name): _number(value) for name, value in told["features"].items()},
        passages=passages,
        lanes=tuple(map(_text, _listed(told["lanes"]))),
        tricks=tuple(Trick(_text(trick["kind"]), _spans(trick["places"])) for trick in told["tricks"]),
        metadata=_if_any(_metadata, told["metadata"]),
        source_apart=_apart(source["apart"]),
        page_apart=_apart(page["apart"]),
    )


def _document(told: Mapping[str, Any]) -> Document:
    names = ("url", "title", "date", "author", "modified", "language", "fetched")
    known: dict[str, Any] = {name: _if_any(_text, told[name]) for name in names}
    return Document(
        _text(told["id"]),
        "",
        _text(told["path"]),
        _if_any(_count, told["line"]),
        extent=_one_of((GIVEN, PAGE, ARTICLE), told["text"]),
        original_sha256=_if_any(_sha256, told["original_sha256"]),
        **known,
    )


def _passage(told: Mapping[str, Any]) -> Passage:
    (source, page), moved = _spans([told["source"], told["page"]]), told["moved"]
    if not isinstance(moved, bool):
        raise TypeError("moved is neither true nor false")
    names = ("source_token", "source_words", "page_token", "words", "equal_words", "quoted_words")
    return Passage(_one_of(KINDS, told["kind"]), moved, *source, *page, *(_count(told[name]) for name in names))


def _apart(told: Mapping[str, Any]) -> SetApart:
    apart = SetApart(**{name: _spans(told[name]) for name in SetApart._fields})
    for spans in apart:
        if any(left[1] > right[0] for left, right in pairwise(spans)):
            raise ValueError("what is set apart overlaps")
    return apart


def _metadata(told: Mapping[str, Any]) -> Metadata:
    names = (field.name for field in fields(Metadata) if field.name not in ("links", "links_total", "also"))
    return Metadata(
        **{name: _if_any(_fact, told[name]) for name in names},
        links=tuple(map(_link, _listed(told["links"]["first"]))),
        links_total=_count(told["links"]["total"]),
        also=tuple((_text(row["field"]), _fact(row)) for row in _listed(told["also"])),
    )


def _fact(told: Mapping[str, Any]) -> Fact:
    return Fact(_text(told["value"]), _text(told["where"]), _text(told["certainty"]))


def _link(told: Mapping[str, Any]) -> Link:
    rel = tuple(map(_text, _listed(told["rel"])))
    return Link(_text(told["url"]), _text(told["site"]), rel, _text(told["text"]))


def run_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``run.json`` tells, if all of it is of the kinds that a run writes.

    Raises
    ------
    TypeError, ValueError
        Naming what is not.
    """
    for name, value in told.items():
        read = _RUN.get(name)
        try:
            if read is not None:
                read(value)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise ValueError(f"{name} is not what a run tells: {fault}") from fault
    return dict(told)


def _inputs(value: object) -> None:
    for inner in _mapping(value).values():
        for one in inner if isinstance(inner, list) else [inner]:
            if not isinstance(one, bool | dict):
                _if_any(_text, one)
    for one in _mapping(_mapping(value).get("fields", {})).values():
        _if_any(_text, one)


def _settings(value: object) -> None:
    for inner in _mapping(value).values():
        if not isinstance(inner, str | bool):
            _if_any(_number, inner)


def _counts(value: object) -> None:
    for inner in _mapping(value).values() if isinstance(value, dict) else [value]:
        _count(inner)


def _texts(value: object) -> None:
    for inner in _listed(value):
        _text(inner)


def _faults(value: object) -> None:
    for row in _listed(value):
        _text(row["path"]), _text(row["reason"]), _if_any(_count, row["line"])


# --- what values can be -----------------------------------------------------------------------


def _if_any(read: Callable[[Any], Value], value: Any) -> Value | None:
    return None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]!r} is no list")
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{str(value)[:40]!r} is no object")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError(f"{str(value)[:40]!r} is no count")
    return value


def _words(value: object) -> int:
    if not 0 < _count(value) < _MOST_WORDS:
        raise ValueError(f"{str(value)[:40]} words has no text")
    return _count(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(float(value)):
        raise ValueError(f"{str(value)[:40]} is no number")
    return value


def _share(value: object) -> float:
    share = _number(value)
    if not 0 <= share <= 1:
        raise ValueError(f"{str(value)[:40]} is no share")
    return share


def _one_of(known: tuple[str, ...], value: str) -> str:
    return known[known.index(value)]


def _sha256(value: str) -> str:
    if not _SHA256.fullmatch(value):
        raise ValueError(f"{str(value)[:40]!r} is no SHA-256")
    return value


def _spans(told: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    spans = tuple((begin, end) for begin, end in told)
    if spans:  # all at once: a report has a hundred of them for each finding
        begins, ends = zip(*spans, strict=True)
        if {*map(type, begins), *map(type, ends)} != {int} or min(begins) < 0 or max(ends) >= _MOST:
            raise ValueError("a span is not of counts")
        if any(map(gt, begins, ends)):
            raise ValueError("a span ends before it begins")
    return spans


#: What each thing in ``run.json`` is; others are not looked at.
_RUN: dict[str, Callable[[Any], object]] = {
    "version": _text,
    "options_digest": _text,
    "options": _settings,
    "inputs": _inputs,
    "notices": _texts,
    "too_short": _texts,
    "unreadable": _faults,
    "boilerplate_words": _counts,
    "read_carefully": _counts,
    "verdicts": _counts,
    **dict.fromkeys(("sources", "pages", "documents", "candidates", "overfull_buckets"), _count),
    **dict.fromkeys(("capped_by_articles", "capped_by_sites"), _count),
}
