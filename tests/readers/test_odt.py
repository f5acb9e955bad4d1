"""Texts in OpenDocument format: structure, and text wherever it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from open_documents import odt, packed
from sources import HEADING, ITEM, PARAGRAPH, ROW, TITLE, bold, lines, read_one, refusal, styled

_NAMED = """
<office:styles>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Title" style:family="paragraph"/>
<style:style style:name="List_20_Bullet" style:family="paragraph"/>
<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Link" style:family="text"><style:text-properties style:text-underline-style="solid"/></style:style>
<style:style style:name="Round" style:family="text" style:parent-style-name="Round"/>
</office:styles>
"""
_OWN = """
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="P2" style:family="paragraph"><style:text-properties fo:font-weight="700"/></style:style>
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="T2" style:family="text"><style:text-properties fo:font-weight="normal"/></style:style>
<style:style style:name="T3" style:family="text"><style:text-properties style:text-underline-style="solid"/></style:style>
"""


def test_odt_structure(tmp_path: Path) -> None:
    """Titles, headings with their levels, lists in lists, sections and indexes are read in order."""
    body = """
    <text:p text:style-name="P1">Meter Reader</text:p>
    <text:section><text:h text:outline-level="2">Examples of Work</text:h></text:section>
    <text:list><text:list-header><text:p>Field work</text:p></text:list-header><text:list-item><text:p>Reads meters.</text:p>
      <text:list><text:list-item><text:p>Reports leaks.</text:p></text:list-item></text:list></text:list-item></text:list>
    <text:list><text:list-item><text:h text:outline-level="1">Qualifications</text:h></text:list-item></text:list>
    <text:p text:style-name="List_20_Bullet">A license.</text:p>
    <text:p>Class<text:s text:c="3"/>Code<text:tab/>4120<text:line-break/>Revised <text:span>2021</text:span></text:p>
    <text:p/>
    """
    source = read_one(tmp_path, "x.odt", odt(body, automatic=_OWN, styles=_NAMED))
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (HEADING, "Examples of Work"),
        (PARAGRAPH, "Field work"),
        (ITEM, "Reads meters."),
        (ITEM, "Reports leaks."),
        (HEADING, "Qualifications"),
        (ITEM, "A license."),
        (PARAGRAPH, "Class Code 4120"),
        (PARAGRAPH, "Revised 2021"),
    ]
    assert [block.level for block in source.blocks if block.style is HEADING] == [2, 1]


def test_odt_bold(tmp_path: Path) -> None:
    """Bold by the style of a paragraph, of a span or of one that it stands on, and underlined by hand; a link is not."""
    body = """
    <text:p text:style-name="P2">DUTIES</text:p>
    <text:p text:style-name="P2"><text:span text:style-name="T2">plain</text:span></text:p>
    <text:p><text:span text:style-name="T1">License:</text:span> one</text:p>
    <text:p><text:span text:style-name="T3">Education</text:span></text:p>
    <text:p><text:span text:style-name="Strong">Pay</text:span></text:p>
    <text:p><text:a><text:span text:style-name="Link">a link</text:span></text:a></text:p>
    <text:p><text:span text:style-name="Round">a circle</text:span></text:p>
    """
    assert bold(read_one(tmp_path, "x.odt", odt(body, automatic=_OWN, styles=_NAMED))) == ["DUTIES", "License:", "Education", "Pay"]


def test_odt_tables(tmp_path: Path) -> None:
    """Rows of headings and groups are rows; covered cells are none, and layout is read cell by cell."""
    def cell(*texts: str) -> str:
        return f"<table:table-cell>{''.join(f'<text:p>{text}</text:p>' for text in texts)}</table:table-cell>"

    body = f"""
    <table:table><table:table-column/><table:table-header-rows><table:table-row>{cell("Class Code")}{cell("4120")}</table:table-row></table:table-header-rows>
    <table:table-row-group><table:table-row>{cell("Pay Grade")}{cell("G-7")}</table:table-row></table:table-row-group></table:table>
    <text:p>Between</text:p>
    <table:table><table:table-row>{cell("Whole width")}<table:covered-table-cell><text:p>gone</text:p></table:covered-table-cell></table:table-row>
    <table:table-row>{cell("Duties")}{cell("Reads meters.", "Reports leaks.")}</table:table-row></table:table>
    """
    source = read_one(tmp_path, "x.odt", odt(body))
    assert styled(source) == [
        (ROW, "Class Code | 4120"),
        (ROW, "Pay Grade | G-7"),
        (PARAGRAPH, "Between"),
        (PARAGRAPH, "Whole width"),
        (PARAGRAPH, "Duties"),
        (PARAGRAPH, "Reads meters."),
        (PARAGRAPH, "Reports leaks."),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:p>kept</text:p>", ["kept"], id="deleted"),
        pytest.param("<text:p>kept<office:annotation><text:p>a remark</text:p></office:annotation> whole</text:p>", ["kept whole"], id="comment"),
        pytest.param("<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note.</text:p></text:note-body></text:note>b</text:p><text:p>c</text:p>", ["ab", "c", "Note."], id="note"),
        pytest.param("<text:p>a<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box><svg:title>a picture</svg:title></draw:frame>b</text:p>", ["ab", "boxed"], id="box"),
        pytest.param("<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame><text:p>a</text:p>", ["boxed", "a"], id="box-of-a-page"),
        pytest.param("<text:p><draw:g><draw:custom-shape><text:p>drawn</text:p></draw:custom-shape></draw:g></text:p>", ["drawn"], id="group-of-drawings"),
        pytest.param("<text:table-of-content><text:index-body><text:p>1 Duties</text:p></text:index-body></text:table-of-content>", ["1 Duties"], id="index"),
    ],
)  # fmt: skip
def test_odt_text_beside_the_text(tmp_path: Path, body: str, expected: list[str]) -> None:
    """Text is read wherever it is kept, and what is not the document's is left out."""
    assert lines(read_one(tmp_path, "x.odt", odt(body))) == expected


