"""Parsing: texts to labelled statements, and the golden labels of the sample corpus."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from build import build_all, build_plain, build_sidecar
from build_exports import build_exports

from golden import CORPUS, SAMPLES, Unit, judge, samples
from specsearch.encoding.context import embedded_text
from specsearch.parsing.corpus import parse_corpus, parse_file
from specsearch.parsing.document import parse_source
from specsearch.parsing.statements import MAX_CHARS, sentences, statements, strip_marker, verb_form
from specsearch.readers import read_file
from specsearch.readers.markdown import read_markdown
from specsearch.readers.text import split_paragraphs
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import KIND_OF_LABEL, Kind, Label, ParsedDocument, Passage

Expected = list[tuple[str, str]]


def parse(text: str) -> ParsedDocument:
    return parse_source(split_paragraphs(text), "x.txt")


def labelled(parsed: ParsedDocument) -> Expected:
    """Label and text of the passages, with white space collapsed."""
    return [(passage.label.value, " ".join(passage.text.split())) for passage in parsed.passages]


# --- layouts -----------------------------------------------------------------------------------

LAYOUTS: dict[str, tuple[str, Expected]] = {
    "numbered duties that restart": (
        """\
WATER METER MECHANIC

EXAMPLES OF DUTIES
Routes:
1. Reads meters on assigned routes.
2. Reports leaks to the dispatcher.
Customers:
1. Explains high bills at the door.
2. Leaves notices of planned shut-offs.

MINIMUM QUALIFICATIONS
1. A high school diploma.
2. One year of outdoor work experience.
""",
        [
            ("duty", "1. Reads meters on assigned routes."),
            ("duty", "2. Reports leaks to the dispatcher."),
            ("duty", "1. Explains high bills at the door."),
            ("duty", "2. Leaves notices of planned shut-offs."),
            ("qualification", "1. A high school diploma."),
            ("qualification", "2. One year of outdoor work experience."),
        ],
    ),
    "inline headings in a run-on paragraph": (
        """\
Records Clerk

The Records Clerk files and finds police records. Essential duties: Codes reports for the state. Answers requests from the public. Knowledge of: filing systems and office equipment. Skill in: typing and proofreading. Ability to: work rotating shifts. Minimum qualifications: A high school diploma and one year of clerical experience.
""",
        [
            ("summary", "The Records Clerk files and finds police records."),
            ("duty", "Essential duties: Codes reports for the state."),
            ("duty", "Answers requests from the public."),
            ("ksa", "Knowledge of: filing systems and office equipment."),
            ("ksa", "Skill in: typing and proofreading."),
            ("ksa", "Ability to: work rotating shifts."),
            ("qualification", "Minimum qualifications: A high school diploma and one year of clerical experience."),
        ],
    ),
    "headings glued to their content": (
        """\
Building Inspector II
Duties: Inspects homes and shops for compliance with the building code.
Education: An associate degree in construction technology.
Experience: Three years as a journey-level carpenter.
License: A valid driver's license.
Preferred: Certification as a plans examiner.
Salary: $24.10 per hour
""",
        [
            ("duty", "Duties: Inspects homes and shops for compliance with the building code."),
            ("qualification", "Education: An associate degree in construction technology."),
            ("qualification", "Experience: Three years as a journey-level carpenter."),
            ("license", "License: A valid driver's license."),
            ("preferred", "Preferred: Certification as a plans examiner."),
            ("compensation", "Salary: $24.10 per hour"),
        ],
    ),
    "space lost between sentences": (
        """\
Building Inspector II

DUTIES
Inspects homes and shops for compliance with the code.Writes notices of violation.Knowledge of: building codes and permits.Ability to: read plans.
""",
        [
            ("duty", "Inspects homes and shops for compliance with the code."),
            ("duty", "Writes notices of violation."),
            ("ksa", "Knowledge of: building codes and permits."),
            ("ksa", "Ability to: read plans."),
        ],
    ),
    "headings in capitals on lines of their own": (
        """\
BUYER
GENERAL STATEMENT OF DUTIES
Buys goods and services for the departments of the City.

EXAMPLES OF WORK
Writes bid documents.
Opens and compares bids.
Other related work as assigned.

