"""The command line as users run it: the real default model, three small documents; in real processes where that matters."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import Result, WordEncoder, specsearch
from specsearch import __version__
from specsearch.parsing.statements import quotation
from specsearch.storage.update import update_index

BUDGET = """\
CITY OF ALDER FERRY
BUDGET ANALYST II
Class Code: 1204
Revised: July 2021

DEFINITION
Under direction of the finance director, performs professional budget work.

EXAMPLES OF DUTIES
• Prepares and monitors the operating budget of assigned departments.
• Reviews purchase requests for available funds. Explains budget rules to managers.
• Performs related duties as required.

QUALIFICATIONS
• A bachelor's degree in finance or accounting and two years of budget experience.

SALARY
• The monthly salary is $5,100 to $6,800.
"""
STREETS = """\
CITY OF WREN HARBOR

STREET CREW LEADER

EXAMPLES OF DUTIES

• Leads a crew that patches potholes and seals cracks in city streets.
• Operates a roller, a loader and a dump truck.
• Tracks the cost of materials against the yearly budget of the section.
• Performs related duties as required.

QUALIFICATIONS
• A commercial driver license.
"""
POSTINGS = """\
id,title,city,description
L-7,Librarian I,Town of Sable Crossing,"Duties:
• Answers reference questions at the public desk.
• Selects books for the children's room."
"""
COMMANDS = ("index", "search", "parse", "roles", "similar", "compare", "cities", "decide", "status", "check", "evaluate", "judge")
FORMATS = ("table", "json", "jsonl", "csv", "md")


def process(
    *arguments: object,
    stdin: str | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> Result:
    """Run the command line in a process of its own; whatever it is asked, it shows no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "specsearch", *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", "TERM": "dumb", **(env or {})},
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-2000:]
    return Result(done.returncode, done.stdout, done.stderr)


def refused(result: Result, code: int, message: str) -> None:
    """Check that a run ended with a code and one message on standard error, and printed nothing."""
    said = " ".join(line.strip("│ ") for line in result.err.splitlines())
    assert result.code == code, result
    assert re.search(message, said), result.err
    assert result.out == ""


def put(path: Path, content: str | bytes) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@dataclass(frozen=True)
class Workplace:
    """A corpus with its index."""

    corpus: Path
    index: Path
    report: Result


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Three documents of three cities, indexed with the default model."""
    folder = tmp_path_factory.mktemp("cli")
    put(folder / "corpus/alder-ferry-or/budget.txt", BUDGET)
    put(folder / "corpus/wren-harbor-me/streets.md", STREETS)
    put(folder / "corpus/sable-crossing-nm/postings.csv", POSTINGS)
    process(
        "index", folder / "corpus", "--index", folder / "warm-up"
    )  # exports the model where that is still to be done
    report = process("index", folder / "corpus", "--index", folder / "index")
    assert report.code == 0, report
    return Workplace(folder / "corpus", folder / "index", report)


@pytest.fixture
def copied(work: Workplace, tmp_path: Path) -> Workplace:
    """A copy of it that may be changed."""
    shutil.copytree(work.corpus, tmp_path / "corpus")
    shutil.copytree(work.index, tmp_path / "index")
    return Workplace(tmp_path / "corpus", tmp_path / "index", work.report)


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    """Every command has a help text with an example that names the command."""
    result = specsearch(command, "--help")
    assert result.code == 0
    assert f"Example: specsearch {command}" in result.out


def test_help_lists_all_commands() -> None:
    """The commands of the contract are all there, each with a line that says what it does."""
    result = specsearch("-h")
    assert result.code == 0
    for command in COMMANDS:
        assert re.search(rf"{command} +\w+ \w+ \w+", result.out), command


def test_examples_of_the_help_are_accepted(work: Workplace, copied: Workplace) -> None:
    """The examples run as they are printed, where there is a folder `corpus`."""
    assert specsearch("index", "corpus", "--index", "index", cwd=copied.corpus.parent).code == 0
    search = specsearch(
        "search",
        "prepare and monitor the operating budget",
        "--kind",
        "duty",
        "--per-city",
        "1",
        cwd=copied.corpus.parent,
    )
    assert search.code == 0
    assert "Prepares and monitors" in search.out
    assert re.search(r"^1 roles?$", specsearch("roles", "--title", "analyst", cwd=copied.corpus.parent).out, re.M)
    assert json.loads(specsearch("status", "--format", "json", cwd=copied.corpus.parent).out)["documents"] == 3


# --- formats --------------------------------------------------------------------------------------


@cache
def listing(command: str, work: Workplace, style: str, *more: str) -> Result:
    """Run a command that lists things, once for all tests."""
    arguments = {
        "search": ["search", "monitor the budget", "--index", work.index, *more],
        "parse": ["parse", work.corpus / "alder-ferry-or/budget.txt", *more],
        "roles": ["roles", "--index", work.index, *more],
        "status": ["status", "--index", work.index, *more],
    }[command]
    result = specsearch(*arguments, "--format", style)
    assert result.code == 0, result
    return result


# What each command's list has to show in every format.
TELLING = {
    "search": [
        "Prepares and monitors the operating budget of assigned departments.",
        "City of Alder Ferry",
        "BUDGET ANALYST II",
    ],
    "parse": ["A bachelor's degree in finance or accounting", "QUALIFICATIONS", "compensation"],
    "roles": ["City of Wren Harbor", "Librarian I", "1204"],
    "status": ["specsearch-duties-1", "int8", "384"],
}


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("command", TELLING)
def test_formats(command: str, style: str, work: Workplace) -> None:
    """Every listing command has all formats, each of them whole and readable by its readers."""
    result = listing(command, work, style)
    for expected in TELLING[command]:
        assert expected in result.out or style == "table", expected
    if style == "json":
        json.loads(result.out)
    elif style == "jsonl":
        rows = [json.loads(line) for line in result.out.splitlines()]
        assert len(rows) > 2
        assert all(row.keys() == rows[0].keys() for row in rows)
    elif style == "csv":
        rows = list(csv.reader(io.StringIO(result.out)))
        assert len(rows) > 3
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(re.fullmatch(r"[a-z]+", name) for name in rows[0])
    elif style == "md":
        lines = result.out.splitlines()
        assert re.fullmatch(r"\|(---\|)+", lines[1])
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {lines[1].count("|")}
    else:
        together = re.sub(r"\W+", "", result.out)
        assert re.sub(r"\W+", "", TELLING[command][1].split()[-1]) in together


def test_formats_agree(work: Workplace) -> None:
    """The hits are the same in every format."""
    texts = [hit["text"] for hit in json.loads(listing("search", work, "json").out)["hits"]]
    assert [json.loads(line)["text"] for line in listing("search", work, "jsonl").out.splitlines()] == texts
    assert [row["passage"] for row in csv.DictReader(io.StringIO(listing("search", work, "csv").out))] == list(map(quotation, texts))
    assert listing("search", work, "md").out.count("\n") == len(texts) + 2


# Keys in JSON that say whose a row is, by command, to the column that has it in CSV and Markdown.
SOURCE = {
    "search": {
        "source.title": "title", "source.jurisdiction": "city", "source.state": "state", "source.class_code": "code", "source.series": "series",
        "source.level": "level", "source.effective_date": "date", "source.url": "url",
        "document.id": "document", "document.path": "file", "document.kind": "type",
    },
    "parse": {"document": "document", "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code"},
    "roles": {"id": "document", "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code", "kind": "kind", "effective_date": "date"},
}  # fmt: skip


@pytest.mark.parametrize("command", SOURCE)
def test_tables_say_whose_a_row_is(command: str, work: Workplace) -> None:
    """Every field of the JSON that identifies the source, the record's id and the class code among them, is in CSV and Markdown."""
    rows = [json.loads(line) for line in listing(command, work, "jsonl").out.splitlines()]
    table = list(csv.DictReader(io.StringIO(listing(command, work, "csv").out)))
    headings = [heading.strip() for heading in listing(command, work, "md").out.splitlines()[0].strip("|").split("|")]
    assert len(rows) == len(table) > 2
    for part in ("source", "document") if command == "search" else ():
        assert {f"{part}.{key}" for key in rows[0][part]} == {key for key in SOURCE[command] if key.startswith(part)}
    for key, column in SOURCE[command].items():
        assert column in headings
        for row, line in zip(rows, table, strict=True):
            value = row
            for name in key.split("."):
                value = value[name]
            assert line[column] == (value or "")


