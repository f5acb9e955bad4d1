"""Two roles that together cover one, and what reviewers decided about the three."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import specsearch
from conftest import WordEncoder
from recorded import indexed
from specsearch.ingest.update import update_index
from specsearch.ingest.waiting import keep
from specsearch.records import Blend, Choice, Kind, Role
from specsearch.retrieval import Filters
from specsearch.roles import open_profiles, prepare
from specsearch.roles.alignment import align
from specsearch.roles.blend import blend
from specsearch.roles.decisions import decision, said
from specsearch.roles.duties import Duties, duty_scores
from specsearch.roles.duty_model import THRESHOLD
from specsearch.roles.profiles import Profiles
from specsearch.roles.similarity import Among
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot, store_at

GROUNDS = ("Mows lawns around playgrounds weekly.", "Prunes hedges along boulevards.", "Plants tulips before winter frost.", "Repairs irrigation valves underground.")
HALLS = ("Mops corridors after closing hours.", "Empties bins into recycling containers.", "Polishes brass doors with wax.", "Replaces burnt lamps using ladders.")
SHARED = "Reports hazards promptly to foremen."
OWN = ("Drives dump trucks between depots.", "Loads gravel onto conveyor belts.", "Weighs scrap metal for buyers.")


def listed(*duties: str) -> str:
    """Duties as a list."""
    return "\n".join(f"{number}. {duty}" for number, duty in enumerate(duties, start=1))


BOTH, GARDENER, CLEANER, MORE, DIVER, FEW, ALL = range(1, 8)
ROWS = (
    ("Grounds and Building Worker", "City of Ashby", "OR", listed(*GROUNDS, *HALLS, SHARED, *OWN)),
    ("Grounds Worker", "City of Bellmont", "OR", listed(*GROUNDS, SHARED)),
    ("Building Worker", "City of Bellmont", "OR", listed(*HALLS, SHARED)),
    ("Grounds Worker Trainee", "City of Corvane", "WA", listed(*GROUNDS[:2], "Stacks firewood behind sheds.", "Sharpens chainsaw blades.", "Ventilates greenhouses daily.")),
    ("Diver", "City of Dunmore", "OR", listed("Welds ship hulls underwater.", "Charts seabeds by sonar.", "Salvages lost anchors.", "Teaches novices swimming.")),
    ("Building Worker Helper", "City of Dunmore", "OR", listed(*HALLS[:2])),
)
WHOLE = (*ROWS, ("Grounds and Building Worker", "City of Elm Fork", "OR", listed(*GROUNDS, *HALLS)))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An index that a test may change."""
    return indexed(tmp_path, ROWS)


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """The roles, none of which is as the asked one."""
    with open_snapshot(indexed(tmp_path_factory.mktemp("blend"), ROWS), encoder=WordEncoder()) as index:
        yield open_profiles(index)


def number_of(index: Snapshot, row: int) -> int:
    return next(entry.number for entry in index.entries() if entry.doc_id.endswith(f"#{row}"))


def asked(profiles: Profiles, row: int = BOTH, among: Among | None = None) -> tuple[Blend | None, str]:
    return blend(profiles, number_of(profiles.index, row), among)


def rows_of(found: Blend | None) -> list[int]:
    """Rows of the two parts."""
    return [int(part.document.doc_id.rpartition("#")[2]) for part in found.parts] if found else []


def decide(path: Path, a: int, b: int, choice: Choice) -> None:
    with open_snapshot(path, encoder=WordEncoder()) as index:
        kept = decision(index, number_of(index, a), number_of(index, b), choice, "Seen both.", "Ann O'Dell")
    keep(store_at(path), [kept])


def test_two_roles_cover_one(profiles: Profiles) -> None:
    """Each of the asked role's duties is with the one that has it, with both, or left."""
    found, reason = asked(profiles)
    assert found is not None
    assert rows_of(found) == [GARDENER, CLEANER]
    first, second = ([duty.text.partition(". ")[2] for duty in part.only] for part in found.parts)
    assert (first, second) == (list(GROUNDS), list(HALLS))
    assert [duty.text for duty in found.both] == [f"9. {SHARED}"]
    assert [duty.text for duty in found.left] == [f"{n}. {duty}" for n, duty in enumerate(OWN, start=10)]
    assert (found.coverage, found.single) == (9 / 12, 5 / 12)
    assert len(found.duties) == 12
    assert reason == (
        "No single role covers Grounds and Building Worker (City of Ashby) well: the best has 42% of its duties. "
        "Grounds Worker (City of Bellmont) and Building Worker (City of Bellmont) together have 75%."
    )


def has(profiles: Profiles, own: Duties, row: int) -> npt.NDArray[np.bool_]:
    """Which duties have a counterpart in a role, by the scores alone."""
    other = prepare(profiles, number_of(profiles.index, row)).duties
    missing = align(own.passages, other.passages, duty_scores(own, other), THRESHOLD).unmatched_a
    return np.array([duty not in missing for duty in own.passages])


def test_matches_of_a_blend(profiles: Profiles) -> None:
    """They are counterparts as a comparison has them, one for each duty that a part covers, and nothing else is covered."""
    found, _ = asked(profiles)
    assert found is not None
    own = prepare(profiles, number_of(profiles.index, BOTH)).duties
    for part, row in zip(found.parts, rows_of(found), strict=True):
        covered = [own.passages[i] for i in np.flatnonzero(has(profiles, own, row))]
        assert [match.a for match in part.matches] == covered
        assert part.coverage == len(covered) / len(own)
        assert all(match.score >= found.threshold and match.b.kind is Kind.DUTY for match in part.matches)
        assert {duty.start for duty in (*part.only, *found.both)} == {duty.start for duty in covered}


