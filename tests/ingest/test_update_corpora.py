"""Corpora and index folders that are not what they should be."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import WordEncoder, put
from small_index import answers, everything, numbers, opened
from specsearch.errors import IndexDamagedError, ModelMismatchError, SpecsearchError, UsageError
from specsearch.ingest.update import update_index
from specsearch.storage.local.connection import FILE

pytestmark = pytest.mark.usefixtures("quick")


def test_missing_corpus(tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A folder that does not exist is a usage error that names it, and no index is made."""
    with pytest.raises(UsageError, match=r"no folder .*/nowhere"):
        update_index(tmp_path / "nowhere", index, word_encoder)
    assert not index.exists()


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([], id="nothing"),
        pytest.param(["README.md", ".hidden.txt"], id="only-what-is-passed-over"),
        pytest.param(["empty.txt"], id="only-unreadable"),
    ],
)
def test_empty_corpus(names: list[str], tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A corpus without a document is a usage error that says what belongs there."""
    (tmp_path / "corpus").mkdir()
    for name in names:
        put(tmp_path / "corpus" / name, "" if "empty" in name else "words")
    with pytest.raises(UsageError, match=r"There are no documents in .*Put job documents there: plain text \(txt"):
        update_index(tmp_path / "corpus", index, word_encoder)


@pytest.mark.parametrize("prune", [False, True])
def test_missing_corpus_empties_nothing(prune: bool, copied: Path, tmp_path: Path, word_encoder: WordEncoder) -> None:
    """A mistyped corpus folder never empties an index, not even with prune."""
    with pytest.raises(UsageError, match="no folder"):
        update_index(tmp_path / "corpsu", copied, word_encoder, prune=prune)
    assert len(everything(copied)) == 3


def spoil(corpus: Path) -> None:
    for path in corpus.rglob("*.txt"):
        path.write_bytes(b"\x00\x01\x02" * 50)


def clear(corpus: Path) -> None:
    for path in list(corpus.iterdir()):
        shutil.rmtree(path)


@pytest.mark.parametrize("empty", [clear, spoil])
def test_emptied_corpus(empty: Callable[[Path], None], copied: Path, word_encoder: WordEncoder) -> None:
    """A corpus that has lost all documents empties the index only with prune, and the message says so."""
    corpus = copied.parent / "corpus"
    before = answers(copied)
    empty(corpus)
    with pytest.raises(UsageError, match=r"3 are in .*Nothing was changed.*--prune"):
        update_index(corpus, copied, word_encoder)
    assert answers(copied) == before
    report = update_index(corpus, copied, word_encoder, prune=True)
    assert report.passages == 0
    assert everything(copied) == []
    assert answers(copied) == []


@pytest.mark.parametrize("prune", [False, True])
def test_folder_that_cannot_be_listed(
    prune: bool, copied: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in a folder without permission stays in the index, and is told of; with --prune it goes."""
    scandir = os.scandir

    def refuse(path: Any) -> Any:  # noqa: ANN401 - as os.scandir, which others call with numbers
        if not isinstance(path, int) and Path(path).name == "wren-harbor-me":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("specsearch.readers.walk.os.scandir", refuse)
    report = update_index(copied.parent / "corpus", copied, word_encoder, prune=prune)
    assert numbers(report)[:4] == ((0, 0, 1, 2) if prune else (0, 0, 0, 3))
    assert [skip.reason for skip in report.skips] == ["folder cannot be listed: Permission denied"]


@pytest.mark.parametrize(
    ("skipped", "gone", "kept"),
    [
        ("b", "budget.txt", False),
        ("budget", "budget.txt", False),
        ("clerks", "clerks-old/a.txt", False),
        ("clerks", "clerks/a.txt", True),
        ("clerks", "clerks/deep/a.txt", True),
        ("budget.txt", "budget.txt", True),
        ("clerks/a", "clerks/a.txt", False),
    ],
)
def test_a_skip_keeps_only_what_lies_below_it(
    skipped: str, gone: str, kept: bool, tmp_path: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deleted file is no longer found, though something beside it whose name begins alike cannot be looked at."""
    corpus = tmp_path / "corpus"
    put(corpus / gone, "CITY OF ELM FORK\nCLERK\n\nDUTIES\n• Files letters.\n")
    put(corpus / "other.txt", "CITY OF ELM FORK\nUSHER\n\nDUTIES\n• Opens doors.\n")
    update_index(corpus, tmp_path / "index", word_encoder)
    (corpus / gone).unlink()
    (corpus / skipped).mkdir(parents=True, exist_ok=True)
    lstat = Path.lstat

    def refuse(path: Path) -> os.stat_result:
        if path == corpus / skipped:
            raise PermissionError(13, "Permission denied")
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", refuse)
    report = update_index(corpus, tmp_path / "index", word_encoder)
    assert [(skip.path, skip.reason) for skip in report.skips] == [(skipped, "cannot be looked at: Permission denied")]
    assert report.removed == (0 if kept else 1)
    with opened(tmp_path / "index") as found:
        assert {entry.path for entry in found.entries()} == {"other.txt", *([gone] if kept else [])}


@pytest.mark.parametrize(
    ("gone", "replaced", "make"),
    [
        pytest.param("budget.txt", "budget.txt", lambda path: path.symlink_to("other.txt"), id="link"),
        pytest.param("budget.txt", "budget.txt", lambda path: os.mkfifo(path), id="pipe"),
        pytest.param("clerks/deep/a.txt", "clerks", lambda path: path.symlink_to("."), id="folder"),
        pytest.param("clerks/a.txt", "clerks/a.txt", lambda path: path.symlink_to("nowhere"), id="broken-link"),
    ],
)
def test_a_link_or_pipe_keeps_nothing(
    gone: str, replaced: str, make: Callable[[Path], None], tmp_path: Path, word_encoder: WordEncoder
) -> None:
    """A file, or a folder of files, in whose place a link or a pipe stands was looked at: it is gone without prune, and the skip says why."""
    corpus = tmp_path / "corpus"
    put(corpus / gone, "CITY OF ELM FORK\nCLERK\n\nDUTIES\n• Files letters.\n")
    put(corpus / "other.txt", "CITY OF ELM FORK\nUSHER\n\nDUTIES\n• Opens doors.\n")
    update_index(corpus, tmp_path / "index", word_encoder)
    (corpus / gone).unlink()
    if (corpus / replaced).is_dir():
        shutil.rmtree(corpus / replaced)
    make(corpus / replaced)
    report = update_index(corpus, tmp_path / "index", word_encoder)
    assert ["not a regular file" in skip.reason for skip in report.skips if skip.path == replaced] == [True]
    assert report.removed == 1
    with opened(tmp_path / "index") as found:
        assert {entry.path for entry in found.entries()} == {"other.txt"}


def test_pruned_counts(copied: Path, word_encoder: WordEncoder) -> None:
    """Emptying an index with prune reports the documents as removed, and the corpus can come back."""
    corpus = copied.parent / "corpus"
    kept = copied.parent / "kept"
    shutil.copytree(corpus, kept)
    clear(corpus)
    assert numbers(update_index(corpus, copied, word_encoder, prune=True)) == (0, 0, 3, 0, 0)
    assert numbers(update_index(kept, copied, word_encoder)) == (3, 0, 0, 0, 11)


def test_single_file_as_corpus(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A corpus may be one file."""
    report = update_index(corpus / "alder-ferry-or" / "budget.txt", index, word_encoder)
    assert numbers(report) == (1, 0, 0, 0, 4)


def _folder_is_file(index: Path) -> None:
    put(index, "notes")


def _folder_has_others(index: Path) -> None:
    put(index / "thesis.docx", "mine")


def _database_is_no_database(index: Path) -> None:
    put(index / FILE, "these are my notes\n" * 100)


def _database_of_others(index: Path) -> None:
    index.mkdir()
    connection = sqlite3.connect(index / FILE)
    connection.execute("CREATE TABLE recipes (name)")
    connection.commit()
    connection.close()


def _other_version(index: Path) -> None:
    _database_of_others(index)
    connection = sqlite3.connect(index / FILE)
    connection.execute("PRAGMA application_id = 0x53504543")
    connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        pytest.param(_folder_is_file, UsageError, "is a file, not a folder.*another folder with --index", id="file"),
        pytest.param(_folder_has_others, UsageError, r"not empty \(it holds thesis.docx\).*--index", id="other-things"),
        pytest.param(_database_is_no_database, IndexDamagedError, f"{FILE} is damaged", id="no-database"),
        pytest.param(
            _database_of_others, IndexDamagedError, "not an index of specsearch.*another folder", id="other-application"
        ),
        pytest.param(_other_version, IndexDamagedError, "written by another release.*format 999", id="other-version"),
    ],
)
def test_folder_that_is_no_index(
    make: Callable[[Path], None],
    error: type[SpecsearchError],
    message: str,
    corpus: Path,
    index: Path,
    word_encoder: WordEncoder,
) -> None:
    """What is not ours is refused with advice, for building and for opening, and left as it was."""
    make(index)
    before = {path: path.read_bytes() for path in [index, *index.rglob("*")] if path.is_file()}
    with pytest.raises(error, match=message):
        update_index(corpus, index, word_encoder)
    with pytest.raises(SpecsearchError, match=str(index)), opened(index):
        pass
    assert {path: path.read_bytes() for path in before} == before


def test_folder_with_a_readme_is_fine(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """An index folder may hold a README.md and hidden files."""
    put(index / "README.md", "Here comes the index.")
    put(index / ".gitignore", "*")
    assert update_index(corpus, index, word_encoder).added == 3


def test_another_model(copied: Path) -> None:
    """An index is never filled with vectors of two models; the error names both."""
    other = WordEncoder("0" * 64)
    other.name = "sentences"
    with pytest.raises(
        ModelMismatchError, match=r"the model words \(fp32, f{12}\); you asked for sentences \(fp32, 0{12}\).*--index"
    ):
        update_index(copied.parent / "corpus", copied, other)
    assert other.seen == []
    assert len(everything(copied)) == 3
