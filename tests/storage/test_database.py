"""The round trip through the database: everything comes back as it was put."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import CORPUS, WordEncoder, put
from small_index import BUDGET, everything, opened, parse, sql
from specsearch.encoding.context import embedded_text
from specsearch.ingest.update import update_index
from specsearch.records import Mode, ParsedDocument
from specsearch.retrieval import search
from specsearch.storage.local.database import Database

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
