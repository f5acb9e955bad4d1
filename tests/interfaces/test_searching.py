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
from searched import every_place
from specsearch.encoding.protocol import Encoder, Vectors
from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.asking_again import plain_request, question_of
from specsearch.interfaces.service.listing import ListRequest, code_of, listed
from specsearch.interfaces.service.places import PlacesRequest, places
from specsearch.interfaces.service.searching import (
    ScopeRequest,
    SearchRequest,
    SuggestRequest,
    scope,
    search,
    suggest,
    taken_said,
)
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.tables import also_said, hit_rows
from specsearch.records import DocumentKind, Elsewhere, Kind, Label, Mode, Strength
from specsearch.records.collected import SavedSearch
from specsearch.records.shapes import as_dict
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
    with session.reading() as snapshot:
        every = every_place(snapshot, QUERY, 500, filters=where.filters(EVERY), per_document=0)
    counts = {facet.name: facet.counts for facet in answer.facets}
    chosen = {name for name in ("city", "state", "level", "year", "document_kind") if getattr(where, name)}
    sources = [hit.document.source for hit in every]
    free: dict[str, list[str | None]] = {
        "label": [*(hit.passage.label for hit in every)],
        "kind": [*(hit.passage.kind for hit in every)],
        "state": [source.state for source in sources],
        "level": ["Senior" if source.level == "SENIOR" else source.level for source in sources],
        "year": [(source.effective_date or "")[:4] for source in sources],
        "document_kind": [*(hit.document.kind for hit in every)],
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


@pytest.mark.parametrize(
    ("query", "strengths"),
    [
        ("qwertyuiop zzz", {Strength.CHANCE}),
        ("simmer the onions in butter until golden", {Strength.CHANCE, Strength.WEAK}),
        ("Monitors the operating budget and prepares reports of expenditures", {Strength.FAIR, Strength.STRONG}),
        ("payroll", {Strength.FAIR, Strength.STRONG}),
    ],
)
def test_strengths(query: str, strengths: set[Strength], session: Session) -> None:
    """The best hit of nonsense is no better than chance, which is said of all; of what is not in the index weak at most; of what is, fair at least."""
    answer = search(SearchRequest(query), session)
    best = max((hit.strength for hit in answer.hits if hit.strength), key=list(reversed(Strength)).index)
    assert best in strengths
    assert shapes.search(answer)["chance"] is answer.is_chance is (best is Strength.CHANCE)
    assert {row["strength"] for row in shapes.search(answer)["hits"]} <= set(map(str, Strength))
    assert not search(SearchRequest(query, mode=Mode.LEXICAL), session).is_chance


def test_places_of_a_text(session: Session) -> None:
    """Hits carry as many as are asked for; all of one are those of the whole index that are as restricted."""
    request = SearchRequest("performs related work as required", 5, places=2)
    for hit in search(request, session).hits:
        for where in (Where(), Where(state=("CA", "WA"))):
            also = places(PlacesRequest(hit.passage.passage_id, SearchRequest(where=where)), session).also
            assert len(also.places) == also.passages
            if where == Where():
                assert (replace(also, places=also.places[:2])) == hit.also
    everything = search(replace(request, places=None, boilerplate=False), session)
    assert {hit.passage.passage_id for hit in everything.hits}.isdisjoint(hit.passage.passage_id for hit in search(request, session).hits if "related" in hit.passage.text)
    rows = [row for hit in shapes.search(search(replace(request, places=None), session))["hits"] for row in hit_rows(hit)]
    assert len(rows) == sum(1 + hit.also.passages for hit in search(request, session).hits) > 5
    with pytest.raises(UsageError, match="no passage"):
        places(PlacesRequest("nowhere.txt:0-9"), session)


@pytest.mark.parametrize(
    ("also", "said"),
    [
        (Elsewhere(), ""),
        (Elsewhere(1), "also 1 more time in this role"),
        (Elsewhere(2), "also 2 more times in this role"),
        (Elsewhere(1, 1, 1), "also in 1 other role of 1 employer"),
        (Elsewhere(2100, 2041, 3), "also in 2,041 other roles of 3 employers"),
        (Elsewhere(4, 2, 0), "also in 2 other roles"),
    ],
)
def test_places_in_words(also: Elsewhere, said: str) -> None:
    """Numbers of one and of none read well."""
    assert also_said(as_dict(also)) == said


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (SearchRequest("budget", 50, frozenset({Kind.DUTY}), where=Where(city=("Elm Fork", "Alba"))), "budget; the 50 nearest; kind: duty; employer: Elm Fork or Alba"),
        (SearchRequest(like="a.txt:1-9"), "like the passage a.txt:1-9"),
        (SearchRequest("budget", per_document=0, mode=Mode.DENSE, boilerplate=False), "budget; any number of one document; by meaning only; without what nearly every class has"),
        (SearchRequest("budget", per_document=2, per_city=1, rerank="m/x", as_typed=True), "budget; at most 2 of one document; at most 1 of one employer; the first ones ordered anew by m/x; all of it as words"),
        (SearchRequest("OR nurse", plain=("OR",), labels=frozenset({Label.DUTY})), "OR nurse; section: duty; only as words: OR"),
    ],
)
def test_what_a_saved_search_asks(request_: SearchRequest, said: str) -> None:
    """It is told in words, not by names of members, and of a passage that is searched with, too."""
    assert question_of(SavedSearch("x", "", plain_request(request_), "Ana", "")) == said


