"""Cities: which documents are of one, by which names it is asked for, and the best counterpart in each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WordEncoder
from specsearch.errors import UsageError
from specsearch.parsing.metadata import STATES
from specsearch.records import Choice, Kind, Label, Mode, Passage, Role, SourceClassification
from specsearch.retrieval import Filters, search
from specsearch.retrieval.filters import documents_of, near
from specsearch.roles import find_role, open_profiles, prepare, similar, survey_duty, survey_role
from specsearch.roles.comparison import compare
from specsearch.roles.decisions import decision, said
from specsearch.roles.profiles import Profiles, statement_vectors
from specsearch.storage.employers import Employers, employers_of
from specsearch.storage.index import Index, keep_decision, open_index
from specsearch.storage.update import update_index

# --- employers -------------------------------------------------------------------------------------

FORMS = ("City of {}", "{}", "Town of {}", "the village of {}", "CITY AND COUNTY OF {}", "City & County of {}")
PLACES = ("Portwell", "South Portwell", "Elm Fork", "Coeur d’Aume")


def source(jurisdiction: str | None, state: str | None = None) -> SourceClassification:
    """What a document states of its employer."""
    return SourceClassification(jurisdiction=jurisdiction, state=state)


def employers(*stated: tuple[str | None, str | None]) -> Employers:
    """The employers of documents numbered from 1."""
    return employers_of({number: source(*one) for number, one in enumerate(stated, start=1)})


NAMES = st.builds(str.format, st.sampled_from(FORMS), st.sampled_from(PLACES))
STATED = st.one_of(
    st.tuples(st.one_of(st.none(), NAMES), st.sampled_from((None, "OR", "ME", "WA"))),
    st.tuples(st.builds("{}, {}".format, NAMES, st.sampled_from(("OR", "Maine", "ME"))), st.none()),
)
"""Employer and state as documents state them: a state in the name is read, and then not stated twice."""


@pytest.mark.parametrize(
    ("stated", "groups"),
    [
        pytest.param([("City of Elm Fork", "OR"), ("Elm Fork", "OR")], [{1, 2}], id="with and without the form of government"),
        pytest.param([("CITY OF ELM FORK", None), ("Elm  Fork", "OR")], [{1, 2}], id="the only state is that of all"),
        pytest.param([("Elm Fork", "ME"), ("Elm Fork", "OR"), ("Elm Fork", None)], [{1}, {2}, {3}], id="two states, and one unknown"),
        pytest.param([("Elm Fork, Oregon", None), ("City of Elm Fork", "OR")], [{1, 2}], id="a state in the name"),
        pytest.param([("Elm County", "OR"), ("City of Elm", "OR")], [{1}, {2}], id="a county is no city"),
        pytest.param([(None, None), (None, None), (" ", "OR")], [], id="no employer is not one employer"),
    ],
)
def test_documents_of_one_employer(stated: list[tuple[str | None, str | None]], groups: list[set[int]]) -> None:
    """Documents are of one employer if its bare name and its state are the same, as far as they are stated."""
    assert [set(numbers) for numbers in employers(*stated).documents.values()] == groups


@given(stated=st.lists(STATED, min_size=1, max_size=12))
def test_a_document_is_of_one_employer_in_the_index_and_outside(stated: list[tuple[str | None, str | None]]) -> None:
    """What an indexed document states gives the same employer when a file outside of the index states it; names are unique."""
    every = employers(*stated)
    for one, numbers in every.documents.items():
        assert {every.of(source(*stated[number - 1])) for number in numbers} == {one}
    placed = {number for numbers in every.documents.values() for number in numbers}
    assert all(every.of(source(*pair)) is None for number, pair in enumerate(stated, start=1) if number not in placed)
    assert len(set(every.names.values())) == len(every.names)


@given(stated=st.lists(STATED, min_size=1, max_size=12), fold=st.sampled_from((str, str.upper, str.lower, "  {}  ".format)))
def test_every_printed_name_finds_its_employer(stated: list[tuple[str | None, str | None]], fold: type[str]) -> None:
    """A name as any command prints it, with its state or without, in any case, finds the employer that it was printed for."""
    every = employers(*stated)
    for one, name in every.names.items():
        assert one in every.matching(fold(name))
        for jurisdiction, state in every.stated[one]:
            assert one in every.matching(fold(jurisdiction))
            assert one in every.matching(fold(", ".join(filter(None, (jurisdiction, state)))))


@given(stated=st.lists(STATED, min_size=1, max_size=12))
def test_a_name_with_its_state_finds_that_employer_only(stated: list[tuple[str | None, str | None]]) -> None:
    """Where two states have a city of one name, each is found alone by the name that tells them apart."""
    every = employers(*stated)
    several = [name for name, _ in every.documents]
    for one, name in every.names.items():
        if several.count(one[0]) > 1:
            assert every.matching(name) == [one]


# --- an index with cities of one name ----------------------------------------------------------------

ROWS = (
    ("Clerk I", "City of Portwell", "OR", "1. Files letters of the harbor.\n2. Sorts mail daily."),
    ("Clerk II", "Portwell", "OR", "1. Files maps of the harbor.\n2. Sorts parcels daily."),
    ("Clerk 2", "Town of Portwell", "ME", "1. Files books of the mill.\n2. Sorts papers daily."),
    ("Senior Clerk", "Portwell", "", "1. Files records of the quarry.\n2. Sorts notices daily."),
    ("Planner", "Portwell Bay, Maine", "", "1. Draws maps of the bay.\n2. Sorts plans daily."),
    ("Planner", "", "", "1. Draws maps of the moon.\n2. Sorts stars daily."),
    ("Surveyor", "South Portwell", "OR", "1. Draws maps of the south.\n2. Sorts winds daily."),
)
"""Title, employer, state and duties; document n of the index is row n, from 1."""


def indexed(folder: Path, rows: tuple[tuple[str, str, str, str], ...]) -> Path:
    """An index of records."""
    (folder / "corpus").mkdir(parents=True)
    with (folder / "corpus" / "roles.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "employer", "state", "description"))
        writer.writerows((title, employer, state, f"DUTIES\n{duties}") for title, employer, state, duties in rows)
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index in which three employers are called Portwell."""
    with open_index(indexed(tmp_path_factory.mktemp("cities"), ROWS)) as opened:
        opened.__dict__["encoder"] = WordEncoder()
        yield opened


