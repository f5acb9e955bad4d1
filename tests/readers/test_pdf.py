"""PDF: columns, running lines, pages, and text layers that are not what they show."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sources import ITEM, LEFT, PARAGRAPH, RIGHT, bold, lines, read, read_one, refusal, styled
from specsearch.readers import read_file

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


def test_pdf_two_columns(tmp_path: Path) -> None:
    """Two columns are read one after the other, even where the file holds them row by row."""
    rows = [line for pair in zip(body(*LEFT), body(*RIGHT, left=320), strict=True) for line in pair]
    source = read_one(tmp_path, "x.pdf", make_pdf([[(72, 740, "METER READER"), *rows]], large=frozenset(["METER READER"])))
    assert " ".join(lines(source)) == " ".join(("METER READER", *LEFT, *RIGHT))
    assert bold(source) == ["METER READER"]


COLUMNS = (
    ("Reads the meters on all", "of the northern routes", "and writes down what is", "used by each house."),
    ("Reports leaks, damage and", "missing covers to the", "dispatcher on the very", "day they are found."),
    ("Repairs meter boxes and", "replaces the lids that", "vehicles have damaged in", "the winter months."),
)


@pytest.mark.parametrize("number", [2, 3])
def test_pdf_columns_of_few_lines(tmp_path: Path, number: int) -> None:
    """Two or three columns of few lines are read one after the other where their lines are those of sentences."""
    columns = [body(*texts, left=60 + 170 * position) for position, texts in enumerate(COLUMNS[:number])]
    rows = [line for row in zip(*columns, strict=True) for line in row]
    source = read_one(tmp_path, "x.pdf", make_pdf([[(60, 740, "METER READER"), *rows]], large=frozenset(["METER READER"])))
    assert " ".join(lines(source)) == " ".join(("METER READER", *(text for texts in COLUMNS[:number] for text in texts)))


def test_pdf_tables_of_few_rows_are_no_columns(tmp_path: Path) -> None:
    """Names and values side by side are read row by row."""
    rows = [line for row in zip(body("Department", "Salary grade", "Job type"), body("Library and parks", "Seven of nine", "Full time", left=230), strict=True) for line in row]
    assert lines(read_one(tmp_path, "x.pdf", make_pdf([rows]))) == ["Department | Library and parks", "Salary grade | Seven of nine", "Job type | Full time"]


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
    assert refusal(tmp_path, "x.pdf", data.getvalue()).startswith("no text layer: a scanned PDF, ")


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
