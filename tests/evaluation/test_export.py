"""Judgements as qrels of an index that has changed since."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import put
from desk import QUERIES, Desk, build, example, ids, run, shown
from specsearch.errors import UsageError
from specsearch.evaluation.dataset import read_qrels, write_qrels
from specsearch.evaluation.judging import combine, locate, pool
from specsearch.records import Query
from specsearch.retrieval.search import ranking
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

pytestmark = pytest.mark.usefixtures("words")

OLD = "Files mail. Sorts it. Writes long letters."
"""The document in which "Sorts it." at 12-21 was judged."""


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        pytest.param(OLD, [(0, 11), (12, 21), (22, 42)], (12, 21), id="as-it-was"),
        pytest.param(OLD, [(0, 11), (12, 20), (22, 42)], (12, 20), id="shorter"),
        pytest.param(OLD, [(0, 10), (10, 23), (23, 42)], (10, 23), id="longer"),
        pytest.param(OLD, [(0, 12), (12, 17), (17, 42)], (12, 17), id="larger-part-of-two"),
        pytest.param(OLD, [(0, 16), (16, 21), (22, 42)], (16, 21), id="larger-part-behind-a-long-one"),
        pytest.param(OLD, [(0, 11), (12, 30), (30, 42)], (12, 30), id="exactly-half"),
        pytest.param(OLD, [(0, 11), (12, 31), (31, 42)], None, id="less-than-half"),
        pytest.param(OLD, [(0, 42)], None, id="lost-in-the-whole"),
        pytest.param(OLD, [(12, 15), (15, 18), (18, 21)], None, id="in-three"),
        pytest.param(OLD, [(0, 11), (22, 42)], None, id="no-passage-any-more"),
        pytest.param("New. " + OLD, [(0, 4), (5, 16), (17, 26), (27, 47)], (17, 26), id="moved"),
        pytest.param("New. " + OLD, [(0, 4), (5, 16), (17, 24), (24, 47)], (17, 24), id="moved-and-split"),
        pytest.param("Sorts it. New. Sorts it.", [(0, 9), (10, 14), (15, 24)], None, id="moved-and-twice"),
        pytest.param("Files mail. Sorts it. Sorts it.", [(0, 11), (12, 21), (22, 31)], (12, 21), id="twice-and-where-it-was"),
        pytest.param("Files mail. Sorts them. Writes.", [(0, 11), (12, 23), (24, 31)], None, id="other-words"),
        pytest.param("Files.", [(0, 6)], None, id="document-cut-short"),
    ],
)
def test_passage_of_a_judgement(text: str, spans: list[tuple[int, int]], expected: tuple[int, int] | None, tmp_path: Path) -> None:
    """A judgement stays with its statement when the document is split elsewhere or its text moves; else it is left out."""
    judged = example(start=12, end=21, text="Sorts it.")
    build(tmp_path / "index", text, spans)
    with open_snapshot(tmp_path / "index") as index:
        found = locate(index, [judged, replace(judged, doc_id="gone.txt")])
    assert found == ([] if expected is None else [(judged, f"doc.txt:{expected[0]}-{expected[1]}")])


@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_passage_shares_half_its_characters(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However a text is split, the passage has the largest share of common characters, at least half; else there is none."""
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 24)))
    cuts = sorted(data.draw(st.sets(st.integers(1, 23), max_size=8)) | {0, 24})
    spans = list(pairwise(cuts))
    start, end = sorted(data.draw(st.lists(st.integers(0, 24), min_size=2, max_size=2, unique=True)))
    folder = tmp_path_factory.mktemp("split") / "index"
    build(folder, text, spans)
    with open_snapshot(folder) as index:
        found = locate(index, [example(start=start, end=end, text=text[start:end])])
    judged = set(range(start, end))
    shares = {span: len(judged & set(range(*span))) / len(judged | set(range(*span))) for span in spans}
    best = max(shares.values())
    if best < 0.5:
        assert found == []
    else:
        ((_, passage_id),) = found
        assert passage_id in {f"doc.txt:{a}-{b}" for (a, b), share in shares.items() if share == best}


@pytest.mark.parametrize(
    ("grades", "expected"),
    [([2], 2), ([0, 3], 0), ([1, 2], 1), ([3, 1, 2], 2), ([0, 3, 3], 3), ([0, 1, 2, 3], 1), ([3, 3, 0, 2], 2)],
)
def test_several_judgements_of_one_passage(grades: list[int], expected: int) -> None:
    """The median counts, of two middle ones the lower; queries and passages are apart."""
    located = [(example(grade=grade, assessor=str(i)), "d:0-4") for i, grade in enumerate(grades)]
    located += [(example(grade=1), "d:5-9"), (example(grade=0, query_id="q2"), "d:0-4")]
    assert combine(located) == {"q1": {"d:0-4": expected, "d:5-9": 1}, "q2": {"d:0-4": 0}}


