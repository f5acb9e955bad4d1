"""The workbench for tests: a real server, and a real browser that is watched."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import CORPUS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page
    from starlette.testclient import TestClient

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
Served = Callable[..., str]
_OWN = ("http://127.0.0.1:", "data:", "blob:", "about:")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Starts a server of an index and a corpus, which ends with the module's tests; gives its address."""
    import uvicorn

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission
    from specsearch.interfaces.web.workbench import Workbench

    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(index: Path, corpus: Path = CORPUS) -> str:
        config = uvicorn.Config(lambda: None, host="127.0.0.1", port=0, log_level="error")
        socket = config.bind_socket()
        host = f"127.0.0.1:{socket.getsockname()[1]}"
        config.app = make_app(Workbench(str(index), corpus), Admission(frozenset({host})))
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
        thread.start()
        end = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.02)
        running.append((server, thread))
        return f"http://{host}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def site(served: Served, sample_index: Path) -> str:
    """The address of a server of the sample corpus; a test that writes starts one of a copy."""
    return served(sample_index)


@pytest.fixture
def client(sample_index: Path) -> Iterator[TestClient]:
    """A client without a browser, of the sample corpus."""
    from starlette.testclient import TestClient

    from specsearch.interfaces.web.app import make_app
    from specsearch.interfaces.web.guards import Admission
    from specsearch.interfaces.web.workbench import Workbench

    app = make_app(Workbench(str(sample_index), CORPUS), Admission(frozenset({"127.0.0.1"})))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a module."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in a context of its own with options of `new_context`; whatever goes wrong in one fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def noted(what: str) -> None:
        wrong.append(what)

    def refused(dialog: Dialog) -> None:
        noted(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # passed through
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noted(message.text) if message.type == "error" and "status of 4" not in message.text else None)
        page.on("pageerror", lambda error: noted(str(error)))
        page.on("request", lambda request: None if request.url.startswith(_OWN) else noted(f"asks elsewhere: {request.url}"))
        page.on("dialog", refused)
        page.set_default_timeout(20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(opened: Callable[..., Page]) -> Page:
    """A page of a window of 1280 by 800."""
    return opened(viewport={"width": 1280, "height": 800})
