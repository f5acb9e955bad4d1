"""Restricting a search. Filters are resolved to whole values first, and then hold in both indexes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from specsearch.errors import UsageError
from specsearch.records import KIND_OF_LABEL, DocumentKind, Kind, Label
from specsearch.storage.derived import LABELS
from specsearch.storage.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to; empty members do not restrict.

    Attributes:
        kinds: Kinds of passage.
        labels: Labels of passage; with `kinds`, a passage must satisfy both.
        city: Part of the employer's name, case ignored ("portland" finds "City of Portland").
        state: Two-letter code.
        title: Part of the class title, case ignored.
        level: Level within a series, as printed ("II", "Senior").
        document_kind: Specifications or postings only.
    """

    kinds: frozenset[Kind] = frozenset((Kind.DUTY, Kind.QUALIFICATION))
    labels: frozenset[Label] = frozenset()
    city: str | None = None
    state: str | None = None
    title: str | None = None
    level: str | None = None
    document_kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages that filters leave.

    Attributes:
        mask: bool array of shape (n,) over the columns; None when nothing is excluded.
        values: Field of the word index to the values of which a passage must have one.
    """

    mask: np.ndarray | None
    values: Mapping[str, tuple[str, ...]]


def select(index: Snapshot, filters: Filters) -> Selection:
    """Find what filters leave of an index.

    Raises:
        UsageError: No document has such a city, state, title or level; the message offers near ones.
    """
    kinds = filters.kinds or frozenset(Kind)
    labels = [label for label in Label if KIND_OF_LABEL[label] in kinds and (not filters.labels or label in filters.labels)]
    if not labels:
        wanted = ", ".join(sorted(filters.labels))
        raise UsageError(f"The label {wanted} is not of the kind {', '.join(sorted(filters.kinds))}. Leave out --kind or choose another label.")
    values: dict[str, tuple[str, ...]] = {}
    if len(labels) < len(LABELS):
        values["label"] = tuple(labels)
    values |= _document_values(index, filters)
    return Selection(_mask(index, labels, values), values)


def documents_of(index: Snapshot, filters: Filters) -> set[int] | None:
    """Row numbers of the documents that filters leave, whatever their passages are; None for all.

    Raises:
        UsageError: As for `select`.
    """
    return _documents(index, _document_values(index, filters))


def _documents(index: Snapshot, values: Mapping[str, tuple[str, ...]]) -> set[int] | None:
    by_value = index.documents_by
    kept = [{n for value in found for n in by_value[name][value]} for name, found in values.items() if name != "label"]
    return set.intersection(*kept) if kept else None


def _document_values(index: Snapshot, filters: Filters) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, wanted_value, exact in (
        ("jurisdiction", filters.city, False),
        ("state", filters.state, True),
        ("title", filters.title, False),
        ("level", filters.level, True),
        ("document_kind", filters.document_kind, True),
    ):
        if wanted_value and wanted_value.strip():
            values[name] = _resolve(name, wanted_value, exact, index.documents_by[name])
    return values


def _mask(index: Snapshot, labels: Collection[Label], values: Mapping[str, tuple[str, ...]]) -> np.ndarray | None:
    columns = index.derived.columns
    if not values:
        return columns.alive
    wanted = np.zeros(256, dtype=bool)
    wanted[[LABELS.index(label) for label in labels]] = True
    mask = wanted[columns.label]
    kept = _documents(index, values)
    if kept is not None:
        shown = np.zeros(int(columns.document.max(initial=0)) + 1, dtype=bool)
        shown[list(kept)] = True
        mask &= shown[columns.document]
    return np.asarray(mask)


def _resolve(name: str, wanted: str, exact: bool, values: Collection[str]) -> tuple[str, ...]:
    present = sorted(values)
    folded = wanted.casefold().strip()
    found = [v for v in present if (folded == v.casefold() if exact else folded in v.casefold())]
    if found:
        return tuple(found)
    what = {"jurisdiction": "city", "document_kind": "document kind"}.get(name, name)
    near = difflib.get_close_matches(wanted, present, n=5, cutoff=0.4) or present[:5]
    offer = f" In this index: {', '.join(near)}{' ...' if len(present) > len(near) else ''}." if near else " No document states one."
    raise UsageError(f"No document has the {what} {wanted!r}.{offer}")
