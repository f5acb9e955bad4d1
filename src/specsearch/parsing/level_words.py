"""The one grammar of level words: what a class title says of the class's level.

Position decides: "Assistant Director" is below a director, "Administrative Assistant" is nobody's assistant rank;
"Head Lifeguard" leads a crew, a "Department Head" a department. Wrong is worse than unknown: a title that may be
read in two ways has no rank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN_VALUES = {
    name: value for value, name in enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split(), start=1)
}
_SMALL = [form for name in _ROMAN_VALUES if len(name) > 1 and name[0] != "X" for form in (name.capitalize(), name.lower())]
_ROMAN = "|".join(sorted((*_ROMAN_VALUES, *_SMALL), key=len, reverse=True))
NUMERAL = rf"(?:{_ROMAN}|[1-9])"
"""Pattern of a numeral of levels: Roman I to XV (in small letters only where it cannot be a word's letter), Arabic 1 to 9: higher ones are grades of pay."""
_JOINT = r"\s*(?:[/&,–-]|\b(?:or|and|to|through)\b)\s*"
_KIND = r"(?:(?P<kind>(?i:level|tier|grade|class))\s+)?"
_LEVEL = re.compile(
    rf"\s*[-–,]?\s*{_KIND}(?<![\w.])(?P<level>{NUMERAL}(?:{_JOINT}{NUMERAL})*)(?![\w.])(?=\s*(?:\(|$|[-–]\s|,\s|\s(?!\d)))"
)
_AT_AN_END = re.compile(r"\s*(?:\(|$|[-–]\s|,\s)")
_WRITTEN_JOINT = re.compile(r"\s*\b(or|and|to|through)\b\s*")
_RANK = re.compile(r"(?P<level>Senior|Sr\.?|Lead|Principal|Supervising|Junior|Jr\.?|Entry[- ]Level)\b\.?", re.I)
_INVERTED = re.compile(rf"\s*,\s*(?P<level>{_RANK.pattern.replace('?P<level>', '?:')})\s*$", re.I)

_NUMBERED = frozenset(
    """
        section district zone shift ward precinct region area unit station route phase local group step range
        schedule title type part war plant building platoon team bay lane no number year chapter article option
        engine ladder truck pool channel court room floor line terminal gate beat appendix annex code
        """.split()
)
"""What else is numbered: the numeral behind such a word names a place, a law or a turn."""

# --- words and what they rank ------------------------------------------------------------------
# 0 learns the work, 1 enters it, 2 does it, 3 leads others in it, 4 supervises, 5 manages, 6 directs.

_LEARNERS = frozenset("trainee intern apprentice cadet".split())
_TEACHERS = frozenset("coordinator instructor manager supervisor trainer director specialist".split())
"""Who has to do with learners, as "Intern Coordinator"."""
_LEADING = {
    "junior": 1.0, "jr": 1.0, "entry": 1.0, "journey": 2.0, "journeyman": 2.0, "journeyperson": 2.0,
    "senior": 3.0, "sr": 3.0, "lead": 3.0, "principal": 4.0, "supervising": 4.0,
}  # fmt: skip
_WRITINGS = {"sr": "senior", "jr": "junior"}
_HEADS = {"director": 6.0, "manager": 5.0, "superintendent": 5.0, "supervisor": 4.0}
_LOWERING = frozenset("assistant asst deputy dep associate vice".split())
_STAFF_OFFICES = {"assistant": 1.0, "associate": 2.0}
"""What "Assistant" and "Associate" rank before a profession with such a ladder."""
_LADDERS = frozenset(
    """
        planner engineer architect surveyor analyst appraiser buyer chemist inspector examiner programmer librarian accountant
        auditor biologist geologist hydrologist economist landscape technician specialist naturalist
        """.split()
)
_PLACES = frozenset("city town county village borough township".split())
_NO_MANAGERS = frozenset("case care account project office property stage client".split())
"""What one manages without managing people; but "Customer Care Manager"."""
_NO_DIRECTORS = frozenset("camp activity activities funeral choir music playground stage technical art".split())
_OFFICES = frozenset("sheriff clerk marshal attorney warden officer coroner registrar treasurer constable".split())
"""Offices whose deputies are many: "Deputy Clerk Supervisor" supervises deputies."""
_HELPERS = frozenset("administrative clerical library office executive nursing medical dental legal teaching program special staff".split())
"""Whose assistants are an occupation: "Library Assistant Supervisor"."""
_POLITICAL = frozenset("legislative council mayoral executive mayor chief special press policy".split())
_WHOLE = frozenset("department division bureau agency".split())
_PIECES = frozenset("section unit branch battalion".split())
_CREWS = frozenset("crew party shift squad team gang field group project section work".split())
_TRADES = frozenset(
    """
        lifeguard guard cook baker custodian janitor cleaner housekeeper gardener groundskeeper groundsman cashier clerk operator
        mechanic electrician plumber carpenter painter welder driver laborer worker attendant dispatcher instructor teacher coach
        counselor ranger inspector surveyor drafter draftsman technician page usher messenger typist storekeeper machinist
        stenographer lineman arborist forester zookeeper keeper waiter person hand
        """.split()
)
"""Occupations whose head or chief leads a crew."""
_FUNCTIONS = frozenset(
    """
        executive administrative financial finance fiscal information technology operating operations security innovation data
        resilience sustainability resources people diversity equity legal medical procurement communications compliance risk
        accounting investment performance digital privacy strategy
        """.split()
)
"""What an executive "Chief ... Officer" answers for."""
_METAL = frozenset("abatement hazard hazards poisoning paint based safe and copper service testing remediation prevention exposure risk".split())
"""After these, "lead" is the metal."""
_ELDERLY = frozenset("center centers centre citizen citizens services programs activities adult adults meals companion".split())
"""Before these, "senior" is an old person."""
_SUPERVISORY = frozenset(
    "administrator chief head manager director superintendent foreman foreperson corporal sergeant lieutenant captain major commander commissioner".split()
)
"""The first of these is not at the foot of the ladder."""
_LONGEST = 300
"""Characters of a title; more are a paragraph that was taken for one."""
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_TAIL = re.compile(r"\s*\(.*$|\s+to\s+(?:the|an?)\b.*$|\s*[-–—|]\s.*$|,.*$", re.I | re.S)
_SUPPORTED = re.compile(r"^(?:(?:\w+\s+){0,2}assistant|aide|secretary)\s+to\b", re.I)
_OF = re.compile(r"\s+(?:of|for|in|at|on)\s+", re.I)
_ALTERNATIVES = re.compile(r"\s*/\s*|\s+or\s+", re.I)
_TWO_LEVELS = re.compile(r"^\W*(?:senior|junior|assistant|associate|lead|principal|supervising)\s*(?:/|\bor\b)", re.I)
_BELOW_NUMERALS = 4.0
"""Beside words a numeral counts as this at most: whether an "Engineer VI" manages anybody is not known."""


@dataclass(frozen=True, slots=True)
class TitleLevel:
    """What a class title says of the level.

    Attributes:
        series: The title without its level within the series.
        level: That level as printed, without spaces ("II", "I/II", "Senior"); None if it states none.
        rank: From 0 (learns the work) to 6 (directs a department), comparable between series; None if not sure.
        said: The words and numerals that give the rank, as printed; "" without a rank.
    """

    series: str
    level: str | None
    rank: float | None
    said: str


def read_level(title: str) -> TitleLevel:
    """Read what a title says of the level.

    >>> read_level("Coordinator IV")
    TitleLevel(series='Coordinator', level='IV', rank=4.0, said='IV')
    >>> read_level("Senior Budget Analyst")
    TitleLevel(series='Budget Analyst', level='Senior', rank=3.0, said='Senior')
    >>> read_level("Head Lifeguard")
    TitleLevel(series='Head Lifeguard', level=None, rank=3.0, said='Head')
    """
    if len(title) > _LONGEST:
        return TitleLevel(title, None, None, "")
    title = _joined(title)
    match = _numeral(title)
    if match is None:
        ranked = _rank(title) or _rank_in_brackets(title)
        series, level = _split_word(title)
        return TitleLevel(series, level, *(ranked or (None, "")))
    level = _WRITTEN_JOINT.sub(lambda m: "-" if m[1] in ("to", "through") else "/", match["level"]).replace(" ", "")
    # The middle of a title is closed up with a space, its end with nothing.
    series = f"{title[: match.start()]}{title[match.end() :]}".strip()
    ranked = _rank(series)
    if ranked is not None:
        return TitleLevel(series, level, ranked[0], f"{ranked[1]} {level}")
    graded = (match["kind"] or "").lower() in ("grade", "class")  # whether the first class is the highest depends on the city
    if graded or _TWO_LEVELS.match(series) or _SUPERVISORY & set(_words(_TAIL.sub("", series))[-1:]):
        return TitleLevel(series, level, None, "")
    return TitleLevel(series, level, min(numeral_of(level) or 0.0, _BELOW_NUMERALS), level)


def numeral_of(level: str) -> float | None:
    """Value of the numerals of a level, the mean of several; None if it has none.

    >>> numeral_of("I/II")
    1.5
    """
    values = [_value(numeral) for numeral in re.findall(rf"\b{NUMERAL}\b", level)]
    return sum(values) / len(values) if values else None


def rung_of(said: str) -> tuple[str, float | None]:
    """Split what was said of a level into its word in small letters, and the value of its numerals."""
    word, _, last = said.rpartition(" ")
    value = numeral_of(last)
    return (word.casefold(), value) if value is not None else (said.casefold(), None)


def name_of(title: str) -> tuple[str, str]:
    """The words of a title that are none of a level, and its level in one writing ("2", "senior", "senior 2"); "" without one.

    >>> name_of("Sr. Planner II") == name_of("Senior Planner 2") == ("Planner", "senior 2")
    True
    """
    read = read_level(title)
    words = _WORD.findall(read.series)
    lower = [word.lower() for word in words]
    graded = [i for i, word in enumerate(lower) if word in _LEADING.keys() | _LEARNERS and not _is_other_thing(lower, i)]
    kept = [word for i, word in enumerate(words) if i not in graded]
    levels = [_WRITINGS.get(lower[i], lower[i]) for i in graded]
    first = re.match(r"[A-Za-z]+|\d+", read.level or "")
    if first:
        levels.append(str(_value(first.group())) if numeral_of(first.group()) else _WRITINGS.get(first.group().lower(), first.group().lower()))
    return " ".join(kept), " ".join(levels)


def is_roman(word: str) -> bool:
    """Whether a word in any letters is a Roman numeral of levels."""
    return word.upper() in _ROMAN_VALUES


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else _ROMAN_VALUES[numeral.upper()]


def _joined(title: str) -> str:
    """Write "Planner I/Planner II" as "Planner I/II"."""
    first = re.search(rf"(?<![\w.]){NUMERAL}(?![\w.])", title)
    core = title[: first.start()].strip() if first else ""
    if not core:
        return title
    again = re.compile(rf"\b({NUMERAL})(?:\s*[/&–-]\s*|\s+(?:or|and|to|through)\s+){re.escape(core)}\s+(?={NUMERAL}\b)", re.I)
    return again.sub(lambda m: f"{m[1]}/", title)


def _numeral(title: str) -> re.Match[str] | None:
    """The numerals of a title's level: at an end of it, or Roman ones of two letters and more within it."""
    for match in _LEVEL.finditer(title):
        before = _WORD.findall(title[: match.start()].lower())
        if match.start() == 0 or not before or before[-1] in _NUMBERED:
            continue
        roman = match["kind"] is None and re.match(r"[IVX]{2}", match["level"]) is not None
        if roman or _AT_AN_END.match(title, match.end()):
            return match
    return None


def _split_word(title: str) -> tuple[str, str | None]:
    """Split a title at a level that is stated by a word: "Senior Planner", "Planner, Senior"."""
    inverted = _INVERTED.search(title)
    if inverted and inverted.start() > 0:
        return title[: inverted.start()].strip(), inverted["level"]
    leading = _RANK.match(title)
    if leading and title[leading.end() :].strip() and re.match(r"\s", title[leading.end() :]):
        words = _words(title)
        if not _is_other_thing(words, 0):
            return title[leading.end() :].strip(), leading["level"] if not leading.group().endswith(".") else leading.group()
    return title, None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _is_other_thing(words: Sequence[str], at: int) -> bool:
    """Whether "lead" is the metal, or "senior" an old person."""
    following = words[at + 1] if at + 1 < len(words) else ""
    return (words[at] == "lead" and following in _METAL) or (words[at] == "senior" and following in _ELDERLY)


# --- rank ----------------------------------------------------------------------------------------


def _rank(title: str) -> tuple[float, str] | None:
    """The rank that the words of a title give, and these words as printed."""
    if _TWO_LEVELS.match(title) or _SUPPORTED.match(title):
        return None
    inverted = _INVERTED.search(title)
    whole = _TAIL.sub("", f"{inverted['level']} {title[: inverted.start()]}" if inverted else title)
    parts = _ALTERNATIVES.split(whole)
    found = [ranked for part in parts if (ranked := _rank_of_phrase(part) or _rank_of_numeral(part)) is not None]
    return found[0] if found and len({rank for rank, _ in found}) == 1 else None


def _rank_in_brackets(title: str) -> tuple[float, str] | None:
    """The numeral of the class that a working title is in: "Elections Attorney (Attorney 2)"."""
    bracket = re.search(r"\(([^()]+)\)", title)
    inner = read_level(bracket[1]) if bracket and not _TWO_LEVELS.match(title) else None
    return (inner.rank, inner.said) if inner and inner.rank is not None and inner.said == inner.level else None


def _rank_of_numeral(part: str) -> tuple[float, str] | None:
    match = _numeral(part)
    return (min(numeral_of(match["level"]) or 0.0, _BELOW_NUMERALS), match["level"]) if match else None


def _rank_of_phrase(phrase: str) -> tuple[float, str] | None:
    head, *complement = _OF.split(phrase, maxsplit=1)
    printed = _WORD.findall(head)
    words = [word.lower() for word in printed]
    if not words:
        return None
    of = _words(complement[0]) if complement else []
    for rule in (_learner, _executive, _chief, _head, _leader, _staff_office):
        found = rule(words, of)
        if found is not None:
            rank, places = found
            return (rank, " ".join(printed[at] for at in places)) if rank is not None else None
    return None


_Ranked = tuple[float | None, tuple[int, ...]] | None
"""Rank and places of the words that give it; without a rank: the words are of the rule, but say nothing sure."""
_UNSURE: _Ranked = (None, ())


def _learner(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    last = len(words) - 1
    learner = next((i for i, word in enumerate(words) if word in _LEARNERS), None)
    if learner is not None:
        return _UNSURE if words[last] in _TEACHERS else (0.0, (learner,))
    if words[last] == "aide":
        return _UNSURE if _POLITICAL & set(words) or _LEADING.keys() & set(words) else (0.0, (last,))
    return None


def _executive(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    """Directors, managers, superintendents and supervisors, and who stands in for them."""
    at = _place_of_head(words)
    if at is None:
        return None
    noun, before = words[at], words[at - 1] if at else ""
    if (noun == "manager" and before in _NO_MANAGERS and words[max(0, at - 2) : at] != ["customer", "care"]) or (noun == "director" and before in _NO_DIRECTORS) or (noun == "supervisor" and of[:1] == ["elections"]):
        return _UNSURE
    rank = _HEADS.get(noun, 6.0)
    if noun == "manager" and before in (*_PLACES, "general"):
        rank = 6.0
    lowering = [i for i in range(at) if words[i] in _LOWERING and (i == 0 or i == at - 1 or words[i + 1] in (*_PLACES, "general", *_LOWERING) or words[i - 1] == "chief")]
    if lowering and ((len(lowering) > 1 and "chief" not in words) or (noun == "supervisor" and "chief" in words)):
        return _UNSURE
    for i in lowering:
        between = set(words[i + 1 : at])
        if (i and words[i - 1] in _HELPERS) or (between & _OFFICES):
            return _UNSURE
    return rank - len(lowering), (*lowering, at)


def _place_of_head(words: Sequence[str]) -> int | None:
    """Where the word is that says what a title's holder is: the last, or the first but for those who stand in."""
    last = max((i for i, word in enumerate(words) if word not in ("senior", "sr")), default=0)
    if words[last] in _HEADS or (words[last] == "administrator" and last and words[last - 1] in _PLACES):
        return last
    first = next((i for i, word in enumerate(words) if word not in _LOWERING), 0)
    return first if words[first] in _HEADS else None


def _chief(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    if "chief" not in words:
        return None
    at, last = words.index("chief"), len(words) - 1
    lowering = tuple(i for i in range(at) if words[i] in _LOWERING)
    before = next((words[i] for i in reversed(range(at)) if i not in lowering), "")
    rank = None
    if at == last:
        if before in (*_WHOLE, "police", "fire"):
            rank = 6.0
        elif before in _PIECES or (before == "district" and "fire" in words):
            rank = 5.0
        elif before in _CREWS or of[:1] == ["party"]:
            rank = 3.0
        elif of or lowering == tuple(range(at)):
            rank = 6.0
        elif before.endswith(("'s", "’s")):
            rank = 6.0 if of else None
    elif words[last] == "officer" and _FUNCTIONS & set(words[at + 1 : last]):
        rank = 6.0
    elif words[last] in _TRADES and not (_LOWERING | {"and"}) & set(words[at + 1 :]):
        rank = 4.0
    return _UNSURE if rank is None else (rank - len(lowering), (*lowering, at))


def _head(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    last = len(words) - 1
    if words[last] == "head":
        before = words[last - 1] if last else ""
        rank = 6.0 if before in _WHOLE or (of and of[0] in _WHOLE) else 5.0 if before in _PIECES else None
        return _UNSURE if rank is None else (rank, (last,))
    if words[0] == "head":
        return (3.0, (0,)) if words[last] in _TRADES and words[1] != "start" else _UNSURE
    return None


def _leader(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    """Words that say how far somebody is in an occupation; the highest counts, unless others say the contrary."""
    last = len(words) - 1
    if words[last] in ("leadworker", "leadperson", "leadman") or (words[last] == "leader" and last and words[last - 1] in _CREWS):
        return 3.0, (last,)
    if words[last] == "lead" and last:
        return 3.0, (last,)
    found = [(_LEADING[word], i) for i, word in enumerate(words) if word in _LEADING and not _is_other_thing(words, i) and _stands(words, i)]
    if not found:
        return None
    if min(found)[0] < 3.0 <= max(found)[0] or (words[0] in _LOWERING and max(found)[0] >= 3.0):
        return _UNSURE
    rank, at = max(found, key=lambda one: (one[0], -one[1]))
    return rank, (at, at + 1) if words[at] in ("entry", "journey") else (at,)


def _stands(words: Sequence[str], at: int) -> bool:
    """Whether a word of level can be one where it stands."""
    word, last = words[at], len(words) - 1
    if word in ("entry", "journey"):
        return at < last and words[at + 1] == "level"
    if word == "lead":  # "Childhood Lead Inspector"
        return (at == 0 and last > 0) or (at < last and words[at + 1] in _TRADES)
    if word == "principal":  # of a school
        return at < last
    return last > 0


def _staff_office(words: Sequence[str], of: Sequence[str]) -> _Ranked:
    """As in "Assistant Planner", "Associate Civil Engineer"; not "Administrative Assistant", nor "Assistant City Engineer"."""
    if words[0] not in _STAFF_OFFICES or len(words) == 1:
        return None
    return _UNSURE if words[1] in _PLACES or words[-1] not in (_LADDERS | _TRADES) - _OFFICES else (_STAFF_OFFICES[words[0]], (0,))
