"""What the employer and its state may be, by the signs of a document, with confidence.

Candidates compete with each other and with "none of them": the signs of each are added up with the learned `weights`,
and a softmax makes confidences of the sums (conditional logit, McFadden 1974). Those of employers are shifted so that
.5 is where saying one begins to cost more in wrong answers than it gains in right ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from specsearch.parsing.metadata.country import weigh_country
from specsearch.parsing.metadata.employers import Mentions, mentions
from specsearch.parsing.metadata.names import bare_name, hosts_in
from specsearch.parsing.metadata.organisations import FEDERAL, GENERAL, PRIVATE, STATE, kind_of
from specsearch.parsing.metadata.place import Folder, folder_of
from specsearch.parsing.metadata.states import Named, home_of, states_named
from specsearch.parsing.metadata.weights import EMPLOYERS, MARGIN, STATES, Weights
from specsearch.parsing.places.gazetteer import states_of_county, states_of_place
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import Candidate, Origin, Place, SourceText

_KEPT = 5
"""Candidates of a field that are kept."""
_LEAST = 0.02
"""Confidence below which a candidate is not worth keeping."""
_WAYS = {
    "folder": "name of the folder", "label": "labelled field", "banner": "line of its own", "page": "name of the page",
    "seeks": "said to seek people", "promises": "said to be an equal employer", "works": "whom one works for", "describes": "describes itself",
    "is": "speaks of itself", "offers": "offers benefits", "web": "address in the web", "unit": "field of the department",
    "defined": "named with its short form", "head": "at the head of the text", "count": "named in the text", "share": "most named",
}  # fmt: skip
_STATE_WAYS = {
    "folder": "name of the folder", "state": "field of the state", "is the employer": "name of the employer", "label": "field of the place",
    "after the employer": "behind the employer", "address": "postal address", "the one of the name": "only state with such a place",
    "host": "address in the web", "law": "laws and licences", "town": "behind a place", "one of the name": "a state with such a place",
    "named": "named in the text", "share": "most named",
}  # fmt: skip
_TOWN = re.compile(r"(?P<town>[A-Z][\w.'-]{1,30}(?: [A-Z][\w.'-]{1,30}){0,2}),\s*(?:[A-Z]{2}\b|[A-Z][a-z]+ (?:[A-Z][a-z]+ )?\d{5})")
_SPOKEN = re.compile(
    r"\b(?:[Tt]he|[Oo]ur|[Tt]his)\s+"
    r"(County|City|Town|Village|District|Authority|State|Township|Borough|University|College|Court|Council|Library|Port|Agency)\b"
)
_MOST_TIMES = 20
_MANY = 6
"""States named beyond which a text speaks of many."""
_SUPPORTING = ("label", "unit", "banner", "page", "seeks", "promises", "is", "describes", "offers", "works", "defined")
"""Signs without any of which a name is only mentioned."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a document says of nobody in particular.

    Attributes:
        folded: Its text in small letters.
        hosts: The web and mail hosts that it names, without signs.
        towns: The towns of its addresses, in small letters.
        spoken: How often it speaks of "the county", "our city", ..., by that word.
        folder: The place and state that its folder is named after, if it is.
    """

    folded: str
    hosts: frozenset[str]
    towns: frozenset[str]
    spoken: Mapping[str, int]
    folder: Folder | None


def weigh_place(source: SourceText, path: str, certain: Mapping[str, Candidate], vocabulary: Vocabulary) -> list[Candidate]:
    """Weigh what the employer, its department and its state may be.

    Args:
        source: The document.
        path: Its path in the corpus.
        certain: What is stated beside the text, by field.
        vocabulary: Tells what names are made of, and the states.

    Returns:
        Candidates of the fields "jurisdiction", "department", "state" and "country", likelier ones of each first.
    """
    home = home_of(source.text, vocabulary)
    found = mentions(source, home, vocabulary)
    around = around_of(source, path, vocabulary)
    employers = [certain["jurisdiction"]] if "jurisdiction" in certain else _employers(found, around)
    best = employers[0] if employers and employers[0].confidence >= MARGIN else None
    kind = kind_of(best.value, vocabulary) if best is not None else None
    states = states_named(source, best, kind, vocabulary)
    if around.folder is not None and around.folder.state is not None:
        states.setdefault(around.folder.state, Named()).signs["folder"] = 1.0
    ranked = [certain["state"]] if "state" in certain else _states(states, best)
    state = ranked[0] if ranked and ranked[0].confidence >= MARGIN else None
    return [*employers, *_departments(found, best), *ranked, *weigh_country(source, state, vocabulary)]


def around_of(source: SourceText, path: str, vocabulary: Vocabulary) -> Around:
    """Collect what supports the employers of a document."""
    text = f"{source.text}\n{source.fields.get('url', '')}"
    hosts = frozenset(re.sub(r"\W", "", host) for host, _, _ in hosts_in(text))
    towns = frozenset(" ".join(match["town"].lower().split()) for match in _TOWN.finditer(text))
    spoken = Counter(match[1].lower() for match in _SPOKEN.finditer(text))
    return Around(source.text.lower(), hosts, towns, spoken, folder_of(path, vocabulary))


def employer_signs(one: Mentions, everything: Sequence[Mentions], around: Around) -> dict[str, float]:
    """The signs of an employer as numbers from 0 to about 3, and the group that it is of."""
    signs, count = one.signs, max(one.signs["count"], 1.0)
    bare = bare_name(one.name).removesuffix(" county").removeprefix("state of ")
    squeezed = re.sub(r"\W", "", bare)
    times = around.folded.count(one.name.lower()) if one.kind == "organisation" else count
    found = {sign: min(signs[sign], 1.0) for sign in ("label", "unit", "banner", "head", "department", "defined", "describes", "page")}
    found |= {sign: min(signs[sign], 3.0) ** 0.5 for sign in ("seeks", "promises", "is", "offers", "works", "at", "subject")}
    web = float(len(squeezed) > 4 and any(squeezed in host for host in around.hosts))
    folder = float(around.folder is not None and bare_name(around.folder.name) == bare_name(one.name))
    return found | {
        "unsupported": float(not web and not folder and not any(signs[sign] for sign in _SUPPORTING)),
        "placed": signs["placed"] / count,
        "count": math.log1p(min(times, _MOST_TIMES)),
        "share": signs["count"] / max(sum(other.signs["count"] for other in everything), 1.0),
        "known": float(one.kind in GENERAL - {STATE} and bool(states_of_county(bare) if one.kind == "county" else states_of_place(bare))),
        "web": web,
        "address": float(bare in around.towns),
        "spoken": math.log1p(around.spoken.get(one.kind.split()[-1], 0)),
        "folder": folder,
        "above": float(_group(one) == "higher" and any(_group(other) == "general" and (other.signs["banner"] or other.signs["label"]) for other in everything)),
        f"a {_group(one)}": 1.0,
    }


def _group(one: Mentions) -> str:
    if one.kind == "city" and " of " not in one.name:
        return "place"
    if one.kind in (STATE, FEDERAL):
        return "higher"
    return "general" if one.kind in GENERAL else "private" if one.kind in PRIVATE else "special"


def state_signs(one: Named, everything: Mapping[str, Named]) -> dict[str, float]:
    """The signs of a state as numbers from 0 to about 2."""
    spoken = ("named", "law", "town", "address", "label")
    total = sum(other.signs[sign] for other in everything.values() for sign in spoken)
    once = ("state", "label", "after the employer", "is the employer", "one of the name", "the one of the name", "none of the name", "host", "folder")
    return {
        **{sign: min(one.signs[sign], 1.0) for sign in once},
        **{sign: math.log1p(min(one.signs[sign], 8.0)) for sign in ("address", "town", "law", "named")},
        "share": sum(one.signs[sign] for sign in spoken) / total if total else 0.0,
        "many": float(sum(bool(other.signs["named"]) for other in everything.values()) > _MANY),
    }


def _employers(found: Sequence[Mentions], around: Around) -> list[Candidate]:
    everything = list(found)
    folder = around.folder
    if folder is not None and not any(bare_name(one.name) == bare_name(folder.name) for one in everything):
        everything.append(Mentions(folder.name, folder.kind or "municipality"))
    signs = [employer_signs(one, found, around) for one in everything]
    candidates = []
    for one, sign, confidence in zip(everything, signs, confidences(signs, EMPLOYERS), strict=True):
        origin = Origin(Place.TEXT, *one.place) if one.signs["count"] else Origin(Place.PAGE if one.signs["page"] else Place.PATH)
        candidates.append(Candidate("jurisdiction", one.name, confidence, _ways(sign, EMPLOYERS, _WAYS), origin))
    return _best(candidates)


def _departments(found: Iterable[Mentions], employer: Candidate | None) -> list[Candidate]:
    if employer is None:
        return []
    own = (one for one in found if bare_name(one.name) == bare_name(employer.value) and one.department is not None)
    return [
        Candidate("department", one.department, employer.confidence, ("named with the employer",), Origin(Place.TEXT, *one.part))
        for one in own
        if one.department is not None
    ]


def _states(found: Mapping[str, Named], employer: Candidate | None) -> list[Candidate]:
    known = {code: one for code, one in found.items() if code}
    signs = [state_signs(one, known) for one in known.values()]
    candidates = []
    for (code, one), sign, confidence in zip(known.items(), signs, confidences(signs, STATES), strict=True):
        unplaced = Origin(Place.PATH) if employer is None or sign["folder"] else employer.origin
        origin = Origin(Place.TEXT, *one.place) if one.place is not None else unplaced
        candidates.append(Candidate("state", code, confidence, _ways(sign, STATES, _STATE_WAYS), origin))
    return _best(candidates)


def confidences(signs: Sequence[Mapping[str, float]], weights: Weights) -> list[float]:
    """Probabilities of candidates that compete with each other and with none of them."""
    sums = [weights.none + sum(weights.of.get(sign, 0.0) * number for sign, number in one.items()) for one in signs]
    highest = max([*sums, 0.0])
    odds = [math.exp(one - highest) for one in sums]
    return [one / (sum(odds) + math.exp(-highest)) for one in odds]


def _ways(signs: Mapping[str, float], weights: Weights, names: Mapping[str, str]) -> tuple[str, ...]:
    """What speaks for a candidate, what weighs most first."""
    pulls = {sign: weights.of.get(sign, 0.0) * number for sign, number in signs.items() if sign in names}
    return tuple(names[sign] for sign in sorted(pulls, key=lambda sign: -pulls[sign]) if pulls[sign] > 0)[:3]


def _best(candidates: Iterable[Candidate]) -> list[Candidate]:
    ranked = sorted(candidates, key=lambda one: (-one.confidence, one.value))
    return [one for one in ranked[:_KEPT] if one.confidence >= _LEAST]
