"""All readers, fuzzed: bytes that strangers may have written, guided by which lines of the readers they reach.

::

    makers.py      a random number to bytes that are nearly right: records, headers, tags, members
    written.py     the same of policies and of PAN
    mutations.py   bytes to other bytes: by pieces that the format knows, not by bits alone
    oracles.py     bytes to the reader, and what must hold of all that comes out
    forgeries.py   the same of a report folder, some of whose values are others
    libraries.py   Parquet and PDF, which libraries in C++ read
    formats.py     each format: the name of its file, its oracle, its maker, its words
    turn.py        one format under atheris, in a process of its own
    __main__.py    python -m tests.fuzz_readers [FORMAT...] --runs 100000

`tests/test_fuzz_readers.py` reads seeds and regressions through the same oracles, without atheris.
"""
