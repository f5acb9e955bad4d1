"""Verdicts: what they take, how sure a coverage is, and that other documents of an index do not matter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import CORPUS, WordEncoder
from specsearch.ingest.corpus import parse_corpus
from specsearch.ingest.update import index_documents
from specsearch.records import (
    KIND_OF_LABEL,
    UNSURE,
    Comparison,
    Document,
    DocumentKind,
    Exclusion,
    Label,
    Passage,
    Role,
    SourceClassification,
    Verdict,
    between,
)
from specsearch.retrieval.boilerplate import is_boilerplate
from specsearch.roles import compare, open_profiles, prepare, similar
from specsearch.roles.profiles import Profiles
from specsearch.roles.uncertainty import Side
from specsearch.roles.verdict import Evidence, verdict_of
from specsearch.storage.local.store import LocalStore

DUTIES = (
    "Files letters of the harbor in cabinets.",
    "Sorts incoming mail every morning.",
    "Answers questions of visitors at the counter.",
    "Types reports of the harbor master.",
    "Orders paper and ink for the office.",
    "Waters plants in the hall.",
    "Counts boats in the basin.",
)


def role(title: str, duties: Sequence[str], unsure: Sequence[str] = ()) -> Role:
    """A role with these duties, and others that are unsure."""
    passages, at = [], 0
    for ordinal, text in enumerate((*duties, *unsure)):
        confidence = 1.0 if ordinal < len(duties) else UNSURE - 0.1
        passages.append(Passage(f"{title}:{at}", title, Label.DUTY, KIND_OF_LABEL[Label.DUTY], at, at + len(text), text, ordinal, confidence=confidence))
        at += len(text) + 1
    text = "\n".join(one.text for one in passages)
    return Role(Document(title, SourceClassification(title=title), DocumentKind.CLASS_SPECIFICATION, text, title, "0" * 64), tuple(passages))


def profiles_of(folder: Path, cities: Sequence[str]) -> Iterator[Profiles]:
    """The roles of some cities of the sample corpus; all if none is named."""
    store = LocalStore(folder / "index")
    parsed = [one for one in parse_corpus(CORPUS) if not cities or one.document.doc_id.split("/")[0] in cities]
    index_documents(parsed, store, ENCODER)
    with store.open(encoder=ENCODER) as snapshot:
        yield open_profiles(snapshot)


ENCODER = WordEncoder()
FEW = ("cedar-quay-or", "port-lumen-wa")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """All roles."""
    yield from profiles_of(tmp_path_factory.mktemp("whole"), ())


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """Those of two cities."""
    yield from profiles_of(tmp_path_factory.mktemp("few"), FEW)


def compared(profiles: Profiles, a: Role, b: Role) -> Comparison:
    return compare(profiles, prepare(profiles, a), prepare(profiles, b))


# --- too little to judge ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "unsure_a", "unsure_b", "said"),
    [
        pytest.param(1, 7, 0, 0, "Too little to judge: 1 duty of A against 7 of B; a verdict takes 3 or more on each side.", id="one against seven"),
        pytest.param(7, 2, 0, 0, "Too little to judge: 7 duties of A against 2 of B; a verdict takes 3 or more on each side.", id="seven against two"),
        pytest.param(3, 7, 0, 0, "", id="three are enough"),
        pytest.param(4, 7, 3, 0, "", id="fewer unsure than sure"),
        pytest.param(4, 7, 4, 0, "", id="as many unsure as sure"),
        pytest.param(4, 7, 5, 0, "Too little to judge: of the duties of A, 4 are sure and 5 unsure.", id="more unsure than sure"),
        pytest.param(7, 4, 0, 5, "Too little to judge: of the duties of B, 4 are sure and 5 unsure.", id="more unsure in the second"),
    ],
)
def test_too_little_to_judge(a: int, b: int, unsure_a: int, unsure_b: int, said: str, whole: Profiles) -> None:
    """Too few duties on a side, or most of them unsure, and there is no verdict; what there is is shown all the same."""
    doubted = [f"Digs hole {number} in the yard." for number in range(5)]
    found = compared(whole, role("A", DUTIES[:a], doubted[:unsure_a]), role("B", DUTIES[:b], doubted[:unsure_b]))
    assert (found.verdict is Verdict.TOO_LITTLE) == bool(said)
    assert (found.reasons[0] == said) == bool(said)
    assert len(found.matches) == min(a, b)
    assert any("have a counterpart" in reason for reason in found.reasons)
    assert found.coverage_a >= min(a, b) / a


def test_unsure_formulas_are_no_evidence_of_bad_reading(whole: Profiles) -> None:
    """That related work is done says nothing, surely or not."""
    formulas = [f"Performs {word} duties as required." for word in ("related", "other", "additional", "similar", "other related")]
    assert compared(whole, role("A", DUTIES[:4], formulas), role("B", DUTIES)).verdict is not Verdict.TOO_LITTLE


def test_a_role_with_too_few_duties_is_found(whole: Profiles) -> None:
    """It is ranked as any, and its verdict says that there is too little."""
    found = similar(whole, role("Citizen Contact Center Supervisor", DUTIES[:2]), k=74)
    assert {one.verdict for one in found} == {Verdict.TOO_LITTLE}
    assert found[0].reason.startswith("2 duties against ")
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


# --- how sure a coverage is ------------------------------------------------------------------------

HANGING = st.lists(st.integers(1, 6), max_size=30).map(sorted).map(tuple)
SIDES = st.builds(Side, HANGING, st.integers(0, 30)).filter(lambda side: side.counted > 0)


@settings(deadline=None)
@given(SIDES)
def test_an_interval_holds_its_coverage(side: Side) -> None:
    """It is within 0 to 1, is the same each time, and is never a single point."""
    low, high = side.interval
    assert 0 <= low <= side.coverage <= high <= 1
    assert low < high
    assert Side(side.hanging, side.missing).interval == side.interval


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(0, 10))
def test_more_duties_are_surer(covered: int, missing: int) -> None:
    """Four times as many duties with the same coverage have a narrower interval."""
    if covered + missing:
        few, many = (Side((1,) * (covered * n), missing * n).interval for n in (1, 4))
        assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize(("count", "missing"), [(6, 2), (6, 6), (4, 0)])
def test_duties_with_one_counterpart_are_less_sure(count: int, missing: int) -> None:
    """What hangs on one statement is drawn together."""
    apart, together = Side((1,) * count, missing).interval, Side((count,), missing).interval
    assert together[1] - together[0] > apart[1] - apart[0]


@pytest.mark.parametrize(("covered", "counted"), [(0, 8), (1, 13), (7, 10), (12, 13), (20, 20)])
def test_an_interval_is_that_of_jeffreys(covered: int, counted: int) -> None:
    """With counterparts of their own it is the Beta interval that drawing without end comes to."""
    exact = np.random.default_rng(1).beta(covered + 0.5, counted - covered + 0.5, 200_000)
    low, high = np.quantile(exact, (0.05, 0.95))
    found = Side((1,) * covered, counted - covered).interval
    assert found[0] == pytest.approx(min(low, covered / counted), abs=0.03)
    assert found[1] == pytest.approx(max(high, covered / counted), abs=0.03)


def test_an_interval_in_words() -> None:
    """In whole per cent."""
    assert between((0.449, 0.9)) == "between 45 and 90%"


@pytest.mark.parametrize(
    ("covered", "difference", "excluded", "verdict", "close"),
    [
        pytest.param(((10, 0), (10, 0)), 0.0, False, Verdict.COMPARABLE, None, id="all"),
        pytest.param(((5, 5), (5, 5)), 0.0, False, Verdict.COMPARABLE, Verdict.PARTLY, id="five of ten"),
        pytest.param(((6, 7), (6, 7)), 0.0, False, Verdict.PARTLY, Verdict.COMPARABLE, id="six of thirteen"),
        pytest.param(((6, 7), (6, 7)), 0.0, True, Verdict.PARTLY, None, id="set apart"),
        pytest.param(((9, 1), (9, 1)), 2.0, False, Verdict.OTHER_LEVEL, None, id="another level"),
        pytest.param(((3, 6), (3, 6)), 2.0, False, Verdict.OTHER_LEVEL, Verdict.NOT_COMPARABLE, id="barely another level"),
        pytest.param(((0, 12), (0, 12)), 0.0, False, Verdict.NOT_COMPARABLE, None, id="none"),
        pytest.param(((50, 50), (51, 49)), 0.0, False, Verdict.COMPARABLE, Verdict.PARTLY, id="many, at the threshold"),
        pytest.param(((65, 35), (65, 35)), 0.0, False, Verdict.COMPARABLE, None, id="many, above it"),
    ],
)
def test_close_calls(
    covered: tuple[tuple[int, int], tuple[int, int]], difference: float, excluded: bool, verdict: Verdict, close: Verdict | None
) -> None:
    """Where a few duties more or fewer make another verdict, it is said which; swapped roles say the same."""
    document = role("A", DUTIES).document
    exclusions = (Exclusion("a", role("A", DUTIES).passages[0]),) if excluded else ()
    sides = tuple(Side((1,) * having, missing) for having, missing in covered)
    for pair, sign in ((sides, 1), (sides[::-1], -1)):
        found, reasons = verdict_of(document, document, Evidence((pair[0], pair[1]), (0, 0), exclusions, sign * difference, alike=False))
        said = [reason for reason in reasons if "close call" in reason]
        assert (found, [f"“{close}”" in one for one in said]) == (verdict, [True] if close else [])


# --- boilerplate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Performs related work as required.", True),
        ("Does other tasks that the manager assigns.", True),
        ("Any one position may not include every task below.", True),
        ("No single incumbent will necessarily do all that is listed.", True),
        ("The list is typical of the class and is not intended to be exhaustive.", True),
        ("Meets equal employment opportunity obligations.", True),
        ("Applies good supervisory practices and methods to keep an able staff.", True),
        ("Maintains regular and punctual attendance.", True),
        ("Investigates complaints under equal employment opportunity law.", False),
        ("Applies management principles to the design of bridges.", False),
        ("Takes attendance at the summer camp.", False),
        ("Checks that no position of a valve blocks all of the flow.", False),
        ("Draws typical sections of roads.", False),
        ("Performs laboratory tests of drinking water.", False),
    ],
)
def test_boilerplate(text: str, expected: bool) -> None:
    """Told by the statement alone: what any employee is told to do, or that a list is not complete."""
    assert is_boilerplate(role("A", [text]).passages[0]) == expected


# --- other documents of the index ------------------------------------------------------------------


def test_other_cities_change_no_verdict(few: Profiles, whole: Profiles) -> None:
    """Two roles compare the same in an index of their cities and in one of ten cities more."""
    ids = sorted(doc_id for profiles in (few,) for doc_id in (profiles.index.document(number).doc_id for number in profiles.numbers))
    ready = [[prepare(profiles, profiles.index.number(doc_id) or 0) for doc_id in ids] for profiles in (few, whole)]
    pairs = random.Random(16).sample(list(combinations(range(len(ids)), 2)), 40)
    for i, j in pairs:
        first, second = (compare(profiles, roles[i], roles[j]) for profiles, roles in zip((few, whole), ready, strict=True))
        for name in ("verdict", "reasons", "coverage_a", "coverage_b", "interval_a", "boilerplate_a", "unmatched_b", "threshold"):
            assert getattr(first, name) == getattr(second, name), (name, ids[i], ids[j])
