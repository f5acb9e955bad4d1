"""The commands about roles as users run them: the default model, the sample corpus."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.core import TyperOption
from typer.main import get_command
from typer.testing import CliRunner

from conftest import CORPUS, Result, specsearch
from specsearch.interfaces.cli import app

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"


@pytest.fixture(scope="module")
def index(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the index of the sample corpus."""
    return Path(shutil.copytree(sample_index, tmp_path_factory.mktemp("roles") / "index"))


def run(index: Path, *arguments: str, stdin: Path | None = None) -> Result:
    """Run a command on the index, with a file as its standard input."""
    return specsearch(*arguments, "--index", index, stdin=stdin.read_bytes() if stdin else b"", env={"COLUMNS": "80"})


def test_similar(index: Path) -> None:
    """Roles with score, percentile, verdict and reason; a file that is not in the index works as well."""
    done = run(index, "similar", CENTER, "-k", "3", "--format", "json")
    assert done.code == 0, done.err
    rows = json.loads(done.out)
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert all("duties shared" in row["reason"] and row["verdict"] for row in rows)
    named = run(index, "similar", str(CORPUS / CENTER), "-k", "1", "--format", "json")
    assert json.loads(named.out)[0]["id"] == CENTER  # a file is not left out of the index that has it
    shown = run(index, "similar", "citizen response", "--mask-titles", "-k", "2").out
    assert "RESIDENT CONTACT CENTER" in shown
    assert "shared" in shown


def test_similar_of_nothing(index: Path) -> None:
    """Filters that no role satisfies together find nothing, which is said as `search` says it; for programs it is an empty list."""
    arguments = ("similar", CENTER, "--city", "Kestrel Valley", "--state", "WA")
    done = run(index, *arguments)
    assert (done.code, done.out) == (0, "Nothing was found.\n"), done.err
    assert json.loads(run(index, *arguments, "--format", "json").out) == []


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
    piped, filed = (json.loads(run(index, "similar", role, "-k", "3", "--format", "json", stdin=CORPUS / name).out) for role in ("-", str(CORPUS / name)))
    assert piped == filed
    assert piped[0]["id"] == name


def test_roles_on_standard_input(index: Path) -> None:
    """`compare` and `cities` read it too; twice, nothing, and several documents are refused with what to do."""
    compared = json.loads(run(index, "compare", "-", OTHER, "--format", "json", stdin=CORPUS / CENTER).out)
    assert (compared["a"]["id"], compared["b"]["id"], compared["verdict"]) == ("standard input", OTHER, "comparable")
    assert run(index, "cities", "-", stdin=CORPUS / CENTER).code == 0
    for arguments, source, code, message in (
        (("compare", "-", "-"), CORPUS / CENTER, 2, "Only one of the two roles can come from standard input"),
        (("similar", "-"), None, 6, "standard input: empty file"),
        (("similar", "-"), CORPUS / "lake-ostrander-mn" / "specs_archive.json", 2, "Standard input holds "),
    ):
        done = run(index, *arguments, stdin=source)
        assert (done.code, message in done.err) == (code, True), done.err


def test_how_a_role_was_taken_is_said(index: Path) -> None:
    """On standard error, unless it was named by its id or its whole title; what is printed stays the same."""
    by_id = run(index, "similar", "prairie-gate-ks/311-customer-care-manager.txt", "-k", "1", "--format", "json")
    by_words = run(index, "similar", "customer prairie", "-k", "1", "--format", "json")
    assert by_words.out == by_id.out
    assert "taken as" not in by_id.err
    assert "'customer prairie' is taken as: 311 Customer Care Manager, City of Prairie Gate (prairie-gate-ks/311-customer-care-manager.txt), by words of its title and employer." in by_words.err
    decided = run(index, "decide", "customer prairie", "customer care manager", "accept", "--reason", "x")
    assert decided.err.count("is taken as") == 2


