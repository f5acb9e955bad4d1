"""`specsearch list`: lists of passages, roles and comparisons, with notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specsearch.interfaces.cli.failures import reported
from specsearch.interfaces.cli.once import Command, Group, is_with_command
from specsearch.interfaces.cli.options import (
    DEFAULT_INDEX,
    Force,
    IndexAddress,
    OutputFormat,
    Reviewer,
    Yes,
    asked_first,
    named,
    session_of,
)
from specsearch.interfaces.cli.output import (
    EMPLOYER_UNKNOWN,
    WAITING,
    Format,
    one_line,
    print_json,
    print_rows,
    print_table,
    quote,
    quoted_word,
    safe,
)
from specsearch.interfaces.tables import LIST_COLUMNS, STANDS, list_row
from specsearch.records import Act
from specsearch.records.moments import day

if TYPE_CHECKING:
    from specsearch.interfaces.service.lists import ChangeListAnswer

ListName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the list; capitals do not matter.")]
_COLUMNS = {"name": "list", "entries": "entries", "astray": "not as kept", "note": "note", "reviewer": "begun by", "changed": "changed"}
_SHOWN = {"number": "#", "said": "what was kept", "source": "source", "note": "note"}
_HOW = 'Begin one with: specsearch list add "budget work" DOCUMENT:START-END --note "why"'


def command(context: typer.Context, index: IndexAddress = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Collect passages, roles and comparisons in lists, with notes; without a command, show which lists there are.

    Example: **specsearch list add "budget work" "elm-fork/clerk.txt:120-180" --note "as in our class"**, then **specsearch list show "budget work"**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.lists import ListsRequest, lists

    if is_with_command(context, "list"):
        return
    rows = shapes.lists(lists(ListsRequest(), session_of(index)))
    if style is Format.TABLE:
        if rows:
            print_table(_COLUMNS, [{**row, "changed": f"{day(row['changed'])} by {row['changed_by']}"} for row in rows], ("entries", "astray"))
        else:
            print(f"There is no list yet. {_HOW}")
        return
    print_rows(_COLUMNS, rows, style)


def show(name: ListName, index: IndexAddress = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Show a list: what was kept, where it is now, and what was noted of it.

    Example: **specsearch list show "budget work"**
    """
    from specsearch.interfaces import shapes
    from specsearch.interfaces.service.lists import ShowListRequest, show_list

    value = shapes.show_list(show_list(ShowListRequest(name), session_of(index)))
    if style is Format.JSON:
        print_json(value)
    elif style is not Format.TABLE:
        print_rows(LIST_COLUMNS, value["entries"] if style is Format.JSONL else [list_row(row) for row in value["entries"]], style)
    else:
        print(f"{one_line(value['name'])}, begun by {one_line(value['reviewer'])} on {day(value['date'])}" + (f": {one_line(value['note'])}" if value["note"] else "."))
        if value["entries"]:
            print_table(_SHOWN, [_shown(row) for row in value["entries"]], ("number",))
        else:
            print("Nothing is in it.")
        if value["waits"]:
            print(WAITING.strip())


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """An entry in the cells of a table."""
    said, source = [], []
    for place in row["places"]:
        now = place["now"]
        said.append(quote(place["text"]) if place["text"] else place["title"] or place["document"])
        where = "" if now is None else f", page {now['page']}" if now["page"] is not None else f", line {now['line']}"
        source.append(f"{place['title'] or 'title unknown'}, {place['jurisdiction'] or EMPLOYER_UNKNOWN}" if place["text"] else place["jurisdiction"] or EMPLOYER_UNKNOWN)
        source.append(f"{place['document']}{where}" + (f", characters {now['start']}-{now['end']}" if now else ""))
        if place["stands"] != "as kept":
            source.append(f"{STANDS[place['stands']]}{'; quoted as it was kept' if place['text'] and now is None else ''}")
    return {"number": str(row["number"]), "said": tuple(said), "source": tuple(source), "note": (row["note"] or "-", f"{row['reviewer']}, {day(row['date'])}")}


