"""Where what was kept is now: at its place, elsewhere in its document, or only as it was kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from specsearch.ingest.relabel import covered
from specsearch.records import Document, KeptPlace, Passage, Quoted, passage_id_of
from specsearch.storage.store import Snapshot


class Stands(StrEnum):
    """What has become of something that was kept."""

    HERE = "as kept"
    MOVED = "moved"
    """The same words stand elsewhere in the document, which has changed."""
    CHANGED = "changed"
    """The document has another text: of a passage the words are not in it any more."""
    GONE = "gone"
    """The document is not in the index any more."""


@dataclass(frozen=True, slots=True)
class Located:
    """Something that was kept, and where it is now.

    Attributes:
        place: As it was kept.
        stands: What has become of it.
        document: Its document as it is now; None if that is gone.
        now: The passage as it is now; None for a whole document, and for words that are not there any more.
    """

    place: KeptPlace
    stands: Stands
    document: Document | None = None
    now: Quoted | None = None


def kept_place(document: Document, passage: Passage | None = None) -> KeptPlace:
    """What is to be kept of a document, or of one of its passages."""
    source = document.source
    whole = KeptPlace(document.doc_id, document.content_hash, title=source.title, jurisdiction=source.jurisdiction)
    return whole if passage is None else replace(whole, start=passage.start, end=passage.end, text=passage.text)


def locate(snapshot: Snapshot, places: Sequence[KeptPlace]) -> list[Located]:
    """Find what was kept, each by its place if the document is as it was, else by its words."""
    numbers = {place.doc_id: snapshot.number(place.doc_id) for place in places}
    wanted = list(dict.fromkeys(number for place in places if place.end and (number := numbers[place.doc_id]) is not None))
    statements = dict(zip(wanted, (passages for passages, _ in snapshot.statements(wanted)), strict=True))
    found = []
    for place in places:
        number = numbers[place.doc_id]
        found.append(Located(place, Stands.GONE) if number is None else _located(place, snapshot.document(number), statements.get(number, ())))
    return found


def is_as_kept(snapshot: Snapshot, place: KeptPlace) -> bool:
    """Whether what was kept is where it was: told by the document alone where that is as it was."""
    number = snapshot.number(place.doc_id)
    if number is None:
        return False
    return snapshot.document(number).content_hash == place.content_hash or locate(snapshot, [place])[0].stands is Stands.HERE


def _located(place: KeptPlace, document: Document, passages: Sequence[Passage]) -> Located:
    is_same = document.content_hash == place.content_hash
    if not place.end:
        return Located(place, Stands.HERE if is_same else Stands.CHANGED, document)
    spans = [(place.start, place.end)] if is_same else sorted(_spans_of(place.text, document.text, passages), key=lambda span: abs(span[0] - place.start))
    for start, end in spans:
        if (found := _passage_at(start, end, document, passages)) is not None:
            stands = Stands.HERE if start == place.start else Stands.MOVED
            return Located(place, stands, document, Quoted(found, document, document.line_at(start), document.page_at(start)))
    return Located(place, Stands.CHANGED, document)


def _spans_of(text: str, within: str, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """Where words stand in a text, whatever the white space between them: as whole passages, or else anywhere in it."""
    words = text.split()
    same = [(one.start, one.end) for one in passages if one.text.split() == words]
    return same or [found.span() for found in re.finditer(r"\s+".join(map(re.escape, words)), within)]


def _passage_at(start: int, end: int, document: Document, passages: Sequence[Passage]) -> Passage | None:
    """The passage of a stretch; where the text is divided otherwise now, the stretch with what is known of the passages there."""
    there = covered(passages, start, end) or tuple(one for one in passages if one.start < end and start < one.end)
    if not there:
        return None
    if (there[0].start, there[0].end) == (start, end):
        return there[0]
    return replace(there[0], passage_id=passage_id_of(document.doc_id, start, end), start=start, end=end, text=document.text[start:end])
