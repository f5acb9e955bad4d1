"""Text documents in OpenDocument format (odt): the same plain blocks as of Word documents, and the same text of them."""

from __future__ import annotations

import io
import zipfile

from specsearch.errors import ReadError
from specsearch.readers.contents import text_of
from specsearch.readers.odt.body import Body
from specsearch.readers.odt.elements import Element, element_of, every, named, words
from specsearch.readers.odt.styles import Styles
from specsearch.readers.package import check_package
from specsearch.records import SourceText
from specsearch.word.blocks import Block, Contents


def read_odt(data: bytes) -> SourceText:
    """Read a text in OpenDocument format: headings, lists, tables, text boxes and bold runs in reading order.

    Args:
        data: The file's bytes.

    Returns:
        The text; what its pages have at their head comes first, and at their foot last, each once, with the notes.

    Raises:
        ReadError: Damaged, encrypted, or one that unpacks to an absurd size.
    """
    try:
        check_package(data)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if _is_encrypted(package):
                raise ReadError("encrypted: save a copy without a password")
            contents = _contents(package)
    except ReadError:
        raise
    except Exception as error:  # of zipfile, or of lxml
        raise ReadError(f"not a readable OpenDocument text ({type(error).__name__}); open and save it again") from error
    return text_of(contents)


def _is_encrypted(package: zipfile.ZipFile) -> bool:
    part = _part(package, "META-INF/manifest.xml")
    return part is not None and next(every(part, "manifest:encryption-data"), None) is not None


def _contents(package: zipfile.ZipFile) -> Contents:
    content = element_of(package.read("content.xml"))
    others = _part(package, "styles.xml")
    text = next(every(content, "office:text"), None)
    if text is None:
        raise ReadError("an OpenDocument without a text; save it as .pdf or .docx")
    body = Body(Styles([part for part in (others, content) if part is not None], content))
    blocks = tuple(body.blocks(text))
    heads, feet = ((), ()) if others is None else _edges(others)
    about = _part(package, "meta.xml")
    return Contents(_said(about, "dc:title"), _said(about, "dc:creator"), _company(about), heads, blocks, feet, tuple(body.notes))


def _part(package: zipfile.ZipFile, name: str) -> Element | None:
    """A part that may be missing or damaged without harm to the text."""
    try:
        return element_of(package.read(name))
    except (KeyError, SyntaxError):
        return None


def _edges(styles: Element) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What pages have at their head and foot."""
    body = Body(Styles([styles], styles))
    heads: list[Block] = []
    feet: list[Block] = []
    for master in every(styles, "style:master-page"):
        for kinds, found in ((_HEADS, heads), (_FEET, feet)):
            for kind in kinds:
                for part in every(master, kind):
                    if part.get(named("style:display"), "") != "false":
                        found += body.blocks(part)
    return tuple(heads), tuple(feet)


_HEADS = ("style:header-first", "style:header", "style:header-left")
_FEET = ("style:footer-first", "style:footer", "style:footer-left")


def _said(about: Element | None, name: str) -> str:
    return "" if about is None else next((words(element) for element in every(about, name)), "")


def _company(about: Element | None) -> str:
    """The company, which is no property of its own here."""
    fields = () if about is None else every(about, "meta:user-defined")
    return next((words(field) for field in fields if field.get(named("meta:name"), "").lower() == "company"), "")
