"""The walk over a corpus folder, and the corpus' own table."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from specsearch.errors import UsageError
from specsearch.readers.walk import SIDECAR, Sidecar, read_sidecar, walk
from specsearch.records import Skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus folder with documents at several depths, and things that are none."""
    for name in (
        "b-town/clerk.txt",
        "b-town/deep/er/guard.md",
        "a-city/reader.txt",
        "top.txt",
        ".hidden.txt",
        ".git/config",
        "b-town/.DS_Store",
        "b-town/~$clerk.docx",
        "README.md",
        "b-town/readme.txt",
        "LICENSE",
        "b-town/unknown.xyz",
    ):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Files papers.", encoding="utf-8")
    return tmp_path / "corpus"


def test_walk_lists_files_by_name(corpus: Path) -> None:
    """All files are listed by name, without hidden files, lock files of Word and files about the corpus."""
    files, skips = walk(corpus)
    assert [file.name for file in files] == [
        "a-city/reader.txt",
        "b-town/clerk.txt",
        "b-town/deep/er/guard.md",
        "b-town/unknown.xyz",
        "top.txt",
    ]
    assert skips == []
    assert all(file.size == 13 and file.path.read_text() == "Files papers." for file in files)


def test_walk_does_not_follow_links(corpus: Path) -> None:
    """Links to files and folders, also in a circle or to nothing, are listed as skips and not followed."""
    (corpus / "a-city/link.txt").symlink_to(corpus / "top.txt")
    (corpus / "a-city/circle").symlink_to(corpus)
    (corpus / "a-city/broken.txt").symlink_to(corpus / "nowhere")
    files, skips = walk(corpus)
    assert len(files) == 5
    assert [skip.path for skip in skips] == ["a-city/broken.txt", "a-city/circle", "a-city/link.txt"]
    assert all("link" in skip.reason for skip in skips)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such file names")
def test_walk_names_can_be_written_as_utf8(corpus: Path) -> None:
    """A file name in an old encoding is listed or skipped under a name that any store can hold."""
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text("Files papers.", encoding="utf-8")
    files, skips = walk(corpus)
    names = [file.name for file in files] + [skip.path for skip in skips]
    assert len(names) == 6
    assert all(name.encode() for name in names)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_walk_lists_pipes(corpus: Path) -> None:
    """A named pipe is a skip that says so."""
    os.mkfifo(corpus / "pipe.txt")
    _, skips = walk(corpus)
    assert skips == [Skip("pipe.txt", "not a regular file (a device or pipe)")]


def test_walk_of_one_file(corpus: Path) -> None:
    """A single file is a corpus of its own, named by its file name."""
    files, _ = walk(corpus / "b-town/clerk.txt")
    assert [file.name for file in files] == ["clerk.txt"]


def test_walk_of_nothing(corpus: Path) -> None:
    """A folder that does not exist is an error that names it and says what to give."""
    with pytest.raises(UsageError, match=r"There is no folder .*nowhere\. Give the folder"):
        walk(corpus / "nowhere")


def test_walk_leaves_the_table_out(corpus: Path) -> None:
    """The corpus' own table of metadata is not a document."""
    (corpus / SIDECAR).write_text("path,title\n", encoding="utf-8")
    files, _ = walk(corpus)
    assert SIDECAR not in [file.name for file in files]


def test_sidecar_for_folder_file_and_record(corpus: Path) -> None:
    """A row of the table speaks of a folder, a file or a record; the narrower one is believed."""
    (corpus / SIDECAR).write_text(
        "Path,Class Title,City,State,url\n"
        "b-town,,City of Birch Hollow,OH,\n"
        "b-town/jobs.csv,,Town of Birch Hollow,,https://example.org/jobs\n"
        "b-town/jobs.csv#17,Meter Reader,,,\n"
        "b-town/deep/,,Birch Hollow Deeps,,\n"
        ",,Nowhere,,\n",
        encoding="utf-8",
    )
    sidecar = read_sidecar(corpus)
    assert sidecar.fields("b-town/clerk.txt", "b-town/clerk.txt") == {"jurisdiction": "City of Birch Hollow", "state": "OH"}
    record = {"jurisdiction": "Town of Birch Hollow", "state": "OH", "url": "https://example.org/jobs"}
    assert sidecar.fields("b-town/jobs.csv#16", "b-town/jobs.csv") == record
    assert sidecar.fields("b-town/jobs.csv#17", "b-town/jobs.csv") == record | {"title": "Meter Reader"}
    assert sidecar.fields("b-town/deep/er/guard.md", "b-town/deep/er/guard.md")["jurisdiction"] == "Birch Hollow Deeps"
    assert sidecar.fields("a-city/reader.txt", "a-city/reader.txt") == {}
    assert sidecar.fields("top.txt", "top.txt") == {}  # a row without a path speaks of nothing


