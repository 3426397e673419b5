"""Documents to sources in memory: what an index has on disk, made for one audit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reuse.boilerplate import of_samples
from reuse.candidates import find_buckets, find_holders
from reuse.errors import UsageError
from reuse.pipeline.account import notices_of
from reuse.plan import plan_bands
from reuse.samples import HeldSamples
from reuse.sketches import sketch
from reuse.sources import HeldSources
from reuse.stock import find_stock
from reuse.terms import key_terms
from reuse.texts import extract
from reuse.values import NO_BOILERPLATE
from reuse.web import HeldOriginals, Originals, skim

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.pipeline.account import Input
    from reuse.values import Boilerplate, Notice, Texts, Unreadable


def hold(
    documents: Input,
    options: Options,
    boilerplate: Input | None = None,
    originals: Originals | HeldOriginals | None = None,
) -> HeldSources:
    """Read the sources of an audit, and sketch them.

    Parameters
    ----------
    documents : iterable of Document, Unreadable and Notice
    options : Options
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.
    originals : Originals or HeldOriginals, optional
        Where web pages are kept until they are read again: a temporary file, if not given.

    Raises
    ------
    UsageError
        If two of them have the same id.
    OutputError
        If there is no room on disk for web pages until they are read again.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> sources = hold([Document("a", "Some text.", "a")], Options())
    >>> len(sources), sources.words.tolist()
    (1, [2])
    """
    texts = extract(skim(documents, originals or Originals()))
    refuse_same_ids(texts)
    own = None if boilerplate is None else extract(skim(boilerplate, Originals()))
    left_out = of_samples(HeldSamples(texts, options.boilerplate_pages), options, own)
    read = [texts] if own is None else [texts, own]
    return held(
        texts,
        options,
        left_out,
        notices=(*(notice for one in read for notice in notices_of(one)), *left_out.notices),
        unreadable=tuple(row for one in read for row in one.unreadable),
    )


def held(
    texts: Texts,
    options: Options,
    boilerplate: Boilerplate = NO_BOILERPLATE,
    *,
    notices: tuple[Notice, ...] = (),
    unreadable: tuple[Unreadable, ...] = (),
) -> HeldSources:
    """Sketch texts, which become sources."""
    plan = plan_bands(options)
    sketches = sketch(texts, options, values=plan.values)
    buckets = find_buckets(sketches.signatures, sketches.signatures.empty, plan, options)
    terms = find_holders(key_terms(texts, options))
    return HeldSources(
        texts, sketches, buckets, terms, boilerplate, find_stock(sketches), options, notices, unreadable
    )


def refuse_same_ids(texts: Texts) -> None:
    """Raise an error if two documents have the same id."""
    names = Counter(document.id for document in texts.documents)
    if len(names) < len(texts):
        ((name, count),) = names.most_common(1)
        raise UsageError(f"the id {name!r} names {count:,} documents; give each an id of its own")
