"""`specsearch blend`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.interfaces.cli.asked import ROLE_HELP, asked_role
from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexAddress, OutputFormat, session_of
from specsearch.interfaces.cli.output import Format, as_json, one_line, print_json, print_rows, print_table, quote
from specsearch.interfaces.cli.restricted import restricted
from specsearch.interfaces.cli.roles_output import named, quoted
from specsearch.interfaces.service.asking import Where

if TYPE_CHECKING:
    from specsearch.records import Blend, BlendPart, Passage

_COLUMNS = {
    "duty": "duty", "has": "who has it", "first_score": "score of 1", "first_text": "counterpart in 1", "first_document": "document 1",
    "second_score": "score of 2", "second_text": "counterpart in 2", "second_document": "document 2",
}  # fmt: skip


@restricted
def command(
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
    index: IndexAddress = DEFAULT_INDEX,
    *,
    where: Where,
    per_city: Annotated[int, typer.Option(help="Roles of one city that are looked at, at most; 0: no limit.")] = 0,
    mask_titles: Annotated[bool, typer.Option("--mask-titles", help="Leave titles out of how alike roles are.")] = False,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Find the two roles that together cover most of one that no single role covers well.

    Shows what each has, what both have and what is left. There is none where one role does, where a reviewer accepted
    one, or where no two have clearly more than the best one. Roles that a reviewer rejected take no part.

    Example: **specsearch blend "administrative analyst ii" --state WA**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.roles import BlendRequest, blend
    from specsearch.records.rows import rows_of

    answer = blend(BlendRequest(asked_role(role), where, per_city, mask_titles), session_of(index))
    if style is Format.JSON:
        print_json(shapes.blend(answer))
    elif style is Format.JSONL:
        print(as_json(shapes.blend(answer)))
    elif style is not Format.TABLE:
        print_rows(_COLUMNS, rows_of(answer.blend) if answer.blend else [], style)
    else:
        print(one_line(answer.reason))
        if answer.blend:
            _print(answer.blend)


def _print(blend: Blend) -> None:
    print(f"\n   {named(blend.role.document)}  {blend.role.document.doc_id}")
    for number, part in enumerate(blend.parts, start=1):
        print(f"{number}  {named(part.document)}  {part.document.doc_id}\n   {one_line(_said(part))}")
    matches = [{match.a.passage_id: match for match in part.matches} for part in blend.parts]
    rows: list[dict[str, Any]] = []
    for duty in blend.duties:
        row: dict[str, Any] = {"duty": quoted(blend.role, duty)}
        for number, (found, part) in enumerate(zip(matches, blend.parts, strict=True), start=1):
            match = found.get(duty.passage_id)
            row[str(number)] = f"{match.score:.2f} {_counterpart(part, match.b)}" if match else "-"
        rows.append(row)
    print_table({"duty": "duty", "1": "counterpart in 1", "2": "counterpart in 2"}, rows)
    counts = len(blend.both), *(len(part.only) for part in blend.parts), len(blend.left)
    print("Of {} duties both have {}, only 1 has {}, only 2 has {}, neither has {}.".format(len(blend.duties), *counts))


def _said(part: BlendPart) -> str:
    """What a role alone comes to, and what a reviewer decided about it."""
    from specsearch.roles.decisions import said

    alone = f"alone {part.coverage:.0%} of the duties, {part.verdict}"
    return f"{alone}; {said(part.standing)}" if part.standing else alone


def _counterpart(part: BlendPart, passage: Passage) -> str:
    return f"{quote(passage.text)} [line {part.document.line_at(passage.start)}]"
