"""Spreadsheets, and tables whose columns are told by where they stand and by what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from nested import sheet, workbook
from sources import HEADING, ITEM, PARAGRAPH, ROW, check, lines, read, read_one, refusal, styled
from specsearch.encoding.semantics import load_reading
from specsearch.errors import UsageError
from specsearch.parsing.vocabulary import OwnWords, load_vocabulary
from specsearch.readers import read_data, read_file
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.grid import Grid
from specsearch.readers.limits import Limits
from specsearch.readers.listing import read_grid
from specsearch.records import SourceText

FIXTURES = Path(__file__).parents[1] / "fixtures"
HEAD: list[object] = ["Class Title", "Class Code", "Department", "Essential Duties"]
READER: list[object] = ["Meter Reader", 4120, "Water", "- Reads water meters on assigned routes every day.\n- Reports leaks to the dispatcher."]
CLERK: list[object] = ["Records Clerk", 1107, "City Clerk", "- Files papers of the council in the vault every day."]
DOES = "Keeps the records of the council and finds them again for whoever asks, every day of the week."
FIELDS = {"title": "Meter Reader", "class_code": "4120", "department": "Water"}


def fields(documents: Sequence[SourceText], *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(document.fields.get(name) for name in names) for document in documents]


def grid_read(rows: Sequence[Sequence[str]], *, records: bool = False, merged: Sequence[tuple[int, int, int, int]] = ()) -> ReadResult:
    """What is read of cells, without meaning."""
    return read_grid(Grid("Jobs", rows, merged), Context(), records=records)


def test_a_row_is_a_document(tmp_path: Path) -> None:
    """Below the names of its columns each row of a sheet is a document, and that is said."""
    result = read(tmp_path, "x.xlsx", workbook({"Jobs": [HEAD, READER, CLERK]}))
    reader, clerk = result.documents
    assert result.notes == ("2 rows read as 2 documents",)
    assert dict(reader.fields) == FIELDS
    assert (reader.key, clerk.key) == ("4120", "1107")
    assert styled(reader)[-3:] == [(HEADING, "Essential duties"), (ITEM, "- Reads water meters on assigned routes every day."), (ITEM, "- Reports leaks to the dispatcher.")]


@pytest.mark.parametrize("name", ["jobs.xls", "jobs.ods"])
def test_formats_of_other_programs(name: str) -> None:
    """What LibreOffice saves in the old format of Excel and in its own is read like an xlsx."""
    result = read_file(FIXTURES / name)
    assert fields(result.documents, "title", "class_code", "effective_date") == [("Meter Reader", "4120", "2021-07-01"), ("Records Clerk", "1107", "2022-01-15")]


def test_lines_above_the_header(tmp_path: Path) -> None:
    """Title lines may stand above the names of the columns; whose list it is they can say."""
    rows: list[list[object]] = [["City of Elm Fork"], ["Class list, printed", 45000], [], HEAD, READER, CLERK]
    for name, content in (("x.xlsx", workbook({"Jobs": sheet(rows, ["A1:D1"])})), ("x.csv", "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))):
        result = read(tmp_path, name, content)
        assert fields(result.documents, "title", "publisher")[0] == ("Meter Reader", "City of Elm Fork | Class list, printed 45000")
        assert len(result.documents) == 2


def test_names_in_two_rows(tmp_path: Path) -> None:
    """A name that is merged over several columns stands before the names below it."""
    rows: list[list[object]] = [["Title", "Qualifications", None], [None, "Required", "Preferred"], ["Clerk", "Two years of work with the records of a city.", "A degree in the science of libraries, or in law."]]
    source = read_one(tmp_path, "x.xlsx", workbook({"Jobs": sheet(rows, ["A1:A2", "B1:C1"])}))
    assert [line for line in lines(source) if line.startswith("Qual")] == ["Qualifications required: Two years of work with the records of a city.", "Qualifications preferred: A degree in the science of libraries, or in law."]


SEVERAL = {
    "merged": ([["Meter Reader", 4120, "Reads meters."], [None, None, "Reports leaks."], ["Clerk", 1107, "Files papers."], [None, None, "Greets visitors."]], ["A2:A3", "B2:B3", "A4:A5", "B4:B5"]),
    "left out": ([["Meter Reader", 4120, "Reads meters."], [None, None, "Reports leaks."], ["Clerk", 1107, "Files papers."], [None, None, "Greets visitors."]], []),
    "said again": ([["Meter Reader", 4120, "Reads meters."], ["Meter Reader", 4120, "Reports leaks."], ["Clerk", 1107, "Files papers."], ["Clerk", 1107, "Greets visitors."]], []),
}


@pytest.mark.parametrize(("rows", "merged"), SEVERAL.values(), ids=SEVERAL)
def test_a_duty_a_row(tmp_path: Path, rows: list[list[object]], merged: list[str]) -> None:
    """Rows that say one thing after the other of one job are one document, unless each row is said to be one."""
    content = workbook({"Jobs": sheet([["Title", "Code", "Duties"], *rows], merged)})
    result = read(tmp_path, "x.xlsx", content)
    assert result.notes == ("4 rows read as 2 documents",)
    assert [lines(source)[-2:] for source in result.documents] == [["Reads meters.", "Reports leaks."], ["Files papers.", "Greets visitors."]]
    each = read_file(tmp_path / "x.xlsx", context=Context(name="x.xlsx", tables={"*": "rows"}))
    assert len(each.documents) + len(each.skips) == 4


def test_whole_documents_of_one_title_stay_apart(tmp_path: Path) -> None:
    """Two openings of one title are two documents: each has more to say than a statement."""
    long = "Reads water meters on assigned routes and reports leaks. " * 8
    result = read(tmp_path, "x.csv", f"title,text\nReader,{long}North.\nReader,{long}South.\n")
    assert len(result.documents) == 2


POSTINGS = {
    "dates": ["Posted", "2024-01-01", "2024-06-01"],
    "places": ["Site", "Elm", "Oak"],
    "years": ["Year", "2023", "2024"],
    "grades": ["Grade", "12", "14"],
}


@pytest.mark.parametrize(("name", "first", "second"), POSTINGS.values(), ids=POSTINGS)
def test_short_postings_of_one_title_stay_apart(name: str, first: str, second: str) -> None:
    """Rows of one title that are of other days or places are not of one job, however short they are."""
    rows = [["Title", name, "Text"], ["Clerk", first, "Files papers of the council."], ["Clerk", second, "Greets visitors of the council."], ["Cook", first, "Cooks for the council."]]
    assert len(grid_read(rows).documents) == 3


def test_a_record_is_a_document_whatever_it_says_again() -> None:
    """In a format made for records rows of one title are put together only where those below the first leave it out."""
    rows = [["Title", "Text"], ["Clerk", "Files papers of the council."], ["Clerk", "Greets visitors of the council."], ["Cook", "Cooks for the council."]]
    assert len(grid_read(rows, records=True).documents) == 3
    assert len(grid_read(rows).documents) == 2
    left_out = [["Title", "Text"], ["Clerk", "Files papers of the council."], ["", "Greets visitors."], ["Cook", "Cooks for the council."], ["", "Washes up."]]
    assert len(grid_read(left_out, records=True).documents) == 2


def test_titles_that_are_missing_stand_for_nothing() -> None:
    """Where titles are left out here and there, the rows without are not of the jobs above them."""
    rows = [["Title", "Text"], *([title, f"{at} {DOES}"] for at, title in enumerate(["Clerk", "", "Cook", "Nurse", "Guard", "", "Driver"]))]
    assert len(grid_read(rows, records=True).documents) == len(grid_read(rows).documents) == 7


def test_jobs_that_are_called_like_labels() -> None:
    """A list of supervisors is no form, whatever labels begin with."""
    rows = [["Title", "Work", "Remarks"], *([f"Supervisor, {where}", f"{where} {DOES}", "none"] for where in ("Parks", "Water", "Roads", "Trees", "Pools"))]
    assert len(grid_read(rows, records=True).documents) == 5


def test_figures_beside_statements() -> None:
    """What share of the time a duty takes does not tell jobs apart, nor does the section that it is of."""
    rows = [["Title", "Part", "Words", "% of time"], ["Clerk", "Duties", "Files papers.", "60"], ["Clerk", "Duties", "Greets visitors.", "30"], ["Clerk", "Requirements", "Two years of it.", "10 %"]]
    assert len(grid_read(rows).documents) == 1


def test_sections_a_row(tmp_path: Path) -> None:
    """A column that names sections heads what stands beside it."""
    rows = [["Title", "Part", "Words"]] + [[title, part, f"{title} {part} {n}."] for title in ("Reader", "Clerk") for part in ("Duties", "Qualifications") for n in (1, 2)]
    result = read(tmp_path, "x.xlsx", workbook({"Jobs": rows}))
    assert next(lines(source) for source in result.documents) == ["Reader", "Duties", "Reader Duties 1.", "Reader Duties 2.", "Qualifications", "Reader Qualifications 1.", "Reader Qualifications 2."]


LONG = "Keeps the records of the council and finds them again for whoever asks, every day of the week.\nGreets visitors."
FORMS: dict[str, tuple[list[list[object]], list[str]]] = {
    "labels beside values": ([["Class Title", "Clerk"], ["Class Code", 1107], ["Department", "City Clerk"], ["Duties", LONG]], []),
    "pairs": ([["POSITION"], ["Class Title:", "Clerk", "Class Code:", 1107], ["Department:", "City Clerk", "Grade:", 7], ["Duties", LONG]], ["A1:D1"]),
    "below and indented": ([["Class Title", "Clerk"], ["Class Code", 1107], ["Department", "City Clerk"], [], ["Duties"], [None, LONG.split("\n")[0]], [None, LONG.split("\n")[1]]], []),
    "with a table": ([["Class Title", "Clerk"], ["Class Code", 1107], ["Department", "City Clerk"], [], ["Duty", "Percent of Time", "Frequency"], *[[line, 50, "Daily"] for line in LONG.split("\n")]], []),
}


@pytest.mark.parametrize(("rows", "merged"), FORMS.values(), ids=FORMS)
def test_a_form_is_one_document(tmp_path: Path, rows: list[list[object]], merged: list[str]) -> None:
    """A sheet whose names stand beside their values is one document, in its order, with what it states."""
    rows = [*rows, [], ["Qualifications"], [None, "Two years of experience with the records of a city or county."]]
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook({"Form": sheet(rows, merged)}))
    result = read_file(path)
    (source,) = result.documents
    check(source)
    assert result.notes == ("read as one document",)
    assert (source.key, {name: source.fields[name] for name in ("title", "class_code", "department")}) == (None, {"title": "Clerk", "class_code": "1107", "department": "City Clerk"})
    places = [source.text.index(text) for text in ("Clerk", "Dut", "Keeps the records", "Greets visitors", "Qualifications", "Two years")]
    assert places == sorted(places)
    assert "Qualifications" in [text for style, text in styled(source) if style is HEADING]


def test_columns_may_be_documents(tmp_path: Path) -> None:
    """Where the first column names what the others state, each of these is a document."""
    columns = [HEAD, READER, CLERK]
    result = read(tmp_path, "x.xlsx", workbook({"Matrix": [list(row) for row in zip(*columns, strict=True)]}))
    assert fields(result.documents, "title", "class_code", "department") == [tuple(map(str, READER[:3])), tuple(map(str, CLERK[:3]))]


SIDE = [["Title", "Clerk", "Cook"], ["Class Code", "A1", "B2"], ["Department", "Finance", "Kitchen"], ["Duties", f"Clerk. {LONG}", f"Cook. {LONG}"], ["Qualifications", "Two years of it.", "Three years of it."]]
BETWEEN: dict[str, tuple[list[list[str]], list[tuple[int, int, int, int]], str]] = {
    "line": ([*SIDE[:3], ["Applicants must pass a test of drugs.", "", ""], *SIDE[3:]], [], "pass a test of drugs"),
    "merged": ([*SIDE[:3], ["Applicants must pass a test of drugs.", "", ""], *SIDE[3:]], [(3, 0, 3, 2)], "pass a test of drugs"),
    "one": ([*SIDE, ["", "", "Only at night in winter."]], [], "Only at night in winter."),
    "remarks": ([[*row, f"Remark {at}." if at == 3 else ""] for at, row in enumerate(SIDE)], [], "Remark 3."),
}


@pytest.mark.parametrize(("rows", "merged", "text"), BETWEEN.values(), ids=BETWEEN)
def test_columns_keep_what_stands_between_them(rows: list[list[str]], merged: list[tuple[int, int, int, int]], text: str) -> None:
    """Of a table that is turned on its side nothing is lost: lines between its rows, single cells, and columns hardly filled."""
    result = grid_read(rows, merged=merged)
    assert [tuple(source.fields.get(name) for name in ("title", "class_code")) for source in result.documents][:2] == [("Clerk", "A1"), ("Cook", "B2")]
    assert any(text in source.text for source in result.documents) or len(result.skips) == 1


def test_merged_cells_that_are_empty() -> None:
    """Cells that are merged to the left of a header, with nothing in the first of them, do no harm."""
    rows = [["", "Title", "Code", "Text"], ["", "Clerk", "A1", DOES], ["", "Cook", "B2", DOES]]
    assert fields(grid_read(rows, merged=[(0, 0, 0, 3)]).documents, "title") == [("Clerk",), ("Cook",)]


def test_sheets_are_read_each_by_itself(tmp_path: Path) -> None:
    """Documents are named by their sheets; hidden ones and those without a job are not read, and said."""
    result = read(tmp_path, "x.xlsx", workbook({"Water": [HEAD, READER], "Clerks #2": [HEAD, CLERK], "Lists": [["Water"]], "Grid": [["Grade", "Step"], [1, 2.5], [2, 3.5]]}, hidden=["Lists"]))
    assert [source.key for source in result.documents] == ["Water#4120", "Clerks %232#1107"]
    assert [skip.path for skip in result.skips] == ["sheet Grid"]
    assert any("Lists" in note and "hidden" in note for note in result.notes)


def test_values_are_as_they_are_kept(tmp_path: Path) -> None:
    """Numbers have all their digits and no needless point, dates are ISO dates; of a formula what it came to counts, as text only."""
    dated = b'<c r="C2" t="d"><v>2024-03-01T00:00:00Z</v></c>'
    formula = b'<c r="D2" t="str"><f>HYPERLINK("https://example.org")</f><v>Files papers of the council in the vault.</v></c>'
    source = read_one(tmp_path, "x.xlsx", workbook({"Jobs": sheet([["Title", "Code", "Revised", "Text", "Hours"], ["Clerk", 1107.0, dated, formula, 37.5]])}))
    assert source.fields["class_code"] == "1107"
    assert read_one(tmp_path, "y.xlsx", workbook({"Jobs": [["Title", "Code", "Text"], ["Clerk", 12345678901.5, DOES]]})).fields["class_code"] == "12345678901.5"
    assert source.fields["effective_date"].startswith("2024-03-01")
    assert "Hours: 37.5" in lines(source)
    assert "Files papers of the council in the vault." in lines(source)
    assert "HYPERLINK" not in source.text


OTHERS = {
    "page": b"<html><body><table><tr><th>Title</th><th>Code</th><th>Text</th></tr><tr><td>Clerk</td><td>1107</td><td>Files papers.<br>Greets visitors.</td></tr></table></body></html>",
    "tabs": b"Title\tCode\tText\nClerk\t1107\tFiles papers.\n",
    "workbook": workbook({"Jobs": [["Title", "Code", "Text"], ["Clerk", 1107, "Files papers."]]}),
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_what_goes_by_the_name_of_a_spreadsheet(tmp_path: Path, content: bytes) -> None:
    """Exports are web pages or texts by the name of a spreadsheet: they are read as what they are."""
    source = read_one(tmp_path, "x.xls", content)
    assert (source.fields["title"], source.fields["class_code"]) == ("Clerk", "1107")
    assert "Files papers." in lines(source)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML form of 2003", id="xml"),
        pytest.param(b"\0\1\2" * 100, "whatever its name says", id="binary"),
        pytest.param(workbook({"Grid": [["Grade", "Step"], [1, 2.5], [2, 3.5]]}), "too few words", id="figures"),
        pytest.param(workbook({"Empty": []}), "holds anything", id="empty"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """What holds no job is refused with the reason."""
    assert message in refusal(tmp_path, "x.xls", content)


def test_cells_far_away(tmp_path: Path) -> None:
    """A sheet whose filled cells are too far apart is refused before it takes the memory of all cells between them."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook({"Jobs": sheet([HEAD, READER], more='<row r="900"><c r="ZZ900"><v>1</v></c></row>')}))
    assert read_file(path).documents
    with pytest.raises(Exception, match="900 rows and 702 columns"):
        read_file(path, Limits(cells=100_000))


