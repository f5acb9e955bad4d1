"""The Python interface as those who embed it meet it: names, errors, plain values, frames and notebooks."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
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
from specsearch.records import Choice, Standing

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
    assert set(dir(specsearch)) == {*specsearch.__all__, "__version__"}  # and nothing that the module needs for itself


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
    ("subject of a survey", lambda here, index: specsearch.survey_role(index, "a.txt").role),
    ("hit", lambda here, index: specsearch.search(index, "operating budget of the port", k=1)[0]),
    ("similar role", lambda here, index: specsearch.similar(index, "b.txt")[0]),
    ("number of NumPy", lambda here, index: np.int64(specsearch.find_role(index, "a.txt") or 0)),
]


@pytest.mark.parametrize(("name", "role"), NAMES, ids=[name for name, _ in NAMES])
def test_roles_are_named_alike(name: str, role: Callable[[Path, Index], object], here: Path, index: Index) -> None:
    """Names, ids, codes, numbers, files, parsed documents and roles name the same role everywhere."""
    asked = role(here, index)
    comparison = specsearch.compare(index, asked, "b.txt")  # type: ignore[arg-type]  # each is of a kind that is allowed
    expected = specsearch.compare(index, "a.txt", "b.txt")
    assert (comparison.verdict, comparison.coverage_a, comparison.coverage_b) == (expected.verdict, expected.coverage_a, expected.coverage_b)
    assert [one.document.doc_id for one in specsearch.similar(index, asked)] == ["b.txt"]  # type: ignore[arg-type]  # not itself
    assert specsearch.survey_role(index, asked).rows[0].cells  # type: ignore[arg-type]


def test_a_role_that_is_not_in_the_index(here: Path, index: Index) -> None:
    """A file is compared without being indexed."""
    assert specsearch.compare(index, here / "c.txt", "a.txt").a.document.source.title == "FINANCE CLERK"


@pytest.mark.parametrize("role", ["no such role", 99, "nothing.txt"])
def test_unknown_roles_are_refused(role: str | int, index: Index) -> None:
    """A name that nothing has is an error of use, which says so."""
    with pytest.raises(UsageError, match=r"No role|no role"):
        specsearch.similar(index, role)


@pytest.mark.parametrize("id_", ["fern point", "Budget Analyst", "1204", "A.TXT", "a", ""])
def test_documents_are_named_by_their_ids_only(id_: str, index: Index) -> None:
    """A document that the index does not have is not taken for another one that its id happens to describe."""
    document = replace(specsearch.compare(index, "a.txt", "b.txt").a.document, doc_id=id_)
    with pytest.raises(UsageError, match=r"No role .* has the document id"):
        specsearch.similar(index, document)


def test_a_role_with_another_text_is_another_role(here: Path, index: Index) -> None:
    """A file that only has the name of an indexed one is compared as it is, and the indexed one is found for it."""
    (here / "later").mkdir()
    later = here / "later" / "a.txt"
    later.write_text((here / "corpus" / "a.txt").read_text(encoding="utf-8") + "\nMAY 2031\n", encoding="utf-8")
    for role in (later, specsearch.parse(later)[0]):
        assert specsearch.similar(index, role)[0].document.doc_id == "a.txt"
        assert "MAY 2031" in specsearch.compare(index, role, "b.txt").a.document.text


@pytest.mark.parametrize("role", [None, 1.0, b"a.txt", ["a.txt"], np.float64(1), True])
def test_what_names_no_role_is_refused(role: object, index: Index) -> None:
    """Anything else is an error of use, which says what is accepted."""
    with pytest.raises(UsageError, match=r"names no role\. Give a title, .* or a Role, ParsedDocument, Document, Hit or SimilarRole"):
        specsearch.similar(index, role)  # type: ignore[arg-type]  # that is the point


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
        (("search", "operating budget", "-k", "3", "--explain"), lambda index, here: {"query": "operating budget", "reading": {"typed": "operating budget", "meaning": "operating budget", "taken": [], "notes": []}, "chance": False, "hits": specsearch.search(index, "operating budget", k=3, explained=True, places=None).to_dict()}),
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
    for one in [*everything(here, index), index, specsearch.build_index(here / "corpus", here / "index")]:
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


def test_frames_of_nothing_have_columns(index: Index) -> None:
    """The columns of a frame do not depend on how much was found, nor on whether any of it was decided."""
    empty = specsearch.Filters(title="Budget Analyst", city="Moss Landing")
    for found, nothing in (
        (specsearch.search(index, "operating budget"), specsearch.search(index, "operating budget", filters=empty)),
        (specsearch.similar(index, "a.txt"), specsearch.similar(index, "a.txt", filters=empty)),
    ):
        assert found
        assert not nothing
        assert list(specsearch.to_frame(nothing).columns) == list(specsearch.to_frame(found).columns)
    one = specsearch.similar(index, "a.txt")[0]
    decision = specsearch.Decision("a.txt", "b.txt", Choice.ACCEPT, "x", "Ann", "2026-01-02", "m", "f", "", "")
    mixed = specsearch.to_frame([one, replace(one, standing=Standing(decision, current=True))])
    assert list(mixed.columns) == list(specsearch.to_frame([one]).columns)
    assert (list(mixed["decision"].isna()), mixed["decision"][1]) == ([True, False], "accept")


def test_frames_of_documents_tell_them_apart(here: Path) -> None:
    """A passage of a parsed document has its document beside it, so that several can go into one frame."""
    parsed = [specsearch.parse(here / name)[0] for name in ("c.txt", "corpus/a.txt")]
    frame = specsearch.to_frame(parsed)
    assert dict(frame.groupby("document_id").size()) == {one.document.doc_id: len(one.passages) for one in parsed}
    assert set(frame["title"]) == {"FINANCE CLERK", "BUDGET ANALYST"}
    assert set(frame["jurisdiction"]) == {one.document.source.jurisdiction for one in parsed}


def test_members_have_frames(here: Path, index: Index) -> None:
    """What the page names as a part of a result is a row of its own; a report of an update is no table."""
    comparison = specsearch.compare(index, "a.txt", "b.txt")
    for one in (comparison.a, comparison.a.document, comparison.a.passages[0], specsearch.similar(index, "a.txt")[0]):
        assert len(specsearch.to_frame(one)) == 1
    with pytest.raises(UsageError, match="no table of IndexReport"):
        specsearch.to_frame(specsearch.build_index(here / "corpus", here / "index"))


def test_reports_of_updates_are_plain(tmp_path: Path) -> None:
    """What an update did becomes plain values, the skipped files included."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(_TEXT.format(city="FERN POINT", title="CLERK", code="1", place="port"), encoding="utf-8")
    (tmp_path / "corpus" / "empty.txt").write_bytes(b"")
    report = specsearch.build_index(tmp_path / "corpus", tmp_path / "index")
    values = report.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert values["added"] == 1
    assert [skip["path"] for skip in values["skips"]] == ["empty.txt"]