def test_compare(index: Path, tmp_path: Path) -> None:
    """The verdict, coverage and quotes with their lines; every format; a dossier that is written once."""
    shown = run(index, "compare", CENTER, OTHER)
    assert shown.code == 0, shown.err
    assert "\nCOMPARABLE\n" in shown.out
    assert "[line 23]" in shown.out
    assert "No counterpart found in B for these duties of A." in shown.out
    assert re.search(r"^      nearest in B, 0\.\d\d: ", shown.out, re.M)
    facts = json.loads(run(index, "compare", CENTER, OTHER, "--format", "json").out)
    assert facts["verdict"] == "comparable"
    assert json.loads(run(index, "compare", CENTER, OTHER, "--format", "jsonl").out) == facts
    rows = list(csv.reader(io.StringIO(run(index, "compare", CENTER, OTHER, "--format", "csv").out)))
    assert len(rows) > 15
    assert "|" in run(index, "compare", CENTER, OTHER, "--format", "md").out
    report = tmp_path / "new" / "dossier.html"
    assert run(index, "compare", CENTER, OTHER, "--report", str(report)).code == 0
    before = report.read_bytes()
    assert b"<html" in before
    again = run(index, "compare", CENTER, OTHER, "--report", str(report))
    assert (again.code, report.read_bytes()) == (2, before)
    assert "exists already" in again.err


def test_compare_with_itself(index: Path) -> None:
    """It is said, and everything is covered."""
    done = run(index, "compare", CENTER, CENTER)
    assert done.code == 0
    assert "compared with itself" in done.err
    assert re.search(r"^Coverage: 100% \(between 8\d and 100%\) of A's duties, 100% \(between 8\d and 100%\) of B's\.$", done.out, re.M)


def test_cities(index: Path, tmp_path: Path) -> None:
    """A row a city, "none" where nothing clears chance, the duties as a matrix, and a survey to hand over."""
    done = run(index, "cities", CENTER, "--matrix", "--report", str(tmp_path / "survey.md"))
    assert done.code == 0, done.err
    assert "City of Kestrel Valley" in done.out
    assert "none" in done.out
    assert (tmp_path / "survey.md").stat().st_size > 1000
    cities = json.loads(run(index, "cities", CENTER, "--format", "json").out)["rows"][0]["cells"]
    compared = sum(cell["found"] for cell in cities)
    assert 0 < compared < len(cities)
    matrix = done.out.partition(f"how many of the {compared} counterparts have each")[2]
    assert re.search(rf"\(\d+ of {compared}\)", matrix)
    assert [cell["city"] for cell in cities if cell["city"] in matrix] == [cell["city"] for cell in cities if cell["found"]]
    duty = run(index, "cities", "--duty", "patches potholes in streets", "--format", "json")
    assert json.loads(duty.out)["rows"][0]["cells"][0]["found"]
    assert run(index, "cities", CENTER, "--duty", "x").code == 2


def test_decide(tmp_path: Path, index: Path) -> None:
    """A decision is kept, listed, shown in the comparison, and exported as judgements."""
    assert run(index, "decide", CENTER, OTHER, "accept", "--reason", "Same center, same level.", "--reviewer", "Ann").code == 0
    assert "Same center" in run(index, "decide").out
    assert "Ann decided: accept. Same center, same level." in run(index, "compare", OTHER, CENTER).out
    qrels = tmp_path / "qrels.tsv"
    assert run(index, "decide", "--export", str(qrels)).code == 0
    assert f"{CENTER}\t{OTHER}\t2" in qrels.read_text()
    measured = run(index, "evaluate", "--level", "role", "--qrels", str(qrels), "--format", "json")
    assert measured.code == 0, measured.err
    assert json.loads(measured.out)["level"] == "role"


