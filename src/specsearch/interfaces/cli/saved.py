"""`specsearch saved`: searches that are kept, asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from specsearch.interfaces.cli.failures import reported
from specsearch.interfaces.cli.once import Command, Group, is_with_command
from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    IndexAddress,
    OutputFormat,
    Reviewer,
    Yes,
    asked_first,
    named,
    session_of,
)
from specsearch.interfaces.cli.output import (
    WAITING,
    Format,
    notice,
    one_line,
    print_json,
    print_rows,
    print_table,
    quote,
    quoted_word,
)
from specsearch.interfaces.cli.search import print_hits, tell_reading
from specsearch.interfaces.tables import BY_CHANCE, HIT_COLUMNS, STANDS, passage_row
from specsearch.records import Act
from specsearch.records.moments import day

if TYPE_CHECKING:
    from specsearch.interfaces.service.searches import AgainAnswer, ChangeSearchAnswer

SearchName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the search; capitals do not matter.")]
_COLUMNS = {"name": "search", "question": "asks", "new": "new", "seen": "last seen", "note": "note"}


def command(context: typer.Context, index: IndexAddress = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Ask saved searches again; without a command, show which there are and how much of what each finds is new.

    Example: **specsearch search "monitors the operating budget" --kind duty --save budgets**, and later **specsearch saved run budgets**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.asking_again import question_of
    from specsearch.interfaces.service.searches import SearchesRequest, searches

    if is_with_command(context, "saved"):
        return
    answer = searches(SearchesRequest(counted=True), session_of(index))
    rows = [{**row, "question": question_of(one.saved)} for row, one in zip(shapes.searches(answer), answer.searches, strict=True)]
    if style is not Format.TABLE:
        print_rows(_COLUMNS, [{name: value for name, value in row.items() if name != "question"} for row in rows] if style in (Format.JSON, Format.JSONL) else rows, style)
    elif rows:
        print_table(_COLUMNS, [{**row, "new": row["wrong"] or str(row["new"]), "seen": f"{day(row['seen'])} by {row['seen_by']}"} for row in rows])
    else:
        print('No search is saved yet. Save one with: specsearch search "monitors the operating budget" --save budgets')


def run(
    name: SearchName,
    only: Annotated[bool, typer.Option("--new", help="Show only what is new.")] = False,
    seen: Annotated[bool, typer.Option("--seen", help="And mark all that it finds as seen.")] = False,
    reviewer: Reviewer = None,
    index: IndexAddress = DEFAULT_INDEX,
    style: OutputFormat = Format.TABLE,
) -> None:
    """Ask a saved search again, and tell what is new and what is not found any more since it was seen last.

    What is new stays new until somebody marks it as seen.

    Example: **specsearch saved run budgets --seen**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.searches import AgainRequest, ask_again

    answer = ask_again(AgainRequest(name), session_of(index))
    value = shapes.ask_again(answer)
    if only:
        value["hits"] = [hit for hit in value["hits"] if hit["new"]]
    if style is Format.JSON:
        print_json(value)
    elif style is Format.TABLE:
        _print(answer, only=only)
    else:
        rows = value["hits"] if style is Format.JSONL else [{**passage_row(hit), "new": "yes" if hit["new"] else "no"} for hit in value["hits"]]
        print_rows({"new": "new", **HIT_COLUMNS}, rows, style)
    if seen:
        _changed(answer.saved.name, Act.SEEN, reviewer, index, shown=frozenset(hit.passage.passage_id for hit in answer.answer.hits))


def _print(answer: AgainAnswer, *, only: bool) -> None:
    from specsearch.interfaces.service.asking_again import question_of

    saved, hits = answer.saved, answer.answer.hits
    print(f"{one_line(saved.name)}: {question_of(saved)}")
    tell_reading(answer.answer)
    if answer.answer.is_chance:
        notice(BY_CHANCE)
    print(said_of(answer))
    shown = [hit for hit in hits if hit.passage.passage_id in answer.new] if only else hits
    if shown:
        print_hits(shown, explain=False, new=answer.new)
    for one in answer.left:
        where = STANDS[one.stands] if one.now is None else "others are nearer now"
        print(f"No longer found ({where}): {quote(one.place.text)} ({one_line(one.place.title or one.place.doc_id)})")
    if answer.new:
        print(f"To mark them as seen: specsearch saved seen {quoted_word(one_line(saved.name))}")


def said_of(answer: AgainAnswer) -> str:
    """What is new, in a sentence: "3 new hits since 2026-11-12, 1 no longer found."."""
    count, left = len(answer.new), f", {len(answer.left)} no longer found" if answer.left else ""
    return f"{count or 'No'} new hit{'' if count == 1 else 's'} since {day(answer.saved.seen)} ({one_line(answer.saved.seen_by)}){left}."


def seen(name: SearchName, reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX) -> None:
    """Mark all that a saved search finds now as seen."""
    answer = _changed(name, Act.SEEN, reviewer, index)
    print(f"Seen: {one_line(answer.name)!r}.{WAITING if answer.waits else ''}")


def note(
    name: SearchName, text: Annotated[str, typer.Argument(help="The note; '' takes the one that is there away.")], reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX
) -> None:
    """Note something of a saved search."""
    answer = _changed(name, Act.NOTE, reviewer, index, text)
    print(f"Noted of {one_line(answer.name)!r}.{WAITING if answer.waits else ''}")


def rename(
    name: SearchName, new: Annotated[str, typer.Argument(metavar="NEW-NAME", help="What it is to be called.")], reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX
) -> None:
    """Call a saved search something else."""
    answer = _changed(name, Act.RENAME, reviewer, index, new)
    print(f"{one_line(name)!r} is called {one_line(answer.name)!r} now.{WAITING if answer.waits else ''}")


def delete(name: SearchName, yes: Yes = False, reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX) -> None:
    """Delete a saved search."""
    asked_first(f"Delete the saved search {one_line(name)!r}? What was seen of it is forgotten.", yes=yes)
    answer = _changed(name, Act.DELETE, reviewer, index)
    print(f"Deleted: {one_line(answer.name)!r}.{WAITING if answer.waits else ''}")


def _changed(name: str, act: Act, reviewer: str | None, index: str, value: str = "", shown: frozenset[str] | None = None) -> ChangeSearchAnswer:
    from specsearch.interfaces.service.searches import ChangeSearchRequest, change_search

    return change_search(ChangeSearchRequest(name, act, named(reviewer), value, shown), session_of(index))


app = typer.Typer(cls=Group)
app.callback(invoke_without_command=True)(reported(command))
for _one in (run, seen, note, rename, delete):
    app.command(_one.__name__, cls=Command)(reported(_one))
