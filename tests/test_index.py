"""Keeping an index: what an update does, what survives a crash, what is noticed when bytes change."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from conftest import CORPUS, WordEncoder
from specsearch.encoding.context import embedded_text
from specsearch.encoding.semantics import FACTORY
from specsearch.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    ModelMismatchError,
    SpecsearchError,
    StorageError,
    UsageError,
)
from specsearch.parsing.corpus import ParsedFile
from specsearch.parsing.pool import parse_files
from specsearch.readers.walk import CorpusFile, read_sidecar, walk
from specsearch.records import Document, Hit, Mode, ParsedDocument, Passage
from specsearch.retrieval import search
from specsearch.storage.database import FILE, Database
from specsearch.storage.derived import folders
from specsearch.storage.files import new_folder, verify_folder
from specsearch.storage.index import open_snapshot
from specsearch.storage.snapshot import Snapshot
from specsearch.storage.update import IndexReport, update_index

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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the three documents that tests copy before they damage it."""
    folder = tmp_path_factory.mktemp("built")
    for name, text in TEXTS.items():
        put(folder / "corpus" / name, text)
    update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the index of the three documents."""
    shutil.copytree(built / "corpus", tmp_path / "corpus")
    shutil.copytree(built / "index", tmp_path / "index")
    return tmp_path / "index"


def put(path: Path, content: str | bytes) -> None:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@contextmanager
def opened(index: Path, notices: list[str] | None = None) -> Iterator[Snapshot]:
    """An index with the encoder of the tests."""
    with open_snapshot(index, (notices if notices is not None else []).append, WordEncoder()) as found:
        yield found


def everything(index: Path) -> list[tuple[Document, list[Passage]]]:
    """All that an index holds."""
    with opened(index) as found:
        return [(document, found.passages(number)) for number, document in found.documents()]


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
        for _, file in parse_files(walk(corpus)[0], read_sidecar(corpus), semantics=FACTORY)
        for document in file.documents
    ]
    return sorted(found, key=lambda parsed: parsed.document.doc_id)


def numbers(report: IndexReport) -> tuple[int, int, int, int, int]:
    """Added, changed, removed, unchanged documents, and passages."""
    return report.added, report.changed, report.removed, report.unchanged, report.passages


# --- what an update does ------------------------------------------------------------------------


def test_first_run(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """The first run adds every document, and embeds each text once."""
    report = update_index(corpus, index, word_encoder)
    assert numbers(report) == (3, 0, 0, 0, 11)
    assert report.generation == 1
    assert report.skips == ()
    assert report.is_change
    assert len(word_encoder.seen) == len(set(word_encoder.seen)) == report.embedded == 10  # "related duties" is in two


def add(corpus: Path) -> None:
    put(corpus / "alder-ferry-or" / "clerk.txt", "OFFICE CLERK\n\nDUTIES\n• Sorts the mail of the office every day.\n")


def change(corpus: Path) -> None:
    put(corpus / "sable-crossing-nm/library.txt", LIBRARY.replace("for the children's room", "and films"))


def rename(corpus: Path) -> None:
    (corpus / "alder-ferry-or/budget.txt").rename(corpus / "alder-ferry-or/budget-analyst.txt")


def move(corpus: Path) -> None:
    (corpus / "new").mkdir()
    (corpus / "alder-ferry-or/budget.txt").rename(corpus / "new/budget.txt")


def remove(corpus: Path) -> None:
    (corpus / "wren-harbor-me/streets.txt").unlink()


def copy(corpus: Path) -> None:
    shutil.copy(corpus / "alder-ferry-or/budget.txt", corpus / "wren-harbor-me/budget.txt")


def touch(corpus: Path) -> None:
    os.utime(corpus / "alder-ferry-or/budget.txt", (1_000_000_000, 1_000_000_000))


def rewrite(corpus: Path) -> None:
    put(corpus / "alder-ferry-or/budget.txt", BUDGET)
    os.utime(corpus / "alder-ferry-or/budget.txt")


def swap(corpus: Path) -> None:
    put(corpus / "alder-ferry-or/budget.txt", STREETS)
    put(corpus / "wren-harbor-me/streets.txt", BUDGET)


def describe(corpus: Path) -> None:
    put(corpus / "corpus.csv", "path,title\nalder-ferry-or/budget.txt,Budget Analyst 2\n")


def describe_folder(corpus: Path) -> None:
    put(corpus / "corpus.csv", "path,url\nalder-ferry-or,https://jobs.alderferry.example\n")


def describe_nothing(corpus: Path) -> None:
    put(corpus / "corpus.csv", "path,title\nnowhere/at-all.txt,Budget Analyst 2\n")


def everything_at_once(corpus: Path) -> None:
    add(corpus)
    change(corpus)
    remove(corpus)


@pytest.mark.parametrize(
    ("edit", "expected", "embedded"),
    [
        pytest.param(add, (1, 0, 0, 3, 12), ["Sorts the mail of the office every day."], id="added"),
        pytest.param(change, (0, 1, 0, 2, 11), ["Selects books and films."], id="changed"),
        pytest.param(rename, (1, 0, 1, 2, 11), [], id="renamed"),
        pytest.param(move, (1, 0, 1, 2, 11), [], id="moved"),
        pytest.param(remove, (0, 0, 1, 2, 7), [], id="removed"),
        pytest.param(copy, (1, 0, 0, 3, 15), [], id="copied"),
        pytest.param(swap, (0, 2, 0, 1, 11), [], id="contents-swapped"),
        pytest.param(describe, (0, 1, 0, 2, 11), [], id="sidecar-names-file"),
        pytest.param(describe_folder, (0, 1, 0, 2, 11), [], id="sidecar-names-folder"),
        pytest.param(
            everything_at_once,
            (1, 1, 1, 1, 8),
            ["Selects books and films.", "Sorts the mail of the office every day."],
            id="all-at-once",
        ),
        pytest.param(touch, (0, 0, 0, 3, 11), [], id="touched"),
        pytest.param(rewrite, (0, 0, 0, 3, 11), [], id="written-again"),
        pytest.param(describe_nothing, (0, 0, 0, 3, 11), [], id="sidecar-names-nothing"),
        pytest.param(lambda corpus: None, (0, 0, 0, 3, 11), [], id="untouched"),
    ],
)
def test_update(
    edit: Callable[[Path], None],
    expected: tuple[int, int, int, int, int],
    embedded: list[str],
    copied: Path,
    word_encoder: WordEncoder,
) -> None:
    """An update reports what changed, embeds only texts that are new, and then equals an index made afresh."""
    corpus = copied.parent / "corpus"
    _restamp(copied, corpus)
    edit(corpus)
    report = update_index(corpus, copied, word_encoder)
    changes = expected[:3] != (0, 0, 0)
    assert numbers(report) == expected
    assert sorted(word_encoder.seen) == embedded
    assert report.embedded == len(embedded)
    assert report.is_change is changes
    assert report.generation == (2 if changes else 1)
    assert [parsed.document for parsed in parse(corpus)] == [document for document, _ in everything(copied)]


def _restamp(index: Path, corpus: Path) -> None:
    """Let a copied corpus be the one that the index was made of."""
    for path in corpus.rglob("*.txt"):
        sql(
            index,
            "UPDATE files SET mtime_ns = ? WHERE name = ?",
            path.stat().st_mtime_ns,
            path.relative_to(corpus).as_posix(),
        )


def test_touched_file_is_remembered(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A file with a new time stamp and the old content is hashed once, not at every later run."""
    update_index(corpus, index, word_encoder)
    touch(corpus)
    update_index(corpus, index, word_encoder)
    database = Database(index)
    assert database.files()["alder-ferry-or/budget.txt"].mtime_ns == 1_000_000_000 * 10**9
    database.close()


