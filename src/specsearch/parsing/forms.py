"""What a line of a document looks like, in numbers: what a learned scorer sees besides its meaning.

Nothing here names a sentence, an employer or a layout. Each group of columns can be left out when a scorer is trained
(`benchmarks/train_labeller.py`), which is how their worth is measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from specsearch.parsing.rules import cue_scores, is_definition, title_words
from specsearch.parsing.scoring import LABELS, Line, Outline, Role
from specsearch.parsing.statements import bare, verb_form
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import BlockStyle

Features = npt.NDArray[np.float32]

_SIGNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"[$£€]\s?\d",
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d",
        r"\b(?:19|20)\d\d\b",
        r"\d\s?%",
        r"https?:|www\.|\.(?:com|org|gov|edu)\b|@",
        r"\b\d{3}[-.]\d{4}\b",
        r"\b(?:we|our|us)\b",
        r"\b(?:you|your)\b",
        r"\b(?:must|shall|required?)\b",
        r"\bmay\b",
        r"\bwill\b",
        r"\b(?:applicants?|candidates?)\b",
        r"\b(?:incumbents?|employees?|position|class)\b",
        r"\byears?\b",
        r"^(?:this|the|an?)\b",
        r"\b(?:and|or)$",
        r"\b(?:yes|no|none|n/a)$",
    )
)
"""Money, date, year, percentage, address, telephone, who speaks and is spoken to, what must, may and will be, who is
spoken of, spans of years, an article, a conjunction at the end, an answer."""
_VERB_FORMS = ("third", "base", "gerund")
_MOST_APART = 3
"""Characters of white space between two lines that are surely apart: a blank line and more."""
_CUE = 4.0
"""The weight of a strong cue, so that scores of cues are about 1."""


def forms(outline: Outline, vocabulary: Vocabulary) -> Features:
    """Describe the form of each line.

    Args:
        outline: The document.
        vocabulary: Tells the verbs of work.

    Returns:
        Shape (n, columns), float32, about 0 to 1: one row a line of the outline.
    """
    lines = outline.lines
    words = title_words(outline.title)
    said = Counter(normalise(line.text) for line in lines)
    own = [[*_form(line, vocabulary), _told(line, words), float(said[normalise(line.text)] > 1)] for line in lines]
    table = np.array(own, dtype=np.float32).reshape(len(lines), -1)
    return np.concatenate([table, _places(lines)], axis=1)


def announced(outline: Outline) -> Features:
    """What headings announce at each line, as far as they are known: shape (n, 24), of the heading above and of the one on its line."""
    table = np.zeros((len(outline.lines), 2, len(LABELS) + 1), dtype=np.float32)
    for row, line in zip(table, outline.lines, strict=True):
        above = line.label if line.sentence is None else line.sentence.heading
        glued = None if line.sentence is None else line.sentence.glued
        for part, label in zip(row, (above, glued), strict=True):
            part[len(LABELS) if label is None else LABELS.index(label)] = 1.0
    return table.reshape(len(outline.lines), -1)


def cues(outline: Outline, vocabulary: Vocabulary) -> Features:
    """What the known cues say of each line: shape (n, 11)."""
    table = np.zeros((len(outline.lines), len(LABELS)), dtype=np.float32)
    for row, line in zip(table, outline.lines, strict=True):
        for label, weight in cue_scores(bare(line.text), vocabulary).items():
            row[LABELS.index(label)] = weight / _CUE
    return table


def headings_above(outline: Outline) -> npt.NDArray[np.intp]:
    """The rows of the last two headings before each line, the nearer first; -1 where there is none: shape (n, 2)."""
    found = np.full((len(outline.lines), 2), -1, dtype=np.intp)
    last = before = -1
    for row, line in enumerate(outline.lines):
        found[row] = last, before
        if line.role is Role.HEADING:
            last, before = row, last
    return found


def _form(line: Line, vocabulary: Vocabulary) -> list[float]:
    verb = verb_form(line.text, vocabulary) if line.role is Role.SENTENCE else None
    return [
        *(float(line.block.style is style) for style in BlockStyle),
        float(line.block.bold),
        *(float(line.role is role) for role in Role),
        *(float(verb == form) for form in _VERB_FORMS),
        *_wording(" ".join(line.text.split())),
        *_standing(line),
    ]


@lru_cache(maxsize=20_000)
def _wording(text: str) -> tuple[float, ...]:
    """What the characters of a line tell: standing phrases occur in every document of an employer."""
    words = text.split()
    letters = [c for c in text if c.isalpha()]
    digits = sum(map(str.isdigit, text))
    return (
        float(text.endswith("?")),
        sum(map(str.isupper, letters)) / max(1, len(letters)),
        digits / max(1, len(text)),
        float(np.log1p(len(words))) / 3,
        sum(word[:1].isupper() for word in words) / max(1, len(words)),
        float(bare(text) != text),
        float(text.endswith(".")),
        float(text.endswith(":")),
        float(":" in text[:60]),
        float("|" in text),
        *(float(sign.search(text) is not None) for sign in _SIGNS),
        float(text.isupper()),
        float(text[-1:] in (";", ",")),
        float(len(words) <= 3),
        float(text[:1].islower()),
        float(digits > 0),
    )


def _standing(line: Line) -> list[float]:
    """How a sentence stands under its heading."""
    sentence = line.sentence
    if sentence is None:
        return [0.0] * 7
    return [
        float(sentence.fresh),
        float(sentence.block_start),
        min(3, sentence.paragraphs) / 3,
        float(sentence.after_list),
        float(sentence.faded),
        float(sentence.holds_lead),
        float(sentence.glued is not None),
    ]


def _told(line: Line, words: frozenset[str]) -> float:
    """Share of the title's words that a line says; one more where it begins as a definition does."""
    text = bare(line.text)
    share = len(words & set(normalise(text).split())) / len(words) if words else 0.0
    return share + is_definition(text, words)


def _places(lines: Sequence[Line]) -> Features:
    """Where in the document each line stands, and whether it is set apart from the line before and the one after."""
    at, count = np.arange(len(lines)), len(lines)
    gaps = np.array([_MOST_APART, *(other.start - one.end for one, other in pairwise(lines)), _MOST_APART][: count + 1], dtype=np.float32)
    apart = np.minimum(gaps, _MOST_APART) / _MOST_APART
    columns = (at / max(1, count), np.log1p(at) / 5, np.log1p(count - at) / 5, np.full(count, np.log1p(count) / 5), apart[:count], apart[1 : count + 1])
    return np.stack(columns, axis=1).astype(np.float32).reshape(count, len(columns))
