"""What an audit looked at, in a line: the denominator without which no finding can be judged.

Counts and shares are told here, too, in the same words everywhere.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from reuse.pairs import ACCUSED, ALL_LANES, VERDICTS, lane_names
from reuse.rights.values import STANDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reuse.pipeline import AnyAudit


def summary(audit: AnyAudit) -> str:
    """Return one line: what was compared, what was not accused, and which stage left nothing over."""
    tally = audit.tally
    compared = f"{plural(len(audit.sources), 'source')} against {plural(len(audit.pages), 'page')}"
    by_policy = f" ({standings(tally.standings)})" if tally.standings else ""
    parts = [f"{compared}: {plural(tally.findings, 'finding')}{by_policy}"]
    passed = Counter({verdict: n for verdict, n in tally.verdicts.items() if verdict not in ACCUSED})
    if passed:
        parts.append(f"{plural(passed.total(), 'pair')} compared and not accused ({counted(passed)})")
    elif not tally.scored:
        parts.append(_why_nothing(audit))
    if tally.explained:
        what = plural(len(audit.commons or ()), "common source")
        parts.append(f"{plural(tally.explained, 'pair')} of these explained by {what} (--all lists them)")
    parts += _passed_over(audit)
    return "; ".join(parts) + "."


def _passed_over(audit: AnyAudit) -> Iterator[str]:
    """Say what was not compared, and why."""
    tally = audit.tally
    if audit.too_short:
        yield f"{plural(len(audit.too_short), 'document')} too short for a verdict"
    left_out = audit.left_out().words
    if left_out:
        yield f"{plural(left_out, 'word')} of boilerplate left out of pages"
    capped = tally.capped_articles + tally.capped_sites
    if capped:
        yield f"{plural(capped, 'fingerprint')} too common to bring pairs"
    if tally.capped_terms:
        yield f"{plural(tally.capped_terms, 'key term')} in too many sources to bring pairs"
    if tally.overfull:
        most = audit.options.max_bucket
        yield f"{plural(tally.overfull, 'overfull bucket')} met, of which the first {most:,} were compared"
    if tally.crowded:
        yield f"{plural(tally.crowded, 'candidate')} left out of pages that have over a thousand"
    if audit.unreadable:
        yield f"{plural(len(audit.unreadable), 'input')} unreadable"


def lanes(audit: AnyAudit) -> str:
    """Return how many candidates there were, for a page, and by each lane."""
    tally = audit.tally
    each = tally.candidates / max(len(audit.pages), 1)
    by_lane = ", ".join(f"{name} {tally.lanes[name]:,}" for name in lane_names(ALL_LANES))
    return f"{plural(tally.candidates, 'candidate')}, {each:,.1f} a page ({by_lane})"


def _why_nothing(audit: AnyAudit) -> str:
    """Name the stage that left no pair to judge."""
    tally = audit.tally
    if not len(audit.sources) or not len(audit.pages):
        return f"no {'page' if len(audit.sources) else 'source'} could be read"
    if tally.candidates:
        gone = ", or no longer there" if tally.gone else ""
        return f"the pairs that share enough words are too short for a verdict (--min-words){gone}"
    if tally.pairs:
        shared = plural(tally.pairs, "pair")
        return f"{shared} share a fingerprint, none enough to be scored (--min-shared, --single-hits)"
    if tally.capped_articles or tally.capped_sites:
        return "all that pages share with sources is too common to bring pairs (--max-articles, --max-sites)"
    return "no page shares a run of words with a source"


def standings(counts: Mapping[str, int]) -> str:
    """Return how many findings there are of each standing, those that ask for a decision first.

    Examples
    --------
    >>> standings({"licensed": 2, "breach": 1})
    '1 breach, 2 licensed'
    """
    return ", ".join(f"{counts[status]:,} {status}" for status in STANDINGS if counts.get(status))


def counted(verdicts: Iterable[str]) -> str:
    """Return how many of each verdict, the worst first.

    Examples
    --------
    >>> counted(["independent", "spun", "independent"])
    '1 spun, 2 independent'
    """
    counts = Counter(verdicts)
    return ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in VERDICTS if counts[verdict])


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "page"), plural(2000, "page")
    ('1 page', '2,000 pages')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def share(part: float, of: float = 1, places: int = 1) -> str:
    """Return a share in percent, rounded down: 100 % is told of all alone, and 0 % of none.

    Parameters
    ----------
    part : float
        At least 0.
    of : float
        What it is a part of; of nothing everything is 0 %.
    places : int
        Behind the decimal point.

    Examples
    --------
    >>> share(9_999, 10_000), share(1, 1), share(1, 10_000), share(0, 0)
    ('99.9%', '100.0%', '<0.1%', '0.0%')
    >>> share(199, 200, places=0), share(0.29, places=0), share(0.004, places=0)
    ('99%', '29%', '<1%')
    """
    steps_of_all = 100 * 10**places
    # A product such as 100 * 0.29 is a little less than it should be.
    steps = math.floor(steps_of_all * part / of + 1e-9) if of else 0
    steps = min(steps, steps_of_all - (part < of))
    if part > 0 and not steps:
        return f"<{10.0**-places:.{places}f}%"
    return f"{steps / 10**places:.{places}f}%"


def overfull(buckets: int, most: int) -> str:
    """Say of how many buckets not all pairs were looked at.

    Examples
    --------
    >>> overfull(2, 100)
    '2 buckets overfull, where only the first 100 of the documents are paired with the others (--max-bucket)'
    """
    first = f"only the first {most:,} of the documents are paired with the others (--max-bucket)"
    return f"{plural(buckets, 'bucket')} overfull, where {first}"
