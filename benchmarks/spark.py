"""The same audit on one machine and on Spark: seconds of a processor by stage, and what is shuffled.

    python benchmarks/spark.py                         made texts, 2,000 articles
    python benchmarks/spark.py --articles 1e5 --master 'local[2]'

Articles and pages are those of ``benchmarks/archive.py``. On one machine the audit runs with one thread; on
Spark what counts is the time inside the stages of executors (`Session.seconds`), without what Spark itself
takes. Shuffled bytes are those that Spark counts, as they are written, packed. Those of a lane are shuffled by
themselves for the count: postings and questions by hash, then the answers by chunk of pages.

Fails if findings differ by a byte, or a floor is missed: stage time at most 1.3 times that of one machine,
from 10^5 documents on; 2 KB a document for the lane of bands.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import archive
from shuffles import shuffled
from tabulate import tabulate

from reuse import documents, pipeline
from reuse.engines.spark import audits, lanes
from reuse.engines.spark.reading import read
from reuse.engines.spark.session import Session, open_session
from reuse.options import Options
from reuse.report.records import json_line, record

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.pipeline.any_audit import AnyAudit

LANES = ("postings", "bands", "terms")
TIMES, FROM, BANDS = 1.3, 100_000, 2000


def lines(result: AnyAudit) -> Iterator[str]:
    """Yield all findings, as a report would have them."""
    digest = result.options.digest()
    for batch in result.batches():
        for finding in batch.findings:
            yield json_line(record(finding, digest))


def by_job(session: Session) -> Counter[str]:
    """Return the bytes written to shuffles, by what the jobs are called; those of no name are under ''."""
    told: Counter[str] = Counter()
    for stage in shuffled(session):
        told[stage.name] += stage.bytes_written
    return told


def shuffle(session: Session, name: str, frame: DataFrame, column: str) -> int:
    """Shuffle rows for nothing but the count of bytes."""
    context: Any = session.spark.sparkContext
    context.setJobDescription(name)
    frame.repartition(session.parts, column).write.format("noop").mode("overwrite").save()
    context.setLocalProperty("spark.job.description", None)
    return by_job(session)[name]


def lane_bytes(session: Session, result: audits.SparkAudit) -> Iterator[tuple[str, int, int]]:
    """Yield each lane, what of it is shuffled by hash, and what by chunk."""
    posted = session.keep("posted", lanes.post(session, result.sources.frame, result.sketches, result.options))
    answering = lanes.Answering(result.options)
    for number, lane in enumerate(LANES):
        of_lane = posted.where(f"lane = {number}")
        asked = shuffle(session, f"asked by {lane}", of_lane, "part")
        answered = session.by_group(f"answers by {lane}", of_lane, "part", answering, lanes.ANSWERED)
        both = shuffle(session, f"told by {lane}", answered, "chunk")
        yield lane, asked, both - asked


def main() -> int:
    """Run both and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=float, default=2000)
    parser.add_argument("--master", default="local[2]")
    arguments = parser.parse_args()
    options = Options(threads=1)
    with tempfile.TemporaryDirectory(prefix="reuse-") as folder:
        archive.write(archive.made(), int(arguments.articles), Path(folder))
        sources, pages = (str(Path(folder, name)) for name in ("archive.jsonl", "pages.jsonl"))
        begin, since = process_time(), perf_counter()
        known = pipeline.hold(documents.read([sources], options=options), options)
        alone = list(lines(pipeline.audit(known, documents.read([pages], options=options), options)))
        spent, took = process_time() - begin, perf_counter() - since
        with open_session(arguments.master, {"spark.driver.memory": "6g"}) as session:
            since = perf_counter()
            result = audits.audit(
                session,
                read(session, "sources", [sources], options=options),
                lambda: read(session, "pages", [pages], options=options),
                options,
            )
            same = list(lines(result)) == alone
            took_there = perf_counter() - since
            seconds, moved = session.seconds(), by_job(session)
            size = len(result.sources) + len(result.pages)
            there = sum(seconds.values())
            told = "the same" if same else "NOT THE SAME"
            print(f"{size:,} documents, {len(alone):,} findings, {told} on both\n")
            stages = [(name, f"{value:.1f}") for name, value in seconds.items()]
            stages += [("all stages", f"{there:.1f}"), ("one machine", f"{spent:.1f}")]
            print(tabulate(stages, ("stage", "s")))
            print(f"\nby the clock: {took:.0f} s on one core, {took_there:.0f} s on {arguments.master}\n")
            jobs = [(name or "others", f"{value / size:,.0f}") for name, value in moved.items()]
            print(tabulate(jobs, ("job", "B/doc")), flush=True)
            by_lane = list(lane_bytes(session, result))
    rows = [(lane, f"{asked / size:,.0f}", f"{told / size:,.0f}") for lane, asked, told in by_lane]
    print("\n" + tabulate(rows, ("lane", "by hash, B/doc", "by chunk, B/doc")))
    bands = sum(by_lane[1][1:]) / size
    missed = [] if same else ["findings"]
    missed += ["stage time"] if size >= FROM and there > TIMES * spent else []
    missed += ["bytes of bands"] if bands > BANDS else []
    print(f"\nstages: {there / spent:.2f} times one machine; bands: {bands:,.0f} B/doc")
    print(f"missed: {', '.join(missed) or 'nothing'}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
