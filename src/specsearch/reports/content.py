"""What a report consists of, whatever format it is set in: parts, tables, charts, quotes.

All strings in here are fit to be shown (one line, no control characters) but not escaped for any format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from specsearch.escaping import one_line
from specsearch.fields import Field
from specsearch.parsing.statements import quotation
from specsearch.records import Document, Method, Origin, Passage, Place, Verdict, how_read

UNKNOWN = "not stated"
_REPLACED = "\ufffd"
PLACES = {
    Place.RECORD: "field of the record",
    Place.SIDECAR: "table beside the documents",
    Place.PAGE: "what the page or file says of itself",
    Place.PATH: "name of file or folder",
    Place.NEIGHBOURS: "the other documents of its folder",
    Place.REVIEWER: "a reviewer",
}
"""What the places are called where a value of the metadata was read, but for the text."""


# --- building blocks -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, with their place in it.

    Attributes:
        text: The words.
        place: File, page if it has pages, and line.
        note: What they are quoted for ("bachelor's degree"), before them.
    """

    text: str
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with a remark on where it is from."""

    value: str
    place: str = ""


Item = Quote | Fact
Cell = tuple[Item, ...]


class Align(StrEnum):
    """How a column is set."""

    TEXT = "text"
    NUMBER = "number"
    NAME = "name"  # names its row


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is its share, in per cent."""

    heading: str
    width: int
    align: Align = Align.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose caption says what it holds."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the report's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict and its reasons."""

    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many duties of a role are matched, partly matched, and without a counterpart."""

    name: str
    matched: int
    partial: int
    unmatched: int
    share: str


@dataclass(frozen=True, slots=True)
class CoverageChart:
    """Coverage of both roles as bars.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        bars: A bar a role.
    """

    caption: str
    description: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of a heat map: `strength` from 0 to 1, None where there is no counterpart."""

    text: str
    strength: float | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Counterparts by city.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        key: Unlike that of any other chart of the report.
        columns: Short names of the role and its duties.
        rows: Cities.
        cells: A row a city, a cell a column.
    """

    caption: str
    description: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[HeatCell, ...], ...]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A class of a ladder.

    Attributes:
        text: Its title.
        depth: How many classes are below it, one under another.
        marks: Letters of the compared roles that are of it, "A" or "B" or both.
        note: What is said of it.
    """

    text: str
    depth: int
    marks: str
    note: str


@dataclass(frozen=True, slots=True)
class TreeChart:
    """A ladder, each class under the one below it.

    Attributes:
        caption: What is shown.
        description: The same in words, for those who cannot see it.
        key: Unlike that of any other chart of the report.
        rows: Classes in the order of the tree, from its foot.
    """

    caption: str
    description: str
    key: str
    rows: tuple[TreeRow, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Room for a reviewer's decision, on one matter or on several."""

    matters: tuple[str, ...]


Chart = CoverageChart | HeatMap | TreeChart
Block = Paragraph | Heading | Table | Finding | Chart | Review


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its heading; `key` names it in links."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: `kind` says in a few words what it is, `title` of what, `subtitle` of whom."""

    kind: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]


CHOICES = ("Accept", "Reject", "Comparable at another level")
"""What a reviewer can tick, in the order of `Choice`."""


# --- words -----------------------------------------------------------------------------------------


def shown(text: str | None, otherwise: str = UNKNOWN) -> str:
    """Text of a document or a person in one line; what could steer its reader is replaced visibly."""
    return one_line(text or "", _REPLACED) or otherwise


def shortened(text: str, limit: int) -> str:
    """The beginning of a text, whole words, with an ellipsis if it is longer than the limit."""
    if len(text) <= limit:
        return text
    return (text[:limit].rpartition(" ")[0] or text[: limit - 1]).rstrip(",;: ") + "…"


def title_of(document: Document) -> str:
    """Class title of a document."""
    return shown(document.source.title, "Title unknown")


def employer_of(document: Document) -> str:
    """Employer and state of a document."""
    state = document.source.state
    return shown(document.source.jurisdiction, "Employer unknown") + (f", {shown(state)}" if state else "")


def fact(value: str | None, place: str = "") -> Cell:
    """A cell with one value."""
    return (Fact(shown(value), place),)


def field_cell(document: Document, field: Field) -> Cell:
    """A field of the metadata, with the place it was read from."""
    value = getattr(document.source, field.name)
    return fact(value, origin_of(document, document.source.origins.get(field.name)) if value is not None else "")


def quote(document: Document, passage: Passage, note: str = "") -> Quote:
    """A statement with its place; the place is that of the whole statement, with its bullet or number."""
    return Quote(shown(quotation(passage.text), ""), place_of(document, passage), shown(note, ""))


def place_of(document: Document, passage: Passage) -> str:
    """File, page and line of a statement, whether its section is unsure, and whether its words were read in a picture."""
    place = _place(document, document.page_at(passage.start), passage.start, passage.end)
    return "; ".join((place, *passage.remarks))


def origin_of(document: Document, origin: Origin | None) -> str:
    """Where a value of the metadata was read."""
    if origin is None:
        return ""
    if origin.place is Place.TEXT:
        if origin.start is None or origin.end is None:
            return ""
        place = _place(document, document.page_at(origin.start), origin.start, origin.end)
        return "; ".join(filter(None, (place, how_read(document.recognition_of(origin.start, origin.end)))))
    return PLACES[origin.place]


def _place(document: Document, page: int | None, start: int, end: int) -> str:
    """As exact as can be: a whole section may be one line of a file."""
    line = f"line {document.line_at(start)}"
    return ", ".join(filter(None, (shown(document.doc_id), f"page {page}" if page else "", line, f"characters {start}–{end}")))


def percent(share: float) -> str:
    """A share of 0 to 1 in per cent; never rounded to all or nothing."""
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{share:.0%}"


def percentile_text(percentile: float | None) -> str:
    """A percentile with one decimal, never rounded to all; "" where there is none."""
    if percentile is None:
        return ""
    return f"{percentile:.1f}" if percentile == 100 or percentile < 99.95 else "over 99.9"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 duty", "2 duties"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def bullet_rows(document: Document, passages: Iterable[Passage]) -> tuple[tuple[Cell, ...], ...]:
    """Numbered rows of one quote each."""
    return tuple((fact(str(number)), (quote(document, passage),)) for number, passage in enumerate(passages, 1))


def method_table(method: Method, rows: Sequence[tuple[str, str]]) -> Table:
    """How scores came about.

    Args:
        method: Release, model and index.
        rows: What else is to be said, with its name.
    """
    facts = (
        ("Program", f"specsearch {method.release}"),
        ("Language model", f"{method.model}, {method.precision}"),
        ("Fingerprint of the model", method.fingerprint),
        ("Index", f"generation {method.generation}, {counted(method.roles, 'role')}, state {method.state}"),
        *rows,
        ("Places", "lines and characters count in the text that was read from the file; specsearch parse shows it"),
    )
    return Table(
        "How the figures of this report were made, so that they can be made again",
        (Column("What", 24, Align.NAME), Column("Value", 76)),
        tuple((fact(name), fact(value)) for name, value in facts),
    )
