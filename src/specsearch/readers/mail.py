"""Mail: the message itself, and what is attached to it, each by its own reader."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from html import unescape
from itertools import accumulate, groupby
from operator import itemgetter
from urllib.parse import unquote

from specsearch.errors import ReadError
from specsearch.escaping import without_controls
from specsearch.readers import read_member
from specsearch.readers.context import Context, ReadResult
from specsearch.readers.html import parse_html
from specsearch.readers.markup import tidy
from specsearch.readers.text import decode, split_paragraphs
from specsearch.records import Skip, SourceText

_DEEPEST = 3
"""Messages that are attached to one another."""
_MOST_PARTS = 2_000
_LONGEST_HEADER = 1000
_FEWEST_WORDS = 40
"""Words of a message that says more than that something is attached."""
_BETWEEN = "\n\n"
"""What stands between two stretches of a message."""
_SHOWN = re.compile(r"cid:([^\"'\s>)]+)", re.I)
"""How a page refers to a picture that is sent with it."""
_REPLY = re.compile(r"(?:\s*(?:re|fwd?|aw|wg|tr)\s*:\s*)+", re.I)
_SIGNED = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_LOCKED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is attached to a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """A stretch of a message in the ways in which it says it: as pages, one after the other, and plain; either may be missing."""

    pages: tuple[str, ...] = ()
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message.

    Attributes:
        subject: What it is about.
        texts: What it says, one stretch after the other.
        attachments: What is attached.
        skips: What of it cannot be read.
    """

    subject: str
    texts: Sequence[Version]
    attachments: Sequence[Attachment]
    skips: Sequence[Skip] = ()


def read_mail(data: bytes, context: Context) -> ReadResult:
    """Read a message as mail programs save it.

    Args:
        data: The file's bytes.
        context: How it is read.

    Returns:
        The message as a document, where it says more than that something is attached, and those in the attachments.

    Raises:
        ReadError: No message, one that is encrypted, or one too deep within others.
    """
    message = parsed_message(data)
    if not {name.lower() for name in message} & {"from", "subject", "date", "to", "received", "message-id", "mime-version"}:
        raise ReadError("not a mail message: it has no sender, subject or date")
    placed = list(_placed(message))
    parts = [part for part, _ in placed]
    if any(part.get_content_type() in _LOCKED for part in parts):
        raise ReadError("an encrypted message: save it decrypted")
    texts = [(part, group) for part, group in placed if part.get_content_maintype() == "text" and not _is_attached(part)]
    versions = _versions(texts)
    bodies = {id(part) for part, _ in texts}
    shown = shown_in(page for version in versions for page in version.pages)
    attached = [Attachment(_name(part, number), _bytes(part)) for number, part in enumerate(parts, start=1) if id(part) not in bodies and not _is_shown(part, shown)]
    return documents_of(Letter(header(message, "subject"), versions, attached), context)


def shown_in(pages: Iterable[str]) -> frozenset[str]:
    """The ids of the pictures that pages show which are sent with them."""
    return frozenset(unquote(unescape(found)) for page in pages for found in _SHOWN.findall(page))


def _versions(texts: Iterable[tuple[EmailMessage, int]]) -> list[Version]:
    """What a message says: what stands within alternatives is said twice, what stands beside each other is not."""
    found: list[Version] = []
    for _, parts in groupby(texts, key=itemgetter(1)):
        said = [(part.get_content_subtype(), text_of(part)) for part, _ in parts]
        version = Version(tuple(text for kind, text in said if kind == "html"), "\n\n".join(text for kind, text in said if kind == "plain"))
        if found and not version.pages and not found[-1].pages:
            found[-1] = Version((), f"{found[-1].plain}\n\n{version.plain}")
        else:
            found.append(version)
    return found


def documents_of(letter: Letter, context: Context) -> ReadResult:
    """The documents of a message and its attachments.

    Raises:
        ReadError: It holds no text, or lies too deep within others.
    """
    if context.inside > _DEEPEST:
        raise ReadError("a message in a message in a message: save it by itself")
    documents: list[SourceText] = []
    skips = list(letter.skips)
    notes: list[str] = []
    for attachment in letter.attachments:
        result = read_member(attachment.data, attachment.name, context)
        documents += result.documents
        skips += result.skips
        notes += result.notes
    body = _joined([_better(version) for version in letter.texts])
    words = len(body.text.split())
    if words >= _FEWEST_WORDS or (words and not documents):
        subject = _REPLY.sub("", tidy(letter.subject), count=1) if _REPLY.match(letter.subject) else tidy(letter.subject)
        documents.insert(0, replace(body, fields={"page_title": subject} if subject else {}))
    elif words:
        notes.append(f"the message itself says little ({words} words) and was left out; what is attached was read")
    if not documents and not skips:
        raise ReadError("no text in it")
    return ReadResult(tuple(documents), tuple(skips), tuple(notes))


