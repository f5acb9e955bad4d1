"""Plain text: encodings, paragraphs and list items."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources import ITEM, PARAGRAPH, lines, read_one, styled

WRAPPED = """\
METER READER

Under general supervision, reads water meters on assigned routes and
records the usage in a hand-held unit, so that the billing office can
send correct bills. Work is reviewed through reports of the
Billing Supervisor.

DUTIES
1. Reads meters on foot and by vehicle in all weather, and finds those
   that are hidden by plants or parked vehicles.
2. Reports leaks, broken lids and signs of tampering to the dispatcher
   on the day they are found.
- Keeps the vehicle clean.
"""


def test_wrapped_lines_are_put_together(tmp_path: Path) -> None:
    """Hard-wrapped paragraphs and list items become one block each, and the text stays the file's own."""
    source = read_one(tmp_path, "x.txt", WRAPPED)
    assert source.text == WRAPPED
    assert [(style, " ".join(line.split())) for style, line in styled(source)] == [
        (PARAGRAPH, "METER READER"),
        (
            PARAGRAPH,
            "Under general supervision, reads water meters on assigned routes and records the usage in a hand-held "
            "unit, so that the billing office can send correct bills. Work is reviewed through reports of the Billing Supervisor.",
        ),
        (PARAGRAPH, "DUTIES"),
        (ITEM, "1. Reads meters on foot and by vehicle in all weather, and finds those that are hidden by plants or parked vehicles."),
        (ITEM, "2. Reports leaks, broken lids and signs of tampering to the dispatcher on the day they are found."),
        (ITEM, "- Keeps the vehicle clean."),
    ]


def test_short_lines_are_not_put_together(tmp_path: Path) -> None:
    """A text of one statement a line keeps its lines, also without bullets and full stops."""
    text = "Reads meters\nReports leaks\nrepairs lids\nExplains bills to customers\n"
    assert lines(read_one(tmp_path, "x.txt", text)) == text.split("\n")[:-1]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Applications are read by the clerk of the town in\nthe order in which they come.", True),
        ("Sorts the mail of\nthe town.", True),
        ("Reads the meters of the whole town, in all weather\nstate service.", True),
        ("Reads meters\nrepairs lids", False),
        ("A degree in the law of towns and two years of work there\nor a degree in art", False),
        ("Applications are read by the clerk of the town.\nthe order of the list is kept.", False),
        ("Sorts the mail of\nthe-desk.example.org", False),
        ("willing to walk the long trails of the parks each day\nhappy to mend signs", False),
        ("Applications are read by the clerk of the town in\n\nthe order in which they come.", False),
    ],
)
def test_sentences_broken_in_a_text_that_is_not_wrapped(tmp_path: Path, broken: str, whole: bool) -> None:
    """A broken sentence is put together also where most of the lines of a file are long."""
    text = "Reads water meters. " * 20 + "\n" + broken + "\n"
    assert len(lines(read_one(tmp_path, "x.txt", text))) == (2 if whole else 3)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("•\nReads meters.\n•\n\nReports leaks.\n", ["• Reads meters.", "• Reports leaks."]),
        ("01\n\nDo you read meters?\n\n02\nDo you drive?\nYes\n", ["01 Do you read meters?", "02 Do you drive?", "Yes"]),
        ("1.\nReads meters.\n", ["1. Reads meters."]),
        ("—\nReads meters.\n", ["— Reads meters."]),
        ("01\n\nIn the last three\nyears, did you\nread meters?\n\nYes\n", ["01 In the last three", "years, did you", "read meters?", "Yes"]),
        ("01\n\nChoose one:\n", ["01 Choose one:"]),
        ("Route\n12\nReads meters.\n", None),
        ("| Route |\nNorth\n|\n| Desk | Two |\n", ["| Route | North |", "| Desk | Two |"]),
        ("|\nReads meters.\n", None),
    ],
)
def test_markers_on_lines_of_their_own(tmp_path: Path, content: str, found: list[str] | None) -> None:
    """A bullet or number alone goes with what it marks, and so do the cells of a row; other numbers stand alone."""
    read = [" ".join(line.split()) for line in lines(read_one(tmp_path, "x.txt", content))]
    assert read == (content.split("\n")[:-1] if found is None else found)


