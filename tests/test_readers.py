"""Readers: bytes of every format to a text with blocks, and the walk over a corpus folder."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from specsearch.errors import ReadError, UsageError
from specsearch.readers import ReadResult, read_file
from specsearch.readers.limits import DEFAULT_LIMITS, Limits
from specsearch.readers.walk import SIDECAR, read_sidecar, walk
from specsearch.records import BlockStyle, Skip, SourceText

TITLE, HEADING, PARAGRAPH, ITEM, ROW = BlockStyle

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


def read(folder: Path, name: str, content: bytes | str) -> ReadResult:
    """Write a file and read it; what every document promises is checked on the way."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    result = read_file(path)
    for document in result.documents:
        check(document)
    return result


def read_one(folder: Path, name: str, content: bytes | str) -> SourceText:
    """Read a file that holds one document and nothing else."""
    result = read(folder, name, content)
    assert result.skips == ()
    assert len(result.documents) == 1
    return result.documents[0]


def refusal(folder: Path, name: str, content: bytes | str) -> str:
    """The message with which a file is refused."""
    with pytest.raises(ReadError) as caught:
        read(folder, name, content)
    return str(caught.value)


def check(source: SourceText) -> None:
    """Blocks are in order, do not overlap and hold all that is not white space; the text is clean."""
    at = 0
    for block in source.blocks:
        assert at <= block.start < block.end <= len(source.text)
        assert not source.text[at : block.start].strip(), "text outside the blocks"
        assert block.start <= max(block.lead_end, block.start) <= block.end
        at = block.end
    assert not source.text[at:].strip(), "text after the blocks"
    assert "\r" not in source.text
    assert "\0" not in source.text
    assert list(source.pages) == sorted(source.pages)


def lines(source: SourceText) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks]


def styled(source: SourceText) -> list[tuple[BlockStyle, str]]:
    return [(block.style, source.text[block.start : block.end]) for block in source.blocks]


def bold(source: SourceText) -> list[str]:
    """Blocks that are bold as a whole, and the bold beginnings of others."""
    ends = [(block.start, block.end if block.bold else max(block.lead_end, block.start)) for block in source.blocks]
    return [source.text[start:end] for start, end in ends if end > start]


# --- all formats -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_document_in_every_format(tmp_path: Path, suffix: str) -> None:
    """A title and a sentence are found as two blocks whatever the format."""
    source = read_one(tmp_path, "meter-reader" + suffix, FORMATS[suffix])
    assert [line.title() for line in lines(source)] == ["Meter Reader", "Reads Water Meters On Assigned Routes."]


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
        pytest.param("x.doc", b"\xd0\xcf\x11\xe0" + bytes(100), r"old Word format: save it as \.docx", id="doc"),
        pytest.param("x.rtf", rb"{\rtf1 Files papers.}", r"save it as \.docx", id="rtf"),
        pytest.param("x.xlsx", b"PK\x03\x04" + bytes(100), r"export it as \.csv", id="xlsx"),
        pytest.param("x.zip", b"PK\x03\x04" + bytes(100), "unpack it", id="zip"),
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


# --- plain text --------------------------------------------------------------------------------

WRAPPED = """\
METER READER

Under general supervision, reads water meters on assigned routes and
records the usage in a hand-held unit, so that the billing office can
send correct bills. Work is reviewed through reports of the
Billing Supervisor.

DUTIES
1. Reads meters on foot and by vehicle in all weather, and finds those
   that are hidden by plants or parked vehicles.
2. Reports leaks, broken lids and signs of tampering to the dispatcher
   on the day they are found.
- Keeps the vehicle clean.
"""


def test_wrapped_lines_are_put_together(tmp_path: Path) -> None:
    """Hard-wrapped paragraphs and list items become one block each, and the text stays the file's own."""
    source = read_one(tmp_path, "x.txt", WRAPPED)
    assert source.text == WRAPPED
    assert [(style, " ".join(line.split())) for style, line in styled(source)] == [
        (PARAGRAPH, "METER READER"),
        (
            PARAGRAPH,
            "Under general supervision, reads water meters on assigned routes and records the usage in a hand-held "
            "unit, so that the billing office can send correct bills. Work is reviewed through reports of the Billing Supervisor.",
        ),
        (PARAGRAPH, "DUTIES"),
        (ITEM, "1. Reads meters on foot and by vehicle in all weather, and finds those that are hidden by plants or parked vehicles."),
        (ITEM, "2. Reports leaks, broken lids and signs of tampering to the dispatcher on the day they are found."),
        (ITEM, "- Keeps the vehicle clean."),
    ]


def test_short_lines_are_not_put_together(tmp_path: Path) -> None:
    """A text of one statement a line keeps its lines, also without bullets and full stops."""
    text = "Reads meters\nReports leaks\nrepairs lids\nExplains bills to customers\n"
    assert lines(read_one(tmp_path, "x.txt", text)) == text.split("\n")[:-1]


@pytest.mark.parametrize(
    "marker", ["- ", "* ", "• ", "– ", "▪ ", "o ", "1. ", "12) ", "(3) ", "a. ", "B) ", "iv. "], ids=lambda m: m.strip()
)
def test_markers_of_list_items(tmp_path: Path, marker: str) -> None:
    """Bullets, numbers and letters make a line a list item."""
    assert styled(read_one(tmp_path, "x.txt", f"Duties\n {marker}Reads meters.\n")) == [
        (PARAGRAPH, "Duties"),
        (ITEM, f"{marker}Reads meters."),
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("Café’s – crew".encode(), "Café’s – crew", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfCaf\xc3\xa9", "Café", id="utf-8-mark"),
        pytest.param("Café’s – “crew” • €".encode("cp1252"), "Café’s – “crew” • €", id="cp1252"),
        pytest.param("Café’s – crew".encode("utf-16"), "Café’s – crew", id="utf-16"),
        pytest.param("\ufeffCafé’s – crew".encode("utf-16-be"), "Café’s – crew", id="utf-16-be"),
        pytest.param(b"Caf\xc3\xa9 and caf\xe9, \x93both\x94", "Café and café, “both”", id="utf-8-with-stray-cp1252"),
        pytest.param(b"Caf\xc3\xa9 \xc2\x96 crew\xc2\x92s", "Café – crew’s", id="c1-controls-meant-as-cp1252"),
        pytest.param(b"bad \xff\xfe\xc3 bytes", "bad ÿþÃ bytes", id="invalid-utf-8"),
        pytest.param(b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n", id="line-ends"),
        pytest.param(b"one\x00two \x1b[31mred\x07", "one two  [31mred ", id="controls"),
    ],
)
def test_decoding(tmp_path: Path, content: bytes, text: str) -> None:
    """Texts of the usual encodings are read as they were meant, byte by byte where they are mixed."""
    padding = "\n" + "Reads water meters. " * 20
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        extra = padding.encode("utf-16-le" if content[:2] == b"\xff\xfe" else "utf-16-be")
    else:
        extra = padding.encode()
    assert read_one(tmp_path, "x.txt", content + extra).text == text + padding


def test_form_feed_ends_a_paragraph(tmp_path: Path) -> None:
    """A page break in a text file separates blocks."""
    assert lines(read_one(tmp_path, "x.txt", "Reads meters\fReports leaks\n")) == ["Reads meters", "Reports leaks"]


# --- Markdown ----------------------------------------------------------------------------------


def test_markdown(tmp_path: Path) -> None:
    """Headings, items, bold runs, tables and quotes are kept as structure, and the marks go."""
    text = (
        "# Meter Reader\n\n"
        "| Class code | 4120 |\n|---|---|\n| Pay grade | G-7 |\n\n"
        "## Examples of *work* ##\n\n"
        "Reads **water** meters,\nand `gas` meters, see [the map](https://example.org).\n\n"
        "- Reports leaks\n  to the dispatcher.\n* Repairs lids.\n3. Explains bills.\n\n"
        "**Education:** A diploma.\n**License:** A driver\\_s license.\n\n---\n"
        "**Preferred**\n\n> Speaks two languages.  \nKnows the city.\n"
    )
    source = read_one(tmp_path, "x.md", text)
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (ROW, "Class code | 4120"),
        (ROW, "Pay grade | G-7"),
        (HEADING, "Examples of work"),
        (PARAGRAPH, "Reads water meters, and gas meters, see the map."),
        (ITEM, "Reports leaks to the dispatcher."),
        (ITEM, "Repairs lids."),
        (ITEM, "3. Explains bills."),
        (PARAGRAPH, "Education: A diploma."),
        (PARAGRAPH, "License: A driver_s license."),
        (PARAGRAPH, "Preferred"),
        (PARAGRAPH, "Speaks two languages."),
        (PARAGRAPH, "Knows the city."),
    ]
    assert bold(source) == ["Meter Reader", "Examples of work", "Education:", "License:", "Preferred"]


