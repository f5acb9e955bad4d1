"""The search page and the list: as text, as files, in the browser, by the keyboard alone, and without scripts."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from conftest import CORPUS, specsearch
from specsearch.interfaces.service.listing import code_of
from specsearch.interfaces.service.searching import SearchRequest, search
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.tables import HIT_COLUMNS, PASSAGE_COLUMNS
from specsearch.interfaces.web.addresses import compare_at, search_at
from specsearch.interfaces.web.passages import MOST_LISTED, marked

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from starlette.testclient import TestClient

QUERY = "monitors the operating budget"


@pytest.fixture(scope="module")
def web(sample_index: Path) -> Iterator[TestClient]:
    """A client without a browser, for tests that keep nothing; it follows no redirect."""
    from starlette.testclient import TestClient

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission
    from specsearch.interfaces.web.workbench import Workbench

    app = make_app(Workbench(str(sample_index), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, headers={"Origin": "http://127.0.0.1"}) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_listed(web: TestClient) -> None:
    """Each test begins with an empty list."""
    web.cookies.clear()


def shown(text: str) -> list[str]:
    """Ids of the passages that "More like this" of each hit leads to."""
    from urllib.parse import unquote_plus

    return [unquote_plus(found) for found in re.findall(r'href="/search\?like=([^"&]+)"', text)]


@pytest.mark.parametrize(
    ("address", "request_"),
    [
        pytest.param(f"/search?q={QUERY}", SearchRequest(QUERY, 20), id="plain"),
        pytest.param("/search?q=crew&k=40&kind=context&kind=duty", SearchRequest("crew", 40, frozenset({"context", "duty"})), id="kinds"),  # type: ignore[arg-type]  # they are texts too
    ],
)
def test_hits_are_those_of_the_service(address: str, request_: SearchRequest, web: TestClient, sample_index: Path) -> None:
    """The page shows what the service finds, in its order, whole or as the part that a script asks for."""
    expected = [hit.passage.passage_id for hit in search(request_, Session(sample_index)).hits]
    page, part = web.get(address), web.get(address, headers={"HX-Request": "true", "HX-Trigger": "q"})
    assert shown(page.text) == shown(part.text) == expected
    assert "<!doctype" not in part.text
    assert part.headers["HX-Replace-Url"].startswith("/search?q=")
    assert "HX-Push-Url" in web.get(address, headers={"HX-Request": "true", "HX-Trigger": "facets"}).headers


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/search", 200, "passages of 75 documents of 12 employers"),
        ("/search?q=%20!%20", 200, "Find a duty"),
        ("/search?q=budget&kind=fish", 400, "There is no kind of passage “fish”. There are: duty, qualification"),
        ("/search?q=budget&label=fish", 400, "no section “fish”"),
        ("/search?q=budget&city=Nowhere", 400, "No document has the employer &#39;Nowhere&#39;"),
        ("/search?q=budget&from=19", 400, "“19” is not a year"),
        ("/search?q=budget&from=2020&to=2010", 400, "The first year, 2020, is after the last"),
        ("/search?q=budget&from=1901&to=1902", 400, "No document has the year"),
        ("/search?q=budget&k=0", 400, "from 1 to 1000, not “0”"),
        ("/search?q=budget&k=٣", 400, "from 1 to 1000"),
        ("/search?q=budget&colour=red", 200, "“colour” in the address means nothing here"),
        ("/search?like=nowhere:1-2", 400, "There is no passage"),
        ("/search?q=budget&state=CA&title=planner&level=II&label=license", 200, "Take one of these choices away"),
        (f"/search?q={'x' * 5001}", 400, "5,001 characters"),
        ("/search/export?q=budget&format=pdf", 400, "There is no format “pdf”"),
        ("/search/export?q=", 400, "Nothing is asked yet"),
        ("/list/export?format=pdf", 400, "There is no format “pdf”"),
        ("/list", 200, "Nothing is in your list"),
    ],
)
def test_what_cannot_be_answered_is_said(address: str, status: int, said: str, web: TestClient) -> None:
    """Nothing that is asked is passed over in silence, and no message talks of commands."""
    answer = web.get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert "specsearch search" not in answer.text
    if address.startswith("/search?"):
        assert 'id="q"' in answer.text


def test_nothing_of_a_query_is_markup(web: TestClient) -> None:
    """What is typed stands in the page as text."""
    attack = '"><script>alert(1)</script>'
    page = web.get("/search", params={"q": attack, "title": attack, "from": attack}).text
    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_what_was_understood_is_shown(web: TestClient) -> None:
    """Each part has a link that takes it as words, and another that takes that back; they work without scripts, and narrowing keeps them."""

    def page(address: str) -> tuple[str, dict[str, str]]:
        text = web.get(unescape(address)).text
        return text, {re.sub(r"<[^>]+>|×", "", said).strip(): link for link, said in re.findall(r'<a (?:class="tag" )?href="([^"]+)">(.*?)</a>', text)}

    text, links = page("/search?q=2140+fiscal+budgit")
    assert "Showing <strong>2140 fiscal budget</strong>" in text
    (code,) = (said for said in links if said.startswith("2140 as class 2140"))
    assert {"fiscal-analyst.html", "associate-planner.txt"} >= {one.rpartition("/")[2].partition(":")[0] for one in shown(text)}
    text, links = page(links[code])
    assert 'name="plain" value="2140"' in text
    assert "2140 as class" not in text
    back = next(link for said, link in links.items() if said.startswith("2140 only as words"))
    assert "2140 as class" in page(back)[0]
    text, others = page(links["Search as you spelt it"])
    assert "Showing" not in text
    text, others = page(others["Read it again"] if "Read it again" in others else next(iter(page("/search?q=2140+fiscal+budgit")[1][name] for name in ("All as words",))))
    assert "2140 as class" not in text
    assert "Showing" not in text
    assert "2140 as class" in page(others["Read it again"])[0]
    assert 'value="2140"' not in web.get("/search?q=budget&plain=2140").text
    assert "No class has the code &#39;21A0&#39;" not in web.get("/search?q=21A0").text
    assert 'role="alert"' in web.get("/search?q=state:Atlantis").text


def test_a_query_that_restricts_too_much(web: TestClient) -> None:
    """The query is told to be the reason, not the index."""
    text = web.get(search_at(q='"purple zebra"')).text
    assert "No passage has all that the query asks for" in text
    assert "There are no duties" not in text


def test_words_are_marked_as_they_are_meant(web: TestClient) -> None:
    """Not as they are misspelt."""
    assert re.search("<mark>prepares?</mark>", web.get(search_at(q="prepairs budgit")).text, re.I)


def test_facets_lead_on(web: TestClient) -> None:
    """What is chosen is checked, named above the hits with a way back, and kept in every link; years are chosen by spans."""
    page = web.get(f"/search?q={QUERY}&state=WA&state=OR&from=2015&to=2019").text
    for chosen in ("WA", "OR"):
        assert re.search(rf'name="state" value="{chosen}" checked', page)
    assert "State: WA" in page
    assert "Date: from 2015 to 2019" in page
    assert 'href="/search?q=monitors+the+operating+budget&amp;state=OR&amp;from=2015&amp;to=2019"' in page
    part = web.get(f"/search/facets?q={QUERY}&state=WA").text
    assert "<article" not in part
    assert "nearest passages" in part


def test_a_level_is_chosen_in_any_of_its_forms(web: TestClient) -> None:
    """It is checked where it is counted, and not shown beside it."""
    page = web.get(f"/search?q={QUERY}&level=SENIOR").text
    assert re.findall(r'name="level" value="(senior)" (checked)', page, re.I) == [("Senior", "checked")]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("title=analyst&title=budget", {"title": ["analyst", "budget"]}),
        ("year=2010-2030", {"year": ["2010-2030"]}),
        ("from=20&title=analyst&state=WA", {"from": ["20"], "title": ["analyst"], "state": ["WA"]}),
        ("city=Nowhere&to=2020", {"city": ["Nowhere"], "to": ["2020"]}),
    ],
)
def test_what_is_chosen_stays_in_the_form(query: str, kept: dict[str, list[str]], web: TestClient) -> None:
    """The next question is asked with it, also where it cannot be answered; what was typed stands in a field that can be mended."""
    page = web.get(f"/search?q={QUERY}&{query}").text
    fields = [tag for tag in re.findall(r"<input[^>]*>", page) if 'form="ask"' in tag and ("checkbox" not in tag or " checked" in tag)]
    for name, values in kept.items():
        found = [tag for tag in fields if f' name="{name}"' in tag]
        assert [re.search(r' value="([^"]*)"', tag)[1] for tag in found] == values  # type: ignore[index]  # each has one
        assert name not in ("from", "to", "title") or "hidden" not in found[0]


def test_facets_stay_where_the_answer_is_an_error(web: TestClient) -> None:
    """A year that is half typed takes no field away."""
    part = web.get(f"/search/facets?q={QUERY}&from=20", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Reswap"]) == (400, "none")


@pytest.mark.parametrize(
    ("trigger", "more", "header"),
    [
        ("q", {}, "HX-Replace-Url"),
        ("q", {"X-Step": "new"}, "HX-Push-Url"),
        ("ask", {"HX-Current-URL": "http://127.0.0.1/search?q=crew"}, "HX-Replace-Url"),
        ("ask", {"HX-Current-URL": "http://127.0.0.1/search?q=other"}, "HX-Push-Url"),
        ("facets", {}, "HX-Push-Url"),
    ],
)
def test_steps_of_the_history(trigger: str, more: dict[str, str], header: str, web: TestClient) -> None:
    """What is asked for is a step; what is typed on the way to it is none, nor is the same again."""
    answer = web.get("/search?q=crew", headers={"HX-Request": "true", "HX-Trigger": trigger, **more})
    assert {name: answer.headers.get(name) for name in ("HX-Push-Url", "HX-Replace-Url")} == {"HX-Push-Url": None, "HX-Replace-Url": None} | {header: "/search?q=crew"}


@pytest.mark.parametrize(("query", "said"), [("q=budget", "The nearest, up to 200,"), ("q=operating budget&title=planner&level=II&state=FL", "These ")])
def test_what_a_file_of_hits_holds(query: str, said: str, web: TestClient) -> None:
    """Where fewer were found than are shown, no more is promised."""
    assert f"{said}" in web.get(f"/search?{query}").text


@pytest.mark.parametrize("do", ["add", "remove", "compare"])
def test_nothing_is_selected(do: str, web: TestClient) -> None:
    """What is to be done first is said in the place of the count, or on a page without scripts."""
    part, page = (web.post("/list", data={"do": do}, headers=headers) for headers in ({"HX-Request": "true"}, {}))
    assert (part.status_code, page.status_code) == (200, 400)
    assert "<h1" not in part.text
    for answer in (part, page):
        assert "Select passages first" in answer.text


def test_more_roles_than_can_be_compared(web: TestClient, sample_index: Path) -> None:
    """None is left out in silence."""
    hits = search(SearchRequest(QUERY, 30), Session(sample_index)).hits
    where = web.post("/list", data={"do": "compare", "passage": [code_of(hit.passage) for hit in hits]}).headers["location"]
    answer = web.get(where)
    assert (answer.status_code, "Choose 4 roles at most" in answer.text) == (400, True)


def test_a_list_of_what_is_gone(web: TestClient) -> None:
    """It is not called empty, and one's own can be emptied."""
    given = web.get("/list?p=00000000.1").text
    assert "No passage of this list is in the index" in given
    web.post("/list", data={"do": "add", "passage": "00000000.1"})
    own = web.get("/list").text
    assert "Nothing is in your list" not in given + own
    assert "Empty the list" in own


