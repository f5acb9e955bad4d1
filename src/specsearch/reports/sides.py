"""What the parts of a report on a comparison have in common: how its two sides are named and set."""

from __future__ import annotations

from specsearch.records import Comparison
from specsearch.reports.content import Column, employer_of, shown, title_of
from specsearch.roles.names import told_apart


def sides(first: Column, names: tuple[str, str] = ("A", "B")) -> tuple[Column, Column, Column]:
    """Columns of a table that sets both roles side by side: by their letters, where the report has said which is which."""
    share = (100 - first.width) // 2
    name_a, name_b = names
    return (first, Column(name_a, share), Column(name_b, share))


def names_of(comparison: Comparison) -> tuple[str, str]:
    """Title and employer of each role with its letter; with the document's id where these are the same."""
    a, b = comparison.a.document, comparison.b.document
    of_a, of_b = told_apart((f"{title_of(a)}, {employer_of(a)}", f"{title_of(b)}, {employer_of(b)}"), a, b)
    return f"A: {shown(of_a)}", f"B: {shown(of_b)}"


def signed(value: float) -> str:
    """A figure with its sign, also above zero."""
    return f"{value:+.1f}".replace("-", "−")
