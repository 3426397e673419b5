"""Records to what they were written from: lines of ``findings.jsonl`` to findings, ``run.json`` to a run.

Nothing in a record is taken for granted: a report may come by mail.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from reuse.findings import Finding, Passage, SetApart
from reuse.metadata import Fact, Link, Metadata
from reuse.pairs import KINDS, VERDICTS, Trick
from reuse.report import checked
from reuse.report.rights import rights_of
from reuse.values import ARTICLE, GIVEN, PAGE, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
    source_words, page_words = checked.words(source["words"]), checked.words(page["words"])
    passages = tuple(map(_passage, told["passages"]))
    for passage in passages:
        within = passage.source_token + passage.source_words <= source_words
        if not within or passage.page_token + passage.words > page_words:
            raise ValueError("a passage has more words than its text")
    matched, matched_source = (
        checked.count(scores["matched_words"]),
        checked.count(scores["matched_source_words"]),
    )
    if matched != sum(passage.words for passage in passages) or matched > page_words:
        raise ValueError("the words matched are not those of the passages")
    if matched_source > source_words:
        raise ValueError("more words of the source are matched than it has")
    return Finding(
        verdict=checked.one_of(VERDICTS, told["verdict"]),
        probability=checked.share(told["probability"]),
        reasons=tuple(map(checked.text, checked.listed(told["reasons"]))),
        source=_document(source),
        page=_document(page),
        source_sha256=checked.sha256(source["sha256"]),
        page_sha256=checked.sha256(page["sha256"]),
        source_language=checked.if_any(checked.text, source["language"]),
        page_language=checked.if_any(checked.text, page["language"]),
        source_words=source_words,
        page_words=page_words,
        matched_words=matched,
        matched_source_words=matched_source,
        quoted_words=checked.count(scores["quoted_words"]),
        credited_words=checked.count(scores["credited_words"]),
        also_matches=tuple(map(checked.text, checked.listed(told["also_matches"]))),
        longest_run=checked.count(scores["longest_run"]),
        resemblance=checked.share(scores["resemblance"]),
        source_in_page=checked.share(scores["source_in_page"]),
        page_in_source=checked.share(scores["page_in_source"]),
        features={checked.text(name): checked.number(value) for name, value in told["features"].items()},
        passages=passages,
        lanes=tuple(map(checked.text, checked.listed(told["lanes"]))),
        tricks=tuple(
            Trick(checked.text(trick["kind"]), checked.spans(trick["places"])) for trick in told["tricks"]
        ),
        metadata=checked.if_any(_metadata, told["metadata"]),
        source_apart=_apart(source["apart"]),
        page_apart=_apart(page["apart"]),
        **rights_of(told),
    )


def _document(told: Mapping[str, Any]) -> Document:
    names = ("url", "title", "date", "author", "modified", "language", "fetched")
    known: dict[str, Any] = {name: checked.if_any(checked.text, told[name]) for name in names}
    return Document(
        checked.text(told["id"]),
        "",
        checked.text(told["path"]),
        checked.if_any(checked.count, told["line"]),
        extent=checked.one_of((GIVEN, PAGE, ARTICLE), told["text"]),
        original_sha256=checked.if_any(checked.sha256, told["original_sha256"]),
        **known,
    )


def _passage(told: Mapping[str, Any]) -> Passage:
    (source, page), moved = checked.spans([told["source"], told["page"]]), told["moved"]
    if not isinstance(moved, bool):
        raise TypeError("moved is neither true nor false")
    names = ("source_token", "source_words", "page_token", "words", "equal_words", "quoted_words")
    return Passage(
        checked.one_of(KINDS, told["kind"]),
        moved,
        *source,
        *page,
        *(checked.count(told[name]) for name in names),
    )


def _apart(told: Mapping[str, Any]) -> SetApart:
    apart = SetApart(**{name: checked.spans(told[name]) for name in SetApart._fields})
    for spans in apart:
        if any(left[1] > right[0] for left, right in pairwise(spans)):
            raise ValueError("what is set apart overlaps")
    return apart


def _metadata(told: Mapping[str, Any]) -> Metadata:
    names = (field.name for field in fields(Metadata) if field.name not in ("links", "links_total", "also"))
    return Metadata(
        **{name: checked.if_any(_fact, told[name]) for name in names},
        links=tuple(map(_link, checked.listed(told["links"]["first"]))),
        links_total=checked.count(told["links"]["total"]),
        also=tuple((checked.text(row["field"]), _fact(row)) for row in checked.listed(told["also"])),
    )


def _fact(told: Mapping[str, Any]) -> Fact:
    return Fact(checked.text(told["value"]), checked.text(told["where"]), checked.text(told["certainty"]))


def _link(told: Mapping[str, Any]) -> Link:
    rel = tuple(map(checked.text, checked.listed(told["rel"])))
    return Link(checked.text(told["url"]), checked.text(told["site"]), rel, checked.text(told["text"]))


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
    for inner in checked.mapping(value).values():
        for one in inner if isinstance(inner, list) else [inner]:
            if not isinstance(one, bool | dict):
                checked.if_any(checked.text, one)
    for one in checked.mapping(checked.mapping(value).get("fields", {})).values():
        checked.if_any(checked.text, one)


def _settings(value: object) -> None:
    for inner in checked.mapping(value).values():
        if not isinstance(inner, str | bool):
            checked.if_any(checked.number, inner)


def _counts(value: object) -> None:
    for inner in checked.mapping(value).values() if isinstance(value, dict) else [value]:
        checked.count(inner)


def _texts(value: object) -> None:
    for inner in checked.listed(value):
        checked.text(inner)


def _faults(value: object) -> None:
    for row in checked.listed(value):
        checked.text(row["path"]), checked.text(row["reason"]), checked.if_any(checked.count, row["line"])


def _day(value: str) -> str:
    return date.fromisoformat(checked.text(value)).isoformat()


#: What each thing in ``run.json`` is; others are not looked at.
_RUN: dict[str, Callable[[Any], object]] = {
    "version": checked.text,
    "options_digest": checked.text,
    "options": _settings,
    "inputs": _inputs,
    "notices": _texts,
    "too_short": _texts,
    "unreadable": _faults,
    "boilerplate_words": _counts,
    "read_carefully": _counts,
    "verdicts": _counts,
    "standings": _counts,
    "pages_by_site": _counts,
    "as_of": partial(checked.if_any, _day),
    "policy": partial(checked.if_any, _settings),
    **dict.fromkeys(("sources", "pages", "documents", "candidates", "overfull_buckets"), checked.count),
    **dict.fromkeys(("capped_by_articles", "capped_by_sites", "common_sources", "explained"), checked.count),
}
