"""Scans: where the words of a picture stand, how it is turned, what is refused, and the engines themselves on a few words.

Most tests have an engine that knows what it is to read, as reading takes seconds; it says what is true of the place where
ink is, so that a page that is turned or skewed is found to be so.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from sources import LEFT, RIGHT, bold, lines, styled
from specsearch.errors import ReadError
from specsearch.ingest.pool import parse_one
from specsearch.parsing.document import parse_source
from specsearch.readers import read_file, recognition
from specsearch.readers.context import ReadResult
from specsearch.readers.limits import Limits
from specsearch.readers.pdf import scans
from specsearch.readers.recognition import page as pages
from specsearch.readers.recognition import reading_by, tesseract
from specsearch.readers.recognition.found import Found, Picture
from specsearch.readers.recognition.pictures import pages_of
from specsearch.readers.recognition.strokes import bold_ones
from specsearch.readers.walk import Sidecar
from specsearch.records import UNSURE_READING, BlockStyle, Document, SourceText, confidence_of, how_read
from specsearch.records.recognition import Recognised

Reads = Callable[[Picture], Sequence[Found]]
WIDTH, HEIGHT = 1000, 1300
ENGINES = sorted(name for name in {recognition.available(), tesseract.installed()} if name)
SAID = ("METER READER", "Examples of Duties", "Reads water meters on assigned routes.", "Reports leaks to the dispatcher.")


def font(size: int, *, heavy: bool = False) -> Any:  # noqa: ANN401
    """A font that Matplotlib carries."""
    matplotlib = pytest.importorskip("matplotlib")
    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if heavy else ''}.ttf"), size)


def drawn(texts: Sequence[str], *, heavy: frozenset[str] = frozenset(), width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A page with lines of text."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(texts):
        draw.text((150, 150 + 50 * number), text, fill=0, font=font(30, heavy=text in heavy))
    return image


def file_of(*images: Image.Image, kind: str = "TIFF") -> bytes:
    """Pictures as a file."""
    data = io.BytesIO()
    more: dict[str, Any] = {} if kind in ("PNG", "JPEG") else {"save_all": True, "append_images": images[1:]}
    more |= {"compression": "tiff_deflate"} if kind == "TIFF" else {"resolution": 120} if kind == "PDF" else {}
    images[0].save(data, kind, **more)
    return data.getvalue()


def found(texts: Sequence[str], *, left: float = 150, top: float = 150, confidence: float = 0.97) -> list[Found]:
    """Lines one below the other, as wide as text is."""
    return [Found(left, top + 40 * at, left + 14 * len(text), top + 40 * at + 34, text, confidence) for at, text in enumerate(texts)]


def saying(*answers: Sequence[Found]) -> Reads:
    """An engine that gives one answer after the other, the last of them again and again."""
    waiting = iter(answers)
    return lambda picture: next(waiting, answers[-1])


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., ReadResult]:
    """Reads a file with an engine."""

    def read(content: bytes, engine: Reads, name: str = "x.pdf") -> ReadResult:
        monkeypatch.setattr(scans, "recogniser", lambda name: engine)
        path = tmp_path / name
        path.write_bytes(content)
        with reading_by("an engine"):
            return read_file(path)

    return read


def source_of(result: ReadResult) -> SourceText:
    [source] = result.documents
    check_lines(source)
    return source


def check_lines(source: SourceText) -> None:
    """Lines are in order, within the text, and do not overlap."""
    at = 0
    for line in source.recognised:
        assert at <= line.start < line.end <= len(source.text)
        at = line.end


# --- layout ----------------------------------------------------------------------------------------


def test_columns_of_a_scan(reads: Callable[..., ReadResult]) -> None:
    """Words of a picture are laid out as those of a text layer: columns one after the other, lines joined, bullets apart."""
    items = [f"• {LEFT[0]}", *LEFT[1:]]
    engine = saying([*found(["METER READER"], top=60), *found(items), *found(RIGHT, left=720)])
    source = source_of(reads(file_of(drawn(["x"]), kind="PDF"), engine))
    assert " ".join(lines(source)) == " ".join(("METER READER", *items, *RIGHT))
    assert (BlockStyle.ITEM, " ".join(items[:5])) in styled(source)


def test_what_is_sure_of_each_line(reads: Callable[..., ReadResult]) -> None:
    """Lines keep how sure they were read where their words stand, also in joined paragraphs; a passage has that of its least sure one."""
    words = found(LEFT[:2])
    words[1] = replace(words[1], confidence=0.7)
    source = source_of(reads(file_of(drawn(["x"]), kind="PDF"), saying(words)))
    assert source.text == " ".join(LEFT[:2])
    assert [(source.text[line.start : line.end].strip(), line.confidence) for line in source.recognised] == [(LEFT[0], 0.97), (LEFT[1], 0.7)]
    [passage] = parse_source(source, "x.pdf").passages
    assert (passage.recognised, passage.how_read) == (0.7, "read by OCR, unsure")
    assert "read by OCR, unsure" in passage.remarks


def mixed() -> bytes:
    """A PDF with a page of text, and one that is a picture with a page number."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    data = io.BytesIO()
    paper = canvas.Canvas(data, pagesize=(612, 792), invariant=1)
    for number, text in enumerate(LEFT):
        paper.drawString(72, 700 - 12 * number, text)
    paper.showPage()
    utils = pytest.importorskip("reportlab.lib.utils")
    paper.drawImage(utils.ImageReader(drawn(["x"])), 0, 0, 612, 792)
    paper.drawString(300, 30, "No. 2")
    paper.showPage()
    paper.save()
    return data.getvalue()


