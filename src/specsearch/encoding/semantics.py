"""What documents are read with: rules, and what was learned, which sees meaning by the published base model.

How a document is read does not change with the encoder that its passages are searched by.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from specsearch.encoding import BASE_MODEL, Encoder, load_encoder
from specsearch.encoding.columns import column_teller
from specsearch.encoding.labeller import Labeller, except_below_own
from specsearch.encoding.net import Array
from specsearch.parsing.document import Reading
from specsearch.parsing.rules import rules
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary

_KEPT = 20_000
"""Vectors that a process keeps: headings and standing phrases occur in every document of an employer (31 MB at most)."""
_THREADS = 4
"""What embeds the lines of a document. Children, one a core, read within a limit of address space, which each thread takes of."""


class Meaning:
    """Vectors of lines by the base model, which is loaded when it is first needed."""

    def __init__(self) -> None:
        self._kept: dict[str, Array] = {}
        self._encoder: Encoder | None = None

    def __call__(self, texts: Sequence[str]) -> Array:
        """Unit vectors, shape (n, 384)."""
        # Other threads may empty what is kept meanwhile: the answer is put together apart.
        found = {text: vector for text in dict.fromkeys(texts) if (vector := self._kept.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if len(self._kept) + len(new) > _KEPT:
            self._kept = {}
        if new:
            if self._encoder is None:
                self._encoder = load_encoder(BASE_MODEL, threads=min(_THREADS, os.cpu_count() or 1))
            vectors = dict(zip(new, self._encoder.encode_documents(new), strict=True))
            self._kept.update(vectors)
            found.update(vectors)
        return np.stack([found[text] for text in texts]) if texts else np.zeros((0, 384), dtype=np.float32)


def load_reading(vocabulary: Vocabulary | None = None) -> Reading:
    """Reading by rules and by what was learned: the one of this process for each of the last vocabularies."""
    return _reading(vocabulary or load_vocabulary())


@lru_cache(maxsize=1)
def _meaning() -> Meaning:
    return Meaning()


@lru_cache(maxsize=4)
def _reading(vocabulary: Vocabulary) -> Reading:
    by_rules, learned = rules(vocabulary), Labeller(vocabulary, _meaning())
    scorer = except_below_own(learned.score, by_rules, vocabulary)
    return Reading(vocabulary, (by_rules, scorer), learned.judge, learned.temperature, column_teller(vocabulary, _meaning()))