def test_decisions_are_shown_wherever_a_pair_is(tmp_path: Path, index: Path) -> None:
    """After a rejection `similar` and `cities` show it in every format, and offer another counterpart of that city or none."""
    own = tmp_path / "index"
    shutil.copytree(index, own)
    assert run(own, "decide", CENTER, OTHER, "reject", "--reason", "Other work.", "--reviewer", "Bo").code == 0
    rows = json.loads(run(own, "similar", CENTER, "-k", "100", "--format", "json").out)
    assert rows[-1]["id"] == OTHER
    assert rows[-1]["verdict"] == "comparable"
    assert (rows[-1]["decision"]["choice"], rows[-1]["decision"]["current"]) == ("reject", True)
    assert [row["id"] for row in rows if row["decision"]] == [OTHER]
    for command, style in (("similar", "table"), ("similar", "csv"), ("cities", "table"), ("cities", "md"), ("cities", "csv")):
        options = ("-k", "100") if command == "similar" else ()
        assert "rejected by Bo on" in " ".join(run(own, command, CENTER, *options, "--format", style).out.split())
    survey = json.loads(run(own, "cities", CENTER, "--format", "json").out)
    cell = next(cell for cell in survey["rows"][0]["cells"] if cell["city"] == "City of Kestrel Valley")
    assert [(one["document"]["id"], one["decision"]["reviewer"]) for one in cell["rejected"]] == [(OTHER, "Bo")]
    assert cell["document"] is None or cell["document"]["id"] != OTHER
    assert run(own, "cities", CENTER, "--report", str(tmp_path / "survey.html")).code == 0
    assert "rejected by Bo on" in (tmp_path / "survey.html").read_text(encoding="utf-8")


def test_decisions_stand_beside_what_is_computed(tmp_path: Path, sample_index: Path) -> None:
    """In the matrix of `cities`, in reports where something is to be decided, which bear the name of the project's settings, in `compare`, and before a pair is decided anew."""
    own = tmp_path / "index"
    shutil.copytree(sample_index, own)
    assert "Decided before" not in run(own, "decide", CENTER, OTHER, "accept", "--reason", "Same work.", "--reviewer", "Bo").err
    again = run(own, "decide", OTHER, CENTER, "level", "--reason", "Larger staff.", "--reviewer", "Cy")
    assert "Decided before: accepted by Bo on " in again.err
    matrix = run(own, "cities", CENTER, "--matrix").out
    assert " ".join(matrix.rpartition("counterparts: chance")[2].split()).count("said to be at another level by Cy") == 1
    (tmp_path / "specsearch.toml").write_text('[branding]\nname = "City of Elm Fork"\n')
    for command in (("compare", CENTER, OTHER), ("cities", CENTER)):
        assert run(own, *command, "--report", str(tmp_path / f"{command[0]}.md")).code == 0
        report = (tmp_path / f"{command[0]}.md").read_text(encoding="utf-8")
        assert report.startswith("City of Elm Fork\n\n# ")
        verdict, _, to_decide = report.partition("## Reviewer")
        assert "said to be at another level by Cy" in (verdict if command[0] == "compare" else to_decide)
        assert "Cy" in to_decide
    facts = json.loads(run(own, "compare", CENTER, OTHER, "--format", "json").out)
    assert [(one["choice"], one["current"]) for one in facts["decisions"]] == [("accept", True), ("level", True)]


def test_a_decision_on_an_earlier_text_is_said_so(tmp_path: Path) -> None:
    """In `compare` and its reports; a copy of the text by another name is the same text."""
    corpus, own = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for name in (CENTER, OTHER):
        shutil.copy(CORPUS / name, corpus / Path(name).name)
    assert specsearch("index", corpus, "--index", own).code == 0
    (center, other), copy = (Path(name).name for name in (CENTER, OTHER)), tmp_path / "copy.html"
    assert run(own, "decide", center, other, "accept", "--reason", "Same work.", "--reviewer", "Bo").code == 0
    shutil.copy(CORPUS / CENTER, copy)
    assert "both documents unchanged" in run(own, "compare", str(copy), other, "--format", "md").out
    text = (corpus / center).read_text(encoding="utf-8")
    (corpus / center).write_text(text.replace("CITIZEN", "RESIDENT", 1).replace("Citizen", "Resident"), encoding="utf-8")
    assert specsearch("index", corpus, "--index", own).code == 0
    assert "Bo decided, on an earlier text: accept. Same work." in run(own, "compare", center, other).out
    assert "the document of A has changed" in run(own, "compare", center, other, "--format", "md").out
    assert json.loads(run(own, "compare", center, other, "--format", "json").out)["decisions"][0]["current"] is False


ANALYST, PLANNER = "cedar-quay-or/senior-management-analyst.txt", "cedar-quay-or/associate-planner.txt"


