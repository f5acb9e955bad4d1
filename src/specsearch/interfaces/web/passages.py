"""How passages are shown: what sections and kinds are called, a score in a word, which words of a quote are marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from specsearch.encoding.words import stems
from specsearch.escaping import one_line
from specsearch.interfaces.service.listing import code_of
from specsearch.interfaces.tables import HIT_COLUMNS, PASSAGE_COLUMNS, also_said, hit_rows, passage_row
from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.parsing.statements import quotation
from specsearch.records import SECTIONS, Hit, Kind, Quoted, Strength
from specsearch.records.shapes import as_dict

KINDS: Mapping[str, str] = MappingProxyType({
    Kind.DUTY: "Duties", Kind.QUALIFICATION: "Qualifications", Kind.CONTEXT: "About the class", Kind.ADMINISTRATIVE: "Pay and application",
})  # fmt: skip
LIST_COOKIE = "list"
MOST_LISTED = 200
"""Passages that a list holds: as many as a cookie has room for."""
_CODE = re.compile(r"[0-9a-z]{8}\.[0-9a-z]{1,7}")
_BETWEEN = "_"
_SPACES = re.compile(r"(\s+)")
FORMATS = ("csv", "xlsx", "docx")


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as a page shows it.

    Attributes:
        code: By which it is put into the list.
        of: The passage, its document and its place.
        runs: The quote in pieces, each with whether it is marked.
        place: Page or line, in words.
        section: Its section, in words.
        strength: How near it is, in words; None where nothing was searched for.
        score: The same as a number.
        also: Where else its text stands, in words; "" for nowhere.
    """

    code: str
    of: Quoted
    runs: tuple[tuple[str, bool], ...]
    place: str
    section: str
    strength: Strength | None = None
    score: float = 0.0
    also: str = ""


def rows_of(hits: Sequence[Hit], query: str) -> list[Row]:
    """Hits as a page shows them."""
    wanted = frozenset(stem for _, stem in stems(query))
    rows = (row_of(code_of(hit.passage), Quoted(hit.passage, hit.document, hit.line, hit.page), wanted) for hit in hits)
    return [replace(row, strength=hit.strength, score=hit.score, also=also_said(as_dict(hit.also))) for row, hit in zip(rows, hits, strict=True)]


def row_of(code: str, one: Quoted, wanted: frozenset[str] = frozenset()) -> Row:
    """A passage as a page shows it, words of some stems marked."""
    place = f"page {one.page}, line {one.line}" if one.page is not None else f"line {one.line}"
    runs = tuple(marked(as_quoted(one.passage.text), wanted))
    return Row(code, one, runs, place, SECTIONS[one.passage.label])


def as_quoted(text: str) -> str:
    """A passage as pages quote it: on one line, without the bullet or number before it."""
    return one_line(quotation(text))


def marked(text: str, wanted: frozenset[str]) -> list[tuple[str, bool]]:
    """A text in pieces, those marked that are words of some stems."""
    runs: list[tuple[str, bool]] = []

    def add(piece: str, is_marked: bool) -> None:
        if runs and runs[-1][1] == is_marked:
            runs[-1] = runs[-1][0] + piece, is_marked
        elif piece:
            runs.append((piece, is_marked))

    for part in _SPACES.split(text):
        at = 0
        for word, stem in stems(part):
            start = part.find(word, at)
            if stem in wanted and start >= 0:
                add(part[at:start], False)
                add(word, True)
                at = start + len(word)
        add(part[at:], False)
    return runs


# --- the list ------------------------------------------------------------------------------------


def listed_in(request: Request) -> tuple[str, ...]:
    """Codes of the passages that were selected in this browser, in the order in which they were."""
    return codes_in(request.cookies.get(LIST_COOKIE, ""))[:MOST_LISTED]


def codes_in(text: str) -> tuple[str, ...]:
    """Codes in a text, each once; what is none is passed over."""
    return tuple(dict.fromkeys(_CODE.findall(text)))


def joined(codes: Sequence[str]) -> str:
    """Codes as one text, as it is kept and linked."""
    return _BETWEEN.join(codes)


# --- files ---------------------------------------------------------------------------------------


def exported(name: str, suffix: str, passages: Sequence[Hit] | Sequence[Quoted], said: str) -> Response:
    """Passages as a file: rows of a table with the columns of `specsearch search --format csv`, or a document of quotes.

    Args:
        name: Of the file, without its ending.
        suffix: One of `FORMATS`.
        passages: Hits, or passages that were selected.
        said: What they are, in words.
    """
    rows = [row for one in passages for row in (hit_rows(as_dict(one)) if isinstance(one, Hit) else [passage_row(as_dict(one))])]
    columns = HIT_COLUMNS if rows and "rank" in rows[0] else PASSAGE_COLUMNS
    if suffix == "csv":
        content = as_csv(columns, rows)
    elif suffix == "xlsx":
        from specsearch.reports.sheet import as_xlsx

        content = as_xlsx(columns, rows, "Passages")
    else:
        from specsearch.reports.listed import as_docx

        content = as_docx("Passages", said, [quote for one in passages for quote in _quotes(one)])
    return download(content, name, f".{suffix}")


def _quotes(one: Hit | Quoted) -> tuple[Quoted, ...]:
    """A passage as a quote; of a hit also its other places."""
    return (one,) if isinstance(one, Quoted) else (Quoted(one.passage, one.document, one.line, one.page), *one.also.places)
