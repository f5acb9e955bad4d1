"""Tables of records: rows, columns and ids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sources import HEADING, ITEM, PARAGRAPH, TITLE, lines, read, read_one, styled

# --- CSV ---------------------------------------------------------------------------------------


def test_csv_rows(tmp_path: Path) -> None:
    """Each row is a document: known columns are metadata, cells keep their lines and markup gives structure."""
    result = read(
        tmp_path,
        "x.csv",
        "Class Code;Job Title;City;Salary;Description;Essential Functions\n"
        '4120;Meter Reader;Alder Fork;Grade 7;"Reads meters; every day.\n\nReports ""leaks""."\n'
        "4130;Lead Reader;Alder Fork;;<p>Plans <b>routes</b>.</p><ul><li>Trains readers.</li></ul>;"
        '"1. Checks work.\n2. Rides along."\n',
    )
    first, second = result.documents
    assert result.skips == ()
    assert first.fields.items() >= {"title": "Meter Reader", "jurisdiction": "Alder Fork", "class_code": "4120"}.items()
    assert first.record_id == "4120"
    assert styled(first) == [
        (TITLE, "Meter Reader"),
        (PARAGRAPH, "Class code: 4120"),
        (PARAGRAPH, "City: Alder Fork"),
        (PARAGRAPH, "Salary: Grade 7"),
        (PARAGRAPH, "Reads meters; every day."),
        (PARAGRAPH, 'Reports "leaks".'),
    ]
    assert styled(second)[3:] == [
        (PARAGRAPH, "Plans routes."),
        (ITEM, "Trains readers."),
        (HEADING, "Essential functions"),
        (ITEM, "1. Checks work."),
        (ITEM, "2. Rides along."),
    ]


def test_csv_long_cell(tmp_path: Path) -> None:
    """A cell longer than Python's default limit of 131,072 characters is read."""
    text = "Reads water meters. " * 10_000
    assert len(read_one(tmp_path, "x.csv", f'title,text\nClerk,"{text}"\n').text) > 199_000


def test_csv_rows_that_are_no_documents(tmp_path: Path) -> None:
    """A row without text is a skip with its number, and its neighbours are kept."""
    result = read(tmp_path, "x.csv", "title,grade,text\nClerk,1,Files papers.\nBuyer,2,\n,,\nGuard,3,Guards the vault.\n")
    assert [document.fields["title"] for document in result.documents] == ["Clerk", "Guard"]
    assert [skip.path for skip in result.skips] == ["row 2", "row 3"]
    assert "no text field" in result.skips[0].reason
    assert result.skips[1].reason == "empty record"


def test_csv_loses_no_cell(tmp_path: Path) -> None:
    """A row with more cells than the header is read whole or listed as a skip, never cut off in silence."""
    # BUG: what follows an unquoted comma is dropped without a word.
    result = read(tmp_path, "x.csv", "title,text\nClerk,Files papers, answers the phone, and greets visitors.\n")
    assert result.skips or "greets visitors" in result.documents[0].text


def test_records_with_one_id(tmp_path: Path) -> None:
    """Records that share an id get different ones, so that none hides another."""
    result = read(tmp_path, "x.csv", "id,text\n7,Files papers.\n7,Guards the vault.\n8,Buys goods.\n")
    assert [document.record_id for document in result.documents] == ["7", "7~2", "8"]


def test_records_whose_ids_look_numbered(tmp_path: Path) -> None:
    """Ids stay different also when one of them looks like the number given to a copy."""
    # BUG: both the copy of "7" and the record "7~2" are called "7~2".
    result = read(tmp_path, "x.csv", "id,text\n7,Files papers.\n7,Guards the vault.\n7~2,Buys goods.\n")
    assert len({document.record_id for document in result.documents}) == 3


# --- JSON --------------------------------------------------------------------------------------

SAME_NAMES = [
    (("Title", "title"), ("Reader", "Reader of Meters")),
    (("title", "TITLE "), ("Reader", "Reader of Meters")),
    (("Job Title", "job_title"), ("Reader", "Reader of Meters")),
    (("jobTitle", "Job-Title"), ("Reader", "Reader of Meters")),
    (("Title", "Title"), ("Reader", "Reader of Meters")),
    (("Duty", "Duty"), ("Reads every meter.", "Mends every pump.")),
    (("Min. Pay", "Min Pay"), ("$20", "$25")),
    (("", "#"), ("Reads every meter.", "Mends every pump.")),
    (("", ""), ("Reads every meter.", "Mends every pump.")),
]
"""Names of two columns that come to the same, and their values."""


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl"])
@pytest.mark.parametrize(("names", "values"), SAME_NAMES)
def test_fields_of_one_name(tmp_path: Path, suffix: str, names: tuple[str, str], values: tuple[str, str]) -> None:
    """Columns or keys whose names differ in case or punctuation only, or not at all, keep all their values."""
    columns, cells = [*names, "text"], [*values, "Files papers."]
    if suffix in (".csv", ".tsv"):
        mark = "," if suffix == ".csv" else "\t"
        content = mark.join(columns) + "\n" + mark.join(cells) + "\n"
    else:
        content = "{" + ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in zip(columns, cells, strict=True)) + "}"
    source = read_one(tmp_path, f"x{suffix}", content)
    assert all(value in source.text for value in [*values, "Files papers."])
    assert source.fields.get("title") in (None, values[0])


def test_first_that_says_something(tmp_path: Path) -> None:
    """Of columns of one name the first that is not empty is the field, in each row for itself."""
    table = "Title,title,text\nReader,,Files papers.\n,Clerk,Files papers.\nGuard,Guard,Files papers.\n"
    documents = read(tmp_path, "x.csv", table).documents
    assert [document.fields["title"] for document in documents] == ["Reader", "Clerk", "Guard"]
    assert [lines(document) for document in documents] == [[title, "Files papers."] for title in ("Reader", "Clerk", "Guard")]


@pytest.mark.parametrize("lead", ["\n\n", "\ufeff", "\ufeff\n"])
def test_csv_after_blank_lines(tmp_path: Path, lead: str) -> None:
    """Blank lines before the header are no header."""
    assert read_one(tmp_path, "x.csv", f"{lead}title,text\nReader,Reads meters.\n").fields == {"title": "Reader"}
