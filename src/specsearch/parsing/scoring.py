"""What a sentence can be scored by, and what a scorer of section labels is.

The scores of all scorers are added up before the best labelling of the whole document is found (`labelling`): they
are log-odds in spirit, and 0 says nothing. `rules` is one scorer, meaning (`encoding.semantics`) another; a further one
is made by writing a function of this form, and takes part by being put into the list of the `Reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from specsearch.records import Block, Label

Scores = npt.NDArray[np.float64]
LABELS = tuple(Label)
"""The labels in the order of the columns of scores."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in its place.

    Attributes:
        text: The sentence.
        start: First character in the document.
        end: One past the last.
        path: The headings above it, the outermost first, as printed.
        heading: Label of the heading above it, if one is known.
        glued: Label of a heading on its own line, if any.
        holds_lead: Whether it is the sentence that begins with that heading.
        fresh: Whether a heading stands between it and the sentence before.
        block_start: Whether it begins a block.
        item: Whether its block is a list item.
        paragraphs: Number of paragraphs (not items) between the heading and its block.
        after_list: Whether it is a paragraph with list items between it and the heading.
        faded: Whether `heading` comes from a glued heading of an earlier block.
    """

    text: str
    start: int
    end: int
    path: tuple[str, ...]
    heading: Label | None
    glued: Label | None
    holds_lead: bool
    fresh: bool
    block_start: bool
    item: bool
    paragraphs: int
    after_list: bool
    faded: bool


class Role(StrEnum):
    """What a line of a document is taken for."""

    SENTENCE = "sentence"
    HEADING = "heading"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, heading or title line of a document.

    Attributes:
        role: What it is taken for by its form and wording.
        start: First character in the document.
        end: One past the last.
        text: Its characters.
        block: The block that it is (part of).
        label: What it announces, of a heading that is known.
        sentence: Its place under headings, of a sentence.
    """

    role: Role
    start: int
    end: int
    text: str
    block: Block
    label: Label | None = None
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A document as scorers see it.

    Attributes:
        title: The title of the class; None if it is not known.
        lines: Everything in it, in reading order.
    """

    title: str | None
    lines: Sequence[Line]

    @property
    def sentences(self) -> Sequence[Sentence]:
        """The sentences, in reading order: what is scored."""
        return [line.sentence for line in self.lines if line.sentence is not None]


class Scorer(Protocol):
    """Scores the sentences of a document for every label."""

    def __call__(self, outline: Outline, /) -> Scores:
        """What speaks for each label at each sentence: shape (n, 11), columns in the order of `LABELS`, 0 where nothing does."""
