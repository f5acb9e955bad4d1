"""Judging by hand: the pool, the file of judgements, the dialogue, and qrels of an index that has changed since."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from conftest import WordEncoder
from specsearch.errors import StorageError, UsageError
from specsearch.evaluation.dataset import read_qrels, write_qrels
from specsearch.evaluation.judging import (
    Candidate,
    Judgement,
    append,
    combine,
    locate,
    make_ready,
    pool,
    read_judgements,
)
from specsearch.interfaces.cli import app
from specsearch.records import (
    Document,
    DocumentKind,
    Kind,
    Label,
    Mode,
    ParsedDocument,
    Passage,
    Query,
    SourceClassification,
)
from specsearch.retrieval import Filters
from specsearch.retrieval.search import ranking
from specsearch.storage.index import open_snapshot
from specsearch.storage.snapshot import Snapshot
from specsearch.storage.update import index_documents, update_index

DUTIES = (
    "Prepares and monitors the operating budget of assigned departments.",
    "Reviews purchase requests for available funds.",
    "Forecasts revenue from taxes, fees and grants.",
    "Develops the annual budget calendar.",
    "Patches potholes and seals cracks in city streets.",
    "Operates a roller, a loader and a dump truck.",
    "Tracks the cost of materials against the yearly budget.",
    "Answers reference questions at the public desk.",
    "Sorts the incoming mail of the whole office.",
    "Selects books for the children's room.",
)
CITIES = ("ALDER FERRY", "WREN HARBOR")
QUERIES = "q1\tmonitor the budget\nq2\tpatch streets\n"


def put(path: Path, text: str) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are opened with the encoder of the tests."""
    monkeypatch.setattr("specsearch.storage.index.load_encoder", lambda *_: WordEncoder())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of two documents with five duties each and a qualification."""
    root = tmp_path_factory.mktemp("judging")
    for i, city in enumerate(CITIES):
        duties = "\n".join(f"• {duty}" for duty in DUTIES[i::2])
        put(root / f"corpus/doc{i}.txt", f"CITY OF {city}\nANALYST {'I' * (i + 1)}\n\nDUTIES\n{duties}\n\nQUALIFICATIONS\n• A valid driver's license.\n")
    update_index(root / "corpus", root / "index", WordEncoder())
    return root / "index"


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Snapshot]:
    """That index, open."""
    with open_snapshot(folder, encoder=WordEncoder()) as index:
        yield index


@dataclass(frozen=True)
class Result:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


def run(*arguments: object, typed: bytes | str = "") -> Result:
    """Run the command line in this process."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Result(done.exit_code, done.stdout, done.stderr)


@dataclass(frozen=True)
class Desk:
    """Queries, an index, and the file beside the queries that judgements go to."""

    queries: Path
    index: Path

    @property
    def path(self) -> Path:
        return self.queries.with_suffix(".judgements.jsonl")

    def judge(self, typed: bytes | str = "", *options: object, by: str = "Ana") -> Result:
        pool = () if "--pool" in options else ("--pool", 3)
        return run("judge", self.queries, "--index", self.index, *pool, "--assessor", by, *options, typed=typed)

    def kept(self) -> list[Judgement]:
        return read_judgements(self.path)


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Desk:
    """Two queries and nothing judged."""
    put(tmp_path / "queries.tsv", QUERIES)
    return Desk(tmp_path / "queries.tsv", folder)


def ids(candidates: Sequence[Candidate]) -> list[str]:
    """Passage ids in the order of asking."""
    return [candidate.passage.passage_id for candidate in candidates]


def shown(result: Result) -> list[tuple[int, int, int, int]]:
    """Query, of how many, passage, of how many: of everything that was shown."""
    found = re.findall(r"^Query (\d+) of (\d+), passage (\d+) of (\d+)", result.out, re.M)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found]


def example(**changes: object) -> Judgement:
    """A judgement, with some members changed."""
    made = Judgement("q1", "monitor the budget", "doc.txt", 0, 4, "text", 2, "Ana", "2026-11-22T10:00:00+00:00", "words", "f" * 64, 1, "s")
    return replace(made, **changes)  # type: ignore[arg-type] # members by name


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
    every = opened.passage_ids()
    text = " ".join(words)
    expected = {every[i] for mode in Mode for i in ranking(opened, text, depth, filters=filters, mode=mode)[0].tolist()}
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
        ranked = [opened.passage_ids()[i] for i in ranking(opened, text, size, mode=mode)[0].tolist()]
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
        ("hello", r"not a judgement \(Expecting value"),
        (line()[:40], r"not a judgement \(Unterminated"),
        ("[" * 100_000, "not a judgement"),
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
    """A line that is no judgement is refused with its number, and the file is left as it is."""
    path = tmp_path / "j.jsonl"
    put(path, f"{line()}\n\n{wrong}\n{line()}\n")
    with pytest.raises(UsageError, match=f"j.jsonl, line 3: .*{message}.*Correct or delete"):
        read_judgements(path)
    result = run("judge", _queries(tmp_path), "--judgements", path, "--index", tmp_path / "none")
    assert (result.code, result.out) == (2, "")
    assert path.read_text(encoding="utf-8") == f"{line()}\n\n{wrong}\n{line()}\n"


