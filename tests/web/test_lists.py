"""Lists and saved searches in the workbench: kept from what is found, noted, taken apart, handed over, asked again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from conftest import CORPUS
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.guards import Admission
from specsearch.interfaces.web.workbench import Workbench

PLANNER, CENTER = "cedar-quay-or/associate-planner.txt", "port-lumen-wa/citizen-response-center-supervisor.html"
NAME, ADDRESS = "A/B <b>&? 50%", "/lists/A%2FB%20%3Cb%3E%26%3F%2050%25"
ASKED = "/search?q=prepares+the+budget+request&kind=duty&from=2001&k=5"


@pytest.fixture(scope="module")
def copy(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that the tests of this module write to, each under names of its own."""
    return Path(shutil.copytree(sample_index, tmp_path_factory.mktemp("lists") / "index"))


@pytest.fixture
def web(copy: Path) -> Iterator[TestClient]:
    app = make_app(Workbench(str(copy), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False) as found:
        yield found


def codes(web: TestClient) -> list[str]:
    """Codes of the passages that are found."""
    return re.findall(r'name="passage" value="([^"]+)"', web.get(ASKED).text)


def sent(web: TestClient, address: str, **fields: object) -> str:
    """Where a form leads to."""
    answer = web.post(address, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def entries(web: TestClient, address: str) -> list[str]:
    return re.findall(r'id="entry-(\d+)"', web.get(address).text)


def test_a_list(web: TestClient) -> None:
    """It is kept from what is found, noted, cut, renamed and deleted; its name may have any characters, and nothing of it is markup."""
    found = codes(web)
    assert sent(web, "/lists", do="keep", list=NAME, passage=found[:3], note="<i>why</i>\nand more", reviewer="Ana") == ADDRESS
    assert sent(web, "/lists", do="keep", list=NAME.lower(), role=[PLANNER, CENTER], compared="1", reviewer="Ana") == ADDRESS
    shown = web.get(ADDRESS).text
    assert entries(web, ADDRESS) == ["1", "2", "3", "4"]
    assert shown.count('<p class="noted">&lt;i&gt;why&lt;/i&gt;\nand more</p>') == 3
    assert 'href="/compare?role=cedar-quay-or%2Fassociate-planner.txt&amp;role=port-lumen-wa%2Fcitizen-response-center-supervisor.html"' in shown
    assert sent(web, ADDRESS, do="note", entry="2", value="", reviewer="Ana") == f"{ADDRESS}#entry-2"
    assert sent(web, ADDRESS, do="note", value="for May", reviewer="Ana") == ADDRESS
    assert sent(web, ADDRESS, do="remove", entry=["1", "3"], reviewer="Ana") == ADDRESS
    assert entries(web, ADDRESS) == ["2", "4"]
    assert sent(web, ADDRESS, do="compare", entry=["4"]).startswith("/compare?role=cedar-quay-or")
    overview = web.get("/lists").text
    assert "A/B &lt;b&gt;&amp;? 50%" in overview
    assert "for May" in overview
    assert sent(web, ADDRESS, do="rename", value="Plain", reviewer="Ana") == "/lists/Plain"
    assert sent(web, "/lists/plain", do="delete", reviewer="Ana") == "/lists"
    assert web.get("/lists/plain").status_code == 404


def test_who_is_asked_once(web: TestClient) -> None:
    """A name that was given is offered again."""
    answer = web.post("/lists", data={"do": "begin", "list": "empty", "note": "none yet", "reviewer": "Ana Ruiz"})
    assert answer.headers["location"] == "/lists/empty"
    page = web.get("/lists/empty").text
    assert 'name="reviewer" value="Ana Ruiz"' in page
    assert "Nothing is in this list" in page


def test_a_script_is_told_what_came_of_it(web: TestClient) -> None:
    """In a line, also what cannot be done; what is typed stays, as the page does."""
    found = codes(web)
    part = {"HX-Request": "true"}
    first = web.post("/lists", data={"do": "keep", "list": "script", "passage": found[:2], "reviewer": "Ana"}, headers=part).text
    assert "2 new in <a href=\"/lists/script\">script</a>" in first
    again = web.post("/lists", data={"do": "keep-shown", "list": "Script", "shown": "_".join(found[:2]), "reviewer": "Ana"}, headers=part).text
    assert "Already in" in again
    for fields, said in (({"list": "x", "reviewer": "Ana"}, "Select passages first"), ({"passage": found[0], "reviewer": "Ana"}, "Give the list a name"), ({"list": "x", "passage": found[0]}, "Give your name")):
        answer = web.post("/lists", data={"do": "keep", **fields}, headers=part)
        assert (answer.status_code, said in answer.text, "<h1" in answer.text) == (200, True, False)


def test_the_list_of_this_browser_is_kept_under_a_name(web: TestClient) -> None:
    found = codes(web)
    web.post("/list", data={"do": "add", "passage": found[:2]})
    assert "2 passages in your list" in web.get("/lists").text
    shown = re.search(r'action="/lists">.*?name="shown" value="([^"]+)"', web.get("/list").text, re.S)
    assert shown is not None
    assert sent(web, "/lists", do="keep-shown", list="kept", shown=shown[1], reviewer="Ana") == "/lists/kept"
    assert entries(web, "/lists/kept") == ["1", "2"]


def test_a_saved_search(web: TestClient) -> None:
    """It is saved with what narrows it, leads back to the search page, and is marked as seen, noted, renamed and deleted."""
    assert sent(web, "/searches", asked=ASKED, name="Budget/requests", reviewer="Ana") == "/searches/Budget%2Frequests"
    page = web.get("/searches/Budget%2Frequests").text
    assert "No new hits" in page
    assert "year: 2001-" in page
    back = re.search(r'<a href="([^"]+)">On the search page', page)
    assert back is not None
    again = re.findall(r'name="passage" value="([^"]+)"', web.get(back[1].replace("&amp;", "&")).text)
    assert again == codes(web)
    assert sent(web, "/searches/budget%2Frequests", do="seen", hit=["x"], reviewer="Ben").endswith("requests")
    assert "(Ben)" in web.get("/searches/Budget%2Frequests").text
    assert '<td class="number">none</td>' in web.get("/lists?again=1").text
    sent(web, "/searches/Budget%2Frequests", do="note", value="weekly", reviewer="Ana")
    assert sent(web, "/searches/Budget%2Frequests", do="rename", value="Weekly", reviewer="Ana") == "/searches/Weekly"
    assert sent(web, "/searches/weekly", do="delete", reviewer="Ana") == "/lists"
    assert "weekly" not in web.get("/lists").text.lower()


@pytest.mark.parametrize(
    ("query", "said"),
    [("1526+budget", ">1526 as class 1526: "), ("qwertyuiop+zzz", "Nothing here matches better than random words would.")],
)
def test_what_a_saved_search_was_understood_as(query: str, said: str, web: TestClient) -> None:
    """It is said as on the search page, and that nothing is better than chance."""
    assert said in web.get(sent(web, "/searches", asked=f"/search?q={query}", name=query, reviewer="Ana")).text


@pytest.mark.parametrize(
    ("address", "fields", "status", "said"),
    [
        pytest.param("/lists", {"do": "keep", "list": "x", "reviewer": "Ana"}, 400, "Select passages first", id="nothing selected"),
        pytest.param("/lists/none", {"do": "remove", "entry": "1", "reviewer": "Ana"}, 404, "There is no list", id="no list"),
        pytest.param("/lists/none", {"do": "remove"}, 400, "Select entries first", id="no entries"),
        pytest.param("/lists/none", {"do": "burn"}, 400, "cannot do", id="no act of a list"),
        pytest.param("/searches", {"asked": "/search?k=5", "name": "x", "reviewer": "Ana"}, 400, "Nothing is asked yet", id="nothing asked"),
        pytest.param("/searches", {"asked": "/search?q=x&kind=no", "name": "x", "reviewer": "Ana"}, 400, "There is no kind", id="no kind"),
        pytest.param("/searches/none", {"do": "seen", "reviewer": "Ana"}, 404, "There is no saved search", id="no search"),
        pytest.param("/searches/none", {"do": "burn"}, 400, "cannot do", id="no act of a search"),
    ],
)
def test_what_cannot_be_done(address: str, fields: dict[str, str], status: int, said: str, web: TestClient) -> None:
    answer = web.post(address, data=fields)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_formats(web: TestClient) -> None:
    sent(web, "/lists", do="keep", list="files", role=PLANNER, reviewer="Ana")
    for suffix, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("csv", b"\xef\xbb\xbf#,"), ("json", b"{"), ("md", b"# ")):
        answer = web.get("/lists/files", params={"format": suffix})
        assert answer.content.startswith(begins)
        assert f"files.{suffix}" in answer.headers["content-disposition"]
    assert web.get("/lists/files?format=pdf").status_code == 400
