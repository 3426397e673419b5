"""A text as paragraphs of sentences, and where these stand in it when it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_SENTENCE = re.compile(r"\S.*?(?:[.!?][\"'”’]?(?=\s+[\"'“‘(A-Z0-9])|$)", re.DOTALL)
#: A word of letters, two at least; and any word.
LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Text:
    """Paragraphs of sentences."""

    paragraphs: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> Text:
        """Cut a text; a line's end ends a paragraph."""
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return cls(tuple(tuple(_SENTENCE.findall(line)) for line in lines if line))

    @cached_property
    def sentences(self) -> list[str]:
        """All sentences."""
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]

    @cached_property
    def written(self) -> str:
        """The text."""
        return "\n\n".join(map(" ".join, self.paragraphs))

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each sentence stands in the written text."""
        return list(self._spans())

    def _spans(self) -> Iterator[tuple[int, int]]:
        at = 0
        for paragraph in self.paragraphs:
            for sentence in paragraph:
                yield at, at + len(sentence)
                at += len(sentence) + 1
            at += 1

    @property
    def words(self) -> int:
        """How many words it has, by white space."""
        return sum(len(sentence.split()) for sentence in self.sentences)

    def with_sentences(self, sentences: Sequence[str]) -> Text:
        """Return the same paragraphs of as many other sentences."""
        left = iter(sentences)
        return Text(tuple(tuple(next(left) for _ in paragraph) for paragraph in self.paragraphs))

    def only(self, places: Sequence[int]) -> Text:
        """Return the text with these sentences alone; paragraphs that have none of them are gone."""
        kept = set(places)
        number = iter(range(len(self.sentences)))
        left = (
            tuple(sentence for sentence in paragraph if next(number) in kept) for paragraph in self.paragraphs
        )
        return Text(tuple(paragraph for paragraph in left if paragraph))
