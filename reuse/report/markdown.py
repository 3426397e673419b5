"""Findings to a summary in Markdown, for a mail or a forge: what was found, where, and what it means.

Everything that comes from outside stands in a table's cell, a heading or a line that begins with a word of
ours, and is escaped for CommonMark and for GitHub's dialect: nothing becomes markup, a link or a mention.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.command import command
from reuse.report.commonmark import NAME, cut, document, more, named, prose, rows_of
from reuse.report.decided import ORDERS_SAY, STANDINGS_SAY, remarks
from reuse.report.escape import markdown_code, markdown_text
from reuse.report.groups import lag_in_words
from reuse.report.meanings import CAVEAT, DOES_NOT_SAY, SAYS
from reuse.report.overview import members, overview, timeline_of
from reuse.report.summary import plural, share
from reuse.report.table import shorten
from reuse.rights.values import ORDERS, STANDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.report.overview import Group, Overview

#: Rows of the tables of sites and articles, of each group's findings, and of unreadable inputs; mirrors of a
#: site that are named.
_RANKED, _OF_GROUP, _UNREAD, _MIRRORS = 20, 10, 20, 5
#: Months are enough for a summary; from two years on years are.
_UNITS = {"month": 24, "year": 110}
#: Columns of the longest bar.
_BAR = 30
#: Characters of reasons and of commands.
_REASON, _COMMAND = 400, 2_000


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
    read = run.get("pages_by_site")
    whole = overview(findings, read)
    parts = [_head(whole, run, chosen), _verdicts(whole, run if chosen is None else None), _decided(findings)]
    if group_by is not None:
        parts.append(_groups(findings, group_by, top, read))
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
    within = _looked_at(run) if chosen is None else f"Of the report: {markdown_code(cut(chosen, _COMMAND))}."
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
    table = rows_of("verdict", ">pairs", "what it says", "what it does not say", rows=rows)
    return f"## Verdicts\n\n{table}\n\n{CAVEAT}"


def _decided(findings: Sequence[Finding]) -> str:
    """Count findings by what the policy says, by who was first, and by what they owe to common sources."""
    accused = [finding for finding in findings if finding.verdict in ACCUSED]
    standings = Counter(finding.standing.status for finding in accused if finding.standing)
    orders = Counter(finding.precedence.order for finding in accused if finding.precedence)
    owed: Counter[tuple[str, str, str | None]] = Counter()
    pairs: Counter[tuple[str, str, str | None]] = Counter()
    for finding in findings:
        for one in finding.owed:
            key = (one.title or one.id, one.id, one.url)
            owed[key] += one.words
            pairs[key] += 1
    by_status = [(one, f"{standings[one]:,}", STANDINGS_SAY[one]) for one in STANDINGS if standings[one]]
    by_order = [(one, f"{orders[one]:,}", ORDERS_SAY[one]) for one in ORDERS if orders[one]]
    by_source = [
        (named(title, name, url), f"{pairs[title, name, url]:,}", f"{words:,}")
        for (title, name, url), words in owed.most_common(_RANKED)
    ]
    tables = {
        "Licences": rows_of("standing", ">findings", "what it means", rows=by_status) if by_status else "",
        "Who was first": rows_of("order", ">findings", "what it means", rows=by_order) if by_order else "",
        "Common sources": rows_of("source", ">pairs", ">words", rows=by_source) if by_source else "",
    }
    parts = [f"## {heading}\n\n{table}" for heading, table in tables.items() if table]
    return "\n\n".join(parts) + (more(len(owed) - _RANKED, "common source") if by_source else "")


def _ranking(heading: str, what: str, whole: str, groups: Sequence[Group]) -> str:
    some = groups[:_RANKED]
    others = ">articles" if what == "site" else ">sites"
    columns: dict[str, list[str]] = {
        what: list(map(_group_name, some)),
        ">words": [f"{group.words:,}" for group in some],
        f">{whole}": [share(group.share, places=0) for group in some],
        ">pages": [f"{group.pages:,}" for group in some],
        ">of site": [_of_site(group) for group in some],
        others: [f"{group.sources if group.by == 'site' else group.sites:,}" for group in some],
        "worst": [group.worst for group in some],
        "first page": [group.first or "" for group in some],
        "last page": [group.last or "" for group in some],
        ">later by": ["" if group.lag is None else lag_in_words(group.lag) for group in some],
        "mirrors": [_mirrors(group) for group in some],
    }
    known = {name: cells for name, cells in columns.items() if name == what or any(cells)}
    table = rows_of(*known, rows=list(zip(*known.values(), strict=True)))
    return f"## {heading}\n\n{table}{more(len(groups) - _RANKED, what)}"


def _of_site(group: Group) -> str:
    """Return the share of a site's pages that have a finding, where it is known how many were read."""
    return "" if group.share_of_site is None else share(group.share_of_site, places=0)


