"""Sets of queries beside an index: made of what is typed, judged query by query, measured, and what was measured before."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from conftest import WordEncoder, contents, put, quick_updates
from desk import QUERIES, example, full, run
from specsearch.errors import ReadError, StorageError, UsageError
from specsearch.evaluation.dataset import read_qrels
from specsearch.evaluation.history import append_run, read_runs
from specsearch.evaluation.judging import append, read_judgements
from specsearch.evaluation.measures import unjudged
from specsearch.evaluation.typed import MAX_QUERIES, plain_name, typed_queries
from specsearch.ingest.update import update_index
from specsearch.interfaces import shapes
from specsearch.interfaces.service import judging, sets
from specsearch.interfaces.service.evaluating import EvaluateRequest, evaluate
from specsearch.interfaces.service.session import Session
from specsearch.records import Kind, Mode, Query
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

pytestmark = pytest.mark.usefixtures("words")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Budget", "Budget"), ("budget work  2026", "budget-work-2026"), ("../../x/y", "x-y"), ("a_b.tsv", "a-b-tsv"), ("Prüfung", "Prüfung"), ("--", ""), ("", ""), ("\0\n/", ""), ("a" * 99, "a" * 60)],
)
def test_names_are_plain(typed: str, name: str) -> None:
    """Whatever is typed, the name of a set is letters, digits and dashes; never a path."""
    assert plain_name(typed) == name
    assert plain_name(name) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("monitors the budget\n\n  patches   streets \n", [("q1", "monitors the budget"), ("q3", "patches streets")], id="texts"),
        pytest.param("b7\tmonitors the budget\r\nb8\tpatches streets", [("b7", "monitors the budget"), ("b8", "patches streets")], id="table"),
        pytest.param("ID\tText\nb7\tmonitors", [("b7", "monitors")], id="header"),
        pytest.param('{"_id": "a", "text": "mail"}\n{"_id": 2, "text": "sorts\\tit"}', [("a", "mail"), ("2", "sorts it")], id="json"),
        pytest.param("\ufeffmail\nmail\nb\tmail", [("q1", "mail"), ("b", "mail")], id="mark-and-twice"),
        pytest.param("\tmail", [("q1", "mail")], id="without-id"),
    ],
)
def test_queries_that_are_typed(text: str, expected: list[tuple[str, str]]) -> None:
    """Texts, tables of two columns and JSON Lines are read alike."""
    assert typed_queries(text) == tuple(Query(*pair) for pair in expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" \n", "There is no query"),
        ("a\tb\tc", "Line 1 has 3 columns"),
        ("x\na\tb\na\tc", "Line 3: the id a comes twice"),
        ("q2\tb\nc", "Line 2: the id q2 comes twice"),
        ('{"_id": 1}', "Line 1 is no object of JSON"),
        ('{"_id": "1", "text": " "}', "Line 1 has no query"),
        ("{" * 9000, "Line 1 is no object of JSON"),
        ("x" * 5001, "Line 1 is longer than 5000"),
        ("\n".join(map(str, range(MAX_QUERIES + 1))), "a set has 1000 at most"),
    ],
)
def test_queries_that_are_none(text: str, message: str, tmp_path: Path) -> None:
    """What cannot be a set is refused with its line, and nothing is written."""
    with pytest.raises(UsageError, match=message):
        sets.make_set(sets.MakeSetRequest(tmp_path / "judging", "one", text))
    assert not (tmp_path / "judging").exists()


def test_making_and_listing(tmp_path: Path) -> None:
    """A set is a file that the command line judges too; no name is taken twice, and a damaged set hides no other."""
    folder = tmp_path / "judging"
    assert sets.list_sets(sets.SetsRequest(folder)).sets == ()
    made = sets.make_set(sets.MakeSetRequest(folder, " Our budget ", "monitors the budget"))
    assert (made.name, made.path, made.queries, made.judgements) == ("Our-budget", folder / "Our-budget.tsv", (Query("q1", "monitors the budget"),), ())
    assert made.path.read_text(encoding="utf-8") == "q1\tmonitors the budget\n"
    sets.make_set(sets.MakeSetRequest(folder, "uploaded", "a\tlöscht\n".encode("cp1252")))
    for name, message in (("our BUDGET", "There is a set our-BUDGET already"), (" . ", "letters or digits")):
        with pytest.raises(UsageError, match=message):
            sets.make_set(sets.MakeSetRequest(folder, name, "x"))
    with pytest.raises(ReadError, match="binary"):
        sets.make_set(sets.MakeSetRequest(folder, "picture", b"\0\1\2"))
    append(folder / "Our-budget.judgements.jsonl", example(assessor="Ana"))
    append(folder / "Our-budget.judgements.jsonl", example(assessor="Ben", date="2026-11-23T10:00:00+00:00"))
    put(folder / "broken.tsv", "a\tb\tc\n")
    put(folder / "not plain.tsv", "a\tb\n")
    broken, ours, uploaded = sets.list_sets(sets.SetsRequest(folder)).sets
    assert ours == sets.SetRow("Our-budget", 1, 2, ("Ana", "Ben"), "2026-11-23T10:00:00+00:00")
    assert (broken.name, uploaded.queries, uploaded.last) == ("broken", 1, "")
    assert "line 1" in broken.wrong
    assert json.loads(json.dumps(shapes.list_sets(sets.SetsAnswer((ours,)))))[0]["assessors"] == ["Ana", "Ben"]


@pytest.mark.parametrize("name", ["nothing", "../judging/one", "", ".", "one.tsv", "/etc/hosts"])
def test_sets_that_are_not_there(name: str, tmp_path: Path) -> None:
    """A name that is no plain one, or of no set, opens nothing."""
    sets.make_set(sets.MakeSetRequest(tmp_path / "judging", "one", "x"))
    with pytest.raises(UsageError, match="There is no set"):
        sets.open_set(sets.SetRequest(tmp_path / "judging", name))


@pytest.mark.parametrize(("index", "folder"), [("index", "index-judging"), ("a/my.index/", "a/my.index-judging"), ("./x", "x-judging")])
def test_where_sets_are(index: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets lie beside the index; that which one stands in has a name too."""
    assert sets.judging_folder(index) == Path(folder)
    monkeypatch.chdir(tmp_path)
    assert sets.judging_folder(".") == tmp_path.with_name(f"{tmp_path.name}-judging")


