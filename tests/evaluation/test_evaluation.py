"""Measuring retrieval: files, measures against trec_eval itself, and how sure the figures are."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from specsearch.encoding import load_encoder
from specsearch.errors import UsageError
from specsearch.evaluation.dataset import (
    Qrels,
    Run,
    distinct,
    read_dataset,
    read_excluded,
    read_qrels,
    read_queries,
    read_run,
    write_run,
)
from specsearch.evaluation.experiment import basis, compare
from specsearch.evaluation.measures import MEASURES, check, score
from specsearch.evaluation.significance import FEWEST, RESAMPLES, holm, interval, randomisation
from specsearch.ingest.update import update_index
from specsearch.interfaces.cli import app

TREC_EVAL = {"nDCG@10": "ndcg_cut_10", "R@10": "recall_10", "R@100": "recall_100", "AP": "map"}


def by_trec_eval(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """trec_eval's own values by measure and query; queries that are not ranked are 0, as with -c."""
    judged = {query: dict(targets) for query, targets in qrels.items()}
    ranked = {query: dict(targets) for query, targets in run.items() if targets and query in qrels}
    found = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut_10", "recall_10", "recall_100", "map"}).evaluate(ranked)
    # It has no cut for the reciprocal rank: cut the run, with trec_eval's order of ties.
    top = {
        query: dict(sorted(targets.items(), key=lambda item: (np.float32(item[1]), item[0]), reverse=True)[:10])
        for query, targets in ranked.items()
    }
    first = pytrec_eval.RelevanceEvaluator(judged, {"recip_rank"}).evaluate(top)
    values = {name: {query: found.get(query, {}).get(key, 0.0) for query in qrels} for name, key in TREC_EVAL.items()}
    return {**values, "RR@10": {query: first.get(query, {}).get("recip_rank", 0.0) for query in qrels}}


def assert_same(qrels: Qrels, run: Run) -> None:
    """Our values are trec_eval's to four decimals."""
    expected = by_trec_eval(qrels, run)
    found = score(qrels, run)
    for name in MEASURES:
        assert found.values[name].keys() == qrels.keys()
        for query, value in found.values[name].items():
            assert value == pytest.approx(expected[name][query], abs=5e-5), (name, query)


