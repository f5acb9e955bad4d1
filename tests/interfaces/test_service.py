"""The functions that every interface calls: what the command line prints is what they answer, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import get_type_hints

import pytest

from conftest import CORPUS, specsearch
from specsearch.errors import IndexMissingError, ReadError, UsageError
from specsearch.evaluation.judging import read_judgements
from specsearch.interfaces import service, shapes
from specsearch.interfaces.service import (
    corpus,
    deciding,
    documents,
    evaluating,
    judging,
    labelling,
    roles,
    searching,
    sources,
    state,
)
from specsearch.interfaces.service.asking import Upload, Where
from specsearch.interfaces.service.session import Report, Session
from specsearch.records import Choice, DocumentKind, EvaluationLevel, Kind, Label, Mode
from specsearch.storage.stores import open_index

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"
PLANNER = "cedar-quay-or/associate-planner.txt"
ANALYST = "kestrel-valley-ca/administrative-analyst-ii.pdf"
ARCHIVE = CORPUS / "lake-ostrander-mn" / "specs_archive.json"  # a file of several documents
QUERY = "monitors the operating budget"
MODULES = sorted(module.name for module in iter_modules(service.__path__))


@pytest.fixture
def copy(sample_index: Path, tmp_path: Path) -> Path:
    """An index to write to."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A folder with two queries and their judgements."""
    (tmp_path / "queries.tsv").write_text(f"q1\t{QUERY}\nq2\tanswers residents by telephone\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(f"q1\t{PLANNER}\t1\nq2\t{CENTER}\t2\nq2\t{OTHER}\t1\n", encoding="utf-8")
    return tmp_path


def printed(*arguments: object) -> object:
    """What the command line prints as JSON."""
    done = specsearch(*arguments, "--format", "json")
    assert done.code == 0, done.err
    value = json.loads(done.out)
    if arguments[0] == "status":
        del value["settings"]  # those of the command line
    return value


def plain(values: object) -> object:
    """Values as JSON gives them back: none but lists and dictionaries with texts as keys."""
    return json.loads(json.dumps(values))


RESTRICTED = searching.SearchRequest(
    QUERY,
    4,
    frozenset({Kind.DUTY}),
    where=Where(state=("CA", "Oregon"), document_kind=(DocumentKind.CLASS_SPECIFICATION,)),
    per_document=1,
    per_city=2,
    mode=Mode.LEXICAL,
    explained=True,
    places=None,
)
RESTRICTING = "-k 4 --kind duty --state CA --state Oregon --document-kind class_specification --per-document 1 --per-city 2 --mode lexical --explain"


@pytest.mark.parametrize(
    ("function", "asked", "shape", "arguments"),
    [
        pytest.param(searching.search, searching.SearchRequest(QUERY, places=None), shapes.search, ("search", QUERY), id="search"),
        pytest.param(searching.search, RESTRICTED, shapes.search, ("search", QUERY, *RESTRICTING.split()), id="search-restricted"),
        pytest.param(searching.search, searching.SearchRequest("salary", labels=frozenset({Label.COMPENSATION}), places=None), shapes.search, ("search", "salary", "--label", "compensation"), id="search-label"),
        pytest.param(searching.search, searching.SearchRequest(QUERY, kinds=frozenset(Kind), places=None), shapes.search, ("search", QUERY, "--kind", "any"), id="search-any"),
        pytest.param(roles.roles, roles.RolesRequest(Where(title=("supervisor",), level=("II",))), shapes.roles, ("roles", "--title", "supervisor", "--level", "II"), id="roles"),
        pytest.param(roles.similar, roles.SimilarRequest(CENTER, 3, per_city=1, masked=True), shapes.similar, ("similar", CENTER, "-k", 3, "--per-city", 1, "--mask-titles"), id="similar"),
        pytest.param(roles.blend, roles.BlendRequest(ANALYST, Where(state=("CA", "WA")), per_city=2), shapes.blend, ("blend", ANALYST, "--state", "CA", "--state", "WA", "--per-city", 2), id="blend"),
        pytest.param(roles.compare, roles.CompareRequest(CENTER, CORPUS / OTHER), shapes.compare, ("compare", CENTER, CORPUS / OTHER), id="compare"),
        pytest.param(roles.survey_role, roles.RoleSurveyRequest(CENTER), shapes.survey, ("cities", CENTER), id="cities"),
        pytest.param(roles.survey_duty, roles.DutySurveyRequest(QUERY), shapes.survey, ("cities", "--duty", QUERY), id="cities-duty"),
        pytest.param(state.status, state.StatusRequest(), shapes.status, ("status",), id="status"),
        pytest.param(state.check, state.CheckRequest(), shapes.check, ("check",), id="check"),
        pytest.param(deciding.decisions, deciding.DecisionsRequest(), shapes.decisions, ("decide",), id="decisions"),
        pytest.param(sources.sources, sources.SourcesRequest(every=True), shapes.sources, ("sources", "--all"), id="sources"),
    ],
)
def test_answers_are_what_the_command_prints(
    function: Callable[[object, Session], object],
    asked: object,
    shape: Callable[[object], object],
    arguments: tuple[object, ...],
    sample_index: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Each answer has the JSON of its command, from a folder, from an open index and from a generation of it; nothing is printed."""
    expected = printed(*arguments, "--index", sample_index)
    capfd.readouterr()
    with open_index(sample_index) as index, index.snapshot() as snapshot:
        for place in (sample_index, index, snapshot):
            assert plain(shape(function(asked, Session(place)))) == expected
    assert capfd.readouterr() == ("", "")


def test_several_are_compared_as_each_two_are(sample_index: Path) -> None:
    """The first with each of the others, in their order; two to four roles."""
    session = Session(sample_index)
    answer = roles.compare_several(roles.CompareSeveralRequest((CENTER, OTHER, PLANNER)), session)
    pairs = [roles.compare(roles.CompareRequest(CENTER, other), session) for other in (OTHER, PLANNER)]
    assert plain(shapes.compare_several(answer))["comparisons"] == [plain(shapes.compare(pair)) for pair in pairs]  # type: ignore[index]  # a dictionary
    for asked in ((), (CENTER,), (CENTER,) * 5):
        with pytest.raises(UsageError, match=f"two to 4 roles to compare, not {len(asked)}"):
            roles.compare_several(roles.CompareSeveralRequest(asked), session)


@pytest.mark.parametrize("path", [CORPUS / PLANNER, ARCHIVE], ids=["one", "several"])
def test_parsing(path: Path) -> None:
    """A file is read without an index, as the command reads it."""
    assert plain(shapes.parse(corpus.parse(corpus.ParseRequest(path), Session()))) == printed("parse", path)


def test_documents_that_are_handed_in(sample_index: Path) -> None:
    """A document is read, and compared, by what it holds; messages call it by its name."""
    session = Session(sample_index)
    upload = Upload("planner", (CORPUS / PLANNER).read_bytes())
    (document,) = corpus.parse(corpus.ParseRequest(upload), session).documents
    assert document.document.doc_id == "planner"
    assert roles.similar(roles.SimilarRequest(upload, 1), session).roles[0].document.doc_id == PLANNER
    compared = roles.compare(roles.CompareRequest(upload, PLANNER), session).comparison
    assert (compared.a.document.doc_id, compared.coverage_a) == ("planner", 1.0)
    with pytest.raises(UsageError, match=r"^Archive holds "):
        roles.survey_role(roles.RoleSurveyRequest(Upload("archive", ARCHIVE.read_bytes())), session)
    with pytest.raises(ReadError, match=r"^nothing: "):
        roles.similar(roles.SimilarRequest(Upload("nothing", b"")), session)


def test_notices_go_where_the_session_says(sample_index: Path) -> None:
    """Which role was taken, and that it is compared with itself, is told, not printed."""
    told: list[str] = []
    roles.compare(roles.CompareRequest("citizen response", CENTER), Session(sample_index, told.append))
    assert [message.partition(":")[0] for message in told] == ["'citizen response' is taken as", "The role is compared with itself."]


def test_indexing(tmp_path: Path) -> None:
    """An index is made and brought up to date; stages are announced with their units, and reported."""
    (tmp_path / "corpus").mkdir()
    shutil.copy(CORPUS / PLANNER, tmp_path / "corpus")
    seen: list[tuple[str, int, int]] = []
    units: dict[str, str] = {}

    @contextmanager
    def stages(announced: Mapping[str, str]) -> Iterator[Report]:
        units.update(announced)
        yield lambda stage, done, total: seen.append((stage, done, total))

    session = Session(tmp_path / "index", stages=stages)
    request = corpus.IndexRequest(tmp_path / "corpus")
    assert corpus.index(request, session).report.added == 1
    assert units == {"reading": "files", "embedding": "passages", "indexing": "steps"}
    assert {stage for stage, _, _ in seen} == set(units)
    assert all(0 <= done <= total for _, done, total in seen)
    with open_index(tmp_path / "index") as index:
        report = corpus.index(request, Session(index)).report
        assert (report.is_change, report.unchanged) == (False, 1)


def test_deciding(copy: Path, tmp_path: Path) -> None:
    """A decision is kept, listed, and written as judgements; one without a reason, or of one role alone, is none."""
    session = Session(copy)
    with pytest.raises(UsageError, match="Nothing has been decided"):
        deciding.decisions(deciding.DecisionsRequest(tmp_path / "qrels.tsv"), session)
    kept = deciding.decide(deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, "Same \0work.\ud800", " Ana "), session).decision
    assert (kept.a, kept.b, kept.choice, kept.reason, kept.reviewer) == (CENTER, OTHER, Choice.ACCEPT, "Same work.\ufffd", "Ana")
    for request, message in (
        (deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, " ", "Ana"), "Give a reason"),
        (deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, "x", " \n"), "Give your name"),
        (deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, "x" * 5001, "Ana"), "reason is too long: it has 5,001 characters, and may have 5,000"),
        (deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, "x", "A" * 201), "name of who decides is too long"),
        (deciding.DecideRequest(CENTER, CENTER, Choice.ACCEPT, "x", "Ana"), "the same role"),
        (deciding.DecideRequest(CENTER, Path(__file__), Choice.ACCEPT, "x", "Ana"), "not in the index"),
        (deciding.DecideRequest(CENTER, __file__, Choice.ACCEPT, "x", "Ana"), "No role of"),
    ):
        with pytest.raises(UsageError, match=message):
            deciding.decide(request, session)
    with open_index(copy) as index:
        answer = deciding.decisions(deciding.DecisionsRequest(tmp_path / "qrels.tsv"), Session(index))
    assert answer.decisions == (kept,)
    assert plain(shapes.decisions(answer)) == printed("decide", "--index", copy)
    assert (tmp_path / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:] == [f"{CENTER}\t{OTHER}\t2", f"{OTHER}\t{CENTER}\t2"]


@pytest.mark.parametrize(("values", "reviewer", "message"), [({"title": "x" * 201}, "Ana", "The title is too long"), ({"title": "x"}, "A" * 201, "who corrects it is too long")])
def test_corrections_that_are_too_long(values: dict[str, str | None], reviewer: str, message: str, copy: Path) -> None:
    session = Session(copy)
    with pytest.raises(UsageError, match=message):
        sources.correct(sources.CorrectRequest(CENTER, values, reviewer), session)
    assert sources.corrections(sources.CorrectionsRequest(), session).corrections == ()


def test_a_label_by_a_name_that_is_too_long(copy: Path) -> None:
    with pytest.raises(UsageError, match="who says so is too long"):
        labelling.label(labelling.LabelRequest(CENTER, ((0, 9, "duty"),), "A" * 201), Session(copy))


def test_judging(judged: Path, sample_index: Path) -> None:
    """What is to be judged is gathered, each judgement is kept at once and found again, and all are written for `evaluate`."""
    session = Session(sample_index)
    request = judging.JudgeRequest(judged / "queries.tsv", "Ana", 2)
    sheet = judging.judge(request, session)
    assert len(sheet.pools) == 2
    assert sheet.grades == {}
    first = sheet.pools[0][0]
    judgement = judging.keep(sheet, first, 3)
    assert read_judgements(sheet.path) == [judgement]
    assert judging.judge(request, session).grades == {("q1", first.passage.passage_id): 3}
    assert judging.judge(judging.JudgeRequest(judged / "queries.tsv", "Ben", 2), session).grades == {}
    answer = judging.export(judging.ExportRequest(judged / "queries.tsv", judged / "new.tsv"), session)
    assert answer == judging.ExportAnswer(("q1", "q2"), {"q1": {first.passage.passage_id: 3}}, 1)
    assert specsearch("judge", judged / "queries.tsv", "--index", sample_index, "--export", judged / "same.tsv").code == 0
    assert (judged / "new.tsv").read_bytes() == (judged / "same.tsv").read_bytes()
    with pytest.raises(UsageError, match="no name"):
        judging.judge(judging.JudgeRequest(judged / "queries.tsv", " "), session)


def test_evaluating(judged: Path, sample_index: Path) -> None:
    """The figures are those that the command prints; runs can be written by name."""
    queries, qrels = judged / "queries.tsv", judged / "qrels.tsv"
    request = evaluating.EvaluateRequest(queries=queries, qrels=qrels, level=EvaluationLevel.DOCUMENT, modes=(Mode.LEXICAL, Mode.HYBRID))
    answer = evaluating.evaluate(request, Session(sample_index))
    assert tuple(answer.runs) == request.systems == ("lexical", "hybrid")
    options = ("--queries", queries, "--qrels", qrels, "--level", "document", "--mode", "lexical", "--mode", "hybrid")
    expected = printed("evaluate", "--index", sample_index, *options)
    assert plain(shapes.evaluate(answer)) == expected
    with pytest.raises(UsageError, match="Give a BEIR folder, or an index"):
        evaluating.evaluate(evaluating.EvaluateRequest(judged), Session(sample_index))


def test_errors_are_raised(tmp_path: Path) -> None:
    """What is missing is an error of the tree, whichever way the index is named."""
    request = searching.SearchRequest(QUERY)
    with pytest.raises(IndexMissingError):
        searching.search(request, Session(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="No index is given"):
        searching.search(request, Session())


def test_records_are_frozen() -> None:
    """Requests, answers and the session are frozen slotted records; requests are made of types that need nothing heavy."""
    found = [
        value
        for name in MODULES
        for value in vars(import_module(f"{service.__name__}.{name}")).values()
        if isinstance(value, type) and is_dataclass(value) and value.__module__.startswith(service.__name__)
    ]
    assert len(found) > 20
    for record in found:
        assert record.__dataclass_params__.frozen, record  # type: ignore[attr-defined]  # every dataclass has it
        assert set(vars(record)["__slots__"]) == {field.name for field in fields(record)}
        if record.__name__.endswith("Request"):
            assert get_type_hints(record).keys() == {field.name for field in fields(record)}


def test_imports_are_light() -> None:
    """The service loads no heavy library before it is asked."""
    code = "import sys, json\n" + "".join(f"import {service.__name__}.{name}\n" for name in MODULES) + "print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & {"numpy", "onnxruntime", "tantivy", "torch"} == set()


def test_a_text_is_never_a_path(sample_index: Path) -> None:
    """A role that is named by a text is looked for in the index alone, whatever files there are; a path is read."""
    with pytest.raises(UsageError, match="No role of"):
        roles.compare(roles.CompareRequest(CENTER, str(CORPUS / OTHER)), Session(sample_index))
    answer = roles.compare(roles.CompareRequest(CENTER, CORPUS / OTHER), Session(str(sample_index)))
    assert answer.comparison.b.document.source.title == "RESIDENT CONTACT CENTER SUPERVISOR"


def test_a_document_is_whole(sample_index: Path) -> None:
    """Every character of each document that is no white space is in one statement, heading or title line, and in no two."""
    with open_index(sample_index) as index, index.snapshot() as snapshot:
        session = Session(snapshot)
        found = [entry.doc_id for entry in snapshot.entries()]
        for doc_id, before, after in zip(found, [None, *found], [*found[1:], None], strict=False):
            answer = documents.document(documents.DocumentRequest(doc_id), session)
            text, at = answer.parsed.document.text, 0
            pieces = [(one.start, one.end) for one in answer.parsed.passages] + [(one.start, one.end) for one in answer.parsed.furniture]
            for start, end in sorted(pieces):
                assert at <= start < end, doc_id
                assert not text[at:start].strip(), doc_id
                assert text[start:end].strip() == text[start:end], doc_id
                at = end
            assert not text[at:].strip(), doc_id
            assert (answer.before, answer.after) == (before, after)


def test_what_reviewers_said_of_a_document(copy: Path) -> None:
    """A document comes with what was corrected and decided; nothing is said of a text that a reviewer has not seen."""
    session = Session(copy)
    seen = documents.document(documents.DocumentRequest(CENTER), session).parsed.document.content_hash
    sources.correct(sources.CorrectRequest(CENTER, {"title": "Center Lead"}, "Ana", seen), session)
    deciding.decide(deciding.DecideRequest(CENTER, OTHER, Choice.ACCEPT, "Same work.", "Ana"), session)
    answer = documents.document(documents.DocumentRequest(CENTER), session)
    assert {name: (one.value, one.reviewer) for name, one in answer.corrected.items()} == {"title": ("Center Lead", "Ana")}
    assert [(one.doc_id, one.standing.decision.choice) for one in answer.decided] == [(OTHER, Choice.ACCEPT)]
    with pytest.raises(UsageError, match="has changed since it was opened"):
        sources.correct(sources.CorrectRequest(CENTER, {"title": "Other"}, "Ana", "0" * 64), session)
    with pytest.raises(UsageError, match="has changed since it was opened"):
        labelling.label(labelling.LabelRequest(CENTER, ((0, 500, "duty"),), "Ana", "0" * 64), session)
    with pytest.raises(UsageError, match="is not in the index any more"):
        labelling.label(labelling.LabelRequest("gone.txt", ((0, 500, "duty"),), "Ana", seen), session)
    assert documents.document(documents.DocumentRequest(CENTER), session) == answer
