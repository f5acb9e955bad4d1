"""Whose a report is: what is refused, and where the rest stands."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from specsearch.errors import SpecsearchError, StorageError, UsageError
from specsearch.records import Comparison
from specsearch.reports import SUFFIXES, rendered
from specsearch.reports.branding import Branding, branding_from, branding_of

NAME = "City of Alder Ferry <Human Resources>"


def picture(path: Path, size: tuple[int, int] = (300, 100), kind: str = "PNG") -> Path:
    """A picture of one colour."""
    Image.new("RGB", size, "#336699").save(path, kind)
    return path


@pytest.fixture(scope="module")
def branding(tmp_path_factory: pytest.TempPathFactory) -> Branding:
    """A name, a logo and a colour."""
    return branding_of(NAME, picture(tmp_path_factory.mktemp("logo") / "logo.png"), "#7A1F3D")


@pytest.mark.parametrize(
    ("name", "accent", "message"),
    [
        (" ", None, "1 to 120 characters, not 0"),
        ("x" * 121, None, "not 121"),
        ("A", "red", "# and six digits or letters a to f, as in #1f4e79, not 'red'"),
        ("A", "#12345", "not '#12345'"),
        ("A", "#ffcc00", r"#ffcc00 is too pale .* contrast is 1\.\d to 1, and 4\.5 to 1 is needed"),
        ("A", "#ffffff", "too pale"),
    ],
)
def test_a_name_and_a_colour_are_checked(name: str, accent: str | None, message: str) -> None:
    """What cannot be shown or read is refused, with what to do."""
    with pytest.raises(UsageError, match=message):
        branding_of(name, accent=accent)


@pytest.mark.parametrize("pale", ["#ffcc00", "#ffffff", "#00ff00", "#ff69b4", "#7f7f7f"])
def test_the_colour_that_is_proposed_is_taken(pale: str) -> None:
    """Who takes what the refusal proposes is not refused again."""
    with pytest.raises(UsageError) as refused:
        branding_of("A", accent=pale)
    proposed = re.findall(r"#[0-9a-f]{6}", str(refused.value))[-1]
    assert branding_of("A", accent=proposed).accent == proposed


def test_a_logo_is_set_anew(tmp_path: Path) -> None:
    """Whatever its file holds beside the picture is left behind, a large one is made smaller, and the same file gives the same logo."""
    path = picture(tmp_path / "logo.jpg", (3000, 1000), "JPEG")
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>")
    logo = branding_of("A", path).logo
    assert logo is not None
    assert (logo.width, logo.height) == (720, 240)
    assert b"script" not in logo.content
    assert logo == branding_of("A", path).logo


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no PNG or JPEG picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG are not taken"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "no PNG or JPEG picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "no PNG or JPEG picture"),
        (b"x" * 1_000_001, "1,000,001 bytes; 1,000,000 are the most"),
    ],
    ids=["empty", "svg", "gif", "broken", "large"],
)
def test_what_is_no_logo(content: bytes, message: str, tmp_path: Path) -> None:
    """Drawings, other formats, broken and huge files are refused, with what to do."""
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        branding_of("A", tmp_path / "logo.png")


def test_a_picture_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """It is refused by what it says of itself, before it is unpacked."""
    with pytest.raises(UsageError, match="4001 by 4000 pixels"):
        branding_of("A", picture(tmp_path / "logo.png", (4001, 4000)))


@pytest.mark.parametrize("name", ["missing.png", ".", "a\0b.png"])
def test_no_file(name: str, tmp_path: Path) -> None:
    """A place without a picture is an error that names it."""
    with pytest.raises(SpecsearchError, match=r"cannot be read|no name of a file") as refused:
        branding_of("A", tmp_path / name)
    assert isinstance(refused.value, StorageError | UsageError)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("City", "is to be a table"),
        ({}, "branding needs a name"),
        ({"logo": "logo.png"}, "branding needs a name"),
        ({"name": "City", "color": "#000000"}, "branding has name, logo and accent, not color"),
        ({"name": 3}, "name of branding is to be text in quotes"),
        ({"name": "City", "logo": "missing.png"}, r"missing\.png cannot be read"),
    ],
)
def test_settings_are_checked(values: object, message: str, tmp_path: Path) -> None:
    """What the settings of a project cannot mean is refused, with what they can."""
    with pytest.raises(SpecsearchError, match=message):
        branding_from(values, tmp_path / "specsearch.toml")


def test_settings_name_a_logo_beside_them(tmp_path: Path) -> None:
    """Its path is as seen from their file."""
    picture(tmp_path / "logo.png")
    found = branding_from({"name": "City", "logo": "logo.png", "accent": "#000080"}, tmp_path / "specsearch.toml")
    assert found == branding_of("City", tmp_path / "logo.png", "#000080")
    assert found.logo


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix not in (".htm", ".pdf")])
def test_where_it_stands(suffix: str, branding: Branding, comparison: Comparison) -> None:
    """In what is for people name, logo and colour; data are nobody's; without any, nothing changes."""
    content, plain = rendered(comparison, suffix, branding), rendered(comparison, suffix)
    assert rendered(comparison, suffix, None) == plain
    assert (content == plain) == (suffix in (".csv", ".json"))
    if suffix == ".html":
        page = LexborHTMLParser(content)
        (image,) = page.css("img")
        assert str(image.attributes["src"]).startswith("data:image/png;base64,")
        assert NAME in page.css(".brand")[0].text()
        assert "--rule: #7a1f3d" in content.decode()
        assert "img-src data:" in content.decode()
        assert b"img-src" not in plain
    elif suffix == ".docx":
        header = docx.Document(io.BytesIO(content)).sections[0].header
        assert NAME in header.paragraphs[0].text
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert branding.logo is not None
            assert branding.logo.content in [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
            assert b"7A1F3D" in package.read("word/document.xml")
    elif suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book["About"]["B2"].value == NAME
        assert {one["A1"].fill.fgColor.rgb for one in book} == {"007A1F3D"}
        assert book.properties.creator == NAME
    elif suffix == ".md":
        assert content.decode().startswith("City of Alder Ferry &lt;Human Resources>\n\n# ")
