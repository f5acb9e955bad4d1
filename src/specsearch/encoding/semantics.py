"""Judging unknown headings and sentences without a heading by their vectors.

The vectors are those of the published base model: how a document is read does not change with the
encoder that its passages are searched by. The weights in `sentence_labels.npz` are a multinomial
logistic regression over them, fitted on the labelled statements of the sample corpus (`benchmarks/train_labels.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from specsearch.encoding import BASE_MODEL, Encoder, load_encoder
from specsearch.parsing.statements import strip_marker
from specsearch.parsing.vocabulary import HEADING_EXAMPLES
from specsearch.records import Label

_MIN_SIMILARITY = 0.6
_MIN_MARGIN = 0.05
"""Cosines: how near the nearest known heading must be, and how much nearer than any of another label."""
WEIGHTS = "sentence_labels.npz"


class VectorSemantics:
    """Meaning by the base model, which is loaded when it is first needed."""

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(BASE_MODEL)

    @cached_property
    def _examples(self) -> tuple[npt.NDArray[np.float32], list[Label]]:
        phrases = [(phrase, label) for label, phrases in HEADING_EXAMPLES.items() for phrase in phrases]
        return self._encoder.encode_documents([phrase for phrase, _ in phrases]), [label for _, label in phrases]

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

    def sentence_scores(self, sentences: Sequence[str]) -> npt.NDArray[np.float64]:
        """Log-probabilities of the labels, shape (n, 11), by the fitted regression."""
        coefficients, intercepts = self._weights
        vectors = self._encoder.encode_documents([clean(sentence) for sentence in sentences])
        scores = vectors @ coefficients.T + intercepts
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def clean(sentence: str) -> str:
    """The text that is embedded for a sentence: no bullet or number, white space collapsed."""
    return strip_marker(" ".join(sentence.split()))


@cache
def load_semantics() -> VectorSemantics:
    """The one of this process."""
    return VectorSemantics()