def add(
    name: ListName,
    wanted: Annotated[list[str], typer.Argument(metavar="PASSAGE-OR-ROLE...", help="Passages as DOCUMENT:START-END, as searches show them; or roles by id, title or code.")],
    note: Annotated[str, typer.Option(help="What is to be noted of each of them.")] = "",
    compared: Annotated[bool, typer.Option("--compared", help="Keep two roles as one entry: their comparison.")] = False,
    reviewer: Reviewer = None,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Put passages or roles into a list, which is begun if there is none of that name.

    Example: **specsearch list add "budget work" "elm-fork/clerk.txt:120-180" "budget analyst ii" --note "as in our class"**
    """
    from specsearch.interfaces.service.lists import AddToListRequest, add_to_list

    answer = add_to_list(AddToListRequest(name, tuple(wanted), named(reviewer), note, compared), session_of(index))
    count, there = len(answer.added), f"; {answer.there} {'was' if answer.there == 1 else 'were'} in it already" if answer.there else ""
    print(f"{'Begun' if answer.begun else 'Added to'} {one_line(answer.name)!r}: {count} entr{'y' if count == 1 else 'ies'}{there}.{WAITING if answer.waits else ''}")


def remove(
    name: ListName,
    entries: Annotated[list[str], typer.Argument(metavar="ENTRY...", help="Entries by their numbers in the list, or by what they are of.")],
    reviewer: Reviewer = None,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Take entries out of a list; the numbers of the others stay.

    Example: **specsearch list remove "budget work" 3 5**
    """
    answer = _changed(name, Act.REMOVE, reviewer, index, tuple(entries))
    count = len(answer.entries)
    print(f"Taken out of {one_line(answer.name)!r}: {count} entr{'y' if count == 1 else 'ies'}.{WAITING if answer.waits else ''}")


def note(
    name: ListName,
    text: Annotated[str, typer.Argument(help="The note; '' takes the one that is there away.")],
    entry: Annotated[str | None, typer.Option(help="Number of the entry that it is of. Default: the list as a whole.")] = None,
    reviewer: Reviewer = None,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Note something of a list, or of one of its entries.

    Example: **specsearch list note "budget work" "to be asked again in May" --entry 3**
    """
    answer = _changed(name, Act.NOTE, reviewer, index, () if entry is None else (entry,), text)
    of = f"entry {answer.entries[0].number} of " if answer.entries else ""
    print(f"Noted of {of}{one_line(answer.name)!r}.{WAITING if answer.waits else ''}")


def rename(
    name: ListName, new: Annotated[str, typer.Argument(metavar="NEW-NAME", help="What it is to be called.")], reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX
) -> None:
    """Call a list something else."""
    answer = _changed(name, Act.RENAME, reviewer, index, (), new)
    print(f"{one_line(name)!r} is called {one_line(answer.name)!r} now.{WAITING if answer.waits else ''}")


def delete(name: ListName, yes: Yes = False, reviewer: Reviewer = None, index: IndexAddress = DEFAULT_INDEX) -> None:
    """Delete a list with its notes; the passages and roles stay in the index."""
    from specsearch.interfaces.service.lists import ShowListRequest, show_list

    kept = show_list(ShowListRequest(name), session_of(index)).kept
    notes = sum(bool(one.note) for one in kept.entries)
    asked_first(f"Delete {one_line(kept.name)!r} with {len(kept.entries)} entries and {notes} notes? Nobody can bring them back.", yes=yes)
    answer = _changed(name, Act.DELETE, reviewer, index)
    print(f"Deleted: {one_line(answer.name)!r}.{WAITING if answer.waits else ''}")


def export(
    name: ListName,
    file: Annotated[Path, typer.Argument(help="The file to write; its ending says what it is: .xlsx, .docx, .csv, .json or .md.")],
    force: Force = False,
    index: IndexAddress = DEFAULT_INDEX,
) -> None:
    """Write a list with its notes to a file: a spreadsheet, a Word document, or data.

    Example: **specsearch list export "budget work" budget.xlsx**
    """
    from specsearch.interfaces.service.list_files import write_list
    from specsearch.interfaces.service.lists import ShowListRequest, show_list

    answer = show_list(ShowListRequest(name), session_of(index))
    write_list(answer, file, force=force)
    print(f"Wrote {safe(quoted_word(str(file)))}: {len(answer.entries)} entr{'y' if len(answer.entries) == 1 else 'ies'}.")


def _changed(name: str, act: Act, reviewer: str | None, index: str, entries: tuple[str, ...] = (), value: str = "") -> ChangeListAnswer:
    from specsearch.interfaces.service.lists import ChangeListRequest, change_list

    return change_list(ChangeListRequest(name, act, named(reviewer), entries, value), session_of(index))


app = typer.Typer(cls=Group)
app.callback(invoke_without_command=True)(reported(command))
for _one in (show, add, remove, note, rename, delete, export):
    app.command(_one.__name__, cls=Command)(reported(_one))
