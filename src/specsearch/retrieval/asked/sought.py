"""What a query asks for, once it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from specsearch.records import Effect, Kind, Label, QueryReading
from specsearch.retrieval.favouring import Favoured
from specsearch.retrieval.filters import Filters, where
from specsearch.storage.keys import Stems, Where
from specsearch.storage.store import Snapshot

_CHOSEN = ("city", "state", "title", "level", "document_kind", "year", "labels")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for.

    Attributes:
        reading: The query as it was understood, for people.
        labels: Labels of the sections that are asked for; none for those that are searched anyway.
        any_section: Whether all sections are searched, as one of them is put forward.
        values: Members of `FILTERED` to whole values, one of which must hold.
        documents: Numbers of the documents of the class that is asked for; None for any.
        phrases: What passages must have.
        without: What they must not have.
        favoured: What is put forward; None for nothing.
        order: Labels whose passages come first, in this order, where nothing is left to search for.
    """

    reading: QueryReading
    labels: frozenset[Label] = frozenset()
    any_section: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: frozenset[int] | None = None
    phrases: frozenset[Stems] = frozenset()
    without: frozenset[Stems] = frozenset()
    favoured: Favoured | None = None
    order: tuple[Label, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether nothing is left to search for: the passages are in the order of what a class does."""
        return not self.reading.meaning

    def left(self, index: Snapshot, filters: Filters) -> Where:
        """What filters and the query leave of an index.

        Raises:
            UsageError: As for `where`.
        """
        is_usual = filters.kinds == Filters().kinds
        if (self.labels or self.any_section) and is_usual:
            filters = replace(filters, kinds=frozenset(Kind))  # a section is looked for wherever it is
        found = where(index, filters)
        labels = found.labels
        if self.labels:
            labels = self.labels if labels is None else labels & self.labels
        elif self.is_listed and is_usual and not filters.labels:
            labels = None  # all of what it names is wanted, what it does first
        values = dict(found.values)
        for name, wanted in self.values.items():
            values[name] = tuple(value for value in values[name] if value in wanted) if name in values else wanted
        return Where(labels, values, self.documents, self.phrases, self.without)


def noted(index: Snapshot, sought: Sought, filters: Filters) -> Sought:
    """With a note where the filters leave something, and what the query names does, but both together nothing."""
    named = [taken.text for taken in sought.reading.taken if taken.effect is Effect.FILTER]
    chosen = [value for name in _CHOSEN for value in _told(getattr(filters, name))]
    chosen += [] if filters.kinds == Filters().kinds else _told(filters.kinds)
    if not named or not chosen or len(index.scan(sought.left(index, filters))):
        return sought
    if not (len(index.scan(sought.left(index, Filters()))) and len(index.scan(where(index, filters)))):
        return sought
    note = f"Nothing is both {', '.join(named)}, as the query says, and {', '.join(chosen)}, as is chosen beside it. Take away one of them."
    return replace(sought, reading=replace(sought.reading, notes=(*sought.reading.notes, note)))


def _told(values: str | Collection[str] | None) -> list[str]:
    """The values of a filter in words."""
    return [str(value).replace("_", " ") for value in sorted((values,) if isinstance(values, str) else values or ())]
