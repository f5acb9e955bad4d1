"""What is finally said of a document: by itself, by its neighbours, by a reviewer; and that it never matters when they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WordEncoder, contents, known_centre, put
from memory_store import MemoryStore
from specsearch.ingest.corpus import ParsedFile, parse_file
from specsearch.ingest.how import HowRead
from specsearch.ingest.settle import (
    Stated,
    employer_of,
    employers_by_folder,
    neighbours_by_folder,
    settled,
    standing,
)
from specsearch.ingest.update import IndexReport, update_store
from specsearch.ingest.waiting import keep
from specsearch.parsing.level_words import read_level
from specsearch.readers.limits import Limits
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import (
    Candidate,
    Correction,
    DocumentKind,
    Origin,
    ParsedDocument,
    Place,
    SourceClassification,
)
from specsearch.storage.keys import DocumentSource, Entry
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Store

TEXT = Origin(Place.TEXT, 0, 4)
ELM, OAK = "City of Elm Fork", "Tarn County"
STATED = {"elm fork": Stated(ELM, "city", "OR", "US"), "tarn county": Stated(OAK, "county", "ME", "US")}
OF_ONE = Counter({"elm fork": 19, "tarn county": 1})
LEANS = Counter({"elm fork": 14, "tarn county": 6})
MIXED = Counter({"elm fork": 10, "tarn county": 9, "gull point": 9})
FEW = Counter({"elm fork": 4})


def may_be(*values: tuple[str, float], field: str = "jurisdiction") -> list[Candidate]:
    return [Candidate(field, value, confidence, ("sentence",), TEXT) for value, confidence in values]


def by_itself(candidates: Sequence[Candidate], place: Place = Place.TEXT, values: Mapping[str, str] = MappingProxyType({})) -> SourceClassification:
    """What a document is read as of which these are the candidates."""
    found = dict(values)
    for one in reversed(candidates):
        if one.confidence >= 0.5:
            found[one.field] = one.value
    return SourceClassification(**found, origins={name: replace(TEXT, place=place) for name in found})


# --- neighbours -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "neighbours", "expected", "place"),
    [
        pytest.param([], OF_ONE, (ELM, "OR", "US"), Place.NEIGHBOURS, id="says-none"),
        pytest.param([("Elm Fork Home", 0.8)], OF_ONE, (ELM, "OR", "US"), Place.NEIGHBOURS, id="another-not-surely"),
        pytest.param([(OAK, 0.95)], OF_ONE, (OAK, None, None), Place.TEXT, id="another-surely"),
        pytest.param([("Elm Fork", 0.6)], OF_ONE, ("Elm Fork", "OR", "US"), Place.TEXT, id="the-same-keeps-its-writing"),
        pytest.param([(OAK, 0.6), (ELM, 0.5)], OF_ONE, (ELM, "OR", "US"), Place.TEXT, id="the-same-among-others"),
        pytest.param([(ELM, 0.2)], OF_ONE, (ELM, "OR", "US"), Place.NEIGHBOURS, id="the-same-below-the-margin"),
        pytest.param([], LEANS, (None, None, None), None, id="leaning-says-none"),
        pytest.param([("Port Bay", 0.6)], LEANS, (None, None, None), None, id="leaning-against-a-stranger"),
        pytest.param([("Port Bay", 0.95)], LEANS, ("Port Bay", None, None), Place.TEXT, id="leaning-against-a-sure-stranger"),
        pytest.param([(OAK, 0.55), (ELM, 0.5)], LEANS, (ELM, None, None), Place.TEXT, id="leaning-decides"),
        pytest.param([(OAK, 0.8), (ELM, 0.4)], LEANS, (OAK, None, None), Place.TEXT, id="leaning-does-not-decide"),
        pytest.param([(OAK, 0.55), (ELM, 0.5)], MIXED, (OAK, None, None), Place.TEXT, id="mixed"),
        pytest.param([("Port Bay", 0.55)], MIXED, ("Port Bay", None, None), Place.TEXT, id="mixed-keeps-a-stranger"),
        pytest.param([], MIXED, (None, None, None), None, id="mixed-says-none"),
        pytest.param([], FEW, (None, None, None), None, id="few"),
        pytest.param([(OAK, 0.55)], Counter(), (OAK, None, None), Place.TEXT, id="alone"),
    ],
)
def test_neighbours(candidates: Sequence[tuple[str, float]], neighbours: Counter[str], expected: tuple[str | None, ...], place: Place | None) -> None:
    """A folder of one employer tells it of documents that do not surely say another; one of many changes nothing."""
    weighed = may_be(*candidates)
    said = settled(by_itself(weighed), weighed, neighbours, {}, STATED)
    assert (said.jurisdiction, said.state, said.country) == expected
    assert said.origins.get("jurisdiction") == (None if place is None else TEXT if place is Place.TEXT else Origin(place))
    assert set(said.origins) == {name for name in ("jurisdiction", "employer_kind", "state", "country") if getattr(said, name)}


@pytest.mark.parametrize("place", [Place.SIDECAR, Place.RECORD])
@pytest.mark.parametrize("neighbours", [OF_ONE, LEANS, MIXED])
def test_what_is_stated_beside_the_text_stays(place: Place, neighbours: Counter[str]) -> None:
    """Whatever neighbours say."""
    weighed = may_be(("Port Bay", 1.0))
    own = by_itself(weighed, place, {"state": "WA"})
    assert settled(own, weighed, neighbours, {}, STATED) == own


def test_a_stated_place_stays() -> None:
    """The state of a record is not that of the folder, even where its employer is."""
    own = SourceClassification(state="WA", origins={"state": Origin(Place.RECORD)})
    said = settled(own, [], OF_ONE, {}, STATED)
    assert (said.jurisdiction, said.state, said.country) == (ELM, "WA", "US")
    assert said.origins["state"] == Origin(Place.RECORD)


@pytest.mark.parametrize(("confidence", "state"), [(0.95, "ME"), (0.6, "OR")])
def test_a_state_that_is_hardly_said(confidence: float, state: str) -> None:
    """A document of the folder's employer is in its state, unless it surely says another."""
    weighed = [*may_be((ELM, 0.9)), *may_be(("ME", confidence), field="state")]
    assert settled(by_itself(weighed), weighed, OF_ONE, {}, STATED).state == state


