"""What is said of a document as its page shows it: each value with where it was read, what else it may be, and who corrected it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from specsearch.escaping import one_line
from specsearch.fields import FIELDS, Trait
from specsearch.interfaces.service.documents import DocumentAnswer
from specsearch.interfaces.service.sources import Evidence
from specsearch.interfaces.web.addresses import document_at
from specsearch.interfaces.web.words import DOCUMENT_KINDS, how_sure
from specsearch.records import Origin, Place
from specsearch.records.moments import day
from specsearch.reports.content import PLACES

_KIND = "kind"


@dataclass(frozen=True, slots=True)
class Other:
    """What else a value may be, with how sure that is, what tells it, and where it was read."""

    value: str
    sure: str
    ways: str
    where: str
    quote: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value.

    Attributes:
        name: Of the field.
        caption: What stands before the value.
        value: It, "" where there is none.
        where: Where it was read, in words; "" where that is not known.
        at: Address of that place in the text; "" if it is not in it.
        sure: How sure it is; "" where that is not weighed.
        ways: What tells it, the strongest first.
        quote: The words where it was read; "" where they are not told.
        others: What else it may be.
        look_at: Why to look at it, in words.
        corrected: Whether a reviewer said it.
        can_be_corrected: Whether a reviewer can say what is right.
    """

    name: str
    caption: str
    value: str
    where: str = ""
    at: str = ""
    sure: str = ""
    ways: str = ""
    quote: str = ""
    others: tuple[Other, ...] = ()
    look_at: tuple[str, ...] = ()
    corrected: bool = False
    can_be_corrected: bool = False


def facts_of(answer: DocumentAnswer) -> list[Fact]:
    """What is said of a document: the sort of it first, then all that is stated, or always asked for."""
    evidence: dict[str, list[Evidence]] = {}
    for one in answer.source.evidence:
        evidence.setdefault(one.field, []).append(one)
    facts = [_kind(answer, evidence.get(_KIND, []))]
    for field in FIELDS:
        value = getattr(answer.source.source, field.name)
        if value is None and not field.traits & (Trait.CORRECTED | Trait.ALWAYS):
            continue
        said = next((one for one in evidence.get(field.name, ()) if one.said), None)
        where, at = _place(answer, answer.source.source.origins.get(field.name), field.name)
        facts.append(
            Fact(
                name=field.name,
                caption=field.caption,
                value=one_line(value or ""),
                where=where,
                at=at,
                sure=_weighed(said),
                ways=", ".join(said.ways) if said else "",
                quote=said.quote if said else "",
                others=tuple(_other(one) for one in evidence.get(field.name, ()) if not one.said),
                look_at=tuple(str(doubt) for doubt in answer.source.doubts if doubt.about == field.name),
                corrected=field.name in answer.corrected,
                can_be_corrected=Trait.CORRECTED in field.traits,
            )
        )
    return facts


def look_at(answer: DocumentAnswer) -> list[str]:
    """Why to look at a document, each reason with what tells it if that is not said of a value."""
    reading = [one.value for one in answer.source.evidence if one.field == "reading"]
    return [*(str(doubt) for doubt in answer.source.doubts), *reading]


def _kind(answer: DocumentAnswer, evidence: list[Evidence]) -> Fact:
    sure = _weighed(evidence[0]) if evidence else ""
    doubts = tuple(str(doubt) for doubt in answer.source.doubts if doubt.about == _KIND)
    ways = ", ".join(evidence[0].ways) if evidence else ""
    return Fact(_KIND, "Kind of document", DOCUMENT_KINDS[answer.source.kind], "the whole text", sure=sure, ways=ways, look_at=doubts)


def _other(one: Evidence) -> Other:
    return Other(one_line(one.value), _weighed(one), ", ".join(one.ways), one.where, one.quote)


def _weighed(one: Evidence | None) -> str:
    return "" if one is None else how_sure(one.confidence)


def _place(answer: DocumentAnswer, origin: Origin | None, name: str) -> tuple[str, str]:
    """Where a value was read, in words, and the address of the place in the text."""
    if origin is None:
        return "", ""
    if origin.place is Place.REVIEWER and (correction := answer.corrected.get(name)) is not None:
        return one_line(f"{correction.reviewer} on {day(correction.date)}"), ""
    if origin.start is None:
        return PLACES.get(origin.place, "the text"), ""
    page = answer.parsed.document.page_at(origin.start)
    return f"the text, page {page}" if page else "the text", _at(answer, origin.start)


def _at(answer: DocumentAnswer, offset: int) -> str:
    """The address of what stands at a character: the last statement or line that begins before it."""
    found = []
    for sort, pieces in (("c", answer.parsed.passages), ("h", answer.parsed.furniture)):
        before = bisect_right(pieces, offset, key=lambda one: one.start)
        if before:
            found.append((pieces[before - 1].start, sort))
    if not found:
        return ""
    start, sort = max(found)
    address = document_at(answer.parsed.document.doc_id, start)
    return address if sort == "c" else address.replace("#c", "#h")
