"""References: which classes a statement names, and what it says of them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from families import ELM, role
from specsearch.records import KIND_OF_LABEL, Label, Passage, ReferenceKind
from specsearch.retrieval.class_names import ClassName, folded, numerals_in, read_name, series_of
from specsearch.roles.references import NO_TITLES, Titles, references_of, titles_of

K, L = ReferenceKind, Label
KNOWN = titles_of(
    ["Accountant", "Senior Accountant", "Accountant II", "Engineer", "Civil Engineer", "Clerk", "Office Manager", "Budget Analyst I", "Budget Analyst II", "Director", "Parks & Trails Planner", "Harbor Pilot (Relief)"]
)


def read(text: str, label: Label = L.QUALIFICATION, heading: str = "", titles: Titles = KNOWN, title: str | None = "Chief of Ledgers") -> list[tuple[ReferenceKind, str]]:
    """What a statement names."""
    start = 7
    passage = Passage("x", "x", label, KIND_OF_LABEL[label], start, start + len(text), text, 0, (heading,) if heading else ())
    found = references_of([passage], title, titles)
    document = " " * start + text
    assert all(document[one.start : one.end] == one.name for one in found)
    return [(one.kind, one.name) for one in found]


# --- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("ACCOUNTANT II", ClassName(("accountant",), (2,))),
        ("Accountants 2", ClassName(("accountant",), (2,))),
        ("Accountant I, II or III", ClassName(("accountant",), (1, 2, 3))),
        ("Accountant I-III", ClassName(("accountant",), (1, 2, 3))),
        ("Planner I/Planner II", ClassName(("planner",), (1, 2))),
        ("Accountant, Senior", ClassName(("senior", "accountant"), ())),
        ("Sr. Accountant", ClassName(("senior", "accountant"), ())),
        ("Parks & Trails Planner (Confidential)", ClassName(("park", "and", "trail", "planner"), ())),
        ("Secretaries", ClassName(("secretary",), ())),
        ("", ClassName((), ())),
    ],
)
def test_names_of_one_writing(title: str, expected: ClassName) -> None:
    """Letters, plurals, numerals, short forms and a comma make no other name."""
    assert read_name(title) == expected


def test_parts_of_names() -> None:
    """Accounting is no accountant; a range is one; a series has no levels."""
    assert folded("Accounting") != folded("Accountants")
    assert folded("Foremen") == folded("foreman")
    assert numerals_in("I to III") == ((1, 2, 3), True)
    assert numerals_in("I, III") == ((1, 3), False)
    assert series_of("Senior Accountant II") == series_of("Accountant")
    assert series_of("Utility Accountant") != series_of("Accountant")


# --- what is said --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("Two years of paid experience as an Accountant with the City.", L.QUALIFICATION, [(K.REQUIRES, "Accountant")]),
        ("Two years of experience as a Harbor Master or Dock Supervisor.", L.QUALIFICATION, [(K.REQUIRES, "Harbor Master"), (K.REQUIRES, "Dock Supervisor")]),
        ("Two years of experience as an Accountant I, II or III.", L.QUALIFICATION, [(K.REQUIRES, "Accountant I, II or III")]),
        ("Two years of experience as a senior accountant.", L.QUALIFICATION, [(K.REQUIRES, "senior accountant")]),
        ("No experience as a Senior Accountant is required.", L.QUALIFICATION, [(K.MENTIONS, "Senior Accountant")]),
        ("Experience as a Senior Accountant is desirable but not required.", L.QUALIFICATION, [(K.MENTIONS, "Senior Accountant")]),
        ("Six months as a Senior Accountant may be substituted for the degree.", L.QUALIFICATION, [(K.MENTIONS, "Senior Accountant")]),
        ("No less than two years of experience as a Senior Accountant.", L.QUALIFICATION, [(K.REQUIRES, "Senior Accountant")]),
        ("Supervises Harbor Masters II and Dock Supervisors.", L.DUTY, [(K.SUPERVISES, "Harbor Masters II"), (K.SUPERVISES, "Dock Supervisors")]),
        ("One year in a class at or above the level of Senior Accountant.", L.QUALIFICATION, [(K.EQUIVALENT, "Senior Accountant")]),
        ("One year of experience at the Accountant II level.", L.QUALIFICATION, [(K.EQUIVALENT, "Accountant II")]),
        ("Work equivalent to an Accountant II for one year.", L.QUALIFICATION, [(K.EQUIVALENT, "Accountant II")]),
        ("Registration as a Civil Engineer and three years of experience.", L.QUALIFICATION, [(K.MENTIONS, "Civil Engineer")]),
        ("To be at the level of Senior Accountant a degree is needed.", L.QUALIFICATION, [(K.MENTIONS, "Senior Accountant")]),
        ("Seniority credit at a rate of 0.25 is given for service as a Senior Accountant.", L.PROCESS, [(K.MENTIONS, "Senior Accountant")]),
        ("A pass is kept during tenure of employment as a Senior Accountant.", L.CONDITIONS, [(K.MENTIONS, "Senior Accountant")]),
        ("The job prepares for employment with the City as a Senior Accountant.", L.COMPENSATION, [(K.MENTIONS, "Senior Accountant")]),
        ("Seniority credit is given for service as a Senior Accountant.", L.PROCESS, [(K.MENTIONS, "Senior Accountant")]),
        ("After one year, incumbents may promote to Senior Accountant.", L.SUMMARY, [(K.PROMOTES_TO, "Senior Accountant")]),
        ("Those who promoted to Senior Accountant last spring keep their pay.", L.PROCESS, [(K.MENTIONS, "Senior Accountant")]),
        ("Incumbents are promoted from Accountant II.", L.SUMMARY, [(K.PROMOTED_FROM, "Accountant II")]),
        ("This class is distinguished from Senior Accountant in that it leads no staff.", L.DISTINGUISHING, [(K.DISTINGUISHED, "Senior Accountant")]),
        ("It differs from the next lower class of Accountant II by its scope.", L.SUMMARY, [(K.DISTINGUISHED, "Accountant II")]),
        ("Supervises Accountants and other staff.", L.DUTY, [(K.SUPERVISES, "Accountants")]),
        ("Directs the work of Civil Engineers engaged in design.", L.DUTY, [(K.SUPERVISES, "Civil Engineers")]),
        ("Does not supervise Senior Accountants.", L.SUPERVISION, [(K.MENTIONS, "Senior Accountants")]),
        ("Supervises the Civil Engineer intake project.", L.DUTY, [(K.MENTIONS, "Civil Engineer")]),
        ("Experience supervising Senior Accountants.", L.QUALIFICATION, [(K.MENTIONS, "Senior Accountants")]),
        ("Serves as lead worker over Budget Analysts.", L.DUTY, [(K.LEADS, "Budget Analysts")]),
        ("Works under the general supervision of a Senior Accountant.", L.SUPERVISION, [(K.REPORTS_TO, "Senior Accountant")]),
        ("Work is done under the supervision of an administrative or Senior Accountant.", L.SUPERVISION, [(K.REPORTS_TO, "Senior Accountant")]),
        ("Under the direction of the Senior Accountant, the Office Manager keeps files.", L.SUMMARY, [(K.REPORTS_TO, "Senior Accountant"), (K.MENTIONS, "Office Manager")]),
        ("Works under the direction of a Senior Accountant, an Office Manager or the Civil Engineer.", L.SUMMARY, [(K.REPORTS_TO, "Senior Accountant"), (K.REPORTS_TO, "Office Manager"), (K.REPORTS_TO, "Civil Engineer")]),
        ("This position reports directly to the Senior Accountant.", L.SUMMARY, [(K.REPORTS_TO, "Senior Accountant")]),
        ("Prepares written reports to the Senior Accountant.", L.DUTY, [(K.MENTIONS, "Senior Accountant")]),
        ("This is the first class of the Budget Analyst series.", L.SUMMARY, [(K.SERIES, "Budget Analyst")]),
        ("Positions are filled as Budget Analyst I-II.", L.SUMMARY, [(K.RANGE, "Budget Analyst I-II")]),
        ("Confers with the office manager on supplies.", L.DUTY, [(K.MENTIONS, "office manager")]),
        ("Meets the Parks and Trails Planner weekly.", L.DUTY, [(K.MENTIONS, "Parks and Trails Planner")]),
    ],
)
def test_what_is_said(text: str, label: Label, expected: list[tuple[ReferenceKind, str]]) -> None:
    """Cues before and behind a name tell its kind; where they do not, it is mentioned."""
    assert read(text, label) == expected


def test_heading_that_announces_classes() -> None:
    """Under such a heading a name that begins a statement is a class whose members may apply; elsewhere it is mentioned."""
    heading = "CLASSES THAT MEET THE EXPERIENCE REQUIREMENT"
    assert read("Senior Accountant (4410)", heading=heading) == [(K.REQUIRES, "Senior Accountant")]
    assert read("Senior Accountant (4410)", heading="NOTES") == [(K.MENTIONS, "Senior Accountant")]
    assert read("Senior Accountant (4410)", L.DUTY, heading=heading) == [(K.MENTIONS, "Senior Accountant")]


@pytest.mark.parametrize(
    "text",
    [
        "Reports results to the director.",
        "Clerks the auction on market days.",  # a word of the language, in capitals only because it comes first
        "Confers with the engineer.",
        "Assists the Senior Civil Engineer.",  # a longer name than any that is known
        "Assists the Civil Engineer Supervisor.",
        "Confers with the Chief Fiscal and Accountant General.",
        "Reads the journal of the Institute of Senior Accountants.",
        "Meets the City Director.",
        "Answers questions at the Senior Center.",
        "Inspects civil engineering works.",
        "Two years of civil engineer-like work.",
    ],
)
def test_what_is_no_name(text: str) -> None:
    """Common words, and parts of longer names, name no class."""
    assert read(text, L.DUTY) == []


def test_longer_name_wins() -> None:
    """Within "Senior Accountant" no accountant is named, and numerals belong to the name."""
    assert read("Experience as a Senior Accountant.") == [(K.REQUIRES, "Senior Accountant")]
    assert read("Experience as an Accountant II.") == [(K.REQUIRES, "Accountant II")]
    assert read("Experience as an Accountant 2 years ago.") == [(K.REQUIRES, "Accountant")]


def test_own_title_is_no_reference() -> None:
    """What a role says of itself names no other class."""
    text = "A Senior Accountant reviews the work of Accountants."
    assert [name for _, name in read(text, L.DUTY, title="SENIOR ACCOUNTANT")] == ["Accountants"]


def test_names_that_are_not_known_need_a_cue() -> None:
    """Capitals alone name no class; what is more than a name is none."""
    assert read("Three years of experience as a Harbor Guard licensed master.", titles=NO_TITLES) == []
    assert read("Works under the direction of the Board of Pilot Examiners.", L.SUMMARY, titles=NO_TITLES) == []
    assert read("Works under the direction of the Director of Harbor Works.", L.SUMMARY, titles=NO_TITLES) == [(K.REPORTS_TO, "Director of Harbor Works")]
    assert read("Confers with the Harbor Master on berths.", L.DUTY, titles=NO_TITLES) == []
    assert read("Work is done under the direction of the Harbor Master.", L.SUPERVISION, titles=NO_TITLES) == [(K.REPORTS_TO, "Harbor Master")]


# --- properties ----------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "Accountant Senior Accountants II I-III , . ; or and as a the experience years of under direction supervises reports to City \n ( ) / Clerk clerk level class from promoted é Ⅳ 1 ' - &".split(" ")
)


@given(st.lists(WORDS, max_size=40), st.sampled_from(list(Label)), st.booleans())
@settings(max_examples=150, deadline=None)
def test_places_are_those_of_the_document(words: list[str], label: Label, glued: bool) -> None:
    """Whatever a statement says, each name is what stands at its place, in order, and none within another."""
    text = ("" if glued else " ").join(words)
    passage = Passage("x", "x", label, KIND_OF_LABEL[label], 3, 3 + len(text), text, 0)
    found = references_of([passage], None, KNOWN)
    assert [("..." + text)[one.start : one.end] for one in found] == [one.name for one in found]
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.permutations(["Accountant", "Senior Accountant", "Civil Engineer", "Engineer", "Accountant II"]))
@settings(max_examples=20, deadline=None)
def test_order_of_titles_does_not_matter(titles: list[str]) -> None:
    """What is found does not turn with the order in which the titles are known."""
    text = "Experience as a Senior Accountant, Civil Engineer or Accountant II."
    assert read(text, titles=titles_of(titles)) == read(text, titles=titles_of(sorted(titles)))


HOSTILE = {
    "names": "Senior Accountant, ",
    "cues": "experience as a ",
    "fill": "promotes to the of the ",
    "numerals": "Accountant I-",
    "capitals": "IV ",
    "lists": "as a Clerk or ",
    "slashes": "Clerk/",
    "supervision": "Clerk supervision of the ",
    "levels": "at or above at least at the level of ",
    "apart": "distinguished from the class of ",
    "spaces": " ",
    "marks": "&'’-",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_text(piece: str) -> None:
    """Four times the text takes not much more than four times as long, whatever it repeats."""

    def seconds(times: int) -> float:
        """Of five readings the shortest: the others waited for what else the machine does."""
        text, taken = f"Clerk {piece * times}Clerk II", []
        for _ in range(5):
            started = time.process_time()
            for label in (L.QUALIFICATION, L.DISTINGUISHING):
                read(text, label)
            taken.append(time.process_time() - started)
        return min(taken)

    assert seconds(4000) < 9 * max(seconds(1000), 0.05)


def test_role_of_no_index_is_read_as_one_in_it() -> None:
    """Passages of a role are read one after the other."""
    one = role("Chief of Ledgers", (L.QUALIFICATION, "Experience as an Accountant."), (L.DUTY, "Supervises Accountants."), employer=ELM)
    found = references_of(one.passages, one.document.source.title, KNOWN)
    assert all(one.document.text[reference.start : reference.end] == reference.name for reference in found)
    assert [reference.kind for reference in found] == [K.REQUIRES, K.SUPERVISES]