def rows_of(index: Index, numbers: set[int] | None) -> set[int]:
    """Rows that documents were made of."""
    return {int(index.catalog[number].doc_id.rpartition("#")[2]) for number in numbers or ()}


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        pytest.param(Filters(city="portwell"), {1, 2, 3, 4, 5, 7}, id="part of many names"),
        pytest.param(Filters(city="Portwell, OR"), {1, 2}, id="name and state"),
        pytest.param(Filters(city="City of Portwell, OR"), {1, 2}, id="as cities prints it"),
        pytest.param(Filters(city="portwell, oregon"), {1, 2}, id="the state by name"),
        pytest.param(Filters(city="Town of Portwell, ME"), {3}, id="the other state"),
        pytest.param(Filters(city="Portwell, state unknown"), {4}, id="state unknown"),
        pytest.param(Filters(city="Portwell Bay, ME"), {5}, id="a state that the name had"),
        pytest.param(Filters(city="Village of South Portwell"), {7}, id="another form of government"),
        pytest.param(Filters(city=("Town of Portwell, ME", "south")), {3, 7}, id="either city"),
        pytest.param(Filters(city=("Portwell, ME", "Portwell, state unknown")), {3, 4}, id="either of one name"),
        pytest.param(Filters(city=("portwell, or", " ")), {1, 2}, id="a blank one restricts nothing"),
        pytest.param(Filters(state="oregon"), {1, 2, 7}, id="state by name"),
        pytest.param(Filters(state=("or", "Maine")), {1, 2, 3, 5, 7}, id="either state"),
        pytest.param(Filters(title=("surveyor", "planner"), state="OR"), {7}, id="either title, and one state"),
        pytest.param(Filters(level="2"), {2, 3}, id="2 is II"),
        pytest.param(Filters(level=("ii", "senior")), {2, 3, 4}, id="either level"),
    ],
)
def test_filters_by_several_values(filters: Filters, rows: set[int], index: Index) -> None:
    """Of several values one must hold, and all members must; vectors, words and roles are restricted alike."""
    assert rows_of(index, documents_of(index, filters)) == rows
    for mode in Mode:
        hits = search(index, "sorts daily", 50, filters=filters, mode=mode, per_document=0)
        assert {int(hit.document.doc_id.rpartition("#")[2]) for hit in hits} == rows
    found = similar(open_profiles(index), next(iter(index.catalog)), 50, filters=filters)
    assert {int(one.document.doc_id.rpartition("#")[2]) for one in found} == rows - rows_of(index, {next(iter(index.catalog))})


