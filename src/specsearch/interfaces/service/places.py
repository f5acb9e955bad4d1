"""All places in which a text stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from specsearch.interfaces.service.asking import Where
from specsearch.interfaces.service.searching import passage_of
from specsearch.interfaces.service.session import Session
from specsearch.records import Elsewhere, Kind, Label, Quoted


@dataclass(frozen=True, slots=True)
class PlacesRequest:
    """A passage, and which others count; as for a search.

    Attributes:
        passage: Its id.
        kinds: Kinds of passage.
        labels: Sections that a passage may be in.
        where: What a document must be.
    """

    passage: str
    kinds: frozenset[Kind] = frozenset()
    labels: frozenset[Label] = frozenset()
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class PlacesAnswer:
    """The passage, and where else its text stands."""

    passage: Quoted
    also: Elsewhere


def places(request: PlacesRequest, session: Session) -> PlacesAnswer:
    """Find all other places in which the text of a passage stands.

    Raises:
        UsageError: There is no such passage, or nothing satisfies what is asked.
        SpecsearchError: As for `open_index`.
    """
    import numpy as np

    from specsearch.retrieval.filters import where
    from specsearch.retrieval.sameness import elsewhere

    with session.reading() as snapshot:
        passage, key = passage_of(snapshot, request.passage)
        left = where(snapshot, request.where.filters(request.kinds, request.labels))
        (also,) = elsewhere(snapshot, np.array([key], np.int64), left, None)
    return PlacesAnswer(passage, also)
