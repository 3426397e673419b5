"""An index in whatever order documents come and go, beside a dictionary that knows what is in it.

Covers: ``reuse/index/``. Compares against: a dictionary of numbers and editions; an index built anew of the
same documents, in its digest and all its answers; the same sources in memory.
Run: ``pytest -m slow tests/test_index_states.py``
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reuse import index, pipeline
from reuse.errors import IndexBusyError, UsageError
from reuse.index import writing
from reuse.pipeline import hold
from reuse.texts import extract
from reuse.values import Document
from reuse.web import Originals, skim
from tests.newsroom import OPTIONS, document, documents
from tests.test_sources import CAPS, LANES, by_hash

#: Of which every third has boilerplate, every fifth stock text, and the last are copies of the first.
NUMBERS = st.lists(st.integers(0, 47), min_size=1, max_size=12, unique=True)
EDITIONS = st.integers(0, 2)
#: So few that a change is made in several batches.
BATCH = 4
_TABLES = {"fingerprints": "postings", "buckets": "buckets", "terms": "terms"}


class _StoppedError(Exception):
    """What stops a writer."""


class States(RuleBasedStateMachine):
    """One index, and what should be in it: numbers of documents, and the edition of each."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")  # a writer waits for its disk
        self.folder = Path(tempfile.mkdtemp(prefix="index-states-", dir=memory if memory.is_dir() else None))
        self.path = str(self.folder / "news.index")
        self.known: dict[int, int] = {}
        self.batches = patch.object(writing, "_DOCUMENTS", BATCH)
        self.batches.start()

    def teardown(self) -> None:
        try:
            self.is_as_built_anew()
            self.answers_like_memory()
        finally:
            self.batches.stop()
            shutil.rmtree(self.folder)

    @property
    def documents(self) -> list[Document]:
        return [document(number, edition) for number, edition in self.known.items()]

    # --- what is done to it -------------------------------------------------------------------

    @initialize(numbers=NUMBERS)
    def begin(self, numbers: list[int]) -> None:
        self.build(numbers, 0)

    @rule(numbers=NUMBERS, edition=EDITIONS)
    def build(self, numbers: list[int], edition: int) -> None:
        change = index.build(self.path, documents(numbers, edition), OPTIONS)
        self.known = dict.fromkeys(numbers, edition)
        assert (change.added, change.documents) == (len(numbers), len(numbers))

    @rule(numbers=NUMBERS, edition=EDITIONS)
    def add(self, numbers: list[int], edition: int) -> None:
        there = [number for number in numbers if number in self.known]
        same = [number for number in there if self.known[number] == edition]
        change = index.add(self.path, documents(numbers, edition))
        self.known |= dict.fromkeys(numbers, edition)
        assert change.unchanged == len(same)
        assert change.replaced == len(there) - len(same)
        assert change.added == len(numbers) - len(there)
        assert change.documents == len(self.known)

    @rule(numbers=NUMBERS)
    def remove(self, numbers: list[int]) -> None:
        change = index.remove(self.path, [f"article-{number}" for number in numbers])
        gone = [self.known.pop(number) for number in numbers if number in self.known]
        assert (change.removed, change.documents) == (len(gone), len(self.known))
        assert len(change.unreadable) == len(numbers) - len(gone)

    @rule(numbers=NUMBERS, edition=EDITIONS, after=st.integers(0, 11), anew=st.booleans())
    def stop_a_writer(self, numbers: list[int], edition: int, after: int, *, anew: bool) -> None:
        """A writer whose documents break off leaves the index as it was."""

        def breaking_off() -> Iterator[Document]:
            yield from documents(numbers, edition)[:after]
            raise _StoppedError

        write = index.build if anew else index.add
        with pytest.raises(_StoppedError):
            write(self.path, breaking_off(), OPTIONS)

    @rule(numbers=NUMBERS, edition=EDITIONS)
    def name_one_twice(self, numbers: list[int], edition: int) -> None:
        with pytest.raises(UsageError, match="names"):
            index.add(self.path, [*documents(numbers, edition), document(numbers[0], edition + 1)])

    @rule(number=st.integers(0, 47))
    def write_while_it_is_read(self, number: int) -> None:
        with index.open_index(self.path), pytest.raises(IndexBusyError):
            index.add(self.path, [document(number)])

    # --- what holds ---------------------------------------------------------------------------

    @invariant()
    def nothing_lies_beside_it(self) -> None:
        assert [path.name for path in self.folder.iterdir() if path.suffix != ".anew"] == ["news.index"]

    @invariant()
    def it_has_what_it_should(self) -> None:
        with index.open_index(self.path, OPTIONS) as found:
            rows = np.arange(len(found), dtype=np.int32)
            texts = found.texts(rows)
            assert {one.id for one in texts.documents} == {f"article-{number}" for number in self.known}
            expected = extract(skim(self.documents, Originals()))
            told = {one.id: texts[row] for row, one in enumerate(texts.documents)}
            assert told == {one.id: expected[row] for row, one in enumerate(expected.documents)}

    @rule()
    def it_is_sound(self) -> None:
        found = index.verify(self.path, sample=None)
        assert (found.faults, found.documents) == ((), len(self.known))

    @rule()
    def is_as_built_anew(self) -> None:
        anew = str(self.folder / "other.anew")
        index.build(anew, self.documents, OPTIONS)
        asked = self._asked(anew)
        assert self._asked(self.path).keys() == asked.keys()
        assert _answers(self.path, asked) == _answers(anew, asked)
        Path(anew).unlink()

    @rule()
    def answers_like_memory(self) -> None:
        """Each lane tells of every hash that few have what sources in memory tell."""
        held, asked = hold(self.documents, OPTIONS), self._asked(self.path)
        with index.open_index(self.path, OPTIONS) as found:
            for lane, hashes in asked.items():
                told, expected = (by_hash(some, getattr(some, lane)(hashes)) for some in (found, held))
                few = {each: sorted(keys) for each, keys in expected.items() if len(set(keys)) <= CAPS[lane]}
                assert {each: sorted(told[each]) for each in few} == few

    @precondition(lambda self: self.known)
    @rule(numbers=NUMBERS, edition=EDITIONS)
    def audits_like_memory(self, numbers: list[int], edition: int) -> None:
        pages = [one._replace(id=f"page-{one.id}", url=None) for one in documents(numbers, edition)]
        with index.open_index(self.path, OPTIONS) as found:
            of_index = _found(found, pages)
        assert of_index == _found(hold(self.documents, OPTIONS), pages)
        copied = {number for number in numbers if self.known.get(number) == edition}
        assert {(f"article-{number}", f"page-article-{number}") for number in copied} <= of_index.keys()

    @staticmethod
    def _asked(path: str) -> dict[str, Any]:
        with closing(duckdb.connect(path, read_only=True)) as base:
            return {
                lane: base.execute(f"SELECT DISTINCT hash FROM {_TABLES[lane]} ORDER BY 1").fetchnumpy()["hash"]
                for lane in LANES
            }


def _answers(path: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what an index tells, in an order that is not that of its rows."""
    with index.open_index(path, OPTIONS) as found:
        told: dict[str, Any] = {"digest": found.digest(), "boilerplate": found.boilerplate.digest()}
        told |= {"sites": found.sites, "stock": found.stock.in_lists.tolist()}
        told["words"] = sorted(zip(found.keys.tolist(), found.words.tolist(), strict=True))
        for lane, hashes in asked.items():
            answer = getattr(found, lane)(hashes)
            told[lane] = {each: sorted(keys) for each, keys in by_hash(found, answer).items()}
            told[f"{lane} of many"] = answer.common.tolist()
    return told


def _found(sources: Any, pages: Iterable[Document]) -> dict[tuple[str, str], str]:
    """Return the pairs that an audit tells of, and the verdicts."""
    result = pipeline.audit(sources, pages, OPTIONS)
    return {(one.source.id, one.page.id): one.verdict for one in result.findings}


def _told(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> Any:
    """Return a machine as a test of so many runs."""
    case: Any = type("Case", (machine.TestCase,), {})
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestStates = pytest.mark.slow(_told(States, 4, 8))
TestManyStates = pytest.mark.long(pytest.mark.slow(_told(States, 30, 20)))