REQUIRED KNOWLEDGE, SKILLS AND ABILITIES
Considerable knowledge of purchasing law.
Ability to compare prices.

ACCEPTABLE EXPERIENCE AND TRAINING
Graduation from college with a degree in business.
""",
        [
            ("summary", "Buys goods and services for the departments of the City."),
            ("duty", "Writes bid documents."),
            ("duty", "Opens and compares bids."),
            ("duty", "Other related work as assigned."),
            ("ksa", "Considerable knowledge of purchasing law."),
            ("ksa", "Ability to compare prices."),
            ("qualification", "Graduation from college with a degree in business."),
        ],
    ),
    "headings in capitals inside a paragraph": (
        """\
City Forester
The City Forester cares for street trees. ESSENTIAL FUNCTIONS Surveys trees for disease. Writes planting plans. EDUCATION AND EXPERIENCE A degree in forestry and two years of experience. SPECIAL REQUIREMENTS Must be able to lift 50 pounds.
""",
        [
            ("summary", "The City Forester cares for street trees."),
            ("duty", "Surveys trees for disease."),
            ("duty", "Writes planting plans."),
            ("qualification", "A degree in forestry and two years of experience."),
            ("conditions", "Must be able to lift 50 pounds."),
        ],
    ),
    "OR and AND between requirements": (
        """\
Equipment Operator

QUALIFICATIONS
Graduation from high school.
AND
Two years of experience with loaders and graders.
- OR -
Any equivalent combination of experience and training.
""",
        [
            ("qualification", "Graduation from high school."),
            ("qualification", "AND"),
            ("qualification", "Two years of experience with loaders and graders."),
            ("qualification", "- OR -"),
            ("qualification", "Any equivalent combination of experience and training."),
        ],
    ),
    "licences and preferences among qualifications": (
        """\
Street Sweeper Operator

Minimum Qualifications
High school diploma or equivalent.
Two years of experience driving heavy trucks.
Possession of a valid Class B commercial driver's license.
Must obtain a pesticide applicator certificate within six months.
Spanish fluency preferred.
""",
        [
            ("qualification", "High school diploma or equivalent."),
            ("qualification", "Two years of experience driving heavy trucks."),
            ("license", "Possession of a valid Class B commercial driver's license."),
            ("license", "Must obtain a pesticide applicator certificate within six months."),
            ("preferred", "Spanish fluency preferred."),
        ],
    ),
    "pay and FLSA lines": (
        """\
Accountant I
Class Code: 2210
Pay Grade: 14
FLSA Status: Non-Exempt
Salary range: $41,200 - $55,640 per year

SUMMARY
Keeps the ledgers of the City.

BENEFITS
Paid holidays and a retirement plan.
""",
        [
            ("compensation", "Pay Grade: 14"),
            ("compensation", "FLSA Status: Non-Exempt"),
            ("compensation", "Salary range: $41,200 - $55,640 per year"),
            ("summary", "Keeps the ledgers of the City."),
            ("compensation", "Paid holidays and a retirement plan."),
        ],
    ),
    "duties after a supervision paragraph": (
        """\
Park Ranger

SUPERVISION RECEIVED AND EXERCISED
Works under the direction of the Parks Superintendent. May supervise seasonal aides.

Patrols trails and campsites on foot and by vehicle.
Explains park rules to visitors.
Clears fallen branches and repairs signs.

REQUIREMENTS
Two years of college courses in natural resources.
""",
        [
            ("supervision", "Works under the direction of the Parks Superintendent."),
            ("supervision", "May supervise seasonal aides."),
            ("duty", "Patrols trails and campsites on foot and by vehicle."),
            ("duty", "Explains park rules to visitors."),
            ("duty", "Clears fallen branches and repairs signs."),
            ("qualification", "Two years of college courses in natural resources."),
        ],
    ),
    "no heading at all": (
        """\
Library Page

The Library Page puts books back in their places and keeps the shelves in order.
Sorts returned books by call number.
Shelves books, magazines and films.
Ability to read small print and to push a loaded cart.
Some high school education is required.
Performs other duties as assigned.
""",
        [
            ("summary", "The Library Page puts books back in their places and keeps the shelves in order."),
            ("duty", "Sorts returned books by call number."),
            ("duty", "Shelves books, magazines and films."),
            ("ksa", "Ability to read small print and to push a loaded cart."),
            ("qualification", "Some high school education is required."),
            ("duty", "Performs other duties as assigned."),
        ],
    ),
    "topics of other labels among duties": (
        """\
