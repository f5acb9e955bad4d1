"""Cities: which documents are of one, by which names it is asked for, and the best counterpart in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WordEncoder
from recorded import indexed
from specsearch.errors import UsageError
from specsearch.ingest.update import update_index
from specsearch.ingest.waiting import keep
from specsearch.records import Choice, Kind, Label, Mode, Passage, Role, SourceClassification
from specsearch.retrieval import Filters, search
from specsearch.retrieval.filters import documents_of, near
from specsearch.roles import find_role, open_profiles, prepare, similar, survey_duty, survey_role
from specsearch.roles.comparison import compare
from specsearch.roles.decisions import between, decision, said
from specsearch.roles.duties import duty_scores
from specsearch.roles.duty_model import THRESHOLD
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import cities, statement_vectors
from specsearch.storage.employers import Employers, employers_of
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at

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


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """An index in which three employers are called Portwell."""
    with open_snapshot(indexed(tmp_path_factory.mktemp("cities"), ROWS), encoder=WordEncoder()) as opened:
        yield opened


def rows_of(index: Snapshot, numbers: set[int] | None) -> set[int]:
    """Rows that documents were made of."""
    return {int(index.document(number).doc_id.rpartition("#")[2]) for number in numbers or ()}


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
def test_filters_by_several_values(filters: Filters, rows: set[int], index: Snapshot) -> None:
    """Of several values one must hold, and all members must; vectors, words and roles are restricted alike."""
    assert rows_of(index, documents_of(index, filters)) == rows
    for mode in Mode:
        hits = search(index, "sorts daily", 50, filters=filters, mode=mode, per_document=0)
        assert {int(hit.document.doc_id.rpartition("#")[2]) for hit in hits} == rows
    found = similar(open_profiles(index), next(index.entries()).number, 50, filters=filters)
    assert {int(one.document.doc_id.rpartition("#")[2]) for one in found} == rows - rows_of(index, {next(index.entries()).number})


def test_several_kinds_and_labels(index: Snapshot) -> None:
    """Kinds and labels are taken singly or several."""
    one, several = (search(index, "maps", filters=Filters(kinds=kinds)) for kinds in (Kind.DUTY, (Kind.DUTY, Kind.CONTEXT)))
    assert [hit.passage for hit in one] == [hit.passage for hit in several] != []
    assert search(index, "maps", filters=Filters(labels=Label.DUTY)) == search(index, "maps", filters=Filters(labels=(Label.DUTY, Label.KSA)))


@pytest.mark.parametrize("names", [("Portwell, OR", "Nowhere"), ("Nowhere", "Portwell, OR")])
def test_each_of_several_values_must_be_known(names: tuple[str, str], index: Snapshot) -> None:
    """A value that no document has is refused, also beside one that there is."""
    with pytest.raises(UsageError, match="employer 'Nowhere'"):
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
    with open_snapshot(indexed(tmp_path, rows)) as opened, pytest.raises(UsageError) as refusal:
        documents_of(opened, Filters(city="Zzyzx"))
    assert str(refusal.value) == "No document has the employer 'Zzyzx'. See what there is with: specsearch roles"


def test_a_role_is_found_by_the_city_that_is_printed(index: Snapshot) -> None:
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
def test_a_file_is_not_offered_its_own_city(stated: tuple[str | None, str | None], own: str | None, index: Snapshot) -> None:
    """A role from a file has the employer that it would have in the index; without one, or of another, all cities are offered."""
    number = next(index.entries()).number
    document = index.document(number)
    fields = {"doc_id": "file.txt", "source": source(*stated)}
    survey = survey_role(open_profiles(index), Role(replace(document, **fields), tuple(index.statements([number])[0][0])))  # type: ignore[arg-type]  # two kinds of fields
    assert set(survey.cities) == set(cities(index).values()) - {own}


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
    with open_snapshot(indexed(tmp_path_factory.mktemp("crowd"), tuple(rows)), encoder=WordEncoder()) as opened:
        yield open_profiles(opened)


def every_duty(profiles: Profiles) -> dict[str, tuple[list[tuple[str, Passage]], list[int]]]:
    """Document ids and passages of all duties by city, in order, with their keys."""
    index = profiles.index
    found: dict[str, tuple[list[tuple[str, Passage]], list[int]]] = {}
    for number, city in cities(index).items():
        [(passages, keys)] = index.statements([number])
        duties, held = found.setdefault(city, ([], []))
        for passage, key in zip(passages, keys.tolist(), strict=True):
            if passage.kind is Kind.DUTY:
                duties.append((index.document(number).doc_id, passage))
                held.append(key)
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
    assert cells.keys() == every.keys() == set(cities(crowd.index).values())
    for city, (duties, keys) in every.items():
        if not duties:
            assert (cells[city].document, cells[city].score) == (None, 0)
            continue
        vectors = crowd.index.vectors(np.array(keys, dtype=np.int64))
        scores = duty_scores(asked, crowd.duties([passage for _, passage in duties], vectors))[0].round(9)
        doc_id, passage = min((one for one, score in zip(duties, scores, strict=True) if score == scores.max()), key=lambda one: (one[0], one[1].start))
        assert cells[city].score == pytest.approx(scores.max(), abs=2e-9)
        if scores.max() >= THRESHOLD + 1e-8:
            found = cells[city]
            assert found.document is not None
            assert found.passage is not None
            assert (found.document.doc_id, found.passage) == (doc_id, passage)


def test_a_city_outside_the_best_thousand_duties_is_found(crowd: Profiles) -> None:
    """A thousand better duties of one city do not hide those of the others."""
    cells = survey_duty(crowd, "files maps and audits budgets for office").rows[0].cells
    assert all(cell.score != 0 for cell in cells if cell.city != "City of Ashby")


@pytest.mark.parametrize("duty", ["", " \n", "x" * 5001])
def test_a_duty_that_cannot_be_asked_for(duty: str, crowd: Profiles) -> None:
    """An empty duty and an overlong one are usage errors."""
    with pytest.raises(UsageError):
        survey_duty(crowd, duty)


# --- decisions ---------------------------------------------------------------------------------------

OFFICE = "1. Files letters of the harbor in cabinets.\n2. Sorts incoming mail daily.\n3. Answers questions of visitors."
DECIDED_ROWS = (
    ("Office Clerk", "City of Ashby", "OR", OFFICE),
    ("Office Clerk", "City of Bellmont", "OR", OFFICE),
    ("Office Clerk Typist", "City of Bellmont", "OR", f"{OFFICE}\n4. Types reports."),
    ("Office Clerk", "City of Corvane", "OR", f"{OFFICE}\n4. Waters plants."),
    ("Diver", "City of Dunmore", "OR", "1. Welds pipes under water.\n2. Inspects hulls and anchors of boats."),
)
ASKED, FIRST, SECOND, OTHER, DIVER = range(1, 6)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An index that a test may change."""
    return indexed(tmp_path, DECIDED_ROWS)