def test_judging_query_by_query(folder: Path, tmp_path: Path) -> None:
    """One query is judged at a time; what was gathered is kept for the next, and tells how far one is."""
    put(tmp_path / "queries.tsv", QUERIES)
    session, pools = Session(folder), dict[judging.PoolKey, tuple[object, ...]]()
    request = judging.JudgeRequest(tmp_path / "queries.tsv", "Ana", 3, query_id="q2")
    sheet = judging.judge(request, session, pools)  # type: ignore[arg-type]  # what it holds is not looked at here
    (pool,) = sheet.pools
    assert {candidate.query.query_id for candidate in pool} == {"q2"}
    assert list(pools.values()) == [pool]
    judging.keep(sheet, pool[0], 2)
    judging.keep(sheet, pool[0], 1)
    again = judging.judge(request, session, pools)  # type: ignore[arg-type]
    assert again.pools[0] is pool
    assert again.grades == {("q2", pool[0].passage.passage_id): 1}
    first, second = judging.progress(request, session, pools).queries  # type: ignore[arg-type]
    assert first == judging.Progress(Query("q1", "monitor the budget"), 0, 0, None)
    assert (second.own, second.every, second.size) == (1, 1, len(pool))
    with pytest.raises(UsageError, match="There is no query q9"):
        judging.judge(judging.JudgeRequest(tmp_path / "queries.tsv", "Ana", query_id="q9"), session)


