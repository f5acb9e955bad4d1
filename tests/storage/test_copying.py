"""Copies of an index in another store: everything that is told of it is the same; one that is stopped is no index, and goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import WordEncoder, contents, quick_updates
from servers import PostgresServer
from small_index import add, remove, sql
from specsearch.errors import IndexDamagedError, IndexMissingError, SpecsearchError, UsageError
from specsearch.ingest.how import AS_USUAL
from specsearch.ingest.update import update_store
from specsearch.ingest.waiting import keep
from specsearch.records import (
    Act,
    Choice,
    Collection,
    CollectionChange,
    Correction,
    Decision,
    Label,
    LabelCorrection,
    Mode,
)
from specsearch.retrieval import search
from specsearch.storage import copying
from specsearch.storage.copying import Copied, copy_store
from specsearch.storage.keys import EVERYWHERE
from specsearch.storage.local.store import LocalStore
from specsearch.storage.store import Store
from specsearch.storage.stores import store_at
from specsearch.storage.truth.rows import COPIED
from specsearch.storage.truth.schema import NUMBERED

A, B = "alder-ferry-or/budget.txt", "wren-harbor-me/streets.txt"
ENCODER = WordEncoder()
Places = Callable[[str], Store]
"""Makes an empty store of a sort."""


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Empty stores of each sort."""

    def make(sort: str) -> Store:
        if sort == "folder":
            return LocalStore(tmp_path / f"copy-{len(list(tmp_path.glob('copy-*')))}")
        server: PostgresServer = request.getfixturevalue("postgres")
        place = server.place().name
        return store_at(place if sort == "postgres" else f"milvus+{place}&milvus={request.getfixturevalue('milvus')}")

    return make


