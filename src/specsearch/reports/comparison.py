"""What the report on a comparison of two roles says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from specsearch.fields import FIELDS, Field, Trait
from specsearch.records import Choice, Comparison, Document, Standing
from specsearch.records.moments import day
from specsearch.reports.content import (
    Align,
    Block,
    Column,
    Finding,
    Paragraph,
    Part,
    Report,
    Review,
    Table,
    fact,
    field_cell,
    method_table,
    percentile_text,
    shown,
    title_of,
)
from specsearch.reports.duties import coverage, matches, not_counted, partly, unmatched
from specsearch.reports.evidence import exclusions, level, qualifications
from specsearch.reports.ladders import ladder_blocks
from specsearch.reports.sides import names_of, sides, signed
from specsearch.roles.decisions import said
from specsearch.roles.names import told_apart

_DECIDED: Mapping[Choice, str] = MappingProxyType(
    {
        Choice.ACCEPT: "accepted as comparable",
        Choice.REJECT: "rejected",
        Choice.LEVEL: "comparable at another level",
    }
)
_CLASS_FIELDS = tuple(field for field in FIELDS if Trait.PAY not in field.traits)
_PAY_FIELDS = tuple(field for field in FIELDS if Trait.PAY in field.traits)


def comparison_report(comparison: Comparison) -> Report:
    """The dossier of a comparison."""
    a, b = comparison.a.document, comparison.b.document
    ladders = ladder_blocks(comparison)
    parts = (
        Part("verdict", "Verdict", (Finding(comparison.verdict, tuple(shown(reason) for reason in comparison.reasons)), _alike(comparison))),
        Part("classes", "The two classes", (_facts("What the documents state about each class", comparison, _CLASS_FIELDS, _sources),)),
        Part("decisions", "Previous decisions", _decisions(comparison)),
        Part("coverage", "Coverage of duties", coverage(comparison)),
        Part("matches", "Duties with a counterpart", matches(comparison)),
        Part("partial", "Partial matches", partly(comparison)),
        Part("unmatched", "Duties without a counterpart", unmatched(comparison)),
        Part("not-counted", "Statements not counted", not_counted(comparison)),
        Part("qualifications", "Qualifications", qualifications(comparison)),
        Part("level", "Signs of level", level(comparison)),
        Part("exclusions", "Exclusions", exclusions(comparison)),
        *((Part("ladder", "Career ladder", ladders),) if ladders else ()),
        Part("pay", "Pay and status", (_facts("Pay, FLSA status and bargaining unit, as the documents print them", comparison, _PAY_FIELDS),)),
        Part("method", "Method", _method(comparison)),
        Part("review", "Reviewer’s decision", (*_decided(comparison), Review(("This comparison",)))),
    )  # fmt: skip
    return Report(
        kind="Comparison of two classes",
        title=" and ".join(shown(name) for name in told_apart((title_of(a), title_of(b)), a, b)),
        subtitle="{}. {}.".format(*names_of(comparison)),
        parts=parts,
    )


def _alike(comparison: Comparison) -> Paragraph:
    return Paragraph(
        f"As wholes, the two are more alike than {percentile_text(comparison.percentile)} of 100 random pairs of classes of "
        f"different employers ({signed(comparison.similarity)} standard deviations from a random pair)."
    )


def _facts(
    caption: str,
    comparison: Comparison,
    fields: Iterable[Field],
    more: Callable[[Document], tuple[tuple[str, str], ...]] = lambda document: (),
) -> Table:
    a, b = comparison.a.document, comparison.b.document
    rows = [(fact(field.caption), field_cell(a, field), field_cell(b, field)) for field in fields if _stated(a, b, field)]
    rows += [(fact(name), fact(of_a), fact(of_b)) for (name, of_a), (_, of_b) in zip(more(a), more(b), strict=True)]
    return Table(caption, sides(comparison, Column("Fact", 16, Align.NAME)), tuple(rows))


def _stated(a: Document, b: Document, field: Field) -> bool:
    """Some facts are worth a row only if a document states them."""
    return Trait.ALWAYS in field.traits or any(getattr(document.source, field.name) is not None for document in (a, b))


def _sources(document: Document) -> tuple[tuple[str, str], ...]:
    return (
        ("Kind of document", str(document.kind).replace("_", " ")),
        ("Source", document.doc_id),
        ("SHA-256 of its text", document.content_hash),
    )


def _decisions(comparison: Comparison) -> tuple[Block, ...]:
    if not comparison.decisions:
        return (Paragraph("No decision on this pair is recorded."),)
    columns = (Column("Date", 13, Align.NAME), Column("Reviewer", 16), Column("Decision", 17), Column("Reason", 34), Column("Since then", 20))
    rows = tuple(
        (fact(day(d.date)), fact(d.reviewer), fact(_DECIDED[d.choice]), fact(d.reason, ""), fact(_since(comparison, standing)))
        for standing in comparison.standings
        for d in (standing.decision,)
    )  # fmt: skip
    return (Table("What reviewers have decided about this pair, oldest first", columns, rows),)


def _since(comparison: Comparison, standing: Standing) -> str:
    """What has changed since a decision; it may name the two roles the other way round, or a file by the id of its copy in the index."""
    decision = standing.decision
    sides = (("A", comparison.a.document), ("B", comparison.b.document))
    changed = [letter for letter, document in sides if document.content_hash not in (decision.content_a, decision.content_b)]
    if standing.current:
        said = "both documents unchanged"
    else:
        said = f"the document of {' and of '.join(changed or ('A or B',))} has changed"
    return said + ("" if decision.fingerprint == comparison.method.fingerprint else "; made with another model")


def _decided(comparison: Comparison) -> tuple[Block, ...]:
    """What was decided last, so that the pair is not taken for a new one."""
    return (Paragraph(f"This pair was {shown(said(comparison.standings[-1]))}."),) if comparison.standings else ()


def _method(comparison: Comparison) -> tuple[Block, ...]:
    threshold = f"{comparison.threshold:.2f}"
    return (
        Paragraph(
            "Each duty of A is compared with each duty of B by meaning, by words, and by general acts (supervises, trains, answers) in common. The best pairs that reach the threshold are counterparts, one to one. "
            "A high score says that two statements mean similar things; whether the jobs are comparable is for the reviewer to decide."
        ),
        method_table(
            comparison.method,
            (
                ("Threshold of a counterpart", f"{threshold}, on a scale from 0 to 1 that was learned from pairs of duties that readers labelled"),
                ("Similarity as wholes", f"{signed(comparison.similarity)} standard deviations over a random pair of classes"),
                ("Percentile", f"{percentile_text(comparison.percentile)} of 100 random pairs of classes of different employers are less alike"),
            ),
        ),
    )