def test_metadata_of_sidecar_arrives(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """What corpus.csv says after the first run is in the index after the second, and gone after the third."""
    titles = []
    update_index(corpus, index, word_encoder)
    for rows in ("alder-ferry-or/budget.txt,Finance Guru\n", ""):
        put(corpus / "corpus.csv", f"path,title\n{rows}")
        update_index(corpus, index, word_encoder)
        titles.append(everything(index)[0][0].source.title)
    assert titles == ["Finance Guru", "BUDGET ANALYST II"]


def test_rerun_does_nothing(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """On an unchanged corpus nothing is embedded, no generation is made and no byte of the search files is written."""
    first = update_index(corpus, index, word_encoder)
    before = {path: path.stat().st_mtime_ns for folder in folders(index, 1) for path in folder.iterdir()}
    word_encoder.seen.clear()
    second = update_index(corpus, index, word_encoder)
    after = {path: path.stat().st_mtime_ns for folder in folders(index, 1) for path in folder.iterdir()}
    assert (word_encoder.seen, second.embedded, second.is_change) == ([], 0, False)
    assert second.generation == first.generation
    assert after == before


def test_release_change_reads_again(
    corpus: Path, index: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another release may read the same bytes differently: it reads all files again, embedding only what differs."""
    update_index(corpus, index, word_encoder)
    monkeypatch.setattr("specsearch.storage.update.__version__", "99.0")
    report = update_index(corpus, index, word_encoder)
    assert numbers(report) == (0, 0, 0, 3, 11)
    assert (report.embedded, report.generation) == (0, 1)
    told: list[str] = []
    assert numbers(update_index(corpus, index, word_encoder, progress=lambda *step: told.append(step[0]))) == (0, 0, 0, 3, 11)
    assert "reading" not in told  # it does so once


def test_release_that_reads_differently_changes_what_differs(
    corpus: Path, index: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents that another release reads otherwise are changed, the others stay as they are."""
    update_index(corpus, index, word_encoder)

    def parse_otherwise(*args: Any) -> Iterator[tuple[CorpusFile, ParsedFile]]:  # noqa: ANN401 - passed on as they are
        for file, parsed in parse_files(*args):
            cut = tuple(replace(d, passages=d.passages[:1]) for d in parsed.documents) if "budget" in file.name else parsed.documents
            yield file, replace(parsed, documents=cut)

    monkeypatch.setattr("specsearch.storage.update.__version__", "99.0")
    monkeypatch.setattr("specsearch.storage.update.parse_files", parse_otherwise)
    assert numbers(update_index(corpus, index, word_encoder))[:4] == (0, 1, 0, 2)


def test_same_sentence_in_two_cities_is_two_passages(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Identity is the position: a sentence that two cities share is embedded once and found in both."""
    update_index(corpus, index, word_encoder)
    assert word_encoder.seen.count("Performs related duties as required.") == 1
    with opened(index) as found:
        hits = search(found, "performs related duties as required", k=2)
    assert [hit.passage.text for hit in hits] == ["• Performs related duties as required."] * 2
    assert [hit.document.source.jurisdiction for hit in hits] == ["City of Alder Ferry", "City of Wren Harbor"]
    assert hits[0].score == hits[1].score


def test_identical_files_are_two_documents(tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Two cities may have the same document to the byte; both are listed."""
    for city in ("alder-ferry-or", "wren-harbor-me"):
        put(tmp_path / "corpus" / city / "library.txt", LIBRARY.split("\n", 1)[1])
    report = update_index(tmp_path / "corpus", index, word_encoder)
    assert numbers(report) == (2, 0, 0, 0, 6)
    assert report.embedded == 3


def test_removed_texts_leave_no_vectors(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A vector goes with the last passage that has it, and not before."""
    update_index(corpus, index, word_encoder)
    remove(corpus)
    update_index(corpus, index, word_encoder)
    with opened(index) as found:
        assert found.counts() == {"documents": 2, "passages": 7, "vectors": 7}


def test_long_passages_are_counted(tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """The report says how many passages are beyond the model's window."""
    long = "• Maintains " + ", ".join(f"catalogue{i} and drawer{i}" for i in range(40)) + " of the office.\n"
    put(tmp_path / "corpus" / "clerk.txt", f"RECORDS CLERK\n\nDUTIES\n{long}• Sorts the mail of the office.\n")
    assert update_index(tmp_path / "corpus", index, word_encoder).long_passages == 1


def test_progress_is_told(
    corpus: Path, index: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress counts up to the whole in every stage."""
    monkeypatch.setattr("specsearch.storage.update._CHUNK", 4)
    told: list[tuple[str, int, int]] = []
    update_index(corpus, index, word_encoder, progress=lambda *step: told.append(step))
    stages = {stage: [step[1:] for step in told if step[0] == stage] for stage, _, _ in told}
    assert list(stages) == ["reading", "embedding", "indexing"]
    assert stages["reading"] == [(1, 3), (2, 3), (3, 3)]
    assert [done for done, _ in stages["embedding"]] == sorted(done for done, _ in stages["embedding"])
    assert {total for _, total in stages["embedding"]} == {11}
    assert (stages["embedding"][-1], stages["indexing"][-1]) == ((11, 11), (1, 1))


# --- skips --------------------------------------------------------------------------------------


def test_skips_are_remembered(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A file that could not be read is listed with its reason at every run until it is repaired."""
    put(corpus / "scan.bin", b"\x00\x01\x02" * 50)
    put(corpus / "empty.txt", "")
    first = update_index(corpus, index, word_encoder)
    second = update_index(corpus, index, word_encoder)
    assert {skip.path for skip in first.skips} == {"scan.bin", "empty.txt"}
    assert all(skip.reason for skip in first.skips)
    assert second.skips == first.skips
    assert (second.is_change, second.generation) == (False, 1)
    put(corpus / "empty.txt", "CLERK\n\nDUTIES\n• Sorts the mail of the office every day.\n")
    third = update_index(corpus, index, word_encoder)
    assert numbers(third) == (1, 0, 0, 3, 12)
    assert [skip.path for skip in third.skips] == ["scan.bin"]


def test_document_that_became_unreadable_is_a_change(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """When a file that was indexed can no longer be read, its document leaves the index and the report says so."""
    update_index(corpus, index, word_encoder)
    put(corpus / "wren-harbor-me/streets.txt", b"\x00\x01\x02" * 50)
    report = update_index(corpus, index, word_encoder)
    assert len(everything(index)) == 2
    assert [skip.path for skip in report.skips] == ["wren-harbor-me/streets.txt"]
    assert report.removed == 1
    assert report.is_change


def test_rows_that_left_an_export_are_a_change(tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """When all records but unreadable ones have left an export, the report is not "nothing to do"."""
    corpus = tmp_path / "corpus"
    put(corpus / "library.txt", LIBRARY)
    put(
        corpus / "jobs.csv", "id,title,description\n1,Clerk,• Sorts the mail and answers the telephone of the office.\n"
    )
    update_index(corpus, index, word_encoder)
    put(corpus / "jobs.csv", "id,title,description\n1,Clerk,\n")
    report = update_index(corpus, index, word_encoder)
    assert report.generation == 2
    assert report.is_change


def test_file_names_of_any_bytes(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """A file whose name is not UTF-8 (an archive unpacked from Windows) is indexed or skipped, and the others are read."""
    name = os.fsdecode(b"Aktenf\xfchrer.txt")
    try:
        put(corpus / name, BUDGET)
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    report = update_index(corpus, index, word_encoder)
    assert report.added + len(report.skips) == 4


def test_lone_surrogates_in_a_text(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    r"""Half a character in a JSON export ("\ud83d" cut off from its second half) does not stop the run."""
    put(
        corpus / "jobs.json",
        '[{"id": "1", "title": "Clerk", "text": "• Sorts the mail \\ud83d and answers the telephone of the office."}]',
    )
    report = update_index(corpus, index, word_encoder)
    assert report.added == 4


def test_records_with_the_ids_of_others(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Whatever ids an export has, every record becomes a document with an id of its own."""
    rows = [
        f'{{"id": "{name}", "text": "• Sorts the mail of office {i} and answers its telephone."}}'
        for i, name in enumerate(["7", "7", "7~2"])
    ]
    put(corpus / "jobs.jsonl", "\n".join(rows))
    report = update_index(corpus, index, word_encoder)
    assert report.added == 6


def test_index_inside_the_corpus(corpus: Path, word_encoder: WordEncoder) -> None:
    """An index kept inside the corpus folder is not itself read as job documents."""
    index = corpus / "index"
    update_index(corpus, index, word_encoder)
    report = update_index(corpus, index, word_encoder)
    assert (report.is_change, report.skips) == (False, ())


# --- interruption -------------------------------------------------------------------------------


class Interrupted(WordEncoder):
    """Raises after a number of texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float32]:
        if len(self.seen) + len(texts) > self.after:
            raise KeyboardInterrupt
        return super().encode_documents(texts, progress)


def test_interrupted_run_keeps_what_it_embedded(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run after an interrupted one embeds only what is missing."""
    monkeypatch.setattr("specsearch.storage.update._CHUNK", 2)
    broken, whole = Interrupted(after=6), WordEncoder()
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, broken)
    assert len(broken.seen) == 6
    with pytest.raises(IndexMissingError, match=r"unfinished index\. Run: specsearch index"), opened(index):
        pass
    report = update_index(corpus, index, whole)
    assert not set(whole.seen) & set(broken.seen)
    assert report.embedded == len(whole.seen) == 4
    assert numbers(report) == (3, 0, 0, 0, 11)


def test_interrupted_update_leaves_the_old_generation(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interrupted update the index answers as before it."""
    monkeypatch.setattr("specsearch.storage.update._CHUNK", 1)
    update_index(corpus, index, WordEncoder())
    before = answers(index)
    add(corpus)
    remove(corpus)
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=0))
    assert answers(index) == before
    assert update_index(corpus, index, WordEncoder()).generation == 2


def test_vectors_of_an_interrupted_run_do_not_stay_forever(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an interrupted run embedded for a file that is gone by the next run is dropped."""
    monkeypatch.setattr("specsearch.storage.update._CHUNK", 2)
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=8))
    remove(corpus)
    update_index(corpus, index, WordEncoder())
    with opened(index) as found:
        assert found.counts() == {"documents": 2, "passages": 7, "vectors": 7}


_UNDER_LIMIT = """
import resource, sys
from pathlib import Path
from conftest import WordEncoder
from specsearch.errors import StorageError
from specsearch.storage.update import update_index
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    update_index(Path(sys.argv[1]), Path(sys.argv[2]), WordEncoder())
except StorageError as error:
    print("StorageError", error)
"""


@pytest.mark.parametrize("limit", [20_000, 80_000, 150_000, 220_000])
def test_full_disk(limit: int, copied: Path) -> None:
    """Where the disk is full, the update fails as a whole with an error that says so, and the index answers as before."""
    corpus = copied.parent / "corpus"
    before = answers(copied)
    lines = "\n".join(f"• Inspects hydrant {i} and reports leak {i} to foreman {i}." for i in range(400))
    put(corpus / "hydrants.txt", f"HYDRANT INSPECTOR\n\nDUTIES\n{lines}\n")
    done = child(_UNDER_LIMIT, str(corpus), str(copied), str(limit))
    assert done.stdout.startswith("StorageError"), done.stderr
    assert "cannot be written" in done.stdout
    assert "rollback" not in done.stdout
    with opened(copied) as found:
        generation = found.meta["generation"]
    if generation == "1":
        assert answers(copied) == before
    report = update_index(corpus, copied, WordEncoder())
    assert report.passages == 411
    with opened(copied) as found:
        assert search(found, "inspects hydrant 77", k=1)[0].passage.text.startswith("• Inspects hydrant 77 ")


def child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own that can import these tests' fakes."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )


# --- corpora and index folders that are not what they should be ----------------------------------


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
    with pytest.raises(UsageError, match=r"There are no documents in .*Put job documents there \(txt, md"):
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
        assert {document.path for _, document in found.documents()} == {"other.txt", *([gone] if kept else [])}


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
        assert {document.path for _, document in found.documents()} == {"other.txt"}


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


def test_another_model_after_an_interrupted_run(corpus: Path, index: Path) -> None:
    """Vectors that an interrupted first run left do not bind the next one to its model, nor get mixed up with its own."""
    with pytest.raises(KeyboardInterrupt):
        update_index(corpus, index, Interrupted(after=0))
    other = WordEncoder("0" * 64)
    assert update_index(corpus, index, other).embedded == 10
    with opened(index) as found:
        assert found.meta["fingerprint"] == other.fingerprint


# --- damage -------------------------------------------------------------------------------------


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def delete(path: Path) -> None:
    path.unlink()


DERIVED = [
    "dense/*/vectors-00000.npy",
    "dense/*/columns.npy",
    "dense/*/manifest.json",
    *(f"lexical/*/*.{ending}" for ending in ("idx", "term", "pos", "store", "fast", "fieldnorm")),
    "lexical/*/meta.json",
    "lexical/*/.managed.json",
    "lexical/*/manifest.json",
]


@pytest.mark.parametrize("damage", [flip, truncate, delete])
@pytest.mark.parametrize("pattern", DERIVED)
def test_damaged_search_file_is_made_again(pattern: str, damage: Callable[[Path], None], copied: Path) -> None:
    """A derived file with a changed byte, cut short or gone gives the same answers as before, after a notice."""
    before = answers(copied)
    (path,) = copied.glob(pattern)
    damage(path)
    notices: list[str] = []
    assert answers(copied, notices) == before
    if path.name != ".managed.json":  # not read for answers; it needs no notice
        assert len(notices) == 1
        assert "making them again" in notices[0]
    again: list[str] = []
    assert answers(copied, again) == before
    assert again == []


@pytest.mark.parametrize("name", ["dense", "lexical", "both"])
def test_missing_search_folder_is_made_again(name: str, copied: Path) -> None:
    """The derived folders may be deleted at any time."""
    before = answers(copied)
    for folder in ("dense", "lexical"):
        if name in (folder, "both"):
            shutil.rmtree(copied / folder)
    notices: list[str] = []
    assert answers(copied, notices) == before
    assert len(notices) == 1


def test_search_files_of_another_index_are_not_used(copied: Path, tmp_path: Path) -> None:
    """When the truth was put back from a backup of the same generation, search files of the other history are not used."""
    put(
        tmp_path / "other" / "fire.txt",
        BUDGET.replace("budget", "fire engine").replace("BUDGET ANALYST", "FIRE OFFICER"),
    )
    put(tmp_path / "other" / "library.txt", LIBRARY)
    put(tmp_path / "other" / "streets.txt", STREETS)
    other = tmp_path / "other-index"
    update_index(tmp_path / "other", other, WordEncoder())
    expected = answers(other)
    assert not (copied / f"{FILE}-wal").exists()
    shutil.copy(other / FILE, copied / FILE)
    assert answers(copied) == expected


def test_search_files_of_an_older_generation_are_not_used(copied: Path) -> None:
    """A folder of search files says of which generation it is; under another's name it is made again."""
    corpus = copied.parent / "corpus"
    old, new = folders(copied, 1), folders(copied, 2)
    kept = copied.parent / "kept"
    shutil.copytree(copied, kept)
    swap(corpus)
    update_index(corpus, copied, WordEncoder())
    expected = answers(copied)
    for before, after in zip(old, new, strict=True):
        shutil.rmtree(after)
        shutil.copytree(kept / before.relative_to(copied), after)
    assert answers(copied) == expected


def test_manifest_that_lists_nothing_is_not_trusted(copied: Path) -> None:
    """A manifest without its list of files (a half restored backup) does not vouch for the folder."""
    before = answers(copied)
    dense, _ = folders(copied, 1)
    (dense / "manifest.json").write_text('{"generation": 1, "files": {}}', encoding="utf-8")
    flip(dense / "vectors-00000.npy")
    assert answers(copied) == before


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE documents SET text = replace(text, 'budget', 'gadget') WHERE doc_id LIKE 'alder%'",
            id="document-text",
        ),
        pytest.param(
            "UPDATE documents SET source = replace(source, 'Alder', 'Older') WHERE doc_id LIKE 'alder%'",
            id="document-source",
        ),
        pytest.param("UPDATE documents SET kind = 'job_posting'", id="document-kind"),
        pytest.param("UPDATE documents SET doc_id = 'x' || doc_id", id="document-id"),
        pytest.param("UPDATE documents SET pages = '[0, 5]'", id="document-pages"),
        pytest.param(
            "UPDATE documents SET file = 'wren-harbor-me/streets.txt' WHERE doc_id LIKE 'alder%'", id="document-file"
        ),
        pytest.param("UPDATE passages SET start = start + 1", id="passage-start"),
        pytest.param("UPDATE passages SET end = end - 1", id="passage-end"),
        pytest.param("UPDATE passages SET label = 'ksa' WHERE label = 'duty'", id="passage-label"),
        pytest.param("UPDATE passages SET heading_path = '[\"DUTIEZ\"]'", id="passage-heading"),
        pytest.param(
            "UPDATE passages SET document = (SELECT id FROM documents WHERE doc_id LIKE 'wren%')", id="passage-document"
        ),
        pytest.param("DELETE FROM passages WHERE ordinal = 0", id="passage-gone"),
        pytest.param("DELETE FROM documents WHERE doc_id LIKE 'alder%'", id="document-gone"),
    ],
)
def test_damaged_truth_is_an_error(statement: str, copied: Path) -> None:
    """A changed value in the truth is an error that names the index, never a wrong answer."""
    sql(copied, statement)
    with pytest.raises(IndexDamagedError, match=str(copied)):
        answers(copied)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE vectors SET vector = zeroblob(128) WHERE rowid = 1", id="changed"),
        pytest.param("UPDATE vectors SET vector = substr(vector, 1, 64) WHERE rowid = 1", id="short"),
        pytest.param("UPDATE vectors SET checksum = checksum + 1 WHERE rowid = 1", id="checksum"),
        pytest.param("DELETE FROM vectors WHERE rowid = 1", id="gone"),
    ],
)
def test_damaged_vector_is_an_error(statement: str, copied: Path) -> None:
    """The vector index is never made from a damaged vector."""
    sql(copied, statement)
    shutil.rmtree(copied / "dense")
    with pytest.raises(IndexDamagedError, match=f"{FILE}.*vector"):
        answers(copied)


def test_one_flipped_bit_of_a_vector(copied: Path, word_encoder: WordEncoder) -> None:
    """One flipped bit in one number of one vector is noticed by the next update."""
    connection = sqlite3.connect(copied / FILE)
    key, vector = connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchone()
    connection.close()
    changed = bytearray(vector)
    changed[7] ^= 1
    sql(copied, "UPDATE vectors SET vector = ? WHERE key = ?", bytes(changed), key)
    add(copied.parent / "corpus")
    with pytest.raises(IndexDamagedError, match="vector"):
        update_index(copied.parent / "corpus", copied, word_encoder)


@pytest.mark.parametrize("key", ["generation", "dimension"])
def test_damaged_settings_are_an_error(key: str, copied: Path) -> None:
    """A setting that is nonsense is an error of this package."""
    sql(copied, "UPDATE meta SET value = 'x' WHERE key = ?", key)
    shutil.rmtree(copied / "dense")
    with pytest.raises(IndexDamagedError, match=FILE), opened(copied):
        pass


def _refusal(action: Callable[[], object]) -> SpecsearchError | None:
    try:
        action()
    except SpecsearchError as error:
        return error
    return None


def _trash(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * 600)


@pytest.mark.parametrize("page", range(1, 15))
def test_overwritten_page_of_the_database(page: int, copied: Path, word_encoder: WordEncoder) -> None:
    """A page of the database file that was overwritten is an error of this package, or makes no difference."""
    assert (copied / FILE).stat().st_size > page * 4096
    before = answers(copied)
    _trash(copied / FILE, page * 4096)
    add(copied.parent / "corpus")
    error = _refusal(lambda: update_index(copied.parent / "corpus", copied, word_encoder))
    if error is not None:
        assert FILE in str(error)
        return
    remaining = {passage_id for passage_id, _ in answers(copied)}
    assert remaining >= {passage_id for passage_id, _ in before}


# --- one writer, many readers ---------------------------------------------------------------------

_HOLD = """
import sys
from pathlib import Path
from specsearch.storage.files import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_writer(index: Path) -> Iterator[int]:
    """Another process that holds the index for writing; its pid."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate()


def test_second_writer_is_refused(copied: Path, word_encoder: WordEncoder) -> None:
    """A second writer is told the first one's process number; readers go on; afterwards the index is free."""
    corpus = copied.parent / "corpus"
    before = answers(copied)
    add(corpus)
    with another_writer(copied) as pid:
        with pytest.raises(IndexBusyError, match=rf"pid {pid}\).*run this again"):
            update_index(corpus, copied, word_encoder)
        assert answers(copied) == before
    assert update_index(corpus, copied, word_encoder).added == 1


def test_reader_without_search_files_waits_for_the_writer(copied: Path) -> None:
    """A reader that would have to make the search files again while another process writes is told to wait, and then can."""
    before = answers(copied)
    shutil.rmtree(copied / "lexical")
    with another_writer(copied) as pid, pytest.raises(IndexBusyError, match=f"pid {pid}"):
        answers(copied)
    assert answers(copied) == before


def test_lock_of_a_killed_writer_is_free(copied: Path, word_encoder: WordEncoder) -> None:
    """A writer that was killed leaves nothing that has to be cleaned up by hand."""
    with another_writer(copied) as pid:
        os.kill(pid, 9)
    add(copied.parent / "corpus")
    assert update_index(copied.parent / "corpus", copied, word_encoder).added == 1


def test_reader_keeps_its_generation(copied: Path, word_encoder: WordEncoder) -> None:
    """A reader that was opened before an update sees nothing of it, one that is opened afterwards all of it."""
    corpus = copied.parent / "corpus"

    def found(index: Snapshot) -> list[Hit]:
        return [hit for mode in Mode for hit in search(index, "reviews purchase requests for patches", mode=mode)]

    with opened(copied) as old:
        before = found(old)
        remove(corpus)
        add(corpus)
        swapped = BUDGET.replace("Reviews purchase requests for", "Looks after the")
        put(corpus / "alder-ferry-or/budget.txt", swapped)
        assert update_index(corpus, copied, word_encoder).generation == 2
        old._documents.clear()
        assert found(old) == before
        assert len(dict(old.documents())) == 3
        assert old.meta["generation"] == "1"
        with opened(copied) as new:
            assert new.meta["generation"] == "2"
            assert not {hit.passage.text for hit in found(new)} & {"• Reviews purchase requests for available funds."}
    with opened(copied) as new:
        assert {document.path for _, document in new.documents()} == {
            "alder-ferry-or/budget.txt",
            "alder-ferry-or/clerk.txt",
            "sable-crossing-nm/library.txt",
        }


def test_reader_needs_no_lock_while_search_files_are_whole(copied: Path) -> None:
    """Opening an index whose search files are whole works beside a writer, and without one it takes no lock file."""
    (copied / "writer.lock").unlink(missing_ok=True)
    answers(copied)
    assert not (copied / "writer.lock").exists()


# --- the round trip through the database ----------------------------------------------------------


def test_round_trip_of_the_sample_corpus(tmp_path: Path, word_encoder: WordEncoder) -> None:
    """Every field of every document and passage comes back from the database as parsing made it, pages and origins included."""
    kinds: dict[str, Path] = {}
    for path in sorted(CORPUS.rglob("*.*")):
        if path.parent != CORPUS:
            kinds.setdefault(path.suffix, path)
    assert {".txt", ".html", ".pdf", ".docx", ".csv"} <= kinds.keys()
    for path in kinds.values():
        put(tmp_path / "corpus" / path.relative_to(CORPUS), path.read_bytes())
    shutil.copy(CORPUS / "corpus.csv", tmp_path / "corpus")
    expected = parse(tmp_path / "corpus")
    update_index(tmp_path / "corpus", tmp_path / "index", word_encoder)
    stored = everything(tmp_path / "index")
    assert [document for document, _ in stored] == [p.document for p in expected]
    assert [tuple(passages) for _, passages in stored] == [p.passages for p in expected]
    assert _what_is_covered(expected) == {
        "pages",
        "origins",
        "heading_path",
        "offsets of origins",
        "class_code",
        "record",
    }
    for document, passages in stored:
        assert all(document.text[p.start : p.end] == p.text for p in passages)


def _what_is_covered(documents: Sequence[ParsedDocument]) -> set[str]:
    """The fields that the documents of the round trip really fill."""
    found = set()
    for parsed in documents:
        document = parsed.document
        found |= {"pages"} if len(document.pages) > 1 else set()
        found |= {"origins"} if document.source.origins else set()
        found |= {"heading_path"} if any(len(p.heading_path) > 1 for p in parsed.passages) else set()
        found |= {"offsets of origins"} if any(o.start for o in document.source.origins.values()) else set()
        found |= {"class_code"} if document.source.class_code else set()
        found |= {"record"} if "#" in document.doc_id else set()
    return found


def test_sections_survive(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Sections are stored in order with label, heading and place."""
    update_index(corpus, index, word_encoder)
    connection = sqlite3.connect(index / FILE)
    stored = connection.execute("SELECT doc_id, sections FROM documents ORDER BY doc_id").fetchall()
    connection.close()
    rows = [(doc_id, *section) for doc_id, sections in stored for section in json.loads(sections)]
    expected = [(p.document.doc_id, str(s.label), s.heading, s.start, s.end) for p in parse(corpus) for s in p.sections]
    assert rows == expected
    assert len(rows) == 6


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("• Repairs 🚒 engines and 👩‍🚒 equipment of the 2nd division.", id="emoji"),
        pytest.param("• Übersetzt für Bürger, naïve café façade, ﬁre ﬂoor.", id="accents-and-ligatures"),
        pytest.param("• Repairs cafe\u0301 tables in the resume\u0301 office.", id="combining"),
        pytest.param("• Files \u200fעברית\u200e and العربية records of the office.", id="right-to-left"),
        pytest.param("• Keeps\u00a0the\u2009calendar\u3000of the office.", id="unusual-spaces"),
        pytest.param("• Quotes ' OR 1=1; DROP TABLE documents; -- of the office.", id="sql"),
    ],
)
def test_offsets_of_unusual_characters(text: str, tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Offsets are in characters, whatever the characters are, after the way through the database too."""
    put(tmp_path / "corpus" / "a.txt", f"RECORDS CLERK 📠\n\nDUTIES\n{text}\n• Sorts the mail of the office.\n")
    update_index(tmp_path / "corpus", index, word_encoder)
    ((document, passages),) = everything(index)
    assert "".join(p.text for p in passages).count(text[2:12]) == 1
    assert all(document.text[p.start : p.end] == p.text for p in passages)
    with opened(index) as found:
        hit = search(found, embedded_text(passages[0]), k=1)[0]
    assert hit.passage == passages[0]


def test_damaged_document_keeps_its_neighbours_apart(copied: Path) -> None:
    """Reading one document does not need the others to be whole."""
    sql(copied, "UPDATE documents SET text = text || ' ' WHERE doc_id LIKE 'alder%'")
    with opened(copied) as found:
        hits = search(found, "driver license", k=1, mode=Mode.LEXICAL)
    assert hits[0].document.path == "wren-harbor-me/streets.txt"


# --- folders that are written whole or not at all -------------------------------------------------


def _put(target: Path, manifest: dict[str, Any], content: bytes = b"alpha") -> None:
    with new_folder(target, manifest) as folder:
        (folder / "a").write_bytes(content)


def _fail_half_way(target: Path) -> None:
    with new_folder(target, {}) as folder:
        (folder / "a").write_bytes(b"new")
        raise OSError(28, "No space left on device")


def test_new_folder_verifies(tmp_path: Path) -> None:
    """A folder that was written carries the checksum of each file and what else it was given."""
    target = tmp_path / "kept" / "1"
    _put(target, {"generation": 7})
    _put(target, {"generation": 8})
    verify_folder(target, {"generation": 8}, ["a"])
    assert sorted(path.name for path in target.parent.iterdir()) == ["1"]
    flip(target / "a")
    with pytest.raises(IndexDamagedError, match="/a is damaged"):
        verify_folder(target, {"generation": 8}, ["a"])
    with pytest.raises(IndexDamagedError, match="another index or state"):
        verify_folder(target, {"generation": 7}, ["a"])


def test_folder_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """When filling fails half-way, the old folder is still there and nothing else."""
    target = tmp_path / "kept" / "1"
    _put(target, {})
    with pytest.raises(StorageError, match=r"No space left on device.*Free some space"):
        _fail_half_way(target)
    assert (target / "a").read_bytes() == b"alpha"
    assert sorted(path.name for path in target.parent.iterdir()) == ["1"]


@pytest.mark.parametrize("links", [True, False])
def test_folder_starts_with_the_files_of_another(links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged files are shared with the base, replaced ones are not, with links or without."""
    base, target = tmp_path / "kept" / "1", tmp_path / "kept" / "2"
    with new_folder(base, {}) as folder:
        (folder / "a").write_bytes(b"alpha")
        (folder / "b").write_bytes(b"beta")
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with new_folder(target, {"generation": 2}, base) as folder:
        (folder / "b").unlink()
        (folder / "b").write_bytes(b"new")
    verify_folder(base, {}, ["a", "b"])
    verify_folder(target, {"generation": 2}, ["a", "b"])
    assert ((base / "b").read_bytes(), (target / "b").read_bytes()) == (b"beta", b"new")
    assert (base / "a").samefile(target / "a") is links


def _no_links(source: Path, target: Path) -> None:
    raise OSError(95, "Operation not supported")


def test_superfluous_file_is_noticed(tmp_path: Path) -> None:
    """A file that the manifest does not know makes the folder untrustworthy."""
    target = tmp_path / "kept" / "1"
    _put(target, {})
    (target / "b").write_bytes(b"from elsewhere")
    with pytest.raises(IndexDamagedError):
        verify_folder(target, {}, [])


def test_failed_transaction_changes_nothing(copied: Path) -> None:
    """What was changed in a transaction that fails is not there afterwards."""
    database = Database(copied)
    before = database.meta()

    def fail() -> None:
        with database.transaction():
            database.set_meta({"generation": "99"})
            database.remove_file("alder-ferry-or/budget.txt")
            raise InterruptedError

    try:
        with pytest.raises(InterruptedError):
            fail()
        assert database.meta() == before
        assert database.counts()["documents"] == 3
    finally:
        database.close()


def test_file_state_round_trip(copied: Path) -> None:
    """What is remembered of a file comes back as it was put, with its skips."""
    database = Database(copied)
    try:
        state = database.files()["alder-ferry-or/budget.txt"]
        assert state.size == len(BUDGET.encode())
        changed = replace(state, size=1, mtime_ns=2**62, sha256="ab")
        with database.transaction():
            database.put_file(changed)
        assert database.files()["alder-ferry-or/budget.txt"] == changed
        assert database.counts()["documents"] == 3
    finally:
        database.close()
