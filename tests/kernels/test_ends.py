"""Kernels that are ended from another thread.

Covers: `end_kernels_of`. Compares against: what is known of it; it has no twin. Ctrl-C in a command:
``test_cli.py``. Run: ``pytest tests/kernels/test_ends.py``
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reuse import kernels as door

if TYPE_CHECKING:
    from tests.kernels.contract import Kernels

pytestmark = pytest.mark.kernels

MOST_SECONDS = 0.1  # until a kernel asks again


def test_kernels_of_a_thread_end_and_go_on(native: Kernels) -> None:
    hashes = np.arange(9, dtype=np.uint64)

    def works() -> bool:
        try:
            return bool(native.members(hashes, hashes, 1).all())
        except KeyboardInterrupt:
            return False

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        thread = one.submit(threading.get_ident).result()
        assert (one.submit(works).result(), other.submit(works).result(), works()) == (True, True, True)
        door.end_kernels_of(thread, end=True)
        time.sleep(MOST_SECONDS)
        assert (one.submit(works).result(), other.submit(works).result(), works()) == (False, True, True)
        door.end_kernels_of(thread, end=False)
        time.sleep(MOST_SECONDS)
        assert one.submit(works).result()
