"""What an HTML page says of itself, where it says so, and how sure that is.

A parsed page becomes a `Head` (plain strings, for the first pass over every page) or a `Metadata` (every fact
with its place and its certainty, for the pages of findings). Both are read by the same rules::

    jsonld.py      scripts -> objects            dates.py        words -> ISO 8601
    statements.py  page -> facts, in order       guesses.py      page -> dates by htmldate's heuristics
    links.py       page -> links to sites        descriptions.py the two entrances
    facts.py       the records, and which of several facts is taken
"""

from reuse.metadata.descriptions import describe, head
from reuse.metadata.facts import Fact, Head, Link, Metadata

__all__ = ["Fact", "Head", "Link", "Metadata", "describe", "head"]