# --- HTML --------------------------------------------------------------------------------------


def html(folder: Path, body: str, head: str = "") -> SourceText:
    return read_one(folder, "x.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a href=/>Noise</a></nav>",
        "<footer>Noise</footer>",
        "<script>var noise = '<p>Noise</p>'</script>",
        "<style>.noise { color: red }</style>",
        "<noscript>Noise</noscript>",
        "<div role=navigation>Noise</div>",
        "<div style='display: none'>Noise</div>",
        "<p hidden>Noise</p>",
        "<!-- Noise -->",
        "<select><option>Noise</select>",
        "<svg><text>Noise</text></svg>",
    ],
    ids=lambda noise: noise[1:12],
)
def test_html_noise_is_dropped(tmp_path: Path, noise: str) -> None:
    """Navigation, scripts and hidden parts are not part of the document, and what stands around them is."""
    assert lines(html(tmp_path, f"<p>Reads meters.</p>{noise}<p>Reports leaks.</p>")) == ["Reads meters.", "Reports leaks."]


def test_html_headings_lists_and_breaks(tmp_path: Path) -> None:
    """Headings, nested lists and line breaks give blocks in reading order; inline marks do not divide words."""
    source = html(
        tmp_path,
        "<h1>Meter Reader</h1><p>Reads wa<i>ter</i> meters<br>and gas&nbsp;meters &amp; more.</p>"
        "<ul><li>Reports:<ul><li>leaks</li><li><p>broken lids</p></li></ul>to the dispatcher</li><li>Explains bills</li></ul>"
        "<dl><dt>Pay</dt><dd>Grade 7</dd></dl>",
        "<title>Meter Reader - Town of Alder Fork</title>",
    )
    assert styled(source) == [
        (HEADING, "Meter Reader"),
        (PARAGRAPH, "Reads water meters"),
        (PARAGRAPH, "and gas meters & more."),
        (ITEM, "Reports:"),
        (ITEM, "leaks"),
        (ITEM, "broken lids"),
        (PARAGRAPH, "to the dispatcher"),
        (ITEM, "Explains bills"),
        (PARAGRAPH, "Pay"),
        (PARAGRAPH, "Grade 7"),
    ]
    assert source.fields == {"page_title": "Meter Reader - Town of Alder Fork"}


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        pytest.param("<p><b>DUTIES</b></p>", ["DUTIES"], id="b"),
        pytest.param("<div><strong><u>Duties</u></strong>:</div>", ["Duties:"], id="strong-and-colon"),
        pytest.param("<p><span style='font-weight: 700'>Duties</span></p>", ["Duties"], id="style"),
        pytest.param("<p><font size='+2'>Duties</font></p>", ["Duties"], id="font-size"),
        pytest.param("<p><b>Examples</b> (illustrative only)</p>", ["Examples (illustrative only)"], id="remark"),
        pytest.param("<p><b>Education:</b> A diploma.</p>", ["Education:"], id="bold-lead"),
        pytest.param("<p>Reads <b>all</b> meters.</p>", [], id="bold-word"),
        pytest.param("<p>Reads meters.</p>", [], id="plain"),
    ],
)
def test_html_bold(tmp_path: Path, markup: str, found: list[str]) -> None:
    """Text that is set apart is known as such: whole blocks, and bold runs at their start."""
    assert bold(html(tmp_path, markup)) == found


def test_html_table_of_data(tmp_path: Path) -> None:
    """A row of short cells is one block; rows of record labels give a block a pair."""
    source = html(
        tmp_path,
        "<table><tr><th>Class Code</th><td>4120</td><th>Pay Grade</th><td>G-7</td></tr>"
        "<tr><td>Union</td><td>Local <b>9</b></td></tr><tr><td>Monday</td><td>8 hours</td><td>Route 1</td></tr></table>",
    )
    assert styled(source) == [
        (ROW, "Class Code | 4120"),
        (ROW, "Pay Grade | G-7"),
        (ROW, "Union | Local 9"),
        (ROW, "Monday | 8 hours | Route 1"),
    ]


def test_html_table_for_layout(tmp_path: Path) -> None:
    """A table that lays out the page is read as paragraphs, with a short first cell as heading of its row."""
    source = html(
        tmp_path,
        "<table><tr><td>Meter Reader</td></tr><tr><td>Duties</td><td><ul><li>Reads meters.</li><li>Reports leaks.</li></ul></td></tr>"
        "<tr><td>Education</td><td><p>A diploma.</p><p>Or experience.</p></td></tr></table>",
    )
    assert styled(source) == [
        (PARAGRAPH, "Meter Reader"),
        (PARAGRAPH, "Duties"),
        (ITEM, "Reads meters."),
        (ITEM, "Reports leaks."),
        (PARAGRAPH, "Education"),
        (PARAGRAPH, "A diploma."),
        (PARAGRAPH, "Or experience."),
    ]
    assert bold(source) == ["Duties", "Education"]


def test_html_words_of_table_cells_stay_whole(tmp_path: Path) -> None:
    """A change of font inside a word of a table cell does not divide the word."""
    # BUG: the cell's pieces are joined with spaces: "Reads wa ter meters".
    source = html(tmp_path, "<table><tr><td>Task</td><td>Reads wa<b>ter</b> meters</td></tr></table>")
    assert lines(source) == ["Task | Reads water meters"]


def test_html_preformatted_text(tmp_path: Path) -> None:
    """A page that is one <pre> is read line by line."""
    assert lines(html(tmp_path, "<pre>METER READER\n\nReads meters.\n- Reports leaks.</pre>")) == [
        "METER READER",
        "Reads meters.",
        "- Reports leaks.",
    ]


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote"])
def test_html_depth(tmp_path: Path, tag: str) -> None:
    """A page nested 5,000 elements deep is read like any other."""
    assert lines(html(tmp_path, f"<{tag}>" * 5000 + "Reads meters.")) == ["Reads meters."]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param("<meta charset=windows-1252><p>Café’s</p>".encode("cp1252"), "Café’s", id="cp1252"),
        pytest.param("<meta charset=iso-8859-1><p>Café’s</p>".encode(), "Café’s", id="says-latin-1-is-utf-8"),
        pytest.param("<p>Café’s</p>".encode("cp1252"), "Café’s", id="undeclared-cp1252"),
        pytest.param("<meta charset='shift_jis'><p>東京 clerk</p>".encode("shift_jis"), "東京 clerk", id="declared-shift-jis"),
        pytest.param("<meta charset=no-such-set><p>Café</p>".encode(), "Café", id="unknown-set"),
    ],
)
def test_html_character_sets(tmp_path: Path, content: bytes, line: str) -> None:
    """An unusual declared character set is believed, the usual ones are found from the bytes."""
    assert lines(read_one(tmp_path, "x.html", content)) == [line]


# --- Word --------------------------------------------------------------------------------------


def word(folder: Path, make: Callable[[WordDocument], object]) -> SourceText:
    document = docx.Document()
    make(document)
    data = io.BytesIO()
    document.save(data)
    return read_one(folder, "x.docx", data.getvalue())


def test_docx_styles(tmp_path: Path) -> None:
    """Title, heading and list styles of Word are kept, with line breaks as line ends."""

    def make(document: WordDocument) -> None:
        document.add_heading("Meter Reader", 0)
        document.add_heading("Examples of Work", 1)
        document.add_paragraph("Reads meters.", style="List Bullet")
        document.add_paragraph("Reports leaks.", style="List Number")
        document.add_paragraph("Class Code 4120").add_run().add_break()
        document.paragraphs[-1].add_run("Revised 2021")
        document.add_paragraph("   ")

    assert styled(word(tmp_path, make)) == [
        (TITLE, "Meter Reader"),
        (HEADING, "Examples of Work"),
        (ITEM, "Reads meters."),
        (ITEM, "Reports leaks."),
        (PARAGRAPH, "Class Code 4120"),
        (PARAGRAPH, "Revised 2021"),
    ]


def test_docx_bold(tmp_path: Path) -> None:
    """Bold and underlined paragraphs and bold beginnings are known, whether set by run or by style."""

    def make(document: WordDocument) -> None:
        document.add_paragraph().add_run("DUTIES").bold = True
        document.add_paragraph().add_run("Education").underline = True
        lead = document.add_paragraph()
        lead.add_run("License: ").bold = True
        lead.add_run("A driver's license.")
        inner = document.add_paragraph("Reads ")
        inner.add_run("all").bold = True
        inner.add_run(" meters.")
        document.add_heading("By style", 2)

    assert bold(word(tmp_path, make)) == ["DUTIES", "Education", "License:", "By style"]