Licensing Clerk

DUTIES
1. Issues dog licenses and business permits.
2. Collects salary and benefit data from other cities.
3. Prepares job postings and answers questions of applicants.
4. Schedules interviews and written examinations.
5. Lifts boxes of up to 40 pounds onto the shelves.
""",
        [
            ("duty", "1. Issues dog licenses and business permits."),
            ("duty", "2. Collects salary and benefit data from other cities."),
            ("duty", "3. Prepares job postings and answers questions of applicants."),
            ("duty", "4. Schedules interviews and written examinations."),
            ("duty", "5. Lifts boxes of up to 40 pounds onto the shelves."),
        ],
    ),
    "levels of a series": (
        """\
Engineer II

CLASS CHARACTERISTICS
Engineer II is the journey level of the series. It differs from Engineer I in that work is done without close review.

DUTIES
Designs drainage works.
""",
        [
            ("distinguishing", "Engineer II is the journey level of the series."),
            ("distinguishing", "It differs from Engineer I in that work is done without close review."),
            ("duty", "Designs drainage works."),
        ],
    ),
    "wrapped bullets with indentation": (
        """\
ENGINEER II

Duties and Responsibilities

  • Designs drainage works and checks the drawings of consultants
    for conformity with the standards of the City.
  • Computes quantities and costs.

  Minimum Qualifications

  A bachelor's degree in civil engineering from an accredited
  university and two years of experience in the design of public
  works.
""",
        [
            ("duty", "• Designs drainage works and checks the drawings of consultants for conformity with the standards of the City."),
            ("duty", "• Computes quantities and costs."),
            (
                "qualification",
                "A bachelor's degree in civil engineering from an accredited university and two years of experience in the "
                "design of public works.",
            ),
        ],
    ),
    "posting": (
        """\
Parks Planner

The City of Alder Fork is seeking a Parks Planner to lead its trail program.

What You'll Do
Draws plans for trails and playgrounds.
Applies for grants.

What You'll Bring
A degree in planning and two years of experience.

Nice to Have
Spanish language skills.

How to Apply
Send a resume and cover letter by May 5.

Alder Fork is an equal opportunity employer.
""",
        [
            ("summary", "The City of Alder Fork is seeking a Parks Planner to lead its trail program."),
            ("duty", "Draws plans for trails and playgrounds."),
            ("duty", "Applies for grants."),
            ("qualification", "A degree in planning and two years of experience."),
            ("preferred", "Spanish language skills."),
            ("process", "Send a resume and cover letter by May 5."),
            ("process", "Alder Fork is an equal opportunity employer."),
        ],
    ),
    "conditions and disclaimers": (
        """\
Payroll Clerk

ESSENTIAL FUNCTIONS
Enters hours in the payroll system.

PHYSICAL REQUIREMENTS
Sits for long periods and lifts boxes of up to 20 pounds.

ENVIRONMENT
Work is performed in an office.

OTHER
Must pass a background check.
This description is not a contract of employment.
""",
        [
            ("duty", "Enters hours in the payroll system."),
            ("conditions", "Sits for long periods and lifts boxes of up to 20 pounds."),
            ("conditions", "Work is performed in an office."),
            ("conditions", "Must pass a background check."),
            ("process", "This description is not a contract of employment."),
        ],
    ),
    "semicolons in a paragraph and in a short bullet": (
        """\
Utility Worker

DUTIES
Digs trenches for water lines; lays and joins the pipe; tests hydrants after repair.
- Reads meters on foot; reports leaks at once; keeps the truck clean.
""",
        [
            ("duty", "Digs trenches for water lines;"),
            ("duty", "lays and joins the pipe;"),
            ("duty", "tests hydrants after repair."),
            ("duty", "- Reads meters on foot; reports leaks at once; keeps the truck clean."),
        ],
    ),
    # BUG: a list without full stops is taken for hard-wrapped text and becomes one passage.
    "list without full stops": (
        """\
PAYROLL CLERK

