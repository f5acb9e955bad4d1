"""Layouts of job documents: which statements are found, under which labels."""

from __future__ import annotations

import pytest

from parsed import Expected, labelled, parse
from specsearch.records import KIND_OF_LABEL

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
