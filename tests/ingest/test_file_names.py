"""File names that are no text: read, or refused with what to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from conftest import WordEncoder
from hostile import LIMITS, NEIGHBOUR, is_neighbour, made
from hostile_cases import specsearch
from specsearch.errors import UsageError
from specsearch.ingest.pool import parse_one
from specsearch.ingest.update import update_index
from specsearch.readers.walk import Sidecar

pytestmark = pytest.mark.usefixtures("quick")

RAW_NAMES = [b"caf\xe9.txt", b"\xff\xfe.txt", b"r\xc3\x28le.txt", b"\xed\xa0\x80.txt", b"lone\x80"]
"""Names of files that are no UTF-8; the last one for a folder, too."""
needs_raw_names = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such file names")


def raw(folder: Path, name: bytes) -> Path:
    """The path of a raw name in a folder."""
    return folder / os.fsdecode(name)


@needs_raw_names
@pytest.mark.parametrize("name", RAW_NAMES)
@pytest.mark.parametrize("inside", [False, True])
def test_files_renamed_to_what_is_no_text(tmp_path: Path, word_encoder: WordEncoder, name: bytes, inside: bool) -> None:
    """A file or folder that was indexed and renamed to bytes that are no UTF-8 is a skip; renamed back it is read."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    (corpus / "sub").mkdir(parents=True)
    made(corpus, "a.txt", NEIGHBOUR)
    moved = made(corpus / "sub", "b.txt", NEIGHBOUR).path
    update_index(corpus, index, word_encoder)
    target = moved if inside else moved.parent
    target.rename(raw(target.parent, name))
    report = update_index(corpus, index, word_encoder)
    [skip] = report.skips
    assert skip.path.encode()
    assert "rename it" in skip.reason
    assert (report.removed, report.unchanged) == (1, 1)
    raw(target.parent, name).rename(target)
    assert update_index(corpus, index, word_encoder).added == 1


@needs_raw_names
@pytest.mark.parametrize("name", RAW_NAMES)
def test_given_names_that_are_no_text(tmp_path: Path, word_encoder: WordEncoder, name: bytes) -> None:
    """A file or folder of such a name that is given itself is read, or refused with what to do."""
    corpus, index = raw(tmp_path, b"dir-" + name), tmp_path / "index"
    corpus.mkdir()
    file = made(corpus, os.fsdecode(name), NEIGHBOUR).path
    parsed = parse_one(file, file.name, Sidecar({}), LIMITS)
    assert is_neighbour(parsed) or not parsed.documents
    assert all(document.document.doc_id.encode() for document in parsed.documents)
    with pytest.raises(UsageError, match="rename it"):
        update_index(file, index, word_encoder)
    made(corpus, "a.txt", NEIGHBOUR)
    assert update_index(corpus, index, word_encoder).added == 1
    with pytest.raises(UsageError, match=r"not valid text.*Rename the folder"):
        update_index(corpus, raw(tmp_path, name), word_encoder)


@needs_raw_names
def test_commands_with_names_that_are_no_text(tmp_path: Path) -> None:
    """The commands end with a message and a code of their own, never with a traceback."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    file = str(made(corpus, os.fsdecode(RAW_NAMES[0]), NEIGHBOUR).path)
    gone, index = str(raw(corpus, b"no\xe9.txt")), str(raw(tmp_path, b"i\xe9"))
    for arguments, code in ((("parse", file), 0), (("parse", gone), 6), (("index", file), 2), (("index", str(corpus), "--index", index), 2)):
        done = specsearch(*arguments, cwd=tmp_path)
        assert "Traceback" not in done.stderr + done.stdout
        assert done.returncode == code, done.stderr
