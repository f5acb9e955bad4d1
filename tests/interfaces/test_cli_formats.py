"""The formats of every listing command: each whole, of one content, and as documented."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from conftest import put, specsearch
from specsearch.parsing.statements import quotation
from workplace import BUDGET, POSTINGS, Workplace, listing, refused

FORMATS = ("table", "json", "jsonl", "csv", "md")

# What each command's list has to show in every format.
TELLING = {
    "search": [
        "Prepares and monitors the operating budget of assigned departments.",
        "City of Alder Ferry",
        "BUDGET ANALYST II",
    ],
    "parse": ["A bachelor's degree in finance or accounting", "QUALIFICATIONS", "compensation"],
    "roles": ["City of Wren Harbor", "Librarian I", "1204"],
    "status": ["specsearch-duties-1", "int8", "384"],
}


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("command", TELLING)
def test_formats(command: str, style: str, work: Workplace) -> None:
    """Every listing command has all formats, each of them whole and readable by its readers."""
    result = listing(command, work, style)
    for expected in TELLING[command]:
        assert expected in result.out or style == "table", expected
    if style == "json":
        json.loads(result.out)
    elif style == "jsonl":
        rows = [json.loads(line) for line in result.out.splitlines()]
        assert len(rows) > 2
        assert all(row.keys() == rows[0].keys() for row in rows)
    elif style == "csv":
        rows = list(csv.reader(io.StringIO(result.out)))
        assert len(rows) > 3
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(re.fullmatch(r"[a-z]+", name) for name in rows[0])
    elif style == "md":
        lines = result.out.splitlines()
        assert re.fullmatch(r"\|(---\|)+", lines[1])
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {lines[1].count("|")}
    else:
        together = re.sub(r"\W+", "", result.out)
        assert re.sub(r"\W+", "", TELLING[command][1].split()[-1]) in together


def test_formats_agree(work: Workplace) -> None:
    """The hits are the same in every format."""
    texts = [hit["text"] for hit in json.loads(listing("search", work, "json").out)["hits"]]
    assert [json.loads(line)["text"] for line in listing("search", work, "jsonl").out.splitlines()] == texts
    assert [row["passage"] for row in csv.DictReader(io.StringIO(listing("search", work, "csv").out))] == list(map(quotation, texts))
    assert listing("search", work, "md").out.count("\n") == len(texts) + 2


# Keys in JSON that say whose a row is, by command, to the column that has it in CSV and Markdown.
SOURCE = {
    "search": {
        "source.title": "title", "source.jurisdiction": "city", "source.state": "state", "source.class_code": "code", "source.series": "series",
        "source.level": "level", "source.effective_date": "date", "source.url": "url",
        "document.id": "document", "document.path": "file", "document.kind": "type",
    },
    "parse": {"document": "document", "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code"},
    "roles": {"id": "document", "title": "title", "jurisdiction": "city", "state": "state", "class_code": "code", "kind": "kind", "effective_date": "date"},
}  # fmt: skip


@pytest.mark.parametrize("command", SOURCE)
def test_tables_say_whose_a_row_is(command: str, work: Workplace) -> None:
    """Every field of the JSON that identifies the source, the record's id and the class code among them, is in CSV and Markdown."""
    rows = [json.loads(line) for line in listing(command, work, "jsonl").out.splitlines()]
    table = list(csv.DictReader(io.StringIO(listing(command, work, "csv").out)))
    headings = [heading.strip() for heading in listing(command, work, "md").out.splitlines()[0].strip("|").split("|")]
    assert len(rows) == len(table) > 2
    for part in ("source", "document") if command == "search" else ():
        assert {f"{part}.{key}" for key in rows[0][part]} == {key for key in SOURCE[command] if key.startswith(part)}
    for key, column in SOURCE[command].items():
        assert column in headings
        for row, line in zip(rows, table, strict=True):
            value = row
            for name in key.split("."):
                value = value[name]
            assert line[column] == (value or "")


def test_quotes_have_no_bullets(work: Workplace) -> None:
    """Bullets and numbers before a statement are in JSON, whose text is that of the document, and in nothing that is for people."""
    for command in ("search", "parse"):
        for style in ("table", "csv", "md"):
            assert "•" not in listing(command, work, style).out
        assert "•" in json.loads(listing(command, work, "jsonl").out.splitlines()[1])["text"]