def parsed_message(data: bytes) -> EmailMessage:
    """A message with its parts.

    Raises:
        ReadError: It is nested too deeply, or too broken to be taken apart.
    """
    try:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    except RecursionError as error:
        raise ReadError("nested too deeply to be a message") from error
    except (MessageError, ValueError, LookupError, IndexError, AttributeError, TypeError) as error:  # the parser of headers trips over some
        raise ReadError(f"not a readable mail message ({type(error).__name__})") from error


def leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message that hold something, in order; a message that is attached is one."""
    return (part for part, _ in _placed(message))


def _placed(message: EmailMessage) -> Iterator[tuple[EmailMessage, int]]:
    """The same, each with a number that those have in common which are within the same alternatives."""
    stack = [(message, 0)]
    count = 0
    while stack:
        part, group = stack.pop()
        count += 1
        if count > _MOST_PARTS:
            raise ReadError(f"more than {_MOST_PARTS:,} parts: no message has that many")
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            group = group or (count if part.get_content_subtype() == "alternative" else 0)
            payload = part.get_payload()
            stack += [(inner, group) for inner in reversed(payload if isinstance(payload, list) else []) if isinstance(inner, EmailMessage)]
        else:
            yield part, group or count


def text_of(part: EmailMessage) -> str:
    """The text of a part in the characters that it says it has."""
    data = _bytes(part)
    charset = part.get_content_charset() or ""
    if charset not in ("", "utf-8", "us-ascii", "iso-8859-1", "windows-1252"):
        try:
            return without_controls(data.decode(charset, "replace"))
        except (LookupError, ValueError):
            pass
    try:
        return decode(data)
    except ReadError:  # binary, whatever it calls itself
        return ""


def _better(version: Version) -> SourceText:
    """The pages if they say what the plain text says: they have lists and headings."""
    page = _joined([parse_html(page) for page in version.pages])
    plain = split_paragraphs(version.plain.strip("\n"))
    return page if page.blocks and 2 * len(page.text.split()) >= len(plain.text.split()) else plain


def _joined(sources: Sequence[SourceText]) -> SourceText:
    """Stretches of a message as one text."""
    said = [source for source in sources if source.blocks]
    if len(said) == 1:
        return said[0]
    starts = accumulate((len(source.text) + len(_BETWEEN) for source in said), initial=0)
    blocks = (
        replace(block, start=block.start + start, end=block.end + start, lead_end=block.lead_end + start)
        for source, start in zip(said, starts, strict=False)
        for block in source.blocks
    )
    return SourceText(_BETWEEN.join(source.text for source in said), tuple(blocks))


def _bytes(part: EmailMessage) -> bytes:
    """What is in a part; of an attached message the whole."""
    if part.get_content_maintype() == "message" and part.is_multipart():
        try:
            return b"\n\n".join(bytes(inner) for inner in part.get_payload() if isinstance(inner, EmailMessage))
        except (UnicodeError, LookupError, ValueError, AttributeError, TypeError):
            return b""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        return b""
    return content if isinstance(content, bytes) else b""


def _is_attached(part: EmailMessage) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return False


def _is_shown(part: EmailMessage, shown: Collection[str]) -> bool:
    """Whether a part belongs to how the message looks, or proves who sent it: pictures in the text, signatures.

    Mail programs give any picture an id by which a page could show it; only of one without a name is it plain what it is there for.
    """
    kind = part.get_content_type()
    picture = part.get_content_maintype() == "image" and (header(part, "content-id").strip().strip("<>") in shown or not _is_attached(part))
    return picture or kind in _SIGNED or (part.get_content_maintype() == "text" and not _bytes(part).strip())


def _name(part: EmailMessage, number: int) -> str:
    """The name of an attachment; of one without by what it is."""
    try:
        name = tidy(part.get_filename() or "")
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        name = ""
    name = name.replace("\\", "/").rpartition("/")[2]
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        subject = header(inner[0], "subject") if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage) else ""
        name = name or re.sub(r"[\\/:*?\"<>|]+", " ", tidy(subject)) or f"message {number}"
        return name if name.lower().endswith(".eml") else f"{name}.eml"
    return name or f"part {number}.{part.get_content_subtype()}"


def header(message: EmailMessage, name: str) -> str:
    """A header as people read it; of one that is absurdly long its beginning, as taking it apart costs more than its length."""
    try:
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return without_controls(str(policy.default.header_factory(name, str(raw)[:_LONGEST_HEADER])))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""
