"""What is unsure as users see it: marked wherever a passage is shown, and documents that are read badly named with where to look."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

import specsearch.records.passage as passages
from conftest import put, specsearch
from specsearch.records import Label
from specsearch.storage.stores import open_snapshot
from workplace import Workplace

BUDGET_FILE = BUDGET_ID = "alder-ferry-or/budget.txt"
UNREAD = "CITY OF ELM FORK\n\nSENIOR CLERK\n\nClass Code: 77\n\nMINIMUM QUALIFICATIONS\n" + "".join(
    f"• {years} years of experience as a clerk of {what}.\n" for years, what in enumerate(("files", "mail", "records", "payroll", "courts", "permits", "maps", "fees", "taxes", "deeds"), 1)
)
UNREAD_ID = "elm-fork-id/clerk.txt"


@pytest.fixture
def all_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """No label is sure enough."""
    monkeypatch.setattr("specsearch.records.passage.UNSURE", 1.01)


@pytest.fixture
def some_unsure(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Where the least sure passages of the budget analyst start; they are unsure."""
    passages = json.loads(specsearch("parse", work.corpus / BUDGET_FILE, "--format", "json").out)["passages"]
    least, next_to_it, *_ = sorted({one["confidence"] for one in passages})
    limit = (least + next_to_it) / 2
    monkeypatch.setattr("specsearch.records.passage.UNSURE", limit)
    return {one["start"] for one in passages if one["confidence"] < limit}


# --- parse -----------------------------------------------------------------------------------------


def test_parse_marks_what_is_unsure(some_unsure: set[int], work: Workplace) -> None:
    """With a question mark in the table and a count under it, in words for spreadsheets, and as values for programs."""
    path = work.corpus / BUDGET_FILE
    assert some_unsure
    table = specsearch("parse", path).out
    marked = {int(found[1]) for line in table.splitlines() if (found := re.match(r" *(\d+)-\d+ +[a-z]+(?: ~)? \? ", line))}
    assert marked == some_unsure
    assert table.splitlines()[-1] == f"The section of {len(some_unsure)} of 7 passages is unsure (?). Comparisons do not count what is unsure."
    for style in ("csv", "md"):
        out = specsearch("parse", path, "--format", style).out
        rows = list(csv.DictReader(io.StringIO(out) if style == "csv" else (line.strip("| ") for line in out.splitlines() if "---" not in line), delimiter="," if style == "csv" else "|"))
        rows = [{(name or "").strip(): (value or "").strip() for name, value in row.items()} for row in rows]
        assert {int(row["start"]): row["unsure"] for row in rows if row["unsure"] == "yes"}.keys() == some_unsure
        assert {row["unsure"] for row in rows} == {"yes", "no"}
    rows = [json.loads(line) for line in specsearch("parse", path, "--format", "jsonl").out.splitlines()]
    assert {row["start"] for row in rows if row["unsure"] is True} == some_unsure
    assert all(isinstance(row["confidence"], float) for row in rows)


