"""Whose documents a person should look at: what is said of them is missing, doubtful, or at odds with their neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from specsearch.fields import CALLED
from specsearch.ingest.settle import CERTAIN, employer_of, same_value
from specsearch.records import Candidate, DocumentKind, Place
from specsearch.storage.employers import bare_name
from specsearch.storage.keys import DocumentSource

LOOKED_AT = ("jurisdiction", "title", "state")
"""Fields that every document is to have; a title only those about one job."""
KIND = "kind"
"""The field of candidates that tell what a document is that is not one job."""
READING = "reading"
"""What stands for a field where the sections of a document are what to look at."""
_SURE = 0.65
"""Confidence below which what is said is doubtful."""
_APART = 0.2
"""How far the runner-up must be behind it."""
_DOMESTIC = (None, "US")
"""Countries whose employers have a state."""


class Why(StrEnum):
    """Why to look at a document."""

    MISSING = "missing"
    DOUBTFUL = "doubtful"
    AT_ODDS = "at odds with its neighbours"
    NOT_ONE_JOB = "not one job"
    OTHER = "neither specification nor posting"
    LABELS = "labels that are not applied"
    """What a reviewer said of labels is of another text than the document has now, or of no statement any more."""
    NO_DUTY = "no duty"
    NO_QUALIFICATION = "no qualification"
    UNSURE = "many unsure sections"
    ONE_LABEL = "nearly all one section"
    LOST = "words lost"


_TOLD_BY = {Why.AT_ODDS: "jurisdiction", Why.NOT_ONE_JOB: KIND, Why.OTHER: KIND, Why.LABELS: ""}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look at a document, with the field that it is about, "" for none."""

    why: Why
    field: str = ""

    @property
    def about(self) -> str:
        """The field whose evidence tells of it, "" for none."""
        return self.field or _TOLD_BY.get(self.why, READING)

    def __str__(self) -> str:
        """In words: "no employer", "doubtful title"."""
        if not self.field:
            return str(self.why)
        return f"{'no' if self.why is Why.MISSING else self.why} {CALLED[self.field]}"


def doubts_of(document: DocumentSource, neighbours: Counter[str]) -> tuple[Doubt, ...]:
    """Why to look at a document, if there is a reason.

    Args:
        document: What it is read as, and what is said of it.
        neighbours: How many documents of its folder say which employer by themselves, by bare name.
    """
    employer = employer_of(neighbours)
    # What all of its folder is of, with the state that was settled with it, is not doubted for want of evidence of its own.
    settled = ("jurisdiction", "state") if employer is not None and bare_name(document.said.jurisdiction or "") == employer else ()
    one_job = all(one.field != KIND for one in document.candidates)
    asked = LOOKED_AT if one_job else [name for name in LOOKED_AT if name != "title"]  # it has many titles, or none
    found = [doubt for name in asked for doubt in _of_field(document, name) if doubt.why is not Why.DOUBTFUL or name not in settled]
    if _is_at_odds(document, neighbours):
        found.append(Doubt(Why.AT_ODDS))
    if not one_job:
        found.append(Doubt(Why.NOT_ONE_JOB))
    elif document.kind is DocumentKind.OTHER:
        found.append(Doubt(Why.OTHER))
    return tuple(found)


def candidate_said(document: DocumentSource, name: str) -> Candidate | None:
    """The candidate of a field that is what is said; None if that is none of them."""
    said = getattr(document.said, name)
    return None if said is None else next((one for one in document.candidates if one.field == name and same_value(name, one.value, said)), None)


def others(document: DocumentSource, name: str) -> list[Candidate]:
    """What else a field may be, likelier ones first."""
    said = getattr(document.said, name)
    return [one for one in document.candidates if one.field == name and (said is None or not same_value(name, one.value, said))]


def _of_field(document: DocumentSource, name: str) -> Iterator[Doubt]:
    if getattr(document.said, name) is None:
        if name != "state" or document.said.country in _DOMESTIC:
            yield Doubt(Why.MISSING, name)
        return
    origin, said = document.said.origins.get(name), candidate_said(document, name)
    if said is None or (origin is not None and (origin.place in CERTAIN or origin.place is Place.NEIGHBOURS)):
        return
    runner_up = max((one.confidence for one in others(document, name)), default=0.0)
    named = origin is not None and origin.place is Place.PATH  # who named the folder or file was sure
    if (said.confidence < _SURE and not named) or said.confidence - runner_up < _APART:
        yield Doubt(Why.DOUBTFUL, name)


def _is_at_odds(document: DocumentSource, neighbours: Counter[str]) -> bool:
    """Whether a document names another employer than all of its folder, and nobody said that this is right."""
    employer, origin = employer_of(neighbours), document.said.origins.get("jurisdiction")
    if employer is None or (origin is not None and origin.place in CERTAIN):
        return False
    return any(source.jurisdiction is not None and bare_name(source.jurisdiction) != employer for source in (document.own, document.said))
