"""Texts to the boilerplate of their sites, and to texts without it: navigation, newsletter boxes, disclaimers.

What stands on many pages of a site says nothing about where a page comes from, and is no part of the article
that may be reused. The pages that say so must be different otherwise: copies of one article, on pages for
printing or for each tag, have hardly any text of their own, and make nothing of it boilerplate. Nor does a site
make boilerplate of the publisher's articles, or of what was rewritten from one, whatever it puts beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse import kernels
from reuse.values import NO_BOILERPLATE, Boilerplate, LeftOut, Notice, Texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from numpy.typing import NDArray

    from reuse.options import Options
    from reuse.samples import Samples
    from reuse.sources import Fingerprinted
    from reuse.values import Bytes, Hashes, Ids, Offsets, Ratios, Truths

    _Number = TypeVar("_Number", np.int64, np.uint64)

#: One page in so many must have it: a teaser stands for some weeks on every page of a section, a turn of phrase
#: in some articles of a year.
_ONE_IN = 20
#: Shingles that a page must have beside what stands on other pages too, to be another page than these.
_LEAST_OWN = 30
#: How often as much may stand on other pages too. Articles of the publisher's may be versions of one story,
#: which share more than half; of navigation there is often more than of the article.
_MOST_TIMES_OF_SOURCES, _MOST_TIMES_OF_PAGES = 1, 2
#: A site leaves out at most one in so many shingles of a source, and so many of any: a teaser has fewer, and
#: more are an excerpt.
_MOST_OF_A_SOURCE, _MOST_OF_ANY = 4, 60
#: A site that has so many places of a source, so many shingles apart, retells it; shingles that stand in more
#: sources than this are no evidence, for they may be boilerplate of these.
_PLACES, _APART, _FEW_SOURCES = 4, 20, 4
#: Words, and characters of scripts without spaces, in a run that is left out wherever it stands, at least; a
#: shorter one goes where it is whole sentences and begins or ends a line. A site's prose has turns of phrase
#: too: of those in one of twenty French articles on one subject the longest, an office's name, had 13 words.
_LEAST_RUN = 15, 36
#: Pairs of a shingle and a site held together, at most, unless one source has more.
_PAIRS_AT_A_TIME = 2**22

_LINE_ENDS = (ord("\n"), ord("\r"))


def find_boilerplate(sources: Fingerprinted, pages: Samples, options: Options) -> Boilerplate:
    r"""Find the shingles that stand on many pages of one site, beside those of the sources' own sites.

    A shingle is boilerplate of a site if it stands on `Options.boilerplate_pages` pages of a sample at least,
    and on 5 % of it, counting those pages alone that have text of their own beside what stands so often. What
    would be more than a quarter of a source, not counting what its own site repeats, is not left out; nor
    anything on a site whose boilerplate would have passages from all over a source.

    Parameters
    ----------
    sources : Fingerprinted
        With their own boilerplate, which is part of what is returned.
    pages : Samples
    options : Options
        `boilerplate_pages`, `shingle`, `character_shingle`.

    Returns
    -------
    Boilerplate
        The same for pages in any order. A site is known by the 200 pages whose address has the smallest hash,
        of those up to 256 KiB; pages of one address count once.
    """
    own = sources.boilerplate
    theirs = _standing(pages, options, _MOST_TIMES_OF_PAGES)
    return _either(_of_boilerplate(own), _sparing_articles(theirs, pages, sources, options), own)


def of_samples(samples: Samples, options: Options, named: Texts | None = None) -> Boilerplate:
    r"""Find the boilerplate of one corpus: of the sources, or where near-duplicates are looked for.

    Parameters
    ----------
    samples : Samples
    options : Options
        `boilerplate_pages`, `shingle`, `character_shingle`.
    named : Texts, optional
        What the user names: each line by itself is boilerplate on every site.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.samples import HeldSamples
    >>> from reuse.texts import extract
    >>> from reuse.values import Document
    >>> box = "Sign up for our newsletter and never miss a story from the valley."
    >>> articles = [" ".join(f"{name}{n}" for n in range(50)) for name in "abcde"]
    >>> pages = extract(
    ...     Document(name, f"{article}\n{box}", "p", url=f"https://example.org/{name}")
    ...     for name, article in zip("abcde", articles)
    ... )
    >>> boilerplate = of_samples(HeldSamples(pages, 5), Options())
    >>> boilerplate.sites, boilerplate.pages.tolist()
    (('example.org',), [5, 5, 5, 5, 5, 5, 5, 5, 5])
    """
    mine = _standing(samples, options, _MOST_TIMES_OF_SOURCES)
    return _either(mine, _NOTHING, replace(NO_BOILERPLATE, **_named(named, options)))


def leave_out(texts: Texts, boilerplate: Boilerplate, options: Options) -> Texts:
    """Leave the words that boilerplate covers out of texts, as if they were not there.

    Words covered by shingles of a site are left out in runs of 15 and more, and in shorter ones that are whole
    sentences and begin or end a line; words covered by what the user names, always.

    Parameters
    ----------
    texts : Texts
        As extracted: nothing is left out of them yet.
    boilerplate : Boilerplate
        Found with the same `shingle` and `character_shingle`, in these texts or others.
    options : Options

    Returns
    -------
    Texts
        `texts` itself if nothing is left out. Each text is still the whole one (`Texts.__getitem__`), and spans
        refer to it; what is not matched stands in `Texts.left_out`.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.samples import HeldSamples
    >>> from reuse.texts import lay_out
    >>> own = lay_out(["Sign up for our newsletter now!"])
    >>> boilerplate = of_samples(HeldSamples(lay_out([]), 5), Options(), own)
    >>> texts = lay_out(["The bridge is open. Sign up for our newsletter NOW!"])
    >>> texts = leave_out(texts, boilerplate, Options())
    >>> texts.values.tobytes().decode()
    'The bridge is open.                               !'
    >>> texts[0], texts.words_left_out.tolist()
    ('The bridge is open. Sign up for our newsletter NOW!', [6])
    """
    assert texts.left_out is None, "what is left of texts has other shingles than the texts"
    if not len(boilerplate):
        return texts
    begin, end, words, offsets = kernels.mark(
        texts.values,
        texts.offsets,
        boilerplate.rows(texts.documents),
        boilerplate.hash,
        boilerplate.offsets,
        boilerplate.named,
        options.shingle,
        options.character_shingle,
        *_least_runs(options),
        options.thread_count,
    )
    if not len(begin):
        return texts
    return _blanked(texts, begin, end, words, offsets, options)


def leave_out_besides(texts: Texts, spans: Mapping[int, Sequence[tuple[int, int]]], options: Options) -> Texts:
    """Leave words out of texts besides what is left out already.

    Parameters
    ----------
    texts : Texts
    spans : mapping of int to sequence of (int, int)
        By row, in order and disjoint: spans in code points, each of one word, of what is matched so far.
    options : Options

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> texts = leave_out_besides(lay_out(["an old zq bridge"]), {0: [(7, 9)]}, Options())
    >>> texts.values.tobytes().decode(), texts[0]
    ('an old    bridge', 'an old zq bridge')
    """
    before = texts.left_out
    rows: list[list[tuple[int, int, int]]] = []
    for row in range(len(texts)):
        kept = [] if before is None else before.spans(row)
        rows.append(sorted([*kept, *((*span, 1) for span in spans.get(row, ()))]))
    columns = np.array([span for row in rows for span in row], np.int32).reshape(-1, 3)
    offsets = np.cumsum([0, *map(len, rows)])
    begin, end, words = (np.ascontiguousarray(column) for column in columns.T)
    return _blanked(_whole(texts), begin, end, words, offsets, options)


def _whole(texts: Texts) -> Texts:
    """Return texts with nothing left out."""
    if texts.left_out is None:
        return texts
    whole = [texts[row].encode() for row in range(len(texts))]
    values = np.frombuffer(b"".join(whole), np.uint8)
    return replace(texts, values=values, offsets=np.cumsum([0, *map(len, whole)]), left_out=None)


def _blanked(texts: Texts, begin: Ids, end: Ids, words: Ids, offsets: Offsets, options: Options) -> Texts:
    values, value_offsets, kept, kept_offsets = kernels.blank(
        texts.values, texts.offsets, begin, end, offsets, options.thread_count
    )
    left_out = LeftOut(begin, end, words, offsets, kept, kept_offsets)
    return replace(texts, values=values, offsets=value_offsets, left_out=left_out)


# --- what stands on many pages ----------------------------------------------------------------


class _Standing(NamedTuple):
    """What stands on many pages of sites: for each shingle its site's number, the sites in order."""

    sites: tuple[str, ...]
    site: Offsets
    hash: Hashes
    pages: Ids

    def only(self, entries: slice | Truths | Offsets) -> _Standing:
        """Return some of the entries."""
        return self._replace(site=self.site[entries], hash=self.hash[entries], pages=self.pages[entries])

    def places(self, site: Offsets, hashes: Hashes) -> Offsets:
        """Return for each pair of a site's number and a shingle the entry it is, or -1."""
        if not len(self.hash):
            return np.full(len(hashes), -1)
        known = _distinct(self.hash)
        # Sites and shingles by number make one number of each pair.
        pairs = np.searchsorted(known, self.hash) * len(self.sites) + self.site
        order = np.argsort(pairs)
        number = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        wanted = number * len(self.sites) + site
        place = order[np.minimum(np.searchsorted(pairs, wanted, sorter=order), len(order) - 1)]
        is_there = (site >= 0) & (known[number] == hashes) & (pairs[place] == wanted)
        return np.where(is_there, place, -1)


