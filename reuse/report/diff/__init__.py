"""Two reports to what has become of their findings: new, changed, gone, or still there.

::

    findings of two reports  -> pairs               pairing.py
    a pair                   -> Changes             changes.py
    two runs                 -> notices             runs.py
    all of it                -> Diff                followed.py
    Diff                     -> table for a person  table.py
    Diff                     -> records and CSV     records.py
    Diff                     -> Markdown            markdown.py
    Diff                     -> one page of HTML    page.py

A finding is known again by its id; where files have moved between two runs, by the address or the text of its
page.
"""

from reuse.report.diff.changes import Change
from reuse.report.diff.followed import Diff, Followed, diff

__all__ = ["Change", "Diff", "Followed", "diff"]
