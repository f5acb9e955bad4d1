"""What is noticed when bytes change: search files are made again, damaged truth is an error."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import WordEncoder, put
from small_index import BUDGET, LIBRARY, STREETS, add, answers, flip, opened, sql, swap
from specsearch.errors import IndexDamagedError, SpecsearchError
from specsearch.ingest.update import update_index
from specsearch.records import Act, Collection, CollectionChange, Correction, Label, LabelCorrection
from specsearch.storage.local.connection import FILE
from specsearch.storage.local.derived import folders
from specsearch.storage.local.verify import check_index
from specsearch.storage.stores import store_at

pytestmark = pytest.mark.usefixtures("quick")


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
        pytest.param("UPDATE documents SET candidates = '[]'", id="document-candidates"),
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


def _corrected(index: Path) -> None:
    with store_at(index).begin() as update:
        update.correct(Correction("a.txt", "title", "CLERK", "Ann", "2026-01-01"))
        update.commit({})


@pytest.mark.parametrize("column", ["doc_id", "field", "value", "reviewer", "date"])
def test_one_flipped_bit_of_a_correction(column: str, copied: Path, word_encoder: WordEncoder) -> None:
    """It is an error of whoever reads corrections, of the next update, and of a check."""
    _corrected(copied)
    sql(copied, f"UPDATE corrections SET {column} = char(unicode({column}) + 1 - 2 * (unicode({column}) & 1)) || substr({column}, 2)")
    with opened(copied) as found, pytest.raises(IndexDamagedError, match="a correction is damaged"):
        found.corrections()
    with pytest.raises(IndexDamagedError, match="a correction is damaged"):
        update_index(copied.parent / "corpus", copied, word_encoder)
    assert any("a correction is damaged" in problem for problem in check_index(copied, encoder=word_encoder).problems)


def test_lost_corrections(copied: Path, word_encoder: WordEncoder) -> None:
    """So are corrections that are gone."""
    _corrected(copied)
    sql(copied, "DELETE FROM corrections")
    with opened(copied) as found, pytest.raises(IndexDamagedError, match="corrections are missing"):
        found.corrections()
    assert any("corrections are" in problem for problem in check_index(copied, encoder=word_encoder).problems)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        *((f"UPDATE label_corrections SET {name} = 'x' || {name}", "a correction of a label is damaged") for name in ("doc_id", "content_hash", "label", "reviewer", "date")),
        ("UPDATE label_corrections SET start = start + 1", "a correction of a label is damaged"),
        ("UPDATE label_corrections SET end = end + 1", "a correction of a label is damaged"),
        ("DELETE FROM label_corrections", "corrections of labels are missing"),
    ],
)
def test_damaged_corrections_of_labels(statement: str, problem: str, copied: Path, word_encoder: WordEncoder) -> None:
    """They are an error of whoever reads them, and of a check."""
    with store_at(copied).begin() as update:
        update.correct_label(LabelCorrection("a.txt", "f" * 64, 3, 9, Label.DUTY, "Ann", "2026-01-01"))
        update.commit({})
    sql(copied, statement)
    with opened(copied) as found, pytest.raises(IndexDamagedError, match=problem):
        found.label_corrections()
    assert any("correction" in one for one in check_index(copied, encoder=word_encoder).problems)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        *((f"UPDATE collection_changes SET {name} = 'x' || {name}", "a change of a list or a saved search is damaged") for name in ("collection", "name", "act", "entry", "value", "reviewer", "date")),
        ("DELETE FROM collection_changes", "changes of lists or saved searches are missing"),
    ],
)
def test_damaged_lists(statement: str, problem: str, copied: Path, word_encoder: WordEncoder) -> None:
    """They are an error of whoever reads them, and of a check."""
    with store_at(copied).begin() as update:
        update.collect(CollectionChange(Collection.LIST, "budget", Act.ADD, "a.txt", "{}", "Ann", "2026-01-01"))
        update.commit({})
    sql(copied, statement)
    with opened(copied) as found, pytest.raises(IndexDamagedError, match=problem):
        found.collection_changes()
    assert any("list" in one or "collection_changes" in one for one in check_index(copied, encoder=word_encoder).problems)


def test_a_damaged_label(copied: Path, word_encoder: WordEncoder) -> None:
    """What a reviewer says of a passage is verified as the passage is."""
    sql(copied, "UPDATE passages SET said = 'process' WHERE ordinal = 0")
    assert any("a passage of" in one and "damaged" in one for one in check_index(copied, encoder=word_encoder).problems)


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