_NOTHING = _Standing((), np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.int32))


def _least_runs(options: Options) -> tuple[int, int]:
    """Return the shortest runs left out wherever they stand: of two shingles that do not overlap, at least."""
    lengths = options.shingle, options.character_shingle
    word, character = (max(least, 2 * length) for least, length in zip(_LEAST_RUN, lengths, strict=True))
    return word, character


def _standing(samples: Samples, options: Options, most_times: int) -> _Standing:
    """Return what stands on many pages of sites, and would be left out of them."""
    sites: tuple[str, ...] = ()
    parts = [_NOTHING]
    for found in samples.each(partial(_standing_on, options=options, most_times=most_times)):
        parts.append(found._replace(site=found.site + len(sites)))
        sites += found.sites
    columns = (np.concatenate(column) for column in list(zip(*parts, strict=True))[1:])
    return _Standing(sites, *columns)


def _standing_on(texts: Texts, options: Options, most_times: int) -> _Standing:
    """Return what stands on many of some texts, those of a site one after another."""
    of_text = [document.site or "" for document in texts.documents]
    sites = list(dict.fromkeys(of_text))
    counts = Counter(of_text)
    hashes, pages, offsets = kernels.standing(
        texts.values,
        texts.offsets,
        np.arange(len(texts), dtype=np.int32),
        np.cumsum([0, *(counts[site] for site in sites)], dtype=np.int64),
        options.shingle,
        options.character_shingle,
        options.boilerplate_pages,
        _ONE_IN,
        _LEAST_OWN,
        most_times,
        options.thread_count,
    )
    found = np.diff(offsets)
    with_any = tuple(site for site, count in zip(sites, found.tolist(), strict=True) if count)
    standing = _Standing(with_any, np.repeat(np.arange(len(with_any)), found[found > 0]), hashes, pages)
    return standing.only(_in_stretches(standing, standing.only(slice(0)), texts, options))