def test_roles_are_offered(web: TestClient) -> None:
    """A title leads to the pages of the roles; the passages stay below."""
    page = web.get("/search?q=associate planner").text
    assert '<a href="/role/cedar-quay-or/associate-planner.txt">' in page
    assert "<article" in page
    assert 'aria-label="Roles of that name"' not in web.get(f"/search?q={QUERY}").text


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Monitors the budgets.", {"budget"}, [("Monitors the ", False), ("budgets", True), (".", False)]),
        ("budget/budgeting, B", {"budget"}, [("budget", True), ("/", False), ("budgeting", True), (", B", False)]),
        ("", {"budget"}, []),
        ("mayor's s's", set(), [("mayor's s's", False)]),
    ],
)
def test_marked_words(text: str, wanted: set[str], expected: list[tuple[str, bool]]) -> None:
    """Words of the query are marked in any of their forms; the pieces are the text."""
    assert marked(text, frozenset(wanted)) == expected
    assert "".join(piece for piece, _ in expected) == text


# --- files and the list ---------------------------------------------------------------------------


def rows_of(data: bytes, suffix: str) -> list[list[str]]:
    """The cells of a table as texts."""
    if suffix == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return [["" if cell is None else str(cell) for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.values]


def test_files_of_hits(web: TestClient, sample_index: Path) -> None:
    """The csv of a query is that of the command; the spreadsheet has the same cells, the document the same quotes."""
    answers = {suffix: web.get(f"/search/export?q={QUERY}&state=WA&format={suffix}") for suffix in ("csv", "xlsx", "docx")}
    printed = specsearch("search", QUERY, "--state", "WA", "-k", 200, "--format", "csv", "--index", sample_index).out
    assert answers["csv"].content.decode("utf-8-sig") == printed
    rows, cells = rows_of(answers["csv"].content, "csv"), rows_of(answers["xlsx"].content, "xlsx")
    assert cells[0] == rows[0] == list(HIT_COLUMNS.values())
    passage, score = rows[0].index("passage"), rows[0].index("score")
    assert [row[passage] for row in cells] == [row[passage] for row in rows]
    assert [float(row[score]) for row in cells[1:]] == [float(row[score]) for row in rows[1:]]
    quotes = [row.cells[1].text for row in docx.Document(io.BytesIO(answers["docx"].content)).tables[0].rows[1:]]
    assert [quote.partition("”")[0].removeprefix("“") for quote in quotes] == [row[passage] for row in rows[1:]]
    for suffix, answer in answers.items():
        assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''hits.{suffix}"


def test_the_list(web: TestClient, sample_index: Path) -> None:
    """Passages are added once, in order, taken away, linked and exported; the columns are those of hits without rank and score."""
    hits = search(SearchRequest(QUERY, 3), Session(sample_index)).hits
    codes = [code_of(hit.passage) for hit in hits]
    first = web.post("/list", data={"do": "add", "passage": codes[:2], "back": "/search?q=x"})
    assert (first.status_code, first.headers["location"]) == (303, "/search?q=x")
    web.post("/list", data={"do": "add-shown", "shown": " ".join(codes), "passage": []})
    assert shown(web.get("/list").text) == [hit.passage.passage_id for hit in hits]
    rows = rows_of(web.get("/list/export?format=csv").content, "csv")
    assert rows[0] == list(PASSAGE_COLUMNS.values())
    assert len(rows) == 4
    assert [row[0] for row in rows_of(web.get("/list/export?format=xlsx").content, "xlsx")] == [row[0] for row in rows]
    web.post("/list", data={"do": "remove", "passage": codes[1]})
    assert shown(web.get("/list").text) == [hits[0].passage.passage_id, hits[2].passage.passage_id]
    linked = f"/list?p={codes[1]}_00000000.1"
    web.post("/list", data={"do": "clear"})
    assert "Nothing is in your list" in web.get("/list").text
    page = web.get(linked).text
    assert shown(page) == [hits[1].passage.passage_id]
    assert "1 passage of the list is not in the index any more" in page


def test_a_list_is_bounded(web: TestClient) -> None:
    """What goes beyond is left out, and said; what is kept fits a cookie; what is no code is no part of it."""
    shown_codes = " ".join(f"{number:08d}.{'z' * 7}" for number in range(MOST_LISTED + 5))
    answer = web.post("/list", data={"do": "add-shown", "shown": f"{shown_codes} <script> x.y"}, headers={"HX-Request": "true"})
    assert f"{MOST_LISTED} in your list" in answer.text
    assert "the rest was left out" in answer.text
    assert len(answer.headers["set-cookie"]) < 4096
    assert f"{MOST_LISTED} passages of the list are not in the index any more" in web.get("/list").text


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_a_list_leads_nowhere_else(back: str, web: TestClient) -> None:
    """Where one goes on is a page of the workbench."""
    assert web.post("/list", data={"do": "clear", "back": back}).headers["location"] == "/list"
    assert web.post("/list", data={"do": "burn"}).status_code == 400


# --- in the browser -------------------------------------------------------------------------------


def asked(page: Page, text: str) -> None:
    """Wait until the hits of a text are there, and what they are of."""
    page.wait_for_selector(f'[data-asked="{text}"] article')
    page.wait_for_selector("#facets fieldset")


def test_a_search_by_the_pointer(site: str, page: Page, tmp_path: Path) -> None:
    """Type, restrict, go back, select, open, come back to the same hits, and take the list along."""
    page.goto(f"{site}/search")
    page.locator("#q").press_sequentially(QUERY)
    asked(page, QUERY)
    assert page.locator("article").count() == 20
    assert page.locator("article mark").count() > 5
    page.wait_for_url("**/search?q=monitors+the+operating+budget")
    page.locator("[name=kind][value=context]").check()
    page.wait_for_url("**kind=context")
    page.wait_for_selector(".chips")
    assert set(page.locator("article .tag").evaluate_all("tags => tags.map((tag) => tag.classList[1])")) <= {"context", "unsure"}
    page.go_back()
    page.wait_for_selector(".chips", state="detached")
    asked(page, QUERY)
    assert page.title().startswith(QUERY)
    page.locator("article [data-pick]").nth(0).check()
    page.locator("article [data-pick]").nth(2).check()
    page.get_by_role("button", name="Add selected").click()
    page.get_by_role("link", name="2 in your list").wait_for()
    title = page.locator("article [data-open]").first.inner_text()
    page.locator("article .links a", has_text="More like this").first.click()
    page.get_by_role("heading", name="More like this passage").wait_for()
    page.go_back()
    asked(page, QUERY)
    assert page.locator("article [data-open]").first.inner_text() == title
    page.goto(f"{site}/list")
    assert page.locator("article").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="xlsx").click()
    download.value.save_as(tmp_path / "list.xlsx")
    assert len(rows_of((tmp_path / "list.xlsx").read_bytes(), "xlsx")) == 3


