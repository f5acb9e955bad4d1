"""Reading and parsing one file, or one document that is in no file, without an index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from specsearch.errors import ReadError
from specsearch.records import ParsedDocument

if TYPE_CHECKING:
    from specsearch.ingest.corpus import ParsedFile
    from specsearch.parsing.vocabulary import OwnWords


def parse(
    path: Path | str, notice: Callable[[str], None] = lambda message: None, vocabulary: Path | str | OwnWords | None = None
) -> tuple[ParsedDocument, ...]:
    """Read and parse one file.

    Args:
        path: A file of any format that is read.
        notice: Told when something takes time.
        vocabulary: A file of words of your own, which come in addition to the program's (docs/parsing.md), or words that were read
            already.

    Returns:
        Its documents: one, or one a record for CSV and JSON exports.

    Raises:
        ReadError: It cannot be read.
        UsageError: The file of words is not what it should be.
    """
    path = Path(path)
    return _documents(_parsed(path, path.name, notice, own(vocabulary)), path)


def parse_bytes(
    data: bytes, name: str, notice: Callable[[str], None] = lambda message: None, vocabulary: Path | str | OwnWords | None = None
) -> tuple[ParsedDocument, ...]:
    """Read and parse a document that is not in a file, in a guarded process as files are.

    Args:
        data: A PDF, Word, HTML, JSON or text document; its format is told by how it begins.
        name: What to call it: the id of the document.
        notice: Told when something takes time.
        vocabulary: As for `parse`, or words that were read already.

    Returns:
        Its documents.

    Raises:
        ReadError: It cannot be read.
    """
    from specsearch.readers.sniff import suffix_of

    with TemporaryDirectory(prefix="specsearch-") as folder:
        path = Path(folder) / f"document{suffix_of(data)}"
        path.write_bytes(data)
        return _documents(_parsed(path, name, notice, own(vocabulary)), name)


def own(vocabulary: Path | str | OwnWords | None) -> OwnWords | None:
    """An analyst's words: those of a file, or as they are."""
    from specsearch.parsing.vocabulary import own_words

    return own_words(Path(vocabulary)) if isinstance(vocabulary, Path | str) else vocabulary


def _parsed(path: Path, name: str, notice: Callable[[str], None], words: OwnWords | None) -> ParsedFile:
    # What reads and parses takes a while to import, and whoever searches needs none of it.
    from specsearch.encoding import prepare_model
    from specsearch.ingest.pool import parse_one
    from specsearch.readers.limits import DEFAULT_LIMITS
    from specsearch.readers.recognition import available
    from specsearch.readers.walk import Sidecar

    prepare_model(notice=notice)
    parsed = parse_one(path, name, Sidecar({}), replace(DEFAULT_LIMITS, engine=available()), meaning=True, words=words)
    if parsed.documents:
        for note in parsed.notes:
            notice(f"{name}: {note}.")
        for skip in parsed.skips:
            notice(f"Skipped {skip.path}: {skip.reason}.")
    return parsed


def _documents(parsed: ParsedFile, name: object) -> tuple[ParsedDocument, ...]:
    if not parsed.documents:
        raise ReadError(f"{name}: {parsed.skips[0].reason}" if parsed.skips else f"{name}: no document in it")
    return parsed.documents