def _in_stretches(found: _Standing, spared: _Standing, texts: Texts, options: Options) -> Truths:
    """Tell which shingles would be left out of enough of some texts: others are turns of phrase within prose.

    Words that shingles of `spared` cover are not left out, nor are shingles that reach into them.
    """
    numbers = {site: number for number, site in enumerate(found.sites)}
    of_text = (numbers.get(document.site or "", -1) for document in texts.documents)
    site = np.fromiter(of_text, np.int64, len(texts))
    values, offsets = texts.values, texts.offsets
    values, offsets, _, _, _ = _without(values, offsets, spared, site, (0, 0), options)
    _, _, kept, kept_offsets, page = _without(values, offsets, found, site, _least_runs(options), options)
    every = np.ones(len(page), np.uint8)
    lengths = (options.shingle, options.character_shingle)
    hashes, of_stretches = kernels.shingle_sets(kept, kept_offsets, every, *lengths, options.thread_count)
    page = np.repeat(page, np.diff(of_stretches))
    entry = found.places(site[page], hashes)
    pairs = _distinct(page[entry >= 0] * len(found.hash) + entry[entry >= 0])
    pages = np.bincount(pairs % max(len(found.hash), 1), minlength=len(found.hash))
    return pages >= options.boilerplate_pages


def _without(
    values: Bytes,
    offsets: Offsets,
    standing: _Standing,
    site: Offsets,
    least: tuple[int, int],
    options: Options,
) -> tuple[Bytes, Offsets, Bytes, Offsets, Offsets]:
    """Blank what stands on the sites of texts; return these, the stretches, and the text of each stretch."""
    bounds = np.searchsorted(standing.site, np.arange(len(standing.sites) + 1))
    begin, end, _, of_texts = kernels.mark(
        values,
        offsets,
        site.astype(np.int32),
        standing.hash,
        bounds,
        np.zeros(0, np.uint64),
        options.shingle,
        options.character_shingle,
        *least,
        options.thread_count,
    )
    row = np.repeat(np.arange(len(site)), np.diff(of_texts))
    if not len(row):
        return values, offsets, values[:0], np.zeros(1, np.int64), row
    return *kernels.blank(values, offsets, begin, end, of_texts, options.thread_count), row


