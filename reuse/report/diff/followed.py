"""Two reports to a `Diff`: each finding of either, followed from the one to the other.

Findings alone count: pairs that are not accused, which ``--all`` writes, are followed by none. So what is new
does not depend on how the reports were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reuse.errors import UsageError
from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.diff.changes import BETTER, NEITHER, WORSE, changes, direction, verdict_changes
from reuse.report.diff.pairing import paired
from reuse.report.diff.runs import notices
from reuse.report.summary import plural
from reuse.report.visits import was_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.findings import Finding
    from reuse.report.diff.changes import Change
    from reuse.report.reading import Report

#: What `Followed.status` can be, in the order in which they are told.
NEW, CHANGED, GONE, SAME = "new", "changed", "gone", "same"
STATUSES = (NEW, CHANGED, GONE, SAME)
_READ_AGAIN = "the page was read again, and no longer has it"
#: What can be asked of `Diff.count`.
KINDS = (NEW, CHANGED, WORSE, GONE)


@dataclass(frozen=True, slots=True)
class Followed:
    """A finding of one report, and what has become of it in the other.

    Attributes
    ----------
    status : str
        One of `STATUSES`.
    direction : str
        Of a changed one: ``worse`` if it is open now and was not, breaks more terms of a licence, has a worse
        verdict, or takes many words more; ``better`` the other way round; empty if it is neither.
    before, after : Finding or None
        As the old and as the new report tell of it. One that is new has a `before` where the pair was compared
        and not accused, and one that is gone an `after`, if the reports hold such pairs.
    changes : tuple of Change
        In the order of `ASPECTS`.
    page_read : bool or None
        Of one that is gone whether the new report has read its page; None where that is not known.
    """

    status: str
    direction: str
    before: Finding | None
    after: Finding | None
    changes: tuple[Change, ...] = ()
    page_read: bool | None = None

    @property
    def finding(self) -> Finding:
        """The finding as it is, or as it was if it is gone."""
        told = self.before if self.status == GONE else self.after
        assert told is not None
        return told

    @property
    def kind(self) -> str:
        """What to call it: its direction if it has one, else its status."""
        return self.direction or self.status

    @property
    def is_open(self) -> bool:
        """Whether it asks for a decision, or has done so before."""
        sides = (self.before, self.after)
        return any(one.is_open for one in sides if one is not None and one.verdict in ACCUSED)

    @property
    def page_edited(self) -> bool:
        """Whether the text of the page is another, in what it reuses or elsewhere."""
        return self._differs("page_sha256")

    @property
    def source_edited(self) -> bool:
        """Whether the text of the source is another."""
        return self._differs("source_sha256")

    @property
    def former_id(self) -> str | None:
        """The id that it had, where it has another now."""
        if self.before is None or self.after is None or self.before.id == self.after.id:
            return None
        return self.before.id

    def words(self) -> str:
        """Say what has changed; of what is new, why it is a finding.

        Returns
        -------
        str
            One line, of which parts are other people's words.
        """
        told = [change.told for change in self.changes]
        if self.status == NEW:
            told += self.finding.reasons
        standing = self.finding.standing
        if standing is not None and not any(change.what == "standing" for change in self.changes):
            told.insert(0, standing.status)
        if self.status in (CHANGED, SAME):
            told += self._edited()
        if self.page_read is not None:
            told.append(_READ_AGAIN if self.page_read else "the page was not read again")
        return "; ".join(told)

    def _edited(self) -> Iterator[str]:
        if self.page_edited:
            touched = any(change.what in ("words", "passages") for change in self.changes)
            yield "page edited" if touched else "page edited, not in what it reuses"
        if self.source_edited:
            yield "source edited"

    def _differs(self, name: str) -> bool:
        both = self.before is not None and self.after is not None
        return both and getattr(self.before, name) != getattr(self.after, name)


@dataclass(frozen=True, slots=True)
class Diff:
    """What has become of the findings of two reports.

    Attributes
    ----------
    followed : tuple of Followed
        Each finding of either report once: by status, the worse of the changed ones before the others; then
        the worst verdict first, the most words, and by ids.
    notices : tuple of str
        In what the runs differ, and what else a reader must know to judge it.
    """

    followed: tuple[Followed, ...]
    notices: tuple[str, ...]

    def of(self, status: str) -> list[Followed]:
        """Return what is of one of `STATUSES`."""
        return [one for one in self.followed if one.status == status]

    def count(self, kind: str, verdict: str = ACCUSED[-1]) -> int:
        """Count findings that ask for a decision.

        Parameters
        ----------
        kind : str
            One of `KINDS`; ``changed`` are those that are worse, too.
        verdict : str
            This bad or worse: of what is gone as it was, of all else as it is.

        Returns
        -------
        int
            Those that the policy of the publisher leaves open alone; see `reuse.findings.Finding.is_open`.
        """
        bad = ACCUSED[: ACCUSED.index(verdict) + 1]
        return sum(
            kind in (one.status, one.direction) and one.finding.verdict in bad and one.finding.is_open
            for one in self.followed
        )


def diff(old: Report, new: Report) -> Diff:
    """Follow findings from one report to another.

    Parameters
    ----------
    old, new : Report
        Two of audits, or two of deduplications.

    Returns
    -------
    Diff

    Raises
    ------
    UsageError
        If one is of an audit and the other of a deduplication.

    Notes
    -----
    Ids come first: the same source id and page id are the same finding. Where files have moved, or a crawl
    numbers its lines anew, it is known again by address or text. An id that is but a line of a file holds for
    what stood there; when nothing else is left, for what stands there now, if that has no other address. See
    `reuse.report.diff.pairing.paired`. The two the other way round are paired in the same way.

    Examples
    --------
    >>> import reuse
    >>> from reuse.report.reading import Report
    >>> text = "The old iron bridge is closed to lorries for good, said the mayor, and not one day too early."
    >>> article, page = (reuse.Document(name, text, name) for name in ("article", "page"))
    >>> found = reuse.audit([article], [page], reuse.Options(min_words=5)).findings
    >>> told = diff(Report((), "", {}, None), Report(found, "", {}, None))
    >>> [(one.kind, one.finding.verdict) for one in told.followed], told.count("new", "excerpt")
    ([('new', 'identical')], 1)
    """
    _require_one_kind(old, new)
    followed = sorted(_followed(old, new), key=_weight)
    told = [*notices(old, new)]
    if moved := sum(one.former_id is not None for one in followed):
        told.append(f"{plural(moved, 'finding')} known again by address or text, under another id")
    return Diff(tuple(followed), tuple(told))


def _followed(old: Report, new: Report) -> Iterator[Followed]:
    before, after = (_by_verdict(side.findings, accused=True) for side in (old, new))
    pairs, gone, fresh = paired(before, after)
    for one, other in pairs:
        differs = tuple(changes(one, other))
        yield Followed(CHANGED if differs else SAME, direction(one, other), one, other, differs)
    passed_before, passed_after = (
        {one.id: one for one in _by_verdict(side.findings, accused=False)} for side in (old, new)
    )
    for one in fresh:
        passed = passed_before.get(one.id)
        yield Followed(NEW, NEITHER, passed, one, tuple(verdict_changes(passed, one)) if passed else ())
    for one in gone:
        passed = passed_after.get(one.id)
        differs = tuple(verdict_changes(one, passed)) if passed else ()
        read = None if new.visits is None else passed is not None or was_read(new.visits, one.page)
        yield Followed(GONE, NEITHER, one, passed, differs, read)


def _by_verdict(findings: Iterable[Finding], *, accused: bool) -> list[Finding]:
    return [finding for finding in findings if (finding.verdict in ACCUSED) is accused]


def _weight(one: Followed) -> tuple[object, ...]:
    told = one.finding
    direction = (WORSE, NEITHER, BETTER).index(one.direction)
    return (
        STATUSES.index(one.status),
        direction,
        VERDICTS.index(told.verdict),
        -told.matched_words,
        told.page.id,
        told.source.id,
    )


def _require_one_kind(old: Report, new: Report) -> None:
    kinds = ["a deduplication" if "documents" in one.run else "an audit" for one in (old, new) if one.run]
    if len(set(kinds)) > 1:
        raise UsageError(
            f"OLD is of {kinds[0]} and NEW of {kinds[1]}, which find different things; name two of a kind"
        )
