"""What the answers share: sources, documents, statements, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, create_model

from specsearch.fields import FIELDS, Trait
from specsearch.interfaces.meanings import CHOICE, CURRENT
from specsearch.records import Choice, DocumentKind, Label, Place

Id = Annotated[str, Field(description="Id of a document.", examples=["port-lumen-wa/citizen-response-center-supervisor.html"])]
Start = Annotated[int, Field(description="First character, in the text of the document.")]
End = Annotated[int, Field(description="One past the last character.")]
Page = Annotated[int | None, Field(description="Page, from 1; null for formats without pages.")]
Line = Annotated[int, Field(description="Line of the text, from 1.")]
Sure = Annotated[float, Field(description="Probability that the section is right, 0 to 1.")]
Recognised = Annotated[float | None, Field(description="How sure the words are read, from 0 to 1, where they were read in a picture; null where not.")]
HowRead = Annotated[str, Field(description="What to say beside a quote that was read in a picture by text recognition (OCR): that, and whether it is to be held against the picture. Empty where it was not.")]
Unsure = Annotated[bool, Field(description="Whether the section may well be another; comparisons do not count it.")]
Share = Annotated[float | None, Field(description="0 to 1.")]
Waits = Annotated[bool, Field(description="Whether it is kept beside the index, which is being written, and comes into it when that is done.")]
Date = Annotated[str, Field(description="ISO 8601, in UTC.", examples=["2026-11-30T09:12:00+00:00"])]


class Shape(BaseModel):
    """Plain values of a record."""


class Origin(Shape):
    """Where a value was read."""

    place: Place
    start: int | None
    end: int | None


class PlacedOrigin(Origin):
    """Where a value was read, with the line and the page if that is in the text."""

    line: int | None
    page: Page
    how_read: HowRead


if TYPE_CHECKING:

    class HitSource(Shape):
        """The class that a hit is of."""

    class Source(Shape):
        """The class that a document describes."""

else:

    def _fields(trait: Trait | None) -> dict[str, Any]:
        return {field.name: (str | None, Field(description=f"{field.caption}; null where it is not stated.")) for field in FIELDS if trait is None or trait in field.traits}

    HitSource = create_model("HitSource", __base__=Shape, __doc__="The class that a hit is of.", **_fields(Trait.IN_HITS))
    Source = create_model("Source", __base__=Shape, __doc__="The class that a document describes.", **_fields(None))


class ParsedSource(Source):
    """The class that a document describes, and where that was read, by field."""

    origins: dict[str, Origin]


class Document(Source):
    """What is known of a document."""

    id: Id
    path: str
    kind: DocumentKind
    content_hash: str = Field(description="SHA-256 of its text.")
    origins: dict[str, PlacedOrigin] = Field(description="Where each fact was read, by field.")


class Statement(Shape):
    """A statement with its place."""

    text: str
    section: Label
    document: Id
    path: str
    page: Page
    line: Line
    start: Start
    end: End
    confidence: Sure
    unsure: Unsure
    recognised: Recognised
    how_read: HowRead


class NamingStatement(Statement):
    """A statement that names a class, with the place of the name."""

    name_start: Start
    name_end: End


class Role(Document):
    """A document with its text and statements."""

    text: str
    statements: list[Statement]


class Decision(Shape):
    """What a reviewer decided about two roles."""

    date: Date
    a: Id
    b: Id
    choice: Annotated[Choice, Field(description=CHOICE)]
    reviewer: str
    reason: str


class KeptDecision(Decision):
    """A decision as it was kept."""

    waits: Waits


class StandingDecision(Decision):
    """A decision, and whether it was made on the texts that there are now."""

    model: str
    fingerprint: str
    content_a: str
    content_b: str
    current: bool = Field(description=CURRENT)


class Method(Shape):
    """How scores came about."""

    release: str
    model: str
    precision: str
    fingerprint: str
    generation: int
    state: str
    roles: int
