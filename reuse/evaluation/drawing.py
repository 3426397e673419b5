"""Sources to what takes part in a self-test: articles to take words of, and hosts to hide them in.

All is drawn by the ids of the articles and a seed, so that their order changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.errors import UsageError
from reuse.evaluation.planting import articles_of
from reuse.pipeline import hold
from reuse.pipeline.account import Articles
from reuse.pipeline.holding import held
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import key_of_id

if TYPE_CHECKING:
    from reuse.evaluation.planting import Article
    from reuse.options import Options
    from reuse.pipeline.account import Input
    from reuse.sources import Sources
    from reuse.values import Ids, Notice, Truths, Unreadable

#: Articles of the archive that take part where some are held out, and words of these, at most: they are held in
#: memory, whatever there is of it, for it must change no figure.
_MOST, _MOST_WORDS = 20_000, 12_000_000
#: Words from which on an article is a good host, and how many such there should be; and words from which on it
#: has some for the larger sizes.
_HOST, _FEW_HOSTS, _LONG = 100, 6, (250, 450)
#: Longer texts, books among articles, are sources and nothing else: a page is made of them many times.
_LONGEST = 10_000
#: One article in so many is held out; and so many times as many hosts are taken as articles, at most.
_HELD_OUT, _HOSTS = 3, 5


class Field(NamedTuple):
    """What takes part in a self-test.

    Attributes
    ----------
    sources : Sources
        What pages are compared with.
    hosts : list of Article
        What words may be hidden in; no sources.
    articles : list of Article
        What words may be taken of; all of them sources. Both are in the order they are drawn.
    notices : tuple of Notice
    unreadable : tuple of Unreadable
        Of reading hosts from elsewhere.
    """

    sources: Sources
    hosts: list[Article]
    articles: list[Article]
    notices: tuple[Notice, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


class Draw(NamedTuple):
    """How things are drawn.

    Attributes
    ----------
    options : Options
    articles : int
        Cases of each kind and size that are wanted, each of another article.
    seed : int
    """

    options: Options
    articles: int
    seed: int

    def holding_out(self, known: Sources) -> Field:
        """Hold hosts out of the archive; what is left are the sources.

        Raises
        ------
        UsageError
            If there are fewer than two articles that are long enough.
        """
        order = self._order(known)[:_MOST]
        some = order[np.cumsum(known.words[order], dtype=np.int64) <= _MOST_WORDS]
        enough = some[self._fits(known.words[some])]
        if len(enough) < 2:
            raise UsageError(
                f"{self._few(len(enough))}, 2 are needed: one to take words of, one to hide them in; add more, "
                "or name other articles with --hosts"
            )
        among = _good(known, enough)
        most = max(len(among) // _HELD_OUT, min(2, len(among) - 1))
        hosts = among[: min(most, _HOSTS * self.articles)]
        rest = some[~np.isin(some, hosts)]
        sources = held(known.texts(np.sort(rest)), self.options, known.boilerplate)
        return Field(sources, self._read(known, hosts), self._read(known, self._chosen(known, rest)))

    def against(self, known: Sources, named: Input) -> Field:
        """Take hosts from elsewhere; the whole archive are the sources.

        Raises
        ------
        UsageError
            If no article, or no host, is long enough.
        """
        rows = self._chosen(known, self._order(known))
        if not len(rows):
            raise UsageError(f"{self._few(0)}, 1 is needed to take words of; add more")
        others = hold(named, self.options)
        order = self._order(others)
        hosts = _good(others, order[self._fits(others.words[order])])[: _HOSTS * self.articles]
        if not len(hosts):
            raise UsageError(f"{self._few(0)} among the hosts, 1 is needed; name others with --hosts")
        read = self._read(others, hosts), self._read(known, rows)
        return Field(known, *read, others.notices, others.unreadable)

    def _few(self, count: int) -> str:
        there = f"{count} article{' is' if count == 1 else 's are'} there"
        return f"{there} of {self.options.min_words} to {_LONGEST:,} words (--min-words)"

    def _order(self, known: Sources) -> Ids:
        """Return the rows in the order they are drawn: by their keys, round from that of the seed."""
        return np.argsort(known.keys - np.uint64(self._begin), kind="stable").astype(np.int32)

    @property
    def _begin(self) -> int:
        return key_of_id(str(self.seed))

    def _chosen(self, known: Sources, rows: Ids) -> Ids:
        """Return rows of which some have words enough for each size, in the order of `rows`."""
        fitting = rows[self._fits(known.words[rows])]
        words = known.words[fitting]
        places = [np.flatnonzero(words >= least)[: self.articles] for least in (0, *_LONG)]
        chosen: Ids = fitting[np.unique(np.concatenate(places))]
        return chosen

    def _fits(self, words: Ids) -> Truths:
        fits: Truths = (words >= self.options.min_words) & (words <= _LONGEST)
        return fits

    def _read(self, known: Sources, rows: Ids) -> list[Article]:
        """Return articles, of web pages what is the article in them, in the order they are drawn."""
        texts = known.texts(np.sort(rows))
        read = Articles()
        found = [read(document) for document in texts.documents]
        laid = lay_out([texts[row] if one is None else str(one.content) for row, one in enumerate(found)])
        named = replace(laid, documents=texts.documents)
        articles = articles_of(named, tokenize(named, self.options))
        return sorted(articles, key=lambda article: (key_of_id(article.id) - self._begin) % 2**64)


def _good(known: Sources, rows: Ids) -> Ids:
    """Return those that are long enough to hide something in, or all if these are few."""
    good: Ids = rows[known.words[rows] >= _HOST]
    return good if len(good) >= _FEW_HOSTS else rows
