"""What governs what: headings that are found, fields that are none, and where a section ends."""

from __future__ import annotations

import pytest

from parsed import parse
from specsearch.parsing.document import parse_source
from specsearch.records import Block, BlockStyle, Label, ParsedDocument, SourceText

Governed = list[tuple[str, str]]


def governed(parsed: ParsedDocument) -> Governed:
    """Heading path and text of the passages, with white space collapsed."""
    return [(" > ".join(passage.heading_path), " ".join(passage.text.split())) for passage in parsed.passages]


def headings(parsed: ParsedDocument) -> list[str]:
    return [parsed.document.text[span.start : span.end] for span in parsed.furniture if span.role == "heading"]


def styled(*blocks: tuple[str, BlockStyle, bool, int]) -> SourceText:
    """A text of blocks: their words, style, whether bold, and level."""
    text, found = "", []
    for words, style, bold, level in blocks:
        found.append(Block(len(text), len(text) + len(words), style, bold, len(text), level))
        text += words + "\n"
    return SourceText(text, tuple(found))


# --- fields ------------------------------------------------------------------------------------

FIELDS = {
    "a field in capitals": (
        "Clerk\n\nDUTIES\nFiles papers.\nSALARY GRADE: L18\nSorts mail.\n",
        [("DUTIES", "Files papers."), ("DUTIES", "SALARY GRADE: L18"), ("DUTIES", "Sorts mail.")],
    ),
    "a value in capitals that is a heading elsewhere": (
        "Clerk\nPosting Type: OTHER\nHiring Desk: BENEFITS\n\nThe clerk files papers.\n",
        [("", "Posting Type: OTHER"), ("", "Hiring Desk: BENEFITS"), ("", "The clerk files papers.")],
    ),
    "fields above the first heading": (
        "Clerk\nUnion Affiliation: Local 12\nPosting Type: Open to all\nOpening Date: 03/02/2026\n\nDUTIES\nFiles papers.\n",
        [("", "Union Affiliation: Local 12"), ("", "Posting Type: Open to all"), ("", "Opening Date: 03/02/2026"), ("DUTIES", "Files papers.")],
    ),
    "rows with bars": (
        "Clerk\n\nDUTIES\nFiles papers.\n| TERM | Two years |\n| Desk | Library |\nSorts mail.\n",
        [("DUTIES", "Files papers."), ("DUTIES", "| TERM | Two years |"), ("DUTIES", "| Desk | Library |"), ("DUTIES", "Sorts mail.")],
    ),
    "a row over several lines": (
        "Clerk\n\nDUTIES\nFiles papers.\n| Term of Work |\nTwo years\n|\n| Desk | Library |\nSorts mail.\n",
        [("DUTIES", "Files papers."), ("DUTIES", "| Term of Work | Two years |"), ("DUTIES", "| Desk | Library |"), ("DUTIES", "Sorts mail.")],
    ),
    "names and values on lines of their own": (
        "Clerk\n\nDUTIES\nFiles papers.\n\nHiring Desk:\nTown library\nTerm of Work:\nTwo years\n\nSorts mail.\n",
        [("DUTIES", "Files papers."), ("DUTIES", "Hiring Desk: Town library"), ("DUTIES", "Term of Work: Two years"), ("DUTIES", "Sorts mail.")],
    ),
    "a section of spaced lines below a name": (
        "Clerk\n\nLicense:\n\nClass C\n\nTypical Tasks:\n\nFiles papers\n\nSorts mail\n",
        [("License", "Class C"), ("Typical Tasks", "Files papers"), ("Typical Tasks", "Sorts mail")],
    ),
    "a section right below a record": (
        "Clerk\n\nHiring Desk:\nTown library\nTerm of Work:\nTwo years\nQualifications:\nHigh school diploma\n",
        [("", "Hiring Desk: Town library"), ("", "Term of Work: Two years"), ("Qualifications", "High school diploma")],
    ),
    "sections of a line each": (
        "Clerk\n\nRequired Knowledge:\n\nRules of filing\n\nPreferred Qualifications:\n\nTwo years with maps\n",
        [("Required Knowledge", "Rules of filing"), ("Preferred Qualifications", "Two years with maps")],
    ),
    "a name above several lines heads them": (
        "Clerk\n\nDUTIES\nFiles papers.\nFront desk:\nGreets visitors\nAnswers calls\n",
        [("DUTIES", "Files papers."), ("DUTIES > Front desk", "Greets visitors"), ("DUTIES > Front desk", "Answers calls")],
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_whole_and_govern_nothing(name: str) -> None:
    """A name and its value are one statement, under the heading above them and above nothing."""
    text, expected = FIELDS[name]
    assert governed(parse(text)) == expected


def test_a_section_may_begin_on_the_line_of_its_heading() -> None:
    """A heading in capitals before a sentence heads what follows, as it did on a line of its own."""
    parsed = parse("Clerk\n\nDUTIES: Files papers and sorts the mail of all departments.\nAnswers calls.\n")
    assert {passage.label for passage in parsed.passages} == {Label.DUTY}


# --- notes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("note", ["NOTE:", "NOTES", "Notes:", "PLEASE NOTE:", "IMPORTANT", "Important Notes:", "PROCESS NOTES", "SPECIAL NOTE:"])
def test_notes_are_not_of_the_section_above(note: str) -> None:
    """A remark is under its own heading, and under no other."""
    parsed = parse(f"Clerk\n\nREQUIREMENTS\nTwo years of work in an office.\n\n{note}\n1. The desk opens at nine.\n2. Parking is free.\n")
    heading = note.rstrip(":")
    assert governed(parsed)[1:] == [(heading, "1. The desk opens at nine."), (heading, "2. Parking is free.")]
    assert parsed.passages[1].label not in (Label.QUALIFICATION, Label.KSA)


def test_a_note_on_one_line_ends_nothing() -> None:
    """A remark among requirements has no heading below it: the next requirement is under theirs."""
    parsed = parse("Clerk\n\nREQUIREMENTS\n- Two years of work in an office.\nNOTE: The desk opens at nine.\n- A high school diploma.\n")
    assert governed(parsed)[-1] == ("REQUIREMENTS", "- A high school diploma.")
    assert parsed.passages[-1].label is Label.QUALIFICATION


# --- where sections end ------------------------------------------------------------------------


def test_an_unknown_main_heading_ends_a_section() -> None:
    """What has the form of the main headings is one, whether its words are known or not."""
    parsed = parse("Clerk\n\nDUTIES\nFiles papers.\n\nREQUIREMENTS\nTwo years of work.\n\nZEBRA CROSSINGS\nBlue ones.\n")
    assert governed(parsed)[-1] == ("ZEBRA CROSSINGS", "Blue ones.")


def test_headings_right_below_a_main_heading_divide_its_section() -> None:
    """Headings of one form of which the first stands right below a main heading are its parts."""
    parsed = parse("Ranger\n\nREQUIREMENTS\nTwo years of work.\n\nDUTIES\nTRAILS\nClears paths.\nWATERS\nCounts trout.\n")
    assert governed(parsed)[1:] == [("DUTIES > TRAILS", "Clears paths."), ("DUTIES > WATERS", "Counts trout.")]
    assert [passage.label for passage in parsed.passages[1:]] == [Label.DUTY, Label.DUTY]


@pytest.mark.parametrize("part", ["HARBOR SPECIALTY", "OPTION 2", "BRIDGE ASSIGNMENT", "POSITIONS IN THE ZOO"])
def test_headings_that_name_some_positions_inherit(part: str) -> None:
    """What a section says of some of the positions is part of it, whatever the form of their heading."""
    parsed = parse(f"Ranger\n\nREQUIREMENTS\nTwo years of work.\n\nDUTIES\nClears paths.\n\n{part}\nCounts trout.\n")
    assert governed(parsed)[-1] == (f"DUTIES > {part}", "Counts trout.")


def test_lesser_headings_inherit() -> None:
    """A heading of another form than the main ones divides the section above it."""
    parsed = parse("Ranger\n\nDUTIES\nClears paths.\n\nWaters:\nCounts trout.\n")
    assert governed(parsed)[-1] == ("DUTIES > Waters", "Counts trout.")


@pytest.mark.parametrize(("level", "path"), [(1, "Zebras"), (2, "Zebras"), (3, "Duties > Zebras")])
def test_levels_of_markup_tell_main_headings(level: int, path: str) -> None:
    """An unknown heading of the same or a higher level ends a section, one of a lower level divides it."""
    heading, paragraph = BlockStyle.HEADING, BlockStyle.PARAGRAPH
    source = styled(("Clerk", BlockStyle.TITLE, True, 1), ("Duties", heading, True, 2), ("Files papers.", paragraph, False, 0), ("Zebras", heading, True, level), ("Blue ones.", paragraph, False, 0))
    assert governed(parse_source(source, "x.txt"))[-1] == (path, "Blue ones.")


# --- headings without any mark -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "below", "found"),
    [
        ("Moonlight Authorization", "Members of the crew have to tell the office of any second job that they hold.", True),
        ("Front Desk and Lobby", "- Greets visitors.", True),
        ("Town of Elm Fork Is Open", "Members of the crew have to tell the office of any second job that they hold.", False),
        ("High School Diploma", "Members of the crew have to tell the office of any second job that they hold.", False),
        ("OR", "- Two years of work in an office.", False),
        ("Answers Calls", "- Greets visitors.", False),
        ("Lobby", "Desk", False),
        ("Greets visitors at the lobby desk", "- Answers calls.", False),
        ("Shift 2 Lobby", "- Greets visitors.", False),
    ],
)
def test_headings_that_only_capitals_tell(line: str, below: str, found: bool) -> None:
    """A short line in title case above a list or a sentence is a heading, a short statement is none."""
    parsed = parse(f"Clerk\n\nDuties\nFiles the papers of the office.\n\n{line}\n{below}\n")
    assert (line in headings(parsed)) is found


def test_lines_of_a_list_are_no_headings() -> None:
    """The last line of a list without bullets stays content, and so do links that say an item once more."""
    parsed = parse("Clerk\n\nDuties\nFiles papers.\n\nRetirement Plan\nDental Plan\nVision Plan\n- Paid leave\n\n- Chief Baker\nChief Baker\n- Miller\n")
    assert headings(parsed) == ["Duties"]


def test_title_lines_end_with_the_first_sentence() -> None:
    """Short lines below a sentence are content or headings, no titles, though no heading of known words has come."""
    parsed = parse("Clerk\nTown of Elm Fork\n\nThe clerk keeps the papers of the town in order and finds them for whoever asks.\nMore than five years\nNo other town\n\nThe Lobby\n- Greets visitors\n")
    assert [passage.text for passage in parsed.passages][1:3] == ["More than five years", "No other town"]


@pytest.mark.parametrize("line", ["Two years in:", "Your letter must hold:"])
def test_lines_that_state_something_are_no_headings(line: str) -> None:
    """A colon makes no heading of what is a requirement itself."""
    parsed = parse(f"Clerk\n\nDUTIES\nFiles papers.\n{line}\nThe office of the town.\n")
    assert headings(parsed) == ["DUTIES"]


def test_questions_are_no_titles() -> None:
    """A question at the top is content."""
    assert parse("Clerk\nDo you like to find papers?\n\nDUTIES\nFiles papers.\n").passages[0].text == "Do you like to find papers?"


def test_a_line_in_small_letters_is_no_heading() -> None:
    """What goes on with a sentence heads nothing, with a colon at its end or without."""
    assert headings(parse("Clerk\n\nDUTIES\nFiles papers, and sorts\nall of the following:\nMail\n")) == ["DUTIES"]


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Essential Function 1", "Essential Function #2", "Duty 3:", "Task No. 4 - 20%", "ESSENTIAL DUTY 5 (30%)"])
def test_numbered_headings(heading: str) -> None:
    """A heading that counts what it heads is one, with the label of its name."""
    parsed = parse(f"Clerk\n\nREQUIREMENTS\nTwo years of work.\n\n{heading}\nThe mail of the town and of its parks.\n")
    assert headings(parsed) == ["REQUIREMENTS", heading]
    assert parsed.passages[-1].label is Label.DUTY


def test_a_numbered_heading_before_its_statement() -> None:
    """With its duty on the same line a numbered heading is part of the statement, and of its label."""
    parsed = parse("Clerk\n\nREQUIREMENTS\nTwo years of work.\nDuty 2: The mail of the town and of its parks.\n")
    assert [(passage.text, passage.label) for passage in parsed.passages][1:] == [("Duty 2: The mail of the town and of its parks.", Label.DUTY)]


def test_a_grade_is_no_numbered_heading() -> None:
    """A value after a name is a value."""
    assert headings(parse("Clerk\n\nDUTIES\nFiles papers.\nPay grade 7\nSorts mail.\n")) == ["DUTIES"]


def test_outlines_have_levels() -> None:
    """The numbers of an outline tell which line heads which."""
    text = "PARK AIDE\n\nI. SUMMARY\nThe aide helps the rangers.\nII. DUTIES\nA. Trails\n1. Clears paths.\n2. Paints signs\na) Orders the paint.\nB. Waters\n1. Counts trout.\nIII. ZEBRAS\n1. Blue ones.\n"
    assert governed(parse(text)) == [
        ("SUMMARY", "The aide helps the rangers."),
        ("DUTIES > Trails", "1. Clears paths."),
        ("DUTIES > Trails", "2. Paints signs"),
        ("DUTIES > Trails", "a) Orders the paint."),
        ("DUTIES > Waters", "1. Counts trout."),
        ("ZEBRAS", "1. Blue ones."),
    ]


# --- tables ------------------------------------------------------------------------------------


def test_names_of_columns_govern_their_rows() -> None:
    """What a column is called is in the path of its rows, tells what they are, and ends with the table."""
    row, paragraph = BlockStyle.ROW, BlockStyle.PARAGRAPH
    source = styled(
        ("Clerk", BlockStyle.TITLE, True, 0), ("DUTIES", paragraph, True, 0), ("Files papers.", paragraph, False, 0),
        ("Essential", row, True, 0), ("Education | A degree in law", row, False, 0),
        ("Desirable", row, True, 0), ("Education | A degree in law and one in art", row, False, 0), ("Sorts mail.", paragraph, False, 0),
    )  # fmt: skip
    parsed = parse_source(source, "x.txt")
    assert [(passage.heading_path, passage.label) for passage in parsed.passages] == [
        (("DUTIES",), Label.DUTY),
        (("DUTIES", "Essential"), Label.QUALIFICATION),
        (("DUTIES", "Desirable"), Label.PREFERRED),
        (("DUTIES",), Label.DUTY),
    ]