def test_nothing_is_lost_when_many_judge(tmp_path: Path) -> None:
    """Judgements that are kept at the same time are all there, each whole, also behind a line that a crash cut off."""
    path = tmp_path / "j.jsonl"
    append(path, example())
    path.write_bytes(path.read_bytes() + b'{"query_id": "q1", "que')
    text = "long " * 4000  # longer than any buffer

    def judge(name: str) -> None:
        for number in range(20):
            append(path, example(assessor=name, query_id=f"q{number}", text=text, end=len(text)))

    threads = [threading.Thread(target=judge, args=(name,)) for name in ("Ana", "Ben", "Cyd", "Dee")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = read_judgements(path, pytest.fail)
    assert len(kept) == 1 + 4 * 20
    assert {(one.assessor, one.query_id) for one in kept[1:]} == {(name, f"q{n}") for name in ("Ana", "Ben", "Cyd", "Dee") for n in range(20)}


def judged_set(folder: Path, index: Path, grades: dict[str, int]) -> sets.SetRequest:
    """A set of queries of which the passages whose text begins so are judged, and the others not relevant."""
    request = sets.SetRequest(folder, "budget")
    made = sets.make_set(sets.MakeSetRequest(folder, "budget", QUERIES))
    sheet = judging.judge(judging.JudgeRequest(made.path, "Ana", 3), Session(index))
    for candidate in (candidate for pool in sheet.pools for candidate in pool):
        judging.keep(sheet, candidate, next((grade for text, grade in grades.items() if text in candidate.passage.text), 0))
    return request


def test_measuring(folder: Path, tmp_path: Path) -> None:
    """The figures are those of `evaluate` on what `judge --export` writes, and are kept with what they were measured with."""
    request = judged_set(tmp_path / "judging", folder, {"operating budget": 3, "potholes": 2})
    qrels = sets.judged_qrels(request, Session(folder))
    exported = run("judge", tmp_path / "judging/budget.tsv", "--index", folder, "--export", tmp_path / "qrels.tsv")
    assert exported.code == 0, exported
    assert qrels == (tmp_path / "qrels.tsv").read_bytes()
    measured = sets.measure(request, Session(folder))
    expected = json.loads(run("evaluate", "--index", folder, "--queries", tmp_path / "judging/budget.tsv", "--qrels", tmp_path / "qrels.tsv", "--format", "json").out)
    assert [(system.name, {name: asdict(figure) for name, figure in system.figures.items()}) for system in measured.systems] == [
        (system["name"], system["measures"]) for system in expected["systems"]
    ]
    assert (measured.queries, measured.level, measured.model, measured.asked, measured.measured, measured.assessors) == ("budget", "passage", "words", 2, 2, ("Ana",))
    assert measured.judgements == sum(map(len, read_qrels(tmp_path / "qrels.tsv").values()))
    assert all(figure.low is None for system in measured.systems for figure in system.figures.values())
    assert measured.kinds == ("duty", "qualification")
    again = sets.measure(request, Session(folder))
    assert sets.history(request).runs == (measured, again)
    assert sets.history(sets.SetRequest(request.folder, "other")).runs == ()
    assert shapes.history(sets.history(request))[0]["systems"][0]["name"] == "hybrid"


def test_the_same_kinds_are_ranked_whatever_is_judged(folder: Path, opened: Snapshot, tmp_path: Path) -> None:
    """What happens to be judged of a kind that searches rank changes no figure."""
    passages = [passage for _, held in contents(opened) for passage in held]
    duties = {passage.passage_id for passage in passages if passage.kind is Kind.DUTY}
    both = duties | {passage.passage_id for passage in passages if passage.kind is Kind.QUALIFICATION}
    put(tmp_path / "queries.tsv", "q1\tmonitor the budget or a driver's license\n")
    put(tmp_path / "duties.tsv", f"q1\t{min(duties)}\t1\n")
    put(tmp_path / "both.tsv", f"q1\t{min(duties)}\t1\nq1\t{min(both - duties)}\t0\n")
    figures = []
    for name, expected in (("duties", both), ("both", both)):
        request = EvaluateRequest(queries=tmp_path / "queries.tsv", qrels=tmp_path / f"{name}.tsv", modes=(Mode.DENSE,))
        answer = evaluate(request, Session(folder))
        assert set(answer.runs["dense"]["q1"]) == expected
        assert answer.kinds == {Kind.DUTY, Kind.QUALIFICATION}
        figures.append(answer.experiment.systems[0].scored.mean("nDCG@10"))
    assert figures[0] == figures[1]


def test_a_kind_that_searches_leave_out_is_ranked_where_it_is_judged(tmp_path: Path) -> None:
    put(tmp_path / "corpus/clerk.txt", "CITY OF ELM FORK\nCLERK\n\nDUTIES\n- Sorts the mail.\n\nSALARY\n- The monthly salary is $3,100 to $3,800.\n")
    with quick_updates():
        update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    with open_snapshot(tmp_path / "index", encoder=WordEncoder()) as opened:
        ids = {passage.kind: passage.passage_id for _, held in contents(opened) for passage in held}
    put(tmp_path / "queries.tsv", "q1\tmail and salary\n")
    for kind, expected in ((Kind.DUTY, {ids[Kind.DUTY]}), (Kind.ADMINISTRATIVE, {ids[Kind.DUTY], ids[Kind.ADMINISTRATIVE]})):
        put(tmp_path / "qrels.tsv", f"q1\t{ids[kind]}\t1\n")
        answer = evaluate(EvaluateRequest(queries=tmp_path / "queries.tsv", qrels=tmp_path / "qrels.tsv", modes=(Mode.DENSE,)), Session(tmp_path / "index"))
        assert set(answer.runs["dense"]["q1"]) == expected


@pytest.mark.parametrize(("grades", "message"), [(None, "Nothing of budget is judged yet"), ({}, "Nothing is judged related or better yet")])
def test_nothing_to_measure(grades: dict[str, int] | None, message: str, folder: Path, tmp_path: Path) -> None:
    """Without judgements, or with nothing relevant among them, it says so and keeps no run."""
    request = sets.SetRequest(tmp_path, "budget")
    if grades is None:
        sets.make_set(sets.MakeSetRequest(tmp_path, "budget", QUERIES))
    else:
        judged_set(tmp_path, folder, grades)
    with pytest.raises(UsageError, match=message):
        sets.measure(request, Session(folder))
    assert sets.history(request).runs == ()


def test_share_that_nobody_judged() -> None:
    """Of the first places of the measured queries, those without a judgement, in trec_eval's order."""
    run = {"q1": {"a": 3.0, "b": 2.0, "c": 1.0}, "q2": {"a": 1.0}, "q3": {"x": 1.0}}
    qrels = {"q1": {"b": 1, "c": 0}, "q2": {"a": 0}, "q9": {"a": 1}}
    assert unjudged(qrels, run, 2) == pytest.approx(1 / 3)
    assert unjudged(qrels, run, 1) == pytest.approx(1 / 2)
    assert unjudged({"q9": {"a": 1}}, run) == 0


def test_file_of_runs(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a crash cut off is left out and the file goes on; so is a line that is none, which is told; a full disk is told."""
    request = judged_set(tmp_path / "judging", folder, {"operating budget": 3})
    measured = sets.measure(request, Session(folder))
    path = request.folder / "runs.jsonl"
    content = path.read_bytes()
    for end in (9, len(content) // 2, len(content) - 2):
        path.write_bytes(content + content[:end])
        assert read_runs(path) == [measured]
        append_run(path, measured)
        assert read_runs(path) == [measured, measured]
    path.write_bytes(content.replace(b', "kinds": ["duty", "qualification"]', b""))
    assert read_runs(path) == [replace(measured, kinds=())]
    for wrong in (b"hello", b"[1]", b"{}", content.replace(b'"generation"', b'"age"').strip(), content.replace(b'"mean"', b'"middle"').strip()):
        path.write_bytes(content + wrong + b"\n" + content)
        said: list[str] = []
        assert read_runs(path, said.append) == [measured, measured]
        assert said == [f"Line 2 of {path} cannot be read and is left out."]
        assert sets.history(request) == sets.HistoryAnswer((measured, measured), tuple(said))
    with pytest.raises(UsageError, match="cannot be read"):
        read_runs(tmp_path)
    path.write_bytes(content)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        append_run(path, measured)