def test_an_employer_that_nobody_printed_is_not_taken_over() -> None:
    """Without a way to print it there is nothing to say."""
    assert settled(SourceClassification(), [], OF_ONE, {}) == SourceClassification()


def source_row(doc_id: str, path: str, *candidates: tuple[str, float], **values: str) -> DocumentSource:
    weighed = tuple(may_be(*candidates))
    own = by_itself(weighed, values=values)
    return DocumentSource(doc_id, path, DocumentKind.JOB_POSTING, own, SourceClassification(jurisdiction="Not Asked"), weighed)


def test_what_folders_say() -> None:
    """Each document counts once, by what it says itself; the records of a table with the files beside it; folders below apart."""
    rows = [
        source_row("a/x.txt", "a/x.txt", (ELM, 0.9), (OAK, 0.6), state="OR"),
        source_row("a/t.csv#1", "a/t.csv", ("Elm Fork, OR", 0.7), state="OR"),
        source_row("a/t.csv#2", "a/t.csv", ("CITY OF ELM FORK", 0.5), state="WA"),
        source_row("a/y.txt", "a/y.txt", (OAK, 0.4)),
        source_row("a/b/z.txt", "a/b/z.txt", (OAK, 1.0), country="US"),
        source_row("top.txt", "top.txt"),
    ]
    assert employers_by_folder(rows) == {"a": Counter({"elm fork": 3}), "a/b": Counter({"tarn county": 1}), ".": Counter()}
    near = neighbours_by_folder(rows)
    assert near["a"].stated == {"elm fork": Stated(ELM, None, "OR", None)}
    assert near["a/b"].stated == {"tarn county": Stated(OAK, None, None, "US")}
    assert [employer_of(one) for one in (OF_ONE, LEANS, MIXED, FEW, Counter())] == ["elm fork", None, None, None, None]


# --- reviewers ------------------------------------------------------------------------------------------


def test_a_correction_wins() -> None:
    """Whatever a table, a record, the text or neighbours say; what it does not name stays."""
    for place in (Place.SIDECAR, Place.RECORD, Place.TEXT):
        weighed = may_be((ELM, 1.0))
        own = by_itself(weighed, place, {"title": "Planner II", "series": "Planner", "level": "II", "state": "OR", "employer_kind": "city"})
        said = settled(own, weighed, OF_ONE, {"jurisdiction": OAK, "class_code": "77", "title": ""}, STATED)
        assert (said.jurisdiction, said.class_code, said.title, said.series, said.level) == (OAK, "77", "Planner II", "Planner", "II")
        assert said.employer_kind == "county"
        assert (said.origins["jurisdiction"], said.origins["class_code"]) == (Origin(Place.REVIEWER), Origin(Place.REVIEWER))
        assert "employer_kind" not in said.origins