def test_a_search_by_the_keyboard(site: str, page: Page) -> None:
    """To the field, type, down the hits, select two, and open one."""
    page.goto(f"{site}/search")
    page.keyboard.press("/")
    page.keyboard.type(QUERY, delay=15)
    asked(page, QUERY)
    page.keyboard.press("Escape")
    assert (page.input_value("#q"), page.evaluate("document.activeElement === document.body")) == (QUERY, True)
    for key in "jxjxj":
        page.keyboard.press(key)
    assert page.locator("[data-pick]:checked").count() == 2
    assert page.evaluate("document.activeElement.closest('article') === document.querySelectorAll('article')[2]")
    target = page.locator("article [data-open]").nth(2).get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_a_search_without_scripts(site: str, opened: Callable[..., Page]) -> None:
    """Ask, restrict, select, and read the list, by buttons and links."""
    page = opened(java_script_enabled=False)
    page.goto(f"{site}/search")
    page.fill("#q", QUERY)
    page.get_by_role("button", name="Search").click()
    page.locator("[name=state][value=WA]").check()
    page.get_by_role("button", name="Narrow").click()
    page.wait_for_url("**state=WA**")
    assert set(page.locator("article .place").all_inner_texts()) == {"City of Port Lumen, WA"}
    page.locator("article [data-pick]").nth(1).check()
    page.get_by_role("button", name="Add selected").click()
    page.wait_for_url("**state=WA**")
    page.get_by_role("link", name="1 in your list").click()
    assert page.locator("article").count() == 1
    page.locator("[data-pick]").check()
    page.get_by_role("button", name="Take selected away").click()
    assert page.locator("article").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_selected_roles_are_compared_by_a_button(site: str, opened: Callable[..., Page], scripts: bool) -> None:
    """Of passages that are selected, the roles are compared: each once."""
    page = opened(java_script_enabled=scripts)
    page.goto(site + search_at(q=QUERY))
    boxes = page.locator("article [data-pick]")
    doc_ids = list(dict.fromkeys(boxes.nth(at).get_attribute("data-pick") or "" for at in range(3)))
    for at in range(3):
        boxes.nth(at).check()
    page.get_by_role("button", name="Compare the selected roles").click()
    page.wait_for_url(f"**{compare_at(*doc_ids)}")


