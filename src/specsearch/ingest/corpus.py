"""Files to parsed documents: reading and parsing put together for a corpus folder or one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specsearch.errors import ReadError
from specsearch.escaping import one_line
from specsearch.parsing.dividing import divided
from specsearch.parsing.document import Reading, document_id, parse_source
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers import read_file
from specsearch.readers.context import Context
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import Sidecar, read_sidecar, walk
from specsearch.records import ParsedDocument, Skip

_SHARE = 0.8
"""Share of the time for a file after which no further document of it is begun, so that those that are ready are not lost."""
_LONGEST_NOTE = 600
MOST_NOTES = 10_000
"""How many things are said at most of how the tables of a file were read."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The documents of one file, what of it was skipped, and how its tables were read.

    Attributes:
        documents: In the order of the file.
        skips: With the file's name before the place in it.
        notes: "40 rows read as 40 documents", with the place in the file before it.
    """

    documents: tuple[ParsedDocument, ...]
    skips: tuple[Skip, ...]
    notes: tuple[str, ...] = ()


def parse_file(
    path: Path, name: str, sidecar: Sidecar, limits: Limits = DEFAULT_LIMITS, reading: Reading | None = None
) -> ParsedFile:
    """Read and parse a file.

    Args:
        path: The file.
        name: Its path relative to the corpus, with "/".
        sidecar: The corpus' table of metadata, and what is said of tables.
        limits: Sizes beyond which it is skipped.
        reading: What documents are read with; None for the program's own vocabulary and rules alone.

    Returns:
        Its documents. A file that cannot be read has none, and a skip that says why.
    """
    context = Context(tables=sidecar.tables, tell=reading.tell if reading else None, name=name)
    try:
        result = read_file(path, limits, context)
    except ReadError as error:
        return ParsedFile((), (Skip(name, str(error)),))
    vocabulary = load_vocabulary() if reading is None else reading.vocabulary
    documents = []
    titled = "title" in sidecar.fields(name, name)  # somebody says that the file is one job
    skips = [Skip(f"{name}: {skip.path}", skip.reason) for skip in result.skips]
    notes = list(result.notes)
    for number, whole in enumerate(result.documents):
        if number and context.budget.seconds > _SHARE * limits.seconds:
            left = len(result.documents) - number
            skips.append(Skip(f"{name}: from {whole.key} on", f"{left:,} of {len(result.documents):,} documents would take longer than {limits.seconds:.0f} seconds: divide the file, or raise --max-seconds"))
            break
        parts = (whole,) if titled else divided(whole, vocabulary)
        if notes and len(parts) > 1:
            notes.append(f"{whole.key or 'its text'}: divided into {len(parts)} documents, each of which states its title")
        for source in parts:
            doc_id = document_id(name, source.key)
            documents.append(parse_source(source, name, sidecar.fields(doc_id, name), reading))
        if len(result.documents) > 1:
            context.budget.part_read()
    return ParsedFile(tuple(documents), tuple(skips), tuple(shortened(note) for note in _first(notes)))


def _first(notes: Sequence[str]) -> Sequence[str]:
    """As many notes as are kept, the last of which says how many more there were."""
    more = len(notes) - MOST_NOTES + 1
    return notes if more < 2 else [*notes[:-more], f"and {more:,} more remarks of this kind"]


def shortened(note: str) -> str:
    """A note on one line, of a length that can be read."""
    line = one_line(note)
    return line if len(line) <= _LONGEST_NOTE else f"{line[: _LONGEST_NOTE - 4]} ..."


def parse_corpus(corpus: Path, reading: Reading | None = None) -> Iterator[ParsedDocument]:
    """Read and parse every document of a folder, in the order of their names; skips are passed over."""
    files, _ = walk(corpus)
    sidecar = read_sidecar(corpus)
    for file in files:
        yield from parse_file(file.path, file.name, sidecar, reading=reading).documents
