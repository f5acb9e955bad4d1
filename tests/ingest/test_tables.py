"""How tables and what holds other files get into an index: what is said of them, how it is changed, and what is read again then."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Result, WordEncoder, put, specsearch
from nested import packed, workbook
from small_index import opened
from specsearch.errors import UsageError
from specsearch.ingest.corpus import parse_file
from specsearch.ingest.how import HowRead, checked_tables, tables_of
from specsearch.ingest.messages import is_sound
from specsearch.ingest.update import IndexReport, update_index
from specsearch.readers.context import Context, form_of
from specsearch.readers.limits import Limits
from specsearch.readers.walk import Sidecar
from specsearch.storage.keys import notes_of

pytestmark = pytest.mark.usefixtures("quick")

ROWS: list[list[object]] = [["Title", "Code", "Text"], ["Clerk", 1107, "Files papers of the council in the vault every day."], ["Reader", 4120, "Reads water meters on assigned routes every day."]]
TEXT = "CITY OF ELM FORK\nPARK RANGER\n\nDUTIES\n- Patrols trails of the park every day.\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A corpus of two tables, an archive with one, and a text."""
    folder = tmp_path / "tables"
    put(folder / "elm/jobs.xlsx", workbook({"Jobs": ROWS}))
    put(folder / "elm/list.csv", "Title,Code,Text\nBuyer,7,Buys what the city needs from the lowest bidder.\n")
    put(folder / "all.zip", packed({"in/more.xlsx": workbook({"Jobs": ROWS}), "in/ranger.txt": TEXT}))
    put(folder / "ranger.txt", TEXT)
    return folder


def update(corpus: Path, index: Path, encoder: WordEncoder, **said: str) -> IndexReport:
    return update_index(corpus, index, encoder, reading=HowRead(tables={pattern.replace("__", "*"): form for pattern, form in said.items()}))


def documents(index: Path) -> set[str]:
    with opened(index) as snapshot:
        return {entry.doc_id for entry in snapshot.entries()}


def test_tables_are_said_changed_and_read_again(tables: Path, tmp_path: Path, word_encoder: WordEncoder) -> None:
    """What is said of tables is kept, the files that it is about are read again, and those alone; each run says how."""
    index = tmp_path / "index"
    first = update(tables, index, word_encoder)
    assert set(first.tables) == {"elm/jobs.xlsx: 2 rows read as 2 documents", "elm/list.csv: 1 row read as 1 document", "all.zip: in/more.xlsx: 2 rows read as 2 documents"}
    assert documents(index) == {"elm/jobs.xlsx#1107", "elm/jobs.xlsx#4120", "elm/list.csv#7", "all.zip#in/more.xlsx#1107", "all.zip#in/more.xlsx#4120", "all.zip#in/ranger.txt", "ranger.txt"}
    changed = update(tables, index, word_encoder, **{"elm/__.xlsx": "sheet"})
    assert (changed.added, changed.removed) == (1, 2)
    assert set(changed.tables) == {"elm/jobs.xlsx: read as one document", "all.zip: in/more.xlsx: 2 rows read as 2 documents"}
    assert "elm/jobs.xlsx" in documents(index)
    again = update(tables, index, word_encoder)
    assert not again.is_change
    assert again.tables == ()
    with opened(index) as snapshot:
        assert tables_of(snapshot.meta) == {"elm/*.xlsx": "sheet"}
        assert notes_of(snapshot.meta)["elm/list.csv"] == ("1 row read as 1 document",)
    back = update(tables, index, word_encoder, **{"elm/__.xlsx": ""})
    assert (back.added, back.removed) == (2, 1)


