"""The XML of OpenDocument files: nothing outside a file is asked for, and no entity is replaced. The only module that imports lxml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from lxml import etree


class Element(Protocol):
    """What is used of an element."""

    tag: object
    text: str | None
    tail: str | None

    def __iter__(self) -> Iterator[Element]:
        """The elements in it."""

    def get(self, name: str, default: str = "", /) -> str:
        """An attribute."""

    def iter(self, name: str, /) -> Iterator[Element]:
        """It and all elements within it of that name."""

    def itertext(self) -> Iterator[str]:
        """All texts within it."""


_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_SHORT = {space: prefix for prefix, space in _SPACES.items()}


def element_of(data: bytes) -> Element:
    """The root of a part.

    Raises:
        SyntaxError: It is not well-formed, or nested absurdly deep.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    root: Element = etree.fromstring(data, parser)
    return root


def named(name: str) -> str:
    """The full name of an element or attribute: "text:p"."""
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def name_of(element: Element) -> str:
    """The short name of an element; "" for what is none (entities), and for those of other spaces."""
    if not isinstance(element.tag, str):
        return ""
    space, _, local = element.tag[1:].partition("}")
    return f"{_SHORT[space]}:{local}" if space in _SHORT else ""


def every(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name within another, in order."""
    return element.iter(named(name))


def words(element: Element) -> str:
    """All text within an element."""
    return "".join(element.itertext())
