"""Breaking an index on purpose: faults of the disk while it is written, and damaged bytes afterwards.

Used by `test_faults.py` at a size that fits a test run, and by `benchmarks/faults.py` in full. Run as
a program it is the writer that the faults happen to.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from conftest import WordEncoder, parsed_by_rules
from specsearch.errors import IndexBusyError, SpecsearchError
from specsearch.ingest import read, update
from specsearch.ingest.waiting import keep
from specsearch.records import Act, Collection, CollectionChange, Mode
from specsearch.retrieval import search
from specsearch.storage.keys import CheckReport
from specsearch.storage.local import dense, derived
from specsearch.storage.local.store import LocalStore
from specsearch.storage.local.verify import check_index
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

KINDS = ("kill", "full", "broken")
SCENARIOS = ("build", "update", "catch-up")
Answers = tuple[tuple[str, float], ...]

_DUTY = "- {verb} the {thing} of the {place} every {time}."
_VERBS = ("Inspects", "Repairs", "Records", "Schedules", "Reviews", "Cleans", "Tests", "Orders")
_THINGS = ("pumps", "ledgers", "permits", "hydrants", "vehicles", "shelves", "gauges", "contracts")
_PLACES = ("plant", "library", "garage", "harbor", "clerk's office", "water works", "park", "counter")
_TIMES = ("day", "week", "month", "season", "quarter", "year", "shift", "morning")
PROBES = tuple(
    f"{verb.lower()} the {_THINGS[(i + j) % 8]} of the {_PLACES[(i * j) % 8]}" for i, verb in enumerate(_VERBS) for j in range(7)
)[:50]
"""Fifty questions that an index is asked to see whether it answers as before."""
_FUSED = 5
"""How many of them are also asked in the modes that put both of its orders together: what is wrong in those is wrong in one of these."""


def write_corpus(folder: Path, *, changed: bool = False) -> None:
    """Eight small documents; when changed, one differs, one is gone and one is new."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(8):
        if changed and number == 3:
            continue
        name = number if not (changed and number == 5) else 11
        lines = [
            _DUTY.format(verb=_VERBS[(name + i) % 8], thing=_THINGS[(name * i) % 8], place=_PLACES[(name + 2 * i) % 8], time=_TIMES[i])
            for i in range(6 if not (changed and number == 1) else 5)
        ]
        text = f"CITY OF ALDER POINT\nCLERK {name}\n\nEXAMPLES OF DUTIES\n" + "\n".join(lines) + "\n"
        path = folder / f"{name:02d}.txt"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000 + name, 1_700_000_000 + name))


def prepare(scenario: str, folder: Path) -> tuple[Answers | None, Answers]:
    """Make the corpus of a scenario, and the index that it starts from.

    Returns:
        What the index answers before, None if there is none, and what it is to answer afterwards.
    """
    before = None
    write_corpus(folder / "corpus", changed=False)
    if scenario != "build":
        write_index(scenario, folder / "corpus", folder / "index")
        before = answers(folder / "index", scenario)
        write_corpus(folder / "corpus", changed=True)
    shutil.copytree(folder / "index", folder / "after") if before else None
    write_index(scenario, folder / "corpus", folder / "after")
    return before, answers(folder / "after", scenario)


def write_index(scenario: str, corpus: Path, index: Path) -> None:
    """Update an index; "catch-up" adds to inverted lists and words as a large index does."""
    with _small(scenario):
        update.update_index(corpus, index, WordEncoder())


@contextmanager
def _small(scenario: str) -> Iterator[None]:
    """Make a few documents behave as a large index, and parse in this process: storage is what is tested."""
    patches: list[tuple[ModuleType, str, object]] = [(read, "parse_files", parsed_by_rules), (update, "prepare_model", lambda: None)]
    if scenario == "catch-up":
        patches += [(derived, "CATCH_UP_FROM", 1), (derived, "_SLACK", 1.0)]
        patches += [(dense, "FLAT_LIMIT", 16), (dense, "SHARD_ROWS", 16), (dense, "_PROBES", 100)]
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in patches:
            patch.setattr(module, name, value)
        yield


def answers(index: Path, scenario: str = "build", notices: list[str] | None = None) -> Answers:
    """What the probes find by meaning and by words, some of them in every mode, with their scores."""
    with _small(scenario), open_snapshot(index, (notices if notices is not None else []).append, WordEncoder()) as opened:
        return ask(opened)


def ask(opened: Snapshot) -> Answers:
    """What the probes find in an open index."""
    modes = [Mode] * _FUSED + [(Mode.DENSE, Mode.LEXICAL)] * (len(PROBES) - _FUSED)
    found = (search(opened, probe, k=3, mode=mode) for probe, asked in zip(PROBES, modes, strict=True) for mode in asked)
    return tuple((hit.passage.text, round(hit.score, 4)) for hits in found for hit in hits)