def test_a_sheet_can_be_one_document(tmp_path: Path) -> None:
    """Somebody can say that a sheet is one document: all of it is there, under the names of its columns."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook({"Jobs": [HEAD, READER, CLERK]}))
    (source,) = read_file(path, context=Context(name="lists/x.xlsx", tables={"lists/*": "sheet"})).documents
    assert not source.fields
    assert {"Class Title: Meter Reader", "Class Title: Records Clerk", "Department: City Clerk"} <= set(lines(source))


def told(names: Mapping[str, str], value: str = "", *, meaning: bool) -> dict[str, str]:
    """What is read of a row below such names."""
    tell = load_reading().tell if meaning else None
    assert value == ""
    head, cells = ",".join(names), ",".join(f'"{cell}"' for cell in names.values())
    (source,) = _read(f"{head}\n{cells}\n", Context(name="x.csv", tell=tell))
    return dict(source.fields)


def _read(content: str, context: Context) -> Sequence[SourceText]:
    return read_data(content.encode(), ".csv", context).documents


STRANGE = {"Role name": "Meter Reader", "Classification number": "4120", "Home department": "Water", "Rate of pay": "$21.40", "Closes": "2024-05-01", "Contact person": "Dana Rowe", "What you will do": "Reads water meters on assigned routes and reports leaks."}


def test_columns_are_told_by_meaning() -> None:
    """Names that nobody knows are told by what they mean and by what stands below them; without that they are text."""
    assert told(STRANGE, meaning=True) == {"title": "Meter Reader", "class_code": "4120", "department": "Water", "salary_range": "$21.40"}
    assert told(STRANGE, meaning=False) == {}


OWN = """[columns.names]
"Position" = "other"
"Job seat" = "title"
"Org 3" = "department"
"""


def test_an_analyst_says_what_columns_are() -> None:
    """What somebody says of a name is believed, also of one that the program knows, whatever stands below it."""
    tell = load_reading(load_vocabulary(OwnWords("own.toml", OWN))).tell
    (source,) = _read("Position,Job seat,Org 3,Text\n17,Clerk.,555,Files papers.\n", Context(name="x.csv", tell=tell))
    assert dict(source.fields) == {"title": "Clerk.", "department": "555"}
    with pytest.raises(UsageError, match="nothing that a column states"):
        load_vocabulary(OwnWords("own.toml", '[columns.names]\n"x" = "colour"\n'))


def test_values_of_another_kind_are_no_field() -> None:
    """A column is not what its name may mean if its values do not look so."""
    assert "class_code" not in told({"Title": "Clerk", "Classification number": "see the plan", "Text": "Files papers."}, meaning=True)


def test_a_table_within_a_form(tmp_path: Path) -> None:
    """A column of statements heads them, with what stands beside each; other tables are read row by row below their header."""
    rows: list[list[object]] = [["Class Title", "Clerk"], ["Department", "City Clerk"], [], ["Duty", "Percent of Time", "How often"], [LONG.split("\n")[0], 60, "Daily"], ["Greets visitors of the council at the desk.", 40, "Daily"]]
    source = read_one(tmp_path, "x.xlsx", workbook({"Form": rows}))
    assert styled(source)[:1] + styled(source)[2:] == [
        (PARAGRAPH, "Class Title: Clerk"),
        (HEADING, "Duty"),
        (ITEM, f"{LONG.split(chr(10))[0][:-1]} (Percent of Time: 60; How often: Daily)."),
        (ITEM, "Greets visitors of the council at the desk (Percent of Time: 40; How often: Daily)."),
    ]
    steps = [["Class Title", "Clerk"], ["Duties", LONG], ["Step", "From date", "Pay"], ["A", "2024-01-01", "$20.10 an hour"], ["B", "2025-01-01", "$21.10 an hour"]]
    assert styled(read_one(tmp_path, "y.xlsx", workbook({"Form": steps})))[-3:] == [(ROW, "Step | From date | Pay"), (ROW, "A | 2024-01-01 | $20.10 an hour"), (ROW, "B | 2025-01-01 | $21.10 an hour")]


@pytest.mark.parametrize(
    ("names", "pay"),
    [
        (("Salary From", "Salary To"), "41000 - 52000"),
        (("MIN_HOURLY_RATE", "MAX_HOURLY_RATE"), "41000 - 52000"),
        (("Salary Low", "Room"), None),
        (("Minimum Education", "Maximum Age"), None),
    ],
)
def test_pay_in_two_columns(tmp_path: Path, names: tuple[str, str], pay: str | None) -> None:
    """What is paid at least and at most can stand in two columns; one end alone is no pay."""
    source = read_one(tmp_path, "x.csv", f"Title,{','.join(names)},Text\nClerk,41000,52000,Files papers.\n")
    assert source.fields.get("salary_range") == pay


STRANGE_NAMES: dict[str, list[str]] = {
    "shortened": ["Title", "Class No.", "Text"],
    "marked": ["Title", "Est. pay!", "Text"],
    "long": ["Title", "Code", "Minimum qualifications required at the time of application, incl. licences"],
    "three times": ["Title", "Duty", "Duty", "Duty"],
}


@pytest.mark.parametrize("names", STRANGE_NAMES.values(), ids=STRANGE_NAMES)
def test_names_that_look_like_none(names: list[str]) -> None:
    """One name that is shortened, long, marked or said again does not keep a row from naming the columns."""
    result = grid_read([names, *([job, *[f"{job} {at}. {DOES}" for at in names[1:]]] for job in ("Clerk", "Driver", "Cook"))])
    assert fields(result.documents, "title") == [("Clerk",), ("Driver",), ("Cook",)]


def test_pairs_are_no_names() -> None:
    """Labels beside their values name no columns, also where several pairs stand in a row."""
    result = grid_read([["Title", "Clerk of the council.", "Class Code", "see the plan"], ["Department", "Finance.", "Salary", "by step"], ["Duties", DOES, "Qualifications", DOES]])
    assert fields(result.documents, "title", "department") == [("Clerk of the council.", "Finance.")]


EXPORTS: dict[str, list[list[str]]] = {
    "shortened": [["Title", "Job no.", "Summary"], ["Clerk", "A12", "Types letters and files papers for the office"]],
    "long": [["Title", "Minimum monthly salary in dollars before any taxes are taken", "Summary"], ["Clerk", "low", "Types letters and files papers for the office"]],
    "hardly filled": [["Title", "Summary", "Grade", "Step", "Union", "Place"], ["Clerk", "Types letters and files papers for the office", "", "", "", ""]],
}


@pytest.mark.parametrize("rows", EXPORTS.values(), ids=EXPORTS)
def test_the_first_row_of_an_export_names_its_columns(rows: list[list[str]]) -> None:
    """No job is taken for the names of the columns of a format made for records."""
    rows = [*rows, *([job, *[f"{job}. {DOES} {DOES}" if name == "Summary" else "" for name in rows[0][1:]]] for job in ("Driver", "Cook"))]
    result = grid_read(rows, records=True)
    assert fields(result.documents, "title", "publisher") == [("Clerk", None), ("Driver", None), ("Cook", None)]


@pytest.mark.parametrize("first", [["City of Elm Fork", "", ""], ["City of Elm Fork", "printed", "2024"]], ids=["short", "as wide"])
def test_lines_above_an_export(first: list[str]) -> None:
    """What stands above the names of an export is told from them by its cells, or as it names nothing."""
    result = grid_read([first, ["Title", "Code", "Text"], ["Clerk", "A12", DOES], ["Cook", "B7", DOES]], records=True)
    assert fields(result.documents, "title", "class_code") == [("Clerk", "A12"), ("Cook", "B7")]


@pytest.mark.parametrize("records", [True, False], ids=["export", "sheet"])
@pytest.mark.parametrize("names", [["Job name", "What they do"], ["Class title", "Work"]], ids=["job", "class"])
def test_two_columns_are_a_table(names: list[str], *, records: bool) -> None:
    """The name of a column is no label before the name of the next one."""
    result = grid_read([names, *([job, DOES] for job in ("Clerk", "Driver", "Education", "Cook", "Guard", "Nurse"))], records=records)
    assert len(result.documents) == 6
    assert fields(result.documents, "title")[:3] == [("Clerk",), ("Driver",), ("Education",)]
    form = grid_read([["Class title", "Clerk"], ["Unit", "The vault"], ["Duties", DOES], ["Needs", DOES]], records=records)
    assert fields(form.documents, "title") == [("Clerk",)]
