"""Limits, prefixes and ties: what is asked for is cut from the whole list, in one order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from searched import ids, opened, texts
from specsearch.ingest.update import update_index
from specsearch.records import DocumentKind, Kind, Label, Mode
from specsearch.retrieval import Filters, search
from specsearch.storage.store import Snapshot

# --- filters act before the list is cut ------------------------------------------------------------

LAST = "Experience that prepares for the annual budget of a harbor with cranes, slips and boats."


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(Filters(city="wren harbor"), id="city"),
        pytest.param(Filters(title="dock"), id="title"),
        pytest.param(Filters(kinds=frozenset((Kind.QUALIFICATION,))), id="kind"),
        pytest.param(Filters(labels=frozenset((Label.QUALIFICATION, Label.KSA))), id="label"),
        pytest.param(Filters(state="me"), id="state"),
        pytest.param(Filters(document_kind=DocumentKind.JOB_POSTING), id="document-kind"),
    ],
)
def test_filter_acts_before_the_list_is_cut(filters: Filters, mode: Mode, crowd: Snapshot) -> None:
    """A passage that satisfies the filter is found though 5,200 better ones do not satisfy it."""
    hits = search(crowd, "prepares the annual budget", 1, filters=filters, mode=mode)
    assert texts(hits) == [LAST]
    assert hits[0].rank == 1


@pytest.mark.parametrize("mode", Mode)
def test_without_a_filter_the_crowd_is_first(mode: Mode, crowd: Snapshot) -> None:
    """The passage of the test above is really behind the others."""
    hits = search(crowd, "prepares the annual budget", 50, mode=mode, repeats=True)
    assert set(texts(hits)) == {"Prepares the annual budget."}


def test_limits_per_city_act_before_the_list_is_cut(crowd: Snapshot) -> None:
    """With one hit a city, a city with thousands of better passages does not hide the other city."""
    hits = search(crowd, "prepares the annual budget", 2, per_city=1)
    assert [hit.document.source.jurisdiction for hit in hits] == ["City of Alder Ferry", "City of Wren Harbor"]


def test_limits_per_document_act_before_the_list_is_cut(crowd: Snapshot) -> None:
    """With one hit a document, every document gets its hit, though a few documents have more good passages than are candidates."""
    hits = search(crowd, "prepares the annual budget", 27, per_document=1, repeats=True)
    assert len(hits) == 27


# --- limits, prefixes, ties --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("per_document", "per_city"), [(0, 0), (3, 0), (1, 0), (0, 2), (2, 1)])
def test_fewer_hits_are_the_first_of_more(
    mode: Mode, per_document: int, per_city: int, small: Snapshot, crowd: Snapshot
) -> None:
    """The first three of a hundred hits are the three hits."""
    for index in (small, crowd):
        for query in ("prepares the annual budget", "performs related duties of the office"):
            many = search(index, query, 100, mode=mode, per_document=per_document, per_city=per_city)
            few = search(index, query, 3, mode=mode, per_document=per_document, per_city=per_city)
            assert few == many[:3]
            assert [hit.rank for hit in many] == list(range(1, len(many) + 1))
            assert all(a.score >= b.score for a, b in pairwise(many))


@pytest.mark.parametrize("per_document", [0, 1, 2, 3])
def test_hits_per_document(per_document: int, small: Snapshot) -> None:
    """A document has as many hits as allowed, its best ones, and no more; 0 is no limit."""
    everyone = search(small, "budget of the city, related duties, reports", 100, mode=Mode.LEXICAL, per_document=0)
    hits = search(small, "budget of the city, related duties, reports", 100, mode=Mode.LEXICAL, per_document=per_document)
    by_document: dict[str, list[str]] = {}
    for hit in everyone:
        by_document.setdefault(hit.document.doc_id, []).append(hit.passage.passage_id)
    kept = {name for own in by_document.values() for name in own[: per_document or None]}
    assert ids(hits) == [name for name in ids(everyone) if name in kept]
    assert max(len(own) for own in by_document.values()) > 3


def test_hits_per_city(small: Snapshot) -> None:
    """With one hit a city, each employer appears once, with its best passage."""
    hits = search(small, "performs related duties", 10, per_city=1, repeats=True)
    cities = [hit.document.source.jurisdiction for hit in hits if hit.document.source.jurisdiction]
    assert len(cities) == len(set(cities)) == 3
    assert texts(hits)[:2] == ["Performs related duties as required."] * 2


def test_unknown_cities_are_not_one_city(tmp_path: Path) -> None:
    """Documents whose employer is unknown are not lumped together by the limit per city."""
    for i in range(3):
        put(tmp_path / f"corpus/clerk{i}.txt", f"CLERK\n\nDUTIES\n• Sorts the mail of office {i} every day.\n")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with opened(tmp_path / "index") as index:
        hits = search(index, "sorts the mail", 10, per_city=1)
    assert len({hit.document.doc_id for hit in hits}) == len(hits) == 3
    assert {hit.document.source.jurisdiction for hit in hits} == {None}


@pytest.mark.parametrize("mode", Mode)
def test_ties_are_broken_by_position(mode: Mode, small: Snapshot) -> None:
    """Equal passages come in the order of their documents' ids."""
    hits = [
        hit
        for hit in search(small, "performs related duties as required", 10, mode=mode, repeats=True)
        if "related" in hit.passage.text
    ]
    assert [hit.document.path for hit in hits] == sorted(hit.document.path for hit in hits)
    assert len(hits) == 3
    assert len({hit.score for hit in hits}) == (3 if mode is Mode.RRF else 1)  # ranks are never equal


@pytest.mark.parametrize("mode", Mode)
def test_thousands_of_ties_are_broken_by_position(mode: Mode, crowd: Snapshot) -> None:
    """Of more equal passages than there are candidates, those of the first documents are taken, in order."""
    hits = search(crowd, "prepares the annual budget", 450, mode=mode, per_document=0, repeats=True)
    places = [(hit.document.doc_id, hit.passage.ordinal) for hit in hits]
    assert places == [(f"alder-ferry-or/budget{i // 200:02}.txt", i % 200) for i in range(450)]
