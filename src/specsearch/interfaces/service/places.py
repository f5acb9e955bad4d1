"""All places in which a text stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from specsearch.interfaces.service.searching import SearchRequest, passage_of, question_of
from specsearch.interfaces.service.session import Session
from specsearch.records import Elsewhere, Quoted


@dataclass(frozen=True, slots=True)
class PlacesRequest:
    """A passage, and which others count.

    Attributes:
        passage: Its id.
        found_by: The search that found it: a place counts where its filters, and what its query restricts, leave it.
    """

    passage: str
    found_by: SearchRequest = field(default_factory=SearchRequest)


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
    from specsearch.retrieval.search import around

    found_by = request.found_by
    with session.reading() as snapshot:
        passage, key = passage_of(snapshot, request.passage)
        if found_by.query or found_by.like:
            asked, _ = question_of(found_by, snapshot)
            left, without = around(snapshot, asked), asked.without
        else:
            left, without = where(snapshot, found_by.where.filters(found_by.kinds, found_by.labels)), 0
        (also,) = elsewhere(snapshot, np.array([key], np.int64), left, None, without)
    return PlacesAnswer(passage, also)
