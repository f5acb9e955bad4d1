"""An index of three small documents, made with the encoder of the tests: what the tests of storage share."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import WordEncoder, contents, parsed_here, put, quick_updates
from specsearch.ingest.update import IndexReport, update_index
from specsearch.readers.walk import read_sidecar, walk
from specsearch.records import Document, Mode, ParsedDocument, Passage
from specsearch.retrieval import search
from specsearch.storage.local.connection import FILE
from specsearch.storage.store import Snapshot
from specsearch.storage.stores import open_snapshot

BUDGET = """\
CITY OF ALDER FERRY
BUDGET ANALYST II
Class Code: 1204

EXAMPLES OF DUTIES
• Prepares and monitors the operating budget of assigned departments.
• Reviews purchase requests for available funds.
• Performs related duties as required.

QUALIFICATIONS
• A bachelor's degree in finance or accounting and two years of experience.
"""
STREETS = """\
CITY OF WREN HARBOR
STREET CREW LEADER

EXAMPLES OF DUTIES
• Leads a crew that patches potholes and seals cracks.
• Operates a roller and a dump truck.
• Performs related duties as required.

QUALIFICATIONS
• A commercial driver license.
"""
LIBRARY = """\
TOWN OF SABLE CROSSING
LIBRARIAN I

EXAMPLES OF DUTIES
• Answers reference questions at the public desk.
• Selects books for the children's room.

QUALIFICATIONS
• A master's degree in library science.
"""
TEXTS = {
    "alder-ferry-or/budget.txt": BUDGET,
    "wren-harbor-me/streets.txt": STREETS,
    "sable-crossing-nm/library.txt": LIBRARY,
}


@contextmanager
def opened(index: Path, notices: list[str] | None = None) -> Iterator[Snapshot]:
    """An index with the encoder of the tests."""
    with open_snapshot(index, (notices if notices is not None else []).append, WordEncoder()) as found:
        yield found


def everything(index: Path) -> list[tuple[Document, list[Passage]]]:
    """All that an index holds."""
    with opened(index) as found:
        return contents(found)


def answers(index: Path, notices: list[str] | None = None) -> list[tuple[str, float]]:
    """Passage and score of some searches in every mode."""
    with opened(index, notices) as found:
        return [
            (hit.passage.passage_id, hit.score)
            for mode in Mode
            for query in ("monitors the operating budget", "related duties", "driver license or degree")
            for hit in search(found, query, mode=mode)
        ]


def sql(index: Path, statement: str, *values: object) -> None:
    """Change the truth behind the program's back."""
    connection = sqlite3.connect(index / FILE)
    changed = connection.execute(statement, values).rowcount
    connection.commit()
    connection.close()
    assert changed > 0, "the test changes nothing"


def parse(corpus: Path) -> list[ParsedDocument]:
    """The documents of a corpus as they are parsed for an index, by id."""
    found = [
        document
        for _, file in parsed_here(walk(corpus)[0], read_sidecar(corpus), meaning=True)
        for document in file.documents
    ]
    return sorted(found, key=lambda parsed: parsed.document.doc_id)


def numbers(report: IndexReport) -> tuple[int, int, int, int, int]:
    """Added, changed, removed, unchanged documents, and passages."""
    return report.added, report.changed, report.removed, report.unchanged, report.passages


def add(corpus: Path) -> None:
    put(corpus / "alder-ferry-or" / "clerk.txt", "OFFICE CLERK\n\nDUTIES\n• Sorts the mail of the office every day.\n")


def remove(corpus: Path) -> None:
    (corpus / "wren-harbor-me/streets.txt").unlink()


def swap(corpus: Path) -> None:
    put(corpus / "alder-ferry-or/budget.txt", STREETS)
    put(corpus / "wren-harbor-me/streets.txt", BUDGET)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


# --- fixtures of the folders that use it -------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three documents of three cities."""
    folder = tmp_path / "corpus"
    for name, text in TEXTS.items():
        put(folder / name, text)
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "index"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the three documents that tests copy before they damage it."""
    folder = tmp_path_factory.mktemp("built")
    for name, text in TEXTS.items():
        put(folder / "corpus" / name, text)
    with quick_updates():
        update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the index of the three documents."""
    shutil.copytree(built / "corpus", tmp_path / "corpus")
    shutil.copytree(built / "index", tmp_path / "index")
    return tmp_path / "index"
