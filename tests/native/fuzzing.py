"""Fuzz the headers of the core at length, and tell how much of each was reached.

Every ``tests/native/NAME.cpp`` is a target. It says in comments which headers it is for (``// Covers:``), how
long its inputs may be (``// Length:``), and how many shares of the executions it takes (``// Share:``; the
faster, the more). It is built for each instruction set, since headers have code for some of them alone. An edge
is a region of the source, or one of the two outcomes of a branch; it counts as reached where a build for any
set reached it.

Covers: every header of ``reuse/cpp``. Compares against: what the targets do. Needs clang.
Run: ``python -m tests.native.fuzzing --runs 1e7 --coverage``
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

NATIVE = Path(__file__).parent
CORE = NATIVE.parents[1] / "reuse" / "cpp"
#: Tables and macros: nothing in them is run.
WITHOUT_TARGET = {"isa.hpp", "signs.hpp", "tables.hpp"}
#: Of the edges of a header, so many are to be reached.
ENOUGH = 0.95
#: From so many executions on, the last tenth must not reach what those before did not.
SETTLED = 1_000_000
STANDARD = ("clang++", "-std=c++20", "-ffp-contract=off", f"-I{CORE}")
#: Inputs are texts and programs more than numbers to be guessed: watching comparisons would cost a third.
SANITIZERS = (
    "-fsanitize=fuzzer,address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-sanitize-coverage=trace-cmp",
)
SANITIZED = ("-O1", "-g", *SANITIZERS)
#: Built in half the time, and slow.
SANITIZED_SOON = ("-O0", *SANITIZERS)
#: Without asserts: what they would say is no edge.
COUNTED = ("-O1", "-DNDEBUG", "-fsanitize=fuzzer", "-fprofile-instr-generate", "-fcoverage-mapping")


@dataclass(frozen=True)
class InstructionSet:
    """What the compiler is told, what the processor must have, and what the environment says."""

    flags: tuple[str, ...]
    needs: frozenset[str]
    environment: Mapping[str, str]


#: REUSE_PORTABLE denies AVX-512, so that the twins of the loops that are written for it are run.
PORTABLE = {"REUSE_PORTABLE": "1"}
SETS = {
    "any": InstructionSet((), frozenset(), PORTABLE),
    "avx2": InstructionSet(("-mavx2",), frozenset({"avx2"}), PORTABLE),
    "native": InstructionSet(("-march=native",), frozenset({"avx512bw", "avx512_vbmi2"}), {}),
}


@dataclass(frozen=True)
class Target:
    """A program that libFuzzer gives bytes to, and what it says of itself."""

    source: Path
    covers: tuple[str, ...]
    length: int
    share: float

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def beginnings(self) -> list[Path]:
        """Folders of inputs that are committed."""
        folders = (self.source.parent / kind / self.name for kind in ("seeds", "regressions"))
        return [folder for folder in folders if folder.is_dir()]

    @property
    def dictionary(self) -> Path:
        return self.source.parent / "dictionaries" / f"{self.name}.dict"


class FuzzingError(Exception):
    """What is missing, in words."""


def read_target(source: Path) -> Target:
    said = dict(re.findall(r"^// (Covers|Length|Share): (.+)$", source.read_text(), re.MULTILINE))
    covers = tuple(said.get("Covers", f"{source.stem}.hpp").split(", "))
    return Target(source, covers, int(said.get("Length", 4_000)), float(said.get("Share", 1)))


def all_targets() -> dict[str, Target]:
    return {source.stem: read_target(source) for source in sorted(NATIVE.glob("*.cpp"))}


def headers_without_target(targets: Iterable[Target]) -> list[str]:
    covered = {header for target in targets for header in target.covers}
    return sorted({path.name for path in CORE.glob("*.hpp")} - covered - WITHOUT_TARGET)


def sets_here() -> list[str]:
    """Return the instruction sets that this processor has."""
    information = Path("/proc/cpuinfo")
    words = set(information.read_text().split()) if information.exists() else set()
    return [name for name, instructions in SETS.items() if instructions.needs <= words]


def build(target: Target, instructions: str, flags: Iterable[str], program: Path) -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    command = [*STANDARD, *flags, *SETS[instructions].flags, str(target.source), "-o", str(program)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        raise FuzzingError(f"{target.name} cannot be built for {instructions}:\n{built.stderr[-4_000:]}")
    return program


def environment_of(instructions: str, **more: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != "REUSE_PORTABLE"}
    return {**others, **SETS[instructions].environment, **more}


@dataclass
class Turn:
    """One run of a fuzzer."""

    executions: int
    seconds: float
    failure: str = ""


def strew(target: Target, corpus: Path) -> None:
    """Write random inputs of several lengths: grown from nothing, inputs would hardly come to fill a block."""
    corpus.mkdir(parents=True, exist_ok=True)
    chance = random.Random(target.name)
    for halvings in range(6):
        (corpus / f"random-{halvings}").write_bytes(chance.randbytes(target.length >> halvings))


def fuzz(
    target: Target, instructions: str, program: Path, corpus: Path, faults: Path, *, runs: int, seed: int
) -> Turn:
    """Run a fuzzer from the committed inputs and those in `corpus`, to which it adds."""
    faults.mkdir(parents=True, exist_ok=True)
    asked = [
        f"-runs={runs}",
        f"-max_len={target.length}",
        f"-seed={seed}",
        "-timeout=10",
        "-print_final_stats=1",
    ]
    asked += [f"-artifact_prefix={faults}/"]
    if target.dictionary.exists():
        asked.append(f"-dict={target.dictionary}")
    begun = time.monotonic()
    command = [str(program), *asked, str(corpus), *map(str, target.beginnings)]
    ended = subprocess.run(
        command,
        env=environment_of(instructions),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    seconds = time.monotonic() - begun
    # libFuzzer may read its corpus once more when all is done: the final figure is what counts.
    told = re.findall(r"^stat::number_of_executed_units:\s+(\d+)$", ended.stderr, re.MULTILINE)
    executions = int(told[-1]) if told else 0
    if ended.returncode:
        return Turn(executions, seconds, failure_in_words(instructions, program, ended.stderr))
    return Turn(executions, seconds)


def failure_in_words(instructions: str, program: Path, said: str) -> str:
    written = re.findall(r"Test unit written to (.+)$", said, re.MULTILINE)
    variables = [f"{name}={value}" for name, value in SETS[instructions].environment.items()]
    again = shlex.join([*variables, str(program), *written[-1:]])
    return f"{said[-4_000:]}\nTo see it again: {again}"


# --- edges ------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Edge:
    """A region of a header, or an outcome of a branch in it: from a line and column to another."""

    header: str
    place: tuple[int, int, int, int]
    kind: str

    def __str__(self) -> str:
        return f"{self.header}:{self.place[0]}:{self.place[1]}: {self.kind}"


#: Whether each was reached.
Edges = dict[Edge, bool]


def tool(name: str) -> str:
    """Return the tool that belongs to clang++: others may not read what it writes."""
    asked = subprocess.run(["clang++", f"-print-prog-name={name}"], capture_output=True, text=True, check=True)
    found = shutil.which(asked.stdout.strip())
    if found is None:
        raise FuzzingError(f"{name} is not installed: apt install llvm")
    return found


def edges_of(target: Target, instructions: str, program: Path, inputs: Iterable[Path]) -> Edges:
    """Return the edges of the headers of a target, and whether inputs in some folders reach each."""
    raw, merged = program.with_suffix(".profraw"), program.with_suffix(".profdata")
    folders = [str(folder) for folder in inputs]
    command = [str(program), "-runs=0", f"-max_len={target.length}", *folders]
    environment = environment_of(instructions, LLVM_PROFILE_FILE=str(raw))
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if ended.returncode:
        raise FuzzingError(
            f"{target.name} fails without sanitizers, too:\n"
            + failure_in_words(instructions, program, ended.stderr)
        )
    subprocess.run([tool("llvm-profdata"), "merge", str(raw), "-o", str(merged)], check=True)
    exported = subprocess.run(
        [tool("llvm-cov"), "export", str(program), f"-instr-profile={merged}"], capture_output=True, check=True
    )
    functions = json.loads(exported.stdout)["data"][0]["functions"]
    return merge(edges_of_function(function, set(target.covers)) for function in functions)


def edges_of_function(function: Mapping[str, Any], covers: set[str]) -> Edges:
    code = 0
    headers = [Path(name).name for name in function["filenames"]]
    edges: Edges = {}
    for *place, count, file, _, kind in function["regions"]:
        if headers[file] in covers and kind == code:
            edges[Edge(headers[file], as_place(place), "never run")] = count > 0
    for *place, true, false, file, _, _ in function["branches"]:
        if headers[file] in covers:
            edges[Edge(headers[file], as_place(place), "never true")] = true > 0
            edges[Edge(headers[file], as_place(place), "never false")] = false > 0
    return edges


def as_place(place: list[int]) -> tuple[int, int, int, int]:
    begin_line, begin, end_line, end = place
    return begin_line, begin, end_line, end


def merge(parts: Iterable[Edges]) -> Edges:
    """Return all edges of some parts; a template, for one, has its edges once for each type it is made for."""
    merged: Edges = {}
    for edge, reached in itertools.chain.from_iterable(part.items() for part in parts):
        merged[edge] = merged.get(edge, False) or reached
    return merged


def of_header(edges: Edges, header: str) -> Edges:
    return {edge: reached for edge, reached in edges.items() if edge.header == header}


# --- all of it --------------------------------------------------------------------------------


@dataclass
class Result:
    """What came of one target for one instruction set."""

    target: Target
    instructions: str
    turns: list[Turn]
    before: Edges = field(default_factory=dict)  # up to the last tenth
    edges: Edges = field(default_factory=dict)

    @property
    def failures(self) -> list[str]:
        return [turn.failure for turn in self.turns if turn.failure]


def fuzz_at_length(target: Target, instructions: str, folder: Path, *, runs: int, coverage: bool) -> Result:
    """Fuzz a target; see what the last tenth of the executions reached that those before had not."""
    named = f"{target.name}-{instructions}"
    corpus, earlier, faults = folder / "corpus" / named, folder / "earlier" / named, folder / "faults" / named
    for old in (corpus, earlier, faults):
        shutil.rmtree(old, ignore_errors=True)
    program = build(target, instructions, SANITIZED, folder / "fuzzers" / named)
    strew(target, corpus)
    last = max(runs // 10, 1)
    first_turn = fuzz(target, instructions, program, corpus, faults, runs=runs - last, seed=1)
    result = Result(target, instructions, [first_turn])
    if result.failures:
        return result
    shutil.copytree(corpus, earlier)
    result.turns.append(fuzz(target, instructions, program, corpus, faults, runs=last, seed=2))
    if coverage and not result.failures:
        counting = build(target, instructions, COUNTED, folder / "counted" / named)
        result.before = edges_of(target, instructions, counting, [earlier, *target.beginnings])
        result.edges = edges_of(target, instructions, counting, [corpus, *target.beginnings])
    return result


@dataclass
class Row:
    """A header as one target saw it, for all instruction sets."""

    header: str
    target: str
    executions: int
    seconds: float
    edges: Edges
    new: list[Edge]

    @property
    def reached(self) -> float:
        return sum(self.edges.values()) / len(self.edges) if self.edges else 0.0

    @property
    def missed(self) -> list[Edge]:
        return sorted(edge for edge, reached in self.edges.items() if not reached)


def rows_of(results: list[Result]) -> Iterator[Row]:
    """Yield a row for each header of each target, by header."""
    by_target: dict[str, list[Result]] = {}
    for result in results:
        by_target.setdefault(result.target.name, []).append(result)
    pairs = sorted((header, name) for name, some in by_target.items() for header in some[0].target.covers)
    for header, name in pairs:
        some = by_target[name]
        turns = [turn for result in some for turn in result.turns]
        edges = of_header(merge(result.edges for result in some), header)
        before = of_header(merge(result.before for result in some), header)
        new = sorted(edge for edge, reached in edges.items() if reached and not before.get(edge, False))
        yield Row(
            header,
            name,
            sum(turn.executions for turn in turns),
            sum(turn.seconds for turn in turns),
            edges,
            new,
        )


def table(rows: list[Row], *, coverage: bool) -> str:
    head = ["header", "target", "executions", "a second"]
    lines: list[list[object]] = [
        [row.header, row.target, f"{row.executions:,}", f"{row.executions / max(row.seconds, 1e-9):,.0f}"]
        for row in rows
    ]
    if coverage:
        head += ["edges", "reached %", "new in the last tenth"]
        for line, row in zip(lines, rows, strict=True):
            line += [f"{len(row.edges):,}", f"{100 * row.reached:.1f}", len(row.new)]
    aligned = ("left", "left", *["right"] * (len(head) - 2))
    return tabulate(lines, head, disable_numparse=True, colalign=aligned)


def shortcomings(rows: list[Row], runs: int) -> Iterator[str]:
    """Yield what of the edges is not as it should be: a header may have several targets, and one must do."""
    for header, some in itertools.groupby(rows, key=lambda row: row.header):
        edges = merge(row.edges for row in some)
        share = sum(edges.values()) / max(len(edges), 1)
        if share < ENOUGH:
            yield f"{header}: {100 * share:.1f} % of its edges were reached: less than {100 * ENOUGH:.0f} %"
    for row in rows:
        if row.new and runs >= SETTLED:
            places = "\n".join(f"  {edge}" for edge in row.new)
            yield f"{row.header}: the last tenth of {row.target} reached what nothing before did:\n{places}"


def chosen(names: tuple[str, ...], known: Mapping[str, Any], what: str) -> list[str]:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise FuzzingError(f"no {what} {', '.join(unknown)}; there are: {', '.join(known)}")
    return [name for name in known if name in names or not names]


def fuzz_all(
    targets: list[Target], sets: list[str], folder: Path, *, runs: int, jobs: int, coverage: bool
) -> list[Result]:
    shares = sum(target.share for target in targets) * len(sets)

    def one(work: tuple[Target, str]) -> Result:
        target, instructions = work
        part = max(math.ceil(runs * target.share / shares), 10)
        result = fuzz_at_length(target, instructions, folder, runs=part, coverage=coverage)
        click.echo(f"{target.name} for {instructions}: {'FAILED' if result.failures else 'held'}", err=True)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, itertools.product(targets, sets)))


def as_sets(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(value.split(","))


@click.command()
@click.argument("names", metavar="[TARGET]...", nargs=-1)
@click.option("--runs", default=1e6, show_default=True, help="Executions, shared by all targets and sets.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Fuzzers side by side.")
@click.option("--sets", default=",".join(SETS), show_default=True, callback=as_sets, help="Instruction sets.")
@click.option(
    "--coverage", is_flag=True, help="Tell how much of each header was reached; less than 95 % fails."
)
@click.option("--uncovered", is_flag=True, help="With --coverage: list what was not reached.")
@click.option(
    "--folder",
    default=NATIVE.parents[1] / "build" / "fuzzing",
    type=click.Path(file_okay=False, path_type=Path),
    help="For programs, corpora and faults.  [default: build/fuzzing]",
)
def main(
    *,
    names: tuple[str, ...],
    runs: float,
    jobs: int,
    sets: tuple[str, ...],
    coverage: bool,
    uncovered: bool,
    folder: Path,
) -> None:
    """Fuzz the headers of the core."""
    try:
        wrong = run(
            names,
            runs=int(runs),
            jobs=jobs,
            sets=sets,
            coverage=coverage,
            uncovered=uncovered,
            folder=folder,
        )
    except FuzzingError as error:
        raise click.ClickException(str(error)) from None
    for text in wrong:
        click.echo(text, err=True)
    sys.exit(bool(wrong))


def run(
    names: tuple[str, ...],
    *,
    runs: int,
    jobs: int,
    sets: tuple[str, ...],
    coverage: bool,
    uncovered: bool,
    folder: Path,
) -> list[str]:
    """Fuzz, print the table, and return what is wrong, in words."""
    if shutil.which("clang++") is None:
        raise FuzzingError("clang++ is not installed: apt install clang")
    targets = all_targets()
    some = [targets[name] for name in chosen(names, targets, "target")]
    asked = chosen(sets, SETS, "instruction set")
    there = [name for name in asked if name in sets_here()]
    for name in sorted(set(asked) - set(there)):
        click.echo(f"this processor has no {name}: left out", err=True)
    results = fuzz_all(some, there, folder.resolve(), runs=runs, jobs=jobs, coverage=coverage)
    rows = list(rows_of(results))
    click.echo(table(rows, coverage=coverage))
    executions = sum(turn.executions for result in results for turn in result.turns)
    click.echo(f"{executions:,} executions of {len(some)} targets")
    if uncovered:
        for edge in sorted({edge for row in rows for edge in row.missed}):
            click.echo(str(edge))
    wrong = [failure for result in results for failure in result.failures]
    if not names:
        wrong += [f"{header} has no target" for header in headers_without_target(some)]
    if coverage:
        wrong += shortcomings(rows, runs)
    return wrong


if __name__ == "__main__":
    main()
