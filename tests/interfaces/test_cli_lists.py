"""`specsearch list` and `specsearch saved`, and lists as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from conftest import put, specsearch
from specsearch.interfaces.cli.options import session_of
from specsearch.interfaces.service.keeping import keep
from specsearch.records import Act, Collection, CollectionChange
from specsearch.roles.collections import saved_value
from workplace import BUDGET, Workplace, hits, refused

DUTY = "Prepares and monitors the operating budget of assigned departments."


def made(work: Workplace, *arguments: str, code: int = 0) -> str:
    """What a command prints."""
    result = specsearch(*arguments, "--index", work.index)
    assert result.code == code, result
    return result.out if code == 0 else result.err


def shown(work: Workplace, command: str, *arguments: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(made(work, command, *arguments, "--format", "json"))


def budget_duty(work: Workplace) -> str:
    """The id of a duty, made of what a search prints."""
    hit = hits(work, "operating budget", "-k", "1")[0]
    assert hit["text"].endswith(DUTY)
    return f"{hit['document']['id']}:{hit['start']}-{hit['end']}"


@pytest.fixture
def listed(copied: Workplace) -> Workplace:
    """An index with a list: a duty, a role and a comparison."""
    assert "There is no list yet" in made(copied, "list")
    assert made(copied, "list", "add", "Budget work", budget_duty(copied), "street crew leader", "--note", "=as in our class", "--reviewer", "Ana") == "Begun 'Budget work': 2 entries.\n"
    assert made(copied, "list", "add", "budget work", "1204", "street crew leader", "--compared", "--reviewer", "Ben") == "Added to 'Budget work': 1 entry.\n"
    return copied


def test_a_list(listed: Workplace) -> None:
    """It is made, shown, noted, cut and renamed as somebody would type it."""
    assert made(listed, "list", "add", "budget work", "1204", "--reviewer", "Ana") == "Added to 'Budget work': 1 entry.\n"
    assert "0 entries; 1 was in it already" in made(listed, "list", "add", "budget work", budget_duty(listed))
    document, _, place = budget_duty(listed).rpartition(":")
    assert "0 entries; 1 was in it already" in made(listed, "list", "add", "budget work", f"{document}, line 10, characters {place}"), "as a search prints it"
    assert made(listed, "list", "note", "budget work", "ask in May", "--entry", "3") == "Noted of entry 3 of 'Budget work'.\n"
    assert made(listed, "list", "note", "budget work", "for the council") == "Noted of 'Budget work'.\n"
    assert made(listed, "list", "remove", "budget work", "4", "#4") == "Taken out of 'Budget work': 1 entry.\n"
    (row,) = shown(listed, "list")
    assert (row["name"], row["entries"], row["astray"], row["reviewer"], row["note"]) == ("Budget work", 3, 0, "Ana", "for the council")
    value = shown(listed, "list", "show", "BUDGET WORK")
    assert [(one["number"], one["sort"], one["note"], one["reviewer"]) for one in value["entries"]] == [
        (1, "passage", "=as in our class", "Ana"), (2, "role", "=as in our class", "Ana"), (3, "comparison", "ask in May", "Ben"),
    ]  # fmt: skip
    table = " ".join(made(listed, "list", "show", "budget work").split())
    assert DUTY in table
    assert "for the council" in table
    assert made(listed, "list", "rename", "budget work", "Budgets") == "'budget work' is called 'Budgets' now.\n"
    refused(specsearch("list", "delete", "budgets", "--index", listed.index), 2, "with . entries and . notes.*--yes. Nothing was deleted")
    assert made(listed, "list", "delete", "budgets", "--yes") == "Deleted: 'Budgets'.\n"
    assert shown(listed, "list") == []


def test_an_entry_whose_words_are_gone(listed: Workplace) -> None:
    """It is told in the list of lists and in the list, with the quote as it was kept."""
    put(listed.corpus / "alder-ferry-or/budget.txt", BUDGET.replace("operating", "capital"))
    assert specsearch("index", listed.corpus, "--index", listed.index).code == 0
    assert shown(listed, "list")[0]["astray"] == 2
    table = " ".join(made(listed, "list", "show", "budget work").split())
    assert DUTY in table
    assert "changed since it was kept; quoted as it was kept" in table


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["show", "nothing"], 2, "There is no list 'nothing'. There is: 'Budget work'.", id="no list"),
        pytest.param(["remove", "budget work", "9"], 2, "no entry '9'", id="no entry"),
        pytest.param(["add", "budget work", "a.txt:1-2"], 2, "no passage 'a.txt:1-2'", id="no passage"),
        pytest.param(["export", "budget work", "list.pdf"], 2, ".xlsx, .docx, .csv, .json, .md", id="no format"),
        pytest.param(["rename", "budget work", ""], 2, "a name", id="no name"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], code: int, said: str, listed: Workplace) -> None:
    assert said in made(listed, "list", *arguments, code=code)


def test_options_before_the_command_are_refused(listed: Workplace) -> None:
    for group in ("list", "saved"):
        result = specsearch(group, "--index", listed.index, "show" if group == "list" else "run", "x")
        assert (result.code, "behind the command" in result.err) == (2, True)


def test_a_list_as_files(listed: Workplace, tmp_path: Path) -> None:
    """Each format has all entries with their notes; no note is a formula; a file that is there stays without --force."""
    for suffix in ("xlsx", "docx", "csv", "json", "md"):
        assert "3 entries" in made(listed, "list", "export", "budget work", str(tmp_path / f"list.{suffix}"))
    sheet = load_workbook(tmp_path / "list.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("#", "kind of entry", "passage", "note")
    assert [row[:2] for row in rows[1:]] == [(1, "passage"), (2, "role"), (3, "comparison")]
    assert (rows[1][2], rows[1][3], sheet["D2"].data_type) == (DUTY, "=as in our class", "s")
    table = list(csv.DictReader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["passage"], row["note"], row["compared with"]) for row in table] == [(DUTY, "'=as in our class", ""), ("", "'=as in our class", ""), ("", "", "STREET CREW LEADER")]
    words = "\n".join(cell.text for row in Document(str(tmp_path / "list.docx")).tables[0].rows for cell in row.cells)
    assert words.count("Note: =as in our class") == 2
    assert f"“{DUTY}”" in words
    assert "BUDGET ANALYST II and STREET CREW LEADER" in words
    assert json.loads((tmp_path / "list.json").read_text(encoding="utf-8")) == shown(listed, "list", "show", "budget work")
    text = (tmp_path / "list.md").read_text(encoding="utf-8")
    assert text.startswith("# Budget work\n")
    assert text.count("\n| ") == 4
    before = (tmp_path / "list.md").read_bytes()
    assert "exists already" in made(listed, "list", "export", "budget work", str(tmp_path / "list.md"), code=2)
    assert (tmp_path / "list.md").read_bytes() == before
    made(listed, "list", "export", "budget work", str(tmp_path / "list.md"), "--force")


def test_a_saved_search(copied: Workplace) -> None:
    """It is saved with all its options, tells what is new until that is marked as seen, and can be noted, renamed and deleted."""
    assert "No search is saved yet" in made(copied, "saved")
    result = specsearch("search", "operating budget", "--kind", "duty", "--state", "OR", "--state", "ME", "-k", "4", "--save", "Budget work", "--reviewer", "Ana", "--index", copied.index)
    assert (result.code, "specsearch saved run 'Budget work'" in result.err) == (0, True)
    assert "No new hits since" in made(copied, "saved", "run", "budget work")
    put(copied.corpus / "alder-ferry-or/clerk.txt", "CITY OF ALDER FERRY\n\nOFFICE CLERK\n\nDUTIES\n• Monitors the operating budget of the clerk's office.\n")
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    (row,) = shown(copied, "saved")
    assert (row["new"], row["asked"]) == (1, {"query": "operating budget", "k": 4, "kinds": ["duty"], "where": {"state": ["OR", "ME"]}})
    assert "state: OR or ME" in made(copied, "saved")
    table = made(copied, "saved", "run", "budget work", "--new")
    assert "1 new hit since" in table
    assert "clerk's office" in table
    value = shown(copied, "saved", "run", "budget work", "--seen")
    assert [hit["new"] for hit in value["hits"]].count(True) == value["new"] == 1
    assert shown(copied, "saved", "run", "budget work")["new"] == 0
    assert made(copied, "saved", "seen", "budget work", "--reviewer", "Ben") == "Seen: 'Budget work'.\n"
    assert made(copied, "saved", "note", "budget work", "weekly") == "Noted of 'Budget work'.\n"
    assert made(copied, "saved", "rename", "budget work", "Weekly") == "'budget work' is called 'Weekly' now.\n"
    (row,) = shown(copied, "saved")
    assert (row["name"], row["note"], row["reviewer"], row["seen_by"]) == ("Weekly", "weekly", "Ana", "Ben")
    refused(specsearch("saved", "delete", "weekly", "--index", copied.index), 2, "Nothing was deleted")
    assert made(copied, "saved", "delete", "weekly", "--yes") == "Deleted: 'Weekly'.\n"


def test_what_a_saved_search_was_understood_as(copied: Workplace) -> None:
    """It is said each time, as a class may come or go."""
    made(copied, "search", "1204 budget", "--save", "class")
    result = specsearch("saved", "run", "class", "--index", copied.index)
    assert "Understood: 1204 as class 1204: BUDGET ANALYST II, only.\n" in result.err
    assert [one["text"] for one in shown(copied, "saved", "run", "class")["reading"]["taken"]] == ["1204"]
    (copied.corpus / "alder-ferry-or/budget.txt").unlink()
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert "Understood" not in specsearch("saved", "run", "class", "--index", copied.index).err


def test_a_saved_search_whose_employer_or_reranker_is_gone(copied: Workplace) -> None:
    """The list of searches says so, and the others are told all the same."""
    reranked = CollectionChange(Collection.SEARCH, "reranked", Act.SAVE, "", saved_value({"query": "budget", "rerank": "/no/such/model"}, ""), "Ana", "2026-05-04T10:00:00+00:00")
    keep([reranked], session_of(copied.index))
    for name, city in (("one", "Wren Harbor"), ("other", "Alder Ferry")):
        made(copied, "search", "budget", "--city", city, "--save", name)
    (copied.corpus / "wren-harbor-me/streets.md").unlink()
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    away, first, second = shown(copied, "saved")
    assert (away["new"], "/no/such/model" in away["wrong"]) == (None, True)
    assert first["new"] is None
    assert "Wren Harbor" in first["wrong"]
    assert (second["new"], second["wrong"]) == (0, "")


@pytest.mark.parametrize("folder", [pytest.param("aber-or", id="an earlier document"), pytest.param("zeal-or", id="a later document")])
def test_a_text_that_another_employer_has_too(folder: str, copied: Workplace) -> None:
    """It is new, whichever of its places stands for it; what is still there is not told as no longer found."""
    made(copied, "search", "operating budget", "-k", "2", "--save", "budgets")
    put(copied.corpus / folder / "budget.txt", BUDGET.replace("ALDER FERRY", folder.partition("-")[0].upper()))
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    value = shown(copied, "saved", "run", "budgets", "--seen")
    assert [hit["new"] for hit in value["hits"]] == [True, False]
    assert value["left"] == []
    assert [hit["also"]["roles"] for hit in value["hits"]] == [1, 0]
    assert [hit["also"]["places"] for hit in value["hits"]] == [[], []]
    assert shown(copied, "saved", "run", "budgets")["new"] == 0
    (copied.corpus / "alder-ferry-or/budget.txt").unlink()
    assert specsearch("index", copied.corpus, "--index", copied.index).code == 0
    assert shown(copied, "saved", "run", "budgets")["new"] == 0
