"""What passes between processes and lies on disk meanwhile: data only, with the records as its schema.

A guarded child reads hostile files and may be taken over by one. What it then sends can be nonsense, and is
refused; it can never be code, as it could in a pickle. The only module that imports msgspec.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import IO, TypeVar

import msgspec

from specsearch.ingest.corpus import MOST_NOTES, ParsedFile
from specsearch.parsing.document import document_id
from specsearch.parsing.vocabulary import OwnWords
from specsearch.readers.limits import Limits
from specsearch.readers.walk import Sidecar
from specsearch.records import (
    KIND_OF_LABEL,
    Document,
    ParsedDocument,
    Place,
    SourceClassification,
    confidence_of,
    content_hash_of,
    passage_id_of,
)

_LENGTH = struct.Struct(">Q")
_PAGE = _LENGTH.pack(1) + msgspec.msgpack.encode(True)
_FIELDS = frozenset(field.name for field in fields(SourceClassification)) - {"origins"}
_LONGEST_NOTE = 2_000
"""How long what is said of how the tables of a file were read may be."""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a child is told when it starts: the corpus' table, the limits, whether to judge by meaning, and an analyst's own words."""

    sidecar: Sidecar
    limits: Limits
    meaning: bool
    words: OwnWords | None


@dataclass(frozen=True, slots=True)
class Task:
    """A file that a child is to read: its path as the system has it, and its name in the corpus."""

    path: bytes
    name: str


def write(stream: IO[bytes], value: object) -> None:
    """Write a value with its length before it."""
    data = msgspec.msgpack.encode(value)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)


def packed(value: object) -> bytes:
    """A value as data."""
    return msgspec.msgpack.encode(value)


def unpacked(data: bytes, kind: type[_Value]) -> _Value:
    """The value in data that comes from whom one trusts.

    Raises:
        ValueError: It is no such value.
    """
    return _decode(data, kind)


def write_page(stream: IO[bytes]) -> None:
    """Write that a page, or a part of one, was read by text recognition: a message that is only true."""
    stream.write(_PAGE)


def taken_pages(received: bytearray) -> int:
    """Take the messages that pages were read off the beginning of what has been received; how many there were."""
    pages = 0
    while received.startswith(_PAGE):
        del received[: len(_PAGE)]
        pages += 1
    return pages


def read(stream: IO[bytes], kind: type[_Value]) -> _Value:
    """Read a value from a stream whose other side is trusted.

    Raises:
        EOFError: The stream has ended.
        ValueError: What was read is no such value.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return _decode(stream.read(_LENGTH.unpack(head)[0]), kind)


def unpack(received: bytearray, kind: type[_Value], limit: int) -> _Value | None:
    """The one value in what has been received so far; None as long as it is not whole.

    Args:
        received: All bytes since the last value.
        kind: What is expected.
        limit: Longest message in bytes.

    Raises:
        ValueError: It is no such value, longer than the limit, or followed by more.
    """
    if len(received) < _LENGTH.size:
        return None
    end = _LENGTH.size + _LENGTH.unpack_from(received)[0]
    if end > limit or len(received) > end:
        raise ValueError("a message of another length than agreed")
    return _decode(memoryview(received)[_LENGTH.size :], kind) if len(received) == end else None


def _decode(data: bytes | memoryview, kind: type[_Value]) -> _Value:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


def is_sound(parsed: ParsedFile, name: str, limits: Limits) -> bool:
    """Tell whether what was said to be found in a file can be: about this file, and every place within its text.

    Args:
        parsed: What a child has sent.
        name: Name of the file that it was given.
        limits: What a document may cost.
    """
    ids = [document.document.doc_id for document in parsed.documents]
    return (
        len(set(ids)) == len(ids)
        and len(parsed.notes) <= MOST_NOTES
        and all(0 < len(note) <= _LONGEST_NOTE for note in parsed.notes)
        and all(skip.path == name or skip.path.startswith(f"{name}: ") for skip in parsed.skips)
        and all(_is_of(document.document, name, limits) and _is_consistent(document) for document in parsed.documents)
    )


def _is_of(document: Document, name: str, limits: Limits) -> bool:
    text, whole = document.text, document_id(name, None)
    return (
        document.path == name
        and (document.doc_id == whole or document.doc_id.startswith(f"{whole}#"))
        and len(text) <= limits.text_chars
        and "\x00" not in text
        and document.content_hash == content_hash_of(text)
        and list(document.pages) == sorted(document.pages)
        and all(0 <= page <= len(text) for page in document.pages)
        and document.source.origins.keys() <= _FIELDS
        and all(0 <= candidate.confidence <= 1 for candidate in document.candidates)
        and all(0 <= line.start < line.end <= len(text) and 0 <= line.confidence <= 1 for line in document.recognised)
        and all(before.end <= after.start for before, after in pairwise(document.recognised))
    )


def _is_consistent(parsed: ParsedDocument) -> bool:
    document, text = parsed.document, parsed.document.text
    origins = [*document.source.origins.values(), *(candidate.origin for candidate in document.candidates)]
    origins = [origin for origin in origins if origin.place is Place.TEXT]
    spans = [(section.start, section.end) for section in parsed.sections]
    spans += [(span.start, span.end) for span in parsed.furniture]
    spans += [(origin.start or 0, origin.end or 0) for origin in origins]
    return (
        all(0 <= start <= end <= len(text) for start, end in spans)
        and all(before.end <= after.start for before, after in pairwise(parsed.passages))
        and all(
            0 <= passage.start < passage.end <= len(text)
            and passage.text == text[passage.start : passage.end]
            and passage.doc_id == document.doc_id
            and passage.passage_id == passage_id_of(document.doc_id, passage.start, passage.end)
            and passage.ordinal == ordinal
            and passage.kind is KIND_OF_LABEL[passage.label]
            and 0 <= passage.confidence <= 1
            and passage.recognised == confidence_of(document.recognised, passage.start, passage.end)
            for ordinal, passage in enumerate(parsed.passages)
        )
    )
