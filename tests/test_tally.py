"""What an audit counts while it goes on, and how much memory it is told to do with.

Covers: ``reuse/pipeline/tally.py``, ``reuse/cli/sizes.py``. Compares against: all of it counted at once.
Run: ``pytest tests/test_tally.py``
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections import Counter

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.cli.sizes import memory_option
from reuse.pairs import ACCUSED, VERDICTS
from reuse.pipeline import Tally
from reuse.values import Unreadable

laws = settings(derandomize=True, deadline=None, max_examples=100)

# --- counts -------------------------------------------------------------------------------------

counts = st.integers(0, 9)
names = st.text(st.characters(codec="utf-8"), max_size=3)
lanes = st.lists(st.sampled_from(["postings", "bands", "terms"]), max_size=5)
tallies = st.builds(
    Tally,
    pairs=counts,
    candidates=counts,
    lanes=st.builds(Counter, lanes),
    capped_articles=counts,
    capped_sites=counts,
    overfull=counts,
    too_short=st.lists(names, max_size=3),
    careful_pages=counts,
    careful_sources=st.sets(names, max_size=3),
    gone=st.sets(st.builds(Unreadable, names, st.none() | st.integers(1, 9), names), max_size=3),
    verdicts=st.builds(Counter, st.lists(st.sampled_from(VERDICTS), max_size=9)),
)


@laws
@given(st.lists(tallies, max_size=5), st.integers(0, 5))
def test_parts_add_up_however_they_are_taken_together(parts: list[Tally], cut: int) -> None:
    whole, first, second = Tally(), Tally(), Tally()
    for number, part in enumerate(parts):
        whole.add(part)
        (first if number < cut else second).add(part)
    first.add(second)
    assert first == whole
    for field in dataclasses.fields(Tally):
        values = [getattr(part, field.name) for part in parts]
        found = getattr(whole, field.name)
        if field.name == "too_short":
            assert found == [name for value in values for name in value]
        elif isinstance(found, set):
            assert found == set().union(*values)
        elif isinstance(found, Counter):
            assert found == sum(values, Counter())
        else:
            assert found == sum(values)


@laws
@given(tallies)
def test_a_part_that_is_added_stays_what_it_was(part: Tally) -> None:
    whole, before = Tally(), copy.deepcopy(part)
    whole.add(part)
    whole.add(part)
    whole.too_short.append("x")
    whole.careful_sources.add("x")
    assert part == before


@laws
@given(tallies)
def test_counts_come_back_from_json(tally: Tally) -> None:
    again = Tally.of_json(json.loads(json.dumps(tally.json())))
    assert again == tally
    again.add(tally)  # of the same types, too
    assert again.verdicts.total() == 2 * tally.scored


@laws
@given(tallies)
def test_findings_are_the_accused_of_the_scored(tally: Tally) -> None:
    judged = list(tally.verdicts.elements())
    assert tally.scored == len(judged)
    assert tally.findings == sum(verdict in ACCUSED for verdict in judged)


# --- sizes --------------------------------------------------------------------------------------


@click.command()
@memory_option
def shown(memory: int) -> None:
    """Print what a size is."""
    click.echo(memory)


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("2G", 2**31),
        ("256M", 2**28),
        ("500m", 500 * 2**20),
        (" 1t ", 2**40),
        ("3GB", 3 * 2**30),
        ("262144K", 2**28),
        (str(2**28), 2**28),
    ],
)
def test_sizes_as_people_write_them(given: str, size: int) -> None:
    assert CliRunner().invoke(shown, ["--memory", given]).output == f"{size}\n"


def test_without_a_size_it_is_two_gigabytes() -> None:
    assert CliRunner().invoke(shown).output == f"{2**31}\n"
    assert "2G" in CliRunner().invoke(shown, ["--help"]).output


@pytest.mark.parametrize("given", ["", "G", "2 G G", "two", "-1G", "1.5G", "0x10M", "1" * 13, "nan", "2GiB"])
def test_what_is_no_size_is_told(given: str) -> None:
    done = CliRunner().invoke(shown, ["--memory", given])
    assert done.exit_code == 2
    assert f"{given!r} is no size; write 2G, 500M or a number of bytes" in " ".join(done.output.split())


@pytest.mark.parametrize("given", ["0", "1", "255M", str(2**28 - 1), "1K"])
def test_less_than_the_package_needs_is_told(given: str) -> None:
    done = CliRunner().invoke(shown, ["--memory", given])
    assert done.exit_code == 2
    assert f"{given} is less than 256M" in " ".join(done.output.split())
