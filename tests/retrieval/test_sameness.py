"""A text that stands in many places is one hit; where else it stands is counted in the whole index."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searched import CROWD, EVERYTHING, TEXTS, every_place, ids, texts
from specsearch.encoding.context import text_number
from specsearch.encoding.words import wording
from specsearch.records import Hit, Kind, Mode
from specsearch.retrieval import Filters, search
from specsearch.retrieval.search import answer, question
from specsearch.storage.batches import every_key
from specsearch.storage.keys import EVERYWHERE
from specsearch.storage.store import Snapshot

RELATED = "Performs related duties as required."


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("• Prepares the annual budget.", "prepares annual budget;", True),
        ("Prepares  the\nannual budget", "PREPARE AN ANNUAL BUDGET", True),
        ("full-time work of the City’s crews", "Full time work of the City's crew", True),
        ("Earns 12,500.00 dollars", "earns 12500 dollars", True),
        ("PREPARES A BUDGET OF A DEPARTMENT", "Prepares a budget of a department", True),
        ("REQUIRES A CLASS A", "Requires a Class A", True),
        ("Recruiters", "Recruiter", True),
        ("Prepares budgets", "prepare a budget", True),
        ("Switches and supplies", "switch and supply", True),
        ("Integrations", "Integrity", False),
        ("Recruiter", "Recruiting", False),
        ("special account procedures", "special accounting procedures", False),
        ("News", "New", False),
        ("two years of experience", "four years of experience", False),
        ("2 years of experience", "4 years of experience", False),
        ("must drive", "must not drive", False),
        ("Requires a Class A license", "Requires a Class B license", False),
        ("Requires a Class A license", "Requires a Class license", False),
        ("knowledge of C", "knowledge of C++", False),
        ("spends 5% of the time", "spends 5 of the time", False),
        ("works with or without help", "works with help", False),
        ("supervises the crew", "the crew supervises", False),
        ("see https://example.org/jobs/one-of-many-pages-there", "see https://example.org/jobs/another-of-the-pages-there", False),
    ],
)
def test_wordings(one: str, other: str, expected: bool) -> None:
    """Case, spaces, punctuation, bullets, articles and endings do not count; numbers, negations, classes, signs and order do."""
    assert (wording(one) == wording(other)) is expected


@given(words=st.lists(st.sampled_from("prepares budget not two 4 C++ B or daily".split()), min_size=1, max_size=8), spaces=st.sampled_from((" ", "\n", "  ")), end=st.sampled_from((".", ";", ",", "")), upper=st.booleans(), articles=st.integers(0, 255))
def test_the_same_words_are_one_wording(words: list[str], spaces: str, end: str, upper: bool, articles: int) -> None:
    """However they are set; and with one of them gone, or another one in its place, they are another."""
    text = spaces.join(f"a {word}" if articles >> place & 1 else word for place, word in enumerate(words)) + end
    assert wording(text.upper() if upper else text) == wording(" ".join(words))
    assert wording(" ".join(words[1:])) != wording(text)
    assert wording(" ".join(["inspects", *words[1:]])) != wording(text)


def test_what_has_no_words_is_not_the_same(small: Snapshot) -> None:
    """Passages of signs alone, and of languages without spaces, are the same only if every sign is."""
    (passage,) = small.passages(every_key(small, EVERYWHERE)[:1])
    numbers = [text_number(replace(passage, text=text, heading_path=())) for text in ("§ §§", "†", "道路の維持管理を計画し、作業班を監督する。毎週報告する。", "予算を作成し、各部局の支出を監視する。毎月報告する。")]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("per_document", "per_city"), [(0, 0), (1, 0), (0, 2), (2, 1)])
def test_a_text_is_its_best_place_within_the_limits(mode: Mode, per_document: int, per_city: int, small: Snapshot) -> None:
    """Of all places in order: the first that keeps to the limits and whose text is not there yet."""
    hits = search(small, "performs related duties and budget rules", 12, filters=EVERYTHING, mode=mode, per_document=per_document, per_city=per_city)
    expected: list[Hit] = []
    for hit in every_place(small, "performs related duties and budget rules", 100, filters=EVERYTHING, mode=mode, per_document=0):
        others = [one.document.source.jurisdiction or one.document.doc_id for one in expected]
        full = per_document and sum(one.document == hit.document for one in expected) >= per_document
        full = full or (per_city and others.count(hit.document.source.jurisdiction or hit.document.doc_id) >= per_city)
        if not full and text_number(hit.passage) not in [text_number(one.passage) for one in expected]:
            expected.append(hit)
    assert ids(hits) == ids(expected[:12])
    assert [hit.score for hit in hits] == [hit.score for hit in expected[:12]]


@pytest.mark.parametrize("filters", [EVERYTHING, Filters(), Filters(city="wren harbor"), Filters(kinds=Kind.QUALIFICATION), Filters(title="street")])
def test_places_are_those_of_the_whole_index(filters: Filters, small: Snapshot) -> None:
    """They are counted and listed among all passages that the filters leave, in the order of their documents."""
    every = every_place(small, "duties", 100, filters=filters, per_document=0)
    for hit in search(small, "performs related duties", 100, filters=filters, places=None):
        same = [one for one in every if text_number(one.passage) == text_number(hit.passage) and one.passage != hit.passage]
        away = [one for one in same if one.document != hit.document]
        assert sorted(ids(same)) == sorted(place.passage.passage_id for place in hit.also.places)
        assert (hit.also.passages, hit.also.roles) == (len(same), len({one.document.doc_id for one in away}))
        assert hit.also.employers == len({one.document.source.jurisdiction for one in away} - {None})
        assert [place.document.doc_id for place in hit.also.places] == sorted(place.document.doc_id for place in hit.also.places)
        assert all(place.document.text[place.passage.start : place.passage.end] == place.passage.text for place in hit.also.places)


def test_thousands_of_places(crowd: Snapshot) -> None:
    """More places than there are candidates are one hit, counted in full, and what is behind them is found."""
    hits = search(crowd, "prepares the annual budget", 3, places=2)
    assert len({text_number(hit.passage) for hit in hits}) == 3
    assert (hits[0].also.passages, hits[0].also.roles, hits[0].also.employers) == (CROWD - 1, CROWD // 200 - 1, 1)
    assert len(hits[0].also.places) == 2


def test_boilerplate_is_left_out(small: Snapshot) -> None:
    """With all of its places; what follows it comes in its stead, and the others stay as they were."""
    usual = search(small, "performs related duties as required", 100, per_document=0)
    left = search(small, "performs related duties as required", 100, per_document=0, boilerplate=False)
    assert RELATED in texts(usual)
    assert ids(left) == [hit.passage.passage_id for hit in usual if RELATED not in hit.passage.text]
    assert len(search(small, "performs related duties as required", 2, boilerplate=False)) == 2
    assert sum(text.count(RELATED) for text in TEXTS.values()) > 2


def test_a_passage_that_is_asked_with_does_not_count(small: Snapshot) -> None:
    """Of passages like one, its text is found in its other places, counted without it."""
    first = search(small, RELATED, 1)[0]
    (key,) = [key for key in every_key(small, EVERYWHERE).tolist() if small.ids(every_key(small, EVERYWHERE)[every_key(small, EVERYWHERE) == key]) == [first.passage.passage_id]]
    found = answer(small, replace(question(RELATED, 3, None, Mode.HYBRID, None), without=key))[0]
    assert text_number(found[0].passage) == text_number(first.passage)
    assert found[0].passage != first.passage
    assert found[0].also.passages == first.also.passages - 1
