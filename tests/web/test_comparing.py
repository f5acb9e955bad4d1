"""Comparing and deciding in a browser: with the keyboard alone, by names, and without scripts."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from specsearch.interfaces.service.deciding import DecisionsRequest, decisions
from specsearch.interfaces.service.session import Session
from specsearch.interfaces.web import addresses
from specsearch.records import Choice

if TYPE_CHECKING:
    from playwright.sync_api import Page

Served = Callable[..., str]

PLANNER = "cedar-quay-or/associate-planner.txt"
PLANNER_II = "saltmarsh-heights-fl/planner-ii.docx"
CITY_PLANNER = "fort-delphine-tx/city-planner.md"


@pytest.fixture
def copied(sample_index: Path, tmp_path: Path) -> Path:
    """An index to decide in."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


def tab_to(page: Page, selector: str) -> None:
    """Go on with the tabulator until an element has the focus."""
    for _ in range(200):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached with the keyboard")


def test_from_a_role_to_a_dossier_with_the_keyboard(served: Served, copied: Path, page: Page, tmp_path: Path) -> None:
    """Select two of the similar roles, compare all three, open a pair, decide with a reason, download the dossier and open it."""
    page.goto(served(copied) + addresses.role_at(PLANNER))
    page.wait_for_selector("#similar [data-row]")
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("c")
    page.wait_for_url("**/compare?*")
    assert [page.locator("table.several").first.locator("thead th").nth(i).inner_text().partition(",")[0] for i in (1, 2, 3)] == ["Associate Planner", "Planner II", "City Planner"]
    page.locator(f'a[href="{addresses.compare_at(PLANNER, PLANNER_II)}"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#decide")
    tab_to(page, 'a[href="#decide"]')
    page.keyboard.press("Enter")
    tab_to(page, "input[name=choice]")
    page.keyboard.press("Space")
    tab_to(page, "#reason")
    page.keyboard.type("Same work: plan review, zoning and the counter.")
    tab_to(page, "#reviewer")
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    page.wait_for_url("**#decisions")
    assert "Accepted by Ana on" in page.locator("#decisions").inner_text()
    (kept,) = decisions(DecisionsRequest(), Session(copied)).decisions
    assert (kept.a, kept.b, kept.choice, kept.reason, kept.reviewer) == (PLANNER, PLANNER_II, Choice.ACCEPT, "Same work: plan review, zoning and the counter.", "Ana")
    tab_to(page, 'a[href*="dossier.docx"]')
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "Associate Planner and Planner II.docx"
    download.value.save_as(tmp_path / "dossier.docx")
    cells = [cell.text for table in docx.Document(str(tmp_path / "dossier.docx")).tables for row in table.rows for cell in row.cells]
    assert {"Ana", "accepted as comparable", "Same work: plan review, zoning and the counter."} <= set(cells)


def test_roles_are_offered_while_one_types(site: str, page: Page) -> None:
    """Each field offers roles; following one keeps the other field, and two lead to the comparison; back leads back."""
    page.goto(site + "/compare")
    page.locator("#role-1").press_sequentially("associate pl")
    page.locator("#names-1 a").first.click()
    page.wait_for_url("**/compare?role=*")
    page.locator("#role-2").press_sequentially("saltmarsh plann")
    page.locator(f'#names-2 a[href="{addresses.compare_at(PLANNER, PLANNER_II)}"]').click()
    page.wait_for_selector(".verdict")
    assert page.locator("h1").inner_text() == "Associate Planner and Planner II"
    page.go_back()
    assert page.locator("input[type=hidden][name=role]").get_attribute("value") == PLANNER


def test_files_are_downloaded_and_opened(site: str, page: Page) -> None:
    """A survey and a list as Word documents, a document's statements as a table, by their links."""

    def downloaded(at: str, link: str) -> bytes:
        page.goto(site + at)
        with page.expect_download() as download:
            page.locator(link).click()
        return Path(download.value.path()).read_bytes()

    survey = docx.Document(io.BytesIO(downloaded(addresses.survey_at(role=PLANNER), 'a[href*="survey.docx"]')))
    assert "Saltmarsh Heights" in "".join(cell.text for table in survey.tables for cell in table.columns[0].cells)
    listed = docx.Document(io.BytesIO(downloaded("/list?p=nu64ebxz.24h_ym6shi88.28l_ym6shi88.1", 'a[href*="format=docx"]')))
    assert [len(table.rows) for table in listed.tables] == [1 + 2]  # the third of the codes is of no passage
    rows = list(csv.DictReader(io.StringIO(downloaded(addresses.document_at(PLANNER), 'a[href*="format=csv"]').decode("utf-8-sig"))))
    assert {row["document"] for row in rows} == {PLANNER}


def test_without_scripts(served: Served, copied: Path, opened: Callable[..., Page]) -> None:
    """Similar roles are followed, selected and compared; a decision that lacks its reason keeps its words, and is kept when it has one."""
    page = opened(java_script_enabled=False)
    page.goto(served(copied) + addresses.role_at(PLANNER))
    page.click("#similar a")
    page.fill("#state", "FL")
    page.click("main form >> text=Show >> nth=-1")
    page.check(f'input[value="{PLANNER_II}"]')
    page.click("text=Compare with the selected roles")
    page.check("input[name=choice][value=level]")
    page.fill("#reason", "One grade apart.")
    page.fill("#reviewer", " ")
    page.click("text=Save the decision")
    assert "Give your name" in page.locator("#decide").inner_text()
    assert page.locator("#reason").input_value() == "One grade apart."
    page.fill("#reviewer", "Ben")
    page.click("text=Save the decision")
    assert "Said to be at another level by Ben" in page.locator("#decisions").inner_text()
    page.goto(page.url.partition("/compare")[0] + addresses.survey_at(role=PLANNER))
    page.click("th a:has-text('Employer')")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Employer")
    page.locator("details").first.locator("summary").click()
    assert page.locator("details[open] q").count() == 1
    page.emulate_media(media="print")
    assert page.locator("table.matrix details:not([open]) q").first.is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.partition("/survey")[0] + addresses.compare_at(PLANNER, CITY_PLANNER))
    page.emulate_media(media="screen")
    place = page.locator("nav a[href='#decide']").bounding_box()
    assert place is not None
    assert place["y"] < 600
