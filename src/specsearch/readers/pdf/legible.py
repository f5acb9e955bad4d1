"""Telling text from what fonts without a map to Unicode make of it."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from specsearch.readers.pdf.pieces import Piece

_COMMON_PAIRS = frozenset(
    """
        th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra
        ce li ch ll be ma si om ur
        """.split()
)
"""Pairs of letters that make up half of English text, a third of that of its relatives, and a tenth of a cipher."""
_RULES = frozenset("._-–—…")  # of forms and tables of contents
_STRANGE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Sk", "So", "Sm", "Sc"))
_PLAIN_SYMBOLS = frozenset("©®™°±×÷§¢£¥€¼½¾²³•·●■▪◦○□▫◆◇►▶➢➤✓✔☐☑☒→\uf0b7\uf0a7\uf0d8\uf0fc\u00ad\u200b\ufeff\x02\ufffe")
"""Signs, bullets and marks of divided words that good documents have."""


def legible_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page without those in fonts whose characters are not what they look like."""
    by_font: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_font[piece.font].append(piece)
    bad = set()
    for font, group in by_font.items():
        text = " ".join(piece.text for piece in group if len(piece.text.strip()) > 2)  # bullets and signs stand alone
        if _is_gibberish(text, any(piece.unmapped for piece in group)):
            bad.add(font)
    return [piece for piece in pieces if piece.font not in bad]


def _is_gibberish(text: str, unmapped: bool) -> bool:
    """Tell codes of glyphs from text: by characters that no document has, or pairs of letters that no language has.

    Args:
        text: All that a page shows in one font.
        unmapped: Whether pdfium knows of no map for the font. It is right about many of these all the same.
    """
    marks = [char for char in text if not char.isspace() and char not in _RULES]
    pairs = re.findall(r"(?=([a-z]{2}))", text.lower())
    common = sum(pair in _COMMON_PAIRS for pair in pairs)
    if len(marks) >= 20 and sum(map(_is_strange, marks)) > 0.3 * len(marks):
        return True
    if not unmapped:
        return len(pairs) >= 150 and common < 0.15 * len(pairs)
    if len(marks) >= 40 and sum(map(str.isalnum, marks)) < 0.6 * len(marks):
        return True
    return len(pairs) >= 30 and common < 0.25 * len(pairs)


def _is_strange(char: str) -> bool:
    """A control, private or unassigned code, or a symbol beyond ASCII that documents do not use."""
    return char not in string.printable and char not in _PLAIN_SYMBOLS and unicodedata.category(char) in _STRANGE
