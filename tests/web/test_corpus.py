"""The pages of the corpus and of sources: what is indexed, adding files, work with progress, and what reviewers correct."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import made_once, put
from specsearch.errors import UsageError
from specsearch.interfaces.service.corpus import IndexRequest
from specsearch.interfaces.service.keeping import waiting
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.service.sources import CorrectionsRequest, corrections
from specsearch.interfaces.web.jobs import Job
from specsearch.interfaces.web.workbench import Workbench
from specsearch.storage.stores import store_at
from workplace import process

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route
    from starlette.testclient import TestClient

CLERK = "CITY OF ELM FORK\nRECORDS CLERK\n\nEXAMPLES OF DUTIES\n- Files the records of the city every day.\n\nQUALIFICATIONS\n- One year of experience with records.\n"
LOST = "PARK RANGER\n\nEXAMPLES OF DUTIES\n- Patrols the trails of the park every day.\n\nQUALIFICATIONS\n- A valid driver license.\n"
"""A document that does not say whose it is."""
RANGER = "rangers/ranger.txt"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two documents, one of which does not say whose it is, and a file that cannot be read; with its index."""

    def make(folder: Path) -> None:
        put(folder / "corpus/elm-fork-or/clerk.txt", CLERK)
        put(folder / "corpus" / RANGER, LOST)
        put(folder / "corpus/<b>broken.pdf", b"%PDF-1.7 nothing")
        assert process("index", folder / "corpus", "--index", folder / "index").code == 5  # a file is skipped

    return made_once("web-corpus", make, tmp_path_factory)


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of both that may be changed."""
    for name in ("corpus", "index"):
        shutil.copytree(made / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def workbench(place: Path) -> Workbench:
    return Workbench(str(place / "index"), place / "corpus")


@pytest.fixture
def client(workbench: Workbench) -> Iterator[TestClient]:
    """A client of it without a browser."""
    from starlette.testclient import TestClient

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission

    app = make_app(workbench, Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as found:
        yield found


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- the corpus ------------------------------------------------------------------------------------


def test_what_is_indexed(client: TestClient) -> None:
    """Numbers, employers, reasons of skips, and nothing that waits; what a file is called is no markup."""
    answer = client.get("/corpus")
    shown = text_of(answer.text)
    assert answer.status_code == 200
    assert "Documents 2 Files 3" in shown
    assert "5,000 files or 200 MB at once" in shown
    assert "Class specification 2" in shown
    assert "Duties 2" in shown
    assert "City of Elm Fork OR 1" in shown
    assert "Employer unknown none 1" in shown
    assert "&lt;b&gt;broken.pdf" in answer.text
    assert "<b>broken" not in answer.text
    assert "None: the index is up to date" in shown
    assert answer.text.index('id="add"') < answer.text.index("Documents by employer")
    assert "1 of 2 documents needs a look: no employer : 1" in text_of(client.get("/corpus/doubtful").text)


def test_files_that_wait(client: TestClient, place: Path) -> None:
    put(place / "corpus/new.txt", CLERK)
    put(place / "corpus" / RANGER, LOST + "- Greets visitors.\n")
    (place / "corpus/elm-fork-or/clerk.txt").unlink()
    os.utime(place / "corpus/<b>broken.pdf", (1, 1))
    shown = text_of(client.get("/corpus").text)
    assert "1 file new new.txt 1 file with another size than when indexed rangers/ranger.txt 1 file with another date, but the same size" in shown
    assert "broken.pdf 1 file no longer in the folder elm-fork-or/clerk.txt" in shown


def test_how_tables_are_read(client: TestClient, workbench: Workbench, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how each table is read and offers to read it otherwise; that is asked of the next update, for that file alone."""
    put(place / "corpus/jobs [1].csv", "Title,Text\nBuyer,Buys what the city needs from the lowest bidder.\n")
    process("index", place / "corpus", "--index", place / "index")
    shown = client.get("/corpus").text
    assert "jobs [1].csv 1 row read as 1 document A document is as it looks each row each sheet" in text_of(shown)
    asked: list[IndexRequest] = []

    def start(request: IndexRequest) -> Job:
        asked.append(request)
        raise UsageError("It was seen.")

    monkeypatch.setattr(workbench.jobs, "start", start)
    assert "It was seen." in client.post("/corpus/start/index", data={"file": "jobs [1].csv", "form": "sheet"}).text
    assert asked[0].tables == {"/jobs [[]1].csv": "sheet"}
    assert client.post("/corpus/start/index", data={"file": "x.csv", "form": "columns"}).status_code == 400