@pytest.mark.parametrize("marker", ["-", "—", "*", "12.", "(a)", "01"])
@pytest.mark.parametrize("gap", ["\n\n", "\n \n", "\n\n\n"])
def test_rules_and_numbers_between_blank_lines(tmp_path: Path, marker: str, gap: str) -> None:
    """A dash, star or number that a blank line sets apart marks nothing: it divides the text, or ends a page."""
    assert lines(read_one(tmp_path, "x.txt", f"Reports leaks.{gap}{marker}{gap}Reads meters.\n")) == ["Reports leaks.", marker, "Reads meters."]


def test_numbers_of_questions_far_above(tmp_path: Path) -> None:
    """The number of a question stands at most one blank line above it."""
    assert lines(read_one(tmp_path, "x.txt", "01\n\n\nDo you read meters?\n")) == ["01", "Do you read meters?"]


def test_spaces_encoded_twice(tmp_path: Path) -> None:
    """What is left of a space is one again; a letter of a word stays."""
    assert lines(read_one(tmp_path, "x.txt", "NineÂ years:Â\nÂge, PÂ\n".encode())) == ["Nine  years:", "Âge, PÂ"]


@pytest.mark.parametrize(
    "marker", ["- ", "* ", "• ", "– ", "▪ ", "o ", "1. ", "12) ", "(3) ", "a. ", "B) ", "iv. "], ids=lambda m: m.strip()
)
def test_markers_of_list_items(tmp_path: Path, marker: str) -> None:
    """Bullets, numbers and letters make a line a list item."""
    assert styled(read_one(tmp_path, "x.txt", f"Duties\n {marker}Reads meters.\n")) == [
        (PARAGRAPH, "Duties"),
        (ITEM, f"{marker}Reads meters."),
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("Café’s – crew".encode(), "Café’s – crew", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfCaf\xc3\xa9", "Café", id="utf-8-mark"),
        pytest.param("Café’s – “crew” • €".encode("cp1252"), "Café’s – “crew” • €", id="cp1252"),
        pytest.param("Café’s – crew".encode("utf-16"), "Café’s – crew", id="utf-16"),
        pytest.param("\ufeffCafé’s – crew".encode("utf-16-be"), "Café’s – crew", id="utf-16-be"),
        pytest.param(b"Caf\xc3\xa9 and caf\xe9, \x93both\x94", "Café and café, “both”", id="utf-8-with-stray-cp1252"),
        pytest.param(b"Caf\xc3\xa9 \xc2\x96 crew\xc2\x92s", "Café – crew’s", id="c1-controls-meant-as-cp1252"),
        pytest.param(b"bad \xff\xfe\xc3 bytes", "bad ÿþÃ bytes", id="invalid-utf-8"),
        pytest.param(b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n", id="line-ends"),
        pytest.param(b"one\x00two \x1b[31mred\x07", "one two  [31mred ", id="controls"),
    ],
)
def test_decoding(tmp_path: Path, content: bytes, text: str) -> None:
    """Texts of the usual encodings are read as they were meant, byte by byte where they are mixed."""
    padding = "\n" + "Reads water meters. " * 20
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        extra = padding.encode("utf-16-le" if content[:2] == b"\xff\xfe" else "utf-16-be")
    else:
        extra = padding.encode()
    assert read_one(tmp_path, "x.txt", content + extra).text == text + padding


def test_form_feed_ends_a_paragraph(tmp_path: Path) -> None:
    """A page break in a text file separates blocks."""
    assert lines(read_one(tmp_path, "x.txt", "Reads meters\fReports leaks\n")) == ["Reads meters", "Reports leaks"]
