"""A report to the same report under another policy: what it says of each finding, without another audit.

What the audit has found stays: how a page credits its source, and which was first. It had one policy to look
by, or none; where the other one asks for what was not looked for, a term is unclear and not broken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from reuse.errors import UsageError
from reuse.pairs import ACCUSED
from reuse.report.summary import plural
from reuse.rights.standing import stand
from reuse.rights.values import IGNORED, OWN, STANDINGS
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reuse.findings import Finding
    from reuse.report.reading import Report
    from reuse.rights import Attribution, Policy


def under_policy(
    report: Report, policy: Policy, as_of: date | None = None, kept: Collection[str] = ()
) -> Report:
    """Return a report whose findings have the standing that a policy gives them.

    Parameters
    ----------
    report : Report
        Of an audit.
    policy : Policy
    as_of : datetime.date, optional
        The day on which suppressions are asked for; that of the audit, if none is given.
    kept : collection of str
        Standings that stay in the report. As in an audit, own and ignored findings are left out otherwise,
        unless it was one of all pairs.

    Returns
    -------
    Report
        Its run tells `policy`, `as_of`, `standings` (of all findings, those left out among them) and, before
        the other `notices`, those of `policy_notices`; all else is what it was.

    Raises
    ------
    UsageError
        If the report is not of an audit, or has no day, or another one was given that lies before it.
    """
    accused = [finding for finding in report.findings if finding.verdict in ACCUSED]
    if any(finding.attribution is None for finding in accused):
        raise UsageError(
            "the findings are not of an audit, so that nothing is known of credits; --policy is for reports "
            "that `reuse audit -o` wrote"
        )
    day, run = _day(report.run, as_of), report.run
    is_same = _is_same(run, policy)
    findings = [_stood(finding, policy, day, is_same=is_same) for finding in report.findings]
    counts = Counter(finding.standing.status for finding in findings if finding.standing)
    has_all = bool((run.get("inputs") or {}).get("all"))
    out = {OWN, IGNORED}.difference(kept) if not has_all else set()
    told = {
        **run,
        "policy": {"file": policy.file, "sha256": policy.sha256},
        "as_of": day.isoformat(),
        "standings": {status: counts[status] for status in STANDINGS if counts[status]},
        "notices": [*policy_notices(report, policy, as_of), *_of_readers(run)],
    }
    some = (one for one in findings if one.standing is None or one.standing.status not in out)
    return replace(report, findings=tuple(some), run=told)


def policy_notices(report: Report, policy: Policy, as_of: date | None = None) -> list[str]:
    """Return what does not hold any more of a policy, and how many findings it cannot be asked about.

    Parameters
    ----------
    report : Report
        As it was read.
    policy : Policy
    as_of : datetime.date, optional

    Raises
    ------
    UsageError
        As `under_policy` does.
    """
    notices = [str(notice) for notice in policy.notices(_day(report.run, as_of))]
    counts = report.run.get("standings") or {}
    there = Counter(finding.standing.status for finding in report.findings if finding.standing)
    gone = sum(max(counts.get(status, 0) - there[status], 0) for status in (OWN, IGNORED))
    if gone and not _is_same(report.run, policy):
        left_out = f"the audit's own policy has left out {plural(gone, 'finding')} on own and ignored sites"
        notices.append(f"{policy.file}: {left_out}; audit again if this policy says otherwise")
    return notices


def _is_same(run: Mapping[str, Any], policy: Policy) -> bool:
    return bool((run.get("policy") or {}).get("sha256") == policy.sha256)


def _day(run: Mapping[str, Any], as_of: date | None) -> date:
    told = run.get("as_of")
    audited = date.fromisoformat(told) if told else None
    day = as_of or audited
    if day is None:
        raise UsageError("the findings come without the day of their audit; name one with --as-of")
    if audited is not None and day < audited:
        raise UsageError(
            f"{day} is before the day of the audit, {audited}, up to which it has believed dates; name that "
            "day or a later one, or audit again"
        )
    return day


def _of_readers(run: Mapping[str, Any]) -> list[str]:
    """Return the notices that are not of the audit's policy: these come first."""
    file = (run.get("policy") or {}).get("file")
    notices: list[str] = run.get("notices") or []
    return list(dropwhile(lambda notice: notice.startswith(f"{file}: "), notices)) if file else notices


# --- one finding ------------------------------------------------------------------------------


def _stood(finding: Finding, policy: Policy, as_of: date, *, is_same: bool) -> Finding:
    """Return a finding with its standing under a policy; `is_same` if the audit had that one, too."""
    if finding.verdict not in ACCUSED:
        return replace(finding, standing=None)
    if is_same:
        return replace(finding, standing=stand(finding, policy, as_of))
    assert finding.attribution is not None
    known = replace(finding, attribution=_by_its_sites(finding, finding.attribution, policy))
    return replace(finding, standing=stand(known, policy, as_of))


def _by_its_sites(finding: Finding, found: Attribution, policy: Policy) -> Attribution:
    """Return the links of a page by the sites of a policy.

    Links to the article were looked for if it has an address; otherwise those to the publisher's sites were,
    which another policy may have named.
    """
    no_link = found.link == "none" and finding.source.url is None
    said = finding.metadata.canonical_url if finding.metadata else None
    is_ours = found.canonical == "other" and said is not None and site_of(said.value) in policy.sites
    return replace(
        found,
        link="unknown" if no_link else found.link,
        canonical="site" if is_ours else found.canonical,
    )
