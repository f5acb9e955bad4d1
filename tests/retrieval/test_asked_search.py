"""What is found once a query is read: phrases and exclusions hold, a class comes in its order, and plain questions find what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searched import EVERYTHING, QUERIES, TEXTS, ids, texts
from specsearch.encoding.context import embedded_text, indexed_parts
from specsearch.encoding.words import stems, words_of
from specsearch.records import Kind, Label, Mode
from specsearch.retrieval import Filters, search
from specsearch.retrieval.candidates import candidates
from specsearch.retrieval.filters import where
from specsearch.retrieval.search import PER_DOCUMENT, answer, question, ranking, understood
from specsearch.storage.keys import Scores
from specsearch.storage.store import Snapshot

WORDS = sorted({word.strip("•.,;:()$'") for text in TEXTS.values() for word in text.split() if word.isalpha()})


def has(parts: tuple[str, ...], phrase: str) -> bool:
    """Whether one of some texts has the words of a phrase one after the other, by their stems."""
    wanted = [stem for _, stem in stems(phrase)]
    every = [[stem for _, stem in stems(part)] for part in parts]
    return any(part[at : at + len(wanted)] == wanted for part in every for at in range(len(part)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.sampled_from(WORDS), st.sampled_from(list(Mode)))
def test_phrases_and_exclusions_hold(small: Snapshot, phrase: list[str], other: str, mode: Mode) -> None:
    """In every mode what is found has each phrase and nothing that is excluded, and all that has and has not is found."""
    wanted = " ".join(phrase)
    if not words_of(wanted) or not stems(wanted) or not stems(other):
        return
    found = search(small, f'"{wanted}" -{other}', 1000, filters=EVERYTHING, mode=mode, per_document=0)
    assert all(has(indexed_parts(hit.passage), wanted) and not has(indexed_parts(hit.passage), other) for hit in found)
    every = search(small, wanted, 1000, filters=EVERYTHING, mode=mode, per_document=0, as_typed=True)
    assert {hit.passage.passage_id for hit in every if has(indexed_parts(hit.passage), wanted) and not has(indexed_parts(hit.passage), other)} == set(ids(found))


@pytest.mark.parametrize("mode", Mode)
def test_plain_questions_find_what_they_did(small: Snapshot, mode: Mode) -> None:
    """Those of the samples, and each statement of the documents itself: the same hits with the same scores, read or not."""
    statements = [embedded_text(hit.passage) for hit in search(small, "work", 100, filters=EVERYTHING, per_document=0)]
    for query in [*QUERIES, *statements]:
        asked = question(query, 20, None, mode, None)
        found = candidates(small, asked.text, where(small, asked.filters), mode, 500)
        assert ranking(small, query, 20, mode=mode)[0].tolist() == found.keys[:20].tolist()
        assert search(small, query, 20, mode=mode) == search(small, query, 20, mode=mode, as_typed=True)


@pytest.mark.parametrize(
    ("query", "first", "labels"),
    [
        pytest.param("1204", "Under direction of the finance director", ["summary", "duty", "duty", "duty", "duty", "duty", "qualification", "license", "compensation"], id="code"),
        pytest.param("budget analyst ii duties", "Under direction of the finance director", ["summary", "duty", "duty", "duty", "duty", "duty"], id="duties"),
        pytest.param("salary range for a Budget Analyst II", "The monthly salary is", ["compensation"], id="salary"),
        pytest.param("1204 license", "A valid driver's license", ["license", "qualification"], id="license"),
        pytest.param("1204 required qualifications", "A bachelor's degree", ["qualification", "license"], id="requirements"),
        pytest.param("title:analyst van", "Drives a van", None, id="field"),
    ],
)
def test_a_class_comes_as_it_is_asked(query: str, first: str, labels: list[str] | None, small: Snapshot) -> None:
    """Where a class is all that is asked for, what it does comes first; a section of it is found though it is not searched by default."""
    found = search(small, query, 10)
    assert {hit.document.source.title for hit in found} == {"BUDGET ANALYST II"}
    assert texts(found)[0].startswith(first)
    assert labels is None or [str(hit.passage.label) for hit in found] == labels
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_section_of_a_class_is_no_matter_of_chance(small: Snapshot) -> None:
    """What is asked of a class that is meant for sure is there, whatever its words are: it comes in its order, and nobody calls it near or not."""
    assert [hit.strength for hit in search(small, "1204 required qualifications")] == [None, None]


def test_the_usual_limit_gives_way_to_a_class(small: Snapshot) -> None:
    """Three of a document would be all there is of a class; a limit that was chosen holds."""
    assert len(search(small, "1204", 10)) > PER_DOCUMENT
    assert len(search(small, "1204", 10, per_document=2)) == 2
    assert len(search(small, "1204", 10, per_document=PER_DOCUMENT)) == PER_DOCUMENT
    assert len(search(small, "1204", PER_DOCUMENT + 1)) == PER_DOCUMENT + 1
    assert len(search(small, "1204", 1000)) == len(search(small, "work", 1000, filters=Filters(kinds=frozenset(Kind), title="budget analyst"), per_document=0))


def test_no_reranker_puts_a_class_in_another_order(small: Snapshot) -> None:
    """Nothing is asked of it that a model could compare."""

    def by_length(query: str, passages: Sequence[str]) -> Scores:
        return np.array([len(passage) for passage in passages], np.float32)

    assert ids(search(small, "1204", 10, reranker=by_length)) == ids(search(small, "1204", 10))
    assert ids(search(small, "1204 van", 10, reranker=by_length)) != ids(search(small, "1204 van", 10))


@pytest.mark.parametrize(
    ("query", "filters", "both"),
    [
        ("state:ME budget", Filters(state="NM"), "state:ME, as the query says, and NM"),
        ("section:license driver", Filters(kinds=Kind.DUTY), "section:license, as the query says, and duty"),
        ("1204", Filters(city="Wren Harbor"), "1204, as the query says, and Wren Harbor"),
    ],
)
def test_what_excludes_each_other_is_said(query: str, filters: Filters, both: str, small: Snapshot) -> None:
    """Where the query and what is chosen beside it leave nothing together, a note names both."""
    asked = understood(small, question(query, 10, filters, Mode.HYBRID, None))
    assert answer(small, asked)[0] == []
    assert asked.sought is not None
    assert both in asked.sought.reading.notes[-1]
    assert search(small, query)


def test_no_more_is_said_where_the_query_alone_finds_nothing(small: Snapshot) -> None:
    """Then what is chosen is not to blame."""
    asked = understood(small, question('"purple zebra"', 10, Filters(state="NM"), Mode.HYBRID, None))
    assert asked.sought is not None
    assert asked.sought.reading.notes == ()

def test_a_title_without_level_is_put_forward(small: Snapshot) -> None:
    """What is of the class comes first, and nothing else is left out."""
    found = search(small, "street crew leader", 100, filters=EVERYTHING, per_document=0)
    own = [hit.document.source.title == "STREET CREW LEADER" for hit in found]
    assert own[0]
    assert own == sorted(own, reverse=True)
    assert set(texts(found)) == set(texts(search(small, "street crew leader", 100, filters=EVERYTHING, per_document=0, as_typed=True)))


def test_what_is_put_forward_is_scored(small: Snapshot) -> None:
    """Each hit has its reasons; of what is near only those are told that do not stand there in the order of the class."""
    found = search(small, "street crew leader", 100, filters=EVERYTHING, per_document=0, explained=True)
    own = [hit.document.source.title == "STREET CREW LEADER" for hit in found]
    assert None not in [hit.explanation.dense_score for hit in found] + [hit.explanation.lexical_score for hit in found]
    assert [hit.strength is None for hit in found] == own
    assert set(own) == {True, False}


def test_a_section_is_put_forward(small: Snapshot) -> None:
    """Also one that is not searched by default; with labels that are chosen, words choose none."""
    assert search(small, "salary range of harbor masters", 3)[0].passage.label is Label.COMPENSATION
    chosen = search(small, "salary range of harbor masters", 50, filters=Filters(labels=frozenset({Label.DUTY})))
    assert {hit.passage.label for hit in chosen} == {Label.DUTY}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("what does the street crew leader require", [Label.QUALIFICATION, Label.LICENSE]),
        ("licenses required for street crew leaders", [Label.LICENSE, Label.QUALIFICATION]),
        ("how much does a budget analyst earn", [Label.COMPENSATION]),
    ],
)
def test_the_section_that_is_asked_of_a_class_is_its_first(query: str, wanted: list[Label], small: Snapshot) -> None:
    """Whatever words the question has, and whatever the passages have: all of the section comes before the rest of the class."""
    found = search(small, query, 100, per_document=0)
    title = found[0].document.source.title
    own = [hit.passage.label in wanted for hit in found if hit.document.source.title == title]
    assert own[0]
    assert own == sorted(own, reverse=True)
    assert not all(own)


def test_facets_are_of_what_was_read(small: Snapshot) -> None:
    """Counts keep to what the query restricts; what is asked further restricts both."""
    asked = understood(small, question("state:ME budget", 10, None, Mode.HYBRID, None))
    hits, facets = answer(small, asked, faceted=True)
    assert {hit.document.source.state for hit in hits} == {"ME"}
    assert next(facet for facet in facets if facet.name == "state").counts.keys() == {"ME"}
    assert search(small, "state:ME budget", filters=Filters(state="OR")) == []
    assert understood(small, replace(asked)) == asked
