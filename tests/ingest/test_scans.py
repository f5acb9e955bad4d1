"""Scans in an index: read when something can, again when something else does, not when they are not to be."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import WordEncoder
from hostile import NEIGHBOUR
from specsearch.ingest.corpus import ParsedFile
from specsearch.ingest.how import HowRead
from specsearch.ingest.messages import is_sound, taken_pages, write_page
from specsearch.ingest.update import IndexReport, update_index
from specsearch.parsing.document import parse_source
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.text import split_paragraphs
from specsearch.readers.walk import CorpusFile, Sidecar
from specsearch.records import Recognised, Skip
from specsearch.storage.stores import open_snapshot

SCAN, LATER, TEXT = "city/scan.pdf", "city/later.pdf", "city/clerk.txt"
WORD = NEIGHBOUR.index("Reports leaks")


def recognised(name: str, confidence: float = 0.75) -> ParsedFile:
    """A document of which a line was read in a picture."""
    source = replace(split_paragraphs(NEIGHBOUR), recognised=(Recognised(WORD, WORD + 13, confidence),))
    return ParsedFile((parse_source(source, name),), ())


class Folder:
    """A folder with a scan and a text, and what was read in it."""

    def __init__(self, base: Path, patch: pytest.MonkeyPatch) -> None:
        self.corpus, self.index, self._patch = base / "corpus", base / "index", patch
        (self.corpus / "city").mkdir(parents=True)
        (self.corpus / SCAN).write_bytes(b"%PDF a picture")
        (self.corpus / TEXT).write_text(NEIGHBOUR, encoding="utf-8")
        self.read: list[str] = []
        patch.setattr("specsearch.ingest.read.parse_files", self._parsed)

    def _parsed(self, files: Sequence[CorpusFile], sidecar: Sidecar, limits: Limits, **more: Any) -> Iterator[tuple[CorpusFile, ParsedFile]]:  # noqa: ANN401
        for file in files:
            self.read.append(file.name)
            plain = ParsedFile((parse_source(split_paragraphs(NEIGHBOUR), file.name),), ())
            skipped = ParsedFile((), (Skip(file.name, "a scan"),))
            yield file, plain if file.name == TEXT else recognised(file.name) if limits.engine else skipped

    def update(self, engine: str, scans: bool | None = None) -> tuple[IndexReport, list[str]]:
        """Index with an engine installed; what was done, and which files were read."""
        self._patch.setattr("specsearch.ingest.how.available", lambda: engine)
        self.read = []
        return update_index(self.corpus, self.index, WordEncoder(), reading=HowRead(scans=scans)), sorted(self.read)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(tmp_path, monkeypatch)


def test_an_engine_that_is_installed_later(folder: Folder) -> None:
    """What was skipped is read then, and only that; another release of it reads again what it read in pictures."""
    report, read = folder.update("")
    assert (report.added, [skip.path for skip in report.skips], read) == (1, [SCAN], [TEXT, SCAN])
    assert folder.update("")[1] == []
    report, read = folder.update("an engine 1")
    assert (report.added, report.skips, read) == (1, (), [SCAN])
    assert folder.update("an engine 1")[1] == []
    report, read = folder.update("an engine 2")
    assert (report.is_change, read) == (False, [SCAN])


def test_an_engine_that_goes(folder: Folder) -> None:
    """What it read stays as it is; what comes while there is none is read when there is one, and that alone."""
    folder.update("an engine 1")
    report, read = folder.update("")
    assert (report.removed, report.is_change, report.skips, read) == (0, False, (), [])
    (folder.corpus / LATER).write_bytes(b"%PDF another picture")
    report, read = folder.update("")
    assert (report.removed, [skip.path for skip in report.skips], read) == (0, [LATER], [LATER])
    report, read = folder.update("an engine 1")
    assert (report.added, report.skips, read) == (1, (), [LATER])
    assert folder.update("", scans=False)[0].removed == 2


def test_scans_that_are_not_to_be_read(folder: Folder) -> None:
    """Said once, it stays so; what was read in pictures before is not in the index any more, until it is said otherwise."""
    folder.update("an engine 1")
    report, read = folder.update("an engine 1", scans=False)
    assert (report.removed, [skip.path for skip in report.skips], read) == (1, [SCAN], [SCAN])
    assert folder.update("an engine 1")[1] == []
    report, read = folder.update("an engine 1", scans=True)
    assert (report.added, report.skips, read) == (1, (), [SCAN])


def test_what_was_read_in_a_picture_is_kept(folder: Folder) -> None:
    """The lines and how sure they are, and the passages in which they stand."""
    folder.update("an engine 1")
    with open_snapshot(folder.index, lambda message: None) as snapshot:
        documents = {entry.doc_id: snapshot.document(entry.number) for entry in snapshot.entries()}
        numbers = [entry.number for entry in snapshot.entries() if entry.doc_id == SCAN]
        [(passages, _)] = snapshot.statements(numbers)
    assert documents[SCAN] == recognised(SCAN).documents[0].document
    assert documents[TEXT].recognised == ()
    assert {passage.how_read for passage in passages if "Reports leaks" in passage.text} == {"read by OCR, unsure"}
    assert {passage.how_read for passage in passages if "Reports leaks" not in passage.text} == {""}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((Recognised(WORD, WORD, 0.75),), id="of-no-length"),
        pytest.param((Recognised(WORD, WORD + 13, 1.5),), id="more-than-sure"),
        pytest.param((Recognised(WORD, len(NEIGHBOUR) + 50, 0.75),), id="beyond-the-text"),
        pytest.param((Recognised(WORD, WORD + 13, 0.75), Recognised(WORD + 5, WORD + 20, 0.75)), id="over-each-other"),
        pytest.param((), id="passage-of-no-line"),
        pytest.param((Recognised(WORD, WORD + 13, 0.95),), id="passage-of-another"),
    ],
)
def test_lines_that_cannot_be(lines: tuple[Recognised, ...]) -> None:
    """A child that says so of its file is not believed."""
    [honest] = recognised("x.pdf").documents
    assert is_sound(ParsedFile((honest,), ()), "x.pdf", DEFAULT_LIMITS)
    said = replace(honest, document=replace(honest.document, recognised=lines))
    assert not is_sound(ParsedFile((said,), ()), "x.pdf", DEFAULT_LIMITS)


@pytest.mark.parametrize("pages", [0, 1, 3])
@pytest.mark.parametrize("rest", [b"", struct.pack(">Q", 5), struct.pack(">Q", 1) + b"\xc2"])
def test_pages_that_are_told_of(pages: int, rest: bytes, tmp_path: Path) -> None:
    """They are taken from before an answer, however much of it is there, and nothing of the answer is."""
    with (tmp_path / "said").open("wb") as stream:
        for _ in range(pages):
            write_page(stream)
        stream.write(rest)
    received = bytearray((tmp_path / "said").read_bytes())
    assert (taken_pages(received), bytes(received)) == (pages, rest)
