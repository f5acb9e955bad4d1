"""The page of a document: its whole text by sections, where each value was read, and correcting both in place."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from conftest import CORPUS, WordEncoder, put, quick_updates
from specsearch.errors import IndexBusyError
from specsearch.escaping import safe
from specsearch.ingest.update import update_index
from specsearch.interfaces import shapes
from specsearch.interfaces.service.documents import DocumentAnswer, DocumentRequest, document
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web.addresses import PART, document_at
from specsearch.interfaces.web.document_text import parts_of, runs_of
from specsearch.records import Kind, Label, ParsedDocument, Passage, passage_id_of
from specsearch.storage.stores import store_at

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from starlette.testclient import TestClient

PLANNER = "cedar-quay-or/associate-planner.txt"
ANALYST = "kestrel-valley-ca/administrative-analyst-ii.pdf"
POSTING = "new-bramley-ma/postings.csv#NB-25-0046"
"""One of several documents of a file."""
HOSTILE = """\
CITY OF <b>WREN</b> HARBOR
STREET <script>alert(1)</script> LEADER \u202eREDAEL\u202c

EXAMPLES OF DUTIES
• Leads a crew that "patches" potholes & seals <img src=x onerror=alert(1)> cracks every day.
• </div></form></main><h1>Operates a roller</h1> and a dump truck \u200f with {{ 7 * 7 }} \x07 loads.
"""
LONG = "CITY OF WREN HARBOR\nROAD WORKER\n\nEXAMPLES OF DUTIES\n" + "".join(f"• Repairs the pavement of street number {number} with hot mix.\n" for number in range(1500))


@contextmanager
def client_of(index: Path) -> Iterator[TestClient]:
    """A client of an index."""
    from starlette.testclient import TestClient

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission
    from specsearch.interfaces.web.workbench import Workbench

    app = make_app(Workbench(str(index), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def copy(sample_index: Path, tmp_path: Path) -> Path:
    """An index to write to."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


def of(index: Path, doc_id: str) -> DocumentAnswer:
    return document(DocumentRequest(doc_id), Session(index))


def shown(html: str) -> str:
    """The text of the document in a page, without white space."""
    return "".join("".join(node.text().split()) for node in LexborHTMLParser(html).css("[data-text]"))


def bare(text: str) -> str:
    return "".join(safe(text.replace("\f", " ")).split())


def ids(index: Path) -> list[str]:
    with store_at(index).open() as snapshot:
        return [entry.doc_id for entry in snapshot.entries()]