def test_several_kinds_and_labels(index: Index) -> None:
    """Kinds and labels are taken singly or several."""
    one, several = (search(index, "maps", filters=Filters(kinds=kinds)) for kinds in (Kind.DUTY, (Kind.DUTY, Kind.CONTEXT)))
    assert [hit.passage for hit in one] == [hit.passage for hit in several] != []
    assert search(index, "maps", filters=Filters(labels=Label.DUTY)) == search(index, "maps", filters=Filters(labels=(Label.DUTY, Label.KSA)))


@pytest.mark.parametrize("names", [("Portwell, OR", "Nowhere"), ("Nowhere", "Portwell, OR")])
def test_each_of_several_values_must_be_known(names: tuple[str, str], index: Index) -> None:
    """A value that no document has is refused, also beside one that there is."""
    with pytest.raises(UsageError, match="city 'Nowhere'"):
        documents_of(index, Filters(city=names))


@pytest.mark.parametrize(
    ("wanted", "names", "offered"),
    [
        ("Elm Frok", ["City of Ashby", "City of Elm Fork", "Zion"], ["City of Elm Fork"]),
        ("bugdet analyst", ["SENIOR BUDGET ANALYST II", "Baker", "Analyst"], ["SENIOR BUDGET ANALYST II"]),
        ("Zzz", ["Ashby", "Bellmont", "Corvane"], []),
        ("", ["Ashby"], []),
    ],
)
def test_offered_names_are_near(wanted: str, names: list[str], offered: list[str]) -> None:
    """A name is offered if the one that was asked for may be a part of it, misspelt; else none is."""
    assert near(wanted, names) == offered


def test_no_name_is_offered_for_want_of_a_near_one(tmp_path: Path) -> None:
    """With many values none of which is near, the message lists none of them, but says where they are listed."""
    rows = tuple((f"Clerk {name}", f"City of {name}", "OR", "1. Files letters.\n2. Sorts mail.") for name in ("Ashby", "Bellmont", "Corvane", "Dunmore", "Esk", "Farrow"))
    with open_index(indexed(tmp_path, rows)) as opened, pytest.raises(UsageError) as refusal:
        documents_of(opened, Filters(city="Zzyzx"))
    assert str(refusal.value) == "No document has the city 'Zzyzx'. See what there is with: specsearch roles"


def test_a_role_is_found_by_the_city_that_is_printed(index: Index) -> None:
    """Words that name a role may be those of its employer as `cities` prints it."""
    number = find_role(index, "Senior Clerk Portwell, state unknown")
    assert number is not None
    assert rows_of(index, {number}) == {4}


# --- the own city ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "own"),
    [
        (("Portwell", "OR"), "City of Portwell, OR"),
        (("CITY OF PORTWELL", "OR"), "City of Portwell, OR"),
        (("Village of Portwell", "ME"), "Town of Portwell, ME"),
        (("south portwell", None), "South Portwell"),
        (("City of Portwell Bay", "ME"), "Portwell Bay"),
        (("Portwell", "WA"), None),
        (("Elsewhere", "OR"), None),
        ((None, None), None),
    ],
)
def test_a_file_is_not_offered_its_own_city(stated: tuple[str | None, str | None], own: str | None, index: Index) -> None:
    """A role from a file has the employer that it would have in the index; without one, or of another, all cities are offered."""
    number = next(iter(index.catalog))
    document = index.document(number)
    fields = {"doc_id": "file.txt", "source": source(*stated)}
    survey = survey_role(open_profiles(index), Role(replace(document, **fields), tuple(index.passages(number))))  # type: ignore[arg-type]  # two kinds of fields
    assert set(survey.cities) == set(index.cities.values()) - {own}


