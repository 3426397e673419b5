"""Texts to the boilerplate of their sites, and to texts without it: navigation, newsletter boxes, disclaimers.

What stands on many pages of a site says nothing about where a page comes from, and is no part of the article
that may be reused. The pages that say so must be different otherwise: copies of one article, on pages for
printing or for each tag, have hardly any text of their own, and make nothing of it boilerplate. Nor does a site
make boilerplate of the publisher's articles, or of what was rewritten from one, whatever it puts beside them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse import kernels
from reuse.values import Boilerplate, LeftOut, Notice, Stretch, Texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from numpy.typing import NDArray

    from reuse.options import Options
    from reuse.values import Bytes, Document, Hashes, Ids, Offsets, Ratios, Truths

    _Number = TypeVar("_Number", np.int64, np.uint64)

#: Pages of a site that are looked at, and the largest of them: of a site of a million pages these say enough.
_SAMPLE = 200
_LARGEST = 2**18
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
#: Text of samples held together, unless one site's is more.
_BYTES_AT_A_TIME = 2**26
#: Pairs of a shingle and a site held together, at most, unless one source has more.
_PAIRS_AT_A_TIME = 2**22
#: Of what was left out the stretches of a site that are listed, and the characters of each.
_MOST_STRETCHES = 200
_MOST_CHARACTERS = 2_000

_LINE_ENDS = (ord("\n"), ord("\r"))


def find_boilerplate(sources: Texts, pages: Texts, options: Options, own: Texts | None = None) -> Boilerplate:
    r"""Find the shingles that stand on many pages of one site, among the sources and among the pages.

    A shingle is boilerplate of a site if it stands on `Options.boilerplate_pages` pages of a sample at least,
    and on 5 % of it, counting those pages alone that have text of their own beside what stands so often. What
    would be more than a quarter of a source, not counting what its own site repeats, is not left out; nor
    anything on a site whose boilerplate would have passages from all over a source.

    Parameters
    ----------
    sources, pages : Texts
        The same object twice for one corpus, within which nothing is a source.
    options : Options
        `boilerplate_pages`, `shingle`, `character_shingle`.
    own : Texts, optional
        What the user names: each line by itself is boilerplate on every site and among the sources.

    Returns
    -------
    Boilerplate
        The same for pages in any order. A site is known by the 200 pages whose address has the smallest hash,
        of those up to 256 KiB; pages of one address count once.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import extract
    >>> from reuse.values import Document
    >>> box = "Sign up for our newsletter and never miss a story from the valley."
    >>> articles = [" ".join(f"{name}{n}" for n in range(50)) for name in "abcde"]
    >>> pages = extract(
    ...     Document(name, f"{article}\n{box}", "p", url=f"https://example.org/{name}")
    ...     for name, article in zip("abcde", articles)
    ... )
    >>> boilerplate = find_boilerplate(extract([]), pages, Options())
    >>> boilerplate.sites, boilerplate.pages.tolist()
    (('example.org',), [5, 5, 5, 5, 5, 5, 5, 5, 5])
    """
    named, notices = _named(own, options)
    mine = _standing(sources, options, _MOST_TIMES_OF_SOURCES)
    theirs = _NOTHING
    if pages is not sources:
        theirs = _standing(pages, options, _MOST_TIMES_OF_PAGES)
        theirs = _sparing_articles(theirs, pages, sources, mine, named, options)
    return _either(mine, theirs, named, notices)


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
    >>> from reuse.texts import lay_out
    >>> own = lay_out(["Sign up for our newsletter now!"])
    >>> boilerplate = find_boilerplate(lay_out([]), lay_out([]), Options(), own)
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


def stretches(texts: Texts) -> Iterator[Stretch]:
    r"""Yield what was left out of texts, site by site, the most frequent first; of each site 200 at most.

    Parameters
    ----------
    texts : Texts
        What `leave_out` returned.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> own = lay_out(["Sign up for our newsletter now!"])
    >>> boilerplate = find_boilerplate(lay_out([]), lay_out([]), Options(), own)
    >>> texts = lay_out(["One. Sign up for our newsletter now!", "Two. Sign up for our\nnewsletter now."])
    >>> list(stretches(leave_out(texts, boilerplate, Options())))
    [Stretch(site=None, text='Sign up for our newsletter now', words=6, pages=2)]
    """
    left_out = texts.left_out
    if left_out is None:
        return
    sites: defaultdict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(np.diff(left_out.offsets)).tolist():
        sites[texts.documents[row].site or ""].append(row)
    for site in sorted(sites):
        yield from _stretches_of(site or None, sites[site], left_out)


def _stretches_of(site: str | None, rows: Sequence[int], left_out: LeftOut) -> list[Stretch]:
    pages: Counter[str] = Counter()
    words: dict[str, int] = {}
    spans = left_out.offsets.tolist()
    for row in rows:
        texts = [" ".join(text.split()) for _, _, text in left_out.stretches(row)]
        words.update(zip(texts, left_out.words[spans[row] : spans[row + 1]].tolist(), strict=True))
        pages.update(set(texts))
    most = nsmallest(_MOST_STRETCHES, pages, key=lambda text: (-pages[text], text))
    return [Stretch(site, _beginning(text), words[text], pages[text]) for text in most]


def _beginning(text: str) -> str:
    """Return as many whole words of a text as are listed."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    return text[: _MOST_CHARACTERS + 1].rpartition(" ")[0] or text[:_MOST_CHARACTERS]


