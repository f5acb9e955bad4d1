"""All fields of a class put together: what is stated beside the text is believed before what is found in it.

Wrong is worse than unknown: a field that is not stated is None. The order in which sources are
believed: the sidecar (somebody wrote it for this purpose), the record's own fields, the text, the
page's title, the name of the file and its folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specsearch.escaping import decoded
from specsearch.fields import FIELDS, Trait, names_with
from specsearch.parsing.level_words import read_level
from specsearch.parsing.metadata.code import find_class_code
from specsearch.parsing.metadata.country import country_code
from specsearch.parsing.metadata.dates import dates_in, find_effective_date, find_established_date, find_revised_date
from specsearch.parsing.metadata.found import Finder, Found, named_on_line
from specsearch.parsing.metadata.organisations import is_department, kind_of, says_employer
from specsearch.parsing.metadata.pay import find_bargaining_unit, find_flsa, find_salary
from specsearch.parsing.metadata.place import split_state, state_code
from specsearch.parsing.metadata.title import weigh_titles
from specsearch.parsing.metadata.weighing import weigh_place
from specsearch.parsing.metadata.weights import MARGIN
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Origin, Place, SourceClassification, SourceText

_BELIEF = (Place.SIDECAR, Place.RECORD, Place.TEXT, Place.PAGE, Place.PATH)
_SURE = 0.8
"""Confidence from which on a document that is not about one job is somebody's: others list the jobs of many."""
_WEIGHED = ("title", "jurisdiction", "state")
_OWN_WAYS: Mapping[str, Finder] = {
    "class_code": find_class_code,
    "effective_date": find_effective_date,
    "established_date": find_established_date,
    "revised_date": find_revised_date,
    "salary_range": find_salary,
    "flsa": find_flsa,
    "bargaining_unit": find_bargaining_unit,
}
_FINDERS: Mapping[str, Finder | None] = {
    field.name: _OWN_WAYS.get(field.name) or (named_on_line(field.line) if field.line else None) for field in FIELDS if field.name not in _WEIGHED
}
"""How each field is looked for in a text; some never are."""