AWKWARD: dict[str, tuple[Qrels, Run]] = {
    "plain": ({"a": {"x": 1, "y": 0}}, {"a": {"x": 2.0, "y": 3.0}}),
    "graded": ({"a": {"x": 3, "y": 1, "z": 2}}, {"a": {"y": 3.0, "z": 2.0, "x": 1.0, "w": 0.5}}),
    "negative judgements": ({"a": {"x": -1, "y": 1, "z": -2}}, {"a": {"x": 3.0, "z": 2.0, "y": 1.0}}),
    "query without anything relevant": ({"a": {"x": 1}, "b": {"x": 0}}, {"a": {"x": 1.0}, "b": {"x": 1.0}}),
    "query missing from the run": ({"a": {"x": 1}, "b": {"x": 1}}, {"a": {"x": 1.0}}),
    "query with an empty ranking": ({"a": {"x": 1}, "b": {"x": 1}}, {"a": {"x": 1.0}, "b": {}}),
    "query that is not judged": ({"a": {"x": 1}}, {"a": {"y": 2.0, "x": 1.0}, "c": {"x": 1.0}}),
    "equal scores": ({"a": {"x": 1, "y": 1}}, {"a": {"z": 1.0, "y": 1.0, "x": 1.0, "w": 1.0}}),
    "equal in single precision": ({"a": {"x": 1}}, {"a": {"x": 1.0, "z": 1.0 + 1e-12}}),
    "unknown targets": ({"a": {"x": 1, "never seen": 1}}, {"a": {"q": 9.0, "x": 1.0}}),
    "many": ({"a": {f"d{i}": i % 2 for i in range(300)}}, {"a": {f"d{i}": float(-i) for i in range(250)}}),
    "words in ids": ({"ä b": {"ü": 1}}, {"ä b": {"ü": 0.0, "é": -1.0}}),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_cases_as_trec_eval(name: str) -> None:
    """Whatever is odd about judgements or runs counts as it does for trec_eval."""
    assert_same(*AWKWARD[name])


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_any_run_as_trec_eval(data: st.DataObject) -> None:
    """For any judgements and any run the figures are trec_eval's."""
    targets = st.sampled_from([f"d{i}" for i in range(12)])
    queries = ["q1", "q2", "q3"]
    qrels = {query: data.draw(st.dictionaries(targets, st.integers(-1, 3), min_size=1)) for query in queries}
    values = st.floats(-5, 5, width=16)
    run = {query: data.draw(st.dictionaries(targets, values)) for query in queries}
    run["q1"] = run["q1"] | {next(iter(qrels["q1"])): 1.0}
    assert_same(qrels, run)


def test_dev_sets_as_trec_eval(shared: Path) -> None:
    """On the judged duties and roles a ranking by chance, and one that knows, score as with trec_eval."""
    rng = random.Random(5)
    for path in (shared / "data/onet_duties/qrels/dev.tsv", shared / "data/philadelphia/qrels.tsv"):
        qrels = read_qrels(path)
        everything = sorted({target for judged in qrels.values() for target in judged})
        run = {
            query: {target: rng.random() + (judged.get(target, 0) > 0) * rng.random() for target in rng.sample(everything, k=min(200, len(everything)))}
            for query, judged in qrels.items()
        }
        assert_same(qrels, run)


def test_missing_and_unjudged_queries_are_named() -> None:
    """What is scored 0 or left out is told."""
    found = score({"a": {"x": 1}, "b": {"x": 1}}, {"a": {"x": 1.0}, "c": {"x": 1.0}})
    assert (found.missing, found.unjudged) == (("b",), ("c",))
    assert found.mean("nDCG@10") == 0.5


def test_excluded_targets_are_dropped_first() -> None:
    """A pair that is excluded takes no rank."""
    qrels, run = {"a": {"x": 1}}, {"a": {"a": 3.0, "b": 2.0, "x": 1.0}}
    assert score(qrels, run).mean("RR@10") == pytest.approx(1 / 3)
    assert score(qrels, run, {"a": frozenset("ab")}).mean("RR@10") == 1


def test_run_of_other_queries() -> None:
    """A run that answers none of the judged queries is refused, not scored 0."""
    with pytest.raises(UsageError, match="no query in common"):
        check({"a": {"x": 1}}, {"b": {"x": 1.0}})


def test_run_over_another_collection() -> None:
    """A run none of whose targets is judged is refused, not scored 0."""
    with pytest.raises(UsageError, match="another collection or level"):
        check({"a": {"x": 1}, "b": {"y": 1}}, {"a": {"x:0-5": 1.0}, "b": {"x:7-9": 1.0}})


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "name", "content", "message"),
    [
        (read_qrels, "q.tsv", "a\tx\n", r"line 1: 2 columns where there should be 3 or 4"),
        (read_qrels, "q.tsv", "a\tx\tyes\n", r"line 1: the relevance 'yes' is not a whole number"),
        (read_qrels, "q.tsv", "a\tx\t1\na\tx\t1\n", r"line 2: x is judged twice for the query a"),
        (read_qrels, "q.tsv", "", "judges nothing as relevant"),
        (read_qrels, "q.tsv", "query-id\tcorpus-id\tscore\n", "judges nothing as relevant"),
        (read_qrels, "q.tsv", "a\tx\t0\na\ty\t-1\n", "judges nothing as relevant"),
        (read_qrels, "missing.tsv", None, "missing.tsv cannot be read: No such file"),
        (read_qrels, "q.tsv", b"\xff\xfe\x00", "cannot be read"),
        (read_run, "r.trec", "a Q0 x 1 0.5\n", r"line 1: 5 columns where there should be 6"),
        (read_run, "r.trec", "a Q0 x 1 high me\n", r"line 1: the score 'high' is not a number"),
        (read_run, "r.trec", "a Q0 x 1 nan me\n", r"line 1: the score 'nan' is not a number"),
        (read_run, "r.trec", "a Q0 x 1 2 me\na Q0 x 2 1 me\n", r"line 2: x comes twice for the query a"),
        (read_run, "r.trec", "\n", "ranks nothing"),
        (read_queries, "q.jsonl", '{"_id": "a"}\n', r"line 1: the query has no id or no text"),
        (read_queries, "q.jsonl", "[1]\n", r"line 1: not an object"),
        (read_queries, "q.jsonl", "{\n", r"line 1: not valid JSON"),
        (read_queries, "q.tsv", "a\tfiles\nb\tsorts\na\tmail\n", r"line 3: the query a comes twice"),
        (read_queries, "q.tsv", "", "There are no queries"),
        (read_excluded, "e.tsv", "a\n", r"line 1: 1 columns where there should be 2"),
    ],
)  # fmt: skip
def test_refused_files(reader: object, name: str, content: str | bytes | None, message: str, tmp_path: Path) -> None:
    """What is wrong with a file is said with its line; nothing is scored silently."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=message):
        reader(path)  # type: ignore[operator] # one of the functions above


def test_qrels_formats(tmp_path: Path) -> None:
    """BEIR's table and TREC's four columns are the same judgements."""
    (tmp_path / "a.tsv").write_text("query-id\tcorpus-id\tscore\nq 1\td 1\t2\nq 1\td2\t0\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("q1 0 d1 2\nq1 0 d2 0\n", encoding="utf-8")
    assert read_qrels(tmp_path / "a.tsv") == {"q 1": {"d 1": 2, "d2": 0}}
    assert read_qrels(tmp_path / "b.txt") == {"q1": {"d1": 2, "d2": 0}}


@given(
    run=st.dictionaries(
        st.text("abc", min_size=1, max_size=3),
        st.lists(st.tuples(st.text("xyz#.-", min_size=1, max_size=4), st.floats(-1, 1, width=16)), min_size=1, max_size=8, unique_by=lambda p: p[0]),
        min_size=1,
    )
)  # fmt: skip
@settings(deadline=None)
def test_run_round_trip(run: dict[str, list[tuple[str, float]]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A ranking that is written and read again has the same order, whatever its scores."""
    path = tmp_path_factory.mktemp("run") / "run.trec"
    ranked = {query: sorted(pairs, key=lambda pair: -pair[1]) for query, pairs in run.items()}
    write_run(path, {query: distinct(pairs) for query, pairs in ranked.items()}, "me")
    again = read_run(path)
    for query, pairs in ranked.items():
        single = {target: np.float32(value) for target, value in again[query].items()}
        assert sorted(single, key=lambda target: -single[target]) == [target for target, _ in pairs]
        assert len(set(single.values())) == len(pairs)


