"""What an index holds, by the ids that judgements use: the one place where evaluation looks into an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from specsearch.records import Document, Mode, Passage
from specsearch.retrieval import Filters
from specsearch.retrieval.search import ranking
from specsearch.storage.store import Snapshot


def document_numbers(index: Snapshot) -> dict[str, int]:
    """Row numbers of all documents by their ids."""
    return {entry.doc_id: number for number, entry in index.catalog.items()}


def target_names(index: Snapshot, *, by_document: bool) -> Callable[[int], str]:
    """What tells the id of a passage, or of the document it belongs to, by the passage's position in a ranking."""
    if not by_document:
        return index.passage_ids().__getitem__
    catalog, documents = index.catalog, index.derived.columns.document
    return lambda position: catalog[int(documents[position])].doc_id


def found_by_any(index: Snapshot, text: str, depth: int, filters: Filters | None) -> Iterable[tuple[Document, Passage]]:
    """The passages that any mode has among its first `depth` for a text, each once with its document.

    Raises:
        UsageError: As for `search`.
    """
    positions: set[int] = set()
    for mode in Mode:
        positions.update(ranking(index, text, depth, filters=filters, mode=mode)[0].tolist())
    return map(index.passage_at, positions)


def document_reader(index: Snapshot) -> Callable[[str], tuple[Document, list[Passage]] | None]:
    """What reads a document with its passages by its id, each once; None for one that the index does not hold."""
    numbers = document_numbers(index)

    @cache
    def read(doc_id: str) -> tuple[Document, list[Passage]] | None:
        number = numbers.get(doc_id)
        return None if number is None else (index.document(number), index.passages(number))

    return read
