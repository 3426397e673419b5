"""``reuse evaluate``: how good the detector is, on labelled corpora."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import shared_options, take_options
from reuse.cli.progress import Progress, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FORMAT = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)


#: A shorter run in common, such as an address or a headline, is no case in the corpora of that task.
_PAN_MIN_RUN = 25


@click.group(
    epilog="""\b
Examples:
  reuse evaluate pan pan13-train/                   passages, in a PAN text alignment corpus
  reuse evaluate pairs news-pairs.jsonl.xz          verdicts on labelled pairs"""
)
def evaluate() -> None:
    """Score the detector on labelled corpora: its passages, or its verdicts."""


@evaluate.command(
    epilog="""\b
Examples:
  reuse evaluate pan pan13-train/
  reuse evaluate pan pan13-train/ --subcorpus 02-no-obfuscation --detections found/

\b
DIR has the folders src and susp with texts, and sub-folders with a file pairs and the truth of each pair
as XML. Measures are those of PAN's own script, macro-averaged. Where a sub-corpus has no case they are 1
if nothing was found in it, else 0."""
)
@click.argument("folder", metavar="DIR")
@click.option(
    "--subcorpus",
    "subcorpora",
    multiple=True,
    metavar="NAME",
    help="Sub-folder to score; repeat it for several. All, if not given.",
)
@click.option("--detections", metavar="OUT", help="Write what was found to a new folder, as PAN's XML.")
@_FORMAT
@shared_options(fields=False, min_run=_PAN_MIN_RUN)
def pan(folder: str, **flags: Any) -> int:
    """Score the passages found in a PAN corpus.

    DIR is a corpus of the PAN text alignment task, unpacked.
    """
    options = take_options(flags)

    from reuse.evaluation.detections import require_new, write_detections
    from reuse.evaluation.pan import evaluate_pan, read_pan
    from reuse.report.evaluation import pan_record, pan_text

    if flags["detections"] is not None:
        require_new(flags["detections"])
    progress = Progress(quiet=flags["quiet"])
    try:
        progress("texts and truth")
        corpus = read_pan(folder, flags["subcorpora"], options)
        progress("scores and passages")
        result = evaluate_pan(corpus, options)
    finally:
        progress.close()
    _print(lambda: pan_text(result), lambda: pan_record(result), flags["form"])
    if flags["detections"] is not None:  # last: a full disk costs the folder and not the table
        write_detections(flags["detections"], result)
        progress.say(f"detections written to {flags['detections']}")
    return 0


@evaluate.command(
    epilog="""\b
Examples:
  reuse evaluate pairs news-pairs.jsonl.xz
  reuse evaluate pairs pairs.jsonl -o scores.jsonl --allow basil=0.05 --allow-rest 0.02

\b
A row is {"id", "source", "page", "label", "set", "kind", "group"}; source and page are the texts, all else
may be left out. Rows labelled copy or independent are counted, others are judged alone."""
)
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="Write verdict, probability and features of each pair.")
@click.option(
    "--allow",
    multiple=True,
    default=("basil=0.02", "crossed=0.01"),
    show_default=True,
    metavar="NAME=SHARE",
    help="Share of the independent pairs of a set or kind that may pass the cut; repeat it for several.",
)
@click.option(
    "--allow-rest",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    metavar="SHARE",
    help="Share of all other independent pairs that may pass the cut.",
)
@_FORMAT
@shared_options(fields=False)
@click.pass_context
def pairs(context: click.Context, /, file: str, **flags: Any) -> int:
    """Score the verdicts on labelled pairs.

    FILE is JSONL with a pair of texts in each row, or - for standard input; gz, bz2, xz and zst are unpacked.
    Recall is the share of copies accused, averaged over sets and kinds; it is given at the verdicts, and at the
    cut: the least probability from which on no more independent pairs pass than are allowed.
    """
    options, allow = take_options(flags), _shares(flags["allow"])
    if math.isnan(flags["allow_rest"]):  # which is in no range, and passes
        raise click.BadParameter("'nan' is no share from 0 to 1", param_hint="--allow-rest")

    from reuse.evaluation.figures import figures, require_allowed
    from reuse.evaluation.pairs import evaluate_pairs, require_writable, write_scores
    from reuse.report.evaluation import pairs_record, pairs_text

    if flags["output"] is not None:
        require_writable(flags["output"], file)
    progress = Progress(quiet=flags["quiet"])
    try:
        progress("scores, passages and verdicts")
        result = evaluate_pairs(file, options)
    finally:
        progress.close()
    if flags["output"] is not None:  # first: judging takes the longest
        write_scores(flags["output"], result.judged)
        progress.say(f"scores written to {flags['output']}")
    if context.get_parameter_source("allow") is not click.core.ParameterSource.DEFAULT:
        require_allowed(result.judged, allow)
    found = figures(result.judged, allow, flags["allow_rest"])
    tell((), result.unreadable, quiet=flags["quiet"], verbose=flags["verbose"], recorded=False)
    _print(lambda: pairs_text(result, found), lambda: pairs_record(result, found), flags["form"])
    return 3 if result.unreadable else 0


def _shares(given: tuple[str, ...]) -> Mapping[str, float]:
    """Return the allowances by set or kind."""
    shares = {}
    for text in given:
        name, _, share = text.rpartition("=")
        if name in shares:
            raise click.BadParameter(f"'{name}' has two shares; give one", param_hint="--allow")
        try:
            shares[name] = float(share)
        except ValueError:
            shares[name] = math.nan
        if not name or not 0 <= shares[name] <= 1:
            fault = f"'{text}' is no name and a share from 0 to 1, such as basil=0.02"
            raise click.BadParameter(fault, param_hint="--allow")
    return shares


def _print(text: Callable[[], str], record: Callable[[], Mapping[str, Any]], form: str) -> None:
    from reuse.report.records import json_line

    click.echo(text() if form == "table" else json_line(record()).encode(), nl=False)
