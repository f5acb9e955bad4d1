"""What the command line prints and writes: nothing in a document steers a terminal or a spreadsheet, and no file is replaced unasked."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from conftest import Result, put, quick_updates, specsearch
from workplace import STREETS, Workplace, refused

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
    with quick_updates():
        report = specsearch("index", folder / "corpus", "--index", folder / "index")
    assert report.code == 5, report
    return Workplace(folder / "corpus", folder / "index", report.out)


def neutral(text: str) -> None:
    """Check that a terminal would only print: no control or direction character but the line feed."""
    found = _CONTROL.search(text)
    assert found is None, (found, text[max(0, found.start() - 40) : found.end() + 40])


def test_report_is_neutral(hostile: Workplace) -> None:
    """File names in the list of skips cannot steer the terminal."""
    neutral(hostile.report)
    assert "bad?[2J .txt: empty file" in hostile.report


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
