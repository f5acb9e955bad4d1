"""Labelling sentences: headings, cues and neighbours weighed together over the whole document.

Each sentence gets a score for every label from the heading above it and from cues in its own
words; a change of label without a heading costs something. The best sequence is found exactly
(Viterbi 1967). So a licence statement is found among the qualifications, duties are found that
follow a supervision paragraph without a heading of their own, and a text without headings is
labelled by what its sentences say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specsearch.parsing.semantics import Semantics
from specsearch.parsing.statements import strip_marker, verb_form
from specsearch.parsing.vocabulary import compiled_cues
from specsearch.records import Label

Scores = npt.NDArray[np.float64]
LABELS = tuple(Label)
_INDEX = {label: position for position, label in enumerate(LABELS)}

_HEADING = 5.0
"""Score of the label that the heading above announces."""
_LATER_PARAGRAPH = 1.5
"""What a further paragraph (not list item) under a heading loses of it."""
_AFTER_LIST = 3.0
"""What a paragraph after the list under a heading loses of it."""
_STAYING = frozenset((Label.SUMMARY, Label.DISTINGUISHING, Label.SUPERVISION))
"""Labels whose sections are prose of several paragraphs."""
_GLUED = 7.0
"""Score of the label of a heading on the same line: it speaks of this sentence and no other."""
_FADED = 2.0
"""Score of a glued heading's label for the blocks after its own."""
_NO_HEADING = 1.0
"""Score of summary before the first heading."""
_VERB = {"third": 4.5, "base": 2.0, "gerund": 0.5}
"""Score of duty for a statement that begins with a verb of work, by form of the verb."""
_DEFINITION = 4.0
"""Score of summary for a sentence (one more for a paragraph) that begins with "The <class title> ..." or "This position"."""

_MEANING = 1.0
"""Weight of the log-probability by meaning, for sentences without a heading."""
_MOST_UNHEADED = 500
"""Documents with more sentences without a heading are no job documents: not worth the time."""
_LEAST_MEANING = -4.0
"""Log-probabilities below count as this: no sentence is excluded by meaning alone."""

_SWITCH_IN_BLOCK = 2.0
_SWITCH_BETWEEN_BLOCKS = 1.2
_SWITCH_BETWEEN_ITEMS = 0.6

