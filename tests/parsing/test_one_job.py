"""What is not about one job: told with its reasons, never a role of mixed duties; and several documents in one file, divided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden import parsed_samples
from specsearch.ingest.corpus import parse_file
from specsearch.parsing.dividing import divided
from specsearch.parsing.document import parse_source
from specsearch.parsing.vocabulary import load_vocabulary
from specsearch.readers.html import parse_html
from specsearch.readers.markdown import read_markdown
from specsearch.readers.text import split_paragraphs
from specsearch.readers.walk import Sidecar
from specsearch.records import Candidate, Document, DocumentKind, SourceText
from test_properties import faults

ABOUT = "We serve the people who live in our valley, and we are proud of the trust that they place in our staff every day. " * 6
CAREERS = (
    "Careers at Tarn County\nJoin our team\nOur careers site is open at any time. Sign in to look for current openings, or sign up for job alerts.\n"
    f"{ABOUT}\nWe offer paid holidays and a pension to all of our people.\n"
)
LISTED = ("Water Operator", "Building Inspector", "Deputy Clerk", "Librarian", "Police Officer", "Payroll Technician")
LIST = "Elm Fork Vacancies\n" + "".join(f"| {title} | Closes 4/{day}/2031 | Apply |\n" for day, title in enumerate(LISTED, start=3))
BOARD = "Elm Fork Vacancies\n" + "".join(f"{title}\nElm Fork, ID\n${20 + n}.00 per hour\nView details\n\n" for n, title in enumerate(LISTED))
OPEN = "Elm Fork\nOpen positions\n" + "".join(f"{title.upper()} - Closing date May {day}, 2031\n" for day, title in enumerate(LISTED, start=3))
PIPES = "Elm Fork\nOpen positions\n" + "".join(f"{title} | ${day},000 | apply\n" for day, title in enumerate(LISTED, start=43))
NUMBERED = "Jobs open this week\nApply for each at the counter; see our careers page.\n\n" + "".join(
    f"{n}. {title.upper()}\nTown Hall. ${18 + n}.00 an hour. A diploma. Helps where help is needed.\n\n" for n, title in enumerate(LISTED[:5], start=1)
)
POLICY = (
    "---\ntitle: Section 7 - Leave\nmanual: Personnel Policies\n---\n\n# Section 7. Leave\n\n**Town of Birch Hollow - Personnel Policies - page 7-1**\n\n"
    "## 7.1 Notice\n\nAn employee who is ill shall call before the shift. Absence without notice is a resignation.\n\n"
    "## 7.2 Who decides\n\n- Town Clerk\n- Road Superintendent\n\nNothing in this manual is a contract of employment.\n"
)
MENU = "\n".join(f"{name} {what}" for name in ("Roads", "Parks", "Water", "Courts", "Taxes", "Trails") for what in ("Home", "News", "Forms", "Maps", "Fees", "Events", "Staff", "Bids"))
LOST = f"Elm Fork\nPage not found\nThe requested page could not be found.\n{MENU}\n"
COOKIES = "Cookie settings\nThis site uses cookies. See our Privacy Policy and the Terms of Use.\nA name of a cookie: Maximum storage duration: 180 days.\n" + ABOUT
CONTENTS = "Tarn County Employee Handbook\nTable of Contents\n" + "".join(f"Chapter {n} Leave and Hours of Part {n} ........ {3 * n}\n" for n in range(1, 12)) + ABOUT
NOTHING = f"Elm Fork Today\n{ABOUT}{ABOUT}"
SPECIFICATION = "CITY OF ELM FORK\nClass Title: {0}\nClass Code: {1}\n\nEXAMPLES OF DUTIES\nReads all of the {2} of the town and reports what is broken to the office.\nRepairs the {2} that can be repaired at once.\n\nQUALIFICATIONS\nA high school diploma and two years of experience with {2}.\nAbility to work outdoors in all kinds of weather, and to lift fifty pounds.\n\n"
SEVERAL = SPECIFICATION.format("Meter Reader", 4120, "meters") + SPECIFICATION.format("Pump Mechanic", 4130, "pumps") + SPECIFICATION.format("Street Inspector", 4140, "roads")


def document(text: str, **sidecar: str) -> Document:
    return parse_source(split_paragraphs(text), "x.txt", sidecar).document


def doubt(found: Document) -> Candidate | None:
    return next((one for one in found.candidates if one.field == "kind"), None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(CAREERS, "speaks of working there in general: ", id="careers"),
        pytest.param(LIST, "lists 6 jobs: Water Operator, Building Inspector, Deputy Clerk, ", id="table"),
        pytest.param(OPEN, "lists 6 jobs: WATER OPERATOR, ", id="dashes"),
        pytest.param(PIPES, "lists 6 jobs: Water Operator, ", id="pipes"),
        pytest.param(NUMBERED, "lists 5 jobs: WATER OPERATOR, ", id="numbered"),
        pytest.param(BOARD, "lists 6 jobs: ", id="board"),
        pytest.param(LOST, "says that something went wrong: Page not found", id="error"),
        pytest.param(MENU + "\n" + "Open positions\n", "is a menu: 49 of 49 lines are a few words", id="menu"),
        pytest.param(COOKIES, "speaks of the site: ", id="cookies"),
        pytest.param(CONTENTS, "has a table of contents: 11 lines", id="handbook"),
        pytest.param(NOTHING, "says hardly anything of one job", id="nothing"),
        pytest.param("".join(f"Class Title: {title}\nPay: {n}\n\n" for n, title in enumerate(LISTED)), "states 6 titles: Water Operator, ", id="titles"),
    ],
)
def test_what_is_not_about_one_job(text: str, reason: str) -> None:
    """Pages of careers, lists, errors, menus and handbooks are none of a job, without a title, and say why."""
    found = document(text)
    assert found.kind is DocumentKind.NOT_ONE_JOB
    assert (found.source.title, found.source.class_code, found.source.salary_range) == (None, None, None)
    told = doubt(found)
    assert told is not None
    assert told.value == "not_one_job"
    assert told.confidence >= 0.5
    assert any(way.startswith(reason) for way in told.ways), told.ways


def test_a_page_of_a_manual() -> None:
    """A part of a book of rules is none of a job, though it states what it is called."""
    found = parse_source(read_markdown(POLICY.encode()), "x.md").document
    assert (found.kind, found.source.title) == (DocumentKind.NOT_ONE_JOB, None)
    told = doubt(found)
    assert told is not None
    assert told.ways[0].startswith("is a manual: "), told.ways


BODY = "\nDUTIES\nReads all of the meters of the town.\nReports leaks to the office.\n\nQUALIFICATIONS\nA high school diploma.\nAbility to walk for long.\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Meter Reader\n" + BODY, id="short"),
        pytest.param("Meter Reader\n" + BODY + CAREERS, id="with-words-on-careers"),
        pytest.param("Meter Reader\n" + BODY + LIST, id="with-related-jobs"),
        pytest.param("Meter Reader\n" + MENU + BODY, id="within-a-menu"),
        pytest.param("Meter Reader\n" + BODY + COOKIES, id="with-a-notice"),
        pytest.param("Class Title: Meter Reader\nJob Title: Reader of Meters\n" + BODY, id="two-titles"),
        pytest.param(ABOUT + "\nThe Meter Reader is responsible for all meters. The position reports to the Water Superintendent, and the salary range is $40,000 - $50,000.\n", id="prose"),
        pytest.param("Meter Reader\nReads meters.\n", id="little"),
        pytest.param("Reads meters.\n", id="a-line"),
        pytest.param("Deputy Clerk\nThis position has been filled.\nThe incumbent reports to the Clerk. Minimum qualifications: a diploma. Knowledge of filing.\n", id="filled"),
    ],
)
def test_what_is_about_one_job(text: str) -> None:
    """A document about one job stays one, whatever its page says besides."""
    assert document(text).kind is not DocumentKind.NOT_ONE_JOB


def test_what_is_stated_wins() -> None:
    """A table beside the corpus that gives a kind or a title is believed."""
    assert document(CAREERS, kind="job_posting").kind is DocumentKind.JOB_POSTING
    assert document(CAREERS, title="Meter Reader").kind is not DocumentKind.NOT_ONE_JOB
    found = document(BODY, kind="Not one job")
    assert (found.kind, found.source.title, doubt(found)) == (DocumentKind.NOT_ONE_JOB, None, None)


def test_page_of_several_postings() -> None:
    """A page whose linked data is several postings is a list of them, and with one it is that one's."""
    postings = [{"@type": "JobPosting", "title": title} for title in LISTED]
    page = "<script type='application/ld+json'>{}</script><h1>Work with us</h1><p>Search jobs by name.</p>"
    several = parse_source(parse_html(page.format(json.dumps(postings))), "x.html").document
    assert several.kind is DocumentKind.NOT_ONE_JOB
    told = doubt(several)
    assert told is not None
    assert told.ways[0].startswith("states 6 jobs beside its text: Water Operator, ")
    one = parse_source(parse_html(page.format(json.dumps(postings[:1]))), "x.html").document
    assert (one.kind is DocumentKind.NOT_ONE_JOB, one.source.title) == (False, "Water Operator")


