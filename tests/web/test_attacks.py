"""What is tried against the workbench by pages of other sites, by programs on this machine, and by documents; and what each gets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from attacking import FORM, POST, REQUESTS, get
from conftest import CORPUS, index_in_a_process, put
from hostile import word_bomb
from serving import Serving, ask, serving, status, taken
from specsearch.interfaces.web import connections, guards
from specsearch.interfaces.web.addresses import compare_at, document_at, role_at, survey_at
from specsearch.interfaces.web.app import make_app
from specsearch.interfaces.web.connections import Wait
from specsearch.interfaces.web.guards import HEADERS, LONGEST_BODY, Admission, guarded, longest_body
from specsearch.interfaces.web.serving import listen, server_for
from specsearch.interfaces.web.workbench import Workbench

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOKEN = "a-token-that-nobody-guesses"
@pytest.fixture(scope="module")
def server(sample_index: Path) -> Iterator[Serving]:
    """The command, as a process of its own."""
    with serving(sample_index, CORPUS) as started:
        yield started
        assert started.end() == 0
        assert started.complaints() == ""


@pytest.mark.parametrize(("request_text", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_what_a_request_gets(request_text: str, expected: int, server: Serving) -> None:
    """Each gets its status, with the headers that keep a browser from harm, and nothing of this machine."""
    answer = ask(server.port, request_text.replace("{port}", str(server.port)).encode("latin-1"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == expected, answer[:300]
    for name, value in HEADERS.items():
        assert f"\r\n{name}: {value}\r\n".lower().encode() in head.lower() + b"\r\n"
    assert b"root:" not in body
    assert b"def make_app" not in body


def test_a_body_without_an_end_is_cut_off(server: Serving) -> None:
    """What does not say its length is counted as it comes, and refused at the same size."""
    part = b'--x\r\nContent-Disposition: form-data; name="theme"; filename="a.txt"\r\n\r\n'
    megabyte = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    head = POST.replace("application/x-www-form-urlencoded", "multipart/form-data; boundary=x").format(port=server.port, more="Transfer-Encoding: chunked\r\n")
    answer = ask(server.port, head.encode(), b"%x\r\n%s\r\n" % (len(part), part), *[megabyte] * (LONGEST_BODY // 0x100000 + 2))
    assert status(answer) in (413, 0)  # 0: the client was cut off while it sent, before it could read
    assert status(ask(server.port, get().format(port=server.port).encode())) == 200


def test_only_where_files_are_taken_may_much_be_sent() -> None:
    """Addresses that look like it do not count."""
    assert all(longest_body(path) > LONGEST_BODY for path in ("/corpus/add", "/compare/upload", "/api/v1/parse"))
    assert {longest_body(path) for path in ("/", "/search", "/corpus", "/corpus/added", "/compare", "/compare/uploads", "/x/corpus", "/mcp")} == {LONGEST_BODY}


@pytest.mark.parametrize(
    ("back", "there"),
    [("/search?q=a", "/search?q=a"), ("", "/"), ("//other.example", "/"), ("/\\other.example", "/"), ("http://other.example", "/"), ("javascript:alert(1)", "/")],
)
def test_a_form_leads_to_no_other_server(back: str, there: str, client: TestClient) -> None:
    """Where to go back to is taken from the form, and only what is ours."""
    answer = client.post("/theme", data={"theme": "dark", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == there


ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def closed(sample_index: Path) -> Iterator[TestClient]:
    """A client of a workbench that wants a token."""
    app = make_app(Workbench(str(sample_index), CORPUS), Admission(frozenset({"127.0.0.1:8765"}), TOKEN))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        pytest.param("/search", {}, 401, id="none"),
        pytest.param("/static/workbench.css", {}, 401, id="none-for-a-file"),
        pytest.param("/search", {"Authorization": f"Bearer {TOKEN}"}, 200, id="right"),
        pytest.param("/search", {"Authorization": f"bearer {TOKEN}"}, 200, id="right-in-lower-case"),
        pytest.param("/search", {"Authorization": f"Bearer {TOKEN[:-1]}"}, 401, id="cut-off"),
        pytest.param("/search", {"Authorization": f"Basic {TOKEN}"}, 401, id="another-kind"),
        pytest.param("/search", {"Authorization": "Bearer "}, 401, id="empty"),
        pytest.param("/search", {"Authorization": "Bearer gu\u00e9".encode("latin-1")}, 401, id="beyond-ascii"),
        pytest.param("/search", {"Cookie": f"specsearch_8765={TOKEN}"}, 200, id="cookie"),
        pytest.param("/search", {"Cookie": "specsearch_8765=guessed"}, 401, id="wrong-cookie"),
        pytest.param("/search", {"Cookie": f"specsearch_8766={TOKEN}"}, 401, id="cookie-of-another-port"),
        pytest.param("/search?token=guessed", {}, 401, id="wrong-in-the-address"),
        pytest.param("/search?token=", {}, 401, id="empty-in-the-address"),
        pytest.param("/search", {"Authorization": f"Bearer {TOKEN}", "Host": "rebound.example"}, 421, id="right-at-another-host"),
    ],
)  # fmt: skip
def test_only_who_knows_the_token_is_let_in(path: str, headers: dict[str, str], expected: int, closed: TestClient) -> None:
    """By a header or a cookie; the answer to others says how."""
    closed.cookies.clear()
    answer = closed.get(path, headers=headers)
    assert answer.status_code == expected
    assert ("the link that specsearch serve printed" in answer.text) is (expected == 401)
    assert TOKEN not in answer.text


def test_the_cookie_has_a_name_that_browsers_take() -> None:
    """Also where the address is a number with colons, and no port is said."""
    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": f"token={TOKEN}".encode(), "headers": [(b"host", b"[::1]")], "server": ("::1", 80),
    }  # fmt: skip
    answer = guards._unknown(Request(scope), TOKEN)
    assert answer is not None
    assert answer.headers["set-cookie"].startswith(f"specsearch_80={TOKEN};")


class Running:
    """A server in a thread of this process, whose bounds a test can lower."""

    def __init__(self, index: Path, token: str = "") -> None:
        self.place = listen("127.0.0.1", 0)
        self.port = self.place.port
        self.server = server_for(Workbench(str(index), CORPUS), self.place, token)
        self._thread = threading.Thread(target=self.server.run, args=([self.place.listener],))

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()

    def answering(self, app: ASGIApp) -> None:
        """Put another application behind the guards."""
        self.server.config.app = guarded(app, Admission(frozenset({f"127.0.0.1:{self.port}"})))

    def get(self, path: str = "/search", *more: str) -> bytes:
        return ask(self.port, get(path, *more).replace("{port}", str(self.port)).encode())

    def connect(self, data: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        client.sendall(data.replace(b"{port}", str(self.port).encode()))
        return client


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def running(sample_index: Path) -> Iterator[Running]:
    """One that a test starts when it has lowered the bounds."""
    found = Running(sample_index)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def locked(sample_index: Path) -> Iterator[Running]:
    """One that wants a token."""
    found = Running(sample_index, TOKEN)
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (f"/?token={TOKEN}", "/"),
        (f"/search?q=a+%26+b&token={TOKEN}&city=x", "/search?q=a+%26+b&city=x"),
        (f"//other.example/?token={TOKEN}", "/other.example/"),
        (f"/\\other.example/?token={TOKEN}", "/other.example/"),
    ],
)
def test_the_link_with_the_token_leads_to_one_without(path: str, there: str, locked: Running) -> None:
    """It leaves a cookie that no script and no other site can use, and leads to no other server."""
    head = locked.get(path).partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 303 ")
    assert f"\r\nlocation: {there}\r\n" in head + "\r\n"
    assert f"\r\nset-cookie: specsearch_{locked.port}={TOKEN.lower()}; httponly; path=/; samesite=strict\r\n" in head + "\r\n"


def test_a_link_in_a_letter_is_followed_with_the_cookie(locked: Running) -> None:
    """A browser keeps the cookie back when another site has the link: the page asks again by itself, which without a cookie ends there."""
    link = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    answer = locked.get('/search?q="><script>alert(1)</script>', *link).decode()
    assert 'content="0; url=/search?q=&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in answer
    assert status(locked.get("/search", "Sec-Fetch-Site: same-origin", *link[1:])) == 401


SLOW = {
    "nothing": (b"", 0),
    "half a head": (b"GET /search HTTP/1.1\r\nHost:", 408),
    "half a body": (POST.replace("{more}", FORM).encode() + b"theme", 408),
    "chunks that do not end": (POST.replace("{more}", "Transfer-Encoding: chunked\r\n").encode() + b"5\r\ntheme", 408),
    "more after the answer": (b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1073741824\r\n\r\nx", 413),
    "nothing more on a connection that is kept": (b"GET /static/icon.svg HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", 200),
}


@pytest.mark.parametrize(("sent", "expected"), SLOW.values(), ids=SLOW)
def test_a_slow_client_is_told_and_cut_off(sent: bytes, expected: int, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it keeps the server waiting for."""
    for waits in (Wait.HEAD, Wait.BODY, Wait.LEFT):
        monkeypatch.setitem(connections.SECONDS, waits, 0.3)
    running.start()
    with running.connect(sent) as client:
        assert status(taken(client)) == expected
    assert status(running.get()) == 200