def test_only_pictures_are_read(reads: Callable[..., ReadResult]) -> None:
    """A page with a text layer is not; beside the few words on a picture only what they do not say is."""
    asked: list[Picture] = []

    def engine(picture: Picture) -> Sequence[Found]:
        asked.append(picture)
        return [*found(RIGHT), Found(820, 2082, 920, 2122, "No. Z", 0.9)]

    source = source_of(reads(mixed(), engine))
    assert len(asked) == 1
    assert " ".join(source.text.split()).startswith(" ".join(LEFT))
    assert "No. 2" in source.text
    assert "No. Z" not in source.text
    assert confidence_of(source.recognised, 0, source.text.index(RIGHT[0])) is None
    assert confidence_of(source.recognised, source.text.index(RIGHT[0]), len(source.text)) == 0.97


def test_pages_that_only_an_engine_could_read_are_named(tmp_path: Path) -> None:
    """Without one, with what to do about it; the others are read. A file of pictures is refused the same way."""
    path = tmp_path / "x.pdf"
    path.write_bytes(mixed())
    assert read_file(path).skips == ()  # its picture has words of its own
    path.write_bytes(file_of(drawn(["x"]), kind="PDF"))
    with pytest.raises(ReadError, match=r"no text layer: a scanned PDF, .*(pip install|--ocr auto)"):
        read_file(path)
    path = tmp_path / "x.png"
    path.write_bytes(file_of(drawn(["x"]), kind="PNG"))
    with pytest.raises(ReadError, match=r"^a picture, .*(pip install|--ocr auto)"):
        read_file(path)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("¢ Reads meters", "• Reads meters"),
        ("e Reads meters", "e Reads meters"),
        ("0 FTE positions", "0 FTE positions"),
        ("o El Paso", "o El Paso"),
        ("« reads meters", "• reads meters"),
        ("Level Il work", "Level II work"),
        ("Analyst lll", "Analyst III"),
        ("Level | employees", "Level I employees"),
        ("Analyst || (Level |)", "Analyst || (Level |)"),
        ("(Analyst ||)", "(Analyst II)"),
        ("Duties | Pay", "Duties | Pay"),
        ("| Class | Code |", "| Class | Code |"),
        ("a | b", "a | b"),
        ("e reads", "e reads"),
        ("Will all fill the hall", "Will all fill the hall"),
        ("I-95 and I", "I-95 and I"),
        ("10 meters", "10 meters"),
    ],
)
def test_signs_that_look_like_others(reads: Callable[..., ReadResult], read: str, meant: str) -> None:
    """Bullets and Roman numerals are what they were meant as; words stay."""
    assert source_of(reads(file_of(drawn(["x"]), kind="PDF"), saying(found([read, *RIGHT])))).text.startswith(meant)


