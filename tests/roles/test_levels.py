"""Signs of level: what titles, statements of supervision and requirements say, and what they only seem to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specsearch.parsing.level_words import name_of, read_level
from specsearch.parsing.numerals import numeral_of
from specsearch.records import (
    Document,
    DocumentKind,
    Kind,
    Label,
    Passage,
    Role,
    Signal,
    SignalKind,
    SourceClassification,
)
from specsearch.roles.levels import difference, level_difference, signals
from specsearch.roles.names import names_of, told_apart
from specsearch.roles.numbers import number_of
from specsearch.roles.requirements import degree_of, requirements, years_of
from specsearch.roles.signs.staff import staff_of
from specsearch.roles.signs.supervision import Supervision, supervision_of

# --- titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "series", "level"),
    [
        ("Coordinator IV", "Coordinator", "IV"),
        ("Engineer V", "Engineer", "V"),
        ("Engineer IX", "Engineer", "IX"),
        ("Engineer X", "Engineer", "X"),
        ("Accountant 2", "Accountant", "2"),
        ("Accountant Ii", "Accountant", "Ii"),
        ("Planner I/II", "Planner", "I/II"),
        ("Planner I/Planner II", "Planner", "I/II"),
        ("Planner I or II", "Planner", "I/II"),
        ("Engineer I through IV", "Engineer", "I-IV"),
        ("Firefighter I & II", "Firefighter", "I&II"),
        ("Water Operator, II", "Water Operator", "II"),
        ("Librarian III (Children's Services)", "Librarian (Children's Services)", "III"),
        ("Civil Engineer II - Traffic", "Civil Engineer - Traffic", "II"),
        ("Administrative Specialist 2 – Confidential", "Administrative Specialist – Confidential", "2"),
        ("Clerk III, Records", "Clerk, Records", "III"),
        ("Operator II Wastewater", "Operator Wastewater", "II"),
        ("Operator Grade IV", "Operator", "IV"),
        ("Senior Budget Analyst", "Budget Analyst", "Senior"),
        ("Budget Analyst, Senior", "Budget Analyst", "Senior"),
        ("Sr. Planner", "Planner", "Sr."),
        ("Lead Custodian", "Custodian", "Lead"),
        ("Principal Planner", "Planner", "Principal"),
        ("Entry-Level Planner", "Planner", "Entry-Level"),
        ("Chief of Staff", "Chief of Staff", None),
        ("Lieutenant", "Lieutenant", None),
        ("Leading Hand", "Leading Hand", None),
        ("Class 2 Operator", "Class 2 Operator", None),
        ("IV", "IV", None),
        ("Office Clerk Level 3", "Office Clerk", "3"),
        ("Mechanic – Level II", "Mechanic", "II"),
        ("Housing Specialist - Section 8", "Housing Specialist - Section 8", None),
        ("Street Inspector, Zone 3", "Street Inspector, Zone 3", None),
        ("Dispatcher, Shift 2", "Dispatcher, Shift 2", None),
        ("311 Agent", "311 Agent", None),
        ("911 Operator", "911 Operator", None),
        ("Department Analyst 12", "Department Analyst 12", None),
        ("Title IV Coordinator", "Title IV Coordinator", None),
        ("Senior Center Coordinator", "Senior Center Coordinator", None),
        ("Lead Abatement Worker", "Lead Abatement Worker", None),
    ],
)
def test_series_and_level(title: str, series: str, level: str | None) -> None:
    """A title is divided into its series and its level within the series."""
    read = read_level(title)
    assert (read.series, read.level) == (series, level)


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("Clerk I", 1), ("Clerk 2", 2), ("Water Plant Operator IV", 4), ("Planner I/II", 1.5), ("Engineer V", 4), ("Engineer VI", 4),
        ("Engineering Trainee", 0), ("Apprentice Electrician", 0), ("Manager Trainee", 0), ("Library Aide", 0), ("Trainee II", 0),
        ("Junior Accountant", 1), ("Entry Level Planner", 1), ("Assistant Planner", 1), ("Assistant Civil Engineer", 1), ("Assistant Cook", 1),
        ("Associate Planner", 2), ("Journey Level Electrician", 2),
        ("Senior Planner", 3), ("Planner, Senior", 3), ("Senior Planner II", 3), ("Lead Custodian", 3), ("Streets Maintenance Lead", 3), ("Crew Leader", 3),
        ("Head Lifeguard", 3), ("Head Cook", 3), ("Head Custodian", 3), ("Survey Party Chief", 3), ("Crew Chief", 3), ("Accounting Assistant Supervisor", 3),
        ("Chief Clerk", 4), ("Chief Plant Operator", 4), ("Principal Planner", 4), ("Supervising Librarian", 4), ("Clerical Supervisor", 4), ("Assistant Payroll Manager", 4),
        ("Supervisor of Custodians", 4),
        ("Budget Manager", 5), ("Manager, Budget", 5), ("Street Superintendent", 5), ("Assistant Director", 5), ("Deputy Finance Director", 5), ("Associate Director of Parks", 5),
        ("Battalion Chief", 5), ("Section Head", 5), ("Assistant Fire Chief", 5), ("Fire Assistant Chief", 5), ("Assistant City Manager", 5), ("Deputy Chief of Police", 5),
        ("311 Customer Care Manager", 5), ("Program Manager Senior II", 5),
        ("Director of Parks", 6), ("Director, 311", 6), ("Parks Director", 6), ("City Manager", 6), ("Town Administrator", 6), ("General Manager", 6),
        ("Department Head", 6), ("Division Chief", 6), ("Chief of Police", 6), ("Fire Chief", 6), ("Chief Financial Officer", 6), ("Chief of Staff to the Mayor", 6),
        ("Staff Attorney (Attorney 2)", 2),
    ],
)  # fmt: skip
def test_rank_of_a_title(title: str, rank: float) -> None:
    """Position tells what a word of level means; capitals do not matter."""
    assert read_level(title).rank == rank
    assert read_level(title.upper()).rank == rank


@pytest.mark.parametrize(
    "title",
    [
        "Planner", "Administrative Assistant", "Library Assistant", "Executive Assistant", "Accounting Associate", "Assistant to the Director",
        "Secretary to the City Manager", "Captain's Clerk", "Deputy City Clerk", "Deputy Sheriff", "Assistant City Attorney", "Library Assistant Supervisor",
        "Deputy Sheriff Supervisor", "Chief Deputy Supervisor", "Deputy Assistant Superintendent", "Supervisor of Elections", "Network Administrator", "Database Administrator", "Contract Administrator II", "Zoning Administrator", "Case Manager",
        "Project Manager", "Camp Director", "Recreation Leader", "School Principal", "Leading Hand", "Senior Center Coordinator", "Senior Services Librarian",
        "Lead Abatement Worker", "Lead Hazard Inspector", "Head Start Teacher", "Chief Probation Officer", "Chief Engineer", "Police Sergeant II", "Class 2 Operator",
        "Operator Class I", "Operator Grade IV", "Housing Specialist - Section 8", "311 Agent", "Department Analyst 12", "Planner I / Senior Planner",
        "Assistant/Associate Planner", "Director/Deputy Director", "Legislative Aide", "Office of the Director", "IV", "", "x" * 5000,
    ],
)  # fmt: skip
def test_title_without_a_sure_rank(title: str) -> None:
    """What may be read in two ways, and words that are no level, rank nothing."""
    assert read_level(title).rank is None
    assert read_level(title).said == ""


_TITLE_PARTS = st.sampled_from(
    "Senior Junior Lead Assistant Deputy Associate Chief Head Director Manager Supervisor Planner Clerk Water Plant of the City I II IV 3 / , - ( ) Principal Trainee 311 Officer to".split()
)


@given(st.one_of(st.lists(_TITLE_PARTS, max_size=8).map(" ".join), st.text(max_size=80)))
def test_any_title_is_read(title: str) -> None:
    """Whatever a title is: nothing is added to it, the rank is on the scale, and has words that say so."""
    read = read_level(title)
    assert all(word in title for word in read.series.split())
    assert read.rank is None or 0 <= read.rank <= 6
    assert (read.rank is None) == (read.said == "")
    assert len(name_of(title)[0]) <= len(title)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sr. Planner II", "Senior Planner 2"), ("Budget Analyst, Senior", "SENIOR BUDGET ANALYST"), ("Clerk III", "Clerk 3"), ("Planner Trainee", "Trainee Planner")],
)
def test_one_name_in_several_writings(one: str, other: str) -> None:
    """The name of a class is the same however its level is written."""
    assert tuple(part.casefold() for part in name_of(one)) == tuple(part.casefold() for part in name_of(other))
    assert name_of(one)[1]


def of_title(title: str) -> Signal:
    """The sign that a title gives."""
    read = read_level(title)
    assert read.rank is not None
    return Signal(SignalKind.TITLE, read.rank, read.said)


@pytest.mark.parametrize(
    ("higher", "lower", "differs"),
    [
        ("Engineer VI", "Engineer V", True),
        ("Engineer V", "Engineer IV", True),
        ("Engineer X", "Engineer II", True),
        ("Clerical Supervisor II", "Clerical Supervisor I", True),
        ("Engineering Aide 3", "Engineering Aide 1", True),
        ("Engineering Manager", "Engineer VI", True),
        ("Engineer VI", "Engineering Supervisor", False),
        ("Planner I/II", "Planner I", False),
        ("Clerical Supervisor II", "Engineer V", False),
        ("Director of Parks", "Assistant Director of Parks", True),
        ("Parks Director", "Head Lifeguard", True),
    ],
)
def test_difference_of_titles(higher: str, lower: str, differs: bool) -> None:
    """Numerals are compared within one ladder, words between ladders; swapped, the sign changes."""
    a, b = of_title(higher), of_title(lower)
    assert difference(a, b) == -difference(b, a)
    assert (difference(a, b) >= 1) is differs
    assert level_difference([a], [b]) == (1.0 if differs else 0.0)


def test_numerals() -> None:
    """A range counts as its middle."""
    assert [numeral_of(level) for level in ("II", "3", "I/II", "I-IV", "viii", "Senior")] == [2, 3, 1.5, 2.5, 8, None]


# --- numbers and staff -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("1,200", 1200), ("12,500", 12500), ("twenty-five", 25), ("Forty two", 42), ("one hundred and ten", 110), ("a hundred", 100), ("a dozen", 12), ("nineteen", 19)],
)
def test_numbers(text: str, number: int) -> None:
    """Numbers with separators and in words."""
    assert number_of(text) == number


@given(st.integers(1, 999_999))
def test_numbers_with_separators(number: int) -> None:
    """A number is the same with separators and without, and so is the staff that it counts."""
    assert number_of(f"{number:,}") == number_of(str(number)) == number
    found = staff_of(f"Supervises {number:,} employees.")
    assert found is not None
    assert found[0] == number


@pytest.mark.parametrize(
    ("text", "staff"),
    [
        ("Supervises 1,400 employees.", 1400),
        ("Supervises approximately twenty-five employees.", 25),
        ("Supervises, trains and evaluates the work of 10 to 15 full-time clerks.", 15),
        ("Supervises 12 full-time and 6 part-time employees.", 18),
        ("Supervises three clerks and two drivers.", 5),
        ("Supervises 3 clerks, 2 technicians, and 1 analyst.", 6),
        ("Supervises four Staff Attorneys and two secretaries to the board, among them 2 managers.", None),
        ("Supervises between 10 and 15 staff.", 15),
        ("Supervises 4-6 technicians.", 6),
        ("Supervises up to 30 staff members in three shifts.", 30),
        ("Supervises one hundred and ten workers.", 110),
        ("Leads a crew of 5 workers.", 5),
        ("Leads a team of five (5) analysts.", 5),
        ("Oversees a staff of 2,100.", 2100),
        ("Manages a division with 25 employees.", 25),
        ("Manages the budget and 12 employees.", 12),
        ("Directs a large, multi-disciplinary staff of 40 employees.", 40),
        ("Plans and directs the work of over 100 employees.", 100),
        ("Supervises, directly and through subordinate supervisors, about 50 employees.", 50),
        ("Responsible for the supervision of a dozen custodians.", 12),
        ("Is in charge of a crew of 6.", 6),
        ("Has four direct reports.", 4),
        ("Employees supervised: 12", 12),
        ("Eight employees report directly to this position.", 8),
        # Not staff, or not the role's.
        ("Directs a department serving 12,700 people.", None),
        ("Manages a program serving 400 students.", None),
        ("Directs the library, which serves 40,000 people.", None),
        ("Administers benefits for 3,000 employees.", None),
        ("Manages benefits for 3,000 employees.", None),
        ("Manages payroll of 800 employees.", None),
        ("Manages claims of 900 retired employees.", None),
        ("Manages health plans with 3,500 members.", None),
        ("Manages 3,500 employees' pensions.", None),
        ("Manages a $3,500,000 budget.", None),
        ("Manages 20 staff reports each month.", None),
        ("Oversees 40 hours of staff training.", None),
        ("Oversees training of 40 employees.", None),
        ("Oversees 15 contracts with employees.", None),
        ("Supervises the processing of 1,200 applications.", None),
        ("Supervises staff who answer 1,200 calls.", None),
        ("Supervises employees 24 hours a day.", None),
        ("Supervises employees in an agency with over 2,000 employees.", None),
        ("Supervises 300 students.", None),
        ("Supervises children in groups of 25.", None),
        ("Supervises two crews.", None),
        ("Supervises one or more employees.", None),
        ("Leads tours for 30 people.", None),
        ("Directs recruitment for 20 positions.", None),
        ("Provides direct service to 300 people.", None),
        ("Works in a team of 6 employees.", None),
        ("Has supervised for 5 years.", None),
        ("Does not supervise 12 employees.", None),
        ("Under the supervision of two managers, sorts mail.", None),
        ("Requires experience supervising 10 employees.", None),
    ],
)
def test_staff(text: str, staff: int | None) -> None:
    """Counted are people whom the role supervises or leads, all of them or none."""
    found = staff_of(text)
    assert (found[0] if found else None) == staff
    assert found is None or found[1] in text


# --- supervision -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Does not supervise staff, but must understand the rules.", Supervision.NONE),
        ("Does not supervise; understands and undertakes what the law asks.", Supervision.NONE),
        ("Doesn't supervise anyone.", Supervision.NONE),
        ("May not supervise.", Supervision.NONE),
        ("Cannot supervise other employees.", Supervision.NONE),
        ("Does not hire, evaluate or supervise staff.", Supervision.NONE),
        ("Does not usually supervise.", Supervision.NONE),
        ("Is not responsible for supervising staff.", Supervision.NONE),
        ("This is not a supervisory position.", Supervision.NONE),
        ("Nonsupervisory work.", Supervision.NONE),
        ("No supervision is exercised.", Supervision.NONE),
        ("Exercises no supervision but may train new employees.", Supervision.NONE),
        ("Has no direct reports.", Supervision.NONE),
        ("Has no supervisory responsibilities.", Supervision.NONE),
        ("No employees are supervised.", Supervision.NONE),
        ("Nobody reports to this position.", Supervision.NONE),
        ("Supervises no one.", Supervision.NONE),
        ("Never supervises employees.", Supervision.NONE),
        ("Neither supervises nor evaluates staff.", Supervision.NONE),
        ("Supervision exercised: None.", Supervision.NONE),
        ("Supervisory responsibilities: N/A", Supervision.NONE),
        ("Works under general supervision and does not supervise others.", Supervision.NONE),
        # Supervision received says nothing of supervision exercised.
        ("Works under general supervision.", None),
        ("Under general supervision, helps patrons at the desk.", None),
        ("Works without supervision.", None),
        ("Works with little or no supervision.", None),
        ("Requires no supervision.", None),
        ("Is supervised by the Director.", None),
        ("Is not closely supervised.", None),
        ("Supervision received: general.", None),
        ("Acts for the manager when no supervisor is present.", None),
        ("Assists in supervising staff.", None),
        ("Little or no supervision is exercised.", None),
        ("No experience supervising is needed.", None),
        # Turned over once more.
        ("Not only supervises but also trains staff.", Supervision.FULL),
        ("Does not sell tickets and supervises two clerks.", Supervision.FULL),
        ("Supervises staff that do not drive.", Supervision.FULL),
        ("Supervises a crew, although it does not hire.", Supervision.FULL),
        ("Supervises no fewer than five employees.", Supervision.FULL),
        ("Cannot supervise relatives; supervises clerks.", Supervision.FULL),
        ("Does not supervise directly, but manages through subordinate supervisors.", Supervision.FULL),
        ("Under the direction of the Manager, supervises a staff of clerks.", Supervision.FULL),
        ("Supervises 1,300 employees.", Supervision.FULL),
        ("Exercises direct supervision over clerical staff.", Supervision.FULL),
        ("Supervision is exercised over clerks.", Supervision.FULL),
        ("Does not usually supervise but may supervise interns.", Supervision.MAY),
        ("May or may not supervise clerks.", Supervision.MAY),
        ("Leads and instructs clerks on projects; does not appraise performance.", Supervision.LEADS),
    ],
)
def test_supervision(text: str, said: Supervision | None) -> None:
    """Denials hold to the end of their clause, and supervision received is not supervision exercised."""
    assert supervision_of(text) is said


def test_supervision_under_a_heading() -> None:
    """A bare "None." says what its heading is about."""
    assert supervision_of("None.", "Supervision Exercised") is Supervision.NONE
    assert supervision_of("None.", "Supervision Received") is None
    assert supervision_of("None.", "Tools") is None


def role(*statements: tuple[Label, str], title: str = "Clerk") -> Role:
    """A role of some statements."""
    text = "\n".join(said for _, said in statements)
    passages = []
    for label, said in statements:
        start = text.index(said)
        kind = Kind.DUTY if label is Label.DUTY else Kind.QUALIFICATION if label is Label.QUALIFICATION else Kind.CONTEXT
        passages.append(Passage(f"x:{start}-{start + len(said)}", "x", label, kind, start, start + len(said), said, start))
    return Role(Document("x", SourceClassification(title=title), DocumentKind.CLASS_SPECIFICATION, text, "x", "0"), tuple(passages))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Works under close supervision.", 1),
        ("Works under general direction.", 3),
        ("Receives broad policy direction from the Mayor.", 4),
        ("Exercises direct supervision over clerical staff.", None),
        ("Provides policy direction to managers.", None),
        ("Works without close supervision.", None),
        ("Has limited latitude.", None),
        ("Under general supervision, exercises direct supervision over clerks.", 2),
    ],
)
def test_direction_received(text: str, value: float | None) -> None:
    """Direction that a role gives is not direction that it is under, and what it lacks is not had."""
    found = [signal.value for signal in signals(role((Label.SUPERVISION, text)), ()) if signal.kind is SignalKind.DIRECTION]
    assert found == ([] if value is None else [value])


def test_who_helps_the_public_does_not_assist() -> None:
    """Assisting colleagues is a sign of a lower level; serving the public is the work itself."""
    found = {signal.kind: signal for signal in signals(role((Label.DUTY, "Assists residents with forms."), (Label.DUTY, "Assists engineers with surveys.")), ())}
    assert found[SignalKind.ASSISTING].value == -0.5


# --- requirements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Three years of experience in accounting.", 3),
        ("3-5 years of experience", 3),
        ("Three to five years of experience", 3),
        ("One and a half years of experience", 1.5),
        ("1 1/2 years of experience", 1.5),
        ("Twenty years of experience", 20),
        ("Eight months of experience", 0.67),
        ("3 yrs experience", 3),
        ("Graduation from a four-year college and two years of experience in budgeting", 2),
        ("Must obtain a certificate within one year of hire; three years of experience", 3),
        ("Five years of experience preferred; two years of experience required", 2),
        ("Two years of experience, five years of experience preferred", 2),
        ("Analyst 10 - One year of experience", 1),
        ("Graduation from a four-year college and experience in budgeting", None),
        ("A two-year degree and experience", None),
        ("Must be at least 21 years old and work nights", None),
        ("Experience with 10-year-old children", None),
        ("Experience in the last five years as a driver", None),
        ("No accidents within the past five years of work", None),
        ("Must obtain a license within two years of employment", None),
        ("Completion of a six-month probationary period of work", None),
        ("Must pass a test every 3 years while employed", None),
        ("Two years of college and experience", None),
        ("Five years of experience preferred", None),
        ("Our firm looks back on 120 years of experience", None),
        ("40 hours of work", None),
    ],
)
def test_years_of_experience(text: str, years: float | None) -> None:
    """Years of experience that are asked for: the fewest that will do, and no ages, courses, limits or wishes."""
    assert years_of(text) == years


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Master's degree in library science", "master's degree"),
        ("Master of Public Administration", "master's degree"),
        ("Bachelor's degree required; master's degree preferred", "bachelor's degree"),
        ("Bachelor's degree in accounting (a master's degree preferred)", "bachelor's degree"),
        ("Bachelor's degree in planning, master's degree preferred", "bachelor's degree"),
        ("Bachelor's or master's degree", "bachelor's degree"),
        ("High school diploma or GED, and an associate degree", "associate degree"),
        ("High school diploma or bachelor's degree", "high school diploma"),
        ("Graduation from high school and completion of an associate's degree", "associate degree"),
        ("Master electrician license in the county", None),
        ("Experience as a master of ceremonies", None),
        ("Clerical work on master files in the Office of Assessment", None),
        ("Experience as an associate planner", None),
        ("A bachelor's degree is preferred.", None),
        ("A college degree is not required.", None),
        ("Enrolled in a bachelor's program", None),
        ("Experience teaching high school students", None),
    ],
)
def test_degree(text: str, degree: str | None) -> None:
    """The degree that is asked for: of alternatives the first, and none that is wished, waived or only sounds like one."""
    assert degree_of(text) == degree


def test_what_is_preferred_is_not_required() -> None:
    """Under a heading of wishes nothing is required."""
    statement = Passage("x:0-40", "x", Label.QUALIFICATION, Kind.QUALIFICATION, 0, 40, "Five years of experience and a master's degree.", 0, ("Preferred Qualifications",))
    assert requirements([statement]) == ()


# --- names of two roles ----------------------------------------------------------------------------


def titled(title: str | None, employer: str | None, doc_id: str, state: str | None = None) -> Document:
    """A document of an employer."""
    return Document(doc_id, SourceClassification(title=title, jurisdiction=employer, state=state), DocumentKind.CLASS_SPECIFICATION, "", doc_id, "0")


@pytest.mark.parametrize(
    ("a", "b", "names"),
    [
        (titled("Clerk I", "Elm Fork", "a"), titled("Clerk II", "Elm Fork", "b"), ("Clerk I", "Clerk II")),
        (titled("Clerk II", "Elm Fork", "a", "OH"), titled("CLERK  II", "Bay View", "b"), ("Clerk II (Elm Fork, OH)", "CLERK  II (Bay View)")),
        (titled("Clerk-II", "Elm Fork", "a", "OH"), titled("Clerk II", "Elm Fork", "b", "IA"), ("Clerk-II (Elm Fork, OH)", "Clerk II (Elm Fork, IA)")),
        (titled("Clerk", "Elm Fork", "a"), titled("Clerk", "ELM FORK", "b"), ("Clerk (a)", "Clerk (b)")),
        (titled("Clerk", None, "a"), titled("Clerk", "Elm Fork", "b"), ("Clerk (a)", "Clerk (b)")),
        (titled(None, None, "a"), titled(None, None, "b"), ("a", "b")),
        (titled("Clerk", "Elm Fork", "a"), titled("Clerk", "Elm Fork", "a"), ("Clerk", "Clerk")),
    ],
)
def test_names_of_two_roles(a: Document, b: Document, names: tuple[str, str]) -> None:
    """Two roles side by side can be told apart: by title, else by employer, else by document."""
    assert names_of(a, b) == names
    assert names_of(b, a) == names[::-1]


def test_other_names_are_told_apart_too() -> None:
    """Names that are given are left as they are unless they are the same."""
    a, b = titled("Clerk", "Elm Fork", "a"), titled("Clerk", "Bay View", "b")
    assert told_apart(("A", "B"), a, b) == ("A", "B")
    assert told_apart(("Class", "class"), a, b) == ("Class (Elm Fork)", "class (Bay View)")
