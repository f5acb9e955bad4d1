"""A store that can be trusted: generations, catching up, checking, and indexes of older releases."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ordeals
from conftest import TESTS, WordEncoder
from specsearch.encoding.words import terms
from specsearch.errors import IndexDamagedError, IndexMissingError, SpecsearchError
from specsearch.ingest.update import update_index
from specsearch.records import Mode
from specsearch.retrieval import search
from specsearch.storage.batches import every_key
from specsearch.storage.keys import EMPLOYER, CheckReport, Where
from specsearch.storage.local import dense, derived
from specsearch.storage.local.connection import FILE
from specsearch.storage.local.database import Database
from specsearch.storage.local.dense import DenseIndex, lists_for, write_dense
from specsearch.storage.local.derived import Columns, derive, folders, is_up_to_date
from specsearch.storage.local.files import new_folder
from specsearch.storage.local.lexical import LexicalIndex, lexical_writer
from specsearch.storage.local.selection import places_of, positions_of
from specsearch.storage.local.store import LocalStore
from specsearch.storage.local.verify import check_index
from specsearch.storage.stores import open_snapshot
from specsearch.storage.truth.schema import SCHEMA_VERSION

FIXTURES = TESTS / "fixtures"
RELEASES = sorted(path.name.removesuffix(".tar.gz") for path in FIXTURES.glob("index-*.tar.gz"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus and its index, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    ordeals.write_corpus(folder / "corpus")
    ordeals.write_index("build", folder / "corpus", folder / "index")
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy of the index."""
    shutil.copytree(made / "index", tmp_path / "index")
    return tmp_path / "index"


def sql(index: Path, statement: str, *values: object) -> None:
    """Change the truth behind the program's back."""
    connection = sqlite3.connect(index / FILE)
    changed = connection.execute(statement, values).rowcount
    connection.commit()
    connection.close()
    assert changed != 0, "the test changes nothing"


def check(index: Path, *, repair: bool = False) -> CheckReport:
    """Check with the encoder of the tests."""
    return check_index(index, repair=repair, encoder=WordEncoder())


# --- older releases ---------------------------------------------------------------------------------