@pytest.mark.parametrize(("step", "mark"), [(0, "•"), (300, "e")])
def test_round_letters_that_are_bullets(reads: Callable[..., ReadResult], step: float, mark: str) -> None:
    """A letter before a statement is a bullet where others stand below each other."""
    words = [replace(one, left=one.left + step * number, right=one.right + step * number) for number, one in enumerate(found([f"e {text}" for text in (LEFT[0], LEFT[2])]))]
    text = source_of(reads(file_of(drawn(["x"]), kind="PDF"), saying(words))).text
    assert [f"{mark} {line}" in text for line in (LEFT[0], LEFT[2])] == [True, True]


def test_bold_letters_of_a_picture() -> None:
    """Are told by the thickness of their strokes, capitals or not, also in a coarse picture."""
    heavy = frozenset((SAID[0], SAID[1]))
    image = drawn(SAID, heavy=heavy)
    words = [Found(150, 150 + 50 * at, 150 + font(30, heavy=text in heavy).getlength(text), 190 + 50 * at, text, 1.0) for at, text in enumerate(SAID)]
    for picture in (image, image.reduce(2).resize(image.size)):
        assert bold_ones(np.array(picture), words, [30.0] * len(words)) == [text in heavy for text in SAID]


def test_headings_of_a_scan(reads: Callable[..., ReadResult]) -> None:
    """What stands in bold in the picture is a block of its own."""
    texts = (SAID[1], *SAID[2:])
    words = [Found(150, 150 + 50 * at, 900, 190 + 50 * at, text, 0.97) for at, text in enumerate(texts)]
    source = source_of(reads(file_of(drawn(texts, heavy=frozenset(texts[:1])), kind="PNG"), saying(words), "x.png"))
    assert bold(source) == [SAID[1]]


def test_running_lines_of_scans(reads: Callable[..., ReadResult]) -> None:
    """A header that the sheets have at slightly other heights is read once."""
    sheets = [[*found(["CITY OF ALDER FERRY"], top=60 + 11 * number), *found([f"{text} {number}" for text in LEFT], top=400)] for number in range(3)]
    source = source_of(reads(file_of(*[drawn(["x"])] * 3), saying(*sheets), "x.tif"))
    assert source.text.count("CITY OF ALDER FERRY") == 1
    assert len(source.pages) == 3


# --- how it is turned, and what is refused ---------------------------------------------------------


@pytest.mark.parametrize(("quarter", "skew"), [(0, -3), (90, 0), (180, 2), (270, -3)])
def test_pages_are_set_upright_and_straight(quarter: int, skew: float) -> None:
    """However a page lies, it is read upright, with its lines level: one of the pictures that are tried is the page as it was drawn."""
    upright = drawn([*LEFT, *RIGHT])
    first = np.array(upright)

    def engine(picture: Picture) -> Sequence[Found]:
        like = picture.shape == first.shape and np.mean(np.abs(picture.astype(float) - first)) < 12
        part = picture.shape[0] < HEIGHT // 3 and picture.shape[1] == WIDTH and np.mean(picture[:, :300] < 128) > np.mean(picture[:, -300:] < 128)
        return found(LEFT, confidence=0.98 if like or part else 0.3)

    turned = upright.rotate(quarter, expand=True).rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    page = pages.read_page(np.array(turned), engine)
    assert np.mean(np.abs(page.picture.astype(float) - first)) < 12
    assert len(page.found) == len(LEFT)


def test_a_page_that_is_sure_is_read_once() -> None:
    """Reading takes seconds: an upright page costs no more than that."""
    asked: list[Picture] = []

    def engine(picture: Picture) -> Sequence[Found]:
        asked.append(picture)
        return found(LEFT)

    pages.read_page(np.array(drawn(LEFT)), engine)
    assert len(asked) == 1