PLACED = {"state": "OR", "country": "GB", "department": "Parks", "employer_kind": "city"}


@pytest.mark.parametrize(
    ("own", "place", "right", "neighbours", "expected"),
    [
        pytest.param(ELM, Place.TEXT, {"jurisdiction": OAK}, Counter(), (None, None, None, "county"), id="another"),
        pytest.param(ELM, Place.PATH, {"jurisdiction": OAK}, Counter(), (None, None, None, "county"), id="another-than-the-path"),
        pytest.param(ELM, Place.RECORD, {"jurisdiction": OAK}, Counter(), ("OR", "GB", "Parks", "county"), id="another-in-a-stated-place"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": OAK, "state": "ME"}, Counter(), ("ME", "US", None, "county"), id="another-with-its-state"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": OAK, "department": "Roads", "country": "CA"}, Counter(), (None, "CA", "Roads", "county"), id="another-with-more"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": "Gull Point"}, Counter(), (None, None, None, None), id="another-of-no-kind"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": "Town of Elm Fork"}, Counter(), ("OR", "GB", "Parks", "town"), id="the-same-of-another-kind"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": "Elm Fork"}, Counter(), ("OR", "GB", "Parks", "city"), id="the-same-without-its-kind"),
        pytest.param(None, Place.TEXT, {"jurisdiction": OAK}, Counter(), ("OR", "GB", "Parks", "county"), id="where-none-was-said"),
        pytest.param(OAK, Place.TEXT, {"jurisdiction": ELM}, OF_ONE, ("OR", "US", None, "city"), id="that-of-the-folder"),
        pytest.param(OAK, Place.TEXT, {"jurisdiction": ELM, "state": "ID"}, OF_ONE, ("ID", "US", None, "city"), id="that-of-the-folder-elsewhere"),
        pytest.param(ELM, Place.TEXT, {"jurisdiction": OAK}, OF_ONE, (None, None, None, "county"), id="not-that-of-the-folder"),
    ],
)
def test_what_follows_a_corrected_employer(
    own: str | None, place: Place, right: Mapping[str, str], neighbours: Counter[str], expected: tuple[str | None, ...]
) -> None:
    """What was read of another employer is not said of it; its kind is told by its name, its place by a folder that is its own."""
    weighed = may_be((own, 0.95)) if own else []
    said = settled(by_itself(weighed, place, PLACED), weighed, neighbours, right, STATED)
    assert (said.jurisdiction, said.state, said.country, said.department, said.employer_kind) == (right["jurisdiction"], *expected)
    assert {name for name in said.origins if getattr(said, name) is None} == set()


def test_a_correction_of_what_neighbours_changed() -> None:
    """A document that its folder took over and that a reviewer gives back has what it says itself, not the folder's place."""
    weighed = may_be((OAK, 0.7))
    own = by_itself(weighed, values={"state": "ME", "department": "Roads"})
    assert settled(own, weighed, OF_ONE, {}, STATED).state == "OR"
    said = settled(own, weighed, OF_ONE, {"jurisdiction": OAK}, STATED)
    assert (said.jurisdiction, said.state, said.country, said.department) == (OAK, "ME", None, "Roads")


@pytest.mark.parametrize(("employer", "expected"), [(ELM, ("OR", "US")), ("Port Bay", (None, None))])
@pytest.mark.parametrize("place", [Place.SIDECAR, Place.RECORD])
def test_the_place_of_a_stated_employer(place: Place, employer: str, expected: tuple[str | None, str | None]) -> None:
    """The folder tells it where the employer is its own."""
    weighed = may_be((employer, 1.0))
    said = settled(by_itself(weighed, place), weighed, OF_ONE, {}, STATED)
    assert (said.jurisdiction, said.state, said.country) == (employer, *expected)


@pytest.mark.parametrize("title", ["Senior Clerk", "Engineer III", "Archivist"])
def test_series_and_level_follow_a_corrected_title(title: str) -> None:
    """They are read from it again."""
    own = SourceClassification(title="Planner II", series="Planner", level="II", origins={"title": TEXT})
    said, read = settled(own, [], Counter(), {"title": title}), read_level(title)
    assert (said.title, said.series, said.level) == (title, read.series, read.level)


