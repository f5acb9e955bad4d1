"""Files under the names of other formats: what they are decides."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from hostile import word
from open_documents import VARIABLE, odt, packed
from sources import lines, read_one, refusal
from specsearch.readers.sniff import true_suffix

_RTF = rb"{\rtf1\ansi Reads meters.\par}"
_HTML = b"<html xmlns:o='urn:x'><body><p>Reads meters.</p></body></html>"
_TEXT = b"Reads meters.\n"
_MHTML = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
_XML = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'


def _word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Reads meters.")
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("suffix", "data", "expected"),
    [
        (".doc", _RTF, ".rtf"),
        (".doc", _HTML, ".html"),
        (".doc", _TEXT, ".txt"),
        (".doc", _MHTML, ".mhtml"),
        (".eml", _MHTML, ".eml"),
        (".txt", b"Subject: a form\n\nContent-Type: multipart/related\n", ".txt"),
        (".doc", _XML, ".doc"),
        (".doc", bytes(range(32)) * 9, ".doc"),
        (".doc", packed({"word/document.xml": ""}), ".docx"),
        (".docx", odt("<text:p/>"), ".odt"),
        (".docm", packed({"word/document.xml": ""}), ".docm"),
        (".txt", _RTF, ".rtf"),
        (".html", b"%PDF-1.7\n", ".pdf"),
        (".html", b"<p>about %PDF-1.7</p>", ".html"),
        (".csv", _HTML, ".csv"),
        (".md", _TEXT, ".md"),
        (".docx", b"PK\x03\x04 cut off", ".docx"),
        (".doc", b"\xd0\xcf\x11\xe0 cut off", ".doc"),
        (".pptx", packed({"ppt/presentation.xml": ""}), ".pptx"),
        (".pdf", packed({"a.txt": "x"}), ".zip"),
    ],
)
def test_true_suffix(suffix: str, data: bytes, expected: str) -> None:
    """The ending of a name holds unless the content is unmistakably of another format."""
    assert true_suffix(suffix, data) == expected


@pytest.mark.parametrize("content", [_RTF, _HTML, _TEXT, _word()], ids=["rtf", "html", "text", "docx"])
@pytest.mark.parametrize("name", ["x.doc", "x.docx", "x.odt"])
def test_wrongly_named(tmp_path: Path, name: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is called an old Word file, and is something else, is read as that."""
    monkeypatch.setenv(VARIABLE, "/nowhere")
    assert lines(read_one(tmp_path, name, content)) == ["Reads meters."]


@pytest.mark.parametrize("kind", ["ms-word.document.macroEnabled", "ms-word.template.macroEnabledTemplate", "openxmlformats-officedocument.wordprocessingml.template"])
def test_macros_and_templates(tmp_path: Path, kind: str) -> None:
    """Word files with macros and templates are read as documents."""
    types = word()
    with zipfile.ZipFile(io.BytesIO(types)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"openxmlformats-officedocument.wordprocessingml.document", kind.encode()).replace(b"vnd.vnd", b"vnd")
    assert len(lines(read_one(tmp_path, "x.docm", packed(parts)))) == 1


def test_what_is_not_read_says_what_it_is(tmp_path: Path) -> None:
    """A format that is not read is refused by what it is, not by its name."""
    assert "spreadsheet" in refusal(tmp_path, "x.docx", packed({"xl/workbook.bin": ""}))
