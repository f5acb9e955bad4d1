"""What the report on a comparison says of the career ladders of the two roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specsearch.records import Comparison, Ladder, Step
from specsearch.reports.content import (
    Align,
    Block,
    Cell,
    Column,
    Table,
    counted,
    fact,
    quote,
    shortened,
    shown,
    title_of,
)
from specsearch.reports.diagrams import decision_text, step_text
from specsearch.reports.figures import TreeChart, TreeRow

_LONGEST = 220
"""Characters of a quote."""


def ladder_blocks(comparison: Comparison) -> tuple[Block, ...]:
    """The ladders of both roles with the two marked, one where it holds both; nothing where neither has one."""
    found = _worth_showing(comparison)
    blocks: list[Block] = []
    for number, ladder in enumerate(found):
        blocks.append(_chart(ladder, comparison, f"ladder-{number + 1}"))
        blocks.append(_steps(ladder))
    return tuple(blocks)


def _worth_showing(comparison: Comparison) -> Sequence[Ladder]:
    if comparison.ladders is None:
        return ()
    a, b = comparison.ladders
    if _holds(a, b.document.doc_id):
        return (a,)
    if _holds(b, a.document.doc_id):
        return (b,)
    return [ladder for ladder in (a, b) if len(ladder.rungs) > 1]


def _holds(ladder: Ladder, doc_id: str) -> bool:
    return len(ladder.rungs) > 1 and any(document.doc_id == doc_id for rung in ladder.rungs for document in rung.documents)


def _chart(ladder: Ladder, comparison: Comparison, key: str) -> TreeChart:
    sides = (("A", comparison.a.document.doc_id), ("B", comparison.b.document.doc_id))
    rows = []
    for number, rung in enumerate(ladder.rungs):
        ids = {document.doc_id for document in rung.documents}
        marks = "".join(letter for letter, doc_id in sides if doc_id in ids)
        note = "; ".join(filter(None, (step_text(ladder, number), decision_text(rung))))
        rows.append(TreeRow(shown(rung.title), rung.depth, marks, shown(note, "")))
    left_out = f"; {counted(ladder.left_out, 'class', 'classes')} further away left out" if ladder.left_out else ""
    return TreeChart(
        f"The ladder of {title_of(ladder.document)}, each class indented under the one that leads to it{left_out}",
        ". ".join(f"{row.text}: {f'{row.depth} steps up' if row.depth else 'at the foot'}" for row in rows),
        key,
        tuple(rows),
    )


def _steps(ladder: Ladder) -> Table:
    columns = (Column("Lower class", 20, Align.NAME), Column("Higher class", 20, Align.NAME), Column("What is said", 60))
    rows = tuple((fact(ladder.rungs[step.lower].title), fact(ladder.rungs[step.higher].title), _said(step)) for step in ladder.steps)
    return Table(f"What the documents say of the steps of the ladder of {title_of(ladder.document)}", columns, rows)


def _said(step: Step) -> Cell:
    if step.said is None:
        return fact(f"{step.kind}, by their titles")
    whole = quote(step.said.document, step.said.passage)
    return (replace(whole, text=shortened(whole.text, _LONGEST), note=str(step.kind), link=""),)