def text_of(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None
    return node.text()


def test_the_page_of_parse_marks_what_is_unsure(some_unsure: set[int], work: Workplace) -> None:
    """With a question mark and a broken line, not by colour alone, on both sides; and it is counted."""
    page = LexborHTMLParser(specsearch("parse", work.corpus / BUDGET_FILE, "--format", "html").out)
    entries = [node.text() for node in page.css("li.unsure")]
    assert {int(re.findall(r"characters (\d+)-", text)[-1]) for text in entries} == some_unsure
    assert all(re.match(r"[a-z]+ \? ", text) and "(unsure, confidence 0." in text for text in entries)
    assert len(page.css("mark.unsure")) == len(some_unsure)
    assert not any("?" in node.text() for node in page.css("li:not(.unsure) b"))
    assert f"{len(some_unsure)} of 7 passages" in text_of(page, "dl")
    assert "dashed" in text_of(page, "style")


def test_nothing_is_said_where_all_is_sure(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No marks and no line of a document that is read surely."""
    monkeypatch.setattr("specsearch.records.passage.UNSURE", 0.0)
    path = work.corpus / BUDGET_FILE
    assert "unsure" not in specsearch("parse", path).out
    page = LexborHTMLParser(specsearch("parse", path, "--format", "html").out)
    assert (page.css("li.unsure"), page.css("mark.unsure"), text_of(page, "dl").count("unsure")) == ([], [], 0)


def test_what_a_reviewer_says_is_not_unsure(some_unsure: set[int], copied: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage that is corrected has her name in the place of its marks, on the page too; what else is unsure still is."""
    monkeypatch.setattr("specsearch.storage.truth.documents.UNSURE", passages.UNSURE)
    path, said = copied.corpus / BUDGET_FILE, min(some_unsure)
    read = json.loads(specsearch("parse", path, "--format", "json").out)["passages"]
    before = json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)["unsure_passages"]
    end = next(one["end"] for one in read if one["start"] == said)
    assert specsearch("parse", path, "--label", f"{said}-{end}=ksa", "--by", "Ann", "--index", copied.index).code == 0
    table = specsearch("parse", path, "--index", copied.index).out
    assert re.search(rf"^ *{said}-{end} +ksa by Ann +[^ ?~]", table, re.MULTILINE)
    marked = {int(found[1]) for line in table.splitlines() if (found := re.match(r" *(\d+)-\d+ +[a-z]+(?: ~)? \? ", line))}
    assert marked == some_unsure - {said}
    page = LexborHTMLParser(specsearch("parse", path, "--index", copied.index, "--format", "html").out)
    assert (len(page.css("li.unsure")), len(page.css("mark.unsure"))) == (len(marked), len(marked))
    assert [node.text().split()[:2] for node in page.css("li:not(.unsure)") if "as Ann says;" in node.text()] == [["ksa", next(one["text"] for one in read if one["start"] == said).split()[0]]]
    rows = csv.DictReader(io.StringIO(specsearch("parse", path, "--index", copied.index, "--format", "csv").out))
    assert [(row["labelled by"], float(row["confidence"]), row["unsure"]) for row in rows if int(row["start"]) == said] == [("Ann", 1.0, "no")]
    assert json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)["unsure_passages"] == before - 1


# --- what is found ---------------------------------------------------------------------------------


def test_hits_that_are_unsure(all_unsure: None, work: Workplace) -> None:
    """They are found, and marked in every format."""
    arguments = ("search", "monitor the budget", "--index", work.index, "--format")
    assert "duty, section unsure" in specsearch(*arguments, "table").out
    hits = json.loads(specsearch(*arguments, "json").out)["hits"]
    assert {hit["unsure"] for hit in hits} == {True}
    assert all(0 <= hit["confidence"] <= 1 for hit in hits)
    assert {row["unsure"] for row in csv.DictReader(io.StringIO(specsearch(*arguments, "csv").out))} == {"yes"}
    assert "| yes |" in specsearch(*arguments, "md").out


