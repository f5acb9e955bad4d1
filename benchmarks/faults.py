"""What an index goes through: faults at every write, damaged bytes, writers and readers at once.

The full size of what `tests/storage/test_faults.py` samples. Run with: make faults
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from common import Table, save

import ordeals

DAMAGES = 2400
SECONDS = 60.0


def try_faults(library: Path, task: tuple[str, str, range]) -> tuple[str, str, ordeals.Sweep]:
    """Sweep some points of a scenario."""
    scenario, kind, points = task
    with tempfile.TemporaryDirectory() as folder:
        return scenario, kind, ordeals.sweep(library, scenario, kind, Path(folder) / "sweep", points)


def try_damages(task: tuple[str, range]) -> tuple[str, Counter[str], list[str]]:
    """Damage an index in many ways; return the outcomes and what went wrong."""
    scenario, seeds = task
    outcomes: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, expected = ordeals.prepare(scenario, folder)
        shutil.copytree(folder / "after", folder / "anew")
        anew = ordeals.rebuilt(folder / "anew", scenario)
        for seed in seeds:
            shutil.rmtree(folder / "index", ignore_errors=True)
            shutil.copytree(folder / "after", folder / "index")
            what = ordeals.damage(folder / "index", seed)
            try:
                result = ordeals.outcome(folder / "index", expected, anew, scenario)
            except Exception as error:  # what users would see as a traceback
                result = f"traceback: {error!r}"
            outcomes[result if result in ("harmless", "repaired", "reported") else "wrong"] += 1
            if result not in ("harmless", "repaired", "reported"):
                wrong.append(f"{scenario}, seed {seed}: {what}: {result}")
    return scenario, outcomes, wrong


def writing(workers: int) -> list[str]:
    """Faults at every call of every scenario; return what went wrong."""
    wrong: list[str] = []
    points: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        library = ordeals.compiled(Path(name))
        calls = {scenario: ordeals.count_calls(library, scenario, Path(name) / "count") for scenario in ordeals.SCENARIOS}
        tasks = [
            (scenario, kind, range(first, count + 1, 8))
            for scenario, count in calls.items()
            for kind in ordeals.KINDS
            for first in range(1, 9)
        ]
        for scenario, kind, found in pool.map(partial(try_faults, library), tasks):
            points[scenario, kind] += found.points
            wrong += found.failures
    table = Table(("faults while writing", "killed", "disk full", "I/O error", "failures"))
    for scenario in ordeals.SCENARIOS:
        failed = sum(failure.startswith(f"{scenario},") for failure in wrong)
        table.add(scenario, *(str(points[scenario, kind]) for kind in ordeals.KINDS), str(failed))
    print(table)
    save("faults_writing", table, {"points": {" ".join(key): count for key, count in points.items()}, "failures": wrong})
    return wrong


def damages(workers: int) -> list[str]:
    """Damage at random; return what went wrong."""
    wrong: list[str] = []
    outcomes: dict[str, Counter[str]] = {"build": Counter(), "catch-up": Counter()}
    share = DAMAGES // 16
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        tasks = [(scenario, range(at, at + share)) for scenario in outcomes for at in range(0, DAMAGES // 2, share)]
        for scenario, counts, failures in pool.map(try_damages, tasks):
            outcomes[scenario] += counts
            wrong += failures
    table = Table(("damaged bytes", "harmless", "repaired", "reported", "wrong answers"))
    for scenario, counts in outcomes.items():
        table.add(scenario, *(str(counts[result]) for result in ("harmless", "repaired", "reported", "wrong")))
    print(table)
    save("faults_damages", table, {"outcomes": outcomes, "failures": wrong})
    return wrong


def together(workers: int) -> list[str]:
    """Two writers and four readers for a minute; return what went wrong."""
    with tempfile.TemporaryDirectory() as name:
        found = ordeals.write_and_read(Path(name), SECONDS)
    table = Table(("two writers, four readers", "updates", "writer refused", "reads", "failures"))
    table.add(f"{SECONDS:.0f} s", str(found.updates), str(found.refused), str(found.reads), str(len(found.failures)))
    print(table)
    figures = {"updates": found.updates, "refused": found.refused, "reads": found.reads, "failures": found.failures}
    save("faults_together", table, figures)
    return found.failures


PARTS = {"writing": writing, "damages": damages, "together": together}


def main() -> None:
    """Try everything, or one part, and print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--part", choices=PARTS, action="append")
    given = options.parse_args()
    wrong = [failure for part in given.part or PARTS for failure in PARTS[part](given.workers)]
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
