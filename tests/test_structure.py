"""The shape of the project: who imports whom, what is public, and what a clone must hold.

Covers: all of ``reuse/``. Compares against: the layers named below, a stub made afresh, and a copy of the
source tree without its extension. Run: ``pytest tests/test_structure.py``
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import reuse

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reuse"

STAGES = {
    "texts",
    "samples",
    "boilerplate",
    "stretches",
    "plan",
    "sketches",
    "candidates",
    "terms",
    "stock",
    "shingles",
    "scores",
    "clusters",
    "tokens",
    "languages",
    "runs",
    "passages",
    "differences",
    "agreement",
    "numerals",
    "verdicts",
    "credits",
    "debts",
    "findings",
    "explanations",
    "tricks",
}
VALUES = {"values", "pairs", "options", "errors", "sites", "sources", "drafts"}
#: What the modules of each part may import from the package, at run time.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli", "errors"},
    "cli": {
        "cli",
        "report",
        "evaluation",
        "engines",
        "pipeline",
        "index",
        "plan",
        "documents",
        "rights",
        "",
        *VALUES,
    },
    "engines": {"engines", "report", "pipeline", "documents", "rights", "web", "kernels", "", *STAGES, *VALUES},
    "report": {"report", "findings", "metadata", "rights", "", *VALUES},
    "evaluation": {"evaluation", "pipeline", "documents", "texts", "tokens", *VALUES},
    "pipeline": {"pipeline", "rights", "web", "kernels", *STAGES, *VALUES, ""},
    "rights": {"rights", "metadata", *VALUES},
    "index": {"index", "documents", "overrides", "web", "interop", *STAGES, *VALUES, ""},
    "web": {"web", "markup", "metadata", "overrides", *VALUES},
    "markup": {"markup", *VALUES},
    "metadata": {"metadata", *VALUES},
    "interop": {*STAGES, *VALUES},
    "documents": {"documents", *VALUES},
    "kernels": {"_core", "errors", ""},
    "values": {"sites"},
    "sites": set(),
    "pairs": {"values"},
    "sources": {"values"},
    "options": {"errors"},
    "errors": set(),
    "drafts": {"errors"},
    **{stage: {"kernels", "vocabulary", *VALUES} for stage in STAGES},
    "texts": {"overrides", "kernels", *VALUES},
    "overrides": {"vocabulary", *VALUES},
    "vocabulary": {"kernels", *VALUES},
    "plan": {"errors", "options"},  # shown without arrays and without the core
}


def modules() -> list[Path]:
    """Return the package's Python files that ship."""
    return sorted(file for file in PACKAGE.rglob("*.py") if "cpp" not in file.relative_to(PACKAGE).parts)


def label(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def part_of(file: Path) -> str:
    """Return the part of the package a file belongs to: its folder below the package, or its own name."""
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), label(file))


def at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, leaving out what stands under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for other in node.orelse:
                yield other
                yield from at_run_time(other)
            continue
        yield node
        yield from at_run_time(node)


