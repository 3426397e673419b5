"""The straight line from documents to findings; calls only.

::

    documents -> web -> texts -> boilerplate -> sketches -> candidates -> shingles -> scores
              -> tokens -> roots, runs, agreement -> verdicts -> passages -> credits, tricks -> findings

    findings on web pages      -> articles            -> findings
    findings with words put in -> texts without these -> findings -> metadata

`audit` draws it from sources to pages, `dedupe` within one corpus, where verified pairs also make clusters;
`compare` and `explain` follow one pair. Sketches are all that is held of every document beside its text.
"""

from reuse.pipeline.audits import Audit, audit
from reuse.pipeline.comparisons import Comparison, compare, comparisons, explain
from reuse.pipeline.deduplications import Deduplication, dedupe, near_duplicates
from reuse.pipeline.judged import Alignment, align_pairs, judge_pairs

__all__ = [
    "Alignment",
    "Audit",
    "Comparison",
    "Deduplication",
    "align_pairs",
    "audit",
    "compare",
    "comparisons",
    "dedupe",
    "explain",
    "judge_pairs",
    "near_duplicates",
]