def test_samples_are_about_one_job_each() -> None:
    """No document of the sample corpus is called anything else, and none comes near."""
    samples = list(parsed_samples())
    assert len(samples) > 20
    assert [found.document.doc_id for found in samples if doubt(found.document)] == []


# --- several in a file -----------------------------------------------------------------------------


def parts(source: SourceText) -> tuple[SourceText, ...]:
    return divided(source, load_vocabulary())


def whole(source: SourceText, found: tuple[SourceText, ...]) -> None:
    """The parts are the text, and each is sound by itself."""
    assert "".join(part.text for part in found) == source.text
    for part in found:
        assert list(faults(parse_source(part, "x.txt"))) == []


def test_several_documents_in_a_file() -> None:
    """Specifications one after the other, each under its letterhead, become documents of their own."""
    source = split_paragraphs(SEVERAL)
    found = parts(source)
    whole(source, found)
    assert [part.record_id for part in found] == ["1", "2", "3"]
    assert [part.text.split("\n")[:2] for part in found] == [["CITY OF ELM FORK", f"Class Title: {title}"] for title in ("Meter Reader", "Pump Mechanic", "Street Inspector")]
    parsed = [parse_source(part, "x.txt").document for part in found]
    assert [(one.doc_id, one.source.title, one.source.class_code) for one in parsed] == [("x.txt#1", "Meter Reader", "4120"), ("x.txt#2", "Pump Mechanic", "4130"), ("x.txt#3", "Street Inspector", "4140")]