def test_a_query_is_embedded_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though what it puts forward, what is chosen and the page's counts search again for the same words."""
    embedded: list[str] = []
    with session.reading() as snapshot:
        kind = type(snapshot.encoder)
        encode = kind.encode_query

    def counted(encoder: Encoder, text: str) -> Vectors:
        embedded.append(text)
        return encode(encoder, text)

    monkeypatch.setattr(kind, "encode_query", counted)
    request = SearchRequest("salary range for librarians", where=Where(state=("CA",)))
    search(request, session)
    assert search(replace(request, faceted=True), session).facets
    assert len(embedded) == 1


def test_labels_alone_are_of_any_kind(session: Session) -> None:
    """A section that is chosen is found whatever kind it is of, and the kinds of all sections that are chosen are counted."""
    answer = search(SearchRequest("salary", labels=frozenset({Label.COMPENSATION}), faceted=True), session)
    assert {hit.passage.label for hit in answer.hits} == {Label.COMPENSATION}
    counts = {facet.name: facet.counts for facet in answer.facets}
    assert set(counts["kind"]) == {Kind.ADMINISTRATIVE}
    assert len(counts["label"]) > 3


def examples() -> list[tuple[str, str]]:
    """The queries of docs/searching.md, and what each is said to be understood as."""
    return re.findall(r"^\| `(.+?)` \| (.+) \|$", (ROOT / "docs" / "searching.md").read_text(encoding="utf-8"), re.M)


def test_examples_of_the_page_are_true(session: Session) -> None:
    """Each row of docs/searching.md says what the sample corpus' queries are understood as."""
    rows = examples()
    assert len(rows) > 15
    for query, said in rows:
        reading = search(SearchRequest(query, 1), session).reading
        assert reading is not None
        assert "; ".join(map(taken_said, reading.taken)) == said, query


def test_places_are_as_many_as_the_hit_says(session: Session) -> None:
    """Also where the query itself restricts what is searched, or a passage is searched with."""
    requests = [SearchRequest(query) for query, _ in examples()]
    requests.append(SearchRequest(like=search(SearchRequest("performs related work as required", 1), session).hits[0].passage.passage_id))
    counts = [0, 0]
    for request in requests:
        for hit in search(request, session).hits:
            also = places(PlacesRequest(hit.passage.passage_id, request), session).also
            assert replace(also, places=()) == hit.also, request
            assert len(also.places) == also.passages
            counts[also.passages > 0] += 1
    assert min(counts) > 0


def test_what_is_of_the_class_and_the_section_is_no_chance(sample_index: Path) -> None:
    """Nobody calls the pay of the class whose pay was asked for no better than chance."""
    first = search(SearchRequest("salary range for librarians"), Session(sample_index)).hits[0]
    assert first.document.source.title == "Librarian II"
    assert first.passage.label is Label.COMPENSATION
    assert first.strength is None