def test_export_is_what_evaluate_reads(desk: Desk, opened: Snapshot, tmp_path: Path) -> None:
    """What was judged is what evaluate counts: a mode that puts the relevant passage first has a reciprocal rank of 1."""
    best = opened.ids(ranking(opened, "monitor the budget", 1)[0])[0]
    order = ids(pool(opened, Query("q1", "monitor the budget"), 3))
    desk.judge("".join("3\n" if passage_id == best else "0\n" for passage_id in order))
    written = desk.judge("", "--export", tmp_path / "new folder" / "qrels.tsv")
    assert written.code == 0, written
    assert f"queries 1, passages {len(order)}, judgements {len(order)}." in written.out
    assert read_qrels(tmp_path / "new folder" / "qrels.tsv") == {"q1": {passage_id: 3 * (passage_id == best) for passage_id in order}}
    result = run(
        "evaluate", "--index", desk.index, "--queries", desk.queries, "--qrels", tmp_path / "new folder" / "qrels.tsv",
        "--mode", "hybrid", "--format", "json",
    )  # fmt: skip
    assert result.code == 0, result
    (system,) = json.loads(result.out)["systems"]
    assert system["measures"]["RR@10"]["mean"] == system["measures"]["nDCG@10"]["mean"] == 1


def test_export_says_what_will_not_be_measured(desk: Desk, tmp_path: Path) -> None:
    """Queries without a judgement, and those without anything relevant, are told with the export."""
    desk.judge("0\n" * 3)
    written = desk.judge("", "--export", tmp_path / "qrels.tsv")
    assert "Without a judgement, and so not measured by evaluate: 1 of 2 queries, the first q2." in written.out
    assert "Nothing is relevant for them, and they count 0: 1 of 2 queries, the first q1." in written.out
    desk.judge("2\n" * 3)
    assert "Without" not in desk.judge("", "--export", tmp_path / "qrels.tsv").out


def test_judgements_survive_another_index(tmp_path: Path) -> None:
    """When the index is made anew with other passages, what still counts is exported and is not asked for again."""
    put(tmp_path / "queries.tsv", "q1\tmail letters\n")
    desk = Desk(tmp_path / "queries.tsv", tmp_path / "index")
    build(desk.index, OLD, [(0, 11), (12, 21), (22, 42)])
    desk.judge("2\n" * 3)
    assert len(desk.kept()) == 3
    other = Desk(desk.queries, tmp_path / "other")
    build(other.index, OLD, [(0, 21), (22, 42)])
    assert shown(other.judge("")) == []
    result = other.judge("", "--export", tmp_path / "qrels.tsv")
    assert result.code == 0
    assert "not in" in result.err
    assert "left out: 1." in result.err
    assert read_qrels(tmp_path / "qrels.tsv") == {"q1": {"doc.txt:0-21": 2, "doc.txt:22-42": 2}}
    third = Desk(desk.queries, tmp_path / "third")
    build(third.index, OLD, [(0, 42)])
    assert len(shown(third.judge(""))) == 1
    (tmp_path / "qrels.tsv").unlink()
    nothing = third.judge("", "--export", tmp_path / "qrels.tsv")
    assert nothing.code == 2
    assert "No passage that was judged is in" in nothing.err
    assert not (tmp_path / "qrels.tsv").exists()


def test_query_that_was_reworded(desk: Desk, tmp_path: Path) -> None:
    """A judgement belongs to the words it was made for: with others the query is asked again and the old grades stay out."""
    desk.judge("2\n" * 100)
    put(desk.queries, QUERIES.replace("patch streets", "repair streets"))
    assert {number for number, *_ in shown(desk.judge(""))} == {2}
    result = desk.judge("", "--export", tmp_path / "qrels.tsv")
    assert re.search(r"have another text there, left out: \d+\.", result.err)
    assert read_qrels(tmp_path / "qrels.tsv").keys() == {"q1"}


def test_export_does_not_overwrite_its_sources(desk: Desk) -> None:
    """Judgements and queries are work of people; an export never takes their place."""
    desk.judge("2\n")
    for path in (desk.path, desk.queries):
        before = path.read_bytes()
        result = desk.judge("", "--export", path.parent / ".." / path.parent.name / path.name)
        assert result.code == 2
        assert "Give another file" in result.err
        assert path.read_bytes() == before


def test_export_that_cannot_be_written(desk: Desk) -> None:
    """A place that cannot be written is exit code 6 with the reason."""
    desk.judge("2\n")
    result = desk.judge("", "--export", "/proc/nowhere/qrels.tsv")
    assert result.code == 6
    assert "cannot be written" in result.err


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\rb", "a\ud800b"])
def test_ids_that_no_table_can_hold(name: str, tmp_path: Path) -> None:
    """An id that would break the table is refused, and nothing is written."""
    for qrels in ({name: {"d": 1}}, {"q": {name: 1}}):
        with pytest.raises(UsageError, match="cannot stand in a table"):
            write_qrels(tmp_path / "qrels.tsv", qrels)
    assert not (tmp_path / "qrels.tsv").exists()


@given(
    qrels=st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n"), min_size=1, max_size=4),
        st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n"), min_size=1, max_size=4), st.integers(0, 3), min_size=1, max_size=4),
        max_size=3,
    )
)  # fmt: skip
@settings(deadline=None)
def test_qrels_round_trip(qrels: dict[str, dict[str, int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is written as qrels is read as it was."""
    whole = {"judged": {"d": 1}, **qrels}
    path = tmp_path_factory.mktemp("qrels") / "qrels.tsv"
    write_qrels(path, whole)
    assert read_qrels(path) == whole
