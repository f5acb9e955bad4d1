"""Whose documents they are, as users see and correct it: `specsearch sources`, and what `index` is told of all of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import CORPUS, put, specsearch
from specsearch.errors import UsageError
from specsearch.interfaces import shapes
from specsearch.interfaces.cli import sources as listing
from specsearch.interfaces.cli.output import corrected_away
from specsearch.interfaces.service import sources
from specsearch.interfaces.service.session import Session
from specsearch.records import Document, DocumentKind, Origin, Place, SourceClassification, content_hash_of
from specsearch.storage.stores import open_snapshot
from workplace import BUDGET, Workplace, refused

pytestmark = pytest.mark.usefixtures("quick")

LETTER = "DUTIES\n• Files letters of the office every day.\n"
BUDGET_ID = "alder-ferry-or/budget.txt"
RECORD_ID = "sable-crossing-nm/postings.csv#L-7"


def rows(index: Path, *options: str) -> list[dict[str, Any]]:
    done = specsearch("sources", "--index", index, "--format", "json", *options)
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def row(index: Path, doc_id: str) -> dict[str, Any]:
    return next(one for one in rows(index, "--all") if one["id"] == doc_id)


def said(index: Path) -> dict[str, tuple[str | None, ...]]:
    """What reviewers can correct, and what follows from it, of every document."""
    names = ("title", "jurisdiction", "state", "country", "department", "class_code", "series", "level")
    with open_snapshot(index) as snapshot:
        return {entry.doc_id: tuple(getattr(entry.source, name) for name in names) for entry in snapshot.entries()}


def test_what_needs_a_look(copied: Workplace) -> None:
    """Only documents with something missing are listed, with what they are and may be; --all lists every one; a last line counts."""
    put(copied.corpus / "unknown/letter.txt", LETTER)
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    found = rows(copied.index)
    short = "neither specification nor posting"
    assert [one["id"] for one in found] == [RECORD_ID, "unknown/letter.txt"]
    assert found[0]["look_at"] == [short]
    assert {"no employer", "no state", short} <= set(found[1]["look_at"])
    table = specsearch("sources", "--index", copied.index)
    assert table.out.splitlines()[-1].endswith("; specsearch sources --all shows every document.")
    assert "City of Alder Ferry" in specsearch("sources", "--all", "--index", copied.index).out
    assert table.out.splitlines()[-2].startswith("2 of 4 documents need a look: 2 that are neither specification nor posting, 1 without an employer")
    assert [one["id"] for one in rows(copied.index, "--all")] == sorted([BUDGET_ID, RECORD_ID, "unknown/letter.txt", "wren-harbor-me/streets.md"])
    employer = next(one for one in row(copied.index, BUDGET_ID)["evidence"] if one["field"] == "jurisdiction")
    assert (employer["value"], employer["said"], employer["where"], employer["quote"]) == ("City of Alder Ferry", True, "the text", "CITY OF ALDER FERRY")
    record = next(one for one in row(copied.index, RECORD_ID)["evidence"] if one["field"] == "title")
    assert (record["where"], record["quote"]) == ("field of the record", "")


def evidence(field: str, value: str, confidence: float | None, *, said: bool = False) -> dict[str, Any]:
    return {"field": field, "value": value, "said": said, "confidence": confidence, "ways": [], "where": "the text", "quote": ""}


EVIDENCE = [
    evidence("jurisdiction", "Tarn County", 0.55, said=True),
    *(evidence("jurisdiction", name, confidence) for name, confidence in (("A", 0.5), ("B", 0.4), ("C", 0.3), ("D", 0.2), ("E", 0.09))),
    evidence("title", "Clerk", 0.95, said=True),
    evidence("title", "Clerk I", 0.2),
    evidence("kind", "not one job", 0.8, said=True),
]


@pytest.mark.parametrize(
    ("looked_at", "every", "expected"),
    [
        ({"jurisdiction"}, False, ("employer Tarn County (0.55)", "employer may be A (0.50)", "employer may be B (0.40)", "employer may be C (0.30)")),
        ({"kind"}, False, ("not one job (0.80)",)),
        ({"state"}, False, "-"),
        (set(), True, ("employer Tarn County (0.55)", "title Clerk (0.95)", "not one job (0.80)")),
        ({"title"}, True, ("employer Tarn County (0.55)", "title Clerk (0.95)", "title may be Clerk I (0.20)", "not one job (0.80)")),
    ],
)
def test_the_evidence_that_is_shown(looked_at: set[str], every: bool, expected: tuple[str, ...] | str) -> None:
    """That of the fields to look at, three likely others of each; with every document what is said of it."""
    row = {"id": "x", "kind": "posting", "title": None, "jurisdiction": None, "state": None, "look_at": [], "evidence": EVIDENCE}
    shown = listing._shown(row, looked_at, every=every)
    told = shown["told_by"]
    assert (told if isinstance(told, str) else tuple(line.removesuffix(": the text") for line in told)) == expected
    assert shown["said"] == ("title unknown", "employer unknown")


@pytest.mark.parametrize(
    ("reason", "count", "expected"),
    [
        ("no employer", 1, "1 without an employer"),
        ("no title", 2, "2 without a title"),
        ("doubtful state", 2, "2 with a doubtful state"),
        ("at odds with its neighbours", 1, "1 at odds with its neighbours"),
        ("at odds with its neighbours", 2, "2 at odds with their neighbours"),
        ("no duty", 1, "1 without a duty"),
        ("no qualification", 2, "2 without a qualification"),
        ("many unsure sections", 2, "2 with many unsure sections"),
        ("nearly all one section", 1, "1 nearly all of one section"),
        ("words lost", 2, "2 with words lost"),
        ("not one job", 1, "1 that is not one job"),
        ("not one job", 2, "2 that are not one job"),
        ("neither specification nor posting", 1, "1 that is neither specification nor posting"),
    ],
)
def test_counts(reason: str, count: int, expected: str) -> None:
    """One document and several."""
    assert listing._counted(reason, count) == expected


@pytest.mark.parametrize("style", ["csv", "md", "jsonl"])
def test_formats(style: str, work: Workplace) -> None:
    """Every document is in each format."""
    out = specsearch("sources", "--all", "--index", work.index, "--format", style).out
    assert BUDGET_ID in out
    if style == "csv":
        (first, *_) = csv.DictReader(io.StringIO(out))
        assert first["employer"] == "City of Alder Ferry"
        assert "CITY OF ALDER FERRY" in first["told by"]


def test_nothing_needs_a_look(sample_index: Path) -> None:
    """Of the sample corpus everything is known."""
    assert specsearch("sources", "--index", sample_index).out == "None of 75 documents needs a look.\n"


def test_a_correction(copied: Workplace) -> None:
    """It holds at once and through updates, is shown as the reviewer's, restricts searches, and can be taken back."""
    before = said(copied.index)
    kept = specsearch("sources", "set", BUDGET_ID, "--employer", "Town of Elm Fork, Idaho", "--title", "Treasurer III", "--reviewer", "Ann B.", "--index", copied.index)
    assert (kept.code, kept.out) == (0, f"Kept: {BUDGET_ID}: employer Town of Elm Fork, title Treasurer III, state ID.\n")

    def holds() -> bool:
        title, employer, state, *_, series, level = said(copied.index)[BUDGET_ID]
        return (title, employer, state, series, level) == ("Treasurer III", "Town of Elm Fork", "ID", "Treasurer", "III")

    assert holds()
    one = row(copied.index, BUDGET_ID)
    assert one["look_at"] == []
    told = {evidence["field"]: evidence for evidence in one["evidence"] if evidence["said"]}
    assert {evidence["where"][:10] for evidence in told.values()} == {"Ann B. on "}
    assert [evidence["value"] for evidence in one["evidence"] if evidence["field"] == "title"] == ["Treasurer III", "BUDGET ANALYST II"]
    assert json.loads(specsearch("search", "budget", "--state", "ID", "--index", copied.index, "--format", "json").out)["hits"]
    again = specsearch("index", copied.corpus, "--index", copied.index)
    assert again.out.startswith("Nothing to do: 3 documents")
    put(copied.corpus / BUDGET_ID, BUDGET + "• Benefits are paid by the city.\n")
    assert specsearch("index", copied.corpus, "--index", copied.index).out.startswith("0 documents added, 1 changed")
    assert holds()
    back = specsearch("sources", "set", "treasurer iii", "--employer", "", "--title", "", "--state", "", "--index", copied.index)
    assert back.out == f"Kept: {BUDGET_ID}: employer taken back, title taken back, state taken back.\n"
    assert said(copied.index) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["set", "no-such-role", "--state", "OR"], "No document of", id="document"),
        pytest.param(["set", "budget", "--state", "OR"], f"Near ids: *{BUDGET_ID}", id="words-of-a-title"),
        pytest.param(["set", f"corpus/{BUDGET_ID}", "--state", "OR"], f"Near ids: *{BUDGET_ID}", id="path"),
        pytest.param(["set", BUDGET_ID.replace("budget", "bugdet"), "--state", "OR"], f"Near ids: *{BUDGET_ID}", id="misspelt"),
        pytest.param(["set", "gone.txt", "--state", ""], "No document of", id="never-corrected"),
        pytest.param(["set", " ", "--state", "OR"], "No document of", id="no-name"),
        pytest.param(["set", BUDGET_ID, "--state", "Nowhere"], "'Nowhere' is no state", id="state"),
        pytest.param(["set", BUDGET_ID, "--country", "USA"], "'USA' is no code of a country", id="country"),
        pytest.param(["set", BUDGET_ID, "--title", "x" * 201], "too long: it has 201 characters", id="long"),
        pytest.param(["set", BUDGET_ID], "Say what is right", id="nothing"),
        pytest.param(["set", BUDGET_ID, "--state", "OR", "--reviewer", " "], "Say who corrects it", id="nobody"),
        pytest.param(["set", BUDGET_ID, "--state", "OR", "--state", "ME"], "--state takes one value", id="twice"),
        pytest.param(["--all", "set", BUDGET_ID, "--state", "OR"], "Give --all behind the command", id="option-of-the-list"),
        pytest.param(["--format", "json", "--format", "csv"], "takes one value", id="list-twice"),
        pytest.param(["export", "table.csv"], "Nothing has been corrected", id="nothing-to-export"),
    ],
)
def test_refusals(arguments: list[str], message: str, work: Workplace) -> None:
    """What cannot be is refused with a sentence, and nothing is kept."""
    refused(specsearch("sources", *arguments, env={"SPECSEARCH_INDEX": str(work.index)}), 2, message)
    assert sources.corrections(sources.CorrectionsRequest(), Session(work.index)).corrections == ()


