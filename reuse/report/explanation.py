"""How one pair came through every stage, for a person at a terminal, and as a record."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from reuse.pairs import KINDS, LEAST_TERMS
from reuse.report.records import document_record
from reuse.report.summary import plural, share
from reuse.report.table import shorten
from reuse.values import ARTICLE, GIVEN, PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.explanations import Explanation, Side
    from reuse.verdicts import Rule

#: Raised with every change a reader could notice.
SCHEMA = "reuse.explanation/3"
_LABEL = len("near-duplicate") + 2


def explanation_text(told: Explanation, width: int) -> str:
    """Return every stage's numbers, in the order of the pipeline."""
    parts = (
        _ending(told, width),
        _texts(told, width),
        _found(told, width),
        _left_out(told, width),
        _passages(told),
        _model(told, width),
        _verdict(told, width),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def explanation_record(told: Explanation) -> dict[str, Any]:
    """Return the same as JSON values."""
    finding, decision, options = told.finding, told.decision, told.options
    kinds = finding.words_by_kind
    return {
        "schema": SCHEMA,
        "finding": finding.id,
        "options": options.digest(),
        "verdict": None if told.too_short else finding.verdict,
        "too_short": told.too_short,
        "source": document_record(finding.source)
        | {"language": finding.source_language or finding.source.language}
        | _side_record(told.source),
        "page": document_record(finding.page)
        | {"language": finding.page_language or finding.page.language}
        | _side_record(told.page),
        "shingles": {
            "shared": told.shared_shingles,
            "resemblance": round(finding.resemblance, 6),
            "source_in_page": round(finding.source_in_page, 6),
            "page_in_source": round(finding.page_in_source, 6),
        },
        "postings": {
            "shared": told.shared_fingerprints,
            "min_shared": options.min_shared,
            "single_hits": options.single_hits,
            "found": told.found_by_postings,
        },
        "bands": {
            "agree": told.shared_bands,
            "bands": told.plan.bands,
            "rows": told.plan.rows,
            "probability": round(told.band_probability, 6),
            "found": told.found_by_bands,
        },
        "terms": {"shared": told.shared_terms, "term_candidates": options.term_candidates},
        "longest_run": {"words": finding.longest_run, "promised": told.promised_run},
        "caps": {
            name: getattr(options, name)
            for name in ("max_articles", "max_sites", "max_bucket", "max_term_articles")
        },
        "passages": {
            "number": {kind: _count(told, kind) for kind in KINDS},
            "words": kinds,
        },
        "model": {
            "features": [
                {
                    "name": part.feature,
                    "value": round(part.value, 6),
                    "weight": part.weight,
                    "product": round(part.product, 6),
                }
                for part in decision.contributions
            ],
            "intercept": decision.intercept,
            "logit": round(decision.logit, 6),
            "probability": round(decision.probability, 6),
            "cut": decision.cut,
            "copy": _rules_record(decision.copy),
        },
        "rules": _rules_record(decision.rules),
    }


def _side_record(side: Side) -> dict[str, int]:
    return {name: getattr(side, name) for name in side.__dataclass_fields__}


def _rules_record(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    return [rule._asdict() for rule in rules]


# --- as text ----------------------------------------------------------------------------------

#: What the text of a document is of.
_EXTENTS = {GIVEN: "as given", PAGE: "all a page shows", ARTICLE: "article of a page"}


def _ending(told: Explanation, width: int) -> str:
    """Say first how it ended."""
    if told.too_short:
        shorter = told.source.words <= told.page.words
        name = (told.finding.source if shorter else told.finding.page).id
        words = plural(min(told.source.words, told.page.words), "word")
        least = f"fewer than {told.options.min_words} (--min-words)"
        return _fill(f"too short for a verdict: {shorten(name, width)} has {words}, {least}", width)
    return _fill(f"{told.finding.verdict}: {'; '.join(told.finding.reasons)}", width)


def _texts(told: Explanation, width: int) -> str:
    """Tell what was made of both texts, and what they have in common."""
    finding, source, page = told.finding, told.source, told.page
    options = told.options
    in_characters = source.characters or page.characters
    names = max(10, (width - len("with invisible characters") - len("  shared") - 6) // 2)
    rows: list[tuple[str, str, str, str]] = [
        ("document", shorten(finding.source.id, names), shorten(finding.page.id, names), ""),
        ("text", _EXTENTS[finding.source.extent], _EXTENTS[finding.page.extent], ""),
        ("language", finding.source_language or "not known", finding.page_language or "not known", ""),
        *(
            (name, f"{left:,}", f"{right:,}", "")
            for name, left, right in (
                ("words", source.words, page.words),
                ("in quotation marks", source.quoted_words, page.quoted_words),
                ("with invisible characters", source.invisible_words, page.invisible_words),
                ("with borrowed letters", source.mixed_words, page.mixed_words),
            )
        ),
        (
            f"shingles of {options.shingle}{f' or {options.character_shingle}' if in_characters else ''}",
            f"{source.shingles:,}",
            f"{page.shingles:,}",
            f"{told.shared_shingles:,}",
        ),
        (
            "contained in the other",
            share(finding.source_in_page),
            share(finding.page_in_source),
            "",
        ),
        ("resemblance", "", "", f"{finding.resemblance:.3f}"),
        (
            "fingerprints",
            f"{source.fingerprints:,}",
            f"{page.fingerprints:,}",
            f"{told.shared_fingerprints:,}",
        ),
        ("key terms", f"{source.terms:,}", f"{page.terms:,}", f"{told.shared_terms:,}"),
    ]
    return _grid(rows, ("", "source", "page", "shared"), "lrrr")


def _found(told: Explanation, width: int) -> str:
    """Tell which lanes bring the pair, and what they promise."""
    options, plan = told.options, told.plan
    shared = plural(told.shared_fingerprints, "fingerprint")
    why = {
        "yes": f"found for certain: {shared} shared, {options.min_shared} are enough (--min-shared)",
        "perhaps": f"found only if it is among the {options.single_hits} rarest that the page shares with any "
        f"source (--single-hits): {shared} shared, {options.min_shared} would be enough (--min-shared)",
        "no": f"not found: {shared} shared, {options.min_shared} are asked for (--min-shared)",
    }
    agree = f"{told.shared_bands} of {plan.bands} bands of {plan.rows} values agree"
    chance = f"of pairs of resemblance {told.finding.resemblance:.3f} {_odds(told.band_probability)}"
    longest = plural(told.finding.longest_run, "word")
    terms = f"{plural(told.shared_terms, 'term')} shared"
    rarest = f"the {options.term_candidates} sources that share the rarest with the page (--term-candidates)"
    sure = "so it does" if told.finding.longest_run >= told.promised_run else "this one may not"
    return "what finds the pair:\n" + _list(
        (
            ("postings", why[told.found_by_postings]),
            ("bands", f"{'found' if told.found_by_bands else 'not found'}: {agree}; {chance}"),
            (
                "key terms",
                f"{terms}; found if it is among {rarest}"
                if told.may_be_found_by_terms
                else f"not found: {terms}; it would have to be {LEAST_TERMS} at least, and among {rarest}",
            ),
            ("longest run", f"{longest}; one of {told.promised_run} is sure to share a fingerprint, {sure}"),
        ),
        width,
    )


def _left_out(told: Explanation, width: int) -> str:
    """Tell what does not count, and what would not in an audit."""
    quoted = (
        f"words in quotation marks, {told.source.quoted_words:,} of the source and {told.page.quoted_words:,} "
        "of the page, and the same words where the other has them without marks, are not in the model's numbers"
    )
    caps = (
        f"of audits alone: fingerprints in more than {told.options.max_articles:,} articles or on more than "
        f"{told.options.max_sites:,} sites bring no pairs; of a bucket only the first "
        f"{told.options.max_bucket:,} are paired"
    )
    return "what does not count:\n" + _list((("quotations", quoted), ("caps", caps)), width)


def _odds(chance: float) -> str:
    """Say how many are found, in round numbers.

    Examples
    --------
    >>> _odds(0.954), _odds(1e-9), _odds(0)
    ('95% are', 'one in 1,000,000,000 is', 'none is')
    """
    if chance <= 0:
        return "none is"
    return f"{chance:.0%} are" if chance >= 0.1 else f"one in {float(f'{1 / chance:.3g}'):,.0f} is"


def _count(told: Explanation, kind: str) -> int:
    return sum(passage.kind == kind for passage in told.finding.passages)


def _passages(told: Explanation) -> str:
    words = told.finding.words_by_kind
    total = max(told.finding.page_words, 1)
    rows = [
        (kind, f"{_count(told, kind):,}" if kind in KINDS else "", f"{count:,}", share(count, total))
        for kind, count in words.items()
    ]
    return _grid(rows, ("of the page", "passages", "words", "share"), "lrrr")


def _model(told: Explanation, width: int) -> str:
    decision = told.decision
    rows = [
        *(
            (part.feature, f"{part.value:.4f}", f"{part.weight:.4f}", f"{part.product:.4f}")
            for part in decision.contributions
        ),
        ("intercept", "", "", f"{decision.intercept:.4f}"),
        ("logit", "", "", f"{decision.logit:.4f}"),
    ]
    grid = _grid(rows, ("the model", "value", "weight", "product"), "lrrr")
    ending = f"probability {decision.probability:.3f}; a copy by the model if all of this holds:"
    return f"{grid}\n{_fill(ending, width)}\n{_rules(decision.copy, width)}"


def _verdict(told: Explanation, width: int) -> str:
    decision = told.decision
    heading = "the rules, of which the first that holds decides:"
    if told.too_short:
        heading = "the rules, of which the first that holds would decide for longer texts:"
    return f"{_fill(heading, width)}\n{_rules(decision.rules, width, decided=decision.verdict)}"


def _rules(rules: Iterable[Rule], width: int, decided: str | None = None) -> str:
    lines = []
    for rule in rules:
        holds = "decides" if rule.name == decided else "yes" if rule.holds else "no"
        lines.append((rule.name, f"{holds}: {rule.asks}"))
    return _list(lines, width)


def _list(rows: Iterable[tuple[str, str]], width: int) -> str:
    """Return what is said of things, each below the other."""
    return "\n".join(
        textwrap.fill(
            text,
            width,
            initial_indent=f"  {name:<{_LABEL}}",
            subsequent_indent=" " * (_LABEL + 2),
            break_on_hyphens=False,
        )
        for name, text in rows
    )


def _fill(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_on_hyphens=False)


def _grid(rows: Sequence[tuple[str, ...]], headers: tuple[str, ...], align: str) -> str:
    sides = ["left" if side == "l" else "right" for side in align]
    grid = tabulate(rows, headers, "simple", colalign=sides, disable_numparse=True)
    return "\n".join(line.rstrip() for line in grid.split("\n"))
