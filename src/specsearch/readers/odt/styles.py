"""The styles of an OpenDocument: what a paragraph's style is called, and what is set in bold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specsearch.readers.odt.elements import Element, every, named

_DEEPEST = 20
"""Styles that stand on one another: more are a circle."""
_BOLD_FROM = 600
_SPACE = "_20_"


@dataclass(frozen=True, slots=True)
class _Style:
    """A style: what it is called, the one that it stands on, whether it belongs to one place only, and what it sets."""

    shown: str
    parent: str
    automatic: bool
    bold: bool | None
    underlined: bool


class Styles:
    """The styles of a part, by family and name."""

    def __init__(self, common: Sequence[Element], own: Element) -> None:
        """Collect styles.

        Args:
            common: Parts with named styles.
            own: The part whose automatic styles count.
        """
        self._styles: dict[tuple[str, str], _Style] = {}
        for part in common:
            for group in every(part, "office:styles"):
                self._collect(group, automatic=False)
        for group in every(own, "office:automatic-styles"):
            self._collect(group, automatic=True)

    def _collect(self, group: Element, *, automatic: bool) -> None:
        for element in every(group, "style:style"):
            name = element.get(named("style:name"), "")
            shown = element.get(named("style:display-name"), "") or name.replace(_SPACE, " ")
            text = next(every(element, "style:text-properties"), None)
            weight = "" if text is None else text.get(named("fo:font-weight"), "")
            underline = "" if text is None else text.get(named("style:text-underline-style"), "")
            style = _Style(shown, element.get(named("style:parent-style-name"), ""), automatic, _is_bold(weight), underline not in ("", "none"))
            self._styles[element.get(named("style:family"), ""), name] = style

    def shown(self, name: str) -> str:
        """What the named style of a paragraph is called; "" if it has none."""
        return next((style.shown for style in self._line("paragraph", name) if not style.automatic), "")

    def is_bold(self, family: str, name: str, *, otherwise: bool) -> bool:
        """Whether text in a style is bold, or underlined by hand.

        Args:
            family: "paragraph" or "text".
            name: Of the style.
            otherwise: What holds if the style does not say.
        """
        line = list(self._line(family, name))
        if any(style.underlined for style in line if style.automatic):
            return True
        return next((style.bold for style in line if style.bold is not None), otherwise)

    def _line(self, family: str, name: str) -> Iterator[_Style]:
        """A style and those that it stands on."""
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.parent


def _is_bold(weight: str) -> bool | None:
    if not weight:
        return None
    return int(weight) >= _BOLD_FROM if weight.isdecimal() and len(weight) < 5 else weight == "bold"