# --- what the user names ----------------------------------------------------------------------


def _named(own: Texts | None, options: Options) -> dict[str, Any]:
    """Return the shingles of the lines of texts, and what to say of those that are too short for one."""
    if own is None:
        return {}
    ends = np.flatnonzero(np.isin(own.values, _LINE_ENDS)) + 1
    offsets = np.union1d(own.offsets, ends)
    every = np.ones(len(offsets) - 1, np.uint8)
    lengths = (options.shingle, options.character_shingle)
    hashes, of_lines = kernels.shingle_sets(own.values, offsets, every, *lengths, options.thread_count)
    *_, tokens, _ = kernels.tokenize(own.values, offsets, every, options.thread_count)
    has_words = np.flatnonzero(np.diff(tokens))
    documents = np.searchsorted(own.offsets, offsets[has_words], "right") - 1
    paths = [own.documents[row].path for row in documents.tolist()]
    too_short = (np.diff(of_lines)[has_words] == 0).tolist()
    short = Counter(path for path, is_short in zip(paths, too_short, strict=True) if is_short)
    lines = Counter(paths)
    notices = tuple(
        Notice(
            path,
            f"lines of boilerplate shorter than a shingle ({options.shingle} words), which cannot be matched: "
            f"{count:,} of {lines[path]:,}; give more of what stands around them, or lower --shingle",
        )
        for path, count in short.items()
    )
    return {"named": _distinct(hashes), "notices": notices}


# --- articles are no boilerplate --------------------------------------------------------------


