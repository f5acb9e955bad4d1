"""Where saved searches can be asked on the search page."""

from __future__ import annotations

from specsearch.interfaces.web.addresses import search_at
from specsearch.records.collected import SavedSearch

_SAME = {"query": "q", "like": "like", "k": "k"}
_SEVERAL = {"kinds": "kind", "labels": "label"}
_OF_WHERE = ("city", "state", "title", "level", "year", "document_kind")


def asked_at(saved: SavedSearch) -> str:
    """The search page with what a saved search asks; "" where that page cannot ask it."""
    asked = dict(saved.asked)
    where = asked.pop("where", {})
    given = {name: asked.pop(key) for key, name in (*_SAME.items(), *_SEVERAL.items()) if key in asked}
    given |= {name: where[name] for name in _OF_WHERE if name in where}
    return "" if asked or set(where) - set(_OF_WHERE) else search_at(**given)