def test_reports_are_written_by_name(index: Index, tmp_path: Path) -> None:
    """A report takes its place as text or as a path, and says in Python's words how to replace one."""
    comparison = specsearch.compare(index, "a.txt", "b.txt")
    for place in (str(tmp_path / "text.md"), tmp_path / "path.md"):
        specsearch.write_report(comparison, place)
        with pytest.raises(UsageError, match="force=True"):
            specsearch.write_report(comparison, place)
        specsearch.write_report(comparison, place, force=True)
    assert (tmp_path / "text.md").read_bytes() == (tmp_path / "path.md").read_bytes()


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


def test_notebooks_say_what_a_comparison_comes_to(index: Index) -> None:
    """Verdict, coverage and reasons stand above the table of duties, also where none is matched."""
    comparison = replace(specsearch.compare(index, "a.txt", "b.txt"), reasons=("Because <b>.", "And so."))
    for one in (comparison, replace(comparison, matches=(), partial=())):
        shown = one._repr_html_()
        assert shown.startswith("<table><caption>")
        for said in (str(one.verdict), f"{one.coverage_a:.0%}", f"{one.coverage_b:.0%}", "Because &lt;b&gt;.", "And so."):
            assert said in shown.partition("</caption>")[0]


def test_notebooks_show_the_source_of_a_role(index: Index) -> None:
    """A role and a document show where they come from, not their whole text."""
    role = specsearch.compare(index, "a.txt", "b.txt").a
    for one in (role, role.document):
        shown = one._repr_html_()
        assert "BUDGET ANALYST" in shown
        assert "Writes reports" not in shown
        assert "origins" not in shown


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