def test_hits_that_are_sure(work: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of them in the table."""
    monkeypatch.setattr("specsearch.records.passage.UNSURE", 0.0)
    assert "unsure" not in specsearch("search", "monitor the budget", "--index", work.index).out


def test_a_survey_of_a_duty_that_is_unsure(all_unsure: None, work: Workplace) -> None:
    """Each duty is marked."""
    arguments = ("cities", "--duty", "prepares and monitors the operating budget", "--index", work.index)
    assert "of assigned departments. [section unsure]" in specsearch(*arguments).out
    cells = json.loads(specsearch(*arguments, "--format", "json").out)["rows"][0]["cells"]
    assert {cell["statement"]["unsure"] for cell in cells if cell["statement"]} == {True}


# --- what was read in pictures ---------------------------------------------------------------------


@pytest.fixture
def all_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """All passages of the index were read in pictures, and none surely."""
    monkeypatch.setattr("specsearch.storage.truth.documents.confidence_of", lambda lines, start, end: 0.5)


def test_what_was_read_in_a_picture_is_said(all_recognised: None, work: Workplace) -> None:
    """Beside every quote, in every format; programs have how sure it is."""
    arguments = ("search", "monitor the budget", "--index", work.index, "--format")
    assert "read by OCR, unsure" in " ".join(specsearch(*arguments, "table").out.split())
    hits = json.loads(specsearch(*arguments, "json").out)["hits"]
    assert {(hit["recognised"], hit["how_read"]) for hit in hits} == {(0.5, "read by OCR, unsure")}
    assert {row["reading"] for row in csv.DictReader(io.StringIO(specsearch(*arguments, "csv").out))} == {"read by OCR, unsure"}
    assert "of assigned departments. [read by OCR, unsure]" in specsearch("cities", "--duty", "prepares and monitors the operating budget", "--index", work.index).out
    compared = specsearch("compare", BUDGET_ID, "STREET CREW LEADER", "--index", work.index).out
    assert compared.count("; read by OCR, unsure]") >= 3


def test_nothing_is_said_of_text(work: Workplace) -> None:
    """The characters of a file itself are as sure as can be."""
    arguments = ("search", "monitor the budget", "--index", work.index, "--format")
    assert "OCR" not in specsearch(*arguments, "table").out
    assert {(hit["recognised"], hit["how_read"]) for hit in json.loads(specsearch(*arguments, "json").out)["hits"]} == {(None, "")}


def confidences(index: Path, doc_id: str) -> list[float]:
    """How sure the duties of a document are, the least first: not rounded, as what is shown is."""
    with open_snapshot(index) as snapshot:
        number = next(entry.number for entry in snapshot.entries() if entry.doc_id == doc_id)
        ((passages, _),) = snapshot.statements([number])
        return sorted(one.confidence for one in passages if one.label is Label.DUTY)


def test_compare_lists_what_is_unsure(sample_index: Path) -> None:
    """Apart, with what it was read as; a role without sure duties is refused with the reason."""
    pair = ("prairie-gate-ks/311-customer-care-manager.txt", "port-lumen-wa/citizen-response-center-supervisor.html")
    limit = confidences(sample_index, pair[0])[4]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specsearch.records.passage.UNSURE", limit)
        shown = specsearch("compare", *pair, "--index", sample_index).out
        found = json.loads(specsearch("compare", *pair, "--index", sample_index, "--format", "json").out)
        patch.setattr("specsearch.records.passage.UNSURE", 1.01)
        refused = specsearch("compare", *pair, "--index", sample_index)
    unsure = [one for one in found["unsure"]["a"] if one["section"] == "duty"]
    assert len(unsure) == 4
    _, _, listed = shown.partition("Unsure in A, not counted:\n")
    assert listed.count("; unsure, read as duty]") >= len(unsure)
    assert (refused.code, refused.out) == (2, "")
    assert re.search(r"has no duties to compare \(\d+ unsure ones\)\. See how it is read with: specsearch parse prairie-gate-ks/311", refused.err)


# --- documents that are read badly -----------------------------------------------------------------


def test_documents_that_are_read_badly(copied: Workplace) -> None:
    """`sources` and `status` name them, with what was found and where to look."""
    put(copied.corpus / UNREAD_ID, UNREAD)
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    rows = {row["id"]: row for row in json.loads(specsearch("sources", "--index", copied.index, "--format", "json").out)}
    assert {"no duty", "nearly all one section"} <= set(rows[UNREAD_ID]["look_at"])
    told = next(one for one in rows[UNREAD_ID]["evidence"] if one["field"] == "reading")
    assert told["where"] == f"specsearch parse {UNREAD_ID}"
    assert re.match(r"none of \d+ passages is a duty; \d+ of \d+ passages are qualification$", told["value"])
    table = specsearch("sources", "--index", copied.index, env={"COLUMNS": "400"}).out
    assert f"{told['value']}: specsearch parse {UNREAD_ID}" in " ".join(table.split())
    assert "1 without a duty" in table
    assert f"{told['value']}: specsearch parse" in specsearch("sources", "--index", copied.index, "--format", "csv").out
    facts = json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)
    [badly] = facts["badly_read"]
    assert (badly["id"], badly["path"], "; ".join(badly["found"])) == (UNREAD_ID, UNREAD_ID, told["value"])
    assert badly["look_at"] == [reason for reason in rows[UNREAD_ID]["look_at"] if reason in ("no duty", "nearly all one section")]
    for style in ("table", "csv", "md"):
        assert f"{UNREAD_ID}: {told['value']}. See: specsearch parse {UNREAD_ID}" in specsearch("status", "--index", copied.index, "--format", style).out


def read_badly(work: Workplace) -> dict[str, list[str]]:
    """The reasons of the documents that seem to be read badly, by id; `sources` tells the same."""
    status = {one["id"]: one["look_at"] for one in json.loads(specsearch("status", "--index", work.index, "--format", "json").out)["badly_read"]}
    rows = json.loads(specsearch("sources", "--all", "--index", work.index, "--format", "json").out)
    reasons = ("no duty", "no qualification", "many unsure sections", "nearly all one section", "words lost")
    assert status == {row["id"]: found for row in rows if (found := [one for one in row["look_at"] if one in reasons])}
    return status


def test_documents_are_judged_by_the_labels_that_hold(copied: Workplace) -> None:
    """What a reviewer says counts, not what was read: it can make a document one that is read well, or badly."""
    put(copied.corpus / UNREAD_ID, UNREAD)
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert read_badly(copied) == {UNREAD_ID: ["no duty", "nearly all one section"]}
    first, last = UNREAD.index("• 1 years"), UNREAD.index("• 4 years") - 1
    duties = [one for one in json.loads(specsearch("parse", copied.corpus / BUDGET_FILE, "--format", "json").out)["passages"] if one["section"] == "duty"]
    whole = f"{min(one['start'] for one in duties)}-{max(one['end'] for one in duties)}"
    for name, stretch, expected in (
        (UNREAD_ID, f"{first}-{last}=duty", {}),
        (BUDGET_ID, f"{whole}=process", {BUDGET_ID: ["no duty"]}),
        (BUDGET_ID, f"{whole}=", {}),
        (UNREAD_ID, f"{first}-{last}=", {UNREAD_ID: ["no duty", "nearly all one section"]}),
    ):
        done = specsearch("parse", name, "--label", stretch, "--by", "Ann", "--index", copied.index)
        assert done.code == 0, done.err
        assert read_badly(copied) == expected, stretch


def test_status_names_few_documents(copied: Workplace) -> None:
    """The table; the other formats name all."""
    for number in range(8):
        put(copied.corpus / f"elm-fork-id/clerk-{number}.txt", UNREAD.replace("SENIOR", f"SENIOR {'ABCDEFGH'[number]}"))
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    table = specsearch("status", "--index", copied.index).out
    assert table.count("See: specsearch parse") == 5
    assert "and 3 more. See: specsearch sources" in table
    assert specsearch("status", "--index", copied.index, "--format", "csv").out.count("See: specsearch parse") == 8


def test_unsure_passages_are_counted(copied: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """In `status`; a document of them is read badly."""
    monkeypatch.setattr("specsearch.storage.truth.documents.UNSURE", 1.01)
    facts = json.loads(specsearch("status", "--index", copied.index, "--format", "json").out)
    assert facts["unsure_passages"] == facts["passages"]
    badly = {one["id"]: one["look_at"] for one in facts["badly_read"]}
    assert badly[BUDGET_ID] == ["no duty", "many unsure sections"]


def test_the_sample_corpus_is_read_well(sample_index: Path) -> None:
    """None of its documents is named."""
    facts = json.loads(specsearch("status", "--index", sample_index, "--format", "json").out)
    assert facts["badly_read"] == []
    assert facts["unsure_passages"] < facts["passages"] / 10
