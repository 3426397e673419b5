"""Readable twins of the native kernels: the same functions in plain Python, slow and easy to believe.

They are the oracles of the tests and are not shipped. A twin takes and returns what its kernel does,
array for array and dtype for dtype; `threads` is accepted and ignored. `tables` reads the kernels' own
committed table of code points, so that both sides fold alike.
"""

from tests.reference.agreement import agreement
from tests.reference.candidates import join
from tests.reference.fingerprints import distinct, fingerprint
from tests.reference.quotes import quoted
from tests.reference.runs import shared_runs
from tests.reference.scores import overlap
from tests.reference.signatures import sign
from tests.reference.tokens import tokenize

__all__ = [
    "agreement",
    "distinct",
    "fingerprint",
    "join",
    "overlap",
    "quoted",
    "shared_runs",
    "sign",
    "tokenize",
]
