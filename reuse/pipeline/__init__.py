"""The straight line from documents to findings; calls only.

::

    documents -> web -> texts -> sketches, terms, boilerplate, stock -> sources, in memory or in an index
    documents -> web -> texts -> spool -> boilerplate -> sketches, terms -> candidates -> shingles -> scores
              -> tokens -> roots, runs, agreement -> verdicts -> passages -> credits, tricks -> findings

    findings on web pages      -> articles            -> findings
    findings with words put in -> texts without these -> findings
    findings                   -> common sources      -> findings
    findings                   -> metadata, attribution, precedence, policy -> findings

`audit` draws it from sources to pages, `dedupe` within one corpus, where verified pairs also make clusters;
`compare` and `explain` follow one pair. Of the pages of an audit, and of the corpus of `dedupe`, some are in
memory at a time.
"""

from reuse.pipeline.any_audit import AnyAudit, Batch, is_reported
from reuse.pipeline.audits import MEMORY, Audit, audit
from reuse.pipeline.comparisons import Comparison, compare, comparisons, explain
from reuse.pipeline.deduplications import Deduplication, dedupe, near_duplicates
from reuse.pipeline.holding import hold
from reuse.pipeline.judged import Alignment, align_pairs, judge_pairs
from reuse.pipeline.tally import Tally

__all__ = [
    "MEMORY",
    "Alignment",
    "AnyAudit",
    "Audit",
    "Batch",
    "Comparison",
    "Deduplication",
    "Tally",
    "align_pairs",
    "audit",
    "compare",
    "comparisons",
    "dedupe",
    "explain",
    "hold",
    "is_reported",
    "judge_pairs",
    "near_duplicates",
]
