"""`specsearch serve`: where it listens, whom it lets in, how it ends."""

from __future__ import annotations

import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import CORPUS, specsearch
from serving import ask, serving, status
from specsearch.interfaces.web.serving import admission, listen, token_for

TOKEN = "a-token-that-nobody-guesses"
_PAGE = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n"


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port at which another program listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(number: int, sample_index: Path) -> None:
    """Also while a request is still being sent, without a complaint; the port is free again at once."""
    with serving(sample_index, CORPUS) as server:
        assert server.said == f"The workbench is at http://127.0.0.1:{server.port}/ (end it with Ctrl+C).\n"
        form = f"POST /theme HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nthe"
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(form.encode())
            answer = ask(server.port, _PAGE.format(path="/search?q=budget", port=server.port, more="").encode())
            assert (status(answer), server.end(number)) == (200, 0)
        assert server.complaints() == ""
        with closing(listen("127.0.0.1", server.port).listener) as again:
            assert again.getsockname()[1] == server.port


def test_without_an_index_the_pages_say_so(tmp_path: Path) -> None:
    """What is missing is made in the workbench."""
    with serving(tmp_path / "none", tmp_path / "corpus") as server:
        answer = ask(server.port, _PAGE.format(path="/search?q=budget", port=server.port, more="").encode())
        assert status(answer) == 404
        assert b"Nothing is indexed yet" in answer
        assert server.end() == 0
        assert server.complaints() == ""
    assert list(tmp_path.iterdir()) == []


def test_others_reach_it_with_the_token_that_it_prints(sample_index: Path) -> None:
    """It is made anew each time, and shown once."""
    with serving(sample_index, CORPUS, "--host", "0.0.0.0") as server:
        found = re.fullmatch(r"The workbench is at (http://\S+:\d+)/\?token=([A-Za-z0-9_-]{43}) \(end it with Ctrl\+C\)\.\n", server.said)
        assert found is not None, server.said
        token = found.group(2)
        asked = {more: ask(server.port, _PAGE.format(path="/search", port=server.port, more=more).encode()) for more in ("", f"Authorization: Bearer {token}\r\n")}
        assert [status(answer) for answer in asked.values()] == [401, 200]
        assert server.end() == 0
        assert token not in server.complaints()
        assert "not encrypted" in server.complaints()


def test_a_token_of_the_environment_is_not_printed(sample_index: Path) -> None:
    """It is asked for on the loopback too: others may use the same machine."""
    with serving(sample_index, CORPUS, env={"SPECSEARCH_TOKEN": TOKEN}) as server:
        assert status(ask(server.port, _PAGE.format(path="/search", port=server.port, more="").encode())) == 401
        assert server.end() == 0
        assert TOKEN not in server.said + server.complaints()


def test_the_next_port_that_is_free_is_taken(taken_port: int) -> None:
    """One that another program has is no reason to fail."""
    with closing(listen("127.0.0.1", taken_port).listener) as found:
        assert taken_port < found.getsockname()[1] <= taken_port + 20


def test_a_port_that_is_taken_is_said(taken_port: int, sample_index: Path) -> None:
    """And which one it is now."""
    with serving(sample_index, CORPUS, port=taken_port) as server:
        assert server.port != taken_port
        assert server.end() == 0
        assert server.complaints() == f"Port {taken_port} is taken; {server.port} is free.\n"


@pytest.mark.parametrize(
    ("arguments", "token", "said"),
    [
        (("--host", "192.0.2.7"), "", "cannot listen at 192.0.2.7"),
        (("--host", "no such host"), "", "no such host is no address of this machine"),
        (("--port", "65536"), "", "--port"),
        ((), "guessable", "(SPECSEARCH_TOKEN) must have 16"),
        ((), "with a space in the middle", "(SPECSEARCH_TOKEN) must have 16"),
    ],
)
def test_what_cannot_be_served_is_said(arguments: tuple[str, ...], token: str, said: str) -> None:
    """In one message, with the exit code of a usage error."""
    run = specsearch("serve", *arguments, env={"SPECSEARCH_TOKEN": token})
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do about it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [name for name in sys.modules if name.startswith("specsearch.interfaces.web")]:
        monkeypatch.delitem(sys.modules, name)
    run = specsearch("serve")
    assert run.code == 2
    assert "pip install 'specsearch[web]'" in run.err


@pytest.mark.parametrize(
    ("host", "admitted", "refused"),
    [
        ("127.0.0.1", ("127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"), ("192.0.2.7:{port}", "localhost", "")),
        ("0.0.0.0", ("192.0.2.7:{port}", "[2001:db8::7]:{port}", "127.0.0.1:{port}", "{name}:{port}"), ("rebound.example:{port}", "192.0.2.7:1", "192.0.2.7")),
    ],
)
def test_which_hosts_a_request_may_be_meant_for(host: str, admitted: tuple[str, ...], refused: tuple[str, ...]) -> None:
    """A name that an attacker's name server gives this machine is none of them; a number cannot be given."""
    place = listen(host, 0)
    with closing(place.listener):
        found = admission(place, "")
    names = {name: name.format(port=place.port, name=socket.gethostname()) for name in (*admitted, *refused)}
    assert {name for name, given in names.items() if found.admits(given)} == set(admitted)


def test_a_token_is_made_where_others_reach_the_server() -> None:
    """On the loopback none is needed."""
    made = []
    for host in ("127.0.0.1", "0.0.0.0", "0.0.0.0"):
        place = listen(host, 0)
        with closing(place.listener):
            made.append(token_for(place, ""))
    assert made[0] == ""
    assert len(set(made)) == 3
