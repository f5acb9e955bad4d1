"""Whose document it is: everything that names an employer, with what its surroundings say of it.

Each name that occurs is a candidate; what is said around its mentions (a label before it, a line of its own, "is
seeking", "is an equal opportunity employer", an address in the web) are its signs, and the signs are weighed by
`weights`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from specsearch.parsing.metadata.names import bare_name
from specsearch.parsing.metadata.organisations import PRIVATE, STATE, Organisation, organisations, says_employer
from specsearch.parsing.metadata.signs import labelled, signs_after, signs_around
from specsearch.parsing.places.gazetteer import states_of_place
from specsearch.parsing.vocabulary import Vocabulary
from specsearch.records import SourceText

_HEAD_BLOCKS, _TAIL_BLOCKS = 8, 4
_HEAD_CHARS = 900
_FAR = 200
"""Characters behind a name that are looked at."""
_MOST = 50
"""Employers that are weighed: of more, those that stand out least are left."""
_LABELLED_BLOCKS = 40
_BESIDE = ("site_name", "publisher", "page_title")
"""What pages and Word files say beside their text, and may be of their author, their site or their job."""
_STATE_BODY = re.compile(r"(?:^|[:|][ \t]*|\b[Tt]he )(?P<name>State (?P<body>[A-Z][a-z]+)(?: of(?: [A-Z][\w-]+)+)?)")
_SUBJECT = re.compile(
    r"(?:^|\n[ \t]*|[.!?:,–—-][ \t]{1,4}|\babout |\bat |\bjoin )(?:The )?(?P<name>[A-Z][\w’'&.-]*(?:[ \t]{1,4}(?:(?:of|for|and|on|the|&)[ \t]{1,4}){0,2}[A-Z][\w’'&-]*){0,6})"
    r"(?=, an? [^,.;]{0,60}?(?:non-?profit|501|company|firm|organi[sz]ation|corporation|charity)|[ \t]{0,4}(?:,?[ \t]{0,4}(?:LLC|Inc\.?),?)?[ \t]{0,4}(?:\((?P<short>[A-Z][A-Za-z]{1,9})\)[ \t]{0,4},?)?[ \t]{0,4}(?:(?:is|are|was) (?:an?|the|one|currently|seeking|hiring|looking|"
    r"committed|proud|dedicated|conducting)\b|(?:seeks|offers|embraces|welcomes|provides|works to|values|believes|partners|has|uses|aims|strives|serves|supports|"
    r"does not|will|encourages|operates)\b))"
)


@dataclass
class Mentions:
    """The mentions of one employer in a document, and the signs that they give.

    Attributes:
        name: Its one name.
        kind: What it is.
        department: The part of it that the job is in, if one is named with it.
        part: Start and end of the name of that part.
        place: Start and end of the most telling mention.
        signs: Sign to how often it is seen.
    """

    name: str
    kind: str
    department: str | None = None
    part: tuple[int, int] = (0, 0)
    place: tuple[int, int] = (0, 0)
    strength: float = -1.0
    signs: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    spans: list[tuple[int, int]] = field(default_factory=list)


_TELLING = {"label": 9.0, "banner": 6.0, "seeks": 5.0, "promises": 4.0, "is": 3.0, "describes": 1.0, "offers": 3.0, "works": 3.0, "unit": 2.0, "head": 1.0, "at": 0.5}
"""Which mention of an employer is shown as the place where it was read."""
_OF_THE_JOB = frozenset(("label", "banner", "seeks", "unit"))
"""Signs of mentions whose department is that of the job, and not one to ask."""
_ASKED = re.compile(r"human|personnel|civil service|resources", re.I)


def mentions(source: SourceText, home: str | None, vocabulary: Vocabulary) -> list[Mentions]:
    """All employers that a text names, with their signs; those of one name once.

    Args:
        source: The document.
        home: Name of the state that its place of work is in, if it states one: whose "State Board of ..." is spoken of.
        vocabulary: Tells what names are made of.
    """
    text = source.text
    found: dict[str, Mentions] = {}
    blocks = source.blocks
    head = min(_HEAD_CHARS, blocks[min(len(blocks), _HEAD_BLOCKS) - 1].end) if blocks else 0
    for number, block in enumerate(blocks):
        edge = number < _HEAD_BLOCKS or number >= len(blocks) - _TAIL_BLOCKS
        line = text[block.start : block.end].replace("\n", " ")
        for one in organisations(text, block.start, block.end, vocabulary):
            signs = signs_around(line, one, block.start, edge=edge)
            if one.start < head:
                signs.add("head")
            _note(found, one, signs)
        for one in _state_bodies(line, block.start, home, vocabulary):
            _note(found, one, signs_around(line, one, block.start, edge=False))
    spans = sorted(span for one in found.values() for span in one.spans)
    for one, signs in _named_otherwise(source, vocabulary):
        before = bisect_left(spans, (one.end, 0))  # those of known forms do not overlap each other
        if not before or spans[before - 1][1] <= one.start:
            _note(found, one, signs | ({"head"} if one.start < head else set()))
    for name in _BESIDE:
        beside = source.fields.get(name, "")
        for one in organisations(beside, 0, len(beside), vocabulary):
            known = found.setdefault(bare_name(one.name), Mentions(one.name, one.kind))
            known.signs["page"] += 1
    return _merged(found)


def _state_bodies(line: str, offset: int, home: str | None, vocabulary: Vocabulary) -> Iterator[Organisation]:
    """Bodies of the state that a text is at home in, which it names without the state: "the State Board of Health"."""
    if home is None or " " not in line:
        return
    for match in _STATE_BODY.finditer(line):
        if match["body"].lower() in vocabulary.employers.state_bodies:
            begin = offset + match.start("name")
            yield Organisation(f"State of {home}", STATE, match["name"], begin, begin + len("State"), offset + match.end("name"))


def _note(found: dict[str, Mentions], one: Organisation, signs: Collection[str]) -> None:
    known = found.setdefault(bare_name(one.name), Mentions(one.name, one.kind))
    known.signs["count"] += 1
    known.spans.append((one.start, one.tail))
    strength = 0.0
    for sign in signs:
        known.signs[sign] += 1
        strength += _TELLING.get(sign, 0.0)
    if strength > known.strength:
        known.strength, known.place, known.name = strength, (one.start, one.end), one.name
    if known.department is None and one.department is not None and _OF_THE_JOB.intersection(signs) and not _ASKED.search(one.department):
        known.department, known.part = one.department, (one.end, one.tail)


def _named_otherwise(source: SourceText, vocabulary: Vocabulary) -> Iterator[tuple[Organisation, set[str]]]:
    """Names of no known form: after a label, or that sentences speak of as of an employer ("Printworks is a ...")."""
    text = source.text
    for block in source.blocks[:_LABELLED_BLOCKS]:
        said = labelled(text[block.start : block.end])
        if said is not None and says_employer(said[0], vocabulary):
            yield _plain(said[0].split("  ")[0], block.start + said[1], vocabulary), {"label"}
    for match in _SUBJECT.finditer(text):
        name = match["name"].rstrip(".,")
        if _can_be_employer(name, vocabulary) and (" " in name or text.count(name) > 1):
            signs = signs_after(text[match.end("name") : match.end("name") + _FAR]) | ({"defined"} if match["short"] else set())
            yield _plain(name, match.start("name"), vocabulary), signs | {"subject"}


def _plain(name: str, begin: int, vocabulary: Vocabulary) -> Organisation:
    """An organisation by a name of no known form: a state, a known place, or another."""
    end, printed = begin + len(name), " ".join(name.split())
    bare = re.sub(r"\s*[(,].*$", "", printed)
    if bare.lower() in vocabulary.places.states:
        return Organisation(f"State of {bare}", STATE, None, begin, end, end)
    return Organisation(printed, "municipality" if states_of_place(bare) else "organisation", None, begin, end, end)


def _can_be_employer(name: str, vocabulary: Vocabulary) -> bool:
    """Whether words with capitals can be the name of an employer, and are not those of a department, a job or a beginning of a sentence."""
    words, verbs, nouns = vocabulary.employers, vocabulary.statements.verbs, vocabulary.titles.role_nouns
    content = [word for word in (word.lower().strip(".,'’") for word in name.split()) if word not in ("of", "for", "and", "the", "on", "&")]
    if len(name) < 4 or not content or content[0] in words.openers or content[-1] in nouns or content[-1] in words.units:
        return False
    if len(content) == 1 and (content[0] in verbs or content[0].removesuffix("s") in verbs):
        return False
    return not all(word in words.parts or word in words.before or word in words.after or word in nouns or word.removesuffix("s") in nouns for word in content)


def _merged(found: Mapping[str, Mentions]) -> list[Mentions]:
    """Put together what is one employer: a name, and a longer one that begins or ends with it and is seen less often.

    Of governments the shorter name is meant ("City of Alba" where "City of Alba Plumbing" occurs once), of others the longer.
    """
    kept = dict(found)
    for key, one in sorted(found.items(), key=lambda item: (-len(item[0]), item[0])):
        for other_key in _within(key):
            other = kept.get(other_key)
            if other is None or other.signs["count"] < one.signs["count"]:
                continue
            private = one.kind in PRIVATE and other.kind in PRIVATE
            if (private and key.startswith(other_key)) or (not private and other.kind == one.kind and (key.startswith(other_key) or " of " not in one.name)):
                for sign, times in one.signs.items():
                    other.signs[sign] += times
                if private:
                    other.name, other.kind = one.name, one.kind
                del kept[key]
                break
    ranked = sorted(kept.values(), key=lambda one: (-one.strength, -one.signs["count"], one.place))
    return ranked[:_MOST]


def _within(key: str) -> Iterator[str]:
    """The names that a longer one begins or ends with, longer ones first."""
    words = key.split()
    for length in range(len(words) - 1, 0, -1):
        yield " ".join(words[:length])
        yield " ".join(words[-length:])