def test_docx_tables(tmp_path: Path) -> None:
    """Tables stand where they stand in the file; data rows are lines, layout rows are read cell by cell."""

    def make(document: WordDocument) -> None:
        document.add_paragraph("Before")
        data = document.add_table(2, 2)
        for cell, text in zip(data._cells, ["Class Code", "4120", "Pay Grade", "G-7"], strict=True):
            cell.text = text
        document.add_paragraph("Between")
        merged = document.add_table(1, 3)
        merged.cell(0, 0).text = "Whole width"
        merged.cell(0, 0).merge(merged.cell(0, 2))
        layout = document.add_table(1, 2)
        layout.cell(0, 0).text = "Duties"
        layout.cell(0, 1).text = "Reads meters."
        layout.cell(0, 1).add_paragraph("Reports leaks.", style="List Bullet")
        document.add_paragraph("After")

    source = word(tmp_path, make)
    assert styled(source) == [
        (PARAGRAPH, "Before"),
        (ROW, "Class Code | 4120"),
        (ROW, "Pay Grade | G-7"),
        (PARAGRAPH, "Between"),
        (PARAGRAPH, "Whole width"),
        (PARAGRAPH, "Duties"),
        (PARAGRAPH, "Reads meters."),
        (ITEM, "Reports leaks."),
        (PARAGRAPH, "After"),
    ]
    assert bold(source) == ["Duties"]


_WORD_TEXT = "<w:r><w:t>Reads all of the meters.</w:t></w:r>"


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<w:p>{_WORD_TEXT}</w:p>", id="paragraph"),
        pytest.param(f'<w:p><w:hyperlink w:anchor="x">{_WORD_TEXT}</w:hyperlink></w:p>', id="hyperlink"),
        # BUG: these four are passed over in silence: fillable forms and tracked changes lose their text.
        pytest.param(f"<w:sdt><w:sdtContent><w:p>{_WORD_TEXT}</w:p></w:sdtContent></w:sdt>", id="content-control"),
        pytest.param(f"<w:p><w:sdt><w:sdtContent>{_WORD_TEXT}</w:sdtContent></w:sdt></w:p>", id="inline-content-control"),
        pytest.param(f'<w:p><w:ins w:id="1" w:author="a">{_WORD_TEXT}</w:ins></w:p>', id="tracked-insertion"),
        pytest.param(f'<w:p><w:smartTag w:element="a">{_WORD_TEXT}</w:smartTag></w:p>', id="smart-tag"),
    ],
)
def test_docx_loses_no_text(tmp_path: Path, markup: str) -> None:
    """Text is read wherever Word keeps it in the body of a document."""

    def make(document: WordDocument) -> None:
        document.add_paragraph("Before")
        tag, rest = markup.split(">", 1)
        document.element.body.insert(1, parse_xml(f"{tag} {nsdecls('w')}>{rest}"))
        document.add_paragraph("After")

    assert lines(word(tmp_path, make)) == ["Before", "Reads all of the meters.", "After"]


_BOX = "<w:txbxContent><w:p><w:r><w:t>Reads all of the meters.</w:t></w:r></w:p></w:txbxContent>"
_DRAWN = f"<w:drawing><wps:txbx>{_BOX}</wps:txbx></w:drawing>"
_OLD = f"<w:pict><v:textbox>{_BOX}</v:textbox></w:pict>"
_SPACES = (
    nsdecls("w")
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(_DRAWN, id="drawing"),
        pytest.param(_OLD, id="old"),
        pytest.param(f"<mc:AlternateContent><mc:Choice>{_DRAWN}</mc:Choice><mc:Fallback>{_OLD}</mc:Fallback></mc:AlternateContent>", id="both"),
        pytest.param(f"<mc:AlternateContent><mc:Fallback>{_OLD}</mc:Fallback></mc:AlternateContent>", id="copy-alone"),
    ],
)
@pytest.mark.parametrize("cell", [False, True])
def test_docx_text_boxes(tmp_path: Path, run: str, cell: bool) -> None:
    """Text in a box is read once, after the paragraph that holds the box, also in a table."""

    def make(document: WordDocument) -> None:
        paragraph = document.add_paragraph("Before")
        if cell:
            row = document.add_table(1, 2).rows[0]
            row.cells[0].text, paragraph = "METERS", row.cells[1].paragraphs[0]
        paragraph._p.append(parse_xml(f"<w:r {_SPACES}>{run}</w:r>"))
        document.add_paragraph("After")

    middle = ["METERS"] if cell else []
    assert lines(word(tmp_path, make)) == ["Before", *middle, "Reads all of the meters.", "After"]


def test_docx_heads_and_feet(tmp_path: Path) -> None:
    """What stands at the head of the pages comes first, what stands at their foot last, once each and without page numbers."""

    def make(document: WordDocument) -> None:
        document.add_paragraph("METER READER")
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "CITY OF ALDER FORK"
        section.header.paragraphs[0].text = "CITY OF ALDER FORK"
        section.header.add_paragraph("Class Code: 1881")
        section.footer.paragraphs[0].text = "Page 2 of 3"
        section.footer.add_paragraph("Revised June 2031")
        document.add_section()

    assert lines(word(tmp_path, make)) == ["CITY OF ALDER FORK", "Class Code: 1881", "METER READER", "Revised June 2031"]


