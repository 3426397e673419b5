"""The archive's fingerprints on disk: an index, one DuckDB file, kept from night to night.

`schema` has the tables, `building` makes an index, `growing` lets documents come and go, `opened` is what an
audit reads; `derived` makes what follows from the documents, `reading` and `origins` give their texts back;
`facts` tells what is in it, `verifying` what is wrong with it, `exporting` moves signatures to datasketch.
"""

from reuse.index.base import is_index
from reuse.index.building import build
from reuse.index.changes import Change
from reuse.index.exporting import export_datasketch
from reuse.index.facts import info
from reuse.index.growing import add, remove
from reuse.index.opened import Index, open_index
from reuse.index.verifying import Verification, verify

__all__ = [
    "Change",
    "Index",
    "Verification",
    "add",
    "build",
    "export_datasketch",
    "info",
    "is_index",
    "open_index",
    "remove",
    "verify",
]
