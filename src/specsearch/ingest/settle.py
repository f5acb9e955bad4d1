"""What is finally said of a document: by itself, by the other documents of its folder, and by a reviewer.

Pure functions of what documents are read as: the outcome never depends on when or in which order they came. A reviewer is
believed before all else, the table beside the documents and a record's own fields before what is found in texts. A folder
tells something of its documents only where most of them say one employer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from pathlib import PurePosixPath

from specsearch.fields import Trait, names_with
from specsearch.parsing.level_words import read_level
from specsearch.parsing.metadata.organisations import kind_of
from specsearch.parsing.metadata.weights import MARGIN
from specsearch.parsing.vocabulary import Vocabulary, load_vocabulary
from specsearch.records import Candidate, Correction, Origin, Place, SourceClassification
from specsearch.storage.employers import bare_name, split_state, state_code
from specsearch.storage.keys import DocumentSource

CERTAIN = (Place.SIDECAR, Place.RECORD, Place.REVIEWER)
"""Where what is said is no reading of a text: nobody doubts it."""
_SURE = 0.9
"""Confidence from which on a document is believed against all of its folder."""
_ENOUGH = 5
"""Documents that must say an employer for their folder to tell anything."""
_OF_ONE, _MOSTLY = 0.9, 0.5
"""Share of them that say the same in a folder of one employer, and in one that leans to it."""
_LEAST = 0.01
"""How near to 0 and 1 a confidence may come."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What most documents of a folder that say one employer print for it; None for what few of them state."""

    name: str
    employer_kind: str | None = None
    state: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the documents of a folder say by themselves.

    Attributes:
        counts: How many say which employer, by bare name.
        stated: What they print for it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    stated: Mapping[str, Stated] = field(default_factory=dict)


ALONE = Neighbours()
_OF_AN_EMPLOYER = ("state", "country", "department")
"""What is another's where the employer is another."""
_HOME = "US"
"""The country of all states that can be said."""
_PRINTED = ("jurisdiction", "employer_kind", "state", "country")


def folder_of(path: str) -> str:
    """The folder of a file, as neighbours are told by; "." for the topmost."""
    return str(PurePosixPath(path).parent)


def employers_by_folder(documents: Iterable[DocumentSource]) -> Mapping[str, Counter[str]]:
    """How many documents of each folder say which employer by themselves, by bare name."""
    return {folder: near.counts for folder, near in neighbours_by_folder(documents).items()}


def neighbours_by_folder(documents: Iterable[DocumentSource]) -> Mapping[str, Neighbours]:
    """What the documents of each folder say by themselves of their employers."""
    printed: dict[str, dict[str, list[Counter[str]]]] = {}
    for document in documents:
        by_employer = printed.setdefault(folder_of(document.path), {})
        best = best_of(document.candidates, "jurisdiction")
        if best is not None and best.confidence >= MARGIN:
            counts = by_employer.setdefault(bare_name(best.value), [Counter() for _ in _PRINTED])
            name, _ = split_state(best.value)
            for count, value in zip(counts, (name, *(getattr(document.own, one) for one in _PRINTED[1:])), strict=True):
                count.update([value] if value else [])
    return {
        folder: Neighbours(
            Counter({bare: counts[0].total() for bare, counts in by_employer.items()}),
            {bare: Stated(_commonest(counts[0]), *map(_of_most, counts[1:])) for bare, counts in by_employer.items()},
        )
        for folder, by_employer in printed.items()
    }


def _commonest(names: Counter[str]) -> str:
    return max(names, key=lambda name: (names[name], len(name), name))  # of equals the longest