def test_what_is_said_already(copied: Workplace) -> None:
    """It is not kept again, and what nobody corrected is not taken back; the rest of what is said counts."""
    for options, expected in (
        (("--title", ""), f"Nothing new: {BUDGET_ID}: title has nothing to take back.\n"),
        (("--title", "Clerk"), f"Kept: {BUDGET_ID}: title Clerk.\n"),
        (("--title", " Clerk"), f"Nothing new: {BUDGET_ID}: title Clerk already.\n"),
        (("--title", "Clerk", "--state", "Idaho", "--code", ""), f"Kept: {BUDGET_ID}: title Clerk already, state ID, class code has nothing to take back.\n"),
        (("--title", ""), f"Kept: {BUDGET_ID}: title taken back.\n"),
        (("--title", ""), f"Nothing new: {BUDGET_ID}: title has nothing to take back.\n"),
    ):
        done = specsearch("sources", "set", BUDGET_ID, *options, "--reviewer", "Ann", "--index", copied.index)
        assert (done.code, done.out) == (0, expected)
    with open_snapshot(copied.index) as snapshot:
        assert [(one.field, one.value) for one in snapshot.corrections()] == [("title", "Clerk"), ("state", "ID"), ("title", "")]


def test_a_title_of_several_documents(copied: Workplace) -> None:
    """It names none of them: their ids are offered, and nothing is kept."""
    for doc_id in (BUDGET_ID, RECORD_ID):
        assert specsearch("sources", "set", doc_id, "--title", "Clerk", "--index", copied.index).code == 0
    refused(specsearch("sources", "set", "clerk", "--state", "ME", "--index", copied.index), 2, f"2 documents have the id, whole title or class code 'clerk'. Name one by its id: *{BUDGET_ID} *{RECORD_ID}$")


