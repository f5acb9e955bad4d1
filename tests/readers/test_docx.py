"""Word documents: structure, and text wherever Word keeps it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from sources import HEADING, ITEM, PARAGRAPH, ROW, TITLE, bold, lines, read_one, refusal, styled
from specsearch.records import SourceText


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


def test_docx_that_refers_to_nothing(tmp_path: Path) -> None:
    """A document whose damage shows only while it is read is refused as one that cannot be opened."""
    whole, damaged = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "CITY OF BIRCH HOLLOW"
    document.save(whole)
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(damaged, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            copy.writestr(name, content.replace(b"relationships/header", b"relationships/other") if name.endswith("document.xml.rels") else content.replace(b'r:id="', b'r:id="x'))
    assert "not a readable Word document (KeyError)" in refusal(tmp_path, "x.docx", damaged.getvalue())


def test_docx_person_specification(tmp_path: Path) -> None:
    """Each criterion of a table is a row of its own below the name of its column."""

    def make(document: WordDocument) -> None:
        table = document.add_table(2, 3)
        for cell, words in zip((cell for row in table.rows for cell in row.cells), ("Area", "Essential", "Desirable", "Skills", "Reads maps", "Speaks Spanish"), strict=True):
            cell.text = words
        table.rows[1].cells[1].add_paragraph("Writes reports")

    source = word(tmp_path, make)
    assert styled(source) == [(ROW, "Essential"), (ROW, "Skills | Reads maps"), (ROW, "Skills | Writes reports"), (ROW, "Desirable"), (ROW, "Skills | Speaks Spanish")]
    assert bold(source) == ["Essential", "Desirable"]


def test_docx_table_with_header(tmp_path: Path) -> None:
    """A first row in bold above others names their columns."""

    def make(document: WordDocument) -> None:
        table = document.add_table(2, 2)
        for cell, words in zip((cell for row in table.rows for cell in row.cells), ("Task", "Share", "Clears paths", "40%"), strict=True):
            cell.paragraphs[0].add_run(words).bold = words in ("Task", "Share")

    source = word(tmp_path, make)
    assert styled(source) == [(ROW, "Task | Share"), (ROW, "Clears paths | 40%")]
    assert bold(source) == ["Task | Share"]


def test_docx_levels_of_headings(tmp_path: Path) -> None:
    """The level of a heading is kept."""

    def make(document: WordDocument) -> None:
        document.add_heading("Duties", 1)
        document.add_paragraph("Reads meters.")
        document.add_heading("Routes", 2)

    assert [block.level for block in word(tmp_path, make).blocks] == [1, 0, 2]