def test_docx_notes(tmp_path: Path) -> None:
    """Footnotes are read after the text."""
    note = '<w:footnote w:id="{}"{}><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>'
    notes = note.format(0, ' w:type="separator"', "-") + note.format(1, "", "Or two years of work.")

    def make(document: WordDocument) -> None:
        document.add_paragraph("A diploma.")
        name = PackURI("/word/footnotes.xml")
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(name, kind, f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    assert lines(word(tmp_path, make)) == ["A diploma.", "Or two years of work."]


def test_docx_deleted_text_is_not_read(tmp_path: Path) -> None:
    """What a tracked change has deleted is not part of the document."""

    def make(document: WordDocument) -> None:
        paragraph = document.add_paragraph("Reads meters.")
        deleted = f'<w:del {nsdecls("w")} w:id="1" w:author="a"><w:r><w:delText> Sells meters.</w:delText></w:r></w:del>'
        paragraph._p.append(parse_xml(deleted))

    assert lines(word(tmp_path, make)) == ["Reads meters."]


def test_docx_bomb(tmp_path: Path) -> None:
    """A Word file that unpacks to hundreds of megabytes is refused before it is unpacked."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package, package.open("word/document.xml", "w") as part:
        for _ in range(201):
            part.write(bytes(1_000_000))
    assert len(data.getvalue()) < 2_000_000
    assert "unpacks to more than 200 MB" in refusal(tmp_path, "x.docx", data.getvalue())


# --- PDF ---------------------------------------------------------------------------------------

Line = tuple[float, float, str]
"""Left and bottom in points, and the text of a line."""


def make_pdf(pages: Iterable[Sequence[Line]], *, large: frozenset[str] = frozenset(), **options: Any) -> bytes:  # noqa: ANN401
    """Draw lines in 10-point Helvetica; those in `large` in 14-point bold."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    data = io.BytesIO()
    paper = canvas.Canvas(data, pagesize=(612, 792), invariant=1, **options)
    for page in pages:
        for left, base, text in page:
            paper.setFont(*(("Helvetica-Bold", 14) if text in large else ("Helvetica", 10)))
            paper.drawString(left, base, text)
        paper.showPage()
    paper.save()
    return data.getvalue()


def body(*texts: str, top: float = 700, left: float = 72) -> list[Line]:
    """Lines one below the other."""
    return [(left, top - 12 * number, text) for number, text in enumerate(texts)]


LEFT = (
    "Reads meters on assigned routes and",
    "records usage in the hand-held unit.",
    "Reports leaks, tampering and missing",
    "covers to the utility dispatcher the",
    "same day they are found.",
    "Keeps the truck clean and in order.",
)
RIGHT = (
    "Repairs meter boxes and replaces the",
    "lids that vehicles have damaged over",
    "the winter. Explains high bills to the",
    "customers and offers a leak check of",
    "the house lines. Performs other duties",
    "of the same kind as they come up.",
)


def test_pdf_two_columns(tmp_path: Path) -> None:
    """Two columns are read one after the other, even where the file holds them row by row."""
    rows = [line for pair in zip(body(*LEFT), body(*RIGHT, left=320), strict=True) for line in pair]
    source = read_one(tmp_path, "x.pdf", make_pdf([[(72, 740, "METER READER"), *rows]], large=frozenset(["METER READER"])))
    assert " ".join(lines(source)) == " ".join(("METER READER", *LEFT, *RIGHT))
    assert bold(source) == ["METER READER"]


def test_pdf_paragraphs_and_items(tmp_path: Path) -> None:
    """Lines are joined to paragraphs, words divided at a line end are put together, items stay apart."""
    source = read_one(
        tmp_path,
        "x.pdf",
        make_pdf(
            [
                body(
                    "Reads water meters on the routes that are assigned to him or her, and re-",
                    "ports leaks, broken lids and signs of tampering to the dispatcher. Ex-",
                    "plains bills.",
                    "1. Reads meters on foot and by vehicle in all kinds of weather, and finds",
                    "those that are hidden.",
                    "2. Repairs lids.",
                )
            ]
        ),
    )
    assert styled(source) == [
        (
            PARAGRAPH,
            "Reads water meters on the routes that are assigned to him or her, and reports leaks, "
            "broken lids and signs of tampering to the dispatcher. Explains bills.",
        ),
        (ITEM, "1. Reads meters on foot and by vehicle in all kinds of weather, and finds those that are hidden."),
        (ITEM, "2. Repairs lids."),
    ]


PAGES = (
    ("The reader walks the northern routes in", "the first week. Each box is opened and", "closed with care.", "Snow is cleared by hand."),
    ("Leaks are written down with street and", "number. The dispatcher hears of them on", "the same day.", "Large leaks go by radio."),
    ("Bills are explained at the door. Those", "who cannot pay are sent to the desk for", "a payment plan.", "Threats are reported."),
)


def running(number: int) -> list[Line]:
    return [
        (72, 760, "City of Alder Fork"),
        (430, 760, "Meter Reader"),
        *body(*PAGES[number - 1], top=720),
        *body("First come the hydrants.", "Then come the hotels.", "Last come the farms.", top=500)[number - 1 :],
        (72, 30, f"Page {number} of 3"),
        (430, 30, "Revised 03/2021"),
    ]


def test_pdf_running_lines(tmp_path: Path) -> None:
    """Page numbers go; a running header and footer are kept once, outside the sentences."""
    text = read_one(tmp_path, "x.pdf", make_pdf([running(1), running(2), running(3)])).text
    assert "Page" not in text
    assert [text.count(line) for line in ("City of Alder Fork", "Meter Reader", "Revised 03/2021")] == [1, 1, 1]
    assert text.startswith("City of Alder Fork")
    assert text.endswith("Revised 03/2021")
    words = " ".join(text.split())
    assert all(" ".join(page) in words for page in PAGES)


def test_pdf_pages(tmp_path: Path) -> None:
    """The offset of each page is that of the first word that stands on it."""
    source = read_one(tmp_path, "x.pdf", make_pdf([running(1), running(2), running(3)]))
    assert [source.text[start:].split()[0] for start in source.pages] == ["City", "Leaks", "Bills"]


def test_pdf_page_of_a_sentence_over_two_pages(tmp_path: Path) -> None:
    """A page that begins inside a paragraph begins at its own first word, not where the paragraph does."""
    # BUG: pages is (0, 0), so that the whole paragraph counts as page 2.
    pages = [body("1. Reads meters on the routes that are assigned and reports", top=100), body("leaks to the dispatcher.", "2. Repairs lids.")]
    source = read_one(tmp_path, "x.pdf", make_pdf(pages))
    assert lines(source) == ["1. Reads meters on the routes that are assigned and reports leaks to the dispatcher.", "2. Repairs lids."]
    assert source.text[source.pages[1] :].startswith("leaks to the dispatcher.")


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(("Requires 1 year of clerical work.", "Requires 3 years of clerical work."), id="other-text"),
        # BUG: numbers are made equal before lines are compared, and places are not compared: the second is lost.
        pytest.param(("Requires 2 years of clerical work.", "Requires 3 years of clerical work."), id="other-number"),
        # BUG: of a statement that both classes share one copy is lost, and the other moved to the end of the file.
        pytest.param(("Performs related work as assigned.", "Performs related work as assigned."), id="same-text"),
    ],
)
def test_pdf_keeps_statements_at_page_ends(tmp_path: Path, last: tuple[str, str]) -> None:
    """Statements that happen to end two pages, at different heights, are content, no running lines."""
    first = ("OFFICE CLERK I", "Sorts the mail and answers the phone.", "Keeps the front desk in order.", last[0])
    second = ("OFFICE CLERK II", "Trains clerks and balances the till.", "Closes the books of the day.", "Locks up.", last[1])
    text = read_one(tmp_path, "x.pdf", make_pdf([body(*first), body(*second)])).text
    assert text.split() == " ".join((*first, *second)).split()


def test_pdf_keeps_a_class_code_in_the_head(tmp_path: Path) -> None:
    """A number on a line of its own among the title lines is no page number."""
    # BUG: any number among the first three lines of a page is dropped.
    page = [*body("City of Alder Fork", "METER READER", "4120"), *body("Reads meters on assigned routes.", top=600)]
    assert "4120" in read_one(tmp_path, "x.pdf", make_pdf([page])).text