EXAMPLES OF WORK
Checks the time sheets of all departments for errors and missing signatures
Enters hours, leave and overtime in the payroll system before the deadline
Answers employees who ask about deductions, taxes and retirement
Prepares the quarterly tax reports and sends them to the state and the county
Files the signed time sheets
""",
        [
            ("duty", "Checks the time sheets of all departments for errors and missing signatures"),
            ("duty", "Enters hours, leave and overtime in the payroll system before the deadline"),
            ("duty", "Answers employees who ask about deductions, taxes and retirement"),
            ("duty", "Prepares the quarterly tax reports and sends them to the state and the county"),
            ("duty", "Files the signed time sheets"),
        ],
    ),
    # BUG: the first heading of a document is taken for a title line as soon as it holds a word that the table
    # of heading words lacks, and what it says is lost: the duties become summary.
    "first heading with an unknown word": (
        """\
Fleet Clerk

DUTIES AND PERCENTAGE OF TIME
40% Orders parts for the garage and checks them in.
30% Writes work orders.
30% Keeps the warranty file.
""",
        [
            ("duty", "40% Orders parts for the garage and checks them in."),
            ("duty", "30% Writes work orders."),
            ("duty", "30% Keeps the warranty file."),
        ],
    ),
    "unheaded definition before the duties": (
        """\
STREETS SUPERVISOR

Under general direction, plans, organizes and supervises the maintenance of city streets and storm drains.

