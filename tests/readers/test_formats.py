"""All formats: the same document in each of them, and files that are no documents."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import pytest

from sources import lines, read, read_one
from specsearch.errors import ReadError
from specsearch.readers import formats_read, not_taken, read_file
from specsearch.readers.limits import DEFAULT_LIMITS, Limits

FORMATS: dict[str, bytes] = {
    ".txt": b"METER READER\n\nReads water meters on assigned routes.\n",
    ".md": b"# Meter Reader\n\nReads water meters on assigned routes.\n",
    ".html": b"<html><body><h1>Meter Reader</h1><p>Reads water meters on assigned routes.</p></body></html>",
    ".csv": b"title,description\nMeter Reader,Reads water meters on assigned routes.\n",
    ".tsv": b"title\tdescription\nMeter Reader\tReads water meters on assigned routes.\n",
    ".json": b'[{"title": "Meter Reader", "text": "Reads water meters on assigned routes."}]',
    ".jsonl": b'{"title": "Meter Reader", "text": "Reads water meters on assigned routes."}\n',
}
"""The same small document in every format that can be written by hand."""


# --- all formats -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_document_in_every_format(tmp_path: Path, suffix: str) -> None:
    """A title and a sentence are found as two blocks whatever the format."""
    source = read_one(tmp_path, "meter-reader" + suffix, FORMATS[suffix])
    assert [line.title() for line in lines(source)] == ["Meter Reader", "Reads Water Meters On Assigned Routes."]


def test_every_format_is_told() -> None:
    """Whoever asks what is read is told of all that is: where a folder is empty, and on the page of formats."""
    told, page = formats_read(), (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    table = page.partition("| Files |")[2].partition("**What a file is")[0]
    endings = not_taken("x.exe").rpartition("end in ")[2].split(", ")
    assert len(endings) > 40
    assert [ending for ending in endings if f"{ending} " not in table.replace(",", " ") or not re.search(rf"[(\s]{ending[1:]}[,)]", told)] == []


@pytest.mark.parametrize("suffix", [".htm", ".TXT", ".Html", ".markdown", ".ndjson", ".text", ".xhtml"])
def test_other_spellings_of_an_ending(tmp_path: Path, suffix: str) -> None:
    """Rarer endings and capitals lead to the same readers."""
    short = {".htm": ".html", ".xhtml": ".html", ".markdown": ".md", ".ndjson": ".jsonl", ".text": ".txt"}
    content = FORMATS[short.get(suffix.lower(), suffix.lower())]
    assert lines(read_one(tmp_path, "x" + suffix, content))[1] == "Reads water meters on assigned routes."


@pytest.mark.parametrize("suffix", [*FORMATS, ".pdf", ".docx"])
@pytest.mark.parametrize(
    "content", [b"\x01{<%PDF PK\x03\x04 not what the ending says", b"%PDF-1.7\n", b"PK\x05\x06" + bytes(18), b'"', b"\xff\xfe"]
)
def test_content_of_another_format(tmp_path: Path, suffix: str, content: bytes) -> None:
    """A file that is not what its ending says is read as far as it goes or refused, never another error."""
    with contextlib.suppress(ReadError):
        result = read(tmp_path, "x" + suffix, content)
        assert result.documents or result.skips


@pytest.mark.parametrize(
    ("name", "content"),
    [
        # BUG: DEL and the C1 codes that Windows-1252 leaves undefined (8-bit OSC, DCS, RI) stay in the text.
        pytest.param("x.txt", b"Files\x7f papers \xc2\x9d0;a\xc2\x90 in the vault every day.", id="del-and-c1-in-text"),
        pytest.param("x.txt", b"Files\x1b[2J papers in the vault every day.", id="escape-in-text"),
        # BUG: character references bring control characters in.
        pytest.param("x.html", b"<p>Files&#27;[2J papers&#7; in the vault every day.</p>", id="references-in-html"),
        # BUG: a declared unusual character set goes past the cleaning of decode().
        pytest.param("x.html", b"<meta charset=iso-8859-15><p>Files\x1b[2J papers in the vault.</p>", id="declared-charset"),
        # BUG: escapes in JSON bring control characters in.
        pytest.param("x.json", b'{"title": "Clerk", "text": "Files\\u001b[2J papers in the vault."}', id="escapes-in-json"),
        pytest.param("x.csv", b"title,text\nClerk,Files\x1b[2J papers in the vault every day.\n", id="escape-in-csv"),
    ],
)
def test_no_control_characters(tmp_path: Path, name: str, content: bytes) -> None:
    """Nothing in a document can steer a terminal: control characters become spaces or go."""
    source = read_one(tmp_path, name, content)
    text = source.text + "".join(source.fields.values()) + (source.record_id or "")
    assert [c for c in text if c < " " and c not in "\t\n\f"] + [c for c in text if "\x7f" <= c < "\xa0"] == []
    assert "papers" in text


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_text_can_be_written_as_utf8(tmp_path: Path, suffix: str) -> None:
    """Half of a surrogate pair in an export does not get into the text, where no store or model could take it."""
    source = read_one(tmp_path, "x" + suffix, b'{"title": "Clerk", "text": "Files \\ud83d papers in the vault."}')
    assert source.text.encode().startswith(b"Clerk\nFiles ")


# --- wrong inputs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("x.txt", b"", "empty file", id="empty"),
        pytest.param("x.txt", b" \r\n\t\n", "empty file", id="blank"),
        pytest.param("x.txt", bytes(range(256)) * 8, "binary file, not a text: convert it to", id="binary-as-txt"),
        pytest.param("x.md", b"\x89PNG\r\n\x1a\n" + bytes(400), "binary file, not a text: convert it to", id="picture-as-md"),
        pytest.param("x.txt", "Clerk\nFiles papers.".encode("utf-16-le"), "binary file, not a text: convert", id="utf16-no-mark"),
        pytest.param("x.xyz", b"Files papers in the vault.", r"unknown format \.xyz: rename it to \.txt", id="unknown-text"),
        pytest.param("x", b"Files papers in the vault.", r"without ending: rename it to \.txt", id="no-ending"),
        pytest.param("x.bin", bytes(1000), "binary file of an unknown format", id="unknown-binary"),
        pytest.param("x.doc", b"\xd0\xcf\x11\xe0" + bytes(100), r"not a readable file of an old Word format; open it and save it as \.docx", id="doc"),
        pytest.param("x.xlsx", b"PK\x03\x04" + bytes(100), r"not a readable spreadsheet", id="xlsx"),
        pytest.param("x.zip", b"PK\x03\x04" + bytes(100), "not a readable archive|not a readable zip|damaged", id="zip"),
        pytest.param("x.txt", b"a" * 10_000_000, r"10,000,000 characters: longer than any job document .*divide it", id="10-mb-line"),
        pytest.param("x.html", b"<nav>Home</nav><script>let a = 1</script>", "no text in it", id="html-without-text"),
        pytest.param("x.docx", b"PK\x03\x04 not a zip", r"not a readable Word document.*save it again as \.docx", id="broken-docx"),
        pytest.param("x.pdf", b"Files papers.", "not a readable PDF: damaged, or another format", id="text-as-pdf"),
        pytest.param("x.csv", b"Files papers in the vault.\n", "no header row with several columns", id="prose-as-csv"),
        pytest.param("x.csv", b"title,text\n", "no records in it", id="csv-header-only"),
        pytest.param("x.json", b"{'title': 'Clerk'}", "not valid JSON", id="json-syntax"),
        pytest.param("x.json", b'[{"title": "Clerk", "pay": NaN}]', "not valid JSON: NaN is not a value", id="json-nan"),
        pytest.param("x.json", b"[" * 100_000 + b"]" * 100_000, "nested too deeply", id="json-deep-list"),
        pytest.param("x.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply", id="json-deep-object"),
        pytest.param("x.json", b"[1, 2, 3]", "holds no objects: expected a list of job documents", id="json-numbers"),
        pytest.param("x.json", b'[{"n": ' + b"1" * 5000 + b"}]", "not valid JSON", id="json-huge-number"),
    ],
)
def test_refused_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """A file that is no job document is refused with a message that says why and, where one can, what to do."""
    with pytest.raises(ReadError, match=message):
        read(tmp_path, name, content)


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """A folder is no document, whatever its name."""
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(ReadError, match="not a regular file"):
        read_file(tmp_path / "x.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe(tmp_path: Path) -> None:
    """A named pipe is refused without opening it, which would wait forever."""
    os.mkfifo(tmp_path / "x.txt")
    with pytest.raises(ReadError, match=r"not a regular file .*pipe"):
        read_file(tmp_path / "x.txt")


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is said not to be there."""
    # BUG: the message is "not a regular file (a folder, device or pipe)".
    with pytest.raises(ReadError, match=r"(?i)no such file|does not exist|not found|there is no"):
        read_file(tmp_path / "x.txt")


