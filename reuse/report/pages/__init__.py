"""Findings to pages of HTML.

::

    comparison -> pieces -> report_page.py, the report with its script in assets/
                         -> pair_page.py, one finding without a script: static.py
    policy.py  what either may do
"""