def test_quotes_have_no_bullets(work: Workplace) -> None:
    """Bullets and numbers before a statement are in JSON, whose text is that of the document, and in nothing that is for people."""
    for command in ("search", "parse"):
        for style in ("table", "csv", "md"):
            assert "•" not in listing(command, work, style).out
        assert "•" in json.loads(listing(command, work, "jsonl").out.splitlines()[1])["text"]


def test_unknown_format(work: Workplace) -> None:
    """A format that there is none of is a usage error that lists those there are."""
    result = specsearch("roles", "--index", work.index, "--format", "xml")
    refused(result, 2, "'xml'.*table.*json.*jsonl.*csv.*md")


def test_search_json(work: Workplace) -> None:
    """The JSON of a search has the documented shape, and every place is right."""
    answer = json.loads(listing("search", work, "json").out)
    assert answer.keys() == {"query", "hits"}
    assert answer["query"] == "monitor the budget"
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    first = answer["hits"][0]
    assert first.keys() >= {"rank", "score", "text", "kind", "section", "source", "document", "start", "end"}
    assert first["source"] == {
        "title": "BUDGET ANALYST II",
        "jurisdiction": "City of Alder Ferry",
        "state": "OR",
        "class_code": "1204",
        "series": "BUDGET ANALYST",
        "level": "II",
        "effective_date": "2021-07",
        "url": None,
    }
    assert (first["kind"], first["section"]) == ("duty", "duty")
    assert first["document"]["id"] == first["document"]["path"] == "alder-ferry-or/budget.txt"
    assert BUDGET[first["start"] : first["end"]] == first["text"]
    assert BUDGET.split("\n")[first["line"] - 1] == first["text"]
    assert 0 < first["score"] <= 1
    assert {hit["document"]["id"] for hit in answer["hits"]} >= {"sable-crossing-nm/postings.csv#L-7"}


def test_parse_json(work: Workplace) -> None:
    """The JSON of `parse` has the documented shape; every character is in one passage or one heading."""
    answer = json.loads(listing("parse", work, "json").out)
    assert answer.keys() >= {"document", "passages"}
    text = answer["document"]["text"]
    assert text == BUDGET
    taken = [0] * len(text)
    for span in [*answer["passages"], *answer["headings"]]:
        assert text[span["start"] : span["end"]] == span["text"]
        for i in range(span["start"], span["end"]):
            taken[i] += 1
    assert all(count == 1 or character.isspace() for count, character in zip(taken, text, strict=True))
    assert set(answer["passages"][0]) >= {"section", "kind", "heading", "start", "end", "text"}
    assert [p["section"] for p in answer["passages"]] == ["summary", *["duty"] * 4, "qualification", "compensation"]
    assert answer["document"]["source"]["origins"]["title"] == {"place": "text", "start": 20, "end": 37}


def test_parse_of_several_documents(work: Workplace) -> None:
    """A file of several documents is a list in JSON, and names the document in a table's first column."""
    path = work.corpus.parent / "two.csv"
    put(
        path,
        POSTINGS + 'P-1,Planner II,Town of Sable Crossing,"• Reviews site plans and zoning requests of the town."\n',
    )
    answer = json.loads(specsearch("parse", path, "--format", "json").out)
    assert [one["document"]["id"] for one in answer] == ["two.csv#L-7", "two.csv#P-1"]
    rows = list(csv.DictReader(io.StringIO(specsearch("parse", path, "--format", "csv").out)))
    assert {row["document"] for row in rows} == {"two.csv#L-7", "two.csv#P-1"}


def test_roles_json(work: Workplace) -> None:
    """The JSON of `roles` lists every document with source and numbers, in the order of ids."""
    rows = json.loads(listing("roles", work, "json").out)
    assert [row["id"] for row in rows] == [
        "alder-ferry-or/budget.txt",
        "sable-crossing-nm/postings.csv#L-7",
        "wren-harbor-me/streets.md",
    ]
    assert (rows[0]["duties"], rows[0]["qualifications"]) == (4, 1)
    assert json.loads(listing("roles", work, "json", "--city", "WREN", "--title", "crew").out) == [rows[2]]


def test_status_json(work: Workplace) -> None:
    """The JSON of `status` says what is in the index and which model made it."""
    facts = json.loads(listing("status", work, "json").out)
    assert (facts["documents"], facts["files"], facts["generation"], facts["skipped"]) == (3, 3, 1, [])
    assert facts["passages"] == sum(facts["sections"].values())
    assert (facts["model"], facts["precision"], facts["dimension"]) == ("specsearch-duties-1", "int8", 384)
    assert facts["size_bytes"] > 50_000


# --- index ------------------------------------------------------------------------------------------


def test_index_reports(copied: Workplace) -> None:
    """`index` says what it did, and that there was nothing to do; progress does not get into its output."""
    assert re.match(
        r"3 documents added, 0 changed, 0 removed, 0 unchanged; \d+ passages, \d+ embedded, in [\d.]+ s\.\n$",
        copied.report.out,
    )
    put(copied.corpus / "alder-ferry-or/budget.txt", BUDGET + "• Benefits are paid by the city.\n")
    changed = specsearch("index", copied.corpus, "--index", copied.index)
    assert changed.code == 0
    assert changed.out.startswith("0 documents added, 1 changed, 0 removed, 2 unchanged; ")
    assert " 1 embedded" in changed.out
    again = specsearch("index", copied.corpus, "--index", copied.index)
    assert again.code == 0
    assert again.out.startswith("Nothing to do: 3 documents, ")


