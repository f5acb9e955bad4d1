"""`specsearch ladder`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.asked import ROLE_HELP, asked_role
from specsearch.interfaces.cli.layout import output_width, wrapped
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, session_of
from specsearch.interfaces.cli.output import one_line, print_json, print_table, quote
from specsearch.interfaces.cli.roles_output import named

if TYPE_CHECKING:
    from specsearch.records import Ladder, Rung, Said


class LadderFormat(StrEnum):
    """Output formats of a ladder."""

    TABLE = "table"
    JSON = "json"
    MD = "md"
    MERMAID = "mermaid"
    DOT = "dot"


def command(
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
    index: IndexAddress = DEFAULT_INDEX,
    style: Annotated[LadderFormat, typer.Option("--format", "-f", help="How to print the result; mermaid and dot are for programs that draw.")] = LadderFormat.TABLE,
) -> None:
    """Show the family of a role: the classes of its employer that lead to it and that it leads to.

    It is read from what the documents say: experience as another class that is required, promotion, levels of one series.
    A class stands over those that lead to it. Who supervises whom is listed apart, and so are names of classes that no document has.

    Example: **specsearch ladder "senior planner" --format mermaid**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.roles import LadderRequest, ladder

    answer = ladder(LadderRequest(asked_role(role)), session_of(index))
    if style is LadderFormat.JSON:
        print_json(shapes.ladder(answer))
    elif style is LadderFormat.TABLE:
        _print(answer.ladder)
    else:
        from specsearch.reports import diagrams

        draw = {LadderFormat.MD: diagrams.as_list, LadderFormat.MERMAID: diagrams.as_mermaid, LadderFormat.DOT: diagrams.as_dot}[style]
        print(draw(answer.ladder), end="")


def _print(ladder: Ladder) -> None:
    from specsearch.records import Said

    print(f"{named(ladder.document)}  {one_line(ladder.document.doc_id)}\n")
    for line in _tree(ladder):
        print(line)
    if len(ladder.rungs) == 1:
        print("\nNo other class of its employer is linked to it." if ladder.document.source.jurisdiction else "\nIts employer is not known, so that no other class is looked for.")
    if ladder.left_out:
        print(f"\n{ladder.left_out} more classes are linked to these; they are further away, and left out.")
    steps = [
        {"from": ladder.rungs[step.lower].title, "to": ladder.rungs[step.higher].title, "said": (str(step.kind), _quoted(step.said))}
        for step in ladder.steps
    ]
    if steps:
        print_table({"from": "from", "to": "to", "said": "what is said"}, steps)
    if ladder.beside:
        print("Beside the ladder:")
        print_table({"a": "class", "b": "names", "said": "what is said"}, [{"a": one.source, "b": one.target, "said": (str(one.kind), _quoted(one.said))} for one in ladder.beside])
    if ladder.unresolved:
        print("Named, but no document of the employer has the title:")
        print_table({"name": "class", "said": "what is said"}, [{"name": one.name, "said": (str(one.kind), _quoted(Said(ladder.document, one.passage, one.start, one.end)))} for one in ladder.unresolved])


def _tree(ladder: Ladder) -> Iterator[str]:
    """The classes, each under the one below it, in lines that fit the output."""
    from specsearch.reports.diagrams import decision_text, step_text

    last = _last_of_their_row(ladder.rungs)
    open_rows: list[bool] = []
    for number, rung in enumerate(ladder.rungs):
        del open_rows[rung.depth :]
        stem = "".join("│  " if row else "   " for row in open_rows[1:])
        open_rows.append(not last[number])
        before, after = ("", "") if not rung.depth else (stem + ("└─ " if last[number] else "├─ "), stem + ("   " if last[number] else "│  "))
        ids = ", ".join(one.doc_id for one in rung.documents)
        said = "; ".join(filter(None, (step_text(ladder, number), decision_text(rung))))
        text = one_line(f"{'▶ ' if rung.asked else ''}{rung.title}  [{ids}]{f'  {said}' if said else ''}")
        for i, line in enumerate(wrapped(text, max(20, output_width() - len(before) - 1))):
            yield f" {after if i else before}{line}".rstrip()


def _last_of_their_row(rungs: Sequence[Rung]) -> list[bool]:
    """Whether each class is the last of those that stand over the same one."""
    seen: set[int | None] = set()
    found = []
    for rung in reversed(rungs):
        found.append(rung.lower not in seen)
        seen.add(rung.lower)
    return found[::-1]


def _quoted(said: Said | None) -> str:
    """A statement with its document and line; what the titles tell has none."""
    return f"{quote(said.passage.text)} [{said.document.doc_id}, line {said.document.line_at(said.start)}]" if said else "by their titles"
