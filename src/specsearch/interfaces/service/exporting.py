"""Corrections as a table to be put beside the documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from specsearch.errors import UsageError
from specsearch.records import Correction

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot


def check(file: Path, *, force: bool) -> None:
    """See that corrections could be written to a file, before they are looked for."""
    from specsearch.files import check_free, is_file

    if is_file(str(file)) and not force:
        raise UsageError(f"{file} exists already. Choose another name; or add --force to put the corrections into it: its other rows and columns stay.")
    check_free(file, force=force)


def written(file: Path, found: tuple[Correction, ...], paths: Mapping[str, str], *, force: bool) -> str:
    """Write corrections to a file, or into the table that it is, and say what was done."""
    from specsearch.errors import refused
    from specsearch.files import write_whole
    from specsearch.ingest.table import table_of

    try:
        there = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise refused(file, error) from error
    table = table_of(found, paths, there)
    write_whole(file, table.content, force=force)
    if not there.strip():
        return f"Wrote {file}."
    merged = f"Put {table.corrected} corrected row{'' if table.corrected == 1 else 's'} into {file}, {table.added} of them new"
    return f"{merged}; {table.others} other{'' if table.others == 1 else 's'} stay{'s' if table.others == 1 else ''} as {'it was' if table.others == 1 else 'they were'}."


def named(snapshot: Snapshot, doc_id: str) -> str:
    """What names a document in a table beside the documents: the file, or the record's id."""
    from specsearch.parsing.document import document_id

    number = snapshot.number(doc_id)
    path = doc_id if number is None else snapshot.document(number).path
    return path if document_id(path, None) == doc_id else doc_id