def test_the_last_correction_stands() -> None:
    """An empty one takes an earlier one back."""
    made = [Correction("a", field, value, "Ann", "2026") for field, value in (("title", "A"), ("state", "OR"), ("title", "B"), ("state", ""))]
    found = standing([*made, Correction("b", "title", "C", "Ben", "2026"), Correction("c", "title", "D", "Ben", "2026"), Correction("c", "title", "", "Ben", "2026")])
    assert {doc_id: {name: one.value for name, one in some.items()} for doc_id, some in found.items()} == {"a": {"title": "B"}, "b": {"title": "C"}}


# --- an index -------------------------------------------------------------------------------------------

ENCODER = WordEncoder()


def parsed(path: Path, name: str) -> ParsedFile:
    """A file whose first line names an employer, how sure that is, and a state, as it was read."""
    file = parse_file(path, name, Sidecar({}))
    value, confidence, state = path.read_text(encoding="utf-8").splitlines()[0].split("|")
    weighed = tuple(may_be((value, float(confidence))) if value else [])
    own = by_itself(weighed, values={"title": "Clerk", **({"state": state} if state else {})})
    return replace(file, documents=tuple(ParsedDocument(replace(one.document, source=own, candidates=weighed), (), one.passages, ()) for one in file.documents))


def read_so(files: Sequence[CorpusFile], sidecar: Sidecar, limits: Limits, **how: object) -> Iterator[tuple[CorpusFile, ParsedFile]]:
    """What `parse_files` gives, of such files."""
    for file in files:
        yield file, parsed(file.path, file.name)


@contextmanager
def such_files() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specsearch.ingest.read.parse_files", read_so)
        patch.setattr("specsearch.ingest.update.centre_of", known_centre)
        patch.setattr("specsearch.ingest.update.prepare_model", lambda: None)
        yield


Files = Mapping[str, str]


def body(first: str) -> str:
    return f"{first}\n\nDUTIES\n• Files letters of the office.\n"


def bring(folder: Path, files: Files, store: Store) -> IndexReport:
    """Make a folder hold exactly some files, and an index follow it."""
    folder.mkdir(exist_ok=True)
    for path in [path for path in folder.rglob("*.txt") if path.relative_to(folder).as_posix() not in files]:
        path.unlink()
    for name, first in files.items():
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != body(first):
            put(folder / name, body(first))
    return update_store(folder, store, ENCODER, prune=True, reading=HowRead(), progress=lambda stage, done, total: None)


def held(store: Store) -> list[SourceClassification]:
    with store.open(encoder=ENCODER) as snapshot:
        return [document.source for document, _ in contents(snapshot)]


def correction(name: str, field: str, value: str) -> Correction:
    return Correction(name, field, value, "Ann", "2026-01-01T00:00:00+00:00")


NAMES = [f"{folder}/{number}.txt" for folder in ("a", "b") for number in range(8)]
FIRST = st.sampled_from(["|0|", f"{ELM}|0.95|OR", f"{ELM}|0.95|OR", f"{ELM}|0.7|", f"{ELM}|0.7|OR", f"{OAK}|0.6|ME", f"{OAK}|0.95|"])
CORPORA = st.builds(
    lambda many, others: {**{f"a/{number}.txt": f"{ELM}|0.95|OR" for number in range(many)}, **others},
    st.sampled_from([0, 4, 5, 7]),
    st.dictionaries(st.sampled_from(NAMES), FIRST, min_size=2, max_size=6),
)
CORRECTIONS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["jurisdiction", "title", "state"]), st.sampled_from(["OR", "Gull Point", ""])), max_size=4)