def test_a_client_that_sends_now_and_then_is_cut_off(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then buys no time."""
    monkeypatch.setitem(connections.SECONDS, Wait.HEAD, 0.5)
    running.start()
    sent = 0
    with running.connect(b"GET /search HTTP/1.1\r\nX-Long: ") as client, suppress(ConnectionError):
        while sent < 1000:
            client.sendall(b"x")
            sent += 1
            time.sleep(0.02)
    assert sent < 1000


def test_a_body_that_comes_steadily_is_taken(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long ones are not slow ones."""
    monkeypatch.setitem(connections.SECONDS, Wait.BODY, 0.2)
    monkeypatch.setattr(connections, "LEAST_BODY", 2)
    running.start()
    with running.connect(POST.replace("{more}", "Content-Length: 50\r\n").encode() + b"theme=") as client:
        for _ in range(44):
            client.sendall(b"x")
            time.sleep(0.02)
        assert status(taken(client)) == 303


def test_a_client_that_takes_no_answer_is_cut_off(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it asked for does not lie in memory for good."""
    monkeypatch.setitem(connections.SECONDS, Wait.TAKING, 0.3)
    running.start()
    script, times = b"GET /static/vendor/htmx-2.0.11.min.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", 1000
    with running.connect(script * times) as client:
        wait_until(lambda: bool(running.server.server_state.connections))
        wait_until(lambda: not running.server.server_state.connections)
        assert 0 < taken(client).count(b"HTTP/1.1 200 OK") < times


def test_open_sockets_make_room_for_a_browser(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has kept the server waiting for longest is dropped."""
    monkeypatch.setattr(connections, "MOST", 20)
    running.start()
    begun = [b"", b"GET /search HTTP/1.1\r\nHost:", POST.replace("{more}", FORM).encode()]
    clients = [running.connect(begun[number % 3]) for number in range(200)]
    assert status(running.get()) == 200
    assert len(running.server.server_state.connections) <= 20
    for client in clients:
        client.close()


def test_no_more_are_answered_than_there_may_be(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is being answered is not dropped: further ones are told to come again."""
    monkeypatch.setattr(connections, "MOST", 2)
    go_on, at_work = threading.Event(), threading.Semaphore(0)

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        import asyncio

        if scope["type"] == "lifespan":
            return
        at_work.release()
        await asyncio.to_thread(go_on.wait)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    running.answering(slow)
    running.server.config.lifespan = "off"
    running.start()
    answered = [running.connect(get().encode()) for _ in range(2)]
    for _ in answered:
        assert at_work.acquire(timeout=30)
    assert status(running.get()) == 503
    go_on.set()
    assert [status(taken(client)) for client in answered] == [200, 200]
    for client in answered:
        client.close()
    assert status(running.get()) == 200


def test_what_unpacks_to_much_is_refused(client: TestClient) -> None:
    """A Word document that would fill the memory is read in a child that may not: the form says what is wrong with it."""
    role = client.get("/api/v1/documents?limit=1").json()[0]["id"]
    answer = client.post("/compare/upload", data={"role": role}, files={"file": ("a.docx", word_bomb(250))})
    assert answer.status_code == 422
    assert "unpacks to more than 200 MB" in answer.text


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
_HOSTILE = f"""CITY OF {SCRIPT}
CLERK {SCRIPT}
Class Code: {SCRIPT}

DUTIES
• Prepares the operating budget {SCRIPT} of the city.
• Files papers '"><svg onload=alert(1)> and answers {{{{ 7 * 7 }}}} letters.

QUALIFICATIONS
• Two years of experience with javascript:alert(1) budgets.
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, served: Callable[..., str]) -> str:
    """The address of a server of documents whose text, title, employer and file name are scripts."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in ('a"><img src=x onerror=alert(1)>.txt', "b'onmouseover='alert(1).txt"):
        put(folder / "corpus" / name, _HOSTILE)
    put(folder / "corpus" / "corpus.csv", f'path,title,jurisdiction\nb*.txt,"CLERK {SCRIPT}","CITY {SCRIPT}"\n')
    index_in_a_process(folder / "corpus", folder / "index")
    return served(folder / "index", folder / "corpus")


def test_what_documents_say_is_shown_and_not_run(hostile: str, opened: Callable[..., Page]) -> None:
    """Every page that shows a document, by the links from page to page, and the query too: as text; a dialog or a refused script fails the test."""
    page = opened()
    query = f'budget {SCRIPT}"><svg onload=alert(1)>'
    page.goto(f"{hostile}/search?{urlencode({'q': query})}")
    assert page.get_by_role("searchbox").first.input_value() == query
    assert SCRIPT in page.inner_text("main")
    ids = [one["id"] for one in json.loads(page.request.get(f"{hostile}/api/v1/documents").text())]
    assert len(ids) == 2
    for path in (document_at(ids[0]), role_at(ids[1]), compare_at(*ids), survey_at(role=ids[0]), survey_at(duty=SCRIPT), "/list", "/corpus", "/sources"):
        answer = page.goto(hostile + path)
        assert answer is not None
        assert answer.status < 500, path  # a survey needs more employers than there are
        assert page.locator("script:not([src]), main img[src=x], [onerror], [onload], [onmouseover]").count() == 0, path


@pytest.mark.parametrize(
    "put_in",
    [
        "const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">')",
        "const script = document.createElement('script'); script.src = 'data:text/javascript,window.ran=true'; document.body.append(script)",
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=\"data:text/html,<script>parent.ran = true</script>\"></iframe>')",
        "document.body.insertAdjacentHTML('beforeend', '<form action=\"http://127.0.0.1:9/\"></form>'); document.forms[document.forms.length - 1].submit()",
    ],
)
def test_a_script_that_gets_into_a_page_does_not_run(put_in: str, site: str, browser: Browser) -> None:
    """Were one not escaped, the browser would still refuse it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/search")
    page.evaluate("void (window.refused = new Promise(tell => { document.addEventListener('securitypolicyviolation', event => tell(event.effectiveDirective)); setTimeout(tell, 10000) }))")
    page.evaluate(put_in)
    assert page.evaluate("window.refused")
    assert page.evaluate("window.ran") is None
    assert page.url == f"{site}/search"
    context.close()
