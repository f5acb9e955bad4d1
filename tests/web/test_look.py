"""Every page in both themes, at three widths, without a pointer, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = {
    "search, empty": "/search",
    "search": "/search?q=monitors+the+operating+budget",
    "search, nothing": "/search?q=budget&city=Nowhere",
    "search, restricted": "/search?q=associate+planner&kind=duty&kind=context&from=2010&label=duty&colour=red",
    "search, like a passage": "/search?like=kestrel-valley-ca/resident-contact-center-supervisor.pdf:2753-2863&state=MA",
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
    "no such page": "/nowhere",
}
WIDTHS = (1280, 768, 390)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_barrier(path: str, theme: str, site: str, opened: Callable[..., Page]) -> None:
    """axe-core finds nothing that keeps anybody out."""
    page = opened(color_scheme=theme, viewport={"width": 1280, "height": 900})
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_page_is_wider_than_the_window(path: str, site: str, opened: Callable[..., Page]) -> None:
    """Nothing is to be scrolled for sideways but wide tables in their own box."""
    for width in WIDTHS:
        page = opened(viewport={"width": width, "height": 900})
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