def test_a_folder_without_an_index(client: TestClient, place: Path) -> None:
    """Everything is new; without a folder nothing is, and files can be added."""
    shutil.rmtree(place / "index")
    assert "3 files new" in text_of(client.get("/corpus").text)
    shutil.rmtree(place / "corpus")
    assert "Nothing is indexed yet" in client.get("/corpus").text
    assert client.post("/corpus/add", files={"files": ("clerk.txt", CLERK)}).status_code == 303
    assert (place / "corpus/clerk.txt").read_text(encoding="utf-8") == CLERK


def test_adding(client: TestClient, place: Path) -> None:
    """Without scripts it leads to the page that says so, or tells what was not taken with what was typed; with them it answers data."""
    sent = [("files", ("clerk.txt", CLERK)), ("directory", ("specs/old/ranger.txt", LOST))]
    done = client.post("/corpus/add", data={"folder": "Oak & Ash"}, files=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/corpus?added=2#waiting")
    assert sorted(path.name for path in (place / "corpus/Oak & Ash").rglob("*.txt")) == ["clerk.txt", "ranger.txt"]
    again = client.post("/corpus/add", data={"folder": "Oak & Ash"}, files=[*sent, ("files", ("third.txt", CLERK))])
    assert again.status_code == 200
    assert "1 file was added" in text_of(again.text)
    assert "clerk.txt: there is a file of that name already" in again.text
    assert 'value="Oak &amp; Ash"' in again.text
    as_data = client.post("/corpus/add", files=[("files", ("../x.txt", CLERK))], headers={"Accept": "application/json"})
    assert as_data.json() == {"added": [], "refused": [{"name": "../x.txt", "reason": "..: it has no name"}]}
    assert not (place / "x.txt").exists()


@pytest.mark.parametrize(
    ("fields", "files", "said"),
    [
        pytest.param({"folder": "x"}, [], "Choose files or a folder first", id="nothing"),
        pytest.param({"folder": "../x"}, [("files", ("a.txt", CLERK))], "cannot be called that: a name has no slashes", id="folder"),
        pytest.param({}, [("files", (f"{number}.txt", "")) for number in range(5_001)], "more than 5000 files", id="many"),
    ],
)
def test_what_cannot_be_added(fields: dict[str, str], files: list[tuple[str, tuple[str, str]]], said: str, client: TestClient, place: Path) -> None:
    """It is told in words, to a page and to a script; nothing is written."""
    before = sorted((place / "corpus").rglob("*"))
    answer = client.post("/corpus/add", data=fields, files=files or [("none", ("", ""))])
    assert (answer.status_code, said in answer.text) == (400, True), answer.text
    answer = client.post("/corpus/add", data=fields, files=files or [("none", ("", ""))], headers={"Accept": "application/json"})
    assert (answer.status_code, said in answer.json()["error"]) == (400, True)
    assert sorted((place / "corpus").rglob("*")) == before


def test_work_without_scripts(client: TestClient, workbench: Workbench, place: Path) -> None:
    """A job has a page that asks for itself again until it is over, then says what came of it; a second one is refused meanwhile."""
    put(place / "corpus/oak.txt", CLERK.replace("ELM FORK", "OAK GROVE"))
    begun = client.post("/corpus/start/index")
    at = begun.headers["location"]
    assert begun.status_code == 303
    running = client.get(at)
    assert '<noscript><meta http-equiv="refresh"' in running.text
    refused = client.post("/corpus/start/repair")
    assert refused.status_code == 409
    assert "Not started. The index is being brought up to date" in refused.text
    assert "running" in client.get("/corpus").text
    events = client.get(f"{at}/events").text  # it ends with the job
    assert events.startswith("data: {")
    assert '"over": true' in events.splitlines()[-2]
    done = client.get(at)
    assert "http-equiv" not in done.text
    assert "Documents added 1" in text_of(done.text)
    assert "broken.pdf" in done.text
    checked = client.post("/corpus/start/check").headers["location"]
    client.get(f"{checked}/events")
    assert "The index is in order: 3 documents" in client.get(checked).text
    assert client.get("/corpus/job/none").status_code == 404
    assert client.post("/corpus/start/other").status_code == 404


def test_work_that_fails(client: TestClient, place: Path) -> None:
    """The page says why, without what only the command line has, and offers to start again."""
    with store_at(place / "index").begin(create=False):
        at = client.post("/corpus/start/index").headers["location"]
        client.get(f"{at}/events")
    shown = text_of(client.get(at).text)
    assert "Update of the index: failed" in shown
    assert "is writing to the index" in shown
    assert "Start it again" in shown


# --- sources ---------------------------------------------------------------------------------------


def test_a_source_is_corrected_and_taken_back(client: TestClient, place: Path) -> None:
    """What is typed is kept under the reviewer's name, which is remembered; it can be taken back."""
    assert "no employer" in client.get("/sources").text
    typed = {"document": RANGER, "jurisdiction": "City of Oak Grove", "reviewer": "Ana Ruiz"}
    kept = client.post("/sources/correct", data=typed)
    assert (kept.status_code, kept.headers["location"]) == (303, "/sources?kept=rangers%2Franger.txt")
    assert 'value="Ana Ruiz"' in client.get("/sources?why=all").text
    shown = client.get("/sources?why=corrected").text
    assert "Ana Ruiz on " in shown
    assert "take back" in shown
    assert "Records Clerk" not in shown
    client.post("/sources/correct", data={"document": RANGER, "take_back": "jurisdiction", "reviewer": "Ana Ruiz"})
    assert "No document of this kind" in client.get("/sources?why=corrected").text
    client.post("/sources/correct", data={"document": RANGER, "accept": "jurisdiction=Town of Ash", "reviewer": "Ana Ruiz"})
    (found,) = corrections(CorrectionsRequest(), Session(place / "index")).corrections
    assert (found.doc_id, found.field, found.value, found.reviewer) == (RANGER, "jurisdiction", "Town of Ash", "Ana Ruiz")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reviewer": "Ana"}, "Type what is right"),
        ({"title": "Ranger"}, "Type your name"),
        ({"state": "Atlantis", "title": "Ranger", "reviewer": "Ana"}, "Atlantis"),
        ({"accept": "text=x", "reviewer": "Ana"}, "Type what is right"),
    ],
)
def test_a_correction_that_fails_stays_in_the_form(typed: dict[str, str], said: str, client: TestClient) -> None:
    answer = client.post("/sources/correct", data={"document": RANGER, **typed})
    assert answer.status_code == 400
    assert said in text_of(answer.text)
    assert all(f'value="{value}"' in answer.text for name, value in typed.items() if name != "accept")


