"""Places and counties of the United States and the states that have one of that name; made by `benchmarks/gazetteer.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_NONE: frozenset[str] = frozenset()
_LONG = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_KINDS = " county", " parish", " borough"


def states_of_place(name: str) -> frozenset[str]:
    """Codes of the states with a city, town or other place of that name; none for an unknown one."""
    return _table("places").get(folded(name), _NONE)


def states_of_county(name: str) -> frozenset[str]:
    """Codes of the states with a county of that name, given with "County", "Parish" or "Borough" or without."""
    bare = folded(name)
    for kind in _KINDS:
        bare = bare.removesuffix(kind)
    return _table("counties").get(bare, _NONE)


def state_of_postal_code(code: str) -> str | None:
    """Code of the state that a five-figure postal code is of; None if there is none, or several."""
    return next(iter(_table("postal").get(code[:3], _NONE)), None)


def folded(name: str) -> str:
    """A name as the tables have it: in small letters, without points and hyphens, short forms written out."""
    words = re.sub(r"[.'’]", "", name.lower()).replace("-", " ").split()
    return " ".join(_LONG.get(word, word) for word in words)


@cache
def _table(name: str) -> Mapping[str, frozenset[str]]:
    text = files("specsearch.parsing.places").joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return {key: frozenset(found.split()) for key, _, found in (line.partition("\t") for line in text.splitlines())}
