"""What a query puts forward without leaving out the rest: passages of a class, or of a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from specsearch.encoding.context import core
from specsearch.encoding.words import terms
from specsearch.records import Label, Mode
from specsearch.retrieval.candidates import Candidates, candidates, followed, query_vector
from specsearch.retrieval.fusion import convex, order
from specsearch.storage.batches import every_key
from specsearch.storage.keys import Keys, Scores, Where
from specsearch.storage.store import Snapshot

_ADDED = 100
"""Candidates among what is favoured that each retriever gives beside those of the whole."""
_IN_ORDER = (Label.SUMMARY, Label.DUTY, *(label for label in Label if label not in (Label.SUMMARY, Label.DUTY)))
_LABELS = tuple(Label)


@dataclass(frozen=True, slots=True)
class Favoured:
    """What is put forward, each by a share of the best score.

    Attributes:
        documents: Numbers of documents; none for no document.
        by: The share of their passages.
        labels: Labels of passages; none for no section.
        labels_by: The share of these.
        in_order: Whether the passages of the documents are in their own order, as nothing is asked of them.
    """

    documents: frozenset[int] = frozenset()
    by: float = 0.0
    labels: frozenset[Label] = frozenset()
    labels_by: float = 0.0
    in_order: bool = False

    def among(self, where: Where) -> list[Where]:
        """What is favoured of what takes part: each sort, and what is of both."""
        documents = replace(where, documents=self.documents if where.documents is None else where.documents & self.documents)
        labels = self.labels if where.labels is None else where.labels & self.labels
        found = [documents] if self.documents else []
        found += [replace(one, labels=labels) for one in (where, *found)] if self.labels else []
        return found


def favouring(index: Snapshot, query: str, where: Where, found: Candidates, mode: Mode, favoured: Favoured) -> Candidates:
    """Candidates with those that are favoured among them, in the order of scores of one measure.

    Args:
        index: A generation.
        query: What was searched for.
        where: What takes part.
        found: What was found of it.
        mode: Which retriever ranks.
        favoured: What is put forward.
    """
    every = found
    for among in favoured.among(where):
        every = followed(every, candidates(index, query, among, mode, _ADDED))
    if favoured.in_order:
        every = followed(every, listed(index, favoured.among(where)[0]))
    none = np.zeros(len(every.keys) - len(found.keys), np.int64)  # what was found only among these has no rank among all
    every = _scored(index, query, every, found)
    every = replace(every, dense_rank=np.concatenate([found.dense_rank, none]), lexical_rank=np.concatenate([found.lexical_rank, none]))
    fused = _fused(every, mode)
    known, best = index.attributes(every.keys), float(fused.max(initial=0.0))
    of_class = np.isin(known.document, list(favoured.documents))
    of_section = np.isin(known.label, [_LABELS.index(label) for label in favoured.labels])
    if favoured.in_order:
        places = {key: place for place, key in enumerate(listed(index, favoured.among(where)[0]).keys.tolist())}
        fused = np.array([best * (1 - places[key] / len(places)) if key in places else score for key, score in zip(every.keys.tolist(), fused.tolist(), strict=True)], np.float32)
    # The section that is asked of a class comes before all else of the class, whatever its words are.
    by_section = np.where(of_class, max(favoured.labels_by * best, best - float(fused.min(initial=best))), favoured.labels_by * best)
    scores = np.asarray(fused + best * favoured.by * of_class + by_section * of_section, np.float32)
    return replace(_ordered(every, scores, order(scores, known.order)), complete=found.complete)


def _scored(index: Snapshot, query: str, every: Candidates, found: Candidates) -> Candidates:
    """With the scores of each retriever that the mode has, also of what no retriever gave."""
    dense = None if found.dense is None else index.dense_scores(query_vector(index, query), every.keys)
    return replace(every, dense=dense, lexical=None if found.lexical is None else index.lexical_scores(_wanted(query), every.keys))


def _wanted(query: str) -> dict[str, float]:
    """The words that are searched for: those of what the query is about count twice."""
    heart = core(query)
    return terms(query if heart == query else f"{query} {heart}")


def _fused(every: Candidates, mode: Mode) -> Scores:
    """Scores that can be compared: BM25 was divided by the best of each search."""
    if mode is Mode.DENSE and every.dense is not None:
        return every.dense
    if mode is not Mode.HYBRID or every.dense is None or every.lexical is None:
        return every.scores
    return convex(every.dense, every.lexical)


def _ordered(every: Candidates, scores: Scores, best: Keys) -> Candidates:
    dense, lexical = (None if given is None else given[best] for given in (every.dense, every.lexical))
    return replace(every, keys=every.keys[best], scores=scores[best], dense=dense, lexical=lexical, dense_rank=every.dense_rank[best], lexical_rank=every.lexical_rank[best])


def listed(index: Snapshot, where: Where, first: Sequence[Label] = ()) -> Candidates:
    """All passages that take part, where nothing else is asked for: those of the first labels, then what a class does, then what it requires, each in its order."""
    keys = every_key(index, where)
    known = index.attributes(keys)
    in_order = list(dict.fromkeys((*first, *_IN_ORDER)))
    rank = np.array([in_order.index(label) for label in Label])[known.label]
    by_document = np.lexsort((known.order, known.document, rank))
    # Of several documents the first passage of each comes before the second of any.
    group = np.flatnonzero(np.diff(rank[by_document], prepend=-1) | np.diff(known.document[by_document], prepend=-1))
    place = np.empty(len(keys), np.int64)
    place[by_document] = np.arange(len(keys)) - np.repeat(group, np.diff(group, append=len(keys)))
    best = np.lexsort((known.order, place, rank))
    none = np.zeros(len(keys), np.int64)
    return Candidates(keys[best], np.ones(len(keys), np.float32), None, None, none, none, complete=True)