def test_beir_folder(tmp_path: Path) -> None:
    """A BEIR folder gives its judged queries, judgements, exclusions and texts."""
    put_dataset(tmp_path)
    dataset = read_dataset(tmp_path)
    assert (dataset.split, [query.query_id for query in dataset.queries]) == ("dev", ["q1"])
    assert dataset.qrels == {"q1": {"d1": 1}}
    assert dataset.excluded == {"q1": frozenset({"d2"})}
    assert [(entry.entry_id, entry.text) for entry in dataset.entries()] == [("d1", "Files mail."), ("d2", "Sorts mail.")]


def put_dataset(folder: Path) -> None:
    """Write a small BEIR folder."""
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "text": "Files mail."}\n{"_id": "d2", "title": "Clerk", "text": "Sorts mail."}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "mail"}\n{"_id": "q2", "text": "not judged"}\n', encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n", encoding="utf-8")
    (folder / "exclude.tsv").write_text("query-id\tcorpus-id\nq1\td2\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "corpus.jsonl").unlink(), "not a BEIR folder: there is no corpus.jsonl"),
        (lambda folder: (folder / "qrels" / "dev.tsv").rename(folder / "qrels" / "other.tsv"), None),
        (lambda folder: (folder / "qrels" / "dev.tsv").unlink(), "no judgements test or dev. There are: none"),
        (lambda folder: (folder / "queries.jsonl").write_text(json.dumps({"_id": "q2", "text": "x"})), "1 judged queries are not in .*, the first: q1"),
    ],
)
def test_beir_folder_that_lacks_something(spoil: object, message: str | None, tmp_path: Path) -> None:
    """What is missing of a dataset is said."""
    put_dataset(tmp_path)
    spoil(tmp_path)  # type: ignore[operator] # one of the functions above
    if message is None:
        assert read_dataset(tmp_path).split == "other"
        return
    with pytest.raises(UsageError, match=message):
        read_dataset(tmp_path)


# --- how sure ---------------------------------------------------------------------------------------

VALUES = st.lists(st.floats(0, 1), min_size=2, max_size=40)


@given(values=VALUES)
@settings(deadline=None, max_examples=25)
def test_interval_holds_the_mean(values: list[float]) -> None:
    """The interval is around the mean, within the values, and the same each time."""
    low, high = interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert low - 1e-9 <= float(np.mean(values)) <= high + 1e-9 or len(set(values)) < 4
    assert interval(values) == (low, high)


