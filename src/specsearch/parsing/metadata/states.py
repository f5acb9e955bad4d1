"""The state of an employer: addresses, the employer's own name and where one of that name is, laws, licences, hosts."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from specsearch.parsing.metadata.names import bare_name, hosts_in
from specsearch.parsing.metadata.organisations import GENERAL, STATE
from specsearch.parsing.metadata.place import state_code
from specsearch.parsing.places.gazetteer import state_of_postal_code, states_of_county, states_of_place
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, SourceText

_LABEL = re.compile(r"(?:^|\n)\W{0,4}(?:job |work |primary )?(?:location|state|employer|agency|organi[sz]ation|company|city|county|address|site|duty station)s?(?: name| of (?:work|position))?\s*[:|][ \t|]*(?P<value>[^\n]{2,110})", re.I)
_STATE_LABEL = re.compile(r"(?:^|\n)\W{0,4}(?:state|province)(?: name| code)?\s*[:|][ \t|]*(?P<state>[A-Z]{2}\b|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?)", re.I)
_LAW = re.compile(r"^['’]?s?\s+(?:(?:class|commercial|valid|operator)\b|driver|law\b|revised|statutes?|code\b|constitution|administrative|general statutes|government code|notary|public records|open records|election(?:s)? (?:code|law)|civil service)", re.I)
_NOT_A_STATE = re.compile(r"^\s*(?:,?\s*D\.?C\.?\b|(?:County|Counties|Street|St\.|Avenue|Ave|Blvd|Boulevard|Road|Rd|Drive|University|College|City|Township|Post|Times|Beach)\b)")
_BEFORE = re.compile(r"(?:\bGeorge|\bFort|\bMount|\bPort|\bLake|\bUniversity of|\bWest|\bNew|\bNorth|\bSouth|\bCity of|\bTown of|\bCounty of|\bVillage of)\s+$", re.I)
_CAPITAL = re.compile(r"\b[A-Z][A-Za-z]+")
_NEAR = 45
"""Characters behind an employer within which its state is looked for."""


@dataclass
class Named:
    """What a text says of one state: signs, and the most telling place."""

    signs: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    place: tuple[int, int] | None = None
    strength: float = -1.0


_TELLING = {"state": 6.0, "label": 5.0, "address": 4.0, "after the employer": 4.0, "town": 2.0, "law": 2.0, "host": 1.5, "named": 1.0}


@lru_cache(maxsize=1)  # of one document it is asked several times
def _patterns(text: str, vocabulary: Vocabulary) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of the names of the states that a text may name, and of a state after a place: "Elm Fork, OR 97000"."""
    words = {word.lower() for word in _CAPITAL.findall(text)}
    return _patterns_of(tuple(name for name in vocabulary.places.states if name.split()[0] in words), vocabulary)


@lru_cache(maxsize=512)
def _patterns_of(states: tuple[str, ...], vocabulary: Vocabulary) -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Written out in capitals or with large first letters: by letter case as such a search takes several times as long.
    longest = sorted(states, key=len, reverse=True)
    written = [form.replace(" Of ", " of ") for name in longest for form in (name.title(), name.upper())]
    names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in written) or r"(?!)"
    named = re.compile(rf"\b(?P<name>{names})\b")
    # Any two capitals: which are codes is looked up, which is faster than to try them all at every place.
    placed = re.compile(
        rf"[,(]\s*(?P<state>(?:{names})\b|[A-Z]{{2}}\b\.?)\)?(?:,?\s*(?P<code>\d{{5}})(?:-\d{{4}})?\b)?"
        r"|\b(?P<state2>[A-Z]{2})\s+(?P<code2>\d{5})(?:-\d{4})?\b"
    )
    return named, placed


