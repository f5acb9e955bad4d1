"""What an index goes through: faults of the disk at any moment, damaged bytes, writers and readers at once.

A sample of what `benchmarks/faults.py` does in full.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import ordeals

_THOROUGH = bool(os.environ.get("SPECSEARCH_THOROUGH"))
POINTS = 6 if _THOROUGH else 4
DAMAGES = 60 if _THOROUGH else 40


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes calls fail."""
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    return ordeals.compiled(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def calls(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """How many calls of each scenario can fail."""
    return {scenario: ordeals.count_calls(library, scenario, tmp_path_factory.mktemp("count") / scenario) for scenario in ordeals.SCENARIOS}


@pytest.mark.parametrize("kind", ordeals.KINDS)
@pytest.mark.parametrize("scenario", ordeals.SCENARIOS)
def test_fault_while_writing(scenario: str, kind: str, library: Path, calls: Mapping[str, int], tmp_path: Path) -> None:
    """Whatever call fails or is the last one: the old or the new generation is whole, and the next run completes it."""
    assert calls[scenario] > 100
    # Other points for each kind, and the last call always.
    shift = ordeals.KINDS.index(kind)
    points = [*range(1 + shift, calls[scenario], calls[scenario] // POINTS), calls[scenario]]
    found = ordeals.sweep(library, scenario, kind, tmp_path / "sweep", points)
    assert found.points == len(points)
    assert found.failures == []


@pytest.mark.parametrize("kind", ["kill", "full"])
def test_fault_while_something_is_kept(kind: str, library: Path, tmp_path: Path) -> None:
    """A list entry is kept or not, whatever call fails or is the last one; what was kept before and the documents stay, and it can be kept again."""
    ordeals.write_corpus(tmp_path / "corpus")
    ordeals.write_index("update", tmp_path / "corpus", tmp_path / "index")
    earlier = replace(ordeals.COLLECTED, name="earlier")
    ordeals.collect(tmp_path / "index", earlier)
    shutil.copytree(tmp_path / "index", tmp_path / "start")
    status, calls, said = ordeals.run_with_fault(library, ordeals.COLLECTING, tmp_path, "broken", 0)
    assert (status, ordeals.collected(tmp_path / "index")) == (0, [earlier, ordeals.COLLECTED]), said
    for at in (*range(1 + ordeals.KINDS.index(kind), calls, max(1, calls // 2)), calls):
        shutil.rmtree(tmp_path / "index")
        shutil.copytree(tmp_path / "start", tmp_path / "index")
        status, _, said = ordeals.run_with_fault(library, ordeals.COLLECTING, tmp_path, kind, at)
        assert kind == "kill" or status in (0, 6), (at, said)
        found = ordeals.collected(tmp_path / "index")
        assert found in ([earlier], [earlier, ordeals.COLLECTED]), at
        assert status != 0 or len(found) == 2, at
        ordeals.collect(tmp_path / "index", ordeals.COLLECTED)
        assert ordeals.check(tmp_path / "index").problems == (), at


def test_faults_happen(library: Path, tmp_path: Path) -> None:
    """The library does what it says: the writer is killed, or ends with the exit code of a disk that refuses."""
    ordeals.prepare("build", tmp_path)
    (tmp_path / "index").mkdir()
    status, _, said = ordeals.run_with_fault(library, "build", tmp_path, "full", 30)
    assert (status, "disk is full" in said or "No space left" in said) == (6, True), said
    assert ordeals.run_with_fault(library, "build", tmp_path, "kill", 30)[0] == -9
    status, _, said = ordeals.run_with_fault(library, "build", tmp_path, "broken", 30)
    assert (status, "I/O error" in said or "Input/output" in said) == (6, True), said


@pytest.mark.parametrize("scenario", ["build", "catch-up"])
def test_damaged_bytes(scenario: str, tmp_path: Path) -> None:
    """A flipped bit or a file cut short is harmless, reported or repaired, and never a wrong answer."""
    _, expected = ordeals.prepare(scenario, tmp_path)
    shutil.copytree(tmp_path / "after", tmp_path / "anew")
    anew = ordeals.rebuilt(tmp_path / "anew", scenario)
    found: Counter[str] = Counter()
    for number in range(DAMAGES):
        shutil.rmtree(tmp_path / "index", ignore_errors=True)
        shutil.copytree(tmp_path / "after", tmp_path / "index")
        what = ordeals.damage(tmp_path / "index", number)
        result = ordeals.outcome(tmp_path / "index", expected, anew, scenario)
        assert result in ("harmless", "repaired", "reported"), f"{number}: {what}: {result}"
        found[result] += 1
    assert min(found[name] for name in ("harmless", "repaired", "reported")) > 0, found


def test_writers_and_readers(tmp_path: Path) -> None:
    """Two writers and four readers: every read is of one whole generation, the second writer is told who is first."""
    found = ordeals.write_and_read(tmp_path, seconds=6)
    assert found.failures == []
    assert found.updates >= 2
    assert found.refused > 0
    assert found.reads >= 4