def test_who_comes_back_is_at_the_row_that_was_opened(site: str, opened: Callable[..., Page]) -> None:
    """The keys go on from there, and the link has the focus."""
    page = opened()
    page.goto(site + search_at(q=QUERY))
    for _ in range(3):
        page.keyboard.press("j")
    link = page.locator("article [data-open]").nth(2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/document/**")
    page.go_back()
    page.wait_for_url("**/search?**")
    page.locator("article.current").wait_for()
    assert link.evaluate("link => link === document.activeElement")


def test_back_leads_through_what_was_asked(site: str, page: Page) -> None:
    """Each question is one step, however it was typed; "more" of the facets stands open where it did."""
    page.goto(f"{site}/search")
    for text in ("operating budget", "repairs streets"):
        page.fill("#q", "")
        page.locator("#q").press_sequentially(text)
        asked(page, text)
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
    for text in ("operating budget", ""):
        page.go_back()
        page.wait_for_selector(f'[data-asked="{text}"]')
        assert page.input_value("#q") == text


def test_facets_and_selected_passages_stay(site: str, page: Page) -> None:
    """What was opened stays open when a value is chosen; with more hits one stays at the first new one, and keeps what was selected."""
    page.goto(site + search_at(q=QUERY))
    page.locator("#more-city > summary").click()
    page.locator("[name=label][value=duty]").check()
    page.wait_for_url("**label=duty")
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("#facets [name=label][value=duty]:checked")
    assert page.locator("#more-city").evaluate("rest => rest.open")
    assert page.get_by_role("button", name="Narrow").count() == 0
    page.locator("article [data-pick]").nth(1).check()
    page.locator("#more").click()
    page.wait_for_url("**k=40")
    assert page.locator("article [data-pick]").nth(1).is_checked()
    assert page.evaluate("document.activeElement.closest('article').id") == "row-21"
    assert "nearest passages" in page.locator("#said").inner_text()


def test_a_year_that_is_half_typed(site: str, page: Page) -> None:
    """The error is told, the field stays, and the right year is asked with."""
    page.goto(site + search_at(q=QUERY))
    page.fill("#from", "20")
    page.keyboard.press("Tab")
    page.get_by_text("is not a year").wait_for()
    page.wait_for_load_state("networkidle")
    page.fill("#from", "2012")
    page.keyboard.press("Tab")
    page.wait_for_url("**from=2012**")
    page.locator("article").first.wait_for()


def test_places_of_a_text(web: TestClient, sample_index: Path) -> None:
    """A text that several roles have is one row, which leads to the list of the others: a part for a script, else a page."""
    page = web.get("/search?q=performs related duties as required&state=WA&state=CA").text
    said, address = re.search(r'<span class="also"><a href="([^"]+)"[^>]*>([^<]+)', page).group(2, 1)  # type: ignore[union-attr]  # there is one
    roles, employers = map(int, re.findall(r"\d+", said))
    address = html.unescape(address)
    whole, part = web.get(address).text, web.get(address, headers={"HX-Request": "true"}).text
    assert said in whole
    assert "<h1" in whole
    assert "<h1" not in part
    listed = re.findall(r'<a href="/document/([^"#]+)', part)
    assert len(set(listed)) == roles
    assert len({one.split("/")[0] for one in listed}) == employers
    assert all(one.split("/")[0].endswith(("-ca", "-wa")) for one in listed)
    assert web.get("/search/places?passage=nowhere.txt:0-9").status_code == 400


def test_boilerplate_is_a_choice(web: TestClient) -> None:
    """It is left out by a box, which stays as it was set and can be taken away above the hits."""
    usual, left = (web.get(f"/search?q=performs related duties as required{more}").text for more in ("", "&boilerplate=no"))
    assert "Performs related duties as required" in re.sub("</?mark>", "", usual)
    assert "Performs related duties as required" not in re.sub("</?mark>", "", left)
    assert 'value="no" checked' in left
    assert 'value="no" checked' not in usual
    assert "Without boilerplate" in left


def test_nothing_better_than_chance(web: TestClient) -> None:
    """That is said above the hits, which are shown."""
    nonsense, usual = (web.get(f"/search?q={query}").text for query in ("qwertyuiop zzz", QUERY))
    assert "Nothing here matches better than random words would." in nonsense
    assert 'class="strength chance"' in nonsense
    assert "<article" in nonsense
    assert "random words would." not in usual.partition("<article")[0]