EXAMPLES OF DUTIES
Plans the work of crews. Inspects finished patches.
""",
        [
            ("summary", "Under general direction, plans, organizes and supervises the maintenance of city streets and storm drains."),
            ("duty", "Plans the work of crews."),
            ("duty", "Inspects finished patches."),
        ],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    """A document gives the statements that a careful reader would find, each under the right label."""
    text, expected = LAYOUTS[name]
    assert labelled(parse(text)) == expected


def test_the_kind_follows_from_the_label() -> None:
    """Every passage has the kind of its label, and ids, ordinals and offsets that belong to it."""
    for text, _ in LAYOUTS.values():
        parsed = parse(text)
        for ordinal, passage in enumerate(parsed.passages):
            assert passage.kind is KIND_OF_LABEL[passage.label]
            assert passage.ordinal == ordinal
            assert passage.passage_id == f"x.txt:{passage.start}-{passage.end}"
            assert text[passage.start : passage.end] == passage.text


def test_identical_statements_are_two_passages() -> None:
    """A statement that occurs twice is two passages with their own places and labels."""
    parsed = parse("Clerk\n\nDUTIES\nFiles papers.\n\nSKILLS\nFiling.\n\nDUTIES\nFiles papers.\n")
    same = [passage for passage in parsed.passages if passage.text == "Files papers."]
    assert len(same) == 2
    assert len({passage.passage_id for passage in same}) == 2


def test_titles_and_headings_are_furniture() -> None:
    """Title lines, record lines and headings are no passages, and are kept with their role."""
    parsed = parse("City of Alder Fork\nCLASS SPECIFICATION\nMETER CLERK\nClass Code: 12\nRevised: 3/2019\n\nDUTIES\nFiles papers.\n")
    found = [(span.role, parsed.document.text[span.start : span.end]) for span in parsed.furniture]
    assert found == [
        ("title", "City of Alder Fork"),
        ("title", "CLASS SPECIFICATION"),
        ("title", "METER CLERK"),
        ("title", "Class Code: 12"),
        ("title", "Revised: 3/2019"),
        ("heading", "DUTIES"),
    ]
    assert [passage.text for passage in parsed.passages] == ["Files papers."]


def test_document_without_content() -> None:
    """A text of titles and headings alone has no passages and no sections."""
    parsed = parse("METER CLERK\n\nDUTIES\n\nKNOWLEDGE, SKILLS AND ABILITIES\n")
    assert (parsed.passages, parsed.sections) == ((), ())


# --- headings, sections and lead-ins -----------------------------------------------------------


def test_heading_path() -> None:
    """A passage knows the headings and lead-ins that govern it, outermost first; a new lead-in ends the one before."""
    parsed = parse(
        "Zoning Technician\n\nKNOWLEDGE, SKILLS AND ABILITIES\nKnowledge of:\n- zoning ordinances and maps;\n- office software.\n"
        "Ability to:\n- read site plans;\n\nDUTIES\nCounter work:\nAnswers questions of the public.\n"
    )
    assert [(passage.heading_path, passage.text) for passage in parsed.passages] == [
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Knowledge of"), "- zoning ordinances and maps;"),
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Knowledge of"), "- office software."),
        (("KNOWLEDGE, SKILLS AND ABILITIES", "Ability to"), "- read site plans;"),
        (("DUTIES", "Counter work"), "Answers questions of the public."),
    ]


def test_statements_of_a_lead_in() -> None:
    """Each item of a semicolon list after a lead-in is a passage; the one that holds the lead-in has it in its text only."""
    parsed = parse("Clerk\n\nABILITIES\nAbility to: file the papers of all departments; type forty words a minute; lift small boxes.\n")
    assert [(passage.heading_path, passage.text) for passage in parsed.passages] == [
        (("ABILITIES",), "Ability to: file the papers of all departments;"),
        (("ABILITIES", "Ability to"), "type forty words a minute;"),
        (("ABILITIES", "Ability to"), "lift small boxes."),
    ]


def test_sections() -> None:
    """Neighbouring statements of one label under one heading are one section, which starts at the heading."""
    text = "Clerk\n\nDUTIES\nFiles papers.\nSorts the mail.\n\nREQUIREMENTS\nA diploma.\nA valid driver's license.\n"
    parsed = parse(text)
    assert [(section.label, section.heading, text[section.start : section.end]) for section in parsed.sections] == [
        (Label.DUTY, "DUTIES", "DUTIES\nFiles papers.\nSorts the mail."),
        (Label.QUALIFICATION, "REQUIREMENTS", "REQUIREMENTS\nA diploma."),
        (Label.LICENSE, "REQUIREMENTS", "A valid driver's license."),
    ]


def test_sections_of_glued_headings() -> None:
    """A section that starts with a glued heading starts there, and has that heading."""
    # BUG: the heading goes to the section after its own, which then starts inside the one before.
    text = "City Planner\nReports to: Chief Planner\nFLSA Status: Exempt\nPurpose: Handles zoning cases.\n"
    parsed = parse_source(read_markdown(text.replace("\n", "\n\n").encode()), "x.md")
    body = parsed.document.text
    assert [(section.label.value, section.heading, body[section.start : section.end]) for section in parsed.sections] == [
        ("supervision", "Reports to", "Reports to: Chief Planner"),
        ("compensation", "FLSA Status", "FLSA Status: Exempt"),
        ("summary", "Purpose", "Purpose: Handles zoning cases."),
    ]


# --- sentences and statements ------------------------------------------------------------------


def ranges(text: str, found: Iterable[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    "parts",
    [
        ["The office opens at 7:00 a.m.", "The clerk unlocks it."],
        ["Works from 7 a.m. to 4 p.m. on weekdays.", "Answers calls."],
        ["Follows Rule No. 12 of the code.", "Files forms."],
        ["Enforces U.S. postal rules.", "Sorts mail."],
        ["Must be a citizen of the U.S.", "Applicants are tested."],
        ["Holds a B.S. degree in botany.", "Writes plans."],
        ["Trains J. Smith and others.", "Files papers."],
        ["Uses tools, e.g. saws, drills, etc.", "Keeps them sharp."],
        ["Is paid $1,200.50 a month.", "Works nights."],
        ["See section 3.2.1 of the code.", "Report leaks!", "Why?", "It says so."],
        ["Visit www.alderfork.example for details.", "Apply now."],
        ["Reports to Dr. Lee at 5 St. Mary Ave. in town.", "Drives."],
        ["1. Plans work.", "Assigns crews."],
        ["A. Plans work.", "B. Assigns crews."],
        ["• Plans work", "• Assigns crews", "• Checks results"],
        ["Says “Stop.”", "Then goes."],
        ["(Works alone.)", "Drives a truck."],
        ["Lifts 50 lbs.", "Works outdoors."],
        ["Ph.D. in physics or chemistry.", "Two years of work."],
        # BUG: these end a sentence: a passage that says "Serves as Asst." is found.
        ["Serves as Asst. Director in the absence of the Director.", "Drives."],
        ["Reports to Sgt. Lee or Lt. Moss.", "Drives."],
        ["The list closes Jan. 5 at noon.", "Apply online."],
        # BUG: a level at the end of a sentence is taken for the initial of a name.
        ["Works one level above Operator I.", "Trains helpers."],
    ],
    ids=lambda parts: parts[0][:40],
)
def test_sentences(parts: list[str]) -> None:
    """Sentences end where a reader ends them, not at abbreviations, numbers and initials."""
    text = " ".join(parts)
    assert ranges(text, sentences(text, 0, len(text))) == parts


def test_sentences_without_space() -> None:
    """Sentences are parted also where an export has lost the space between them."""
    text = "Inspects homes for compliance.Writes notices."
    assert ranges(text, sentences(text, 0, len(text))) == ["Inspects homes for compliance.", "Writes notices."]


def test_sentences_of_a_range() -> None:
    """Only the range that is asked for is divided, and offsets are those of the whole text."""
    text = "Sorts mail. Files forms. Types."
    assert sentences(text, 6, 24) == [(6, 11), (12, 24)]


@pytest.mark.parametrize(
    ("text", "lead_in", "item", "parts"),
    [
        pytest.param(
            "Plans the work; assigns crews daily; checks the results.", False, False,
            ["Plans the work;", "assigns crews daily;", "checks the results."], id="verbs-stand-alone",
        ),
        pytest.param(
            "A degree in law; a degree in business; two years of college.", False, False,
            ["A degree in law; a degree in business; two years of college."], id="nouns-do-not",
        ),
        pytest.param(
            "the theory of accounting; laws of the state; methods of today.", True, False,
            ["the theory of accounting;", "laws of the state;", "methods of today."], id="after-a-lead-in",
        ),
        pytest.param(
            "Plans the work; mows; checks the results.", False, False,
            ["Plans the work; mows;", "checks the results."], id="short-parts-are-joined",
        ),
        pytest.param(
            "- Plans the work; assigns crews daily; checks the results.", False, True,
            ["- Plans the work; assigns crews daily; checks the results."], id="short-bullet",
        ),
        pytest.param("- plan the work of crews; and", True, True, ["- plan the work of crews; and"], id="bullet-that-ends-in-and"),
        pytest.param("- " + "Plans the work of crews; " * 10, False, True, ["- Plans the work of crews;", *["Plans the work of crews;"] * 9], id="long-bullet"),
    ],
)  # fmt: skip
def test_statements(text: str, lead_in: bool, item: bool, parts: list[str]) -> None:
    """Semicolon lists are divided where each part stands alone, short bullets never."""
    assert ranges(text, statements(text, 0, len(text), lead_in=lead_in, item=item)) == parts


@pytest.mark.parametrize(
    "text",
    ["and word " * 300, "x" * 2500, "alpha beta, " * 200, "one two three; " * 150, "x" * (MAX_CHARS + 1), "東京" * 1000],
    ids=["words", "one-word", "commas", "semicolons", "one-too-long", "no-spaces"],
)
def test_long_statements_are_cut(text: str) -> None:
    """No statement is longer than the limit, none is a scrap, and nothing but white space is lost."""
    found = ranges(text, statements(text, 0, len(text), lead_in=False, item=False))
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(len(part) <= MAX_CHARS for part in found)
    assert all(len(part) >= MAX_CHARS // 2 - 1 for part in found[:-1])


def test_longest_statement_is_whole() -> None:
    """A statement of exactly the limit is not cut."""
    text = "ab " * (MAX_CHARS // 3) + "xx"
    assert len(text) == MAX_CHARS
    assert statements(text, 0, len(text), lead_in=False, item=False) == [(0, MAX_CHARS)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Plans the work of crews.", "third"),
        ("• Regularly monitors wells.", "third"),
        ("12. and supervises crews", "third"),
        ("May also classify positions.", "base"),
        ("Plan the work of crews.", "base"),
        ("Planning the work of crews.", "gerund"),
        ("Running pumps.", "gerund"),
        ("Identifies needs.", "third"),
        ("The planner draws.", None),
        ("Knowledge of plans.", None),
        ("", None),
        ("•", None),
        # BUG: the search for a marker is not tied to the start, so the hyphen goes and the verb is not known.
        ("Cross-trains staff.", "third"),
        ("De-escalates heated calls.", "third"),
        ("Pre-screens applications.", "third"),
    ],
)
def test_verb_form(text: str, form: str | None) -> None:
    """A statement that begins with a verb of work is known by the form of its verb."""
    assert verb_form(text) == form


# --- embedded text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("• Plans work", "Plans work"),
        ("- Plans work", "Plans work"),
        ("12. Plans work", "Plans work"),
        ("(3) Plans work", "Plans work"),
        ("b) Plans work", "Plans work"),
        ("A degree in law", "A degree in law"),
        ("A valid driver's license", "A valid driver's license"),
        ("3 years of experience", "3 years of experience"),
        ("311 call handling", "311 call handling"),
        # BUG: what looks like a marker is cut from numbers and from the middle of the text.
        ("2.5 years of experience", "2.5 years of experience"),
        ("37.5 hours a week", "37.5 hours a week"),
        ("107 | $18.42 | $22.10", "107 | $18.42 | $22.10"),
        ("(The items below show the work of the position.", "(The items below show the work of the position."),
        ("4.0 grade point average", "4.0 grade point average"),
        ("401(k) plan administration", "401(k) plan administration"),
        ("24-hour shifts are required", "24-hour shifts are required"),
        ("$20 - $30 per hour", "$20 - $30 per hour"),
    ],
)
def test_strip_marker(text: str, stripped: str) -> None:
    """Bullets and numbers of list items go, and nothing else does."""
    assert strip_marker(text) == stripped


def passage(text: str, *path: str) -> Passage:
    return Passage("a:0-1", "a", Label.KSA, Kind.QUALIFICATION, 0, len(text), text, 0, path)


@pytest.mark.parametrize(
    ("text", "path", "embedded"),
    [
        pytest.param("1. Plans   work\n  of crews;", ("DUTIES",), "Plans work of crews", id="marker-and-space"),
        pytest.param("• plan the work; and", ("ABILITIES", "Ability to"), "Ability to plan the work", id="lead-in"),
        pytest.param("- laws of the state", ("KNOWLEDGE OF",), "Knowledge of laws of the state", id="capitals"),
        pytest.param("- laws", ("KSAs", "Working knowledge of"), "Working knowledge of laws", id="qualified-lead-in"),
        pytest.param("Plans work.", ("DUTIES", "Counter work"), "Plans work.", id="other-headings-stay-out"),
        pytest.param("Type letters", (), "Type letters", id="no-headings"),
        pytest.param("2.5 years of payroll work", (), "2.5 years of payroll work", id="decimal"),  # BUG: "5 years of payroll work"
    ],
)
def test_embedded_text(text: str, path: tuple[str, ...], embedded: str) -> None:
    """The text that stands for a passage is the statement without its marker, after the lead-in that it needs."""
    assert embedded_text(passage(text, *path)) == embedded


# --- the sample corpus -------------------------------------------------------------------------

CITIES = sorted({sample.doc_id.split("/")[0] for sample in samples()})


@pytest.fixture(scope="module")
def corpus() -> Mapping[str, ParsedDocument]:
    return {parsed.document.doc_id: parsed for parsed in parse_corpus(CORPUS)}


@pytest.fixture(scope="module")
def verdicts(corpus: Mapping[str, ParsedDocument]) -> Mapping[str, list[tuple[Unit, str]]]:
    """The labelled units of each city with the labels that were found."""
    found: dict[str, list[tuple[Unit, str]]] = {city: [] for city in CITIES}
    for sample in samples():
        found[sample.doc_id.split("/")[0]] += judge(sample.units(), corpus[sample.doc_id].passages)
    return found


def share_right(judged: list[tuple[Unit, str]]) -> float:
    return sum(label in unit.labels for unit, label in judged) / len(judged)


def test_corpus_is_whole(corpus: Mapping[str, ParsedDocument]) -> None:
    """Every sample document is found under its id, nothing else is, and no file or record is skipped."""
    ids = [sample.doc_id for sample in samples()]
    assert sorted(corpus) == sorted(ids)
    assert len(ids) == 75
    files, skips = walk(CORPUS)
    sidecar = read_sidecar(CORPUS)
    assert skips == []
    assert [skip for file in files for skip in parse_file(file.path, file.name, sidecar).skips] == []


def test_golden_labels(verdicts: Mapping[str, list[tuple[Unit, str]]]) -> None:
    """At least 96 of 100 units of the sample corpus are found under a right label."""
    judged = [verdict for city in verdicts.values() for verdict in city]
    assert len(judged) > 2800
    assert share_right(judged) >= 0.96


@pytest.mark.parametrize("city", CITIES)
def test_golden_labels_by_city(verdicts: Mapping[str, list[tuple[Unit, str]]], city: str) -> None:
    """No house style is read badly: at least 85 of 100 units of each city are right."""
    assert share_right(verdicts[city]) >= 0.85, Counter(
        (unit.labels[0], label) for unit, label in verdicts[city] if label not in unit.labels
    )


@pytest.mark.parametrize("kind", [Kind.DUTY, Kind.QUALIFICATION])
def test_golden_kinds(verdicts: Mapping[str, list[tuple[Unit, str]]], kind: Kind) -> None:
    """At least 97 of 100 duties and qualifications are found as such: that is what is searched."""
    kinds = [
        ({KIND_OF_LABEL[Label(name)] for name in unit.labels}, KIND_OF_LABEL[Label(label)] if label != "missing" else None)
        for city in verdicts.values()
        for unit, label in city
    ]
    found = [(golden, guess) for golden, guess in kinds if golden == {kind}]
    assert len(found) > 500
    assert sum(guess in golden for golden, guess in found) / len(found) >= 0.97
    # And what is found as such is such.
    claimed = [(golden, guess) for golden, guess in kinds if guess is kind]
    assert sum(guess in golden for golden, guess in claimed) / len(claimed) >= 0.97


@pytest.mark.parametrize("field", ["title", "jurisdiction", "state", "class_code", "effective_date", "kind", "level"])
def test_golden_metadata(corpus: Mapping[str, ParsedDocument], field: str) -> None:
    """Title, employer, state, code, date, kind and level are those that a careful reader wrote down."""
    wrong = {}
    for sample in samples():
        document = corpus[sample.doc_id].document
        found = document.kind.value if field == "kind" else getattr(document.source, field)
        golden = sample.facts[field] or None
        if field == "jurisdiction":
            found, golden = bare(found), bare(golden)
        elif field == "level":  # "supervisor" and "lead" are parts of a title, no levels of a series
            found, golden = (found or "").lower(), (golden or "").lower()
            golden = golden if golden not in ("supervisor", "lead", "manager") else found
        if found != golden:
            wrong[sample.doc_id] = (found, golden)
    assert wrong == {}


def bare(place: str | None) -> str | None:
    """A folder's name says which place it is, not whether it is a city or a town."""
    return place and place.removeprefix("City of ").removeprefix("Town of ")


