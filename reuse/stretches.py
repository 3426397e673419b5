"""Texts with boilerplate left out to a list of what that was, site by site, for people to look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.values import Texts

#: Of what was left out the stretches of a site that are listed, and the characters of each.
MOST_STRETCHES = 200
_MOST_CHARACTERS = 2_000
#: Different stretches that are counted at a time: related stories stand in another order on every page.
_MOST_HELD = 2**17


class Stretch(NamedTuple):
    """A text that was left out on pages of a site.

    Attributes
    ----------
    site : str or None
        None for pages without one.
    text : str
        Its white space made single spaces, so that as one line it can be given back as the user's own.
    words : int
        Its tokens.
    pages : int
        On how many pages it was left out; of what is rare, where there are a great many others, fewer may be
        counted.
    """

    site: str | None
    text: str
    words: int
    pages: int


class Stretches:
    r"""What was left out of texts, counted some texts at a time.

    Parameters
    ----------
    most : int, optional
        Different stretches that are held, about: where there are more, those are forgotten that would not be
        listed if there were no more texts.

    Attributes
    ----------
    words : int
        Tokens left out in all.

    Examples
    --------
    >>> from reuse.boilerplate import leave_out, of_samples
    >>> from reuse.options import Options
    >>> from reuse.samples import HeldSamples
    >>> from reuse.texts import lay_out
    >>> own = lay_out(["Sign up for our newsletter now!"])
    >>> boilerplate = of_samples(HeldSamples(lay_out([]), 5), Options(), own)
    >>> texts = lay_out(["One. Sign up for our newsletter now!", "Two. Sign up for our\nnewsletter now."])
    >>> stretches = Stretches()
    >>> stretches.add(leave_out(texts, boilerplate, Options()))
    >>> list(stretches)
    [Stretch(site=None, text='Sign up for our newsletter now', words=6, pages=2)]
    """

    def __init__(self, most: int | None = None) -> None:
        self.words = 0
        self._pages: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._words: dict[str, int] = {}
        self._least = _MOST_HELD if most is None else most
        self._most = self._least

    def add(self, texts: Texts) -> None:
        """Count what `reuse.boilerplate.leave_out` has left out of texts."""
        left_out = texts.left_out
        if left_out is None:
            return
        self.words += int(left_out.words.sum())
        spans, words = left_out.offsets.tolist(), left_out.words
        for row in np.flatnonzero(np.diff(left_out.offsets)).tolist():
            found = [" ".join(text.split()) for _, _, text in left_out.stretches(row)]
            self._words.update(zip(found, words[spans[row] : spans[row + 1]].tolist(), strict=True))
            self._pages[texts.documents[row].site or ""].update(set(found))
            if len(self._words) > self._most:
                self._forget()

    def _forget(self) -> None:
        """Go on with those that would be listed if there were no more texts."""
        self._pages = defaultdict(
            Counter,
            {
                site: Counter({text: pages[text] for text in _listed(pages)})
                for site, pages in self._pages.items()
            },
        )
        kept = {text for pages in self._pages.values() for text in pages}
        self._words = {text: self._words[text] for text in kept}
        self._most = max(self._least, 2 * len(kept))

    def counted(self) -> Iterator[Stretch]:
        """Yield every stretch that is held, whole, in any order."""
        for site, pages in self._pages.items():
            for text, count in pages.items():
                yield Stretch(site or None, text, self._words[text], count)

    def __iter__(self) -> Iterator[Stretch]:
        """Yield what was left out, site by site, the most frequent first; of each site 200 at most."""
        for site in sorted(self._pages):
            pages = self._pages[site]
            for text in _listed(pages):
                yield as_listed(Stretch(site or None, text, self._words[text], pages[text]))


def _listed(pages: Counter[str]) -> list[str]:
    """Return the stretches of a site that are on most of its pages, these first."""
    return nsmallest(MOST_STRETCHES, pages, key=lambda text: (-pages[text], text))


def as_listed(stretch: Stretch) -> Stretch:
    """Return a stretch with as many whole words of its text as are listed.

    Examples
    --------
    >>> len(as_listed(Stretch(None, "a word " * 1_000, 2_000, 5)).text)
    1996
    """
    text = stretch.text
    if len(text) <= _MOST_CHARACTERS:
        return stretch
    beginning = text[: _MOST_CHARACTERS + 1].rpartition(" ")[0] or text[:_MOST_CHARACTERS]
    return stretch._replace(text=beginning)
