"""One format under atheris: ``python -m tests.fuzz_readers.turn FORMAT [flags of libFuzzer]``.

Atheris never comes back from its loop: each format has a process of its own. What it finds is written where
``-artifact_prefix`` says.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from random import Random
from types import FunctionType

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]

import reuse
from tests.fuzz_readers.formats import FORMATS, check
from tests.fuzz_readers.mutations import mutated

#: What is followed line by line: the readers, and what of Python's they read with.
_FOLLOWED = (str(Path(reuse.__file__).parent), "tarfile.py", "zipfile.py", "tomllib", "htmldate")
#: Inputs that are read once, so that all modules are there.
_FIRST = 30


def follow(name: str) -> None:
    """Have every branch of the readers counted: after they are imported, for an editable install has its own
    way to do that, which atheris does not follow.
    """
    for number in range(_FIRST):
        check(name, FORMATS[name].make(Random(number)))
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and any(part in one.__code__.co_filename for part in _FOLLOWED):
            atheris.instrument_func(one)


def main() -> None:
    name, *flags = sys.argv[1:]
    chosen = FORMATS[name]

    def mutate(content: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        way = random.random()
        if way < 0.3:
            return bytes(atheris.Mutate(content, most))
        made = chosen.make(random) if way < 0.5 else content
        return mutated(made, chosen.words, random)[:most] if way < 0.9 else made[:most]

    follow(name)
    atheris.Setup([sys.argv[0], *flags], lambda content: check(name, content), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