def _sparing_articles(theirs: _Standing, pages: Samples, sources: Fingerprinted, options: Options) -> _Standing:
    """Take out of each site's boilerplate what is of an article among the sources.

    That is all of a source of which the site has more than a quarter; and everything, if the site has shingles
    from many places of one source and so retells it. Sources that have none of these shingles as a fingerprint
    have no run of them.
    """
    if not len(theirs.hash) or not len(sources):
        return theirs
    mine, named = _of_boilerplate(sources.boilerplate), sources.boilerplate.named
    doubted = np.setdiff1d(theirs.hash, named)
    rows = sources.fingerprints(doubted).only(doubted, options.max_articles).row
    known = _distinct(np.concatenate((doubted, mine.hash, named)))
    find = partial(_hits, known=known, doubted=doubted, mine=mine, named=named, options=options)
    parts = list(sources.each_text(rows, find))
    if not parts:
        return theirs
    limit = np.concatenate([limit for _, limit in parts])
    firsts = np.cumsum([0, *(len(limit) for _, limit in parts)])
    numbered = (hits._replace(row=hits.row + first) for (hits, _), first in zip(parts, firsts, strict=False))
    hits = _Hits(*map(np.concatenate, zip(*numbered, strict=True)))
    hits = hits._replace(is_rare=_is_rare(hits.hash))
    # Few sources have so much in common with all sites together: only these are looked at site by site.
    shared = np.bincount(hits.row, minlength=len(limit))
    places = _places(hits.row[hits.is_rare], hits.place[hits.is_rare], len(limit))
    asked = hits.only(((shared > limit) | (places >= _PLACES))[hits.row])
    taken, retold = _of_articles(theirs, asked, limit)
    left = theirs.only(~taken & ~np.isin(theirs.site, retold))
    return _beside(left, theirs.only(taken), pages, options) if taken.any() else left


def _hits(
    sources: Texts, known: Hashes, doubted: Hashes, mine: _Standing, named: Hashes, options: Options
) -> tuple[_Hits, Ratios]:
    """Return the shingles of sources that are doubted and not repeated by their own sites.

    And of each source how many shingles a site may leave out of it. All known ones are `doubted`, those of
    `mine`, and `named`.
    """
    distinct, hashes, place, offsets = kernels.among(
        sources.values,
        sources.offsets,
        sources.mask(None),
        known,
        options.shingle,
        options.character_shingle,
        options.thread_count,
    )
    row = np.repeat(np.arange(len(sources)), np.diff(offsets))
    numbers = {site: number for number, site in enumerate(mine.sites)}
    site = np.array([numbers.get(document.site or "", -1) for document in sources.documents], np.int64)
    own = np.isin(hashes, named) | (mine.places(site[row], hashes) >= 0)
    share = (distinct - np.bincount(row[own], minlength=len(sources))) / _MOST_OF_A_SOURCE
    is_doubted = kernels.members(hashes, doubted, options.thread_count).astype(np.bool_)
    hits = _Hits(row, hashes, place, own).only(is_doubted & ~own)
    return hits, np.minimum(share, _MOST_OF_ANY)


def _beside(left: _Standing, taken: _Standing, pages: Samples, options: Options) -> _Standing:
    """Return what is left of sites less the shingles that reach into what was taken."""
    touched = np.unique(taken.site)
    kept = ~np.isin(left.site, touched)
    sites = {left.sites[number] for number in touched.tolist()}
    for entries in pages.each(partial(_kept_beside, left=left, taken=taken, options=options), sites):
        kept[entries] = True
    return left.only(kept)


def _kept_beside(texts: Texts, left: _Standing, taken: _Standing, options: Options) -> Offsets:
    """Return the entries of the sites of some texts that are left out of enough of these."""
    sites = {document.site for document in texts.documents}
    is_here = np.array([site in sites for site in left.sites], np.bool_)
    entries = np.flatnonzero(is_here[left.site])
    kept = _in_stretches(left.only(entries), taken.only(is_here[taken.site]), texts, options)
    return entries[kept]


class _Hits(NamedTuple):
    """Shingles of sources, in the order of these, that some site has."""

    row: Offsets
    hash: Hashes
    place: Ids
    is_rare: Truths

    def only(self, entries: Truths | slice | Offsets) -> _Hits:
        """Return some of them, or some of them more than once."""
        return _Hits(self.row[entries], self.hash[entries], self.place[entries], self.is_rare[entries])


def _is_rare(hashes: Hashes) -> Truths:
    """Tell which hashes are not among more than a few."""
    _, number, count = np.unique(hashes, return_inverse=True, return_counts=True)
    rare: Truths = (count <= _FEW_SOURCES)[number]
    return rare