def states_named(source: SourceText, employer: Candidate | None, kind: str | None, vocabulary: Vocabulary) -> dict[str, Named]:
    """All states that a text names or that its employer can be in, by code, with their signs.

    Args:
        source: The document.
        employer: Whose document it is, with confidence; None where nothing is said of it.
        kind: What that employer is.
        vocabulary: Knows the states.
    """
    text, found = source.text, defaultdict[str, Named](Named)
    named, placed = _patterns(text, vocabulary)
    for match in named.finditer(text):
        name = match["name"]
        if _NOT_A_STATE.match(text[match.end() : match.end() + 14]) or _BEFORE.search(text[max(0, match.start() - 15) : match.start()]):
            continue
        sign = "law" if _LAW.match(text[match.end() : match.end() + 24]) else "named"
        _note(found[_code(name, vocabulary)], sign, match.span())
    for match in _STATE_LABEL.finditer(text):
        code = _code(match["state"], vocabulary)
        if code and not (match["state"].islower() or _NOT_A_STATE.match(text[match.end() : match.end() + 14])):
            _note(found[code], "state", match.span("state"))
    labels = [match.span("value") for match in _LABEL.finditer(text)]
    for match in placed.finditer(text):
        group = "state" if match["state"] else "state2"
        printed = match[group].rstrip(".")
        postal = match["code"] or match["code2"]
        code = _code(printed, vocabulary)
        if not code or (postal and state_of_postal_code(postal) not in (None, code)):
            continue
        labelled = any(start <= match.start() < end for start, end in labels)
        _note(found[code], "label" if labelled else "address" if postal else "town", match.span(group))
    _of_employer(found, text, employer, kind, vocabulary)
    _of_hosts(found, text, vocabulary)
    return found


def home_of(text: str, vocabulary: Vocabulary) -> str | None:
    """Name of the one state that the lines labelled as places of work name; None if they name none, or several."""
    _, placed = _patterns(text, vocabulary)
    codes = {
        _code((match["state"] or match["state2"]).rstrip("."), vocabulary)
        for label in _LABEL.finditer(text)
        for match in placed.finditer(text, *label.span("value"))
    }
    names = [name for name, code in vocabulary.places.states.items() if codes - {""} == {code}]
    return names[0].title() if names else None


def _note(one: Named, sign: str, place: tuple[int, int] | None) -> None:
    one.signs[sign] += 1
    if place is not None and _TELLING.get(sign, 0.0) > one.strength:
        one.strength, one.place = _TELLING.get(sign, 0.0), place


def _of_employer(found: dict[str, Named], text: str, employer: Candidate | None, kind: str | None, vocabulary: Vocabulary) -> None:
    """What the employer's name tells of its state."""
    if employer is None:
        return
    bare = bare_name(employer.value).removeprefix("state of ")
    if kind == STATE and (code := _code(bare, vocabulary)):
        found[code].signs["is the employer"] += employer.confidence
        return
    states = states_of_county(bare) if kind == "county" else states_of_place(bare) if kind in GENERAL else frozenset()
    for code in states:
        found[code].signs["one of the name" if len(states) > 1 else "the one of the name"] += employer.confidence
    if states:
        for code, one in found.items():
            one.signs["none of the name"] = 0.0 if code in states else employer.confidence
    _, placed = _patterns(text, vocabulary)
    for match in re.finditer(re.escape(employer.value), text, re.I):
        after = placed.search(text, match.end(), match.end() + _NEAR)
        code = _code(after["state"].rstrip("."), vocabulary) if after is not None and after["state"] else ""
        if after is not None and code and not re.search(r"[.;:\n]", text[match.end() : after.start()]):
            _note(found[code], "after the employer", after.span("state"))


def _of_hosts(found: dict[str, Named], text: str, vocabulary: Vocabulary) -> None:
    """States in the names of hosts: "ohio.gov", "elmfork.oh.us", "tarncountyoh.gov"."""
    for host, start, end in hosts_in(text):
        if not host.endswith((".gov", ".us")):
            continue
        for name, code in vocabulary.places.states.items():
            small = code.lower()
            named = host.endswith((f"{name.replace(' ', '')}.gov", f".{small}.us", f".{small}.gov")) or host == f"{small}.gov"
            if named or host.endswith(tuple(f"{form}{small}.gov" for form in ("county", "city", "town", "village", "parish"))):
                _note(found[code], "host", (start, end))


def _code(name: str, vocabulary: Vocabulary) -> str:
    """The code of a state, "" if it is none."""
    return state_code(" ".join(name.split()), vocabulary) or ""
