"""Find which pages republish a publisher's articles: whole or in part, verbatim, edited or spun.

The names below are the public API, loaded when first used: ``import reuse`` alone loads neither NumPy nor
the native core.

>>> import reuse
>>> reuse.Options().window
4
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reuse.documents import Fields, read
    from reuse.errors import (
        IndexFileError,
        InputError,
        NativeCoreError,
        OutputError,
        ReuseError,
        UsageError,
    )
    from reuse.findings import Finding, Passage
    from reuse.index import open_index
    from reuse.options import Options
    from reuse.pairs import ACCUSED, VERDICTS
    from reuse.pipeline import Audit, Comparison, Deduplication, audit, compare, dedupe
    from reuse.plan import Plan, plan_bands
    from reuse.rights import Policy, read_policy
    from reuse.values import Document, Notice, Unreadable

__version__ = "0.1.0"

_HOME = {
    "ACCUSED": "pairs",
    "Audit": "pipeline",
    "Comparison": "pipeline",
    "Deduplication": "pipeline",
    "Document": "values",
    "Fields": "documents",
    "Finding": "findings",
    "IndexFileError": "errors",
    "InputError": "errors",
    "NativeCoreError": "errors",
    "Notice": "values",
    "Options": "options",
    "Plan": "plan",
    "Policy": "rights",
    "OutputError": "errors",
    "Passage": "findings",
    "ReuseError": "errors",
    "Unreadable": "values",
    "UsageError": "errors",
    "VERDICTS": "pairs",
    "audit": "pipeline",
    "compare": "pipeline",
    "dedupe": "pipeline",
    "open_index": "index",
    "plan_bands": "plan",
    "read": "documents",
    "read_policy": "rights",
}

__all__ = [
    "ACCUSED",
    "VERDICTS",
    "Audit",
    "Comparison",
    "Deduplication",
    "Document",
    "Fields",
    "Finding",
    "IndexFileError",
    "InputError",
    "NativeCoreError",
    "Notice",
    "Options",
    "OutputError",
    "Passage",
    "Plan",
    "Policy",
    "ReuseError",
    "Unreadable",
    "UsageError",
    "audit",
    "compare",
    "dedupe",
    "open_index",
    "plan_bands",
    "read",
    "read_policy",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'reuse' has no attribute {name!r}")
    return getattr(import_module(f"reuse.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
