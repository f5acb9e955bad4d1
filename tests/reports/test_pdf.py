"""Reports as PDF: whole, accessible, and made without fetching anything."""

from __future__ import annotations

import builtins
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from specsearch.errors import UsageError
from specsearch.parsing.statements import quotation
from specsearch.records import CityCell, CityRow, CitySurvey, Comparison
from specsearch.reports import check_path, rendered, write_report
from specsearch.reports.branding import Branding
from subjects import HOSTILE, alignment_passages, hostile_comparison

pytest.importorskip("weasyprint")


@pytest.fixture(scope="module")
def published(comparison: Comparison) -> Comparison:
    """A comparison whose second document is published."""
    document = comparison.b.document
    return replace(comparison, b=replace(comparison.b, document=replace(document, source=replace(document.source, url="https://example.org/spec.pdf"))))


@pytest.fixture(scope="module")
def dossier(published: Comparison) -> bytes:
    """Its dossier."""
    return rendered(published, ".pdf")


def words_of(content: bytes) -> str:
    """The words of all pages, without white space: lines are broken anywhere."""
    return re.sub(r"\s|\ufffe|-\r\n", "", "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)))


def objects_of(content: bytes) -> bytes:
    """What a PDF consists of, unpacked."""
    return b"\n".join(zlib.decompress(part) for part in re.findall(rb"/FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", content, re.S))


def test_a_dossier_on_paper(dossier: bytes, comparison: Comparison) -> None:
    """Letter pages with numbers, bookmarks of all parts in their order, tags, a language, and every quote."""
    document = pypdfium2.PdfDocument(dossier)
    assert {page.get_size() for page in document} == {(612.0, 792.0)}
    words = words_of(dossier)
    assert f"{len(document)}/{len(document)}" in words
    headings = [one.get_title() for one in document.get_toc()]
    assert headings[0].startswith("Citizen Contact Center Supervisor")
    assert headings[1:3] == ["Verdict", "Coverage of duties"]
    assert headings[-1] == "Appendix 4: Method"
    assert document.is_tagged()
    assert {b"/Lang", b"https://example.org/spec.pdf#page=1"} <= set(re.findall(rb"/Lang\b|https://[^)]*", objects_of(dossier)))
    missing = [one.text for one in alignment_passages(comparison) if re.sub(r"\s", "", quotation(one.text)) not in words]
    assert missing == []


@pytest.mark.parametrize("cities", [4, 45])
def test_what_is_decided_stands_on_the_sheet_that_is_signed(cities: int, survey: CitySurvey) -> None:
    """All counterparts, or of those that fill more than a page the last dozen; no page has the signature alone."""
    document = survey.rows[0].cells[0].document
    names = tuple(f"Town{number:02d}" for number in range(cities))
    row = CityRow("Clerk", tuple(CityCell(name, document, None, 3.0, 99.0) for name in names))
    made = pypdfium2.PdfDocument(rendered(replace(survey, cities=names, rows=(row,), comparisons={}), ".pdf"))
    pages = [page.get_textpage().get_text_bounded() for page in made]
    (signed,) = (words for words in pages if "Signature" in words)
    assert [name for name in names if f"{name}:" in signed][-12:] == list(names[-12:])
    assert "Counterpart" in signed


def test_the_same_dossier_is_the_same_file(dossier: bytes, published: Comparison, tmp_path: Path) -> None:
    """No day and nothing random is in it; a file that is there is replaced when that is asked for."""
    path = tmp_path / "dossier.pdf"
    path.write_text("mine")
    write_report(published, path, force=True)
    assert path.read_bytes() == dossier
    assert b"/CreationDate" not in objects_of(dossier)


def test_hostile_texts_are_text_and_fetch_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture or style that a document smuggles in is words; a style that got through asks nobody."""
    asked: list[str] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda self, url, *more, **named: asked.append(str(url)))
    text = f"{HOSTILE[0]}{HOSTILE[5]}{HOSTILE[6]}{HOSTILE[7]}{HOSTILE[12]}</style><link rel=stylesheet href=file:///etc/passwd><img src=http://192.0.2.1/x.png>"
    style = "#000000;} @import url(file:///etc/passwd); @import url(http://192.0.2.1/x.css); p { background: url(http://192.0.2.1/y.png)"
    words = words_of(rendered(hostile_comparison(text), ".pdf", Branding("A", None, style)))
    assert asked == []
    assert "<script>alert(1)</script>" in words
    assert "<imgsrc=http://192.0.2.1/x.png>" in words


@pytest.mark.parametrize(
    ("error", "message"),
    [(ModuleNotFoundError("No module named 'weasyprint'"), r"pip install 'specsearch\[pdf\]'"), (OSError("cannot load library 'libpango-1.0-0'"), "Pango.*apt install libpango-1.0-0")],
)
def test_what_is_missing_is_named(error: Exception, message: str, comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package, or the libraries of the system; before the work of making a report."""
    real = builtins.__import__

    def refusing(name: str, *more: object, **named: object) -> object:
        if name.partition(".")[0] == "weasyprint":
            raise error
        return real(name, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(UsageError, match=message):
        check_path(tmp_path / "dossier.pdf")
    with pytest.raises(UsageError, match=message):
        rendered(comparison, ".pdf")
