"""Findings to decisions: who was first, what the page says of its source, and whether it may have it.

::

    dates       -> Dated, Precedence      precedence.py
    page        -> Attribution            attribution.py      names.py       names among words
    policy file -> Policy                 policy_file.py      toml_lines.py  where its values stand
    finding     -> Standing               standing.py         addresses.py   whose address that is
    finding     -> finding with all three decisions.py

The verdict says what two texts show. Nothing here changes it.
"""

from reuse.rights.decisions import decide
from reuse.rights.policy import Policy
from reuse.rights.policy_file import read_policy
from reuse.rights.values import Attribution, Dated, Precedence, Standing, Term

__all__ = ["Attribution", "Dated", "Policy", "Precedence", "Standing", "Term", "decide", "read_policy"]