def number_of(index: Snapshot, row: int) -> int:
    """Row number of the document that a row was made to."""
    return next(entry.number for entry in index.entries() if entry.doc_id.endswith(f"#{row}"))


def decide(path: Path, a: int, b: int, choice: Choice, reviewer: str = "Ann O'Dell") -> None:
    """Decide about two rows."""
    with open_snapshot(path, encoder=WordEncoder()) as index:
        kept = decision(index, number_of(index, a), number_of(index, b), choice, "Seen both.", reviewer)
    keep(store_at(path), [kept])


class Opened:
    """The roles of an index, asked about rows."""

    def __init__(self, index: Snapshot) -> None:
        self.index, self.profiles = index, open_profiles(index)

    def similar(self, row: int, k: int = 10, per_city: int = 0) -> list[tuple[int, str]]:
        """Rows like one, with what was decided about the pair."""
        found = similar(self.profiles, number_of(self.index, row), k, per_city=per_city)
        return [(int(one.document.doc_id.rpartition("#")[2]), said(one.standing).partition(" on ")[0] if one.standing else "") for one in found]

    def cities(self, role: int | Role) -> dict[str, tuple[int | None, str, list[int]]]:
        """Counterpart of a row in each city, what was decided about it, and what was rejected."""
        cells = survey_role(self.profiles, number_of(self.index, role) if isinstance(role, int) else role).rows[0].cells
        return {
            cell.city.removeprefix("City of "): (
                int(cell.document.doc_id.rpartition("#")[2]) if cell.document else None,
                said(cell.standing).partition(" on ")[0] if cell.standing else "",
                [int(document.doc_id.rpartition("#")[2]) for document, _ in cell.rejected],
            )
            for cell in cells
        }


@pytest.fixture
def ask(own: Path) -> Iterator[Opened]:
    """The index of the test, open."""
    with open_snapshot(own, encoder=WordEncoder()) as index:
        yield Opened(index)


def test_without_decisions(ask: Opened) -> None:
    """Roles rank by their scores alone, and nothing is said of decisions."""
    assert ask.similar(ASKED) == [(FIRST, ""), (OTHER, ""), (SECOND, ""), (DIVER, "")]
    assert ask.cities(ASKED) == {"Bellmont": (FIRST, "", []), "Corvane": (OTHER, "", []), "Dunmore": (None, "", [])}


