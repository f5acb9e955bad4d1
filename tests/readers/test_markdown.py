"""Markdown."""

from __future__ import annotations

from pathlib import Path

from sources import HEADING, ITEM, PARAGRAPH, ROW, TITLE, bold, read_one, styled


def test_markdown(tmp_path: Path) -> None:
    """Headings, items, bold runs, tables and quotes are kept as structure, and the marks go."""
    text = (
        "# Meter Reader\n\n"
        "| Class code | 4120 |\n|---|---|\n| Pay grade | G-7 |\n\n"
        "## Examples of *work* ##\n\n"
        "Reads **water** meters,\nand `gas` meters, see [the map](https://example.org).\n\n"
        "- Reports leaks\n  to the dispatcher.\n* Repairs lids.\n3. Explains bills.\n\n"
        "**Education:** A diploma.\n**License:** A driver\\_s license.\n\n---\n"
        "**Preferred**\n\n> Speaks two languages.  \nKnows the city.\n"
    )
    source = read_one(tmp_path, "x.md", text)
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (ROW, "Class code | 4120"),
        (ROW, "Pay grade | G-7"),
        (HEADING, "Examples of work"),
        (PARAGRAPH, "Reads water meters, and gas meters, see the map."),
        (ITEM, "Reports leaks to the dispatcher."),
        (ITEM, "Repairs lids."),
        (ITEM, "3. Explains bills."),
        (PARAGRAPH, "Education: A diploma."),
        (PARAGRAPH, "License: A driver_s license."),
        (PARAGRAPH, "Preferred"),
        (PARAGRAPH, "Speaks two languages."),
        (PARAGRAPH, "Knows the city."),
    ]
    assert bold(source) == ["Meter Reader", "Examples of work", "Education:", "License:", "Preferred"]


def test_markdown_without_blank_lines(tmp_path: Path) -> None:
    """Lines of a text that is not wrapped are blocks of their own, whatever stands above them; a word goes on."""
    text = (
        "# Park Aide\n**Salary Grade:** L18\n## Duties\nThe aide helps the rangers.\n- Clears paths\n- Paints signs of\nthe park\n"
        "Notes\nBring boots.\n**Benefits**\nPaid leave\nDental plan\n"
    )
    assert styled(read_one(tmp_path, "x.md", text)) == [
        (TITLE, "Park Aide"),
        (PARAGRAPH, "Salary Grade: L18"),
        (HEADING, "Duties"),
        (PARAGRAPH, "The aide helps the rangers."),
        (ITEM, "Clears paths"),
        (ITEM, "Paints signs of the park"),
        (PARAGRAPH, "Notes"),
        (PARAGRAPH, "Bring boots."),
        (PARAGRAPH, "Benefits"),
        (PARAGRAPH, "Paid leave"),
        (PARAGRAPH, "Dental plan"),
    ]


def test_markdown_wrapped_lines(tmp_path: Path) -> None:
    """Lines of a wrapped text are put together."""
    text = (
        "## Duties\nThe aide walks the trails of the parks each day of the\nweek, clears fallen branches, and tells a ranger from\n"
        "Elm Fork of any damage that a crew has to mend.\n\n- Paints all signs of the park, orders the paint that is\n  needed, and keeps the brushes clean.\n"
    )
    assert styled(read_one(tmp_path, "x.md", text)) == [
        (HEADING, "Duties"),
        (PARAGRAPH, "The aide walks the trails of the parks each day of the week, clears fallen branches, and tells a ranger from Elm Fork of any damage that a crew has to mend."),
        (ITEM, "Paints all signs of the park, orders the paint that is needed, and keeps the brushes clean."),
    ]


def test_markdown_person_specification(tmp_path: Path) -> None:
    """Each criterion is a row of its own below the name of its column, and other tables have their header set apart."""
    text = "| | Essential | Desirable |\n|---|---|---|\n| Education | Degree | Master's |\n\n| Task | Share |\n|---|---|\n| Clears paths | 40% |\n"
    source = read_one(tmp_path, "x.md", text)
    assert styled(source) == [(ROW, "Essential"), (ROW, "Education | Degree"), (ROW, "Desirable"), (ROW, "Education | Master's"), (ROW, "Task | Share"), (ROW, "Clears paths | 40%")]
    assert bold(source) == ["Essential", "Desirable", "Task | Share"]


def test_markdown_levels_of_headings(tmp_path: Path) -> None:
    """The level of a heading is kept."""
    assert [block.level for block in read_one(tmp_path, "x.md", "# Clerk\n## Duties\nReads.\n### Routes\n").blocks] == [1, 2, 0, 3]
