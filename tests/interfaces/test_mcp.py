"""The tools for models: a client of the official SDK asks, by standard input and output and by HTTP."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import jsonschema
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult
from starlette.testclient import TestClient

from specsearch.api import parse_bytes
from specsearch.interfaces import shapes
from specsearch.interfaces.mcp import forms
from specsearch.interfaces.mcp.fitting import LONGEST, LONGEST_QUOTE, fitted, length
from specsearch.interfaces.mcp.plain import plain
from specsearch.interfaces.mcp.server import make_mcp
from specsearch.interfaces.mcp.words import TOOLS
from specsearch.interfaces.service import documents, lists, roles, searching
from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.documents import DocumentAnswer
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import SourceRow
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records import Kind, Label
from specsearch.storage.stores import open_index

CENTER = "port-lumen-wa/citizen-response-center-supervisor.html"
OTHER = "kestrel-valley-ca/resident-contact-center-supervisor.pdf"
ANALYST = "cedar-quay-or/human-resources-analyst.txt"
SENIOR = "tidewater-mills-va/senior-budget-analyst.docx"
QUERY = "monitors the operating budget"
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_passages", {"query": QUERY}),
    ("search_passages", {"query": "supervises staff", "k": 30, "kinds": ["duty", "context"], "where": {"state": "OR"}, "per_city": 2}),
    ("search_passages", {"query": "a valid license", "sections": ["license", "qualification"]}),
    ("search_passages", {"query": QUERY, "where": {"title": ["water plant"], "document_kind": ["job_posting", "class_specification"]}}),
    ("find_roles", {}),
    ("find_roles", {"k": 60, "where": {"title": ["analyst"]}}),
    ("similar_roles", {"role": CENTER}),
    ("similar_roles", {"role": SENIOR, "k": 30, "per_city": 1}),
    ("compare_roles", {"a": CENTER, "b": OTHER}),
    ("compare_roles", {"a": ANALYST, "b": CENTER}),
    ("survey", {"role": CENTER}),
    ("survey", {"duty": "answers residents by telephone", "k": 3}),
    ("ladder", {"role": ANALYST}),
    ("ladder", {"role": SENIOR}),
    ("get_document", {"document": OTHER}),
    ("get_document", {"document": CENTER, "offset": 300, "limit": 200}),
    ("get_document", {"document": ANALYST, "sections": ["duty", "license"]}),
    ("find_lists", {}),
)
IDS = [f"{name}-{i}" for i, (name, _) in enumerate(CALLS)]


@dataclass(frozen=True)
class Asker:
    """A connected client, used from a test."""

    portal: BlockingPortal
    client: Client

    def raw(self, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
        """What a tool answers."""
        answer = self.portal.call(lambda: self.client.call_tool(name, dict(arguments)))
        assert isinstance(answer, CallToolResult)
        return answer

    def ask(self, name: str, **arguments: object) -> dict[str, Any]:
        """The content of an answer that is no error."""
        answer = self.raw(name, arguments)
        assert not answer.is_error, answer.content
        found = answer.structured_content
        assert isinstance(found, dict)
        return found

    def refused(self, name: str, **arguments: object) -> str:
        """The message of an answer that is an error."""
        answer = self.raw(name, arguments)
        assert answer.is_error
        assert answer.structured_content is None
        return str(getattr(answer.content[0], "text", ""))


@contextmanager
def connected(server: object) -> Iterator[Asker]:
    """A client of a server in this process, or by a transport."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(server)) as client:  # type: ignore[arg-type]  # what the SDK takes
        yield Asker(portal, client)


def started(index: Path) -> AbstractAsyncContextManager[Any]:
    """The server as an assistant starts it."""
    return stdio_client(StdioServerParameters(command=sys.executable, args=["-m", "specsearch", "mcp", "--index", str(index)], env=dict(os.environ)))


@pytest.fixture(scope="module")
def asker(sample_index: Path) -> Iterator[Asker]:
    """A client that started the server on the sample index."""
    with connected(started(sample_index)) as found:
        yield found


@pytest.fixture(scope="module")
def session(sample_index: Path) -> Iterator[Session]:
    """The service on the same index."""
    with open_index(sample_index) as index:
        yield Session(index)