def read_metadata(
    source: SourceText, path: str, sidecar: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[SourceClassification, tuple[Candidate, ...]]:
    """Find the class that a document describes.

    Args:
        source: The document as its reader gave it.
        path: Path relative to the corpus, with "/".
        sidecar: What the corpus' table says of it, by canonical field name.
        vocabulary: The words of titles, places, levels and pay.

    Returns:
        The class, by this document alone; each field that is known has its origin. And what some fields may be, with
        what is said of them, likelier ones of a field first.
    """
    found: dict[str, Found] = {}
    stated = {name: value for name in (*_WEIGHED, *_FINDERS) if (value := _stated(name, source, sidecar)) is not None}
    _tell_department(stated, vocabulary)
    candidates = tuple(_plain(one) for one in _weighed(stated, source, path, vocabulary))
    for one in candidates:
        if one.confidence >= MARGIN:
            found.setdefault(one.field, (one.value, one.origin))
    for name, finder in _FINDERS.items():
        value = stated.get(name) or (finder(source, path, vocabulary) if finder else None)
        if value is not None:
            found[name] = decoded(value[0]), value[1]
    _put_in_order(found, vocabulary)
    values: dict[str, str | None] = {name: value for name, (value, _) in found.items()}
    if title := values.get("title"):
        read = read_level(title, vocabulary)
        values |= {"series": read.series, "level": read.level}
    if (employer := values.get("jurisdiction")) and not values.get("employer_kind"):
        values["employer_kind"] = kind_of(employer, vocabulary)
    return SourceClassification(**values, origins={name: origin for name, (_, origin) in found.items()}), candidates


def _tell_department(stated: dict[str, Found], vocabulary: Vocabulary) -> None:
    """Take a department that a record gives as its agency for what it is: whose it is the text has to tell."""
    found = stated.get("jurisdiction")
    if found is None or found[1].place is not Place.RECORD or says_employer(found[0], vocabulary):
        return
    del stated["jurisdiction"]
    if is_department(found[0], vocabulary):
        stated.setdefault("department", found)


def _weighed(stated: Mapping[str, Found], source: SourceText, path: str, vocabulary: Vocabulary) -> tuple[Candidate, ...]:
    """What the weighed fields may be: what is stated beside the text is certain."""
    if "state" in stated:
        stated = {**stated, "state": (state_code(stated["state"][0], vocabulary) or stated["state"][0], stated["state"][1])}
    certain = {name: _certain(name, *stated[name]) for name in _WEIGHED if name in stated}
    titles = [certain["title"]] if "title" in certain else weigh_titles(source, path, vocabulary)
    places = weigh_place(source, path, certain, vocabulary)
    return (*titles, *places)


def without_job(
    metadata: SourceClassification, candidates: tuple[Candidate, ...]
) -> tuple[SourceClassification, tuple[Candidate, ...]]:
    """What is known of a document that is not about one job: what is stated beside its text, and whose it surely is."""
    sure = {one.field for one in candidates if one.confidence >= _SURE and one.value == getattr(metadata, one.field, None)}
    beside = {name for name, origin in metadata.origins.items() if origin.place is not Place.TEXT}
    kept = set(names_with(Trait.OF_A_PLACE | Trait.HANDED_DOWN)) & (beside | (sure & {"jurisdiction", "state", "country"}))
    kept |= {"employer_kind"} if "jurisdiction" in kept else set()
    unsaid = {field.name: None for field in FIELDS if field.name not in kept}
    origins = {name: origin for name, origin in metadata.origins.items() if name in kept}
    return replace(metadata, origins=origins, **unsaid), tuple(one for one in candidates if one.field != "title")


def _certain(field: str, value: str, origin: Origin) -> Candidate:
    return Candidate(field, value, 1.0, (str(origin.place),), origin)


def _plain(candidate: Candidate) -> Candidate:
    """A candidate without the entities that exports leave in plain texts; the text itself stays the file's own."""
    return replace(candidate, value=decoded(candidate.value)) if "&" in candidate.value else candidate


def _stated(name: str, source: SourceText, sidecar: Mapping[str, str]) -> Found | None:
    if sidecar.get(name):
        return sidecar[name], Origin(Place.SIDECAR)
    if source.fields.get(name):
        return source.fields[name], Origin(Place.RECORD)
    return None


def _put_in_order(found: dict[str, Found], vocabulary: Vocabulary) -> None:
    """Bring states, countries, dates and the FLSA status into one writing, however they are stated."""
    if "state" in found:
        stated, origin = found["state"]
        found["state"] = (state_code(stated, vocabulary) or stated, origin)
    if "country" in found:
        stated, origin = found["country"]
        found["country"] = (country_code(stated, vocabulary) or stated, origin)
    if "effective_date" in found:
        stated, origin = found["effective_date"]
        dates = list(dates_in(stated))
        if dates:
            found["effective_date"] = (max(dates), origin)
        else:
            del found["effective_date"]
    if "flsa" in found:
        stated, origin = found["flsa"]
        found["flsa"] = ("non-exempt" if stated.lower().startswith("non") else "exempt", origin)
    if "jurisdiction" in found:
        _split_jurisdiction(found, vocabulary)


def _split_jurisdiction(found: dict[str, Found], vocabulary: Vocabulary) -> None:
    """Split "Lake City, Minnesota" in a record's city field, which states both."""
    name, origin = found["jurisdiction"]
    parts = split_state(name, vocabulary)
    if parts is None:
        return
    found["jurisdiction"] = (parts[0], origin)
    stated = found.get("state")
    if parts[1] is not None and (stated is None or _BELIEF.index(stated[1].place) > _BELIEF.index(origin.place)):
        found["state"] = (parts[1], origin)
