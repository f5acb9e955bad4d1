"""Passages whose section is unsure: they are found and listed, and nothing is concluded from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import CORPUS, ROOT, WordEncoder
from specsearch.errors import UsageError
from specsearch.ingest.corpus import parse_corpus
from specsearch.ingest.update import index_documents
from specsearch.records import (
    KIND_OF_LABEL,
    UNSURE,
    Comparison,
    Document,
    DocumentKind,
    Kind,
    Label,
    Passage,
    Role,
    SignalKind,
    SourceClassification,
    reviewed,
)
from specsearch.roles import compare, open_profiles, prepare, similar, survey_duty, survey_role
from specsearch.roles.comparison import lacking
from specsearch.roles.levels import signals
from specsearch.roles.profiles import Profiles
from specsearch.storage.local.store import LocalStore

ENCODER = WordEncoder()
UNREAD = "prairie-gate-ks/311-customer-care-manager.txt"
"""A document all of whose duties are unsure in the index of these tests."""
ASKED = "cedar-quay-or/citizen-contact-center-supervisor.txt"
LOW, HIGH = UNSURE - 0.01, UNSURE


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profiles]:
    """The roles of the sample corpus, all of them sure but for the duties of one."""
    store = LocalStore(tmp_path_factory.mktemp("unsure") / "index")
    documents = []
    for parsed in parse_corpus(CORPUS):
        unread = parsed.document.doc_id == UNREAD
        passages = (replace(passage, confidence=LOW if unread and passage.kind is Kind.DUTY else HIGH) for passage in parsed.passages)
        documents.append(replace(parsed, passages=tuple(passages)))
    index_documents(documents, store, ENCODER)
    with store.open(encoder=ENCODER) as snapshot:
        yield open_profiles(snapshot)


def number(profiles: Profiles, doc_id: str) -> int:
    found = profiles.index.number(doc_id)
    assert found is not None
    return found


def role_at(profiles: Profiles, place: int) -> Role:
    row = profiles.numbers[place % len(profiles)]
    return Role(profiles.index.document(row), tuple(profiles.index.statements([row])[0][0]))


def compared(profiles: Profiles, a: Role, b: Role) -> Comparison:
    return compare(profiles, prepare(profiles, a), prepare(profiles, b))


def role(*said: tuple[Label, str, float]) -> Role:
    """A role that says these things, so surely."""
    passages, at = [], 0
    for ordinal, (label, text, confidence) in enumerate(said):
        passages.append(Passage(f"x:{at}", "x", label, KIND_OF_LABEL[label], at, at + len(text), text, ordinal, confidence=confidence))
        at += len(text) + 1
    text = "\n".join(one.text for one in passages)
    return Role(Document("x", SourceClassification(title="Clerk"), DocumentKind.CLASS_SPECIFICATION, text, "x", "0" * 64), tuple(passages))


# --- the threshold ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("confidence", "unsure"), [(0.0, True), (LOW, True), (UNSURE, False), (1.0, False)])
def test_the_threshold(confidence: float, unsure: bool) -> None:
    """A passage is unsure below it, and only there."""
    one = role((Label.DUTY, "Files letters.", confidence))
    assert (one.passages[0].unsure, one.counted) == (unsure, () if unsure else one.passages)


def test_the_page_names_the_threshold() -> None:
    """docs/parsing.md has the number."""
    assert f"Below {UNSURE:g} (`UNSURE`" in (ROOT / "docs" / "parsing.md").read_text(encoding="utf-8")


# --- comparisons -----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 73), st.integers(0, 73), st.sets(st.integers(0, 60)))
def test_what_is_unsure_counts_as_if_it_were_not_there(profiles: Profiles, i: int, j: int, places: set[int]) -> None:
    """Duties, coverage, requirements and exclusions are those of a role without these statements; it lists them."""
    a, b = role_at(profiles, i), role_at(profiles, j)
    doubted = replace(a, passages=tuple(replace(p, confidence=LOW) if n in places else p for n, p in enumerate(a.passages)))
    fewer = replace(a, passages=doubted.counted)
    try:
        expected = compared(profiles, fewer, b)
    except UsageError:
        with pytest.raises(UsageError, match="no duties to compare"):
            compared(profiles, doubted, b)
        return
    found = compared(profiles, doubted, b)
    for name in ("matches", "partial", "unmatched_a", "unmatched_b", "boilerplate_a", "coverage_a", "coverage_b", "requirements_a", "exclusions"):
        assert getattr(found, name) == getattr(expected, name), name
    # Supervision that only unsure statements mention is not known, in place of not being mentioned.
    assert set(found.level_a) <= set(expected.level_a)
    assert {sign.kind for sign in expected.level_a} - {sign.kind for sign in found.level_a} <= {SignalKind.SUPERVISION}
    assert found.unsure_a == tuple(p for p in doubted.passages if p.unsure and p.kind in (Kind.DUTY, Kind.QUALIFICATION))
    assert (expected.unsure_a, found.unsure_b) == ((), ())


DUTY, RELATED = (Label.DUTY, "Sorts the mail of the office."), (Label.DUTY, "Performs related duties as required.")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "none"),
        ([(Label.PROCESS, "Apply online.", LOW)], "none"),
        ([(*DUTY, LOW)], "1 unsure one"),
        ([(*DUTY, LOW), (*RELATED, LOW)], "2 unsure ones"),
        ([(*RELATED, HIGH)], "only statements that every class has"),
        ([(*RELATED, HIGH), (*DUTY, LOW)], "only statements that every class has and 1 unsure one"),
    ],
)
def test_why_a_role_has_no_duties(said: Sequence[tuple[Label, str, float]], expected: str, profiles: Profiles) -> None:
    """None that counts is as if there were none, and it is said why."""
    one = role(*said)
    assert lacking(one) == expected
    with pytest.raises(UsageError, match=rf"x has no duties to compare \({expected}\)\. See how it is read with: specsearch parse x"):
        prepare(profiles, one)


def test_a_role_whose_duties_are_unsure_is_no_counterpart(profiles: Profiles) -> None:
    """It is found as like another, and cannot be compared; its city has no counterpart."""
    asked, unread = number(profiles, ASKED), number(profiles, UNREAD)
    found = next(one for one in similar(profiles, asked, k=74) if one.document.doc_id == UNREAD)
    count = sum(passage.kind is Kind.DUTY for passage in profiles.index.statements([unread])[0][0])
    assert (found.verdict, found.coverage) == (None, 0.0)
    assert found.reason == f"it states no duties that could be compared, {count} unsure ones"
    cells = survey_role(profiles, asked).rows[0].cells
    assert all(cell.document is None or cell.document.doc_id != UNREAD for cell in cells)
    with pytest.raises(UsageError, match=f"{count} unsure ones"):
        similar(profiles, unread)


def test_a_survey_of_a_duty_finds_what_is_unsure(profiles: Profiles) -> None:
    """As a search does: it is marked."""
    duties = [passage for passage in profiles.index.statements([number(profiles, UNREAD)])[0][0] if passage.kind is Kind.DUTY]
    cells = {cell.city: cell for cell in survey_duty(profiles, duties[0].text).rows[0].cells}
    quoted = cells["Prairie Gate"].passage
    assert quoted is not None
    assert (quoted.text, quoted.unsure) == (duties[0].text, True)
    assert {cell.passage.unsure for city, cell in cells.items() if cell.passage and city != "Prairie Gate"} <= {False}


# --- signs of level --------------------------------------------------------------------------------

SUPERVISES, SILENT = "Supervises two clerks.", "supervision of staff is not mentioned"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(Label.SUPERVISION, SUPERVISES, HIGH)], "supervises staff"),
        ([(Label.SUPERVISION, SUPERVISES, LOW)], None),
        ([(Label.SUPERVISION, SUPERVISES, LOW), (Label.DUTY, "May supervise helpers.", HIGH)], "may supervise"),
        ([(Label.PROCESS, SUPERVISES, LOW)], SILENT),
        ([(Label.SUPERVISION, "Works at a desk.", LOW)], SILENT),
    ],
)
def test_supervision_that_is_unsure(said: Sequence[tuple[Label, str, float]], expected: str | None) -> None:
    """Nothing is said of it; least of all that it is not mentioned."""
    found = [sign.text for sign in signals(role(*said), ()) if sign.kind is SignalKind.SUPERVISION]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("label", "text", "kind"),
    [
        (Label.DUTY, "Assists the treasurer.", SignalKind.ASSISTING),
        (Label.SUPERVISION, "Works under general direction.", SignalKind.DIRECTION),
        (Label.KSA, "Thorough knowledge of filing.", SignalKind.KNOWLEDGE),
        (Label.SUPERVISION, SUPERVISES, SignalKind.STAFF),
    ],
)
def test_signs_that_are_unsure(label: Label, text: str, kind: SignalKind) -> None:
    """No sign is taken from an unsure statement."""
    sure, unsure = ({sign.kind for sign in signals(role((label, text, confidence)), ())} for confidence in (HIGH, LOW))
    assert (kind in sure, kind in unsure) == (True, False)


@pytest.mark.parametrize("label", [Label.DUTY, Label.KSA])
def test_what_a_reviewer_says_counts(label: Label) -> None:
    """Whether she says what was read or something else: it is not unsure any more."""
    read = role((Label.DUTY, "Files letters of the office.", LOW), (Label.DUTY, "Sorts the mail.", LOW))
    said = replace(read, passages=(reviewed(read.passages[0], label), read.passages[1]))
    assert read.counted == ()
    assert [(one.label, one.unsure) for one in said.counted] == [(label, False)]