def test_a_correction_whose_document_is_on_another_page_fails_in_words(client: TestClient) -> None:
    """It is said above the documents; beside the document it is said once."""
    answer = client.post("/sources/correct", data={"document": "elm-fork-or/clerk.txt", "title": "Clerk"})
    assert answer.text.count("Type your name") == 1
    assert "Records Clerk" not in answer.text
    answer = client.post("/sources/correct", data={"document": "elm-fork-or/clerk.txt", "title": "Clerk", "why": "all"})
    assert answer.text.count("Type your name") == 1


def test_a_correction_while_the_index_is_written(client: TestClient, place: Path, workbench: Workbench) -> None:
    """It is kept, the page says that it waits, and it comes in by itself."""
    typed = {"document": RANGER, "jurisdiction": "City of Oak Grove", "reviewer": "Ana"}
    with store_at(place / "index").begin(create=False):
        kept = client.post("/sources/correct", data=typed)
        assert "will be in it when the update is done" in client.get(kept.headers["location"]).text
        assert "1 decision, correction or change of a list is kept" in client.get("/corpus").text
    end = time.monotonic() + 60
    while waiting(workbench.session) and time.monotonic() < end:
        threading.Event().wait(0.05)
    assert [one.value for one in corrections(CorrectionsRequest(), workbench.session).corrections] == ["City of Oak Grove"]


# --- in a browser ----------------------------------------------------------------------------------


