"""What the parts of the answers on lists and saved searches are called and mean: the output schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from specsearch.interfaces.mcp.schemas import Answer, Form, Quote


class ListFacts(Form):
    """A list that people keep."""

    name: str
    note: str
    entries: int
    astray: Annotated[int, Field(description="Entries that are not as they were kept: moved, changed or gone.")]
    reviewer: Annotated[str, Field(description="Who began it.")]
    changed: str


class SavedQuestion(Form):
    """A search that people keep."""

    name: str
    note: str
    asks: Annotated[str, Field(description="What is searched for, and within what.")]
    seen: Annotated[str, Field(description="When what it finds was last looked at.")]


class Collected(Answer):
    """What `find_lists` answers."""

    lists: list[ListFacts]
    searches: list[SavedQuestion]


class KeptPlace(Form):
    """A passage or a document that is kept, as it was and as it is."""

    document: str
    title: str | None
    jurisdiction: str | None
    stands: Annotated[str, Field(description="as kept, moved (in its document), changed (since it was kept), or gone (from the index).")]
    kept: Annotated[str, Field(description="The words as they were kept, where they are not in the index any more; else empty.")]
    statement: Annotated[Quote | None, Field(description="The passage as it is now; null for a whole document, and where it is not there any more.")]


class KeptEntry(Form):
    """An entry of a list."""

    number: int
    sort: Annotated[str, Field(description="passage, role or comparison.")]
    note: str
    reviewer: Annotated[str, Field(description="Who added it.")]
    date: str
    places: Annotated[list[KeptPlace], Field(description="Of a comparison two documents, else one place.")]


class KeptList(Answer):
    """What `get_list` answers."""

    name: str
    note: str
    total: Annotated[int, Field(description="Number of all entries.")]
    next_offset: Annotated[int | None, Field(description="Offset of the next call; null where there are no more.")]
    entries: list[KeptEntry]
