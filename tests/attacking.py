"""Requests that no browser of ours sends: each with what it gets. Those that are let in are among them, so that the others are refused for what they are."""

from __future__ import annotations

GET = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n"
POST = "POST /theme HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n{more}\r\n"
FORM = "Content-Length: 10\r\n"


def get(path: str = "/search", *more: str) -> str:
    """A request for a page, with more lines in its head."""
    return GET.replace("{path}", path).replace("{more}", "".join(f"{line}\r\n" for line in more))


def post(*more: str) -> str:
    """A form, with more lines in its head."""
    return POST.replace("{more}", FORM + "".join(f"{line}\r\n" for line in more)) + "theme=dark"


REQUESTS = {
    "another host": ("GET /search HTTP/1.1\r\nHost: rebound.example:{port}\r\nConnection: close\r\n\r\n", 421),
    "a host that begins like ours": ("GET /search HTTP/1.1\r\nHost: 127.0.0.1:{port}.rebound.example\r\nConnection: close\r\n\r\n", 421),
    "our host with another port": ("GET /search HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 421),
    "a number of another machine": ("GET /search HTTP/1.1\r\nHost: 192.0.2.7:{port}\r\nConnection: close\r\n\r\n", 421),
    "no host": ("GET /search HTTP/1.0\r\n\r\n", 421),
    "two hosts": ("GET /search HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: rebound.example\r\nConnection: close\r\n\r\n", 400),
    "an address with another host": ("GET http://rebound.example/search HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n", 421),
    "our page": (get(), 200),
    "our page by its other name": ("GET /search HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n", 200),
    "a form of another site": (post("Origin: http://other.example"), 403),
    "a form of a page on another port": (post("Origin: http://127.0.0.1:1"), 403),
    "a form of a frame without origin": (post("Origin: null"), 403),
    "a form of two origins": (post("Origin: http://127.0.0.1:{port}", "Origin: http://other.example"), 403),
    "a form that the browser says is of another site": (post("Sec-Fetch-Site: cross-site"), 403),
    "a form that the browser says is of a neighbour": (post("Sec-Fetch-Site: same-site"), 403),
    "our form": (post("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-origin"), 303),
    "a form of a program": (post(), 303),
    "an image in another site": (get("/search", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"), 403),
    "a script in another site": (get("/static/workbench.js", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"), 403),
    "a frame in another site": (get("/search", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"), 403),
    "a script of a neighbour that asks": (get("/search", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"), 403),
    "a link in another site": (get("/search", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"), 200),
    "static, above": (get("/static/../app.py"), 404),
    "static, above, encoded": (get("/static/%2e%2e/app.py"), 404),
    "static, above, all encoded": (get("/static/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"), 404),
    "static, from the root": (get("/static//etc/passwd"), 404),
    "static, with a backslash": (get("/static/..%5c..%5capp.py"), 404),
    "static, with a null": (get("/static/%00"), 404),
    "a document above": (get("/document/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"), 404),
    "a role from the root": (get("/role//etc/passwd"), 404),
    "a file of this machine as a role": (get("/compare?role=/etc/passwd&role=/etc/hosts"), 400),
    "a file of this machine as a role, JSON": (get("/api/v1/similar?role=/etc/passwd"), 400),
    "a document above, JSON": (get("/api/v1/documents/..%2f..%2f..%2fetc%2fpasswd"), 404),
    "headers of 100 KB": (get("/search", f"X-Long: {'x' * 100_000}"), 431),
    "ten thousand headers": (get("/search", *[f"X-{number}: value" for number in range(10_000)]), 431),
    "an address of 100 KB": (get("/search?q=" + "x" * 100_000), 431),
    "two lengths": (POST.replace("{more}", "Content-Length: 10\r\nContent-Length: 200\r\n") + "theme=dark", 400),
    "a length and chunks": (POST.replace("{more}", "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400),
    "a length below nothing": (POST.replace("{more}", "Content-Length: -1\r\n"), 400),
    "a length that is none": (POST.replace("{more}", "Content-Length: ten\r\n"), 400),
    "a coding that is none": (POST.replace("{more}", "Transfer-Encoding: xchunked\r\n"), 501),
    "a chunk that is none": (POST.replace("{more}", "Transfer-Encoding: chunked\r\n") + "zz\r\n", 400),
    "a space before the colon": (get("/search", "Content-Length : 5"), 400),
    "no HTTP": ("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "an upload of 1 GB that says so": (POST.replace("{more}", "Content-Length: 1073741824\r\n"), 413),
    "another protocol": (get("/search", "Upgrade: websocket"), 200),
}  # fmt: skip
"""What is sent, with "{port}" for the server's, and the status of the answer."""
