"""Judging unknown headings and sentences without a heading by their vectors.

The vectors are those of the published base model: how a document is read does not change with the
encoder that its passages are searched by. The weights in `sentence_labels.npz` are a multinomial
logistic regression over them, fitted on the labelled statements of the sample corpus (`benchmarks/train_labels.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from specsearch.encoding import BASE_MODEL, Encoder, load_encoder
from specsearch.parsing.document import Reading
from specsearch.parsing.rules import rules
from specsearch.parsing.scoring import LABELS, Outline, Scores
from specsearch.parsing.statements import strip_marker
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.records import Label

_MIN_SIMILARITY = 0.6
_MIN_MARGIN = 0.05
"""Cosines: how near the nearest known heading must be, and how much nearer than any of another label."""
_MEANING = 1.0
"""Weight of the log-probability by meaning, for sentences without a heading."""
_MOST_UNHEADED = 500
"""Documents with more sentences without a heading are no job documents: not worth the time."""
_LEAST_MEANING = -4.0
"""Log-probabilities below count as this: no sentence is excluded by meaning alone."""
WEIGHTS = "sentence_labels.npz"


class VectorSemantics:
    """Meaning by the base model, which is loaded when it is first needed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(BASE_MODEL)

    @cached_property
    def _examples(self) -> tuple[npt.NDArray[np.float32], list[Label]]:
        examples = self._vocabulary.headings.examples
        return self._encoder.encode_documents(list(examples)), list(examples.values())

    @cached_property
    def _weights(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        with files("specsearch.encoding").joinpath(WEIGHTS).open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            return stored["coefficients"].astype(np.float64), stored["intercepts"].astype(np.float64)

    def heading_label(self, heading: str) -> Label | None:
        """Label of the nearest known heading, if it is near enough and no other label's is as near."""
        vectors, labels = self._examples
        similarity = vectors @ self._encoder.encode_query(heading.lower())[0]
        best: dict[Label, float] = {}
        for label, value in zip(labels, similarity, strict=True):
            best[label] = max(best.get(label, -1.0), float(value))
        first, second = sorted(best.items(), key=lambda item: -item[1])[:2]
        near = first[1] >= _MIN_SIMILARITY and first[1] - second[1] >= _MIN_MARGIN
        return first[0] if near else None

    def score(self, outline: Outline) -> Scores:
        """What the sentences that no heading governs mean: a scorer of section labels."""
        scores = np.zeros((len(outline.sentences), len(LABELS)))
        rows = [i for i, sentence in enumerate(outline.sentences) if sentence.heading is None and sentence.glued is None]
        if 0 < len(rows) <= _MOST_UNHEADED:
            meaning = self._log_probabilities([outline.sentences[i].text for i in rows])
            scores[rows] = _MEANING * np.maximum(meaning, _LEAST_MEANING)
        return scores

    def _log_probabilities(self, sentences: Sequence[str]) -> Scores:
        """Log-probabilities of the labels, shape (n, 11), by the fitted regression."""
        coefficients, intercepts = self._weights
        vectors = self._encoder.encode_documents([clean(sentence) for sentence in sentences])
        scores = vectors @ coefficients.T + intercepts
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def clean(sentence: str) -> str:
    """The text that is embedded for a sentence: no bullet or number, white space collapsed."""
    return strip_marker(" ".join(sentence.split()))


def load_reading(vocabulary: Vocabulary | None = None) -> Reading:
    """Reading by rules and by meaning: the one of this process for each of the last vocabularies."""
    return _reading(vocabulary or load_vocabulary())


@lru_cache(maxsize=4)
def _reading(vocabulary: Vocabulary) -> Reading:
    semantics = VectorSemantics(vocabulary)
    return Reading(vocabulary, (rules(vocabulary), semantics.score))
