"""What an index holds, by the ids that judgements use: the one place where evaluation looks into an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np

from specsearch.records import KIND_OF_LABEL, Document, Kind, Label, Mode, Passage
from specsearch.retrieval import Filters
from specsearch.retrieval.search import ranking
from specsearch.storage.batches import documented, every_key
from specsearch.storage.keys import EVERYWHERE, Keys
from specsearch.storage.store import Snapshot


def document_numbers(index: Snapshot) -> dict[str, int]:
    """Numbers of all documents by their ids."""
    return {entry.doc_id: entry.number for entry in index.entries()}


def passage_keys(index: Snapshot) -> dict[str, int]:
    """Keys of all passages by their ids."""
    keys = every_key(index, EVERYWHERE)
    return dict(zip(index.ids(keys), keys.tolist(), strict=True))


def kinds_of(index: Snapshot, keys: Iterable[int]) -> frozenset[Kind]:
    """Kinds of some passages."""
    labels = tuple(Label)
    found = index.attributes(np.unique(np.fromiter(keys, np.int64))).label
    return frozenset(KIND_OF_LABEL[labels[place]] for place in np.unique(found).tolist())


def target_names(index: Snapshot, *, by_document: bool) -> Callable[[Keys], list[str]]:
    """What tells the ids of the passages of a ranking, or of the documents that they belong to."""
    if not by_document:
        return index.ids
    ids = {entry.number: entry.doc_id for entry in index.entries()}
    return lambda keys: [ids[number] for number in index.attributes(keys).document.tolist()]


def found_by_any(index: Snapshot, text: str, depth: int, filters: Filters | None) -> Iterable[tuple[Document, Passage]]:
    """The passages that any mode has among its first `depth` for a text, each once with its document.

    Raises:
        UsageError: As for `search`.
    """
    keys = np.unique(np.concatenate([ranking(index, text, depth, filters=filters, mode=mode)[0] for mode in Mode]))
    return documented(index, keys)


def document_reader(index: Snapshot) -> Callable[[str], tuple[Document, list[Passage]] | None]:
    """What reads a document with its passages by its id, each once; None for one that the index does not hold."""

    @cache
    def read(doc_id: str) -> tuple[Document, list[Passage]] | None:
        number = index.number(doc_id)
        return None if number is None else (index.document(number), index.statements([number])[0][0])

    return read