def test_no_pair_covers_more(profiles: Profiles) -> None:
    """Of all pairs that can be judged none covers more duties together."""
    found, _ = asked(profiles)
    assert found is not None
    own = prepare(profiles, number_of(profiles.index, BOTH)).duties
    covers = [has(profiles, own, row) for row in (GARDENER, CLEANER, MORE, DIVER)]
    assert found.coverage == max((one | other).mean() for one, other in combinations(covers, 2))


def test_a_blend_is_the_same_each_time(profiles: Profiles) -> None:
    """And for a file of the same text whose duties stand in another order."""
    number = number_of(profiles.index, BOTH)
    document, passages = profiles.index.document(number), profiles.index.statements([number])[0][0]
    # The role in the index would cover its file alone.
    others = Among(Filters(city=("Bellmont", "Corvane", "Dunmore")))
    first = blend(profiles, Role(document, tuple(passages)), others)
    assert blend(profiles, Role(document, tuple(passages)), others) == first
    turned, _ = blend(profiles, Role(replace(document, doc_id="elsewhere.txt"), tuple(reversed(passages))), others)
    assert first[0] is not None
    assert turned is not None
    assert (rows_of(turned), turned.coverage, turned.single) == (rows_of(first[0]), first[0].coverage, first[0].single)
    assert {duty.start for duty in turned.left} == {duty.start for duty in first[0].left}


@pytest.mark.parametrize(
    ("row", "among", "reason"),
    [
        pytest.param(FEW, None, "Too little to judge: of the duties of Building Worker Helper (City of Dunmore) 2 can count", id="too few of its own"),
        pytest.param(DIVER, None, "No other role could be part of a blend for Diver (City of Dunmore).", id="none alike"),
        pytest.param(BOTH, Among(Filters(state=("WA",))), "no two roles have most of them and clearly more", id="filters leave one"),
        pytest.param(BOTH, Among(per_city=1), "no two roles have most of them and clearly more", id="one of each city"),
        pytest.param(MORE, None, "no two roles have most of them and clearly more", id="nobody adds to the best"),
    ],
)
def test_no_blend(row: int, among: Among | None, reason: str, profiles: Profiles) -> None:
    """There is none where one is not called for, or does not add clearly; it is said why."""
    found, why = asked(profiles, row, among)
    assert found is None
    assert reason in why


def test_a_single_role_that_covers_it(tmp_path: Path) -> None:
    """No blend is proposed where one role is comparable, though it has less than 70% of the duties."""
    with open_snapshot(indexed(tmp_path, WHOLE), encoder=WordEncoder()) as index:
        found, why = asked(open_profiles(index))
    assert (found, why) == (None, "Grounds and Building Worker (City of Elm Fork) alone has 67% of the duties of Grounds and Building Worker (City of Ashby).")


# --- decisions ---------------------------------------------------------------------------------------


def test_a_rejected_role_takes_no_part(own: Path) -> None:
    """Nor does one that was rejected the other way round."""
    decide(own, CLEANER, BOTH, Choice.REJECT)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        assert CLEANER not in rows_of(asked(open_profiles(index))[0])


def test_an_accepted_role_needs_no_blend(own: Path) -> None:
    """A reviewer's counterpart is one, whatever it covers."""
    decide(own, BOTH, CLEANER, Choice.ACCEPT)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        found, why = asked(open_profiles(index))
    assert found is None
    assert why.startswith("Building Worker (City of Bellmont) was accepted by Ann O'Dell on ")


def test_another_level_is_said_beside(own: Path) -> None:
    """A part that was put at another level says so."""
    decide(own, BOTH, GARDENER, Choice.LEVEL)
    with open_snapshot(own, encoder=WordEncoder()) as index:
        found, _ = asked(open_profiles(index))
    assert found is not None
    assert [said(part.standing).partition(" on ")[0] if part.standing else "" for part in found.parts] == ["said to be at another level by Ann O'Dell", ""]


def test_a_rejection_of_an_earlier_text(own: Path) -> None:
    """It keeps nobody out, and is said beside."""
    decide(own, BOTH, GARDENER, Choice.REJECT)
    file = own.parent / "corpus" / "roles.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("dump trucks", "tip lorries"), encoding="utf-8")
    update_index(own.parent / "corpus", own, WordEncoder())
    with open_snapshot(own, encoder=WordEncoder()) as index:
        found, _ = asked(open_profiles(index))
    assert found is not None
    assert rows_of(found) == [GARDENER, CLEANER]
    standing = found.parts[0].standing
    assert standing is not None
    assert said(standing).endswith(", on an earlier text")


# --- what is handed out ------------------------------------------------------------------------------


def test_blends_in_python(own: Path) -> None:
    """As a record, as plain values, and as a table."""
    with specsearch.open_index(own, encoder=WordEncoder()) as index:
        found = specsearch.blend(index, "ashby")
        assert specsearch.blend(index, "ashby", per_city=1) is None
    assert found is not None
    values = found.to_dict()
    assert (values["report"], values["coverage"], values["single"]) == ("blend", 9 / 12, 5 / 12)
    assert [part["document"]["title"] for part in values["parts"]] == ["Grounds Worker", "Building Worker"]
    assert [len(part["only"]) for part in values["parts"]] == [4, 4]
    frame = specsearch.to_frame(found)
    assert list(frame["has"]) == ["first"] * 4 + ["second"] * 4 + ["both"] + ["neither"] * 3
    assert frame["first_document"].nunique() == 1
    assert "75% of its duties together" in found._repr_html_()
    assert "75% of duties" in repr(found)