def test_emptied_corpus_needs_prune(copied: Workplace) -> None:
    """A corpus that has lost its documents empties the index only with --prune; then searches find nothing."""
    for path in copied.corpus.rglob("*.*"):
        path.unlink()
    refused(specsearch("index", copied.corpus, "--index", copied.index), 2, r"3 are in .*Nothing was changed.*--prune")
    pruned = specsearch("index", copied.corpus, "--index", copied.index, "--prune")
    assert (pruned.code, pruned.out.split(";")[0]) == (0, "0 documents added, 0 changed, 3 removed, 0 unchanged")
    found = specsearch("search", "budget", "--index", copied.index)
    assert (found.code, found.out) == (0, "Nothing was found.\n")
    assert json.loads(specsearch("search", "budget", "--index", copied.index, "--format", "json").out)["hits"] == []


def test_document_that_became_unreadable_is_reported(copied: Workplace) -> None:
    """When an indexed file can no longer be read, `index` does not say that there was nothing to do."""
    put(copied.corpus / "alder-ferry-or/budget.txt", b"\x00\x01\x02" * 50)
    result = specsearch("index", copied.corpus, "--index", copied.index)
    assert result.code == 5
    assert "Nothing to do" not in result.out


def corpus_with(tmp_path: Path, name: str, content: str | bytes) -> Path:
    """A corpus of one good document and another file."""
    put(tmp_path / "corpus/alder-ferry-or/budget.txt", BUDGET)
    put(tmp_path / "corpus" / name, content)
    return tmp_path / "corpus"


def skipped(result: Result, *expected: str) -> None:
    """Check that a run finished with the good document and one listed skip."""
    assert result.code == 5, result
    assert result.out.startswith("1 documents added")
    assert "1 skipped:" in result.out
    line = result.out.splitlines()[-1]
    assert all(part in line for part in expected), line


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """A folder named x.txt is a folder: what is in it is read."""
    corpus = corpus_with(tmp_path, "x.txt/streets.txt", STREETS)
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code == 0
    assert result.out.startswith("2 documents added")


def test_pipe_in_the_corpus(tmp_path: Path) -> None:
    """A named pipe is listed as a skip, and nobody waits for it."""
    corpus = corpus_with(tmp_path, "empty-folder/.keep", "")
    os.mkfifo(corpus / "pipe.txt")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    skipped(result, "pipe.txt: ", "not a regular file")
    status = json.loads(specsearch("status", "--index", tmp_path / "index", "--format", "json").out)
    assert [skip["path"] for skip in status["skipped"]] == ["pipe.txt"]


def test_binary_file_in_the_corpus(tmp_path: Path) -> None:
    """A binary file with the ending of a text is listed as a skip with advice."""
    corpus = corpus_with(tmp_path, "program.txt", bytes(range(256)) * 20)
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "program.txt: binary file", "convert it")


def test_empty_file_in_the_corpus(tmp_path: Path) -> None:
    """An empty file is listed as a skip."""
    corpus = corpus_with(tmp_path, "nothing.txt", "")
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "nothing.txt: empty file")


def test_ten_megabytes_on_one_line(tmp_path: Path) -> None:
    """10 MB without a line end are listed as a skip with the limit, and hold up nobody."""
    corpus = corpus_with(tmp_path, "long.txt", "budget analyst " * 700_000)
    skipped(specsearch("index", corpus, "--index", tmp_path / "index"), "long.txt: 10,", "limit 2,000,000")


def test_invalid_utf8_is_read(tmp_path: Path) -> None:
    """A file in an older encoding is read, its characters put right."""
    corpus = corpus_with(tmp_path, "old.txt", "CLERK\n\nDUTIES\n• Sorts the café’s mail every day.\n".encode("cp1252"))
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert (result.code, result.out.split(",")[0]) == (0, "2 documents added")
    found = specsearch("search", "sorts the mail", "-k", "1", "--index", tmp_path / "index", "--format", "json")
    assert json.loads(found.out)["hits"][0]["text"] == "• Sorts the café’s mail every day."