def test_odt_heads_feet_and_properties(tmp_path: Path) -> None:
    """What pages have at their head comes first and at their foot last; title and company are fields."""
    pages = """<office:master-styles><style:master-page style:name="A">
    <style:header><text:p>CITY OF ALDER FORK</text:p></style:header><style:header-left style:display="false"><text:p>never shown</text:p></style:header-left>
    <style:footer><text:p>Page <text:page-number>2</text:page-number> of <text:page-count>3</text:page-count></text:p><text:p>Revised June 2031</text:p></style:footer>
    </style:master-page></office:master-styles>"""
    meta = '<dc:title>Meter Reader</dc:title><meta:user-defined meta:name="Company">City of Alder Fork</meta:user-defined>'
    source = read_one(tmp_path, "x.odt", odt("<text:p>METER READER</text:p>", styles=pages, meta=meta))
    assert lines(source) == ["CITY OF ALDER FORK", "METER READER", "Revised June 2031"]
    assert source.fields == {"page_title": "Meter Reader", "publisher": "City of Alder Fork"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(odt("<text:p>Reads meters.</text:p>")[:-30], "not a readable OpenDocument text", id="cut-off"),
        pytest.param(packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "not a readable OpenDocument text", id="no-content"),
        pytest.param(odt("", more={"content.xml": "<x"}), "not a readable OpenDocument text", id="broken-markup"),
        pytest.param(odt("", more={"META-INF/manifest.xml": '<m xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:encryption-data/></m>'}), "encrypted: save a copy", id="encrypted"),
        pytest.param(odt("<text:p/>"), "no text in it", id="empty"),
        pytest.param(odt("", more={"content.xml": "<x/>"}), "without a text", id="another-kind"),
    ],
)  # fmt: skip
def test_odt_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """What cannot be read is refused with the reason."""
    assert reason in refusal(tmp_path, "x.odt", content)


def test_odt_with_broken_styles(tmp_path: Path) -> None:
    """Damage beside the text does not cost it."""
    assert lines(read_one(tmp_path, "x.odt", odt("<text:p>Reads meters.</text:p>", more={"styles.xml": "<x", "meta.xml": ""}))) == ["Reads meters."]