def test_files_are_added_and_indexed(served: Callable[..., str], place: Path, page: Page) -> None:
    """Chosen, sent, indexed with progress, found; a second update is stopped; nothing keeps anybody out."""
    put(place / "diver.txt", "CITY OF MAPLE BAY\nHARBOR DIVER\n\nEXAMPLES OF DUTIES\n- Inspects the piers of the harbor every month.\n")
    site = served(place / "index", place / "corpus")
    page.goto(f"{site}/corpus")
    page.get_by_text("1 of 2 documents needs a look").wait_for()
    page.get_by_label("Folder of the employer").fill("Maple Bay WA")
    page.get_by_label("Files", exact=True).set_input_files(place / "diver.txt")
    page.get_by_role("button", name="Add to the folder").click()
    page.get_by_text("1 file was added").wait_for()
    assert (place / "corpus/Maple Bay WA/diver.txt").is_file()
    page.get_by_label("Files", exact=True).set_input_files(place / "diver.txt")
    page.get_by_label("Folder of the employer").fill("Maple Bay WA")
    page.get_by_role("button", name="Add to the folder").click()
    page.get_by_text("diver.txt: there is a file of that name already").wait_for()
    put(place / "second.txt", CLERK)
    page.get_by_label("Files", exact=True).set_input_files([place / "diver.txt", place / "second.txt"])
    held: list[Route] = []
    page.route("**/corpus/add", lambda route: held.append(route))
    page.get_by_role("button", name="Add to the folder").click()
    page.get_by_role("progressbar", name="Sent so far").wait_for()
    assert page.locator("#sending ul").count() == 0, "what was refused before is not said again"
    held[0].continue_()
    page.unroute("**/corpus/add")
    page.get_by_text("1 added, 1 not added").wait_for()
    page.locator("#waiting").get_by_text("2 files new").wait_for()
    page.get_by_role("button", name="Index now").click()
    page.get_by_role("button", name="Stop").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("heading", name="Update of the index: done").wait_for(timeout=300_000)
    page.get_by_text("Documents added").wait_for()
    for number in range(200):
        put(place / f"corpus/more/{number}.txt", CLERK.replace("RECORDS", f"RECORDS {number}"))
    page.goto(f"{site}/corpus")
    page.get_by_role("button", name="Index now").click()
    page.locator("#job").get_by_text("Reading files").wait_for(timeout=300_000)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("heading", name="Update of the index: stopped").wait_for(timeout=300_000)
    page.goto(f"{site}/search?q=piers+of+the+harbor")
    page.get_by_text("Inspects the piers").first.wait_for()


def test_everything_without_scripts(served: Callable[..., str], place: Path, opened: Callable[..., Page]) -> None:
    """Add, index, look at the result, correct a source: with scripts off."""
    put(place / "oak.txt", CLERK.replace("ELM FORK", "OAK GROVE"))
    site = served(place / "index", place / "corpus")
    page = opened(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(f"{site}/corpus")
    page.get_by_label("Files", exact=True).set_input_files(place / "oak.txt")
    page.get_by_role("button", name="Add to the folder").click()
    page.get_by_text("1 file was added").wait_for()
    page.get_by_role("button", name="Index now").click()
    page.get_by_role("heading", name="Update of the index: done").wait_for(timeout=300_000)
    page.get_by_role("link", name="Documents to look at").click()
    row = page.get_by_role("article").filter(has_text=RANGER)
    row.get_by_label("Employer", exact=True).fill("City of Oak Grove")
    row.get_by_label("Your name").fill("Ana")
    row.get_by_role("button", name="Save").last.click()
    page.get_by_text("Kept: rangers/ranger.txt").wait_for()


def test_sources_by_the_keyboard(served: Callable[..., str], place: Path, page: Page) -> None:
    """j goes to the first document, Enter in a field saves it; nothing keeps anybody out; the evidence is printed, and nothing to press."""
    page.goto(f"{served(place / 'index', place / 'corpus')}/sources")
    assert Axe().run(page).response["violations"] == []
    page.emulate_media(media="print")
    assert page.locator(".source dd").first.is_visible()
    assert [one.evaluate("e => e.outerHTML") for one in page.locator("button, input").all() if one.is_visible()] == []
    page.emulate_media(media="screen")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").lower() == "park ranger"
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Employer", exact=True).fill("City of Oak Grove")
    page.keyboard.press("Enter")
    page.get_by_text("Kept: rangers/ranger.txt").wait_for()