def test_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 does not keep the others from being indexed."""
    corpus = corpus_with(tmp_path, "empty-folder/.keep", "")
    try:
        put(corpus / os.fsdecode(b"clerk-\xff.txt"), STREETS)
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code in (0, 5)


def test_many_skips_are_cut_short(tmp_path: Path) -> None:
    """Of many skips the first are shown, with the command that lists them all, and that command does."""
    corpus = corpus_with(tmp_path, "s00.txt", "")
    for i in range(1, 30):
        put(corpus / f"s{i:02}.txt", "")
    result = specsearch("index", corpus, "--index", tmp_path / "index")
    assert result.code == 5
    assert "30 skipped:" in result.out
    hint = result.out.splitlines()[-1]
    assert "and 10 more" in hint
    command = hint.split("specsearch ")[1].split()
    assert len(json.loads(specsearch(*command).out)["skipped"]) == 30


def test_folder_of_the_user_runs_no_code(tmp_path: Path) -> None:
    """Python files lying where specsearch is started are documents of the user, never run as code."""
    script = Path(sys.executable).with_name("specsearch")
    if not script.exists():
        pytest.skip("the console script is not installed beside this Python")
    corpus = corpus_with(
        tmp_path, "page.html", "<h1>Clerk</h1><ul><li>Sorts the mail of the office every day.</li></ul>"
    )
    for name in ("csv", "html", "selectolax", "specsearch_plugin", "json", "unicodedata"):
        put(corpus / f"{name}.py", f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).write_text('yes')\n")
    done = subprocess.run(
        [script, "index", ".", "--index", "../index"], cwd=corpus, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()
    assert done.stdout.startswith("2 documents added")


# --- search -----------------------------------------------------------------------------------------


def hits(work: Workplace, *arguments: str, stdin: str = "") -> list[dict[str, Any]]:
    """Hits of a search."""
    result = specsearch("search", *arguments, "--index", work.index, "--format", "json", stdin=stdin)
    assert result.code == 0, result
    assert result.err == ""
    found: list[dict[str, Any]] = json.loads(result.out)["hits"]
    return found


@pytest.mark.parametrize(
    ("arguments", "first", "cities"),
    [
        pytest.param(
            ["fixing holes in the road"], "• Leads a crew that patches potholes", {"A", "W", "T"}, id="meaning"
        ),
        pytest.param(
            ["monitor the budget", "--per-city", "1"], "• Prepares and monitors", {"A", "W", "T"}, id="per-city"
        ),
        pytest.param(["monitor the budget", "--city", "wren"], "• Tracks the cost", {"W"}, id="city"),
        pytest.param(["monitor the budget", "--title", "librarian"], "• ", {"T"}, id="title"),
        pytest.param(["monitor the budget", "--kind", "qualification"], "• A bachelor's degree", {"A", "W"}, id="kind"),
        pytest.param(
            ["monitor the budget", "--kind", "administrative"], "• The monthly salary", {"A"}, id="administrative"
        ),
        pytest.param(["work", "--label", "summary"], "Under direction of the finance director", {"A"}, id="label"),
        pytest.param(["monitor the budget", "--state", "nm", "-k", "1"], "• ", {"T"}, id="state"),
        pytest.param(["monitor the budget", "--level", "II"], "• Prepares and monitors", {"A"}, id="level"),
        pytest.param(["roller", "--mode", "lexical"], "• Operates a roller", {"W"}, id="lexical"),
        pytest.param(["steamroller", "--mode", "dense", "-k", "1"], "• Operates a roller", {"W"}, id="dense"),
    ],
)
def test_search_options(arguments: list[str], first: str, cities: set[str], work: Workplace) -> None:
    """Each option does what its help says."""
    found = hits(work, *arguments)
    assert found[0]["text"].startswith(first)
    names = {"City of Alder Ferry": "A", "City of Wren Harbor": "W", "Town of Sable Crossing": "T"}
    assert {names[hit["source"]["jurisdiction"]] for hit in found} == cities
    if "--per-city" in arguments:
        assert len(found) == 3


def test_query_from_standard_input(work: Workplace) -> None:
    """A dash reads the query from standard input."""
    assert hits(work, "-", stdin="fixing holes\nin the road\n") == hits(work, "fixing holes in the road")


def test_query_from_standard_input_that_is_no_text(work: Workplace) -> None:
    """Bytes that are no text are refused with the command that reads documents."""
    command = [sys.executable, "-m", "specsearch", "search", "-", "--index", str(work.index)]
    done = subprocess.run(command, input=b"%PDF-1.7\x00\xff\xfe" * 50, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"specsearch similar - < FILE" in done.stderr


def test_query_that_starts_with_a_dash(work: Workplace) -> None:
    """After two dashes a query may begin with a dash."""
    result = specsearch("search", "--index", work.index, "--format", "jsonl", "--", "- prepares the budget")
    assert result.code == 0
    assert "Prepares and monitors" in result.out.splitlines()[0]


def test_explanation_is_shown(work: Workplace) -> None:
    """With --explain both ranks, both scores, the shared words and the nearest clause are shown."""
    why = hits(work, "explains budget rules", "--explain")[0]["explanation"]
    keys = {"dense_rank", "lexical_rank", "dense_score", "lexical_score", "reranker_score", "matched_terms", "sentence"}
    assert why.keys() == keys
    assert why["reranker_score"] is None
    assert why["sentence"] == "Explains budget rules to managers."
    assert {word.lower() for word in why["matched_terms"]} == {"explains", "budget", "rules"}
    table = " ".join(specsearch("search", "explains budget rules", "--explain", "--index", work.index).out.split())
    for part in ("meaning:", "cosine", "words:", "BM25", "shared"):
        assert part in table, part


def test_search_is_the_same_every_time(work: Workplace) -> None:
    """Two runs give the same hits with the same scores."""
    assert hits(work, "monitor the budget") == hits(work, "monitor the budget")


# --- bad input: a message that says what to do, the right code, never a traceback ---------------------


def test_no_such_corpus(tmp_path: Path) -> None:
    """A corpus folder that does not exist is a usage error, and makes no index folder."""
    result = specsearch("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    refused(result, 2, r"Error: There is no folder .*nowhere\. Give the folder that holds your job documents")
    assert not (tmp_path / "index").exists()


def test_empty_corpus(tmp_path: Path) -> None:
    """An empty corpus folder is a usage error that says what belongs there."""
    (tmp_path / "corpus").mkdir()
    result = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index")
    refused(result, 2, r"There are no documents in .*corpus\. Put job documents there \(txt, md, html, pdf, docx")


def test_pipe_as_corpus(tmp_path: Path) -> None:
    """A named pipe as corpus is a usage error, and nobody waits for it."""
    os.mkfifo(tmp_path / "pipe")
    result = specsearch("index", tmp_path / "pipe", "--index", tmp_path / "index")
    refused(result, 2, "neither a folder nor a regular file")


@pytest.mark.parametrize("query", ["", "?!"])
def test_empty_query(query: str, work: Workplace) -> None:
    """A query without a word is a usage error with an example."""
    refused(
        specsearch("search", query, "--index", work.index),
        2,
        "The query is empty. Give some words.*for example: specsearch search",
    )


def test_query_of_100_000_characters(work: Workplace) -> None:
    """A query of 100,000 characters is a usage error that gives the limit, from the command line and from standard input."""
    query = "budgets of " * 9090 + "department"
    assert len(query) == 100_000
    for arguments, stdin in (((query,), ""), (("-",), query)):
        result = specsearch("search", *arguments, "--index", work.index, stdin=stdin)
        refused(result, 2, "has 100,000 characters; at most 5,000 can be searched for. Give one statement .*specsearch similar FILE")


def test_query_that_is_not_utf8(work: Workplace) -> None:
    """Bytes that are not UTF-8 in a query are no reason for a traceback."""
    assert specsearch("search", os.fsdecode(b"budget \xff"), "--index", work.index).code in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["-k", "0"], "from 1 to 1000, not 0", id="no-hits"),
        pytest.param(["-k", "1001"], "from 1 to 1000, not 1001", id="too-many-hits"),
        pytest.param(["-k", "many"], "'-k'.*valid integer", id="hits-no-number"),
        pytest.param(["--per-document", "-1"], r"0 \(no limit\) or more", id="negative-limit"),
        pytest.param(["--mode", "fuzzy"], "'fuzzy'.*hybrid.*dense.*lexical", id="mode"),
        pytest.param(["--kind", "duties"], "'duties'.*duty.*qualification", id="kind"),
        pytest.param(["--city", "Alder Fery"], "city 'Alder Fery'.*City of Alder Ferry", id="misspelt-city"),
        pytest.param(
            ["--label", "duty", "--kind", "qualification"],
            "label duty is not of the kind qualification",
            id="contradiction",
        ),
        pytest.param(["--citty", "wren"], "No such option: --citty", id="option"),
    ],
)
def test_bad_search_options(arguments: Sequence[str], message: str, work: Workplace) -> None:
    """An option that cannot be met is a usage error that says what can."""
    refused(specsearch("search", "budget", "--index", work.index, *arguments), 2, message)


@pytest.mark.parametrize("arguments", [["find"], ["search"], ["parse"]], ids=["unknown-command", "no-query", "no-file"])
def test_bad_commands(arguments: Sequence[str]) -> None:
    """A command that is not there or lacks its argument is a usage error."""
    refused(specsearch(*arguments), 2, "No such command 'find'|Missing argument")


def test_unknown_precision(work: Workplace, tmp_path: Path) -> None:
    """A precision that there is none of is a usage error that lists those there are."""
    result = specsearch("index", work.corpus, "--index", tmp_path / "index", "--precision", "int4")
    refused(result, 2, "no precision 'int4'. Choose one of: int8, fp32")


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        *((["search", "budget"], kind) for kind in ("missing", "other-things", "file")),
        (["roles"], "missing"),
        (["status"], "missing"),
        (["check"], "missing"),
    ],
)
def test_folder_that_is_no_index(command: Sequence[str], kind: str, tmp_path: Path) -> None:
    """What is not an index is exit code 3 with the command that makes one, and nothing is made."""
    folder = tmp_path / "index"
    if kind == "other-things":
        put(folder / "thesis.txt", "mine")
    elif kind == "file":
        put(folder, "mine")
    refused(
        specsearch(*command, "--index", folder),
        3,
        r"index is not an index.*Build one with: specsearch index CORPUS --index",
    )
    assert not (folder / "specsearch.db").exists()


def test_folder_of_others_is_not_written_to(work: Workplace, tmp_path: Path) -> None:
    """`index` does not put its files among those of others."""
    put(tmp_path / "mine/thesis.txt", "mine")
    result = specsearch("index", work.corpus, "--index", tmp_path / "mine")
    refused(result, 2, r"is not an index and not empty \(it holds thesis.txt\). Give another folder with --index")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_index_of_another_model(copied: Workplace) -> None:
    """Another model or precision than the one the index was built with is exit code 3, and names both."""
    result = specsearch("index", copied.corpus, "--index", copied.index, "--precision", "fp32")
    refused(
        result,
        3,
        r"built with the model specsearch-duties-1 \(int8, \w{12}\); you asked for specsearch-duties-1 \(fp32, \w{12}\).*another folder with --index",
    )


def test_index_keeps_its_model(work: Workplace, tmp_path: Path) -> None:
    """An index of the base model is brought up to date with it when no model is named, and the user is told of the default."""
    shutil.copytree(work.corpus, tmp_path / "corpus")
    made = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index", "--model", "all-MiniLM-L6-v2", "--precision", "fp32")
    assert (made.code, "stays with it" in made.err) == (0, False)
    put(tmp_path / "corpus" / "new.txt", "Harbor Aide\n\nDUTIES\n\n- Ties up boats at the municipal pier.\n")
    result = specsearch("index", tmp_path / "corpus", "--index", tmp_path / "index")
    assert result.code == 0
    assert re.search(r"made with the model all-MiniLM-L6-v2 and stays with it. The present default, specsearch-duties-1", " ".join(result.err.split()))
    facts = json.loads(specsearch("status", "--index", tmp_path / "index", "--format", "json").out)
    assert (facts["model"], facts["precision"], facts["documents"]) == ("all-MiniLM-L6-v2", "fp32", 4)


def test_search_when_the_model_has_changed(work: Workplace, tmp_path: Path) -> None:
    """When the model of the index' name is another by now, searching is exit code 3, and names both fingerprints."""
    other = WordEncoder("0" * 64)
    other.name, other.precision = "specsearch-duties-1", "int8"
    update_index(work.corpus, tmp_path / "index", other)
    refused(
        specsearch("search", "budget", "--index", tmp_path / "index"),
        3,
        r"fingerprint 000000000000, but the model of that name here has \w{12}\. Build",
    )
    assert specsearch("search", "budget", "--index", tmp_path / "index", "--mode", "lexical").code == 0


