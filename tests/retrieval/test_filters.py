"""Filters: by city, state, title, level, kind and label."""

from __future__ import annotations

import pytest

from searched import every_place as search
from specsearch.errors import UsageError
from specsearch.records import DocumentKind, Kind, Label, Mode
from specsearch.retrieval import Filters
from specsearch.storage.store import Snapshot


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        pytest.param(Filters(city="alder"), {"alder-ferry-or/budget.txt"}, id="part-of-city"),
        pytest.param(
            Filters(city="CITY OF wren"),
            {"wren-harbor-me/streets.txt", "wren-harbor-me/budget-officer.txt"},
            id="city-case",
        ),
        pytest.param(Filters(city=" alder "), {"alder-ferry-or/budget.txt"}, id="city-with-spaces"),
        pytest.param(
            Filters(state="ME"), {"wren-harbor-me/streets.txt", "wren-harbor-me/budget-officer.txt"}, id="state"
        ),
        pytest.param(Filters(state="nm"), {"sable-crossing-nm/posting.txt"}, id="state-case"),
        pytest.param(
            Filters(title="budget"), {"alder-ferry-or/budget.txt", "wren-harbor-me/budget-officer.txt"}, id="title"
        ),
        pytest.param(Filters(level="II"), {"alder-ferry-or/budget.txt"}, id="level"),
        pytest.param(Filters(level="senior"), {"wren-harbor-me/budget-officer.txt"}, id="level-word"),
        pytest.param(Filters(document_kind=DocumentKind.JOB_POSTING), {"sable-crossing-nm/posting.txt"}, id="postings"),
        pytest.param(Filters(city="wren", title="budget"), {"wren-harbor-me/budget-officer.txt"}, id="city-and-title"),
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_filters(filters: Filters, paths: set[str], mode: Mode, small: Snapshot) -> None:
    """A filter leaves the documents that satisfy it, all of them and no others, in every mode."""
    hits = search(small, "a the of and to prepares performs duties degree desk", 100, filters=filters, mode=mode)
    assert {hit.document.path for hit in hits} == paths


def test_level_is_not_a_part(small: Snapshot) -> None:
    """Level I does not mean level II."""
    hits = search(small, "degree", 10, filters=Filters(level="I"))
    assert {hit.document.source.level for hit in hits} == {"I"}


@pytest.mark.parametrize(
    ("filters", "labels"),
    [
        pytest.param(Filters(), {"duty", "qualification", "license", "ksa"}, id="default"),
        pytest.param(Filters(kinds=frozenset((Kind.DUTY,))), {"duty"}, id="duty"),
        pytest.param(Filters(kinds=frozenset((Kind.CONTEXT,))), {"summary"}, id="context"),
        pytest.param(
            Filters(kinds=frozenset((Kind.ADMINISTRATIVE,))), {"compensation", "process"}, id="administrative"
        ),
        pytest.param(
            Filters(kinds=frozenset(Kind), labels=frozenset((Label.SUMMARY, Label.DUTY))),
            {"summary", "duty"},
            id="labels",
        ),
        pytest.param(
            Filters(kinds=frozenset((Kind.DUTY,)), labels=frozenset((Label.SUMMARY, Label.DUTY))), {"duty"}, id="both"
        ),
    ],
)
def test_kinds_and_labels(filters: Filters, labels: set[str], small: Snapshot) -> None:
    """Duties and qualifications by default, other passages when they are asked for."""
    hits = search(small, "budget work", 100, filters=filters, per_document=0, mode=Mode.DENSE)
    assert {str(hit.passage.label) for hit in hits} == labels


@pytest.mark.parametrize(
    "filters", [Filters(kinds=frozenset()), Filters(kinds=frozenset(), labels=frozenset((Label.DUTY,)))]
)
def test_empty_members_do_not_restrict(filters: Filters, small: Snapshot) -> None:
    """An empty set of kinds does not restrict, as the documentation of `Filters` says."""
    assert len(search(small, "budget work", 100, filters=filters, per_document=0, mode=Mode.DENSE)) > 8


def test_label_and_kind_that_contradict(small: Snapshot) -> None:
    """A label that is not of the kind that was asked for is a usage error, not an empty list."""
    with pytest.raises(UsageError, match=r"label duty is not of the kind qualification.*choose another label"):
        search(
            small, "budget", filters=Filters(kinds=frozenset((Kind.QUALIFICATION,)), labels=frozenset((Label.DUTY,)))
        )


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        pytest.param(Filters(city="Alder Fery"), r"no.*employer 'Alder Fery'.*City of Alder Ferry", id="misspelt-city"),
        pytest.param(
            Filters(city="Zzz"),
            r"employer 'Zzz'\. In this index: City of Alder Ferry; City of Wren Harbor; Town of Sable",
            id="strange-city",
        ),
        pytest.param(Filters(state="XX"), r"state 'XX'\. In this index: .*NM", id="state"),
        pytest.param(Filters(title="Librarien"), r"title 'Librarien'.*LIBRARIAN I", id="title"),
        pytest.param(Filters(level="IX"), r"level 'IX'.*In this index: ", id="level"),
        pytest.param(Filters(document_kind=DocumentKind.OTHER, city="wren", title="librarian"), "", id="combination"),
    ],
)
def test_unknown_values_offer_near_ones(filters: Filters, message: str, small: Snapshot) -> None:
    """A value that no document has is a usage error that offers those there are."""
    if not message:
        assert search(small, "budget", filters=Filters(city="wren", title="librarian")) == []
        return
    with pytest.raises(UsageError, match=f"(?i){message}"):
        search(small, "budget", filters=filters)