# --- what stands on many pages ----------------------------------------------------------------


class _Standing(NamedTuple):
    """What stands on many pages of sites: for each shingle its site's number, the sites in order."""

    sites: tuple[str, ...]
    samples: tuple[list[int], ...]  # of each site the rows that were looked at
    site: Offsets
    hash: Hashes
    pages: Ids

    def only(self, entries: slice | Truths) -> _Standing:
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


_NOTHING = _Standing((), (), np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.int32))


def _least_runs(options: Options) -> tuple[int, int]:
    """Return the shortest runs left out wherever they stand: of two shingles that do not overlap, at least."""
    lengths = options.shingle, options.character_shingle
    word, character = (max(least, 2 * length) for least, length in zip(_LEAST_RUN, lengths, strict=True))
    return word, character


def _standing(texts: Texts, options: Options, most_times: int) -> _Standing:
    """Return what stands on many pages of the sites of texts, and would be left out of them."""
    if not options.boilerplate_pages:
        return _NOTHING
    samples = _samples(texts, options.boilerplate_pages)
    sites = sorted(samples)
    hashes, pages, offsets = kernels.standing(
        texts.values,
        texts.offsets,
        np.array([row for site in sites for row in samples[site]], np.int32),
        np.cumsum([0, *(len(samples[site]) for site in sites)], dtype=np.int64),
        options.shingle,
        options.character_shingle,
        options.boilerplate_pages,
        _ONE_IN,
        _LEAST_OWN,
        most_times,
        options.thread_count,
    )
    counts = np.diff(offsets)
    with_any = tuple(site for site, count in zip(sites, counts.tolist(), strict=True) if count)
    numbers = np.repeat(np.arange(len(with_any)), counts[counts > 0])
    found = _Standing(with_any, tuple(samples[site] for site in with_any), numbers, hashes, pages)
    return found.only(_in_stretches(found, found.only(slice(0)), texts, options))


def _in_stretches(found: _Standing, spared: _Standing, texts: Texts, options: Options) -> Truths:
    """Tell which shingles would be left out of enough pages: others are turns of phrase within prose.

    Words that shingles of `spared` cover are not left out, nor are shingles that reach into them.
    """
    keep = np.zeros(len(found.hash), np.bool_)
    sizes = np.diff(texts.offsets)
    bytes_of = np.array([sizes[rows].sum() for rows in found.samples], np.int64)
    for part in _parts(bytes_of, _BYTES_AT_A_TIME):
        sites = np.arange(part.start, part.stop)
        rows = [row for number in sites.tolist() for row in found.samples[number]]
        site = np.repeat(sites, [len(found.samples[number]) for number in sites.tolist()])
        values, offsets = _cut_out(texts, rows)
        values, offsets, _, _, _ = _without(values, offsets, spared, site, (0, 0), options)
        _, _, kept, kept_offsets, page = _without(values, offsets, found, site, _least_runs(options), options)
        every = np.ones(len(page), np.uint8)
        lengths = (options.shingle, options.character_shingle)
        hashes, of_stretches = kernels.shingle_sets(kept, kept_offsets, every, *lengths, options.thread_count)
        page = np.repeat(page, np.diff(of_stretches))
        entry = found.places(site[page], hashes)
        pairs = _distinct(page[entry >= 0] * len(found.hash) + entry[entry >= 0])
        pages = np.bincount(pairs % len(found.hash), minlength=len(found.hash))
        keep |= pages >= options.boilerplate_pages
    return keep


def _cut_out(texts: Texts, rows: list[int]) -> tuple[Bytes, Offsets]:
    """Return some texts one after another."""
    contents = [texts.values[texts.offsets[row] : texts.offsets[row + 1]] for row in rows]
    return np.concatenate((texts.values[:0], *contents)), np.cumsum([0, *map(len, contents)], dtype=np.int64)


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