def quotes(value: object) -> Iterator[dict[str, Any]]:
    """All statements that an answer quotes."""
    if isinstance(value, dict):
        if {"text", "cut", "document"} <= value.keys():
            yield value
        for part in value.values():
            yield from quotes(part)
    elif isinstance(value, list):
        for part in value:
            yield from quotes(part)


def rounded(value: Any) -> Any:  # noqa: ANN401  # any value of JSON
    """Values with the figures in four decimals, as they are told."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


# --- what is offered -------------------------------------------------------------------------------


def test_the_tools_are_described(asker: Asker) -> None:
    """Each tool says what it does and takes, that it changes nothing, and what it answers."""
    tools = asker.portal.call(asker.client.list_tools).tools
    assert [tool.name for tool in tools] == list(TOOLS)
    for tool in tools:
        assert tool.description
        assert tool.title
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.input_schema["additionalProperties"] is False
        assert all(part.get("description") for part in tool.input_schema["properties"].values()), tool.name
        assert tool.output_schema is not None
        assert {"notes", "more"} <= set(tool.output_schema["required"])
    search = tools[0].input_schema
    assert search["properties"]["k"] | {"description": ""} == {"default": 8, "description": "", "maximum": 30, "minimum": 1, "type": "integer"}
    assert search["$defs"]["Kind"]["enum"] == list(Kind)
    assert search["$defs"]["Label"]["enum"] == list(Label)
    schemas = [schema for tool in tools for schema in (tool.input_schema, tool.output_schema)]
    assert '"title": "' not in json.dumps(schemas), "titles that are made of names take a model's room"


def test_a_model_is_told_how_to_use_it(asker: Asker) -> None:
    """The instructions name every rule that answers depend on, and no tool that is not there."""
    told = asker.client.instructions or ""
    for word in ("word for word", "characters start-end", "unsure", "None is an answer", "decision", "never instructions"):
        assert word in told
    assert set(re.findall(r"\b(?:find|get|compare|search|similar)_\w+", told)) <= set(TOOLS)


# --- what is answered ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=IDS)
def test_answers_are_as_described_and_bounded(name: str, arguments: dict[str, Any], asker: Asker) -> None:
    """An answer keeps to its schema, is the same as text, and is no longer than an answer may be."""
    answer = asker.raw(name, arguments)
    assert not answer.is_error
    (schema,) = (tool.output_schema for tool in asker.portal.call(asker.client.list_tools).tools if tool.name == name)
    assert schema is not None
    jsonschema.validate(answer.structured_content, schema)
    text = str(getattr(answer.content[0], "text", ""))
    assert json.loads(text) == answer.structured_content
    assert len(text) <= LONGEST


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=IDS)
def test_quotes_are_what_stands_at_their_places(name: str, arguments: dict[str, Any], asker: Asker, session: Session) -> None:
    """Every statement is in the document that it names, at the characters, the line and the page that it names."""
    found = list(quotes(asker.ask(name, **arguments)))
    if name in ("search_passages", "compare_roles") or "sections" in arguments:
        assert found
    for one in found:
        document = documents.document(documents.DocumentRequest(one["document"]), session).parsed.document
        assert document.text[one["start"] : one["end"] - one["cut"]] == one["text"]
        assert (document.line_at(one["start"]), document.page_at(one["start"])) == (one["line"], one["page"])


def test_a_search_is_that_of_the_service(asker: Asker, session: Session) -> None:
    """The same passages with the same scores, and what of them is shown is the service's JSON."""
    request = searching.SearchRequest(QUERY, 8, where=Where(state=("OR", "WA")))
    rows = rounded(shapes.search(searching.search(request, session)))["hits"]
    hits = asker.ask("search_passages", query=QUERY, where={"state": ["OR", "WA"]})["hits"]
    assert [(hit["document"], hit["title"], hit["jurisdiction"]) for hit in hits] == [(row["document"]["id"], row["source"]["title"], row["source"]["jurisdiction"]) for row in rows]
    for hit, row in zip(hits, rows, strict=True):
        same = ("rank", "score", "text", "section", "kind", "unsure", "start", "end", "line", "page")
        assert {key: hit[key] for key in same} == {key: row[key] for key in same}
        assert hit["strength"] == searching.strength(row["score"])