def test_what_is_said_of_the_whole_folder(corpus: Path) -> None:
    """It counts like a row for the topmost folder, which itself is believed before it, as is every narrower row."""
    (corpus / SIDECAR).write_text("path,city,state\n.,,WA\nb-town,Town of Birch Hollow,\n", encoding="utf-8")
    sidecar = read_sidecar(corpus).completed({"jurisdiction": "Tarn County", "state": "OR"})
    assert sidecar.fields("a.txt", "a.txt") == {"jurisdiction": "Tarn County", "state": "WA"}
    assert sidecar.fields("b-town/x/b.txt", "b-town/x/b.txt") == {"jurisdiction": "Town of Birch Hollow", "state": "WA"}
    assert sidecar.fields_of_file("a.txt") == {"": {"jurisdiction": "Tarn County", "state": "WA"}}
    assert read_sidecar(corpus / "nowhere").completed({}) == read_sidecar(corpus / "nowhere")


def test_sidecar_says_what_changed(corpus: Path) -> None:
    """Everything the table says of a file and its records is told together, so that a change is seen."""
    (corpus / SIDECAR).write_text("path,title,state\nb-town,,OH\nb-town/jobs.csv#17,Meter Reader,\n", encoding="utf-8")
    sidecar = read_sidecar(corpus)
    assert sidecar.fields_of_file("b-town/jobs.csv") == {"b-town/jobs.csv#17": {"title": "Meter Reader"}, "": {"state": "OH"}}
    assert sidecar.fields_of_file("b-town/clerk.txt") == {"": {"state": "OH"}}


def test_what_is_said_of_tables_in_their_order() -> None:
    """Of what holds other files the order counts in which something is said of tables; what is said of one path is not about them."""
    first, second = Sidecar({}, {"a*": "rows", "ab*": "sheet"}), Sidecar({}, {"ab*": "sheet", "a*": "rows"})
    assert first.fields_of_file("x.zip") != second.fields_of_file("x.zip")
    assert first.fields_of_file("a.csv") == second.fields_of_file("a.csv")
    assert Sidecar({}, {"/a.csv": "rows"}).fields_of_file("x.zip") == Sidecar({}).fields_of_file("x.zip")


def test_sidecar_without_path_column(corpus: Path) -> None:
    """A table without the column `path` is an error that names the columns it has."""
    (corpus / SIDECAR).write_text("file,title\nx.txt,Clerk\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no column named path\. Its columns are: file, title"):
        read_sidecar(corpus)


def test_sidecar_that_is_no_table(corpus: Path) -> None:
    """A table that is no CSV file is an error of use that names the file."""
    # BUG: decode()'s ReadError comes through; it says nothing of which file.
    (corpus / SIDECAR).write_bytes(bytes(500))
    with pytest.raises(UsageError, match=r"corpus\.csv"):
        read_sidecar(corpus)


def test_sidecar_as_spreadsheets_write_it(corpus: Path) -> None:
    """A byte order mark, CRLF line ends, backslashes in paths and quoted cells of several lines are understood."""
    # BUG: the lines of a quoted cell are put together without a space: "MeterReader".
    text = 'Path,Title\r\nb-town\\clerk.txt,"Chief ""Records"" Clerk, Senior"\r\ntop.txt,"Meter\r\nReader"\r\n'
    (corpus / SIDECAR).write_bytes(text.encode("utf-8-sig"))
    sidecar = read_sidecar(corpus)
    assert sidecar.fields("b-town/clerk.txt", "b-town/clerk.txt") == {"title": 'Chief "Records" Clerk, Senior'}
    assert sidecar.fields("top.txt", "top.txt")["title"].split() == ["Meter", "Reader"]


@pytest.mark.parametrize(
    ("table", "title"),
    [
        pytest.param("path,Title,title\ntop.txt,Reader,Clerk\n", "Reader", id="case"),
        pytest.param("path,Title,title\ntop.txt,,Clerk\n", "Clerk", id="first-is-empty"),
        pytest.param("path,title,title\ntop.txt,,Clerk\n", "Clerk", id="same-name"),
        pytest.param("path,Job Title,title\ntop.txt,Reader II,Clerk\n", "Clerk", id="best-name"),
        pytest.param("path,Job Title,title\ntop.txt,Reader II,\n", "Reader II", id="best-name-is-empty"),
        pytest.param("path,title\ntop.txt,Reader\ntop.txt,Clerk\n", "Reader", id="two-rows"),
        pytest.param("path,title,state\ntop.txt,,OH\ntop.txt,Clerk,\n", "Clerk", id="two-rows-together"),
        pytest.param("path,title,,\ntop.txt,Clerk,,\n", "Clerk", id="empty-columns"),
    ],
)
def test_sidecar_columns_of_one_name(corpus: Path, table: str, title: str) -> None:
    """Of columns that name the same field, and of rows that name the same path, the first that says something is believed."""
    (corpus / SIDECAR).write_text(table, encoding="utf-8")
    assert read_sidecar(corpus).fields("top.txt", "top.txt")["title"] == title


def test_sidecar_row_with_surplus_cells(corpus: Path) -> None:
    """A row with more cells than the header, where every value may stand under another's name, is an error that says which."""
    (corpus / SIDECAR).write_text("path,title,city\ntop.txt,Clerk, Senior,Alder Fork\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"corpus\.csv, line 2: more cells"):
        read_sidecar(corpus)


def test_sidecar_is_optional(corpus: Path) -> None:
    """Without a table nothing is said of any file."""
    assert read_sidecar(corpus).fields("top.txt", "top.txt") == {}
