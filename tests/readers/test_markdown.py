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