@pytest.mark.parametrize("swapped", [False, True])
def test_a_rejected_role_is_not_offered(own: Path, swapped: bool) -> None:
    """It ranks behind all that are not; its city offers the next best, and names it; either of the two may be asked for."""
    decide(own, *((FIRST, ASKED) if swapped else (ASKED, FIRST)), Choice.REJECT)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask = Opened(index)
        assert ask.similar(ASKED) == [(OTHER, ""), (SECOND, ""), (DIVER, ""), (FIRST, "rejected by Ann O'Dell")]
        assert ask.similar(ASKED, per_city=1) == [(OTHER, ""), (SECOND, ""), (DIVER, "")]
        assert ask.similar(FIRST)[-1] == (ASKED, "rejected by Ann O'Dell")
        assert ask.cities(ASKED)["Bellmont"] == (SECOND, "", [FIRST])
        assert ask.cities(FIRST)["Ashby"] == (None, "", [ASKED])
        assert (SECOND, "") in ask.similar(OTHER)


def test_an_accepted_role_comes_first(own: Path) -> None:
    """It ranks before all, and is its city's counterpart whatever others and chance score."""
    decide(own, ASKED, SECOND, Choice.ACCEPT)
    decide(own, DIVER, ASKED, Choice.ACCEPT)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask = Opened(index)
        accepted = "accepted by Ann O'Dell"
        assert ask.similar(ASKED) == [(SECOND, accepted), (DIVER, accepted), (FIRST, ""), (OTHER, "")]
        assert ask.cities(ASKED) == {"Bellmont": (SECOND, accepted, []), "Corvane": (OTHER, "", []), "Dunmore": (DIVER, accepted, [])}


def test_another_level_changes_no_rank(own: Path) -> None:
    """A pair that was put at another level stays where its score puts it, and says so."""
    decide(own, ASKED, OTHER, Choice.LEVEL)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask = Opened(index)
        assert ask.similar(ASKED)[:2] == [(FIRST, ""), (OTHER, "said to be at another level by Ann O'Dell")]
        assert ask.cities(ASKED)["Corvane"] == (OTHER, "said to be at another level by Ann O'Dell", [])


def test_the_last_decision_counts(own: Path) -> None:
    """Of two reviewers who contradict each other the later is believed; a comparison has both."""
    decide(own, ASKED, FIRST, Choice.REJECT, "Ann")
    decide(own, FIRST, ASKED, Choice.ACCEPT, "Bo")
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask = Opened(index)
        assert ask.similar(ASKED)[0] == (FIRST, "accepted by Bo")
        assert ask.cities(ASKED)["Bellmont"] == (FIRST, "accepted by Bo", [])
        a, b = (prepare(ask.profiles, number_of(index, row)) for row in (ASKED, FIRST))
        both = compare(ask.profiles, a, b, between(index, a.role.document, b.role.document)).decisions
        assert [one.reviewer for one in both] == ["Ann", "Bo"]


@pytest.mark.parametrize("changed", [ASKED, FIRST])
def test_a_decision_on_an_earlier_text_does_not_rank(own: Path, changed: int) -> None:
    """When either document has changed since, the decision is shown as one on an earlier text, and changes no place."""
    decide(own, ASKED, FIRST, Choice.REJECT)
    file = own.parent / "corpus" / "roles.csv"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    rows[changed][3] += "\n4. Greets guests."
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows(rows)
    update_index(own.parent / "corpus", own, WordEncoder())
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask = Opened(index)
        assert ask.similar(ASKED)[-1] == (DIVER, "")
        assert (FIRST, "rejected by Ann O'Dell") in ask.similar(ASKED)
        assert ask.cities(ASKED)["Bellmont"] == (FIRST, "rejected by Ann O'Dell", [])
        [standing] = [one.standing for one in similar(ask.profiles, number_of(index, ASKED)) if one.standing]
        assert (standing.current, said(standing).rpartition(", ")[2]) == (False, "on an earlier text")


def test_a_file_with_the_text_that_was_decided_on(own: Path) -> None:
    """A role outside of the index is known by its text: its id may be another document's."""
    decide(own, ASKED, FIRST, Choice.REJECT)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        ask, number = Opened(index), number_of(index, ASKED)
        document, passages = index.document(number), tuple(index.statements([number])[0][0])
        assert ask.cities(Role(replace(document, doc_id="elsewhere.txt"), passages))["Bellmont"] == (SECOND, "", [FIRST])
        other = Role(replace(document, content_hash="0" * 64), passages)
        assert ask.cities(other)["Bellmont"] == (FIRST, "", [])
