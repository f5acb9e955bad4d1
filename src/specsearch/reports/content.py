"""What a report consists of, whatever format it is set in: parts, tables, charts, quotes.

All strings in here are fit to be shown (one line, no control characters) but not escaped for any format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from specsearch.escaping import one_line
from specsearch.fields import Field
from specsearch.parsing.statements import quotation
from specsearch.records import Document, Method, Origin, Passage, Place, Verdict, how_read
from specsearch.reports.figures import Chart

UNKNOWN = "not stated"
_REPLACED = "\ufffd"
_ADDRESS = re.compile(r"https?://[^\s<>\"'{}|\\^`]{1,2000}", re.I)
_BEGINNING = 36
"""Characters of a quote that its exact place is told by."""
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
        link: Address at which the document is published, if one is stated; of a PDF with the page.
        exact: File, page and line, and the characters of the document's text, for the appendix of places.
    """

    text: str
    place: str
    note: str = ""
    link: str = ""
    exact: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with a remark on where it is from, an address that the value is one or is found at, and the characters that it was read from."""

    value: str
    place: str = ""
    link: str = ""
    exact: tuple[str, str] | None = None


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
class Review:
    """Room for a reviewer's decision, on one matter or on several."""

    matters: tuple[str, ...]


Block = Paragraph | Heading | Table | Finding | Chart | Review


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its heading; `key` names it in links. Those of the appendix come last: they are for whoever checks the report."""

    key: str
    heading: str
    blocks: tuple[Block, ...]
    appendix: bool = False


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


def field_cell(document: Document, field: Field, called: str = "") -> Cell:
    """A field of the metadata, with the place it was read from; `called` stands for the file's name in it."""
    value = getattr(document.source, field.name)
    if value is None:
        return fact(None)
    link = address(value) if field.name == "url" else ""
    origin = document.source.origins.get(field.name)
    exact = None
    if origin and origin.place is Place.TEXT and origin.start is not None and origin.end is not None:
        exact = (_place(document, origin.start, called), _characters(origin.start, origin.end))
    return (Fact(shown(value), origin_of(document, origin, called), link, exact),)


def quote(document: Document, passage: Passage, note: str = "", called: str = "") -> Quote:
    """A statement with page and line, and its exact place for the appendix: that of the whole statement, with its bullet or number.

    Args:
        document: What is quoted.
        passage: The statement.
        note: What it is quoted for.
        called: What the document is called in the place; the name of its file where nothing is given.
    """
    place = _place(document, passage.start, called)
    exact, place = (place, _characters(passage.start, passage.end)), "; ".join((place, *passage.remarks))
    return Quote(shown(quotation(passage.text), ""), place, shown(note, ""), link_to(document, passage.start), exact)


def place_of(document: Document, passage: Passage) -> str:
    """File, page, line and characters of a statement, whether its section is unsure and its words were read in a picture."""
    return "; ".join((f"{_place(document, passage.start)}, characters {_characters(passage.start, passage.end)}", *passage.remarks))


def link_to(document: Document, start: int) -> str:
    """The address at which a document is published, of a PDF at the page of a character; "" where none is stated."""
    found, page = address(document.source.url), document.page_at(start)
    is_pdf = found.partition("#")[0].partition("?")[0].lower().endswith(".pdf")
    return f"{found.partition('#')[0]}#page={page}" if page and is_pdf else found


def address(text: str | None) -> str:
    """A text that is an address of the web and nothing else; "" for what is none."""
    return text if text and _ADDRESS.fullmatch(text) and text == one_line(text) else ""


def origin_of(document: Document, origin: Origin | None, called: str = "") -> str:
    """Where a value of the metadata was read; `called` stands for the file's name."""
    if origin is None:
        return ""
    if origin.place is Place.TEXT:
        if origin.start is None or origin.end is None:
            return ""
        place = _place(document, origin.start, called)
        return "; ".join(filter(None, (place, how_read(document.recognition_of(origin.start, origin.end)))))
    return PLACES[origin.place]


def _place(document: Document, start: int, called: str = "") -> str:
    page, line = document.page_at(start), f"line {document.line_at(start)}"
    return ", ".join(filter(None, (called or shown(document.doc_id), f"page {page}" if page else "", line)))


def _characters(start: int, end: int) -> str:
    """As exact as can be: a whole section may be one line of a file."""
    return f"{start}–{end}"


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


def bullet_rows(document: Document, passages: Iterable[Passage], called: str) -> tuple[tuple[Cell, ...], ...]:
    """Numbered rows of one quote each."""
    return tuple((fact(str(number)), (quote(document, passage, called=called),)) for number, passage in enumerate(passages, 1))


def places_part(parts: Iterable[Part]) -> Part:
    """Where exactly each quote stands, and each value that was read in the text, in the order of the parts: characters, which only a program can count."""
    found: dict[tuple[str, str], str] = {}
    cells = (cell for part in parts for block in part.blocks if isinstance(block, Table) for row in block.rows for cell in row)
    for item in (item for cell in cells for item in cell):
        if item.exact:
            found.setdefault(item.exact, item.text if isinstance(item, Quote) else item.value)
    rows = tuple((fact(place), fact(exact), fact(shortened(words, _BEGINNING))) for (place, exact), words in found.items())
    columns = (Column("Where", 48, Align.NAME), Column("Characters", 14, Align.NUMBER), Column("Its first words", 38))
    said = Paragraph("The characters count in the text that was read from the file; specsearch parse shows it. Each place stands here once, in the order of this report.")
    return Part("places", "Places of the quotes", (said, Table("The exact place of each quote", columns, rows)), appendix=True)


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts with those of the appendix last and numbered."""
    every = tuple(parts)
    appendices = (part for part in every if part.appendix)
    numbered = tuple(replace(part, heading=f"Appendix {number}: {part.heading}") for number, part in enumerate(appendices, 1))
    return (*(part for part in every if not part.appendix), *numbered)


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