def test_pdf_without_text(tmp_path: Path) -> None:
    """A scanned PDF is said to have no text layer, and what to do about it."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    image = pytest.importorskip("PIL.Image")
    data = io.BytesIO()
    paper = canvas.Canvas(data)
    paper.drawInlineImage(image.new("RGB", (40, 40), "red"), 100, 100)
    paper.showPage()
    paper.save()
    assert refusal(tmp_path, "x.pdf", data.getvalue()).startswith("no text layer: a scanned PDF, run text recognition (OCR)")


def test_pdf_encrypted(tmp_path: Path) -> None:
    """An encrypted PDF is said to be encrypted, and what to do about it."""
    data = make_pdf([body("Reads meters.")], encrypt="secret")
    assert refusal(tmp_path, "x.pdf", data) == "encrypted PDF: save a copy without a password"


@pytest.mark.parametrize("keep", [5, 100, 500])
def test_pdf_cut_off(tmp_path: Path, keep: int) -> None:
    """A PDF that was cut off is refused as damaged."""
    assert "damaged" in refusal(tmp_path, "x.pdf", make_pdf([body("Reads meters.")])[:keep])


PROSE = (
    "METER READER",
    "Reads the water meters of houses on assigned routes and reports leaks.",
    "Mends broken lids, and answers the questions of residents at the door.",
    "Drives a van of the town and keeps it clean and in good order.",
    "Shows new readers how to find a meter below snow.",
)
LAST = "Paints the pumps."
GLYPHS = b" ".join(b"/g%d" % number for number in range(95))
WIDTHS = b"/FirstChar 32 /LastChar 126 /Widths [" + b"500 " * 95 + b"]"
FONTS = {
    "good": b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    # The glyphs have numbers for names, and nothing says what they show. pdfium takes the codes for characters.
    "numbered": b"<< /Type /Font /Subtype /Type1 /BaseFont /AAAAAA+Own " + WIDTHS + b" /Encoding << /Differences [32 " + GLYPHS + b"] >> >>",
    "drawn": b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /Resources << >> "
    + WIDTHS
    + b" /CharProcs << >> /Encoding << /Differences [32 "
    + GLYPHS
    + b"] >> >>",
    "cid": b"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Own /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType2 /BaseFont /AAAAAA+Own /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
    b"/DW 600 /FontDescriptor << /Type /FontDescriptor /FontName /AAAAAA+Own /Flags 4 >> >>] >>",
    "latin": b"<< /Type /Font /Subtype /Type1 /BaseFont /AAAAAA+Own /FirstChar 0 /LastChar 255 /Widths [" + b"500 " * 256 + b"] >>",
}


def swapped(text: str, by: int) -> bytes:
    """A text whose letters are moved along the alphabet."""
    small, large = (bytes(range(first, first + 26)) for first in (97, 65))
    return text.encode().translate(bytes.maketrans(small + large, small[by:] + small[:by] + large[by:] + large[:by]))


ENCODINGS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "cids-in-order-of-a-font": ("cid", lambda text: b"".join((ord(c) - 29).to_bytes(2, "big") for c in text)),
    "cids-as-used": ("cid", lambda text: b"".join((sorted(set("".join(PROSE))).index(c) + 1).to_bytes(2, "big") for c in text)),
    "codes-as-used": ("numbered", lambda text: bytes(sorted(set("".join(PROSE))).index(c) + 33 for c in text)),
    "drawn-glyphs": ("drawn", lambda text: swapped(text, 11)),
    "high-codes": ("latin", lambda text: bytes((ord(c) + 96) % 256 for c in text)),
    "letters-for-letters": ("good", lambda text: swapped(text, 7)),
}
"""Fonts and codes whose text is not what it shows."""


def shown_pdf(*pages: Sequence[tuple[str, bytes]], picture: int = -1) -> bytes:
    """A PDF of lines, each in a font with its codes; the page of that number is a picture of a page."""
    names = list(FONTS)
    content = []
    for number, rows in enumerate(pages):
        lines = [b"BT /%b 12 Tf 72 %d Td <%b> Tj ET" % (font.encode(), 700 - 16 * at, codes.hex().encode()) for at, (font, codes) in enumerate(rows)]
        content.append(b"\n".join(lines) if number != picture else b"612 0 0 792 0 0 cm /Im Do")
    fonts = b" ".join(b"/%b %d 0 R" % (name.encode(), 4 + at) for at, name in enumerate(names))
    kids = [4 + len(names) + 2 * at for at in range(len(pages))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)),
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\n0\nendstream",
        *(FONTS[name] for name in names),
    ]
    for kid, drawn in zip(kids, content, strict=True):
        resources = b"<< /Font << %b >> /XObject << /Im 3 0 R >> >>" % fonts
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %b /Contents %d 0 R >>" % (resources, kid + 1))
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    out = b"%PDF-1.7\n"
    places = []
    for number, value in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def rows(name: str = "", texts: Sequence[str] = PROSE) -> list[tuple[str, bytes]]:
    """Lines in one of the encodings above; without a name in a good one."""
    font, encode = ENCODINGS.get(name, ("good", str.encode))
    return [(font, encode(text)) for text in texts]


@pytest.mark.parametrize("name", ENCODINGS)
def test_pdf_without_unicode_map(tmp_path: Path, name: str) -> None:
    """A PDF whose text layer is not what it shows is refused as a scan is, and told what to do."""
    message = refusal(tmp_path, "x.pdf", shown_pdf(rows(name)))
    assert "no legible text" in message
    assert "OCR" in message


@pytest.mark.parametrize("name", ENCODINGS)
def test_pdf_with_an_illegible_page(tmp_path: Path, name: str) -> None:
    """Of a PDF with one such page that page is listed, and the others are read without a trace of it."""
    result = read(tmp_path, "x.pdf", shown_pdf(rows(), rows(name), rows(texts=[LAST])))
    assert [skip.path for skip in result.skips] == ["page 2"]
    assert "OCR" in result.skips[0].reason
    [source] = result.documents
    assert " ".join(source.text.split()) == " ".join([*PROSE, LAST])
    assert len(source.pages) == 3


def test_pdf_with_an_illegible_font(tmp_path: Path) -> None:
    """Where one font of a page is illegible, the page is listed and what stands in the others is read."""
    result = read(tmp_path, "x.pdf", shown_pdf([*rows("cids-in-order-of-a-font", PROSE[1:2]), *rows()]))
    assert [skip.path for skip in result.skips] == ["page 1"]
    assert all(line in result.documents[0].text for line in PROSE)
    assert "5HDGV" not in result.documents[0].text


@pytest.mark.parametrize("font", ["numbered", "drawn", "good"])
@pytest.mark.parametrize("texts", [PROSE, PROSE[:2], PROSE[:1], ["7755", "MTR RDR II", "FLSA: NE", "$21.15 - $27.40", "EEO 7", "HR/PW/WTR"]])
def test_pdf_that_reads_all_the_same(tmp_path: Path, font: str, texts: Sequence[str]) -> None:
    """Fonts without a map whose codes are characters are read; so are short texts, and codes and abbreviations."""
    source = read_one(tmp_path, "x.pdf", shown_pdf([(font, text.encode()) for text in texts]))
    assert " ".join(source.text.split()) == " ".join(texts)


def test_pdf_with_many_signs(tmp_path: Path) -> None:
    """Bullets of a font of signs are no illegible text."""
    signs = [("latin", b"\xa7"), ("latin", b"\xac"), ("latin", b"\xb6")] * 10
    result = read(tmp_path, "x.pdf", shown_pdf([row for sign, text in zip(signs, rows() * 8, strict=False) for row in (sign, text)]))
    assert result.skips == ()


def test_pdf_with_a_scanned_page(tmp_path: Path) -> None:
    """A page that is a picture is listed, between pages with text; an empty page is not."""
    result = read(tmp_path, "x.pdf", shown_pdf(rows(), [], rows(texts=[LAST]), picture=1))
    assert [skip.path for skip in result.skips] == ["page 2"]
    assert "scanned" in result.skips[0].reason
    assert read(tmp_path, "x.pdf", shown_pdf(rows(), [], rows(texts=[LAST]))).skips == ()


def test_pdfs_of_a_city_are_legible(shared: Path) -> None:
    """No page of real bulletins is taken for gibberish."""
    for path in sorted((shared / "data/los_angeles/pdf").glob("*.pdf")):
        result = read_file(path)
        assert result.skips == ()
        assert len(result.documents[0].text) > 1000


# --- CSV ---------------------------------------------------------------------------------------


def test_csv_rows(tmp_path: Path) -> None:
    """Each row is a document: known columns are metadata, cells keep their lines and markup gives structure."""
    result = read(
        tmp_path,
        "x.csv",
        "Class Code;Job Title;City;Salary;Description;Essential Functions\n"
        '4120;Meter Reader;Alder Fork;Grade 7;"Reads meters; every day.\n\nReports ""leaks""."\n'
        "4130;Lead Reader;Alder Fork;;<p>Plans <b>routes</b>.</p><ul><li>Trains readers.</li></ul>;"
        '"1. Checks work.\n2. Rides along."\n',
    )
    first, second = result.documents
    assert result.skips == ()
    assert first.fields.items() >= {"title": "Meter Reader", "jurisdiction": "Alder Fork", "class_code": "4120"}.items()
    assert first.record_id == "4120"
    assert styled(first) == [
        (TITLE, "Meter Reader"),
        (PARAGRAPH, "Class code: 4120"),
        (PARAGRAPH, "City: Alder Fork"),
        (PARAGRAPH, "Salary: Grade 7"),
        (PARAGRAPH, "Reads meters; every day."),
        (PARAGRAPH, 'Reports "leaks".'),
    ]
    assert styled(second)[3:] == [
        (PARAGRAPH, "Plans routes."),
        (ITEM, "Trains readers."),
        (HEADING, "Essential functions"),
        (ITEM, "1. Checks work."),
        (ITEM, "2. Rides along."),
    ]


def test_csv_long_cell(tmp_path: Path) -> None:
    """A cell longer than Python's default limit of 131,072 characters is read."""
    text = "Reads water meters. " * 10_000
    assert len(read_one(tmp_path, "x.csv", f'title,text\nClerk,"{text}"\n').text) > 199_000


def test_csv_rows_that_are_no_documents(tmp_path: Path) -> None:
    """A row without text is a skip with its number, and its neighbours are kept."""
    result = read(tmp_path, "x.csv", "title,grade,text\nClerk,1,Files papers.\nBuyer,2,\n,,\nGuard,3,Guards the vault.\n")
    assert [document.fields["title"] for document in result.documents] == ["Clerk", "Guard"]
    assert [skip.path for skip in result.skips] == ["row 2", "row 3"]
    assert "no text field" in result.skips[0].reason
    assert result.skips[1].reason == "empty record"


def test_csv_loses_no_cell(tmp_path: Path) -> None:
    """A row with more cells than the header is read whole or listed as a skip, never cut off in silence."""
    # BUG: what follows an unquoted comma is dropped without a word.
    result = read(tmp_path, "x.csv", "title,text\nClerk,Files papers, answers the phone, and greets visitors.\n")
    assert result.skips or "greets visitors" in result.documents[0].text


def test_records_with_one_id(tmp_path: Path) -> None:
    """Records that share an id get different ones, so that none hides another."""
    result = read(tmp_path, "x.csv", "id,text\n7,Files papers.\n7,Guards the vault.\n8,Buys goods.\n")
    assert [document.record_id for document in result.documents] == ["7", "7~2", "8"]


def test_records_whose_ids_look_numbered(tmp_path: Path) -> None:
    """Ids stay different also when one of them looks like the number given to a copy."""
    # BUG: both the copy of "7" and the record "7~2" are called "7~2".
    result = read(tmp_path, "x.csv", "id,text\n7,Files papers.\n7,Guards the vault.\n7~2,Buys goods.\n")
    assert len({document.record_id for document in result.documents}) == 3


# --- JSON --------------------------------------------------------------------------------------

RECORD = {"title": "Meter Reader", "city": "Alder Fork", "text": "Reads meters.\nReports leaks."}


@pytest.mark.parametrize(
    "value",
    [[RECORD], RECORD, {"jobs": [RECORD]}, {"count": 1, "jobs": [RECORD]}],
    ids=["list", "object", "list-in-object", "list-and-count"],
)
def test_json_shapes(tmp_path: Path, value: object) -> None:
    """A list of documents, one document, and a list inside an object are all read."""
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (PARAGRAPH, "City: Alder Fork"),
        (PARAGRAPH, "Reads meters."),
        (PARAGRAPH, "Reports leaks."),
    ]
    assert source.fields == {"title": "Meter Reader", "jurisdiction": "Alder Fork"}


