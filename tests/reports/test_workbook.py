"""Reports as workbooks: types, links, and the same when another program opens them."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from odf import opendocument
from odf.namespaces import OFFICENS, TABLENS
from odf.table import Table, TableCell, TableRow
from odf.teletype import extractText

from specsearch.records import CitySurvey, Comparison
from specsearch.reports import rendered, sheet
from specsearch.reports.cells import Kind, Link, Sheet, SheetColumn
from specsearch.reports.sheet import as_book
from specsearch.reports.sheets_survey import survey_sheets
from subjects import HOSTILE, duty_survey


@pytest.fixture(scope="module")
def book(survey: CitySurvey) -> openpyxl.Workbook:
    """A survey as a workbook, opened."""
    return openpyxl.load_workbook(io.BytesIO(rendered(survey, ".xlsx")))


def rows(book: openpyxl.Workbook, name: str) -> list[dict[str, object]]:
    """The rows of a sheet by their headings."""
    head, *lines = book[name].values
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def test_a_sheet_a_table(book: openpyxl.Workbook) -> None:
    """The first says what the others hold and leads to each; every heading stays in sight, filters, and is printed on every page."""
    assert book.sheetnames == ["About", "Counterparts", "Duties", "Duties by city", "Matrix", "Asked class", "Sources"]
    links = [cell.hyperlink.location for cell in book["About"]["B"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    for one in book:
        assert (one.freeze_panes, one.auto_filter.ref, one.print_title_rows) == ("A2", one.dimensions, "$1:$1")
        assert one.max_row > 1
        assert all(cell.value and cell.font.bold for cell in one[1])


def test_cells_have_types(book: openpyxl.Workbook, survey: CitySurvey) -> None:
    """Scores and shares are figures that are shown with as many decimals as mean something; what is not there is an empty cell."""
    first, _, third = rows(book, "Counterparts")
    assert (first["Counterpart"], first["Score"], first["Percentile"], first["Covered"], first["Verdict"]) == ("yes", 3.2, 99.1, 0.5, "comparable")
    assert (third["Counterpart"], third["Class title"], third["Covered"], third["Verdict"]) == ("no", None, None, None)
    formats = {cell.value: book["Counterparts"].cell(2, cell.column).number_format for cell in book["Counterparts"][1]}
    assert (formats["Score"], formats["Percentile"], formats["Covered"], formats["City"]) == ("0.00", "0.0", "0%", "General")
    having = [sum(cell.passage is not None for cell in row.cells) for row in survey.rows[1:]]
    assert [row["Counterparts that have it"] for row in rows(book, "Duties")] == having
    assert [row["Share of counterparts"] for row in rows(book, "Duties")] == [number / 2 for number in having]  # two of the three cities have a counterpart
    assert len([row for row in rows(book, "Duties by city") if row["Has it"] == "yes"]) == sum(having)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("2017-11-07", datetime(2017, 11, 7)), ("2021-05", "2021-05"), ("1985", "1985"), ("2021-02-30", "2021-02-30"), ("1899-12-31", "1899-12-31")],
)
def test_a_day_is_a_date(stated: str, expected: object) -> None:
    """One that is stated in full and that a spreadsheet can count; no day is made up for a month or a year."""
    made = as_book([Sheet("One", "", (SheetColumn("Date", Kind.DATE, 12),), ((stated,),))])
    assert openpyxl.load_workbook(io.BytesIO(made))["One"]["A2"].value == expected


def test_sources_are_links(comparison: Comparison) -> None:
    """To where a document is published, of a PDF at the page; else to its row among the sources, where it stands."""
    document = comparison.b.document
    published = replace(document, source=replace(document.source, url="https://example.org/spec.pdf"))
    book = openpyxl.load_workbook(io.BytesIO(rendered(replace(comparison, b=replace(comparison.b, document=published)), ".xlsx")))
    for letter, place, _, _, source, *_ in book["No counterpart found"].iter_rows(min_row=2):
        assert place.value
        link = source.hyperlink
        if letter.value == "B":
            assert link.target.startswith("https://example.org/spec.pdf#page=")
        else:
            assert book["Sources"].cell(int(link.location.rpartition("A")[2]), 1).value == source.value == comparison.a.document.doc_id


def test_a_survey_of_a_duty(survey: CitySurvey) -> None:
    """One sheet of cities, with the statement of each."""
    book = openpyxl.load_workbook(io.BytesIO(rendered(duty_survey(survey), ".xlsx")))
    assert book.sheetnames == ["About", "Counterparts", "Sources"]
    assert [bool(row["Statement"]) for row in rows(book, "Counterparts")] == [True, False, False]


def test_more_rows_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """They go on in a further sheet, whose name says so and is short enough; too many links are words; a long text says that it is cut."""
    monkeypatch.setattr(sheet, "_MOST_ROWS", 2)
    monkeypatch.setattr(sheet, "_MOST_LINKS", 1)
    lines = tuple((n, Link(f"{n}", f"https://example.org/{n}"), "x" * 40_000) for n in range(5))
    made = as_book([Sheet("A name of thirty-one characters", "", (SheetColumn("No.", Kind.COUNT), SheetColumn("Link"), SheetColumn("Long")), lines)])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["A name of thirty-one characters", "A name of thirty-one charac (2)", "A name of thirty-one charac (3)"]
    assert [row[0] for one in book for row in list(one.values)[1:]] == [0, 1, 2, 3, 4]
    assert [bool(cell.hyperlink) for cell in book.worksheets[0]["B"]] == [False, True, False]
    assert [len(str(cell.value)) for cell in book.worksheets[0]["C"][1:]] == [32_767] * 2
    assert str(book.worksheets[0]["C2"].value).endswith("…")


def test_the_day_of_writing_is_not_in_the_file(survey: CitySurvey, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same survey gives the same file on another day."""
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Later:
            return cls(2031, 1, 2)

    once = rendered(survey, ".xlsx")
    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    assert rendered(survey, ".xlsx") == once