# --- the best duty of each city ----------------------------------------------------------------------

WORDS = "files sorts letters maps mail books bridges audits plans budgets permits trees boats roads cases fees".split()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """Forty roles in nine cities and in none, one of which has nearly all that a duty asks for; one city has no duties."""
    random = np.random.default_rng(5)
    rows = []
    for i in range(40):
        duties = "\n".join(f"{n}. {' '.join(random.choice(WORDS, random.integers(2, 9))).capitalize()}." for n in range(1, 31))
        rows.append((f"Clerk {i}", f"City of Town{i % 10}" if i % 10 else "", "OR", duties))
    rows.append(("Clerk of all", "City of Town1", "OR", "\n".join(f"{n}. Files maps and audits budgets for office {n}." for n in range(1, 1201))))
    rows += [("Posting", "City of Ashby", "OR", "")] * 2
    with open_index(indexed(tmp_path_factory.mktemp("crowd"), tuple(rows))) as opened:
        opened.__dict__["encoder"] = WordEncoder()
        yield open_profiles(opened)


def every_duty(profiles: Profiles) -> dict[str, tuple[list[tuple[str, Passage]], list[int]]]:
    """Document ids and passages of all duties by city, in order, with their positions in the columns."""
    index, found = profiles.index, {}
    for number, city in index.cities.items():
        passages, positions = index.statements(number)
        duties, places = found.setdefault(city, ([], []))
        for passage, position in zip(passages, positions.tolist(), strict=True):
            if passage.kind is Kind.DUTY:
                duties.append((index.catalog[number].doc_id, passage))
                places.append(position)
    return found


@settings(deadline=None, max_examples=25)
@given(words=st.lists(st.sampled_from((*WORDS, "office", "the", "of")), min_size=1, max_size=12))
def test_the_best_duty_of_each_city_is_that_of_all(words: list[str], crowd: Profiles) -> None:
    """Each city's cell is what scoring all duties of the city gives, however many better duties other cities have."""
    text = " ".join(words)
    asked_for = Passage(f"query:0-{len(text)}", "query", Label.DUTY, Kind.DUTY, 0, len(text), text, 0)
    asked = crowd.duties([asked_for], statement_vectors(crowd.index, [asked_for]))
    cells = {cell.city: cell for cell in survey_duty(crowd, text).rows[0].cells}
    every = every_duty(crowd)
    assert cells.keys() == every.keys() == set(crowd.index.cities.values())
    for city, (duties, positions) in every.items():
        if not duties:
            assert (cells[city].document, cells[city].score) == (None, 0)
            continue
        vectors = crowd.index.derived.dense.vectors(np.array(positions, dtype=np.int64))
        scores = crowd.duty_scores(asked, crowd.duties([passage for _, passage in duties], vectors))[0].round(9)
        doc_id, passage = min((one for one, score in zip(duties, scores, strict=True) if score == scores.max()), key=lambda one: (one[0], one[1].start))
        assert cells[city].score == pytest.approx(scores.max(), abs=2e-9)
        if scores.max() >= crowd.duty_threshold + 1e-8:
            found = cells[city]
            assert found.document is not None
            assert found.passage is not None
            assert (found.document.doc_id, found.passage) == (doc_id, passage)


def test_a_city_outside_the_best_thousand_duties_is_found(crowd: Profiles) -> None:
    """A thousand better duties of one city do not hide those of the others."""
    cells = survey_duty(crowd, "files maps and audits budgets").rows[0].cells
    assert cells[0].city == "City of Town1"
    assert sum(cell.passage is not None for cell in cells) > 5
    assert all(cell.score != 0 for cell in cells if cell.city != "City of Ashby")


@pytest.mark.parametrize("duty", ["", " \n", "x" * 5001])
def test_a_duty_that_cannot_be_asked_for(duty: str, crowd: Profiles) -> None:
    """An empty duty and an overlong one are usage errors."""
    with pytest.raises(UsageError):
        survey_duty(crowd, duty)