def imported(file: Path) -> Iterator[str]:
    """Yield the full name of every module, or name in a module, that a file imports."""
    for node in at_run_time(parse(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{label(file)}:{node.lineno} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(file: Path) -> set[str]:
    """Return the parts of the package a file imports; the package itself is the empty name."""
    parts = set()
    for name in imported(file):
        package, _, rest = name.partition(".")
        if package == "reuse":
            first = rest.partition(".")[0]
            parts.add(first if (PACKAGE / first).is_dir() or is_module(first) else "")
    return parts


def is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def is_module(name: str) -> bool:
    return (PACKAGE / f"{name}.py").is_file() or (PACKAGE / f"{name}.pyi").is_file()


# --- layers -----------------------------------------------------------------------------------


def test_there_is_something_to_look_at() -> None:
    parts = {part_of(file) for file in modules()}
    assert parts == set(ALLOWED), "a new part of the package needs a line in ALLOWED, and a place in the layers"


@pytest.mark.parametrize("file", modules(), ids=label)
def test_imports_go_downwards_only(file: Path) -> None:
    assert parts_imported(file) <= ALLOWED[part_of(file)]


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_do_not_import_each_other(stage: str) -> None:
    assert not parts_imported(PACKAGE / f"{stage}.py") & STAGES


@pytest.mark.parametrize("file", modules(), ids=label)
def test_the_native_core_has_one_door(file: Path) -> None:
    through = {name for name in imported(file) if name.startswith("reuse._core")}
    assert not through or label(file) == "reuse/kernels.py"


@pytest.mark.parametrize("file", modules(), ids=label)
def test_spark_and_arrow_are_of_one_engine_alone(file: Path) -> None:
    if "engines" not in file.relative_to(PACKAGE).parts:
        assert not {name.partition(".")[0] for name in imported(file)} & {
            "pyspark",
            "py4j",
            "pyarrow",
            "pandas",
        }


@pytest.mark.parametrize("file", modules(), ids=label)
def test_spark_is_imported_where_it_is_used(file: Path) -> None:
    names = {ast.unparse(node).split()[1].partition(".")[0] for node in parse(file).body if is_import(node)}
    assert not names & {"pyspark", "py4j", "pandas"}


@pytest.mark.parametrize("file", modules(), ids=label)
def test_only_the_command_line_talks_and_exits(file: Path) -> None:
    if part_of(file) in ("cli", "__main__"):
        return
    assert not {name.partition(".")[0] for name in imported(file)} & {"click", "tqdm"}
    called = {ast.unparse(node.func) for node in ast.walk(parse(file)) if isinstance(node, ast.Call)}
    assert not called & {
        "print",
        "exit",
        "quit",
        "input",
        "sys.exit",
        "os._exit",
        "sys.stdout.write",
        "sys.stderr.write",
    }
    raised = {
        ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        for node in ast.walk(parse(file))
        if isinstance(node, ast.Raise) and node.exc is not None
    }
    assert "SystemExit" not in raised


@pytest.mark.parametrize("file", modules(), ids=label)
def test_modules_are_short(file: Path) -> None:
    assert file.read_text("utf-8").count("\n") < 600


# --- the public names -------------------------------------------------------------------------


def as_sorted(name: str) -> tuple[int, str]:
    """Return a key that sorts as isort does: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def test_public_names_are_listed_once_in_order() -> None:
    assert reuse.__all__ == sorted(set(reuse.__all__), key=as_sorted)
    assert set(reuse.__all__) == set(reuse._HOME)
    assert dir(reuse) == sorted(reuse.__all__)


def test_public_names_are_where_type_checkers_look() -> None:
    (checking,) = (
        node
        for node in parse(PACKAGE / "__init__.py").body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    listed = {
        alias.name: node.module
        for node in checking.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert listed == {name: f"reuse.{home}" for name, home in reuse._HOME.items()}


def is_error(found: object) -> bool:
    """Tell whether it is an error but for their root, whose example serves all of them."""
    return inspect.isclass(found) and issubclass(found, reuse.ReuseError) and found is not reuse.ReuseError


def has_example(found: object) -> bool:
    """Tell whether it has an example that runs, or one of its members has."""
    members = [member for name, member in vars(found).items() if not name.startswith("_")]
    return any(">>>" in (inspect.getdoc(one) or "") for one in (found, *members))


@pytest.mark.parametrize("name", reuse.__all__)
def test_a_public_name_is_there(name: str) -> None:
    found = getattr(reuse, name)
    assert found is getattr(importlib.import_module(f"reuse.{reuse._HOME[name]}"), name)
    if inspect.isclass(found) or inspect.isfunction(found):
        assert inspect.getdoc(found)
        assert is_error(found) or has_example(found)


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = reuse.nothing


def undocumented(file: Path) -> Iterator[str]:
    """Yield the public functions, classes and methods of a file that have no docstring."""
    tree = parse(file)
    if file.stat().st_size and ast.get_docstring(tree) is None:
        yield label(file)
    holders: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree)]
    while holders:
        prefix, holder = holders.pop()
        for node in holder.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None:
                yield f"{label(file)}:{node.lineno} {prefix}{node.name}"
            if isinstance(node, ast.ClassDef):
                holders.append((f"{node.name}.", node))


@pytest.mark.parametrize("file", modules(), ids=label)
def test_public_functions_and_classes_say_what_they_do(file: Path) -> None:
    assert list(undocumented(file)) == []


def test_importing_the_package_loads_next_to_nothing() -> None:
    code = "import reuse, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "click", "tabulate", "zstandard", "resiliparse", "scipy", "datasketch"}


# --- files ------------------------------------------------------------------------------------


NATIVE = sorted(
    file
    for file in (PACKAGE / "cpp").iterdir()
    if file.is_file() and file.suffix != ".md" and not file.name.startswith(".")
)


@pytest.mark.parametrize("file", NATIVE, ids=label)
def test_native_sources_name_their_licence(file: Path) -> None:
    head = file.read_text("utf-8").splitlines()[:3]
    assert any("SPDX-License-Identifier: Apache-2.0" in line for line in head)


def test_the_licence_ships() -> None:
    assert "Apache License" in (PACKAGE / "LICENSE").read_text("utf-8")
    assert (PACKAGE / "py.typed").is_file()


def test_the_committed_stub_is_that_of_the_built_core(tmp_path: Path) -> None:
    fresh = tmp_path / "_core.pyi"
    command = [sys.executable, "-m", "nanobind.stubgen", "-m", "reuse._core", "-o", str(fresh)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert (PACKAGE / "_core.pyi").read_bytes() == fresh.read_bytes()


def ours() -> list[Path]:
    """Return the files of the project: what git tracks, or everything where there is no repository."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
        if listed.returncode == 0:
            files = [ROOT / name for name in os.fsdecode(listed.stdout).split("\0") if name]
            return [file for file in files if file.is_file()]
    tops = ("reuse", "seeds", "tests", "benchmarks", ".ci")
    below = [file for top in tops for file in (ROOT / top).rglob("*") if file.is_file()]
    built = {".so", ".pyc"}
    return [ROOT / "README.md", ROOT / "pyproject.toml", *(file for file in below if file.suffix not in built)]


def test_no_file_knows_the_machine_it_was_made_on() -> None:
    homes = ("home", "Users", "root", "work", "tmp", "workspace", "mnt")
    # A path with two names, where a path can begin.
    place = re.compile(rf"(?<![\w.:/~-])/(?:{'|'.join(homes)})/[\w.-]+")
    found = {
        f"{label(file)}: {match.group()}"
        for file in ours()
        for match in place.finditer(file.read_text("utf-8", errors="replace"))
    }
    assert found == set()


# --- a source tree without its extension ------------------------------------------------------


def without_core(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command from a copy of the source tree that was never built."""
    built = shutil.ignore_patterns("*.so", "*.pyd", "*.dylib", "__pycache__")
    shutil.copytree(PACKAGE, folder / "reuse", ignore=built)
    # -S keeps the installed package out: what it would add to the path is given here, without its finder.
    below = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    code = (
        f"import runpy, sys; sys.path[:0] = [{str(folder)!r}]; sys.path += {below!r}; "
        f"sys.argv = {['reuse', *arguments]!r}; runpy.run_module('reuse', run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["audit", "compare", "dedupe", "explain"])
def test_without_the_core_it_says_what_to_do(tmp_path: Path, command: str) -> None:
    for name in ("x", "y"):
        (tmp_path / name).write_text("some words of a text that is long enough to be read " * 4)
    done = without_core(tmp_path, command, "x", "y")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "no compiled core" in done.stderr
    assert str(tmp_path / "reuse") in done.stderr
    assert "pip install" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(["--help"], "Usage:"), (["dedupe", "--help"], "Usage:"), (["plan"], "23 bands of 3 rows")],
    ids=" ".join,
)
def test_help_and_plans_need_no_core(tmp_path: Path, arguments: list[str], shown: str) -> None:
    done = without_core(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown in done.stdout


def test_the_top_level_holds_what_it_should_and_no_more() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("needs git and a clone")
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {name.partition("/")[0] for name in listed.splitlines()}
    kept = {name for name in top if not name.startswith(".")}
    assert kept == {"reuse", "seeds", "tests", "benchmarks", "pyproject.toml", "README.md"}
