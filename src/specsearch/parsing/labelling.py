"""Labelling sentences: the scores of all scorers and what neighbours say weighed together over the whole document.

Each sentence gets a score for every label from each scorer: by the heading above it and cues in its own
words, by what it means; a change of label without a heading costs something. The best sequence is found exactly
(Viterbi 1967). So a licence statement is found among the qualifications, duties are found that
follow a supervision paragraph without a heading of their own, and a text without headings is
labelled by what its sentences say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specsearch.parsing.scoring import LABELS, Outline, Scorer, Scores, Sentence
from specsearch.records import Label

_INDEX = {label: position for position, label in enumerate(LABELS)}
_SWITCH_IN_BLOCK = 2.0
_SWITCH_BETWEEN_BLOCKS = 1.2
_SWITCH_BETWEEN_ITEMS = 0.6


@dataclass(frozen=True, slots=True)
class Judgement:
    """The label of a sentence, and how sure it is.

    Attributes:
        label: Its label in the best labelling of the document.
        confidence: Share, 0 to 1, that labellings which agree on it have among all labellings, each
            weighted by the exponential of its score over the temperature.
    """

    label: Label
    confidence: float


def label_sentences(outline: Outline, scorers: Sequence[Scorer], temperature: float = 1.0) -> list[Judgement]:
    """Label the sentences of a document.

    Args:
        outline: The document.
        scorers: Whose scores are added up; there may be any number.
        temperature: What scores and costs are divided by for the confidence, so that it is the share that is right.

    Returns:
        A judgement for each sentence.

    Raises:
        ValueError: What a scorer gave has not a finite number for each sentence and label.
    """
    sentences = outline.sentences
    if not sentences:
        return []
    scores = np.zeros((len(sentences), len(LABELS)))
    for scorer in scorers:
        scores += _checked(scorer(outline), scores.shape, scorer)
    scores -= np.stack([_leave_cost(sentence) for sentence in sentences])
    costs = np.array([_switch_cost(sentence) for sentence in sentences])
    path = _best_path(scores, costs)
    shares = _posterior(scores / temperature, costs / temperature)
    return [Judgement(LABELS[index], float(shares[i, index])) for i, index in enumerate(path)]


def _checked(given: Scores, shape: tuple[int, ...], scorer: Scorer) -> Scores:
    """Scores as they were given: a wrong shape would be stretched to the right one, and NaN spread over the document."""
    if given.shape != shape or not np.isfinite(given).all():
        raise ValueError(f"the scorer {scorer!r} gave shape {given.shape} for {shape}, or numbers that are not finite")
    return given


def _best_path(scores: Scores, costs: Scores) -> list[int]:
    """The labelling with the highest sum of scores less costs (Viterbi 1967)."""
    switch = 1.0 - np.eye(len(LABELS))
    best = scores[0]
    back = np.zeros(scores.shape, dtype=np.intp)
    for position in range(1, len(scores)):
        paths = best[:, None] - costs[position] * switch
        back[position] = paths.argmax(axis=0)
        best = paths.max(axis=0) + scores[position]
    path = [int(best.argmax())]
    for position in range(len(scores) - 1, 0, -1):
        path.append(int(back[position, path[-1]]))
    return path[::-1]


def _posterior(scores: Scores, costs: Scores) -> Scores:
    """Shares of the labels at each sentence over all labellings (forward-backward)."""
    stay = np.exp(-costs)
    forward = np.empty_like(scores)
    backward = np.zeros_like(scores)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    forward[0] = weights[0] / weights[0].sum()
    backward[-1] = 1.0
    for i in range(1, len(scores)):
        # All labels but its own are reached at the same cost.
        reached = forward[i - 1] + stay[i] * (forward[i - 1].sum() - forward[i - 1])
        forward[i] = reached * weights[i]
        forward[i] /= forward[i].sum()
    for i in range(len(scores) - 2, -1, -1):
        later = weights[i + 1] * backward[i + 1]
        backward[i] = later + stay[i + 1] * (later.sum() - later)
        backward[i] /= backward[i].sum()
    shares = forward * backward
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _leave_cost(sentence: Sentence) -> Scores:
    """What it costs each label not to be the one that a heading just above announces."""
    if not sentence.fresh or sentence.heading is None:
        return np.zeros(len(LABELS))
    cost = np.full(len(LABELS), _SWITCH_BETWEEN_ITEMS if sentence.item else _SWITCH_IN_BLOCK)
    cost[_INDEX[sentence.heading]] = 0.0
    return cost


def _switch_cost(sentence: Sentence) -> float:
    """What a change of label between the sentence before and this one costs."""
    if sentence.fresh:
        return 0.0
    if not sentence.block_start:
        return _SWITCH_IN_BLOCK
    return _SWITCH_BETWEEN_ITEMS if sentence.item else _SWITCH_BETWEEN_BLOCKS