def _places(group: Offsets, place: Ids, groups: int) -> Offsets:
    """Count for each group the places it has, less those near the one before."""
    order = np.lexsort((place, group))
    group, place = group[order], place[order]
    apart = (np.diff(group, prepend=-1) != 0) | (np.diff(place, prepend=0) > _APART)
    return np.bincount(group[apart], minlength=groups)


def _of_articles(theirs: _Standing, hits: _Hits, limit: Ratios) -> tuple[Truths, list[int]]:
    """Return the entries that are of sources of which a site has too much, and the sites that retell one."""
    taken = np.zeros(len(theirs.hash), np.bool_)
    retold: set[int] = set()
    sites = len(theirs.sites)
    order = np.argsort(theirs.hash, kind="stable")
    begin, end = (np.searchsorted(theirs.hash, hits.hash, side, order) for side in ("left", "right"))
    bounds = np.append(np.flatnonzero(np.diff(hits.row, prepend=-1)), len(hits.row))  # of sources
    for part in _parts(np.diff(np.append(0, np.cumsum(end - begin))[bounds]), _PAIRS_AT_A_TIME):
        some = np.arange(bounds[part.start], bounds[part.stop])
        count = (end - begin)[some]
        # The entries begin[i], begin[i] + 1, ... of each shingle i, one after another.
        entry = order[np.arange(count.sum()) + np.repeat(begin[some] - np.cumsum(count) + count, count)]
        pairs = hits.only(np.repeat(some, count))
        both, pair, shared = np.unique(
            pairs.row * sites + theirs.site[entry], return_inverse=True, return_counts=True
        )
        taken[entry[(shared > limit[both // sites])[pair]]] = True
        places = _places(pair[pairs.is_rare], pairs.place[pairs.is_rare], len(both))
        retold.update((both[places >= _PLACES] % sites).tolist())
    return taken, sorted(retold)


# --- the whole --------------------------------------------------------------------------------


def _distinct(values: NDArray[_Number]) -> NDArray[_Number]:
    """Return the distinct values in order: for a million of them ten times as fast as `np.unique` may be."""
    ascending = np.sort(values)
    return ascending[np.flatnonzero(np.diff(ascending, prepend=ascending[:1] - 1))]


def _parts(weights: Offsets, most: int) -> Iterator[slice]:
    """Cut a row of weights into parts that weigh not much more than `most`, but for single ones that do."""
    part = (np.cumsum(weights) - weights) // most
    bounds = [*np.flatnonzero(np.diff(part, prepend=-1)).tolist(), len(weights)]
    yield from (slice(begin, end) for begin, end in pairwise(bounds))


def _either(mine: _Standing, theirs: _Standing, own: Boilerplate) -> Boilerplate:
    """Join what stands on sites of sources and on sites of pages, and what the user names."""
    both = [[side.sites[number] for number in np.unique(side.site).tolist()] for side in (mine, theirs)]
    sites = sorted({site for side in both for site in side})
    numbers = {site: number for number, site in enumerate(sites)}
    site = np.concatenate([_renumbered(side, numbers) for side in (mine, theirs)])
    hashes = np.concatenate((mine.hash, theirs.hash))
    pages = np.concatenate((mine.pages, theirs.pages))
    order = np.lexsort((hashes, site))
    site, hashes, pages = site[order], hashes[order], pages[order]
    first = np.flatnonzero((np.diff(site, prepend=-1) != 0) | (np.diff(hashes, prepend=0) != 0))
    counts = np.bincount(site[first], minlength=len(sites))
    return replace(
        own,
        sites=tuple(sites),
        hash=hashes[first],
        pages=np.maximum.reduceat(pages, first) if len(first) else pages,
        offsets=np.concatenate(([0], np.cumsum(counts))),
    )


def _of_boilerplate(known: Boilerplate) -> _Standing:
    site = np.repeat(np.arange(len(known.sites)), np.diff(known.offsets))
    return _Standing(known.sites, site, known.hash, known.pages)


def _renumbered(side: _Standing, numbers: dict[str, int]) -> Offsets:
    number = np.array([numbers.get(site, -1) for site in side.sites], np.int64)
    return number[side.site]