def test_what_was_understood_is_told(asker: Asker) -> None:
    """In words, so that the assistant can say so; not where the words are to be taken as they are."""
    found = asker.ask("search_passages", query="Librarian II -children")
    assert found["understood"] == ["Librarian II as class Librarian II, only", "-children as words that must not be there"]
    assert {hit["title"] for hit in found["hits"]} == {"Librarian II"}
    assert asker.ask("search_passages", query={"as_typed": "Librarian II -children"})["understood"] == []


def test_passages_like_one(asker: Asker) -> None:
    """A passage is searched with by the place that an answer gave, and is not found itself."""
    first, *_ = asker.ask("search_passages", query=QUERY)["hits"]
    found = asker.ask("search_passages", query={"like": f"{first['document']}:{first['start']}-{first['end']}"}, k=5)["hits"]
    assert len(found) == 5
    assert (first["document"], first["start"]) not in {(hit["document"], hit["start"]) for hit in found}


def test_likeness_is_that_of_the_service(asker: Asker, session: Session) -> None:
    """The same roles with the same verdicts, in the same order."""
    rows = rounded(shapes.similar(roles.similar(roles.SimilarRequest(CENTER, 8, per_city=1), session)))
    found = asker.ask("similar_roles", role=CENTER, per_city=1)["roles"]
    assert [{"id": one.pop("document"), **one} for one in found] == rows


def test_a_comparison_is_that_of_the_service(asker: Asker, session: Session) -> None:
    """The same verdict with its reasons and figures, the same pairs of duties, what only one has."""
    row = rounded(shapes.compare(roles.compare(roles.CompareRequest(CENTER, OTHER), session)))
    found = asker.ask("compare_roles", a=CENTER, b=OTHER)
    for name in ("verdict", "reasons", "similarity", "percentile", "coverage", "coverage_interval"):
        assert found[name] == row[name]
    assert (found["a"]["document"], found["b"]["document"]) == (CENTER, OTHER)
    assert [(one["a"]["text"], one["b"]["text"], one["score"]) for one in found["matches"]] == [(one["a"]["text"], one["b"]["text"], one["score"]) for one in row["matches"]]
    for side in "ab":
        assert [one["text"] for one in found[f"only_{side}"]] == [one["text"] for one in row["unmatched"][side]]
        assert [(one["name"], one["value"]) for one in found[f"requirements_{side}"]] == [(one["name"], one["value"]) for one in row["requirements"][side]]


@pytest.mark.parametrize("of", ["role", "duty"])
def test_a_survey_is_that_of_the_service(of: str, asker: Asker, session: Session) -> None:
    """The same counterparts, and the employers that have none."""
    duty = "operates a water treatment plant"
    answer = roles.survey_role(roles.RoleSurveyRequest(CENTER), session) if of == "role" else roles.survey_duty(roles.DutySurveyRequest(duty), session)
    row = rounded(shapes.survey(answer))
    found = asker.ask("survey", **{of: CENTER if of == "role" else duty})
    cells = row["rows"][0]["cells"]
    assert [(one["jurisdiction"], one["found"], one["document"], one["score"]) for one in found["employers"]] == [
        (cell["city"], cell["found"], cell["document"] and cell["document"]["id"], cell["score"]) for cell in cells
    ]
    assert found["found"] == sum(cell["found"] for cell in cells) < found["total"] == len(cells)
    assert len(found["duties"]) == len(row["rows"]) - 1
    assert [one["verdict"] for one in found["employers"] if one["verdict"]] == [one["verdict"] for one in row["comparisons"].values()]


def test_a_ladder_is_that_of_the_service(asker: Asker, session: Session) -> None:
    """The same classes and the same steps between them."""
    row = shapes.ladder(roles.ladder(roles.LadderRequest(ANALYST), session))
    found = asker.ask("ladder", role=ANALYST)
    assert [(one["title"], one["documents"]) for one in found["classes"]] == [(one["title"], one["documents"]) for one in row["classes"]]
    assert [(one["lower"], one["higher"], one["kind"]) for one in found["steps"]] == [(one["lower"], one["higher"], one["kind"]) for one in row["steps"]]


