"""What an index holds of a corpus folder, and what of the folder waits to be indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specsearch.interfaces.service.session import Session
from specsearch.records import DocumentKind


@dataclass(frozen=True, slots=True)
class HoldingRequest:
    """The corpus folder."""

    corpus: Path


@dataclass(frozen=True, slots=True)
class Held:
    """An employer, with its state and the number of its documents; "" for documents whose employer is not known."""

    employer: str
    state: str
    documents: int


@dataclass(frozen=True, slots=True)
class HeldTable:
    """A file of tables or messages.

    Attributes:
        file: Its name.
        said: How it is read.
        form: What somebody said that a document of it is, "rows" or "sheet"; "" for as it looks.
        changes: Whether that can be said of it.
    """

    file: str
    said: str
    form: str
    changes: bool


@dataclass(frozen=True, slots=True)
class HoldingAnswer:
    """What is in the index, and what waits.

    Attributes:
        employers: In the order of their names.
        kinds: Number of documents of each kind.
        new: Files that are not in the index, by name.
        changed: Files that have another size than when they were indexed.
        redated: Files of the same size, but another time: whether they have changed is seen when they are indexed.
        gone: Files of the index that are not in the folder.
        folders: Folders of the corpus that hold files, by name.
        tables: Files of tables and messages, by name.
    """

    employers: tuple[Held, ...]
    kinds: Mapping[DocumentKind, int]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    redated: tuple[str, ...]
    gone: tuple[str, ...]
    folders: tuple[str, ...]
    tables: tuple[HeldTable, ...]


def holding(request: HoldingRequest, session: Session) -> HoldingAnswer:
    """Tell what an index holds, and which files it does not.

    Raises:
        UsageError: There is no such folder, or it cannot be listed.
        SpecsearchError: As for `open_index`.
    """
    with session.reading() as snapshot:
        entries, known, meta = list(snapshot.entries()), snapshot.files(), snapshot.meta
    counts = Counter((one.employer or "", one.source.state or "") for one in entries)
    there = _there(request.corpus, session)
    both = sorted(there.keys() & known.keys())
    return HoldingAnswer(
        employers=tuple(Held(*key, count) for key, count in sorted(counts.items())),
        kinds=dict(Counter(one.kind for one in entries).most_common()),
        new=tuple(sorted(there.keys() - known.keys())),
        changed=tuple(name for name in both if there[name][0] != known[name].size),
        redated=tuple(name for name in both if there[name][0] == known[name].size and there[name][1] != known[name].mtime_ns),
        gone=tuple(sorted(known.keys() - there.keys())),
        folders=tuple(sorted({name.rpartition("/")[0] for name in there} - {""})),
        tables=_tables(meta),
    )


def _tables(meta: Mapping[str, str]) -> tuple[HeldTable, ...]:
    from specsearch.ingest.how import tables_of
    from specsearch.readers import holds_files
    from specsearch.readers.context import form_of
    from specsearch.storage.keys import notes_of

    said = tables_of(meta)
    return tuple(HeldTable(name, "; ".join(notes), form_of(name, said) or "", not holds_files(name)) for name, notes in notes_of(meta).items())


def not_indexed(request: HoldingRequest, session: Session) -> tuple[str, ...]:
    """The files of a corpus folder of which there is no index yet.

    Raises:
        UsageError: There is no such folder, or it cannot be listed.
    """
    return tuple(sorted(_there(request.corpus, session)))


def _there(corpus: Path, session: Session) -> Mapping[str, tuple[int, int]]:
    """Size and time of each file of a corpus folder, by name; none of a folder that is not made yet."""
    from specsearch.ingest.plan import look_at
    from specsearch.storage.stores import store_at

    if not corpus.exists():
        return {}
    return {file.name: (file.size, file.mtime_ns) for file in look_at(corpus, leave_out=store_at(session.address).folder).files}
