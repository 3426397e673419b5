"""Findings on one site to a notice: the fields that its owner, or a host, asks for, filled in where known.

What was measured is told, and nothing concluded from it. What only the publisher knows is marked, and left
open.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse import __version__
from reuse.report.command import command
from reuse.report.decided import ORDERS_SAY, common_sources, credit_lines, licence, within
from reuse.report.escape import markdown_code, markdown_target, markdown_text
from reuse.report.facts import page_facts, place_of, source_facts
from reuse.report.meanings import CAVEAT, sentence
from reuse.report.summary import plural, share
from reuse.rights.values import PAGE_FIRST
from reuse.values import ARTICLE, GIVEN, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.metadata import Fact
    from reuse.values import Document

_NOT_KNOWN = "not known"
_EXTENTS = {GIVEN: "as it was given", PAGE: "all that the page shows", ARTICLE: "the article of the page"}


class _Text(NamedTuple):
    """What a measurement is of: a document may be measured whole, and its article by itself."""

    sha256: str
    words: int
    extent: str


def _source_text(finding: Finding) -> _Text:
    return _Text(finding.source_sha256, finding.source_words, finding.source.extent)


def _page_text(finding: Finding) -> _Text:
    return _Text(finding.page_sha256, finding.page_words, finding.page.extent)


def notice(site: str | None, findings: Sequence[Finding], run: Mapping[str, Any], *, texts: bool) -> str:
    """Return the notice of what was found on one site, in Markdown.

    Parameters
    ----------
    site : str or None
        The registrable domain; None of pages without an address.
    findings : sequence of Finding
        On its pages.
    run : mapping
        What ``run.json`` holds.
    texts : bool
        Whether the texts and the findings side by side lie beside it.
    """
    works = _grouped(findings, lambda finding: finding.source.id)
    pages = _grouped(findings, lambda finding: finding.page.id)
    sides = *map(_source_text, chain(*works.values())), *map(_page_text, chain(*pages.values()))
    numbers = {sha256: number for number, sha256 in enumerate(dict.fromkeys(one.sha256 for one in sides), 1)}
    lines = (
        *_opening(site, len(pages), len(works)),
        *_older(pages.values()),
        *_parties(),
        *_works(works.values(), numbers, texts=texts),
        *_material(pages.values(), {name: n for n, name in enumerate(works, 1)}, numbers, texts=texts),
        *_measured(findings, run, texts=texts),
        *_closing(),
    )
    return "\n".join(lines) + "\n"


def _grouped(findings: Iterable[Finding], key: Callable[[Finding], str]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return groups


def _open(what: str) -> str:
    """Return a field that is left to the publisher."""
    return f"**[to be filled in by the publisher: {what}]**"


def _opening(site: str | None, pages: int, works: int) -> Iterator[str]:
    yield f"# Notice: material on {markdown_text(site) if site else 'pages without an address'}"
    yield ""
    yield f"{plural(pages, 'page')} with words of {plural(works, 'work')}, as measured by textreuse."
    yield ""
    yield (
        "A draft. What was measured is filled in; what only the publisher knows stands in bold brackets. It "
        "draws no conclusion of law: whether the use is permitted is to be checked before this is sent."
    )
    yield ""


def _older(pages: Iterable[Sequence[Finding]]) -> Iterator[str]:
    """Say loudly which pages are older than a work."""
    older = [
        str(number)
        for number, findings in enumerate(pages, 1)
        if any(one.precedence and one.precedence.order == PAGE_FIRST for one in findings)
    ]
    if older:
        which = f"page {older[0]} is" if len(older) == 1 else f"pages {', '.join(older)} are"
        yield f"**By their dates {which} OLDER than the work: find out who wrote it before this is sent.**"
        yield ""


def _parties() -> Iterator[str]:
    yield "## To"
    yield ""
    yield f"- Name and address: {_open('the owner of the site, its host, or its agent for notices')}"
    yield f"- Date of this notice: {_open('date')}"
    yield ""
    yield "## From"
    yield ""
    for name, what in (
        ("Name", "who gives this notice"),
        ("On behalf of", "the holder of the rights, and by what authority"),
        ("Address", "postal address"),
        ("Telephone", "telephone"),
        ("E-mail", "e-mail"),
    ):
        yield f"- {name}: {_open(what)}"
    yield ""


def _works(works: Iterable[Sequence[Finding]], numbers: Mapping[str, int], *, texts: bool) -> Iterator[str]:
    yield "## The original works"
    yield ""
    for number, findings in enumerate(works, 1):
        source, facts = findings[0].source, source_facts(findings[0])
        yield f"### Work {number}"
        yield ""
        yield f"- Title: {_fact(facts['title'])}"
        yield f"- Address: {_address(source.url)}"
        yield f"- Author: {_fact(facts['author'])}"
        yield f"- Published: {_fact(facts['published'])}"
        yield f"- In the publisher’s archive: {markdown_text(source.id)}"
        yield from _texts(map(_source_text, findings), numbers, linked=texts)
        yield from _originals(finding.source for finding in findings)
        yield f"- Rights: {_open('who holds them, and any registration')}"
        yield ""


def _material(
    pages: Iterable[Sequence[Finding]], works: Mapping[str, int], numbers: Mapping[str, int], *, texts: bool
) -> Iterator[str]:
    yield "## The material, and where it is"
    yield ""
    for number, findings in enumerate(pages, 1):
        first = findings[0]
        page, facts = first.page, page_facts(first)
        yield f"### Page {number}"
        yield ""
        yield f"- Address: {_address(page.url)}"
        yield f"- Title: {_fact(facts['title'])}"
        yield f"- Author named there: {_fact(facts['author'])}"
        yield f"- Published: {_fact(facts['published'])}"
        yield f"- Modified: {_fact(facts['modified'])}"
        if first.metadata and first.metadata.canonical_site and first.metadata.canonical_url:
            told = first.metadata.canonical_url
            yield f"- Says that its text belongs to: {_address(told.value)} ({markdown_text(place_of(told))})"
        yield f"- Seen by the crawler: {markdown_text(page.fetched or _NOT_KNOWN)}"
        yield f"- Seen by the publisher: {_open('when, and whether it is still there')}"
        yield f"- Read from: {markdown_text(page.id)}"
        yield from _texts(map(_page_text, findings), numbers, linked=texts)
        yield from _originals(finding.page for finding in findings)
        for finding in findings:
            work = works[finding.source.id]
            yield f"- {_shared(finding, work, numbers)}"
            yield from (f"- {line}" for line in _decided(finding, work))
            if texts:
                yield f"- Side by side with work {work}: [{finding.id}](findings/{finding.id}.html)"
        yield ""


def _texts(texts: Iterable[_Text], numbers: Mapping[str, int], *, linked: bool) -> Iterator[str]:
    """Yield each text that was measured, once, with its number in this notice."""
    for text in dict.fromkeys(texts):
        sha256 = f"[{text.sha256}](texts/{text.sha256}.txt)" if linked else text.sha256
        extent, words = _EXTENTS[text.extent], plural(text.words, "word")
        yield f"- Text {numbers[text.sha256]}: {extent}, {words}, SHA-256 {sha256}"


def _originals(documents: Iterable[Document]) -> Iterator[str]:
    for sha256 in dict.fromkeys(document.original_sha256 for document in documents):
        if sha256:
            yield f"- SHA-256 of the page as it came: {markdown_text(sha256)}"


def _shared(finding: Finding, work: int, numbers: Mapping[str, int]) -> str:
    """Say in a sentence what a page has of a work."""
    kinds = ", ".join(
        f"{count:,} {kind}" for kind, count in finding.words_by_kind.items() if kind != "own" and count
    )
    return (
        f"Words of work {work}: {finding.matched_words:,} of the {finding.page_words:,} words of text "
        f"{numbers[finding.page_sha256]} ({share(finding.matched_words, finding.page_words)}): "
        f"{kinds or 'none'}; from {finding.matched_source_words:,} of the {finding.source_words:,} words of "
        f"text {numbers[finding.source_sha256]} "
        f"({share(finding.matched_source_words, finding.source_words)}). Of these words on the page "
        f"{finding.quoted_words:,} are quoted. Longest run of equal words: {finding.longest_run:,}. Verdict: "
        f"*{finding.verdict}*."
    )


def _decided(finding: Finding, work: int) -> Iterator[str]:
    """Yield what is decided of a page and a work: dates, credits, licence, common sources."""
    if finding.precedence:
        dates = finding.precedence
        ours, theirs = markdown_text(within(dates.source)), markdown_text(within(dates.page))
        yield f"Dates: {ORDERS_SAY[dates.order]}; work {work} was published {ours}, the page {theirs}"
    if finding.attribution:
        told = (
            f"{name.lower()}: {markdown_text(answer)}" for name, answer in credit_lines(finding.attribution)
        )
        yield f"Credit of work {work}: {'; '.join(told)}"
    if finding.standing:
        yield f"Licence for work {work}: {markdown_text(licence(finding))}"
        yield from (
            f"Term {markdown_code(term.name)}: {term.status}: {markdown_text(term.reason)}"
            for term in finding.standing.terms
        )
    if finding.owed:
        yield f"Of these words {markdown_text(common_sources(finding))}"


def _measured(findings: Sequence[Finding], run: Mapping[str, Any], *, texts: bool) -> Iterator[str]:
    yield "## How this was measured"
    yield ""
    version, digest = str(run.get("version", __version__)), str(run.get("options_digest") or _NOT_KNOWN)
    yield f"- By textreuse {markdown_text(version)}, options {markdown_text(digest)}."
    line = command(run)
    if line:
        yield f"- With the command {markdown_code(line)}, in the folder that its inputs are named from."
    yield (
        "- *verbatim*: the words of the work, all of them; *edited*: four in five of the page’s words are the "
        "work’s, in its order; *spun*: fewer, the work’s content in other words. Shares are rounded down."
    )
    for verdict in sorted({finding.verdict for finding in findings}):
        yield f"- *{verdict}*: {sentence(verdict)}"
    yield f"- {CAVEAT}"
    if not texts:
        yield "- Made without texts: neither the texts nor the findings side by side are in this folder."
    yield (
        "- `pairs.csv` has a row for each pair of addresses, `findings.jsonl` the whole measurement, "
        "`evidence.json` what it was made with, `SHA256SUMS` the checksum of every file: `sha256sum -c "
        "SHA256SUMS` checks them."
    )
    yield ""


def _closing() -> Iterator[str]:
    yield "## Statements"
    yield ""
    yield _open("the statements that the law in question asks for, and what is asked of the recipient")
    yield ""
    yield "## Signature"
    yield ""
    yield _open("name, place, date, signature")


def _fact(fact: Fact | None) -> str:
    return f"{markdown_text(fact.value)} ({markdown_text(place_of(fact))})" if fact else _NOT_KNOWN


def _address(url: str | None) -> str:
    """Return an address, as a link if it may become one."""
    if url is None:
        return f"{_NOT_KNOWN}: {_open('address')}"
    target = markdown_target(url)
    return f"<{target}>" if target and "&amp;" not in target else markdown_text(url)