@pytest.mark.parametrize("release", RELEASES)
def test_index_of_a_release(release: str, tmp_path: Path) -> None:
    """An index of every release is brought up to date when it is opened, keeps all it holds, and is whole."""
    with tarfile.open(FIXTURES / f"{release}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    index = tmp_path / release
    with open_snapshot(index) as opened:
        hits = search(opened, "adjust the dose of chlorine", k=3)
        counts = opened.counts()
    assert (counts.documents, counts.passages, counts.vectors) == (2, 12, 12)
    assert hits[0].passage.text == "- Reads gauges every hour and adjusts the dose of chlorine."
    assert (hits[0].document.source.title, hits[0].document.source.jurisdiction) == ("WATER PLANT OPERATOR", "City of Alder Point")
    report = check_index(index)
    assert (report.documents, report.passages, report.problems, report.leftovers) == (2, 12, (), ())
    again = update_index(FIXTURES / "documents", index, _encoder(index))
    assert (again.added, again.removed, again.embedded, again.passages) == (0, 0, 0, 12)


def _encoder(index: Path) -> WordEncoder:
    with open_snapshot(index) as opened:
        return opened.encoder  # type: ignore[return-value] # any encoder will do


def test_every_older_format_has_a_fixture() -> None:
    """From each format that is migrated there is an index to try it on."""
    assert len(RELEASES) >= SCHEMA_VERSION - 1


@pytest.mark.parametrize(
    ("release", "version", "statement"),
    [
        ("index-0.1.0", 1, "UPDATE passages SET start = start + 1"),
        ("index-0.1.0", 1, "UPDATE vectors SET checksum = 0"),
        ("index-0.2.0", 2, "UPDATE documents SET source = replace(source, 'Alder', 'Elder')"),
        ("index-0.6.0", 3, "UPDATE documents SET source = replace(source, 'Alder', 'Elder')"),
        ("index-0.6.0", 3, "UPDATE documents SET sections = '[1]'"),
    ],
)
def test_damaged_index_of_an_older_release(release: str, version: int, statement: str, tmp_path: Path) -> None:
    """What is damaged is not migrated as if it were whole; nothing is changed."""
    with tarfile.open(FIXTURES / f"{release}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    index = tmp_path / release
    sql(index, statement)
    with pytest.raises(IndexDamagedError, match=r"damaged\. Restore it from a copy.*move the index folder away"), open_snapshot(index):
        pass
    connection = sqlite3.connect(index / FILE)
    assert connection.execute("PRAGMA user_version").fetchone() == (version,)
    assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone() is None
    assert connection.execute("SELECT count(*) FROM documents WHERE length(text) > 0").fetchone() == (2,)
    connection.close()


def test_index_of_a_newer_release(store: Path) -> None:
    """An index of a release to come is refused with a sentence."""
    connection = sqlite3.connect(store / FILE)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(IndexDamagedError, match=r"written by another release \(format \d+, this one reads up to \d+\)"), open_snapshot(store):
        pass


# --- what is said of documents ----------------------------------------------------------------------


def test_search_files_catch_up_with_what_is_said(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only what changed is added to the last generation's files, they restrict by what is said now, and by nothing that was."""
    monkeypatch.setattr(derived, "CATCH_UP_FROM", 1)
    monkeypatch.setattr(derived, "_SLACK", 1.0)
    monkeypatch.setattr(Database, "check_totals", lambda database: pytest.fail("all is made anew"))
    with LocalStore(store).begin() as update:
        first, second, *_ = update.sources()
        update.put_sources({one.doc_id: replace(one.own, state="NM", jurisdiction="Tarn County") for one in (first, second)})
        update.commit({})
        update.tidy()
    monkeypatch.undo()
    with open_snapshot(store, encoder=WordEncoder()) as opened:
        changed = Where(values={"state": ("NM",), EMPLOYER: ("Tarn County",)})
        keys = every_key(opened, changed)
        assert {entry.doc_id for entry in opened.entries(changed)} == {first.doc_id, second.doc_id}
        assert len(keys) == sum(opened.passages_by_document(changed).values()) > 0
        assert set(opened.lexical(terms(opened.passages(keys[:1])[0].text), 100, changed)[0].tolist()) <= set(keys.tolist())
    assert check(store).problems == ()


# --- checking ---------------------------------------------------------------------------------------


def test_check_of_a_whole_index(store: Path) -> None:
    """A whole index has no problems, nothing repaired and nothing left over."""
    assert check(store) == CheckReport(8, 48, 1, (), (), ())


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM passages WHERE id = 7", "passages are not those that were written last"),
        ("DELETE FROM documents WHERE id = 2", "documents are not those that were written last"),
        ("UPDATE passages SET start = start + 1 WHERE id = 7", "a passage of .* is damaged"),
        ("UPDATE passages SET document = 3 WHERE id = 7", "a passage of .* is damaged"),
        ("UPDATE documents SET text = text || ' '", "the text of the document .* is damaged"),
        ("UPDATE documents SET source = replace(source, 'Alder', 'Elder')", "document .* is damaged"),
        ("UPDATE documents SET candidates = '[1]'", "document .* is damaged"),
        ("INSERT INTO corrections VALUES (1, '01.txt', 'title', 'CLERK', 'Ann', '2026-01-01', 7)", "a correction is damaged"),
        ("UPDATE files SET sha256 = '' WHERE name = '01.txt'", "what is known of the file 01.txt is damaged"),
        ("UPDATE vectors SET vector = zeroblob(128) WHERE rowid = 3", "vector .* damaged"),
        ("UPDATE vectors SET key = randomblob(16) WHERE rowid = 3", "refer to rows that are not there|vector"),
        ("UPDATE meta SET value = 'words2' WHERE key = 'model'", "settings are damaged"),
        ("UPDATE meta SET key = CAST(key AS BLOB) WHERE key = 'model'", "settings are damaged"),
        ("UPDATE passages SET vector = hex(vector) WHERE id = 7", "passage of .* is damaged|refer to rows"),
        ("DROP INDEX passages_by_vector", "tables are not those of this release"),
        ("CREATE TABLE more (a)", "tables are not those of this release"),
    ],
)
def test_check_of_a_damaged_truth(statement: str, problem: str, store: Path) -> None:
    """Every row is verified; damage is told and not repaired."""
    connection = sqlite3.connect(store / FILE)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.commit()
    connection.close()
    for repair in (False, True):
        problems = check(store, repair=repair).problems
        assert any(_matches(problem, found) for found in problems), problems


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _other_vector(folder: Path) -> None:
    path = next(folder.glob("vectors-*.npy"))
    vectors = np.load(path)
    vectors[[3, 4]] = vectors[[4, 3]]
    np.save(path, vectors)


def _other_columns(folder: Path) -> None:
    columns = np.load(folder / "columns.npy")
    columns["document"][5] += 1
    np.save(folder / "columns.npy", columns)


@pytest.mark.parametrize("change", [_other_vector, _other_columns])
def test_check_compares_search_files_with_the_truth(change: Callable[[Path], None], store: Path) -> None:
    """Search files that are intact but hold something else are found out, and made again by a repair."""
    expected = ordeals.answers(store)
    with open_snapshot(store) as opened:
        meta = opened.meta
    folder = folders(store, 1)[0]
    copy = store / "copy"
    shutil.copytree(folder, copy)
    change(copy)
    with new_folder(folder, derived.manifest_of(meta)) as new:
        for path in copy.glob("*.npy"):
            shutil.copyfile(path, new / path.name)
    shutil.rmtree(copy)
    assert _matches(r"[12] passages are not those of", " ".join(check(store).problems))
    report = check(store, repair=True)
    assert (report.problems, len(report.repaired)) == ((), 1)
    assert ordeals.answers(store) == expected


def test_check_with_another_encoder(store: Path) -> None:
    """An encoder that gives other vectors under the same fingerprint is found out."""

    class Turned(WordEncoder):
        def _vector(self, text: str) -> np.ndarray:
            return np.roll(super()._vector(text), 1)

    assert any("gets another vector" in problem for problem in check_index(store, encoder=Turned()).problems)
    assert any("fingerprint" in problem for problem in check_index(store, encoder=WordEncoder("0" * 64)).problems)


def test_check_of_an_unfinished_index(tmp_path: Path) -> None:
    """An index without a generation is no index yet."""
    Database(tmp_path, create=True).close()
    with pytest.raises(IndexMissingError, match="unfinished index"):
        check(tmp_path)


def test_repair_drops_what_was_left_over(store: Path) -> None:
    """Folders of stopped runs are told of, and deleted by a repair."""
    (store / "dense" / ".new-abc").mkdir()
    (store / "lexical" / "00000007").mkdir()
    assert check(store).leftovers == ("dense/.new-abc", "lexical/00000007")
    assert check(store, repair=True).leftovers == ()
    assert check(store) == CheckReport(8, 48, 1, (), (), ())


# --- generations ------------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**32 - 1))
@example(seed=4628)  # equal statements in a new and an old document
@settings(max_examples=15, deadline=None)
def test_catching_up_is_indexing_anew(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """After any series of updates, an index that caught up holds and finds what one made anew does."""
    rng = random.Random(seed)
    folder = tmp_path_factory.mktemp("series")
    ordeals.write_corpus(folder / "corpus")
    ordeals.write_index("catch-up", folder / "corpus", folder / "index")
    for step in range(3):
        for path in rng.sample(sorted((folder / "corpus").iterdir()), k=rng.randint(1, 3)):
            if rng.random() < 0.5:
                path.unlink()
            else:
                lines = path.read_text(encoding="utf-8").splitlines()
                path.write_text("\n".join([*lines, f"- Counts the boats of pier {seed % 97 + step} every day."]) + "\n", encoding="utf-8")
        (folder / "corpus" / f"new{step}.txt").write_text(
            f"TIDE CLERK {step}\n\nEXAMPLES OF DUTIES\n- Notes tide number {step} of the harbor.\n", encoding="utf-8"
        )
        ordeals.write_index("catch-up", folder / "corpus", folder / "index")
    assert ordeals.check(folder / "index", "catch-up").problems == ()
    caught_up = _found(folder / "index", Mode.DENSE)
    ordeals.write_index("catch-up", folder / "corpus", folder / "anew")
    anew = _found(folder / "anew", Mode.DENSE)
    assert [passage for passage, _ in caught_up] == [passage for passage, _ in anew]
    np.testing.assert_allclose([score for _, score in caught_up], [score for _, score in anew], atol=1e-6)
    words = {passage for passage, _ in _found(folder / "index", Mode.LEXICAL, k=1000)}
    assert words == {passage for passage, _ in _found(folder / "anew", Mode.LEXICAL, k=1000)}


def _found(index: Path, mode: Mode, k: int = 5) -> list[tuple[str, float]]:
    with ordeals._small("catch-up"), open_snapshot(index, encoder=WordEncoder()) as opened:
        queries = ("inspects the pumps of the plant", "counts boats", "notes the tide of the harbor")
        hits = [hit for query in queries for hit in search(opened, query, k=k, mode=mode, per_document=0)]
    return [(hit.passage.passage_id, hit.score) for hit in hits]


def test_catching_up_shares_what_did_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large index is not written anew for a few changes: full shards and old words are links."""
    seen: list[tuple[bool, int]] = []
    make = derived._make

    def watch(database: Database, index: Path, meta: dict[str, str], base: derived._Base) -> None:
        make(database, index, meta, base)
        dense_folder, lexical_folder = folders(index, int(meta["generation"]))
        shared = [path for path in [*dense_folder.iterdir(), *lexical_folder.iterdir()] if path.stat().st_nlink > 1]
        seen.append((base.folders[0] is not None, len(shared)))

    monkeypatch.setattr(derived, "_make", watch)
    ordeals.write_corpus(tmp_path / "corpus")
    ordeals.write_index("catch-up", tmp_path / "corpus", tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    ordeals.write_index("catch-up", tmp_path / "corpus", tmp_path / "index")
    assert [caught_up for caught_up, _ in seen] == [False, True]
    assert (seen[0][1], seen[1][1] >= 5) == (0, True)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM changes",
        "UPDATE changes SET change = 'removed' WHERE change = 'added'",
        "UPDATE changes SET document = document + 1",
        "UPDATE generations SET state = 'other'",
    ],
)
def test_wrong_change_log_is_noticed(statement: str, tmp_path: Path) -> None:
    """Where the log does not lead to what the truth holds, all is made anew."""
    before, after = ordeals.prepare("catch-up", tmp_path)
    shutil.rmtree(tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus")
    ordeals.write_index("catch-up", tmp_path / "corpus", tmp_path / "index")
    shutil.copytree(tmp_path / "index", tmp_path / "old")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    ordeals.write_index("catch-up", tmp_path / "corpus", tmp_path / "index")
    for name in ("dense", "lexical"):
        shutil.rmtree(tmp_path / "index" / name)
        shutil.copytree(tmp_path / "old" / name, tmp_path / "index" / name)
    connection = sqlite3.connect(tmp_path / "index" / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    answers = ordeals.answers(tmp_path / "index", "catch-up")
    assert len(answers) == len(after)
    assert ordeals.check(tmp_path / "index", "catch-up").problems == ()
    assert before is not None


def test_rename_embeds_nothing(made: Path, tmp_path: Path) -> None:
    """A renamed file is another document with the same texts: nothing is embedded, all others stay."""
    shutil.copytree(made / "corpus", tmp_path / "corpus")
    shutil.copytree(made / "index", tmp_path / "index")
    (tmp_path / "corpus" / "03.txt").rename(tmp_path / "corpus" / "clerk-three.txt")
    report = update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    assert (report.added, report.removed, report.changed, report.unchanged, report.embedded) == (1, 1, 0, 7, 0)


def test_rows_of_an_export_change_alone(tmp_path: Path) -> None:
    """Of a table of many records only those that differ are written again."""
    rows = [f'{n},Clerk {n},"Duties:\n• Files folder {n} of the office.\n• Sorts the mail of room {n}."' for n in range(20)]
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "export.csv"
    path.write_text("id,title,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    numbers = _numbers(tmp_path / "index")
    rows[4] = rows[4].replace("folder", "binder")
    del rows[11]
    path.write_text("id,title,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = update_index(tmp_path / "corpus", tmp_path / "index", WordEncoder())
    assert (report.added, report.changed, report.removed, report.unchanged, report.embedded) == (0, 1, 1, 18, 1)
    after = _numbers(tmp_path / "index")
    assert len(numbers.items() - after.items()) == 2


def _numbers(index: Path) -> dict[str, int]:
    with open_snapshot(index) as opened:
        return {entry.doc_id: entry.number for entry in opened.entries()}


def test_search_files_are_there_before_the_generation_is(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that opens while the writer is at its last step sees the old generation, and needs no lock."""
    shutil.copytree(made / "index", tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    old = ordeals.answers(tmp_path / "index")
    during: list[ordeals.Answers] = []
    notices: list[str] = []

    def watch(database: Database, index: Path) -> None:
        derive(database, index)
        during.append(ordeals.answers(index, "build", notices))

    monkeypatch.setattr("specsearch.storage.local.update.derive", watch)
    ordeals.write_index("build", tmp_path / "corpus", tmp_path / "index")
    assert during == [old]
    assert notices == []
    assert ordeals.answers(tmp_path / "index", "build", notices) != old
    assert notices == []


def test_reader_whose_generation_goes_takes_the_next(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that is overtaken while it opens begins again with the new generation."""
    shutil.copytree(made / "index", tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    open_derived = derived.open_derived
    overtaken: list[bool] = []

    def overtake(index: Path, meta: dict[str, str]) -> derived.Derived:
        if not overtaken:
            overtaken.append(True)
            ordeals.write_index("build", tmp_path / "corpus", index)
        return open_derived(index, meta)

    monkeypatch.setattr("specsearch.storage.local.index.open_derived", overtake)
    notices: list[str] = []
    with open_snapshot(tmp_path / "index", notices.append) as opened:
        assert opened.meta["generation"] == "2"
        assert opened.counts().documents == 7
    assert notices == []


def test_aborted_generation_is_never_used(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search files of a generation that was not committed do not pass for those of the next one of that number."""
    shutil.copytree(made / "index", tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    old = ordeals.answers(tmp_path / "index")

    def stop(database: Database, index: Path) -> None:
        derive(database, index)
        raise KeyboardInterrupt

    monkeypatch.setattr("specsearch.storage.local.update.derive", stop)
    with pytest.raises(KeyboardInterrupt):
        ordeals.write_index("build", tmp_path / "corpus", tmp_path / "index")
    monkeypatch.undo()
    assert ordeals.answers(tmp_path / "index") == old
    assert folders(tmp_path / "index", 2)[0].is_dir()
    database = Database(tmp_path / "index")
    meta = {**database.meta(), "generation": "2"}
    database.close()
    assert not is_up_to_date(tmp_path / "index", meta)
    ordeals.write_index("build", tmp_path / "corpus", tmp_path / "index")
    assert check(tmp_path / "index").problems == ()


def test_change_log_says_what_changed(made: Path, tmp_path: Path) -> None:
    """Each generation is in the log with the documents that came and went."""
    shutil.copytree(made / "index", tmp_path / "index")
    ordeals.write_corpus(tmp_path / "corpus", changed=True)
    ordeals.write_index("build", tmp_path / "corpus", tmp_path / "index")
    connection = sqlite3.connect(tmp_path / "index" / FILE)
    log = connection.execute("SELECT doc_id, change FROM changes WHERE generation = 2").fetchall()
    connection.close()
    assert sorted(log) == [
        ("01.txt", "added"), ("01.txt", "removed"), ("03.txt", "removed"), ("05.txt", "removed"), ("11.txt", "added"),
    ]  # fmt: skip


# --- large vector indexes ---------------------------------------------------------------------------


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inverted lists from a few hundred vectors on."""
    monkeypatch.setattr(dense, "FLAT_LIMIT", 500)
    monkeypatch.setattr(dense, "SHARD_ROWS", 256)


def _clustered(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((40, 48))
    vectors = centres[rng.integers(40, size=count)] + 0.6 * rng.standard_normal((count, 48))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("share", [None, 0.5, 0.1, 0.01])
def test_inverted_lists_against_an_exact_search(share: float | None, tmp_path: Path) -> None:
    """Recall@10 against NumPy is at least .98, with filters of any strictness, and scores are exact."""
    vectors = _clustered(6000, seed=1)
    write_dense(tmp_path, vectors[:5000], 48)
    write_dense(tmp_path, vectors[5000:], 48)
    index = DenseIndex(tmp_path, 48)
    assert lists_for(len(index)) == 77
    mask = None if share is None else np.random.default_rng(2).random(6000) < share
    recalls = []
    for query in _clustered(60, seed=3):
        exact = vectors @ query
        if mask is not None:
            exact[~mask] = -2
        positions, scores = index.search(query[np.newaxis], 100, None if mask is None else index.chosen(mask))
        assert mask is None or mask[positions].all()
        assert len(set(positions.tolist())) == len(positions)
        np.testing.assert_allclose(scores, vectors[positions] @ query, atol=1e-6)
        assert (np.diff(scores) <= 0).all()
        best = set(np.argsort(-exact)[:10].tolist())
        recalls.append(len(best & set(positions[:10].tolist())) / 10)
    assert np.mean(recalls) >= 0.98


@pytest.mark.usefixtures("lists")
def test_a_few_more_read_no_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many vectors the lists hold is told without reading them, which takes their memory: they are as long as before, and nothing is lost."""
    vectors = _clustered(1500, seed=5)
    write_dense(tmp_path, vectors[:1300], 48)
    with monkeypatch.context() as patch:
        patch.setattr("faiss.read_index", lambda path: pytest.fail("all lists are read"))
        write_dense(tmp_path, vectors[1300:1310], 48)
    assert dense._listed(tmp_path / "lists.faiss") == faiss.read_index(str(tmp_path / "lists.faiss")).ntotal == 1300
    write_dense(tmp_path, np.concatenate([vectors[1310:], vectors[:200]]), 48)
    assert (len(DenseIndex(tmp_path, 48)), dense._listed(tmp_path / "lists.faiss")) == (1700, 1700)


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("left", [0, 3, 150, 700])
def test_few_that_may_be_returned_all_are(left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a filter leaves is found up to the number asked for, however far it is from the query and few lists are looked into."""
    monkeypatch.setattr(dense, "_PROBES", 1)
    vectors = _clustered(3000, seed=7)
    write_dense(tmp_path, vectors, 48)
    index = DenseIndex(tmp_path, 48)
    query = vectors[:1]
    mask = np.zeros(len(vectors), dtype=bool)
    mask[np.argsort(vectors @ query[0])[:left]] = True
    positions, _ = index.search(query, 400, index.chosen(mask))
    assert len(positions) == min(left, 400)
    assert mask[positions].all()


@pytest.mark.parametrize(
    ("every", "k", "enough"),
    [(1, 10, True), (2, 10, True), (4, 10, True), (6, 2, False), (2, 1000, True), (-2, 2, False)],
    ids=["all", "half", "quarter", "too-few-take-part", "more-than-there-are", "none-of-the-best"],
)
def test_best_of_all_that_take_part_are_the_best_of_those(every: int, k: int, enough: bool, tmp_path: Path) -> None:
    """By way of all passages the same are found, or it is said that there are not enough; `every` below 0 leaves out the better half."""
    with lexical_writer(tmp_path) as add:
        for place in range(200):
            kept = place >= 100 if every < 0 else place % every == 0
            add((place, 1), ["budget " * (1 + (place * 7) % 13 if every > 0 else 201 - place)], {"label": "duty" if kept else "ksa"})
    words = LexicalIndex(tmp_path)
    mask = np.array([place >= 100 if every < 0 else place % every == 0 for place in range(200)])
    found = words.best_of({"budget": 1.0}, k, _chosen(mask))
    assert (found is not None) == enough
    if found is not None:
        np.testing.assert_array_equal(found[1], words.search({"budget": 1.0}, k, {"label": ("duty",)})[1])
        assert mask[found[0]].all()


def _chosen(mask: np.ndarray) -> dense.Chosen:
    return dense.Chosen(mask, float(mask.mean()), 0, (None, None))


@pytest.mark.parametrize(
    "keys", [pytest.param([7, 3, 9, 4], id="close"), pytest.param([7, 3, 90_000, 4], id="far-apart"), pytest.param([], id="none")]
)
def test_places_of_keys(keys: list[int]) -> None:
    """Keys are found where their passages stand, in a table or in order; those of passages that are gone or never were are not."""
    row_ids = np.array([*keys, 5], np.int64)
    alive = np.array([True] * len(keys) + [False])
    columns = Columns(row_ids, row_ids, np.zeros(len(row_ids), np.uint8), np.zeros(len(row_ids), np.int32), row_ids, alive)
    places = places_of(columns)
    found = positions_of(np.array(keys[::-1], np.int64), places)
    assert found is not None
    assert found.tolist() == list(range(len(keys)))[::-1]
    for unknown in (0, 5, 8, 10, 100_000):
        assert positions_of(np.array([*keys, unknown], np.int64), places) is None


@pytest.mark.usefixtures("lists")
def test_index_grows_into_inverted_lists(tmp_path: Path) -> None:
    """An index that passes the limit gets lists of all its vectors, whatever came first."""
    vectors = _clustered(900, seed=5)
    write_dense(tmp_path, vectors[:300], 48)
    assert not list(tmp_path.glob("*.faiss"))
    write_dense(tmp_path, vectors[300:], 48)
    index = DenseIndex(tmp_path, 48)
    assert (len(index), len(list(tmp_path.glob("*.faiss")))) == (900, 1)
    for number in range(0, 900, 90):
        positions, scores = index.search(vectors[number : number + 1], 1)
        assert (positions[0], round(float(scores[0]), 5)) == (number, 1.0)


def test_missing_shard_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index whose shards do not fit together is damaged."""
    monkeypatch.setattr(dense, "SHARD_ROWS", 256)
    write_dense(tmp_path, _clustered(600, seed=1), 48)
    (tmp_path / "vectors-00000.npy").write_bytes((tmp_path / "vectors-00002.npy").read_bytes())
    with pytest.raises(SpecsearchError, match="damaged"):
        DenseIndex(tmp_path, 48)
