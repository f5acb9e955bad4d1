"""What is tried against the workbench, and what each attempt gets: the table of the tests, and what is too large for them.

    python benchmarks/attacks.py [--index INDEX] [--save]

The server may have no more than 1,024 files open, as most systems have it.
"""

from __future__ import annotations

import argparse
import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from common import CORPUS, Table, save

from attacking import POST, REQUESTS, get
from hostile import lying_word_bomb, word_bomb
from serving import Serving, ask, peak_memory, serving, status, taken

_FILES = 1024
_SOCKETS = 10_000
_BEGUN = {"nothing": b"", "half a head": b"GET /search HTTP/1.1\r\nHost:", "half a body": POST.replace("{more}", "Content-Length: 10\r\n").encode()}
_MEGABYTE = b"x" * 1_000_000


def requests(server: Serving, table: Table) -> None:
    """The requests of the tests."""
    for name, (sent, expected) in REQUESTS.items():
        got = status(ask(server.port, sent.replace("{port}", str(server.port)).encode("latin-1")))
        table.add(name, named(got) + ("" if got == expected else f" INSTEAD OF {expected}"))


def form(name: str, data: bytes, more: str) -> tuple[bytes, bytes, bytes]:
    """The head of a form with a file, the beginning of its body, and the end of it."""
    fields = b'--x\r\nContent-Disposition: form-data; name="role"\r\n\r\ncedar-quay-or/associate-planner.txt\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % name.encode()
    head = "POST /compare/upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=x\r\n" + more + "\r\n"
    return head.encode(), fields + data, b"\r\n--x--\r\n"


def uploads(server: Serving, table: Table) -> None:
    """A gigabyte, and what unpacks to one."""
    memory = peak_memory(server.process.pid)
    head, begun, _ = form("a.txt", b"", "Transfer-Encoding: chunked\r\n")
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(head.replace(b"{port}", str(server.port).encode()) + b"%x\r\n%s\r\n" % (len(begun), begun))
        with suppress(ConnectionError):
            while sent < 1000:
                client.sendall(b"%x\r\n%s\r\n" % (len(_MEGABYTE), _MEGABYTE))
                sent += 1
        got = status(taken(client))
    table.add("an upload of 1 GB in chunks", f"{named(got)} after {sent} MB; memory grew by {peak_memory(server.process.pid) - memory} MB")
    for name, data in (("a Word document that unpacks to 1.1 GB", word_bomb(1100)), ("one that lies about its size", lying_word_bomb())):
        memory = peak_memory(server.process.pid)
        _, begun, end = form("a.docx", data, "")
        head, *_ = form("a.docx", b"", f"Content-Length: {len(begun) + len(end)}\r\n")
        answer = ask(server.port, head.replace(b"{port}", str(server.port).encode()), begun, end)
        table.add(f"{name} ({len(data) / 1e6:.1f} MB)", f"{named(status(answer))}; memory grew by {peak_memory(server.process.pid) - memory} MB")


def slow(server: Serving, table: Table) -> None:
    """Clients that keep the server waiting."""
    for name, begun in _BEGUN.items():
        with socket.create_connection(("127.0.0.1", server.port), timeout=90) as client:
            client.sendall(begun.replace(b"{port}", str(server.port).encode()))
            start = time.perf_counter()
            answer = taken(client)
            table.add(f"a client that sends {name} and waits", f"{named(status(answer))} after {time.perf_counter() - start:.0f} s")


def sockets(server: Serving, table: Table) -> None:
    """Ten thousand connections at once, which are opened again when they are closed; meanwhile a browser asks."""
    for name, begun in _BEGUN.items():
        clients, times, failed = [], [], 0
        for number in range(_SOCKETS):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            with suppress(OSError):
                client.sendall(begun.replace(b"{port}", str(server.port).encode()))
            clients.append(client)
            if number % 500 == 499:
                start = time.perf_counter()
                failed += status(ask(server.port, get().replace("{port}", str(server.port)).encode())) != HTTPStatus.OK
                times.append(time.perf_counter() - start)
        files = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
        table.add(
            f"{len(clients):,} open sockets that send {name}",
            f"{len(times)} pages asked meanwhile: {failed} failed, {1000 * sorted(times)[len(times) // 2]:.0f} ms, {1000 * max(times):.0f} at most; {files} files open",
        )
        for client in clients:
            client.close()


def tokens(index: Path, table: Table) -> None:
    """A server that wants a token."""
    token = secrets.token_urlsafe(32)
    shown = {"no token": "", "a wrong token": "Authorization: Bearer guessed", "a wrong cookie": "Cookie: specsearch_{port}=guessed", "the token": f"Authorization: Bearer {token}"}
    with serving(index, CORPUS, env={"SPECSEARCH_TOKEN": token}) as server:
        for name, line in shown.items():
            answer = ask(server.port, get("/search", *filter(None, [line])).replace("{port}", str(server.port)).encode())
            table.add(f"{name}, where one is needed", named(status(answer)))


def named(number: int) -> str:
    """A status in words."""
    return f"{number} {HTTPStatus(number).phrase}" if number else "closed without an answer"


def allow_files(number: int | None = None) -> None:
    """Let this process, and what it starts from now on, have so many files open; None for as many as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number or hard, hard))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    table = Table(("what is tried", "what it gets"))
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder, "index")
        if not given.index:
            subprocess.run([sys.executable, "-m", "specsearch", "index", str(CORPUS), "--index", str(index)], check=True, stdout=subprocess.DEVNULL)
        allow_files(_FILES)
        with serving(index, CORPUS) as server:
            allow_files()
            parts: tuple[Callable[[Serving, Table], None], ...] = (requests, uploads, slow, sockets)
            for part in parts:
                part(server, table)
            memory, code = peak_memory(server.process.pid), server.end()
            complaints = server.complaints() or "nothing"
        tokens(index, table)
        text = f"{table}\nMemory of the server: {memory} MB at most. It ended with {code}, and complained of: {complaints}"
    print(text)
    if given.save:
        save("attacks", text, table.rows[1:])


if __name__ == "__main__":
    main()