def test_calls_at_once_are_answered_as_alone(asker: Asker) -> None:
    """Many calls of one client at the same time each get the answer that they get alone."""
    alone = [asker.raw(name, arguments).structured_content for name, arguments in CALLS]
    asked = [asker.portal.start_task_soon(asker.client.call_tool, name, arguments) for name, arguments in CALLS]
    assert [one.result().structured_content for one in asked] == alone


def test_which_role_was_taken_is_said(asker: Asker) -> None:
    """A role that is named by words is told with its id, as the command line tells it."""
    (note,) = asker.ask("ladder", role="1415 saltmarsh")["notes"]
    assert "saltmarsh-heights-fl/human-resources-analyst.docx" in note


def test_a_list_that_people_keep(sample_index: Path, tmp_path: Path) -> None:
    """With notes and quotes at their places, a part at a time; one that is not there is told with those that are."""
    index = Path(shutil.copytree(sample_index, tmp_path / "index"))
    with open_index(index) as opened, connected(make_mcp(lambda: Session(opened))) as asker:
        hits = searching.search(searching.SearchRequest(QUERY, 3), Session(opened)).hits
        wanted = (*(hit.passage.passage_id for hit in hits), CENTER)
        lists.add_to_list(lists.AddToListRequest("budget work", wanted, "Ana", "why"), Session(opened))
        assert [(one["name"], one["entries"]) for one in asker.ask("find_lists")["lists"]] == [("budget work", 4)]
        first = asker.ask("get_list", list_name="Budget work", k=3)
        assert [(one["note"], one["places"][0]["statement"]["text"]) for one in first["entries"]] == [("why", hit.passage.text) for hit in hits]
        assert (first["next_offset"], first["total"]) == (3, 4)
        (last,) = asker.ask("get_list", list_name="budget work", offset=3)["entries"]
        assert (last["sort"], last["places"][0]["document"], last["places"][0]["statement"]) == ("role", CENTER, None)
        for name, arguments in (("find_lists", {}), ("get_list", {"list_name": "budget work"})):
            (schema,) = (tool.output_schema for tool in asker.portal.call(asker.client.list_tools).tools if tool.name == name)
            jsonschema.validate(asker.ask(name, **arguments), schema or {})
        assert "There is: 'budget work'" in asker.refused("get_list", list_name="none")


# --- parts of what is long -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "list_name"),
    [
        pytest.param("find_roles", {"k": 20}, "roles", id="roles"),
        pytest.param("survey", {"role": CENTER, "k": 5}, "employers", id="employers"),
        pytest.param("get_document", {"document": ANALYST, "sections": list(Label), "limit": 500}, "statements", id="statements"),
    ],
)
def test_parts_make_the_whole(name: str, arguments: dict[str, Any], list_name: str, asker: Asker, session: Session) -> None:
    """Who follows next_offset gets every item once, in order; each part says how many are left."""
    found: list[Any] = []
    offset: int | None = 0
    calls = 0
    while offset is not None:
        part = asker.ask(name, **arguments, offset=offset)
        found += part[list_name]
        offset = part["next_offset"]
        assert part["more"] == "" if offset is None else f"offset={offset}" in part["more"]
        calls += 1
    assert calls > 1
    if name == "get_document":
        parsed = documents.document(documents.DocumentRequest(ANALYST), session).parsed
        assert [(one["start"], one["end"]) for one in found] == [(one.start, one.end) for one in parsed.passages]
    else:
        assert len(found) == asker.ask(name, **arguments)["total"]
        keys = [one["jurisdiction"] + (one["document"] or "") for one in found]
        assert len(set(keys)) == len(keys)


def test_a_text_is_read_in_parts(asker: Asker, session: Session) -> None:
    """The parts of a text joined are the text; the first shows the outline of all of it."""
    text = documents.document(documents.DocumentRequest(OTHER), session).parsed.document.text
    first = asker.ask("get_document", document=OTHER, limit=700)
    assert first["characters"] == len(text)
    assert [run["start"] for run in first["outline"]] == sorted(run["start"] for run in first["outline"])
    assert {"duty", "qualification"} <= {run["section"] for run in first["outline"]}
    read, part = first["text"], first
    while part["next_offset"] is not None:
        part = asker.ask("get_document", document=OTHER, limit=700, offset=part["next_offset"])
        assert part["start"] == len(read)
        assert part["outline"] == []
        read += part["text"]
    assert read == text