def change(index: Path, statement: str, *values: object) -> None:
    """Change the database of an index behind the program's back."""
    connection = sqlite3.connect(index / "specsearch.db")
    assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()


def test_check(copied: Workplace) -> None:
    """A whole index is said to be one, in words and as JSON."""
    result = specsearch("check", "--index", copied.index)
    assert (result.code, result.err) == (0, "")
    assert re.search(r"is in order: 3 documents, \d+ passages, generation 1\.", result.out)
    facts = json.loads(specsearch("check", "--index", copied.index, "--format", "json").out)
    assert (facts["documents"], facts["generation"], facts["findings"]) == (3, 1, [])


def test_check_of_damaged_search_files(copied: Workplace) -> None:
    """Damaged search files are listed with exit code 3, and made again with --repair."""
    (path,) = copied.index.glob("dense/*/columns.npy")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    (copied.index / "dense" / "00000099").mkdir()
    found = specsearch("check", "--index", copied.index)
    assert found.code == 3
    assert re.search(r"wrong: search files: .*columns\.npy is damaged", found.out)
    assert "left over: dense/00000099" in found.out
    assert "check --repair" in found.out
    mended = specsearch("check", "--repair", "--index", copied.index)
    assert mended.code == 0
    assert re.search(r"repaired: search files: .*columns\.npy is damaged", mended.out)
    assert specsearch("check", "--index", copied.index).out.startswith(str(copied.index))
    assert not (copied.index / "dense" / "00000099").exists()


def test_check_of_damaged_documents(copied: Workplace) -> None:
    """Damaged documents cannot be made again: exit code 3, also with --repair, which touches nothing."""
    change(copied.index, "UPDATE documents SET text = replace(text, 'budget', 'gadget')")
    before = sorted((path, path.read_bytes()) for path in copied.index.glob("*/*/*"))
    for more in ([], ["--repair"]):
        result = specsearch("check", "--index", copied.index, *more, "--format", "csv")
        assert result.code == 3
        assert "budget.txt is damaged" in result.out
    assert sorted((path, path.read_bytes()) for path in copied.index.glob("*/*/*")) == before


def test_check_when_the_model_has_changed(work: Workplace, tmp_path: Path) -> None:
    """An index of a model that is another by now is exit code 3."""
    other = WordEncoder("0" * 64)
    other.name, other.precision = "specsearch-duties-1", "int8"
    update_index(work.corpus, tmp_path / "index", other)
    result = specsearch("check", "--index", tmp_path / "index")
    assert result.code == 3
    assert "fingerprint 000000000000, the one here has" in result.out


def test_damaged_index(copied: Workplace) -> None:
    """A damaged database is exit code 3 and says what to do."""
    change(copied.index, "UPDATE documents SET text = replace(text, 'budget', 'gadget')")
    refused(
        specsearch("search", "monitors the budget", "--index", copied.index),
        3,
        r"is damaged\. Restore it from a copy; without one, move the index folder away",
    )


def _no_database(index: Path) -> None:
    put(index / "specsearch.db", b"not a database" * 500)


def _broken_pages(index: Path) -> None:
    with (index / "specsearch.db").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for at in range(4096, size, 4096):
            file.seek(at)
            file.write(b"\xa5" * 600)


def _cut(index: Path) -> None:
    with (index / "specsearch.db").open("r+b") as file:
        file.truncate(10_000)


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        ("search", _no_database),
        ("search", _broken_pages),
        ("search", _cut),
        ("status", _broken_pages),
        ("index", _broken_pages),
        ("index", _cut),
    ],
)
def test_broken_database(command: str, damage: Callable[[Path], None], copied: Workplace) -> None:
    """A database file that is none, was overwritten or cut short is exit code 3 for every command."""
    damage(copied.index)
    put(copied.corpus / "new.txt", STREETS)
    arguments = {
        "search": ["search", "monitors the budget"],
        "status": ["status"],
        "index": ["index", str(copied.corpus)],
    }[command]
    result = specsearch(*arguments, "--index", copied.index)
    assert result.code == 3, result
    assert "specsearch.db is damaged" in result.err