def _mirrors(group: Group) -> str:
    sites = [markdown_text(shorten(mirror.site, NAME)) for mirror in group.mirrors[:_MIRRORS]]
    others = group.mirrored - len(sites)
    return ", ".join([*sites, f"{others:,} more"] if others > 0 else sites)


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
    table = rows_of(when.unit, ">pages", "", rows=rows)
    return f"## Published\n\n{table}" + (f"\n\n{undated}" if undated else "")


def _worst(findings: Iterable[Finding], top: int) -> str:
    ranked = _worst_first(findings)
    return f"## Findings, the worst first\n\n{_findings(ranked[:top])}{more(len(ranked) - top, 'finding')}"


def _groups(findings: Sequence[Finding], by: str, top: int, read: Mapping[str, int] | None) -> str:
    grouped = members(findings, by, read)
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
        left_out = more(group.findings - _OF_GROUP, "finding")
        rows = _findings(_worst_first(some)[:_OF_GROUP])
        parts.append(
            f"### {cluster}{_group_name(group)}: worst {group.worst}\n\n{numbers}.\n\n{rows}{left_out}"
        )
    if not grouped:
        return ""
    return "\n\n".join(parts) + more(len(grouped) - top, by)


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    accused = (finding for finding in findings if finding.verdict in ACCUSED)
    return sorted(accused, key=lambda f: (VERDICTS.index(f.verdict), -f.matched_words, f.page.id, f.source.id))


def _findings(findings: Iterable[Finding]) -> str:
    rows = [
        (
            finding.verdict,
            document(finding.page),
            document(finding.source),
            f"{finding.matched_words:,}",
            share(finding.share_of_page, places=0),
            share(finding.share_of_source, places=0),
            _why(finding),
        )
        for finding in findings
    ]
    head = ("verdict", "page", "article", ">words", ">of page", ">of article", "why")
    return rows_of(*head, rows=rows)


def _why(finding: Finding) -> str:
    """Return the reasons, and what is decided, in a cell."""
    decided = (f"**{name}**: {prose(text, _REASON)}" for name, text in remarks(finding))
    return "; ".join([prose("; ".join(finding.reasons), _REASON), *decided])


def _unread(run: Mapping[str, Any]) -> str:
    unreadable = run.get("unreadable") or []
    if not unreadable:
        return ""
    rows = [
        (
            markdown_text(shorten(str(row.get("path")), NAME)),
            str(_count(row, "line") or ""),
            prose(str(row.get("reason")), _REASON),
        )
        for row in unreadable[:_UNREAD]
    ]
    table = rows_of("input", ">line", "why", rows=rows)
    return f"## What could not be read\n\n{table}{more(len(unreadable) - _UNREAD, 'input')}"


def _made(run: Mapping[str, Any]) -> str:
    """Say what the report was made with, and what was left out."""
    lines = [f"- {line}" for line in _facts(run)]
    return "\n".join(["## How this was made", "", *lines]) if lines else ""


def _facts(run: Mapping[str, Any]) -> Iterator[str]:
    if "version" in run:
        version, digest = (markdown_text(str(run.get(name))) for name in ("version", "options_digest"))
        yield f"textreuse {version}, options digest {digest}"
    if as_of := run.get("as_of"):
        yield f"as of {markdown_text(str(as_of))}, after which no date is taken"
    policy = run.get("policy")
    if isinstance(policy, dict):
        file, sha256 = (markdown_text(cut(str(policy.get(name)), NAME)) for name in ("file", "sha256"))
        yield f"policy {file}, SHA-256 {sha256}"
    if explained := _count(run, "explained"):
        yield f"{plural(explained, 'pair')} explained by common sources, and accused without them"
    if (line := command(run)) is not None:
        yield f"command: {markdown_code(cut(line, _COMMAND))}"
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


# --- names --------------------------------------------------------------------------------------


def _group_name(group: Group) -> str:
    if group.by == "site":
        return markdown_text(shorten(group.name, NAME))
    return named(group.title, group.name, group.url)