def test_past_the_end_there_is_nothing(asker: Asker) -> None:
    """An offset beyond what there is gives nothing, and says so."""
    assert asker.ask("get_document", document=OTHER, offset=10**9)["text"] == ""
    part = asker.ask("find_roles", offset=1000)
    assert (part["roles"], part["next_offset"]) == ([], None)
    assert "only 75" in part["more"]


def test_a_document_is_a_resource(asker: Asker, session: Session) -> None:
    """Its text can be read by its address; one that is not there is refused."""
    text = documents.document(documents.DocumentRequest(CENTER), session).parsed.document.text
    (found,) = asker.portal.call(asker.client.read_resource, f"specsearch://document/{CENTER}").contents
    assert getattr(found, "text", None) == text
    with pytest.raises(MCPError, match=r"no document 'nowhere\.txt'"):
        asker.portal.call(asker.client.read_resource, "specsearch://document/nowhere.txt")


# --- bounds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["x" * 900] * 100, id="many"),
        pytest.param(["\x01" * 3_000, "short"], id="escaped"),
        pytest.param(["x" * 50_000], id="one that is too long"),
        pytest.param(["\ud800é" * 10], id="half a character"),
        pytest.param([], id="none"),
    ],
)
def test_an_answer_is_cut_at_whole_items(texts: list[str]) -> None:
    """Whatever there is, an answer has room; each list keeps its first items whole, and what is left out is counted."""
    value, left = fitted({"subject": "s" * 9_000, "first": [{"text": text} for text in texts], "second": [{"text": "y"}]}, ("first", "second"))
    assert length(value) <= LONGEST
    json.dumps(value, ensure_ascii=False).encode()
    assert value["second"] == [{"text": "y"}]
    assert [one["text"] for one in value["first"]] == [text.replace("\ud800", "?") for text in texts][: len(value["first"])]
    assert len(value["first"]) + left.get("first", 0) == len(texts)
    assert len(value["subject"]) < 600


def test_a_long_statement_is_cut_and_can_be_read(session: Session) -> None:
    """A statement that is longer than an answer is shown in part with what is left out; the text has the rest, however it is escaped."""
    duty = "Prepares " + "a report on \t the \x85 budget, " * 2_000
    answer = read_answer(f"CITY OF WREN HARBOR\nCLERK\n\nDUTIES\n• {duty.strip()}\n• Sorts mail.\n", session)
    part = forms.document_part(answer, 0, 6_000, [Label.DUTY])
    assert length(part) <= LONGEST
    long = max(part["statements"], key=lambda one: one["cut"])
    assert len(long["text"]) <= LONGEST_QUOTE
    assert len(long["text"]) + long["cut"] == long["end"] - long["start"]
    whole, offset = "", 0
    while True:
        part = forms.document_part(answer, offset, 15_000, [])
        assert length(part) <= LONGEST
        assert part["end"] > offset
        whole, offset = whole + part["text"], part["end"]
        if part["next_offset"] is None:
            break
    assert whole == answer.parsed.document.text


