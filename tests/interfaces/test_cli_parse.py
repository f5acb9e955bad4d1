"""`specsearch parse` of what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import put, specsearch
from workplace import refused


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("missing.txt", None, r"missing\.txt: (?:no such file|there is no)", id="missing"),
        pytest.param("program.txt", bytes(range(256)), r"program\.txt: binary file.*convert it", id="binary"),
        pytest.param("old.doc", b"\xd0\xcf\x11\xe0", r"old\.doc: .*old Word format.* save it as \.docx", id="old-word"),
        pytest.param("broken.pdf", b"%PDF-1.7\nnothing", r"broken\.pdf: ", id="broken-pdf"),
        pytest.param("broken.docx", b"PK\x03\x04nothing", r"broken\.docx: ", id="broken-word"),
        pytest.param("broken.json", b"{", r"broken\.json: not valid JSON", id="broken-json"),
    ],
)
def test_parse_of_what_cannot_be_read(name: str, content: bytes | None, message: str, tmp_path: Path) -> None:
    """A file that cannot be read is exit code 6 with the reason and the way out."""
    if content is not None:
        put(tmp_path / name, content)
    refused(specsearch("parse", tmp_path / name), 6, f"(?i)Error: .*{message}")


def test_parse_of_a_pipe_and_of_a_folder(tmp_path: Path) -> None:
    """A named pipe or a folder is refused at once."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name in ("pipe.txt", "folder.txt"):
        refused(specsearch("parse", tmp_path / name), 6, rf"{name}: not a regular file")
