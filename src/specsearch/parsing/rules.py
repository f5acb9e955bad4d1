"""Scores by rules: the heading above a sentence, the cues in its words, the verb that it begins with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from specsearch.parsing.cues import compiled_cues
from specsearch.parsing.numerals import is_roman
from specsearch.parsing.scoring import LABELS, Outline, Scorer, Scores, Sentence
from specsearch.parsing.statements import bare, verb_form
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.parsing.wording import normalise
from specsearch.records import Label

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


def rules(vocabulary: Vocabulary) -> Scorer:
    """The scorer by the cues and verbs of a vocabulary."""

    def score(outline: Outline) -> Scores:
        words = title_words(outline.title)
        return np.array([_scores(sentence, words, vocabulary) for sentence in outline.sentences]).reshape(-1, len(LABELS))

    return score


def title_words(title: str | None) -> frozenset[str]:
    """The words that make up a title, without levels."""
    return frozenset(word for word in normalise(title or "").split() if not is_roman(word)) - {"of", "the"}


def _scores(sentence: Sentence, title_words: frozenset[str], vocabulary: Vocabulary) -> Scores:
    scores = np.zeros(len(LABELS))
    text = bare(sentence.text)
    form = verb_form(text, vocabulary)
    for label, weight in cue_scores(text, vocabulary).items():
        # "Conducts salary surveys": after a verb of work the cue is the topic, not the sort.
        topic = form == "third" and label not in (Label.DUTY, Label.SUPERVISION)
        scores[_INDEX[label]] += weight / 2 if topic else weight
    if form is not None:
        scores[_INDEX[Label.DUTY]] += _VERB[form]
    if not sentence.item and is_definition(text, title_words):
        scores[_INDEX[Label.SUMMARY]] += _DEFINITION + sentence.block_start
    _add_heading(scores, sentence)
    return scores


@lru_cache(maxsize=20_000)
def cue_scores(text: str, vocabulary: Vocabulary) -> Mapping[Label, float]:
    """What cues in a text say of it: the strongest of each label, with a little for every further one."""
    found: dict[Label, list[float]] = {}
    for label, weight, pattern in compiled_cues(vocabulary):
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


def is_definition(text: str, title_words: frozenset[str]) -> bool:
    """Recognise "The Assistant Director assists ...", "This position ...": a paragraph that defines the class."""
    words = [word.strip(",.").lower() for word in text.split()[:8]]
    if len(words) < 4:
        return False
    if words[0] == "this" and words[1] in ("position", "class", "classification", "role", "job", "is"):
        return True
    named = sum(word in title_words for word in words[1:5])
    return words[0] in ("the", "a", "an") and bool(title_words) and named >= min(2, len(title_words))