def test_json_structure(tmp_path: Path) -> None:
    """Lists become items under the name of their field, objects sub-fields, and nothing is left out."""
    value = {
        "classTitle": "Meter Reader",
        "essential_functions": ["Reads meters on foot and by vehicle.", "Reports leaks."],
        "requirements": {"education": "A diploma.", "years": 2},
        "remote": False,
        "notes": None,
    }
    assert styled(read_one(tmp_path, "x.json", json.dumps(value))) == [
        (TITLE, "Meter Reader"),
        (HEADING, "Essential functions"),
        (ITEM, "Reads meters on foot and by vehicle."),
        (ITEM, "Reports leaks."),
        (HEADING, "Requirements"),
        (PARAGRAPH, "Education: A diploma."),
        (PARAGRAPH, "Years: 2"),
        (PARAGRAPH, "Remote: False"),
    ]


WORK = "Walks a route of streets each day and reads the meters of every house along it."


def job(title: str, **fields: object) -> dict[str, object]:
    """A record as exports have it."""
    return {"title": title, "description": WORK, "department": "Water", **fields}


def part(title: str, **fields: object) -> dict[str, object]:
    """A part of a document that is written like a document: a name and a description."""
    return {"name": title, "description": WORK, **fields}


OWN = {"title": "Reader", "description": "Cares for the water meters of the whole town, by day and by night."}


@pytest.mark.parametrize(
    ("value", "sections"),
    [
        pytest.param({**OWN, "duties": [part("Reading"), part("Mending")]}, ["Duties"], id="duties"),
        pytest.param({**OWN, "duties": [part("Reading", id=1), part("Mending", id=2)]}, ["Duties"], id="numbered-duties"),
        pytest.param({"duties": [part("Reading")], **OWN}, ["Duties"], id="duties-first"),
        pytest.param({**OWN, "minimumQualifications": [job("Diploma")]}, ["Minimum qualifications"], id="parts-like-jobs"),
        pytest.param({**OWN, "items": [part("Reading"), part("Mending")]}, ["Items"], id="name-of-records"),
        pytest.param({**OWN, "x": [part("Reading")], "y": [part("Mending")]}, ["X", "Y"], id="two-lists"),
        pytest.param({**OWN, "body": {"tasks": [job("Reading", id=1)]}}, ["Body", "Tasks"], id="deep"),
        pytest.param({"title": "Reader", "code": "77", "jobs": [part("Reading")]}, ["Jobs"], id="title-and-code"),
        pytest.param({"text": WORK, "blocks": [{"text": "Reports leaks."}]}, ["Blocks"], id="text-alone"),
        pytest.param({"duties": [part("Reading")], "requirements": [part("Diploma")]}, ["Duties", "Requirements"], id="parts-alone"),
    ],
)
def test_json_document_stays_one(tmp_path: Path, value: object, sections: list[str]) -> None:
    """An object that is a document stays one, its own fields and all that its lists hold are in it."""
    for content in (json.dumps(value), json.dumps([value, value])):
        documents = read(tmp_path, "x.json", content).documents
        assert len(documents) == (2 if content.startswith("[") else 1)
        assert sections == [text for style, text in styled(documents[0]) if style is HEADING and text in sections]
        words = re.findall(r"\w{4,}", " ".join(strings(value)))
        assert [word for word in words if word not in documents[0].text] == []


SECTIONS = [{"title": "Duties", "text": WORK}, {"title": "Minimum Qualifications", "text": "A diploma of any school."}]
PLACED: dict[str, object] = {**OWN, "city": "Elm Fork"}
OTHER = job("Usher", url="https://elm.example/2")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({**OWN, "city": "Elm Fork", "relatedJobs": [OTHER]}, id="related"),
        pytest.param({"title": "Reader", "duties": [WORK], "similar_positions": [OTHER, OTHER]}, id="similar-and-sections"),
        pytest.param({"posting": PLACED, "relatedJobs": [OTHER]}, id="related-to-wrapped"),
        pytest.param({**OWN, "dept": "Water", "peopleViewedJobs": [OTHER]}, id="unknown-word-before"),
        pytest.param({**OWN, "agency": "Elm Fork", "items": [OTHER]}, id="weak-name"),
        pytest.param({"jobTitle": "Reader", "city": "Elm Fork", "content": SECTIONS}, id="content"),
        pytest.param({"title": "Reader", "items": [{"heading": "About the work", "text": WORK}]}, id="headings"),
        pytest.param({"title": "Reader", "data": {"list": [{"name": "Knowledge of:", "body": WORK}, *SECTIONS]}}, id="deep"),
        pytest.param({"title": "Reader", "content": [{"text": WORK}, {"text": "Reports leaks."}]}, id="no-titles"),
        pytest.param({"city": "Elm Fork", "contents": SECTIONS}, id="no-title"),
    ],
)
def test_json_document_and_what_it_refers_to(tmp_path: Path, value: dict[str, object]) -> None:
    """An object stays the document that it is beside jobs it refers to, and if its sections are objects with titles."""
    for content in (value, [value, value], {"jobs": [value]}):
        documents = read(tmp_path, "x.json", json.dumps(content)).documents
        titles = {*strings(value)[:1]} - {"Elm Fork"}  # the title comes first, where there is one
        assert {document.fields["title"] for document in documents if "title" in document.fields} == titles
        words = re.findall(r"\w{4,}", " ".join(strings(value)))
        assert [word for word in words if word not in documents[0].text] == []


SPECS = [{"title": "Reader", "text": WORK}, {"title": "Clerk", "text": "Files the papers of the town."}]
CODED = [{"title": "Reader", "class_code": "R1", "description": WORK}, {"title": "Clerk", "class_code": "C1", "description": WORK}]
NOTE = "These are the documents that the town has agreed upon with its unions this year."


@pytest.mark.parametrize(
    ("value", "fields", "left_out"),
    [
        pytest.param({"cities": [{"city": "Elm", "state": "TX", "jobs": SPECS}]}, {"jurisdiction": "Elm", "state": "TX"}, "", id="city"),
        pytest.param({"departments": [{"department": "Mint", "positions": SPECS}]}, {"department": "Mint"}, "", id="department"),
        pytest.param({"departments": [{"name": "Mint", "positions": CODED}]}, {"department": "Mint"}, "", id="names"),
        pytest.param({"agencies": {"Elm": SPECS}}, {"jurisdiction": "Elm"}, "", id="by-name"),
        pytest.param({"agency": "Elm", "revised": "2021-05-01", "a": {"items": SPECS}}, {"jurisdiction": "Elm", "effective_date": "2021-05-01"}, "", id="far"),
        pytest.param({"city": "Elm", "b": [{"city": "Oak", "jobs": SPECS}]}, {"jurisdiction": "Oak"}, "city", id="nearest"),
        pytest.param([{"city": "Elm", "url": "u1", "jobs": SPECS}], {"jurisdiction": "Elm", "url": "u1"}, "", id="list"),
        pytest.param({"employer": "Elm", "jobs": [{"posting": spec} for spec in SPECS]}, {"jurisdiction": "Elm"}, "", id="wrapped"),
        pytest.param({"title": "Elm's own", "note": NOTE, "specs": SPECS}, {}, "title, note", id="title-and-sentence"),
        pytest.param({"name": "Elm", "state": "TX", "about": NOTE, "jobs": SPECS}, {"state": "TX"}, "name, about", id="employer"),
        pytest.param({"title": "Open positions", "text": NOTE, "city": "Elm", "items": SPECS}, {"jurisdiction": "Elm"}, "title, text", id="title-of-many"),
        pytest.param({"departments": [{"name": "Mint", "about": NOTE, "positions": CODED}]}, {"department": "Mint"}, "about", id="text-of-group"),
        pytest.param({"motto": "Ever onward", "status": "ok", "next": "page two", "jobs": SPECS}, {}, "motto", id="short-text"),
        pytest.param({"head": {"mayor": "Ann Oak"}, "jobs": SPECS}, {}, "head", id="short-text-in-object"),
    ],
)
def test_json_what_wrappers_say(tmp_path: Path, value: object, fields: dict[str, str], left_out: str) -> None:
    """What is said around records is in each that does not say it itself, or is listed as left out; nothing is lost silently."""
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader", "Clerk"]
    for document in result.documents:
        assert {name: text for name, text in document.fields.items() if name not in ("title", "class_code")} == fields
        assert all(text in document.text for text in fields.values())
    assert [re.findall(r"under (.*): it belongs", skip.reason) for skip in result.skips] == ([[left_out]] if left_out else [])


