"""`specsearch ladder` as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Result, specsearch
from families import ACCOUNTANTS, indexed, numbers
from specsearch.ingest.waiting import keep
from specsearch.interfaces.service.roles import LadderRequest, ladder
from specsearch.interfaces.service.session import Session
from specsearch.records import Choice
from specsearch.roles.decisions import decision
from specsearch.storage.stores import store_at


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Path:
    """The accountants, with a decision on two of them."""
    folder = tmp_path_factory.mktemp("ladder")
    with indexed(ACCOUNTANTS, folder) as snapshot:
        known = numbers(snapshot)
        made = decision(snapshot, known["senior.txt"], known["principal.txt"], Choice.LEVEL, "One step up.", "R. Vale")
    keep(store_at(folder / "index"), [made])
    return folder / "index"


def run(index: Path, *arguments: str, columns: int = 100) -> Result:
    """Run the command on the index."""
    return specsearch("ladder", *arguments, "--index", index, env={"COLUMNS": str(columns)})


def test_tree(index: Path) -> None:
    """The classes from the foot, the asked one marked, the decision beside its pair; then what is said, and what makes no ladder."""
    done = run(index, "senior.txt")
    assert done.code == 0, done.err
    assert done.out.splitlines()[2:6] == [
        " Accountant Trainee [trainee.txt]",
        " └─ Accountant [accountant-2019.txt, accountant.txt] promotes to",
        "    └─ ▶ Senior Accountant [senior.txt] requires experience as",
        "       └─ Principal Accountant [principal.txt] requires a class at the level of; said to be at",
    ]
    assert "another level by R. Vale" in done.out
    assert "Two years of experience as an Accountant with the City; or [senior.txt, line 2]" in " ".join(done.out.split())
    beside = done.out.partition("Beside the ladder:")[2]
    assert "supervises" in beside
    assert "reports to" in beside


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_tree_fits(index: Path, columns: int) -> None:
    """No line of the tree or of a table is wider than the output."""
    done = run(index, "principal.txt", columns=columns)
    assert max(len(line) for line in done.out.splitlines() if line.startswith(" ")) <= columns
    assert "Budget Officer" in done.out.partition("Named, but no document of the employer has the title:")[2]


def test_alone(index: Path) -> None:
    """A class without a ladder is said to be one."""
    assert "No other class of its employer is linked to it." in run(index, "clerk.txt").out


def test_formats(index: Path) -> None:
    """JSON is what the service answers and Python gives; diagrams are whole."""
    done = run(index, "senior.txt", "--format", "json")
    found = json.loads(done.out)
    assert found == json.loads(json.dumps(ladder(LadderRequest("senior.txt"), Session(index)).ladder.to_dict()))
    assert [one["title"] for one in found["classes"]] == ["Accountant Trainee", "Accountant", "Senior Accountant", "Principal Accountant"]
    assert found["classes"][3]["decision"]["choice"] == "level"
    step = found["steps"][1]["statement"]
    assert step["document"] == "senior.txt"
    assert step["text"][step["name_start"] - step["start"] : step["name_end"] - step["start"]] == "Accountant"
    assert run(index, "senior.txt", "--format", "mermaid").out.startswith("flowchart BT\n")
    assert run(index, "senior.txt", "-f", "dot").out.endswith("}\n")
    assert "    - **Senior Accountant** (requires experience as)" in run(index, "senior.txt", "-f", "md").out.splitlines()


def test_unknown_role(index: Path) -> None:
    """A role that there is not is refused with its name."""
    done = run(index, "harbor pilot")
    assert done.code == 2
    assert "harbor pilot" in done.err
