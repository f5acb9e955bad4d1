"""`specsearch compare`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.options import DEFAULT_INDEX, Force, IndexFolder, OutputFormat
from specsearch.interfaces.cli.output import Format, notice, one_line, print_table
from specsearch.interfaces.cli.roles_input import ROLE_HELP, asked_role, only_one_from_standard_input
from specsearch.interfaces.cli.roles_output import named, print_report, quoted

if TYPE_CHECKING:
    from specsearch.records import Comparison, Passage, Role

_REPORT_ENDINGS = ".html, .docx, .md, .csv or .json"


def command(
    a: Annotated[str, typer.Argument(help=ROLE_HELP)],
    b: Annotated[str, typer.Argument(help="The role to compare it with.")],
    index: IndexFolder = DEFAULT_INDEX,
    report: Annotated[Path | None, typer.Option(help=f"Write a dossier that can be handed over: {_REPORT_ENDINGS}.")] = None,
    force: Force = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Compare two roles duty by duty, with coverage both ways, signs of level, and a verdict with its reasons.

    Example: **specsearch compare "citizen response center supervisor" "311 customer care manager" --report dossier.html**
    """
    from specsearch.api import compare
    from specsearch.reports import check_path, write_report
    from specsearch.storage.stores import open_snapshot

    only_one_from_standard_input(a, b)
    if report is not None:
        check_path(report, force=force)
    with open_snapshot(index, notice) as opened:
        comparison = compare(opened, asked_role(opened, a), asked_role(opened, b))
    one, other = comparison.a.document, comparison.b.document
    if (one.doc_id, one.content_hash) == (other.doc_id, other.content_hash):
        notice("The role is compared with itself.")
    if report is not None:
        write_report(comparison, report, force=force)
        notice(f"Wrote {report}.")
    if style is Format.TABLE:
        _print(comparison)
    else:
        print_report(comparison, style)


def _print(comparison: Comparison) -> None:
    a, b = comparison.a, comparison.b
    print(f"A  {named(a.document)}  {a.document.doc_id}")
    print(f"B  {named(b.document)}  {b.document.doc_id}")
    print(f"\n{comparison.verdict.upper()}")
    for reason in comparison.reasons:
        print(f"  - {one_line(reason)}")
    for decision in comparison.decisions:
        print(f"  - {decision.date[:10]} {one_line(decision.reviewer)} decided: {decision.choice}. {one_line(decision.reason)}")
    print(f"\nCoverage: {comparison.coverage_a:.0%} of A's duties, {comparison.coverage_b:.0%} of B's.")
    if comparison.matches:
        rows = [{"score": f"{m.score:.2f}", "a": quoted(a, m.a), "b": quoted(b, m.b)} for m in comparison.matches]
        print_table({"score": "score", "a": "duty of A", "b": "counterpart in B"}, rows, numbers=("score",))
    if comparison.partial:
        print("One statement holds several duties:")
        rows = [{"score": f"{m.score:.2f}", "a": quoted(a, m.a), "b": quoted(b, m.b)} for m in comparison.partial]
        print_table({"score": "score", "a": "A", "b": "B"}, rows, numbers=("score",))
    for name, role, passages in (("A", a, comparison.unmatched_a), ("B", b, comparison.unmatched_b)):
        _list(f"Only in {name}:", role, passages)
    rows = [
        {"what": what, "a": left, "b": right}
        for what, left, right in (
            *(
                (name, _joined(r.value for r in comparison.requirements_a if r.name == name), _joined(r.value for r in comparison.requirements_b if r.name == name))
                for name in ("degree", "years", "substitution", "license")
            ),
            *(
                (kind, _joined(s.text for s in comparison.level_a if s.kind == kind), _joined(s.text for s in comparison.level_b if s.kind == kind))
                for kind in dict.fromkeys(s.kind for s in (*comparison.level_a, *comparison.level_b))
                if kind not in ("years required", "degree required")
            ),
            ("pay", a.document.source.salary_range or "", b.document.source.salary_range or ""),
            ("FLSA", a.document.source.flsa or "", b.document.source.flsa or ""),
        )
        if left or right
    ]
    print_table({"what": "", "a": "A", "b": "B"}, rows)
    print(
        f"Counterparts score {comparison.threshold:.2f} or more, as {comparison.chance:.1%} of random pairs of duties do. "
        f"As wholes the roles are more alike than {comparison.percentile:.1f}% of random pairs."
    )


def _list(heading: str, role: Role, passages: tuple[Passage, ...]) -> None:
    if passages:
        print(heading)
        for passage in passages:
            print(f"  - {quoted(role, passage)}")


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)
