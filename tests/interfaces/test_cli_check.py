"""`specsearch check`, and what every command says of an index that is damaged."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import WordEncoder, put, specsearch
from specsearch.ingest.update import update_index
from workplace import STREETS, Workplace, refused

pytestmark = pytest.mark.usefixtures("quick")


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