def read_answer(text: str, session: Session) -> DocumentAnswer:
    """A document that is in no index, as the service would tell it."""
    (parsed,) = parse_bytes(text.encode(), "clerk.txt")
    row = documents.document(documents.DocumentRequest(CENTER), session).source
    return DocumentAnswer(parsed, {}, SourceRow("clerk.txt", row.kind, row.source, (), ()), {}, (), None, None)


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        pytest.param("search_passages", {"query": "  "}, "The query is empty", id="blank"),
        pytest.param("search_passages", {"query": "x" * 2_001}, "String should have at most 2000", id="too long"),
        pytest.param("search_passages", {}, "query: Field required", id="missing"),
        pytest.param("search_passages", {"query": "x", "like": "y:0-1"}, "like: the tool takes no such argument", id="query and passage"),
        pytest.param("search_passages", {"query": {"like": "y:0-1"}}, "There is no passage", id="no passage"),
        pytest.param("search_passages", {"query": "x", "k": 31}, "k: Input should be less than or equal to 30", id="range"),
        pytest.param("search_passages", {"query": "x", "kinds": ["dutties"]}, "'duty', 'qualification', 'context' or 'administrative'", id="enum"),
        pytest.param("search_passages", {"query": "x", "city": "Cedar Quay"}, "city: the tool takes no such argument", id="unknown argument"),
        pytest.param("find_roles", {"where": {"employer": "x"}}, "where.employer: the tool takes no such argument", id="unknown filter"),
        pytest.param("find_roles", {"where": {"city": ["Cedar Qay"]}}, "City of Cedar Quay", id="near"),
        pytest.param("similar_roles", {"role": "analyst"}, "Name one by its document id", id="several"),
        pytest.param("similar_roles", {"role": "zzzz"}, "See: find_roles", id="no role"),
        pytest.param("compare_roles", {"a": CENTER, "b": "/etc/hostname"}, "No role of", id="a file of the machine"),
        pytest.param("get_document", {"document": "../secret.txt"}, "There is no document", id="outside"),
        pytest.param("survey", {}, "Give either role or duty", id="neither"),
        pytest.param("survey", {"role": CENTER, "duty": "x"}, "Give either role or duty", id="both"),
        pytest.param("delete_everything", {}, "delete_everything", id="no such tool"),
    ],
)
def test_refusals_say_what_to_do(name: str, arguments: dict[str, Any], said: str, asker: Asker, sample_index: Path) -> None:
    """What cannot be answered is an error of the tool, with a message that helps and no place of this machine."""
    message = asker.refused(name, **arguments)
    assert said in message
    assert str(sample_index.parent) not in message
    assert "Traceback" not in message
    assert "pydantic" not in message
    assert len(message) < 2_100


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("See: specsearch roles --index /srv/ana/work/index", "See: find_roles."),
        ("/srv/ana/work/index is not an index", "index is not an index"),
        (r"C:\Users\ana\index cannot be read", "index cannot be read"),
        ("There is no document 'a-b/c.pdf#2'", "There is no document 'a-b/c.pdf#2'"),
        ("and/or, 12/2019, https://example.org/a/b", "and/or, 12/2019, https://example.org/a/b"),
        ("one\ntwo \x1b[31m", "one\ntwo ?[31m"),
    ],
)
def test_messages_are_plain(message: str, expected: str) -> None:
    """Commands become tools, and folders of the machine are left out; all else stays."""
    assert plain(message) == expected


def test_a_fault_says_nothing_of_the_machine(caplog: pytest.LogCaptureFixture) -> None:
    """What must not happen is told without a word of what it was; the log has it."""

    def broken() -> Session:
        raise RuntimeError("/srv/ana/secret")

    with connected(make_mcp(broken)) as asker:
        message = asker.refused("search_passages", query="x")
        with pytest.raises(MCPError) as caught:
            asker.portal.call(asker.client.read_resource, "specsearch://document/x")
    assert message.startswith("Something went wrong inside specsearch")
    assert "secret" not in message + str(caught.value)
    assert "secret" in caplog.text


def test_an_index_that_is_not_there_yet(sample_index: Path, tmp_path: Path) -> None:
    """Each call says how to make one, without its folder; once it is made, the same server answers."""
    with connected(started(tmp_path / "index")) as asker:
        message = asker.refused("find_roles")
        assert "index is not an index" in message
        assert "specsearch index" in message
        assert str(tmp_path) not in message
        shutil.copytree(sample_index, tmp_path / "index")
        assert asker.ask("find_roles")["total"] == 75


# --- the process -----------------------------------------------------------------------------------

HELLO = (
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "find_roles", "arguments": {"k": 1}}},
)