def _queries(folder: Path) -> Path:
    put(folder / "queries.tsv", QUERIES)
    return folder / "queries.tsv"


@pytest.mark.parametrize("content", ["my notes", f"{line()}\nmy notes", "q1\ttext", '{"_id": "q1", "te', f'{line()}\n{{"queries": '])
def test_last_line_that_is_not_ours(content: str, tmp_path: Path) -> None:
    """Only what begins as our lines do is taken for one that was cut off; of a wrong file nothing is dropped."""
    put(tmp_path / "j.jsonl", content)
    with pytest.raises(UsageError, match=f"line {content.count(chr(10)) + 1}: not a judgement"):
        read_judgements(tmp_path / "j.jsonl")


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


def full(handle: int) -> NoReturn:
    """A disk without space."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- dialogue ---------------------------------------------------------------------------------------


def test_what_is_shown(desk: Desk) -> None:
    """The query, the passage, its class, city, section and place are shown, the legend once, and nothing of how it was found."""
    result = desk.judge("2\n" * 3)
    assert result.code == 0, result
    assert result.out.count("0 not relevant, 1 related, 2 relevant, 3 the same duty or qualification") == 1
    assert "monitor the budget" in result.out
    assert "ANALYST I; City of Alder Ferry; duty" in result.out
    assert re.search(r"^doc0.txt, line 5, characters \d+-\d+$", result.out, re.M)
    assert "Prepares and monitors the operating budget of assigned departments." in result.out
    assert not re.search(r"hybrid|dense|lexical|rrf|rank|score|cosine|bm25", result.out, re.I)


def test_judgement_holds_everything(desk: Desk, opened: Snapshot) -> None:
    """A line says who judged what, when and in which index, so that the passage can be found again."""
    desk.judge("3\n")
    (kept,) = desk.kept()
    (candidate, *_) = pool(opened, Query("q1", "monitor the budget"), 3)
    passage = candidate.passage
    assert (kept.doc_id, kept.start, kept.end, kept.text) == (passage.doc_id, passage.start, passage.end, passage.text)
    assert (kept.query_id, kept.query, kept.grade, kept.assessor) == ("q1", "monitor the budget", 3, "Ana")
    assert (kept.model, kept.fingerprint, kept.generation, kept.state) == ("words", "f" * 64, 1, opened.meta["state"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", kept.date)


def test_going_on(desk: Desk) -> None:
    """Stopped at any passage, it goes on with the next: every passage is asked for once, in one order."""
    whole = shown(desk.judge("s\n" * 100))
    sizes = [max(c for a, _, c, _ in whole if a == number) for number in (1, 2)]
    assert whole == [(number, 2, place, size) for number, size in enumerate(sizes, start=1) for place in range(1, size + 1)]
    assert desk.kept() == []
    for number, step in enumerate(whole):
        result = desk.judge(f"{number % 4}\n")
        assert shown(result)[0] == step
        assert f"Judged by Ana: {number + 1} of {len(whole)} passages" in result.out
    assert [judgement.grade for judgement in desk.kept()] == [number % 4 for number in range(len(whole))]
    assert len(set(desk.path.read_bytes().splitlines())) == len(whole)
    assert shown(desk.judge("0\n")) == []
    assert len(desk.kept()) == len(whole)


@pytest.mark.parametrize(
    ("typed", "grades", "places"),
    [
        pytest.param("", [], [1], id="end-at-once"),
        pytest.param("q\n", [], [1], id="quit-at-once"),
        pytest.param("1\n2\nq\n3\n", [1, 2], [1, 2, 3], id="quit"),
        pytest.param("1\n2\n", [1, 2], [1, 2, 3], id="end"),
        pytest.param("1\n2", [1, 2], [1, 2, 3], id="end-within-a-line"),
        pytest.param("1\ns\n3\n", [1, 3], [1, 2, 3, 4], id="skip"),
        pytest.param("1\nb\n3\n2\n", [3, 2], [1, 2, 1, 2, 3], id="back"),
        pytest.param("1\n2\nb\nb\n0\n3\n", [2, 0, 3], [1, 2, 3, 2, 1, 3, 4], id="back-twice"),
        pytest.param("1\nb\ns\n2\n", [1, 2], [1, 2, 1, 2, 3], id="back-and-keep"),
        pytest.param("b\n2\n", [2], [1, 1, 2], id="back-from-the-first"),
        pytest.param("\n4\n-1\n33\nyes\n 2 \n", [2], [1, 2], id="wrong"),
        pytest.param(b"\xff\xfe\n\x00\n2\r\nS\nQ\n", [2], [1, 2, 3], id="bytes"),
    ],
)
def test_answers(typed: str | bytes, grades: list[int], places: list[int], desk: Desk) -> None:
    """Grades are kept, s, b and q do what they say, anything else is asked for again, and the end of the input stops."""
    result = desk.judge(typed, "--pool", 5)
    assert result.code == 0, result
    assert [judgement.grade for judgement in desk.kept()] == grades
    assert [place for _, _, place, _ in shown(result)] == places
    assert f"Judged by Ana: {len(grades)} of" in result.out


def test_back_over_what_was_judged_before(desk: Desk) -> None:
    """One can go back behind where one went on, and is shown what was judged; the new line counts."""
    desk.judge("1\n2\n")
    result = desk.judge("b\n3\n")
    assert [place for _, _, place, _ in shown(result)] == [3, 2, 3]
    assert "passage 2 of" in result.out
    assert "judged 2 so far" in result.out
    assert [judgement.grade for judgement in desk.kept()] == [1, 3]
    assert len(desk.path.read_bytes().splitlines()) == 3


def test_two_assessors(desk: Desk, tmp_path: Path) -> None:
    """Each assessor is asked for everything and counts, in one file or in two put together."""
    desk.judge("3\n" * 100)
    before = desk.kept()
    assert shown(desk.judge("0\n", by="Ben"))[0][2] == 1
    desk.judge("0\n" * 100, "--judgements", tmp_path / "ben.jsonl", by="Ben")
    desk.path.write_bytes(desk.path.read_bytes() + (tmp_path / "ben.jsonl").read_bytes())
    assert shown(desk.judge("0\n", by="Ben")) == []
    assert desk.judge("", "--export", tmp_path / "out.tsv").code == 0
    lines = (tmp_path / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(before)
    assert {row.split("\t")[2] for row in lines[1:]} == {"0"}


def test_cut_line_is_said_and_asked_for_again(desk: Desk) -> None:
    """After a crash in the middle of a line the passage of that line is asked for again."""
    desk.judge("1\n2\n")
    desk.path.write_bytes(desk.path.read_bytes()[:-30])
    result = desk.judge("3\n")
    assert "The last line of" in result.err
    assert "was cut off" in result.err
    assert shown(result)[0][2] == 2
    assert [judgement.grade for judgement in desk.kept()] == [1, 3]


def test_file_that_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be written is said before anything is asked, and a disk that fills up at once."""
    result = desk.judge("1\n", "--judgements", "/proc/nowhere/j.jsonl")
    assert result.code == 6
    assert "/proc/nowhere/j.jsonl cannot be written" in result.err
    assert result.out == ""
    monkeypatch.setattr(os, "fsync", full)
    result = desk.judge("1\n2\n")
    assert result.code == 6
    assert "No space left on device" in result.err
    assert len(shown(result)) == 1