def test_blend(index: Path) -> None:
    """The two, what each has and what is left, in every format; `similar` names them under its table and nowhere else."""
    shown = run(index, "blend", ANALYST)
    assert shown.code == 0, shown.err
    assert shown.out.startswith("No single role covers Senior Management Analyst")
    facts = json.loads(run(index, "blend", ANALYST, "--format", "json").out)
    assert json.loads(run(index, "blend", ANALYST, "--format", "jsonl").out) == facts
    found = facts["blend"]
    assert found["coverage"] > found["single"] + 0.14
    assert all(part["document"]["id"] in shown.out for part in found["parts"])
    rows = list(csv.DictReader(io.StringIO(run(index, "blend", ANALYST, "--format", "csv").out)))
    assert len(rows) == len(found["duties"])
    assert run(index, "blend", ANALYST, "--format", "md").out.startswith("| duty |")
    assert facts["reason"] in " ".join(run(index, "similar", ANALYST).out.split())
    assert isinstance(json.loads(run(index, "similar", ANALYST, "--format", "json").out), list)
    assert "No single role" not in run(index, "similar", CENTER).out
    none = run(index, "blend", PLANNER)
    assert (none.code, "alone has" in none.out) == (0, True)
    assert json.loads(run(index, "blend", PLANNER, "--format", "json").out) == {"blend": None, "reason": none.out.strip()}


def test_printed_cities_are_accepted(index: Path) -> None:
    """Each name that `cities` prints is one that `--city` finds; two of them find the roles of both."""
    names = json.loads(run(index, "cities", "--duty", "answers telephone calls", "--format", "json").out)["cities"]
    assert len(names) == 12
    options = [part for name in names[:2] for part in ("--city", name)]
    rows = json.loads(run(index, "similar", CENTER, "-k", "100", *options, "--format", "json").out)
    assert {row["jurisdiction"] for row in rows} == set(names[:2])
    hits = json.loads(run(index, "search", "answers calls", "--per-city", "1", *options, "--format", "json").out)["hits"]
    assert {hit["source"]["jurisdiction"] for hit in hits} == set(names[:2])


COMMANDS = get_command(app).commands  # type: ignore[attr-defined]  # a group has them
ONE_VALUE = [(name, option) for name, command in COMMANDS.items() for option in command.params if option.param_type_name == "option" and not option.is_flag]


@pytest.mark.parametrize(("name", "option"), ONE_VALUE, ids=lambda value: value if isinstance(value, str) else value.name)
def test_no_option_is_silently_overruled(name: str, option: TyperOption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option of every command either takes several values, or is refused when it is given twice."""
    monkeypatch.chdir(tmp_path)
    arguments = [(one.type_descriptor.choices or ["x"])[0] for one in COMMANDS[name].params if one.param_type_name == "argument" and one.required]
    value = "1" if option.type_descriptor.annotation in (int, float) else str((option.type_descriptor.choices or ["x"])[0])
    given = [part for _ in range(2) for part in (option.opts[0], value)]
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [name, *map(str, arguments), *given])
    assert ("takes one value, but was given 2 times" in done.output) != option.multiple, done.output
    assert option.multiple or done.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "librarian"], "roles match 'librarian'"),
        (["similar", "astronaut"], "No role of"),
        (["compare", "astronaut", CENTER], "No role of"),
        (["compare", CENTER, OTHER, "--report", "x.xls"], "does not say which format"),
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
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err


def test_files_that_are_no_roles(index: Path, tmp_path: Path) -> None:
    """A file without duties, one that cannot be read, and a place that cannot be written."""
    (tmp_path / "note.txt").write_text("CITY OF ELM FORK\nNOTICE\n\nThe office is closed on Monday.\n")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert "has no duties to compare" in run(index, "similar", str(tmp_path / "note.txt")).err
    unreadable = run(index, "similar", str(tmp_path / "scan.pdf"))
    assert unreadable.code != 0
    assert "Traceback" not in unreadable.err
    (tmp_path / "file").write_text("")
    refused = run(index, "compare", CENTER, OTHER, "--report", str(tmp_path / "file" / "dossier.html"))
    assert refused.code in (2, 6)
    assert "Traceback" not in refused.err
