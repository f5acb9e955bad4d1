"""Documents that are handed in; they are read in the guarded child, as files are."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import File, UploadFile
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specsearch.escaping import one_line, whole_characters
from specsearch.interfaces.rest.problems import too_large
from specsearch.interfaces.service.asking import Upload
from specsearch.interfaces.web.guards import longest_body

_LONGEST_NAME = 200
_MOST_BYTES = 1_000_000
"""The largest body without documents in it."""

Document = Annotated[UploadFile, File(description="A PDF, Word, HTML, JSON, Markdown or text document; its format is told by how it begins.")]


def bounded(app: ASGIApp) -> ASGIApp:
    """An application that is sent no more than a form may hold, or a short body: of more nothing is read."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        most, count = longest_body(scope["path"]) if headers.get("content-type", "").startswith("multipart/") else _MOST_BYTES, 0

        async def received() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > most:
                raise HTTPException(413)
            return message

        if headers.get("content-length", "0").isdecimal() and int(headers.get("content-length", "0")) > most:
            await too_large(Request(scope))(scope, receive, send)
        else:
            await app(scope, received, send)

    return call


def upload_of(given: UploadFile, name: str = "document") -> Upload:
    """What was handed in.

    Args:
        given: It.
        name: What to call it if it has no name.
    """
    said = one_line(whole_characters(PurePosixPath((given.filename or "").replace("\\", "/")).name), "")
    return Upload(said[-_LONGEST_NAME:] or name, given.file.read())
