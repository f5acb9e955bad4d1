"""Requests of searches as plain values that are kept, and back: what another release has no name for is told and passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from specsearch.errors import UsageError
from specsearch.escaping import one_line
from specsearch.interfaces.service.searching import SearchRequest
from specsearch.records.collected import SavedSearch

_OF_THE_MOMENT = ("explained", "faceted", "places", "typing")
"""Members that say how an answer is shown, not what is asked."""

_CALLED = {"kinds": "kind", "labels": "section", "city": "employer", "document_kind": "kind of document"}
"""Members whose names would not be understood, as they are told."""
_MODES = {"dense": "by meaning only", "lexical": "by words only", "rrf": "by the ranks of meaning and of words"}
_SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "k": "the {} nearest".format,
    "per_document": lambda most: f"at most {most} of one document" if most else "any number of one document",
    "per_city": "at most {} of one employer".format,
    "mode": lambda mode: _MODES.get(mode, str(mode)),
    "rerank": "the first ones ordered anew by {}".format,
    "as_typed": lambda _: "all of it as words",
    "plain": lambda parts: f"only as words: {_words(parts)}",
    "boilerplate": lambda _: "without what nearly every class has",
}
"""How members are told that do not choose among values."""


def plain_request(request: SearchRequest) -> dict[str, Any]:
    """What a request asks as plain values, without what is as usual."""
    return {name: value for name, value in _plain(request).items() if name not in _OF_THE_MOMENT}


def request_of(saved: SavedSearch, notice: Callable[[str], None]) -> SearchRequest:
    """The request of a saved search.

    Args:
        saved: The search.
        notice: Told what of it this release does not know.

    Raises:
        UsageError: It has a value that is none in this release.
    """
    unknown: list[str] = []
    try:
        request: SearchRequest = _made(SearchRequest, saved.asked, unknown)
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"The saved search {saved.name!r} cannot be asked by this release of specsearch: {error}. Save it anew under its name.") from error
    if unknown:
        notice(f"The saved search {saved.name!r} was saved by another release: {', '.join(unknown)} is passed over.")
    return request


def question_of(saved: SavedSearch) -> str:
    """What a saved search asks, in words and in one line: "budget; employer: Port Lumen or Elm Fork; the 50 nearest"."""
    told = {**saved.asked, **saved.asked.get("where", {})}
    words = str(told.get("query") or f"like the passage {told.get('like', '')}")
    return one_line("; ".join([words, *(_told(name, value) for name, value in told.items() if name not in ("query", "like", "where"))]))


def _told(name: str, value: object) -> str:
    if name in _SENTENCES:
        return _SENTENCES[name](value)
    return f"{_CALLED.get(name, name.replace('_', ' '))}: {_words(value)}"


def _words(value: object) -> str:
    return " or ".join(str(one).replace("_", " ") for one in value) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a request holds
    if is_dataclass(value) and not isinstance(value, type):
        usual = type(value)()
        return {one.name: _plain(now) for one in fields(value) if (now := getattr(value, one.name)) != getattr(usual, one.name)}
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _made(kind: Any, value: Any, unknown: list[str]) -> Any:  # noqa: ANN401 - whatever a request holds
    """A value of a type from its plain form; names that the type does not have are told."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        unknown += [name for name in value if name not in hints]
        return kind(**{name: _made(hints[name], one, unknown) for name, one in value.items() if name in hints})  # type: ignore[operator]  # a class
    if get_origin(kind) in (tuple, frozenset):
        return get_origin(kind)(_made(get_args(kind)[0], one, unknown) for one in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    wanted = tuple(one for one in (get_args(kind) or (kind,)) if isinstance(one, type))
    if not isinstance(value, wanted):
        raise TypeError(f"{value!r} is no {kind}")
    return value


