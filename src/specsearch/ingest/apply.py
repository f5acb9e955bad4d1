"""Putting what was read and embedded into a store, as one change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from specsearch.encoding import Encoder
from specsearch.ingest.embed import keys_of
from specsearch.ingest.spool import Spool
from specsearch.storage.keys import FileState
from specsearch.storage.writing import Update


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done to documents, by their ids.

    Attributes:
        read: Those that were read.
        same: Those among them that are read as they were.
        settled: Those of which something else is said now because of others, or of a reviewer.
    """

    read: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()


def apply(update: Update, spool: Spool, states: Mapping[str, FileState], removed: Iterable[str], encoder: Encoder) -> Applied:
    """Put the documents of a spool in the place of those that their files had; nothing is seen before the update is committed.

    Args:
        update: Takes them.
        spool: What was read.
        states: What is to be remembered of each file, by name.
        removed: Names of files that are to be forgotten with their documents.
        encoder: Made the vectors.

    Raises:
        StorageError: The disk refused.
    """
    read: set[str] = set()
    same: set[str] = set()
    for name in removed:
        update.remove(name)
    for name, file in spool:
        keys = [keys_of(document, encoder) for document in file.documents]
        same |= update.put(replace(states[name], skips=file.skips), file.documents, keys)
        read |= {document.document.doc_id for document in file.documents}
    return Applied(frozenset(read), frozenset(same))