def test_a_document_that_is_gone(copied: Workplace) -> None:
    """What was corrected of it can be taken back by its id, and nothing else can be said of it."""
    assert specsearch("sources", "set", BUDGET_ID, "--title", "Clerk", "--index", copied.index).code == 0
    (copied.corpus / BUDGET_ID).unlink()
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    away = f"1 document that was corrected is not in the index: {BUDGET_ID}."
    for command in (("index", copied.corpus), ("sources",), ("sources", "--all")):
        assert away in specsearch(*command, "--index", copied.index).out.splitlines(), command
    refused(specsearch("sources", "set", BUDGET_ID, "--title", "Typist", "--index", copied.index), 2, "No document of")
    assert specsearch("sources", "set", BUDGET_ID, "--title", "", "--index", copied.index).out == f"Kept: {BUDGET_ID}: title taken back.\n"
    assert sources.corrections(sources.CorrectionsRequest(), Session(copied.index)).corrections == ()
    assert "not in the index" not in specsearch("index", copied.corpus, "--index", copied.index).out


def test_many_documents_that_are_gone() -> None:
    """The first ones are named."""
    assert corrected_away(["a", "b\n", "c", "d"]).startswith("4 documents that were corrected are not in the index: a, b")
    assert corrected_away(["a", "b", "c", "d"]).endswith(": a, b, c and 1 more.")
    assert corrected_away(["a", "b", "c"]).endswith(": a, b, c.")


