"""The texts of a judged collection as an index of their own, kept until they change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from specsearch.encoding import Encoder
from specsearch.encoding.models import cache_root
from specsearch.evaluation.dataset import Dataset, Entry
from specsearch.files import sha256
from specsearch.ingest.read import Progress
from specsearch.ingest.update import index_documents
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    DocumentKind,
    Label,
    ParsedDocument,
    Passage,
    SourceClassification,
    content_hash_of,
    passage_id_of,
)
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at
from specsearch.version import __version__


@contextmanager
def open_collection(
    dataset: Dataset,
    encoder: Encoder,
    notice: Callable[[str], None] = lambda message: None,
    progress: Progress = lambda stage, done, total: None,
) -> Iterator[Snapshot]:
    """Open the index of a collection in the user's cache, made the first time it is asked for.

    Each text is one passage, whole; its title is put before it, as is the custom with BEIR.

    Args:
        dataset: The collection.
        encoder: Embeds its texts.
        notice: Told when something takes time.
        progress: Told how far it is.

    Yields:
        The index; the ids of its documents are those of the texts.
    """
    state = f"{__version__}\n{encoder.fingerprint}\n{sha256(dataset.path / 'corpus.jsonl')}"
    folder = cache_root() / "collections" / hashlib.sha256(state.encode()).hexdigest()[:32]
    index_documents(map(_parsed, dataset.entries()), store_at(folder), encoder, progress)
    with open_snapshot(folder, notice, encoder) as snapshot:
        yield snapshot


def _parsed(entry: Entry) -> ParsedDocument:
    text = f"{entry.title} {entry.text}".strip() or entry.entry_id
    document = Document(entry.entry_id, SourceClassification(title=entry.title or None), DocumentKind.OTHER, text, entry.entry_id, content_hash_of(text))
    label = Label.DUTY
    passage = Passage(passage_id_of(entry.entry_id, 0, len(text)), entry.entry_id, label, KIND_OF_LABEL[label], 0, len(text), text, 0)
    return ParsedDocument(document, (), (passage,), ())
