"""Lists, and searches that are kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from specsearch.interfaces.rest.schemas.base import Date, Id, Shape, Waits
from specsearch.interfaces.rest.schemas.finding import Hit, Quoted, Reading
from specsearch.records.collected import EntrySort
from specsearch.roles.located import Stands


class ListFacts(Shape):
    """A list, without its entries."""

    name: str
    note: str
    reviewer: str = Field(description="Who began it.")
    date: Date
    changed: Date
    changed_by: str


class ListedList(ListFacts):
    """A list, and how much is in it."""

    entries: int
    astray: int = Field(description="Entries that are not as they were kept: moved, changed or gone.")


class KeptPlace(Shape):
    """A passage or a document as it was kept, and what has become of it."""

    id: str = Field(description="The id that the passage or the document had.")
    document: Id
    title: str | None
    jurisdiction: str | None
    start: int | None = Field(description="First character; null for a whole document.")
    end: int | None
    text: str | None = Field(description="The words as they were kept.")
    stands: Stands
    now: Quoted | None = Field(description="The passage as it is now; null for words that are not there any more, and for a whole document.")


class ListEntry(Shape):
    """An entry of a list."""

    number: int = Field(description="It stays when others are taken out.")
    sort: EntrySort
    note: str
    reviewer: str = Field(description="Who added it.")
    date: Date
    places: list[KeptPlace] = Field(description="What was kept: of a comparison two documents, else one place.")


class WholeList(ListFacts):
    """A list with its entries."""

    waits: Waits
    entries: list[ListEntry]


class AddedEntries(Shape):
    """What is new in a list."""

    name: str
    begun: bool = Field(description="Whether the list is new.")
    added: list[str] = Field(description="Ids of passages or documents that are new in it.")
    there: int = Field(description="How many were in it already.")
    waits: Waits


class ChangedList(Shape):
    """What was done to a list."""

    name: str = Field(description="What it is called now, or was called.")
    entries: list[int] = Field(description="Numbers of the entries that it was done to.")
    waits: Waits


class SavedFacts(Shape):
    """A saved search."""

    name: str
    note: str
    reviewer: str = Field(description="Who saved it.")
    date: Date
    seen: str = Field(description="When what it finds was seen last, ISO 8601 in UTC.")
    seen_by: str
    asked: dict[str, Any] = Field(description="What it asks: members of a search that are not as usual.")


class ListedSearch(SavedFacts):
    """A saved search, and how much of what it finds is new."""

    new: int | None = Field(description="Null where that was not asked, or it cannot be asked.")
    wrong: str = Field(description="Why it cannot be asked; empty where it can.")


class AgainHit(Hit):
    """A passage that was found, and whether it is new."""

    new: bool


class Again(SavedFacts):
    """What a saved search finds now."""

    waits: Waits
    new: int = Field(description="How many of the hits are new.")
    reading: Reading | None = Field(description="What the query was understood as; null where a passage is searched with.")
    chance: bool = Field(description="Whether there are hits, and none is nearer than random words would find.")
    hits: list[AgainHit]
    left: list[KeptPlace] = Field(description="What was seen last and is not found any more.")


class ChangedSearch(Shape):
    """What was done to a saved search."""

    name: str
    waits: Waits
