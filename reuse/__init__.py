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
        InputError,
        NativeCoreError,
        OutputError,
        ReuseError,
        UsageError,
    )
    from reuse.findings import Finding, Passage
    from reuse.options import Options
    from reuse.pipeline import Audit, Comparison, audit, compare
    from reuse.values import ACCUSED, VERDICTS, Document, Notice, Unreadable

__version__ = "0.1.0"

_HOME = {
    "ACCUSED": "values",
    "Audit": "pipeline",
    "Comparison": "pipeline",
    "Document": "values",
    "Fields": "documents",
    "Finding": "findings",
    "InputError": "errors",
    "NativeCoreError": "errors",
    "Notice": "values",
    "Options": "options",
    "OutputError": "errors",
    "Passage": "findings",
    "ReuseError": "errors",
    "Unreadable": "values",
    "UsageError": "errors",
    "VERDICTS": "values",
    "audit": "pipeline",
    "compare": "pipeline",
    "read": "documents",
}

__all__ = [
    "ACCUSED",
    "VERDICTS",
    "Audit",
    "Comparison",
    "Document",
    "Fields",
    "Finding",
    "InputError",
    "NativeCoreError",
    "Notice",
    "Options",
    "OutputError",
    "Passage",
    "ReuseError",
    "Unreadable",
    "UsageError",
    "audit",
    "compare",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'reuse' has no attribute {name!r}")
    return getattr(import_module(f"reuse.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
