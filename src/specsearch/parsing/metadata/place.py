"""The employer: city, town or county, its state, and the department."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import PurePosixPath

from specsearch.parsing.metadata.found import Found
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Origin, Place, SourceText

_KIND_OF_PLACE = r"(?:City\s+and\s+County|City|Town|Village|County|Borough|Township|Municipality|CITY\s+AND\s+COUNTY|CITY|TOWN|VILLAGE|COUNTY|BOROUGH|TOWNSHIP|MUNICIPALITY)"
JURISDICTION = re.compile(rf"\b(?P<kind>{_KIND_OF_PLACE})\s+(?:of|Of|OF)\s+(?P<name>[A-Z][\w'’.-]*(?:[ \t]+(?:(?:of|on|the|del|de|la)[ \t]+){{0,2}}[A-Z][\w'’-]*){{0,3}})")


@cache
def _state_pattern(vocabulary: Vocabulary) -> str:
    """Pattern of the name or code of any state."""
    states = vocabulary.places.states
    names = map(re.escape, sorted((name.title() for name in states), key=len, reverse=True))
    return rf"(?:{'|'.join(names)}|{'|'.join(sorted(set(states.values())))})"


@cache
def _place_state(vocabulary: Vocabulary) -> re.Pattern[str]:
    return re.compile(rf",\s*(?P<state>{_state_pattern(vocabulary)})\b", re.I)


@cache
def _licence_state(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The state whose driver's licence is asked for, or that is named as one."""
    state = _state_pattern(vocabulary)
    return re.compile(rf"\b(?P<state>{state})\s+(?:[Cc]lass\s+\w+\s+)?(?:[Cc]ommercial\s+)?[Dd]river|\b(?:State|Commonwealth) of (?P<state2>{state})\b")


def split_state(name: str, vocabulary: Vocabulary) -> tuple[str, str | None] | None:
    """Split "Lake City, Minnesota", which states both; None if it is no such name."""
    match = re.fullmatch(rf"(?P<name>.+?),\s*(?P<state>{_state_pattern(vocabulary)})", name)
    return (match["name"], state_code(match["state"], vocabulary)) if match else None


def state_code(text: str, vocabulary: Vocabulary) -> str | None:
    """The code of a state that is named or abbreviated; None if it is neither."""
    states = vocabulary.places.states
    code = states.get(text.strip().lower(), text.strip().upper())
    return code if code in states.values() else None


def weigh_employers(source: SourceText, path: str, vocabulary: Vocabulary) -> list[Candidate]:
    """What the employer may be."""
    found = find_jurisdiction(source, path, vocabulary)
    return [Candidate("jurisdiction", found[0], 1.0, ("text",), found[1])] if found else []


def weigh_states(source: SourceText, path: str, vocabulary: Vocabulary) -> list[Candidate]:
    """What the state may be."""
    found = find_state(source, path, vocabulary)
    return [Candidate("state", found[0], 1.0, ("text",), found[1])] if found else []


def find_jurisdiction(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The city, town or county that the text names most, or its folder."""
    names: Counter[str] = Counter()
    first: dict[str, re.Match[str]] = {}
    ends: dict[str, int] = {}
    head = source.blocks[min(len(source.blocks) - 1, 5)].end if source.blocks else 0
    for match in JURISDICTION.finditer(source.text):
        words = _place_words(match["name"], vocabulary)
        if not words:
            continue
        name = f"{' '.join(match['kind'].split()).title().replace(' And ', ' and ')} of {' '.join(words)}"
        # A name in the lines at the top counts for more than one in passing.
        names[name] += 5 if match.start() <= head else 1
        first.setdefault(name, match)
        ends.setdefault(name, match.start("name") + match["name"].find(words[-1].upper() if match["name"].isupper() else words[-1]) + len(words[-1]))
    if names:
        for longer in list(names):
            for shorter in list(names):
                if longer.startswith(shorter + " "):  # "City of Alba Home" beside "City of Alba"
                    names[shorter] += names.pop(longer, 0)
        name = names.most_common(1)[0][0]
        return name, Origin(Place.TEXT, first[name].start(), ends[name])
    return _jurisdiction_from_folder(path, vocabulary)


def _place_words(name: str, vocabulary: Vocabulary) -> list[str]:
    """The words of a place name: capitals are softened, and what is not part of a name cut off."""
    words: list[str] = []
    for word in re.sub(r"['’]s\b", "", name).split():
        if word.lower().strip(".,") in vocabulary.places.stops or (words and word.lower() in vocabulary.places.states):
            break
        saint = word.lower() in ("st.", "ste.", "ft.", "mt.")
        bare = word if saint else word.rstrip(".,")
        words.append(bare.title() if word.isupper() else bare)
        if word.endswith((".", ",")) and not saint:
            break
    while words and words[-1].islower():
        words.pop()
    return words


def _folder(path: str, vocabulary: Vocabulary) -> re.Match[str] | None:
    for part in reversed(PurePosixPath(path).parts[:-1]):
        match = re.fullmatch(r"(?P<name>[A-Za-z][\w .'-]*?)[-_ ,]+(?P<state>[A-Za-z]{2})", part)
        if match and match["state"].upper() in vocabulary.places.states.values():
            return match
    return None


def _jurisdiction_from_folder(path: str, vocabulary: Vocabulary) -> Found | None:
    folder = _folder(path, vocabulary)
    if folder is not None:
        words = re.split(r"[-_ ]+", folder["name"])
        small = ("of", "the", "and")
        return " ".join(w if w in small else w.capitalize() for w in words), Origin(Place.PATH)
    for part in reversed(PurePosixPath(path).parts[:-1]):
        words = re.split(r"[-_ ]+", part)
        if len(words) >= 3 and words[0].lower() in ("city", "town", "county", "village") and words[1].lower() == "of":
            return f"{words[0].capitalize()} of {' '.join(w.capitalize() for w in words[2:])}", Origin(Place.PATH)
    return None


def find_state(source: SourceText, path: str, vocabulary: Vocabulary) -> Found | None:
    """The state behind the name of the place, of its folder, or of the driver's licence that is asked for."""
    for match in JURISDICTION.finditer(source.text):
        after = _place_state(vocabulary).search(source.text, match.start("name"), match.end() + 30)
        between = source.text[match.end() : after.start()] if after else ""
        if after is not None and not re.search(r"[.;:\n]", between) and _is_state(after["state"], vocabulary):
            return after["state"], Origin(Place.TEXT, after.start("state"), after.end("state"))
    folder = _folder(path, vocabulary)
    if folder is not None:
        return folder["state"].upper(), Origin(Place.PATH)
    licences = {state_code(m["state"] or m["state2"], vocabulary): m for m in _licence_state(vocabulary).finditer(source.text)}
    if len(licences) == 1:
        match = next(iter(licences.values()))
        group = "state" if match["state"] else "state2"
        return match[group], Origin(Place.TEXT, match.start(group), match.end(group))
    return None


def _is_state(text: str, vocabulary: Vocabulary) -> bool:
    """Codes count in capitals only: "in", "or" and "me" are words."""
    states = vocabulary.places.states
    return text in states.values() or text.lower() in states