@pytest.mark.parametrize(
    ("kept", "said", "form"),
    [
        ({"jobs1.xlsx": "rows"}, {"jobs1.xlsx": ""}, None),
        ({"jobs*.xlsx": "rows"}, {"jobs1.xlsx": ""}, None),
        ({"jobs1.xlsx": "rows", "jobs*.xlsx": "sheet"}, {"jobs1.xlsx": ""}, None),
        ({"jobs*.xlsx": "rows"}, {"other.xlsx": ""}, "rows"),
        ({"jobs1.xlsx": ""}, {"jobs*.xlsx": "rows"}, "rows"),
    ],
    ids=["itself", "wider", "both", "another", "later"],
)
def test_a_table_is_read_as_it_looks_again(kept: dict[str, str], said: dict[str, str], form: str | None) -> None:
    """"As it looks" holds for one table also where a wider pattern says otherwise of many."""
    settings = HowRead(tables=kept).settings()
    again = HowRead(tables=said).for_index(settings)
    assert form_of("jobs1.xlsx", again.tables) == form
    assert form_of("jobs1.xlsx", HowRead().for_index(again.settings()).tables) == form


@pytest.mark.parametrize(
    ("name", "inside", "form"),
    [("jobs [1].csv", 0, "sheet"), ("Jobs [1].CSV", 0, "sheet"), ("archive/2019/jobs [1].csv", 0, None), ("jobs [1].csv", 1, None)],
    ids=["itself", "large", "elsewhere", "in an archive"],
)
def test_one_table_can_be_meant(name: str, inside: int, form: str | None) -> None:
    """What begins with "/" is said of one path, and of no other table of that name."""
    assert Context(name=name, inside=inside, tables={"/jobs [[]1].csv": "sheet"}).form == form


def test_an_archive_that_changes_or_moves(tables: Path, tmp_path: Path, word_encoder: WordEncoder) -> None:
    """Only what has changed in an archive is embedded again; one that is elsewhere now has nothing embedded."""
    index = tmp_path / "index"
    update(tables, index, word_encoder)
    put(tables / "all.zip", packed({"in/more.xlsx": workbook({"Jobs": ROWS}), "in/ranger.txt": TEXT + "- Greets visitors at the gate.\n"}))
    assert update(tables, index, word_encoder).embedded == 1
    (tables / "all.zip").rename(tables / "elm/all.zip")
    moved = update(tables, index, word_encoder)
    assert (moved.added, moved.removed, moved.embedded) == (3, 3, 0)


def test_more_tables_than_can_be_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an archive with very many tables the first are told of, and how many more there are: it is no damaged file."""
    monkeypatch.setattr("specsearch.ingest.corpus.MOST_NOTES", 3)
    monkeypatch.setattr("specsearch.ingest.messages.MOST_NOTES", 3)
    for count, last in ((3, "2.csv: 1 row read as 1 document"), (5, "and 3 more remarks of this kind")):
        path = tmp_path / f"{count}.zip"
        path.write_bytes(packed({f"{at}.csv": "Title,Text\nClerk,Files papers of the council in the vault.\n" for at in range(count)}))
        found = parse_file(path, path.name, Sidecar({}))
        assert (len(found.documents), len(found.notes), found.notes[-1]) == (count, 3, last)
        assert is_sound(found, path.name, Limits())


def test_what_cannot_be_said_of_tables() -> None:
    """A form that there is not, or no pattern, is refused with what to write."""
    for wrong in ({"x.csv": "columns"}, {"": "rows"}):
        with pytest.raises(UsageError, match="rows for each row"):
            checked_tables(wrong)


def test_commands_say_how_tables_are_read(tables: Path, tmp_path: Path) -> None:
    """`index`, `status` and `parse` say how tables are read; `--table` changes it."""
    index = tmp_path / "index"

    def run(*arguments: object) -> Result:
        return specsearch(*arguments, "--index", index)

    folder = tables / "elm"
    assert "\njobs.xlsx: 2 rows read as 2 documents\n" in run("index", folder).out
    assert "\njobs.xlsx: read as one document\n" in run("index", folder, "--table", "JOBS*=sheet").out
    assert "read as one document" in run("status").out
    assert "2 rows read as 2 documents" in specsearch("parse", folder / "jobs.xlsx").err
    assert run("index", folder, "--table", "x=y").code == 2
