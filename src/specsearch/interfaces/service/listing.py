"""Passages that were selected: each by a short code of its document and its place, which outlives updates of the index."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specsearch.interfaces.service.session import Session
from specsearch.records import Document, Passage, Quoted

if TYPE_CHECKING:
    from specsearch.storage.store import Snapshot

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID = re.compile(r"(.+):(\d{1,9})-\d{1,9}", re.S)
_LENGTH = 8
"""Of the part that stands for the document: 41 bits, so that among ten thousand documents no two are the same."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Passages by their codes, as `code_of` gives them, or by their ids; what is neither counts as missing."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """The passages that were selected.

    Attributes:
        rows: Those that the index has, in the order in which they were asked for, each once, with the code.
        missing: Codes or ids of those that it has no more.
    """

    rows: tuple[tuple[str, Quoted], ...]
    missing: tuple[str, ...]


def code_of(passage: Passage) -> str:
    """The code of a passage: letters, digits and a point."""
    return f"{_document_code(passage.doc_id)}.{_in_digits(passage.start)}"


def listed(request: ListRequest, session: Session) -> ListAnswer:
    """Find passages that were selected.

    Raises:
        SpecsearchError: As for `open_index`.
    """
    asked: dict[str, str] = {}
    for one in request.codes:
        asked.setdefault(_code(one), one)
    codes = tuple(asked)
    with session.reading() as snapshot:
        numbers = snapshot.once(_numbers)
        wanted = list(dict.fromkeys(number for code in codes if (number := numbers.get(code.partition(".")[0]))))
        of_documents = zip(wanted, snapshot.statements(wanted), strict=True)
        found = {code_of(passage): quoted(snapshot.document(number), passage) for number, (passages, _) in of_documents for passage in passages}
    return ListAnswer(tuple((code, found[code]) for code in codes if code in found), tuple(asked[code] for code in codes if code not in found))


def quoted(document: Document, passage: Passage) -> Quoted:
    """A passage with its document and its place."""
    return Quoted(passage, document, document.line_at(passage.start), document.page_at(passage.start))


def _numbers(snapshot: Snapshot) -> Mapping[str, int]:
    """The number of each document by its part of a code."""
    return {_document_code(entry.doc_id): entry.number for entry in snapshot.entries()}


def _code(asked: str) -> str:
    """The code of a passage by its id; what is no id is taken for a code."""
    place = _ID.fullmatch(asked)
    return f"{_document_code(place[1])}.{_in_digits(int(place[2]))}" if place else asked


def _document_code(doc_id: str) -> str:
    from hashlib import sha256

    value = int.from_bytes(sha256(doc_id.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return _in_digits(value % len(_DIGITS) ** _LENGTH).rjust(_LENGTH, "0")


def _in_digits(value: int) -> str:
    digits = ""
    while value:
        value, last = divmod(value, len(_DIGITS))
        digits = _DIGITS[last] + digits
    return digits or "0"
