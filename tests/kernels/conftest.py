"""The two implementations of the kernels; a missing native one fails its tests, it does not skip them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from tests.kernels.contract import Kernels

MODULES = {"reference": "tests.reference", "native": "reuse.kernels"}


def implementation(name: str) -> Kernels:
    """Return the module that implements the kernels."""
    return cast("Kernels", importlib.import_module(MODULES[name]))


@pytest.fixture(scope="session", params=MODULES)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    """Return each implementation in turn."""
    return implementation(request.param)


@pytest.fixture(scope="session")
def native() -> Kernels:
    """Return the kernels that ship."""
    return implementation("native")


@pytest.fixture(scope="session")
def reference() -> Kernels:
    """Return the readable twins."""
    return implementation("reference")
