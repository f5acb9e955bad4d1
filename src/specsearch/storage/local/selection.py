"""What of a folder's index takes part in a search: as a mask over the columns, and in the terms of the word index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from specsearch.records import Label
from specsearch.storage.employers import Employer, Employers, employers_of
from specsearch.storage.keys import EMPLOYER, FILTERED, Entry, Keys, Where, value_of
from specsearch.storage.local.dense import Mask, Positions
from specsearch.storage.local.derived import LABELS, Columns, Derived

_SPARSE = 4
"""Keys for each passage, from the smallest to the largest, from which on a table of all of them is too large: keys are never used twice."""
Values = Mapping[str, tuple[str, ...]]
"""Fields of the word index to the values one of which a passage must have; "" for none stated."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the documents of an index state.

    Attributes:
        entries: The documents by number, in the order of their ids.
        documents: Field, then value in order, to the numbers of the documents that have it.
        employers: The employers.
        by_name: The employers of each name that is given to one.
    """

    entries: Mapping[int, Entry]
    documents: Mapping[str, Mapping[str, frozenset[int]]]
    employers: Employers
    by_name: Mapping[str, tuple[Employer, ...]]


NOTHING = Known({}, {}, Employers({}, {}, {}), {})


def known_of(catalog: Mapping[int, Entry]) -> Known:
    """Gather what documents state.

    Args:
        catalog: All documents by number, the names of their employers still unknown.
    """
    employers = employers_of({number: entry.source for number, entry in catalog.items()})
    names = {number: employers.names[one] for one, numbers in employers.documents.items() for number in numbers}
    entries = {number: replace(entry, employer=names.get(number)) for number, entry in catalog.items()}
    found: dict[str, dict[str, set[int]]] = {name: defaultdict(set) for name in FILTERED}
    for number, entry in entries.items():
        for name, by_value in found.items():
            if value := value_of(entry, name):
                by_value[value].add(number)
    by_name: dict[str, list[Employer]] = defaultdict(list)
    for employer, name in employers.names.items():
        by_name[name].append(employer)
    documents = {name: {value: frozenset(by_value[value]) for value in sorted(by_value)} for name, by_value in found.items()}
    return Known(entries, documents, employers, {name: tuple(some) for name, some in by_name.items()})


def employer_numbers(known: Known) -> npt.NDArray[np.int64]:
    """A number for the employer of each document, by the document's number; -1 for none."""
    places = {name: place for place, name in enumerate(known.documents[EMPLOYER])}
    found = np.full(1 + max(known.entries, default=0), -1, np.int64)
    for number, entry in known.entries.items():
        found[number] = places.get(entry.employer or "", -1)
    return found


def documents_of(known: Known, where: Where) -> set[int] | None:
    """Numbers of the documents that take part; None for all."""
    kept = [{n for value in wanted for n in known.documents[name].get(value, ())} for name, wanted in where.values.items()]
    if where.documents is not None:
        kept.append(set(where.documents))
    return set.intersection(*kept) if kept else None


def mask_of(derived: Derived, where: Where, documents: Collection[int] | None) -> Mask | None:
    """The passages that take part, of shape (n,); None when nothing is excluded."""
    mask = _known_mask(derived.columns, where, documents)
    if not (where.phrases or where.without):
        return mask
    wanted = np.ones(len(derived.columns), dtype=bool) if mask is None else mask.copy()
    for phrase in where.phrases:
        having = np.zeros(len(wanted), dtype=bool)
        having[derived.lexical.having(phrase)] = True
        wanted &= having
    for phrase in where.without:
        wanted[derived.lexical.having(phrase)] = False
    return wanted


def _known_mask(columns: Columns, where: Where, documents: Collection[int] | None) -> Mask | None:
    """The same by label and document."""
    labels = frozenset(Label) if where.labels is None else where.labels
    if documents is None and len(labels) == len(LABELS):
        return columns.alive
    wanted = np.zeros(256, dtype=bool)
    wanted[[LABELS.index(label) for label in labels]] = True
    mask = wanted[columns.label]
    if documents is not None:
        shown = np.zeros(1 + max(int(columns.document.max(initial=0)), *documents, 0), dtype=bool)
        shown[list(documents)] = True
        mask &= shown[columns.document]
    return np.asarray(mask)


def by_document(columns: Columns, mask: Mask | None) -> dict[int, int]:
    """Number of passages that take part, by number of the document."""
    numbers, counts = np.unique(columns.document if mask is None else columns.document[mask], return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Places:
    """Where passages of given keys stand.

    Attributes:
        keys: Keys of all passages that are not gone, ascending; none where the table does.
        table: Their positions, in the order of the keys, or else by key less `first` and -1 for none: one look instead of twenty.
        first: The smallest key.
    """

    keys: Keys | None
    table: npt.NDArray[np.int64]
    first: int


def places_of(columns: Columns) -> Places:
    """Where all passages that are not gone stand."""
    positions, keys = columns.by_row()
    first, last = (int(keys[0]), int(keys[-1])) if len(keys) else (0, -1)
    if last - first >= _SPARSE * len(keys):
        return Places(keys, positions, first)
    table = np.full(last - first + 1, -1, np.int64)
    table[keys - first] = positions
    return Places(None, table, first)


def positions_of(keys: Keys, places: Places) -> Positions | None:
    """Positions of given passages; None where one is not among them."""
    if not len(keys) or not len(places.table):
        return None if len(keys) else np.empty(0, np.int64)
    if places.keys is not None:
        near = np.searchsorted(places.keys, keys).clip(max=len(places.keys) - 1)
        return places.table[near] if (places.keys[near] == keys).all() else None
    if keys.min() < places.first or keys.max() - places.first >= len(places.table):
        return None
    found = places.table[keys - places.first]
    return found if found.min() >= 0 else None


def words_of(known: Known, where: Where) -> tuple[Values, tuple[Values, ...]]:
    """The same for the word index: fields to values, and further ones of which a passage must satisfy at least one, if there are any."""
    values = {name: wanted for name, wanted in where.values.items() if name != EMPLOYER}
    if where.labels is not None and len(where.labels) < len(LABELS):
        values = {"label": tuple(label for label in Label if label in where.labels), **values}
    printed, either = _printed(known, where.values[EMPLOYER]) if EMPLOYER in where.values else ({}, ())
    return {**values, **printed}, either


def _printed(known: Known, names: Collection[str]) -> tuple[Values, tuple[Values, ...]]:
    """What documents of some employers print, and no others: one of some names, or else one of some names with one state."""
    stated = known.employers.stated
    wanted = {pair for name in names for one in known.by_name.get(name, ()) for pair in stated[one]}
    jurisdictions = {name for name, _ in wanted}
    if all(pair in wanted for pairs in stated.values() for pair in pairs if pair[0] in jurisdictions):
        return {"jurisdiction": tuple(sorted(jurisdictions))}, ()
    by_state: dict[str, list[str]] = defaultdict(list)
    for name, state in sorted(wanted):
        by_state[state].append(name)
    return {}, tuple({"jurisdiction": tuple(some), "state": (state,)} for state, some in by_state.items())
