"""What reviewers correct in the labels of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from specsearch.errors import UsageError
from specsearch.ingest.relabel import covered, said_labels, set_aside, standing_labels
from specsearch.ingest.stored import Said
from specsearch.ingest.waiting import keep, waiting
from specsearch.records import Label, LabelCorrection, Passage, content_hash_of
from specsearch.records.showing import shortened
from specsearch.roles.corrections import meant, name_of
from specsearch.storage.address import typed
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at

Stretch = tuple[int, int, str]
"""First character, one past the last, and the label of the statements there; "" takes back what was said of them."""
_NEAREST = 3
"""Passages that a refusal names."""


@dataclass(frozen=True, slots=True)
class Relabelled:
    """What came of one thing that a reviewer said.

    Attributes:
        start: First character of the whole passages that are meant.
        end: One past the last.
        label: What they do; None for what was to be taken back.
        passages: How many they are.
        kept: What of it is new, which is to be kept.
    """

    start: int
    end: int
    label: Label | None
    passages: int
    kept: tuple[LabelCorrection, ...]


def relabel(
    index: Path | str, document: str, labels: Iterable[Stretch], *, reviewer: str, notice: Callable[[str], None] = lambda message: None
) -> tuple[LabelCorrection, ...]:
    """Say what statements of a document of an index do: it holds at once, and through every later reading of the same text.

    Args:
        index: Folder of the index.
        document: Id of the document, which is its path in the corpus if the file holds no other; or its whole title or class code, as
            for `correct`.
        labels: Stretches of its text with their labels, as (start, end, label): each passage more than half of which lies in one gets
            its label. "" takes back what was said, also of a text that has changed since, and of a document that is not in the
            index any more.
        reviewer: Who says so.
        notice: Told when something takes time.

    Returns:
        What was kept: nothing of what is said already, or is to be taken back and was not said.

    Raises:
        UsageError: No such document or label, a stretch without a passage, nothing is said, or nobody says it.
        SpecsearchError: As for `open_index`; another process writes to the index, or the disk refuses.
    """
    store = store_at(index)
    with open_snapshot(index, notice) as snapshot:
        _, parts = relabelled_in(snapshot, document, labels, reviewer, waits=waiting(store))
    kept = tuple(one for part in parts for one in part.kept)
    if kept:
        keep(store, kept)
    return kept


def relabelled_in(
    snapshot: Snapshot, document: str, labels: Iterable[Stretch], reviewer: str, *, content_hash: str | None = None, waits: Sequence[Said] = ()
) -> tuple[str, tuple[Relabelled, ...]]:
    """Make corrections of what a reviewer says of statements, as `relabel` does, without keeping them.

    Args:
        snapshot: The open index.
        document: As for `relabel`, as are those below.
        labels: See there.
        reviewer: See there.
        content_hash: That of the text that the reviewer has seen; None for the one in the index.
        waits: What reviewers said that is not in the index yet.

    Returns:
        The document's id, and what came of each part.

    Raises:
        UsageError: As for `relabel`.
    """
    asked = [(start, end, _label(label)) for start, end, label in labels]
    if not asked:
        raise UsageError("Say what statements do: a stretch of characters and a label.")
    name, now = name_of(reviewer), datetime.now(UTC).isoformat(timespec="seconds")
    said = [*snapshot.label_corrections(), *(one for one in waits if isinstance(one, LabelCorrection))]
    doc_id = meant(snapshot, document, () if any(label for *_, label in asked) else {one.doc_id for one in said})
    text, passages = _read(snapshot, doc_id)
    if content_hash not in (None, content_hash_of(text)):
        raise UsageError(f"The index has another text of {doc_id}. Bring it up to date first: specsearch index FOLDER --index {typed(snapshot.name)}")
    parts = []
    for start, end, label in asked:
        parts.append(_part(LabelCorrection(doc_id, content_hash_of(text), start, end, label, name, now), text, passages, said))
        said += parts[-1].kept
    return doc_id, tuple(parts)


def _read(snapshot: Snapshot, doc_id: str) -> tuple[str, list[Passage]]:
    """The text and the passages of a document; nothing of one that is not in the index."""
    number = snapshot.number(doc_id)
    if number is None:
        return "", []
    ((passages, _),) = snapshot.statements([number])
    return snapshot.document(number).text, passages


def _part(asked: LabelCorrection, text: str, passages: Sequence[Passage], said: Iterable[LabelCorrection]) -> Relabelled:
    """What is new of what a reviewer says.

    Args:
        asked: It, of any stretch.
        text: Of the document.
        passages: Of the document.
        said: What was said so far.

    Raises:
        UsageError: It is about no passage.
    """
    standing = standing_labels(said).get(asked.doc_id, ())
    older = [] if asked.label else [one for one in standing if one.content_hash != asked.content_hash and asked.start <= one.start and one.end <= asked.end]
    inside = covered(passages, asked.start, asked.end)
    if not older and not (inside and asked.start >= 0 and asked.end <= len(text)):
        raise UsageError(_no_passage(asked, text, passages))
    before = said_labels(passages, asked.content_hash, standing)
    start, end = (inside[0].start, inside[-1].end) if inside else (asked.start, asked.end)
    is_new = any((before[one.ordinal].label if one.ordinal in before else None) is not asked.label for one in inside)
    kept = [replace(asked, start=start, end=end)] if is_new else []
    kept += [replace(one, label=None, reviewer=asked.reviewer, date=asked.date) for one in older]
    return Relabelled(start, end, asked.label, len(inside), tuple(kept))


def _no_passage(asked: LabelCorrection, text: str, passages: Sequence[Passage]) -> str:
    """Why nothing can be said of a stretch, and of which ones near it something can."""
    if not passages:
        return f"There is no passage in {asked.doc_id}, and nothing was said of {asked.start}-{asked.end}."
    if not 0 <= asked.start < asked.end <= len(text):
        why = f"{asked.start}-{asked.end} is no stretch of the text of {asked.doc_id}, which has {len(text)} characters."
    else:
        why = f"No passage of {asked.doc_id} has more than half of its characters in {asked.start}-{asked.end}."
    nearest = sorted(passages, key=lambda one: max(one.start - asked.end, asked.start - one.end))[:_NEAREST]
    listed = "".join(f"\n  {one.start}-{one.end} ({one.label}): {shortened(one.text)}" for one in sorted(nearest, key=lambda one: one.start))
    return f"{why} The nearest passages:{listed}"


def labels_aside(snapshot: Snapshot, only: str | None = None) -> tuple[LabelCorrection, ...]:
    """What reviewers said of labels and is not applied, of the documents of an index: a person should look at it.

    Args:
        snapshot: The open index.
        only: Id of the one document that is asked about; None for all.
    """
    found: list[LabelCorrection] = []
    for doc_id, corrections in sorted(standing_labels(snapshot.label_corrections()).items()):
        number = snapshot.number(doc_id) if only in (None, doc_id) else None
        if number is not None:
            ((passages, _),) = snapshot.statements([number])
            found += set_aside(passages, snapshot.document(number).content_hash, corrections)
    return tuple(found)


def _label(text: str) -> Label | None:
    """The label of a name; None for an empty one.

    Raises:
        UsageError: There is no such label.
    """
    name = text.strip().lower()
    if not name or name in tuple(Label):
        return Label(name) if name else None
    near = get_close_matches(name, tuple(Label), 1)
    advice = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"{text.strip()[:50]!r} is no label. {advice}The labels are: {', '.join(Label)}.")