def test_json_groups_do_not_share(tmp_path: Path) -> None:
    """What a wrapper says goes to the records in it and to no others, and not over what they say themselves."""
    value = {"cities": [{"city": "Elm", "jobs": [job("Reader"), job("Usher", city="Oak")]}, {"city": "Ash", "jobs": [job("Clerk")]}]}
    documents = read(tmp_path, "x.json", json.dumps(value)).documents
    assert [document.fields["jurisdiction"] for document in documents] == ["Elm", "Oak", "Ash"]


def strings(value: object) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"Result": {"Items": [job("Reader"), job("Clerk")], "Count": 2}, "Status": "ok", "Page": 1}, id="two-deep"),
        pytest.param({"a": {"b": {"c": {"rows": [job("Reader"), job("Clerk")]}}}}, id="four-deep"),
        pytest.param({"list": [{"Descriptor": job("Reader"), "Id": 1}, {"Descriptor": job("Clerk"), "Id": 2}]}, id="wrapped-records"),
        pytest.param({"hits": {"hits": [{"_id": "1", "_source": job("Reader")}, {"_id": "2", "_source": job("Clerk")}]}}, id="search-engine"),
        pytest.param({"data": {"edges": [{"node": job("Reader")}, {"node": job("Clerk")}], "pageInfo": {"more": False}}}, id="graph"),
        pytest.param({"data": [{"type": "job", "id": n, "attributes": job(n)} for n in ("Reader", "Clerk")]}, id="attributes"),
        pytest.param({"open": [job("Reader")], "filled": [job("Clerk")], "total": 2}, id="two-lists"),
        pytest.param([{"page": 1, "items": [job("Reader")]}, {"page": 2, "items": [job("Clerk")]}], id="pages"),
        pytest.param({"jobs": {"r1": job("Reader"), "c1": job("Clerk")}}, id="by-id"),
        pytest.param([[job("Reader")], [job("Clerk")]], id="lists-in-a-list"),
        pytest.param({"vacatures": [job("Reader"), job("Clerk")], "a": 1, "b": 2, "c": 3, "d": 4}, id="unknown-name"),
        pytest.param({"url": "https://elm.example", "items": [job("Reader", url="x"), job("Clerk", url="y")]}, id="feed"),
        pytest.param({"jobs": [job("Reader"), job("Clerk")], "facets": [{"name": "Water", "count": 2}] * 9}, id="facets"),
    ],
)
def test_json_wrapped_records(tmp_path: Path, value: object) -> None:
    """Records are found at any depth of what an export puts around them, a document each with its own fields."""
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader", "Clerk"]
    assert all(document.fields["department"] == "Water" and WORK in document.text for document in result.documents)
    assert result.skips == ()
    whole = read(tmp_path, "x.jsonl", json.dumps(value) + "\n") if isinstance(value, dict) else result
    assert [document.text for document in whole.documents] == [document.text for document in result.documents]


@pytest.mark.parametrize("name", ["disclaimer", "notes"])
def test_json_text_beside_records(tmp_path: Path, name: str) -> None:
    """Text that an export puts beside its records is listed as left out, by the name of its field."""
    note = "This town hires without regard to age, and gives notice of each choice in writing."
    value = {"count": 1, "data": {"jobs": [job("Reader")], name: {"en": note}}, "next": "https://example.org/2"}
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader"]
    [skip] = result.skips
    assert skip.path == "item 1"
    assert name in skip.reason
    assert "left out" in skip.reason


def test_json_wrapper_keeps_what_is_beside(tmp_path: Path) -> None:
    """The fields that stand beside a wrapped record are fields of its document."""
    value = [{"id": "A-7", "score": 2, "posting": {**job("Reader"), "id": "inner"}}]
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert source.record_id == "inner"
    assert {"Id: A-7", "Score: 2"} <= set(lines(source))


SAME_NAMES = [
    (("Title", "title"), ("Reader", "Reader of Meters")),
    (("title", "TITLE "), ("Reader", "Reader of Meters")),
    (("Job Title", "job_title"), ("Reader", "Reader of Meters")),
    (("jobTitle", "Job-Title"), ("Reader", "Reader of Meters")),
    (("Title", "Title"), ("Reader", "Reader of Meters")),
    (("Duty", "Duty"), ("Reads every meter.", "Mends every pump.")),
    (("Min. Pay", "Min Pay"), ("$20", "$25")),
    (("", "#"), ("Reads every meter.", "Mends every pump.")),
    (("", ""), ("Reads every meter.", "Mends every pump.")),
]
"""Names of two columns that come to the same, and their values."""


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl"])
@pytest.mark.parametrize(("names", "values"), SAME_NAMES)
def test_fields_of_one_name(tmp_path: Path, suffix: str, names: tuple[str, str], values: tuple[str, str]) -> None:
    """Columns or keys whose names differ in case or punctuation only, or not at all, keep all their values."""
    columns, cells = [*names, "text"], [*values, "Files papers."]
    if suffix in (".csv", ".tsv"):
        mark = "," if suffix == ".csv" else "\t"
        content = mark.join(columns) + "\n" + mark.join(cells) + "\n"
    else:
        content = "{" + ", ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in zip(columns, cells, strict=True)) + "}"
    source = read_one(tmp_path, f"x{suffix}", content)
    assert all(value in source.text for value in [*values, "Files papers."])
    assert source.fields.get("title") in (None, values[0])


def test_first_that_says_something(tmp_path: Path) -> None:
    """Of columns of one name the first that is not empty is the field, in each row for itself."""
    table = "Title,title,text\nReader,,Files papers.\n,Clerk,Files papers.\nGuard,Guard,Files papers.\n"
    documents = read(tmp_path, "x.csv", table).documents
    assert [document.fields["title"] for document in documents] == ["Reader", "Clerk", "Guard"]
    assert [lines(document) for document in documents] == [[title, "Files papers."] for title in ("Reader", "Clerk", "Guard")]


@pytest.mark.parametrize("lead", ["\n\n", "\ufeff", "\ufeff\n"])
def test_csv_after_blank_lines(tmp_path: Path, lead: str) -> None:
    """Blank lines before the header are no header."""
    assert read_one(tmp_path, "x.csv", f"{lead}title,text\nReader,Reads meters.\n").fields == {"title": "Reader"}


def test_json_lists_in_lists(tmp_path: Path) -> None:
    """Lists inside lists are items, not the brackets of a program."""
    value = {"title": "Reader", "duties": [["Reads meters.", ["Reports leaks."]], "Mends pumps."], "text": "Works alone."}
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert [text for style, text in styled(source) if style is ITEM] == ["Reads meters.", "Reports leaks.", "Mends pumps."]


def test_beir_metadata_is_kept(tmp_path: Path) -> None:
    """What a line in the form of BEIR says in its metadata is in the text."""
    line = json.dumps({"_id": "d1", "title": "Reader", "text": "Reads meters.", "metadata": {"note": "Works at night."}})
    assert "Works at night." in read_one(tmp_path, "x.jsonl", line).text


def test_json_items_that_are_no_documents(tmp_path: Path) -> None:
    """Items of a list that are no objects are skips, and the others are kept."""
    result = read(tmp_path, "x.json", json.dumps([RECORD, 7, {}, {"title": "Clerk", "text": "Files papers."}]))
    assert [document.record_id for document in result.documents] == ["1", "4"]
    assert result.skips == (Skip("item 2", "not an object with named fields"), Skip("item 3", "empty record"))


def test_json_depth(tmp_path: Path) -> None:
    """Fields nested to any depth are read or refused, also where the JSON parser itself still copes."""
    for depth in range(100, sys.getrecursionlimit() + 100, 25):
        content = b'{"title": "Clerk", "text": "Files papers.", "more": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
        with contextlib.suppress(ReadError):
            assert len(read(tmp_path, "x.json", content).documents) == 1


def test_jsonl_in_beir_form(tmp_path: Path) -> None:
    """Lines in the form of BEIR give their title and text alone; a broken line is a skip and its neighbours are kept."""
    result = read(
        tmp_path,
        "x.jsonl",
        '{"_id": "d1", "title": "Meter Reader", "text": "Reads meters.", "metadata": {}}\n'
        '{"_id": "d2", "title": "Clerk", "text": "Files pap\n'
        "\n"
        '{"_id": "d3", "title": "", "text": "Guards the vault."}\n'
        '["d4"]\n'
        '{"_id": "d5", "text": NaN}\n',
    )
    assert [(document.record_id, lines(document)) for document in result.documents] == [
        ("d1", ["Meter Reader", "Reads meters."]),
        ("d3", ["Guards the vault."]),
    ]
    assert [skip.path for skip in result.skips] == ["line 2", "line 5", "line 6"]
    assert all("not valid JSON" in skip.reason or "not an object" in skip.reason for skip in result.skips)