def test_damaged_search_files_are_made_again(copied: Workplace) -> None:
    """Damaged search files are made again with a notice; the answer is on standard output, whole."""
    (faiss,) = copied.index.glob("dense/*/vectors-00000.npy")
    faiss.write_bytes(b"damaged")
    result = specsearch("search", "monitor the budget", "--index", copied.index, "--format", "json")
    assert result.code == 0
    assert "out of date or damaged; making them again" in result.err
    assert "Prepares and monitors" in json.loads(result.out)["hits"][0]["text"]


_HOLD = """
import sys
from pathlib import Path
from specsearch.storage.files import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_busy_index(copied: Workplace) -> None:
    """While another process writes, `index` is exit code 4 and names the process; searching works."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, copied.index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        result = specsearch("index", copied.corpus, "--index", copied.index)
        refused(
            result,
            4,
            rf"Another process \(pid {holder.pid}\) is writing to .*Wait until it has ended, then run this again",
        )
        assert specsearch("search", "budget", "--index", copied.index).code == 0
        holder.communicate()


def test_index_folder_that_cannot_be_made(work: Workplace) -> None:
    """An index folder that cannot be made is exit code 6."""
    refused(
        specsearch("index", work.corpus, "--index", "/proc/nowhere/index"), 6, "/proc/nowhere/index cannot be written"
    )


def test_full_device(work: Workplace) -> None:
    """Output that cannot be written is exit code 6 with the reason."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "specsearch", "roles", "--index", work.index],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert done.stderr == "Error: No space left on device\n"


def test_reader_that_has_gone(work: Workplace) -> None:
    """`specsearch roles | head -0` is not an error."""
    with subprocess.Popen(
        [sys.executable, "-m", "specsearch", "roles", "--index", work.index],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_interruption(work: Workplace, tmp_path: Path) -> None:
    """Ctrl-C while indexing is exit code 130 and says that what was done is kept."""
    code = (
        "import sys, specsearch.storage.update as update\n"
        "def interrupted(*_, **__): raise KeyboardInterrupt\n"
        "update.update_index = interrupted\n"
        "from specsearch.interfaces.cli import main\n"
        "sys.argv = ['specsearch', *sys.argv[1:]]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "index", str(work.corpus), "--index", str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "What was embedded so far is kept; run it again to go on." in done.stderr
    assert done.returncode == 130


@pytest.mark.parametrize("style", ["table", "json"])
def test_terminal_without_unicode(style: str, work: Workplace) -> None:
    """On a terminal that cannot show bullets the result is still shown."""
    result = process(
        "search", "monitor the budget", "--index", work.index, "--format", style, env={"PYTHONIOENCODING": "ascii"}
    )
    assert result.code == 0
    assert "Prepares and monitors" in result.out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("missing.txt", None, r"missing\.txt: (?:no such file|there is no)", id="missing"),
        pytest.param("program.txt", bytes(range(256)), r"program\.txt: binary file.*convert it", id="binary"),
        pytest.param("old.doc", b"\xd0\xcf\x11\xe0", r"old\.doc: old Word format: save it as \.docx", id="old-word"),
        pytest.param("broken.pdf", b"%PDF-1.7\nnothing", r"broken\.pdf: ", id="broken-pdf"),
        pytest.param("broken.docx", b"PK\x03\x04nothing", r"broken\.docx: ", id="broken-word"),
        pytest.param("broken.json", b"{", r"broken\.json: not valid JSON", id="broken-json"),
    ],
)
def test_parse_of_what_cannot_be_read(name: str, content: bytes | None, message: str, tmp_path: Path) -> None:
    """A file that cannot be read is exit code 6 with the reason and the way out."""
    if content is not None:
        put(tmp_path / name, content)
    refused(specsearch("parse", tmp_path / name), 6, f"(?i)Error: .*{message}")


def test_parse_of_a_pipe_and_of_a_folder(tmp_path: Path) -> None:
    """A named pipe or a folder is refused at once."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name in ("pipe.txt", "folder.txt"):
        refused(specsearch("parse", tmp_path / name), 6, rf"{name}: not a regular file")


# --- text of strangers: nothing in a document steers a terminal or a spreadsheet -----------------------

ESC_TITLE = "Clerk \x1b]0;owned\x07 \x9b31m of \u202eMail"
ESC_TEXT = "• Sorts \x1b[2J\x1b[31mthe mail\x1b[0m \x08\x08\x7f of \u202eeciffo\u202c and \x9d0;owned\x9c [bold red]daily[/bold red] | a\\b <script>alert(1)</script>."
FORMULAS = ["=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3 sorts", "@SUM(1)"]
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """An index of an export whose fields hold escape sequences, markup and formulas."""
    folder = tmp_path_factory.mktemp("hostile")
    records = [{"id": "e", "title": ESC_TITLE, "city": "City of \x1b[5mRook", "text": ESC_TEXT}]
    records += [
        {
            "id": f"f{i}",
            "title": f"{formula} Clerk",
            "city": f"{formula} Town",
            "text": f"{formula} sorts the mail of the office.",
        }
        for i, formula in enumerate(FORMULAS)
    ]
    put(folder / "corpus" / "jobs.json", json.dumps(records))
    put(folder / "corpus" / "a\x1b[2J\n\x9d0;owned.txt", STREETS)
    put(folder / "corpus" / "bad\x1b[2J\n.txt", "")
    report = specsearch("index", folder / "corpus", "--index", folder / "index")
    assert report.code == 5, report
    return Workplace(folder / "corpus", folder / "index", report)


def neutral(text: str) -> None:
    """Check that a terminal would only print: no control or direction character but the line feed."""
    found = _CONTROL.search(text)
    assert found is None, (found, text[max(0, found.start() - 40) : found.end() + 40])


def test_report_is_neutral(hostile: Workplace) -> None:
    """File names in the list of skips cannot steer the terminal."""
    neutral(hostile.report.out)
    assert "bad?[2J .txt: empty file" in hostile.report.out


@cache
def hostile_listing(hostile: Workplace, command: str, style: str) -> Result:
    """Run a command on the hostile documents, once for all tests."""
    arguments = {
        "search": [
            "search",
            "sorts the mail daily",
            "-k",
            "50",
            "--kind",
            "any",
            "--explain",
            "--index",
            hostile.index,
        ],
        "roles": ["roles", "--index", hostile.index],
        "status": ["status", "--index", hostile.index],
        "parse": ["parse", hostile.corpus / "jobs.json"],
    }[command]
    result = specsearch(*arguments, "--format", style)
    assert result.code == 0, result
    return result


@pytest.mark.parametrize(
    ("command", "style"),
    [
        *((command, style) for command in ("search", "parse") for style in ("table", "csv", "md")),
        *((command, style) for command in ("roles", "status") for style in ("table", "csv")),
    ],
)
def test_output_is_neutral(command: str, style: str, hostile: Workplace) -> None:
    """Nothing that a document or file name holds steers the terminal."""
    result = hostile_listing(hostile, command, style)
    neutral(result.out)
    neutral(result.err)
    if command != "status":
        assert "clerk" in result.out.lower() or "mail" in result.out.lower()


