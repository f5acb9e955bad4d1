"""Files to parsed documents: reading and parsing put together for a corpus folder or one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specsearch.errors import ReadError
from specsearch.parsing.dividing import divided
from specsearch.parsing.document import Reading, document_id, parse_source
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers import read_file
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import Sidecar, read_sidecar, walk
from specsearch.records import ParsedDocument, Skip


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The documents of one file, and what of it was skipped."""

    documents: tuple[ParsedDocument, ...]
    skips: tuple[Skip, ...]


def parse_file(
    path: Path, name: str, sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, reading: Reading | None = None
) -> ParsedFile:
    """Read and parse a file.

    Args:
        path: The file.
        name: Its path relative to the corpus, with "/".
        sidecar: The corpus' table of metadata.
        limits: Sizes beyond which it is skipped.
        reading: What documents are read with; None for the program's own vocabulary and rules alone.

    Returns:
        Its documents. A file that cannot be read has none, and a skip that says why.
    """
    try:
        result = read_file(path, limits)
    except ReadError as error:
        return ParsedFile((), (Skip(name, str(error)),))
    vocabulary = load_vocabulary() if reading is None else reading.vocabulary
    documents = []
    titled = "title" in sidecar.fields(name, name)  # somebody says that the file is one job
    for source in (part for whole in result.documents for part in ((whole,) if titled else divided(whole, vocabulary))):
        doc_id = document_id(name, source.record_id)
        documents.append(parse_source(source, name, sidecar.fields(doc_id, name), reading))
    return ParsedFile(tuple(documents), tuple(Skip(f"{name}: {skip.path}", skip.reason) for skip in result.skips))


def parse_corpus(corpus: Path, reading: Reading | None = None) -> Iterator[ParsedDocument]:
    """Read and parse every document of a folder, in the order of their names; skips are passed over."""
    files, _ = walk(corpus)
    sidecar = read_sidecar(corpus)
    for file in files:
        yield from parse_file(file.path, file.name, sidecar, reading=reading).documents
