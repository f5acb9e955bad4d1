"""Embedding the texts that have no vector yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from specsearch.encoding import Encoder
from specsearch.encoding.context import embedded_text
from specsearch.ingest.read import Progress
from specsearch.ingest.spool import Spool
from specsearch.records import ParsedDocument
from specsearch.storage.writing import Update

_CHUNK = 512
"""Passages embedded between two commits: what an interrupted run loses at most."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts had to be embedded, and how many passages are longer than the model's window."""

    texts: int
    long_passages: int


def vector_key(fingerprint: str, text: str) -> bytes:
    """Key under which the vector of a text is kept, 16 bytes: the same text is embedded once."""
    return hashlib.sha256(f"{fingerprint}\n{text}".encode("utf-8", "surrogatepass")).digest()[:16]


def keys_of(document: ParsedDocument, encoder: Encoder) -> list[bytes]:
    """Keys of the vectors of a document's passages, in order."""
    return [vector_key(encoder.fingerprint, embedded_text(passage)) for passage in document.passages]


def embed(update: Update, spool: Spool, encoder: Encoder, progress: Progress) -> Embedded:
    """Embed the texts of a spool that have no vector yet, and keep the vectors now and then.

    Args:
        update: Takes the vectors.
        spool: What was read.
        encoder: Embeds.
        progress: Told how many passages have their vector.

    Raises:
        StorageError: The disk refused.
    """
    batches = _Batches(update, encoder, progress, spool.passages)
    long = 0
    for _, file in spool:
        texts = [embedded_text(passage) for document in file.documents for passage in document.passages]
        # Texts that are surely shorter are not counted token by token.
        long += sum(encoder.count_tokens(text) > encoder.max_tokens for text in texts if len(text) > encoder.max_tokens)
        batches.add(texts)
    batches.flush()
    return Embedded(batches.embedded, long)


class _Batches:
    """Texts that wait until there are enough of them to be embedded."""

    def __init__(self, update: Update, encoder: Encoder, progress: Progress, total: int) -> None:
        self.embedded = 0
        self._settled = 0
        self._waiting: dict[bytes, str] = {}
        self._update, self._encoder, self._progress, self._total = update, encoder, progress, total

    def add(self, texts: list[str]) -> None:
        """Take texts; those that have a vector are settled."""
        keys = {vector_key(self._encoder.fingerprint, text): text for text in texts}
        missing = keys.keys() - self._update.known_vectors(keys) - self._waiting.keys()
        self._settled += len(texts) - len(missing)
        for key in sorted(missing):
            self._waiting[key] = keys[key]
            if len(self._waiting) == _CHUNK:
                self.flush()

    def flush(self) -> None:
        """Embed what waits."""
        if self._waiting:
            self._update.put_vectors(list(self._waiting), self._encoder.encode_documents(list(self._waiting.values())))
            self.embedded += len(self._waiting)
            self._settled += len(self._waiting)
            self._waiting.clear()
        self._progress("embedding", self._settled, self._total)
