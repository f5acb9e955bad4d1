"""LibreOffice that comes, changes and goes between two updates of an index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import WordEncoder
from hostile import NEIGHBOUR, SENTENCE, word
from nested import packed
from open_documents import VARIABLE, stand_in
from specsearch.ingest.how import AS_USUAL
from specsearch.ingest.update import IndexReport, update_index
from specsearch.readers import is_converted

_DOC = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'


@pytest.mark.skipif(os.name != "posix", reason="the program that stands for LibreOffice is a script")
def test_files_are_read_when_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word_encoder: WordEncoder) -> None:
    """Files that were skipped for want of it are read once it is there, again when it is another, and stay when it goes."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(NEIGHBOUR, encoding="utf-8")
    for name in ("b.doc", "called-otherwise.docx"):
        (corpus / name).write_bytes(_DOC)
    (corpus / "d.zip").write_bytes(packed({"e.doc": _DOC}))
    (tmp_path / "made.docx").write_bytes(word())
    program = stand_in(tmp_path, f"target.write_bytes(Path({str(tmp_path / 'made.docx')!r}).read_bytes())")

    def update(where: str) -> tuple[IndexReport, list[str]]:
        monkeypatch.setenv(VARIABLE, where)
        read: list[str] = []
        report = update_index(corpus, tmp_path / "index", word_encoder, progress=lambda stage, done, total: read.append(f"{stage} {total}"))
        return report, [step for step in read if step.startswith("reading")]

    first, _ = update("/nowhere")
    assert (first.added, len(first.skips)) == (1, 3)
    there, _ = update(str(program))
    assert (there.added, there.unchanged, there.skips) == (3, 1, ())
    assert update(str(program))[1] == []
    gone, read = update("/nowhere")
    assert (gone.unchanged, gone.removed, gone.skips, read) == (4, 0, (), [])
    assert update(str(program))[1] == []
    (tmp_path / "made.docx").write_bytes(word(f"<w:p><w:r><w:t>{SENTENCE} Reports leaks.</w:t></w:r></w:p>".encode()))
    program.write_text(program.read_text(encoding="utf-8") + "\n# another release", encoding="utf-8")
    other, _ = update(str(program))
    assert (other.changed, other.unchanged) == (2, 2)  # not what it read under the name of another format


def test_what_is_remembered() -> None:
    """An index keeps what it was made by where there is none now."""
    assert AS_USUAL.for_index({"converter": "7"}).converter
    assert [name for name in ("a.doc", "a.RTF", "a.odp", "a.odt", "a.pptx", "a") if is_converted(name)] == ["a.doc", "a.RTF", "a.odp"]