@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_json_is_neutral(style: str, hostile: Workplace) -> None:
    """JSON keeps every character of documents and file names, control characters escaped."""
    result = hostile_listing(hostile, "search", style)
    found = (
        json.loads(result.out)["hits"] if style == "json" else [json.loads(line) for line in result.out.splitlines()]
    )
    assert "a\x1b[2J\n\x9d0;owned.txt" in {hit["document"]["path"] for hit in found}
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", result.out) is None


def test_markup_in_documents_is_text(hostile: Workplace) -> None:
    """Square brackets, pipes and tags of a document are shown, not interpreted, in tables and in Markdown."""
    assert "[bold" in hostile_listing(hostile, "search", "table").out
    assert "\\| a\\\\b &lt;script>" in hostile_listing(hostile, "search", "md").out


def test_markup_in_documents_is_text_in_html(tmp_path: Path) -> None:
    """The HTML page of `parse` shows tags of a document and runs none."""
    record = {
        "id": "x",
        "title": '"><img src=x onerror=alert(1)>',
        "city": "<script>alert(2)</script>",
        "text": ESC_TEXT + "</pre><iframe>",
    }
    put(tmp_path / "jobs.json", json.dumps([record]))
    put(tmp_path / "<svg onload=alert(3)>.txt", STREETS)
    for path in tmp_path.iterdir():
        result = specsearch("parse", path, "--format", "html")
        assert result.code == 0
        assert not re.search(r"<(?:img|iframe|svg)|<script>alert", result.out)


