"""Every page in both themes and at three widths."""

from __future__ import annotations

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
    "corpus": "/corpus",
    "sources": "/sources",
    "sources, all": "/sources?why=all",
    "evaluate": "/evaluate",
    "no such page": "/nowhere",
}
WIDTHS = (1280, 768, 390)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nobody_is_kept_out(path: str, site: str, page: Page) -> None:
    """axe-core finds nothing in either theme, and nothing but a wide table in its own box is to be scrolled for sideways, at three widths."""
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page)
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found.response["violations"]] == [], theme
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