def test_documents_on_pages_of_their_own() -> None:
    """Titles on top of pages divide, too, and pages keep the numbers that they have in the file."""
    texts = [f"{title}\n" + BODY + "Ability to write reports of what was seen on the way, and to explain to the people of the town what they ask about.\n" for title in ("METER READER", "PUMP MECHANIC")]
    text = texts[0] + "\n" + texts[1]
    source = split_paragraphs(text)
    source = SourceText(source.text, source.blocks, pages=(0, len(texts[0]) + 1))
    found = parts(source)
    whole(source, found)
    assert [part.text.split("\n")[0] for part in found] == ["METER READER", "PUMP MECHANIC"]
    second = parse_source(found[1], "x.pdf").document
    assert [second.page_at(0), second.page_at(len(second.text) - 1)] == [2, 2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SEVERAL.replace("QUALIFICATIONS", "Remarks", 1), id="without-qualifications"),
        pytest.param(SPECIFICATION.format("Meter Reader", 4120, "meters") * 2, id="same-title"),
        pytest.param(SPECIFICATION.format("Meter Reader", 4120, "meters") + "Class Title: Pump Mechanic\n", id="mention"),
        pytest.param(SPECIFICATION.format("Meter Reader", 4120, "meters"), id="one"),
        pytest.param("", id="empty"),
        pytest.param("\f\f", id="page-breaks-alone"),
    ],
)
def test_not_clearly_apart(text: str) -> None:
    """A text whose parts are not all whole documents stays one."""
    source = split_paragraphs(text)
    assert parts(source) == (source,)


def test_compendium_that_is_not_divided() -> None:
    """Several titles without whole documents below are not one job."""
    found = document(SEVERAL.replace("QUALIFICATIONS", "Remarks", 1))
    assert found.kind is DocumentKind.NOT_ONE_JOB
    assert found.source.title is None


def test_files_are_divided_unless_they_are_said_to_be_one(tmp_path: Path) -> None:
    """A file is divided as it is read, but not where the table beside the corpus names its title."""
    path = tmp_path / "several.txt"
    path.write_text(SEVERAL, encoding="utf-8")
    found = parse_file(path, path.name, Sidecar({}))
    assert [one.document.doc_id for one in found.documents] == ["several.txt#1", "several.txt#2", "several.txt#3"]
    said = parse_file(path, path.name, Sidecar({path.name: {"title": "Field Staff"}}))
    assert [one.document.doc_id for one in said.documents] == ["several.txt"]


@given(st.lists(st.sampled_from([*SEVERAL.split("\n"), "Class Title: Clerk", "Title: Baker", "\f", "PUMP MECHANIC", "DUTIES"]), max_size=60))
def test_any_text_is_divided_whole(lines: list[str]) -> None:
    """Whatever the lines, the parts are the text and every part is sound."""
    source = split_paragraphs("\n".join(lines))
    whole(source, parts(source))
