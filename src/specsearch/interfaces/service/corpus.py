"""Reading documents: to show how one is read, or to make an index of many."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import IndexBusyError, UsageError
from specsearch.interfaces.service.asking import Upload
from specsearch.interfaces.service.session import Session
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.records import ParsedDocument

if TYPE_CHECKING:
    from specsearch.ingest.update import IndexReport


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """What is to be read.

    Attributes:
        document: A file, or a document that is handed in.
        vocabulary: A file of words of the asker's own, if she has one; those of the index where that is asked.
        indexed: Whether it is a file of an index, or one document in it ("FILE#ID"): what reviewers said of its labels is applied.
    """

    document: Path | Upload
    vocabulary: Path | None = None
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class ParseAnswer:
    """The documents in it, one at least.

    Attributes:
        documents: As they are read.
        labelled: Who said the labels of passages that reviewers said, by id of the passage; None where no index was asked.
    """

    documents: tuple[ParsedDocument, ...]
    labelled: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class IndexRequest:
    """What the index is to be of.

    Attributes:
        corpus: Folder of job documents, or a single file; an address for one elsewhere.
        model: Name or folder of a model; None for the one that the index was made with, or the default.
        precision: "int8" or "fp32"; None for that of the index, or int8.
        max_bytes: Larger files are skipped.
        max_seconds: Files that take longer to read are skipped.
        vocabulary: A file of words of the analyst's own; None for those that the index was made with, if any.
        prune: Whether to also remove what cannot be looked at, and to empty an index when no document is left.
        employer: Employer of all documents of which the table beside them says nothing else; "" takes back what was said before,
            None leaves it.
        state: Their state, the same way.
        scans: Whether pictures of text are read by text recognition (OCR) where it is installed; None as before, which is yes for a
            new index.
        tables: What a document is of tables, by pattern of names of files: "rows" for each row, "sheet" for each sheet, "" for as
            they look. Kept for later updates.
        workers: By whom files are read and embedded: "" for this process and its children, else a Ray (`checked_workers`).
    """

    corpus: Path | str
    model: str | None = None
    precision: str | None = None
    prune: bool = False
    max_bytes: int = DEFAULT_LIMITS.file_bytes
    max_seconds: float = DEFAULT_LIMITS.seconds
    vocabulary: Path | None = None
    employer: str | None = None
    state: str | None = None
    scans: bool | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    workers: str = ""


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What the update did."""

    report: IndexReport


def parse(request: ParseRequest, session: Session) -> ParseAnswer:
    """Read and parse a document; needs no index, unless what reviewers said is asked.

    Raises:
        UsageError: It is no document of the index.
        SpecsearchError: As for `specsearch.parse`; as for `open_index` where an index is asked.
    """
    import specsearch.api as api
    from specsearch.interfaces.service.labelling import read_as_said

    given = request.document
    if request.indexed and isinstance(given, Path):
        return ParseAnswer(*read_as_said(given, request.vocabulary, session))
    return ParseAnswer(api.parse_bytes(given.data, given.name, session.notice, request.vocabulary) if isinstance(given, Upload) else api.parse(given, session.notice, request.vocabulary))


def index(request: IndexRequest, session: Session) -> IndexAnswer:
    """Make or update the index of a corpus; it need not be there, and nothing of it need be open.

    Raises:
        UsageError: No such state, or nothing that a document of a table can be.
        SpecsearchError: As for `update_index` and `encoder_for`.
    """
    from specsearch.encoding import prepare_model
    from specsearch.ingest.how import HowRead, checked_tables, checked_workers
    from specsearch.ingest.said import whole_values
    from specsearch.ingest.update import encoder_for, update_index
    from specsearch.interfaces.service.keeping import bring_in
    from specsearch.parsing.vocabulary import own_words

    own = None if request.vocabulary is None else own_words(request.vocabulary)
    said = whole_values({"jurisdiction": request.employer, "state": request.state})
    limits = Limits(file_bytes=request.max_bytes, seconds=request.max_seconds)
    reading = HowRead(limits, own, said, request.scans, checked_tables(request.tables), workers=checked_workers(request.workers))
    encoder = encoder_for(session.address, request.model, request.precision, session.notice)
    prepare_model(notice=session.notice)  # what documents are read with; the update itself would say nothing for seconds
    with session.stages({"reading": "files", "embedding": "passages", "indexing": "steps"}) as report:
        done = update_index(request.corpus, session.address, encoder, prune=request.prune, reading=reading, progress=report)
    with suppress(IndexBusyError):  # another writer was quicker, and brings it in
        bring_in(session)
    if done.is_change:
        outline(session)
    return IndexAnswer(done)


def outline(session: Session) -> None:
    """Outline the roles now, and read which of them they name, so that whoever compares first need not wait for it.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    from specsearch.roles.graph import links
    from specsearch.roles.profiles import open_profiles

    with session.reading() as snapshot, suppress(UsageError):  # no document is about one job
        open_profiles(snapshot)
        links(snapshot)
