"""What analysts collect: lists of passages, roles and comparisons, and searches that are kept to be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from specsearch.records.passage import passage_id_of

_JOINT = " = "
"""Between the two ids of a comparison."""
_LENGTH = 12
"""Of the part of a hash that tells texts of one document apart."""


class Collection(StrEnum):
    """What a change is of."""

    LIST = "list"
    SEARCH = "search"


class Act(StrEnum):
    """What was done to a list or a saved search."""

    SAVE = "save"
    """A list is begun, or a search is saved; one of that name that is there gets the note, and a search the new question."""
    ADD = "add"
    REMOVE = "remove"
    NOTE = "note"
    """A note on an entry, or on the whole; "" takes it away."""
    RENAME = "rename"
    DELETE = "delete"
    SEEN = "seen"
    """Somebody has seen what a search finds."""


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """One thing that was done to a list or a saved search: what these are now is told by all of them, in order.

    Attributes:
        of: Which of the two.
        name: Its name.
        act: What was done.
        entry: Key of the entry that it was done to; "" for the whole.
        value: What is new: a note, a name, or JSON of what is kept.
        reviewer: Who did it.
        date: When, ISO 8601 in UTC.
    """

    of: Collection
    name: str
    act: Act
    entry: str
    value: str
    reviewer: str
    date: str


class EntrySort(StrEnum):
    """What an entry of a list is."""

    PASSAGE = "passage"
    ROLE = "role"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A document, or a stretch of it, as it was when it was kept.

    Attributes:
        doc_id: Id of the document.
        content_hash: SHA-256 of its text.
        start: First character of a passage; 0 for a whole document.
        end: One past the last; 0 for a whole document.
        text: The words of the passage; "" for a whole document.
        title: Its class title; None where it was not known.
        jurisdiction: Its employer.
    """

    doc_id: str
    content_hash: str
    start: int = 0
    end: int = 0
    text: str = ""
    title: str | None = None
    jurisdiction: str | None = None

    @property
    def of(self) -> str:
        """The id that it had: of the passage, or of the document."""
        return passage_id_of(self.doc_id, self.start, self.end) if self.end else self.doc_id

    @property
    def key(self) -> str:
        """What names it in a list: of a passage also by the text, in which another one may have its place later."""
        return f"{self.of}@{self.content_hash[:_LENGTH]}" if self.end else self.doc_id


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list.

    Attributes:
        number: Counted from 1 in the order in which entries were added; it is not given again when one is removed.
        sort: What it is.
        places: What was kept: of a comparison two documents, else one place.
        note: What is noted of it.
        reviewer: Who added it.
        date: When, ISO 8601 in UTC.
    """

    number: int
    sort: EntrySort
    places: tuple[KeptPlace, ...]
    note: str
    reviewer: str
    date: str

    @property
    def of(self) -> str:
        """The ids of what it is of."""
        return _JOINT.join(place.of for place in self.places)

    @property
    def key(self) -> str:
        """What names it, in one list."""
        return _JOINT.join(place.key for place in self.places)


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it stands.

    Attributes:
        name: Its name.
        note: What is noted of the whole.
        reviewer: Who began it.
        date: When.
        changed: When it was changed last.
        changed_by: By whom.
        entries: In the order in which they were added.
        last: Number of the entry that was added last, though it may be removed.
    """

    name: str
    note: str
    reviewer: str
    date: str
    changed: str
    changed_by: str
    entries: tuple[Entry, ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that is kept, as it stands.

    Attributes:
        name: Its name.
        note: What is noted of it.
        asked: What is asked: members of the request of a search that are not as usual, as plain values.
        reviewer: Who saved it.
        date: When.
        seen: When what it finds was seen last; "" where nobody has.
        seen_by: By whom.
        found: What it found then.
        known: Every statement that it ever found and that was seen: id of the document, and the words.
    """

    name: str
    note: str
    asked: Mapping[str, Any]
    reviewer: str
    date: str
    seen: str = ""
    seen_by: str = ""
    found: tuple[KeptPlace, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()