def test_jsonl_of_broken_lines(tmp_path: Path) -> None:
    """A file of nothing but broken lines gives a skip for each of them."""
    result = read(tmp_path, "x.jsonl", "{\n}\n")
    assert result.documents == ()
    assert [skip.path for skip in result.skips] == ["line 1", "line 2"]


# --- the walk ----------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus folder with documents at several depths, and things that are none."""
    for name in (
        "b-town/clerk.txt",
        "b-town/deep/er/guard.md",
        "a-city/reader.txt",
        "top.txt",
        ".hidden.txt",
        ".git/config",
        "b-town/.DS_Store",
        "b-town/~$clerk.docx",
        "README.md",
        "b-town/readme.txt",
        "LICENSE",
        "b-town/unknown.xyz",
    ):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Files papers.", encoding="utf-8")
    return tmp_path / "corpus"


def test_walk_lists_files_by_name(corpus: Path) -> None:
    """All files are listed by name, without hidden files, lock files of Word and files about the corpus."""
    files, skips = walk(corpus)
    assert [file.name for file in files] == [
        "a-city/reader.txt",
        "b-town/clerk.txt",
        "b-town/deep/er/guard.md",
        "b-town/unknown.xyz",
        "top.txt",
    ]
    assert skips == []
    assert all(file.size == 13 and file.path.read_text() == "Files papers." for file in files)


def test_walk_does_not_follow_links(corpus: Path) -> None:
    """Links to files and folders, also in a circle or to nothing, are listed as skips and not followed."""
    (corpus / "a-city/link.txt").symlink_to(corpus / "top.txt")
    (corpus / "a-city/circle").symlink_to(corpus)
    (corpus / "a-city/broken.txt").symlink_to(corpus / "nowhere")
    files, skips = walk(corpus)
    assert len(files) == 5
    assert [skip.path for skip in skips] == ["a-city/broken.txt", "a-city/circle", "a-city/link.txt"]
    assert all("link" in skip.reason for skip in skips)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such file names")
def test_walk_names_can_be_written_as_utf8(corpus: Path) -> None:
    """A file name in an old encoding is listed or skipped under a name that any store can hold."""
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text("Files papers.", encoding="utf-8")
    files, skips = walk(corpus)
    names = [file.name for file in files] + [skip.path for skip in skips]
    assert len(names) == 6
    assert all(name.encode() for name in names)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_walk_lists_pipes(corpus: Path) -> None:
    """A named pipe is a skip that says so."""
    os.mkfifo(corpus / "pipe.txt")
    _, skips = walk(corpus)
    assert skips == [Skip("pipe.txt", "not a regular file (a device or pipe)")]


def test_walk_of_one_file(corpus: Path) -> None:
    """A single file is a corpus of its own, named by its file name."""
    files, _ = walk(corpus / "b-town/clerk.txt")
    assert [file.name for file in files] == ["clerk.txt"]


def test_walk_of_nothing(corpus: Path) -> None:
    """A folder that does not exist is an error that names it and says what to give."""
    with pytest.raises(UsageError, match=r"There is no folder .*nowhere\. Give the folder"):
        walk(corpus / "nowhere")


def test_walk_leaves_the_table_out(corpus: Path) -> None:
    """The corpus' own table of metadata is not a document."""
    (corpus / SIDECAR).write_text("path,title\n", encoding="utf-8")
    files, _ = walk(corpus)
    assert SIDECAR not in [file.name for file in files]


def test_sidecar_for_folder_file_and_record(corpus: Path) -> None:
    """A row of the table speaks of a folder, a file or a record; the narrower one is believed."""
    (corpus / SIDECAR).write_text(
        "Path,Class Title,City,State,url\n"
        "b-town,,City of Birch Hollow,OH,\n"
        "b-town/jobs.csv,,Town of Birch Hollow,,https://example.org/jobs\n"
        "b-town/jobs.csv#17,Meter Reader,,,\n"
        "b-town/deep/,,Birch Hollow Deeps,,\n"
        ",,Nowhere,,\n",
        encoding="utf-8",
    )
    sidecar = read_sidecar(corpus)
    assert sidecar.fields("b-town/clerk.txt", "b-town/clerk.txt") == {"jurisdiction": "City of Birch Hollow", "state": "OH"}
    record = {"jurisdiction": "Town of Birch Hollow", "state": "OH", "url": "https://example.org/jobs"}
    assert sidecar.fields("b-town/jobs.csv#16", "b-town/jobs.csv") == record
    assert sidecar.fields("b-town/jobs.csv#17", "b-town/jobs.csv") == record | {"title": "Meter Reader"}
    assert sidecar.fields("b-town/deep/er/guard.md", "b-town/deep/er/guard.md")["jurisdiction"] == "Birch Hollow Deeps"
    assert sidecar.fields("a-city/reader.txt", "a-city/reader.txt") == {}


def test_sidecar_says_what_changed(corpus: Path) -> None:
    """Everything the table says of a file and its records is told together, so that a change is seen."""
    (corpus / SIDECAR).write_text("path,title,state\nb-town,,OH\nb-town/jobs.csv#17,Meter Reader,\n", encoding="utf-8")
    sidecar = read_sidecar(corpus)
    assert sidecar.fields_of_file("b-town/jobs.csv") == {"b-town/jobs.csv#17": {"title": "Meter Reader"}, "": {"state": "OH"}}
    assert sidecar.fields_of_file("b-town/clerk.txt") == {"": {"state": "OH"}}


def test_sidecar_without_path_column(corpus: Path) -> None:
    """A table without the column `path` is an error that names the columns it has."""
    (corpus / SIDECAR).write_text("file,title\nx.txt,Clerk\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no column named path\. Its columns are: file, title"):
        read_sidecar(corpus)


def test_sidecar_that_is_no_table(corpus: Path) -> None:
    """A table that is no CSV file is an error of use that names the file."""
    # BUG: decode()'s ReadError comes through; it says nothing of which file.
    (corpus / SIDECAR).write_bytes(bytes(500))
    with pytest.raises(UsageError, match=r"corpus\.csv"):
        read_sidecar(corpus)


def test_sidecar_as_spreadsheets_write_it(corpus: Path) -> None:
    """A byte order mark, CRLF line ends, backslashes in paths and quoted cells of several lines are understood."""
    # BUG: the lines of a quoted cell are put together without a space: "MeterReader".
    text = 'Path,Title\r\nb-town\\clerk.txt,"Chief ""Records"" Clerk, Senior"\r\ntop.txt,"Meter\r\nReader"\r\n'
    (corpus / SIDECAR).write_bytes(text.encode("utf-8-sig"))
    sidecar = read_sidecar(corpus)
    assert sidecar.fields("b-town/clerk.txt", "b-town/clerk.txt") == {"title": 'Chief "Records" Clerk, Senior'}
    assert sidecar.fields("top.txt", "top.txt")["title"].split() == ["Meter", "Reader"]


@pytest.mark.parametrize(
    ("table", "title"),
    [
        pytest.param("path,Title,title\ntop.txt,Reader,Clerk\n", "Reader", id="case"),
        pytest.param("path,Title,title\ntop.txt,,Clerk\n", "Clerk", id="first-is-empty"),
        pytest.param("path,title,title\ntop.txt,,Clerk\n", "Clerk", id="same-name"),
        pytest.param("path,Job Title,title\ntop.txt,Reader II,Clerk\n", "Clerk", id="best-name"),
        pytest.param("path,Job Title,title\ntop.txt,Reader II,\n", "Reader II", id="best-name-is-empty"),
        pytest.param("path,title\ntop.txt,Reader\ntop.txt,Clerk\n", "Reader", id="two-rows"),
        pytest.param("path,title,state\ntop.txt,,OH\ntop.txt,Clerk,\n", "Clerk", id="two-rows-together"),
        pytest.param("path,title,,\ntop.txt,Clerk,,\n", "Clerk", id="empty-columns"),
    ],
)
def test_sidecar_columns_of_one_name(corpus: Path, table: str, title: str) -> None:
    """Of columns that name the same field, and of rows that name the same path, the first that says something is believed."""
    (corpus / SIDECAR).write_text(table, encoding="utf-8")
    assert read_sidecar(corpus).fields("top.txt", "top.txt")["title"] == title


def test_sidecar_row_with_surplus_cells(corpus: Path) -> None:
    """A row with more cells than the header, where every value may stand under another's name, is an error that says which."""
    (corpus / SIDECAR).write_text("path,title,city\ntop.txt,Clerk, Senior,Alder Fork\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"corpus\.csv, line 2: more cells"):
        read_sidecar(corpus)


def test_sidecar_is_optional(corpus: Path) -> None:
    """Without a table nothing is said of any file."""
    assert read_sidecar(corpus).fields("top.txt", "top.txt") == {}
