"""Judging by hand: the pool and the file of judgements."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import put
from desk import CITIES, DUTIES, QUERIES, example, full, ids, run
from specsearch.errors import StorageError, UsageError
from specsearch.evaluation.judging import Candidate, append, make_ready, pool, read_judgements
from specsearch.records import Kind, Mode, Query
from specsearch.retrieval import Filters
from specsearch.retrieval.search import ranking
from specsearch.storage.store import Snapshot

pytestmark = pytest.mark.usefixtures("words")

# --- pool -------------------------------------------------------------------------------------------


@given(
    words=st.lists(st.sampled_from(" ".join(DUTIES).replace(".", "").split()), min_size=1, max_size=5),
    depth=st.integers(1, 15),
    kinds=st.sets(st.sampled_from([Kind.DUTY, Kind.QUALIFICATION]), min_size=1),
)
@settings(deadline=None, max_examples=40)
def test_pool_is_the_union(opened: Snapshot, words: list[str], depth: int, kinds: set[Kind]) -> None:
    """The pool is the first passages of every mode, each once."""
    filters = Filters(kinds=frozenset(kinds))
    text = " ".join(words)
    expected = {name for mode in Mode for name in opened.ids(ranking(opened, text, depth, filters=filters, mode=mode)[0])}
    found = ids(pool(opened, Query("q", text), depth, filters))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_pool_without_filters_is_as_search_has_it(opened: Snapshot) -> None:
    """Duties and qualifications are pooled by default."""
    found = pool(opened, Query("q", "budget"), 100)
    assert {candidate.passage.kind for candidate in found} == {Kind.DUTY, Kind.QUALIFICATION}
    assert len(found) == len(DUTIES) + len(CITIES)


def test_order_tells_nothing_of_rank(opened: Snapshot) -> None:
    """Over many queries a mode's first hit is asked for anywhere, and the mean place of every rank is the middle."""
    text, size = "monitor the budget", len(DUTIES) + len(CITIES)
    for mode in Mode:
        ranked = opened.ids(ranking(opened, text, size, mode=mode)[0])
        orders = [ids(pool(opened, Query(f"q{i}", text), size)) for i in range(300)]
        assert {order.index(ranked[0]) for order in orders} == set(range(size))
        for passage_id in ranked:
            # The mean of 300 places of 12 has a standard deviation of 0.2 places.
            assert sum(order.index(passage_id) for order in orders) / 300 == pytest.approx((size - 1) / 2, abs=0.8)


def test_order_stays(opened: Snapshot) -> None:
    """The order depends on the ids alone: another depth or wording leaves it as it was."""
    whole = ids(pool(opened, Query("q1", "monitor the budget"), 100))
    assert ids(pool(opened, Query("q1", "patch streets"), 100)) == whole
    some = ids(pool(opened, Query("q1", "monitor the budget"), 3))
    assert some == [passage_id for passage_id in whole if passage_id in some]
    assert len(some) < len(whole)
    assert ids(pool(opened, Query("q2", "monitor the budget"), 100)) != whole


def test_candidate_is_blind() -> None:
    """What is shown comes from a record that does not know how a passage was found."""
    assert {field.name for field in fields(Candidate)} == {"query", "passage", "source", "line", "page"}


@pytest.mark.parametrize(
    ("query", "depth", "message"),
    [
        (Query("q", "budget"), 0, "depth of the pool must be from 1 to 1000, not 0"),
        (Query("q", "budget"), 1001, "depth of the pool must be from 1 to 1000, not 1001"),
        (Query("q7", "?!"), 5, "Query q7: The query is empty"),
        (Query("q7", "x" * 5001), 5, "Query q7: The query has 5,001 characters"),
    ],
)
def test_pool_that_cannot_be(opened: Snapshot, query: Query, depth: int, message: str) -> None:
    """What cannot be searched for is said, with the query."""
    with pytest.raises(UsageError, match=re.escape(message)):
        pool(opened, query, depth)


# --- file -------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec=None), min_size=1, max_size=20)