def _samples(texts: Texts, least: int) -> dict[str, list[int]]:
    """Return of each site with enough pages the rows of those that are looked at."""
    sites: defaultdict[str, list[int]] = defaultdict(list)
    for row, document in enumerate(texts.documents):
        if document.url is not None and (site := document.site) is not None:
            sites[site].append(row)
    sizes = np.diff(texts.offsets)
    samples = {}
    for site, rows in sites.items():
        if len(rows) >= least:
            sample = _sample(texts, [row for row in rows if sizes[row] <= _LARGEST])
            if len(sample) >= least:
                samples[site] = sample
    return samples


def _sample(texts: Texts, rows: list[int]) -> list[int]:
    """Return some rows, one for each address, by their hash, so that the order of the input does not decide."""
    addresses: defaultdict[bytes, list[int]] = defaultdict(list)
    for row in rows:
        addresses[_hash(_address(texts.documents[row]))].append(row)
    return [
        same[0] if len(same) == 1 else min(same, key=lambda row: _hash(texts[row]))
        for same in (addresses[key] for key in nsmallest(_SAMPLE, addresses))
    ]


def _address(document: Document) -> str:
    return (document.url or document.id).partition("#")[0]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


# --- what the user names ----------------------------------------------------------------------


def _named(own: Texts | None, options: Options) -> tuple[Hashes, tuple[Notice, ...]]:
    """Return the shingles of the lines of texts, and what to say of those that are too short for one."""
    if own is None:
        return np.zeros(0, np.uint64), ()
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
    return _distinct(hashes), tuple(
        Notice(
            path,
            f"lines of boilerplate shorter than a shingle ({options.shingle} words), which cannot be matched: "
            f"{count:,} of {lines[path]:,}; give more of what stands around them, or lower --shingle",
        )
        for path, count in short.items()
    )


# --- articles are no boilerplate --------------------------------------------------------------


def _sparing_articles(
    theirs: _Standing, pages: Texts, sources: Texts, mine: _Standing, named: Hashes, options: Options
) -> _Standing:
    """Take out of each site's boilerplate what is of an article among the sources.

    That is all of a source of which the site has more than a quarter; and everything, if the site has shingles
    from many places of one source and so retells it.
    """
    if not len(theirs.hash) or not len(sources):
        return theirs
    distinct, hashes, place, offsets = kernels.among(
        sources.values,
        sources.offsets,
        sources.mask(None),
        _distinct(np.concatenate((theirs.hash, mine.hash, named))),
        options.shingle,
        options.character_shingle,
        options.thread_count,
    )
    row = np.repeat(np.arange(len(sources)), np.diff(offsets))
    numbers = {site: number for number, site in enumerate(mine.sites)}
    site = np.array([numbers.get(document.site or "", -1) for document in sources.documents], np.int64)
    own = np.isin(hashes, named) | (mine.places(site[row], hashes) >= 0)
    share = (distinct - np.bincount(row[own], minlength=len(sources))) / _MOST_OF_A_SOURCE
    limit = np.minimum(share, _MOST_OF_ANY)
    hits = _Hits(row, hashes, place, _is_rare(hashes)).only(~own & np.isin(hashes, theirs.hash))
    # Few sources have so much in common with all sites together: only these are looked at site by site.
    shared = np.bincount(hits.row, minlength=len(sources))
    places = _places(hits.row[hits.is_rare], hits.place[hits.is_rare], len(sources))
    asked = hits.only(((shared > limit) | (places >= _PLACES))[hits.row])
    taken, retold = _of_articles(theirs, asked, limit)
    left = theirs.only(~taken & ~np.isin(theirs.site, retold))
    return _beside(left, theirs.only(taken), pages, options) if taken.any() else left


def _beside(left: _Standing, taken: _Standing, pages: Texts, options: Options) -> _Standing:
    """Return what is left of sites less the shingles that reach into what was taken."""
    touched = np.unique(taken.site)
    samples = tuple(rows if number in touched else [] for number, rows in enumerate(left.samples))
    is_beside = _in_stretches(left._replace(samples=samples), taken, pages, options)
    return left.only(is_beside | ~np.isin(left.site, touched))


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


def _either(mine: _Standing, theirs: _Standing, named: Hashes, notices: tuple[Notice, ...]) -> Boilerplate:
    """Join what stands on sites of sources and on sites of pages."""
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
    return Boilerplate(
        sites=tuple(sites),
        hash=hashes[first],
        pages=np.maximum.reduceat(pages, first) if len(first) else pages,
        offsets=np.concatenate(([0], np.cumsum(counts))),
        named=named,
        notices=notices,
    )


def _renumbered(side: _Standing, numbers: dict[str, int]) -> Offsets:
    number = np.array([numbers.get(site, -1) for site in side.sites], np.int64)
    return number[side.site]