def test_unknown_format(work: Workplace) -> None:
    """A format that there is none of is a usage error that lists those there are."""
    result = specsearch("roles", "--index", work.index, "--format", "xml")
    refused(result, 2, "'xml'.*table.*json.*jsonl.*csv.*md")


def test_search_json(work: Workplace) -> None:
    """The JSON of a search has the documented shape, and every place is right."""
    answer = json.loads(listing("search", work, "json").out)
    assert answer.keys() == {"query", "reading", "chance", "hits"}
    assert answer["chance"] is False
    assert answer["query"] == "monitor the budget"
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    first = answer["hits"][0]
    assert first.keys() >= {"rank", "score", "text", "kind", "section", "source", "document", "start", "end"}
    assert first["source"] == {
        "title": "BUDGET ANALYST II",
        "jurisdiction": "City of Alder Ferry",
        "state": "OR",
        "class_code": "1204",
        "series": "BUDGET ANALYST",
        "level": "II",
        "effective_date": "2021-07",
        "url": None,
    }
    assert (first["kind"], first["section"]) == ("duty", "duty")
    assert first["document"]["id"] == first["document"]["path"] == "alder-ferry-or/budget.txt"
    assert BUDGET[first["start"] : first["end"]] == first["text"]
    assert BUDGET.split("\n")[first["line"] - 1] == first["text"]
    assert 0 < first["score"] <= 1
    assert {hit["document"]["id"] for hit in answer["hits"]} >= {"sable-crossing-nm/postings.csv#L-7"}


def test_parse_json(work: Workplace) -> None:
    """The JSON of `parse` has the documented shape; every character is in one passage or one heading."""
    answer = json.loads(listing("parse", work, "json").out)
    assert answer.keys() >= {"document", "passages"}
    text = answer["document"]["text"]
    assert text == BUDGET
    taken = [0] * len(text)
    for span in [*answer["passages"], *answer["headings"]]:
        assert text[span["start"] : span["end"]] == span["text"]
        for i in range(span["start"], span["end"]):
            taken[i] += 1
    assert all(count == 1 or character.isspace() for count, character in zip(taken, text, strict=True))
    assert set(answer["passages"][0]) >= {"section", "kind", "heading", "start", "end", "text"}
    assert [p["section"] for p in answer["passages"]] == ["summary", *["duty"] * 4, "qualification", "compensation"]
    assert answer["document"]["source"]["origins"]["title"] == {"place": "text", "start": 20, "end": 37}


def test_parse_of_several_documents(work: Workplace) -> None:
    """A file of several documents is a list in JSON, and names the document in a table's first column."""
    path = work.corpus.parent / "two.csv"
    put(
        path,
        POSTINGS + 'P-1,Planner II,Town of Sable Crossing,"• Reviews site plans and zoning requests of the town."\n',
    )
    answer = json.loads(specsearch("parse", path, "--format", "json").out)
    assert [one["document"]["id"] for one in answer] == ["two.csv#L-7", "two.csv#P-1"]
    rows = list(csv.DictReader(io.StringIO(specsearch("parse", path, "--format", "csv").out)))
    assert {row["document"] for row in rows} == {"two.csv#L-7", "two.csv#P-1"}


def test_roles_json(work: Workplace) -> None:
    """The JSON of `roles` lists every document with source and numbers, in the order of ids."""
    rows = json.loads(listing("roles", work, "json").out)
    assert [row["id"] for row in rows] == [
        "alder-ferry-or/budget.txt",
        "sable-crossing-nm/postings.csv#L-7",
        "wren-harbor-me/streets.md",
    ]
    assert (rows[0]["duties"], rows[0]["qualifications"]) == (4, 1)
    assert json.loads(listing("roles", work, "json", "--city", "WREN", "--title", "crew").out) == [rows[2]]


def test_status_json(work: Workplace) -> None:
    """The JSON of `status` says what is in the index and which model made it."""
    facts = json.loads(listing("status", work, "json").out)
    assert (facts["documents"], facts["files"], facts["generation"], facts["skipped"]) == (3, 3, 1, [])
    assert facts["passages"] == sum(facts["sections"].values())
    assert (facts["model"], facts["precision"], facts["dimension"]) == ("specsearch-duties-1", "int8", 384)
    assert facts["size_bytes"] > 50_000
