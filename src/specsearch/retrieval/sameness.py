"""Where else the text of a hit stands: the same words, but for case, articles, punctuation and endings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from specsearch.records import Elsewhere, Quoted
from specsearch.retrieval.boilerplate import is_boilerplate
from specsearch.storage.batches import documented
from specsearch.storage.keys import Keys, Where
from specsearch.storage.store import Snapshot


def elsewhere(index: Snapshot, keys: Keys, where: Where, places: int | None, without: int = 0) -> list[Elsewhere]:
    """Where else the texts of given passages stand, of all that take part.

    Args:
        index: A generation.
        keys: The passages.
        where: What takes part.
        places: How many of the places are given with each at most; None for all.
        without: Key of a passage that does not count.
    """
    own = index.attributes(keys).document
    found = []
    for key, document, same in zip(keys.tolist(), own.tolist(), index.same_text(keys, where), strict=True):
        others = same[(same != key) & (same != without)]
        if not len(others):
            found.append(Elsewhere())
            continue
        documents = index.attributes(others).document
        away = documents != document
        employers = np.unique(index.employers(others)[away])
        quoted = tuple(Quoted(passage, one, one.line_at(passage.start), one.page_at(passage.start)) for one, passage in documented(index, others[:places]))
        found.append(Elsewhere(len(others), len(np.unique(documents[away])), int(np.count_nonzero(employers >= 0)), quoted))
    return found


def says_something(index: Snapshot, keys: Keys) -> npt.NDArray[np.bool_]:
    """Which of given passages say something of the job, of shape (k,): not what nearly every class has."""
    return np.array([not is_boilerplate(passage) for passage in index.passages(keys)], dtype=bool)
