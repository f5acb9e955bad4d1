"""JSON: records in whatever an export puts around them."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path

import pytest

from sources import HEADING, ITEM, PARAGRAPH, TITLE, lines, read, read_one, styled
from specsearch.errors import ReadError
from specsearch.records import Skip

RECORD = {"title": "Meter Reader", "city": "Alder Fork", "text": "Reads meters.\nReports leaks."}


@pytest.mark.parametrize(
    "value",
    [[RECORD], RECORD, {"jobs": [RECORD]}, {"count": 1, "jobs": [RECORD]}],
    ids=["list", "object", "list-in-object", "list-and-count"],
)
def test_json_shapes(tmp_path: Path, value: object) -> None:
    """A list of documents, one document, and a list inside an object are all read."""
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert styled(source) == [
        (TITLE, "Meter Reader"),
        (PARAGRAPH, "City: Alder Fork"),
        (PARAGRAPH, "Reads meters."),
        (PARAGRAPH, "Reports leaks."),
    ]
    assert source.fields == {"title": "Meter Reader", "jurisdiction": "Alder Fork"}


def test_json_structure(tmp_path: Path) -> None:
    """Lists become items under the name of their field, objects sub-fields, and nothing is left out."""
    value = {
        "classTitle": "Meter Reader",
        "essential_functions": ["Reads meters on foot and by vehicle.", "Reports leaks."],
        "requirements": {"education": "A diploma.", "years": 2},
        "remote": False,
        "notes": None,
    }
    assert styled(read_one(tmp_path, "x.json", json.dumps(value))) == [
        (TITLE, "Meter Reader"),
        (HEADING, "Essential functions"),
        (ITEM, "Reads meters on foot and by vehicle."),
        (ITEM, "Reports leaks."),
        (HEADING, "Requirements"),
        (PARAGRAPH, "Education: A diploma."),
        (PARAGRAPH, "Years: 2"),
        (PARAGRAPH, "Remote: False"),
    ]


WORK = "Walks a route of streets each day and reads the meters of every house along it."


def job(title: str, **fields: object) -> dict[str, object]:
    """A record as exports have it."""
    return {"title": title, "description": WORK, "department": "Water", **fields}


def part(title: str, **fields: object) -> dict[str, object]:
    """A part of a document that is written like a document: a name and a description."""
    return {"name": title, "description": WORK, **fields}


OWN = {"title": "Reader", "description": "Cares for the water meters of the whole town, by day and by night."}


@pytest.mark.parametrize(
    ("value", "sections"),
    [
        pytest.param({**OWN, "duties": [part("Reading"), part("Mending")]}, ["Duties"], id="duties"),
        pytest.param({**OWN, "duties": [part("Reading", id=1), part("Mending", id=2)]}, ["Duties"], id="numbered-duties"),
        pytest.param({"duties": [part("Reading")], **OWN}, ["Duties"], id="duties-first"),
        pytest.param({**OWN, "minimumQualifications": [job("Diploma")]}, ["Minimum qualifications"], id="parts-like-jobs"),
        pytest.param({**OWN, "items": [part("Reading"), part("Mending")]}, ["Items"], id="name-of-records"),
        pytest.param({**OWN, "x": [part("Reading")], "y": [part("Mending")]}, ["X", "Y"], id="two-lists"),
        pytest.param({**OWN, "body": {"tasks": [job("Reading", id=1)]}}, ["Body", "Tasks"], id="deep"),
        pytest.param({"title": "Reader", "code": "77", "jobs": [part("Reading")]}, ["Jobs"], id="title-and-code"),
        pytest.param({"text": WORK, "blocks": [{"text": "Reports leaks."}]}, ["Blocks"], id="text-alone"),
        pytest.param({"duties": [part("Reading")], "requirements": [part("Diploma")]}, ["Duties", "Requirements"], id="parts-alone"),
    ],
)
def test_json_document_stays_one(tmp_path: Path, value: object, sections: list[str]) -> None:
    """An object that is a document stays one, its own fields and all that its lists hold are in it."""
    for content in (json.dumps(value), json.dumps([value, value])):
        documents = read(tmp_path, "x.json", content).documents
        assert len(documents) == (2 if content.startswith("[") else 1)
        assert sections == [text for style, text in styled(documents[0]) if style is HEADING and text in sections]
        words = re.findall(r"\w{4,}", " ".join(strings(value)))
        assert [word for word in words if word not in documents[0].text] == []


SECTIONS = [{"title": "Duties", "text": WORK}, {"title": "Minimum Qualifications", "text": "A diploma of any school."}]
PLACED: dict[str, object] = {**OWN, "city": "Elm Fork"}
OTHER = job("Usher", url="https://elm.example/2")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({**OWN, "city": "Elm Fork", "relatedJobs": [OTHER]}, id="related"),
        pytest.param({"title": "Reader", "duties": [WORK], "similar_positions": [OTHER, OTHER]}, id="similar-and-sections"),
        pytest.param({"posting": PLACED, "relatedJobs": [OTHER]}, id="related-to-wrapped"),
        pytest.param({**OWN, "dept": "Water", "peopleViewedJobs": [OTHER]}, id="unknown-word-before"),
        pytest.param({**OWN, "agency": "Elm Fork", "items": [OTHER]}, id="weak-name"),
        pytest.param({"jobTitle": "Reader", "city": "Elm Fork", "content": SECTIONS}, id="content"),
        pytest.param({"title": "Reader", "items": [{"heading": "About the work", "text": WORK}]}, id="headings"),
        pytest.param({"title": "Reader", "data": {"list": [{"name": "Knowledge of:", "body": WORK}, *SECTIONS]}}, id="deep"),
        pytest.param({"title": "Reader", "content": [{"text": WORK}, {"text": "Reports leaks."}]}, id="no-titles"),
        pytest.param({"city": "Elm Fork", "contents": SECTIONS}, id="no-title"),
    ],
)
def test_json_document_and_what_it_refers_to(tmp_path: Path, value: dict[str, object]) -> None:
    """An object stays the document that it is beside jobs it refers to, and if its sections are objects with titles."""
    for content in (value, [value, value], {"jobs": [value]}):
        documents = read(tmp_path, "x.json", json.dumps(content)).documents
        titles = {*strings(value)[:1]} - {"Elm Fork"}  # the title comes first, where there is one
        assert {document.fields["title"] for document in documents if "title" in document.fields} == titles
        words = re.findall(r"\w{4,}", " ".join(strings(value)))
        assert [word for word in words if word not in documents[0].text] == []


SPECS = [{"title": "Reader", "text": WORK}, {"title": "Clerk", "text": "Files the papers of the town."}]
CODED = [{"title": "Reader", "class_code": "R1", "description": WORK}, {"title": "Clerk", "class_code": "C1", "description": WORK}]
NOTE = "These are the documents that the town has agreed upon with its unions this year."


@pytest.mark.parametrize(
    ("value", "fields", "left_out"),
    [
        pytest.param({"cities": [{"city": "Elm", "state": "TX", "jobs": SPECS}]}, {"jurisdiction": "Elm", "state": "TX"}, "", id="city"),
        pytest.param({"departments": [{"department": "Mint", "positions": SPECS}]}, {"department": "Mint"}, "", id="department"),
        pytest.param({"departments": [{"name": "Mint", "positions": CODED}]}, {"department": "Mint"}, "", id="names"),
        pytest.param({"agencies": {"Elm": SPECS}}, {"jurisdiction": "Elm"}, "", id="by-name"),
        pytest.param({"agency": "Elm", "revised": "2021-05-01", "a": {"items": SPECS}}, {"jurisdiction": "Elm", "effective_date": "2021-05-01"}, "", id="far"),
        pytest.param({"city": "Elm", "b": [{"city": "Oak", "jobs": SPECS}]}, {"jurisdiction": "Oak"}, "city", id="nearest"),
        pytest.param([{"city": "Elm", "url": "u1", "jobs": SPECS}], {"jurisdiction": "Elm", "url": "u1"}, "", id="list"),
        pytest.param({"employer": "Elm", "jobs": [{"posting": spec} for spec in SPECS]}, {"jurisdiction": "Elm"}, "", id="wrapped"),
        pytest.param({"title": "Elm's own", "note": NOTE, "specs": SPECS}, {}, "title, note", id="title-and-sentence"),
        pytest.param({"name": "Elm", "state": "TX", "about": NOTE, "jobs": SPECS}, {"state": "TX"}, "name, about", id="employer"),
        pytest.param({"title": "Open positions", "text": NOTE, "city": "Elm", "items": SPECS}, {"jurisdiction": "Elm"}, "title, text", id="title-of-many"),
        pytest.param({"departments": [{"name": "Mint", "about": NOTE, "positions": CODED}]}, {"department": "Mint"}, "about", id="text-of-group"),
        pytest.param({"motto": "Ever onward", "status": "ok", "next": "page two", "jobs": SPECS}, {}, "motto", id="short-text"),
        pytest.param({"head": {"mayor": "Ann Oak"}, "jobs": SPECS}, {}, "head", id="short-text-in-object"),
    ],
)
def test_json_what_wrappers_say(tmp_path: Path, value: object, fields: dict[str, str], left_out: str) -> None:
    """What is said around records is in each that does not say it itself, or is listed as left out; nothing is lost silently."""
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader", "Clerk"]
    for document in result.documents:
        assert {name: text for name, text in document.fields.items() if name not in ("title", "class_code")} == fields
        assert all(text in document.text for text in fields.values())
    assert [re.findall(r"under (.*): it belongs", skip.reason) for skip in result.skips] == ([[left_out]] if left_out else [])


def test_json_groups_do_not_share(tmp_path: Path) -> None:
    """What a wrapper says goes to the records in it and to no others, and not over what they say themselves."""
    value = {"cities": [{"city": "Elm", "jobs": [job("Reader"), job("Usher", city="Oak")]}, {"city": "Ash", "jobs": [job("Clerk")]}]}
    documents = read(tmp_path, "x.json", json.dumps(value)).documents
    assert [document.fields["jurisdiction"] for document in documents] == ["Elm", "Oak", "Ash"]


def strings(value: object) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"Result": {"Items": [job("Reader"), job("Clerk")], "Count": 2}, "Status": "ok", "Page": 1}, id="two-deep"),
        pytest.param({"a": {"b": {"c": {"rows": [job("Reader"), job("Clerk")]}}}}, id="four-deep"),
        pytest.param({"list": [{"Descriptor": job("Reader"), "Id": 1}, {"Descriptor": job("Clerk"), "Id": 2}]}, id="wrapped-records"),
        pytest.param({"hits": {"hits": [{"_id": "1", "_source": job("Reader")}, {"_id": "2", "_source": job("Clerk")}]}}, id="search-engine"),
        pytest.param({"data": {"edges": [{"node": job("Reader")}, {"node": job("Clerk")}], "pageInfo": {"more": False}}}, id="graph"),
        pytest.param({"data": [{"type": "job", "id": n, "attributes": job(n)} for n in ("Reader", "Clerk")]}, id="attributes"),
        pytest.param({"open": [job("Reader")], "filled": [job("Clerk")], "total": 2}, id="two-lists"),
        pytest.param([{"page": 1, "items": [job("Reader")]}, {"page": 2, "items": [job("Clerk")]}], id="pages"),
        pytest.param({"jobs": {"r1": job("Reader"), "c1": job("Clerk")}}, id="by-id"),
        pytest.param([[job("Reader")], [job("Clerk")]], id="lists-in-a-list"),
        pytest.param({"vacatures": [job("Reader"), job("Clerk")], "a": 1, "b": 2, "c": 3, "d": 4}, id="unknown-name"),
        pytest.param({"url": "https://elm.example", "items": [job("Reader", url="x"), job("Clerk", url="y")]}, id="feed"),
        pytest.param({"jobs": [job("Reader"), job("Clerk")], "facets": [{"name": "Water", "count": 2}] * 9}, id="facets"),
    ],
)
def test_json_wrapped_records(tmp_path: Path, value: object) -> None:
    """Records are found at any depth of what an export puts around them, a document each with its own fields."""
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader", "Clerk"]
    assert all(document.fields["department"] == "Water" and WORK in document.text for document in result.documents)
    assert result.skips == ()
    whole = read(tmp_path, "x.jsonl", json.dumps(value) + "\n") if isinstance(value, dict) else result
    assert [document.text for document in whole.documents] == [document.text for document in result.documents]


@pytest.mark.parametrize("name", ["disclaimer", "notes"])
def test_json_text_beside_records(tmp_path: Path, name: str) -> None:
    """Text that an export puts beside its records is listed as left out, by the name of its field."""
    note = "This town hires without regard to age, and gives notice of each choice in writing."
    value = {"count": 1, "data": {"jobs": [job("Reader")], name: {"en": note}}, "next": "https://example.org/2"}
    result = read(tmp_path, "x.json", json.dumps(value))
    assert [document.fields["title"] for document in result.documents] == ["Reader"]
    [skip] = result.skips
    assert skip.path == "item 1"
    assert name in skip.reason
    assert "left out" in skip.reason


def test_json_wrapper_keeps_what_is_beside(tmp_path: Path) -> None:
    """The fields that stand beside a wrapped record are fields of its document."""
    value = [{"id": "A-7", "score": 2, "posting": {**job("Reader"), "id": "inner"}}]
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert source.record_id == "inner"
    assert {"Id: A-7", "Score: 2"} <= set(lines(source))


def test_json_lists_in_lists(tmp_path: Path) -> None:
    """Lists inside lists are items, not the brackets of a program."""
    value = {"title": "Reader", "duties": [["Reads meters.", ["Reports leaks."]], "Mends pumps."], "text": "Works alone."}
    source = read_one(tmp_path, "x.json", json.dumps(value))
    assert [text for style, text in styled(source) if style is ITEM] == ["Reads meters.", "Reports leaks.", "Mends pumps."]


def test_beir_metadata_is_kept(tmp_path: Path) -> None:
    """What a line in the form of BEIR says in its metadata is in the text."""
    line = json.dumps({"_id": "d1", "title": "Reader", "text": "Reads meters.", "metadata": {"note": "Works at night."}})
    assert "Works at night." in read_one(tmp_path, "x.jsonl", line).text


def test_json_items_that_are_no_documents(tmp_path: Path) -> None:
    """Items of a list that are no objects are skips, and the others are kept."""
    result = read(tmp_path, "x.json", json.dumps([RECORD, 7, {}, {"title": "Clerk", "text": "Files papers."}]))
    assert [document.record_id for document in result.documents] == ["1", "4"]
    assert result.skips == (Skip("item 2", "not an object with named fields"), Skip("item 3", "empty record"))


def test_json_depth(tmp_path: Path) -> None:
    """Fields nested to any depth are read or refused, also where the JSON parser itself still copes."""
    for depth in range(100, sys.getrecursionlimit() + 100, 25):
        content = b'{"title": "Clerk", "text": "Files papers.", "more": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
        with contextlib.suppress(ReadError):
            assert len(read(tmp_path, "x.json", content).documents) == 1


def test_jsonl_in_beir_form(tmp_path: Path) -> None:
    """Lines in the form of BEIR give their title and text alone; a broken line is a skip and its neighbours are kept."""
    result = read(
        tmp_path,
        "x.jsonl",
        '{"_id": "d1", "title": "Meter Reader", "text": "Reads meters.", "metadata": {}}\n'
        '{"_id": "d2", "title": "Clerk", "text": "Files pap\n'
        "\n"
        '{"_id": "d3", "title": "", "text": "Guards the vault."}\n'
        '["d4"]\n'
        '{"_id": "d5", "text": NaN}\n',
    )
    assert [(document.record_id, lines(document)) for document in result.documents] == [
        ("d1", ["Meter Reader", "Reads meters."]),
        ("d3", ["Guards the vault."]),
    ]
    assert [skip.path for skip in result.skips] == ["line 2", "line 5", "line 6"]
    assert all("not valid JSON" in skip.reason or "not an object" in skip.reason for skip in result.skips)


def test_jsonl_of_broken_lines(tmp_path: Path) -> None:
    """A file of nothing but broken lines gives a skip for each of them."""
    result = read(tmp_path, "x.jsonl", "{\n}\n")
    assert result.documents == ()
    assert [skip.path for skip in result.skips] == ["line 1", "line 2"]
