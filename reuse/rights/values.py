"""What is known of a finding besides its words: frozen records that reports write down."""

from __future__ import annotations

from dataclasses import dataclass

#: What `Precedence.order` can be.
SOURCE_FIRST, PAGE_FIRST, CANNOT_ORDER = "source-first", "page-first", "cannot-order"
ORDERS = (SOURCE_FIRST, PAGE_FIRST, CANNOT_ORDER)

#: What `Attribution.link` can be: a link to the very article, to its site, none at all.
LINKS = ("article", "site", "none", "unknown")
#: What `Attribution.canonical` can be: the very article, the publisher's site, the page's own, another one.
CANONICALS = ("article", "site", "own", "other", "none", "unknown")
CREDITS = ("found", "missing", "unknown")
#: What `Credit.status` can be: ``copied`` where it stands in words of the source alone, and nothing there says
#: that it is one; ``doubtful`` where it may be a word like any other.
CREDIT_STATUSES = ("found", "copied", "doubtful", "missing", "unknown")
BYLINES = ("kept", "changed", "missing", "unknown")

#: What `Term.status` can be.
KEPT, BROKEN, UNCLEAR = "kept", "broken", "unclear"
TERM_STATUSES = (KEPT, BROKEN, UNCLEAR)
#: What `Standing.status` can be, those that ask for a decision first.
UNLICENSED, BREACH, LICENSED, SUPPRESSED, OWN, IGNORED = (
    "unlicensed", "breach", "licensed", "suppressed", "own", "ignored",
)  # fmt: skip
STANDINGS = (UNLICENSED, BREACH, UNCLEAR, LICENSED, SUPPRESSED, OWN, IGNORED)
#: Those that ask for a decision: `--fail-on` counts these alone.
OPEN = (UNLICENSED, BREACH, UNCLEAR)


@dataclass(frozen=True, slots=True)
class Dated:
    """When a text was published, as far as that is known: at `begin` or later, before `end`.

    Attributes
    ----------
    begin, end : str or None
        Moments in UTC, ``2026-11-02T00:00:00Z``; None where nothing bounds it on that side.
    stated : str or None
        The date as it was stated; None where there is none.
    where, certainty : str or None
        Of that, as in `reuse.metadata.Fact`.
    """

    begin: str | None = None
    end: str | None = None
    stated: str | None = None
    where: str | None = None
    certainty: str | None = None


@dataclass(frozen=True, slots=True)
class Precedence:
    """Which of two texts was published first, as their dates tell.

    Attributes
    ----------
    order : str
        One of `ORDERS`.
    source, page : Dated
    lag : tuple of (float, float) or None
        Days from the source to the page, the least and the most that the dates allow; None where one of them
        is open to that side. Negative where the page came first.
    reason : str
        In words.
    """

    order: str
    source: Dated
    page: Dated
    lag: tuple[float, float] | None
    reason: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Whether a page says one of the texts that were looked for: a name, or what a licence asks for.

    Attributes
    ----------
    text : str
        As it was asked for.
    status : str
        One of `CREDIT_STATUSES`; ``unknown`` where it is not in the text, and that is all there is of the page.
    line : str or None
        The words around it, one line.
    """

    text: str
    status: str
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """How a page credits its source.

    Attributes
    ----------
    link : str
        The best link there is, one of `LINKS`; ``unknown`` where the input has no markup.
    link_url : str or None
        Where it leads.
    follow : bool or None
        Whether it lets search engines follow; None where there is no link.
    canonical : str
        What the page says its text belongs to, one of `CANONICALS`.
    credit : str
        One of `CREDITS`: whether the page names the publisher for its source; ``unknown`` where it may.
    credit_line : str or None
        The words around that name, one line.
    byline : str
        One of `BYLINES`: whether the author of the source is named; ``unknown`` where the source names none.
    byline_found : str or None
        Who is named in his place.
    credits : tuple of Credit
        All texts that were looked for, in order.
    byline_missing : str or None
        Which authors of the source are not named.
    """

    link: str
    link_url: str | None
    follow: bool | None
    canonical: str
    credit: str
    credit_line: str | None
    byline: str
    byline_found: str | None
    credits: tuple[Credit, ...] = ()
    byline_missing: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a licence, and whether a page keeps it.

    Attributes
    ----------
    name : str
        As in the policy file: ``max_words``.
    status : str
        One of `TERM_STATUSES`.
    reason : str
        In words, with the figures.
    """

    name: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the publisher's policy says of a finding.

    Attributes
    ----------
    status : str
        One of `STANDINGS`. ``licensed``: every term is kept; ``breach``: one is broken; ``unclear``: none is
        broken, but of one nobody can tell.
    reason : str
        In words.
    partner, reference : str or None
        Whose licence it is, and its reference in the policy file.
    terms : tuple of Term
        In the order of the file.
    until : str or None
        The day on which a suppression expires.
    """

    status: str
    reason: str
    partner: str | None = None
    reference: str | None = None
    terms: tuple[Term, ...] = ()
    until: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it asks for a decision."""
        return self.status in OPEN