def test_query_that_finds_nothing(desk: Desk) -> None:
    """A query for which there is nothing is said and passed over."""
    result = desk.judge("1\n", "--kind", "administrative")
    assert result.code == 0
    assert "The query q1 finds nothing and is passed over." in result.err
    assert "The query q2 finds nothing" in result.err
    assert shown(result) == []


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], {"duty", "license"}),
        (["duty"], {"duty"}),
        (["qualification"], {"license"}),
        (["duty", "qualification"], {"duty", "license"}),
        (["any"], {"duty", "license"}),
        (["duty", "any"], {"duty", "license"}),
    ],
)
def test_kinds(kinds: list[str], expected: set[str], desk: Desk) -> None:
    """Only passages of the kinds that are asked for are pooled."""
    options = [word for kind in kinds for word in ("--kind", kind)]
    result = desk.judge("s\n" * 100, "--pool", 100, *options)
    assert set(re.findall(r"^ANALYST I+; City of [\w ]+; (\w+)$", result.out, re.M)) == expected


@pytest.mark.parametrize(
    ("queries", "options", "message"),
    [
        (QUERIES, ["--pool", "0"], "depth of the pool must be from 1 to 1000"),
        (QUERIES, ["--assessor", " "], "The assessor has no name"),
        (QUERIES, ["--kind", "duties"], "'duties'"),
        ("q1\t?!\n", [], "Query q1: The query is empty"),
        ("q1\n", [], "line 1: 1 columns"),
        (QUERIES, ["--export", "out.tsv"], "No query of .* is judged in .*Run it without --export first"),
    ],
)
def test_refusals(queries: str, options: list[str], message: str, folder: Path, tmp_path: Path) -> None:
    """What cannot be done is exit code 2 with a sentence."""
    put(tmp_path / "queries.tsv", queries)
    result = run("judge", tmp_path / "queries.tsv", "--index", folder, *options, typed="1\n")
    assert result.code == 2
    assert re.search(message, " ".join(result.err.split()))
    assert not (tmp_path / "queries.judgements.jsonl").exists()


