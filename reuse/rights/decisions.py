"""A finding to a finding that tells how its page credits the source, which was first, and what it may have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reuse.rights.addresses import whereabouts
from reuse.rights.attribution import attribute
from reuse.rights.precedence import precede
from reuse.rights.standing import stand

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from reuse.findings import Finding
    from reuse.rights.policy import Policy


def decide(
    finding: Finding,
    policy: Policy | None,
    as_of: date | None,
    *,
    origin: str,
    shown: str,
    sites: Collection[str],
) -> Finding:
    """Return a finding with its attribution, its precedence and, under a policy, its standing.

    Parameters
    ----------
    finding : Finding
        With the metadata of its page, if that has markup.
    policy : Policy or None
    as_of : datetime.date or None
        The day on which all this is: dates after it are not taken, suppressions until before it have expired.
    origin : str
        The text of the source.
    shown : str
        All that the page shows.
    sites : collection of str
        The publisher's registrable domains.
    """
    names = policy.credits_at(whereabouts(finding).given, finding.source) if policy else ()
    known = replace(
        finding,
        attribution=attribute(finding, origin, shown, names, sites),
        precedence=precede(finding.source, finding.page, finding.metadata, as_of),
    )
    return replace(known, standing=stand(known, policy, as_of)) if policy and as_of else known
