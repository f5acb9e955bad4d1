"""What reviewers correct in what is said of documents."""

from __future__ import annotations

from collections.abc import Callable
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
    index: Path | str,
    document: str,
    *,
    reviewer: str,
    title: str | None = None,
    employer: str | None = None,
    state: str | None = None,
    country: str | None = None,
    department: str | None = None,
    class_code: str | None = None,
    notice: Callable[[str], None] = lambda message: None,
) -> tuple[Correction, ...]:
    """Say what is right of a document of an index: it holds at once, and through every later reading.

    Args:
        index: Folder of the index.
        document: Id of the document, or what `find_role` takes.
        reviewer: Who says so.
        title: Its class title; here and below "" takes an earlier correction back, None says nothing.
        employer: Its employer, also with its state: "Elm Fork, OR".
        state: The employer's state, by name or code.
        country: Its country, two letters.
        department: The department.
        class_code: The class code.
        notice: Told when something takes time.

    Returns:
        What was kept.

    Raises:
        UsageError: No such document, no such state, nothing is said, or nobody says it.
        SpecsearchError: As for `open_index`; another process writes to the index, or the disk refuses.
    """
    values = whole_values(
        {"title": title, "jurisdiction": employer, "state": state, "country": country, "department": department, "class_code": class_code}
    )
    if not values:
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
    kept = tuple(Correction(doc_id, field, value, name, now) for field, value in values.items())
    keep_corrections(store_at(index), kept)
    return kept