def test_interval_covers_as_it_says() -> None:
    """Of intervals of samples of a known mean, about 95% hold it."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        low, high = interval(rng.beta(2, 5, size=80))
        held += low <= 2 / 7 <= high
    assert 88 <= held <= 100


@given(values=VALUES, seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_randomisation_is_symmetric(values: list[float], seed: int) -> None:
    """Which run is first does not matter; a run does not differ from itself."""
    other = np.random.default_rng(seed).permutation(values)
    assert randomisation(values, other) == randomisation(other, values)
    assert randomisation(values, values) == 1
    assert 1 / (RESAMPLES + 1) <= randomisation(values, other) <= 1


def test_randomisation_against_all_assignments() -> None:
    """The test by chance is close to the one that tries every assignment of signs."""
    rng = np.random.default_rng(3)
    differences = rng.normal(0.05, 0.1, size=12)
    signs = np.array([[1 if number >> bit & 1 else -1 for bit in range(12)] for number in range(2**12)])
    exact = float(np.mean(np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12))
    assert randomisation(differences, np.zeros(12)) == pytest.approx(exact, abs=0.015)


def test_randomisation_finds_what_is_there() -> None:
    """A gain at every query is significant, one by chance is not."""
    rng = np.random.default_rng(2)
    base = rng.random(100)
    assert randomisation(base + 0.05, base) < 0.001
    assert randomisation(base + rng.normal(0, 0.1, 100) * np.resize([1, -1], 100), base) > 0.01


@pytest.mark.parametrize(
    ("raw", "corrected"),
    [
        ([0.01], [0.01]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([], []),
    ],
)
def test_holm(raw: list[float], corrected: list[float]) -> None:
    """Hand-computed corrections."""
    assert holm(raw) == pytest.approx(corrected)


@given(raw=st.lists(st.floats(0, 1), max_size=10))
def test_holm_keeps_the_order(raw: list[float]) -> None:
    """Corrected values are no smaller, at most 1, and in the same order."""
    corrected = holm(raw)
    assert all(p <= q <= 1 or math.isclose(p, q) for p, q in zip(raw, corrected, strict=True))
    assert all(corrected[i] <= corrected[j] for i in range(len(raw)) for j in range(len(raw)) if raw[i] < raw[j])


# --- which queries the figures are over ---------------------------------------------------------------

HELD = ("x", "y", "z")
ONE: Qrels = {"a": {"x": 1}}


@pytest.mark.parametrize(
    ("asked", "qrels", "expected"),
    [
        pytest.param("a", ONE, {"measured": "a"}, id="all"),
        pytest.param("abc", ONE, {"measured": "a", "unjudged": "bc"}, id="not judged"),
        pytest.param("a", {**ONE, "q": {"x": 1}}, {"measured": "a", "unasked": "q"}, id="not asked"),
        pytest.param("ab", {**ONE, "b": {"y": 0, "x": -1}}, {"measured": "ab", "irrelevant": "b"}, id="nothing relevant"),
        pytest.param("ab", {**ONE, "b": {"p": 1, "y": 0}}, {"measured": "ab", "unreachable": "b", "absent": "p"}, id="nothing of it in the index"),
        pytest.param("ab", {**ONE, "b": {"p": 1, "y": 1}}, {"measured": "ab", "absent": "p"}, id="some of it in the index"),
        pytest.param("ab", {"a": {"p": 2, "x": 1}, "b": {"p": 1, "q": 0}}, {"measured": "ab", "unreachable": "b", "absent": "p"}, id="the same missing twice"),
        pytest.param("ba", {"b": {"x": 1}, "a": {"y": 1}}, {"measured": "ba"}, id="in the order of the judgements"),
    ],
)
def test_basis(asked: str, qrels: Qrels, expected: dict[str, str]) -> None:
    """What is measured, what is not, and what counts 0, each with its reason."""
    found = basis(list(asked), qrels, HELD)
    every = {name: "".join(getattr(found, name)) for name in ("measured", "unjudged", "unasked", "irrelevant", "unreachable", "absent")}
    assert {name: names for name, names in every.items() if names} == expected
    assert found.asked == len(asked) == len(found.measured) + len(found.unjudged)
    assert found.relevant == sum(value > 0 for query in found.measured for value in qrels[query].values())


@pytest.mark.parametrize(
    ("asked", "qrels", "message"),
    [
        ("b", ONE, "no id in common"),
        ("a", {"a": {"x": 0}, "b": {"x": 1}}, "Nothing is judged relevant for any of these queries"),
        ("a", {"a": {"x:0-5": 1}}, "another collection or level"),
    ],
)
def test_nothing_to_measure(asked: str, qrels: Qrels, message: str) -> None:
    """Where every figure would be 0 whatever is ranked, there are none."""
    with pytest.raises(UsageError, match=message):
        basis(list(asked), qrels, HELD)


@pytest.mark.parametrize("count", [1, 2, FEWEST - 1, FEWEST, 20])
def test_few_queries_give_no_interval(count: int) -> None:
    """Below six queries there are means and differences, but neither intervals nor tests; the means stay trec_eval's."""
    qrels = {f"q{i}": {"x": 1} for i in range(count)}
    runs = {name: {query: {"x": score_, "y": 1.0} for query in qrels} for name, score_ in (("good", 2.0), ("bad", 0.0))}
    experiment = compare(runs, qrels)
    for system in experiment.systems:
        assert_same(qrels, runs[system.name])
        assert bool(system.intervals) == (count >= FEWEST)
    assert len(experiment.differences) == len(MEASURES)
    assert all((difference.p_value is None) == (count < FEWEST) for difference in experiment.differences)
    assert next(d.mean for d in experiment.differences if d.measure == "RR@10") == 0.5


