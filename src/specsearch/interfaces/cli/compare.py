"""`specsearch compare`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.asked import ROLE_HELP, asked_roles
from specsearch.interfaces.cli.once import branding_in_force
from specsearch.interfaces.cli.options import DEFAULT_INDEX, Force, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, one_line, print_table
from specsearch.interfaces.cli.roles_output import (
    REPORT_ENDINGS,
    check_report,
    named,
    print_report,
    quoted,
    write_report,
)
from specsearch.records import between
from specsearch.records.moments import day
from specsearch.reports.likeness import CHECK_FIRST

if TYPE_CHECKING:
    from specsearch.records import Comparison, DutyMatch, Passage, Requirement, Role, Signal

def command(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(help=ROLE_HELP)],
    b: Annotated[str, typer.Argument(help="The role to compare it with.")],
    index: IndexAddress = DEFAULT_INDEX,
    report: Annotated[Path | None, typer.Option(help=f"Write a dossier that can be handed over: {REPORT_ENDINGS}.")] = None,
    force: Force = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Compare two roles duty by duty, with coverage both ways, signs of level, and a verdict with its reasons.

    Example: **specsearch compare "citizen response center supervisor" "311 customer care manager" --report dossier.html**
    """
    from specsearch.interfaces.service.roles import CompareRequest, compare

    one, other = asked_roles(a, b)
    check_report(report, force=force)
    session = session_of(index, branding_in_force(ctx) if report else None)
    comparison = compare(CompareRequest(one, other), session).comparison
    write_report(comparison, report, session, force=force)
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
    for standing in comparison.standings:
        decision, when = standing.decision, "" if standing.current else ", on an earlier text"
        print(f"  - {day(decision.date)} {one_line(decision.reviewer)} decided{when}: {decision.choice}. {one_line(decision.reason)}")
    of_a, of_b = between(comparison.interval_a), between(comparison.interval_b)
    print(f"\nCoverage: {comparison.coverage_a:.0%} ({of_a}) of A's duties, {comparison.coverage_b:.0%} ({of_b}) of B's.")
    if comparison.matches:
        _print_matches(comparison, comparison.matches, ("duty of A", "counterpart in B"))
    if comparison.partial:
        print("One statement holds several duties:")
        _print_matches(comparison, comparison.partial, ("A", "B"))
    _print_unmatched(comparison)
    for name, role, passages in (("A", a, comparison.unsure_a), ("B", b, comparison.unsure_b)):
        _print_list(f"Unsure in {name}, not counted:", role, passages)
    rows = [{"what": what, "a": left, "b": right} for what, left, right in _facts(comparison) if left or right]
    print_table({"what": "", "a": "A", "b": "B"}, rows)
    print(
        f"Counterparts score {comparison.threshold:.2f} or more, on a scale from 0 to 1 that was learned from what readers put side by side. "
        f"As wholes the roles are more alike than {comparison.percentile:.1f}% of random pairs."
    )


def _print_matches(comparison: Comparison, matches: Iterable[DutyMatch], headings: tuple[str, str]) -> None:
    a, b = comparison.a, comparison.b
    rows = [{"score": f"{match.score:.2f}", "a": quoted(a, match.a), "b": quoted(b, match.b)} for match in matches]
    print_table({"score": "score", "a": headings[0], "b": headings[1]}, rows, numbers=("score",))


def _print_unmatched(comparison: Comparison) -> None:
    """The duties of each without a counterpart, and what of the other is nearest."""
    a, b = comparison.a, comparison.b
    near_a = {match.a.passage_id: f"nearest in B, {match.score:.2f}: {quoted(b, match.b)}" for match in comparison.nearest_a}
    near_b = {match.b.passage_id: f"nearest in A, {match.score:.2f}: {quoted(a, match.a)}" for match in comparison.nearest_b}
    for name, other, role, passages, near in (("A", "B", a, comparison.unmatched_a, near_a), ("B", "A", b, comparison.unmatched_b, near_b)):
        if passages:
            print(f"No counterpart found in {other} for these duties of {name}. {CHECK_FIRST if near else ''}".rstrip())
        for passage in passages:
            print(f"  - {quoted(role, passage)}")
            if found := near.get(passage.passage_id):
                print(f"      {found}")


def _print_list(heading: str, role: Role, passages: tuple[Passage, ...]) -> None:
    if passages:
        print(heading)
        for passage in passages:
            print(f"  - {quoted(role, passage)}")


def _facts(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    """What the two require, which signs of level they have, and what they state of pay: each with that of A and of B."""
    for name in ("degree", "years", "substitution", "license"):
        yield name, _required(comparison.requirements_a, name), _required(comparison.requirements_b, name)
    for kind in dict.fromkeys(sign.kind for sign in (*comparison.level_a, *comparison.level_b)):
        if kind not in ("years required", "degree required"):
            yield kind, _signs(comparison.level_a, kind), _signs(comparison.level_b, kind)
    one, other = comparison.a.document.source, comparison.b.document.source
    yield "pay", one.salary_range or "", other.salary_range or ""
    yield "FLSA", one.flsa or "", other.flsa or ""


def _required(requirements: Iterable[Requirement], name: str) -> str:
    return "; ".join(requirement.value for requirement in requirements if requirement.name == name)


def _signs(signals: Iterable[Signal], kind: str) -> str:
    return "; ".join(signal.text for signal in signals if signal.kind == kind)
