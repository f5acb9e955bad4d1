"""Tables fit the width there is, and cut no word that is not longer than its column."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from conftest import CORPUS
from specsearch.interfaces.cli import app
from specsearch.interfaces.cli.layout import column_widths, output_width, squeezed_widths, table_lines, wrapped

WIDTHS = (60, 80, 100, 120)
CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"
COMMANDS = {
    "roles": ["roles"],
    "search": ["search", "respond to residents complaints", "--explain"],
    "similar": ["similar", CENTER],
    "compare": ["compare", CENTER, OTHER],
    "cities": ["cities", CENTER, "--matrix"],
    "cities-duty": ["cities", "--duty", "patches potholes in streets"],
    "decide": ["decide"],
    "sources": ["sources", "--all"],
    "status": ["status"],
    "check": ["check"],
    "parse": ["parse", str(CORPUS / CENTER)],
    "evaluate": ["evaluate", "--level", "role"],
}
_TEXT = st.text("ab-/_#, é市", max_size=60).map(lambda text: " ".join(text.split()))


# --- a line ----------------------------------------------------------------------------------------


@given(_TEXT, st.integers(4, 30))
def test_no_line_is_longer_than_the_column_and_nothing_is_lost(line: str, width: int) -> None:
    """Lines fit; together they are the text, but for the space between words at which they end."""
    lines = wrapped(line, width)
    assert all(sum(2 if character == "市" else 1 for character in part) <= width for part in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert all(part == part.strip() for part in lines)


@given(st.text("ab-/_ ", max_size=60).map(lambda text: " ".join(text.split())), st.integers(4, 30))
def test_only_longer_words_are_divided(line: str, width: int) -> None:
    """A word that is not longer than the column stands whole on one line, and a longer one is divided after a separator that is near."""
    lines = wrapped(line, width)
    whole = [word for part in lines for word in part.split()]
    for word in set(line.split()):
        if len(word) <= width:
            assert whole.count(word) >= line.split().count(word)
        elif max(map(len, re.findall(r"[^/\-_]*[/\-_]*", word))) <= width:
            assert word not in whole


@pytest.mark.parametrize(
    ("line", "width", "expected"),
    [
        ("wren-harbor-me/street-crew-leader.pdf", 16, ["wren-harbor-me/", "street-crew-", "leader.pdf"]),
        ("see wren-harbor-me/crew.pdf, page 2", 16, ["see", "wren-harbor-me/", "crew.pdf, page 2"]),
        ("qualifications", 14, ["qualifications"]),
        ("qualifications", 10, ["qualificat", "ions"]),
        ("full-time work", 9, ["full-time", "work"]),
        ("", 5, [""]),
    ],
)
def test_lines(line: str, width: int, expected: list[str]) -> None:
    """Words are kept whole, paths divided after their separators, nothing is added."""
    assert wrapped(line, width) == expected


# --- a table ---------------------------------------------------------------------------------------


@given(st.lists(st.lists(_TEXT, min_size=1, max_size=4), min_size=1, max_size=6), st.integers(20, 120))
def test_columns_fit(columns: list[list[str]], room: int) -> None:
    """Widths add up to the room at most, and give every column what it needs if there is room for that."""
    widths = column_widths(columns, room)
    if widths is not None:
        assert sum(widths) <= room
        for width, column in zip(widths, columns, strict=True):
            assert all(len(word) <= width for line in column for word in line.split() if len(word) <= 12 and line.isascii())
    assert sum(squeezed_widths(columns, room)) <= room


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_what_does_not_fit_side_by_side(width: int) -> None:
    """Figures go on below with their first column again; other columns become records; no line is too long."""
    headings = ["city", *(str(n) for n in range(1, 31))]
    lines = list(table_lines(headings, [[["City of Wren Harbor"], *(["100"] for _ in range(30))]], range(1, 31), width))
    assert max(map(len, lines)) <= width
    assert sum(line.count("100") for line in lines) == 30
    assert [n for line in lines for n in re.findall(r"(?<=\s)\d{1,2}(?=\s|$)", line)] == headings[1:]
    records = list(table_lines(["title", "qualifications", "document"], [[["a" * 20], ["b" * 20], ["c" * 20]]], (), 40))
    assert records == ["", f" title           {'a' * 20}", f" qualifications  {'b' * 20}", f" document        {'c' * 20}", ""]


@pytest.mark.parametrize(("said", "expected"), [("80", 80), ("200", 200), ("5", 40), ("", 100), ("0", 100), ("wide", 100), ("-3", 100)])
def test_width_of_output_that_is_no_terminal(said: str, expected: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """COLUMNS decides; what is no number does not count."""
    monkeypatch.setenv("COLUMNS", said)
    assert output_width() == expected


def test_width_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without COLUMNS the terminal decides, also that of standard error when the output is piped."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def size(handle: int) -> os.terminal_size:
        if handle != 2:
            raise OSError(25, "Inappropriate ioctl for device")
        return os.terminal_size((72, 20))

    class Stream:
        def __init__(self, handle: int) -> None:
            self.fileno = lambda: handle

    monkeypatch.setattr("sys.stdout", Stream(1))
    monkeypatch.setattr("sys.stderr", Stream(2))
    monkeypatch.setattr(os, "get_terminal_size", size)
    assert output_width() == 72


# --- every table of every command ------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the sample corpus, with a decision."""
    folder = Path(shutil.copytree(sample_index, tmp_path_factory.mktemp("tables") / "index"))
    run(["decide", CENTER, OTHER, "accept", "--reason", "Supervises comparable responsibilities.", "--reviewer", "Administrator"], folder)
    run(["decide", "--export", str(folder.parent / "qrels.tsv")], folder)
    return folder


def run(arguments: Sequence[str], index: Path, width: int = 100, style: str = "") -> str:
    """What a command prints on standard output in so many columns."""
    more = [] if arguments[0] == "parse" else ["--index", str(index)]
    more += ["--qrels", str(index.parent / "qrels.tsv")] if arguments[0] == "evaluate" else []
    more += ["--format", style] if style else []
    done = CliRunner().invoke(app, [*arguments, *more], env={"COLUMNS": str(width), "TERM": "dumb"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@cache
def very_wide(command: str, index: Path) -> str:
    return run(COMMANDS[command], index, 1000)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_word_of_any_table_is_cut(command: str, width: int, index: Path) -> None:
    """At every width each word that stands on a line of a very wide table stands whole on a line; no line of a table is too long."""
    wide, narrow = very_wide(command, index), run(COMMANDS[command], index, width)
    words = {word for word in re.findall(r"[^\s/\-_#,]+", wide) if re.search(r"\w", word) and len(word) <= 12}
    assert len(words) > 5
    assert words - set(re.findall(r"[^\s/\-_#,]+", narrow)) == set()
    if command in ("roles", "search", "similar", "cities-duty", "decide", "status", "parse"):
        texts = [line for line in narrow.splitlines() if not line.startswith(("Duties that", "Roles that"))]
        assert max(map(len, texts)) <= width