def test_fewest_is_where_a_test_can_tell() -> None:
    """With five pairs that all differ alike the chance of it is still above 5%, with six it is below; so with the range of their values."""
    assert randomisation(np.ones(FEWEST - 1), np.zeros(FEWEST - 1)) > 0.05
    assert randomisation(np.ones(FEWEST), np.zeros(FEWEST)) < 0.05
    assert 2 / 2 ** (FEWEST - 1) > 0.05 > 2 / 2**FEWEST


@pytest.fixture(scope="module")
def clerks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of a few documents."""
    folder = tmp_path_factory.mktemp("clerks")
    for name, duty in (("mail", "Sorts the incoming mail."), ("maps", "Draws maps of parcels."), ("fees", "Collects fees at the dock.")):
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / f"corpus/{name}.txt").write_text(f"CITY OF ELM FORK\n{name.upper()} CLERK\n\nDUTIES\n1. {duty}\n2. Greets visitors.\n")
    update_index(folder / "corpus", folder / "index", load_encoder())
    return folder / "index"


def evaluate(*arguments: object) -> str:
    """What the command prints."""
    done = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def of_two(folder: Path, queries: str, qrels: str) -> list[object]:
    """Arguments that measure documents, with the files written."""
    (folder / "queries.tsv").write_text(queries)
    (folder / "qrels.tsv").write_text(qrels)
    return ["--queries", folder / "queries.tsv", "--qrels", folder / "qrels.tsv", "--level", "document"]


SOME = (
    "q1\tsorts mail\nq2\tpaints fences\nq3\tdraws maps\nq4\tcollects fees\n",
    "q1 0 mail.txt 1\nq1 0 gone.txt 2\nq3 0 maps.txt 0\nq4 0 lost.txt 1\nq9 0 fees.txt 1\n",
)


@pytest.mark.parametrize("style", ["table", "json", "csv", "md"])
def test_every_format_says_what_was_measured(style: str, clerks: Path, tmp_path: Path) -> None:
    """How many queries there are, how many are measured, why others are not, and what counts 0: in every format."""
    (tmp_path / "other.trec").write_text("q1 Q0 mail.txt 1 1.0 me\nq2 Q0 maps.txt 1 1.0 me\n")
    out = evaluate("--index", clerks, *of_two(tmp_path, *SOME), "--mode", "hybrid", "--compare", tmp_path / "other.trec", "--format", style)
    if style == "json":
        facts = json.loads(out)
        assert facts["queries"] == {
            "asked": 4, "measured": ["q1", "q3", "q4"], "unjudged": ["q2"], "unasked": ["q9"], "irrelevant": ["q3"],
            "unreachable": ["q4"], "relevant": 3, "absent": ["gone.txt", "lost.txt"],
        }  # fmt: skip
        hybrid, other = facts["systems"]
        assert hybrid["measures"]["RR@10"] == {"mean": pytest.approx(1 / 3), "low": None, "high": None}
        assert (hybrid["missing"], hybrid["unjudged"], other["missing"], other["unjudged"]) == ([], [], ["q3", "q4"], ["q2"])
        assert {difference["p_value"] for difference in facts["differences"]} == {None}
    elif style == "table":
        said = [line.strip() for line in out.splitlines()]
        assert "Measured: 3 of 4 queries." in said
        assert "Not measured, for nothing is judged for them: 1, q2" in said
        assert "Judged, but not among the queries, and not measured: 1, q9" in said
        assert "Nothing is judged relevant for them, and they count 0: 1, q3" in said
        assert "Nothing that is relevant for them is in the index, and they count 0: 1, q4" in said
        assert "Judged relevant, but not in the index: 2, the first gone.txt" in said
        assert any(line.endswith("other.trec ranks nothing for them, and they count 0: 2, the first q3") for line in said)
        assert any(line.endswith("other.trec ranks them too, but they are not measured: 1, q2") for line in said)
        assert "0.3333 [-]" in out
        assert "(p = -)" in out
        assert "95%" not in out
    else:
        cells = [[cell.strip() for cell in line.strip("|").split("|" if style == "md" else ",")] for line in out.splitlines() if "---" not in line]
        counted = [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
        for row, nothing_ranked in zip(counted, ("0", "2"), strict=True):
            assert [row[name] for name in ("queries", "measured", "not judged", "judged only")] == ["4", "3", "1", "1"]
            assert (row["0: nothing relevant"], row["0: nothing relevant in the index"], row["0: nothing ranked"]) == ("1", "1", nothing_ranked)


def test_two_queries_of_which_one_is_judged(clerks: Path, tmp_path: Path) -> None:
    """The least case: one value, said to be one of two, without an interval."""
    out = evaluate("--index", clerks, *of_two(tmp_path, "q1\tsorts mail\nq2\tdraws maps\n", "q1 0 mail.txt 1\n"), "--mode", "hybrid")
    assert "1.0000 [-]" in out
    assert "Measured: 1 of 2 queries." in out
    assert "Not measured, for nothing is judged for them: 1, q2" in out


def test_enough_queries_give_intervals_and_tests(clerks: Path, tmp_path: Path) -> None:
    """From six queries on, means have intervals and differences p-values."""
    texts = ("sorts mail", "draws maps", "collects fees", "the dock", "parcels", "incoming letters")
    targets = ("mail", "maps", "fees", "fees", "maps", "mail")
    arguments = of_two(
        tmp_path,
        "".join(f"q{i}\t{text}\n" for i, text in enumerate(texts)),
        "".join(f"q{i} 0 {target}.txt 1\n" for i, target in enumerate(targets)),
    )
    facts = json.loads(evaluate("--index", clerks, *arguments, "--mode", "lexical", "--mode", "dense", "--format", "json"))
    measures = facts["systems"][0]["measures"]["RR@10"]
    assert measures["low"] <= measures["mean"] <= measures["high"]
    assert all(0 < difference["p_value"] <= 1 for difference in facts["differences"])
    out = evaluate("--index", clerks, *arguments, "--mode", "lexical", "--mode", "dense")
    assert "95% bootstrap intervals" in out
    assert "(Holm)" in out


def test_a_mode_that_finds_nothing_counts_zero(clerks: Path, tmp_path: Path) -> None:
    """A query that shares no word with any text is measured in word search too: it counts 0, and the table says so."""
    arguments = of_two(tmp_path, "q1\txylophone zebra\n", "q1 0 mail.txt 1\n")
    out = evaluate("--index", clerks, *arguments, "--mode", "lexical", "--mode", "dense")
    assert "lexical ranks nothing for them, and they count 0: 1, q1" in out


def test_roles_say_what_was_measured(clerks: Path, tmp_path: Path) -> None:
    """Judgements of roles name what is not in the index, too."""
    (tmp_path / "qrels.tsv").write_text("mail.txt\tmaps.txt\t1\nmaps.txt\tgone.txt\t1\n")
    out = evaluate("--index", clerks, "--qrels", tmp_path / "qrels.tsv", "--level", "role", "--mode", "dense")
    assert "Measured: 2 of 2 queries." in out
    assert "Nothing that is relevant for them is in the index, and they count 0: 1, maps.txt" in out


def test_collection_says_what_was_measured(tmp_path: Path) -> None:
    """Queries of a collection without judgements in this split are counted."""
    put_dataset(tmp_path)
    assert read_dataset(tmp_path).unjudged == ("q2",)
    assert "Measured: 1 of 2 queries." in evaluate(tmp_path, "--mode", "dense")
