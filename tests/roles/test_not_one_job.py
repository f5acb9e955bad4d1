"""Documents that are not about one job are in no list of roles; their passages are searched like others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from small_index import BUDGET, LIBRARY, STREETS
from specsearch.api import role_of
from specsearch.errors import UsageError
from specsearch.evaluation.experiment import role_names
from specsearch.ingest.update import update_index
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.roles import RolesRequest, roles
from specsearch.interfaces.service.session import Session
from specsearch.records import DocumentKind
from specsearch.retrieval import Filters, search
from specsearch.roles import find_role, open_profiles, similar, survey_duty, survey_role
from specsearch.roles.profiles import Profiles
from specsearch.roles.reading import catalog, cities
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

TITLES = ("Budget Analyst", "Street Crew Leader", "Librarian", "Police Officer", "Water Operator", "Deputy Clerk")
LIST = "Open positions in Elm Fork\n" + "".join(f"| {title} | Closes 4/{day}/2031 | Apply |\n" for day, title in enumerate(TITLES, start=3))
LIST += "\nDUTIES\n• Leads a crew that patches potholes and seals cracks.\n"
ROLES = {"alder-ferry-or/budget.txt": BUDGET, "wren-harbor-me/streets.txt": STREETS, "sable-crossing-nm/library.txt": LIBRARY}
LISTED = "elm-fork-id/vacancies.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of three roles and a list of jobs, and its index."""
    folder = tmp_path_factory.mktemp("listed")
    for name, text in {**ROLES, LISTED: LIST}.items():
        put(folder / "corpus" / name, text)
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Snapshot]:
    """The index, open."""
    with open_snapshot(folder / "index", encoder=WordEncoder()) as opened:
        yield opened


@pytest.fixture(scope="module")
def profiles(index: Snapshot) -> Profiles:
    """Its roles."""
    return open_profiles(index)


def ids(index: Snapshot, numbers: list[int]) -> set[str]:
    return {index.document(number).doc_id for number in numbers}


def test_which_are_roles(index: Snapshot, profiles: Profiles) -> None:
    """The list is a document of the index, and no role of it."""
    assert {entry.doc_id for entry in index.entries() if entry.kind is DocumentKind.NOT_ONE_JOB} == {LISTED}
    assert ids(index, list(catalog(index))) == ids(index, profiles.numbers) == set(ROLES)
    assert "Elm Fork" not in " ".join(cities(index).values())
    assert set(role_names(index, {})) == set(ROLES)


def test_roles_are_listed_without_it(folder: Path) -> None:
    """`roles` lists it only where its kind is asked for."""
    session = Session(str(folder / "index"))
    assert {one.doc_id for one in roles(RolesRequest(), session).roles} == set(ROLES)
    asked = roles(RolesRequest(Where(document_kind=(DocumentKind.NOT_ONE_JOB,))), session).roles
    assert [(one.doc_id, one.source.title) for one in asked] == [(LISTED, None)]


def test_it_is_like_no_role(index: Snapshot, profiles: Profiles) -> None:
    """Similar roles and counterparts, of roles and of duties, are never it, though it has the same duty."""
    number = find_role(index, "wren-harbor-me/streets.txt")
    assert number is not None
    assert {one.document.doc_id for one in similar(profiles, number, 9)} == set(ROLES) - {"wren-harbor-me/streets.txt"}
    survey = survey_duty(profiles, "Leads a crew that patches potholes and seals cracks.")
    assert len(survey.cities) == 3
    assert {cell.document.doc_id for row in survey.rows for cell in row.cells if cell.document} <= set(ROLES)
    assert {cell.document.doc_id for row in survey_role(profiles, number).rows for cell in row.cells if cell.document} <= set(ROLES)


def test_it_is_named_in_vain(index: Snapshot, profiles: Profiles, tmp_path: Path) -> None:
    """Who names it as a role, by its id, its number or as a file, is told what it is."""
    number = index.number(LISTED)
    assert number is not None
    put(tmp_path / "vacancies.txt", LIST)
    for ask in (lambda: find_role(index, LISTED), lambda: similar(profiles, number), lambda: role_of(index, str(tmp_path / "vacancies.txt"))):
        with pytest.raises(UsageError, match=r"vacancies\.txt is not about one job"):
            ask()


def test_its_passages_are_found(index: Snapshot) -> None:
    """Search finds its passages, without a title, and can be restricted to documents of its kind."""
    hits = search(index, "patches potholes and seals cracks", 9, filters=Filters(document_kind=DocumentKind.NOT_ONE_JOB))
    assert {(hit.document.doc_id, hit.document.source.title) for hit in hits} == {(LISTED, None)}
    assert any(hit.document.doc_id == LISTED for hit in search(index, "patches potholes and seals cracks", 9))


def test_index_without_roles(tmp_path: Path) -> None:
    """An index of lists alone says that it has no role."""
    put(tmp_path / "corpus" / LISTED, LIST)
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with open_snapshot(tmp_path / "index", encoder=WordEncoder()) as opened, pytest.raises(UsageError, match="There is no role in "):
        open_profiles(opened)
