"""Every page in both themes and at three widths, and what else pages can show."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

PLANNER = "cedar-quay-or/associate-planner.txt"
PAGES = {
    "search, empty": "/search",
    "search": "/search?q=monitors+the+operating+budget",
    "search, nothing": "/search?q=budget&city=Nowhere",
    "search, restricted": "/search?q=associate+planner&kind=duty&kind=context&from=2010&label=duty&colour=red",
    "search, understood": "/search?q=2140+fiscal+budgit+-planner&plain=fiscal",
    "search, like a passage": "/search?like=kestrel-valley-ca/resident-contact-center-supervisor.pdf:2753-2863&state=MA",
    "search, nonsense": "/search?q=qwertyuiop+zzz&boilerplate=no",
    "places of a text": "/search/places?passage=kestrel-valley-ca/resident-contact-center-supervisor.pdf:2753-2863",
    "list, empty": "/list",
    "list": "/list?p=nu64ebxz.24h_ym6shi88.28l_ym6shi88.1",
    "document": "/document/kestrel-valley-ca/administrative-analyst-ii.pdf",
    "documents": "/documents?q=analyst",
    "role": "/role/harlow-bend-oh/community-outreach-coordinator-ii.txt",
    "role, unknown": "/role/planner",
    "similar roles": "/role/harlow-bend-oh/community-outreach-coordinator-ii.txt/similar?city=Nowhere",
    "blend": "/role/harlow-bend-oh/community-outreach-coordinator-ii.txt/blend",
    "compare, empty": "/compare",
    "compare, several meant": "/compare?role=cedar-quay-or/associate-planner.txt&role=planner",
    "compare two": "/compare?role=cedar-quay-or/associate-planner.txt&role=saltmarsh-heights-fl/planner-ii.docx",
    "compare three": "/compare?role=cedar-quay-or/associate-planner.txt&role=saltmarsh-heights-fl/planner-ii.docx&role=fort-delphine-tx/city-planner.md",
    "survey, empty": "/survey",
    "survey of a role": "/survey?role=cedar-quay-or/associate-planner.txt&sort=-covered",
    "survey of a duty": "/survey?duty=Reviews+site+plans",
    "corpus": "/corpus",
    "sources": "/sources",
    "sources, all": "/sources?why=all",
    "evaluate": "/evaluate",
    "lists, none": "/lists",
    "no such page": "/nowhere",
}
OTHERWISE = {
    "counterparts": f"/role/{PLANNER}/counterparts",
    "ladder": "/role/harlow-bend-oh/community-outreach-coordinator-ii.txt/ladder",
    "documents to look at, counted": "/corpus/doubtful",
}
FAILING = {
    f"/compare?role={PLANNER}&role=saltmarsh-heights-fl/planner-ii.docx": "#decide button",
    f"/document/{PLANNER}": "#field-title form button",
    "/corpus": "#add button",
    f"/compare?role={PLANNER}#own": "form[action^='/compare/upload'] button",
}
"""Pages with a form each, and the button that sends it with something missing."""
WIDTHS = (1280, 768, 390)


def look(page: Page, themes: tuple[str, ...] = ("light", "dark")) -> None:
    """axe-core finds nothing, nor of colours in the other theme, and nothing but a wide table in its own box is to be scrolled for sideways."""
    page.wait_for_load_state("networkidle")
    for theme in themes:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        # What is not a matter of colours is the same in both.
        found = Axe().run(page, options={"resultTypes": ["violations"]} | ({} if theme == themes[0] else {"runOnly": ["color-contrast"]}))
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found.response["violations"]] == [], (page.url, theme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nobody_is_kept_out(path: str, site: str, page: Page) -> None:
    """By no page, in either theme, at three widths."""
    page.goto(site + path)
    look(page)


# What follows is of parts that the pages above hold too: once in one theme tells of what is new.


@pytest.mark.parametrize("path", OTHERWISE.values(), ids=OTHERWISE)
def test_nor_by_a_part_on_its_own(path: str, site: str, page: Page) -> None:
    page.goto(site + path)
    look(page, ("dark",))


def test_nor_by_forms_that_failed(site: str, page: Page) -> None:
    """A decision, a correction with all fields open, files to add and a document of one's own: each with what is wrong."""
    for path, button in FAILING.items():
        page.goto(site + path)
        page.evaluate("for (const one of document.querySelectorAll('main form')) one.noValidate = true; for (const one of document.querySelectorAll('main details')) one.open = true")
        page.locator(button).first.click()
        page.locator("main [role=alert]").first.wait_for()
        look(page, ("light",))


def test_nor_by_what_comes_of_work(site: str, page: Page) -> None:
    """A check that is done, and a comparison with a document of one's own."""
    page.goto(f"{site}/corpus")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name="Check of the index: done").wait_for()
    look(page, ("light",))
    page.goto(f"{site}/compare?role={PLANNER}")
    page.get_by_label("Document (").set_input_files(CORPUS / "saltmarsh-heights-fl/planner-ii.docx")
    page.get_by_role("button", name="Read and compare").click()
    page.get_by_text("It has no address").wait_for()
    look(page, ("light",))


def test_nor_before_there_is_an_index(served: Callable[..., str], tmp_path: Path, page: Page) -> None:
    site = served(tmp_path / "none")
    page.goto(f"{site}/search")
    page.get_by_role("heading", name="Nothing is indexed yet").wait_for()
    look(page, ("light",))
    page.goto(f"{site}/corpus")
    look(page, ("light",))


def test_nor_by_the_keys(site: str, page: Page) -> None:
    """The dialog that tells the keys of a page, in both themes."""
    page.goto(f"{site}/document/{PLANNER}")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    look(page)


def test_nor_by_lists(served: Callable[..., str], sample_index: Path, tmp_path: Path, page: Page) -> None:
    """From a search to a list and a saved search: tick, name, keep, note."""
    site = served(shutil.copytree(sample_index, tmp_path / "index"))
    page.goto(site + "/search?q=prepares+the+budget+request&k=3")
    page.locator("input[name=passage]").nth(1).check()
    page.get_by_text("Keep selected in a list with a name").click()
    page.get_by_label("Name of the list").fill("From a browser")
    page.locator("#pick-by").fill("Ana")
    page.get_by_role("button", name="Keep selected", exact=True).click()
    page.locator("#listed").get_by_role("link", name="From a browser").wait_for()
    look(page, ("light",))
    page.goto(site + "/search?q=prepares+the+budget+request&k=3")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name of the search").fill("Budgets")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Budgets").wait_for()
    look(page)
    page.goto(f"{site}/lists/From%20a%20browser")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note on entry 1").fill("as in our class")
    page.locator("#entry-1").get_by_role("button", name="Keep the note").click()
    page.locator("#entry-1 .noted").wait_for()
    page.get_by_text("Note, rename or delete").click()
    look(page)
    page.goto(f"{site}/lists")
    look(page)