def test_each_try_of_a_page_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits is told after each picture that the engine was given, however many ways a page is tried."""
    asked: list[Picture] = []
    told: list[int] = []

    def engine(picture: Picture) -> Sequence[Found]:
        asked.append(picture)
        return found(LEFT, confidence=0.3 + 0.05 * len(asked))

    monkeypatch.setattr(scans, "recogniser", lambda name: engine)
    with reading_by("an engine", lambda: told.append(len(asked))):
        scans.read_scans(iter([(np.array(drawn(LEFT)), 1.0)]), [0])
    assert told == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("words", "kept", "skip"),
    [
        pytest.param(found(LEFT, confidence=0.45), 0, "cannot be read with any certainty: handwriting", id="nonsense"),
        pytest.param([*found(LEFT), *found(["Rcprs mtr bxs"], top=900, confidence=0.4)], 6, "1 line of the picture cannot", id="a-line"),
        pytest.param([*found(LEFT), *found([":."], top=900, confidence=0.2)], 6, "", id="specks"),
    ],
)
def test_wrong_is_worse_than_unknown(words: list[Found], kept: int, skip: str) -> None:
    """What is read with no certainty is left out, and counted where it is more than specks."""
    page = pages.read_page(np.array(drawn(LEFT)), saying(words))
    assert len(page.found) == kept
    assert (skip in scans._unread(page)) if skip else page.left_out == 0


def test_documents_without_text(reads: Callable[..., ReadResult]) -> None:
    """An empty sheet, and a picture of no text, are refused; an empty sheet among others is passed over."""
    white = Image.new("L", (WIDTH, HEIGHT), 255)
    for content, engine in ((file_of(white, kind="PNG"), saying(found(LEFT))), (file_of(drawn(LEFT), kind="PNG"), saying([]))):
        with pytest.raises(ReadError, match="no text could be read in the picture"):
            reads(content, engine, "x.png")
    with pytest.raises(ReadError, match="handwriting, a photo or a poor scan"):
        reads(file_of(drawn(LEFT), kind="PNG"), saying(found(LEFT, confidence=0.3)), "x.png")
    result = reads(file_of(drawn(LEFT), white.copy(), drawn(RIGHT)), saying(found(LEFT), found(RIGHT)), "x.tif")
    assert result.skips == ()
    assert source_of(result).text.split() == " ".join((*LEFT, *RIGHT)).split()
    assert len(source_of(result).pages) == 3


def test_no_more_pages_than_can_be_read(reads: Callable[..., ReadResult], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of very many scans is read as far as the limit, and what is left is named."""
    monkeypatch.setattr(recognition, "MOST_PAGES", 2)
    result = reads(file_of(*[drawn(LEFT)] * 5, kind="PDF"), saying(found(LEFT)))
    assert [(skip.path, skip.reason.partition(":")[2]) for skip in result.skips] == [("pages 3 to 5", " divide it")]
    assert len(source_of(result).pages) == 5


def test_scribble_is_no_text(reads: Callable[..., ReadResult]) -> None:
    """What an engine makes of strokes that are no letters is refused by its pairs of letters, however sure the engine is."""
    scribble = found(["m rmm xmcm mvnrn nrmm", "rnmn mmcm wrmm mnmr mm", "cnmm mrrm xmnn mcrm rm"])
    with pytest.raises(ReadError, match="handwriting, a photo or a poor scan"):
        reads(file_of(drawn(LEFT), kind="PNG"), saying(scribble), "x.png")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(lambda: file_of(Image.new("1", (12_000, 12_000), 1), kind="PNG"), "million points: larger than any scan", id="bomb"),
        pytest.param(lambda: file_of(drawn(LEFT), kind="JPEG")[:200], "not a readable picture", id="truncated"),
        pytest.param(lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000), "not a readable picture", id="garbage"),
        pytest.param(lambda: b"GIF89a" + bytes(1000), "not a readable picture", id="another-format"),
    ],
)
def test_pictures_that_are_none(reads: Callable[..., ReadResult], content: Callable[[], bytes], reason: str) -> None:
    """Damaged or hostile pictures are refused with the reason."""
    with pytest.raises(ReadError, match=reason):
        reads(content(), saying(found(LEFT)), "x.png")


