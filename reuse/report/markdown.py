"""Findings to a summary in Markdown, for a mail or a forge: what was found, where, and what it means.

Everything that comes from outside stands in a table's cell, a heading or a line that begins with a word of
ours, and is escaped for CommonMark and for GitHub's dialect: nothing becomes markup, a link or a mention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.command import command
from reuse.report.escape import markdown_code, markdown_target, markdown_text, one_line, running
from reuse.report.meanings import CAVEAT, DOES_NOT_SAY, SAYS
from reuse.report.overview import members, overview, timeline_of
from reuse.report.summary import plural, share
from reuse.report.table import name_of, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.report.overview import Group, Overview
    from reuse.values import Document

#: Rows of the tables of sites and articles, of each group's findings, and of unreadable inputs.
_RANKED, _OF_GROUP, _UNREAD = 20, 10, 20
#: Months are enough for a summary; from two years on years are.
_UNITS = {"month": 24, "year": 110}
#: Columns of the longest bar.
_BAR = 30
#: Characters of names, of reasons and of commands.
_NAME, _REASON, _COMMAND = 100, 400, 2_000
#: What stands between two characters, and would be left over where a text is cut behind it.
_BETWEEN = "\u200c\u200d\ufe0f"


def markdown(
    findings: Sequence[Finding],
    run: Mapping[str, Any],
    *,
    group_by: str | None = None,
    top: int = 50,
    chosen: str | None = None,
) -> str:
    """Return a summary of findings; their order makes no difference.

    Parameters
    ----------
    findings : sequence of Finding
        Those that accuse nobody are counted, and not listed.
    run : mapping
        What ``run.json`` tells; what it lacks is left out.
    group_by : str, optional
        One of `reuse.report.overview.BY`: findings stand below what they are grouped by, ten of each.
    top : int
        Findings that are listed, or groups; the rest is counted.
    chosen : str, optional
        Which findings of a report these are, as `reuse.report.selection.Choice.words` tells it; all, if not
        given. Of some, nothing is told of the whole run but how it was made.

    Returns
    -------
    str
        CommonMark with the tables of GitHub's dialect.

    Raises
    ------
    UsageError
        If findings cannot be grouped so.
    """
    whole = overview(findings)
    parts = [_head(whole, run, chosen), _verdicts(whole, run if chosen is None else None)]
    if group_by is not None:
        parts.append(_groups(findings, group_by, top))
    elif whole.findings:
        parts += [
            _ranking("Sites", "site", "of their pages", whole.by_site),
            _ranking("Articles", "article", "of the article", whole.by_source),
            _published(findings),
            _worst(findings, top),
        ]
    if chosen is None:
        parts.append(_unread(run))
    return "\n\n".join(part for part in (*parts, _made(run)) if part) + "\n"


# --- sections -----------------------------------------------------------------------------------


def _head(whole: Overview, run: Mapping[str, Any], chosen: str | None) -> str:
    """Say in two sentences what was found, and in what."""
    within = _looked_at(run) if chosen is None else f"Of the report: {markdown_code(_cut(chosen, _COMMAND))}."
    if not whole.findings:
        fits = chosen is None or any(whole.verdicts)
        return f"# {'No reuse found' if fits else 'No finding fits the choice'}\n\n{within}".rstrip()
    sites = f" of {plural(whole.sites, 'site')}" if whole.sites else ""
    where = f"{plural(whole.pages, 'page')}{sites}"
    what = f"{plural(whole.words, 'word')} of {plural(whole.sources, 'article')}"
    return f"# {plural(whole.findings, 'finding')} of reuse\n\n**{where}: {what}.** {within}".rstrip()


def _looked_at(run: Mapping[str, Any]) -> str:
    sources, pages, documents = (_count(run, name) for name in ("sources", "pages", "documents"))
    if documents is not None:
        return f"Looked at: {plural(documents, 'document')}, compared with each other."
    if sources is None or pages is None:
        return ""
    return f"Looked at: {plural(pages, 'page')}, {plural(sources, 'article')}."


def _verdicts(whole: Overview, run: Mapping[str, Any] | None) -> str:
    """Count pairs by verdict: all of a run, or those that are given."""
    counts = dict(zip(VERDICTS, whole.verdicts, strict=True))
    scored = run.get("verdicts") if run is not None else None
    for verdict in VERDICTS[len(ACCUSED) :]:  # most reports are written without them
        counts[verdict] = max(
            counts[verdict], (_count(scored, verdict) if isinstance(scored, dict) else None) or 0
        )
    rows = [
        (verdict, f"{counts[verdict]:,}", SAYS[verdict], DOES_NOT_SAY[verdict])
        for verdict in VERDICTS
        if run is not None or counts[verdict]
    ]
    if not rows:
        return ""
    table = _table("verdict", ">pairs", "what it says", "what it does not say", rows=rows)
    return f"## Verdicts\n\n{table}\n\n{CAVEAT}"


def _ranking(heading: str, what: str, whole: str, groups: Sequence[Group]) -> str:
    dated = any(group.first for group in groups[:_RANKED])
    rows = [
        (
            _group_name(group),
            f"{group.words:,}",
            share(group.share, places=0),
            f"{group.pages:,}",
            f"{group.sources if group.by == 'site' else group.sites:,}",
            group.worst,
            *((group.first or "", group.last or "") if dated else ()),
        )
        for group in groups[:_RANKED]
    ]
    others = ">articles" if what == "site" else ">sites"
    dates = ("first page", "last page") if dated else ()
    table = _table(what, ">words", f">{whole}", ">pages", others, "worst", *dates, rows=rows)
    return f"## {heading}\n\n{table}{_more(len(groups) - _RANKED, what)}"


def _published(findings: Sequence[Finding]) -> str:
    """Show when pages were published, as bars of text."""
    when = timeline_of(findings, _UNITS)
    undated = f"{plural(when.undated, 'page')} without a date that can be placed." if when.undated else ""
    if not when.bars:
        return f"## Published\n\n{undated}"
    most = max(sum(bar.counts) for bar in when.bars)
    rows = [
        (bar.at[: 7 if when.unit == "month" else 4], f"{count:,}", "█" * -(-_BAR * count // most))
        for bar in when.bars
        for count in [sum(bar.counts)]
    ]
    table = _table(when.unit, ">pages", "", rows=rows)
    return f"## Published\n\n{table}" + (f"\n\n{undated}" if undated else "")


def _worst(findings: Iterable[Finding], top: int) -> str:
    ranked = _worst_first(findings)
    return f"## Findings, the worst first\n\n{_findings(ranked[:top])}{_more(len(ranked) - top, 'finding')}"


def _groups(findings: Sequence[Finding], by: str, top: int) -> str:
    grouped = members(findings, by)
    parts = [f"## By {by}"]
    for group, some in grouped[:top]:
        cluster = f"{by} {group.key}: " if by == "cluster" else ""
        numbers = ", ".join(
            (
                f"{plural(group.words, 'word')} ({share(group.share, places=0)})",
                plural(group.findings, "finding"),
                plural(group.pages, "page"),
                plural(group.sources, "article"),
                plural(group.sites, "site"),
            )
        )
        left_out = _more(group.findings - _OF_GROUP, "finding")
        rows = _findings(_worst_first(some)[:_OF_GROUP])
        parts.append(
            f"### {cluster}{_group_name(group)}: worst {group.worst}\n\n{numbers}.\n\n{rows}{left_out}"
        )
    if not grouped:
        return ""
    return "\n\n".join(parts) + _more(len(grouped) - top, by)


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    accused = (finding for finding in findings if finding.verdict in ACCUSED)
    return sorted(accused, key=lambda f: (VERDICTS.index(f.verdict), -f.matched_words, f.page.id, f.source.id))


def _findings(findings: Iterable[Finding]) -> str:
    rows = [
        (
            finding.verdict,
            _document(finding.page),
            _document(finding.source),
            f"{finding.matched_words:,}",
            share(finding.share_of_page, places=0),
            share(finding.share_of_source, places=0),
            _prose("; ".join(finding.reasons), _REASON),
        )
        for finding in findings
    ]
    head = ("verdict", "page", "article", ">words", ">of page", ">of article", "why")
    return _table(*head, rows=rows)


def _unread(run: Mapping[str, Any]) -> str:
    unreadable = run.get("unreadable") or []
    if not unreadable:
        return ""
    rows = [
        (
            markdown_text(shorten(str(row.get("path")), _NAME)),
            str(_count(row, "line") or ""),
            _prose(str(row.get("reason")), _REASON),
        )
        for row in unreadable[:_UNREAD]
    ]
    table = _table("input", ">line", "why", rows=rows)
    return f"## What could not be read\n\n{table}{_more(len(unreadable) - _UNREAD, 'input')}"


def _made(run: Mapping[str, Any]) -> str:
    """Say what the report was made with, and what was left out."""
    lines = [f"- {line}" for line in _facts(run)]
    return "\n".join(["## How this was made", "", *lines]) if lines else ""


def _facts(run: Mapping[str, Any]) -> Iterator[str]:
    if "version" in run:
        version, digest = (markdown_text(str(run.get(name))) for name in ("version", "options_digest"))
        yield f"textreuse {version}, options digest {digest}"
    if (line := command(run)) is not None:
        yield f"command: {markdown_code(_cut(line, _COMMAND))}"
    boilerplate = run.get("boilerplate_words")
    words = _count(boilerplate, "pages") if isinstance(boilerplate, dict) else _count(run, "boilerplate_words")
    if words:
        yield f"{plural(words, 'word')} of boilerplate left out"
    if short := run.get("too_short"):
        yield f"{plural(len(short), 'document')} too short for a verdict"
    capped = (_count(run, "capped_by_articles") or 0) + (_count(run, "capped_by_sites") or 0)
    if capped:
        yield f"{plural(capped, 'fingerprint')} too common to bring pairs"
    if notices := run.get("notices"):
        yield f"{plural(len(notices), 'note')} of the readers in `run.json`"


def _count(told: Mapping[str, Any], name: str) -> int | None:
    """Return a count of ``run.json``, None if it is not there."""
    value = told.get(name)
    return value if isinstance(value, int) else None


# --- Markdown -----------------------------------------------------------------------------------


def _table(*headers: str, rows: Iterable[Sequence[str]]) -> str:
    """Return a table; headers that begin with ``>`` stand above columns of numbers."""
    lines = [[header.removeprefix(">") for header in headers]]
    lines.append(["---:" if header.startswith(">") else "---" for header in headers])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (*lines, *rows))


def _more(count: int, what: str) -> str:
    return f"\n\n… and {plural(count, f'more {what}')}." if count > 0 else ""


def _cut(text: str, most: int) -> str:
    safe = one_line(text)
    return safe if len(safe) <= most else f"{safe[: most - 1].rstrip(_BETWEEN)}…"


def _prose(text: str, most: int) -> str:
    """Return running text for the middle of a line, so many characters of it at most."""
    return markdown_text(_cut(running(text), most))


def _group_name(group: Group) -> str:
    if group.by == "site":
        return markdown_text(shorten(group.name, _NAME))
    return _named(group.title, group.name, group.url)


def _document(document: Document) -> str:
    return _named(document.title, name_of(document), document.url)


def _named(title: str | None, name: str, url: str | None) -> str:
    """Return a document by its title, or else its name, as a link if it has an address."""
    of_id = markdown_text(shorten(name, _NAME))
    shown = (_prose(title, _NAME) if title else of_id) or "(no name)"
    if target := markdown_target(url):
        return f"[{shown}]({target})"
    return f"{shown} ({of_id})" if title else shown
