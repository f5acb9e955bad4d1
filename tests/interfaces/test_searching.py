"""The service of the search page: facets, passages like a passage, roles that may be meant, what can be searched, lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ROOT, contents
from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.listing import ListRequest, code_of, listed
from specsearch.interfaces.service.searching import (
    ScopeRequest,
    SearchRequest,
    SuggestRequest,
    scope,
    search,
    strength,
    suggest,
    taken_said,
)
from specsearch.interfaces.service.session import Session
from specsearch.records import DocumentKind, Kind, Label
from specsearch.storage.employers import bare_name
from specsearch.storage.stores import open_index

QUERY = "monitors the operating budget"
EVERY = frozenset(Kind)


@pytest.fixture(scope="module")
def session(sample_index: Path) -> Iterator[Session]:
    """A session of the sample corpus."""
    with open_index(sample_index) as index:
        yield Session(index)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(Where(), id="nothing"),
        pytest.param(Where(state=("CA", "Oregon"), document_kind=(DocumentKind.CLASS_SPECIFICATION,)), id="states and a kind"),
        pytest.param(Where(year=("2016-2020", "2023")), id="years"),
        pytest.param(Where(city=("City of Kestrel Valley",), level=("2",)), id="an employer and a level"),
    ],
)
def test_facets_are_of_the_nearest_passages(where: Where, session: Session) -> None:
    """Counts of the fields that are not chosen are those of the first 500 hits; hits are the same with and without."""
    request = SearchRequest(QUERY, 500, EVERY, where=where, per_document=0, faceted=True)
    answer = search(request, session)
    assert answer.hits == search(replace(request, faceted=False), session).hits
    counts = {facet.name: facet.counts for facet in answer.facets}
    chosen = {name for name in ("city", "state", "level", "year", "document_kind") if getattr(where, name)}
    sources = [hit.document.source for hit in answer.hits]
    free: dict[str, list[str | None]] = {
        "label": [*(hit.passage.label for hit in answer.hits)],
        "kind": [*(hit.passage.kind for hit in answer.hits)],
        "state": [source.state for source in sources],
        "level": ["Senior" if source.level == "SENIOR" else source.level for source in sources],
        "year": [(source.effective_date or "")[:4] for source in sources],
        "document_kind": [*(hit.document.kind for hit in answer.hits)],
    }
    for name in free.keys() - chosen:
        assert dict(counts[name]) == Counter(map(str, filter(None, free[name]))), name
    for name in chosen - {"city"}:
        assert set(counts[name]) >= set(map(str, filter(None, free[name]))), name
    assert json.loads(json.dumps(shapes.search(answer)))["facets"][0]["counted"] > 0
    assert "facets" not in shapes.search(search(SearchRequest(QUERY), session))


def test_years(session: Session) -> None:
    """A span of years leaves the documents whose effective date is in it; one without any is refused with what there is."""
    for years, low, high in ((("2016-2018",), "2016", "2018"), (("2022-",), "2022", "2999"), (("-2015",), "1000", "2015"), (("2019",), "2019", "2019")):
        hits = search(SearchRequest("work", 200, EVERY, where=Where(year=years)), session).hits
        assert hits
        assert {low <= (hit.document.source.effective_date or "")[:4] <= high for hit in hits} == {True}
    for wrong in ("1950-1960", "soon", "-"):
        with pytest.raises(UsageError, match="No document has the year"):
            search(SearchRequest("work", where=Where(year=(wrong,))), session)


def test_the_whole_name_of_an_employer_is_that_one_alone(session: Session) -> None:
    """Values of facets can be chosen as they are: each leaves its own documents."""
    for name, documents in scope(ScopeRequest(), session).employers.items():
        hits = search(SearchRequest("work", 1000, EVERY, where=Where(city=(name,)), per_document=1), session).hits
        assert 0 < len(hits) <= documents
        assert len({bare_name(hit.document.source.jurisdiction or "") for hit in hits}) == 1


def test_passages_like_a_passage(session: Session) -> None:
    """Its words are searched for, with the lead-in without which it is none; it is not among the hits, whose ranks have no gap."""
    first = search(SearchRequest(QUERY, 1), session).hits[0]
    answer = search(SearchRequest(like=first.passage.passage_id, k=15, explained=True), session)
    assert answer.like is not None
    assert (answer.like.passage, answer.like.line, answer.like.page) == (first.passage, first.line, first.page)
    assert [hit.rank for hit in answer.hits] == list(range(1, 16))
    assert first.passage not in [hit.passage for hit in answer.hits]
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    assert shapes.search(answer)["like"]["text"] == first.passage.text
    for wrong in ("nowhere.txt:0-9", first.passage.doc_id, f"{first.passage.doc_id}:1-2", ":"):
        with pytest.raises(UsageError, match="no passage"):
            search(SearchRequest(like=wrong), session)


def test_roles_that_may_be_meant(session: Session) -> None:
    """A class code, a title and the beginning of one offer roles; what is too short, or a duty, offers none."""
    by_title = suggest(SuggestRequest("ASSOCIATE  pl"), session)
    assert {role.source.title for role in by_title.roles} == {"Associate Planner"}
    code = next(role.source.class_code for role in suggest(SuggestRequest("adm", 99), session).roles if role.source.class_code)
    assert {role.source.class_code for role in suggest(SuggestRequest(f" {code} "), session).roles} == {code}
    many = suggest(SuggestRequest("adm", 1), session)
    assert (len(many.roles), many.more) == (1, len(suggest(SuggestRequest("adm", 99), session).roles) - 1)
    for nothing in ("", "ad", QUERY, "\u0000"):
        assert suggest(SuggestRequest(nothing), session).roles == ()
    assert shapes.suggest(by_title)["roles"][0]["title"] == "Associate Planner"


def test_what_can_be_searched(session: Session, sample_index: Path) -> None:
    """Documents, passages and employers are counted."""
    answer = shapes.scope(scope(ScopeRequest(), session))
    with open_index(sample_index) as index, index.snapshot() as snapshot:
        found = contents(snapshot)
    assert (answer["documents"], answer["passages"]) == (len(found), sum(len(passages) for _, passages in found))
    assert sum(answer["employers"].values()) == sum(document.source.jurisdiction is not None for document, _ in found)


def test_lists(session: Session, sample_index: Path) -> None:
    """Each passage has a code of its own, by which it is found again; codes of what is not there are told."""
    with open_index(sample_index) as index, index.snapshot() as snapshot:
        passages = [passage for _, some in contents(snapshot) for passage in some]
    codes = {code_of(passage): passage for passage in passages}
    assert len(codes) == len(passages)
    wanted = tuple(codes)[::-211]
    answer = listed(ListRequest((*wanted, wanted[0], "00000000.0", "no code", f"{wanted[0].partition('.')[0]}.zzzz")), session)
    assert [code for code, _ in answer.rows] == list(wanted)
    assert [one.passage for _, one in answer.rows] == [codes[code] for code in wanted]
    assert answer.missing == ("00000000.0", "no code", f"{wanted[0].partition('.')[0]}.zzzz")
    values = shapes.listed(answer)
    assert values["passages"][0]["text"] == codes[wanted[0]].text
    assert values["missing"] == list(answer.missing)


@pytest.mark.parametrize(("score", "word"), [(0.92, "strong"), (0.6, "strong"), (0.59, "fair"), (0.45, "fair"), (0.44, "weak"), (-0.1, "weak")])
def test_scores_in_words(score: float, word: str) -> None:
    """A higher score never has a weaker word."""
    assert strength(score) == word


def test_labels_alone_are_of_any_kind(session: Session) -> None:
    """A section that is chosen is found whatever kind it is of, and the kinds of all sections that are chosen are counted."""
    answer = search(SearchRequest("salary", labels=frozenset({Label.COMPENSATION}), faceted=True), session)
    assert {hit.passage.label for hit in answer.hits} == {Label.COMPENSATION}
    counts = {facet.name: facet.counts for facet in answer.facets}
    assert set(counts["kind"]) == {Kind.ADMINISTRATIVE}
    assert len(counts["label"]) > 3


def test_examples_of_the_page_are_true(session: Session) -> None:
    """Each row of docs/searching.md says what the sample corpus' queries are understood as."""
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", (ROOT / "docs" / "searching.md").read_text(encoding="utf-8"), re.M)
    assert len(rows) > 15
    for query, said in rows:
        reading = search(SearchRequest(query, 1), session).reading
        assert reading is not None
        assert "; ".join(map(taken_said, reading.taken)) == said, query
