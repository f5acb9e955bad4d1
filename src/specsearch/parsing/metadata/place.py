"""Places by their names: governments named after one, states, and folders that are named after an employer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from specsearch.parsing.vocabulary import Vocabulary

_KIND_OF_PLACE = r"(?:City\s+and\s+County|City|Town|Village|County|Borough|Township|Municipality|CITY\s+AND\s+COUNTY|CITY|TOWN|VILLAGE|COUNTY|BOROUGH|TOWNSHIP|MUNICIPALITY)"
JURISDICTION = re.compile(rf"\b(?P<kind>{_KIND_OF_PLACE})\s+(?:of|Of|OF)\s+(?P<name>[A-Z][\w'’.-]*(?:[ \t]+(?:(?:of|on|the|del|de|la)[ \t]+){{0,2}}[A-Z][\w'’-]*){{0,3}})")
_SMALL = ("of", "the", "and")
_NO_PLACE = frozenset(
    "all class classes classification classifications corpus data docs document documents draft export exports file files form forms html in input job jobs "
    "list lists new of old other part pdf pdfs position positions posting postings sample samples series set spec specification specifications specs "
    "text texts txt up web".split()
)
"""What folders are called that are named after what is in them: "specs-in" is not a place in Indiana."""


@cache
def _state_pattern(vocabulary: Vocabulary) -> str:
    """Pattern of the name or code of any state."""
    states = vocabulary.places.states
    names = map(re.escape, sorted((name.title() for name in states), key=len, reverse=True))
    return rf"(?:{'|'.join(names)}|{'|'.join(sorted(set(states.values())))})"


def split_state(name: str, vocabulary: Vocabulary) -> tuple[str, str | None] | None:
    """Split "Lake City, Minnesota", which states both; None if it is no such name."""
    match = re.fullmatch(rf"(?P<name>.+?)(?:,\s*|\s+\()(?P<state>{_state_pattern(vocabulary)})\)?", name)
    return (match["name"], state_code(match["state"], vocabulary)) if match else None


def state_code(text: str, vocabulary: Vocabulary) -> str | None:
    """The code of a state that is named or abbreviated; None if it is neither."""
    states = vocabulary.places.states
    code = states.get(text.strip().lower(), text.strip().upper())
    return code if code in states.values() else None


@dataclass(frozen=True, slots=True)
class Folder:
    """The employer that a folder is named after: "elm-fork-or", "City of Elm Fork"."""

    name: str
    kind: str | None
    state: str | None


def folder_of(path: str, vocabulary: Vocabulary) -> Folder | None:
    """The employer that the nearest folder of a document is named after; None if none is named so."""
    codes = set(vocabulary.places.states.values())
    for part in reversed(PurePosixPath(path).parts[:-1]):
        match = re.fullmatch(r"(?P<name>[A-Za-z][\w .'-]*?)[-_ ,]+(?P<state>[A-Za-z]{2})", part)
        words = re.split(r"[-_ ]+", match["name"]) if match else []
        if match and match["state"].upper() in codes and not _NO_PLACE.issuperset(word.lower() for word in words):
            return Folder(" ".join(word if word in _SMALL else word.capitalize() for word in words), None, match["state"].upper())
        words = re.split(r"[-_ ]+", part)
        if len(words) >= 3 and words[0].lower() in ("city", "town", "county", "village") and words[1].lower() == "of":
            return Folder(f"{words[0].capitalize()} of {' '.join(word.capitalize() for word in words[2:])}", words[0].lower(), None)
    return None
