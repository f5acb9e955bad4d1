"""What the report on a comparison says of duties: coverage, counterparts, and what has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specsearch.records import Comparison, DutyMatch, Passage, Role, between
from specsearch.reports.content import (
    Align,
    Block,
    Column,
    Fact,
    Heading,
    Paragraph,
    Quote,
    Table,
    bullet_rows,
    fact,
    percent,
    quote,
)
from specsearch.reports.figures import Bar, CoverageChart
from specsearch.reports.likeness import CHECK_FIRST, of_duties
from specsearch.reports.sides import names_of

_STATEMENTS = (Column("No.", 7, Align.NAME), Column("Statement", 93))


def bars_of(comparison: Comparison) -> tuple[Bar, Bar]:
    """How many duties of each class have a counterpart."""
    matched_a = {match.a.passage_id for match in comparison.matches}
    matched_b = {match.b.passage_id for match in comparison.matches}
    partial_a = {match.a.passage_id for match in comparison.partial} - matched_a
    partial_b = {match.b.passage_id for match in comparison.partial} - matched_b
    name_a, name_b = names_of(comparison)
    return (
        Bar(name_a, len(matched_a), len(partial_a), len(comparison.unmatched_a), percent(comparison.coverage_a)),
        Bar(name_b, len(matched_b), len(partial_b), len(comparison.unmatched_b), percent(comparison.coverage_b)),
    )


def coverage(comparison: Comparison) -> tuple[Block, ...]:
    """How many duties of each class have a counterpart, as a chart and in figures."""
    bars = bars_of(comparison)
    intervals = tuple(map(between, (comparison.interval_a, comparison.interval_b)))
    columns = (
        Column("Class", 28, Align.NAME),
        *(Column(name, 11, Align.NUMBER) for name in ("Duties counted", "Matched", "Partial", "Without", "Covered")),
        Column("How sure it is", 17),
    )
    rows = tuple(
        (fact(bar.name), *(fact(str(n)) for n in (bar.matched + bar.partial + bar.unmatched, bar.matched, bar.partial, bar.unmatched)), fact(bar.share), fact(interval))
        for bar, interval in zip(bars, intervals, strict=True)
    )  # fmt: skip
    description = "; ".join(
        f"{bar.name}: {bar.share} ({interval}) of its duties have a counterpart ({bar.matched} matched, {bar.partial} partial, {bar.unmatched} without)"
        for bar, interval in zip(bars, intervals, strict=True)
    )
    return (
        CoverageChart("Duties of each class by whether the other has a counterpart, and the share that has", description, bars),
        Table("Coverage in figures", columns, rows),
        Paragraph(
            "Without: duties without a counterpart in the other class. Covered: the share of the duties of a class that have a counterpart in the other. How sure it is: had the same job been described in other "
            "sentences, as many, the share would come out between these two figures nine times of ten. The fewer duties a document states, the further they are apart."
        ),
    )


def matches(comparison: Comparison) -> tuple[Block, ...]:
    """The duties with a counterpart, one to one."""
    if not comparison.matches:
        return (Paragraph("No duty of one has a counterpart in the other."),)
    return _aligned(comparison, comparison.matches, "Duties of A and their counterparts in B, one to one, closest first")


def _aligned(comparison: Comparison, pairs: Sequence[DutyMatch], caption: str) -> tuple[Block, ...]:
    a, b = comparison.a.document, comparison.b.document
    columns = (Column("No.", 7, Align.NAME), Column("A", 41), Column("How alike", 11), Column("B", 41))
    rows = tuple(
        (fact(str(number)), (quote(a, match.a, called="A"),), (Fact(of_duties(match.score), f"{match.score:.2f}"),), (quote(b, match.b, called="B"),))
        for number, match in enumerate(pairs, 1)
    )
    return (Table(caption, columns, rows),)


def partly(comparison: Comparison) -> tuple[Block, ...]:
    """Further counterparts of duties, one to several; nothing where there are none."""
    if not comparison.partial:
        return ()
    said = Paragraph("A duty that has no match of its own, and a statement of the other class, matched already, that holds this duty too.")
    return (Heading("Partial matches"), said, *_aligned(comparison, comparison.partial, "Further counterparts, one to several"))


def unmatched(comparison: Comparison) -> tuple[Block, ...]:
    """The duties of each class for which no counterpart was found, each with what of the other is nearest."""
    a, b = comparison.a.document, comparison.b.document
    near_a = {match.a.passage_id: quote(b, match.b, f"Nearest in B, score {match.score:.2f}", "B") for match in comparison.nearest_a}
    near_b = {match.b.passage_id: quote(a, match.a, f"Nearest in A, score {match.score:.2f}", "A") for match in comparison.nearest_b}
    said = "No counterpart found does not mean that the other class lacks a duty: it may state it in words too far apart to be sure of."
    return (
        *((Paragraph(f"{said} {CHECK_FIRST}" if near_a or near_b else said),) if comparison.unmatched_a or comparison.unmatched_b else ()),
        *_without("A", comparison.a, comparison.unmatched_a, near_a),
        *_without("B", comparison.b, comparison.unmatched_b, near_b),
    )


def _without(called: str, role: Role, passages: Sequence[Passage], near: Mapping[str, Quote]) -> tuple[Block, ...]:
    other = "B" if called == "A" else "A"
    if not passages:
        return (Paragraph(f"Every duty of {called} has a counterpart in {other}."),)
    rows = tuple(
        (fact(str(number)), (quote(role.document, passage, called=called), *((near[passage.passage_id],) if passage.passage_id in near else ())))
        for number, passage in enumerate(passages, 1)
    )
    return (Table(f"Duties of {called} for which no counterpart was found in {other}", _STATEMENTS, rows),)


def not_counted(comparison: Comparison) -> tuple[Block, ...]:
    """The statements that nearly every class has, and those whose section is unsure."""
    found = (*_boilerplate(comparison), *_unsure(comparison))
    return found or (Paragraph("All statements among the duties count."),)


def _boilerplate(comparison: Comparison) -> tuple[Block, ...]:
    if not comparison.boilerplate_a and not comparison.boilerplate_b:
        return ()
    name_a, name_b = names_of(comparison)
    return (
        Paragraph("Nearly every class has these statements. They say nothing about how alike two classes are, and do not count."),
        *_listed("A", comparison.a, comparison.boilerplate_a, f"Statements of {name_a}", "A has none."),
        *_listed("B", comparison.b, comparison.boilerplate_b, f"Statements of {name_b}", "B has none."),
    )


def _unsure(comparison: Comparison) -> tuple[Block, ...]:
    sides = zip("AB", (comparison.a, comparison.b), (comparison.unsure_a, comparison.unsure_b), names_of(comparison), strict=True)
    columns = (Column("No.", 7, Align.NAME), Column("Statement", 73), Column("Read as", 20))
    tables = tuple(
        Table(
            f"Statements of {name}, whose section is unsure",
            columns,
            tuple((fact(str(number)), (quote(role.document, p, called=called),), fact(f"{p.label}, probability {p.confidence:.2f}")) for number, p in enumerate(passages, 1)),
        )
        for called, role, passages, name in sides
        if passages
    )
    said = "These statements are read as duties or qualifications, but may well be something else. Neither coverage nor requirements nor signs of level are taken from them."
    return (Paragraph(said), *tables) if tables else ()


def _listed(called: str, role: Role, passages: Sequence[Passage], caption: str, otherwise: str) -> tuple[Block, ...]:
    if not passages:
        return (Paragraph(otherwise),)
    return (Table(caption, _STATEMENTS, bullet_rows(role.document, passages, called)),)
