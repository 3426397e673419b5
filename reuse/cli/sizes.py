"""Sizes of memory as people write them: ``2G``, ``500M``, or bytes."""

from __future__ import annotations

import re
from typing import Any

import click

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_LEAST = 2**28


class Size(click.ParamType[int]):
    """Bytes, 256M at least."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes that a size stands for."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,12})([KMGT]?)B?", str(value).strip().upper())
        if found is None:
            self.fail(f"{value!r} is no size; write 2G, 500M or a number of bytes", param, ctx)
        size = int(found[1]) * _UNITS[found[2]]
        if size < _LEAST:
            self.fail(f"{value} is less than 256M, which the package needs itself; give it more", param, ctx)
        return size


memory_option = click.option(
    "--memory",
    type=Size(),
    default="2G",
    show_default=True,
    metavar="SIZE",
    help="Memory to do with, about. Never changes a result.",
)
