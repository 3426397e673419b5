"""The command line: each command parses, makes one library call, renders and exits.

What commands need beyond click (NumPy, the native core) is imported when they run, so that help is quick.
"""

from __future__ import annotations

import click

from reuse import __version__
from reuse.cli.audit import audit
from reuse.cli.compare import compare
from reuse.cli.dedupe import dedupe
from reuse.cli.diff import diff
from reuse.cli.evaluate import evaluate
from reuse.cli.explain import explain
from reuse.cli.index import index
from reuse.cli.plan import plan
from reuse.cli.policy import policy
from reuse.cli.report import report
from reuse.cli.selftest import selftest


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Begin with:
  reuse audit articles/ found-pages/              which pages reuse which articles
  reuse audit articles/ crawl.jsonl -o report/    the same, kept as a report folder
  reuse report report/ --group-by site            who does it most; also html, csv, evidence
  reuse compare article.txt page.txt              two documents side by side
  reuse explain article.txt page.txt              why a pair is found or missed
  reuse dedupe articles/                          near-duplicates within one corpus
  reuse index build archive.index articles/       fingerprint an archive once, audit against it
  reuse diff monday/ tuesday/                     what is new, changed and gone between two reports
  reuse selftest articles/                        what is found of reuse planted in your own archive

\b
Exit codes: 0 ran, 1 a finding reached --fail-on, 2 wrong usage, 3 some input or output
failed and the rest is reported, 4 index or cluster unusable, 70 a fault of reuse, 130 interrupted.""",
)
@click.version_option(__version__, "-V", "--version", prog_name="reuse")
def main() -> None:
    """Find which pages republish your articles: whole or in part, verbatim, edited or spun.

    A page is accused only on evidence: the words, where they stand in both texts, and the reason. Reports of
    the same event and quoted speech are not accused.
    """


main.add_command(audit)
main.add_command(compare)
main.add_command(explain)
main.add_command(report)
main.add_command(diff)
main.add_command(dedupe)
main.add_command(index)
main.add_command(evaluate)
main.add_command(selftest)
main.add_command(plan)
main.add_command(policy)