# --- the corpus and its sources ----------------------------------------------------------------


def test_corpus_is_built_from_its_sources(tmp_path: Path) -> None:
    """The plain documents, the exports and the table in `corpus/` are exactly what the tagged sources give."""
    # BUG: build_sidecar leaves the cities' tables open, a ResourceWarning.
    written = [*build_plain(SAMPLES, tmp_path), *build_exports(SAMPLES, tmp_path), build_sidecar(SAMPLES, tmp_path)]
    assert len(written) > 35
    changed = [path.name for path in written if path.read_bytes() != (CORPUS / path.relative_to(tmp_path)).read_bytes()]
    assert changed == []


@pytest.mark.skipif(importlib.util.find_spec("reportlab") is None, reason="reportlab draws the sample PDFs")
def test_corpus_has_no_other_files(tmp_path: Path) -> None:
    """The Word and PDF documents are read like those that the sources give, and `corpus/` holds nothing else."""
    # BUG: the same ResourceWarning.
    written = {path.relative_to(tmp_path).as_posix(): path for path in build_all(SAMPLES, tmp_path)}
    files, _ = walk(CORPUS)
    assert sorted(written) == sorted([file.name for file in files] + ["corpus.csv"])
    packed = [file for file in files if file.name.endswith((".docx", ".pdf"))]
    assert len(packed) > 20
    assert [file.name for file in packed if read_file(file.path) != read_file(written[file.name])] == []