# --- another program -------------------------------------------------------------------------------


def opened_elsewhere(content: bytes, folder: Path) -> dict[str, list[list[object]]]:
    """What LibreOffice makes of a workbook: the cells of each sheet, by its name."""
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(folder), str(folder / "book.xlsx")], check=True, capture_output=True, timeout=120)
    document = opendocument.load(str(folder / "book.ods"))
    return {table.getAttrNS(TABLENS, "name"): list(lines_of(table)) for table in document.getElementsByType(Table)}


def lines_of(table: Table) -> Iterator[list[object]]:
    for row in table.getElementsByType(TableRow):
        line: list[object] = []
        for cell in row.getElementsByType(TableCell):
            line += [value_of(cell)] * int(cell.getAttrNS(TABLENS, "number-columns-repeated") or 1)
        yield line


def value_of(cell: TableCell) -> object:
    assert not cell.getAttrNS(TABLENS, "formula")
    kind = cell.getAttrNS(OFFICENS, "value-type")
    if kind in ("float", "percentage"):
        return round(float(cell.getAttrNS(OFFICENS, "value")), 9)
    if kind == "date":
        return date.fromisoformat(cell.getAttrNS(OFFICENS, "date-value")[:10])
    return extractText(cell) or None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_reads_the_same(survey: CitySurvey, tmp_path: Path) -> None:
    """LibreOffice has the same figures, days and texts in the same cells, and no formula, whatever documents say."""
    texts = [*HOSTILE, "_x0041_ and _x000D_", "'quoted", "TRUE", "1e5", "2020-01-01", "#N/A", "=1+1"]
    hostile = Sheet("Texts", "", (SheetColumn("Text"), SheetColumn("Day", Kind.DATE), SheetColumn("Share", Kind.SHARE)), tuple((text, "2017-11-07", 0.125) for text in texts))
    content = as_book([*survey_sheets(survey), hostile])
    mine, other = openpyxl.load_workbook(io.BytesIO(content)), opened_elsewhere(content, tmp_path)
    assert list(other) == mine.sheetnames
    for one in mine:
        assert one.max_row <= len(other[one.title])
        for line, (expected, found) in enumerate(zip(one.values, other[one.title], strict=False), 1):
            assert [as_read(value) for value in expected] == found[: len(expected)], (one.title, line)


def as_read(value: object) -> object:
    """A cell as openpyxl has it, as LibreOffice is to have it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | float):
        return round(float(value), 9)
    return value.replace("_x005F_", "_") if isinstance(value, str) else value