def test_a_document_that_is_not_one_job(copied: Workplace) -> None:
    """Somebody can say whose it is."""
    put(copied.corpus / "lists/all.txt", "\n\n".join(f"CLASS TITLE: {title}\n\nDUTIES\n• Files letters of the office every day." for title in ("Clerk", "Typist", "Driver", "Painter", "Planner")))
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    (doc_id,) = {one["id"] for one in rows(copied.index, "--all") if one["kind"] == "not one job"}
    one = row(copied.index, doc_id)
    assert "no title" not in one["look_at"]
    assert [(evidence["value"], evidence["said"], evidence["quote"]) for evidence in one["evidence"] if evidence["field"] == "kind"] == [("not one job", True, "")]
    table = specsearch("sources", "--index", copied.index).out
    assert "1 that is not one job" in table
    assert "may be not" not in table
    assert specsearch("sources", "set", doc_id, "--employer", "Tarn County", "--index", copied.index).code == 0
    assert said(copied.index)[doc_id][1] == "Tarn County"


def test_export(copied: Workplace, tmp_path: Path) -> None:
    """Corrections as a table beside the documents say the same of a new index; texts that spreadsheets take for formulas stay."""
    for arguments in (
        (BUDGET_ID, "--title", "=Clerk, Chief", "--employer", "Town of Elm Fork", "--state", "idaho", "--country", "us"),
        (RECORD_ID, "--department", 'Parks "and" Trees', "--code", "007"),
        ("wren-harbor-me/streets.md", "--title", "Senior Foreman", "--state", "ME"),
        ("wren-harbor-me/streets.md", "--state", ""),
    ):
        assert specsearch("sources", "set", *arguments, "--index", copied.index).code == 0
    exported = copied.corpus / "corpus.csv"
    assert specsearch("sources", "export", exported, "--index", copied.index).code == 0
    assert [line.partition(",")[0] for line in exported.read_text(encoding="utf-8").splitlines()] == ["path", BUDGET_ID, RECORD_ID, "wren-harbor-me/streets.md"]
    once = exported.read_bytes()
    refused(specsearch("sources", "export", exported, "--index", copied.index), 2, "exists already.*its other rows and columns stay")
    assert specsearch("sources", "export", exported, "--force", "--index", copied.index).err.rstrip().endswith("corpus.csv, 0 of them new; 0 others stay as they were.")
    assert exported.read_bytes() == once
    assert specsearch("index", copied.corpus, "--index", tmp_path / "new").code == 0
    assert said(tmp_path / "new") == said(copied.index)


def test_export_into_a_table_that_is_there(copied: Workplace, tmp_path: Path) -> None:
    """Nothing that it says of other documents, or in other columns, is lost; a new index says what the corrected one does."""
    assert specsearch("sources", "set", BUDGET_ID, "--title", "Clerk", "--employer", "Town of Elm Fork", "--index", copied.index).code == 0
    table = copied.corpus / "corpus.csv"
    put(table, f"Path,Class Title,City,remark\nwren-harbor-me,,Gull Point,near\n{BUDGET_ID},Auditor,Port Bay,\"far, away\"\n")
    done = specsearch("sources", "export", table, "--force", "--index", copied.index)
    assert (done.code, done.err.rstrip().endswith("0 of them new; 1 other stays as it was.")) == (0, True)
    assert table.read_text(encoding="utf-8").splitlines() == [
        "Path,Class Title,City,remark,title,employer",
        "wren-harbor-me,,Gull Point,near,,",
        f'{BUDGET_ID},Auditor,Port Bay,"far, away",Clerk,Town of Elm Fork',
    ]
    assert specsearch("index", copied.corpus, "--index", tmp_path / "new").code == 0
    new = said(tmp_path / "new")
    assert new[BUDGET_ID][:2] == ("Clerk", "Town of Elm Fork")
    assert new["wren-harbor-me/streets.md"][1] == "Gull Point"


@pytest.mark.parametrize("content", ["Dear Ann,\nit rains.\n", "path\nx,y\n", 'path\n"x\n', "\0\1\2" * 50])
def test_export_onto_something_else(content: str, copied: Workplace) -> None:
    """It stays."""
    assert specsearch("sources", "set", BUDGET_ID, "--title", "Clerk", "--index", copied.index).code == 0
    file = copied.corpus / "letter.csv"
    put(file, content)
    refused(specsearch("sources", "export", file, "--force", "--index", copied.index), 2, "The file that is there")
    assert file.read_text(encoding="utf-8") == content


