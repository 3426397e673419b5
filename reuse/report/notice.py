"""Findings on one site to a notice: the fields that its owner, or a host, asks for, filled in where known.

What was measured is told, and nothing concluded from it. What only the publisher knows is marked, and left
open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse import __version__
from reuse.report.command import command
from reuse.report.escape import markdown_code, markdown_target, markdown_text
from reuse.report.facts import page_facts, place_of, source_facts
from reuse.report.meanings import CAVEAT, sentence
from reuse.report.pair_page import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.metadata import Fact

_NOT_KNOWN = "not known"


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
    works = {finding.source.id: finding for finding in findings}
    numbers = {name: number for number, name in enumerate(works, 1)}
    pages: dict[str, list[Finding]] = {}
    for finding in findings:
        pages.setdefault(finding.page.id, []).append(finding)
    lines = (
        *_opening(site, len(pages), len(works)),
        *_parties(),
        *_works(works.values(), texts=texts),
        *_material(pages.values(), numbers, texts=texts),
        *_measured(findings, run, texts=texts),
        *_closing(),
    )
    return "\n".join(lines) + "\n"


def _open(what: str) -> str:
    """Return a field that is left to the publisher."""
    return f"**[to be filled in by the publisher: {what}]**"


def _opening(site: str | None, pages: int, works: int) -> Iterator[str]:
    yield f"# Notice: material on {markdown_text(site) if site else 'pages without an address'}"
    yield ""
    yield f"{_counted(pages, 'page')} with words of {_counted(works, 'work')}, as measured by textreuse."
    yield ""
    yield (
        "A draft. What was measured is filled in; what only the publisher knows stands in bold brackets. It "
        "draws no conclusion of law: whether the use is permitted is to be checked before this is sent."
    )
    yield ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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


def _works(findings: Iterable[Finding], *, texts: bool) -> Iterator[str]:
    yield "## The original works"
    yield ""
    for number, finding in enumerate(findings, 1):
        source, facts = finding.source, source_facts(finding)
        yield f"### Work {number}"
        yield ""
        yield f"- Title: {_fact(facts['title'])}"
        yield f"- Address: {_address(source.url)}"
        yield f"- Author: {_fact(facts['author'])}"
        yield f"- Published: {_fact(facts['published'])}"
        yield f"- In the publisher’s archive: {markdown_text(source.id)}"
        yield from _hashes(finding.source_sha256, source.original_sha256, texts=texts)
        yield f"- Rights: {_open('who holds them, and any registration')}"
        yield ""


def _material(pages: Iterable[Sequence[Finding]], numbers: Mapping[str, int], *, texts: bool) -> Iterator[str]:
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
        yield from _hashes(first.page_sha256, page.original_sha256, texts=texts)
        for finding in findings:
            work = numbers[finding.source.id]
            yield f"- {_shared(finding, work)}"
            if texts:
                yield f"- Side by side with work {work}: [{finding.id}](findings/{finding.id}.html)"
        yield ""


def _shared(finding: Finding, work: int) -> str:
    """Say in a sentence what a page has of a work."""
    kinds = ", ".join(
        f"{count:,} {kind}" for kind, count in finding.words_by_kind.items() if kind != "own" and count
    )
    return (
        f"Words of work {work}: {finding.matched_words:,} of the page’s {finding.page_words:,} "
        f"({share(finding.matched_words, finding.page_words)}): {kinds or 'none'}; from "
        f"{finding.matched_source_words:,} of the work’s {finding.source_words:,} "
        f"({share(finding.matched_source_words, finding.source_words)}). Of the page’s words "
        f"{finding.quoted_words:,} are quoted. Longest run of equal words: {finding.longest_run:,}. Verdict: "
        f"*{finding.verdict}*."
    )


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


def _hashes(text: str, original: str | None, *, texts: bool) -> Iterator[str]:
    yield "- SHA-256 of the text: " + (f"[{text}](texts/{text}.txt)" if texts else text)
    if original:
        yield f"- SHA-256 of the page as it came: {markdown_text(original)}"


def _fact(fact: Fact | None) -> str:
    return f"{markdown_text(fact.value)} ({markdown_text(place_of(fact))})" if fact else _NOT_KNOWN


def _address(url: str | None) -> str:
    """Return an address, as a link if it may become one."""
    if url is None:
        return f"{_NOT_KNOWN}: {_open('address')}"
    target = markdown_target(url)
    return f"<{target}>" if target and "&amp;" not in target else markdown_text(url)