def test_without_a_login_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The assessor is whoever is logged in; where nobody is known, a name is asked for."""
    monkeypatch.setenv("LOGNAME", "casey")
    assert run("judge", desk.queries, "--index", desk.index, typed="1\n").code == 0
    assert [judgement.assessor for judgement in desk.kept()] == ["casey"]

    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    result = run("judge", desk.queries, "--index", desk.index, typed="1\n")
    assert result.code == 2
    assert "Give a name with --assessor" in result.err


def test_output_is_neutral(tmp_path: Path) -> None:
    """Nothing that a document, a query or a name holds steers the terminal."""
    evil = "\x1b[2J\x9d0;owned\x07\u202e[bold]"
    text = f"Sorts {evil} mail."
    source = SourceClassification(title=f"Clerk {evil}", jurisdiction=f"City {evil}")
    build(tmp_path / "index", text, [(0, len(text))], source=source, doc_id=f"a\n{evil}.txt", headings=(f"DUTIES {evil}",))
    put(tmp_path / "queries.jsonl", json.dumps({"_id": f"q{evil}", "text": f"mail {evil}"}))
    result = run("judge", tmp_path / "queries.jsonl", "--index", tmp_path / "index", "--assessor", f"Ana {evil}", typed="2\n")
    assert result.code == 0, result
    assert result.out.count("[bold]") == 7
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", result.out + result.err)
    (kept,) = read_judgements(tmp_path / "queries.judgements.jsonl")
    assert kept.text == text


@pytest.mark.parametrize("closed", [False, True], ids=["interrupted", "no-input"])
def test_interruption(closed: bool, desk: Desk) -> None:
    """Ctrl-C ends as q does, and so does a process that was given no input; what was judged is kept."""
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # shells have it ignored by what runs in the background
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from conftest import WordEncoder\n"
        "import specsearch.storage.index as index\n"
        "index.load_encoder = lambda *_: WordEncoder()\n"
        + ("sys.stdin = None\n" if closed else "")
        + "from specsearch.interfaces.cli import main\n"
        "sys.argv = ['specsearch', *sys.argv[1:]]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "judge", str(desk.queries), "--index", str(desk.index), "--assessor", "Ana"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        seen = b""
        if not closed:
            process.stdin.write(b"2\n")
            process.stdin.flush()
            while b"passage 2 of" not in seen or not seen.endswith(b"q): "):
                byte = process.stdout.read(1)
                assert byte, seen
                seen += byte
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)  # while there is still input to wait for
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert b"Traceback" not in err
    assert f"Judged by Ana: {0 if closed else 1} of".encode() in out
    assert [judgement.grade for judgement in desk.kept()] == ([] if closed else [2])


# --- export -----------------------------------------------------------------------------------------


def build(
    folder: Path,
    text: str,
    spans: Sequence[tuple[int, int]],
    *,
    source: SourceClassification | None = None,
    doc_id: str = "doc.txt",
    headings: tuple[str, ...] = (),
) -> None:
    """Make an index of one document that is split at the given places."""
    hashed = hashlib.sha256(text.encode()).hexdigest()
    document = Document(doc_id, source or SourceClassification(), DocumentKind.OTHER, text, doc_id, hashed)
    passages = tuple(
        Passage(f"{doc_id}:{start}-{end}", doc_id, Label.DUTY, Kind.DUTY, start, end, text[start:end], i, headings)
        for i, (start, end) in enumerate(spans)
    )
    index_documents([ParsedDocument(document, (), passages, ())], folder, WordEncoder())


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
    best = opened.passage_ids()[int(ranking(opened, "monitor the budget", 1)[0][0])]
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