def test_said_of_a_whole_folder(copied: Workplace) -> None:
    """What `index` is told of all documents is kept for later runs and gives way to the table beside them; files are read again only if it changes."""
    put(copied.corpus / "corpus.csv", f"path,employer\n{BUDGET_ID},City of Gull Point\n")
    told = specsearch("index", copied.corpus, "--index", copied.index, "--employer", "Port of Tarn", "--state", "Maine")
    assert told.out.startswith("0 documents added, 3 changed")
    expected = {BUDGET_ID: ("City of Gull Point", "ME"), RECORD_ID: ("Port of Tarn", "ME"), "wren-harbor-me/streets.md": ("Port of Tarn", "ME")}
    assert {doc_id: values[1:3] for doc_id, values in said(copied.index).items()} == expected
    assert json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)["said"] == {"jurisdiction": "Port of Tarn", "state": "ME"}
    assert re.search(r"employer of the whole folder +Port of Tarn *\n *state of the whole folder +ME\b", specsearch("status", "--index", copied.index).out)
    for options in ((), ("--state", "ME"), ("--employer", "Port of Tarn")):
        assert specsearch("index", copied.corpus, "--index", copied.index, *options).out.startswith("Nothing to do"), options
    assert specsearch("index", copied.corpus, "--index", copied.index, "--employer", "").out.startswith("0 documents added, 2 changed")
    assert {values[1:3] for values in said(copied.index).values()} == {("City of Gull Point", "ME"), ("Town of Sable Crossing", "ME"), ("City of Wren Harbor", "ME")}
    refused(specsearch("index", copied.corpus, "--index", copied.index, "--state", "Nowhere"), 2, "is no state")


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("CITY OF ELM FORK", "CITY OF ELM FORK", "CITY OF ELM FORK"),
        ("Clerk of the City of Elm Fork, Oregon", "City of Elm Fork", "Clerk of the City of Elm Fork, Oregon"),
        (f"{'word ' * 40}Elm Fork{' more' * 40}", "Elm Fork", f"… {'word ' * 8}Elm Fork{' more' * 8} …"),
        (f"{'x' * 90} Elm Fork", "Elm Fork", "… Elm Fork"),
        ("y" * 300, "y" * 300, "y" * 90),
    ],
)
def test_quotes(line: str, value: str, expected: str) -> None:
    """The whole line, or whole words of it, around what was read."""
    text = f"first line\n{line}\nlast line"
    start = text.index(value)
    document = Document("x", SourceClassification(), DocumentKind.OTHER, text, "x", content_hash_of(text))
    assert sources._quote(document, Origin(Place.TEXT, start, start + len(value))) == expected


def test_the_service_answers(copied: Workplace) -> None:
    """Without the command line: what was kept is told, and only fields that can be corrected are."""
    session = Session(copied.index)
    kept = sources.correct(sources.CorrectRequest(BUDGET_ID, {"title": " Chief \n Clerk ", "state": None}, "Ann"), session).corrections
    assert [(one.doc_id, one.field, one.value, one.reviewer) for one in kept] == [(BUDGET_ID, "title", "Chief Clerk", "Ann")]
    answer = sources.corrections(sources.CorrectionsRequest(), session)
    assert answer.corrections == kept
    assert shapes.corrections(answer)[0]["value"] == "Chief Clerk"
    with pytest.raises(UsageError, match="salary_range is no field that can be corrected"):
        sources.correct(sources.CorrectRequest(BUDGET_ID, {"salary_range": "$1"}, "Ann"), session)


def test_corrections_of_the_sample_corpus_survive_its_table(tmp_path: Path) -> None:
    """A reviewer is believed before `corpus.csv`, which is believed before what `index` is told."""
    shutil.copytree(CORPUS / "cedar-quay-or", tmp_path / "corpus" / "cedar-quay-or")
    put(tmp_path / "corpus" / "corpus.csv", "path,employer\ncedar-quay-or,City of Gull Point\n")
    index = tmp_path / "index"
    assert specsearch("index", tmp_path / "corpus", "--index", index, "--employer", "Port of Tarn").code == 0
    assert {values[1] for values in said(index).values()} == {"City of Gull Point"}
    planner = "cedar-quay-or/associate-planner.txt"
    assert specsearch("sources", "set", planner, "--employer", "Tarn County", "--index", index).code == 0
    assert said(index)[planner][1] == "Tarn County"
