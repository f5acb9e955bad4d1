"""What an update does: what is new, changed, gone or skipped, and that no text is embedded twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import WordEncoder, put
from small_index import BUDGET, LIBRARY, add, everything, numbers, opened, parse, remove, sql, swap
from specsearch.errors import UsageError
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.pool import parse_files
from specsearch.ingest.update import update_index
from specsearch.readers.walk import CorpusFile
from specsearch.retrieval import search
from specsearch.storage.local.database import Database
from specsearch.storage.local.derived import folders

pytestmark = pytest.mark.usefixtures("quick")

# --- what an update does ------------------------------------------------------------------------


def test_first_run(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """The first run adds every document, and embeds each text once."""
    report = update_index(corpus, index, word_encoder)
    assert numbers(report) == (3, 0, 0, 0, 11)
    assert report.generation == 1
    assert report.skips == ()
    assert report.is_change
    assert len(word_encoder.seen) == len(set(word_encoder.seen)) == report.embedded == 10  # "related duties" is in two


def change(corpus: Path) -> None:
    put(corpus / "sable-crossing-nm/library.txt", LIBRARY.replace("for the children's room", "and films"))


def rename(corpus: Path) -> None:
    (corpus / "alder-ferry-or/budget.txt").rename(corpus / "alder-ferry-or/budget-analyst.txt")


def move(corpus: Path) -> None:
    (corpus / "new").mkdir()
    (corpus / "alder-ferry-or/budget.txt").rename(corpus / "new/budget.txt")


def copy(corpus: Path) -> None:
    shutil.copy(corpus / "alder-ferry-or/budget.txt", corpus / "wren-harbor-me/budget.txt")


def touch(corpus: Path) -> None:
    os.utime(corpus / "alder-ferry-or/budget.txt", (1_000_000_000, 1_000_000_000))


def rewrite(corpus: Path) -> None:
    put(corpus / "alder-ferry-or/budget.txt", BUDGET)
    os.utime(corpus / "alder-ferry-or/budget.txt")


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
    """A release that reads the same bytes differently reads all files again, embedding only what differs; one that does not reads none."""
    update_index(corpus, index, word_encoder)
    read: list[str] = []
    monkeypatch.setattr("specsearch.ingest.update.__version__", "99.0")
    assert numbers(update_index(corpus, index, word_encoder, progress=lambda *step: read.append(step[0]))) == (0, 0, 0, 3, 11)
    assert "reading" not in read
    monkeypatch.setattr("specsearch.ingest.how.reading_version", lambda vocabulary: "another")
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

    def parse_otherwise(*args: Any, **kwargs: Any) -> Iterator[tuple[CorpusFile, ParsedFile]]:  # noqa: ANN401 - passed on as they are
        for file, parsed in parse_files(*args, **kwargs):
            cut = tuple(replace(d, passages=d.passages[:1]) for d in parsed.documents) if "budget" in file.name else parsed.documents
            yield file, replace(parsed, documents=cut)

    monkeypatch.setattr("specsearch.ingest.how.reading_version", lambda vocabulary: "another")
    monkeypatch.setattr("specsearch.ingest.read.parse_files", parse_otherwise)
    assert numbers(update_index(corpus, index, word_encoder))[:4] == (0, 1, 0, 2)


def test_same_sentence_in_two_cities_is_two_passages(corpus: Path, index: Path, word_encoder: WordEncoder) -> None:
    """Identity is the position: a sentence that two cities share is embedded once and found in both."""
    update_index(corpus, index, word_encoder)
    assert word_encoder.seen.count("Performs related duties as required.") == 1
    with opened(index) as found:
        hits = search(found, "performs related duties as required", k=2, repeats=True)
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
        counts = found.counts()
        assert (counts.documents, counts.passages, counts.vectors) == (2, 7, 7)


def test_long_passages_are_counted(tmp_path: Path, index: Path, word_encoder: WordEncoder) -> None:
    """The report says how many passages are beyond the model's window."""
    long = "• Maintains " + ", ".join(f"catalogue{i} and drawer{i}" for i in range(40)) + " of the office.\n"
    put(tmp_path / "corpus" / "clerk.txt", f"RECORDS CLERK\n\nDUTIES\n{long}• Sorts the mail of the office.\n")
    assert update_index(tmp_path / "corpus", index, word_encoder).long_passages == 1


def test_progress_is_told(
    corpus: Path, index: Path, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress counts up to the whole in every stage."""
    monkeypatch.setattr("specsearch.ingest.embed._CHUNK", 4)
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


@pytest.mark.parametrize("count", [4, 5])
def test_another_folder_does_not_replace_an_index(count: int, tmp_path: Path) -> None:
    """An index of several files is not thrown away for a folder that has none of them, unless that is said; a renamed folder is no other."""
    for number in range(count):
        put(tmp_path / f"corpus/a/{number}.txt", f"DUTIES\nCarries parcel number {number} to the harbor.")
    put(tmp_path / "other/b.txt", "DUTIES\nSweeps the floors of the hall.")
    encoder = WordEncoder()
    update_index(tmp_path / "corpus", tmp_path / "index", encoder)
    if count < 5:
        assert update_index(tmp_path / "other", tmp_path / "index", encoder).removed == count
        return
    with pytest.raises(UsageError, match=r"None of the 5 files .* is in .*other.*--prune"):
        update_index(tmp_path / "other", tmp_path / "index", encoder)
    (tmp_path / "corpus/a").rename(tmp_path / "corpus/z")
    assert numbers(update_index(tmp_path / "corpus", tmp_path / "index", encoder))[:3] == (count, 0, count)
    assert update_index(tmp_path / "other", tmp_path / "index", encoder, prune=True).removed == count