def test_file_above_the_limit(tmp_path: Path) -> None:
    """A file that is too large is refused by its size alone, and the message says how to have it read."""
    path = tmp_path / "x.txt"
    path.touch()
    os.truncate(path, DEFAULT_LIMITS.file_bytes + 1)
    with pytest.raises(ReadError, match="larger than the limit of 50 MB; divide it, or raise"):
        read_file(path)


def test_limits(tmp_path: Path) -> None:
    """A file and a document exactly as long as the limits are read, one more is not."""
    path = tmp_path / "x.txt"
    path.write_text("é" * 100, encoding="utf-8")
    assert len(read_file(path, Limits(file_bytes=200, text_chars=100)).documents) == 1
    with pytest.raises(ReadError, match="larger than the limit"):
        read_file(path, Limits(file_bytes=199))
    with pytest.raises(ReadError, match=r"100 characters: longer .*divide it"):
        read_file(path, Limits(text_chars=99))


def test_limits_of_records(tmp_path: Path) -> None:
    """A record that is too long is a skip with the record's id, and its neighbours are kept."""
    path = tmp_path / "x.csv"
    path.write_text(f"id,text\na,Files papers.\nb,{'Files papers. ' * 100}\n", encoding="utf-8")
    result = read_file(path, Limits(text_chars=500))
    assert [document.record_id for document in result.documents] == ["a"]
    assert [skip.path for skip in result.skips] == ["b"]
