"""What words of a title rank: the grammar of heads, chiefs, leaders and learners.

Position decides: "Assistant Director" is below a director, "Administrative Assistant" is nobody's assistant rank;
"Head Lifeguard" leads a crew, a "Department Head" a department. Ranks go from 0 (learns the work) to 6 (directs).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from specsearch.parsing.numerals import WORD
from specsearch.parsing.vocabulary import Levels

_OF = re.compile(r"\s+(?:of|for|in|at|on)\s+", re.I)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.lower() for word in WORD.findall(text)]


def is_other_thing(words: Sequence[str], at: int, levels: Levels) -> bool:
    """Whether "lead" is the metal, or "senior" an old person."""
    following = words[at + 1] if at + 1 < len(words) else ""
    return (words[at] == "lead" and following in levels.metal) or (words[at] == "senior" and following in levels.elderly)


def rank_of_phrase(phrase: str, levels: Levels) -> tuple[float, str] | None:
    """The rank that a phrase without alternatives gives, and the words that give it as printed; None if not sure."""
    head, *complement = _OF.split(phrase, maxsplit=1)
    printed = WORD.findall(head)
    words = [word.lower() for word in printed]
    if not words:
        return None
    of = words_of(complement[0]) if complement else []
    for rule in (_learner, _executive, _chief, _head, _leader, _staff_office):
        found = rule(words, of, levels)
        if found is not None:
            rank, places = found
            return (rank, " ".join(printed[at] for at in places)) if rank is not None else None
    return None


_Ranked = tuple[float | None, tuple[int, ...]] | None
"""Rank and places of the words that give it; without a rank: the words are of the rule, but say nothing sure."""
_UNSURE: _Ranked = (None, ())


def _learner(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    last = len(words) - 1
    learner = next((i for i, word in enumerate(words) if word in levels.learners), None)
    if learner is not None:
        return _UNSURE if words[last] in levels.teachers else (0.0, (learner,))
    if words[last] == "aide":
        return _UNSURE if levels.political & set(words) or levels.leading.keys() & set(words) else (0.0, (last,))
    return None


def _executive(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    """Directors, managers, superintendents and supervisors, and who stands in for them."""
    at = _place_of_head(words, levels)
    if at is None:
        return None
    noun, before = words[at], words[at - 1] if at else ""
    if (noun == "manager" and before in levels.no_managers and words[max(0, at - 2) : at] != ["customer", "care"]) or (noun == "director" and before in levels.no_directors) or (noun == "supervisor" and of[:1] == ["elections"]):
        return _UNSURE
    rank = levels.heads.get(noun, 6.0)
    if noun == "manager" and before in (*levels.places, "general"):
        rank = 6.0
    lowering = [i for i in range(at) if words[i] in levels.lowering and (i == 0 or i == at - 1 or words[i + 1] in (*levels.places, "general", *levels.lowering) or words[i - 1] == "chief")]
    if lowering and ((len(lowering) > 1 and "chief" not in words) or (noun == "supervisor" and "chief" in words)):
        return _UNSURE
    for i in lowering:
        between = set(words[i + 1 : at])
        if (i and words[i - 1] in levels.helpers) or (between & levels.offices):
            return _UNSURE
    return rank - len(lowering), (*lowering, at)


def _place_of_head(words: Sequence[str], levels: Levels) -> int | None:
    """Where the word is that says what a title's holder is: the last, or the first but for those who stand in."""
    last = max((i for i, word in enumerate(words) if word not in ("senior", "sr")), default=0)
    if words[last] in levels.heads or (words[last] == "administrator" and last and words[last - 1] in levels.places):
        return last
    first = next((i for i, word in enumerate(words) if word not in levels.lowering), 0)
    return first if words[first] in levels.heads else None


def _chief(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    if "chief" not in words:
        return None
    at, last = words.index("chief"), len(words) - 1
    lowering = tuple(i for i in range(at) if words[i] in levels.lowering)
    before = next((words[i] for i in reversed(range(at)) if i not in lowering), "")
    rank = None
    if at == last:
        if before in (*levels.whole, "police", "fire"):
            rank = 6.0
        elif before in levels.pieces or (before == "district" and "fire" in words):
            rank = 5.0
        elif before in levels.crews or of[:1] == ["party"]:
            rank = 3.0
        elif of or lowering == tuple(range(at)):
            rank = 6.0
        elif before.endswith(("'s", "’s")):
            rank = 6.0 if of else None
    elif words[last] == "officer" and levels.functions & set(words[at + 1 : last]):
        rank = 6.0
    elif words[last] in levels.trades and not (levels.lowering | {"and"}) & set(words[at + 1 :]):
        rank = 4.0
    return _UNSURE if rank is None else (rank - len(lowering), (*lowering, at))


def _head(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    last = len(words) - 1
    if words[last] == "head":
        before = words[last - 1] if last else ""
        rank = 6.0 if before in levels.whole or (of and of[0] in levels.whole) else 5.0 if before in levels.pieces else None
        return _UNSURE if rank is None else (rank, (last,))
    if words[0] == "head":
        return (3.0, (0,)) if words[last] in levels.trades and words[1] != "start" else _UNSURE
    return None


def _leader(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    """Words that say how far somebody is in an occupation; the highest counts, unless others say the contrary."""
    last = len(words) - 1
    if words[last] in ("leadworker", "leadperson", "leadman") or (words[last] == "leader" and last and words[last - 1] in levels.crews):
        return 3.0, (last,)
    if words[last] == "lead" and last:
        return 3.0, (last,)
    found = [(levels.leading[word], i) for i, word in enumerate(words) if word in levels.leading and not is_other_thing(words, i, levels) and _stands(words, i, levels)]
    if not found:
        return None
    if min(found)[0] < 3.0 <= max(found)[0] or (words[0] in levels.lowering and max(found)[0] >= 3.0):
        return _UNSURE
    rank, at = max(found, key=lambda one: (one[0], -one[1]))
    return rank, (at, at + 1) if words[at] in ("entry", "journey") else (at,)


def _stands(words: Sequence[str], at: int, levels: Levels) -> bool:
    """Whether a word of level can be one where it stands."""
    word, last = words[at], len(words) - 1
    if word in ("entry", "journey"):
        return at < last and words[at + 1] == "level"
    if word == "lead":  # "Childhood Lead Inspector"
        return (at == 0 and last > 0) or (at < last and words[at + 1] in levels.trades)
    if word == "principal":  # of a school
        return at < last
    return last > 0


def _staff_office(words: Sequence[str], of: Sequence[str], levels: Levels) -> _Ranked:
    """As in "Assistant Planner", "Associate Civil Engineer"; not "Administrative Assistant", nor "Assistant City Engineer"."""
    if words[0] not in levels.staff_offices or len(words) == 1:
        return None
    return _UNSURE if words[1] in levels.places or words[-1] not in (levels.ladders | levels.trades) - levels.offices else (levels.staff_offices[words[0]], (0,))
