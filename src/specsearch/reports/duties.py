"""What the report on a comparison says of duties: coverage, counterparts, and what has none."""

from __future__ import annotations

from collections.abc import Sequence

from specsearch.records import Comparison, DutyMatch, Passage, Role, between
from specsearch.reports.content import (
    Align,
    Bar,
    Block,
    Column,
    CoverageChart,
    Paragraph,
    Table,
    bullet_rows,
    fact,
    percent,
    quote,
)
from specsearch.reports.sides import names_of


def coverage(comparison: Comparison) -> tuple[Block, ...]:
    """How many duties of each class have a counterpart, as a chart and in figures."""
    matched_a = {match.a.passage_id for match in comparison.matches}
    matched_b = {match.b.passage_id for match in comparison.matches}
    partial_a = {match.a.passage_id for match in comparison.partial} - matched_a
    partial_b = {match.b.passage_id for match in comparison.partial} - matched_b
    name_a, name_b = names_of(comparison)
    bars = (
        Bar(name_a, len(matched_a), len(partial_a), len(comparison.unmatched_a), percent(comparison.coverage_a)),
        Bar(name_b, len(matched_b), len(partial_b), len(comparison.unmatched_b), percent(comparison.coverage_b)),
    )
    intervals = tuple(map(between, (comparison.interval_a, comparison.interval_b)))
    columns = (
        Column("Class", 28, Align.NAME),
        *(Column(name, 11, Align.NUMBER) for name in ("Duties counted", "Matched", "Partial", "No counterpart", "Covered")),
        Column("Interval", 17),
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
            "The interval says how sure a coverage is: had the duties of the class been stated otherwise, as many and of the same job, "
            "it would lie in there nine times of ten. Few duties, or many with one counterpart, make it wide."
        ),
    )


def matches(comparison: Comparison) -> tuple[Block, ...]:
    """The duties with a counterpart, one to one."""
    caption = "Duties of A and their counterparts in B, one to one, closest first"
    return _aligned(comparison, comparison.matches, caption, "No duty of one has a counterpart in the other.")


def _aligned(comparison: Comparison, pairs: Sequence[DutyMatch], caption: str, otherwise: str) -> tuple[Block, ...]:
    if not pairs:
        return (Paragraph(otherwise),)
    a, b = comparison.a.document, comparison.b.document
    name_a, name_b = names_of(comparison)
    columns = (
        Column("No.", 7, Align.NAME),
        Column(name_a, 42),
        Column("Score", 9, Align.NUMBER),
        Column(name_b, 42),
    )
    rows = tuple(
        (fact(str(number)), (quote(a, match.a),), fact(f"{match.score:.2f}"), (quote(b, match.b),))
        for number, match in enumerate(pairs, 1)
    )
    return (Table(caption, columns, rows),)


def partly(comparison: Comparison) -> tuple[Block, ...]:
    """Further counterparts of duties, one to several."""
    said = Paragraph("A duty that has no match of its own, and a statement of the other class, matched already, that holds this duty too.")
    blocks = _aligned(comparison, comparison.partial, "Further counterparts, one to several", "There are none.")
    return (said, *blocks) if comparison.partial else blocks


def unmatched(comparison: Comparison) -> tuple[Block, ...]:
    """The duties of each class that the other does not have."""
    name_a, name_b = names_of(comparison)
    return (
        *_listed(comparison.a, comparison.unmatched_a, f"Duties of {name_a}, that B does not have", "Every duty of A has a counterpart in B."),
        *_listed(comparison.b, comparison.unmatched_b, f"Duties of {name_b}, that A does not have", "Every duty of B has a counterpart in A."),
    )  # fmt: skip


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
        *_listed(comparison.a, comparison.boilerplate_a, f"Statements of {name_a}", "A has none."),
        *_listed(comparison.b, comparison.boilerplate_b, f"Statements of {name_b}", "B has none."),
    )


def _unsure(comparison: Comparison) -> tuple[Block, ...]:
    sides = zip((comparison.a, comparison.b), (comparison.unsure_a, comparison.unsure_b), names_of(comparison), strict=True)
    columns = (Column("No.", 7, Align.NAME), Column("Statement", 73), Column("Read as", 20))
    tables = tuple(
        Table(
            f"Statements of {name}, whose section is unsure",
            columns,
            tuple((fact(str(number)), (quote(role.document, p),), fact(f"{p.label}, probability {p.confidence:.2f}")) for number, p in enumerate(passages, 1)),
        )
        for role, passages, name in sides
        if passages
    )
    said = "These statements are read as duties or qualifications, but may well be something else. Neither coverage nor requirements nor signs of level are taken from them."
    return (Paragraph(said), *tables) if tables else ()


def _listed(role: Role, passages: Sequence[Passage], caption: str, otherwise: str) -> tuple[Block, ...]:
    if not passages:
        return (Paragraph(otherwise),)
    return (Table(caption, (Column("No.", 7, Align.NAME), Column("Statement", 93)), bullet_rows(role.document, passages)),)