@pytest.mark.parametrize("command", ["search", "roles", "parse", "status"])
def test_csv_has_no_formulas(command: str, hostile: Workplace) -> None:
    """No cell of the CSV output begins with a character that a spreadsheet takes for a formula."""
    result = hostile_listing(hostile, command, "csv")
    cells = [cell for row in csv.reader(io.StringIO(result.out)) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    if command != "status":
        for formula in FORMULAS:
            assert any(cell.startswith(f"'{formula}") for cell in cells), formula


# --- options that all have ---------------------------------------------------------------------------


def test_version() -> None:
    """The version is that of the package, in a line."""
    result = specsearch("--version")
    assert (result.code, result.out, result.err) == (0, f"specsearch {__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    """A script for each shell can be shown, and what it asks for is answered: commands, options."""
    script = process("--show-completion", shell, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert script.code == 0
    assert f"_SPECSEARCH_COMPLETE=complete_{shell}" in script.out
    for typed, expected in (("ro", "roles"), ("roles --docu", "--document-kind"), ("search --mode de", "dense")):
        words = f"specsearch {typed}"
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        assert expected in process(env={"_SPECSEARCH_COMPLETE": f"complete_{shell}", **asked}).out


INDEXED = {
    "search": ["search", "budget"], "roles": ["roles"], "similar": ["similar", "street crew"], "compare": ["compare", "street crew", "budget analyst"],
    "cities": ["cities", "street crew"], "decide": ["decide"], "status": ["status"], "check": ["check"], "index": ["index", "CORPUS"],
    "judge": ["judge", "queries.tsv"], "evaluate": ["evaluate", "--level", "document", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--mode", "lexical"],
}  # fmt: skip


@pytest.mark.parametrize("command", INDEXED)
def test_index_from_the_environment(command: str, work: Workplace, tmp_path: Path) -> None:
    """SPECSEARCH_INDEX names the index for every command that has one; --index goes before it, and an empty one counts as none."""
    put(tmp_path / "queries.tsv", "q1\tmonitors the budget\n")
    put(tmp_path / "qrels.tsv", "q1\talder-ferry-or/budget.txt\t1\n")
    arguments = [work.corpus if argument == "CORPUS" else argument for argument in INDEXED[command]]
    assert specsearch(*arguments, env={"SPECSEARCH_INDEX": str(work.index)}, cwd=tmp_path, stdin="q\n").code == 0
    assert "SPECSEARCH_INDEX" in specsearch(command, "--help").out
    if command != "index":
        assert specsearch(*arguments, "--index", tmp_path / "none", env={"SPECSEARCH_INDEX": str(work.index)}, cwd=tmp_path).code == 3
        assert specsearch(*arguments, env={"SPECSEARCH_INDEX": ""}, cwd=tmp_path).code == (2 if command == "evaluate" else 3)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "nm"], ["sable-crossing-nm/postings.csv#L-7"]),
        (["--level", "II"], ["alder-ferry-or/budget.txt"]),
        (["--title", "an"], ["alder-ferry-or/budget.txt", "sable-crossing-nm/postings.csv#L-7"]),
        (["--title", "an", "--city", "alder"], ["alder-ferry-or/budget.txt"]),
        (["--document-kind", "class_specification"], None),
    ],
)
def test_roles_are_filtered_as_searches_are(options: list[str], expected: list[str] | None, work: Workplace) -> None:
    """`roles` lists the documents that the same options leave to a search of everything, with as many statements of each kind."""
    rows = json.loads(listing("roles", work, "json", *options).out)
    found = hits(work, "work", "--kind", "any", "-k", "1000", "--per-document", "0", *options)
    assert [row["id"] for row in rows] == sorted({hit["document"]["id"] for hit in found})
    assert expected in (None, [row["id"] for row in rows])
    for row in rows:
        kinds = [hit["kind"] for hit in found if hit["document"]["id"] == row["id"]]
        assert (row["duties"], row["qualifications"]) == (kinds.count("duty"), kinds.count("qualification"))


@pytest.mark.parametrize("options", [["--city", "Alder Fery"], ["--state", "TX"], ["--title", "astronaut"], ["--level", "IX"]])
def test_filters_are_refused_alike(options: list[str], work: Workplace) -> None:
    """A filter that nothing satisfies is refused with the same offer wherever it is given."""
    given = (["search", "budget"], ["roles"], ["similar", "alder-ferry-or/budget.txt"])
    results = [specsearch(*command, *options, "--index", work.index) for command in given]
    assert {result.code for result in results} == {2}
    assert len({result.err for result in results}) == 1
    assert any(offer in results[0].err for offer in ("In this index:", "Near ones:", "states one"))


# --- files that are written ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(work: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index that has a decision, and judged queries."""
    folder = tmp_path_factory.mktemp("decided")
    shutil.copytree(work.index, folder / "index")
    a, b = "alder-ferry-or/budget.txt", "wren-harbor-me/streets.md"
    assert specsearch("decide", a, b, "reject", "--reason", "Other work.", "--reviewer", "Ana", "--index", folder / "index").code == 0
    put(folder / "queries.tsv", "q1\tmonitors the budget\n")
    assert specsearch("judge", "queries.tsv", "--assessor", "Ana", cwd=folder, stdin="3\n1\nq\n").code == 0
    assert specsearch("judge", "queries.tsv", "--export", "qrels.tsv", cwd=folder).code == 0
    return folder


WRITERS = {
    "compare": (["compare", "alder-ferry-or/budget.txt", "wren-harbor-me/streets.md", "--report"], "dossier.csv"),
    "cities": (["cities", "alder-ferry-or/budget.txt", "--report"], "survey.md"),
    "cities-duty": (["cities", "--duty", "patches potholes", "--report"], "survey.json"),
    "decide": (["decide", "--export"], "decided.tsv"),
    "judge": (["judge", "queries.tsv", "--export"], "exported.tsv"),
    "evaluate": (["evaluate", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--mode", "dense", "--report"], "report.json"),
    "runs": (["evaluate", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--mode", "dense", "--runs"], "dense.trec"),
}  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
def test_files_are_written_alike(writer: str, decided: Path, tmp_path: Path) -> None:
    """Every command that writes a named file makes its folder, replaces none without --force, and never a folder."""
    arguments, name = WRITERS[writer]
    path = tmp_path / "new" / "folder" / name

    def run(place: Path, *more: str) -> Result:
        return specsearch(*arguments, place.parent if writer == "runs" else place, "--index", decided / "index", *more, cwd=decided)

    assert run(path).code == 0
    whole = path.read_bytes()
    assert whole
    path.write_text("mine")
    refused(run(path), 2, rf"{name} exists already\. Choose another name, or replace it with --force\.")
    assert path.read_text() == "mine"
    assert run(path, "--force").code == 0
    assert path.read_bytes() == whole
    path.unlink()
    path.mkdir()
    refused(run(path, "--force"), 2, rf"{name} is a folder\. Choose another name")
    put(tmp_path / "file", "mine")
    refused(run(tmp_path / "file" / "inner" / name, "--force"), 6, rf"{name} cannot be written: Not a directory")
    assert sorted(found.name for found in tmp_path.rglob("*")) == sorted(["file", "folder", "new", name])


def test_devices_are_not_replaced(decided: Path) -> None:
    """--force replaces files, not what stands for something else."""
    refused(specsearch("decide", "--export", "/dev/null", "--force", cwd=decided), 2, "/dev/null is not a regular file")


# --- evaluate ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BEIR folder of a few duties."""
    folder = tmp_path_factory.mktemp("judged")
    texts = ("Prepares the annual budget.", "Patches potholes in streets.", "Answers reference questions.", "Reviews budget requests.")
    put(folder / "corpus.jsonl", "".join(json.dumps({"_id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    put(folder / "queries.jsonl", '{"_id": "q1", "text": "draft the yearly budget"}\n{"_id": "q2", "text": "repair roads"}\n')
    put(folder / "qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\td0\t2\nq1\td3\t1\nq2\td1\t1\n")
    return folder


def test_evaluate(judged: Path, tmp_path: Path) -> None:
    """Every mode is measured, runs can be written and compared with, and the report holds everything."""
    first = specsearch("evaluate", judged, "--runs", tmp_path / "runs", "--report", tmp_path / "report.json")
    assert first.code == 0, first
    assert all(mode in first.out for mode in ("hybrid", "dense", "lexical", "rrf", "nDCG@10", "Measured: 2 of 2 queries."))
    facts = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    by_name = {system["name"]: system["measures"] for system in facts["systems"]}
    assert by_name["dense"]["R@10"]["mean"] == 1
    assert (by_name["lexical"]["nDCG@10"]["low"], by_name["lexical"]["nDCG@10"]["high"]) == (None, None)  # of two queries
    assert len(facts["differences"]) == 5 * 6
    lines = (tmp_path / "runs/hybrid.trec").read_text(encoding="utf-8").splitlines()
    assert lines[0].split()[:4] == ["q1", "Q0", "d0", "1"]
    put(tmp_path / "other.trec", "q1 Q0 d1 1 1.0 me\n")
    # An index that the environment names is not meant where a folder is given.
    named = {"SPECSEARCH_INDEX": str(tmp_path / "no-index")}
    second = specsearch("evaluate", judged, "--mode", "dense", "--compare", tmp_path / "other.trec", "--format", "json", env=named)
    other = {system["name"]: system for system in json.loads(second.out)["systems"]}[str(tmp_path / "other.trec")]
    assert other["missing"] == ["q2"]
    assert other["measures"]["nDCG@10"]["mean"] == 0


@pytest.mark.parametrize("level", ["passage", "document"])
def test_evaluate_an_index(level: str, work: Workplace, tmp_path: Path) -> None:
    """An index is measured with queries and judgements of its passages or documents."""
    hits = json.loads(specsearch("search", "monitors the budget", "--index", work.index, "-k", "1", "--format", "json").out)["hits"]
    found = hits[0]
    target = found["document"]["id"] if level == "document" else f"{found['document']['id']}:{found['start']}-{found['end']}"
    put(tmp_path / "queries.tsv", "q1\tmonitors the budget\n")
    put(tmp_path / "qrels.txt", f"q1 0 {target} 1\n")
    result = specsearch(
        "evaluate", "--index", work.index, "--queries", tmp_path / "queries.tsv", "--qrels", tmp_path / "qrels.txt",
        "--level", level, "--mode", "hybrid", "--format", "json",
    )  # fmt: skip
    assert result.code == 0, result
    assert json.loads(result.out)["systems"][0]["measures"]["RR@10"]["mean"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give a BEIR folder, or an index"),
        (["BEIR", "--index", "INDEX"], "Give a BEIR folder, or an index"),
        (["BEIR", "--queries", "other.tsv"], "belong to --index"),
        (["--index", "INDEX"], "give --queries and --qrels too"),
        (["missing"], "missing is not a BEIR folder: there is no corpus.jsonl"),
        (["BEIR", "--split", "test"], "no judgements test. There are: dev"),
        (["BEIR", "--compare", "missing.trec"], "missing.trec cannot be read"),
        (["BEIR", "--compare", "empty.trec"], "empty.trec is empty"),
        (["BEIR", "--mode", "lexical", "--compare", "strange.trec"], r"strange.trec: .* no query in common"),
        (["BEIR", "--mode", "lexical", "--compare", "ids.trec"], r"ids.trec: .* another collection or level"),
        (["BEIR", "--mode", "best"], "best"),
    ],
)
def test_evaluate_what_cannot_be(arguments: Sequence[str], message: str, judged: Path, work: Workplace, tmp_path: Path) -> None:
    """What does not fit together is exit code 2 with a sentence; nothing is scored."""
    put(tmp_path / "empty.trec", "")
    put(tmp_path / "strange.trec", "other Q0 d1 1 1.0 me\n")
    put(tmp_path / "ids.trec", "q1 Q0 other 1 1.0 me\nq2 Q0 another 1 1.0 me\n")
    places = {"BEIR": judged, "INDEX": work.index}
    given = [places.get(argument, argument) for argument in arguments]
    result = specsearch("evaluate", *given, cwd=tmp_path)
    assert result.code == 2, result
    said = " ".join(line.strip("│ ") for line in result.err.splitlines())
    assert re.search(message, said), said