def _of_most(values: Counter[str]) -> str | None:
    value, count = max(values.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return value if 2 * count > values.total() else None


def best_of(candidates: Iterable[Candidate], name: str) -> Candidate | None:
    """The likeliest candidate of a field, by the document alone; None if there is none."""
    return next((one for one in candidates if one.field == name), None)


def employer_of(neighbours: Counter[str]) -> str | None:
    """The bare name of the employer that all of a folder is of; None for a folder of many, or of few that say one."""
    leading = _leading(neighbours)
    return leading if leading is not None and neighbours[leading] >= _OF_ONE * neighbours.total() else None


def _leading(neighbours: Counter[str]) -> str | None:
    """The employer that a folder leans to."""
    total = neighbours.total()
    name = max(neighbours, key=lambda one: (neighbours[one], one), default=None)
    return name if name is not None and total >= _ENOUGH and neighbours[name] > _MOSTLY * total else None


def standing(corrections: Iterable[Correction]) -> Mapping[str, Mapping[str, Correction]]:
    """The corrections that hold, by document and field: the last ones, but those that take one back."""
    found: dict[str, dict[str, Correction]] = defaultdict(dict)
    for one in corrections:
        found[one.doc_id].pop(one.field, None)
        if one.value:
            found[one.doc_id][one.field] = one
    return {doc_id: right for doc_id, right in found.items() if right}


def settled(
    source: SourceClassification,
    candidates: Sequence[Candidate],
    neighbours: Counter[str],
    corrections: Mapping[str, str],
    stated: Mapping[str, Stated] | None = None,
    vocabulary: Vocabulary | None = None,
) -> SourceClassification:
    """What is finally said of a document.

    Args:
        source: The class that it describes, by itself.
        candidates: What some fields may be, by the document alone, likelier ones of a field first.
        neighbours: How many documents of its folder say which employer by themselves, by bare name.
        corrections: What a reviewer says, by field; "" for nothing.
        stated: What is printed for employers of the folder, by bare name; one that is not in it is not taken over.
        vocabulary: The words of levels; None for the program's own.
    """
    right = {name: corrections[name] for name in names_with(Trait.CORRECTED) if corrections.get(name)}
    around = stated or {}
    if "jurisdiction" in right:  # what the employer may be is no question any more
        return _corrected(_placed(_of_employer(source, right["jurisdiction"], vocabulary), candidates, neighbours, around), right, vocabulary)
    return _corrected(_among_neighbours(source, candidates, neighbours, around), right, vocabulary)


# --- neighbours ------------------------------------------------------------------------------------


def _among_neighbours(
    source: SourceClassification, candidates: Sequence[Candidate], neighbours: Counter[str], stated: Mapping[str, Stated]
) -> SourceClassification:
    leading = _leading(neighbours)
    if leading is None or _is_certain(source, "jurisdiction"):
        return _placed(source, candidates, neighbours, stated)
    likeliest, probability = _weighed([one for one in candidates if one.field == "jurisdiction"], neighbours)
    if likeliest is not None and probability >= MARGIN:
        found = _with_candidate(source, likeliest, stated)
    elif likeliest is not None and likeliest.confidence < _SURE:
        found = _replaced(source, {"jurisdiction": (None, None), "employer_kind": (None, None)})
    else:
        found = source
    if employer_of(neighbours) is None or leading not in stated:
        return found
    if bare_name(found.jurisdiction or "") == leading:
        return _placed(found, candidates, neighbours, stated)
    # Among hundreds of neighbours it takes more to be another's than among five.
    if found.jurisdiction and likeliest is not None and likeliest.confidence >= _SURE and probability >= MARGIN:
        return found
    return _taken_over(source, stated[leading])


def _weighed(candidates: Sequence[Candidate], neighbours: Counter[str]) -> tuple[Candidate | None, float]:
    """The likeliest employer with the neighbours as a prior, and its probability."""
    names = {*neighbours, *(bare_name(one.value) for one in candidates)}
    total = neighbours.total()

    def odds(one: Candidate) -> float:
        confidence = min(max(one.confidence, _LEAST), 1 - _LEAST)
        share = (neighbours[bare_name(one.value)] + 1) / (total + len(names))
        return log(confidence / (1 - confidence)) + log(share * len(names))

    likeliest = max(candidates, key=odds, default=None)
    return likeliest, 0.0 if likeliest is None else 1 / (1 + exp(-odds(likeliest)))


def _with_candidate(source: SourceClassification, candidate: Candidate, stated: Mapping[str, Stated]) -> SourceClassification:
    """What is said with one of the candidates; as it is if that is said already."""
    name, _ = split_state(candidate.value)
    if bare_name(name) == bare_name(source.jurisdiction or ""):
        return source
    known = stated.get(bare_name(name))
    kind = known.employer_kind if known else None
    return _replaced(source, {"jurisdiction": (name, candidate.origin), "employer_kind": (kind, candidate.origin)})


def _taken_over(source: SourceClassification, stated: Stated) -> SourceClassification:
    """The employer of the folder, with its place."""
    of_neighbours = Origin(Place.NEIGHBOURS)
    found: dict[str, tuple[str | None, Origin | None]] = {"jurisdiction": (stated.name, of_neighbours), "employer_kind": (stated.employer_kind, of_neighbours)}
    for name in ("state", "country"):
        value = getattr(stated, name)
        if value and value != getattr(source, name) and not _is_certain(source, name):
            found[name] = value, of_neighbours
    return _replaced(source, found)


def _placed(
    source: SourceClassification, candidates: Sequence[Candidate], neighbours: Counter[str], stated: Mapping[str, Stated]
) -> SourceClassification:
    """A document of the employer of its folder with that one's place, where it does not say it itself, or hardly; others as they are."""
    employer = employer_of(neighbours)
    if employer is None or employer not in stated or bare_name(source.jurisdiction or "") != employer:
        return source
    return _completed(source, candidates, stated[employer])


def _completed(source: SourceClassification, candidates: Sequence[Candidate], stated: Stated) -> SourceClassification:
    found: dict[str, tuple[str | None, Origin | None]] = {}
    for name in ("state", "country"):
        value, own, best = getattr(stated, name), getattr(source, name), best_of(candidates, name)
        if value and value != own and not _is_certain(source, name) and (own is None or (best is not None and best.confidence < _SURE)):
            found[name] = value, Origin(Place.NEIGHBOURS)
    return _replaced(source, found)


# --- reviewers -------------------------------------------------------------------------------------


def _of_employer(source: SourceClassification, name: str, vocabulary: Vocabulary | None) -> SourceClassification:
    """A document of an employer that a reviewer names: what was read of another one's place and parts is not said of it."""
    found: dict[str, tuple[str | None, Origin | None]] = {"jurisdiction": (name, Origin(Place.REVIEWER))}
    kind = kind_of(name, vocabulary or load_vocabulary())
    if source.jurisdiction is None or bare_name(name) == bare_name(source.jurisdiction):
        return _replaced(source, found | {"employer_kind": (kind or source.employer_kind, None)})
    found |= {one: (None, None) for one in _OF_AN_EMPLOYER if not _is_certain(source, one)}
    return _replaced(source, found | {"employer_kind": (kind, None)})


def _corrected(source: SourceClassification, right: Mapping[str, str], vocabulary: Vocabulary | None) -> SourceClassification:
    found: dict[str, tuple[str | None, Origin | None]] = {name: (value, Origin(Place.REVIEWER)) for name, value in right.items()}
    if "state" in right and not _is_certain(source, "country"):
        found.setdefault("country", (_HOME, Origin(Place.REVIEWER)))
    if "title" in right:
        read = read_level(right["title"], vocabulary)
        found |= {"series": (read.series, None), "level": (read.level, None)}
    return _replaced(source, found)


def _is_certain(source: SourceClassification, name: str) -> bool:
    origin = source.origins.get(name)
    return origin is not None and origin.place in CERTAIN


def _replaced(source: SourceClassification, found: Mapping[str, tuple[str | None, Origin | None]]) -> SourceClassification:
    """The same with other values, each with its origin if it has one."""
    if not found:
        return source
    origins = {name: origin for name, origin in source.origins.items() if name not in found}
    origins |= {name: origin for name, (value, origin) in found.items() if value is not None and origin is not None}
    return replace(source, **{name: value for name, (value, _) in found.items()}, origins=origins)


def same_value(name: str, one: str, other: str) -> bool:
    """Whether two values of a field mean the same: employers by bare name, states by code."""
    if name == "jurisdiction":
        return bare_name(one) == bare_name(other)
    return state_code(one).casefold() == state_code(other).casefold() if name == "state" else one.casefold() == other.casefold()
