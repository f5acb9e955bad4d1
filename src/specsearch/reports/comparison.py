"""What the report on a comparison of two roles says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from specsearch.records import Choice, Comparison, Standing
from specsearch.records.moments import day
from specsearch.reports.content import (
    Align,
    Block,
    Column,
    Finding,
    Heading,
    Paragraph,
    Part,
    Report,
    Review,
    Table,
    fact,
    in_order,
    method_table,
    percentile_text,
    places_part,
    shown,
    title_of,
)
from specsearch.reports.duties import coverage, matches, not_counted, partly, unmatched
from specsearch.reports.evidence import exclusions, level, qualifications
from specsearch.reports.facts import class_facts, pay
from specsearch.reports.ladders import ladder_blocks
from specsearch.reports.likeness import more_alike, of_roles
from specsearch.reports.sides import names_of, signed
from specsearch.roles.decisions import said
from specsearch.roles.names import told_apart

_DECIDED: Mapping[Choice, str] = MappingProxyType(
    {
        Choice.ACCEPT: "accepted as comparable",
        Choice.REJECT: "rejected",
        Choice.LEVEL: "comparable at another level",
    }
)

_PLACES = (
    "Under each quote stands where it is: document A or B, the page if it has pages, and the line. "
    "Appendix 1 says which files the two are, the appendix “Places of the quotes” where exactly each quote stands."
)


def comparison_report(comparison: Comparison) -> Report:
    """The dossier of a comparison: what decides first, what it rests on last."""
    a, b = comparison.a.document, comparison.b.document
    ladders = ladder_blocks(comparison)
    found = Finding(comparison.verdict, tuple(shown(reason) for reason in comparison.reasons))
    parts = [
        Part("verdict", "Verdict", (found, *_decided(comparison), _alike(comparison))),
        Part("coverage", "Coverage of duties", coverage(comparison)),
        Part("matches", "Duties that both have", (Paragraph(_PLACES), *matches(comparison), *partly(comparison))),
        Part("unmatched", "Duties without a counterpart found", unmatched(comparison)),
        Part("level", "Level", (*level(comparison), *_apart(comparison))),
        Part("qualifications", "Requirements", qualifications(comparison)),
        Part("pay", "Pay and status", pay(comparison)),
        Part("review", "Reviewer’s decision", (*_decisions(comparison), Review(("This comparison",)))),
        Part("classes", "The two classes", (class_facts(comparison),), appendix=True),
        *((Part("ladder", "Career ladder", ladders, appendix=True),) if ladders else ()),
        Part("not-counted", "Statements not counted", not_counted(comparison), appendix=True),
    ]
    parts += [places_part(parts), Part("method", "Method", _method(comparison), appendix=True)]
    return Report(
        kind="Comparison of two classes",
        title=" and ".join(shown(name) for name in told_apart((title_of(a), title_of(b)), a, b)),
        subtitle="{}. {}.".format(*names_of(comparison)),
        parts=in_order(parts),
    )


def _alike(comparison: Comparison) -> Paragraph:
    return Paragraph(f"As wholes, the two are {of_roles(comparison.percentile)}: {more_alike(comparison.percentile)}.")


def _apart(comparison: Comparison) -> tuple[Block, ...]:
    """Where one document sets its class apart from the other's; nothing where none does."""
    found = exclusions(comparison)
    return (Heading("What sets the classes apart"), *found) if found else ()


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
    return (
        Paragraph(
            "Each duty of A is compared with each duty of B by meaning, by words, and by general acts (supervises, trains, answers) in common. The best pairs that reach the threshold are counterparts, one to one. "
            "A high score says that two statements mean similar things; whether the jobs are comparable is for the reviewer to decide."
        ),
        method_table(
            comparison.method,
            (
                ("Threshold of a counterpart", f"{comparison.threshold:.2f}, on a scale from 0 to 1 that was learned from pairs of duties that readers labelled"),
                ("Similarity as wholes", f"{signed(comparison.similarity)} standard deviations over a random pair of classes, for which it is 0"),
                ("Percentile", f"{percentile_text(comparison.percentile)}: the two are {more_alike(comparison.percentile)}"),
                ("Difference of level", f"{signed(comparison.level_difference)}: above 0 the signs put A higher, below 0 B"),
            ),
        ),
    )
