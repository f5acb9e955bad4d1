"""What pages take and say in general: numbers as typed, times as people read them, files."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import specsearch
from specsearch.interfaces.messages import BY_TOOLS, OVER_REST, plainly
from specsearch.interfaces.web.addresses import role_at
from specsearch.interfaces.web.downloads import as_csv, download
from specsearch.interfaces.web.given import local, number
from specsearch.records.moments import day, moment

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from starlette.testclient import TestClient

ROLE = "cedar-quay-or/associate-planner.txt"
COMMAND = re.compile(r"\bspecsearch (?!x\b)[a-z]+ ?(?:[A-Z\-\"x]|$|again|search)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 7), ("007", 7), ("0", 0), ("", 3), ("-1", 3), ("²", 3), ("٣", 3), ("1.5", 3), ("51", 50), ("9" * 5000, 50), ("1" + "0" * 5000, 50), ("0" * 5000, 0), ("0" * 5000 + "9", 9)],
)
def test_numbers_as_they_were_typed(text: str, expected: int) -> None:
    """Plain figures, however many; anything else is as if nothing was typed."""
    assert number(text, 3, 50) == expected


@pytest.mark.parametrize(("address", "expected"), [("/list?p=1", "/list?p=1"), ("//example.org", "/"), ("/\\example.org", "/"), ("https://example.org/", "/"), ("", "/")])
def test_one_goes_on_here(address: str, expected: str) -> None:
    """No form leads to another server."""
    assert local(address, "/") == expected


@pytest.fixture
def in_the_west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine eight hours behind UTC."""
    monkeypatch.setenv("TZ", "PST8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_the_west")
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-03-02T03:05:09+00:00", "2026-03-01 19:05"),
        ("2026-03-02T12:00:00+00:00", "2026-03-02 04:00"),
        ("2026-03-02", "2026-03-02"),
        ("", ""),
        ("2026-13-02T03:05:09+00:00", "2026-13-02T03:05:09+00:00"),
    ],
)
def test_moments_are_told_in_the_time_of_the_machine(date: str, expected: str) -> None:
    """An evening is of its own day, not of the next one's in UTC."""
    assert (moment(date), day(date)) == (expected, expected[:10])


@pytest.mark.parametrize(
    ("title", "suffix", "name", "kind"),
    [
        ("hits", ".csv", "hits.csv", "text/csv; charset=utf-8"),
        ("my-set", ".judgements.jsonl", "my-set.judgements.jsonl", "application/jsonl; charset=utf-8"),
        ("Clerk / Typist: “A”", ".docx", "Clerk%20Typist%20A.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("..", ".md", "specsearch.md", "text/markdown; charset=utf-8"),
    ],
)
def test_files_are_called_by_what_they_are_of(title: str, suffix: str, name: str, kind: str) -> None:
    """Nothing in a name means anything to a file system."""
    answer = download(b"", title, suffix)
    assert (answer.headers["content-disposition"], answer.headers["content-type"]) == (f"attachment; filename*=UTF-8''{name}", kind)


def test_tables_say_that_they_are_utf8() -> None:
    """Spreadsheets take a table for that of an old encoding otherwise."""
    assert as_csv({"a": "A"}, [{"a": "é"}]) == b"\xef\xbb\xbfA\n\xc3\xa9\n"


def advice() -> list[str]:
    """What is said anywhere of commands, but by the command line itself: texts of the code, each figure and name in them as "x"."""
    source, found = Path(specsearch.__file__).parent, []
    for path in sorted(source.rglob("*.py")):
        if path.relative_to(source).parts[:2] in (("interfaces", "cli"), ("interfaces", "mcp"), ("interfaces", "web")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise | ast.Return | ast.Assign | ast.BinOp):
                for text in (one for one in ast.walk(node) if isinstance(one, ast.JoinedStr | ast.Constant)):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    found.append("".join(str(one.value) if isinstance(one, ast.Constant) else "x" for one in parts))
    return sorted({text for text in found if COMMAND.search(text) and "\n" not in text and "`" not in text})


def test_no_message_talks_of_commands() -> None:
    """Whatever is said of a command, a page leaves it out."""
    found = advice()
    assert len(found) > 12
    assert plainly("No role of x and no file is named x, near: a.txt See: specsearch roles --index x", "/a/ix") == "No role of x and no file is named x, near: a.txt"
    assert [said for text in found if re.search(r"specsearch (?!again)[a-z]", said := plainly(text, "/a/ix"))] == []
    assert [said for text in found if re.search(r"specsearch (?!again)[a-z]", said := plainly(text, "/a/ix", OVER_REST))] == []
    assert {said for text in found for said in re.findall(r"specsearch (?!again)[a-z]+", plainly(text, "/a/ix", BY_TOOLS))} == {"specsearch index", "specsearch check"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/search?q=budget&k=000000001{'0' * 5000}", 400),
        (f"/role/{ROLE}/similar?k={'1' * 5000}&per_city={'2' * 5000}", 200),
        (f"/compare/names?role=planner&place={'9' * 5000}", 200),
        ("/compare/names?place=1", 200),
        (f"/document/{ROLE}?part={'9' * 5000}", 200),
        (f"/sources?page={'9' * 5000}", 200),
        ("/sources?page=²", 200),
        (f"/documents?from={'9' * 5000}", 200),
    ],
)
def test_long_figures_break_nothing(path: str, status: int, client: TestClient) -> None:
    """Python refuses to read numbers of thousands of figures."""
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"/document/{ROLE}", {"what": "label", "value": "duty", "reviewer": "Ana", "statement": "abc"}, 400),
        ("/sources/correct", {"document": ROLE, "page": "²", "title": "Planner"}, 400),
    ],
)
def test_forms_with_odd_figures(path: str, fields: dict[str, str], status: int, client: TestClient) -> None:
    """What no page sends is refused, as a page that offers no way back to a form's address."""
    answer = client.post(path, data=fields, headers={"Origin": "http://127.0.0.1"})
    assert answer.status_code == status
    assert 'action="/theme"' not in answer.text
    assert 'action="/theme"' in client.get("/documents").text


def test_beyond_the_last_document(client: TestClient) -> None:
    """The last there are stand there, and nobody is told that words were not found."""
    page = client.get("/documents?from=900").text
    assert "No document has" not in page
    assert "<tr data-row>" in page


def test_keys_are_told_where_they_do_something(site: str, page: Page) -> None:
    """On a page without rows, the dialog speaks of no rows, and "/" stays there."""
    page.goto(f"{site}/corpus")
    page.keyboard.press("/")
    page.keyboard.press("?")
    assert page.url == f"{site}/corpus"
    assert page.locator("#keys kbd:visible").all_inner_texts() == ["?"]
    page.goto(f"{site}/list?p=nu64ebxz.24h_ym6shi88.28l")
    page.keyboard.press("?")
    assert page.locator("#keys kbd:visible").all_inner_texts() == ["j", "k", "Enter", "x", "c", "?"]


def test_one_comes_back_to_a_row_that_comes_late(site: str, page: Page) -> None:
    """Parts of the page of a role are loaded after it."""
    page.goto(site + role_at(ROLE))
    row = page.locator("#similar [data-open]").nth(1)
    row.wait_for()
    page.wait_for_load_state("networkidle")
    target = row.get_attribute("href")
    row.click()
    page.wait_for_url(f"**{target}")
    page.go_back()
    page.locator("[data-row].current").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('href')") == target
