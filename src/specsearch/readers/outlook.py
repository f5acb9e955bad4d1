"""Messages that Outlook saves (msg): what is in them by the names of their streams, as Microsoft describes them in MS-OXMSG."""

from __future__ import annotations

import struct
from collections.abc import Collection

from specsearch.errors import ReadError
from specsearch.escaping import without_controls
from specsearch.readers.compound import Compound, opened
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.html import decode_page
from specsearch.readers.mail import Attachment, Letter, Version, documents_of, shown_in
from specsearch.readers.markup import tidy
from specsearch.records import Skip

_SUBJECT, _PLAIN, _PAGE, _RICH = "0037", "1000", "1013", "1009"
_LONG_NAME, _SHORT_NAME, _DATA, _CONTENT_ID, _KIND = "3707", "3704", "3701", "3712", "370E"
_UNICODE, _STRING, _BINARY, _MESSAGE = "001F", "001E", "0102", "000D"
_PROPERTIES = "__properties_version1.0"
_CODE_PAGE = 0x3FFD0003
"""The property that says in which characters strings are."""
_ENTRY = struct.Struct("<IIQ")
_MOST_ATTACHMENTS = 2_000
Path = tuple[str, ...]


def read_outlook(data: bytes, context: Context) -> ReadResult:
    """Read a message as Outlook saves it.

    Args:
        data: The file's bytes.
        context: How it is read.

    Returns:
        As for mail: the message, where it says something, and what is attached.

    Raises:
        ReadError: No readable message.
    """
    try:
        with opened(data) as ole:
            if not ole.exists(_PROPERTIES):
                raise ReadError("not a message of Outlook, whatever its name says")
            letter = _letter(_Streams(ole), ())
            if letter.skips and not letter.attachments and not any(version.pages or version.plain.strip() for version in letter.texts):
                raise ReadError(letter.skips[0].reason)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # olefile lets through whatever broken files make of it
        raise ReadError(f"not a readable message ({type(error).__name__}): open it in Outlook and save it again, or as .eml") from error
    return documents_of(letter, context)


class _Streams:
    """The streams of a message by property."""

    def __init__(self, ole: Compound) -> None:
        self._ole = ole
        self.names = [tuple(path) for path in ole.listdir(streams=True, storages=True)]
        self._there = {tuple(part.upper() for part in path): path for path in self.names}

    def get(self, path: Path, name: str, kind: str) -> bytes | None:
        """What a property holds; None if it is not there."""
        found = self._there.get((*(part.upper() for part in path), f"__SUBSTG1.0_{name}{kind}"))
        return None if found is None else self.read(found)

    def read(self, path: Path) -> bytes:
        """What a stream holds."""
        content = self._ole.openstream(list(path)).read()
        assert isinstance(content, bytes)
        return content

    def text(self, path: Path, name: str, code_page: str) -> str:
        """A property that is text; "" if it is not there."""
        wide = self.get(path, name, _UNICODE)
        if wide is not None:
            return without_controls(wide.decode("utf-16-le", "replace")).strip("\0")
        return without_controls((self.get(path, name, _STRING) or b"").decode(code_page, "replace")).strip("\0")

    def code_page(self, path: Path) -> str:
        """The characters of the strings of a message."""
        at = (*path, _PROPERTIES)
        data = self.read(at) if at in self.names else b""
        for start in range(len(data) % _ENTRY.size, len(data) - _ENTRY.size + 1, _ENTRY.size):
            tag, _, value = _ENTRY.unpack_from(data, start)
            if tag == _CODE_PAGE:
                return "utf-8" if value == 65001 else f"cp{value}" if _is_known(f"cp{value}") else "cp1252"
        return "cp1252"


def _letter(streams: _Streams, path: Path) -> Letter:
    """A message, or one that is attached, with its attachments."""
    code_page = streams.code_page(path)
    page = streams.get(path, _PAGE, _BINARY)
    markup = streams.text(path, _PAGE, code_page) if page is None else decode_page(page)
    plain = streams.text(path, _PLAIN, code_page)
    shown = shown_in([markup]) if markup else None
    attached, skips = _attachments(streams, path, code_page, shown)
    if not plain.strip() and not markup and streams.get(path, _RICH, _BINARY):
        skips.append(Skip("text", "its text is there as packed rich text alone: open it in Outlook and save it as .eml, or as plain text"))
    version = Version((markup,) if markup else (), plain.replace("\r\n", "\n"))
    return Letter(streams.text(path, _SUBJECT, code_page), (version,), attached, skips)


def _attachments(streams: _Streams, path: Path, code_page: str, shown: Collection[str] | None) -> tuple[list[Attachment], list[Skip]]:
    """What is attached, and what of messages that are attached cannot be read.

    Pictures that are shown in the text are left out; where it is not there as a page, any with an id may be.
    """
    found: list[Attachment] = []
    skips: list[Skip] = []
    storages = sorted(name for name in streams.names if len(name) == len(path) + 1 and name[: len(path)] == path and name[-1].lower().startswith("__attach_version1.0_"))
    for number, at in enumerate(storages[:_MOST_ATTACHMENTS], start=1):
        name = tidy(streams.text(at, _LONG_NAME, code_page) or streams.text(at, _SHORT_NAME, code_page)).replace("\\", "/").rpartition("/")[2]
        content = streams.get(at, _DATA, _BINARY)
        inner = (*at, f"__substg1.0_{_DATA}{_MESSAGE}")
        picture = streams.text(at, _KIND, code_page).startswith("image/")
        known_as = streams.text(at, _CONTENT_ID, code_page).strip("<>")
        if content is None and (*inner, _PROPERTIES) in streams.names:
            message, called = _letter(streams, inner), f"{name or f'message {number}'}.eml"
            skips += [Skip(f"{called}: {skip.path}", skip.reason) for skip in message.skips]
            if message.attachments or not message.skips:
                found.append(Attachment(called, _as_mail(message)))
        elif content is not None and not (picture and known_as and (shown is None or known_as in shown)):
            found.append(Attachment(name or f"part {number}", content))
    return found, skips


def _as_mail(letter: Letter) -> bytes:
    """A message that is attached, in the form of any other."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = tidy(letter.subject) or "without a subject"
    message["Date"] = "Thu, 01 Jan 1970 00:00:00 +0000"
    [version] = letter.texts
    message.set_content(version.plain or " ")
    for page in version.pages:
        message.add_alternative(page, subtype="html")
    for one in letter.attachments:
        message.add_attachment(one.data, maintype="application", subtype="octet-stream", filename=one.name)
    return message.as_bytes()


def _is_known(code_page: str) -> bool:
    try:
        "".encode(code_page)
    except LookupError:
        return False
    return True
