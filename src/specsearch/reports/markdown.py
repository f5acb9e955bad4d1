"""Reports as Markdown: the same parts and tables, without charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specsearch.escaping import markdown_address, markdown_text
from specsearch.records import CitySurvey, Comparison
from specsearch.reports.branding import Branding
from specsearch.reports.build import report_of
from specsearch.reports.content import (
    CHOICES,
    Align,
    Block,
    Cell,
    Finding,
    Heading,
    Item,
    Paragraph,
    Quote,
    Review,
    Table,
)
from specsearch.reports.figures import CoverageChart, HeatMap, TreeChart, TreeRow


def as_markdown(subject: Comparison | CitySurvey, branding: Branding | None = None) -> bytes:
    """The report as Markdown, in UTF-8."""
    report = report_of(subject)
    lines = [markdown_text(branding.name), ""] if branding else []
    lines += [f"# {markdown_text(report.kind)}: {markdown_text(report.title)}", "", markdown_text(report.subtitle), ""]
    for part in report.parts:
        lines += [f"## {markdown_text(part.heading)}", ""]
        for block in part.blocks:
            lines += _block(block)
    return "\n".join(lines).encode("utf-8")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from (markdown_text(text), "")
        case Heading(text):
            yield from (f"### {markdown_text(text)}", "")
        case Finding(verdict, reasons):
            yield from (f"**{markdown_text(verdict.capitalize())}**", "")
            yield from (*(f"- {markdown_text(reason)}" for reason in reasons), "")
        case Table():
            yield from (markdown_text(block.caption) + ":", "")
            rows = ([_cell(cell) for cell in row] for row in block.rows)
            yield from _table([markdown_text(c.heading) for c in block.columns], [c.align for c in block.columns], rows)
        case CoverageChart():  # its table says the same
            return
        case HeatMap():
            yield from (markdown_text(block.caption), "")
            aligns = [Align.NAME, *(Align.NUMBER for _ in block.columns)]
            lines = zip(block.rows, block.cells, strict=True)
            yield from _table(["City", *block.columns], aligns, ([markdown_text(city), *(cell.text for cell in cells)] for city, cells in lines))
        case TreeChart():
            yield from (markdown_text(block.caption) + ":", "")
            yield from (_tree_row(row) for row in block.rows)
            yield ""
        case Review():
            yield from _review(block)


def _tree_row(row: TreeRow) -> str:
    title = markdown_text(row.text)
    marked = f"**{' and '.join(row.marks)}: {title}**" if row.marks else title
    return f"{'  ' * row.depth}- {marked}" + (f" ({markdown_text(row.note)})" if row.note else "")


def _table(headings: Sequence[str], aligns: Sequence[Align], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join('---:' if align is Align.NUMBER else '---' for align in aligns)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _cell(cell: Cell) -> str:
    return "<br>".join(_item(item) for item in cell)


def _item(item: Item) -> str:
    if isinstance(item, Quote):
        note = f"**{markdown_text(item.note)}**: " if item.note else ""
        return f"{note}“{markdown_text(item.text)}” ({_linked(item.place, item.link)})"
    return _linked(item.value, item.link) + (f" ({markdown_text(item.place)})" if item.place else "")


def _linked(text: str, address: str) -> str:
    """A text as a link where there is an address, which has no signs that would end it."""
    shown = markdown_text(text)
    return f"[{shown}](<{markdown_address(address)}>)" if address else shown


def _review(block: Review) -> Iterator[str]:
    if len(block.matters) == 1:
        yield from (f"- [ ] {choice}" for choice in CHOICES)
        yield ""
    else:
        aligns = [Align.NAME, *(Align.TEXT for _ in CHOICES)]
        yield from _table(["Counterpart", *CHOICES], aligns, ([markdown_text(matter), *("☐" for _ in CHOICES)] for matter in block.matters))
    for field in ("Reason", "Name", "Date", "Signature"):
        yield from (f"{field}: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_", "")