@pytest.fixture(scope="module")
def reviewed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus of four documents and its index in the third generation, with all that reviewers can say."""
    folder, when = tmp_path_factory.mktemp("reviewed"), "2026-01-02T03:04:05+00:00"
    shutil.copytree(built, folder, dirs_exist_ok=True)
    store = LocalStore(folder / "index")
    with store.open(encoder=ENCODER) as snapshot:
        (document,) = (document for document, _ in contents(snapshot) if document.doc_id == A)
    start = document.text.index("Reviews purchase")
    said: list[Decision | Correction | LabelCorrection | CollectionChange] = [
        Decision(A, B, Choice.REJECT, "Other work; “other” pay.", "R", when, "words", ENCODER.fingerprint, "a", "b"),
        Correction(B, "jurisdiction", "City of Wren Harbour", "R", when),
        LabelCorrection(A, document.content_hash, start, start + 9, Label.QUALIFICATION, "R", when),
        CollectionChange(Collection.LIST, "mine", Act.SAVE, "", "", "R", when),
        CollectionChange(Collection.LIST, "mine", Act.NOTE, "", "why", "R", when),
    ]
    keep(store, said)
    add(folder / "corpus")
    update(folder / "corpus", store)
    return folder


@pytest.fixture
def source(reviewed: Path, tmp_path: Path) -> LocalStore:
    """A copy of that index, beside one of its corpus."""
    shutil.copytree(reviewed, tmp_path, dirs_exist_ok=True)
    return LocalStore(tmp_path / "index")


def update(corpus: Path, store: Store) -> None:
    with quick_updates():
        update_store(corpus, store, ENCODER, prune=False, reading=AS_USUAL, progress=lambda stage, done, total: None)


def told(store: Store, without: tuple[str, ...] = ("copied_from",)) -> dict[str, Any]:
    """All that a store tells of its index."""
    with store.open(encoder=ENCODER) as snapshot:
        keys = snapshot.scan(EVERYWHERE)
        numbers = [entry.number for entry in snapshot.entries()]
        found = {
            "meta": {name: value for name, value in snapshot.meta.items() if name not in without},
            "entries": list(snapshot.entries()), "contents": contents(snapshot), "counts": snapshot.counts(), "files": dict(snapshot.files()),
            "statements": [(passages, one.tolist()) for passages, one in snapshot.statements(numbers)], "vectors": snapshot.vectors(keys).tobytes(), "keys": keys.tolist(),
            "said": (snapshot.decisions(), snapshot.corrections(), snapshot.label_corrections(), snapshot.collection_changes()),
            "sources": list(snapshot.sources()), "tallies": dict(snapshot.tallies()), "skips": snapshot.skips(),
            "last": [snapshot.truth.last_number(name) for name in NUMBERED],
        }  # fmt: skip
        assert len(found["said"][0]) == 1
        return found | {"hits": [(hit.passage.passage_id, pytest.approx(hit.score, abs=1e-5)) for mode in Mode for hit in search(snapshot, "operating budget or roller", mode=mode)]}


def in_small_steps(patch: pytest.MonkeyPatch) -> None:
    """Have rows go two by two."""
    patch.setattr(copying, "COPIED", tuple(replace(table, at_once=2) for table in COPIED))


class StoppedError(Exception):
    """Ends a copy."""


def stopped_at(step: int) -> Callable[[str, int, int], None]:
    """A progress that ends the work when it is told of for the so-manieth time."""
    left = step

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise StoppedError

    return progress


@pytest.mark.parametrize("way", [("folder",), ("folder", "folder"), ("postgres",), ("postgres", "folder"), ("milvus", "postgres", "folder")], ids="-".join)
def test_a_copy_tells_the_same(way: tuple[str, ...], source: LocalStore, places: Places) -> None:
    """Numbers, keys, ids, settings, vectors, what reviewers said, and hits; and it goes on as the index would."""
    here: Store = source
    copied = Copied(0, 0, 0, 0, 0)
    for sort in way:
        target = places(sort)
        copied = copy_store(here, target)
        here = target
    assert copied == Copied(4, 12, 3, copied.rows, 0)
    assert told(here) == told(source)
    assert here.check(encoder=ENCODER).problems == ()
    corpus = source.folder.parent / "corpus"
    remove(corpus)
    for store in (source, here):
        update(corpus, store)
    without = ("copied_from", "state")
    assert told(here, without) == told(source, without)


@pytest.mark.parametrize("sort", ["folder", "postgres"])
def test_a_copy_that_was_stopped_goes_on(sort: str, source: LocalStore, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no index, its commands say what to do; what was copied is used, wherever it was stopped, and twice."""
    in_small_steps(monkeypatch)
    expected, steps = told(source), list[str]()
    rows = copy_store(source, places(sort), lambda stage, done, total: steps.append(stage)).rows
    assert len(steps) > 20
    for at in (1, 4, len(steps) // 2, len(steps) - 2, len(steps) - 1):
        target = places(sort)
        for step in (at, max(1, at // 2)):
            with pytest.raises(StoppedError):
                copy_store(source, target, stopped_at(step))
        with pytest.raises(IndexMissingError, match=r"was not finished\. Run: specsearch copy "):
            told(target)
        with pytest.raises(IndexMissingError, match=r"was not finished\. Run: specsearch copy "):
            update(source.folder.parent / "corpus", target)
        copied = copy_store(source, target)
        assert copied.rows == rows
        assert (0 < copied.there < rows) == (at < len(steps) - 2)
        assert told(target) == expected
        assert target.check(encoder=ENCODER).problems == ()


@pytest.mark.parametrize("sort", ["folder", "postgres"])
@pytest.mark.parametrize("step", [9, 21])
def test_an_index_that_changes_while_its_copy_is_stopped(sort: str, step: int, source: LocalStore, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is of the newest generation; nothing of the earlier one is left."""
    in_small_steps(monkeypatch)
    target = places(sort)
    with pytest.raises(StoppedError):
        copy_store(source, target, stopped_at(step))
    corpus = source.folder.parent / "corpus"
    remove(corpus)
    (corpus / A).write_text((corpus / A).read_text().replace("operating", "yearly"))
    update(corpus, source)
    keep(source, [Correction(A, "title", "Budget Officer", "R", "2026-02-03T04:05:06+00:00")])
    copy_store(source, target)
    assert told(target) == told(source)
    assert target.check(encoder=ENCODER).problems == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from specsearch.storage import copying
from specsearch.storage.stores import store_at
def progress(stage, done, total):
    if stage == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
copying.copy_store(store_at(sys.argv[1]), store_at(sys.argv[2]), progress)
"""


@pytest.mark.parametrize("stage", ["copying", "indexing"])
@pytest.mark.parametrize("sort", ["folder", "postgres"])
def test_a_copy_that_is_killed(sort: str, stage: str, source: LocalStore, places: Places) -> None:
    """The next one completes it."""
    target = places(sort)
    done = subprocess.run([sys.executable, "-c", KILLED, source.name, target.name, stage], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == -9, done.stderr
    copied = copy_store(source, target)
    assert copied.there > 0
    assert told(target) == told(source)


@pytest.mark.parametrize("sort", ["folder", "postgres"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vectors SET vector = key WHERE key IN (SELECT key FROM vectors ORDER BY key LIMIT 2)",
        "UPDATE documents SET text = text || '.' WHERE id = 2",
        "UPDATE passages SET start = start + 1 WHERE id = 3",
        "UPDATE files SET size = size + 1",
        "UPDATE decisions SET reason = 'because'",
    ],
)
def test_damage_in_a_copy_that_was_stopped(sort: str, change: str, source: LocalStore, places: Places) -> None:
    """What was copied and is not whole any more is copied again."""
    target = places(sort)
    with pytest.raises(StoppedError):
        copy_store(source, target, stopped_at(len(COPIED)))
    with target.begin() as update, update.truth.transaction():
        update.truth.execute(change)
    copied = copy_store(source, target)
    assert 0 < copied.there < copied.rows
    assert told(target) == told(source)
    assert target.check(encoder=ENCODER).problems == ()


def _an_index(target: Path, source: LocalStore) -> None:
    shutil.copytree(source.folder, target)


def _something_else(target: Path, source: LocalStore) -> None:
    target.mkdir()
    (target / "letter.txt").write_text("Dear Ana")


def _half_of_another(target: Path, source: LocalStore) -> None:
    with source.open(encoder=ENCODER) as snapshot:
        identity = snapshot.meta["identity"]
    with LocalStore(target).begin() as update, update.truth.transaction():
        update.truth.set_meta({"copied_from": f"{identity[::-1]} elsewhere/index"})


def _begun(target: Path, source: LocalStore) -> None:
    with LocalStore(target).begin() as update:
        update.put_vectors([bytes(16)], np.ones((1, 4), np.float32))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_an_index, "is an index already, and is not overwritten"),
        (_something_else, r"is not an index and not empty \(it holds letter.txt\)"),
        (_half_of_another, "is a copy of elsewhere/index that was not finished"),
        (_begun, "is an index that was begun and is not finished"),
    ],
)
def test_where_no_copy_goes(spoil: Callable[[Path, LocalStore], None], said: str, source: LocalStore, tmp_path: Path) -> None:
    """What is not free is left as it is."""
    spoil(tmp_path / "target", source)
    before = {path: path.read_bytes() for path in (tmp_path / "target").rglob("*") if path.is_file() and path.suffix not in (".db-wal", ".db-shm", ".lock")}
    with pytest.raises(UsageError, match=said):
        copy_store(source, LocalStore(tmp_path / "target"))
    assert {path: path.read_bytes() for path in before} == before


def test_a_copy_onto_itself(source: LocalStore) -> None:
    """It is an index, like any other."""
    with pytest.raises(UsageError, match="is an index already"):
        copy_store(source, source)


def test_nothing_to_copy(tmp_path: Path) -> None:
    """There is no index; nothing is made."""
    with pytest.raises(IndexMissingError):
        copy_store(LocalStore(tmp_path / "none"), LocalStore(tmp_path / "target"))
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("documents", "UPDATE documents SET text = text || '.' WHERE id = (SELECT max(id) FROM documents)"),
        ("documents", "UPDATE documents SET kind = 'letter' WHERE id = (SELECT max(id) FROM documents)"),
        ("passages", "UPDATE passages SET start = start + 1 WHERE id = (SELECT max(id) FROM passages)"),
        ("vectors", "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE key = (SELECT max(key) FROM vectors)"),
        ("decisions", "UPDATE decisions SET reason = 'because'"),
        ("collection_changes", "UPDATE collection_changes SET name = 'yours'"),
    ],
)
def test_damage_is_not_copied(table: str, change: str, source: LocalStore, tmp_path: Path) -> None:
    """A row that is not as it was written is found, and the copy is no index."""
    sql(source.folder, change)
    target = LocalStore(tmp_path / "target")
    with pytest.raises(SpecsearchError) as damaged:
        copy_store(source, target)
    assert isinstance(damaged.value, IndexDamagedError)
    assert f"table {table} is damaged" in str(damaged.value)
    assert source.name in str(damaged.value)
    assert "fingerprint" not in target.settings()
