"""The Python interface as those who embed it meet it: names, errors, plain values, frames and notebooks."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import specsearch
from conftest import specsearch as run
from specsearch import (
    Comparison,
    Document,
    Hit,
    Index,
    IndexDamagedError,
    IndexMissingError,
    Results,
    SpecsearchError,
    UsageError,
)

ROOT = Path(__file__).parents[1]
_TEXT = """\
CITY OF {city}
{title}
Class Code: {code}

EXAMPLES OF DUTIES
• Prepares and monitors the <b>operating</b> budget of the {place}.
• Writes reports about {place} fees & charges for the council.
• Trains new clerks at the counter.

QUALIFICATIONS
• A bachelor's degree and two years of {place} experience.
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three documents, and an index of two of them."""
    here = tmp_path_factory.mktemp("api")
    (here / "corpus").mkdir()
    for name, city, title, code, place in (
        ("a.txt", "FERN POINT", "BUDGET ANALYST", "1204", "port"),
        ("b.txt", "MOSS LANDING", "FISCAL OFFICER", "77", "airport"),
    ):
        (here / "corpus" / name).write_text(_TEXT.format(city=city, title=title, code=code, place=place), encoding="utf-8")
    (here / "c.txt").write_text(_TEXT.format(city="OAK RUN", title="FINANCE CLERK", code="3", place="pool"), encoding="utf-8")
    specsearch.build_index(here / "corpus", here / "index")
    return here


@pytest.fixture(scope="module")
def index(here: Path) -> Iterator[Index]:
    """The open index."""
    with specsearch.open_index(here / "index") as opened:
        yield opened


def test_dir_lists_the_public_names() -> None:
    """`dir(specsearch)`, which completion asks, has every public name before any is used."""
    code = "import specsearch, json; print(json.dumps([n for n in specsearch.__all__ if n not in dir(specsearch)]))"
    assert json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) == []
    assert {"search", "similar", "compare", "survey_role", "survey_duty", "to_frame", "IndexMissingError"} <= set(dir(specsearch))


NAMES: list[tuple[str, Callable[[Path, Index], object]]] = [
    ("id", lambda here, index: "a.txt"),
    ("title", lambda here, index: "Budget Analyst"),
    ("words", lambda here, index: "fern point"),
    ("code", lambda here, index: "1204"),
    ("document", lambda here, index: specsearch.search(index, "operating budget of the port", k=1)[0].document),
    ("number", lambda here, index: specsearch.find_role(index, "a.txt")),
    ("path", lambda here, index: here / "corpus" / "a.txt"),
    ("text path", lambda here, index: str(here / "corpus" / "a.txt")),
    ("parsed", lambda here, index: specsearch.parse(here / "corpus" / "a.txt")[0]),
    ("role", lambda here, index: specsearch.compare(index, "a.txt", "b.txt").a),
]


@pytest.mark.parametrize(("name", "role"), NAMES, ids=[name for name, _ in NAMES])
def test_roles_are_named_alike(name: str, role: Callable[[Path, Index], object], here: Path, index: Index) -> None:
    """Names, ids, codes, numbers, files, parsed documents and roles name the same role everywhere."""
    asked = role(here, index)
    comparison = specsearch.compare(index, asked, "b.txt")  # type: ignore[arg-type]  # each is of a kind that is allowed
    expected = specsearch.compare(index, "a.txt", "b.txt")
    assert (comparison.verdict, comparison.coverage_a, comparison.coverage_b) == (expected.verdict, expected.coverage_a, expected.coverage_b)
    assert "b.txt" in [one.document.doc_id for one in specsearch.similar(index, asked)]  # type: ignore[arg-type]
    assert specsearch.survey_role(index, asked).rows[0].cells  # type: ignore[arg-type]


def test_a_role_that_is_not_in_the_index(here: Path, index: Index) -> None:
    """A file is compared without being indexed."""
    assert specsearch.compare(index, here / "c.txt", "a.txt").a.document.source.title == "FINANCE CLERK"


@pytest.mark.parametrize("role", ["no such role", 99, "nothing.txt"])
def test_unknown_roles_are_refused(role: str | int, index: Index) -> None:
    """A name that nothing has is an error of use, which says so."""
    with pytest.raises(UsageError, match=r"No role|no role"):
        specsearch.similar(index, role)


def test_a_missing_index_is_not_damaged(tmp_path: Path) -> None:
    """A wrong folder is an error of its own, which says how to make an index there."""
    with pytest.raises(IndexMissingError, match="Build one with"):
        specsearch.open_index(tmp_path / "nowhere")
    assert not issubclass(IndexMissingError, IndexDamagedError)


def everything(here: Path, index: Index) -> list[object]:
    """One of each kind of what is returned."""
    hits = specsearch.search(index, "operating budget", k=3, explained=True)
    comparison = specsearch.compare(index, "a.txt", "b.txt")
    return [
        *hits, comparison, hits[0].document, hits[0].passage, comparison.a, specsearch.parse(here / "c.txt")[0],
        *specsearch.similar(index, "a.txt"), specsearch.survey_role(index, "a.txt"), specsearch.survey_duty(index, "operating budget"),
    ]  # fmt: skip


def test_to_dict_is_plain(here: Path, index: Index) -> None:
    """What is returned becomes plain values that JSON keeps as they are."""
    for one in everything(here, index):
        values = one.to_dict()  # type: ignore[attr-defined]  # all of them have it
        assert json.loads(json.dumps(values)) == values
    hits = specsearch.search(index, "operating budget", k=3)
    assert hits.to_dict() == [hit.to_dict() for hit in hits]


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        (("search", "operating budget", "-k", "3", "--explain"), lambda index, here: {"query": "operating budget", "hits": specsearch.search(index, "operating budget", k=3, explained=True).to_dict()}),
        (("similar", "a.txt"), lambda index, here: specsearch.similar(index, "a.txt").to_dict()),
        (("compare", "a.txt", "b.txt"), lambda index, here: specsearch.compare(index, "a.txt", "b.txt").to_dict()),
        (("cities", "a.txt"), lambda index, here: specsearch.survey_role(index, "a.txt").to_dict()),
        (("cities", "--duty", "operating budget"), lambda index, here: specsearch.survey_duty(index, "operating budget").to_dict()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_to_dict_is_what_the_command_prints(arguments: tuple[str, ...], made: Callable[[Index, Path], object], here: Path, index: Index) -> None:
    """The same names and values in Python as on the command line."""
    done = run(*arguments, "--format", "json", cwd=here)
    assert done.code == 0, done.err
    assert json.loads(done.out) == made(index, here)


def test_reprs_are_short(here: Path, index: Index) -> None:
    """In a session a result is a line that tells what it is, not the whole text of its document."""
    for one in [*everything(here, index), index]:
        assert len(repr(one)) < 220
        assert "\n" not in repr(one)
        assert type(one).__name__ in repr(one)
    hits = specsearch.search(index, "operating budget", k=3)
    assert repr(hits).splitlines() == [repr(hit) for hit in hits]


def test_frames(here: Path, index: Index) -> None:
    """One call makes a data frame of each, with a row for each result and the columns of its source."""
    hits = specsearch.search(index, "operating budget", k=3)
    frame = specsearch.to_frame(hits)
    assert list(frame["rank"]) == [hit.rank for hit in hits]
    assert {"text", "score", "title", "jurisdiction", "class_code", "document_id", "start", "end"} <= set(frame.columns)
    assert len(specsearch.to_frame(hits[0])) == 1
    roles = specsearch.to_frame(specsearch.similar(index, "a.txt"))
    assert list(roles["title"]) == ["FISCAL OFFICER"]
    comparison = specsearch.compare(index, "a.txt", "b.txt")
    assert len(specsearch.to_frame(comparison)) >= len(comparison.matches)
    survey = specsearch.survey_role(index, "a.txt")
    assert len(specsearch.to_frame(survey)) == len(survey.rows) * len(survey.cities)
    parsed = specsearch.parse(here / "c.txt")
    assert len(specsearch.to_frame(parsed)) == len(parsed[0].passages)
    assert isinstance(specsearch.to_frame([]), pd.DataFrame)
    with pytest.raises(UsageError, match="no table of int"):
        specsearch.to_frame(3)


def test_frames_without_pandas(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas the message says how to install it."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'specsearch\[pandas\]'"):
        specsearch.to_frame(specsearch.search(index, "operating budget"))


def test_notebooks_show_tables(here: Path, index: Index) -> None:
    """In a notebook results are tables in which everything from documents is escaped."""
    hits = specsearch.search(index, "operating budget", k=3)
    shown = hits._repr_html_()
    assert shown.count("<tr>") == 1 + len(hits)
    assert "<b>" not in shown
    assert html.escape("<b>operating</b>") in shown
    for one in everything(here, index):
        table = one._repr_html_()  # type: ignore[attr-defined]  # all of them have it
        assert table.startswith("<table>")
        assert "<b>" not in table
    assert Results[Hit]()._repr_html_() == "<p>No results.</p>"


def test_every_error_is_documented() -> None:
    """docs/python.md names every public error with its cause; each is exported and is one of the tree."""
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    errors = [name for name in specsearch.__all__ if name.endswith("Error")]
    assert len(errors) >= 10
    for name in errors:
        assert issubclass(getattr(specsearch, name), SpecsearchError)
        assert re.search(rf"^\| `{name}` \| \S", page, re.M), name


def test_the_examples_of_the_page_run(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of docs/python.md runs as it stands, on an index named as it names it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index").symlink_to(here / "index")
    (tmp_path / "corpus").symlink_to(here / "corpus")
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.S)
    assert examples
    for example in examples:
        exec(example, {"__name__": "example"})


def test_offsets_of_documents(index: Index) -> None:
    """A document tells the line and page of its characters."""
    document = specsearch.search(index, "operating budget", k=1)[0].document
    assert isinstance(document, Document)
    assert document.line_at(0) == 1
    assert document.line_at(len(document.text)) == document.text.count("\n") + 1
    assert document.page_at(5) is None
    assert isinstance(specsearch.compare(index, "a.txt", "b.txt"), Comparison)
