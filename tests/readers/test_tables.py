"""Criteria in tables: what is asked for and wished for, and when a table is better read row by row."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import lines, read_one
from specsearch.readers.tables import criteria

AREAS = ("Area", "Essential", "Desirable")
LETTERS = ("Area", "Criterion", "Essential/Desirable")

Table = list[list[list[str]]]


def table(*rows: tuple[str, ...]) -> Table:
    """Rows whose cells hold a line each; a bar divides the lines of a cell."""
    return [[cell.split("|") if cell else [] for cell in row] for row in rows]


@pytest.mark.parametrize("mark", ["✓", "✔", "☑", "■", "●", "•", "*", "x", "X", "Yes", "y"])
def test_ticks(mark: str) -> None:
    """A tick stands for what its row is about."""
    assert criteria(table(AREAS, ("Reads maps", mark, ""), ("Sings", "", mark))) == [("Essential", ["Reads maps"]), ("Desirable", ["Sings"])]


@pytest.mark.parametrize("mark", ["-", "–", "—", "No", "n", "N/A", "n.a.", "✗", "☐", "...", ""])
def test_what_is_no_tick(mark: str) -> None:
    """A dash or a "no" claims nothing of the column that it stands in."""
    assert criteria(table(AREAS, ("Reads maps", "✓", mark), ("Sings", mark, "x"))) == [("Essential", ["Reads maps"]), ("Desirable", ["Sings"])]


@pytest.mark.parametrize(
    ("said", "essential"),
    [("E", True), ("e", True), ("Essential", True), ("Required", True), ("D", False), ("Desirable", False), ("Preferred", False), ("Desirable criteria", False)],
)
def test_letters(said: str, essential: bool) -> None:
    """A column of letters tells by the letters and words that name such columns."""
    found = criteria(table(LETTERS, ("Skills", "Reads maps", said), ("Other", "Sings", "D"), ("Other", "Climbs", "E")))
    assert found is not None
    assert ("Skills | Reads maps" in dict(found)["Essential"], "Skills | Reads maps" in dict(found)["Desirable"]) == (essential, not essential)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((AREAS, ("Reads maps", "", "")), id="nothing-at-all"),
        pytest.param((AREAS, ("Reads maps", "x", ""), ("Sings", "", "")), id="nothing-in-one-row"),
        pytest.param((AREAS, ("Reads maps", "x", ""), ("Sings", "-", "No")), id="refused-in-one-row"),
        pytest.param((AREAS, ("Skills",), ("Reads maps", "x", "")), id="heading-over-the-columns"),
        pytest.param((("Essential", "Desirable"), ("Skills",), ("Reads maps", "Sings")), id="heading-in-the-first-column"),
        pytest.param((AREAS, ("Skills", "Reads maps", "Sings"), ("Climbs", "Swims")), id="cell-over-two-rows"),
        pytest.param((AREAS, ("", "x", "")), id="tick-of-nothing"),
        pytest.param((LETTERS, ("Skills", "Reads maps", "E"), ("Skills", "Sings", "")), id="letter-missing"),
        pytest.param((LETTERS, ("Skills", "Reads maps", "E"), ("Skills", "Sings", "A")), id="letter-of-another-sort"),
        pytest.param((LETTERS, ("Skills", "Reads maps", "E/D")), id="both-letters"),
        pytest.param((LETTERS, ("Skills", "Reads maps", "Every day")), id="word-that-begins-so"),
        pytest.param((AREAS, ("", "", "")), id="blank"),
    ],
)  # fmt: skip
def test_tables_to_be_read_row_by_row(rows: tuple[tuple[str, ...], ...]) -> None:
    """Where a row would say nothing, or its cells may stand in other columns, the table is no specification."""
    assert criteria(table(*rows)) is None


def test_blank_rows_and_words_beside_marks() -> None:
    """A blank row is nothing; a "no" or "x" among other lines of a cell is a line of it."""
    assert criteria(table(AREAS, ("", "", ""), ("", "No|criminal record", "-"))) == [("Essential", ["No", "criminal record"])]


WORDS = st.sampled_from("alder birch cedar dogwood elm fir ginkgo hazel".split())
CELLS = st.lists(st.one_of(WORDS, st.sampled_from(("", "-", "x", "E", "No", "Essential"))), max_size=3)
HEADERS = st.sampled_from((AREAS, LETTERS, ("Essential", "Desirable"), ("Criterion", "Required/Preferred"), ("Area", "Essential criteria", "Desirable criteria", "Shown by")))
TABLES = st.tuples(HEADERS, st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
MARKS = frozenset(("x", "e", "no", "essential", "d"))


def words_of(texts: list[str]) -> set[str]:
    return set(re.findall(r"\w+", " ".join(texts).lower())) - MARKS


def as_markdown(header: tuple[str, ...], rows: Table) -> tuple[str, str]:
    body = ["| " + " | ".join(" ".join(cell) for cell in row) + " |" for row in rows]
    return "x.md", "\n".join(["Ranger", "", "| " + " | ".join(header) + " |", "|---" * len(header) + "|", *body]) + "\n"


def as_html(header: tuple[str, ...], rows: Table) -> tuple[str, str]:
    shapes: tuple[Callable[[list[str]], str], ...] = (
        "<br>".join,
        lambda cell: "".join(f"<p>{line}</p>" for line in cell),
        lambda cell: f"{cell[0] if cell else ''}<ul>{''.join(f'<li>{line}</li>' for line in cell[1:])}</ul>",
        lambda cell: f"<ul><li>{'<ul><li>'.join(cell)}{'</li></ul>' * len(cell)}",
        lambda cell: f"{' '.join(cell[:1])}<p>{'</p><div>'.join(cell[1:])}</div>",
    )
    counted = iter(range(100))
    cells = ["".join(f"<td>{shapes[next(counted) % len(shapes)](cell)}</td>" for cell in row) for row in rows]
    return "x.html", f"<p>Ranger</p><table><tr>{''.join(f'<th>{name}</th>' for name in header)}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def as_word(header: tuple[str, ...], rows: Table) -> tuple[str, bytes]:
    document = docx.Document()
    document.add_paragraph("Ranger")
    made = document.add_table(len(rows) + 1, max(len(header), *map(len, rows)))
    for cells, texts in zip((row.cells for row in made.rows), [[[name] for name in header], *rows], strict=True):
        for cell, text in zip(cells, texts, strict=False):
            for line in text:
                cell.add_paragraph(line)
        if len(texts) < len(cells):
            cells[len(texts) - 1].merge(cells[-1])
    data = io.BytesIO()
    document.save(data)
    return "x.docx", data.getvalue()


@pytest.mark.parametrize("written", [as_markdown, as_html, as_word])
@given(made=TABLES)
@settings(max_examples=25, deadline=None)
def test_no_word_of_a_table_is_lost(written: Callable[[tuple[str, ...], Table], tuple[str, str | bytes]], made: tuple[tuple[str, ...], Table]) -> None:
    """Whatever a table below a header of criteria is taken for, each word of its rows is read, and whole."""
    name, content = written(*made)
    with TemporaryDirectory() as folder:
        read = lines(read_one(Path(folder), name, content))
    assert words_of([line for row in made[1] for cell in row for line in cell]) <= words_of(read)