_RELATED: Mapping[Label, Mapping[Label, float]] = {
    Label.QUALIFICATION: {Label.LICENSE: 2.5, Label.KSA: 2.5, Label.PREFERRED: 2.0, Label.CONDITIONS: 1.0},
    Label.KSA: {Label.QUALIFICATION: 2.5, Label.LICENSE: 2.5, Label.PREFERRED: 2.0},
    Label.LICENSE: {Label.CONDITIONS: 2.0, Label.QUALIFICATION: 1.0, Label.PREFERRED: 2.0},
    Label.CONDITIONS: {Label.LICENSE: 3.0, Label.PROCESS: 1.0, Label.QUALIFICATION: 1.0, Label.COMPENSATION: 1.0},
    Label.SUPERVISION: {Label.DUTY: 2.8},
    Label.SUMMARY: {Label.SUPERVISION: 1.0, Label.DISTINGUISHING: 1.0, Label.DUTY: 0.0},
    Label.DISTINGUISHING: {Label.SUPERVISION: 0.5},
    Label.COMPENSATION: {Label.PROCESS: 1.0, Label.CONDITIONS: 2.0, Label.DUTY: 1.0},
    Label.PROCESS: {Label.COMPENSATION: 1.0, Label.CONDITIONS: 1.0, Label.DUTY: 1.0},
}
"""Labels that often stand under a heading of another label, and how far they are excused."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What labelling looks at.

    Attributes:
        text: The sentence.
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
    heading: Label | None
    glued: Label | None
    holds_lead: bool
    fresh: bool
    block_start: bool
    item: bool
    paragraphs: int
    after_list: bool
    faded: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """The label of a sentence, and how sure it is.

    Attributes:
        label: Its label in the best labelling of the document.
        confidence: Share, 0 to 1, that labellings which agree on it have among all labellings, each
            weighted by the exponential of its score.
    """

    label: Label
    confidence: float


def label_sentences(
    sentences: Sequence[Sentence], title_words: frozenset[str], semantics: Semantics | None = None
) -> list[Judgement]:
    """Label the sentences of a document.

    Args:
        sentences: In reading order.
        title_words: Lower-case words of the class title, by which definitions are recognised.
        semantics: Judges sentences without a heading by meaning; None does without.

    Returns:
        A judgement for each.
    """
    if not sentences:
        return []
    scores = np.stack([_scores(sentence, title_words) for sentence in sentences])
    if semantics is not None:
        _add_meaning(scores, sentences, semantics)
    scores -= np.stack([_leave_cost(sentence) for sentence in sentences])
    costs = np.array([_switch_cost(sentence) for sentence in sentences])
    path = _best_path(scores, costs)
    shares = _posterior(scores, costs)
    return [Judgement(LABELS[index], float(shares[i, index])) for i, index in enumerate(path)]


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


def _add_meaning(scores: Scores, sentences: Sequence[Sentence], semantics: Semantics) -> None:
    """Add what sentences mean to the scores of those that no heading governs."""
    rows = [i for i, sentence in enumerate(sentences) if sentence.heading is None and sentence.glued is None]
    if 0 < len(rows) <= _MOST_UNHEADED:
        meaning = semantics.sentence_scores([sentences[i].text for i in rows])
        scores[rows] += _MEANING * np.maximum(meaning, _LEAST_MEANING)


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


def _scores(sentence: Sentence, title_words: frozenset[str]) -> Scores:
    scores = np.zeros(len(LABELS))
    text = " ".join(strip_marker(sentence.text.strip()).split())
    form = verb_form(text)
    for label, weight in _cue_scores(text).items():
        # "Conducts salary surveys": after a verb of work the cue is the topic, not the sort.
        topic = form == "third" and label not in (Label.DUTY, Label.SUPERVISION)
        scores[_INDEX[label]] += weight / 2 if topic else weight
    if form is not None:
        scores[_INDEX[Label.DUTY]] += _VERB[form]
    if not sentence.item and _is_definition(text, title_words):
        scores[_INDEX[Label.SUMMARY]] += _DEFINITION + sentence.block_start
    _add_heading(scores, sentence)
    return scores


def _cue_scores(text: str) -> dict[Label, float]:
    """The strongest cue of each label, with a little for every further one."""
    found: dict[Label, list[float]] = {}
    for label, weight, pattern in compiled_cues():
        if pattern.search(text):
            found.setdefault(label, []).append(weight)
    return {label: max(weights) + 0.5 * (len(weights) - 1) for label, weights in found.items()}


def _add_heading(scores: Scores, sentence: Sentence) -> None:
    if sentence.glued is not None:
        scores[_INDEX[sentence.glued]] += _GLUED if sentence.holds_lead else _HEADING
        for label, excuse in _RELATED.get(sentence.glued, {}).items():
            scores[_INDEX[label]] += excuse
        return
    if sentence.heading is None:
        scores[_INDEX[Label.SUMMARY]] += _NO_HEADING
        return
    weight = _FADED if sentence.faded else _HEADING
    if not sentence.item and not sentence.faded and sentence.heading not in _STAYING:
        weight -= _LATER_PARAGRAPH if sentence.paragraphs else 0.0
        weight -= _AFTER_LIST if sentence.after_list else 0.0
    scores[_INDEX[sentence.heading]] += weight
    for label, excuse in _RELATED.get(sentence.heading, {}).items():
        scores[_INDEX[label]] += excuse * weight / _HEADING


def _is_definition(text: str, title_words: frozenset[str]) -> bool:
    """Recognise "The Assistant Director assists ...", "This position ...": a paragraph that defines the class."""
    words = [word.strip(",.").lower() for word in text.split()[:8]]
    if len(words) < 4:
        return False
    if words[0] == "this" and words[1] in ("position", "class", "classification", "role", "job", "is"):
        return True
    named = sum(word in title_words for word in words[1:5])
    return words[0] in ("the", "a", "an") and bool(title_words) and named >= min(2, len(title_words))