def check(index: Path, scenario: str = "build") -> CheckReport:
    """What `specsearch check` finds."""
    with _small(scenario):
        return check_index(index, encoder=WordEncoder())


# --- faults while writing ----------------------------------------------------------------------------


@dataclass
class Sweep:
    """What came of faults at many points."""

    points: int = 0
    failures: list[str] = field(default_factory=list)


def compiled(folder: Path) -> Path:
    """The library that makes calls fail."""
    library = folder / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-w", "-o", library, source, "-ldl"], check=True)
    return library


def run_with_fault(library: Path, scenario: str, folder: Path, kind: str, at: int) -> tuple[int, int, str]:
    """Write the index of a scenario in a child whose call number `at` fails.

    Returns:
        The exit status, the number of calls (0 if it was killed), and what was said.
    """
    environment = os.environ | {"LD_PRELOAD": str(library), "FAULT_ROOT": str(folder / "index"), "FAULT_KIND": kind, "FAULT_AT": str(at)}
    read, write = os.pipe()
    command = [sys.executable, __file__, scenario, str(folder / "corpus"), str(folder / "index")]
    child = subprocess.run(
        command, env=environment | {"FAULT_REPORT": str(write)}, pass_fds=(write,), capture_output=True, text=True, timeout=120
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as pipe:
        count = pipe.read().strip()
    return child.returncode, int(count or 0), child.stdout + child.stderr


def sweep(library: Path, scenario: str, kind: str, folder: Path, points: Sequence[int]) -> Sweep:
    """Try a fault at each of some points, and see after each that the index is whole and can be completed."""
    found = Sweep()
    before, after = prepare(scenario, folder)
    shutil.copytree(folder / "index", folder / "start") if before else None
    for at in points:
        shutil.rmtree(folder / "index", ignore_errors=True)
        shutil.copytree(folder / "start", folder / "index") if before else (folder / "index").mkdir()
        status, _, said = run_with_fault(library, scenario, folder, kind, at)
        found.points += 1
        problem = _failure(scenario, kind, folder, status, said, before, after)
        if problem:
            found.failures.append(f"{scenario}, {kind} at call {at}: {problem}")
    return found


def count_calls(library: Path, scenario: str, folder: Path) -> int:
    """How many calls of a scenario can fail."""
    before, _ = prepare(scenario, folder)
    if not before:
        (folder / "index").mkdir()
    status, calls, said = run_with_fault(library, scenario, folder, "broken", 0)
    assert status == 0, said
    shutil.rmtree(folder)
    return calls


def _failure(scenario: str, kind: str, folder: Path, status: int, said: str, before: Answers | None, after: Answers) -> str:
    """What is wrong with an index after a fault; "" if nothing is."""
    if kind != "kill" and status not in (0, 6):
        return f"the writer ended with {status}: {said[-300:]}"
    index = folder / "index"
    try:
        found = answers(index, scenario)
    except SpecsearchError as error:
        if before is not None or not any(words in str(error) for words in ("is not an index", "unfinished index")):
            return f"it does not open: {error}"
        found = None
    if found not in (before, after):
        return "it answers as neither the old nor the new generation"
    if found is not None and (problems := check(index, scenario).problems):
        return f"check: {problems}"
    try:
        write_index(scenario, folder / "corpus", index)
    except SpecsearchError as error:
        return f"it cannot be completed: {error}"
    if answers(index, scenario) != after:
        return "the completed index answers otherwise"
    report = check(index, scenario)
    return f"check after completing: {report.problems}, {report.leftovers}" if report.problems or report.leftovers else ""


# --- faults while something is kept that was said -------------------------------------------------------

COLLECTING = "collect"
COLLECTED = CollectionChange(Collection.LIST, "budget", Act.SAVE, "", "for May", "Ana", "2026-05-04T10:00:00+00:00")


def collect(index: Path, change: CollectionChange) -> None:
    """Keep something that was done to a list."""
    keep(LocalStore(index), [change])


def collected(index: Path) -> list[CollectionChange]:
    """What an index keeps of lists."""
    with open_snapshot(index, encoder=WordEncoder()) as opened:
        return opened.collection_changes()


# --- damaged bytes -----------------------------------------------------------------------------------


def damage(index: Path, number: int) -> str:
    """Flip a bit of an index or cut a file short, by a seed; say what was done."""
    rng = random.Random(number)
    files = sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    # By size, but small files too: half of the damage hits any file, half any byte.
    weights = None if rng.random() < 0.5 else [path.stat().st_size for path in files]
    path = rng.choices(files, weights)[0]
    data = bytearray(path.read_bytes())
    name = path.relative_to(index)
    if rng.random() < 0.15:
        size = rng.randrange(len(data))
        path.write_bytes(data[:size])
        return f"{name} cut from {len(data)} to {size} bytes"
    place, bit = rng.randrange(len(data)), rng.randrange(8)
    data[place] ^= 1 << bit
    path.write_bytes(data)
    return f"bit {bit} of byte {place} of {name} flipped"


def rebuilt(index: Path, scenario: str) -> Answers:
    """What an index answers when its search files were made again from the truth.

    Words that only deleted passages had count a little in BM25 until then.
    """
    for name in ("dense", "lexical"):
        shutil.rmtree(index / name)
    return answers(index, scenario)


def outcome(index: Path, expected: Answers, anew: Answers, scenario: str = "build") -> str:
    """What becomes of a damaged index: "harmless", "repaired", "reported", or a sentence on what is wrong.

    Args:
        index: The damaged index.
        expected: Its answers before the damage.
        anew: Its answers when the search files are made again.
        scenario: How it was made.
    """
    notices: list[str] = []
    try:
        found = answers(index, scenario, notices)
    except SpecsearchError as error:
        return "reported" if error.exit_code == 3 else f"reported with exit code {error.exit_code}: {error}"
    if notices:
        return "repaired" if found == anew else "repaired to wrong answers"
    return "harmless" if found == expected else "silently wrong"


# --- writers and readers at the same time ------------------------------------------------------------


@dataclass
class Together:
    """What writers and readers of one index saw: numbers of events, and what was wrong."""

    updates: int = 0
    refused: int = 0
    reads: int = 0
    generations: int = 0
    failures: list[str] = field(default_factory=list)


def write_and_read(folder: Path, seconds: float, writers: int = 2, readers: int = 4) -> Together:
    """Let processes update an index between two states and read it for a while."""
    expected = []
    for changed in (False, True):
        write_corpus(folder / f"corpus-{changed}", changed=changed)
        write_index("build", folder / f"corpus-{changed}", folder / "index")
        expected.append(answers(folder / "index"))
    tasks = [("writer", number) for number in range(writers)] + [("reader", number) for number in range(readers)]
    children = [
        subprocess.Popen([sys.executable, __file__, role, str(folder), str(seconds + number / 10)], stdout=subprocess.PIPE, text=True)
        for role, number in tasks
    ]
    found = Together()
    seen = set()
    for child in children:
        output, _ = child.communicate(timeout=seconds + 120)
        if child.returncode:
            found.failures.append(f"a process ended with {child.returncode}")
            continue
        told = json.loads(output)
        found.updates += told.get("updates", 0)
        found.refused += told.get("refused", 0)
        found.reads += told.get("reads", 0)
        found.failures += told["failures"]
        seen |= {tuple((text, score) for text, score in answer) for answer in told.get("answers", [])}
    found.failures += ["a reader saw what is neither of the two states"] * len(seen - set(expected))
    found.generations = len(seen)
    if problems := check(folder / "index").problems:
        found.failures.append(f"check: {problems}")
    return found


def _write_for(folder: Path, seconds: float) -> dict[str, object]:
    """Update an index again and again, as the second of two writers now and then."""
    updates = refused = 0
    failures = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            write_index("build", folder / f"corpus-{updates % 2 == 0}", folder / "index")
            updates += 1
        except IndexBusyError as error:
            refused += 1
            if not re.search(r"Another process \(pid (\d+|unknown)\) is writing", str(error)) or error.exit_code != 4:
                failures.append(str(error))
            time.sleep(0.01)
        except SpecsearchError as error:
            failures.append(f"writer: {error}")
    return {"updates": updates, "refused": refused, "failures": failures}


def _read_for(folder: Path, seconds: float) -> dict[str, object]:
    """Open an index again and again, and ask it twice each time."""
    reads = 0
    seen = set()
    failures = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            notices: list[str] = []
            with open_snapshot(folder / "index", notices.append, WordEncoder()) as opened:
                first = ask(opened)
                time.sleep(0.02)
                if ask(opened) != first:
                    failures.append("a reader saw two generations at once")
            failures += notices
            seen.add(first)
            reads += 1
        except SpecsearchError as error:
            failures.append(f"reader: {error}")
    return {"reads": reads, "answers": sorted(seen), "failures": failures}


if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    try:
        if role == "writer":
            print(json.dumps(_write_for(Path(arguments[0]), float(arguments[1]))))
        elif role == "reader":
            print(json.dumps(_read_for(Path(arguments[0]), float(arguments[1]))))
        elif role == COLLECTING:
            collect(Path(arguments[1]), COLLECTED)
        else:
            write_index(role, Path(arguments[0]), Path(arguments[1]))
    except SpecsearchError as error:
        print(error)
        sys.exit(error.exit_code)
