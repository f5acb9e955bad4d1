"""Facets: what the nearest passages of a query are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from searched import EVERYTHING, opened
from searched import every_place as search
from specsearch.ingest.update import update_index
from specsearch.records import Hit, Kind, Label, Mode
from specsearch.retrieval import Filters
from specsearch.retrieval import search as search_once
from specsearch.retrieval.facets import COUNTED, Facet, counted_as
from specsearch.retrieval.search import answer, question
from specsearch.storage.store import Snapshot

QUERY = "prepares the budget and answers questions"
CHOSEN = [
    pytest.param(Filters(), id="nothing"),
    pytest.param(EVERYTHING, id="any kind"),
    pytest.param(Filters(state=("ME",)), id="a state"),
    pytest.param(Filters(state=("ME", "OR"), title="budget"), id="states and a title"),
    pytest.param(Filters(kinds=frozenset(Kind), labels=frozenset({Label.SUMMARY})), id="a section"),
    pytest.param(Filters(kinds=frozenset({Kind.DUTY}), city=("wren harbor",), level=("Senior",)), id="a kind and more"),
]
VALUES: dict[str, Callable[[Hit], str | None]] = {
    "kind": lambda hit: hit.passage.kind,
    "label": lambda hit: hit.passage.label,
    "city": lambda hit: hit.document.source.jurisdiction,
    "state": lambda hit: hit.document.source.state,
    "level": lambda hit: hit.document.source.level,
    "document_kind": lambda hit: hit.document.kind,
    "year": lambda hit: (hit.document.source.effective_date or "")[:4],
}


def facets_of(index: Snapshot, filters: Filters, query: str = QUERY, mode: Mode = Mode.HYBRID) -> dict[str, Facet]:
    """Facets by name."""
    return {facet.name: facet for facet in answer(index, question(query, 5, filters, mode, None, (3, 0)), faceted=True)[1]}


def without(filters: Filters, name: str) -> Filters:
    """The filters as they are when nothing of one facet is chosen."""
    if name == "kind":
        return replace(filters, kinds=frozenset(Kind))
    if name == "label":
        kinds = frozenset(Kind) if filters.kinds == Filters().kinds else filters.kinds
        return replace(filters, labels=frozenset(), kinds=kinds)
    return replace(filters, **{name: None})  # type: ignore[arg-type]  # all of them take it


@pytest.mark.parametrize("filters", CHOSEN)
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.DENSE])
def test_counts_are_those_of_the_hits(filters: Filters, mode: Mode, small: Snapshot) -> None:
    """Each facet counts the very passages that a search finds when nothing of it is chosen and all else is."""
    found = facets_of(small, filters, mode=mode)
    assert found.keys() == VALUES.keys()
    for name, value_of in VALUES.items():
        hits = search(small, QUERY, COUNTED, filters=without(filters, name), mode=mode, per_document=0)
        expected = Counter(str(value) for hit in hits if (value := value_of(hit)))
        assert dict(found[name].counts) == dict(expected), name
        assert found[name].counted == len(hits)
        counts = list(found[name].counts.values())
        assert name in ("year", "level") or counts == sorted(counts, reverse=True)


def test_a_choice_leaves_its_other_values(small: Snapshot) -> None:
    """A state that is chosen does not hide the other states, but does hide employers elsewhere; adding another adds its hits."""
    free, chosen = facets_of(small, Filters()), facets_of(small, Filters(state=("ME",)))
    assert chosen["state"] == free["state"]
    assert set(chosen["city"].counts) == {"City of Wren Harbor"}
    both = search(small, QUERY, COUNTED, filters=Filters(state=("ME", "OR")), per_document=0)
    assert len(both) == free["state"].counts["ME"] + free["state"].counts["OR"]


def test_the_nearest_are_counted(crowd: Snapshot) -> None:
    """Of more passages than are counted the nearest are: the crowd of equals, not the one that is far."""
    found = facets_of(crowd, Filters(), "Prepares the annual budget")
    assert found["city"].counted == COUNTED
    assert dict(found["city"].counts) == {"City of Alder Ferry": COUNTED}
    assert facets_of(crowd, Filters(city=("wren harbor",)), "Prepares the annual budget")["document_kind"].counted == 2


def test_a_level_is_counted_once_however_it_is_printed(tmp_path: Path) -> None:
    """Its forms are added up under one of them, from the lowest level to the highest; choosing that one finds them all."""
    printed = ["PLANNER 2"] * 2 + ["PLANNER II", "SENIOR PLANNER", "SENIOR PLANNER", "Senior Planner", "PRINCIPAL PLANNER", "PLANNER III", "PLANNER I", "JUNIOR PLANNER"]
    for number, title in enumerate(printed):
        put(tmp_path / f"corpus/elm-fork-or/{number}.txt", f"CITY OF ELM FORK\n{title}\n\nDUTIES\n• Prepares plan {number} of the city.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        facet = facets_of(index, Filters(), "prepares plans")["level"]
        assert list(facet.counts.items()) == [("I", 1), ("2", 3), ("III", 1), ("JUNIOR", 1), ("Senior", 3), ("PRINCIPAL", 1)]
        assert len(search(index, "prepares plans", 10, filters=Filters(level="Senior"), per_document=0)) == 3
        assert [counted_as(facet, value) for value in ("SENIOR", "II", "lead")] == ["Senior", "2", "lead"]


def test_hits_are_those_of_the_search(small: Snapshot) -> None:
    """Counting changes no hit."""
    asked = question(QUERY, 7, Filters(state="ME"), Mode.HYBRID, None, (2, 3))
    hits, found = answer(small, asked, explained=True, faceted=True)
    assert len(found) == len(VALUES)
    assert answer(small, asked, explained=True) == (hits, ())
    assert hits == search_once(small, QUERY, 7, filters=Filters(state="ME"), per_document=2, per_city=3, explained=True)