@pytest.fixture
def process(sample_index: Path) -> Iterator[subprocess.Popen[str]]:
    """The server as a bare process."""
    command = [sys.executable, "-m", "specsearch", "mcp", "--index", str(sample_index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as found:
        yield found
        found.kill()


def said_to(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Greet the server, call a tool, and read the two answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    for message in HELLO:
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return [json.loads(process.stdout.readline()) for _ in range(2)]


def closed(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(closed, id="input closed"),
        pytest.param(lambda process: process.send_signal(signal.SIGINT), id="interrupted"),
        pytest.param(lambda process: process.send_signal(signal.SIGTERM), id="terminated"),
    ],
)
def test_it_ends_cleanly(end: Callable[[subprocess.Popen[str]], None], process: subprocess.Popen[str]) -> None:
    """It says nothing but the protocol, and ends with nothing to complain of."""
    greeting, answer = said_to(process)
    assert greeting["result"]["serverInfo"]["name"] == "specsearch"
    assert answer["result"]["structuredContent"]["total"] == 75
    end(process)
    assert process.wait(30) == 0
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read() == ""
    assert "Traceback" not in process.stderr.read()


def test_a_client_that_has_gone_is_no_error(process: subprocess.Popen[str]) -> None:
    """One that dies while it is owed an answer leaves no process and no complaint."""
    said_to(process)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write(json.dumps(HELLO[2] | {"id": 3}) + "\n")
    process.stdin.flush()
    process.stdin.close()
    assert process.wait(30) == 0
    assert "Traceback" not in process.stderr.read()


def test_what_is_missing_can_be_installed(tmp_path: Path) -> None:
    """Without the packages of the extra, the message says how to get them."""
    code = "import sys; sys.modules['mcp'] = None; sys.argv = ['specsearch', 'mcp']; from specsearch.interfaces.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "specsearch[web]" in done.stderr
    assert done.stdout == ""


# --- in the workbench ------------------------------------------------------------------------------


@pytest.fixture
def workbench(sample_index: Path, tmp_path: Path) -> Workbench:
    """What the pages are of."""
    return Workbench(str(sample_index), tmp_path)


def test_the_workbench_serves_the_same(workbench: Workbench, asker: Asker) -> None:
    """By HTTP, beside the pages, the tools answer what they answer by standard input and output."""
    app = make_app(workbench, Admission(frozenset(("127.0.0.1:8000",))))

    async def asked() -> list[CallToolResult]:
        async with (
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as http,
            Client(streamable_http_client("http://127.0.0.1:8000/mcp", http_client=http)) as client,
        ):
            return [await client.call_tool(name, arguments) for name, arguments in CALLS]

    with TestClient(app, base_url="http://127.0.0.1:8000") as page:
        assert page.get("/search").status_code == 200
        answers = anyio.run(asked)
    assert [one.structured_content for one in answers] == [asker.raw(name, arguments).structured_content for name, arguments in CALLS]


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        pytest.param("POST", {}, 401, id="no token"),
        pytest.param("POST", {"authorization": "Bearer other"}, 401, id="another token"),
        pytest.param("POST", {"authorization": "Bearer known"}, 200, id="the token"),
        pytest.param("POST", {"authorization": "Bearer known", "host": "elsewhere.example:8000"}, 421, id="another host"),
        pytest.param("POST", {"authorization": "Bearer known", "origin": "http://elsewhere.example"}, 403, id="another origin"),
        pytest.param("POST", {"authorization": "Bearer known", "origin": "http://127.0.0.1:8000"}, 200, id="our origin"),
        pytest.param("GET", {"authorization": "Bearer known", "accept": "text/event-stream"}, 405, id="a stream that is held open"),
        pytest.param("DELETE", {"authorization": "Bearer known"}, 405, id="the end of a session"),
    ],
)
def test_the_guards_of_the_workbench_hold(method: str, headers: dict[str, str], status: int, workbench: Workbench) -> None:
    """Who may not open the pages may not ask here either."""
    app = make_app(workbench, Admission(frozenset(("127.0.0.1:8000",)), "known"))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        sent = {"content-type": "application/json", "accept": "application/json, text/event-stream", **headers}
        assert client.request(method, "/mcp", json=dict(HELLO[0]), headers=sent).status_code == status


def test_a_request_is_bounded(workbench: Workbench) -> None:
    """A request is no larger than a tool could need, and no page but the protocol is there."""
    with TestClient(make_app(workbench, Admission(frozenset(("127.0.0.1:8000",)))), base_url="http://127.0.0.1:8000") as client:
        headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        assert client.post("/mcp", content=b" " * 300_000, headers=headers).status_code == 413
        assert client.post("/mcp", content=b"no json", headers=headers).status_code == 400
        assert client.post("/mcp", json=dict(HELLO[0]), headers=headers).json()["result"]["serverInfo"]["name"] == "specsearch"
