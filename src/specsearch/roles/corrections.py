"""What reviewers correct in what is said of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.escaping import one_line, whole_characters
from specsearch.ingest.said import whole_values
from specsearch.ingest.stored import keep_corrections
from specsearch.records import Correction
from specsearch.roles.find import find_role
from specsearch.storage.stores import open_snapshot, store_at


def correct(
    index: Path | str, document: str, values: Mapping[str, str | None], *, reviewer: str, notice: Callable[[str], None] = lambda message: None
) -> tuple[Correction, ...]:
    """Say what is right of a document of an index: it holds at once, and through every later reading.

    Args:
        index: Folder of the index.
        document: Id of the document, or what `find_role` takes.
        values: What is right, by name of the field as `corpus.csv` has it: title, employer, state, country, department, class_code.
            "" takes an earlier correction back, None says nothing.
        reviewer: Who says so.
        notice: Told when something takes time.

    Returns:
        What was kept.

    Raises:
        UsageError: No such document, field or state, nothing is said, or nobody says it.
        SpecsearchError: As for `open_index`; another process writes to the index, or the disk refuses.
    """
    right = whole_values(values)
    if not right:
        raise UsageError("Say what is right: an employer, a title, a state, a country, a department or a code.")
    name = one_line(whole_characters(reviewer))
    if not name:
        raise UsageError("Say who corrects it: a correction without a name cannot be defended.")
    with open_snapshot(index, notice) as snapshot:
        number = find_role(snapshot, document, notice)
        if number is None:
            raise UsageError(f"{document} is a file that is not in the index: only indexed documents can be corrected.")
        doc_id = snapshot.document(number).doc_id
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = tuple(Correction(doc_id, field, value, name, now) for field, value in right.items())
    keep_corrections(store_at(index), kept)
    return kept
