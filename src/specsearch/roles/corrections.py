"""What reviewers correct in what is said of documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.escaping import one_line, whole_characters
from specsearch.ingest.said import whole_values
from specsearch.ingest.settle import standing
from specsearch.ingest.stored import Said
from specsearch.ingest.waiting import keep, waiting
from specsearch.records import Correction
from specsearch.retrieval.filters import near
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at
from specsearch.storage.values import folded

_OFFERED = 5
"""Ids of documents that a refusal lists."""
_LONGEST_NAME = 200
"""Characters of what is said that a refusal repeats."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of what a reviewer said.

    Attributes:
        doc_id: Id of the document.
        right: What was said, by field, as it is kept; "" for what was to be taken back.
        corrections: What of it is new, which is to be kept.
    """

    doc_id: str
    right: Mapping[str, str]
    corrections: tuple[Correction, ...]


def correct(
    index: Path | str, document: str, values: Mapping[str, str | None], *, reviewer: str, notice: Callable[[str], None] = lambda message: None
) -> tuple[Correction, ...]:
    """Say what is right of a document of an index: it holds at once, and through every later reading.

    Args:
        index: Folder of the index.
        document: Id of the document; or its whole title or class code, if no other document has it. Words that something else
            could have too name none, so that nothing is kept of a document that was not meant.
        values: What is right, by name of the field as `corpus.csv` has it: title, employer, state, country, department, class_code.
            "" takes an earlier correction back, also of a document that is not in the index any more; None says nothing.
        reviewer: Who says so.
        notice: Told when something takes time.

    Returns:
        What was kept: nothing of what is corrected so already, or is to be taken back and was not corrected.

    Raises:
        UsageError: No such document, field or state, nothing is said, or nobody says it.
        SpecsearchError: As for `open_index`; another process writes to the index, or the disk refuses.
    """
    store = store_at(index)
    with open_snapshot(index, notice) as snapshot:
        found = corrected(snapshot, document, values, reviewer, waiting(store))
    if found.corrections:
        keep(store, found.corrections)
    return found.corrections


def corrected(snapshot: Snapshot, document: str, values: Mapping[str, str | None], reviewer: str, waits: Sequence[Said] = ()) -> Corrected:
    """Make corrections of what a reviewer says of a document, as `correct` does, without keeping them.

    Args:
        snapshot: The open index.
        document: As for `correct`, as are those below.
        values: See there.
        reviewer: See there.
        waits: What reviewers said that is not in the index yet.

    Raises:
        UsageError: As for `correct`.
    """
    right = whole_values(values)
    if not right:
        raise UsageError("Say what is right: an employer, a title, a state, a country, a department or a code.")
    name = name_of(reviewer)
    corrections = [*snapshot.corrections(), *(one for one in waits if isinstance(one, Correction))]
    doc_id = meant(snapshot, document, () if any(right.values()) else {one.doc_id for one in corrections})
    before = {field: one.value for field, one in standing(corrections).get(doc_id, {}).items()}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = tuple(Correction(doc_id, field, value, name, now) for field, value in right.items() if value != before.get(field, ""))
    return Corrected(doc_id, right, kept)


def name_of(reviewer: str) -> str:
    """The name of who corrects something, in one line.

    Raises:
        UsageError: There is none.
    """
    name = one_line(whole_characters(reviewer))
    if not name:
        raise UsageError("Say who corrects it: a correction without a name cannot be defended.")
    return name


def meant(snapshot: Snapshot, text: str, away: Collection[str]) -> str:
    """The id of the one document that a reviewer names.

    Args:
        snapshot: The open index.
        text: What the reviewer says.
        away: Ids that may be meant though the documents are not in the index any more.

    Raises:
        UsageError: None is named so, or several; the message offers ids.
    """
    given, wanted = text.strip(), folded(text)
    if snapshot.number(given) is not None or given in away:
        return given
    entries = list(snapshot.entries()) if wanted else []
    named = [one.doc_id for one in entries if wanted in (folded(one.source.title or ""), folded(one.source.class_code or ""))]
    if len(named) == 1:
        return named[0]
    count = f"{len(named)} documents have" if named else f"No document of {snapshot.name} has"
    offered = named or _near_ids(wanted, [one.doc_id for one in entries])
    listed = "".join(f"\n  {one}" for one in offered[:_OFFERED]) + (f"\n  and {len(offered) - _OFFERED} more" if len(offered) > _OFFERED else "")
    advice = f" Name one by its id:{listed}" if named else f" Near ids:{listed}" if listed else " See: specsearch sources --all"
    raise UsageError(f"{count} the id, whole title or class code {given[:_LONGEST_NAME]!r}.{advice}")


def _near_ids(wanted: str, ids: list[str]) -> list[str]:
    """The ids that a reviewer may have meant: those that end what is said, those that it is part of, those written like it."""
    path = "/" + wanted.replace("\\", "/")
    known = {folded(one): one for one in ids}
    ending = sorted((one for one in known if path.endswith(f"/{one}")), key=len, reverse=True)
    holding = sorted((one for one in known if wanted and wanted in one), key=len)  # the least beside what is said
    like = near(wanted, known)
    return [known[one] for one in dict.fromkeys((*ending, *holding, *like))]