def first(page: str | LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first element of a page or a part of one that a selector names."""
    found = (LexborHTMLParser(page) if isinstance(page, str) else page).css_first(selector)
    assert found is not None, selector
    return found


def seen_in(html: str) -> str:
    """The hash of the text that a page shows."""
    return first(html, "input[name=seen]").attributes["value"] or ""


def test_nothing_is_left_out_or_doubled(client: TestClient, sample_index: Path) -> None:
    """The page of each document holds its text once, in order, and each statement has its place."""
    found = ids(sample_index)
    for doc_id in found:
        answer = of(sample_index, doc_id)
        html = client.get(document_at(doc_id)).text
        assert shown(html) == bare(answer.parsed.document.text), doc_id
        tree = LexborHTMLParser(html)
        assert [node.attributes["id"] for node in tree.css(".statement")] == [f"c{one.start}" for one in answer.parsed.passages]
    assert len(found) == 75


def test_sections_are_named(client: TestClient) -> None:
    """The name of its section stands with each run of statements, in words; headings stand in the text; pages are counted."""
    tree = LexborHTMLParser(client.get(document_at(ANALYST)).text)
    names = [node.text() for node in tree.css(".section-name")]
    assert names[:4] == ["Title lines", "Summary", "Supervision", "Distinguishing characteristics"]
    duties = next(run for run in tree.css(".run.duty") if "Studies workload" in run.text())
    assert (first(duties, ".section-name").text(), first(duties, "h3").text()) == ("Duties", "EXAMPLES OF TYPICAL DUTIES")
    assert [node.text() for node in tree.css(".page-mark")] == ["Page 2"]


def test_unsure_sections_are_marked_in_words(client: TestClient, sample_index: Path) -> None:
    """Each statement whose section is unsure says so, and no other."""
    for doc_id in ids(sample_index):
        unsure = [f"c{one.start}" for one in of(sample_index, doc_id).parsed.passages if one.unsure]
        if unsure:
            tree = LexborHTMLParser(client.get(document_at(doc_id)).text)
            marked = [node.attributes["id"] for node in tree.css(".statement") if "section unsure, " in node.text()]
            assert marked == unsure
            return
    pytest.fail("no document of the sample has an unsure statement")


def test_values_say_where_they_were_read(client: TestClient) -> None:
    """A value links to its place in the text, which is there; one that is in no text says where it is from."""
    html = client.get(document_at(ANALYST)).text
    tree = LexborHTMLParser(html)
    title = first(tree, "#field-title")
    link = first(title, "a")
    assert link.text() == "the text, page 1"
    place = (link.attributes["href"] or "").partition("#")[2]
    assert "ADMINISTRATIVE ANALYST II" in first(tree, f"#{place}").text()
    assert "very likely, 100%" in title.text()
    assert "not stated" in first(tree, "#field-department").text()
    assert tree.css_first("#field-level form") is None  # it follows from the title


def test_downloads(client: TestClient, sample_index: Path) -> None:
    """The document as every interface gives it, and its statements as a table."""
    answer = of(sample_index, POSTING)
    given = client.get(document_at(POSTING) + "?format=json")
    assert given.json() == json.loads(json.dumps(shapes.document(answer)))
    assert given.headers["content-disposition"].startswith("attachment")
    table = client.get(document_at(POSTING) + "?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [int(row["start"]) for row in rows] == [one.start for one in answer.parsed.passages]
    assert {row["document"] for row in rows} == {POSTING}


@pytest.mark.parametrize("path", ["/document/nothing.txt", "/document/../../etc/passwd", "/document/%2Fetc%2Fpasswd", f"/document/{CORPUS}/{PLANNER}", "/document/"])
def test_what_is_no_document(path: str, client: TestClient) -> None:
    """Only ids of the index name documents: no file of this machine is looked for."""
    assert client.get(path).status_code == 404


def test_a_value_is_corrected_and_taken_back(copy: Path) -> None:
    """What is right is said at once, with who said it; the name is remembered; taking it back undoes it."""
    with client_of(copy) as client:
        at = document_at(POSTING)
        html = client.get(at).text
        said = {"what": "title", "seen": seen_in(html), "value": "Camp <Director>", "reviewer": "Zoë"}
        done = client.post(at, data=said, follow_redirects=False)
        assert (done.status_code, done.headers["location"]) == (303, f"{at}#field-title")
        tree = LexborHTMLParser(client.get(at).text)
        assert first(tree, "h1").text() == "Camp <Director>"
        assert "corrected by Zoë on " in first(tree, "#field-title").text()
        assert first(tree, "#reviewer-title").attributes["value"] == "Zoë"
        client.post(at, data={**said, "back": "1"})
        assert first(client.get(at).text, "h1").text() == "Recreation and Camps Supervisor"


def test_sections_are_corrected_and_taken_back(copy: Path) -> None:
    """Several statements get a section at once, which is shown with the name of who said it; taking it back undoes it."""
    passages = of(copy, PLANNER).parsed.passages[3:5]
    with client_of(copy) as client:
        at = document_at(PLANNER)
        said = {"what": "label", "seen": seen_in(client.get(at).text), "value": "process", "reviewer": "Ann", "statement": [f"{one.start}-{one.end}" for one in passages]}
        done = client.post(at, data=said, follow_redirects=False)
        assert (done.status_code, done.headers["location"]) == (303, f"{at}#c{passages[0].start}")
        assert [one.label for one in of(copy, PLANNER).parsed.passages[3:5]] == [Label.PROCESS, Label.PROCESS]
        tree = LexborHTMLParser(client.get(at).text)
        assert "section said by Ann" in first(tree, f"#c{passages[0].start}").text()
        client.post(at, data={**said, "back": "1"})
        assert [one.label for one in of(copy, PLANNER).parsed.passages[3:5]] == [one.label for one in passages]


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        pytest.param({"seen": "0" * 64}, 400, "has changed since it was opened", id="stale"),
        pytest.param({"reviewer": " "}, 400, "Type your name", id="nobody"),
        pytest.param({"value": "  "}, 400, "Write what is right", id="nothing"),
        pytest.param({"what": "state", "value": "Atlantis"}, 400, "is no state", id="no-state"),
        pytest.param({"what": "level"}, 400, "no field that can be corrected", id="no-field"),
        pytest.param({"what": "label", "value": "duty"}, 400, "Choose the statements first", id="no-statement"),
        pytest.param({"what": "label", "value": "", "statement": "1-2"}, 400, "Choose a section", id="no-section"),
        pytest.param({"what": "label", "value": "joy", "statement": "0-90"}, 400, "is no label", id="no-label"),
        pytest.param({"what": "label", "value": "duty", "statement": "9-x"}, 400, "That is no statement", id="no-stretch"),
        pytest.param({"what": "label", "value": "duty", "statement": "0-90", "seen": "0" * 64}, 400, "has changed since it was opened", id="stale-section"),
    ],
)
def test_what_is_refused_stays_typed(changed: dict[str, str], status: int, words: str, copy: Path) -> None:
    """What cannot be kept is said beside the form, with what was typed; nothing is kept."""
    with client_of(copy) as client:
        at = document_at(PLANNER)
        given = {"what": "title", "seen": seen_in(client.get(at).text), "value": "Planner of Note", "reviewer": "Ann", **changed}
        done = client.post(at, data=given)
        tree = LexborHTMLParser(done.text)
        assert done.status_code == status
        assert words in first(tree, "main [role=alert]").text()
        if given["what"] in ("title", "state"):
            assert first(tree, f"#value-{given['what']}").attributes["value"] == given["value"]
            assert "open" in first(tree, f"#field-{given['what']} details:has(form)").attributes
        if given["value"] == "duty":
            assert first(tree, "#label option[selected]").attributes["value"] == "duty"
    answer = of(copy, PLANNER)
    assert (answer.corrected, answer.labelled) == ({}, {})


def test_a_busy_index(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the index is written what was typed stays, and it is said why nothing was kept."""

    def busy(*_: object, **__: object) -> None:
        raise IndexBusyError("writing")

    monkeypatch.setattr("specsearch.interfaces.web.pages.document.correct", busy)
    with client_of(copy) as client:
        at = document_at(PLANNER)
        done = client.post(at, data={"what": "title", "seen": seen_in(client.get(at).text), "value": "Planner of Note", "reviewer": "Ann"})
        tree = LexborHTMLParser(done.text)
        assert done.status_code == 409
        assert "being written" in first(tree, "main [role=alert]").text()
        assert first(tree, "#value-title").attributes["value"] == "Planner of Note"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a hostile document and a long one."""
    folder = tmp_path_factory.mktemp("odd")
    put(folder / "corpus" / "a" / "<i>hostile & #1?.txt", HOSTILE)
    put(folder / "corpus" / "a" / "long.txt", LONG)
    with quick_updates():
        update_index(folder / "corpus", folder / "index", WordEncoder())
    return folder / "index"


def test_a_hostile_document(odd: Path, served: Callable[..., str]) -> None:
    """What a document or its name holds is text: no element of the page comes from it, and no character steers."""
    (doc_id,) = (one for one in ids(odd) if "hostile" in one)
    with urlopen(served(odd) + document_at(doc_id)) as answer:  # the client of tests decodes a path twice
        html = answer.read().decode()
    tree = LexborHTMLParser(html)
    assert tree.css("main img, main script, main b, main i") == []
    assert len(tree.css("h1")) == 1
    assert shown(html) == bare(of(odd, doc_id).parsed.document.text)
    assert "{{7*7}}" in shown(html)
    assert not set("\u202e\u202c\u200f\x07") & set(html)


def test_a_long_document_in_parts(odd: Path) -> None:
    """A long text is shown in parts, none of it lost; the address of a statement is that of its part."""
    answer = of(odd, "a/long.txt")
    last = answer.parsed.passages[-1]
    with client_of(odd) as client:
        pages = [client.get(f"/document/a/long.txt?part={part}").text for part in range(parts_of(answer))]
        beyond = client.get("/document/a/long.txt?part=99999").text
        landed = client.get(document_at("a/long.txt", last.start).partition("#")[0]).text
    assert len(pages) == 2
    assert shown(beyond) == shown(pages[-1])
    assert "".join(map(shown, pages)) == bare(answer.parsed.document.text)
    assert first(landed, f"#c{last.start}").attributes["class"] == "statement"


def test_the_longest_document_is_bounded(sample_index: Path) -> None:
    """Of two million characters a page holds its part: never more statements than there are characters in one."""
    answer = of(sample_index, PLANNER)
    text = "Do it.\n" * 285_000
    ranges = [(start, start + 6) for start in range(0, len(text), 7)]
    passages = tuple(
        Passage(passage_id_of("x", start, end), "x", Label.DUTY, Kind.DUTY, start, end, text[start:end], ordinal) for ordinal, (start, end) in enumerate(ranges)
    )
    long = replace(answer, parsed=ParsedDocument(replace(answer.parsed.document, text=text), (), passages, ()))
    assert parts_of(long) == len(text) // PART + 1
    (run,) = runs_of(long, 5)
    assert PART // 7 <= len(run.units) <= PART // 7 + 1
    assert run.units[0].id == f"c{-(-5 * PART // 7) * 7}"


# --- the list --------------------------------------------------------------------------------------


def titles(html: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(html).css("a[data-open]")]


def test_the_list_of_documents(client: TestClient) -> None:
    """Documents are found by words of what is said of them, and put in order; a row opens the document."""
    assert len(titles(client.get("/documents").text)) == 75
    found = client.get("/documents?q=kestrel+ANALYST")
    assert titles(found.text) == ["ADMINISTRATIVE ANALYST II"]
    assert "1 of 75 documents has these words" in " ".join(found.text.split())
    assert client.get(first(found.text, "a[data-open]").attributes["href"] or "").status_code == 200
    by_title = titles(client.get("/documents?order=title").text)
    assert by_title == sorted(by_title, key=str.casefold)
    assert titles(client.get("/documents?order=title&down=1").text)[0].casefold() == by_title[-1].casefold()
    assert "No document has all of these words" in client.get("/documents?q=zzz").text
    assert client.get("/documents?from=x&order=y&down=z").status_code == 200


# --- in a browser ----------------------------------------------------------------------------------


def test_correcting_by_keyboard(copy: Path, served: Callable[..., str], page: Page) -> None:
    """From a hit to its statement; its section said by keyboard; a title corrected, seen, and taken back."""
    site = served(copy)
    page.goto(site + "/search?q=monitors+the+operating+budget")
    page.locator("a[href^='/document/']").first.click()
    page.wait_for_selector("form.text")
    landed = page.locator(".statement:target")
    assert landed.evaluate("e => e.classList.contains('current')")
    assert landed.is_visible()
    place = landed.get_attribute("id")
    page.locator("#reviewer-label").fill("Ann")
    page.locator("#reviewer-label").press("Escape")
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.id") == "label"
    page.keyboard.type("Pay")
    page.keyboard.press("Enter")
    page.get_by_text("section said by Ann").wait_for()
    assert page.url.endswith(f"#{place}")
    assert "Pay and benefits" in (page.locator(f".run:has(#{place}) .section-name").text_content() or "")

    before = page.locator("h1").text_content()
    page.locator("#field-title details:has(form) summary").click()
    page.locator("#value-title").fill("Budget Person")
    page.locator("#field-title form button").first.click()
    page.get_by_text("corrected by Ann").wait_for()
    assert page.locator("h1").text_content() == "Budget Person"
    page.locator("#field-title details:has(form) summary").click()
    page.locator("#field-title form").get_by_role("button", name="Take back").click()
    page.get_by_text("corrected by Ann").wait_for(state="detached")
    assert page.locator("h1").text_content() == before


def test_without_scripts(copy: Path, served: Callable[..., str], opened: Callable[..., Page]) -> None:
    """A section is said with scripts off, too; what only scripts do is not shown."""
    page = opened(java_script_enabled=False)
    page.goto(served(copy) + document_at(PLANNER))
    assert not page.locator("#print").is_visible()
    page.locator("input[name=statement]").nth(2).check()
    page.locator("#label").select_option("process")
    page.locator("#reviewer-label").fill("Ann")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("section said by Ann").wait_for()


def test_in_print(site: str, page: Page) -> None:
    """Printed are the text with the names of its sections, what is said of it, and the source; nothing to press."""
    page.emulate_media(media="print")
    page.goto(site + document_at(PLANNER))
    for seen in (".section-name >> nth=0", ".statement >> nth=0", "#field-title .value", ".document-head .file"):
        assert page.locator(seen).is_visible(), seen
    unseen = page.locator(".bar, nav, button, input, select, summary, .here")
    assert [one.evaluate("e => e.outerHTML.slice(0, 80)") for one in unseen.all() if one.is_visible()] == []
