"""Which requests are let in, and what every answer says of itself.

A page of another site may make a browser send requests here: it is told by Host (a name that was made to mean this
machine), by Origin and by Sec-Fetch-Site. What such a page may do is link to a page.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specsearch.readers.limits import DEFAULT_LIMITS

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer that does not say otherwise."""
LONGEST_HEAD = 64 * 1024
"""Bytes of the address and the headers of a request together."""
LONGEST_BODY = 8_000_000
_AROUND = 1_000_000
"""Bytes of a form around its files."""
LONGEST_AT: Mapping[str, int] = {
    "/corpus/add": 200_000_000,
    "/api/v1/corpus": 200_000_000,
    "/compare/upload": DEFAULT_LIMITS.file_bytes + _AROUND,
    "/api/v1": 2 * DEFAULT_LIMITS.file_bytes + _AROUND,  # two documents; most of its routes take less
}
"""Bytes of a body where files are taken, also below these addresses."""
TOO_LONG = "The address or the headers are too long."
_READING = ("GET", "HEAD")
_FOREVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Admission:
    """Which requests are let in.

    Attributes:
        hosts: What the header Host may say, with the port.
        token: What a request must know; "" for none.
        any_address_at: Port with which Host may also be any number of a machine, which no name server can make mean another.
    """

    hosts: frozenset[str]
    token: str = ""
    any_address_at: int | None = None

    def admits(self, host: str) -> bool:
        """Whether a request may be meant for us."""
        name, _, port = host.lower().rpartition(":")
        return host.lower() in self.hosts or (self.any_address_at is not None and port == str(self.any_address_at) and _is_number(name))


def guarded(app: ASGIApp, admission: Admission) -> ASGIApp:
    """An application that only admitted requests reach."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request = Request(scope)
        sent = _with_headers(request, send)
        answer = _refusal(request, admission)
        if answer is None:
            await _bounded(app, request, receive, sent)
        else:
            await answer(scope, receive, sent)

    return call


def longest_body(path: str) -> int:
    """How many bytes may be sent to an address."""
    return next((most for place, most in LONGEST_AT.items() if path == place or path.startswith(f"{place}/")), LONGEST_BODY)


async def _bounded(app: ASGIApp, request: Request, receive: Receive, send: Send) -> None:
    """Let an application answer, and tell it that the client has gone when more is sent than may be."""
    most, count, begun, refused = longest_body(request.url.path), 0, False, False

    async def received() -> Message:
        nonlocal count, refused
        message = await receive()
        count += len(message.get("body", b""))
        if count > most and not begun and not refused:
            refused = True
            await _too_long(request)(request.scope, receive, send)
        return {"type": "http.disconnect"} if count > most else message

    async def sent(message: Message) -> None:
        nonlocal begun
        begun = True
        if not refused:
            await send(message)

    with suppress(ClientDisconnect):  # nobody is there to be told
        await app(request.scope, received, sent)


def _with_headers(request: Request, send: Send) -> Send:
    """What sends an answer, with what each says of itself."""
    is_static = request.url.path.startswith("/static/")

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if is_static and message["status"] in (200, 206, 304):
                headers.setdefault("Cache-Control", _FOREVER if "v" in request.query_params else "private, no-cache")
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent


def _refusal(request: Request, admission: Admission) -> Response | None:
    """What is answered in place of the application; None for what it may answer."""
    given = request.headers
    if sum(len(name) + len(value) for name, value in given.raw) + len(request.scope["query_string"]) > LONGEST_HEAD:
        return _refused(request, 431, TOO_LONG)
    if not admission.admits(given.get("host", "")):
        return _refused(request, 421, "This address is not one of the workbench. Open it by the one that specsearch serve printed.")
    if not _is_ours(request):
        return _refused(request, 403, "A page of another site asked for this. Nothing was done.")
    if admission.token and (answer := _unknown(request, admission.token)) is not None:
        return answer
    if "content-length" in given and "transfer-encoding" in given:
        return _refused(request, 400, "The length of the request is given twice.")
    if int(given.get("content-length", "0")) > longest_body(request.url.path):
        return _too_long(request)
    return None


def _is_ours(request: Request) -> bool:
    """Whether a request comes from our own pages, from a program, or is a link that is followed from elsewhere."""
    given = request.headers
    site = given.get("sec-fetch-site", "none")
    if request.method in _READING:
        link = given.get("sec-fetch-mode") == "navigate" and given.get("sec-fetch-dest", "document") == "document"
        return site in ("same-origin", "none") or link
    return site in ("same-origin", "none") and all(origin == f"http://{given['host']}" for origin in given.getlist("origin"))


def _unknown(request: Request, token: str) -> Response | None:
    """What is answered to whom does not show the token, and to whom shows it in the address; None for who is known."""
    cookie = f"specsearch_{request.scope['server'][1]}"  # a browser gives cookies to all ports of a machine
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    shown = (request.cookies.get(cookie, ""), bearer if kind.lower() == "bearer" else "")
    if request.method == "GET" and _same(request.query_params.get("token", ""), token):
        rest = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "token"])
        known = RedirectResponse(_path(request) + ("?" + rest if rest else ""), 303)
        known.set_cookie(cookie, token, httponly=True, samesite="strict")
        return known
    if any(_same(one, token) for one in shown):
        return None
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and request.method == "GET":
        # A link in another site's page: the browser keeps the cookie back until one of our pages asks.
        here = escape(f"{_path(request)}?{request.scope['query_string'].decode('latin-1')}")
        return HTMLResponse(f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={here}"><title>specsearch</title>')
    answer = _refused(request, 401, "The workbench is only opened with its token: by the link that specsearch serve printed when it began.")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _path(request: Request) -> str:
    """The path of a request as it was sent, which means none but this server: a browser takes "//name" for another."""
    sent: bytes = request.scope["raw_path"]
    return "/" + sent.decode("ascii").lstrip("/\\")


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode(), token.encode())


def _too_long(request: Request) -> Response:
    most = longest_body(request.url.path) // 1_000_000
    return _refused(request, 413, f"That is more than the {most} MB that can be sent at once. Send fewer or smaller files, or put them into the corpus folder.")


def _refused(request: Request, status: int, said: str) -> Response:
    if request.url.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": said.partition(".")[0], "status": status, "detail": said, "instance": quote(request.url.path)}
        return Response(json.dumps(problem), status, media_type="application/problem+json")
    return Response(said, status, media_type="text/plain")


def _is_number(name: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(name.strip("[]")))
    return False
