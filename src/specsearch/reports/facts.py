"""What the report on a comparison says of the facts that the documents state: about the classes, and of pay."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from specsearch.fields import FIELDS, Field, Trait
from specsearch.parsing.metadata.pay import states_pay
from specsearch.records import Comparison, Document, Label, Passage, Role
from specsearch.reports.content import (
    Align,
    Block,
    Cell,
    Column,
    Fact,
    Item,
    Paragraph,
    Table,
    counted,
    fact,
    field_cell,
    quote,
)
from specsearch.reports.sides import names_of, sides

_CLASS_FIELDS = tuple(field for field in FIELDS if Trait.PAY not in field.traits)
_PAY_FIELDS = tuple(field for field in FIELDS if Trait.PAY in field.traits or field.name == "effective_date")
"""With the date that pay is of."""
PAY_NOTE = "Pay is that of the day of each document; it is not converted or brought up to date. Look at the dates of the documents before you compare amounts."
_MOST_QUOTED = 6
"""Statements about the pay of a class: a document that states more has a table of rates."""


def class_facts(comparison: Comparison) -> Table:
    """What the documents state about each class, and which documents they are."""
    rows = [*_rows(comparison, _CLASS_FIELDS), *_sources(comparison)]
    return Table("What the documents state about each class", sides(Column("Fact", 16, Align.NAME), names_of(comparison)), tuple(rows))


def pay(comparison: Comparison) -> tuple[Block, ...]:
    """What the documents state as pay, side by side and in their words."""
    a, b = comparison.a, comparison.b
    said = (fact("In the words of the document"), _pay_quoted(a, "A"), _pay_quoted(b, "B"))
    rows = (*_rows(comparison, _PAY_FIELDS), said)
    return (Table("Pay, FLSA status and bargaining unit, as the documents print them, and the date of each", sides(Column("Fact", 16, Align.NAME)), rows), Paragraph(PAY_NOTE))


def pay_passages(role: Role) -> list[Passage]:
    """The statements of a role that state what it pays, in their order."""
    return [passage for passage in role.counted if passage.label is Label.COMPENSATION and states_pay(passage.text)]


def _pay_quoted(role: Role, called: str) -> Cell:
    found = pay_passages(role)
    items: list[Item] = [quote(role.document, passage, called=called) for passage in found[:_MOST_QUOTED]]
    if len(found) > _MOST_QUOTED:
        items.append(Fact(f"and {counted(len(found) - _MOST_QUOTED, 'more statement')} with amounts"))
    return tuple(items) or fact(None)


def _rows(comparison: Comparison, fields: Iterable[Field]) -> list[tuple[Cell, ...]]:
    a, b = comparison.a.document, comparison.b.document
    return [(fact(field.caption), field_cell(a, field, "A"), field_cell(b, field, "B")) for field in fields if _stated(a, b, field)]


def _stated(a: Document, b: Document, field: Field) -> bool:
    """Some facts are worth a row only if a document states them."""
    return Trait.ALWAYS in field.traits or any(getattr(document.source, field.name) is not None for document in (a, b))


def _sources(comparison: Comparison) -> list[tuple[Cell, ...]]:
    told: tuple[tuple[str, Callable[[Document], str]], ...] = (
        ("Kind of document", lambda document: str(document.kind).replace("_", " ")),
        ("File", lambda document: document.doc_id),
        ("SHA-256 of its text", lambda document: document.content_hash),
    )
    return [(fact(name), fact(of(comparison.a.document)), fact(of(comparison.b.document))) for name, of in told]