def damaged() -> bytes:
    """A TIFF of three pages of which the second is broken."""
    noise = [Image.effect_noise((300, 300), 50) for _ in range(3)]
    data = io.BytesIO()
    noise[0].save(data, "TIFF", save_all=True, append_images=noise[1:], compression="tiff_lzw")
    third = len(data.getvalue()) // 3
    return data.getvalue()[: 4 * third // 3] + b"\xff" * (third // 2) + data.getvalue()[4 * third // 3 + third // 2 :]


def test_a_page_that_is_damaged(reads: Callable[..., ReadResult]) -> None:
    """It is named, and the others are read, whether it cannot be taken from the file or the engine fails on it."""
    result = reads(damaged(), saying(found(LEFT), found(RIGHT)), "x.tif")
    assert source_of(result).text.split() == " ".join((*LEFT, *RIGHT)).split()
    assert [(skip.path, skip.reason[:22]) for skip in result.skips] == [("page 2", "not a readable picture")]

    waiting = iter([found(LEFT), None, found(RIGHT)])

    def fails(picture: Picture) -> Sequence[Found]:
        answer = next(waiting)
        if answer is None:
            raise ReadError("text recognition failed")
        return answer

    result = reads(file_of(*[drawn(LEFT)] * 3, kind="PDF"), fails)
    assert [(skip.path, skip.reason) for skip in result.skips] == [("page 2", "text recognition failed")]
    assert len(source_of(result).pages) == 3


def test_a_page_that_cannot_be_drawn(reads: Callable[..., ReadResult], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a PDF the text of the other pages stays."""

    def fails(page: object, **how: object) -> None:
        raise pypdfium2.PdfiumError("no")

    monkeypatch.setattr(pypdfium2.PdfPage, "render", fails)
    result = reads(mixed(), saying(found(RIGHT)))
    assert [(skip.path, skip.reason) for skip in result.skips] == [("page 2", "a damaged page: no")]
    assert " ".join(source_of(result).text.split()).startswith(" ".join(LEFT))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("steps", [1, 257])
def test_pictures_of_finer_grey(kind: str, steps: int) -> None:
    """Ink stays ink in a picture of 65,536 greys, and in one that has only 256 of them in use."""
    page = np.array(drawn(LEFT))
    [read] = pages_of(file_of(Image.fromarray(page.astype(np.uint16) * steps), kind=kind))[1]
    assert not isinstance(read, ReadError)
    assert np.array_equal(read, page)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.floats(0, 1))), st.integers(0, 60), st.integers(0, 60))
def test_confidence_of_a_part(steps: list[tuple[int, int, float]], a: int, b: int) -> None:
    """It is the lowest of the lines that have a character in it, and none where no line has."""
    read, at = [], 0
    for gap, length, confidence in steps:
        read.append(Recognised(at + gap, at + gap + length, confidence))
        at += gap + length
    start, end = min(a, b), max(a, b) + 1
    touching = [line.confidence for line in read if set(range(line.start, line.end)) & set(range(start, end))]
    assert confidence_of(read, start, end) == min(touching, default=None)


def test_how_it_is_said() -> None:
    """Nothing of text; a word more below the bar."""
    assert (how_read(None), how_read(UNSURE_READING), how_read(UNSURE_READING - 0.01)) == ("", "read by OCR", "read by OCR, unsure")
    assert Document.__dataclass_fields__["recognised"].default == ()


# --- the engines -----------------------------------------------------------------------------------


@contextmanager
def scanned(folder: Path) -> Iterator[Path]:
    """A file with a small picture of four lines, the first in bold, slightly askew."""
    image = drawn(SAID, heavy=frozenset(SAID[:2]), width=900, height=500).rotate(0.8, Image.Resampling.BICUBIC, fillcolor=255)
    path = folder / "x.png"
    path.write_bytes(file_of(image, kind="PNG"))
    yield path


@pytest.mark.skipif(not ENGINES, reason="neither RapidOCR nor Tesseract is installed")
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_reads(engine: str, tmp_path: Path) -> None:
    """In the guarded child with its limits, each engine reads a picture of a few lines as they are, and surely."""
    with scanned(tmp_path) as path:
        parsed = parse_one(path, "x.png", Sidecar({}), Limits(engine=engine))
    assert parsed.skips == ()
    [document] = parsed.documents
    assert document.document.text.split() == " ".join(SAID).split()
    assert {passage.how_read for passage in document.passages} == {"read by OCR"}
    assert [passage.text for passage in document.passages] == list(SAID[2:])
