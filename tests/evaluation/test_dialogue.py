"""The dialogue of judging: what is shown, what is asked, and what is kept."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TESTS, put
from desk import QUERIES, Desk, build, full, run, shown
from specsearch.evaluation.judging import pool, read_judgements
from specsearch.records import Query, SourceClassification
from specsearch.storage.store import Snapshot

pytestmark = pytest.mark.usefixtures("words")


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
        f"sys.path.insert(0, {str(TESTS)!r})\n"
        "from conftest import WordEncoder\n"
        "import specsearch.storage.truth.opened as opened\n"
        "opened.load_encoder = lambda *_: WordEncoder()\n"
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
