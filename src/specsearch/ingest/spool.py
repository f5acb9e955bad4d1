"""Parsed files on disk between reading and writing: memory holds few of those that a large corpus has."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from specsearch.errors import StorageError, refused
from specsearch.files import TEMPORARY
from specsearch.ingest import messages
from specsearch.ingest.corpus import ParsedFile
from specsearch.records import Skip


class Spool:
    """Parsed files on disk.

    Attributes:
        documents: Number of documents in it.
        passages: Number of their passages.
        skips: What could not be read.
        notes: How tables were read, by the name of the file.
        unsettled: Names of files of which nobody knows whether they can be read: the next update looks at them again.
    """

    def __init__(self, folder: Path | None) -> None:
        self.unsettled: set[str] = set()
        self.documents = 0
        self.passages = 0
        self.skips: list[Skip] = []
        self.notes: dict[str, tuple[str, ...]] = {}
        try:
            self._file = tempfile.TemporaryFile(dir=folder, prefix=TEMPORARY)  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise _refused(folder, error) from error
        self._folder = folder

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):  # what a full disk still holds back is no longer wanted
            self._file.close()

    def put(self, name: str, parsed: ParsedFile) -> None:
        """Add a file."""
        try:
            messages.write(self._file, (name, parsed))
        except OSError as error:
            raise _refused(self._folder, error) from error
        self.documents += len(parsed.documents)
        self.passages += sum(len(document.passages) for document in parsed.documents)
        self.skips += parsed.skips
        if parsed.notes:
            self.notes[name] = parsed.notes

    def __iter__(self) -> Iterator[tuple[str, ParsedFile]]:
        try:
            end = self._file.seek(0, os.SEEK_END)
            self._file.seek(0)
            while self._file.tell() < end:
                yield messages.read(self._file, tuple[str, ParsedFile])
        except OSError as error:
            raise _refused(self._folder, error) from error


def _refused(folder: Path | None, error: OSError) -> StorageError:
    return refused(f"The index folder {folder}" if folder else "The folder for temporary files (TMPDIR)", error)
