"""The commands about roles as users run them: real processes, the default model, the sample corpus."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CORPUS, ROOT
from specsearch.encoding import load_encoder
from specsearch.storage.update import update_index

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the sample corpus."""
    folder = tmp_path_factory.mktemp("roles") / "index"
    update_index(CORPUS, folder, load_encoder())
    return folder


def run(index: Path, *arguments: str, stdin: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command on the index, with a file as its standard input."""
    with Path(stdin or os.devnull).open("rb") as source:
        return subprocess.run(
            [sys.executable, "-m", "specsearch", *arguments, "--index", str(index)],
            stdin=source, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT,
        )  # fmt: skip


def test_similar(index: Path) -> None:
    """Roles with score, percentile, verdict and reason; a file that is not in the index works as well."""
    done = run(index, "similar", CENTER, "-k", "3", "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert all("duties shared" in row["reason"] and row["verdict"] for row in rows)
    named = run(index, "similar", str(CORPUS / CENTER), "-k", "1", "--format", "json")
    assert json.loads(named.stdout)[0]["id"] == CENTER  # a file is not left out of the index that has it
    shown = run(index, "similar", "citizen response", "--mask-titles", "-k", "2").stdout
    assert "RESIDENT CONTACT CENTER" in shown
    assert "shared" in shown


@pytest.mark.parametrize(
    "name",
    [
        "kestrel-valley-ca/resident-contact-center-supervisor.pdf",
        "tidewater-mills-va/citizen-service-center-manager.docx",
        "port-lumen-wa/citizen-response-center-supervisor.html",
        "cedar-quay-or/associate-planner.txt",
    ],
)
def test_document_on_standard_input(name: str, index: Path) -> None:
    """A dash is a document on standard input, whatever its format, and is read as the file is."""
    piped, filed = (json.loads(run(index, "similar", role, "-k", "3", "--format", "json", stdin=CORPUS / name).stdout) for role in ("-", str(CORPUS / name)))
    assert piped == filed
    assert piped[0]["id"] == name


def test_roles_on_standard_input(index: Path) -> None:
    """`compare` and `cities` read it too; twice, nothing, and several documents are refused with what to do."""
    compared = json.loads(run(index, "compare", "-", OTHER, "--format", "json", stdin=CORPUS / CENTER).stdout)
    assert (compared["a"]["id"], compared["b"]["id"], compared["verdict"]) == ("standard input", OTHER, "comparable")
    assert run(index, "cities", "-", stdin=CORPUS / CENTER).returncode == 0
    for arguments, source, code, message in (
        (("compare", "-", "-"), CORPUS / CENTER, 2, "Only one of the two roles can come from standard input"),
        (("similar", "-"), None, 6, "standard input: empty file"),
        (("similar", "-"), CORPUS / "lake-ostrander-mn" / "specs_archive.json", 2, "Standard input holds "),
    ):
        done = run(index, *arguments, stdin=source)
        assert (done.returncode, message in done.stderr) == (code, True), done.stderr


def test_how_a_role_was_taken_is_said(index: Path) -> None:
    """On standard error, unless it was named by its id or its whole title; what is printed stays the same."""
    by_id = run(index, "similar", "prairie-gate-ks/311-customer-care-manager.txt", "-k", "1", "--format", "json")
    by_words = run(index, "similar", "customer prairie", "-k", "1", "--format", "json")
    assert by_words.stdout == by_id.stdout
    assert "taken as" not in by_id.stderr
    assert "'customer prairie' is taken as: 311 Customer Care Manager, City of Prairie Gate (prairie-gate-ks/311-customer-care-manager.txt), by words of its title and employer." in by_words.stderr
    decided = run(index, "decide", "customer prairie", "customer care manager", "accept", "--reason", "x")
    assert decided.stderr.count("is taken as") == 2


def test_compare(index: Path, tmp_path: Path) -> None:
    """The verdict, coverage and quotes with their lines; every format; a dossier that is written once."""
    shown = run(index, "compare", CENTER, OTHER)
    assert shown.returncode == 0, shown.stderr
    assert "\nCOMPARABLE\n" in shown.stdout
    assert "[line 23]" in shown.stdout
    facts = json.loads(run(index, "compare", CENTER, OTHER, "--format", "json").stdout)
    assert facts["verdict"] == "comparable"
    assert json.loads(run(index, "compare", CENTER, OTHER, "--format", "jsonl").stdout) == facts
    rows = list(csv.reader(io.StringIO(run(index, "compare", CENTER, OTHER, "--format", "csv").stdout)))
    assert len(rows) > 15
    assert "|" in run(index, "compare", CENTER, OTHER, "--format", "md").stdout
    report = tmp_path / "new" / "dossier.html"
    assert run(index, "compare", CENTER, OTHER, "--report", str(report)).returncode == 0
    before = report.read_bytes()
    assert b"<html" in before
    again = run(index, "compare", CENTER, OTHER, "--report", str(report))
    assert (again.returncode, report.read_bytes()) == (2, before)
    assert "exists already" in again.stderr


def test_compare_with_itself(index: Path) -> None:
    """It is said, and everything is covered."""
    done = run(index, "compare", CENTER, CENTER)
    assert done.returncode == 0
    assert "compared with itself" in done.stderr
    assert "Coverage: 100% of A's duties, 100% of B's." in done.stdout


def test_cities(index: Path, tmp_path: Path) -> None:
    """A row a city, "none" where nothing clears chance, the duties as a matrix, and a survey to hand over."""
    done = run(index, "cities", CENTER, "--matrix", "--report", str(tmp_path / "survey.md"))
    assert done.returncode == 0, done.stderr
    assert "City of Kestrel Valley" in done.stdout
    assert "none" in done.stdout
    assert (tmp_path / "survey.md").stat().st_size > 1000
    duty = run(index, "cities", "--duty", "patches potholes in streets", "--format", "json")
    assert json.loads(duty.stdout)["rows"][0]["cells"][0]["found"]
    assert run(index, "cities", CENTER, "--duty", "x").returncode == 2


def test_decide(tmp_path: Path, index: Path) -> None:
    """A decision is kept, listed, shown in the comparison, and exported as judgements."""
    assert run(index, "decide", CENTER, OTHER, "accept", "--reason", "Same center, same level.", "--reviewer", "Ann").returncode == 0
    assert "Same center" in run(index, "decide").stdout
    assert "Ann decided: accept. Same center, same level." in run(index, "compare", OTHER, CENTER).stdout
    qrels = tmp_path / "qrels.tsv"
    assert run(index, "decide", "--export", str(qrels)).returncode == 0
    assert f"{CENTER}\t{OTHER}\t2" in qrels.read_text()
    measured = run(index, "evaluate", "--level", "role", "--qrels", str(qrels), "--format", "json")
    assert measured.returncode == 0, measured.stderr
    assert json.loads(measured.stdout)["level"] == "role"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "librarian"], "roles match 'librarian'"),
        (["similar", "astronaut"], "No role of"),
        (["compare", "astronaut", CENTER], "No role of"),
        (["compare", CENTER, OTHER, "--report", "x.pdf"], "does not say which format"),
        (["compare", str(CORPUS / "new-bramley-ma" / "postings.csv"), OTHER], "holds 6 documents"),
        (["cities"], "Give a role or a file, or a duty"),
        (["decide", CENTER], "Give two roles and accept, reject or level"),
        (["decide", CENTER, CENTER, "accept", "--reason", "x"], "Both are the same role"),
        (["decide", CENTER, OTHER, "reject"], "Give a reason"),
        (["evaluate", "--level", "role"], "For roles give --index and --qrels"),
    ],
)
def test_wrong_use(arguments: list[str], message: str, index: Path) -> None:
    """One sentence that says what to do, and exit code 2."""
    done = run(index, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_files_that_are_no_roles(index: Path, tmp_path: Path) -> None:
    """A file without duties, one that cannot be read, and a place that cannot be written."""
    (tmp_path / "note.txt").write_text("CITY OF ELM FORK\nNOTICE\n\nThe office is closed on Monday.\n")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert "has no duties to compare" in run(index, "similar", str(tmp_path / "note.txt")).stderr
    unreadable = run(index, "similar", str(tmp_path / "scan.pdf"))
    assert unreadable.returncode != 0
    assert "Traceback" not in unreadable.stderr
    (tmp_path / "file").write_text("")
    refused = run(index, "compare", CENTER, OTHER, "--report", str(tmp_path / "file" / "dossier.html"))
    assert refused.returncode in (2, 6)
    assert "Traceback" not in refused.stderr
