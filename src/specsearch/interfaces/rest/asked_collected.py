"""What is asked of lists and saved searches, in addresses and bodies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from specsearch.interfaces.rest.asked import LONGEST_NAME, Asked, Passage, Reviewer, SearchAsked
from specsearch.interfaces.service.collecting import LONGEST_LIST_NAME, MOST_WANTED
from specsearch.interfaces.service.keeping import LONGEST_REASON

_Wanted = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
_Name = Annotated[str, Field(min_length=1, max_length=LONGEST_LIST_NAME, description="What it is called; capitals do not matter.", examples=["budget work"])]
_Note = Annotated[str, Field(max_length=LONGEST_REASON, description="What is to be noted.", examples=["As in our class."])]
_VALUE = "The note, or the new name."


class ListAsked(Asked):
    """A list that is to be begun."""

    name: _Name
    note: _Note = ""
    reviewer: Reviewer = Field(description="Who begins it.", examples=["Ana Ruiz"])


class EntriesAsked(Asked):
    """What is to be put into a list."""

    entries: tuple[_Wanted, ...] = Field(
        min_length=1, max_length=MOST_WANTED, description="Passages (DOCUMENT:START-END, or the codes that answers give), or roles by document id, title or class code.",
        examples=[["port-lumen-wa/citizen-response-center-supervisor.html:2047-2134"]],
    )  # fmt: skip
    note: _Note = ""
    compared: bool = Field(False, description="Whether the two roles that are given are one entry: their comparison.")
    reviewer: Reviewer = Field(description="Who does it.", examples=["Ana Ruiz"])


class ListChangeAsked(Asked):
    """What is to be done to a list that is there."""

    act: Literal["remove", "note", "rename"] = Field(description="Take entries out, note something of them or of the list, or call it something else.")
    entries: tuple[_Wanted, ...] = Field((), max_length=MOST_WANTED, description="Entries by their numbers, or by what they are of; none: the list itself.", examples=[["3"]])
    value: str = Field("", max_length=LONGEST_REASON, description=_VALUE)
    reviewer: Reviewer = Field(description="Who does it.", examples=["Ana Ruiz"])


class SavedAsked(Asked):
    """A search that is to be kept."""

    name: _Name
    search: SearchAsked = Field(description="What it asks, as for search; explain and facets are not kept.", examples=[{"query": "monitors the operating budget", "kind": ["duty"]}])
    note: _Note = ""
    reviewer: Reviewer = Field(description="Who saves it; what it finds now counts as seen.", examples=["Ana Ruiz"])


class SavedChangeAsked(Asked):
    """What is to be done to a saved search."""

    act: Literal["seen", "note", "rename"] = Field(description="Mark what it finds as seen, note something of it, or call it something else.")
    value: str = Field("", max_length=LONGEST_REASON, description=_VALUE)
    shown: tuple[Passage, ...] | None = Field(None, max_length=MOST_WANTED, description="Of what it finds the passages that were shown and are seen; null: all that it finds now.")
    reviewer: Reviewer = Field(description="Who does it.", examples=["Ana Ruiz"])


class SearchesAsked(Asked):
    """Whether saved searches are asked again."""

    counted: bool = Field(False, description="Whether to ask each again and count what is new.")


class DeletionAsked(Asked):
    """Who deletes something."""

    reviewer: Reviewer = Field(description="Who deletes it.", examples=["Ana Ruiz"])
