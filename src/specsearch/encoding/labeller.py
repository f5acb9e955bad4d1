"""Section labels learned from documents of many employers: a scorer beside the rules, and a judge of what form deceives in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from specsearch.encoding.net import Array, Described, load_weights, log_probabilities
from specsearch.parsing.forms import announced, cues, forms, headings_above
from specsearch.parsing.headings import own_label
from specsearch.parsing.scoring import LABELS, Line, Outline, Role, Scorer, Scores
from specsearch.parsing.statements import bare
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.records import Label

CLASSES = (*map(str, LABELS), str(Role.HEADING), str(Role.TITLE))
"""What a line can be, in the order of the columns."""
_WEIGHT = 4.0
"""What a log-probability counts beside the scores of rules; chosen on employers left out."""
_TEMPERATURE = 6.0
"""What scores are divided by for the confidence of labels: calibrated on employers left out (docs/parsing.md)."""
_WORDS = 16
"""Words of a line that are embedded: what a statement does is told by how it begins."""
_CHARACTERS = 400
"""Characters of a line that are embedded at most: a word may be a megabyte."""
_EXPECTED = 1.0
"""What is added for a duty: one that is missed costs a comparison more than a statement too many among them."""
_FURNITURE = 0.65
"""Probability of being a heading or title below which a line that looks like one is content."""
_MOST_LINES = 3000
"""A document with more lines is a handbook or a table: it is read by rules alone."""

Vectors = Callable[[Sequence[str]], Array]
"""Vectors of texts, shape (n, 384)."""
Predict = Callable[[Described], Array]
"""Log-probabilities of the lines, shape (n, 13)."""


class Labeller:
    """Labels by a net over the whole document.

    Args:
        vocabulary: Tells known headings, cues and verbs, which the net weighs.
        vectors: Gives the meaning of lines.
        predict: Runs a net; that of this package if not given.
    """

    def __init__(self, vocabulary: Vocabulary, vectors: Vectors, predict: Predict | None = None) -> None:
        self._vocabulary = vocabulary
        self._vectors = vectors
        self._predict = predict or (lambda lines: log_probabilities(lines, load_weights()))
        self._last: tuple[Outline, Array] | None = None

    def describe(self, outline: Outline) -> Described:
        """The lines of a document in numbers, as the net sees them."""
        texts = [" ".join(bare(line.text).split()[:_WORDS])[:_CHARACTERS] for line in outline.lines]
        form = np.concatenate([forms(outline, self._vocabulary), announced(outline), cues(outline, self._vocabulary)], axis=1)
        return Described(self._vectors(texts), form, headings_above(outline))

    def judge(self, outline: Outline) -> Mapping[int, Role]:
        """What lines are, by their first character: content where form is that of a heading or title but the net disagrees."""
        if _is_too_long(outline):
            return {}
        furniture = np.exp(self._said(outline)[:, len(LABELS) :]).sum(axis=1)
        # What it agrees with is said as well: what stands above a line must not make it something else the second time.
        return {
            line.start: Role.SENTENCE if share < _FURNITURE and not self._is_kept(line) else line.role
            for line, share in zip(outline.lines, furniture, strict=True)
        }

    def score(self, outline: Outline) -> Scores:
        """What speaks for each label at each sentence: a scorer of section labels."""
        rows = [row for row, line in enumerate(outline.lines) if line.sentence is not None]
        if not rows or _is_too_long(outline):
            return np.zeros((len(rows), len(LABELS)))
        scores = np.asarray(_WEIGHT * self._said(outline)[rows, : len(LABELS)], dtype=np.float64)
        scores[:, LABELS.index(Label.DUTY)] += _EXPECTED
        return scores

    def temperature(self, outline: Outline) -> float:
        """What the scores of a document are divided by for confidence: rules alone are taken as they are."""
        return 1.0 if _is_too_long(outline) else _TEMPERATURE

    def _is_kept(self, line: Line) -> bool:
        """Whether a line stays the heading that it is known for: the analyst's words say so, or it stands inside a paragraph.

        Such a one was labelled together with what follows it, so that the net knows nothing of it.
        """
        return line.label is not None and (line.end < line.block.end or own_label(line.text, self._vocabulary) is not None)

    def _said(self, outline: Outline) -> Array:
        """What the net says of the lines; where nothing was judged to be otherwise, the same outline is scored."""
        last = self._last
        if last is None or last[0] is not outline:
            last = self._last = outline, self._predict(self.describe(outline))
        return last[1]


def _is_too_long(outline: Outline) -> bool:
    return len(outline.lines) > _MOST_LINES


def except_below_own(learned: Scorer, by_rules: Scorer, vocabulary: Vocabulary) -> Scorer:
    """The learned scorer, but below headings that an analyst's own words name, where rules alone say what a sentence is.

    Args:
        learned: What was learned.
        by_rules: The rules, which are added to what this gives.
        vocabulary: Holds her words.

    Returns:
        The scorer. Rules count as many times there as the sum is divided by, so that what they say is not unsure.
    """

    def score(outline: Outline) -> Scores:
        scores = learned(outline)
        below = [any(own_label(heading, vocabulary) for heading in sentence.path) for sentence in outline.sentences]
        if any(below):
            scores[below] = (_TEMPERATURE - 1) * by_rules(outline)[below]
        return scores

    return learned if vocabulary is load_vocabulary() else score
