"""Pages from templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from specsearch.escaping import one_line
from specsearch.interfaces.statuses import status_of as status_of
from specsearch.interfaces.web import addresses
from specsearch.interfaces.web.workbench import Workbench
from specsearch.records.moments import day, moment
from specsearch.version import __version__

HERE = Path(str(files("specsearch.interfaces.web")))
THEMES = ("light", "dark")
YEAR_SECONDS = 31_536_000
"""How long a browser remembers what it is told to."""


def workbench_of(request: Request) -> Workbench:
    """What the server holds."""
    found: Workbench = request.app.state.workbench
    return found


def page(request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    """A page.

    Args:
        request: What is answered; a template knows it too.
        template: Its name without the ending.
        context: What it is given.
        status: Of the answer.
    """
    return _templates().TemplateResponse(request, f"{template}.html.j2", dict(context or {}), status)


def fragment(request: Request) -> bool:
    """Whether a script asks, which puts the answer into the page that is shown: its template gives the part alone."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def reviewer_of(request: Request) -> str:
    """Who was named last as the one who decides or corrects in this browser; "" for nobody."""
    from urllib.parse import unquote

    return unquote(request.cookies.get("reviewer", ""))


def remember_reviewer(answer: Response, name: str) -> None:
    """Have this browser offer a name to the next form that asks who decides or corrects."""
    from urllib.parse import quote

    answer.set_cookie("reviewer", quote(name.strip()), max_age=YEAR_SECONDS, samesite="strict", httponly=True)


@cache
def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(HERE / "templates", context_processors=[_given])
    templates.env.globals.update({name: getattr(addresses, name) for name in addresses.__all__}, version=__version__, day=day, moment=moment)
    templates.env.filters["one_line"] = one_line
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    templates.env.autoescape = True  # left to itself, it escapes in .html alone, and ours end in .html.j2
    return templates


def _given(request: Request) -> dict[str, Any]:
    theme = request.cookies.get("theme", "")
    return {"theme": theme if theme in THEMES else "", "reviewer": reviewer_of(request), "fragment": fragment(request), "waiting": workbench_of(request).waiting, "here": request.url.path}
