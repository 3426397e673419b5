"""The one door to the native core.

Every function here is a kernel: a stateless function of C-contiguous arrays that releases the GIL, runs on
`threads` threads and gives the same bits for any number of them. `most_bytes` and `lay` alone are otherwise:
they take Python's own strings, and so keep the GIL; `lay` writes to the memory it is given.
Ctrl-C ends the kernels of the main thread, and `end_kernels_of` those of another one, with a KeyboardInterrupt.
``reuse/cpp/README.md`` describes them; what each computes, to the letter, stands in the readable twin that is
kept with the tests.
"""

from pathlib import Path

from reuse import __version__
from reuse.errors import NativeCoreError

_BUILD = "build it with `pip install -e .` in the repository (needs g++ 11 or later)"

try:
    from reuse import _core
except ImportError as missing:
    if Path(__file__).with_name("cpp").is_dir():
        _fault = (
            f"this is the source tree ({Path(__file__).parent}), which has no compiled core: {_BUILD}, "
            "or run an installed `reuse` from another folder"
        )
    else:
        _fault = f"the compiled core is missing or does not load ({missing}): reinstall textreuse"
    raise NativeCoreError(_fault) from missing


if __version__ != _core.VERSION:
    raise NativeCoreError(
        f"the compiled core is of version {_core.VERSION}, the package of {__version__}: {_BUILD}"
    )

try:
    UNICODE_VERSION: str = _core.UNICODE_VERSION
    end_kernels_of = _core.end_kernels_of
    most_bytes = _core.most_bytes
    lay = _core.lay
    tokenize = _core.tokenize
    sketch = _core.sketch
    sign = _core.sign
    bands = _core.bands
    join = _core.join
    collide = _core.collide
    key_terms = _core.key_terms
    retrieve = _core.retrieve
    shingle_sets = _core.shingle_sets
    standing = _core.standing
    among = _core.among
    mark = _core.mark
    blank = _core.blank
    frequent = _core.frequent
    members = _core.members
    shingles_among = _core.shingles_among
    ordered = _core.ordered
    overlap = _core.overlap
    shared_runs = _core.shared_runs
    passages = _core.passages
    agreement = _core.agreement
    differences = _core.differences
except AttributeError as stale:
    raise NativeCoreError(f"the compiled core is older than the package ({stale}): {_BUILD}") from stale