@settings(max_examples=40, deadline=None)
@given(files=CORPORA, others=CORPORA, corrections=CORRECTIONS, order=st.randoms(use_true_random=False))
def test_it_does_not_matter_when_documents_came(
    files: Files, others: Files, corrections: Sequence[tuple[str, str, str]], order: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At once, in steps, or after others that went or were other documents, with corrections before, between or after: the same is said."""
    work = tmp_path_factory.mktemp("order")
    given_corrections = [correction(*one) for one in corrections]
    with such_files():
        at_once, in_steps, later = MemoryStore(), MemoryStore(), MemoryStore()
        bring(work / "one", files, at_once)
        keep(at_once, given_corrections)
        names = sorted(files)
        order.shuffle(names)
        for end in (2, len(names) // 2 + 1, len(names)):
            bring(work / "two", {name: files[name] for name in names[:end]}, in_steps)
            if end == 2:
                keep(in_steps, given_corrections)
        bring(work / "three", others, later)
        keep(later, [*(correction(name, "jurisdiction", "Port Bay") for name in NAMES), *(correction(name, "jurisdiction", "") for name in NAMES[1:])])
        bring(work / "three", {**others, **files}, later)
        keep(later, [correction(NAMES[0], "jurisdiction", ""), *given_corrections])
        bring(work / "three", files, later)
    assert held(at_once) == held(in_steps) == held(later)


FOLDER = {f"a/{number}.txt": f"{ELM}|0.95|OR" for number in range(6)}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, with updates that read such files."""
    with such_files():
        yield LocalStore(tmp_path / "index") if request.param == "folder" else MemoryStore()


def numbers(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def test_reports_count_what_neighbours_change(store: Store, tmp_path: Path) -> None:
    """A document of which neighbours say something else has changed, whether it was read again or not; then there is nothing to do."""
    files = {"a/none.txt": "|0|", "b/none.txt": "|0|", **dict(list(FOLDER.items())[:4])}
    assert numbers(bring(tmp_path / "corpus", files, store)) == (6, 0, 0, 0)
    assert numbers(bring(tmp_path / "corpus", {**files, **FOLDER}, store)) == (2, 1, 0, 5)
    with store.open(encoder=ENCODER) as snapshot:
        said = {entry.doc_id: entry.source for entry in snapshot.entries()}
        assert (said["a/none.txt"].jurisdiction, said["a/none.txt"].state, said["b/none.txt"].jurisdiction) == (ELM, "OR", None)
        assert snapshot.facets("state") == {"OR": 7}
    again = bring(tmp_path / "corpus", {**files, **FOLDER}, store)
    assert (numbers(again), again.is_change) == ((0, 0, 0, 8), False)
    assert numbers(bring(tmp_path / "corpus", files, store)) == (0, 1, 2, 5)
    assert "a/none.txt" not in [entry.doc_id for entry in _with_employer(store)]


def _with_employer(store: Store) -> list[Entry]:
    with store.open(encoder=ENCODER) as snapshot:
        return [entry for entry in snapshot.entries() if entry.employer]


def test_corrections_hold(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, through an update, another reading of all files, and the time that a file is away; what is taken back gives way to the reading."""
    corpus = tmp_path / "corpus"
    bring(corpus, FOLDER, store)
    before = held(store)
    keep(store, [correction("a/1.txt", "jurisdiction", OAK), correction("a/1.txt", "title", "Planner II")])

    def is_corrected() -> bool:
        with store.open(encoder=ENCODER) as snapshot:
            source = snapshot.document(snapshot.number("a/1.txt") or 0).source
            assert (source.series, source.level) == (("Planner", "II") if source.title == "Planner II" else (None, None))
            return (source.jurisdiction, source.title) == (OAK, "Planner II")

    assert is_corrected()
    assert numbers(bring(corpus, FOLDER, store)) == (0, 0, 0, 6)
    monkeypatch.setattr(HowRead, "version", "another")
    assert numbers(bring(corpus, FOLDER, store)) == (0, 0, 0, 6)
    assert numbers(bring(corpus, {**FOLDER, "a/1.txt": f"{ELM}|0.8|"}, store)) == (0, 1, 0, 5)
    assert is_corrected()
    bring(corpus, {name: first for name, first in FOLDER.items() if name != "a/1.txt"}, store)
    bring(corpus, FOLDER, store)
    assert is_corrected()
    keep(store, [correction("a/1.txt", "jurisdiction", ""), correction("a/1.txt", "title", "")])
    assert held(store) == before
    assert store.check(encoder=ENCODER).problems == ()


def test_a_correction_that_was_only_kept_counts_at_the_next_update(store: Store, tmp_path: Path) -> None:
    """Whoever keeps one without settling leaves that to the next update, which has nothing else to do."""
    bring(tmp_path / "corpus", FOLDER, store)
    with store.begin() as update:
        update.correct(correction("a/1.txt", "state", "WA"))
        update.commit({})
    assert numbers(bring(tmp_path / "corpus", FOLDER, store)) == (0, 1, 0, 5)
    with store.open(encoder=ENCODER) as snapshot:
        assert snapshot.facets("state") == {"OR": 5, "WA": 1}
