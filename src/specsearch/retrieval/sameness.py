"""Where else the text of a hit stands: the same words, but for case, articles, punctuation and endings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from specsearch.records import Document, Elsewhere, Passage, Quoted
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
    found = [same[(same != key) & (same != without)] for key, same in zip(keys.tolist(), index.same_text(keys, where), strict=True)]
    every = np.concatenate([keys[:0], *found])
    # In one call for all: most texts stand in one place, and this is done at each key that is typed.
    documents, employers = index.attributes(every).document, index.employers(every)
    also, start = [], 0
    for own, others in zip(index.attributes(keys).document.tolist(), found, strict=True):
        part = slice(start, start := start + len(others))
        away = documents[part] != own
        of_roles = np.unique(employers[part][away])
        quoted = documented(index, others[:places]) if places != 0 else []
        also.append(Elsewhere(len(others), len(np.unique(documents[part][away])), int(np.count_nonzero(of_roles >= 0)), tuple(_quoted(*one) for one in quoted)))
    return also


def _quoted(document: Document, passage: Passage) -> Quoted:
    return Quoted(passage, document, document.line_at(passage.start), document.page_at(passage.start))


def says_something(index: Snapshot, keys: Keys) -> npt.NDArray[np.bool_]:
    """Which of given passages say something of the job, of shape (k,): not what nearly every class has."""
    return np.array([not is_boilerplate(passage) for passage in index.passages(keys)], dtype=bool)