@given(texts=st.lists(TEXT, min_size=1, max_size=4))
@settings(deadline=None)
def test_any_text_is_kept(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is appended is read again, in order, whatever characters it holds."""
    path = tmp_path_factory.mktemp("kept") / "new folder" / "j.jsonl"
    made = [
        example(query_id=f"q{i}", doc_id=text, text=text, start=i, end=i + len(text), assessor=text, grade=i % 4)
        for i, text in enumerate(json.loads(json.dumps(texts)))  # JSON joins halves of a character that lie side by side
    ]
    make_ready(path)
    for judgement in made:
        append(path, judgement)
    assert read_judgements(path) == made
    assert path.read_bytes().isascii()


def test_last_judgement_counts(tmp_path: Path) -> None:
    """The last line of an assessor on a query and span counts; others' and other spans are their own."""
    again = example(grade=0)
    others = [example(assessor="Ben"), example(query_id="q2"), example(doc_id="b.txt"), example(start=1, end=5), example(end=3, text="tex")]
    for judgement in [example(grade=3), *others, again]:
        append(tmp_path / "j.jsonl", judgement)
    assert read_judgements(tmp_path / "j.jsonl") == [*others, again]


def test_cut_at_every_byte(tmp_path: Path) -> None:
    """Wherever a crash cuts off the last line, the lines before it stay, and the file goes on with a fresh line."""
    path = tmp_path / "j.jsonl"
    first, second, third = (example(query_id=name) for name in ("q1", "q2", "q3"))
    append(path, first)
    start = path.stat().st_size
    append(path, second)
    content = path.read_bytes()
    for end in range(start, len(content) + 1):
        for tail in (b"", b"\0" * 5):
            path.write_bytes(content[:end] + tail)
            said: list[str] = []
            whole = [first] if tail or end < len(content) - 1 else [first, second]
            if tail and end == len(content):
                whole = [first, second]
            assert read_judgements(path, said.append) == whole
            assert len(said) == bool(tail or start < end < len(content) - 1)
            make_ready(path)
            append(path, third)
            assert read_judgements(path, pytest.fail) == [*whole, third]


def line(**changes: object) -> str:
    """A line of the file, with some members changed; those that are None are left out."""
    record = asdict(example()) | changes
    return json.dumps({name: value for name, value in record.items() if value is not None})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("hello", "Expecting value"),
        (line()[:40], "Unterminated"),
        ("[" * 100_000, ""),
        ("[1]", "not an object"),
        (line(grade=None), "grade is missing"),
        (line(doc_id=None), "doc_id is missing"),
        (line(grade="2"), "grade is not of the type int"),
        (line(grade=True), "grade is not of the type int"),
        (line(grade=1.0), "grade is not of the type int"),
        (line(assessor=7), "assessor is not of the type str"),
        (line(grade=4), "the grade 4 is not from 0 to 3"),
        (line(grade=-1), "the grade -1 is not from 0 to 3"),
        (line(start=-1, end=3), "the text does not fit the span -1-3"),
        (line(end=5), "the text does not fit the span 0-5"),
        (line(end=0, text=""), "the text does not fit the span 0-0"),
    ],
)
def test_malformed_lines(wrong: str, message: str, tmp_path: Path) -> None:
    """A line that is no judgement is left out and told with its number; a file without any is refused. Both are left as they are."""
    path, said = tmp_path / "j.jsonl", list[str]()
    for content, expected in ((f"{line()}\n\n{wrong}\n{line(query_id='q2')}\n", [example(), example(query_id="q2")]), (f"\n{wrong}\n", None)):
        put(path, content)
        if expected is None:
            with pytest.raises(UsageError, match=f"j.jsonl holds no judgements. Line 2 is none .*{message}"):
                read_judgements(path)
            result = run("judge", _queries(tmp_path), "--judgements", path, "--index", tmp_path / "none")
            assert (result.code, result.out) == (2, "")
        else:
            assert read_judgements(path, said.append) == expected
        assert path.read_text(encoding="utf-8") == content
    assert said == [f"Line 3 of {path} cannot be read and is left out."]


def _queries(folder: Path) -> Path:
    put(folder / "queries.tsv", QUERIES)
    return folder / "queries.tsv"


@pytest.mark.parametrize("content", ["my notes", "q1\ttext", '{"_id": "q1", "te'])
def test_file_that_is_not_ours(content: str, tmp_path: Path) -> None:
    """Only what begins as our lines do is taken for one that was cut off; a wrong file is refused."""
    put(tmp_path / "j.jsonl", content)
    with pytest.raises(UsageError, match=r"holds no judgements\. Line 1 is none"):
        read_judgements(tmp_path / "j.jsonl")


@pytest.mark.parametrize("last", ["my notes", '{"queries": '])
def test_last_line_that_is_not_ours(last: str, tmp_path: Path) -> None:
    """It is left out of what is read, and stays in the file when more is judged."""
    path, said = tmp_path / "j.jsonl", list[str]()
    put(path, f"{line()}\n{last}")
    assert read_judgements(path, said.append) == [example()]
    append(path, example(query_id="q2"))
    assert read_judgements(path, said.append) == [example(), example(query_id="q2")]
    assert said == [f"Line 2 of {path} cannot be read and is left out."] * 2
    assert path.read_text(encoding="utf-8").startswith(f"{line()}\n{last}\n")


def test_file_that_cannot_be_read_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is no file to read; what the disk refuses is said, and what was there before stays."""
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_judgements(tmp_path)
    with pytest.raises(StorageError, match="cannot be written: Is a directory"):
        make_ready(tmp_path)
    with pytest.raises(StorageError, match="cannot be written: Is a directory"):
        append(tmp_path, example())
    append(tmp_path / "j.jsonl", example())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device\. What was judged before is kept"):
        append(tmp_path / "j.jsonl", example())
    assert read_judgements(tmp_path / "j.jsonl") == [example()]


def test_kept_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole line is there when the disk is told to keep it."""
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: sizes.append(os.fstat(handle).st_size))
    append(tmp_path / "j.jsonl", example())
    append(tmp_path / "j.jsonl", example())
    size = (tmp_path / "j.jsonl").stat().st_size
    assert sizes == [size // 2, size]
