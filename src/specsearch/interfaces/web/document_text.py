"""The text of a document as its page shows it: lines and statements in reading order, under the names of their sections."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from specsearch.escaping import one_line, safe
from specsearch.interfaces.service.documents import DocumentAnswer
from specsearch.interfaces.web.addresses import PART
from specsearch.records import SECTIONS, Passage

_TITLE_LINES, _OTHER_LINES = "Title lines", "Other lines"
_NAMED = 60
"""Characters of a statement that name it to those who do not see it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement, a heading or a title line.

    Attributes:
        id: Of its element: "c" and its first character for a statement, "h" for the others.
        sort: "statement", "heading" or "title".
        text: What stands there, fit to be shown.
        stretch: "first-end" of a statement, as it is named when something is said of it; "" for others.
        short: The beginning of a statement.
        unsure: That its section may well be another, in words; "" if it is sure.
        read: That it was read in a picture, in words; "" if it was not.
        by: Who said its section; "" if nobody did.
        page: The page that begins with it; None where none does.
        joined: Whether it stands in one line with what is before it.
    """

    id: str
    sort: str
    text: str
    stretch: str = ""
    short: str = ""
    unsure: str = ""
    by: str = ""
    page: int | None = None
    joined: bool = False
    read: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What stands together under the name of a section.

    Attributes:
        name: Of the section, in words.
        kind: What its statements are coloured by; "" for lines that are no statement.
        units: In reading order.
    """

    name: str
    kind: str
    units: list[Unit] = field(default_factory=list)


def parts_of(answer: DocumentAnswer) -> int:
    """In how many parts a document is shown."""
    parsed = answer.parsed
    starts = [one.start for one in parsed.passages] + [one.start for one in parsed.furniture]
    return max(starts, default=0) // PART + 1


def runs_of(answer: DocumentAnswer, part: int) -> list[Run]:
    """A part of the text of a document.

    Args:
        answer: The document.
        part: Which, from 0.
    """
    runs: list[Run] = []
    above: list[Unit] = []
    other = _TITLE_LINES
    for unit, passage in _units(answer, part):
        if passage is None:
            above.append(unit)
            continue
        headed = next((at for at in range(len(above), 0, -1) if above[at - 1].sort != "heading"), 0)
        _add(runs, other, "", above[:headed])
        _add(runs, SECTIONS[passage.label], str(passage.kind), [*above[headed:], unit])
        above, other = [], _OTHER_LINES
    _add(runs, other, "", above)
    return runs


def _add(runs: list[Run], name: str, kind: str, units: Sequence[Unit]) -> None:
    if not units:
        return
    if not runs or runs[-1].name != name:
        runs.append(Run(name, kind))
    runs[-1].units.extend(units)


def _units(answer: DocumentAnswer, part: int) -> Iterator[tuple[Unit, Passage | None]]:
    """What begins in a part, in reading order, with the passage that it is."""
    document = answer.parsed.document
    pieces: list[tuple[int, int, str, Passage | None]] = [(one.start, one.end, one.role, None) for one in answer.parsed.furniture]
    pieces += [(one.start, one.end, "statement", one) for one in answer.parsed.passages]
    before, page = 0, 0
    for start, end, sort, passage in sorted(pieces, key=lambda piece: piece[:2]):
        if start // PART == part:
            now = bisect_right(document.pages, start) if document.pages else 0
            joined = before > 0 and not set(document.text[before:start]) & {"\n", "\f"}
            shown = safe(document.text[start:end].replace("\f", "\n"))
            new_page = now if now != page and (page or now > 1) else None
            page = now
            if passage is None:
                yield Unit(f"h{start}", sort, shown, page=new_page, joined=joined), None
            else:
                by = answer.labelled.get(passage.passage_id, "")
                read = passage.how_read and f"{passage.how_read}, {passage.recognised:.0%}"
                unsure = f"section unsure, {passage.confidence:.0%}" if passage.unsure else ""
                yield Unit(f"c{start}", sort, shown, f"{start}-{end}", one_line(passage.text[: _NAMED * 2])[:_NAMED], unsure, one_line(by), new_page, joined, read), passage
        before = end
