"""Findings to evidence: a folder for each site, with all that its owner, or a lawyer, must see and can check.

::

    index.html, sites.csv, SHA256SUMS
    example.org/
        notice.md           what a notice asks for, filled in where it is known
        findings/ID.html    each finding, both texts side by side
        texts/SHA256.txt    the texts, as they were seen
        pairs.csv           addresses of pages and sources, and the figures
        findings.jsonl      the findings, whole
        evidence.json       what they were made with
        SHA256SUMS          of all these files

It is made to be handed on, and tells who reads it what the run was: the command, with the names of folders and
files on the machine it was given on, in ``notice.md``, ``evidence.json`` and the findings, and where each
document was read from, in ``findings.jsonl``.
"""

from reuse.report.evidence.account import SCHEMA
from reuse.report.evidence.folder import write_evidence
from reuse.report.evidence.names import WITHOUT_ADDRESS, folder_name

__all__ = ["SCHEMA", "WITHOUT_ADDRESS", "folder_name", "write_evidence"]
