"""Readable twins of the native kernels: the same functions in plain Python, slow and easy to believe.

They are the oracles of the tests and are not shipped. A twin takes and returns what its kernel does,
array for array and dtype for dtype; `threads` is accepted and ignored. `tables` reads the kernels' own
committed table of code points, so that both sides fold alike.
"""

from tests.reference.agreement import agreement
from tests.reference.boilerplate import among, blank, mark, standing
from tests.reference.candidates import collide, join
from tests.reference.differences import differences
from tests.reference.frequent import frequent
from tests.reference.members import members, shingles_among
from tests.reference.ordered import ordered
from tests.reference.passages import passages
from tests.reference.retrieval import retrieve
from tests.reference.runs import shared_runs
from tests.reference.scores import overlap
from tests.reference.shingles import shingle_sets
from tests.reference.sketches import bands, sign, sketch
from tests.reference.terms import key_terms
from tests.reference.texts import lay, most_bytes
from tests.reference.tokens import tokenize

__all__ = [
    "agreement",
    "among",
    "bands",
    "blank",
    "collide",
    "differences",
    "frequent",
    "join",
    "key_terms",
    "lay",
    "mark",
    "members",
    "most_bytes",
    "ordered",
    "overlap",
    "passages",
    "retrieve",
    "shared_runs",
    "shingle_sets",
    "shingles_among",
    "sign",
    "sketch",
    "standing",
    "tokenize",
]
